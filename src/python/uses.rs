//! Where the names of the standard library's `ssl` are used.

use super::Module;
use super::bindings::{BindingKind, ScopeKind};
use super::resolve::Certainty;
use super::tree::{Node, NodeId};
use ruff_python_ast::{Expr, ExprCall, ExprContext, Stmt};
use ruff_text_size::Ranged;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

/// An expression that stands for a name of `ssl`.
#[derive(Clone, Debug)]
pub struct Use<'a> {
    /// The name inside `ssl`: `wrap_socket`, `TLSVersion.TLSv1`.
    pub name: String,
    /// The expression: `ssl.wrap_socket`, or `wrap_socket` where the name was imported.
    pub expr: &'a Expr,
    /// The node of the expression.
    pub node: NodeId,
    /// How sure it is that this is the standard library's `ssl`.
    pub certainty: Certainty,
    /// Whether it is read, assigned or deleted.
    pub access: ExprContext,
}

/// The attributes to which a class or an object gives the module `ssl`: `tls = ssl` in a class, `self.tls = ssl`.
pub(super) fn attributes_holding_ssl<'a>(module: &Module<'a>) -> Vec<&'a str> {
    let mut attributes = Vec::new();
    for (id, statement) in module.tree().statements() {
        let Stmt::Assign(assign) = statement else {
            continue;
        };
        if !matches!(*assign.value, Expr::Name(_)) || module.resolve_surely(&assign.value).as_deref() != Some("ssl") {
            continue;
        }
        let in_class = module.tree().scope(module.tree().scope_of(id)).kind == ScopeKind::Class;
        for target in &assign.targets {
            match target {
                Expr::Attribute(attribute) => attributes.push(attribute.attr.as_str()),
                Expr::Name(name) if in_class => attributes.push(name.id.as_str()),
                _ => {}
            }
        }
    }
    attributes
}

/// The calls of what may have a dotted name that ends in a word, each with that name, as far as that was asked.
pub(super) type Calls = RefCell<FxHashMap<Box<str>, Rc<[(NodeId, Rc<str>)]>>>;

/// The uses of the names of `ssl`.
pub(super) fn collect<'a>(module: &Module<'a>) -> Vec<Use<'a>> {
    let mut uses = Vec::new();
    for node in may_be_of_ssl(module) {
        let Node::Expr(expr) = module.tree().node(node) else {
            continue;
        };
        let access = match expr {
            Expr::Attribute(attribute) => attribute.ctx,
            Expr::Name(name) if name.ctx == ExprContext::Load => name.ctx,
            _ => continue,
        };
        let Some(resolved) = module.resolve(expr) else { continue };
        let Some(name) = resolved.name.strip_prefix("ssl.") else {
            continue;
        };
        // A variable that holds something of `ssl` is no use of its name, but a call through it is.
        if !expr.is_name_expr() || module.is_imported(expr) || is_called(module, node) {
            uses.push(Use {
                name: name.to_string(),
                expr,
                node,
                certainty: resolved.certainty,
                access,
            });
        }
    }
    uses
}

/// The nodes that can stand for `ssl` or a name of it, and others, in the order of the text: to ask all of them takes as
/// long as to walk the tree.
fn may_be_of_ssl(module: &Module) -> Vec<NodeId> {
    let tree = module.tree();
    if module.stars_ssl() || !module.ssl_attributes.is_empty() {
        return tree.nodes().map(|(node, _)| node).collect();
    }
    let names_ssl = |call: &ExprCall| matches!(&*call.arguments.args, [Expr::StringLiteral(name), ..] if name.value.to_str() == "ssl");
    let calls = tree.calls().filter(|(_, call)| names_ssl(call)).map(|(node, _)| node);
    let mut nodes = Vec::new();
    for root in tree.mentions_of_ssl().chain(calls) {
        let is_attribute = |node: &NodeId| matches!(tree.node(*node), Node::Expr(Expr::Attribute(_)));
        let attributes = std::iter::successors(tree.parent(root), |node| tree.parent(*node)).take_while(is_attribute);
        nodes.push(root);
        nodes.extend(attributes);
    }
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

/// True if the node is what a call calls.
fn is_called(module: &Module, node: NodeId) -> bool {
    let tree = module.tree();
    let range = tree.node(node).range();
    let around = tree.parent(node).map(|parent| tree.node(parent));
    matches!(around, Some(Node::Expr(Expr::Call(call))) if call.func.range() == range)
}

impl<'a> Module<'a> {
    /// True if a name comes by an import, not by an assignment.
    pub fn is_imported(&self, expr: &Expr) -> bool {
        let Expr::Name(name) = expr else { return false };
        let bindings = self.tree().bindings(self.scope_of(expr), name.id.as_str());
        bindings.is_empty()
            || bindings
                .iter()
                .any(|binding| matches!(binding.kind, BindingKind::ImportFrom { .. }))
    }

    /// The places that use one name of `ssl`, such as `wrap_socket`.
    pub fn uses_of(&self, name: &str) -> impl Iterator<Item = &Use<'a>> {
        self.uses().iter().filter(move |found| found.name == name)
    }

    /// The calls of what may be a function of this dotted name, such as `gevent.monkey.patch_all`, in the order of the
    /// text.
    pub fn calls_of(&self, name: &str) -> impl Iterator<Item = &'a ExprCall> {
        let calls = self.calls_ending(name.rsplit('.').next().unwrap_or(name));
        calls.filter(move |(_, called)| &**called == name).map(|(call, _)| call)
    }

    /// The calls of what may have a dotted name that ends in this word, each with that name, in the order of the text.
    pub fn calls_ending(&self, word: &str) -> impl Iterator<Item = (&'a ExprCall, Rc<str>)> {
        let known = self.calls.borrow().get(word).cloned();
        let calls = known.unwrap_or_else(|| {
            let calls: Rc<[(NodeId, Rc<str>)]> = match self.may_have_word(word) {
                true => self.find_calls(word).into(),
                false => Rc::default(),
            };
            self.calls.borrow_mut().insert(word.into(), calls.clone());
            calls
        });
        let call = |(node, name): &(NodeId, Rc<str>)| match self.tree().node(*node) {
            Node::Expr(Expr::Call(call)) => Some((call, name.clone())),
            _ => None,
        };
        (0..calls.len()).filter_map(move |index| call(&calls[index]))
    }

    fn find_calls(&self, word: &str) -> Vec<(NodeId, Rc<str>)> {
        let named = self.tree().calls().filter_map(|(node, call)| {
            let name = self.resolve(&call.func)?.name;
            name.ends_with(word).then(|| (node, name.into()))
        });
        named.collect()
    }

    /// True if the module puts something else in the place of a name of `ssl`, so that its uses are no longer the
    /// standard library's: `ssl.wrap_socket = ...`, `setattr(ssl, "wrap_socket", ...)`.
    pub fn replaces(&self, name: &str) -> bool {
        self.replaced.contains(name)
    }

    /// True if the arguments are the module `ssl` and this name as a string, as `getattr` and its like take them.
    pub fn is_ssl_and_name(&self, arguments: &[Expr], name: &str) -> bool {
        match arguments {
            [object, Expr::StringLiteral(literal), ..] => {
                literal.value.to_str() == name && self.resolve(object).is_some_and(|resolved| resolved.name == "ssl")
            }
            _ => false,
        }
    }
}

/// A name of `ssl` that is written as a string, for a function that looks it up.
#[derive(Clone, Debug)]
pub struct NamedByString<'a> {
    /// The name inside `ssl`.
    pub name: &'a str,
    /// The call.
    pub call: &'a ruff_python_ast::ExprCall,
    /// The node of the call.
    pub node: NodeId,
    /// What the call does with the name.
    pub how: Lookup,
}

/// What a function does with a name that it gets as a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// `getattr(ssl, name)`: raises if the name is missing.
    Read,
    /// `getattr(ssl, name, default)`, `hasattr(ssl, name)`: ready for its absence.
    Ask,
    /// `mock.patch("ssl.name")`, `monkeypatch.setattr(ssl, "name", ...)`, `setattr(ssl, "name", ...)`.
    Replace,
}

/// The calls that look a name of `ssl` up by a string.
pub(super) fn named_by_string<'a>(module: &Module<'a>) -> Vec<NamedByString<'a>> {
    let named = module.tree().calls().filter_map(|(node, call)| {
        let function = match &*call.func {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => return None,
        };
        let arguments = &*call.arguments.args;
        let (name, how) = match (function, arguments) {
            ("getattr", [object, Expr::StringLiteral(name)]) if module.is_module_ssl(object) => {
                (name.value.to_str(), Lookup::Read)
            }
            ("getattr" | "hasattr", [object, Expr::StringLiteral(name), ..]) if module.is_module_ssl(object) => {
                (name.value.to_str(), Lookup::Ask)
            }
            ("setattr" | "delattr" | "object", [object, Expr::StringLiteral(name), ..])
                if module.is_module_ssl(object) =>
            {
                (name.value.to_str(), Lookup::Replace)
            }
            ("patch" | "setattr" | "delattr" | "stub" | "mock", [Expr::StringLiteral(path), ..]) => {
                (name_in_path(path.value.to_str())?, Lookup::Replace)
            }
            _ => return None,
        };
        Some(NamedByString { name, call, node, how })
    });
    named.collect()
}

/// The names of `ssl` that the module puts something else in the place of.
pub(super) fn replaced(module: &Module) -> BTreeSet<String> {
    let stored = module.uses().iter().filter(|found| found.access != ExprContext::Load);
    let set = module.named_by_string().filter(|named| {
        matches!(&*named.call.func, Expr::Name(func) if func.id.as_str() == "setattr")
            && module.is_ssl_and_name(&named.call.arguments.args, named.name)
    });
    let stored = stored.map(|found| found.name.clone());
    stored.chain(set.map(|named| named.name.to_string())).collect()
}

impl<'a> Module<'a> {
    /// The calls that look a name of `ssl` up by a string, in the order of the text.
    pub fn named_by_string(&self) -> impl Iterator<Item = &NamedByString<'a>> {
        self.named_by_string.iter()
    }

    fn is_module_ssl(&self, expr: &Expr) -> bool {
        self.resolve(expr).is_some_and(|resolved| resolved.name == "ssl")
    }
}

/// The name behind `ssl.` in a dotted path: `ssl.wrap_socket`, `package.module.ssl.wrap_socket`.
fn name_in_path(path: &str) -> Option<&str> {
    match path.rfind("ssl.") {
        Some(0) => path.get(4..),
        Some(index) if path[..index].ends_with('.') => path.get(index + 4..),
        _ => None,
    }
}
