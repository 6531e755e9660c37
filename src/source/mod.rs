//! From the bytes of a file to its text and its syntax tree, and back.
//!
//! Answers what a file says, or why that cannot be told: its encoding, its byte order mark, whether it parses, and
//! whether it can concern sslfix at all. Knows nothing of paths, of findings or of what the text means.

mod depth;
mod encoding;
mod offsets;
mod place;
mod prefilter;
mod python2;

pub use depth::{MOST_NESTED, STACK_SIZE};
pub use offsets::Offsets;
pub use place::{LineEnd, Lines, Unit, Width};
pub use prefilter::{mentions_ssl, names_an_old_api};

use encoding::Encoding;
use ruff_python_ast::{ModModule, PythonVersion};
use ruff_python_parser::{Mode, ParseOptions, Parsed};
use ruff_text_size::Ranged;

/// The largest file that is parsed, in bytes. Its tree takes up to 200 times as much memory, and a file that a person has
/// written is a tenth of this.
pub const MOST_BYTES: usize = 16 << 20;

/// The decoded text of a file, and how to get back to its bytes.
#[derive(Debug)]
pub struct Source {
    text: String,
    encoding: Encoding,
    has_byte_order_mark: bool,
}

/// Why the bytes of a file are no Python that sslfix can read or write; shown after the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// In one line: lower case, no full stop.
    pub message: String,
    /// The line that it is about, from 1.
    pub line: usize,
    /// The column in that line, in characters, from 1.
    pub column: usize,
    /// What stands before it in that line, from which the column follows in any unit.
    pub before: Width,
}

impl Source {
    /// Decodes the bytes of a file as Python does: a byte order mark, else the cookie of PEP 263, else UTF-8.
    ///
    /// # Errors
    ///
    /// If Python could not decode the bytes either, if the encoding is one that sslfix does not know, or if the text
    /// could not be turned into the same bytes again.
    pub fn decode(bytes: &[u8]) -> Result<Source, Unreadable> {
        if bytes.len() > MOST_BYTES {
            let most = MOST_BYTES >> 20;
            return Err(Unreadable::somewhere(format!(
                "has more than {most} MiB, which sslfix does not parse; split the file, or look at it yourself"
            )));
        }
        let (has_byte_order_mark, body) = match bytes.strip_prefix(BYTE_ORDER_MARK) {
            Some(body) => (true, body),
            None => (false, bytes),
        };
        if let Some(at) = memchr::memchr(0, body) {
            return Err(Unreadable::at(body, at, "contains a NUL byte, which no Python accepts"));
        }
        let encoding = match encoding::cookie(body) {
            Some(cookie) if has_byte_order_mark && !cookie.says_utf8() => {
                return Err(cookie.refuse(format!(
                    "starts with a UTF-8 byte order mark, but says that its encoding is `{}`; remove one of them",
                    cookie.name
                )));
            }
            Some(cookie) => cookie.encoding()?,
            None => Encoding::Utf8,
        };
        let text = encoding.decode(body)?;
        Ok(Source {
            text,
            encoding,
            has_byte_order_mark,
        })
    }

    /// The text, without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The byte order mark, if the file has one: the character that is not part of the text.
    pub fn byte_order_mark(&self) -> &'static str {
        if self.has_byte_order_mark { "\u{feff}" } else { "" }
    }

    /// What the encoding is called.
    pub fn encoding_name(&self) -> &'static str {
        self.encoding.name()
    }

    /// Where an offset into `text`, which this file can hold, is in the bytes that [`Source::encode`] makes of it.
    pub fn offsets<'a>(&self, text: &'a str) -> Offsets<'a> {
        Offsets::of(self.encoding, self.has_byte_order_mark, text)
    }

    /// The bytes of `text` in the encoding of this file, with its byte order mark if it has one.
    ///
    /// # Errors
    ///
    /// If the encoding has no bytes for a character of the text.
    pub fn encode(&self, text: &str) -> Result<Vec<u8>, Unreadable> {
        let body = self.encoding.encode(text)?;
        if self.has_byte_order_mark {
            return Ok([BYTE_ORDER_MARK, &body].concat());
        }
        Ok(body.into_owned())
    }
}

/// The encoding that a comment in the first two lines declares (PEP 263), as it is written there.
pub fn declared_encoding(text: &str) -> Option<&str> {
    encoding::cookie(text.as_bytes()).map(|cookie| cookie.name)
}

/// Parses the text of a module, with the syntax of the newest Python that the parser knows.
///
/// The tree, and whatever visits or drops it, needs a stack of [`STACK_SIZE`] in the worst case.
///
/// # Errors
///
/// If no version of Python 3 accepts the text, if the text means something else in Python 2 than in Python 3, or if it
/// is nested deeper than [`MOST_NESTED`].
pub fn parse(text: &str) -> Result<Parsed<ModModule>, Unreadable> {
    if depth::nested_too_deep(text) {
        let message = format!("nested deeper than {MOST_NESTED} levels, which no Python compiles");
        return Err(Unreadable::somewhere(message));
    }
    let newest = ParseOptions::from(Mode::Module).with_target_version(PythonVersion::latest_preview());
    let parsed = ruff_python_parser::parse_unchecked(text, newest)
        .try_into_module()
        .expect("the mode asks for a module");
    let syntax_error = match (parsed.errors().first(), parsed.unsupported_syntax_errors().first()) {
        (Some(error), _) => Some((error.location, error.error.to_string())),
        (None, Some(error)) => Some((error.range(), error.to_string())),
        (None, None) => None,
    };
    if let Some(evidence) = python2::evidence(text, parsed.tokens(), syntax_error.is_some()) {
        // Where Python 3 refuses the file there is no doubt; otherwise whoever means Python 3 can say so.
        let advice = match evidence.in_python_3 {
            Some(spelling) if syntax_error.is_none() => format!("; if it is Python 3, write {spelling}"),
            _ => String::new(),
        };
        let construct = evidence.construct;
        let message = format!("looks like Python 2 ({construct}), which sslfix does not rewrite{advice}");
        return Err(Unreadable::at(text.as_bytes(), evidence.offset, message));
    }
    let Some((range, message)) = syntax_error else {
        return Ok(parsed);
    };
    let message = format!(
        "syntax error: {}",
        lower_first(message.lines().next().unwrap_or_default())
    );
    Err(Unreadable::at(text.as_bytes(), range.start().into(), message))
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

impl Unreadable {
    /// About the place `offset` bytes into `bytes`, which may be in any encoding that contains ASCII.
    fn at(bytes: &[u8], offset: usize, message: impl Into<String>) -> Unreadable {
        let (line, before) = Lines::of(bytes).line_and_width(offset);
        Unreadable {
            message: message.into(),
            line,
            column: before.count(Unit::Characters) + 1,
            before,
        }
    }

    /// About the file as a whole.
    fn somewhere(message: impl Into<String>) -> Unreadable {
        Unreadable::at(b"", 0, message)
    }
}

fn lower_first(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        let error = parse(text).expect_err("is refused");
        format!("{}:{}: {}", error.line, error.column, error.message)
    }

    #[test]
    fn syntax_of_the_newest_python_parses() {
        for text in [
            "match x:\n    case 1: pass\n",
            "type X[T = int] = list[T]\n",
            "print(f'{x!r:{f'{y}'}}')\n",
            "t'{x}'\n",
            "try: pass\nexcept* A: pass\n",
            "with (open(a) as b, open(c) as d): pass\n",
            "async def f():\n    return [x async for x in y]\n",
        ] {
            assert!(parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_syntax_error_names_its_place() {
        insta::assert_snapshot!(refusal("a = 1\nb = é (\n"), @"3:1: syntax error: unexpected EOF while parsing");
        insta::assert_snapshot!(refusal("é = 'a\n"), @"1:5: syntax error: missing closing quote in string literal");
        insta::assert_snapshot!(refusal("if a:\nb\n"), @"2:1: syntax error: expected an indented block after `if` statement");
    }

    #[test]
    fn what_only_an_old_python_3_accepts_is_refused() {
        insta::assert_snapshot!(refusal("f((a)=1)\n"), @"1:3: syntax error: cannot use parenthesized keyword argument name on Python 3.15 (syntax was removed in Python 3.8)");
    }
}
