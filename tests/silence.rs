//! Where nothing is wrong sslfix says nothing: over the standard library of the newest Python, and over releases that
//! use only APIs that stay.
//!
//! The releases are not in the repository: `tests/corpus/fetch --modern` gets them. What is missing is said, and is a
//! failure if SSLFIX_REQUIRE_CORPUS=1 is set.

#[path = "corpus/python_files.rs"]
mod python_files;
#[path = "corpus/pythons.rs"]
mod pythons;

use python_files::python_files;
use rayon::prelude::*;
use sslfix::rewrite::{Options, plan};
use sslfix::source::Source;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What sslfix says about the standard library and is right about: the file, the codemod, and why.
const STANDARD_LIBRARY: &[(&str, &str, &str)] = &[(
    "ftplib.py",
    "protocol-constant",
    "compares the number of a protocol with `PROTOCOL_TLS`, which is deprecated",
)];

/// What it says about the releases and is right about. A release that uses an old API on purpose is better left out of
/// `tests/corpus/modern.txt`.
const RELEASES: &[(&str, &str, &str)] = &[];

/// Folders of the standard library's own tests, which use the old APIs on purpose, and of what is no part of it.
const NOT_THE_LIBRARY: [&str; 5] = ["test", "tests", "idle_test", "site-packages", "dist-packages"];

/// At least so many releases must be there.
const ENOUGH_RELEASES: usize = 20;

#[test]
fn nothing_is_found_in_the_standard_library() {
    let Some(python) = pythons::found().pop() else {
        return missing("no Python was found, whose standard library to look at");
    };
    let output = Command::new(&python.program)
        .args(["-c", "import sysconfig; print(sysconfig.get_path('stdlib'), end='')"])
        .output()
        .unwrap();
    let library = PathBuf::from(String::from_utf8(output.stdout).unwrap());
    let mut files = python_files(&library).expect("the standard library can be read");
    files.retain(|file| {
        let folders = file.strip_prefix(&library).unwrap().components();
        !folders
            .into_iter()
            .any(|folder| NOT_THE_LIBRARY.iter().any(|name| folder.as_os_str() == *name))
    });
    assert!(files.len() > 100, "only {} files in {}", files.len(), library.display());
    assert_silent(&library, &files, STANDARD_LIBRARY);
}

#[test]
fn nothing_is_found_in_releases_that_use_only_modern_apis() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/modern");
    let releases = match fs::read_dir(&folder) {
        Ok(entries) => entries.filter(|entry| entry.as_ref().unwrap().path().is_dir()).count(),
        Err(_) => 0,
    };
    if releases == 0 {
        return missing("the modern releases are not there; run tests/corpus/fetch --modern");
    }
    assert!(releases >= ENOUGH_RELEASES, "only {releases} releases");
    let files = python_files(&folder).expect("the releases can be read");
    assert_silent(&folder, &files, RELEASES);
}

/// Nothing that counts is found, and nothing would be written, but for just the exceptions.
fn assert_silent(folder: &Path, files: &[PathBuf], exceptions: &[(&str, &str, &str)]) {
    let heard: Vec<Heard> = pool().install(|| {
        let heard = files.par_iter().map(|file| hear(folder, file));
        heard.flatten().collect()
    });
    let mut unheard: BTreeMap<(&str, &str), &str> = exceptions
        .iter()
        .map(|(file, codemod, reason)| ((*file, *codemod), *reason))
        .collect();
    let mut failures = Vec::new();
    for heard in &heard {
        let key = (heard.file.as_str(), heard.codemod);
        unheard.remove(&key);
        let is_exception = exceptions
            .iter()
            .any(|(file, codemod, _)| (*file, *codemod) == key && !heard.is_fixed);
        if !is_exception {
            failures.push(format!("{}: [{}] {}", heard.file, heard.codemod, heard.message));
        }
    }
    failures.extend(
        unheard
            .iter()
            .map(|((file, codemod), reason)| format!("{file}: no [{codemod}] any more: {reason}")),
    );
    assert!(failures.is_empty(), "{}:\n{}", folder.display(), failures.join("\n"));
}

/// A finding that should not be there.
struct Heard {
    /// The file, below the folder.
    file: String,
    codemod: &'static str,
    message: String,
    is_fixed: bool,
}

fn hear(folder: &Path, file: &Path) -> Vec<Heard> {
    let bytes = fs::read(file).expect("the file can be read");
    if memchr::memmem::find(&bytes, b"ssl").is_none() {
        return Vec::new();
    }
    let name = file.strip_prefix(folder).unwrap().display().to_string();
    let heard = |codemod, message, is_fixed| Heard {
        file: name.replace('\\', "/"),
        codemod,
        message,
        is_fixed,
    };
    let options = Options {
        unsafe_fixes: true,
        ..Options::default()
    };
    let planned = Source::decode(&bytes).and_then(|source| plan(source.text(), &options));
    let plan = match planned {
        Ok(plan) => plan,
        Err(unreadable) => return vec![heard("", unreadable.message, false)],
    };
    let findings = plan
        .findings
        .iter()
        .filter(|finding| finding.counts() || finding.fix.is_some());
    let mut result: Vec<Heard> = findings
        .map(|finding| heard(finding.codemod, finding.message.clone(), finding.fix.is_some()))
        .collect();
    if result.is_empty() && plan.changes() {
        result.push(heard("", "is changed without a finding".into(), true));
    }
    result
}

/// Deeply nested files need more stack than a thread has by default.
fn pool() -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().stack_size(256 << 20).build().unwrap()
}

/// Says what could not be looked at, even where the output of a test that passes is not shown.
fn missing(message: &str) {
    let is_required = std::env::var_os("SSLFIX_REQUIRE_CORPUS").is_some_and(|value| value == "1");
    assert!(!is_required, "{message}");
    let _ = std::io::stderr().write_all(format!("\nsilence: {message}\n").as_bytes());
}
