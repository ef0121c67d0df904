//! What was asked, as a command line that asks for it again: everything that the result depends on and nothing else (no threads, no segments, no
//! outputs).

use super::Options;
use crate::attribute::Support;
use crate::identify::date;
use crate::lineage::take::How;
use crate::names::{safe_path, safe_text};
use crate::record::inside;
use crate::source::unpack::Bounds;
use std::fmt::Write;
use std::path::Path;

/// The command line.
#[must_use]
pub(super) fn command(options: &Options) -> String {
    let mut out = "leaktrace scan".to_string();
    let paths = |out: &mut String, flag: &str, paths: &[std::path::PathBuf]| {
        paths.iter().for_each(|path| put(out, flag, &shown(path)));
    };
    paths(&mut out, "", &options.dumps);
    paths(&mut out, "--index", &options.indexes);
    paths(&mut out, "--key", &options.keys);
    if options.threshold != Support::ModeratelyStrong {
        put(&mut out, "--threshold", &options.threshold.words().replace(' ', "_"));
    }
    let claim = &options.claim;
    claim.source.iter().for_each(|name| put(&mut out, "--claim-source", &safe_text(name)));
    claim.rows.iter().for_each(|rows| put(&mut out, "--claim-rows", &rows.to_string()));
    claim.date.iter().for_each(|&day| put(&mut out, "--claim-date", &date::from_day_number(day)));
    options.plan.iter().for_each(|plan| put(&mut out, "--plan", &shown(plan)));
    let beside = &options.beside;
    if let Some(library) = &beside.library {
        put(&mut out, "--library", &shown(library));
        beside.key.iter().for_each(|key| put(&mut out, "--library-key", &shown(key)));
        let usual = How::default();
        if beside.how.scale != usual.scale {
            put(&mut out, "--scale", &beside.how.scale.to_string());
        }
        if beside.how.region != usual.region {
            put(&mut out, "--region", &String::from_utf8_lossy(&beside.how.region));
        }
    }
    let reading = &options.reading;
    reading.encoding.iter().for_each(|e| put(&mut out, "--encoding", e.name()));
    if reading.inside != inside::How::default() {
        put(&mut out, "--inside", if reading.inside == inside::How::Off { "off" } else { "all" });
    }
    if !reading.out_of_scope.is_empty() {
        put(&mut out, "--out-of-scope", &reading.out_of_scope.iter().map(|s| s.name()).collect::<Vec<_>>().join(","));
    }
    let (bounds, usual) = (&reading.bounds, Bounds::default());
    let numbers = [
        ("--max-unpacked", bounds.bytes_out, usual.bytes_out),
        ("--max-ratio", bounds.ratio, usual.ratio),
        ("--max-depth", bounds.depth as u64, usual.depth as u64),
        ("--max-members", bounds.members, usual.members),
        ("--max-held", bounds.held_bytes, usual.held_bytes),
    ];
    numbers.iter().filter(|(_, n, usual)| n != usual).for_each(|(flag, n, _)| put(&mut out, flag, &n.to_string()));
    let flags = [
        ("--each", options.each),
        ("--verify", options.verify),
        ("--strict", reading.strict),
        ("--scratch DIR", reading.scratch.is_some()),
        ("--password-file FILE", !reading.passwords.is_empty()),
    ];
    flags.iter().filter(|(_, set)| *set).for_each(|(flag, _)| _ = write!(out, " {flag}"));
    out
}

fn shown(path: &Path) -> String {
    safe_path(path)
}

/// Adds an argument, in quotes where a shell would take it apart.
fn put(out: &mut String, flag: &str, value: &str) {
    if !flag.is_empty() {
        let _ = write!(out, " {flag}");
    }
    let plain = |c: char| c.is_alphanumeric() || "-_./:,=+@%".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        let _ = write!(out, " {value}");
    } else {
        let _ = write!(out, " '{}'", value.replace('\'', "'\\''"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_take_apart_is_quoted() {
        let mut out = String::new();
        put(&mut out, "", "dump 1.csv");
        put(&mut out, "--claim-source", "Bank O'Brien; rm -rf");
        put(&mut out, "--key", "case.key");
        assert_eq!(out, r" 'dump 1.csv' --claim-source 'Bank O'\''Brien; rm -rf' --key case.key");
    }
}
