//! Real input: the customers of two public sample databases, Chinook (59) and Sakila (599), as two institutions. Dumps of one, of the other, of
//! both and of neither are told apart, with columns shuffled and renamed, with and without a header, and with phones of many countries
//! in other spellings than the institution's.
//!
//! The databases are not part of this repository: the test is skipped where the folder of corpora is not beside it.

mod common;

use common::{in_short, index, put, scan, try_open};
use leaktrace::matching::Question;
use leaktrace::synth::table::{Layout, write_records};
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

const STORE: &str = "Chinook";
const RENTAL: &str = "Sakila";

const STORE_SCHEMA: &str = "[institution]\nname = \"Chinook\"\ndataset = \"customer\"\nregion = \"US\"\n\
    [[field]]\ncolumn = \"email\"\nkind = \"email\"\nrole = \"identifier\"\n\
    [[field]]\ncolumn = \"phone\"\nkind = \"phone\"\nrole = \"identifier\"\n\
    [[field]]\ncolumn = \"name\"\nkind = \"name\"\nrole = \"attribute\"\n\
    [[field]]\ncolumn = \"address\"\nkind = \"text\"\nrole = \"attribute\"\nconcept = \"address\"\n\
    [[field]]\ncolumn = \"city\"\nkind = \"text\"\nrole = \"attribute\"\nconcept = \"city\"\n\
    [[field]]\ncolumn = \"country\"\nkind = \"text\"\nrole = \"attribute\"\nconcept = \"country\"\n\
    [[field]]\ncolumn = \"postal_code\"\nkind = \"text\"\nrole = \"attribute\"\nconcept = \"postal_code\"\n";

/// The same people of the store, field by field.
#[derive(Clone)]
struct Customer {
    email: String,
    phone: String,
    name: String,
    address: String,
    city: String,
    country: String,
    postal_code: String,
}

fn corpora() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/sql");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: the folder of corpora is not beside this repository");
    None
}

/// Chinook's customers, from the INSERT of its PostgreSQL script: `(1, N'Luís', NULL, …)`, quotes doubled.
fn store_customers(folder: &Path) -> Vec<Customer> {
    let script = std::fs::read_to_string(folder.join("chinook-postgresql.sql")).unwrap();
    let begin = script.find("INSERT INTO customer ").unwrap();
    let rows = script[begin..].lines().skip(1);
    let mut customers = Vec::new();
    for line in rows {
        let line = line.trim();
        let cells = tuple(line.strip_prefix('(').expect("a row begins with a parenthesis"));
        let cell = |n: usize| cells[n].clone();
        let name = format!("{} {}", cells[1], cells[2]);
        customers.push(Customer {
            email: cell(11),
            phone: cell(9),
            name,
            address: cell(4),
            city: cell(5),
            country: cell(7),
            postal_code: cell(8),
        });
        if line.ends_with(';') {
            return customers;
        }
    }
    panic!("the INSERT does not end");
}

/// The values of a row up to its closing parenthesis; NULL is empty.
fn tuple(text: &str) -> Vec<String> {
    let (mut values, mut value, mut quoted) = (Vec::new(), String::new(), false);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\'' if quoted && characters.peek() == Some(&'\'') => {
                value.push('\'');
                characters.next();
            }
            '\'' => {
                quoted = !quoted;
                value.truncate(if quoted { 0 } else { value.len() });
            }
            ',' | ')' if !quoted => {
                let done = std::mem::take(&mut value);
                values.push(if done.trim() == "NULL" { String::new() } else { done.trim().to_string() });
                if c == ')' {
                    break;
                }
            }
            _ => value.push(c),
        }
    }
    values
}

/// A COPY block as rows of cells, by the number in its first cell.
fn copied(script: &str, table: &str) -> HashMap<u32, Vec<String>> {
    let begin = script.find(&format!("COPY public.{table} (")).unwrap();
    let rows = script[begin..].lines().skip(1).take_while(|l| *l != "\\.");
    rows.map(|l| l.split('\t').map(|c| if c == "\\N" { String::new() } else { c.trim().to_string() }).collect::<Vec<_>>())
        .map(|cells| (cells[0].parse().unwrap(), cells))
        .collect()
}

/// Sakila's customers with their addresses. It knows no phones.
fn rental_customers(folder: &Path) -> Vec<Customer> {
    let script = String::from_utf8_lossy(&std::fs::read(folder.join("sakila-postgres-copy.sql")).unwrap()).into_owned();
    let [customer, address, city, country] = ["customer", "address", "city", "country"].map(|t| copied(&script, t));
    let mut numbers: Vec<&u32> = customer.keys().collect();
    numbers.sort_unstable();
    let key = |cell: &str| cell.parse::<u32>().unwrap();
    numbers
        .into_iter()
        .map(|n| {
            let c = &customer[n];
            let a = &address[&key(&c[5])];
            let town = &city[&key(&a[4])];
            Customer {
                email: c[4].clone(),
                phone: a[6].clone(),
                name: format!("{} {}", c[2], c[3]),
                address: a[1].clone(),
                city: town[1].clone(),
                country: country[&key(&town[2])][1].clone(),
                postal_code: a[5].clone(),
            }
        })
        .collect()
}

fn csv(rows: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut out = csv::WriterBuilder::new().from_writer(Vec::new());
    rows.into_iter().for_each(|r| out.write_record(&r).unwrap());
    out.into_inner().unwrap()
}

fn words(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| n.to_string()).collect()
}

/// The institution's own file.
fn records(customers: &[Customer]) -> Vec<u8> {
    let header = words(&["name", "address", "city", "country", "postal_code", "phone", "email"]);
    let row =
        |c: &Customer| vec![&c.name, &c.address, &c.city, &c.country, &c.postal_code, &c.phone, &c.email].into_iter().cloned().collect();
    csv(std::iter::once(header).chain(customers.iter().map(row)))
}

/// A phone as another system would write it: E.164, 00 for the plus sign, dots, or spaces in other places. A trunk zero, which some of the
/// records write after the country code, is no part of the number.
fn respelled(phone: &str, n: usize) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        return String::new();
    }
    let grouped = |by: &str| digits.as_bytes().chunks(3).map(|c| std::str::from_utf8(c).unwrap()).collect::<Vec<_>>().join(by);
    match n % 4 {
        0 => format!("+{digits}"),
        1 => format!("00{digits}"),
        2 => format!("+{}", grouped(".")),
        _ => format!("+{}", grouped(" ")),
    }
}

/// A dump: other columns in another order, phones respelled, capitals changed.
fn dump(customers: &[Customer], header: bool) -> Vec<u8> {
    let names = words(&["ort", "mail_addr", "zip", "contact_no", "kunde", "street", "land"]);
    let row = |(n, c): (usize, &Customer)| {
        let email = if n % 2 == 0 { c.email.to_lowercase() } else { c.email.clone() };
        vec![
            c.city.to_uppercase(),
            email,
            c.postal_code.clone(),
            respelled(&c.phone, n),
            c.name.to_lowercase(),
            c.address.clone(),
            c.country.clone(),
        ]
    };
    csv(header.then_some(names).into_iter().chain(customers.iter().enumerate().map(row)))
}

struct Found {
    question: Question,
    folder: tempfile::TempDir,
    store: Vec<Customer>,
    rental: Vec<Customer>,
}

fn prepare() -> Option<Found> {
    let corpora = corpora()?;
    let (store, rental) = (store_customers(&corpora), rental_customers(&corpora));
    assert_eq!((store.len(), rental.len()), (59, 599));
    let folder = tempfile::tempdir().unwrap();
    let build = |name: &str, schema: &str, customers: &[Customer]| {
        let out = folder.path().join(format!("{name}.ltx"));
        index(&put(folder.path(), &format!("{name}_records.csv"), records(customers)), schema, &out);
        out
    };
    let indexes = [build("store", STORE_SCHEMA, &store), build("rental", &STORE_SCHEMA.replace("Chinook", "Sakila"), &rental)];
    let question = try_open(&indexes).unwrap();
    Some(Found { question, folder, store, rental })
}

impl Found {
    fn scan(&self, customers: &[Customer], header: bool) -> Value {
        scan(&self.question, &put(self.folder.path(), "dump.csv", dump(customers, header)))
    }
}

#[track_caller]
fn verdict_is(found: &Value, kind: &str, institutions: &[&str]) {
    let verdict = &found["verdict"];
    assert_eq!((verdict["kind"].as_str().unwrap(), &verdict["institutions"]), (kind, &institutions.into()), "{}", in_short(found));
}

#[test]
fn a_copy_of_one_is_attributed_to_it() {
    let Some(f) = prepare() else { return };
    for header in [true, false] {
        let store = f.scan(&f.store, header);
        assert_eq!(store["institutions"][0]["hits"]["email"], 59, "{}", in_short(&store));
        assert_eq!((&store["institutions"][0]["rows_corroborated"], &store["institutions"][1]["rows_hit"]), (&59.into(), &0.into()));
        verdict_is(&store, "attributed", &[STORE]);
        let rental = f.scan(&f.rental[100..500], header);
        assert_eq!((&rental["institutions"][1]["rows_corroborated"], &rental["institutions"][0]["rows_hit"]), (&400.into(), &0.into()));
        assert_eq!(rental["institutions"][1]["records_distinct"], 400);
        verdict_is(&rental, "attributed", &[RENTAL]);
    }
}

#[test]
fn rows_of_both_are_a_mixture() {
    let Some(f) = prepare() else { return };
    // 60 and 40 in a hundred, within the 59 that there are.
    let mixed: Vec<Customer> = f.rental[..84].iter().chain(&f.store[..56]).cloned().collect();
    let found = f.scan(&mixed, true);
    assert_eq!((&found["institutions"][0]["records_distinct"], &found["institutions"][1]["records_distinct"]), (&56.into(), &84.into()));
    let mut named: Vec<&str> = found["verdict"]["institutions"].as_array().unwrap().iter().map(|n| n.as_str().unwrap()).collect();
    named.sort_unstable();
    assert_eq!((found["verdict"]["kind"].as_str(), named), (Some("mixture"), vec![STORE, RENTAL]), "{}", in_short(&found));
}

#[test]
fn strangers_match_nobody() {
    let Some(f) = prepare() else { return };
    let mut rows = Vec::new();
    write_records(300, 8, &Layout::standard(), &mut rows).unwrap();
    verdict_is(&scan(&f.question, &put(f.folder.path(), "dump.csv", rows)), "no_match", &[]);
}

/// Numbers that no numbering plan has. `00` is only read as a plus before a valid number (rule 1 of the phone kind), so these
/// match in every spelling but that one.
const IMPLAUSIBLE: [&str; 3] = ["+453 3331 9991", "+56 (0)2 635 4444", "+91 0124 39883988"];

#[test]
fn phones_of_many_countries_match_in_other_spellings() {
    let Some(f) = prepare() else { return };
    let mut missed = Vec::new();
    let with_phone: Vec<&Customer> = f.store.iter().filter(|c| !c.phone.is_empty()).collect();
    for spelling in 0..4 {
        // Phones alone: nothing else can help.
        let lines = with_phone.iter().map(|c| vec![respelled(&c.phone, spelling)]);
        let rows = csv(std::iter::once(vec!["phone".to_string()]).chain(lines));
        let found = scan(&f.question, &put(f.folder.path(), "phones.csv", rows));
        let hits = found["institutions"][0]["hits"]["phone"].as_u64().unwrap();
        if hits != with_phone.len() as u64 {
            // One by one, to name them: these people are made up, too.
            for c in &with_phone {
                let one = format!("phone\n{}\n{}\n", respelled(&c.phone, spelling), respelled(&c.phone, spelling));
                let found = scan(&f.question, &put(f.folder.path(), "phone.csv", one));
                let known_miss = spelling == 1 && IMPLAUSIBLE.contains(&c.phone.as_str());
                if found["institutions"][0]["rows_hit"] == 0 && !known_miss {
                    missed.push(format!("{} as {}", c.phone, respelled(&c.phone, spelling)));
                }
            }
        }
    }
    assert!(missed.is_empty(), "not found:\n{}", missed.join("\n"));
}
