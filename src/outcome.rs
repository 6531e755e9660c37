//! What came of one file of a run. Computed once; what is printed, every report and the exit status read it.

use crate::cli::Mode;
use crate::rewrite::ignores::Suppressed;
use crate::rewrite::{Finding, Plan, Safety, Spans};
use crate::source::{Cells, Code, Lines, Source, Unreadable};
use std::ops::Range;
use std::path::PathBuf;

/// What came of one file, or of a path that leads to none.
#[derive(Debug)]
pub struct Outcome {
    /// As it is shown.
    pub path: PathBuf,
    /// What sslfix could not do with it, in one line: lower case, no full stop.
    pub failure: Option<String>,
    /// Why it was not looked at.
    pub unreadable: Option<Unreadable>,
    /// What was found in it, if it could be looked at.
    pub looked: Option<Looked>,
    /// Findings that the baseline has.
    pub in_baseline: usize,
}

/// A file that could be looked at.
#[derive(Debug)]
pub struct Looked {
    /// The file as it was read.
    pub source: Source,
    /// What was found in it, and what it would be, or is, after the rewrite.
    pub plan: Plan,
    /// From what was read to what was written, or would be; empty where nothing is, or could be, rewritten.
    pub diff: Vec<u8>,
    /// What was done in the end: [`Mode::Write`] if the new text is on disk.
    pub mode: Mode,
    /// Of a notebook the code of its cells; all else is of its JSON.
    pub in_cells: Option<Box<InCells>>,
}

/// A notebook as people see it.
#[derive(Debug)]
pub struct InCells {
    /// The notebook as it was read.
    pub source: Source,
    /// What was found in its cells, in the order of [`Looked::plan`], and what they would be, or are, after the rewrite.
    pub plan: Plan,
}

/// A finding and its place for people: line and column, in characters, count from 1. Bytes are those of
/// [`Looked::shown`].
#[derive(Debug, PartialEq, Eq)]
pub struct Placed<'a> {
    /// The number of the cell of a notebook; lines count from its first.
    pub cell: Option<usize>,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// What was found there.
    pub finding: &'a Finding,
    /// Its bytes; `None` if the text that is shown does not have them.
    pub range: Option<Range<usize>>,
    /// The places that have to do with it, as far as the text has them, and what they say.
    pub labels: Vec<(Range<usize>, &'a str)>,
}

impl<'a> Placed<'a> {
    /// A finding of the text whose lines these are.
    pub fn of(lines: &Lines, finding: &'a Finding) -> Placed<'a> {
        Placed::at(lines, None, finding.range.start().into(), finding, &Spans::default())
    }

    /// A finding at an offset of the text whose lines these are, which was found behind the spans.
    fn at(lines: &Lines, cells: Option<&Cells>, offset: usize, finding: &'a Finding, spans: &Spans) -> Placed<'a> {
        let (line, column) = lines.line_and_column(offset);
        let cell = cells.and_then(|cells| cells.at(offset));
        let lines_before = cell.map_or(0, |cell| lines.line(cell.range.start) - 1);
        let labels = finding.labels.iter();
        let labels = labels.filter_map(|label| Some((unchanged(spans, label.range.into())?, label.text.as_str())));
        Placed {
            cell: cell.map(|cell| cell.number),
            line: line - lines_before,
            column,
            finding,
            range: unchanged(spans, finding.range.into()),
            labels: labels.collect(),
        }
    }
}

impl Outcome {
    /// Of a file that sslfix could not do something with.
    pub fn failed(path: PathBuf, failure: String) -> Outcome {
        Outcome {
            path,
            failure: Some(failure),
            unreadable: None,
            looked: None,
            in_baseline: 0,
        }
    }

    /// True for a notebook in which something could be rewritten.
    pub fn is_notebook_with_fixes(&self) -> bool {
        let has_fixes = |looked: &Looked| {
            looked.in_cells.is_some() && looked.on_disk().1.iter().any(|finding| finding.fix.is_some())
        };
        self.looked.as_ref().is_some_and(has_fixes)
    }

    /// True if the file as it is on disk has a finding that counts, or a fix that the options allow.
    pub fn needs_work(&self) -> bool {
        let needs = |looked: &Looked| {
            let (_, findings) = looked.on_disk();
            findings.iter().any(Finding::counts) || (looked.plan.changes() && looked.mode != Mode::Write)
        };
        self.unreadable.is_some() || self.looked.as_ref().is_some_and(needs)
    }
}

impl Looked {
    /// The text of the file as it is on disk after the run, and what is found in it.
    pub fn on_disk(&self) -> (&str, &[Finding]) {
        match self.mode {
            Mode::Write => (&self.plan.text, &self.plan.left),
            Mode::Check | Mode::DryRun => (self.source.text(), &self.plan.findings),
        }
    }

    /// What a comment in the file as it is on disk after the run says not to report, in the order of the text.
    pub fn suppressed(&self) -> &[Suppressed] {
        match self.mode {
            Mode::Write => &self.plan.suppressed_left,
            Mode::Check | Mode::DryRun => &self.plan.suppressed,
        }
    }

    /// The text that the places of [`Looked::told`] are in.
    pub fn shown(&self) -> Code<'_> {
        match (&self.in_cells, self.mode) {
            (Some(in_cells), Mode::Write) => in_cells.plan.code(),
            (Some(in_cells), _) => in_cells.source.code(),
            (None, _) => Code::from(self.on_disk().0),
        }
    }

    /// The cell that each of the findings of [`Looked::on_disk`] is in, if it is one of a notebook.
    pub fn cells_on_disk(&self) -> Vec<Option<usize>> {
        let findings = match (&self.in_cells, self.mode) {
            (None, _) => return vec![None; self.on_disk().1.len()],
            (Some(in_cells), Mode::Write) => &in_cells.plan.left,
            (Some(in_cells), _) => &in_cells.plan.findings,
        };
        let cells = self.shown().cells;
        let cell = |finding: &Finding| cells?.at(finding.range.start().into()).map(|cell| cell.number);
        findings.iter().map(cell).collect()
    }

    /// What is told to people beside the diff, in the order of the text: all findings where there is none to see, else
    /// those that the rewrite leaves. With [`Mode::DryRun`] in the places of the file as it is.
    pub fn told(&self) -> Vec<Placed<'_>> {
        let code = self.shown();
        let plan = self.in_cells.as_ref().map_or(&self.plan, |in_cells| &in_cells.plan);
        let no_spans = Spans::default();
        match self.mode {
            Mode::Check => placed(code, &plan.findings, &no_spans),
            Mode::Write => placed(code, &plan.left, &no_spans),
            Mode::DryRun => placed(code, &plan.left, &plan.spans),
        }
    }

    /// Findings that stay although they have a fix, which is unsafe.
    pub fn held_back(&self) -> usize {
        let is_unsafe = |finding: &&Finding| matches!(&finding.fix, Some(fix) if fix.safety != Safety::Safe);
        self.plan.left.iter().filter(is_unsafe).count()
    }

    /// Findings that count and stay, having no fix.
    pub fn for_a_person(&self) -> usize {
        let left = self.plan.left.iter();
        left.filter(|finding| finding.fix.is_none() && finding.counts()).count()
    }

    /// Findings that do not count and have no fix.
    pub fn notes(&self) -> usize {
        let left = self.plan.left.iter();
        left.filter(|finding| finding.fix.is_none() && !finding.counts())
            .count()
    }
}

/// The findings with their places in the text, in the order of the text; where they were found is behind the spans.
fn placed<'a>(code: Code, findings: &'a [Finding], spans: &Spans) -> Vec<Placed<'a>> {
    let mut with_offsets: Vec<(usize, &'a Finding)> = findings
        .iter()
        .map(|finding| (old_offset(spans, finding.range.start().into()), finding))
        .collect();
    with_offsets.sort_by_key(|(offset, _)| *offset);
    let lines = Lines::of(code.text.as_bytes());
    let place = |(offset, finding): (usize, &'a Finding)| Placed::at(&lines, code.cells, offset, finding, spans);
    with_offsets.into_iter().map(place).collect()
}

/// Where bytes of the new text were in the old one, which has all of them.
fn unchanged(spans: &Spans, new: Range<usize>) -> Option<Range<usize>> {
    let mut old = new.clone();
    for span in spans.iter().take_while(|span| span.new.start < new.end) {
        if new.start < span.new.end {
            return None;
        }
        let start = new.start - span.new.end + span.old.end;
        old = start..start + new.len();
    }
    Some(old)
}

/// Where what is at an offset of the new text was in the old text. Of what is new, where it was put.
fn old_offset(spans: &Spans, new_offset: usize) -> usize {
    let mut offset = new_offset;
    for span in spans.iter() {
        if span.new.start > new_offset {
            break;
        }
        if new_offset < span.new.end {
            return span.old.start;
        }
        offset = new_offset - span.new.end + span.old.end;
    }
    offset
}
