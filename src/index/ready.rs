//! Work in two steps with an order between them. The first step is done in any order ([`crate::parallel::ordered`]); its results are seen in
//! order by whoever commits, who gives them what depends on all before them (a first record number, a first slot) and puts them here; the
//! second step is done by the workers again, before they begin another first step, so that little waits.

use crate::{Result, parallel};
use std::sync::{Mutex, PoisonError};

/// What waits for its second step.
pub struct Ready<T>(Mutex<Vec<T>>);

impl<T: Send> Ready<T> {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Ready<T> {
        Ready(Mutex::new(Vec::new()))
    }

    /// Adds one.
    pub fn put(&self, one: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(one);
    }

    /// Takes one, if there is any.
    fn take(&self) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Does the second step of all that waits: for a worker before its next first step.
    ///
    /// # Errors
    /// The first of `step`.
    pub fn drain(&self, mut step: impl FnMut(T) -> Result<()>) -> Result<()> {
        while let Some(one) = self.take() {
            step(one)?;
        }
        Ok(())
    }

    /// Does the second step of what is left when there are no more first steps, on all threads.
    ///
    /// # Errors
    /// The first of `step`, or [`crate::Error::interrupted`].
    pub fn drain_all(&self, pool: &rayon::ThreadPool, step: impl Fn(T) -> Result<()> + Sync) -> Result<()> {
        let left = self.0.lock().unwrap_or_else(PoisonError::into_inner).len();
        parallel::ordered(pool, left, || (), |(), _| self.take().map_or(Ok(()), &step), |_, ()| Ok(()))
    }
}
