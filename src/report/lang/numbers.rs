//! Numbers as the languages write them: 1,234.5% in English, 1.234,5% in Indonesian. Everything is made in English first, so that both say
//! the same digits.

use super::Lang;
use crate::attribute::verdict;
use crate::report::terminal;
use std::borrow::Cow;

impl Lang {
    /// An English text with its numbers punctuated as this language has it. Days, versions, digests and paths stay as they are.
    #[must_use]
    pub fn number(self, english: &str) -> Cow<'_, str> {
        match self {
            Lang::En => Cow::Borrowed(english),
            Lang::Id => punctuated(english),
        }
    }

    /// A count with its thousands set apart.
    #[must_use]
    pub fn count(self, n: u64) -> String {
        self.number(&terminal::grouped(n)).into_owned()
    }

    /// A share as a percentage, with as many digits as it bears.
    #[must_use]
    pub fn percent(self, share: f64) -> String {
        self.number(&verdict::percent(share)).into_owned()
    }

    /// A number with so many digits behind the point.
    #[must_use]
    pub fn decimal(self, number: f64, digits: usize) -> String {
        self.number(&format!("{number:.digits$}")).replace('-', "\u{2212}")
    }

    /// The same with its sign.
    #[must_use]
    pub fn signed(self, number: f64, digits: usize) -> String {
        self.number(&format!("{number:+.digits$}")).replace('-', "\u{2212}")
    }

    /// Bytes in decimal units.
    #[must_use]
    pub fn bytes(self, bytes: f64) -> String {
        self.number(&terminal::bytes_words(bytes)).into_owned()
    }

    /// A time in milliseconds or seconds.
    #[must_use]
    pub fn seconds(self, seconds: f64) -> String {
        self.number(&terminal::seconds_words(seconds)).into_owned()
    }

    /// A number that may be very small: with a power of ten below a thousandth.
    #[must_use]
    pub fn small(self, number: f64) -> String {
        if number == 0.0 {
            return "0".to_string();
        }
        if number.abs() >= 1e-3 {
            return self.decimal(number, 3);
        }
        let written = format!("{number:.1e}");
        let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
        format!("{}\u{a0}×\u{a0}10{}", self.number(mantissa), raised(exponent))
    }
}

/// The digits and the sign of an exponent, raised.
fn raised(exponent: &str) -> String {
    let raise = |c: char| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '0' | '4'..='9' => char::from_u32(0x2070 + (c as u32 - '0' as u32)).unwrap_or(c),
        other => other,
    };
    exponent.chars().map(raise).collect()
}

/// An English text with the points and commas of its numbers exchanged. A number stands by itself: what is tied to a letter, a dash, a slash
/// or a second point (a day, a version, a digest, a path) is none.
#[must_use]
pub(super) fn punctuated(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut out: Option<String> = None;
    let (mut at, mut copied) = (0, 0);
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let mut end = at;
        while end < bytes.len() && (bytes[end].is_ascii_digit() || matches!(bytes[end], b'.' | b',')) {
            end += 1;
        }
        let run = text[at..end].trim_end_matches(['.', ',']);
        let end = at + run.len();
        if is_number(run) && free_before(&text[..at]) && free_behind(&text[end..]) && run.contains(['.', ',']) {
            let out = out.get_or_insert_with(|| String::with_capacity(text.len()));
            out.push_str(&text[copied..at]);
            out.extend(run.chars().map(|c| match c {
                '.' => ',',
                ',' => '.',
                digit => digit,
            }));
            copied = end;
        }
        // The rest of a run that is tied together is none either.
        at = end.max(at + 1);
    }
    match out {
        None => Cow::Borrowed(text),
        Some(mut out) => {
            out.push_str(&text[copied..]);
            Cow::Owned(out)
        }
    }
}

/// Digits with thousands set apart or not, and a fraction or none.
fn is_number(run: &str) -> bool {
    let (whole, fraction) = run.split_once('.').map_or((run, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let grouped = digits(first) && (first.len() <= 3 || whole.len() == first.len()) && groups.all(|g| g.len() == 3 && digits(g));
    grouped && fraction.is_none_or(digits)
}

fn free_before(text: &str) -> bool {
    let mut back = text.chars().rev();
    match back.next() {
        None => true,
        Some('+' | '-' | '\u{2212}') => back.next().is_none_or(|c| c.is_whitespace() || c == '('),
        Some(c) => c.is_whitespace() || matches!(c, '(' | '~' | '<' | '>' | '\u{2013}'),
    }
}

fn free_behind(text: &str) -> bool {
    let mut ahead = text.chars();
    match ahead.next() {
        None => true,
        Some('.' | ',' | ';' | ':') => ahead.next().is_none_or(char::is_whitespace),
        Some(c) => c.is_whitespace() || matches!(c, '%' | ')' | '\u{2013}'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_change_their_punctuation() {
        let said = |text: &str| Lang::Id.number(text).into_owned();
        assert_eq!(said("about 1,234.5% of 60000 (0.5, 2,000)."), "about 1.234,5% of 60000 (0,5, 2.000).");
        for kept in ["2026-11-01", "leaktrace 0.1.0", "v1.5", "1.2.3.4", "a/1.5/b", "1.5.csv", "12,34", "1e-5.5x", "file1.5", "0.5-0.7"] {
            assert_eq!(said(kept), kept);
        }
        assert_eq!(said("ends 1.5."), "ends 1,5.");
        assert_eq!(Lang::En.number("1,234.5"), "1,234.5");
    }

    #[test]
    fn figures_read_as_each_language_writes_them() {
        assert_eq!(Lang::Id.count(279_000_000), "279.000.000");
        assert_eq!((Lang::En.percent(0.125), Lang::Id.percent(0.0125)), ("12%".to_string(), "1,2%".to_string()));
        assert_eq!(Lang::Id.bytes(1.24e9), "1,24 GB");
        assert_eq!(Lang::En.decimal(-1.0, 2), "\u{2212}1.00");
        assert_eq!(
            (Lang::En.small(1.56e-8), Lang::Id.small(1.56e-8)),
            ("1.6\u{a0}×\u{a0}10⁻⁸".to_string(), "1,6\u{a0}×\u{a0}10⁻⁸".to_string())
        );
        assert_eq!((Lang::En.small(0.0), Lang::En.small(0.25)), ("0".to_string(), "0.250".to_string()));
        assert_eq!(Lang::Id.signed(38.86, 1), "+38,9");
    }
}
