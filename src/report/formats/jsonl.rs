//! Our own format: a record for each file that there is something to say about, on one line of JSON, with all that the
//! other formats are made of. Scripts and other programs of ours read it; `schema/report.schema.json` describes it.
//!
//! Offsets are bytes of the file on disk, lines end as in Python, columns count characters. The record says what was done
//! (`applied`) by edits that lead from the old bytes to the new ones. Nothing is held back, and nothing limits it.

use super::{Context, Output, Report, json};
use crate::cli::Mode;
use crate::outcome::{Looked, Outcome};
use crate::report::Totals;
use crate::report::path::with_forward_slashes;
use crate::report::reported::{AS_PEOPLE, Item, Reported, changing};
use crate::rewrite::ignores::Suppressed;
use crate::rewrite::{Fix, Level, Safety};
use crate::source::Offsets;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};
use std::io;
use std::rc::Rc;

/// What the form of the records is called. A program that knows it finds all that it knew in a later release; what is
/// taken away or means something else gets another name.
pub const SCHEMA: &str = "sslfix-report/v1";

/// Starts a document.
pub fn start(output: Output, _context: Rc<Context>) -> Box<dyn Report> {
    Box::new(Jsonl { output })
}

struct Jsonl {
    output: Output,
}

impl Report for Jsonl {
    fn add(&mut self, outcome: &Outcome) -> io::Result<()> {
        json::write(&mut self.output, &record(outcome))?;
        self.output.write_all(b"\n")
    }

    fn end(&mut self, _totals: &Totals) -> io::Result<()> {
        self.output.flush()
    }
}

fn record(outcome: &Outcome) -> Value {
    let path = with_forward_slashes(&outcome.path);
    let mut record = Map::new();
    record.insert("schema".into(), SCHEMA.into());
    record.insert("path".into(), String::from_utf8_lossy(&path).into());
    if std::str::from_utf8(&path).is_err() {
        record.insert("path_base64".into(), BASE64_STANDARD.encode(&path).into());
    }
    record.insert("failure".into(), outcome.failure.clone().into());
    let reported = Reported::of(outcome, AS_PEOPLE);
    let unreadable = reported.items.iter().find(|item| item.finding.is_none());
    let unreadable = unreadable.map(|item| {
        json!({
            "message": item.message,
            "line": item.start.line,
            "column": item.start.column,
            "cell": outcome.unreadable.as_ref().and_then(|unreadable| unreadable.in_cell).map(|place| place.cell),
            "fingerprint": item.fingerprint,
        })
    });
    record.insert("unreadable".into(), unreadable.unwrap_or_default());
    record.insert("file".into(), file(outcome, &reported));
    record.into()
}

/// What there is to say about a file that could be looked at.
fn file(outcome: &Outcome, reported: &Reported) -> Value {
    let Some(looked) = &outcome.looked else {
        return Value::Null;
    };
    let on_disk = looked.source.offsets(reported.text);
    let found = reported.items.iter().filter(|item| item.finding.is_some());
    let findings: Vec<Value> = found
        .zip(looked.cells_on_disk())
        .filter_map(|(item, cell)| finding(item, cell, reported, &on_disk))
        .collect();
    let suppressed = reported.suppressed(outcome);
    let suppressed = suppressed.iter().map(|(item, one)| suppression(item, one, &on_disk));
    json!({
        "encoding": looked.source.encoding_name(),
        "applied": looked.mode == Mode::Write && looked.plan.changes(),
        "rewrites": looked.plan.applied,
        "findings": findings,
        "suppressed": suppressed.collect::<Vec<Value>>(),
        "edits": edits(looked),
    })
}

fn finding(item: &Item, cell: Option<usize>, reported: &Reported, on_disk: &Offsets) -> Option<Value> {
    let finding = item.finding?;
    Some(json!({
        "codemod": finding.codemod,
        "level": match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        },
        "message": finding.message,
        "notes": finding.notes,
        "within": finding.identity.within,
        "fingerprint": item.fingerprint,
        "range": {
            "start": on_disk.in_file(finding.range.start().into()),
            "end": on_disk.in_file(finding.range.end().into()),
        },
        "cell": cell,
        "start": { "line": item.start.line, "column": item.start.column },
        "end": { "line": item.end.line, "column": item.end.column },
        "fix": finding.fix.as_ref().map(|fix| fix_of(fix, reported, on_disk)),
    }))
}

/// What a comment says not to report, and why.
fn suppression(item: &Item, suppressed: &Suppressed, on_disk: &Offsets) -> Value {
    json!({
        "codemod": item.rule,
        "message": suppressed.finding.message,
        "reason": suppressed.reason,
        "fingerprint": item.fingerprint,
        "range": {
            "start": on_disk.in_file(suppressed.finding.range.start().into()),
            "end": on_disk.in_file(suppressed.finding.range.end().into()),
        },
        "start": { "line": item.start.line, "column": item.start.column },
        "end": { "line": item.end.line, "column": item.end.column },
    })
}

fn fix_of(fix: &Fix, reported: &Reported, on_disk: &Offsets) -> Value {
    let edits = changing(fix, reported.text).map(|edit| {
        let mut value = json!({
            "start": on_disk.in_file(edit.range().start().into()),
            "end": on_disk.in_file(edit.range().end().into()),
        });
        set_text(&mut value, edit.text(), on_disk);
        value
    });
    let (safety, reason) = match &fix.safety {
        Safety::Safe => ("safe", None),
        Safety::Unsafe(reason) => ("unsafe", Some(reason)),
    };
    json!({
        "title": fix.title,
        "safety": safety,
        "reason": reason,
        "edits": edits.collect::<Vec<Value>>(),
    })
}

/// From the bytes of the file as it was to those that it has, or would have.
fn edits(looked: &Looked) -> Vec<Value> {
    let (old_text, new_text) = (looked.source.text(), looked.plan.text.as_str());
    let (old, new) = (looked.source.offsets(old_text), looked.source.offsets(new_text));
    let side = |offsets: &Offsets, text: &str, range: &std::ops::Range<usize>| {
        let mut value = json!({ "start": offsets.in_file(range.start), "end": offsets.in_file(range.end) });
        set_text(&mut value, &text[range.clone()], offsets);
        value
    };
    let spans = looked.plan.spans.iter();
    spans
        .map(|span| json!({ "old": side(&old, old_text, &span.old), "new": side(&new, new_text, &span.new) }))
        .collect()
}

/// The text, and its bytes where they are not those of UTF-8.
fn set_text(value: &mut Value, text: &str, offsets: &Offsets) {
    value["text"] = text.into();
    if let Some(bytes) = offsets.other_bytes(text) {
        value["base64"] = BASE64_STANDARD.encode(bytes).into();
    }
}
