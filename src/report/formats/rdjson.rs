//! For reviewdog (`-f=rdjson`), which comments on pull and merge requests and makes suggestions of the fixes, where the site
//! has them.
//!
//! Columns are bytes of UTF-8, lines those of git; an end is behind its last character. A suggestion is applied alone, so
//! the edits of a fix are one, with what is between them. A fix that reaches over more lines than anyone reads in a comment
//! is told and not suggested. reviewdog drops what is not in the diff that it looks at. Nothing is held back here.

use super::{Context, Output, Report, json};
use crate::outcome::Outcome;
use crate::report::Totals;
use crate::report::path::with_forward_slashes;
use crate::report::reported::{Counting, FAILURE, Item, Place, Reported, as_one};
use crate::report::text::printable;
use crate::rewrite::Level;
use crate::source::{LineEnd, Unit};
use serde_json::{Value, json};
use std::io;
use std::rc::Rc;

const COUNTING: Counting = Counting {
    line_end: LineEnd::Newline,
    unit: Unit::Utf8,
};

/// The lines of the longest suggestion.
const MOST_LINES: usize = 40;

/// Starts a document.
pub fn start(output: Output, _context: Rc<Context>) -> Box<dyn Report> {
    let list = json::List::new();
    Box::new(Rdjson { output, list })
}

struct Rdjson {
    output: Output,
    list: json::List,
}

impl Rdjson {
    fn open(&mut self) -> io::Result<()> {
        match self.list.is_empty() {
            true => self.output.write_all(br#"{"source":{"name":"sslfix"},"diagnostics":["#),
            false => Ok(()),
        }
    }
}

impl Report for Rdjson {
    fn add(&mut self, outcome: &Outcome) -> io::Result<()> {
        let path = String::from_utf8_lossy(&with_forward_slashes(&outcome.path)).into_owned();
        let reported = Reported::of(outcome, COUNTING);
        let failure = outcome.failure.iter().map(|failure| {
            json!({
                "message": printable(failure),
                "location": { "path": path },
                "severity": "ERROR",
                "code": { "value": FAILURE },
            })
        });
        let items = reported.items.iter().map(|item| diagnostic(item, &reported, &path));
        for diagnostic in failure.chain(items) {
            self.open()?;
            self.list.add(&mut self.output, &diagnostic)?;
        }
        Ok(())
    }

    fn end(&mut self, _totals: &Totals) -> io::Result<()> {
        self.open()?;
        self.output.write_all(b"\n]}\n")?;
        self.output.flush()
    }
}

fn diagnostic(item: &Item, reported: &Reported, path: &str) -> Value {
    let mut diagnostic = json!({
        "message": item.text(),
        "location": { "path": path, "range": range(item.start, item.end) },
        "severity": match item.level {
            Level::Error => "ERROR",
            Level::Warning => "WARNING",
            Level::Note => "INFO",
        },
        "code": { "value": item.rule },
    });
    let replacement = item.fix().and_then(|fix| as_one(fix, reported.text));
    if let Some((bytes, text)) = replacement {
        let (start, end) = (reported.place(bytes.start), reported.place(bytes.end));
        if end.line - start.line < MOST_LINES {
            diagnostic["suggestions"] = json!([{ "range": range(start, end), "text": text }]);
        }
    }
    diagnostic
}

fn range(start: Place, end: Place) -> Value {
    json!({
        "start": { "line": start.line, "column": start.column },
        "end": { "line": end.line, "column": end.column },
    })
}
