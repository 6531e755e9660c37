#![doc = include_str!("op_no_flags.md")]

use crate::python::Module;
use crate::python::tree::{Node, NodeId};
use crate::rewrite::{Finding, Level};
use crate::tls::names;
use ruff_python_ast::{Expr, ExprContext, Operator};
use ruff_text_size::{Ranged, TextRange};

/// The name of the codemod.
pub const NAME: &str = "op-no-flags";

/// Looks at every flag that switches a protocol version off; flags that are joined by `|` are one finding.
pub fn look(module: &Module, findings: &mut Vec<Finding>) {
    let mut groups: Vec<(TextRange, NodeId, Vec<&names::Name>)> = Vec::new();
    for found in module.uses().iter().filter(|found| found.access == ExprContext::Load) {
        let Some(flag) = names::VERSION_FLAGS.iter().find(|flag| flag.name == found.name) else {
            continue;
        };
        let whole = joined(module, found.node);
        match groups.last_mut() {
            Some((range, _, flags)) if *range == whole => flags.push(flag),
            _ => groups.push((whole, found.node, vec![flag])),
        }
    }
    for (range, node, flags) in groups {
        let guard = module.guard(node).or_else(|| module.expects_missing_name(node));
        let named = flags
            .iter()
            .map(|flag| format!("`{}`", flag.name))
            .collect::<Vec<_>>()
            .join(", ");
        let (verb, kind) = if flags.len() == 1 {
            ("switches a", "version")
        } else {
            ("switch", "versions")
        };
        findings.push(Finding {
            codemod: NAME,
            level: if guard.is_some() { Level::Note } else { Level::Warning },
            range,
            message: format!("{named} {verb} protocol {kind} off, which is deprecated since Python 3.7"),
            notes: flags
                .into_iter()
                .map(note)
                .chain(guard.map(|reason| format!("left alone: {reason}")))
                .collect(),
            fix: None,
        });
    }
}

fn note(flag: &names::Name) -> String {
    format!("`{}`: {}", flag.name, flag.instead)
}

/// The whole of `A | B | C` that a flag stands in.
fn joined(module: &Module, node: NodeId) -> TextRange {
    let tree = module.tree();
    let mut range = tree.node(node).range();
    for ancestor in tree.ancestors(node) {
        match tree.node(ancestor) {
            Node::Expr(Expr::BinOp(binary)) if binary.op == Operator::BitOr => range = binary.range(),
            _ => break,
        }
    }
    range
}
