//! A context as settings, and the statements that build it. Everything that sslfix writes about a context is written
//! here, in one order: constructor, `minimum_version`, `check_hostname`, `verify_mode`, CAs, certificate, ciphers.
//!
//! The recipes are those of `ssl-facts.md` section 3f: on Python 3.7 to 3.13 a context that is built so behaves as the
//! one it replaces, but for the protocol versions that it offers.

pub mod default;

use super::range::MinimumVersion;
use crate::python::place::Line;

/// Which side of a connection a context is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// `PROTOCOL_TLS_CLIENT`.
    Client,
    /// `PROTOCOL_TLS_SERVER`.
    Server,
    /// The server's if this expression is true at run time, else the client's.
    ServerIf(String),
    /// `PROTOCOL_TLS`, which serves both sides and is deprecated: the side is not known.
    Undecided,
}

/// What is known about a value that the old API took for absent when it was `None` or empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is there.
    Always,
    /// It may be `None` or empty: guarded, as the old call did.
    Maybe,
}

/// A value: its source text, and whether it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operand {
    /// The text of the expression. If it may be absent, a name, attribute or subscript, since it is written twice.
    pub text: String,
    /// Whether it is there.
    pub presence: Presence,
}

/// Which errors of the old `wrap_socket` about a missing certificate can still happen (Python 3.11 `ssl.py`, lines
/// 1465 to 1468).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateChecks {
    /// None: the program builds its context itself.
    None,
    /// A key without a certificate; for a server also a missing certificate.
    WrapSocket,
    /// Only a key without a certificate: the server is one because it listens, and did not say so to `wrap_socket`.
    ImplicitServer,
}

/// A context that is to be built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// The variable, or attribute, that holds it.
    pub variable: String,
    /// Which side it is for.
    pub protocol: Protocol,
    /// The name of the `TLSVersion` that becomes `minimum_version`.
    pub minimum_version: Option<&'static str>,
    /// The name of the `TLSVersion` that becomes `maximum_version`.
    pub maximum_version: Option<&'static str>,
    /// Whether to write `check_hostname = False`; a client's context has it on from the start.
    pub host_check_off: bool,
    /// The text of the value of `verify_mode`.
    pub verify_mode: Option<String>,
    /// What to say, in a comment, about a check that is off as before.
    pub kept_weakness: Option<Weakness>,
    /// The file of CA certificates.
    pub ca_certs: Option<Operand>,
    /// Whether the CAs of the system are loaded where the program names none: a context that verifies starts with none
    /// (trap A20).
    pub default_certs: bool,
    /// The certificate chain.
    pub certfile: Option<Operand>,
    /// Its key.
    pub keyfile: Option<Operand>,
    /// The ciphers, in OpenSSL's notation.
    pub ciphers: Option<Operand>,
    /// Which errors about a missing certificate are raised.
    pub checks: CertificateChecks,
}

/// A check that the program did not make and, since its behaviour is kept, still does not make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// `CERT_NONE`: any certificate is accepted.
    CertificateNotVerified,
    /// The certificate may be verified, the host name in it is not compared.
    HostNotChecked,
}

/// What the comment about a kept weakness starts with; see [`Weakness::as_str`] for the rest.
pub const KEPT: &str = "# as before: ";

impl Weakness {
    /// Both.
    pub const ALL: [Weakness; 2] = [Weakness::CertificateNotVerified, Weakness::HostNotChecked];

    /// In words that fit behind "as before: " and into a message.
    pub fn as_str(self) -> &'static str {
        match self {
            Weakness::CertificateNotVerified => "certificates are not verified",
            Weakness::HostNotChecked => "the host name is not checked",
        }
    }
}

/// The statement that sets a limit of the versions, `minimum_version` or `maximum_version`, to a member of `TLSVersion`.
pub fn limit(variable: &str, attribute: &str, version: &str, spell: &mut dyn FnMut(&str) -> String) -> Line {
    Line::new(format!("{variable}.{attribute} = {}.{version}", spell("TLSVersion")))
}

impl Context {
    /// A context with nothing but its protocol and the minimum version that sslfix gives to all.
    pub fn new(variable: impl Into<String>, protocol: Protocol, minimum: MinimumVersion) -> Context {
        Context {
            variable: variable.into(),
            protocol,
            minimum_version: Some(minimum.name()),
            maximum_version: None,
            host_check_off: false,
            verify_mode: None,
            kept_weakness: None,
            ca_certs: None,
            default_certs: false,
            certfile: None,
            keyfile: None,
            ciphers: None,
            checks: CertificateChecks::None,
        }
    }

    /// The statements, from the checks that the old call made first to the ciphers. `spell` writes a name of `ssl` as
    /// the file does.
    pub fn lines(&self, spell: &mut dyn FnMut(&str) -> String) -> Vec<Line> {
        let mut lines = self.certificate_check();
        lines.push(Line::new(format!("{} = {}", self.variable, self.constructor(spell))));
        lines.extend(self.settings(spell));
        lines
    }

    /// The call that makes the context.
    pub fn constructor(&self, spell: &mut dyn FnMut(&str) -> String) -> String {
        format!("{}({})", spell("SSLContext"), self.protocol_argument(spell))
    }

    /// The argument of that call.
    pub fn protocol_argument(&self, spell: &mut dyn FnMut(&str) -> String) -> String {
        match &self.protocol {
            Protocol::Client => spell("PROTOCOL_TLS_CLIENT"),
            Protocol::Server => spell("PROTOCOL_TLS_SERVER"),
            Protocol::ServerIf(test) => {
                format!(
                    "{} if {test} else {}",
                    spell("PROTOCOL_TLS_SERVER"),
                    spell("PROTOCOL_TLS_CLIENT")
                )
            }
            Protocol::Undecided => spell("PROTOCOL_TLS"),
        }
    }

    /// The statements behind the constructor.
    pub fn settings(&self, spell: &mut dyn FnMut(&str) -> String) -> Vec<Line> {
        let variable = &self.variable;
        let comment = |weakness: Weakness| {
            if self.kept_weakness == Some(weakness) {
                format!("  {KEPT}{}", weakness.as_str())
            } else {
                String::new()
            }
        };
        let mut lines = Vec::new();
        if let Some(version) = self.minimum_version {
            lines.push(limit(variable, "minimum_version", version, spell));
        }
        if let Some(version) = self.maximum_version {
            lines.push(Line::new(format!(
                "{variable}.maximum_version = {}.{version}",
                spell("TLSVersion")
            )));
        }
        // The order matters: CERT_NONE is refused while the host check is on (section 3b).
        if self.host_check_off {
            lines.push(Line::new(format!(
                "{variable}.check_hostname = False{}",
                comment(Weakness::HostNotChecked)
            )));
        }
        if let Some(mode) = &self.verify_mode {
            let comment = comment(Weakness::CertificateNotVerified);
            lines.push(Line::new(format!("{variable}.verify_mode = {mode}{comment}")));
        }
        if let Some(ca_certs) = &self.ca_certs {
            ca_certs.guarded(
                &mut lines,
                format!("{variable}.load_verify_locations({})", ca_certs.text),
            );
        }
        if self.default_certs {
            let load = format!("{variable}.load_default_certs()");
            match self.ca_certs.as_ref().map(|ca_certs| ca_certs.presence) {
                None => lines.push(Line::new(load)),
                Some(Presence::Maybe) => lines.extend([Line::new("else:"), Line::nested(load)]),
                Some(Presence::Always) => {}
            }
        }
        self.load_certificate(&mut lines);
        if let Some(ciphers) = &self.ciphers {
            ciphers.guarded(&mut lines, format!("{variable}.set_ciphers({})", ciphers.text));
        }
        lines
    }

    /// The old call looked for the certificate of a server before anything else.
    fn certificate_check(&self) -> Vec<Line> {
        let missing = match &self.certfile {
            Some(certfile) if certfile.presence == Presence::Always => return Vec::new(),
            Some(certfile) => Some(format!("not {}", certfile.text)),
            None => None,
        };
        let test = match (&self.protocol, missing) {
            _ if self.checks != CertificateChecks::WrapSocket => return Vec::new(),
            (Protocol::Server, Some(missing)) => missing,
            (Protocol::ServerIf(test), Some(missing)) => format!("{test} and {missing}"),
            (Protocol::ServerIf(test), None) => test.clone(),
            _ => return Vec::new(),
        };
        vec![
            Line::new(format!("if {test}:")),
            Line::nested("raise ValueError(\"certfile must be specified for server-side operations\")"),
        ]
    }

    fn load_certificate(&self, lines: &mut Vec<Line>) {
        let raise = || Line::nested("raise ValueError(\"certfile must be specified\")");
        let checks_key = self.checks != CertificateChecks::None;
        let Some(certfile) = &self.certfile else {
            if let Some(keyfile) = self.keyfile.as_ref().filter(|_| checks_key) {
                lines.push(Line::new(format!("if {}:", keyfile.text)));
                lines.push(raise());
            }
            return;
        };
        let arguments = match &self.keyfile {
            Some(keyfile) => format!("{}, {}", certfile.text, keyfile.text),
            None => certfile.text.clone(),
        };
        let load = format!("{}.load_cert_chain({arguments})", self.variable);
        if self.protocol == Protocol::Server && self.checks == CertificateChecks::WrapSocket {
            // That there is one was checked first.
            lines.push(Line::new(load));
            return;
        }
        certfile.guarded(lines, load);
        if let Some(keyfile) = self.keyfile.as_ref().filter(|_| checks_key)
            && certfile.presence == Presence::Maybe
            && keyfile.text != certfile.text
        {
            lines.push(Line::new(match keyfile.presence {
                Presence::Always => "else:".to_string(),
                Presence::Maybe => format!("elif {}:", keyfile.text),
            }));
            lines.push(raise());
        }
    }
}

impl Operand {
    fn guarded(&self, lines: &mut Vec<Line>, statement: String) {
        match self.presence {
            Presence::Always => lines.push(Line::new(statement)),
            Presence::Maybe => {
                lines.push(Line::new(format!("if {}:", self.text)));
                lines.push(Line::nested(statement));
            }
        }
    }
}
