//! The diffs of all files, one after the other: `git apply` takes the document. It may be empty, and holds nothing back.

use super::{Context, Output, Report};
use crate::outcome::Outcome;
use crate::report::Totals;
use std::io;
use std::rc::Rc;

/// Starts a document.
pub fn start(output: Output, _context: Rc<Context>) -> Box<dyn Report> {
    Box::new(Patch { output })
}

struct Patch {
    output: Output,
}

impl Report for Patch {
    fn add(&mut self, outcome: &Outcome) -> io::Result<()> {
        let diff = outcome.looked.as_ref().map_or(&[][..], |looked| &looked.diff);
        self.output.write_all(diff)
    }

    fn end(&mut self, _totals: &Totals) -> io::Result<()> {
        self.output.flush()
    }
}
