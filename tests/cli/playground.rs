//! A folder to run the program in, and what a run of it gives.

use std::fmt;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What takes longer hangs, whatever the machine is busy with.
const LIMIT: Duration = Duration::from_secs(300);

/// A folder that is gone when the test is over.
pub struct Playground {
    folder: tempfile::TempDir,
}

/// What a run has printed, and its status.
#[derive(Debug, PartialEq, Eq)]
pub struct Finished {
    pub status: i32,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

impl Playground {
    /// A folder with these files.
    pub fn with<Content: AsRef<[u8]>>(files: &[(&str, Content)]) -> Playground {
        let folder = tempfile::tempdir().expect("a folder");
        let playground = Playground { folder };
        for (name, content) in files {
            let path = playground.path(name);
            fs::create_dir_all(path.parent().expect("has one")).expect("makes the folder");
            fs::write(path, content).expect("writes");
        }
        playground
    }

    pub fn empty() -> Playground {
        Playground::with::<&str>(&[])
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect("reads")
    }

    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).expect("is UTF-8")
    }

    /// What is in a folder, sorted.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).expect("is a folder").flatten();
        let mut names: Vec<String> = entries
            .map(|entry| entry.file_name().to_string_lossy().into())
            .collect();
        names.sort();
        names
    }

    pub fn run(&self, arguments: &[&str]) -> Finished {
        self.run_on(b"", arguments)
    }

    /// With something on the standard input.
    pub fn run_on(&self, stdin: &[u8], arguments: &[&str]) -> Finished {
        feed(self.command(arguments), stdin)
    }

    pub fn run_with(&self, environment: &[(&str, &str)], arguments: &[&str]) -> Finished {
        let mut command = self.command(arguments);
        command.envs(environment.iter().copied());
        feed(command, b"")
    }

    /// The status of a run whose standard output nobody reads.
    pub fn run_into_closed_pipe(&self, arguments: &[&str]) -> i32 {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = self.command(arguments);
        command.stdin(Stdio::null()).stdout(writer).stderr(Stdio::null());
        Finished::of(command.spawn().expect("starts")).status
    }

    /// As somebody who may not read and write everything, if we are root.
    #[cfg(unix)]
    pub fn run_without_privileges(&self, arguments: &[&str]) -> Finished {
        use std::os::unix::fs::MetadataExt;
        use std::os::unix::process::CommandExt;
        const NOBODY: u32 = 65534;
        let mut command = self.command(arguments);
        if fs::metadata("/proc/self").map_or(0, |process| process.uid()) == 0 {
            command.uid(NOBODY).gid(NOBODY);
        }
        feed(command, b"")
    }

    /// Starts a run and does not wait for it.
    pub fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().expect("starts")
    }

    /// Makes a named pipe.
    #[cfg(unix)]
    pub fn pipe(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        let status = Command::new("mkfifo").arg(&path).status().expect("runs");
        assert!(status.success());
        path
    }

    /// Runs git, which must succeed.
    pub fn git(&self, arguments: &[&str], stdin: &[u8]) {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(self.root());
        let finished = feed(command, stdin);
        assert_eq!(finished.status, 0, "{finished}");
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sslfix"));
        command.args(arguments).current_dir(self.root());
        for name in ["CI", "FORCE_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "NO_COLOR"] {
            command.env_remove(name);
        }
        // What the one who runs the tests has decided is not tested.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SSLFIX_") {
                command.env_remove(name);
            }
        }
        command
    }
}

impl Finished {
    /// What a run has come to that ends by itself.
    pub fn of(child: Child) -> Finished {
        let (status, finished) = Finished::with_status(child, |_| {});
        assert!(status.code().is_some(), "was killed: {status}\n{finished}");
        finished
    }

    /// What a run has come to that may be killed; meanwhile somebody looks on.
    pub fn with_status(mut child: Child, mut look_on: impl FnMut(&Child)) -> (ExitStatus, Finished) {
        let stdout = child.stdout.take().map(read_aside);
        let stderr = child.stderr.take().map(read_aside);
        let start = Instant::now();
        let mut hangs = false;
        let status = loop {
            if let Some(status) = child.try_wait().expect("can be asked") {
                break status;
            }
            look_on(&child);
            if start.elapsed() > LIMIT && !hangs {
                hangs = true;
                child.kill().expect("can be killed");
            }
            thread::sleep(Duration::from_millis(2));
        };
        let all = |reader: Option<thread::JoinHandle<Vec<u8>>>| match reader {
            Some(reader) => reader.join().expect("reads"),
            None => Vec::new(),
        };
        let finished = Finished {
            status: status.code().unwrap_or(-1),
            stdout: all(stdout),
            stderr: all(stderr),
        };
        assert!(!hangs, "did not end\n{finished}");
        (status, finished)
    }

    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

/// As it is stored in a snapshot.
impl fmt::Display for Finished {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        writeln!(formatter, "exit status {}", self.status)?;
        for (name, text) in [("stdout", self.stdout()), ("stderr", self.stderr())] {
            if !text.is_empty() {
                writeln!(formatter, "---- {name}\n{}", text.trim_end_matches('\n'))?;
            }
        }
        Ok(())
    }
}

#[cfg(unix)]
pub fn mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("sets the mode");
}

/// Sends a signal, such as `INT`, which is what Ctrl-C does.
#[cfg(unix)]
#[allow(dead_code, reason = "of the tests of faults")]
pub fn send(signal: &str, run: &Child) {
    let status = Command::new("kill")
        .args([&format!("-{signal}"), &run.id().to_string()])
        .status()
        .expect("runs");
    assert!(status.success());
}

/// Runs the command on the input to its end.
pub fn feed(mut command: Command, stdin: &[u8]) -> Finished {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("starts");
    let mut pipe = child.stdin.take().expect("is piped");
    let stdin = stdin.to_vec();
    let writer = thread::spawn(move || {
        // Who does not read it need not.
        let _ = pipe.write_all(&stdin);
    });
    let finished = Finished::of(child);
    writer.join().expect("writes");
    finished
}

fn read_aside(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("reads");
        bytes
    })
}
