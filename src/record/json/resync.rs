//! Where reading goes on behind a row that is damaged or too long. What its brackets and quotes say is worth nothing then; how rows are set out is.
//!
//! A row that is the first of its line is followed by the next line that begins with the same white space and a bracket: lines of values, arrays with
//! an element a line, and those printed with indentation. Any other row is followed by the next line that begins with a bracket, or by the next
//! bracket of its own sort that comes after the closing one and at most a comma and some white space: `}, {`.

use super::is_blank;
use memchr::memchr2_iter;

/// White space that is looked at before a bracket.
const LEAD: usize = 64;

/// Bytes that are searched for a line that begins as the row did once there is a bracket that could begin the next row in its line.
const AFTER_FALLBACK: usize = 64 << 10;

/// Bytes before a place that decide whether a row may begin there.
pub(crate) const LOOKED_BACK: usize = 3 * LEAD;

/// The first place behind `row`, and not before `from`, where the next row may begin. Two brackets in a line are searched for from `error` on: there
/// reading went wrong at the latest. With `lines`, rows begin where lines do.
pub(crate) fn resync(text: &[u8], row: usize, from: usize, error: usize, lines: bool) -> Option<usize> {
    let lead = if lines { Some(&[][..]) } else { lead(text, row) };
    let open = text.get(row).copied().filter(|b| matches!(b, b'{' | b'['));
    let from = from.max(row + 1);
    let mut fallback: Option<usize> = None;
    for at in memchr2_iter(b'{', b'[', text.get(from..)?).map(|n| from + n) {
        if fallback.is_some_and(|f| at - f > AFTER_FALLBACK) {
            break;
        }
        match lead {
            Some(lead) if at > row + lead.len() && text[..at].ends_with(lead) && text[at - lead.len() - 1] == b'\n' => return Some(at),
            None if text[at - 1] == b'\n' => return Some(at),
            _ => {}
        }
        if !lines && fallback.is_none() && at > error && open.is_none_or(|o| o == text[at]) && follows_a_row(&text[row..at]) {
            fallback = Some(at);
            if lead.is_none() {
                break;
            }
        }
    }
    fallback
}

/// The first place behind the front of `text` where a row may begin, whatever the rows before look like.
pub(crate) fn resync_anywhere(text: &[u8]) -> Option<usize> {
    memchr2_iter(b'{', b'[', text).find(|&at| at > 0 && (text[at - 1] == b'\n' || follows_a_row(&text[..at])))
}

/// The end of what stands before `text[at]` without white space: this belongs to the row that begins there, to tell how it is set out.
pub(crate) fn before_blanks(text: &[u8], at: usize) -> usize {
    without_blanks(&text[..at]).len()
}

/// The white space before a row that is the first of its line.
fn lead(text: &[u8], row: usize) -> Option<&[u8]> {
    let before = &text[row.saturating_sub(LEAD + 1)..row];
    let line = memchr::memrchr(b'\n', before)?;
    let lead = &before[line + 1..];
    lead.iter().all(|&b| is_blank(b)).then_some(lead)
}

/// Whether `before` ends as a row does, and at most a comma after it.
fn follows_a_row(before: &[u8]) -> bool {
    let before = without_blanks(before);
    matches!(without_blanks(before.strip_suffix(b",").unwrap_or(before)).last(), Some(b'}' | b']'))
}

fn without_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().rev().take(LEAD).take_while(|b| is_blank(**b)).count();
    &text[..text.len() - blanks]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_on_where_rows_begin() {
        for (text, row, error, want) in [
            ("{\"a\":1\n{\"b\"", 0, 7, Some("{\"b\"")),
            ("\n{x\n garbage\n{\"b\"", 1, 2, Some("{\"b\"")),
            ("[\n  {x,\n    {nested},\n  {\"b\"", 4, 5, Some("{\"b\"")),
            ("[{\"a\":x},{\"b\":1}]", 1, 6, Some("{\"b\":1}]")),
            ("{\"a\":x}{\"b\":1}", 0, 5, Some("{\"b\":1}")),
            ("{\"c\":[{\"x\":1},{\"x\":2}],\"d\":y} , {\"b\"", 0, 26, Some("{\"b\"")),
            ("[[1,x],{},[2]]", 1, 4, Some("[2]]")),
            ("\n {x}, {y}\n  {z}", 2, 3, Some("{y}\n  {z}")),
            ("{\"a\":x", 0, 5, None),
        ] {
            assert_eq!(resync(text.as_bytes(), row, row, error, false).map(|at| &text[at..]), want, "{text}");
        }
    }
}
