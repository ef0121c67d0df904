//! Deciding the dialect of a text, from samples at fixed positions of it and nothing else.
//!
//! Every candidate delimiter reads the samples with the reader that will read the file; the one whose rows are most of one width wins. Weights
//! settle what consistency cannot: every time of day holds two colons, whatever the file's delimiter is.

use super::dialect::delimiter_words;
use super::segment::SegmentReader;
use super::{Dialect, Table, Terminator};
use crate::ledger::Ledger;
use crate::record::RowBatch;
use std::collections::BTreeMap;

/// Samples and bytes of each: enough rows for a width to show, few enough for a file of any size.
const SAMPLES: usize = 8;
const SAMPLE_BYTES: usize = 64 << 10;

/// A delimiter that is tried, how much its consistency counts, and the share of rows of one width below which it is none.
struct Candidate {
    delimiter: u8,
    weight: f64,
    least_share: f64,
    least_columns: usize,
    least_rows: usize,
}

const CANDIDATES: [Candidate; 7] = [
    Candidate { delimiter: b',', weight: 1.0, least_share: 0.5, least_columns: 2, least_rows: 1 },
    Candidate { delimiter: b';', weight: 1.02, least_share: 0.5, least_columns: 2, least_rows: 1 },
    Candidate { delimiter: b'\t', weight: 1.05, least_share: 0.5, least_columns: 2, least_rows: 1 },
    Candidate { delimiter: b'|', weight: 1.03, least_share: 0.5, least_columns: 2, least_rows: 1 },
    Candidate { delimiter: 0x01, weight: 1.05, least_share: 0.5, least_columns: 2, least_rows: 1 },
    // Also in times, addresses of web pages and much else.
    Candidate { delimiter: b':', weight: 0.6, least_share: 0.7, least_columns: 2, least_rows: 1 },
    // Between all words: only where it is as regular as a table.
    Candidate { delimiter: b' ', weight: 0.3, least_share: 0.98, least_columns: 3, least_rows: 8 },
];

/// What a user decided about a dialect; the rest is found out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// The delimiter.
    pub delimiter: Option<u8>,
    /// The quote; `Some(None)` for none.
    pub quote: Option<Option<u8>>,
    /// What ends a row.
    pub terminator: Option<Terminator>,
}

impl Dialect {
    /// Where the first row of `text` begins: after a UTF-8 byte-order mark and after a line `sep=;`, which spreadsheets write.
    #[must_use]
    pub fn data_start(text: &[u8]) -> u64 {
        let bom = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        separator_line(&text[bom..]).map_or(bom, |(_, len)| bom + len) as u64
    }

    /// Decides the dialect of `text`. The same bytes always give the same dialect. [`Dialect::header`] is left `false`: whether the first row names the
    /// columns is for those who know what values look like.
    #[must_use]
    pub fn decide(text: &[u8], overrides: &Overrides) -> Dialect {
        let start = usize::try_from(Dialect::data_start(text)).unwrap_or(0);
        let bom = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let named = separator_line(&text[bom..]).map(|(delimiter, _)| delimiter);
        let samples = samples(&text[start..]);
        let (found, ends_words) = terminator(&samples);
        let terminator = overrides.terminator.unwrap_or(found);
        let base = Dialect { terminator, ..Dialect::rfc4180(0) };
        let quote = overrides.quote.unwrap_or_else(|| quote(&samples, &base, overrides.delimiter.or(named)));
        let base = Dialect { quote, ..base };
        let wanted = overrides.delimiter.map(|d| (d, "as told")).or(named.map(|d| (d, "named by the first line")));
        let (delimiter, widths, why) = match wanted {
            Some((delimiter, why)) => (delimiter, Widths::of(&samples, &Dialect { delimiter, ..base.clone() }), why),
            None => best(&samples, &base),
        };
        let evidence = format!(
            "delimiter {} {why}: {} of {} sampled rows have {} columns; {ends_words}; quote {}",
            delimiter_words(delimiter),
            widths.modal_rows,
            widths.rows,
            widths.modal,
            quote.map_or("none".to_string(), delimiter_words),
        );
        Dialect { delimiter, columns: u32::try_from(widths.modal).unwrap_or(0), evidence, ..base }
    }
}

/// The delimiter that a first line `sep=X` names, and the line's length.
fn separator_line(text: &[u8]) -> Option<(u8, usize)> {
    let rest = text.strip_prefix(b"sep=")?;
    match rest {
        [delimiter, b'\n', ..] if *delimiter != b'\r' => Some((*delimiter, 6)),
        [delimiter, b'\r', b'\n', ..] => Some((*delimiter, 7)),
        _ => None,
    }
}

/// Whole lines at fixed positions of `text`: its beginning, and seven more places of a longer text.
fn samples(text: &[u8]) -> Vec<&[u8]> {
    if text.len() <= SAMPLES * SAMPLE_BYTES {
        return vec![text];
    }
    let line_end = |b: &u8| *b == b'\n' || *b == b'\r';
    (0..SAMPLES)
        .filter_map(|i| {
            let at = (text.len() - SAMPLE_BYTES) / (SAMPLES - 1) * i;
            let part = &text[at..at + SAMPLE_BYTES];
            let first = if i == 0 { 0 } else { part.iter().position(line_end)? + 1 };
            let last = part.iter().rposition(line_end)? + 1;
            part.get(first..last)
        })
        .filter(|s| !s.is_empty())
        .collect()
}

/// What ends rows, and the counts in words.
fn terminator(samples: &[&[u8]]) -> (Terminator, String) {
    let (mut lf, mut crlf, mut cr) = (0u64, 0u64, 0u64);
    for sample in samples {
        for at in memchr::memchr2_iter(b'\n', b'\r', sample) {
            match (sample[at], sample.get(at + 1)) {
                (b'\r', Some(b'\n')) => crlf += 1,
                (b'\r', _) => cr += 1,
                _ if at > 0 && sample[at - 1] == b'\r' => {}
                _ => lf += 1,
            }
        }
    }
    let found = if lf + crlf == 0 && cr > 0 {
        Terminator::Cr
    } else if cr > lf + crlf {
        // A few lone CRs are part of texts; as many as this end lines.
        Terminator::Mixed
    } else if crlf > lf {
        Terminator::Crlf
    } else {
        Terminator::Lf
    };
    (found, format!("line ends: {lf} LF, {crlf} CR LF, {cr} CR"))
}

/// How wide the sampled rows are.
#[derive(Clone, Copy, Debug, Default)]
struct Widths {
    rows: usize,
    modal: usize,
    modal_rows: usize,
    /// Delimiters before `//`: colons of web addresses.
    before_slashes: usize,
}

impl Widths {
    fn of(samples: &[&[u8]], dialect: &Dialect) -> Widths {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        let mut widths = Widths::default();
        each_row(samples, dialect, |batch, row| {
            *counts.entry(batch.width(row)).or_default() += 1;
            widths.before_slashes += usize::from(batch.cell(row, 1).is_some_and(|c| c.starts_with(b"//")));
        });
        for (width, rows) in counts {
            widths.rows += rows;
            if rows > widths.modal_rows {
                (widths.modal, widths.modal_rows) = (width, rows);
            }
        }
        widths
    }

    fn share(self) -> f64 {
        self.modal_rows as f64 / self.rows.max(1) as f64
    }
}

fn each_row(samples: &[&[u8]], dialect: &Dialect, mut see: impl FnMut(&RowBatch<'_>, usize)) {
    for sample in samples {
        let table = Table { text: sample, input: 0, offset: 0, data_start: 0, dialect };
        let mut reader = SegmentReader::new(&table, 0..sample.len() as u64, None);
        let (mut batch, mut ledger) = (RowBatch::new(), Ledger::default());
        while reader.next_batch(&mut batch, &mut ledger) {
            for row in 0..batch.len() {
                see(&batch, row);
            }
        }
    }
}

/// The delimiter whose rows are most of one width.
fn best(samples: &[&[u8]], base: &Dialect) -> (u8, Widths, &'static str) {
    let mut best: Option<(f64, u8, Widths)> = None;
    for c in &CANDIDATES {
        if base.quote == Some(c.delimiter) {
            continue;
        }
        let widths = Widths::of(samples, &Dialect { delimiter: c.delimiter, ..base.clone() });
        let web_addresses = widths.modal == 2 && widths.before_slashes * 10 >= widths.rows * 9;
        if widths.modal < c.least_columns || widths.rows < c.least_rows || widths.share() < c.least_share || web_addresses {
            continue;
        }
        let score = widths.share() * widths.share() * c.weight * (1.0 + widths.modal.min(32) as f64 / 64.0);
        if best.is_none_or(|(b, ..)| score > b) {
            best = Some((score, c.delimiter, widths));
        }
    }
    match best {
        Some((_, delimiter, widths)) => (delimiter, widths, "by consistent widths"),
        None => {
            let dialect = Dialect { delimiter: Dialect::NO_DELIMITER, ..base.clone() };
            (Dialect::NO_DELIMITER, Widths::of(samples, &dialect), "as none gives rows of one width")
        }
    }
}

/// `'` where cells are wrapped in it and not in `"`; `"` otherwise, also where no cell is quoted (a later one may be).
fn quote(samples: &[&[u8]], base: &Dialect, delimiter: Option<u8>) -> Option<u8> {
    let unquoted = Dialect { quote: None, ..base.clone() };
    let delimiter = delimiter.unwrap_or_else(|| best(samples, &unquoted).0);
    let (mut cells, mut double, mut single) = (0usize, 0usize, 0usize);
    each_row(samples, &Dialect { delimiter, ..unquoted }, |batch, row| {
        for cell in batch.cells(row) {
            cells += 1;
            if let [first, .., last] = cell {
                double += usize::from(*first == b'"' && *last == b'"');
                single += usize::from(*first == b'\'' && *last == b'\'');
            }
        }
    });
    if single * 10 >= cells && single > double { Some(b'\'') } else { Some(b'"') }
}
