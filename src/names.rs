//! Names are values too: a file, column or institution name can hold a person's data, control characters or text that
//! turns right-to-left. Everything that is shown and was not written by us passes through here.
//!
//! E-mail addresses and digit runs of nine or more digits inside a name are masked (`‹email›.csv`), so that a file named
//! after a victim does not put the victim into a report; the file's digest still says which file it was.

use regex::Regex;
use std::path::Path;
use std::sync::LazyLock;

static IDENTIFIER_LIKE: LazyLock<Regex> = LazyLock::new(|| {
    // A mask for names, deliberately broader than the recognisers of `identify`.
    Regex::new(r#"(?P<mail>[^\s/\\@‹›'"<>(),;:]+@[^\s/\\@‹›'"<>(),;:]+)|(?P<digits>\+?\d(?:[ .()_-]{0,2}\d){8,})"#)
        .expect("a constant pattern")
});

/// Digits of the shortest run that is masked.
const DIGITS: usize = 9;

/// A path as it may be shown: separators kept, the rest as [`safe_text`].
#[must_use]
pub fn safe_path(path: &Path) -> String {
    safe_text(&path.to_string_lossy())
}

/// A foreign name as it may be shown: identifier-like parts masked, control and bidirectional characters escaped.
#[must_use]
pub fn safe_text(text: &str) -> String {
    // The pattern takes longer to compile than a small scan takes; it needs one of these to match.
    if !text.contains('@') && text.chars().filter(|c| c.is_numeric()).count() < DIGITS {
        return escape_controls(text);
    }
    let masked = IDENTIFIER_LIKE.replace_all(text, |c: &regex::Captures<'_>| match c.name("mail") {
        Some(mail) => format!("‹email›{}", extension(mail.as_str())),
        None => "‹digits›".to_string(),
    });
    escape_controls(&masked)
}

/// As [`safe_text`], line by line: for texts of several lines that quote what was typed.
#[must_use]
pub fn safe_lines(text: &str) -> String {
    text.lines().map(|line| safe_text(line) + "\n").collect()
}

/// What a file named after an address ends in, so that a report still says what kind of file it was. Only endings of files: where an
/// address ends and an unknown ending begins cannot be told.
fn extension(mail: &str) -> &str {
    const FILES: [&str; 18] =
        ["csv", "tsv", "txt", "json", "jsonl", "sql", "xml", "xlsx", "xls", "db", "gz", "zip", "7z", "rar", "tar", "toml", "key", "ltx"];
    mail.rfind('.').map(|dot| &mail[dot..]).filter(|end| FILES.contains(&&*end[1..].to_ascii_lowercase())).unwrap_or_default()
}

/// Replaces control, line-separating, zero-width and bidirectional characters by `\u{…}`.
#[must_use]
pub fn escape_controls(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if unsafe_to_show(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// Characters that change how the text around them is shown (Unicode categories Cc, Zl, Zp and the Bidi_Control property), or
/// that are not shown at all.
fn unsafe_to_show(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{061C}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_identifiers_and_escapes_controls() {
        assert_eq!(safe_text("dump-budi.s@example.co.id.csv"), "‹email›.csv");
        assert_eq!(safe_text("unexpected argument 'budi@intranet' found"), "unexpected argument '‹email›' found");
        assert_eq!(safe_lines("a\nb\u{7}"), "a\nb\\u{7}\n");
        assert_eq!(safe_text("leak 0812-3456-7890.csv"), "leak ‹digits›.csv");
        assert_eq!(safe_text("a\u{1b}[31m\u{202e}b"), "a\\u{1b}[31m\\u{202e}b");
        assert_eq!(safe_text("members-20261101.csv"), "members-20261101.csv");
        assert_eq!(safe_text("/data/2026-11/members.csv"), "/data/2026-11/members.csv");
    }
}
