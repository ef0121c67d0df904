//! The index of an institution's records: keyed fingerprints that a dump can be matched against, and nothing that could be read
//! without the key (DESIGN 5).
//!
//! [`layout`] is the specification of the file. A fingerprint passes the index's own keyed permutation ([`veil`]), then a blocked
//! [`filter`] that turns away what is not there, then a [`table`] of 64-byte buckets that names field and record; [`records`] holds what
//! can agree once a record is found. [`build`] writes all of it in one pass over the institution's files, [`open`] maps it.
//!
//! A build's records are numbered in order, and all else is done by the workers: keys are dealt to partitions (`deal`), which are sorted in the
//! cache (`sort`) and become filter, table and postings, a partition at a time (`finish`); checksums are joined from subtrees (`checksum`).

pub mod build;
mod checksum;
mod cipher;
mod columns;
mod deal;
mod digests;
mod draft;
pub mod export;
pub mod filter;
mod finish;
pub mod layout;
pub mod lookup;
pub mod meta;
pub mod open;
pub mod panel;
mod part;
mod prefetch;
mod ready;
pub mod records;
mod sections;
mod selfcheck;
mod sort;
pub mod table;
#[cfg(target_arch = "x86_64")]
mod vaes;
pub mod veil;

pub use meta::Meta;
pub use open::Index;
pub use veil::Probe;
