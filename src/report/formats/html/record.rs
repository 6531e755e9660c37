//! What the page knows of one file: its findings, what becomes of each, and the code that shows it.

use crate::cli::Mode;
use crate::outcome::{Looked, Outcome};
use crate::owners::Owners;
use crate::report::{Sides, diff};
use crate::rewrite::{Finding, Fix, Level, Safety, Span, Spans};
use crate::source::{InCell, Lines};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

/// Lines of code around a finding.
const CONTEXT: usize = 2;

/// So much of a finding's code is shown.
const MOST_LINES: usize = 24;

/// A longer line was not written by hand; its start says enough.
const LONGEST_LINE: usize = 1000;

/// To show what a fix would write costs the length of the file. Findings of which that is not worth it show their code.
const MOST_PREVIEWED_BYTES: usize = 256 << 20;

/// One file.
#[derive(Serialize)]
pub struct Record<'a> {
    path: String,
    /// Nobody is an empty list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    owners: Vec<&'a str>,
    mode: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unreadable: Option<Unreadable>,
    /// In the order of the text.
    pub findings: Vec<Found<'a>>,
    /// How many fixes more were applied, by codemod: of what came up only when others were.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    follow_ups: BTreeMap<&'static str, usize>,
    /// The diff of the file, cut into its hunks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hunks: Vec<String>,
}

#[derive(Serialize)]
struct Unreadable {
    message: String,
    line: usize,
    column: usize,
}

/// One finding.
#[derive(Serialize)]
pub struct Found<'a> {
    /// Which codemod found it.
    pub codemod: &'static str,
    level: &'static str,
    fate: Fate,
    line: usize,
    column: usize,
    message: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Offered<'a>>,
    /// Those of the file that belong to it; the first has its place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hunks: Vec<usize>,
    /// Its lines, where no hunk has them, or what its fix would write, in the form of hunks.
    #[serde(skip_serializing_if = "String::is_empty")]
    code: String,
    /// True if that is the code after a rewrite that was not done.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_after: bool,
    /// Its first and last line, as the numbers in front of the code count them.
    marks: [usize; 2],
}

/// What becomes of a finding.
#[derive(Clone, Copy, Serialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Fate {
    /// It is gone, or would be.
    Rewritten,
    /// It has a fix that was not asked for.
    HeldBack,
    /// It counts and has no fix.
    ForAPerson,
    /// It does not count and has no fix.
    Note,
    /// Its fix could not be written.
    Failed,
}

#[derive(Serialize)]
struct Offered<'a> {
    title: &'a str,
    /// Why it is not safe.
    #[serde(skip_serializing_if = "Option::is_none")]
    risk: Option<&'a str>,
}

/// What the page says of a file, if there is anything. `folder` is the one that sslfix runs in.
pub fn of<'a>(outcome: &'a Outcome, owners: Option<&'a Owners>, folder: &Path) -> Option<Record<'a>> {
    let (findings, hunks) = match &outcome.looked {
        Some(looked) => File::of(&outcome.path, looked, outcome.failure.is_some()).findings(),
        None => Default::default(),
    };
    if findings.is_empty() && hunks.is_empty() && outcome.failure.is_none() && outcome.unreadable.is_none() {
        return None;
    }
    let mut names: Vec<&str> = Vec::new();
    for share in owners.iter().flat_map(|owners| owners.of(&outcome.path)) {
        for name in share.owners {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
    }
    let path = relative(&outcome.path, folder).to_string_lossy().into_owned();
    Some(Record {
        path: match cfg!(windows) {
            true => path.replace('\\', "/"),
            false => path,
        },
        owners: names,
        mode: match outcome.looked.as_ref().map(|looked| looked.mode) {
            Some(Mode::Write) => "write",
            Some(Mode::DryRun) => "dry-run",
            Some(Mode::Check) | None => "check",
        },
        failure: outcome.failure.as_deref(),
        unreadable: outcome.unreadable.as_ref().map(|unreadable| Unreadable {
            message: match unreadable.in_cell {
                Some(InCell { cell, line, .. }) => format!("cell {cell}, line {line}: {}", unreadable.message),
                None => unreadable.message.clone(),
            },
            line: unreadable.line,
            column: unreadable.column,
        }),
        follow_ups: outcome
            .looked
            .iter()
            .flat_map(|looked| follow_ups(looked, &findings))
            .collect(),
        findings,
        hunks,
    })
}

fn follow_ups(looked: &Looked, findings: &[Found]) -> BTreeMap<&'static str, usize> {
    let mut more = match looked.diff.is_empty() {
        true => BTreeMap::new(),
        false => looked.plan.applied.clone(),
    };
    for found in findings.iter().filter(|found| found.fate == Fate::Rewritten) {
        if let Some(count) = more.get_mut(found.codemod) {
            *count = count.saturating_sub(1);
        }
    }
    more.retain(|_, count| *count > 0);
    more
}

/// A path that does not say where on the machine the folder is that sslfix runs in.
fn relative(path: &Path, folder: &Path) -> PathBuf {
    if path.is_relative() {
        return path.to_path_buf();
    }
    let shared = path.components().zip(folder.components());
    let shared = shared.take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(path.components().skip(shared)).collect()
}

/// A file that was looked at.
struct File<'a> {
    path: &'a Path,
    looked: &'a Looked,
    old_lines: Lines<'a>,
    new_lines: Lines<'a>,
    /// Those of the plan.
    spans: Vec<&'a Span>,
    /// In the order of the text.
    hunks: Vec<Hunk>,
    has_failed: bool,
    /// See [`MOST_PREVIEWED_BYTES`].
    previewed: usize,
}

struct Hunk {
    text: String,
    /// The numbers of its old lines, from 1.
    old: Range<usize>,
}

impl<'a> File<'a> {
    fn of(path: &'a Path, looked: &'a Looked, has_failed: bool) -> File<'a> {
        let (old, new) = (looked.source.text(), looked.plan.text.as_str());
        let diff = match std::str::from_utf8(&looked.diff) {
            Ok(diff) => Cow::Borrowed(diff),
            // The file is in another encoding.
            Err(_) => diff_of_texts(path, old, new, &looked.plan.spans).into(),
        };
        File {
            path,
            looked,
            old_lines: Lines::of(old.as_bytes()),
            new_lines: Lines::of(new.as_bytes()),
            spans: looked.plan.spans.iter().collect(),
            hunks: hunks(&diff),
            has_failed,
            previewed: 0,
        }
    }

    fn findings(mut self) -> (Vec<Found<'a>>, Vec<String>) {
        let plan = &self.looked.plan;
        let fate = match self.has_failed {
            true => Fate::Failed,
            false => Fate::Rewritten,
        };
        let resolved = resolved(self.looked, &self.spans).into_iter();
        let mut findings: Vec<Found> = resolved.map(|finding| self.resolved(finding, fate)).collect();
        for finding in &plan.left {
            findings.push(self.left(finding));
        }
        findings.sort_by_key(|found| (found.line, found.column));
        (findings, self.hunks.into_iter().map(|hunk| hunk.text).collect())
    }

    /// A finding of the old text that is not there any more.
    fn resolved(&self, finding: &'a Finding, fate: Fate) -> Found<'a> {
        let range = Range::<usize>::from(finding.range);
        let marks = self.old_rows(range.clone());
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
        let edits = edits.map(|edit| Range::<usize>::from(edit.range()));
        let mut hunks = Vec::new();
        for touched in std::iter::once(range.clone()).chain(edits) {
            let [first, last] = self.old_rows(touched);
            let from = self.hunks.partition_point(|hunk| hunk.old.end <= first);
            let past = self.hunks.partition_point(|hunk| hunk.old.start <= last);
            for index in from..past {
                if !hunks.contains(&index) {
                    hunks.push(index);
                }
            }
        }
        let (line, column) = match self.looked.mode {
            Mode::Check | Mode::DryRun => self.old_lines.line_and_column(range.start),
            Mode::Write => self.new_lines.line_and_column(new_offset(&self.spans, range.start)),
        };
        let code = match hunks.is_empty() {
            true => excerpt(&self.old_lines, marks),
            false => String::new(),
        };
        found(finding, fate, (line, column), hunks, code, marks)
    }

    /// A finding of the new text.
    fn left(&mut self, finding: &'a Finding) -> Found<'a> {
        let fate = match finding.fix {
            Some(_) => Fate::HeldBack,
            None if finding.counts() => Fate::ForAPerson,
            None => Fate::Note,
        };
        let range = Range::<usize>::from(finding.range);
        let new_marks = [range.start, range.end].map(|offset| self.new_lines.line_and_column(offset).0);
        let old = old_place(&self.spans, range.start);
        let place = match self.looked.mode {
            Mode::Write => self.new_lines.line_and_column(range.start),
            Mode::Check | Mode::DryRun => self.old_lines.line_and_column(old.offset),
        };
        if let Some(fix) = &finding.fix
            && let Some(preview) = self.preview(fix)
        {
            return found(finding, fate, place, Vec::new(), preview, new_marks);
        }
        // What the rewrite has brought is in the new text only.
        let is_new = old.is_replaced || self.looked.mode == Mode::Write;
        let (code, marks) = match is_new {
            true => (excerpt(&self.new_lines, new_marks), new_marks),
            false => {
                let end = old_place(&self.spans, range.end).offset.max(old.offset);
                let marks = self.old_rows(old.offset..end);
                (excerpt(&self.old_lines, marks), marks)
            }
        };
        Found {
            is_after: old.is_replaced && self.looked.mode != Mode::Write,
            ..found(finding, fate, place, Vec::new(), code, marks)
        }
    }

    /// What a fix would write, which was not asked for.
    fn preview(&mut self, fix: &Fix) -> Option<String> {
        let text = &self.looked.plan.text;
        self.previewed += text.len();
        if self.previewed > MOST_PREVIEWED_BYTES {
            return None;
        }
        let mut spans = Spans::default();
        let new = spans.apply(text, &fix.edits);
        let hunks = hunks(&diff_of_texts(self.path, text, &new, &spans));
        (!hunks.is_empty()).then(|| hunks.into_iter().map(|hunk| hunk.text).collect())
    }

    fn old_rows(&self, range: Range<usize>) -> [usize; 2] {
        [range.start, range.end].map(|offset| self.old_lines.line_and_column(offset).0)
    }
}

fn found<'a>(
    finding: &'a Finding,
    fate: Fate,
    (line, column): (usize, usize),
    hunks: Vec<usize>,
    code: String,
    marks: [usize; 2],
) -> Found<'a> {
    Found {
        codemod: finding.codemod,
        level: match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        },
        fate,
        line,
        column,
        message: &finding.message,
        notes: &finding.notes,
        fix: finding.fix.as_ref().map(|fix| Offered {
            title: &fix.title,
            risk: match &fix.safety {
                Safety::Safe => None,
                Safety::Unsafe(reason) => Some(reason),
            },
        }),
        hunks,
        code,
        is_after: false,
        marks,
    }
}

/// The findings of the old text whose fixes were applied, in the order of the text: those that are not among the findings
/// of the new text. Of a finding that a fix answers in part, the rest is among those, without that fix. What has no fix and
/// is gone was only about what another has rewritten.
fn resolved<'a>(looked: &'a Looked, spans: &[&Span]) -> Vec<&'a Finding> {
    let key = |finding: &'a Finding, offset: usize, is_replaced: bool| {
        let title = finding.fix.as_ref().map(|fix| fix.title.as_str());
        (finding.codemod, finding.message.as_str(), title, offset, is_replaced)
    };
    // How many are left, by what they say and where. Outside of what was replaced a finding is the same if it is at the
    // same place; of what is new, the place is the span.
    let mut left = HashMap::new();
    for finding in &looked.plan.left {
        let place = old_place(spans, finding.range.start().into());
        *left
            .entry(key(finding, place.offset, place.is_replaced))
            .or_insert(0usize) += 1;
    }
    let mut is_left = |finding: &'a Finding| {
        let offset = usize::from(finding.range.start());
        let mut take = |offset, is_replaced| {
            let count = left.get_mut(&key(finding, offset, is_replaced));
            count.filter(|count| **count > 0).map(|count| *count -= 1).is_some()
        };
        take(offset, false) || span_over(spans, offset).is_some_and(|span| take(span.old.start, true))
    };
    let findings = looked.plan.findings.iter().filter(|finding| finding.fix.is_some());
    findings.filter(|finding| !is_left(finding)).collect()
}

/// A place in the old text.
struct OldPlace {
    offset: usize,
    /// True if what is there now is new, so that this is only where it was put.
    is_replaced: bool,
}

fn old_place(spans: &[&Span], new_offset: usize) -> OldPlace {
    let past = spans.partition_point(|span| span.new.end <= new_offset);
    match spans.get(past) {
        Some(span) if span.new.contains(&new_offset) => OldPlace {
            offset: span.old.start,
            is_replaced: true,
        },
        _ => OldPlace {
            offset: match past.checked_sub(1) {
                Some(before) => new_offset - spans[before].new.end + spans[before].old.end,
                None => new_offset,
            },
            is_replaced: false,
        },
    }
}

/// The span that takes the place of what is at an offset of the old text.
fn span_over<'a>(spans: &[&'a Span], old_offset: usize) -> Option<&'a Span> {
    let past = spans.partition_point(|span| span.old.end <= old_offset);
    spans.get(past).copied().filter(|span| span.old.contains(&old_offset))
}

/// Where what was at an offset of the old text is in the new text. Of what is gone, where it was.
fn new_offset(spans: &[&Span], old_offset: usize) -> usize {
    if let Some(span) = span_over(spans, old_offset) {
        return span.new.start;
    }
    match spans.partition_point(|span| span.old.end <= old_offset).checked_sub(1) {
        Some(before) => old_offset - spans[before].old.end + spans[before].new.end,
        None => old_offset,
    }
}

fn diff_of_texts(path: &Path, old: &str, new: &str, spans: &Spans) -> String {
    let sides = |text| Sides {
        text,
        bytes: str::as_bytes(text),
    };
    let diff = diff(path, sides(old), sides(new), spans);
    String::from_utf8_lossy(&diff).into_owned()
}

/// The hunks of a diff.
fn hunks(diff: &str) -> Vec<Hunk> {
    let mut hunks: Vec<Hunk> = Vec::new();
    for line in diff.split_inclusive('\n') {
        // The first two lines are names, and every line of code has a sign in front.
        if let Some(old) = old_lines(line) {
            let text = line.to_string();
            hunks.push(Hunk { text, old });
        } else if let Some(hunk) = hunks.last_mut() {
            push_short(&mut hunk.text, line);
        }
    }
    hunks
}

/// The line numbers that `@@ -1,2 +3,4 @@` names first.
fn old_lines(line: &str) -> Option<Range<usize>> {
    let (numbers, _) = line.strip_prefix("@@ -")?.split_once(" +")?;
    let (start, count) = numbers.split_once(',').unwrap_or((numbers, "1"));
    let (start, count): (usize, usize) = (start.parse().ok()?, count.parse().ok()?);
    Some(start..start + count)
}

/// The lines around those that a finding is about, as a hunk in which nothing changes.
fn excerpt(lines: &Lines, marks: [usize; 2]) -> String {
    let first = marks[0].saturating_sub(CONTEXT).max(1);
    let last = (marks[1] + CONTEXT).min(marks[0] + MOST_LINES);
    let mut code = String::new();
    let mut count = 0;
    for line in (first..=last).map_while(|number| lines.content(number)) {
        code.push(' ');
        push_short(&mut code, &String::from_utf8_lossy(line));
        code.push('\n');
        count += 1;
    }
    format!("@@ -{first},{count} +{first},{count} @@\n{code}")
}

fn push_short(text: &mut String, line: &str) {
    match line.char_indices().nth(LONGEST_LINE) {
        Some((end, _)) => {
            text.push_str(&line[..end]);
            text.push_str(" …");
            if line.ends_with('\n') {
                text.push('\n');
            }
        }
        None => text.push_str(line),
    }
}
