//! What a client's call becomes under the policy `harden`: what it verifies, and the name that it verifies.

use super::arguments::Arguments;
use super::verify_constant;
use crate::host::{self, Host};
use crate::python::Module;
use crate::rewrite::Safety;
use ruff_python_ast::ExprCall;

/// What to write where nothing is written.
const INSTEAD: &str = "for a client, write `context = ssl.create_default_context()`, load the CAs if they are your own, and \
                       call `context.wrap_socket(sock, server_hostname=...)` with the name that the certificate must have";

/// The notes of a call that is left for a person.
pub(super) fn refusal(reason: &str) -> [String; 2] {
    [format!("no fix under `harden`: {reason}"), INSTEAD.to_string()]
}

/// A client that is going to verify.
pub(super) struct Hardened<'a> {
    pub host: Host<'a>,
    pub safety: Safety,
}

/// # Errors
///
/// Why verification is not turned on.
pub(super) fn client<'a>(
    module: &Module<'a>,
    call: &'a ExprCall,
    arguments: &Arguments<'a>,
) -> Result<Hardened<'a>, String> {
    let sock = arguments.get("sock").ok_or("no fix: it has no socket")?;
    let safety = match arguments.get("cert_reqs") {
        None => Safety::Safe,
        Some(argument) => match verify_constant(module, argument.value) {
            Some("CERT_NONE") => {
                Safety::Unsafe("the program says itself that certificates are not to be verified".into())
            }
            Some(_) => Safety::Safe,
            None => {
                return Err(format!(
                    "whether it verifies is decided at run time, by `cert_reqs={}`",
                    module.slice(argument.value)
                ));
            }
        },
    };
    let host = host::of_wrapped_socket(module, call, sock.value)
        .map_err(|reason| format!("the name of the host is not proven: {reason}"))?;
    Ok(Hardened { host, safety })
}
