//! The Code Quality report of GitLab (`artifacts:reports:codequality`), shown in merge requests.
//!
//! GitLab shows the description and not the name of the check, so the description has both. It stops reading at the first
//! entry that lacks one of its four keys, and takes entries with one fingerprint for one. Lines are those of git. Nothing
//! is held back.

use super::{Context, Output, Report, json};
use crate::outcome::Outcome;
use crate::report::Totals;
use crate::report::path::with_forward_slashes;
use crate::report::reported::{AS_REVIEWS, FAILURE, Reported, failure_fingerprint};
use crate::report::text::printable;
use crate::rewrite::Level;
use serde_json::json;
use std::io;
use std::rc::Rc;

/// Starts a document.
pub fn start(output: Output, _context: Rc<Context>) -> Box<dyn Report> {
    let list = json::List::new();
    Box::new(Gitlab { output, list })
}

struct Gitlab {
    output: Output,
    list: json::List,
}

impl Gitlab {
    fn open(&mut self) -> io::Result<()> {
        match self.list.is_empty() {
            true => self.output.write_all(b"["),
            false => Ok(()),
        }
    }
}

impl Report for Gitlab {
    fn add(&mut self, outcome: &Outcome) -> io::Result<()> {
        let path = String::from_utf8_lossy(&with_forward_slashes(&outcome.path)).into_owned();
        let failure = outcome.failure.iter().map(|failure| {
            json!({
                "description": format!("{FAILURE}: {}", printable(failure)),
                "check_name": FAILURE,
                "fingerprint": failure_fingerprint(&outcome.path),
                "severity": "blocker",
                "location": { "path": path, "lines": { "begin": 1 } },
            })
        });
        let reported = Reported::of(outcome, AS_REVIEWS);
        let items = reported.items.iter().map(|item| {
            json!({
                "description": format!("{}: {}", item.rule, item.message),
                "check_name": item.rule,
                "content": { "body": item.text() },
                "fingerprint": item.fingerprint,
                "severity": match item.level {
                    Level::Error => "critical",
                    Level::Warning => "minor",
                    Level::Note => "info",
                },
                "location": { "path": path, "lines": { "begin": item.start.line, "end": item.end.line } },
            })
        });
        for entry in failure.chain(items) {
            self.open()?;
            self.list.add(&mut self.output, &entry)?;
        }
        Ok(())
    }

    fn end(&mut self, _totals: &Totals) -> io::Result<()> {
        self.open()?;
        self.output.write_all(b"\n]\n")?;
        self.output.flush()
    }
}
