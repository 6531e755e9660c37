//! What a user of sslfix sees on the small projects of `tests/inputs`: the diff, and what is left for a person.
//!
//! The snapshots are in `snapshots/projects/`. Carriage returns are shown as `␍`, and bytes that are not UTF-8 as `�`.

#[path = "corpus/python_files.rs"]
mod python_files;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn every_project_has_its_diff_and_its_rest() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/projects");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for project in projects() {
        let name = project.file_name().unwrap().to_str().unwrap();
        let folder = tempfile::tempdir().unwrap();
        copy(&project, &folder.path().join(name));

        let (diff, messages) = sslfix(folder.path(), &["--dry-run", name]);
        assert_eq!(
            content(&folder.path().join(name)),
            content(&project),
            "--dry-run changed {name}"
        );
        sslfix(folder.path(), &["--write", "--quiet", name]);
        let (left, summary) = sslfix(folder.path(), &[name]);

        settings.bind(|| {
            insta::assert_snapshot!(
                format!("{name}.diff"),
                format!("{diff}\n===== standard error =====\n{messages}")
            );
            insta::assert_snapshot!(
                format!("{name}.left"),
                format!("{left}\n===== standard error =====\n{summary}")
            );
        });
    }
}

/// Every folder of `tests/inputs`.
fn projects() -> Vec<PathBuf> {
    let inputs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inputs");
    let entries = fs::read_dir(inputs).unwrap().map(|entry| entry.unwrap().path());
    let mut projects: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    projects.sort();
    projects
}

/// Runs the program in the folder; returns what it prints to standard output and to standard error.
fn sslfix(folder: &Path, arguments: &[&str]) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sslfix"));
    let output = command.args(arguments).current_dir(folder).output().unwrap();
    let visible = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace('\r', "␍");
    let (stdout, stderr) = (visible(&output.stdout), visible(&output.stderr));
    assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}: {stderr}");
    (stdout, stderr)
}

/// Copies the Python files of a folder.
fn copy(from: &Path, to: &Path) {
    for (path, bytes) in content(from) {
        let path = to.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// The Python files of a folder and what is in them.
fn content(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let files = python_files::python_files(folder).unwrap();
    let relative = |path: PathBuf| (path.strip_prefix(folder).unwrap().into(), fs::read(&path).unwrap());
    files.into_iter().map(relative).collect()
}
