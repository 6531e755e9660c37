//! Baselines, and runs over what has changed: the real program, with real files and a real git.

#[allow(dead_code, reason = "of the other tests")]
#[path = "cli/playground.rs"]
mod playground;

use playground::{Finished, Playground};
use std::fs;

const CLIENT: &str = "import ssl\n\n\ndef connect(sock):\n    return ssl.wrap_socket(sock)\n";
const TABLE: &str = "import ssl\n\nssl.match_hostname(one, two)\n";

fn commit(project: &Playground, message: &str) {
    project.git(&["add", "-A"], b"");
    let who = [
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.org",
        "-c",
        "commit.gpgsign=false",
    ];
    let what = ["commit", "-q", "--allow-empty", "-m", message];
    project.git(&[&who[..], &what[..]].concat(), b"");
}

/// Two files with findings, committed on the branch `main`.
fn repository() -> Playground {
    let project = Playground::with(&[("app/client.py", CLIENT), ("app/table.py", TABLE)]);
    project.git(&["init", "-q", "-b", "main"], b"");
    commit(&project, "first");
    project
}

fn append(project: &Playground, name: &str, text: &str) {
    let old = fs::read(project.path(name)).unwrap_or_default();
    fs::create_dir_all(project.path(name).parent().expect("has one")).expect("makes it");
    fs::write(project.path(name), [&old, text.as_bytes()].concat()).expect("writes");
}

/// The places of the findings, without their notes.
fn places(finished: &Finished) -> Vec<String> {
    let stdout = finished.stdout();
    let lines = stdout.lines().filter(|line| !line.starts_with(' '));
    lines
        .map(|line| line.split(": ").next().expect("has one").to_string())
        .collect()
}

// Baselines.

#[test]
fn what_is_in_the_baseline_is_left_out_and_what_is_new_is_not() {
    let project = Playground::with(&[("app/client.py", CLIENT), ("app/table.py", TABLE)]);
    let write = project.run(&["--write-baseline", "known.json"]);
    assert_eq!((write.status, write.stdout()), (0, String::new()), "{write}");
    assert!(
        write.stderr().ends_with("wrote 2 findings to the baseline\n"),
        "{write}"
    );
    let text = project.text("known.json");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[..4],
        [
            "{",
            "  \"version\": 1,",
            "  \"fingerprint\": \"sslfixFingerprint/v1\",",
            "  \"findings\": ["
        ]
    );
    assert!(
        lines[4].contains("\"codemod\":\"wrap-socket\",\"path\":\"app/client.py\",\"within\":\"connect\""),
        "{text}"
    );
    assert!(lines[5].contains("\"path\":\"app/table.py\",\"within\":\"\""), "{text}");
    assert_eq!(lines.len(), 8);

    for mode in [
        &["--baseline", "known.json"][..],
        &["--baseline", "known.json", "--write"],
    ] {
        let quiet = project.run(mode);
        assert_eq!((quiet.status, quiet.stdout()), (0, String::new()), "{quiet}");
        assert!(
            quiet.stderr().ends_with("left out 2 findings of the baseline\n"),
            "{quiet}"
        );
    }
    // Lines and layout may change, and what is new is found.
    fs::write(
        project.path("app/client.py"),
        CLIENT.replace("import ssl\n", "import ssl\nimport os\n\n"),
    )
    .unwrap();
    fs::write(
        project.path("app/table.py"),
        "import ssl\n\nssl.match_hostname(  # why\n    one, two)\nssl.match_hostname(one, two)\n",
    )
    .unwrap();
    let new = project.run(&["--baseline", "known.json"]);
    assert_eq!(
        (new.status, places(&new)),
        (1, vec!["app/table.py:5:1".to_string()]),
        "{new}"
    );
}

#[test]
fn a_baseline_is_the_same_from_every_folder_and_every_time() {
    let project = Playground::with(&[("app/client.py", CLIENT), ("app/table.py", TABLE)]);
    assert_eq!(project.run(&["--write-baseline", "known.json", "-j", "1"]).status, 0);
    let text = project.text("known.json");
    let mut command = project.command(&["--write-baseline", "../known.json", ".", "../app"]);
    command.current_dir(project.path("app"));
    assert_eq!(playground::feed(command, b"").status, 0);
    assert_eq!(project.text("known.json"), text);
    let mut command = project.command(&["--baseline", "../known.json", "table.py"]);
    command.current_dir(project.path("app"));
    assert_eq!(playground::feed(command, b"").status, 0);
    assert_eq!(project.names("."), ["app", "known.json"]);
}

#[test]
fn what_was_fixed_since_is_said_and_dropped() {
    let project = Playground::with(&[("app/client.py", CLIENT), ("app/table.py", TABLE)]);
    assert_eq!(project.run(&["--write-baseline", "known.json"]).status, 0);
    fs::write(project.path("app/client.py"), "import ssl\n").unwrap();
    let finished = project.run(&["--baseline", "known.json"]);
    assert_eq!(finished.status, 0);
    let said = "fixed since the baseline: 1 entry, which --write-baseline drops\n";
    assert!(finished.stderr().contains(said), "{finished}");
    // Of what was not looked at nothing is known.
    assert!(
        !project
            .run(&["--baseline", "known.json", "app/table.py"])
            .stderr()
            .contains(said)
    );
    fs::write(project.path("app/client.py"), "import ssl\nssl.wrap_socket(\n").unwrap();
    assert!(!project.run(&["--baseline", "known.json"]).stderr().contains(said));
    fs::remove_file(project.path("app/client.py")).unwrap();
    assert!(project.run(&["--baseline", "known.json"]).stderr().contains(said));
    assert_eq!(project.run(&["--write-baseline", "known.json"]).status, 0);
    assert!(!project.text("known.json").contains("client.py"));
    assert!(!project.run(&["--baseline", "known.json"]).stderr().contains(said));
}

/// One that has nothing in it, one that git has merged to nonsense, one of another time, none at all.
#[test]
fn a_baseline_that_is_none_is_an_error() {
    let project = Playground::with(&[
        ("a.py", CLIENT),
        ("empty.json", ""),
        ("conflict.json", "{\n<<<<<<< ours\n"),
        ("newer.json", "{\"version\": 2, \"findings\": []}"),
        ("list.json", "[]"),
    ]);
    for name in [
        "empty.json",
        "conflict.json",
        "newer.json",
        "list.json",
        "gone.json",
        ".",
    ] {
        let finished = project.run(&["--baseline", name]);
        assert_eq!((finished.status, finished.stdout()), (2, String::new()));
        assert!(
            finished
                .stderr()
                .starts_with(&format!("error: {name}: cannot be read: ")),
            "{finished}"
        );
        assert_eq!(finished.stderr().lines().count(), 1, "{finished}");
    }
    let finished = project.run(&["--write-baseline", "no/folder.json"]);
    assert_eq!(finished.status, 2);
    assert!(
        finished.stderr().starts_with("error: the baseline cannot be written: "),
        "{finished}"
    );
}

#[test]
fn options_that_contradict_each_other_are_errors() {
    let project = Playground::with(&[("a.py", CLIENT), ("b.py", CLIENT)]);
    for flags in [
        &["--write-baseline", "b.json", "--write"][..],
        &["--write-baseline", "b.json", "--dry-run"],
        &["--write-baseline", "b.json", "--staged"],
        &["--since", "HEAD", "--staged"],
        &["--changed-lines-only"],
        &["--line-ranges", "1-2"],
        &["--line-ranges", "1-2", "a.py", "b.py"],
        &["--line-ranges", "2-1", "a.py"],
        &["--since", "HEAD", "-"],
    ] {
        let finished = project.run(flags);
        assert_eq!((finished.status, finished.stdout()), (2, String::new()), "{flags:?}");
    }
    assert_eq!(project.names("."), ["a.py", "b.py"]);
}

// Lines.

#[test]
fn findings_on_other_lines_are_left_out() {
    let text = format!("{TABLE}\n\ndef connect(sock):\n    return ssl.wrap_socket(\n        sock,\n    )\n");
    let project = Playground::with(&[("a.py", text.as_str())]);
    for (range, expected) in [("3", "a.py:3:1"), ("8-8", "a.py:7:12"), ("7", "a.py:7:12")] {
        let finished = project.run(&["--line-ranges", range, "a.py"]);
        assert_eq!((finished.status, places(&finished)), (1, vec![expected.to_string()]));
    }
    let both = project.run(&["--line-ranges", "1-3", "--line-ranges", "9-99", "a.py"]);
    assert_eq!(places(&both).len(), 2);
    assert_eq!(project.run(&["--line-ranges", "4-6", "a.py"]).status, 0);
    let write = project.run(&["--write", "--line-ranges", "1-4", "a.py"]);
    assert_eq!((write.status, project.text("a.py")), (1, text));
    let piped = project.run_on(TABLE.as_bytes(), &["--line-ranges", "1-2", "-"]);
    assert_eq!(piped.status, 0);
}

// git.

#[test]
fn since_is_about_what_has_changed_on_this_side_and_what_is_new() {
    let project = repository();
    project.git(&["checkout", "-q", "-b", "work"], b"");
    append(&project, "app/new in git.py", TABLE);
    commit(&project, "work");
    append(&project, "app/unknown to git.py", TABLE);
    // What others have done meanwhile is theirs.
    project.git(&["checkout", "-q", "main"], b"");
    append(&project, "app/client.py", "# theirs\n");
    project.git(&["add", "app/client.py"], b"");
    project.git(
        &[
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
            "commit",
            "-q",
            "-m",
            "theirs",
        ],
        b"",
    );
    project.git(&["checkout", "-q", "work"], b"");
    let finished = project.run(&["--since", "main"]);
    let expected = ["app/new in git.py:3:1", "app/unknown to git.py:3:1"];
    assert_eq!(
        (finished.status, places(&finished)),
        (1, expected.map(String::from).to_vec()),
        "{finished}"
    );
    // From a folder below, and of what is named only that.
    let mut command = project.command(&["--since", "main", "../app", "."]);
    command.current_dir(project.path("app"));
    let below = playground::feed(command, b"");
    assert_eq!(
        places(&below),
        ["../app/new in git.py:3:1", "../app/unknown to git.py:3:1"],
        "{below}"
    );
    let named = project.run(&["--since", "main", "app/client.py"]);
    assert_eq!(
        (named.status, named.stderr()),
        (0, "scanned 0 files, 0 mention ssl\n".to_string())
    );
    // Changes that are not committed count.
    append(&project, "app/table.py", "# mine\n");
    assert_eq!(places(&project.run(&["--since", "main"])).len(), 3);
    assert_eq!(
        places(&project.run(&["--since", "main", "--changed-lines-only"])).len(),
        2
    );
}

#[test]
fn only_changed_lines_are_those_of_the_file_as_it_is() {
    let project = repository();
    let text = format!("# above\n# above\n{TABLE}ssl.match_hostname(\n    three,\n    4)\n");
    fs::write(project.path("app/table.py"), &text).unwrap();
    let finished = project.run(&["--since", "HEAD", "--changed-lines-only"]);
    assert_eq!(places(&finished), ["app/table.py:6:1"], "{finished}");
    // A line inside a call is of the call.
    commit(&project, "second");
    fs::write(project.path("app/table.py"), text.replace("three", "3")).unwrap();
    let finished = project.run(&["--since", "HEAD", "--changed-lines-only"]);
    assert_eq!(places(&finished), ["app/table.py:6:1"], "{finished}");
    // And what only moved is not changed, also where the file has a new name.
    fs::write(project.path("app/table.py"), &text).unwrap();
    project.git(&["mv", "app/table.py", "app/[renamed] *.py"], b"");
    append(&project, "app/[renamed] *.py", "ssl.match_hostname(5, 6)\n");
    let finished = project.run(&["--since", "HEAD", "--changed-lines-only"]);
    assert_eq!(places(&finished), ["app/[renamed] *.py:9:1"], "{finished}");
}

#[test]
fn staged_is_about_the_next_commit() {
    let project = repository();
    append(&project, "app/client.py", "# not staged\n");
    append(&project, "app/table.py", "# staged\n");
    append(&project, "app/new.py", TABLE);
    append(&project, "unknown.py", TABLE);
    project.git(&["add", "app/table.py", "app/new.py"], b"");
    let finished = project.run(&["--staged"]);
    assert_eq!(places(&finished), ["app/new.py:3:1", "app/table.py:3:1"], "{finished}");
    let finished = project.run(&["--staged", "--changed-lines-only"]);
    assert_eq!(places(&finished), ["app/new.py:3:1"], "{finished}");
    project.git(&["rm", "-q", "-f", "app/table.py"], b"");
    assert_eq!(places(&project.run(&["--staged"])), ["app/new.py:3:1"]);
}

#[test]
fn a_file_that_is_staged_in_part_is_not_written() {
    let project = repository();
    append(
        &project,
        "app/client.py",
        "\n\ndef second(sock):\n    return ssl.wrap_socket(sock)\n",
    );
    append(&project, "app/table.py", "x = ssl.wrap_socket(y)\n");
    project.git(&["add", "-A"], b"");
    // Lines above move the staged ones.
    let staged = project.text("app/client.py");
    let now = format!("# above\n{staged}\n\ndef third(sock):\n    return ssl.wrap_socket(sock)\n");
    fs::write(project.path("app/client.py"), &now).unwrap();
    let lines = project.run(&["--staged", "--changed-lines-only", "app/client.py"]);
    assert_eq!(places(&lines), ["app/client.py:10:12"], "{lines}");
    let write = project.run(&["--staged", "--write"]);
    assert_eq!((write.status, project.text("app/client.py")), (2, now), "{write}");
    let said = "error: app/client.py: is staged in part, so what would be written is not what would be committed; \
                stage or stash the rest\n";
    assert!(write.stderr().contains(said), "{write}");
    assert!(
        !project.text("app/table.py").contains("ssl.wrap_socket"),
        "the others are written"
    );
}

#[test]
fn before_the_first_commit_everything_is_staged() {
    let project = Playground::with(&[("a.py", TABLE)]);
    project.git(&["init", "-q"], b"");
    assert_eq!(project.run(&["--staged"]).status, 0);
    project.git(&["add", "a.py"], b"");
    assert_eq!(
        places(&project.run(&["--staged", "--changed-lines-only"])),
        ["a.py:3:1"]
    );
}

/// git tells a hook by its environment which index the commit is made of.
#[cfg(unix)]
#[test]
fn a_hook_of_git_sees_what_is_committed() {
    let project = repository();
    let hook = project.path(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().expect("has one")).unwrap();
    let sslfix = env!("CARGO_BIN_EXE_sslfix");
    fs::write(&hook, format!("#!/bin/sh\n'{sslfix}' --staged > seen.txt\nexit 0\n")).unwrap();
    playground::mode(&hook, 0o755);
    append(&project, "app/table.py", "# changed\n");
    append(&project, "app/client.py", "# changed\n");
    let who = [
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.org",
        "-c",
        "commit.gpgsign=false",
    ];
    project.git(
        &[&who[..], &["commit", "-q", "-m", "one", "app/table.py"]].concat(),
        b"",
    );
    let seen = project.text("seen.txt");
    assert!(seen.starts_with("app/table.py:3:1: "), "{seen}");
    assert!(!seen.contains("client.py"), "{seen}");
}

#[test]
fn what_git_cannot_say_is_one_line() {
    let project = repository();
    for revision in [
        "gone",
        "",
        "--output=x",
        "-O/dev/null",
        "HEAD:app",
        "main..main",
        "@{nonsense",
        "--all",
    ] {
        let finished = project.run(&[&format!("--since={revision}")]);
        assert_eq!((finished.status, finished.stdout()), (2, String::new()), "{finished}");
        assert!(finished.stderr().starts_with("error: git: "), "{revision}: {finished}");
        assert_eq!(finished.stderr().lines().count(), 1, "{finished}");
    }
    assert_eq!(project.names("."), [".git", "app"]);
    project.git(&["checkout", "-q", "--orphan", "other"], b"");
    commit(&project, "of its own");
    let finished = project.run(&["--since", "main"]);
    assert_eq!(finished.status, 2);
    assert!(
        finished.stderr().contains("has no commit in common with HEAD"),
        "{finished}"
    );

    let plain = Playground::with(&[("a.py", TABLE)]);
    for flags in [&["--since", "HEAD"][..], &["--staged"]] {
        let finished = plain.run(flags);
        assert_eq!((finished.status, finished.stdout()), (2, String::new()));
        assert!(
            finished.stderr().starts_with("error: git: not a git repository"),
            "{finished}"
        );
        let finished = plain.run_with(&[("PATH", "/nonexistent")], flags);
        assert_eq!(finished.status, 2);
        assert_eq!(
            finished.stderr(),
            "error: git cannot be run: no such file or directory\n"
        );
    }
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text_are_changed_files_as_well() {
    use std::os::unix::ffi::OsStrExt;
    let project = repository();
    let folder = project.path("b\n c");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join(std::ffi::OsStr::from_bytes(b"\xff:(top)*.py")), TABLE).unwrap();
    let untracked = project.run(&["--since", "HEAD"]);
    assert_eq!(places(&untracked), ["\"b\\n c/\\377:(top)*.py\":3:1"], "{untracked}");
    project.git(&["add", "-A"], b"");
    let staged = project.run(&["--staged", "--changed-lines-only"]);
    assert_eq!(places(&staged), places(&untracked), "{staged}");
}

#[test]
fn what_another_repository_holds_is_not_ours() {
    let project = repository();
    let inner = Playground::with(&[("b.py", TABLE)]);
    inner.git(&["init", "-q", "-b", "main"], b"");
    commit(&inner, "inner");
    let from = inner.path("").to_string_lossy().into_owned();
    project.git(
        &[
            "-c",
            "protocol.file.allow=always",
            "submodule",
            "--quiet",
            "add",
            &from,
            "sub",
        ],
        b"",
    );
    commit(&project, "with a submodule");
    append(&project, "sub/b.py", "# changed inside\n");
    let finished = project.run(&["--since", "HEAD"]);
    assert_eq!((finished.status, finished.stdout()), (0, String::new()), "{finished}");
    let finished = project.run(&["--since", "HEAD~1"]);
    assert_eq!((finished.status, finished.stdout()), (0, String::new()), "{finished}");
}

/// The configuration of the repository names programs for everything that it can; none of them runs, and the index stays
/// as it is.
#[cfg(unix)]
#[test]
fn a_hostile_repository_runs_nothing() {
    let project = repository();
    let touch = project.path("touch");
    let ran = project.path("ran");
    fs::write(
        &touch,
        format!("#!/bin/sh\necho \"$0 $*\" >> '{}'\ncat\n", ran.display()),
    )
    .unwrap();
    playground::mode(&touch, 0o755);
    let program = touch.to_string_lossy().into_owned();
    fs::write(
        project.path(".gitattributes"),
        "*.py diff=evil filter=evil\ntable.py filter=a.b=c\nother.py filter=long\n",
    )
    .unwrap();
    append(&project, "app/other.py", TABLE);
    commit(&project, "attributes");
    let hooks = project.path(".git/hooks");
    fs::create_dir_all(&hooks).unwrap();
    for hook in ["post-index-change", "fsmonitor-watchman", "reference-transaction"] {
        fs::copy(&touch, hooks.join(hook)).unwrap();
    }
    for key in [
        "core.fsmonitor",
        "core.pager",
        "pager.diff",
        "diff.external",
        "diff.evil.command",
        "diff.evil.textconv",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "filter.a.b=c.clean",
        "filter.long.process",
        "core.sshCommand",
        "core.editor",
        "gpg.program",
        "credential.helper",
    ] {
        project.git(&["config", key, &program], b"");
    }
    project.git(&["config", "filter.evil.required", "true"], b"");
    for name in ["app/client.py", "app/table.py", "app/other.py"] {
        let text = project.text(name);
        fs::write(project.path(name), text + "# changed\n").unwrap();
    }
    let _ = fs::remove_file(&ran);
    let index = project.read(".git/index");
    for flags in [
        &["--since", "HEAD"][..],
        &["--since", "HEAD", "--changed-lines-only"],
        &["--staged"],
        &["--staged", "--changed-lines-only"],
    ] {
        let finished = project.run(flags);
        assert!(finished.status < 2, "{finished}");
        let what = fs::read_to_string(&ran).unwrap_or_default();
        assert!(!ran.exists(), "{flags:?} has run {what}");
    }
    assert_eq!(places(&project.run(&["--since", "HEAD"])).len(), 3);
    assert_eq!(project.read(".git/index"), index);
    // The trap is one: git itself falls into it.
    let _ = std::process::Command::new("git")
        .args(["diff", "HEAD"])
        .current_dir(project.path(""))
        .output();
    assert!(ran.exists(), "git runs nothing of it either, so this proves nothing");
}
