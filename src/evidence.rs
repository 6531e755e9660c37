//! What the code tells about the side that a socket or a context is for. Reads it off the syntax; what each thing means
//! is in [`crate::tls::role`] and [`crate::tls::sinks`].

use crate::python::flow::{Does, Holder};
use crate::python::tree::{Node, NodeId};
use crate::python::values::Truth;
use crate::python::{LineNumber, Module};
use crate::rewrite::Label;
use crate::tls::role::{self, Evidence, Side};
use crate::tls::sinks;
use crate::wrappers;
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, Stmt};
use ruff_text_size::{Ranged, TextRange};
use std::collections::HashSet;

/// What the code does with a socket that `call` wraps, before and after, and where the socket comes from.
pub fn of_wrapped_socket<'a>(module: &Module<'a>, call: &'a ExprCall, sock: &'a Expr) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    made_by(module, sock, &mut evidence);
    for expr in std::iter::once(sock).chain(targets(module, call)) {
        if let Some(holder) = module.holder(expr) {
            used_as(module, &holder, &mut evidence);
        }
        if let Expr::Attribute(attribute) = expr
            && let Some(owner) = module.holder(&attribute.value)
        {
            owned_by(module, &owner, &mut evidence);
        }
    }
    if let Expr::Attribute(attribute) = sock
        && attribute.attr.as_str() == "socket"
        && matches!(&*attribute.value, Expr::Name(name) if name.id.as_str() == "self")
        && let Some(class) = module.class_around(module.tree().id(sock))
    {
        of_server_class(module, class, &mut evidence);
    }
    let mut seen = HashSet::new();
    evidence.retain(|found| seen.insert((found.side, found.what.clone())));
    evidence
}

/// What to say beside evidence where it does not decide.
pub fn label(found: &Evidence) -> Label {
    Label::new(found.range, format!("this speaks for a {}", found.side.as_str()))
}

/// True if a socket about which nothing else is known may be one that listens: the file serves somewhere, or the socket
/// has a name such as `listener` or `self.server`.
pub fn may_listen(module: &Module, sock: &Expr) -> bool {
    let name = module.slice(sock).to_lowercase();
    name.contains("listen") || name.contains("server") || serves(module)
}

/// True if anything in the file listens, accepts or serves.
pub fn serves(module: &Module) -> bool {
    let mut calls = module.tree().calls();
    let mut statements = module.tree().statements();
    calls.any(|(_, call)| match &*call.func {
        Expr::Attribute(attribute) => {
            role::socket_method(attribute.attr.as_str()) == Some(Side::Server)
                || role::socket_maker(attribute.attr.as_str()) == Some(Side::Server)
        }
        Expr::Name(name) => role::socket_maker(name.id.as_str()) == Some(Side::Server),
        _ => false,
    }) || statements.any(|(_, statement)| match statement {
        Stmt::ClassDef(class) => {
            let mut bases = class.arguments.iter().flat_map(|arguments| arguments.args.iter());
            bases.any(|base| role::is_server_class(module.slice(base)))
        }
        _ => false,
    })
}

/// What a step that the code takes with a context tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContextStep {
    /// It is for this side in any case: nothing else could be done with the context afterwards.
    Proof(Evidence),
    /// It is used for this side here.
    Evidence(Evidence),
    /// It says nothing.
    Nothing,
    /// The side is decided by a value at run time, or out of sight.
    OutOfSight(OutOfSight),
}

/// Where the side of a context cannot be followed any further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutOfSight {
    /// How, with its line: "line 7: it is returned".
    pub what: String,
    /// Its bytes.
    pub range: TextRange,
}

/// What one step tells about the side of a context. `has_certificate`: whether it may have a certificate of its own,
/// without which it cannot serve.
pub fn of_context_step<'a>(module: &Module<'a>, node: NodeId, does: Does<'a>, has_certificate: bool) -> ContextStep {
    let range = match (does, module.tree().statement_of(node)) {
        (Does::Call { call, .. } | Does::Pass { call, .. }, _) => call.range(),
        (Does::SetAttribute { .. }, Some((_, statement))) => statement.range(),
        _ => module.tree().node(node).range(),
    };
    let line = module.line_number(module.tree().node(node).range().start());
    let evidence = |side, what: String| Evidence {
        side,
        what: format!("line {line} {what}"),
        range,
    };
    let out_of_sight = |what: String| ContextStep::OutOfSight(OutOfSight { what, range });
    if let Does::Pass { call, .. } = does
        && let Some(side) = wrappers::side(module, call, module.tree().node(node).range())
    {
        let callee = module.slice(&*call.func);
        let what = format!("passes it to `{callee}` (declared: {})", side.as_str());
        return ContextStep::Evidence(evidence(side, what));
    }
    match does {
        Does::Call { method, call } if matches!(method, "wrap_socket" | "wrap_bio") => {
            of_wrapping(module, line, method, call, has_certificate)
        }
        // A server's context with `check_hostname` on cannot wrap anything: it would need a `server_hostname`, which
        // is refused for servers (`ssl-facts.md` section 3d).
        Does::SetAttribute {
            attribute: "check_hostname",
            value,
            ..
        } if module.truth(value) != Truth::False => {
            ContextStep::Proof(evidence(Side::Client, "turns the host name check on".into()))
        }
        Does::SetAttribute {
            attribute: "sni_callback",
            ..
        } => ContextStep::Proof(evidence(Side::Server, "sets a callback for server names".into())),
        Does::Call {
            method: "set_servername_callback",
            ..
        } => ContextStep::Proof(evidence(Side::Server, "sets a callback for server names".into())),
        Does::Pass {
            call,
            keyword: Some(keyword),
        } => {
            let callee = module.slice(&*call.func);
            match sinks::side_of(callee, keyword) {
                Some(side) => ContextStep::Evidence(evidence(side, format!("passes it to `{callee}`"))),
                None => out_of_sight(format!("line {line} passes it to `{callee}({keyword}=)`")),
            }
        }
        Does::Pass { call, keyword: None } => {
            let callee = module.slice(&*call.func);
            match callee {
                "isinstance" | "print" | "repr" | "id" | "bool" => ContextStep::Nothing,
                _ => out_of_sight(format!("line {line} passes it to `{callee}`")),
            }
        }
        Does::Escape(how) => out_of_sight(format!("line {line}: it {how}")),
        Does::ReadAttribute("wrap_socket" | "wrap_bio") => {
            out_of_sight(format!("line {line} hands its `wrap_socket` on"))
        }
        Does::SetAttribute { .. } | Does::ReadAttribute(_) | Does::Call { .. } | Does::Test | Does::Rebind => {
            ContextStep::Nothing
        }
    }
}

fn of_wrapping<'a>(
    module: &Module<'a>,
    line: LineNumber,
    method: &str,
    call: &'a ExprCall,
    has_certificate: bool,
) -> ContextStep {
    let arguments = &call.arguments;
    let is_dynamic = arguments.args.iter().any(Expr::is_starred_expr)
        || arguments.keywords.iter().any(|keyword| keyword.arg.is_none());
    let evidence = |side, what: &str| {
        ContextStep::Evidence(Evidence {
            side,
            what: format!("line {line} calls `{method}({what})`"),
            range: call.range(),
        })
    };
    let out_of_sight = |what: String| {
        ContextStep::OutOfSight(OutOfSight {
            what,
            range: call.range(),
        })
    };
    let position = if method == "wrap_bio" { 2 } else { 1 };
    let server_side = arguments.find_argument_value("server_side", position);
    match server_side.map(|value| module.truth(value)) {
        Some(Truth::True) => evidence(Side::Server, "server_side=True"),
        Some(Truth::Unknown) => out_of_sight(format!(
            "line {line} calls `{method}` for a side that is decided at run time"
        )),
        told => {
            let names_host = arguments
                .find_keyword("server_hostname")
                .is_some_and(|keyword| !keyword.value.is_none_literal_expr());
            if names_host {
                return evidence(Side::Client, "server_hostname=...");
            }
            if is_dynamic {
                return out_of_sight(format!("line {line} calls `{method}` with arguments from `*` or `**`"));
            }
            let sock = arguments.find_argument_value("sock", 0);
            let found = match sock {
                Some(sock) if method == "wrap_socket" => of_wrapped_socket(module, call, sock),
                _ => Vec::new(),
            };
            match role::weigh(&found) {
                // A socket that listens is served, whatever `server_side` says.
                role::Role::Is(Side::Server) => match found.into_iter().next() {
                    Some(found) => ContextStep::Evidence(found),
                    None => ContextStep::Nothing,
                },
                role::Role::Both => out_of_sight(format!("line {line} wraps a socket that connects and serves")),
                // As `wrap-socket` decides: with a certificate, in a file that serves, an unknown socket may listen.
                role::Role::Unknown
                    if has_certificate
                        && method == "wrap_socket"
                        && sock.is_some_and(|sock| may_listen(module, sock)) =>
                {
                    out_of_sight(format!("line {line} wraps a socket that may listen"))
                }
                _ if told.is_some() => evidence(Side::Client, "server_side=False"),
                _ => evidence(Side::Client, ""),
            }
        }
    }
}

/// What the result of the call is assigned to.
fn targets<'a>(module: &Module<'a>, call: &'a ExprCall) -> Vec<&'a Expr> {
    let tree = module.tree();
    match tree.parent(tree.id(call)).map(|parent| tree.node(parent)) {
        Some(Node::Stmt(Stmt::Assign(assign))) => assign.targets.iter().collect(),
        Some(Node::Stmt(Stmt::AnnAssign(assign))) => vec![&*assign.target],
        Some(Node::Other(AnyNodeRef::WithItem(item))) => item.optional_vars.as_deref().into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The methods that are called on the socket; bound and never connected means that it serves.
fn used_as<'a>(module: &Module<'a>, holder: &Holder<'a>, evidence: &mut Vec<Evidence>) {
    let mut bound = None;
    for step in module.steps(holder) {
        if let Does::Call { method, call } = step.does {
            let line = module.line_number(call.start());
            match role::socket_method(method) {
                Some(side) => evidence.push(Evidence {
                    side,
                    what: format!("line {line} calls `{}.{method}`", holder.text),
                    range: call.range(),
                }),
                None if method == "bind" => bound = Some((line, call.range())),
                None => {}
            }
        }
    }
    if let (Some((line, range)), true) = (bound, evidence.is_empty()) {
        evidence.push(Evidence {
            side: Side::Server,
            what: format!("line {line} binds `{}`, and nothing here connects it", holder.text),
            range,
        });
    }
    for value in module.values_of(holder) {
        made_by(module, value, evidence);
    }
}

/// The function that made the socket.
fn made_by(module: &Module, value: &Expr, evidence: &mut Vec<Evidence>) {
    let Expr::Call(call) = value else { return };
    let callee = module.slice(&*call.func);
    if let Some(side) = role::socket_maker(callee) {
        evidence.push(Evidence {
            side,
            what: format!("line {} makes it by `{callee}`", module.line_number(call.start())),
            range: call.range(),
        });
    }
}

/// The object whose attribute the socket is: `httpd` in `httpd.socket`.
fn owned_by<'a>(module: &Module<'a>, owner: &Holder<'a>, evidence: &mut Vec<Evidence>) {
    for value in module.values_of(owner) {
        made_by(module, value, evidence);
    }
    if owner.text == "self" {
        return;
    }
    for step in module.steps(owner) {
        if let Does::Call { method, call } = step.does
            && let Some(side) = role::socket_method(method)
        {
            evidence.push(Evidence {
                side,
                what: format!(
                    "line {} calls `{}.{method}`",
                    module.line_number(call.start()),
                    owner.text
                ),
                range: call.range(),
            });
        }
    }
}

/// `self.socket` of a class that is a server by its bases or by what it calls on itself.
fn of_server_class(module: &Module, class: NodeId, evidence: &mut Vec<Evidence>) {
    let Node::Stmt(Stmt::ClassDef(definition)) = module.tree().node(class) else {
        return;
    };
    let bases = definition.arguments.iter().flat_map(|arguments| arguments.args.iter());
    for base in bases.filter(|base| role::is_server_class(module.slice(*base))) {
        evidence.push(Evidence {
            side: Side::Server,
            what: format!("its class is a `{}`", module.slice(base)),
            range: base.range(),
        });
    }
    for (_, node) in module.tree().subtree(class) {
        if let Node::Expr(Expr::Call(call)) = node
            && let Expr::Attribute(attribute) = &*call.func
            && matches!(attribute.attr.as_str(), "server_bind" | "server_activate")
        {
            evidence.push(Evidence {
                side: Side::Server,
                what: format!("line {} calls `{}`", module.line_number(call.start()), attribute.attr),
                range: call.range(),
            });
        }
    }
}
