mod case;
mod fields;
mod population;
mod scenario;
mod table;

use clap::Parser;
use leaktrace::attribute::{self, Support, verdict};
use population::Population;
use rayon::prelude::*;
use std::fmt::Write as _;
use std::time::Instant;

#[derive(Parser)]
struct Args {
    #[arg(long, default_value_t = 4)]
    populations: u64,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, default_value_t = 10)]
    each: u64,
    #[arg(long, default_value_t = 40_000)]
    people: u32,
    #[arg(long)]
    held_out: bool,
    #[arg(long)]
    only: Option<String>,
    #[arg(long, default_value = "/tmp/worlds.tsv")]
    tsv: String,
}

fn main() {
    let args = Args::parse();
    let mut out = String::from("world\tscenario\tinst\tsource\tshare\thits\tsize\tgain\texplained\tsampled\trows\test\tsupport\tissued\tissuedrows\tcanaries\tunl\tfab\tfabtrue\tnature\tnoise\tms\tdate_err\tcover\tnull\tk\tenricher\n");
    for seed in args.seed..args.seed + args.populations {
        let start = Instant::now();
        let population = Population::new(seed, args.people);
        let names: Vec<&str> = population.listed.iter().map(|i| i.spec.name).collect();
        let made = start.elapsed();
        let jobs: Vec<(scenario::Scenario, u64)> = scenario::ALL
            .iter()
            .filter(|s| args.only.as_ref().is_none_or(|o| format!("{s:?}").contains(o.as_str())))
            .flat_map(|s| (0..args.each).map(move |n| (*s, n)))
            .collect();
        let lines: Vec<String> = jobs
            .par_iter()
            .map(|&(s, n)| {
                let posted = scenario::post(&population, s, n, args.held_out);
                let world = case::make(&posted, &names);
                let start = Instant::now();
                let judgement = attribute::weigh(&world.case);
                let ms = start.elapsed().as_millis();
                let nature = verdict::nature(&judgement);
                let mut text = String::new();
                for (i, f) in judgement.institutions.iter().enumerate() {
                    let share = world.sources.iter().filter(|s| s.0 == i).map(|s| s.1).sum::<f64>();
                    let export = f.exported_between.as_ref().zip(posted.truth.export.filter(|_| share > 0.0));
                    let (err, cover) = export.map_or((f64::NAN, -1), |(e, truth)| date_error(e, truth));
                    let _ = writeln!(
                        text,
                        "{seed}-{s:?}-{n}\t{s:?}\t{i}\t{}\t{share:.4}\t{}\t{}\t{:.3}\t{:.3}\t{}\t{}\t{:.4}\t{}\t{}\t{:.2}\t{}\t{:.4}\t{:.4}\t{:.4}\t{nature:?}\t{:.4}\t{ms}\t{err}\t{cover}\t{}\t{}\t{}",
                        u8::from(share > 0.0),
                        world.hits[i],
                        posted.tables[i].days.len(),
                        f.gain,
                        f.rows_explained,
                        judgement.rows_sampled,
                        judgement.rows_distinct,
                        f.share.map_or(0.0, |s| s.estimate),
                        f.support as u8,
                        u8::from(posted.truth.issued),
                        f.issued_rows,
                        world.case.canaries[i],
                        judgement.unlisted_share,
                        judgement.fabricated_share,
                        world.fabricated,
                        posted.dump.noise,
                        judgement.nature_gains.0,
                        judgement.nature_gains.1,
                        u8::from(posted.truth.enrichers.contains(&i)),
                    );
                }
                text
            })
            .collect();
        out.extend(lines);
        eprintln!("population {seed}: {made:?}, {} dumps in {:?}", jobs.len(), start.elapsed() - made);
    }
    std::fs::write(&args.tsv, out).unwrap();
    let _ = Support::None;
}

fn date_error(e: &attribute::dates::ExportInterval, truth: leaktrace::synth::day::Day) -> (f64, i32) {
    let day = |t: &str| leaktrace::synth::day::Day::from_iso(t).map(|d| d.0);
    let from = day(&e.from).unwrap_or(0);
    let to = e.to.as_deref().and_then(day).unwrap_or(population::TODAY.0);
    let mid = f64::from(from + to) / 2.0;
    ((mid - f64::from(truth.0)).abs(), i32::from(from <= truth.0 && truth.0 <= to))
}
