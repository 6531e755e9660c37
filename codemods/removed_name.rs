#![doc = include_str!("removed_name.md")]

use crate::python::Module;
use crate::python::tree::{Node, NodeId};
use crate::python::uses::Lookup;
use crate::rewrite::{Finding, Level};
use crate::tls::names::{self, Fate};
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

/// The name of the codemod.
pub const NAME: &str = "removed-name";

/// Methods of Next Protocol Negotiation, which no OpenSSL of today speaks: what each does, and what to use.
const NPN_METHODS: [(&str, Level, &str, &str); 2] = [
    (
        "set_npn_protocols",
        Level::Error,
        "raises: Next Protocol Negotiation is gone from OpenSSL",
        "use `set_alpn_protocols`",
    ),
    (
        "selected_npn_protocol",
        Level::Warning,
        "always returns `None`: Next Protocol Negotiation is gone from OpenSSL",
        "use `selected_alpn_protocol`",
    ),
];

/// Looks at functions, classes and methods of `ssl` that are gone and have nothing to do with building a context.
pub fn look(module: &Module, findings: &mut Vec<Finding>) {
    for found in module.uses() {
        if let Some(old) = names::REMOVED.iter().find(|old| old.name == found.name) {
            let (Fate::Gone(fate) | Fate::Deprecated(fate)) = old.fate;
            let guard = module
                .guard(found.node)
                .or_else(|| module.expects_missing_name(found.node));
            findings.push(report(
                found.expr.range(),
                format!("`ssl.{}` {fate}", old.name),
                old.instead,
                guard,
            ));
        }
        if matches!(found.name.as_str(), "SSLSocket" | "SSLObject")
            && let Some(Node::Expr(Expr::Call(call))) =
                module.tree().parent(found.node).map(|id| module.tree().node(id))
            && call.func.range() == found.expr.range()
        {
            let message = format!("`ssl.{}(...)` raises `TypeError` since Python 3.7", found.name);
            let instead = "build an `SSLContext` and call its `wrap_socket` or `wrap_bio`";
            findings.push(report(call.range(), message, instead, module.guard(found.node)));
        }
    }
    for named in module.named_by_string().filter(|named| named.how != Lookup::Ask) {
        if let Some(old) = names::REMOVED.iter().find(|old| old.name == named.name) {
            let (Fate::Gone(fate) | Fate::Deprecated(fate)) = old.fate;
            let guard = module.guard(named.node);
            findings.push(report(
                named.call.range(),
                format!("`ssl.{}` {fate}", old.name),
                old.instead,
                guard,
            ));
        }
    }
    if module.tree().nodes().all(|(_, node)| !imports_ssl(node)) {
        return;
    }
    for (id, node) in module.tree().nodes() {
        let Node::Expr(Expr::Call(call)) = node else { continue };
        let Expr::Attribute(attribute) = &*call.func else {
            continue;
        };
        let method = NPN_METHODS.iter().find(|(name, ..)| *name == attribute.attr.as_str());
        if let Some((name, level, fate, instead)) = method
            && !stands_in_for(module, id, name)
        {
            let finding = report(call.range(), format!("`{name}` {fate}"), instead, module.guard(id));
            let level = finding.level.max(*level);
            findings.push(Finding { level, ..finding });
        }
    }
}

/// True in a method of the same name: the class has the interface of a context or socket, and calls nothing by itself.
fn stands_in_for(module: &Module, id: NodeId, method: &str) -> bool {
    module.tree().ancestors(id).any(|ancestor| {
        matches!(module.tree().node(ancestor), Node::Stmt(Stmt::FunctionDef(function)) if function.name.as_str() == method)
    })
}

fn imports_ssl(node: Node) -> bool {
    match node.any() {
        ruff_python_ast::AnyNodeRef::StmtImport(import) => {
            import.names.iter().any(|alias| alias.name.as_str() == "ssl")
        }
        ruff_python_ast::AnyNodeRef::StmtImportFrom(import) => {
            import.module.as_ref().is_some_and(|module| module.as_str() == "ssl")
        }
        _ => false,
    }
}

fn report(range: TextRange, message: String, instead: &str, guard: Option<String>) -> Finding {
    Finding {
        codemod: NAME,
        level: if guard.is_some() { Level::Note } else { Level::Error },
        range,
        message,
        notes: std::iter::once(instead.to_string())
            .chain(guard.map(|reason| format!("left alone: {reason}")))
            .collect(),
        fix: None,
    }
}
