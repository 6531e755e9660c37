//! Runs sslfix over real releases, and over `tests/inputs`, and checks of every file what must hold of all files.
//!
//! The releases are not in the repository: `tests/corpus/fetch` gets them. Without them these tests say so and look only
//! at `tests/inputs`, unless SSLFIX_REQUIRE_CORPUS=1 is set, as it is in continuous integration: then they fail.

#[path = "properties/holds.rs"]
mod holds;
#[path = "corpus/python_files.rs"]
mod python_files;
#[path = "corpus/pythons.rs"]
mod pythons;
#[path = "corpus/tally.rs"]
mod tally;

use python_files::python_files;
use rayon::prelude::*;
use ruff_python_ast::ModModule;
use ruff_python_parser::Parsed;
use sslfix::rewrite::{Options, Plan, Policy, plan};
use sslfix::source::{Source, parse};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use tally::{Files, Tally};

static SAFE: LazyLock<Options> = LazyLock::new(Options::default);
static ALL: LazyLock<Options> = LazyLock::new(|| Options {
    unsafe_fixes: true,
    ..Options::default()
});
static HARDENED: LazyLock<Options> = LazyLock::new(|| Options {
    policy: Policy::Harden,
    ..ALL.clone()
});

/// Of the plain calls of `ssl.wrap_socket`, at least so many in a hundred have a safe fix.
const PLAIN_CALLS_PERCENT: f64 = 95.0;

/// The releases, below the folder `tests`.
const RELEASES: &str = "corpus/files";

/// Read and planned once, for all tests.
static CORPUS: LazyLock<Corpus> = LazyLock::new(Corpus::read);

struct Corpus {
    /// Deeply nested files need more stack than a thread has by default.
    pool: rayon::ThreadPool,
    /// How many Python files the releases have.
    files: usize,
    /// The files that mention `ssl`, by their paths below `tests`.
    planned: Vec<Planned>,
    /// Those that mention it and are no Python that can be parsed.
    not_parsed: Vec<PathBuf>,
    /// What does not hold, one line each.
    failures: Vec<String>,
}

struct Planned {
    path: PathBuf,
    bytes: Vec<u8>,
    source: Source,
    parsed: Parsed<ModModule>,
    safe: Plan,
    all: Plan,
    hardened: Plan,
}

#[test]
fn what_holds_of_every_plan_holds_of_real_files() {
    let corpus = &*CORPUS;
    let check_all = |file: &Planned| {
        let plans = [(&*SAFE, &file.safe), (&*ALL, &file.all), (&*HARDENED, &file.hardened)];
        plans.map(|(options, plan)| {
            let outcome = holds::check(&file.source, &file.bytes, plan, options);
            outcome.map_err(|message| format!("{} ({options:?}): {message}", file.path.display()))
        })
    };
    let mut failures = corpus.failures.clone();
    failures.extend(corpus.pool.install(|| {
        let outcomes = corpus.planned.par_iter().flat_map_iter(check_all);
        outcomes.filter_map(Result::err).collect::<Vec<_>>()
    }));
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn most_plain_calls_have_a_safe_fix() {
    let corpus = &*CORPUS;
    let planned: Vec<&Planned> = corpus
        .planned
        .iter()
        .filter(|file| file.path.starts_with(RELEASES))
        .collect();
    let not_parsed = corpus
        .not_parsed
        .iter()
        .filter(|path| path.starts_with(RELEASES))
        .count();
    let mut tally = Tally::new(Files {
        python: corpus.files,
        mention_ssl: planned.len() + not_parsed,
        not_parsed,
        changed: planned.iter().filter(|file| file.safe.changes()).count(),
    });
    corpus.pool.install(|| {
        for file in &planned {
            tally.add(file.parsed.syntax(), &file.safe.findings);
        }
    });
    say(&format!("\n{tally}\n"));
    if let Some(percent) = tally.plain_calls_percent() {
        assert!(percent >= PLAIN_CALLS_PERCENT, "only {percent:.1} % of the plain calls");
    }
}

#[test]
fn changed_files_compile_with_the_newest_python() {
    let corpus = &*CORPUS;
    let Some(python) = pythons::found().pop() else {
        assert!(!is_required(), "no Python was found to compile the changed files with");
        return say("corpus: no Python was found, so the changed files were not compiled\n");
    };
    let folder = tempfile::tempdir().unwrap();
    let mut list = String::new();
    for (kind, plan_of) in PLANS {
        for file in corpus.changed(plan_of) {
            let (old, new) = (
                folder.path().join("old").join(&file.path),
                folder.path().join(kind).join(&file.path),
            );
            write(&old, &file.bytes);
            write(&new, &file.encoded(plan_of(file)));
            list += &format!("{}\n{}\n", old.display(), new.display());
        }
    }
    let output = run(
        Command::new(&python.program).args(["-W", "ignore", "-c", COMPILE]),
        list.as_bytes(),
    );
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let failures = String::from_utf8_lossy(&output.stdout);
    assert!(failures.is_empty(), "Python {:?} says:\n{failures}", python.version);
}

/// Reads pairs of paths, old and new, and prints each new file that does not compile though the old one does.
const COMPILE: &str = r#"
import sys

def error_of(path):
    with open(path, "rb") as file:
        content = file.read()
    try:
        compile(content, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return error

paths = sys.stdin.read().splitlines()
for old, new in zip(paths[::2], paths[1::2]):
    if error_of(old) is None and error_of(new) is not None:
        print(new, error_of(new))
"#;

#[test]
fn git_apply_of_the_printed_diff_is_what_write_writes() {
    let corpus = &*CORPUS;
    for (kind, plan_of) in PLANS {
        let expected: BTreeMap<PathBuf, Vec<u8>> = corpus
            .changed(plan_of)
            .map(|file| (file.path.clone(), file.encoded(plan_of(file))))
            .collect();
        if expected.is_empty() {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        let (applied, written) = (folder.path().join("applied"), folder.path().join("written"));
        for file in corpus.changed(plan_of) {
            write(&applied.join(&file.path), &file.bytes);
            write(&written.join(&file.path), &file.bytes);
        }

        let diff = sslfix(&applied, kind, "--dry-run");
        for file in corpus.changed(plan_of) {
            let now = fs::read(applied.join(&file.path)).unwrap();
            assert!(now == file.bytes, "--dry-run changed {}", file.path.display());
        }
        let git = run(
            Command::new("git")
                .args(["-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"])
                .env("GIT_CEILING_DIRECTORIES", folder.path())
                .env("GIT_CONFIG_GLOBAL", "/dev/null")
                .env("GIT_CONFIG_NOSYSTEM", "1")
                .current_dir(&applied),
            &diff,
        );
        assert!(git.status.success(), "{}", String::from_utf8_lossy(&git.stderr));
        sslfix(&written, kind, "--write");

        let mut failures = Vec::new();
        for (path, new) in &expected {
            for (name, folder) in [("git apply", &applied), ("--write", &written)] {
                if fs::read(folder.join(path)).unwrap() != *new {
                    failures.push(format!(
                        "{} ({kind}): {name} does not make what was planned",
                        path.display()
                    ));
                }
            }
        }
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }
}

/// Which plan of a file, with the name of the options that lead to it.
type PlanOf = fn(&Planned) -> &Plan;
const PLANS: [(&str, PlanOf); 2] = [("safe", |file| &file.safe), ("unsafe", |file| &file.all)];

/// Runs the program in the folder over all of it; returns what it printed to standard output.
fn sslfix(folder: &Path, kind: &str, mode: &str) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sslfix"));
    command
        .arg(mode)
        .args((kind == "unsafe").then_some("--unsafe-fixes"))
        .arg(".");
    let output = run(command.current_dir(folder), b"");
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(
        matches!(output.status.code(), Some(0 | 1)),
        "{:?}: {message}",
        output.status
    );
    output.stdout
}

impl Corpus {
    fn read() -> Corpus {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        let mut paths = python_files(&tests.join("inputs")).expect("tests/inputs can be read");
        let inputs = paths.len();
        if tests.join(RELEASES).is_dir() {
            paths.extend(python_files(&tests.join(RELEASES)).expect("the releases can be read"));
        }
        let files = paths.len() - inputs;
        if files == 0 {
            let message = "the releases are not there; run tests/corpus/fetch to test sslfix on them";
            assert!(!is_required(), "{message}");
            say(&format!("\ncorpus: {message}\n"));
        }
        let pool = rayon::ThreadPoolBuilder::new().stack_size(256 << 20).build().unwrap();
        let outcomes: Vec<Outcome> = pool.install(|| {
            let outcomes = paths
                .par_iter()
                .map(|path| Outcome::of(&tests, path.strip_prefix(&tests).unwrap()));
            outcomes.collect()
        });
        let mut corpus = Corpus {
            pool,
            files,
            planned: Vec::new(),
            not_parsed: Vec::new(),
            failures: Vec::new(),
        };
        for outcome in outcomes {
            match outcome {
                Outcome::NoMention => {}
                Outcome::NotParsed(path) => corpus.not_parsed.push(path),
                Outcome::Planned(planned) => corpus.planned.push(*planned),
                Outcome::Failed(message) => corpus.failures.push(message),
            }
        }
        corpus
    }

    /// The files that the plan changes.
    fn changed(&self, plan_of: PlanOf) -> impl Iterator<Item = &Planned> {
        self.planned.iter().filter(move |file| plan_of(file).changes())
    }
}

impl Planned {
    fn encoded(&self, plan: &Plan) -> Vec<u8> {
        self.source
            .encode(&plan.text)
            .expect("the check of every plan encodes it")
    }
}

/// What became of one file.
enum Outcome {
    NoMention,
    NotParsed(PathBuf),
    Planned(Box<Planned>),
    Failed(String),
}

impl Outcome {
    fn of(folder: &Path, path: &Path) -> Outcome {
        let bytes = fs::read(folder.join(path)).expect("the corpus can be read");
        if memchr::memmem::find(&bytes, b"ssl").is_none() {
            return Outcome::NoMention;
        }
        catch_unwind(AssertUnwindSafe(|| Outcome::plan(path, bytes)))
            .unwrap_or_else(|_| Outcome::Failed(format!("{}: panicked", path.display())))
    }

    fn plan(path: &Path, bytes: Vec<u8>) -> Outcome {
        let Ok(source) = Source::decode(&bytes) else {
            return Outcome::NotParsed(path.into());
        };
        let Ok(parsed) = parse(source.text()) else {
            return Outcome::NotParsed(path.into());
        };
        match [&*SAFE, &*ALL, &*HARDENED].map(|options| plan(source.text(), options)) {
            [Ok(safe), Ok(all), Ok(hardened)] => Outcome::Planned(Box::new(Planned {
                path: path.into(),
                bytes,
                source,
                parsed,
                safe,
                all,
                hardened,
            })),
            [Err(error), ..] | [_, Err(error), _] | [.., Err(error)] => Outcome::Failed(format!(
                "{}: parses, but has no plan: {}",
                path.display(),
                error.message
            )),
        }
    }
}

fn is_required() -> bool {
    std::env::var_os("SSLFIX_REQUIRE_CORPUS").is_some_and(|value| value == "1")
}

/// Prints even where the output of a test that passes is not shown.
fn say(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Runs the command on the input to its end.
fn run(command: &mut Command, input: &[u8]) -> std::process::Output {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        // A program that ends early need not read all of its input.
        scope.spawn(move || drop(stdin.write_all(input)));
        child.wait_with_output().unwrap()
    })
}
