//! What a client's context becomes under the policy `harden`: every wrapping in sight gets the name of its host, the
//! system's CAs are loaded where the program loads none, and what the program itself switches off goes on.

use super::{Made, constant, may_use, steps_in};
use crate::host;
use crate::python::Module;
use crate::python::flow::{Does, Step};
use crate::python::tree::NodeId;
use crate::python::values::Truth;
use crate::rewrite::{Edit, Label, Safety};
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};

/// What to write where nothing is written.
pub(super) const INSTEAD: &str = "for a client, make it by `ssl.create_default_context()`, and pass the name that the \
                                  certificate must have to its `wrap_socket` as `server_hostname=`; functions of a library \
                                  that take a context do that themselves";

/// A client's context that is going to verify.
pub(super) struct Hardened {
    /// The edits at the wrappings and at the settings of the program.
    pub edits: Vec<Edit>,
    /// Whether the program loads no CAs.
    pub default_certs: bool,
    pub safety: Safety,
    /// What proves the hosts.
    pub what: Vec<String>,
    /// Where that is, and where the CAs are loaded.
    pub labels: Vec<Label>,
}

/// # Errors
///
/// Why verification is not turned on.
pub(super) fn client<'a>(
    module: &Module<'a>,
    made: &Made<'a>,
    spell: &mut dyn FnMut(&str) -> String,
) -> Result<Hardened, String> {
    let mut hardened = Hardened {
        edits: Vec::new(),
        default_certs: true,
        safety: Safety::Safe,
        what: Vec::new(),
        labels: Vec::new(),
    };
    let mut is_used = false;
    let mut bindings = 0;
    for step in &made.steps {
        let line = module.line_number(module.tree().node(step.node).range().start());
        match step.does {
            Does::SetAttribute {
                attribute: attribute @ ("check_hostname" | "verify_mode"),
                value,
                operator,
                statement,
            } => match setting(module, attribute, value) {
                Setting::On if operator.is_none() => {}
                Setting::Off if operator.is_none() && is_beside(module, made, statement) => {
                    let on = if attribute == "check_hostname" {
                        "True".to_string()
                    } else {
                        spell("CERT_REQUIRED")
                    };
                    hardened.edits.push(Edit::replace(value.range(), on));
                    hardened.safety =
                        Safety::Unsafe("the program says itself that something is not to be verified".into());
                }
                _ => return Err(format!("line {line} decides at run time whether it verifies")),
            },
            Does::Call {
                method: "load_verify_locations" | "load_default_certs" | "set_default_verify_paths",
                call,
            } => {
                let is_sure = module.tree().statement_of(step.node).is_some_and(|(statement, _)| {
                    is_beside(module, made, statement) && !is_wrapped_before(module, made, statement)
                });
                if !is_sure {
                    return Err(format!("line {line} decides at run time which CAs it trusts"));
                }
                hardened.default_certs = false;
                hardened
                    .labels
                    .push(Label::new(call.range(), "here the CAs are loaded"));
            }
            Does::Call {
                method: method @ ("wrap_socket" | "wrap_bio"),
                call,
            } => {
                is_used = true;
                name_host(module, method, call, &mut hardened)
                    .map_err(|reason| format!("the name of the host is not proven for line {line}: {reason}"))?;
            }
            Does::Rebind => bindings += 1,
            Does::Pass { call, .. } => {
                return Err(format!("line {line} passes it to `{}`", module.slice(&*call.func)));
            }
            Does::Escape(how) => return Err(format!("line {line}: it {how}")),
            Does::ReadAttribute("wrap_socket" | "wrap_bio") => {
                return Err(format!("line {line} hands its `wrap_socket` on"));
            }
            Does::SetAttribute { .. } | Does::Call { .. } | Does::ReadAttribute(_) | Does::Test => {}
        }
    }
    if !is_used {
        return Err("nothing in sight wraps a socket with it".into());
    }
    if bindings > 1 {
        return Err("its variable holds other contexts too".into());
    }
    hardened.what.dedup();
    Ok(hardened)
}

/// What a value does to a check.
enum Setting {
    On,
    /// The program switches it off, literally.
    Off,
    Unknown,
}

fn setting(module: &Module, attribute: &str, value: &Expr) -> Setting {
    match (attribute, value) {
        ("check_hostname", Expr::BooleanLiteral(literal)) if literal.value => Setting::On,
        ("check_hostname", Expr::BooleanLiteral(_)) => Setting::Off,
        ("verify_mode", value) => match constant(module, value).as_deref() {
            Some("CERT_REQUIRED" | "CERT_OPTIONAL") => Setting::On,
            Some("CERT_NONE") => Setting::Off,
            _ => Setting::Unknown,
        },
        _ => Setting::Unknown,
    }
}

/// True if a statement stands in the block in which the context is made, so that it runs whenever that does.
fn is_beside(module: &Module, made: &Made, statement: NodeId) -> bool {
    let range = module.tree().node(statement).range();
    made.assignment.is_some_and(|(id, assignment)| {
        assignment.end() <= range.start() && module.siblings(id).iter().any(|sibling| sibling.range() == range)
    })
}

/// True if the context may have wrapped a socket before a statement that stands behind the one that makes it: there, or
/// in a function that is called there.
fn is_wrapped_before(module: &Module, made: &Made, statement: NodeId) -> bool {
    let Some((id, assignment)) = made.assignment else {
        return false;
    };
    let start = module.tree().node(statement).range().start();
    let in_between = TextRange::new(assignment.end(), start);
    let wraps = |step: &Step| {
        matches!(
            step.does,
            Does::Call {
                method: "wrap_socket" | "wrap_bio",
                ..
            }
        )
    };
    module
        .siblings(id)
        .iter()
        .filter(|stmt| in_between.contains_range(stmt.range()))
        .any(|stmt| may_use(module, made, stmt) || module.follow(steps_in(module, made, stmt)).iter().any(wraps))
}

/// Sees to the host name of one wrapping.
fn name_host<'a>(module: &Module<'a>, method: &str, call: &'a ExprCall, hardened: &mut Hardened) -> Result<(), String> {
    let arguments = &call.arguments;
    if arguments.args.iter().any(Expr::is_starred_expr)
        || arguments.keywords.iter().any(|keyword| keyword.arg.is_none())
    {
        return Err("its arguments come from `*` or `**`".into());
    }
    let (side, name) = if method == "wrap_bio" { (2, 3) } else { (1, 4) };
    if let Some(side) = arguments.find_argument_value("server_side", side)
        && module.truth(side) != Truth::False
    {
        return Err("it may serve".into());
    }
    if let Some(given) = arguments.find_argument_value("server_hostname", name) {
        return host::check_name(module, given);
    }
    let Some(sock) = arguments
        .find_argument_value("sock", 0)
        .filter(|_| method == "wrap_socket")
    else {
        // Without a name nothing is checked here, and nothing is raised either (trap A21).
        return Err("no socket is in sight".into());
    };
    let host = host::of_wrapped_socket(module, call, sock)?;
    hardened
        .edits
        .extend(module.append_argument(call, &format!("server_hostname={}", module.slice(host.expr))));
    hardened
        .labels
        .push(Label::new(host.range, "here the host name is known"));
    hardened.what.push(host.what);
    Ok(())
}
