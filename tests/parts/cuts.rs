//! Any cut, in the library: random dumps, random sizes of parts, any order, some parts twice.

use crate::Parts;
use crate::noted;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

#[test]
fn any_dump_cut_anyhow_is_merged_to_the_same_bytes() {
    let parts = Parts::make();
    let mut runner = TestRunner::new(Config { cases: 6, failure_persistence: None, ..Config::default() });
    let dumps = (proptest::collection::vec((0usize..4000, 1usize..9000, 0u8..5), 1..5), 1u64..900_000, any::<u64>());
    runner
        .run(&dumps, |(files, size, order)| {
            let _ = std::fs::remove_dir_all(parts.world.at("dump"));
            for (n, (from, rows, form)) in files.iter().enumerate() {
                let text = noted(*from..from + rows);
                let text = match form {
                    0 => text,
                    1 => text.replace('\n', "\r\n"),
                    2 => text.replacen('\n', "\n\"stray ,", 3),
                    3 => text[text.find('\n').unwrap() + 1..].replace(',', ";"),
                    _ => format!("export of members\n----\n\n{text}{}", &text[..text.len() / 2]),
                };
                parts.world.write(format!("dump/{n}.csv"), text);
            }
            let number = parts.plan("dump", &size.to_string());
            let whole = parts.whole("dump", &[]);
            let mut files = parts.scan_all("dump", number, &[]);
            files.sort_by_key(|name| blake3::hash(&[name.as_bytes(), &order.to_le_bytes()].concat()).to_string());
            files.extend_from_within(..number / 3);
            let merged = parts.merge(&files, &["--json", "-"]);
            prop_assert_eq!(merged.stdout, whole.stdout);
            Ok(())
        })
        .unwrap();
}
