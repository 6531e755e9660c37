//! The Pythons of this machine. Shared by the tests that let a real one judge.

use std::path::PathBuf;
use std::process::Command;

/// A Python that starts.
pub struct Python {
    /// Its program.
    pub program: PathBuf,
    /// Its version, such as `(3, 13)`.
    pub version: (u32, u32),
}

/// One Python of each version, the oldest first: those that `SSLFIX_TEST_PYTHONS` names, a list like PATH, those on
/// PATH, and the versions of pyenv.
pub fn found() -> Vec<Python> {
    let named = std::env::var_os("SSLFIX_TEST_PYTHONS").unwrap_or_default();
    let named: Vec<PathBuf> = std::env::split_paths(&named).collect();
    let on_path = (6..=20).map(|minor| PathBuf::from(format!("python3.{minor}")));
    let on_path = on_path.chain([PathBuf::from("python3")]);
    let candidates = named.into_iter().chain(on_path).chain(of_pyenv());
    let mut pythons: Vec<Python> = candidates.filter_map(start).collect();
    pythons.sort_by_key(|python| python.version);
    pythons.dedup_by_key(|python| python.version);
    pythons
}

fn of_pyenv() -> Vec<PathBuf> {
    let root = std::env::var_os("PYENV_ROOT").map(PathBuf::from);
    let root = root.or_else(|| Some(std::env::home_dir()?.join(".pyenv")));
    let versions = root.and_then(|root| std::fs::read_dir(root.join("versions")).ok());
    versions
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin/python3"))
        .collect()
}

/// The Python, if the program is there and is more than the empty shell of a version that is not chosen. It says itself
/// where its program is, since what is on PATH may be a script that looks for it each time.
fn start(program: PathBuf) -> Option<Python> {
    let asked = Command::new(&program)
        .args(["-c", "import sys; print(*sys.version_info[:2], sys.executable)"])
        .output()
        .ok()?;
    let answer = String::from_utf8(asked.stdout).ok()?;
    let mut parts = answer.trim().splitn(3, ' ');
    let version = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let program = parts.next().map(PathBuf::from).filter(|path| path.is_file())?;
    Some(Python { program, version })
}
