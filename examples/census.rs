//! Counts what sslfix finds in folders of Python, and lists it for reading by eye.
//!
//! ```text
//! cargo run --release --example census -- FOLDER...
//! cargo run --release --example census -- --list wrap-socket FOLDER...
//! cargo run --release --example census -- --reasons FOLDER...
//! ```

#[path = "../tests/corpus/python_files.rs"]
mod python_files;
#[path = "../tests/corpus/tally.rs"]
mod tally;

use python_files::python_files;
use rayon::prelude::*;
use ruff_python_ast::ModModule;
use ruff_python_parser::Parsed;
use ruff_source_file::LineIndex;
use sslfix::codemods::Codemod;
use sslfix::rewrite::{Finding, Options, Plan, Safety, plan};
use sslfix::source::{Source, Unreadable, parse};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tally::{Column, Files, Tally};

const USAGE: &str = "usage: census [--list CODEMOD | --reasons] FOLDER...";

/// What to print below the table.
enum Listing {
    Nothing,
    Findings(&'static str),
    Reasons,
}

fn main() -> ExitCode {
    match arguments().and_then(|(listing, folders)| census(&listing, &folders)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn arguments() -> Result<(Listing, Vec<PathBuf>), String> {
    let mut listing = Listing::Nothing;
    let mut folders = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--reasons" => listing = Listing::Reasons,
            "--list" => {
                let name = arguments.next().ok_or(USAGE)?;
                let codemod = Codemod::find(&name).ok_or_else(|| format!("there is no codemod `{name}`"))?;
                listing = Listing::Findings(codemod.name);
            }
            flag if flag.starts_with('-') => return Err(USAGE.into()),
            folder => folders.push(PathBuf::from(folder)),
        }
    }
    if folders.is_empty() {
        return Err(USAGE.into());
    }
    Ok((listing, folders))
}

fn census(listing: &Listing, folders: &[PathBuf]) -> Result<(), String> {
    let mut paths = Vec::new();
    for folder in folders {
        paths.extend(python_files(folder).map_err(|error| format!("{}: {error}", folder.display()))?);
    }
    // Deeply nested files need more stack than a thread has by default.
    let pool = rayon::ThreadPoolBuilder::new().stack_size(256 << 20).build();
    let pool = pool.map_err(|error| error.to_string())?;
    let looked: Vec<Looked> = pool.install(|| {
        paths
            .par_iter()
            .filter_map(|path| look(path).transpose())
            .collect::<Result<_, String>>()
    })?;

    let planned: Vec<_> = looked.iter().filter_map(|file| file.outcome.as_ref().ok()).collect();
    let mut tally = Tally::new(Files {
        python: paths.len(),
        mention_ssl: looked.len(),
        not_parsed: looked.len() - planned.len(),
        changed: planned.iter().filter(|(_, _, plan)| plan.changes()).count(),
    });
    pool.install(|| {
        planned
            .iter()
            .for_each(|(_, parsed, plan)| tally.add(parsed.syntax(), &plan.findings))
    });
    let printed = print(listing, &looked, &tally);
    match printed {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(()),
    }
}

/// A file that mentions `ssl`.
struct Looked {
    path: PathBuf,
    outcome: Result<(Source, Parsed<ModModule>, Plan), Unreadable>,
}

/// Nothing for a file that does not mention `ssl`.
fn look(path: &Path) -> Result<Option<Looked>, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    if memchr::memmem::find(&bytes, b"ssl").is_none() {
        return Ok(None);
    }
    let outcome = Source::decode(&bytes).and_then(|source| {
        let parsed = parse(source.text())?;
        let plan = plan(source.text(), &Options::default())?;
        Ok((source, parsed, plan))
    });
    Ok(Some(Looked {
        path: path.into(),
        outcome,
    }))
}

fn print(listing: &Listing, looked: &[Looked], tally: &Tally) -> io::Result<()> {
    let out = &mut io::stdout().lock();
    match listing {
        Listing::Nothing => {}
        Listing::Findings(codemod) => print_findings(out, looked, codemod)?,
        Listing::Reasons => print_reasons(out, looked)?,
    }
    write!(out, "{tally}")
}

/// Every finding of the codemod: where it is, what it says, and what sslfix would do about it.
fn print_findings(out: &mut impl Write, looked: &[Looked], codemod: &str) -> io::Result<()> {
    for (place, finding) in findings(looked) {
        if finding.codemod != codemod {
            continue;
        }
        writeln!(out, "{place}: {:?}: {}", finding.level, finding.message)?;
        match &finding.fix {
            Some(fix) => match &fix.safety {
                Safety::Safe => writeln!(out, "    safe fix: {}", fix.title)?,
                Safety::Unsafe(reason) => writeln!(out, "    unsafe fix: {} ({reason})", fix.title)?,
            },
            None => writeln!(out, "    no fix")?,
        }
        for note in &finding.notes {
            writeln!(out, "    note: {note}")?;
        }
    }
    writeln!(out)
}

/// Why findings have no safe fix, the most frequent reason first, each with a few places, and which files have no plan.
fn print_reasons(out: &mut impl Write, looked: &[Looked]) -> io::Result<()> {
    let mut reasons: BTreeMap<(&str, &str, String), Vec<String>> = BTreeMap::new();
    for (place, finding) in findings(looked) {
        let (column, reason) = match (&finding.fix, Column::of(finding)) {
            (_, Column::Safe) => continue,
            (Some(fix), _) => match &fix.safety {
                Safety::Unsafe(reason) => ("unsafe", reason.clone()),
                Safety::Safe => continue,
            },
            (None, Column::Note) => ("note", said(finding)),
            (None, _) => ("left", said(finding)),
        };
        reasons
            .entry((finding.codemod, column, reason))
            .or_default()
            .push(place);
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|((codemod, column, _), places)| (*codemod, *column, std::cmp::Reverse(places.len())));
    for ((codemod, column, reason), places) in reasons {
        writeln!(out, "{:>5}  {codemod}, {column}: {reason}", places.len())?;
        for place in places.iter().take(3) {
            writeln!(out, "           {place}")?;
        }
    }
    for file in looked {
        if let Err(unreadable) = &file.outcome {
            writeln!(out, "not parsed: {}: {}", file.path.display(), unreadable.message)?;
        }
    }
    writeln!(out)
}

/// The message and the first note, which mostly tells why there is no fix.
fn said(finding: &Finding) -> String {
    let first_note = finding.notes.first();
    let first_note = first_note.map(|note| format!("; {note}")).unwrap_or_default();
    format!("{}{first_note}", finding.message)
}

/// Every finding with its place, such as `web/server.py:12:5`, in the order of the places.
fn findings(looked: &[Looked]) -> impl Iterator<Item = (String, &Finding)> {
    looked.iter().flat_map(|file| {
        file.outcome.iter().flat_map(move |(source, _, plan)| {
            let lines = LineIndex::from_source_text(source.text());
            plan.findings.iter().map(move |finding| {
                let at = lines.line_column(finding.range.start(), source.text());
                (format!("{}:{}:{}", file.path.display(), at.line, at.column), finding)
            })
        })
    })
}
