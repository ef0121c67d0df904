//! Fingerprints of dumps against lineages whose truth is known: is the relation named, are shares right, is nothing unrelated called related?
//!
//! `cargo bench --bench lineages` judges 500 drawn cases and 1,000 unrelated pairs; `-- --cases N --unrelated N --seed S` others; `-- --show` tells
//! every miss; `-- --large 50000000` finds 100,000 rows of a dump of 50 million again (5 GB on disk meanwhile). Every figure is counted from rows that carry where they come from (`synth::lineage`); seeds are the generator's alone.

use leaktrace::fingerprint::Key;
use leaktrace::lineage::family::{Family as Found, family};
use leaktrace::lineage::take::{How, take};
use leaktrace::lineage::{DumpFingerprint, Relation};
use leaktrace::parallel;
use leaktrace::plan::{Plan, SourceInput};
use leaktrace::progress::Silent;
use leaktrace::source::Input;
use leaktrace::synth::lineage::{self, Case, Family, Pair, Relation as Truth};
use leaktrace::synth::table::{Layout, write_records, write_some_records};
use std::collections::BTreeMap;

struct Asked {
    cases: u64,
    unrelated: u64,
    seed: u64,
    show: bool,
    /// Rows of a large dump, a sample of which is to be found in it.
    large: Option<u64>,
}

fn asked() -> Asked {
    // `cargo test --all-targets` runs this without it: then only to see that it works.
    let (cases, unrelated) = if std::env::args().any(|a| a == "--bench") { (500, 1000) } else { (5, 5) };
    let mut asked = Asked { cases, unrelated, seed: 1, show: false, large: None };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut number = || args.next().and_then(|n| n.parse().ok()).expect("a number");
        match arg.as_str() {
            "--cases" => asked.cases = number(),
            "--unrelated" => asked.unrelated = number(),
            "--seed" => asked.seed = number(),
            "--show" => asked.show = true,
            "--large" => asked.large = Some(number()),
            // Cargo's own.
            "--bench" => {}
            other => panic!("unknown argument {other}; the head of benches/lineages/main.rs has those that there are"),
        }
    }
    asked
}

fn fingerprints(case: &Case) -> Vec<DumpFingerprint> {
    let folder = tempfile::tempdir().expect("a folder");
    let key = Key::from_bytes([0x5A; 32]);
    let pool = parallel::pool(1).expect("a thread");
    let of = |text: &lineage::Text| {
        let path = folder.path().join(&text.file_name);
        std::fs::write(&path, &text.bytes).expect("written");
        let inputs = [SourceInput::Open(Input::open(&path).expect("opened"))];
        let plan = Plan::decide(&inputs, leaktrace::limits::SEGMENT_BYTES, None);
        let options = leaktrace::reading::Options { inside: Default::default(), ..Default::default() };
        let (taken, read) = take(&key, How::default(), &inputs, &plan, &options, &pool, &Silent).expect("taken");
        assert!(read.ledger.complete(), "{}: not read whole", case.name);
        // A head whose names are unusual may be taken for a row.
        assert!((text.rows..=text.rows + 1).contains(&taken.about.rows), "{}: {} rows of {}", case.name, taken.about.rows, text.rows);
        DumpFingerprint::from_bytes(&taken.to_bytes().expect("a file")).expect("read again")
    };
    case.dumps.iter().map(of).collect()
}

/// Whether the relation is the true one; all rows of others in one is a merge of them.
fn named(truth: &Pair, found: &Found) -> bool {
    let pair = found.pairs.iter().find(|p| (p.a, p.b) == (truth.a, truth.b)).expect("every pair");
    let relation = pair.comparison.relation;
    match &truth.relation {
        Truth::Identical => relation == Relation::Identical,
        // Rows that were only written anew by the same writer are identical; both words are right of them.
        Truth::Copy => matches!(relation, Relation::Copy | Relation::Identical),
        Truth::Subset => relation == Relation::Subset,
        Truth::Superset => relation == Relation::Superset,
        Truth::Columns => relation == Relation::FewerColumns,
        Truth::Enriched => relation == Relation::Enriched,
        Truth::Overlap => relation == Relation::Overlap,
        Truth::Unrelated => !relation.copied(),
        Truth::Merge(of) => found.merges.iter().any(|m| {
            let mut parts: Vec<usize> = m.of.iter().map(|p| p.0).collect();
            parts.sort_unstable();
            m.dump == truth.b && parts == *of
        }),
    }
}

#[derive(Default)]
struct Sums {
    cases: u64,
    right: u64,
    pairs: u64,
    pairs_right: u64,
    errors: Vec<f64>,
    outside: u64,
    intervals: u64,
}

/// A large dump and 100,000 of its rows, drawn at random: are they found, and as what?
fn large(rows: u64) {
    const SAMPLE: u64 = 100_000;
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let (layout, seed) = (Layout::standard(), 2026);
    let file = |name: &str| std::io::BufWriter::new(std::fs::File::create(folder.path().join(name)).expect("created"));
    write_records(rows, seed, &layout, file("whole.csv")).expect("written");
    // Every so-manieth, at a place that changes.
    let step = rows / SAMPLE;
    let numbers = (0..SAMPLE).map(|n| n * step + n.wrapping_mul(0x9E37_79B9_7F4A_7C15) % step);
    write_some_records(numbers, seed, &layout, file("sample.csv")).expect("written");
    let (key, pool) = (Key::from_bytes([0x5A; 32]), parallel::pool(2).expect("threads"));
    let taken = ["whole.csv", "sample.csv"].map(|name| {
        let inputs = [SourceInput::Open(Input::open(&folder.path().join(name)).expect("opened"))];
        let plan = Plan::decide(&inputs, leaktrace::limits::SEGMENT_BYTES, None);
        let clock = std::time::Instant::now();
        let (taken, _) = take(&key, How::default(), &inputs, &plan, &Default::default(), &pool, &Silent).expect("taken");
        let (seconds, bytes) = (clock.elapsed().as_secs_f64(), taken.to_bytes().expect("a file").len());
        println!("{name}: {} rows, {} bytes, fingerprint of {bytes} bytes in {seconds:.1} s", taken.about.rows, inputs[0].len());
        taken
    });
    let clock = std::time::Instant::now();
    let c = leaktrace::lineage::compare(&taken[0], &taken[1]);
    println!("compared in {:.2} s: {:?}, {} rows linked, order {:?}", clock.elapsed().as_secs_f64(), c.relation, c.linked, c.order);
    println!(
        "share of the whole in the sample: {:?}, truth {:.6}; of the sample in the whole: {:?}",
        c.a_in_b,
        SAMPLE as f64 / rows as f64,
        c.b_in_a
    );
    assert!(c.a_in_b.low > 0.0, "the sample is found");
    assert_eq!(c.relation, Relation::Subset);
}

fn main() {
    let asked = asked();
    if let Some(rows) = asked.large {
        return large(rows);
    }
    let cases: Vec<(Case, Found)> = on_threads(asked.cases, |n| judged(lineage::draw(asked.seed * 1_000_003 + n)));
    let mut sums: BTreeMap<Family, Sums> = BTreeMap::new();
    for (case, found) in &cases {
        let sums = sums.entry(case.family).or_default();
        sums.cases += 1;
        let mut right = true;
        for truth in &case.truth {
            let ok = named(truth, found);
            let pair = found.pairs.iter().find(|p| (p.a, p.b) == (truth.a, truth.b)).expect("every pair");
            right &= ok;
            sums.pairs += 1;
            sums.pairs_right += u64::from(ok);
            let c = &pair.comparison;
            let mut worst = 0.0f64;
            for (share, truth) in [(c.a_in_b, truth.a_in_b), (c.b_in_a, truth.b_in_a)] {
                if truth > 0.05 {
                    sums.errors.push((share.estimate - truth).abs());
                    worst = worst.max((share.estimate - truth).abs());
                }
                if truth > 0.0 {
                    sums.intervals += 1;
                    sums.outside += u64::from(truth < share.low - 1e-9 || truth > share.high + 1e-9);
                }
            }
            if asked.show && (!ok || worst > 0.02) {
                println!(
                    "{} [{}] {}-{}: {} called {:?}; a in b {:.4} seen {:.4} ({:.4}-{:.4}), b in a {:.4} seen {:.4} ({:.4}-{:.4}), people {:.2}/{:.2} seen {:.2}/{:.2}, evidence {:.1}, linked {}, columns {:?} seen {}, missing {:?} added {:?}, altered {:?}, order {:?}",
                    case.name,
                    case.seed,
                    truth.a,
                    truth.b,
                    truth.relation.word(),
                    c.relation,
                    truth.a_in_b,
                    c.a_in_b.estimate,
                    c.a_in_b.low,
                    c.a_in_b.high,
                    truth.b_in_a,
                    c.b_in_a.estimate,
                    c.b_in_a.low,
                    c.b_in_a.high,
                    truth.people_a_in_b,
                    truth.people_b_in_a,
                    c.people_a_in_b,
                    c.people_b_in_a,
                    c.log10_copied,
                    c.linked,
                    truth.columns,
                    c.columns.len(),
                    c.missing,
                    c.added,
                    c.altered,
                    c.order
                );
            }
        }
        sums.right += u64::from(right);
    }
    println!(
        "{:<24} {:>6} {:>7} {:>12} {:>9} {:>9} {:>9} {:>8}",
        "family", "cases", "named", "pairs named", "mean err", "95% err", "max err", "outside"
    );
    let mut all = Sums::default();
    for (family, sums) in sums {
        row(&format!("{family:?}"), &sums);
        let Sums { cases, right, pairs, pairs_right, errors, outside, intervals } = sums;
        all = Sums {
            cases: all.cases + cases,
            right: all.right + right,
            pairs: all.pairs + pairs,
            pairs_right: all.pairs_right + pairs_right,
            errors: [all.errors, errors].concat(),
            outside: all.outside + outside,
            intervals: all.intervals + intervals,
        };
    }
    row("all", &all);
    unrelated(&asked);
}

/// Does numbered work on two threads of their own: the reader's pools stand within these.
fn on_threads<T: Send>(works: u64, work: impl Fn(u64) -> T + Sync) -> Vec<T> {
    const THREADS: u64 = 2;
    let done = std::thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = (0..THREADS)
            .map(|t| scope.spawn(move || (t..works).step_by(THREADS as usize).map(|n| (n, work(n))).collect::<Vec<_>>()))
            .collect();
        threads.into_iter().flat_map(|t| t.join().expect("no panic")).collect::<Vec<_>>()
    });
    let mut done = done;
    done.sort_by_key(|(n, _)| *n);
    done.into_iter().map(|(_, result)| result).collect()
}

fn judged(case: Case) -> (Case, Found) {
    let found = family(&fingerprints(&case));
    (Case { dumps: Vec::new(), ..case }, found)
}

fn row(name: &str, sums: &Sums) {
    let mut errors = sums.errors.clone();
    errors.sort_by(f64::total_cmp);
    let at = |share: f64| errors.get(((errors.len() as f64 * share) as usize).min(errors.len().saturating_sub(1))).copied().unwrap_or(0.0);
    let mean = errors.iter().sum::<f64>() / errors.len().max(1) as f64;
    println!(
        "{name:<24} {:>6} {:>7} {:>12} {mean:>9.4} {:>9.4} {:>9.4} {:>8}",
        sums.cases,
        sums.right,
        format!("{}/{}", sums.pairs_right, sums.pairs),
        at(0.95),
        at(1.0),
        format!("{}/{}", sums.outside, sums.intervals)
    );
}

fn unrelated(asked: &Asked) {
    let called: Vec<(String, u64, Relation, f64, f64)> = on_threads(asked.unrelated, |n| {
        let case = lineage::draw_unrelated(asked.seed * 7_000_003 + n);
        let found = family(&fingerprints(&case));
        let c = &found.pairs[0].comparison;
        (case.name.clone(), case.seed, c.relation, c.log10_copied, case.truth[0].people_a_in_b)
    });
    let related: Vec<_> = called.iter().filter(|c| c.2.copied()).collect();
    println!("unrelated pairs: {}, called related: {}", called.len(), related.len());
    let mut evidence: Vec<f64> = called.iter().map(|c| c.3).collect();
    evidence.sort_by(f64::total_cmp);
    println!("log10 of copied to same people among them: highest {:?}", &evidence[evidence.len().saturating_sub(5)..]);
    if asked.show {
        related.iter().for_each(|c| println!("  {c:?}"));
    }
}
