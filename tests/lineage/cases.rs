//! What dumps are to each other, through the program.

use super::{compared, fingerprint, table};
use crate::support::{World, leaktrace, person, run_with};

fn share(pair: &serde_json::Value, which: &str) -> f64 {
    pair[which]["estimate"].as_f64().unwrap()
}

#[test]
fn a_copy_written_otherwise_is_known() {
    let world = World::new();
    let a = world.write("a.csv", table(0..2000));
    // Another format, other columns first, other spellings, another order.
    let line = |n: usize| {
        let [member, mail, phone, name, birth] = person(n);
        let phone = format!("+62 {}-{}", &phone[1..4], &phone[4..]);
        let row = serde_json::json!({ "telepon": phone, "nama": name.to_uppercase(), "office": ((n * 7919) % 1000).to_string(), "surel": mail.to_uppercase(), "member": member, "lahir": birth });
        row.to_string() + "\n"
    };
    let b = world.write("b.jsonl", (0..2000).rev().map(line).collect::<String>());
    let pair = compared(&world, &a, &b);
    assert_eq!(pair["relation"], "copy", "{pair}");
    assert_eq!((share(&pair, "a_in_b"), share(&pair, "b_in_a")), (1.0, 1.0));
    assert_eq!(pair["columns"].as_array().unwrap().len(), 6, "{pair}");
    assert_eq!(pair["order"], 0.0);
    assert!(pair["sentence"].as_str().unwrap().contains("reverse order"), "{pair}");
}

#[test]
fn the_same_file_a_part_and_a_padded_one_are_named() {
    let world = World::new();
    let a = world.write("a.csv", table(0..4000));
    let pair = compared(&world, &a, &world.write("same.csv", table(0..4000)));
    assert_eq!((pair["relation"].as_str(), pair["same_bytes"].as_bool()), (Some("identical"), Some(true)));
    let pair = compared(&world, &a, &world.write("part.csv", table((0..4000).step_by(40))));
    assert_eq!(pair["relation"], "subset", "{pair}");
    assert!((share(&pair, "a_in_b") - 0.025).abs() < 0.01, "{pair}");
    let pair = compared(&world, &a, &world.write("padded.csv", table(0..5000)));
    assert_eq!(pair["relation"], "superset", "{pair}");
    assert!((share(&pair, "b_in_a") - 0.8).abs() < 0.02, "{pair}");
    assert!(pair["sentence"].as_str().unwrap().contains("padded with others that make up 20%"), "{pair}");
    let pair = compared(&world, &a, &world.write("other.csv", table(10_000..12_000)));
    assert_eq!(pair["relation"], "unrelated", "{pair}");
    assert_eq!(pair["linked"], 0);
}

#[test]
fn columns_left_out_and_added_are_named() {
    let world = World::new();
    let a = world.write("a.csv", table(0..1000));
    let fewer = (0..1000).map(|n| format!("{},{}\n", person(n)[1], person(n)[0])).collect::<String>();
    let pair = compared(&world, &a, &world.write("fewer.csv", format!("email,member_no\n{fewer}")));
    assert_eq!(pair["relation"], "fewer_columns", "{pair}");
    assert_eq!(pair["missing"].as_array().unwrap().len(), 4, "{pair}");
    let more = table(0..1000)
        .lines()
        .enumerate()
        .map(|(n, line)| if n == 0 { format!("{line},colour\n") } else { format!("{line},{}\n", ["red", "green", "blue"][n * n % 3]) })
        .collect::<String>();
    let pair = compared(&world, &a, &world.write("more.csv", more));
    assert_eq!(pair["relation"], "enriched", "{pair}");
    assert!(pair["sentence"].as_str().unwrap().contains("colour added"), "{pair}");
}

#[test]
fn the_same_people_from_another_source_are_no_copy() {
    let world = World::new();
    let a = world.write("a.csv", table(0..3000));
    // Of three in five people another institution holds the same e-mail address mostly, its own numbers, and what it asked them itself.
    let row = |n: usize| {
        let [_, mail, phone, name, birth] = person(n);
        let phone = if n.is_multiple_of(4) { format!("0899{:08}", n * 31) } else { phone };
        let name = if n.is_multiple_of(9) { name.replace('a', "e") } else { name };
        format!("KX{:07},{},{mail},{phone},{birth},{}\n", 900_000 - n * 13 % 70_001, name, (n * 104_729) % 37)
    };
    let b = world.write("b.csv", format!("customer,name,email,phone,birth_date,branch\n{}", (1200..4200).map(row).collect::<String>()));
    let pair = compared(&world, &a, &b);
    assert_eq!(pair["relation"], "same_people", "{pair}");
    assert_eq!((share(&pair, "a_in_b"), share(&pair, "b_in_a")), (0.0, 0.0));
    assert!((pair["people_a_in_b"].as_f64().unwrap() - 0.6).abs() < 0.02, "{pair}");
}

#[test]
fn a_merge_is_taken_apart_and_drawn() {
    let world = World::new();
    let (a, b) = (world.write("a.csv", table(0..2000)), world.write("b.csv", table(5000..6000)));
    let both = table(0..2000) + table(5000..6000).split_once('\n').unwrap().1 + table(8000..8100).split_once('\n').unwrap().1;
    let all = world.write("all.csv", both);
    let part = world.write("part.csv", table(0..500));
    let files: Vec<_> = [(&a, "a.ltf"), (&b, "b.ltf"), (&all, "all.ltf"), (&part, "part.ltf")]
        .map(|(dump, out)| fingerprint(&world, dump, out, &[]).1)
        .into();
    let mut command = leaktrace(["compare"]);
    command.args(&files).args(["--json", "-"]);
    let document = run_with(command, b"").document();
    let merge = &document["merges"][0];
    assert_eq!((document["merges"].as_array().unwrap().len(), merge["dump"].as_u64()), (1, Some(2)), "{document}");
    assert_eq!(merge["of"][0][0], 0);
    assert_eq!(merge["of"][1][0], 1);
    assert!((merge["new"].as_f64().unwrap() - 100.0 / 3100.0).abs() < 0.005, "{merge}");
    let mut command = leaktrace(["compare"]);
    command.args(&files);
    let ran = run_with(command, b"");
    ran.ends(0, &[]);
    let text = &ran.stdout;
    assert!(text.contains("is a merge of") && text.contains("which holds which"), "{text}");
}
