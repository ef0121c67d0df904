//! Texts that are made to take long: the work stays linear, whatever they are of.

use crate::record::text::find::{Finder, Finds};
use std::time::{Duration, Instant};

const BYTES: usize = 1 << 20;

/// Far more than the slowest of these takes, in a build without optimisation on a busy machine, and far less than anything quadratic.
const LONGEST: Duration = Duration::from_secs(60);

#[test]
fn no_text_takes_long() {
    let units = [
        "1",
        "1 ",
        "0812 ",
        "0812-",
        "0812345678 ",
        "+",
        "+6",
        "(021) ",
        "@",
        "a@",
        "a.a@",
        "a@b.11@",
        "aa@b.cc",
        "a.",
        "'",
        "a'",
        "%40",
        "a%40",
        "&#64;",
        "\\u0040",
        "\\",
        "=40",
        "[at]",
        "a[at]",
        "[dot]",
        "a[at]b[dot]",
        "&",
        "at;",
        ":",
        "::",
        "1::",
        "abcd:",
        "AA00",
        "AA00 ",
        "AA00 0000 ",
        "A123456",
        "A1234567 ",
        "\n",
        " ",
        "\"",
        "<",
        "<a>",
        "<a",
        "(",
        ")",
        "é",
        "邮",
        "\0",
        "4111 1111 1111 1111 ",
        "3171234501900001 ",
        "1.1.1.1",
        "1.1.1.1 ",
        "tel ",
        "tel 12345678 ",
    ];
    for unit in units {
        let text = unit.repeat(BYTES / unit.len());
        let (mut finder, mut finds, begun) = (Finder::default(), Finds::default(), Instant::now());
        finder.find(text.as_bytes(), &mut finds);
        let took = begun.elapsed();
        println!("{:?}: {} found in {:?}", unit, finds.found.len(), took);
        assert!(finds.found.len() <= BYTES / 6 && took < LONGEST, "{unit:?}: {} found in {took:?}", finds.found.len());
    }
}

/// Writes a line from two numbers.
type Write<'w> = &'w dyn Fn(u64, u64) -> String;

/// Random digits and hashes: what is found by chance is little.
#[test]
fn noise_is_no_flood() {
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state ^ state >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 7
    };
    let writers: [(&str, Write, f64); 6] = [
        ("hash", &|a, b| format!("{a:016x}{b:016x}\n"), 0.002),
        (
            "uuid",
            &|a, b| {
                format!(
                    "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}\n",
                    a >> 20 & 0xffff_ffff,
                    a & 0xffff,
                    b & 0xfff,
                    b >> 12 & 0xfff,
                    b >> 9 & 0xffff_ffff_ffff
                )
            },
            0.02,
        ),
        (
            "time",
            &|a, _| {
                format!(
                    "2021-{:02}-{:02} {:02}:{:02}:{:02}.{:06}\n",
                    a % 12 + 1,
                    a >> 8 & 15,
                    a >> 16 & 15,
                    a >> 20 & 31,
                    a >> 30 & 31,
                    a >> 35 & 0xffff
                )
            },
            0.002,
        ),
        ("decimal", &|a, b| format!("{}.{}\n", a % 100, b % 1_000_000_000_000), 0.01),
        ("amount", &|a, b| format!("Rp {}.{:03}.{:03}.{:03}\n", a % 100, a >> 8 & 1023, b & 1023, b >> 10 & 1023), 0.05),
        ("sixteen digits", &|a, b| format!("{:08}{:08}\n", a % 100_000_000, b % 100_000_000), 0.2),
    ];
    const LINES: usize = 20_000;
    for (name, write, most) in writers {
        let text: String = (0..LINES).map(|_| write(next(), next())).collect();
        let (mut finder, mut finds) = (Finder::default(), Finds::default());
        finder.find(text.as_bytes(), &mut finds);
        let share = finds.found.iter().filter(|f| !f.weak).count() as f64 / LINES as f64;
        println!("{name}: {share}");
        assert!(share <= most, "{name}: {share}");
    }
}
