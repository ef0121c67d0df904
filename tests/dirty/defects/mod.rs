//! Files as they are really posted: a clean table, written, and then something happened to it.

mod around;
mod clients;
mod combined;
mod marks;
mod rows;
mod tables;

pub use combined::combined;

use super::people::{Cells, Clean, Dice, people};
use super::style::{CSV, Quote, Style};

/// A file and the tables that are in it.
pub struct Case {
    pub name: String,
    pub bytes: Vec<u8>,
    pub tables: Vec<Clean>,
}

/// Adds a case: its name, and what makes its text and tables.
type Add<'a> = dyn FnMut(&str, &dyn Fn(&mut Dice) -> (String, Vec<Clean>)) + 'a;

const ROWS: usize = 400;
const SEMICOLONS: Style = Style { delimiter: ";", ..CSV };
const TABS: Style = Style { delimiter: "\t", quote: Quote::None, ..CSV };
const PIPES: Style = Style { delimiter: "|", quote: Quote::None, ..CSV };
const ALL: Style = Style { quote: Quote::All('"'), ..CSV };

fn hard(dice: &mut Dice) -> Clean {
    people(dice, ROWS, 0, Cells::Hard)
}

fn plain(dice: &mut Dice) -> Clean {
    people(dice, ROWS, 0, Cells::Plain)
}

/// One row in so many is spoilt.
const RARE: usize = 50;

/// Every line written, some spoilt.
fn spoilt(style: &Style, clean: &Clean, mut spoil: impl FnMut(usize, String) -> String) -> String {
    let line = |(n, line): (usize, String)| if n % RARE == RARE / 2 { spoil(n, line) } else { line };
    style.lines(clean).into_iter().enumerate().map(line).collect()
}

/// Every defect, each on its own.
pub fn all() -> Vec<Case> {
    let mut out = Vec::new();
    let mut add = |name: &str, make: &dyn Fn(&mut Dice) -> (String, Vec<Clean>)| {
        let (text, tables) = make(&mut Dice::new(1 + name.len() as u64 * 131));
        out.push(Case { name: name.to_string(), bytes: text.into_bytes(), tables });
    };
    around::cases(&mut add);
    clients::cases(&mut add);
    rows::cases(&mut add);
    marks::cases(&mut add);
    tables::cases(&mut add);
    out
}
