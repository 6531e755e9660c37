//! Where a value goes: what the code does with a variable or an attribute that holds it.

use super::Module;
use super::bindings::{BindingKind, ScopeId};
use super::tree::{Node, NodeId};
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, Operator, Stmt, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

/// Something that holds a value: a name, or an attribute such as `self.context`, within a part of the file.
#[derive(Clone, Debug)]
pub struct Holder<'a> {
    /// Its text.
    pub text: &'a str,
    /// The node within which the text means this holder: the function or module that binds the name, the class whose
    /// `self` it is.
    pub region: NodeId,
    /// The name that it is or is an attribute of.
    root: &'a str,
    /// The scope that binds the name.
    scope: ScopeId,
}

/// One thing that the code does with a holder.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    /// The node of the holder in it.
    pub node: NodeId,
    /// What it does.
    pub does: Does<'a>,
}

/// What code does with a value.
#[derive(Clone, Copy, Debug)]
pub enum Does<'a> {
    /// Sets an attribute of it: `x.attribute = value`, or with an operator `x.attribute |= value`.
    SetAttribute {
        /// The attribute.
        attribute: &'a str,
        /// What it is set to.
        value: &'a Expr,
        /// The operator of an augmented assignment.
        operator: Option<Operator>,
        /// The assignment.
        statement: NodeId,
    },
    /// Reads an attribute of it, or sets one in a way that is not looked into.
    ReadAttribute(&'a str),
    /// Calls a method of it.
    Call {
        /// The method.
        method: &'a str,
        /// The call.
        call: &'a ExprCall,
    },
    /// Passes it to a call.
    Pass {
        /// The call.
        call: &'a ExprCall,
        /// The keyword; `None` if by position.
        keyword: Option<&'a str>,
    },
    /// Tests it: truth, comparison with `None`.
    Test,
    /// Binds the holder to something else.
    Rebind,
    /// Hands it out of sight, in this way: "is returned".
    Escape(&'static str),
}

impl<'a> Module<'a> {
    /// The holder that an expression names; `None` if the expression is neither a name nor an attribute of one.
    pub fn holder(&self, expr: &'a Expr) -> Option<Holder<'a>> {
        let tree = self.tree();
        let scope = self.scope_of(expr);
        let root = match expr {
            Expr::Name(name) => name,
            Expr::Attribute(attribute) => match &*attribute.value {
                Expr::Name(name) => name,
                _ => return None,
            },
            _ => return None,
        };
        let scope = tree.binding_scope(scope, root.id.as_str()).unwrap_or(ScopeId::MODULE);
        let of_self = matches!(expr, Expr::Attribute(_)) && matches!(root.id.as_str(), "self" | "cls");
        let region = if of_self {
            self.class_around(tree.scope(scope).node)
        } else {
            None
        };
        Some(Holder {
            text: self.slice(expr),
            region: region.unwrap_or(tree.scope(scope).node),
            root: root.id.as_str(),
            scope,
        })
    }

    /// The class that a method stands in directly.
    pub fn class_around(&self, node: NodeId) -> Option<NodeId> {
        self.tree()
            .ancestors(node)
            .find(|id| matches!(self.tree().node(*id), Node::Stmt(Stmt::ClassDef(_))))
    }

    /// Everything that the code does with a holder, in the order of the text.
    pub fn steps(&self, holder: &Holder<'a>) -> Vec<Step<'a>> {
        self.mentions(holder)
            .map(|(node, expr)| Step {
                node,
                does: self.step(node, expr),
            })
            .collect()
    }

    /// The expressions that name a holder.
    fn mentions(&self, holder: &Holder<'a>) -> impl Iterator<Item = (NodeId, &'a Expr)> {
        let tree = self.tree();
        let (text, scope) = (holder.text, holder.scope);
        let of_self = text.starts_with("self.") || text.starts_with("cls.");
        let is_attribute = text.contains('.');
        let (start, end) = (holder.region, tree.end(holder.region));
        let places = tree.mentions(holder.root);
        let places = &places[places.partition_point(|(id, _)| *id < start)..];
        let mut last = None;
        places
            .iter()
            .take_while(move |(id, _)| *id < end)
            .filter_map(move |(id, _)| {
                let Node::Expr(root @ Expr::Name(name)) = tree.node(*id) else {
                    return None;
                };
                // A walrus mentions its name in two scopes.
                if last.replace(*id) == Some(*id) {
                    return None;
                }
                let (id, expr) = match tree.node(tree.parent(*id)?) {
                    Node::Expr(attribute @ Expr::Attribute(_)) if is_attribute => (tree.parent(*id)?, attribute),
                    _ => (*id, root),
                };
                let same = self.slice(expr) == text
                    && (of_self || {
                        let own = tree.binding_scope(tree.scope_of(id), name.id.as_str());
                        own.unwrap_or(ScopeId::MODULE) == scope
                    });
                same.then_some((id, expr))
            })
    }

    /// What the code does with the value of one expression, read from what stands around it.
    pub fn step(&self, id: NodeId, expr: &'a Expr) -> Does<'a> {
        let tree = self.tree();
        let is_stored = match expr {
            Expr::Name(name) => !name.ctx.is_load(),
            Expr::Attribute(attribute) => !attribute.ctx.is_load(),
            _ => false,
        };
        if is_stored {
            return Does::Rebind;
        }
        let Some(parent) = tree.parent(id) else {
            return Does::Escape("is used");
        };
        let range = expr.range();
        match tree.node(parent).any() {
            AnyNodeRef::ExprAttribute(attribute) => self.attribute_step(parent, attribute),
            AnyNodeRef::Arguments(_) => match self.call_around(parent) {
                Some(call) => Does::Pass { call, keyword: None },
                None => Does::Escape("is a base of a class"),
            },
            AnyNodeRef::Keyword(keyword) => match tree.parent(parent).and_then(|id| self.call_around(id)) {
                Some(call) => Does::Pass {
                    call,
                    keyword: keyword.arg.as_ref().map(|name| name.as_str()),
                },
                None => Does::Escape("is an argument of a class"),
            },
            AnyNodeRef::ExprCompare(compare) => {
                if compare.comparators.iter().all(Expr::is_none_literal_expr) {
                    Does::Test
                } else {
                    Does::Escape("is compared")
                }
            }
            AnyNodeRef::StmtIf(_) | AnyNodeRef::ElifElseClause(_) | AnyNodeRef::StmtWhile(_) => Does::Test,
            AnyNodeRef::ExprUnaryOp(unary) if unary.op.is_not() => Does::Test,
            AnyNodeRef::ExprIf(conditional) if conditional.test.range() == range => Does::Test,
            AnyNodeRef::StmtReturn(_) => Does::Escape("is returned"),
            AnyNodeRef::ExprYield(_) => Does::Escape("is yielded"),
            AnyNodeRef::StmtAssign(_) | AnyNodeRef::StmtAnnAssign(_) => Does::Escape("is stored elsewhere"),
            AnyNodeRef::ExprDict(_) | AnyNodeRef::ExprList(_) | AnyNodeRef::ExprTuple(_) | AnyNodeRef::ExprSet(_) => {
                Does::Escape("is put into a container")
            }
            _ => Does::Escape("is used in an expression"),
        }
    }

    fn attribute_step(&self, id: NodeId, attribute: &'a ruff_python_ast::ExprAttribute) -> Does<'a> {
        let tree = self.tree();
        let name = attribute.attr.as_str();
        let Some(parent) = tree.parent(id) else {
            return Does::ReadAttribute(name);
        };
        match tree.node(parent) {
            Node::Expr(Expr::Call(call)) if call.func.range() == attribute.range => Does::Call { method: name, call },
            Node::Stmt(Stmt::Assign(assign))
                if assign.targets.iter().any(|target| target.range() == attribute.range) =>
            {
                Does::SetAttribute {
                    attribute: name,
                    value: &assign.value,
                    operator: None,
                    statement: parent,
                }
            }
            Node::Stmt(Stmt::AugAssign(assign)) if assign.target.range() == attribute.range => Does::SetAttribute {
                attribute: name,
                value: &assign.value,
                operator: Some(assign.op),
                statement: parent,
            },
            _ => Does::ReadAttribute(name),
        }
    }

    fn call_around(&self, arguments: NodeId) -> Option<&'a ExprCall> {
        match self.tree().node(self.tree().parent(arguments)?) {
            Node::Expr(Expr::Call(call)) => Some(call),
            _ => None,
        }
    }

    /// The expressions that are assigned, whole, to a holder.
    pub fn values_of(&self, holder: &Holder<'a>) -> Vec<&'a Expr> {
        if !holder.text.contains('.') {
            let bindings = self.tree().scope(holder.scope).bindings.get(holder.text);
            return bindings
                .into_iter()
                .flatten()
                .filter_map(|binding| match binding.kind {
                    BindingKind::Value(value) => Some(value),
                    _ => None,
                })
                .collect();
        }
        let tree = self.tree();
        self.mentions(holder)
            .filter_map(|(id, expr)| match tree.node(tree.parent(id)?) {
                Node::Stmt(Stmt::Assign(assign)) if is_target(assign, expr.range()) => Some(&*assign.value),
                _ => None,
            })
            .collect()
    }

    /// True if a holder is the value of a parameter, of `with ... as`, of an unpacking: something that
    /// [`Self::values_of`] does not see.
    pub fn has_unseen_values(&self, holder: &Holder<'a>) -> bool {
        if holder.text.contains('.') {
            return self.mentions(holder).any(|(id, expr)| {
                let is_stored = expr.as_attribute_expr().is_some_and(|attribute| !attribute.ctx.is_load());
                let is_seen = self.tree().parent(id).is_some_and(|parent| {
                    matches!(self.tree().node(parent), Node::Stmt(Stmt::Assign(assign)) if is_target(assign, expr.range()))
                });
                is_stored && !is_seen
            });
        }
        let bindings = self.tree().scope(holder.scope).bindings.get(holder.text);
        bindings.is_none_or(|bindings| {
            bindings
                .iter()
                .any(|binding| !matches!(binding.kind, BindingKind::Value(_) | BindingKind::Deleted))
        })
    }
}

fn is_target(assign: &ruff_python_ast::StmtAssign, range: TextRange) -> bool {
    assign.targets.iter().any(|target| target.range() == range)
}

/// A value is followed through at most this many assignments, calls and returns.
const MOST_HOPS: u32 = 5;

impl<'a> Module<'a> {
    /// The steps, and behind each step that leads on inside the file the steps that come of it: the value is given another
    /// name, returned from a function whose calls are all in sight, passed to a function of the file.
    pub fn follow(&self, steps: Vec<Step<'a>>) -> Vec<Step<'a>> {
        let mut followed = Vec::new();
        let mut seen = Vec::new();
        self.follow_into(steps, MOST_HOPS, &mut seen, &mut followed);
        followed
    }

    fn follow_into(&self, steps: Vec<Step<'a>>, hops: u32, seen: &mut Vec<NodeId>, followed: &mut Vec<Step<'a>>) {
        for step in steps {
            if seen.contains(&step.node) {
                continue;
            }
            seen.push(step.node);
            match hops
                .checked_sub(1)
                .and_then(|hops| Some((self.next_steps(&step)?, hops)))
            {
                Some((next, hops)) => self.follow_into(next, hops, seen, followed),
                None => followed.push(step),
            }
        }
    }

    /// What comes of a step, if all of it is in the file.
    fn next_steps(&self, step: &Step<'a>) -> Option<Vec<Step<'a>>> {
        match step.does {
            Does::Escape("is stored elsewhere") => {
                let Node::Stmt(Stmt::Assign(assign)) = self.tree().node(self.tree().parent(step.node)?) else {
                    return None;
                };
                let [target] = assign.targets.as_slice() else {
                    return None;
                };
                let is_own = target.is_name_expr() || self.slice(target).starts_with("self.");
                let holder = self.holder(target).filter(|_| is_own)?;
                Some(
                    self.steps(&holder)
                        .into_iter()
                        .filter(|next| !matches!(next.does, Does::Rebind))
                        .collect(),
                )
            }
            Does::Escape("is returned") => {
                let function = self.function_around(step.node)?;
                let calls = self.all_calls_of(function)?;
                let node_of = |call: &NodeId| {
                    let node = *call;
                    let Node::Expr(expr) = self.tree().node(node) else {
                        return None;
                    };
                    Some(Step {
                        node,
                        does: self.step(node, expr),
                    })
                };
                Some(calls.iter().filter_map(node_of).collect())
            }
            Does::Pass { call, keyword } => {
                let parameter = self.parameter_for(call, keyword, step.node)?;
                Some(self.steps(&parameter))
            }
            _ => None,
        }
    }

    fn function_around(&self, node: NodeId) -> Option<NodeId> {
        self.tree().ancestors(node).find(|id| {
            matches!(
                self.tree().node(*id),
                Node::Stmt(Stmt::FunctionDef(_)) | Node::Expr(Expr::Lambda(_))
            )
        })
    }

    /// The values of all calls of a function, if none can be out of sight: it is private, inside another function, or the
    /// file is a program.
    fn all_calls_of(&self, function: NodeId) -> Option<Vec<NodeId>> {
        let tree = self.tree();
        let Node::Stmt(Stmt::FunctionDef(definition)) = tree.node(function) else {
            return None;
        };
        let name = definition.name.as_str();
        let is_plain = definition
            .decorator_list
            .iter()
            .all(|decorator| matches!(self.slice(&decorator.expression), "staticmethod" | "classmethod"));
        let scope = tree.scope_of(function);
        let is_nested = tree.scope(scope).kind == super::bindings::ScopeKind::Function;
        let is_private = name.starts_with('_') && !name.ends_with("__");
        let is_sole = tree
            .scope(scope)
            .bindings
            .get(name)
            .is_some_and(|bindings| bindings.len() == 1);
        if !is_plain || !is_sole || !(is_nested || is_private || self.is_program()) {
            return None;
        }
        let is_method = tree.scope(scope).kind == super::bindings::ScopeKind::Class;
        let mut values = Vec::new();
        for (id, node) in tree.nodes() {
            let is_mention = match node {
                Node::Expr(Expr::Name(mention)) if !is_method => {
                    mention.id.as_str() == name
                        && mention.ctx.is_load()
                        && tree.binding_scope(tree.scope_of(id), name) == Some(scope)
                }
                Node::Expr(Expr::Attribute(mention)) => mention.attr.as_str() == name,
                _ => false,
            };
            if !is_mention {
                continue;
            }
            let parent = tree.parent(id)?;
            let Node::Expr(Expr::Call(call)) = tree.node(parent) else {
                return None;
            };
            if call.func.range() != node.range() {
                return None;
            }
            values.push(match tree.parent(parent).map(|id| (id, tree.node(id))) {
                Some((awaiting, Node::Expr(Expr::Await(_)))) if definition.is_async => awaiting,
                _ if definition.is_async => return None,
                _ => parent,
            });
        }
        (!values.is_empty()).then_some(values)
    }

    /// True if the file is run, not imported: it asks whether it is `__main__`.
    fn is_program(&self) -> bool {
        self.body().iter().any(|statement| match statement {
            Stmt::If(statement) => self.slice(&*statement.test).starts_with("__name__"),
            _ => false,
        })
    }

    /// The parameter of a function of the file that an argument becomes.
    fn parameter_for(&self, call: &'a ExprCall, keyword: Option<&str>, argument: NodeId) -> Option<Holder<'a>> {
        let tree = self.tree();
        let (function, skipped) = self.called_function(call)?;
        let Node::Stmt(Stmt::FunctionDef(definition)) = tree.node(function) else {
            return None;
        };
        let parameters: Vec<&'a str> = definition
            .parameters
            .posonlyargs
            .iter()
            .chain(&definition.parameters.args)
            .map(|parameter| parameter.parameter.name.as_str())
            .collect();
        let name = match keyword {
            Some(keyword) => {
                let named = definition
                    .parameters
                    .kwonlyargs
                    .iter()
                    .map(|parameter| parameter.parameter.name.as_str());
                parameters.into_iter().chain(named).find(|name| *name == keyword)?
            }
            None => {
                if call.arguments.args.iter().any(Expr::is_starred_expr) {
                    return None;
                }
                let range = tree.node(argument).range();
                let position = call.arguments.args.iter().position(|value| value.range() == range)?;
                parameters.get(position + skipped).copied()?
            }
        };
        let (scope, _) = tree.scopes().find(|(_, scope)| scope.node == function)?;
        Some(Holder {
            text: name,
            region: function,
            root: name,
            scope,
        })
    }

    /// The function of the file that a call surely calls, and how many of its parameters the call does not give: `self`.
    fn called_function(&self, call: &ExprCall) -> Option<(NodeId, usize)> {
        let tree = self.tree();
        let sole = |bindings: &[super::bindings::Binding]| match bindings {
            [binding] if matches!(binding.kind, BindingKind::Function(_)) => Some(binding.node),
            _ => None,
        };
        match &*call.func {
            Expr::Name(name) => Some((sole(tree.bindings(self.scope_of(&call.func), name.id.as_str()))?, 0)),
            Expr::Attribute(attribute) if self.slice(&*attribute.value) == "self" => {
                let class = self.class_around(tree.id(&*call.func))?;
                let (_, scope) = tree.scopes().find(|(_, scope)| scope.node == class)?;
                Some((sole(scope.bindings.get(attribute.attr.as_str())?)?, 1))
            }
            _ => None,
        }
    }

    /// True if a flag is taken out of others: `flags & ~A`, `flags -= A`, `flags ^ A`.
    pub fn takes_out(&self, flag: NodeId) -> bool {
        let tree = self.tree();
        let takes_out = |operator| matches!(operator, Operator::Sub | Operator::BitXor);
        let in_expression = tree
            .ancestors(flag)
            .map_while(|id| tree.node(id).expr())
            .any(|expr| match expr {
                Expr::UnaryOp(unary) => unary.op == UnaryOp::Invert,
                Expr::BinOp(binary) => takes_out(binary.op),
                _ => false,
            });
        in_expression || matches!(tree.statement_of(flag), Some((_, Stmt::AugAssign(assign))) if takes_out(assign.op))
    }

    /// Where the value of an expression goes, for the reader who has to follow it: "it is returned".
    pub fn where_to(&self, node: NodeId) -> String {
        let tree = self.tree();
        let Some(parent) = tree.parent(node) else {
            return "it is used".into();
        };
        match tree.node(parent).any() {
            AnyNodeRef::ParameterWithDefault(parameter) => {
                format!("it is the default of the parameter `{}`", parameter.parameter.name)
            }
            AnyNodeRef::Keyword(keyword) => {
                let callee = tree.ancestors(parent).find_map(|id| match tree.node(id) {
                    Node::Expr(Expr::Call(call)) => Some(self.slice(&*call.func)),
                    _ => None,
                });
                match (&keyword.arg, callee) {
                    (Some(name), Some(callee)) => format!("it is passed as `{name}` to `{callee}`"),
                    _ => "it is passed on".into(),
                }
            }
            AnyNodeRef::Arguments(_) => match tree.parent(parent).map(|id| tree.node(id)) {
                Some(Node::Expr(Expr::Call(call))) => format!("it is passed to `{}`", self.slice(&*call.func)),
                _ => "it is passed on".into(),
            },
            AnyNodeRef::StmtAssign(assign) => match assign.targets.first() {
                Some(target) => format!("it is assigned to `{}`", self.slice(target)),
                None => "it is assigned".into(),
            },
            AnyNodeRef::StmtAugAssign(assign) => format!("it goes into `{}`", self.slice(&*assign.target)),
            AnyNodeRef::StmtAnnAssign(assign) => format!("it is assigned to `{}`", self.slice(&*assign.target)),
            AnyNodeRef::ExprCompare(_) => "it is compared with".into(),
            AnyNodeRef::ExprDict(_) => "it stands in a table".into(),
            AnyNodeRef::ExprList(_) | AnyNodeRef::ExprTuple(_) | AnyNodeRef::ExprSet(_) => "it stands in a list".into(),
            AnyNodeRef::ExprSubscript(_) => "it is the key of a table".into(),
            AnyNodeRef::StmtReturn(_) => "it is returned".into(),
            _ => "it is used".into(),
        }
    }
}
