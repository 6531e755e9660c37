//! What came of a notebook, as its file has it: the plan over the code of its cells becomes one over its JSON.
//!
//! Everything that reads a plan for a program then takes a notebook for any other file, with places and edits in its bytes;
//! what people are shown stays in the cells.

use crate::cli::Mode;
use crate::outcome::{InCells, Looked};
use crate::report::{self, Sides};
use crate::rewrite::ignores::Suppressed;
use crate::rewrite::{Edit, Finding, Label, Plan, Spans};
use crate::source::{Dialect, Lines, Source, Unreadable};
use ruff_text_size::{TextRange, TextSize};
use std::ops::Range;
use std::path::Path;

/// What is told of a notebook and its plan, and what should be written, if that differs.
///
/// # Errors
///
/// If what should be written cannot be read as what was planned.
pub fn looked_at(
    shown: &Path,
    bytes: &[u8],
    source: Source,
    plan: Plan,
    mode: Mode,
) -> Result<(Looked, Option<Vec<u8>>), Unreadable> {
    let file = source.of_file();
    let (mut spans, mut text) = (Spans::default(), file.text().to_string());
    let (mut diff, mut new_bytes) = (Vec::new(), None);
    let mut new_source = None;
    if plan.changes() {
        let changed = plan.spans.iter();
        let changed = changed.map(|span| (span.old.clone(), &plan.text[span.new.clone()]));
        text = spans.apply(file.text(), &edits_of_file(&source, changed));
        let encoded = file.encode(&text)?;
        let read_again = Source::decode_as(&encoded, Dialect::Notebook)?;
        if read_again.text() != plan.text {
            return Err(Unreadable::somewhere(
                "sslfix had a rewrite and could not put it into the notebook, which is left as it is; please report this",
            ));
        }
        let old = Sides {
            text: file.text(),
            bytes,
        };
        let new = Sides {
            text: &text,
            bytes: &encoded,
        };
        diff = report::diff(shown, old, new, &spans);
        new_bytes = Some(encoded);
        new_source = Some(read_again);
    }
    let new = new_source.as_ref().unwrap_or(&source);
    let plan_of_file = Plan {
        findings: in_file(&source, &plan.findings),
        excluded: in_file(&source, &plan.excluded),
        text,
        cells: None,
        spans,
        left: in_file(new, &plan.left),
        excluded_left: in_file(new, &plan.excluded_left),
        suppressed: suppressed_in_file(&source, &plan.suppressed),
        suppressed_left: suppressed_in_file(new, &plan.suppressed_left),
        applied: plan.applied.clone(),
        ignores_added: plan.ignores_added,
        // The edits of several fixes may spell the same string of the JSON, so that they do not add up.
        rounds: Vec::new(),
    };
    let looked = Looked {
        source: file,
        plan: plan_of_file,
        diff,
        mode,
        in_cells: Some(Box::new(InCells { source, plan })),
    };
    Ok((looked, new_bytes))
}

fn edits_of_file<'t>(source: &Source, edits: impl IntoIterator<Item = (Range<usize>, &'t str)>) -> Vec<Edit> {
    let edits = source.edits_of_file(edits).into_iter();
    edits.map(|(range, new)| Edit::replace(range_of(range), new)).collect()
}

/// Findings of the code, as the file has them. The message says where a person finds them.
fn in_file(source: &Source, findings: &[Finding]) -> Vec<Finding> {
    let lines = Lines::of(source.text().as_bytes());
    let range = |range: TextRange| range_of(source.range_in_file(range.into()));
    let moved = |finding: &Finding| {
        let mut moved = finding.clone();
        let start = usize::from(finding.range.start());
        if let Some(cell) = source.code().cells.and_then(|cells| cells.at(start)) {
            let line = lines.line(start) - lines.line(cell.range.start) + 1;
            moved.message = format!("cell {}, line {line}: {}", cell.number, finding.message);
        }
        moved.range = range(finding.range);
        moved.labels = finding
            .labels
            .iter()
            .map(|label| Label::new(range(label.range), label.text.clone()))
            .collect();
        if let Some(fix) = &mut moved.fix {
            let mut edits: Vec<&Edit> = finding.fix.iter().flat_map(|fix| &fix.edits).collect();
            edits.sort();
            let changing = edits
                .into_iter()
                .filter(|edit| edit.text() != &source.text()[edit.range()]);
            fix.edits = edits_of_file(source, changing.map(|edit| (edit.range().into(), edit.text())));
        }
        moved
    };
    findings.iter().map(moved).collect()
}

fn suppressed_in_file(source: &Source, suppressed: &[Suppressed]) -> Vec<Suppressed> {
    let moved = |one: &Suppressed| {
        let finding = in_file(source, std::slice::from_ref(&one.finding)).pop();
        finding.map(|finding| one.with(finding))
    };
    suppressed.iter().filter_map(moved).collect()
}

fn range_of(range: Range<usize>) -> TextRange {
    let size = |offset| TextSize::try_from(offset).unwrap_or_default();
    TextRange::new(size(range.start), size(range.end))
}
