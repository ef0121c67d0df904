//! Header words of English and Indonesian exports, and what they mean.
//!
//! A header is a hint for a person who confirms a proposed schema, and for comparing columns of institutions by concept; it
//! never decides what may match.

use super::Kind;
use super::schema::Role;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a header word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What is compared across institutions.
    pub concept: &'static str,
    /// The kind that its values are, if the word says so.
    pub kind: Option<Kind>,
    /// What a column of this name is usually used for.
    pub role: Role,
    /// Usually minted by the institution itself.
    pub issued: bool,
    /// For notices: health, financial, child, credential, contact, identity, …
    pub category: Option<&'static str>,
}

/// One meaning and the words for it, lower case without separators. Columns: concept, kind, role, issued, category, words.
type Row = (&'static str, Option<Kind>, Role, bool, Option<&'static str>, &'static str);

use Kind::{Bpjs, Card, Date, Email, Iban, Id, Ip, Name, Nik, Nkk, Npwp, Passport, Phone, Text};
use Role::{Attribute, Canary, Created, Identifier, Ignore, Updated};

const ROWS: [Row; 46] = [
    ("email", Some(Email), Identifier, false, Some("contact"), "email mail emailaddress emailaddr alamatemail surel emailid useremail primaryemail emailpribadi"),
    (
        "phone",
        Some(Phone),
        Identifier,
        false,
        Some("contact"),
        "phone phoneno phonenumber phonenum tel telp telepon telpon notelp notelepon notelpon nomortelepon nohp nomorhp hp handphone nohandphone mobile mobileno mobilenumber mobilephone cell cellphone \
         msisdn wa whatsapp nowa nowhatsapp telephone contactno contactnumber nokontak tlp notlp",
    ),
    ("fax", Some(Phone), Attribute, false, Some("contact"), "fax faxno faxnumber nofax"),
    ("national_id", Some(Nik), Identifier, false, Some("identity"), "nik noktp ktp nomorktp noidentitas nomoridentitas nationalid idnumber idcard idcardno ktpno nonik nomorinduk nomorindukkependudukan"),
    ("family_card_number", Some(Nkk), Attribute, false, Some("identity"), "nkk nokk kk nomorkk nomorkartukeluarga nokartukeluarga kartukeluarga familycard familycardno"),
    ("tax_number", Some(Npwp), Identifier, false, Some("financial"), "npwp nonpwp nomornpwp npwp15 npwp16 taxid taxnumber tin"),
    ("member_number", Some(Bpjs), Identifier, true, Some("health"), "noka nokabpjs nobpjs nomorbpjs bpjs nokartubpjs nojkn nokis bpjskesehatan nobpjskesehatan"),
    ("member_number", Some(Id), Identifier, true, None, "memberid memberno membernumber idmember nomember noanggota nomoranggota idanggota membershipno membershipid nopeserta nomorpeserta idpeserta nokartu nomorkartu nokartupeserta"),
    ("customer_number", Some(Id), Identifier, true, None, "customerid customerno customernumber custid custno idcustomer cif nocif cifno idpelanggan nopelanggan nomorpelanggan clientid clientno idnasabah nonasabah"),
    ("user_number", Some(Id), Identifier, true, None, "userid uid iduser useruuid useruid uuid guid idpengguna"),
    ("record_number", Some(Id), Attribute, false, None, "id no nomor nourut rowid recordid seq pk kode code"),
    ("username", Some(Id), Identifier, false, Some("credential"), "username uname login loginname namapengguna userlogin nick nickname"),
    ("account_number", Some(Id), Identifier, true, Some("financial"), "account accountno accountnumber accountid acctno norekening norek rekening nomorrekening bankaccount bankaccountno bankaccountnumber"),
    ("policy_number", Some(Id), Identifier, true, Some("financial"), "policy policyno policynumber policyid nopolis nomorpolis polis"),
    ("contract_number", Some(Id), Identifier, true, Some("financial"), "contractno contractnumber contractid nokontrak nomorkontrak loanid loanno nopinjaman idpinjaman agreementno"),
    ("order_number", Some(Id), Attribute, true, None, "orderid orderno ordernumber nopesanan invoiceno invoiceid noinvoice transactionid trxid notransaksi"),
    ("medical_record_number", Some(Id), Identifier, true, Some("health"), "norm nomr norekammedis nomorrekammedis mrn medicalrecordno patientid idpasien nopasien"),
    ("card_number", Some(Card), Identifier, false, Some("financial"), "cardno cardnumber creditcard creditcardno creditcardnumber ccnumber ccno pan nokartukredit kartukredit debitcard"),
    ("iban", Some(Iban), Identifier, false, Some("financial"), "iban ibanno ibannumber"),
    ("passport_number", Some(Passport), Identifier, false, Some("identity"), "passport passportno passportnumber paspor nopaspor nomorpaspor"),
    ("ip_address", Some(Ip), Attribute, false, None, "ip ipaddress ipaddr alamatip ipv4 ipv6 lastip loginip lastloginip registerip regip signupip clientip remoteaddr"),
    ("name", Some(Name), Attribute, false, None, "name nama namalengkap fullname namepeserta namapeserta namanasabah namapelanggan namapasien customername custname membername namapemilik displayname realname namaktp nmpeserta nm nmlengkap"),
    ("first_name", Some(Name), Attribute, false, None, "firstname fname givenname namadepan forename"),
    ("last_name", Some(Name), Attribute, false, None, "lastname lname surname familyname namabelakang"),
    ("mother_name", Some(Name), Attribute, false, Some("credential"), "mothername mothersname mothermaidenname namaibu namaibukandung ibukandung"),
    ("father_name", Some(Name), Attribute, false, None, "fathername namaayah namabapak"),
    ("spouse_name", Some(Name), Attribute, false, None, "spousename namapasangan namasuami namaistri"),
    ("address", Some(Text), Attribute, false, Some("contact"), "address alamat alamatlengkap alamatrumah alamatktp alamatdomisili alamattinggal streetaddress street jalan addressline1 address1 addr homeaddress domisili"),
    ("village", Some(Text), Attribute, false, None, "village kelurahan desa kel kelurahandesa desakelurahan"),
    ("district", Some(Text), Attribute, false, None, "district kecamatan kec"),
    ("city", Some(Text), Attribute, false, None, "city kota kabupaten kab kabkota kotakab kabupatenkota regency town"),
    ("province", Some(Text), Attribute, false, None, "province provinsi propinsi prov state region"),
    ("country", Some(Text), Attribute, false, None, "country negara countrycode nationality kewarganegaraan"),
    ("postal_code", Some(Id), Attribute, false, None, "postalcode postcode zip zipcode kodepos kdpos"),
    ("birth_date", Some(Date), Attribute, false, None, "birthdate dateofbirth dob birthday tgllahir tanggallahir tgllhr ttl bdate dtlahir"),
    ("birth_place", Some(Text), Attribute, false, None, "birthplace placeofbirth pob tempatlahir tmptlahir tmplahir kotalahir"),
    ("sex", Some(Text), Attribute, false, None, "sex gender jeniskelamin jk jnskelamin kelamin lp"),
    ("religion", Some(Text), Attribute, false, Some("sensitive"), "religion agama"),
    ("marital_status", Some(Text), Attribute, false, None, "maritalstatus statuskawin statuspernikahan statusperkawinan"),
    ("occupation", Some(Text), Attribute, false, None, "occupation job jobtitle pekerjaan jabatan profession profesi"),
    ("status", Some(Text), Attribute, false, None, "status state1 statuspeserta statusbayar statuspembayaran paymentstatus accountstatus memberstatus stat aktif active isactive statusaktif"),
    (
        "office_code",
        Some(Id),
        Attribute,
        false,
        None,
        "kdkantor kodekantor officecode branchcode branch kodecabang kdcabang cabang kantor officeid branchid kdfaskes kodefaskes faskes faskesid kdkc",
    ),
    (
        "created_at",
        Some(Date),
        Created,
        false,
        None,
        "createdat created createddate datecreated createdon creationdate tgldaftar tanggaldaftar tglregistrasi tanggalregistrasi registeredat registrationdate registerdate regdate signupdate joindate joinedat \
         tglgabung tglbuat tanggalbuat tglcreate insertedat tmt tglinput",
    ),
    (
        "updated_at",
        Some(Date),
        Updated,
        false,
        None,
        "updatedat updated updateddate dateupdated updatedon modified modifiedat modifieddate lastmodified lastupdate lastupdated tglupdate tglubah tanggalubah tglperubahan",
    ),
    (
        "credential",
        None,
        Ignore,
        false,
        Some("credential"),
        "password passwd pass pwd passwordhash hashedpassword hash katasandi sandi salt token pin apikey secret sessionid refreshtoken accesstoken otp cvv cvc passhash md5 sha1 sha256 bcrypt",
    ),
    ("canary", None, Canary, false, None, "canary iscanary honeytoken isseeded planted"),
];

static TABLE: LazyLock<HashMap<&'static str, Entry>> = LazyLock::new(|| {
    let entry = |&(concept, kind, role, issued, category, _): &Row| Entry { concept, kind, role, issued, category };
    ROWS.iter().flat_map(|row| row.5.split_whitespace().map(move |word| (word, entry(row)))).collect()
});

/// Words before a header that say whose it is, not what.
const OWNERS: [&str; 17] =
    ["customer", "cust", "user", "member", "client", "contact", "person", "patient", "pasien", "peserta", "nasabah", "pelanggan", "anggota", "pengguna", "account", "profile", "data"];

/// What a header means, if it is a known word. Case, separators and an owner's word before (`customer_email`) do not count.
#[must_use]
pub fn lookup(header: &[u8]) -> Option<&'static Entry> {
    // The longest known header has far fewer letters; a longer one is a value.
    const LONGEST: usize = 64;
    if header.len() > LONGEST {
        return None;
    }
    let key: String = header.iter().filter(|b| b.is_ascii_alphanumeric()).map(|b| char::from(b.to_ascii_lowercase())).collect();
    if let Some(entry) = TABLE.get(key.as_str()) {
        return Some(entry);
    }
    // `customer_email` is an e-mail; `user_status_id` is not a status, so only a prefix goes.
    OWNERS.iter().find_map(|owner| TABLE.get(key.strip_prefix(owner)?)).filter(|entry| entry.concept != "record_number")
}

/// What values of a kind are compared as, when the column's name says nothing.
#[must_use]
pub fn concept_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Email => "email",
        Kind::Phone => "phone",
        Kind::Nik => "national_id",
        Kind::Nkk => "family_card_number",
        Kind::Npwp => "tax_number",
        Kind::Bpjs => "member_number",
        Kind::Card => "card_number",
        Kind::Iban => "iban",
        Kind::Passport => "passport_number",
        Kind::Ip => "ip_address",
        Kind::Name => "name",
        Kind::Date => "date",
        Kind::Text => "text",
        Kind::Id => "id",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_has_two_meanings() {
        let mut words: Vec<&str> = ROWS.iter().flat_map(|row| row.5.split_whitespace()).collect();
        assert!(words.iter().all(|w| w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())));
        words.sort_unstable();
        let twice: Vec<_> = words.windows(2).filter(|w| w[0] == w[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }

    #[test]
    fn headers_of_both_languages_are_known() {
        for (header, concept, kind) in [
            ("Email", "email", Some(Kind::Email)),
            ("E-Mail", "email", Some(Kind::Email)),
            ("e_mail", "email", Some(Kind::Email)),
            ("surel", "email", Some(Kind::Email)),
            ("No. HP", "phone", Some(Kind::Phone)),
            ("nohp", "phone", Some(Kind::Phone)),
            ("customer_phone", "phone", Some(Kind::Phone)),
            ("msisdn", "phone", Some(Kind::Phone)),
            ("NO_KTP", "national_id", Some(Kind::Nik)),
            ("no_kk", "family_card_number", Some(Kind::Nkk)),
            ("noka", "member_number", Some(Kind::Bpjs)),
            ("no_kartu", "member_number", Some(Kind::Id)),
            ("memberId", "member_number", Some(Kind::Id)),
            ("tglLahir", "birth_date", Some(Kind::Date)),
            ("Tanggal Lahir", "birth_date", Some(Kind::Date)),
            ("tempat_lahir", "birth_place", Some(Kind::Text)),
            ("jenis_kelamin", "sex", Some(Kind::Text)),
            ("Nama Lengkap", "name", Some(Kind::Name)),
            ("alamat", "address", Some(Kind::Text)),
            ("kdkantor", "office_code", Some(Kind::Id)),
            ("kode_kantor", "office_code", Some(Kind::Id)),
            ("no_rekening", "account_number", Some(Kind::Id)),
            ("tgl_daftar", "created_at", Some(Kind::Date)),
            ("created_at", "created_at", Some(Kind::Date)),
            ("updated_at", "updated_at", Some(Kind::Date)),
            ("password", "credential", None),
            ("status", "status", Some(Kind::Text)),
        ] {
            let entry = lookup(header.as_bytes()).unwrap_or_else(|| panic!("{header}"));
            assert_eq!((entry.concept, entry.kind), (concept, kind), "{header}");
        }
        for unknown in ["", "x1", "budi@example.com", "user_id_status", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
            assert_eq!(lookup(unknown.as_bytes()), None, "{unknown}");
        }
    }
}
