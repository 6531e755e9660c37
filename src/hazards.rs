//! What in a file makes a rewrite unsafe that is right by itself. Each function gives the reason, in words that fit
//! behind "unsafe: ".

use crate::python::Module;
use crate::python::tree::Node;
use crate::python::uses::Use;
use ruff_python_ast::Expr;
use ruff_text_size::{Ranged, TextRange};

/// A reason, and the place that it is about.
pub struct Hazard {
    /// Why the rewrite is unsafe.
    pub reason: String,
    /// The bytes of the text.
    pub range: TextRange,
}

/// Functions that put other classes in the place of those of `ssl`.
const GREEN: [&str; 4] = [
    "eventlet.monkey_patch",
    "eventlet.patcher.monkey_patch",
    "gevent.monkey.patch_all",
    "gevent.monkey.patch_ssl",
];

/// What to say where a context was pinned to TLS 1.2 and to some ciphers: ciphers do not govern TLS 1.3, so opening it
/// would lose the pin (`ssl-facts.md`, trap A14).
pub const CIPHERS_OF_TLS12: &str =
    "TLS 1.2 stays the newest version too, because the ciphers that are named do not govern TLS 1.3";

/// What to say where ciphers are named and TLS 1.3 is all that is offered.
pub const CIPHERS_WITHOUT_EFFECT: &str =
    "the ciphers that are named have no effect any more: they do not govern TLS 1.3, the one version that is left";

/// `from ssl import SSLContext` in front of gevent's or eventlet's patch keeps the old class, whose properties look for
/// the class by its name and find the new one: setting `minimum_version` or `verify_mode` then calls itself without end
/// (`ssl-facts.md`, trap A34).
pub fn green_threads_come_late(module: &Module, found: &Use) -> Option<Hazard> {
    if !found.expr.is_name_expr() {
        return None;
    }
    let import = module
        .imports_of(&found.name)
        .into_iter()
        .map(|(import, _)| import.start())
        .min()?;
    let call = GREEN
        .iter()
        .filter_map(|name| module.calls_of(name).find(|call| call.start() > import))
        .min_by_key(|call| call.start())?;
    Some(Hazard {
        reason: format!(
            "line {} patches `ssl` after `{}` is imported, and setting a property of the old class then calls itself \
             without end",
            module.line_number(call.start()),
            found.name
        ),
        range: call.range(),
    })
}

/// The line that may leave nothing of a context whose floor is TLS 1.3.
pub fn switches_off_tls13(module: &Module) -> Option<Hazard> {
    let found = module
        .uses()
        .iter()
        .find(|found| found.name.ends_with("OP_NO_TLSv1_3") && !module.takes_out(found.node))?;
    Some(Hazard {
        reason: format!("line {} may switch TLS 1.3 off", module.line_number(found.expr.start())),
        range: found.expr.range(),
    })
}

/// True if the file calls `match_hostname`, of whatever module: then the host name is checked, if not by the context.
pub fn checks_host_itself(module: &Module) -> bool {
    // Asked of each call of a file.
    if !module.may_have_word("match_hostname") {
        return false;
    }
    module.tree().nodes().any(|(_, node)| match node {
        Node::Expr(Expr::Name(name)) => name.id.as_str() == "match_hostname",
        Node::Expr(Expr::Attribute(attribute)) => attribute.attr.as_str() == "match_hostname",
        _ => false,
    })
}

/// OpenSSL 3 speaks TLS 1.0 and 1.1 at security level 0 only, so a program that asks for it may mean a peer that speaks
/// nothing newer (`ssl-facts.md`, traps A15 and B27).
pub fn asks_for_old_peers(module: &Module, ciphers: &Expr) -> Option<Hazard> {
    module.slice(ciphers).contains("SECLEVEL=0").then(|| Hazard {
        reason: format!(
            "line {} lowers the security level as TLS 1.0 and 1.1 need it, and a peer that knows nothing newer is refused",
            module.line_number(ciphers.start())
        ),
        range: ciphers.range(),
    })
}

/// Under `eventlet.monkey_patch()` the old function never verified, whatever `cert_reqs` said, and what takes its place
/// does (`ssl-facts.md`, trap A35).
pub fn verifies_at_last(module: &Module) -> Option<Hazard> {
    let mut calls = module.calls_ending("monkey_patch");
    let (call, _) = calls.find(|(_, name)| name.starts_with("eventlet."))?;
    Some(Hazard {
        reason: format!(
            "line {} lets eventlet replace the function, which then never verified, and the context does",
            module.line_number(call.start())
        ),
        range: call.range(),
    })
}
