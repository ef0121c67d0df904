//! Columns by name, where a key that an entry holds twice has further ones: `EMAIL`, `EMAIL 2`, `EMAIL 3`.

use std::collections::HashMap;

/// No column.
pub(crate) const NONE: u32 = u32::MAX;

/// A table's columns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
    /// Of each column those for the second, third, … time that its key occurs, as far as they were asked for; [`NONE`] at the end where there was no room.
    further: Vec<Vec<u32>>,
    /// How many there may be.
    most: usize,
}

impl Columns {
    pub(crate) fn new(names: &[String], most: usize) -> Columns {
        let mut out = Columns { most: usize::MAX, ..Columns::default() };
        for name in names {
            out.add(name.clone());
        }
        out.most = most;
        out
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// The name of a column as bytes; empty for [`NONE`].
    #[inline(always)]
    pub(crate) fn name(&self, column: u32) -> &[u8] {
        self.names.get(column as usize).map_or(&[], |name| name.as_bytes())
    }

    /// The column of a key, a new one if it was not met before; [`NONE`] where there is no room for it.
    pub(crate) fn of(&mut self, key: &[u8]) -> u32 {
        let name = String::from_utf8_lossy(key);
        match self.numbers.get(&*name) {
            Some(&column) => column,
            None => self.add(name.into_owned()),
        }
    }

    /// The column for the `time`th time, from the second on, that an entry holds the key of `column`.
    pub(crate) fn further(&mut self, column: u32, time: usize) -> u32 {
        while self.further[column as usize].len() + 2 <= time {
            let known = &self.further[column as usize];
            if known.last() == Some(&NONE) {
                return NONE;
            }
            let name = format!("{} {}", self.names[column as usize], known.len() + 2);
            let next = self.of(name.as_bytes());
            self.further[column as usize].push(next);
        }
        self.further[column as usize][time - 2]
    }

    fn add(&mut self, name: String) -> u32 {
        if self.names.len() >= self.most {
            return NONE;
        }
        let new = self.names.len() as u32;
        // Names of a table that two pieces made grow at once may stand twice.
        self.numbers.entry(name.clone()).or_insert(new);
        self.names.push(name);
        self.further.push(Vec::new());
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_comes_again_has_further_columns() {
        let mut columns = Columns::new(&["a".to_string(), "a 2".to_string()], 4);
        assert_eq!((columns.of(b"a"), columns.further(0, 2), columns.further(0, 3)), (0, 1, 2));
        assert_eq!((columns.of(b"\xff"), columns.of(b"\xfe"), columns.of("\u{fffd}".as_bytes())), (3, 3, 3));
        assert_eq!((columns.of(b"b"), columns.further(0, 4), columns.further(0, 999), columns.further(1, 2)), (NONE, NONE, NONE, NONE));
        assert_eq!(columns.names(), ["a", "a 2", "a 3", "\u{fffd}"]);
        assert_eq!((columns.name(2), columns.name(NONE)), (&b"a 3"[..], &b""[..]));
    }
}
