//! The page of `--report html` in a real browser: `tests/browser/check.py` opens it in Chromium, filters, zooms, expands,
//! and looks whether what strangers wrote stays text.
//!
//! It needs Python 3.8 or newer and Chromium, from PATH or named in SSLFIX_TEST_BROWSER. What is missing is said, and is a
//! failure if SSLFIX_REQUIRE_BROWSER=1 is set, as it is in continuous integration.

use std::io::Write;
use std::path::Path;
use std::process::Command;

#[test]
fn the_page_works_in_a_browser() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/check.py");
    let run = |arguments: &[&str]| {
        let mut command = Command::new("python3");
        // Beside the script it would be a file that git sees.
        command
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .arg(&script)
            .args(arguments)
            .output()
    };
    match run(&["--is-possible"]) {
        Err(error) => return missing(&format!("python3 cannot be started: {error}")),
        Ok(answer) if !answer.status.success() => return missing(&String::from_utf8_lossy(&answer.stderr)),
        Ok(_) => {}
    }
    let output = run(&["--sslfix", env!("CARGO_BIN_EXE_sslfix")]).expect("it started before");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn missing(what: &str) {
    let is_required = std::env::var_os("SSLFIX_REQUIRE_BROWSER").is_some_and(|value| value == "1");
    assert!(!is_required, "{what}");
    // Prints even where the output of a test that passes is not shown.
    let message = format!("\nbrowser: nothing was run: {}\n", what.trim());
    let _ = std::io::stderr().write_all(message.as_bytes());
}
