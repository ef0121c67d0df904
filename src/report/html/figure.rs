//! Figures of the page: every number, digest and name that is taken from the document stands in an element that says where it stands there, so
//! that a reader, a program or a test can hold the page against `scan.json`.
//!
//! `data-path` is a JSON pointer into the document: the element's text is the value there, formatted as `data-as` says (as it is where there
//! is none). `data-from` holds the pointers, separated by spaces, that a derived figure was made from. `data-static` marks digits that belong to a
//! fixed text.

use super::Page;
use crate::report::lang::catalogue_pieces;
use maud::{Markup, html};

/// A value and how it is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Shown<'a> {
    /// A count with its thousands set apart.
    Count(u64),
    /// A place counted from 0 in the document, from 1 here.
    Place(u64),
    /// Bytes in decimal units.
    Bytes(f64),
    /// Bytes a second.
    Rate(f64),
    /// A share as a percentage.
    Percent(f64),
    /// A decimal logarithm.
    Log10(f64),
    /// Decibans, with their sign.
    Decibans(f64),
    /// A number that may be very small.
    Small(f64),
    /// Seconds.
    Seconds(f64),
    /// A moment, RFC 3339, to the second.
    Moment(&'a str),
    /// A name, digest, path or day: as it is.
    Text(&'a str),
    /// A sentence of the program, in the page's language.
    Said(&'a str),
    /// One of a few words, as the document writes it: `not_shown`.
    Word(&'a str),
    /// Counts, one behind the other.
    Counts(&'a [u64]),
}

impl Shown<'_> {
    /// The text in the page's language, and whether it is in that language.
    pub(super) fn text(self, page: &Page) -> (String, bool) {
        let lang = page.lang;
        let text = match self {
            Shown::Count(n) => lang.count(n),
            Shown::Place(n) => lang.count(n.saturating_add(1)),
            Shown::Bytes(n) => lang.bytes(n),
            Shown::Rate(n) => format!("{}/s", lang.bytes(n)),
            Shown::Percent(share) => lang.percent(share),
            Shown::Log10(n) => lang.decimal(n, 2),
            Shown::Decibans(n) => lang.signed(n, 1),
            Shown::Small(n) => lang.small(n),
            Shown::Seconds(n) => lang.seconds(n),
            Shown::Moment(text) => moment(text),
            Shown::Text(text) => text.to_string(),
            Shown::Said(text) => {
                let told = lang.told(text);
                let known = told.is_some();
                return (told.map_or_else(|| text.to_string(), std::borrow::Cow::into_owned), known);
            }
            Shown::Word(text) => {
                let text = text.replace('_', " ");
                let told = lang.told(&text).map(std::borrow::Cow::into_owned);
                let known = told.is_some();
                return (told.unwrap_or(text), known);
            }
            Shown::Counts(counts) => {
                let mut out = String::with_capacity(4 * counts.len());
                for (n, &count) in counts.iter().enumerate() {
                    out.push_str(if n > 0 { " " } else { "" });
                    out.push_str(&lang.count(count));
                }
                out
            }
        };
        (text, true)
    }

    /// How it is written, for `data-as`; none where as it is, a count being as it is.
    pub(super) fn name(self) -> Option<&'static str> {
        Some(match self {
            Shown::Count(_) | Shown::Text(_) | Shown::Counts(_) => return None,
            Shown::Place(_) => "place",
            Shown::Bytes(_) => "bytes",
            Shown::Rate(_) => "rate",
            Shown::Percent(_) => "percent",
            Shown::Log10(_) => "log10",
            Shown::Decibans(_) => "decibans",
            Shown::Small(_) => "small",
            Shown::Seconds(_) => "seconds",
            Shown::Moment(_) => "moment",
            Shown::Said(_) => "said",
            Shown::Word(_) => "word",
        })
    }
}

/// `2026-11-23T05:05:53.262Z` as `2026-11-23 05:05:53 UTC`; anything else as it is.
fn moment(text: &str) -> String {
    let parts = (text.get(..10), text.get(10..11), text.get(11..19), text.ends_with('Z'));
    match parts {
        (Some(day), Some("T"), Some(time), true) => format!("{day} {time} UTC"),
        _ => text.to_string(),
    }
}

impl Page<'_> {
    /// A JSON pointer into the document, of a place in this page's answer.
    pub(super) fn pointer(&self, place: &str) -> String {
        format!("{}{place}", self.root)
    }

    fn pointers(&self, places: &[&str]) -> String {
        places.iter().map(|place| self.pointer(place)).collect::<Vec<_>>().join(" ")
    }

    /// A value of the answer.
    pub(super) fn at(&self, place: &str, shown: Shown) -> Markup {
        let (text, known) = shown.text(self);
        let lang = (!known).then_some("en");
        html! { span data-path=(self.pointer(place)) data-as=[shown.name()] lang=[lang] { (text) } }
    }

    /// A value of the answer in fixed-width type: digests, paths, commands.
    pub(super) fn code(&self, place: &str, text: &str) -> Markup {
        html! { code data-path=(self.pointer(place)) { (text) } }
    }

    /// A figure that is made from values of the answer.
    pub(super) fn from(&self, places: &[&str], shown: Shown) -> Markup {
        let (text, _) = shown.text(self);
        html! { span data-from=(self.pointers(places)) data-as=[shown.name()] { (text) } }
    }

    /// A share of one value of the answer in another; a dash where there is nothing to share.
    pub(super) fn share(&self, part: (&str, u64), whole: (&str, u64)) -> Markup {
        if whole.1 == 0 {
            return html! { "–" };
        }
        let shown = Shown::Percent(part.1 as f64 / whole.1 as f64);
        html! { span data-from=(self.pointers(&[part.0, whole.0])) data-as="share" { (shown.text(self).0) } }
    }

    /// A fixed text in the page's language. Digits in it are marked as its own.
    pub(super) fn words(&self, english: &'static str) -> Markup {
        let Some(text) = self.lang.template(english) else { return html! { span lang="en" data-static { (english) } } };
        literal(text)
    }

    /// The same as plain text, for attributes.
    pub(super) fn plain(&self, english: &'static str) -> &'static str {
        self.lang.template(english).unwrap_or(english)
    }

    /// A text with holes, filled with figures.
    pub(super) fn mix(&self, english: &'static str, figures: &[Markup]) -> Markup {
        let (template, lang) = match self.lang.template(english) {
            Some(template) => (template, None),
            None => (english, Some("en")),
        };
        let (pieces, last) = catalogue_pieces(template);
        let filled = html! {
            @for (before, number) in pieces {
                (literal(before))
                @if let Some(figure) = figures.get(number) { (figure) }
            }
            (literal(last))
        };
        match lang {
            None => filled,
            Some(lang) => html! { span lang=(lang) { (filled) } },
        }
    }
}

/// A part of a fixed text.
fn literal(text: &'static str) -> Markup {
    if text.bytes().any(|b| b.is_ascii_digit()) {
        return html! { span data-static { (text) } };
    }
    html! { (text) }
}

/// Ten to the power of a figure.
pub(super) fn ten_to(power: &Markup) -> Markup {
    html! { span.power { span data-static { "10" } sup { (power) } } }
}

/// A percentage for a style: between 0 and 100 with two digits, whatever the value.
pub(super) fn style_percent(share: f64) -> String {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    format!("{:.2}%", 100.0 * share)
}

/// A bar whose length is a share of its box. What it shows stands beside it as text.
pub(super) fn bar(share: f64, class: &str) -> Markup {
    html! { span.bar aria-hidden="true" { span class=(class) style={ "width:" (style_percent(share)) } {} } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_to_the_second() {
        assert_eq!(moment("2026-11-23T05:05:53.262874836Z"), "2026-11-23 05:05:53 UTC");
        assert_eq!(moment("yesterday, ümläut"), "yesterday, ümläut");
        assert_eq!(moment(""), "");
    }

    #[test]
    fn styles_bear_any_value() {
        assert_eq!(style_percent(f64::NAN), "0.00%");
        assert_eq!(style_percent(-3.0), "0.00%");
        assert_eq!(style_percent(1e300), "100.00%");
        assert_eq!(style_percent(0.5), "50.00%");
    }
}
