//! The command line as users meet it: the real program, on real files.
//!
//! What is long and meant to be read is a snapshot in `snapshots/cli/`; what is a rule is an assertion.

#[path = "cli/html.rs"]
mod html;
#[path = "cli/playground.rs"]
mod playground;

use playground::{Finished, Playground};
use std::io::Write;

const CLIENT: &str = "import ssl\n\n\ndef connect(sock):\n    return ssl.wrap_socket(sock)\n";
/// Has a finding and no fix.
const UNFIXABLE: &str = "import ssl\n\nssl.match_hostname(certificate, name)\n";
/// Has a fix that is unsafe.
const UNSAFE: &str = "import ssl\n\nsock = ssl.wrap_socket(sock, ssl_version=choose())\n";
/// Has a finding that breaks nothing.
const GUARDED: &str = "import ssl\n\nif not hasattr(ssl, 'SSLContext'):\n    sock = ssl.wrap_socket(sock)\n";
const CLEAN: &str = "import ssl\n\nprint(ssl.OPENSSL_VERSION)\n";

macro_rules! assert_cli_snapshot {
    ($name:literal, $finished:expr) => {
        insta::with_settings!({ snapshot_path => "../snapshots/cli", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!($name, $finished);
        });
    };
}

fn project() -> Playground {
    Playground::with(&[
        ("app/client.py", CLIENT),
        ("app/table.py", UNFIXABLE),
        ("app/dynamic.py", UNSAFE),
        ("app/compat.py", GUARDED),
        ("app/version.py", CLEAN),
        ("app/other.py", "print('nothing')\n"),
        ("README.md", "ssl.wrap_socket\n"),
    ])
}

// What it says and what it does.

#[test]
fn without_a_flag_findings_are_reported_and_nothing_is_written() {
    let project = project();
    assert_cli_snapshot!("check", project.run(&[]));
    assert_eq!(project.read("app/client.py"), CLIENT.as_bytes());
}

#[test]
fn a_dry_run_prints_the_diff_alone_on_stdout_and_writes_nothing() {
    let project = project();
    let finished = project.run(&["--dry-run"]);
    assert_eq!(project.run(&["--diff"]), finished);
    assert_cli_snapshot!("dry-run", finished);
    assert_eq!(project.read("app/client.py"), CLIENT.as_bytes());
}

#[test]
fn write_prints_the_same_diff_and_does_it() {
    let project = project();
    let dry_run = project.run(&["--dry-run"]);
    let write = project.run(&["--write"]);
    assert_eq!(write.stdout, dry_run.stdout);
    assert_cli_snapshot!("write", write);
    assert!(project.text("app/client.py").contains("SSLContext"));
    // A second run has nothing to do.
    assert_eq!(project.run(&["--write"]).stdout, b"");
}

#[test]
fn unsafe_fixes_are_applied_when_asked_for() {
    let project = project();
    assert_cli_snapshot!(
        "unsafe-fixes",
        project.run(&["--write", "--unsafe-fixes", "app/dynamic.py"])
    );
}

#[test]
fn a_report_is_written_beside_what_is_printed() {
    let project = project();
    let dry_run = project.run(&["--dry-run"]);
    let with_report = project.run(&["--dry-run", "--report", "patch=a=b.patch"]);
    assert_eq!(with_report, dry_run);
    assert_eq!(project.read("a=b.patch"), dry_run.stdout);
    // A report has the standard output for itself, and tells what it tells whatever is done.
    for arguments in [["--output-format", "patch"], ["--report", "patch=-"]] {
        let only_report = project.run(&arguments);
        assert_eq!((&only_report.stdout, only_report.status), (&dry_run.stdout, 1));
        assert!(
            !only_report.stderr().contains("wrap-socket]"),
            "{}",
            only_report.stderr()
        );
    }
}

#[test]
fn a_report_that_cannot_be_written_is_an_error_before_anything_is() {
    let project = project();
    let finished = project.run(&["--write", "--report", "patch=gone/x.patch"]);
    assert_eq!((finished.stdout(), finished.status), (String::new(), 2));
    assert_eq!(
        finished.stderr(),
        "error: gone/x.patch: cannot be written: no such file or directory\n"
    );
    assert_eq!(project.read("app/client.py"), CLIENT.as_bytes());
    for arguments in [
        ["--report", "patch=-", "--output-format=patch"].as_slice(),
        &["--report", "patch"],
        &["--report", "patch="],
        &["--report", "nothing=x"],
        &["--output-format", "nothing"],
        &["--output-format", "patch", "--write", "-"],
    ] {
        assert_eq!(project.run(arguments).status, 2, "{arguments:?}");
    }
}

#[test]
fn concise_is_a_line_for_each_finding() {
    let project = project();
    let concise = project.run(&["--output-format", "concise"]).stdout();
    let full = project.run(&[]).stdout();
    let first_lines: Vec<&str> = full.lines().filter(|line| !line.starts_with("  ")).collect();
    let marks = [" [safe fix]", "", " [unsafe fix]", ""];
    let expected: Vec<String> = first_lines
        .iter()
        .zip(marks)
        .map(|(line, mark)| format!("{line}{mark}"))
        .collect();
    assert_eq!(concise.lines().collect::<Vec<_>>(), expected);
    assert_eq!(first_lines.len(), marks.len());
}

#[test]
fn a_finding_shows_its_lines_and_those_that_it_rests_on() {
    let server = "import socket\nimport ssl\n\n\ndef serve(certificate):\n    context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)\n    \
                  context.load_cert_chain(certificate)\n    listener = socket.socket()\n    listener.bind((\"\", 443))\n    \
                  listener.listen(5)\n    return context.wrap_socket(listener, server_side=True)\n";
    let client = "import socket\nimport ssl\n\n\ndef connect(host):\n    sock = socket.create_connection((host, 443))\n    \
                  return ssl.wrap_socket(sock)\n";
    let role = "import ssl\n\ncontext = ssl.SSLContext(ssl.PROTOCOL_TLS)\nserve(context.wrap_socket(sock, \
                server_side=True))\nfetch(context)\n";
    let refusal = "import http.client\n\ntry:\n    connection = http.client.HTTPSConnection(host, key_file=key)\nexcept \
                   TypeError:\n    connection = None\n";
    let flags = "import ssl\n\ncontext = ssl.create_default_context()\ncontext.options |= \
                 ssl.OP_NO_TLSv1\ncontext.options &= ~ssl.OP_NO_TLSv1\n";
    let project = Playground::with(&[
        ("client.py", client),
        ("flags.py", flags),
        ("refusal.py", refusal),
        ("role.py", role),
        ("server.py", server),
    ]);
    assert_cli_snapshot!("labels", project.run(&["--policy", "harden"]));
}

/// A source is text of strangers: nothing of it may reach the terminal as a command, and all of it must fit.
#[test]
fn odd_sources_are_shown_as_they_can_be() {
    let long = format!(
        "x = 1; {}sock = ssl.wrap_socket(sock)\n",
        "a = '\u{1f512}'; ".repeat(400)
    );
    let files: [(&str, Vec<u8>); 7] = [
        (
            "bidi.py",
            "import ssl\nssl.wrap_socket(sock, ca_certs='\u{202e}mep.ac')  # \x1b[31m\u{7}\n".into(),
        ),
        ("carriage_return.py", b"import ssl\r\rssl.wrap_socket(a)\r".into()),
        (
            "crlf.py",
            b"import ssl\r\n\r\nssl.wrap_socket(\r\n    a,\r\n)\r\n".into(),
        ),
        (
            "latin_1.py",
            b"# coding: latin-1\nimport ssl\n\xe9 = '\xa0'; ssl.wrap_socket(\xe9)\n".into(),
        ),
        ("long.py", format!("import ssl\n{long}").into()),
        (
            "many_lines.py",
            format!("import ssl\nssl.wrap_socket({}sock)\n", "\n".repeat(20)).into(),
        ),
        (
            "tabs.py",
            "import ssl\nif 1:\n\tx = '\u{65e5}\u{672c}';\tssl.wrap_socket(x)\n".into(),
        ),
    ];
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let finished = Playground::with(&files).run(&[]);
    assert_cli_snapshot!("odd-sources", &finished);
    let is_odd = |letter: char| letter.is_control() && letter != '\n';
    assert!(!finished.stdout().contains(is_odd));
}

#[test]
fn statistics_are_a_table_at_the_end() {
    let project = project();
    let findings = project.run(&[]);
    let check = project.run(&["--statistics", "--color", "never"]);
    let printed = check.stdout();
    let table = printed
        .strip_prefix(&findings.stdout())
        .expect("the findings come first");
    assert_cli_snapshot!("statistics", table);
    assert_eq!(check.stderr(), findings.stderr());
    // Where the standard output is a diff or a report, the table is not in it.
    for arguments in [
        &["--dry-run", "--statistics"][..],
        &["--output-format", "patch", "--statistics"],
    ] {
        let finished = project.run(arguments);
        let without = project.run(&arguments[..arguments.len() - 1]);
        assert_eq!(finished.stdout, without.stdout);
        assert!(finished.stderr().contains(table), "{finished}");
    }
}

#[test]
fn quiet_leaves_findings_and_errors() {
    let project = project();
    assert_cli_snapshot!("quiet", project.run(&["--quiet", "app/table.py", "gone.py"]));
    let write = project.run(&["--write", "-q", "app/client.py"]);
    assert_eq!(
        (write.stdout(), write.stderr(), write.status),
        ("".into(), "".into(), 0)
    );
    assert!(project.text("app/client.py").contains("SSLContext"));
}

#[test]
fn a_dry_run_is_not_silenced() {
    let finished = project().run(&["--dry-run", "--quiet", "app/client.py"]);
    assert!(
        finished
            .stdout()
            .starts_with("--- a/app/client.py\n+++ b/app/client.py\n@@ ")
    );
    assert_eq!(finished.stderr(), "");
}

#[test]
fn places_in_a_dry_run_are_those_of_the_file_as_it_is() {
    let project = Playground::with(&[("a.py", &format!("{CLIENT}\n\nssl.match_hostname(certificate, name)\n"))]);
    let before = project.run(&["--dry-run"]).stderr();
    assert!(before.contains("a.py:8:1: error[match-hostname]"), "{before}");
    let after = project.run(&["--write"]).stderr();
    let text = project.text("a.py");
    let lines_above = text.lines().take_while(|line| !line.starts_with("ssl.match"));
    let line = lines_above.count() + 1;
    assert!(line > 8, "{text}");
    assert!(
        after.contains(&format!("a.py:{line}:1: error[match-hostname]")),
        "{after}"
    );
}

#[test]
fn columns_count_characters() {
    let project = Playground::with(&[("a.py", "import ssl\né = '\u{1f512}'; ssl.match_hostname(é, é)\n")]);
    let stdout = project.run(&[]).stdout();
    assert!(stdout.starts_with("a.py:2:10: error[match-hostname]"), "{stdout}");
    let stdout = project
        .run_on(b"import ssl\r\rssl.match_hostname(a, b)", &["-"])
        .stdout();
    assert!(stdout.starts_with("<stdin>:3:1: error[match-hostname]"), "{stdout}");
}

// Exit status.

#[test]
fn the_exit_status_says_whether_something_is_left() {
    for (file, flags, expected) in [
        (CLEAN, &[][..], 0),
        (CLEAN, &["--dry-run"], 0),
        (GUARDED, &[], 0),
        (CLIENT, &[], 1),
        (CLIENT, &["--dry-run"], 1),
        (CLIENT, &["--write"], 0),
        (UNFIXABLE, &["--write"], 1),
        (UNSAFE, &["--write"], 1),
        (UNSAFE, &["--write", "--unsafe-fixes"], 0),
        (UNFIXABLE, &["--exit-zero"], 0),
        (UNFIXABLE, &["--write", "--exit-zero"], 0),
        (CLIENT, &["--dry-run", "--exit-zero"], 0),
        ("import ssl\nssl.wrap_socket(\n", &[], 1),
        ("import ssl\nssl.wrap_socket(\n", &["--exit-zero"], 0),
        (CLIENT, &["--exit-zero", "gone.py"], 2),
        (CLIENT, &["--no-such-flag"], 2),
        (CLIENT, &["--dry-run", "--write"], 2),
        (CLIENT, &["--jobs", "0"], 2),
        (CLIENT, &["--null"], 2),
    ] {
        let project = Playground::with(&[("a.py", file)]);
        let arguments = [&["a.py"], flags].concat();
        assert_eq!(project.run(&arguments).status, expected, "{arguments:?} {file}");
    }
}

#[test]
fn the_rest_is_done_before_a_missing_path_is_a_failure() {
    let project = project();
    let finished = project.run(&["--write", "gone.py", "app/client.py", "nowhere/"]);
    assert_cli_snapshot!("missing-paths", finished);
    assert!(project.text("app/client.py").contains("SSLContext"));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let project = project();
    assert_eq!(project.run_into_closed_pipe(&["--dry-run"]), 0);
    assert_eq!(project.run_into_closed_pipe(&[]), 0);
    assert_eq!(project.run_into_closed_pipe(&["explain", "wrap-socket"]), 0);
    assert_eq!(project.run_into_closed_pipe(&["--dry-run", ".", "gone.py"]), 2);
}

#[test]
fn contradictions_are_explained() {
    let project = project();
    assert_cli_snapshot!("dry-run-and-write", project.run(&["--dry-run", "--write"]));
    assert_cli_snapshot!("stdin-and-paths", project.run(&["-", "app"]));
    assert_cli_snapshot!(
        "stdin-filename-without-stdin",
        project.run(&["--stdin-filename", "a.py"])
    );
}

// The diff.

#[test]
fn git_applies_the_diff_and_gets_what_write_writes() {
    let latin_1 = |text: &str| text.chars().map(|letter| letter as u8).collect::<Vec<u8>>();
    let crlf = CLIENT.replace('\n', "\r\n");
    let files: [(&str, Vec<u8>); 14] = [
        ("plain.py", CLIENT.into()),
        ("crlf.py", crlf.clone().into()),
        ("no_last_newline.py", CLIENT.trim_end().into()),
        ("crlf_no_last_newline.py", crlf.trim_end().into()),
        ("bom.py", format!("\u{feff}{CLIENT}").into()),
        (
            "bom_at_the_change.py",
            "\u{feff}import ssl; s = ssl.wrap_socket(s)".into(),
        ),
        ("latin_1.py", latin_1(&format!("# coding: latin-1\n{CLIENT}    # é\n"))),
        (
            "form_feed.py",
            format!("\x0c\n{CLIENT}\x0c\nx = 'a\rb'\n")
                .replace("'a\rb'", "'''a\rb'''")
                .into(),
        ),
        ("carriage_return.py", CLIENT.replace('\n', "\r").into()),
        ("mixed.py", CLIENT.replacen('\n', "\r\n", 2).into()),
        ("with blank é.py", CLIENT.into()),
        ("new\nline\t\"quoted\" \\.py", CLIENT.into()),
        ("-dash.py", CLIENT.into()),
        (
            "deep/er/two_places.py",
            format!(
                "{CLIENT}{}\n{}",
                "x = 1\n".repeat(20),
                CLIENT.replace("connect", "again")
            )
            .into(),
        ),
    ];
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let (written, patched) = (Playground::with(&files), Playground::with(&files));
    let diff = patched.run(&["--dry-run"]).stdout;
    patched.git(&["init", "--quiet"], b"");
    patched.git(&["apply", "-"], &diff);
    assert_eq!(written.run(&["--write"]).stdout, diff);
    for (name, old) in files {
        assert_ne!(written.read(name), old, "{name}");
        assert_eq!(written.read(name), patched.read(name), "{name}");
    }
}

#[test]
fn paths_in_the_diff_are_relative_to_the_current_folder() {
    let project = project();
    let header = |path: &str| {
        project
            .run(&["--dry-run", path])
            .stdout()
            .lines()
            .next()
            .map(str::to_string)
    };
    let absolute = project.path("app/client.py");
    for path in [
        "app/client.py",
        "./app/client.py",
        "app/./client.py",
        absolute.to_str().expect("is UTF-8"),
    ] {
        assert_eq!(header(path).as_deref(), Some("--- a/app/client.py"), "{path}");
    }
}

#[test]
fn the_output_does_not_depend_on_the_number_of_threads() {
    let names: Vec<String> = (0..100).map(|number| format!("d{}/f{number}.py", number % 7)).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), CLIENT)).collect();
    let project = Playground::with(&files);
    let one = project.run(&["--dry-run", "-j", "1"]);
    let many = project.run(&["--dry-run", "-j", "9"]);
    assert_eq!(one, many);
    let stdout = one.stdout();
    let headers: Vec<&str> = stdout.lines().filter(|line| line.starts_with("--- ")).collect();
    assert_eq!(headers.len(), 100);
    assert!(headers.is_sorted());
}

#[test]
fn colours_are_for_terminals_and_for_those_who_ask() {
    let project = project();
    let has_color = |finished: Finished| finished.stdout.contains(&0x1b);
    let all = |arguments: &[&str], environment: &[(&str, &str)]| {
        let finished = project.run_with(environment, arguments);
        let is_colored = |bytes: &[u8]| bytes.contains(&0x1b);
        (is_colored(&finished.stdout), is_colored(&finished.stderr))
    };
    // The findings of a dry run are on standard error, and those of a check on standard output; no stream asks the other.
    let (check, dry_run) = (&[][..], &["--dry-run"][..]);
    for (environment, is_colored) in [
        (&[][..], false),
        (&[("NO_COLOR", "1")], false),
        (&[("TERM", "dumb")], false),
        (&[("FORCE_COLOR", "1")], true),
        (&[("FORCE_COLOR", "0")], false),
        (&[("FORCE_COLOR", "")], false),
        (&[("CLICOLOR_FORCE", "1")], true),
        (&[("CLICOLOR_FORCE", "0")], false),
        (&[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")], true),
    ] {
        assert_eq!(all(check, environment), (is_colored, false), "{environment:?}");
        assert_eq!(all(dry_run, environment), (is_colored, is_colored), "{environment:?}");
        let always = [dry_run, &["--color", "always"]].concat();
        assert_eq!(all(&always, environment), (true, true), "{environment:?}");
        let never = [dry_run, &["--color", "never"]].concat();
        assert_eq!(all(&never, environment), (false, false), "{environment:?}");
    }
    for mode in [&[][..], &["--dry-run"]] {
        assert!(!has_color(project.run(mode)));
        assert!(has_color(project.run(&[mode, &["--color", "always"]].concat())));
        assert!(has_color(project.run_with(&[("FORCE_COLOR", "1")], mode)));
        assert!(has_color(project.run_with(&[("CLICOLOR_FORCE", "1")], mode)));
        assert!(!has_color(
            project.run_with(&[("FORCE_COLOR", "1")], &[mode, &["--color", "never"]].concat())
        ));
    }
}

// Which files.

/// The files that a run looks at, which all must have a finding.
fn looked_at(project: &Playground, arguments: &[&str]) -> Vec<String> {
    let stdout = project.run(arguments).stdout();
    let paths = stdout.lines().filter(|line| !line.starts_with(' '));
    let mut paths: Vec<String> = paths
        .filter_map(|line| Some(line.split_once(':')?.0.to_string()))
        .collect();
    paths.dedup();
    paths
}

#[test]
fn python_files_are_known_by_name_and_scripts_by_shebang() {
    let script = format!("#!/usr/bin/env python3\n{UNFIXABLE}");
    let project = Playground::with(&[
        ("a.py", UNFIXABLE),
        ("b.pyi", UNFIXABLE),
        ("c.pyw", UNFIXABLE),
        ("d.txt", UNFIXABLE),
        ("e.pyc", UNFIXABLE),
        ("plain", UNFIXABLE),
        ("script", &script),
        ("script.sh", &script),
        (".hidden.py", UNFIXABLE),
        (".hidden/f.py", UNFIXABLE),
    ]);
    assert_eq!(
        looked_at(&project, &[]),
        [".hidden/f.py", ".hidden.py", "a.py", "b.pyi", "c.pyw", "script"]
    );
    assert_eq!(looked_at(&project, &["d.txt", "plain"]), ["d.txt", "plain"]);
}

#[test]
fn what_is_not_of_the_project_is_left_alone_unless_it_is_named() {
    let project = Playground::with(&[
        (".gitignore", "build/\nignored.py\n"),
        ("a.py", UNFIXABLE),
        ("ignored.py", UNFIXABLE),
        ("build/b.py", UNFIXABLE),
        ("nested/build/c.py", UNFIXABLE),
        (".git/d.py", UNFIXABLE),
        ("node_modules/e.py", UNFIXABLE),
        ("lib/site-packages/f.py", UNFIXABLE),
        ("any-name/pyvenv.cfg", ""),
        ("any-name/bin/g.py", UNFIXABLE),
    ]);
    assert_eq!(looked_at(&project, &[]), ["a.py"]);
    assert_eq!(looked_at(&project, &["ignored.py"]), ["ignored.py"]);
    assert_eq!(looked_at(&project, &["any-name"]), ["any-name/bin/g.py"]);
    assert_eq!(
        looked_at(&project, &["node_modules", "."]),
        ["a.py", "node_modules/e.py"]
    );
}

#[test]
fn a_file_is_looked_at_once_however_often_it_is_named() {
    let project = Playground::with(&[("a.py", UNFIXABLE), ("b/c.py", UNFIXABLE)]);
    for arguments in [
        &["a.py", "a.py", "./a.py", "b"][..],
        &[".", "a.py", "b", "b/../b/c.py"],
        &["b", ".", "."],
    ] {
        let finished = project.run(arguments);
        assert!(
            finished.stderr().starts_with("scanned 2 files, 2 mention ssl\n"),
            "{arguments:?} {finished}"
        );
    }
}

#[cfg(unix)]
#[test]
fn links_are_followed_only_where_they_are_named() {
    use std::os::unix::fs::symlink;
    let project = Playground::with(&[("real/a.py", CLIENT), ("tree/b.py", CLEAN)]);
    symlink("../real", project.path("tree/folder")).expect("links");
    symlink("../real/a.py", project.path("tree/link.py")).expect("links");
    assert_eq!(looked_at(&project, &["tree"]), [""; 0]);
    assert_eq!(looked_at(&project, &["tree/folder"]), ["tree/folder/a.py"]);
    assert_eq!(looked_at(&project, &["tree/link.py"]), ["tree/link.py"]);
    assert_eq!(project.run(&["--write", "tree/link.py"]).status, 0);
    assert!(project.path("tree/link.py").is_symlink());
    assert!(project.text("real/a.py").contains("SSLContext"));
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing_is_an_error_only_where_it_is_named() {
    let project = Playground::with(&[("a.py", CLEAN)]);
    std::os::unix::fs::symlink("gone.py", project.path("link.py")).expect("links");
    assert_eq!(project.run(&[]).status, 0);
    assert_eq!(project.run(&["link.py"]).status, 2);
}

#[test]
fn lists_of_files_come_from_a_file_or_from_the_standard_input() {
    let project = Playground::with(&[
        (".gitignore", "ignored.py\n"),
        ("a.py", UNFIXABLE),
        ("b c.py", UNFIXABLE),
        ("ignored.py", UNFIXABLE),
        ("README.md", UNFIXABLE),
        ("folder/d.py", UNFIXABLE),
        ("folder/e.py", UNFIXABLE),
        ("list", "a.py\r\n\nb c.py\nREADME.md\nignored.py\n"),
        ("list0", "a.py\0b c.py\0"),
        ("-", "a.py\n"),
    ]);
    let listed = ["a.py", "b c.py", "ignored.py"];
    assert_eq!(looked_at(&project, &["--files-from", "list"]), listed);
    assert_eq!(looked_at(&project, &["--files-from", "list0", "-0"]), listed[..2]);
    assert_eq!(
        looked_at(&project, &["--files-from", "list", "folder/d.py"]),
        ["a.py", "b c.py", "folder/d.py", "ignored.py"]
    );
    assert_eq!(looked_at(&project, &["--files-from", "./-"]), ["a.py"]);
    let from_stdin = project.run_on(b"folder\0a.py\0", &["--files-from", "-", "--null"]);
    assert!(from_stdin.stderr().starts_with("scanned 3 files"), "{from_stdin}");
    assert_cli_snapshot!(
        "list-with-a-missing-file",
        project.run_on(b"a.py\ngone.py\n", &["-q", "--files-from", "-"])
    );
    assert_cli_snapshot!("list-that-is-missing", project.run(&["--files-from", "gone"]));
}

#[test]
fn no_file_at_all_is_worth_a_warning() {
    let project = Playground::with(&[("README.md", "")]);
    assert_cli_snapshot!("no-files", project.run(&[]));
    assert_cli_snapshot!("empty-list", project.run_on(b"", &["--files-from", "-"]));
}

// Standard input.

#[test]
fn a_source_on_the_standard_input_is_checked_shown_or_rewritten() {
    let project = Playground::empty();
    assert_cli_snapshot!("stdin-check", project.run_on(CLIENT.as_bytes(), &["-"]));
    assert_cli_snapshot!(
        "stdin-dry-run",
        project.run_on(
            CLIENT.as_bytes(),
            &["--dry-run", "-", "--stdin-filename", "app/client.py"]
        )
    );
    assert_cli_snapshot!("stdin-write", project.run_on(CLIENT.as_bytes(), &["--write", "-"]));
}

#[test]
fn what_is_not_rewritten_passes_through_unchanged() {
    let project = Playground::empty();
    for (source, status) in [
        (UNFIXABLE.as_bytes(), 1),
        (b"nothing\r\n\xff", 0),
        (b"ssl.wrap_socket(", 1),
        (b"", 0),
    ] {
        let finished = project.run_on(source, &["--write", "-"]);
        assert_eq!((finished.stdout.as_slice(), finished.status), (source, status));
    }
}

// Pages.

#[test]
fn explain_prints_the_list_and_the_pages() {
    let project = Playground::empty();
    let list = project.run(&["explain"]);
    let names: Vec<String> = list
        .stdout()
        .lines()
        .map(|line| line.split(' ').next().unwrap_or_default().to_string())
        .collect();
    let all: Vec<&str> = sslfix::codemods::ALL.iter().map(|codemod| codemod.name).collect();
    assert_eq!(names, all);
    for codemod in sslfix::codemods::ALL {
        let page = project.run(&["explain", codemod.name]);
        assert_eq!((page.stdout().as_str(), page.status), (codemod.page, 0));
        assert!(
            list.stdout().lines().any(|line| line
                .split_once("  ")
                .is_some_and(|(name, summary)| name.trim() == codemod.name
                    && codemod.page.lines().nth(2) == Some(summary.trim()))),
            "{list}"
        );
    }
}

#[test]
fn helper_prints_the_module_that_takes_the_place_of_the_function() {
    assert_cli_snapshot!("helper", Playground::empty().run(&["helper"]));
}

#[test]
fn an_unknown_page_is_an_error_that_knows_better() {
    let finished = Playground::empty().run(&["explain", "wrap-sockets"]);
    assert_eq!(finished.status, 2);
    assert!(
        finished.stderr().contains("a similar value exists: 'wrap-socket'"),
        "{finished}"
    );
}

#[test]
fn a_folder_with_the_name_of_a_command_can_be_reached() {
    for name in ["explain", "helper", "help", "config"] {
        let project = Playground::with(&[(format!("{name}/a.py").as_str(), UNFIXABLE)]);
        assert_eq!(looked_at(&project, &[&format!("./{name}")]), [format!("{name}/a.py")]);
        assert_eq!(looked_at(&project, &["--", name]), [format!("{name}/a.py")]);
    }
}

// What can go wrong.

#[test]
fn bad_input_is_named_and_the_rest_goes_on() {
    let with_call = |head: &[u8]| [head, b"\nimport ssl\nssl.wrap_socket(s)\n"].concat();
    let project = Playground::with(&[
        ("a_good.py", CLIENT.as_bytes()),
        ("b_syntax.py", &with_call(b"def f(:")),
        ("c_python2.py", &with_call(b"print 'a'")),
        ("d_python2_too.py", &with_call(b"try: pass\nexcept A, e: pass")),
        ("e_unknown_encoding.py", &with_call(b"# coding: klingon")),
        ("f_nul.py", &with_call(b"a = '\0'")),
        ("g_not_utf8.py", &with_call(b"a = '\xe9'")),
        ("h_two_encodings.py", &with_call(b"\xef\xbb\xbf# coding: latin-1")),
        ("i_no_way_back.py", &with_call(b"# coding: cp932\n'\x87\x90'")),
        (
            "j_deep.py",
            &with_call(format!("a = 1{}", "+1".repeat(100_000)).as_bytes()),
        ),
        (
            "k_deeper.py",
            &with_call(format!("a = {}1", "-".repeat(200_000)).as_bytes()),
        ),
        ("l_bad_but_not_ours.py", b"print 'ssl'\n\xff"),
        ("m_good.py", CLIENT.as_bytes()),
    ]);
    assert_cli_snapshot!("bad-input", project.run(&["--dry-run"]));
}

#[test]
fn what_python_compiles_is_not_too_deep() {
    for (before, middle, after, levels) in [
        ("", "1", "+1", 9_900),
        ("-", "1", "", 9_900),
        ("lambda: ", "1", "", 9_900),
        ("", "f", "()", 4_900),
        ("", "a", ".b", 9_900),
        ("", "ssl.wrap_socket(sock)", ".b", 9_900),
    ] {
        let deep = format!("{}{middle}{}", before.repeat(levels), after.repeat(levels));
        let project = Playground::with(&[("a.py", &format!("{CLIENT}a = {deep}\n"))]);
        let finished = project.run(&["--write", "-q"]);
        assert_eq!(finished.status, 0, "{before}{middle}{after} {}", finished.stderr());
    }
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_or_written_is_a_failure_and_no_finding() {
    use playground::mode;
    let project = Playground::with(&[
        ("good/a.py", CLIENT),
        ("unreadable.py", CLIENT),
        ("closed/b.py", CLIENT),
        ("read_only.py", CLIENT),
        ("full/c.py", CLIENT),
    ]);
    mode(&project.path("."), 0o777);
    mode(&project.path("good"), 0o777);
    mode(&project.path("good/a.py"), 0o666);
    mode(&project.path("unreadable.py"), 0o000);
    mode(&project.path("read_only.py"), 0o444);
    mode(&project.path("full/c.py"), 0o666);
    mode(&project.path("full"), 0o555);
    mode(&project.path("closed"), 0o000);
    let finished = project.run_without_privileges(&["--write", "--exit-zero", "--quiet"]);
    mode(&project.path("closed"), 0o755);
    mode(&project.path("full"), 0o755);
    assert_cli_snapshot!("permissions", finished);
    assert!(project.text("good/a.py").contains("SSLContext"));
    for name in ["unreadable.py", "closed/b.py", "read_only.py", "full/c.py"] {
        assert_eq!(project.read(name), CLIENT.as_bytes(), "{name}");
    }
    assert_eq!(project.names("full"), ["c.py"]);
}

#[cfg(unix)]
#[test]
fn a_pipe_can_be_read_and_not_written() {
    let project = Playground::empty();
    for (flags, status, expected) in [
        (&[][..], 1, "pipe:5:12: error[wrap-socket]"),
        (&["--write"], 2, "is no file"),
    ] {
        let pipe = project.pipe("pipe");
        let run = project.start(&[&["pipe"], flags].concat());
        std::fs::write(&pipe, CLIENT).expect("writes");
        let finished = Finished::of(run);
        assert_eq!(finished.status, status);
        assert!(
            (finished.stdout() + &finished.stderr()).contains(expected),
            "{finished}"
        );
        std::fs::remove_file(pipe).expect("removes");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_changes_meanwhile_is_not_overwritten() {
    let project = Playground::with(&[("newer.py", CLEAN)]);
    // What is read comes from a pipe, which is another file by the time that it is written.
    let pipe = project.pipe("a.py");
    let run = project.start(&["--write", "a.py"]);
    let mut writer = std::fs::OpenOptions::new().write(true).open(&pipe).expect("opens");
    std::fs::rename(project.path("newer.py"), &pipe).expect("renames");
    writer.write_all(CLIENT.as_bytes()).expect("writes");
    drop(writer);
    assert_cli_snapshot!("changed-meanwhile", Finished::of(run));
    assert_eq!(project.read("a.py"), CLEAN.as_bytes());
    assert_eq!(project.names("."), ["a.py"]);
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text_can_be_patched() {
    use std::os::unix::ffi::OsStrExt;
    let project = Playground::empty();
    let path = project.path(".").join(std::ffi::OsStr::from_bytes(b"\xff\x01.py"));
    std::fs::write(&path, CLIENT).expect("writes");
    let diff = project.run(&["--dry-run"]).stdout;
    assert!(diff.starts_with(b"--- \"a/\\377\\001.py\"\n"));
    project.git(&["init", "--quiet"], b"");
    project.git(&["apply", "-"], &diff);
    assert_ne!(std::fs::read(&path).expect("reads"), CLIENT.as_bytes());
}

#[test]
fn what_a_killed_run_has_left_is_removed_by_the_next() {
    let project = Playground::with(&[("a.py", CLIENT), (".sslfix-0123456789ab.tmp", "half")]);
    assert_eq!(project.run(&[]).status, 1);
    assert_eq!(project.names("."), [".sslfix-0123456789ab.tmp", "a.py"]);
    assert_eq!(project.run(&["--write"]).status, 0);
    assert_eq!(project.names("."), ["a.py"]);
}

#[test]
fn completions_and_the_manual_know_every_option() {
    let project = project();
    let help = project.run(&["--help"]).stdout();
    let words = help.split(|letter: char| !letter.is_ascii_lowercase() && letter != '-');
    let options: Vec<&str> = words.filter(|word| word.starts_with("--") && word.len() > 2).collect();
    assert!(options.len() > 20, "{options:?}");
    let mut documents: Vec<(&str, String)> = ["bash", "elvish", "fish", "powershell", "zsh"]
        .map(|shell| (shell, project.run(&["completions", shell]).stdout()))
        .into();
    documents.push(("man", project.run(&["man"]).stdout().replace("\\-", "-")));
    for (name, document) in documents {
        for option in &options {
            // `fish` names them without the dashes.
            let wanted = if name == "fish" { &option[2..] } else { option };
            assert!(document.contains(wanted), "{name} lacks {option}");
        }
    }
}

#[test]
fn a_script_that_nobody_reads_is_no_failure() {
    for arguments in [["completions", "zsh"].as_slice(), &["man"]] {
        assert_eq!(project().run_into_closed_pipe(arguments), 0);
    }
}

#[test]
fn help_and_version_are_no_errors() {
    let project = Playground::empty();
    assert_cli_snapshot!("help", project.run(&["-h"]));
    let version = project.run(&["--version"]);
    assert_eq!(
        (version.stdout(), version.status),
        (format!("sslfix {}\n", env!("CARGO_PKG_VERSION")), 0)
    );
}

// Configuration.

#[test]
fn a_project_decides_for_its_files() {
    let project = Playground::with(&[
        ("a.py", "import ssl\n\nwrap = lambda sock: ssl.wrap_socket(sock)\n"),
        ("pyproject.toml", "[tool.sslfix]\nhelper-module = \"acme.tls\"\n"),
    ]);
    let diff = project.run(&["--dry-run"]).stdout();
    assert!(
        diff.contains("+from acme.tls import wrap_socket as _wrap_socket"),
        "{diff}"
    );
    let diff = project.run(&["--dry-run", "--no-helper"]).stdout();
    assert_eq!(diff, "");
}

/// A module that imports the helper already calls it by the name that it has there, and what only looks like it is not it.
#[test]
fn the_helper_is_imported_once() {
    let rest = "import ssl\n\nwrap = lambda sock: ssl.wrap_socket(sock)\n";
    let after = |import: &str| {
        let project = Playground::with(&[("a.py", &format!("{import}\n{rest}"))]);
        let finished = project.run(&["--write", "--helper-module", "acme.tls"]);
        assert_eq!(finished.status, 0, "{finished}");
        project.text("a.py")
    };

    let import = "from acme.tls import connect, wrap_socket as secure";
    assert_eq!(
        after(import),
        format!("{import}\nimport ssl\n\nwrap = lambda sock: secure(sock)\n")
    );
    let import = "from acme.tls import wrap_socket";
    assert_eq!(
        after(import),
        format!("{import}\nimport ssl\n\nwrap = lambda sock: wrap_socket(sock)\n")
    );

    for import in [
        "from .acme.tls import wrap_socket as secure",
        "from other.tls import wrap_socket as secure",
        "from acme.tls import connect",
    ] {
        assert_eq!(
            after(import),
            format!(
                "{import}\nimport ssl\nfrom acme.tls import wrap_socket as _wrap_socket\n\nwrap = lambda sock: \
                 _wrap_socket(sock)\n"
            )
        );
    }
}

/// Where the helper's name stands for something else, or for nothing yet, the helper gets another name.
#[test]
fn a_helper_that_is_out_of_reach_is_not_called() {
    let after = |text: &str, options: &[&str]| {
        let project = Playground::with(&[("a.py", text)]);
        let finished = project.run(&[&["--write"], options].concat());
        assert_eq!(finished.status, 0, "{finished}");
        project.text("a.py")
    };
    let import = "from acme.tls import wrap_socket";
    let module = ["--helper-module", "acme.tls"];

    let called = "def connect(socks, wrap_socket=None):\n    return [ssl.wrap_socket(sock) for sock in socks]\n";
    assert_eq!(
        after(&format!("{import}\nimport ssl\n\n{called}"), &module),
        format!(
            "{import}\nimport ssl\n{import} as _wrap_socket\n\n{}",
            called.replace("ssl.wrap_socket", "_wrap_socket")
        )
    );
    assert_eq!(
        after(
            &format!("import ssl\n\nsecure = ssl.wrap_socket\n\n{import}\n"),
            &module
        ),
        format!("import ssl\n{import} as _wrap_socket\n\nsecure = _wrap_socket\n\n{import}\n")
    );
    let traced = "wrap_socket = trace(wrap_socket)\n\nsecure = ssl.wrap_socket\n";
    assert_eq!(
        after(&format!("{import}\nimport ssl\n\n{traced}"), &module),
        format!(
            "{import}\nimport ssl\n{import} as _wrap_socket\n\n{}",
            traced.replace("ssl.wrap_socket", "_wrap_socket")
        )
    );

    let once = after("import ssl\n\nsecure = ssl.wrap_socket\n", &[]);
    assert!(once.ends_with("secure = _wrap_socket\n"), "{once}");
    let twice = after(&format!("{once}other = ssl.wrap_socket\n"), &[]);
    assert_eq!(twice, format!("{once}other = _wrap_socket\n"));
    let hidden = "def secured(_wrap_socket):\n    return ssl.wrap_socket\n";
    let third = after(&format!("{twice}\n\n{hidden}"), &[]);
    assert!(third.contains("def _ssl_wrap_socket(\n"), "{third}");
    assert!(
        third.ends_with(&hidden.replace("ssl.wrap_socket", "_ssl_wrap_socket")),
        "{third}"
    );
}

#[test]
fn a_use_on_the_line_of_its_import_is_reported_and_no_function_is_promised() {
    let project = Playground::with(&[("a.py", "import ssl; secure = ssl.wrap_socket\n")]);
    let finished = project.run(&["--dry-run"]);
    assert_cli_snapshot!("used-before-a-function-can-stand", finished);
}

#[test]
fn a_wrong_configuration_is_said_once_and_is_a_failure() {
    let project = Playground::with(&[
        ("a.py", CLIENT),
        ("b.py", CLIENT),
        ("sslfix.toml", "polcy = \"harden\"\n"),
        ("other/c.py", CLIENT),
        ("other/sslfix.toml", ""),
    ]);
    let finished = project.run(&["--write"]);
    assert_eq!(finished.status, 2);
    assert_eq!(
        finished
            .stderr()
            .matches("the configuration is wrong in line 1")
            .count(),
        1,
        "{finished}"
    );
    assert_eq!(project.text("a.py"), CLIENT);
    assert!(project.text("other/c.py").contains("SSLContext"));
}

#[test]
fn what_must_run_on_an_older_python_is_reported_and_not_rewritten() {
    let project = Playground::with(&[
        (
            "old/pyproject.toml",
            "[project]\nname = \"old\"\nrequires-python = \">=3.6\"\n",
        ),
        ("old/client.py", CLIENT),
        ("new/client.py", CLIENT),
    ]);
    let finished = project.run(&["--write", "--unsafe-fixes", "."]);
    assert_cli_snapshot!("older-python", finished);
    assert_eq!(project.read("old/client.py"), CLIENT.as_bytes());
    assert_ne!(project.read("new/client.py"), CLIENT.as_bytes());

    let finished = project.run(&["--write", "--target-version", "3.7", "old"]);
    assert_eq!(finished.status, 0);
    assert_ne!(project.read("old/client.py"), CLIENT.as_bytes());
}

/// A file that says nothing of `ssl` is looked at where the configuration declares what it calls; dots in imports lead
/// through the packages.
#[test]
fn calls_of_a_declared_function_are_found() {
    const CALL: &str = "dial(sock, cert_reqs=2)\n";
    let project = Playground::with(&[
        (
            "pyproject.toml",
            "[[tool.sslfix.sinks]]\nfunction = \"acme.net.dial\"\nparameters = \"wrap-socket\"\n".to_string(),
        ),
        ("acme/__init__.py", String::new()),
        (
            "acme/net.py",
            format!("def dial(sock, **options):\n    return sock\n\n\n{CALL}"),
        ),
        ("acme/web/__init__.py", format!("from ..net import dial\n\n{CALL}")),
        ("acme/web/app.py", format!("from ..net import dial\n\n{CALL}")),
        ("acme/web/other.py", format!("from .net import dial\n\n{CALL}")),
        ("main.py", format!("from acme.net import dial\n\n{CALL}")),
        ("script.py", format!("from elsewhere import dial\n\n{CALL}")),
    ]);
    let found = |finished: Finished| -> Vec<String> {
        let lines = finished.stdout();
        let found = lines.lines().filter(|line| line.contains("[declared-wrapper]"));
        found
            .filter_map(|line| Some(line.split_once(':')?.0.to_string()))
            .collect()
    };
    let finished = project.run(&["."]);
    assert_eq!(finished.status, 1);
    assert_eq!(
        found(finished),
        ["acme/net.py", "acme/web/__init__.py", "acme/web/app.py", "main.py"]
    );
    let source = format!("from acme.net import dial\n\n{CALL}");
    let finished = project.run_on(source.as_bytes(), &["--stdin-filename", "main.py", "-"]);
    assert_eq!(found(finished), ["main.py"]);
}

/// The module that the helper is imported from is written for the same project as the files that import it.
#[test]
fn the_helper_has_the_floor_of_the_project() {
    let has_floor = |finished: Finished, floor: &str| {
        assert_eq!(finished.status, 0, "{finished:?}");
        let text = finished.stdout();
        let floors: Vec<&str> = text.lines().filter(|line| line.contains("minimum_version")).collect();
        assert_eq!(
            floors,
            [format!("    context.minimum_version = ssl.TLSVersion.{floor}")]
        );
    };
    let project = Playground::with(&[("sslfix.toml", "minimum-version = \"TLSv1_3\"\n")]);
    has_floor(project.run(&["helper"]), "TLSv1_3");
    has_floor(project.run(&["helper", "--minimum-version", "TLSv1_2"]), "TLSv1_2");
    has_floor(
        Playground::empty().run(&["helper", "--minimum-version", "TLSv1_3"]),
        "TLSv1_3",
    );
    let wrong = Playground::with(&[("sslfix.toml", "minimum-version = \"1.3\"\n")]).run(&["helper"]);
    assert_eq!((wrong.status, wrong.stdout()), (2, String::new()));
}
