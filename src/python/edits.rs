//! Edits that say what they do in terms of the syntax: one argument more, one statement less. Knows commas, parentheses
//! around an argument, semicolons and blocks of one statement.

use super::Module;
use crate::rewrite::Edit;
use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{ExprCall, HasNodeIndex};
use ruff_text_size::{Ranged, TextRange, TextSize};

impl<'a> Module<'a> {
    /// The edit that gives a call one argument more, behind all others: `timeout=3`.
    pub fn append_argument(&self, call: &ExprCall, argument: &str) -> Edit {
        let inside = TextRange::new(
            call.arguments.start() + TextSize::from(1),
            call.arguments.end() - TextSize::from(1),
        );
        let last = self
            .tokens()
            .in_range(inside)
            .iter()
            .rfind(|token| !matches!(token.kind(), TokenKind::NonLogicalNewline | TokenKind::Comment));
        match last {
            None => Edit::insert(inside.start(), argument),
            Some(comma) if comma.kind() == TokenKind::Comma => Edit::insert(
                comma.start(),
                format!("{}{argument}", self.comma_behind_arguments(call)),
            ),
            Some(last) => Edit::insert(last.end(), format!("{}{argument}", self.comma_behind_arguments(call))),
        }
    }

    /// The next argument goes where the last one went: on the same line, or on one of its own.
    fn comma_behind_arguments(&self, call: &ExprCall) -> String {
        let positional = call.arguments.args.iter().map(Ranged::range);
        let mut arguments: Vec<TextRange> = positional
            .chain(call.arguments.keywords.iter().map(Ranged::range))
            .collect();
        arguments.sort_by_key(Ranged::start);
        match arguments.as_slice() {
            [.., before, last] if self.line_start(before.start()) != self.line_start(last.start()) => {
                format!(",{}{}", self.newline(), self.indentation_at(last.start()))
            }
            [only] if self.line_start(only.start()) > call.arguments.start() => {
                format!(",{}{}", self.newline(), self.indentation_at(only.start()))
            }
            _ => ", ".to_string(),
        }
    }

    /// The edit that takes a statement out: with its line, or `pass` in its place where its block has no other or a
    /// comment stands behind it.
    pub fn drop_statement(&self, statement: &(impl Ranged + HasNodeIndex)) -> Edit {
        let alone = self.siblings(self.tree().id(statement)).len() == 1;
        let next = self.tokens().after(statement.end()).first();
        let line_start = self.line_start(statement.start());
        let is_own_line = self.text()[TextRange::new(line_start, statement.start())]
            .trim()
            .is_empty();
        match next {
            Some(token) if !alone && is_own_line && token.kind() == TokenKind::Newline => {
                Edit::delete(TextRange::new(line_start, token.end()))
            }
            Some(token) if !alone && token.kind() == TokenKind::Semi => {
                let end = self
                    .tokens()
                    .after(token.end())
                    .first()
                    .map_or(token.end(), Ranged::start);
                Edit::delete(TextRange::new(statement.start(), end))
            }
            _ => Edit::replace(statement.range(), "pass"),
        }
    }
}
