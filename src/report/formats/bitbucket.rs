//! What Code Insights of Bitbucket takes: the body of a report on a commit, and its annotations in batches, each the body of
//! one request.
//!
//! Bitbucket takes 100 annotations in a request and 1000 in a report. The document holds the 1000 that matter most, sorted
//! by severity, and the report says how many are left out; so no more than 1000 of each severity are held while it is made.
//! Lines are those of git.

use super::{Context, Output, Report, json};
use crate::outcome::Outcome;
use crate::report::Totals;
use crate::report::path::with_forward_slashes;
use crate::report::reported::{AS_REVIEWS, FAILURE, Item, Reported, Worst, failure_fingerprint};
use crate::report::text::printable;
use crate::rewrite::Level;
use serde_json::{Value, json};
use std::io;
use std::rc::Rc;

const MOST_ANNOTATIONS: usize = 1000;
const MOST_IN_A_REQUEST: usize = 100;

/// The longest texts that are taken, in characters.
const LONGEST_SUMMARY: usize = 450;
const LONGEST_DETAILS: usize = 2000;

/// Starts a document.
pub fn start(output: Output, _context: Rc<Context>) -> Box<dyn Report> {
    Box::new(Bitbucket {
        output,
        annotations: Worst::of(MOST_ANNOTATIONS),
        counting: 0,
    })
}

struct Bitbucket {
    output: Output,
    annotations: Worst<Value>,
    /// Findings that make a run exit with 1, and failures.
    counting: usize,
}

impl Report for Bitbucket {
    fn add(&mut self, outcome: &Outcome) -> io::Result<()> {
        let path = String::from_utf8_lossy(&with_forward_slashes(&outcome.path)).into_owned();
        if let Some(failure) = &outcome.failure {
            self.counting += 1;
            let mut annotation = json!({
                "type": "report_annotation",
                "external_id": format!("sslfix-{}", failure_fingerprint(&outcome.path)),
                "annotation_type": "BUG",
                "severity": "CRITICAL",
                "result": "FAILED",
                "summary": shortened(&format!("{FAILURE}: {}", printable(failure)), LONGEST_SUMMARY),
            });
            if !path.is_empty() {
                annotation["path"] = path.clone().into();
            }
            self.annotations.add(Level::Error, annotation);
        }
        for item in Reported::of(outcome, AS_REVIEWS).items {
            self.counting += usize::from(item.counts());
            self.annotations.add(item.level, annotation(&item, &path));
        }
        Ok(())
    }

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        let (annotations, left_out) = self.annotations.take();
        let report = report(totals, self.counting, left_out);
        let batches: Vec<&[Value]> = annotations.chunks(MOST_IN_A_REQUEST).collect();
        let document = json!({ "report": report, "annotations": batches });
        json::write(&mut self.output, &document)?;
        self.output.write_all(b"\n")?;
        self.output.flush()
    }
}

fn annotation(item: &Item, path: &str) -> Value {
    let (kind, severity) = match item.level {
        Level::Error => ("BUG", "HIGH"),
        Level::Warning => ("CODE_SMELL", "MEDIUM"),
        Level::Note => ("CODE_SMELL", "LOW"),
    };
    json!({
        "type": "report_annotation",
        "external_id": format!("sslfix-{}", item.fingerprint),
        "annotation_type": kind,
        "severity": severity,
        "result": if item.counts() { "FAILED" } else { "IGNORED" },
        "summary": shortened(&format!("{}: {}", item.rule, item.message), LONGEST_SUMMARY),
        "details": shortened(&item.text(), LONGEST_DETAILS),
        "path": path,
        "line": item.start.line,
    })
}

fn report(totals: &Totals, counting: usize, left_out: usize) -> Value {
    let mut details = String::from("Uses of the ssl APIs of Python that are gone or going.");
    if left_out > 0 {
        details.push_str(&format!(
            " {left_out} findings of the lowest severity are not shown, since a report holds {MOST_ANNOTATIONS}."
        ));
    }
    let number = |title: &str, value: usize| json!({ "title": title, "type": "NUMBER", "value": value });
    json!({
        "type": "report",
        "title": "sslfix",
        "reporter": "sslfix",
        "report_type": "BUG",
        "external_id": "sslfix",
        "details": details,
        "result": if counting == 0 { "PASSED" } else { "FAILED" },
        "data": [
            number("Files read", totals.scanned),
            number("Findings", counting),
            number("For a person", totals.for_a_person),
            number("Notes", totals.notes),
        ],
    })
}

/// The text, cut if it is longer than that many characters.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_string();
    }
    let kept: String = text.chars().take(most - 1).collect();
    format!("{kept}\u{2026}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(shortened("𝒳é", 2), "𝒳é");
        assert_eq!(shortened("𝒳éx", 2), "𝒳…");
    }
}
