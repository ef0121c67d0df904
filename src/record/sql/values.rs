//! A value as it stands in a tuple, to a cell.
//!
//! ```text
//! value   = NULL | DEFAULT                                       an empty cell
//!         | literal [ "::" type ]                                its content
//!         | word literal                                         DATE '…', TIMESTAMP '…': the literal's content
//!         | word "(" … literal … ")"                             CAST, CONVERT, TO_DATE and the like: that of their first literal
//!         | anything else                                        the text itself
//! literal = number | [ prefix ] string | "0x" hex digits | "X'" hex digits "'" | "$tag$" … "$tag$"
//! ```
//!
//! Hexadecimal literals that are text are decoded; others stay hexadecimal digits. Cells that need nothing undone are spans of the text.

use super::dialect::Escapes;
use super::words::{Dollar, Space, after_blanks, after_space, after_string, dollar, in_word, is_space};
use crate::record::RowBatch;

/// Functions whose value is that of their first literal, whatever other literals (a format, a style, a calendar) stand behind it.
const FIRST_COUNTS: [&str; 12] = [
    "cast",
    "try_cast",
    "convert",
    "try_convert",
    "to_date",
    "to_timestamp",
    "to_timestamp_tz",
    "str_to_date",
    "to_number",
    "parse",
    "hextoraw",
    "unhex",
];

/// What a literal holds, as a range of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Literal {
    from: usize,
    to: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Nothing is to be undone.
    Raw,
    /// Quotes like this are doubled, and a backslash is what `Escapes` says.
    Quoted(u8, Escapes),
    /// Hexadecimal digits.
    Hex,
}

/// Adds the value in `text[from..end]` as a cell. `plain` as [`Sink::cell`](super::tuple::Sink::cell) has it.
#[inline(always)]
pub(super) fn push_value(batch: &mut RowBatch<'_>, text: &[u8], from: usize, end: usize, plain: bool, escapes: Escapes) {
    let value = &text[from..end];
    let lead = usize::from(value.first() == Some(&b' '));
    if plain {
        let prefix = lead + usize::from(value.get(lead) == Some(&b'N'));
        if value.len() > prefix + 1 && value[prefix] == b'\'' && value[value.len() - 1] == b'\'' {
            return batch.push_cell(from + prefix + 1, value.len() - prefix - 2);
        }
    }
    let value = &value[lead..];
    if !value.is_empty() && value.iter().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'.')) {
        return batch.push_cell(from + lead, value.len());
    }
    if value == b"NULL" {
        return batch.push_cell(from, 0);
    }
    push_any(batch, text, from, end, escapes);
}

/// Any value, by the letter.
#[inline(never)]
fn push_any(batch: &mut RowBatch<'_>, text: &[u8], from: usize, end: usize, escapes: Escapes) {
    let text = &text[..end];
    let (at, end) = trimmed(text, from, escapes);
    let text = &text[..end];
    if let Some((found, after)) = literal(text, at, escapes) {
        let after = skip(text, after, escapes);
        if after == end || text[after..].starts_with(b"::") {
            return push_literal(batch, text, found);
        }
        return batch.push_cell(at, end - at);
    }
    let word = word_end(text, at);
    let next = skip(text, word, escapes);
    if next == end {
        let empty = ["null", "default"].iter().any(|w| text[at..word].eq_ignore_ascii_case(w.as_bytes()));
        return batch.push_cell(at, if empty { 0 } else { word - at });
    }
    if text[next] == b'(' {
        return push_call(batch, text, at, word, escapes);
    }
    match literal(text, next, escapes) {
        Some((found, after)) if word > at && skip(text, after, escapes) == end => push_literal(batch, text, found),
        _ => batch.push_cell(at, end - at),
    }
}

/// Adds the value of the call of the function named `text[at..word]`, which ends with the text.
fn push_call(batch: &mut RowBatch<'_>, text: &[u8], at: usize, word: usize, escapes: Escapes) {
    let name = &text[at..word];
    let is = |word: &str| name.eq_ignore_ascii_case(word.as_bytes());
    let mut literals = Literals { text, at: word, escapes };
    if (is("convert") || is("try_convert")) && !escapes.mysql() {
        // SQL Server names the type first; it may have numbers in brackets. MySQL names it last.
        literals.at = type_end(text, word);
    }
    let Some((first, after)) = literals.next() else { return batch.push_cell(at, text.len() - at) };
    if is("replace") && push_replaced(batch, text, first, after, escapes) {
        return;
    }
    if !FIRST_COUNTS.iter().any(|known| is(known)) && !is("unistr") && literals.next().is_some() {
        return batch.push_cell(at, text.len() - at);
    }
    let kind = match first.kind {
        Kind::Quoted(..) if is("hextoraw") || is("unhex") => Kind::Hex,
        Kind::Quoted(quote, Escapes::Standard) if is("unistr") => Kind::Quoted(quote, Escapes::C),
        kind => kind,
    };
    push_literal(batch, text, Literal { kind, ..first });
}

/// SQLite writes line ends as `replace('a\nb','\n',char(10))`, also one inside the other; `after` is behind the first literal. False where
/// the expression is another one.
fn push_replaced(batch: &mut RowBatch<'_>, text: &[u8], first: Literal, after: usize, escapes: Escapes) -> bool {
    let mut pairs: [(&[u8], u8); 2] = [(b"", 0); 2];
    let (mut count, mut at) = (0, after);
    while text.get(at) == Some(&b',') && count < pairs.len() {
        let Some((what, behind)) = literal(text, at + 1, escapes) else { return false };
        let by = [(&b",char(10))"[..], b'\n'), (b",char(13))", b'\r')].into_iter().find(|(call, _)| text[behind..].starts_with(call));
        let Some((call, byte)) = by else { return false };
        if what.from == what.to {
            return false;
        }
        pairs[count] = (&text[what.from..what.to], byte);
        (count, at) = (count + 1, behind + call.len());
    }
    if count == 0 || at != text.len() {
        return false;
    }
    let Kind::Quoted(quote, Escapes::Standard) = first.kind else { return false };
    batch.push_owned_with(|out| {
        let mut rest = &text[first.from..first.to];
        while let [byte, ..] = rest {
            match pairs[..count].iter().find(|(what, _)| rest.starts_with(what)) {
                Some((what, by)) => {
                    out.push(*by);
                    rest = &rest[what.len()..];
                }
                None => {
                    out.push(*byte);
                    rest = &rest[if rest.starts_with(&[quote, quote]) { 2 } else { 1 }..];
                }
            }
        }
    });
    true
}

/// The literals of a call, up to ` AS ` and the type behind it.
struct Literals<'t> {
    text: &'t [u8],
    at: usize,
    escapes: Escapes,
}

impl Literals<'_> {
    fn next(&mut self) -> Option<(Literal, usize)> {
        while self.at < self.text.len() {
            let at = skip(self.text, self.at, self.escapes);
            if let Some(found) = literal(self.text, at, self.escapes) {
                self.at = found.1;
                return Some(found);
            }
            let word = word_end(self.text, at);
            if self.text[at..word].eq_ignore_ascii_case(b"as") {
                self.at = self.text.len();
            } else {
                self.at = word.max(at + 1);
            }
        }
        None
    }
}

/// Behind the comma that ends the first argument of the call whose opening bracket is at or after `at`; `at` where that argument is no
/// type.
fn type_end(text: &[u8], at: usize) -> usize {
    let mut depth = 0i32;
    for (n, byte) in text[at..].iter().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b',' if depth == 1 => return at + n + 1,
            b'\'' => return at,
            _ => {}
        }
    }
    at
}

/// The value without space and comments around it.
fn trimmed(text: &[u8], from: usize, escapes: Escapes) -> (usize, usize) {
    let at = skip(text, from, escapes);
    let kept = text[at..].iter().rposition(|&b| !is_space(b)).map_or(at, |n| at + n + 1);
    (at, kept)
}

/// The first byte at or after `at` that is neither space nor comment; the text's end where only such follow.
fn skip(text: &[u8], at: usize, escapes: Escapes) -> usize {
    match after_space(text, at, escapes) {
        Space::At(at) | Space::End(at) => at,
        Space::Open(..) => text.len(),
    }
}

/// Where the word that begins at `at` ends.
fn word_end(text: &[u8], at: usize) -> usize {
    text[at..].iter().position(|&b| !in_word(b)).map_or(text.len(), |n| at + n)
}

/// The literal that begins at `text[at]`, and the byte after it.
fn literal(text: &[u8], at: usize, escapes: Escapes) -> Option<(Literal, usize)> {
    let string = |at: usize, escapes: Escapes| {
        let quote = text[at];
        let after = after_string(text, at + 1, quote, escapes.backslash())?;
        Some((Literal { from: at + 1, to: after - 1, kind: Kind::Quoted(quote, escapes) }, after))
    };
    let hex = |(found, after): (Literal, usize)| (Literal { kind: Kind::Hex, ..found }, after);
    let quote_at = |at: usize| text.get(at) == Some(&b'\'');
    match *text.get(at)? {
        b'\'' => string(at, escapes),
        b'"' => string(at, if escapes.mysql() { escapes } else { Escapes::Standard }),
        b'n' | b'N' if quote_at(at + 1) => string(at + 1, escapes),
        b'b' | b'B' if quote_at(at + 1) => string(at + 1, Escapes::Standard),
        b'x' | b'X' if quote_at(at + 1) => string(at + 1, Escapes::Standard).map(hex),
        b'e' | b'E' if quote_at(at + 1) && !escapes.mysql() => string(at + 1, Escapes::C),
        b'u' | b'U' if text[at + 1..].starts_with(b"&'") => string(at + 2, Escapes::Standard),
        b'_' => {
            // A character set: `_binary 'ab'`, `_utf8mb4'ab'`, `_binary 0x6162`.
            let next = after_blanks(text, word_end(text, at));
            let charset = !matches!(text.get(next), Some(b'_') | None);
            let found = if charset { literal(text, next, escapes) } else { None };
            found.filter(|(found, _)| found.kind != Kind::Raw)
        }
        b'$' if !escapes.mysql() => match dollar(text, at) {
            Dollar::String { from, to, after } => Some((Literal { from, to, kind: Kind::Raw }, after)),
            Dollar::No | Dollar::Open => None,
        },
        b'0' if matches!(text.get(at + 1), Some(b'x' | b'X')) => {
            let to = text[at + 2..].iter().position(|b| !b.is_ascii_hexdigit()).map_or(text.len(), |n| at + 2 + n);
            Some((Literal { from: at + 2, to, kind: Kind::Hex }, to))
        }
        b'0'..=b'9' | b'-' | b'+' | b'.' => {
            let to = number_end(text, at)?;
            Some((Literal { from: at, to, kind: Kind::Raw }, to))
        }
        _ => None,
    }
}

/// Where the number that begins at `at` ends.
fn number_end(text: &[u8], at: usize) -> Option<usize> {
    let digits = |from: usize| text[from..].iter().position(|b| !b.is_ascii_digit()).map_or(text.len(), |n| from + n);
    let sign = usize::from(matches!(text[at], b'-' | b'+'));
    let whole = digits(at + sign);
    let mut end = if text.get(whole) == Some(&b'.') { digits(whole + 1) } else { whole };
    if !text[at..end].iter().any(u8::is_ascii_digit) {
        return None;
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let from = end + 1 + usize::from(matches!(text.get(end + 1), Some(b'-' | b'+')));
        let to = if from < text.len() { digits(from) } else { from };
        if to > from {
            end = to;
        }
    }
    (!text.get(end).is_some_and(|&b| in_word(b))).then_some(end)
}

/// Adds a literal's content as a cell.
fn push_literal(batch: &mut RowBatch<'_>, text: &[u8], literal: Literal) {
    let content = &text[literal.from..literal.to];
    match literal.kind {
        Kind::Quoted(quote, escapes) if memchr::memchr2(quote, if escapes.backslash() { b'\\' } else { quote }, content).is_some() => {
            batch.push_owned_with(|out| unescape(content, quote, escapes, out));
        }
        Kind::Hex if may_be_text(content) => batch.push_owned_with(|out| decode(content, out)),
        _ => batch.push_cell(literal.from, content.len()),
    }
}

/// The bytes that pairs of hexadecimal digits stand for.
fn bytes_of(digits: &[u8]) -> impl Iterator<Item = u8> {
    let value = |digit: u8| (digit as char).to_digit(16).unwrap_or(0) as u8;
    digits.as_chunks::<2>().0.iter().map(move |pair| value(pair[0]) << 4 | value(pair[1]))
}

/// Whether hexadecimal digits are text but for what UTF-8 asks: most other data shows it within a few bytes.
fn may_be_text(digits: &[u8]) -> bool {
    digits.len().is_multiple_of(2)
        && digits.iter().all(u8::is_ascii_hexdigit)
        && bytes_of(digits).all(|b| !b.is_ascii_control() || matches!(b, b'\t' | b'\n' | b'\r'))
}

/// Decodes hexadecimal digits, or copies them where they are no UTF-8.
fn decode(digits: &[u8], out: &mut Vec<u8>) {
    let from = out.len();
    out.extend(bytes_of(digits));
    if std::str::from_utf8(&out[from..]).is_err() {
        out.truncate(from);
        out.extend_from_slice(digits);
    }
}

/// Undoes the escapes of a string.
fn unescape(mut content: &[u8], quote: u8, escapes: Escapes, out: &mut Vec<u8>) {
    let backslash = if escapes.backslash() { b'\\' } else { quote };
    while let Some(n) = memchr::memchr2(quote, backslash, content) {
        out.extend_from_slice(&content[..n]);
        let sign = content[n];
        content = &content[n + 1..];
        if sign != quote {
            content = match escapes {
                Escapes::MySql => mysql_escape(content, out),
                Escapes::C | Escapes::Standard => c_escape(content, true, out),
            };
            continue;
        }
        out.push(quote);
        content = content.strip_prefix(&[quote]).unwrap_or(content);
    }
    out.extend_from_slice(content);
}

/// What stands behind a backslash, as MySQL has it; returns what is left.
fn mysql_escape<'t>(content: &'t [u8], out: &mut Vec<u8>) -> &'t [u8] {
    let [sign, rest @ ..] = content else { return content };
    match sign {
        b'0' => out.push(0),
        b'b' => out.push(8),
        b'n' => out.push(b'\n'),
        b'r' => out.push(b'\r'),
        b't' => out.push(b'\t'),
        b'Z' => out.push(0x1a),
        // Kept for LIKE.
        b'%' | b'_' => out.extend([b'\\', *sign]),
        other => out.push(*other),
    }
    rest
}

/// What stands behind a backslash, as C and PostgreSQL have it; `unicode` where there is `\u`, which `COPY` does not have. Returns what is
/// left.
pub(super) fn c_escape<'t>(content: &'t [u8], unicode: bool, out: &mut Vec<u8>) -> &'t [u8] {
    let [sign, rest @ ..] = content else { return content };
    let digits = |text: &'t [u8], most: usize, radix: u32| {
        let count = text.iter().take(most).take_while(|b| (**b as char).is_digit(radix)).count();
        let value = text[..count].iter().fold(0u32, |value, &b| value * radix + (b as char).to_digit(radix).unwrap_or(0));
        (value, count, &text[count..])
    };
    match sign {
        b'b' => out.push(8),
        b'f' => out.push(0x0c),
        b'n' => out.push(b'\n'),
        b'r' => out.push(b'\r'),
        b't' => out.push(b'\t'),
        b'v' => out.push(0x0b),
        b'0'..=b'7' => {
            let (value, _, rest) = digits(content, 3, 8);
            out.push(value as u8);
            return rest;
        }
        b'x' => match digits(rest, 2, 16) {
            (_, 0, _) => out.push(b'x'),
            (value, _, rest) => {
                out.push(value as u8);
                return rest;
            }
        },
        b'u' | b'U' if unicode => {
            let wanted = if *sign == b'u' { 4 } else { 8 };
            match digits(rest, wanted, 16) {
                (value, count, rest) if count == wanted => {
                    let letter = char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER);
                    out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                    return rest;
                }
                _ => out.push(*sign),
            }
        }
        other => out.push(*other),
    }
    rest
}
