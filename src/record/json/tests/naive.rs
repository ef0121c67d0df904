//! The naive twin: values made by serde_json, flattened by the letter.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A value with its members in order, repeated ones included.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree {
    Null,
    /// A number or boolean, as written.
    Bare(String),
    Text(String),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Tree, D::Error> {
        from.deserialize_any(Build)
    }
}

struct Build;

impl<'de> Visitor<'de> for Build {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, b: bool) -> Result<Tree, E> {
        Ok(Tree::Bare(b.to_string()))
    }

    fn visit_u64<E>(self, n: u64) -> Result<Tree, E> {
        Ok(Tree::Bare(n.to_string()))
    }

    fn visit_i64<E>(self, n: i64) -> Result<Tree, E> {
        Ok(Tree::Bare(n.to_string()))
    }

    fn visit_f64<E>(self, n: f64) -> Result<Tree, E> {
        Ok(Tree::Bare(n.to_string()))
    }

    fn visit_str<E>(self, s: &str) -> Result<Tree, E> {
        Ok(Tree::Text(s.to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut out = Vec::new();
        while let Some(item) = items.next_element()? {
            out.push(item);
        }
        Ok(Tree::Array(out))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Tree, A::Error> {
        let mut out = Vec::new();
        while let Some(member) = members.next_entry()? {
            out.push(member);
        }
        Ok(Tree::Object(out))
    }
}

impl Tree {
    /// The value that `text` is, if it is one.
    pub(super) fn parse(text: &str) -> Option<Tree> {
        serde_json::from_str(text).ok()
    }

    /// The text of the value. With `blank`, white space stands where it may; `indent` is the depth of printing on lines of their own.
    pub(super) fn write(&self, blank: &str, indent: Option<usize>) -> String {
        let inner = indent.map(|depth| depth + 1);
        let line = |depth: Option<usize>| depth.map_or(blank.to_string(), |d| format!("\n{}", "  ".repeat(d)));
        let list = |open: char, parts: Vec<String>, close: char| match parts.is_empty() {
            true => format!("{open}{blank}{close}"),
            false => format!("{open}{}{}{}{close}", line(inner), parts.join(&format!(",{}", line(inner))), line(indent)),
        };
        match self {
            Tree::Null => "null".to_string(),
            Tree::Bare(bare) => bare.clone(),
            Tree::Text(text) => serde_json::to_string(text).unwrap(),
            Tree::Array(items) => list('[', items.iter().map(|i| i.write(blank, inner)).collect(), ']'),
            Tree::Object(members) => {
                let member =
                    |(k, v): &(String, Tree)| format!("{}{blank}:{blank}{}", serde_json::to_string(k).unwrap(), v.write(blank, inner));
                list('{', members.iter().map(member).collect(), '}')
            }
        }
    }

    /// What a cell holds.
    fn cell(&self) -> String {
        match self {
            Tree::Null => String::new(),
            Tree::Text(text) => text.clone(),
            other => other.write("", None),
        }
    }
}

/// Columns by name and number of the name.
#[derive(Default)]
pub(super) struct Columns(pub Vec<(String, usize)>);

impl Columns {
    /// The row that a value is, in a table with names: its cells that are not empty, in the columns' order.
    pub(super) fn row(&mut self, value: &Tree) -> Option<Vec<(String, String)>> {
        let mut leaves = Vec::new();
        flatten(value, &mut Vec::new(), &mut leaves);
        if *value == Tree::Null {
            return None;
        }
        let mut cells: Vec<Option<String>> = Vec::new();
        for (name, cell) in leaves {
            let mut times = 0;
            let column = loop {
                let key = (name.clone(), times);
                let column = self.0.iter().position(|c| *c == key).unwrap_or_else(|| {
                    self.0.push(key);
                    self.0.len() - 1
                });
                if cells.get(column).is_none_or(|c| c.is_none()) {
                    break column;
                }
                times += 1;
            };
            cells.resize(cells.len().max(column + 1), None);
            cells[column] = Some(cell);
        }
        let named = cells.into_iter().enumerate().filter_map(|(c, cell)| Some((self.0[c].0.clone(), cell?)));
        Some(named.filter(|(_, cell)| !cell.is_empty()).collect())
    }
}

/// The row that a value is in a table without names.
pub(super) fn by_position(value: &Tree) -> Vec<(String, String)> {
    let cells: Vec<String> = match value {
        Tree::Array(items) => items.iter().map(Tree::cell).collect(),
        Tree::Object(members) => members.iter().map(|(_, v)| v.cell()).collect(),
        other => vec![other.cell()],
    };
    let cells = cells.into_iter().enumerate().map(|(n, cell)| (n.to_string(), cell));
    cells.filter(|(_, cell)| !cell.is_empty()).collect()
}

fn flatten(value: &Tree, path: &mut Vec<String>, out: &mut Vec<(String, String)>) {
    let mut below = |step: String, value: &Tree| {
        path.push(step);
        flatten(value, path, out);
        path.pop();
    };
    match value {
        Tree::Object(members) => members.iter().for_each(|(key, value)| below(key.clone(), value)),
        Tree::Array(items) => {
            items.iter().take(8).enumerate().for_each(|(n, item)| below(n.to_string(), item));
            if items.len() > 8 {
                let rest: Vec<String> = items[8..].iter().map(|i| i.write("", None)).collect();
                below("8+".to_string(), &Tree::Text(rest.join(",")));
            }
        }
        leaf => out.push((name(path), leaf.cell())),
    }
}

fn name(path: &[String]) -> String {
    let types = ["$oid", "$date", "$numberLong", "$numberInt", "$numberDouble", "$numberDecimal", "$uuid", "$binary"];
    let path = if path.len() > 1 && path[0] == "_source" { &path[1..] } else { path };
    let kept: Vec<&str> = path.iter().map(String::as_str).filter(|step| !types.contains(step)).collect();
    kept.join(".")
}
