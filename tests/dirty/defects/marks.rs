//! Quotes, escapes, delimiters and line ends out of the ordinary.

use super::clients::{padded, widths};
use super::{ALL, Add, PIPES, ROWS, SEMICOLONS, TABS, hard, plain};
use crate::people::{Cells, people};
use crate::style::{CSV, Quote, Style};

pub fn cases(add: &mut Add<'_>) {
    add("spaces around quoted cells", &|dice| {
        let clean = hard(dice);
        let text = clean.lines().map(|row| row.iter().map(|c| ALL.cell(c)).collect::<Vec<_>>().join(" , ") + "\n").collect();
        (text, vec![clean])
    });
    add("a space after each comma", &|dice| {
        let clean = hard(dice);
        let text = clean.lines().map(|row| row.iter().map(|c| CSV.cell(c)).collect::<Vec<_>>().join(", ") + "\n").collect();
        (text, vec![clean])
    });
    add("tabs beside the spaces that line them up", &|dice| {
        let clean = plain(dice);
        let widths = widths(&clean);
        let line = |row: &Vec<String>| row.iter().zip(&widths).map(|(c, &w)| padded(c, w)).collect::<Vec<_>>().join("\t") + "\n";
        (clean.lines().map(line).collect(), vec![clean.clone()])
    });
    add("single quotes", &|dice| {
        let style = Style { quote: Quote::All('\''), ..CSV };
        let clean = hard(dice);
        (style.text(&clean), vec![clean])
    });
    add("backslashes before quotes", &|dice| {
        let style = Style { backslash: true, ..ALL };
        let clean = hard(dice);
        (style.text(&clean), vec![clean])
    });
    add("paths of Windows, plain", &|dice| {
        let mut clean = plain(dice);
        clean.rows.iter_mut().step_by(3).for_each(|row| row[5] = format!("C:\\Users\\{}\\", row[0]));
        (clean.lines().map(|row| row.join(",") + "\n").collect(), vec![clean])
    });
    add("paths of Windows, quoted", &|dice| {
        let mut clean = people(dice, ROWS, 0, Cells::Commas);
        clean.rows.iter_mut().step_by(3).for_each(|row| row[5] = format!("C:\\Users\\{}\\", row[0]));
        (ALL.text(&clean), vec![clean])
    });
    add("as MySQL writes into files", &|dice| {
        let style = Style { delimiter: "\t", quote: Quote::None, backslash: true, end: "\n" };
        let clean = hard(dice);
        (style.text(&clean).replace("\t\t", "\t\\N\t"), vec![clean])
    });
    add("everything quoted but numbers", &|dice| {
        let clean = hard(dice);
        let cell = |c: &String| if c.bytes().all(|b| b.is_ascii_digit()) { c.clone() } else { ALL.cell(c) };
        (clean.lines().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(";") + "\r\n").collect(), vec![clean])
    });
    add("trailing delimiters", &|dice| {
        let clean = hard(dice);
        (clean.lines().map(|row| CSV.row(row).trim_end_matches('\n').to_string() + ",\n").collect(), vec![clean])
    });
    add("trailing delimiters, not in the header", &|dice| {
        let clean = PIPES.fit(hard(dice));
        let text = PIPES.lines(&clean).into_iter().enumerate().map(|(n, l)| if n == 0 { l } else { l.replace('\n', "|\n") }).collect();
        (text, vec![clean])
    });
    add("leading delimiters", &|dice| {
        let clean = PIPES.fit(hard(dice));
        (PIPES.lines(&clean).into_iter().map(|l| format!("|{}|\n", l.trim_end())).collect(), vec![clean])
    });
    add("mixed line ends", &|dice| {
        let clean = people(dice, ROWS, 0, Cells::Commas);
        let ends = ["\n", "\r\n", "\n", "\r\n", "\r"];
        let text = CSV.lines(&clean).iter().enumerate().map(|(n, l)| format!("{}{}", l.trim_end(), ends[n % 5])).collect();
        (text, vec![clean])
    });
    add("CR LF, and LF in cells", &|dice| {
        let style = Style { end: "\r\n", ..CSV };
        let clean = hard(dice);
        (style.text(&clean), vec![clean])
    });
    add("CR CR LF", &|dice| {
        let clean = plain(dice);
        (CSV.text(&clean).replace('\n', "\r\r\n"), vec![clean])
    });
    add("no final line end", &|dice| {
        let clean = hard(dice);
        (CSV.text(&clean).trim_end().to_string(), vec![clean])
    });
    add("sep= and a byte-order mark", &|dice| {
        let clean = SEMICOLONS.fit(hard(dice));
        (format!("\u{feff}sep=;\r\n{}", SEMICOLONS.text(&clean)), vec![clean])
    });
    add("semicolons and decimal commas", &|dice| {
        let mut clean = plain(dice);
        for row in &mut clean.rows {
            row[6] = format!("{},{:02}", dice.below(9000), dice.below(100));
        }
        (SEMICOLONS.text(&clean), vec![clean])
    });
    add("tabs and texts full of commas", &|dice| {
        let mut clean = plain(dice);
        for row in &mut clean.rows {
            row[5] = (0..dice.below(9)).map(|n| format!("word {n}, ")).collect::<String>().trim_end().to_string();
        }
        (TABS.text(&clean), vec![clean])
    });
    add("delimiter in the header", &|dice| {
        let mut clean = plain(dice);
        clean.header.as_mut().unwrap()[5] = "address, street".into();
        (CSV.text(&clean), vec![clean])
    });
}
