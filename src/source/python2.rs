//! Whether a text is Python 2, told from its tokens.
//!
//! A text that Python 3 refuses is told apart from a plain typing error, so that the report can say what to do; and the
//! few constructs that both accept with two meanings are found, since a file that means the old one must not be
//! rewritten.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::Ranged;

/// Why a text is taken for Python 2.
pub struct Evidence {
    /// What it is called: "a print statement".
    pub construct: &'static str,
    /// How Python 3 spells what it takes the construct for, if it takes it.
    pub in_python_3: Option<&'static str>,
    /// Byte offset into the text.
    pub offset: usize,
}

/// The first construct of Python 2 in the text; with `is_refused`, also of those that only Python 2 accepts.
pub fn evidence(text: &str, tokens: &[Token], is_refused: bool) -> Option<Evidence> {
    let tokens = Tokens { text, tokens };
    let all = tokens.tokens.iter().enumerate();
    // Hardly a token is worth a closer look, which would take as long as a tenth of the parser.
    let is_worth_it = |token: &Token| is_refused || may_have_two_meanings(token);
    all.filter(|(_, token)| is_worth_it(token)).find_map(|(at, _)| {
        let (construct, in_python_3) = match tokens.with_two_meanings(at) {
            Some((construct, in_python_3)) => (construct, Some(in_python_3)),
            None if is_refused => (tokens.only_in_python_2(at)?, None),
            None => return None,
        };
        Some(Evidence {
            construct,
            in_python_3,
            offset: tokens.tokens[at].start().into(),
        })
    })
}

fn may_have_two_meanings(token: &Token) -> bool {
    match token.kind() {
        TokenKind::Except => true,
        TokenKind::Name => usize::from(token.range().len()) == "print".len(),
        _ => false,
    }
}

struct Tokens<'a> {
    text: &'a str,
    tokens: &'a [Token],
}

impl Tokens<'_> {
    /// The construct at that token, if Python 2 and 3 both accept it and mean different things.
    fn with_two_meanings(&self, at: usize) -> Option<(&'static str, &'static str)> {
        match self.tokens[at].kind() {
            // Since Python 3.14 this catches both, and before that `b` was the name of the exception. Only two can be
            // meant so, and `except*` is new.
            TokenKind::Except if self.next(at)?.kind() != TokenKind::Star => {
                let clause = || self.outside_brackets(at).take_while(|kind| *kind != TokenKind::Colon);
                let is_old = clause().filter(|kind| *kind == TokenKind::Comma).count() == 1
                    && clause().all(|kind| kind != TokenKind::As);
                is_old.then_some(("`except A, b:`", "`except (A, b):`"))
            }
            TokenKind::Name if self.is_statement(at, "print") => {
                let is_old = self.next(at)?.kind() == TokenKind::RightShift;
                is_old.then_some(("`print >>file`", "`print(file=file)`"))
            }
            _ => None,
        }
    }

    /// The construct at that token, if only Python 2 accepts it.
    fn only_in_python_2(&self, at: usize) -> Option<&'static str> {
        let (token, next) = (&self.tokens[at], self.next(at)?);
        let touches = token.end() == next.start();
        let is_operand = matches!(
            next.kind(),
            TokenKind::Name | TokenKind::String | TokenKind::Int | TokenKind::Float | TokenKind::FStringStart
        );
        match token.kind() {
            TokenKind::Name if is_operand && self.is_statement(at, "print") => Some("a print statement"),
            TokenKind::Name if is_operand && self.is_statement(at, "exec") => Some("an exec statement"),
            TokenKind::Name if touches && next.kind() == TokenKind::String => {
                let is_prefix = self.text[token.range()].eq_ignore_ascii_case("ur");
                is_prefix.then_some("a `ur''` string")
            }
            TokenKind::Less if touches && next.kind() == TokenKind::Greater => Some("the operator `<>`"),
            TokenKind::Lambda if next.kind() == TokenKind::Lpar => Some("a lambda that unpacks its parameter"),
            TokenKind::Raise => self
                .outside_brackets(at)
                .take_while(|kind| *kind != TokenKind::Semi)
                .any(|kind| kind == TokenKind::Comma)
                .then_some("`raise A, b`"),
            TokenKind::Int if touches && next.kind() == TokenKind::Name => {
                let is_suffix = self.text[next.range()].eq_ignore_ascii_case("l");
                is_suffix.then_some("a long integer such as `1L`")
            }
            TokenKind::Unknown => match &self.text.as_bytes()[token.start().into()..] {
                [b'`', ..] => Some("backquotes"),
                [b'0', digit, ..] if digit.is_ascii_digit() => Some("an octal number such as `0777`"),
                _ => None,
            },
            _ => None,
        }
    }

    /// True if the token is this name, at the start of a statement.
    fn is_statement(&self, at: usize, name: &str) -> bool {
        if &self.text[self.tokens[at].range()] != name {
            return false;
        }
        let previous = self.tokens[..at].iter().rev().find(|token| is_code(token.kind()));
        previous.is_none_or(|previous| {
            matches!(
                previous.kind(),
                TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent | TokenKind::Semi | TokenKind::Colon
            )
        })
    }

    fn next(&self, at: usize) -> Option<&Token> {
        self.tokens[at + 1..].iter().find(|token| is_code(token.kind()))
    }

    /// The kinds of the tokens outside brackets that follow, to the end of the logical line.
    fn outside_brackets(&self, at: usize) -> impl Iterator<Item = TokenKind> {
        let mut depth = 0usize;
        self.tokens[at + 1..]
            .iter()
            .map(|token| token.kind())
            .take_while(|kind| *kind != TokenKind::Newline)
            .filter(move |kind| match kind {
                TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                    depth += 1;
                    false
                }
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                    depth = depth.saturating_sub(1);
                    false
                }
                _ => depth == 0,
            })
    }
}

fn is_code(kind: TokenKind) -> bool {
    !matches!(kind, TokenKind::Comment | TokenKind::NonLogicalNewline)
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    #[test]
    fn what_only_python_2_accepts_is_called_so() {
        for (text, expected) in [
            ("if a:\n    print 'x'\n", "2:5: looks like Python 2 (a print statement)"),
            ("print x, y\n", "1:1: looks like Python 2 (a print statement)"),
            ("print >>f, x; print x\n", "1:1: looks like Python 2 (`print >>file`)"),
            ("exec 'a = 1'\n", "1:1: looks like Python 2 (an exec statement)"),
            (
                "try: a\nexcept A, e: pass\n",
                "2:1: looks like Python 2 (`except A, b:`)",
            ),
            (
                "try: a\nexcept (A, B), e: pass\n",
                "2:1: looks like Python 2 (`except A, b:`)",
            ),
            ("raise A, 'b'\n", "1:1: looks like Python 2 (`raise A, b`)"),
            ("a = `b`\n", "1:5: looks like Python 2 (backquotes)"),
            ("a <> b\n", "1:3: looks like Python 2 (the operator `<>`)"),
            (
                "a = 0777\n",
                "1:5: looks like Python 2 (an octal number such as `0777`)",
            ),
            ("a = 10L\n", "1:5: looks like Python 2 (a long integer such as `1L`)"),
            ("a = ur'b'\n", "1:5: looks like Python 2 (a `ur''` string)"),
            (
                "a = lambda (b, c): b\n",
                "1:5: looks like Python 2 (a lambda that unpacks its parameter)",
            ),
        ] {
            let error = parse(text).expect_err("is refused");
            let actual = format!("{}:{}: {}", error.line, error.column, error.message);
            assert!(
                actual.starts_with(&format!("{expected}, which sslfix does not rewrite")),
                "{actual}"
            );
        }
    }

    #[test]
    fn whoever_means_python_3_is_told_how_to_say_so() {
        for text in ["try: a\nexcept A, B: pass\n", "print >>log, x\n"] {
            let message = parse(text).expect_err("is refused").message;
            assert!(message.contains("; if it is Python 3, write `"), "{message}");
        }
    }

    #[test]
    fn python_3_is_left_alone() {
        for text in [
            "try: a\nexcept (A, B): pass\n",
            "try: a\nexcept (A, B) as e: pass\n",
            "try: a\nexcept f(A, B): pass\n",
            "try: a\nexcept A, B, C: pass\n",
            "try: a\nexcept* A, B: pass\n",
            "print(a, file=b)\n",
            "print = log\nlog >> print\n",
            "raise A('a', b)\n",
            "lambda *a: (b, c)\n",
        ] {
            assert!(parse(text).is_ok(), "{text}");
        }
    }
}
