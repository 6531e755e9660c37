//! Where the values of a JSON document stand in its bytes.
//!
//! Answers with places and decodes nothing but strings: what is not asked for keeps its spelling, since nobody writes it
//! again. Takes what Python's `json` takes, `NaN` and doubled keys included. Knows nothing of what a document means.

use std::ops::Range;

/// Why a text is no JSON.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Byte offset into the text.
    pub at: usize,
    /// What is wrong there.
    pub what: &'static str,
}

/// The place of the one value of a document.
///
/// # Errors
///
/// If the text is no JSON.
pub fn document(text: &str) -> Result<Range<usize>, Wrong> {
    let bytes = text.as_bytes();
    let start = skip_blanks(bytes, 0);
    let end = value_end(bytes, start)?;
    match skip_blanks(bytes, end) {
        behind if behind == bytes.len() => Ok(start..end),
        at => Err(Wrong {
            at,
            what: "something stands behind the end of the document",
        }),
    }
}

/// The keys and values of an object of a document that has been read, in their order; keys without their quotes. Nothing if
/// the value is no object.
pub fn members(text: &str, object: &Range<usize>) -> Vec<(Range<usize>, Range<usize>)> {
    let bytes = text.as_bytes();
    let mut members = Vec::new();
    let mut at = object.start;
    if bytes[at] != b'{' {
        return members;
    }
    loop {
        at = skip_blanks(bytes, at + 1);
        let Ok(key_end) = string_end(bytes, at) else {
            return members;
        };
        let key = at + 1..key_end - 1;
        // Behind the colon.
        let start = skip_blanks(bytes, skip_blanks(bytes, key_end) + 1);
        let Ok(end) = value_end(bytes, start) else {
            return members;
        };
        members.push((key, start..end));
        at = skip_blanks(bytes, end);
        if bytes[at] != b',' {
            return members;
        }
    }
}

/// The value of a key, the last if it stands there twice, as for Python.
pub fn member(text: &str, object: &Range<usize>, name: &str) -> Option<Range<usize>> {
    let is_named = |key: &Range<usize>| string_inside(text, key).is_ok_and(|key| key == name);
    let members = members(text, object).into_iter();
    members.rev().find(|(key, _)| is_named(key)).map(|(_, value)| value)
}

/// The values of an array of a document that has been read. Nothing if the value is no array.
pub fn elements(text: &str, array: &Range<usize>) -> Option<Vec<Range<usize>>> {
    let bytes = text.as_bytes();
    if bytes[array.start] != b'[' {
        return None;
    }
    let mut elements = Vec::new();
    let mut at = array.start;
    loop {
        let start = skip_blanks(bytes, at + 1);
        let Ok(end) = value_end(bytes, start) else {
            // It is empty.
            return Some(elements);
        };
        elements.push(start..end);
        at = skip_blanks(bytes, end);
        if bytes[at] != b',' {
            return Some(elements);
        }
    }
}

/// The text of a value, if it is a string.
pub fn string(text: &str, value: &Range<usize>) -> Option<String> {
    let inside = inside(text, value)?;
    string_inside(text, &inside).ok()
}

/// What stands between the quotes of a value, if it is a string.
pub fn inside(text: &str, value: &Range<usize>) -> Option<Range<usize>> {
    text[value.clone()]
        .starts_with('"')
        .then(|| value.start + 1..value.end - 1)
}

/// The text of what stands between quotes.
///
/// # Errors
///
/// The offset of a surrogate without its other half, which is no character.
pub fn string_inside(text: &str, inside: &Range<usize>) -> Result<String, usize> {
    let mut result = String::with_capacity(inside.len());
    for (at, letter) in letters(&text[inside.clone()]) {
        result.push(letter.ok_or(inside.start + at)?);
    }
    Ok(result)
}

/// The characters of what stands between quotes, each with the offset at which its spelling starts; none for a surrogate
/// without its other half.
pub fn letters(raw: &str) -> impl Iterator<Item = (usize, Option<char>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &raw[at..];
        let start = at;
        let first = rest.chars().next()?;
        if first != '\\' {
            at += first.len_utf8();
            return Some((start, Some(first)));
        }
        let letter = match rest.as_bytes()[1] {
            b'u' => {
                at += 6;
                match unit(rest) {
                    high @ 0xd800..0xdc00 => match raw[at..].starts_with("\\u").then(|| unit(&raw[at..])) {
                        Some(low @ 0xdc00..0xe000) => {
                            at += 6;
                            char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))
                        }
                        _ => None,
                    },
                    unit => char::from_u32(unit),
                }
            }
            other => {
                at += 2;
                Some(match other {
                    b'b' => '\u{8}',
                    b'f' => '\u{c}',
                    b'n' => '\n',
                    b'r' => '\r',
                    b't' => '\t',
                    other => other.into(),
                })
            }
        };
        Some((start, letter))
    })
}

/// The spelling of a text between quotes; with `is_ascii` in ASCII alone.
pub fn spelled(text: &str, is_ascii: bool) -> String {
    let mut result = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '"' => result.push_str("\\\""),
            '\\' => result.push_str("\\\\"),
            '\n' => result.push_str("\\n"),
            '\r' => result.push_str("\\r"),
            '\t' => result.push_str("\\t"),
            '\u{8}' => result.push_str("\\b"),
            '\u{c}' => result.push_str("\\f"),
            '\0'..='\u{1f}' | '\u{7f}'.. if letter < ' ' || is_ascii => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    result.push_str(&format!("\\u{unit:04x}"));
                }
            }
            _ => result.push(letter),
        }
    }
    result
}

/// The number behind `\u`.
fn unit(escape: &str) -> u32 {
    u32::from_str_radix(&escape[2..6], 16).unwrap_or_default()
}

fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// The end of the value that starts there. What is inside what is a list and no recursion: a document may be nested as
/// deep as it is long.
fn value_end(bytes: &[u8], start: usize) -> Result<usize, Wrong> {
    let mut open: Vec<u8> = Vec::new();
    let mut at = start;
    loop {
        at = match bytes.get(at) {
            Some(bracket @ (b'{' | b'[')) => {
                let inside = skip_blanks(bytes, at + 1);
                let close = if *bracket == b'{' { b'}' } else { b']' };
                if bytes.get(inside) == Some(&close) {
                    inside + 1
                } else {
                    open.push(*bracket);
                    at = if *bracket == b'{' {
                        key_end(bytes, inside)?
                    } else {
                        inside
                    };
                    continue;
                }
            }
            Some(b'"') => string_end(bytes, at)?,
            _ => word_end(bytes, at)?,
        };
        // Behind a value.
        loop {
            let Some(bracket) = open.last() else { return Ok(at) };
            at = skip_blanks(bytes, at);
            match (bracket, bytes.get(at)) {
                (b'{', Some(b',')) => {
                    at = key_end(bytes, skip_blanks(bytes, at + 1))?;
                    break;
                }
                (b'[', Some(b',')) => {
                    at = skip_blanks(bytes, at + 1);
                    break;
                }
                (b'{', Some(b'}')) | (b'[', Some(b']')) => {
                    open.pop();
                    at += 1;
                }
                _ => {
                    let what = "a comma or a closing bracket is missing";
                    return Err(Wrong { at, what });
                }
            }
        }
    }
}

/// Where the value of the key that starts there starts.
fn key_end(bytes: &[u8], at: usize) -> Result<usize, Wrong> {
    let colon = skip_blanks(bytes, string_end(bytes, at)?);
    match bytes.get(colon) {
        Some(b':') => Ok(skip_blanks(bytes, colon + 1)),
        _ => Err(Wrong {
            at: colon,
            what: "a colon is missing",
        }),
    }
}

/// Behind the closing quote of the string that starts there.
fn string_end(bytes: &[u8], start: usize) -> Result<usize, Wrong> {
    let wrong = |at, what| Err(Wrong { at, what });
    if bytes.get(start) != Some(&b'"') {
        return wrong(start, "a string is missing");
    }
    let mut at = start + 1;
    loop {
        match bytes.get(at) {
            None => return wrong(start, "a string has no end"),
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => {
                at += match bytes.get(at + 1) {
                    Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
                    Some(b'u') if is_hexadecimal(bytes.get(at + 2..at + 6)) => 6,
                    _ => return wrong(at, "a backslash escapes nothing that JSON knows"),
                }
            }
            Some(byte) if *byte < b' ' => return wrong(at, "a string has a control character"),
            Some(_) => at += 1,
        }
    }
}

fn is_hexadecimal(digits: Option<&[u8]>) -> bool {
    digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// Behind the number or the word that starts there.
fn word_end(bytes: &[u8], start: usize) -> Result<usize, Wrong> {
    let is_of_word = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let length = bytes[start.min(bytes.len())..].iter().take_while(is_of_word).count();
    let word = std::str::from_utf8(&bytes[start..start + length]).unwrap_or_default();
    let is_word = matches!(word, "true" | "false" | "null" | "NaN" | "Infinity" | "-Infinity");
    // Whether a number is one in every detail does not matter to anybody who leaves it alone.
    let is_number = word
        .trim_start_matches('-')
        .starts_with(|first: char| first.is_ascii_digit());
    match is_word || is_number {
        true => Ok(start + length),
        false => Err(Wrong {
            at: start,
            what: "a value is missing",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_where_they_stand() {
        let text = " {\"a\" : [1, NaN,-Infinity , \"x\\\"]\"], \"b\":{ }, \"a\":[ ]}\r\n";
        let whole = document(text).expect("is JSON");
        let members = members(text, &whole);
        let shown = members
            .iter()
            .map(|(key, value)| (&text[key.clone()], &text[value.clone()]));
        assert_eq!(
            shown.collect::<Vec<_>>(),
            [("a", "[1, NaN,-Infinity , \"x\\\"]\"]"), ("b", "{ }"), ("a", "[ ]")]
        );
        let elements = elements(text, &members[0].1).expect("is an array");
        let shown = elements.iter().map(|element| &text[element.clone()]);
        assert_eq!(shown.collect::<Vec<_>>(), ["1", "NaN", "-Infinity", "\"x\\\"]\""]);
        assert_eq!(string(text, &elements[3]).as_deref(), Some("x\"]"));
        assert_eq!(member(text, &whole, "a").map(|value| &text[value]), Some("[ ]"));
    }

    #[test]
    fn what_is_no_json_is_refused_at_its_place() {
        for (text, at) in [
            ("", 0),
            ("{\"a\" 1}", 5),
            ("[1, 2", 5),
            ("[1,]", 3),
            ("{\"a\": \"b}", 6),
            ("\"a\nb\"", 2),
            ("\"\\x\"", 1),
            ("\"\\u12\"", 1),
            ("{} x", 3),
            ("[nan]", 1),
        ] {
            assert_eq!(document(text).map_err(|wrong| wrong.at), Err(at), "{text}");
        }
    }

    #[test]
    fn a_document_may_be_nested_as_deep_as_it_is_long() {
        let depth = 1_000_000;
        let text = "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(document(&text), Ok(0..2 * depth));
    }

    #[test]
    fn strings_are_read_and_spelled() {
        let raw = r#"a\u00e9\ud835\udcb3é\n\/\"\\"#;
        assert_eq!(string_inside(raw, &(0..raw.len())).as_deref(), Ok("aé𝒳é\n/\"\\"));
        assert_eq!(string_inside(r"ab\ud835c", &(0..9)), Err(2));
        assert_eq!(
            spelled("aé𝒳\n\u{1b}\"\\\u{7f}", true),
            r#"a\u00e9\ud835\udcb3\n\u001b\"\\\u007f"#
        );
        assert_eq!(spelled("é𝒳\t\u{7f}", false), "é𝒳\\t\u{7f}");
    }
}
