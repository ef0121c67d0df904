//! The one place that starts other programs: this one again, for a scan, and the user's hook. Never through a shell, and never for ever.

use crate::{Error, Result, limits, parallel};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with this exit code.
    Exit(i32),
    /// By this signal, of itself or from outside; 0 where the system does not say.
    Signal(i32),
    /// It was ended here, since its time was over.
    Late,
}

/// A program at work; ended when this is dropped.
#[derive(Debug)]
pub struct Program {
    child: Child,
    began: Instant,
    most: Option<Duration>,
    said: Option<Receiver<Vec<u8>>>,
}

impl Program {
    /// Starts a program with nothing on its standard input and no terminal to be interrupted from. `hear` keeps what it says on standard error; else
    /// that goes where ours goes.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(mut command: Command, most: Option<Duration>, hear: bool) -> Result<Program> {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(if hear { Stdio::piped() } else { Stdio::inherit() });
        // An interrupt from the keyboard is for us alone: we end what we started. With a group of its own, also what it started.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let error = |e| {
            Error::io("cannot start a program", &e).advice("if leaktrace was replaced by another version meanwhile, start the watch again")
        };
        let mut child = command.spawn().map_err(error)?;
        let said = child.stderr.take().map(|stderr| parallel::drained(stderr, limits::WATCH_ERROR_BYTES));
        let mut program = Program { child, began: Instant::now(), most, said: None };
        program.said = said.transpose()?;
        Ok(program)
    }

    /// Whether it has ended, and how; ends it when its time is over.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn ended(&mut self) -> Result<Option<Ended>> {
        let status = self.child.try_wait().map_err(|e| Error::io("cannot wait for a program", &e))?;
        if let Some(status) = status {
            return Ok(Some(ended(status)));
        }
        if self.most.is_some_and(|most| self.began.elapsed() >= most) {
            self.end();
            return Ok(Some(Ended::Late));
        }
        Ok(None)
    }

    /// Since when it is at work.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// The beginning of what it said on standard error, once it has ended.
    #[must_use]
    pub fn said(&mut self) -> String {
        // What it started may still hold its end open.
        const PATIENCE: Duration = Duration::from_secs(1);
        let said = self.said.take().and_then(|said| said.recv_timeout(PATIENCE).ok()).unwrap_or_default();
        String::from_utf8_lossy(&said).into_owned()
    }

    /// Ends it.
    fn end(&mut self) {
        // While it has not been waited for, its number is nobody else's.
        #[cfg(target_os = "linux")]
        if let Ok(None) = self.child.try_wait()
            && let Some(group) = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw)
        {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.end();
    }
}

fn ended(status: ExitStatus) -> Ended {
    match status.code() {
        Some(code) => Ended::Exit(code),
        #[cfg(unix)]
        None => Ended::Signal(std::os::unix::process::ExitStatusExt::signal(&status).unwrap_or_default()),
        #[cfg(not(unix))]
        None => Ended::Signal(0),
    }
}
