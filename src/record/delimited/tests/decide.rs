//! What the samples of a text say about its dialect.

use crate::record::delimited::{Dialect, Overrides, Terminator};

fn decide(text: &str) -> Dialect {
    Dialect::decide(text.as_bytes(), &Overrides::default())
}

fn lines(n: usize, line: impl Fn(usize) -> String) -> String {
    (0..n).map(line).collect()
}

#[test]
fn finds_what_separates_the_cells() {
    let cases: [(String, u8, u32); 12] = [
        (lines(50, |i| format!("{i},a b,2020-01-01 10:00:{i:02}\r\n")), b',', 3),
        (lines(50, |i| format!("{i};1,5;2,{i};x\n")), b';', 4),
        (lines(50, |i| format!("{i}\tLast, First\t{i}\n")), b'\t', 3),
        (lines(50, |i| format!("{i}|Jl. Mawar, {i}|x:y\n")), b'|', 3),
        (lines(50, |i| format!("{i}\u{1}b,c\u{1}c\n")), 1, 3),
        (lines(50, |i| format!("user{i}@example.com:pa{}ss\n", if i % 9 == 0 { ":" } else { "" })), b':', 2),
        (lines(50, |i| format!("user{i}@example.com\n")), Dialect::NO_DELIMITER, 1),
        (lines(50, |i| format!("https://example.com/{i}\n")), Dialect::NO_DELIMITER, 1),
        (lines(50, |i| format!("some words {}and text{}\n", "more ".repeat(i % 7), ", so".repeat(i % 5))), Dialect::NO_DELIMITER, 1),
        (lines(50, |i| format!("\"{i};\"\"\",\"a;b\nc;{}\",x\n", ";".repeat(i % 4))), b',', 3),
        (String::new(), Dialect::NO_DELIMITER, 0),
        ("just one line".to_string(), Dialect::NO_DELIMITER, 1),
    ];
    for (text, delimiter, columns) in cases {
        let d = decide(&text);
        assert_eq!((d.delimiter, d.columns), (delimiter, columns), "{:?}: {}", text.lines().next(), d.evidence);
    }
}

#[test]
fn finds_quotes_and_line_ends() {
    let d = decide(&lines(50, |i| format!("'{i}','it''s, so'\r")));
    assert_eq!((d.quote, d.terminator, d.delimiter, d.columns), (Some(b'\''), Terminator::Cr, b',', 2), "{}", d.evidence);
    assert_eq!(decide("a,b\r\nc,d\r\n").terminator, Terminator::Crlf);
    assert_eq!(decide("a,b\nc,d\r\ne,f\n").terminator, Terminator::Lf);
    assert_eq!(
        decide("a,b\n").evidence,
        "delimiter ',' by consistent widths: 1 of 1 sampled rows have 2 columns; line ends: 1 LF, 0 CR LF, 0 CR; quote '\"'"
    );
}

#[test]
fn obeys() {
    let overrides = Overrides { delimiter: Some(b'#'), quote: Some(None), terminator: Some(Terminator::Mixed) };
    let d = Dialect::decide(b"a#b,c\nd#e,f\n", &overrides);
    assert_eq!((d.delimiter, d.quote, d.terminator, d.columns), (b'#', None, Terminator::Mixed, 2));
    let text = b"\xef\xbb\xbfsep=;\r\na,b;c\r\n";
    assert_eq!((Dialect::decide(text, &Overrides::default()).delimiter, Dialect::data_start(text)), (b';', 10));
}

#[test]
fn samples_of_a_large_text_do_not_depend_on_its_middle_being_quoted() {
    let text = lines(40_000, |i| format!("{i},\"a text\nof two lines, and more\",{i}\n"));
    let d = decide(&text);
    assert_eq!((d.delimiter, d.columns), (b',', 3), "{}", d.evidence);
}
