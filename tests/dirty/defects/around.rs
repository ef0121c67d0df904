//! What stands around a table: titles, comments, rules, footers.

use super::{Add, PIPES, SEMICOLONS, TABS, hard, plain, spoilt};
use crate::people::{COLUMNS, Dice};
use crate::style::{CSV, Style};

pub fn cases(add: &mut Add<'_>) {
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
}
