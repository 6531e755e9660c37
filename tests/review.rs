//! The interactive review as a person meets it: the real program at a real terminal.
#![cfg(unix)]

#[path = "review/person.rs"]
mod person;
#[path = "cli/playground.rs"]
#[allow(dead_code, reason = "of the tests of the command line")]
mod playground;

use person::{Person, WIDE};
use playground::{Playground, mode};

const CLIENT: &str = "import ssl\n\n\ndef connect(sock):\n    return ssl.wrap_socket(sock)\n";
/// Three fixes that stand apart.
const THREE: &str = "import ssl\n\n\ndef one(sock):\n    return ssl.wrap_socket(sock)\n\n\n\ndef two(sock):\n    return \
                     ssl.wrap_socket(sock)\n\n\n\ndef three(sock):\n    return ssl.wrap_socket(sock)\n";
const UNSAFE: &str = "import ssl\n\nsock = ssl.wrap_socket(sock, ssl_version=choose())\n";
const RECORD: &str = ".sslfix-review.jsonl";

macro_rules! assert_review_snapshot {
    ($name:literal, $seen:expr) => {
        insta::with_settings!({ snapshot_path => "../snapshots/cli", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!($name, $seen);
        });
    };
}

/// What is shown, as it is stored: a terminal ends lines by both characters.
fn shown(seen: &str) -> String {
    seen.replace("\r\n", "\n")
}

/// Which functions of [`THREE`] are rewritten.
fn rewritten(project: &Playground, name: &str) -> Vec<String> {
    let text = project.text(name);
    let functions = text.split("def ").skip(1);
    let rewritten = functions.filter(|function| function.contains("SSLContext"));
    rewritten
        .map(|function| function.split('(').next().unwrap_or_default().to_string())
        .collect()
}

#[test]
fn a_notebook_is_passed_over_and_that_is_said() {
    let notebook = include_str!("notebooks/client.ipynb");
    let project = Playground::with(&[("a.py", CLIENT), ("b.ipynb", notebook)]);
    let mut person = Person::at(&project, &["-i", "."]);
    person.answers("y");
    let (end, _) = person.sees_the_end();
    assert!(
        end.contains("b.ipynb is a notebook, which a review passes over"),
        "{end}"
    );
    assert_eq!(project.text("b.ipynb"), notebook);
    assert_ne!(project.text("a.py"), CLIENT);
}

#[test]
fn a_hunk_is_shown_asked_about_and_written() {
    let project = Playground::with(&[("a.py", CLIENT)]);
    let mut person = Person::with(&project, &["-i", "a.py"], &[("NO_COLOR", "1")], WIDE);
    let step = person.answers("y");
    assert_review_snapshot!("review-step", shown(&step));
    let (end, status) = person.sees_the_end();
    assert_review_snapshot!("review-end", shown(&end));
    assert_eq!(status, 0);
    let with_write = Playground::with(&[("a.py", CLIENT)]);
    with_write.run(&["--write"]);
    assert_eq!(project.read("a.py"), with_write.read("a.py"));
}

#[test]
fn colours_are_for_those_who_want_them() {
    let project = Playground::with(&[("a.py", CLIENT)]);
    for (environment, is_colored) in [
        (&[][..], true),
        (&[("NO_COLOR", "1")], false),
        (&[("TERM", "dumb")], false),
    ] {
        let mut person = Person::with(&project, &["-i"], environment, WIDE);
        let seen = person.answers("q");
        assert_eq!(seen.contains("\u{1b}[32m+"), is_colored, "{seen:?}");
        assert_eq!(seen.contains('\u{1b}'), is_colored, "{seen:?}");
        person.sees_the_end();
    }
}

#[test]
fn keys_answer_for_a_hunk_a_file_or_a_codemod() {
    for (keys, of_first, of_second) in [
        (
            &["y", "n", "\r", "n", "y", "n"][..],
            &["one", "three"][..],
            &["two"][..],
        ),
        (&["n", "a", "d"], &["two", "three"], &[]),
        (&["y", "d", "a"], &["one"], &["one", "two", "three"]),
        (&["n", "A"], &["two", "three"], &["one", "two", "three"]),
        (&["y", "D"], &["one"], &[]),
    ] {
        let project = Playground::with(&[("a.py", THREE), ("b.py", THREE)]);
        let mut person = Person::at(&project, &["-i"]);
        for key in keys {
            person.answers(key);
        }
        let (end, status) = person.sees_the_end();
        assert_eq!(rewritten(&project, "a.py"), of_first, "{keys:?}\n{end}");
        assert_eq!(rewritten(&project, "b.py"), of_second, "{keys:?}\n{end}");
        let left = 6 - of_first.len() - of_second.len();
        assert_eq!(status, i32::from(left > 0), "{end}");
        assert!(left == 0 || end.contains(&format!("left {left} rewrite")), "{end}");
    }
}

#[test]
fn keys_that_are_typed_ahead_count() {
    let project = Playground::with(&[("a.py", THREE), ("b.py", THREE)]);
    let mut person = Person::at(&project, &["-i"]);
    person.types("nynyd");
    let (end, _) = person.sees_the_end();
    assert_eq!(rewritten(&project, "a.py"), ["two"], "{end}");
    assert_eq!(rewritten(&project, "b.py"), ["one"], "{end}");
}

#[test]
fn enter_does_not_apply_what_is_unsafe() {
    let project = Playground::with(&[("a.py", UNSAFE), ("b.py", UNSAFE), ("c.py", CLIENT)]);
    let mut person = Person::at(&project, &["-i"]);
    let seen = person.answers("\r");
    assert!(seen.contains("unsafe, applied by --write --unsafe-fixes"), "{seen}");
    assert!(seen.contains("apply this UNSAFE fix? [y,N,"), "{seen}");
    person.answers("y");
    person.answers("y");
    let (end, status) = person.sees_the_end();
    assert_eq!(status, 1, "{end}");
    assert_eq!(project.text("a.py"), UNSAFE);
    assert!(project.text("b.py").contains("SSLContext"));
}

/// All of a file or a codemod is all that is safe.
#[test]
fn what_is_unsafe_is_asked_about_by_itself() {
    let mixed = format!("{THREE}\n\n\n\nsock = ssl.wrap_socket(sock, ssl_version=choose())\n");
    for key in ["a", "A"] {
        let project = Playground::with(&[("a.py", &mixed)]);
        let mut person = Person::at(&project, &["-i"]);
        person.answers(key);
        let seen = person.answers("n");
        assert!(seen.contains("(4/4, file 1/1) apply this UNSAFE fix?"), "{seen}");
        person.sees_the_end();
        assert_eq!(rewritten(&project, "a.py"), ["one", "two", "three"]);
        assert!(project.text("a.py").contains("choose()"));
    }
}

#[test]
fn what_is_near_is_asked_together_and_can_be_split() {
    let near = "import ssl\n\na = ssl.wrap_socket(b)\nc = ssl.wrap_socket(d)\n";
    let project = Playground::with(&[("a.py", near)]);
    let mut person = Person::at(&project, &["-i"]);
    let seen = person.answers("s");
    assert!(seen.contains("(1/1, file 1/1) apply these 2 safe fixes?"), "{seen}");
    let seen = person.answers("s");
    assert!(seen.contains("(1/2, file 1/1) apply this safe fix?"), "{seen}");
    person.sees("there is nothing to split");
    person.answers("n");
    person.answers("y");
    person.sees_the_end();
    let text = project.text("a.py");
    assert!(text.contains("a = ssl.wrap_socket(b)\n"), "{text}");
    assert!(text.contains("c = context.wrap_socket(d)\n"), "{text}");
}

/// Each may go without the other, the inner one first or the outer one.
#[test]
fn calls_inside_each_other_can_be_split() {
    let nested = "import ssl\n\na = ssl.wrap_socket(ssl.wrap_socket(b))\n";
    for (keys, expected) in [
        (["y", "n"], "a = context.wrap_socket(ssl.wrap_socket(b))\n"),
        (["n", "y"], "a = ssl.wrap_socket(context.wrap_socket(b))\n"),
    ] {
        let project = Playground::with(&[("a.py", nested)]);
        let mut person = Person::at(&project, &["-i"]);
        person.answers("s");
        person.answers(keys[0]);
        person.answers(keys[1]);
        let (end, _) = person.sees_the_end();
        assert!(project.text("a.py").contains(expected), "{}{end}", project.text("a.py"));
    }
}

/// An import that nothing needs any more goes with the last of its uses.
#[test]
fn what_changes_with_the_accepted_is_shown_before_it_is_written() {
    let call = "def connect(sock):\n    return wrap_socket(sock)\n\n\n\n";
    let text = format!(
        "from ssl import wrap_socket\n\n\n{call}{}",
        call.replace("connect", "again")
    );
    let project = Playground::with(&[("a.py", &text)]);
    let mut person = Person::at(&project, &["-i", "--color", "never"]);
    person.answers("y");
    person.answers("y");
    let (end, status) = person.sees_the_end();
    assert!(end.contains("These lines of a.py change with it:"), "{end}");
    assert!(end.contains("-from ssl import wrap_socket\r\n"), "{end}");
    assert_eq!(status, 0);
    let with_write = Playground::with(&[("a.py", &text)]);
    with_write.run(&["--write"]);
    assert_eq!(project.read("a.py"), with_write.read("a.py"));
}

#[test]
fn only_what_the_run_is_about_is_asked_about() {
    // The second function, and nothing of the first and the third.
    for lines in ["8-12", "10-10"] {
        let project = Playground::with(&[("a.py", THREE)]);
        let mut person = Person::at(&project, &["-i", "--line-ranges", lines, "a.py"]);
        person.answers("y");
        let (end, status) = person.sees_the_end();
        assert_eq!(rewritten(&project, "a.py"), ["two"], "{lines}: {end}");
        assert_eq!(status, 0, "{lines}: {end}");
    }
}

#[test]
fn one_can_go_back_and_forth() {
    let project = Playground::with(&[("a.py", THREE)]);
    let mut person = Person::at(&project, &["-i"]);
    person.answers("k");
    person.sees("there is no other in this file");
    person.answers("j");
    assert!(person.answers("y").contains("(2/3, file 1/1)"));
    assert!(person.answers("j").contains("(1/3, file 1/1)"));
    assert!(
        person
            .answers("n")
            .contains("(2/3, file 1/1) apply this safe fix (so far: yes)?")
    );
    assert!(person.answers("\u{1b}[B").contains("(1/3, file 1/1)"));
    assert!(person.answers("\u{1b}[B").contains("(2/3, file 1/1)"));
    assert!(person.answers("j").contains("(3/3, file 1/1)"));
    person.sees("there is no other in this file");
    person.answers("y");
    assert!(person.answers("x").contains("(1/3, file 1/1)"));
    person.sees("? shows the keys");
    person.answers("n");
    person.sees_the_end();
    assert_eq!(rewritten(&project, "a.py"), ["three"]);
}

#[test]
fn an_answer_can_be_taken_back_also_where_the_file_is_written() {
    let project = Playground::with(&[("a.py", THREE), ("b.py", THREE), ("c.py", CLIENT)]);
    let mut person = Person::at(&project, &["-i"]);
    person.answers("u");
    person.sees("there is no answer to take back");
    person.answers("y");
    assert!(person.answers("u").contains("(2/3, file 1/3)"));
    assert!(person.answers("A").contains("(1/3, file 1/3)"));
    // The rule has answered for all of them.
    let (end, status) = person.sees_the_end();
    assert_eq!(status, 0, "{end}");

    let project = Playground::with(&[("a.py", THREE), ("b.py", THREE), ("c.py", UNSAFE)]);
    let mut person = Person::at(&project, &["-i"]);
    person.answers("n");
    person.answers("A");
    person.sees("wrote b.py");
    assert!(person.answers("u").contains("file 3/3"));
    let seen = person.asked();
    assert!(seen.contains("b.py is as it was"), "{seen}");
    assert!(seen.contains("a.py is as it was"), "{seen}");
    assert!(seen.contains("(2/3, file 1/3)"), "{seen}");
    assert_eq!(
        (project.text("a.py"), project.text("b.py")),
        (THREE.into(), THREE.into())
    );
    person.types("d");
    person.answers("d");
    person.answers("d");
    person.sees_the_end();
    assert_eq!(project.text("b.py"), THREE);
}

#[test]
fn what_changed_since_is_not_taken_back() {
    let project = Playground::with(&[("a.py", CLIENT), ("b.py", CLIENT)]);
    let mut person = Person::at(&project, &["-i"]);
    person.answers("y");
    person.sees("wrote a.py");
    person.asked();
    std::fs::write(project.path("a.py"), "new").expect("writes");
    person.types("u");
    person.sees("a.py: changed since it was read");
    person.sees("the answer stays");
    person.answers("n");
    person.sees_the_end();
    assert_eq!(project.text("a.py"), "new");
}

#[test]
fn a_review_that_stopped_goes_on_where_it_was() {
    let project = Playground::with(&[("a.py", THREE), ("b.py", CLIENT)]);
    let mut person = Person::at(&project, &["--interactive"]);
    person.answers("n");
    person.answers("y");
    person.answers("q");
    let (end, status) = person.sees_the_end();
    assert_eq!((project.text("a.py"), status), (THREE.into(), 1), "{end}");
    // What is cut off at the end is passed over.
    let record = project.text(RECORD);
    assert_eq!(record.lines().count(), 2);
    std::fs::write(project.path(RECORD), format!("{record}{{\"finger")).expect("writes");

    let mut person = Person::at(&project, &["-i", "--resume"]);
    assert!(person.answers("y").contains("(1/1, file 1/2)"));
    person.answers("q");
    person.sees_the_end();
    assert_eq!(rewritten(&project, "a.py"), ["two", "three"]);
    assert_eq!(project.text("b.py"), CLIENT);

    let mut person = Person::at(&project, &["-i", "--resume"]);
    assert!(person.answers("u").contains("(1/1, file 2/2)"));
    person.sees("there is no answer to take back");
    person.answers("n");
    let (end, status) = person.sees_the_end();
    assert_eq!(status, 1, "{end}");
    // Without the option everything is asked.
    let mut person = Person::at(&project, &["-i"]);
    assert!(person.answers("q").contains("(1/1, file 1/2)"));
    person.sees_the_end();
}

#[test]
fn answers_are_taken_back_in_the_record_too() {
    let project = Playground::with(&[("a.py", THREE)]);
    let mut person = Person::at(&project, &["-i"]);
    person.answers("n");
    person.answers("u");
    person.answers("q");
    person.sees_the_end();
    let mut person = Person::at(&project, &["-i", "--resume"]);
    assert!(person.answers("q").contains("(1/3, file 1/1)"));
    person.sees_the_end();
}

#[test]
fn a_finding_can_be_ignored_with_a_reason() {
    let crlf = THREE.replace('\n', "\r\n");
    let project = Playground::with(&[("a.py", &crlf)]);
    let mut person = Person::at(&project, &["-i"]);
    person.answers("i");
    person.sees("reason: ");
    person.types("the peer is old\r");
    person.answers("y");
    person.answers("n");
    person.sees("These lines of a.py change with it:");
    person.sees_the_end();
    let text = project.text("a.py");
    let expected = "    return ssl.wrap_socket(sock)  # sslfix: ignore[wrap-socket] the peer is old\r\n";
    assert_eq!(text.matches(expected).count(), 1, "{text}");
    assert_eq!(rewritten(&project, "a.py"), ["two"]);
}

#[test]
fn the_editor_opens_at_the_line_and_the_file_is_looked_at_again() {
    let project = Playground::with(&[
        ("a.py", THREE),
        (
            "edit",
            "#!/bin/sh\necho \"$@\" > edited\nsed 's/def two/x = 1\\n\\n\\ndef two/; s/def three(sock)/def three(sock, more)/' \"$3\" > \
             new && cat new > \"$3\"\n",
        ),
    ]);
    mode(&project.path("edit"), 0o755);
    let editor = format!("{} --option", project.path("edit").display());
    for (name, other) in [("VISUAL", "EDITOR"), ("EDITOR", "OTHER")] {
        std::fs::write(project.path("a.py"), THREE).expect("writes");
        let environment = [(name, editor.as_str()), (other, "false")];
        let mut person = Person::with(&project, &["-i", "a.py"], &environment, WIDE);
        person.answers("y");
        person.answers("e");
        // The first answer stays.
        assert!(person.answers("n").contains("(2/3, file 1/1)"));
        person.answers("y");
        let (end, _) = person.sees_the_end();
        assert_eq!(project.text("edited").trim_end(), "--option +10 a.py", "{end}");
        assert_eq!(rewritten(&project, "a.py"), ["one", "three"]);
        assert!(project.text("a.py").contains("x = 1\n\n\ndef two"));
    }
}

#[test]
fn an_editor_that_fails_or_spoils_the_file_is_said() {
    let project = Playground::with(&[
        ("a.py", CLIENT),
        ("b.py", CLIENT),
        ("edit", "#!/bin/sh\necho '(' >> \"$2\"\n"),
    ]);
    mode(&project.path("edit"), 0o755);
    let editor = project.path("edit").display().to_string();
    let mut person = Person::with(&project, &["-i"], &[("EDITOR", "no-such-editor -x")], WIDE);
    person.answers("e");
    person.sees("cannot start `no-such-editor -x`: no such file or directory");
    person.answers("q");
    person.sees_the_end();

    let mut person = Person::with(&project, &["-i"], &[("EDITOR", editor.as_str())], WIDE);
    person.answers("e");
    person.sees("a.py: syntax error");
    assert!(person.answers("y").contains("file 2/2"));
    let (end, status) = person.sees_the_end();
    assert_eq!(status, 2, "{end}");
    assert!(project.text("b.py").contains("SSLContext"));
}

#[test]
fn help_says_the_keys_and_what_the_page_says() {
    let project = Playground::with(&[("a.py", CLIENT)]);
    let mut person = Person::at(&project, &["-i"]);
    person.answers("?");
    let seen = person.answers("q");
    let page = sslfix::codemods::Codemod::find("wrap-socket").expect("is there").page;
    assert!(seen.contains("take the last answer back"), "{seen}");
    assert!(seen.contains(page.lines().nth(2).expect("has one")), "{seen}");
    assert!(!seen.contains("```"), "{seen}");
    person.sees_the_end();
}

#[test]
fn the_terminal_is_as_it_was_whatever_ends_the_review() {
    for (end, status) in [("q", 1), ("\u{3}", 130), ("INT", 130), ("TERM", 130), ("HUP", 130)] {
        let project = Playground::with(&[("a.py", THREE), ("b.py", THREE)]);
        let mut person = Person::at(&project, &["-i"]);
        let before = person.modes();
        person.answers("a");
        person.sees("wrote a.py");
        person.answers("y");
        person.asked();
        person.is_awaited(true);
        match end.len() {
            1 => person.types(end),
            _ => playground::send(end, person.child()),
        }
        person.is_awaited(false);
        let modes = person.modes();
        assert_eq!(modes.local_modes, before.local_modes);
        assert_eq!(modes.input_modes, before.input_modes);
        let (screen, code) = person.sees_the_end();
        assert_eq!(code, status, "{end}\n{screen}");
        assert_eq!(rewritten(&project, "a.py"), ["one", "two", "three"]);
        assert_eq!(project.text("b.py"), THREE);
    }
}

#[test]
fn a_file_that_changed_meanwhile_is_not_written() {
    let project = Playground::with(&[("a.py", CLIENT), ("b.py", CLIENT)]);
    let mut person = Person::at(&project, &["-i"]);
    person.asked();
    std::fs::write(project.path("a.py"), format!("{CLIENT}#")).expect("writes");
    person.types("y");
    person.sees("a.py: changed since it was read, so it was not written");
    person.answers("y");
    let (end, status) = person.sees_the_end();
    assert_eq!(status, 2, "{end}");
    assert_eq!(project.text("a.py"), format!("{CLIENT}#"));
    assert!(project.text("b.py").contains("SSLContext"));
}

#[test]
fn bytes_outside_the_hunks_stay() {
    let text = format!("# coding: latin-1\n# \u{e9}\n{THREE}# \u{e9}").replace('\n', "\r\n");
    let latin_1: Vec<u8> = text.chars().map(|letter| letter as u8).collect();
    let project = Playground::with(&[("a.py", &latin_1)]);
    let mut person = Person::at(&project, &["-i", "--color", "never"]);
    let seen = person.answers("n");
    // The end of a line is no news.
    assert!(!seen.contains("u{d}"), "{seen}");
    person.answers("y");
    person.answers("n");
    person.sees_the_end();
    let written = project.read("a.py");
    let (before, _) = latin_1.split_at(
        text.find("    return ssl.wrap_socket(sock)\r\n\r\n\r\n\r\ndef three")
            .expect("is there")
            - 20,
    );
    assert!(written.starts_with(before));
    assert!(written.ends_with(b"    return ssl.wrap_socket(sock)\r\n# \xe9"));
    assert_eq!(
        written.iter().filter(|byte| **byte == b'\n').count(),
        written.windows(2).filter(|two| two == b"\r\n").count()
    );
}

#[test]
fn a_narrow_terminal_and_one_that_changes_its_size_do() {
    let project = Playground::with(&[("a.py", THREE)]);
    let mut person = Person::with(&project, &["-i", "--color", "never"], &[], (10, 20));
    person.answers("y");
    person.asked();
    person.resizes(5, 40);
    person.types("n");
    person.asked();
    person.resizes(60, 200);
    person.types("y");
    let (end, status) = person.sees_the_end();
    assert_eq!(status, 1, "{end}");
    assert_eq!(rewritten(&project, "a.py"), ["one", "three"]);
}

#[test]
fn without_a_terminal_there_is_no_review() {
    let project = Playground::with(&[("a.py", CLIENT)]);
    let finished = project.run(&["-i"]);
    assert_eq!(finished.status, 2);
    assert!(
        finished.stderr().contains("--interactive needs a terminal"),
        "{finished}"
    );
    for arguments in [
        &["-i", "--dry-run"][..],
        &["-i", "-"],
        &["-i", "--files-from", "-"],
        &["-i", "--output-format", "patch"],
        &["-i", "--report", "patch=-"],
        &["--resume"],
    ] {
        let finished = project.run(arguments);
        assert_eq!(finished.status, 2, "{arguments:?}");
        assert!(finished.stderr().contains("--interactive"), "{finished}");
    }
    assert_eq!(project.text("a.py"), CLIENT);
    assert_eq!(project.names("."), ["a.py"]);
}

#[test]
fn a_report_of_a_review_says_what_was_written() {
    let project = Playground::with(&[("a.py", THREE)]);
    let mut person = Person::at(&project, &["-i", "--report", "patch=done.patch"]);
    person.answers("n");
    person.answers("y");
    person.answers("n");
    person.sees_the_end();
    let patch = project.text("done.patch");
    assert_eq!(patch.matches("\n@@ ").count(), 1, "{patch}");
    assert_eq!(patch.matches("\n+    context = ").count(), 1, "{patch}");
}
