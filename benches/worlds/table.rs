//! An index in memory: values as numbers, a map for each identifier, and the comparison of a row with it by the scanner's rules.

use crate::fields::Fields;
use leaktrace::attribute::case::Hit;
use leaktrace::limits::SHARED_VALUE_RECORDS;
use leaktrace::matching::Comparison;
use leaktrace::synth::field::{PhoneStyle, Style};
use leaktrace::synth::rng::{key, key_of_text};
use leaktrace::synth::snapshot::Snapshot;
use std::collections::HashMap;

/// A value as a number; 0 is none.
pub type Code = u32;
/// Bits of an attribute that an index keeps.
const ATTRIBUTE: Code = 0xfff;

/// A concept of a row with the code of its value.
pub type Cells = Vec<Code>;

/// The records of one index.
pub struct Table {
    /// Institution.
    pub institution: usize,
    /// Codes by record and concept: `records × concepts`.
    codes: Vec<Code>,
    /// Day of making and of the last change, by record.
    pub days: Vec<(u16, u16)>,
    /// Planted records.
    canary: Vec<bool>,
    by_value: Vec<HashMap<Code, Vec<u32>>>,
    /// Concepts that it holds at all.
    pub holds: u64,
    /// Records in the order of the panel sample.
    pub panel: Vec<u32>,
    /// Chance that two records agree, by concept.
    pub coincidence: Vec<Option<f64>>,
}

/// The code of a value of a concept.
pub fn code(concept: usize, text: &str) -> Code {
    let says_something = text.bytes().any(|b| b.is_ascii_alphanumeric() && b != b'0');
    if !says_something {
        return 0;
    }
    let mut folded = String::with_capacity(text.len());
    folded.extend(text.chars().map(|c| c.to_ascii_lowercase()));
    // No code is zero in the bits of an attribute.
    let code = key(&[key_of_text(&folded), concept as u64]) as Code;
    if code & ATTRIBUTE == 0 { code | 1 } else { code }
}

/// The form in which a masked phone number is compared.
pub fn masked(text: &str) -> String {
    let mut out = String::new();
    Style::Phone(PhoneStyle::Masked).write(text, 0, &mut out);
    out
}

impl Table {
    /// The records of a snapshot.
    pub fn new(institution: usize, snapshot: &Snapshot) -> Table {
        let fields = Fields::get();
        let spec = &snapshot.institution.spec;
        let concept: Vec<Option<usize>> = spec.fields.iter().map(|f| fields.number(f.concept)).collect();
        let width = fields.names.len();
        let mut table = Table {
            institution,
            codes: vec![0; width * snapshot.len() as usize],
            days: Vec::new(),
            canary: Vec::new(),
            by_value: vec![HashMap::new(); width],
            holds: 0,
            panel: Vec::new(),
            coincidence: vec![None; width],
        };
        let mut values = Vec::new();
        for record in 0..snapshot.len() {
            snapshot.record(record, &mut values);
            let cells = &mut table.codes[record as usize * width..][..width];
            for (value, concept) in values.iter().zip(&concept) {
                let Some(concept) = *concept else { continue };
                cells[concept] = code(concept, value);
                if concept == fields.phone && cells[concept] != 0 {
                    cells[fields.phone_part] = code(fields.phone_part, &masked(value));
                }
            }
            let rank = snapshot.rank(record);
            let (made, updated) = (snapshot.institution.made(rank), snapshot.institution.updated(rank, snapshot.day));
            table.days.push(if institution == 0 { (0, 0) } else { (made.0 as u16, updated.0 as u16) });
            table.canary.push(key(&[snapshot.institution.world.seed, institution as u64, u64::from(rank), 0xca]).is_multiple_of(500));
            for concept in fields.identifiers() {
                if cells[concept] != 0 {
                    table.by_value[concept].entry(cells[concept]).or_default().push(record);
                }
            }
            for (concept, code) in cells.iter().enumerate() {
                table.holds |= u64::from(*code != 0) << concept;
            }
        }
        table.prepare_panel();
        table
    }

    fn prepare_panel(&mut self) {
        let fields = Fields::get();
        let strongest = |record: u32| {
            let cells = self.cells(record);
            let found = fields.concepts.finders.iter().copied().find(|&c| cells[c] != 0);
            found.map(|c| (key(&[c as u64, u64::from(cells[c])]), record))
        };
        let mut order: Vec<(u64, u32)> = (0..self.days.len() as u32).filter_map(strongest).collect();
        order.sort_unstable();
        self.panel = order.into_iter().map(|o| o.1).collect();
        for concept in (0..fields.names.len()).filter(|&c| !fields.is_identifier(c) && self.holds >> c & 1 == 1) {
            let sample = self.panel.iter().take(8192);
            let mut values: Vec<Code> = sample.map(|&r| self.cells(r)[concept]).filter(|&c| c != 0).collect();
            values.sort_unstable();
            let n = values.len() as f64;
            let pairs: f64 = values.chunk_by(|a, b| a == b).map(|same| same.len() as f64 * (same.len() as f64 - 1.0)).sum();
            self.coincidence[concept] = (values.len() >= 100).then(|| pairs / (n * (n - 1.0)) + 1.0 / 4096.0);
        }
    }

    /// A record's codes.
    pub fn cells(&self, record: u32) -> &[Code] {
        let width = Fields::get().names.len();
        &self.codes[record as usize * width..][..width]
    }

    /// Whether a row's value and a record's are the same, as far as an index can tell.
    pub fn same(concept: usize, a: Code, b: Code) -> bool {
        if Fields::get().is_identifier(concept) { a == b } else { a & ATTRIBUTE == b & ATTRIBUTE }
    }

    /// Compares a row, searched for by the concepts of `searched` and compared on those of `compared`.
    pub fn compare(&self, index: usize, cells: &[Code], searched: u64, compared: u64) -> Option<Hit> {
        let fields = Fields::get();
        let mut candidates: Vec<(u32, u32)> = Vec::new();
        for concept in fields.identifiers().filter(|c| searched >> c & 1 == 1 && cells[*c] != 0) {
            let Some(records) = self.by_value[concept].get(&cells[concept]) else { continue };
            if records.len() <= SHARED_VALUE_RECORDS {
                for &record in records {
                    match candidates.iter_mut().find(|c| c.0 == record) {
                        Some(known) => known.1 += 1,
                        None => candidates.push((record, 1)),
                    }
                }
            }
        }
        let most = candidates.iter().map(|c| c.1).max()?;
        let strongest = candidates.iter().filter(|c| c.1 == most).map(|c| (self.agreement(c.0, cells, compared), c.0));
        let ((agree, disagree), record) = strongest
            .max_by_key(|((agree, disagree), record)| (agree.count_ones(), std::cmp::Reverse((disagree.count_ones(), *record))))?;
        let implied = fields.concepts.implied.iter().enumerate().filter(|(c, _)| agree >> c & 1 == 1).fold(0, |set, (_, i)| set | i);
        let corroborated = (agree & !implied).count_ones() >= 2;
        let (created, updated) = self.days[record as usize];
        let canary = self.canary[record as usize] && corroborated;
        let comparison = Comparison { index: index as u16, record, agree, disagree, corroborated, canary };
        Some(Hit { comparison, created: (created != 0).then_some(created), updated: (updated != 0).then_some(updated) })
    }

    /// Concepts on which a row and a record agree and disagree.
    fn agreement(&self, record: u32, cells: &[Code], compared: u64) -> (u64, u64) {
        let (mut agree, mut disagree) = (0, 0);
        for (concept, (&a, &b)) in cells.iter().zip(self.cells(record)).enumerate() {
            if compared >> concept & 1 == 1 && a != 0 && b != 0 {
                let set = if Table::same(concept, a, b) { &mut agree } else { &mut disagree };
                *set |= 1 << concept;
            }
        }
        (agree, disagree)
    }
}
