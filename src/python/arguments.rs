//! The arguments of a call by the names of the parameters, and the edits that take some of them away or
//! add one. Knows the layout of argument lists; what the parameters mean is told by the caller.

use super::Module;
use super::fresh::FreshNames;
use super::place::{Line, Place};
use super::values::Truth;
use crate::rewrite::Edit;
use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// An argument of a call.
#[derive(Clone, Copy, Debug)]
pub struct Argument<'a> {
    /// The parameter that it is for; empty for one in front of those that were asked for.
    pub parameter: &'static str,
    /// Its value.
    pub value: &'a Expr,
    /// Its bytes, with its keyword and its parentheses, up to the commas around it.
    pub extent: TextRange,
    /// True if it is given by position.
    pub by_position: bool,
}

/// The arguments of a call, in the order of the text, each for another parameter.
#[derive(Clone, Debug)]
pub struct Arguments<'a> {
    list: Vec<Argument<'a>>,
}

/// What becomes of an argument list.
#[derive(Clone, Debug)]
pub struct Change<'c> {
    /// The parameters whose arguments go.
    pub dropped: &'c [&'static str],
    /// How many arguments may stay without a keyword, counted from the first in the text.
    pub by_position: usize,
    /// What takes the place of the first that goes.
    pub added: Option<String>,
}

impl<'a> Module<'a> {
    /// The arguments of a call by parameter. The first `skipped` ones are left out of account.
    ///
    /// # Errors
    ///
    /// Why they cannot be told apart, or why the call always raises `TypeError`.
    pub fn arguments_of(
        &self,
        call: &'a ExprCall,
        parameters: &[&'static str],
        skipped: usize,
    ) -> Result<Arguments<'a>, String> {
        let mut list: Vec<Argument> = Vec::new();
        let mut extents = self.extents(call).into_iter();
        for argument in call.arguments.iter_source_order() {
            let extent = extents.next().unwrap_or_else(|| argument.range());
            let (name, value) = match argument {
                ruff_python_ast::ArgOrKeyword::Arg(Expr::Starred(_)) => {
                    return Err("its arguments come from `*`".into());
                }
                ruff_python_ast::ArgOrKeyword::Arg(value) => (None, value),
                ruff_python_ast::ArgOrKeyword::Keyword(keyword) => match &keyword.arg {
                    None => return Err("arguments of it come from `**`".into()),
                    Some(name) => (Some(name.as_str()), &keyword.value),
                },
            };
            let parameter = match name {
                None if list.len() < skipped => "",
                None => parameters
                    .get(list.len() - skipped)
                    .ok_or("it has more arguments than there are parameters")?,
                Some(name) => parameters
                    .iter()
                    .find(|parameter| **parameter == name)
                    .ok_or_else(|| format!("`{name}` is no parameter of it"))?,
            };
            if !parameter.is_empty() && list.iter().any(|other| other.parameter == parameter) {
                return Err(format!("`{parameter}` is given twice"));
            }
            list.push(Argument {
                parameter,
                value,
                extent,
                by_position: name.is_none(),
            });
        }
        Ok(Arguments { list })
    }

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

    /// The bytes between the commas of a call, without the white space and comments around.
    fn extents(&self, call: &ExprCall) -> Vec<TextRange> {
        let mut extents = Vec::new();
        let mut depth = 0;
        let mut current: Option<TextRange> = None;
        for token in self.tokens().in_range(call.arguments.range()) {
            match token.kind() {
                TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => depth += 1,
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => depth -= 1,
                _ => {}
            }
            let is_bracket = depth == 1 && token.kind() == TokenKind::Lpar && token.start() == call.arguments.start();
            let is_end = depth == 0 || depth == 1 && token.kind() == TokenKind::Comma;
            if is_end {
                extents.extend(current.take());
            } else if !is_bracket && !matches!(token.kind(), TokenKind::Comment | TokenKind::NonLogicalNewline) {
                current = Some(current.map_or(token.range(), |range| range.cover(token.range())));
            }
        }
        extents
    }
}

impl<'a> Arguments<'a> {
    /// In the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = Argument<'a>> {
        self.list.iter().copied()
    }

    /// The argument for a parameter.
    pub fn get(&self, parameter: &str) -> Option<Argument<'a>> {
        self.iter().find(|argument| argument.parameter == parameter)
    }

    /// The argument for a parameter, if it is not absent by its literal value: `None`, `False`, an empty string.
    pub fn present(&self, module: &Module, parameter: &str) -> Option<Argument<'a>> {
        self.get(parameter)
            .filter(|argument| module.truth(argument.value) != Truth::False)
    }

    /// The edits that change the list and put statements in front of the call, with the variables that they need and the
    /// comments that the list loses. Without a place nothing is put in front, and a comment that gets lost is for the plan
    /// to find.
    pub fn rewrite(
        &self,
        module: &Module,
        change: &Change,
        values: &Evaluated,
        place: Option<&Place>,
        statements: Vec<Line>,
    ) -> Vec<Edit> {
        let (mut edits, mut lines) = self.change(module, change, values);
        lines.extend(values.lines());
        lines.extend(statements);
        if let Some(place) = place.filter(|_| !lines.is_empty()) {
            edits.extend(place.insert_before(module, &lines));
        }
        edits
    }

    /// The edits that change the list, and the comments that it loses by them.
    fn change(&self, module: &Module, change: &Change, values: &Evaluated) -> (Vec<Edit>, Vec<Line>) {
        let mut edits = Vec::new();
        let mut lost = Vec::new();
        let mut added = change.added.clone();
        let is_dropped = |argument: &Argument| change.dropped.contains(&argument.parameter);
        for (index, argument) in self.list.iter().enumerate() {
            if !is_dropped(argument) {
                let variable = values.variable(argument);
                if argument.by_position && index >= change.by_position {
                    // A walrus needs no parentheses of its own only where no keyword is in front of it.
                    let is_bare = argument.value.is_named_expr() && argument.extent == argument.value.range();
                    let needs_parentheses = is_bare && variable.is_none();
                    let (open, close) = if needs_parentheses { ("(", ")") } else { ("", "") };
                    edits.push(Edit::insert(
                        argument.extent.start(),
                        format!("{}={open}", argument.parameter),
                    ));
                    if needs_parentheses {
                        edits.push(Edit::insert(argument.extent.end(), close));
                    }
                }
                if let Some(name) = variable {
                    edits.push(Edit::replace(argument.value.range(), name));
                }
                continue;
            }
            let range = match added.take() {
                Some(text) => {
                    edits.push(Edit::replace(argument.extent, text));
                    lost.push(argument.extent);
                    continue;
                }
                None => self.with_comma(module, index, change),
            };
            edits.push(Edit::delete(range));
            lost.push(range);
        }
        let kept = |comment: TextRange| {
            let in_value = |argument: &Argument| argument.value.range().contains_range(comment);
            self.list
                .iter()
                .any(|argument| in_value(argument) && values.uses(argument))
        };
        let comments = lost
            .into_iter()
            .flat_map(|range| module.comments_in(range).collect::<Vec<_>>())
            .filter(|comment| !kept(*comment))
            .map(|comment| Line::new(module.slice(comment)))
            .collect();
        (edits, comments)
    }

    /// The bytes of an argument with one of the commas beside it: the one before it, or, if nothing before it stays, the
    /// one behind.
    fn with_comma(&self, module: &Module, index: usize, change: &Change) -> TextRange {
        let extent = self.list[index].extent;
        let stays_before = change.added.is_some()
            || self.list[..index]
                .iter()
                .any(|argument| !change.dropped.contains(&argument.parameter));
        if stays_before {
            return TextRange::new(self.list[index - 1].extent.end(), extent.end());
        }
        match self.list.get(index + 1) {
            Some(next) => TextRange::new(extent.start(), next.extent.start()),
            None => {
                let comma = module
                    .tokens()
                    .after(extent.end())
                    .first()
                    .filter(|token| token.kind() == TokenKind::Comma);
                TextRange::new(extent.start(), comma.map_or(extent.end(), Ranged::end))
            }
        }
    }
}

/// Which arguments are bound to variables first, so that each is evaluated once and all in the old order.
#[derive(Clone, Debug, Default)]
pub struct Evaluated {
    bound: Vec<(TextRange, String, String)>,
    moved: Vec<TextRange>,
}

impl Evaluated {
    /// For statements in front of a call that use the values of the arguments `moved`, in that order, those of `once` no
    /// more than once, and that can fail: they must not run before what is evaluated before them.
    pub fn new(
        module: &Module,
        arguments: &Arguments,
        moved: &[&str],
        once: &[&str],
        names: &mut FreshNames,
    ) -> Evaluated {
        let is_moved = |argument: &Argument| moved.contains(&argument.parameter);
        let effects: Vec<Argument> = arguments
            .iter()
            .filter(|argument| !module.is_pure(argument.value))
            .collect();
        let in_place = match effects.as_slice() {
            // One value that the new statements use once, with nothing around it that could tell the difference.
            [only] => {
                let is_first_used = moved.first() == Some(&only.parameter);
                let steady_before = arguments
                    .iter()
                    .take_while(|argument| argument.extent != only.extent)
                    .all(|argument| module.is_steady(argument.value));
                is_first_used && once.contains(&only.parameter) && steady_before
            }
            _ => false,
        };
        let last = effects.last().filter(|_| !in_place).map(|last| last.extent.start());
        let needs_variable = |argument: &Argument| {
            let before_effect =
                last.is_some_and(|last| argument.extent.start() <= last) && !module.is_steady(argument.value);
            let is_atom = matches!(argument.value, Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_))
                || argument.value.is_literal_expr();
            before_effect || is_moved(argument) && !once.contains(&argument.parameter) && !is_atom
        };
        let bound = arguments
            .iter()
            .filter(|argument| module.truth(argument.value) != Truth::False && !argument.parameter.is_empty())
            .filter(needs_variable)
            .map(|argument| {
                let name = names.take(&[argument.parameter]);
                (argument.value.range(), name, module.in_one_expression(argument.value))
            })
            .collect();
        Evaluated {
            bound,
            moved: arguments
                .iter()
                .filter(is_moved)
                .map(|argument| argument.value.range())
                .collect(),
        }
    }

    /// The text that stands for an argument in the statements in front: its variable, or the expression itself.
    pub fn text(&self, module: &Module, argument: &Argument) -> String {
        self.variable(argument)
            .unwrap_or_else(|| module.in_one_expression(argument.value))
    }

    /// The statements that bind the variables.
    pub fn lines(&self) -> Vec<Line> {
        self.bound
            .iter()
            .map(|(_, name, value)| Line::new(format!("{name} = {value}")))
            .collect()
    }

    fn variable(&self, argument: &Argument) -> Option<String> {
        let range = argument.value.range();
        self.bound
            .iter()
            .find(|(bound, ..)| *bound == range)
            .map(|(_, name, _)| name.clone())
    }

    /// True if the text of the argument stands in the statements in front.
    fn uses(&self, argument: &Argument) -> bool {
        self.moved.contains(&argument.value.range()) || self.variable(argument).is_some()
    }
}

impl Module<'_> {
    /// The text of an expression, to stand by itself: in parentheses if it spans lines outside its own brackets or would
    /// fall apart.
    pub fn in_one_expression(&self, value: &Expr) -> String {
        let text = self.slice(value);
        let mut depth = 0;
        let breaks = self.tokens().in_range(value.range()).iter().any(|token| {
            match token.kind() {
                TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => depth += 1,
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => depth -= 1,
                _ => {}
            }
            depth == 0 && token.kind() == TokenKind::NonLogicalNewline
        });
        if breaks || matches!(value, Expr::Yield(_) | Expr::YieldFrom(_) | Expr::Named(_)) {
            format!("({text})")
        } else {
            text.to_string()
        }
    }
}
