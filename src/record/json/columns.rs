//! Columns by name, where a name may stand for several: a key that a row holds twice has two.

use super::memory::Step;
use std::collections::HashMap;

/// No column.
pub(crate) const NONE: u32 = u32::MAX;

/// Bytes of a column's name; a longer one is cut off, so that a text of long keys cannot fill the memory.
const NAME_BYTES: usize = 512;

/// Keys that say which type a value of MongoDB's extended JSON has.
const TYPE_KEYS: [&[u8]; 10] = [
    b"$oid",
    b"$date",
    b"$numberLong",
    b"$numberInt",
    b"$numberDouble",
    b"$numberDecimal",
    b"$uuid",
    b"$binary",
    b"$symbol",
    b"$undefined",
];

/// A table's columns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    names: Vec<String>,
    /// The first column of a name.
    first: HashMap<String, u32>,
    /// The next column of the same name.
    next: Vec<u32>,
}

impl Columns {
    pub(crate) fn new(names: &[String]) -> Columns {
        let mut out = Columns::default();
        for name in names {
            out.push(name.clone());
        }
        out
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// The first column called `name`, or [`NONE`].
    pub(crate) fn find(&self, name: &str) -> u32 {
        self.first.get(name).copied().unwrap_or(NONE)
    }

    /// The column of the same name that comes after `column`, or [`NONE`].
    pub(crate) fn another(&self, column: u32) -> u32 {
        self.next[column as usize]
    }

    /// Adds a column and returns its number.
    pub(crate) fn push(&mut self, name: String) -> u32 {
        let new = self.names.len() as u32;
        match self.first.get(&name) {
            Some(&first) => {
                let last = self.last(first, new);
                self.next[last as usize] = new;
            }
            None => {
                self.first.insert(name.clone(), new);
            }
        }
        self.names.push(name);
        self.next.push(NONE);
        new
    }

    /// Forgets the columns from number `len` on.
    pub(crate) fn truncate(&mut self, len: usize) {
        while self.names.len() > len {
            let Some(name) = self.names.pop() else { break };
            let gone = self.names.len() as u32;
            self.next.pop();
            match self.first.get(&name) {
                Some(&first) if first != gone => {
                    let last = self.last(first, gone);
                    self.next[last as usize] = NONE;
                }
                _ => {
                    self.first.remove(&name);
                }
            }
        }
    }

    /// The last column before number `before` of those called as `column` is.
    fn last(&self, mut column: u32, before: u32) -> u32 {
        while self.next[column as usize] < before {
            column = self.next[column as usize];
        }
        column
    }
}

/// The name of the column that the steps from a row to a value lead to.
pub(crate) fn name(steps: &[Step<'_>]) -> String {
    let mut out = String::new();
    let mut any = false;
    for (n, step) in steps.iter().enumerate() {
        let part = match *step {
            Step::Key(key) => {
                let key = plain(key);
                let left_out = TYPE_KEYS.contains(&&*key)
                    || (n == 0 && *key == *b"_source" && steps.len() > 1)
                    || (*key == *b"base64" && n > 0 && matches!(steps[n - 1], Step::Key(b"$binary")));
                if left_out {
                    continue;
                }
                String::from_utf8_lossy(&key).into_owned()
            }
            Step::Item(item) => item.to_string(),
            Step::Rest(item) => format!("{item}+"),
        };
        if any {
            out.push('.');
        }
        any = true;
        out.push_str(&part);
        if out.len() > NAME_BYTES {
            let mut end = NAME_BYTES;
            while !out.is_char_boundary(end) {
                end -= 1;
            }
            out.truncate(end);
            break;
        }
    }
    out
}

/// A key as it is meant.
pub(crate) fn plain(key: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    if !key.contains(&b'\\') {
        return key.into();
    }
    let mut out = Vec::new();
    super::escape::unescape(key, &mut out);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_dotted() {
        use Step::{Item, Key, Rest};
        for (steps, want) in [
            (&[Key(b"a"), Key(b"b")][..], "a.b"),
            (&[Key(b"a"), Item(0), Key(b"c")], "a.0.c"),
            (&[Key(b"a"), Rest(8)], "a.8+"),
            (&[Key(b"_id"), Key(b"$oid")], "_id"),
            (&[Key(b"at"), Key(b"$date"), Key(b"$numberLong")], "at"),
            (&[Key(b"x"), Key(b"$binary"), Key(b"base64")], "x"),
            (&[Key(b"x"), Key(b"$binary"), Key(b"subType")], "x.subType"),
            (&[Key(b"_source"), Key(b"a")], "a"),
            (&[Key(b"_source")], "_source"),
            (&[Key(b"a"), Key(b"_source"), Key(b"b")], "a._source.b"),
            (&[Key(br"\u0061\n"), Key(b"\xff")], "a\n.\u{fffd}"),
            (&[Key(b""), Key(b"")], "."),
            (&[], ""),
        ] {
            assert_eq!(name(steps), want);
        }
        assert_eq!(name(&[Key("é".repeat(300).as_bytes())]).len(), 512);
    }

    #[test]
    fn columns_of_one_name_are_found_one_after_the_other() {
        let mut columns = Columns::new(&["a", "b", "a"].map(String::from));
        let third = columns.push("a".into());
        assert_eq!((columns.find("a"), columns.another(0), columns.another(2), columns.another(third)), (0, 2, third, NONE));
        columns.truncate(2);
        assert_eq!((columns.find("a"), columns.another(0), columns.names().len()), (0, NONE, 2));
        columns.truncate(0);
        assert_eq!((columns.find("a"), columns.find("b")), (NONE, NONE));
    }
}
