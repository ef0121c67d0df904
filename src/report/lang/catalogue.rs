//! A catalogue of texts with holes, searched by the English text as it was made.
//!
//! An English entry has holes `{}`; its translation has `{}` in the same order, or `{0}`, `{1}`, … in its own. What an English text holds in a
//! hole is translated in turn, and numbers in it are punctuated as the language has it. Four marks change that:
//!
//! - `{0#}`: a number or a percentage; the entry fits nothing else;
//! - `{0=}`: a word of the catalogue; the entry fits nothing else;
//! - `{0!}`: a name, a path or a day, taken over as it is;
//! - `{0| and | dan }`: a list, cut at the first separator and joined by the second, each part translated by itself (`{0!| and | dan }`:
//!   taken over).
//!
//! A text of several sentences is searched whole and sentence by sentence; whichever knows more of it wins.

use super::numbers;
use std::collections::HashMap;

/// Holes within holes that are looked into.
const DEPTH: usize = 5;
/// Sentences of a text that are told apart; a longer text is searched whole.
const SENTENCES: usize = 16;
/// Places that are tried for what stands between the holes of an entry.
const TRIES: usize = 64;
/// Longest text that is cut into sentences, bytes.
const TEXT_BYTES: usize = 16 << 10;

/// A part of a translation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Text(&'static str),
    Hole { number: usize, only: Only, verbatim: bool, list: Option<(&'static str, &'static str)> },
}

/// What a hole may hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Only {
    #[default]
    Anything,
    /// Digits with their points, commas and percent signs.
    Number,
    /// A text that stands in the catalogue.
    Word,
}

#[derive(Debug)]
struct Entry {
    /// What stands around the holes, one more than those.
    pieces: Vec<&'static str>,
    /// Bytes of the pieces.
    literal: usize,
    parts: Vec<Part>,
    /// What each hole may hold.
    only: Vec<Only>,
}

/// The texts of a language.
#[derive(Debug)]
pub(super) struct Catalogue {
    exact: HashMap<&'static str, &'static str>,
    patterns: Vec<Entry>,
}

impl Catalogue {
    /// Of `tables`, whose texts are searched, and `templates`, which are only looked up.
    pub(super) fn new(tables: &[&[(&'static str, &'static str)]], templates: &[&[(&'static str, &'static str)]]) -> Catalogue {
        let mut out = Catalogue { exact: HashMap::new(), patterns: Vec::new() };
        for (english, other) in tables.iter().copied().flatten().copied() {
            out.exact.insert(english, other);
            let pieces: Vec<&str> = english.split("{}").collect();
            if pieces.len() > 1 {
                let literal = pieces.iter().map(|p| p.len()).sum();
                let parts = parts(other);
                let mut only = vec![Only::default(); pieces.len() - 1];
                for part in &parts {
                    if let Part::Hole { number, only: what, .. } = part
                        && let Some(hole) = only.get_mut(*number)
                    {
                        *hole = *what;
                    }
                }
                out.patterns.push(Entry { pieces, literal, parts, only });
            }
        }
        out.exact.extend(templates.iter().copied().flatten().copied());
        out
    }

    /// The translation with its holes.
    pub(super) fn template(&self, english: &str) -> Option<&'static str> {
        self.exact.get(english).copied()
    }

    /// The translation of a text whose holes are filled.
    pub(super) fn translate(&self, text: &str) -> Option<String> {
        self.search(text, 0).map(|(_, said)| said)
    }

    /// How many bytes of a text are known, and the translation.
    fn search(&self, text: &str, depth: usize) -> Option<(usize, String)> {
        if let Some(exact) = self.exact.get(text) {
            return Some((text.len(), (*exact).to_string()));
        }
        if depth > DEPTH {
            return None;
        }
        let whole = self.pattern(text, depth);
        let cut = if depth == 0 { self.sentences(text) } else { None };
        match (whole, cut) {
            (Some(whole), Some(cut)) => Some(if cut.0 > whole.0 { cut } else { whole }),
            (whole, cut) => whole.or(cut),
        }
    }

    /// By the entry that fits with most literal bytes, the first of them.
    fn pattern(&self, text: &str, depth: usize) -> Option<(usize, String)> {
        let mut best: Option<(&Entry, Vec<&str>)> = None;
        for entry in &self.patterns {
            if best.as_ref().is_none_or(|(other, _)| entry.literal > other.literal)
                && let Some(found) = self.captures(entry, text)
            {
                best = Some((entry, found));
            }
        }
        let (entry, found) = best?;
        let mut out = String::with_capacity(text.len() * 5 / 4);
        for part in &entry.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Hole { number, verbatim, list, .. } => {
                    let capture = found.get(*number).copied().unwrap_or_default();
                    let (cut, join) = list.unwrap_or(("", ""));
                    let pieces: Vec<&str> = if cut.is_empty() { vec![capture] } else { capture.split(cut).collect() };
                    for (n, piece) in pieces.into_iter().enumerate() {
                        out.push_str(if n > 0 { join } else { "" });
                        if *verbatim {
                            out.push_str(piece);
                        } else {
                            out.push_str(
                                &self.search(piece, depth + 1).map_or_else(|| numbers::punctuated(piece).into_owned(), |(_, said)| said),
                            );
                        }
                    }
                }
            }
        }
        Some((entry.literal, out))
    }

    /// Sentence by sentence; `None` unless each is known. What looks like an end may be a name's dot, so that every way to cut is tried.
    fn sentences(&self, text: &str) -> Option<(usize, String)> {
        if text.len() > TEXT_BYTES {
            return None;
        }
        let ends: Vec<usize> = text.match_indices(". ").map(|(at, _)| at + 1).take(SENTENCES).collect();
        if ends.is_empty() || ends.len() == SENTENCES {
            return None;
        }
        // From the back: what is best known of the text from each beginning on.
        let begins: Vec<usize> = std::iter::once(0).chain(ends.iter().map(|end| end + 1)).collect();
        let mut best: Vec<Option<(usize, String)>> = vec![None; begins.len()];
        for first in (0..begins.len()).rev() {
            for last in first..begins.len() {
                if first == 0 && last + 1 == begins.len() {
                    continue;
                }
                let end = ends.get(last).copied().unwrap_or(text.len());
                let rest = best.get(last + 1);
                let Some((literal, said)) = text.get(begins[first]..end).and_then(|part| self.search(part, 1)) else { continue };
                let (known, said) = match rest {
                    None => (literal, said),
                    Some(Some((known, rest))) => (literal + known, format!("{said} {rest}")),
                    Some(None) => continue,
                };
                if best[first].as_ref().is_none_or(|(other, _)| known > *other) {
                    best[first] = Some((known, said));
                }
            }
        }
        best.swap_remove(0)
    }

    /// What stands in the holes, the shortest that fits from the left; `None` where it does not fit, or a hole is empty.
    fn captures<'t>(&self, entry: &Entry, text: &'t str) -> Option<Vec<&'t str>> {
        let (first, rest) = entry.pieces.split_first()?;
        let (last, middle) = rest.split_last()?;
        let inside = text.strip_prefix(first)?.strip_suffix(last)?;
        let mut found = Vec::with_capacity(rest.len());
        self.fill(entry, middle, inside, &mut found, &mut { TRIES }).then_some(found)
    }

    /// Fills the holes from number `found.len()` on. What stands between two holes may stand in a name too: then the next place is tried.
    fn fill<'t>(&self, entry: &Entry, middle: &[&str], left: &'t str, found: &mut Vec<&'t str>, tries: &mut usize) -> bool {
        let only = entry.only.get(found.len()).copied().unwrap_or_default();
        let fits = |capture: &str| match only {
            Only::Anything => !capture.is_empty(),
            Only::Number => is_number(capture),
            Only::Word => self.exact.contains_key(capture),
        };
        let Some((piece, rest)) = middle.split_first() else {
            let fits = fits(left);
            found.push(left);
            return fits;
        };
        for (at, _) in left.match_indices(piece) {
            if *tries == 0 {
                return false;
            }
            *tries -= 1;
            if !fits(&left[..at]) {
                continue;
            }
            let known = found.len();
            found.push(&left[..at]);
            if self.fill(entry, rest, &left[at + piece.len()..], found, tries) {
                return true;
            }
            found.truncate(known);
        }
        false
    }
}

/// Cuts a translation at its holes. What is no hole stays text.
fn parts(text: &'static str) -> Vec<Part> {
    let (mut out, mut left, mut next) = (Vec::new(), text, 0);
    while let Some(open) = left.find('{') {
        let Some(close) = left[open..].find('}').map(|at| open + at) else { break };
        let Some(hole) = hole(&left[open + 1..close], next) else { break };
        next += 1;
        if open > 0 {
            out.push(Part::Text(&left[..open]));
        }
        out.push(hole);
        left = &left[close + 1..];
    }
    if !left.is_empty() {
        out.push(Part::Text(left));
    }
    out
}

fn hole(mark: &'static str, next: usize) -> Option<Part> {
    let (head, list) = match mark.split_once('|') {
        None => (mark, None),
        Some((head, separators)) => (head, Some(separators.split_once('|')?)),
    };
    let (digits, verbatim) = head.strip_suffix('!').map_or((head, false), |digits| (digits, true));
    let (digits, only) = match (digits.strip_suffix('#'), digits.strip_suffix('=')) {
        (Some(digits), _) => (digits, Only::Number),
        (_, Some(digits)) => (digits, Only::Word),
        _ => (digits, Only::Anything),
    };
    let number = if digits.is_empty() { next } else { digits.parse().ok()? };
    Some(Part::Hole { number, only, verbatim, list })
}

fn is_number(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'%'))
}

/// A translation with its holes cut out, for texts whose holes are filled with more than text: what stands before each hole and the hole's
/// number, and what stands behind the last.
pub(in crate::report) fn pieces(text: &'static str) -> (Vec<(&'static str, usize)>, &'static str) {
    let (mut out, mut before) = (Vec::new(), "");
    for part in parts(text) {
        match part {
            Part::Text(text) => before = text,
            Part::Hole { number, .. } => {
                out.push((before, number));
                before = "";
            }
        }
    }
    (out, before)
}

/// The numbers of a translation's holes; `None` where a brace is no hole.
#[cfg(test)]
pub(super) fn holes(text: &'static str) -> Option<Vec<usize>> {
    let mut out = Vec::new();
    for part in parts(text) {
        match part {
            Part::Text(text) if text.contains(['{', '}']) => return None,
            Part::Text(_) => {}
            Part::Hole { number, .. } => out.push(number),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[(&str, &str)] = &[
        ("yes", "ya"),
        ("{} of {} rows", "dari {1} baris, {0}"),
        ("in {}.", "di {0!| or by | atau oleh }."),
        ("Left: {}.", "Sisa: {0|, |; }."),
        ("Left: {} (all).", "Sisa: {} (semua)."),
        ("{} seen", "{0#} terlihat"),
        ("{} ({} held)", "{0!} ({1=} dipegang)"),
    ];

    #[test]
    fn holes_are_found_filled_and_translated() {
        let catalogue = Catalogue::new(&[TABLE], &[]);
        let said = |text: &str| catalogue.translate(text);
        assert_eq!(said("yes").as_deref(), Some("ya"));
        assert_eq!(said("12 of 1,234.5 rows").as_deref(), Some("dari 1.234,5 baris, 12"));
        assert_eq!(said("in yes or by 1.5.").as_deref(), Some("di yes atau oleh 1.5."));
        assert_eq!(said("Left: yes, no, 2.5%.").as_deref(), Some("Sisa: ya; no; 2,5%."));
        assert_eq!(said("Left: yes (all).").as_deref(), Some("Sisa: ya (semua)."));
        assert_eq!(said("in A. Left: yes.").as_deref(), Some("di A. Sisa: ya."));
        assert_eq!(said("in P.T. A. Left: yes.").as_deref(), Some("di P.T. A. Sisa: ya."));
        assert_eq!(said("A (B) (yes held)").as_deref(), Some("A (B) (ya dipegang)"));
        assert_eq!(said(&format!("{}(no held)", "( (".repeat(1000))), None);
        assert_eq!((said("5% seen").as_deref(), said("5 of 6 seen")), (Some("5% terlihat"), None));
        assert_eq!(said("in A. Unknown: yes, but"), None);
        assert_eq!(said(" of  rows"), None);
    }

    #[test]
    fn what_is_no_hole_is_noticed() {
        assert_eq!(holes("{1} {0!} {| a | b }"), Some(vec![1, 0, 2]));
        assert_eq!(holes("{x}"), None);
        assert_eq!(holes("{0"), None);
    }
}
