//! The decompressors, each behind the same [`Codec`].

use super::bounds::Fault;
use super::pump::{Codec, State, Step};

/// Bytes between two counts.
#[cfg(any(feature = "gzip", feature = "zip", feature = "bzip2", feature = "xz"))]
fn since(before: u64, after: u64) -> usize {
    after.saturating_sub(before) as usize
}

/// DEFLATE, bare or in gzip's frame with its checksum.
#[cfg(any(feature = "gzip", feature = "zip"))]
pub(super) struct Inflate {
    state: Option<flate2::Decompress>,
    gzip: bool,
}

#[cfg(any(feature = "gzip", feature = "zip"))]
impl Inflate {
    #[cfg(feature = "gzip")]
    pub(super) fn gzip() -> Inflate {
        Inflate { state: None, gzip: true }
    }

    #[cfg(feature = "zip")]
    pub(super) fn bare() -> Inflate {
        Inflate { state: None, gzip: false }
    }
}

#[cfg(any(feature = "gzip", feature = "zip"))]
impl Codec for Inflate {
    fn begin(&mut self) -> Result<(), Fault> {
        /// The largest window, as a power of two: what every writer may use.
        const WINDOW: u8 = 15;
        match &mut self.state {
            // With its header, it stays what it is.
            Some(state) => state.reset(self.gzip),
            none => *none = Some(if self.gzip { flate2::Decompress::new_gzip(WINDOW) } else { flate2::Decompress::new(false) }),
        }
        Ok(())
    }

    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let Some(state) = &mut self.state else {
            return Step { read: 0, written: 0, state: State::Broken(Fault::Damaged) };
        };
        let (read, written) = (state.total_in(), state.total_out());
        let result = state.decompress(input, output, flate2::FlushDecompress::None);
        Step {
            read: since(read, state.total_in()),
            written: since(written, state.total_out()),
            state: match result {
                Ok(flate2::Status::StreamEnd) => State::End,
                Ok(flate2::Status::Ok | flate2::Status::BufError) => State::Inside,
                Err(_) => State::Broken(Fault::Damaged),
            },
        }
    }

    fn several(&self) -> bool {
        self.gzip
    }
}

/// bzip2.
#[cfg(feature = "bzip2")]
#[derive(Default)]
pub(super) struct Bzip2 {
    state: Option<bzip2::Decompress>,
}

#[cfg(feature = "bzip2")]
impl Codec for Bzip2 {
    fn begin(&mut self) -> Result<(), Fault> {
        self.state = Some(bzip2::Decompress::new(false));
        Ok(())
    }

    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let Some(state) = &mut self.state else {
            return Step { read: 0, written: 0, state: State::Broken(Fault::Damaged) };
        };
        let (read, written) = (state.total_in(), state.total_out());
        let result = state.decompress(input, output);
        Step {
            read: since(read, state.total_in()),
            written: since(written, state.total_out()),
            state: match result {
                Ok(bzip2::Status::StreamEnd) => State::End,
                Ok(bzip2::Status::MemNeeded) => State::Broken(Fault::Memory),
                Ok(_) => State::Inside,
                Err(_) => State::Broken(Fault::Damaged),
            },
        }
    }
}

/// xz.
#[cfg(feature = "xz")]
pub(super) struct Xz {
    state: Option<liblzma::stream::Stream>,
    /// Bytes that a stream may ask for.
    memory: u64,
}

#[cfg(feature = "xz")]
impl Xz {
    pub(super) fn new(memory: u64) -> Xz {
        Xz { state: None, memory }
    }
}

#[cfg(feature = "xz")]
impl Codec for Xz {
    fn begin(&mut self) -> Result<(), Fault> {
        self.state = Some(liblzma::stream::Stream::new_stream_decoder(self.memory, 0).map_err(|_| Fault::Memory)?);
        Ok(())
    }

    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        use liblzma::stream::{Action, Error, Status};
        let Some(state) = &mut self.state else {
            return Step { read: 0, written: 0, state: State::Broken(Fault::Damaged) };
        };
        let (read, written) = (state.total_in(), state.total_out());
        let result = state.process(input, output, Action::Run);
        Step {
            read: since(read, state.total_in()),
            written: since(written, state.total_out()),
            state: match result {
                Ok(Status::StreamEnd) => State::End,
                Ok(_) => State::Inside,
                Err(Error::Mem | Error::MemLimit) => State::Broken(Fault::Memory),
                Err(Error::Options | Error::UnsupportedCheck) => State::Broken(Fault::Unsupported),
                Err(_) => State::Broken(Fault::Damaged),
            },
        }
    }
}

/// Zstandard.
#[cfg(feature = "zstd")]
pub(super) struct Zstd {
    state: zstd::zstd_safe::DCtx<'static>,
    /// Bytes that make its next step whole.
    wants: usize,
    /// Whether some of the last step's bytes may not have come out yet.
    holds: bool,
}

#[cfg(feature = "zstd")]
impl Zstd {
    /// With a window of at most `memory` bytes.
    pub(super) fn new(memory: u64) -> Zstd {
        let mut state = zstd::zstd_safe::DCtx::create();
        // Below 10 the format has no windows, above 31 neither.
        let log = memory.max(1).ilog2().clamp(10, 31);
        // Fails for logs outside of the format's alone.
        let _ = state.set_parameter(zstd::zstd_safe::DParameter::WindowLogMax(log));
        Zstd { state, wants: 0, holds: false }
    }
}

#[cfg(feature = "zstd")]
impl Codec for Zstd {
    fn begin(&mut self) -> Result<(), Fault> {
        (self.wants, self.holds) = (0, false);
        self.state.reset(zstd::zstd_safe::ResetDirective::SessionOnly).map(|_| ()).map_err(|_| Fault::Damaged)
    }

    /// One block at a time, and none before the last one is out: a step that fails says nothing of what it had done before.
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        /// Enough for any frame's header.
        const FIRST: usize = 18;
        if self.holds {
            let step = self.run(&[], output);
            self.holds = step.written == output.len();
            if step.written > 0 || step.state != State::Inside {
                return step;
            }
        }
        let most = if self.wants == 0 { FIRST } else { self.wants };
        let step = self.run(&input[..input.len().min(most)], output);
        self.holds = step.written == output.len();
        step
    }
}

#[cfg(feature = "zstd")]
impl Zstd {
    fn run(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        use zstd::zstd_safe::{InBuffer, OutBuffer, get_error_name};
        /// What the library says of a window that is too large; it has no other sign for it here.
        const TOO_LARGE: &str = "Frame requires too much memory for decoding";
        let mut input = InBuffer::around(input);
        let mut output = OutBuffer::around(output);
        let state = match self.state.decompress_stream(&mut output, &mut input) {
            Ok(0) => State::End,
            Ok(wants) => {
                self.wants = wants;
                State::Inside
            }
            Err(code) if get_error_name(code) == TOO_LARGE => State::Broken(Fault::Memory),
            Err(_) => State::Broken(Fault::Damaged),
        };
        Step { read: input.pos(), written: output.pos(), state }
    }
}
