//! Dumps of which neither holds a row of the other: independent sources, often about the same people and made to look alike.

use super::super::institution::Members;
use super::super::rng::Rng;
use super::super::world::World;
use super::Family;
use super::change::even;
use super::families::{Draft, MEMBERS, PEOPLE_PER_ROW, some_of};
use super::format::{Format, Headers};
use super::sheet::{Sheet, Spelling};
use super::source::{Exporter, Kind, export_day};
use std::collections::HashSet;
use std::sync::Arc;

/// The few columns to which both dumps may be cut, where both have them.
const CUTS: [&[&str]; 8] = [
    &["nik", "name", "phone"],
    &["nik", "name"],
    &["nik", "name", "birth_date"],
    &["nik", "name", "birth_date", "address"],
    &["email", "phone"],
    &["name", "phone"],
    &["email", "password_hash"],
    &["name", "phone", "email", "birth_date"],
];

/// Two unrelated dumps of about these sizes.
pub(super) fn draft(family: Family, seed: u64, rows: [u32; 2]) -> Draft {
    let mut rng = Rng::new(&[seed, family as u64, 0x0ff]);
    let rng = &mut rng;
    let world = Arc::new(World::new(rng.bits(), rows[0].max(rows[1]) * PEOPLE_PER_ROW));
    let (a, b, mut what) = match family {
        Family::UnrelatedSamePeople => same_people(rng, &world, rows),
        _ => other_people(rng, &world, rows),
    };
    let dumps = disguise(rng, a, b, &mut what);
    Draft { what, dumps, merge: false }
}

/// Exports of two institutions that share people.
fn same_people(rng: &mut Rng, world: &Arc<World>, rows: [u32; 2]) -> (Sheet, Sheet, String) {
    let share = match rng.below(10) {
        0..=4 => 0.6,
        5..=6 => 1.0,
        _ => even(rng, 0.1, 0.95),
    };
    // One kind half of the time, so that all columns are of the same sort; else often a register and someone who is in it.
    let first = rng.pick(&Kind::ALL);
    let second = match rng.below(10) {
        0..=4 => first,
        5..=7 if first != Kind::Registry => Kind::Registry,
        _ => rng.pick(&Kind::ALL),
    };
    let ours = first.institution(world, 0, Members::share(MEMBERS));
    let theirs = second.institution(world, 1, Members::share(0.5).and(&ours.institution, 1.0));
    let (a, b) = sharing(rng, [&ours, &theirs], rows, share);
    (a, b, format!("{} and {}, {:.2} of the smaller one's people in both", first.word(), second.word(), share))
}

/// Exports of two institutions, of which the second has this share of the smaller one's people, as far as it holds them on its day.
fn sharing(rng: &mut Rng, [ours, theirs]: [&Exporter; 2], rows: [u32; 2], share: f64) -> (Sheet, Sheet) {
    let day = export_day(rng);
    let ranks = some_of(rng, &ours.ranks(day), rows[0] as usize);
    let a = ours.export(&ranks, day);
    let there: HashSet<u32> = a.rows.iter().map(|row| row.person).collect();
    let day = export_day(rng);
    let (both, only): (Vec<u32>, Vec<u32>) =
        theirs.ranks(day).into_iter().partition(|&rank| there.contains(&theirs.institution.person_of(rank)));
    let shared = ((share * f64::from(rows[0].min(rows[1]))).round() as usize).min(both.len());
    let mut ranks = some_of(rng, &both, shared);
    ranks.extend(some_of(rng, &only, (rows[1] as usize).saturating_sub(shared)));
    ranks.sort_unstable();
    (a, theirs.export(&ranks, day))
}

/// Two dumps about other people: of two institutions, of one and made up in its forms, or other rows of the same export.
fn other_people(rng: &mut Rng, world: &Arc<World>, rows: [u32; 2]) -> (Sheet, Sheet, String) {
    let kind = rng.pick(&Kind::ALL);
    let ours = kind.institution(world, 0, Members::share(MEMBERS));
    match rng.below(4) {
        0 => {
            let day = export_day(rng);
            let a = ours.export(&some_of(rng, &ours.ranks(day), rows[0] as usize), day);
            let columns = ours.columns();
            let made_up = ours.made_up(&columns, rows[1] as usize, export_day(rng), rng.bits());
            (a, Sheet { columns, rows: made_up }, format!("{} and made up like it", kind.word()))
        }
        1 => {
            let day = export_day(rng);
            let ranks = ours.ranks(day);
            // Both halves of what there is, and no more rows than asked for.
            let border = ranks.len() * rows[0] as usize / (rows[0] + rows[1]) as usize;
            let (mut first, mut second) = (ranks[..border].to_vec(), ranks[border..].to_vec());
            first.truncate(rows[0] as usize);
            second.truncate(rows[1] as usize);
            (ours.export(&first, day), ours.export(&second, day), format!("other rows of one {}", kind.word()))
        }
        _ => {
            let second = if rng.chance(0.5) { kind } else { rng.pick(&Kind::ALL) };
            let theirs = second.institution(world, 1, Members::share(MEMBERS));
            let (a, b) = sharing(rng, [&ours, &theirs], rows, 0.0);
            (a, b, format!("{} and {}, nobody in both", kind.word(), second.word()))
        }
    }
}

/// Makes the two look alike: the same few columns, the same order, the same format with the same headers.
fn disguise(rng: &mut Rng, mut a: Sheet, mut b: Sheet, what: &mut String) -> Vec<(Sheet, Format)> {
    let cuts: Vec<&[&str]> =
        CUTS.into_iter().filter(|cut| cut.iter().all(|c| a.position(c).is_some() && b.position(c).is_some())).collect();
    if !cuts.is_empty() && rng.chance(0.5) {
        let cut = rng.pick(&cuts);
        for sheet in [&mut a, &mut b] {
            let kept: Vec<usize> = cut.iter().filter_map(|c| sheet.position(c)).collect();
            sheet.take_columns(&kept);
            sheet.drop_blank_rows();
        }
        what.push_str(&format!(", cut to {}", cut.join(" + ")));
    }
    match rng.below(3) {
        0 => {
            // By the first column that both have, most often the national id or the name.
            let by = ["nik", "phone", "email", "name"].into_iter().find_map(|c| Some((a.position(c)?, b.position(c)?, c)));
            if let Some((ours, theirs, concept)) = by {
                a.sort_by(ours);
                b.sort_by(theirs);
                what.push_str(&format!(", both sorted by {concept}"));
            }
        }
        1 => [&mut a, &mut b].into_iter().for_each(|sheet| sheet.shuffle(rng)),
        _ => {}
    }
    if rng.chance(0.2) {
        a.number_rows();
        b.number_rows();
        what.push_str(", numbered");
    }
    let first = Format::draw(rng);
    if rng.chance(0.5) {
        let headers = if first.headers == Headers::Own { Headers::English } else { first.headers };
        let format = Format { headers, ..first };
        let spelling = Spelling::draw(rng);
        a.spell(spelling);
        b.spell(spelling);
        what.push_str(", written alike");
        return vec![(a, format), (b, format)];
    }
    vec![(a, first), (b, Format::draw(rng))]
}
