//! Who may see an export: the Traffic Light Protocol, version 2.0 (FIRST, August 2022).

use serde::{Deserialize, Serialize};

/// A label of the Traffic Light Protocol, widest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
pub enum Tlp {
    /// Anybody.
    #[serde(rename = "clear")]
    Clear,
    /// The community, not in public.
    #[serde(rename = "green")]
    Green,
    /// The recipient's organisation and those of its clients who need to know.
    #[default]
    #[serde(rename = "amber")]
    Amber,
    /// The recipient's organisation alone.
    #[serde(rename = "amber+strict")]
    #[value(name = "amber+strict")]
    AmberStrict,
    /// The recipients in person.
    #[serde(rename = "red")]
    Red,
}

/// Every label.
pub const LABELS: [Tlp; 5] = [Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict, Tlp::Red];

impl Tlp {
    /// The label in lower case, as exchange formats write it behind `tlp:`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Tlp::Clear => "clear",
            Tlp::Green => "green",
            Tlp::Amber => "amber",
            Tlp::AmberStrict => "amber+strict",
            Tlp::Red => "red",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;

    #[test]
    fn every_label_has_one_name_everywhere() {
        assert_eq!(Tlp::value_variants(), LABELS);
        for label in LABELS {
            assert_eq!(serde_json::to_value(label).unwrap(), label.name());
            assert_eq!(label.to_possible_value().unwrap().get_name(), label.name());
            assert_eq!(Tlp::from_str(label.name(), false), Ok(label));
        }
        assert_eq!(Tlp::default(), Tlp::Amber);
    }
}
