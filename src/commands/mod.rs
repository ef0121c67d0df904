//! One small file a command: what to do, done.

pub mod affected;
pub mod cat;
pub mod compare;
pub mod demo;
pub mod fingerprint;
pub mod index;
pub mod inspect;
pub mod keygen;
pub mod library;
pub mod merge;
pub mod part;
pub mod report;
pub mod scan;
pub mod schema;
pub mod spark;
pub mod verify;
pub mod watch;

/// How a command ended; errors apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Complete; for a scan: no institution supported.
    Done,
    /// At least one institution is supported at or above the threshold.
    Supported,
    /// Something could not be read, and nobody is supported.
    Incomplete,
}

/// Worker threads where nobody asked for a number: one a core.
#[must_use]
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
