//! Telling lists of credentials from other texts, from the front alone: nearly all lines must be such, and no delimiter may part them as well.

use super::split::{is_email, scheme, split};
use crate::record::lines::{FRONT_BYTES, front_lines, is_blank, is_drawn, trimmed, without_mark};

/// Whether a text that begins with `head` is a list of credentials that is better not read as a delimited text: its lines hold addresses of web pages, or
/// blanks part e-mail address and password. At most 256 KB of it are looked at.
#[must_use]
pub fn is_credentials(head: &[u8]) -> bool {
    let (front, whole) = (without_mark(&head[..head.len().min(FRONT_BYTES)]), head.len() < FRONT_BYTES);
    let mut seen = Seen::default();
    for line in front_lines(front, whole).map(trimmed).filter(|line| !is_drawn(line)) {
        seen.add(line);
    }
    seen.convinces()
}

/// Counts of lines.
#[derive(Debug, Default)]
struct Seen {
    lines: usize,
    /// With an address, a login and a password.
    addressed: usize,
    /// Without an address, but with something on both sides of a sign.
    pairs: usize,
    /// An e-mail address, blanks, and one word.
    blank: usize,
    /// With a comma, a semicolon, two tabs, two bars: as of tables.
    delimited: [usize; 4],
}

impl Seen {
    fn add(&mut self, line: &[u8]) {
        self.lines += 1;
        for (count, (byte, least)) in self.delimited.iter_mut().zip([(b',', 1), (b';', 1), (b'\t', 2), (b'|', 2)]) {
            *count += usize::from(memchr::memchr_iter(byte, line).take(least).count() == least);
        }
        let [url, login, password] = split(line).map(|cell| &line[cell]);
        let whole = !login.is_empty() && !trimmed(password).is_empty() && !login.contains(&b' ');
        if whole && scheme(url).is_some() {
            // Words between blanks are none.
            let words = line.split(|b| is_blank(*b)).filter(|word| !word.is_empty()).count();
            self.addressed += usize::from(is_email(login) || words <= 2);
        } else if whole {
            self.pairs += 1;
            self.blank += usize::from(is_email(login) && line[login.len()] == b' ' && !password.contains(&b' '));
        }
    }

    fn convinces(&self) -> bool {
        let most = |lines: usize, of: usize| lines * of >= self.lines * (of - 1);
        let table = self.delimited.iter().any(|&lines| most(lines, 5));
        self.lines > 0 && !table && (most(self.blank, 10) || most(self.addressed, 2) && most(self.addressed + self.pairs, 10))
    }
}
