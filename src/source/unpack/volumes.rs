//! Files that are parts of one: cut into volumes, and named in one of the usual ways.
//!
//! ```text
//! name.001 name.002 …            7-Zip, HJSplit, split -d -a 3
//! name.00 name.01 …              split -d
//! name.aa name.ab …              split
//! name.part1 name.part2 …        many programs
//! name.z01 name.z02 … name.zip   zip
//! name.part1.rar …, name.rar name.r00 …
//! ```
//!
//! A name alone proves nothing (`users.01` may be a month): who asks looks at the content as well.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What some paths stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Volumes {
    /// A file by itself.
    File(PathBuf),
    /// Volumes of one file.
    Set(Set),
}

/// The volumes of one file, by their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// How they are named.
    pub way: Way,
    /// Those that follow each other without a hole, from the first on; none where the first is not there.
    pub volumes: Vec<PathBuf>,
    /// The first that is not there.
    pub missing: Option<PathBuf>,
    /// Those behind it.
    pub behind: Vec<PathBuf>,
}

/// A way to name volumes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// `.001`
    Cut,
    /// `.00`
    CutShort,
    /// `.aa`
    Letters,
    /// `.part1`
    Part,
    /// `.z01`, `.z02`, …, `.zip`
    Zip,
    /// `.part1.rar`
    Rar,
    /// `.rar`, `.r00`, `.r01`, …
    OldRar,
}

impl Way {
    /// Whether the volumes, one after the other, are the file.
    #[must_use]
    pub fn joins(self) -> bool {
        !matches!(self, Way::Rar | Way::OldRar)
    }
}

/// The number of a zip archive's last volume, which bears none.
const LAST: u32 = u32::MAX;

/// Which volume a file is, by its name.
struct Name {
    /// The path without what tells volumes apart.
    stem: PathBuf,
    way: Way,
    n: u32,
    /// Digits of the number.
    width: usize,
}

impl Name {
    fn of(path: &Path) -> Option<Name> {
        let name = path.file_name()?.to_str()?;
        let (stem, ending) = name.rsplit_once('.')?;
        let new = |stem: &str, way, n, width| Some(Name { stem: path.with_file_name(stem), way, n, width });
        let lower = ending.to_ascii_lowercase();
        let number = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<u32>().ok()).flatten();
        match lower.as_bytes() {
            [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', ..] => new(stem, Way::Cut, number(&lower)?, lower.len()),
            [b'0'..=b'9', b'0'..=b'9'] => new(stem, Way::CutShort, number(&lower)?, 2),
            [a @ b'a'..=b'z', b @ b'a'..=b'z'] => new(stem, Way::Letters, u32::from(a - b'a') * 26 + u32::from(b - b'a'), 2),
            [b'p', b'a', b'r', b't', b'0'..=b'9', ..] => new(stem, Way::Part, number(&lower[4..])?, lower.len() - 4),
            [b'z', b'0'..=b'9', b'0'..=b'9', ..] => new(stem, Way::Zip, number(&lower[1..])?, lower.len() - 1),
            b"zip" => new(stem, Way::Zip, LAST, 2),
            b"rar" => match stem.rsplit_once('.') {
                Some((stem, part)) if part.get(..4).is_some_and(|p| p.eq_ignore_ascii_case("part")) => {
                    new(stem, Way::Rar, number(&part[4..])?, part.len() - 4)
                }
                _ => new(stem, Way::OldRar, 0, 2),
            },
            [b'r', b'0'..=b'9', b'0'..=b'9', ..] => new(stem, Way::OldRar, number(&lower[1..])?.checked_add(1)?, lower.len() - 1),
            _ => None,
        }
    }

    fn key(&self) -> (PathBuf, Way) {
        (self.stem.clone(), self.way)
    }
}

/// What volume `n` of a set is called.
fn called(stem: &Path, way: Way, n: u32, width: usize) -> PathBuf {
    let letter = |n: u32| char::from(b'a' + (n % 26) as u8);
    let ending = match way {
        Way::Cut | Way::CutShort => format!(".{n:0width$}"),
        Way::Letters => format!(".{}{}", letter(n / 26), letter(n)),
        Way::Part => format!(".part{n:0width$}"),
        Way::Zip if n == LAST => ".zip".to_string(),
        Way::Zip => format!(".z{n:0width$}"),
        Way::Rar => format!(".part{n:0width$}.rar"),
        Way::OldRar if n == 0 => ".rar".to_string(),
        Way::OldRar => format!(".r{:0width$}", n - 1),
    };
    let mut name = stem.file_name().unwrap_or_default().to_os_string();
    name.push(ending);
    stem.with_file_name(name)
}

/// Whether `other` may be a volume of the file that `path` is one of, by their names.
#[must_use]
pub fn belong_together(path: &Path, other: &Path) -> bool {
    let keys = [path, other].map(|path| Name::of(path).map(|name| name.key()));
    matches!(keys, [Some(a), Some(b)] if a == b)
}

/// Whether a file may be a volume, by its name.
#[must_use]
pub fn may_be_volume(path: &Path) -> bool {
    Name::of(path).is_some()
}

/// Groups `paths` into files and sets of volumes, each where its first path stood. A volume alone is a file, but for one that says of itself that there
/// are others (`.z01`, `.part2.rar`).
#[must_use]
pub fn volumes(paths: &[PathBuf]) -> Vec<Volumes> {
    /// The number of a volume, its place among the paths, and the digits of its number.
    type Part = (u32, usize, usize);
    let mut sets: BTreeMap<(PathBuf, Way), Vec<Part>> = BTreeMap::new();
    for (at, path) in paths.iter().enumerate() {
        if let Some(name) = Name::of(path) {
            sets.entry(name.key()).or_default().push((name.n, at, name.width));
        }
    }
    let mut out: Vec<(usize, Volumes)> = Vec::new();
    let mut taken = vec![false; paths.len()];
    for ((stem, way), mut parts) in sets {
        parts.sort_unstable();
        let first = match way {
            Way::Cut | Way::CutShort | Way::Part => parts[0].0.min(1),
            Way::Letters | Way::OldRar => 0,
            Way::Zip | Way::Rar => 1,
        };
        let is_set = match way {
            // users.2021 and users.2022 are none, and neither are a.db and a.gz.
            Way::Cut | Way::CutShort | Way::Part => parts.len() > 1 && parts[0].0 <= 2,
            Way::Letters => parts.len() > 1 && parts[0].0 <= 1,
            _ => parts.len() > 1 || parts.iter().any(|&(n, ..)| n != LAST && (n > 0 || way == Way::Rar)),
        };
        // The same number twice (d.1 and d.01): nobody can say which is meant.
        if !is_set || parts.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            continue;
        }
        let (mut set, mut next) = (Set { way, volumes: Vec::new(), missing: None, behind: Vec::new() }, first);
        let width = parts[0].2;
        for &(n, at, _) in &parts {
            taken[at] = true;
            let follows = n == next || n == LAST && next > first;
            if set.missing.is_none() && !follows {
                set.missing = Some(called(&stem, way, next, width));
            }
            if set.missing.is_none() {
                set.volumes.push(paths[at].clone())
            } else {
                set.behind.push(paths[at].clone())
            }
            next = n.saturating_add(1);
        }
        if way == Way::Zip && set.missing.is_none() && parts.last().is_some_and(|&(n, ..)| n != LAST) {
            set.missing = Some(called(&stem, way, LAST, width));
        }
        let place = parts.iter().map(|&(_, at, _)| at).min().unwrap_or(0);
        out.push((place, Volumes::Set(set)));
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
                Volumes::Set(Set { volumes, missing: None, .. }) => format!("set {}", list(volumes)),
                Volumes::Set(Set { volumes, missing: Some(missing), behind, .. }) => {
                    format!("set {} [no {}] {}", list(volumes), missing.display(), list(behind))
                }
            })
            .collect()
    }

    #[test]
    fn sets_are_put_in_order() {
        assert_eq!(
            grouped(&["a/x.csv", "a/d.7z.002", "b/d.7z.001", "a/d.7z.003", "a/d.7z.001", "b/d.7z.002", "a/y"]),
            ["a/x.csv", "set a/d.7z.001 a/d.7z.002 a/d.7z.003", "set b/d.7z.001 b/d.7z.002", "a/y"]
        );
        let many: Vec<String> = (1..=1100).rev().map(|n| format!("d.{n:03}")).collect();
        let names: Vec<&str> = many.iter().map(String::as_str).collect();
        let one = grouped(&names);
        assert!(one[0].starts_with("set d.001 d.002 ") && one[0].contains(" d.999 d.1000 ") && one[0].ends_with(" d.1100"));
        assert_eq!(one.len(), 1);
        assert_eq!(grouped(&["d.000", "d.001"]), ["set d.000 d.001"]);
        assert_eq!(grouped(&["d.gz.01", "d.gz.00", "d.gz.02"]), ["set d.gz.00 d.gz.01 d.gz.02"]);
        assert_eq!(grouped(&["d.gz.ab", "d.gz.aa", "d.gz.ac"]), ["set d.gz.aa d.gz.ab d.gz.ac"]);
        assert_eq!(grouped(&["d.part2", "d.part1", "d.PART3"]), ["set d.part1 d.part2 d.PART3"]);
    }

    #[test]
    fn a_hole_is_named_and_a_year_is_no_volume() {
        assert_eq!(grouped(&["d.001", "d.003", "d.004"]), ["set d.001 [no d.002] d.003 d.004"]);
        assert_eq!(grouped(&["d.002", "d.003"]), ["set  [no d.001] d.002 d.003"]);
        assert_eq!(grouped(&["d.gz.ab", "d.gz.ac"]), ["set  [no d.gz.aa] d.gz.ab d.gz.ac"]);
        assert_eq!(grouped(&["d.gz.aa", "d.gz.ac"]), ["set d.gz.aa [no d.gz.ab] d.gz.ac"]);
        for none in
            [&["users.2021", "users.2022", "log.123"][..], &["a.db", "a.gz", "a.py"], &["d.001"], &["d.1", "d.01", "d.001"], &["x.aa"]]
        {
            assert_eq!(grouped(none), none);
        }
        assert_eq!(grouped(&["d.01", "d.001"]), ["d.01", "d.001"]);
        assert_eq!(grouped(&["d.001", "d.0001", "d.002"]), ["d.001", "d.0001", "d.002"]);
    }

    #[test]
    fn zip_and_rar_sets() {
        assert_eq!(grouped(&["d.zip", "d.z02", "d.z01", "e.zip"]), ["set d.z01 d.z02 d.zip", "e.zip"]);
        assert_eq!(grouped(&["d.zip", "d.z02"]), ["set  [no d.z01] d.z02 d.zip"]);
        assert_eq!(grouped(&["d.z01", "d.z02"]), ["set d.z01 d.z02 [no d.zip] "]);
        assert_eq!(grouped(&["d.part2.rar", "d.part10.rar", "d.part1.rar"]), ["set d.part1.rar d.part2.rar [no d.part3.rar] d.part10.rar"]);
        assert_eq!(grouped(&["d.r00", "d.rar", "d.r01", "e.rar"]), ["set d.rar d.r00 d.r01", "e.rar"]);
        assert_eq!(grouped(&["D.PART1.RAR"]), ["set D.PART1.RAR"]);
        assert!(!Way::Rar.joins() && !Way::OldRar.joins() && Way::Zip.joins() && Way::Letters.joins());
    }

    #[test]
    fn names_that_belong_together() {
        let together = |a: &str, b: &str| belong_together(Path::new(a), Path::new(b));
        assert!(together("a/d.7z.001", "a/d.7z.002") && together("d.zip", "d.z01") && together("d.rar", "d.r00"));
        assert!(!together("a/d.7z.001", "b/d.7z.002") && !together("d.001", "d.01") && !together("d.csv", "d.csv"));
        assert!(may_be_volume(Path::new("x.gz.aa")) && !may_be_volume(Path::new("x.csv")) && !may_be_volume(Path::new("x")));
    }
}
