//! Every bound of the program, with unit and reason. Reaching one is a ledger entry, never silence.

/// Bytes of one segment, the unit of work of a scan (DESIGN 3): large enough that a seam costs nothing, small enough
/// that two cores stay busy on a small dump and that a segment's rows stay in the second-level cache's reach.
pub const SEGMENT_BYTES: u64 = 4 << 20;

/// Smallest and largest segment a plan may ask for, bytes.
pub const SEGMENT_BYTES_RANGE: std::ops::RangeInclusive<u64> = 1 << 10..=1 << 30;

/// Rows of one batch: the cells of a column, their blocks and fingerprints stay in the first- and second-level caches.
pub const BATCH_ROWS: usize = 1024;

/// Bytes of text after which a batch is closed even when it holds fewer rows; keeps cell offsets in 32 bits.
pub const BATCH_BYTES: usize = 8 << 20;

/// Bytes of one row. A longer row is set aside (ledger): no table that we know of posts rows of this size, and a file without
/// line ends must not be taken for one row.
pub const ROW_BYTES: usize = 16 << 20;

/// Bytes that a quoted cell may span. A quote without a partner within it is a stray quote, read as an ordinary byte.
pub const QUOTED_SPAN_BYTES: usize = 1 << 20;

/// Cells of one row. The rest of a longer row is set aside (ledger).
pub const ROW_CELLS: usize = 4096;

/// Bytes of a delimited text that are looked through row by row for further tables: a tenth of a second. Of a longer text samples are.
pub const REGIONS_WHOLE_BYTES: usize = 16 << 20;

/// Tables of one delimited text; what comes behind the last is read as part of it. People put a handful into a file.
pub const REGIONS: usize = 64;

/// Searchable fields of one index: four bits of a slot, zero excluded.
pub const SEARCHABLE_FIELDS: usize = 15;

/// Attribute forms of one index (a whole value is one form, each of its `parts` another); agreement masks are 32 bits wide.
pub const ATTRIBUTE_FORMS: usize = 32;

/// Records of one index: record numbers are 32 bits wide.
pub const INDEX_RECORDS: u64 = u32::MAX as u64;

/// Records that may share a value before it is *common* and no evidence for anyone (a switchboard's phone, `-`, `test@test`).
pub const SHARED_VALUE_RECORDS: usize = 64;

/// Records of an index's panel sample (DESIGN 5).
pub const PANEL_RECORDS: usize = 65_536;

/// Rows of a dump's fingerprint that are kept with sixteen bits of each cell, at least while the dump has as many: shares are then known to a
/// percent, and the file has some 2 MB.
pub const FINGERPRINT_DETAILED: usize = 65_536;

/// Entries of a dump's fingerprint: those of 800 million rows of five identifiers; of a longer dump a smaller share is kept.
pub const FINGERPRINT_ENTRIES: usize = 1 << 22;

/// Columns of a table whose cells are in a fingerprint; a wider one is known by its first.
pub const FINGERPRINT_COLUMNS: usize = 64;

/// Columns of a table that rows are found by.
pub const FINGERPRINT_SLOTS: usize = 16;

/// Layouts of tables in one fingerprint; tables of one layout are one.
pub const FINGERPRINT_TABLES: usize = 1024;

/// Bytes of a fingerprint's file: all entries, and the most cells.
pub const FINGERPRINT_BYTES: u64 = 256 << 20;

/// Fingerprints that are compared each with each: 19,900 pairs.
pub const COMPARED: usize = 200;

/// Values of a dump that a library's index holds, where it does not hold more by their level alone: enough to see that a fiftieth of a small
/// dump is in another.
pub const LIBRARY_VALUES: usize = 2048;

/// The level from which on a library's index holds every value, one in 1,024: of 3,000 rows of a dump of any size it then holds some, and of ten
/// thousand dumps it takes half a gigabyte.
pub const LIBRARY_LEVEL: u8 = 160;

/// Fingerprints of a library that are not in its index yet before that is made anew: reading them takes as long as all the rest of a search.
pub const LIBRARY_UNCOVERED: usize = 64;

/// Values that are sorted at a time when a library's index is made: 64 MB. More fingerprints than these are merged in steps.
pub const LIBRARY_SORTED: usize = 4 << 20;

/// Seconds after which a file that somebody was writing in a library's folder is given up: writing one takes a moment.
pub const LIBRARY_DRAFT_SECONDS: u64 = 3600;

/// Values in common from which on a known dump is a candidate: one or two may be anybody's.
pub const LIBRARY_IN_COMMON: u32 = 3;

/// Known dumps that are compared in full where nobody asks for another number; the others are counted.
pub const LIBRARY_COMPARED: usize = 20;

/// Bytes of what a fingerprint says of itself: a thousand layouts of tables with long names of columns.
pub const FINGERPRINT_ABOUT_BYTES: usize = 64 << 20;

/// Bytes up to which an index is verified whole when it is opened.
pub const VERIFY_ON_OPEN_BYTES: u64 = 256 << 20;

/// Bytes of indexes, together, that are copied into memory of large pages before a long scan: half of what a scan may take beyond mapped files.
pub const NEAR_INDEX_BYTES: u64 = 128 << 20;

/// Bytes of a dump from which on a scan is long: reading them takes ten times as long as that copy, and the copy saves more than it costs.
pub const LONG_SCAN_BYTES: u64 = 256 << 20;

/// Bytes of a schema, key or plan file; a larger one is not one.
pub const SMALL_FILE_BYTES: u64 = 16 << 20;

/// Rows of a part, and of each of its tables: more than any file holds, few enough that no sum of parts overflows.
pub const PART_ROWS: u64 = 1 << 48;

/// Bytes of a plan: it says a few KB of each of a folder's files.
pub const PLAN_BYTES: u64 = 256 << 20;

/// Bytes of a scan's document that is read again: one of a folder of a million files takes a quarter.
pub const DOCUMENT_BYTES: u64 = 4 << 30;

/// Bytes of a report's manifest: one of a folder of a million files takes a quarter.
pub const MANIFEST_BYTES: u64 = 1 << 30;

/// Files that one dump folder may hold.
pub const FOLDER_FILES: usize = 1_000_000;

/// Volumes of one file: each is a memory map, of which a process may have 65,530 on a usual Linux.
pub const VOLUMES: usize = 10_000;

/// Depth of folders that is walked.
pub const FOLDER_DEPTH: usize = 64;

/// Bytes that standard input may hold: it is kept in memory until the readers can stream.
pub const STDIN_BYTES: u64 = 2 << 30;

/// Bytes of served files that are here at a time: those of a part that several threads read, and of the samples before it.
pub const SERVED_BYTES: u64 = 1 << 30;

/// Bytes of a piece, the unit of work for texts that are cut from the front.
pub const PIECE_BYTES: usize = 1 << 20;

/// Bytes of a line of free text that are looked at together, and of an element of markup that is one record. A longer line is cut between two words.
pub const TEXT_LINE_BYTES: usize = 16 << 10;

/// Columns that are made of what is inside of a table's cells: half of those that are searched.
pub const INSIDE_COLUMNS: usize = 32;

/// Bytes of a stream that are held at a time: the longest row, and enough beside it that threads stay busy.
pub const WINDOW_BYTES: usize = 48 << 20;

/// Bytes that all layers of one container may decompress to, together: hours of reading, so that a bomb that stays below every other bound ends.
pub const UNPACK_BYTES: u64 = 1 << 40;

/// Bytes that may come out of a compressed member for each byte that goes in. DEFLATE gives at most 1,032, which nothing but repetition reaches; dumps
/// give 3 to 30. Stronger methods reach any number, on repetition alone.
pub const UNPACK_RATIO: u64 = 1000;

/// Bytes from which on that ratio is looked at: what is smaller does no harm, and small members may well repeat one row.
pub const UNPACK_RATIO_FROM_BYTES: u64 = 100_000_000;

/// Containers within containers: a backup of archives of compressed dumps takes four.
pub const UNPACK_DEPTH: usize = 8;

/// Members of all archives in one file: as many as a folder's files.
pub const UNPACK_MEMBERS: u64 = 1_000_000;

/// Bytes of members that are held in memory at a time, for formats that cannot be read from the front alone; also what one decompressor may ask
/// for. An xlsx of a million rows takes a quarter.
pub const UNPACK_HELD_BYTES: u64 = 256 << 20;

/// Bytes of a stream's beginning that decide what it holds.
pub const UNPACK_HEAD_BYTES: usize = 64 << 10;

/// Bytes that the names and extensions before one member of a tar archive may take: paths are 4,096 bytes at most.
pub const TAR_HEADER_BYTES: u64 = 1 << 20;

/// Bytes of a 7z archive's directory, decompressed. One that lies makes the library take a hundred times as much for a moment; a hundred thousand
/// members take about these.
pub const SEVENZIP_DIRECTORY_BYTES: u64 = 8 << 20;

/// Bytes of a database that is copied into memory.
pub const DATABASE_BYTES: u64 = 2 << 30;

/// Bytes of one SQL statement, a table's own definition included: thousands of columns with long names.
pub const SQL_BYTES: usize = 16 << 20;

/// Parts of a workbook's archive.
pub const PACKAGE_PARTS: usize = 65_536;

/// Unpacked bytes of a workbook's parts that are kept in memory (shared strings, styles), not the sheets', and what each string takes beside its text:
/// with it a scan stays within 512 MB. Five million short texts that are all different fit.
pub const WORKBOOK_BYTES: u64 = 384 << 20;

/// Cells of an old workbook, as rectangles, since all are kept in memory: one sheet that is full to its last row and column.
pub const SHEET_CELLS: u64 = 1 << 24;

/// Bytes of the description of a Parquet file; a description of thousands of columns in hundreds of row groups takes less.
pub const FOOTER_BYTES: usize = 64 << 20;

/// Bytes of one row group of a Parquet file that are open at a time: its packed bytes, and of each column a page and the dictionary.
pub const GROUP_BYTES: usize = 2 << 30;

/// Values of lists in one batch of rows of a Parquet file.
pub const GROUP_LEVELS: usize = 16 << 20;

/// Bytes of what a program that the watch started says on standard error, kept for the log: an error with all its parts takes a tenth.
pub const WATCH_ERROR_BYTES: usize = 16 << 10;

/// Bytes of one line of a watch's log: every institution that is named takes some dozens, and a set of volumes is one name.
pub const WATCH_LINE_BYTES: usize = 1 << 20;

/// Lines of a watch's log that its state keeps, so that a log which lost its end (a full disk, a crash of the machine) gets it back.
pub const WATCH_LINES_KEPT: u64 = 1_000;

/// Seconds that a watch's hook may take: it is there to tell somebody, and the next scan waits for it.
pub const WATCH_HOOK_SECONDS: u64 = 60;

/// Names beside a watch's log that are looked at for where its last lines went when it was rotated.
pub const WATCH_ROTATED_FILES: usize = 10_000;

/// Bytes of memory in which the watch's state is kept near: its tables are asked for a few hundred bytes a file.
pub const WATCH_CACHE_BYTES: usize = 16 << 20;

/// Seconds that `--settle`, `--poll` and `--time` may be: thirty days.
pub const WATCH_SECONDS: f64 = 30.0 * 86_400.0;
