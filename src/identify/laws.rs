//! The laws of [`Normaliser`] as assertions that every kind's tests call.

use super::{Normaliser, Shape, is_missing};
use crate::lanes::{BLOCK, Lanes, Portable, Work, dispatch};

/// The canonical form and shape of one value.
pub(super) fn canon<N: Normaliser>(n: &N, raw: &[u8]) -> (Vec<u8>, Shape) {
    let mut out = Vec::new();
    let shape = n.normalise(raw, &mut out);
    (out, shape)
}

/// Asserts every law for one value.
#[track_caller]
pub(super) fn hold<N: Normaliser>(n: &N, raw: &[u8]) {
    let (once, shape) = canon(n, raw);
    let (twice, _) = canon(n, &once);
    assert_eq!(show(&once), show(&twice), "not idempotent on {}", show(raw));
    if n.is_canonical(raw) {
        assert_eq!(show(&once), show(raw), "called canonical, but is changed");
        assert!(!once.is_empty(), "called canonical, but is missing");
    }
    if (1..=61).contains(&raw.len()) {
        let quick = Quick { n, raw }.run::<Portable>();
        assert_eq!(quick, dispatch(Quick { n, raw }), "the quick look depends on the processor: {}", show(raw));
        if let Some(rewritten) = quick {
            assert_eq!(show(&rewritten), show(&once), "quickly rewritten otherwise: {}", show(raw));
            assert!(n.is_canonical(raw) || shape == Shape::Plausible, "quickly rewritten, but implausible: {}", show(raw));
            assert!(!once.is_empty(), "quickly rewritten, but missing: {}", show(raw));
        }
    }
    if n.recognise(raw) {
        assert_eq!(shape, Shape::Plausible, "recognised, but implausible: {}", show(raw));
    }
    if is_missing(raw) {
        assert!(once.is_empty(), "missing, but has a canonical form: {}", show(raw));
        assert!(!n.recognise(raw));
    }
}

/// The canonical form of a short value by [`Normaliser::quick`], with other bytes behind it.
struct Quick<'v, N> {
    n: &'v N,
    raw: &'v [u8],
}

impl<N: Normaliser> Work for Quick<'_, N> {
    type Output = Option<Vec<u8>>;
    #[inline(always)]
    fn run<L: Lanes>(self) -> Option<Vec<u8>> {
        let mut value: [u8; BLOCK] = std::array::from_fn(|n| b"0a.@ -,"[n % 7]);
        value[..self.raw.len()].copy_from_slice(self.raw);
        let len = self.raw.len() as u32;
        let rewrite = self.n.quick::<L>(&value, len)?;
        Some(L::edit(&value, rewrite.edit(len, 0, 0))[..rewrite.length(len) as usize].to_vec())
    }
}

/// Asserts that each value is recognised; the second word says why.
#[track_caller]
pub(super) fn recognised<N: Normaliser>(n: &N, examples: &[(&str, &str)]) {
    assert!(examples.len() >= 10, "at least ten examples");
    for (raw, why) in examples {
        assert!(n.recognise(raw.as_bytes()), "not recognised: {raw} ({why})");
        hold(n, raw.as_bytes());
    }
}

/// Asserts that none of the values is recognised; the second word says why.
#[track_caller]
pub(super) fn refused<N: Normaliser>(n: &N, examples: &[(&str, &str)]) {
    assert!(examples.len() >= 10, "at least ten examples");
    for (raw, why) in examples {
        assert!(!n.recognise(raw.as_bytes()), "wrongly recognised: {raw} ({why})");
        hold(n, raw.as_bytes());
    }
}

/// Asserts canonical forms.
#[track_caller]
pub(super) fn pairs<N: Normaliser>(n: &N, examples: &[(&str, &str)]) {
    for (raw, want) in examples {
        assert_eq!(show(&canon(n, raw.as_bytes()).0), *want, "canonical form of {raw}");
        hold(n, raw.as_bytes());
    }
}

fn show(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
