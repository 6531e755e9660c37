//! Edits that say what they do in terms of the syntax: one argument more, one statement less. Knows commas, parentheses
//! around an argument, semicolons and blocks of one statement.

use super::Module;
use crate::rewrite::Edit;
use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{ExprCall, HasNodeIndex};
use ruff_text_size::{Ranged, TextRange, TextSize};

impl<'a> Module<'a> {
    /// The edits that give a call one argument more, behind all others: `timeout=3`. It goes where the last one went: on
    /// the same line, or on one of its own, behind the comment of that.
    pub fn append_argument(&self, call: &ExprCall, argument: &str) -> Vec<Edit> {
        let inside = TextRange::new(
            call.arguments.start() + TextSize::from(1),
            call.arguments.end() - TextSize::from(1),
        );
        let tokens = self.tokens().in_range(inside);
        let is_space = |kind| matches!(kind, TokenKind::NonLogicalNewline | TokenKind::Comment);
        let Some(index) = tokens.iter().rposition(|token| !is_space(token.kind())) else {
            return vec![Edit::insert(inside.start(), argument)];
        };
        let last = &tokens[index];
        let has_comma = last.kind() == TokenKind::Comma;
        let Some(line_break) = self.break_between_arguments(call) else {
            let end = if has_comma { last.start() } else { last.end() };
            return vec![Edit::insert(end, format!(", {argument}"))];
        };
        let comment = tokens.get(index + 1).filter(|token| token.kind() == TokenKind::Comment);
        match (has_comma, comment) {
            (true, comment) => {
                let end = comment.map_or(last.end(), Ranged::end);
                vec![Edit::insert(end, format!("{line_break}{argument},"))]
            }
            (false, None) => vec![Edit::insert(last.end(), format!(",{line_break}{argument}"))],
            (false, Some(comment)) => vec![
                Edit::insert(last.end(), ","),
                Edit::insert(comment.end(), format!("{line_break}{argument}")),
            ],
        }
    }

    /// What stands between two arguments, if each has a line of its own.
    fn break_between_arguments(&self, call: &ExprCall) -> Option<String> {
        let positional = call.arguments.args.iter().map(Ranged::range);
        let last = positional
            .chain(call.arguments.keywords.iter().map(Ranged::range))
            .max_by_key(Ranged::start)?;
        let line_start = self.line_start(last.start());
        let is_first = self.text()[TextRange::new(line_start, last.start())].trim().is_empty();
        (is_first && line_start > call.arguments.start())
            .then(|| format!("{}{}", self.newline(), self.indentation_at(last.start())))
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
