//! Header words of English and Indonesian exports, and what they mean.
//!
//! A header is a hint for a person who confirms a proposed schema, and for comparing columns of institutions by concept; it
//! never decides what may match.

use super::Kind;
use super::schema::Role;
use std::collections::HashMap;
use std::sync::LazyLock;

mod words;

use words::{OWNERS, ROWS};

/// What a header word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What is compared across institutions.
    pub concept: &'static str,
    /// The kind that its values are, if the word says so.
    pub kind: Option<Kind>,
    /// What a column of this name is usually used for.
    pub role: Role,
    /// Usually minted by the institution itself.
    pub issued: bool,
    /// For notices: health, financial, child, credential, contact, identity, …
    pub category: Option<&'static str>,
}

/// One meaning and the words for it, lower case without separators. Columns: concept, kind, role, issued, category, words.
type Row = (&'static str, Option<Kind>, Role, bool, Option<&'static str>, &'static str);

static TABLE: LazyLock<HashMap<&'static str, Entry>> = LazyLock::new(|| {
    let entry = |&(concept, kind, role, issued, category, _): &Row| Entry { concept, kind, role, issued, category };
    ROWS.iter().flat_map(|row| row.5.split_whitespace().map(move |word| (word, entry(row)))).collect()
});

/// What a header means, if it is a known word. Case, separators and an owner's word before (`customer_email`) do not count.
#[must_use]
pub fn lookup(header: &[u8]) -> Option<&'static Entry> {
    // The longest known header has far fewer letters; a longer one is a value.
    const LONGEST: usize = 64;
    if header.len() > LONGEST {
        return None;
    }
    let key: String = header.iter().filter(|b| b.is_ascii_alphanumeric()).map(|b| char::from(b.to_ascii_lowercase())).collect();
    if let Some(entry) = TABLE.get(key.as_str()) {
        return Some(entry);
    }
    // `customer_email` is an e-mail; `user_status_id` is not a status, so only a prefix goes.
    OWNERS.iter().find_map(|owner| TABLE.get(key.strip_prefix(owner)?)).filter(|entry| entry.concept != "record_number")
}

/// What values of a kind are compared as, when the column's name says nothing.
#[must_use]
pub fn concept_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Email => "email",
        Kind::Phone => "phone",
        Kind::Nik => "national_id",
        Kind::Nkk => "family_card_number",
        Kind::Npwp => "tax_number",
        Kind::Bpjs => "member_number",
        Kind::Card => "card_number",
        Kind::Iban => "iban",
        Kind::Passport => "passport_number",
        Kind::Ip => "ip_address",
        Kind::Name => "name",
        Kind::Date => "date",
        Kind::Text => "text",
        Kind::Id => "id",
        Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 => "digest",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_has_two_meanings() {
        let mut words: Vec<&str> = ROWS.iter().flat_map(|row| row.5.split_whitespace()).collect();
        assert!(words.iter().all(|w| { w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) }));
        words.sort_unstable();
        let twice: Vec<_> = words.windows(2).filter(|w| w[0] == w[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }

    #[test]
    fn headers_of_both_languages_are_known() {
        for (header, concept, kind) in [
            ("Email", "email", Some(Kind::Email)),
            ("E-Mail", "email", Some(Kind::Email)),
            ("e_mail", "email", Some(Kind::Email)),
            ("surel", "email", Some(Kind::Email)),
            ("No. HP", "phone", Some(Kind::Phone)),
            ("nohp", "phone", Some(Kind::Phone)),
            ("customer_phone", "phone", Some(Kind::Phone)),
            ("msisdn", "phone", Some(Kind::Phone)),
            ("NO_KTP", "national_id", Some(Kind::Nik)),
            ("no_kk", "family_card_number", Some(Kind::Nkk)),
            ("noka", "member_number", Some(Kind::Bpjs)),
            ("no_kartu", "member_number", Some(Kind::Id)),
            ("memberId", "member_number", Some(Kind::Id)),
            ("tglLahir", "birth_date", Some(Kind::Date)),
            ("Tanggal Lahir", "birth_date", Some(Kind::Date)),
            ("tempat_lahir", "birth_place", Some(Kind::Text)),
            ("jenis_kelamin", "sex", Some(Kind::Text)),
            ("Nama Lengkap", "name", Some(Kind::Name)),
            ("alamat", "address", Some(Kind::Text)),
            ("kdkantor", "office_code", Some(Kind::Id)),
            ("kode_kantor", "office_code", Some(Kind::Id)),
            ("no_rekening", "account_number", Some(Kind::Id)),
            ("tgl_daftar", "created_at", Some(Kind::Date)),
            ("created_at", "created_at", Some(Kind::Date)),
            ("updated_at", "updated_at", Some(Kind::Date)),
            ("password", "credential", None),
            ("status", "status", Some(Kind::Text)),
        ] {
            let entry = lookup(header.as_bytes()).unwrap_or_else(|| panic!("{header}"));
            assert_eq!((entry.concept, entry.kind), (concept, kind), "{header}");
        }
        for unknown in
            ["", "x1", "budi@example.com", "user_id_status", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]
        {
            assert_eq!(lookup(unknown.as_bytes()), None, "{unknown}");
        }
    }
}
