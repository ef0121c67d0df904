//! What paths stand for, tried on folders of every sort.

use super::*;
use std::fs;

fn names(found: &[Found], root: &Path) -> Vec<String> {
    found
        .iter()
        .map(|f| {
            let name = f.path().strip_prefix(root).unwrap_or(f.path()).to_string_lossy().into_owned();
            match f {
                Found::Skipped { reason, .. } => format!("{name}: {}", reason.words()),
                _ => name,
            }
        })
        .collect()
}

#[test]
fn a_folder_is_its_files_in_the_order_of_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir_all(root.join("b/deep")).unwrap();
    for name in ["c.csv", ".hidden", "b/z", "b/deep/x", "a"] {
        fs::write(root.join(name), name).unwrap();
    }
    assert_eq!(names(&collect(&[root]).unwrap(), root), [".hidden", "a", "b/deep/x", "b/z", "c.csv"]);
    let file = root.join("a");
    assert_eq!(collect(&[&file]).unwrap(), [Found::File { path: file.clone(), bytes: 1 }]);
    assert_eq!(names(&collect(&[file.as_path(), root, file.as_path()]).unwrap(), root), ["a", ".hidden", "b/deep/x", "b/z", "c.csv"]);
    assert_eq!(crate::source::Input::open(collect(&[&file]).unwrap()[0].path()).unwrap().bytes(), b"a");
}

#[cfg(unix)]
#[test]
fn links_that_loop_end_and_what_is_no_file_is_told() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir(root.join("d")).unwrap();
    symlink(root, root.join("d/loop")).unwrap();
    symlink(root.join("gone"), root.join("broken")).unwrap();
    symlink("/dev/null", root.join("device")).unwrap();
    let socket = std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();
    let error = collect(&[root]).unwrap_err();
    assert!(error.to_string().contains("no file that can be read"), "{error}");
    fs::write(root.join("f"), "x").unwrap();
    symlink(root.join("f"), root.join("g")).unwrap();
    assert_eq!(
        names(&collect(&[root]).unwrap(), root),
        ["broken: could not be read", "device: not a regular file", "f", "socket: not a regular file"]
    );
    assert!(collect(&[root.join("device")]).unwrap_err().to_string().contains("never opened"));
    drop(socket);
}

#[test]
fn limits_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir_all(root.join("a/b/c")).unwrap();
    for name in ["a/b/c/1", "a/b/2", "a/3", "4"] {
        fs::write(root.join(name), "").unwrap();
    }
    assert_eq!(
        names(&collect_within(&[root], 9, 2).unwrap(), root),
        ["4", "a/3", "a/b/2", "a/b/c: folder larger or deeper than the limit"]
    );
    let some = names(&collect_within(&[root], 2, 9).unwrap(), root);
    assert_eq!(some[..2], ["4", "a/3"]);
    assert!(some[2..].iter().all(|s| s.ends_with("the limit")) && some.len() > 2, "{some:?}");
}

#[test]
fn what_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    assert!(collect(&[folder.path()]).unwrap_err().to_string().contains("empty folder"));
    assert!(collect(&[folder.path().join("x")]).unwrap_err().to_string().contains("no such file"));
    assert!(collect::<&Path>(&[]).unwrap_err().to_string().contains("no file was given"));
    assert!(collect(&["-", "-"]).unwrap_err().to_string().contains("twice"));
    assert_eq!(collect(&["-"]).unwrap(), [Found::Stdin]);
}
