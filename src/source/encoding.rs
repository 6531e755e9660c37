//! Which encoding a source file is in, as PEP 263 defines it and as Python's own codec names mean it.
//!
//! Answers from the bytes alone. What Python decodes and sslfix does not (a code page of DOS, say) is refused, never
//! guessed.

use super::Unreadable;
use std::borrow::Cow;

/// How text and bytes of a file correspond.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Encoding {
    /// What Python 3 takes where nothing is said.
    Utf8,
    /// Bytes from 128 on are errors, as in Python.
    Ascii,
    /// Every byte is the character of that number. Browsers, and so `encoding_rs`, take windows-1252 for it.
    Latin1,
    /// One of the encodings of the web.
    Web(&'static encoding_rs::Encoding),
}

/// The comment that names the encoding.
pub struct Cookie<'a> {
    /// As it is written.
    pub name: &'a str,
    bytes: &'a [u8],
    offset: usize,
}

/// The cookie of a source: in its first line, or in its second if the first has no code.
pub fn cookie(bytes: &[u8]) -> Option<Cookie<'_>> {
    let (first_line, rest) = split_line(bytes);
    let (second_line, _) = split_line(rest);
    let in_line = |line: &[u8], line_offset: usize| {
        let offset = line_offset + cookie_in_comment(line)?;
        let length = bytes[offset..].iter().take_while(|byte| is_of_name(**byte)).count();
        let name = std::str::from_utf8(&bytes[offset..offset + length]).ok()?;
        Some(Cookie { name, bytes, offset })
    };
    if let Some(cookie) = in_line(first_line, 0) {
        return Some(cookie);
    }
    match first_line.trim_ascii_start().first() {
        None | Some(b'#') => in_line(second_line, bytes.len() - rest.len()),
        Some(_) => None,
    }
}

impl Cookie<'_> {
    /// True if it names what a byte order mark says too.
    pub fn says_utf8(&self) -> bool {
        matches!(self.encoding(), Ok(Encoding::Utf8))
    }

    /// The encoding that Python takes for the name.
    pub fn encoding(&self) -> Result<Encoding, Unreadable> {
        let name = normalised(self.name);
        match name.as_str() {
            "utf_8" | "utf8" | "u8" | "utf" | "utf8_ucs2" | "utf8_ucs4" | "cp65001" => return Ok(Encoding::Utf8),
            "latin_1" | "latin1" | "latin" | "l1" | "8859" | "iso_8859_1" | "iso8859_1" | "iso_latin_1" | "cp819"
            | "ibm819" | "csisolatin1" | "iso_8859_1_1987" | "iso_ir_100" => return Ok(Encoding::Latin1),
            "ascii" | "us_ascii" | "us" | "646" | "ansi_x3.4_1968" | "ansi_x3_4_1968" | "ansi_x3.4_1986" | "cp367"
            | "ibm367" | "csascii" | "iso646_us" | "iso_646.irv_1991" | "iso_ir_6" => return Ok(Encoding::Ascii),
            // The tokenizer of Python takes these for the plain name, whatever follows.
            name if name.starts_with("utf_8_") => return Ok(Encoding::Utf8),
            name if ["latin_1_", "iso_8859_1_", "iso_latin_1_"]
                .iter()
                .any(|plain| name.starts_with(plain)) =>
            {
                return Ok(Encoding::Latin1);
            }
            _ => {}
        }
        match web_encoding(&name) {
            Some(encoding) if encoding.is_ascii_compatible() => Ok(Encoding::Web(encoding)),
            Some(encoding) if encoding.name().starts_with("UTF-16") => Err(self.refuse(format!(
                "says that its encoding is `{}`, which no Python takes for a source; save it as UTF-8",
                self.name
            ))),
            _ => Err(self.refuse(format!(
                "says that its encoding is `{}`, which sslfix does not know; save it as UTF-8",
                self.name
            ))),
        }
    }

    /// An error at the place of the name.
    pub fn refuse(&self, message: String) -> Unreadable {
        Unreadable::at(self.bytes, self.offset, message)
    }
}

impl Encoding {
    /// The text of the bytes, of which [`Encoding::encode`] makes the same bytes again.
    pub fn decode(self, bytes: &[u8]) -> Result<String, Unreadable> {
        let not_valid = |offset: usize| {
            let byte = bytes.get(offset).copied().unwrap_or_default();
            let advice = match self {
                Encoding::Utf8 => "; a comment `# -*- coding: ... -*-` in the first line names another encoding",
                _ => "",
            };
            let message = format!(
                "is not valid {}: byte 0x{byte:02x} at offset {offset}{advice}",
                self.name()
            );
            Unreadable::at(bytes, offset, message)
        };
        let text = match self {
            Encoding::Utf8 => match std::str::from_utf8(bytes) {
                Ok(text) => return Ok(text.to_string()),
                Err(error) => return Err(not_valid(error.valid_up_to())),
            },
            Encoding::Ascii => match bytes.iter().position(|byte| !byte.is_ascii()) {
                None => String::from_utf8_lossy(bytes).into_owned(),
                Some(offset) => return Err(not_valid(offset)),
            },
            Encoding::Latin1 => bytes.iter().map(|byte| char::from(*byte)).collect(),
            Encoding::Web(encoding) => match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
                Some(text) => text.into_owned(),
                None => return Err(not_valid(valid_up_to(encoding, bytes))),
            },
        };
        let again = self.encode(&text)?;
        if let Some(offset) = (0..bytes.len().max(again.len())).find(|at| bytes.get(*at) != again.get(*at)) {
            let message = format!(
                "cannot be written back in {}: offset {offset} would change",
                self.name()
            );
            return Err(Unreadable::at(bytes, offset, message));
        }
        Ok(text)
    }

    /// The bytes of the text.
    pub fn encode(self, text: &str) -> Result<Cow<'_, [u8]>, Unreadable> {
        let highest = match self {
            Encoding::Utf8 => return Ok(Cow::Borrowed(text.as_bytes())),
            Encoding::Web(encoding) => {
                let (bytes, _, has_unmappable) = encoding.encode(text);
                if !has_unmappable {
                    return Ok(bytes);
                }
                let mut buffer = [0; 4];
                let offset = text
                    .char_indices()
                    .find(|(_, letter)| encoding.encode(letter.encode_utf8(&mut buffer)).2);
                return Err(self.cannot_encode(text, offset));
            }
            Encoding::Ascii => '\u{7f}',
            Encoding::Latin1 => '\u{ff}',
        };
        if let Some(offset) = text.char_indices().find(|(_, letter)| *letter > highest) {
            return Err(self.cannot_encode(text, Some(offset)));
        }
        Ok(text.chars().map(|letter| letter as u8).collect())
    }

    fn cannot_encode(self, text: &str, place: Option<(usize, char)>) -> Unreadable {
        let (offset, letter) = place.unwrap_or_default();
        let message = format!("cannot be written back in {}, which has no {letter:?}", self.name());
        Unreadable::at(text.as_bytes(), offset, message)
    }

    /// What it is called in messages.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Ascii => "ASCII",
            Encoding::Latin1 => "Latin-1",
            Encoding::Web(encoding) => encoding.name(),
        }
    }
}

/// The first line without its end, and what follows it. Python ends lines at `\n`, `\r\n` and `\r`.
fn split_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr2(b'\n', b'\r', bytes) {
        None => (bytes, b""),
        Some(at) if bytes[at..].starts_with(b"\r\n") => (&bytes[..at], &bytes[at + 2..]),
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
    }
}

/// Where the name starts in a line such as `# -*- coding: latin-1 -*-`; PEP 263 gives it as
/// `^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)`.
fn cookie_in_comment(line: &[u8]) -> Option<usize> {
    let hash = line.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\x0c'))?;
    if line[hash] != b'#' {
        return None;
    }
    memchr::memmem::find_iter(&line[hash..], b"coding").find_map(|at| {
        let colon = hash + at + b"coding".len();
        if !matches!(line.get(colon), Some(b':' | b'=')) {
            return None;
        }
        let blanks = line[colon + 1..]
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        let name = colon + 1 + blanks;
        line.get(name).is_some_and(|byte| is_of_name(*byte)).then_some(name)
    })
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// As Python's `encodings.normalize_encoding`, in lower case: runs of punctuation other than dots become an underscore.
fn normalised(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("_").to_ascii_lowercase()
}

/// The encoding of the web for a normalised codec name of Python. Where both know a name they agree on the bytes that
/// are ASCII; what they see in other bytes may differ, which the way back to the same bytes makes harmless.
fn web_encoding(name: &str) -> Option<&'static encoding_rs::Encoding> {
    let label = match name {
        "cp932" | "932" | "ms932" | "mskanji" | "ms_kanji" | "shiftjis" | "s_jis" => "shift_jis",
        "eucjp" | "ujis" | "u_jis" => "euc-jp",
        "iso2022_jp" | "iso2022jp" => "iso-2022-jp",
        "cp949" | "949" | "ms949" | "uhc" | "euckr" => "euc-kr",
        "cp936" | "936" | "ms936" | "euccn" | "eucgb2312_cn" => "gbk",
        "gb18030_2000" => "gb18030",
        "cp950" | "950" | "ms950" | "big5_tw" | "big5_hkscs" | "big5hkscs" => "big5",
        "mac_roman" | "macroman" => "macintosh",
        "mac_cyrillic" | "maccyrillic" => "x-mac-cyrillic",
        name => {
            if let Some(page) = name
                .strip_prefix("windows_")
                .or(Some(name))
                .filter(|page| page.starts_with("125"))
            {
                return encoding_rs::Encoding::for_label_no_replacement(format!("windows-{page}").as_bytes());
            }
            let with_hyphens = name.replace('_', "-");
            return encoding_rs::Encoding::for_label_no_replacement(name.as_bytes())
                .or_else(|| encoding_rs::Encoding::for_label_no_replacement(with_hyphens.as_bytes()));
        }
    };
    encoding_rs::Encoding::for_label_no_replacement(label.as_bytes())
}

/// How many bytes of what the encoding cannot decode it can.
fn valid_up_to(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> usize {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length(bytes.len()).unwrap_or_default());
    let (_, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    read.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::super::Source;

    fn decode(bytes: &[u8]) -> Result<String, String> {
        match Source::decode(bytes) {
            Ok(source) => {
                assert_eq!(source.encode(source.text()).as_deref(), Ok(bytes));
                Ok(source.text().to_string())
            }
            Err(error) => Err(format!("{}:{}: {}", error.line, error.column, error.message)),
        }
    }

    fn refusal(bytes: &[u8]) -> String {
        decode(bytes).expect_err("is refused")
    }

    #[test]
    fn utf_8_is_what_is_taken_where_nothing_is_said() {
        assert_eq!(decode("a = 'é'\n".as_bytes()), Ok("a = 'é'\n".into()));
        insta::assert_snapshot!(refusal(b"a = 1\nb = '\xe9'\n"), @"2:6: is not valid UTF-8: byte 0xe9 at offset 11; a comment `# -*- coding: ... -*-` in the first line names another encoding");
    }

    #[test]
    fn a_byte_order_mark_is_no_text_and_comes_back() {
        assert_eq!(decode(b"\xEF\xBB\xBFa\n"), Ok("a\n".into()));
        assert_eq!(decode(b"\xEF\xBB\xBF# coding: utf8\n"), Ok("# coding: utf8\n".into()));
        insta::assert_snapshot!(refusal(b"\xEF\xBB\xBF# coding: latin-1\n"), @"1:11: starts with a UTF-8 byte order mark, but says that its encoding is `latin-1`; remove one of them");
    }

    #[test]
    fn the_cookie_stands_in_the_first_two_lines() {
        for text in [
            "# coding: latin-1\n'é'",
            "#!/usr/bin/python\n# -*- coding: latin-1 -*-\n'é'",
            "\x0c\n \t# vim: set fileencoding=latin-1 :\n'é'",
            "#\r# coding=latin-1\r'é'",
            "# coding : coding: latin-1\r\n'é'",
        ] {
            let bytes: Vec<u8> = text.chars().map(|letter| letter as u8).collect();
            assert_eq!(decode(&bytes), Ok(text.into()));
        }
        for text in [
            "a = 1 # x\n# coding: latin-1\n'é'",
            "#\n#\n# coding: latin-1\n'é'",
            "a # coding: latin-1\n'é'",
        ] {
            let bytes: Vec<u8> = text.chars().map(|letter| letter as u8).collect();
            assert!(refusal(&bytes).contains("is not valid UTF-8"), "{text}");
        }
    }

    #[test]
    fn latin_1_is_every_byte_and_not_windows_1252() {
        let all: Vec<u8> = (1..=255).collect();
        for name in [
            "latin-1",
            "Latin_1",
            "iso-8859-1",
            "ISO8859-1",
            "l1",
            "latin1",
            "iso-8859-1-unix",
        ] {
            let bytes = [format!("# coding: {name}\n# ").as_bytes(), &all].concat();
            let text = decode(&bytes).expect("decodes");
            assert!(text.contains("\u{80}\u{81}\u{82}"), "{name}");
        }
    }

    #[test]
    fn ascii_is_strict() {
        assert!(decode(b"# coding: us-ascii\n").is_ok());
        insta::assert_snapshot!(refusal(b"# coding: ascii\n\xe9"), @"2:1: is not valid ASCII: byte 0xe9 at offset 16");
    }

    #[test]
    fn encodings_of_the_web_come_back_byte_by_byte() {
        for (name, bytes) in [
            ("cp1252", b"'\x80\x93'".as_slice()),
            ("windows-1251", b"'\xcf\xf0'"),
            ("koi8-r", b"'\xf0\xd2'"),
            ("shift_jis", b"'\x83\x5c\x93\xfa'"),
            ("cp932", b"'\x93\xfa'"),
            ("euc_jp", b"'\xc6\xfc'"),
            ("gbk", b"'\xc4\xe3'"),
            ("gb18030", b"'\x81\x30\x81\x30'"),
            ("big5", b"'\xa4\xa4'"),
            ("euc-kr", b"'\xb0\xa1'"),
            ("iso8859-15", b"'\xa4'"),
            ("mac_roman", b"'\x8e'"),
            ("cp866", b"'\x8f'"),
        ] {
            let bytes = [format!("# coding: {name}\n").as_bytes(), bytes].concat();
            assert!(decode(&bytes).is_ok(), "{name}: {:?}", decode(&bytes));
        }
    }

    #[test]
    fn what_cannot_be_decoded_is_an_error_that_names_it() {
        insta::assert_snapshot!(refusal(b"# coding: klingon\n"), @"1:11: says that its encoding is `klingon`, which sslfix does not know; save it as UTF-8");
        insta::assert_snapshot!(refusal(b"# coding: cp437\n"), @"1:11: says that its encoding is `cp437`, which sslfix does not know; save it as UTF-8");
        insta::assert_snapshot!(refusal(b"# coding: iso2022_jp\n"), @"1:11: says that its encoding is `iso2022_jp`, which sslfix does not know; save it as UTF-8");
        insta::assert_snapshot!(refusal(b"# coding: utf-16\n"), @"1:11: says that its encoding is `utf-16`, which no Python takes for a source; save it as UTF-8");
        insta::assert_snapshot!(refusal(b"# coding: shift_jis\n'\x83"), @"2:2: is not valid Shift_JIS: byte 0x83 at offset 21");
        insta::assert_snapshot!(refusal(b"a = 1\nb = '\0'\n"), @"2:6: contains a NUL byte, which no Python accepts");
    }

    #[test]
    fn bytes_that_would_come_back_as_others_are_refused() {
        // Two codes for one character, of which the other is written.
        insta::assert_snapshot!(refusal(b"# coding: cp932\n'\x87\x90'\n"), @"2:2: cannot be written back in Shift_JIS: offset 17 would change");
    }

    #[test]
    fn what_the_encoding_has_no_bytes_for_is_an_error() {
        for (cookie, name) in [("latin-1", "Latin-1"), ("ascii", "ASCII"), ("koi8-r", "KOI8-R")] {
            let source = Source::decode(format!("# coding: {cookie}\n").as_bytes()).expect("decodes");
            let error = source.encode("a\nb\u{20ac}").expect_err("has no euro");
            assert_eq!(
                error.message,
                format!("cannot be written back in {name}, which has no '€'")
            );
            assert_eq!((error.line, error.column), (2, 2));
        }
    }
}
