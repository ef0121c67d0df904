//! The kinds of content that are told apart, and what to do about those that are not read.

use crate::ledger::Reason;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// No bytes.
    Empty,
    /// Text in UTF-8 or another encoding that has ASCII as its lower half.
    Text,
    /// Text in UTF-8 behind a byte-order mark.
    TextWithBom,
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
    /// UTF-32, little-endian.
    Utf32Le,
    /// UTF-32, big-endian.
    Utf32Be,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
    /// xz.
    Xz,
    /// bzip2.
    Bzip2,
    /// LZ4 frames.
    Lz4,
    /// Unix `compress`.
    Compress,
    /// A zip archive.
    Zip,
    /// An Office Open XML workbook or document (a zip archive).
    OfficeXml,
    /// An OpenDocument file (a zip archive).
    OpenDocument,
    /// A 7z archive.
    SevenZip,
    /// A RAR archive.
    Rar,
    /// A tar archive.
    Tar,
    /// PDF.
    Pdf,
    /// An SQLite database.
    Sqlite,
    /// Apache Parquet.
    Parquet,
    /// Apache ORC.
    Orc,
    /// Apache Avro.
    Avro,
    /// An OLE compound file: an old Excel, Word or Outlook file.
    Ole,
    /// A Microsoft Access database.
    Access,
    /// A PostgreSQL dump in custom format.
    PostgresDump,
    /// A program.
    Program,
    /// A picture.
    Picture,
    /// Sound.
    Audio,
    /// A film.
    Video,
    /// Neither text nor anything known.
    Binary,
}

impl Content {
    /// What it is, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Content::Empty => "an empty file",
            Content::Text => "text",
            Content::TextWithBom => "UTF-8 text with a byte-order mark",
            Content::Utf16Le => "UTF-16 text, little-endian",
            Content::Utf16Be => "UTF-16 text, big-endian",
            Content::Utf32Le => "UTF-32 text, little-endian",
            Content::Utf32Be => "UTF-32 text, big-endian",
            Content::Gzip => "gzip data",
            Content::Zstd => "Zstandard data",
            Content::Xz => "xz data",
            Content::Bzip2 => "bzip2 data",
            Content::Lz4 => "LZ4 data",
            Content::Compress => "compress (.Z) data",
            Content::Zip => "a zip archive",
            Content::OfficeXml => "an Office Open XML file (xlsx, docx)",
            Content::OpenDocument => "an OpenDocument file (ods, odt)",
            Content::SevenZip => "a 7z archive",
            Content::Rar => "a RAR archive",
            Content::Tar => "a tar archive",
            Content::Pdf => "a PDF document",
            Content::Sqlite => "an SQLite database",
            Content::Parquet => "a Parquet file",
            Content::Orc => "an ORC file",
            Content::Avro => "an Avro file",
            Content::Ole => "an OLE compound file (xls, doc, msg)",
            Content::Access => "a Microsoft Access database",
            Content::PostgresDump => "a PostgreSQL custom-format dump",
            Content::Program => "a program",
            Content::Picture => "a picture",
            Content::Audio => "a sound recording",
            Content::Video => "a film",
            Content::Binary => "binary data",
        }
    }

    /// Why this is not read as it is and what to do about it; `None` for what can be read.
    #[must_use]
    pub fn unsupported(self) -> Option<(Reason, &'static str)> {
        use Reason::{Binary, UnsupportedEncoding, UnsupportedFormat};
        Some(match self {
            Content::Empty | Content::Text | Content::TextWithBom => return None,
            Content::Utf16Le => (UnsupportedEncoding, "convert it first: iconv -f UTF-16LE -t UTF-8"),
            Content::Utf16Be => (UnsupportedEncoding, "convert it first: iconv -f UTF-16BE -t UTF-8"),
            Content::Utf32Le => (UnsupportedEncoding, "convert it first: iconv -f UTF-32LE -t UTF-8"),
            Content::Utf32Be => (UnsupportedEncoding, "convert it first: iconv -f UTF-32BE -t UTF-8"),
            Content::Gzip => (UnsupportedFormat, "decompress it first: gzip -d"),
            Content::Zstd => (UnsupportedFormat, "decompress it first: zstd -d"),
            Content::Xz => (UnsupportedFormat, "decompress it first: xz -d"),
            Content::Bzip2 => (UnsupportedFormat, "decompress it first: bzip2 -d"),
            Content::Lz4 => (UnsupportedFormat, "decompress it first: lz4 -d"),
            Content::Compress => (UnsupportedFormat, "decompress it first: gzip -d"),
            Content::Zip => (UnsupportedFormat, "unpack it into a folder first: unzip"),
            Content::OfficeXml | Content::OpenDocument | Content::Ole => {
                (UnsupportedFormat, "save each sheet as CSV (UTF-8) first: libreoffice --convert-to csv")
            }
            Content::SevenZip => (UnsupportedFormat, "unpack it into a folder first: 7z x"),
            Content::Rar => (UnsupportedFormat, "unpack it into a folder first: unrar x"),
            Content::Tar => (UnsupportedFormat, "unpack it into a folder first: tar -xf"),
            Content::Pdf => (UnsupportedFormat, "extract its text first: pdftotext -layout"),
            Content::Sqlite => (UnsupportedFormat, "export its tables first: sqlite3 FILE .dump, or -csv with a SELECT"),
            Content::Parquet | Content::Orc | Content::Avro => (UnsupportedFormat, "export it as CSV first, for instance with duckdb"),
            Content::Access => (UnsupportedFormat, "export its tables first: mdb-export"),
            Content::PostgresDump => (UnsupportedFormat, "turn it into SQL first: pg_restore -f -"),
            Content::Program | Content::Picture | Content::Audio | Content::Video | Content::Binary => {
                (Binary, "look at it with other means; if it holds a table, export that as CSV")
            }
        })
    }
}
