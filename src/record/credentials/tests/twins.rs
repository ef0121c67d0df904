//! Lines that were put together are taken apart again, and reading does not depend on windows.

use super::naive::{Made, made};
use super::trial::{SMALL, read};
use super::{super::Lines, cells};
use proptest::prelude::*;

fn line() -> impl Strategy<Value = Made> {
    let url = "(https|http|android|ftp)://[a-z]{1,6}(\\.[a-z]{2,4}){1,2}(:[0-9]{2,4}/|/)?(/[a-zA-Z0-9.%_-]{0,5}){0,3}(\\?[a-z]=[a-z0-9]{0,3}(&u=https://[a-z]{2,4}\\.org(:80)?/[a-z]{0,3})?)?";
    let login = prop_oneof!["[a-z][a-z0-9_]{1,8}", "[a-z]{1,6}@[a-z]{2,5}\\.(org|co\\.id)", "\\+?[1-9][0-9]{8,12}"];
    let password = "[a-zA-Z][a-zA-Z0-9!#$%^&*()+=?.]{0,8}(:[a-zA-Z0-9!#]{1,4})?";
    let sign = prop::sample::select(vec![":", "|", "\t"]);
    (prop::option::weighted(0.8, url), login, password, sign, any::<bool>()).prop_map(|(url, login, password, sign, last)| {
        let url = url.unwrap_or_default();
        // Without an address, or behind the password, only the usual sign is certain.
        let sign = if url.is_empty() { ":" } else { sign };
        let password = if last && sign != ":" { password.replace(':', "") } else { password };
        made(&url, &login, &password, sign, last)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn what_was_put_together_is_taken_apart(made in line()) {
        prop_assert_eq!(cells(&made.line), made.parts.each_ref().map(String::as_str), "{:?}", made.line);
    }

    /// Cells do not overlap, and what is in none of them is a sign or blanks.
    #[test]
    fn nothing_is_lost(line in prop_oneof!["[ -~é\t]{0,40}", "(https://|a@b\\.cd|:|\\||;| |[a-z0-9/.]{1,4}|\\[|\\]|\t){0,12}"]) {
        let mut cells = super::super::split::split(line.as_bytes()).to_vec();
        cells.sort_by_key(|cell| (cell.start, cell.end));
        let (mut at, mut between) = (0, String::new());
        for cell in cells.iter().filter(|cell| !cell.is_empty()) {
            prop_assert!(at <= cell.start, "{cells:?}");
            between += &line[at..cell.start];
            at = cell.end;
        }
        between += &line[at..];
        prop_assert!(between.chars().all(|c| ":|;, \t".contains(c)), "{between:?} {cells:?}");
    }

    #[test]
    fn windows_make_no_difference(
        parts in prop::collection::vec(prop_oneof![
            "[ -~]{0,20}\n", "https://a\\.b/:c:d\r?\n", Just("\n".to_string()), Just("\r".to_string()), "x{100,400}"
        ], 0..30),
        windows in prop::collection::vec(1usize..500, 1..5),
    ) {
        let text = parts.concat();
        let whole = read::<Lines>(text.as_bytes(), &[usize::MAX / 4], SMALL);
        prop_assert_eq!(&read::<Lines>(text.as_bytes(), &windows, SMALL), &whole);
        let read = whole.pieces.iter().map(ExactSizeIterator::len).sum::<usize>() + whole.skipped.iter().map(|s| s.0.len()).sum::<usize>();
        prop_assert_eq!(read, text.len());
    }
}
