//! A scan's result for people and programs: one [`Document`], and one file for each form that it takes.

pub mod columns;
mod compose;
pub mod document;
mod hints;
pub mod json;
pub mod output;
pub mod terminal;

pub use document::Document;
