//! The documents for people say what is so.

use sslfix::report::formats;
use sslfix::rewrite::{Finding, Options, plan};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn the_readme_shows_what_sslfix_writes() {
    let readme = read("README.md");
    let (_, rest) = readme.split_once("```diff\n").unwrap();
    let (diff, _) = rest.split_once("```").unwrap();
    let side = |sign: char| -> String {
        let lines = diff.lines().filter(|line| line.starts_with([' ', sign]));
        lines.map(|line| format!("{}\n", &line[1..])).collect()
    };
    let plan = plan(&side('-'), &Options::default()).unwrap();
    assert_eq!(plan.text, side('+'));
    assert!(!plan.left.iter().any(Finding::counts), "{:?}", plan.left);
}

#[test]
fn the_readme_shows_what_sslfix_says() {
    let readme = read("README.md");
    let between = |start: &str| {
        let (_, rest) = readme.split_once(start).unwrap();
        rest.split_once("```").unwrap().0.to_string()
    };
    let lines = between("```diff\n");
    let lines = lines.lines().filter(|line| line.starts_with([' ', '-']));
    let program: String = lines.map(|line| format!("{}\n", &line[1..])).collect();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("client.py"), program).unwrap();
    let said = Command::new(env!("CARGO_BIN_EXE_sslfix"))
        .arg("client.py")
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(said.stdout).unwrap(), between("```text\n"));
}

#[test]
fn the_readme_names_the_options_that_there_are() {
    let help = Command::new(env!("CARGO_BIN_EXE_sslfix"))
        .arg("--help")
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let readme = read("README.md");
    let (_, table) = readme.split_once("| option |").unwrap();
    let (table, _) = table.split_once("| exit status |").unwrap();
    let explained = BTreeSet::from(["--help".to_string(), "--version".to_string()]);
    assert_eq!(&options(table) | &explained, options(&help));
}

#[test]
fn the_readme_names_the_formats_that_there_are() {
    let readme = read("README.md");
    let (_, table) = readme.split_once("| format |").unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with("| `"));
    let named: Vec<&str> = rows.filter_map(|row| row.split('`').nth(1)).collect();
    let all: Vec<&str> = formats::ALL.iter().map(|format| format.name).collect();
    assert_eq!(named, all);
}

#[test]
fn what_is_said_to_be_tested_is_tested() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut tests = fs::read_to_string(root.join("cli.rs")).unwrap();
    tests.push_str(&fs::read_to_string(root.join("scope.rs")).unwrap());
    let mut of_faults = String::new();
    for entry in fs::read_dir(root.join("faults")).unwrap() {
        of_faults.push_str(&fs::read_to_string(entry.unwrap().path()).unwrap());
    }
    tests.push_str(&of_faults);

    let security = read("SECURITY.md");
    let (_, table) = security.split_once("## What is tested").unwrap();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(rows.len() >= 25, "{} rows", rows.len());
    let mut named = BTreeSet::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        let [_, _, _, _, names] = cells[..] else {
            panic!("{row} has {} cells", cells.len());
        };
        let names: Vec<&str> = names.trim().split(", ").map(|name| name.trim_matches('`')).collect();
        for name in &names {
            assert!(
                tests.contains(&format!("#[test]\nfn {name}()")),
                "there is no test {name}"
            );
        }
        named.extend(names);
    }
    for test in of_faults.split("#[test]\nfn ").skip(1) {
        let name = test.split('(').next().unwrap();
        assert!(named.contains(name), "SECURITY.md has no row for {name}");
    }
}

/// The long options that a text names.
fn options(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_lowercase() && c != '-');
    let options = words.filter(|word| word.len() > 2 && word.starts_with("--") && !word.starts_with("---"));
    options.map(str::to_string).collect()
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest = read("Cargo.toml");
    let mut section = "";
    let mut dependencies = BTreeSet::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if let Some((name, _)) = line.split_once(" = ")
            && section.ends_with("dependencies]")
        {
            dependencies.insert(name.to_string());
        }
    }

    let contributing = read("CONTRIBUTING.md");
    let (_, table) = contributing.split_once("| crate | why |").unwrap();
    let names = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
    let reasons: BTreeSet<String> = names
        .flat_map(|names| names.split('`').step_by(2).map(str::to_string).collect::<Vec<_>>())
        .collect();
    assert_eq!(reasons, dependencies);
}

#[test]
fn documents_name_only_files_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for document in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "tests/inputs/legacy_app/README.md",
    ] {
        let text = read(document);
        for word in text.split(['`', ' ', '\n', '(', ')', ',']) {
            let word = word.trim_end_matches(['.', '/']);
            let is_path = ["schema/", "src/", "tests/", "codemods/", "snapshots/", "fuzz/", ".ci/"]
                .iter()
                .any(|folder| word.starts_with(folder));
            // What is fetched, and what stands for a name.
            let is_there_always = !word.starts_with("tests/corpus/files")
                && !word.starts_with("tests/corpus/modern")
                && !word.starts_with("tests/corpus/popular")
                && !word.starts_with("tests/corpus/suites-cache")
                && !word.starts_with("tests/consumers/cache")
                && !word.contains("NAME");
            if is_path && is_there_always {
                assert!(root.join(word).exists(), "{document} names {word}");
            }
        }
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}
