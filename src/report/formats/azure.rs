//! Logging commands: lines on the output of a step that Azure Pipelines turns into the issues of a run.
//!
//! An issue is an error or a warning and has a place without an end. What does not count is a line of the debug log, which
//! Azure shows on demand. Lines are those of git, columns count characters. Nothing is held back.

use super::{Context, Output, Report};
use crate::outcome::Outcome;
use crate::report::Totals;
use crate::report::path::with_forward_slashes;
use crate::report::reported::{AS_REVIEWS, FAILURE, Item, Reported};
use crate::report::text::printable;
use crate::rewrite::Level;
use std::io;
use std::rc::Rc;

/// Starts a document.
pub fn start(output: Output, _context: Rc<Context>) -> Box<dyn Report> {
    Box::new(Azure { output })
}

struct Azure {
    output: Output,
}

impl Report for Azure {
    fn add(&mut self, outcome: &Outcome) -> io::Result<()> {
        let path = printable(&String::from_utf8_lossy(&with_forward_slashes(&outcome.path)));
        if let Some(failure) = &outcome.failure {
            let properties = [
                ("type", "error".to_string()),
                ("sourcepath", path.clone()),
                ("code", FAILURE.to_string()),
            ];
            self.output
                .write_all(issue(&properties, &printable(failure)).as_bytes())?;
        }
        for item in Reported::of(outcome, AS_REVIEWS).items {
            self.output.write_all(line(&item, &path).as_bytes())?;
        }
        Ok(())
    }

    fn end(&mut self, _totals: &Totals) -> io::Result<()> {
        self.output.flush()
    }
}

fn line(item: &Item, path: &str) -> String {
    let kind = match item.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => {
            let (line, column) = (item.start.line, item.start.column);
            let message = format!("{path}:{line}:{column}: note[{}] {}", item.rule, item.text());
            return format!("##vso[task.debug]{}\n", escaped(&message));
        }
    };
    let properties = [
        ("type", kind.to_string()),
        ("sourcepath", path.to_string()),
        ("linenumber", item.start.line.to_string()),
        ("columnnumber", item.start.column.to_string()),
        ("code", item.rule.to_string()),
    ];
    issue(&properties, &item.text())
}

fn issue(properties: &[(&str, String)], message: &str) -> String {
    let of_property = |(name, value): &(&str, String)| {
        let value = escaped(value).replace(']', "%5D").replace(';', "%3B");
        format!("{name}={value};")
    };
    let properties: String = properties.iter().map(of_property).collect();
    format!("##vso[task.logissue {properties}]{}\n", escaped(message))
}

fn escaped(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_a_command_or_a_property_is_escaped() {
        let line = issue(&[("sourcepath", "a];b%.py".into())], "50 %\n##vso[task.complete]");
        assert_eq!(
            line,
            "##vso[task.logissue sourcepath=a%5D%3Bb%AZP25.py;]50 %AZP25%0A##vso[task.complete]\n"
        );
    }
}
