//! Lists of credentials: what a CSV of the same addresses, logins and passwords matches, they match.

use crate::{Row, Script, World};
use std::fmt::Write;

/// Address, login and password of a row.
fn parts(n: usize, row: &Row) -> [String; 3] {
    let url = match n % 4 {
        0 => format!("https://shop.example.org:8443/a/{n}"),
        1 => "android://Ab3-_x==@com.example.app/".to_string(),
        2 => format!("http://192.0.2.1/login?next=https://b.example.org/{n}"),
        _ => "https://www.example.org/Special:Login".to_string(),
    };
    let password = ["secret", "pa:ss|word", "it's;x", "a@b", "p\"w"][n % 5];
    [url, row[1].clone().unwrap(), format!("{password}{n}")]
}

/// The CSV.
pub fn csv(rows: &[Row]) -> Vec<u8> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    for (n, row) in rows.iter().enumerate() {
        csv.write_record(parts(n, row)).unwrap();
    }
    csv.into_inner().unwrap()
}

/// The lists.
pub fn all(rows: &[Row]) -> Vec<(&'static str, Vec<u8>)> {
    let [mut first, mut last, mut bars, mut blanks, mut mixed, mut plain] = [const { String::new() }; 6];
    for (n, row) in rows.iter().enumerate() {
        let [url, login, password] = parts(n, row);
        let _ = writeln!(first, "{url}:{login}:{password}");
        let _ = writeln!(last, "{login}:{password}:{url}");
        let _ = writeln!(bars, "{url}|{login}|{}", password.replace('"', ""));
        let _ = writeln!(blanks, "{login} {password}");
        let _ = writeln!(plain, "{login}:{}", password.replace(':', ""));
        let _ = match n % 3 {
            0 => writeln!(mixed, "{url} {login}:{password}"),
            1 => writeln!(mixed, "{login}:{password}"),
            _ => writeln!(mixed, "{url}:{login}:{password}"),
        };
    }
    let lists = [("first", first), ("last", last), ("bars", bars), ("blanks", blanks), ("mixed", mixed), ("plain", plain)];
    lists.into_iter().map(|(name, list)| (name, list.into_bytes())).collect()
}

#[test]
fn every_list_of_credentials() {
    let world = World::new(3000, Script::Any);
    let expected = world.answer("credentials.csv", &csv(&world.rows));
    assert_eq!(expected["rows"], 3000);
    assert_eq!(expected["institution"]["rows_hit"], 1000, "{expected:#}");
    for (name, list) in all(&world.rows) {
        assert_eq!(world.answer(&format!("{name}.txt"), &list), expected, "{name}");
        let list = String::from_utf8(list).unwrap().replace('\n', "\r\n");
        assert_eq!(world.answer(&format!("{name}.crlf.txt"), list.as_bytes()), expected, "{name}, with CR LF");
    }
}
