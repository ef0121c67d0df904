use super::*;
use crate::report::sample::{self, document};
use serde_json::json;

fn english(document: &Document) -> String {
    render(document, None, Lang::En)
}

fn edited(change: impl FnOnce(&mut serde_json::Value), institutions: &[&str], supported: usize) -> Document {
    let mut value = sample::value(institutions, supported);
    change(&mut value);
    serde_json::from_value(value).expect("a document")
}

#[test]
fn foreign_text_stays_text() {
    for (text, shown) in [
        ("no_hp", "no\\_hp"),
        ("a|b*c`d", "a\\|b\\*c\\`d"),
        ("[x](http://e.org)", "\\[x\\](http\\://e.org)"),
        ("see www.e.org", "see www\\.e.org"),
        ("<b>&amp;", "\\<b\\>\\&amp;"),
        ("a\n# b\r\n- c", "a \\# b - c"),
        ("    code", "code"),
        ("- item", "\\- item"),
        ("12. item", "12\\. item"),
        ("===", "\\==="),
        ("1.234 PT. A", "1\\.234 PT. A"),
        ("", ""),
    ] {
        assert_eq!(escape(text), shown);
    }
    let name = "|A|`<script>`\n\n# B [x](javascript:1) **c**";
    let page = english(&document(&[name], 1));
    assert!(!page.contains("<script>") && !page.contains("\n# B") && !page.contains("[x]") && !page.contains("**c**"), "{page}");
    let cells: Vec<usize> = page.lines().filter(|l| l.starts_with('|')).map(|l| l.replace("\\|", "").matches('|').count()).collect();
    assert!(!cells.is_empty() && cells.iter().all(|&n| n == 5), "{cells:?}");
}

#[test]
fn deadlines_pass_the_ends_of_months_and_keep_the_offset() {
    let until = |text: &str| text.parse::<Aware>().unwrap().deadline();
    for (since, deadline) in [
        ("2026-01-29T23:30:00+07:00", "2026-02-01 23:30 (UTC+07:00), 2026-02-01 16:30 UTC"),
        ("2028-02-27T10:00:59-03:30", "2028-03-01 10:00 (UTC-03:30), 2028-03-01 13:30 UTC"),
        ("2026-12-30T01:00:00+07:00", "2027-01-02 01:00 (UTC+07:00), 2027-01-01 18:00 UTC"),
        // An offset, not a zone: when clocks change, 72 hours stay 72 hours.
        ("2026-10-24T12:00:00+02:00", "2026-10-27 12:00 (UTC+02:00), 2026-10-27 10:00 UTC"),
        ("2026-11-23T05:05:53.262Z", "2026-11-26 05:05 UTC"),
    ] {
        assert_eq!(until(since).as_deref(), Some(deadline));
    }
    let aware: Aware = "2026-11-30T21:15:00+07:00".parse().unwrap();
    assert_eq!(aware.words(), "2026-11-30 21:15 (UTC+07:00), 2026-11-30 14:15 UTC");
    assert_eq!(aware.to_string().parse(), Ok(aware));
    for wrong in ["", "2026-11-30", "2026-11-30T21:15:00", "2026-11-30T21:15:00+07:00[Asia/Jakarta]", "2026-02-30T21:15:00Z", "yesterday"] {
        assert_eq!(wrong.parse::<Aware>(), Err(NoMoment), "{wrong}");
    }
    // Beyond the calendar there is no deadline, and no panic.
    assert_eq!(until("9999-12-30T00:00:00Z"), None);
    let page = render(&document(&["A"], 1), "9999-12-30T00:00:00Z".parse().ok(), Lang::En);
    assert!(page.contains("until [to be filled in: 72 hours later]"));
}

#[test]
fn what_is_not_known_stays_blank() {
    let page = english(&document(&["A"], 1));
    for blank in [
        "since [to be filled in: since when the controller is aware of the breach].",
        "[to be filled in: name and contact details of the data protection officer or another contact point]",
        "[to be filled in: measures taken to handle the breach]",
        "[to be filled in: the consequences that the controller holds likely]",
    ] {
        assert!(page.contains(blank), "{blank}");
    }
    assert!(page.contains("--aware-since"));
    let page = render(&document(&["A"], 1), "2026-11-30T21:15:00+07:00".parse().ok(), Lang::En);
    assert!(!page.contains("--aware-since") && page.matches("until 2026-12-03 21:15 (UTC+07:00), 2026-12-03 14:15 UTC").count() == 2);
    // Every item of the law has its place.
    for source in ["33(3)(a)", "33(3)(b)", "33(3)(c)", "33(3)(d)", "46(2)(a)", "46(2)(b)", "46(2)(c)", "Art. 34", "No 1182/71", "3 x 24"] {
        assert!(page.contains(source), "{source}");
    }
}

/// The part for an institution, as somebody would cut it out.
fn part(page: &str, n: usize, all: usize) -> &str {
    let (begin, end) = (format!("**Cut here: part {n} of {all} begins.**"), format!("**Cut here: part {n} of {all} ends.**"));
    let from = page.find(&begin).unwrap() + begin.len();
    &page[from..page.find(&end).unwrap()]
}

#[test]
fn a_part_that_is_cut_out_tells_nothing_of_another_institution() {
    let page = english(&document(&["Aneka", "Bahari", "Cakra"], 2));
    let (a, b) = (part(&page, 1, 2), part(&page, 2, 2));
    for (own, other, name, others) in [(a, "2,0", "Aneka", ["Bahari", "Cakra"]), (b, "1,0", "Bahari", ["Aneka", "Cakra"])] {
        assert!(own.contains(name) && others.iter().all(|o| !own.contains(o)), "{own}");
        for figure in ["11", "22", "33"] {
            assert!(!own.contains(&format!("{other}{figure}")), "{own}");
        }
        // People are counted over all institutions together.
        assert!(["53,310", "49,657", "56,810"].iter().all(|n| !own.contains(n)), "{own}");
        assert!(own.contains("not legal advice") && own.contains("about 18,000, between 15,000 and 21,000"));
    }
    assert!(a.contains("| no\\_hp | 107 |") && b.contains("| no\\_hp | 207 |"));
    assert!(a.contains("1,011 distinct records") && b.contains("2,011 distinct records"));
    // More rows are copies than records were matched, so that these bound the people; with fewer, the rows do.
    assert!(a.contains("People concerned: about 1,011, if each record is one person"));
    let few = edited(|v| v["coverage"]["rows_distinct"] = json!(2_000), &["Aneka", "Bahari"], 2);
    let page = english(&few);
    assert!(part(&page, 1, 2).contains("People concerned: about 600, between 500 and 700, if each copied row is about another person"));
}

#[test]
fn a_reservation_about_another_institution_stays_with_the_examination() {
    let reservations = json!(["Bahari cannot be excluded.", "Aneka Bahari was asked."]);
    let page = english(&edited(|v| v["verdict"]["reservations"] = reservations, &["Aneka Bahari", "Bahari"], 1));
    let (examination, draft) = page.split_once("## For Aneka Bahari alone").unwrap();
    assert!(examination.contains("Bahari cannot be excluded.") && !draft.contains("Bahari cannot be excluded."));
    assert!(draft.contains("Aneka Bahari was asked."));
}

#[test]
fn a_notice_is_drafted_for_the_supported_or_for_the_only_one() {
    assert!(!english(&document(&["A"], 1)).contains("Cut here"));
    let none = english(&document(&["Aneka", "Bahari"], 0));
    assert!(none.contains("No institution to draft for") && !none.contains("Aneka"));
    let only = english(&document(&["Aneka"], 0));
    assert!(only.contains("For Aneka alone") && only.contains("must be decided before this draft is used"));
    assert!(only.contains("The findings do not decide."));
    // Of an institution that is not supported, no copy and no day of one is told.
    assert!(!only.contains("2025-10-01") && !only.contains("about 18,000") && only.contains("the findings do not show"));
    assert!(only.contains("People concerned: about 53,310, between 49,657 and 56,810"));
}

#[test]
fn categories_and_what_they_mean_in_law_are_told() {
    let page = english(&document(&["A"], 1));
    assert!(page.contains("| health data | other data | diagnosa | 108 |") && page.contains("UU PDP Art. 4(2)(a)"));
    // A field that nothing agreed with is none of the data disclosed.
    assert!(!page.contains("| nama |"));
    let column = json!([
        { "input": 0, "member": null, "table": null, "column": 4, "header": "password", "kind": "md5", "written": "hex", "concept": "credential", "category": "credential" },
        { "input": 0, "member": null, "table": null, "column": 5, "header": "hp", "kind": "phone", "written": "masked", "concept": "phone", "category": "contact" },
    ]);
    let page = english(&edited(|v| v["unmatched"] = column, &["A"], 1));
    assert!(page.contains("Column: 4 (password), passwords or other secrets, as MD5 digests; credentials"), "{page}");
    assert!(page.contains("Column: 5 (hp), telephone numbers, in part, the rest masked; contact data"));
    assert!(page.contains("Change your password") && page.contains("a risk that accounts are taken over"));
    let religion = edited(|v| v["columns"][1]["category"] = json!("religion"), &["A"], 1);
    assert!(english(&religion).contains("religion as such is general personal data"));
    let own_word = edited(|v| v["columns"][1]["category"] = json!("a|b"), &["A"], 1);
    assert!(english(&own_word).contains("| a\\|b | other data |"));
    let part = edited(|v| merge_column(v, &[("part", json!("last4"))]), &["A"], 1);
    assert!(english(&part).contains("telephone numbers, in part: the last 4 characters"));
    let digest = edited(|v| merge_column(v, &[("kind", json!("sha256"))]), &["A"], 1);
    assert!(english(&digest).contains("telephone numbers, as SHA-256 digests"));
}

fn merge_column(value: &mut serde_json::Value, with: &[(&str, serde_json::Value)]) {
    with.iter().for_each(|(key, new)| value["columns"][0][*key] = new.clone());
}

#[test]
fn what_was_not_read_makes_lower_bounds() {
    assert!(!english(&document(&["A"], 1)).contains("all numbers are lower bounds"));
    let page = english(&edited(|v| v["coverage"]["complete"] = json!(false), &["A"], 1));
    assert!(page.contains("Not everything could be read") && page.contains("all numbers are lower bounds"));
    let page = english(&edited(|v| v["coverage"]["rows_distinct_exact"] = json!(false), &["A"], 1));
    assert!(page.contains("standard error of 0.3%"));
}

#[test]
fn each_group_has_its_part() {
    let groups = json!([sample::answer(&["A", "B"], 1), sample::answer(&["A", "B"], 0), sample::answer(&["A", "B"], 2)]);
    let page = english(&edited(|v| v["groups"] = groups, &["A", "B"], 1));
    assert!(page.contains("part 3 of 3 ends") && page.matches("numbers must not be added up").count() == 3);
}

#[test]
fn an_edited_document_is_survived() {
    let mut document = document(&["A"], 1);
    document.run.started = "yesterday".to_string();
    document.answer.columns[0].index = Some(99);
    document.answer.institutions[0].share.as_mut().unwrap().high = f64::INFINITY;
    document.answer.coverage.people.low = u64::MAX;
    document.answer.coverage.rows_distinct = u64::MAX;
    let page = english(&document);
    assert!(page.contains("Distinct rows posted: ") && !page.contains("NaN") && !page.contains("about inf"));
    document.answer.indexes.clear();
    document.answer.inputs.clear();
    assert!(english(&document).contains("For A alone"));
    document.answer.institutions.clear();
    assert!(english(&document).contains("No institution to draft for"));
}

#[test]
fn two_drafts_of_one_document_are_the_same() {
    let document = document(&["A", "B"], 2);
    for lang in [Lang::En, Lang::Id] {
        assert_eq!(render(&document, None, lang), render(&document, None, lang));
    }
}

#[test]
fn every_line_has_its_indonesian() {
    let unmatched = json!([
        { "input": 0, "member": null, "table": null, "column": 4, "header": "password", "kind": "md5", "written": "hex", "concept": "credential", "category": "credential" },
    ]);
    let documents = [
        edited(|v| v["unmatched"] = unmatched, &["A"], 1),
        document(&["A"], 0),
        document(&["A", "B"], 2),
        document(&["A", "B"], 0),
        edited(|v| v["coverage"]["rows_distinct"] = json!(2_000), &["A", "B"], 2),
        edited(|v| v["coverage"]["complete"] = json!(false), &["A"], 1),
        edited(|v| v["groups"] = json!([sample::answer(&["A"], 1), sample::answer(&["A"], 1)]), &["A"], 1),
        edited(|v| v["indexes"] = json!([]), &["A"], 1),
    ];
    for document in documents {
        for aware in [None, "2026-11-30T21:15:00+07:00".parse().ok()] {
            let (en, id) = (render(&document, aware, Lang::En), render(&document, aware, Lang::Id));
            // The sentences of the sample's verdict are its own.
            let same = en.lines().zip(id.lines()).filter(|(en, id)| en == id && en.contains(|c: char| c.is_alphabetic()));
            assert_eq!(same.map(|(en, _)| en).collect::<Vec<_>>(), [""; 0]);
            assert_eq!(en.lines().count(), id.lines().count());
            let own = ["The rows are copies", "The findings do not decide"];
            let words = [" the ", " of ", " and ", " are ", " is ", " whether "];
            let english = id.lines().filter(|line| !own.iter().any(|s| line.contains(s)) && words.iter().any(|w| line.contains(w)));
            assert_eq!(english.collect::<Vec<_>>(), [""; 0]);
            assert_eq!(en.matches("[to be filled in: ").count(), id.matches("[untuk diisi: ").count());
        }
    }
}
