//! Lines that are made of parts, so that they can be taken apart only one way.

/// A line and the parts that it was made of.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub line: String,
    pub parts: [String; 3],
}

/// Puts a line together.
pub(super) fn made(url: &str, login: &str, password: &str, sign: &str, last: bool) -> Made {
    let line = match (url, last) {
        ("", _) => format!("{login}{sign}{password}"),
        (url, true) => format!("{login}{sign}{password}{sign}{url}"),
        (url, false) => format!("{url}{sign}{login}{sign}{password}"),
    };
    Made { line, parts: [url, login, password].map(str::to_string) }
}
