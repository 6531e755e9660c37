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
    // What is cheap to see first: of the files that are looked at hardly one is worth the third.
    text.len() > MOST_NESTED && words_and_operators(text) > MOST_NESTED && deepest(text, mode) > MOST_NESTED
}

/// An upper bound of [`deepest`]: what nests is a keyword, which is a word, or an operator or a bracket.
fn words_and_operators(text: &str) -> usize {
    let mut count = 0;
    let mut before = 0;
    for byte in text.bytes() {
        let kind = KINDS[usize::from(byte)];
        // A word counts where it ends.
        count += usize::from(before & !kind & OF_WORD) + usize::from(kind >> 1);
        before = kind;
    }
    count + 1
}

const OF_WORD: u8 = 1;
const OPERATOR: u8 = 2;

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
        byte += 1;
    }
    kinds
};

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
}
