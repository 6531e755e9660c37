//! Files that somebody else changes between the moment they are read and the moment they are written.

use crate::playground::{Finished, Playground};
use crate::{CLIENT, rewritten};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::thread;
use std::time::Duration;

/// Runs `sslfix --write` on a path, and does something while the file there is read: it is a pipe.
fn while_it_is_read(project: &Playground, path: &str, meanwhile: impl FnOnce()) -> Finished {
    let pipe = project.pipe(path);
    let run = project.start(&["--write", path]);
    // Opens only when the other end is open as well.
    let mut writer = OpenOptions::new().write(true).open(&pipe).expect("opens");
    meanwhile();
    writer.write_all(CLIENT.as_bytes()).expect("writes");
    drop(writer);
    Finished::of(run)
}

#[test]
fn a_file_that_is_deleted_meanwhile_stays_deleted() {
    let project = Playground::empty();
    let finished = while_it_is_read(&project, "a.py", || {
        fs::remove_file(project.path("a.py")).expect("removes");
    });
    assert_eq!(finished.status, 2, "{finished}");
    let expected = "error: a.py: cannot be written: no such file or directory\n";
    assert!(finished.stderr().starts_with(expected), "{finished}");
    assert_eq!(project.names("."), [""; 0]);
}

#[test]
fn a_folder_that_becomes_a_link_meanwhile_is_not_written_through() {
    let project = Playground::with(&[("outside/a.py", CLIENT), ("tree/inside/b.py", "")]);
    let finished = while_it_is_read(&project, "tree/inside/a.py", || {
        fs::rename(project.path("tree/inside"), project.path("tree/moved")).expect("renames");
        std::os::unix::fs::symlink("../outside", project.path("tree/inside")).expect("links");
    });
    assert_eq!(finished.status, 2, "{finished}");
    let expected =
        "error: tree/inside/a.py: leads elsewhere than when it was found, so it was not written; run sslfix again\n";
    assert!(finished.stderr().starts_with(expected), "{finished}");
    assert_eq!(project.text("outside/a.py"), CLIENT);
    assert_eq!(project.names("outside"), ["a.py"]);
}

/// What an editor does at any moment: the file is always one of the versions or what sslfix makes of one, never a mix;
/// and where sslfix says that it left the newer version alone, that is there.
#[test]
fn a_file_that_is_saved_meanwhile_is_whole() {
    let newer = CLIENT.replace("connect", "newer");
    let (new, newer_new) = (rewritten(CLIENT), rewritten(&newer));
    let project = Playground::with(&[("a.py", CLIENT)]);
    let mut left_alone = 0;
    for round in 0..40 {
        fs::write(project.path("a.py"), CLIENT).expect("writes");
        fs::write(project.path("editor"), &newer).expect("writes");
        let run = project.start(&["--write", "-q", "a.py"]);
        thread::sleep(Duration::from_micros(500 * round));
        fs::rename(project.path("editor"), project.path("a.py")).expect("renames");
        let finished = Finished::of(run);
        let text = project.text("a.py");
        assert!([&newer, &newer_new, &new].contains(&&text), "{text}\n{finished}");
        match finished.status {
            0 => assert_eq!(finished.stderr(), ""),
            _ => {
                left_alone += 1;
                assert_eq!((finished.status, &text), (2, &newer), "{finished}");
            }
        }
        assert_eq!(project.names("."), ["a.py"]);
    }
    assert!(left_alone < 40, "nothing was ever written");
}
