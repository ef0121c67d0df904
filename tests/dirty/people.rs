//! The clean tables: made-up people, from a seed, with cells that are hard to write.

/// A small generator of numbers: the same seed gives the same file.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % n
    }

    pub fn pick<'p, T: ?Sized>(&mut self, of: &[&'p T]) -> &'p T {
        of[self.below(of.len())]
    }
}

/// A table as it was before anything happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clean {
    pub header: Option<Vec<String>>,
    pub rows: Vec<Vec<String>>,
}

/// What cells hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cells {
    /// Letters, digits, accents.
    Plain,
    /// Also commas, as in addresses.
    Commas,
    /// Also quotes, line ends and backslashes.
    Hard,
}

pub const COLUMNS: [&str; 7] = ["id", "full_name", "email", "phone", "birth_date", "address", "status"];

const FIRST: [&str; 12] = ["Budi", "Siti", "José", "Zoë", "Łukasz", "François", "Dewi", "Agus", "Nguyễn", "Åsa", "Müşerref", "Wahyu"];
const LAST: [&str; 10] = ["Santoso", "Wijaya", "D'Arcy", "Müller", "O'Brien", "Nuñez", "Halim", "Kusuma", "Ågren", "Šimić"];
const STREETS: [&str; 6] = ["Jl. Mawar", "Jl. Sudirman", "Rue de l'Église", "Königstraße", "Calle Ocho", "High Street"];
const TOWNS: [&str; 6] = ["Bandung", "Medan", "Besançon", "Köln", "Málaga", "Surabaya"];

/// `rows` people, numbered from `from`.
pub fn people(dice: &mut Dice, rows: usize, from: usize, cells: Cells) -> Clean {
    let rows = (from..from + rows).map(|n| person(dice, n, cells)).collect();
    Clean { header: Some(COLUMNS.map(str::to_string).to_vec()), rows }
}

fn person(dice: &mut Dice, n: usize, cells: Cells) -> Vec<String> {
    let (first, last) = (dice.pick(&FIRST), dice.pick(&LAST));
    let mut name = format!("{first} {last}");
    let (street, town, house) = (dice.pick(&STREETS), dice.pick(&TOWNS), dice.below(200) + 1);
    let mut address = format!("{street} {house} {town}");
    if cells != Cells::Plain && dice.below(2) == 0 {
        address = format!("{street} {house}, Blok {}, {town}", dice.pick(&["A", "B", "C"]));
    }
    if cells == Cells::Hard {
        match dice.below(12) {
            0 => address = format!("{street} {house}\n{town}"),
            1 => name = format!("{first} \"{}\" {last}", dice.pick(&["Boy", "Mimi", "Q"])),
            2 => address = format!("{street} {house}; {town} | lt. {}", dice.below(9)),
            3 => address = format!("C:\\data\\{town}"),
            4 => name = format!("{last}, {first}"),
            5 => address = String::new(),
            _ => {}
        }
    }
    let phone = if dice.below(11) == 0 { String::new() } else { format!("0812{:08}", 10_000_000 + dice.below(80_000_000)) };
    vec![
        (10_000 + n).to_string(),
        name,
        format!("person{n}@example.{}", dice.pick(&["org", "com", "net"])),
        phone,
        format!("{}-{:02}-{:02}", 1950 + dice.below(55), 1 + dice.below(12), 1 + dice.below(28)),
        address,
        dice.pick(&["active", "closed", "new"]).to_string(),
    ]
}

/// Another sort of table: orders, with fewer columns.
pub fn orders(dice: &mut Dice, rows: usize) -> Clean {
    let one = |dice: &mut Dice, n: usize| {
        vec![
            format!("ORD{:06}", n * 7),
            format!("person{n}@example.org"),
            format!("{}.{:02}", dice.below(9000), dice.below(100)),
            "paid".into(),
        ]
    };
    let header = ["order_id", "email", "amount", "status"].map(str::to_string).to_vec();
    Clean { header: Some(header), rows: (0..rows).map(|n| one(dice, n)).collect() }
}

impl Clean {
    pub fn headless(mut self) -> Clean {
        self.header = None;
        self
    }

    /// The header, if there is one, and the rows.
    pub fn lines(&self) -> impl Iterator<Item = &Vec<String>> {
        self.header.iter().chain(&self.rows)
    }

    /// Leaves out what this text holds from all cells.
    pub fn without(mut self, text: &str) -> Clean {
        for cell in self.rows.iter_mut().flatten() {
            while !text.is_empty() && cell.contains(text) {
                *cell = cell.replace(text, " ");
            }
        }
        self
    }
}
