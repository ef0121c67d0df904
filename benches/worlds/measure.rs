//! What is measured on worlds: discrimination and calibration of likelihood ratios, and intervals by resampling worlds.

use leaktrace::synth::rng::Rng;

/// A likelihood ratio with the truth about it.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// Natural logarithm of the ratio.
    pub log_ratio: f64,
    /// Whether the institution is a source.
    pub source: bool,
}

/// Cost of the log-likelihood-ratio in bits (Brümmer and du Preez 2006): 0 is perfect, 1 says nothing.
pub fn cllr(pairs: &[Pair]) -> f64 {
    let (mut of_sources, mut of_others) = ((0.0, 0.0), (0.0, 0.0));
    for p in pairs {
        let (sum, sign) = if p.source { (&mut of_sources, -1.0) } else { (&mut of_others, 1.0) };
        sum.0 += softplus(sign * p.log_ratio) / std::f64::consts::LN_2;
        sum.1 += 1.0;
    }
    0.5 * (of_sources.0 / f64::max(of_sources.1, 1.0) + of_others.0 / f64::max(of_others.1, 1.0))
}

/// ln(1 + e^x) without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// The least cost that any monotone recalibration reaches: pool adjacent violators (Ayer et al. 1955), with the prior taken out. What `cllr` is
/// above it is loss by calibration.
pub fn cllr_min(pairs: &[Pair]) -> f64 {
    let sources = pairs.iter().filter(|p| p.source).count() as f64;
    let others = pairs.len() as f64 - sources;
    if sources == 0.0 || others == 0.0 {
        return 0.0;
    }
    let mut sorted: Vec<&Pair> = pairs.iter().collect();
    sorted.sort_by(|a, b| a.log_ratio.total_cmp(&b.log_ratio));
    // Blocks of equal value: sources and all.
    let mut blocks: Vec<(f64, f64)> = Vec::new();
    for same in sorted.chunk_by(|a, b| a.log_ratio == b.log_ratio) {
        blocks.push((same.iter().filter(|p| p.source).count() as f64, same.len() as f64));
        while let [.., a, b] = blocks[..]
            && a.0 / a.1 >= b.0 / b.1
        {
            blocks.truncate(blocks.len() - 2);
            blocks.push((a.0 + b.0, a.1 + b.1));
        }
    }
    let log2 = |x: f64| x.ln() / std::f64::consts::LN_2;
    let cost = |&(s, n): &(f64, f64)| {
        // Likelihood ratio of the block; a block of one sort costs its own sort nothing.
        let ratio = (s / sources) / ((n - s) / others);
        let of_sources = if s > 0.0 { s / sources * log2(1.0 + 1.0 / ratio) } else { 0.0 };
        let of_others = if n > s { (n - s) / others * log2(1.0 + ratio) } else { 0.0 };
        0.5 * (of_sources + of_others)
    };
    blocks.iter().map(cost).sum()
}

/// Posterior probabilities under a prior, each with the truth.
pub fn posteriors(pairs: &[Pair], prior: f64) -> Vec<(f64, bool)> {
    let odds = (prior / (1.0 - prior)).ln();
    pairs.iter().map(|p| (1.0 / (1.0 + (-(p.log_ratio + odds)).exp()), p.source)).collect()
}

/// Mean squared error of probabilities (Brier 1950).
pub fn brier(posteriors: &[(f64, bool)]) -> f64 {
    posteriors.iter().map(|&(p, y)| (p - f64::from(u8::from(y))).powi(2)).sum::<f64>() / posteriors.len().max(1) as f64
}

/// The reliability curve: for each tenth, mean probability, share of sources, and how many.
pub fn reliability(posteriors: &[(f64, bool)]) -> Vec<(f64, f64, usize)> {
    (0..10)
        .map(|bin| {
            let inside: Vec<&(f64, bool)> = posteriors.iter().filter(|(p, _)| ((p * 10.0) as usize).min(9) == bin).collect();
            let n = inside.len().max(1) as f64;
            (inside.iter().map(|p| p.0).sum::<f64>() / n, inside.iter().filter(|p| p.1).count() as f64 / n, inside.len())
        })
        .collect()
}

/// Expected calibration error over tenths.
pub fn ece(posteriors: &[(f64, bool)]) -> f64 {
    let n = posteriors.len().max(1) as f64;
    reliability(posteriors).iter().map(|(p, y, m)| (p - y).abs() * *m as f64 / n).sum()
}

/// A 95% interval of a measure by resampling `worlds` worlds with replacement (percentile bootstrap; Efron 1979).
pub fn interval(worlds: usize, measure: impl Fn(&[usize]) -> f64) -> (f64, f64) {
    const RESAMPLES: usize = 400;
    let mut rng = Rng::new(&[0xb007]);
    let mut seen: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let drawn: Vec<usize> = (0..worlds).map(|_| rng.below(worlds as u64) as usize).collect();
            measure(&drawn)
        })
        .filter(|m| m.is_finite())
        .collect();
    seen.sort_by(f64::total_cmp);
    let at = |q: f64| seen.get((q * seen.len() as f64) as usize).or(seen.last()).copied().unwrap_or(f64::NAN);
    (at(0.025), at(0.975))
}
