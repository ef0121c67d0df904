//! The document as a STIX 2.1 bundle (OASIS Standard, 10 June 2021): the files, the institutions that the findings support, what was found, and a
//! report that holds it together. Findings about data, never a person's.
//!
//! Markings are those of the OASIS extension for TLP 2.0 (cti-stix-common-objects, `extension-definition-specifications/tlp-2.0`), whose
//! identifiers are fixed. Files take the identifiers that the specification derives from their content (section 2.9); everything else has one of
//! ours (`Ids`), version 5 instead of the 4 that the specification recommends, so that exports of one case replace each other.

use crate::report::digests::FileDigests;
use crate::report::document::{Answer, Document};
use crate::report::subject::{self, Ids, Posted, Subject};
use crate::report::tlp::Tlp;
use serde_json::{Map, Value, json};
use std::collections::HashSet;
use uuid::Uuid;

/// Namespace of identifiers that follow from an observable's content (STIX 2.1, section 2.9).
const OBSERVABLES: Uuid = Uuid::from_u128(0x00ab_edb4_aa42_466c_9c01_fed2_3315_a9b7);
/// The extension that says TLP 2.0.
const TLP_EXTENSION: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";
/// When OASIS made the five markings.
const TLP_CREATED: &str = "2022-10-01T00:00:00.000Z";
/// Key of a BLAKE3 digest: outside the vocabulary of hashes, hence with the prefix of custom keys.
const BLAKE3: &str = "x_blake3";

/// The bundle. `files` are the digests of the dump's files, as far as they were taken.
#[must_use]
pub fn bundle(document: &Document, files: &[FileDigests], tlp: Tlp) -> Value {
    let maker = Maker::new(document, tlp);
    let mut objects = Objects::default();
    objects.put(marking(tlp));
    objects.put(maker.creator(document));
    let first = objects.list.len();
    for (n, answer) in subject::answers(document).into_iter().enumerate() {
        maker.answer(&mut objects, n, answer, files);
    }
    let about: Vec<Value> = objects.list.iter().skip(first).map(|o| o["id"].clone()).collect();
    objects.put(maker.report(document, about));
    json!({ "type": "bundle", "id": maker.id("bundle", &["bundle"]), "objects": objects.list })
}

/// The marking of a label, as OASIS published it.
fn marking(tlp: Tlp) -> Value {
    json!({
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": marking_id(tlp),
        "created": TLP_CREATED,
        "name": format!("TLP:{}", tlp.name().to_uppercase()),
        "extensions": { TLP_EXTENSION: { "extension_type": "property-extension", "tlp_2_0": tlp.name() } },
    })
}

fn marking_id(tlp: Tlp) -> &'static str {
    match tlp {
        Tlp::Clear => "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
        Tlp::Green => "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
        Tlp::Amber => "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
        Tlp::AmberStrict => "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
        Tlp::Red => "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
    }
}

/// What all objects share.
struct Maker {
    ids: Ids,
    time: String,
    marking: &'static str,
    creator: String,
}

impl Maker {
    fn new(document: &Document, tlp: Tlp) -> Maker {
        let ids = Ids::new(document);
        let time = subject::started(document).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        let creator = format!("identity--{}", ids.of(&["creator"]));
        Maker { ids, time, marking: marking_id(tlp), creator }
    }

    fn id(&self, kind: &str, role: &[&str]) -> String {
        format!("{kind}--{}", self.ids.of(role))
    }

    /// A domain object: what is common, then its own.
    fn object(&self, kind: &str, role: &[&str], own: Value) -> Value {
        let mut object = Map::new();
        object.insert("type".to_string(), json!(kind));
        object.insert("spec_version".to_string(), json!("2.1"));
        object.insert("id".to_string(), json!(self.id(kind, role)));
        object.insert("created_by_ref".to_string(), json!(self.creator));
        object.insert("created".to_string(), json!(self.time));
        object.insert("modified".to_string(), json!(self.time));
        object.insert("object_marking_refs".to_string(), json!([self.marking]));
        if let Value::Object(own) = own {
            object.extend(own);
        }
        Value::Object(object)
    }

    /// Who says all this: the examiner where one is named, a person or an organisation, which is not said; else the program.
    fn creator(&self, document: &Document) -> Value {
        let own = match document.case.examiner.as_deref().filter(|name| !name.is_empty()) {
            Some(name) => json!({ "name": name, "description": format!("Examiner; made with {}.", document.tool) }),
            None => json!({ "name": "leaktrace", "identity_class": "system", "description": document.tool }),
        };
        self.object("identity", &["creator"], own)
    }

    /// One answer: files, institutions, how they relate, and the findings.
    fn answer(&self, objects: &mut Objects, n: usize, answer: &Answer, files: &[FileDigests]) {
        let number = n.to_string();
        let posted: Vec<Value> = subject::posted(answer, files).iter().map(|f| file(f, self.marking)).collect();
        let mut about: Vec<Value> = posted.iter().map(|o| o["id"].clone()).collect();
        posted.into_iter().for_each(|o| objects.put(o));
        for found in subject::supported(answer) {
            let institution = self.institution(&found);
            let id = institution["id"].clone();
            objects.put(institution);
            for file in &about {
                let role = ["relationship", &number, file.as_str().unwrap_or_default(), &found.entry.institution];
                let own = json!({
                    "relationship_type": "related-to",
                    "source_ref": file,
                    "target_ref": id,
                    "description": found.finding(),
                });
                objects.put(self.object("relationship", &role, own));
            }
            let refs: Vec<&Value> = std::iter::once(&id).chain(&about).collect();
            let own = json!({
                "abstract": format!("Findings about {}", found.entry.institution),
                "content": std::iter::once(found.finding()).chain(found.figures(answer)).collect::<Vec<_>>().join("\n"),
                "object_refs": refs,
            });
            objects.put(self.object("note", &["finding", &number, &found.entry.institution], own));
        }
        if about.is_empty() {
            about.push(json!(self.creator));
        }
        let own =
            json!({ "abstract": format!("Verdict: {}", answer.verdict.kind.words()), "content": verdict(answer), "object_refs": about });
        objects.put(self.object("note", &["verdict", &number], own));
    }

    fn institution(&self, found: &Subject) -> Value {
        let description = "An institution whose records the data are consistent with; see the notes for how firmly.";
        let own = json!({ "name": found.entry.institution, "identity_class": "organization", "description": description });
        self.object("identity", &["institution", &found.entry.institution], own)
    }

    fn report(&self, document: &Document, about: Vec<Value>) -> Value {
        let answers = subject::answers(document);
        let named = answers.iter().any(|a| !subject::supported(a).is_empty());
        let case = document.case.case.as_deref().filter(|c| !c.is_empty());
        let name = case.map_or_else(
            || "Posted data: whose records they are".to_string(),
            |case| format!("Posted data: whose records they are (case {case})"),
        );
        let description = answers.iter().map(|a| verdict(a)).collect::<Vec<_>>().join("\n\n");
        let mut own = json!({
            "name": name,
            "description": description,
            "report_types": if named { vec!["observed-data", "identity"] } else { vec!["observed-data"] },
            "published": self.time,
            "object_refs": about,
        });
        if let (Some(case), Some(own)) = (case, own.as_object_mut()) {
            own.insert("external_references".to_string(), json!([{ "source_name": "case", "external_id": case }]));
        }
        self.object("report", &["report"], own)
    }
}

/// The verdict's sentence and what holds it back.
fn verdict(answer: &Answer) -> String {
    std::iter::once(&answer.verdict.sentence).chain(&answer.verdict.reservations).cloned().collect::<Vec<_>>().join("\n")
}

/// The objects of a bundle, each once: files and institutions can be part of several answers.
#[derive(Default)]
struct Objects {
    seen: HashSet<String>,
    list: Vec<Value>,
}

impl Objects {
    fn put(&mut self, object: Value) {
        if self.seen.insert(object["id"].as_str().unwrap_or_default().to_string()) {
            self.list.push(object);
        }
    }
}

/// A file as an observable. Its identifier follows from its name and one digest, the one that the specification prefers.
fn file(posted: &Posted, marking: &str) -> Value {
    let digest = posted.sha256.as_ref().map(|d| ("SHA-256", d)).or(posted.blake3.as_ref().map(|d| (BLAKE3, d)));
    // RFC 8785: keys in order, no spaces; strings as serde_json writes them.
    let contributing = match digest {
        Some((name, digest)) => json!({ "hashes": { name: digest }, "name": posted.name }),
        None => json!({ "name": posted.name }),
    };
    let mut object = json!({
        "type": "file",
        "spec_version": "2.1",
        "id": format!("file--{}", Uuid::new_v5(&OBSERVABLES, contributing.to_string().as_bytes())),
        "name": posted.name,
        "object_marking_refs": [marking],
    });
    let hashes: Map<String, Value> = [("SHA-256", &posted.sha256), (BLAKE3, &posted.blake3)]
        .into_iter()
        .filter_map(|(name, digest)| Some((name.to_string(), json!(digest.as_ref()?))))
        .collect();
    if let Some(object) = object.as_object_mut() {
        // The specification counts bytes in signed integers of 54 bits.
        if posted.bytes < 1 << 53 {
            object.insert("size".to_string(), json!(posted.bytes));
        }
        if !hashes.is_empty() {
            object.insert("hashes".to_string(), Value::Object(hashes));
        }
    }
    object
}

#[cfg(test)]
mod tests;
