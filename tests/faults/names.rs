//! Names that are no text, or look like something else, in a locale that knows nothing.

use crate::playground::{Playground, feed};
use crate::{CLIENT, rewritten};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

const NAMES: [&[u8]; 8] = [
    b"with blank.py",
    b" .py",
    b"new\nline.py",
    b"quote\".py",
    b"back\\slash.py",
    b"-dash.py",
    b"\xff\xfe.py",
    b"\x1b[31m.py",
];

fn path(project: &Playground, name: &[u8]) -> PathBuf {
    project.path(".").join(OsStr::from_bytes(name))
}

fn project() -> Playground {
    let project = Playground::empty();
    for name in NAMES {
        std::fs::write(path(&project, name), CLIENT).expect("writes");
    }
    project
}

#[test]
fn any_name_is_found_listed_shown_and_written() {
    let new = rewritten(CLIENT);
    let list: Vec<u8> = NAMES
        .iter()
        .flat_map(|name| [name, b"\0".as_slice()].concat())
        .collect();
    for (stdin, arguments) in [(&b""[..], &[][..]), (&list, &["-0", "--files-from", "-"])] {
        let (shown, written) = (project(), project());
        let in_plain_locale = |project: &Playground, flag: &str| {
            let mut command = project.command(&[&[flag], arguments].concat());
            command.envs([("LC_ALL", "C"), ("TERM", "dumb")]);
            feed(command, stdin)
        };
        let dry_run = in_plain_locale(&shown, "--dry-run");
        assert_eq!(dry_run.status, 1, "{dry_run}");
        assert!(
            !dry_run.stdout.contains(&0x1b) && !dry_run.stderr.contains(&0x1b),
            "{dry_run}"
        );
        shown.git(&["init", "--quiet"], b"");
        shown.git(&["apply", "-"], &dry_run.stdout);
        let write = in_plain_locale(&written, "--write");
        assert_eq!((write.status, &write.stdout), (0, &dry_run.stdout));
        for name in NAMES {
            for project in [&shown, &written] {
                let text = std::fs::read_to_string(path(project, name)).expect("reads");
                assert_eq!(text, new, "{}", name.escape_ascii());
            }
        }
    }
}

#[test]
fn any_name_is_one_line_in_an_error() {
    let project = Playground::empty();
    let list: Vec<u8> = NAMES
        .iter()
        .flat_map(|name| [name, b"\0".as_slice()].concat())
        .collect();
    let finished = project.run_on(&list, &["-q", "-0", "--files-from", "-"]);
    assert_eq!(finished.status, 2);
    let stderr = finished.stderr();
    assert_eq!(stderr.lines().count(), NAMES.len(), "{stderr}");
    assert!(
        stderr.contains("error: \"new\\nline.py\": cannot be read: no such file or directory\n"),
        "{stderr}"
    );
    assert!(stderr.contains("error: \"\\377\\376.py\": cannot be read"), "{stderr}");
    assert!(!stderr.contains('\u{1b}'), "{stderr}");
}
