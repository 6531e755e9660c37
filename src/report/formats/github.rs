//! Workflow commands: lines on the output of a step that GitHub Actions turns into annotations of files.
//!
//! Of one step GitHub keeps ten errors, ten warnings and ten notices; all stand in the log. Lines are those of git, columns
//! count characters and are given only for what is on one line, since GitHub refuses them elsewhere. Nothing is held back.

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
    Box::new(Github { output })
}

struct Github {
    output: Output,
}

impl Report for Github {
    fn add(&mut self, outcome: &Outcome) -> io::Result<()> {
        let path = printable(&String::from_utf8_lossy(&with_forward_slashes(&outcome.path)));
        if let Some(failure) = &outcome.failure {
            let properties = [("title", FAILURE.to_string()), ("file", path.clone())];
            self.output
                .write_all(command("error", &properties, &printable(failure)).as_bytes())?;
        }
        for item in Reported::of(outcome, AS_REVIEWS).items {
            self.output.write_all(annotation(&item, &path).as_bytes())?;
        }
        Ok(())
    }

    fn end(&mut self, _totals: &Totals) -> io::Result<()> {
        self.output.flush()
    }
}

fn annotation(item: &Item, path: &str) -> String {
    let name = match item.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let mut properties = vec![
        ("title", item.rule.to_string()),
        ("file", path.to_string()),
        ("line", item.start.line.to_string()),
        ("endLine", item.end.line.to_string()),
    ];
    if item.start.line == item.end.line {
        properties.push(("col", item.start.column.to_string()));
        properties.push(("endColumn", item.end.column.to_string()));
    }
    command(name, &properties, &item.text())
}

fn command(name: &str, properties: &[(&str, String)], message: &str) -> String {
    let of_property = |(name, value): &(&str, String)| {
        let value = escaped(value).replace(':', "%3A").replace(',', "%2C");
        format!("{name}={value}")
    };
    let properties: Vec<String> = properties.iter().map(of_property).collect();
    format!("::{name} {}::{}\n", properties.join(","), escaped(message))
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_a_command_or_a_property_is_escaped() {
        let line = command(
            "error",
            &[("file", "a,b:c%\n::error ::.py".into())],
            "50 %: a\r\n::warning::b",
        );
        assert_eq!(
            line,
            "::error file=a%2Cb%3Ac%25%0A%3A%3Aerror %3A%3A.py::50 %25: a%0D%0A::warning::b\n"
        );
    }
}
