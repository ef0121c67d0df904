//! A quick look at a short value by lanes: whether it is canonical, or how it becomes so by an [`Edit`], without a loop over its bytes.
//!
//! Each kind's rule says no where it is not sure, and the kind's full rule decides. The laws of [`Normaliser`](super::Normaliser) are tested
//! for every rule: where it says yes, the rewritten value is what `normalise` makes of it, and plausible or canonical already.

use crate::lanes::{BLOCK, Edit, Fold, Lanes, low_bits};

/// How a value becomes canonical.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// Bytes that are put in front, the first one lowest.
    pub head: u64,
    /// How many, at most five.
    pub head_len: u32,
    /// Bytes that are dropped in front.
    pub skip: u32,
    /// What happens to the case of its letters.
    pub fold: Fold,
}

impl Rewrite {
    /// It is canonical.
    pub const NONE: Rewrite = Rewrite { head: 0, head_len: 0, skip: 0, fold: Fold::Keep };

    /// It is canonical once its letters are in this case.
    #[must_use]
    pub const fn folded(fold: Fold) -> Rewrite {
        Rewrite { fold, ..Rewrite::NONE }
    }

    /// The edit of a value of `len` bytes that writes `prefix` (of at most three bytes, the first one lowest) and the canonical value.
    #[must_use]
    #[inline(always)]
    pub fn edit(self, len: u32, prefix: u64, prefix_len: u32) -> Edit {
        Edit {
            head: prefix | self.head << (8 * prefix_len),
            head_len: prefix_len + self.head_len,
            skip: self.skip,
            len: len - self.skip,
            fold: self.fold,
        }
    }

    /// Bytes of the canonical value of a value of `len` bytes.
    #[must_use]
    #[inline(always)]
    pub fn length(self, len: u32) -> u32 {
        len - self.skip + self.head_len
    }
}

/// Makes eight letters lower case.
const LOWER: u64 = 0x2020_2020_2020_2020;

/// A short value at the front of a block, and which of its bytes are what.
pub(super) struct Look<'v> {
    pub value: &'v [u8; BLOCK],
    /// Its length, at least 1.
    pub len: u32,
    /// Its bytes.
    pub all: u64,
}

impl<'v> Look<'v> {
    #[inline(always)]
    pub fn at(value: &'v [u8; BLOCK], len: u32) -> Look<'v> {
        Look { value, len, all: low_bits(len) }
    }

    #[inline(always)]
    pub fn digits<L: Lanes>(&self) -> u64 {
        L::in_range(self.value, b'0', b'9') & self.all
    }

    #[inline(always)]
    pub fn upper<L: Lanes>(&self) -> u64 {
        L::in_range(self.value, b'A', b'Z') & self.all
    }

    #[inline(always)]
    pub fn lower<L: Lanes>(&self) -> u64 {
        L::in_range(self.value, b'a', b'z') & self.all
    }

    #[inline(always)]
    pub fn is<L: Lanes>(&self, byte: u8) -> u64 {
        L::equal(self.value, byte) & self.all
    }

    /// Digits and nothing else.
    #[inline(always)]
    pub fn all_digits<L: Lanes>(&self) -> bool {
        self.digits::<L>() == self.all
    }

    /// Whether it can be one of the words that exports write for NULL: none is longer than nine bytes, and they begin with few letters.
    #[inline(always)]
    pub fn may_be_missing(&self) -> bool {
        self.len <= 9 && matches!(self.value[0] | 0x20, b'n' | b'u' | b't' | b'(' | b'<' | b'#' | b'|')
    }

    /// Spaces only singly and inside.
    #[inline(always)]
    pub fn single_spaces(&self, spaces: u64) -> bool {
        let ends = 1 | 1 << (self.len - 1);
        spaces & (spaces << 1) == 0 && spaces & ends == 0
    }

    #[inline(always)]
    pub fn first(&self) -> u8 {
        self.value[0]
    }
}

/// An address of letters, digits, and `.` `-` `_` `+`, as RFC 5321 and 5322 have it; case does not matter. What else may stand in one is left to
/// the full rule, and so are domains in punycode.
#[inline(always)]
pub(super) fn email<L: Lanes>(value: &[u8; BLOCK], len: u32) -> Option<Rewrite> {
    let look = Look::at(value, len);
    let at = look.is::<L>(b'@');
    if at.count_ones() != 1 {
        return None;
    }
    let (lower, upper) = (look.lower::<L>(), look.upper::<L>());
    let (dot, hyphen) = (look.is::<L>(b'.'), look.is::<L>(b'-'));
    let local = at - 1;
    let domain = look.all & !(local | at);
    let word = lower | upper | look.digits::<L>() | dot | hyphen;
    let loose = (look.is::<L>(b'_') | look.is::<L>(b'+')) & local;
    // A dot beside another, at an end of the local part or of the domain; in the domain a hyphen beside a dot or at an end.
    let edge = at | 1 << len.min(63);
    let wall = dot | edge;
    let stuck = dot & ((wall << 1) | (wall >> 1) | 1);
    let stuck_hyphen = hyphen & domain & ((wall << 1) | (wall >> 1));
    let last_dot = dot & domain;
    if (word | loose | at) != look.all || local == 0 || stuck | stuck_hyphen != 0 || last_dot == 0 {
        return None;
    }
    let top = look.all & !low_bits(64 - last_dot.leading_zeros());
    let plain = top & !(lower | upper) == 0 && top.count_ones() >= 2;
    plain.then_some(Rewrite::folded(Fold::Lower))
}

/// A code of letters and digits, at least one of each or no zero in front; upper case.
#[inline(always)]
pub(super) fn id<L: Lanes>(value: &[u8; BLOCK], len: u32) -> Option<Rewrite> {
    let look = Look::at(value, len);
    let digits = look.digits::<L>();
    let letters = look.upper::<L>() | look.lower::<L>();
    let zeros = letters == 0 && len > 1 && look.first() == b'0';
    // Without a digit it may be a word that stands for NULL.
    ((digits | letters) == look.all && digits != 0 && !zeros).then_some(Rewrite::folded(Fold::Upper))
}

/// Printable ASCII with single spaces between words; lower case.
#[inline(always)]
pub(super) fn text<L: Lanes>(value: &[u8; BLOCK], len: u32) -> Option<Rewrite> {
    let look = Look::at(value, len);
    let printable = L::in_range(value, b' ', b'~') & look.all;
    let says_something = look.digits::<L>() | look.upper::<L>() | look.lower::<L>();
    let plain = printable == look.all && says_something != 0 && look.single_spaces(look.is::<L>(b' ')) && !look.may_be_missing();
    plain.then_some(Rewrite::folded(Fold::Lower))
}

/// An Indonesian mobile number of digits alone: `08…`, `628…`, `8…`, or `+628…`.
#[inline(always)]
pub(super) fn indonesian_mobile<L: Lanes>(value: &[u8; BLOCK], len: u32) -> Option<Rewrite> {
    let look = Look::at(value, len);
    let digits = look.digits::<L>();
    const PLUS: u64 = b'+' as u64;
    const PLUS_62: u64 = u32::from_le_bytes([b'+', b'6', b'2', 0]) as u64;
    let (national, rewrite) = match look.value {
        [b'+', b'6', b'2', ..] if digits == look.all & !1 => (3, Rewrite::NONE),
        _ if digits != look.all => return None,
        [b'0', b'8', ..] => (1, Rewrite { head: PLUS_62, head_len: 3, skip: 1, fold: Fold::Keep }),
        [b'6', b'2', b'8', ..] => (2, Rewrite { head: PLUS, head_len: 1, ..Rewrite::NONE }),
        [b'8', ..] => (0, Rewrite { head: PLUS_62, head_len: 3, ..Rewrite::NONE }),
        _ => return None,
    };
    let operator = matches!(look.value[national + 1], b'1'..=b'3' | b'5'..=b'9');
    let length = (9..=12).contains(&len.wrapping_sub(national as u32));
    (look.value[national] == b'8' && operator && length).then_some(rewrite)
}

/// Words of letters with single spaces between them, in lower case, of which the first is no title and the last no degree. `title` and `degree`
/// judge a word by its first eight bytes in lower case, some of which may stand behind it, and its length.
#[inline(always)]
pub(super) fn name<L: Lanes>(
    value: &[u8; BLOCK],
    len: u32,
    title: impl Fn(u64, u32) -> bool,
    degree: impl Fn(u64, u32) -> bool,
) -> Option<Rewrite> {
    let look = Look::at(value, len);
    let spaces = look.is::<L>(b' ');
    let letters = look.upper::<L>() | look.lower::<L>();
    if (letters | spaces) != look.all || !look.single_spaces(spaces) || look.may_be_missing() {
        return None;
    }
    if spaces != 0 {
        let last = 64 - spaces.leading_zeros();
        // Eight bytes say enough; letters that are no letters in lower case cannot stand in the lists.
        let word = |from: u32| value[from as usize..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes) | LOWER);
        if last > 56 || title(word(0), spaces.trailing_zeros()) || degree(word(last), len - last) {
            return None;
        }
    }
    Some(Rewrite::folded(Fold::Lower))
}
