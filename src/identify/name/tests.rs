use super::*;
use crate::identify::laws;
use proptest::prelude::*;

#[test]
fn recognises_names() {
    laws::recognised(
        &Name,
        &[
            ("Budi Santoso", "two words"),
            ("BUDI SANTOSO", "upper case"),
            ("Siti Nur Aisyah", "three words"),
            ("Dr. Budi Santoso, S.Kom., M.M.", "title and degrees"),
            ("Santoso, Budi", "family name first"),
            ("Jean-Paul Éluard", "hyphen and accent"),
            ("Sean O'Brien", "apostrophe"),
            ("J. K. Wibowo", "initials"),
            ("Łukasz Żak", "letters that are no accented ones"),
            ("Иван Петров", "another script"),
            ("H. Ahmad bin Ali", "a pilgrim"),
        ],
    );
}

#[test]
fn refuses_what_is_no_name() {
    laws::refused(
        &Name,
        &[
            ("Budi", "one word is too little evidence"),
            ("budi@example.com", "an e-mail"),
            ("Jl. Merdeka Raya", "a street"),
            ("PT Maju Jaya", "a company"),
            ("Kota Bandung", "a town"),
            ("budi01 santoso", "digits"),
            ("081234567890", "a number"),
            ("a b c d e f g h", "too many words"),
            ("Budi / Siti", "a slash"),
            ("aktif", "a status"),
            ("-", "nothing"),
            ("tidak ada", "nothing"),
        ],
    );
}

#[test]
fn canonical_forms() {
    laws::pairs(
        &Name,
        &[
            ("  BUDI   Santoso ", "budi santoso"),
            ("Dr. Budi Santoso, S.Kom., M.M.", "budi santoso"),
            ("Drs.H.Budi Santoso", "budi santoso"),
            ("Budi Santoso SKom", "budi santoso"),
            ("Budi Santoso S. Kom", "budi santoso"),
            ("Budi Santoso S.E.", "budi santoso"),
            ("Budi Santoso SE", "budi santoso se"),
            ("Santoso, Budi", "budi santoso"),
            ("Santoso, Dr. Budi, S.H.", "budi santoso"),
            ("Dr. Santoso, Budi", "budi santoso"),
            ("Santoso, Jr", "santoso jr"),
            ("Martin Luther King, Jr.", "martin luther king jr"),
            ("Moh.Ali", "moh ali"),
            ("Jack Ma", "jack ma"),
            ("Ma, Jack", "jack ma"),
            ("O'Brien", "obrien"),
            ("O’Brien", "obrien"),
            ("Jean-Paul", "jean paul"),
            ("Müller", "muller"),
            ("Mu\u{308}ller", "muller"),
            ("Straße", "strasse"),
            ("Bapak Haji", "haji"),
            ("An. Siti", "siti"),
            ("An Nguyen", "an nguyen"),
            ("Иван Петров", "ivan petrov"),
            ("Dr. Na", ""),
            ("Mrs", "mrs"),
        ],
    );
    assert_eq!(laws::canon(&Name, b"M\xfcller").0, b"muller");
}

fn near() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "dr", "Dr.", "H.", "h", "An.", "M.", "Budi", "SANTOSO", "ma", "M.A.", "S.Kom", "S. Kom", "skom", "S.E.", "SE", ",", ", ", "Jr.",
        "sr", "V", "o'x", "x-y", "..", "é", "na", "1", "'",
    ]);
    prop::collection::vec((word, prop::sample::select(vec!["", " ", ", ", "."])), 0..7)
        .prop_map(|words| words.into_iter().map(|(w, s)| format!("{w}{s}")).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn laws_hold(raw in prop::collection::vec(any::<u8>(), 0..40), near in near(), any in "\\PC{0,12}") {
        laws::hold(&Name, &raw);
        laws::hold(&Name, near.as_bytes());
        laws::hold(&Name, any.as_bytes());
    }

    /// The fast path against the slow one.
    #[test]
    fn both_paths_agree(raw in "([A-Za-z0-9]{1,5}|dr|skom|h|ma| ){0,12}") {
        let mut slowly = Vec::new();
        slow::normalise(raw.as_bytes(), &mut slowly);
        words::strip(&mut slowly);
        if is_missing(&slowly) { slowly.clear(); }
        prop_assert_eq!(laws::canon(&Name, raw.as_bytes()).0, slowly);
    }
}
