//! Kinds of files that a user may set aside: pictures and programs hold no rows, and a dump full of them is still read whole without them.
//!
//! A kind is told by content, never by name, so that a table called `photo.jpg` is read.

use super::Content;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// PNG, JPEG, GIF, TIFF, BMP, WebP, HEIC, …
    Image,
    /// PDF.
    Pdf,
    /// Programs and libraries of Unix, Windows and macOS; Java classes.
    Program,
    /// Sound.
    Audio,
    /// Films.
    Video,
    /// Office files: xlsx, docx, ods, odt, xls, doc, msg.
    Office,
    /// Archives and compressed files, with all that is in them.
    Archive,
    /// SQLite, Access, Parquet, ORC, Avro, PostgreSQL's custom format.
    Database,
}

impl Scope {
    /// The kind of this content; none for texts and what is not known.
    #[must_use]
    pub fn of(content: Content) -> Option<Scope> {
        Some(match content {
            Content::Picture => Scope::Image,
            Content::Pdf => Scope::Pdf,
            Content::Program => Scope::Program,
            Content::Audio => Scope::Audio,
            Content::Video => Scope::Video,
            Content::OfficeXml | Content::OpenDocument | Content::Ole => Scope::Office,
            Content::Gzip | Content::Zstd | Content::Xz | Content::Bzip2 | Content::Lz4 | Content::Compress => Scope::Archive,
            Content::Zip | Content::SevenZip | Content::Rar | Content::Tar => Scope::Archive,
            Content::Sqlite | Content::Access | Content::Parquet | Content::Orc | Content::Avro | Content::PostgresDump => Scope::Database,
            _ => return None,
        })
    }

    /// Its name, as it is typed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Scope::Image => "image",
            Scope::Pdf => "pdf",
            Scope::Program => "program",
            Scope::Audio => "audio",
            Scope::Video => "video",
            Scope::Office => "office",
            Scope::Archive => "archive",
            Scope::Database => "database",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::sniff;
    use clap::ValueEnum;

    #[test]
    fn names_are_those_that_are_typed() {
        for scope in Scope::value_variants() {
            assert_eq!(scope.to_possible_value().unwrap().get_name(), scope.name());
        }
    }

    #[test]
    fn kinds_are_told_by_content() {
        for (head, scope) in [
            (&b"\x89PNG\r\n\x1a\n"[..], Some(Scope::Image)),
            (b"BM\x36\x10\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Some(Scope::Image)),
            (b"RIFF\x24\0\0\0WEBPVP8 ", Some(Scope::Image)),
            (b"\0\0\0\x18ftypheic\0\0\0\0", Some(Scope::Image)),
            (b"\0\0\0\x18ftypmp42\0\0\0\0", Some(Scope::Video)),
            (b"\x1a\x45\xdf\xa3\x01\0\0\0", Some(Scope::Video)),
            (b"RIFF\x24\0\0\0AVI LIST", Some(Scope::Video)),
            (b"\0\0\0\x18ftypM4A \0\0\0\0", Some(Scope::Audio)),
            (b"ID3\x03\0\0\0\0\0\x21", Some(Scope::Audio)),
            (b"RIFF\x24\0\0\0WAVEfmt ", Some(Scope::Audio)),
            (b"OggS\0\x02\0\0\0\0\0\0", Some(Scope::Audio)),
            (b"%PDF-1.7\n", Some(Scope::Pdf)),
            (b"PK\x03\x04\0\0\0\0", Some(Scope::Archive)),
            (b"SQLite format 3\0", Some(Scope::Database)),
            (b"ID3,name\n1,Budi\n", None),
            (b"BM,name\n1,Budi\n", None),
            (b"RIFF,abcWAVE,c\n1,2,3\n", None),
            (b"OggS,b\n1,2\n", None),
        ] {
            assert_eq!(Scope::of(sniff(head)), scope, "{head:?}");
        }
    }
}
