//! Entries as programs write them, against what was put in; blocks of pairs against the naive twin; hostile texts.

mod hostile;
mod naive;
mod shapes;
mod told;
mod twins;

use super::Style;
use crate::record::lines::trial;
use std::sync::Arc;

/// Reads a text as it is read outside of tests.
fn whole(text: &str) -> trial::Outcome {
    trial::whole::<Arc<Style>>(text)
}
