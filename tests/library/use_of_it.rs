//! Adding, listing, finding and removing dumps through the program.

use super::support::{leaktrace, person, records, run, run_with};
use super::{Known, made, named};
use leaktrace::lineage::library::Library;
use serde_json::Value;

fn names(document: &Value) -> Vec<&str> {
    document["dumps"].as_array().unwrap().iter().map(|dump| dump["name"].as_str().unwrap()).collect()
}

#[test]
fn a_dump_is_known_again() {
    let known = Known::new();
    let more = ["--name", "Shop (2020)", "--source", "forum, thread 17", "--published", "2020-05-02"];
    known.library("add", &[&known.dump("shop.csv", 0..2000)], &more).ends(0, &["added", "as Shop-2020", "2,000 rows"]);
    known
        .library("add", &[&known.fingerprint("bank", 5000..6500), &known.dump("gym.csv", 8000..9000)], &[])
        .ends(0, &["as bank", "as gym"]);

    let list = known.library("list", &[], &["--json", "-"]);
    let document = list.ends(0, &[]).document();
    assert_eq!(document["schema"], "leaktrace.library/1");
    assert_eq!(names(&document), ["Shop-2020", "bank", "gym"]);
    let label = &document["dumps"][0]["label"];
    assert_eq!(
        (&label["name"], &label["source"], &label["published"]),
        (&"Shop (2020)".into(), &"forum, thread 17".into(), &"2020-05-02".into())
    );
    let shown = known.library("list", &[], &[]);
    assert!(shown.ends(0, &[]).stdout.contains("Shop (2020)"), "{}", shown.stdout);

    // A part of one.
    let part = known.dump("part.csv", 300..900);
    let query = known.find(&part, 1);
    let found = query["found"].as_array().unwrap();
    assert_eq!((found.len(), &found[0]["name"], &found[0]["relation"]), (1, &"Shop-2020".into(), &"subset".into()));
    assert!(query["new"].as_f64().unwrap() < 0.01, "{query}");
    let words = known.library("find", &[&part], &[]);
    let words = &words.ends(1, &[]).stdout;
    assert!(words.contains("is a subset of Shop-2020: 30% of its rows") && words.contains("published 2020-05-02"), "{words}");

    // A merge of two and of new rows, without a key.
    let mut rows = records(0..1000);
    rows.extend((5000..5600).chain(20_000..20_400).map(|n| person(n).join(",") + "\n"));
    let merged = known.world.write("merged.csv", rows);
    let mut command = leaktrace(["fingerprint", "-q", "--key"]);
    command.arg(known.at("library.key")).arg(&merged).arg("-o").arg(known.at("merged.ltf"));
    run_with(command, b"").ends(0, &[]);
    let mut command = leaktrace(["library", "find", "--json", "-", "--library"]);
    command.arg(known.folder()).arg(known.at("merged.ltf"));
    let query = run_with(command, b"").ends(1, &[]).document()["queries"][0].clone();
    let adds: Vec<(&str, f64)> =
        query["found"].as_array().unwrap().iter().map(|f| (f["name"].as_str().unwrap(), f["adds"].as_f64().unwrap())).collect();
    assert_eq!([adds[0].0, adds[1].0], ["Shop-2020", "bank"]);
    for (share, right) in [(adds[0].1, 0.5), (adds[1].1, 0.3), (query["new"].as_f64().unwrap(), 0.2)] {
        assert!((share - right).abs() < 0.02, "{query}");
    }

    // Nobody's.
    let other = known.dump("other.csv", 30_000..31_000);
    assert_eq!(known.find(&other, 0)["found"].as_array().unwrap().len(), 0);
    assert!(
        known.library("find", &[&other], &[]).ends(0, &[]).stdout.contains("none of its rows are known to come from any of 3 known dumps")
    );

    // No file of the library holds a value, as written or in canonical form.
    for entry in std::fs::read_dir(known.folder()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for value in
            person(300).iter().chain(&person(5000)).flat_map(|value| [value.clone(), value.to_lowercase(), value.replace("0812", "+62812")])
        {
            assert!(!text.contains(&value), "{value}");
        }
    }

    known.library("remove", &[], &["Shop-2020"]).ends(0, &["removed Shop-2020"]);
    assert_eq!(known.find(&part, 0)["found"].as_array().unwrap().len(), 0);
    known.library("remove", &[], &["gym", "nothing"]).ends(2, &["there is no dump of this name", "nothing"]);
    known.library("remove", &[], &["../bank"]).ends(2, &["there is no dump of this name"]);
    assert_eq!(names(&known.library("list", &[], &["--json", "-"]).document()), ["bank", "gym"]);
}

#[test]
fn what_is_there_is_not_added_again_and_names_are_told_apart() {
    let known = Known::new();
    let shop = known.fingerprint("shop", 0..500);
    known.library("add", &[&shop], &[]).ends(0, &["as shop"]);
    known.library("add", &[&shop], &["--name", "other"]).ends(2, &["already in the library", "under shop"]);
    // Nor from the library's own file, which has a label.
    known.library("add", &[&known.folder().join("shop.ltf")], &["--name", "other"]).ends(2, &["under shop"]);
    let bank = known.fingerprint("bank", 1000..1500);
    known.library("add", &[&bank], &["--name", "shop"]).ends(0, &["as shop-2"]);
    // One that is there does not keep out the others.
    let gym = known.fingerprint("gym", 2000..2500);
    known.library("add", &[&shop, &gym], &[]).ends(2, &["already in the library", "as gym"]);
    assert_eq!(names(&known.library("list", &[], &["--json", "-"]).document()), ["gym", "shop", "shop-2"]);
    known.library("add", &[&shop, &gym], &["--name", "both"]).ends(2, &["one name cannot be that of several dumps"]);
    known.library("add", &[&shop], &["--published", "2020-13-01"]).ends(2, &["YYYY-MM-DD"]);
}

#[test]
fn a_foreign_key_or_region_is_refused_by_name() {
    let known = Known::new();
    known.library("add", &[&known.dump("shop.csv", 0..500)], &[]).ends(0, &[]);
    run(["keygen".into(), "-o".into(), known.at("other.key")]).ends(0, &[]);
    let dump = known.dump("part.csv", 0..100);
    let mut command = leaktrace(["fingerprint", "-q", "--key"]);
    command.arg(known.at("other.key")).arg(&dump).arg("-o").arg(known.at("foreign.ltf"));
    run_with(command, b"").ends(0, &[]);
    for what in ["add", "find"] {
        let refused = known.library(what, &[&known.at("foreign.ltf")], &[]);
        refused.ends(2, &["another key than the library's", "expected: key ", "got:      key ", "foreign.ltf"]);
        known.library(what, &[&dump], &["--region", "SG"]).ends(2, &["another country", "region ID", "region SG"]);
    }
    // One that somebody put there is passed over, by name.
    std::fs::copy(known.at("foreign.ltf"), known.folder().join("astray.ltf")).unwrap();
    let ran = known.library("find", &[&dump], &["--json", "-"]);
    ran.ends(1, &["astray in the library is passed over", "another key"]);
    assert_eq!(ran.document()["unread"][0]["name"], "astray");
}

#[test]
fn what_is_missing_is_told() {
    let known = Known::new();
    let dump = known.dump("shop.csv", 0..500);
    for what in ["list", "find", "remove"] {
        let files: &[&std::path::Path] = if what == "list" { &[] } else { &[&dump] };
        known.library(what, files, &[]).ends(2, &["there is no library in this folder"]);
    }
    let mut command = leaktrace(["library", "add", "--library"]);
    command.arg(known.folder()).arg(&dump);
    run_with(command, b"").ends(2, &["--library-key KEY"]);
    let empty = known.library("list", &[], &[]);
    assert_eq!(empty.ends(0, &[]).stdout, "the library is empty\n");
    assert_eq!(known.find(&dump, 0)["new"], 1.0);
}

#[test]
fn eight_processes_that_add_at_once_lose_nothing() {
    let known = Known::new();
    // Enough that each makes the index anew, or finds that another one does.
    let library = Library::open_or_make(&known.folder()).unwrap();
    let mut before = library.adding().unwrap();
    for n in 0..70 {
        before.add(made(n * 1000..n * 1000 + 40), named("old")).unwrap();
    }
    let files: Vec<_> = (0..8)
        .map(|process| {
            let path = |n: u64| known.at(&format!("new-{process}-{n}.ltf"));
            (0..10u64).for_each(|n| {
                std::fs::write(
                    path(n),
                    made((process * 10 + n) * 500 + 1_000_000..(process * 10 + n) * 500 + 1_000_040).to_bytes().unwrap(),
                )
                .unwrap()
            });
            (0..10).map(path).collect::<Vec<_>>()
        })
        .collect();
    let children: Vec<_> = files
        .iter()
        .map(|files| {
            let mut command = leaktrace(["library", "add", "--threads", "1", "--name", "one", "--library"]);
            // All ask for one name, and each for several dumps one after the other.
            command = if files.len() == 1 { command } else { leaktrace(["library", "add", "--threads", "1", "--library"]) };
            command.arg(known.folder()).args(files).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    for child in children {
        super::support::finish(child, b"").ends(0, &["added"]);
    }
    let (all, unread) = library.list().unwrap();
    assert_eq!((all.len(), unread.len()), (150, 0));
    for n in 0..80u64 {
        let explained = library.explain(&made(n * 500 + 1_000_000..n * 500 + 1_000_040), 5).unwrap();
        assert_eq!((explained.known, explained.found.len()), (150, 1), "{n}");
        assert!(explained.index.is_none() && explained.unread.is_empty() && explained.copied());
    }
}
