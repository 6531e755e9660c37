//! How deep the tree of a text can be, told from its tokens alone.
//!
//! The tree of `1+1+1+...` is as deep as the line is long, and whatever parses, visits or drops it recurses as often.
//! A process that runs out of stack is aborted and cannot say why, so the depth is bounded before the tree is built.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer};

/// Texts that may be nested deeper are refused. CPython 3.13 and older compile no chain of more than 10,000 links, and
/// far fewer of most kinds.
pub const MOST_NESTED: usize = 10_000;

/// The bytes of stack that parsing, visiting and dropping a tree of [`MOST_NESTED`] levels takes at most, with a margin;
/// of the address space only, what is not used costs nothing.
pub const STACK_SIZE: usize = 256 << 20;

/// True if the text may be nested deeper than [`MOST_NESTED`]. Where, the lexer does not tell.
pub fn nested_too_deep(text: &str, mode: Mode) -> bool {
    // What is cheap to see first. Of the files that are looked at hardly one is worth the last, which takes a third of the
    // time of the parser.
    let bound = match mode {
        _ if text.len() <= MOST_NESTED => return false,
        // A smaller one has hardly so many words, and to count them takes half the time.
        Mode::Module if text.len() > 4 * MOST_NESTED => longest_line(text),
        _ => None,
    };
    let bound = bound.unwrap_or_else(|| words_and_operators(text));
    bound > MOST_NESTED && deepest(text, mode) > MOST_NESTED
}

/// An upper bound of [`deepest`]: what nests is a keyword, which is a word, or an operator or a bracket.
fn words_and_operators(text: &str) -> usize {
    let mut count = 0;
    let mut before = 0;
    for byte in text.bytes() {
        let kind = KINDS[usize::from(byte)];
        // A word counts where it ends.
        count += usize::from(before & !kind & OF_WORD) + usize::from(kind & OPERATOR) / 2;
        before = kind;
    }
    count + 1
}

const OF_WORD: u8 = 1;
const OPERATOR: u8 = 2;
/// What can end a logical line, or say where it does not end.
const STOP: u8 = 4;

/// What each byte is; a table takes a third of the time of the questions.
const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let letter = byte as u8;
        if letter.is_ascii_alphanumeric() || letter == b'_' || !letter.is_ascii() {
            kinds[byte] = OF_WORD;
        } else if letter.is_ascii_punctuation() && !matches!(letter, b',' | b'\'' | b'"' | b'#') {
            kinds[byte] = OPERATOR;
        }
        if matches!(
            letter,
            b'\n' | b'\r' | b'#' | b'\'' | b'"' | b'\\' | b'(' | b')' | b'[' | b']' | b'{' | b'}'
        ) {
            kinds[byte] |= STOP;
        }
        byte += 1;
    }
    kinds
};

/// Another upper bound of [`deepest`], for a module: the most bytes of one logical line, without its comments and strings,
/// and what its indentation may add. `None` where this cannot tell which bytes belong to a string.
fn longest_line(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut longest = 0;
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\x0c')) {
            at += 1;
        }
        let indentation = at - start;
        if bytes.get(at) == Some(&b'\\') {
            return None;
        }
        let mut brackets = 0usize;
        let mut skipped = 0;
        loop {
            while bytes.get(at).is_some_and(|byte| KINDS[usize::from(*byte)] & STOP == 0) {
                at += 1;
            }
            let Some(&byte) = bytes.get(at) else { break };
            match byte {
                b'\n' | b'\r' => {
                    at += 1;
                    if brackets == 0 {
                        break;
                    }
                }
                b'#' => {
                    let end = end_of_line(bytes, at);
                    skipped += end - at;
                    at = end;
                }
                b'\'' | b'"' => match kind_of_string(&bytes[start..at])? {
                    StringKind::Plain => {
                        let end = end_of_plain_string(bytes, at)?;
                        skipped += end - at;
                        at = end;
                    }
                    StringKind::WithFields => at = end_of_string_with_fields(bytes, at)?,
                },
                b'\\' if matches!(bytes.get(at + 1), Some(b'\n' | b'\r')) => at = behind_escaped(bytes, at),
                b'\\' => return None,
                b'(' | b'[' | b'{' => {
                    brackets += 1;
                    at += 1;
                }
                _ => {
                    brackets = brackets.saturating_sub(1);
                    at += 1;
                }
            }
        }
        // A column is at most a level, which is a statement and its clause; a tab is up to eight columns.
        longest = longest.max(at - start - skipped + 15 * indentation);
    }
    // What stands for the end of the text, and for what is wrong there, has no bytes.
    Some(longest + 3)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum StringKind {
    Plain,
    /// An f-string or a t-string.
    WithFields,
}

/// What the word right in front of a quote, at the end of `before`, makes of the string; `None` if the word may end in a
/// prefix without being one, as in `if"..."`.
fn kind_of_string(before: &[u8]) -> Option<StringKind> {
    let is_of_word = |byte: &&u8| KINDS[usize::from(**byte)] & OF_WORD != 0;
    let length = before.iter().rev().take(3).take_while(is_of_word).count();
    let is_of_fields = |letter: u8| matches!(letter, b'f' | b'F' | b't' | b'T');
    let is_raw = |letter: u8| matches!(letter, b'r' | b'R');
    match before[before.len() - length..] {
        [one] if is_of_fields(one) => Some(StringKind::WithFields),
        [one, two] if is_of_fields(one) && is_raw(two) || is_raw(one) && is_of_fields(two) => {
            Some(StringKind::WithFields)
        }
        [.., last] if is_of_fields(last) => None,
        [.., one, last] if is_of_fields(one) && is_raw(last) => None,
        _ => Some(StringKind::Plain),
    }
}

/// Where the string ends whose first quote is at `start`; `None` if it ends nowhere.
fn end_of_plain_string(bytes: &[u8], start: usize) -> Option<usize> {
    let quote = bytes[start];
    if bytes[start..].starts_with(&[quote; 3]) {
        let mut at = start + 3;
        loop {
            at += memchr::memchr2(quote, b'\\', bytes.get(at..)?)?;
            match bytes[at] {
                b'\\' => at = behind_escaped(bytes, at),
                _ if bytes[at..].starts_with(&[quote; 3]) => return Some(at + 3),
                _ => at += 1,
            }
        }
    }
    let mut at = start + 1;
    loop {
        at += memchr::memchr3(quote, b'\\', b'\n', bytes.get(at..)?)?;
        match bytes[at] {
            b'\\' => at = behind_escaped(bytes, at),
            b'\n' => return None,
            // A carriage return alone ends a line as well.
            _ => return memchr::memchr(b'\r', &bytes[start..at]).is_none().then_some(at + 1),
        }
    }
}

/// As [`end_of_plain_string`], of a string that may have fields; `None` also if that takes the lexer to tell, since a field
/// may have strings, comments and lines of its own.
fn end_of_string_with_fields(bytes: &[u8], start: usize) -> Option<usize> {
    let quote = bytes[start];
    let is_triple = bytes[start..].starts_with(&[quote; 3]);
    let mut at = start + if is_triple { 3 } else { 1 };
    // How many brackets are open, the brace of the field included; none outside of fields.
    let mut brackets = 0usize;
    loop {
        let byte = *bytes.get(at)?;
        let next = bytes.get(at + 1);
        match byte {
            b'\'' | b'"' | b'#' | b'\\' | b'\n' | b'\r' if brackets > 0 => return None,
            b'(' | b'[' if brackets > 0 => brackets += 1,
            b')' | b']' if brackets > 0 => {
                brackets -= 1;
                if brackets == 0 {
                    return None;
                }
            }
            b'{' | b'}' if brackets == 0 && next == Some(&byte) => at += 1,
            b'{' => brackets += 1,
            b'}' => brackets = brackets.checked_sub(1)?,
            b'\\' if matches!(next, Some(b'{' | b'}')) => {}
            b'\\' if next == Some(&b'N') => return None,
            b'\\' => {
                at = behind_escaped(bytes, at);
                continue;
            }
            b'\n' | b'\r' if !is_triple => return None,
            _ if byte == quote && !is_triple => return Some(at + 1),
            _ if byte == quote && bytes[at..].starts_with(&[quote; 3]) => return Some(at + 3),
            _ => {}
        }
        at += 1;
    }
}

/// Behind a backslash and the character, or the end of a line, that it escapes.
fn behind_escaped(bytes: &[u8], backslash: usize) -> usize {
    match bytes[backslash + 1..] {
        [b'\r', b'\n', ..] => backslash + 3,
        [] => backslash + 1,
        // The rest of a longer character is no quote.
        _ => backslash + 2,
    }
}

fn end_of_line(bytes: &[u8], start: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &bytes[start..]).map_or(bytes.len(), |length| start + length)
}

/// An upper bound of the depth of the tree, or the first bound above [`MOST_NESTED`] that is met.
fn deepest(text: &str, mode: Mode) -> usize {
    let mut lexer = lexer::lex(text, mode);
    let mut nesting = Nesting::default();
    let mut deepest = 0;
    while deepest <= MOST_NESTED {
        let kind = lexer.next_token();
        if kind == TokenKind::EndOfFile {
            break;
        }
        nesting.take(kind);
        deepest = deepest.max(nesting.depth());
    }
    deepest
}

/// An upper bound of the depth at a token, kept up to date token by token.
#[derive(Default)]
struct Nesting {
    indentation: usize,
    /// What stands outside all brackets, in the logical line at hand.
    line: Level,
    /// The open brackets, outermost first.
    brackets: Vec<Level>,
}

/// What has been seen in a logical line or between two brackets since it last started anew.
#[derive(Clone, Copy, Default)]
struct Level {
    /// How deep the whole of it is.
    base: usize,
    /// Links that the rest hangs below: `not`, `lambda`, the `if` and `else` of conditional expressions.
    outer: usize,
    /// Links of the chain of operators, attributes, calls and subscripts at hand.
    chain: usize,
    /// Lambdas whose colon has not been seen: a comma between their parameters starts nothing anew.
    lambdas: usize,
}

impl Level {
    fn depth(self) -> usize {
        self.base + self.outer + self.chain
    }
}

impl Nesting {
    fn depth(&self) -> usize {
        self.brackets.last().unwrap_or(&self.line).depth()
    }

    fn take(&mut self, kind: TokenKind) {
        let level = self.brackets.last_mut().unwrap_or(&mut self.line);
        match kind {
            TokenKind::Indent => self.indentation += 1,
            TokenKind::Dedent => self.indentation = self.indentation.saturating_sub(1),
            TokenKind::Newline => {
                self.brackets.clear();
                self.line = Level::default();
            }

            TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::FStringStart
            | TokenKind::TStringStart => {
                let base = level.depth() + 1;
                self.brackets.push(Level {
                    base,
                    ..Level::default()
                });
                return;
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace | TokenKind::FStringEnd | TokenKind::TStringEnd => {
                self.brackets.pop();
                // A call and a subscript are links of the chain outside the bracket.
                self.brackets.last_mut().unwrap_or(&mut self.line).chain += 1;
            }

            TokenKind::Lambda => {
                level.outer += 1;
                level.lambdas += 1;
            }
            TokenKind::Colon => {
                level.lambdas = level.lambdas.saturating_sub(1);
                level.chain = 0;
            }
            TokenKind::Comma | TokenKind::Semi => {
                level.chain = 0;
                if level.lambdas == 0 {
                    level.outer = 0;
                }
            }
            // Bind less than every link of a chain, and are flat in the tree however many there are.
            TokenKind::And | TokenKind::Or => level.chain = 0,

            TokenKind::Name
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Complex
            | TokenKind::String
            | TokenKind::FStringMiddle
            | TokenKind::TStringMiddle
            | TokenKind::Ellipsis
            | TokenKind::None
            | TokenKind::True
            | TokenKind::False
            | TokenKind::Equal
            | TokenKind::Comment
            | TokenKind::NonLogicalNewline => {}

            keyword if keyword.is_keyword() => level.outer += 1,
            _operator => level.chain += 1,
        }
        // Blocks count from the next logical line on; a level of them is a statement and its clause.
        if matches!(kind, TokenKind::Indent | TokenKind::Dedent | TokenKind::Newline) {
            self.line.base = 2 * self.indentation;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
    use ruff_python_ast::{AnyNodeRef, ModModule};

    /// Every way to nest that needs no line of its own: before, between and after the middle, per level.
    const WAYS: [(&str, &str, &str); 16] = [
        ("", "1", "+1"),
        ("", "a", ".b"),
        ("", "f", "()"),
        ("", "f", "[0]"),
        ("", "1", "**1"),
        ("-", "1", ""),
        ("not ", "1", ""),
        ("await (", "1", ")"),
        ("(", "1", ",)"),
        ("[", "1", "]"),
        ("{1: ", "1", "}"),
        ("f(", "1", ")"),
        ("lambda: ", "1", ""),
        ("lambda a, b: ", "1", ""),
        ("1 if a else ", "1", ""),
        ("", "1", " if a else 1"),
    ];

    fn nest((before, middle, after): (&str, &str, &str), levels: usize) -> String {
        format!("x = {}{middle}{}\n", before.repeat(levels), after.repeat(levels))
    }

    fn tree_depth(module: &ModModule) -> usize {
        #[derive(Default)]
        struct Depth {
            now: usize,
            most: usize,
        }
        impl<'a> SourceOrderVisitor<'a> for Depth {
            fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
                if node.is_expression() || node.is_statement() {
                    self.now += 1;
                    self.most = self.most.max(self.now);
                }
                TraversalSignal::Traverse
            }

            fn leave_node(&mut self, node: AnyNodeRef<'a>) {
                if node.is_expression() || node.is_statement() {
                    self.now -= 1;
                }
            }
        }
        let mut depth = Depth::default();
        depth.visit_body(&module.body);
        depth.most
    }

    #[test]
    fn the_bound_is_not_below_the_depth_of_the_tree() {
        for way in WAYS {
            for levels in [10, 100] {
                let text = nest(way, levels);
                let parsed = ruff_python_parser::parse_module(&text).unwrap_or_else(|error| panic!("{way:?}: {error}"));
                // The statement itself, and its innermost operand, are levels of the tree that need no token.
                assert!(
                    tree_depth(parsed.syntax()) <= deepest(&text, Mode::Module) + 2,
                    "{text}"
                );
                assert!(deepest(&text, Mode::Module) <= words_and_operators(&text), "{text}");
                let longest = longest_line(&text);
                assert!(
                    longest.is_some_and(|longest| deepest(&text, Mode::Module) <= longest),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn what_is_flat_in_the_tree_is_not_deep() {
        for text in [
            format!("x = [{}]\n", "a.b(c), ".repeat(MOST_NESTED)),
            format!("x = {{{}}}\n", "'a': lambda b, c: -b, ".repeat(MOST_NESTED)),
            format!("x = a{}\n", " and a.b or not".repeat(100)),
            format!("x = ({})\n", "'a'\n".repeat(MOST_NESTED)),
            "import a; x = b.c + 1; ".repeat(MOST_NESTED),
            "if a:\n    b = -1\n".repeat(MOST_NESTED),
        ] {
            assert!(
                deepest(&text, Mode::Module) < 300,
                "{} is {}",
                &text[..40],
                deepest(&text, Mode::Module)
            );
        }
    }

    #[test]
    fn too_deep_is_refused_and_the_deepest_that_is_not_fits_the_stack() {
        for way in WAYS {
            assert!(nested_too_deep(&nest(way, 200_000), Mode::Module), "{way:?}");
        }
        let deepest_of_all = std::thread::Builder::new().stack_size(STACK_SIZE).spawn(|| {
            WAYS.map(|way| {
                let accepted = (1..).map(|tokens| nest(way, MOST_NESTED / tokens - 10));
                let text = accepted
                    .into_iter()
                    .find(|text| !nested_too_deep(text, Mode::Module))
                    .expect("is shallow");
                let parsed = ruff_python_parser::parse_module(&text).unwrap_or_else(|error| panic!("{way:?}: {error}"));
                tree_depth(parsed.syntax())
            })
        });
        let depths = deepest_of_all.expect("a thread").join().expect("no overflow");
        assert!(depths.iter().all(|depth| *depth >= MOST_NESTED / 3), "{depths:?}");
    }

    /// What decides where a string and a logical line end, put together at random: strings inside fields, escapes, comments,
    /// brackets that nothing closes.
    #[test]
    fn no_line_is_longer_than_the_bound_of_it() {
        const PARTS: &[&str] = &[
            "f'", "rf\"", "t'''", "'", "\"", "\"\"\"", "b'", "if\"", "{", "}", "{{", "}}", "(", ")", "[", "]", "\\",
            "\\N{", "\\\n", "\n", "\r\n", "\n    ", "\n\t", "#", ":", "x", "é", "1f", "-", "not ", ".a", " ", "\\'",
            "\\\"", "!r", "lambda ",
        ];
        let mut state = 1u64;
        let mut next = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        let mut told = 0;
        for _ in 0..100_000 {
            let length = 1 + next(30);
            let soup: String = (0..length).map(|_| PARTS[next(PARTS.len())]).collect();
            // Behind the soup, what is deep only where it is code.
            let text = format!("{soup}\nx = {}1\n", "-".repeat(60));
            for text in [&soup, &text] {
                let Some(longest) = longest_line(text) else { continue };
                let deepest = deepest(text, Mode::Module);
                assert!(deepest <= longest, "{deepest} is more than {longest}: {text:?}");
                told += 1;
            }
        }
        assert!(told > 10_000, "{told}");
    }

    #[test]
    fn usual_strings_do_not_take_the_lexer() {
        for line in [
            "print(f\"{name}: {value!r:>{width}} {{}}\")",
            "x = rb'\\d' + u\"\\\"\" + b\"\"\"\"a\"\\\"\"\"\"",
            "'''(\n(\n'''",
            "x = f'''{a[0]}\n{b(c)}'''  # it's (",
        ] {
            let text = format!("{line}\n").repeat(100);
            assert!(longest_line(&text).is_some_and(|longest| longest < 100), "{line}");
        }
    }
}
