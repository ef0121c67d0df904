//! Bytes of a value to its canonical value: one file per kind, each with a recogniser, a normaliser, examples and a source.
//!
//! **Recognition decides what a column is, never what may match.** A [`Normaliser`] gives every value that holds anything at all
//! a canonical form, plausible or not, the same one on the institution's side and on the dump's side. Only an empty canonical value
//! means "missing".
//!
//! Each kind's rules and the tables they use carry a [ruleset version](Kind::ruleset); `fixtures/canonical.tsv` fixes the canonical
//! values of each version, so that a changed rule or a changed dependency cannot pass unnoticed.

pub mod base64;
pub mod bpjs;
pub mod card;
pub mod date;
pub mod digest;
mod digits;
pub mod email;
pub mod form;
mod glance;
#[cfg(test)]
mod golden;
pub mod iban;
pub mod id;
pub mod ip;
#[cfg(test)]
mod laws;
pub mod mask;
pub mod name;
pub mod nik;
pub mod nkk;
pub mod npwp;
pub mod passport;
pub mod phone;
pub mod profile;
pub mod propose;
pub mod quick;
pub mod schema;
pub mod spellings;
pub mod text;
mod unicode;
pub mod vocabulary;

use crate::lanes::{BLOCK, Lanes};
use quick::Rewrite;
use serde::{Deserialize, Serialize};

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Kind {
    /// E-mail address.
    Email = 1,
    /// Telephone number.
    Phone = 2,
    /// Indonesian national identity number.
    Nik = 3,
    /// Indonesian family card number.
    Nkk = 4,
    /// Indonesian taxpayer number, 15 or 16 digits.
    Npwp = 5,
    /// BPJS Kesehatan card number, 13 digits.
    Bpjs = 6,
    /// Payment card number.
    Card = 7,
    /// International bank account number.
    Iban = 8,
    /// Passport number.
    Passport = 9,
    /// IP address.
    Ip = 10,
    /// A person's name.
    Name = 11,
    /// Calendar date.
    Date = 12,
    /// Any other text, compared without regard to case, accents and spacing.
    Text = 13,
    /// An identifier that an institution issues (member, account, policy number).
    Id = 14,
    /// MD5 digest of an identifier: searchable where an index holds such, never a column of a schema.
    Md5 = 15,
    /// SHA-1 digest.
    Sha1 = 16,
    /// SHA-256 digest.
    Sha256 = 17,
    /// SHA-512 digest.
    Sha512 = 18,
}

/// Every kind of value, in tag order. Digests have kinds of their own, one for each of [`digest::ALGORITHMS`].
pub const KINDS: [Kind; 14] = [
    Kind::Email,
    Kind::Phone,
    Kind::Nik,
    Kind::Nkk,
    Kind::Npwp,
    Kind::Bpjs,
    Kind::Card,
    Kind::Iban,
    Kind::Passport,
    Kind::Ip,
    Kind::Name,
    Kind::Date,
    Kind::Text,
    Kind::Id,
];

impl Kind {
    /// The byte that stands for this kind in a fingerprint's block.
    #[must_use]
    pub fn tag(self) -> u8 {
        self as u8
    }

    /// The kind with this tag.
    #[must_use]
    pub fn from_tag(tag: u8) -> Option<Kind> {
        KINDS.into_iter().chain(digest::ALGORITHMS.map(digest::Algorithm::kind)).find(|k| k.tag() == tag)
    }

    /// The name used in schemas, plans and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Email => "email",
            Kind::Phone => "phone",
            Kind::Nik => "nik",
            Kind::Nkk => "nkk",
            Kind::Npwp => "npwp",
            Kind::Bpjs => "bpjs",
            Kind::Card => "card",
            Kind::Iban => "iban",
            Kind::Passport => "passport",
            Kind::Ip => "ip",
            Kind::Name => "name",
            Kind::Date => "date",
            Kind::Text => "text",
            Kind::Id => "id",
            Kind::Md5 => "md5",
            Kind::Sha1 => "sha1",
            Kind::Sha256 => "sha256",
            Kind::Sha512 => "sha512",
        }
    }

    /// Concepts that a value of this kind gives away, so that their agreement is no corroboration of it (DESIGN 7). Named as
    /// in schemas; the kind's own concept is not among them.
    #[must_use]
    pub fn implies(self) -> &'static [&'static str] {
        match self {
            // A NIK is made of where and when its holder was registered and born; an individual's 16-digit NPWP is the NIK.
            Kind::Nik | Kind::Npwp => &["birth_date", "birth_year", "sex", "province", "regency", "district"],
            // A family card's number says where and when the card was issued.
            Kind::Nkk => &["province", "regency", "district", "family_card_date"],
            Kind::Email => &["email_domain"],
            Kind::Phone => &["country", "operator"],
            Kind::Card => &["card_issuer"],
            Kind::Iban => &["bank", "country", "account_number"],
            Kind::Date => &["birth_year"],
            Kind::Bpjs | Kind::Passport | Kind::Ip | Kind::Name | Kind::Text | Kind::Id => &[],
            Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 => &[],
        }
    }

    /// Version of this kind's rules and data tables. Raised whenever a canonical value changes.
    #[must_use]
    pub fn ruleset(self) -> u16 {
        1
    }
}

/// Whether a value has the shape its kind prescribes. Implausible values are matched all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// As the standard prescribes.
    Plausible,
    /// Something else; put in canonical form as well as can be.
    Implausible,
}

/// The rule that puts values of one kind, under fixed parameters, in canonical form.
///
/// Laws, tested for every kind: normalising a canonical value gives it back (idempotence); where
/// [`is_canonical`](Normaliser::is_canonical) says yes, `normalise` leaves the bytes as they are; a value without any letter or digit
/// is missing; no input panics; no input is looked at for longer than linear time.
pub trait Normaliser: Sync {
    /// The kind this rule serves.
    const KIND: Kind;

    /// Appends the canonical form of `raw` to `out`, which the caller has emptied. Leaves it empty when nothing is there to match
    /// (blank, `NULL`, `-`, `n/a`: see [`is_missing`]).
    fn normalise(&self, raw: &[u8], out: &mut Vec<u8>) -> Shape;

    /// A quick test that may say no too often, never yes wrongly: `raw` is canonical already. Lets the fast path skip a copy.
    fn is_canonical(&self, _raw: &[u8]) -> bool {
        false
    }

    /// As [`is_canonical`](Normaliser::is_canonical), for a value of 1 to 61 bytes at the front of `value`, and also for one that becomes canonical by
    /// an edit. Where it says yes, `normalise` makes the same of the value, and calls it plausible or `is_canonical` says yes.
    #[inline(always)]
    fn quick<L: Lanes>(&self, value: &[u8; BLOCK], len: u32) -> Option<Rewrite> {
        self.is_canonical(&value[..len as usize]).then_some(Rewrite::NONE)
    }

    /// Whether `raw` looks like this kind, for deciding what a *column* is. Narrower than what `normalise` accepts.
    fn recognise(&self, raw: &[u8]) -> bool;
}

/// Parameters that a canonical value depends on besides kind and ruleset; an index stores them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Params {
    /// Country of phone numbers written without a country code; ISO 3166-1 alpha-2, upper case.
    pub region: [u8; 2],
    /// Order in which this *column* writes day, month and year. Belongs to the data that is read, not to the index.
    pub date_order: date::Order,
}

impl Default for Params {
    fn default() -> Params {
        Params { region: *b"ID", date_order: date::Order::DayFirst }
    }
}

/// Words that stand for "no value" in exports; compared without case and surrounding white space.
const MISSING: [&[u8]; 12] =
    [b"null", b"\\n", b"n/a", b"na", b"nan", b"nil", b"none", b"(null)", b"<null>", b"#n/a", b"undefined", b"tidak ada"];

/// True for a value that says nothing: no letter or digit in it, or one of the words that exports write for NULL.
#[must_use]
pub fn is_missing(raw: &[u8]) -> bool {
    let trimmed = raw.trim_ascii();
    // The longest word has nine bytes; nearly every value is longer or starts with another letter.
    if trimmed.len() <= 9 && MISSING.iter().any(|word| trimmed.eq_ignore_ascii_case(word)) {
        return true;
    }
    !trimmed.iter().any(|&b| b.is_ascii_alphanumeric() || b >= 0x80)
}

/// Calls `$body` with `$n` bound to the normaliser of `$kind` under `$params`: one dispatch per column, none per cell.
#[macro_export]
macro_rules! with_normaliser {
    ($kind:expr, $params:expr, $n:ident => $body:expr) => {{
        use $crate::identify as i;
        let params: &i::Params = $params;
        match $kind {
            i::Kind::Email => {
                let $n = &i::email::Email;
                $body
            }
            i::Kind::Phone => {
                let $n = &i::phone::Phone::new(params.region);
                $body
            }
            i::Kind::Nik => {
                let $n = &i::nik::Nik;
                $body
            }
            i::Kind::Nkk => {
                let $n = &i::nkk::Nkk;
                $body
            }
            i::Kind::Npwp => {
                let $n = &i::npwp::Npwp;
                $body
            }
            i::Kind::Bpjs => {
                let $n = &i::bpjs::Bpjs;
                $body
            }
            i::Kind::Card => {
                let $n = &i::card::Card;
                $body
            }
            i::Kind::Iban => {
                let $n = &i::iban::Iban;
                $body
            }
            i::Kind::Passport => {
                let $n = &i::passport::Passport;
                $body
            }
            i::Kind::Ip => {
                let $n = &i::ip::Ip;
                $body
            }
            i::Kind::Name => {
                let $n = &i::name::Name;
                $body
            }
            i::Kind::Date => {
                let $n = &i::date::Date { order: params.date_order };
                $body
            }
            i::Kind::Text => {
                let $n = &i::text::Text;
                $body
            }
            i::Kind::Id => {
                let $n = &i::id::Id;
                $body
            }
            i::Kind::Md5 => {
                let $n = &i::digest::Digest::<16>;
                $body
            }
            i::Kind::Sha1 => {
                let $n = &i::digest::Digest::<20>;
                $body
            }
            i::Kind::Sha256 => {
                let $n = &i::digest::Digest::<32>;
                $body
            }
            i::Kind::Sha512 => {
                let $n = &i::digest::Digest::<64>;
                $body
            }
        }
    }};
}

/// The canonical form of one value; for tests, tools and examples. The scan works a column at a time instead.
#[must_use]
pub fn canonical(kind: Kind, params: &Params, raw: &[u8]) -> (Vec<u8>, Shape) {
    let mut out = Vec::new();
    let shape = with_normaliser!(kind, params, n => n.normalise(raw, &mut out));
    (out, shape)
}

/// Whether one value looks like `kind`.
#[must_use]
pub fn recognise(kind: Kind, params: &Params, raw: &[u8]) -> bool {
    with_normaliser!(kind, params, n => n.recognise(raw))
}
