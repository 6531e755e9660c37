//! JUnit XML: Jenkins, GitLab, Azure and others show it as tests, of which each finding is one that failed.
//!
//! A file is a suite. A finding that does not count is a skipped test, a file that could not be read or written an error; a
//! run that finds nothing is one test that passed, since an empty document is an error for some readers. Lines are those of
//! Python, columns count characters. Nothing is held back: that is why this is written here, while a library would hold
//! the document until its end.

use super::{Context, Output, Report};
use crate::outcome::Outcome;
use crate::report::Totals;
use crate::report::path::with_forward_slashes;
use crate::report::reported::{AS_PEOPLE, FAILURE, Item, Reported};
use crate::report::text::printable;
use crate::rewrite::Level;
use std::io;
use std::rc::Rc;

const START: &[u8] = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"sslfix\">\n";

/// Starts a document.
pub fn start(output: Output, _context: Rc<Context>) -> Box<dyn Report> {
    Box::new(Junit { output, suites: 0 })
}

struct Junit {
    output: Output,
    suites: usize,
}

impl Junit {
    fn suite(&mut self, name: &str, cases: &[Case]) -> io::Result<()> {
        if self.suites == 0 {
            self.output.write_all(START)?;
        }
        self.suites += 1;
        let count = |kind: &str| cases.iter().filter(|case| case.kind() == kind).count();
        let (failures, errors, skipped) = (count("failure"), count("error"), count("skipped"));
        let name = escaped(name);
        let mut suite = format!(
            "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\">\n",
            cases.len(),
        );
        for case in cases {
            suite.push_str(&case.xml(&name));
        }
        suite.push_str("  </testsuite>\n");
        self.output.write_all(suite.as_bytes())
    }
}

impl Report for Junit {
    fn add(&mut self, outcome: &Outcome) -> io::Result<()> {
        let path = printable(&String::from_utf8_lossy(&with_forward_slashes(&outcome.path)));
        let failure = outcome.failure.as_ref().map(|failure| Case::Failed(printable(failure)));
        let items = Reported::of(outcome, AS_PEOPLE).items;
        let mut cases: Vec<Case> = failure.into_iter().chain(items.iter().map(Case::Found)).collect();
        if cases.is_empty() {
            cases.push(Case::Passed);
        }
        self.suite(&path, &cases)
    }

    fn end(&mut self, _totals: &Totals) -> io::Result<()> {
        if self.suites == 0 {
            self.suite("sslfix", &[Case::Passed])?;
        }
        self.output.write_all(b"</testsuites>\n")?;
        self.output.flush()
    }
}

enum Case<'a> {
    Passed,
    Failed(String),
    Found(&'a Item<'a>),
}

impl Case<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Case::Passed => "passed",
            Case::Failed(_) => "error",
            Case::Found(item) if item.level == Level::Note => "skipped",
            Case::Found(_) => "failure",
        }
    }

    /// `suite` is escaped.
    fn xml(&self, suite: &str) -> String {
        let (name, line, kind, message, text) = match self {
            Case::Passed => {
                return format!("    <testcase name=\"no finding is left\" classname=\"{suite}\"/>\n");
            }
            Case::Failed(message) => (FAILURE.to_string(), None, FAILURE, message.as_str(), message.clone()),
            Case::Found(item) => {
                let name = format!("{}:{}: {}", item.start.line, item.start.column, item.rule);
                (
                    name,
                    Some(item.start.line),
                    item.rule,
                    item.message.as_str(),
                    item.text(),
                )
            }
        };
        let element = self.kind();
        let line = line.map_or(String::new(), |line| format!(" file=\"{suite}\" line=\"{line}\""));
        let (name, kind, message, text) = (escaped(&name), escaped(kind), escaped(message), escaped(&text));
        format!(
            "    <testcase name=\"{name}\" classname=\"{suite}\"{line}>\n      \
             <{element} type=\"{kind}\" message=\"{message}\">{text}</{element}>\n    </testcase>\n"
        )
    }
}

/// As text or attribute. What XML cannot hold at all is shown as its code.
fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => result.push_str("&amp;"),
            '<' => result.push_str("&lt;"),
            '>' => result.push_str("&gt;"),
            '"' => result.push_str("&quot;"),
            '\n' => result.push_str("&#10;"),
            '\t' => result.push_str("&#9;"),
            '\u{fffe}' | '\u{ffff}' => result.extend(letter.escape_unicode()),
            _ if letter.is_control() => result.extend(letter.escape_unicode()),
            _ => result.push(letter),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_shown_as_its_code() {
        assert_eq!(
            escaped("]]>\"'&\n\u{1b}\u{0}\u{ffff}𝒳"),
            "]]&gt;&quot;'&amp;&#10;\\u{1b}\\u{0}\\u{ffff}𝒳"
        );
    }
}
