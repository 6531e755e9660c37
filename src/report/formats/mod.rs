//! Reports for programs: the shelf of the formats. Each makes a document of the outcomes of a run, which are given one
//! after the other in the order of the paths, and computes no finding again.
//!
//! To add one, write its file, then its line in [`ALL`].

mod azure;
mod bitbucket;
mod codetf;
mod github;
mod gitlab;
mod html;
mod json;
mod jsonl;
mod junit;
mod line_hash;
mod patch;
mod rdjson;
mod rules;
mod sarif;

pub use rules::Rule;

use super::Totals;
use crate::outcome::Outcome;
use std::io::{self, Write};
use std::rc::Rc;

/// A form that a report can have.
pub struct Format {
    /// What it is called on the command line.
    pub name: &'static str,
    /// Who reads it, in one line.
    pub summary: &'static str,
    /// Starts a document.
    pub start: fn(Output, Rc<Context>) -> Box<dyn Report>,
}

/// What the reports of a run may say beside its outcomes.
#[derive(Debug)]
pub struct Context {
    /// What the codemods are called and what they do, in the order of the documentation.
    pub rules: Vec<Rule>,
    /// The variables of the environment, by which a format can tell which build it runs in.
    pub environment: fn(&str) -> Option<String>,
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
        name: "jsonl",
        summary: "all that is known, a record a file: for scripts; `schema/report.schema.json` describes it",
        start: jsonl::start,
    },
    Format {
        name: "sarif",
        summary: "SARIF 2.1.0: for GitHub, GitLab and Azure, for reviewdog and for viewers",
        start: sarif::start,
    },
    Format {
        name: "rdjson",
        summary: "the form of reviewdog, which makes suggestions of the fixes",
        start: rdjson::start,
    },
    Format {
        name: "github",
        summary: "commands that GitHub Actions turns into annotations",
        start: github::start,
    },
    Format {
        name: "gitlab",
        summary: "the Code Quality report of GitLab",
        start: gitlab::start,
    },
    Format {
        name: "bitbucket",
        summary: "the bodies for Code Insights of Bitbucket: a report, and annotations in batches",
        start: bitbucket::start,
    },
    Format {
        name: "patch",
        summary: "the diff of what was rewritten or would be: for `git apply`",
        start: patch::start,
    },
    Format {
        name: "junit",
        summary: "JUnit XML: for Jenkins and other CI, as failed tests",
        start: junit::start,
    },
    Format {
        name: "codetf",
        summary: "CodeTF: what each codemod changes and leaves, for the tools around codemodder",
        start: codetf::start,
    },
    Format {
        name: "azure",
        summary: "logging commands of Azure Pipelines",
        start: azure::start,
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
