//! The page of real scans, in a browser.

use crate::browser::{Browser, PROBLEMS};
use crate::report;
use crate::support::{SCHEMA, World, records, run_with};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Figures of the page: where each says that it stands in the document, how it is formatted, and what it shows.
const FIGURES: &str = r##"[...document.querySelectorAll('[data-path]')].map(e => [e.getAttribute('data-path'), e.getAttribute('data-as') || '', e.textContent])"##;

/// Texts with a digit that are nobody's figure.
const STRAY: &str = r##"(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const stray = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (/\d/.test(node.data.replace(/BLAKE3|SHA-\d+|MD5/g, '')) && !node.parentElement.closest('[data-path], [data-from], [data-static]')) stray.push(node.data.trim().slice(0, 80));
  return stray;
})()"##;

/// Looks at a page at every width, in every scheme, and on paper.
fn look(browser: &mut Browser, page: &Path) {
    browser.open(page);
    for (width, media, scheme) in [
        (360, "screen", "light"),
        (800, "screen", "light"),
        (1400, "screen", "light"),
        (1400, "screen", "dark"),
        (360, "screen", "dark"),
        (718, "print", "light"),
    ] {
        browser.look(width, media, scheme);
        let problems = browser.evaluate(PROBLEMS);
        assert_eq!(problems.as_array().map(Vec::len), Some(0), "{} at {width}, {media}, {scheme}: {problems:#}", page.display());
    }
    assert_eq!(browser.evaluate(STRAY), Value::Array(Vec::new()), "{}", page.display());
    assert!(browser.pdf() > 10_000);
}

/// Whole numbers and texts that a page shows as they are: equal to the document's.
fn hold(browser: &mut Browser, folder: &Path) {
    let document: Value = serde_json::from_slice(&std::fs::read(folder.join("scan.json")).unwrap()).unwrap();
    let figures = browser.evaluate(FIGURES);
    let mut held = 0;
    for figure in figures.as_array().unwrap() {
        let [path, format, shown] = [0, 1, 2].map(|n| figure[n].as_str().unwrap());
        let value = document.pointer(path).unwrap_or_else(|| panic!("the page shows {path}, which the document does not have"));
        if format.is_empty() && (value.is_u64() || value.is_string()) {
            let plain = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
            match value {
                Value::String(text) => assert_eq!(shown, text, "{path}"),
                number => assert_eq!(plain(shown), number.to_string(), "{path}"),
            }
            held += 1;
        }
    }
    assert!(held > 20, "{held} figures");
}

/// The pages of scans that differ as much as can be.
fn pages(world: &World) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    let mut one = |dump: &Path, folder: &str, more: &[&str]| folders.push(report(world, dump, folder, more).1);
    let known = world.write("known.csv", records(100..900));
    one(&known, "one", &["--claim-rows", "279000000", "--claim-source", "Asuransi Contoh", "--case", "BCU-17", "--examiner", "N. N."]);
    one(&known, "indonesian", &["--lang", "id"]);
    one(&world.write("unknown.csv", records(50_000..50_400)), "none", &[]);
    world.write("mixed/known.csv", records(100..400));
    world.write("mixed/damaged.csv.gz", b"\x1f\x8b\x08\0rest");
    one(&world.at("mixed"), "incomplete", &["--each"]);
    // Fifty institutions that share people.
    let more: Vec<String> = (0..50)
        .flat_map(|n| {
            let name = format!("i{n}");
            world.write(format!("{name}.csv"), records(n * 40..n * 40 + 400));
            world.write(format!("{name}.toml"), SCHEMA.replace("Asuransi Contoh", &format!("Lembaga Contoh Nomor {n}")));
            world.index(&format!("{name}.csv"), &format!("{name}.toml"), &format!("{name}.ltx")).ends(0, &[]);
            ["--index".to_string(), world.at(format!("{name}.ltx")).display().to_string()]
        })
        .collect();
    one(&known, "fifty", &more.iter().map(String::as_str).collect::<Vec<_>>());
    folders
}

#[test]
fn pages_lie_well_in_a_browser_and_show_what_the_document_says() {
    let Some(mut browser) = Browser::start() else { return };
    let world = World::new();
    for folder in pages(&world) {
        let page = folder.join("report.html");
        let length = std::fs::metadata(&page).unwrap().len();
        assert!(length <= 300_000, "{}: {length} bytes", page.display());
        look(&mut browser, &page);
        hold(&mut browser, &folder);
    }
}

#[test]
fn the_demonstration_leaves_a_report_and_names_it() {
    let place = tempfile::tempdir().unwrap();
    let mut command = crate::support::leaktrace(["demo", "-o"]);
    command.arg(place.path().join("demo"));
    let ran = run_with(command, b"");
    ran.ends(0, &[]);
    let folder = place.path().join("demo/report");
    assert!(ran.stdout.contains(&folder.display().to_string()), "{}", ran.stdout);
    let mut command = crate::support::leaktrace(["verify"]);
    command.arg(&folder);
    run_with(command, b"").ends(0, &[]);
    if let Some(mut browser) = Browser::start() {
        look(&mut browser, &folder.join("report.html"));
        hold(&mut browser, &folder);
    }
}
