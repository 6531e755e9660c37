#![doc = include_str!("unused_ignore.md")]

use super::Codemod;
use crate::python::Module;
use crate::rewrite::ignores::{About, Ignore, Ignores};
use crate::rewrite::{Finding, Fix, Identity, Level, Safety, Selected};

/// The name of the codemod.
pub const NAME: &str = "unused-ignore";

/// Looks at every comment for sslfix that leaves nothing alone, or names a codemod that finds nothing there. `findings` is
/// what all other codemods have found.
pub fn look(module: &Module, findings: &mut Vec<Finding>) {
    let ignores = Ignores::of(module);
    let found: Vec<Finding> = ignores
        .iter()
        .filter(|ignore| ignore.mistake.is_none())
        .filter_map(|ignore| unused(module, &ignores, ignore, findings))
        .collect();
    let alone = ignores
        .iter()
        .filter(|ignore| ignores.is_alone(ignore) && found.iter().any(|one| one.range == ignore.range));
    for ignore in alone {
        let comment = module.slice(ignore.range);
        for finding in findings.iter_mut().filter(|finding| ignores.is_above(ignore, finding)) {
            finding.doubt(|| format!("`{comment}` above may have been meant to leave this alone"));
        }
    }
    findings.extend(found);
}

fn unused(module: &Module, ignores: &Ignores, ignore: &Ignore, findings: &[Finding]) -> Option<Finding> {
    let selected = module.options().codemods;
    let suppressed = findings.iter().filter(|finding| ignores.suppresses(ignore, finding));
    let suppressed: Vec<&str> = suppressed.map(|finding| finding.codemod).collect();
    // A name that is none is somebody else's to report, and one that does not look may have found something.
    let is_unused = |name: &str| Codemod::find(name).is_some() && selected.has(name) && !suppressed.contains(&name);
    let names = ignore.names.iter().enumerate();
    let unused: Vec<usize> = names
        .filter(|(_, (name, _))| is_unused(name))
        .map(|(index, _)| index)
        .collect();
    let is_needless = match ignore.names.len() {
        0 => suppressed.is_empty() && selected == Selected::ALL,
        all => unused.len() == all,
    };
    if !is_needless && unused.is_empty() {
        return None;
    }
    let place = match ignore.about {
        About::Line => "here",
        About::File => "in this file",
    };
    let quoted: Vec<String> = unused
        .iter()
        .map(|index| format!("`{}`", ignore.names[*index].0))
        .collect();
    let message = match quoted.is_empty() {
        true => format!("nothing is found {place} that it could leave alone"),
        false => format!("nothing of {} is found {place}", quoted.join(", ")),
    };
    let stands_alone = ignore.about == About::Line && ignores.is_alone(ignore);
    let hint = "it stands on a line of its own: put it behind the code, on the first or the last line of its statement";
    let (title, edits) = match is_needless {
        true => ("remove the comment", vec![ignores.removal(ignore)]),
        false => ("remove it from the list", ignores.removal_of_names(ignore, &unused)),
    };
    let safety = match stands_alone {
        true => Safety::Unsafe("it may have been meant for the code beside it".into()),
        false => Safety::Safe,
    };
    Some(Finding {
        identity: Identity::default(),
        labels: Vec::new(),
        codemod: NAME,
        level: Level::Warning,
        range: ignore.range,
        message,
        notes: stands_alone.then(|| hint.to_string()).into_iter().collect(),
        fix: Some(Fix {
            title: title.into(),
            safety,
            edits,
        }),
    })
}
