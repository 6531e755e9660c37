//! Trees that were made to harm: what says which files are ignored, and what configures sslfix, comes with the code.

use crate::playground::{Finished, Playground};
use crate::{CLIENT, rewritten};
use std::os::unix::fs::symlink;
use std::path::Path;

/// Puts something in the place of a file that nobody should read to its end.
type Trap = fn(&Playground, &str);

const TRAPS: [(&str, Trap); 4] = [
    ("a pipe", |project, name| {
        project.pipe(name);
    }),
    ("a folder", |project, name| {
        std::fs::create_dir(project.path(name)).expect("makes the folder");
    }),
    ("a device without end", |project, name| {
        symlink("/dev/zero", project.path(name)).expect("links");
    }),
    ("a file that is too large", |project, name| {
        let file = std::fs::File::create(project.path(name)).expect("makes the file");
        file.set_len(8 << 30).expect("makes a hole");
    }),
];

/// What is said about the one thing that is wrong, in one line; the rest is done.
fn complaint(project: &Playground, finished: &Finished, path: &str) -> String {
    assert_eq!(finished.status, 2, "{finished}");
    let stderr = finished.stderr();
    let lines: Vec<&str> = stderr.lines().collect();
    assert_eq!(lines.len(), 1, "{finished}");
    assert!(lines[0].starts_with(&format!("error: {path}: ")), "{finished}");
    assert_eq!(project.text("tree/bad/a.py"), CLIENT);
    assert_eq!(project.text("tree/good/b.py"), rewritten(CLIENT));
    lines[0].to_string()
}

fn project() -> Playground {
    Playground::with(&[
        ("tree/bad/a.py", CLIENT),
        ("tree/bad/.git/info/attributes", ""),
        ("tree/good/b.py", CLIENT),
    ])
}

#[test]
fn what_says_what_is_ignored_and_cannot_be_read_leaves_its_folder_out() {
    for name in [".gitignore", ".ignore", ".git/info/exclude"] {
        for (what, trap) in TRAPS {
            let project = project();
            let path = format!("tree/bad/{name}");
            trap(&project, &path);
            let finished = project.run(&["--write", "-q"]);
            let complaint = complaint(&project, &finished, &path);
            assert!(
                complaint.ends_with(", so its folder is left out"),
                "{what}: {complaint}"
            );
            // Also where the folder, or what is below it, is named.
            for named in ["tree/bad", "tree/bad/a.py"] {
                let finished = project.run(&["--write", "-q", named]);
                assert_eq!(
                    (finished.status, finished.stderr().lines().count()),
                    (2, 1),
                    "{what}: {finished}"
                );
            }
            assert_eq!(project.text("tree/bad/a.py"), CLIENT);
        }
    }
}

#[test]
fn a_linked_work_tree_that_leads_to_a_pipe_is_left_out() {
    let project = Playground::with(&[("tree/bad/a.py", CLIENT), ("tree/good/b.py", CLIENT), ("git/HEAD", "")]);
    let git = project.path("git");
    std::fs::write(project.path("tree/bad/.git"), format!("gitdir: {}\n", git.display())).expect("writes");
    project.pipe("git/commondir");
    let finished = project.run(&["--write", "-q", "tree"]);
    let path = Path::new("git/commondir");
    assert!(complaint(&project, &finished, path.to_str().expect("is text")).contains("it is no file"));
}

#[test]
fn strange_patterns_ignore_what_they_match_and_stop_nothing() {
    let mut patterns = b"[\n[z-a]\n**/**/**/*\\\n\xff\xfe*\n!\n{a,b,{c\n/ignored.py\n".to_vec();
    for line in 0..5000 {
        patterns.extend(format!("*a*b*c*{line}*?*[!x]*\n").bytes());
    }
    let project = Playground::with(&[
        (".gitignore", patterns.as_slice()),
        ("ignored.py", CLIENT.as_bytes()),
        ("a.py", CLIENT.as_bytes()),
    ]);
    let finished = project.run(&["--write"]);
    assert_eq!(finished.status, 0, "{finished}");
    assert_eq!(project.text("ignored.py"), CLIENT);
    assert_eq!(project.text("a.py"), rewritten(CLIENT));
}

#[test]
fn a_configuration_that_cannot_be_read_leaves_its_files_alone() {
    for name in ["sslfix.toml", ".sslfix.toml", "pyproject.toml"] {
        for (what, trap) in TRAPS {
            let project = project();
            let path = format!("tree/bad/{name}");
            trap(&project, &path);
            let finished = project.run(&["--write", "-q"]);
            let complaint = complaint(&project, &finished, &path);
            assert!(
                complaint.contains("the configuration cannot be read: it "),
                "{what}: {complaint}"
            );
        }
    }
}

#[test]
fn a_configuration_that_is_wrong_leaves_its_files_alone() {
    let deep = format!("a = {}{}\n", "[".repeat(100_000), "]".repeat(100_000));
    for (content, expected) in [
        (
            &b"strict = true\n# \xe9\n"[..],
            "is wrong in line 2: it is not valid UTF-8",
        ),
        (deep.as_bytes(), "is wrong in line 1: "),
        (
            b"\n\"\\u001b[31m\\n\" = 1\n",
            "is wrong in line 2: unknown key `\\u{1b}[31m ",
        ),
        (
            b"helper-module = \"os; import evil\"\n",
            "is wrong in line 1: it is no dotted name",
        ),
        (b"write = true\n", "is wrong in line 1: unknown key `write`"),
        (b"strict = \"yes\"\n", "is wrong in line 1: invalid type"),
    ] {
        let project = project();
        std::fs::write(project.path("tree/bad/sslfix.toml"), content).expect("writes");
        let finished = project.run(&["--write", "-q"]);
        let complaint = complaint(&project, &finished, "tree/bad/sslfix.toml");
        assert!(complaint.contains(expected), "{complaint}");
        assert!(!complaint.contains('\u{1b}'));
    }
}

#[test]
fn a_project_of_others_may_have_any_pyproject() {
    for content in [&b"\xff\xfe"[..], b"[tool.other\n", b""] {
        let project = Playground::with(&[("a.py", CLIENT.as_bytes()), ("pyproject.toml", content)]);
        assert_eq!(project.run(&["--write", "-q"]).status, 0);
        assert_eq!(project.text("a.py"), rewritten(CLIENT));
    }
}

#[test]
fn nothing_of_the_code_is_run() {
    let trap = "open('ran', 'w').close()\n";
    let code = format!("#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n{trap}{CLIENT}");
    let project = Playground::with(&[
        ("a.py", code.as_str()),
        ("sitecustomize.py", trap),
        ("ssl.py", trap),
        ("setup.py", &code),
        ("__init__.py", trap),
    ]);
    assert_eq!(project.run(&["--write", "-q"]).status, 0);
    assert_eq!(project.text("a.py"), rewritten(&code));
    assert_eq!(
        project.names("."),
        ["__init__.py", "a.py", "setup.py", "sitecustomize.py", "ssl.py"]
    );
}
