#![doc = include_str!("https_connection.md")]

use crate::python::Module;
use crate::python::arguments::{Argument, Change, Evaluated};
use crate::python::classes::Construction;
use crate::python::resolve::Certainty;
use crate::python::values::Truth;
use crate::rewrite::{Finding, Fix, Identity, Label, Level, Safety};
use crate::tls::clients::{HTTPS, OLD_HTTPS};
use crate::tls::recipe::default::DefaultContext;
use crate::tls::recipe::{Operand, Presence};
use ruff_python_ast::Expr;
use ruff_text_size::{Ranged, TextLen, TextRange};

/// The name of the codemod.
pub const NAME: &str = "https-connection";

const GONE: [&str; 3] = ["key_file", "cert_file", "check_hostname"];

const INSTEAD: &str = "build a context with `ssl.create_default_context()`, call its `load_cert_chain(cert_file, key_file)` \
                       and pass it as `context=`";

/// Looks at every call that makes an `HTTPSConnection` of the standard library with one of its old arguments.
pub fn look(module: &Module, findings: &mut Vec<Finding>) {
    let classes: Vec<&str> = std::iter::once(HTTPS.class).chain(OLD_HTTPS.iter().copied()).collect();
    for construction in module.constructions(&classes) {
        let given = given(&construction);
        if !given.is_empty() {
            findings.push(look_at(module, &construction, &given));
        }
    }
    for (call, given) in module.handed_on(&classes, &GONE) {
        let mut finding = found(call.range(), &given);
        finding.notes = vec![
            "no fix: the class is passed to the function that calls it".into(),
            INSTEAD.into(),
        ];
        findings.push(finding);
    }
}

/// The old parameters that a call visibly gives an argument.
fn given(construction: &Construction) -> Vec<&'static str> {
    let arguments = &construction.call.arguments;
    let by_position = match arguments.args.iter().any(Expr::is_starred_expr) {
        true => 0,
        false => arguments.args.len().saturating_sub(construction.skipped),
    };
    let names = HTTPS.parameters.iter().enumerate().filter(|(index, name)| {
        GONE.contains(name) && (*index < by_position.min(4) || arguments.find_keyword(name).is_some())
    });
    names.map(|(_, name)| *name).collect()
}

fn found(range: TextRange, given: &[&str]) -> Finding {
    let named: Vec<String> = given.iter().map(|name| format!("`{name}`")).collect();
    Finding {
        codemod: NAME,
        identity: Identity::default(),
        level: Level::Error,
        range,
        message: format!(
            "`HTTPSConnection` takes no {} since Python 3.12",
            named.join(" and no ")
        ),
        labels: Vec::new(),
        notes: Vec::new(),
        fix: None,
    }
}

fn look_at<'a>(module: &Module<'a>, construction: &Construction<'a>, given: &[&str]) -> Finding {
    let named: Vec<String> = given.iter().map(|name| format!("`{name}`")).collect();
    let mut finding = Finding {
        codemod: NAME,
        identity: Identity::default(),
        level: Level::Error,
        range: construction.call.range(),
        message: format!(
            "`HTTPSConnection` takes no {} since Python 3.12",
            named.join(" and no ")
        ),
        labels: Vec::new(),
        notes: Vec::new(),
        fix: None,
    };
    let keywords = &construction.call.arguments;
    let gone = given.iter().filter_map(|name| keywords.find_keyword(name));
    finding
        .labels
        .extend(gone.map(|keyword| Label::new(keyword.range(), "gone since Python 3.12")));
    let guard = module
        .guard(construction.node)
        .or_else(|| module.expects_refusal(construction.node));
    if let Some(reason) = guard {
        finding.level = Level::Note;
        finding.notes.push(format!("left alone: {reason}"));
        finding.labels.push(reason.place);
        return finding;
    }
    match rewrite(module, construction) {
        Ok((fix, notes)) => {
            finding.notes = notes;
            if let (Safety::Unsafe(_), Some(range)) = (&fix.safety, of_hook(module)) {
                finding.labels.push(Label::of_danger(range));
            }
            finding.fix = Some(fix);
        }
        Err(reason) => finding.notes = vec![format!("no fix: {reason}"), INSTEAD.into()],
    }
    finding
}

fn rewrite<'a>(module: &Module<'a>, construction: &Construction<'a>) -> Result<(Fix, Vec<String>), String> {
    let (call, class) = (construction.call, &construction.class);
    if class.certainty != Certainty::Certain {
        return Err("the name may also stand for something else than the standard library's class".into());
    }
    if class.name != HTTPS.class {
        return Err(format!("`{}` is not Python 3's name of this class", class.name));
    }
    for attribute in HTTPS.attributes {
        if module.is_asked_for(construction, attribute) {
            return Err(format!("`{attribute}` of the object is read"));
        }
    }
    let arguments = module.arguments_of(call, HTTPS.parameters, construction.skipped)?;
    let (key, certificate) = (
        arguments.present(module, "key_file"),
        arguments.present(module, "cert_file"),
    );
    let check = arguments
        .get("check_hostname")
        .filter(|argument| !argument.value.is_none_literal_expr());
    let own_context = arguments
        .get("context")
        .filter(|argument| !argument.value.is_none_literal_expr());
    // `check_hostname=True` is what a new context does anyway.
    let check = check.filter(|argument| own_context.is_some() || !is_true(argument.value));
    if certificate.is_none() && key.is_some() {
        return Err("without a `cert_file` a key raises `TypeError`".into());
    }
    let adds_to_context = certificate.is_some() || check.is_some();
    let mut dropped = GONE.to_vec();
    if own_context.is_none() {
        dropped.push("context");
    }

    let minimum = module.options().minimum_version;
    let mut names = module.fresh_names(module.scope_of_call(call));
    let mut context = match own_context {
        _ if !adds_to_context => DefaultContext::new("", minimum),
        None => DefaultContext::new(names.take_for_context(), minimum),
        Some(argument) if is_context(module, argument.value) => DefaultContext {
            is_given: true,
            ..DefaultContext::new(module.slice(argument.value), minimum)
        },
        Some(_) => return Err("whether `context` is `None` there is not in sight".into()),
    };
    if context.is_given && check.is_some_and(|check| module.truth(check.value) != Truth::False) {
        return Err(
            "whether the given context verifies certificates, which `check_hostname` needs, is for a person".into(),
        );
    }
    if !adds_to_context {
        let change = Change {
            dropped: &dropped,
            by_position: HTTPS.by_position + construction.skipped,
            added: None,
        };
        let place = module.place_before(&call.func).ok();
        let edits = arguments.rewrite(module, &change, &Evaluated::default(), place.as_ref(), Vec::new());
        return Ok((
            fix("drop the arguments, which say what is the default", edits, Safety::Safe),
            Vec::new(),
        ));
    }
    let place = module
        .place_before(&call.func)
        .map_err(|place| format!("it stands in {place}"))?;
    let mut spelling = module.spelling_for(call)?;
    let is_sure =
        |argument: &Argument| module.truth(argument.value) == Truth::True || module.is_true_here(argument.value);
    let is_tested = [certificate, key].iter().flatten().all(|argument| !is_sure(argument));
    let once: &[&str] = match is_tested {
        true => &[],
        false => &["cert_file", "key_file"],
    };
    let values = Evaluated::new(
        module,
        &arguments,
        &["check_hostname", "cert_file", "key_file"],
        once,
        &mut names,
    );
    let operand = |argument: Argument| Operand {
        text: values.text(module, &argument),
        presence: if is_sure(&argument) {
            Presence::Always
        } else {
            Presence::Maybe
        },
    };
    context.post_handshake_auth = true;
    context.certfile = certificate.map(operand);
    context.keyfile = key.map(operand);
    context.check_hostname = check.map(|argument| Operand {
        text: values.text(module, &argument),
        presence: match argument.value.is_literal_expr() {
            true => Presence::Always,
            false => Presence::Maybe,
        },
    });
    let change = Change {
        dropped: &dropped,
        by_position: HTTPS.by_position + construction.skipped,
        added: (!context.is_given).then(|| format!("context={}", context.variable)),
    };
    let lines = context.lines(&mut |name| spelling.name(name));
    let mut edits = arguments.rewrite(module, &change, &values, Some(&place), lines);
    edits.extend(spelling.into_edits().map_err(not_importable)?);
    let (title, notes) = match context.is_given {
        true => ("set it on the context", Vec::new()),
        false => (
            "build the default context and pass it",
            vec!["as before, certificates and host names are verified, and CAs are those of the system".into()],
        ),
    };
    let notes = match check.is_some_and(|check| module.truth(check.value) == Truth::False) {
        true => vec!["as before, the host name is not checked".into()],
        false => notes,
    };
    Ok((fix(title, edits, safety(module, &context)), notes))
}

/// The class took its context from a hook that programs replace, and offered HTTP/1.1 only if its version said so.
fn safety(module: &Module, context: &DefaultContext) -> Safety {
    let names = |name: &str| !context.is_given && module.text().contains(name);
    let reason = if names("_create_default_https_context") {
        "this file names `ssl._create_default_https_context`, from which the old context came; the new one verifies in any \
         case"
    } else if names("_http_vsn") {
        "this file sets the version of HTTP, and the new context offers HTTP/1.1 in any case"
    } else {
        return Safety::Safe;
    };
    Safety::Unsafe(reason.into())
}

/// Where the file names what makes such a fix unsafe.
fn of_hook(module: &Module) -> Option<TextRange> {
    let found = ["_create_default_https_context", "_http_vsn"]
        .iter()
        .find_map(|name| module.text().match_indices(name).next());
    let (start, name) = found?;
    Some(TextRange::at(start.try_into().ok()?, name.text_len()))
}

fn fix(title: &str, edits: Vec<crate::rewrite::Edit>, safety: Safety) -> Fix {
    Fix {
        title: title.into(),
        safety,
        edits,
    }
}

fn not_importable(name: String) -> String {
    format!("`{name}` would have to be imported from `ssl`, and the file uses that name for something else")
}

fn is_true(value: &Expr) -> bool {
    matches!(value, Expr::BooleanLiteral(literal) if literal.value)
}

/// True if a name surely holds a context.
fn is_context(module: &Module, value: &Expr) -> bool {
    let Expr::Name(name) = value else { return false };
    let [binding] = module.tree().bindings(module.scope_of(value), name.id.as_str()) else {
        return false;
    };
    let crate::python::bindings::BindingKind::Value(Expr::Call(call)) = binding.kind else {
        return false;
    };
    matches!(
        module.ssl_name(&call.func).as_deref(),
        Some("SSLContext" | "create_default_context" | "_create_unverified_context" | "_create_stdlib_context")
    )
}
