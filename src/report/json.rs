//! The document as JSON, indented, one trailing line end.

use super::Document;
use super::document::SCHEMA;
use crate::source::Input;
use crate::{Error, Result, limits};
use std::path::Path;

/// The document's bytes.
///
/// # Errors
/// Never for a document of this program; a number that JSON cannot hold would be one.
pub fn bytes(document: &Document) -> Result<Vec<u8>> {
    pretty(document)
}

/// Any document's bytes.
///
/// # Errors
/// As [`bytes()`].
pub fn pretty(document: &impl serde::Serialize) -> Result<Vec<u8>> {
    let mut out = serde_json::to_vec_pretty(document).map_err(|_| Error::usage("the report cannot be written as JSON"))?;
    out.push(b'\n');
    Ok(out)
}

/// Reads a document that was written as JSON.
///
/// # Errors
/// When it cannot be read, is no document, or is one of another version.
pub fn read(path: &Path) -> Result<Document> {
    const ADVICE: &str = "give the scan.json of a report, or what scan --json wrote";
    let input = Input::open(path)?;
    if input.len() > limits::DOCUMENT_BYTES {
        return Err(Error::usage("this is too large to be a scan's document")
            .at(path)
            .expected(format!("at most {} bytes", limits::DOCUMENT_BYTES)));
    }
    let wrong = |e: &serde_json::Error| {
        Error::usage("this is no scan's document")
            .at(path)
            .line(e.line() as u64)
            .expected(format!("JSON with \"schema\": {SCHEMA:?}"))
            .got(format!("a JSON error in column {}", e.column()))
            .advice(ADVICE)
    };
    let document: Document = serde_json::from_slice(input.bytes()).map_err(|e| wrong(&e))?;
    if document.schema != SCHEMA {
        return Err(Error::usage("the document is of another version").at(path).expected(SCHEMA).advice(ADVICE));
    }
    Ok(document)
}
