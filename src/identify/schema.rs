//! The schema: which columns of an institution's records are identifiers, attributes, dates or canaries (DESIGN 9).

use super::digest::Algorithm;
use super::form::Form;
use super::{Kind, vocabulary};
use crate::limits;
use crate::names::safe_text;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;

/// A schema file, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// Whose records they are.
    pub institution: Institution,
    /// What each column holds. Columns that are not named are ignored.
    #[serde(rename = "field", default)]
    pub fields: Vec<Field>,
}

/// Whose records, which system's copy, of when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Institution {
    /// Name, as the verdict will say it.
    pub name: String,
    /// The system or recipient's copy.
    #[serde(default = "default_dataset")]
    pub dataset: String,
    /// Day of the export, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "day_text")]
    pub snapshot: Option<String>,
    /// Default country of phone numbers, ISO 3166-1 alpha-2.
    #[serde(default = "default_region")]
    pub region: String,
}

fn default_dataset() -> String {
    "records".to_string()
}

fn default_region() -> String {
    "ID".to_string()
}

/// What one column holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Header, or 1-based position.
    pub column: Column,
    /// What its values are.
    pub kind: Kind,
    /// What it is used for.
    pub role: Role,
    /// Minted by this institution (member, account, policy number): the strongest evidence.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub issued: bool,
    /// What is compared across institutions; by default from the column's name and kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concept: Option<String>,
    /// For notices: health, financial, child, credential, contact, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Extra forms that masked values can agree with once the record is found; each costs 12 bits a record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Form>,
    /// Digests by which an identifier can be found, too, in each of its [spellings](super::spellings); each costs about 11 bytes a value and spelling.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hashes: Vec<Algorithm>,
}

/// A column, by header or by 1-based position.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Column {
    /// 1-based position.
    Position(u32),
    /// Header, compared without case and surrounding white space.
    Header(String),
}

impl std::fmt::Display for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Column::Position(n) => write!(f, "{n}"),
            Column::Header(name) => f.write_str(name),
        }
    }
}

/// What a column is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Can find a record alone.
    Identifier,
    /// Can agree or disagree once a record is found.
    Attribute,
    /// Day the record was made.
    Created,
    /// Day the record was last changed.
    Updated,
    /// Not empty, `0`, `no` or `false`: the record is planted and exists nowhere else.
    Canary,
    /// Not used.
    Ignore,
}

impl Field {
    /// What is compared across institutions: as given, else what the column's name is known to mean, else the kind's own concept,
    /// else the column's name.
    #[must_use]
    pub fn concept(&self) -> String {
        if let Some(concept) = &self.concept {
            return concept.clone();
        }
        if let Column::Header(name) = &self.column
            && let Some(entry) = vocabulary::lookup(name.as_bytes())
        {
            return entry.concept.to_string();
        }
        match self.kind {
            Kind::Text | Kind::Id | Kind::Date => self.column.to_string().trim().to_lowercase().replace([' ', '-'], "_"),
            kind => vocabulary::concept_of(kind).to_string(),
        }
    }
}

impl Field {
    /// Whether what the field asks for is possible in its role.
    fn check(&self) -> Result<()> {
        let column = safe_text(&self.column.to_string());
        if Algorithm::of_kind(self.kind).is_some() {
            return Err(Error::usage(format!("the column {column:?} holds digests by its kind"))
                .advice("give it kind = \"id\"; to be found by digests of its values, give a column of the values hashes"));
        }
        if !self.parts.is_empty() && !matches!(self.role, Role::Attribute | Role::Identifier) {
            return Err(Error::usage(format!("the column {column:?} has parts but is neither an attribute nor an identifier"))
                .advice("give parts to what is compared"));
        }
        if !self.hashes.is_empty() && self.role != Role::Identifier {
            return Err(Error::usage(format!("the column {column:?} has hashes but is not an identifier"))
                .advice("give hashes to identifiers only: an attribute cannot find a record, whichever way it is written"));
        }
        if (1..self.hashes.len()).any(|n| self.hashes[..n].contains(&self.hashes[n])) {
            return Err(Error::usage(format!("the column {column:?} names one of its hashes twice")).advice("name each once"));
        }
        Ok(())
    }
}

impl Institution {
    /// The region as the normalisers take it.
    #[must_use]
    pub fn region_code(&self) -> [u8; 2] {
        let bytes = self.region.as_bytes();
        [bytes.first().copied().unwrap_or(b'I'), bytes.get(1).copied().unwrap_or(b'D')]
    }
}

impl Schema {
    /// Reads and checks a schema file.
    ///
    /// # Errors
    /// When it cannot be read, is not TOML of this shape, or contradicts itself; the error names the line.
    pub fn read(path: &Path) -> Result<Schema> {
        const ADVICE: &str = "propose one with: leaktrace schema RECORDS.csv";
        let bytes = crate::source::read_small(path, "schema", ADVICE)?;
        let not_text = |_| Error::usage("the schema is not text").at(path).expected("a TOML file in UTF-8").advice(ADVICE);
        Schema::parse(std::str::from_utf8(&bytes).map_err(not_text)?).map_err(|e| e.at(path))
    }

    /// Parses and checks a schema.
    ///
    /// # Errors
    /// As [`Schema::read`].
    pub fn parse(text: &str) -> Result<Schema> {
        let schema: Schema = toml::from_str(text).map_err(|e| {
            let line = e.span().map_or(1, |span| 1 + text[..span.start.min(text.len())].matches('\n').count());
            Error::usage("the schema is not valid")
                .line(line as u64)
                .got(without_content(e.message()))
                .advice("compare with: leaktrace schema RECORDS.csv")
        })?;
        schema.check()?;
        Ok(schema)
    }

    fn check(&self) -> Result<()> {
        if self.institution.name.trim().is_empty() {
            return Err(Error::usage("the schema names no institution").expected("[institution] with name = \"…\""));
        }
        let region = self.institution.region.as_bytes();
        if region.len() != 2 || !region.iter().all(u8::is_ascii_uppercase) {
            return Err(Error::usage("the schema's region is not a country code").expected("two capital letters, for example \"ID\""));
        }
        let mut seen = BTreeSet::new();
        for field in &self.fields {
            let column = match &field.column {
                Column::Position(0) => {
                    return Err(Error::usage("a column position in the schema is 0").expected("positions count from 1"));
                }
                Column::Position(n) => Column::Position(*n),
                Column::Header(h) => Column::Header(h.trim().to_lowercase()),
            };
            if !seen.insert(column) {
                return Err(Error::usage(format!("the schema names the column {:?} twice", safe_text(&field.column.to_string())))
                    .advice("keep one [[field]] for each column"));
            }
            let date_role = matches!(field.role, Role::Created | Role::Updated);
            if date_role && field.kind != Kind::Date {
                return Err(Error::usage(format!(
                    "the column {:?} is a date by its role but not by its kind",
                    safe_text(&field.column.to_string())
                ))
                .expected("kind = \"date\""));
            }
            field.check()?;
        }
        for role in [Role::Created, Role::Updated, Role::Canary] {
            if self.with_role(role).count() > 1 {
                return Err(Error::usage(format!("the schema has more than one {role:?} column").to_lowercase()).expected("at most one"));
            }
        }
        let identifiers = self.with_role(Role::Identifier).count();
        if identifiers == 0 {
            return Err(Error::usage("the schema has no identifier, so no record could be found")
                .expected("at least one [[field]] with role = \"identifier\""));
        }
        if identifiers > limits::SEARCHABLE_FIELDS {
            return Err(Error::usage("the schema has too many identifiers")
                .expected(format!("at most {}", limits::SEARCHABLE_FIELDS))
                .got(identifiers.to_string()));
        }
        let parts: usize = self.with_role(Role::Identifier).map(|f| f.parts.len()).sum();
        let forms = parts + self.with_role(Role::Attribute).map(|f| 1 + f.parts.len()).sum::<usize>();
        if forms > limits::ATTRIBUTE_FORMS {
            return Err(Error::usage("the schema has too many attributes, parts included")
                .expected(format!("at most {}", limits::ATTRIBUTE_FORMS))
                .got(forms.to_string()));
        }
        Ok(())
    }

    /// The fields with this role, in the schema's order.
    pub fn with_role(&self, role: Role) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |f| f.role == role)
    }

    /// The schema as TOML.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }
}

/// A parser's message without what it quotes from the file, which may be records that were given in the schema's place: its first words, and
/// what was expected.
fn without_content(message: &str) -> String {
    let (found, expected) = match message.rsplit_once(", expected") {
        Some((found, expected)) => (found, format!(", expected{}", safe_text(expected))),
        None => (message, String::new()),
    };
    // The names of missing fields are ours.
    let end = if found.starts_with("missing field") { None } else { found.find(['`', '"', '\'', ':']) };
    format!("{}{expected}", safe_text(found[..end.unwrap_or(found.len())].trim_end()))
}

/// A day in a schema: a TOML date or a string, checked to be `YYYY-MM-DD`.
mod day_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Day {
            Text(String),
            Date(toml::value::Datetime),
        }
        let text = match Day::deserialize(d)? {
            Day::Text(t) => t,
            Day::Date(d) => d.to_string(),
        };
        match text.parse::<jiff::civil::Date>() {
            Ok(day) => Ok(Some(day.to_string())),
            Err(_) => Err(D::Error::custom("snapshot is not a day, expected YYYY-MM-DD")),
        }
    }

    pub fn serialize<S: Serializer>(day: &Option<String>, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(day.as_deref().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        [institution]
        name = "A"
        snapshot = 2026-11-01
        [[field]]
        column = "Email"
        kind = "email"
        role = "identifier"
        [[field]]
        column = 2
        kind = "name"
        role = "attribute"
        parts = ["initial"]
    "#;

    #[test]
    fn reads_the_contract_s_form_and_gives_it_back() {
        let schema = Schema::parse(GOOD).unwrap();
        assert_eq!(schema.institution.snapshot.as_deref(), Some("2026-11-01"));
        assert_eq!(schema.fields[1].column, Column::Position(2));
        assert_eq!(schema.fields[0].concept(), "email");
        assert_eq!(Schema::parse(&schema.to_toml()).unwrap(), schema);
    }

    #[test]
    fn hashes_and_parts_are_off_and_can_be_asked_for() {
        assert!(!Schema::parse(GOOD).unwrap().to_toml().contains("hashes"));
        let asked = GOOD
            .replace("role = \"identifier\"", "role = \"identifier\"\nhashes = [\"md5\", \"sha512\"]\nparts = [\"initial\", \"domain\"]");
        let schema = Schema::parse(&asked).unwrap();
        assert_eq!(schema.fields[0].hashes, [Algorithm::Md5, Algorithm::Sha512]);
        assert_eq!(schema.fields[0].parts, [Form::Initial, Form::Domain]);
        assert_eq!(Schema::parse(&schema.to_toml()).unwrap(), schema);
        let unknown =
            Schema::parse(&GOOD.replace("role = \"identifier\"", "role = \"identifier\"\nhashes = [\"md6\"]")).unwrap_err().to_string();
        assert!(unknown.contains("sha256") && !unknown.contains("md6"), "{unknown}");
    }

    #[test]
    fn what_a_parser_quotes_is_not_told() {
        for bad in ["\"Budi Planted\" = 1", "Budi Planted,1", "institution = \"Budi Planted\"", "[\"Budi Planted\"]", "[[Budi Planted]]"] {
            let error = Schema::parse(bad).unwrap_err().to_string();
            assert!(!error.contains("Budi") && error.contains("not valid"), "{error}");
        }
        let kind = Schema::parse(&GOOD.replace("\"name\"\n", "\"Budi, expected\"\n")).unwrap_err().to_string();
        assert!(!kind.contains("Budi") && kind.contains("expected one of"), "{kind}");
    }

    #[test]
    fn says_what_contradicts() {
        for (bad, word) in [
            (GOOD.replace("name = \"A\"", "name = \" \""), "no institution"),
            (GOOD.replace("column = 2", "column = \"email \""), "twice"),
            (GOOD.replace("column = 2", "column = 0"), "position"),
            (GOOD.replace("\"identifier\"", "\"attribute\""), "no identifier"),
            (GOOD.replace("2026-11-01", "2026-13-01"), "not valid"),
            (GOOD.replace("kind = \"name\"", "kind = \"nmae\""), "not valid"),
            (GOOD.replace("snapshot = 2026-11-01", "region = \"id\""), "region"),
            (GOOD.replace("parts = [\"initial\"]", "hashes = [\"md5\"]"), "not an identifier"),
            (GOOD.replace("role = \"identifier\"", "role = \"identifier\"\nhashes = [\"md6\"]"), "not valid"),
            (GOOD.replace("role = \"identifier\"", "role = \"identifier\"\nhashes = [\"md5\", \"md5\"]"), "twice"),
            (GOOD.replace("kind = \"email\"", "kind = \"md5\""), "digests by its kind"),
        ] {
            let error = Schema::parse(&bad).unwrap_err().to_string();
            assert!(error.contains(word), "{word}: {error}");
        }
    }
}
