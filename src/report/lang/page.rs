//! Texts of the page: its head and its pictures.

/// (English, Indonesian). Looked up as they stand, holes and all.
pub(super) const TABLE: &[(&str, &str)] = &[
    ("Skip to the verdict", "Langsung ke kesimpulan"),
    ("Contents", "Daftar isi"),
    // Head.
    ("Report on the source of a dump", "Laporan asal-usul data unggahan"),
    ("Case", "Perkara"),
    ("Exhibit", "Barang bukti"),
    ("Examiner", "Pemeriksa"),
    ("Obtained", "Perolehan"),
    ("Dump", "Data unggahan"),
    ("and {} more", "dan {} lainnya"),
    ("Examined", "Waktu pemeriksaan"),
    ("Verdict", "Kesimpulan"),
    ("Verdicts", "Kesimpulan"),
    ("Reservations", "Catatan pembatas"),
    ("Rows read", "Baris dibaca"),
    ("of {} seen", "dari {} yang ditemukan"),
    ("Distinct rows", "Baris unik"),
    ("{} of them searchable", "{} di antaranya dapat ditelusuri"),
    ("People found in the indexes", "Orang yang ditemukan dalam indeks"),
    ("between {} and {}", "antara {} dan {}"),
    ("Coverage", "Cakupan pembacaan"),
    ("{} of {} read", "{} dari {} dibaca"),
    ("What was claimed", "Yang diklaim"),
    ("Each part of the claim, judged by itself", "Setiap bagian klaim, dinilai tersendiri"),
    ("Part", "Bagian"),
    ("Finding", "Temuan"),
    ("In words", "Keterangan"),
    (
        "Each of {} inputs is judged by itself: the table has the verdicts, and a section for each says why.",
        "Masing-masing dari {} masukan dinilai tersendiri: tabel memuat kesimpulannya, dan satu bagian untuk setiap masukan menjelaskan alasannya.",
    ),
    ("All inputs taken as one dump", "Semua masukan sebagai satu data unggahan"),
    // Known dumps.
    ("Seen before", "Pernah terlihat"),
    (
        "This dump was compared with the known ones ({} in the library) by their fingerprints. The bars show which part of its distinct rows each holds as copies, with 95% intervals.",
        "Data unggahan ini dibandingkan dengan yang sudah dikenal ({} dalam pustaka) melalui sidik jarinya. Batang menunjukkan bagian baris unik yang dimiliki masing-masing sebagai salinan, dengan interval 95%.",
    ),
    ("Share of the distinct rows in known dumps", "Bagian baris unik dalam data unggahan yang dikenal"),
    ("New: in no known dump", "Baru: tidak ada dalam data unggahan yang dikenal"),
    (
        "{} further known dumps share values with this one; scan.json has them.",
        "{} data unggahan lain yang dikenal memiliki nilai yang sama dengan ini; daftarnya ada dalam scan.json.",
    ),
    (
        "{} known dumps that share some values were not compared.",
        "{} data unggahan yang dikenal dan memiliki sebagian nilai yang sama tidak dibandingkan.",
    ),
    (
        "A row may stand in several known dumps. To describe the same people is not enough: rows count where their cells agree as only copies do.",
        "Satu baris dapat terdapat dalam beberapa data unggahan yang dikenal. Menyangkut orang yang sama saja tidak cukup: baris dihitung bila selnya sesuai seperti hanya pada salinan.",
    ),
    // Groups.
    ("Input by input", "Masukan demi masukan"),
    ("The verdict of each input, judged by itself", "Kesimpulan setiap masukan, dinilai tersendiri"),
    ("Institutions named", "Lembaga yang disebut"),
    ("People found", "Orang ditemukan"),
    (
        "{} further inputs have no section of their own here; scan.json has all of their figures.",
        "{} masukan lainnya tidak memiliki bagian tersendiri di sini; scan.json memuat semua angkanya.",
    ),
    (
        "Pictures are shown for the first inputs only; scan.json has all figures of this one.",
        "Gambar hanya ditampilkan untuk masukan pertama; scan.json memuat semua angka masukan ini.",
    ),
    // Support.
    ("Support for each institution", "Dukungan bagi setiap lembaga"),
    (
        "How many times more probable the findings are if the rows were copied from records of the kind that an institution holds, than if they describe the same people from an independent source.",
        "Berapa kali lebih mungkin temuan ini muncul jika baris disalin dari rekaman sejenis yang dipegang suatu lembaga, dibandingkan jika baris menggambarkan orang yang sama dari sumber independen.",
    ),
    (
        "Likelihood ratio of each institution, on a logarithmic scale with the words of the ENFSI guideline",
        "Rasio kemungkinan setiap lembaga, pada skala logaritmik dengan istilah pedoman ENFSI",
    ),
    (
        "Threshold of this scan: {}. Institutions at or above it are named in the verdict.",
        "Ambang batas pemindaian ini: {}. Lembaga yang mencapai atau melampauinya disebut dalam kesimpulan.",
    ),
    ("against a copy", "menyangkal salinan"),
    ("no ratio", "tanpa rasio"),
    (
        "{} further indexes with less support or fewer rows are left out here: the table of all institutions has them, and scan.json all of their figures.",
        "{} indeks lainnya dengan dukungan lebih rendah atau baris lebih sedikit tidak ditampilkan di sini: tabel semua lembaga memuatnya, dan scan.json memuat semua angkanya.",
    ),
    // Shares.
    ("Share of the rows by source", "Proporsi baris menurut sumber"),
    ("Share of the distinct rows by source", "Proporsi baris unik menurut sumber"),
    (
        "Which part of the distinct rows each source explains best, with 95% intervals where they are known.",
        "Bagian dari baris unik yang paling baik dijelaskan oleh setiap sumber, dengan interval 95% bila diketahui.",
    ),
    ("A source that was not supplied", "Sumber yang tidak terdaftar"),
    ("Fabricated, or about nobody in the indexes", "Data rekaan, atau tidak menyangkut siapa pun dalam indeks"),
    ("The remainder", "Sisanya"),
    (
        "The remainder is what fits institutions without support, which are not listed here, and what none of these explains. Bars begin at 0 and their box ends at 100%; the thin line is the interval.",
        "Sisanya adalah baris yang sesuai dengan lembaga tanpa dukungan, yang tidak tercantum di sini, dan baris yang tidak dijelaskan oleh satu pun di antaranya. Batang berawal pada 0 dan kotaknya berakhir pada 100%; garis tipis adalah intervalnya.",
    ),
    ("({} to {})", "({} hingga {})"),
    // All institutions.
    ("All institutions", "Semua lembaga"),
    (
        "One line for each index. Corroborated: two fields of a row agree with the same record. Share: of the distinct rows, where there is any support.",
        "Satu baris untuk setiap indeks. Terkuatkan: dua bidang dari satu baris sesuai dengan rekaman yang sama. Proporsi: terhadap baris unik, bila ada dukungan.",
    ),
    ("Institution", "Lembaga"),
    ("Dataset", "Himpunan data"),
    ("Rows with a hit", "Baris cocok"),
    ("Corroborated", "Terkuatkan"),
    ("Ambiguous", "Taksa"),
    ("Planted", "Umpan"),
    ("Records found", "Rekaman ditemukan"),
    ("Share", "Proporsi"),
    ("Likelihood ratio", "Rasio kemungkinan"),
    ("likelihood ratio", "rasio kemungkinan"),
    ("Support", "Dukungan"),
    // Hits.
    ("Hits by field", "Kecocokan menurut bidang"),
    (
        "No row of the dump holds an identifier of any index supplied, so that there are no pictures of hits, rows, records, dates or overlap.",
        "Tidak satu pun baris data unggahan memuat pengenal dari indeks yang diserahkan, sehingga tidak ada gambar kecocokan, baris, rekaman, tanggal, atau tumpang tindih.",
    ),
    (
        "Found: rows whose value is in the index, as a share of the rows read. Agrees: values that agree with the record found by another field, as a share of those compared.",
        "Ditemukan: baris yang nilainya terdapat dalam indeks, sebagai proporsi dari baris yang dibaca. Sesuai: nilai yang sesuai dengan rekaman yang ditemukan oleh bidang lain, sebagai proporsi dari yang dibandingkan.",
    ),
    ("Field", "Bidang"),
    ("Use", "Peran"),
    ("Values", "Nilai"),
    ("Picture", "Gambar"),
    ("found", "ditemukan"),
    ("agrees", "sesuai"),
    // Rows.
    ("Where in the dump the matched rows lie", "Letak baris yang cocok dalam data unggahan"),
    (
        "The dump from its first row to its last: how many of the rows at each place hit a record of the institution.",
        "Data unggahan dari baris pertama hingga terakhir: berapa banyak baris di setiap tempat yang cocok dengan rekaman lembaga.",
    ),
    ("Full height stands for {} of the rows.", "Tinggi penuh menyatakan {} dari baris."),
    ("Rows with a hit, place by place", "Baris yang cocok, tempat demi tempat"),
    (
        "Each place holds {} rows, the last of an input perhaps fewer.",
        "Setiap tempat memuat {} baris; tempat terakhir suatu masukan mungkin lebih sedikit.",
    ),
    (
        "Rows with a hit by place in the dump: from {} to {} of the rows, some at {} of {} places.",
        "Baris yang cocok menurut letaknya dalam data unggahan: dari {} hingga {} baris, terdapat pada {} dari {} tempat.",
    ),
    ("{} to {} of the rows", "{} hingga {} dari baris"),
    ("row {}", "baris {}"),
    ("from {} of the way: {}", "mulai {} dari keseluruhan: {}"),
    ("Figures of this picture", "Angka dari gambar ini"),
    // Records.
    ("Which records were reached", "Rekaman yang terjangkau"),
    (
        "The records of each index in their order, from the first to the last: how many at each place were found in the dump. Even coverage speaks for a copy or sample of the whole, an edge for a part or an older state.",
        "Rekaman setiap indeks menurut urutannya, dari yang pertama hingga terakhir: berapa banyak di setiap tempat yang ditemukan dalam data unggahan. Cakupan merata menunjukkan salinan atau sampel dari keseluruhan; tepi yang tajam menunjukkan sebagian atau keadaan yang lebih lama.",
    ),
    ("Record numbers reached", "Nomor rekaman yang terjangkau"),
    ("Records found, place by place", "Rekaman yang ditemukan, tempat demi tempat"),
    (
        "Records found by record number: some at {} of {} places, at most {} of the records there.",
        "Rekaman yang ditemukan menurut nomornya: terdapat pada {} dari {} tempat, paling banyak {} dari rekaman di tempat itu.",
    ),
    ("{} of {} records", "{} dari {} rekaman"),
    ("record {}", "rekaman {}"),
    ("full height {} of the records there", "tinggi penuh {} dari rekaman di tempat itu"),
    (
        "Pattern: {}. Copied rows reach records {} to {} of {}; {} of adjacent rows ascend (half do by chance), {} lie in the longest ascending sequence.",
        "Pola: {}. Baris salinan menjangkau rekaman {} hingga {} dari {}; {} dari baris yang bersebelahan menaik (separuhnya secara kebetulan), {} berada dalam urutan menaik terpanjang.",
    ),
    // Calendar.
    ("When the records were made and changed", "Kapan rekaman dibuat dan diubah"),
    (
        "Months in which the records were created and last changed: those that the dump holds beside all of the institution's, each as a share of its own. Where the dump's records end and the institution's go on, the copy was made.",
        "Bulan pembuatan dan perubahan terakhir rekaman: yang terdapat dalam data unggahan di samping semua rekaman lembaga, masing-masing sebagai proporsi dari jumlahnya sendiri. Salinan dibuat pada saat rekaman data unggahan berakhir sedangkan rekaman lembaga berlanjut.",
    ),
    ("records found in the dump", "rekaman yang ditemukan dalam data unggahan"),
    ("all records of the institution", "semua rekaman lembaga"),
    ("when the copy was made", "waktu salinan dibuat"),
    ("{} further calendars are in scan.json.", "{} kalender lainnya terdapat dalam scan.json."),
    ("Created", "Dibuat"),
    ("Last changed", "Terakhir diubah"),
    ("copied between {} and {}", "disalin antara {} dan {}"),
    ("if copied, then between {} and {}", "jika disalin, maka antara {} dan {}"),
    (
        "Shares of the records by month, from {} to {}; the newest found are of {}. The filled area is the dump's, the line the institution's.",
        "Proporsi rekaman menurut bulan, dari {} hingga {}; yang terbaru ditemukan bertanggal {}. Bidang terisi adalah milik data unggahan, garis adalah milik lembaga.",
    ),
    ("full height {}", "tinggi penuh {}"),
    ("Sampled records, month by month", "Rekaman sampel, bulan demi bulan"),
    ("created, found", "dibuat, ditemukan"),
    ("created, all", "dibuat, semua"),
    ("changed, found", "diubah, ditemukan"),
    ("changed, all", "diubah, semua"),
    // Overlap.
    ("Overlap between institutions", "Tumpang tindih antarlembaga"),
    (
        "Of the distinct rows found at the institution of the line, how many are found at that of the column too. On the diagonal: the distinct rows found there.",
        "Dari baris unik yang ditemukan pada lembaga di baris tabel, berapa banyak yang juga ditemukan pada lembaga di kolom. Pada diagonal: baris unik yang ditemukan di lembaga itu.",
    ),
    (
        "Institutions share people: to be found at one means little where another holds the same people. The stronger a cell is tinted, the more of the line's rows are found in the column too.",
        "Lembaga memiliki orang yang sama: ditemukan pada satu lembaga tidak banyak berarti bila lembaga lain memegang orang yang sama. Makin pekat warna suatu sel, makin banyak baris yang juga ditemukan pada lembaga di kolom.",
    ),
    ("Estimated from a sample of the rows.", "Diperkirakan dari sampel baris."),
];
