//! Which checks of the reports with their real readers did not run: the last line of `cargo test`.
//!
//! They need programs from npm and PyPI, which `tests/consumers/check` fetches, so a plain `cargo test` leaves them out and
//! says so. With SSLFIX_REQUIRE_CONSUMERS=1, as in continuous integration, they run, and one that fails is a failure.

use std::path::Path;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    if std::env::args().any(|argument| argument == "--list") {
        return ExitCode::SUCCESS;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/consumers/check");
    let mut check = Command::new("python3");
    check.arg(script);
    if std::env::var_os("SSLFIX_REQUIRE_CONSUMERS").is_some_and(|value| value == "1") {
        check.args(["--sslfix", env!("CARGO_BIN_EXE_sslfix")]);
        return match check.status() {
            Ok(status) if status.success() => ExitCode::SUCCESS,
            Ok(_) => ExitCode::FAILURE,
            Err(error) => {
                eprintln!("error: python3 cannot be started: {error}");
                ExitCode::FAILURE
            }
        };
    }
    let list = check
        .arg("--list")
        .output()
        .map(|output| output.stdout)
        .unwrap_or_default();
    let list = String::from_utf8_lossy(&list);
    let names: Vec<&str> = list.lines().filter_map(|line| line.split(": ").next()).collect();
    let names = match names.is_empty() {
        true => "all of them".to_string(),
        false => names.join(", "),
    };
    println!("not run: the checks of reports with their real readers ({names}); tests/consumers/check runs them");
    ExitCode::SUCCESS
}
