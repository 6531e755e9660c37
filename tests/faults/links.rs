//! Links, pipes, sockets and devices among the files.

use crate::playground::Playground;
use crate::{CLIENT, rewritten};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::process::Command;

#[test]
fn a_link_that_is_found_is_not_followed_into_another_tree() {
    let project = Playground::with(&[
        ("outside/a.py", CLIENT),
        ("outside/deep/b.py", CLIENT),
        ("tree/c.py", CLIENT),
    ]);
    symlink("../outside/a.py", project.path("tree/a.py")).expect("links");
    symlink("../outside/deep", project.path("tree/deep")).expect("links");
    let finished = project.run(&["--write", "tree"]);
    assert_eq!(finished.status, 0, "{finished}");
    assert!(
        finished.stderr().contains("scanned 1 file, 1 mentions ssl\n"),
        "{finished}"
    );
    assert_eq!(project.text("outside/a.py"), CLIENT);
    assert_eq!(project.text("outside/deep/b.py"), CLIENT);
    assert_eq!(project.text("tree/c.py"), rewritten(CLIENT));
    assert!(project.path("tree/a.py").is_symlink() && project.path("tree/deep").is_symlink());
}

#[test]
fn a_link_inside_the_tree_does_not_write_its_file_twice() {
    let project = Playground::with(&[("real/a.py", CLIENT)]);
    symlink("real", project.path("again")).expect("links");
    symlink("real/a.py", project.path("a.py")).expect("links");
    let diff = project.run(&["--write", ".", "a.py", "real"]).stdout();
    assert_eq!(diff.matches("--- ").count(), 1, "{diff}");
    assert_eq!(project.text("real/a.py"), rewritten(CLIENT));
    assert!(project.path("a.py").is_symlink());
}

#[test]
fn a_list_of_a_program_leads_through_no_link() {
    let project = Playground::with(&[("outside/a.py", CLIENT), ("tree/b.py", CLIENT)]);
    symlink("../outside/a.py", project.path("tree/a.py")).expect("links");
    symlink("../outside", project.path("tree/folder")).expect("links");
    let finished = project.run_on(
        b"tree/a.py\ntree/b.py\ntree/folder\n",
        &["--write", "--files-from", "-"],
    );
    assert_eq!(finished.status, 0, "{finished}");
    assert!(finished.stderr().contains("scanned 1 file"), "{finished}");
    assert_eq!(project.text("outside/a.py"), CLIENT);
    assert_eq!(project.text("tree/b.py"), rewritten(CLIENT));
}

#[test]
fn links_in_a_circle_end() {
    let project = Playground::with(&[("a.py", CLIENT), ("folder/b.py", CLIENT)]);
    symlink("..", project.path("folder/up")).expect("links");
    symlink("two", project.path("one")).expect("links");
    symlink("one", project.path("two")).expect("links");
    symlink("itself.py", project.path("itself.py")).expect("links");
    let finished = project.run(&["--write"]);
    assert_eq!(finished.status, 0, "{finished}");
    assert!(finished.stderr().contains("scanned 2 files"), "{finished}");
    let finished = project.run(&["--write", "-q", "itself.py"]);
    assert_eq!(finished.status, 2, "{finished}");
    assert_eq!(finished.stderr().lines().count(), 1, "{finished}");
}

#[test]
fn pipes_sockets_and_devices_are_passed_over() {
    let project = Playground::with(&[("a.py", CLIENT)]);
    project.pipe("pipe.py");
    project.pipe("pipe");
    let _socket = UnixListener::bind(project.path("socket.py")).expect("binds");
    symlink("/dev/zero", project.path("zero.py")).expect("links");
    // Only root makes devices, and not everywhere.
    let _ = Command::new("mknod")
        .arg(project.path("device.py"))
        .args(["c", "1", "5"])
        .output();
    let finished = project.run(&["--write"]);
    assert_eq!(finished.status, 0, "{finished}");
    assert!(
        finished.stderr().contains("scanned 1 file, 1 mentions ssl\n"),
        "{finished}"
    );
    assert_eq!(project.text("a.py"), rewritten(CLIENT));
}

#[test]
fn a_socket_or_a_device_that_is_named_ends_in_a_line() {
    let project = Playground::with(&[("a.py", CLIENT)]);
    let _socket = UnixListener::bind(project.path("socket.py")).expect("binds");
    let finished = project.run(&["--write", "-q", "socket.py", "a.py"]);
    assert_eq!(finished.status, 2, "{finished}");
    assert!(
        finished
            .stderr()
            .starts_with("error: socket.py: cannot be read: no such device or address\n"),
        "{finished}"
    );
    assert_eq!(project.text("a.py"), rewritten(CLIENT));
    let finished = project.run(&["--write", "/dev/zero"]);
    assert_eq!(finished.status, 0, "{finished}");
}
