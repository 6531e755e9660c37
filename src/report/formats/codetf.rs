//! CodeTF 2, the format of codemodder and the tools around it: what each codemod changes, as diffs, and what it leaves.
//!
//! A codemod there sees what those before it have written. So there is a result for each codemod and round, in the order in
//! which they are to be applied: the diffs of a file, one after the other, lead to what sslfix writes. What cannot be
//! read is in a result of its own. Diffs are text; those of a file in another encoding are in UTF-8. Lines are those of git.
//!
//! Results list files by codemod, so the diffs of the whole run are held until its end.

use super::rules::{Rule, UNREADABLE};
use super::{Context, Output, Report, json};
use crate::cli::Mode;
use crate::fingerprint;
use crate::outcome::{Looked, Outcome};
use crate::report::path::with_forward_slashes;
use crate::report::reported::{AS_REVIEWS, PARSE, Reported};
use crate::report::text::printable;
use crate::report::{Sides, Totals, diff};
use crate::rewrite::{Edit, Finding, Safety, Spans};
use crate::source::{LineEnd, Lines};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::rc::Rc;

/// Starts a document.
pub fn start(output: Output, context: Rc<Context>) -> Box<dyn Report> {
    Box::new(CodeTf {
        output,
        rules: context.rules.iter().copied().chain([UNREADABLE]).collect(),
        changesets: BTreeMap::new(),
        unfixed: BTreeMap::new(),
        failed: Vec::new(),
    })
}

struct CodeTf {
    output: Output,
    rules: Vec<Rule>,
    /// By round and by codemod, which is its place among the rules.
    changesets: BTreeMap<(usize, usize), Vec<Value>>,
    /// By codemod.
    unfixed: BTreeMap<usize, Vec<Value>>,
    failed: Vec<String>,
}

impl Report for CodeTf {
    fn add(&mut self, outcome: &Outcome) -> io::Result<()> {
        let path = String::from_utf8_lossy(&with_forward_slashes(&outcome.path)).into_owned();
        if outcome.failure.is_some() {
            self.failed.push(path.clone());
        }
        for item in Reported::of(outcome, AS_REVIEWS).items {
            if item.finding.is_none() {
                self.failed.push(path.clone());
                let unfixed = unfixed(PARSE, &item.fingerprint, &path, item.start.line, &item.message);
                self.unfixed.entry(self.index_of(PARSE)).or_default().push(unfixed);
            }
        }
        if let Some(looked) = &outcome.looked {
            self.add_steps(looked, &outcome.path, &path);
            self.add_left(looked, &outcome.path, &path);
        }
        Ok(())
    }

    fn end(&mut self, _totals: &Totals) -> io::Result<()> {
        let mut results = Vec::new();
        for (&(round, codemod), changesets) in &self.changesets {
            let mut result = self.result(codemod, changesets);
            if round == 0 {
                let unfixed = self.unfixed.remove(&codemod).unwrap_or_default();
                result["unfixedFindings"] = unfixed.into();
            }
            results.push(result);
        }
        for (&codemod, unfixed) in &self.unfixed {
            let mut result = self.result(codemod, &[]);
            result["unfixedFindings"] = unfixed.clone().into();
            results.push(result);
        }
        if !self.failed.is_empty() {
            let parse = codemod_name(PARSE);
            match results.iter_mut().find(|result| result["codemod"] == parse.as_str()) {
                Some(result) => result["failedFiles"] = self.failed.clone().into(),
                None => {
                    let mut result = self.result(self.index_of(PARSE), &[]);
                    result["failedFiles"] = self.failed.clone().into();
                    results.push(result);
                }
            }
        }
        let document = json!({
            "run": {
                "vendor": "sslfix",
                "tool": "sslfix",
                "version": env!("CARGO_PKG_VERSION"),
                "commandLine": "sslfix",
                "elapsed": null,
                "directory": ".",
            },
            "results": results,
        });
        json::write(&mut self.output, &document)?;
        self.output.write_all(b"\n")?;
        self.output.flush()
    }
}

impl CodeTf {
    fn index_of(&self, name: &str) -> usize {
        let index = self.rules.iter().position(|rule| rule.name == name);
        index.unwrap_or(self.rules.len())
    }

    fn result(&self, codemod: usize, changesets: &[Value]) -> Value {
        let rule = self.rules.get(codemod).copied().unwrap_or(UNREADABLE);
        json!({
            "codemod": codemod_name(rule.name),
            "summary": rule.summary(),
            "description": rule.prose(),
            "changeset": changesets,
        })
    }

    /// What was or would be written, step by step.
    fn add_steps(&mut self, looked: &Looked, path: &Path, shown: &str) {
        let mut text = looked.source.text().to_string();
        for (round, findings) in looked.plan.rounds.iter().enumerate() {
            let mut in_round = Round::of(&text, looked.source.byte_order_mark());
            let mut codemods: Vec<usize> = findings.iter().map(|finding| self.index_of(finding.codemod)).collect();
            codemods.sort_unstable();
            codemods.dedup();
            for codemod in codemods {
                let of_codemod = findings
                    .iter()
                    .filter(|finding| self.index_of(finding.codemod) == codemod);
                let changeset = in_round.step(&of_codemod.collect::<Vec<_>>(), path, shown);
                self.changesets.entry((round, codemod)).or_default().extend(changeset);
            }
            text = in_round.text;
        }
    }

    /// What the rewrite leaves, in the places of the file as it is on disk.
    fn add_left(&mut self, looked: &Looked, path: &Path, shown: &str) {
        let (text, _) = looked.on_disk();
        let lines = Lines::ending_at(text.as_bytes(), LineEnd::Newline);
        let path = with_forward_slashes(path);
        // Of a notebook there are no steps.
        let findings = match &looked.in_cells {
            Some(_) => looked.on_disk().1,
            None => &looked.plan.left,
        };
        for finding in findings.iter().filter(|finding| finding.counts()) {
            let range = finding.range.into();
            let offset = match looked.mode {
                _ if looked.in_cells.is_some() => range,
                Mode::Write => range,
                Mode::Check | Mode::DryRun => looked.plan.spans.old_range(range),
            };
            let (line, _) = lines.line_and_width(offset.start);
            let fingerprint = fingerprint::of(&path, finding);
            let unfixed = unfixed(finding.codemod, &fingerprint, shown, line, &why(finding));
            self.unfixed
                .entry(self.index_of(finding.codemod))
                .or_default()
                .push(unfixed);
        }
    }
}

/// The text while the codemods of one round, whose edits speak of the text before it, have their turn.
struct Round<'a> {
    before: &'a str,
    /// Of the file, which is part of its first line in a diff.
    byte_order_mark: &'static str,
    text: String,
    /// Of the text before the round, sorted.
    applied: Vec<Edit>,
}

impl<'a> Round<'a> {
    fn of(before: &'a str, byte_order_mark: &'static str) -> Round<'a> {
        Round {
            before,
            byte_order_mark,
            text: before.to_string(),
            applied: Vec::new(),
        }
    }

    /// What one codemod adds; nothing if others have done it all.
    fn step(&mut self, findings: &[&Finding], path: &Path, shown: &str) -> Option<Value> {
        let edits = findings
            .iter()
            .filter_map(|finding| finding.fix.as_ref())
            .flat_map(|fix| &fix.edits);
        let changes = |edit: &&Edit| edit.text() != &self.before[edit.range()] && !self.applied.contains(edit);
        let mut edits: Vec<Edit> = edits.filter(changes).cloned().collect();
        edits.sort();
        edits.dedup();
        let moved: Vec<Edit> = edits.iter().map(|edit| self.moved(edit)).collect();
        let mut spans = Spans::default();
        let after = spans.apply(&self.text, &moved);
        let bytes = [&self.text, &after].map(|text| format!("{}{text}", self.byte_order_mark));
        let sides = |text, bytes| Sides {
            text,
            bytes: str::as_bytes(bytes),
        };
        let diff = diff(path, sides(&self.text, &bytes[0]), sides(&after, &bytes[1]), &spans);
        let lines = Lines::ending_at(self.text.as_bytes(), LineEnd::Newline);
        let path = with_forward_slashes(path);
        let changes: Vec<Value> = findings
            .iter()
            .map(|finding| {
                let start =
                    usize::from(finding.range.start()).saturating_add_signed(self.shift(finding.range.start().into()));
                let title = finding.fix.as_ref().map_or(&finding.message, |fix| &fix.title);
                json!({
                    "lineNumber": lines.line_and_width(start).0,
                    "description": printable(title),
                    "diffSide": "left",
                    "fixedFindings": [{
                        "id": fingerprint::of(&path, finding),
                        "rule": { "id": finding.codemod, "name": finding.codemod },
                    }],
                })
            })
            .collect();
        self.applied.extend(edits);
        self.applied.sort();
        self.text = after;
        let changeset = json!({
            "path": shown,
            "diff": String::from_utf8_lossy(&diff),
            "changes": changes,
            "strategy": "deterministic",
        });
        (!diff.is_empty()).then_some(changeset)
    }

    /// The edit in the text that those before it have left.
    fn moved(&self, edit: &Edit) -> Edit {
        let before = self.applied.iter().take_while(|applied| *applied < edit);
        let shift: isize = before.map(growth).sum();
        let moved = |offset: ruff_text_size::TextSize| {
            let offset = usize::from(offset).saturating_add_signed(shift);
            ruff_text_size::TextSize::new(u32::try_from(offset).unwrap_or(u32::MAX))
        };
        let range = ruff_text_size::TextRange::new(moved(edit.range().start()), moved(edit.range().end()));
        Edit::replace(range, edit.text())
    }

    /// By how much the place of an offset has moved.
    fn shift(&self, offset: usize) -> isize {
        let before = self
            .applied
            .iter()
            .take_while(|edit| usize::from(edit.range().end()) <= offset);
        before.map(growth).sum()
    }
}

fn growth(edit: &Edit) -> isize {
    let old: usize = edit.range().len().into();
    edit.text().len() as isize - old as isize
}

fn unfixed(rule: &str, fingerprint: &str, path: &str, line: usize, reason: &str) -> Value {
    json!({
        "id": fingerprint,
        "rule": { "id": rule, "name": rule },
        "path": path,
        "lineNumber": line,
        "reason": reason,
    })
}

/// Why a finding is left.
fn why(finding: &Finding) -> String {
    let reason = match finding.fix.as_ref().map(|fix| &fix.safety) {
        Some(Safety::Unsafe(reason)) => format!("{}: its fix is unsafe: {reason}", finding.message),
        _ => std::iter::once(&finding.message)
            .chain(&finding.notes)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("; "),
    };
    printable(&reason)
}

fn codemod_name(name: &str) -> String {
    format!("sslfix:python/{name}")
}
