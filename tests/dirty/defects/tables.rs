//! Headers, several tables in one file, columns and cells.

use super::{Add, PIPES, ROWS, SEMICOLONS, TABS, hard, plain, spoilt};
use crate::people::{Cells, Clean, orders, people};
use crate::style::CSV;

pub fn cases(add: &mut Add<'_>) {
    add("no header", &|dice| {
        let clean = hard(dice).headless();
        (CSV.text(&clean), vec![clean])
    });
    add("header of another width", &|dice| {
        let clean = plain(dice);
        let mut given = clean.clone();
        given.header.as_mut().unwrap().truncate(6);
        (SEMICOLONS.text(&given), vec![given])
    });
    add("header again and again", &|dice| {
        let clean = hard(dice);
        let header = CSV.lines(&clean)[0].clone();
        (spoilt(&CSV, &clean, |_, line| format!("{header}{line}")), vec![clean])
    });
    add("header of two lines", &|dice| {
        let clean = plain(dice);
        (format!("Customer,,Contact,,Other,,\n{}", CSV.text(&clean)), vec![clean])
    });
    add("line ends in the header", &|dice| {
        let mut clean = hard(dice);
        clean.header.as_mut().unwrap()[1] = "full\nname".into();
        clean.header.as_mut().unwrap()[4] = "birth\ndate".into();
        (CSV.text(&clean), vec![clean])
    });
    add("types under the header", &|dice| {
        let clean = plain(dice);
        let mut lines = CSV.lines(&clean);
        lines.insert(1, "int,varchar,varchar,varchar,date,varchar,varchar\n".into());
        (lines.concat(), vec![clean])
    });
    // Several tables.
    add("the same table twice, with its header", &|dice| {
        let (a, b) = (people(dice, ROWS, 0, Cells::Hard), people(dice, ROWS, ROWS, Cells::Hard));
        let mut both = a.clone();
        both.rows.extend(b.rows.clone());
        (CSV.text(&a) + &CSV.text(&b), vec![both])
    });
    add("two tables, a blank line between", &|dice| {
        let (a, b) = (hard(dice), orders(dice, ROWS));
        (format!("{}\n{}", CSV.text(&a), CSV.text(&b)), vec![a, b])
    });
    add("two tables, nothing between", &|dice| {
        let (a, b) = (hard(dice), orders(dice, ROWS / 2));
        (CSV.text(&a) + &CSV.text(&b), vec![a, b])
    });
    add("two tables with titles", &|dice| {
        let (a, b) = (SEMICOLONS.fit(hard(dice)), orders(dice, ROWS / 2));
        (format!("Customers\n\n{}\n\nOrders\n\n{}", SEMICOLONS.text(&a), SEMICOLONS.text(&b)), vec![a, b])
    });
    add("two tables, two delimiters", &|dice| {
        let (a, b) = (SEMICOLONS.fit(hard(dice)), orders(dice, ROWS));
        (format!("{}\n{}", SEMICOLONS.text(&a), TABS.text(&b)), vec![a, b])
    });
    add("three tables", &|dice| {
        let (a, b, c) = (hard(dice), orders(dice, ROWS), people(dice, ROWS, 5000, Cells::Hard));
        (format!("{}\n{}\n{}", CSV.text(&a), CSV.text(&b), CSV.text(&c)), vec![a, b, c])
    });
    add("the columns in another order from the middle on", &|dice| {
        let a = plain(dice);
        let mut b = people(dice, ROWS, 9000, Cells::Plain);
        b.rows.iter_mut().chain(&mut b.header).for_each(|row| row.reverse());
        (CSV.text(&a) + &CSV.text(&b), vec![a, b])
    });
    add("a first row that is short, then everything", &|dice| {
        let mut clean = hard(dice).headless();
        clean.rows[0].truncate(2);
        (CSV.text(&clean), vec![clean])
    });
    // Columns and cells.
    add("empty columns", &|dice| {
        let mut clean = plain(dice);
        clean.rows.iter_mut().for_each(|row| (row[3], row[5]) = (String::new(), String::new()));
        (PIPES.text(&clean), vec![clean])
    });
    add("very long cells", &|dice| {
        let mut clean = hard(dice);
        clean.rows.iter_mut().step_by(60).for_each(|row| row[5] = "long, and \"longer\"\n".repeat(4000));
        (CSV.text(&clean), vec![clean])
    });
    add("NULs and bytes that are no text", &|dice| {
        let mut clean = plain(dice);
        clean.rows.iter_mut().step_by(9).for_each(|row| row[6] = "a\0b".into());
        (TABS.text(&clean), vec![clean])
    });
    add("one column", &|dice| {
        let people = plain(dice);
        let rows = people.rows.into_iter().map(|row| vec![row[2].clone()]).collect();
        let clean = Clean { header: Some(vec!["email".into()]), rows };
        (CSV.text(&clean), vec![clean])
    });
    add("two columns, a combolist with colons in passwords", &|dice| {
        let people = plain(dice);
        let rows = people.rows.into_iter().map(|row| vec![row[2].clone(), format!("pa{}ss", row[0])]).collect();
        let clean = Clean { header: None, rows };
        (clean.rows.iter().map(|row| row.join(":") + "\n").collect(), vec![clean])
    });
    add("one row", &|dice| {
        let clean = people(dice, 1, 0, Cells::Commas);
        (CSV.text(&clean), vec![clean])
    });
}
