//! What a person says of a known dump, and what its file is called.

use crate::names::safe_text;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Bytes of a name of a file: every system takes as many, with a number and an ending behind it.
const NAME_BYTES: usize = 100;

/// What a library says of a dump. Typed by a person, and shown as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// What it is called.
    pub name: String,
    /// Where it was posted, or who gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Day on which it was published, YYYY-MM-DD.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// Day on which it came into the library, YYYY-MM-DD.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub added: Option<String>,
    /// Seal of the fingerprint as it was without a label: it is known again whatever it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
}

/// A text as the name of a file, without its ending: what any system and any shell takes as it is.
#[must_use]
pub fn file_name_of(text: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    let mut name: String = text.chars().map(safe).collect();
    while name.contains("--") {
        name = name.replace("--", "-");
    }
    // All of it is ASCII.
    name.truncate(NAME_BYTES);
    let name = name.trim_matches(['-', '.']);
    if name.is_empty() { "dump".to_string() } else { name.to_string() }
}

/// What a dump is called where nobody says: its file's name without its ending, identifiers in it masked.
#[must_use]
pub fn name_of_path(path: &Path) -> String {
    let stem = path.file_stem().filter(|_| path != Path::new("-")).unwrap_or_default();
    file_name_of(&safe_text(&stem.to_string_lossy()).replace(['‹', '›'], ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_plain() {
        for (text, name) in [
            ("tokopedia-2020", "tokopedia-2020"),
            ("Tokopedia (91M), 2020", "Tokopedia-91M-2020"),
            ("../../etc/passwd", "etc-passwd"),
            (".hidden", "hidden"),
            ("…", "dump"),
            ("", "dump"),
        ] {
            assert_eq!(file_name_of(text), name, "{text}");
        }
        assert_eq!(file_name_of(&"a".repeat(500)).len(), NAME_BYTES);
        assert_eq!(name_of_path(Path::new("posted/budi@example.com.csv")), "email");
        assert_eq!(name_of_path(Path::new("081234567890.ltf")), "digits");
        assert_eq!(name_of_path(Path::new("-")), "dump");
    }
}
