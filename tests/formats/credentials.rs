//! Lists of credentials: what a CSV of the same addresses, logins and passwords matches, they match.

use crate::common::put;
use crate::{Row, Script, World, short};
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

#[test]
fn every_list_of_credentials() {
    let world = World::new(3000, Script::Any);
    let mut csv = csv::Writer::from_writer(Vec::new());
    let [mut first, mut last, mut bars, mut blanks, mut mixed, mut plain] = [const { String::new() }; 6];
    for (n, row) in world.rows.iter().enumerate() {
        let [url, login, password] = parts(n, row);
        csv.write_record([&url, &login, &password]).unwrap();
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
    let scan = |name: &str, content: &[u8]| {
        let document = world.scan(&[put(world.folder.path(), name, content)]);
        assert_eq!(document["coverage"]["complete"], true, "{name}");
        short(&document)
    };
    let expected = scan("credentials.csv", &csv.into_inner().unwrap());
    assert_eq!(expected["rows"], 3000);
    assert_eq!(expected["institution"]["rows_hit"], 1000, "{expected:#}");
    let lists: [(&str, String); 6] =
        [("first", first), ("last", last), ("bars", bars), ("blanks", blanks), ("mixed", mixed), ("plain", plain)];
    for (name, list) in lists {
        assert_eq!(scan(&format!("{name}.txt"), list.as_bytes()), expected, "{name}");
        assert_eq!(scan(&format!("{name}.crlf.txt"), list.replace('\n', "\r\n").as_bytes()), expected, "{name}, with CR LF");
    }
}
