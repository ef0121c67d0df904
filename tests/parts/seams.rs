//! Where a file is cut, rows are what the sequential reader says they are.

use crate::{Parts, person};

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
fn a_part_that_began_elsewhere_is_scanned_again_from_where_the_merge_says() {
    let parts = Parts::make();
    let text = long_rows();
    parts.world.write("dump.csv", &text);
    let number = parts.plan("dump.csv", "1MiB");
    let whole = parts.whole("dump.csv", &[]);
    let files = parts.scan_all("dump.csv", number, &[]);
    let mut again = 0;
    let merged = loop {
        let ran = parts.merge(&files, &["--json", "-"]);
        let Some(told) = ran.stderr.split("scan part ").nth(1) else { break ran };
        ran.ends(2, &["did not begin where the part before it ended", ".ltp"]);
        let (part, byte) = told.split_once(" again with --begins ").unwrap();
        parts.scan("dump.csv", part.parse().unwrap(), &["--begins", byte.trim()]).ends(0, &[]);
        again += 1;
        assert!(again <= number, "{}", ran.stderr);
    };
    assert_eq!(merged.stdout, whole.stdout);
    assert!(again > 0 && number > 9, "{again} scanned again of {number} parts, {} bytes", text.len());
}
