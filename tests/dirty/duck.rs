//! DuckDB on the same files, for comparison: nothing rests on it, and where it cannot be had the test goes on without it.

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What it read of a file.
pub struct Read {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

fn run(program: &Path, args: &[&str]) -> Result<(), String> {
    let ran = Command::new(program).args(args).output().map_err(|e| format!("{} does not start: {}", program.display(), e.kind()))?;
    if ran.status.success() { Ok(()) } else { Err(format!("{} {} fails", program.display(), args.join(" "))) }
}

/// A Python that has DuckDB: in an environment of its own under the target folder, made once.
fn python() -> Result<PathBuf, String> {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("duckdb");
    let python = home.join("bin/python");
    if run(&python, &["-c", "import duckdb"]).is_err() {
        run(Path::new("python3"), &["-m", "venv", &home.to_string_lossy()])?;
        run(&python, &["-m", "pip", "install", "--quiet", "duckdb"])?;
    }
    Ok(python)
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(|v| v.as_str().unwrap_or_default().to_string()).collect()
}

/// What it reads of each file; `None` where it gives up.
pub fn read(files: &[PathBuf]) -> Result<Vec<Option<Read>>, String> {
    let python = python()?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dirty/duck.py");
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| format!("it does not start: {}", e.kind()))?;
    let names: String = files.iter().map(|f| format!("{}\n", f.display())).collect();
    child.stdin.take().ok_or("no standard input")?.write_all(names.as_bytes()).map_err(|e| e.kind().to_string())?;
    let out = child.wait_with_output().map_err(|e| e.kind().to_string())?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let read = |line: &str| {
        let value: Value = serde_json::from_str(line).ok()?;
        value.get("error").is_none().then(|| Read {
            header: strings(&value["header"]),
            rows: value["rows"].as_array().into_iter().flatten().map(strings).collect(),
        })
    };
    let found: Vec<Option<Read>> = text.lines().map(read).collect();
    if found.len() == files.len() { Ok(found) } else { Err(format!("it answers for {} of {} files", found.len(), files.len())) }
}
