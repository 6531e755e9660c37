#![doc = include_str!("protocol_constant.md")]

use crate::python::Module;
use crate::python::bindings::{ScopeId, ScopeKind};
use crate::python::resolve::Certainty;
use crate::python::tree::{Node, NodeId};
use crate::python::uses::{Lookup, Use};
use crate::rewrite::{Edit, Finding, Fix, Identity, Level, Safety};
use crate::tls::names::{self, Fate, Name};
use crate::tls::range::{self, Allowed, MaximumVersion};
use crate::tls::sinks::{self, ProtocolSink, Verdict};
use crate::tls::wrappers::{Takes, Wrapper};
use crate::wrappers;
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, ExprContext};
use ruff_text_size::{Ranged, TextRange};

/// The name of the codemod.
pub const NAME: &str = "protocol-constant";

/// Looks at every old protocol constant that is not the direct argument of a call that makes or wraps.
pub fn look(module: &Module, findings: &mut Vec<Finding>) {
    for found in module.uses() {
        let Some(old) = names::PROTOCOLS.iter().find(|old| old.name == found.name) else {
            continue;
        };
        if !belongs_to_call(module, found.node) {
            findings.push(look_at_use(module, found, old));
        }
    }
    for named in module.named_by_string() {
        let Some(old) = names::PROTOCOLS.iter().find(|old| old.name == named.name) else {
            continue;
        };
        if named.how != Lookup::Ask && !belongs_to_call(module, named.node) {
            findings.push(report(
                module,
                old,
                named.call.range(),
                named.node,
                "it is looked up by its name",
            ));
        }
    }
    for old in names::PROTOCOLS {
        look_at_imports(module, old, findings);
    }
}

fn look_at_use<'a>(module: &Module<'a>, found: &Use<'a>, old: &Name) -> Finding {
    let goes = if found.access == ExprContext::Load {
        module.where_to(found.node)
    } else {
        "it is assigned".into()
    };
    let mut finding = report(module, old, found.expr.range(), found.node, &goes);
    if finding.level == Level::Note || found.certainty != Certainty::Certain || found.access != ExprContext::Load {
        return finding;
    }
    if let Some((wrapper, parameter)) = wrappers::that_takes_protocol(module, found.node) {
        into_wrapper(module, found, wrapper, parameter, &mut finding);
    } else if let Some(sink) = sink_of(module, found.node) {
        into_sink(module, found, sink, &mut finding);
    } else if let Some(fix) = without_effect(module, found.node) {
        finding.notes = vec![format!("{goes}, and nothing reads that any more")];
        finding.fix = Some(fix);
    }
    finding
}

/// The parameter of a known library that the constant is passed to.
fn sink_of(module: &Module, node: NodeId) -> Option<&'static ProtocolSink> {
    let tree = module.tree();
    let mut ancestors = tree.ancestors(node).map(|id| tree.node(id));
    let mut key = None;
    let mut around = ancestors.next()?;
    if let Node::Expr(Expr::Dict(dict)) = around {
        let range = tree.node(node).range();
        let item = dict.items.iter().find(|item| item.value.range() == range)?;
        key = Some(item.key.as_ref()?.as_string_literal_expr()?.value.to_str());
        around = ancestors.next()?;
    }
    let keyword = match around.any() {
        AnyNodeRef::Keyword(keyword) => {
            ancestors.next()?;
            keyword.arg.as_ref()?.as_str()
        }
        AnyNodeRef::Arguments(_) => "",
        _ => return None,
    };
    let Node::Expr(Expr::Call(call)) = ancestors.next()? else {
        return None;
    };
    let keyword = match key {
        Some(key) => format!("{keyword}[{key}]"),
        None => keyword.to_string(),
    };
    sinks::protocol_sink(module.slice(&*call.func), &keyword)
}

fn into_sink<'a>(module: &Module<'a>, found: &Use<'a>, sink: &ProtocolSink, finding: &mut Finding) {
    let name = match sink.verdict {
        Verdict::Client => "PROTOCOL_TLS_CLIENT",
        Verdict::Server => "PROTOCOL_TLS_SERVER",
        Verdict::Write(instead) => {
            finding.notes = vec![format!("if this is {}: {instead}", sink.library)];
            return;
        }
    };
    let Some(mut spelling) = module.spelling(found) else {
        return;
    };
    let text = spelling.name(name);
    let Ok(mut edits) = spelling.into_edits() else { return };
    edits.push(Edit::replace(found.expr.range(), text));
    finding.notes = vec![format!("{} does the same with `{name}`", sink.library)];
    finding.fix = Some(Fix {
        title: format!("pass `{name}`"),
        safety: Safety::Unsafe(format!("it depends on the library: checked with {}", sink.library)),
        edits,
    });
}

/// What the user has declared about the function that takes the constant is the user's word.
fn into_wrapper<'a>(module: &Module<'a>, found: &Use<'a>, wrapper: &Wrapper, parameter: &str, finding: &mut Finding) {
    let function = &wrapper.function;
    let replacement = match wrapper.takes {
        Takes::Protocol {
            replacement: Some(replacement),
            ..
        } => replacement,
        Takes::Protocol { replacement: None, .. } => {
            finding.notes = vec![
                format!("no fix: `{function}` takes it as `{parameter}`, and what to pass instead is not declared"),
                "let the function take a context, or choose the protocol itself; if another value does the same, declare \
                 it as `replacement`"
                    .into(),
            ];
            return;
        }
        Takes::WrapSocket | Takes::Context { .. } => {
            finding.notes = vec![format!(
                "no fix: `{function}` takes it as `{parameter}`; let the function choose the protocol, or take a context"
            )];
            return;
        }
    };
    let Some(mut spelling) = module.spelling(found) else {
        return;
    };
    let text = replacement.text(&mut |name| spelling.name(name));
    let Ok(mut edits) = spelling.into_edits() else { return };
    finding.notes = vec![format!(
        "`{function}` takes `{}` as `{parameter}` in its place, by its declaration",
        replacement.declared()
    )];
    edits.push(Edit::replace(found.expr.range(), text.clone()));
    finding.fix = Some(Fix {
        title: format!("pass `{text}`"),
        safety: match module.options().maximum_version {
            MaximumVersion::Keep if range::allowed_by(&found.name) == Some(Allowed::OnlyTls12) => Safety::Unsafe(
                "it allows TLS 1.2 alone, which `maximum-version` keeps, and its replacement may allow more".into(),
            ),
            MaximumVersion::Keep | MaximumVersion::Open => Safety::Safe,
        },
        edits,
    });
}

/// A local variable or a parameter that nothing reads, since the calls that it was for choose the version themselves.
fn without_effect(module: &Module, node: NodeId) -> Option<Fix> {
    let tree = module.tree();
    let parent = tree.parent(node)?;
    match tree.node(parent).any() {
        AnyNodeRef::StmtAssign(assign) => {
            let [Expr::Name(name)] = assign.targets.as_slice() else {
                return None;
            };
            let scope = tree.scope_of(parent);
            let is_private = match tree.scope(scope).kind {
                ScopeKind::Function => true,
                ScopeKind::Module => name.id.starts_with('_'),
                _ => false,
            };
            let is_bound_here = tree.binding_scope(scope, name.id.as_str()) == Some(scope);
            (is_private && is_bound_here && !is_read(module, scope, name.id.as_str())).then(|| Fix {
                title: format!("drop `{}`, which nothing reads", name.id),
                safety: Safety::Safe,
                edits: vec![module.drop_statement(parent)],
            })
        }
        AnyNodeRef::ParameterWithDefault(parameter) => {
            let function = tree
                .ancestors(parent)
                .find(|id| matches!(tree.node(*id), Node::Stmt(_)))?;
            let (scope, _) = tree.scopes().find(|(_, scope)| scope.node == function)?;
            let name = parameter.parameter.name.as_str();
            (!is_read(module, scope, name)).then(|| Fix {
                title: format!("make `None` the default of `{name}`, which has no effect any more"),
                safety: Safety::Safe,
                edits: vec![Edit::replace(tree.node(node).range(), "None")],
            })
        }
        _ => None,
    }
}

/// True if code in a scope, or in one inside it, reads or deletes a name, or could by looking at all names.
fn is_read(module: &Module, scope: ScopeId, name: &str) -> bool {
    module.tree().nodes().any(|(id, node)| match node {
        Node::Expr(Expr::Name(mention)) if module.tree().is_within(module.tree().scope_of(id), scope) => {
            let looks_at_all = matches!(mention.id.as_str(), "locals" | "vars" | "globals" | "eval" | "exec");
            looks_at_all || (mention.id.as_str() == name && mention.ctx != ExprContext::Store)
        }
        _ => false,
    })
}

fn report(module: &Module, old: &Name, range: TextRange, node: NodeId, goes: &str) -> Finding {
    let (fate, level) = match old.fate {
        Fate::Gone(fate) => (fate, Level::Error),
        Fate::Deprecated(fate) => (fate, Level::Warning),
    };
    let guard = module.guard(node).or_else(|| module.expects_missing_name(node));
    let mut notes = vec![format!("{goes}: {}", old.instead)];
    notes.extend(guard.iter().map(|reason| format!("left alone: {reason}")));
    Finding {
        codemod: NAME,
        identity: Identity::default(),
        level: if guard.is_some() { Level::Note } else { level },
        range,
        message: format!("`{}` {fate}", old.name),
        labels: guard.into_iter().map(|guard| guard.place).collect(),
        notes,
        fix: None,
    }
}

/// The name in an import is dropped when nothing needs it: always if importing it can raise, else once the statement
/// imports what took its place.
fn look_at_imports(module: &Module, old: &Name, findings: &mut Vec<Finding>) {
    for (import, alias) in module.imports_of(old.name) {
        let is_modern = import.names.iter().any(|other| {
            matches!(
                other.name.as_str(),
                "PROTOCOL_TLS_CLIENT" | "PROTOCOL_TLS_SERVER" | "TLSVersion"
            )
        });
        let (fate, is_gone) = match old.fate {
            Fate::Gone(fate) => (fate, true),
            Fate::Deprecated(fate) => (fate, false),
        };
        let is_expected = module.expects_missing_name(module.tree().id(import)).is_some();
        let local = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
        if !(is_gone && !is_expected || is_modern) || !module.is_unneeded(local) {
            continue;
        }
        findings.push(Finding {
            codemod: NAME,
            identity: Identity::default(),
            level: if is_gone { Level::Error } else { Level::Warning },
            range: alias.range(),
            message: format!("`{}` {fate}, and nothing here uses it", old.name),
            labels: Vec::new(),
            notes: Vec::new(),
            fix: Some(Fix {
                title: "drop the name from the import".into(),
                safety: Safety::Safe,
                edits: vec![module.drop_import(import, alias)],
            }),
        });
    }
}

/// True for the protocol of `SSLContext(...)` and the `ssl_version` of `ssl.wrap_socket(...)` and
/// `ssl.get_server_certificate(...)`, also where it is chosen in place: what they become is the business of those calls.
fn belongs_to_call(module: &Module, node: NodeId) -> bool {
    let tree = module.tree();
    let mut ancestors = tree.ancestors(node).map(|id| tree.node(id));
    let mut argument = tree.node(node).range();
    loop {
        match ancestors.next().map(Node::any) {
            Some(around @ (AnyNodeRef::ExprIf(_) | AnyNodeRef::ExprBoolOp(_) | AnyNodeRef::Keyword(_))) => {
                argument = around.range();
            }
            Some(AnyNodeRef::Arguments(_)) => {
                let Some(Node::Expr(Expr::Call(call))) = ancestors.next() else {
                    return false;
                };
                if matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "getattr") {
                    argument = call.range();
                    continue;
                }
                return module
                    .resolve_surely(&call.func)
                    .is_some_and(|name| match name.as_str() {
                        "ssl.SSLContext" => is_given(call, "protocol", 0, argument),
                        "ssl.wrap_socket" => true,
                        "ssl.get_server_certificate" => is_given(call, "ssl_version", 1, argument),
                        _ => false,
                    });
            }
            _ => return false,
        }
    }
}

/// True if an argument is what a call gives a parameter, as far as the text tells.
fn is_given(call: &ExprCall, parameter: &str, position: usize, argument: TextRange) -> bool {
    let is_it = |range: TextRange| range == argument;
    let by_keyword = call.arguments.find_keyword(parameter);
    let is_starred = call.arguments.args.iter().any(Expr::is_starred_expr);
    let by_position = call.arguments.args.get(position).filter(|_| !is_starred);
    by_keyword.is_some_and(|keyword| is_it(keyword.range())) || by_position.is_some_and(|value| is_it(value.range()))
}
