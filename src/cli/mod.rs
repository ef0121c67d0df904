//! What was typed ([`args`]), turned into what to do, done, and told by an exit code. Progress goes to standard error, and only when
//! that is a terminal.

pub mod args;
mod bars;
mod config;
mod examples;
pub mod library_args;
pub mod lineage_args;
mod options;
mod pages;
pub mod part_args;
pub mod report_args;
mod stages;
pub mod watch_args;

use crate::commands::{self, Outcome};
use crate::error::Blame;
use crate::progress::{Progress, Silent};
use crate::{Error, Result, names, parallel, record};
use args::{Args, Command};
use clap::{CommandFactory, FromArgMatches};
use std::ffi::OsString;
use std::io::IsTerminal;
use std::process::ExitCode;

/// Exit code of a usage or I/O error.
const FAILED: u8 = 2;
/// Exit code when something could not be read and nobody is supported.
const INCOMPLETE: u8 = 3;
/// Exit code after an interrupt, as shells have it.
const INTERRUPTED: u8 = 130;

/// Runs the command line and returns its exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let declared = match declaration() {
        Ok(declared) => declared,
        Err(error) => {
            anstream::eprintln!("leaktrace: {error}");
            return ExitCode::from(FAILED);
        }
    };
    let parsed = parse(declared, args);
    let args = match parsed {
        Ok(args) => args,
        Err(error) => {
            if error.use_stderr() {
                // The library quotes what was typed, and a person's address may have been typed in the wrong place.
                anstream::eprint!("{}", names::safe_lines(&error.render().to_string()));
                return ExitCode::from(FAILED);
            }
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
    };
    // A panic's text can quote what was being read: only the place is told.
    std::panic::set_hook(Box::new(|panic| {
        // A library that gave up on a hostile file: a line of the ledger says so.
        if record::binary::in_library() {
            return;
        }
        let place = panic.location().map_or_else(String::new, |l| format!(" at {}:{}", l.file(), l.line()));
        anstream::eprintln!("leaktrace: internal error{place}\n  to do:    report this place; nothing that was printed so far is a result");
    }));
    // Without a handler an interrupt ends the process at once, which is right as well: nothing is left half-written.
    let _ = ctrlc::set_handler(parallel::interrupt);
    let Ok(done) = std::panic::catch_unwind(|| dispatch(args)) else {
        return ExitCode::from(FAILED);
    };
    match done {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Supported) => ExitCode::from(1),
        Ok(Outcome::Incomplete) => ExitCode::from(INCOMPLETE),
        Err(error) => {
            anstream::eprintln!("leaktrace: {error}");
            ExitCode::from(match error.blame() {
                Blame::Interrupted => INTERRUPTED,
                Blame::Incomplete => INCOMPLETE,
                Blame::Usage | Blame::Io | Blame::Damaged => FAILED,
            })
        }
    }
}

/// What may be typed, with what stands in the environment and in files; a scan of a watch is told all on its command line.
fn declaration() -> Result<clap::Command> {
    if commands::watch::child::under_watch()? { Ok(Args::command()) } else { config::apply(Args::command()) }
}

fn parse(mut declared: clap::Command, args: impl IntoIterator<Item = OsString>) -> std::result::Result<Args, clap::Error> {
    let matches = declared.try_get_matches_from_mut(args)?;
    let mut args = Args::from_arg_matches(&matches)?;
    if let Command::Watch(watch) = &mut args.command {
        watch.scan = watch_args::handed_on(&declared, &matches);
    }
    Ok(args)
}

fn dispatch(args: Args) -> Result<Outcome> {
    let bars = bars::Bars::default();
    let drawn: &dyn Progress = if std::io::stderr().is_terminal() && !args.quiet { &bars } else { &Silent };
    let stages = stages::Stages::new(drawn);
    let progress: &dyn Progress = if args.verbose { &stages } else { drawn };
    match args.command {
        Command::Keygen(a) => commands::keygen::run(&a.output),
        Command::Schema(a) => commands::schema::run(&a.file),
        Command::Index(a) => commands::index::run(&a.into_options()?, progress),
        Command::Verify(a) => commands::verify::run(&a.into_options()?, progress),
        Command::Report(a) => commands::report::run(&a.into_options(), progress),
        Command::Affected(a) => commands::affected::run(&a.into_options()?, progress),
        Command::Scan(a) => a.run(args.quiet, progress),
        Command::Merge(a) => commands::merge::run(&a.into_options(args.quiet)?, progress),
        Command::SparkJob => commands::spark::run(),
        Command::Watch(a) => commands::watch::run(&a.into_options(args.quiet)?),
        Command::Fingerprint(a) => commands::fingerprint::run(&a.into_options()?, progress),
        Command::Compare(a) => commands::compare::run(&a.into_options(args.quiet)?),
        Command::Library(a) => a.run(args.quiet, progress),
        Command::Inspect(a) => {
            if let (Some(served), Some(plan), Some(size)) = (a.served.clone(), a.plan.clone(), a.part_size) {
                return commands::part::plan_served(&served, &plan, size, &a.reading()?, threads(None)?);
            }
            let (files, plan, part_size) = (a.files.clone(), a.plan.clone(), a.part_size);
            commands::inspect::run(&files, plan.as_deref(), part_size, &a.reading()?, threads(None)?)
        }
        Command::Cat(a) => commands::cat::run(&a.dump, a.format, a.table.as_deref(), &a.reading.into_options()?, threads(None)?),
        Command::Completions(a) => pages::completions(Args::command(), a.shell).map(|()| Outcome::Done),
        Command::Man(a) => {
            let pages = pages::man(Args::command(), &a.folder)?;
            anstream::eprintln!("wrote {pages} pages");
            Ok(Outcome::Done)
        }
        Command::Demo(a) => commands::demo::run(a.output.as_deref(), threads(a.threads)?, progress),
    }
}

/// The number of worker threads that was asked for, or one a core.
///
/// # Errors
/// When it is 0 or absurd.
pub fn threads(asked: Option<usize>) -> Result<usize> {
    const MOST: usize = 1024;
    match asked {
        None => Ok(commands::threads()),
        Some(n) if (1..=MOST).contains(&n) => Ok(n),
        Some(n) => Err(Error::usage("--threads is out of range").expected(format!("1 to {MOST}")).got(names::safe_text(&n.to_string()))),
    }
}
