//! What a file means: which node stands where, what the names are bound to, what a value can be at run time, where a
//! statement can be put. Knows Python, and of `ssl` only its name.

pub mod arguments;
pub mod bindings;
pub mod classes;
pub mod flow;
pub mod fresh;
pub mod guards;
pub mod imports;
pub mod place;
pub mod resolve;
pub mod tree;
pub mod uses;
pub mod values;

use crate::rewrite::Options;
use crate::source::{Code, Lines};
use bindings::ScopeId;
use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_ast::{Expr, ModModule};
use ruff_python_parser::Parsed;
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashMap;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use tree::Tree;
use uses::{Calls, NamedByString, Use};

/// A parsed module and what is known about it. Offsets are byte offsets into its text.
pub struct Module<'a> {
    code: Code<'a>,
    parsed: &'a Parsed<ModModule>,
    options: &'a Options,
    tree: Tree<'a>,
    /// What names stand for that are read in a scope, as far as that was asked.
    names: resolve::Names,
    /// Whether the text has some words, as far as that was asked.
    words: RefCell<FxHashMap<Box<str>, bool>>,
    /// Whether a name is written with letters beyond ASCII, if that was asked.
    has_other_letters: OnceCell<bool>,
    uses: Vec<Use<'a>>,
    calls: Calls,
    named_by_string: Vec<NamedByString<'a>>,
    /// Names of `ssl` that something else is put in the place of.
    replaced: BTreeSet<String>,
    /// Attributes that the module `ssl` is put into, such as `tls` in `self.tls = ssl`.
    ssl_attributes: Vec<&'a str>,
    lines: Lines<'a>,
    newline: &'static str,
    indent: String,
}

impl<'a> Module<'a> {
    /// Reads everything that is known about a module off its text and its tree.
    pub fn new(code: impl Into<Code<'a>>, parsed: &'a Parsed<ModModule>, options: &'a Options) -> Module<'a> {
        let code = code.into();
        let text = code.text;
        let mut module = Module {
            code,
            parsed,
            options,
            tree: Tree::new(parsed),
            names: resolve::Names::default(),
            words: RefCell::default(),
            has_other_letters: OnceCell::new(),
            uses: Vec::new(),
            calls: Calls::default(),
            named_by_string: Vec::new(),
            replaced: BTreeSet::new(),
            ssl_attributes: Vec::new(),
            lines: Lines::of(text.as_bytes()),
            newline: first_newline(text),
            indent: first_indent(text, parsed.tokens()),
        };
        module.ssl_attributes = uses::attributes_holding_ssl(&module);
        if !module.ssl_attributes.is_empty() {
            // Names may come to stand for other things with them.
            module.names.get_mut().clear();
        }
        module.uses = uses::collect(&module);
        module.named_by_string = uses::named_by_string(&module);
        module.replaced = uses::replaced(&module);
        module
    }

    /// The nodes and scopes.
    pub fn tree(&self) -> &Tree<'a> {
        &self.tree
    }

    /// The tokens, comments included.
    pub fn tokens(&self) -> &'a Tokens {
        self.parsed.tokens()
    }

    /// The statements of the module.
    pub fn body(&self) -> &'a [ruff_python_ast::Stmt] {
        &self.parsed.syntax().body
    }

    /// What the user wants.
    pub fn options(&self) -> &'a Options {
        self.options
    }

    /// The whole text.
    pub fn text(&self) -> &'a str {
        self.code.text
    }

    /// The whole text, and which part of it is which cell of a notebook.
    pub fn code(&self) -> Code<'a> {
        self.code
    }

    /// The text of a range.
    pub fn slice(&self, range: impl Ranged) -> &'a str {
        &self.code.text[range.range()]
    }

    /// False if no name of the module has this word, of ASCII letters, in it. The parser reads some others as such.
    pub fn may_have_word(&self, word: &str) -> bool {
        self.has_word(word)
            || *self
                .has_other_letters
                .get_or_init(|| has_other_letters(self.text(), self.tokens()))
    }

    fn has_word(&self, word: &str) -> bool {
        if let Some(has) = self.words.borrow().get(word) {
            return *has;
        }
        let has = memchr::memmem::find(self.text().as_bytes(), word.as_bytes()).is_some();
        self.words.borrow_mut().insert(word.into(), has);
        has
    }

    /// The scope in which an expression is evaluated.
    pub fn scope_of(&self, expr: &Expr) -> ScopeId {
        self.tree.scope_of(self.tree.id(expr))
    }

    /// Every place that uses a name of the standard library's `ssl`, in the order of the text.
    pub fn uses(&self) -> &[Use<'a>] {
        &self.uses
    }

    /// The line ending of the file: that of its first line.
    pub fn newline(&self) -> &'static str {
        self.newline
    }

    /// One step of indentation: the first that the file makes, else four spaces.
    pub fn indent(&self) -> &str {
        &self.indent
    }

    /// The offset of the start of the line that `offset` is in.
    pub fn line_start(&self, offset: TextSize) -> TextSize {
        let before = &self.code.text[..usize::from(offset)];
        let start = before.rfind(['\n', '\r']).map_or(0, |index| index + 1);
        TextSize::try_from(start).unwrap_or(offset)
    }

    /// The white space at the start of the line that `offset` is in.
    pub fn indentation_at(&self, offset: TextSize) -> &'a str {
        let line = &self.code.text[usize::from(self.line_start(offset))..];
        let length = line.len() - line.trim_start_matches([' ', '\t', '\x0c']).len();
        &line[..length]
    }

    /// The line of an offset in the whole text, counted from 1.
    pub fn line_of_text(&self, offset: TextSize) -> usize {
        self.lines.line(offset.into())
    }

    /// What the line of an offset is called: its number, counted from 1, and of a notebook its cell.
    pub fn line_number(&self, offset: TextSize) -> LineNumber {
        let cell = self.code.cells.and_then(|cells| cells.at(offset.into()));
        let before = cell.map_or(0, |cell| self.lines.line(cell.range.start) - 1);
        LineNumber {
            number: self.lines.line(offset.into()) - before,
            cell: cell.map(|cell| cell.number),
        }
    }

    /// The comments in a range, in order.
    pub fn comments_in(&self, range: TextRange) -> impl Iterator<Item = TextRange> {
        let first = self.tokens().partition_point(|token| token.end() <= range.start());
        self.tokens()[first..]
            .iter()
            .take_while(move |token| token.start() < range.end())
            .filter(|token| token.kind().is_comment())
            .map(Ranged::range)
    }
}

/// A line as people call it: `7`, or `2 of cell 3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineNumber {
    number: usize,
    cell: Option<usize>,
}

impl std::fmt::Display for LineNumber {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.cell {
            Some(cell) => write!(formatter, "{} of cell {cell}", self.number),
            None => write!(formatter, "{}", self.number),
        }
    }
}

/// True if a name is written with letters beyond ASCII.
fn has_other_letters(text: &str, tokens: &Tokens) -> bool {
    let mut at = 0;
    while let Some(found) = first_beyond_ascii(&text.as_bytes()[at..]) {
        let first = tokens.partition_point(|token| usize::from(token.end()) <= at + found);
        let Some(token) = tokens.get(first) else { return false };
        if token.kind() == TokenKind::Name {
            return true;
        }
        at = usize::from(token.end()).max(at + found + 1);
    }
    false
}

fn first_beyond_ascii(bytes: &[u8]) -> Option<usize> {
    // Many at a time, which is what the standard library is fast at.
    const CHUNK: usize = 256;
    let start = CHUNK * bytes.chunks(CHUNK).position(|chunk| !chunk.is_ascii())?;
    let in_chunk = bytes[start..].iter().position(|byte| !byte.is_ascii());
    in_chunk.map(|offset| start + offset)
}

fn first_newline(text: &str) -> &'static str {
    match text.find(['\n', '\r']) {
        Some(index) if text[index..].starts_with("\r\n") => "\r\n",
        Some(index) if text[index..].starts_with('\r') => "\r",
        _ => "\n",
    }
}

fn first_indent(text: &str, tokens: &Tokens) -> String {
    let indent = tokens.iter().find(|token| token.kind() == TokenKind::Indent);
    // Python counts columns anew behind a form feed, and a backslash may stand there, too.
    let blanks = indent.and_then(|token| text[token.range()].rsplit('\x0c').next());
    match blanks.filter(|blanks| blanks.bytes().all(|byte| matches!(byte, b' ' | b'\t'))) {
        Some(indent) if !indent.is_empty() => indent.to_string(),
        _ => "    ".to_string(),
    }
}
