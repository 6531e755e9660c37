//! Which side a call of the old `wrap_socket` is for. The function did not have to be told: a wrapped socket that
//! listens serves, whatever `server_side` says (`ssl-facts.md` section 2, `census.md` section 10).

use super::Arguments;
use crate::python::Module;
use crate::python::flow::{Does, Holder};
use crate::python::tree::{Node, NodeId};
use crate::python::values::Truth;
use crate::tls::recipe::Protocol;
use crate::tls::role::{self, Evidence, Role, Side};
use ruff_python_ast::{Expr, ExprCall, Stmt};
use ruff_text_size::Ranged;

/// The side of a call.
pub(super) struct CallRole {
    pub protocol: Protocol,
    /// The socket serves without having been told so.
    pub implicit: bool,
    /// What the reader should know about the decision.
    pub notes: Vec<String>,
}

pub(super) fn of_call<'a>(
    module: &Module<'a>,
    call: &'a ExprCall,
    arguments: &Arguments<'a>,
) -> Result<CallRole, String> {
    let told = arguments
        .get("server_side")
        .map(|argument| (argument, module.truth(argument.value)));
    match told {
        Some((_, Truth::True)) => return Ok(CallRole::plain(Protocol::Server)),
        Some((argument, Truth::Unknown)) => {
            return Ok(CallRole::plain(Protocol::ServerIf(
                module.slice(argument.value).to_string(),
            )));
        }
        Some((_, Truth::False)) | None => {}
    }
    let evidence = evidence(module, call, arguments);
    let has_certificate = arguments.present(module, "certfile").is_some();
    Ok(match role::weigh(&evidence) {
        // Without a certificate no server can answer: whatever else happens to the socket, this call connects.
        _ if !has_certificate => CallRole::plain(Protocol::Client),
        Role::Is(Side::Client) => CallRole::plain(Protocol::Client),
        Role::Is(Side::Server) => CallRole {
            protocol: Protocol::Server,
            implicit: true,
            notes: vec![format!(
                "a server, though it does not say `server_side=True`: {}",
                list(&evidence)
            )],
        },
        Role::Unknown if !serves(module) => CallRole::plain(Protocol::Client),
        Role::Unknown => CallRole {
            protocol: Protocol::Undecided,
            implicit: false,
            notes: vec![
                "the side is for a person: it does not say `server_side=True`, which means a client with a certificate \
                 or a socket that listens, and this file serves too; `PROTOCOL_TLS` does both"
                    .to_string(),
            ],
        },
        Role::Both => CallRole {
            protocol: Protocol::Undecided,
            implicit: false,
            notes: vec![format!(
                "the side is for a person: {}; `PROTOCOL_TLS` does both",
                list(&evidence)
            )],
        },
    })
}

impl CallRole {
    fn plain(protocol: Protocol) -> CallRole {
        CallRole {
            protocol,
            implicit: false,
            notes: Vec::new(),
        }
    }
}

fn list(evidence: &[Evidence]) -> String {
    evidence
        .iter()
        .map(|found| found.what.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

/// What the code does with the socket before and after it is wrapped, and where the socket comes from.
fn evidence<'a>(module: &Module<'a>, call: &'a ExprCall, arguments: &Arguments<'a>) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    let Some(sock) = arguments.get("sock").map(|argument| argument.value) else {
        return evidence;
    };
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
    evidence.dedup();
    evidence
}

/// What the result of the call is assigned to.
fn targets<'a>(module: &Module<'a>, call: &'a ExprCall) -> Vec<&'a Expr> {
    let tree = module.tree();
    match tree.parent(tree.id(call)).map(|parent| tree.node(parent)) {
        Some(Node::Stmt(Stmt::Assign(assign))) => assign.targets.iter().collect(),
        Some(Node::Stmt(Stmt::AnnAssign(assign))) => vec![&*assign.target],
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
                }),
                None if method == "bind" => bound = Some(line),
                None => {}
            }
        }
    }
    if let (Some(line), true) = (bound, evidence.is_empty()) {
        evidence.push(Evidence {
            side: Side::Server,
            what: format!("line {line} binds `{}`, and nothing here connects it", holder.text),
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
    for base in bases
        .map(|base| module.slice(base))
        .filter(|base| role::is_server_class(base))
    {
        evidence.push(Evidence {
            side: Side::Server,
            what: format!("its class is a `{base}`"),
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
            });
        }
    }
}

/// True if anything in the file listens, accepts or serves.
fn serves(module: &Module) -> bool {
    module.tree().nodes().any(|(_, node)| match node {
        Node::Expr(Expr::Call(call)) => match &*call.func {
            Expr::Attribute(attribute) => {
                role::socket_method(attribute.attr.as_str()) == Some(Side::Server)
                    || role::socket_maker(attribute.attr.as_str()) == Some(Side::Server)
            }
            Expr::Name(name) => role::socket_maker(name.id.as_str()) == Some(Side::Server),
            _ => false,
        },
        Node::Stmt(Stmt::ClassDef(class)) => class
            .arguments
            .iter()
            .flat_map(|arguments| arguments.args.iter())
            .any(|base| role::is_server_class(module.slice(base))),
        _ => false,
    })
}
