//! What is posted, and the truth about it.

use crate::population::{BANK, INSURER, LENDER, Population, REGISTRY, SISTER, TELCO, TODAY};
use crate::table::Table;
use leaktrace::attribute::VerdictKind;
use leaktrace::synth::day::Day;
use leaktrace::synth::dump::{Arrange, Column, Damage, Dump, Origin, Part, Repeat};
use leaktrace::synth::field::{Source, Style};
use leaktrace::synth::institution::Institution;
use leaktrace::synth::rng::Rng;
use std::sync::Arc;

/// A kind of world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Scenario {
    Clean,
    Sister,
    SmallInSuperset,
    SupersetIsSource,
    Unlisted,
    OldLeak,
    OldLeakIndexed,
    Fabricated,
    HalfFabricated,
    RealNationalIds,
    Mixture60,
    Mixture90,
    Combolist,
    Enriched,
    CommonCustomers,
    Independent,
    ThreePercent,
    Masked,
    SortedByNationalId,
    Canaries,
    ForgedHeaders,
    ManySnapshots,
    PostedThrice,
}

impl Scenario {
    /// Whether no listed institution's records are in the dump.
    pub fn has_no_source(self) -> bool {
        self.nature().is_some()
    }

    /// What may be said of a dump in which no listed institution's records are.
    pub fn nature(self) -> Option<VerdictKind> {
        match self {
            Scenario::Unlisted | Scenario::Independent => Some(VerdictKind::UnlistedSource),
            Scenario::Fabricated | Scenario::RealNationalIds => Some(VerdictKind::Fabricated),
            _ => None,
        }
    }
}

/// What is true of a dump.
#[derive(Clone, Debug)]
pub struct Truth {
    /// Institutions that gave single columns.
    pub enrichers: Vec<usize>,
    /// The day of the export, where there is one source.
    pub export: Option<Day>,
    /// Whether an issued id is in it.
    pub issued: bool,
}

/// A dump with what it is asked against.
pub struct Posted<'a> {
    pub dump: Dump,
    pub truth: Truth,
    pub tables: Vec<&'a Table>,
    /// Whether headers say what columns hold.
    pub named: bool,
}

/// Rows from an institution as of a day, 0 rows being none.
struct Drawn {
    from: Arc<Institution>,
    listed: bool,
    share: f64,
}

/// The `n`-th dump of a scenario. `held_out` uses damage that calibration does not see.
pub fn post(population: &Population, scenario: Scenario, n: u64, held_out: bool) -> Posted<'_> {
    use Scenario::{
        Canaries, Clean, Combolist, CommonCustomers, Enriched, Fabricated, ForgedHeaders, HalfFabricated, Independent, ManySnapshots,
        Masked, Mixture60, Mixture90, OldLeak, OldLeakIndexed, PostedThrice, RealNationalIds, Sister, SmallInSuperset, SortedByNationalId,
        SupersetIsSource, ThreePercent, Unlisted,
    };
    let mut rng = Rng::new(&[population.listed[0].world.seed, scenario as u64, n, u64::from(held_out)]);
    let unit = |rng: &mut Rng| rng.below(1_000_001) as f64 / 1e6;
    let log_between = |rng: &mut Rng, low: f64, high: f64| low * (high / low).powf(unit(rng));
    let listed = |i: usize, share: f64| Drawn { from: Arc::clone(&population.listed[i]), listed: true, share };
    let foreign = |from: &Arc<Institution>, share: f64| Drawn { from: Arc::clone(from), listed: false, share };
    let any = rng.below(6) as usize;
    let drawn: Vec<Drawn> = match scenario {
        Sister => vec![listed(SISTER, 1.0)],
        SmallInSuperset => vec![listed(LENDER, 1.0)],
        SupersetIsSource => vec![listed(REGISTRY, 1.0)],
        Unlisted => vec![foreign(&population.unlisted, 1.0)],
        Independent => vec![foreign(&population.independent, 1.0)],
        OldLeak | OldLeakIndexed | CommonCustomers | Enriched | ManySnapshots => vec![listed(BANK, 1.0)],
        Fabricated | RealNationalIds => vec![listed(any.max(1), 0.0)],
        HalfFabricated => vec![listed(any, 0.5)],
        Mixture60 | Mixture90 => {
            let first = 1 + rng.below(5) as usize;
            let second = 1 + (first + rng.below(4) as usize) % 5;
            let share = if scenario == Mixture60 { 0.6 } else { 0.9 };
            vec![listed(first, share), listed(second, 1.0 - share)]
        }
        Combolist => [BANK, SISTER, INSURER, LENDER].map(|i| listed(i, 0.25)).into(),
        ThreePercent => vec![listed(BANK, 0.03), foreign(&population.unlisted, 0.97)],
        Clean | Masked | SortedByNationalId | Canaries | ForgedHeaders | PostedThrice => vec![listed(any, 1.0)],
    };
    let fewest = match scenario {
        ThreePercent => 700.0,
        Canaries => 1000.0,
        _ => 20.0,
    };
    let rows = if rng.chance(0.1) { log_between(&mut rng, 2000.0, 10_000.0) } else { log_between(&mut rng, fewest, 2000.0) };
    let issued = rng.chance(0.5) && scenario != Combolist;
    let extra = match scenario {
        Fabricated | RealNationalIds => 1.0,
        HalfFabricated => 0.5,
        _ if rng.chance(0.3) => 0.05 + 0.45 * unit(&mut rng),
        _ => 0.0,
    };
    let export = match scenario {
        OldLeak | OldLeakIndexed => population.old_bank,
        _ => TODAY.plus(-(log_between(&mut rng, 1.0, 700.0) as i32)),
    };
    let masked = scenario == Masked;
    let mut columns = columns_of(&drawn, scenario, issued, &mut rng);
    for column in &mut columns {
        match (scenario, column.concept) {
            (Enriched, "phone") => column.enriched = Some((Arc::clone(&population.listed[TELCO]), export)),
            (Enriched, "address") => column.enriched = Some((Arc::clone(&population.listed[INSURER]), export)),
            (_, "phone") if masked => column.style = Style::Phone(leaktrace::synth::field::PhoneStyle::Masked),
            _ => {}
        }
    }
    let also_in = (scenario == CommonCustomers).then(|| (Arc::clone(&population.listed[SISTER]), "nik"));
    let count = |share: f64| (rows * (1.0 - extra) * share).round() as u32;
    let mut parts: Vec<Part> = Vec::new();
    for d in drawn.iter().filter(|d| d.share > 0.0 && extra < 1.0) {
        let share = if scenario == HalfFabricated { 1.0 } else { d.share };
        let origin = Origin::Copied { from: Arc::clone(&d.from), export, also_in: also_in.clone(), contiguous: rng.chance(0.2) };
        parts.push(Part { origin, rows: count(share).max(1) });
    }
    if extra > 0.0 {
        let real: &'static [&'static str] = if scenario == RealNationalIds { &["nik"] } else { &[] };
        let origin = Origin::Fabricated { like: Arc::clone(&drawn[0].from), day: export, real, guess: rng.chance(0.3) };
        parts.push(Part { origin, rows: ((rows * extra).round() as u32).max(1) });
    }
    let mut dump = Dump::new(rng.bits(), TODAY, columns, parts);
    dump.noise = log_between(&mut rng, 0.003, 0.25);
    dump.damage = match (held_out, rng.below(2)) {
        (false, 0) => Damage::Cells,
        (false, _) => Damage::Columns,
        (true, 0) => Damage::Rows,
        (true, _) => Damage::Cut,
    };
    dump.arrange = if scenario == SortedByNationalId { Arrange::SortedBy(0) } else { Arrange::Shuffled };
    if scenario == PostedThrice {
        dump.repeat = Repeat::Times(3);
    }
    let mut tables: Vec<&Table> = population.tables.iter().collect();
    match scenario {
        ManySnapshots => tables.extend(&population.more_of_bank[..2]),
        OldLeakIndexed => tables.push(&population.more_of_bank[2]),
        _ => {}
    }
    let enrichers = if scenario == Enriched { vec![TELCO, INSURER] } else { Vec::new() };
    let single = drawn.len() == 1 && drawn[0].share > 0.0 && drawn[0].listed;
    let truth = Truth { enrichers, export: single.then_some(export), issued };
    Posted { dump, truth, tables, named: scenario != ForgedHeaders }
}

/// The columns of what is posted: those of its sources, each dropped with a chance of 0.35, at least one of them an identifier that others know.
fn columns_of(drawn: &[Drawn], scenario: Scenario, issued: bool, rng: &mut Rng) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for field in drawn.iter().flat_map(|d| &d.from.spec.fields) {
        let fits = match scenario {
            Scenario::Combolist => matches!(field.concept, "email" | "phone" | "name"),
            _ => true,
        };
        let id = matches!(field.source, Source::Issued(_));
        let kept = fits && matches!(field.role, "identifier" | "attribute") && if id { issued } else { !rng.chance(0.35) };
        if kept && columns.iter().all(|c| c.concept != field.concept) {
            columns.push(Column::new(field.column, field.concept, field.style));
        }
    }
    // Masked phones find nobody, and a fabricator who uses real ids posts them.
    let searchable = |c: &Column| match c.concept {
        "nik" => true,
        "email" => scenario != Scenario::RealNationalIds,
        "phone" => !matches!(scenario, Scenario::Masked | Scenario::RealNationalIds),
        _ => false,
    };
    if !columns.iter().any(searchable) {
        let concept = if scenario == Scenario::Combolist {
            "email"
        } else if rng.chance(0.5) || matches!(scenario, Scenario::Masked | Scenario::RealNationalIds) {
            "nik"
        } else {
            "phone"
        };
        let concept = if drawn[0].from.field_of(concept).is_some() { concept } else { "nik" };
        columns.push(Column::new(concept, concept, Style::AsIs));
    }
    let first = columns.iter().position(|c| c.concept == "nik").unwrap_or(0);
    columns.swap(0, first);
    columns
}
