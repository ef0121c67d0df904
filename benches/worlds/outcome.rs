//! One world run to its end: what was found beside what is true.

use crate::case;
use crate::population::{Population, TODAY};
use crate::scenario::{self, Scenario};
use leaktrace::attribute::calibration::terms;
use leaktrace::attribute::dates::ExportInterval;
use leaktrace::attribute::{self, Support, VerdictKind, verdict};
use leaktrace::synth::day::Day;

/// What was found of one institution.
#[derive(Clone, Debug)]
pub struct Found {
    /// Terms of the regression.
    pub terms: [f64; 4],
    /// Decimal logarithm of the reported ratio.
    pub log10_lr: f64,
    pub support: Support,
    pub gain: f64,
    pub issued_rows: f64,
    pub own_values: f64,
    /// Rows of the sample that its copy explains.
    pub explained: f64,
    /// Estimated and true share of the distinct rows.
    pub share: (f64, f64),
    /// Rows that hit, and records of the index.
    pub hits: u64,
    pub records: usize,
    /// It gave single columns to another's rows: neither right nor wrong to name.
    pub enricher: bool,
}

/// One world.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub scenario: Scenario,
    /// Whether an issued id was posted.
    pub issued: bool,
    pub rows: f64,
    /// By institution.
    pub found: Vec<Found>,
    pub nature: Option<VerdictKind>,
    /// Estimated and true share of made-up rows; `None` where no row hits anything.
    pub fabricated: Option<(f64, f64)>,
    /// Share of copied rows that find no record of their source.
    pub unfound: f64,
    /// Days between the middle of the export's interval and the truth, and whether the interval holds it; with the rows that hit.
    pub date: Option<(f64, bool, usize)>,
    pub milliseconds: f64,
}

impl Outcome {
    /// Whether some listed institution's records are in the dump.
    pub fn has_source(&self) -> bool {
        self.found.iter().any(|f| f.share.1 > 0.0)
    }

    /// Institutions with at least a twentieth of the rows.
    pub fn is_main(found: &Found) -> bool {
        found.share.1 >= 0.05
    }

    /// Whether the institutions at or above a ratio are the main sources; those with less than a twentieth, or that gave columns, may be named or not.
    pub fn is_exact(&self, log10: f64) -> bool {
        self.found.iter().all(|f| {
            let named = f.log10_lr >= log10;
            if Outcome::is_main(f) { named } else { !named || f.share.1 > 0.0 || f.enricher }
        })
    }

    /// The institution with the highest score; the lowest of equals.
    pub fn best(&self, score: impl Fn(&Found) -> f64) -> Option<&Found> {
        self.found.iter().rev().max_by(|a, b| score(a).total_cmp(&score(b)))
    }

    /// Whether a pair of this world and institution counts for ratios: a main source, or none at all.
    pub fn counts(&self, found: &Found) -> bool {
        self.fabricated.is_some() && !found.enricher && (found.share.1 == 0.0 || Outcome::is_main(found))
    }
}

/// Makes a world, judges it, and compares.
pub fn run(population: &Population, scenario: Scenario, n: u64, held_out: bool) -> Outcome {
    let names: Vec<&str> = population.listed.iter().map(|i| i.spec.name).collect();
    let posted = scenario::post(population, scenario, n, held_out);
    let made = case::make(&posted, &names);
    let start = std::time::Instant::now();
    let judgement = attribute::weigh(&made.case);
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    let found: Vec<Found> = judgement
        .institutions
        .iter()
        .enumerate()
        .map(|(i, f)| {
            let share = f.share.map_or(0.0, |s| s.estimate);
            Found {
                terms: terms(&f.findings),
                log10_lr: f.log10_lr,
                support: f.support,
                gain: f.gain,
                issued_rows: f.issued_rows,
                own_values: f.findings.own_values,
                explained: f.rows_explained,
                share: (share, made.sources.iter().filter(|s| s.0 == i).map(|s| s.1).sum()),
                hits: made.hits[i],
                records: posted.tables[i].days.len(),
                enricher: posted.truth.enrichers.contains(&i),
            }
        })
        .collect();
    let dated = judgement.institutions.iter().zip(&found).find(|(_, f)| f.share.1 > 0.0).and_then(|(f, _)| f.exported_between.as_ref());
    let date = dated.zip(posted.truth.export).map(|(interval, truth)| date_error(interval, truth, made.case.rows.len()));
    Outcome {
        scenario,
        issued: posted.truth.issued,
        rows: judgement.rows_distinct,
        found,
        nature: verdict::nature(&judgement),
        fabricated: (!made.case.rows.is_empty()).then_some((judgement.fabricated_share, made.fabricated)),
        unfound: made.unfound,
        date,
        milliseconds,
    }
}

pub fn date_error(interval: &ExportInterval, truth: Day, rows: usize) -> (f64, bool, usize) {
    let day = |text: &str| Day::from_iso(text).map(|d| d.0);
    let from = day(&interval.from).unwrap_or(0);
    let to = interval.to.as_deref().and_then(day).unwrap_or(TODAY.0);
    ((f64::from(from + to) / 2.0 - f64::from(truth.0)).abs(), from <= truth.0 && truth.0 <= to, rows)
}
