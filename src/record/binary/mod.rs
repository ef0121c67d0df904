//! stub
#![allow(missing_docs)]
use super::RowBatch;
use super::pieces::TableName;
use crate::{Result, ledger::Reason, source::Content};
pub trait Visit {
    fn table(&mut self, name: &TableName) -> Result<()>;
    fn rows(&mut self, batch: RowBatch<'static>) -> Result<()>;
    fn skipped(&mut self, what: &str, reason: Reason, bytes: u64, advice: Option<String>) -> Result<()>;
}
pub fn read(_: Content, _: &[u8], _: &mut dyn Visit) -> Result<()> {
    Ok(())
}
pub fn can_read(_: Content) -> bool {
    false
}
