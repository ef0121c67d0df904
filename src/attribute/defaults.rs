//! Documented default parameters, used until the loaded indexes have something to say, and always with a single index: guesses of the right
//! order.

use crate::matching::concepts::IN_PART;

/// What the other institutions that hold the same person say about a value that institution i holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Another holds the same value.
    Shared,
    /// Others hold a value of this concept for the person, none of them this one: a stale phone, a typo, an old address.
    Contested,
    /// Nobody else holds a value of this concept for the person.
    Alone,
}

/// The classes, in order of their numbers.
pub const CLASSES: [Class; 3] = [Class::Shared, Class::Contested, Class::Alone];

/// Chance that a cell of a dump is damaged: mean of the prior, cells' worth of belief in it, and what no column is taken to exceed.
pub const DAMAGE: f64 = 0.04;
/// See [`DAMAGE`].
pub const DAMAGE_WEIGHT: f64 = 40.0;
/// See [`DAMAGE`].
pub const DAMAGE_MAX: f64 = 0.6;

/// Chance that a record's field has changed since it was copied, for facts that stay and for others.
pub const DRIFT: (f64, f64) = (0.004, 0.03);
/// Fields' worth of belief in [`DRIFT`].
pub const DRIFT_WEIGHT: f64 = 60.0;
/// How many times its usual drift no field is taken to exceed: an institution that disagrees with more of the fields that others confirm is not
/// called a source, and names and birth dates do not change for one person in twenty.
pub const DRIFT_TIMES: f64 = 5.0;

/// Rows' worth of belief, for each component, that it has a share at all.
pub const SHARE_PRIOR: f64 = 0.05;

/// A concept without the mark that only parts of its values are compared: who agrees on a value agrees on its parts.
fn whole(concept: &str) -> &str {
    concept.strip_suffix(IN_PART).unwrap_or(concept)
}

/// Chance that an independent source about the same person agrees with what institution i holds.
#[must_use]
pub fn agreement(concept: &str, issued: bool, class: Class) -> f64 {
    if issued {
        // Nobody else mints this id; a partner that received it is the exception.
        return 0.001;
    }
    let alone = match whole(concept) {
        "national_id" | "birth_date" | "sex" => 0.96,
        "family_card_number" | "tax_number" | "passport_number" => 0.9,
        "name" | "birth_place" => 0.88,
        "city" | "province" | "district" => 0.75,
        "email" => 0.55,
        "phone" => 0.6,
        "address" => 0.45,
        "card_number" | "iban" => 0.3,
        _ => 0.5,
    };
    match class {
        Class::Shared => f64::max(0.93, alone),
        Class::Contested => 0.2 * alone,
        Class::Alone => alone,
    }
}

/// Chance that a source which knows people better than any institution agrees with what institution i holds: whatever i has right that is a
/// fact about the person. What i has alone against others is mostly wrong or old. What is no fact about the person but about the
/// relation (an office, a status, a limit) it cannot know.
#[must_use]
pub fn exact_agreement(concept: &str, issued: bool, class: Class) -> f64 {
    let alone = match whole(concept) {
        "national_id" | "birth_date" | "sex" | "family_card_number" | "tax_number" | "passport_number" => 0.98,
        "name" | "birth_place" => 0.96,
        "city" | "province" | "district" => 0.94,
        "phone" => 0.85,
        "email" => 0.75,
        "address" => 0.65,
        _ => agreement(concept, issued, Class::Alone),
    };
    match class {
        Class::Shared => f64::max(0.95, alone),
        Class::Contested => 0.3 * alone,
        Class::Alone => alone,
    }
}

/// Chance that two different people agree on a value, where the index's own sample does not say.
#[must_use]
pub fn coincidence(concept: &str) -> f64 {
    match concept {
        // Two people's mobile numbers begin alike once in thirty times, and half of all addresses are of one provider.
        part if part.ends_with(IN_PART) => 0.05,
        "sex" | "status" => 0.5,
        "city" | "province" | "district" | "birth_place" => 0.1,
        "name" | "birth_date" | "address" | "email" | "phone" | "national_id" => 0.001,
        _ => 0.05,
    }
}
