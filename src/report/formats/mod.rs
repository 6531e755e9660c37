//! Reports for programs: the shelf of the formats. Each makes a document of the outcomes of a run, which are given one
//! after the other in the order of the paths, and computes no finding again.
//!
//! To add one, write its file, then its line in [`ALL`].

mod html;
mod patch;

use super::Totals;
use crate::outcome::Outcome;
use std::io::{self, Write};

/// A form that a report can have.
pub struct Format {
    /// What it is called on the command line.
    pub name: &'static str,
    /// Who reads it, in one line.
    pub summary: &'static str,
    /// Starts a document.
    pub start: fn(Output) -> Box<dyn Report>,
}

/// Where a document goes.
pub type Output = Box<dyn Write>;

/// A document that is being made.
pub trait Report {
    /// Adds a file. They come in the order of the paths, each once.
    ///
    /// # Errors
    ///
    /// If the output cannot be written.
    fn add(&mut self, outcome: &Outcome) -> io::Result<()>;

    /// Ends the document.
    ///
    /// # Errors
    ///
    /// If the output cannot be written.
    fn end(&mut self, totals: &Totals) -> io::Result<()>;
}

/// Every format, in the order of the documentation.
pub const ALL: &[Format] = &[
    Format {
        name: "html",
        summary: "a page for people, with every finding and its code: for a browser",
        start: html::start,
    },
    Format {
        name: "patch",
        summary: "the diff of what was rewritten or would be: for `git apply`",
        start: patch::start,
    },
];

impl Format {
    /// The format of that name.
    pub fn find(name: &str) -> Option<&'static Format> {
        ALL.iter().find(|format| format.name == name)
    }
}

impl std::fmt::Debug for Format {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Format({})", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_differ() {
        let mut names: Vec<&str> = ALL.iter().map(|format| format.name).collect();
        assert!(
            names
                .iter()
                .all(|name| name.chars().all(|letter| letter.is_ascii_lowercase()))
        );
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
        assert!(ALL.iter().all(|format| !format.summary.is_empty()));
    }
}
