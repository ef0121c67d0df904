//! The verdict and its sentence. Findings are findings: the sentence names both propositions, and "no match" is said of the index that was
//! supplied, never of the institution.

use super::{InstitutionFinding, Judgement, Support, calibration};
use crate::matching::Question;
use crate::matching::layout::Layout;
use crate::matching::tally::Merged;
use crate::matching::unanswered::{Holds, Silence};
use crate::names::safe_text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Share of the distinct rows that speaks for "unlisted" or "fabricated" as a whole, where no institution has any support.
const MOSTLY: f64 = 0.6;
/// How many times less any institution's copies must explain.
const FAR_LESS: f64 = 6.0;
/// Gain in log-likelihood that it needs.
const CLEAR: f64 = 10.0;
/// Rows with hits, and with something to compare, below which nothing is said of their nature.
const FEW_ROWS: f64 = 20.0;
/// Decoys below which nothing is said of guessing.
const FEWEST_DECOYS: u64 = 20;

/// What a scan comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictKind {
    /// One institution's records.
    Attributed,
    /// Several institutions' records.
    Mixture,
    /// The same people, from a source that was not supplied.
    UnlistedSource,
    /// Values that belong together for nobody.
    Fabricated,
    /// The findings do not decide.
    #[default]
    Inconclusive,
    /// Nothing in common with the indexes supplied.
    NoMatch,
    /// Something could not be read, and nobody is supported.
    Incomplete,
}

impl VerdictKind {
    /// In words, as the document writes it but for the spaces.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            VerdictKind::Attributed => "attributed",
            VerdictKind::Mixture => "mixture",
            VerdictKind::UnlistedSource => "unlisted source",
            VerdictKind::Fabricated => "fabricated",
            VerdictKind::Inconclusive => "inconclusive",
            VerdictKind::NoMatch => "no match",
            VerdictKind::Incomplete => "incomplete",
        }
    }
}

/// A verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// What it comes to.
    pub kind: VerdictKind,
    /// The institutions that are supported at or above the threshold, most supported first.
    pub institutions: Vec<String>,
    /// In one or two sentences.
    pub sentence: String,
    /// Why it is not more, and what would settle it.
    pub reservations: Vec<String>,
}

/// The institutions that are supported at or above a threshold, most supported first.
#[must_use]
pub fn supported(judgement: &Judgement, threshold: Support) -> Vec<&InstitutionFinding> {
    let mut supported: Vec<&InstitutionFinding> =
        judgement.institutions.iter().filter(|f| f.support >= threshold.max(Support::Weak)).collect();
    supported.sort_by(|a, b| b.support.cmp(&a.support).then(b.rows_explained.total_cmp(&a.rows_explained)));
    supported
}

/// Of which nature the rows with hits are as a whole, where no institution explains much of them and the findings say so: unlisted or fabricated.
#[must_use]
pub fn nature(judgement: &Judgement) -> Option<VerdictKind> {
    let (unlisted, fabricated) = judgement.nature_gains;
    let share_of = |f: &InstitutionFinding| f.share.map_or(0.0, |s| s.estimate);
    let nobody =
        |share: f64| judgement.institutions.iter().all(|f| f.support < Support::ModeratelyStrong && share_of(f) * FAR_LESS <= share);
    let mostly = |share: f64, gain: f64| share >= MOSTLY && judgement.rows_compared >= FEW_ROWS && gain >= CLEAR && nobody(share);
    if mostly(judgement.fabricated_share, fabricated) {
        return Some(VerdictKind::Fabricated);
    }
    mostly(judgement.unlisted_share, unlisted).then_some(VerdictKind::UnlistedSource)
}

/// Decides the verdict.
#[must_use]
pub fn of(
    question: &Question,
    merged: &Merged,
    layouts: &[Arc<Layout>],
    silence: &Silence,
    judgement: &Judgement,
    threshold: Support,
) -> Verdict {
    let supported = supported(judgement, threshold);
    let institutions: Vec<String> = supported.iter().map(|f| f.name.clone()).collect();
    let rows_hit = judgement.rows_sampled as f64;
    let k = judgement.institutions.len();
    let nature = nature(judgement);
    let complete = merged.ledger.complete();
    let (kind, sentence) = match supported.as_slice() {
        [one] => (VerdictKind::Attributed, attributed(question, one)),
        [_, _, ..] => (VerdictKind::Mixture, mixture_sentence(&supported)),
        [] if !complete => (VerdictKind::Incomplete, incomplete(merged, rows_hit)),
        [] if rows_hit == 0.0 && silence.nothing_asked() => (VerdictKind::Inconclusive, nothing_asked(question, silence)),
        [] if rows_hit == 0.0 => (VerdictKind::NoMatch, no_match(question, silence)),
        [] if nature == Some(VerdictKind::Fabricated) => (VerdictKind::Fabricated, fabricated(judgement)),
        [] if nature == Some(VerdictKind::UnlistedSource) => (VerdictKind::UnlistedSource, unlisted(judgement)),
        [] => (VerdictKind::Inconclusive, inconclusive(judgement, rows_hit)),
    };
    let sentence = sentence + &set_aside(merged);
    let mut reservations = Vec::new();
    if !supported.is_empty() && k == 1 {
        reservations.push(
            "Only one institution's index was supplied: another source that holds the same people and values cannot be excluded."
                .to_string(),
        );
    }
    if !supported.is_empty() && !complete {
        reservations.push("Something could not be read: counts and shares are lower bounds.".to_string());
    }
    if kind == VerdictKind::NoMatch && !silence.columns.is_empty() && !silence.alone {
        reservations.push(format!("\"No match\" does not speak about {}: see the hints.", unanswered(silence)));
    }
    if k > 1 && !judgement.panel {
        reservations.push("The indexes are under different keys, so that institutions could not be compared with each other: documented defaults stand in.".to_string());
    }
    if could_be_guessed(merged, layouts) {
        reservations.push(
            "At least half of what was found would also be found by guessing: ids that count up are hit whether or not they were copied."
                .to_string(),
        );
    }
    reservations.extend(validation(question, judgement));
    Verdict { kind, institutions, sentence, reservations }
}

/// Whether each column that hit an index hits half as often, or more, by values that were made up.
fn could_be_guessed(merged: &Merged, layouts: &[Arc<Layout>]) -> bool {
    let tasks = layouts.iter().zip(&merged.tasks).flat_map(|(layout, tallies)| layout.tasks.iter().zip(tallies));
    let mut hit =
        tasks.flat_map(|(task, tally)| task.targets.iter().zip(&tally.hits)).filter(|(_, hits)| hits.iter().any(|&n| n > 0)).peekable();
    hit.peek().is_some()
        && hit.map(|(target, _)| target.guess).all(|guess| guess.decoys >= FEWEST_DECOYS && guess.by_guessing() >= 0.5 * guess.found())
}

fn name(f: &InstitutionFinding) -> String {
    safe_text(&f.name)
}

fn share_words(f: &InstitutionFinding) -> String {
    f.share.map_or_else(String::new, |s| {
        format!("about {} of the distinct rows ({} to {})", percent(s.estimate), percent(s.low), percent(s.high))
    })
}

/// What the ratios rest on.
fn validation(question: &Question, judgement: &Judgement) -> Option<String> {
    let named = judgement.institutions.iter().any(|f| f.support > Support::None);
    if !named || judgement.rows_sampled == 0 {
        return None;
    }
    let outside = if judgement.institutions.len() > calibration::MOST_INSTITUTIONS {
        Some(format!("more than {} institutions", calibration::MOST_INSTITUTIONS))
    } else if judgement.rows_distinct < calibration::FEWEST_ROWS {
        Some(format!("fewer than {} distinct rows", calibration::FEWEST_ROWS))
    } else if question.indexes.len() < 2 || !judgement.panel {
        Some("no other institution to compare with under the same key".to_string())
    } else {
        None
    };
    Some(outside.map_or_else(
        || {
            format!(
                "Likelihood ratios are validated on synthetic worlds only, {} dumps of no listed source among them.",
                calibration::NEGATIVE_WORLDS
            )
        },
        |why| {
            format!(
                "Outside of what likelihood ratios were validated on ({why}): without issued ids or canaries they stop at \"moderate\"."
            )
        },
    ))
}

/// A likelihood ratio, by its decimal logarithm, in words: two digits, no more.
#[must_use]
pub fn ratio(log10: f64) -> String {
    let ratio = libm::pow(10.0, log10);
    match ratio {
        r if r >= 1e6 => "more than a million".to_string(),
        r if r >= 100.0 => {
            let unit = libm::pow(10.0, libm::floor(libm::log10(r)) - 1.0);
            let rounded = format!("{:.0}", libm::round(r / unit) * unit);
            let first = rounded.len() % 3;
            let grouped: Vec<&str> = [&rounded[..first]]
                .into_iter()
                .chain((first..rounded.len()).step_by(3).map(|at| &rounded[at..at + 3]))
                .filter(|g| !g.is_empty())
                .collect();
            format!("about {}", grouped.join(","))
        }
        r => format!("about {r:.0}"),
    }
}

/// A share in words that do not pretend to know more than it does.
#[must_use]
pub fn percent(share: f64) -> String {
    match 100.0 * share {
        p if p == 0.0 || p >= 10.0 => format!("{p:.0}%"),
        p if p >= 1.0 => format!("{p:.1}%"),
        p => format!("{p:.2}%"),
    }
}

fn attributed(question: &Question, f: &InstitutionFinding) -> String {
    let dataset = f.taken.index.map_or_else(String::new, |n| {
        let meta = question.indexes[n].meta();
        let snapshot = meta.snapshot.as_ref().map_or_else(String::new, |s| format!(", snapshot {s}"));
        format!(" (dataset {}{snapshot})", safe_text(&meta.dataset))
    });
    format!(
        "The findings give {} support (likelihood ratio {}) that {} are copies of records of the kind held by {}{dataset}, rather than the same people from an independent source.",
        f.support.words(),
        ratio(f.log10_lr),
        share_words(f),
        name(f)
    )
}

fn mixture_sentence(supported: &[&InstitutionFinding]) -> String {
    let parts: Vec<String> = supported
        .iter()
        .map(|f| format!("{} ({} support, likelihood ratio {}, {})", name(f), f.support.words(), ratio(f.log10_lr), share_words(f)))
        .collect();
    format!(
        "The dump is consistent with a mixture of records of the kind held by {}, rather than with the same people from independent sources.",
        parts.join(" and ")
    )
}

fn incomplete(merged: &Merged, rows_hit: f64) -> String {
    let hits = if rows_hit > 0.0 { "What could be read does not support a source." } else { "Nothing in what could be read matches." };
    let ledger = &merged.ledger;
    let aside: u64 = ledger.set_aside.values().map(|of| of.bytes).sum();
    let missing = ledger.bytes_skipped().saturating_sub(aside);
    if missing == 0 {
        // Where a stream ends too early nobody knows how much is missing.
        return format!("Incomplete: a part of unknown length could not be read, so that no match cannot be said. {hits}");
    }
    let unpacked = if ledger.unpacked > 0 { ", unpacked ones included," } else { "" };
    format!(
        "Incomplete: {} of {} bytes{unpacked} could not be read, so that no match cannot be said. {hits}",
        missing,
        ledger.bytes + ledger.unpacked
    )
}

/// What the user has set aside, as a sentence behind another.
fn set_aside(merged: &Merged) -> String {
    let of = &merged.ledger.set_aside;
    if of.is_empty() {
        return String::new();
    }
    let kinds: Vec<String> = of.iter().map(|(kind, of)| format!("{} {kind} ({} bytes)", of.files, of.bytes)).collect();
    format!(" Set aside as asked, and not read: {}.", kinds.join(", "))
}

/// What the columns hold that were not answered.
fn unanswered(silence: &Silence) -> String {
    let (mut algorithms, mut masked) = (BTreeSet::new(), false);
    for column in &silence.columns {
        match column.holds {
            Holds::Digests(algorithm, _) => _ = algorithms.insert(algorithm),
            Holds::Masks => masked = true,
        }
    }
    let mut words = Vec::new();
    if !algorithms.is_empty() {
        words.push(format!("digests ({})", algorithms.into_iter().map(|a| a.words()).collect::<Vec<_>>().join(", ")));
    }
    if masked {
        words.push("masked values".to_string());
    }
    words.join(" and ")
}

fn nothing_asked(question: &Question, silence: &Silence) -> String {
    format!(
        "Inconclusive: the only identifiers of the dump are {}, and the index supplied by {} cannot be asked for them. Nothing was compared: this is no \"no match\". See the hints.",
        unanswered(silence),
        supplied(question)
    )
}

fn no_match(question: &Question, silence: &Silence) -> String {
    let reservation = if silence.alone {
        format!(
            " Its only identifiers are {}: those made with a salt or pepper cannot match, and this does not speak about them.",
            unanswered(silence)
        )
    } else {
        String::new()
    };
    format!("No match: no identifier of the dump is in the index supplied by {}.{reservation}", supplied(question))
}

fn supplied(question: &Question) -> String {
    let mut supplied: Vec<String> = Vec::new();
    for index in &question.indexes {
        let meta = index.meta();
        let snapshot = meta.snapshot.as_ref().map_or_else(String::new, |s| format!(", snapshot {s}"));
        supplied.push(format!("{} ({}, {} records{snapshot})", safe_text(&meta.institution), safe_text(&meta.dataset), meta.records));
    }
    supplied.join(" or by ")
}

fn fabricated(judgement: &Judgement) -> String {
    format!(
        "The findings fit a fabricated dump: about {} of the distinct rows are about nobody in any index supplied, or hold values that do not belong to the person whom they hit, more than a copy or an independent source would.",
        percent(judgement.fabricated_share)
    )
}

fn unlisted(judgement: &Judgement) -> String {
    format!(
        "The findings fit a source that was not supplied: about {} of the distinct rows are about people whom the institutions hold as far as any other source's people are, but agree with them only as far as independent sources do.",
        percent(judgement.unlisted_share)
    )
}

fn inconclusive(judgement: &Judgement, rows_hit: f64) -> String {
    let best = judgement.institutions.iter().max_by(|a, b| a.support.cmp(&b.support).then(a.gain.total_cmp(&b.gain)));
    let because = match best {
        _ if rows_hit < FEW_ROWS => format!("only {rows_hit:.0} distinct rows hit a record"),
        Some(f) if f.support > Support::None => {
            format!("the findings give no more than {} support to a copy of the records held by {}", f.support.words(), name(f))
        }
        _ => "the rows agree with the records no more than an independent source about the same people would".to_string(),
    };
    format!(
        "Inconclusive: {because}. More rows, further columns (issued ids, addresses, dates) or the indexes of other holders of these people would settle it."
    )
}
