//! Which mark stands between cells: the usual ones, and others that the text itself shows, such as `||` or `|~|`.
//!
//! Every candidate reads the samples with the reader that will read the file; the one whose rows are most of one width wins. Weights
//! settle what consistency cannot: every time of day holds two colons, whatever the file's delimiter is. A longer mark then takes the place of one that is a
//! part of it and hardly stands elsewhere.

use super::super::dialect::{Dialect, Rare};
use super::samples::Widths;
use memchr::memmem;
use std::collections::BTreeMap;

/// A delimiter that is tried, how much its consistency counts, and the share of rows of one width below which it is none.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    mark: String,
    weight: f64,
    least_share: f64,
    least_columns: usize,
    least_rows: usize,
}

/// Weight, least share, least columns, least rows.
type Demands = (f64, f64, usize, usize);

const fn usual(weight: f64) -> Demands {
    (weight, 0.5, 2, 1)
}

const USUAL: [(&str, Demands); 9] = [
    (",", usual(1.0)),
    (";", usual(1.02)),
    ("\t", usual(1.05)),
    ("|", usual(1.03)),
    ("\u{1}", usual(1.05)),
    ("\u{1f}", usual(1.05)),
    // Also in times, addresses of web pages and much else.
    (":", (0.6, 0.7, 2, 1)),
    // Between all words: only where it is as regular as a table.
    (" ", (0.3, 0.98, 3, 8)),
    // Of a symbol as rare as this one, few are enough.
    ("¦", (1.03, 0.7, 2, 2)),
];

/// Longest mark, bytes, and the marks of each text that are tried.
const LONGEST: usize = 4;
const TRIED: usize = 12;
/// Bytes in which marks are looked for, and by which most of them are found to be none.
const LOOKED_AT: usize = 64 << 10;

/// Whether a byte is one that people make marks of. Not what is in numbers, paths and addresses.
fn is_sign(byte: u8) -> bool {
    matches!(
        byte,
        b'|' | b'~' | b'^' | b';' | b':' | b',' | b'\t' | b'+' | b'#' | b'!' | b'&' | b'*' | b'%' | b'$' | b'=' | b'<' | b'>' | b'@'
    ) || (byte < 0x20 && !matches!(byte, b'\n' | b'\r' | 0))
}

/// The front of the first sample, to its last line end.
pub(super) fn front<'t>(samples: &[&'t [u8]]) -> &'t [u8] {
    let sample: &'t [u8] = samples.first().copied().unwrap_or_default();
    let part = &sample[..sample.len().min(LOOKED_AT)];
    let end = if part.len() < sample.len() { memchr::memrchr2(b'\n', b'\r', part).map_or(part.len(), |i| i + 1) } else { part.len() };
    &part[..end]
}

/// Runs of signs, and how often each part of them stands there.
pub(super) fn signs_of(text: &[u8]) -> Vec<(String, usize)> {
    /// Of a longer run (a rule) the front.
    const RUN: usize = 16;
    let mut counts: BTreeMap<&[u8], usize> = BTreeMap::new();
    let mut at = 0;
    while at < text.len() {
        let run = text[at..].iter().take(RUN).take_while(|&&b| is_sign(b)).count();
        for from in at..at + run {
            for len in 1..=LONGEST.min(at + run - from) {
                *counts.entry(&text[from..from + len]).or_default() += 1;
            }
        }
        at += run.max(1);
    }
    counts.into_iter().filter_map(|(mark, n)| Some((String::from_utf8(mark.to_vec()).ok()?, n))).collect()
}

/// Whether a mark is what values are masked with (`0812****1234`).
fn hides(mark: &str) -> bool {
    mark.len() > 1 && mark.bytes().all(|b| b == b'*' || b == b'#')
}

/// All that is tried on these samples.
pub(super) fn candidates(samples: &[&[u8]]) -> Vec<Candidate> {
    let one = |mark: &str, (weight, least_share, least_columns, least_rows): Demands| Candidate {
        mark: mark.to_string(),
        weight,
        least_share,
        least_columns,
        least_rows,
    };
    let mut all: Vec<Candidate> = USUAL.iter().map(|(mark, how)| one(mark, *how)).collect();
    let mut found = signs_of(front(samples));
    found.retain(|(mark, n)| *n >= 2 && !hides(mark) && !USUAL.iter().any(|(usual, _)| usual == mark));
    // What makes up most of the text's signs first; of parts of one another the longer.
    found.sort_by(|a, b| (b.1 * b.0.len(), b.0.len(), &a.0).cmp(&(a.1 * a.0.len(), a.0.len(), &b.0)));
    for (mark, _) in found.iter().take(TRIED) {
        let control = mark.bytes().all(|b| b < 0x20);
        all.push(one(
            mark,
            if mark.len() > 1 {
                (1.0, 0.7, 2, 2)
            } else if control {
                usual(1.0)
            } else {
                (0.4, 0.95, 3, 4)
            },
        ));
    }
    all
}

/// What a candidate makes of the samples.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub dialect: Dialect,
    pub widths: Widths,
    pub mark: String,
    score: f64,
}

/// `base` with this delimiter.
pub(super) fn with(base: &Dialect, mark: &str) -> Dialect {
    let mut dialect = Dialect { delimiter: mark.as_bytes().first().copied().unwrap_or(Dialect::NO_DELIMITER), ..base.clone() };
    if mark.len() > 1 {
        dialect.rare.get_or_insert_with(Rare::default).delimiter = Some(mark.to_string());
    } else if let Some(rare) = &mut dialect.rare {
        rare.delimiter = None;
    }
    dialect
}

/// The delimiter whose rows are most of one width.
pub(super) fn best(samples: &[&[u8]], base: &Dialect, candidates: &[Candidate]) -> Option<Found> {
    let front = [front(samples)];
    let row_end = base.rare.as_ref().and_then(|r| r.row_end.as_deref());
    let mut all: Vec<Found> = Vec::new();
    for c in candidates {
        if base.quote.is_some_and(|q| c.mark.as_bytes().contains(&q))
            || row_end.is_some_and(|end| end.contains(&c.mark) && end.trim_ascii() == c.mark)
        {
            continue;
        }
        let dialect = with(base, &c.mark);
        // The general reader is slower: most of what it would try is none, which a part of the text shows.
        let few = dialect.rare.is_some() && front[0].len() < samples.iter().map(|s| s.len()).sum();
        if few && Widths::of(&front, &dialect).share() < c.least_share * 0.8 {
            continue;
        }
        let widths = Widths::of(samples, &dialect);
        let web_addresses = widths.modal == 2 && widths.before_slashes * 10 >= widths.rows * 9;
        if widths.modal < c.least_columns || widths.rows < c.least_rows || widths.share() < c.least_share || web_addresses {
            continue;
        }
        let score = widths.share() * widths.share() * c.weight * (1.0 + widths.modal.min(32) as f64 / 64.0);
        all.push(Found { dialect, widths, mark: c.mark.clone(), score });
    }
    let mut best = all.iter().reduce(|a, b| if b.score > a.score { b } else { a })?;
    while let Some(longer) =
        all.iter().filter(|l| takes_over(l, best, front[0], row_end)).max_by_key(|l| (l.widths.modal_rows, l.mark.len()))
    {
        best = longer;
    }
    Some(best.clone())
}

/// Whether a longer mark is what the shorter one is a part of.
fn takes_over(longer: &Found, shorter: &Found, text: &[u8], row_end: Option<&str>) -> bool {
    /// Share of the shorter mark that must stand in the longer.
    const COVERED: f64 = 0.9;
    /// Rows at the front among which a header would be.
    const FIRST: usize = 5;
    let (long, short) = (longer.mark.as_bytes(), shorter.mark.as_bytes());
    if long.len() <= short.len() || !longer.mark.contains(&shorter.mark) || longer.widths.share() < shorter.widths.share() - 0.1 {
        return false;
    }
    let in_ends = |text: &[u8], mark: &[u8]| {
        row_end.map_or(0, |end| memmem::find_iter(text, end).count() * memmem::find_iter(end.as_bytes(), mark).count())
    };
    let count = |text: &[u8], mark: &[u8]| memmem::find_iter(text, mark).count().saturating_sub(in_ends(text, mark));
    let covered =
        |text: &[u8]| count(text, long) * memmem::find_iter(long, short).count() >= (count(text, short) as f64 * COVERED) as usize;
    if !covered(text) || count(text, short) == 0 {
        return false;
    }
    // A table with many empty columns holds its delimiter twice nearly everywhere, but not between the names of its columns.
    let repeated = long.iter().all(|b| [*b] == short);
    let lines = text.split(|b| *b == b'\n' || *b == b'\r').filter(|l| !l.is_empty()).take(FIRST);
    !(repeated && lines.into_iter().any(|line| count(line, short) + 1 == shorter.widths.modal && !covered(line)))
}
