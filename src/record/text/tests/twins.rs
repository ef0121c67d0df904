//! Masks against a look at every byte, and the finder without masks: everything is tried everywhere.

use crate::lanes::dispatch;
use crate::record::text::find::{Finder, Finds, settle};
use crate::record::text::marks::{GAP, MarkAll, SHORTEST, long_runs, separates};
use crate::record::text::numbers::{Numbers, groups};
use crate::record::text::{address, codes};
use proptest::prelude::*;

/// Whether byte `at` is a digit, or a separator with a digit near on both sides and only separators between.
fn in_run(text: &[u8], at: usize) -> bool {
    let near = |bytes: &mut dyn Iterator<Item = &u8>| {
        let bytes: Vec<u8> = bytes.take(GAP).copied().collect();
        let gap = bytes.iter().take_while(|b| separates(**b)).count();
        bytes.get(gap).is_some_and(u8::is_ascii_digit)
    };
    text[at].is_ascii_digit() || separates(text[at]) && near(&mut text[..at].iter().rev()) && near(&mut text[at + 1..].iter())
}

/// Where long runs begin.
fn slow_runs(text: &[u8]) -> Vec<usize> {
    let run: Vec<bool> = (0..text.len()).map(|at| in_run(text, at)).collect();
    let long = |at: usize| run[at..].iter().take_while(|r| **r).count() >= SHORTEST as usize;
    (0..text.len()).filter(|&at| run[at] && (at == 0 || !run[at - 1]) && long(at)).collect()
}

fn fast_runs(text: &[u8]) -> Vec<usize> {
    let mut marks = Vec::new();
    dispatch(MarkAll { text, out: &mut marks });
    let runs = |n: usize| marks.get(n).map_or(0, |m| m.runs);
    let starts = |n: usize| long_runs(if n == 0 { 0 } else { runs(n - 1) }, runs(n), runs(n + 1));
    (0..marks.len()).flat_map(|n| (0..64).filter(move |bit| starts(n) >> bit & 1 == 1).map(move |bit| 64 * n + bit)).collect()
}

/// The finder, asked about every byte.
fn slow(text: &[u8]) -> Finds {
    let mut out = Finds::default();
    let mut numbers = Numbers::new();
    for at in slow_runs(text) {
        numbers.find(text, groups(text, at), &mut out);
    }
    let mut seen = 0;
    for at in 0..text.len() {
        match text[at] {
            b'@' => address::plain(text, at, &mut out),
            b']' | b')' | b'}' | b';' => address::spelled(text, at, &mut out),
            b':' if at >= seen && [1, 5].iter().any(|n| at >= *n && text[at - n] == b':') => seen = codes::version_six(text, at, &mut out),
            b if b.is_ascii_digit() => {
                address::coded(text, at, &mut out);
                if at >= 3 && text[at - 1].is_ascii_digit() {
                    codes::account(text, at, &mut out);
                }
                if at >= 6 && text[at - 6].is_ascii_uppercase() {
                    codes::passport(text, at, &mut out);
                }
            }
            _ => {}
        }
    }
    settle(&mut out.found);
    out
}

fn compare(text: &[u8]) {
    let (mut finder, mut fast) = (Finder::default(), Finds::default());
    finder.find(text, &mut fast);
    let slow = slow(text);
    let all = |finds: &Finds| {
        let mut all: Vec<_> = finds.found.iter().map(|f| (f.start, f.end, f.sorts, f.weak, finds.value(f, text).to_vec())).collect();
        all.sort();
        all
    };
    assert_eq!(all(&fast), all(&slow), "{:?}", text.escape_ascii().to_string());
}

/// Parts that texts are made of, so that identifiers and what looks like them come about.
const PARTS: [&str; 44] = [
    "081234567890",
    "+62 812-3456-7890",
    "(021) 555 1234",
    "3171234501900001",
    "3171 2345 0190 0001",
    "01.234.567.4-999.000",
    "0001234567890",
    "4111111111111111",
    "4111 1111 1111 1111",
    "DE89370400440532013000",
    "DE89 3704 0044 0532 0130 00",
    "A1234567",
    "passport B7654321",
    "192.0.2.1",
    "2001:db8::1",
    "::1",
    "std::io",
    "budi@example.com",
    "o'brien@example.ie",
    "budi%40example.com",
    "budi&#64;example.com",
    "budi\\u0040example.com",
    "budi [at] example [dot] com",
    "budi(at)example.com",
    "a@b@c.de",
    "2021-03-12 10:20:30.123456",
    "20210312101500",
    "123e4567-e89b-12d3-a456-426614174000",
    "d41d8cd98f00b204e9800998ecf8427e",
    "3.141592653589793",
    "Rp 1.234.567.890",
    "tel: 600 123 456",
    "202-555-0123",
    "%2B6281234567890",
    "\\n081234567890",
    "%20",
    "josé@bücher.example",
    "邮箱budi@example.com。",
    " ",
    ", ",
    "\n",
    ".",
    "-",
    "x",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn masks_are_what_they_say(text in "[0-9 .()a\n-]{0,300}") {
        prop_assert_eq!(fast_runs(text.as_bytes()), slow_runs(text.as_bytes()));
    }

    #[test]
    fn nothing_is_overlooked_in_parts(parts in prop::collection::vec(prop::sample::select(&PARTS[..]), 0..14)) {
        compare(parts.concat().as_bytes());
    }

    #[test]
    fn nothing_is_overlooked_in_noise(text in "[0-9 .()@a-zA:;&#%x\\\\u=tDE'\\[\\]+-]{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        compare(text.as_bytes());
        compare(&bytes);
    }
}
