//! Runs the pages of the codemods, and `tests/traps.md`: every `py` block is a case, and what follows it is what becomes
//! of it.
//!
//! - `py`, then `diff`: the safe fixes turn it into this. (`diff unsafe`: with the unsafe ones.)
//! - then `text`: this is reported and left for a person.
//! - `py` alone: nothing is found.
//!
//! Behind `py` can stand options of the configuration, such as `py minimum-version:TLSv1_3`; `py harden` is short for
//! `py policy:harden`. What has no room there stands in a `toml` block in front, as in `sslfix.toml`.
//!
//! `SSLFIX_BLESS=1 cargo test --test pages` writes what sslfix does into the pages, to be read before it is committed.

#[path = "properties/holds.rs"]
mod holds;

use sslfix::codemods;
use sslfix::config;
use sslfix::rewrite::{Finding, Level, Options, Plan, Safety, Selected, plan};
use sslfix::source::Source;
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[test]
fn every_case_of_every_page_holds() {
    let mut failures = String::new();
    let mut cases = 0;
    let codemods = codemods::ALL
        .iter()
        .map(|codemod| (codemod.name, page_path(codemod.name)));
    for (name, path) in codemods.chain([("traps", traps())]) {
        let page = std::fs::read_to_string(&path).expect("every codemod has its page beside it");
        let (actual, found) = run_page(&page, name);
        cases += found;
        if std::env::var_os("SSLFIX_BLESS").is_some() {
            std::fs::write(&path, &actual).expect("the page can be written");
        } else if actual != page {
            let _ = writeln!(failures, "--- {}\n{}", path.display(), first_difference(&page, &actual));
        }
    }
    assert!(
        failures.is_empty(),
        "a page says otherwise than what sslfix does:\n{failures}"
    );
    assert!(
        cases > 100,
        "only {cases} cases were found on the pages: are they still read?"
    );
}

/// Each trap that is known has its heading and its case.
#[test]
fn every_trap_is_on_the_page() {
    let page = std::fs::read_to_string(traps()).unwrap();
    let (traps, _) = page.split_once(WHERE_THEY_RUN).expect("the page says where they run");
    let sections: Vec<&str> = traps.split("\n## ").skip(1).collect();
    let ids: Vec<&str> = sections
        .iter()
        .filter_map(|section| Some(section.split_once(": ")?.0))
        .collect();
    assert_eq!(ids, known_traps());
    for section in sections {
        assert_eq!(
            section.matches("\n```py\n").count(),
            1,
            "one program for each trap: {section}"
        );
    }
}

/// Each trap has a program in `tests/runtime/programs`, or the page says why it has none.
#[test]
fn every_trap_is_run() {
    let page = std::fs::read_to_string(traps()).unwrap();
    let (_, table) = page.split_once(WHERE_THEY_RUN).expect("the page says where they run");
    let rows = table
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let rows: Vec<(&str, &str)> = rows.skip(1).filter_map(|row| row.split_once(" | ")).collect();
    let ids: Vec<&str> = rows.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, known_traps());
    let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/runtime/programs");
    for (id, named) in rows {
        if named.strip_prefix("not run: ").is_some_and(|reason| !reason.is_empty()) {
            continue;
        }
        for program in named.split(", ") {
            let file = format!("{}.py", program.trim_matches('`'));
            assert!(programs.join(&file).is_file(), "{id}: there is no program {file}");
        }
    }
}

const WHERE_THEY_RUN: &str = "\n# Where they run\n";

fn known_traps() -> Vec<String> {
    let known = [('A', 36), ('B', 37), ('C', 8), ('D', 5), ('E', 4), ('F', 5)];
    known
        .into_iter()
        .flat_map(|(kind, last)| (1..=last).map(move |number| format!("{kind}{number}")))
        .collect()
}

fn traps() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traps.md")
}

fn page_path(codemod: &str) -> PathBuf {
    let name = format!("{}.md", codemod.replace('-', "_"));
    Path::new(env!("CARGO_MANIFEST_DIR")).join("codemods").join(name)
}

/// The page with the blocks behind each case replaced by what sslfix does, and the number of cases.
fn run_page(page: &str, codemod: &str) -> (String, usize) {
    let blocks = split(page);
    let mut result = String::new();
    let mut cases = 0;
    let mut index = 0;
    let mut configuration = "";
    while index < blocks.len() {
        let (info, body) = match &blocks[index] {
            Block::Prose(prose) => {
                result.push_str(prose);
                index += 1;
                continue;
            }
            Block::Fence { info: "toml", body } => {
                fence(&mut result, "toml", body);
                configuration = body;
                index += 1;
                continue;
            }
            Block::Fence { info, body } => (info, body),
        };
        let mut words = info.split(' ');
        assert_eq!(
            words.next(),
            Some("py"),
            "{codemod}: a block `{info}` that does not follow a `py` block"
        );
        let options = options(words, std::mem::take(&mut configuration));
        cases += 1;
        fence(&mut result, info, body);
        index += 1;
        let expected = following(&blocks, &mut index);
        let unsafe_fixes = expected.contains(&"diff unsafe");
        let case = format!("{codemod}, case {cases}");
        let options = Options {
            unsafe_fixes,
            ..options
        };
        let plan = check(body, &options, &case);
        // Whoever selects one codemod gets rewrites that stand alone.
        for alone in codemods::ALL {
            let options = Options {
                codemods: Selected::NONE.with([alone.name]),
                unsafe_fixes: true,
                ..options.clone()
            };
            let plan = check(body, &options, &format!("{case}, {} alone", alone.name));
            let is_of_it = |finding: &Finding| finding.codemod == alone.name;
            assert!(plan.findings.iter().all(is_of_it), "{case}, {} alone", alone.name);
        }
        if plan.changes() {
            result.push('\n');
            fence(
                &mut result,
                if unsafe_fixes { "diff unsafe" } else { "diff" },
                &diff(body, &plan.text),
            );
        } else {
            assert!(!unsafe_fixes, "{case}: no unsafe fix");
        }
        // What every second rewrite leaves behind is shown on the page that is about it.
        let left: Vec<&Finding> = plan
            .left
            .iter()
            .filter(|finding| finding.codemod != "kept-weakness" || codemod == "kept-weakness")
            .collect();
        if !left.is_empty() {
            result.push('\n');
            fence(&mut result, "text", &report(&plan.text, &left));
        }
    }
    (result, cases)
}

/// What the words behind `py`, and the block in front of it, say.
fn options<'a>(words: impl Iterator<Item = &'a str>, block: &str) -> Options {
    let mut text = String::new();
    for word in words {
        let (key, value) = word.split_once(':').unwrap_or(("policy", word));
        let _ = writeln!(text, "{key} = \"{value}\"");
    }
    text.push_str(block);
    config::options_of(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// What sslfix does with a case, of which holds what must hold of every file.
fn check(text: &str, options: &Options, case: &str) -> Plan {
    let source = Source::decode(text.as_bytes()).unwrap_or_else(|error| panic!("{case}: {}", error.message));
    let result = plan(text, options).unwrap_or_else(|error| panic!("{case}: {}", error.message));
    if let Err(message) = holds::check(&source, text.as_bytes(), &result, options) {
        panic!("{case}: {message}\n{text}");
    }
    result
}

enum Block<'a> {
    Prose(&'a str),
    Fence { info: &'a str, body: &'a str },
}

fn split(page: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut rest = page;
    while let Some(start) = fence_start(rest) {
        blocks.push(Block::Prose(&rest[..start]));
        let (info, body) = rest[start + 3..].split_once('\n').expect("a fence has a body");
        let end = body.find("```").expect("a fence is closed");
        blocks.push(Block::Fence {
            info,
            body: &body[..end],
        });
        rest = body[end + 3..].strip_prefix('\n').unwrap_or(&body[end + 3..]);
    }
    blocks.push(Block::Prose(rest));
    blocks
}

fn fence_start(text: &str) -> Option<usize> {
    if text.starts_with("```") {
        Some(0)
    } else {
        text.find("\n```").map(|index| index + 1)
    }
}

/// Passes over the `diff` and `text` blocks behind a case; returns their kinds.
fn following<'a>(blocks: &'a [Block], index: &mut usize) -> Vec<&'a str> {
    let mut infos = Vec::new();
    while let [Block::Prose(gap), Block::Fence { info, .. }, ..] = &blocks[*index..] {
        if !gap.trim().is_empty() || !matches!(*info, "diff" | "diff unsafe" | "text") {
            break;
        }
        infos.push(*info);
        *index += 2;
    }
    infos
}

fn fence(page: &mut String, info: &str, body: &str) {
    let _ = write!(page, "```{info}\n{body}```\n");
}

/// The whole case, with the lines that go and come.
fn diff(old: &str, new: &str) -> String {
    let mut text = String::new();
    for change in similar::TextDiff::from_lines(old, new).iter_all_changes() {
        let line = change.value();
        let sign = match change.tag() {
            similar::ChangeTag::Equal if line == "\n" => "",
            similar::ChangeTag::Equal => " ",
            similar::ChangeTag::Delete => "-",
            similar::ChangeTag::Insert => "+",
        };
        let _ = write!(text, "{sign}{line}");
        if !line.ends_with('\n') {
            text.push('\n');
        }
    }
    text
}

fn report(text: &str, findings: &[&Finding]) -> String {
    let mut report = String::new();
    for finding in findings {
        let line = text[..usize::from(finding.range.start())].matches('\n').count() + 1;
        let level = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        };
        let _ = writeln!(report, "line {line}: {level}[{}] {}", finding.codemod, finding.message);
        for note in &finding.notes {
            let _ = writeln!(report, "  {note}");
        }
        if let Some(fix) = &finding.fix {
            let _ = writeln!(report, "  unsafe fix: {}", fix.title);
            if let Safety::Unsafe(reason) = &fix.safety {
                let _ = writeln!(report, "  unsafe: {reason}");
            }
        }
    }
    report
}

fn first_difference(expected: &str, actual: &str) -> String {
    let diff = similar::TextDiff::from_lines(expected, actual);
    diff.unified_diff()
        .context_radius(8)
        .header("the page", "sslfix")
        .to_string()
}
