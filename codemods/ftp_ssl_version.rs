#![doc = include_str!("ftp_ssl_version.md")]

use crate::python::Module;
use crate::rewrite::{Finding, Identity, Level};
use crate::tls::clients::FTP;
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

/// The name of the codemod.
pub const NAME: &str = "ftp-ssl-version";

const ATTRIBUTE: &str = "ssl_version";

/// Looks at every place that sets `ssl_version` of an `FTP_TLS`: in the body of a class, on `self`, on an object.
pub fn look(module: &Module, findings: &mut Vec<Finding>) {
    let classes = module.classes_from(&[FTP.class]);
    for class in &classes {
        let reads_it = class
            .through
            .iter()
            .any(|definition| !module.reads_of_self(definition, ATTRIBUTE).is_empty());
        let Some(definition) = class.through.first().filter(|_| !reads_it) else {
            continue;
        };
        for statement in &definition.body {
            let (target, value) = match statement {
                Stmt::Assign(assign) => match assign.targets.as_slice() {
                    [target] => (target, &*assign.value),
                    _ => continue,
                },
                Stmt::AnnAssign(assign) => match &assign.value {
                    Some(value) => (&*assign.target, &**value),
                    None => continue,
                },
                _ => continue,
            };
            if module.slice(target) == ATTRIBUTE && !is_default(module, value) {
                findings.push(report(module, statement.range()));
            }
        }
    }
    for (_, statement) in module.tree().statements() {
        let Stmt::Assign(assign) = statement else {
            continue;
        };
        for target in &assign.targets {
            let Expr::Attribute(attribute) = target else { continue };
            if attribute.attr.as_str() != ATTRIBUTE || is_default(module, &assign.value) {
                continue;
            }
            let on_self = module.slice(&*attribute.value) == "self"
                && classes.iter().any(|class| {
                    let definition = class.through.first();
                    definition.is_some_and(|definition| {
                        definition.range().contains_range(assign.range())
                            && module.reads_of_self(definition, ATTRIBUTE).is_empty()
                    })
                });
            let on_object = || module.object_of(&attribute.value, &[FTP.class]).is_some();
            let on_class = || module.class_of(&attribute.value, &[FTP.class]).is_some();
            if on_self || on_object() || on_class() {
                findings.push(report(module, assign.range()));
            }
        }
    }
}

/// What the class would do without being told.
fn is_default(module: &Module, value: &Expr) -> bool {
    module.ssl_name(value).as_deref() == Some("PROTOCOL_TLS_CLIENT")
}

fn report(module: &Module, range: TextRange) -> Finding {
    let text = module.slice(range).split_whitespace().collect::<Vec<_>>().join(" ");
    Finding {
        codemod: NAME,
        identity: Identity::default(),
        level: Level::Warning,
        range,
        message: format!("`{text}` has no effect: `FTP_TLS` ignores it since Python 3.12"),
        labels: Vec::new(),
        notes: vec![
            "pass `context=` a context with the `minimum_version` that is wanted; one that does not verify, as before, is \
             `SSLContext(PROTOCOL_TLS_CLIENT)` with `check_hostname = False` and `verify_mode = CERT_NONE`"
                .into(),
        ],
        fix: None,
    }
}
