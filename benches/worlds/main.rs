//! Worlds: institutions that share people, dumps of known origin, and how often the verdict is right.
//!
//! ```text
//! cargo bench --bench worlds                     1,150 hard worlds, the table of measures
//! cargo bench --bench worlds -- calibrate        the constants of `src/attribute/calibration.rs`, from other worlds
//! cargo bench --bench worlds -- negatives        dumps of no listed source only: how high ratios rise by mistake
//! cargo bench --bench worlds -- files            138 worlds as files, through the program
//! cargo bench --bench worlds -- irrelevant       the same 460 dumps with and without ten institutions that have nothing to do with them
//! ```
//!
//! Without `files` everything is in memory: values are numbers, rows are compared by the scanner's rules, and the model, calibration and
//! verdict are the scanner's own. What is measured comes from other seeds and with other damage than what is calibrated on.

mod case;
mod fields;
mod files;
mod measure;
mod outcome;
mod population;
mod regression;
mod report;
mod scenario;
mod table;

use clap::{Parser, ValueEnum};
use outcome::Outcome;
use population::Population;
use rayon::prelude::*;
use scenario::Scenario;

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Job {
    Measure,
    Calibrate,
    Negatives,
    Files,
    Irrelevant,
}

#[derive(Debug, Parser)]
struct Args {
    #[arg(value_enum, default_value_t = Job::Measure)]
    job: Job,
    /// Populations, each of its own seed.
    #[arg(long)]
    populations: Option<u64>,
    /// Dumps of each scenario and population.
    #[arg(long)]
    each: Option<u64>,
    /// Only this scenario.
    #[arg(long, value_enum)]
    scenario: Option<Scenario>,
    /// People of a population.
    #[arg(long)]
    people: Option<u32>,
    /// First seed; another one for each job by default.
    #[arg(long)]
    seed: Option<u64>,
    /// Write a line for each world and institution.
    #[arg(long)]
    tsv: Option<std::path::PathBuf>,
    /// What cargo passes.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let args = Args::parse();
    let (first, held_out, populations, each) = match args.job {
        Job::Measure => (900, true, 5, 10),
        Job::Calibrate => (100, false, 6, 14),
        Job::Negatives => (500, true, 10, 250),
        Job::Files => (700, true, 2, 3),
        Job::Irrelevant => (800, true, 2, 10),
    };
    // `cargo test --all-targets` runs this without `--bench`: then only to see that it works.
    let (populations, each, people) = if args.bench { (populations, each, 40_000) } else { (1, 1, 5000) };
    let (populations, each, people) = (args.populations.unwrap_or(populations), args.each.unwrap_or(each), args.people.unwrap_or(people));
    let first = args.seed.unwrap_or(first);
    let scenarios: Vec<Scenario> = Scenario::value_variants()
        .iter()
        .copied()
        .filter(|s| args.job != Job::Negatives || s.has_no_source())
        .filter(|s| args.scenario.is_none_or(|only| *s == only))
        .collect();
    let mut outcomes: Vec<Outcome> = Vec::new();
    let mut beside_others: Vec<Outcome> = Vec::new();
    for seed in first..first + populations {
        let population = Population::new(seed, people, 0);
        let jobs: Vec<(Scenario, u64)> = scenarios.iter().flat_map(|s| (0..each).map(move |n| (*s, n))).collect();
        if args.job == Job::Files {
            let files = files::Files::new(&population);
            outcomes.extend(jobs.iter().map(|&(s, n)| files.run(&population, s, n)));
        } else {
            outcomes.par_extend(jobs.par_iter().map(|&(s, n)| outcome::run(&population, s, n, held_out)));
            if args.job == Job::Irrelevant {
                let population = Population::new(seed, people, 10);
                beside_others.par_extend(jobs.par_iter().map(|&(s, n)| outcome::run(&population, s, n, held_out)));
            }
        }
        eprintln!("population {seed}: {} worlds so far", outcomes.len());
    }
    if let Some(path) = &args.tsv {
        std::fs::write(path, report::lines(&outcomes)).expect("the file can be written");
    }
    match args.job {
        Job::Measure | Job::Files => report::measures(&outcomes),
        Job::Calibrate => {
            let [a, b, c, d] = regression::fit(&outcomes);
            println!("const WEIGHTS: [f64; 4] = [{a:.2}, {b:.2}, {c:.2}, {d:.2}];");
            println!("from {} worlds; b, c and d must not be negative", outcomes.len());
        }
        Job::Negatives => report::negatives(&outcomes),
        Job::Irrelevant => report::irrelevant(&outcomes, &beside_others),
    }
}
