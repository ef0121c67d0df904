//! A schema proposed from headers and profiles, with a reason for each column; a person confirms or corrects it.

use super::profile::{ColumnProfile, ENOUGH};
use super::schema::{Column, Field, Role};
use super::{Kind, mask, vocabulary};
use crate::limits;

/// What is proposed for one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// What its values are.
    pub kind: Kind,
    /// What it is used for.
    pub role: Role,
    /// Minted by the institution.
    pub issued: bool,
    /// What is compared across institutions, where the header is known.
    pub concept: Option<&'static str>,
    /// For notices.
    pub category: Option<&'static str>,
    /// Why, in one line. Holds no value and no header.
    pub reason: String,
}

impl Proposal {
    /// What the field could have beside, as lines of a schema for a person to choose from: how its values could be found hashed, and compared masked.
    #[must_use]
    pub fn extras(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !matches!(self.role, Role::Identifier | Role::Attribute) {
            return lines;
        }
        let parts = mask::usual_parts(self.kind);
        if !parts.is_empty() {
            lines.push(format!("parts = {parts:?}    # agrees with masked values, such as {}", mask::example(self.kind)));
        }
        if self.role == Role::Identifier {
            lines.push(
                "hashes = [\"md5\", \"sha1\", \"sha256\"]    # is found by these digests, too: about 11 bytes a value, spelling and digest"
                    .to_string(),
            );
        }
        lines
    }

    /// The proposal as a schema's field.
    #[must_use]
    pub fn field(&self, column: Column) -> Field {
        Field {
            column,
            kind: self.kind,
            role: self.role,
            issued: self.issued,
            concept: self.concept.map(str::to_string),
            category: self.category.map(str::to_string),
            parts: Vec::new(),
            hashes: Vec::new(),
        }
    }
}

/// Proposes a kind, a role and a reason for each column, in order. The result is a schema that passes its checks, as far as the columns allow:
/// at most one created and one updated day, no more identifiers and attributes than an index takes.
#[must_use]
pub fn propose(columns: &[(Option<&[u8]>, &ColumnProfile)]) -> Vec<Proposal> {
    let mut proposals: Vec<Proposal> = columns.iter().map(|(header, profile)| propose_one(*header, profile)).collect();
    for role in [Role::Created, Role::Updated, Role::Canary] {
        let others = proposals.iter_mut().filter(|p| p.role == role).skip(1);
        others.for_each(|p| step_down(p, Role::Attribute, "another column has this role already"));
    }
    let others = proposals.iter_mut().filter(|p| p.role == Role::Identifier).skip(limits::SEARCHABLE_FIELDS);
    others.for_each(|p| step_down(p, Role::Attribute, "an index takes no more identifiers"));
    let others = proposals.iter_mut().filter(|p| p.role == Role::Attribute).skip(limits::ATTRIBUTE_FORMS);
    others.for_each(|p| step_down(p, Role::Ignore, "an index takes no more attributes"));
    proposals
}

fn step_down(proposal: &mut Proposal, role: Role, why: &str) {
    proposal.role = role;
    proposal.reason = format!("{}; {why}", proposal.reason);
}

fn propose_one(header: Option<&[u8]>, profile: &ColumnProfile) -> Proposal {
    let word = header.and_then(vocabulary::lookup);
    let seen = profile.present();
    let mut proposal = Proposal {
        kind: word.and_then(|w| w.kind).unwrap_or(Kind::Text),
        role: word.map_or(Role::Attribute, |w| w.role),
        issued: word.is_some_and(|w| w.issued),
        concept: word.map(|w| w.concept),
        category: word.and_then(|w| w.category),
        reason: String::new(),
    };
    if word.is_some_and(|w| matches!(w.role, Role::Ignore | Role::Canary)) {
        proposal.reason = "the header names a secret or a mark, which is not compared as a value".to_string();
        if proposal.role == Role::Canary {
            proposal.reason = "the header says that these records are planted".to_string();
        }
        return proposal;
    }
    if seen == 0 {
        proposal.role = Role::Ignore;
        proposal.issued = false;
        proposal.reason = format!("none of {} sampled values holds anything", thousands(profile.cells()));
        return proposal;
    }
    let best = profile.best();
    let best = best.filter(|(kind, _)| telling(*kind, word.and_then(|w| w.kind)));
    // Card numbers and family cards under a header for NIK, and the like: the header decides where the values allow it.
    let agreed = word.and_then(|w| w.kind).and_then(|kind| Some((kind, profile.share_of(kind)?))).filter(|(_, share)| *share >= ENOUGH);
    if let Some((kind, share)) = agreed.or(best) {
        proposal.kind = kind;
        proposal.reason = format!("{} of {} sampled values are {}", percent(share), thousands(seen), plural(kind));
        match word {
            Some(w) if w.kind == Some(kind) => {}
            // The header promised another kind; what it says about role and concept went with it.
            Some(w) if w.kind != Some(Kind::Id) => by_kind(&mut proposal),
            Some(_) => proposal.role = if is_identifier(kind) { Role::Identifier } else { proposal.role },
            None => by_kind(&mut proposal),
        }
        return proposal;
    }
    let unique = profile.uniqueness().unwrap_or(0.0);
    let codes = profile.code_like().unwrap_or(0.0);
    match word {
        Some(w) if w.kind.is_some_and(|kind| !matches!(kind, Kind::Id | Kind::Text | Kind::Name)) && w.kind != Some(Kind::Date) => {
            proposal.role = if unique > 0.5 { w.role } else { Role::Attribute };
            proposal.reason =
                format!("the header says {}; few of {} sampled values have the usual shape", plural(proposal.kind), thousands(seen));
        }
        Some(w) if w.kind == Some(Kind::Date) => {
            proposal.kind = Kind::Text;
            proposal.role = Role::Attribute;
            proposal.reason = format!("the header says dates, but few of {} sampled values can be read as one", thousands(seen));
        }
        Some(w) if w.kind == Some(Kind::Id) && w.role == Role::Identifier && unique < 0.5 => {
            proposal.role = Role::Attribute;
            proposal.issued = false;
            proposal.reason = format!("the header says an id, but only {} of {} sampled values differ", percent(unique), thousands(seen));
        }
        Some(w) => {
            proposal.reason =
                format!("the header is known as {}; {} of {} sampled values differ", w.concept, percent(unique), thousands(seen))
        }
        None if codes >= ENOUGH && unique >= 0.95 && profile.mean_bytes().unwrap_or(0.0) >= 5.0 => {
            proposal.kind = Kind::Id;
            proposal.role = Role::Identifier;
            proposal.issued = true;
            proposal.reason = format!(
                "{} of {} sampled values are codes, {} differ: looks like an issued id",
                percent(codes),
                thousands(seen),
                percent(unique)
            );
        }
        None if codes >= ENOUGH => {
            proposal.kind = Kind::Id;
            proposal.reason = format!("{} of {} sampled values are codes, {} differ", percent(codes), thousands(seen), percent(unique));
        }
        None => proposal.reason = format!("{} sampled values of no known kind, {} differ", thousands(seen), percent(unique)),
    }
    proposal
}

/// Whether values that look like `kind` are enough under a header that promises `promised`. Names look like towns and statuses, passport numbers like
/// any code of a letter and digits, dates and addresses of networks like codes in parts.
fn telling(kind: Kind, promised: Option<Kind>) -> bool {
    match kind {
        Kind::Name => promised.is_none_or(|p| p == Kind::Name),
        Kind::Passport => promised == Some(Kind::Passport),
        Kind::Date | Kind::Ip => promised != Some(Kind::Id),
        // Digests are codes to whoever holds them.
        Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 => false,
        _ => true,
    }
}

/// Role and meaning as the kind alone suggests them.
fn by_kind(proposal: &mut Proposal) {
    let kind = proposal.kind;
    proposal.role = if is_identifier(kind) { Role::Identifier } else { Role::Attribute };
    proposal.issued = false;
    proposal.concept = (kind != Kind::Date).then(|| vocabulary::concept_of(kind));
    proposal.category = match kind {
        Kind::Email | Kind::Phone => Some("contact"),
        Kind::Nik | Kind::Nkk | Kind::Passport => Some("identity"),
        Kind::Npwp | Kind::Card | Kind::Iban => Some("financial"),
        Kind::Bpjs => Some("health"),
        _ => None,
    };
}

/// Kinds whose values find a person alone. A family card is shared by a household, an address by a network.
fn is_identifier(kind: Kind) -> bool {
    matches!(kind, Kind::Email | Kind::Phone | Kind::Nik | Kind::Npwp | Kind::Bpjs | Kind::Card | Kind::Iban | Kind::Passport)
}

fn plural(kind: Kind) -> &'static str {
    match kind {
        Kind::Email => "e-mail addresses",
        Kind::Phone => "phone numbers",
        Kind::Nik => "national identity numbers",
        Kind::Nkk => "family card numbers",
        Kind::Npwp => "taxpayer numbers",
        Kind::Bpjs => "BPJS card numbers",
        Kind::Card => "payment card numbers",
        Kind::Iban => "IBANs",
        Kind::Passport => "passport numbers",
        Kind::Ip => "IP addresses",
        Kind::Name => "names of persons",
        Kind::Date => "dates",
        Kind::Text => "texts",
        Kind::Id => "codes",
        Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512 => "digests",
    }
}

/// A share in whole percent, rounded towards the middle: neither 0% nor 100% is said of a share that is not.
fn percent(share: f64) -> String {
    let rounded = (share * 100.0).round();
    match share {
        s if s > 0.0 && rounded < 1.0 => "under 1%".to_string(),
        s if s < 1.0 && rounded > 99.0 => "over 99%".to_string(),
        _ => format!("{rounded}%"),
    }
}

/// A count with commas between thousands.
fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identify::Params;

    fn profile(cells: impl IntoIterator<Item = String>) -> ColumnProfile {
        let mut profile = ColumnProfile::new();
        cells.into_iter().for_each(|cell| profile.add(cell.as_bytes(), &Params::default()));
        profile
    }

    fn one(header: Option<&str>, cell: impl Fn(usize) -> String) -> Proposal {
        propose(&[(header.map(str::as_bytes), &profile((0..1000).map(cell)))]).remove(0)
    }

    #[test]
    fn values_decide_and_the_reason_says_so() {
        let p = one(None, |i| if i < 970 { format!("u{i}@example.com") } else { "kosong".into() });
        assert_eq!((p.kind, p.role, p.concept), (Kind::Email, Role::Identifier, Some("email")));
        assert_eq!(p.reason, "97% of 1,000 sampled values are e-mail addresses");
    }

    #[test]
    fn headers_refine_what_values_leave_open() {
        let p = one(Some("noka"), |i| format!("0001234567{i:03}"));
        assert_eq!((p.kind, p.role, p.issued, p.concept), (Kind::Bpjs, Role::Identifier, true, Some("member_number")));
        let p = one(Some("member_id"), |i| format!("M-{i:06}"));
        assert_eq!((p.kind, p.role, p.issued, p.concept), (Kind::Id, Role::Identifier, true, Some("member_number")));
        let p = one(Some("kdkantor"), |i| format!("09{:02}", i % 7));
        assert_eq!((p.kind, p.role, p.issued, p.concept), (Kind::Id, Role::Attribute, false, Some("office_code")));
        let p = one(Some("kota"), |_| "Jakarta Selatan".into());
        assert_eq!((p.kind, p.role, p.concept), (Kind::Text, Role::Attribute, Some("city")));
        let p = one(Some("created_at"), |i| format!("2020-01-{:02} 10:00:00", 1 + i % 28));
        assert_eq!((p.kind, p.role), (Kind::Date, Role::Created));
        let p = one(Some("password"), |i| format!("pw{i}"));
        assert_eq!(p.role, Role::Ignore);
        let p = one(Some("nama"), |_| "Budi".into());
        assert_eq!((p.kind, p.concept), (Kind::Name, Some("name")));
        let p = one(None, |i| format!("PL{:08}", i * 7919));
        assert_eq!((p.kind, p.role, p.issued), (Kind::Id, Role::Identifier, true));
        let p = one(Some("alamat"), |i| format!("u{i}@example.com"));
        assert_eq!((p.kind, p.role, p.concept), (Kind::Email, Role::Identifier, Some("email")));
        let p = one(Some("email"), |_| String::new());
        assert_eq!(p.role, Role::Ignore);
    }

    #[test]
    fn what_masked_and_hashed_dumps_need_is_offered_not_asked_for() {
        let phone = one(Some("no_hp"), |i| format!("08123456{i:04}"));
        let [parts, hashes] = &phone.extras()[..] else { panic!("two lines: {:?}", phone.extras()) };
        assert!(parts.starts_with("parts = [\"first4\", \"last4\"]") && hashes.starts_with("hashes = [\"md5\""));
        let name = one(Some("nama"), |_| "Budi".into());
        assert!(name.extras().iter().all(|line| line.starts_with("parts = [\"initial\"]")), "{:?}", name.extras());
        assert_eq!(one(Some("password"), |i| format!("pw{i}")).extras(), [""; 0]);
        // Taken out of their comments, the lines are a schema's.
        let mut field = toml::to_string(&phone.field(Column::Position(1))).unwrap();
        phone.extras().iter().for_each(|line| field += &format!("{line}\n"));
        let schema = format!("[institution]\nname = \"A\"\n[[field]]\n{field}");
        assert_eq!(crate::identify::schema::Schema::parse(&schema).unwrap().fields[0].hashes.len(), 3);
    }

    #[test]
    fn roles_that_may_stand_once_stand_once() {
        let dates = profile((0..100).map(|i| format!("2020-01-{:02}", 1 + i % 28)));
        let proposals = propose(&[(Some(b"created_at"), &dates), (Some(b"tgl_daftar"), &dates), (Some(b"updated_at"), &dates)]);
        assert_eq!(proposals.iter().map(|p| p.role).collect::<Vec<_>>(), [Role::Created, Role::Attribute, Role::Updated]);
        let mails = profile((0..100).map(|i| format!("u{i}@example.com")));
        let many: Vec<(Option<&[u8]>, &ColumnProfile)> = (0..60).map(|_| (None, &mails)).collect();
        let roles: Vec<Role> = propose(&many).iter().map(|p| p.role).collect();
        assert_eq!(roles.iter().filter(|r| **r == Role::Identifier).count(), limits::SEARCHABLE_FIELDS);
        assert_eq!(roles.iter().filter(|r| **r == Role::Attribute).count(), limits::ATTRIBUTE_FORMS);
    }

    #[test]
    fn no_reason_holds_a_value() {
        let secret = "qqzz-7";
        for header in [None, Some("status"), Some("email"), Some("tgl_lahir"), Some("password"), Some("member_id")] {
            assert!(!one(header, |_| secret.to_string()).reason.contains("qqzz"));
        }
    }
}
