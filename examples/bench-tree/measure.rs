//! What a program costs: time on the wall, time of the processor, and memory at its peak.
//!
//! The system tells the peak of a process that has ended only to its parent, and only as the largest of all. So each
//! program gets a parent of its own: this program again, which runs nothing else.

use std::ffi::OsString;
use std::fs::File;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// What a program has cost.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// Seconds until it ended.
    pub wall: f64,
    /// Seconds of all processors together.
    pub cpu: f64,
    /// Memory that was resident, at most.
    pub peak_megabytes: f64,
}

/// Runs a command whose output nobody reads, with so many threads where its options do not say it.
/// Nothing if it does not come to an end by itself: a hostile tree may be too much for a program. What it said is shown.
pub fn measure(command: &[OsString], input: Option<&Path>, threads: &str) -> Option<Measured> {
    let mut parent = Command::new(std::env::current_exe().expect("has a path"));
    parent.arg("--measure").args(command);
    if !threads.is_empty() {
        parent.env("RAYON_NUM_THREADS", threads);
    }
    if let Some(input) = input {
        parent.stdin(File::open(input).expect("is there"));
    }
    let output = parent.output().expect("this program can be run");
    let said = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<f64> = said.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [wall, cpu, peak_megabytes] = numbers[..] else {
        eprintln!("{command:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
        return None;
    };
    Some(Measured {
        wall,
        cpu,
        peak_megabytes,
    })
}

/// Runs a command and prints what it has cost.
pub fn in_this_process(command: &[String]) -> ExitCode {
    let Some((program, arguments)) = command.split_first() else {
        return ExitCode::FAILURE;
    };
    let start = Instant::now();
    let status = Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let wall = start.elapsed().as_secs_f64();
    // All of them end with 0 or 1, whether they have found something or not.
    if !status.as_ref().is_ok_and(|status| matches!(status.code(), Some(0 | 1))) {
        eprintln!("{status:?}");
        return ExitCode::FAILURE;
    }
    let usage = nix::sys::resource::getrusage(nix::sys::resource::UsageWho::RUSAGE_CHILDREN).expect("can be asked");
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    let cpu = seconds(usage.user_time()) + seconds(usage.system_time());
    println!("{wall} {cpu} {}", usage.max_rss() as f64 / 1024.0);
    ExitCode::SUCCESS
}
