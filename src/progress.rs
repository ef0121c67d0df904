//! How long work tells whoever waits how far it is. The command line draws bars from it; a library user may ignore it.

/// Hears about stages of work.
pub trait Progress: Sync {
    /// A stage begins; `total` bytes are ahead.
    fn begin(&self, stage: &str, total: u64);
    /// `bytes` more are done.
    fn advance(&self, bytes: u64);
    /// The stage is over.
    fn end(&self);
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _stage: &str, _total: u64) {}
    fn advance(&self, _bytes: u64) {}
    fn end(&self) {}
}
