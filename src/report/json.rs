//! The document as JSON, indented, one trailing line end.

use super::Document;
use crate::{Error, Result};

/// The document's bytes.
///
/// # Errors
/// Never for a document of this program; a number that JSON cannot hold would be one.
pub fn bytes(document: &Document) -> Result<Vec<u8>> {
    let mut out = serde_json::to_vec_pretty(document).map_err(|_| Error::usage("the report cannot be written as JSON"))?;
    out.push(b'\n');
    Ok(out)
}
