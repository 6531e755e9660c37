//! How a call of `match_hostname` becomes the context's own check: only where the context, the wrapping and the name are
//! all in sight in one function, and the same handlers are around both.

use crate::python::Module;
use crate::python::bindings::ScopeId;
use crate::python::flow::Does;
use crate::python::resolve::Certainty;
use crate::python::tree::{Node, NodeId};
use crate::python::uses::Use;
use crate::python::values::Truth;
use crate::rewrite::{Edit, Fix, Safety};
use crate::tls::names;
use crate::tls::recipe::Weakness;
use ruff_python_ast::{AnyNodeRef, ExceptHandler, Expr, ExprCall, Stmt, StmtTry};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// OpenSSL wants two labels behind a `*`, and looks at the common name unless the certificate names a host elsewhere, where
/// `match_hostname` looked at it unless there was any other name. Tried on Python 3.11.
const COMPARES_DIFFERENTLY: &str = "the handshake compares names a little differently: `*.lan` does not stand for \
                                    `box.lan`, and a common name counts even beside an IP address";
const TAKES_COMMON_NAME: &str =
    "a certificate with nothing but an IP address and a common name passes the handshake, and did not pass this call";

pub(super) struct Rewrite {
    pub fix: Fix,
    pub notes: Vec<String>,
}

/// # Errors
///
/// Why not, to follow "no fix: ".
pub(super) fn rewrite<'a>(module: &Module<'a>, found: &Use<'a>, call: &'a ExprCall) -> Result<Rewrite, String> {
    if found.certainty != Certainty::Certain {
        return Err("the name may also stand for something else than the standard library's function".into());
    }
    if module.replaces("match_hostname") {
        return Err("this file puts another function in the place of `ssl.match_hostname`".into());
    }
    let function = Function {
        module,
        scope: module.tree().statement_scope(module.scope_of(found.expr)),
    };
    let statement = function.own_statement(call).ok_or("its result is used")?;
    let [certificate, host] = arguments(call).ok_or("its arguments are not in the text")?;
    let (sock, read, certificate_statement) = function
        .socket_of(certificate)
        .ok_or("the certificate does not come from `getpeercert()` in this function")?;
    let wrapping = function.wrapping(sock, read)?;
    let context = function.context(&wrapping)?;
    let given = wrapping.given_name()?;
    function.check_name(host, &wrapping, call)?;
    let name = module.slice(host);
    let line = module.line_number(wrapping.call.start());
    if let Some(given) = given
        && module.slice(given) != name
    {
        return Err(format!(
            "line {line} names the host `{}`, and this call checks another name, `{name}`",
            module.slice(given)
        ));
    }
    let mut edits = vec![module.drop_statement(module.tree().id(statement))];
    if let Some(dropped) = certificate_statement
        && function.mentions(dropped.name) == 2
        && module.siblings(module.tree().id(dropped.statement)).len() > 2
    {
        edits.push(module.drop_statement(module.tree().id(dropped.statement)));
    }
    let Some(switched_off) = context.switched_off else {
        if given.is_none() {
            return Err(format!(
                "line {line} always raises `ValueError`: it checks a host name and is given none"
            ));
        }
        if !function.dominates(&wrapping, statement) {
            return Err(format!("line {line} may not be what made the socket"));
        }
        if module.siblings(module.tree().id(statement)).len() == 1 {
            return Err(format!(
                "line {line} has the same name checked in the handshake: drop the call together with the block that it \
                 stands in"
            ));
        }
        return Ok(Rewrite {
            fix: Fix {
                title: "drop the call: the handshake checks the same name".into(),
                safety: Safety::Unsafe(TAKES_COMMON_NAME.into()),
                edits,
            },
            notes: vec![format!("line {line} has the host name checked in the handshake")],
        });
    };
    function.check_block(&wrapping, statement)?;
    function.check_handlers(&wrapping, sock, statement)?;
    edits.push(turn_on(module, switched_off));
    let reason = match given {
        Some(_) => COMPARES_DIFFERENTLY.to_string(),
        None => {
            edits.extend(module.append_argument(wrapping.call, &format!("server_hostname={name}")));
            format!(
                "the host name is now sent to the server, which may answer with another certificate for it; and \
                 {COMPARES_DIFFERENTLY}"
            )
        }
    };
    Ok(Rewrite {
        fix: Fix {
            title: "let the handshake check the host name, and drop the call".into(),
            safety: Safety::Unsafe(reason),
            edits,
        },
        notes: vec![format!(
            "a wrong name then raises `SSLCertVerificationError` in line {line}, which is what `CertificateError` is since \
             Python 3.7; the same handlers are around both"
        )],
    })
}

/// `match_hostname(cert, hostname)`.
fn arguments(call: &ExprCall) -> Option<[&Expr; 2]> {
    let arguments = &call.arguments;
    let is_plain = !arguments.args.iter().any(Expr::is_starred_expr) && arguments.len() == 2;
    is_plain.then_some(())?;
    Some([
        arguments.find_argument_value("cert", 0)?,
        arguments.find_argument_value("hostname", 1)?,
    ])
}

/// The function, or the module, that everything must happen in.
struct Function<'m, 'a> {
    module: &'m Module<'a>,
    scope: ScopeId,
}

/// `cert = sock.getpeercert()`.
struct CertificateStatement<'a> {
    statement: &'a Stmt,
    name: &'a str,
}

/// The call of a context's `wrap_socket` that made the socket.
struct Wrapping<'a> {
    call: &'a ExprCall,
    statement: (NodeId, &'a Stmt),
    context: &'a Expr,
}

/// The context, which verifies certificates.
struct ContextInSight<'a> {
    /// The `False` of `check_hostname = False`; `None` if the check is on.
    switched_off: Option<&'a Expr>,
}

impl<'a> Wrapping<'a> {
    /// What is given as `server_hostname`.
    fn given_name(&self) -> Result<Option<&'a Expr>, String> {
        let arguments = &self.call.arguments;
        let is_dynamic = arguments.args.iter().any(Expr::is_starred_expr)
            || arguments.keywords.iter().any(|keyword| keyword.arg.is_none());
        if is_dynamic || arguments.find_argument_value("server_side", 1).is_some() {
            return Err("what wraps the socket has arguments that are not in the text".into());
        }
        Ok(arguments.find_argument_value("server_hostname", 4))
    }
}

impl<'a> Function<'_, 'a> {
    /// The statement that is nothing but the call.
    fn own_statement(&self, call: &'a ExprCall) -> Option<&'a Stmt> {
        let tree = self.module.tree();
        match tree.node(tree.parent(tree.id(call))?) {
            Node::Stmt(statement @ Stmt::Expr(_)) => Some(statement),
            _ => None,
        }
    }

    /// The node that all of the function is below.
    fn node(&self) -> NodeId {
        self.module.tree().scope(self.scope).node
    }

    fn holds(&self, node: NodeId) -> bool {
        let tree = self.module.tree();
        tree.statement_scope(tree.scope_of(node)) == self.scope
    }

    /// The socket whose certificate it is, where that is read, and the statement that gave the certificate a name.
    fn socket_of(&self, certificate: &'a Expr) -> Option<(&'a Expr, TextSize, Option<CertificateStatement<'a>>)> {
        let module = self.module;
        let value = module.value_of(certificate);
        let Expr::Call(call) = value else { return None };
        let Expr::Attribute(method) = &*call.func else {
            return None;
        };
        let is_plain =
            call.arguments.is_empty() && method.attr.as_str() == "getpeercert" && self.holds(module.tree().id(call));
        if !is_plain || !matches!(&*method.value, Expr::Name(_) | Expr::Attribute(_)) {
            return None;
        }
        let named = match certificate {
            Expr::Name(name) => {
                let (_, statement) = module.tree().statement_of(module.tree().id(call))?;
                let is_only_target = matches!(statement, Stmt::Assign(assign) if assign.targets.len() == 1);
                is_only_target.then_some(CertificateStatement {
                    statement,
                    name: name.id.as_str(),
                })
            }
            _ => None,
        };
        Some((&method.value, call.start(), named))
    }

    /// How often the function mentions a name.
    fn mentions(&self, name: &str) -> usize {
        self.module
            .tree()
            .subtree(self.node())
            .filter(|(_, node)| matches!(node, Node::Expr(Expr::Name(mention)) if mention.id.as_str() == name))
            .count()
    }

    /// The places in the function that assign an expression of this text, with the value where it is assigned whole.
    fn stores(&self, text: &str) -> Vec<(TextSize, Option<&'a Expr>)> {
        let module = self.module;
        module
            .tree()
            .stores_below(self.node())
            .filter(|stored| module.slice(*stored) == text && self.holds(module.tree().id(*stored)))
            .map(|stored| {
                let parent = module.tree().parent(module.tree().id(stored));
                let value = match parent.map(|parent| module.tree().node(parent).any()) {
                    Some(AnyNodeRef::StmtAssign(assign)) => Some(&*assign.value),
                    Some(AnyNodeRef::WithItem(item)) => Some(&item.context_expr),
                    _ => None,
                };
                (stored.start(), value)
            })
            .collect()
    }

    /// The call that made the socket: the last thing that its variable was set to, before the certificate is looked at
    /// and behind everything else.
    fn wrapping(&self, sock: &'a Expr, before: TextSize) -> Result<Wrapping<'a>, String> {
        let module = self.module;
        let text = module.slice(sock);
        let out_of_sight = || format!("what wraps `{text}` is not in sight");
        let stores = self.stores(text);
        let (start, value) = stores.last().ok_or_else(out_of_sight)?;
        if *start >= before {
            return Err(format!("line {} assigns `{text}` again", module.line_number(*start)));
        }
        let Some(Expr::Call(call)) = value else {
            return Err(out_of_sight());
        };
        let waits = |start: TextSize| {
            format!(
                "line {} must build its context the new way first",
                module.line_number(start)
            )
        };
        if module.ssl_name(&call.func).as_deref() == Some("wrap_socket") {
            return Err(waits(call.start()));
        }
        match &*call.func {
            Expr::Attribute(method) if method.attr.as_str() == "wrap_socket" => Ok(Wrapping {
                call,
                statement: module
                    .tree()
                    .statement_of(module.tree().id(call))
                    .ok_or_else(out_of_sight)?,
                context: &method.value,
            }),
            _ => Err(out_of_sight()),
        }
    }

    /// The context, if it is made in the function, used for this one wrapping, and verifies certificates.
    fn context(&self, wrapping: &Wrapping<'a>) -> Result<ContextInSight<'a>, String> {
        let module = self.module;
        let text = module.slice(wrapping.context);
        let out_of_sight = || format!("the context `{text}` is not made in sight");
        let holder = module
            .holder(wrapping.context)
            .filter(|_| wrapping.context.is_name_expr())
            .ok_or_else(out_of_sight)?;
        let Expr::Call(maker) = module.value_of(wrapping.context) else {
            return Err(out_of_sight());
        };
        if !self.holds(module.tree().id(maker)) {
            return Err(out_of_sight());
        }
        let line = module.line_number(maker.start());
        let is_clients = match module.ssl_name(&maker.func).as_deref() {
            Some("SSLContext") => {
                let protocol = maker.arguments.find_argument_value("protocol", 0);
                let protocol = protocol.map_or(Some("PROTOCOL_TLS".to_string()), |value| module.ssl_name(value));
                if protocol.as_deref().is_some_and(names::is_old_protocol) {
                    return Err(format!("line {line} must become a client's context first"));
                }
                protocol.as_deref() == Some("PROTOCOL_TLS_CLIENT")
            }
            Some("create_default_context") => {
                maker.arguments.args.is_empty() && maker.arguments.find_keyword("purpose").is_none()
            }
            _ => return Err(out_of_sight()),
        };
        if !is_clients {
            return Err(format!("line {line} makes a context that need not be a client's"));
        }
        let (making, _) = module
            .tree()
            .statement_of(module.tree().id(maker))
            .ok_or_else(out_of_sight)?;
        let is_sure = |statement: NodeId| {
            let range = module.tree().node(statement).range();
            range.end() <= wrapping.call.start()
                && module.siblings(making).iter().any(|sibling| sibling.range() == range)
        };
        let mut sight = ContextInSight { switched_off: None };
        for step in module.steps(&holder) {
            let line = module.line_number(module.tree().node(step.node).range().start());
            match step.does {
                Does::SetAttribute {
                    attribute: "check_hostname",
                    value,
                    operator,
                    statement,
                } => match module.truth(value) {
                    Truth::True if sight.switched_off.is_none() => {}
                    Truth::False
                        if operator.is_none()
                            && value.is_boolean_literal_expr()
                            && sight.switched_off.is_none()
                            && is_sure(statement) =>
                    {
                        sight.switched_off = Some(value);
                    }
                    _ => {
                        return Err(format!(
                            "line {line} decides at run time whether the host name is checked"
                        ));
                    }
                },
                Does::SetAttribute {
                    attribute: "verify_mode",
                    value,
                    ..
                } => match module.ssl_name(value).as_deref() {
                    Some("CERT_REQUIRED") => {}
                    Some("CERT_NONE") => {
                        return Err(format!(
                            "line {line} accepts any certificate, so that `getpeercert()` returns `{{}}` and this call always \
                             raised `ValueError`"
                        ));
                    }
                    _ => {
                        return Err(format!(
                            "line {line} decides at run time whether the certificate is verified"
                        ));
                    }
                },
                Does::Call {
                    method: "wrap_socket" | "wrap_bio",
                    call,
                } if call.range() != wrapping.call.range() => {
                    return Err(format!("line {line} wraps another socket with the same context"));
                }
                Does::Pass { .. } | Does::Escape(_) => return Err(format!("line {line} hands the context on")),
                Does::SetAttribute { .. } | Does::Call { .. } | Does::ReadAttribute(_) | Does::Test | Does::Rebind => {}
            }
        }
        Ok(sight)
    }

    /// True if the statement is reached only through the wrapping: it stands behind it in its block, or deeper.
    fn dominates(&self, wrapping: &Wrapping<'a>, statement: &'a Stmt) -> bool {
        self.block_behind(wrapping)
            .iter()
            .any(|sibling| sibling.range().contains_range(statement.range()))
    }

    /// The statements that run once the wrapping has succeeded: the body of its `with`, or what follows in its block.
    fn block_behind(&self, wrapping: &Wrapping<'a>) -> &'a [Stmt] {
        let (id, wraps) = wrapping.statement;
        match wraps {
            Stmt::With(with) => &with.body,
            _ => {
                let block = self.module.siblings(id);
                let mut parts = block.split(|sibling| sibling.range() == wraps.range());
                parts.next_back().unwrap_or_default()
            }
        }
    }

    /// The wrapping must be what made the socket whenever the call is reached, and the other way round the call must be
    /// reached whenever the wrapping succeeds: a check that depends on something is not turned into one that does not.
    fn check_block(&self, wrapping: &Wrapping<'a>, statement: &'a Stmt) -> Result<(), String> {
        let module = self.module;
        let (_, wraps) = wrapping.statement;
        if matches!(wraps, Stmt::With(with) if with.items.len() > 1) {
            return Err("another `with` is around it".into());
        }
        let inner = module.trying(module.tree().id(statement)).next();
        if let Some(tried) = inner.filter(|tried| !tried.range().contains_range(wraps.range())) {
            return Err(format!(
                "line {} wraps the socket, and would raise outside of the handlers of line {}: put it into that `try`",
                module.line_number(wrapping.call.start()),
                module.line_number(tried.start())
            ));
        }
        let mut block = self.block_behind(wrapping).iter();
        if !block.any(|sibling| sibling.range() == statement.range()) {
            return Err(
                "it does not stand in the same block as what wraps the socket, with the same `try` and `if` around \
                        it"
                .into(),
            );
        }
        for (_, node) in module.tree().subtree(self.node()) {
            let range = node.range();
            let is_between = wrapping.call.end() <= range.start() && range.end() <= statement.start();
            if is_between
                && matches!(
                    node.any(),
                    AnyNodeRef::StmtReturn(_)
                        | AnyNodeRef::StmtBreak(_)
                        | AnyNodeRef::StmtContinue(_)
                        | AnyNodeRef::ExprYield(_)
                        | AnyNodeRef::ExprYieldFrom(_)
                )
            {
                return Err(format!(
                    "line {} may leave before it",
                    module.line_number(range.start())
                ));
            }
        }
        Ok(())
    }

    /// The name must be known, and the same, where the socket is wrapped.
    fn check_name(&self, host: &'a Expr, wrapping: &Wrapping<'a>, call: &'a ExprCall) -> Result<(), String> {
        let module = self.module;
        let text = module.slice(host);
        let mut root = host;
        while let Expr::Attribute(attribute) = root {
            root = &attribute.value;
        }
        match root {
            Expr::Name(_) => {}
            Expr::StringLiteral(_) => return Ok(()),
            _ => return Err(format!("`{text}` would be evaluated twice, or earlier")),
        }
        let start = wrapping.statement.1.start();
        for part in [text, module.slice(root)] {
            if let Some((store, _)) = self.stores(part).into_iter().find(|(store, _)| *store >= start) {
                return Err(format!(
                    "line {} assigns `{part}`, behind what wraps the socket",
                    module.line_number(store)
                ));
            }
        }
        // A method of the object in between may set the attribute.
        let may_change = module.tree().subtree(self.node()).find(|(_, node)| {
            let range = node.range();
            let is_between = wrapping.call.end() <= range.start() && range.end() <= call.start();
            is_between
                && host.is_attribute_expr()
                && matches!(node, Node::Expr(Expr::Call(between)) if matches!(&*between.func,
                    Expr::Attribute(method) if module.slice(&*method.value) == module.slice(root)))
        });
        match may_change {
            Some((_, node)) => Err(format!(
                "line {} may change `{text}`",
                module.line_number(node.range().start())
            )),
            None => Ok(()),
        }
    }

    /// A wrong name is now found in the handshake: the same handlers must be around it, and must not need what is only
    /// there afterwards (trap D2).
    fn check_handlers(&self, wrapping: &Wrapping<'a>, sock: &'a Expr, statement: &'a Stmt) -> Result<(), String> {
        let module = self.module;
        let ranges = |node: NodeId| -> Vec<TextRange> { module.trying(node).map(Ranged::range).collect() };
        let around = ranges(module.tree().id(statement));
        let in_between = TextRange::new(wrapping.call.end(), statement.start());
        let mut handshakes = vec![module.tree().id(wrapping.call)];
        let is_deferred = wrapping
            .call
            .arguments
            .find_argument_value("do_handshake_on_connect", 2)
            .is_some_and(|value| module.truth(value) != Truth::True);
        if let Some(holder) = module.holder(sock) {
            for step in module.steps(&holder) {
                if let Does::Call {
                    method: "do_handshake" | "connect" | "connect_ex",
                    call,
                } = step.does
                    && self.holds(step.node)
                    && in_between.contains_range(call.range())
                {
                    handshakes.push(step.node);
                }
            }
        }
        if is_deferred && handshakes.len() == 1 {
            return Err("the handshake is not in sight".into());
        }
        for handshake in handshakes {
            if ranges(handshake) != around {
                return Err(format!(
                    "line {}, where a wrong name would be found, has other handlers around it",
                    module.line_number(module.tree().node(handshake).range().start())
                ));
            }
        }
        let raw = wrapping
            .call
            .arguments
            .find_argument_value("sock", 0)
            .map(|raw| module.slice(raw));
        let fresh: Vec<&str> = module
            .tree()
            .stores_below(self.node())
            .filter(|stored| {
                wrapping.statement.1.start() <= stored.start()
                    && stored.end() <= statement.start()
                    && self.holds(module.tree().id(*stored))
            })
            .map(|stored| module.slice(stored))
            .filter(|stored| Some(*stored) != raw)
            .collect();
        for tried in module.trying(module.tree().id(statement)) {
            for (node, expr) in behind(module, tried) {
                let text = module.slice(expr);
                let needs_wrapped = Some(text) == raw
                    && matches!(expr, Expr::Name(_) | Expr::Attribute(_))
                    && !matches!(
                        module.step(node, expr),
                        Does::Call { method: "close", .. } | Does::Test | Does::Rebind
                    );
                if fresh.contains(&text) || needs_wrapped {
                    return Err(format!(
                        "line {} uses `{text}`, which is not what it was where the handshake fails",
                        module.line_number(expr.start())
                    ));
                }
            }
        }
        Ok(())
    }
}

/// The expressions in the handlers and in the `finally` of a `try`.
fn behind<'a>(module: &Module<'a>, tried: &'a StmtTry) -> Vec<(NodeId, &'a Expr)> {
    let handlers = tried
        .handlers
        .iter()
        .map(|ExceptHandler::ExceptHandler(handler)| handler.range());
    let ranges: Vec<TextRange> = handlers.chain(tried.finalbody.iter().map(Ranged::range)).collect();
    module
        .tree()
        .subtree(module.tree().id(tried))
        .filter_map(|(id, node)| Some((id, node.expr()?)))
        .filter(|(_, expr)| ranges.iter().any(|range| range.contains_range(expr.range())))
        .collect()
}

/// `False` becomes `True`, and the comment by which sslfix said that it stays off goes.
fn turn_on(module: &Module, value: &Expr) -> Edit {
    let ours = format!("# as before: {}", Weakness::HostNotChecked.as_str());
    let behind = module.tokens().after(value.end()).first().map(Ranged::range);
    match behind.filter(|comment| module.slice(*comment) == ours) {
        Some(comment) => Edit::replace(TextRange::new(value.start(), comment.end()), "True"),
        None => Edit::replace(value.range(), "True"),
    }
}
