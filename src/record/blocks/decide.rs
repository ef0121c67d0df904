//! Telling texts of entries from others, and deciding where their entries begin, from the front alone.
//!
//! Cards and records of directories say what they are. Blocks of pairs are known by their keys: most lines are pairs, the same keys come again
//! from entry to entry, and mostly in the same order. One entry alone must hold keys that exports use.

use super::pairs::{Line, classify};
use super::{Sort, Style, ldif, vcard};
use crate::identify::vocabulary;
use crate::record::lines::{front_lines, is_blank, line_end};
use std::collections::{HashMap, HashSet};

/// Digits of a key that is a time or another number rather than a name.
const NUMBER_DIGITS: usize = 6;

/// What a text is, if it is one of entries.
pub(crate) fn sort(front: &[u8], whole: bool) -> Option<Sort> {
    if vcard::is_vcard(front_lines(front, whole)) {
        Some(Sort::Vcard)
    } else if is_ldif(front_lines(front, whole)) {
        Some(Sort::Ldif)
    } else {
        Survey::of(front, whole).convinces().then_some(Sort::Pairs)
    }
}

/// How a text of entries is written.
pub(crate) fn style(front: &[u8], whole: bool) -> Style {
    let (sort, line_end) = (sort(front, whole).unwrap_or(Sort::Pairs), line_end(front));
    match sort {
        Sort::Pairs => {
            let survey = Survey::of(front, whole);
            let first_key = survey.first_key.map(|key| survey.keys[key].to_vec());
            Style { sort, line_end, empty_parts: survey.empty_parts, first_key }
        }
        Sort::Vcard | Sort::Ldif => Style { sort, line_end, empty_parts: false, first_key: None },
    }
}

/// Whether the first line is the name of a record, perhaps behind a version.
fn is_ldif<'l>(lines: impl Iterator<Item = &'l [u8]>) -> bool {
    for line in lines.filter(|l| l.first().is_some_and(|b| *b != b'#' && !is_blank(*b))) {
        let Some(found) = ldif::attribute(line) else { return false };
        let (name, value) = (&line[found.name], &line[found.value]);
        if name.eq_ignore_ascii_case(b"version") && value.trim_ascii() == b"1" {
            continue;
        }
        return name.eq_ignore_ascii_case(b"dn") && (found.sign == b':' || value.contains(&b'='));
    }
    false
}

/// What a line of the front is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Empty,
    Rule,
    /// A pair, by the number of its key.
    Pair(usize),
}

/// What the lines of the front are, and which keys they hold.
struct Survey<'f> {
    keys: Vec<&'f [u8]>,
    /// Lines that are pairs, and that are neither that nor part anything.
    pairs: usize,
    others: usize,
    /// Pairs whose key holds a time or another number, as the lines of chats and logs do.
    numbered: usize,
    empty_parts: bool,
    first_key: Option<usize>,
    /// Something but a key parts entries.
    parted: bool,
    /// The keys of each entry.
    entries: Vec<Vec<usize>>,
}

impl<'f> Survey<'f> {
    fn of(front: &'f [u8], whole: bool) -> Survey<'f> {
        let mut survey = Survey {
            keys: Vec::new(),
            pairs: 0,
            others: 0,
            numbered: 0,
            empty_parts: false,
            first_key: None,
            parted: false,
            entries: Vec::new(),
        };
        let (mut numbers, mut seen) = (HashMap::new(), Vec::new());
        for line in front_lines(front, whole) {
            match classify(line) {
                Line::Empty => seen.push(Seen::Empty),
                Line::Rule | Line::Title(_) => seen.push(Seen::Rule),
                Line::Pair(pair) => {
                    let key = &line[pair.key];
                    let number = *numbers.entry(key).or_insert_with(|| {
                        survey.keys.push(key);
                        survey.keys.len() - 1
                    });
                    survey.pairs += 1;
                    survey.numbered += usize::from(key.iter().filter(|b| b.is_ascii_digit()).count() >= NUMBER_DIGITS);
                    seen.push(Seen::Pair(number));
                }
                Line::Other { comment: false } => survey.others += 1,
                Line::Other { comment: true } | Line::Sign => {}
            }
        }
        survey.part(&seen);
        survey
    }

    /// Finds out what parts entries: rules; empty lines where rules alone leave entries that hold keys again; and where a key comes again that most
    /// entries begin with.
    fn part(&mut self, seen: &[Seen]) {
        let by_rules = parted(seen, false);
        let repeating = by_rules.iter().filter(|keys| repeats(keys)).count();
        let by_empty = parted(seen, true);
        self.empty_parts = repeating * 10 > by_rules.len() && usual_first(&by_empty).is_some_and(|(_, times)| times > 1);
        let parts = if self.empty_parts { by_empty } else { by_rules };
        self.first_key = match &parts[..] {
            [] => None,
            [all] => comes_again(all),
            several => usual_first(several).filter(|&(key, times)| times > 1 && always_first(several, key)).map(|(key, _)| key),
        };
        self.parted = parts.len() > 1;
        for keys in parts {
            let mut entry: Vec<usize> = Vec::new();
            for key in keys {
                if !entry.is_empty() && self.first_key == Some(key) {
                    self.entries.push(std::mem::take(&mut entry));
                }
                entry.push(key);
            }
            self.entries.push(entry);
        }
    }

    fn convinces(&self) -> bool {
        self.pairs >= 3 && self.numbered * 5 <= self.pairs && (self.is_many() || self.is_one())
    }

    /// Entries whose keys come again, mostly in the same order.
    fn is_many(&self) -> bool {
        let entries = self.entries.len();
        if entries < 2 || self.pairs < 2 * entries || self.pairs * 10 < 6 * (self.pairs + self.others) {
            return false;
        }
        let mut held_by = vec![0usize; self.keys.len()];
        let mut followers: HashMap<usize, HashMap<usize, usize>> = HashMap::new();
        for keys in &self.entries {
            keys.iter().collect::<HashSet<_>>().into_iter().for_each(|&key| held_by[key] += 1);
            for pair in keys.windows(2) {
                *followers.entry(pair[0]).or_default().entry(pair[1]).or_default() += 1;
            }
        }
        let often = (entries / 20).max(2);
        let recurring = self.entries.iter().flatten().filter(|&&key| held_by[key] >= often).count();
        let steps: usize = followers.values().flat_map(HashMap::values).sum();
        let usual: usize = followers.values().filter_map(|next| next.values().max()).sum();
        // Without anything between entries, their keys must be as regular as a table's.
        let odd = self.entries.iter().filter(|keys| keys.len() < 2 || repeats(keys)).count();
        let regular = if self.parted { usual * 10 >= steps * 6 } else { usual * 10 >= steps * 8 && odd * 5 <= entries };
        recurring * 4 >= self.pairs * 3 && regular
    }

    /// One entry, with keys that exports use.
    fn is_one(&self) -> bool {
        let keys = self.keys.len();
        let known = self.keys.iter().filter(|key| vocabulary::lookup(key).is_some()).count();
        self.pairs * 10 >= 8 * (self.pairs + self.others) && keys * 10 >= self.pairs * 8 && known >= 2 && known * 4 >= keys
    }
}

/// The keys between rules, or also between empty lines.
fn parted(seen: &[Seen], at_empty: bool) -> Vec<Vec<usize>> {
    let parts = seen.split(|line| *line == Seen::Rule || at_empty && *line == Seen::Empty);
    let keys = parts.map(|part| {
        let key = |line: &Seen| if let Seen::Pair(key) = line { Some(*key) } else { None };
        part.iter().filter_map(key).collect::<Vec<_>>()
    });
    keys.filter(|keys| !keys.is_empty()).collect()
}

/// Whether a key comes again.
fn repeats(keys: &[usize]) -> bool {
    keys.iter().collect::<HashSet<_>>().len() < keys.len()
}

/// Whether a key begins an entry wherever it is: it stands once between two places that part entries, or the same key comes next nearly always.
fn always_first(entries: &[Vec<usize>], key: usize) -> bool {
    if entries.iter().all(|keys| keys.iter().filter(|k| **k == key).count() < 2) {
        return true;
    }
    let mut followers: HashMap<Option<usize>, usize> = HashMap::new();
    for keys in entries {
        for (n, _) in keys.iter().enumerate().filter(|(_, k)| **k == key) {
            *followers.entry(keys.get(n + 1).copied()).or_default() += 1;
        }
    }
    let times: usize = followers.values().sum();
    followers.into_iter().any(|(next, n)| next.is_some_and(|next| next != key) && n * 10 >= times * 9)
}

/// The key that most entries begin with, and how many; of several the one that was met first.
fn usual_first(entries: &[Vec<usize>]) -> Option<(usize, usize)> {
    let mut times: HashMap<usize, usize> = HashMap::new();
    entries.iter().for_each(|keys| *times.entry(keys[0]).or_default() += 1);
    times.into_iter().max_by_key(|&(key, times)| (times, std::cmp::Reverse(key)))
}

/// The first key that comes again about as often as any does.
fn comes_again(keys: &[usize]) -> Option<usize> {
    let mut times: HashMap<usize, usize> = HashMap::new();
    keys.iter().for_each(|key| *times.entry(*key).or_default() += 1);
    let most = times.values().copied().max().unwrap_or(0);
    // Keys are numbered as they were met.
    times.into_iter().filter(|&(_, times)| times > 1 && times * 2 >= most).map(|(key, _)| key).min()
}
