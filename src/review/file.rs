//! A file under review: its findings, what is answered about them, and what would be written.

use super::comment;
use super::record::Answer;
use super::units::units;
use crate::fingerprint;
use crate::outcome::Placed;
use crate::report::{self, Excerpts, Painter, Sides};
use crate::rewrite::{self, Finding, Plan, Safety};
use crate::run::Reviewable;
use crate::source::{Lines, Source};
use std::collections::HashMap;
use std::fs;

/// A file that a person is asked about.
pub struct File {
    pub item: Reviewable,
    /// What was found; empty before the file is opened. What has no fix has no answer.
    findings: Vec<Finding>,
    source: Option<Source>,
    /// By finding.
    pub answers: Vec<Option<Answer>>,
    /// Findings, by index, that are asked about together.
    pub units: Vec<Vec<usize>>,
    /// Units that were split, and could not be.
    joined: Vec<Vec<usize>>,
    split: Vec<Vec<usize>>,
    /// The unit that is asked about next, if a person has gone there.
    pub cursor: Option<usize>,
    /// The diffs that were shown, by unit.
    shown: HashMap<Vec<usize>, String>,
    pub written: Option<Written>,
    pub failure: Option<String>,
    /// True if the file may have other bytes than when the run read it.
    pub is_edited: bool,
}

/// What was written, or is going to be.
pub struct Written {
    pub bytes: Vec<u8>,
    pub source: Source,
    pub plan: Plan,
    pub diff: Vec<u8>,
}

impl File {
    pub fn new(item: Reviewable) -> File {
        File {
            item,
            findings: Vec::new(),
            source: None,
            answers: Vec::new(),
            units: Vec::new(),
            joined: Vec::new(),
            split: Vec::new(),
            cursor: None,
            shown: HashMap::new(),
            written: None,
            failure: None,
            is_edited: false,
        }
    }

    pub fn is_open(&self) -> bool {
        self.source.is_some()
    }

    /// Looks at what was read, with what an earlier review has answered, which is not asked about. False, with the
    /// failure, if that cannot be.
    pub fn open(&mut self, answered: impl Fn(&str) -> Option<Answer>) -> bool {
        if !self.look(answered) {
            return false;
        }
        self.units = units(self.text(), &self.findings, |index| self.answers[index].is_none());
        true
    }

    fn look(&mut self, answered: impl Fn(&str) -> Option<Answer>) -> bool {
        let looked = Source::decode(&self.item.bytes).and_then(|source| {
            let is_about = |finding: &Finding| self.item.is_about(finding);
            let plan = rewrite::plan_of(source.text(), &self.item.options, &is_about)?;
            Ok((source, plan.findings))
        });
        let (source, findings) = match looked {
            Ok(looked) => looked,
            Err(unreadable) => {
                self.failure = Some(unreadable.message);
                return false;
            }
        };
        self.findings = findings;
        let answers = (0..self.findings.len()).map(|index| answered(&self.fingerprint(index)));
        self.answers = answers.collect();
        self.source = Some(source);
        self.cursor = None;
        self.joined.clear();
        self.split.clear();
        self.shown.clear();
        true
    }

    /// Forgets everything, and returns what to keep about that.
    pub fn close(&mut self) -> Vec<(String, Answer)> {
        let answered: Vec<usize> = (0..self.answers.len())
            .filter(|index| self.answers[*index].is_some())
            .collect();
        let entries = self.entries(&answered, &Answer::Undone);
        self.source = None;
        self.failure = None;
        entries
    }

    /// Reads the file again and looks at it, with the answers so far. False, with the failure, if that cannot be.
    pub fn look_again(&mut self) -> bool {
        self.is_edited = true;
        let answered: HashMap<String, Answer> = (0..self.answers.len())
            .filter_map(|index| Some((self.fingerprint(index), self.answers[index].clone()?)))
            .collect();
        match fs::read(&self.item.path) {
            Ok(bytes) => self.item.bytes = bytes,
            Err(error) => {
                self.failure = Some(format!("cannot be read: {}", report::os_error(&error)));
                return false;
            }
        }
        if !self.look(|fingerprint| answered.get(fingerprint).cloned()) {
            return false;
        }
        self.units = units(self.text(), &self.findings, |_| true);
        true
    }

    fn text(&self) -> &str {
        self.source.as_ref().map_or("", Source::text)
    }

    fn fingerprint(&self, index: usize) -> String {
        let path = self.item.shown.to_string_lossy().replace('\\', "/");
        fingerprint::of(path.as_bytes(), &self.findings[index])
    }

    /// What to keep of an answer.
    pub fn entries(&self, findings: &[usize], answer: &Answer) -> Vec<(String, Answer)> {
        let entry = |index: &usize| (self.fingerprint(*index), answer.clone());
        findings.iter().map(entry).collect()
    }

    pub fn answer(&mut self, findings: &[usize], answer: &Answer) {
        for index in findings {
            self.answers[*index] = Some(answer.clone());
        }
    }

    /// Asks about findings again, and first.
    pub fn take_back(&mut self, findings: &[usize]) {
        for index in findings {
            self.answers[*index] = None;
        }
        let of_them = |unit: &Vec<usize>| unit.iter().any(|index| findings.contains(index));
        self.cursor = self.units.iter().position(of_them);
        self.failure = None;
    }

    /// The unit to ask about.
    pub fn next_unit(&mut self) -> Option<usize> {
        let is_open = |unit: &Vec<usize>| unit.iter().any(|index| self.answers[*index].is_none());
        self.cursor.take().or_else(|| self.units.iter().position(is_open))
    }

    /// The units that are not answered.
    pub fn open_units(&self) -> impl Iterator<Item = Vec<usize>> {
        let is_open = |unit: &&Vec<usize>| unit.iter().any(|index| self.answers[*index].is_none());
        self.units.iter().filter(is_open).cloned()
    }

    /// The units that are not answered and are all about some codemods; only the safe ones, if asked so.
    pub fn units_of(&self, codemods: &[&str], only_safe: bool) -> Vec<Vec<usize>> {
        let is_of = |index: &usize| codemods.contains(&self.findings[*index].codemod);
        self.open_units()
            .filter(|unit| unit.iter().all(is_of) && (!only_safe || self.is_safe(unit)))
            .collect()
    }

    /// True if no fix of these is unsafe.
    pub fn is_safe(&self, unit: &[usize]) -> bool {
        let is_unsafe = |index: &usize| matches!(&self.findings[*index].fix, Some(fix) if fix.safety != Safety::Safe);
        !unit.iter().any(is_unsafe)
    }

    /// The codemods of some findings, each once.
    pub fn codemods(&self, unit: &[usize]) -> Vec<&'static str> {
        let mut codemods: Vec<&str> = unit.iter().map(|index| self.findings[*index].codemod).collect();
        codemods.sort_unstable();
        codemods.dedup();
        codemods
    }

    /// Asks about each finding of a unit by itself. False if that cannot be.
    pub fn split(&mut self, unit: usize) -> bool {
        let findings = self.units[unit].clone();
        if findings.len() < 2 || self.joined.contains(&findings) {
            return false;
        }
        let each = findings.iter().map(|finding| vec![*finding]);
        self.units.splice(unit..=unit, each);
        self.split.push(findings);
        self.cursor = Some(unit);
        true
    }

    /// Undoes a split, of which one part cannot be applied alone. False if there was none.
    pub fn join_again(&mut self, unit: usize) -> bool {
        let Some(index) = self.units.get(unit).and_then(|unit| unit.first().copied()) else {
            return false;
        };
        let Some(at) = self.split.iter().position(|findings| findings.contains(&index)) else {
            return false;
        };
        let findings = self.split.remove(at);
        self.units
            .retain(|unit| !unit.iter().any(|index| findings.contains(index)));
        for index in &findings {
            self.answers[*index] = None;
        }
        self.joined.push(findings.clone());
        self.units.push(findings.clone());
        self.units.sort();
        self.cursor = self.units.iter().position(|unit| *unit == findings);
        true
    }

    /// The line of a finding, from 1.
    pub fn line_of(&self, index: usize) -> usize {
        let start = self
            .findings
            .get(index)
            .map_or(0, |finding| finding.range.start().into());
        Lines::of(self.text().as_bytes()).line(start)
    }

    /// What a person is shown of a unit: its findings, and the diff of its fixes; nothing if that is empty.
    pub fn show(&mut self, unit: usize, painter: Painter) -> Option<String> {
        let findings = self.units[unit].clone();
        let plan = self.plan(&findings)?;
        let diff = self.diff(&plan);
        let (excerpts, lines) = (Excerpts::of(self.text()), Lines::of(self.text().as_bytes()));
        let mut result = "\n".to_string();
        for index in &findings {
            let placed = Placed::of(&lines, &self.findings[*index]);
            result.push_str(&report::full(&self.item.shown, &excerpts, &placed, painter));
        }
        result.push_str(&colored(&diff, painter));
        self.shown.insert(findings, diff);
        Some(result)
    }

    /// The plan over some findings; nothing if it changes nothing.
    fn plan(&self, chosen: &[usize]) -> Option<Plan> {
        let is_chosen = |finding: &Finding| {
            let same = |index: &usize| {
                let other = &self.findings[*index];
                (other.codemod, other.range) == (finding.codemod, finding.range)
            };
            chosen.iter().any(same)
        };
        let plan = rewrite::plan_accepted(self.text(), &self.item.options, &is_chosen).ok()?;
        plan.changes().then_some(plan)
    }

    /// What a plan changes, in the decoded text.
    fn diff(&self, plan: &Plan) -> String {
        let sides = |text| Sides {
            text,
            bytes: str::as_bytes(text),
        };
        let diff = report::diff(&self.item.shown, sides(self.text()), sides(&plan.text), &plan.spans);
        String::from_utf8(diff).unwrap_or_default()
    }

    /// What is to be written, if anything, or why it cannot be; the part of it that was not shown; and for how many
    /// ignored findings there is no comment.
    pub fn to_write(&self, painter: Painter) -> Option<(Result<Written, String>, String, usize)> {
        let with = |wanted: fn(&Answer) -> bool| -> Vec<usize> {
            let answers = self.answers.iter().enumerate();
            let chosen = answers.filter(|(_, answer)| answer.as_ref().is_some_and(wanted));
            chosen.map(|(index, _)| index).collect()
        };
        let accepted = with(|answer| *answer == Answer::Yes);
        let ignored = with(|answer| matches!(answer, Answer::Ignore(_)));
        let is_accepted = |finding: &Finding| {
            let same = |index: &usize| {
                let other = &self.findings[*index];
                (other.codemod, other.range) == (finding.codemod, finding.range)
            };
            accepted.iter().any(same)
        };
        let mut plan = rewrite::plan_accepted(self.text(), &self.item.options, &is_accepted).ok()?;
        let without = self.add_comments(&mut plan, &ignored);
        if !plan.changes() {
            return None;
        }
        let unseen = self.unseen(&self.diff(&plan));
        Some((self.written(plan), colored(&unseen, painter), without))
    }

    fn written(&self, mut plan: Plan) -> Result<Written, String> {
        let message = |unreadable: crate::source::Unreadable| unreadable.message;
        let source = Source::decode(&self.item.bytes).map_err(message)?;
        let bytes = source.encode(&plan.text).map_err(message)?;
        let sides = |text, bytes| Sides { text, bytes };
        let diff = report::diff(
            &self.item.shown,
            sides(source.text(), &self.item.bytes),
            sides(&plan.text, &bytes),
            &plan.spans,
        );
        // What was declined is left, as a later run finds it.
        plan.findings = self.findings.clone();
        plan.excluded = Vec::new();
        let is_about = |finding: &Finding| self.item.is_about(finding);
        let left = rewrite::plan_of(&plan.text, &self.item.options, &is_about).map_err(message)?;
        plan.left = left.findings;
        plan.excluded_left = Vec::new();
        Ok(Written {
            bytes,
            source,
            plan,
            diff,
        })
    }

    /// Puts the comments of the ignored findings into the new text. Returns for how many there is no place.
    fn add_comments(&self, plan: &mut Plan, ignored: &[usize]) -> usize {
        let mut commented: Vec<(&Finding, &str)> = Vec::new();
        for index in ignored {
            let Some(Answer::Ignore(reason)) = &self.answers[*index] else {
                continue;
            };
            let old = self.findings[*index].range;
            let is_it = |left: &&Finding| {
                let range = plan.spans.old_range(left.range.into());
                left.codemod == self.findings[*index].codemod
                    && range.start <= old.start().into()
                    && range.end >= old.end().into()
            };
            commented.extend(
                plan.excluded_left
                    .iter()
                    .find(is_it)
                    .map(|left| (left, reason.as_str())),
            );
        }
        let missing = ignored.len() - commented.len();
        let (edits, without) = comment::edits(&plan.text, &commented, &self.item.options);
        let text = plan.spans.apply(&plan.text, &edits);
        plan.text = text;
        missing + without
    }

    /// The hunks of a diff with a line that no accepted unit has shown.
    fn unseen(&self, diff: &str) -> String {
        let is_change = |line: &&str| line.starts_with(['+', '-']);
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for (unit, diff) in &self.shown {
            if unit.iter().all(|index| self.answers[*index] == Some(Answer::Yes)) {
                for line in hunks(diff).flat_map(str::lines).filter(is_change) {
                    *seen.entry(line).or_default() += 1;
                }
            }
        }
        let mut unseen = String::new();
        for hunk in hunks(diff) {
            let mut is_new = false;
            for line in hunk.lines().filter(is_change) {
                match seen.get_mut(line) {
                    Some(count) if *count > 0 => *count -= 1,
                    _ => is_new = true,
                }
            }
            if is_new {
                unseen.push_str(hunk);
            }
        }
        unseen
    }
}

/// The hunks of a diff of one file.
fn hunks(diff: &str) -> impl Iterator<Item = &str> {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(diff.match_indices('\n').map(|(end, _)| end + 1))
        .filter(|start| diff[*start..].starts_with("@@ "))
        .chain([diff.len()])
        .collect();
    let ranges: Vec<(usize, usize)> = starts.windows(2).map(|pair| (pair[0], pair[1])).collect();
    ranges.into_iter().map(|(start, end)| &diff[start..end])
}

/// The hunks of a diff as a terminal can show them.
fn colored(diff: &str, painter: Painter) -> String {
    let lines = hunks(diff).flat_map(|hunk| hunk.split_inclusive('\n'));
    let lines = lines.map(|line| format!("{}\n", report::printable_line(line)));
    let shown: String = lines.collect();
    String::from_utf8_lossy(&report::colored(shown.as_bytes(), painter)).into_owned()
}
