//! Where a file is cut, rows are what the sequential reader says they are.

use crate::{Parts, name, person};

/// Rows of people, with cells in quotes that hold rows of others, across every cut: `span` bytes each.
fn quoted(rows: usize, span: usize) -> String {
    let mut out = String::from("member_no,email,phone,name,birth_date,note\n");
    for n in 0..rows {
        let mut note = String::new();
        while note.len() < span {
            note.push_str(&format!("{},plain\n", person((n + note.len()) % 4000).join(",")));
        }
        out.push_str(&format!("{},\"{note}\"\n", person(n % 4000).join(",")));
    }
    out
}

#[test]
fn cells_that_look_like_rows_across_cuts_are_cells() {
    let parts = Parts::make();
    // In two columns or such, quotes around what looks like rows are stray by the grammar; what matters is that all say the same.
    for (rows, span) in [(40, 30_000), (9, 200_000), (2000, 300)] {
        parts.world.write("dump.csv", quoted(rows, span));
        let number = parts.plan("dump.csv", "128KiB");
        assert!(number >= 5, "{number}");
        let whole = parts.whole("dump.csv", &[]);
        let files = parts.scan_all("dump.csv", number, &[]);
        assert_eq!(parts.merge(&files, &["--json", "-"]).stdout, whole.stdout, "{rows} rows with cells of {span} bytes");
    }
}

/// A text of which some rows are longer than what is looked back, each of cells that hold a line end.
fn long_rows() -> String {
    let mut out = String::from("member_no,email,phone,name,birth_date,note,more,more2,more3,more4,more5,more6,more7\n");
    for n in 0..2 {
        let cell = format!("\"words\n{}\"", "in the next one and so on ".repeat(32_000));
        out.push_str(&format!("{},{}\n", person(n).join(","), vec![cell; 8].join(",")));
        (0..20_000).for_each(|m| out.push_str(&format!("{},,,,,,,,\n", person(m).join(","))));
    }
    out
}

#[test]
fn rows_longer_than_what_is_looked_back_are_found_all_the_same() {
    let parts = Parts::make();
    parts.world.write("dump.csv", long_rows());
    let number = parts.plan("dump.csv", "1MiB");
    assert!(number > 9, "{number}");
    let whole = parts.whole("dump.csv", &[]);
    let files = parts.scan_all("dump.csv", number, &[]);
    assert_eq!(parts.merge(&files, &["--json", "-"]).stdout, whole.stdout);
}

#[test]
fn a_part_that_began_elsewhere_is_scanned_again_from_where_the_merge_says() {
    let parts = Parts::make();
    parts.world.write("dump.csv", quoted(3000, 300));
    let number = parts.plan("dump.csv", "128KiB");
    let whole = parts.whole("dump.csv", &[]);
    let files = parts.scan_all("dump.csv", number, &[]);
    let right = parts.bytes(name(3));
    for wrong in [1, 50, 5000, 131_072, 10_000_000] {
        let from = parts.named_parts()[3]["from"].as_u64().unwrap();
        parts.scan("dump.csv", 3, &["--begins", &(from + wrong).to_string()]).ends(0, &[]);
        let ran = parts.merge(&files, &["--json", "-"]);
        ran.ends(2, &["part 3 did not begin where the part before it ended", "part-3.ltp"]);
        let byte = ran.stderr.split("scan part 3 again with --begins ").nth(1).unwrap();
        parts.scan("dump.csv", 3, &["--begins", byte.trim()]).ends(0, &[]);
        assert!(right == parts.bytes(name(3)), "{wrong}");
    }
    assert_eq!(parts.merge(&files, &["--json", "-"]).stdout, whole.stdout);
}
