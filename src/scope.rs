//! Which files, and which findings in them, a run is about: what is new since a baseline, what has changed, some lines.

use crate::baseline::{Baseline, NewBaseline};
use crate::discover::Unreachable;
use crate::git::{Changes, Lines};
use crate::rewrite::Finding;
use crate::source::Source;
use std::cell::Cell;
use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

/// What was said about it on the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Only what has changed since the merge base with that revision.
    pub since: Option<String>,
    /// Only what is staged for the next commit.
    pub staged: bool,
    /// Of what has changed, only the lines themselves.
    pub changed_lines_only: bool,
    /// Only these lines of the one file that is named.
    pub line_ranges: Vec<Lines>,
    /// Only what is not in that file.
    pub baseline: Option<PathBuf>,
    /// Everything that counts goes into that file.
    pub write_baseline: Option<PathBuf>,
}

/// The same, with what the files and git say.
#[derive(Debug, Default)]
pub struct Scope {
    changes: Option<Changes>,
    changed_lines_only: bool,
    line_ranges: Vec<Lines>,
    baseline: Option<Baseline>,
    new_baseline: Option<NewBaseline>,
}

/// The part of a file that a run is about.
pub struct Part<'a> {
    scope: &'a Scope,
    path: &'a Path,
    source: &'a Source,
    /// `None` for all.
    lines: Option<Vec<Lines>>,
    in_baseline: Cell<usize>,
}

impl Scope {
    /// Reads the baseline and asks git, where that is wanted.
    ///
    /// # Errors
    ///
    /// If that cannot be done.
    pub fn of(wanted: &Wanted) -> Result<Scope, Unreachable> {
        let without_path = |error: io::Error| Unreachable {
            path: PathBuf::new(),
            error,
        };
        let changes = match (&wanted.since, wanted.staged) {
            (Some(revision), _) => Some(Changes::since(revision)),
            (None, true) => Some(Changes::staged()),
            (None, false) => None,
        };
        let baseline = wanted.baseline.as_ref().map(|file| {
            Baseline::read(file).map_err(|error| Unreachable {
                path: file.clone(),
                error,
            })
        });
        Ok(Scope {
            changes: changes.transpose().map_err(without_path)?,
            changed_lines_only: wanted.changed_lines_only,
            line_ranges: wanted.line_ranges.clone(),
            baseline: baseline.transpose()?,
            new_baseline: wanted.write_baseline.as_deref().map(NewBaseline::at),
        })
    }

    /// True if the file can have a part that the run is about.
    pub fn has_file(&self, real_path: &Path) -> bool {
        self.changes.as_ref().is_none_or(|changes| changes.has(real_path))
    }

    /// Why the file cannot be written, although it is in the scope.
    pub fn refusal(&self, real_path: &Path) -> Option<&'static str> {
        let changes = self.changes.as_ref()?;
        changes.is_partly_staged(real_path).then_some(
            "is staged in part, so what would be written is not what would be committed; stage or stash the rest",
        )
    }

    /// The part of that file; `real_path` is where it is on disk. Lines are those of the file, also of a notebook.
    ///
    /// # Errors
    ///
    /// If git cannot say which lines have changed.
    pub fn part<'a>(&'a self, path: &'a Path, real_path: Option<&Path>, source: &'a Source) -> io::Result<Part<'a>> {
        let lines = match (&self.changes, real_path) {
            (Some(changes), Some(real_path)) if self.changed_lines_only => changes.lines(real_path)?,
            _ if !self.line_ranges.is_empty() => Some(self.line_ranges.clone()),
            _ => None,
        };
        Ok(Part {
            scope: self,
            path,
            source,
            lines,
            in_baseline: Cell::new(0),
        })
    }

    /// How many entries of the baseline are gone, as far as the paths that are named can tell; `apart` could not be looked
    /// at.
    pub fn gone_from_baseline(&self, named: &[PathBuf], apart: &HashSet<PathBuf>) -> usize {
        match &self.baseline {
            Some(baseline) if self.changes.is_none() && self.line_ranges.is_empty() => baseline.gone(named, apart),
            _ => 0,
        }
    }

    /// Writes the new baseline, if one is wanted; says how many findings it holds.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn write_baseline(&self) -> io::Result<Option<usize>> {
        self.new_baseline.as_ref().map(NewBaseline::write).transpose()
    }
}

impl Part<'_> {
    /// True if the run is about the finding.
    pub fn is_chosen(&self, finding: &Finding) -> bool {
        if !self.touches_lines(finding) {
            return false;
        }
        if let Some(new_baseline) = &self.scope.new_baseline
            && finding.counts()
        {
            new_baseline.add(self.path, finding);
            return false;
        }
        let baseline = self.scope.baseline.as_ref();
        let is_old = baseline.is_some_and(|baseline| baseline.has(self.path, finding));
        self.in_baseline.set(self.in_baseline.get() + usize::from(is_old));
        !is_old
    }

    /// How many findings were in the baseline.
    pub fn in_baseline(&self) -> usize {
        self.in_baseline.get()
    }

    fn touches_lines(&self, finding: &Finding) -> bool {
        let Some(lines) = &self.lines else { return true };
        let (start, end) = (usize::from(finding.range.start()), usize::from(finding.range.end()));
        // As git counts them.
        let text = self.source.file_text().as_bytes();
        let line = |offset: usize| {
            let offset = self.source.in_file_text(offset);
            1 + memchr::memchr_iter(b'\n', &text[..offset]).count()
        };
        let found = (line(start), line(end.saturating_sub(1).max(start)));
        lines.iter().any(|(first, last)| *first <= found.1 && found.0 <= *last)
    }
}

/// Reads `10-20`, or `10`.
///
/// # Errors
///
/// If it is no range of lines.
pub fn line_range(text: &str) -> Result<Lines, &'static str> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let read = |number: &str| number.parse::<usize>().ok().filter(|number| *number > 0);
    match (read(first), read(last)) {
        (Some(first), Some(last)) if first <= last => Ok((first, last)),
        _ => Err("lines are given as `10-20`, counted from 1"),
    }
}

#[cfg(test)]
mod tests {
    use super::line_range;

    #[test]
    fn lines_are_given_from_and_to() {
        assert_eq!(line_range("10-20"), Ok((10, 20)));
        assert_eq!(line_range("7"), Ok((7, 7)));
        for wrong in ["", "0-3", "3-2", "a-b", "1-", "-1", "1-2-3", "+1-2x"] {
            assert!(line_range(wrong).is_err(), "{wrong}");
        }
    }
}
