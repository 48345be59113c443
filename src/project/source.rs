//! From a file's bytes to its text, as PEP 263 says.

use std::fs::File;
use std::io::Read;

use encoding_rs::{DecoderResult, Encoding};

use super::ModuleSource;
use super::diagnostic::Diagnostic;
use super::lines::LineIndex;

/// The largest source that is read; no program has a module of that size.
const MAX_BYTES: u64 = 256 << 20;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Why a source has no text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The file cannot be opened or read.
    #[error("cannot read the file: {0}")]
    Unreadable(#[from] std::io::Error),
    /// The file is too large to be a module.
    #[error("the file is larger than {} MiB", MAX_BYTES >> 20)]
    TooLarge,
    /// CPython refuses null bytes anywhere.
    #[error("source contains a null byte")]
    NullByte {
        /// The line, counted from 1.
        line: u32,
    },
    /// The file starts with the byte order mark of an encoding that CPython does not read.
    #[error("source is in UTF-16, which Python does not read")]
    Utf16,
    /// The declared encoding is not one that is known.
    #[error("unknown encoding `{name}`")]
    UnknownEncoding {
        /// The name in the declaration.
        name: String,
        /// The line of the declaration.
        line: u32,
    },
    /// There is a UTF-8 byte order mark, and another encoding is declared.
    #[error("the encoding `{name}` contradicts the UTF-8 byte order mark")]
    Contradiction {
        /// The name in the declaration.
        name: String,
        /// The line of the declaration.
        line: u32,
    },
    /// Bytes that mean nothing in the encoding.
    #[error("source is not valid {encoding}")]
    Malformed {
        /// The encoding, as declared.
        encoding: String,
        /// The line of the first such byte, counted from 1.
        line: u32,
    },
}

impl SourceError {
    /// The line it speaks of, where there is one.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        match self {
            Self::NullByte { line }
            | Self::UnknownEncoding { line, .. }
            | Self::Contradiction { line, .. }
            | Self::Malformed { line, .. } => Some(*line),
            Self::Utf16 => Some(1),
            Self::Unreadable(_) | Self::TooLarge => None,
        }
    }
}

/// Reads and decodes the source of a module.
///
/// # Errors
/// A diagnostic with the module's path, when the file cannot be read or is no text.
pub fn read(module: &ModuleSource) -> Result<String, Diagnostic> {
    load(module).map_err(|error| {
        let mut diagnostic = Diagnostic::error(module.display.clone(), error.to_string());
        diagnostic.line = error.line();
        diagnostic
    })
}

fn load(module: &ModuleSource) -> Result<String, SourceError> {
    if let Some(bytes) = &module.inline {
        return decode(bytes);
    }
    let mut bytes = Vec::new();
    // One byte more than allowed, so that a pipe or a device without an end is noticed.
    let read = File::open(&module.path)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)?;
    if read as u64 > MAX_BYTES {
        return Err(SourceError::TooLarge);
    }
    decode(&bytes)
}

/// Decodes a source: UTF-8, unless a byte order mark or a comment in the first two lines says
/// otherwise. The byte order mark is taken off; nothing else is changed.
///
/// # Errors
/// When CPython would not decode it either.
pub fn decode(bytes: &[u8]) -> Result<String, SourceError> {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(SourceError::Utf16);
    }
    let body = bytes.strip_prefix(BOM).unwrap_or(bytes);
    let line_at =
        |offset: usize| LineIndex::of_bytes(body.get(..offset).unwrap_or(body)).count() as u32;
    if let Some(at) = body.iter().position(|byte| *byte == 0) {
        return Err(SourceError::NullByte { line: line_at(at) });
    }
    let cookie = cookie(body);
    let codec = match &cookie {
        None => Codec::Utf8,
        Some((name, line)) => codec(name).ok_or_else(|| SourceError::UnknownEncoding {
            name: name.clone(),
            line: *line,
        })?,
    };
    let name = cookie.as_ref().map_or("UTF-8", |(name, _)| name.as_str());
    if body.len() != bytes.len()
        && let Some((name, line)) = &cookie
        && codec != Codec::Utf8
    {
        return Err(SourceError::Contradiction {
            name: name.clone(),
            line: *line,
        });
    }
    text(codec, body).map_err(|at| SourceError::Malformed {
        encoding: name.to_owned(),
        line: line_at(at),
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Codec {
    Utf8,
    Ascii,
    /// True ISO 8859-1: each byte is the character of that number.
    Latin1,
    Other(&'static Encoding),
}

/// Decodes, or returns the offset of the first byte that cannot be.
fn text(codec: Codec, body: &[u8]) -> Result<String, usize> {
    match codec {
        Codec::Utf8 => match std::str::from_utf8(body) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(error.valid_up_to()),
        },
        Codec::Ascii => match body.iter().position(|byte| !byte.is_ascii()) {
            None => Ok(body.iter().map(|byte| char::from(*byte)).collect()),
            Some(at) => Err(at),
        },
        Codec::Latin1 => Ok(body.iter().map(|byte| char::from(*byte)).collect()),
        Codec::Other(encoding) => {
            let mut decoder = encoding.new_decoder_without_bom_handling();
            let room = decoder
                .max_utf8_buffer_length_without_replacement(body.len())
                .ok_or(0usize)?;
            let mut text = String::with_capacity(room);
            match decoder.decode_to_string_without_replacement(body, &mut text, true) {
                (DecoderResult::InputEmpty, _) => Ok(text),
                (DecoderResult::OutputFull, read) => Err(read),
                (DecoderResult::Malformed(bad, after), read) => {
                    Err(read.saturating_sub(usize::from(bad) + usize::from(after)))
                }
            }
        }
    }
}

/// The codec that Python has under this name.
fn codec(name: &str) -> Option<Codec> {
    let name = name.to_ascii_lowercase().replace('_', "-");
    let is = |known: &str| {
        name.strip_prefix(known)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    if is("utf-8") || matches!(name.as_str(), "utf8" | "u8" | "cp65001") {
        return Some(Codec::Utf8);
    }
    if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") {
        return Some(Codec::Latin1);
    }
    match name.as_str() {
        "latin1" | "latin" | "l1" | "iso8859-1" | "8859" | "cp819" => Some(Codec::Latin1),
        "ascii" | "us-ascii" | "646" => Some(Codec::Ascii),
        _ => labelled(&name).map(Codec::Other),
    }
}

/// The encoding that the web has under Python's name. The two agree on what source files use.
fn labelled(name: &str) -> Option<&'static Encoding> {
    let known = match name {
        "cp932" | "ms932" | "mskanji" | "shift-jis" | "sjis" => "shift_jis",
        "cp949" | "uhc" | "ms949" | "korean" => "euc-kr",
        "cp936" | "ms936" => "gbk",
        "cp950" | "ms950" => "big5",
        "eucjp" | "ujis" => "euc-jp",
        "euckr" => "euc-kr",
        "mac-roman" | "macroman" => "macintosh",
        "iso2022-jp" | "iso-2022-jp" => "iso-2022-jp",
        other => other,
    };
    let encoding = Encoding::for_label_no_replacement(known.as_bytes())?;
    // Encodings that do not extend ASCII cannot hold their own declaration.
    let readable = encoding.is_ascii_compatible() || known == "iso-2022-jp";
    (readable && encoding.name() != "x-user-defined").then_some(encoding)
}

/// The declared encoding and the line it is declared on.
fn cookie(body: &[u8]) -> Option<(String, u32)> {
    let mut lines = body.split(|byte| matches!(byte, b'\n' | b'\r'));
    let first = lines.next()?;
    if let Some(name) = cookie_of_line(first) {
        return Some((name, 1));
    }
    let blank = first
        .iter()
        .find(|byte| !matches!(byte, b' ' | b'\t' | 0x0C))
        .is_none_or(|byte| *byte == b'#');
    if !blank {
        return None;
    }
    let mut second = lines.next()?;
    // The two bytes of `\r\n` were split at both.
    if second.is_empty() && body.get(first.len()..first.len() + 2) == Some(b"\r\n") {
        second = lines.next()?;
    }
    cookie_of_line(second).map(|name| (name, 2))
}

/// Matches `^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)`.
fn cookie_of_line(line: &[u8]) -> Option<String> {
    const WORD: &[u8] = b"coding";
    let start = line
        .iter()
        .position(|byte| !matches!(byte, b' ' | b'\t' | 0x0C))?;
    let comment = line.get(start..)?.strip_prefix(b"#")?;
    comment
        .windows(WORD.len())
        .enumerate()
        .filter(|(_, window)| *window == WORD)
        .find_map(|(at, _)| {
            let (sign, rest) = comment.get(at + WORD.len()..)?.split_first()?;
            if !matches!(sign, b':' | b'=') {
                return None;
            }
            let name: String = rest
                .iter()
                .skip_while(|byte| matches!(byte, b' ' | b'\t'))
                .take_while(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
                .map(|byte| char::from(*byte))
                .collect();
            (!name.is_empty()).then_some(name)
        })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn complaint(bytes: &[u8]) -> (String, Option<u32>) {
        let error = decode(bytes).unwrap_err();
        (error.to_string(), error.line())
    }

    #[test]
    fn utf8_is_the_default_and_its_mark_is_taken_off() {
        assert_eq!(decode("x = 'ü'\r\n".as_bytes()).unwrap(), "x = 'ü'\r\n");
        assert_eq!(decode(b"\xEF\xBB\xBFx = 1").unwrap(), "x = 1");
        assert_eq!(decode(b"").unwrap(), "");
    }

    #[test]
    fn invalid_utf8_is_named_with_its_line() {
        assert_eq!(
            complaint(b"x = 1\ny = '\xFF'\n"),
            ("source is not valid UTF-8".to_owned(), Some(2))
        );
    }

    #[test]
    fn declared_encodings_are_used() {
        let latin = decode(b"# -*- coding: latin-1 -*-\nx = '\xE4\x80'\n").unwrap();
        assert!(latin.ends_with("x = 'ä\u{80}'\n"));
        let western =
            decode(b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'\x80'").unwrap();
        assert!(western.ends_with("'€'"));
        let cyrillic = decode(b"# coding: koi8-r\n'\xC1'").unwrap();
        assert!(cyrillic.ends_with("'а'"));
        let japanese = decode(b"# coding: shift_jis\n'\x82\xA0'").unwrap();
        assert!(japanese.ends_with("'あ'"));
        let unix = decode(b"\r\n# coding: iso-8859-1-unix\r\n'\xE4'").unwrap();
        assert!(unix.ends_with("'ä'"));
    }

    #[test]
    fn a_declaration_counts_only_where_python_looks() {
        for bytes in [
            &b"\n\n# coding: nonsense\n"[..],
            b"x = 1\n# coding: nonsense\n",
            b"x = 'coding: nonsense'\n",
            b"# encoding nonsense\n",
            b"# coding : nonsense\n",
        ] {
            assert!(decode(bytes).is_ok());
        }
    }

    #[test]
    fn unknown_encodings_are_named_with_their_line() {
        assert_eq!(
            complaint(b"# a\n# coding: nonsense\n"),
            ("unknown encoding `nonsense`".to_owned(), Some(2))
        );
        for name in ["utf-16", "utf-7", "x-user-defined", "replacement"] {
            let source = format!("# coding: {name}\n");
            assert_eq!(complaint(source.as_bytes()).1, Some(1), "{name}");
        }
    }

    #[test]
    fn contradictions_and_other_marks_are_refused() {
        assert_eq!(
            complaint(b"\xEF\xBB\xBF# coding: latin-1\n").0,
            "the encoding `latin-1` contradicts the UTF-8 byte order mark"
        );
        assert_eq!(
            complaint(b"\xFF\xFEx\0").0,
            "source is in UTF-16, which Python does not read"
        );
    }

    #[test]
    fn bytes_outside_the_declared_encoding_are_named_with_their_line() {
        assert_eq!(
            complaint(b"# coding: ascii\n\n'\xE4'\n"),
            ("source is not valid ascii".to_owned(), Some(3))
        );
        assert_eq!(
            complaint(b"# coding: shift_jis\n\n\n'\x82\x01'\n").1,
            Some(4)
        );
    }

    #[test]
    fn null_bytes_are_refused_with_their_line() {
        assert_eq!(
            complaint(b"x = 1\r\ny = '\0'\n"),
            ("source contains a null byte".to_owned(), Some(2))
        );
    }
}
