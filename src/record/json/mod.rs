//! stub
#![allow(missing_docs)]
use super::pieces::*;
pub fn is_json(_: &[u8]) -> bool {
    false
}
pub struct JsonCutter;
impl JsonCutter {
    pub fn new() -> JsonCutter {
        JsonCutter
    }
}
impl Cutter for JsonCutter {
    fn cut(&mut self, text: &[u8], _: bool) -> Cut {
        Cut { used: text.len(), ..Cut::default() }
    }
    fn tables(&self) -> &[TableName] {
        &[]
    }
}
