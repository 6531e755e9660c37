//! What each codemod found in the files as they were read, as a table that people and `awk` can read: no word has a blank,
//! and the order is that of the numbers, then of the names.

use crate::outcome::Outcome;
use crate::rewrite::{Finding, Safety};
use std::collections::BTreeMap;

const HEADINGS: [&str; 7] = ["codemod", "found", "safe", "unsafe", "person", "notes", "files"];

/// One row of the table.
#[derive(Clone, Copy, Default)]
struct Row {
    found: usize,
    safe_fixes: usize,
    unsafe_fixes: usize,
    for_a_person: usize,
    notes: usize,
    files: usize,
}

/// What is counted, file after file.
#[derive(Default)]
pub struct Statistics {
    rows: BTreeMap<&'static str, Row>,
    total: Row,
}

impl Statistics {
    /// Counts what was found in a file.
    pub fn add(&mut self, outcome: &Outcome) {
        let mut in_file: BTreeMap<&str, Row> = BTreeMap::new();
        for finding in outcome.looked.iter().flat_map(|looked| &looked.plan.findings) {
            in_file.entry(finding.codemod).or_default().add(Row::of(finding));
        }
        if outcome.unreadable.is_some() {
            let row = in_file.entry("parse").or_default();
            row.found += 1;
            row.for_a_person += 1;
        }
        self.total.files += usize::from(!in_file.is_empty());
        for (codemod, row) in in_file {
            self.total.add(row);
            self.rows.entry(codemod).or_default().add(Row { files: 1, ..row });
        }
    }

    /// The table, with a row for each codemod that found something, one for files that could not be parsed, and their
    /// total.
    pub fn table(&self) -> String {
        table(self.rows.clone(), self.total)
    }
}

fn table(rows: BTreeMap<&'static str, Row>, total: Row) -> String {
    let mut rows: Vec<(&str, Row)> = rows.into_iter().collect();
    rows.sort_by_key(|(_, row)| std::cmp::Reverse(row.found));
    rows.push(("total", total));
    let cells = rows.iter().map(|(name, row)| row.cells(name));
    let table: Vec<[String; 7]> = std::iter::once(HEADINGS.map(str::to_string)).chain(cells).collect();
    let width = |column: usize| table.iter().map(|row| row[column].len()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..HEADINGS.len()).map(width).collect();
    let line = |row: &[String; 7]| {
        let numbers = row.iter().zip(&widths).skip(1);
        let numbers: String = numbers.map(|(cell, width)| format!("  {cell:>width$}")).collect();
        format!("{:width$}{numbers}\n", row[0], width = widths[0])
    };
    table.iter().map(line).collect()
}

impl Row {
    fn of(finding: &Finding) -> Row {
        let safety = finding.fix.as_ref().map(|fix| &fix.safety);
        let is_safe = safety == Some(&Safety::Safe);
        Row {
            found: 1,
            safe_fixes: usize::from(is_safe),
            unsafe_fixes: usize::from(safety.is_some() && !is_safe),
            for_a_person: usize::from(safety.is_none() && finding.counts()),
            notes: usize::from(safety.is_none() && !finding.counts()),
            files: 0,
        }
    }

    fn add(&mut self, other: Row) {
        self.found += other.found;
        self.safe_fixes += other.safe_fixes;
        self.unsafe_fixes += other.unsafe_fixes;
        self.for_a_person += other.for_a_person;
        self.notes += other.notes;
        self.files += other.files;
    }

    fn cells(&self, name: &str) -> [String; 7] {
        let numbers = [
            self.found,
            self.safe_fixes,
            self.unsafe_fixes,
            self.for_a_person,
            self.notes,
            self.files,
        ];
        let [found, safe, not_safe, person, notes, files] = numbers.map(|number| number.to_string());
        [name.to_string(), found, safe, not_safe, person, notes, files]
    }
}
