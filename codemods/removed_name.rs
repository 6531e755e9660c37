#![doc = include_str!("removed_name.md")]

use crate::python::Module;
use crate::python::flow::Does;
use crate::python::guards::Guard;
use crate::python::resolve::Certainty;
use crate::python::tree::{Node, NodeId};
use crate::python::uses::{Lookup, Use};
use crate::rewrite::{Edit, Finding, Fix, Identity, Level, Safety};
use crate::tls::names::{self, Fate, Name};
use ruff_python_ast::token::TokenKind;
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
            let mut finding = report(
                found.expr.range(),
                format!("`ssl.{}` {fate}", old.name),
                old.instead,
                guard,
            );
            if old.name == "RAND_pseudo_bytes" && finding.level == Level::Error {
                finding.fix = first_of_random_bytes(module, found);
            }
            findings.push(finding);
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
    for old in names::REMOVED {
        look_at_imports(module, old, findings);
    }
    if !module.tree().statements().any(|(_, statement)| imports_ssl(statement)) {
        return;
    }
    for (id, call) in module.tree().calls() {
        let Expr::Attribute(attribute) = &*call.func else {
            continue;
        };
        let method = NPN_METHODS.iter().find(|(name, ..)| *name == attribute.attr.as_str());
        if let Some((name, level, fate, instead)) = method
            && !stands_in_for(module, id, name)
        {
            let beside = *name == "set_npn_protocols" && sets_alpn(module, &attribute.value);
            let instead = match beside {
                true => "drop the call: `set_alpn_protocols` of the same context says the same in today's protocol",
                false => instead,
            };
            let guard = module.guard(id).or_else(|| module.expects_missing_name(id));
            let finding = report(call.range(), format!("`{name}` {fate}"), instead, guard);
            let level = finding.level.max(*level);
            findings.push(Finding { level, ..finding });
        }
    }
}

/// The function returned a tuple of the bytes and whether they are strong, which those of `RAND_bytes` always are: what
/// takes the first of the two can have them from there.
fn first_of_random_bytes<'a>(module: &Module<'a>, found: &Use<'a>) -> Option<Fix> {
    let tree = module.tree();
    let call = tree.parent(found.node)?;
    let subscript = tree.parent(call)?;
    let (Node::Expr(Expr::Call(_)), Node::Expr(Expr::Subscript(subscript))) = (tree.node(call), tree.node(subscript))
    else {
        return None;
    };
    let is_first = module.slice(&*subscript.slice) == "0" && subscript.ctx.is_load();
    if !is_first || found.certainty != Certainty::Certain || module.replaces("RAND_pseudo_bytes") {
        return None;
    }
    // Parentheses around the call stay; what stands behind them goes.
    let bracket = module
        .tokens()
        .in_range(subscript.range())
        .iter()
        .rfind(|token| token.kind() == TokenKind::Lsqb)?;
    let mut spelling = module.spelling(found)?;
    let mut edits = vec![
        Edit::replace(found.expr.range(), spelling.name("RAND_bytes")),
        Edit::delete(TextRange::new(bracket.start(), subscript.end())),
    ];
    edits.extend(spelling.into_edits().ok()?);
    Some(Fix {
        title: "take them from `RAND_bytes`, which returns the bytes alone".into(),
        safety: Safety::Safe,
        edits,
    })
}

/// Importing what is gone raises, used or not.
fn look_at_imports(module: &Module, old: &Name, findings: &mut Vec<Finding>) {
    let (Fate::Gone(fate) | Fate::Deprecated(fate)) = old.fate;
    for (import, alias) in module.imports_of(old.name) {
        let local = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
        if !module.is_unneeded(local) {
            continue;
        }
        let is_expected = module.expects_missing_name(module.tree().id(import));
        let mut finding = report(
            alias.range(),
            format!("`ssl.{}` {fate}: importing it raises `ImportError`", old.name),
            old.instead,
            is_expected,
        );
        if finding.level == Level::Error {
            finding.fix = Some(Fix {
                title: "drop the name, which nothing here uses, from the import".into(),
                safety: Safety::Safe,
                edits: vec![module.drop_import(import, alias)],
            });
        }
        findings.push(finding);
    }
}

/// True if the code also calls `set_alpn_protocols` of a context.
fn sets_alpn<'a>(module: &Module<'a>, context: &'a Expr) -> bool {
    let steps = module.holder(context).map(|holder| module.steps(&holder));
    steps.into_iter().flatten().any(|step| {
        matches!(
            step.does,
            Does::Call {
                method: "set_alpn_protocols",
                ..
            }
        )
    })
}

/// True in a method of the same name: the class has the interface of a context or socket, and calls nothing by itself.
fn stands_in_for(module: &Module, id: NodeId, method: &str) -> bool {
    module.tree().ancestors(id).any(|ancestor| {
        matches!(module.tree().node(ancestor), Node::Stmt(Stmt::FunctionDef(function)) if function.name.as_str() == method)
    })
}

fn imports_ssl(statement: &Stmt) -> bool {
    match statement {
        Stmt::Import(import) => import.names.iter().any(|alias| alias.name.as_str() == "ssl"),
        Stmt::ImportFrom(import) => import.module.as_ref().is_some_and(|module| module.as_str() == "ssl"),
        _ => false,
    }
}

fn report(range: TextRange, message: String, instead: &str, guard: Option<Guard>) -> Finding {
    Finding {
        codemod: NAME,
        identity: Identity::default(),
        level: if guard.is_some() { Level::Note } else { Level::Error },
        range,
        message,
        notes: std::iter::once(instead.to_string())
            .chain(guard.iter().map(|reason| format!("left alone: {reason}")))
            .collect(),
        labels: guard.into_iter().map(|guard| guard.place).collect(),
        fix: None,
    }
}
