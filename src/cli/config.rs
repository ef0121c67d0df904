//! What is asked every time need not be typed every time: an option may stand in the environment, in the project's file or in the user's.
//!
//! What was typed wins, then `LEAKTRACE_OPTION` of the environment (`--max-ratio` is `LEAKTRACE_MAX_RATIO`), then `leaktrace.toml` in the current folder, then the
//! user's `leaktrace/config.toml`. Keys of a file are the options' long names; those of a table `[scan]` are for that command alone:
//!
//! ```toml
//! lang = "id"
//! [scan]
//! key = "case.key"
//! index = ["bank.ltx", "telco.ltx"]
//! ```
//!
//! They become the options' defaults, so that each is checked as if it had been typed.

use crate::names::safe_text;
use crate::source::read_small;
use crate::{Error, Result};
use clap::builder::{BoolishValueParser, OsStr};
use clap::{ArgAction, Command};
use std::path::{Path, PathBuf};

/// The project's file, in the current folder.
const PROJECT: &str = "leaktrace.toml";

/// The declaration, with what stands in the environment and in files.
///
/// # Errors
/// When a file cannot be read, or names an option that there is not.
pub fn apply(mut command: Command) -> Result<Command> {
    for path in [user_file(), Some(PathBuf::from(PROJECT))].into_iter().flatten().filter(|path| path.is_file()) {
        command = apply_file(command, &path)?;
    }
    Ok(of_all(command, with_environment))
}

/// Changes every command.
fn of_all(mut command: Command, change: impl Fn(Command) -> Command + Copy) -> Command {
    command = change(command);
    command.mut_subcommands(|sub| of_all(sub, change))
}

/// Every option that has a long name, also by the environment.
fn with_environment(command: Command) -> Command {
    command.mut_args(|arg| {
        let Some(long) = arg.get_long().filter(|long| !["help", "version"].contains(long)) else { return arg };
        let name = format!("LEAKTRACE_{}", long.to_uppercase().replace('-', "_"));
        let flag = matches!(arg.get_action(), ArgAction::SetTrue);
        let arg = arg.env(name).hide_env(true);
        if flag { arg.value_parser(BoolishValueParser::new()) } else { arg }
    })
}

fn user_file() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = if cfg!(windows) {
        set("APPDATA")
    } else {
        set("XDG_CONFIG_HOME").filter(|path| path.is_absolute()).or_else(|| set("HOME").map(|home| home.join(".config")))
    };
    Some(folder?.join("leaktrace/config.toml"))
}

fn apply_file(mut command: Command, path: &Path) -> Result<Command> {
    let text = read_small(path, "configuration", "correct it, or remove it")?;
    let wrong =
        || Error::usage("the configuration cannot be read").at(path).expected("TOML: options by their long names, in tables by command");
    let text = String::from_utf8(text).map_err(|_| wrong().got("no UTF-8"))?;
    let table: toml::Table = toml::from_str(&text).map_err(|e| {
        let line = e.span().map_or(0, |span| text[..span.start].matches('\n').count() as u64 + 1);
        wrong().line(line).got("a TOML error")
    })?;
    // What stands for all commands first: a command's own table wins.
    let (own, all): (Vec<_>, Vec<_>) = table.iter().partition(|(_, value)| value.is_table());
    for (key, value) in all.into_iter().chain(own) {
        let unknown = || {
            Error::usage(format!("the configuration names {:?}, which there is not", safe_text(key)))
                .at(path)
                .expected("a command, or the long name of an option without its dashes")
                .advice("see leaktrace --help")
        };
        match value {
            toml::Value::Table(own) => {
                let mut sub = command.find_subcommand(key).cloned().ok_or_else(unknown)?;
                for (key, value) in own {
                    let id = id_of(&sub, key).ok_or_else(|| {
                        Error::usage(format!("the configuration names {:?}, which this command does not know", safe_text(key)))
                            .at(path)
                            .expected("the long name of an option without its dashes")
                            .advice(format!("see leaktrace {} --help", sub.get_name()))
                    })?;
                    sub = with_default(sub, &id, &values(value, key, path)?);
                }
                command = command.mut_subcommand(key, |_| sub);
            }
            value => {
                let values = values(value, key, path)?;
                if let Some(id) = id_of(&command, key) {
                    command = with_default(command, &id, &values);
                    continue;
                }
                let takers: Vec<String> =
                    command.get_subcommands().filter(|sub| id_of(sub, key).is_some()).map(|sub| sub.get_name().to_string()).collect();
                if takers.is_empty() {
                    return Err(unknown());
                }
                for name in takers {
                    command = command.mut_subcommand(name, |sub| match id_of(&sub, key) {
                        Some(id) => with_default(sub, &id, &values),
                        None => sub,
                    });
                }
            }
        }
    }
    Ok(command)
}

/// The option of that long name.
fn id_of(command: &Command, long: &str) -> Option<String> {
    let wanted = |arg: &&clap::Arg| arg.get_long() == Some(long) && !["help", "version"].contains(&long);
    command.get_arguments().find(wanted).map(|arg| arg.get_id().to_string())
}

fn with_default(command: Command, id: &str, values: &[String]) -> Command {
    let values: Vec<OsStr> = values.iter().map(|value| OsStr::from(value.clone())).collect();
    command.mut_arg(id, |arg| arg.default_values(values).hide_default_value(true).required(false))
}

/// A value, or each of a list, as it would be typed.
fn values(value: &toml::Value, key: &str, path: &Path) -> Result<Vec<String>> {
    let one = |value: &toml::Value| match value {
        toml::Value::String(text) => Ok(text.clone()),
        toml::Value::Integer(n) => Ok(n.to_string()),
        toml::Value::Boolean(yes) => Ok(yes.to_string()),
        toml::Value::Datetime(day) => Ok(day.to_string()),
        _ => Err(Error::usage(format!("the value of {:?} in the configuration is of no use", safe_text(key)))
            .at(path)
            .expected("a text, a whole number, true or false, a day, or a list of these")),
    };
    match value {
        toml::Value::Array(list) => list.iter().map(one).collect(),
        value => Ok(vec![one(value)?]),
    }
}
