//! From what the model finds to a likelihood ratio that was seen to mean what it says.
//!
//! The gain of a fit is no ratio to report: the model is wrong in its details, and more rows make it surer of what it is wrong about. A logistic
//! regression on worlds with known truth says what findings were worth there:
//!
//! ```text
//! ln LR = a + b ln(share + 0.001) + c ln(1 + gain) + d ln(1 + rows with issued ids)
//! ```
//!
//! The constants are what `cargo bench --bench worlds -- calibrate` prints. Three limits: the ratio is never more than ten times the model's own
//! (a few rows cannot say more than they hold); never more than one in as many worlds as it was validated on; and outside of what was
//! validated it stops at "moderate".

/// a, b, c, d.
const WEIGHTS: [f64; 4] = [3.64, 1.50, 0.62, 1.50];
/// Added to a share before its logarithm is taken.
const SHARE_FLOOR: f64 = 1e-3;
/// Decimal logarithm of how far the ratio may be above the model's own.
const SLACK: f64 = 1.0;
/// Dumps of no listed source on which ratios were validated (`cargo bench --bench worlds -- negatives`): for 52 of them a ratio of 100 or more was
/// reported, for none 1,000.
pub const NEGATIVE_WORLDS: u32 = 10_000;
/// Decimal logarithm of what issued ids or canaries may add to the limit of validation.
const STANDS_ALONE: f64 = 3.0;
/// Distinct rows from which on ratios were validated.
pub const FEWEST_ROWS: f64 = 20.0;
/// Institutions up to which they were.
pub const MOST_INSTITUTIONS: usize = 16;
/// Decimal logarithm that is not exceeded outside of what was validated: "moderate".
const OUTSIDE: f64 = 1.99;

/// Values that agree with nobody else's records, below which overlap is all that there is.
const OWN_VALUES: f64 = 3.0;

/// What is known of one institution.
#[derive(Clone, Copy, Debug, Default)]
pub struct Findings {
    /// Share of the distinct rows that its copy explains.
    pub share: f64,
    /// What its copy adds to the log-likelihood.
    pub gain: f64,
    /// Copied rows whose issued id agrees with the record that another field found.
    pub issued_rows: f64,
    /// Values of the copied rows that agree with its records and with nobody else's.
    pub own_values: f64,
    /// Whether issued ids or canaries carry the findings by themselves.
    pub stands_alone: bool,
    /// Whether worlds like this were validated.
    pub validated: bool,
}

/// The terms of the regression, each with its factor one.
#[must_use]
pub fn terms(f: &Findings) -> [f64; 4] {
    [1.0, libm::log(f.share + SHARE_FLOOR), libm::log1p(f.gain), libm::log1p(f.issued_rows)]
}

/// The most that a ratio may be whatever the regression says, as decimal logarithm, and why.
#[must_use]
pub fn limit(f: &Findings) -> (f64, &'static str) {
    let validation = libm::log10(f64::from(NEGATIVE_WORLDS) + 1.0);
    let by_worlds = match (f.stands_alone, f.validated) {
        (true, _) => (validation + STANDS_ALONE, "no ratio is said to be greater than the worlds that it was validated on can bear"),
        (false, true) => (validation, "no ratio is said to be greater than the worlds that it was validated on can bear"),
        (false, false) => (OUTSIDE, "worlds like this were not among those that ratios were validated on"),
    };
    let by_worlds = if f.own_values < OWN_VALUES {
        (OUTSIDE, "hardly a value of these rows is this institution's alone: they say who is in it, not whose copy it is")
    } else {
        by_worlds
    };
    let by_model = (SLACK + f.gain / std::f64::consts::LN_10, "the rows hold no more than this: few of them, or few columns that tell");
    if by_model.0 < by_worlds.0 { by_model } else { by_worlds }
}

/// What each term adds to the natural logarithm of the ratio.
#[must_use]
pub fn parts(f: &Findings) -> [f64; 4] {
    let terms = terms(f);
    std::array::from_fn(|n| terms[n] * WEIGHTS[n])
}

/// Decimal logarithm of the calibrated likelihood ratio.
#[must_use]
pub fn log10_ratio(f: &Findings) -> f64 {
    (parts(f).iter().sum::<f64>() / std::f64::consts::LN_10).min(limit(f).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: Findings = Findings { share: 0.9, gain: 1e4, issued_rows: 0.0, own_values: 1e3, stands_alone: false, validated: true };

    #[test]
    fn more_of_anything_is_never_worth_less() {
        for share in [0.0, 0.01, 0.1, 0.5, 1.0] {
            for gain in [0.0, 1.0, 10.0, 1e3] {
                for issued_rows in [0.0, 1.0, 100.0] {
                    let f = Findings { share, gain, issued_rows, ..FULL };
                    let more = [Findings { share: share + 0.1, ..f }, Findings { gain: gain + 1.0, ..f }];
                    assert!(more.iter().all(|m| log10_ratio(m) >= log10_ratio(&f)), "{f:?}");
                    assert!(log10_ratio(&Findings { issued_rows: issued_rows + 1.0, ..f }) >= log10_ratio(&f));
                }
            }
        }
    }

    #[test]
    fn nothing_is_said_beyond_what_was_seen() {
        assert!(log10_ratio(&Findings { own_values: 0.0, stands_alone: true, issued_rows: 1e4, ..FULL }) < 2.0);
        assert!(log10_ratio(&FULL) <= libm::log10(f64::from(NEGATIVE_WORLDS) + 1.0));
        assert!(log10_ratio(&Findings { validated: false, ..FULL }) < 2.0);
        assert!(log10_ratio(&Findings { gain: 0.0, ..FULL }) <= SLACK);
        assert!(log10_ratio(&Findings { stands_alone: true, issued_rows: 1e4, ..FULL }) > 6.0);
    }
}
