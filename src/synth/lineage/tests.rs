//! The truth of tiny sheets made by hand, and what is promised of every family.

use super::format::{Format, Headers, Layout};
use super::sheet::{Column, Row, Shape, Sheet};
use super::source::{Kind, OF_A_KIND};
use super::{Case, Family, Relation, case, draw, draw_unrelated, family_of, truth};
use crate::synth::institution::Members;
use crate::synth::rng::Rng;
use crate::synth::world::World;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

/// A sheet of columns `concepts` and rows (origin, person, cells).
fn sheet(concepts: &[&'static str], rows: &[(u64, u32, &[&str])]) -> Sheet {
    let columns = concepts.iter().map(|c| Column::plain(c, c, Shape::Text)).collect();
    let row = |&(origin, person, cells): &(u64, u32, &[&str])| Row { origin, person, cells: cells.iter().map(|c| c.to_string()).collect() };
    Sheet { columns, rows: rows.iter().map(row).collect() }
}

fn relation(a: &Sheet, b: &Sheet) -> Relation {
    truth::pair([0, 1], &[a, b], false).relation
}

#[test]
fn tiny_truths_are_counted_right() {
    let a = sheet(&["x", "y"], &[(1, 1, &["a", "1"]), (2, 2, &["b", "2"]), (3, 3, &["c", "3"]), (4, 4, &["c", "3"])]);
    // Rows 3 and 4 say the same: three distinct rows, of which one is not in `b`.
    let b = sheet(&["y", "x"], &[(4, 4, &["3", "c"]), (1, 1, &["9", "a"])]);
    let pair = truth::pair([0, 1], &[&a, &b], false);
    assert_eq!(pair.relation, Relation::Subset);
    assert_eq!((pair.a_in_b, pair.b_in_a), (2.0 / 3.0, 1.0));
    assert_eq!((pair.people_a_in_b, pair.people_b_in_a), (0.5, 1.0));
    assert_eq!((pair.alike_a_in_b, pair.alike_b_in_a), (1.0 / 3.0, 0.5), "a damaged row was copied, and is not alike");
    assert_eq!(pair.columns, ["x", "y"]);
    assert_eq!(truth::distinct(&a), 3);

    let padded = sheet(&["x", "y"], &[(1, 1, &["a", "1"]), (2, 2, &["b", "2"]), (3, 3, &["c", "3"]), (9, 9, &["z", "9"])]);
    assert_eq!(relation(&a, &padded), Relation::Superset);
    assert_eq!(relation(&b, &padded), Relation::Overlap, "of the rows that say the same another one was copied");
    let narrow = sheet(&["x"], &[(1, 1, &["a"]), (2, 2, &["b"]), (3, 3, &["c"])]);
    assert_eq!(relation(&a, &narrow), Relation::Columns);
    assert_eq!(relation(&narrow, &a), Relation::Enriched, "the fourth row says what the third says");
    let three = sheet(&["x", "y"], &[(3, 3, &["c", "3"]), (1, 1, &["a", "1"]), (2, 2, &["b", "0"])]);
    assert_eq!(relation(&narrow, &three), Relation::Enriched);
    assert_eq!(relation(&a, &three), Relation::Copy);
    assert_eq!(relation(&a, &sheet(&["x"], &[(1, 1, &["a"])])), Relation::Subset, "rows decide before columns");
    // Another source about the same people, which says the same.
    let twin = sheet(&["x", "y"], &[(11, 1, &["a", "1"]), (12, 2, &["b", "2"])]);
    let pair = truth::pair([0, 1], &[&a, &twin], false);
    assert_eq!((pair.relation, pair.a_in_b), (Relation::Unrelated, 0.0));
    assert_eq!((pair.people_b_in_a, pair.alike_b_in_a), (1.0, 1.0));
}

#[test]
fn formats_write_what_they_say() {
    let sheet = sheet(&["name", "city"], &[(1, 1, &["O'Neill", ""]), (2, 2, &["a \"b\"; c", "X"])]);
    let written = |layout, headers| String::from_utf8(Format { layout, headers }.write(&sheet, 0)).unwrap();
    let delimited = Layout::Delimited { delimiter: b';', quoted: false, crlf: true, header: true };
    assert_eq!(written(delimited, Headers::English), "Full Name;City\r\nO'Neill;\r\n\"a \"\"b\"\"; c\";X\r\n");
    let lines = written(Layout::JsonLines { nulls: false }, Headers::Own);
    assert_eq!(lines, "{\"name\":\"O'Neill\"}\n{\"name\":\"a \\\"b\\\"; c\",\"city\":\"X\"}\n");
    assert!(written(Layout::JsonLines { nulls: true }, Headers::Own).contains("\"city\":null"));
    let sql = written(Layout::Sql { named: true }, Headers::Short);
    assert!(sql.ends_with("INSERT INTO `users` (`nm`,`kab`) VALUES ('O\\'Neill',NULL),('a \"b\"; c','X');\n"), "{sql}");
}

#[test]
fn no_two_columns_go_under_one_header() {
    let world = Arc::new(World::new(1, 100));
    let sheets = Kind::ALL.map(|kind| Sheet { columns: kind.institution(&world, 0, Members::share(0.1)).columns(), rows: Vec::new() });
    let mut all = Sheet::join(&sheets);
    all.number_rows();
    for headers in [Headers::Own, Headers::English, Headers::Indonesian, Headers::Short] {
        let format = Format { layout: Layout::Sql { named: true }, headers };
        // MySQL folds the case of column names.
        let words: HashSet<String> = all.columns.iter().map(|c| format.header(c).to_lowercase()).collect();
        assert_eq!(words.len(), all.columns.len(), "{headers:?}");
    }
}

/// What a pair may be called: several where a parameter of zero leaves less to tell.
fn expected(family: Family) -> &'static [&'static str] {
    match family {
        Family::Identical => &["identical"],
        Family::SubsetRandom | Family::SubsetContiguous | Family::SubsetNoise | Family::SubsetColumnsAndRows => &["subset"],
        Family::SubsetColumns | Family::ColumnsReformatted => &["columns"],
        Family::Merge | Family::MergeReformatted => &["merge", "unrelated"],
        Family::Padding | Family::PaddedReformatted | Family::PaddedNoise => &["superset"],
        Family::Reformatting | Family::Resorting | Family::Noise | Family::Repeats => &["copy"],
        Family::Enrichment | Family::EnrichedReformatted => &["enriched"],
        Family::SubsetPadded | Family::SubsetPaddedNoise | Family::TwoSamples => &["overlap"],
        Family::UnrelatedSamePeople | Family::UnrelatedOther => &["unrelated"],
    }
}

/// What the relation is called the other way round.
fn inverse(relation: &Relation) -> &'static str {
    match relation {
        Relation::Subset => "superset",
        Relation::Superset => "subset",
        Relation::Columns => "enriched",
        Relation::Enriched => "columns",
        other => other.word(),
    }
}

fn check(case: &Case) {
    let name = format!("{} (seed {})", case.name, case.seed);
    let files: HashSet<&str> = case.dumps.iter().map(|d| d.file_name.as_str()).collect();
    assert_eq!(files.len(), case.dumps.len());
    assert_eq!(case.truth.len(), case.dumps.len() * (case.dumps.len() - 1) / 2);
    for dump in &case.dumps {
        assert!(dump.rows >= 50 && dump.rows_distinct <= dump.rows, "{name}: {} rows", dump.rows);
        assert!(dump.rows_distinct > 40 && dump.columns.len() >= 2, "{name}: {:?}", dump.columns);
        let once: BTreeSet<&String> = dump.columns.iter().collect();
        assert_eq!(once.len(), dump.columns.len(), "{name}: {:?}", dump.columns);
        let text = std::str::from_utf8(&dump.bytes).unwrap();
        if dump.file_name.ends_with("jsonl") {
            assert_eq!(text.lines().count() as u64, dump.rows, "{name}");
        } else if !dump.file_name.ends_with("sql") {
            let lines = text.lines().count() as u64;
            assert!(lines == dump.rows || lines == dump.rows + 1, "{name}: {lines} lines for {} rows", dump.rows);
        }
    }
    for pair in &case.truth {
        for share in [pair.a_in_b, pair.b_in_a, pair.people_a_in_b, pair.people_b_in_a, pair.alike_a_in_b, pair.alike_b_in_a] {
            assert!((0.0..=1.0).contains(&share), "{name}");
        }
        let found = if case.name.ends_with("turned round") { inverse(&pair.relation) } else { pair.relation.word() };
        assert!(expected(case.family).contains(&found), "{name}: {found}");
        match &pair.relation {
            Relation::Merge(of) => assert!(pair.a_in_b == 1.0 && pair.b_in_a > 0.0 && of.len() + 1 == case.dumps.len()),
            Relation::Unrelated => assert_eq!((pair.a_in_b, pair.b_in_a), (0.0, 0.0)),
            _ => assert!(pair.a_in_b.max(pair.b_in_a) > 0.0),
        }
    }
}

#[test]
fn every_family_yields_the_relation_that_it_says() {
    for family in Family::ALL {
        for seed in 0..4 {
            check(&case(family, seed, 2_000));
        }
    }
}

#[test]
fn draws_cover_every_family_in_both_directions() {
    let drawn: HashSet<Family> = (0..500).map(family_of).collect();
    assert_eq!(drawn.len(), Family::ALL.len());
    let mut turned = 0;
    for seed in 0..16 {
        let case = draw(seed);
        assert_eq!(case.family, family_of(seed));
        turned += u32::from(case.name.ends_with("turned round"));
        check(&case);
    }
    assert!((2..14).contains(&turned), "{turned}");
}

#[test]
fn a_seed_makes_the_same_case_again() {
    for family in Family::ALL {
        let (a, b, c) = (case(family, 7, 700), case(family, 7, 700), case(family, 8, 700));
        assert_eq!((a.name, &a.dumps, &a.truth), (b.name, &b.dumps, &b.truth));
        assert_ne!(a.dumps[0].bytes, c.dumps[0].bytes);
    }
    assert_eq!(draw_unrelated(3).dumps, draw_unrelated(3).dumps);
}

#[test]
fn noise_is_as_asked() {
    let world = Arc::new(World::new(1, 4_000));
    let exporter = Kind::Bank.institution(&world, 0, Members::share(0.5));
    let day = crate::synth::cast::SNAPSHOT;
    let clean = exporter.export(&exporter.ranks(day), day);
    for noise in [0.0, 0.01, 0.1] {
        let mut noisy = clean.clone();
        let counted = noisy.damage(&mut Rng::new(&[5]), noise);
        let cells = |sheet: &Sheet| sheet.rows.iter().flat_map(|row| row.cells.clone()).collect::<Vec<_>>();
        let (before, after) = (cells(&clean), cells(&noisy));
        let full = before.iter().filter(|cell| !cell.is_empty()).count() as f64;
        let changed = before.iter().zip(&after).filter(|(a, b)| a != b).count();
        assert_eq!(changed as u64, counted);
        let share = changed as f64 / full;
        assert!((share - noise).abs() < 0.1 * noise + 1e-9, "{share} of {noise}");
        let emptied = before.iter().zip(&after).filter(|(a, b)| !a.is_empty() && b.is_empty()).count();
        assert!(noise == 0.0 || (0.17..0.23).contains(&(emptied as f64 / changed as f64)));
    }
}

#[test]
fn issued_identifiers_of_different_institutions_never_meet() {
    let world = Arc::new(World::new(2, 3_000));
    let mut seen: HashSet<String> = HashSet::new();
    for kind in Kind::ALL {
        for which in 0..OF_A_KIND {
            let exporter = kind.institution(&world, which, Members::share(0.5));
            let day = crate::synth::cast::SNAPSHOT;
            let mut sheet = exporter.export(&exporter.ranks(day), day);
            let columns = sheet.columns.clone();
            sheet.rows.extend(exporter.made_up(&columns, 300, day, which as u64));
            for concept in ["member_number", "password_hash"] {
                let Some(at) = sheet.position(concept) else {
                    assert!(kind == Kind::Registry || concept == "password_hash");
                    continue;
                };
                let of_this: HashSet<String> = sheet.rows.iter().map(|row| row.cells[at].clone()).collect();
                assert!(of_this.iter().all(|id| seen.insert(id.clone())), "{} {which}: {concept}", kind.word());
            }
        }
    }
}

#[test]
fn unrelated_dumps_share_the_people_that_they_say_and_no_row() {
    let (mut sixty, mut nearly_all, mut look_alike) = (0, 0, 0);
    for seed in 0..40 {
        let case = case(Family::UnrelatedSamePeople, seed, 1_500);
        let pair = &case.truth[0];
        assert_eq!(pair.relation, Relation::Unrelated, "{}", case.name);
        let shared = pair.people_a_in_b.max(pair.people_b_in_a);
        sixty += u32::from(case.name.contains("0.60 of") && (0.57..0.63).contains(&shared));
        nearly_all += u32::from(shared > 0.9);
        look_alike += u32::from(pair.alike_a_in_b.max(pair.alike_b_in_a) > 0.3);
    }
    assert!(sixty >= 12 && nearly_all >= 2 && look_alike >= 3, "{sixty} {nearly_all} {look_alike}");
}

/// How hard it is to tell people overlap from copying: how alike unrelated pairs are, the hardest first.
#[test]
#[ignore = "a measurement"]
fn how_alike_unrelated_pairs_are() {
    let mut cases: Vec<(f64, String)> = (0..200)
        .map(|seed| {
            let mut case = draw_unrelated(seed);
            let pair = case.truth.remove(0);
            (pair.alike_a_in_b.max(pair.alike_b_in_a), format!("{}: {} ({seed})", pair.columns.join("+"), case.name))
        })
        .collect();
    cases.sort_by(|a, b| b.0.total_cmp(&a.0));
    cases.iter().take(25).chain(cases.iter().skip(25).step_by(25)).for_each(|(alike, name)| eprintln!("{alike:.3} {name}"));
}

/// `cargo test --lib synth::lineage -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn takes_well_under_a_second() {
    for family in Family::ALL {
        let start = std::time::Instant::now();
        let case = case(family, 1, 50_000);
        eprintln!("{:?} {:?} {}", start.elapsed(), case.truth.last().map(|p| (p.relation.word(), p.a_in_b, p.b_in_a)), case.name);
    }
    for (what, draw) in [("related", draw as fn(u64) -> Case), ("unrelated", draw_unrelated)] {
        let start = std::time::Instant::now();
        let rows: u64 = (0..50).flat_map(|seed| draw(seed).dumps).map(|d| d.rows).sum();
        eprintln!("{:?} for 50 {what} cases with {rows} rows", start.elapsed());
    }
}
