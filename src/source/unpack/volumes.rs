//! Files that are parts of one: cut into volumes, and named in one of the usual ways.

use crate::ledger::Reason;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What some paths stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Volumes {
    /// A file by itself.
    File(PathBuf),
    /// `name.001`, `name.002`, … in their order, none missing between: their bytes, one after the other, are a file called `name`.
    Joined(Vec<PathBuf>),
    /// Parts that are not read: why, and what to do about it.
    Refused(Vec<PathBuf>, Reason, &'static str),
}

/// A way to name volumes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// `.001`
    Cut,
    /// `.z01`, `.z02`, …, `.zip`
    Zip,
    /// `.part1.rar`
    Rar,
    /// `.rar`, `.r00`, `.r01`, …
    OldRar,
}

/// The name that the volumes of a set share, and which of them this is. The last of a zip archive, and the first of an old RAR archive, bear no number.
fn volume(path: &Path) -> Option<(PathBuf, Way, u32)> {
    let name = path.file_name()?.to_str()?;
    let (stem, ending) = name.rsplit_once('.')?;
    let set = |stem: &str, way, n| Some((path.with_file_name(stem), way, n));
    let lower = ending.to_ascii_lowercase();
    let number = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<u32>().ok()).flatten();
    match lower.as_bytes() {
        [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', ..] => set(stem, Way::Cut, number(&lower)?),
        [b'z', b'0'..=b'9', b'0'..=b'9', ..] => set(stem, Way::Zip, number(&lower[1..])?),
        b"zip" => set(stem, Way::Zip, u32::MAX),
        b"rar" => match stem.rsplit_once('.') {
            Some((stem, part)) if part.get(..4).is_some_and(|p| p.eq_ignore_ascii_case("part")) => set(stem, Way::Rar, number(&part[4..])?),
            _ => set(stem, Way::OldRar, 0),
        },
        [b'r', b'0'..=b'9', b'0'..=b'9', ..] => set(stem, Way::OldRar, number(&lower[1..])?.checked_add(1)?),
        _ => None,
    }
}

/// Groups `paths` into files and sets of volumes, each where its first path stood.
#[must_use]
pub fn volumes(paths: &[PathBuf]) -> Vec<Volumes> {
    let mut sets: BTreeMap<(PathBuf, Way), Vec<(u32, usize)>> = BTreeMap::new();
    for (at, path) in paths.iter().enumerate() {
        if let Some((stem, way, n)) = volume(path) {
            sets.entry((stem, way)).or_default().push((n, at));
        }
    }
    // A zip or RAR archive without other volumes is a file, and so is something.2021 where there is no something.001 or 002.
    sets.retain(|(_, way), parts| match way {
        Way::Cut => parts.len() > 1 && parts.iter().any(|&(n, _)| n <= 2) || parts[0].0 == 1,
        _ => parts.len() > 1 || parts.iter().any(|&(n, _)| n != u32::MAX && (n > 0 || *way == Way::Rar)),
    });
    let mut out: Vec<(usize, Volumes)> = Vec::new();
    let mut taken = vec![false; paths.len()];
    for ((_, way), mut parts) in sets {
        parts.sort_unstable();
        parts.iter().for_each(|&(_, at)| taken[at] = true);
        let first = parts.iter().map(|&(_, at)| at).min().unwrap_or(0);
        let files = parts.iter().map(|&(_, at)| paths[at].clone()).collect();
        let complete = parts[0].0 <= 1 && parts.windows(2).all(|pair| pair[0].0.checked_add(1) == Some(pair[1].0));
        let group = match way {
            Way::Cut if complete => Volumes::Joined(files),
            Way::Cut => Volumes::Refused(
                files,
                Reason::Damaged,
                "a volume of this set is missing, or is there twice: find it, and give all of them",
            ),
            Way::Zip => Volumes::Refused(
                files,
                Reason::UnsupportedFormat,
                "join the volumes into one archive first: zip -s 0 FILE.zip --out WHOLE.zip",
            ),
            Way::Rar | Way::OldRar => Volumes::Refused(files, Reason::UnsupportedFormat, "unpack it into a folder first: unrar x"),
        };
        out.push((first, group));
    }
    out.extend(paths.iter().enumerate().filter(|&(at, _)| !taken[at]).map(|(at, path)| (at, Volumes::File(path.clone()))));
    out.sort_by_key(|&(at, _)| at);
    out.into_iter().map(|(_, group)| group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grouped(names: &[&str]) -> Vec<String> {
        let paths: Vec<PathBuf> = names.iter().map(PathBuf::from).collect();
        let list = |paths: &[PathBuf]| paths.iter().map(|p| p.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ");
        volumes(&paths)
            .iter()
            .map(|group| match group {
                Volumes::File(path) => path.to_string_lossy().into_owned(),
                Volumes::Joined(paths) => format!("joined {}", list(paths)),
                Volumes::Refused(paths, reason, _) => format!("{} {}", reason.words(), list(paths)),
            })
            .collect()
    }

    #[test]
    fn sets_are_put_in_order() {
        assert_eq!(
            grouped(&["a/x.csv", "a/d.7z.002", "b/d.7z.001", "a/d.7z.003", "a/d.7z.001", "a/y"]),
            ["a/x.csv", "joined a/d.7z.001 a/d.7z.002 a/d.7z.003", "joined b/d.7z.001", "a/y"]
        );
        let many: Vec<String> = (1..=1100).rev().map(|n| format!("d.{n:03}")).collect();
        let names: Vec<&str> = many.iter().map(String::as_str).collect();
        let one = grouped(&names);
        assert!(one[0].starts_with("joined d.001 d.002 ") && one[0].contains(" d.999 d.1000 ") && one[0].ends_with(" d.1100"));
        assert_eq!(one.len(), 1);
        assert_eq!(grouped(&["d.000", "d.001"]), ["joined d.000 d.001"]);
    }

    #[test]
    fn a_hole_is_told_and_a_year_is_no_volume() {
        assert_eq!(grouped(&["d.001", "d.003"]), ["damaged or cut off d.001 d.003"]);
        assert_eq!(grouped(&["users.2021", "users.2022", "log.123"]), ["users.2021", "users.2022", "log.123"]);
    }

    #[test]
    fn zip_and_rar_sets_are_told() {
        let refused = Reason::UnsupportedFormat.words();
        assert_eq!(grouped(&["d.zip", "d.z02", "d.z01", "e.zip"]), [format!("{refused} d.z01 d.z02 d.zip"), "e.zip".to_string()]);
        assert_eq!(grouped(&["d.part2.rar", "d.part10.rar", "d.part1.rar"]), [format!("{refused} d.part1.rar d.part2.rar d.part10.rar")]);
        assert_eq!(grouped(&["d.r00", "d.rar", "d.r01", "e.rar"]), [format!("{refused} d.rar d.r00 d.r01"), "e.rar".to_string()]);
        assert_eq!(grouped(&["D.PART1.RAR"]), [format!("{refused} D.PART1.RAR")]);
    }
}
