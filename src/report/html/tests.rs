//! The page held against its document: every figure is what the document says, in both languages, and nothing on it is loaded, run or left
//! untranslated.

mod samples;
mod walk;

use super::figure::Shown;
use super::page::Page;
use super::render;
use crate::report::document::Document;
use crate::report::lang::Lang;
use samples::samples;
use serde_json::Value;
use std::collections::HashSet;
use walk::{Element, Node, parse};

const LANGS: [Lang; 2] = [Lang::En, Lang::Id];
/// Most bytes of a page of fifty institutions.
const MOST: usize = 300_000;

fn read(value: &Value) -> Document {
    serde_json::from_value(value.clone()).expect("a document")
}

/// What the page should show for the values at these pointers.
fn wanted(page: &Page, name: Option<&str>, values: &[&Value]) -> Option<String> {
    let value = *values.first()?;
    let number = || value.as_f64().unwrap_or(f64::NAN);
    let count = || value.as_u64().expect("a count");
    let text = || value.as_str().expect("a text");
    let shown = match name {
        Some("place") => Shown::Place(count()),
        Some("bytes") => Shown::Bytes(number()),
        Some("rate") => Shown::Rate(number()),
        Some("percent") => Shown::Percent(number()),
        Some("log10") => Shown::Log10(number()),
        Some("decibans") => Shown::Decibans(number()),
        Some("small") => Shown::Small(number()),
        Some("seconds") => Shown::Seconds(number()),
        Some("moment") => Shown::Moment(text()),
        Some("said") => Shown::Said(text()),
        Some("word") => Shown::Word(text()),
        Some("share") => Shown::Percent(number() / values.get(1)?.as_f64()?),
        Some(other) => panic!("no format {other}"),
        None => match value {
            Value::Number(_) => Shown::Count(count()),
            Value::String(text) => Shown::Text(text),
            Value::Array(counts) => {
                let counts: Vec<u64> = counts.iter().map(|n| n.as_u64().expect("a count")).collect();
                return Some(Shown::Counts(&counts).text(page).0);
            }
            other => panic!("{other} without a format"),
        },
    };
    Some(shown.text(page).0)
}

/// Holds every element against the document; gives the number of figures.
fn hold(lang: Lang, json: &Value, document: &Document, root: &Element) -> usize {
    let page = Page::of(&document.answer, lang, String::new());
    let mut figures = 0;
    root.walk(&mut |element: &Element| {
        let find = |pointer: &str| json.pointer(pointer).unwrap_or_else(|| panic!("nothing at {pointer}"));
        if let Some(pointer) = element.get("data-path") {
            let shown = element.text();
            let wanted = wanted(&page, element.get("data-as"), &[find(pointer)]).expect("a value");
            assert_eq!(shown, wanted, "at {pointer}");
            figures += 1;
        }
        if let Some(pointers) = element.get("data-from") {
            let values: Vec<&Value> = pointers.split(' ').map(find).collect();
            if element.get("data-as") == Some("share") {
                assert_eq!(Some(element.text()), wanted(&page, Some("share"), &values), "from {pointers}");
            }
            figures += 1;
        }
    });
    figures
}

#[test]
fn every_figure_is_what_the_document_says() {
    for (name, json) in samples() {
        let document = read(&json);
        // What the document writes of itself is what the page's pointers point into.
        let json = serde_json::to_value(&document).unwrap();
        for lang in LANGS {
            let html = render(&document, lang);
            let figures = hold(lang, &json, &document, &parse(&html));
            assert!(figures > 30, "{name}: {figures} figures");
        }
    }
}

#[test]
fn no_digit_stands_without_its_origin() {
    for (name, json) in samples() {
        let document = read(&json);
        for lang in LANGS {
            let root = parse(&render(&document, lang));
            root.texts(&mut |text: &str, above: &[&Element]| {
                if !text.bytes().any(|b| b.is_ascii_digit()) || above.iter().any(|e| e.name == "style" || e.name == "head") {
                    return;
                }
                let told = |e: &&Element| ["data-path", "data-from", "data-static"].iter().any(|a| e.get(a).is_some());
                // The name of the checksum is no figure.
                assert!(text == "BLAKE3" || above.iter().any(told), "{name}: {text:?} in {:?}", above.last().map(|e| &e.name));
            });
        }
    }
}

#[test]
fn nothing_is_left_untranslated() {
    for (name, json) in samples() {
        let document = read(&json);
        let root = parse(&render(&document, Lang::Id));
        root.walk(&mut |element: &Element| {
            // What a test has made up is not in the catalogue.
            let made_up = element.text().contains("made up");
            assert!(element.get("lang") != Some("en") || made_up, "{name}: {}", element.text());
            if element.get("data-as") == Some("said") && !made_up {
                let text = element.text();
                for word in text.split(|c: char| !c.is_alphanumeric()) {
                    assert!(!ENGLISH.contains(&word), "{name}: {word:?} in {text:?}");
                }
            }
        });
    }
}

/// Words of English sentences that no name of a sample holds.
const ENGLISH: [&str; 14] =
    ["the", "of", "rows", "record", "records", "about", "with", "from", "were", "was", "support", "which", "not", "their"];

#[test]
fn every_text_of_the_page_is_in_the_catalogue() {
    let sources = [
        include_str!("mod.rs"),
        include_str!("calendar.rs"),
        include_str!("columns.rs"),
        include_str!("coverage.rs"),
        include_str!("groups.rs"),
        include_str!("head.rs"),
        include_str!("hits.rs"),
        include_str!("indexes.rs"),
        include_str!("inputs.rs"),
        include_str!("institutions.rs"),
        include_str!("limits.rs"),
        include_str!("overlap.rs"),
        include_str!("page.rs"),
        include_str!("records.rs"),
        include_str!("rows.rs"),
        include_str!("run.rs"),
        include_str!("shares.rs"),
        include_str!("strip.rs"),
        include_str!("support.rs"),
        include_str!("why.rs"),
    ];
    let mut texts = 0;
    for source in sources {
        for call in ["words(\"", "plain(\"", "mix(\"", "counts(page, \"", "name: \""] {
            for (at, _) in source.match_indices(call) {
                let rest = &source[at + call.len()..];
                let end = rest.match_indices('"').map(|(end, _)| end).find(|&end| !rest[..end].ends_with('\\')).unwrap();
                let text: &'static str = rest[..end].replace("\\\"", "\"").leak();
                assert!(Lang::Id.template(text).is_some(), "{text:?}");
                texts += 1;
            }
        }
    }
    assert!(texts > 150, "{texts}");
}

#[test]
fn a_page_needs_nothing_else() {
    for (name, json) in samples() {
        for lang in LANGS {
            let html = render(&read(&json), lang);
            let root = parse(&html);
            let (mut ids, mut targets, mut headings) = (HashSet::new(), Vec::new(), Vec::new());
            root.walk(&mut |e: &Element| {
                assert!(
                    !["script", "img", "link", "iframe", "object", "embed", "base", "form"].contains(&e.name.as_str()),
                    "{name}: {}",
                    e.name
                );
                for (attribute, value) in &e.attributes {
                    assert!(!attribute.starts_with("on") && attribute != "src", "{name}: {attribute}");
                    if attribute == "href" {
                        targets.push(value.strip_prefix('#').expect("a link within the page").to_string());
                    }
                    if attribute == "aria-labelledby" {
                        targets.extend(value.split(' ').map(str::to_string));
                    }
                    if attribute == "id" {
                        assert!(ids.insert(value.clone()), "{name}: {value} twice");
                    }
                }
                if let Some(level) = e.name.strip_prefix('h').and_then(|n| n.parse::<u8>().ok()) {
                    headings.push(level);
                }
                if e.name == "svg" {
                    let has =
                        |child: &str| e.children.iter().any(|n| matches!(n, Node::Element(c) if c.name == child && !c.text().is_empty()));
                    assert!(e.get("role") == Some("img") && has("title") && has("desc"), "{name}");
                }
                if e.name == "th" {
                    assert!(e.get("scope").is_some(), "{name}: {}", e.text());
                }
                if e.name == "table" {
                    assert!(e.children.iter().any(|n| matches!(n, Node::Element(c) if c.name == "caption")), "{name}: {}", e.text());
                }
            });
            for target in targets {
                assert!(ids.contains(&target), "{name}: nothing is called {target}");
            }
            assert_eq!(headings.iter().filter(|&&level| level == 1).count(), 1);
            assert!(headings.windows(2).all(|w| w[1] <= w[0] + 1), "{name}: {headings:?}");
            assert!(html.contains(&format!("<html lang=\"{}\">", lang.code())));
            assert!(html.contains("default-src 'none'; style-src 'unsafe-inline'"));
            assert!(html.len() <= MOST || !name.contains("fifty"), "{name}: {} bytes", html.len());
        }
    }
}
