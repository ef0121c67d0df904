//! The element of markup that is repeated for each record: `<tr>` of a page, `<user>` of an export.

use memchr::memmem;
use std::collections::BTreeMap;

/// Times that an element must begin in the head of a text to be what its rows are.
const REPEATED: usize = 3;

/// Names that are remembered while elements are counted: hostile markup has any number.
const NAMES: usize = 4096;

/// Depth of elements that is followed.
const DEPTH: usize = 64;

/// The beginning of the element that makes rows.
#[derive(Clone, Debug)]
pub(super) struct Element {
    tag: memmem::Finder<'static>,
}

impl Element {
    /// The repeated element of a markup text, by its head; `None` where there is none, or the text is no markup.
    pub fn of(head: &[u8]) -> Option<Element> {
        let begins = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        if begins.first() != Some(&b'<') {
            return None;
        }
        let name = page_rows(head).or_else(|| shallowest(head))?;
        let tag = [b"<", &name[..]].concat();
        Some(Element { tag: memmem::Finder::new(&tag).into_owned() })
    }

    /// Where the element first begins in `text[from..]`.
    pub fn first(&self, text: &[u8], from: usize) -> Option<usize> {
        let part = text.get(from..)?;
        let len = self.tag.needle().len();
        self.tag.find_iter(part).find(|at| part.get(at + len).is_none_or(|b| !is_name(*b))).map(|at| from + at)
    }

    /// Where it last begins in `text`, but for its very beginning.
    pub fn last(&self, text: &[u8]) -> Option<usize> {
        let (mut at, mut last) = (1, None);
        while let Some(found) = self.first(text, at) {
            (at, last) = (found + 1, Some(found));
        }
        last
    }
}

fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':') || b >= 0x80
}

/// Rows of a page's tables, else its lists: pages do not close all that they open, so that their depths say little.
fn page_rows(head: &[u8]) -> Option<Vec<u8>> {
    let lower = head.to_ascii_lowercase();
    let is_page = [&b"<html"[..], b"<!doctype html", b"<table", b"<body"].iter().any(|sign| memmem::find(&lower, sign).is_some());
    let count = |tag: &[u8]| memmem::find_iter(head, tag).count();
    let rows = [&b"<tr"[..], b"<TR", b"<li", b"<LI"].into_iter().find(|tag| is_page && count(tag) >= REPEATED);
    rows.map(|tag| tag[1..].to_vec())
}

/// The element that is repeated at the smallest depth, and most often there.
fn shallowest(head: &[u8]) -> Option<Vec<u8>> {
    let mut counts: BTreeMap<(usize, &[u8]), usize> = BTreeMap::new();
    let mut depth = 0usize;
    for at in memchr::memchr_iter(b'<', head) {
        let rest = &head[at + 1..];
        let name = &rest[..rest.iter().take(NAMES).take_while(|b| is_name(**b)).count()];
        match rest.first() {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(_) if !name.is_empty() => {
                if counts.len() < NAMES || counts.contains_key(&(depth, name)) {
                    *counts.entry((depth, name)).or_default() += 1;
                }
                let closes = memchr::memchr2(b'<', b'>', rest).is_some_and(|end| rest[end] == b'>' && rest[..end].ends_with(b"/"));
                depth = (depth + usize::from(!closes)).min(DEPTH);
            }
            _ => {}
        }
    }
    let repeated = counts.into_iter().filter(|&(_, count)| count >= REPEATED);
    // The smallest depth first; of one depth the name that is met most, then the first of them.
    let best = repeated.min_by_key(|&((depth, name), count)| (depth, std::cmp::Reverse(count), name));
    best.map(|((_, name), _)| name.to_vec())
}
