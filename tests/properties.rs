//! What must hold of every plan, on files that nobody wrote for sslfix: the standard library of every Python that is
//! found, files of real releases in which tokens were deleted, doubled or swapped, and those that the fuzzer in `fuzz/`
//! keeps. `tests/corpus.rs` looks at the releases as they are.
//!
//! The releases are not in the repository: `tests/corpus/fetch` gets them. What is missing is said, and is a failure if
//! SSLFIX_REQUIRE_CORPUS=1 or SSLFIX_REQUIRE_PYTHONS=1 is set.
//!
//! SSLFIX_TEST_MUTATIONS says how many texts are made of each file, instead of a few.

#[path = "properties/edits.rs"]
mod edits;
#[path = "properties/holds.rs"]
mod holds;
#[path = "properties/mutate.rs"]
mod mutate;
#[path = "corpus/python_files.rs"]
mod python_files;
#[path = "corpus/pythons.rs"]
mod pythons;

use edits::some_edits;
use mutate::{Chance, mutate};
use python_files::python_files;
use rayon::prelude::*;
use ruff_text_size::TextRange;
use sslfix::rewrite::{Helper, Options, Policy, plan, same_by_lines_nearby, same_outside_edits};
use sslfix::source::{STACK_SIZE, Source, names_an_old_api, parse};
use std::collections::HashSet;
use std::fs;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many texts are made of each file that has findings, unless the environment says otherwise.
const MUTATIONS: u64 = 3;

/// The standard library of every Python, its own tests with it, which use the old APIs in ways that no one else does.
#[test]
fn it_holds_in_every_standard_library() {
    let pythons = pythons::found();
    if pythons.is_empty() {
        return missing(
            "SSLFIX_REQUIRE_PYTHONS",
            "no Python was found, whose standard library to look at",
        );
    }
    let mut seen = HashSet::new();
    let mut files: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    for python in &pythons {
        let output = Command::new(&python.program)
            .args(["-c", "import sysconfig; print(sysconfig.get_path('stdlib'), end='')"])
            .output()
            .unwrap();
        let library = PathBuf::from(String::from_utf8(output.stdout).unwrap());
        let paths = python_files(&library).expect("the standard library can be read");
        // What is installed beside it is no part of it.
        let is_installed = |path: &Path| {
            path.iter()
                .any(|name| name == "site-packages" || name == "dist-packages")
        };
        for path in paths.into_iter().filter(|path| !is_installed(path)) {
            let bytes = fs::read(&path).expect("the standard library can be read");
            // Most files are the same in several Pythons.
            if memchr::memmem::find(&bytes, b"ssl").is_some() && seen.insert(bytes.clone()) {
                files.push((path, bytes));
            }
        }
    }
    assert!(files.len() > 20, "only {} files mention ssl", files.len());
    let outcomes = pool().install(|| {
        let outcomes = files.par_iter().flat_map_iter(|(path, bytes)| {
            let outcomes = options().into_iter().map(|options| {
                let outcome = look_at(bytes, &options);
                outcome.map_err(|message| format!("{} ({options:?}): {message}", path.display()))
            });
            // Where nothing is named that sslfix looks for, the options do not matter.
            let count = if names_an_old_api(bytes) { 4 } else { 1 };
            outcomes.take(count).collect::<Vec<_>>()
        });
        outcomes.collect::<Vec<_>>()
    });
    let looked_at = outcomes.iter().filter(|outcome| matches!(outcome, Ok(true))).count();
    assert!(looked_at > 20, "only {looked_at} of them parse");
    assert_none(outcomes);
}

/// Each of these files once showed that something does not hold, or stands for a kind of file of which it holds.
#[test]
fn it_holds_in_the_corpus_of_the_fuzzer() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/bytes");
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the corpus is in the repository")
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let outcomes = pool().install(|| {
        let outcomes = paths.par_iter().flat_map_iter(|path| {
            let bytes = fs::read(path).expect("the corpus can be read");
            let name = path.file_name().unwrap_or_default().display().to_string();
            options().map(|options| {
                let outcome = look_at(&bytes, &options);
                outcome.map_err(|message| format!("{name} ({options:?}): {message}"))
            })
        });
        outcomes.collect::<Vec<_>>()
    });
    assert!(
        outcomes.iter().any(|outcome| matches!(outcome, Ok(true))),
        "nothing in it is Python"
    );
    assert_none(outcomes);
}

#[test]
fn it_holds_in_mutated_files() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut paths = python_files(&tests.join("inputs")).expect("tests/inputs can be read");
    match python_files(&tests.join("corpus/files")) {
        Ok(files) if !files.is_empty() => paths.extend(files),
        _ => missing(
            "SSLFIX_REQUIRE_CORPUS",
            "the releases are not there; run tests/corpus/fetch",
        ),
    }
    let mutations = mutations();
    let (made, parsed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let outcomes = pool().install(|| {
        let outcomes = paths.par_iter().flat_map_iter(|path| {
            let original = Original::read(path);
            let outcomes = original.into_iter().flat_map(|original| {
                let outcomes = (0..mutations)
                    .map(|seed| original.look_at_mutant(seed))
                    .collect::<Vec<_>>();
                made.fetch_add(outcomes.len(), Ordering::Relaxed);
                let looked_at = outcomes.iter().filter(|outcome| matches!(outcome, Ok(true))).count();
                parsed.fetch_add(looked_at, Ordering::Relaxed);
                outcomes
            });
            let name = path.strip_prefix(&tests).unwrap().display().to_string();
            let outcomes = outcomes.map(move |outcome| outcome.map_err(|message| format!("{name}: {message}")));
            outcomes.collect::<Vec<_>>()
        });
        outcomes.collect::<Vec<_>>()
    });
    let (made, parsed) = (made.into_inner(), parsed.into_inner());
    say(&format!(
        "properties: {made} mutated files, of which {parsed} are Python\n"
    ));
    assert!(parsed * 2 > made, "only {parsed} of {made} mutated files are Python");
    assert_none(outcomes);
}

/// Edits at random, most of which break something, and now and then some that do not.
#[test]
fn the_lines_nearby_prove_nothing_that_the_whole_text_does_not() {
    const LONGEST: usize = 6_000;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = python_files(&root.join("tests/inputs")).expect("tests/inputs can be read");
    paths.extend(
        fs::read_dir(root.join("fuzz/corpus/bytes"))
            .unwrap()
            .map(|entry| entry.unwrap().path()),
    );
    paths.extend(python_files(&root.join("tests/corpus/files")).unwrap_or_default());
    let tries = 20 * mutations();
    let (proven, told) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let outcomes = pool().install(|| {
        let outcomes = paths.par_iter().enumerate().flat_map_iter(|(index, path)| {
            let source = fs::read(path).ok().and_then(|bytes| Source::decode(&bytes).ok());
            let source = source.filter(|source| source.text().len() < LONGEST);
            let parsed = source.and_then(|source| Some((parse(source.text()).ok()?, source)));
            let outcomes = parsed.into_iter().flat_map(|(parsed, source)| {
                let text = source.text();
                let chance = &mut Chance(index as u64);
                let mut failures = Vec::new();
                for edits in (0..tries).map(|_| some_edits(text, chance)) {
                    let is_told = same_by_lines_nearby(text, &parsed, &edits);
                    let is_proven = same_outside_edits(text, &parsed, &edits);
                    told.fetch_add(usize::from(is_told), Ordering::Relaxed);
                    proven.fetch_add(usize::from(is_proven), Ordering::Relaxed);
                    if is_told && !is_proven {
                        failures.push(Err(format!("{}: {edits:?}", path.display())));
                    }
                }
                failures
            });
            outcomes.collect::<Vec<Result<bool, String>>>()
        });
        outcomes.collect::<Vec<_>>()
    });
    let (proven, told) = (proven.into_inner(), told.into_inner());
    say(&format!("properties: of {proven} proofs {told} by the lines nearby\n"));
    assert!(told * 5 > proven * 4, "only {told} of {proven}");
    assert_none(outcomes);
}

/// A file that has findings.
struct Original {
    path: PathBuf,
    source: Source,
    parsed: ruff_python_parser::Parsed<ruff_python_ast::ModModule>,
    findings: Vec<TextRange>,
}

impl Original {
    fn read(path: &Path) -> Option<Original> {
        let bytes = fs::read(path).expect("the corpus can be read");
        memchr::memmem::find(&bytes, b"ssl")?;
        let source = Source::decode(&bytes).ok()?;
        let parsed = parse(source.text()).ok()?;
        let findings = plan(source.text(), &Options::default()).ok()?.findings;
        (!findings.is_empty()).then(|| Original {
            path: path.into(),
            source,
            parsed,
            findings: findings.iter().map(|finding| finding.range).collect(),
        })
    }

    fn look_at_mutant(&self, seed: u64) -> Result<bool, String> {
        let mutant = mutate(self.source.text(), &self.parsed, &self.findings, seed);
        let [safe, everything, helped, hardened] = options();
        let options = match seed % 4 {
            0 => everything,
            1 => safe,
            2 => hardened,
            _ => helped,
        };
        let Ok(bytes) = self.source.encode(&mutant.text) else {
            return Ok(false);
        };
        look_at(&bytes, &options).map_err(|message| {
            let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!(
                "{}-{seed}.py",
                self.path.file_stem().unwrap_or_default().display()
            ));
            let _ = fs::write(&kept, &bytes);
            let how = &mutant.how;
            format!(
                "seed {seed} ({how}under {options:?}): {message}\n  it is in {}",
                kept.display()
            )
        })
    }
}

/// What does not hold of a file; true if it is Python.
fn look_at(bytes: &[u8], options: &Options) -> Result<bool, String> {
    let look = || {
        let Ok(source) = Source::decode(bytes) else {
            return Ok(false);
        };
        let Ok(planned) = plan(source.text(), options) else {
            return Ok(false);
        };
        holds::check(&source, bytes, &planned, options).map(|()| true)
    };
    catch_unwind(AssertUnwindSafe(look)).unwrap_or_else(|_| Err("panicked".into()))
}

fn options() -> [Options; 4] {
    let everything = Options {
        unsafe_fixes: true,
        ..Options::default()
    };
    [
        Options::default(),
        everything.clone(),
        Options {
            helper: Helper::Module("acme.net.tls".into()),
            strict: true,
            ..everything.clone()
        },
        Options {
            policy: Policy::Harden,
            helper: Helper::Off,
            ..everything
        },
    ]
}

fn mutations() -> u64 {
    match std::env::var("SSLFIX_TEST_MUTATIONS") {
        Ok(number) => number.parse().expect("SSLFIX_TEST_MUTATIONS is a number"),
        Err(_) => MUTATIONS,
    }
}

fn assert_none(outcomes: Vec<Result<bool, String>>) {
    let failures: Vec<String> = outcomes.into_iter().filter_map(Result::err).collect();
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// Deeply nested files need more stack than a thread has by default.
fn pool() -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().stack_size(STACK_SIZE).build().unwrap()
}

/// Says what could not be looked at, or fails if the variable demands it.
fn missing(variable: &str, message: &str) {
    let is_required = std::env::var_os(variable).is_some_and(|value| value == "1");
    assert!(!is_required, "{message}");
    say(&format!("\nproperties: {message}\n"));
}

/// Prints even where the output of a test that passes is not shown.
fn say(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}
