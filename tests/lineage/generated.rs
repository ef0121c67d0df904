//! Some of the lineages that `cargo bench --bench lineages` judges in full: what is counted by hand from each row's origin is what the fingerprints say.

use leaktrace::fingerprint::Key;
use leaktrace::lineage::family::{Family, family};
use leaktrace::lineage::take::{How, take};
use leaktrace::lineage::{DumpFingerprint, Relation};
use leaktrace::parallel;
use leaktrace::plan::{Plan, SourceInput};
use leaktrace::progress::Silent;
use leaktrace::source::Input;
use leaktrace::synth::lineage::{Case, Pair, Relation as Truth, draw, draw_unrelated};

fn judged(case: &Case) -> Family {
    let folder = tempfile::tempdir().unwrap();
    let pool = parallel::pool(2).unwrap();
    let of = |text: &leaktrace::synth::lineage::Text| -> DumpFingerprint {
        let path = folder.path().join(&text.file_name);
        std::fs::write(&path, &text.bytes).unwrap();
        let inputs = [SourceInput::Open(Input::open(&path).unwrap())];
        let plan = Plan::decide(&inputs, leaktrace::limits::SEGMENT_BYTES, None);
        take(&Key::from_bytes([0x5A; 32]), How::default(), &inputs, &plan, &Default::default(), &pool, &Silent).unwrap().0
    };
    family(&case.dumps.iter().map(of).collect::<Vec<_>>())
}

fn named(truth: &Pair, found: Relation, family: &Family) -> bool {
    match &truth.relation {
        Truth::Identical => found == Relation::Identical,
        Truth::Copy => matches!(found, Relation::Copy | Relation::Identical),
        Truth::Subset => found == Relation::Subset,
        Truth::Superset => found == Relation::Superset,
        Truth::Columns => found == Relation::FewerColumns,
        Truth::Enriched => found == Relation::Enriched,
        Truth::Overlap => found == Relation::Overlap,
        Truth::Unrelated => !found.copied(),
        Truth::Merge(of) => family.merges.iter().any(|m| m.dump == truth.b && of.iter().all(|part| m.of.iter().any(|p| p.0 == *part))),
    }
}

#[test]
fn relations_are_named_and_shares_are_right() {
    const CASES: u64 = 40;
    let (mut wrong, mut errors) = (Vec::new(), Vec::new());
    for seed in 0..CASES {
        let case = draw(0x7E57_0000 + seed);
        let family = judged(&case);
        let mut right = true;
        for truth in &case.truth {
            let c = &family.pairs.iter().find(|p| (p.a, p.b) == (truth.a, truth.b)).unwrap().comparison;
            right &= named(truth, c.relation, &family);
            for (share, truth) in [(c.a_in_b, truth.a_in_b), (c.b_in_a, truth.b_in_a)] {
                assert!(share.low <= share.estimate && share.estimate <= share.high, "{}: {share:?}", case.name);
                if truth > 0.05 {
                    errors.push((share.estimate - truth).abs());
                }
            }
        }
        if !right {
            wrong.push(case.name);
        }
    }
    // 95 in 100 are asked for, and 98 are reached by many more than these.
    assert!(wrong.len() <= 2, "{wrong:#?}");
    errors.sort_by(f64::total_cmp);
    assert!(errors[errors.len() * 95 / 100] <= 0.02, "{errors:?}");
}

#[test]
fn what_is_unrelated_is_never_called_related() {
    for seed in 0..60 {
        let case = draw_unrelated(0x7E57_0000 + seed);
        let c = &judged(&case).pairs[0].comparison;
        assert!(!c.relation.copied(), "{}: {:?}, log10 {}", case.name, c.relation, c.log10_copied);
    }
}
