//! Every command line of the README is one that the program takes.

use clap::Parser;
use leaktrace::cli::args::Args;

/// Lines of code blocks that begin with the program's name, up to a comment or a redirection.
fn commands(text: &str) -> Vec<String> {
    let mut inside = false;
    let mut out = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if inside && let Some(rest) = line.trim().strip_prefix("$ ").unwrap_or(line.trim()).strip_prefix("leaktrace ") {
            let rest = rest.split(" #").next().unwrap_or(rest).split(" > ").next().unwrap_or(rest);
            out.push(format!("leaktrace {}", rest.trim()));
        }
    }
    out
}

#[test]
fn every_command_of_the_documents_parses() {
    for name in ["README.md", "SECURITY.md"] {
        let text = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect(name);
        for command in commands(&text) {
            if let Err(error) = Args::try_parse_from(command.split_whitespace()) {
                panic!("{name}: {command}\n{error}");
            }
        }
    }
}

#[test]
fn the_readme_shows_the_main_commands() {
    let text = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("README.md");
    let shown = commands(&text);
    for name in ["keygen", "schema", "index", "verify", "inspect", "scan", "watch", "cat"] {
        assert!(shown.iter().any(|c| c.split_whitespace().nth(1) == Some(name)), "no example of {name}");
    }
    for line in ["cargo run --release -- demo", "cargo test --release"] {
        assert!(text.lines().any(|l| l.starts_with(line)), "{line} is not in the README");
        let gate = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/run")).expect(".ci/run");
        assert!(gate.lines().any(|l| l.starts_with(line)), "{line} is not in .ci/run");
    }
}
