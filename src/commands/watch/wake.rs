//! What ends the wait for the next look early: the system says that something in the folder changed. Where it cannot (too many folders, a network
//! file system), the watch looks by itself, which it does from time to time in any case.

use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

/// Changes in the folder.
#[derive(Debug)]
pub struct Wake {
    changed: Receiver<()>,
    // Kept so that the other end stays open without a watcher.
    _send: SyncSender<()>,
    watcher: Option<RecommendedWatcher>,
}

impl Wake {
    /// Of a folder and all within it.
    #[must_use]
    pub fn of(folder: &Path) -> Wake {
        let (send, changed) = sync_channel(1);
        let to = send.clone();
        let on = move |event: notify::Result<notify::Event>| {
            // That a file was read, as every look does, says nothing.
            let read = |kind| matches!(kind, EventKind::Access(access) if access != AccessKind::Close(AccessMode::Write));
            if !event.is_ok_and(|event| read(event.kind)) {
                let _ = to.try_send(());
            }
        };
        let watcher = notify::recommended_watcher(on).and_then(|mut watcher| {
            watcher.watch(folder, RecursiveMode::Recursive)?;
            Ok(watcher)
        });
        Wake { changed, _send: send, watcher: watcher.ok() }
    }

    /// Whether the system tells of changes.
    #[must_use]
    pub fn works(&self) -> bool {
        self.watcher.is_some()
    }

    /// Waits at most so long; whether something changed meanwhile.
    #[must_use]
    pub fn wait(&self, most: Duration) -> bool {
        match self.changed.recv_timeout(most) {
            Ok(()) => true,
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(most);
                false
            }
        }
    }
}
