//! What an expression can be at run time, as far as the text tells: true or false, free of effects, the value of a name.

use super::Module;
use super::bindings::{BindingKind, ScopeId, ScopeKind};
use super::tree::{Node, NodeId};
use ruff_python_ast::{AnyNodeRef, BoolOp, Expr, Operator, Stmt, UnaryOp};
use ruff_text_size::Ranged;

/// Whether a value counts as true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// Always.
    True,
    /// Never: `None`, an empty string, zero.
    False,
    /// The text does not tell.
    Unknown,
}

/// Functions that have no effect and whose result is never empty.
const NEVER_EMPTY: &[&str] = &[
    "certifi.where",
    "os.getcwd",
    "os.path.abspath",
    "os.path.realpath",
    "pathlib.Path",
    "tempfile.mkdtemp",
];

/// Functions that have no effect that a program could see.
const NO_EFFECT: &[&str] = &[
    "os.path.basename",
    "os.path.dirname",
    "os.path.expanduser",
    "os.path.expandvars",
    "os.path.join",
    "os.path.normpath",
];

impl<'a> Module<'a> {
    /// Whether the value of an expression counts as true, whatever the program does. Assumes that no other module
    /// assigns to this module's names, unless they are bound to `None` or something empty: that is there to be replaced.
    pub fn truth(&self, expr: &Expr) -> Truth {
        self.truth_within(expr, 4)
    }

    fn truth_within(&self, expr: &Expr, steps: u32) -> Truth {
        let Some(steps) = steps.checked_sub(1) else {
            return Truth::Unknown;
        };
        match expr {
            Expr::NoneLiteral(_) => Truth::False,
            Expr::BooleanLiteral(literal) => Truth::from(literal.value),
            Expr::StringLiteral(literal) => Truth::from(!literal.value.is_empty()),
            Expr::BytesLiteral(literal) => Truth::from(!literal.value.is_empty()),
            Expr::NumberLiteral(_) => match self.slice(expr) {
                "0" => Truth::False,
                "1" | "2" => Truth::True,
                _ => Truth::Unknown,
            },
            Expr::FString(literal) => {
                let has_text = literal
                    .value
                    .elements()
                    .any(|element| element.as_literal().is_some_and(|text| !text.value.is_empty()));
                if has_text { Truth::True } else { Truth::Unknown }
            }
            Expr::UnaryOp(unary) if unary.op == UnaryOp::Not => match self.truth_within(&unary.operand, steps) {
                Truth::True => Truth::False,
                Truth::False => Truth::True,
                Truth::Unknown => Truth::Unknown,
            },
            // `"%s.pem" % name`, `folder + "/server.pem"`, `folder / "server.pem"`.
            Expr::BinOp(binary) => match binary.op {
                Operator::Add => match (
                    self.truth_within(&binary.left, steps),
                    self.truth_within(&binary.right, steps),
                ) {
                    (Truth::True, _) if is_text(&binary.left) => Truth::True,
                    (_, Truth::True) if is_text(&binary.right) => Truth::True,
                    _ => Truth::Unknown,
                },
                Operator::Div if is_text(&binary.right) => self.truth_within(&binary.right, steps),
                _ => Truth::Unknown,
            },
            Expr::BoolOp(operation) if operation.op == BoolOp::Or => {
                let truths: Vec<Truth> = operation
                    .values
                    .iter()
                    .map(|value| self.truth_within(value, steps))
                    .collect();
                if truths.contains(&Truth::True) {
                    Truth::True
                } else if truths.iter().all(|truth| *truth == Truth::False) {
                    Truth::False
                } else {
                    Truth::Unknown
                }
            }
            Expr::If(conditional) => {
                let (body, orelse) = (
                    self.truth_within(&conditional.body, steps),
                    self.truth_within(&conditional.orelse, steps),
                );
                if body == orelse { body } else { Truth::Unknown }
            }
            Expr::Call(call) => match self.resolve(&call.func) {
                Some(resolved) if NEVER_EMPTY.contains(&resolved.name.as_str()) => Truth::True,
                Some(resolved) if resolved.name == "os.path.join" => match call.arguments.args.last() {
                    Some(last) if is_text(last) => self.truth_within(last, steps),
                    _ => Truth::Unknown,
                },
                _ => Truth::Unknown,
            },
            Expr::Name(name) => self.truth_of_name(expr, name.id.as_str(), steps),
            _ => Truth::Unknown,
        }
    }

    /// A name is as true as every value that it is ever bound to.
    fn truth_of_name(&self, expr: &Expr, name: &str, steps: u32) -> Truth {
        let mut agreed = None;
        for binding in self.tree().bindings(self.scope_of(expr), name) {
            let truth = match binding.kind {
                BindingKind::Value(value) => self.truth_within(value, steps),
                BindingKind::Function(_) | BindingKind::Class(_) | BindingKind::Import(_) => Truth::True,
                _ => Truth::Unknown,
            };
            match agreed {
                None => agreed = Some(truth),
                Some(agreed) if agreed == truth => {}
                Some(_) => return Truth::Unknown,
            }
        }
        // Other modules may set the variables of this one, as a configuration does; a constant in capitals that has a
        // value is taken at its word.
        let is_of_module = self.tree().binding_scope(self.scope_of(expr), name) == Some(ScopeId::MODULE);
        let is_constant = name.chars().all(|letter| !letter.is_lowercase());
        match agreed {
            Some(Truth::True) if is_of_module && !is_constant => Truth::Unknown,
            Some(Truth::False) if is_of_module => Truth::Unknown,
            agreed => agreed.unwrap_or(Truth::Unknown),
        }
    }

    /// True if the code at `expr` runs only where the value is true: it stands in the body of an `if` that says so,
    /// and nothing in between assigns it.
    pub fn is_true_here(&self, expr: &Expr) -> bool {
        let text = self.slice(expr);
        if !matches!(expr, Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_)) {
            return false;
        }
        let id = self.tree().id(expr);
        let mut child = id;
        for ancestor in self.tree().ancestors(id) {
            match self.tree().node(ancestor) {
                Node::Stmt(Stmt::FunctionDef(_) | Stmt::ClassDef(_)) | Node::Expr(Expr::Lambda(_)) => return false,
                Node::Stmt(Stmt::If(statement)) => {
                    let child_range = self.tree().node(child).range();
                    let in_body = statement.body.iter().any(|stmt| stmt.range() == child_range);
                    if in_body
                        && self.implies(&statement.test, text)
                        && !self.is_assigned_between(text, statement.test.end(), expr.start())
                        && (self.is_local(expr) || !self.calls_between(statement.test.end(), expr))
                    {
                        return true;
                    }
                }
                Node::Stmt(Stmt::For(_) | Stmt::While(_)) if self.is_assigned_in(text, ancestor) => return false,
                _ => {}
            }
            child = ancestor;
        }
        false
    }

    /// True if `test` can only be true where the expression of this text is.
    fn implies(&self, test: &Expr, text: &str) -> bool {
        match test {
            Expr::BoolOp(operation) if operation.op == BoolOp::And => {
                operation.values.iter().any(|value| self.implies(value, text))
            }
            _ => self.slice(test) == text,
        }
    }

    fn is_assigned_between(&self, text: &str, from: ruff_text_size::TextSize, to: ruff_text_size::TextSize) -> bool {
        self.tree()
            .stores()
            .any(|stored| stored.start() >= from && stored.end() <= to && self.slice(stored) == text)
    }

    /// True for a variable of a function, which only the function itself sets.
    fn is_local(&self, expr: &Expr) -> bool {
        let Expr::Name(name) = expr else { return false };
        let scope = self.tree().binding_scope(self.scope_of(expr), name.id.as_str());
        scope.is_some_and(|scope| self.tree().scope(scope).kind == ScopeKind::Function)
    }

    /// True if something is called between an offset and the statement of an expression.
    fn calls_between(&self, from: ruff_text_size::TextSize, expr: &Expr) -> bool {
        let to = match self.tree().statement_of(self.tree().id(expr)) {
            Some((_, statement)) => statement.start(),
            None => expr.start(),
        };
        self.tree().nodes().any(|(_, node)| {
            matches!(node, Node::Expr(Expr::Call(_))) && node.range().start() >= from && node.range().end() <= to
        })
    }

    fn is_assigned_in(&self, text: &str, node: NodeId) -> bool {
        let range = self.tree().node(node).range();
        self.tree()
            .stores()
            .any(|stored| range.contains_range(stored.range()) && self.slice(stored) == text)
    }

    /// True if evaluating the expression can do nothing that the program could notice, but raise: no call, no `await`,
    /// no `yield`, no assignment. Attribute access and subscripts are taken for free of effects.
    pub fn is_pure(&self, expr: &Expr) -> bool {
        self.tree()
            .subtree(self.tree().id(expr))
            .all(|(_, node)| match node.expr() {
                Some(Expr::Call(call)) => self.has_no_effect(&call.func),
                Some(Expr::Await(_) | Expr::Yield(_) | Expr::YieldFrom(_) | Expr::Named(_)) => false,
                _ => true,
            })
    }

    fn has_no_effect(&self, func: &Expr) -> bool {
        match self.resolve(func) {
            Some(resolved) => {
                NEVER_EMPTY[..5].contains(&resolved.name.as_str()) || NO_EFFECT.contains(&resolved.name.as_str())
            }
            None => false,
        }
    }

    /// True if the value of the expression cannot be another one after other code has run: a literal, a local name, a
    /// name of `ssl`.
    pub fn is_steady(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Name(name) => match self.tree().binding_scope(self.scope_of(expr), name.id.as_str()) {
                Some(scope) => self.tree().scope(scope).kind == ScopeKind::Function || self.is_bound_once(expr),
                None => true,
            },
            Expr::Attribute(_) => self
                .resolve(expr)
                .is_some_and(|resolved| resolved.name.starts_with("ssl.")),
            _ => expr.is_literal_expr(),
        }
    }

    fn is_bound_once(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Name(name) => self.tree().bindings(self.scope_of(expr), name.id.as_str()).len() == 1,
            _ => false,
        }
    }

    /// True if an expression is a variable that a `for` binds, in a statement or a comprehension.
    pub fn is_loop_variable(&self, expr: &Expr) -> bool {
        let Expr::Name(name) = expr else { return false };
        let bindings = self.tree().bindings(self.scope_of(expr), name.id.as_str());
        bindings.iter().any(|binding| {
            let around = self.tree().ancestors(binding.node).map(|id| self.tree().node(id).any());
            let mut around =
                around.skip_while(|node| matches!(node, AnyNodeRef::ExprTuple(_) | AnyNodeRef::ExprList(_)));
            let range = self.tree().node(binding.node).range();
            match around.next() {
                Some(AnyNodeRef::StmtFor(statement)) => statement.target.range().contains_range(range),
                Some(AnyNodeRef::Comprehension(comprehension)) => comprehension.target.range().contains_range(range),
                _ => false,
            }
        })
    }

    /// The expression that a name stands for, if it is bound once, to the value of an expression, in the scope that
    /// reads it or in the module; else the expression itself.
    pub fn value_of(&self, expr: &'a Expr) -> &'a Expr {
        let Expr::Name(name) = expr else { return expr };
        match self.tree().bindings(self.scope_of(expr), name.id.as_str()) {
            [binding] => match binding.kind {
                BindingKind::Value(value) => value,
                _ => expr,
            },
            _ => expr,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Truth {
        if value { Truth::True } else { Truth::False }
    }
}

fn is_text(expr: &Expr) -> bool {
    matches!(expr, Expr::StringLiteral(_) | Expr::FString(_))
        || matches!(expr, Expr::BinOp(binary) if binary.op == Operator::Mod && is_text(&binary.left))
}
