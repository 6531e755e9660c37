//! From the bytes of a file to its text and its syntax tree, and back.
//!
//! Answers what a file says, or why that cannot be told: its encoding, its byte order mark, whether it parses, and
//! whether it can concern sslfix at all. Knows nothing of paths, of findings or of what the text means.

mod code;
mod depth;
mod encoding;
mod json;
mod notebook;
mod offsets;
mod place;
mod prefilter;
mod python2;

pub use code::{BETWEEN_CELLS, Cell, Cells, Code, Dialect};
pub use depth::{MOST_NESTED, STACK_SIZE};
pub use offsets::Offsets;
pub use place::{LineEnd, Lines, Unit, Width};
pub use prefilter::{mentions_ssl, names_an_old_api, unescaped};

use encoding::Encoding;
use notebook::Notebook;
use ruff_python_ast::{ModModule, PythonVersion};
use ruff_python_parser::{Mode, ParseOptions, Parsed};
use ruff_text_size::{Ranged, TextRange};

/// The largest file that is parsed, in bytes. Its tree takes up to 200 times as much memory, and a file that a person has
/// written is a tenth of this.
pub const MOST_BYTES: usize = 16 << 20;

/// The decoded text of a file, and how to get back to its bytes.
#[derive(Debug)]
pub struct Source {
    text: String,
    encoding: Encoding,
    has_byte_order_mark: bool,
    notebook: Option<Box<Notebook>>,
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
    /// The same for people, where it is in a cell of a notebook.
    pub in_cell: Option<InCell>,
}

/// A place in a cell of a notebook. All count from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InCell {
    /// The number of the cell, as [`Cell::number`].
    pub cell: usize,
    /// The line of its code.
    pub line: usize,
    /// The column in that line.
    pub column: usize,
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
            notebook: None,
        })
    }

    /// As [`Source::decode`], of a file that holds Python in that way. A notebook is in UTF-8, with or without a byte order
    /// mark; its text is the code of its cells, and is empty if it is for another language than Python.
    ///
    /// # Errors
    ///
    /// If the bytes are no text, or no notebook, or if a cell cannot be parsed by itself.
    pub fn decode_as(bytes: &[u8], dialect: Dialect) -> Result<Source, Unreadable> {
        if dialect == Dialect::Python {
            return Source::decode(bytes);
        }
        if bytes.len() > MOST_BYTES {
            let most = MOST_BYTES >> 20;
            return Err(Unreadable::somewhere(format!(
                "has more than {most} MiB, which sslfix does not parse; clear the outputs, or look at it yourself"
            )));
        }
        let (has_byte_order_mark, body) = match bytes.strip_prefix(BYTE_ORDER_MARK) {
            Some(body) => (true, body),
            None => (false, bytes),
        };
        let (notebook, text) = Notebook::read(body)?;
        let source = Source {
            text,
            encoding: Encoding::Utf8,
            has_byte_order_mark,
            notebook: Some(Box::new(notebook)),
        };
        for cell in source.code().cells.into_iter().flat_map(Cells::iter) {
            parse_cell(&source.text, cell).map_err(|unreadable| source.in_file(unreadable, cell))?;
        }
        Ok(source)
    }

    /// The text as it is parsed.
    pub fn code(&self) -> Code<'_> {
        Code {
            text: &self.text,
            cells: self.notebook.as_ref().map(|notebook| notebook.cells()),
        }
    }

    /// The text of the file, behind a byte order mark: of a notebook its JSON.
    pub fn file_text(&self) -> &str {
        self.notebook.as_ref().map_or(&self.text, |notebook| notebook.json())
    }

    /// The file as a text that is nothing but a text: of a notebook its JSON.
    pub fn of_file(&self) -> Source {
        Source {
            text: self.file_text().to_string(),
            encoding: self.encoding,
            has_byte_order_mark: self.has_byte_order_mark,
            notebook: None,
        }
    }

    /// Where in [`Source::file_text`] the character is that stands at an offset of the text.
    pub fn in_file_text(&self, in_text: usize) -> usize {
        self.notebook
            .as_ref()
            .map_or(in_text, |notebook| notebook.in_json(in_text))
    }

    /// Where in [`Source::file_text`] a part of the text stands.
    pub fn range_in_file(&self, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
        let start = self.in_file_text(range.start);
        match &self.notebook {
            Some(notebook) if !range.is_empty() => start..notebook.end_in_json(range.end).max(start),
            Some(_) => start..start,
            None => range,
        }
    }

    /// What has to be replaced in [`Source::file_text`] for edits of the text, which are in order; of a notebook each
    /// stands in one cell.
    pub fn edits_of_file<'t>(
        &self,
        edits: impl IntoIterator<Item = (std::ops::Range<usize>, &'t str)>,
    ) -> Vec<(std::ops::Range<usize>, String)> {
        let edits = edits.into_iter();
        match &self.notebook {
            Some(notebook) => notebook.edits(edits.map(|(range, new)| trimmed(&self.text, range, new))),
            None => edits.map(|(range, new)| (range, new.to_string())).collect(),
        }
    }

    /// What is wrong in a cell, at the place where the file has it.
    fn in_file(&self, unreadable: Unreadable, cell: &Cell) -> Unreadable {
        let code = &self.text[cell.range.clone()];
        let line = Lines::of(code.as_bytes()).range(unreadable.line);
        let in_line = code[line.clone()].char_indices().nth(unreadable.column - 1);
        let in_cell = in_line.map_or(line.end, |(offset, _)| line.start + offset);
        let at = self.in_file_text(cell.range.start + in_cell);
        Unreadable {
            in_cell: Some(InCell {
                cell: cell.number,
                line: unreadable.line,
                column: unreadable.column,
            }),
            ..Unreadable::at(self.file_text().as_bytes(), at, unreadable.message)
        }
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

    /// The bytes of `text`, which is the text of a file as [`Source::file_text`] is, in the encoding of this file, with
    /// its byte order mark if it has one.
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
pub fn parse<'a>(code: impl Into<Code<'a>>) -> Result<Parsed<ModModule>, Unreadable> {
    let code = code.into();
    let Some(cells) = code.cells else {
        return parse_as(code.text, Mode::Module);
    };
    for cell in cells.iter() {
        parse_cell(code.text, cell)?;
    }
    let parsed = parse_as(code.text, Mode::Ipython)?;
    let is_in_one = |range: TextRange| {
        let cell = cells.at(range.start().into());
        cell.is_some_and(|cell| usize::from(range.end()) <= cell.range.end)
    };
    match parsed
        .syntax()
        .body
        .iter()
        .all(|statement| is_in_one(statement.range()))
    {
        true => Ok(parsed),
        false => Err(Unreadable::somewhere("a statement reaches from one cell into the next")),
    }
}

fn parse_cell(text: &str, cell: &Cell) -> Result<Parsed<ModModule>, Unreadable> {
    parse_as(&text[cell.range.clone()], Mode::Ipython)
}

fn parse_as(text: &str, mode: Mode) -> Result<Parsed<ModModule>, Unreadable> {
    if depth::nested_too_deep(text, mode) {
        let message = format!("nested deeper than {MOST_NESTED} levels, which no Python compiles");
        return Err(Unreadable::somewhere(message));
    }
    let (parsed, syntax_error) = parse_whatever(text, mode);
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
    match syntax_error {
        Some(error) => Err(error.of(text)),
        None => Ok(parsed),
    }
}

/// As [`parse`], of the text of a module that is known not to be nested too deep and not to be Python 2.
///
/// # Errors
///
/// If no version of Python 3 accepts the text.
pub fn parse_known(text: &str) -> Result<Parsed<ModModule>, Unreadable> {
    match parse_whatever(text, Mode::Module) {
        (_, Some(error)) => Err(error.of(text)),
        (parsed, None) => Ok(parsed),
    }
}

/// The tree, as far as the text is Python, and the first place where it is not.
fn parse_whatever(text: &str, mode: Mode) -> (Parsed<ModModule>, Option<SyntaxError>) {
    let newest = ParseOptions::from(mode).with_target_version(PythonVersion::latest_preview());
    let parsed = ruff_python_parser::parse_unchecked(text, newest)
        .try_into_module()
        .expect("the mode asks for a module");
    let (range, message) = match (parsed.errors().first(), parsed.unsupported_syntax_errors().first()) {
        (Some(error), _) => (error.location, error.error.to_string()),
        (None, Some(error)) => (error.range(), error.to_string()),
        (None, None) => return (parsed, None),
    };
    (parsed, Some(SyntaxError { range, message }))
}

struct SyntaxError {
    range: TextRange,
    message: String,
}

impl SyntaxError {
    fn of(&self, text: &str) -> Unreadable {
        let message = lower_first(self.message.lines().next().unwrap_or_default());
        let message = format!("syntax error: {message}");
        Unreadable::at(text.as_bytes(), self.range.start().into(), message)
    }
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
            in_cell: None,
        }
    }

    /// About the file as a whole.
    pub fn somewhere(message: impl Into<String>) -> Unreadable {
        Unreadable::at(b"", 0, message)
    }
}

/// An edit without what it leaves as it is, so that this keeps its spelling.
fn trimmed<'t>(text: &str, range: std::ops::Range<usize>, new: &'t str) -> (std::ops::Range<usize>, &'t str) {
    let old = &text[range.clone()];
    let same = |pair: &((usize, char), char)| pair.0.1 == pair.1;
    let start: usize = old
        .char_indices()
        .zip(new.chars())
        .take_while(same)
        .map(|((_, letter), _)| letter.len_utf8())
        .sum();
    let (old, new) = (&old[start..], &new[start..]);
    let end: usize = old
        .char_indices()
        .rev()
        .zip(new.chars().rev())
        .take_while(same)
        .map(|((_, letter), _)| letter.len_utf8())
        .sum();
    (range.start + start..range.end - end, &new[..new.len() - end])
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
