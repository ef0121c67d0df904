//! Several defects at once.

use super::{Case, ROWS, SEMICOLONS};
use crate::people::{Cells, Dice, orders, people};
use crate::style::{CSV, Quote, Style};

/// Two or three of them, from a seed.
pub fn combined(seed: u64) -> Case {
    let mut dice = Dice::new(seed);
    let dice = &mut dice;
    let styles = [
        CSV,
        SEMICOLONS,
        super::ALL,
        Style { delimiter: "|", ..CSV },
        Style { delimiter: "||", quote: Quote::None, ..CSV },
        Style { delimiter: "\t", quote: Quote::Needed('"'), backslash: true, end: "\r\n" },
        Style { delimiter: "~|~", quote: Quote::None, backslash: false, end: "\r\n" },
        Style { delimiter: ";", quote: Quote::All('\''), ..CSV },
    ];
    let style = styles[dice.below(styles.len())];
    let cells = if dice.below(3) == 0 { Cells::Plain } else { Cells::Hard };
    let clean = style.fit(people(dice, ROWS, 0, cells));
    let mut lines = style.lines(&clean);
    let (mut name, mut tables) = (format!("combined {seed}: {:?} {:?}", style.delimiter, style.quote), vec![clean]);
    let header = lines[0].clone();
    let mut done = Vec::new();
    while done.len() < 2 + dice.below(2) {
        let what = dice.below(8);
        if done.contains(&what) {
            continue;
        }
        done.push(what);
        let every = 30 + dice.below(30);
        match what {
            0 => {
                name += ", preamble";
                lines.insert(0, format!("Customer list 2024{}{}", style.end, style.end));
            }
            1 => {
                name += ", footer";
                lines.push(format!("{}Total: {ROWS}{}", style.end, style.end));
            }
            2 => {
                name += ", blank rows";
                lines.iter_mut().skip(2).step_by(every).for_each(|l| l.insert_str(0, style.end));
            }
            3 => {
                name += ", header again";
                lines.iter_mut().skip(40).step_by(every).for_each(|l| l.insert_str(0, &header));
            }
            4 => {
                name += ", trailing delimiters";
                lines.iter_mut().skip(1).for_each(|l| l.insert_str(l.len() - style.end.len(), style.delimiter));
            }
            5 => {
                name += ", comments";
                lines.iter_mut().skip(3).step_by(every).for_each(|l| l.insert_str(0, &format!("# next batch{}", style.end)));
            }
            6 if tables.len() == 1 => {
                name += ", a second table";
                let more = style.fit(orders(dice, ROWS));
                lines.push(format!("{}{}", style.end, style.text(&more)));
                tables.push(more);
            }
            _ => {
                name += ", short rows";
                for line in lines.iter_mut().skip(7).step_by(every.max(45)) {
                    if let Some((start, _)) = line.clone().rsplit_once(style.delimiter) {
                        *line = format!("{start}{}", style.end);
                    }
                }
            }
        }
    }
    Case { name, bytes: lines.concat().into_bytes(), tables }
}
