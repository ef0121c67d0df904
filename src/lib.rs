//! leaktrace matches a suspected dump against institutions' *keyed fingerprints* of their records and says whose
//! copy it is, how many records are in it, and how sure that is.
//!
//! The modules are floors of one house; each imports only from the floors named before it (`tests/floors.rs` checks it):
//!
//! ```text
//! error limits names ledger parallel progress lanes packed   what everything stands on
//! source -> identify -> record -> fingerprint -> index -> plan -> reading -> matching -> lineage -> attribute -> scan -> report
//! synth                                          a made-up population; imports none of the above but the first row
//! commands -> cli                                what was typed, and what is done about it
//! ```
//!
//! A scan is four steps: a [`plan`] is decided once, parts of the dump are read and matched in parallel
//! ([`matching`]), their tallies are merged, and the merged value alone is judged ([`attribute`]).

pub mod error;
pub mod lanes;
pub mod ledger;
pub mod limits;
pub mod names;
pub mod packed;
pub mod parallel;
pub mod progress;

pub mod source;

pub mod identify;

pub mod record;

pub mod fingerprint;

pub mod index;

pub mod plan;

pub mod reading;

pub mod matching;

pub mod lineage;

pub mod attribute;

pub mod scan;

pub mod report;

pub mod commands;

pub mod cli;

pub mod synth;

pub use error::{Error, Result};
