//! Which code runs only where the modern `ssl` is missing, or is ready for an old name to be missing. Such a branch is
//! not broken on a current Python and is left alone.

use super::Module;
use super::bindings::BindingKind;
use super::tree::{Node, NodeId};
use crate::rewrite::Label;
use crate::tls::names;
use ruff_python_ast::{AnyNodeRef, BoolOp, CmpOp, ExceptHandler, Expr, Number, Stmt, StmtTry, UnaryOp};
use ruff_text_size::{Ranged, TextRange};
use std::fmt;

/// Why code is left alone: a branch for old Pythons, or one that is ready for a name to be missing.
#[derive(Clone, Debug)]
pub struct Guard {
    /// Such as "it runs only where `hasattr(ssl, 'SSLContext')` is false".
    reason: String,
    /// The test or the handler that makes it one.
    pub place: Label,
}

impl Guard {
    /// Why, and the place that says so.
    pub fn new(reason: String, range: TextRange, label: impl Into<String>) -> Guard {
        Guard {
            reason,
            place: Label::new(range, label),
        }
    }
}

impl fmt::Display for Guard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)
    }
}

/// What a handler says that still catches a missing name or a refused argument.
const STILL_CATCHES: &str = "this `except` still catches it";

/// What a test says about the Python that it runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    /// True on every Python that matters today.
    Modern,
    /// True only on old Pythons, or only where an old name still exists.
    Legacy,
    /// Neither.
    Nothing,
}

/// The line of a handler: `except` and what it catches.
fn head(handler: &ruff_python_ast::ExceptHandlerExceptHandler) -> TextRange {
    let end = handler.type_.as_ref().map_or(handler.start(), |caught| caught.end());
    TextRange::new(handler.start(), end)
}

/// Exceptions that a missing name, or a missing parameter of it, raises.
const MISSING: &[&str] = &[
    "AttributeError",
    "ImportError",
    "ModuleNotFoundError",
    "NameError",
    "NotImplementedError",
    "TypeError",
];

impl<'a> Module<'a> {
    /// Why the code at a node is a branch for old Pythons, such as "it runs only where `hasattr(ssl, 'SSLContext')` is
    /// false"; `None` if it is not.
    pub fn guard(&self, node: NodeId) -> Option<Guard> {
        let tree = self.tree();
        if let Some(reason) = self.has_fallback(node) {
            return Some(reason);
        }
        let mut child = node;
        for ancestor in tree.ancestors(node) {
            let range = tree.node(child).range();
            let reason = match tree.node(ancestor).any() {
                AnyNodeRef::StmtIf(statement) => self.guarded_by_if(statement, range),
                AnyNodeRef::ElifElseClause(clause) => self.guarded_by_elif(clause, ancestor, range),
                AnyNodeRef::ExprIf(conditional) => {
                    let test = &conditional.test;
                    if conditional.body.range() == range {
                        self.only_where(test, true)
                    } else if conditional.orelse.range() == range {
                        self.only_where(test, false)
                    } else {
                        None
                    }
                }
                AnyNodeRef::ExprBoolOp(operation) => {
                    let before = operation.values.iter().take_while(|value| value.range() != range);
                    before
                        .into_iter()
                        .find_map(|value| self.only_where(value, operation.op == BoolOp::And))
                }
                AnyNodeRef::ExceptHandlerExceptHandler(handler) => self.guarded_by_except(handler, ancestor),
                _ => None,
            };
            let reason = reason.or_else(|| match tree.node(child) {
                Node::Stmt(_) => self.guarded_by_early_exit(child),
                _ => None,
            });
            if reason.is_some() {
                return reason;
            }
            child = ancestor;
        }
        None
    }

    /// Whether the code at a node runs in a `try` that is ready for the name to be missing.
    pub fn expects_missing_name(&self, node: NodeId) -> Option<Guard> {
        self.trying(node).find_map(|statement| {
            // Where the import itself stands in the `try`, the handler takes the missing name for a Python without
            // `ssl`, and goes on without TLS.
            let tries_import = statement.body.iter().any(|inner| match inner {
                Stmt::Import(import) => import.names.iter().any(|alias| alias.name.as_str() == "ssl"),
                _ => false,
            });
            if tries_import {
                return None;
            }
            statement
                .handlers
                .iter()
                .find_map(|ExceptHandler::ExceptHandler(handler)| {
                    let caught = self.caught(handler.type_.as_deref());
                    let name = caught
                        .iter()
                        .find(|name| matches!(**name, "AttributeError" | "ImportError" | "NameError"))?;
                    Some(Guard::new(
                        format!("a `try` with `except {name}` is around it"),
                        head(handler),
                        STILL_CATCHES,
                    ))
                })
        })
    }

    /// Whether the code at a node runs in a `try` that is ready for a function to refuse an argument.
    pub fn expects_refusal(&self, node: NodeId) -> Option<Guard> {
        self.trying(node).find_map(|statement| {
            let handlers = statement.handlers.iter();
            let mut handlers = handlers.map(|ExceptHandler::ExceptHandler(handler)| handler);
            let catches = handlers.find(|handler| self.caught(handler.type_.as_deref()).contains(&"TypeError"))?;
            Some(Guard::new(
                "a `try` with `except TypeError` is around it".into(),
                head(catches),
                STILL_CATCHES,
            ))
        })
    }

    /// The `try` statements whose body, not whose handlers, a node stands in, from the inside out, up to the function.
    pub fn trying(&self, node: NodeId) -> impl Iterator<Item = &'a StmtTry> {
        let mut child = node;
        let mut in_function = true;
        self.tree()
            .ancestors(node)
            .filter_map(move |ancestor| {
                let range = self.tree().node(child).range();
                child = ancestor;
                match self.tree().node(ancestor) {
                    Node::Stmt(Stmt::FunctionDef(_) | Stmt::ClassDef(_)) => {
                        in_function = false;
                        None
                    }
                    Node::Stmt(Stmt::Try(statement)) if in_function && holds(&statement.body, range) => Some(statement),
                    _ => None,
                }
            })
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// The names of the exceptions that a handler catches, as written, without their module.
    pub fn caught(&self, handler_type: Option<&'a Expr>) -> Vec<&'a str> {
        let last = |expr: &'a Expr| {
            let text = self.slice(expr);
            text.rsplit('.').next().unwrap_or(text)
        };
        match handler_type {
            None => Vec::new(),
            Some(Expr::Tuple(tuple)) => tuple.elts.iter().map(last).collect(),
            Some(expr) => vec![last(expr)],
        }
    }

    /// A name that an `except ImportError` binds to something of its own.
    fn has_fallback(&self, node: NodeId) -> Option<Guard> {
        let Node::Expr(Expr::Name(name)) = self.tree().node(node) else {
            return None;
        };
        let bindings = self.tree().bindings(self.tree().scope_of(node), name.id.as_str());
        let is_nothing = |kind| matches!(kind, BindingKind::Value(Expr::NoneLiteral(_) | Expr::BooleanLiteral(_)));
        let is_from_ssl = |kind| {
            matches!(kind, BindingKind::ImportFrom { import, .. }
                if import.module.as_ref().is_some_and(|module| module.as_str() == "ssl"))
        };
        // Where another module comes first, `ssl` is what is fallen back on, and the name is missing there.
        let falls_back_on_ssl = |kind| is_from_ssl(kind) && !bindings.iter().all(|binding| is_from_ssl(binding.kind));
        bindings
            .iter()
            .filter(|binding| !is_nothing(binding.kind) && !falls_back_on_ssl(binding.kind))
            .find_map(|binding| {
                let mut around = self.tree().ancestors(binding.node);
                around.find_map(|id| match self.tree().node(id).any() {
                    AnyNodeRef::ExceptHandlerExceptHandler(handler) => {
                        let caught = self.caught(handler.type_.as_deref());
                        let missing = caught.iter().find(|name| MISSING.contains(name))?;
                        Some(Guard::new(
                            format!("where the import raises `{missing}`, `{}` is something else", name.id),
                            head(handler),
                            "the name gets another value here",
                        ))
                    }
                    _ => None,
                })
            })
    }

    fn guarded_by_if(&self, statement: &ruff_python_ast::StmtIf, child: TextRange) -> Option<Guard> {
        holds(&statement.body, child).then(|| self.only_where(&statement.test, true))?
    }

    fn guarded_by_elif(&self, clause: &ruff_python_ast::ElifElseClause, id: NodeId, child: TextRange) -> Option<Guard> {
        if !holds(&clause.body, child) {
            return None;
        }
        if let Some(reason) = clause.test.as_ref().and_then(|test| self.only_where(test, true)) {
            return Some(reason);
        }
        let Some(Node::Stmt(Stmt::If(statement))) = self.tree().parent(id).map(|id| self.tree().node(id)) else {
            return None;
        };
        let earlier = statement
            .elif_else_clauses
            .iter()
            .take_while(|other| other.range() != clause.range());
        std::iter::once(&*statement.test)
            .chain(earlier.filter_map(|clause| clause.test.as_ref()))
            .find_map(|test| self.only_where(test, false))
    }

    fn guarded_by_except(&self, handler: &'a ruff_python_ast::ExceptHandlerExceptHandler, id: NodeId) -> Option<Guard> {
        let caught = self.caught(handler.type_.as_deref());
        // What also catches a failed connection runs on every Python.
        let name = caught
            .first()
            .filter(|_| caught.iter().all(|name| MISSING.contains(name)))?;
        let Some(Node::Stmt(Stmt::Try(statement))) = self.tree().parent(id).map(|id| self.tree().node(id)) else {
            return None;
        };
        let tries_ssl = statement.body.iter().any(|stmt| {
            stmt.as_import_from_stmt()
                .is_some_and(|import| import.module.as_ref().is_some_and(|module| module.as_str() == "ssl"))
                || self
                    .uses()
                    .iter()
                    .any(|found| stmt.range().contains_range(found.expr.range()))
        });
        tries_ssl.then(|| {
            Guard::new(
                format!("it runs only where the `try` above raises `{name}`"),
                head(handler),
                "it runs only where this catches something",
            )
        })
    }

    /// `if hasattr(ssl, "SSLContext"): return ...` in front of it, in the same block.
    fn guarded_by_early_exit(&self, id: NodeId) -> Option<Guard> {
        let range = self.tree().node(id).range();
        self.siblings(id)
            .iter()
            .take_while(|stmt| stmt.range() != range)
            .find_map(|stmt| {
                let Stmt::If(statement) = stmt else { return None };
                let leaves = statement.elif_else_clauses.is_empty()
                    && matches!(
                        statement.body.last(),
                        Some(Stmt::Return(_) | Stmt::Raise(_) | Stmt::Continue(_) | Stmt::Break(_))
                    );
                leaves.then(|| self.only_where(&statement.test, false))?
            })
    }

    /// The reason, if what runs only where `test` is `outcome` is a branch for old Pythons.
    fn only_where(&self, test: &Expr, outcome: bool) -> Option<Guard> {
        let says = self.says(test, outcome, 4);
        (says == Says::Legacy).then(|| {
            let text = self.slice(test).split_whitespace().collect::<Vec<_>>().join(" ");
            Guard::new(
                format!("it runs only where `{text}` is {outcome}"),
                test.range(),
                format!("it runs only where this is {outcome}"),
            )
        })
    }

    /// What it says of the Python that `test` came out as `outcome`.
    fn says(&self, test: &Expr, outcome: bool, steps: u32) -> Says {
        let Some(steps) = steps.checked_sub(1) else {
            return Says::Nothing;
        };
        let positive = match test {
            Expr::UnaryOp(unary) if unary.op == UnaryOp::Not => return self.says(&unary.operand, !outcome, steps),
            Expr::BoolOp(operation) => {
                let every = (operation.op == BoolOp::And) == outcome;
                let mut said = operation.values.iter().map(|value| self.says(value, outcome, steps));
                return if every {
                    said.find(|says| *says == Says::Legacy).unwrap_or(Says::Nothing)
                } else if said.all(|says| says == Says::Legacy) {
                    Says::Legacy
                } else {
                    Says::Nothing
                };
            }
            Expr::Compare(compare) => {
                let [comparator] = &*compare.comparators else {
                    return Says::Nothing;
                };
                match (&compare.ops[0], comparator) {
                    (CmpOp::IsNot | CmpOp::NotEq, Expr::NoneLiteral(_)) => {
                        return self.says(&compare.left, outcome, steps);
                    }
                    (CmpOp::Is | CmpOp::Eq, Expr::NoneLiteral(_)) => {
                        return self.says(&compare.left, !outcome, steps);
                    }
                    (operator, comparator) => self.version_test(&compare.left, *operator, comparator),
                }
            }
            Expr::Call(call) => self.presence_test(call),
            Expr::Name(name) => self.flag(test, name.id.as_str(), steps),
            Expr::Attribute(_) => match self.resolve(test) {
                Some(resolved) if resolved.name == "six.PY2" => Says::Legacy,
                Some(resolved) if resolved.name == "six.PY3" => Says::Modern,
                Some(resolved) => resolved.name.strip_prefix("ssl.").map_or(Says::Nothing, presence),
                None => Says::Nothing,
            },
            _ => Says::Nothing,
        };
        match (positive, outcome) {
            (says, true) => says,
            (Says::Modern, false) => Says::Legacy,
            (Says::Legacy, false) => Says::Modern,
            (Says::Nothing, false) => Says::Nothing,
        }
    }

    /// `hasattr(ssl, "SSLContext")`, `getattr(ssl, "SSLContext", None)`.
    fn presence_test(&self, call: &ruff_python_ast::ExprCall) -> Says {
        let is_test = matches!(&*call.func, Expr::Name(func) if matches!(func.id.as_str(), "hasattr" | "getattr"));
        match &*call.arguments.args {
            [object, Expr::StringLiteral(name), ..]
                if is_test && self.resolve(object).is_some_and(|resolved| resolved.name == "ssl") =>
            {
                presence(name.value.to_str())
            }
            _ => Says::Nothing,
        }
    }

    /// `sys.version_info >= (3, 2)`, `sys.version_info[0] == 2`, `sys.version_info.major < 3`.
    fn version_test(&self, left: &Expr, operator: CmpOp, right: &Expr) -> Says {
        let subject = match left {
            Expr::Subscript(subscript) => &subscript.value,
            Expr::Attribute(attribute) if attribute.attr.as_str() == "major" => &attribute.value,
            _ => left,
        };
        if self
            .resolve(subject)
            .is_none_or(|resolved| resolved.name != "sys.version_info")
        {
            return Says::Nothing;
        }
        let number = |expr: &Expr| match expr {
            Expr::NumberLiteral(literal) => match &literal.value {
                Number::Int(value) => value.as_u8(),
                _ => None,
            },
            _ => None,
        };
        let version: Vec<u8> = match right {
            Expr::Tuple(tuple) => tuple.elts.iter().map_while(number).collect(),
            other => number(other).into_iter().collect(),
        };
        // Below 3.12 the old names exist; a test against a later version says nothing about them.
        if version.is_empty() || version.as_slice() > [3, 12, 255].as_slice() {
            return Says::Nothing;
        }
        match operator {
            CmpOp::Gt | CmpOp::GtE => Says::Modern,
            CmpOp::Lt | CmpOp::LtE => Says::Legacy,
            CmpOp::Eq if version == [2] => Says::Legacy,
            CmpOp::Eq if version == [3] => Says::Modern,
            CmpOp::NotEq if version == [2] => Says::Modern,
            _ => Says::Nothing,
        }
    }

    /// A name that stands for a test: bound to one, or set to true and false around an import.
    fn flag(&self, expr: &Expr, name: &str, steps: u32) -> Says {
        match name {
            "PY2" => return Says::Legacy,
            "PY3" => return Says::Modern,
            _ => {}
        }
        if let Some(name) = self.ssl_name(expr).filter(|_| self.is_imported(expr)) {
            return presence(&name);
        }
        let bindings = self.tree().bindings(self.scope_of(expr), name);
        let mut says = Says::Nothing;
        for binding in bindings {
            let BindingKind::Value(value) = binding.kind else {
                return Says::Nothing;
            };
            match value {
                Expr::BooleanLiteral(literal) if literal.value => {
                    if self.trying_modern(binding.node) {
                        says = Says::Modern;
                    } else {
                        return Says::Nothing;
                    }
                }
                Expr::BooleanLiteral(_) | Expr::NoneLiteral(_) => {}
                value => return self.says(value, true, steps),
            }
        }
        says
    }

    /// True if the node stands in a `try` (or its `else`) whose body uses a modern name of `ssl` and that catches its
    /// absence.
    fn trying_modern(&self, node: NodeId) -> bool {
        self.tree().ancestors(node).any(|ancestor| {
            let Node::Stmt(Stmt::Try(statement)) = self.tree().node(ancestor) else {
                return false;
            };
            let range = self.tree().node(node).range();
            let inside = [&statement.body, &statement.orelse]
                .iter()
                .any(|block| block.iter().any(|stmt| stmt.range().contains_range(range)));
            let catches = statement.handlers.iter().any(|ExceptHandler::ExceptHandler(handler)| {
                self.caught(handler.type_.as_deref())
                    .iter()
                    .any(|name| MISSING.contains(name))
            });
            inside && catches && self.names_modern(&statement.body)
        })
    }

    fn names_modern(&self, block: &[Stmt]) -> bool {
        block.iter().any(|stmt| match stmt {
            Stmt::ImportFrom(import) if import.module.as_ref().is_some_and(|module| module.as_str() == "ssl") => import
                .names
                .iter()
                .any(|alias| presence(alias.name.as_str()) == Says::Modern),
            stmt => self
                .uses()
                .iter()
                .any(|found| stmt.range().contains_range(found.expr.range()) && presence(&found.name) == Says::Modern),
        })
    }
}

/// What the presence of a name of `ssl` says.
fn presence(name: &str) -> Says {
    if names::MODERN.contains(&name) {
        Says::Modern
    } else if names::is_old(name) {
        Says::Legacy
    } else {
        Says::Nothing
    }
}

fn holds(block: &[Stmt], child: TextRange) -> bool {
    block.iter().any(|stmt| stmt.range() == child)
}
