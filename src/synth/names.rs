//! Parts that names, streets and places are put together from. The combinations are invented; the parts are common ones.
//! Place names and their six-digit codes (province, regency, district) are those of the public Indonesian code list.

/// Given names of men.
#[rustfmt::skip]
pub const MALE: [&str; 60] = [
    "Budi", "Agus", "Andi", "Eko", "Dedi", "Hendra", "Joko", "Rizki", "Fajar", "Bayu", "Dimas", "Yusuf", "Arif", "Taufik", "Wahyu",
    "Iwan", "Rudi", "Slamet", "Teguh", "Yoga", "Galih", "Bagus", "Ilham", "Reza", "Fikri", "Hafiz", "Ahmad", "Muhammad", "Abdul",
    "Irfan", "Doni", "Ferdi", "Gilang", "Heru", "Imam", "Jefri", "Krisna", "Lukman", "Made", "Nyoman", "Wayan", "Ketut", "Oki",
    "Putra", "Raka", "Satria", "Surya", "Tono", "Ujang", "Asep", "Dadang", "Yanto", "Zainal", "Anton", "Benny", "Daniel", "Markus",
    "Yohanes", "Petrus", "Stefanus",
];

/// Given names of women.
#[rustfmt::skip]
pub const FEMALE: [&str; 60] = [
    "Siti", "Dewi", "Sri", "Ayu", "Putri", "Rina", "Wati", "Lestari", "Indah", "Fitri", "Nur", "Ratna", "Maya", "Novi", "Yuni",
    "Rini", "Dian", "Eka", "Tri", "Dwi", "Wulan", "Anisa", "Aisyah", "Khadijah", "Fatimah", "Zahra", "Nabila", "Salsabila", "Intan",
    "Mega", "Bunga", "Citra", "Kartika", "Laras", "Melati", "Nadia", "Olivia", "Puspita", "Rahma", "Sari", "Tika", "Umi", "Vina",
    "Winda", "Yulia", "Zulaikha", "Endang", "Sumiati", "Kadek", "Komang", "Luh", "Gita", "Hana", "Ika", "Jamilah", "Maria",
    "Theresia", "Agnes", "Kristina", "Elisabet",
];

/// Further name parts of men; also what a family name looks like where there is one.
#[rustfmt::skip]
pub const MALE_LAST: [&str; 64] = [
    "Santoso", "Wijaya", "Saputra", "Pratama", "Nugroho", "Setiawan", "Hidayat", "Kurniawan", "Susanto", "Gunawan", "Wibowo",
    "Purnomo", "Hartono", "Suryadi", "Firmansyah", "Ramadhan", "Hakim", "Maulana", "Prasetyo", "Utomo", "Cahyono", "Permana",
    "Syahputra", "Siregar", "Nasution", "Harahap", "Simanjuntak", "Sitompul", "Lubis", "Ginting", "Sembiring", "Tarigan", "Manurung",
    "Panjaitan", "Lumban", "Tampubolon", "Latuconsina", "Pattinasarany", "Wenas", "Mandagi", "Rumbiak", "Kogoya", "Halim", "Tanoto",
    "Lim", "Chandra", "Kusuma", "Atmaja", "Wardana", "Budiman", "Iskandar", "Salim", "Fauzi", "Anwar", "Basri", "Rahman", "Yusman",
    "Effendi", "Sutrisno", "Mulyono", "Suhardi", "Darmawan", "Adiputra", "Suparman",
];

/// Further name parts of women.
#[rustfmt::skip]
pub const FEMALE_LAST: [&str; 48] = [
    "Rahayu", "Lestari", "Wulandari", "Handayani", "Anggraini", "Puspitasari", "Kusumawati", "Safitri", "Maharani", "Permatasari",
    "Susanti", "Hidayati", "Nurhaliza", "Oktaviani", "Wahyuni", "Astuti", "Kartini", "Suryani", "Purnamasari", "Damayanti",
    "Setiawati", "Utami", "Pertiwi", "Novitasari", "Siregar", "Nasution", "Harahap", "Simanjuntak", "Lubis", "Ginting", "Tarigan",
    "Wenas", "Mandagi", "Halim", "Lim", "Chandra", "Kusuma", "Amalia", "Azzahra", "Khairunnisa", "Ramadhani", "Febriani",
    "Agustina", "Yuliana", "Mardiana", "Rosdiana", "Sukmawati", "Andriani",
];

/// Given names of residents from elsewhere, men and women in turn.
#[rustfmt::skip]
pub const ELSEWHERE_FIRST: [&str; 24] = [
    "James", "Emma", "Wei", "Mei", "Arjun", "Priya", "Hiroshi", "Yuki", "Lukas", "Anna", "Omar", "Layla", "Carlos", "Lucia", "Pierre",
    "Claire", "Ivan", "Olga", "Ahmed", "Noor", "Jan", "Sofie", "Min-jun", "Seo-yeon",
];

/// Family names of residents from elsewhere.
#[rustfmt::skip]
pub const ELSEWHERE_LAST: [&str; 24] = [
    "Walker", "Tan", "Sharma", "Sato", "Bauer", "Haddad", "Romero", "Martin", "Petrov", "Khan", "Visser", "Park", "Nguyen", "Rossi",
    "Novak", "Silva", "Wong", "Iyer", "Mori", "O'Neill", "Fischer", "de Vries", "Dubois", "Okafor",
];

/// Street names.
#[rustfmt::skip]
pub const STREETS: [&str; 40] = [
    "Merdeka", "Sudirman", "Diponegoro", "Gatot Subroto", "Ahmad Yani", "Pahlawan", "Kartini", "Melati", "Mawar", "Anggrek", "Kenanga",
    "Cempaka", "Flamboyan", "Dahlia", "Teratai", "Rajawali", "Merpati", "Elang", "Garuda", "Kutilang", "Veteran", "Pemuda", "Pelajar",
    "Imam Bonjol", "Hasanuddin", "Pattimura", "Cendrawasih", "Gajah Mada", "Hayam Wuruk", "Majapahit", "Siliwangi", "Padjajaran",
    "Brawijaya", "Sriwijaya", "Cut Nyak Dien", "Sisingamangaraja", "Sultan Agung", "Letjen Suprapto", "Raya Timur", "Raya Barat",
];

/// Providers of e-mail addresses: reserved names only (RFC 2606), so that no address can be anyone's.
#[rustfmt::skip]
pub const MAIL_DOMAINS: [&str; 8] = [
    "example.com", "example.com", "example.com", "mail.example", "example.co.id", "example.org", "kantor.example", "example.net",
];

/// First four digits of Indonesian mobile numbers.
#[rustfmt::skip]
pub const MOBILE_PREFIXES: [&str; 30] = [
    "0811", "0812", "0813", "0814", "0815", "0816", "0817", "0818", "0819", "0821", "0822", "0823", "0831", "0832", "0833", "0838",
    "0851", "0852", "0853", "0855", "0856", "0857", "0858", "0859", "0877", "0878", "0881", "0882", "0895", "0896",
];

/// Districts: code and the city or regency as people write it.
#[rustfmt::skip]
pub const REGIONS: [(u32, &str); 48] = [
    (110101, "Aceh Selatan"), (117101, "Banda Aceh"), (120701, "Deli Serdang"), (127101, "Medan"), (137101, "Padang"),
    (147101, "Pekanbaru"), (157101, "Jambi"), (167101, "Palembang"), (177101, "Bengkulu"), (187101, "Bandar Lampung"),
    (197101, "Pangkalpinang"), (217101, "Batam"), (317101, "Jakarta Pusat"), (317201, "Jakarta Utara"), (317301, "Jakarta Barat"),
    (317401, "Jakarta Selatan"), (317501, "Jakarta Timur"), (320101, "Bogor"), (321501, "Karawang"), (321601, "Bekasi"),
    (327301, "Bandung"), (327401, "Cirebon"), (327601, "Depok"), (330201, "Banyumas"), (331001, "Klaten"), (337201, "Surakarta"),
    (337401, "Semarang"), (340401, "Sleman"), (347101, "Yogyakarta"), (350701, "Malang"), (351501, "Sidoarjo"), (357801, "Surabaya"),
    (360301, "Tangerang"), (367401, "Tangerang Selatan"), (517101, "Denpasar"), (527101, "Mataram"), (537101, "Kupang"),
    (617101, "Pontianak"), (627101, "Palangka Raya"), (637101, "Banjarmasin"), (647101, "Balikpapan"), (647201, "Samarinda"),
    (717101, "Manado"), (727101, "Palu"), (737101, "Makassar"), (747101, "Kendari"), (817101, "Ambon"), (917101, "Jayapura"),
];
