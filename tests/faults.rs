//! What happens when something fails: the real program, on trees, disks, streams and signals that are against it.
//!
//! `SECURITY.md` has the table of what is tested here: what the user sees, the exit status, and that nothing is lost.
//! What cannot be tested on a machine, such as a full disk where nobody may mount one, is said, and is a failure if
//! SSLFIX_REQUIRE_MOUNTS=1 is set, as it is in continuous integration where it may mount.

#![cfg(target_os = "linux")]

#[path = "faults/changed.rs"]
mod changed;
#[path = "faults/disk.rs"]
mod disk;
#[path = "faults/hostile.rs"]
mod hostile;
#[path = "faults/links.rs"]
mod links;
#[path = "faults/names.rs"]
mod names;
#[path = "cli/playground.rs"]
#[allow(dead_code, reason = "the tests of the command line use the rest")]
mod playground;
#[path = "faults/signals.rs"]
mod signals;
#[path = "faults/size.rs"]
mod size;
#[path = "faults/streams.rs"]
mod streams;

use playground::Playground;

/// Has a fix, and no finding after it.
const CLIENT: &str = "import ssl\n\n\ndef connect(sock):\n    return ssl.wrap_socket(sock)\n";

/// What becomes of a source.
fn rewritten(source: &str) -> String {
    let finished = Playground::empty().run_on(source.as_bytes(), &["--write", "-"]);
    let rewritten = finished.stdout();
    assert_ne!(rewritten, source);
    rewritten
}
