//! How a report is asked for: in which language, for whose eyes, and since when its reader knows of the dump.

use super::lang::Lang;
use super::notice::Aware;
use super::tlp::Tlp;
use serde::{Deserialize, Serialize};

/// How a report looks; nothing that the findings depend on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Look {
    /// Language of the page and the notice.
    pub lang: Lang,
    /// Who may see the exports.
    pub tlp: Tlp,
    /// Since when the institution is aware of the breach; deadlines of notices follow from it.
    pub aware_since: Option<Aware>,
}
