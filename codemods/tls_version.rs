#![doc = include_str!("tls_version.md")]

use crate::hazards;
use crate::python::flow::{Does, Step};
use crate::python::resolve::Certainty;
use crate::python::tree::{Node, NodeId};
use crate::python::uses::Use;
use crate::python::{LineNumber, Module};
use crate::rewrite::{Edit, Finding, Fix, Identity, Level, Safety};
use crate::tls::names;
use crate::tls::range::MinimumVersion;
use crate::tls::versions::{self, is_below_floor};
use ruff_python_ast::{AnyNodeRef, Expr, ExprContext};
use ruff_text_size::Ranged;

/// The name of the codemod.
pub const NAME: &str = "tls-version";

const RAISE_CEILING: &str = "no current peer is left below this ceiling: raise it or drop the line";

/// Looks at every version older than TLS 1.2 that a context is told to accept.
pub fn look(module: &Module, findings: &mut Vec<Finding>) {
    for found in module.uses().iter().filter(|found| found.access == ExprContext::Load) {
        let Some(version) = found
            .name
            .strip_prefix("TLSVersion.")
            .filter(|version| is_below_floor(version))
        else {
            continue;
        };
        let Some(destination) = Destination::of(module, found.node) else {
            continue;
        };
        if version == "MINIMUM_SUPPORTED" && destination.limit == Limit::Maximum {
            continue;
        }
        findings.push(look_at_use(module, found, version, &destination));
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limit {
    Minimum,
    Maximum,
}

/// What the version is given to.
struct Destination<'a> {
    limit: Limit,
    /// The context, where it is assigned to its attribute, alone and whole.
    context: Option<&'a Expr>,
    /// Where it goes otherwise, for the reader.
    what: String,
}

impl<'a> Destination<'a> {
    fn of(module: &Module<'a>, node: NodeId) -> Option<Destination<'a>> {
        let tree = module.tree();
        let mut value = node;
        let mut parent = tree.parent(node)?;
        let mut is_choice = false;
        while let AnyNodeRef::ExprIf(_) | AnyNodeRef::ExprBoolOp(_) = tree.node(parent).any() {
            is_choice = true;
            value = parent;
            parent = tree.parent(parent)?;
        }
        match tree.node(parent).any() {
            AnyNodeRef::StmtAssign(assign) => assign.targets.iter().find_map(|target| {
                let Expr::Attribute(attribute) = target else {
                    return None;
                };
                let limit = limit_named(attribute.attr.as_str())?;
                let is_alone = assign.targets.len() == 1 && !is_choice;
                Some(Destination {
                    limit,
                    context: is_alone.then_some(&*attribute.value),
                    what: if is_choice {
                        "it is one of several values".into()
                    } else {
                        "one statement sets several limits".into()
                    },
                })
            }),
            AnyNodeRef::Keyword(keyword) => {
                let limit = limit_named(keyword.arg.as_ref()?.as_str())?;
                Some(Destination {
                    limit,
                    context: None,
                    what: module.where_to(value),
                })
            }
            AnyNodeRef::ParameterWithDefault(parameter) => Some(Destination {
                limit: limit_named(parameter.parameter.name.as_str())?,
                context: None,
                what: module.where_to(value),
            }),
            _ => None,
        }
    }
}

/// The limit that an attribute or parameter of this name sets; urllib3 and others put `ssl_` or `tls_` in front.
fn limit_named(name: &str) -> Option<Limit> {
    match name {
        "minimum_version" | "ssl_minimum_version" | "tls_minimum_version" => Some(Limit::Minimum),
        "maximum_version" | "ssl_maximum_version" | "tls_maximum_version" => Some(Limit::Maximum),
        _ => None,
    }
}

fn look_at_use<'a>(module: &Module<'a>, found: &Use<'a>, version: &str, destination: &Destination<'a>) -> Finding {
    let mut finding = Finding {
        codemod: NAME,
        identity: Identity::default(),
        level: Level::Warning,
        range: found.expr.range(),
        message: match version {
            "MINIMUM_SUPPORTED" => "`TLSVersion.MINIMUM_SUPPORTED` accepts TLS 1.0 wherever OpenSSL does".into(),
            _ => format!("`TLSVersion.{version}` is deprecated since Python 3.10 and warns when it is set"),
        },
        notes: Vec::new(),
        labels: Vec::new(),
        fix: None,
    };
    let set_current = format!(
        "set `TLSVersion.{}`, unless a peer that you know cannot",
        module.options().minimum_version.name()
    );
    if let Some(reason) = module.guard(found.node) {
        finding.level = Level::Note;
        finding.notes.push(set_current);
        finding.notes.push(format!("left alone: {reason}"));
        finding.labels.push(reason.place);
        return finding;
    }
    match (destination.limit, destination.context) {
        (Limit::Maximum, _) => finding.notes.push(RAISE_CEILING.into()),
        (Limit::Minimum, None) => {
            finding.notes.push(format!("no fix: {}", destination.what));
            finding.notes.push(set_current);
        }
        (Limit::Minimum, Some(context)) => match raise(module, found, version, context) {
            Ok(fix) => finding.fix = Some(fix),
            Err(reason) => {
                finding.notes.push(format!("no fix: {reason}"));
                finding.notes.push(set_current);
            }
        },
    }
    finding
}

fn raise<'a>(module: &Module<'a>, found: &Use<'a>, version: &str, context: &'a Expr) -> Result<Fix, String> {
    let Expr::Attribute(attribute) = found.expr else {
        return Err("it goes by another name here".into());
    };
    if found.certainty != Certainty::Certain {
        return Err("the name may also stand for something else than the standard library's class".into());
    }
    let floor = module.options().minimum_version;
    let text = module.slice(context);
    let steps = match module.holder(context) {
        Some(holder) => module.follow(module.steps(&holder)),
        None => Vec::new(),
    };
    let line = |step: &Step| module.line_number(module.tree().node(step.node).range().start());
    let mut reasons = Vec::new();
    for step in &steps {
        match step.does {
            Does::SetAttribute {
                attribute: "maximum_version",
                value,
                ..
            } => {
                let maximum = module
                    .ssl_name(value)
                    .and_then(|name| name.strip_prefix("TLSVersion.").map(str::to_string));
                match maximum {
                    Some(maximum) if versions::place(&maximum).is_some_and(|place| place < floor.place()) => {
                        return Err(format!(
                            "line {} sets `maximum_version` to {maximum}, and nothing would be left",
                            line(step)
                        ));
                    }
                    Some(_) => {}
                    None => reasons.push(format!(
                        "line {} sets a `maximum_version` that the text does not tell, which may be below {}",
                        line(step),
                        floor.in_words()
                    )),
                }
            }
            Does::ReadAttribute("minimum_version") => {
                reasons.push(format!("line {} reads the `minimum_version` of `{text}`", line(step)));
            }
            _ => {}
        }
    }
    if version == "MINIMUM_SUPPORTED" {
        reasons.push("it opens what newer Pythons close, perhaps for a peer that is too old for TLS 1.2".into());
    } else if let Some(line) = lowers_security_level(module) {
        reasons.push(format!(
            "line {line} lowers the security level of OpenSSL, which is done for peers that are too old for TLS 1.2"
        ));
    }
    if let Some(flag) = module.uses_of("OP_NO_TLSv1_2").next() {
        reasons.push(format!(
            "line {} may switch TLS 1.2 off",
            module.line_number(flag.expr.start())
        ));
    }
    if floor == MinimumVersion::Tls13
        && let Some(reason) = hazards::switches_off_tls13(module).map(|hazard| hazard.reason)
    {
        reasons.push(reason);
    }
    if let Some(line) = switches_on(module) {
        reasons.push(format!("line {line} switches old versions on again"));
    }
    if text == "self" || text == "cls" {
        reasons.push(format!("`{text}` may be no context"));
    }
    Ok(Fix {
        title: format!("set {} as the oldest version", floor.in_words()),
        safety: if reasons.is_empty() {
            Safety::Safe
        } else {
            Safety::Unsafe(reasons.join("; "))
        },
        edits: vec![Edit::replace(attribute.attr.range(), floor.name())],
    })
}

/// The line of `options &= ~OP_NO_...` or `options -= OP_NO_...`.
fn switches_on(module: &Module) -> Option<LineNumber> {
    let is_taken_out =
        |found: &&Use| names::VERSION_FLAGS.iter().any(|flag| flag.name == found.name) && module.takes_out(found.node);
    let found = module.uses().iter().find(is_taken_out)?;
    Some(module.line_number(found.expr.start()))
}

/// The line of a text, such as a cipher string, that says `@SECLEVEL=0` or `1`: OpenSSL 3 has no TLS 1.0 and 1.1 without.
fn lowers_security_level(module: &Module) -> Option<LineNumber> {
    module.tree().nodes().find_map(|(_, node)| match node {
        Node::Expr(expr @ (Expr::StringLiteral(_) | Expr::FString(_) | Expr::BytesLiteral(_))) => {
            let text = module.slice(expr);
            ["@SECLEVEL=0", "@SECLEVEL=1"]
                .iter()
                .any(|level| text.contains(level))
                .then(|| module.line_number(expr.start()))
        }
        _ => None,
    })
}
