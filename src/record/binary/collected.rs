//! What a visitor sees, kept for tests.

use super::{Content, TableName, Visit, read};
use crate::Result;
use crate::ledger::Reason;
use crate::limits;
use crate::record::RowBatch;
use std::path::PathBuf;

/// One table: its name and its rows with their numbers.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Table {
    pub name: TableName,
    pub rows: Vec<(u64, Vec<String>)>,
}

/// One line of the account.
#[derive(Debug)]
pub(super) struct Skip {
    pub what: String,
    pub reason: Reason,
    pub bytes: u64,
    pub advice: Option<String>,
}

/// All that was handed over; cells that are not UTF-8 are shown by their escapes.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub tables: Vec<Table>,
    pub skips: Vec<Skip>,
    /// Rows of each batch.
    pub batches: Vec<usize>,
}

impl Collected {
    /// Reads a file.
    pub(super) fn of(content: Content, bytes: &[u8]) -> Collected {
        let mut seen = Collected::default();
        read(content, bytes, &mut seen).expect("reading a file is no error");
        seen
    }

    /// The rows of all tables.
    pub(super) fn rows(&self) -> Vec<(u64, Vec<String>)> {
        self.tables.iter().flat_map(|t| t.rows.clone()).collect()
    }

    pub(super) fn reasons(&self) -> Vec<Reason> {
        self.skips.iter().map(|s| s.reason).collect()
    }
}

impl Visit for Collected {
    fn table(&mut self, name: &TableName) -> Result<()> {
        self.tables.push(Table { name: name.clone(), rows: Vec::new() });
        Ok(())
    }

    fn rows(&mut self, batch: RowBatch<'static>) -> Result<()> {
        assert!(!batch.is_empty() && batch.len() <= limits::BATCH_ROWS);
        if self.tables.is_empty() {
            self.tables.push(Table::default());
        }
        let text = |cell: &[u8]| match std::str::from_utf8(cell) {
            Ok(text) => text.to_string(),
            Err(_) => cell.escape_ascii().to_string(),
        };
        let table = self.tables.last_mut().expect("there is one");
        table.rows.extend((0..batch.len()).map(|row| (batch.offset(row), batch.cells(row).map(text).collect())));
        self.batches.push(batch.len());
        Ok(())
    }

    fn skipped(&mut self, what: &str, reason: Reason, bytes: u64, advice: Option<String>) -> Result<()> {
        self.skips.push(Skip { what: what.to_string(), reason, bytes, advice });
        Ok(())
    }
}

/// A file that nobody on this project wrote; `None`, with a word, where it is not there.
pub(super) fn corpus(name: &str) -> Option<Vec<u8>> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "..", "shared", "corpora", name].iter().collect();
    match std::fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(_) => {
            eprintln!("skipped: there is no corpus {name}");
            None
        }
    }
}

/// The file cut off at every sixteenth of its length, and with bits flipped at places that `seed` decides: nothing may panic, and what is not
/// read has to be told, which is for the caller to check.
pub(super) fn hurt(bytes: &[u8], flips: u64) -> impl Iterator<Item = Vec<u8>> + '_ {
    let cut = (0..16).map(move |n| bytes[..bytes.len() * n / 16].to_vec());
    let flipped = (0..flips).map(move |seed| {
        // Weyl sequence, mixed: any spread of places will do.
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d;
        let mut next = move || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            (mixed ^ (mixed >> 27)) as usize
        };
        let mut hurt = bytes.to_vec();
        for _ in 0..=next() % 8 {
            let at = next() % hurt.len();
            hurt[at] ^= 1 << (next() % 8);
        }
        hurt
    });
    cut.chain(flipped)
}
