//! Numbers in a text: groups of digits with separators, and which of them make an identifier.
//!
//! In a column a number's separators say nothing; in a text they stand between numbers as well. So the numbers of persons, cards and accounts
//! are taken where they are written in one group, or in the groups in which they are printed. Telephone numbers are written in any groups: from
//! a beginning that only they have, as many groups are taken as are a number.

use super::find::Finds;
use super::marks::{GAP, separates};
use super::places::{begins, ends, escape_into, is_hex};
use super::{SORTS, Sort};
use crate::identify::bpjs::Bpjs;
use crate::identify::card::Card;
use crate::identify::nik::Nik;
use crate::identify::nkk::Nkk;
use crate::identify::npwp::Npwp;
use crate::identify::phone::Phone;
use crate::identify::{Normaliser, Params, recognise};

/// Digits of the shortest and the longest number that may stand in one group, but for telephone numbers.
const ONE_GROUP: std::ops::RangeInclusive<usize> = 13..=19;

/// Groups in which numbers are printed, and what they may be.
const PRINTED: [(&[u8], &[Sort]); 10] = [
    (&[4, 4, 4, 4], &[Sort::Nik, Sort::Card]),
    (&[6, 6, 4], &[Sort::Nik]),
    (&[2, 2, 2, 6, 4], &[Sort::Nik]),
    (&[2, 3, 3, 1, 3, 3], &[Sort::Npwp]),
    (&[4, 6, 5], &[Sort::Card]),
    (&[4, 6, 4], &[Sort::Card]),
    (&[4, 4, 4, 4, 3], &[Sort::Card]),
    (&[3, 4, 3, 3], &[Sort::Bpjs]),
    (&[4, 4, 5], &[Sort::Bpjs]),
    (&[5, 4, 4], &[Sort::Bpjs]),
];

/// Digits of the longest telephone number (E.164), without `00` before it.
const PHONE_DIGITS: usize = 15;

/// Ends that are tried for a telephone number.
const TRIED: usize = 3;

/// Digits from which on one group may be a telephone number, and those of the shortest local number behind a word that says so.
const ONE_PHONE: usize = 9;
const SHORT_PHONE: usize = 8;

/// Groups of the longest written telephone number.
const PHONE_GROUPS: usize = 7;

/// Words for telephone numbers: anywhere in a name, and alone.
const PHONE_NAMES: [&[u8]; 9] = [b"phone", b"telp", b"telep", b"telef", b"mobile", b"msisdn", b"whatsapp", b"ponsel", b"handy"];
const PHONE_WORDS: [&[u8]; 9] = [b"tel", b"tlp", b"hp", b"wa", b"mob", b"cell", b"no_hp", b"nohp", b"no_wa"];

/// A group of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Group {
    start: usize,
    end: usize,
}

impl Group {
    fn len(self) -> usize {
        self.end - self.start
    }
}

/// The groups of digits from `at` on that have at most [`GAP`] separators between them.
pub(super) fn groups(text: &[u8], mut at: usize) -> impl Iterator<Item = Group> {
    std::iter::from_fn(move || {
        let start = at + text[at..].iter().take(GAP).take_while(|b| separates(**b)).count();
        let end = start + text[start..].iter().take_while(|b| b.is_ascii_digit()).count();
        at = end;
        (end > start).then_some(Group { start, end })
    })
}

/// Looks at groups of digits.
pub(super) struct Numbers {
    groups: Vec<Group>,
    phone: Phone,
    american: Phone,
}

impl Numbers {
    pub fn new() -> Numbers {
        Numbers { groups: Vec::new(), phone: Phone::new(Params::default().region), american: Phone::new(*b"US") }
    }

    /// Adds all that is in a run of groups.
    pub fn find(&mut self, text: &[u8], run: impl Iterator<Item = Group>, out: &mut Finds) {
        self.groups.clear();
        self.groups.extend(run);
        if let Some(first) = self.groups.first_mut() {
            // `%20` before a number.
            first.start += escape_into(text, first.start).min(first.len() - 1);
        }
        let mut at = 0;
        while at < self.groups.len() {
            let taken = if self.may_begin(text, at) { self.at(text, at, out) } else { 0 };
            at += taken.max(1);
        }
    }

    /// Adds what a run of digits alone is, which nothing follows that may be a part of it.
    pub fn find_one(&mut self, text: &[u8], start: usize, end: usize, out: &mut Finds) {
        let start = start + escape_into(text, start).min(end - start - 1);
        let group = Group { start, end };
        if !begins(text, start) || ends_uuid(text, group) {
            return;
        }
        self.groups.clear();
        self.groups.push(group);
        self.one(text, 0, out);
    }

    /// The bytes between a group and the one before it.
    fn gap<'t>(&self, text: &'t [u8], group: usize) -> &'t [u8] {
        &text[self.groups[group - 1].end..self.groups[group].start]
    }

    /// Whether a number may begin with this group: not within a word, and not behind a decimal point.
    fn may_begin(&self, text: &[u8], at: usize) -> bool {
        let group = self.groups[at];
        match at {
            _ if ends_uuid(text, group) => false,
            0 => begins(text, group.start),
            _ => self.gap(text, at) != b"." || self.groups[at - 1].len() >= ONE_PHONE,
        }
    }

    /// Whether a number may end with this group: not within a word, and not before a decimal point, but for the `.0` of a table tool.
    fn may_end(&self, text: &[u8], at: usize) -> bool {
        match self.groups.get(at + 1) {
            None => ends(text, self.groups[at].end),
            Some(next) => {
                let decimal = self.gap(text, at + 1) == b"." && next.len() < ONE_PHONE;
                !decimal || &text[next.start..next.end] == b"0"
            }
        }
    }

    /// Adds what begins with a group; how many groups that took.
    fn at(&self, text: &[u8], at: usize, out: &mut Finds) -> usize {
        self.address(text, at, out).or_else(|| self.printed(text, at, out)).or_else(|| self.one(text, at, out)).unwrap_or(0)
    }

    /// An IP address of version 4.
    fn address(&self, text: &[u8], at: usize, out: &mut Finds) -> Option<usize> {
        let four = self.groups.get(at..at + 4).filter(|four| four.iter().all(|g| g.len() <= 3))?;
        let dotted = (at + 1..at + 4).all(|n| self.gap(text, n) == b".");
        let apart = self.groups.get(at + 4).is_none() || self.gap(text, at + 4) != b".";
        let (start, end) = (four[0].start, four[3].end);
        if !dotted || !apart || !ends(text, end) || !recognise(crate::identify::Kind::Ip, &Params::default(), &text[start..end]) {
            return None;
        }
        out.push(Sort::Ip.bit(), start, end);
        Some(4)
    }

    /// A number in the groups in which it is printed.
    fn printed(&self, text: &[u8], at: usize, out: &mut Finds) -> Option<usize> {
        let here = &self.groups[at..];
        if here.len() < 3 {
            return None;
        }
        for (lengths, sorts) in &PRINTED {
            let fits = here.len() >= lengths.len() && here.iter().zip(*lengths).all(|(g, len)| g.len() == usize::from(*len));
            if !fits || !self.may_end(text, at + lengths.len() - 1) {
                continue;
            }
            let (start, end) = (here[0].start, here[lengths.len() - 1].end);
            let bits = recognised(sorts, &text[start..end]);
            if bits != 0 {
                out.push(bits, start, end);
                return Some(lengths.len());
            }
        }
        None
    }

    /// A number of one group, or a telephone number of several.
    fn one(&self, text: &[u8], at: usize, out: &mut Finds) -> Option<usize> {
        let group = self.groups[at];
        let mut bits = 0;
        if ONE_GROUP.contains(&group.len()) && self.may_end(text, at) && !is_moment(&text[group.start..group.end]) {
            bits = whole_number(&text[group.start..group.end]);
        }
        let phone = if group.len() <= PHONE_DIGITS + 2 { self.telephone(text, at) } else { None };
        match phone {
            Some(phone) if phone.groups == 1 => {
                bits |= Sort::Phone.bit();
                if phone.plus {
                    out.push_meant(bits, phone.start, phone.end, &[b"+", &text[group.start..group.end]].concat());
                } else {
                    out.push(bits, phone.start, phone.end);
                }
                Some(1)
            }
            _ if bits != 0 => {
                out.push(bits, group.start, group.end);
                Some(1)
            }
            Some(phone) => {
                let value = &text[group.start..phone.end];
                if phone.plus {
                    out.push_meant(Sort::Phone.bit(), phone.start, phone.end, &[b"+", value].concat());
                } else {
                    out.push(Sort::Phone.bit(), phone.start, phone.end);
                }
                Some(phone.groups)
            }
            None => None,
        }
    }

    fn telephone(&self, text: &[u8], at: usize) -> Option<Telephone> {
        let group = self.groups[at];
        let digits = &text[group.start..group.end];
        let head = Head::before(text, group.start);
        if head.plus || digits.starts_with(b"0") || digits.starts_with(b"62") || digits.starts_with(b"8") {
            if !head.plus && group.len() >= ONE_PHONE {
                // One group is a number, whatever stands behind it.
                if let Some(found) = self.telephone_to(text, at, at, &head, &self.phone).filter(|_| self.may_end(text, at)) {
                    return Some(found);
                }
            } else {
                let ends = self.phone_ends(text, at, &head);
                let mut longest = ends.into_iter().rev().flatten().take(TRIED);
                if let Some(found) = longest.find_map(|last| self.telephone_to(text, at, last, &head, &self.phone)) {
                    return Some(found);
                }
            }
        }
        let american = self.american(text, at).and_then(|last| self.telephone_to(text, at, last, &head, &self.american));
        american.or_else(|| self.named(text, at, &head))
    }

    /// The number up to and with group `last`, if it is one.
    fn telephone_to(&self, text: &[u8], at: usize, last: usize, head: &Head, phone: &Phone) -> Option<Telephone> {
        let (first, end) = (self.groups[at].start, self.groups[last].end);
        // A bracket that closes behind the number does not belong to it.
        let start = if last == at { head.sign } else { head.start };
        let known = if head.meant { phone.recognise(&[b"+", &text[first..end]].concat()) } else { phone.recognise(&text[start..end]) };
        known.then_some(Telephone { start, end, groups: last - at + 1, plus: head.meant })
    }

    /// The groups that a telephone number may end with, which stand further and further apart from its beginning. Its separators are alike but for
    /// the first, behind a country or area code, and brackets stand around nothing else.
    fn phone_ends(&self, text: &[u8], at: usize, head: &Head) -> [Option<usize>; PHONE_GROUPS] {
        let (mut ends, mut digits, mut between, mut open) = ([None; PHONE_GROUPS], 0, None, head.bracket);
        let most = if text[self.groups[at].start..].starts_with(b"00") { PHONE_DIGITS + 2 } else { PHONE_DIGITS };
        for (n, group) in self.groups[at..].iter().take(PHONE_GROUPS).enumerate() {
            digits += group.len();
            if digits > most {
                break;
            }
            if n > 0 {
                let gap = self.gap(text, at + n);
                let (opens, closes) = (gap.contains(&b'('), gap.contains(&b')'));
                // `0.81…` is a fraction: no area code has one or two digits.
                let fraction = gap == b"." && digits - group.len() < 3 && !head.plus;
                if closes != open || fraction || opens && !(head.plus && n == 1) {
                    break;
                }
                open = opens;
                let code = n == 1 && (head.plus || head.bracket);
                if !code && !opens && !closes && *between.get_or_insert(gap) != gap {
                    break;
                }
                // Two digits behind a space and what is a number already are somebody's age.
                if gap == b" " && group.len() < 3 && digits - group.len() >= ONE_PHONE {
                    break;
                }
            }
            ends[n] = Some(at + n).filter(|&last| digits >= SHORT_PHONE && (!open || n == 0) && self.may_end(text, last));
        }
        ends
    }

    /// The last group of `202-555-0123` and `(202) 555-0123`: nothing else is written like that.
    fn american(&self, text: &[u8], at: usize) -> Option<usize> {
        let three = self.groups.get(at..at + 3)?;
        let lengths = three.iter().map(|g| g.len()).eq([3, 3, 4]);
        let (first, second) = (self.gap(text, at + 1), self.gap(text, at + 2));
        let written = matches!(second, b"-" | b"." | b" ") && (first == second || first == b") " || first == b")");
        (lengths && written && self.may_end(text, at + 2)).then_some(at + 2)
    }

    /// A number behind a word for telephone numbers; of which country, is for the index to say.
    fn named(&self, text: &[u8], at: usize, head: &Head) -> Option<Telephone> {
        if at > 0 {
            return None;
        }
        let last = self.phone_ends(text, at, head).into_iter().rev().flatten().next().filter(|_| is_named(text, head.start))?;
        let start = if last == at { head.sign } else { head.start };
        Some(Telephone { start, end: self.groups[last].end, groups: last - at + 1, plus: head.meant })
    }
}

/// A telephone number.
struct Telephone {
    start: usize,
    end: usize,
    groups: usize,
    /// It has a plus that is written in another way.
    plus: bool,
}

/// What stands directly before a telephone number's digits.
#[derive(Default)]
struct Head {
    /// Where the number begins, its bracket included, and without that.
    start: usize,
    sign: usize,
    plus: bool,
    bracket: bool,
    /// The plus is written in another way.
    meant: bool,
}

impl Head {
    fn before(text: &[u8], digits: usize) -> Head {
        let before = &text[..digits];
        let none = Head { start: digits, sign: digits, ..Head::default() };
        match before.last() {
            Some(b'+') => {
                let bracket = before[..digits - 1].ends_with(b"(");
                Head { start: digits - 1 - usize::from(bracket), sign: digits - 1, plus: true, bracket, meant: false }
            }
            Some(b'(') => Head { start: digits - 1, bracket: true, ..none },
            Some(b'b' | b'B' | b';') => {
                let ends = |sign: &&[u8]| digits.checked_sub(sign.len()).is_some_and(|from| before[from..].eq_ignore_ascii_case(sign));
                let sign = [&b"%2b"[..], b"\\u002b", b"&#43;"].into_iter().find(ends).map_or(0, <[u8]>::len);
                Head { start: digits - sign, sign: digits - sign, plus: sign > 0, meant: sign > 0, ..none }
            }
            _ => none,
        }
    }
}

/// Which of these a number is.
fn recognised(sorts: &[Sort], number: &[u8]) -> u16 {
    let params = Params::default();
    let is = |sort: &Sort| sort.kinds().iter().any(|kind| recognise(*kind, &params, number));
    SORTS.iter().filter(|sort| sorts.contains(sort) && is(sort)).fold(0, |bits, sort| bits | sort.bit())
}

/// Which of the numbers that are written in one group these digits are; by their count it can be few.
fn whole_number(digits: &[u8]) -> u16 {
    let bit = |sort: Sort, is: bool| if is { sort.bit() } else { 0 };
    let person = || digits.len() == 16 && (Nik.recognise(digits) || Nkk.recognise(digits));
    let taxpayer = || (digits.len() == 15 || digits.len() == 16 && digits[0] == b'0') && Npwp.recognise(digits);
    let insured = || digits.len() == 13 && Bpjs.recognise(digits);
    bit(Sort::Nik, person()) | bit(Sort::Npwp, taxpayer()) | bit(Sort::Bpjs, insured()) | bit(Sort::Card, Card.recognise(digits))
}

/// Whether fourteen digits are a day and a time (`20210312101500`): one in ten would pass for a card.
fn is_moment(digits: &[u8]) -> bool {
    let two = |at: usize| 10 * (digits[at] - b'0') + digits[at + 1] - b'0';
    digits.len() == 14
        && matches!(two(0), 19 | 20)
        && matches!(two(4), 1..=12)
        && matches!(two(6), 1..=31)
        && two(8) < 24
        && two(10) < 60
        && two(12) < 60
}

/// Whether a group is the end of a UUID, which is twelve hexadecimal digits behind three groups of four.
fn ends_uuid(text: &[u8], group: Group) -> bool {
    const BEFORE: usize = 15;
    if group.len() != 12 {
        return false;
    }
    let Some(before) = group.start.checked_sub(BEFORE).map(|from| &text[from..group.start]) else { return false };
    before.chunks(5).all(|part| is_hex(&part[..4]) && part[4] == b'-')
}

/// Whether the word or name before `start` is one for telephone numbers.
fn is_named(text: &[u8], start: usize) -> bool {
    const BETWEEN: usize = 4;
    const LONGEST: usize = 24;
    let end = start - text[..start].iter().rev().take(BETWEEN).take_while(|b| !b.is_ascii_alphanumeric() && **b >= b' ').count();
    let name = text[..end].iter().rev().take(LONGEST).take_while(|b| b.is_ascii_alphabetic() || **b == b'_').count();
    let mut room = [0; LONGEST];
    let lower = &mut room[..name];
    lower.copy_from_slice(&text[end - name..end]);
    lower.make_ascii_lowercase();
    let name = &*lower;
    // Their first letters.
    let may_begin = |at: &usize| matches!(name[*at], b'p' | b't' | b'm' | b'w' | b'h');
    let named = |at: usize| PHONE_NAMES.iter().any(|word| name[at..].starts_with(word));
    PHONE_WORDS.contains(&name) || (0..name.len()).filter(may_begin).any(named)
}
