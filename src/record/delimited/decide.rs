/// What a user decided about a dialect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overrides {}
