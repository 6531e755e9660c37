//! The rules of the house, as tests: what must agree agrees, and the layers stay layers.

use sslfix::codemods;
use std::path::{Path, PathBuf};

/// Every Rust file of the crate, by its path in the repository, with its text.
fn rust_files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    let folders = [
        "src",
        "codemods",
        "tests",
        "examples",
        "benches",
        "fuzz/src",
        "fuzz/fuzz_targets",
    ];
    let mut folders: Vec<PathBuf> = folders.iter().map(|name| root.join(name)).collect();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.map(|entry| entry.expect("the repository can be read").path()) {
            let name = entry
                .strip_prefix(root)
                .expect("below the root")
                .to_string_lossy()
                .replace('\\', "/");
            if entry.is_dir() {
                // Downloaded and example code is not ours.
                if !matches!(
                    name.as_str(),
                    "tests/corpus/files" | "tests/corpus/modern" | "tests/corpus/popular" | "tests/inputs"
                ) {
                    folders.push(entry);
                }
            } else if name.ends_with(".rs") {
                files.push((name, std::fs::read_to_string(&entry).expect("a source file is text")));
            }
        }
    }
    files.sort();
    assert!(files.len() > 30, "the source files were not found");
    files
}

/// Where the parts of codemods are that are too long for one file.
const PARTS: &str = "src/parts/";

fn files_below<'a>(files: &'a [(String, String)], folders: &'a [&str]) -> impl Iterator<Item = &'a (String, String)> {
    files
        .iter()
        .filter(|(name, _)| folders.iter().any(|folder| name.starts_with(folder)))
}

#[test]
fn code_page_and_list_agree() {
    let shelf = Path::new(env!("CARGO_MANIFEST_DIR")).join("codemods");
    let mut on_shelf: Vec<String> = std::fs::read_dir(&shelf)
        .expect("the shelf is there")
        .map(|entry| entry.expect("the shelf can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("mod.rs"))
        .map(|path| {
            path.file_stem()
                .expect("a file has a name")
                .to_string_lossy()
                .replace('_', "-")
        })
        .collect();
    on_shelf.sort();
    let folders = std::fs::read_dir(&shelf).expect("the shelf is there");
    for entry in folders.map(|entry| entry.expect("the shelf can be read").path()) {
        assert!(!entry.is_dir(), "{}: parts are in {PARTS}", entry.display());
    }
    let mut listed: Vec<String> = codemods::ALL.iter().map(|codemod| codemod.name.to_string()).collect();
    listed.sort();
    assert_eq!(
        on_shelf, listed,
        "the files of the shelf and the list in codemods/mod.rs"
    );

    for codemod in codemods::ALL {
        let page = codemod.page;
        assert!(
            page.starts_with(&format!("# `{}`\n", codemod.name)),
            "{}: the page opens with the name",
            codemod.name
        );
        assert!(
            codemod.summary().ends_with('.'),
            "{}: the summary is a sentence",
            codemod.name
        );
        assert!(
            page.contains("**What is left for a person.**"),
            "{}: the page says what is left",
            codemod.name
        );
        let headings: Vec<&str> = page.lines().filter(|line| line.starts_with("## ")).collect();
        assert!(headings.len() >= 3, "{}: the page has too few cases", codemod.name);
        for (index, heading) in headings.iter().enumerate() {
            assert!(
                !headings[..index].contains(heading),
                "{}: {heading} stands twice",
                codemod.name
            );
        }
    }
}

#[test]
fn codemods_do_not_know_each_other() {
    let files = rust_files();
    for (name, text) in files_below(&files, &["codemods/", PARTS]).filter(|(name, _)| name != "codemods/mod.rs") {
        let own = name
            .trim_start_matches("codemods/")
            .trim_start_matches(PARTS)
            .split(['/', '.'])
            .next()
            .unwrap_or_default();
        for codemod in codemods::ALL.iter().map(|codemod| codemod.name.replace('-', "_")) {
            if codemod != own {
                assert!(
                    !text.contains(&format!("{codemod}::")),
                    "{name} knows its neighbour {codemod}"
                );
            }
        }
    }
}

#[test]
fn what_decides_reads_and_writes_nothing() {
    let files = rust_files();
    let outside = [
        "std::fs",
        "std::env",
        "std::io",
        "std::time",
        "std::path",
        "std::process",
        "println!",
        "eprintln!",
    ];
    let mut looked_at = 0;
    for (name, text) in files_below(
        &files,
        &[
            "src/python/",
            "src/tls/",
            "src/rewrite/",
            "src/evidence.rs",
            "codemods/",
            PARTS,
        ],
    ) {
        looked_at += 1;
        for forbidden in outside {
            assert!(
                !text.contains(forbidden),
                "{name} uses {forbidden}, and stands left of the plan"
            );
        }
    }
    assert!(looked_at > 15);
}

#[test]
fn no_connection_is_opened_and_no_program_started() {
    let files = rust_files();
    let mut looked_at = 0;
    // What runs git, for `--since` and `--staged`, is in one place, which promises what SECURITY.md says of it.
    let runs_git = |name: &str, word: &str| name == "src/git.rs" && word == "Command::new";
    for (name, text) in files_below(&files, &["src/", "codemods/"]) {
        looked_at += 1;
        // The editor, when a person at the terminal asks for it.
        if name == "src/review/editor.rs" {
            continue;
        }
        for forbidden in [
            "TcpStream",
            "TcpListener",
            "UdpSocket",
            "UnixStream",
            "ToSocketAddrs",
            "process::Command",
            "Command::new",
        ] {
            assert!(
                !text.contains(forbidden) || runs_git(name, forbidden),
                "{name} uses {forbidden}, and SECURITY.md says that nothing does"
            );
        }
    }
    assert!(looked_at > 30);
}

#[test]
fn layers_look_one_way() {
    let files = rust_files();
    let rules: [(&[&str], &[&str]); 5] = [
        (
            &["src/tls/"],
            &[
                "ruff_python_ast",
                "ruff_python_parser",
                "crate::codemods",
                "crate::evidence",
                "crate::run",
            ],
        ),
        (
            &["src/python/"],
            &[
                "crate::codemods",
                "crate::evidence",
                "crate::report",
                "crate::run",
                "crate::tls::recipe",
            ],
        ),
        (
            &["src/rewrite/", "codemods/", PARTS, "src/evidence.rs"],
            &[
                "crate::report",
                "crate::run",
                "crate::cli",
                "crate::write",
                "crate::discover",
            ],
        ),
        (&["src/write.rs"], &["crate::codemods", "crate::python", "crate::tls"]),
        // A report may tell what stands on the page of a codemod, and may not look at code with it.
        (&["src/report/"], &[".look)", "crate::python", "crate::tls"]),
    ];
    for (folders, forbidden) in rules {
        for (name, text) in files_below(&files, folders) {
            for word in forbidden {
                let uses = text
                    .lines()
                    .any(|line| !line.trim_start().starts_with("//") && line.contains(word));
                assert!(!uses, "{name} looks up to {word}");
            }
        }
    }
}

#[test]
fn every_module_says_what_it_answers() {
    for (name, text) in rust_files() {
        let opens = text.starts_with("//! ") || text.starts_with("#![doc = include_str!(");
        assert!(opens, "{name} does not open with its documentation");
        let file = name.rsplit('/').next().unwrap_or_default();
        assert!(
            !matches!(file, "utils.rs" | "util.rs" | "helpers.rs" | "common.rs" | "misc.rs"),
            "{name} has no subject"
        );
    }
}

#[test]
fn nothing_is_unfinished() {
    let forbidden = [
        concat!("to", "do!("),
        concat!("unimpl", "emented!("),
        concat!("#[ig", "nore"),
        concat!("db", "g!("),
    ];
    for (name, text) in rust_files() {
        for word in forbidden {
            assert!(!text.contains(word), "{name} has {word}");
        }
    }
}
