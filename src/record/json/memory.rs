//! What the rows before looked like: which key followed which, and the column of each path. Most rows have the same keys in the same order, and
//! then a key costs one comparison.

use super::columns::NONE;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// One step from a row to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step<'k> {
    /// Into an object, by a key as written.
    Key(&'k [u8]),
    /// Into an array.
    Item(usize),
    /// An array's elements from this one on.
    Rest(usize),
}

/// How many members of the row before may be missing in this one before the path is looked up.
const AHEAD: usize = 4;

/// A path from a row to a value.
#[derive(Clone, Copy, Debug)]
struct Path {
    above: u32,
    /// Its key in the store of keys, if it is one of an object; else the position in the array.
    key: (u32, u32),
    is_item: bool,
    /// The column of a scalar here; [`NONE`] until there was one.
    column: u32,
    /// The first member of an object here.
    member: u32,
    /// The member that came after this one.
    following: u32,
    /// The first element of an array here.
    item: u32,
    /// The next element.
    next_item: u32,
    /// Another path with the same hash.
    same_hash: u32,
}

/// The paths met so far.
#[derive(Debug)]
pub(crate) struct Memory {
    paths: Vec<Path>,
    keys: Vec<u8>,
    by_hash: HashMap<u64, u32>,
    hasher: RandomState,
    most: usize,
}

/// The path from a row to itself.
pub(crate) const ROOT: u32 = 0;

impl Memory {
    /// Remembers at most `most` paths.
    pub(crate) fn new(most: usize) -> Memory {
        let mut out = Memory { paths: Vec::new(), keys: Vec::new(), by_hash: HashMap::new(), hasher: RandomState::new(), most };
        out.clear();
        out
    }

    /// Forgets all.
    pub(crate) fn clear(&mut self) {
        self.paths.clear();
        self.keys.clear();
        self.by_hash.clear();
        self.add(NONE, (0, 0), false);
    }

    /// Whether nothing is remembered.
    pub(crate) fn is_clear(&self) -> bool {
        self.paths.len() == 1
    }

    /// The column of a path, [`NONE`] if it is not known yet.
    #[inline(always)]
    pub(crate) fn column(&self, path: u32) -> u32 {
        self.paths[path as usize].column
    }

    pub(crate) fn set_column(&mut self, path: u32, column: u32) {
        self.paths[path as usize].column = column;
    }

    /// The path from `above` by `key`, which comes after member `before` of the same object ([`NONE`] for the first); `None` when there is no room.
    #[inline(always)]
    pub(crate) fn member(&mut self, above: u32, before: u32, key: &[u8]) -> Option<u32> {
        let mut guess = if before == NONE { self.paths[above as usize].member } else { self.paths[before as usize].following };
        for _ in 0..AHEAD {
            let Some(path) = self.paths.get(guess as usize) else { break };
            if self.key(path) == key {
                return Some(guess);
            }
            guess = path.following;
        }
        self.look_up(above, before, key)
    }

    #[inline(always)]
    fn key(&self, path: &Path) -> &[u8] {
        let (from, len) = (path.key.0 as usize, path.key.1 as usize);
        &self.keys[from..from + len]
    }

    #[cold]
    fn look_up(&mut self, above: u32, before: u32, key: &[u8]) -> Option<u32> {
        let hash = self.hasher.hash_one((above, key));
        let first = self.by_hash.get(&hash).copied().unwrap_or(NONE);
        let mut found = first;
        while let Some(path) = self.paths.get(found as usize)
            && (path.above != above || self.key(path) != key)
        {
            found = path.same_hash;
        }
        if found == NONE {
            if self.paths.len() >= self.most {
                return None;
            }
            let place = (self.keys.len() as u32, key.len() as u32);
            self.keys.extend_from_slice(key);
            found = self.add(above, place, false);
            self.paths[found as usize].same_hash = first;
            self.by_hash.insert(hash, found);
        }
        if before == NONE {
            self.paths[above as usize].member = found;
        } else {
            self.paths[before as usize].following = found;
        }
        Some(found)
    }

    /// The path from `above` to element number `item`, which comes after element `before` of the same array ([`NONE`] for the first); `None` when there
    /// is no room.
    #[inline]
    pub(crate) fn item(&mut self, above: u32, before: u32, item: usize) -> Option<u32> {
        let known = if before == NONE { self.paths[above as usize].item } else { self.paths[before as usize].next_item };
        if known != NONE {
            return Some(known);
        }
        if self.paths.len() >= self.most {
            return None;
        }
        let new = self.add(above, (item as u32, 0), true);
        if before == NONE {
            self.paths[above as usize].item = new;
        } else {
            self.paths[before as usize].next_item = new;
        }
        Some(new)
    }

    /// The steps that a path is.
    pub(crate) fn steps(&self, mut path: u32) -> Vec<Step<'_>> {
        let mut out = Vec::new();
        while path != ROOT {
            let here = &self.paths[path as usize];
            let item = here.key.0 as usize;
            out.push(match here.is_item {
                false => Step::Key(self.key(here)),
                true if item < super::ITEMS => Step::Item(item),
                true => Step::Rest(item),
            });
            path = here.above;
        }
        out.reverse();
        out
    }

    fn add(&mut self, above: u32, key: (u32, u32), is_item: bool) -> u32 {
        let new = Path { above, key, is_item, column: NONE, member: NONE, following: NONE, item: NONE, next_item: NONE, same_hash: NONE };
        self.paths.push(new);
        self.paths.len() as u32 - 1
    }
}
