#![doc = include_str!("protocol_constant.md")]

use crate::python::Module;
use crate::python::tree::{Node, NodeId};
use crate::python::uses::{Lookup, Use};
use crate::rewrite::{Finding, Fix, Level, Safety};
use crate::tls::names::{self, Fate, Name};
use ruff_python_ast::{AnyNodeRef, Expr, ExprContext};
use ruff_text_size::{Ranged, TextRange};

/// The name of the codemod.
pub const NAME: &str = "protocol-constant";

/// Looks at every old protocol constant that is not the direct argument of a call that makes or wraps.
pub fn look(module: &Module, findings: &mut Vec<Finding>) {
    for found in module.uses() {
        let Some(old) = names::PROTOCOLS.iter().find(|old| old.name == found.name) else {
            continue;
        };
        if !belongs_to_call(module, found.node) {
            findings.push(look_at_use(module, found, old));
        }
    }
    for named in module.named_by_string() {
        let Some(old) = names::PROTOCOLS.iter().find(|old| old.name == named.name) else {
            continue;
        };
        if named.how != Lookup::Ask && !belongs_to_call(module, named.node) {
            findings.push(report(
                module,
                old,
                named.call.range(),
                named.node,
                "it is looked up by its name",
            ));
        }
    }
    for old in names::PROTOCOLS {
        look_at_imports(module, old, findings);
    }
}

fn look_at_use(module: &Module, found: &Use, old: &Name) -> Finding {
    let goes = if found.access == ExprContext::Load {
        where_to(module, found.node)
    } else {
        "it is assigned".into()
    };
    report(module, old, found.expr.range(), found.node, &goes)
}

fn report(module: &Module, old: &Name, range: TextRange, node: NodeId, goes: &str) -> Finding {
    let (fate, level) = match old.fate {
        Fate::Gone(fate) => (fate, Level::Error),
        Fate::Deprecated(fate) => (fate, Level::Warning),
    };
    let guard = module.guard(node).or_else(|| module.expects_missing_name(node));
    let mut notes = vec![format!("{goes}: {}", old.instead)];
    notes.extend(guard.iter().map(|reason| format!("left alone: {reason}")));
    Finding {
        codemod: NAME,
        level: if guard.is_some() { Level::Note } else { level },
        range,
        message: format!("`{}` {fate}", old.name),
        notes,
        fix: None,
    }
}

/// The name in an import is dropped when nothing needs it: always if importing it can raise, else once the statement
/// imports what took its place.
fn look_at_imports(module: &Module, old: &Name, findings: &mut Vec<Finding>) {
    for (import, alias) in module.imports_of(old.name) {
        let is_modern = import.names.iter().any(|other| {
            matches!(
                other.name.as_str(),
                "PROTOCOL_TLS_CLIENT" | "PROTOCOL_TLS_SERVER" | "TLSVersion"
            )
        });
        let (fate, is_gone) = match old.fate {
            Fate::Gone(fate) => (fate, true),
            Fate::Deprecated(fate) => (fate, false),
        };
        let is_expected = module.expects_missing_name(module.tree().id(import)).is_some();
        let local = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
        if !(is_gone && !is_expected || is_modern) || !module.is_unneeded(local) {
            continue;
        }
        findings.push(Finding {
            codemod: NAME,
            level: if is_gone { Level::Error } else { Level::Warning },
            range: alias.range(),
            message: format!("`{}` {fate}, and nothing here uses it", old.name),
            notes: Vec::new(),
            fix: Some(Fix {
                title: "drop the name from the import".into(),
                safety: Safety::Safe,
                edits: vec![module.drop_import(import, alias)],
            }),
        });
    }
}

/// True for the protocol of `SSLContext(...)` and the `ssl_version` of `ssl.wrap_socket(...)`: what they become is the
/// business of those calls.
fn belongs_to_call(module: &Module, node: NodeId) -> bool {
    let tree = module.tree();
    let mut ancestors = tree.ancestors(node).map(|id| tree.node(id));
    let mut parent = ancestors.next();
    if let Some(AnyNodeRef::Keyword(_)) = parent.map(Node::any) {
        parent = ancestors.next();
    }
    if !matches!(parent.map(Node::any), Some(AnyNodeRef::Arguments(_))) {
        return false;
    }
    match ancestors.next() {
        Some(Node::Expr(Expr::Call(call))) => module
            .resolve(&call.func)
            .is_some_and(|resolved| matches!(resolved.name.as_str(), "ssl.SSLContext" | "ssl.wrap_socket")),
        _ => false,
    }
}

/// Where the constant goes, for the reader who has to follow it.
fn where_to(module: &Module, node: NodeId) -> String {
    let tree = module.tree();
    let Some(parent) = tree.parent(node) else {
        return "it is used".into();
    };
    match tree.node(parent).any() {
        AnyNodeRef::ParameterWithDefault(parameter) => {
            format!("it is the default of the parameter `{}`", parameter.parameter.name)
        }
        AnyNodeRef::Keyword(keyword) => {
            let callee = tree.ancestors(parent).find_map(|id| match tree.node(id) {
                Node::Expr(Expr::Call(call)) => Some(module.slice(&*call.func)),
                _ => None,
            });
            match (&keyword.arg, callee) {
                (Some(name), Some(callee)) => format!("it is passed as `{name}` to `{callee}`"),
                _ => "it is passed on".into(),
            }
        }
        AnyNodeRef::Arguments(_) => match tree.parent(parent).map(|id| tree.node(id)) {
            Some(Node::Expr(Expr::Call(call))) => format!("it is passed to `{}`", module.slice(&*call.func)),
            _ => "it is passed on".into(),
        },
        AnyNodeRef::StmtAssign(assign) => match assign.targets.first() {
            Some(target) => format!("it is assigned to `{}`", module.slice(target)),
            None => "it is assigned".into(),
        },
        AnyNodeRef::StmtAnnAssign(assign) => format!("it is assigned to `{}`", module.slice(&*assign.target)),
        AnyNodeRef::ExprCompare(_) => "it is compared with".into(),
        AnyNodeRef::ExprDict(_) => "it stands in a table".into(),
        AnyNodeRef::ExprList(_) | AnyNodeRef::ExprTuple(_) | AnyNodeRef::ExprSet(_) => "it stands in a list".into(),
        AnyNodeRef::ExprSubscript(_) => "it is the key of a table".into(),
        AnyNodeRef::StmtReturn(_) => "it is returned".into(),
        _ => "it is used".into(),
    }
}
