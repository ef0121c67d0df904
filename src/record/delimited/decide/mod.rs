//! Deciding the dialect of a text, from samples at fixed positions of it and nothing else.
//!
//! First what ends rows, then, for what may end them, which delimiter, quote and escape give the most rows of one width. All that is decided here
//! is how the bytes are cut; which lines are a header, and whether there are several tables, is decided [elsewhere](super::regions).

mod delimiters;
mod escapes;
mod row_ends;
mod samples;

use super::dialect::{Dialect, Rare, Terminator, delimiter_words, mark_words};
use crate::limits;
use delimiters::{Candidate, Found, best, candidates, front, with};
use escapes::Backslashes;
use samples::{Widths, each_row};

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
        Decided::of(text, overrides).dialect
    }
}

/// A dialect, and how well the samples bear it out.
pub(crate) struct Decided {
    pub dialect: Dialect,
    /// Rows of the samples, and the share of them that are as wide as most.
    pub rows: usize,
    pub share: f64,
}

impl Decided {
    /// Decides the dialect of `text`.
    pub(crate) fn of(text: &[u8], overrides: &Overrides) -> Decided {
        let start = usize::try_from(Dialect::data_start(text)).unwrap_or(0);
        let bom = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let named = separator_line(&text[bom..]).map(|(delimiter, _)| delimiter);
        let windows = samples::windows(&text[start..]);
        let (found, mixed, ends_words) = row_ends::terminator(&windows);
        let base = |terminator| Dialect { terminator, ..Dialect::rfc4180(0) };
        let wanted = overrides.delimiter.map(|d| (d, "as told")).or(named.map(|d| (d, "named by the first line")));
        let read = |terminator, row_end: Option<&str>| reading(&windows, &base(terminator), row_end, wanted, overrides);
        let mut plain = read(overrides.terminator.unwrap_or(found), None);
        let mut marked = None;
        if overrides.terminator.is_none() {
            let also_cr = mixed.then(|| read(Terminator::Mixed, None));
            if let Some(mixed) = also_cr.filter(|mixed| mixed.beats(&plain)) {
                plain = mixed;
            }
            marked = with_marks(&windows, &plain, |mark| read(found, mark));
        }
        let found = marked.unwrap_or(plain);
        let Reading { dialect, widths, why } = fixed(&windows, &found).unwrap_or(found);
        let mut words = ends_words;
        if let Some(rare) = &dialect.rare {
            words += &rare.row_end.as_ref().map_or(String::new(), |end| format!("; rows end with {}", mark_words(end)));
            for (is, what) in [
                (rare.escape.is_some(), "backslash escapes"),
                (rare.spaced, "spaces around quotes"),
                (rare.padded, "cells padded"),
                (rare.edged, "rows begin and end with the delimiter"),
            ] {
                words += if is { "; " } else { "" };
                words += if is { what } else { "" };
            }
        }
        let evidence = format!(
            "delimiter {} {why}: {} of {} sampled rows have {} columns; {words}; quote {}",
            dialect.delimiter_words(),
            widths.modal_rows,
            widths.rows,
            widths.modal,
            dialect.quote.map_or("none".to_string(), delimiter_words),
        );
        let dialect = Dialect { columns: u32::try_from(widths.modal).unwrap_or(0), evidence, ..dialect };
        Decided { dialect, rows: widths.rows, share: widths.share() }
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

/// A difference of the shares of rows of one width that is one.
const MORE: f64 = 0.002;

/// The share of rows of one width that shows a table.
const SHARE: f64 = 0.8;

/// A dialect and what it makes of the samples.
struct Reading {
    dialect: Dialect,
    widths: Widths,
    why: &'static str,
}

impl Reading {
    /// Whether it finds a table where the other finds none, or clearly more rows of one width.
    fn beats(&self, other: &Reading) -> bool {
        let table = self.widths.modal >= 2;
        let found = table && other.widths.modal < 2 && self.widths.share() >= SHARE;
        found || (table && self.widths.share() > other.widths.share() + MORE)
    }
}

/// The reading by a mark that ends rows in place of line ends, where that is better.
fn with_marks(windows: &[&[u8]], plain: &Reading, read: impl Fn(Option<&str>) -> Reading) -> Option<Reading> {
    /// Bytes of a row from which on it may be several, and cells.
    const LONG: usize = 500;
    const WIDE: usize = 64;
    if let Some(mark) = row_ends::before_line_ends(windows) {
        let marked = read(Some(&mark));
        if marked.widths.modal >= 2 && marked.widths.share() >= SHARE.min(plain.widths.share()) {
            return Some(marked);
        }
    }
    // Many rows in each line, or rows of no width.
    let Widths { rows, modal, .. } = plain.widths;
    let bytes: usize = windows.iter().map(|w| w.len()).sum();
    let of_lines = plain.widths.share() >= 0.95 && rows >= 3 && (2..=WIDE).contains(&modal) && bytes < LONG * rows;
    let mut found: Option<Reading> = None;
    for (mark, ends) in row_ends::without_line_ends(front(windows), windows.last().copied().unwrap_or_default()) {
        if of_lines && !ends {
            continue;
        }
        let marked = read(Some(&mark));
        let Widths { rows: marked_rows, modal: marked_modal, .. } = marked.widths;
        // Where all cells of a column hold a line end, lines are as regular as rows; no text ends with a control byte by chance.
        let wider = marked_modal + usize::from(mark.len() == 1) > modal;
        let more = marked_rows >= 3.max(2 * rows) || (ends && marked_rows >= 3.max(rows / 2) && wider);
        let better = found.as_ref().is_none_or(|f| (marked.widths.share(), marked_modal) > (f.widths.share(), f.widths.modal));
        if more && marked_modal >= 2 && marked.widths.share() >= SHARE && better {
            found = Some(marked);
        }
    }
    found
}

/// The best reading of rows that end so.
fn reading(windows: &[&[u8]], base: &Dialect, row_end: Option<&str>, wanted: Option<(u8, &'static str)>, overrides: &Overrides) -> Reading {
    let samples = samples::whole_rows(windows, row_end);
    let rare = row_end.map(|end| Rare { row_end: Some(end.to_string()), ..Rare::default() });
    let base = Dialect { rare, ..base.clone() };
    let tried = if wanted.is_some() { Vec::new() } else { candidates(&samples) };
    let search = |base: &Dialect| find(&samples, base, &tried, wanted);
    let quote = overrides.quote.unwrap_or_else(|| {
        let unquoted = Dialect { quote: None, ..base.clone() };
        quote(&samples, &search(&unquoted).dialect)
    });
    let base = Dialect { quote, ..base };
    let mut found = search(&base);
    if let Some(quote) = quote {
        found = spaced(&samples, found, quote, &search);
    }
    found = escaped(&samples, found, &search);
    layout(&samples, found)
}

fn find(samples: &[&[u8]], base: &Dialect, tried: &[Candidate], wanted: Option<(u8, &'static str)>) -> Reading {
    if let Some((delimiter, why)) = wanted {
        let dialect = Dialect { delimiter, ..base.clone() };
        return Reading { widths: Widths::of(samples, &dialect), dialect, why };
    }
    match best(samples, base, tried) {
        Some(Found { dialect, widths, .. }) => Reading { dialect, widths, why: "by consistent widths" },
        None => {
            let dialect = with(base, "\n");
            Reading { widths: Widths::of(samples, &dialect), dialect, why: "as none gives rows of one width" }
        }
    }
}

/// `'` where cells are wrapped in it and not in `"`; `"` otherwise, also where no cell is quoted (a later one may be).
fn quote(samples: &[&[u8]], unquoted: &Dialect) -> Option<u8> {
    let (mut cells, mut double, mut single) = (0usize, 0usize, 0usize);
    each_row(samples, unquoted, |batch, row| {
        for cell in batch.cells(row) {
            cells += 1;
            if let [first, .., last] = cell.trim_ascii() {
                double += usize::from(*first == b'"' && *last == b'"');
                single += usize::from(*first == b'\'' && *last == b'\'');
            }
        }
    });
    if single * 10 >= cells && single > double { Some(b'\'') } else { Some(b'"') }
}

/// The mark between cells.
fn mark(dialect: &Dialect) -> Vec<u8> {
    match dialect.rare.as_ref().and_then(|r| r.delimiter.as_ref()) {
        Some(long) => long.as_bytes().to_vec(),
        None => vec![dialect.delimiter],
    }
}

/// The reading that lets spaces stand around quotes, where they do and no fewer rows are of one width.
fn spaced(samples: &[&[u8]], found: Reading, quote: u8, search: &dyn Fn(&Dialect) -> Reading) -> Reading {
    let text = front(samples);
    let beside = |delimiter: u8| {
        let count = |pattern: [u8; 3]| memchr::memmem::find_iter(text, &pattern).count();
        count([delimiter, b' ', quote]) + count([quote, b' ', delimiter])
    };
    let few = found.widths.rows.min(samples.len().max(1) * 64) / 20;
    if b",;|:\t".iter().map(|&d| beside(d)).max().unwrap_or(0) < few.max(2) {
        return found;
    }
    let mut base = found.dialect.clone();
    let rare = base.rare.get_or_insert_with(Rare::default);
    (rare.spaced, rare.delimiter) = (true, None);
    let spaced = search(&base);
    let no_worse = spaced.widths.modal >= 2 && spaced.widths.share() >= found.widths.share();
    if no_worse || spaced.beats(&found) { spaced } else { found }
}

/// The reading with backslash escapes, where it gives more rows of one width, or they look like it.
fn escaped(samples: &[&[u8]], found: Reading, search: &dyn Fn(&Dialect) -> Reading) -> Reading {
    /// A difference of shares that outweighs columns.
    const CLEARLY: f64 = 0.05;
    let mark = String::from_utf8_lossy(&mark(&found.dialect)).into_owned();
    let seen = Backslashes::of(samples, &mark, found.dialect.quote);
    if seen.all < 2 || mark.contains('\\') {
        return found;
    }
    let mut base = found.dialect.clone();
    let rare = base.rare.get_or_insert_with(Rare::default);
    (rare.escape, rare.delimiter) = (Some(seen.escape()), None);
    let escaped = search(&base);
    // Fewer columns may be what a path before a delimiter makes of them.
    let narrower = escaped.widths.modal < found.widths.modal && !seen.only_before_marks();
    let no_worse = !narrower && escaped.widths.modal >= 2 && escaped.widths.share() >= found.widths.share() - MORE;
    let clearly = escaped.widths.share() > found.widths.share() + CLEARLY || found.widths.modal < 2;
    if escaped.beats(&found) && (!narrower || clearly) || (no_worse && seen.look_like_escapes()) { escaped } else { found }
}

/// Notes what of the rows is layout: spaces on both sides of every delimiter, and delimiters around whole rows.
fn layout(samples: &[&[u8]], found: Reading) -> Reading {
    let Reading { mut dialect, widths, why } = found;
    let (mut rows, mut edged, mut sides, mut padded) = (0usize, 0usize, 0usize, 0usize);
    each_row(samples, &dialect, |batch, row| {
        let width = batch.width(row);
        if width != widths.modal || width < 2 {
            return;
        }
        rows += 1;
        let cell = |c: usize| batch.cell(row, c).unwrap_or_default();
        edged += usize::from(width >= 3 && cell(0).is_empty() && cell(width - 1).trim_ascii().is_empty());
        for c in 1..width {
            sides += 2;
            padded += usize::from(cell(c - 1).last().is_none_or(|&b| b == b' ')) + usize::from(cell(c).first().is_none_or(|&b| b == b' '));
        }
    });
    let most = |n: usize, of: usize| of > 0 && n * 20 >= of * 19;
    let bars = dialect.delimiter == b'|' && dialect.rare.as_ref().is_none_or(|r| r.delimiter.is_none());
    let (edged, padded) = (bars && most(edged, rows), bars && most(padded, sides) && widths.modal >= 2 && some_space(samples));
    if !edged && !padded {
        return Reading { dialect, widths, why };
    }
    let rare = dialect.rare.get_or_insert_with(Rare::default);
    (rare.edged, rare.padded) = (edged, padded);
    Reading { widths: Widths::of(samples, &dialect), dialect, why }
}

/// The reading of a listing whose cells stand at fixed places: a line of dashes under the names shows where, and nothing else separates them.
fn fixed(windows: &[&[u8]], found: &Reading) -> Option<Reading> {
    /// Lines among which that one is.
    const LINES: usize = 32;
    if !matches!(found.dialect.delimiter, b' ' | Dialect::NO_DELIMITER) {
        return None;
    }
    let lines = windows.first()?.split(|&b| b == b'\n').take(LINES).map(<[u8]>::trim_ascii_end);
    let rule =
        lines.into_iter().find(|line| line.starts_with(b"--") && line.contains(&b' ') && line.iter().all(|b| matches!(b, b'-' | b' ')))?;
    let starts = (0..rule.len()).filter(|&at| rule[at] == b'-' && (at == 0 || rule[at - 1] == b' '));
    let rare = Rare { fixed: starts.map(|at| at as u32).take(limits::ROW_CELLS).collect(), ..Rare::default() };
    let dialect = Dialect { delimiter: Dialect::NO_DELIMITER, quote: None, rare: Some(rare), ..found.dialect.clone() };
    let reading = Reading { widths: Widths::of(&samples::whole_rows(windows, None), &dialect), dialect, why: "by a rule under the names" };
    (reading.widths.modal >= 2 && reading.widths.share() >= SHARE).then_some(reading)
}

/// Whether bars stand between spaces at all: empty cells have none.
fn some_space(samples: &[&[u8]]) -> bool {
    memchr::memmem::find(front(samples), b" | ").is_some()
}
