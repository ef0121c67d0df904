//! Which tables a text holds, and which lines of it are no rows.

use crate::limits;
use crate::record::delimited::regions::{self, Region};
use crate::record::delimited::{Dialect, Overrides};

fn find(text: &str) -> Vec<Region> {
    regions::find(text.as_bytes(), &Overrides::default())
}

fn people(rows: usize) -> String {
    (0..rows).map(|i| format!("{i},Budi Santoso,user{i}@example.org,0812{:08}\n", 10_000_000 + i)).collect()
}

fn orders(rows: usize, delimiter: &str) -> String {
    let header = ["order_id", "email", "status"].join(delimiter) + "\n";
    header + &(0..rows).map(|i| [format!("ORD{i}"), format!("user{i}@example.org"), "paid\n".into()].join(delimiter)).collect::<String>()
}

const HEADER: &str = "id,full_name,email,phone\n";

#[test]
fn one_table_stays_one() {
    for text in [
        String::new(),
        "\n\n\n".to_string(),
        HEADER.to_string(),
        people(1),
        people(400),
        format!("{HEADER}{}", people(400)),
        // Odd rows, rows without a width, a note at the end, the header again.
        format!("{HEADER}{}{}{}", people(50), "x,y\n".repeat(4), people(50)),
        format!("{HEADER}{}\n{}", people(50), "this was all\nthere is no more\n".repeat(5)),
        format!("{HEADER}{}{HEADER}{}", people(50), people(50)),
        "user@example.org:pa:ss\nother@example.org:word\n".repeat(50),
        "a,b,c\nd,e\nf\n".repeat(100),
    ] {
        assert_eq!(find(&text).len(), 1, "{:?}", &text[..text.len().min(80)]);
    }
}

#[test]
fn several_tables_are_told_apart() {
    for between in ["", "\n", "\nOrders\n\n"] {
        for delimiter in [",", ";", "\t"] {
            let first = format!("{HEADER}{}", people(90));
            let text = format!("{first}{between}{}", orders(40, delimiter));
            let found = find(&text);
            let starts: Vec<u64> = found.iter().map(|r| r.data_start).collect();
            assert_eq!(starts, [0, (first.len() + between.len()) as u64], "{between:?} {delimiter:?} {found:#?}");
            assert_eq!((found[1].dialect.columns, found[1].dialect.header), (3, true));
            assert_eq!(found[1].from + found[1].preamble, found[1].data_start);
        }
    }
    // Other columns of the same number.
    let text = format!("{HEADER}{}phone,email,full_name,id\n{}", people(50), "0812,a@example.org,Siti,9\n".repeat(40));
    assert_eq!(find(&text).len(), 2);
}

#[test]
fn a_border_in_a_long_text_is_found() {
    let first = format!("{HEADER}{}", people(380_000));
    let text = format!("{first}{}", orders(30_000, ","));
    assert!(text.len() > limits::REGIONS_WHOLE_BYTES);
    let found = find(&text);
    assert_eq!(found.iter().map(|r| r.from).collect::<Vec<_>>(), [0, first.len() as u64]);
}

#[test]
fn what_stands_around_a_table_is_no_row() {
    let text = format!("Customer export, 2024\nall branches\n\n{HEADER}{}", people(40));
    let found = &find(&text)[0];
    assert_eq!((found.data_start, found.preamble, found.dialect.header), (36, 36, true), "{found:#?}");
    let text = format!("# exported by crm\n{HEADER}--,---,----,---\n{}# more\n{}(80 rows)\n", people(40), people(40));
    let Dialect { asides, .. } = find(&text).remove(0).dialect;
    assert_eq!((asides.comment.as_deref(), asides.rules, asides.footers), (Some("#"), true, true));
    // A row that holds an identifier is none of these, however narrow it is.
    let text = format!("user0@example.org\n{}", people(40));
    assert_eq!(find(&text)[0].data_start, 0);
    let text = format!("{}#4711,user@example.org\n{}", people(40), people(40));
    assert_eq!(find(&text)[0].dialect.asides.comment, None);
}

#[test]
fn many_borders_end() {
    let text = (0..300).map(|_| format!("{}\n{HEADER}{}\n", orders(8, ";"), people(8))).collect::<String>();
    let began = std::time::Instant::now();
    assert!(find(&text).len() <= limits::REGIONS);
    for piece in ["a,b\n\n", "id,email\n", "id;email\n1;2\n\n", "x\n", "\n", ",", "\"", "id,email,name\na\n"] {
        find(&piece.repeat((2 << 20) / piece.len()));
    }
    assert!(began.elapsed().as_secs() < 60, "took {:?}", began.elapsed());
}
