//! Sentences on how two dumps relate.

use super::{DumpEntry, percent};
use crate::lineage::Relation;
use crate::lineage::compare::Comparison;
use crate::lineage::family::{Merge, Pair};
use crate::names::safe_text;

/// What the second dump is to the first.
#[must_use]
pub fn sentence(dumps: &[DumpEntry], pair: &Pair) -> String {
    let (a, b, c) = (&dumps[pair.a], &dumps[pair.b], &pair.comparison);
    let (name_a, name_b) = (&a.file, &b.file);
    let rest = rest(&[columns_changed(dumps, pair), order_words(c).to_string(), altered(c)]);
    match c.relation {
        Relation::Identical if c.same_bytes => format!("{name_b} is the same as {name_a}, byte for byte."),
        Relation::Identical => format!("{name_b} is identical to {name_a} in every row that was compared."),
        Relation::Copy => format!("{name_b} is a reformatted copy of {name_a}: the same rows{rest}."),
        Relation::FewerColumns => format!("{name_b} is {name_a} with fewer columns: the same rows{rest}."),
        Relation::Enriched => format!("{name_b} is {name_a}, enriched: the same rows with more columns{rest}."),
        Relation::Subset => {
            format!("{name_b} is a subset of {name_a}: {} of its rows, and no others{rest}.", percent(c.a_in_b.estimate))
        }
        Relation::Superset => format!(
            "{name_b} is a superset of {name_a}: all of its rows, padded with others that make up {} of {name_b}{rest}.",
            percent(1.0 - c.b_in_a.estimate)
        ),
        Relation::Overlap => format!(
            "{name_b} holds {} of the rows of {name_a}, which make up {} of {name_b}{rest}.",
            percent(c.a_in_b.estimate),
            percent(c.b_in_a.estimate)
        ),
        Relation::SamePeople => format!(
            "{name_b} and {name_a} are unrelated: no rows are shown to be copied. They describe some of the same people ({} of those in {name_a}, {} of those in {name_b}).",
            percent(c.people_a_in_b),
            percent(c.people_b_in_a)
        ),
        Relation::Unrelated => format!("{name_b} and {name_a} are unrelated: they have no rows in common, and hardly any people."),
    }
}

/// That a dump is made of others.
#[must_use]
pub fn merge_sentence(dumps: &[DumpEntry], merge: &Merge) -> String {
    let part = |&(other, share): &(usize, f64)| format!("{} ({})", dumps[other].file, percent(share));
    let parts: Vec<String> = merge.of.iter().map(part).collect();
    let new = if merge.new > 0.004 { format!(", and {} new rows", percent(merge.new)) } else { String::new() };
    let (last, first) = parts.split_last().map_or(("", &[][..]), |(last, first)| (last.as_str(), first));
    format!("{} is a merge of {} and {last}{new}.", dumps[merge.dump].file, first.join(", "))
}

fn rest(parts: &[String]) -> String {
    parts.iter().filter(|p| !p.is_empty()).map(|p| format!(", {p}")).collect()
}

fn columns_changed(dumps: &[DumpEntry], pair: &Pair) -> String {
    let c = &pair.comparison;
    let mut out = Vec::new();
    if !c.missing.is_empty() {
        out.push(format!("without {}", columns_words(&dumps[pair.a], &c.missing)));
    }
    if !c.added.is_empty() {
        out.push(format!("with {} added", columns_words(&dumps[pair.b], &c.added)));
    }
    let moved = !c.columns.is_sorted_by_key(|column| column.b);
    if moved {
        out.push("columns in another order".to_string());
    }
    out.join(", ")
}

/// Columns by name, or by number where they have none that may be shown.
#[must_use]
pub fn columns_words(dump: &DumpEntry, columns: &[(usize, usize)]) -> String {
    const MOST: usize = 6;
    let named: Vec<String> = columns.iter().take(MOST).map(|&column| column_name(dump, column)).collect();
    let more = if columns.len() > MOST { format!(" and {} more", columns.len() - MOST) } else { String::new() };
    named.join(", ") + &more
}

/// One of them: table and column, 0-based.
#[must_use]
pub fn column_name(dump: &DumpEntry, (table, column): (usize, usize)) -> String {
    let header = dump.about.tables.get(table).and_then(|t| t.columns.get(column)).and_then(|c| c.header.as_deref());
    header.map_or_else(|| format!("column {}", column + 1), safe_text)
}

/// How the second dump's rows are ordered, as far as the first's tell; nothing where too few do.
#[must_use]
pub fn order_words(c: &Comparison) -> &'static str {
    const SAME: f64 = 0.95;
    match c.order {
        Some(share) if share >= SAME => "rows in the same order",
        Some(share) if share <= 1.0 - SAME => "rows in reverse order",
        Some(_) => "rows in another order",
        None => "",
    }
}

fn altered(c: &Comparison) -> String {
    const SOME: f64 = 0.001;
    match c.altered {
        Some(share) if share >= SOME => format!("{} of the values altered", percent(share)),
        _ => String::new(),
    }
}
