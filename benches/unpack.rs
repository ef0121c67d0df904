//! Decompression alone, on one thread, by the libraries that the program unpacks with: the measure that scans of packed files are held against
//! (`benches/peers/formats.py`).
//!
//! ```text
//! cargo bench --bench unpack -- --file DUMP.csv.gz --runs 3      seconds of each pass, fastest first
//! cargo bench --bench unpack                                     a made-up table, packed in memory, to see that it works
//! ```

use leaktrace::source::{Content, sniff};
use leaktrace::synth::table::{Layout, write_records};
use std::io::{Read, Write};
use std::time::Instant;

/// Bytes taken from the library at a time.
const CHUNK: usize = 1 << 20;

/// Unpacks all of it, and counts the bytes.
fn unpacked(packed: &[u8]) -> u64 {
    let mut stream: Box<dyn Read> = match sniff(packed) {
        Content::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(packed)),
        Content::Zstd => Box::new(zstd::Decoder::with_buffer(packed).expect("zstd begins")),
        other => panic!("neither gzip nor zstd: {}", other.words()),
    };
    let (mut chunk, mut bytes) = (vec![0; CHUNK], 0);
    loop {
        match stream.read(&mut chunk).expect("it is whole") {
            0 => return bytes,
            n => bytes += n as u64,
        }
    }
}

fn main() {
    let (mut file, mut runs) = (None, 1);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().unwrap_or_else(|| panic!("{arg} wants a value"));
        match arg.as_str() {
            "--file" => file = Some(value()),
            "--runs" => runs = value().parse().expect("a number of runs"),
            // Cargo's own.
            "--bench" => {}
            other => panic!("unknown argument {other}; the head of benches/unpack.rs has those that there are"),
        }
    }
    let Some(file) = file else {
        let mut table = Vec::new();
        let bytes = write_records(100_000, 1, &Layout::standard(), &mut table).expect("memory takes everything");
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(&table).expect("memory takes everything");
        assert_eq!(unpacked(&gzip.finish().expect("memory takes everything")), bytes);
        assert_eq!(unpacked(&zstd::encode_all(&table[..], 3).expect("memory takes everything")), bytes);
        return;
    };
    let input = leaktrace::source::Input::open(file.as_ref()).expect("the file can be opened");
    let mut seconds: Vec<f64> = (0..=runs)
        .map(|_| {
            let clock = Instant::now();
            assert!(unpacked(input.bytes()) > 0);
            clock.elapsed().as_secs_f64()
        })
        .collect();
    // The first pass brings the file into memory.
    seconds.remove(0);
    seconds.sort_by(f64::total_cmp);
    seconds.iter().for_each(|s| println!("{s:.6}"));
}
