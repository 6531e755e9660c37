#![doc = include_str!("declared_wrapper.md")]

use crate::python::Module;
use crate::rewrite::{Finding, Identity, Level};
use crate::tls::names::WRAP_SOCKET_PARAMETERS;
use crate::tls::wrappers::Takes;
use crate::wrappers;
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

/// The name of the codemod.
pub const NAME: &str = "declared-wrapper";

/// The parameters that a context has taken the place of, and what says the same on it.
const OLD: [(&str, &str); 6] = [
    ("keyfile", "the second argument of `load_cert_chain`"),
    ("certfile", "the first argument of `load_cert_chain`"),
    ("cert_reqs", "`verify_mode`"),
    (
        "ssl_version",
        "`minimum_version`, behind `PROTOCOL_TLS_CLIENT` or `PROTOCOL_TLS_SERVER`",
    ),
    ("ca_certs", "`load_verify_locations`"),
    ("ciphers", "`set_ciphers`"),
];

/// Looks at every call of a function that is declared to have the parameters of `ssl.wrap_socket`.
pub fn look(module: &Module, findings: &mut Vec<Finding>) {
    if !module
        .options()
        .wrappers
        .iter()
        .any(|wrapper| wrapper.takes == Takes::WrapSocket)
    {
        return;
    }
    for (node, call) in module.tree().calls() {
        let declared = wrappers::of_call(module, call).find(|wrapper| wrapper.takes == Takes::WrapSocket);
        let Some(wrapper) = declared else { continue };
        let given = given(call);
        let is_hidden = call.arguments.args.iter().any(Expr::is_starred_expr)
            || call.arguments.keywords.iter().any(|keyword| keyword.arg.is_none());
        if given.is_empty() && !is_hidden {
            continue;
        }
        let named: Vec<String> = given.iter().map(|(name, _)| format!("`{name}`")).collect();
        let mut finding = Finding {
            identity: Identity::default(),
            labels: Vec::new(),
            codemod: NAME,
            level: Level::Warning,
            range: call.range(),
            message: match named.is_empty() {
                true => format!(
                    "`{}` is called with arguments from `*` or `**`, perhaps those of `ssl.wrap_socket`",
                    wrapper.function
                ),
                false => format!(
                    "`{}` is called with what `ssl.wrap_socket` took: {}",
                    wrapper.function,
                    named.join(", ")
                ),
            },
            notes: vec![
                "no fix: what the function does with them is not in sight; let it take a context, and build that where it \
                 is called"
                    .into(),
            ],
            fix: None,
        };
        finding.notes.extend(
            given
                .iter()
                .map(|(name, instead)| format!("`{name}`: on a context it is {instead}")),
        );
        if let Some(reason) = module.guard(node) {
            finding.level = Level::Note;
            finding.notes = vec![format!("left alone: {reason}")];
        }
        findings.push(finding);
    }
}

/// Those of the old parameters that a call visibly gives an argument.
fn given(call: &ExprCall) -> Vec<(&'static str, &'static str)> {
    let by_position = call
        .arguments
        .args
        .iter()
        .take_while(|argument| !argument.is_starred_expr())
        .count();
    OLD.into_iter()
        .filter(|(name, _)| {
            let position = WRAP_SOCKET_PARAMETERS.iter().position(|parameter| parameter == name);
            position.is_some_and(|position| position < by_position) || call.arguments.find_keyword(name).is_some()
        })
        .collect()
}
