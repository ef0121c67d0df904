//! The command `leaktrace`.

fn main() {}
