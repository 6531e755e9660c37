#![doc = include_str!("kept_weakness.md")]

use crate::python::Module;
use crate::rewrite::{Finding, Identity, Level};
use crate::tls::recipe::{KEPT, Weakness};
use ruff_text_size::{TextRange, TextSize};

/// The name of the codemod.
pub const NAME: &str = "kept-weakness";

/// Looks at every comment by which an earlier rewrite said that it kept a check off.
pub fn look(module: &Module, findings: &mut Vec<Finding>) {
    let whole = TextRange::up_to(TextSize::of(module.text()));
    for comment in module.comments_in(whole) {
        let Some(text) = module.slice(comment).strip_prefix(KEPT) else {
            continue;
        };
        let Some(weakness) = Weakness::ALL.into_iter().find(|weakness| weakness.as_str() == text) else {
            continue;
        };
        let line_start = module.line_start(comment.start());
        let indentation = TextSize::of(module.indentation_at(comment.start()));
        findings.push(Finding {
            codemod: NAME,
            identity: Identity::default(),
            level: if module.options().strict {
                Level::Warning
            } else {
                Level::Note
            },
            range: TextRange::new(line_start + indentation, comment.start()),
            message: format!("{}, as before it was rewritten", weakness.as_str()),
            notes: vec![advice(weakness).into()],
            fix: None,
        });
    }
}

fn advice(weakness: Weakness) -> &'static str {
    match weakness {
        Weakness::CertificateNotVerified => {
            "anyone on the way can read and change what is sent: load the CAs that sign the peer's certificate, set \
             `verify_mode = ssl.CERT_REQUIRED`, drop `check_hostname = False` and pass `server_hostname=`"
        }
        Weakness::HostNotChecked => {
            "the certificate of any other host of the same CA is accepted: drop `check_hostname = False` and pass \
             `server_hostname=`"
        }
    }
}
