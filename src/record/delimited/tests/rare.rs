//! Dialects of more than single bytes: what they are taken for, what their rows are, and that no text takes long.

use super::{cells, read, whole};
use crate::limits;
use crate::record::delimited::dialect::{Escape, Rare};
use crate::record::delimited::{Bounds, Dialect, Overrides};

fn rare(delimiter: &str, rare: Rare) -> Dialect {
    let long = (delimiter.len() > 1).then(|| delimiter.to_string());
    Dialect { delimiter: delimiter.as_bytes()[0], rare: Some(Rare { delimiter: long, ..rare }), ..Dialect::rfc4180(3) }
}

const ESCAPE: Option<Escape> = Some(Escape { byte: b'\\', letters: false });
const LETTERS: Option<Escape> = Some(Escape { byte: b'\\', letters: true });

#[test]
fn grammar() {
    let none = Rare::default;
    for (text, dialect, want) in [
        ("a||b|c||\"x||y\"\n", rare("||", none()), &[&["a", "b|c", "x||y"][..]][..]),
        ("a|||b\n", rare("||", none()), &[&["a", "|b"]]),
        ("a|b&|\nc\n|d&|\n", rare("|", Rare { row_end: Some("&|\n".into()), ..none() }), &[&["a", "b"], &["c\n", "d"]]),
        ("a|b&|c|d&|", rare("|", Rare { row_end: Some("&|\n".into()), ..none() }), &[&["a", "b&", "c", "d"]]),
        ("a|b&|c|d&|\n", rare("|", Rare { row_end: Some("&|".into()), ..none() }), &[&["a", "b"], &["c", "d"]]),
        ("a,\"b \\\"c\\\" d\",e\\,f\n", rare(",", Rare { escape: ESCAPE, ..none() }), &[&["a", "b \"c\" d", "e,f"]]),
        ("C:\\dir,x\\\ny\n", rare(",", Rare { escape: ESCAPE, ..none() }), &[&["C:\\dir", "x\ny"]]),
        ("\\N\ta\\tb\tc\\\\n\n", rare("\t", Rare { escape: LETTERS, ..none() }), &[&["", "a\tb", "c\\n"]]),
        ("a , \"b,c\" , d\n", rare(",", Rare { spaced: true, ..none() }), &[&["a ", "b,c", " d"]]),
        (" 1 | Budi  | x \n", rare("|", Rare { padded: true, ..none() }), &[&["1", "Budi", "x"]]),
        ("ab  Zoë d\r\nx\n(2 rows)\n", rare("|", Rare { fixed: vec![0, 4, 8], ..none() }), &[&["ab", "Zoë", "d"], &["x"], &["(2 rows)"]]),
        ("| a | b | \n|c|d|\n", rare("|", Rare { padded: true, edged: true, ..none() }), &[&["a", "b"], &["c", "d"]]),
    ] {
        assert_eq!(whole(text.as_bytes(), &dialect), cells(want), "{text:?}");
    }
}

fn decide(text: &str) -> Dialect {
    Dialect::decide(text.as_bytes(), &Overrides::default())
}

fn lines(line: impl Fn(usize) -> String) -> String {
    (0..60).map(line).collect()
}

#[test]
fn marks_of_several_bytes_are_found() {
    for mark in ["||", "+|", "\t|", "|~|", "~|~", "::", ";;", "^|^", "¦", "~~"] {
        let d = decide(&lines(|i| [i.to_string(), format!("a, b {i}"), String::new(), "x y".into(), format!("{i}\n")].join(mark)));
        let found = d.rare.as_ref().and_then(|r| r.delimiter.as_deref());
        assert_eq!((found, d.columns), (Some(mark), 5), "{}", d.evidence);
    }
    // Many empty columns make no mark of two.
    let d = decide(&format!("id;a;b;c;d\n{}", lines(|i| format!("{i};;;;\n"))));
    assert_eq!((d.delimiter, d.rare.clone(), d.columns), (b';', None, 5), "{}", d.evidence);
}

#[test]
fn row_ends_are_found() {
    for (delimiter, end) in
        [("|", "&|\n"), (",", "&|"), ("\u{1}", "\u{2}"), (",", "\u{1e}"), ("\u{1f}", "\u{1e}"), ("||", "&|\r\n"), (";", "\u{1e}\n")]
    {
        let d = decide(&lines(|i| [i.to_string(), format!("text {i}\nof two lines"), "c".into()].join(delimiter) + end));
        assert_eq!((d.rare.as_ref().and_then(|r| r.row_end.as_deref()), d.columns), (Some(end), 3), "{end:?}: {}", d.evidence);
    }
}

#[test]
fn escapes_are_told_from_paths() {
    let escape = |text: &str| decide(text).rare.and_then(|r| r.escape);
    assert!(escape(&lines(|i| format!("\"{i}\",\"said \\\"so\\\", twice\",\"x\"\n"))).is_some());
    assert!(escape(&lines(|i| format!("{i}\ta\\\tb\t\\N\n"))).is_some_and(|e| e.letters));
    assert!(escape(&lines(|i| format!("{i},one\\, two{},x\n", if i % 2 == 0 { "" } else { "\\, three" }))).is_some());
    assert_eq!(escape(&lines(|i| format!("{i},C:\\Users\\{i}\\,x\n"))), None);
    assert_eq!(escape(&lines(|i| format!("\"{i}\",\"C:\\new\\top\\\",\"x\"\n"))), None);
    assert_eq!(escape(&lines(|i| format!("{i},CORP\\user{i},x\n"))), None);
}

#[test]
fn no_text_takes_long() {
    let all = Rare { row_end: None, escape: LETTERS, spaced: true, padded: true, edged: true, delimiter: None, fixed: Vec::new() };
    let ended = Rare { row_end: Some("&|".into()), escape: ESCAPE, ..Rare::default() };
    for piece in ["\"x||", "\" \"||", "\\", "\\\"", " ", "|", "||", "&", "&|", "\"\n", "\"a||b\n\"c||\"d \n", "x", "\n", "| \" "] {
        let text = piece.repeat((3 << 20) / piece.len());
        for tail in ["", "\"", "\n", "||\"\n"] {
            let text = format!("{text}{tail}");
            for dialect in [rare("||", all.clone()), rare("||", ended.clone())] {
                let began = std::time::Instant::now();
                let (rows, _) = read(text.as_bytes(), 0, &dialect, Bounds::default(), limits::SEGMENT_BYTES / 8);
                assert!(began.elapsed().as_secs() < 20, "{piece:?} took {:?} for {} rows", began.elapsed(), rows.len());
            }
        }
        let began = std::time::Instant::now();
        let d = decide(&text);
        assert!(began.elapsed().as_secs() < 20, "{piece:?} took {:?} to be {}", began.elapsed(), d.evidence);
    }
}
