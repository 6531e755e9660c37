//! SARIF 2.1.0, which GitHub, GitLab and Azure take, reviewdog, and viewers in editors.
//!
//! Columns count units of UTF-16, which the document says, since readers differ in what they take for granted. Paths are
//! relative to the folder that sslfix ran in, which has the name `%SRCROOT%`. Fixes come along for the readers that apply
//! them; GitHub shows none.
//!
//! GitHub refuses a run with more than 25,000 results and shows the 5,000 of the highest severity. So results are sorted by
//! severity, those of the lowest are left out above 25,000, and a notification says how many: no more than 25,000 of each
//! level are held while the document is made.
//!
//! What a comment silences is no result: GitHub would open an alert for it, since it passes over `suppressions`.

use super::line_hash::line_hashes;
use super::rules::{Rule, UNREADABLE};
use super::{Context, Output, Report, json};
use crate::fingerprint;
use crate::outcome::Outcome;
use crate::report::Totals;
use crate::report::path::with_forward_slashes;
use crate::report::reported::{Counting, FAILURE, Item, PARSE, Place, Reported, Worst, changing};
use crate::report::text::printable;
use crate::rewrite::{Fix, Level, Safety};
use crate::source::{LineEnd, Unit};
use serde_json::{Value, json};
use std::io;
use std::path::Path;
use std::rc::Rc;

const COUNTING: Counting = Counting {
    line_end: LineEnd::Any,
    unit: Unit::Utf16,
};

const MOST_RESULTS: usize = 25_000;

/// The longest description of a rule that GitHub takes, in characters.
const LONGEST_DESCRIPTION: usize = 1024;

/// The folder that paths are relative to.
const ROOT: &str = "%SRCROOT%";

/// What the names mean that are gone, and what takes their place.
const DOCUMENTATION: &str = "https://docs.python.org/3/library/ssl.html";

/// Starts a document.
pub fn start(output: Output, context: Rc<Context>) -> Box<dyn Report> {
    Box::new(Sarif {
        output,
        rules: context.rules.iter().copied().chain([UNREADABLE]).collect(),
        automation: automation(context.environment),
        results: Worst::of(MOST_RESULTS),
        failures: Vec::new(),
    })
}

struct Sarif {
    output: Output,
    rules: Vec<Rule>,
    automation: Value,
    /// Serialized, which takes the least memory.
    results: Worst<String>,
    failures: Vec<Value>,
}

impl Report for Sarif {
    fn add(&mut self, outcome: &Outcome) -> io::Result<()> {
        if let Some(failure) = &outcome.failure {
            self.failures.push(notification(failure, &outcome.path));
        }
        let reported = Reported::of(outcome, COUNTING);
        if reported.items.is_empty() {
            return Ok(());
        }
        let hashes = match &outcome.looked {
            Some(looked) => line_hashes(&looked.source.encode(reported.text).unwrap_or_default()),
            None => Vec::new(),
        };
        for item in &reported.items {
            let hash = hashes.get(item.start.line - 1);
            let result = self.result(item, &reported, &outcome.path, hash);
            self.results.add(item.level, json::text(&result)?);
        }
        Ok(())
    }

    fn end(&mut self, _totals: &Totals) -> io::Result<()> {
        let (results, left_out) = self.results.take();
        let is_successful = self.failures.is_empty();
        let mut notifications = std::mem::take(&mut self.failures);
        if left_out > 0 {
            notifications.push(json!({
                "level": "warning",
                "descriptor": { "id": LEFT_OUT },
                "message": { "text": format!(
                    "{left_out} results of the lowest severity are left out, since a run holds {MOST_RESULTS}."
                ) },
            }));
        }
        let head = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
        });
        let run = json!({
            "tool": { "driver": self.driver() },
            "automationDetails": self.automation,
            "columnKind": "utf16CodeUnits",
            "newlineSequences": ["\r\n", "\n", "\r"],
            "originalUriBaseIds": { ROOT: { "description": { "text": "The folder that sslfix ran in." } } },
            "invocations": [{
                "executionSuccessful": is_successful,
                "toolExecutionNotifications": notifications,
            }],
        });
        self.output.write_all(open(&json::text(&head)?).as_bytes())?;
        self.output.write_all(b",\"runs\":[")?;
        self.output.write_all(open(&json::text(&run)?).as_bytes())?;
        self.output.write_all(b",\"results\":[")?;
        for (index, result) in results.iter().enumerate() {
            self.output.write_all(if index == 0 { b"\n" } else { b",\n" })?;
            self.output.write_all(result.as_bytes())?;
        }
        self.output.write_all(b"\n]}]}\n")?;
        self.output.flush()
    }
}

const LEFT_OUT: &str = "left-out";

impl Sarif {
    fn driver(&self) -> Value {
        let version = env!("CARGO_PKG_VERSION");
        let notification = |id: &str, name: &str, text: &str| {
            json!({
                "id": id,
                "name": name,
                "shortDescription": { "text": text },
                "fullDescription": { "text": text },
                "help": { "text": text, "markdown": text },
                "helpUri": DOCUMENTATION,
            })
        };
        json!({
            "name": "sslfix",
            "fullName": format!("sslfix {version}"),
            "version": version,
            "semanticVersion": version,
            "rules": self.rules.iter().map(rule).collect::<Vec<Value>>(),
            "notifications": [
                notification(FAILURE, "FailedFile", "A file that could not be read or written."),
                notification(LEFT_OUT, "ResultsLeftOut", "Results that are more than a report holds."),
            ],
        })
    }

    fn result(&self, item: &Item, reported: &Reported, path: &Path, line_hash: Option<&String>) -> Value {
        let mut fingerprints = json!({ fingerprint::NAME: item.fingerprint });
        if let Some(hash) = line_hash {
            fingerprints["primaryLocationLineHash"] = hash.as_str().into();
        }
        let mut result = json!({
            "ruleId": item.rule,
            "ruleIndex": self.rules.iter().position(|rule| rule.name == item.rule),
            "level": match item.level {
                Level::Error => "error",
                Level::Warning => "warning",
                Level::Note => "note",
            },
            "message": { "text": message(&item.text()) },
            "locations": [{
                "physicalLocation": {
                    "artifactLocation": artifact(path),
                    "region": region(item.start, item.end),
                },
            }],
            "partialFingerprints": fingerprints,
        });
        if let Some(fix) = item.fix() {
            let fix = fix_of(fix, reported, path);
            result["fixes"] = fix.into_iter().collect();
        }
        result
    }
}

/// What the run belongs to, so that results of a later run take the place of these. In a build of Azure Pipelines its
/// service wants to know which; everywhere else it is always the same.
fn automation(environment: fn(&str) -> Option<String>) -> Value {
    let variable = |name: &str| environment(name).unwrap_or_default();
    if variable("TF_BUILD").is_empty() {
        return json!({ "id": "sslfix/" });
    }
    let collection = variable("SYSTEM_COLLECTIONURI");
    let organization = collection.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let (definition, phase) = (variable("SYSTEM_DEFINITIONID"), variable("SYSTEM_PHASEID"));
    let parts = [
        organization,
        &variable("SYSTEM_TEAMPROJECT"),
        &definition,
        &phase,
        &variable("BUILD_SOURCEBRANCH"),
        &variable("BUILD_BUILDID"),
    ];
    json!({
        "id": format!("azuredevops/pipeline/build/{}", parts.join("/")),
        "properties": {
            "azuredevops/pipeline/build/buildDefinitionId": definition,
            "azuredevops/pipeline/build/buildDefinitionName": variable("BUILD_DEFINITIONNAME"),
            "azuredevops/pipeline/build/phaseId": phase,
            "azuredevops/pipeline/build/phaseName": variable("SYSTEM_PHASENAME"),
        },
    })
}

/// An object without its last brace, so that more of it can follow.
fn open(object: &str) -> &str {
    object.strip_suffix('}').unwrap_or(object)
}

fn rule(rule: &Rule) -> Value {
    let shown = format!("{}\n\n{}", rule.summary(), rule.prose());
    let plain = shown.replace("**", "");
    json!({
        "id": rule.name,
        "name": rule_name(rule.name),
        "shortDescription": { "text": shortened(rule.summary()) },
        "fullDescription": { "text": shortened(&rule.description()) },
        "help": { "text": plain, "markdown": rule.prose() },
        "helpUri": DOCUMENTATION,
        "defaultConfiguration": { "level": "warning" },
        "properties": {
            "tags": ["maintainability", "python", "ssl", "tls"],
            "precision": "very-high",
            "problem.severity": "warning",
        },
    })
}

fn fix_of(fix: &Fix, reported: &Reported, path: &Path) -> Option<Value> {
    let replacements: Vec<Value> = changing(fix, reported.text)
        .map(|edit| {
            let (start, end) = (edit.range().start().into(), edit.range().end().into());
            json!({
                "deletedRegion": region(reported.place(start), reported.place(end)),
                "insertedContent": { "text": edit.text() },
            })
        })
        .collect();
    let title = match &fix.safety {
        Safety::Safe => fix.title.clone(),
        Safety::Unsafe(reason) => format!("{} (unsafe: {reason})", fix.title),
    };
    let fix = json!({
        "description": { "text": message(&printable(&title)) },
        "artifactChanges": [{ "artifactLocation": artifact(path), "replacements": replacements }],
    });
    (!replacements.is_empty()).then_some(fix)
}

fn notification(failure: &str, path: &Path) -> Value {
    let mut notification = json!({
        "level": "error",
        "descriptor": { "id": FAILURE },
        "message": { "text": message(&printable(failure)) },
    });
    if !path.as_os_str().is_empty() {
        notification["locations"] = json!([{ "physicalLocation": { "artifactLocation": artifact(path) } }]);
    }
    notification
}

fn region(start: Place, end: Place) -> Value {
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

/// A path as a reference: to what is below the folder that sslfix runs in by its name, else by a URI of its own.
fn artifact(path: &Path) -> Value {
    let mut uri = String::new();
    for byte in with_forward_slashes(path) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(byte.into()),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    if path.is_absolute() {
        let slash = if uri.starts_with('/') { "" } else { "/" };
        return json!({ "uri": format!("file://{slash}{uri}") });
    }
    json!({ "uri": uri, "uriBaseId": ROOT })
}

/// A sentence in which nothing is taken for a placeholder or a link: the text may quote code of strangers.
fn message(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let end = if line.ends_with(['.', '?', '!']) { "" } else { "." };
    let below = if rest.is_empty() { "" } else { "\n" };
    let line: String = first.into_iter().chain(line.chars().skip(1)).collect();
    format!("{line}{end}{below}{rest}")
        .replace('{', "{{")
        .replace('}', "}}")
        .replace("](", "\\](")
}

/// A name in the form that SARIF wants, which must not be the name that it is known by.
fn rule_name(name: &str) -> String {
    let words = match name {
        PARSE => "unreadable-file".split('-'),
        _ => name.split('-'),
    };
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    words.map(word).collect()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_DESCRIPTION - 1) {
        Some((end, _)) if text[end..].chars().nth(1).is_some() => format!("{}\u{2026}", &text[..end]),
        _ => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references() {
        let uri = |path: &str| {
            artifact(Path::new(path))["uri"]
                .as_str()
                .unwrap_or_default()
                .to_string()
        };
        assert_eq!(uri("a b/é%:#?.py"), "a%20b/%C3%A9%25%3A%23%3F.py");
        assert_eq!(uri("/a/b.py"), "file:///a/b.py");
        assert!(artifact(Path::new("/a/b.py")).get("uriBaseId").is_none());
        assert_eq!(artifact(Path::new("b.py"))["uriBaseId"], ROOT);
    }

    #[test]
    fn only_a_build_of_azure_is_named() {
        assert_eq!(automation(|_| None), json!({ "id": "sslfix/" }));
        let in_azure = automation(|name| match name {
            "SYSTEM_COLLECTIONURI" => Some("https://dev.azure.com/acme/".into()),
            name => Some(name.to_lowercase()),
        });
        let id = "azuredevops/pipeline/build/acme/system_teamproject/system_definitionid/system_phaseid/\
                  build_sourcebranch/build_buildid";
        assert_eq!(in_azure["id"], id);
    }

    #[test]
    fn messages_are_sentences_without_placeholders_and_links() {
        assert_eq!(message("it {0} [a](b)\nnote: c"), "It {{0}} [a\\](b).\nnote: c");
        assert_eq!(message("`x` goes."), "`x` goes.");
    }

    #[test]
    fn descriptions_are_cut_where_github_would_refuse_them() {
        assert_eq!(shortened(&"é".repeat(1024)).chars().count(), 1024);
        let cut = shortened(&"é".repeat(1025));
        assert!(cut.ends_with("é…") && cut.chars().count() == 1024);
    }
}
