use super::*;
use crate::identify::laws;
use proptest::prelude::*;

const DAY: Date = Date { order: Order::DayFirst };
const MONTH: Date = Date { order: Order::MonthFirst };

#[test]
fn recognises_dates() {
    laws::recognised(
        &DAY,
        &[
            ("2021-03-12", "ISO"),
            ("2021/3/12", "slashes"),
            ("12/03/2021", "day first"),
            ("03/25/2021", "month first for all to see"),
            ("12-03-21", "two-digit year"),
            ("12.03.2021", "dots"),
            ("20210312", "eight digits"),
            ("12 Mar 2021", "short month"),
            ("12 Maret 2021", "Indonesian month"),
            ("March 12, 2021", "American"),
            ("2021-03-12T10:00:00Z", "with a time"),
            ("2021-03-12 10:00:00.000 +0700", "time and zone"),
            ("Jumat, 12 Maret 2021 10.00 WIB", "weekday, time with a dot"),
            ("12-Mar-21", "Oracle"),
            ("12th March 2021", "ordinal"),
            ("20210312101530", "fourteen digits"),
        ],
    );
}

#[test]
fn refuses_what_is_no_date() {
    laws::refused(
        &DAY,
        &[
            ("2021-02-30", "no such day"),
            ("13/13/2021", "no such month either way"),
            ("44267", "day count of a spreadsheet"),
            ("1615507200", "time stamp"),
            ("192.168.1.1", "an IP address"),
            ("12/03", "no year"),
            ("1-2-3", "version number"),
            ("12/03/021", "three-digit year"),
            ("0812-3456-7890", "a phone number"),
            ("12 Foo 2021", "no such month"),
            ("12-03/2021", "two separators"),
            ("99990101", "not a likely year"),
            ("0000-00-00", "nothing"),
            ("2021-03-12-99", "more follows"),
            ("", "nothing"),
        ],
    );
}

#[test]
fn canonical_forms() {
    laws::pairs(
        &DAY,
        &[
            ("12/03/2021", "2021-03-12"),
            ("03/25/2021", "2021-03-25"),
            ("1/2/21", "2021-02-01"),
            ("01-02-68", "2068-02-01"),
            ("01-02-69", "1969-02-01"),
            ("17 Agustus 1945", "1945-08-17"),
            ("17-Aug-1945", "1945-08-17"),
            ("Agustus 17, 1945", "1945-08-17"),
            ("Fri Mar 12 2021 00:00:00 GMT+0700", "2021-03-12"),
            ("17081945", "1945-08-17"),
            ("2021.03.12", "2021-03-12"),
            ("2021-3-12 00:00", "2021-03-12"),
            ("12/03/2021 10:15 PM", "2021-03-12"),
            ("0000-00-00 00:00:00", ""),
            ("00/00/0000", ""),
            ("9999-12-31", "9999-12-31"),
            ("２０２１-03-12", "2021-03-12"),
            ("Sudah Lama", "sudah lama"),
            ("2021-02-30", "2021-02-30"),
        ],
    );
    laws::pairs(&MONTH, &[("12/03/2021", "2021-12-03"), ("25/03/2021", "2021-03-25"), ("2021-03-12", "2021-03-12")]);
}

#[test]
fn a_column_s_order_is_read_from_its_clear_cells() {
    let decide = |cells: &[&str]| decide_order(cells.iter().map(|c| c.as_bytes()));
    assert_eq!(decide(&["01/02/2021", "13/02/2021"]), Some(Order::DayFirst));
    assert_eq!(decide(&["01/02/2021", "02/13/2021 10:00"]), Some(Order::MonthFirst));
    assert_eq!(decide(&["01/02/2021", "2021-02-13", "13 Mar 2021"]), None);
    assert_eq!(decide(&["13/02/2021", "02/13/2021"]), None);
    assert_eq!(decide(&[]), None);
}

#[test]
fn day_numbers_agree_with_the_calendar_library() {
    for n in 1..=65_534u16 {
        assert_eq!(day_number(from_day_number(n).as_bytes()), Some(n));
    }
    assert_eq!(from_day_number(1), "1970-01-02");
    assert_eq!(from_day_number(65_534), "2149-06-05");
    for outside in ["1970-01-01", "1969-12-31", "2149-06-06", "2149-06-07", "9999-12-31", "1000-01-01", "2021-02-30", "x", ""] {
        assert_eq!(day_number(outside.as_bytes()), None, "{outside}");
    }
}

proptest! {
    #[test]
    fn laws_hold(raw in prop::collection::vec(any::<u8>(), 0..40), near in "(Fri,? ?)?[0-9]{1,4}[-/. ]{1,2}([0-9]{1,4}|Mar|Mei|Des)[-/., ]{1,2}[0-9]{1,4}([T ,][0-9:.Z]{0,8})?", run in "[0-9]{6,16}", any in "\\PC{0,12}") {
        for n in [DAY, MONTH] {
            laws::hold(&n, &raw);
            laws::hold(&n, near.as_bytes());
            laws::hold(&n, run.as_bytes());
            laws::hold(&n, any.as_bytes());
        }
    }

    #[test]
    fn every_written_form_of_a_day_is_one_value(n in 1..=47_846u16) {
        // Up to 2100: eight digits of a later year are no likely date.
        let iso = from_day_number(n);
        let (y, m, d) = (&iso[..4], &iso[5..7], &iso[8..]);
        for (normaliser, form) in [
            (DAY, format!("{d}/{m}/{y}")), (MONTH, format!("{m}/{d}/{y}")), (DAY, format!("{y}{m}{d}")), (DAY, format!("{y}/{m}/{d} 12:00")), (DAY, format!("{d}.{m}.{y}")),
        ] {
            prop_assert_eq!(laws::canon(&normaliser, form.as_bytes()).0, iso.as_bytes());
        }
    }
}
