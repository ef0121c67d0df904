//! Real dumps that nobody on this project wrote.

use super::{Outcome, read_whole, rows_of};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A file of the corpora, unless they are not there.
fn corpus(name: &str) -> Option<Vec<u8>> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpora/sql")).join(name);
    let text = std::fs::read(&path).ok();
    if text.is_none() {
        println!("skipped: {name} is not beside the project");
    }
    text
}

#[test]
fn copy_blocks_of_sakila() {
    let Some(text) = corpus("sakila-postgres-copy.sql") else { return };
    let outcome = read_whole(&text);
    assert_eq!(outcome.skipped, []);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &outcome.rows {
        let table = &outcome.tables[row.table];
        assert_eq!(row.cells.len(), table.columns.len(), "{}", table.name);
        *counts.entry(&table.name).or_default() += 1;
    }
    let expected = [
        ("actor", 200),
        ("address", 603),
        ("category", 16),
        ("city", 600),
        ("country", 109),
        ("customer", 599),
        ("film", 1000),
        ("film_actor", 5462),
        ("film_category", 1000),
        ("inventory", 4581),
        ("language", 6),
        ("payment", 16049),
        ("rental", 16044),
        ("staff", 2),
        ("store", 2),
    ];
    let counts: Vec<(&str, usize)> = counts.iter().map(|(name, n)| (name.strip_prefix("public.").unwrap(), *n)).collect();
    assert_eq!(counts, expected);
    let customers = rows_of(&outcome, "public.customer");
    assert!(customers.iter().all(|row| row[4].ends_with("@sakilacustomer.org")));
    assert_eq!(customers[0][2..5], ["ANDREA", "HENDERSON", "ANDREA.HENDERSON@sakilacustomer.org"]);
    // `\N` is nothing.
    assert!(rows_of(&outcome, "public.film").iter().all(|row| row[5].is_empty()));
}

/// E-mail and phone of a table's rows.
fn contacts(outcome: &Outcome, table: &str, email: &str, phone: &str) -> BTreeSet<(String, String)> {
    let columns = &outcome.tables.iter().find(|t| t.name == table).unwrap().columns;
    let place = |name: &str| columns.iter().position(|c| c.eq_ignore_ascii_case(name)).unwrap();
    let (email, phone) = (place(email), place(phone));
    rows_of(outcome, table).into_iter().map(|row| (row[email].clone(), row[phone].clone())).collect()
}

#[test]
fn the_same_people_from_three_dialects_of_chinook() {
    let mut people = Vec::new();
    for (file, customer, employee) in [
        ("chinook-mysql.sql", "Customer", "Employee"),
        ("chinook-postgresql.sql", "customer", "employee"),
        ("chinook-sqlserver.sql", "dbo.Customer", "dbo.Employee"),
    ] {
        let Some(text) = corpus(file) else { return };
        let outcome = read_whole(&text);
        assert_eq!(outcome.skipped, [], "{file}");
        assert_eq!(outcome.rows.len(), 15_607, "{file}");
        for row in &outcome.rows {
            assert_eq!(row.cells.len(), outcome.tables[row.table].columns.len(), "{file}");
        }
        let found = (contacts(&outcome, customer, "Email", "Phone"), contacts(&outcome, employee, "Email", "Phone"));
        assert_eq!((found.0.len(), found.1.len()), (59, 8), "{file}");
        assert!(found.0.iter().all(|(email, _)| email.contains('@')));
        people.push(found);
    }
    assert!(people.windows(2).all(|pair| pair[0] == pair[1]));
    assert!(people[0].0.contains(&("luisg@embraer.com.br".to_string(), "+55 (12) 3923-5555".to_string())));
}
