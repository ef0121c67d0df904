//! How firmly the findings speak for a copy, on the verbal scale of the ENFSI guideline for evaluative reporting (2015). The two top words
//! need evidence that stands by itself: issued ids, or two canaries.

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

/// Decimal logarithm of the ratio from which on each step above none is reached.
pub const STEPS: [(f64, Support); 6] = [
    (std::f64::consts::LOG10_2, Support::Weak),
    (1.0, Support::Moderate),
    (2.0, Support::ModeratelyStrong),
    (3.0, Support::Strong),
    (4.0, Support::VeryStrong),
    (6.0, Support::ExtremelyStrong),
];
/// Rows with agreeing issued ids that carry a finding by themselves.
const ISSUED_ROWS: f64 = 10.0;
/// Canaries that do; one can be a chance.
const CANARIES: u64 = 2;

/// The support that a likelihood ratio gives, by its decimal logarithm.
#[must_use]
pub fn of(log10_ratio: f64) -> Support {
    STEPS.iter().rev().find(|(least, _)| log10_ratio >= *least).map_or(Support::None, |(_, s)| *s)
}

/// Whether issued ids or canaries carry a finding by themselves. `issued_rows` are copied rows whose issued id agrees with the record that another
/// field found.
#[must_use]
pub fn stands_alone(issued_rows: f64, canaries: u64) -> bool {
    issued_rows >= ISSUED_ROWS || canaries >= CANARIES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_the_scale() {
        let words = |ratio: f64| of(libm::log10(ratio)).words();
        assert_eq!([1.0, 1.9, 2.1, 11.0, 110.0, 1100.0].map(words), ["no", "no", "weak", "moderate", "moderately strong", "strong"]);
        assert_eq!([11_000.0, 1.1e6].map(words), ["very strong", "extremely strong"]);
    }
}
