#![doc = include_str!("urlopen_cafile.md")]

use crate::python::Module;
use crate::python::arguments::{Argument, Change, Evaluated};
use crate::python::resolve::Certainty;
use crate::python::values::Truth;
use crate::rewrite::{Edit, Finding, Fix, Identity, Level, Safety};
use crate::tls::recipe::default::DefaultContext;
use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged;

/// The name of the codemod.
pub const NAME: &str = "urlopen-cafile";

const FUNCTION: &str = "urllib.request.urlopen";

/// The same function by its names in Python 2 and in the libraries that bridge the two.
const OLD_NAMES: [&str; 4] = [
    "urllib2.urlopen",
    "six.moves.urllib.request.urlopen",
    "future.moves.urllib.request.urlopen",
    "future.backports.urllib.request.urlopen",
];

/// Python 3.11 `urllib/request.py`; all but the first three by keyword only.
const PARAMETERS: [&str; 7] = ["url", "data", "timeout", "cafile", "capath", "cadefault", "context"];

const GONE: [&str; 3] = ["cafile", "capath", "cadefault"];

/// Looks at every call of `urlopen` with one of its old arguments.
pub fn look(module: &Module, findings: &mut Vec<Finding>) {
    for (node, call) in module.tree().calls() {
        let given: Vec<String> = GONE
            .iter()
            .filter(|name| call.arguments.find_keyword(name).is_some())
            .map(|name| format!("`{name}`"))
            .collect();
        if given.is_empty() {
            continue;
        }
        let Some(resolved) = module.resolve(&call.func) else {
            continue;
        };
        let obstacle = match resolved.name.as_str() {
            FUNCTION if resolved.certainty == Certainty::Certain => None,
            FUNCTION => Some("the name may also stand for something else than the standard library's function".into()),
            name if OLD_NAMES.contains(&name) => Some(format!("`{name}` is not Python 3's name of this function")),
            _ => continue,
        };
        let mut finding = Finding {
            codemod: NAME,
            identity: Identity::default(),
            level: Level::Error,
            range: call.range(),
            message: format!("`urlopen` takes no {} since Python 3.13", given.join(" and no ")),
            labels: Vec::new(),
            notes: Vec::new(),
            fix: None,
        };
        if let Some(reason) = module.guard(node).or_else(|| module.expects_refusal(node)) {
            finding.level = Level::Note;
            finding.notes.push(format!("left alone: {reason}"));
            finding.labels.push(reason.place);
            findings.push(finding);
            continue;
        }
        match obstacle.map_or_else(|| rewrite(module, call), Err) {
            Ok((fix, notes)) => {
                finding.notes = notes;
                finding.fix = Some(fix);
            }
            Err(reason) => {
                finding.notes = vec![
                    format!("no fix: {reason}"),
                    "pass `context=ssl.create_default_context(cafile=..., capath=...)`".into(),
                ];
            }
        }
        findings.push(finding);
    }
}

fn rewrite<'a>(module: &Module<'a>, call: &'a ExprCall) -> Result<(Fix, Vec<String>), String> {
    let arguments = module.arguments_of(call, &PARAMETERS, 0)?;
    let present: Vec<Argument> = GONE.iter().filter_map(|name| arguments.present(module, name)).collect();
    let own_context = arguments
        .get("context")
        .filter(|argument| !argument.value.is_none_literal_expr());
    let mut dropped = GONE.to_vec();
    if own_context.is_none() {
        dropped.push("context");
    }
    if present.is_empty() {
        let change = Change {
            dropped: &dropped,
            by_position: 3,
            added: None,
        };
        let place = module.place_before(&call.func).ok();
        let edits = arguments.rewrite(module, &change, &Evaluated::default(), place.as_ref(), Vec::new());
        return Ok((fix("drop the arguments, which are empty", edits), Vec::new()));
    }
    if own_context.is_some() {
        return Err("with a `context` as well this call raises `ValueError`, unless one of them is empty".into());
    }
    let place = module
        .place_before(&call.func)
        .map_err(|place| format!("it stands in {place}"))?;
    let mut spelling = module.spelling_for(call)?;
    let mut names = module.fresh_names(module.scope_of_call(call));
    let mut context = DefaultContext::new(names.take_for_context(), module.options().minimum_version);
    let is_sure =
        |argument: &Argument| module.truth(argument.value) == Truth::True || module.is_true_here(argument.value);
    let is_certain = present.iter().any(is_sure);
    let once: &[&str] = match is_certain {
        true => &["cafile", "capath"],
        false => &[],
    };
    let moved: &[&str] = match is_certain {
        true => &["cafile", "capath"],
        false => &["cafile", "capath", "cadefault"],
    };
    let values = Evaluated::new(module, &arguments, moved, once, &mut names);
    let text = |name: &str| {
        let argument = arguments.present(module, name)?;
        Some(values.text(module, &argument))
    };
    context.cafile = text("cafile");
    context.capath = text("capath");
    if !is_certain {
        let tests: Vec<String> = present.iter().map(|argument| values.text(module, argument)).collect();
        context.condition = Some(tests.join(" or "));
    }
    let change = Change {
        dropped: &dropped,
        by_position: 3,
        added: Some(format!("context={}", context.variable)),
    };
    let lines = context.lines(&mut |name| spelling.name(name));
    let mut edits = arguments.rewrite(module, &change, &values, Some(&place), lines);
    edits.extend(spelling.into_edits().map_err(|name| {
        format!("`{name}` would have to be imported from `ssl`, and the file uses that name for something else")
    })?);
    Ok((
        fix("build the context that the function built, and pass it", edits),
        Vec::new(),
    ))
}

fn fix(title: &str, edits: Vec<Edit>) -> Fix {
    Fix {
        title: title.into(),
        safety: Safety::Safe,
        edits,
    }
}
