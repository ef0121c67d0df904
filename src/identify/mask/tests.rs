use super::*;
use crate::identify::{KINDS, Params, canonical};
use proptest::prelude::*;

fn shows(kind: Kind, region: &[u8; 2], form: &str, raw: &str) -> String {
    let mut out = Vec::new();
    shown(kind, &Params { region: *region, ..Params::default() }, form.parse().unwrap(), raw.as_bytes(), &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn masked_values_are_told_from_others() {
    for raw in [
        "0812****1234",
        "b***@gmail.com",
        "j*****e",
        "j*e@example.com",
        "32**********0001",
        "XXXX-1234",
        "08xx-xxxx-1234",
        "0812xxxx1234",
        "•••",
        "B••• S••••",
        "####1234",
        "budi…@gmail.com",
        "4111 11●● ●●●● 1111",
    ] {
        assert!(is_masked(raw.as_bytes()), "{raw}");
    }
    for raw in [
        "081234567890",
        "budi@example.com",
        "Blok XX No 12",
        "Alexxx 12",
        "xxx",
        "Flat #12",
        "#1",
        "Max 2000",
        "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19",
        "2x3",
        "",
        "東京都",
    ] {
        assert!(!is_masked(raw.as_bytes()), "{raw}");
    }
}

#[test]
fn what_is_shown_is_what_the_forms_hold() {
    for (kind, region, form, raw, want) in [
        (Kind::Phone, b"ID", "first4", "0812****1234", "0812"),
        (Kind::Phone, b"ID", "first3", "0812****1234", "081"),
        (Kind::Phone, b"ID", "first6", "0812****1234", ""),
        (Kind::Phone, b"ID", "last4", "0812****1234", "1234"),
        (Kind::Phone, b"ID", "last5", "0812****1234", ""),
        (Kind::Phone, b"ID", "first4", "+62 812-****-1234", "0812"),
        (Kind::Phone, b"ID", "first4", "62812****1234", "0812"),
        (Kind::Phone, b"ID", "first4", "812****1234", "0812"),
        (Kind::Phone, b"ID", "first4", "0812-xxxx-1234", "0812"),
        (Kind::Phone, b"US", "first4", "0812****1234", ""),
        (Kind::Phone, b"US", "first3", "+1 650 *** 0000", "165"),
        (Kind::Phone, b"US", "first3", "650 *** 0000", ""),
        (Kind::Phone, b"US", "last4", "650 *** 0000", "0000"),
        (Kind::Phone, b"US", "first4", "+62 812****", "0812"),
        (Kind::Phone, b"ID", "initial", "0812****1234", ""),
        (Kind::Phone, b"ID", "first4", "0812****1234 ext", "0812"),
        (Kind::Phone, b"ID", "last4", "0812****1234 ext", ""),
        (Kind::Phone, b"ID", "last4", "081234561234", "1234"),
        (Kind::Phone, b"ID", "last4", "belum ada", ""),
        (Kind::Email, b"ID", "initial", "B***@Gmail.com", "b"),
        (Kind::Email, b"ID", "domain", "b***@Gmail.com", "gmail.com"),
        (Kind::Email, b"ID", "domain", "b***@g***.com", ""),
        (Kind::Email, b"ID", "first2", "bu**i@example.com", "bu"),
        (Kind::Email, b"ID", "last1", "bu**i@example.com", "i"),
        (Kind::Email, b"ID", "last1", "budi@ex***.com", "i"),
        (Kind::Email, b"ID", "first4", "budi@ex***.com", "budi"),
        (Kind::Email, b"ID", "first1", "j*****e", "j"),
        (Kind::Email, b"ID", "last1", "j*****e", ""),
        (Kind::Email, b"ID", "domain", "b***@bücher.example", "xn--bcher-kva.example"),
        (Kind::Email, b"ID", "domain", "budi@example.com", "example.com"),
        (Kind::Nik, b"ID", "first2", "32**********0001", "32"),
        (Kind::Nik, b"ID", "last4", "32**********0001", "0001"),
        (Kind::Nik, b"ID", "first6", "32.01.01.**", "320101"),
        (Kind::Card, b"ID", "last4", "XXXX-XXXX-XXXX-1111", "1111"),
        (Kind::Bpjs, b"ID", "first4", "0001*****7890", "0001"),
        (Kind::Bpjs, b"ID", "first4", "1234*****", ""),
        (Kind::Npwp, b"ID", "first2", "01.2**", ""),
        (Kind::Npwp, b"ID", "last3", "01.***.***.*-999.000", "000"),
        (Kind::Name, b"ID", "initial", "B*** S*****", "b"),
        (Kind::Name, b"ID", "first2", "Bu**", "bu"),
        (Kind::Name, b"ID", "initial", "dr. B***", ""),
        (Kind::Id, b"ID", "first3", "m-00****", "M00"),
        (Kind::Id, b"ID", "first3", "00123****", ""),
        (Kind::Id, b"ID", "last3", "M***-123", "123"),
        (Kind::Date, b"ID", "year", "1985-**-**", "1985"),
        (Kind::Date, b"ID", "year", "**/**/1985", "1985"),
        (Kind::Date, b"ID", "year", "17/03/**", ""),
        (Kind::Date, b"ID", "first4", "1985-**-**", ""),
        (Kind::Phone, b"ID", "last4", "", ""),
        (Kind::Phone, b"ID", "last4", "••••", ""),
    ] {
        assert_eq!(shows(kind, region, form, raw), want, "{form} of {raw}, {region:?}");
    }
}

/// A mask over a canonical value as it is written, and what it shows by the definition of the forms alone.
fn shows_by_the_book(kind: Kind, canonical: &[u8], front: usize, end: usize, form: Form) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    form.derive(kind, canonical, &mut whole);
    let enough = match form {
        Form::First(k) => front >= usize::from(k),
        Form::Last(k) => end >= usize::from(k),
        Form::Initial => front >= 1,
        Form::Domain => true,
        _ => false,
    };
    (enough && !whole.is_empty()).then_some(whole)
}

proptest! {
    /// What a mask shows of a value is what the index holds of that value, or nothing; and it is shown when enough is.
    #[test]
    fn a_mask_over_a_value_agrees_with_it(
        which in 0usize..5, number in 100_000_000u64..999_999_999, front in 0usize..6, end in 0usize..6, k in 1u8..6, sign in 0usize..4,
    ) {
        let (kind, raw) = match which {
            0 => (Kind::Phone, format!("08{number}1")),
            1 => (Kind::Nik, format!("3201011{number}")),
            2 => (Kind::Card, format!("4111111{number}")),
            3 => (Kind::Email, format!("u{number}xy@mail{}.example", number % 7)),
            _ => (Kind::Id, format!("A{number}")),
        };
        let params = Params::default();
        let canonical = canonical(kind, &params, raw.as_bytes()).0;
        let (local, rest) = raw.split_at(raw.find('@').unwrap_or(raw.len()));
        let sign = ["****", "*", "•••", "xxxx"][if which == 3 { sign % 3 } else { sign }];
        let masked = format!("{}{sign}{}{rest}", &local[..front], &local[local.len() - end..]);
        // Crosses next to a letter are no mask.
        prop_assume!(is_masked(masked.as_bytes()));
        for form in [Form::First(k), Form::Last(k), Form::Initial, Form::Domain] {
            let mut got = Vec::new();
            shown(kind, &params, form, masked.as_bytes(), &mut got);
            if (kind, form) == (Kind::Phone, Form::Initial) || kind == Kind::Phone && matches!(form, Form::First(_)) && front == 1 {
                continue;
            }
            let want = shows_by_the_book(kind, &canonical, front, end, form).unwrap_or_default();
            prop_assert_eq!(String::from_utf8_lossy(&got), String::from_utf8_lossy(&want), "{} of {}", form, masked);
        }
    }

    #[test]
    fn nothing_panics_and_nothing_is_made_up(raw in prop::collection::vec(any::<u8>(), 0..40), near in "[0-9a-zX@.+ -]{0,6}[*•#xX]{1,4}[0-9a-z@. -]{0,8}", k in 1u8..6) {
        for raw in [&raw[..], near.as_bytes()] {
            let _ = is_masked(raw);
            for kind in KINDS {
                for form in [Form::Whole, Form::First(k), Form::Last(k), Form::Domain, Form::Initial, Form::Year] {
                    let mut out = Vec::new();
                    shown(kind, &Params::default(), form, raw, &mut out);
                    if let (Form::First(k) | Form::Last(k), false) = (form, out.is_empty()) {
                        prop_assert_eq!(String::from_utf8_lossy(&out).chars().count(), usize::from(k));
                    }
                }
            }
        }
    }
}
