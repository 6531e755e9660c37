//! Whoever reads the output goes away, or has no room for it.

use crate::playground::{Finished, Playground, feed, mode};
use crate::{CLIENT, rewritten};
use std::fs::OpenOptions;
use std::process::Stdio;

const UNFIXABLE: &str = "import ssl\n\nssl.match_hostname(certificate, name)\n";

fn project() -> Playground {
    let names: Vec<String> = (0..50).map(|file| format!("f{file}.py")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), CLIENT)).collect();
    Playground::with(&files)
}

fn all_are_written(project: &Playground) -> bool {
    let new = rewritten(CLIENT);
    (0..50).all(|file| project.text(&format!("f{file}.py")) == new)
}

fn full() -> std::fs::File {
    OpenOptions::new().write(true).open("/dev/full").expect("opens")
}

#[test]
fn a_run_whose_output_nobody_reads_writes_all_files() {
    let project = project();
    assert_eq!(project.run_into_closed_pipe(&["--write"]), 0);
    assert!(all_are_written(&project));
}

#[test]
fn a_full_disk_behind_the_output_is_a_failure_after_all_files_are_written() {
    let project = project();
    let mut command = project.command(&["--write"]);
    let run = command.stdout(full()).stderr(Stdio::piped()).spawn().expect("starts");
    let finished = Finished::of(run);
    assert_eq!(finished.status, 2, "{finished}");
    let expected = "error: cannot write to the standard output: no space left on device\n";
    assert!(finished.stderr().ends_with(expected), "{finished}");
    assert!(all_are_written(&project));
}

#[test]
fn messages_that_nobody_reads_change_no_exit_status() {
    let project = Playground::with(&[("a.py", UNFIXABLE)]);
    for (arguments, expected) in [
        (&["--write", "a.py"][..], 1),
        (&["gone.py"], 2),
        (&["--no-such-flag"], 2),
    ] {
        let (reader, closed) = std::io::pipe().expect("a pipe");
        drop(reader);
        for stderr in [Stdio::from(full()), Stdio::from(closed)] {
            let mut command = project.command(arguments);
            let run = command
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(stderr)
                .spawn();
            assert_eq!(Finished::of(run.expect("starts")).status, expected, "{arguments:?}");
        }
    }
}

#[test]
fn a_list_that_cannot_be_read_is_a_line() {
    let project = Playground::with(&[("list", "a.py\n"), ("a.py", CLIENT)]);
    mode(&project.path("."), 0o777);
    mode(&project.path("list"), 0o000);
    let finished = project.run_without_privileges(&["--files-from", "list"]);
    assert_eq!(
        (finished.status, finished.stderr().as_str()),
        (2, "error: list: cannot be read: permission denied\n")
    );
    // A folder is no list.
    let finished = project.run(&["--files-from", "."]);
    assert_eq!(finished.status, 2, "{finished}");
    assert_eq!(finished.stderr().lines().count(), 1, "{finished}");
    let mut command = project.command(&["--files-from", "/dev/fd/0"]);
    command.arg("-q");
    assert_eq!(feed(command, b"a.py\n").status, 1);
}
