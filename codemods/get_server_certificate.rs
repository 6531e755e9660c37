#![doc = include_str!("get_server_certificate.md")]

use crate::python::Module;
use crate::python::arguments::{Change, Evaluated};
use crate::python::resolve::Certainty;
use crate::python::tree::Node;
use crate::python::uses::Use;
use crate::rewrite::{Finding, Fix, Identity, Level, Safety};
use crate::tls::names::{self, Fate, Name};
use crate::tls::range::{self, Allowed, MaximumVersion};
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

/// The name of the codemod.
pub const NAME: &str = "get-server-certificate";

/// The same on Python 2.7 to 3.13, but for `timeout`, which came with 3.10.
const PARAMETERS: [&str; 4] = ["addr", "ssl_version", "ca_certs", "timeout"];

const INSTEAD: &str = "drop `ssl_version`: the default is `PROTOCOL_TLS_CLIENT`, which speaks TLS 1.2 and newer";

/// Looks at every call of `ssl.get_server_certificate` that asks for an old protocol.
pub fn look(module: &Module, findings: &mut Vec<Finding>) {
    for found in module.uses_of("get_server_certificate") {
        let parent = module.tree().parent(found.node).map(|id| (id, module.tree().node(id)));
        let Some((node, Node::Expr(Expr::Call(call)))) = parent else {
            continue;
        };
        let is_starred = call.arguments.args.iter().any(Expr::is_starred_expr);
        let version = match call.arguments.find_keyword("ssl_version") {
            Some(keyword) => &keyword.value,
            None if is_starred => continue,
            None => match call.arguments.args.get(1) {
                Some(value) => value,
                None => continue,
            },
        };
        if version.is_none_literal_expr()
            || module.ssl_name(module.value_of(version)).as_deref() == Some("PROTOCOL_TLS_CLIENT")
        {
            continue;
        }
        let old = old_protocol(module, version);
        let mut finding = Finding {
            codemod: NAME,
            identity: Identity::default(),
            level: match old.map(|old| old.fate) {
                Some(Fate::Gone(_)) => Level::Error,
                _ => Level::Warning,
            },
            range: call.range(),
            message: match old {
                Some(old) => {
                    let (Fate::Gone(fate) | Fate::Deprecated(fate)) = old.fate;
                    format!("`get_server_certificate` is told to use `{}`, which {fate}", old.name)
                }
                None => "`get_server_certificate` is told which protocol to use".into(),
            },
            notes: Vec::new(),
            labels: Vec::new(),
            fix: None,
        };
        if let Some(reason) = module.guard(node).or_else(|| module.expects_missing_name(node)) {
            finding.level = Level::Note;
            finding.notes.push(format!("left alone: {reason}"));
            finding.labels.push(reason.place);
            findings.push(finding);
            continue;
        }
        match rewrite(module, found, call, old) {
            Ok(fix) => finding.fix = Some(fix),
            Err(reason) => finding.notes = vec![format!("no fix: {reason}"), INSTEAD.into()],
        }
        findings.push(finding);
    }
}

/// The old protocol that a value surely is, or the first of those that it is one of.
fn old_protocol<'a>(module: &Module<'a>, value: &'a Expr) -> Option<&'static Name> {
    match value {
        Expr::If(conditional) => {
            old_protocol(module, &conditional.orelse)?;
            old_protocol(module, &conditional.body)
        }
        value => {
            let name = module.ssl_name(module.value_of(value))?;
            names::PROTOCOLS.iter().find(|old| old.name == name)
        }
    }
}

fn rewrite<'a>(module: &Module<'a>, found: &Use<'a>, call: &'a ExprCall, old: Option<&Name>) -> Result<Fix, String> {
    if found.certainty != Certainty::Certain {
        return Err("the name may also stand for something else than the standard library's function".into());
    }
    let Some(old) = old else {
        return Err("which protocol it is, and whether the program tries several, is not in sight".into());
    };
    let arguments = module.arguments_of(call, &PARAMETERS, 0)?;
    if arguments
        .get("ssl_version")
        .is_some_and(|version| !module.is_pure(version.value))
    {
        return Err("what chooses the protocol has effects".into());
    }
    let change = Change {
        dropped: &["ssl_version"],
        by_position: 1,
        added: None,
    };
    let place = module.place_before(&call.func).ok();
    Ok(Fix {
        title: "drop the protocol: the default speaks TLS 1.2 and newer".into(),
        safety: match module.options().maximum_version {
            MaximumVersion::Keep if range::allowed_by(old.name) == Some(Allowed::OnlyTls12) => {
                Safety::Unsafe("TLS 1.3 becomes possible: the function takes no newest version".into())
            }
            MaximumVersion::Keep | MaximumVersion::Open => Safety::Safe,
        },
        edits: arguments.rewrite(module, &change, &Evaluated::default(), place.as_ref(), Vec::new()),
    })
}
