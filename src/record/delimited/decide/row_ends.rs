//! What ends rows: line ends, or marks in their place, such as `&|` or the control byte 0x1E, with or without a line end behind them.

use super::super::Terminator;
use super::delimiters::signs_of;
use std::collections::BTreeMap;

/// Lines that are looked at for a mark before their ends.
const LINES: usize = 4096;
/// Control bytes that end rows somewhere: of records, groups, files, texts.
const CONTROLS: [u8; 6] = [0x02, 0x03, 0x1c, 0x1d, 0x1e, 0x1f];
/// Marks without line ends that are tried.
const TRIED: usize = 8;

/// What ends lines, whether lone CRs beside that may end lines too, and the counts in words.
pub(super) fn terminator(windows: &[&[u8]]) -> (Terminator, bool, String) {
    /// One in so many line ends: fewer are part of texts.
    const SOME: u64 = 50;
    let (mut lf, mut crlf, mut cr) = (0u64, 0u64, 0u64);
    for sample in windows {
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
    let mixed = !found.cr_ends_rows() && cr > 0 && cr * SOME >= lf + crlf;
    (found, mixed, format!("line ends: {lf} LF, {crlf} CR LF, {cr} CR"))
}

/// A mark before nearly every line end and hardly anywhere else, with the line end: lines that end otherwise are parts of cells.
pub(super) fn before_line_ends(windows: &[&[u8]]) -> Option<String> {
    let mut counts: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    let mut lines = 0;
    for window in windows {
        for at in memchr::memchr_iter(b'\n', window).take(LINES / windows.len()) {
            let end = at - usize::from(at > 0 && window[at - 1] == b'\r');
            lines += 1;
            let run = window[..end].iter().rev().take(4).take_while(|&&b| is_end(b)).count();
            if run > 0 {
                *counts.entry(window[end - run..=at].to_vec()).or_default() += 1;
            }
        }
    }
    let (mark, n) = counts.into_iter().max_by_key(|(_, n)| *n)?;
    let bare = mark.trim_ascii_end();
    // Empty cells at the end of a row are delimiters in a row; a mark of its own is of two sorts of signs, or a control byte.
    let own = bare.windows(2).any(|w| w[0] != w[1]) || bare.iter().all(|b| CONTROLS.contains(b));
    let anywhere: usize = windows.iter().map(|w| memchr::memmem::find_iter(w, bare).count()).sum();
    let ends: usize = windows.iter().map(|w| memchr::memmem::find_iter(w, &mark[..]).count()).sum();
    (own && n >= 2 && n * 2 >= lines && ends * 10 >= anywhere * 9).then(|| String::from_utf8(mark).ok()).flatten()
}

fn is_end(byte: u8) -> bool {
    matches!(byte, b'|' | b'~' | b'^' | b'&' | b'#' | b'@' | b'$' | b'*' | b'%' | b'!' | b'<' | b'>' | b'+') || CONTROLS.contains(&byte)
}

/// Marks that may end rows in a text with too few line ends to be of rows, and whether the text ends with one; the likeliest first.
pub(super) fn without_line_ends(text: &[u8], last: &[u8]) -> Vec<(String, bool)> {
    let own = |mark: &[u8]| match mark {
        [byte] => CONTROLS.contains(byte),
        _ => mark.windows(2).any(|w| w[0] != w[1]) && mark.iter().all(|&b| is_end(b)),
    };
    let mut found = signs_of(text);
    found.retain(|(mark, n)| *n >= 2 && own(mark.as_bytes()));
    let ends = |mark: &str| last.trim_ascii_end().ends_with(mark.as_bytes()) || last.ends_with(mark.as_bytes());
    let rank = |(mark, n): &(String, usize)| std::cmp::Reverse((ends(mark), mark.len() == 1, *n, mark.len()));
    found.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.0.cmp(&b.0)));
    let with_end = |(mark, _): (String, usize)| {
        let ends = last.ends_with(mark.as_bytes());
        (mark, ends)
    };
    found.into_iter().map(with_end).take(TRIED).collect()
}
