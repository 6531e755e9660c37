//! Whether a text is Python 2, told from its tokens.
//!
//! A text that Python 3 refuses is told apart from a plain typing error, so that the report can say what to do; and the
//! few constructs that both accept with two meanings are found, since a file that means the old one must not be
//! rewritten.

use memchr::memmem;
use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::Ranged;

/// Why a text is taken for Python 2.
pub struct Evidence {
    /// What it is called: "a print statement".
    pub construct: &'static str,
    /// Byte offset into the text.
    pub offset: usize,
}

/// The first construct of Python 2 in the text; with `is_refused`, also of those that only Python 2 accepts.
pub fn evidence(text: &str, tokens: &[Token], is_refused: bool) -> Option<Evidence> {
    // What Python 3 accepts as well needs one of these two.
    let has_candidates = || ["except", "print"].map(|word| memmem::find(text.as_bytes(), word.as_bytes()).is_some());
    if !is_refused && has_candidates() == [false, false] {
        return None;
    }
    let code: Vec<&Token> = tokens.iter().filter(|token| is_code(token.kind())).collect();
    (0..code.len()).find_map(|at| {
        let only_old = || is_refused.then(|| only_python_2(text, &code, at)).flatten();
        let construct = two_meanings(text, &code, at).or_else(only_old)?;
        Some(Evidence {
            construct,
            offset: code[at].start().into(),
        })
    })
}

/// A construct at that token that Python 2 and 3 both accept, with two meanings.
fn two_meanings(text: &str, code: &[&Token], at: usize) -> Option<&'static str> {
    match code[at].kind() {
        // Since Python 3.14 this catches both, and before that `B` was the name of the exception. Only two can be
        // meant so, and `except*` is new.
        TokenKind::Except if code.get(at + 1)?.kind() != TokenKind::Star => {
            let clause = outside_brackets(&code[at + 1..]).take_while(|kind| *kind != TokenKind::Colon);
            let clause: Vec<TokenKind> = clause.collect();
            let commas = clause.iter().filter(|kind| **kind == TokenKind::Comma).count();
            (commas == 1 && !clause.contains(&TokenKind::As))
                .then_some("`except A, b:`; Python 3.14 takes it for `except (A, b):`, so write that if it is meant")
        }
        TokenKind::Name if is_statement(text, code, at, "print") => {
            (code.get(at + 1)?.kind() == TokenKind::RightShift).then_some("`print >>file`")
        }
        _ => None,
    }
}

/// A construct at that token that Python 3 refuses.
fn only_python_2(text: &str, code: &[&Token], at: usize) -> Option<&'static str> {
    let next = code.get(at + 1)?;
    let touches = code[at].end() == next.start();
    let is_operand = matches!(
        next.kind(),
        TokenKind::Name | TokenKind::String | TokenKind::Int | TokenKind::Float | TokenKind::FStringStart
    );
    match code[at].kind() {
        TokenKind::Name if is_statement(text, code, at, "print") && is_operand => Some("a print statement"),
        TokenKind::Name if is_statement(text, code, at, "exec") && is_operand => Some("an exec statement"),
        TokenKind::Name if touches && next.kind() == TokenKind::String => {
            let is_prefix = text[code[at].range()].eq_ignore_ascii_case("ur");
            is_prefix.then_some("a `ur''` string")
        }
        TokenKind::Less if touches && next.kind() == TokenKind::Greater => Some("the operator `<>`"),
        TokenKind::Lambda if next.kind() == TokenKind::Lpar => Some("a lambda that unpacks its parameter"),
        TokenKind::Raise => outside_brackets(&code[at + 1..])
            .take_while(|kind| !matches!(kind, TokenKind::Newline | TokenKind::Semi))
            .any(|kind| kind == TokenKind::Comma)
            .then_some("`raise A, b`"),
        TokenKind::Int if touches && next.kind() == TokenKind::Name => text[next.range()]
            .eq_ignore_ascii_case("l")
            .then_some("a long integer such as `1L`"),
        TokenKind::Unknown => {
            let rest = &text.as_bytes()[code[at].start().into()..];
            match rest {
                [b'`', ..] => Some("backquotes"),
                [b'0', digit, ..] if digit.is_ascii_digit() => Some("an octal number such as `0777`"),
                _ => None,
            }
        }
        _ => None,
    }
}

/// True if the token is this name, at the start of a statement.
fn is_statement(text: &str, code: &[&Token], at: usize, name: &str) -> bool {
    let starts = at == 0
        || matches!(
            code[at - 1].kind(),
            TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent | TokenKind::Semi | TokenKind::Colon
        );
    starts && &text[code[at].range()] == name
}

/// The kinds of the tokens outside brackets, to the end of the logical line.
fn outside_brackets<'a>(code: &'a [&'a Token]) -> impl Iterator<Item = TokenKind> + 'a {
    let mut depth = 0usize;
    code.iter()
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
            ("print >>f, x\n", "1:1: looks like Python 2 (`print >>file`)"),
            ("exec 'a = 1'\n", "1:1: looks like Python 2 (an exec statement)"),
            (
                "try: a\nexcept A, e: pass\n",
                "2:1: looks like Python 2 (`except A, b:`; Python 3.14 takes it for `except (A, b):`, so write that if it is meant)",
            ),
            (
                "try: a\nexcept (A, B), e: pass\n",
                "2:1: looks like Python 2 (`except A, b:`; Python 3.14 takes it for `except (A, b):`, so write that if it is meant)",
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
            assert_eq!(actual, format!("{expected}; sslfix rewrites only Python 3"), "{text}");
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
