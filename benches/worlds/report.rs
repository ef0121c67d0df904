//! The tables.

use crate::measure::{Pair, brier, cllr, cllr_min, ece, interval, posteriors, reliability};
use crate::outcome::{Found, Outcome};
use crate::scenario::Scenario;
use clap::ValueEnum;
use leaktrace::attribute::Support;
use std::fmt::Write as _;

/// A measure of some worlds; NaN where they say nothing.
type Measure<'a> = (&'a str, &'a str, Box<dyn Fn(&[&Outcome]) -> f64 + 'a>);

fn share_of<'a>(worlds: impl Iterator<Item = &'a &'a Outcome>, test: impl Fn(&Outcome) -> bool) -> f64 {
    let (mut yes, mut all) = (0.0, 0.0);
    for world in worlds {
        all += 1.0;
        yes += f64::from(u8::from(test(world)));
    }
    yes / all
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0.0), |(s, n), v| (s + v, n + 1.0));
    sum / n
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut all: Vec<f64> = values.collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The pairs of world and institution.
fn pairs(worlds: &[&Outcome]) -> Vec<Pair> {
    let of = |o: &&Outcome| {
        let found: Vec<Pair> = o
            .found
            .iter()
            .filter(|f| o.counts(f))
            .map(|f| Pair { log_ratio: f.log10_lr * std::f64::consts::LN_10, source: Outcome::is_main(f) })
            .collect();
        found
    };
    worlds.iter().flat_map(of).collect()
}

fn prior(pairs: &[Pair]) -> f64 {
    pairs.iter().filter(|p| p.source).count() as f64 / pairs.len().max(1) as f64
}

fn top_right(o: &Outcome, score: impl Fn(&Found) -> f64) -> bool {
    o.best(score).is_some_and(|f| f.share.1 > 0.0)
}

fn wrong(o: &Outcome, log10: f64) -> bool {
    o.found.iter().any(|f| f.share.1 == 0.0 && !f.enricher && f.log10_lr >= log10)
}

fn score(f: &Found) -> f64 {
    f.log10_lr + 1e-6 * f.gain.ln_1p()
}

/// All measures with their targets.
fn all<'a>() -> Vec<Measure<'a>> {
    fn with<'w>(o: &'w [&'w Outcome]) -> impl Iterator<Item = &'w &'w Outcome> {
        o.iter().filter(|w| w.has_source())
    }
    fn none<'w>(o: &'w [&'w Outcome]) -> impl Iterator<Item = &'w &'w Outcome> {
        o.iter().filter(|w| !w.has_source())
    }
    vec![
        ("top-1 correct, issued id posted", "≥ 0.99", Box::new(|o| share_of(with(o).filter(|w| w.issued), |w| top_right(w, score)))),
        ("top-1 correct, no issued id", "≥ 0.95", Box::new(|o| share_of(with(o).filter(|w| !w.issued), |w| top_right(w, score)))),
        ("exact source set, at \"moderate\"", "≥ 0.95", Box::new(|o| share_of(with(o), |w| w.is_exact(1.0)))),
        ("exact source set, at \"moderately strong\"", "", Box::new(|o| share_of(with(o), |w| w.is_exact(2.0)))),
        (
            "no source listed, yet one is named at \"strong\"",
            "≤ 0.001",
            Box::new(|o| share_of(none(o), |w| w.found.iter().any(|f| f.support >= Support::Strong))),
        ),
        ("no source listed, yet one is named at \"moderately strong\"", "", Box::new(|o| share_of(none(o), |w| wrong(w, 2.0)))),
        (
            "a main source is listed, yet \"unlisted\" or \"fabricated\" is said",
            "≤ 0.01",
            Box::new(|o| share_of(o.iter().filter(|w| w.found.iter().any(Outcome::is_main)), |w| w.nature.is_some())),
        ),
        ("ratio of 100 or more for a wrong institution", "≤ 0.01", Box::new(|o| share_of(o.iter(), |w| wrong(w, 2.0)))),
        ("Cllr", "≤ 0.08", Box::new(|o| cllr(&pairs(o)))),
        ("its loss by calibration", "≤ 0.02", Box::new(|o| cllr(&pairs(o)) - cllr_min(&pairs(o)))),
        ("Brier score", "≤ 0.01", Box::new(|o| brier(&posteriors(&pairs(o), prior(&pairs(o)))))),
        ("expected calibration error", "≤ 0.01", Box::new(|o| ece(&posteriors(&pairs(o), prior(&pairs(o)))))),
        (
            "share of a source, mean absolute error",
            "≤ 0.015",
            Box::new(|o| mean(with(o).flat_map(|w| w.found.iter().filter(|f| f.share.1 > 0.0)).map(|f| (f.share.0 - f.share.1).abs()))),
        ),
        (
            "share of made-up rows, mean absolute error",
            "≤ 0.02",
            Box::new(|o| mean(o.iter().filter_map(|w| w.fabricated).map(|(found, truth)| (found - truth).abs()))),
        ),
        ("copied rows that find no record of their source, mean share", "", Box::new(|o| mean(with(o).map(|w| w.unfound)))),
        (
            "export date, 95% interval holds it",
            "0.93–0.97",
            Box::new(|o| mean(o.iter().filter_map(|w| w.date).map(|d| f64::from(u8::from(d.1))))),
        ),
        (
            "export date, median error in days, 1,000 rows and more",
            "",
            Box::new(|o| median(o.iter().filter_map(|w| w.date).filter(|d| d.2 >= 1000).map(|d| d.0))),
        ),
        ("most hits: top-1 correct", "", Box::new(|o| share_of(with(o), |w| top_right(w, |f| f.hits as f64)))),
        (
            "hits by size of the index: top-1 correct",
            "",
            Box::new(|o| share_of(with(o), |w| top_right(w, |f| f.hits as f64 / f.records.max(1) as f64))),
        ),
        (
            "Jaccard: top-1 correct",
            "",
            Box::new(|o| share_of(with(o), |w| top_right(w, |f| f.hits as f64 / (w.rows + f.records as f64 - f.hits as f64).max(1.0)))),
        ),
        ("milliseconds to judge, mean", "", Box::new(|o| mean(o.iter().map(|w| w.milliseconds)))),
    ]
}

/// Prints the measures of all worlds, then scenario by scenario, reliability, and how often ratios are exceeded.
pub fn measures(outcomes: &[Outcome]) {
    let worlds: Vec<&Outcome> = outcomes.iter().collect();
    println!("{} worlds, {} of them without a listed source\n", worlds.len(), worlds.iter().filter(|o| !o.has_source()).count());
    println!("| measure | target | found | 95% interval |\n|---|---|---|---|");
    for (name, target, measure) in all() {
        let (low, high) = interval(worlds.len(), |drawn| measure(&drawn.iter().map(|&n| worlds[n]).collect::<Vec<_>>()));
        println!("| {name} | {target} | {:.4} | {low:.4} to {high:.4} |", measure(&worlds));
    }
    println!(
        "\n| scenario | worlds | top-1 | exact at \"moderate\" | wrong at 100 | wrong at 1,000 | said unlisted or made up | share error | made-up error |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for &scenario in Scenario::value_variants() {
        let of: Vec<&Outcome> = worlds.iter().copied().filter(|o| o.scenario == scenario).collect();
        let with = || of.iter().filter(|o| o.has_source());
        let columns = [
            share_of(with(), |o| top_right(o, score)),
            share_of(with(), |o| o.is_exact(1.0)),
            share_of(of.iter(), |o| wrong(o, 2.0)),
            share_of(of.iter(), |o| wrong(o, 3.0)),
            share_of(of.iter(), |o| o.nature.is_some()),
            mean(of.iter().flat_map(|o| o.found.iter().filter(|f| f.share.1 > 0.0)).map(|f| (f.share.0 - f.share.1).abs())),
            mean(of.iter().filter_map(|o| o.fabricated).map(|(found, truth)| (found - truth).abs())),
        ];
        let cells: Vec<String> = columns.iter().map(|c| if c.is_nan() { "–".to_string() } else { format!("{c:.2}") }).collect();
        println!("| {scenario:?} | {} | {} |", of.len(), cells.join(" | "));
    }
    let pairs = pairs(&worlds);
    println!("\n| probability said, mean | share that are sources | pairs |\n|---|---|---|");
    for (said, seen, n) in reliability(&posteriors(&pairs, prior(&pairs))) {
        println!("| {said:.3} | {seen:.3} | {n} |");
    }
    println!("\n| ratio above | of sources | of others |\n|---|---|---|");
    for log10 in [-3, -2, -1, 0, 1, 2, 3, 4] {
        let above = |source: bool| {
            let of = pairs.iter().filter(|p| p.source == source);
            mean(of.map(|p| f64::from(u8::from(p.log_ratio > f64::from(log10) * std::f64::consts::LN_10))))
        };
        println!("| 10^{log10} | {:.4} | {:.4} |", above(true), above(false));
    }
}

/// Prints how high ratios rise for dumps of no listed source.
pub fn negatives(outcomes: &[Outcome]) {
    println!("{} worlds without a listed source, {} with an issued id", outcomes.len(), outcomes.iter().filter(|o| o.issued).count());
    for log10 in [0, 1, 2, 3, 4] {
        let n = outcomes.iter().filter(|o| o.found.iter().any(|f| f.log10_lr >= f64::from(log10))).count();
        println!("ratio of 10^{log10} or more for some institution: {n}");
    }
    let most = outcomes.iter().flat_map(|o| &o.found).map(|f| f.issued_rows).fold(0.0, f64::max);
    println!("rows whose issued id agrees with another field of the same record, the most for any institution: {most:.1}");
}

/// Prints how often ten further institutions turn a right answer into a wrong one.
pub fn irrelevant(alone: &[Outcome], beside_others: &[Outcome]) {
    let right = |o: &Outcome| match o.has_source() {
        true => o.is_exact(1.0) && (o.nature.is_none() || !o.found.iter().any(Outcome::is_main)),
        false => !wrong(o, 2.0) && (o.nature.is_none() || o.nature == o.scenario.nature()),
    };
    let turned = |from: &[Outcome], to: &[Outcome]| from.iter().zip(to).filter(|(a, b)| right(a) && !right(b)).count();
    let milliseconds = |of: &[Outcome]| mean(of.iter().map(|o| o.milliseconds));
    println!("{} worlds, right without others {}", alone.len(), alone.iter().filter(|o| right(o)).count());
    println!("turned from right to wrong by ten institutions more: {}", turned(alone, beside_others));
    println!("turned from wrong to right: {}", turned(beside_others, alone));
    let worst = beside_others.iter().map(|o| o.milliseconds).fold(0.0, f64::max);
    println!(
        "milliseconds to judge: {:.0} with 6 institutions, {:.0} with 16, at most {worst:.0}",
        milliseconds(alone),
        milliseconds(beside_others)
    );
}

/// A line for each world and institution, for other programs.
pub fn lines(outcomes: &[Outcome]) -> String {
    let mut out = String::from(
        "world\tscenario\tinstitution\tissued\trows\tshare\tshare_found\tgain\tissued_rows\tlog10_lr\tsource\tcounts\tmade_up\tmade_up_found\town_values\texplained\n",
    );
    for (n, o) in outcomes.iter().enumerate() {
        for (i, f) in o.found.iter().enumerate() {
            let (source, counts) = (u8::from(Outcome::is_main(f)), u8::from(o.counts(f)));
            let (made_up_found, made_up) = o.fabricated.unwrap_or_default();
            // Writing into a string cannot fail.
            let _ = writeln!(
                out,
                "{n}\t{:?}\t{i}\t{}\t{}\t{:.5}\t{:.5}\t{:.4}\t{:.2}\t{:.4}\t{source}\t{counts}\t{made_up:.5}\t{made_up_found:.5}\t{:.2}\t{:.2}",
                o.scenario,
                u8::from(o.issued),
                o.rows,
                f.share.1,
                f.share.0,
                f.gain,
                f.issued_rows,
                f.log10_lr,
                f.own_values,
                f.explained
            );
        }
    }
    out
}
