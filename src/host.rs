//! The name of the host that a socket is connected to, as far as the code of one function proves it. A context that
//! checks host names needs it, and a guessed one breaks the program (`ssl-facts.md`, traps B10 to B12).
//!
//! Proven is the `host` of `sock.connect((host, port))` or `create_connection((host, port))` on the same socket in the
//! same function, unless something says that it may be an address, empty, or the name of a proxy.

use crate::python::Module;
use crate::python::bindings::{BindingKind, ScopeId};
use crate::python::flow::{Does, Holder};
use crate::python::tree::{Node, NodeId};
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};
use std::net::IpAddr;

/// A host's name that is proven.
#[derive(Clone, Debug)]
pub struct Host<'a> {
    /// The expression: where the wrapping stands, it has the value that it has here.
    pub expr: &'a Expr,
    /// What proves it: "line 5 connects it to `host`".
    pub what: String,
    /// Where that is.
    pub range: TextRange,
}

/// Values are followed from name to name at most this often.
const MOST_STEPS: u32 = 4;

/// The host that the socket of a call that wraps it is connected to.
///
/// # Errors
///
/// Why it is not proven, to follow "the name of the host is not proven: ".
pub fn of_wrapped_socket<'a>(module: &Module<'a>, call: &'a ExprCall, sock: &'a Expr) -> Result<Host<'a>, String> {
    let tree = module.tree();
    let function = Function {
        module,
        scope: tree.statement_scope(tree.scope_of(tree.id(call))),
        wrap: tree.id(call),
    };
    function.check_direct()?;
    let connections = function.connections(call, sock)?;
    let Some(first) = connections.first() else {
        return Err("nothing in this function connects the socket".into());
    };
    let host = function.host_in(first)?;
    for other in &connections[1..] {
        let other = function.host_in(other)?;
        if module.slice(other) != module.slice(host) {
            return Err(format!(
                "line {} connects the socket to `{}`, and line {} to `{}`",
                module.line_number(host.start()),
                module.slice(host),
                module.line_number(other.start()),
                module.slice(other)
            ));
        }
    }
    check_name(module, host)?;
    let start = connections
        .iter()
        .map(|connection| connection.address.start())
        .min()
        .unwrap_or(host.start())
        .min(host.start())
        .min(call.start());
    function.check_unchanged(host, start)?;
    Ok(Host {
        expr: host,
        what: format!(
            "line {} connects it to `{}`",
            module.line_number(first.address.start()),
            module.slice(host)
        ),
        range: first.address.range(),
    })
}

/// Whether an expression is surely a name of a host, as far as the file tells: not an address, not empty, not `None`.
///
/// # Errors
///
/// Why not: "`host` may be `None`".
pub fn check_name(module: &Module, expr: &Expr) -> Result<(), String> {
    check_value(module, expr, expr, MOST_STEPS)
}

/// The function, or the module, in which a socket is wrapped.
struct Function<'m, 'a> {
    module: &'m Module<'a>,
    scope: ScopeId,
    wrap: NodeId,
}

/// A place that connects the socket.
struct Connection<'a> {
    address: &'a Expr,
}

impl<'a> Function<'_, 'a> {
    fn connections(&self, call: &'a ExprCall, sock: &'a Expr) -> Result<Vec<Connection<'a>>, String> {
        let mut connections = Vec::new();
        if let Expr::Call(maker) = sock
            && let Some(address) = self.created_by(maker)
        {
            connections.push(Connection { address });
        }
        if let Some(holder) = self.module.holder(sock) {
            self.connections_before(sock, &holder, call, &mut connections)?;
        }
        // A socket that is wrapped first is connected by its new name.
        for holder in self
            .targets(call)
            .into_iter()
            .filter_map(|target| self.module.holder(target))
        {
            connections.extend(
                self.connects(&holder)
                    .filter(|(_, connect)| connect.start() > call.start())
                    .filter_map(|(_, connect)| connect.arguments.find_argument_value("address", 0))
                    .map(|address| Connection { address }),
            );
        }
        Ok(connections)
    }

    /// What connects the socket under the name that it has when it is wrapped.
    fn connections_before(
        &self,
        sock: &'a Expr,
        holder: &Holder<'a>,
        wrap: &'a ExprCall,
        connections: &mut Vec<Connection<'a>>,
    ) -> Result<(), String> {
        let elsewhere = || format!("`{}` may come connected from elsewhere", holder.text);
        let origin = self.origin(sock, wrap);
        for maker in &origin.makers {
            let Some(address) = self.created_by(maker) else {
                continue;
            };
            if origin.is_parameter && self.is_conditional(self.module.tree().id(*maker)) {
                return Err(elsewhere());
            }
            connections.push(Connection { address });
        }
        let is_known = !origin.makers.is_empty() && origin.unknown.is_empty() && !origin.is_parameter;
        for (node, connect) in self.connects(holder) {
            if !is_known && connect.start() < wrap.start() && self.is_conditional(node) {
                return Err(elsewhere());
            }
            let address = connect.arguments.find_argument_value("address", 0);
            connections.extend(address.map(|address| Connection { address }));
        }
        let first = connections.iter().map(|connection| connection.address.start()).min();
        let in_between = |start: &&TextSize| first.is_some_and(|first| first <= **start) && **start < wrap.start();
        match origin.unknown.iter().find(in_between) {
            Some(unknown) => Err(format!(
                "line {} assigns `{}` in between",
                self.module.line_number(*unknown),
                holder.text
            )),
            None => Ok(()),
        }
    }

    /// The calls in the function that connect what a holder holds.
    fn connects(&self, holder: &Holder<'a>) -> impl Iterator<Item = (NodeId, &'a ExprCall)> {
        self.module
            .steps(holder)
            .into_iter()
            .filter_map(|step| match step.does {
                Does::Call {
                    method: "connect" | "connect_ex",
                    call,
                } if self.holds(step.node) => Some((step.node, call)),
                _ => None,
            })
    }

    /// Where the value of a socket's variable comes from, within the function.
    fn origin(&self, expr: &'a Expr, wrap: &'a ExprCall) -> Origin<'a> {
        let module = self.module;
        let mut origin = Origin::default();
        let mut add = |value: Option<&'a Expr>, start: TextSize| match value {
            Some(value) if value.range().contains_range(wrap.range()) => {}
            Some(Expr::NoneLiteral(_)) => {}
            Some(Expr::Call(call)) if self.makes_socket(call) => origin.makers.push(call),
            _ => origin.unknown.push(start),
        };
        match expr {
            Expr::Name(name) => {
                let scope = module.tree().binding_scope(module.scope_of(expr), name.id.as_str());
                let bindings = scope
                    .and_then(|scope| module.tree().scope(scope).bindings.get(name.id.as_str()))
                    .into_iter()
                    .flatten();
                let mut is_parameter = scope != Some(self.scope);
                for binding in bindings {
                    let start = module.tree().node(binding.node).range().start();
                    match binding.kind {
                        BindingKind::Parameter(_) => is_parameter = true,
                        BindingKind::Value(value) => add(Some(value), start),
                        BindingKind::Deleted | BindingKind::Declared => {}
                        _ => add(self.entered(binding.node), start),
                    }
                }
                origin.is_parameter = is_parameter;
            }
            _ => {
                let stores: Vec<&'a Expr> = module
                    .tree()
                    .stores()
                    .filter(|stored| {
                        module.slice(*stored) == module.slice(expr) && self.holds(module.tree().id(*stored))
                    })
                    .collect();
                for stored in stores {
                    let parent = module.tree().parent(module.tree().id(stored));
                    let value = match parent.map(|parent| module.tree().node(parent)) {
                        Some(Node::Stmt(Stmt::Assign(assign))) => Some(&*assign.value),
                        _ => None,
                    };
                    add(value, stored.start());
                }
                // Other methods can have set it as well.
                origin.is_parameter = true;
            }
        }
        origin
    }

    /// `with ... as sock`: the value that is entered.
    fn entered(&self, target: NodeId) -> Option<&'a Expr> {
        match self.module.tree().node(self.module.tree().parent(target)?).any() {
            AnyNodeRef::WithItem(item) => Some(&item.context_expr),
            _ => None,
        }
    }

    fn makes_socket(&self, call: &ExprCall) -> bool {
        matches!(
            self.module.resolve_surely(&call.func).as_deref(),
            Some("socket.socket" | "socket.create_connection")
        )
    }

    /// The address, if the call makes a socket that is connected.
    fn created_by(&self, call: &'a ExprCall) -> Option<&'a Expr> {
        let name = self.module.resolve_surely(&call.func)?;
        (name == "socket.create_connection").then(|| call.arguments.find_argument_value("address", 0))?
    }

    fn targets(&self, call: &'a ExprCall) -> Vec<&'a Expr> {
        let tree = self.module.tree();
        match tree.parent(self.wrap).map(|parent| tree.node(parent)) {
            Some(Node::Stmt(Stmt::Assign(assign))) if assign.value.range() == call.range() => {
                assign.targets.iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn holds(&self, node: NodeId) -> bool {
        let tree = self.module.tree();
        tree.statement_scope(tree.scope_of(node)) == self.scope
    }

    /// True if the wrapping can be reached without the node.
    fn is_conditional(&self, node: NodeId) -> bool {
        let tree = self.module.tree();
        let around: Vec<NodeId> = tree.ancestors(self.wrap).collect();
        tree.ancestors(node)
            .take_while(|ancestor| !around.contains(ancestor))
            .any(|ancestor| {
                matches!(
                    tree.node(ancestor).any(),
                    AnyNodeRef::StmtIf(_)
                        | AnyNodeRef::ElifElseClause(_)
                        | AnyNodeRef::StmtFor(_)
                        | AnyNodeRef::StmtWhile(_)
                        | AnyNodeRef::ExceptHandlerExceptHandler(_)
                        | AnyNodeRef::MatchCase(_)
                        | AnyNodeRef::ExprIf(_)
                        | AnyNodeRef::ExprBoolOp(_)
                )
            })
    }

    /// The host in `(host, port)`.
    fn host_in(&self, connection: &Connection<'a>) -> Result<&'a Expr, String> {
        let module = self.module;
        let address = module.value_of(connection.address);
        let line = module.line_number(connection.address.start());
        let host = match address {
            Expr::Tuple(tuple) if matches!(tuple.elts.len(), 2 | 4) => &tuple.elts[0],
            _ => {
                return Err(format!(
                    "line {line} connects the socket to `{}`, which this function does not write as `(host, port)`",
                    module.slice(connection.address)
                ));
            }
        };
        if module.scope_of(host) == module.tree().scope_of(self.wrap) {
            Ok(host)
        } else {
            Err(format!("line {line} connects the socket to a name of another scope"))
        }
    }

    /// The name must still be bound to the same value where the socket is wrapped.
    fn check_unchanged(&self, host: &Expr, from: TextSize) -> Result<(), String> {
        let module = self.module;
        let mut root = host;
        let mut texts = vec![module.slice(host)];
        while let Expr::Attribute(attribute) = root {
            root = &attribute.value;
            texts.push(module.slice(root));
        }
        if let Expr::Name(name) = root {
            let scope = module.tree().binding_scope(module.scope_of(root), name.id.as_str());
            let bindings = module.tree().bindings(module.scope_of(root), name.id.as_str());
            if scope != Some(self.scope) && bindings.len() > 1 {
                return Err(format!("`{}` is assigned in several places", name.id));
            }
        }
        let changed = module.tree().stores().find(|stored| {
            stored.start() >= from && texts.contains(&module.slice(*stored)) && self.holds(module.tree().id(*stored))
        });
        match changed {
            Some(stored) => Err(format!(
                "line {} assigns `{}` again",
                module.line_number(stored.start()),
                module.slice(stored)
            )),
            None => Ok(()),
        }
    }

    /// Behind a proxy the socket is connected to one host and TLS is for another.
    fn check_direct(&self) -> Result<(), String> {
        let module = self.module;
        let tells = |text: &str| {
            let text = text.to_ascii_lowercase();
            text.contains("proxy") || text.contains("tunnel")
        };
        let region = module.tree().scope(self.scope).node;
        for (_, node) in module.tree().subtree(region) {
            let word = match node.any() {
                AnyNodeRef::ExprName(name) if tells(&name.id) => name.id.as_str(),
                AnyNodeRef::ExprAttribute(attribute) if tells(&attribute.attr) => attribute.attr.as_str(),
                AnyNodeRef::Keyword(keyword) => match &keyword.arg {
                    Some(name) if tells(name) => name.as_str(),
                    _ => continue,
                },
                AnyNodeRef::ExprStringLiteral(literal) if literal.value.to_str().contains("CONNECT ") => "CONNECT",
                AnyNodeRef::ExprBytesLiteral(literal)
                    if literal
                        .value
                        .iter()
                        .any(|part| part.as_slice().starts_with(b"CONNECT ")) =>
                {
                    "CONNECT"
                }
                _ => continue,
            };
            return Err(format!(
                "line {} speaks of a proxy (`{word}`), and TLS may be for another host than the one that is connected",
                module.line_number(node.range().start())
            ));
        }
        Ok(())
    }
}

/// Where the value of a socket's variable comes from.
#[derive(Default)]
struct Origin<'a> {
    /// The calls of the module `socket` that make it.
    makers: Vec<&'a ExprCall>,
    /// Where it is set to something else.
    unknown: Vec<TextSize>,
    /// Whether it comes from outside the function.
    is_parameter: bool,
}

fn check_value(module: &Module, host: &Expr, value: &Expr, steps: u32) -> Result<(), String> {
    let text = module.slice(host);
    let Some(steps) = steps.checked_sub(1) else {
        return Err(format!("`{text}` comes from far away"));
    };
    match value {
        Expr::StringLiteral(literal) if literal.value.is_empty() => Err(format!("`{text}` may be empty")),
        Expr::StringLiteral(literal) if is_address(literal.value.to_str()) => {
            Err(format!("`{text}` is or may be an address, not a name"))
        }
        Expr::StringLiteral(_) => Ok(()),
        Expr::NoneLiteral(_) => Err(format!("`{text}` may be `None`")),
        Expr::Name(name) if sounds_like_address(&name.id) => Err(format!("`{text}` looks like an address, not a name")),
        Expr::Name(name) => {
            let bindings = module.tree().bindings(module.scope_of(value), name.id.as_str());
            if bindings.is_empty() {
                return Err(format!("nothing here tells what `{text}` is"));
            }
            for binding in bindings {
                match binding.kind {
                    BindingKind::Parameter(None) | BindingKind::ImportFrom { .. } => {}
                    BindingKind::Parameter(Some(value)) | BindingKind::Value(value) => {
                        check_value(module, host, value, steps)?;
                    }
                    _ => {
                        return Err(format!(
                            "line {} takes `{text}` out of something that may hold addresses",
                            module.line_number(module.tree().node(binding.node).range().start())
                        ));
                    }
                }
            }
            Ok(())
        }
        Expr::Attribute(attribute) if sounds_like_address(&attribute.attr) => {
            Err(format!("`{text}` looks like an address, not a name"))
        }
        Expr::Attribute(attribute) if module.slice(&*attribute.value) == "self" => {
            check_own_attribute(module, host, value, steps)
        }
        Expr::Attribute(attribute) if sounds_like_host(&attribute.attr) => Ok(()),
        Expr::Call(call) => match &*call.func {
            Expr::Attribute(method) if matches!(method.attr.as_str(), "lower" | "encode" | "decode") => {
                check_value(module, host, &method.value, steps)
            }
            _ => Err(format!(
                "line {} gets `{text}` from `{}`, which may return an address or nothing",
                module.line_number(call.start()),
                module.slice(&*call.func)
            )),
        },
        _ => Err(format!(
            "`{text}` may be empty or an address, as far as this function tells"
        )),
    }
}

/// `self.host`: every value that the class gives it.
fn check_own_attribute(module: &Module, host: &Expr, value: &Expr, steps: u32) -> Result<(), String> {
    let text = module.slice(value);
    let Some(class) = module.class_around(module.tree().id(value)) else {
        return Ok(());
    };
    for (id, node) in module.tree().subtree(class) {
        let Some(expr) = node.expr() else { continue };
        let is_stored = match expr {
            Expr::Attribute(attribute) => !attribute.ctx.is_load() && module.slice(expr) == text,
            // `host = None` in the body of the class.
            Expr::Name(name) => {
                !name.ctx.is_load()
                    && text.strip_prefix("self.") == Some(name.id.as_str())
                    && module.tree().scope(module.scope_of(expr)).node == class
            }
            _ => false,
        };
        if !is_stored {
            continue;
        }
        let parent = module.tree().parent(id).map(|parent| module.tree().node(parent));
        match parent {
            Some(Node::Stmt(Stmt::Assign(assign)))
                if assign.targets.iter().any(|target| target.range() == expr.range()) =>
            {
                check_value(module, host, &assign.value, steps)?;
            }
            Some(Node::Stmt(Stmt::AnnAssign(assign))) => {
                if let Some(value) = &assign.value {
                    check_value(module, host, value, steps)?;
                }
            }
            _ => {
                return Err(format!(
                    "line {} takes `{text}` out of something that may hold addresses",
                    module.line_number(expr.start())
                ));
            }
        }
    }
    Ok(())
}

/// True for what Python takes for an IP address, and for what only looks like one.
fn is_address(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
        || text.contains(':')
        || text.chars().all(|letter| letter.is_ascii_digit() || letter == '.')
}

fn sounds_like_address(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("addr")
        || name.ends_with("address")
        || name.split('_').any(|word| {
            matches!(
                word,
                "ip" | "ips" | "ipv4" | "ipv6" | "hostip" | "serverip" | "sa" | "peer"
            )
        })
}

fn sounds_like_host(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["host", "server", "domain"].iter().any(|word| name.contains(word))
}
