//! stub
#![allow(missing_docs)]
use crate::{Result, ledger::Reason, source::Content};
pub enum Body<'a> {
    Slice(&'a [u8]),
    Stream(&'a mut dyn std::io::Read),
}
pub trait Visit {
    fn member(&mut self, name: &str, body: Body<'_>) -> Result<()>;
    fn skipped(&mut self, name: &str, reason: Reason, at: u64, bytes: u64, advice: Option<String>) -> Result<()>;
}
#[derive(Default)]
pub struct Bounds;
pub fn can_open(_: Content) -> bool {
    false
}
pub fn walk(_: &str, _: &[u8], _: &Bounds, _: &[Vec<u8>], _: &mut dyn Visit) -> Result<()> {
    Ok(())
}
