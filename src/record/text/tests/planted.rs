//! Identifiers in every context, and what must not be taken for one.

use super::found;
use crate::identify::{Kind, Params, canonical};
use crate::record::text::Sort;
use proptest::prelude::*;

const KNOWN: [(Sort, &str); 26] = [
    (Sort::Email, "budi@example.com"),
    (Sort::Email, "Budi.Santoso+toko@mail.example.co.id"),
    (Sort::Email, "josé@example.com"),
    (Sort::Email, "a@bücher.example"),
    (Sort::Email, "o'brien@example.ie"),
    (Sort::Email, "_x-1@sub.example.org"),
    (Sort::Phone, "081234567890"),
    (Sort::Phone, "6281234567890"),
    (Sort::Phone, "+6281234567890"),
    (Sort::Phone, "+62 812-3456-7890"),
    (Sort::Phone, "0812 3456 7890"),
    (Sort::Phone, "0812-3456-789"),
    (Sort::Phone, "(021) 5551234"),
    (Sort::Phone, "+1 202 555 0123"),
    (Sort::Phone, "+442079460018"),
    (Sort::Nik, "3171234501900001"),
    (Sort::Nik, "3171 2345 0190 0001"),
    (Sort::Npwp, "01.234.567.4-999.000"),
    (Sort::Npwp, "012345674999000"),
    (Sort::Bpjs, "0001234567890"),
    (Sort::Card, "4111111111111111"),
    (Sort::Card, "4111-1111-1111-1111"),
    (Sort::Iban, "DE89370400440532013000"),
    (Sort::Iban, "GB82 WEST 1234 5698 7654 32"),
    (Sort::Ip, "192.0.2.17"),
    (Sort::Ip, "2001:db8::17"),
];

const AROUND: [(&str, &str); 24] = [
    ("", ""),
    (" ", " "),
    ("<td>", "</td>"),
    ("\"", "\""),
    ("'", "'"),
    ("=", "&"),
    (": ", ", "),
    ("[", "]"),
    ("{", "}"),
    ("\t", "\t"),
    ("|", "|"),
    (";", ";"),
    ("/", "/"),
    ("\\n", "\\n"),
    ("\\t", "\\r\\n"),
    ("\\u0022", "\\u0022"),
    ("%22", "%22"),
    ("%3D", "%26"),
    ("%20", "%20"),
    ("&quot;", "&quot;"),
    ("<", ">"),
    ("is ", ". Next"),
    ("s:16:\\\"", "\\\";"),
    ("号码", "，"),
];

fn kind(sort: Sort) -> Kind {
    sort.kinds()[0]
}

fn plants(sort: Sort, value: &str, text: &str) {
    let meant = |v: &str| canonical(kind(sort), &Params::default(), v.as_bytes()).0;
    let all = found(text.as_bytes());
    assert!(all.iter().any(|(s, v)| *s == sort && meant(v) == meant(value)), "{sort:?} {value} in {text:?}: {all:?}");
}

#[test]
fn in_every_context_at_every_place_of_a_block() {
    for (sort, value) in KNOWN {
        for (before, behind) in AROUND {
            for filler in 0..70 {
                let words = if filler == 0 { String::new() } else { format!("{} ", &"word ".repeat(14)[1..filler]) };
                plants(sort, value, &format!("{words}{before}{value}{behind} and so on"));
            }
        }
    }
}

#[test]
fn written_otherwise_than_meant() {
    for text in [
        "budi%40example.com",
        "mail=budi%40example.com%26x",
        "budi&#64;example.com",
        "budi&#x40;example&#46;com",
        "x budi\\u0040example.com\\n",
        "budi\\\\u0040example.com",
        "budi=40example.com",
        "budi [at] example.com",
        "budi (at) example (dot) com",
        "budi[AT]example[DOT]com",
        "budi&commat;example.com",
        "&#98;&#117;&#100;&#105;&#64;&#101;&#120;&#97;&#109;&#112;&#108;&#101;&#46;&#99;&#111;&#109;",
        "b%75di%40ex%61mple%2Ecom",
    ] {
        plants(Sort::Email, "budi@example.com", text);
        assert_eq!(found(text.as_bytes()).len(), 1, "{text}");
    }
    plants(Sort::Phone, "+12025550123", "phone=%2B12025550123&x");
    plants(Sort::Phone, "+12025550123", "\\u002b12025550123");
    for named in ["Tel: 600 123 456", "\"phone\":\"600123456\"", "<mobile>600 123 456</mobile>", "user_phone_number=600-123-456"] {
        assert!(found(named.as_bytes()).iter().any(|f| f.0 == Sort::Phone), "{named}");
    }
    assert!(found(b"call 202-555-0123 or (202) 555-0199").iter().filter(|f| f.0 == Sort::Phone).count() == 2);
}

#[test]
fn neighbours_are_no_part() {
    let phones = |text: &str| found(text.as_bytes()).into_iter().filter(|f| f.0 == Sort::Phone).map(|f| f.1).collect::<Vec<_>>();
    assert_eq!(phones("081234567890 34 Bandung"), ["081234567890"]);
    assert_eq!(phones("0812 3456 7890 0813 1111 2222"), ["0812 3456 7890", "0813 1111 2222"]);
    assert_eq!(phones("081234567890 081398765432"), ["081234567890", "081398765432"]);
    assert_eq!(phones("1,081234567890,2021-03-12"), ["081234567890"]);
    assert_eq!(found(b"budi@example.com."), [(Sort::Email, "budi@example.com".to_string())]);
    assert_eq!(found(b"...budi@example.com-"), [(Sort::Email, "budi@example.com".to_string())]);
    assert_eq!(found(b"budi@example.com.2021"), [(Sort::Email, "budi@example.com".to_string())]);
    assert_eq!(found(b"DE89 3704 0044 0532 0130 00 Budi").len(), 1);
    assert_eq!(found(b"081234567890@example.com").len(), 1);
}

#[test]
fn what_is_no_identifier() {
    for none in [
        "2021-03-12 10:20:30.123456 INFO [main] x.y:123 took 12.345678901234 ms",
        "20210312101500",
        "1616161616 1616161616161",
        "123e4567-e89b-12d3-a456-026614174000",
        "d41d8cd98f00b204e9800998ecf8427e 0812345678901234567890123456789012345678",
        "3.141592653589793 0.081234567890 81234567890.25",
        "Rp 1.234.567.890.123,00 and 4.123.456.789.012",
        "std::io::Read a::b 10:00:00 aa:bb:cc:dd:ee:ff",
        "@decorator user@ @ a@b x@y.z 1.2.3 1.2.3.4.5 300.1.1.1",
        "abc081234567890 081234567890abc",
        "AB12 CD34 EF56",
    ] {
        assert_eq!(found(none.as_bytes()), [], "{none}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever stands around what stands around it.
    #[test]
    fn in_any_text(
        parts in prop::collection::vec((prop::sample::select(&KNOWN[..]), prop::sample::select(&AROUND[1..]), "[a-z ]{0,40}"), 1..6),
        line in prop::bool::ANY,
    ) {
        let mut text = String::new();
        for ((_, value), (before, behind), filler) in &parts {
            text += &format!("{filler} x{before}{value}{behind}x{}", if line { "\n" } else { " " });
        }
        for ((sort, value), _, _) in &parts {
            plants(*sort, value, &text);
        }
    }
}
