#![doc = include_str!("match_hostname.md")]

use crate::python::Module;
use crate::python::guards::Guard;
use crate::python::tree::Node;
use crate::python::uses::{Lookup, Use};
use crate::rewrite::{Finding, Fix, Identity, Level, Safety};
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};

#[path = "../src/parts/match_hostname/checked.rs"]
mod checked;

/// The name of the codemod.
pub const NAME: &str = "match-hostname";

const REMOVED: &str = "`ssl.match_hostname` was removed in Python 3.12";
const INSTEAD: &str = "pass `server_hostname=` to the context's `wrap_socket` and leave `check_hostname` on: the host name \
                       is then checked in the handshake, which raises `SSLCertVerificationError`; do not just drop the \
                       call, or nobody checks it";

/// Looks at every use of `ssl.match_hostname`.
pub fn look(module: &Module, findings: &mut Vec<Finding>) {
    for found in module.uses_of("match_hostname") {
        let call = call_of(module, found);
        let range = call.map_or(found.expr.range(), Ranged::range);
        let guard = module
            .guard(found.node)
            .or_else(|| module.expects_missing_name(found.node));
        let is_guarded = guard.is_some();
        let mut finding = report(range, guard);
        if let Some(call) = call.filter(|_| !is_guarded) {
            match checked::rewrite(module, found, call) {
                Ok(rewrite) => {
                    finding.notes = rewrite.notes;
                    finding.fix = Some(rewrite.fix);
                }
                Err(reason) => finding.notes.push(format!("no fix: {reason}")),
            }
        }
        findings.push(finding);
    }
    for named in module.named_by_string() {
        if named.name == "match_hostname" && named.how != Lookup::Ask {
            findings.push(report(named.call.range(), module.guard(named.node)));
        }
    }
    for (import, alias) in module.imports_of("match_hostname") {
        let local = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
        if module.is_unneeded(local) {
            findings.push(Finding {
                codemod: NAME,
                identity: Identity::default(),
                level: Level::Error,
                range: alias.range(),
                message: format!("{REMOVED}: importing it raises `ImportError`"),
                labels: Vec::new(),
                notes: Vec::new(),
                fix: Some(Fix {
                    title: "drop the name, which nothing here uses, from the import".into(),
                    safety: Safety::Safe,
                    edits: vec![module.drop_import(import, alias)],
                }),
            });
        }
    }
}

fn call_of<'a>(module: &Module<'a>, found: &Use<'a>) -> Option<&'a ExprCall> {
    match module.tree().node(module.tree().parent(found.node)?) {
        // An argument's parent is the list of the arguments.
        Node::Expr(Expr::Call(call)) => Some(call),
        _ => None,
    }
}

fn report(range: TextRange, guard: Option<Guard>) -> Finding {
    Finding {
        codemod: NAME,
        identity: Identity::default(),
        level: if guard.is_some() { Level::Note } else { Level::Error },
        range,
        message: REMOVED.into(),
        notes: std::iter::once(INSTEAD.to_string())
            .chain(guard.iter().map(|reason| format!("left alone: {reason}")))
            .collect(),
        labels: guard.into_iter().map(|guard| guard.place).collect(),
        fix: None,
    }
}
