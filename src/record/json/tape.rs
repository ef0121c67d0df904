//! Where the marks of a text are, noted for a stretch at a time.

use super::marks::{Carry, block, marks};
use crate::lanes::{BLOCK, Lanes, Work, dispatch};

/// Set on a quote that closes a string with escapes.
pub(crate) const ESCAPES: u32 = 1 << 31;

/// Bytes that are noted first after a new beginning: damage may be followed by more of it.
const FIRST: usize = 4096;

/// The marks between two places of a text.
#[derive(Debug)]
pub(crate) struct Tape {
    /// Their places, with [`ESCAPES`]; the first `used` count.
    places: Vec<u32>,
    used: usize,
    /// Noted up to here.
    done: usize,
    carry: Carry,
    stretch: usize,
    most: usize,
}

impl Tape {
    /// Nothing is noted yet; stretches grow up to `most` bytes.
    pub(crate) fn new(most: usize) -> Tape {
        Tape { places: Vec::new(), used: 0, done: 0, carry: Carry::default(), stretch: FIRST.min(most), most }
    }

    /// Mark number `n`.
    #[inline(always)]
    pub(crate) fn get(&self, n: usize) -> Option<u32> {
        self.places[..self.used].get(n).copied()
    }

    /// All marks before this byte are noted.
    pub(crate) fn done(&self) -> usize {
        self.done
    }

    /// Begins anew at `at`, outside of strings.
    pub(crate) fn restart(&mut self, at: usize) {
        self.used = 0;
        self.done = at;
        self.carry = Carry::default();
        self.stretch = FIRST.min(self.most);
    }

    /// Forgets the first `read` marks and notes more, at least `least` bytes of them if `text` has as many.
    pub(crate) fn extend(&mut self, text: &[u8], read: usize, least: usize) {
        self.places.copy_within(read..self.used, 0);
        self.used -= read;
        let end = (self.done + self.stretch.max(least)).next_multiple_of(BLOCK).min(text.len());
        self.stretch = (self.stretch * 2).min(self.most);
        dispatch(Note { tape: self, text, end });
    }
}

struct Note<'a> {
    tape: &'a mut Tape,
    text: &'a [u8],
    end: usize,
}

impl Work for Note<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Note { tape, text, end } = self;
        let mut room = [0; BLOCK];
        while tape.done < end {
            let found = marks::<L>(block(text, tape.done, &mut room), &mut tape.carry);
            if tape.places.len() < tape.used + BLOCK {
                tape.places.resize((tape.places.len() * 2).max(4096), 0);
            }
            // Room for a block's marks was just made.
            let out: &mut [u32; BLOCK] = tape.places[tape.used..].first_chunk_mut().expect("there is room for 64 marks");
            // A window is shorter than 2 GiB.
            let (base, mut bits) = (tape.done as u32, found.all);
            for lanes in out.chunks_exact_mut(8) {
                if bits == 0 {
                    break;
                }
                for lane in lanes {
                    *lane = base.wrapping_add(bits.trailing_zeros());
                    bits &= bits.wrapping_sub(1);
                }
            }
            let mut escaped = found.escaped;
            while escaped != 0 {
                let before = found.all & ((escaped & escaped.wrapping_neg()) - 1);
                out[before.count_ones() as usize] |= ESCAPES;
                escaped &= escaped - 1;
            }
            tape.used += found.all.count_ones() as usize;
            tape.done += BLOCK;
        }
        // Later blocks begin where this one would have ended, and so nowhere.
        tape.done = tape.done.min(text.len());
    }
}
