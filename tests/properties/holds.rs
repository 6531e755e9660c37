//! What must hold of every plan, whatever the file. Shared by the tests and the fuzzers, so that there is one list.
//!
//! Knows no files and no corpus: it is given a source and what was planned for it, and says what is wrong with that.

mod meaning;
mod outside;
mod patch;

use sslfix::report::{Sides, diff};
use sslfix::rewrite::ignores::Suppressed;
use sslfix::rewrite::{Edit, Finding, Options, Plan, Selected, Span, plan, plan_of};
use sslfix::source::{Source, mentions_ssl, names_an_old_api, parse};
use std::path::Path;

/// Looks for what does not hold of the plan that was made for the source under the options, and of plans for a part of its
/// findings; says it in one line.
///
/// Parsing, visiting and dropping a tree may need a stack of `sslfix::source::STACK_SIZE`.
pub fn check(source: &Source, bytes: &[u8], planned: &Plan, options: &Options) -> Result<(), String> {
    check_plan(source, bytes, planned, options)?;
    if planned.changes() && planned.findings.len() > 1 {
        a_part_can_be_chosen(source, options)?;
    }
    Ok(())
}

/// Looks for what does not hold of the plan that was made for the source under the options.
pub fn check_plan(source: &Source, bytes: &[u8], planned: &Plan, options: &Options) -> Result<(), String> {
    let (old, new) = (source.text(), planned.text.as_str());
    let new_bytes = comes_back(source, bytes, new)?;
    edits_can_be_undone(old, planned)?;
    diff_applies(source, bytes, &new_bytes, planned)?;
    second_run_is_quiet(planned, options)?;
    let tree = |text| parse(text).map_err(|error| format!("does not parse: {}", error.message));
    let old_parsed = tree(old)?;
    // Codemods that were not selected keep silent.
    let all_look = options.codemods == Selected::ALL;
    if all_look {
        meaning::is_reported(old_parsed.syntax(), old, &with(&planned.findings, &planned.suppressed))?;
    }
    if planned.changes() {
        let new_parsed = tree(new)?;
        outside::same_outside((old_parsed.syntax(), old), new_parsed.syntax(), &planned.spans)?;
        if all_look {
            meaning::is_reported(new_parsed.syntax(), new, &with(&planned.left, &planned.suppressed_left))?;
        }
        meaning::is_kept(old_parsed.syntax(), new_parsed.syntax(), options)?;
    }
    for (findings, text) in [(&planned.findings, old), (&planned.left, new)] {
        findings_are_sound(findings, text)?;
    }
    let passes_prefilter = mentions_ssl(bytes) && names_an_old_api(bytes)
        || options.wrappers.iter().any(|wrapper| wrapper.is_named_in(bytes));
    if !planned.findings.is_empty() && !passes_prefilter {
        return Err("the prefilter would have lost a finding".into());
    }
    Ok(())
}

/// The same of a part of the findings: what is not chosen stays, and a second run with the same choice changes nothing.
fn a_part_can_be_chosen(source: &Source, options: &Options) -> Result<(), String> {
    let old = source.text();
    // By what stays the same when something else is rewritten.
    let half = |finding: &Finding| {
        let letters = finding.codemod.bytes().chain(finding.identity.within.bytes());
        letters.fold(0, |sum: usize, letter| sum + usize::from(letter)) % 2
    };
    for chosen in [0, 1] {
        let is_chosen = |finding: &Finding| half(finding) == chosen;
        let say = |message: &str| format!("of a part of the findings: {message}");
        let plan_part = |text: &str| plan_of(text, options, &is_chosen).map_err(|error| say(&error.message));
        let planned = plan_part(old)?;
        if planned.excluded.is_empty() || !planned.changes() {
            continue;
        }
        edits_can_be_undone(old, &planned).map_err(|error| say(&error))?;
        let tree = |text| parse(text).map_err(|error| say(&error.message));
        let (old_parsed, new_parsed) = (tree(old)?, tree(&planned.text)?);
        outside::same_outside((old_parsed.syntax(), old), new_parsed.syntax(), &planned.spans)
            .and_then(|()| meaning::is_kept(old_parsed.syntax(), new_parsed.syntax(), options))
            .map_err(|error| say(&error))?;
        if let Some(finding) = planned.findings.iter().find(|finding| !is_chosen(finding)) {
            return Err(say(&format!("was not chosen: {}", finding.message)));
        }
        if plan_part(&planned.text)?.changes() {
            return Err(say("a second run changes it again"));
        }
    }
    Ok(())
}

/// What is reported, and what a comment says not to report.
fn with(findings: &[Finding], suppressed: &[Suppressed]) -> Vec<Finding> {
    let suppressed = suppressed.iter().map(|one| one.finding.clone());
    findings.iter().cloned().chain(suppressed).collect()
}

/// The bytes come back as they were, and those of the new text are read as the new text: an edit does not push the
/// cookie of the encoding out of the first two lines. Returns the bytes of the new text.
fn comes_back(source: &Source, bytes: &[u8], new: &str) -> Result<Vec<u8>, String> {
    let encode = |text| {
        source
            .encode(text)
            .map_err(|error| format!("cannot be encoded: {}", error.message))
    };
    if encode(source.text())? != bytes {
        return Err("decoding and encoding does not give the same bytes".into());
    }
    let new_bytes = encode(new)?;
    match Source::decode(&new_bytes) {
        Ok(again) if again.text() == new => Ok(new_bytes),
        Ok(_) => Err("the new bytes are read as another text".into()),
        Err(error) => Err(format!("the new bytes cannot be decoded: {}", error.message)),
    }
}

/// The new text, with every span put back, is the old one, so that all bytes outside the spans are the user's.
fn edits_can_be_undone(old: &str, planned: &Plan) -> Result<(), String> {
    let new = planned.text.as_str();
    if planned.changes() != (old != new) {
        return Err("the plan says that it changes the text and does not, or the other way round".into());
    }
    if planned.changes() == (planned.applied.is_empty() && planned.ignores_added == 0) {
        return Err("the plan counts fixes and changes nothing, or the other way round".into());
    }
    let (mut undone, mut at_old, mut at_new) = (String::new(), 0, 0);
    for Span {
        old: in_old,
        new: in_new,
    } in planned.spans.iter()
    {
        let before = (old.get(at_old..in_old.start), new.get(at_new..in_new.start));
        let (Some(kept), Some(copied)) = before else {
            return Err(format!(
                "the span {in_old:?} is not inside the text, or not behind the one before"
            ));
        };
        if kept != copied {
            return Err(format!("bytes {at_old}..{} changed outside the spans", in_old.start));
        }
        undone.push_str(copied);
        undone.push_str(old.get(in_old.clone()).unwrap_or_default());
        (at_old, at_new) = (in_old.end, in_new.end);
    }
    undone.push_str(new.get(at_new..).ok_or("the last span is not inside the text")?);
    if undone != old {
        return Err(format!("bytes from {at_old} on changed outside the spans"));
    }
    Ok(())
}

/// The printed diff, applied as strictly as it can be, makes of the old bytes the new ones.
fn diff_applies(source: &Source, bytes: &[u8], new_bytes: &[u8], planned: &Plan) -> Result<(), String> {
    let old = Sides {
        text: source.text(),
        bytes,
    };
    let new = Sides {
        text: &planned.text,
        bytes: new_bytes,
    };
    let diff = diff(Path::new("file.py"), old, new, &planned.spans);
    let applied = patch::apply(bytes, &diff).map_err(|message| format!("the diff does not apply: {message}"))?;
    if applied != new_bytes {
        return Err("the diff makes something else than what is written".into());
    }
    Ok(())
}

/// What is written needs no second run, and says what the first run said is left.
fn second_run_is_quiet(planned: &Plan, options: &Options) -> Result<(), String> {
    let again =
        plan(&planned.text, options).map_err(|error| format!("the new text does not parse: {}", error.message))?;
    if again.changes() {
        return Err("a second run changes it again".into());
    }
    if again.findings != planned.left {
        return Err("a second run does not find just what the first one left".into());
    }
    Ok(())
}

/// Every finding and every edit of its fix lies inside the text, in order, and none is a rewrite that sslfix itself could
/// not prove.
fn findings_are_sound(findings: &[Finding], text: &str) -> Result<(), String> {
    let mut last = 0;
    for finding in findings {
        let start = usize::from(finding.range.start());
        if text.get(start..finding.range.end().into()).is_none() {
            return Err(format!("a finding is not inside its text: {}", finding.message));
        }
        if start < last {
            return Err(format!("a finding stands behind a later one: {}", finding.message));
        }
        last = start;
        if let Some(note) = finding.notes.iter().find(|note| note.contains("please report this")) {
            return Err(format!("[{}] {}: {note}", finding.codemod, finding.message));
        }
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
        for (index, edit) in edits.clone().enumerate() {
            if text
                .get(edit.range().start().into()..edit.range().end().into())
                .is_none()
            {
                return Err(format!("an edit is not inside its text: {}", finding.message));
            }
            if edits.clone().skip(index + 1).any(|other: &Edit| edit.overlaps(other)) {
                return Err(format!("two edits of one fix overlap: {}", finding.message));
            }
        }
    }
    Ok(())
}
