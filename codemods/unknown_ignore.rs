#![doc = include_str!("unknown_ignore.md")]

use super::{ALL, Codemod};
use crate::python::Module;
use crate::rewrite::ignores::{Ignores, closest};
use crate::rewrite::{Finding, Identity, Level};
use ruff_text_size::TextRange;

/// The name of the codemod.
pub const NAME: &str = "unknown-ignore";

/// Looks at every comment for sslfix that says nothing, or names no codemod. What it may have been meant to leave alone
/// is not changed without a question.
pub fn look(module: &Module, findings: &mut Vec<Finding>) {
    let ignores = Ignores::of(module);
    for ignore in ignores.iter() {
        let mistakes: Vec<(TextRange, String)> = match &ignore.mistake {
            Some(mistake) => vec![(ignore.range, mistake.clone())],
            None => {
                let unknown = ignore.names.iter().filter(|(name, _)| Codemod::find(name).is_none());
                unknown.map(|(name, range)| (*range, no_codemod(name))).collect()
            }
        };
        if mistakes.is_empty() {
            continue;
        }
        for finding in findings.iter_mut().filter(|finding| ignores.is_about(ignore, finding)) {
            let comment = module.slice(ignore.range);
            finding.doubt(|| format!("`{comment}` may have been meant to leave this alone"));
        }
        findings.extend(mistakes.into_iter().map(|(range, message)| Finding {
            identity: Identity::default(),
            labels: Vec::new(),
            codemod: NAME,
            level: Level::Warning,
            range,
            message,
            notes: Vec::new(),
            fix: None,
        }));
    }
}

fn no_codemod(name: &str) -> String {
    match closest(name, ALL.iter().map(|codemod| codemod.name)) {
        Some(meant) => format!("`{name}` is no codemod; did you mean `{meant}`?"),
        None => format!("`{name}` is no codemod; `sslfix explain` lists them"),
    }
}
