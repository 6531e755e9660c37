#![doc = include_str!("tls_version.md")]

use crate::python::Module;
use crate::python::tree::{Node, NodeId};
use crate::rewrite::{Finding, Level};
use crate::tls::versions::is_below_floor;
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::Ranged;

/// The name of the codemod.
pub const NAME: &str = "tls-version";

/// Looks at every version older than TLS 1.2 that a context is told to accept.
pub fn look(module: &Module, findings: &mut Vec<Finding>) {
    for found in module.uses() {
        let Some(version) = found
            .name
            .strip_prefix("TLSVersion.")
            .filter(|version| is_below_floor(version))
        else {
            continue;
        };
        let Some(attribute) = limit_set(module, found.node) else {
            continue;
        };
        if version == "MINIMUM_SUPPORTED" && attribute == "maximum_version" {
            continue;
        }
        let guard = module.guard(found.node);
        findings.push(Finding {
            codemod: NAME,
            level: if guard.is_some() { Level::Note } else { Level::Warning },
            range: found.expr.range(),
            message: match version {
                "MINIMUM_SUPPORTED" => "`TLSVersion.MINIMUM_SUPPORTED` accepts TLS 1.0 wherever OpenSSL does".into(),
                _ => format!("`TLSVersion.{version}` is deprecated since Python 3.10 and warns when it is set"),
            },
            notes: std::iter::once(match attribute {
                "minimum_version" => "set `TLSVersion.TLSv1_2`, unless a peer that you know cannot".to_string(),
                _ => "no current peer is left below this ceiling: raise it or drop the line".to_string(),
            })
            .chain(guard.map(|reason| format!("left alone: {reason}")))
            .collect(),
            fix: None,
        });
    }
}

/// Which limit of a context the value is assigned to.
fn limit_set<'a>(module: &Module<'a>, node: NodeId) -> Option<&'a str> {
    match module.tree().node(module.tree().parent(node)?) {
        Node::Stmt(Stmt::Assign(assign)) => assign.targets.iter().find_map(|target| match target {
            Expr::Attribute(attribute) => {
                Some(attribute.attr.as_str()).filter(|name| matches!(*name, "minimum_version" | "maximum_version"))
            }
            _ => None,
        }),
        _ => None,
    }
}
