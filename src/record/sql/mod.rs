//! stub
#![allow(missing_docs)]
use super::pieces::*;
use serde::{Deserialize, Serialize};
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SqlDialect {
    pub evidence: String,
}
impl SqlDialect {
    pub fn decide(_: &[u8]) -> SqlDialect {
        SqlDialect { evidence: String::new() }
    }
}
pub fn is_sql(_: &[u8]) -> bool {
    false
}
pub struct SqlCutter;
impl SqlCutter {
    pub fn new(_: SqlDialect) -> SqlCutter {
        SqlCutter
    }
}
impl Cutter for SqlCutter {
    fn cut(&mut self, text: &[u8], _: bool) -> Cut {
        Cut { used: text.len(), ..Cut::default() }
    }
    fn tables(&self) -> &[TableName] {
        &[]
    }
}
