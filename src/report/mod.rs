//! A scan's result for people and programs: one [`Document`], one file for each form that it takes, and the folder that holds them all.

pub mod affected;
pub mod columns;
mod compose;
pub mod digests;
pub mod document;
pub mod figures;
pub mod folder;
mod hints;
pub mod html;
pub mod json;
pub mod known;
pub mod lang;
pub mod lineage;
pub mod look;
pub mod manifest;
pub mod misp;
pub mod notice;
pub mod output;
#[cfg(test)]
mod sample;
pub mod sign;
pub mod sources;
pub mod stix;
mod subject;
pub mod terminal;
pub mod tlp;
pub mod write;

pub use document::Document;
