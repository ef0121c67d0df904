//! Titles, degrees and other words round a name.

/// Titles that go wherever they stand first.
const TITLES: [&str; 38] = [
    "dr",
    "drs",
    "dra",
    "drg",
    "drh",
    "ir",
    "prof",
    "profesor",
    "professor",
    "h",
    "hj",
    "haji",
    "hajjah",
    "kh",
    "ustadz",
    "ustad",
    "ust",
    "mr",
    "mrs",
    "ms",
    "miss",
    "mister",
    "bapak",
    "bpk",
    "ibu",
    "sdr",
    "sdri",
    "saudara",
    "saudari",
    "tn",
    "tuan",
    "ny",
    "nyonya",
    "nn",
    "nona",
    "pdt",
    "rev",
    "doctor",
];

/// Titles that could be names: only with a dot behind them or in a part of their own (`An.` is "anak", child; `By.` "bayi", baby).
const TITLES_WITH_DOT: [&str; 6] = ["an", "by", "bp", "sr", "m", "hon"];

/// Degrees that go wherever they stand last.
const DEGREES: [&str; 56] = [
    "skom", "spd", "spdi", "spsi", "sag", "ssos", "sip", "sik", "skep", "sked", "skm", "skg", "skh", "sst", "ssi", "ssn", "sfarm", "sgz",
    "shi", "shut", "spi", "spt", "stp", "sds", "sakt", "sab", "sap", "mkom", "mpd", "mpdi", "mpsi", "mag", "msi", "msc", "mhum", "mkes",
    "mkn", "mba", "mmsi", "mfarm", "meng", "mikom", "mph", "mstat", "mars", "phd", "bsc", "amd", "amk", "akt", "apt", "spog", "spjp",
    "amkeb", "cpa", "llm",
];

/// Degrees that could be names or initials: only with their dots or behind a comma.
const DEGREES_WITH_DOT: [&str; 26] = [
    "se", "sh", "st", "ss", "sp", "sos", "spa", "spb", "spd", "ma", "mm", "mh", "mt", "ms", "me", "mak", "map", "ba", "bba", "ba", "bs",
    "md", "ners", "ns", "ca", "esq",
];

/// Words that are part of a family's name and never a given name behind a comma.
const GENERATIONS: [&str; 6] = ["jr", "sr", "ii", "iii", "iv", "v"];

/// Bytes of the longest word of any list.
const LONGEST: usize = 9;

fn listed(list: &[&str], word: &[u8]) -> bool {
    word.len() <= LONGEST && list.iter().any(|w| w.as_bytes() == word)
}

/// For each first letter the lengths of a list's words, one bit a length: nearly every name is turned away by it, without a look at
/// the list.
const fn lengths(list: &[&str]) -> [u16; 26] {
    let mut table = [0; 26];
    let mut i = 0;
    while i < list.len() {
        let word = list[i].as_bytes();
        table[(word[0] - b'a') as usize] |= 1 << word.len();
        i += 1;
    }
    table
}

fn may_be_listed(lengths: &[u16; 26], word: &[u8]) -> bool {
    word.first().is_some_and(|&letter| word.len() <= LONGEST && has_length(lengths, letter, word.len() as u32))
}

fn has_length(lengths: &[u16; 26], letter: u8, length: u32) -> bool {
    let letter = usize::from(letter.wrapping_sub(b'a'));
    length as usize <= LONGEST && lengths.get(letter).is_some_and(|l| l & (1 << length) != 0)
}

/// The first eight bytes of each word of a list, the first one lowest, zeros behind a shorter one.
const fn heads<const N: usize>(list: &[&str; N]) -> [u64; N] {
    let mut heads = [0; N];
    let mut n = 0;
    while n < N {
        let word = list[n].as_bytes();
        let mut i = 0;
        while i < word.len() && i < 8 {
            heads[n] |= (word[i] as u64) << (8 * i);
            i += 1;
        }
        n += 1;
    }
    heads
}

static TITLE_HEADS: [u64; 38] = heads(&TITLES);
static DEGREE_HEADS: [u64; 56] = heads(&DEGREES);

/// Whether a list has a word that begins as this one does, given as eight lower-case bytes of which the first `length` are the word's.
#[inline]
fn may_be_one(lengths: &[u16; 26], heads: &[u64], word: u64, length: u32) -> bool {
    let head = word & crate::lanes::low_bits(8 * length);
    has_length(lengths, word as u8, length) && heads.contains(&head)
}

/// Whether a word may be a title.
pub(super) fn may_be_title(word: u64, length: u32) -> bool {
    may_be_one(&TITLE_LENGTHS, &TITLE_HEADS, word, length)
}

/// Whether a word may be a degree.
pub(super) fn may_be_degree(word: u64, length: u32) -> bool {
    may_be_one(&DEGREE_LENGTHS, &DEGREE_HEADS, word, length)
}

static TITLE_LENGTHS: [u16; 26] = lengths(&TITLES);
static DEGREE_LENGTHS: [u16; 26] = lengths(&DEGREES);

pub(super) fn is_title(word: &[u8]) -> bool {
    may_be_listed(&TITLE_LENGTHS, word) && listed(&TITLES, word)
}

pub(super) fn is_title_with_dot(word: &[u8]) -> bool {
    is_title(word) || listed(&TITLES_WITH_DOT, word)
}

pub(super) fn is_degree(word: &[u8]) -> bool {
    may_be_listed(&DEGREE_LENGTHS, word) && listed(&DEGREES, word)
}

pub(super) fn is_degree_with_dot(word: &[u8]) -> bool {
    is_degree(word) || listed(&DEGREES_WITH_DOT, word)
}

pub(super) fn is_generation(word: &[u8]) -> bool {
    listed(&GENERATIONS, word)
}

/// The part of a canonical-looking name that is left without titles before it and degrees after it; at least its last word.
fn core(name: &[u8]) -> &[u8] {
    let mut core = name;
    while let Some(space) = core.iter().position(|&b| b == b' ') {
        if !is_title(&core[..space]) {
            break;
        }
        core = &core[space + 1..];
    }
    while let Some(space) = core.iter().rposition(|&b| b == b' ') {
        if !is_degree(&core[space + 1..]) {
            break;
        }
        core = &core[..space];
    }
    core
}

/// Takes titles and degrees off a name in lower case with single spaces.
pub(super) fn strip(name: &mut Vec<u8>) {
    let kept = core(name);
    if kept.len() == name.len() {
        return;
    }
    let start = kept.as_ptr().addr() - name.as_ptr().addr();
    let end = start + kept.len();
    name.truncate(end);
    name.drain(..start);
}

/// Whether [`strip`] would change the name.
pub(super) fn would_strip(name: &[u8]) -> bool {
    core(name).len() != name.len()
}

/// Words that begin an address or a company rather than a name.
pub(super) fn begins_like_a_place(raw: &[u8]) -> bool {
    const PLACES: [&str; 19] = [
        "jl",
        "jln",
        "jalan",
        "gg",
        "gang",
        "rt",
        "rw",
        "kp",
        "kampung",
        "desa",
        "kel",
        "kec",
        "kab",
        "kabupaten",
        "kota",
        "pt",
        "cv",
        "ud",
        "perum",
    ];
    let word: Vec<u8> = raw.iter().take(12).take_while(|b| b.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect();
    listed(&PLACES, &word)
}
