//! Tables of files that a library has to read: workbooks, SQLite databases, Parquet files. There are no byte positions in them, so the rows are
//! handed over in order, in batches whose cells are their own.
//!
//! The libraries are not ours and the files are hostile: what a file may claim is checked before a library sees it where the library would take
//! memory for it, a library's panic is caught and costs what it was reading, and the texts of a library's errors, which quote what was read,
//! go nowhere. Each format is a cargo feature: `sheets`, `sqlite`, `parquet`.

#[cfg(feature = "parquet")]
mod delta;
#[cfg_attr(not(all(feature = "parquet", feature = "sheets", feature = "sqlite")), allow(dead_code, reason = "not all readers are built"))]
mod filling;
#[cfg_attr(not(all(feature = "parquet", feature = "sheets", feature = "sqlite")), allow(dead_code, reason = "not all readers are built"))]
mod guard;
#[cfg(feature = "parquet")]
mod leaf;
#[cfg(feature = "sheets")]
mod ods;
#[cfg(feature = "sheets")]
mod package;
#[cfg(feature = "parquet")]
mod pages;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "sheets")]
mod sheets;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "parquet")]
mod thrift;
#[cfg_attr(not(all(feature = "parquet", feature = "sheets", feature = "sqlite")), allow(dead_code, reason = "not all readers are built"))]
mod values;
#[cfg(feature = "sheets")]
mod xls;

#[cfg(test)]
#[cfg_attr(not(all(feature = "parquet", feature = "sheets", feature = "sqlite")), allow(dead_code, reason = "not all readers are built"))]
mod collected;
#[cfg(test)]
mod tests;

pub use guard::in_library;

use super::RowBatch;
use super::pieces::TableName;
use crate::Result;
use crate::ledger::Reason;
use crate::source::Content;

/// Receives the tables of a file, in order. An error that it returns ends the reading and is the result of [`read`].
pub trait Visit {
    /// A table begins. `columns` is empty where the format does not name them: whether a first row does is for others to find out.
    ///
    /// # Errors
    /// The visitor's own.
    fn table(&mut self, name: &TableName) -> Result<()>;

    /// Rows of the table that was begun last: at most [`limits::BATCH_ROWS`](crate::limits::BATCH_ROWS), never none. [`RowBatch::offset`] is
    /// a row's number within its table, from 0; blank rows of a sheet are counted but not handed over.
    ///
    /// # Errors
    /// The visitor's own.
    fn rows(&mut self, batch: RowBatch<'static>) -> Result<()>;

    /// Something was not read. `what` names it by its number (never by its name, which is a value); `bytes` is its size in the file, 0 where
    /// that is not known.
    ///
    /// # Errors
    /// The visitor's own.
    fn skipped(&mut self, what: &str, reason: Reason, bytes: u64, advice: Option<String>) -> Result<()>;
}

/// Whether [`read`] can read such a file with the features that this program was built with. Office files may turn out to be no workbooks.
#[must_use]
pub fn can_read(content: Content) -> bool {
    let sheets = matches!(content, Content::OfficeXml | Content::OpenDocument | Content::Ole);
    cfg!(feature = "sheets") && sheets
        || cfg!(feature = "sqlite") && content == Content::Sqlite
        || cfg!(feature = "parquet") && content == Content::Parquet
}

/// Reads all tables of a file whose bytes are `bytes`. What is damaged, encrypted or larger than the limits allow is told to
/// [`Visit::skipped`]; it is no error.
///
/// # Errors
/// What `visit` returns, or that the user interrupted.
pub fn read(content: Content, bytes: &[u8], visit: &mut dyn Visit) -> Result<()> {
    match content {
        #[cfg(feature = "sheets")]
        Content::OfficeXml | Content::OpenDocument | Content::Ole => sheets::read(content, bytes, visit),
        #[cfg(feature = "sqlite")]
        Content::Sqlite => sqlite::read(bytes, visit),
        #[cfg(feature = "parquet")]
        Content::Parquet => parquet::read(bytes, visit),
        _ => {
            let (reason, advice) = content.unsupported().unwrap_or((Reason::UnsupportedFormat, "read it as text"));
            visit.skipped("the file", reason, bytes.len() as u64, Some(advice.to_string()))
        }
    }
}
