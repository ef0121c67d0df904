//! What was claimed when the dump was posted, judged apart from whose copy it is: a sample may well be a bank's, and "279 million" unsupported.

use super::taken::{self, Extent};
use super::verdict::{percent, supported};
use super::{InstitutionFinding, Judgement, Support};
use crate::identify::date;
use crate::index::records::Day;
use crate::names::safe_text;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What was claimed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// How many rows or records.
    pub rows: Option<u64>,
    /// Whose.
    pub source: Option<String>,
    /// Since when, or as of when.
    pub date: Option<Day>,
}

/// Whether findings agree with a part of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    /// They agree with it.
    Supported,
    /// They do not show it, nor the opposite.
    NotShown,
    /// They speak against it.
    Contradicted,
}

/// A part of a claim with what the findings say of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// `rows`, `source` or `date`.
    pub about: Cow<'static, str>,
    /// Whether the findings agree.
    pub agreement: Agreement,
    /// In words.
    pub words: String,
}

/// What a claim is judged by, beside the judgement.
#[derive(Clone, Debug)]
pub struct Counted {
    /// Distinct rows of the dump.
    pub rows_distinct: f64,
    /// Records of the largest index of each institution.
    pub records: Vec<u64>,
    /// Distinct records of each that were found.
    pub found: Vec<u64>,
}

/// Judges each part of a claim.
#[must_use]
pub fn judge(claim: &Claim, judgement: &Judgement, counted: &Counted, threshold: Support) -> Vec<Judged> {
    let named = supported(judgement, threshold);
    let mut out = Vec::new();
    out.extend(claim.source.as_deref().map(|name| source(name, judgement, &named)));
    out.extend(claim.rows.map(|rows| number(rows, judgement, &named, counted)));
    out.extend(claim.date.map(|day| when(day, &named)));
    out
}

fn source(claimed: &str, judgement: &Judgement, named: &[&InstitutionFinding]) -> Judged {
    let fold = |name: &str| name.to_lowercase();
    let asked = judgement.institutions.iter().find(|f| fold(&f.name) == fold(claimed));
    let others: Vec<String> = named.iter().filter(|f| fold(&f.name) != fold(claimed)).map(|f| safe_text(&f.name)).collect();
    let (agreement, words) = match asked {
        None => (Agreement::NotShown, "no index of an institution of that name was supplied".to_string()),
        Some(f) if named.iter().any(|n| n.name == f.name) => {
            (Agreement::Supported, format!("the rows give {} support to a copy of its records", f.support.words()))
        }
        Some(_) if !others.is_empty() => {
            (Agreement::Contradicted, format!("the rows support {}, not the institution that was claimed", others.join(" and ")))
        }
        Some(f) => (Agreement::NotShown, format!("the rows give {} support to a copy of its records", f.support.words())),
    };
    Judged { about: Cow::Borrowed("source"), agreement, words }
}

fn number(claimed: u64, judgement: &Judgement, named: &[&InstitutionFinding], counted: &Counted) -> Judged {
    let posted = counted.rows_distinct;
    let share = if claimed == 0 { 1.0 } else { posted / claimed as f64 };
    let mut words = format!("{posted:.0} distinct rows were posted, {} of the {claimed} that were claimed", percent(share.min(1.0)));
    // A tenth of a percent for the estimate of distinct rows.
    if share >= 0.999 {
        return Judged { about: Cow::Borrowed("rows"), agreement: Agreement::Supported, words };
    }
    let place = named.first().and_then(|f| judgement.institutions.iter().position(|other| other.name == f.name));
    let Some(i) = place else {
        return Judged { about: Cow::Borrowed("rows"), agreement: Agreement::NotShown, words: words + "; of the rest nothing is known" };
    };
    let (records, found) = (counted.records[i], counted.found[i]);
    words +=
        &format!("; {found} distinct records of {} were found, whose index holds {records}", safe_text(&judgement.institutions[i].name));
    if claimed as f64 > records as f64 * 1.01 {
        words += ": so many records were never there at the time of the index";
        return Judged { about: Cow::Borrowed("rows"), agreement: Agreement::Contradicted, words };
    }
    Judged {
        about: Cow::Borrowed("rows"),
        agreement: Agreement::NotShown,
        words: words + &beyond(judgement.institutions[i].taken.extent.as_ref()),
    }
}

/// What the rows say of the records that are not among them: something only where they look like a random sample of all.
fn beyond(extent: Option<&Extent>) -> String {
    match extent {
        Some(e) if matches!(e.pattern, taken::Pattern::Even | taken::Pattern::Whole) => {
            "; they are spread over all of them as a random sample would be, and what is found in them may be said of a larger one, but that there is one is not shown".to_string()
        }
        Some(e) if e.pattern == taken::Pattern::Uneven => "; they are more of some of its records than of others, and show nothing of the rest".to_string(),
        Some(e) => format!("; they reach records {} to {} of {}, and show nothing of the others", e.first, e.last, e.of),
        None => "; a sample does not show that there is more".to_string(),
    }
}

fn when(claimed: Day, named: &[&InstitutionFinding]) -> Judged {
    let day = date::from_day_number(claimed);
    let (agreement, words) = match named.first().and_then(|f| f.exported_between.as_ref()) {
        None => (Agreement::NotShown, "the records do not say when the copy was made".to_string()),
        Some(e) => {
            let to = e.to.as_deref().unwrap_or("now");
            let inside = e.from <= day && e.to.as_deref().is_none_or(|to| day.as_str() <= to);
            let words = format!("the records say between {} and {to}; claimed was {day}", e.from);
            (if inside { Agreement::Supported } else { Agreement::Contradicted }, words)
        }
    };
    Judged { about: Cow::Borrowed("date"), agreement, words }
}

#[cfg(test)]
mod tests {
    use super::super::dates::ExportInterval;
    use super::super::{Verdict, calibration::Findings, taken::Taken};
    use super::*;

    fn judgement(supports: &[(&str, Support)]) -> Judgement {
        let finding = |(name, support): &(&str, Support)| InstitutionFinding {
            name: (*name).to_string(),
            indexes: vec![0],
            taken: Taken::default(),
            share: None,
            findings: Findings::default(),
            log10_lr: 3.0,
            support: *support,
            gain: 0.0,
            rows_explained: 0.0,
            issued_rows: 0.0,
            evidence: Vec::new(),
            examples: Vec::new(),
            exported_between: Some(ExportInterval { from: "2025-03-01".into(), to: Some("2025-03-05".into()), evidence: String::new() }),
        };
        Judgement {
            institutions: supports.iter().map(finding).collect(),
            rows_distinct: 100_002.0,
            rows_distinct_exact: true,
            rows_searched: 100_002.0,
            people: super::super::taken::People::default(),
            unlisted_share: 0.0,
            fabricated_share: 0.0,
            nature_gains: (0.0, 0.0),
            rows_sampled: 100,
            rows_compared: 100.0,
            known: None,
            panel: true,
            validated: true,
            verdict: Verdict::default(),
        }
    }

    #[test]
    fn each_part_of_a_claim_is_judged_by_itself() {
        let judgement = judgement(&[("A", Support::Strong), ("B", Support::None)]);
        let counted = Counted { rows_distinct: 100_002.0, records: vec![222_000_000, 5], found: vec![100_000, 0] };
        let day = |text: &str| date::day_number(text.as_bytes()).unwrap();
        let of = |rows, source: &str, date: &str| {
            let claim = Claim { rows: Some(rows), source: Some(source.into()), date: Some(day(date)) };
            judge(&claim, &judgement, &counted, Support::Strong).into_iter().map(|j| j.agreement).collect::<Vec<_>>()
        };
        use Agreement::{Contradicted, NotShown, Supported};
        assert_eq!(of(279_000_000, "a", "2025-03-02"), [Supported, Contradicted, Supported]);
        assert_eq!(of(1_000_000, "b", "2026-03-02"), [Contradicted, NotShown, Contradicted]);
        assert_eq!(of(100_002, "C", "2025-03-05"), [NotShown, Supported, Supported]);
    }

    #[test]
    fn only_an_even_sample_speaks_of_more() {
        let extent = |pattern| Extent { pattern, first: 1, last: 500, of: 9000, ascents: 0.5, longest: 0.1, in_order: false };
        assert!(beyond(Some(&extent(taken::Pattern::Even))).contains("may be said of a larger one"));
        assert!(beyond(Some(&extent(taken::Pattern::First))).contains("records 1 to 500 of 9000, and show nothing of the others"));
    }
}
