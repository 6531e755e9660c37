//! Comments that tell sslfix to let a place be, as users meet them: the real program, on real files.

#[allow(dead_code, reason = "of the other tests")]
#[path = "cli/playground.rs"]
mod playground;

use playground::Playground;

const REASON: &str = "the device knows no better";

/// What `--write --add-ignores` makes of a text. Afterwards nothing is left, and a second run adds nothing.
fn added(text: &[u8], flags: &[&str]) -> Vec<u8> {
    let project = Playground::with(&[("a.py", text)]);
    let arguments = |mode| [&[mode, "--add-ignores", REASON, "a.py"], flags].concat();
    let dry_run = project.run(&arguments("--dry-run"));
    assert_eq!(project.read("a.py"), text);
    let write = project.run(&arguments("--write"));
    assert_eq!((write.status, write.stdout()), (0, dry_run.stdout()), "{write}");
    let written = project.read("a.py");
    let again = project.run(&arguments("--write"));
    assert_eq!((again.status, again.stdout()), (0, String::new()), "{}", again.stderr());
    assert_eq!(project.read("a.py"), written);
    let check = project.run(&["a.py"]);
    assert_eq!(check.status, 0, "{}", check.stdout());
    written
}

fn added_to(text: &str) -> String {
    String::from_utf8(added(text.as_bytes(), &[])).expect("is UTF-8")
}

#[test]
fn what_a_comment_leaves_alone_is_not_reported_not_fixed_and_not_counted() {
    let text = "import ssl\n\nsock = ssl.wrap_socket(sock)  # sslfix: ignore[wrap-socket] old firmware\n";
    let project = Playground::with(&[("a.py", text)]);
    for mode in [&["a.py"][..], &["--dry-run", "a.py"], &["--write", "a.py"]] {
        let finished = project.run(mode);
        assert_eq!((finished.status, finished.stdout()), (0, String::new()));
        assert_eq!(finished.stderr(), "scanned 1 file, 1 mentions ssl\n");
    }
    assert_eq!(project.text("a.py"), text);
}

#[test]
fn a_comment_about_the_file_is_about_all_of_it() {
    let text = "# Copyright\n# sslfix: ignore-file generated\n\"\"\"A client.\"\"\"\nimport ssl\nssl.wrap_socket(a)\nssl.match_hostname(a, b)\n";
    let project = Playground::with(&[("a.py", text)]);
    assert_eq!(project.run(&["a.py"]).status, 0);
}

#[test]
fn a_comment_that_excuses_nothing_is_a_finding_and_goes() {
    let text = "import ssl\r\n\r\nprint(ssl.OPENSSL_VERSION)  # sslfix: ignore[wrap-socket]\r\n";
    let project = Playground::with(&[("a.py", text)]);
    let check = project.run(&["a.py"]);
    assert_eq!(check.status, 1);
    assert!(
        check.stdout().starts_with("a.py:3:29: warning[unused-ignore]"),
        "{check}"
    );
    assert_eq!(project.run(&["--write", "a.py"]).status, 0);
    assert_eq!(project.text("a.py"), "import ssl\r\n\r\nprint(ssl.OPENSSL_VERSION)\r\n");
}

/// What was not asked for may be there.
#[test]
fn a_comment_about_a_codemod_that_does_not_look_is_not_unused() {
    let lines = "sock = ssl.wrap_socket(sock)  # sslfix: ignore[wrap-socket]\nother = ssl.wrap_socket(sock)  # sslfix: ignore\n";
    let project = Playground::with(&[("a.py", &format!("import ssl\n\n{lines}"))]);
    for arguments in [["--ignore", "wrap-socket"], ["--select", "ssl-context,unused-ignore"]] {
        let check = project.run(&[&arguments[..], &["a.py"]].concat());
        assert_eq!((check.stdout(), check.status), (String::new(), 0), "{arguments:?}");
    }
}

/// Nothing else in the file can concern sslfix.
#[test]
fn a_comment_is_looked_at_wherever_it_is() {
    let project = Playground::with(&[("a.py", "print(1)  # sslfix: ignore[wrap_sockets]\n")]);
    let check = project.run(&["a.py"]);
    assert_eq!(check.status, 1);
    assert!(check.stdout().contains("did you mean `wrap-socket`?"), "{check}");
}

#[test]
fn every_codemod_can_be_explained_also_those_about_comments() {
    let project = Playground::empty();
    for name in ["unused-ignore", "unknown-ignore"] {
        let page = project.run(&["explain", name]);
        assert_eq!(page.status, 0);
        assert!(page.stdout().starts_with(&format!("# `{name}`\n")), "{page}");
    }
}

#[test]
fn adding_comments_is_writing() {
    let project = Playground::with(&[("a.py", "import ssl\n")]);
    for (flags, message) in [
        (&["--add-ignores", "why"][..], "--write to do it"),
        (&["--write", "--add-ignores", " "], "cannot be empty"),
        (&["--write", "--add-ignores", "a\nb"], "one line"),
        (&["--write", "--add-ignores", "see # noqa"], "no comment for a tool"),
    ] {
        let finished = project.run(flags);
        assert_eq!(finished.status, 2, "{finished}");
        assert!(finished.stderr().contains(message), "{finished}");
    }
    assert_eq!(project.run(&["--write", "--add-ignores", "see #12"]).status, 0);
}

#[test]
fn what_is_fixed_needs_no_comment_and_what_is_left_gets_one() {
    let text =
        "import ssl\n\n\ndef connect(sock):\n    return ssl.wrap_socket(sock)\n\n\nssl.match_hostname(one, two)\n";
    let project = Playground::with(&[("a.py", text)]);
    let finished = project.run(&["--write", "--add-ignores", REASON, "a.py"]);
    assert!(
        finished
            .stderr()
            .contains("added 1 comment to leave alone what is left\n"),
        "{finished}"
    );
    let written = project.text("a.py");
    assert!(!written.contains("ssl.wrap_socket"), "{written}");
    assert!(written.ends_with(&format!(
        "\nssl.match_hostname(one, two)  # sslfix: ignore[match-hostname] {REASON}\n"
    )));
    added(text.as_bytes(), &[]);
}

#[test]
fn a_comment_is_written_where_python_takes_one() {
    let why = format!("ignore[match-hostname] {REASON}");
    for (text, expected) in [
        // Behind a backslash there can be none.
        (
            "import ssl\nx = 1 + \\\n    ssl.match_hostname(a, b)\n",
            format!("import ssl\nx = 1 + \\\n    ssl.match_hostname(a, b)  # sslfix: {why}\n"),
        ),
        (
            "import ssl\nx = ssl.match_hostname(a, b) + \\\n    1\n",
            format!("import ssl\nx = ssl.match_hostname(a, b) + \\\n    1  # sslfix: {why}\n"),
        ),
        // Nor inside a string.
        (
            "import ssl\nx = ssl.match_hostname(\"\"\"\n  a\"\"\", b)\n",
            format!("import ssl\nx = ssl.match_hostname(\"\"\"\n  a\"\"\", b)  # sslfix: {why}\n"),
        ),
        (
            "import ssl\nx = f'''\n{ssl.match_hostname(a, b)}\n'''\n",
            format!("import ssl\nx = f'''\n{{ssl.match_hostname(a, b)}}\n'''  # sslfix: {why}\n"),
        ),
        // Beside others, and in a list that is there.
        (
            "import ssl\nssl.match_hostname(a, b)  # noqa: E501\n",
            format!("import ssl\nssl.match_hostname(a, b)  # noqa: E501  # sslfix: {why}\n"),
        ),
        (
            "import ssl\nf(ssl.match_hostname(a, b), ssl.PROTOCOL_SSLv3)  # sslfix: ignore[protocol-constant] old  # noqa\n",
            "import ssl\nf(ssl.match_hostname(a, b), ssl.PROTOCOL_SSLv3)  # sslfix: ignore[protocol-constant, match-hostname] old  # noqa\n"
                .to_string(),
        ),
        // One for a line.
        (
            "import ssl\nssl.match_hostname(a, b); ssl.match_hostname(a, b); ssl.PROTOCOL_SSLv3\n",
            format!(
                "import ssl\nssl.match_hostname(a, b); ssl.match_hostname(a, b); ssl.PROTOCOL_SSLv3  # sslfix: \
                 ignore[match-hostname, protocol-constant] {REASON}\n"
            ),
        ),
        // With the ends that the lines have, or none.
        (
            "import ssl\r\nssl.match_hostname(\r\n    a, b)\r\n",
            format!("import ssl\r\nssl.match_hostname(  # sslfix: {why}\r\n    a, b)\r\n"),
        ),
        (
            "import ssl\nif ssl.match_hostname(a, b): pass",
            format!("import ssl\nif ssl.match_hostname(a, b): pass  # sslfix: {why}"),
        ),
    ] {
        assert_eq!(added_to(text), expected);
    }
}

#[test]
fn the_encoding_of_the_file_stays() {
    let text = b"# coding: latin-1\nimport ssl\nssl.match_hostname(a, '\xe9')\n";
    let expected = [
        &text[..text.len() - 1],
        b"  # sslfix: ignore[match-hostname] ",
        REASON.as_bytes(),
        b"\n",
    ]
    .concat();
    assert_eq!(added(text, &[]), expected);
    // A reason that the encoding has no letters for.
    let project = Playground::with(&[("b.py", text)]);
    let letters = project.run(&["--write", "--add-ignores", "für später – vielleicht", "b.py"]);
    assert_eq!((letters.status, letters.stdout()), (1, String::new()), "{letters}");
    assert_eq!(project.read("b.py"), text);
}

#[test]
fn an_unsafe_fix_that_is_not_wanted_gets_a_comment() {
    let text = "import ssl\n\nsock = ssl.wrap_socket(sock, ssl_version=choose())\n";
    assert!(added_to(text).ends_with(&format!(")  # sslfix: ignore[wrap-socket] {REASON}\n")));
    let fixed = added(text.as_bytes(), &["--unsafe-fixes"]);
    assert!(!String::from_utf8_lossy(&fixed).contains("sslfix:"));
}

/// Of the standard input, too.
#[test]
fn comments_are_added_to_what_is_piped_through() {
    let project = Playground::empty();
    let finished = project.run_on(
        b"import ssl\nssl.match_hostname(a, b)\n",
        &["--write", "--add-ignores", "why", "-"],
    );
    assert_eq!(finished.status, 0);
    assert_eq!(
        finished.stdout(),
        "import ssl\nssl.match_hostname(a, b)  # sslfix: ignore[match-hostname] why\n"
    );
}
