//! Picture: when the matched records were made and changed, beside all of the institution's, and when the copy was made.

use super::figure::Shown;
use super::page::{Page, Section};
use super::rows::picture_id;
use super::strip::{self, Described};
use crate::attribute::Support;
use crate::attribute::dates::ExportInterval;
use crate::report::document::InstitutionEntry;
use crate::report::figures::{Calendar, Months};
use maud::{Markup, html};

/// Institutions that are told; each takes two pictures.
const TOLD: usize = 6;
/// Years that are written under a picture, at most.
const YEARS: u32 = 6;

pub(super) fn section(page: &Page) -> Option<Section> {
    let all: Vec<(usize, &InstitutionEntry, &Calendar)> =
        page.entries().filter_map(|(n, entry)| Some((n, entry, entry.calendar.as_ref()?))).collect();
    let told = &all[..all.len().min(TOLD)];
    let left = page.answer.institutions.iter().filter(|entry| entry.calendar.is_some()).count() - told.len();
    if told.is_empty() {
        return None;
    }
    let dated = told.iter().any(|(_, entry, _)| copy(entry).is_some());
    let body = html! {
        p.lead { (page.words("Months in which the records were created and last changed: those that the dump holds beside all of the institution's, each as a share of its own. Where the dump's records end and the institution's go on, the copy was made.")) }
        p.legend {
            span.key-fill aria-hidden="true" {} (page.words("records found in the dump")) " "
            span.key-all aria-hidden="true" {} (page.words("all records of the institution")) " "
            @if dated { span.key-band aria-hidden="true" {} (page.words("when the copy was made")) }
        }
        @for (n, entry, calendar) in told { (one(page, *n, entry, calendar)) }
        @if left > 0 {
            p.note { (page.mix("{} further calendars are in scan.json.", &[page.from(&["/institutions"], Shown::Count(left as u64))])) }
        }
    };
    Some(page.section("calendar", "When the records were made and changed", body))
}

/// When the copy was made, where anything speaks for there being one.
fn copy(entry: &InstitutionEntry) -> Option<&ExportInterval> {
    entry.exported_between.as_ref().filter(|_| entry.support > Support::None)
}

fn one(page: &Page, n: usize, entry: &InstitutionEntry, calendar: &Calendar) -> Markup {
    let parts = [("created", "Created", &calendar.created), ("updated", "Last changed", &calendar.updated)];
    let shown = || parts.iter().filter_map(|(name, title, months)| Some((*name, *title, months.as_ref()?)));
    let mut rows: Vec<(Markup, String, &[u64])> = Vec::new();
    for (name, _, months) in shown() {
        let place = format!("/institutions/{n}/calendar/{name}");
        let (found, all) = if name == "created" { ("created, found", "created, all") } else { ("changed, found", "changed, all") };
        rows.push((page.words(found), format!("{place}/matched"), &months.matched));
        rows.push((page.words(all), format!("{place}/all"), &months.all));
    }
    html! {
        figure.strips {
            figcaption.label {
                (page.who(n))
                @if let Some(export) = copy(entry) { span.value { (exported(page, n, export)) } }
            }
            div.two {
                @for (name, title, months) in shown() { (picture(page, n, name, title, months, entry)) }
            }
            (strip::counts(page, "Sampled records, month by month", &rows))
        }
    }
}

/// Between which days the copy was made.
pub(super) fn exported(page: &Page, n: usize, export: &ExportInterval) -> Markup {
    let place = |tail: &str| format!("/institutions/{n}/exported_between/{tail}");
    let to = match &export.to {
        Some(to) => page.at(&place("to"), Shown::Text(to)),
        None => page.words("now"),
    };
    let days = [page.at(&place("from"), Shown::Text(&export.from)), to];
    // Of an institution that is not named, nothing says that there was a copy.
    if page.answer.institutions.get(n).is_some_and(|entry| entry.support >= page.answer.verdict.threshold) {
        page.mix("copied between {} and {}", &days)
    } else {
        page.mix("if copied, then between {} and {}", &days)
    }
}

fn picture(page: &Page, n: usize, name: &str, title: &'static str, months: &Months, entry: &InstitutionEntry) -> Markup {
    let place = format!("/institutions/{n}/calendar/{name}");
    let from = [place.as_str()];
    let (found, all) = (strip::shares(&months.matched), strip::shares(&months.all));
    let bins = months.matched.len().max(months.all.len());
    let band = copy(entry).and_then(|export| band(months, export, bins));
    let most = found.iter().chain(&all).copied().fold(0.0, f64::max);
    let last = month_name(months, bins.saturating_sub(1));
    let newest = months.matched.iter().rposition(|&count| count > 0).and_then(|bin| month_name(months, bin));
    let plain = |text: Option<&str>| html! { (text.unwrap_or("–")) };
    let described = Described {
        id: picture_id(page, name, n),
        title: html! { (entry.institution) ": " (page.words(title)) },
        description: page.mix("Shares of the records by month, from {} to {}; the newest found are of {}. The filled area is the dump's, the line the institution's.", &[
            plain(Some(&months.first)),
            plain(last.as_deref()),
            plain(newest.as_deref()),
        ]),
        places: &from,
    };
    html! {
        div.one {
            div.label { span.who { (page.words(title)) } span.value { (page.mix("full height {}", &[page.from(&from, Shown::Percent(most))])) } }
            (strip::pair(page, &described, &found, &all, band))
            (years(page, months, bins, &place))
        }
    }
}

/// Months since the year 0, and the day of the month as a part of it.
fn month(day: &str) -> Option<f64> {
    let number = |range: std::ops::Range<usize>| day.get(range).and_then(|text| text.parse::<u16>().ok());
    let (year, month) = (number(0..4)?, number(5..7).filter(|m| (1..=12).contains(m))?);
    let part = number(8..10).map_or(0.0, |day| f64::from(day.clamp(1, 31) - 1) / 31.0);
    Some(12.0 * f64::from(year) + f64::from(month - 1) + part)
}

/// The month in which a bin begins, `YYYY-MM`.
fn month_name(months: &Months, bin: usize) -> Option<String> {
    let at = month(&months.first)? as u64 + (bin as u64).checked_mul(u64::from(months.per_bin))?;
    Some(format!("{:04}-{:02}", at / 12, at % 12 + 1))
}

/// Where an interval of days lies, in bins; open ends at the picture's.
fn band(months: &Months, export: &ExportInterval, bins: usize) -> Option<(f64, f64)> {
    let first = month(&months.first)?;
    let place = |day: &str| Some((month(day)? - first) / f64::from(months.per_bin.max(1)));
    let end = bins as f64;
    let from = place(&export.from)?;
    let to = export.to.as_deref().and_then(place).unwrap_or(end);
    (from <= end && to >= 0.0).then(|| (from.clamp(0.0, end), to.clamp(0.0, end)))
}

/// Some years under a picture, each where it begins; the first and the last month where there are hardly any.
fn years(page: &Page, months: &Months, bins: usize, place: &str) -> Markup {
    let Some(first) = month(&months.first) else { return html! {} };
    let per_bin = months.per_bin.max(1);
    let span = bins as f64 * f64::from(per_bin);
    let first_year = (first / 12.0).ceil() as u32;
    let last_year = ((first + span) / 12.0).floor().min(9999.0) as u32;
    let step = last_year.saturating_sub(first_year).div_ceil(YEARS).max(1);
    let from = [format!("{place}/first"), format!("{place}/per_bin")];
    let from: Vec<String> = from.iter().map(|place| page.pointer(place)).collect();
    let place_of = |year: u32| (12.0 * f64::from(year) - first) / span.max(1.0);
    let shown: Vec<u32> = (first_year..=last_year).step_by(step as usize).filter(|&year| place_of(year) < 0.92).collect();
    html! {
        @if shown.len() < 2 {
            div.ends data-from=(from.join(" ")) {
                span { (months.first) }
                @if let Some(last) = month_name(months, bins.saturating_sub(1)) { span { (last) } }
            }
        } @else {
            div.years data-from=(from.join(" ")) {
                @for year in shown { span style={ "left:" (super::figure::style_percent(place_of(year))) } { (year) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months(first: &str) -> Months {
        Months { first: first.to_string(), per_bin: 2, matched: vec![1; 10], all: vec![1; 10] }
    }

    #[test]
    fn days_are_found_among_the_months() {
        let export =
            |from: &str, to: Option<&str>| ExportInterval { from: from.into(), to: to.map(str::to_string), evidence: String::new() };
        assert_eq!(band(&months("2020-01"), &export("2020-03-01", Some("2020-05-01")), 10), Some((1.0, 2.0)));
        assert_eq!(band(&months("2020-01"), &export("2020-03-01", None), 10), Some((1.0, 10.0)));
        assert_eq!(band(&months("2020-01"), &export("2019-03-01", Some("2019-05-01")), 10), None);
        assert_eq!(band(&months("ümläut"), &export("2019-03-01", None), 10), None);
        assert_eq!(band(&months("2020-13"), &export("x", None), 10), None);
        assert_eq!(month_name(&months("2020-11"), 2).as_deref(), Some("2021-03"));
    }
}
