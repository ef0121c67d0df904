//! Blocks of pairs, read line by line with strings and patterns.

use regex::Regex;

/// What a line is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Line {
    Empty,
    Rule,
    Sign,
    Title(String),
    Pair(String, String),
    Comment,
    Other,
}

pub(super) struct Naive {
    pair: Regex,
    pub empty_parts: bool,
    pub first_key: Option<String>,
}

/// Where an entry begins, and its cells.
pub(super) type Row = (u64, Vec<(String, String)>);

impl Naive {
    pub(super) fn new(empty_parts: bool, first_key: Option<String>) -> Naive {
        let key = r"[A-Za-z0-9_\[$\P{ASCII}][A-Za-z0-9 _\-./()\[\]#&'$\P{ASCII}]*?";
        let pair = Regex::new(&format!(r"^[ \t]*(?:- [ \t]*)?({key})[ \t]*(:=|=>|:|=)(.*)$")).unwrap();
        Naive { pair, empty_parts, first_key }
    }

    pub(super) fn classify(&self, line: &str) -> Line {
        let body = line.trim_matches([' ', '\t', '\r']);
        if body.is_empty() {
            return Line::Empty;
        }
        if let Some(found) = self.pair.captures(line.trim_end_matches([' ', '\t', '\r'])) {
            let (key, sign, rest) = (found[1].trim_end(), &found[2], &found[3]);
            let address = sign == ":" && (rest.starts_with("//") || rest.starts_with('\\') && key.len() == 1);
            let key = if key.len() > 2 && key.starts_with('[') && key.ends_with(']') { &key[1..key.len() - 1] } else { key };
            let letter = key.chars().any(|c| c.is_ascii_alphabetic() || !c.is_ascii());
            if !address && letter && key.len() <= 48 && key.split(' ').filter(|w| !w.is_empty()).count() <= 5 {
                return Line::Pair(key.to_string(), rest.trim_matches([' ', '\t']).to_string());
            }
        }
        let drawn = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric() || ('\u{2500}'..'\u{25c0}').contains(&c);
        if body.chars().all(drawn) {
            return if body.len() >= 3 { Line::Rule } else { Line::Sign };
        }
        if body.starts_with('[') && body.ends_with(']') {
            return Line::Title(body[1..body.len() - 1].to_string());
        }
        for sign in ['=', '-', '*', '_', '#', '~', '+'] {
            let rule = sign.to_string().repeat(3);
            if body.starts_with(&rule) && body.ends_with(&rule) {
                return Line::Title(body.trim_matches([sign, ' ', '\t']).to_string());
            }
        }
        if body.starts_with(['#', ';']) || body.starts_with("//") { Line::Comment } else { Line::Other }
    }

    pub(super) fn rows(&self, text: &str) -> Vec<Row> {
        let (mut rows, mut row) = (Vec::new(), Building::default());
        let mut at = 0;
        for whole in text.split_inclusive('\n') {
            let line = whole.strip_suffix('\n').unwrap_or(whole);
            let line = line.strip_suffix('\r').unwrap_or(line);
            let found = self.classify(line);
            let begins = match &found {
                Line::Title(_) => row.pairs || row.titled,
                Line::Pair(key, _) => row.pairs && (row.parted || self.first_key.as_ref() == Some(key)),
                _ => false,
            };
            if begins {
                rows.push(std::mem::take(&mut row));
            }
            let body = line.trim_matches([' ', '\t', '\r']);
            let start = at + (line.len() - line.trim_start_matches([' ', '\t']).len()) as u64;
            match found {
                Line::Empty => (row.parted, row.open) = (row.parted || self.empty_parts, None),
                Line::Rule => (row.parted, row.open) = (true, None),
                Line::Sign => {}
                Line::Title(title) => {
                    (row.titled, row.open) = (true, None);
                    row.put("section", at, title);
                }
                Line::Pair(key, value) => {
                    (row.pairs, row.parted) = (true, false);
                    let quoted = ['"', '\'']
                        .iter()
                        .any(|q| value.len() > 1 && value.starts_with(*q) && value.ends_with(*q) && value.matches(*q).count() == 2);
                    let plain = if quoted { value[1..value.len() - 1].to_string() } else { value.clone() };
                    let cell = row.put(&key, at, plain);
                    row.open = Some((cell, goes_on(&value), value));
                }
                Line::Other if row.open.as_ref().is_some_and(|o| o.1) => {
                    let (cell, goes, raw) = row.open.take().unwrap();
                    let raw =
                        if row.cells[cell].1.is_empty() { body.to_string() } else { format!("{raw}{}{}", row.between, join(whole, body)) };
                    let goes = goes_on(body) || goes && !row.cells[cell].1.is_empty();
                    row.cells[cell].1 = raw.clone();
                    row.open = Some((cell, goes, raw));
                }
                Line::Comment | Line::Other => row.text(start, body),
            }
            // What stands between this line and the next one, to be part of a value that goes on.
            row.between = whole[whole.trim_end_matches([' ', '\t', '\r', '\n']).len()..].to_string();
            at += whole.len() as u64;
        }
        rows.push(row);
        rows.into_iter().filter(|r| r.start.is_some()).map(|r| (r.start.unwrap(), r.cells)).collect()
    }
}

/// A line of a value with the blanks before it.
fn join(line: &str, body: &str) -> String {
    format!("{}{body}", &line[..line.len() - line.trim_start_matches([' ', '\t']).len()])
}

fn goes_on(value: &str) -> bool {
    value.is_empty() || value.contains(' ') && value.chars().any(|c| c.is_ascii_alphabetic() || !c.is_ascii())
}

#[derive(Default)]
struct Building {
    start: Option<u64>,
    cells: Vec<(String, String)>,
    pairs: bool,
    titled: bool,
    parted: bool,
    /// A cell that may go on, whether it does, and what of the text it is.
    open: Option<(usize, bool, String)>,
    between: String,
    texts: usize,
}

impl Building {
    fn put(&mut self, key: &str, at: u64, value: String) -> usize {
        self.start.get_or_insert(at);
        let taken = |name: &str| self.cells.iter().any(|c| c.0 == name);
        let name = (1..).map(|n| if n == 1 { key.to_string() } else { format!("{key} {n}") }).find(|n| !taken(n)).unwrap();
        self.cells.push((name, value));
        self.cells.len() - 1
    }

    /// A line without a key; there are few enough of them.
    fn text(&mut self, at: u64, body: &str) {
        self.texts += 1;
        assert!(self.texts <= 8, "the twin knows no more of them");
        self.put("text", at, body.to_string());
    }
}
