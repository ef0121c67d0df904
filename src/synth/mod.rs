//! A made-up population whose people are shared by institutions, and dumps of known origin; for the demo, the fixtures, the benchmarks
//! and the attribution worlds.
//!
//! Everything is a pure function of a seed. Nothing here uses the normalisers or readers of the rest of the crate, so that fixtures
//! cannot share their bugs, and nothing describes a real person: names are invented combinations, e-mail domains are reserved ones.
//!
//! ```text
//! rng day names field slip            numbers by key, days, parts of names, columns and spellings, slips of the fingers
//! world person institution snapshot   who there is, who holds what about them, what would be indexed
//! dump rows oracle                    a dump of known origin, and what a scan must find in it
//! cast cases demo                     the institutions of the fixtures and of the demonstration
//! lineage                             pairs and sets of dumps, and how they relate
//! table                               plain rows with exact counts, as fast as they can be made
//! ```

pub mod cases;
pub mod cast;
pub mod day;
pub mod demo;
pub mod dump;
pub mod field;
pub mod institution;
pub mod lineage;
pub mod names;
pub mod oracle;
pub mod person;
pub mod rng;
mod rows;
pub mod slip;
pub mod snapshot;
pub mod table;
pub mod world;
