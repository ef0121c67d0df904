//! Names with punctuation: commas, dotted titles and degrees, apostrophes.

use super::words;

/// A word of a name.
struct Word {
    letters: Vec<u8>,
    /// Written with a dot, or in a part of titles and degrees behind a comma: enough for a short word to be a title or a degree.
    marked: bool,
}

/// Appends the name's words in lower case, in their order of given and family name, without marked titles and degrees; the caller takes
/// off the unmarked ones.
pub(super) fn normalise(raw: &[u8], out: &mut Vec<u8>) {
    let mut parts: Vec<Vec<Word>> = raw.split(|&b| b == b',').map(words_of).filter(|part| !part.is_empty()).collect();
    // Behind a comma: degrees and titles only, or a part of the name.
    let mut behind = 0;
    parts.retain(|part| {
        behind += 1;
        behind == 1
            || !part
                .iter()
                .all(|w| words::is_degree_with_dot(&w.letters) || words::is_title_with_dot(&w.letters) && !words::is_generation(&w.letters))
    });
    let flip = parts.len() == 2 && !parts[1].iter().all(|w| words::is_generation(&w.letters));
    if flip {
        drop_titles(&mut parts[0]);
        drop_degrees(&mut parts[0]);
        parts.swap(0, 1);
    }
    let mut name: Vec<Word> = parts.into_iter().flatten().collect();
    drop_titles(&mut name);
    drop_degrees(&mut name);
    for (i, word) in name.iter().enumerate() {
        if i > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(&word.letters);
    }
}

fn drop_titles(name: &mut Vec<Word>) {
    let title = |w: &Word| {
        if w.marked { words::is_title_with_dot(&w.letters) } else { words::is_title(&w.letters) }
    };
    let titles = name.iter().take(name.len().saturating_sub(1)).take_while(|w| title(w)).count();
    name.drain(..titles);
}

fn drop_degrees(name: &mut Vec<Word>) {
    let degree = |w: &Word| {
        if w.marked { words::is_degree_with_dot(&w.letters) } else { words::is_degree(&w.letters) }
    };
    while name.len() > 1 && name.last().is_some_and(degree) {
        name.pop();
    }
}

fn words_of(part: &[u8]) -> Vec<Word> {
    let mut words = Vec::new();
    for chunk in part.split(|&b| !(b.is_ascii_alphanumeric() || matches!(b, b'.' | b'\'' | b'`'))) {
        let dotted = chunk.contains(&b'.');
        let whole: Vec<u8> = letters_of(chunk);
        if whole.is_empty() {
            continue;
        }
        // `S.Kom`, `M.M.`, `Ph.D.`: one degree, several dots.
        if dotted && (words::is_degree_with_dot(&whole) || words::is_title_with_dot(&whole)) {
            words.push(Word { letters: whole, marked: true });
            continue;
        }
        let mut pieces = chunk.split(|&b| b == b'.').peekable();
        while let Some(piece) = pieces.next() {
            let letters = letters_of(piece);
            if !letters.is_empty() {
                words.push(Word { letters, marked: pieces.peek().is_some() });
            }
        }
    }
    join_spaced_degrees(&mut words);
    words
}

/// `S. Kom`, `M. Pd.`: a dotted S, M or A before the rest of a degree.
fn join_spaced_degrees(words: &mut Vec<Word>) {
    let mut i = 1;
    while i + 1 < words.len() {
        if words[i].marked && matches!(words[i].letters[..], [b's' | b'm' | b'a']) {
            let joined = [&words[i].letters[..], &words[i + 1].letters].concat();
            if words::is_degree(&joined) {
                words[i].letters = joined;
                words.remove(i + 1);
            }
        }
        i += 1;
    }
}

fn letters_of(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().filter(|b| b.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect()
}
