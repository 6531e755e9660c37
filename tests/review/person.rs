//! A person at a terminal: reads what is shown, and presses keys. Waits for what comes, and never for a time to pass.

use crate::playground::Playground;
use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};
use rustix::termios::{LocalModes, Termios, tcgetattr};
use std::io::{Read, Write};
use std::process::Child;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// What does not come by then does not come, whatever the machine is busy with.
const LIMIT: Duration = Duration::from_secs(120);

/// Wide enough that nothing is cut.
pub const WIDE: (u16, u16) = (50, 160);

/// A run of the program at a terminal.
pub struct Person {
    terminal: Arc<Pty>,
    child: Child,
    output: Receiver<Vec<u8>>,
    /// All that was shown.
    screen: String,
    /// So much of it was read.
    read: usize,
}

impl Person {
    /// Starts the program in a playground.
    pub fn at(playground: &Playground, arguments: &[&str]) -> Person {
        Person::with(playground, arguments, &[], WIDE)
    }

    pub fn with(
        playground: &Playground,
        arguments: &[&str],
        environment: &[(&str, &str)],
        (rows, columns): (u16, u16),
    ) -> Person {
        let (terminal, other_end) = open().expect("a terminal");
        terminal.resize(Size::new(rows, columns)).expect("resizes");
        let program = playground.command(arguments);
        // Whoever runs the tests may have told them to ignore signals, which the program would obey.
        let mut command = std::process::Command::new("env");
        command
            .arg("--default-signal=HUP,INT,TERM")
            .arg(program.get_program())
            .args(program.get_args());
        command.current_dir(program.get_current_dir().expect("it runs in the playground"));
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        for name in ["VISUAL", "EDITOR", "FORCE_HYPERLINK"] {
            command.env_remove(name);
        }
        command.env("TERM", "xterm").envs(environment.iter().copied());
        let child = Command::from(command).spawn(other_end).expect("starts");
        let terminal = Arc::new(terminal);
        let (sender, output) = mpsc::channel();
        let reader = terminal.clone();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            // At the end of the program the terminal is gone, which is an error or nothing, depending on the system.
            while let Ok(read @ 1..) = (&*reader).read(&mut buffer) {
                if sender.send(buffer[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        Person {
            terminal,
            child,
            output,
            screen: String::new(),
            read: 0,
        }
    }

    /// Waits until a text is shown behind what was read, and returns what was shown up to its end.
    pub fn sees(&mut self, text: &str) -> String {
        loop {
            if let Some(at) = self.screen[self.read..].find(text) {
                let end = self.read + at + text.len();
                let seen = self.screen[self.read..end].to_string();
                self.read = end;
                return seen;
            }
            match self.output.recv_timeout(LIMIT) {
                Ok(bytes) => self.screen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(error) => panic!("never saw {text:?}: {error}\n{}", self.screen),
            }
        }
    }

    /// Waits for the question, and returns what was shown before it.
    pub fn asked(&mut self) -> String {
        self.sees(",q,?]")
    }

    /// Presses keys.
    pub fn types(&mut self, keys: &str) {
        (&*self.terminal).write_all(keys.as_bytes()).expect("writes");
    }

    /// Waits for the question, and until a key is awaited: what is typed before that is shown by the terminal itself. Then
    /// presses keys.
    pub fn answers(&mut self, keys: &str) -> String {
        let seen = self.asked();
        self.is_awaited(true);
        self.types(keys);
        seen
    }

    pub fn resizes(&self, rows: u16, columns: u16) {
        self.terminal.resize(Size::new(rows, columns)).expect("resizes");
    }

    /// The modes that the terminal is in.
    pub fn modes(&self) -> Termios {
        tcgetattr(&*self.terminal).expect("has modes")
    }

    /// Waits until a key is awaited, or none is any more.
    pub fn is_awaited(&self, expected: bool) {
        let start = Instant::now();
        while self.modes().local_modes.contains(LocalModes::ICANON) == expected {
            assert!(
                start.elapsed() < LIMIT,
                "the terminal stays in its mode\n{}",
                self.screen
            );
            thread::yield_now();
        }
    }

    pub fn child(&self) -> &Child {
        &self.child
    }

    /// Waits for the end, and returns what was shown since, and the status.
    pub fn sees_the_end(mut self) -> (String, i32) {
        loop {
            match self.output.recv_timeout(LIMIT) {
                Ok(bytes) => self.screen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => panic!("does not end\n{}", self.screen),
            }
        }
        let status = self.child.wait().expect("ends");
        (self.screen[self.read..].to_string(), status.code().unwrap_or(-1))
    }
}
