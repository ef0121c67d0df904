//! The finder against slow twins, planted identifiers, and hostile texts.

mod twins;
