//! Slips: what fingers and bad copies do to a value. A slip always changes the value in a way that no normaliser can undo, or leaves
//! it as it is (and says so): letters stay letters, digits stay digits, and what changes is never only case, space or punctuation.

use super::day::{DateStyle, Day};
use super::rng::Rng;

/// Changes `value` as a typist would; false when there was nothing to change.
pub fn slip(value: &mut String, rng: &mut Rng) -> bool {
    if let Some(day) = Day::from_iso(value) {
        value.clear();
        let (y, m, d) = day.civil();
        // Day and month confused where that is a date, else a few days or a year off.
        let other = if d <= 12 && d != m && rng.chance(0.4) {
            Day::new(y, d, m)
        } else if rng.chance(0.3) {
            day.plus(365)
        } else {
            day.plus(1 + rng.below(9) as i32)
        };
        other.write(DateStyle::Iso, value);
        return true;
    }
    // The domain of an address and the first two digits of a number stay: others would give the slip away at once.
    let end = value.find('@').unwrap_or(value.len());
    let mut bytes = value.clone().into_bytes();
    if !value.is_ascii() {
        return false;
    }
    let digits = bytes[..end].iter().all(u8::is_ascii_digit);
    let from = if digits && end > 4 { 2 } else { 0 };
    let places: Vec<usize> = (from..end).filter(|&i| bytes[i].is_ascii_alphanumeric()).collect();
    if places.is_empty() {
        return false;
    }
    let at = places[rng.below(places.len() as u64) as usize];
    let next = places.iter().copied().find(|&i| i > at && !bytes[i].eq_ignore_ascii_case(&bytes[at]));
    match (rng.below(if digits { 2 } else { 4 }), next) {
        (0, Some(next)) if next == at + 1 => bytes.swap(at, next),
        (2, _) if places.len() > 3 => {
            bytes.remove(at);
        }
        (3, _) if bytes[at].is_ascii_alphabetic() => {
            let doubled = bytes[at].to_ascii_lowercase();
            bytes.insert(at + 1, doubled);
        }
        _ => bytes[at] = other(bytes[at], rng),
    }
    // Only ASCII bytes were moved, so this is text still.
    *value = bytes.into_iter().map(char::from).collect();
    true
}

/// Another letter or digit of the same sort.
fn other(byte: u8, rng: &mut Rng) -> u8 {
    let (first, size) = match byte {
        b'0'..=b'9' => (b'0', 10),
        b'a'..=b'z' => (b'a', 26),
        _ => (b'A', 26),
    };
    first + ((byte - first) + 1 + rng.below(size - 1) as u8) % size as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_always_changes_letters_or_digits() {
        let fold = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
        for n in 0..20_000 {
            let mut rng = Rng::new(&[n]);
            for raw in ["Budi Santoso", "081234567890", "budi12@example.com", "1990-03-04", "Jl. Melati No. 3", "TKP-00012345"] {
                let mut value = raw.to_string();
                assert!(slip(&mut value, &mut rng));
                assert_ne!(fold(&value), fold(raw), "{raw}");
            }
            let mut junk = "-".to_string();
            assert!(!slip(&mut junk, &mut rng));
        }
    }
}
