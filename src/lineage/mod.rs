//! Dump fingerprints: is a dump new, a part of a known one, a mix, or an old leak again?
//!
//! A [`DumpFingerprint`] is a small file about a dump that holds no value of it. It keeps the *rows whose identifiers hash lowest* under a secret key: of
//! two dumps that share rows the same rows are kept, however they are cut, sorted or written ([`sample`], [`rows`]). Two of them are compared by the
//! rows that they have in common ([`links`]): where the other cells of these agree as only copies do, rows were copied ([`copied`]), else the
//! same people are in both; from there to shares, order, columns and a word for what one dump is to the other ([`mod@compare`], [`family`]).
//!
//! ```text
//! rows -> identifiers of each -> keyed hash -> lowest kept, with 16 bits of each cell -> file
//! two files -> values in both -> rows paired -> columns paired -> copied or only the same people? -> containment -> relation
//! ```

pub mod columns;
pub mod compare;
pub mod copied;
pub mod family;
pub mod file;
pub mod head;
pub mod library;
pub mod links;
pub mod pairing;
pub mod relation;
pub mod rows;
pub mod sample;
pub mod take;

pub use compare::{Comparison, compare};
pub use file::{About, DumpFingerprint};
pub use relation::Relation;
