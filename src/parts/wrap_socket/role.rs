//! Which side a call of the old `wrap_socket` is for. The function did not have to be told: a wrapped socket that
//! listens serves, whatever `server_side` says (`ssl-facts.md` section 2, `census.md` section 10).

use super::arguments::Arguments;
use crate::evidence;
use crate::python::Module;
use crate::python::values::Truth;
use crate::rewrite::Label;
use crate::tls::recipe::Protocol;
use crate::tls::role::{self, Evidence, Role, Side};
use ruff_python_ast::ExprCall;

/// The side of a call.
pub(super) struct CallRole {
    pub protocol: Protocol,
    /// The socket serves without having been told so.
    pub implicit: bool,
    /// What the reader should know about the decision.
    pub notes: Vec<String>,
    /// What tells it.
    pub labels: Vec<Label>,
}

pub(super) fn of_call<'a>(
    module: &Module<'a>,
    call: &'a ExprCall,
    arguments: &Arguments<'a>,
) -> Result<CallRole, String> {
    let told = arguments
        .get("server_side")
        .map(|argument| (argument, module.truth(argument.value)));
    match told {
        Some((argument, Truth::True)) => {
            let labels = vec![Label::new(argument.range, "so this context serves")];
            return Ok(CallRole {
                labels,
                ..CallRole::plain(Protocol::Server)
            });
        }
        Some((argument, Truth::Unknown)) => {
            return Ok(CallRole::plain(Protocol::ServerIf(
                module.slice(argument.value).to_string(),
            )));
        }
        Some((_, Truth::False)) | None => {}
    }
    let evidence = match arguments.get("sock") {
        Some(sock) => evidence::of_wrapped_socket(module, call, sock.value),
        None => Vec::new(),
    };
    let has_certificate = arguments.present(module, "certfile").is_some();
    Ok(match role::weigh(&evidence) {
        // Without a certificate no server can answer: whatever else happens to the socket, this call connects.
        _ if !has_certificate => CallRole::plain(Protocol::Client),
        Role::Is(Side::Client) => CallRole::plain(Protocol::Client),
        Role::Is(Side::Server) => CallRole {
            protocol: Protocol::Server,
            implicit: true,
            notes: vec![format!(
                "a server, though it does not say `server_side=True`: {}",
                list(&evidence)
            )],
            labels: evidence
                .iter()
                .map(|found| Label::new(found.range, "so this context serves"))
                .collect(),
        },
        Role::Unknown
            if !arguments
                .get("sock")
                .is_some_and(|sock| evidence::may_listen(module, sock.value)) =>
        {
            CallRole::plain(Protocol::Client)
        }
        Role::Unknown => CallRole {
            protocol: Protocol::Undecided,
            implicit: false,
            notes: vec![
                "the side is for a person: it does not say `server_side=True`, which means a client with a certificate \
                 or a socket that listens, and this may be one; `PROTOCOL_TLS` does both"
                    .to_string(),
            ],
            labels: Vec::new(),
        },
        Role::Both => CallRole {
            protocol: Protocol::Undecided,
            implicit: false,
            notes: vec![format!(
                "the side is for a person: {}; `PROTOCOL_TLS` does both",
                list(&evidence)
            )],
            labels: evidence.iter().map(evidence::label).collect(),
        },
    })
}

impl CallRole {
    fn plain(protocol: Protocol) -> CallRole {
        CallRole {
            protocol,
            implicit: false,
            notes: Vec::new(),
            labels: Vec::new(),
        }
    }
}

fn list(evidence: &[Evidence]) -> String {
    evidence
        .iter()
        .map(|found| found.what.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}
