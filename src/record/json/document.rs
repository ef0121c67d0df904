//! One value from its beginning, token by token: where it ends, where inside it an array of objects begins, and what its path is.

use super::columns::plain;
use super::{DEPTH, TABLE_DEPTH, is_bare, is_between, is_blank};
use memchr::memchr3;

/// Why a walk stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The text ends; go on at the place with more of it.
    More,
    /// So does the value.
    Ended,
    /// The first element of an array of objects comes next.
    Table,
    /// This is not JSON.
    Wrong,
}

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    Value,
    /// A key or the end of the object that just began.
    FirstKey,
    Key,
    Colon,
    /// An element or the end of the array that just began.
    FirstItem,
    /// A comma or a closing bracket.
    After,
}

/// An open bracket.
#[derive(Debug)]
struct Level {
    is_array: bool,
    /// The key of an object's member, as written.
    key: Vec<u8>,
    /// The number of an array's element.
    item: usize,
}

/// A place in a value.
#[derive(Debug)]
pub(crate) struct Walker {
    stack: Vec<Level>,
    expect: Expect,
    tables: bool,
    most: usize,
    /// Tokens met.
    pub tokens: usize,
    /// Where what is kept of the text of the next walk has to end.
    pub until: usize,
    /// Where it does end, and what closes the brackets that are open there, once a token did not fit.
    pub full: Option<(usize, Vec<u8>)>,
    /// The last place of the last walk, and of what is kept, after which the open brackets may be closed.
    pub good: Option<usize>,
}

impl Walker {
    /// At the beginning of a value; with `tables`, arrays of objects stop the walk. A token longer than `most` bytes is damage.
    pub(crate) fn new(tables: bool, most: usize) -> Walker {
        Walker { stack: Vec::new(), expect: Expect::Value, tables, most, tokens: 0, until: usize::MAX, full: None, good: None }
    }

    /// Goes on at `text[at]`; `last` says that nothing follows on the text. Returns where it stopped.
    pub(crate) fn walk(&mut self, text: &[u8], mut at: usize, last: bool) -> (usize, Stop) {
        self.good = None;
        loop {
            at += text[at..].iter().take_while(|b| is_blank(**b)).count();
            if at >= self.until {
                self.fill(self.until);
            }
            let Some(&byte) = text.get(at) else { return (at, Stop::More) };
            let next = match (self.expect, byte) {
                (Expect::FirstKey | Expect::Key, b'"') | (Expect::Value | Expect::FirstItem, b'"') => self.string(text, at),
                (Expect::Colon, b':') => {
                    self.expect = Expect::Value;
                    Ok(at + 1)
                }
                (Expect::After, b',') => self.comma().map(|()| at + 1),
                (Expect::After | Expect::FirstKey, b'}') | (Expect::After | Expect::FirstItem, b']') => self.close(byte).map(|()| at + 1),
                (Expect::Value | Expect::FirstItem, b'{') => self.open(false).map(|()| at + 1),
                (Expect::Value | Expect::FirstItem, b'[') => {
                    let ahead = text.len().min(at + 1 + self.most);
                    let first = text[at + 1..ahead].iter().find(|b| !is_blank(**b));
                    let may_be = self.tables && (1..=TABLE_DEPTH).contains(&self.stack.len());
                    match first {
                        None if may_be && !last && ahead == text.len() => Err(Stop::More),
                        Some(b'{') if may_be => match self.open(true) {
                            Ok(()) => {
                                self.keep(at + 1);
                                return (at + 1, Stop::Table);
                            }
                            Err(stop) => Err(stop),
                        },
                        _ => self.open(true).map(|()| at + 1),
                    }
                }
                (Expect::Value | Expect::FirstItem, _) => self.bare(text, at, last),
                _ => Err(Stop::Wrong),
            };
            match next {
                Ok(next) => {
                    // A string or a bare value: a bracket that begins before `until` does not end behind it.
                    if next > self.until {
                        self.fill(at);
                    }
                    at = next;
                }
                Err(stop) => return (at, stop),
            }
            self.tokens += 1;
            if matches!(self.expect, Expect::After | Expect::FirstKey | Expect::FirstItem) {
                self.keep(at);
            }
            if self.expect == Expect::After && self.stack.is_empty() {
                return (at, Stop::Ended);
            }
        }
    }

    /// The elements of the array that the last walk stopped in are dealt with; the walk goes on at its closing bracket.
    pub(crate) fn behind_table(&mut self) {
        self.expect = Expect::After;
    }

    /// The dotted path of the array that the last walk stopped in.
    pub(crate) fn path(&self) -> String {
        let above = &self.stack[..self.stack.len().saturating_sub(1)];
        let part = |level: &Level| match level.is_array {
            true => level.item.to_string(),
            false => String::from_utf8_lossy(&plain(&level.key)).into_owned(),
        };
        above.iter().map(part).collect::<Vec<_>>().join(".")
    }

    /// What closes the brackets that are open where what is kept ends.
    pub(crate) fn closing(&self) -> Vec<u8> {
        if let Some((_, closing)) = &self.full {
            return closing.clone();
        }
        self.stack.iter().rev().map(|level| if level.is_array { b']' } else { b'}' }).collect()
    }

    /// The open brackets may be closed at this place.
    fn keep(&mut self, at: usize) {
        if self.full.is_none() {
            self.good = Some(at);
        }
    }

    /// From this place on nothing is kept.
    fn fill(&mut self, at: usize) {
        if self.full.is_none() {
            self.full = Some((at, self.closing()));
        }
    }

    fn open(&mut self, is_array: bool) -> Result<(), Stop> {
        if self.stack.len() >= DEPTH {
            return Err(Stop::Wrong);
        }
        self.stack.push(Level { is_array, key: Vec::new(), item: 0 });
        self.expect = if is_array { Expect::FirstItem } else { Expect::FirstKey };
        Ok(())
    }

    fn close(&mut self, byte: u8) -> Result<(), Stop> {
        // What is wrong stays open: it is closed where the text is cut off.
        self.stack.pop_if(|level| level.is_array == (byte == b']')).ok_or(Stop::Wrong)?;
        self.expect = Expect::After;
        Ok(())
    }

    fn comma(&mut self) -> Result<(), Stop> {
        let level = self.stack.last_mut().ok_or(Stop::Wrong)?;
        level.item += 1;
        self.expect = if level.is_array { Expect::Value } else { Expect::Key };
        Ok(())
    }

    /// A string that begins at `text[at]`, a key or a value.
    fn string(&mut self, text: &[u8], at: usize) -> Result<usize, Stop> {
        let (mut end, most) = (at + 1, at + 1 + self.most);
        let open = if text.len() < most { Stop::More } else { Stop::Wrong };
        let text = &text[..text.len().min(most)];
        loop {
            let part = text.get(end..).ok_or(open)?;
            let found = memchr3(b'"', b'\\', b'\n', part).ok_or(open)?;
            match part[found] {
                b'"' => {
                    end += found;
                    break;
                }
                // The byte behind a backslash is not looked at, but for a line end.
                b'\\' if part.get(found + 1) != Some(&b'\n') => end += found + 2,
                _ => return Err(Stop::Wrong),
            }
        }
        if matches!(self.expect, Expect::Value | Expect::FirstItem) {
            self.expect = Expect::After;
            return Ok(end + 1);
        }
        self.expect = Expect::Colon;
        let named = self.tables && self.stack.len() <= TABLE_DEPTH;
        if let Some(level) = self.stack.last_mut()
            && named
        {
            level.key.clear();
            level.key.extend_from_slice(&text[at + 1..end]);
        }
        Ok(end + 1)
    }

    fn bare(&mut self, text: &[u8], at: usize, last: bool) -> Result<usize, Stop> {
        let token = &text[at..text.len().min(at + 1 + self.most)];
        let len = match token.iter().position(|&b| is_between(b) || b"{}[]:\"".contains(&b)) {
            Some(len) => len,
            None if token.len() > self.most => return Err(Stop::Wrong),
            None if last => token.len(),
            None => return Err(Stop::More),
        };
        self.expect = Expect::After;
        if is_bare(&token[..len]) { Ok(at + len) } else { Err(Stop::Wrong) }
    }
}

/// Whether a text that begins with `head` is JSON: an object or array, alone or followed by others. Its first value is read, as far as it is there,
/// and what follows must be another one, so that `{name};…` or `[1],2` in a first cell is not taken for it. One that is damaged further on counts
/// if it begins with a key and a colon, or as an array with a string and a comma.
#[must_use]
pub fn is_json(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let start = head.iter().take_while(|b| is_blank(**b) || **b == 0x1e).count();
    let head = &head[start..];
    let second = head.iter().skip(1).copied().find(|&b| !is_blank(b));
    // Numbers in brackets may stand in any text.
    let speaks = matches!((head.first(), second), (Some(b'{'), Some(b'"' | b'}')) | (Some(b'['), Some(b'{' | b'[' | b'"')));
    if !speaks && head.first() != Some(&b'[') {
        return false;
    }
    let mut walker = Walker::new(false, head.len());
    match walker.walk(head, 0, false) {
        (end, Stop::Ended) => {
            let (between, next) = match head[end..].iter().position(|&b| !is_between(b)) {
                Some(n) => (&head[end..end + n], head.get(end + n)),
                None => return speaks,
            };
            matches!(next, Some(b'{' | b'[')) && (speaks || between.contains(&b'\n'))
        }
        (_, Stop::Wrong) => speaks && walker.tokens >= 3,
        (_, Stop::More | Stop::Table) => speaks,
    }
}
