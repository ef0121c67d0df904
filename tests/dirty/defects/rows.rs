//! Rows that are not as the others, and what quotes do to them.

use super::{ALL, Add, RARE, ROWS, SEMICOLONS, hard, plain, spoilt};
use crate::people::{Cells, people};
use crate::style::CSV;

pub fn cases(add: &mut Add<'_>) {
    add("missing delimiter in a row", &|dice| {
        let clean = people(dice, ROWS, 0, Cells::Plain);
        (spoilt(&CSV, &clean, |_, line| line.rsplit_once(',').map_or(line.clone(), |(a, b)| format!("{a}{b}"))), vec![clean])
    });
    add("extra delimiter in a row", &|dice| {
        let clean = people(dice, ROWS, 0, Cells::Plain);
        (spoilt(&SEMICOLONS, &clean, |_, line| line.trim_end().to_string() + ";;\n"), vec![clean])
    });
    add("unquoted delimiter in a cell", &|dice| {
        let clean = people(dice, ROWS, 0, Cells::Plain);
        let mut given = clean.clone();
        given.rows.iter_mut().step_by(RARE).for_each(|row| row[5] = row[5].replace(' ', ", "));
        let text: String = given.lines().map(|row| row.join(",") + "\n").collect();
        (text, vec![given])
    });
    add("short rows", &|dice| {
        let clean = plain(dice);
        (spoilt(&SEMICOLONS, &clean, |_, line| line.split(';').take(5).collect::<Vec<_>>().join(";") + "\n"), vec![clean])
    });
    add("rows without their empty last cells", &|dice| {
        let mut clean = plain(dice);
        for (n, row) in clean.rows.iter_mut().enumerate() {
            row[6] = if n % 3 == 0 { "x".into() } else { String::new() };
        }
        let text = clean.lines().map(|row| row.join(",").trim_end_matches(',').to_string() + "\n").collect();
        (text, vec![clean])
    });
    add("blank rows", &|dice| {
        let clean = hard(dice);
        (spoilt(&CSV, &clean, |_, line| format!("\n\n{line}")), vec![clean])
    });
    add("every other row blank", &|dice| {
        let clean = hard(dice);
        (CSV.lines(&clean).join("\n"), vec![clean])
    });
    add("rows of empty cells", &|dice| {
        let clean = plain(dice);
        (spoilt(&SEMICOLONS, &clean, |_, line| format!(";;;;;;\n{line}")), vec![clean])
    });
    add("cut off in a row", &|dice| {
        let clean = hard(dice);
        let text = CSV.text(&clean);
        let cut = (text.len() - 40..).find(|&at| text.is_char_boundary(at)).unwrap();
        (text[..cut].to_string(), vec![clean])
    });
    // Quotes.
    add("unescaped quotes in quoted cells", &|dice| {
        let mut clean = people(dice, ROWS, 0, Cells::Commas);
        clean.rows.iter_mut().step_by(9).for_each(|row| row[1] = row[1].replace(' ', " \"B\" "));
        let text = clean.lines().map(|row| format!("\"{}\"\n", row.join("\",\""))).collect();
        (text, vec![clean])
    });
    add("quote opened and never closed", &|dice| {
        let clean = plain(dice);
        (spoilt(&CSV, &clean, |_, line| line.replacen(',', ",\"", 1)), vec![clean])
    });
    add("quote opened and never closed, all quoted", &|dice| {
        let clean = people(dice, ROWS, 0, Cells::Commas);
        (spoilt(&ALL, &clean, |_, line| line.replacen("\",\"08", ",\"08", 1)), vec![clean])
    });
    add("quotes within plain cells", &|dice| {
        let mut clean = plain(dice);
        clean.rows.iter_mut().step_by(7).for_each(|row| row[5] = format!("{} 5\" pipe", row[5]));
        (clean.lines().map(|row| row.join(",") + "\n").collect(), vec![clean])
    });
    add("a quote at the front of a plain cell", &|dice| {
        let mut clean = plain(dice);
        clean.rows.iter_mut().step_by(40).for_each(|row| row[1] = format!("\"Boy\" {}", row[1]));
        (clean.lines().map(|row| row.join("\t") + "\n").collect(), vec![clean])
    });
}
