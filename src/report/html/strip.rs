//! Small pictures without text: a density over bins, and one of two series. They stretch to the width that there is; what they say stands
//! beside them as text.

use super::figure::Shown;
use super::page::Page;
use maud::{Markup, html};
use std::fmt::Write;

/// Units of a picture's height.
const HEIGHT: f64 = 100.0;
/// Height of a bin that holds next to nothing, so that it is seen.
const LEAST: f64 = 2.5;

/// What a picture is called, says and is made from.
pub(super) struct Described<'a> {
    pub id: String,
    pub title: Markup,
    pub description: Markup,
    /// Pointers to what it shows, within the answer.
    pub places: &'a [&'a str],
}

/// A number of a path, short.
fn short(x: f64) -> String {
    let text = format!("{x:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

fn height(value: f64, most: f64) -> f64 {
    if value <= 0.0 || most <= 0.0 || !value.is_finite() || !most.is_finite() {
        return 0.0;
    }
    (HEIGHT * (value / most).min(1.0)).max(LEAST)
}

/// The outline of bins of one width, closed at the bottom.
fn area(values: &[f64], most: f64) -> String {
    let mut out = format!("M0 {HEIGHT}");
    let mut last = f64::NAN;
    for (n, &value) in values.iter().enumerate() {
        let y = (HEIGHT - height(value, most)).round();
        // Bins of one height are one line.
        if y != last {
            let _ = write!(out, "H{n}V{}", short(y));
            last = y;
        }
    }
    let _ = write!(out, "H{}V{HEIGHT}Z", values.len());
    out
}

/// The top of bins of one width, open.
fn line(values: &[f64], most: f64) -> String {
    let mut out = String::new();
    for (n, &value) in values.iter().enumerate() {
        let y = short((HEIGHT - height(value, most)).round());
        let _ = if n == 0 { write!(out, "M0 {y}") } else { write!(out, "H{n}V{y}") };
    }
    let _ = write!(out, "H{}", values.len());
    out
}

fn svg(page: &Page, what: &Described, width: usize, inside: &Markup) -> Markup {
    let (title, desc) = (format!("{}-t", what.id), format!("{}-d", what.id));
    let from = what.places.iter().map(|place| page.pointer(place)).collect::<Vec<_>>().join(" ");
    html! {
        svg.strip role="img" aria-labelledby={ (title) " " (desc) } viewBox={ "0 0 " (width.max(1)) " 100" } preserveAspectRatio="none" {
            title #(title) data-from=(from) { (what.title) }
            desc #(desc) data-from=(from) { (what.description) }
            (inside)
        }
    }
}

/// A density over bins, its full height being `most`; `borders` are upright lines, in bins.
pub(super) fn density(page: &Page, what: &Described, values: &[f64], most: f64, borders: &[f64]) -> Markup {
    let inside = html! {
        path.mark d=(area(values, most)) {}
        @for at in borders {
            line.border x1=(short(*at)) x2=(short(*at)) y1="0" y2="100" vector-effect="non-scaling-stroke" {}
        }
    };
    svg(page, what, values.len(), &inside)
}

/// Two series over the same bins, the one filled, the other a line; `band` is an interval, in bins.
pub(super) fn pair(page: &Page, what: &Described, filled: &[f64], lined: &[f64], band: Option<(f64, f64)>) -> Markup {
    let most = filled.iter().chain(lined).copied().filter(|v| v.is_finite()).fold(0.0, f64::max);
    let inside = html! {
        path.mark d=(area(filled, most)) {}
        path.all d=(line(lined, most)) vector-effect="non-scaling-stroke" {}
        @if let Some((from, to)) = band {
            rect.band x=(short(from)) y="0" width=(short((to - from).max(0.0))) height="100" {}
            path.edge d={ "M" (short(from)) " 0V100M" (short(to)) " 0V100" } vector-effect="non-scaling-stroke" {}
        }
    };
    svg(page, what, filled.len(), &inside)
}

/// The counts behind a picture, bin by bin, folded away on a screen and open on paper.
pub(super) fn counts(page: &Page, caption: &'static str, rows: &[(Markup, String, &[u64])]) -> Markup {
    html! {
        details.counts {
            summary { (page.words("Figures of this picture")) }
            table.lists {
                caption { (page.words(caption)) }
                tbody {
                    @for (name, place, counts) in rows {
                        tr { th scope="row" { (name) } td { (page.at(place, Shown::Counts(counts))) } }
                    }
                }
            }
        }
    }
}

/// A pointer's value as a row of such a table.
pub(super) fn shares(counts: &[u64]) -> Vec<f64> {
    let sum = counts.iter().map(|&n| n as f64).sum::<f64>();
    counts.iter().map(|&n| if sum > 0.0 { n as f64 / sum } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlines_close_and_bear_anything() {
        assert_eq!(area(&[1.0, 1.0, 0.0, 0.5], 1.0), "M0 100H0V0H2V100H3V50H4V100Z");
        assert_eq!(area(&[], 0.0), "M0 100H0V100Z");
        assert_eq!(area(&[f64::NAN, f64::INFINITY], 1.0), "M0 100H0V100H2V100Z");
        assert_eq!(line(&[0.5, 1.0], 1.0), "M0 50H1V0H2");
        // Next to nothing is seen.
        assert_eq!(area(&[1e-9], 1.0), "M0 100H0V98H1V100Z");
    }
}
