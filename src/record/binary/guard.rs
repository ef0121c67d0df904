//! Calls into libraries that read hostile files: a panic is an answer like any other.

use crate::ledger::Reason;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static IN_LIBRARY: Cell<bool> = const { Cell::new(false) };
}

/// True while this thread is inside a library whose panics are caught: whoever prints panics has nothing to print then.
#[must_use]
pub fn in_library() -> bool {
    IN_LIBRARY.get()
}

/// Why something could not be read, in our words: a library's own may quote what it read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The bytes are not what the format wants, or the library gave up on them.
    Damaged,
    /// It wants a password.
    Encrypted,
    /// It is of the family, but holds no tables (a letter, a mailbox).
    NoTables,
    /// Reading it would take more memory than the limits allow.
    TooLarge,
    /// It uses something that is not read here.
    Unsupported,
}

impl Fault {
    /// The reason for the ledger, and what to do.
    pub(super) fn reason(self) -> (Reason, Option<String>) {
        let (reason, advice) = match self {
            Fault::Damaged => return (Reason::Damaged, None),
            Fault::Encrypted => (Reason::UnsupportedFormat, "it wants a password: open it with its program and save it without one"),
            Fault::NoTables => (Reason::UnsupportedFormat, "it is no workbook; if it holds a table, export that as CSV"),
            Fault::TooLarge => {
                (Reason::UnsupportedFormat, "it takes more memory than the limits allow: export its tables as CSV (UTF-8) first")
            }
            Fault::Unsupported => (Reason::UnsupportedFormat, "export its tables as CSV (UTF-8) first"),
        };
        (reason, Some(advice.to_string()))
    }
}

/// Runs a call into a library; a panic of it is [`Fault::Damaged`]. What the call left half-done must not be used after a panic, except to drop it.
pub(super) fn guarded<T>(call: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    let before = IN_LIBRARY.replace(true);
    let done = catch_unwind(AssertUnwindSafe(call));
    IN_LIBRARY.set(before);
    done.unwrap_or(Err(Fault::Damaged))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_damage_and_leaves_no_trace() {
        assert_eq!(guarded(|| Ok::<_, Fault>(in_library())), Ok(true));
        assert_eq!(guarded(|| -> Result<(), Fault> { std::panic::panic_any(7) }), Err(Fault::Damaged));
        assert!(!in_library());
    }
}
