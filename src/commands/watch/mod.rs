//! `leaktrace watch`: every file that comes into a folder is scanned once it is complete, whatever ends the watch in between.
//!
//! Look at the folder ([`seen`]), scan the next complete unit in a process of its own ([`child`]), write its result to the state ([`state`]) and then
//! to the log ([`log`]), run the hook ([`hook`]): until somebody ends it. What is not in the state was not done, and is done after the next start.

pub mod child;
pub mod entry;
pub mod hook;
pub mod log;
pub mod place;
pub mod program;
pub mod seen;
pub mod state;
mod wake;

use super::Outcome;
use crate::fingerprint::Key;
use crate::matching::Question;
use crate::names::safe_path;
use crate::report::sign::Signer;
use crate::{Error, Result, parallel};
use child::{Child, Scanned};
use entry::{Came, Times};
use log::Log;
use place::Work;
use seen::{Since, Unit, Waiting};
use state::{Due, Entry, State};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder.
    pub folder: PathBuf,
    /// The log.
    pub log: PathBuf,
    /// The state.
    pub state: PathBuf,
    /// The folder of reports.
    pub reports: Option<PathBuf>,
    /// What `scan` is told: how dumps are read and judged.
    pub scan: Vec<OsString>,
    /// The indexes, their keys and the key that signs with its password, which are tried before anything is scanned.
    pub tried: Tried,
    /// The folder that scans spill to.
    pub scratch: Option<PathBuf>,
    /// How long a file must stay as it is.
    pub settle: Duration,
    /// How often the folder is looked at.
    pub poll: Duration,
    /// Memory of a scan, MB; 0 for any.
    pub memory: u64,
    /// Time of a scan; none for any.
    pub time: Option<Duration>,
    /// Whether to end when what is there was scanned.
    pub once: bool,
    /// The program to run on a finding, with its arguments; empty for none.
    pub hook: Vec<OsString>,
    /// The time that all time stamps show, seconds since 1970 (`SOURCE_DATE_EPOCH`).
    pub epoch: Option<i64>,
    /// Whether nothing is said while all is well.
    pub quiet: bool,
}

/// Files without which every scan would fail.
#[derive(Clone, Debug, Default)]
pub struct Tried {
    /// The indexes.
    pub indexes: Vec<PathBuf>,
    /// Their keys.
    pub keys: Vec<PathBuf>,
    /// The secret key that signs reports, and the file of its password.
    pub sign: Option<(PathBuf, Option<PathBuf>)>,
}

/// Watches until it is told to end.
///
/// # Errors
/// When indexes, keys or outputs cannot be used, another watch has the state, or a disk is full or fails.
pub fn run(options: &Options) -> Result<Outcome> {
    parallel::end_on_termination()?;
    place::check(options)?;
    let keys = options.tried.keys.iter().map(|path| Key::read(path)).collect::<Result<Vec<_>>>()?;
    drop(Question::open(&options.tried.indexes, keys, false)?);
    options.tried.sign.as_ref().map(|(key, password)| Signer::read(key, password.as_deref())).transpose()?;
    let mut state = State::open(&options.state)?;
    let log = Log::open(&options.log, &mut state)?;
    let work = Work::prepare(options, &state)?;
    let mut watch = Watch {
        options,
        state,
        log,
        work,
        clock: Instant::now(),
        waiting: Waiting::new(options.settle),
        looked: Duration::ZERO,
        pause: Duration::ZERO,
        next_look: Duration::ZERO,
        unreadable: false,
        interruptions: 0,
        goals: None,
        tally: Tally::default(),
    };
    watch.run()
}

/// What `--once` says in the end.
#[derive(Debug, Default)]
struct Tally {
    supported: bool,
    incomplete: bool,
}

/// A watch at work.
struct Watch<'a> {
    options: &'a Options,
    state: State,
    log: Log,
    work: Work,
    clock: Instant,
    waiting: Waiting,
    /// When the folder was looked at last, how long it is left alone then, and when it is looked at next.
    looked: Duration,
    pause: Duration,
    next_look: Duration,
    /// Whether the last look failed; said once.
    unreadable: bool,
    /// Scans in a row that a signal from outside ended.
    interruptions: u32,
    /// With `--once`, what was there at the beginning.
    goals: Option<BTreeMap<PathBuf, Unit>>,
    tally: Tally,
}

impl Watch<'_> {
    fn run(&mut self) -> Result<Outcome> {
        /// How long a scan, or a signal to end, may go unnoticed.
        const CHILD: Duration = Duration::from_millis(5);
        const SIGNAL: Duration = Duration::from_millis(100);
        let options = self.options;
        let wake = wake::Wake::of(&options.folder);
        if !wake.works() {
            let folder = safe_path(&options.folder);
            anstream::eprintln!(
                "leaktrace: the system does not tell of changes in {folder}: it is looked at every {} s",
                options.poll.as_secs_f64()
            );
        }
        self.run_due_hooks()?;
        self.look()?;
        if self.unreadable {
            return Err(Error::usage("the folder cannot be read").at(&options.folder).advice("give this user the right to read it"));
        }
        self.say(|watch| {
            let (there, done) = (watch.waiting.units().count(), watch.state.sequence());
            format!("watching {}: {there} to be scanned, {done} scanned before", safe_path(&watch.options.folder))
        });
        let mut scan: Option<Child> = None;
        loop {
            if parallel::interrupted() {
                // A scan that is cut off here is made after the next start.
                drop(scan);
                return if options.once { Err(Error::interrupted()) } else { Ok(Outcome::Done) };
            }
            if self.clock.elapsed() >= self.next_look {
                self.look()?;
            }
            if let Some(child) = &mut scan {
                if let Some(scanned) = child.ended()? {
                    let seconds = child.elapsed().as_secs_f64();
                    let unit = child.unit.clone();
                    scan = None;
                    self.scanned(&unit, &scanned, seconds)?;
                    continue;
                }
            } else if let Some(unit) = self.next()? {
                scan = self.begin(unit)?;
                continue;
            } else if let Some(outcome) = self.finished() {
                return Ok(outcome);
            }
            let until_look = self.next_look.saturating_sub(self.clock.elapsed());
            let rest = until_look.min(if scan.is_some() { CHILD } else { SIGNAL }).max(Duration::from_millis(1));
            if wake.wait(rest) {
                // Soon, but not for each of a thousand files by itself.
                self.next_look = self.next_look.min(self.looked + self.pause);
            }
        }
    }

    /// Looks at the folder, and says when to look again.
    fn look(&mut self) -> Result<()> {
        /// A folder of a million files takes long to look at; most of the time is for other work.
        const SHORTEST: Duration = Duration::from_millis(50);
        let began = self.clock.elapsed();
        let folder = &self.options.folder;
        match seen::look(folder) {
            Ok(found) => {
                self.unreadable = false;
                let mut undone = self.state.undone(found, folder)?;
                if let Some(goals) = &self.goals {
                    undone.retain(|unit| goals.contains_key(unit.path()));
                } else if self.options.once {
                    self.goals = Some(undone.iter().map(|unit| (unit.path().to_path_buf(), unit.clone())).collect());
                }
                self.waiting.observe(undone, began, self.clock.elapsed());
            }
            // A file system that comes and goes.
            Err(error) if !self.unreadable => {
                self.unreadable = true;
                anstream::eprintln!("leaktrace: {error}");
            }
            Err(_) => {}
        }
        self.looked = self.clock.elapsed();
        self.pause = SHORTEST.max((self.looked - began) * 2);
        let settled = self.waiting.due().map_or(Duration::MAX, |due| due.max(self.looked + self.pause));
        self.next_look = settled.min(self.looked + self.options.poll);
        Ok(())
    }

    /// The unit to be scanned now.
    fn next(&mut self) -> Result<Option<Unit>> {
        while let Some(unit) = self.waiting.next().cloned() {
            // It may have been done under another name since the last look.
            if self.state.undone(vec![unit.clone()], &self.options.folder)?.is_empty() {
                self.waiting.remove(&unit);
            } else if unit.since() == Since::Same {
                return Ok(Some(unit));
            } else {
                self.waiting.again(&unit, self.clock.elapsed());
            }
        }
        Ok(None)
    }

    fn begin(&mut self, unit: Unit) -> Result<Option<Child>> {
        if unit.skipped.is_some() {
            self.record(&unit, None, 0.0)?;
            return Ok(None);
        }
        Child::start(self.options, unit, self.work.folder()).map(Some)
    }

    /// Takes in how a scan ended.
    fn scanned(&mut self, unit: &Unit, scanned: &Scanned, seconds: f64) -> Result<()> {
        if *scanned == Scanned::Interrupted && self.is_interrupted() {
            return self.work.clear();
        }
        self.interruptions = 0;
        let useless = match unit.since() {
            Since::Same => false,
            Since::Changed => true,
            // What was read is what had been there, and under another name it need not be read again; but a scan that found nothing there is none.
            Since::Gone => !matches!(scanned, Scanned::Said(_)),
        };
        if useless {
            self.waiting.again(unit, self.clock.elapsed());
            return self.work.clear();
        }
        self.record(unit, Some(scanned), seconds)
    }

    /// Whether a scan that a signal ended is to be made again: the signal may be on its way to us as well, as when a system shuts down.
    fn is_interrupted(&mut self) -> bool {
        const PATIENCE: Duration = Duration::from_secs(1);
        const SCANS: u32 = 3;
        let since = Instant::now();
        while !parallel::interrupted() && since.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(10));
        }
        self.interruptions += 1;
        parallel::interrupted() || self.interruptions < SCANS
    }

    /// Makes a result last: report, state, log, hook, in this order.
    fn record(&mut self, unit: &Unit, scanned: Option<&Scanned>, seconds: f64) -> Result<()> {
        let times = Times { epoch: self.options.epoch };
        let came = scanned.map_or(Came::Skipped, Came::of);
        let said = match scanned {
            Some(Scanned::Said(said)) => Some(said),
            _ => None,
        };
        let report = said.map(|_| self.work.keep_report(self.state.sequence() + 1)).transpose()?.flatten();
        let found = said.filter(|_| came == Came::Supported && !self.options.hook.is_empty());
        let due = found.map(|said| Due::new(unit.path(), report.as_deref(), &said.verdict));
        let keys = unit.keys(&self.options.folder);
        self.state.add(&Entry { done: &keys, due: due.as_ref(), ran: None }, |line, sequence| {
            entry::scan(unit, scanned, (line, sequence), (times, seconds), report.as_deref())
        })?;
        self.waiting.remove(unit);
        self.log.publish(&mut self.state)?;
        self.work.clear()?;
        self.tally.supported |= came == Came::Supported;
        self.tally.incomplete |= !matches!(came, Came::Supported | Came::NotSupported);
        self.say(|watch| {
            let words = said.map_or_else(|| came.words(), |said| &said.sentence);
            format!("{}  {}: {words}", watch.state.sequence(), safe_path(unit.path()))
        });
        self.run_due_hooks()
    }

    /// Runs the hooks that are to be run; those of a run that was cut off, too.
    fn run_due_hooks(&mut self) -> Result<()> {
        if self.options.hook.is_empty() {
            return Ok(());
        }
        let times = Times { epoch: self.options.epoch };
        for (sequence, due) in self.state.due()? {
            let ran = match hook::run(&self.options.hook, sequence, &due) {
                Err(_) if parallel::interrupted() => return Ok(()),
                ran => ran?,
            };
            self.state
                .add(&Entry { ran: Some(sequence), ..Entry::default() }, |line, sequence| entry::hook(&ran, (line, sequence), times))?;
            self.log.publish(&mut self.state)?;
        }
        Ok(())
    }

    /// With `--once`, how it ended: when of all that was there at the beginning nothing waits as it was.
    fn finished(&mut self) -> Option<Outcome> {
        let goals = self.goals.as_ref()?;
        let waits = |(path, goal): (&PathBuf, &Unit)| self.waiting.get(path) == Some(goal);
        if goals.iter().any(waits) {
            return None;
        }
        let changing = self.waiting.units().count();
        if changing > 0 {
            anstream::eprintln!("leaktrace: left for the next run, since they are being written to: {changing}");
        }
        Some(match &self.tally {
            Tally { supported: true, .. } => Outcome::Supported,
            Tally { incomplete, .. } if *incomplete || changing > 0 => Outcome::Incomplete,
            _ => Outcome::Done,
        })
    }

    fn say(&self, words: impl FnOnce(&Self) -> String) {
        if !self.options.quiet {
            anstream::eprintln!("{}", words(self));
        }
    }
}
