//! Lists of credentials: on each line a login and a password, and the address that they are for.
//!
//! ```text
//! line = url sign login sign password
//!      | login sign password sign url
//!      | login sign password
//! sign = ":" | "|" | ";" | "," | tab | blanks
//! ```
//!
//! Lists without addresses are delimited texts and read as such, but for those with blanks between. Where an address ends cannot be told from the
//! delimiter alone: it holds colons itself (`split` says how it is found). The password is the rest of the line, whatever it holds.

mod decide;
mod reader;
mod split;
#[cfg(test)]
mod tests;

pub use decide::is_credentials;

use super::lines::{Bounds, Layout, LineCutter, line_end, line_start};
use super::pieces::{Cutter, PieceReader};
use reader::CredentialReader;
use std::sync::Arc;

/// What the columns are called.
const COLUMNS: [&str; 3] = ["url", "login", "password"];

/// Cuts a list of credentials.
#[must_use]
pub fn cutter() -> impl Cutter {
    LineCutter::<Lines>::new(Bounds::default())
}

/// Each line is a row.
struct Lines {
    end: u8,
}

impl Layout for Lines {
    fn decide(front: &[u8], _: bool) -> Lines {
        Lines { end: line_end(front) }
    }

    fn line_end(&self) -> u8 {
        self.end
    }

    fn row_start(&self, text: &[u8], from: usize) -> Option<usize> {
        line_start(text, from, self.end)
    }

    fn table(&self, _: &[u8], bounds: Bounds) -> (Vec<String>, Arc<dyn PieceReader>) {
        (COLUMNS.map(str::to_string).to_vec(), Arc::new(CredentialReader { line_end: self.end, bounds }))
    }
}
