//! A run that is killed, interrupted, or not alone.

use crate::playground::{Finished, Playground, send};
use crate::{CLIENT, rewritten};
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

const SIGKILL: i32 = 9;

/// A tree in which every file has the same fix.
struct Tree {
    playground: Playground,
    names: Vec<String>,
    new: String,
}

impl Tree {
    fn of(files: usize) -> Tree {
        let names: Vec<String> = (0..files).map(|file| format!("d{}/f{file}.py", file % 10)).collect();
        let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), CLIENT)).collect();
        Tree {
            playground: Playground::with(&files),
            new: rewritten(CLIENT),
            names,
        }
    }

    /// How many files are written; each of the others must be as it was.
    fn written(&self) -> usize {
        let is_written = |name: &&String| {
            let text = self.playground.text(name);
            assert!(
                text == CLIENT || text == self.new,
                "{name} is neither old nor new: {text}"
            );
            text == self.new
        };
        self.names.iter().filter(is_written).count()
    }

    /// What is in its folders besides its files.
    fn strangers(&self) -> Vec<String> {
        let folders: Vec<String> = (0..10).map(|folder| format!("d{folder}")).collect();
        let names = folders.iter().flat_map(|folder| self.playground.names(folder));
        names.filter(|name| !name.ends_with(".py")).collect()
    }
}

#[test]
fn a_run_that_is_killed_in_the_middle_leaves_whole_files_and_the_next_one_finishes() {
    for files in [1000, 4000, 16_000] {
        let tree = Tree::of(files);
        let run = tree.playground.start(&["--write", "--quiet"]);
        let probe = &tree.names[files / 20];
        let (status, _) = Finished::with_status(run, |run| {
            if tree.playground.text(probe) != CLIENT {
                send("KILL", run);
            }
        });
        let written = tree.written();
        let finished = tree.playground.run(&["--write", "--quiet"]);
        assert_eq!((finished.status, finished.stderr()), (0, String::new()));
        assert_eq!(tree.written(), files);
        assert_eq!(tree.strangers(), [""; 0]);
        if status.signal() == Some(SIGKILL) && written < files {
            assert!(written > 0);
            return;
        }
    }
    panic!("no run could be killed before its end");
}

/// More than a run works on at once before the first of it is told.
const MORE_FILES: usize = 60;

/// A file whose diff is larger than a pipe, and many files behind it.
fn more_than_a_pipe_holds() -> Playground {
    let functions = (0..400).map(|number| format!("def f{number}(sock):\n    return ssl.wrap_socket(sock)\n"));
    let project = Playground::with(&[("a.py", format!("import ssl\n{}", functions.collect::<String>()))]);
    for number in 0..MORE_FILES {
        std::fs::write(project.path(&format!("b{number:02}.py")), CLIENT).expect("writes");
    }
    project
}

fn is_written(project: &Playground, name: &str) -> bool {
    project.text(name).contains("SSLContext")
}

/// A run that has written `a.py`, and waits until somebody reads the diff of it.
fn waiting_run(project: &Playground, how: &str) -> Child {
    // Whoever runs the tests in the background has us ignore signals.
    let mut command = Command::new("env");
    let sslfix = project.command(&[]);
    command
        .args([how, "--"])
        .arg(sslfix.get_program())
        .args(["--write", "-j", "2"])
        .current_dir(project.path("."))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let run = command.spawn().expect("starts");
    let first_is_written = |_| {
        thread::sleep(Duration::from_millis(10));
        is_written(project, "a.py")
    };
    assert!((0..6000).any(first_is_written));
    run
}

#[test]
fn a_signal_stops_the_run_after_the_files_at_hand() {
    for signal in ["INT", "TERM", "HUP"] {
        let project = more_than_a_pipe_holds();
        let mut run = waiting_run(&project, "--default-signal=INT,TERM,HUP");
        send(signal, &run);
        // It has arrived when that is said.
        let mut stderr = BufReader::new(run.stderr.take().expect("is piped"));
        let mut warning = String::new();
        stderr.read_line(&mut warning).expect("reads");
        assert_eq!(
            warning,
            "warning: interrupted; what is not written by now stays as it is\n"
        );
        let rest = thread::spawn(move || stderr.lines().map(|line| line.expect("reads")).collect::<Vec<String>>());
        let finished = Finished::of(run);
        let rest = rest.join().expect("reads");
        assert_eq!(finished.status, 130, "{signal} {rest:?}");
        assert!(finished.stdout().starts_with("--- a/a.py\n"), "{finished}");
        let names = (0..MORE_FILES).map(|number| format!("b{number:02}.py"));
        let (written, left): (Vec<String>, Vec<String>) = names.partition(|name| is_written(&project, name));
        // What is written is told, and what is not is as it was.
        for name in &written {
            assert!(
                finished.stdout().contains(&format!("--- a/{name}\n")),
                "{name} {finished}"
            );
            assert_eq!(project.text(name), rewritten(CLIENT));
        }
        assert!(!left.is_empty(), "{signal} {rest:?}");
        for name in &left {
            assert_eq!(project.text(name), CLIENT);
        }
        assert_eq!(project.names(".").len(), MORE_FILES + 1);
    }
}

#[test]
fn a_signal_that_is_ignored_stays_ignored() {
    let project = more_than_a_pipe_holds();
    // As `nohup` does.
    let run = waiting_run(&project, "--ignore-signal=HUP");
    send("HUP", &run);
    let finished = Finished::of(run);
    assert_eq!(finished.status, 0, "{finished}");
    assert!(!finished.stderr().contains("interrupted"), "{finished}");
    assert!((0..MORE_FILES).all(|number| is_written(&project, &format!("b{number:02}.py"))));
}

#[test]
fn two_runs_at_once_make_each_change_once_and_complain_of_nothing() {
    for _ in 0..4 {
        let tree = Tree::of(200);
        let runs = [0, 1].map(|_| tree.playground.start(&["--write"]));
        for finished in runs.map(Finished::of) {
            assert_eq!(finished.status, 0, "{finished}");
            let stderr = finished.stderr();
            assert!(!stderr.contains("error") && !stderr.contains("changed"), "{finished}");
        }
        assert_eq!(tree.written(), 200);
        assert_eq!(tree.strangers(), [""; 0]);
    }
}
