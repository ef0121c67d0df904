//! The one error type: what went wrong, where, what was expected, what was found, and what to do about it.
//!
//! An error never holds a value of a record or a dump. Paths pass through [`crate::names::safe_path`] when shown, and texts
//! of foreign error types are reduced to their kind (an I/O error's kind, a parse error's line).

use std::fmt;
use std::path::{Path, PathBuf};

/// What every fallible function of this crate returns.
pub type Result<T> = std::result::Result<T, Error>;

/// Whose move it is after an error; the exit code follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// The command line, a schema, a key or another small file that a person wrote is wrong.
    Usage,
    /// A file or device could not be read or written.
    Io,
    /// A file is not what it says it is (damaged, cut off, of another version, under another key).
    Damaged,
    /// Something of a dump could not be read, and the user wants to stop at that.
    Incomplete,
    /// The user asked to stop.
    Interrupted,
}

/// One error, built up by its reporters: `Error::usage("…").at(path).expected("…").got("…").advice("…")`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Parts>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts {
    blame: Blame,
    what: String,
    path: Option<PathBuf>,
    byte: Option<u64>,
    line: Option<u64>,
    expected: Option<String>,
    got: Option<String>,
    advice: Option<String>,
}

impl Error {
    fn new(blame: Blame, what: impl Into<String>) -> Error {
        Error(Box::new(Parts { blame, what: what.into(), path: None, byte: None, line: None, expected: None, got: None, advice: None }))
    }

    /// The user's own input (arguments, schema, key file) is wrong.
    #[must_use]
    pub fn usage(what: impl Into<String>) -> Error {
        Error::new(Blame::Usage, what)
    }

    /// A file or device failed. Only the kind of `cause` is shown.
    #[must_use]
    pub fn io(what: impl Into<String>, cause: &std::io::Error) -> Error {
        Error::new(Blame::Io, what).got(io_words(cause))
    }

    /// A file is damaged, cut off, foreign or of another version.
    #[must_use]
    pub fn damaged(what: impl Into<String>) -> Error {
        Error::new(Blame::Damaged, what)
    }

    /// Something of a dump could not be read, and the user wants to stop at that.
    #[must_use]
    pub fn incomplete(what: impl Into<String>) -> Error {
        Error::new(Blame::Incomplete, what)
    }

    /// The user interrupted the run.
    #[must_use]
    pub fn interrupted() -> Error {
        Error::new(Blame::Interrupted, "interrupted")
    }

    /// Names the file; shown escaped and with identifier-like parts masked.
    #[must_use]
    pub fn at(mut self, path: impl AsRef<Path>) -> Error {
        self.0.path = Some(path.as_ref().to_path_buf());
        self
    }

    /// Names the byte offset within the file, 0-based.
    #[must_use]
    pub fn byte(mut self, offset: u64) -> Error {
        self.0.byte = Some(offset);
        self
    }

    /// Names the line within the file, 1-based.
    #[must_use]
    pub fn line(mut self, line: u64) -> Error {
        self.0.line = Some(line);
        self
    }

    /// Says what would have been right. Must not hold a value of a record or dump.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Error {
        self.0.expected = Some(expected.into());
        self
    }

    /// Says what was there instead. Must not hold a value of a record or dump.
    #[must_use]
    pub fn got(mut self, got: impl Into<String>) -> Error {
        self.0.got = Some(got.into());
        self
    }

    /// Says what to do now, as a sentence or a command.
    #[must_use]
    pub fn advice(mut self, advice: impl Into<String>) -> Error {
        self.0.advice = Some(advice.into());
        self
    }

    /// Whose move it is.
    #[must_use]
    pub fn blame(&self) -> Blame {
        self.0.blame
    }
}

/// The words for an I/O failure, by kind and system error number alone (a path or a value cannot slip in).
#[must_use]
pub fn io_words(cause: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match (cause.raw_os_error(), cause.kind()) {
        (Some(number), _) => std::io::Error::from_raw_os_error(number).to_string(),
        // Where a library has wrapped the system's error, in the system's words.
        (None, ErrorKind::NotFound) => "No such file or directory".to_string(),
        (None, ErrorKind::NotADirectory) => "Not a directory".to_string(),
        (None, ErrorKind::PermissionDenied) => "Permission denied".to_string(),
        (None, ErrorKind::StorageFull) => "No space left on device".to_string(),
        (None, kind) => kind.to_string(),
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let p = &self.0;
        f.write_str(&p.what)?;
        if let Some(path) = &p.path {
            write!(f, "\n  where:    {}", crate::names::safe_path(path))?;
            if let Some(line) = p.line {
                write!(f, ", line {line}")?;
            }
            if let Some(byte) = p.byte {
                write!(f, ", byte {byte}")?;
            }
        }
        for (label, text) in [("expected", &p.expected), ("got", &p.got), ("to do", &p.advice)] {
            if let Some(text) = text {
                write!(f, "\n  {:<9} {text}", format!("{label}:"))?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_where_expected_got_and_what_to_do() {
        let e = Error::damaged("this is not an index").at("a.ltx").byte(7).expected("LTX").got("PK").advice("rebuild it");
        assert_eq!(
            e.to_string(),
            "this is not an index\n  where:    a.ltx, byte 7\n  expected: LTX\n  got:      PK\n  to do:    rebuild it"
        );
    }

    #[test]
    fn a_foreign_error_text_is_reduced_to_its_kind() {
        let cause = std::io::Error::other("value budi@example.com is bad");
        assert!(!Error::io("cannot read", &cause).to_string().contains("budi"));
    }
}
