//! Why a ratio is what it is, what was taken, when a copy was made, and hints.

/// (English, Indonesian).
pub(super) const TABLE: &[(&str, &str)] = &[
    // Evidence.
    (
        "{} sampled rows fit a copy best; in them {} values agree against what others hold for the person, {} where nobody else holds one, {} as others do; {} disagree though others agree, {} with nobody",
        "{0#} baris sampel paling sesuai dengan salinan; di dalamnya {1} nilai sesuai padahal pihak lain memegang nilai berbeda untuk orang itu, {2} sesuai ketika tidak ada pihak lain yang memegangnya, {3} sesuai sebagaimana pihak lain; {4} tidak sesuai padahal pihak lain sesuai, {5} tidak sesuai dengan siapa pun",
    ),
    (
        "{} of them carry an issued id of the very record that their other fields found",
        "{0#} di antaranya memuat nomor terbitan dari rekaman yang sama dengan yang ditemukan oleh bidang lainnya",
    ),
    ("{} planted records are in the dump", "{0#} rekaman umpan terdapat dalam data unggahan"),
    (
        "of many institutions supplied, a first look at a part of the rows found those that explain most; this is none of them",
        "dari banyak lembaga yang diserahkan, pemeriksaan awal atas sebagian baris menemukan lembaga yang paling menjelaskan; lembaga ini tidak termasuk",
    ),
    (
        "no ratio is said to be greater than the worlds that it was validated on can bear",
        "tidak ada rasio yang dinyatakan lebih besar daripada yang dapat ditopang oleh dunia uji validasinya",
    ),
    (
        "worlds like this were not among those that ratios were validated on",
        "dunia seperti ini tidak termasuk dalam dunia uji validasi rasio",
    ),
    (
        "hardly a value of these rows is this institution's alone: they say who is in it, not whose copy it is",
        "hampir tidak ada nilai pada baris ini yang hanya milik lembaga ini: baris menunjukkan siapa yang ada di dalamnya, bukan salinan milik siapa",
    ),
    (
        "the rows hold no more than this: few of them, or few columns that tell",
        "baris tidak memuat lebih dari ini: jumlahnya sedikit, atau sedikit kolom yang membedakan",
    ),
    // What was taken.
    ("what was taken: {}; rows stand in the order of its records", "yang diambil: {0}; baris berurutan seperti urutan rekamannya"),
    ("what was taken: {}", "yang diambil: {0}"),
    ("nearly all of its {} records", "hampir seluruh {0} rekamannya"),
    ("records from all over its {}, as a random sample would have them", "rekaman dari seluruh {0} rekamannya, seperti pada sampel acak"),
    ("the first {} of its {} records, and none later", "{0#} rekaman pertama dari {1#} rekamannya, dan tidak ada yang sesudahnya"),
    ("records {} to {} of {}, a block", "rekaman {0} hingga {1} dari {2}, satu blok"),
    (
        "records {} to {} of {}, more of some than of others: nothing can be said of the rest",
        "rekaman {0} hingga {1} dari {2}, sebagian lebih banyak daripada yang lain: tidak ada yang dapat dinyatakan tentang sisanya",
    ),
    ("the column {} fits {}: here {} of {} rows agree", "kolom {0!} sesuai dengan {1!}: di sini {2} dari {3} baris sesuai"),
    // When the copy was made: with or without an even sample, with or without an end, with or without later changes.
    (
        "{} copied rows with a creation day, which are a part of the records and not an even sample: the newest record and later changes alone say when, the newest of {}; of {} sampled records of the institution {} are later",
        "{0#} baris salinan dengan tanggal pembuatan, yang merupakan sebagian rekaman dan bukan sampel merata: hanya rekaman terbaru dan perubahan sesudahnya yang menunjukkan waktunya, yang terbaru bertanggal {1!}; dari {2} rekaman sampel lembaga, {3} lebih baru",
    ),
    (
        "{} copied rows with a creation day, the newest of {}; of {} sampled records of the institution {} are later",
        "{0#} baris salinan dengan tanggal pembuatan, yang terbaru bertanggal {1!}; dari {2} rekaman sampel lembaga, {3} lebih baru",
    ),
    (
        "{} copied rows with a creation day, which are a part of the records and not an even sample: the newest record and later changes alone say when, {} of them later; {} of {} sampled records of the institution are later; rows disagree more often with records that were changed later",
        "{0#} baris salinan dengan tanggal pembuatan, yang merupakan sebagian rekaman dan bukan sampel merata: hanya rekaman terbaru dan perubahan sesudahnya yang menunjukkan waktunya, {1} di antaranya lebih baru; {2} dari {3} rekaman sampel lembaga lebih baru; baris lebih sering tidak sesuai dengan rekaman yang diubah sesudahnya",
    ),
    (
        "{} copied rows with a creation day, which are a part of the records and not an even sample: the newest record and later changes alone say when, {} of them later; {} of {} sampled records of the institution are later",
        "{0#} baris salinan dengan tanggal pembuatan, yang merupakan sebagian rekaman dan bukan sampel merata: hanya rekaman terbaru dan perubahan sesudahnya yang menunjukkan waktunya, {1} di antaranya lebih baru; {2} dari {3} rekaman sampel lembaga lebih baru",
    ),
    (
        "{} copied rows with a creation day, {} of them later; {} of {} sampled records of the institution are later; rows disagree more often with records that were changed later",
        "{0#} baris salinan dengan tanggal pembuatan, {1} di antaranya lebih baru; {2} dari {3} rekaman sampel lembaga lebih baru; baris lebih sering tidak sesuai dengan rekaman yang diubah sesudahnya",
    ),
    (
        "{} copied rows with a creation day, {} of them later; {} of {} sampled records of the institution are later",
        "{0#} baris salinan dengan tanggal pembuatan, {1} di antaranya lebih baru; {2} dari {3} rekaman sampel lembaga lebih baru",
    ),
    // Hints: each sentence by itself.
    ("Column {} holds digests ({}, {}).", "Kolom {0} memuat nilai hash ({1!}, {2})."),
    (
        "None of them is among those that the index supplied by {} holds.",
        "Tidak satu pun terdapat di antara yang dimuat indeks yang diserahkan oleh {0!}.",
    ),
    (
        "The index supplied by {} holds no such digests: to find those of e-mail addresses, phone numbers or other identifiers, build it again with {} in the schema, on the fields that could have been hashed.",
        "Indeks yang diserahkan oleh {0!} tidak memuat nilai hash semacam itu: untuk menemukan hash alamat surel, nomor telepon, atau pengenal lain, bangun ulang indeks dengan {1!} dalam skema, pada bidang yang mungkin di-hash.",
    ),
    (
        "Digests made with a salt or pepper cannot match, nor do those of passwords: \"no match\" does not speak about this column.",
        "Nilai hash yang dibuat dengan salt atau pepper tidak mungkin cocok, begitu pula hash kata sandi: \"tidak ada kecocokan\" tidak berlaku bagi kolom ini.",
    ),
    ("Other columns of its table did match.", "Kolom lain dari tabelnya cocok."),
    ("Column {} holds masked values.", "Kolom {0} memuat nilai tersamar."),
    (
        "They find no record by themselves: what they show is compared once another column found it, and it does not agree with any field of which the indexes hold parts.",
        "Nilai itu tidak menemukan rekaman dengan sendirinya: bagian yang tampak dibandingkan setelah kolom lain menemukannya, dan bagian itu tidak sesuai dengan bidang mana pun yang bagian-bagiannya dimuat indeks.",
    ),
    (
        "They find no record by themselves: what they show is compared once another column found it, and none did.",
        "Nilai itu tidak menemukan rekaman dengan sendirinya: bagian yang tampak dibandingkan setelah kolom lain menemukannya, dan tidak ada kolom yang menemukannya.",
    ),
    (
        "They find no record by themselves: what they show is compared once another column found it.",
        "Nilai itu tidak menemukan rekaman dengan sendirinya: bagian yang tampak dibandingkan setelah kolom lain menemukannya.",
    ),
    (
        "No index supplied holds parts to compare them with: build it again with {} in the schema, on the field that they are of.",
        "Tidak ada indeks yang memuat bagian nilai sebagai pembanding: bangun ulang indeks dengan {0!} dalam skema, pada bidang asal nilai itu.",
    ),
    ("\"No match\" does not speak about this column.", "\"Tidak ada kecocokan\" tidak berlaku bagi kolom ini."),
];
