//! Where statements can be put in front of an expression or behind a statement, so that they run exactly when the
//! expression is reached: same block, same branch, same iteration. Knows layout: one-line suites, semicolons,
//! continuation lines, tabs.

use super::Module;
use super::bindings::ScopeKind;
use super::tree::{Node, NodeId};
use crate::rewrite::Edit;
use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{AnyNodeRef, BoolOp, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// A statement that others can be put before or behind.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    /// The statement.
    pub statement: &'a Stmt,
    indentation: String,
    /// Edits that give the statement a line of its own, where it shares one.
    breaks: Vec<Edit>,
    /// True if the statement stands on a line of its own already.
    own_line: bool,
}

/// A line to be put somewhere: its text, and how many steps it is indented within the block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Steps of indentation.
    pub depth: usize,
    /// The statement, without indentation and line ending.
    pub text: String,
}

/// What takes statements away.
#[derive(Clone, Debug, Default)]
pub struct Dropped {
    /// The edits.
    pub edits: Vec<Edit>,
    /// The comments that stood above, in and behind the statements and must be put elsewhere; those for tools go.
    pub comments: Vec<TextRange>,
}

/// True for a comment that tells a tool about its line, such as `# noqa`, and means nothing without it.
pub fn is_for_tool(comment: &str) -> bool {
    const TOOLS: [&str; 13] = [
        "flake8:",
        "fmt:",
        "mypy:",
        "noqa",
        "nosec",
        "nosemgrep",
        "NOSONAR",
        "pragma:",
        "pylint:",
        "pyright:",
        "ruff:",
        "sslfix:",
        "type:",
    ];
    let text = comment.trim_start_matches('#').trim_start();
    TOOLS.iter().any(|tool| text.starts_with(tool))
}

impl Line {
    /// A line in the block itself.
    pub fn new(text: impl Into<String>) -> Line {
        Line {
            depth: 0,
            text: text.into(),
        }
    }

    /// A line one step deeper.
    pub fn nested(text: impl Into<String>) -> Line {
        Line {
            depth: 1,
            text: text.into(),
        }
    }
}

impl<'a> Module<'a> {
    /// The place in front of the statement that `expr` stands in, if statements put there run exactly when the
    /// expression is evaluated, and before anything else of the statement that has an effect.
    ///
    /// # Errors
    ///
    /// Why not, to follow "it stands in" or the like in a message.
    pub fn place_before(&self, expr: &Expr) -> Result<Place<'a>, &'static str> {
        let tree = self.tree();
        let mut child = tree.id(expr);
        let mut parent = tree.parent(child).ok_or("nothing")?;
        loop {
            let child_range = tree.node(child).range();
            let is_child = |part: &Expr| part.range() == child_range;
            match tree.node(parent).any() {
                AnyNodeRef::ExprBoolOp(operation) if !operation.values.first().is_some_and(is_child) => {
                    return Err(match operation.op {
                        BoolOp::And => "the right side of `and`",
                        BoolOp::Or => "the right side of `or`",
                    });
                }
                AnyNodeRef::ExprIf(conditional) if !is_child(&conditional.test) => {
                    return Err("a conditional expression");
                }
                AnyNodeRef::ExprCompare(compare) if compare.comparators.iter().skip(1).any(is_child) => {
                    return Err("a chained comparison");
                }
                AnyNodeRef::ExprLambda(_) => return Err("a lambda"),
                AnyNodeRef::ExprListComp(_)
                | AnyNodeRef::ExprSetComp(_)
                | AnyNodeRef::ExprDictComp(_)
                | AnyNodeRef::ExprGenerator(_)
                | AnyNodeRef::Comprehension(_) => return Err("a comprehension"),
                AnyNodeRef::Parameters(_) | AnyNodeRef::ParameterWithDefault(_) => return Err("a default argument"),
                AnyNodeRef::Parameter(_) => return Err("an annotation"),
                AnyNodeRef::Decorator(_) => return Err("a decorator"),
                AnyNodeRef::ElifElseClause(_) => return Err("the test of an `elif`"),
                AnyNodeRef::MatchCase(_) => return Err("a `case`"),
                AnyNodeRef::ExceptHandlerExceptHandler(_) => return Err("an `except` clause"),
                _ => {}
            }
            if let Node::Stmt(statement) = tree.node(parent) {
                self.check_statement(statement, child)?;
                if tree
                    .elder_siblings(parent, child)
                    .any(|sibling| !self.is_pure_node(sibling))
                    && !matches!(statement, Stmt::AnnAssign(_) | Stmt::Assign(_))
                {
                    return Err("a statement that does something before");
                }
                if tree.scope(tree.scope_of(parent)).kind == ScopeKind::Class {
                    return Err("the body of a class, where a new name would become an attribute");
                }
                return Ok(self.place_of(statement, parent));
            }
            if tree
                .elder_siblings(parent, child)
                .any(|sibling| !self.is_pure_node(sibling))
            {
                return Err("a statement that does something before");
            }
            child = parent;
            parent = tree.parent(child).ok_or("nothing")?;
        }
    }

    fn is_pure_node(&self, id: NodeId) -> bool {
        self.tree()
            .subtree(id)
            .filter_map(|(_, node)| node.expr())
            .all(|expr| match expr {
                Expr::Call(_) | Expr::Await(_) | Expr::Yield(_) | Expr::YieldFrom(_) | Expr::Named(_) => {
                    self.is_pure(expr)
                }
                _ => true,
            })
    }

    /// Whether `child` of the statement is evaluated first, once, whenever the statement runs.
    fn check_statement(&self, statement: &Stmt, child: NodeId) -> Result<(), &'static str> {
        let child_range = self.tree().node(child).range();
        let is = |part: &Expr| part.range() == child_range;
        let fits = match statement {
            Stmt::Expr(_) | Stmt::Return(_) | Stmt::Raise(_) => true,
            Stmt::Assign(assign) => is(&assign.value),
            Stmt::AugAssign(assign) => is(&assign.value),
            Stmt::AnnAssign(assign) => assign.value.as_deref().is_some_and(is),
            Stmt::If(statement) => is(&statement.test),
            Stmt::For(statement) => is(&statement.iter) && !statement.is_async,
            Stmt::Match(statement) => is(&statement.subject),
            Stmt::With(with) => {
                if with.items.first().is_none_or(|item| item.range() != child_range) {
                    return Err("a `with` behind another item");
                }
                true
            }
            Stmt::While(_) => return Err("the test of a `while`, which runs again and again"),
            Stmt::Assert(_) => return Err("an `assert`, which `python -O` leaves out"),
            Stmt::ClassDef(_) => return Err("the head of a class"),
            Stmt::FunctionDef(_) => return Err("an annotation"),
            _ => false,
        };
        if fits { Ok(()) } else { Err("an unusual place") }
    }

    /// The place of a statement, whatever its kind.
    pub fn place_of(&self, statement: &'a Stmt, id: NodeId) -> Place<'a> {
        let siblings = self.siblings(id);
        let start = statement.start();
        if self.starts_line(start) {
            return Place {
                statement,
                indentation: self.block_indentation(start).to_string(),
                breaks: Vec::new(),
                own_line: true,
            };
        }
        let first = siblings.first().map_or(start, |first| self.statement_start(first));
        let in_suite = !self.follows_line_end(first);
        let indentation = if in_suite {
            let header = self
                .tree()
                .parent(id)
                .map_or(start, |parent| self.tree().node(parent).range().start());
            format!("{}{}", self.block_indentation(header), self.indent())
        } else {
            self.block_indentation(first).to_string()
        };
        let line_break = format!("{}{indentation}", self.newline());
        let mut breaks = Vec::new();
        if in_suite {
            breaks.push(Edit::replace(self.gap_before(first), line_break.clone()));
        }
        if start != first {
            breaks.push(Edit::replace(self.gap_before(start), line_break));
        }
        Place {
            statement,
            indentation,
            breaks,
            own_line: false,
        }
    }

    /// The indentation of the line that `offset` is in, without the form feed that a page may begin with: Python counts
    /// columns anew behind it.
    fn block_indentation(&self, offset: TextSize) -> &'a str {
        // Of a line with nothing but a backslash Python takes the blanks in front of it, if there are any.
        let indentation = match self.indentation_at(self.logical_line_start(offset)) {
            "" => self.indentation_at(offset),
            indentation => indentation,
        };
        indentation.rsplit('\x0c').next().unwrap_or(indentation)
    }

    /// The statements of the block that a statement stands in.
    pub fn siblings(&self, id: NodeId) -> &'a [Stmt] {
        let range = self.tree().node(id).range();
        let holds = |block: &&'a [Stmt]| {
            let at = block.binary_search_by_key(&range.start(), Ranged::start);
            at.is_ok_and(|at| block[at].range() == range)
        };
        let parent = match self.tree().parent(id) {
            Some(parent) => self.tree().node(parent).any(),
            None => return &[],
        };
        let blocks: Vec<&'a [Stmt]> = match parent {
            AnyNodeRef::ModModule(node) => vec![&node.body],
            AnyNodeRef::StmtFunctionDef(node) => vec![&node.body],
            AnyNodeRef::StmtClassDef(node) => vec![&node.body],
            AnyNodeRef::StmtFor(node) => vec![&node.body, &node.orelse],
            AnyNodeRef::StmtWhile(node) => vec![&node.body, &node.orelse],
            AnyNodeRef::StmtIf(node) => vec![&node.body],
            AnyNodeRef::ElifElseClause(node) => vec![&node.body],
            AnyNodeRef::StmtWith(node) => vec![&node.body],
            AnyNodeRef::StmtTry(node) => vec![&node.body, &node.orelse, &node.finalbody],
            AnyNodeRef::ExceptHandlerExceptHandler(node) => vec![&node.body],
            AnyNodeRef::MatchCase(node) => vec![&node.body],
            _ => Vec::new(),
        };
        blocks.into_iter().find(holds).unwrap_or_default()
    }

    /// The edit that takes a simple statement away: its line, if it has one for itself; `pass` takes its place where its
    /// block has no other. A comment behind it stays.
    pub fn drop_statement(&self, id: NodeId) -> Edit {
        let range = self.tree().node(id).range();
        // A backslash in front of it would go on to whatever comes next.
        let is_continued = self.logical_line_start(range.start()) < self.line_start(range.start());
        if self.siblings(id).len() == 1 || is_continued {
            return Edit::replace(range, "pass");
        }
        match self.tokens().after(range.end()).first() {
            Some(token) if self.starts_line(range.start()) && token.kind() == TokenKind::Newline => {
                Edit::delete(TextRange::new(self.line_start(range.start()), token.end()))
            }
            Some(token) if self.starts_line(range.start()) && token.kind() == TokenKind::Comment => {
                Edit::delete(TextRange::new(range.start(), token.start()))
            }
            Some(token) if token.kind() == TokenKind::Semi => {
                let end = self
                    .tokens()
                    .after(token.end())
                    .first()
                    .map_or(token.end(), Ranged::start);
                Edit::delete(TextRange::new(range.start(), end))
            }
            _ => Edit::replace(range, "pass"),
        }
    }

    /// Takes simple statements of one block away, in the order of the text, each with the comment lines right above it. An
    /// `else` that has nothing else goes too; in another block that has nothing else, `pass` takes the place of the first.
    pub fn drop_statements(&self, ids: &[NodeId]) -> Dropped {
        let mut dropped = Dropped::default();
        let (Some(first), Some(last)) = (ids.first(), ids.last()) else {
            return dropped;
        };
        let is_whole_block = self.siblings(*first).len() == ids.len();
        if is_whole_block && let Some(clause) = self.else_around(*first) {
            let end = self.logical_line_end(self.tree().node(*last).range().end());
            self.drop_lines(TextRange::new(self.line_start(clause.start()), end), &mut dropped);
            return dropped;
        }
        for (index, id) in ids.iter().enumerate() {
            let range = self.tree().node(*id).range();
            let ends_line = self
                .tokens()
                .after(range.end())
                .first()
                .is_some_and(|token| matches!(token.kind(), TokenKind::Newline | TokenKind::Comment));
            if is_whole_block && index == 0 {
                dropped.comments.extend(self.comments_in(range));
                dropped.edits.push(Edit::replace(range, "pass"));
            } else if self.starts_line(range.start()) && ends_line {
                let start = self
                    .comment_lines_above(range.start())
                    .first()
                    .map_or(range.start(), Ranged::start);
                let lines = TextRange::new(self.line_start(start), self.logical_line_end(range.end()));
                self.drop_lines(self.with_blank_lines_above(lines), &mut dropped);
            } else {
                dropped.comments.extend(self.comments_in(range));
                dropped.edits.push(self.drop_statement(*id));
            }
        }
        dropped
    }

    fn drop_lines(&self, lines: TextRange, dropped: &mut Dropped) {
        let comments = self
            .comments_in(lines)
            .filter(|comment| !is_for_tool(self.slice(*comment)));
        dropped.comments.extend(comments);
        dropped.edits.push(Edit::delete(lines));
    }

    /// The comments on the lines right above the line of `offset`, indented as that is, in order.
    pub fn comment_lines_above(&self, offset: TextSize) -> Vec<TextRange> {
        let indentation = self.indentation_at(offset);
        let mut comments = Vec::new();
        let mut line_start = self.line_start(offset);
        for token in self.tokens().before(line_start).iter().rev() {
            if token.kind() == TokenKind::NonLogicalNewline && token.end() == line_start {
                continue;
            }
            let start = self.line_start(token.start());
            let is_line = token.kind() == TokenKind::Comment
                && self.text()[TextRange::new(start, token.start())] == *indentation
                && self.text()[TextRange::new(token.end(), line_start)].trim().is_empty()
                && self.line_of_text(token.start()) + 1 == self.line_of_text(line_start);
            if !is_line {
                break;
            }
            comments.push(token.range());
            line_start = start;
        }
        comments.reverse();
        comments
    }

    /// Where whole lines go from between blank lines, those above go too.
    fn with_blank_lines_above(&self, lines: TextRange) -> TextRange {
        let behind = &self.text()[usize::from(lines.end())..];
        let next = behind.lines().next().unwrap_or_default();
        let width = |line: &str| line.len() - line.trim_start().len();
        let is_deeper = width(next) >= self.indentation_at(lines.start()).len();
        if !next.trim().is_empty() && is_deeper {
            return lines;
        }
        let mut start = lines.start();
        while start > TextSize::from(0) {
            let line_break = if self.text()[..usize::from(start)].ends_with("\r\n") {
                2
            } else {
                1
            };
            let above = self.line_start(start - TextSize::from(line_break));
            if !self.text()[TextRange::new(above, start)].trim().is_empty() {
                break;
            }
            start = above;
        }
        TextRange::new(start, lines.end())
    }

    /// The `else` of an `if` that a statement stands in directly.
    fn else_around(&self, id: NodeId) -> Option<TextRange> {
        match self.tree().node(self.tree().parent(id)?).any() {
            AnyNodeRef::ElifElseClause(clause) if clause.test.is_none() => Some(clause.range()),
            _ => None,
        }
    }

    /// The end of the line that a statement ends in, with its line break.
    fn logical_line_end(&self, end: TextSize) -> TextSize {
        self.tokens()
            .after(end)
            .iter()
            .find(|token| token.kind() == TokenKind::Newline)
            .map_or(end, Ranged::end)
    }

    /// A decorated definition starts at its first decorator.
    fn statement_start(&self, statement: &Stmt) -> TextSize {
        statement.start()
    }

    /// True if the logical line starts at `offset`: only white space before it, and no continuation of a line before.
    fn starts_line(&self, offset: TextSize) -> bool {
        // A backslash may stand on a line of its own in front of a statement.
        self.follows_line_end(offset) && self.logical_line_start(offset) == self.line_start(offset)
    }

    /// True if no token of its logical line stands in front of `offset`.
    fn follows_line_end(&self, offset: TextSize) -> bool {
        match self.tokens().before(offset).last() {
            None => true,
            Some(token) => matches!(
                token.kind(),
                TokenKind::Newline
                    | TokenKind::NonLogicalNewline
                    | TokenKind::Indent
                    | TokenKind::Dedent
                    | TokenKind::Comment
            ),
        }
    }

    /// The start of the line of a statement that has it for itself; of the line with the first backslash, if lines of
    /// nothing else stand in front of it.
    pub fn logical_line_start(&self, offset: TextSize) -> TextSize {
        // The token of an indentation takes such lines in.
        let is_indentation = |kind| matches!(kind, TokenKind::Indent | TokenKind::Dedent);
        let before = self.tokens().before(offset).iter();
        let last = before.rev().find(|token| !is_indentation(token.kind()));
        let gap = TextRange::new(last.map_or(TextSize::from(0), Ranged::end), offset);
        let backslash = self.text()[gap]
            .find('\\')
            .and_then(|index| TextSize::try_from(index).ok());
        self.line_start(backslash.map_or(offset, |index| gap.start() + index))
    }

    /// What stands between the token before `offset`, or that token too if it is a semicolon, and `offset`.
    fn gap_before(&self, offset: TextSize) -> TextRange {
        match self.tokens().before(offset).last() {
            Some(token) if token.kind() == TokenKind::Semi => {
                let before = self.tokens().before(token.start()).last();
                TextRange::new(before.map_or(token.start(), Ranged::end), offset)
            }
            Some(token) => TextRange::new(token.end(), offset),
            None => TextRange::empty(offset),
        }
    }
}

impl Place<'_> {
    /// The edits that put lines in front of the statement.
    pub fn insert_before(&self, module: &Module, lines: &[Line]) -> Vec<Edit> {
        let mut edits = self.breaks.clone();
        // Where nothing stands between a colon or a semicolon and the statement, the break and the lines are one insertion.
        let at = TextRange::empty(self.statement.start());
        let line_break = edits.pop_if(|edit| edit.range() == at);
        let mut text = line_break.map_or_else(String::new, |edit| edit.text().to_string());
        for line in lines {
            text.push_str(&module.indent().repeat(line.depth));
            text.push_str(&line.text);
            text.push_str(module.newline());
            text.push_str(&self.indentation);
        }
        edits.push(Edit::insert(self.statement.start(), text));
        edits
    }

    /// The edits that put lines behind the statement. What follows it on its line gets a line of its own; a comment
    /// behind it stays with it.
    pub fn insert_after(&self, module: &Module, lines: &[Line]) -> Vec<Edit> {
        let mut edits = self.breaks.clone();
        let mut text = String::new();
        for line in lines {
            text.push_str(module.newline());
            text.push_str(&self.indentation);
            text.push_str(&module.indent().repeat(line.depth));
            text.push_str(&line.text);
        }
        let mut behind = module.tokens().after(self.statement.end()).iter().peekable();
        let semicolon = behind.next_if(|token| token.kind() == TokenKind::Semi);
        match behind.peek() {
            Some(next) if semicolon.is_some() && !matches!(next.kind(), TokenKind::Newline | TokenKind::Comment) => {
                text.push_str(module.newline());
                text.push_str(&self.indentation);
                edits.push(Edit::replace(TextRange::new(self.statement.end(), next.start()), text));
            }
            _ => {
                let end = behind
                    .find(|token| token.kind() == TokenKind::Newline)
                    .map_or(self.statement.end(), |token| token.start());
                edits.push(Edit::insert(end, text));
            }
        }
        edits
    }

    /// True if the statement has its line for itself already.
    pub fn is_on_own_line(&self) -> bool {
        self.own_line
    }

    /// The white space in front of the statement.
    pub fn indentation(&self) -> &str {
        &self.indentation
    }
}
