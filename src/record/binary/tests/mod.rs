//! Readers against real files, naive twins and files that lie.

#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "sheets")]
mod sheets;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "sheets")]
mod workbook;

use super::collected::Collected;
use super::{Content, can_read};
use crate::ledger::Reason;

#[test]
fn what_is_not_built_in_is_told() {
    for (content, built_in) in [
        (Content::OfficeXml, cfg!(feature = "sheets")),
        (Content::OpenDocument, cfg!(feature = "sheets")),
        (Content::Ole, cfg!(feature = "sheets")),
        (Content::Sqlite, cfg!(feature = "sqlite")),
        (Content::Parquet, cfg!(feature = "parquet")),
        (Content::Orc, false),
        (Content::Text, false),
    ] {
        assert_eq!(can_read(content), built_in, "{content:?}");
        let seen = Collected::of(content, b"no such thing");
        assert_eq!(seen.skips.len(), 1, "{content:?}");
        assert_eq!(seen.skips[0].bytes, 13);
        assert!(seen.tables.is_empty());
        let reason = if built_in { Reason::Damaged } else { Reason::UnsupportedFormat };
        assert_eq!(seen.skips[0].reason, reason, "{content:?}");
    }
}
