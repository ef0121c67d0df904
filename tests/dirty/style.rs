//! How a clean table is written: every combination of delimiter, quote, escape and what ends a row.

use super::people::Clean;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote {
    None,
    /// Around cells that need it.
    Needed(char),
    /// Around all cells.
    All(char),
}

#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub delimiter: &'static str,
    pub quote: Quote,
    /// Whether a backslash stands before what would mean something; otherwise quotes are doubled.
    pub backslash: bool,
    pub end: &'static str,
}

pub const CSV: Style = Style { delimiter: ",", quote: Quote::Needed('"'), backslash: false, end: "\n" };

pub const DELIMITERS: [&str; 15] = [",", ";", "\t", "|", ":", "\u{1}", "||", "+|", "\t|", "|~|", "~|~", "::", ";;", "^|^", "¦"];
pub const ENDS: [&str; 8] = ["\n", "\r\n", "\r", "&|\n", "&|", "\u{1e}", "\u{2}", "\u{1e}\n"];

impl Style {
    /// A table that this style can write: what it has no way to write is left out of the cells.
    pub fn fit(&self, clean: Clean) -> Clean {
        if self.quote == Quote::None && !self.backslash {
            let end = self.end.trim_end_matches(['\r', '\n']);
            let clean = clean.without(&self.delimiter[..first(self.delimiter)]).without(end).without("\r");
            return if end.is_empty() { clean.without("\n") } else { clean };
        }
        clean
    }

    pub fn cell(&self, cell: &str) -> String {
        let quote = match self.quote {
            Quote::None => None,
            Quote::All(q) => Some(q),
            Quote::Needed(q) => {
                let needs = cell.contains(self.delimiter) || cell.contains(self.end) || cell.contains(['\n', '\r', q]);
                needs.then_some(q)
            }
        };
        let mut out = String::new();
        out.extend(quote);
        for c in cell.chars() {
            let opens = |what: &str| what.starts_with(c);
            let means = match quote {
                Some(q) => c == q || c == '\\',
                // As a server writes its tables into files.
                None => c == '\\' || c == '\n' || opens(self.delimiter) || opens(self.end),
            };
            if self.backslash && means {
                out.push('\\');
            } else if !self.backslash && quote == Some(c) {
                out.push(c);
            }
            out.push(c);
        }
        out.extend(quote);
        out
    }

    pub fn row<S: AsRef<str>>(&self, cells: &[S]) -> String {
        let cells: Vec<String> = cells.iter().map(|c| self.cell(c.as_ref())).collect();
        cells.join(self.delimiter) + self.end
    }

    pub fn lines(&self, clean: &Clean) -> Vec<String> {
        clean.lines().map(|row| self.row(row)).collect()
    }

    pub fn text(&self, clean: &Clean) -> String {
        self.lines(clean).concat()
    }
}

fn first(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

/// All of them, with names.
pub fn all() -> Vec<(String, Style)> {
    let mut out = Vec::new();
    for delimiter in DELIMITERS {
        for end in ENDS {
            for (quote, backslash, words) in [
                (Quote::Needed('"'), false, "\"\""),
                (Quote::All('"'), false, "all \"\""),
                (Quote::Needed('"'), true, "\\\""),
                (Quote::All('"'), true, "all \\\""),
                (Quote::All('\''), false, "all ''"),
                (Quote::All('\''), true, "all \\'"),
                (Quote::None, true, "\\"),
                (Quote::None, false, "plain"),
            ] {
                let name = format!("{delimiter:?} {end:?} {words}");
                out.push((name, Style { delimiter, quote, backslash, end }));
            }
        }
    }
    out
}
