//! The section that can be read without the key: whose records, which fields, how many, made from what, under which rules.
//! Never a value.

use super::records::RecordLayout;
use super::table::Geometry;
use crate::fingerprint::{KeyId, SPEC_VERSION};
use crate::identify::digest::Algorithm;
use crate::identify::form::Form;
use crate::identify::schema::{Field, Role, Schema};
use crate::identify::{Kind, Params};
use crate::limits;
use crate::names::safe_text;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// What an index says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meta {
    /// The release that wrote it, `leaktrace 0.1.0`.
    pub written_by: String,
    /// Whose records.
    pub institution: String,
    /// Which system or recipient's copy.
    pub dataset: String,
    /// Day of the export, `YYYY-MM-DD`.
    pub snapshot: Option<String>,
    /// Country of phone numbers written without a country code.
    pub region: String,
    /// Searchable fields, in table order: the first is field 1.
    pub identifiers: Vec<IdentifierField>,
    /// Attribute forms, in the order of a record's row.
    pub attributes: Vec<AttributeForm>,
    /// What a record's row holds.
    pub layout: RecordLayout,
    /// Records.
    pub records: u64,
    /// Identifier values and digests of them put in, counted with repeats.
    pub values: u64,
    /// Distinct fingerprints, each a slot.
    pub keys: u64,
    /// Distinct values that several fields or records hold.
    pub shared: u64,
    /// Distinct values that too many records hold to be evidence.
    pub common: u64,
    /// Home buckets of the table.
    pub buckets: u64,
    /// Bits of a record number.
    pub record_bits: u32,
    /// Entries of the panel sample.
    pub panel_records: u64,
    /// Version of the fingerprint's definition.
    pub fingerprint_spec: u8,
    /// Public name of the key.
    pub key_id: String,
    /// Derived from key, schema and inputs; 32 hex digits.
    pub nonce: String,
    /// The files it was made from, in order.
    pub inputs: Vec<InputDigest>,
    /// Rows of the inputs that gave no record (ledger), and why.
    pub skipped: Vec<crate::ledger::Skipped>,
    /// The build's own check.
    pub self_check: Option<SelfCheck>,
}

/// A searchable field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentifierField {
    /// The schema's column.
    pub name: String,
    /// What its values are.
    pub kind: Kind,
    /// Version of the kind's rules.
    pub ruleset: u16,
    /// Minted by the institution.
    pub issued: bool,
    /// What is compared across institutions.
    pub concept: String,
    /// For notices.
    pub category: Option<String>,
    /// Digests by which its values can be found, too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hashes: Vec<Algorithm>,
    /// Records that hold a value.
    pub present: u64,
}

/// One form of an attribute, or of an identifier that has parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeForm {
    /// The schema's column.
    pub name: String,
    /// What its values are.
    pub kind: Kind,
    /// Version of the kind's rules.
    pub ruleset: u16,
    /// The whole value, or a part of it.
    pub form: Form,
    /// What is compared across institutions.
    pub concept: String,
    /// For notices.
    pub category: Option<String>,
    /// Records that hold a value.
    pub present: u64,
}

/// One input, without its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputDigest {
    /// BLAKE3 of the file.
    pub blake3: String,
    /// Its length.
    pub bytes: u64,
    /// Number of its first record.
    pub first_record: u64,
}

/// A sample of the build's own input, looked up in the finished index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfCheck {
    /// Identifier values looked up.
    pub values: u64,
    /// Of these, found on their own record.
    pub found: u64,
    /// Of these, common by the build's own account, hence not evidence.
    pub common: u64,
}

impl Meta {
    /// The fields of a schema, before anything was counted.
    #[must_use]
    pub fn of_schema(schema: &Schema, key_id: KeyId) -> Meta {
        let identifiers = schema
            .with_role(Role::Identifier)
            .map(|f| IdentifierField {
                name: safe_text(&f.column.to_string()),
                kind: f.kind,
                ruleset: f.kind.ruleset(),
                issued: f.issued,
                concept: safe_text(&f.concept()),
                category: f.category.clone(),
                hashes: f.hashes.clone(),
                present: 0,
            })
            .collect::<Vec<_>>();
        let attributes = attribute_forms(schema)
            .map(|(f, form)| AttributeForm {
                name: safe_text(&f.column.to_string()),
                kind: f.kind,
                ruleset: f.kind.ruleset(),
                form,
                concept: safe_text(&f.concept()),
                category: f.category.clone(),
                present: 0,
            })
            .collect::<Vec<_>>();
        let has = |role| schema.with_role(role).next().is_some();
        let layout = RecordLayout {
            forms: attributes.len(),
            identifiers: identifiers.len(),
            created: has(Role::Created),
            updated: has(Role::Updated),
            canary: has(Role::Canary),
        };
        Meta {
            written_by: format!("leaktrace {}", env!("CARGO_PKG_VERSION")),
            institution: schema.institution.name.clone(),
            dataset: schema.institution.dataset.clone(),
            snapshot: schema.institution.snapshot.clone(),
            region: schema.institution.region.clone(),
            identifiers,
            attributes,
            layout,
            records: 0,
            values: 0,
            keys: 0,
            shared: 0,
            common: 0,
            buckets: 1,
            record_bits: 1,
            panel_records: 0,
            fingerprint_spec: SPEC_VERSION,
            key_id: key_id.to_string(),
            nonce: String::new(),
            inputs: Vec::new(),
            skipped: Vec::new(),
            self_check: None,
        }
    }

    /// Parses the section and checks that everything fits together and was made under this version's rules.
    ///
    /// # Errors
    /// When it is damaged or was made under other rules.
    pub fn parse(bytes: &[u8]) -> Result<Meta> {
        let meta: Meta = serde_json::from_slice(bytes).map_err(|e| {
            Error::damaged("the description inside this index cannot be read")
                .got(format!("a JSON error in line {}, column {}", e.line(), e.column()))
                .advice("get a fresh copy, or build it again with: leaktrace index")
        })?;
        if meta.fingerprint_spec != SPEC_VERSION {
            return Err(Error::damaged("this index holds fingerprints of another version")
                .expected(SPEC_VERSION.to_string())
                .got(meta.fingerprint_spec.to_string())
                .advice(format!("read it with the release that wrote it ({}), or build it again", meta.writer())));
        }
        let rulesets = meta.identifiers.iter().map(|f| (f.kind, f.ruleset)).chain(meta.attributes.iter().map(|f| (f.kind, f.ruleset)));
        for (kind, ruleset) in rulesets {
            if ruleset != kind.ruleset() {
                return Err(Error::damaged(format!("this index was made under other rules for {} values", kind.name()))
                    .expected(format!("ruleset {}", kind.ruleset()))
                    .got(format!("ruleset {ruleset}"))
                    .advice(format!("read it with the release that wrote it ({}), or build it again with this one", meta.writer())));
            }
        }
        let sound = meta.layout.is_sound()
            && meta.layout.identifiers == meta.identifiers.len()
            && meta.layout.forms == meta.attributes.len()
            && meta.identifiers.iter().all(|f| Algorithm::of_kind(f.kind).is_none())
            && meta.records <= limits::INDEX_RECORDS
            && meta.region.len() == 2
            && nonce_bytes(&meta.nonce).is_some()
            && meta.key_id.parse::<KeyId>().is_ok()
            && meta.key_id.parse::<KeyId>().is_ok()
            && meta.snapshot.as_ref().is_none_or(|day| day.parse::<jiff::civil::Date>().is_ok() && day.is_ascii())
            && meta.geometry().record_bits == Geometry::for_keys(1, meta.records).record_bits;
        if !sound {
            return Err(Error::damaged("the description inside this index contradicts itself")
                .advice("get a fresh copy, or build it again with: leaktrace index"));
        }
        Ok(meta)
    }

    fn writer(&self) -> String {
        safe_text(&self.written_by)
    }

    /// Sizes that lookups depend on.
    #[must_use]
    pub fn geometry(&self) -> Geometry {
        Geometry { buckets: self.buckets, record_bits: self.record_bits }
    }

    /// The nonce's bytes.
    #[must_use]
    pub fn nonce(&self) -> [u8; 16] {
        nonce_bytes(&self.nonce).unwrap_or_default()
    }

    /// The normalisers' parameters. The order of day and month belongs to each column that is read.
    #[must_use]
    pub fn params(&self) -> Params {
        let region = self.region.as_bytes();
        Params { region: [region[0], region[1]], ..Params::default() }
    }

    /// A searchable field by its number in the table, 1-based.
    #[must_use]
    pub fn identifier(&self, field: u8) -> Option<&IdentifierField> {
        self.identifiers.get(usize::from(field).checked_sub(1)?)
    }
}

/// Every form of every attribute of a schema, in the order of a record's row: each attribute whole, then its parts; behind them the parts of identifiers.
pub fn attribute_forms(schema: &Schema) -> impl Iterator<Item = (&Field, Form)> {
    let parts = |f: &'_ Field| f.parts.iter().copied().filter(|&p| p != Form::Whole).collect::<Vec<_>>();
    let whole =
        schema.with_role(Role::Attribute).flat_map(move |f| std::iter::once(Form::Whole).chain(parts(f)).map(move |form| (f, form)));
    whole.chain(schema.with_role(Role::Identifier).flat_map(move |f| parts(f).into_iter().map(move |form| (f, form))))
}

fn nonce_bytes(hex: &str) -> Option<[u8; 16]> {
    if hex.len() != 32 || !hex.is_ascii() {
        return None;
    }
    let mut out = [0; 16];
    for (n, byte) in out.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).ok()?;
    }
    Some(out)
}
