//! What the columns of a table are for its fingerprint: decided from its own rows and no index, so that a dump has one fingerprint.

use crate::identify::profile::{ColumnProfile, Written};
use crate::identify::{Kind, Params, vocabulary};
use crate::limits;
use crate::reading::TableInfo;
use crate::record::sampling::Sample;
use serde::{Deserialize, Serialize};

/// Bytes of the sample that it is decided from.
pub const SAMPLE_BYTES: u64 = 256 << 10;
/// Rows of these that are looked at.
const ROWS: usize = 1024;
/// Share of a column's values that differ from all before them, from which on rows are found by it though it has no shape of its own.
const UNIQUE: f64 = 0.9;
/// The same where no column is better.
const UNIQUE_ENOUGH: f64 = 0.5;
/// Mean length of such values, bytes: what is shorter is a running number, and everybody counts from one.
const LONG_ENOUGH: f64 = 5.0;

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnOf {
    /// Its header, where that is certainly a name.
    pub header: Option<String>,
    /// What its values are taken for.
    pub kind: Kind,
    /// How it writes dates and what country its phone numbers are of.
    pub params: Params,
    /// Whether rows are found by it.
    pub slot: bool,
}

/// The columns of a table, as far as its fingerprint knows them.
#[must_use]
pub fn of_table(table: &TableInfo, sample: &Sample<'_>, region: [u8; 2]) -> Vec<ColumnOf> {
    let profiles = sample.profiles(table.header_row, ROWS);
    let mut columns: Vec<(ColumnOf, f64)> = table
        .columns
        .iter()
        .take(limits::FINGERPRINT_COLUMNS)
        .enumerate()
        .map(|(n, plan)| {
            let profile = profiles.get(n);
            let unique = profile.and_then(ColumnProfile::uniqueness).unwrap_or(0.0);
            let masked = plan.written == Some(Written::Masked);
            let known = plan.kinds.first().copied().filter(|_| !masked && looks_so(profile, plan.kinds[0]));
            let kind = known.unwrap_or_else(|| shapeless(profile, masked));
            let order = plan.date_order.unwrap_or(Params::default().date_order);
            let params = Params { region, date_order: if kind == Kind::Date { order } else { Params::default().date_order } };
            let long = profile.and_then(ColumnProfile::mean_bytes).is_some_and(|bytes| bytes >= LONG_ENOUGH);
            let slot = if known.is_some() && kind != Kind::Id { finds(kind) } else { kind == Kind::Id && long && unique >= UNIQUE };
            (ColumnOf { header: plan.header.clone(), kind, params, slot }, unique)
        })
        .collect();
    if !columns.iter().any(|(column, _)| column.slot) {
        let some = |kind| matches!(kind, Kind::Name | Kind::Text | Kind::Id);
        columns.iter_mut().for_each(|(column, unique)| column.slot = some(column.kind) && *unique >= UNIQUE_ENOUGH);
    }
    let mut slots = 0;
    for (column, _) in &mut columns {
        slots += usize::from(column.slot);
        column.slot &= slots <= limits::FINGERPRINT_SLOTS;
    }
    columns.into_iter().map(|(column, _)| column).collect()
}

/// Whether values of this kind find a row by themselves.
fn finds(kind: Kind) -> bool {
    !matches!(kind, Kind::Ip | Kind::Name | Kind::Date | Kind::Text)
}

/// A kind that a column has by name alone, or by a few of its values, is not what most of them are.
fn looks_so(profile: Option<&ColumnProfile>, kind: Kind) -> bool {
    const MOST: f64 = 0.5;
    match kind {
        Kind::Id | Kind::Text => false,
        _ => profile.and_then(|p| p.share_of(kind)).is_some_and(|share| share >= MOST),
    }
}

/// What values without a shape are compared as.
fn shapeless(profile: Option<&ColumnProfile>, masked: bool) -> Kind {
    const MOST: f64 = 0.8;
    const SPACED: f64 = 0.2;
    let of = |share: fn(&ColumnProfile) -> Option<f64>| profile.and_then(share).unwrap_or(0.0);
    if !masked && of(ColumnProfile::code_like) >= MOST && of(ColumnProfile::with_spaces) <= SPACED { Kind::Id } else { Kind::Text }
}

/// Concepts that columns of these names are compared as, where they are known.
#[must_use]
pub fn concept(column: &ColumnOf) -> Option<&'static str> {
    column.header.as_deref().and_then(|header| vocabulary::lookup(header.as_bytes())).map(|entry| entry.concept)
}
