//! Logistic regression of "is a source" on the terms of the calibration, by Newton's method.

use crate::outcome::Outcome;

/// How much more the worlds without any listed source weigh among those who are no source: they are the other proposition.
const NO_SOURCE: f64 = 1.5;
/// Terms.
const N: usize = 4;
/// Ridge, against terms that hardly occur.
const RIDGE: f64 = 1.0;

/// The weights of the terms. Sources and others weigh the same in sum, so that the log-odds are a log-likelihood ratio.
pub fn fit(outcomes: &[Outcome]) -> [f64; N] {
    let mut rows: Vec<([f64; N], bool, f64)> = Vec::new();
    for o in outcomes {
        let weight = if o.has_source() { 1.0 } else { NO_SOURCE };
        rows.extend(
            o.found.iter().filter(|f| o.counts(f)).map(|f| (f.terms, Outcome::is_main(f), if Outcome::is_main(f) { 1.0 } else { weight })),
        );
    }
    let sum = |source: bool| rows.iter().filter(|r| r.1 == source).map(|r| r.2).sum::<f64>();
    let (sources, others, n) = (sum(true), sum(false), rows.len() as f64);
    rows.iter_mut().for_each(|r| r.2 *= 0.5 * n / if r.1 { sources } else { others });
    let mut b = [0.0; N];
    for _ in 0..60 {
        let (mut gradient, mut hessian) = ([0.0; N], [[0.0; N]; N]);
        for i in 0..N {
            gradient[i] = -RIDGE * b[i];
            hessian[i][i] = RIDGE;
        }
        for (x, y, w) in &rows {
            let z: f64 = x.iter().zip(&b).map(|(x, b)| x * b).sum();
            let p = 1.0 / (1.0 + (-z.clamp(-40.0, 40.0)).exp());
            for i in 0..N {
                gradient[i] += w * x[i] * (f64::from(u8::from(*y)) - p);
                for j in 0..N {
                    hessian[i][j] += w * p * (1.0 - p) * x[i] * x[j];
                }
            }
        }
        let step = solve(hessian, gradient);
        b.iter_mut().zip(step).for_each(|(b, s)| *b += s);
    }
    b
}

/// Gaussian elimination with pivots.
fn solve(mut a: [[f64; N]; N], mut y: [f64; N]) -> [f64; N] {
    for i in 0..N {
        let pivot = (i..N).max_by(|&p, &q| a[p][i].abs().total_cmp(&a[q][i].abs())).unwrap_or(i);
        a.swap(i, pivot);
        y.swap(i, pivot);
        for row in i + 1..N {
            let factor = a[row][i] / a[i][i];
            let above = a[i];
            a[row].iter_mut().zip(above).skip(i).for_each(|(cell, above)| *cell -= factor * above);
            y[row] -= factor * y[i];
        }
    }
    for i in (0..N).rev() {
        for column in i + 1..N {
            y[i] -= a[i][column] * y[column];
        }
        y[i] /= a[i][i];
    }
    y
}
