//! One page for people: what is done and what is left, by codemod, folder and owner, and every finding with its code.
//!
//! The page is a file that needs nothing else. It loads nothing, and its policy forbids it to; what stands in the files
//! that were looked at is data in it, which its script shows as text. The data are written as the files come; what is
//! counted is at the end.

mod record;

use super::{Context, Output, Report};
use crate::codemods::Codemod;
use crate::outcome::Outcome;
use crate::owners::Owners;
use crate::report::{Totals, os_error};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;
use std::rc::Rc;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// So many lines of `CODEOWNERS` are named that cannot be understood.
const MOST_WRONG_LINES: usize = 10;

/// Starts a document.
pub fn start(output: Output, _context: Rc<Context>) -> Box<dyn Report> {
    let folder = std::env::current_dir().unwrap_or_default();
    let (owners, owners_failure) = match Owners::of_project(&folder) {
        Ok(owners) => (owners, None),
        Err((path, error)) => {
            let failure = format!("{} cannot be read: {}", path.display(), os_error(&error));
            (None, Some(failure))
        }
    };
    Box::new(Html {
        output,
        folder,
        owners,
        owners_failure,
        is_started: false,
        codemods: BTreeSet::new(),
    })
}

struct Html {
    output: Output,
    /// Where sslfix runs.
    folder: PathBuf,
    owners: Option<Owners>,
    owners_failure: Option<String>,
    /// True if the page was begun.
    is_started: bool,
    /// Those that have found something.
    codemods: BTreeSet<&'static str>,
}

/// What is known when all files have been looked at.
#[derive(Serialize)]
struct Run<'a> {
    version: &'static str,
    scanned: usize,
    mention_ssl: usize,
    unreadable: usize,
    failed: usize,
    rewritten_files: usize,
    rewrites: usize,
    /// False if no file says who owns what.
    has_owners: bool,
    /// What is wrong with that file, a line each.
    owner_problems: Vec<String>,
    codemods: Vec<Page<'a>>,
}

/// What a codemod's page says before its cases.
#[derive(Serialize)]
struct Page<'a> {
    name: &'a str,
    introduction: &'a str,
}

impl Report for Html {
    fn add(&mut self, outcome: &Outcome) -> io::Result<()> {
        let Some(record) = record::of(outcome, self.owners.as_ref(), &self.folder) else {
            return Ok(());
        };
        self.codemods
            .extend(record.findings.iter().map(|finding| finding.codemod));
        let record = json(&record)?;
        self.begin_or_go_on()?;
        self.output.write_all(record.as_bytes())
    }

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        if !self.is_started {
            self.output.write_all(head().as_bytes())?;
        }
        let run = Run {
            version: env!("CARGO_PKG_VERSION"),
            scanned: totals.scanned,
            mention_ssl: totals.mention_ssl,
            unreadable: totals.unreadable,
            failed: totals.failed,
            rewritten_files: totals.rewritten_files,
            rewrites: totals.rewrites.values().sum(),
            has_owners: self.owners.is_some(),
            owner_problems: self.owner_problems(),
            codemods: self.codemods.iter().filter_map(|name| page_of(name)).collect(),
        };
        self.output.write_all(tail(&json(&run)?).as_bytes())?;
        self.output.flush()
    }
}

impl Html {
    /// Writes what comes before a file.
    fn begin_or_go_on(&mut self) -> io::Result<()> {
        if self.is_started {
            return self.output.write_all(b",\n");
        }
        self.is_started = true;
        self.output.write_all(head().as_bytes())
    }

    fn owner_problems(&self) -> Vec<String> {
        let wrong_lines = self.owners.as_ref().map_or(&[][..], |owners| &owners.wrong_lines);
        let named = wrong_lines.iter().take(MOST_WRONG_LINES);
        let named = named.map(|wrong| format!("line {} of CODEOWNERS: {}", wrong.line, wrong.message));
        let more = wrong_lines.len().saturating_sub(MOST_WRONG_LINES);
        let more = (more > 0).then(|| format!("{more} more lines of CODEOWNERS cannot be understood"));
        self.owners_failure.iter().cloned().chain(named).chain(more).collect()
    }
}

/// The page of a codemod, without its title and its cases.
fn page_of(name: &str) -> Option<Page<'_>> {
    let page = Codemod::find(name)?.page;
    let (_, text) = page.split_once('\n')?;
    let introduction = text.split_once("\n## ").map_or(text, |(introduction, _)| introduction);
    Some(Page {
        name,
        introduction: introduction.trim(),
    })
}

/// Where the page has what is put in.
const SLOTS: [&str; 6] = [
    "SCRIPT-HASH",
    "STYLE-HASH",
    "/* STYLE */",
    "/* FILES */",
    "/* RUN */",
    "/* SCRIPT */",
];

/// The page up to the data of the files.
fn head() -> String {
    let (head, _) = parts();
    // Only what is in these two may run or have a say in how the page looks.
    head.replace(SLOTS[0], &hash(SCRIPT))
        .replace(SLOTS[1], &hash(STYLE))
        .replace(SLOTS[2], STYLE)
}

/// The page after the data of the files.
fn tail(run: &str) -> String {
    let (_, tail) = parts();
    tail.replace(SLOTS[5], SCRIPT).replace(SLOTS[4], run)
}

fn parts() -> (&'static str, &'static str) {
    PAGE.split_once(SLOTS[3]).unwrap_or_default()
}

/// As a policy names the only text that it lets through.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

/// JSON that a page can hold: none of its letters means anything to the page or to a script. Such letters are in strings
/// only, where they can be escaped.
fn json(data: &impl Serialize) -> io::Result<String> {
    let text = serde_json::to_string(data)?;
    let mut escaped = String::with_capacity(text.len() + text.len() / 16);
    for letter in text.chars() {
        match letter {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                escaped.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            _ => escaped.push(letter),
        }
    }
    Ok(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_every_slot_once() {
        for slot in SLOTS {
            assert_eq!(PAGE.matches(slot).count(), 1, "{slot}");
        }
        let places: Vec<_> = SLOTS.iter().map(|slot| PAGE.find(slot)).collect();
        assert!(places.is_sorted());
    }

    #[test]
    fn style_and_script_end_where_they_should() {
        for text in [STYLE, SCRIPT] {
            let text = text.to_lowercase();
            for end in ["</style", "</script", "<!--", "<script", "files */", "run */"] {
                assert!(!text.contains(end), "{end}");
            }
        }
    }

    #[test]
    fn nothing_is_loaded_and_nothing_is_taken_for_markup() {
        for text in [PAGE, STYLE, SCRIPT] {
            for forbidden in [
                "http:",
                "https:",
                "//cdn",
                "url(",
                "@import",
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "DOMParser",
                "eval(",
                "Function(",
                "fetch(",
                "XMLHttpRequest",
                "src=",
            ] {
                let allowed = text.replace("http://www.w3.org/2000/svg", "");
                assert!(!allowed.contains(forbidden), "{forbidden}");
            }
        }
    }

    #[test]
    fn data_hold_no_letter_that_a_page_takes_for_its_own() {
        let hostile = "</script><!--<script>&amp;\u{2028}\u{2029}\"\\é\u{1f600}";
        let json = json(&hostile).expect("is a string");
        assert!(!json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).expect("is JSON"), hostile);
    }
}
