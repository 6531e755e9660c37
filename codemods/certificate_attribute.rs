#![doc = include_str!("certificate_attribute.md")]

use crate::python::Module;
use crate::python::guards::Guard;
use crate::python::resolve::Certainty;
use crate::python::tree::{Node, NodeId};
use crate::rewrite::{Finding, Identity, Level};
use crate::tls::clients::{Client, HTTPS, MAIL};
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::Ranged;

/// The name of the codemod.
pub const NAME: &str = "certificate-attribute";

/// Looks at every place that reads the file names, or the version, that objects of these classes no longer keep.
pub fn look(module: &Module, findings: &mut Vec<Finding>) {
    let mut reads = Vec::new();
    for client in std::iter::once(&HTTPS).chain(MAIL) {
        for class in module.classes_from(&[client.class]) {
            let Some(definition) = class.through.first() else {
                continue;
            };
            for attribute in client.attributes {
                if class
                    .through
                    .iter()
                    .any(|definition| module.gives_attribute(definition, attribute))
                {
                    continue;
                }
                for (node, _) in module.reads_of_self(definition, attribute) {
                    if module.class_around(node) == Some(module.tree().id(*definition)) {
                        reads.push(report(module, client, attribute, node, class.certainty));
                    }
                }
            }
        }
        for construction in module.constructions(&[client.class]) {
            for attribute in client.attributes {
                let is_own = construction
                    .class
                    .through
                    .iter()
                    .any(|definition| module.gives_attribute(definition, attribute));
                if is_own || is_set(module, construction.node, attribute) {
                    continue;
                }
                for node in module.reads_of_object(construction.node, attribute) {
                    let node = module.tree().parent(node).unwrap_or(node);
                    reads.push(report(module, client, attribute, node, construction.class.certainty));
                }
            }
        }
    }
    // Two calls that are assigned to one name have the same reads.
    reads.sort_by_key(|finding| (finding.range.start(), finding.range.end()));
    reads.dedup();
    findings.extend(reads);
}

/// True if the program gives the object the attribute itself.
fn is_set(module: &Module, call: NodeId, attribute: &str) -> bool {
    let Some(Node::Stmt(Stmt::Assign(assign))) = module.tree().parent(call).map(|id| module.tree().node(id)) else {
        return false;
    };
    assign.targets.iter().any(|target| {
        let written = format!("{}.{attribute}", module.slice(target));
        let is_it = |stored: &Expr| matches!(stored, Expr::Attribute(store) if store.attr.as_str() == attribute);
        let mut stores = module.tree().stores().filter(|stored| is_it(stored));
        stores.any(|stored| module.slice(stored) == written)
    })
}

fn report(module: &Module, client: &Client, attribute: &str, node: NodeId, certainty: Certainty) -> Finding {
    let read = module.tree().node(node);
    let text = module.slice(read.range());
    let guard = module
        .guard(node)
        .or_else(|| module.expects_missing_name(node))
        .or_else(|| asks_for_it(module, node, attribute));
    let mut notes = match attribute {
        "ssl_version" => vec!["set `minimum_version` on a context and pass that".to_string()],
        _ => vec![format!(
            "keep `{attribute}` yourself, under a name of your own, or load both files into a context and pass that"
        )],
    };
    if certainty == Certainty::Possible {
        notes.push("unless it comes from another class, which is not in sight".into());
    }
    notes.extend(guard.iter().map(|reason| format!("left alone: {reason}")));
    Finding {
        codemod: NAME,
        identity: Identity::default(),
        level: match certainty {
            _ if guard.is_some() => Level::Note,
            Certainty::Certain => Level::Error,
            Certainty::Possible => Level::Warning,
        },
        range: read.range(),
        message: format!(
            "`{text}` raises `AttributeError`: `{}` keeps no `{attribute}` since Python 3.12",
            client.short_name()
        ),
        labels: guard.into_iter().map(|guard| guard.place).collect(),
        notes,
        fix: None,
    }
}

/// `if hasattr(self, "key_file")` around it.
fn asks_for_it(module: &Module, node: NodeId, attribute: &str) -> Option<Guard> {
    module.tree().ancestors(node).find_map(|id| {
        let test = match module.tree().node(id) {
            Node::Stmt(Stmt::If(statement)) => &*statement.test,
            Node::Expr(ruff_python_ast::Expr::If(conditional)) => &*conditional.test,
            _ => return None,
        };
        let text = module.slice(test);
        (text.contains("hasattr(") && text.contains(attribute)).then(|| {
            let reason = format!("`{text}` asks for it");
            Guard::new(reason, test.range(), "this asks for it")
        })
    })
}
