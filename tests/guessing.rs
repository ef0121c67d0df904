//! How much of what is found would be found by guessing: ids that count up are hit by whoever knows how they are made.

mod common;

use common::{index, put, scan, try_open};
use leaktrace::synth::rng::Rng;

#[test]
fn what_guessing_would_hit_is_told_from_what_was_copied() {
    let folder = tempfile::tempdir().unwrap();
    // Every national id of forty days, as a registry of a crowded place holds them: whoever joins a day to a running number hits.
    let id = |day: u32, number: u32| format!("327301{:02}0{}85{number:04}", 1 + day % 28, 1 + day / 28);
    let people: Vec<String> = (0..40).flat_map(|day| (1..=25).map(move |n| (day, n))).map(|(day, n)| id(day, n)).collect();
    let records = people.iter().enumerate().fold("nik,email\n".to_string(), |text, (n, nik)| format!("{text}{nik},p{n}@example.org\n"));
    let schema = "[institution]\nname = \"Daftar Contoh\"\n[[field]]\ncolumn = \"nik\"\nkind = \"nik\"\nrole = \"identifier\"\n\
                  [[field]]\ncolumn = \"email\"\nkind = \"email\"\nrole = \"identifier\"\n";
    let built = folder.path().join("roll.ltx");
    index(&put(folder.path(), "roll.csv", records), schema, &built);
    let question = try_open(&[built]).unwrap();
    let guessed = |column: String| {
        let document = scan(&question, &put(folder.path(), "dump.csv", column));
        let entry = document["columns"].as_array().unwrap().iter().find(|c| c["field"] == "nik").unwrap().clone();
        let reserved = document["verdict"]["reservations"].to_string().contains("found by guessing");
        (entry["guessed"].clone(), reserved)
    };
    // Ids that were made up: days and running numbers of a fabricator's choice.
    let mut rng = Rng::new(&[5]);
    let made_up = (0..300).fold("nik\n".to_string(), |text, _| text + &id(rng.below(40) as u32, 1 + rng.below(25) as u32) + "\n");
    let (guess, reserved) = guessed(made_up);
    assert!(guess["decoy_hits"].as_u64().unwrap() > 250 && guess["genuine_share"].as_f64().unwrap() < 0.9 && reserved, "{guess}");
    // With e-mail addresses beside them, which nobody guesses, the rows are copies.
    let copied =
        people.iter().enumerate().step_by(5).fold("nik,email\n".to_string(), |text, (n, nik)| format!("{text}{nik},p{n}@example.org\n"));
    let (guess, reserved) = guessed(copied);
    assert!(guess["hits"] == guess["values"] && !reserved, "{guess}");
    // Ids of a place where few numbers are taken: a neighbour's number hits nothing.
    let sparse = (0..200u32).fold("nik,email\n".to_string(), |text, n| {
        text + &format!(
            "3578{:02}{:02}{:02}{:02}{:04},q{n}@example.org\n",
            1 + n % 30,
            1 + n % 28,
            1 + n % 12,
            50 + n % 40,
            1 + n * 37 % 9973
        )
    });
    let built = folder.path().join("sparse.ltx");
    index(&put(folder.path(), "sparse.csv", &sparse), schema, &built);
    let question = try_open(&[built]).unwrap();
    let only_ids: String = sparse.lines().map(|line| format!("{}\n", line.split(',').next().unwrap())).collect();
    let document = scan(&question, &put(folder.path(), "dump.csv", only_ids));
    let guess = &document["columns"][0]["guessed"];
    assert!(guess["genuine_share"].as_f64().unwrap() > 0.95, "{guess}");
    assert!(!document["verdict"]["reservations"].to_string().contains("found by guessing"));
}
