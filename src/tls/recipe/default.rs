//! The context that the standard library's HTTPS clients made for themselves: that of `create_default_context()`, which
//! verifies, and what they added to it.
//!
//! Source: `http/client.py` and `urllib/request.py` of Python 3.7 to 3.11 (`ssl-facts.md` section 1b).

use super::{Operand, Presence, Weakness, limit};
use crate::python::place::Line;
use crate::tls::range::MinimumVersion;

/// A context that is to be built as an HTTPS client did, or one of the program's that such a client added to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultContext {
    /// The variable that holds it.
    pub variable: String,
    /// True if it is there already, and only the settings are to be written.
    pub is_given: bool,
    /// The test without which there is no context, but `None`.
    pub condition: Option<String>,
    /// The file of CA certificates; those of the system if there is neither this nor `capath`. Both take `None`.
    pub cafile: Option<String>,
    /// The folder of CA certificates.
    pub capath: Option<String>,
    /// What becomes `minimum_version` of a new context; without it, the oldest version is that of the Python.
    pub minimum_version: Option<&'static str>,
    /// Whether the server may ask for the certificate of the client after the handshake.
    pub post_handshake_auth: bool,
    /// What `check_hostname` is set to, if not to what it is: a value that can be `None`, which means the same.
    pub check_hostname: Option<Operand>,
    /// The certificate chain.
    pub certfile: Option<Operand>,
    /// Its key.
    pub keyfile: Option<Operand>,
}

impl DefaultContext {
    /// A context without CAs or a certificate of its own. That the oldest version is TLS 1.2 is not written: the old
    /// client left it to the Python as well.
    pub fn new(variable: impl Into<String>, minimum: MinimumVersion) -> DefaultContext {
        DefaultContext {
            variable: variable.into(),
            is_given: false,
            condition: None,
            cafile: None,
            capath: None,
            minimum_version: (minimum != MinimumVersion::default()).then(|| minimum.name()),
            post_handshake_auth: false,
            check_hostname: None,
            certfile: None,
            keyfile: None,
        }
    }

    /// The statements. `spell` writes a name of `ssl` as the file does.
    pub fn lines(&self, spell: &mut dyn FnMut(&str) -> String) -> Vec<Line> {
        let variable = &self.variable;
        let mut lines = Vec::new();
        if !self.is_given {
            lines.push(Line::new(format!(
                "{variable} = {}({})",
                spell("create_default_context"),
                self.authorities()
            )));
            if let Some(version) = self.minimum_version {
                lines.push(limit(variable, "minimum_version", version, spell));
            }
            lines.push(Line::new(format!("{variable}.set_alpn_protocols([\"http/1.1\"])")));
            if self.post_handshake_auth {
                lines.push(self.allow_post_handshake());
            }
        }
        self.check_hostname(&mut lines);
        self.load_certificate(&mut lines);
        match &self.condition {
            None => lines,
            Some(condition) => {
                let nested = lines.into_iter().map(|line| Line {
                    depth: line.depth + 1,
                    ..line
                });
                let head = [
                    Line::new(format!("{variable} = None")),
                    Line::new(format!("if {condition}:")),
                ];
                head.into_iter().chain(nested).collect()
            }
        }
    }

    /// `create_default_context` itself takes `None` and the empty string for absent.
    fn authorities(&self) -> String {
        let argument = |name: &str, value: &Option<String>| value.as_ref().map(|value| format!("{name}={value}"));
        let arguments = [argument("cafile", &self.cafile), argument("capath", &self.capath)];
        arguments.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn allow_post_handshake(&self) -> Line {
        Line::new(format!("{}.post_handshake_auth = True", self.variable))
    }

    fn check_hostname(&self, lines: &mut Vec<Line>) {
        let Some(check) = &self.check_hostname else { return };
        let comment = match check.text.as_str() {
            "False" => format!("  {}{}", super::KEPT, Weakness::HostNotChecked.as_str()),
            _ => String::new(),
        };
        let set = format!("{}.check_hostname = {}{comment}", self.variable, check.text);
        match check.presence {
            Presence::Always => lines.push(Line::new(set)),
            Presence::Maybe => {
                lines.push(Line::new(format!("if {} is not None:", check.text)));
                lines.push(Line::nested(set));
            }
        }
    }

    /// Either file was enough for the old class to load both, so that a key without a certificate raises `TypeError`.
    fn load_certificate(&self, lines: &mut Vec<Line>) {
        let Some(certfile) = &self.certfile else { return };
        let arguments = match &self.keyfile {
            Some(keyfile) => format!("{}, {}", certfile.text, keyfile.text),
            None => certfile.text.clone(),
        };
        let mut load = vec![Line::new(format!("{}.load_cert_chain({arguments})", self.variable))];
        if self.is_given && self.post_handshake_auth {
            load.push(self.allow_post_handshake());
        }
        let operands = [Some(certfile), self.keyfile.as_ref()].into_iter().flatten();
        if operands.clone().any(|operand| operand.presence == Presence::Always) {
            lines.extend(load);
            return;
        }
        let mut tests: Vec<&str> = operands.map(|operand| operand.text.as_str()).collect();
        tests.dedup();
        lines.push(Line::new(format!("if {}:", tests.join(" or "))));
        lines.extend(load.into_iter().map(|line| Line {
            depth: line.depth + 1,
            ..line
        }));
    }
}
