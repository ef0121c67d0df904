//! What programs write.

use super::whole;
use crate::record::blocks::{Sort, is_blocks};

#[track_caller]
fn check(text: &str, sort: Sort, want: &[&[(&str, &str)]]) {
    for text in [text.to_string(), text.replace('\n', "\r\n"), format!("\u{feff}{text}"), text.trim_end().to_string()] {
        assert_eq!(is_blocks(text.as_bytes()), Some(sort), "{text}");
        let got = whole(&text);
        assert!(got.skipped.is_empty() && got.set_aside() == 0);
        let got: Vec<Vec<(String, String)>> =
            got.cells().into_iter().map(|row| row.into_iter().map(|(n, c)| (n.to_string(), c.replace("\r\n", "\n"))).collect()).collect();
        let want: Vec<Vec<(String, String)>> =
            want.iter().map(|row| row.iter().map(|(n, c)| (n.to_string(), c.to_string())).collect()).collect();
        assert_eq!(got, want, "{text}");
    }
}

#[test]
fn cards_of_several_makers() {
    check(
        "BEGIN:VCARD\nVERSION:3.0\nPRODID:-//Apple Inc.//iPhone OS 15.4//EN\nN:Santoso;Budi;;Dr.;\nFN:Dr. Budi Santoso\n\
         item1.EMAIL;type=INTERNET;type=pref:budi@example.org\nitem1.X-ABLabel:_$!<Home>!$_\nTEL;type=CELL;type=VOICE;type=pref:+62 812-1000-0001\n\
         TEL;type=WORK:021 555 0101\nADR;type=HOME;LABEL=\"Jl. Melati 5: rumah\":;;Jl. Melati\\, 5;Bandung;;40111;Indonesia\n\
         NOTE:satu\\ndua\\; tiga\\\\\n  empat\nEND:VCARD\n\
         BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;Zo=\n=C3=AB;;;\nTEL;HOME:08121\nEMAIL;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:zo=EB@example.org\n\
         PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ\n SkZJRgABAQAAAQAB\n\nEND:VCARD\n\
         begin:vcard\nversion:4.0\nfn:Siti\ntel;value=uri;x-of=\"a;b\":tel:+62-812-1\nEMAIL:MAILTO:siti@example.org\nX-NOTE;B:c2l0aQ==\nEND:VCARD\n",
        Sort::Vcard,
        &[
            &[
                ("VERSION", "3.0"),
                ("PRODID", "-//Apple Inc.//iPhone OS 15.4//EN"),
                ("FAMILY NAME", "Santoso"),
                ("GIVEN NAME", "Budi"),
                ("NAME PREFIX", "Dr."),
                ("FN", "Dr. Budi Santoso"),
                ("EMAIL", "budi@example.org"),
                ("X-ABLABEL", "_$!<Home>!$_"),
                ("TEL", "+62 812-1000-0001"),
                ("TEL 2", "021 555 0101"),
                ("ADR.LABEL", "Jl. Melati 5: rumah"),
                ("STREET", "Jl. Melati, 5"),
                ("CITY", "Bandung"),
                ("POSTAL CODE", "40111"),
                ("COUNTRY", "Indonesia"),
                ("NOTE", "satu\ndua; tiga\\ empat"),
            ],
            &[
                ("VERSION", "2.1"),
                ("FAMILY NAME", "Müller"),
                ("GIVEN NAME", "Zoë"),
                ("EMAIL", "zoë@example.org"),
                ("TEL", "08121"),
                ("PHOTO", "/9j/4AAQSkZJRgABAQAAAQAB"),
            ],
            &[
                ("VERSION", "4.0"),
                ("FN", "Siti"),
                ("EMAIL", "siti@example.org"),
                ("TEL", "+62-812-1"),
                ("TEL.parameter", "x-of=\"a;b\""),
                ("X-NOTE", "siti"),
            ],
        ],
    );
}

#[test]
fn records_of_directories() {
    check(
        "version: 1\n\n# Santoso, people, example.org\ndn: uid=budi,ou=people,dc=example,dc=org\nobjectClass: top\nobjectClass: person\n\
         cn:: QnVkaSBTYW50b3PDqQ==\ncn;lang-en: Budi\nmail: budi@exam\n ple.org\nMAIL: b2@example.org\nuserPassword:: e1NTSEF9eHl6\n\
         jpegPhoto:: /9j/4AAQ\n SkZJ\nphoto:< file:///tmp/p.jpg\n# note\n  more of it\ntelephoneNumber: 0812 1\nno attribute here\nBudi: x\n\n\n\
         dn:: dWlkPXNpdGk=\nchangetype: modify\nreplace: mail\nmail: siti@example.org\n-\nadd: telephoneNumber\ntelephoneNumber: 08122\nbad:: ***\n",
        Sort::Ldif,
        &[
            &[("version", "1")],
            &[
                ("dn", "uid=budi,ou=people,dc=example,dc=org"),
                ("objectclass", "top"),
                ("objectclass 2", "person"),
                ("cn", "Budi Santosé"),
                ("cn 2", "Budi"),
                ("mail", "budi@example.org"),
                ("mail 2", "b2@example.org"),
                ("userpassword", "{SSHA}xyz"),
                ("jpegphoto", "/9j/4AAQSkZJ"),
                ("photo", "file:///tmp/p.jpg"),
                ("telephonenumber", "0812 1"),
                ("text", "no attribute here"),
                ("Budi", "x"),
            ],
            &[
                ("dn", "uid=siti"),
                ("mail", "siti@example.org"),
                ("telephonenumber", "08122"),
                ("changetype", "modify"),
                ("replace", "mail"),
                ("add", "telephoneNumber"),
                ("bad", "***"),
            ],
        ],
    );
}

#[test]
fn logs_parted_by_rules() {
    check(
        "***********************************\n*   ____  _____ ____  _     ___   *\n*  |  _ \\| ____|  _ \\| |   |_ _|  *\n***********************************\n\n\
         URL: https://example.org:8443/login\nUsername: budi@example.org\nPassword: a:b=c\nApplication: Google_[Chrome]_Default\n===============\n\
         URL: https://shop.example.org/\nUsername: siti\nPassword: \nApplication: Edge\n===============\n",
        Sort::Pairs,
        &[
            &[
                ("URL", "https://example.org:8443/login"),
                ("Username", "budi@example.org"),
                ("Password", "a:b=c"),
                ("Application", "Google_[Chrome]_Default"),
            ],
            &[("URL", "https://shop.example.org/"), ("Username", "siti"), ("Application", "Edge")],
        ],
    );
}

#[test]
fn logs_parted_by_empty_lines_and_titles() {
    check(
        "Soft: Chrome [Default]\nHost: https://a.example.org\nLogin: budi@example.org\nPassword: one\n\nSoft: Firefox\nHost: https://b.example.org\n\
         Login: +62 812 1\nPassword: two\n\n\nSoft: Edge\nHost: https://c.example.org\nLogin: x\nPassword: y\nSoft: Edge\nHost: https://d.example.org\nLogin: v\nPassword: w\n",
        Sort::Pairs,
        &[
            &[("Soft", "Chrome [Default]"), ("Host", "https://a.example.org"), ("Login", "budi@example.org"), ("Password", "one")],
            &[("Soft", "Firefox"), ("Host", "https://b.example.org"), ("Login", "+62 812 1"), ("Password", "two")],
            &[("Soft", "Edge"), ("Host", "https://c.example.org"), ("Login", "x"), ("Password", "y")],
            // Nothing parts them but the first key.
            &[("Soft", "Edge"), ("Host", "https://d.example.org"), ("Login", "v"), ("Password", "w")],
        ],
    );
    check(
        "; made by hand\n[budi]\nemail = \"budi@example.org\"\n# a comment\nphone = 0812\n\n[siti]\nemail = siti@example.org\nphone = 0813\n",
        Sort::Pairs,
        &[
            &[("text", "; made by hand"), ("section", "budi"), ("email", "budi@example.org"), ("text 2", "# a comment"), ("phone", "0812")],
            &[("section", "siti"), ("email", "siti@example.org"), ("phone", "0813")],
        ],
    );
    check(
        "*************************** 1. row ***************************\n   id: 1\nemail: a@example.org\n name: NULL\n\
         *************************** 2. row ***************************\n   id: 2\nemail: b@example.org\n name: Budi\n2 rows in set (0.00 sec)\n",
        Sort::Pairs,
        &[
            &[("section", "1. row"), ("id", "1"), ("email", "a@example.org"), ("name", "NULL")],
            &[("section", "2. row"), ("id", "2"), ("email", "b@example.org"), ("name", "Budi"), ("text", "2 rows in set (0.00 sec)")],
        ],
    );
}

#[test]
fn one_block_alone() {
    check(
        "Build ID: x1\nIP: 192.0.2.7\n\nUserName: budi\nCountry: ID\nZip Code: 40111\nCity: Bandung\nCurrent Language: Indonesian\n\
         Installed keyboards:\nIndonesian / Latin\nEnglish (US)\n\nLog date: 01/02/2024\n",
        Sort::Pairs,
        &[&[
            ("Build ID", "x1"),
            ("IP", "192.0.2.7"),
            ("UserName", "budi"),
            ("Country", "ID"),
            ("Zip Code", "40111"),
            ("City", "Bandung"),
            ("Current Language", "Indonesian"),
            ("Installed keyboards", "Indonesian / Latin\nEnglish (US)"),
            ("Log date", "01/02/2024"),
        ]],
    );
}

#[test]
fn values_that_come_again_and_lines_between() {
    check(
        "name: Budi\nemail: a@example.org\nemail: b@example.org\nnote: some words\n  and more\n----\nname: Siti\nemail: c@example.org\nno prose\n\
         http://example.org/x\n\nlate line\n----\n- name: Tono\n  phone => 0812\n  email : d@example.org\n",
        Sort::Pairs,
        &[
            &[("name", "Budi"), ("email", "a@example.org"), ("email 2", "b@example.org"), ("note", "some words\n  and more")],
            &[
                ("name", "Siti"),
                ("email", "c@example.org"),
                ("text", "no prose"),
                ("text 2", "http://example.org/x"),
                ("text 3", "late line"),
            ],
            &[("name", "Tono"), ("email", "d@example.org"), ("phone", "0812")],
        ],
    );
}
