//! What a report tells of one file, whatever its format: the findings that are on disk after the run, and why it could
//! not be understood, with places as the reader of the format counts them.

use super::path::with_forward_slashes;
use super::text::{details, printable};
use crate::fingerprint;
use crate::outcome::Outcome;
use crate::rewrite::ignores::Suppressed;
use crate::rewrite::{Edit, Finding, Fix, Identity, Level};
use crate::source::{InCell, LineEnd, Lines, Unit, Unreadable};
use ruff_text_size::TextRange;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

/// What finds that a file cannot be understood; no codemod is called so.
pub const PARSE: &str = "parse";

/// What cannot be read or written is called so where a name is needed.
pub const FAILURE: &str = "failure";

/// How a reader counts lines and columns.
#[derive(Clone, Copy, Debug)]
pub struct Counting {
    /// What ends a line for it.
    pub line_end: LineEnd,
    /// What a column is for it.
    pub unit: Unit,
}

/// As people count, and as the text output of sslfix does.
pub const AS_PEOPLE: Counting = Counting {
    line_end: LineEnd::Any,
    unit: Unit::Characters,
};

/// As sites count that show the diffs of git.
pub const AS_REVIEWS: Counting = Counting {
    line_end: LineEnd::Newline,
    unit: Unit::Characters,
};

/// A line and a column, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// What is told of a file.
pub struct Reported<'a> {
    /// As the file is on disk after the run; empty if it cannot be understood.
    pub text: &'a str,
    /// In the order of the text.
    pub items: Vec<Item<'a>>,
    lines: Lines<'a>,
    unit: Unit,
}

/// A finding, or that a file cannot be understood.
pub struct Item<'a> {
    /// The codemod, or [`PARSE`].
    pub rule: &'static str,
    /// How much it matters.
    pub level: Level,
    /// What is wrong, in one line.
    pub message: String,
    /// What can be done about it, and what a person should know: each with its label.
    pub details: Vec<(&'static str, String)>,
    /// Where it starts.
    pub start: Place,
    /// Where it ends: behind its last character.
    pub end: Place,
    /// The name of the finding in files that outlive the run. No other of the file has it.
    pub fingerprint: String,
    /// The finding; none where the file cannot be understood.
    pub finding: Option<&'a Finding>,
}

impl<'a> Reported<'a> {
    /// What is told of the file of this outcome.
    pub fn of(outcome: &'a Outcome, counting: Counting) -> Reported<'a> {
        let (text, findings) = outcome
            .looked
            .as_ref()
            .map(|looked| looked.on_disk())
            .unwrap_or_default();
        let path = with_forward_slashes(&outcome.path);
        let mut reported = Reported {
            text,
            items: Vec::new(),
            lines: Lines::ending_at(text.as_bytes(), counting.line_end),
            unit: counting.unit,
        };
        let unreadable = outcome.unreadable.iter();
        let unreadable = unreadable.map(|unreadable| not_understood(unreadable, &path, counting.unit));
        let findings = findings.iter().map(|finding| reported.item(finding, &path));
        let items: Vec<Item> = unreadable.chain(findings).collect();
        reported.items = items;
        reported
    }

    /// Where an offset into the text is.
    pub fn place(&self, offset: usize) -> Place {
        let (line, column) = self.lines.line_and_column_in(offset, self.unit);
        Place { line, column }
    }

    /// What a comment silences is told as a finding would be, in places of the same text.
    pub fn suppressed(&self, outcome: &'a Outcome) -> Vec<(Item<'a>, &'a Suppressed)> {
        let path = with_forward_slashes(&outcome.path);
        let suppressed = outcome.looked.iter().flat_map(|looked| looked.suppressed());
        suppressed.map(|one| (self.item(&one.finding, &path), one)).collect()
    }

    fn item(&self, finding: &'a Finding, path: &[u8]) -> Item<'a> {
        let printable_detail = |(label, text): (&'static str, String)| (label, printable(&text));
        Item {
            rule: finding.codemod,
            level: finding.level,
            message: printable(&finding.message),
            details: details(finding).into_iter().map(printable_detail).collect(),
            start: self.place(finding.range.start().into()),
            end: self.place(finding.range.end().into()),
            fingerprint: fingerprint::of(path, finding),
            finding: Some(finding),
        }
    }
}

impl Item<'_> {
    /// True if the run exits with 1 for it.
    pub fn counts(&self) -> bool {
        self.level != Level::Note
    }

    /// What sslfix would write.
    pub fn fix(&self) -> Option<&Fix> {
        self.finding.and_then(|finding| finding.fix.as_ref())
    }

    /// All that is known of it, a line each.
    pub fn text(&self) -> String {
        let details = self.details.iter().map(|(label, text)| format!("\n{label}: {text}"));
        std::iter::once(self.message.clone()).chain(details).collect()
    }
}

/// That a file cannot be understood, which nothing but its path tells from others.
fn not_understood<'a>(unreadable: &Unreadable, path: &[u8], unit: Unit) -> Item<'a> {
    let place = Place {
        line: unreadable.line,
        column: unreadable.before.count(unit) + 1,
    };
    Item {
        rule: PARSE,
        level: Level::Error,
        message: match unreadable.in_cell {
            Some(InCell { cell, line, .. }) => printable(&format!("cell {cell}, line {line}: {}", unreadable.message)),
            None => printable(&unreadable.message),
        },
        details: Vec::new(),
        start: place,
        end: place,
        fingerprint: file_fingerprint(PARSE, path),
        finding: None,
    }
}

/// The name, in files that outlive the run, of what sslfix could not do with a path.
pub fn failure_fingerprint(path: &Path) -> String {
    file_fingerprint(FAILURE, &with_forward_slashes(path))
}

/// Of what concerns a file as a whole, so that its path and its kind tell it from others.
fn file_fingerprint(kind: &'static str, path: &[u8]) -> String {
    let finding = Finding {
        codemod: kind,
        identity: Identity::default(),
        labels: Vec::new(),
        level: Level::Error,
        range: TextRange::default(),
        message: String::new(),
        notes: Vec::new(),
        fix: None,
    };
    fingerprint::of(path, &finding)
}

/// The edits of a fix that change something. The others say what the fix rests on.
pub fn changing<'a>(fix: &'a Fix, text: &'a str) -> impl Iterator<Item = &'a Edit> {
    fix.edits.iter().filter(move |edit| edit.text() != &text[edit.range()])
}

/// A fix as one replacement: the bytes from its first edit to its last, and what becomes of them. For readers that
/// apply each replacement by itself.
pub fn as_one(fix: &Fix, text: &str) -> Option<(Range<usize>, String)> {
    let mut edits: Vec<&Edit> = changing(fix, text).collect();
    edits.sort();
    let start: usize = edits.first()?.range().start().into();
    let mut end = start;
    let mut result = String::new();
    for edit in edits {
        let range: Range<usize> = edit.range().into();
        result.push_str(&text[end..range.start]);
        result.push_str(edit.text());
        end = range.end;
    }
    Some((start..end, result))
}

/// The things of a run that matter most, as many as a reader takes: those of the highest level, and of one level those
/// that come first. Never holds more than that many of each level.
pub struct Worst<T> {
    limit: usize,
    held: BTreeMap<Level, Vec<T>>,
    added: usize,
}

impl<T> Worst<T> {
    /// So many.
    pub fn of(limit: usize) -> Worst<T> {
        Worst {
            limit,
            held: BTreeMap::new(),
            added: 0,
        }
    }

    /// Adds a thing.
    pub fn add(&mut self, level: Level, thing: T) {
        self.added += 1;
        let held = self.held.entry(level).or_default();
        if held.len() < self.limit {
            held.push(thing);
        }
    }

    /// Those that matter most, the most important first, and how many were left out.
    pub fn take(&mut self) -> (Vec<T>, usize) {
        let mut all: Vec<T> = std::mem::take(&mut self.held).into_values().flatten().collect();
        all.truncate(self.limit);
        let left_out = self.added - all.len();
        (all, left_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rewrite::Safety;

    #[test]
    fn what_matters_most_comes_first_and_the_rest_is_counted() {
        let mut worst = Worst::of(3);
        let added = [
            Level::Note,
            Level::Warning,
            Level::Error,
            Level::Warning,
            Level::Warning,
            Level::Warning,
        ];
        for (number, level) in added.into_iter().enumerate() {
            worst.add(level, number);
        }
        assert_eq!(worst.take(), (vec![2, 1, 3], 3));
    }

    #[test]
    fn edits_become_one_with_what_is_between_them() {
        let text = "one two three\n";
        let replace = |start: u32, end: u32, new: &str| Edit::replace(TextRange::new(start.into(), end.into()), new);
        let fix = |edits| Fix {
            title: String::new(),
            safety: Safety::Safe,
            edits,
        };
        let edits = vec![replace(8, 13, "3"), replace(4, 4, "1.5 "), replace(0, 3, "one")];
        assert_eq!(as_one(&fix(edits), text), Some((4..13, "1.5 two 3".to_string())));
        assert_eq!(as_one(&fix(vec![replace(0, 3, "one")]), text), None);
    }
}
