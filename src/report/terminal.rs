//! The document for a terminal of 80 columns: verdict first, then whose records, which columns, what was read, how sure, how fast.

use super::columns::ColumnEntry;
use super::document::{Answer, Document, InstitutionEntry};
use crate::attribute::Support;
use crate::attribute::claim::Agreement;
use crate::attribute::verdict::percent;
use crate::identify::digest::Algorithm;
use crate::ledger::Outcome;
use anstyle::{AnsiColor, Style};
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use std::collections::BTreeMap;
use std::fmt::Write;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const WIDTH: usize = 80;
/// Inputs, members and entries of the ledger that are listed one by one.
const LISTED: usize = 20;
const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// The whole report. Holds colour codes; print it through a stream that takes them out where they do not belong.
#[must_use]
pub fn render(document: &Document) -> String {
    let mut out = String::new();
    if document.groups.is_empty() {
        answer(&mut out, &document.answer, true);
    } else {
        for group in &document.groups {
            let name = group.inputs.first().map_or("", |i| i.path.as_str());
            let _ = writeln!(out, "{BOLD}{}{BOLD:#}\n", wrap(name, WIDTH, "").trim_end());
            answer(&mut out, group, false);
            let _ = writeln!(out, "{}\n", "─".repeat(WIDTH));
        }
    }
    let run = &document.run;
    let bytes: u64 = document.answer.inputs.iter().map(|i| i.bytes).sum();
    if let (Some(seconds), Some(rate)) = (run.seconds, run.bytes_per_second) {
        let _ = writeln!(out, "{DIM}{} in {} ({}/s){DIM:#}", bytes_words(bytes as f64), seconds_words(seconds), bytes_words(rate));
    }
    out
}

fn answer(out: &mut String, a: &Answer, scale: bool) {
    let colour = Style::new().bold().fg_color(Some(if a.supported() { AnsiColor::Red } else { AnsiColor::Cyan }.into()));
    let _ = writeln!(out, "{colour}{}{colour:#}", a.verdict.kind.words().to_uppercase());
    out.push_str(&wrap(&a.verdict.sentence, WIDTH, ""));
    for reservation in &a.verdict.reservations {
        out.push_str(&wrap(reservation, WIDTH - 2, "  "));
    }
    out.push('\n');
    for part in &a.claim {
        let agreement = match part.agreement {
            Agreement::Supported => "supported",
            Agreement::NotShown => "not shown",
            Agreement::Contradicted => "contradicted",
        };
        out.push_str(&wrap(&format!("Claimed {}: {agreement}; {}.", part.about, part.words), WIDTH, ""));
    }
    if !a.claim.is_empty() {
        out.push('\n');
    }
    institutions(out, a);
    known(out, a);
    columns(out, a);
    hints(out, a);
    coverage(out, a);
    chance(out, a);
    guessing(out, a);
    if scale {
        out.push_str(&wrap(&format!("Support: {}.", a.verdict.scale), WIDTH, ""));
    }
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH as u16);
    table.set_header(header.iter().map(Cell::new).collect::<Vec<_>>());
    table
}

fn right(text: impl ToString) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

fn put(out: &mut String, title: &str, table: &Table) {
    let _ = writeln!(out, "{BOLD}{title}{BOLD:#}");
    for line in table.to_string().lines() {
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out.push('\n');
}

fn institutions(out: &mut String, a: &Answer) {
    let mut t = table(&["institution", "dataset", "records", "rows hit", "corroborated", "share", "support"]);
    for i in &a.institutions {
        let share = i.share.filter(|_| i.support > Support::None).map_or_else(|| "-".to_string(), |s| percent(s.estimate));
        t.add_row(vec![
            Cell::new(&i.institution),
            Cell::new(&i.dataset),
            right(grouped(i.records_distinct)),
            right(grouped(i.rows_hit)),
            right(grouped(i.rows_corroborated)),
            right(share),
            Cell::new(i.support.words()),
        ]);
    }
    put(out, "Institutions", &t);
    for i in a.institutions.iter().filter(|i| i.support > Support::None && i.best_of_institution) {
        if let Some(e) = &i.exported_between {
            let to = e.to.as_deref().unwrap_or("now");
            out.push_str(&wrap(
                &format!("{} {}: exported between {} and {to} ({}).", i.institution, i.dataset, e.from, e.evidence),
                WIDTH,
                "",
            ));
            out.push('\n');
        }
        if i.support >= Support::Moderate {
            why(out, a, i);
        }
    }
}

/// Which known dumps hold which part of the rows.
fn known(out: &mut String, a: &Answer) {
    let Some(known) = a.known.as_ref().filter(|known| known.copied()) else { return };
    let mut t = table(&["known dump", "published", "share of rows", "relation of this dump to it"]);
    for dump in known.found.iter().filter(|dump| dump.relation.copied()).take(LISTED) {
        let (name, day) = (Cell::new(&dump.name), Cell::new(dump.published.as_deref().unwrap_or("-")));
        t.add_row(vec![name, day, right(percent(dump.share.estimate)), Cell::new(dump.relation.words())]);
    }
    put(out, "Seen before", &t);
}

/// What the ratio of an institution is made of.
fn why(out: &mut String, a: &Answer, i: &InstitutionEntry) {
    let title = format!(
        "Why {}: likelihood ratio 10^{:.1}, in decibans (10 of them are a factor of ten)",
        i.institution,
        i.log10_lr.unwrap_or(0.0)
    );
    out.push_str(&wrap(&title, WIDTH, ""));
    // What is less than half a deciban is no news.
    for e in i.evidence.iter().filter(|e| e.channel != "limit" || e.decibans <= -0.5) {
        out.push_str(&wrap(&format!("{:+.0} {}: {}", e.decibans, e.channel.replace('_', " "), e.words), WIDTH - 2, "  "));
    }
    i.taken.iter().for_each(|words| out.push_str(&wrap(words, WIDTH - 2, "  ")));
    if let Some(t) = &i.told_apart {
        let other = &a.indexes[t.from];
        let snapshot = other.snapshot.as_ref().map_or_else(String::new, |s| format!(" of {s}"));
        let text =
            format!("{} rows fit this dataset better than {}{snapshot}, {} worse", grouped(t.better), other.dataset, grouped(t.worse));
        out.push_str(&wrap(&text, WIDTH - 2, "  "));
    }
    let places: Vec<String> = i.examples.iter().map(|p| format!("byte {} of input {}", p.offset, p.input + 1)).collect();
    if !places.is_empty() {
        out.push_str(&wrap(&format!("for example the rows at {}", places.join(", ")), WIDTH - 2, "  "));
    }
    out.push('\n');
}

fn columns(out: &mut String, a: &Answer) {
    if a.columns.is_empty() {
        return;
    }
    let mut t = table(&["column", "header", "is", "of", "values", "hits"]);
    for c in &a.columns {
        let input = if a.inputs.len() > 1 { format!("{}:", c.input + 1) } else { String::new() };
        t.add_row(vec![
            right(format!("{input}{}", c.column)),
            Cell::new(called(c)),
            Cell::new(what(c)),
            Cell::new(c.index.map_or("-", |n| a.indexes[n].institution.as_str())),
            right(grouped(c.values)),
            right(format!(
                "{} {:>5}",
                grouped(c.hits),
                if c.values > 0 { percent(c.hits as f64 / c.values as f64) } else { "-".to_string() }
            )),
        ]);
    }
    put(out, "Columns (hits: found in the index, or agreeing with the row's record)", &t);
}

/// What the dump calls a column, of which table if it says so.
fn called(c: &ColumnEntry) -> String {
    let header = c.header.as_deref().unwrap_or("-");
    c.table.as_ref().map_or_else(|| header.to_string(), |table| format!("{table}.{header}"))
}

fn what(c: &ColumnEntry) -> String {
    match &c.field {
        Some(field) if c.role == "attribute" => {
            c.part.map_or_else(|| format!("{field} (agrees)"), |part| format!("{field}, {part} (agrees)"))
        }
        Some(field) => Algorithm::of_kind(c.kind).map_or_else(|| field.clone(), |a| format!("{field} (by {} digest)", a.words())),
        None => {
            Algorithm::of_kind(c.kind).map_or_else(|| format!("{}, no hit", c.kind.name()), |a| format!("{} digest, no hit", a.words()))
        }
    }
}

fn hints(out: &mut String, a: &Answer) {
    for hint in &a.hints {
        let input = if a.inputs.len() > 1 { format!("Input {}: ", hint.input + 1) } else { String::new() };
        let table = hint.table.as_ref().map_or_else(String::new, |table| format!("Table {table}: "));
        let text = format!("Hint {input}{table}{}", hint.sentence);
        out.push_str(&wrap(&text, WIDTH, "").replacen("Hint", &format!("{BOLD}Hint{BOLD:#} "), 1));
        out.push('\n');
    }
}

fn coverage(out: &mut String, a: &Answer) {
    let c = &a.coverage;
    let about = if c.rows_distinct_exact { "" } else { "about " };
    let unpacked = match c.bytes_unpacked {
        0 => String::new(),
        bytes => format!(" ({} of {} unpacked)", bytes_words(c.bytes_unpacked_read as f64), bytes_words(bytes as f64)),
    };
    let text = format!(
        "Coverage  {}: {} of {} read{unpacked}, {} rows, {about}{} distinct",
        if c.complete { "complete" } else { "INCOMPLETE" },
        bytes_words(c.bytes_read as f64),
        bytes_words(c.bytes as f64),
        grouped(c.rows_read),
        grouped(c.rows_distinct)
    );
    out.push_str(&wrap(&text, WIDTH, "").replacen("Coverage", &format!("{BOLD}Coverage{BOLD:#} "), 1));
    let skipped_rows = c.rows - c.rows_read;
    if skipped_rows > 0 {
        out.push_str(&wrap(&format!("{} rows were not read", grouped(skipped_rows)), WIDTH - 2, "  "));
    }
    sources(out, a);
    for s in c.skipped.iter().take(LISTED) {
        let text = format!(
            "{}: {} from {}: {}{}",
            if s.outcome == Outcome::SetAside { "set aside" } else { "not read" },
            bytes_words(s.bytes as f64),
            s.place,
            s.words,
            s.advice.as_ref().map_or_else(String::new, |a| format!(" ({a})"))
        );
        out.push_str(&wrap(&text, WIDTH - 2, "  "));
    }
    let mut more: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for s in c.skipped.iter().skip(LISTED) {
        let of = more.entry(s.words.as_ref()).or_default();
        *of = (of.0 + 1, of.1 + s.bytes);
    }
    for (words, (entries, bytes)) in more {
        let text = format!("and {} entries more: {}: {words} (all are in --json)", grouped(entries), bytes_words(bytes as f64));
        out.push_str(&wrap(&text, WIDTH - 2, "  "));
    }
}

/// What was read of each input and member, where there are several.
fn sources(out: &mut String, a: &Answer) {
    let lines = a.inputs.iter().flat_map(|i| {
        let own = (i.path.as_str(), i.bytes, i.account.bytes_read, i.account.rows, i.account.rows_read);
        std::iter::once(own).chain(i.members.iter().map(|m| (m.path.as_str(), m.bytes, m.bytes_read, m.rows, m.rows_read)))
    });
    let all: usize = a.inputs.iter().map(|i| 1 + i.members_found).sum();
    if all < 2 {
        return;
    }
    let mut t = table(&["input or member", "bytes", "read", "rows", "rows read"]);
    for (path, bytes, read, rows, rows_read) in lines.take(LISTED) {
        let words = |bytes: u64| right(bytes_words(bytes as f64));
        t.add_row(vec![Cell::new(path), words(bytes), words(read), right(grouped(rows)), right(grouped(rows_read))]);
    }
    out.push('\n');
    put(out, "Inputs (the rows of an input are those of all its members)", &t);
    if all > LISTED {
        out.push_str(&wrap(&format!("and {} more (they are in --json)", grouped((all - LISTED) as u64)), WIDTH - 2, "  "));
    }
}

fn chance(out: &mut String, a: &Answer) {
    let c = &a.chance_hits;
    let text = format!(
        "Chance hits  expected {}; of {} values under a throw-away key {} hit (expected {})",
        small(c.expected),
        grouped(c.null_probes),
        grouped(c.null_observed),
        small(c.null_expected)
    );
    out.push_str(&wrap(&text, WIDTH, ""));
}

/// Share of made-up values that would be found, from which on it is worth saying.
pub(super) const GUESSED: f64 = 0.01;

/// Columns of which guessing would hit so many.
fn guessing(out: &mut String, a: &Answer) {
    for (column, guess) in a.columns.iter().filter_map(|c| Some((c, c.guessed?))) {
        let (decoys, values) = (guess.sample.by_guessing(), guess.sample.found());
        let index = column.index.and_then(|n| a.indexes.get(n));
        if let Some(index) = index.filter(|_| decoys >= GUESSED) {
            let text = format!(
                "Guessing  {} of made-up values would be found as {} of {}, {} of those in column {} are: being found alone shows {} or more to be genuine",
                percent(decoys),
                column.field.as_deref().unwrap_or_default(),
                index.institution,
                percent(values),
                column.column,
                percent(guess.genuine_share)
            );
            out.push_str(&wrap(&text, WIDTH, ""));
        }
    }
}

fn small(x: f64) -> String {
    match x {
        0.0 => "0".to_string(),
        x if x < 0.001 => format!("{x:.0e}"),
        x => format!("{x:.3}"),
    }
}

/// Text in lines of at most `width` columns of a terminal, each after `indent`.
fn wrap(text: &str, width: usize, indent: &str) -> String {
    let mut out = String::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            let _ = writeln!(out, "{indent}{line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        // A path or a name without a space can be longer than a line.
        for c in word.chars() {
            if line.width() + c.width().unwrap_or(0) > width {
                let _ = writeln!(out, "{indent}{line}");
                line.clear();
            }
            line.push(c);
        }
    }
    if !line.is_empty() {
        let _ = writeln!(out, "{indent}{line}");
    }
    out
}

/// A number with thousands separated by commas.
#[must_use]
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Bytes in decimal units.
#[must_use]
pub fn bytes_words(bytes: f64) -> String {
    match bytes {
        b if b < 1e3 => format!("{b:.0} B"),
        b if b < 1e6 => format!("{:.1} kB", b / 1e3),
        b if b < 1e9 => format!("{:.1} MB", b / 1e6),
        b => format!("{:.2} GB", b / 1e9),
    }
}

/// A time in words.
#[must_use]
pub fn seconds_words(seconds: f64) -> String {
    if seconds < 1.0 { format!("{:.0} ms", seconds * 1e3) } else { format!("{seconds:.1} s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_lines_read_well() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(279_000_000), "279,000,000");
        assert_eq!(bytes_words(1.24e9), "1.24 GB");
        assert_eq!(wrap("one two three", 7, "  "), "  one two\n  three\n");
        assert_eq!(wrap("abcdefgh 名名名", 5, ""), "abcde\nfgh\n名名\n名\n");
        assert_eq!(small(0.00002), "2e-5");
    }
}
