//! The same worlds as files, through the program: institutions as CSV with schemas, indexed; dumps written, scanned, and the documents read.

use crate::outcome::{Found, Outcome, date_error};
use crate::population::{BANK, Population, TODAY};
use crate::scenario::{self, Scenario};
use leaktrace::attribute::Support;
use leaktrace::attribute::dates::ExportInterval;
use leaktrace::synth::dump::Origin;
use leaktrace::synth::institution::Institution;
use leaktrace::synth::snapshot::Snapshot;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The indexes of a population, and where they lie.
pub struct Files {
    folder: tempfile::TempDir,
    key: PathBuf,
    /// Of the listed institutions, then further ones of the bank.
    indexes: Vec<PathBuf>,
}

/// The program under test.
fn leaktrace() -> Command {
    let mut command = Command::new(option_env!("CARGO_BIN_EXE_leaktrace").unwrap_or("leaktrace"));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

impl Files {
    /// Writes and indexes the institutions of a population.
    pub fn new(population: &Population) -> Files {
        let folder = tempfile::tempdir().expect("there is room for temporary files");
        let key = folder.path().join("key");
        let made = leaktrace().args(["keygen", "--output"]).arg(&key).status().expect("the program starts");
        assert!(made.success(), "a key is made");
        let mut files = Files { folder, key, indexes: Vec::new() };
        for institution in &population.listed {
            files.index(institution, 0);
        }
        for days in [30, 400, 1095] {
            files.index(&population.listed[BANK], days);
        }
        files
    }

    fn index(&mut self, institution: &std::sync::Arc<Institution>, days_ago: i32) {
        let snapshot = Snapshot::new(institution, TODAY.plus(-days_ago));
        let name = |end: &str| self.folder.path().join(format!("{}-{days_ago}.{end}", institution.spec.slug));
        let (records, schema, index) = (name("csv"), name("toml"), name("ltx"));
        let file = std::fs::File::create(&records).expect("a file can be written");
        snapshot.write_csv(std::io::BufWriter::new(file)).expect("records can be written");
        std::fs::write(&schema, snapshot.schema()).expect("a schema can be written");
        let mut command = leaktrace();
        command.arg("index").arg("--key").arg(&self.key).arg("--schema").arg(&schema).arg("--output").arg(&index).arg(&records);
        let done = command.status().expect("the program starts");
        assert!(done.success(), "{} is indexed", records.display());
        self.indexes.push(index);
    }

    /// Writes a dump and scans it.
    pub fn run(&self, population: &Population, scenario: Scenario, n: u64) -> Outcome {
        let posted = scenario::post(population, scenario, n, true);
        let dump = self.folder.path().join(format!("{scenario:?}-{n}.csv"));
        let mut by_part = vec![0u64; posted.dump.parts.len()];
        let file = std::fs::File::create(&dump).expect("a file can be written");
        let written = posted
            .dump
            .write(std::io::BufWriter::new(file), |row| by_part[row.part] += u64::from(row.first))
            .expect("a dump can be written");
        let distinct = written.distinct as f64;
        let mut indexes = self.indexes[..population.listed.len()].to_vec();
        match scenario {
            Scenario::ManySnapshots => indexes.extend_from_slice(&self.indexes[6..8]),
            Scenario::OldLeakIndexed => indexes.push(self.indexes[8].clone()),
            _ => {}
        }
        let start = std::time::Instant::now();
        let document = self.scan(&dump, &indexes);
        let milliseconds = start.elapsed().as_secs_f64() * 1e3;
        std::fs::remove_file(&dump).expect("a file can be removed");
        let entries = document["institutions"].as_array().expect("there is an entry for each index");
        assert_eq!(entries.len(), indexes.len());
        let share_of = |name: &str| -> f64 {
            let copied = posted
                .dump
                .parts
                .iter()
                .zip(&by_part)
                .filter(|(p, _)| matches!(&p.origin, Origin::Copied { from, .. } if from.spec.name == name));
            copied.map(|(_, n)| *n as f64).sum::<f64>() / distinct
        };
        let found: Vec<Found> = (0..population.listed.len())
            .map(|i| {
                let (e, name) = (&entries[i], population.listed[i].spec.name);
                let support: Support = serde_json::from_value(e["support"].clone()).expect("support is a word of the scale");
                Found {
                    terms: [0.0; 4],
                    log10_lr: e["log10_lr"].as_f64().unwrap_or(f64::NEG_INFINITY),
                    support,
                    gain: e["model_gain"].as_f64().unwrap_or(0.0),
                    issued_rows: 0.0,
                    own_values: 0.0,
                    explained: 0.0,
                    share: (e["share"]["estimate"].as_f64().unwrap_or(0.0), share_of(name)),
                    hits: e["rows_hit"].as_u64().unwrap_or(0),
                    records: population.tables[i].days.len(),
                    enricher: posted.truth.enrichers.contains(&i),
                }
            })
            .collect();
        let dated = entries.iter().zip(&found).find(|(_, f)| f.share.1 > 0.0).map(|(e, _)| &e["exported_between"]).filter(|d| !d.is_null());
        let interval = dated.map(|d| ExportInterval {
            from: d["from"].as_str().unwrap_or_default().to_string(),
            to: d["to"].as_str().map(str::to_string),
            evidence: String::new(),
        });
        let fabricated = posted.dump.parts.iter().zip(&by_part).filter(|(p, _)| matches!(p.origin, Origin::Fabricated { .. }));
        let made_up = fabricated.map(|(_, n)| *n as f64).sum::<f64>() / distinct;
        let verdict = &document["verdict"];
        let said = verdict["kind"].as_str().unwrap_or_default();
        Outcome {
            scenario,
            issued: posted.truth.issued,
            rows: distinct,
            fabricated: found.iter().any(|f| f.hits > 0).then(|| (verdict["fabricated_share"].as_f64().unwrap_or(0.0), made_up)),
            // Known only where rows are compared in memory.
            unfound: f64::NAN,
            date: interval
                .zip(posted.truth.export)
                .map(|(i, truth)| date_error(&i, truth, found.iter().map(|f| f.hits).max().unwrap_or(0) as usize)),
            nature: match said {
                "unlisted_source" => Some(leaktrace::attribute::VerdictKind::UnlistedSource),
                "fabricated" => Some(leaktrace::attribute::VerdictKind::Fabricated),
                _ => None,
            },
            found,
            milliseconds,
        }
    }

    fn scan(&self, dump: &Path, indexes: &[PathBuf]) -> Value {
        let out = self.folder.path().join("scan.json");
        let mut command = leaktrace();
        command.arg("scan").arg("--key").arg(&self.key).arg("--json").arg(&out).args(["--threshold", "moderate"]);
        indexes.iter().for_each(|index| _ = command.arg("--index").arg(index));
        let status = command.arg(dump).status().expect("the program starts");
        assert!(status.code().is_some_and(|code| code < 2), "{} is scanned: {status}", dump.display());
        serde_json::from_slice(&std::fs::read(&out).expect("there is a document")).expect("it is JSON")
    }
}
