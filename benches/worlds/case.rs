//! A dump against tables in memory, by the scanner's rules: the case that it would judge.

use crate::fields::Fields;
use crate::scenario::Posted;
use crate::table::{Cells, Table, code, masked};
use leaktrace::attribute::case::{Calendar, Case, Hit};
use leaktrace::attribute::gather::FITTED_ROWS;
use leaktrace::attribute::patterns::Institutions;
use leaktrace::matching::Comparison;
use leaktrace::synth::dump::Origin;
use leaktrace::synth::field::{PhoneStyle, Style};

/// Entries of each panel sample.
const ENTRIES: usize = 2048;

/// What a world comes to: the case, and the truth completed by what was drawn.
pub struct Made {
    pub case: Case,
    /// Distinct rows by source: institution (the last for unlisted ones), and made up.
    pub hits: Vec<u64>,
    /// Share of distinct rows of each listed source.
    pub sources: Vec<(usize, f64)>,
    pub fabricated: f64,
    /// Share of the distinct rows that were copied from a listed institution and find no record of it: nothing tells them from made-up ones.
    pub unfound: f64,
}

/// Matches a dump against its tables.
pub fn make(posted: &Posted<'_>, names: &[&str]) -> Made {
    let fields = Fields::get();
    let dump = &posted.dump;
    let width = fields.names.len();
    let concept_of: Vec<Option<usize>> = dump
        .columns
        .iter()
        .map(|c| match c.style {
            Style::Phone(PhoneStyle::Masked) => Some(fields.phone_part),
            _ => fields.number(c.concept),
        })
        .collect();
    let mut rows: Vec<Cells> = Vec::new();
    let mut part_of: Vec<usize> = Vec::new();
    dump.write(std::io::sink(), |row| {
        if !row.first {
            return;
        }
        part_of.push(row.part);
        let mut cells = vec![0; width];
        for (cell, concept) in row.cells.iter().zip(&concept_of) {
            if let Some(concept) = *concept {
                cells[concept] = if concept == fields.phone_part { code(concept, &masked(cell)) } else { code(concept, cell) };
            }
        }
        rows.push(cells);
    })
    .expect("a sink takes everything");
    let distinct = rows.len() as f64;
    let mut sources: Vec<(usize, f64)> = Vec::new();
    let mut fabricated = 0.0;
    let mut source_of: Vec<Option<usize>> = Vec::new();
    for (number, part) in dump.parts.iter().enumerate() {
        let n = part_of.iter().filter(|&&of| of == number).count();
        source_of.push(None);
        match &part.origin {
            Origin::Copied { from, .. } => {
                if let Some(i) = names.iter().position(|name| *name == from.spec.name) {
                    sources.push((i, n as f64 / distinct));
                    source_of[number] = Some(i);
                }
            }
            Origin::Fabricated { .. } => fabricated += n as f64 / distinct,
        }
    }
    let present = rows.iter().flat_map(|r| r.iter().enumerate()).filter(|(_, c)| **c != 0).fold(0u64, |set, (c, _)| set | 1 << c);
    let asked = fields.identifiers().filter(|c| present >> c & 1 == 1).fold(0u64, |set, c| set | 1 << c);
    // First by identifiers alone, to see which attributes mean something.
    let found = |cells: &Cells, n: usize, compared: u64| posted.tables[n].compare(n, cells, asked, compared);
    let k = names.len();
    let mut compared = vec![0u64; posted.tables.len()];
    let mut found_by = 0u64;
    let mut hits = vec![0; k];
    for (n, table) in posted.tables.iter().enumerate() {
        let records: Vec<(usize, u32)> = rows
            .iter()
            .enumerate()
            .filter_map(|(r, cells)| {
                let hit = found(cells, n, asked)?;
                found_by |= hit.comparison.agree & asked;
                Some((r, hit.comparison.record))
            })
            .collect();
        hits[table.institution] = hits[table.institution].max(records.len() as u64);
        let attributes = (0..width).filter(|&c| !fields.is_identifier(c) && present & table.holds & 1 << c != 0);
        let used = attributes.filter(|&c| means_something(table, c, &rows, &records, posted.named)).fold(0u64, |set, c| set | 1 << c);
        compared[n] = used | asked & table.holds;
    }
    let mut of_rows: Vec<Vec<Hit>> = Vec::new();
    for cells in &rows {
        let hits: Vec<Hit> = (0..posted.tables.len()).filter_map(|n| found(cells, n, compared[n])).collect();
        if !hits.is_empty() {
            of_rows.push(hits);
        }
    }
    let rows_hit = of_rows.len() as f64;
    let finds =
        |cells: &Cells, i: usize| (0..posted.tables.len()).any(|n| posted.tables[n].institution == i && found(cells, n, asked).is_some());
    let unfound = rows.iter().zip(&part_of).filter(|(cells, part)| source_of[**part].is_some_and(|i| !finds(cells, i))).count() as f64;
    let says_something = |cells: &&Cells| fields.identifiers().any(|c| found_by >> c & 1 == 1 && cells[c] != 0);
    let rows_searched = rows.iter().filter(says_something).count() as f64;
    of_rows.truncate(FITTED_ROWS);
    let institutions = Institutions {
        names: names.iter().map(|n| n.to_string()).collect(),
        of_index: posted.tables.iter().map(|t| t.institution).collect(),
    };
    let all_compared = compared.iter().fold(0, |set, c| set | c);
    let panel = panel(posted, k, found_by, all_compared);
    let coincidence = (0..k)
        .map(|i| {
            let table = &posted.tables[i];
            (0..width).map(|c| table.coincidence[c].filter(|_| hits[i] > 0 && all_compared >> c & 1 == 1)).collect()
        })
        .collect();
    let calendars = (0..k).map(|i| calendar(posted, &of_rows, i)).collect();
    let canaries = (0..k)
        .map(|i| {
            let planted = |h: &&Hit| h.comparison.canary && institutions.of(&h.comparison) == i;
            let mut records: Vec<u32> = of_rows.iter().flatten().filter(planted).map(|h| h.comparison.record).collect();
            records.sort_unstable();
            records.dedup();
            records.len() as u64
        })
        .collect();
    let case = Case {
        institutions,
        concepts: fields.concepts.clone(),
        rows: of_rows,
        places: Vec::new(),
        records: posted.tables.iter().map(|t| t.days.len() as u64).collect(),
        rows_distinct: distinct,
        rows_searched,
        rows_hit,
        canaries,
        calendars,
        coincidence,
        panel: Some(panel),
    };
    Made { case, hits, sources, fabricated, unfound: unfound / distinct }
}

/// Whether a column agrees with the right records more often than with others', or is named like the attribute: the scanner's rule.
fn means_something(table: &Table, concept: usize, rows: &[Cells], records: &[(usize, u32)], named: bool) -> bool {
    let (mut agreed, mut compared, mut chance_agreed, mut chance_compared) = (0u64, 0u64, 0u64, 0u64);
    let mut previous = 0;
    for &(row, record) in records.iter().take(2000) {
        let (ours, theirs) = (rows[row][concept], table.cells(record)[concept]);
        if ours != 0 && theirs != 0 {
            compared += 1;
            agreed += u64::from(Table::same(concept, ours, theirs));
        }
        if ours != 0 && previous != 0 {
            chance_compared += 1;
            chance_agreed += u64::from(Table::same(concept, ours, previous));
        }
        previous = theirs;
    }
    let u = (chance_agreed as f64 + 0.5) / (chance_compared as f64 + 1.0);
    let a = agreed as f64 / compared.max(1) as f64;
    let kappa = (a - u) / (1.0 - u);
    let part = |p: f64, q: f64| if p == 0.0 { 0.0 } else { p * (p / q).ln() };
    let tail = if a <= u { 1.0 } else { (-(compared as f64) * (part(a, u) + part(1.0 - a, 1.0 - u))).exp() };
    if compared > 0 && kappa >= 0.2 && tail < 1e-4 {
        return true;
    }
    named && (Fields::get().comparable(concept) || compared < 8 || kappa >= 0.2)
}

fn panel(posted: &Posted<'_>, institutions: usize, searched: u64, compared: u64) -> Vec<Vec<Vec<Comparison>>> {
    let mut out = vec![Vec::new(); institutions];
    for (i, entries) in out.iter_mut().enumerate() {
        let own = posted.tables.iter().filter(|t| t.institution == i).max_by_key(|t| t.days.len());
        let Some(own) = own else { continue };
        for &record in own.panel.iter().take(ENTRIES) {
            let others = posted.tables.iter().enumerate().filter(|(_, t)| t.institution != i);
            let found = others.filter_map(|(n, t)| Some(t.compare(n, own.cells(record), searched, compared)?.comparison));
            entries.push(found.collect());
        }
    }
    out
}

fn calendar(posted: &Posted<'_>, rows: &[Vec<Hit>], institution: usize) -> Option<Calendar> {
    let index = posted.tables.iter().position(|t| t.institution == institution)?;
    let dated = rows.iter().filter(|row| leaktrace::attribute::dates::corroborated(row, index).is_some()).count();
    let mut days: Vec<u16> = posted.tables[index].days.iter().map(|d| d.0).filter(|d| *d != 0).collect();
    if dated < leaktrace::attribute::dates::FEW || days.is_empty() {
        return None;
    }
    days.sort_unstable();
    Some(Calendar { index, records: days.len() as u64, days })
}
