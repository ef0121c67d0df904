//! Deciding how an input is read: by its content alone, from fixed byte positions, the same for the same bytes.

use super::{ColumnPlan, DelimitedPlan, EncodedPlan, Evidence, InputPlan, Reading, SourceInput, SqlPlan};
use crate::identify::profile::ColumnProfile;
use crate::identify::{Kind, date, vocabulary};
use crate::ledger::Reason;
use crate::record::delimited::regions::{self, Region};
use crate::record::delimited::{Names, Overrides, Table};
use crate::record::sampling::{self, Sample};
use crate::record::sql::{self, SqlDialect};
use crate::record::{binary, blocks, credentials, json, text as free_text, text_format};
use crate::source::encoding::Charset;
use crate::source::{self, unpack};

/// Bytes that are looked at, spread over the file.
pub const SAMPLE_BYTES: u64 = 1 << 20;

/// Bytes by which the format of a text is told.
const HEAD_BYTES: usize = 256 << 10;

/// Rows of these whose values are looked at closely: a share of one in fifty is then known to half a percent.
const PROFILED_ROWS: usize = 1024;

/// Share of a column's values that must look like a kind before the column is searched for it.
const RECOGNISED_SHARE: f64 = 0.02;

pub(super) fn decide_input(input: &SourceInput, encoding: Option<Charset>) -> InputPlan {
    let (bytes, reading) = match input {
        SourceInput::Skipped { reason, advice, .. } => (input.len(), Reading::Skip { reason: *reason, advice: advice.clone() }),
        SourceInput::Open(file) => (file.len(), decide(file.bytes(), encoding)),
        SourceInput::Joined(joined) => {
            let words = source::sniff(joined.head()).words();
            let evidence = vec![format!("{} volumes, joined by their names; the first begins like {words}", joined.volumes().len())];
            (input.len(), Reading::Container(Evidence { evidence }))
        }
    };
    InputPlan { input: input.shown(), bytes, reading }
}

/// Decides how a whole file is read.
fn decide(bytes: &[u8], encoding: Option<Charset>) -> Reading {
    let content = source::sniff(bytes);
    let evidence = || Evidence { evidence: vec![format!("by its first bytes: {}", content.words())] };
    let decided = Charset::decide(content, bytes);
    match decided.map(|decided| encoding.unwrap_or(decided)) {
        Some(Charset::Utf8) => decide_text(bytes),
        Some(charset) => {
            let how = if encoding.is_some() { "read as" } else { "taken for" };
            let evidence = vec![format!("{}, {how} {}", content.words(), charset.name())];
            Reading::Encoded(EncodedPlan { encoding: charset.name().to_string(), evidence })
        }
        None if binary::can_read(content) => Reading::Tables(evidence()),
        None if unpack::can_open(content) => Reading::Container(evidence()),
        None => {
            let (reason, advice) = content.unsupported().unwrap_or((Reason::Binary, "export it as CSV"));
            Reading::Skip { reason, advice: Some(advice.to_string()) }
        }
    }
}

/// Decides how a text in UTF-8, or its beginning, is read.
#[must_use]
pub fn decide_text(text: &[u8]) -> Reading {
    let head = &text[..text.len().min(HEAD_BYTES)];
    if sql::is_sql(head) {
        let dialect = SqlDialect::decide(head);
        return Reading::Sql(SqlPlan { evidence: vec![dialect.evidence.clone()], dialect });
    }
    if json::is_json(head) {
        return Reading::Json(Evidence { evidence: vec!["begins like JSON".to_string()] });
    }
    if let Some(sort) = blocks::is_blocks(head) {
        return Reading::Blocks(Evidence { evidence: vec![sort.evidence().to_string()] });
    }
    if credentials::is_credentials(head) {
        return Reading::Credentials(Evidence { evidence: vec!["nearly all lines hold a login and a password".to_string()] });
    }
    if text_format::markup(text).is_some() {
        return text_because("begins like markup".to_string());
    }
    let how = decide_delimited(text, &Overrides::default());
    match free_text::is_text(text, how.data_start, &how.dialect) {
        Some(evidence) => text_because(evidence),
        None => Reading::Delimited(how),
    }
}

fn text_because(evidence: String) -> Reading {
    const FOUND: &str = "of a text only identifiers that have a shape of their own are found, not issued ids or names";
    Reading::Text(Evidence { evidence: vec![evidence, FOUND.to_string()] })
}

/// Decides the tables of a delimited text, and dialect, header and columns of each.
#[must_use]
pub fn decide_delimited(text: &[u8], overrides: &Overrides) -> DelimitedPlan {
    let regions = regions::find(text, overrides);
    let ends = regions.iter().skip(1).map(|next| next.from).chain([text.len() as u64]).collect::<Vec<_>>();
    let plan = |(region, end): (Region, u64)| {
        let Region { from, data_start, preamble, dialect, header, evidence } = region;
        let part = &text[from as usize..end as usize];
        let table = Table { text: part, input: 0, offset: from, data_start: data_start - from, dialect: &dialect, names: Names::default() };
        let columns = columns(&sampling::spread(&table, SAMPLE_BYTES), &header.names, header.present);
        DelimitedPlan { dialect, data_start, preamble, columns, evidence, from, more: Vec::new() }
    };
    let mut tables: Vec<DelimitedPlan> = regions.into_iter().zip(ends).map(plan).collect();
    // There is one at least.
    let more = tables.split_off(1);
    DelimitedPlan { more, ..tables.remove(0) }
}

/// What is known of the columns of a table, from a sample of its rows and their names, as far as those may be shown.
#[must_use]
pub fn columns(sample: &Sample<'_>, names: &[Option<String>], header_row: bool) -> Vec<ColumnPlan> {
    let profiles = sample.profiles(header_row, PROFILED_ROWS);
    (0..profiles.len().max(names.len()))
        .map(|c| {
            let name = names.get(c).cloned().flatten();
            let mut kinds: Vec<Kind> = profiles.get(c).map(recognised).unwrap_or_default();
            let written = profiles.get(c).and_then(ColumnProfile::written);
            // What is masked or digested is not found as what its name says.
            let named = !profiles.get(c).is_some_and(ColumnProfile::mostly_masked) && written.is_none_or(|w| w.encoding().is_none());
            let by_name = name.as_ref().and_then(|n| vocabulary::lookup(n.as_bytes())).and_then(|e| e.kind);
            kinds.extend(by_name.filter(|k| named && !kinds.contains(k)));
            let order = kinds.contains(&Kind::Date).then(|| date::decide_order(sample.column(c, header_row))).flatten();
            ColumnPlan { header: name, date_order: order, kinds, written, ..ColumnPlan::default() }
        })
        .collect()
}

/// The kinds that enough of a column's values look like, the one that most do first.
fn recognised(profile: &ColumnProfile) -> Vec<Kind> {
    let mut shares = profile.shares();
    shares.retain(|&(_, share)| share >= RECOGNISED_SHARE);
    shares.sort_by(|a, b| b.1.total_cmp(&a.1));
    shares.into_iter().map(|(kind, _)| kind).collect()
}
