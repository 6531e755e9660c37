//! What can be seen of a run of a program, and what counts when two are compared.

use std::fmt;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A program that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(40);

/// Versions of the protocol, which are the difference that is meant.
const VERSIONS: [&str; 4] = ["TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1"];

/// What can be seen of a run.
#[derive(Clone, PartialEq, Eq)]
pub struct Observation {
    pub stdout: String,
    /// The exit status, unless it was killed.
    pub status: Option<i32>,
    /// The exceptions that nobody caught, each as its type and message.
    pub exceptions: Vec<String>,
    /// A line for each connection.
    pub peers: String,
    /// The rest of what it said on standard error, to be shown.
    stderr: String,
}

/// How a program is run.
pub struct Run<'a> {
    pub python: &'a Path,
    pub program: &'a Path,
    /// The folder that it runs in, which has the certificates.
    pub certificates: &'a Path,
    /// The folder of `peers.py`.
    pub support: &'a Path,
    /// What `-W` says.
    pub warnings: &'a str,
    /// A folder for what is to be read afterwards.
    pub scratch: &'a Path,
}

impl Run<'_> {
    pub fn observe(&self) -> Observation {
        let [stdout, stderr, peers] = ["stdout", "stderr", "peers"].map(|name| self.scratch.join(name));
        let _ = fs::remove_file(&peers);
        let mut command = Command::new(self.python);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PYTHON") || name.to_string_lossy().starts_with("SSL") {
                command.env_remove(name);
            }
        }
        let mut child = command
            .args(["-W", self.warnings])
            .arg(self.program)
            .current_dir(self.certificates)
            .env("PYTHONPATH", self.support)
            .env("PYTHONHASHSEED", "0")
            .env("SSLFIX_PEERS_SAW", &peers)
            .stdin(Stdio::null())
            .stdout(File::create(&stdout).expect("a file"))
            .stderr(File::create(&stderr).expect("a file"))
            .spawn()
            .expect("Python starts");
        let end = Instant::now() + LIMIT;
        let status = loop {
            if let Some(status) = child.try_wait().expect("can be waited for") {
                break status.code();
            }
            if Instant::now() > end {
                child.kill().expect("can be killed");
                child.wait().expect("can be waited for");
                break None;
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let read = |path| String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned();
        let stderr = read(stderr);
        Observation {
            stdout: read(stdout),
            status,
            exceptions: exceptions(&stderr),
            peers: read(peers),
            stderr,
        }
    }
}

impl Observation {
    /// What counts on one Python: everything but the version of the protocol.
    pub fn on_one_python(&self) -> Observation {
        Observation {
            stdout: without_versions(&self.stdout),
            status: self.status,
            exceptions: self.exceptions.iter().map(|line| without_versions(line)).collect(),
            peers: sorted(&without_versions(&self.peers)),
            stderr: String::new(),
        }
    }

    /// What counts between Pythons, which word their messages differently.
    pub fn on_any_python(&self) -> Observation {
        let mut observation = self.on_one_python();
        for exception in &mut observation.exceptions {
            *exception = class(exception);
        }
        observation
    }

    /// Whether something went wrong that the program did not expect.
    pub fn fails(&self) -> bool {
        self.status != Some(0) || !self.exceptions.is_empty()
    }

    /// Whether a peer saw a version that nothing should speak any more.
    pub fn has_old_version(&self) -> bool {
        let versions = self.peers.lines().filter_map(|line| {
            let (_, rest) = line.split_once(": version ")?;
            rest.split(',').next()
        });
        versions
            .into_iter()
            .any(|version| matches!(version, "TLSv1" | "TLSv1.1"))
    }
}

impl fmt::Display for Observation {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self.status {
            Some(status) => writeln!(formatter, "exit status {status}")?,
            None => writeln!(formatter, "killed")?,
        }
        for (name, text) in [
            ("stdout", &self.stdout),
            ("stderr", &self.stderr),
            ("peers", &self.peers),
        ] {
            for line in text.lines() {
                writeln!(formatter, "{name}: {line}")?;
            }
        }
        Ok(())
    }
}

/// The last lines of tracebacks: a dotted name, and perhaps a message.
fn exceptions(stderr: &str) -> Vec<String> {
    let is_exception = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default();
        let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
        let kind = name.rsplit('.').next().unwrap_or_default();
        is_name(name) && kind.starts_with(|c: char| c.is_ascii_uppercase())
    };
    stderr.lines().filter(is_exception).map(without_place).collect()
}

/// Without the line of the source of Python's module.
fn without_place(line: &str) -> String {
    let Some((before, after)) = line.split_once("(_ssl.c:") else {
        return line.to_string();
    };
    let after = after.split_once(')').map_or("", |(_, after)| after);
    format!("{before}(_ssl.c){after}")
}

fn without_versions(text: &str) -> String {
    VERSIONS
        .iter()
        .fold(text.to_string(), |text, version| text.replace(version, "TLS"))
}

/// The lines of connections that are made at the same time have no order.
fn sorted(lines: &str) -> String {
    let mut lines: Vec<&str> = lines.lines().collect();
    lines.sort_unstable();
    lines.join("\n")
}

/// The type of an exception, and OpenSSL's reason if it has one.
fn class(exception: &str) -> String {
    let kind = exception.split(':').next().unwrap_or_default();
    let reason = exception.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
    match reason {
        Some((reason, _)) if reason.starts_with("SSL") => format!("{kind} {reason}"),
        _ => kind.to_string(),
    }
}
