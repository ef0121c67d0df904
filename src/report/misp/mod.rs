//! The document as a MISP event (core format) of objects by the official templates: what was posted, its files, the institutions that the findings
//! support, and the findings. Nothing is set to feed a detection system: these are findings about data, and a person decides what follows.

use crate::report::digests::FileDigests;
use crate::report::document::{Answer, Document};
use crate::report::subject::{self, Ids, Posted, Subject};
use crate::report::tlp::Tlp;
use serde_json::{Value, json};

/// A template of github.com/MISP/misp-objects, as of the release that PyMISP 2.5.34 carries.
struct Template {
    name: &'static str,
    category: &'static str,
    uuid: &'static str,
    version: &'static str,
    description: &'static str,
}

const LEAKED_DOCUMENT: Template = Template {
    name: "leaked-document",
    category: "file",
    uuid: "ea145ecd-b3c2-4f57-ac11-c16e883c4247",
    version: "6",
    description: "Object describing a leaked document.",
};
const FILE: Template = Template {
    name: "file",
    category: "file",
    uuid: "688c46fb-5edb-40a3-8273-1af7923e2215",
    version: "25",
    description: "File object describing a file with meta-information",
};
const VICTIM: Template = Template {
    name: "victim",
    category: "misc",
    uuid: "a8806e40-39ad-435f-be02-ac2a13d6fc7d",
    version: "10",
    description: "Victim object describes the target of an attack or abuse.",
};
const REPORT: Template = Template {
    name: "report",
    category: "misc",
    uuid: "70a68471-df22-4e3f-aa1a-5a3be19f82df",
    version: "8",
    description: "Report object to describe a report along with its metadata.",
};
const ANNOTATION: Template = Template {
    name: "annotation",
    category: "misc",
    uuid: "5d8dc046-15a1-4ca3-a09f-ed4ede7c4487",
    version: "3",
    description: "An annotation object allowing analysts to add annotations, comments, executive summary to a MISP event, objects or attributes.",
};

/// The organisation alone: whoever imports the event decides who else may see it.
const YOUR_ORGANISATION: &str = "0";
/// As the event says.
const INHERIT: &str = "5";
/// Not for a program to judge.
const THREAT_UNDEFINED: &str = "4";
/// A scan answers one question; the investigation goes on.
const ANALYSIS_ONGOING: &str = "1";

/// The event. `files` are the digests of the dump's files, as far as they were taken.
#[must_use]
pub fn event(document: &Document, files: &[FileDigests], tlp: Tlp) -> Value {
    let started = subject::started(document);
    let maker = Maker {
        ids: Ids::new(document),
        timestamp: started.as_second().to_string(),
        time: started.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    };
    let answers = subject::answers(document);
    let mut objects: Vec<Value> = Vec::new();
    let mut described: Vec<Value> = Vec::new();
    for (n, answer) in answers.iter().enumerate() {
        let number = n.to_string();
        described.push(maker.reference(&["report"], &["leaked-document", &number], "describes", ""));
        maker.answer(&mut objects, &number, answer, files);
    }
    objects.insert(0, maker.report(document, &answers, described));
    json!({ "Event": {
        "uuid": maker.uuid(&["event"]),
        "info": info(document, &answers),
        "date": started.strftime("%Y-%m-%d").to_string(),
        "timestamp": maker.timestamp,
        "published": false,
        "analysis": ANALYSIS_ONGOING,
        "threat_level_id": THREAT_UNDEFINED,
        "distribution": YOUR_ORGANISATION,
        "Tag": [{ "name": format!("tlp:{}", tlp.name()) }],
        "Object": objects,
    } })
}

/// The event's title.
fn info(document: &Document, answers: &[&Answer]) -> String {
    let mut institutions: Vec<&str> = Vec::new();
    for found in answers.iter().flat_map(|a| subject::supported(a)) {
        if !institutions.contains(&found.entry.institution.as_str()) {
            institutions.push(&found.entry.institution);
        }
    }
    let finding = match (institutions.is_empty(), answers) {
        (false, _) => format!("consistent with records of {}", institutions.join(", ")),
        (true, [one]) => one.verdict.kind.words().to_string(),
        (true, _) => "no institution supported".to_string(),
    };
    let case = document.case.case.as_deref().filter(|c| !c.is_empty()).map_or_else(String::new, |case| format!(" (case {case})"));
    format!("Posted data: {finding}{case}")
}

/// What an attribute is, beside its value.
struct Attribute<'a> {
    relation: &'a str,
    kind: &'a str,
    category: &'a str,
    /// Whether equal values of other events mean something.
    correlates: bool,
}

const fn attribute<'a>(relation: &'a str, kind: &'a str, category: &'a str, correlates: bool) -> Attribute<'a> {
    Attribute { relation, kind, category, correlates }
}

/// What all objects share.
struct Maker {
    ids: Ids,
    timestamp: String,
    time: String,
}

impl Maker {
    fn uuid(&self, role: &[&str]) -> String {
        self.ids.of(role).to_string()
    }

    /// An object; the attributes without a value are left out.
    fn object(&self, template: &Template, role: &[&str], attributes: Vec<(Attribute, String)>, references: Vec<Value>) -> Value {
        let attributes: Vec<Value> = attributes
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .enumerate()
            .map(|(n, (of, value))| {
                let number = n.to_string();
                let own: Vec<&str> = role.iter().copied().chain(["attribute", of.relation, &number]).collect();
                json!({
                    "uuid": self.uuid(&own),
                    "object_relation": of.relation,
                    "type": of.kind,
                    "category": of.category,
                    "value": value,
                    "to_ids": false,
                    "disable_correlation": !of.correlates,
                    "distribution": INHERIT,
                    "timestamp": self.timestamp,
                    "comment": "",
                })
            })
            .collect();
        json!({
            "uuid": self.uuid(role),
            "name": template.name,
            "meta-category": template.category,
            "description": template.description,
            "template_uuid": template.uuid,
            "template_version": template.version,
            "distribution": INHERIT,
            "timestamp": self.timestamp,
            "comment": "",
            "Attribute": attributes,
            "ObjectReference": references,
        })
    }

    /// A reference from one object to another.
    fn reference(&self, from: &[&str], to: &[&str], kind: &str, comment: &str) -> Value {
        let own: Vec<&str> = ["reference", kind].iter().chain(from).chain(["to"].iter()).chain(to).copied().collect();
        json!({
            "uuid": self.uuid(&own),
            "object_uuid": self.uuid(from),
            "referenced_uuid": self.uuid(to),
            "relationship_type": kind,
            "comment": comment,
            "timestamp": self.timestamp,
        })
    }

    /// One answer: what was posted, its files, the institutions, and the findings about each.
    fn answer(&self, objects: &mut Vec<Value>, number: &str, answer: &Answer, files: &[FileDigests]) {
        let document = ["leaked-document", number];
        let posted = subject::posted(answer, files);
        let found = subject::supported(answer);
        let mut references: Vec<Value> = Vec::new();
        for (n, file) in posted.iter().enumerate() {
            let n = n.to_string();
            let role = ["file", number, &n];
            references.push(self.reference(&document, &role, "contains", ""));
            objects.push(self.file(file, &role));
        }
        for institution in &found {
            let name = institution.entry.institution.as_str();
            let (victim, annotation) = (["victim", number, name], ["annotation", number, name]);
            references.push(self.reference(&document, &victim, "related-to", &institution.finding()));
            objects.push(self.victim(institution, &victim));
            let about =
                vec![self.reference(&annotation, &document, "annotates", ""), self.reference(&annotation, &victim, "annotates", "")];
            objects.push(self.annotation(institution, answer, &annotation, about));
        }
        let name = match posted.as_slice() {
            [] => "posted data".to_string(),
            [one] => one.name.clone(),
            [first, rest @ ..] => format!("{} and {} more", first.name, rest.len()),
        };
        let attributes = vec![
            (attribute("document-name", "text", "Other", false), name),
            (attribute("document-type", "text", "Other", false), "other".to_string()),
        ];
        objects.push(self.object(&LEAKED_DOCUMENT, &document, attributes, references));
    }

    fn file(&self, file: &Posted, role: &[&str]) -> Value {
        let blake3 = file.blake3.as_ref().map_or_else(String::new, |d| format!("BLAKE3 {d}"));
        let attributes = vec![
            (attribute("filename", "filename", "External analysis", false), file.name.clone()),
            (attribute("size-in-bytes", "size-in-bytes", "Other", false), file.bytes.to_string()),
            (attribute("sha256", "sha256", "External analysis", true), file.sha256.clone().unwrap_or_default()),
            (attribute("text", "text", "Other", false), blake3),
        ];
        self.object(&FILE, role, attributes, Vec::new())
    }

    fn victim(&self, found: &Subject, role: &[&str]) -> Value {
        let description = format!(
            "The data are consistent with records that this institution holds ({}); see the annotation for how firmly.",
            found.dataset()
        );
        let attributes = vec![
            (attribute("name", "target-org", "Targeting data", true), found.entry.institution.clone()),
            (attribute("classification", "text", "Other", false), "organization".to_string()),
            (attribute("description", "text", "Other", false), description),
        ];
        self.object(&VICTIM, role, attributes, Vec::new())
    }

    fn annotation(&self, found: &Subject, answer: &Answer, role: &[&str], references: Vec<Value>) -> Value {
        let text: Vec<String> = std::iter::once(found.finding()).chain(found.figures(answer)).collect();
        let attributes = vec![
            (attribute("text", "text", "Other", false), text.join("\n")),
            (attribute("format", "text", "Other", false), "text".to_string()),
            (attribute("type", "text", "Other", false), "Conclusion".to_string()),
            (attribute("creation-date", "datetime", "Other", false), self.time.clone()),
        ];
        self.object(&ANNOTATION, role, attributes, references)
    }

    /// The report with a summary for each answer.
    fn report(&self, document: &Document, answers: &[&Answer], references: Vec<Value>) -> Value {
        let mut attributes = vec![
            (attribute("title", "text", "Other", false), info(document, answers)),
            (attribute("type", "text", "Other", false), "Report".to_string()),
            (attribute("case-number", "text", "Internal reference", false), document.case.case.clone().unwrap_or_default()),
        ];
        for answer in answers {
            let of = match (answers.len(), answer.inputs.first()) {
                (2.., Some(input)) => format!("{}: ", subject::file_name(&input.path)),
                _ => String::new(),
            };
            let text: Vec<&str> =
                std::iter::once(&answer.verdict.sentence).chain(&answer.verdict.reservations).map(String::as_str).collect();
            attributes.push((attribute("summary", "text", "Other", false), of + &text.join("\n")));
        }
        self.object(&REPORT, &["report"], attributes, references)
    }
}

#[cfg(test)]
mod tests;
