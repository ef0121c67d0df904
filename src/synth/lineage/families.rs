//! Pairs and sets of each related family.

use super::super::institution::Members;
use super::super::rng::{Rng, key};
use super::super::world::World;
use super::change::{between, even, sample};
use super::format::{Format, Headers};
use super::sheet::{Sheet, Spelling};
use super::source::{Exporter, Kind, OF_A_KIND, export_day};
use super::{Case, Family, Pair, Relation, Text, truth, unrelated};
use std::sync::Arc;

/// People of a world for each row of the largest export.
pub(super) const PEOPLE_PER_ROW: u32 = 4;
/// Share of them who are in an institution: 1.6 records for each row, since not all exist on the day of an export.
pub(super) const MEMBERS: f64 = 0.4;
/// Fewest rows of a part.
const FEWEST: usize = 50;
/// Fewest rows of a part of which only facts are left that any institution may hold: with fewer, copies and other sources look alike.
const FEWEST_BARE: usize = 1000;

/// A case before it is written.
pub(super) struct Draft {
    pub(super) what: String,
    pub(super) dumps: Vec<(Sheet, Format)>,
    /// The last dump is all the others put together.
    pub(super) merge: bool,
}

impl Draft {
    fn pair(what: String, a: (Sheet, Format), b: (Sheet, Format)) -> Draft {
        Draft { what, dumps: vec![a, b], merge: false }
    }

    /// Puts the derived dump first.
    pub(super) fn turn_round(&mut self) {
        self.dumps.reverse();
        self.what.push_str(", turned round");
    }

    /// Writes the dumps and counts the truth.
    pub(super) fn finish(self, family: Family, seed: u64) -> Case {
        let sheets: Vec<&Sheet> = self.dumps.iter().map(|d| &d.0).collect();
        // The same number for all: where spellings are mixed, a row is spelt alike in an identical file.
        let salt = key(&[seed, 0x5a17]);
        let text = |(n, (sheet, format)): (usize, &(Sheet, Format))| Text {
            file_name: format!("{}.{}", (b'a' + n as u8) as char, format.ending()),
            bytes: format.write(sheet, salt),
            rows: sheet.rows.len() as u64,
            rows_distinct: truth::distinct(sheet),
            columns: sheet.columns.iter().map(|c| c.concept.to_string()).collect(),
        };
        let dumps: Vec<Text> = self.dumps.iter().enumerate().map(text).collect();
        let last = dumps.len() - 1;
        let mut pairs: Vec<Pair> = Vec::new();
        for b in 1..dumps.len() {
            for a in 0..b {
                let mut pair = truth::pair([a, b], &sheets, dumps[a].bytes == dumps[b].bytes);
                if self.merge && b == last {
                    pair.relation = Relation::Merge((0..last).collect());
                }
                pairs.push(pair);
            }
        }
        pairs.sort_by_key(|p| (p.a, p.b));
        Case { name: format!("{family:?}: {}", self.what), family, seed, dumps, truth: pairs }
    }
}

/// An export of an institution, from which other dumps are derived.
pub(super) struct Base {
    pub(super) world: Arc<World>,
    pub(super) kind: Kind,
    pub(super) exporter: Exporter,
    pub(super) sheet: Sheet,
    pub(super) format: Format,
}

impl Base {
    /// An export of so many rows, in a world that is large enough for exports of `largest`.
    fn draw(rng: &mut Rng, rows: u32, largest: u32) -> Base {
        let world = Arc::new(World::new(rng.bits(), largest * PEOPLE_PER_ROW));
        let kind = rng.pick(&Kind::ALL);
        let exporter = kind.institution(&world, 0, Members::share(MEMBERS));
        let mut sheet = export(rng, &exporter, rows);
        if rng.chance(0.4) {
            sheet.cut_columns(rng, sheet.columns.len() * 2 / 3, false);
        }
        arrange(rng, &mut sheet);
        Base { world, kind, exporter, sheet, format: Format::draw(rng) }
    }
}

/// So many neighbouring records of those that exist on some day.
fn export(rng: &mut Rng, exporter: &Exporter, rows: u32) -> Sheet {
    let day = export_day(rng);
    let ranks = exporter.ranks(day);
    let rows = (rows as usize).min(ranks.len());
    let start = rng.below((ranks.len() - rows) as u64 + 1) as usize;
    exporter.export(&ranks[start..start + rows], day)
}

/// Gives an export the marks that exports have of their own: an order, a running number, another spelling.
fn arrange(rng: &mut Rng, sheet: &mut Sheet) {
    match rng.below(4) {
        0 => sheet.shuffle(rng),
        1 => sheet.sort_by(rng.below(sheet.columns.len() as u64) as usize),
        _ => {}
    }
    if rng.chance(0.25) {
        sheet.number_rows();
    }
    if rng.chance(0.3) {
        sheet.spell(Spelling::draw(rng));
    }
}

/// A share between 0.05% (or what leaves `fewest` rows) and 90%, each octave as likely as another, as a number of rows.
fn part(rng: &mut Rng, rows: usize, fewest: usize) -> usize {
    let least = (fewest as f64 / rows as f64).clamp(0.0005, 0.9);
    ((between(rng, least, 0.9) * rows as f64) as usize).max(fewest.min(rows * 9 / 10))
}

/// Any case but what [`super::draw`] adds.
pub(super) fn draft(family: Family, seed: u64, rows: u32) -> Draft {
    let mut rng = Rng::new(&[seed, family as u64, 0x11ea]);
    let rng = &mut rng;
    match family {
        Family::Merge | Family::MergeReformatted => return merge(rng, rows, family == Family::MergeReformatted),
        Family::UnrelatedSamePeople | Family::UnrelatedOther => {
            let other = between(rng, f64::from(rows) / 5.0, f64::from(rows)) as u32;
            let sizes = if rng.chance(0.5) { [rows, other] } else { [other, rows] };
            return unrelated::draft(family, seed, sizes);
        }
        _ => {}
    }
    // A padded dump is as large as asked for; what it was derived from is smaller.
    let padding = match family {
        Family::Padding | Family::PaddedReformatted | Family::PaddedNoise => even(rng, 0.01, 0.9),
        Family::SubsetPadded | Family::SubsetPaddedNoise => even(rng, 0.05, 0.8),
        _ => 0.0,
    };
    let whole = matches!(family, Family::Padding | Family::PaddedReformatted | Family::PaddedNoise);
    let base_rows = if whole { ((f64::from(rows) * (1.0 - padding)) as u32).max(FEWEST as u32) } else { rows };
    let base = Base::draw(rng, base_rows, rows);
    derive(rng, family, &base, padding)
}

/// What a family makes of a base.
fn derive(rng: &mut Rng, family: Family, base: &Base, padding: f64) -> Draft {
    let all = base.sheet.rows.len();
    let mut sheet = base.sheet.clone();
    let mut format = base.format;
    let mut notes: Vec<String> = vec![format!("{all} rows of a {}", base.kind.word())];

    match family {
        Family::SubsetRandom | Family::SubsetNoise | Family::SubsetPadded | Family::SubsetPaddedNoise => {
            // With padding, enough copied rows that they are more than a trace.
            let fewest = if padding > 0.0 { all / 20 } else { 0 }.max(FEWEST);
            let rows = part(rng, all, fewest);
            sheet = sheet.random_part(rng, rows);
            notes.push(format!("{rows} at random"));
        }
        Family::SubsetContiguous => {
            let rows = part(rng, all, FEWEST);
            sheet = sheet.block(rng, rows);
            notes.push(format!("{rows} neighbours"));
        }
        Family::SubsetColumnsAndRows => {
            let bare = rng.chance(0.25) && all >= 2 * FEWEST_BARE;
            let rows = part(rng, all, if bare { FEWEST_BARE } else { FEWEST });
            sheet.cut_columns(rng, 2, bare);
            sheet = sheet.random_part(rng, rows);
            notes.push(format!("{rows} at random"));
        }
        Family::SubsetColumns | Family::ColumnsReformatted => {
            let bare = rng.chance(0.25) && all >= FEWEST_BARE;
            sheet.cut_columns(rng, 2, bare);
        }
        Family::TwoSamples => {
            let [a, b] = [0; 2].map(|_| (even(rng, 0.1, 0.9) * all as f64) as usize);
            notes.push(format!("samples of {a} and {b}"));
            let samples = [a, b].map(|rows| base.sheet.random_part(rng, rows));
            let [a, b] = samples.map(|sheet| (sheet, base.format));
            return Draft::pair(notes.join(", "), a, b);
        }
        Family::Enrichment | Family::EnrichedReformatted => sheet.enrich(rng, base),
        Family::Resorting => {
            let by = sheet.resort(rng);
            notes.push(format!("sorted by {by}"));
            if rng.chance(0.5) {
                sheet.number_again();
            }
        }
        Family::Repeats => {
            let share = even(rng, 0.02, 0.6);
            sheet.repeat(rng, share);
            notes.push(format!("{share:.2} of them twice"));
        }
        _ => {}
    }
    if padding > 0.0 {
        let count = (sheet.rows.len() as f64 * padding / (1.0 - padding)).round().max(1.0) as usize;
        let what = sheet.pad(rng, base, count);
        notes.push(format!("padded with {count} {what}"));
    }
    if matches!(family, Family::EnrichedReformatted) && rng.chance(0.5) {
        sheet.resort(rng);
    }
    if matches!(family, Family::Noise | Family::SubsetNoise | Family::PaddedNoise | Family::SubsetPaddedNoise) {
        let noise = even(rng, 0.001, 0.1);
        sheet.damage(rng, noise);
        notes.push(format!("noise {noise:.3}"));
    }
    let reformatted = matches!(
        family,
        Family::Reformatting
            | Family::SubsetNoise
            | Family::PaddedReformatted
            | Family::ColumnsReformatted
            | Family::EnrichedReformatted
            | Family::SubsetPaddedNoise
    );
    if reformatted {
        format = sheet.reformat(rng, format);
        notes.push(format!("from {} to {}", base.format.ending(), format.ending()));
    }
    notes.push(format!("{} of {} columns", sheet.columns.len(), base.sheet.columns.len()));
    Draft::pair(notes.join(", "), (base.sheet.clone(), base.format), (sheet, format))
}

/// Exports of several institutions of one world, and all their rows in one dump of about `rows`.
fn merge(rng: &mut Rng, rows: u32, reformatted: bool) -> Draft {
    let sources = 2 + rng.below(4) as u32;
    let largest = (rows * 3 / 2 / sources).max(200);
    let world = Arc::new(World::new(rng.bits(), largest * PEOPLE_PER_ROW));
    let one_kind = rng.chance(0.5).then(|| rng.pick(&Kind::ALL));
    let mut dumps: Vec<(Sheet, Format)> = Vec::new();
    let mut kinds = Vec::new();
    for which in 0..sources as usize {
        let kind = one_kind.unwrap_or_else(|| rng.pick(&Kind::ALL));
        let exporter = kind.institution(&world, which % OF_A_KIND, Members::share(MEMBERS));
        let rows = even(rng, 0.3, 1.0) * f64::from(largest);
        let mut sheet = export(rng, &exporter, rows as u32);
        arrange(rng, &mut sheet);
        dumps.push((sheet, Format::draw(rng)));
        kinds.push(kind.word());
    }
    let sheets: Vec<Sheet> = dumps.iter().map(|d| d.0.clone()).collect();
    let mut merged = Sheet::join(&sheets);
    let mut what = format!("{} rows of {}", merged.rows.len(), kinds.join(" + "));
    if rng.chance(0.3) {
        // Only what all of them have, where that still says whom a row is about.
        let common: Vec<usize> =
            (0..merged.columns.len()).filter(|&n| sheets.iter().all(|s| s.position(merged.columns[n].concept).is_some())).collect();
        let enough = common.len() >= 3 && common.iter().any(|&n| merged.columns[n].identifier) && !merged.leaves_blank_rows(&common);
        if enough && common.len() < merged.columns.len() {
            merged.take_columns(&common);
            what.push_str(", common columns");
        }
    }
    let mut format = Format::draw(rng);
    if reformatted {
        merged.shuffle(rng);
        merged.number_again();
        format = merged.reformat(rng, format);
        what.push_str(", shuffled");
    } else if one_kind.is_none() && format.headers == Headers::Own {
        // Columns of several institutions go under common headers.
        format.headers = Headers::English;
    }
    dumps.push((merged, format));
    Draft { what, dumps, merge: true }
}

/// So many of these numbers at random, in their order.
pub(super) fn some_of(rng: &mut Rng, numbers: &[u32], wanted: usize) -> Vec<u32> {
    sample(rng, numbers.len(), wanted).into_iter().map(|n| numbers[n]).collect()
}
