//! A made-up population whose people are shared by institutions, and dumps of known origin; for the demo, the fixtures, the benchmarks
//! and the attribution worlds.
//!
//! Everything is a pure function of a seed. Nothing here uses the normalisers or readers of the rest of the crate, so that fixtures
//! cannot share their bugs, and nothing describes a real person: names are invented combinations, e-mail domains are reserved ones.

pub mod day;
pub mod field;
pub mod institution;
pub mod names;
pub mod person;
pub mod rng;
pub mod slip;
pub mod snapshot;
