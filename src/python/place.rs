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
                indentation: self.indentation_at(start).to_string(),
                breaks: Vec::new(),
                own_line: true,
            };
        }
        let first = siblings.first().map_or(start, |first| self.statement_start(first));
        let in_suite = !self.starts_line(first);
        let indentation = if in_suite {
            let header = self
                .tree()
                .parent(id)
                .map_or(start, |parent| self.tree().node(parent).range().start());
            format!("{}{}", self.indentation_at(header), self.indent())
        } else {
            self.indentation_at(first).to_string()
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

    /// The statements of the block that a statement stands in.
    pub fn siblings(&self, id: NodeId) -> &'a [Stmt] {
        let range = self.tree().node(id).range();
        let holds = |block: &&'a [Stmt]| block.iter().any(|stmt| stmt.range() == range);
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
        if self.siblings(id).len() == 1 {
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

    /// A decorated definition starts at its first decorator.
    fn statement_start(&self, statement: &Stmt) -> TextSize {
        statement.start()
    }

    /// True if the logical line starts at `offset`: only white space before it, and no continuation of a line before.
    fn starts_line(&self, offset: TextSize) -> bool {
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
        let mut text = String::new();
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
