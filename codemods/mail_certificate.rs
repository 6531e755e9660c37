#![doc = include_str!("mail_certificate.md")]

use crate::python::Module;
use crate::python::arguments::{Argument, Change, Evaluated};
use crate::python::bindings::BindingKind;
use crate::python::classes::Construction;
use crate::python::resolve::Certainty;
use crate::python::tree::NodeId;
use crate::python::values::Truth;
use crate::rewrite::{Edit, Finding, Fix, Identity, Level, Policy, Safety};
use crate::tls::clients::{Client, MAIL, SMTP, STARTTLS};
use crate::tls::recipe::{CertificateChecks, Context, Operand, Presence, Protocol, Weakness};
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};

/// The name of the codemod.
pub const NAME: &str = "mail-certificate";

const GONE: [&str; 2] = ["keyfile", "certfile"];

/// Looks at every call of a mail or FTP class of the standard library, or of `starttls`, with one of its old arguments.
pub fn look(module: &Module, findings: &mut Vec<Finding>) {
    for client in MAIL {
        for construction in module.constructions(&[client.class]) {
            let found = Found {
                client,
                call: construction.call,
                node: construction.node,
                skipped: construction.skipped,
                certainty: match construction.class.certainty {
                    Certainty::Certain => Sure::Yes,
                    Certainty::Possible => Sure::No,
                },
                construction: Some(construction),
            };
            findings.extend(found.look_at(module));
        }
    }
    for client in MAIL {
        for (call, given) in module.handed_on(&[client.class], &GONE) {
            let mut finding = found(client, call.range(), &given);
            finding.notes = vec![
                "no fix: the class is passed to the function that calls it".into(),
                instead(client),
            ];
            findings.push(finding);
        }
    }
    for (node, call) in module.tree().calls() {
        if let Some(certainty) = calls_starttls(module, call) {
            let found = Found {
                client: &STARTTLS,
                call,
                node,
                skipped: 0,
                certainty,
                construction: None,
            };
            findings.extend(found.look_at(module));
        }
    }
}

fn found(client: &Client, range: TextRange, given: &[&str]) -> Finding {
    let named: Vec<String> = given.iter().map(|name| format!("`{name}`")).collect();
    Finding {
        codemod: NAME,
        identity: Identity::default(),
        level: Level::Error,
        range,
        message: format!(
            "`{}` takes no {} since Python 3.12",
            client.short_name(),
            named.join(" and no ")
        ),
        labels: Vec::new(),
        notes: Vec::new(),
        fix: None,
    }
}

fn instead(client: &Client) -> String {
    format!(
        "build a context, call its `load_cert_chain(certfile, keyfile)` and pass it as `{}=`; the old arguments did not \
         verify the server, and `ssl.create_default_context()` does",
        client.context
    )
}

/// How sure it is that a call is the standard library's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sure {
    Yes,
    /// It is a method of an object that is not in sight, in a file that imports `smtplib`.
    Likely,
    No,
}

/// A call that may give one of the old arguments.
struct Found<'a> {
    client: &'static Client,
    call: &'a ExprCall,
    node: NodeId,
    skipped: usize,
    certainty: Sure,
    /// Nothing for a method.
    construction: Option<Construction<'a>>,
}

fn calls_starttls(module: &Module, call: &ExprCall) -> Option<Sure> {
    let Expr::Attribute(attribute) = &*call.func else {
        return None;
    };
    if attribute.attr.as_str() != "starttls" {
        return None;
    }
    if module.object_of(&attribute.value, SMTP).is_some() {
        return Some(Sure::Yes);
    }
    let has_old_keyword = GONE.iter().any(|name| call.arguments.find_keyword(name).is_some());
    has_old_keyword.then(|| match imports_smtplib(module) {
        true => Sure::Likely,
        false => Sure::No,
    })
}

fn imports_smtplib(module: &Module) -> bool {
    let mut bindings = module
        .tree()
        .scopes()
        .flat_map(|(_, scope)| scope.bindings.values().flatten());
    bindings.any(|binding| match binding.kind {
        BindingKind::Import(name) => name == "smtplib",
        BindingKind::ImportFrom { import, .. } => import.module.as_ref().is_some_and(|name| name.as_str() == "smtplib"),
        _ => false,
    })
}

impl<'a> Found<'a> {
    fn look_at(&self, module: &Module<'a>) -> Option<Finding> {
        let given = self.given();
        if given.is_empty() {
            return None;
        }
        let mut finding = found(self.client, self.call.range(), &given);
        let guard = module.guard(self.node).or_else(|| module.expects_refusal(self.node));
        if let Some(reason) = guard {
            finding.level = Level::Note;
            finding.notes.push(format!("left alone: {reason}"));
            finding.labels.push(reason.place);
            return Some(finding);
        }
        if self.certainty == Sure::No && self.construction.is_none() {
            finding.level = Level::Warning;
        }
        match self.rewrite(module) {
            Ok((fix, notes)) => {
                finding.notes = notes;
                finding.fix = Some(fix);
            }
            Err(reason) => {
                finding.notes = vec![format!("no fix: {reason}"), instead(self.client)];
            }
        }
        Some(finding)
    }

    /// The old parameters that the call visibly gives an argument.
    fn given(&self) -> Vec<&'static str> {
        let arguments = &self.call.arguments;
        let by_position = match arguments.args.iter().any(Expr::is_starred_expr) {
            true => 0,
            false => arguments.args.len().saturating_sub(self.skipped),
        };
        let parameters = self.client.parameters.iter().enumerate();
        parameters
            .filter(|(index, name)| {
                GONE.contains(name) && (*index < by_position || arguments.find_keyword(name).is_some())
            })
            .map(|(_, name)| *name)
            .collect()
    }

    fn rewrite(&self, module: &Module<'a>) -> Result<(Fix, Vec<String>), String> {
        if let Some(construction) = &self.construction
            && let Some(attribute) = GONE
                .iter()
                .find(|attribute| module.is_asked_for(construction, attribute))
        {
            return Err(format!("`{attribute}` of the object is read"));
        }
        let client = self.client;
        if self.certainty == Sure::No {
            return Err(match self.construction {
                Some(_) => "the name may also stand for something else than the standard library's class".into(),
                None => "whether the object is of `smtplib` is not in sight".into(),
            });
        }
        let arguments = module.arguments_of(self.call, client.parameters, self.skipped)?;
        let (key, certificate) = (
            arguments.present(module, "keyfile"),
            arguments.present(module, "certfile"),
        );
        let own_context = arguments
            .get(client.context)
            .filter(|argument| !argument.value.is_none_literal_expr());
        let mut dropped = GONE.to_vec();
        if own_context.is_none() {
            dropped.push(client.context);
        }
        let by_position = client.by_position + self.skipped;
        let safety = match self.certainty {
            Sure::Likely => Safety::Unsafe("whether the object is of `smtplib` is not in sight".into()),
            Sure::Yes | Sure::No => Safety::Safe,
        };
        if key.is_none() && certificate.is_none() {
            let change = Change {
                dropped: &dropped,
                by_position,
                added: None,
            };
            let place = module.place_before(&self.call.func).ok();
            let edits = arguments.rewrite(module, &change, &Evaluated::default(), place.as_ref(), Vec::new());
            return Ok((fix("drop the arguments, which are empty", edits, safety), Vec::new()));
        }
        if own_context.is_some() {
            return Err(format!(
                "with a `{}` as well this call raises `ValueError`, unless one of them is `None`",
                client.context
            ));
        }
        let is_sure =
            |argument: &Argument| module.truth(argument.value) == Truth::True || module.is_true_here(argument.value);
        if certificate.is_none() && key.is_some_and(|key| is_sure(&key)) {
            return Err("without a `certfile` this call always raises `ValueError`".into());
        }
        if module.options().policy == Policy::Harden {
            return Err("the context would not verify the server either, which `harden` does not write".into());
        }
        let place = module
            .place_before(&self.call.func)
            .map_err(|place| format!("it stands in {place}"))?;
        let mut spelling = module.spelling_for(self.call)?;
        let mut names = module.fresh_names(module.scope_of_call(self.call));
        let mut context = Context::new(
            names.take_for_context(),
            Protocol::Client,
            module.options().minimum_version,
        );
        let once: Vec<&str> = [certificate, key]
            .iter()
            .flatten()
            .filter(|argument| is_sure(argument) || certificate.is_some_and(|certificate| is_sure(&certificate)))
            .map(|argument| argument.parameter)
            .collect();
        let values = Evaluated::new(module, &arguments, &["certfile", "keyfile"], &once, &mut names);
        let operand = |argument: Argument| Operand {
            text: values.text(module, &argument),
            presence: if is_sure(&argument) {
                Presence::Always
            } else {
                Presence::Maybe
            },
        };
        context.host_check_off = true;
        context.verify_mode = Some(spelling.name("CERT_NONE"));
        context.kept_weakness = Some(Weakness::CertificateNotVerified);
        context.certfile = certificate.map(operand);
        context.keyfile = key.map(operand);
        context.checks = CertificateChecks::WrapSocket;
        let change = Change {
            dropped: &dropped,
            by_position,
            added: Some(format!("{}={}", client.context, context.variable)),
        };
        let lines = context.lines(&mut |name| spelling.name(name));
        let mut edits = arguments.rewrite(module, &change, &values, Some(&place), lines);
        edits.extend(spelling.into_edits().map_err(|name| {
            format!("`{name}` would have to be imported from `ssl`, and the file uses that name for something else")
        })?);
        let notes = vec![format!("as before, {}", Weakness::CertificateNotVerified.as_str())];
        Ok((fix("build a client context and pass it", edits, safety), notes))
    }
}

fn fix(title: &str, edits: Vec<Edit>, safety: Safety) -> Fix {
    Fix {
        title: title.into(),
        safety,
        edits,
    }
}
