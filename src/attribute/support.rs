//! How firmly the findings speak for a copy, on the verbal scale of the ENFSI guideline for evaluative reporting (2015).
//!
//! First version: support is read off the uncalibrated gain g in log-likelihood, less an allowance for a model that is wrong, by fixed steps, far more cautious than e^g (a gain of 20
//! would be a ratio of 5·10^8, and is called "strong", 10^3 to 10^4). The two top words need evidence that stands by itself: issued
//! ids, or two canaries.

use serde::{Deserialize, Serialize};

/// The scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Support {
    /// Likelihood ratio 1–2.
    #[default]
    None,
    /// 2–10.
    Weak,
    /// 10–100.
    Moderate,
    /// 100–1,000.
    ModeratelyStrong,
    /// 10³–10⁴.
    Strong,
    /// 10⁴–10⁶.
    VeryStrong,
    /// Above 10⁶.
    ExtremelyStrong,
}

impl Support {
    /// In words, as in "the findings give … support".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Support::None => "no",
            Support::Weak => "weak",
            Support::Moderate => "moderate",
            Support::ModeratelyStrong => "moderately strong",
            Support::Strong => "strong",
            Support::VeryStrong => "very strong",
            Support::ExtremelyStrong => "extremely strong",
        }
    }
}

/// The scale as the report prints it.
pub const SCALE: &str = "no 1-2 | weak 2-10 | moderate 10-100 | moderately strong 100-1,000 | strong 1,000-10,000 | \
                         very strong 10^4-10^6 | extremely strong above 10^6 (likelihood ratio)";

/// Evidence that stands by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StrongEvidence {
    /// Copied rows whose issued id agrees with the record that another field found.
    pub issued_rows: f64,
    /// Distinct canaries in the dump.
    pub canary_rows: u64,
}

/// What the model may be wrong by, in natural logarithms a row: no source is known so well that less than this would tell a copy from it.
const MISFIT: f64 = 0.25;
/// Least gain of each step above none, after the allowance for misfit.
const STEPS: [(f64, Support); 6] = [
    (2.0, Support::Weak),
    (5.0, Support::Moderate),
    (10.0, Support::ModeratelyStrong),
    (20.0, Support::Strong),
    (60.0, Support::VeryStrong),
    (200.0, Support::ExtremelyStrong),
];
/// Copied rows that "strong" needs: with fewer, one odd family can look like a leak.
const STRONG_ROWS: f64 = 5.0;
/// Rows with agreeing issued ids that the two top words need.
const ISSUED_ROWS: f64 = 10.0;
/// Canaries that the two top words need; one can be a chance.
const CANARIES: u64 = 2;

/// The support that a gain gives.
#[must_use]
pub fn of(gain: f64, rows_explained: f64, strong: StrongEvidence) -> Support {
    let gain = gain - MISFIT * rows_explained;
    let by_gain = STEPS.iter().rev().find(|(least, _)| gain >= *least).map_or(Support::None, |(_, s)| *s);
    let stands_alone = strong.issued_rows >= ISSUED_ROWS || strong.canary_rows >= CANARIES;
    let cap = match (stands_alone, rows_explained >= STRONG_ROWS) {
        (true, _) => Support::ExtremelyStrong,
        (false, true) => Support::Strong,
        (false, false) => Support::Moderate,
    };
    by_gain.min(cap)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_words_need_evidence_of_their_own() {
        let none = StrongEvidence::default();
        assert_eq!(of(1e9, 1e6, none), Support::Strong);
        assert_eq!(of(0.2e6, 1e6, none), Support::None);
        assert_eq!(of(1e9, 1e6, StrongEvidence { issued_rows: 1000.0, canary_rows: 0 }), Support::ExtremelyStrong);
        assert_eq!(of(1e9, 3.0, none), Support::Moderate);
        assert_eq!(of(1e9, 3.0, StrongEvidence { issued_rows: 0.0, canary_rows: 2 }), Support::ExtremelyStrong);
        assert_eq!(of(1.9, 1e6, none), Support::None);
    }
}
