//! Disks that are full or may not be written.

use crate::playground::{Playground, feed};
use crate::{CLIENT, rewritten};
use std::io::Write;
use std::process::Command;
use std::sync::LazyLock;

/// A source that needs more than a few blocks, with a fix.
fn large() -> String {
    format!("{}{CLIENT}", "# a line that takes room on the disk\n".repeat(1000))
}

/// The one fault of a full disk that needs no rights: no file may grow beyond 8 KiB.
#[test]
fn a_disk_that_takes_no_large_file_keeps_the_old_one() {
    let project = Playground::with(&[("large.py", large().as_str()), ("small.py", CLIENT)]);
    let mut command = Command::new("bash");
    let sslfix = project.command(&[]);
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$@\"", "bash"])
        .arg(sslfix.get_program())
        .args(["--write", "--quiet"])
        .current_dir(project.path("."));
    let finished = feed(command, b"");
    assert_eq!(finished.status, 2, "{finished}");
    let lines: Vec<String> = finished.stderr().lines().map(str::to_string).collect();
    assert_eq!(lines[0], "error: large.py: cannot be written: file too large");
    assert_eq!(project.text("large.py"), large());
    assert_eq!(project.text("small.py"), rewritten(CLIENT));
    assert_eq!(project.names("."), ["large.py", "small.py"]);
}

#[test]
fn a_full_disk_keeps_the_old_file_and_the_rest_is_done() {
    let project = Playground::with(&[("large.py", large().as_str()), ("small.py", CLIENT)]);
    for folder in ["disk", "result"] {
        std::fs::create_dir(project.path(folder)).expect("makes the folder");
    }
    let script = "
        mount -t tmpfs -o size=512k none disk
        cp large.py small.py disk
        head -c 1M /dev/zero > disk/filler 2>/dev/null || true
        truncate -s -8K disk/filler
        \"$@\" --write --quiet disk || echo $? > result/status
        cp disk/*.py result
        ls -A disk > result/names";
    let Some(stderr) = in_own_mounts(&project, script) else {
        return;
    };
    assert!(
        stderr.starts_with("error: disk/large.py: cannot be written: no space left on device\n"),
        "{stderr}"
    );
    assert_eq!(project.text("result/status"), "2\n");
    assert_eq!(project.text("result/large.py"), large());
    assert_eq!(project.text("result/small.py"), rewritten(CLIENT));
    assert_eq!(project.text("result/names"), "filler\nlarge.py\nsmall.py\n");
}

#[test]
fn a_mount_that_is_read_only_is_read_and_not_written() {
    let project = Playground::with(&[("disk/a.py", CLIENT), ("b.py", CLIENT)]);
    std::fs::create_dir(project.path("result")).expect("makes the folder");
    let script = "
        mount --bind disk disk
        mount -o remount,bind,ro disk
        \"$@\" --write --quiet . || echo $? > result/status";
    let Some(stderr) = in_own_mounts(&project, script) else {
        return;
    };
    assert!(
        stderr.starts_with("error: disk/a.py: cannot be written: read-only file system\n"),
        "{stderr}"
    );
    assert_eq!(project.text("result/status"), "2\n");
    assert_eq!(project.text("disk/a.py"), CLIENT);
    assert_eq!(project.text("b.py"), rewritten(CLIENT));
}

/// Runs a script, which gets the program as its arguments, where its mounts are seen by nobody else and go with it; the
/// standard error of it. Nothing if we may not mount, which is said.
fn in_own_mounts(project: &Playground, script: &str) -> Option<String> {
    let Some(unshare) = *UNSHARE else {
        let message = "faults: no mount is allowed here, so a full disk and a read-only mount were not tested\n";
        let is_required = std::env::var_os("SSLFIX_REQUIRE_MOUNTS").is_some_and(|value| value == "1");
        assert!(!is_required, "{message}");
        // Shown even where the output of a test that passes is not.
        let _ = std::io::stderr().write_all(message.as_bytes());
        return None;
    };
    let mut command = Command::new("unshare");
    command
        .args(unshare)
        .args(["bash", "-ec", script, "bash"])
        .arg(project.command(&[]).get_program())
        .current_dir(project.path("."));
    let finished = feed(command, b"");
    assert_eq!(finished.status, 0, "{finished}");
    Some(finished.stderr())
}

/// How mounts of our own are made, as root or as anybody.
static UNSHARE: LazyLock<Option<&[&str]>> = LazyLock::new(|| {
    let ways: [&[&str]; 2] = [&["--mount"], &["--user", "--map-root-user", "--mount"]];
    ways.into_iter().find(|way| {
        let mut command = Command::new("unshare");
        command.args(*way).args(["mount", "-t", "tmpfs", "none", "/mnt"]);
        command.output().is_ok_and(|output| output.status.success())
    })
});
