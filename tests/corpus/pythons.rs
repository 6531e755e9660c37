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

/// The newest Python on PATH or among the versions of pyenv, if there is one.
pub fn newest() -> Option<Python> {
    let on_path = (8..=20).map(|minor| PathBuf::from(format!("python3.{minor}")));
    let candidates = on_path.chain([PathBuf::from("python3")]).chain(of_pyenv());
    candidates.filter_map(start).max_by_key(|python| python.version)
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

/// The Python, if the program is there and is more than the empty shell of a version that is not chosen.
fn start(program: PathBuf) -> Option<Python> {
    let asked = Command::new(&program)
        .args(["-c", "import sys; print(*sys.version_info[:2])"])
        .output()
        .ok()?;
    let answer = String::from_utf8(asked.stdout).ok()?;
    let (major, minor) = answer.trim().split_once(' ')?;
    Some(Python {
        program,
        version: (major.parse().ok()?, minor.parse().ok()?),
    })
}
