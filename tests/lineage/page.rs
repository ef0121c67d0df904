//! The page of several dumps: all that was found is on it, it asks for nothing, and it lies well on every screen and on paper.

use crate::browser::{Browser, PROBLEMS};
use crate::support::{World, leaktrace, person, run_with};
use crate::{fingerprint, table};
use serde_json::Value;
use std::path::PathBuf;

/// A base, a part of it, the base padded with others, another dump, the merge of base and other, and one that has nothing to do with them.
fn family(world: &World) -> Vec<PathBuf> {
    let rows = |people| table(people).split_once('\n').unwrap().1.to_string();
    let dumps = [
        ("base", table(0..1200)),
        ("part", table(0..300)),
        ("padded", table(0..1200) + &rows(9000..9200)),
        ("other", table(5000..5800)),
        ("merge-of-base-and-other-as-it-was-sold", table(0..1200) + &rows(5000..5800)),
        ("unrelated <b>&amp;", table(20_000..20_400)),
    ];
    dumps
        .map(|(name, text)| {
            let (ran, path) = fingerprint(world, &world.write(format!("{name}.csv"), text), &format!("{name}.ltf"), &[]);
            ran.ends(0, &[]);
            path
        })
        .into()
}

/// The page and the document of the same dumps.
fn page(world: &World, files: &[PathBuf]) -> (PathBuf, String, Value) {
    let page = world.at("page.html");
    let mut command = leaktrace(["compare"]);
    command.args(files).args(["--json", "-", "--html"]).arg(&page);
    let ran = run_with(command, b"");
    ran.ends(0, &[]);
    let text = std::fs::read_to_string(&page).unwrap();
    (page, text, ran.document())
}

/// Text as a page has it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[test]
fn everything_is_on_the_page() {
    let world = World::new();
    let files = family(&world);
    let (_, page, document) = page(&world, &files);
    let all = |list: &str| document[list].as_array().unwrap().clone();
    assert_eq!(all("merges").len(), 1, "{document:#}");
    let related = all("pairs").into_iter().filter(|pair| pair["relation"] != "unrelated");
    let told: Vec<Value> = all("merges").into_iter().chain(related).map(|entry| entry["sentence"].clone()).collect();
    assert!(told.len() > 5);
    let mut last = 0;
    for sentence in &told {
        let at = page.find(&escaped(sentence.as_str().unwrap()));
        assert!(at.is_some_and(|at| at > last), "{sentence} is not there, or out of order");
        last = at.unwrap();
    }
    for dump in all("dumps") {
        assert!(page.contains(&escaped(dump["file"].as_str().unwrap())), "{}", dump["file"]);
        assert!(page.contains(dump["sources"][0]["blake3"].as_str().unwrap()));
    }
    assert!(page.contains("other pairs are unrelated."));
    assert!(page.contains(r#"http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'""#));
    let page = page.replace("http-equiv", "");
    for bad in ["<script", "http", "<b>", "url(", "@import", " src="] {
        assert!(!page.contains(bad), "{bad}");
    }
    assert!((0..300).step_by(50).all(|n| person(n).iter().all(|value| !page.contains(value))), "a value is on the page");
}

#[test]
fn standard_output_holds_the_page_and_nothing_else() {
    let world = World::new();
    let dumps = ["a", "b"].map(|name| fingerprint(&world, &world.write(name, table(0..100)), &format!("{name}.ltf"), &[]).1);
    let compare = |more: &[&str]| {
        let mut command = leaktrace(["compare"]);
        command.args(&dumps).args(more);
        run_with(command, b"")
    };
    let ran = compare(&["--html", "-"]);
    ran.ends(0, &[]);
    assert!(ran.stdout.starts_with("<!DOCTYPE html>") && ran.stdout.ends_with("</html>"), "{}", ran.stdout);
    compare(&["--html", "-", "--json", "-"]).ends(2, &["cannot both be standard output", "to do:"]);
}

#[test]
fn it_lies_well_on_every_screen() {
    let Some(mut browser) = Browser::start() else { return };
    let world = World::new();
    let files = family(&world);
    let few = page(&world, &files).0;
    look(&mut browser, &few);
    // As many as fit a matrix badly: copies of copies, and parts that overlap.
    let many: Vec<PathBuf> = (0..24)
        .map(|n: usize| {
            let from = n / 4 * 150;
            let dump = world.write(format!("dump-{n}.csv"), table(from..from + 60 * (1 + n % 4)));
            fingerprint(&world, &dump, &format!("dump-{n}.ltf"), &[]).1
        })
        .collect();
    let many = page(&world, &many).0;
    look(&mut browser, &many);
}

/// Folded and unfolded, at every width and on paper.
fn look(browser: &mut Browser, page: &std::path::Path) {
    browser.open(page);
    for unfolded in [false, true] {
        browser.evaluate(&format!("document.querySelectorAll('details').forEach(d => d.open = {unfolded})"));
        for (width, media, scheme) in [
            (360, "screen", "light"),
            (800, "screen", "light"),
            (1400, "screen", "light"),
            (1400, "screen", "dark"),
            (718, "print", "light"),
        ] {
            browser.look(width, media, scheme);
            let problems = browser.evaluate(PROBLEMS);
            assert_eq!(problems.as_array().map(Vec::len), Some(0), "{} at {width}, {media}, {scheme}: {problems:#}", page.display());
        }
    }
    assert!(browser.pdf() > 10_000);
}
