//! Files as they are really posted: a clean table, written, and then something happened to it.

use super::people::{COLUMNS, Cells, Clean, Dice, orders, people};
use super::style::{CSV, Quote, Style};

/// A file and the tables that are in it.
pub struct Case {
    pub name: String,
    pub bytes: Vec<u8>,
    pub tables: Vec<Clean>,
}

const ROWS: usize = 400;
const SEMICOLONS: Style = Style { delimiter: ";", ..CSV };
const TABS: Style = Style { delimiter: "\t", quote: Quote::None, ..CSV };
const PIPES: Style = Style { delimiter: "|", quote: Quote::None, ..CSV };
const ALL: Style = Style { quote: Quote::All('"'), ..CSV };

fn hard(dice: &mut Dice) -> Clean {
    people(dice, ROWS, 0, Cells::Hard)
}

fn plain(dice: &mut Dice) -> Clean {
    people(dice, ROWS, 0, Cells::Plain)
}

/// One row in so many is spoilt.
const RARE: usize = 50;

/// Every line written, some spoilt.
fn spoilt(style: &Style, clean: &Clean, mut spoil: impl FnMut(usize, String) -> String) -> String {
    let line = |(n, line): (usize, String)| if n % RARE == RARE / 2 { spoil(n, line) } else { line };
    style.lines(clean).into_iter().enumerate().map(line).collect()
}

/// The whole rules of a table printed by a client: widths of the columns.
fn widths(clean: &Clean) -> Vec<usize> {
    (0..clean.rows[0].len()).map(|c| clean.lines().map(|row| row[c].chars().count()).max().unwrap_or(0)).collect()
}

fn padded(cell: &str, width: usize) -> String {
    format!("{cell}{}", " ".repeat(width - cell.chars().count()))
}

/// As psql prints a table.
fn psql(clean: &Clean) -> String {
    let widths = widths(clean);
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(c, &w)| format!(" {} ", padded(c, w))).collect();
        cells.join("|") + "\n"
    };
    let rule: Vec<String> = widths.iter().map(|w| "-".repeat(w + 2)).collect();
    let header = clean.header.iter().map(line).collect::<String>();
    format!("{header}{}\n{}({} rows)\n\n", rule.join("+"), clean.rows.iter().map(line).collect::<String>(), clean.rows.len())
}

/// As mysql prints one.
fn boxed(clean: &Clean) -> String {
    let widths = widths(clean);
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(c, &w)| format!(" {} ", padded(c, w))).collect();
        format!("|{}|\n", cells.join("|"))
    };
    let rule = widths.iter().map(|w| "-".repeat(w + 2)).collect::<Vec<_>>().join("+");
    let rule = format!("+{rule}+\n");
    let header = clean.header.iter().map(line).collect::<String>();
    let rows = clean.rows.iter().map(line).collect::<String>();
    format!("{rule}{header}{rule}{rows}{rule}{} rows in set (0.02 sec)\n", clean.rows.len())
}

fn markdown(clean: &Clean) -> String {
    let line = |row: &Vec<String>| format!("| {} |\n", row.join(" | "));
    let rule = format!("|{}\n", " --- |".repeat(clean.rows[0].len()));
    clean.header.iter().map(line).collect::<String>() + &rule + &clean.rows.iter().map(line).collect::<String>()
}

/// As sqlcmd prints one: columns at fixed places, a rule under their names.
fn sqlcmd(clean: &Clean) -> String {
    let widths = widths(clean);
    let line = |row: &Vec<String>| row.iter().zip(&widths).map(|(c, &w)| padded(c, w)).collect::<Vec<_>>().join(" ") + "\r\n";
    let rule = widths.iter().map(|w| "-".repeat(*w)).collect::<Vec<_>>().join(" ");
    let rows = clean.rows.iter().map(line).collect::<String>();
    format!("{}{rule}\r\n{rows}\r\n({} rows affected)\r\n", clean.header.iter().map(line).collect::<String>(), clean.rows.len())
}

/// Every defect, each on its own.
pub fn all() -> Vec<Case> {
    let mut out = Vec::new();
    let mut add = |name: &str, make: &dyn Fn(&mut Dice) -> (String, Vec<Clean>)| {
        let (text, tables) = make(&mut Dice::new(1 + name.len() as u64 * 131));
        out.push(Case { name: name.to_string(), bytes: text.into_bytes(), tables });
    };
    // Around the table.
    let before = |banner: &'static str, style: Style| {
        move |dice: &mut Dice| {
            let clean = style.fit(hard(dice));
            (format!("{banner}{}", style.text(&clean)), vec![clean])
        }
    };
    let after = |footer: &'static str, style: Style| {
        move |dice: &mut Dice| {
            let clean = style.fit(hard(dice));
            (format!("{}{footer}", style.text(&clean)), vec![clean])
        }
    };
    add("preamble: a title", &before("Customer export\n", CSV));
    add("preamble: banner, date and blank lines", &before("Customer export, all branches\nGenerated: 2024-03-01 10:11:12\n\n\n", CSV));
    add("preamble: a title in a wide row", &before("Customer export;;;;;;\n;;;;;;\n", SEMICOLONS));
    add("preamble: parameters", &before("Report;Customers\nFrom;2024-01-01\nTo;2024-03-31\n\n", SEMICOLONS));
    add("preamble: a rule", &before("==============================\n  LIST OF MEMBERS\n==============================\n", TABS));
    add("preamble: what a server said", &before("Changed database context to 'crm'.\n", PIPES));
    add(
        "preamble: many lines",
        &before("Terms of use:\n1. do not share\n2. do not print\n3. do not lose\n4. delete when done\n5. tell nobody\n6. amen\n\n", CSV),
    );
    add("comments before", &before("# exported by crm-tool 4.1\n# table: customers\n", CSV));
    add(
        "comments before, commented fields",
        &before("# exported by crm-tool 4.1\n# fields: id, full_name, email, phone, birth_date, address\n", SEMICOLONS),
    );
    add("slash comments before", &before("// crm-tool, version 4.1\n// do not edit\n", TABS));
    add("dash comments before", &before("-- exported by crm-tool\n-- all branches\n", CSV));
    add("footer: rows affected", &after("\n(400 rows affected)\n", PIPES));
    add("footer: total", &after("Total: 400\n", CSV));
    add("footer: total in a wide row", &after("Total;400;;;;;\n", SEMICOLONS));
    add("footer: end of file", &after("\n\n-- end of file --\n", CSV));
    add("footer: totals and a signature", &after("\nTotal records: 400\nPrinted by: system\n", TABS));
    add("comments within", &|dice| {
        let clean = plain(dice);
        (spoilt(&CSV, &clean, |n, line| format!("# batch {n}, second try\n{line}")), vec![clean])
    });
    add("rule under the header", &|dice| {
        let clean = PIPES.fit(plain(dice));
        let mut lines = PIPES.lines(&clean);
        lines.insert(1, PIPES.row(&COLUMNS.map(|c| "-".repeat(c.len()))));
        (lines.concat(), vec![clean])
    });
    add("rule under the header, commas", &|dice| {
        let clean = plain(dice);
        let mut lines = CSV.lines(&clean);
        lines.insert(1, CSV.row(&COLUMNS.map(|c| "-".repeat(c.len()))));
        (format!("{}\n(400 rows affected)\n", lines.concat()), vec![clean])
    });
    add("printed by psql", &|dice| {
        let clean = plain(dice);
        (psql(&clean), vec![clean])
    });
    add("printed by mysql", &|dice| {
        let clean = plain(dice);
        (boxed(&clean), vec![clean])
    });
    add("printed by sqlcmd", &|dice| {
        let clean = plain(dice);
        (sqlcmd(&clean), vec![clean])
    });
    add("a markdown table", &|dice| {
        let clean = plain(dice);
        (markdown(&clean), vec![clean])
    });
    // Rows that are not as the others.
    add("missing delimiter in a row", &|dice| {
        let clean = people(dice, ROWS, 0, Cells::Plain);
        (spoilt(&CSV, &clean, |_, line| line.rsplit_once(',').map_or(line.clone(), |(a, b)| format!("{a}{b}"))), vec![clean])
    });
    add("extra delimiter in a row", &|dice| {
        let clean = people(dice, ROWS, 0, Cells::Plain);
        (spoilt(&SEMICOLONS, &clean, |_, line| line.trim_end().to_string() + ";;\n"), vec![clean])
    });
    add("unquoted delimiter in a cell", &|dice| {
        let clean = people(dice, ROWS, 0, Cells::Plain);
        let mut given = clean.clone();
        given.rows.iter_mut().step_by(RARE).for_each(|row| row[5] = row[5].replace(' ', ", "));
        let text: String = given.lines().map(|row| row.join(",") + "\n").collect();
        (text, vec![given])
    });
    add("short rows", &|dice| {
        let clean = plain(dice);
        (spoilt(&SEMICOLONS, &clean, |_, line| line.split(';').take(5).collect::<Vec<_>>().join(";") + "\n"), vec![clean])
    });
    add("rows without their empty last cells", &|dice| {
        let mut clean = plain(dice);
        for (n, row) in clean.rows.iter_mut().enumerate() {
            row[6] = if n % 3 == 0 { "x".into() } else { String::new() };
        }
        let text = clean.lines().map(|row| row.join(",").trim_end_matches(',').to_string() + "\n").collect();
        (text, vec![clean])
    });
    add("blank rows", &|dice| {
        let clean = hard(dice);
        (spoilt(&CSV, &clean, |_, line| format!("\n\n{line}")), vec![clean])
    });
    add("every other row blank", &|dice| {
        let clean = hard(dice);
        (CSV.lines(&clean).join("\n"), vec![clean])
    });
    add("rows of empty cells", &|dice| {
        let clean = plain(dice);
        (spoilt(&SEMICOLONS, &clean, |_, line| format!(";;;;;;\n{line}")), vec![clean])
    });
    add("cut off in a row", &|dice| {
        let clean = hard(dice);
        let text = CSV.text(&clean);
        let cut = (text.len() - 40..).find(|&at| text.is_char_boundary(at)).unwrap();
        (text[..cut].to_string(), vec![clean])
    });
    // Quotes.
    add("unescaped quotes in quoted cells", &|dice| {
        let mut clean = people(dice, ROWS, 0, Cells::Commas);
        clean.rows.iter_mut().step_by(9).for_each(|row| row[1] = row[1].replace(' ', " \"B\" "));
        let text = clean.lines().map(|row| format!("\"{}\"\n", row.join("\",\""))).collect();
        (text, vec![clean])
    });
    add("quote opened and never closed", &|dice| {
        let clean = plain(dice);
        (spoilt(&CSV, &clean, |_, line| line.replacen(',', ",\"", 1)), vec![clean])
    });
    add("quote opened and never closed, all quoted", &|dice| {
        let clean = people(dice, ROWS, 0, Cells::Commas);
        (spoilt(&ALL, &clean, |_, line| line.replacen("\",\"08", ",\"08", 1)), vec![clean])
    });
    add("quotes within plain cells", &|dice| {
        let mut clean = plain(dice);
        clean.rows.iter_mut().step_by(7).for_each(|row| row[5] = format!("{} 5\" pipe", row[5]));
        (clean.lines().map(|row| row.join(",") + "\n").collect(), vec![clean])
    });
    add("a quote at the front of a plain cell", &|dice| {
        let mut clean = plain(dice);
        clean.rows.iter_mut().step_by(40).for_each(|row| row[1] = format!("\"Boy\" {}", row[1]));
        (clean.lines().map(|row| row.join("\t") + "\n").collect(), vec![clean])
    });
    add("spaces around quoted cells", &|dice| {
        let clean = hard(dice);
        let text = clean.lines().map(|row| row.iter().map(|c| ALL.cell(c)).collect::<Vec<_>>().join(" , ") + "\n").collect();
        (text, vec![clean])
    });
    add("a space after each comma", &|dice| {
        let clean = hard(dice);
        let text = clean.lines().map(|row| row.iter().map(|c| CSV.cell(c)).collect::<Vec<_>>().join(", ") + "\n").collect();
        (text, vec![clean])
    });
    add("tabs beside the spaces that line them up", &|dice| {
        let clean = plain(dice);
        let widths = widths(&clean);
        let line = |row: &Vec<String>| row.iter().zip(&widths).map(|(c, &w)| padded(c, w)).collect::<Vec<_>>().join("\t") + "\n";
        (clean.lines().map(line).collect(), vec![clean.clone()])
    });
    add("single quotes", &|dice| {
        let style = Style { quote: Quote::All('\''), ..CSV };
        let clean = hard(dice);
        (style.text(&clean), vec![clean])
    });
    add("backslashes before quotes", &|dice| {
        let style = Style { backslash: true, ..ALL };
        let clean = hard(dice);
        (style.text(&clean), vec![clean])
    });
    add("paths of Windows, plain", &|dice| {
        let mut clean = plain(dice);
        clean.rows.iter_mut().step_by(3).for_each(|row| row[5] = format!("C:\\Users\\{}\\", row[0]));
        (clean.lines().map(|row| row.join(",") + "\n").collect(), vec![clean])
    });
    add("paths of Windows, quoted", &|dice| {
        let mut clean = people(dice, ROWS, 0, Cells::Commas);
        clean.rows.iter_mut().step_by(3).for_each(|row| row[5] = format!("C:\\Users\\{}\\", row[0]));
        (ALL.text(&clean), vec![clean])
    });
    add("as MySQL writes into files", &|dice| {
        let style = Style { delimiter: "\t", quote: Quote::None, backslash: true, end: "\n" };
        let clean = hard(dice);
        (style.text(&clean).replace("\t\t", "\t\\N\t"), vec![clean])
    });
    add("everything quoted but numbers", &|dice| {
        let clean = hard(dice);
        let cell = |c: &String| if c.bytes().all(|b| b.is_ascii_digit()) { c.clone() } else { ALL.cell(c) };
        (clean.lines().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(";") + "\r\n").collect(), vec![clean])
    });
    // Delimiters and line ends.
    add("trailing delimiters", &|dice| {
        let clean = hard(dice);
        (clean.lines().map(|row| CSV.row(row).trim_end_matches('\n').to_string() + ",\n").collect(), vec![clean])
    });
    add("trailing delimiters, not in the header", &|dice| {
        let clean = PIPES.fit(hard(dice));
        let text = PIPES.lines(&clean).into_iter().enumerate().map(|(n, l)| if n == 0 { l } else { l.replace('\n', "|\n") }).collect();
        (text, vec![clean])
    });
    add("leading delimiters", &|dice| {
        let clean = PIPES.fit(hard(dice));
        (PIPES.lines(&clean).into_iter().map(|l| format!("|{}|\n", l.trim_end())).collect(), vec![clean])
    });
    add("mixed line ends", &|dice| {
        let clean = people(dice, ROWS, 0, Cells::Commas);
        let ends = ["\n", "\r\n", "\n", "\r\n", "\r"];
        let text = CSV.lines(&clean).iter().enumerate().map(|(n, l)| format!("{}{}", l.trim_end(), ends[n % 5])).collect();
        (text, vec![clean])
    });
    add("CR LF, and LF in cells", &|dice| {
        let style = Style { end: "\r\n", ..CSV };
        let clean = hard(dice);
        (style.text(&clean), vec![clean])
    });
    add("CR CR LF", &|dice| {
        let clean = plain(dice);
        (CSV.text(&clean).replace('\n', "\r\r\n"), vec![clean])
    });
    add("no final line end", &|dice| {
        let clean = hard(dice);
        (CSV.text(&clean).trim_end().to_string(), vec![clean])
    });
    add("sep= and a byte-order mark", &before("\u{feff}sep=;\r\n", SEMICOLONS));
    add("semicolons and decimal commas", &|dice| {
        let mut clean = plain(dice);
        for row in &mut clean.rows {
            row[6] = format!("{},{:02}", dice.below(9000), dice.below(100));
        }
        (SEMICOLONS.text(&clean), vec![clean])
    });
    add("tabs and texts full of commas", &|dice| {
        let mut clean = plain(dice);
        for row in &mut clean.rows {
            row[5] = (0..dice.below(9)).map(|n| format!("word {n}, ")).collect::<String>().trim_end().to_string();
        }
        (TABS.text(&clean), vec![clean])
    });
    add("delimiter in the header", &|dice| {
        let mut clean = plain(dice);
        clean.header.as_mut().unwrap()[5] = "address, street".into();
        (CSV.text(&clean), vec![clean])
    });
    // Headers.
    add("no header", &|dice| {
        let clean = hard(dice).headless();
        (CSV.text(&clean), vec![clean])
    });
    add("header of another width", &|dice| {
        let clean = plain(dice);
        let mut given = clean.clone();
        given.header.as_mut().unwrap().truncate(6);
        (SEMICOLONS.text(&given), vec![given])
    });
    add("header again and again", &|dice| {
        let clean = hard(dice);
        let header = CSV.lines(&clean)[0].clone();
        (spoilt(&CSV, &clean, |_, line| format!("{header}{line}")), vec![clean])
    });
    add("header of two lines", &|dice| {
        let clean = plain(dice);
        (format!("Customer,,Contact,,Other,,\n{}", CSV.text(&clean)), vec![clean])
    });
    add("line ends in the header", &|dice| {
        let mut clean = hard(dice);
        clean.header.as_mut().unwrap()[1] = "full\nname".into();
        clean.header.as_mut().unwrap()[4] = "birth\ndate".into();
        (CSV.text(&clean), vec![clean])
    });
    add("types under the header", &|dice| {
        let clean = plain(dice);
        let mut lines = CSV.lines(&clean);
        lines.insert(1, "int,varchar,varchar,varchar,date,varchar,varchar\n".into());
        (lines.concat(), vec![clean])
    });
    // Several tables.
    add("the same table twice, with its header", &|dice| {
        let (a, b) = (people(dice, ROWS, 0, Cells::Hard), people(dice, ROWS, ROWS, Cells::Hard));
        let mut both = a.clone();
        both.rows.extend(b.rows.clone());
        (CSV.text(&a) + &CSV.text(&b), vec![both])
    });
    add("two tables, a blank line between", &|dice| {
        let (a, b) = (hard(dice), orders(dice, ROWS));
        (format!("{}\n{}", CSV.text(&a), CSV.text(&b)), vec![a, b])
    });
    add("two tables, nothing between", &|dice| {
        let (a, b) = (hard(dice), orders(dice, ROWS / 2));
        (CSV.text(&a) + &CSV.text(&b), vec![a, b])
    });
    add("two tables with titles", &|dice| {
        let (a, b) = (SEMICOLONS.fit(hard(dice)), orders(dice, ROWS / 2));
        (format!("Customers\n\n{}\n\nOrders\n\n{}", SEMICOLONS.text(&a), SEMICOLONS.text(&b)), vec![a, b])
    });
    add("two tables, two delimiters", &|dice| {
        let (a, b) = (SEMICOLONS.fit(hard(dice)), orders(dice, ROWS));
        (format!("{}\n{}", SEMICOLONS.text(&a), TABS.text(&b)), vec![a, b])
    });
    add("three tables", &|dice| {
        let (a, b, c) = (hard(dice), orders(dice, ROWS), people(dice, ROWS, 5000, Cells::Hard));
        (format!("{}\n{}\n{}", CSV.text(&a), CSV.text(&b), CSV.text(&c)), vec![a, b, c])
    });
    add("the columns in another order from the middle on", &|dice| {
        let a = plain(dice);
        let mut b = people(dice, ROWS, 9000, Cells::Plain);
        b.rows.iter_mut().chain(&mut b.header).for_each(|row| row.reverse());
        (CSV.text(&a) + &CSV.text(&b), vec![a, b])
    });
    add("a first row that is short, then everything", &|dice| {
        let mut clean = hard(dice).headless();
        clean.rows[0].truncate(2);
        (CSV.text(&clean), vec![clean])
    });
    // Columns and cells.
    add("empty columns", &|dice| {
        let mut clean = plain(dice);
        clean.rows.iter_mut().for_each(|row| (row[3], row[5]) = (String::new(), String::new()));
        (PIPES.text(&clean), vec![clean])
    });
    add("very long cells", &|dice| {
        let mut clean = hard(dice);
        clean.rows.iter_mut().step_by(60).for_each(|row| row[5] = "long, and \"longer\"\n".repeat(4000));
        (CSV.text(&clean), vec![clean])
    });
    add("NULs and bytes that are no text", &|dice| {
        let mut clean = plain(dice);
        clean.rows.iter_mut().step_by(9).for_each(|row| row[6] = "a\0b".into());
        (TABS.text(&clean), vec![clean])
    });
    add("one column", &|dice| {
        let people = plain(dice);
        let rows = people.rows.into_iter().map(|row| vec![row[2].clone()]).collect();
        let clean = Clean { header: Some(vec!["email".into()]), rows };
        (CSV.text(&clean), vec![clean])
    });
    add("two columns, a combolist with colons in passwords", &|dice| {
        let people = plain(dice);
        let rows = people.rows.into_iter().map(|row| vec![row[2].clone(), format!("pa{}ss", row[0])]).collect();
        let clean = Clean { header: None, rows };
        (clean.rows.iter().map(|row| row.join(":") + "\n").collect(), vec![clean])
    });
    add("one row", &|dice| {
        let clean = people(dice, 1, 0, Cells::Commas);
        (CSV.text(&clean), vec![clean])
    });
    out
}

/// Two or three of them at once, from a seed.
pub fn combined(seed: u64) -> Case {
    let mut dice = Dice::new(seed);
    let dice = &mut dice;
    let styles = [
        CSV,
        SEMICOLONS,
        ALL,
        Style { delimiter: "|", ..CSV },
        Style { delimiter: "||", quote: Quote::None, ..CSV },
        Style { delimiter: "\t", quote: Quote::Needed('"'), backslash: true, end: "\r\n" },
        Style { delimiter: "~|~", quote: Quote::None, backslash: false, end: "\r\n" },
        Style { delimiter: ";", quote: Quote::All('\''), ..CSV },
    ];
    let style = styles[dice.below(styles.len())];
    let cells = if dice.below(3) == 0 { Cells::Plain } else { Cells::Hard };
    let clean = style.fit(people(dice, ROWS, 0, cells));
    let mut lines = style.lines(&clean);
    let (mut name, mut tables) = (format!("combined {seed}: {:?} {:?}", style.delimiter, style.quote), vec![clean]);
    let header = lines[0].clone();
    let mut done = Vec::new();
    while done.len() < 2 + dice.below(2) {
        let what = dice.below(8);
        if done.contains(&what) {
            continue;
        }
        done.push(what);
        let every = 30 + dice.below(30);
        match what {
            0 => {
                name += ", preamble";
                lines.insert(0, format!("Customer list 2024{}{}", style.end, style.end));
            }
            1 => {
                name += ", footer";
                lines.push(format!("{}Total: {ROWS}{}", style.end, style.end));
            }
            2 => {
                name += ", blank rows";
                lines.iter_mut().skip(2).step_by(every).for_each(|l| l.insert_str(0, style.end));
            }
            3 => {
                name += ", header again";
                lines.iter_mut().skip(40).step_by(every).for_each(|l| l.insert_str(0, &header));
            }
            4 => {
                name += ", trailing delimiters";
                lines.iter_mut().skip(1).for_each(|l| l.insert_str(l.len() - style.end.len(), style.delimiter));
            }
            5 => {
                name += ", comments";
                lines.iter_mut().skip(3).step_by(every).for_each(|l| l.insert_str(0, &format!("# next batch{}", style.end)));
            }
            6 if tables.len() == 1 => {
                name += ", a second table";
                let more = style.fit(orders(dice, ROWS));
                lines.push(format!("{}{}", style.end, style.text(&more)));
                tables.push(more);
            }
            _ => {
                name += ", short rows";
                for line in lines.iter_mut().skip(7).step_by(every.max(45)) {
                    if let Some((start, _)) = line.clone().rsplit_once(style.delimiter) {
                        *line = format!("{start}{}", style.end);
                    }
                }
            }
        }
    }
    Case { name, bytes: lines.concat().into_bytes(), tables }
}
