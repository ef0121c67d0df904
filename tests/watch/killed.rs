//! The promise: whatever kills the watch, each file is in the log once.

use crate::support::records;
use crate::{Place, until};
use std::collections::BTreeMap;
use std::time::Duration;

/// Files that are dropped, and how often the watch is killed meanwhile.
const FILES: usize = 1000;
const KILLS: usize = 20;

/// Numbers that look random and are the same in every run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

#[test]
fn a_thousand_files_are_each_in_the_log_once_however_often_the_watch_is_killed() {
    let place = Place::new();
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut dropped = 0;
    let mut drop_some = |random: &mut Random, most: usize| {
        for _ in 0..most.min(FILES - dropped) {
            let n = dropped;
            let content = if n % 10 == 0 { records(n..n + 20) } else { format!("x,y\n{n},2\n") };
            let name = format!("{:03}/file{n:04}.csv", n % 7);
            if random.below(3) == 0 {
                // Moved in.
                let outside = place.world.write("outside.csv", content);
                std::fs::create_dir_all(place.incoming(&name).parent().unwrap()).unwrap();
                std::fs::rename(outside, place.incoming(&name)).unwrap();
            } else {
                place.put(&name, content);
            }
            dropped += 1;
        }
        dropped
    };
    let mut running = None::<crate::Watch>;
    for kill in 0..KILLS {
        // Some kills come within a scan or a write, some right after the start.
        let watch = place.start(&["--settle", "0.1", "--quiet", "--", "true"]);
        drop_some(&mut random, FILES / KILLS);
        let before = place.scans();
        if kill % 4 != 3 {
            until("it is at work", || place.scans() > before);
        }
        std::thread::sleep(Duration::from_micros(random.below(1_200_000)));
        watch.kill();
        let found = place.results();
        let mut names: Vec<&str> = found.iter().map(|result| result.0.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), found.len(), "twice after kill {kill}");
    }
    assert_eq!(drop_some(&mut random, FILES), FILES);
    running.replace(place.start(&["--settle", "0.1", "--", "true"]));
    place.until_scans(FILES);
    // Whatever came twice would come before this one.
    place.put("last.csv", "x,y\n1,2\n");
    until("the last one", || place.results().last().is_some_and(|result| result.0 == "last.csv"));
    drop(running);
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let results = place.results();
    results.iter().for_each(|(file, _)| *times.entry(file.clone()).or_default() += 1);
    assert!(times.values().all(|&n| n == 1), "{times:?}");
    assert_eq!(times.len(), FILES + 1);
    assert!(results.iter().all(|(_, result)| matches!(result.as_str(), "supported" | "not_supported")), "{results:?}");
    let lines = place.lines();
    let numbers: Vec<u64> = lines.iter().map(|line| line["line"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=lines.len() as u64).collect::<Vec<_>>(), "no line is missing");
    // A finding's hook has its line as well.
    let hooks = lines.iter().filter(|line| line["event"] == "hook").count();
    assert_eq!(hooks, results.iter().filter(|(_, result)| result == "supported").count());
    assert!(!place.world.names().iter().any(|name| name.contains("-new-")));
}
