//! Verdicts, their reservations, and what is said of claims.

/// (English, Indonesian).
pub(super) const TABLE: &[(&str, &str)] = &[
    // Verdicts.
    (
        "The findings give {} support (likelihood ratio {}) that {} are copies of records of the kind held by {} (dataset {}, snapshot {}), rather than the same people from an independent source.",
        "Temuan memberikan dukungan {0=} (rasio kemungkinan {1}) bahwa {2} merupakan salinan rekaman sejenis yang dipegang oleh {3!} (himpunan data {4!}, snapshot {5!}), dan bukan data orang yang sama dari sumber independen.",
    ),
    (
        "The findings give {} support (likelihood ratio {}) that {} are copies of records of the kind held by {} (dataset {}), rather than the same people from an independent source.",
        "Temuan memberikan dukungan {0=} (rasio kemungkinan {1}) bahwa {2} merupakan salinan rekaman sejenis yang dipegang oleh {3!} (himpunan data {4!}), dan bukan data orang yang sama dari sumber independen.",
    ),
    (
        "The findings give {} support (likelihood ratio {}) that {} are copies of records of the kind held by {}, rather than the same people from an independent source.",
        "Temuan memberikan dukungan {0=} (rasio kemungkinan {1}) bahwa {2} merupakan salinan rekaman sejenis yang dipegang oleh {3!}, dan bukan data orang yang sama dari sumber independen.",
    ),
    ("about {} of the distinct rows ({} to {})", "sekitar {0#} dari baris unik ({1#} hingga {2#})"),
    (
        "The dump is consistent with a mixture of records of the kind held by {}, rather than with the same people from independent sources.",
        "Data unggahan konsisten dengan campuran rekaman sejenis yang dipegang oleh {0|) and |) dan }, dan bukan dengan data orang yang sama dari sumber-sumber independen.",
    ),
    // The parts of a mixture: cut at ") and ", so that all but the last come without their bracket.
    (
        "{} ({} support, likelihood ratio {}, about {} of the distinct rows ({} to {}))",
        "{0!} (dukungan {1=}, rasio kemungkinan {2}, sekitar {3} dari baris unik ({4} hingga {5}))",
    ),
    (
        "{} ({} support, likelihood ratio {}, about {} of the distinct rows ({} to {})",
        "{0!} (dukungan {1=}, rasio kemungkinan {2}, sekitar {3} dari baris unik ({4} hingga {5})",
    ),
    ("{} ({} support, likelihood ratio {}, )", "{0!} (dukungan {1=}, rasio kemungkinan {2})"),
    ("{} ({} support, likelihood ratio {}, ", "{0!} (dukungan {1=}, rasio kemungkinan {2}"),
    (
        "Incomplete: a part of unknown length could not be read, so that no match cannot be said. What could be read does not support a source.",
        "Tidak lengkap: suatu bagian yang panjangnya tidak diketahui tidak dapat dibaca sehingga tidak dapat dinyatakan bahwa tidak ada kecocokan. Bagian yang dapat dibaca tidak mendukung satu sumber pun.",
    ),
    (
        "Incomplete: a part of unknown length could not be read, so that no match cannot be said. Nothing in what could be read matches.",
        "Tidak lengkap: suatu bagian yang panjangnya tidak diketahui tidak dapat dibaca sehingga tidak dapat dinyatakan bahwa tidak ada kecocokan. Tidak ada yang cocok pada bagian yang dapat dibaca.",
    ),
    (
        "Incomplete: {} of {} bytes, unpacked ones included, could not be read, so that no match cannot be said. What could be read does not support a source.",
        "Tidak lengkap: {0} dari {1} bita, termasuk yang telah diekstrak, tidak dapat dibaca sehingga tidak dapat dinyatakan bahwa tidak ada kecocokan. Bagian yang dapat dibaca tidak mendukung satu sumber pun.",
    ),
    (
        "Incomplete: {} of {} bytes could not be read, so that no match cannot be said. What could be read does not support a source.",
        "Tidak lengkap: {0} dari {1} bita tidak dapat dibaca sehingga tidak dapat dinyatakan bahwa tidak ada kecocokan. Bagian yang dapat dibaca tidak mendukung satu sumber pun.",
    ),
    (
        "Incomplete: {} of {} bytes, unpacked ones included, could not be read, so that no match cannot be said. Nothing in what could be read matches.",
        "Tidak lengkap: {0} dari {1} bita, termasuk yang telah diekstrak, tidak dapat dibaca sehingga tidak dapat dinyatakan bahwa tidak ada kecocokan. Tidak ada yang cocok pada bagian yang dapat dibaca.",
    ),
    (
        "Incomplete: {} of {} bytes could not be read, so that no match cannot be said. Nothing in what could be read matches.",
        "Tidak lengkap: {0} dari {1} bita tidak dapat dibaca sehingga tidak dapat dinyatakan bahwa tidak ada kecocokan. Tidak ada yang cocok pada bagian yang dapat dibaca.",
    ),
    ("Set aside as asked, and not read: {}.", "Dikesampingkan sesuai permintaan dan tidak dibaca: {0|, |, }."),
    ("{} {} ({} bytes)", "{0#} {1} ({2#} bita)"),
    (
        "Inconclusive: the only identifiers of the dump are {}, and the index supplied by {} cannot be asked for them. Nothing was compared: this is no \"no match\". See the hints.",
        "Belum dapat disimpulkan: satu-satunya pengenal dalam data unggahan adalah {0}, dan indeks yang diserahkan oleh {1| or by | atau oleh } tidak dapat digunakan untuk mencarinya. Tidak ada yang dibandingkan: ini bukan \"tidak ada kecocokan\". Lihat petunjuk.",
    ),
    ("digests ({}) and masked values", "nilai hash ({0!}) dan nilai tersamar"),
    ("digests ({})", "nilai hash ({0!})"),
    (
        "No match: no identifier of the dump is in the index supplied by {}.",
        "Tidak ada kecocokan: tidak satu pun pengenal dalam data unggahan terdapat dalam indeks yang diserahkan oleh {0| or by | atau oleh }.",
    ),
    (
        "No match: no identifier of the dump is in the index supplied by {}. Its only identifiers are {}: those made with a salt or pepper cannot match, and this does not speak about them.",
        "Tidak ada kecocokan: tidak satu pun pengenal dalam data unggahan terdapat dalam indeks yang diserahkan oleh {0| or by | atau oleh }. Satu-satunya pengenalnya adalah {1}: nilai yang dibuat dengan salt atau pepper tidak mungkin cocok, dan pernyataan ini tidak berlaku baginya.",
    ),
    ("{} ({}, {} records, snapshot {})", "{0!} ({1!}, {2} rekaman, snapshot {3!})"),
    ("{} ({}, {} records)", "{0!} ({1!}, {2} rekaman)"),
    (
        "The findings fit a fabricated dump: about {} of the distinct rows are about nobody in any index supplied, or hold values that do not belong to the person whom they hit, more than a copy or an independent source would.",
        "Temuan sesuai dengan data rekaan: sekitar {0} dari baris unik tidak menyangkut siapa pun dalam indeks yang diserahkan, atau memuat nilai yang bukan milik orang yang dicocokkan, lebih banyak daripada yang lazim pada salinan atau sumber independen.",
    ),
    (
        "The findings fit a source that was not supplied: about {} of the distinct rows are about people whom the institutions hold as far as any other source's people are, but agree with them only as far as independent sources do.",
        "Temuan sesuai dengan sumber yang indeksnya tidak diserahkan: sekitar {0} dari baris unik menyangkut orang yang datanya dipegang lembaga sebagaimana lazimnya orang dari sumber lain, tetapi nilainya hanya sesuai sejauh sumber independen.",
    ),
    (
        "Inconclusive: {}. More rows, further columns (issued ids, addresses, dates) or the indexes of other holders of these people would settle it.",
        "Belum dapat disimpulkan: {0}. Lebih banyak baris, kolom tambahan (nomor terbitan, alamat, tanggal), atau indeks dari pemegang lain data orang-orang ini akan memutuskannya.",
    ),
    ("only {} distinct rows hit a record", "hanya {0#} baris unik yang cocok dengan suatu rekaman"),
    (
        "the findings give no more than {} support to a copy of the records held by {}",
        "temuan memberikan dukungan yang tidak lebih dari {0=} bagi salinan rekaman yang dipegang oleh {1!}",
    ),
    (
        "the rows agree with the records no more than an independent source about the same people would",
        "kesesuaian baris dengan rekaman tidak lebih besar daripada sumber independen tentang orang yang sama",
    ),
    // Reservations.
    (
        "Only one institution's index was supplied: another source that holds the same people and values cannot be excluded.",
        "Hanya indeks satu lembaga yang diserahkan: sumber lain yang memegang orang dan nilai yang sama tidak dapat dikesampingkan.",
    ),
    (
        "Something could not be read: counts and shares are lower bounds.",
        "Ada bagian yang tidak dapat dibaca: jumlah dan bagian persentase merupakan batas bawah.",
    ),
    ("\"No match\" does not speak about {}: see the hints.", "\"Tidak ada kecocokan\" tidak berlaku bagi {0}: lihat petunjuk."),
    (
        "The indexes are under different keys, so that institutions could not be compared with each other: documented defaults stand in.",
        "Indeks dibuat dengan kunci yang berbeda sehingga lembaga tidak dapat dibandingkan satu sama lain: digunakan nilai baku yang terdokumentasi.",
    ),
    (
        "At least half of what was found would also be found by guessing: ids that count up are hit whether or not they were copied.",
        "Sedikitnya separuh dari yang ditemukan juga akan ditemukan dengan menebak: nomor yang berurutan akan cocok, baik disalin maupun tidak.",
    ),
    (
        "Likelihood ratios are validated on synthetic worlds only, {} dumps of no listed source among them.",
        "Rasio kemungkinan hanya divalidasi pada dunia sintetis, termasuk {0} data unggahan yang tidak berasal dari sumber terdaftar.",
    ),
    (
        "Outside of what likelihood ratios were validated on ({}): without issued ids or canaries they stop at \"moderate\".",
        "Di luar lingkup validasi rasio kemungkinan ({0}): tanpa nomor terbitan atau rekaman umpan, rasio berhenti pada \"sedang\".",
    ),
    ("more than {} institutions", "lebih dari {0#} lembaga"),
    ("fewer than {} distinct rows", "kurang dari {0#} baris unik"),
    ("no other institution to compare with under the same key", "tidak ada lembaga lain dengan kunci yang sama sebagai pembanding"),
    (
        "Rows of this dump were seen before, in known dumps: {}. New: {} of the distinct rows.",
        "Baris data unggahan ini pernah terlihat, dalam data unggahan yang sudah dikenal: {0!}. Baru: {1} dari baris unik.",
    ),
    ("next to none", "hampir tidak ada"),
    (
        "Of the rows that fit records of {} ({}), {} stand in known dumps: as far as these go, an old leak was posted again.",
        "Dari baris yang sesuai dengan rekaman {0!} ({1!}), {2} terdapat dalam data unggahan yang sudah dikenal: sejauh itu, kebocoran lama diunggah kembali.",
    ),
    (
        "Beyond the known dumps: the rows that none of them holds give {} support to a copy of {}'s records as well.",
        "Di luar data unggahan yang sudah dikenal: baris yang tidak terdapat di dalamnya memberikan dukungan {0=} pula bagi salinan rekaman {1!}.",
    ),
    (
        "Beyond the known dumps nothing speaks for a copy of {}'s records: the findings rest on rows that were seen before.",
        "Di luar data unggahan yang sudah dikenal tidak ada yang mendukung salinan rekaman {0!}: temuan bertumpu pada baris yang pernah terlihat.",
    ),
    (
        "Beyond the known dumps nothing can be said of {}'s records: the rows that fit them may be damaged copies of known ones.",
        "Di luar data unggahan yang sudah dikenal tidak ada yang dapat dikatakan tentang rekaman {0!}: baris yang sesuai mungkin salinan rusak dari baris yang sudah dikenal.",
    ),
    (
        "{} files of the library of known dumps could not be read: rows that only they hold count as new.",
        "{0#} berkas pustaka data unggahan yang dikenal tidak dapat dibaca: baris yang hanya ada di dalamnya terhitung baru.",
    ),
    // Claims.
    ("no index of an institution of that name was supplied", "tidak ada indeks dari lembaga dengan nama itu yang diserahkan"),
    ("the rows give {} support to a copy of its records", "baris memberikan dukungan {0=} bagi salinan rekamannya"),
    ("the rows support {}, not the institution that was claimed", "baris mendukung {0!| and | dan }, bukan lembaga yang diklaim"),
    ("{} distinct rows were posted, {} of the {} that were claimed; {}", "{0#} baris unik diunggah, {1#} dari {2#} yang diklaim; {3}"),
    ("{} distinct rows were posted, {} of the {} that were claimed", "{0#} baris unik diunggah, {1#} dari {2#} yang diklaim"),
    ("of the rest nothing is known", "tentang sisanya tidak ada yang diketahui"),
    (
        "{} distinct records of {} were found, whose index holds {}: so many records were never there at the time of the index",
        "ditemukan {0#} rekaman unik dari {1!}, yang indeksnya memuat {2#}: rekaman sebanyak itu tidak pernah ada pada saat indeks dibuat",
    ),
    (
        "{} distinct records of {} were found, whose index holds {}; {}",
        "ditemukan {0#} rekaman unik dari {1!}, yang indeksnya memuat {2#}; {3}",
    ),
    (
        "they are spread over all of them as a random sample would be, and what is found in them may be said of a larger one, but that there is one is not shown",
        "sebarannya meliputi seluruh rekaman seperti sampel acak, dan temuan padanya dapat dinyatakan untuk jumlah yang lebih besar, tetapi keberadaan jumlah itu tidak terbukti",
    ),
    (
        "they are more of some of its records than of others, and show nothing of the rest",
        "sebagian rekaman terambil lebih banyak daripada yang lain, dan tidak menunjukkan apa pun tentang sisanya",
    ),
    (
        "they reach records {} to {} of {}, and show nothing of the others",
        "cakupannya rekaman {0#} hingga {1#} dari {2#}, dan tidak menunjukkan apa pun tentang yang lain",
    ),
    ("a sample does not show that there is more", "sampel tidak membuktikan bahwa ada yang lebih banyak"),
    ("the records do not say when the copy was made", "rekaman tidak menunjukkan kapan salinan dibuat"),
    ("the records say between {} and now; claimed was {}", "rekaman menunjukkan antara {0!} dan sekarang; yang diklaim {1!}"),
    ("the records say between {} and {}; claimed was {}", "rekaman menunjukkan antara {0!} dan {1!}; yang diklaim {2!}"),
];
