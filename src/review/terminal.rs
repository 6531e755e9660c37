//! The terminal that a review talks to. It is in raw mode only while a key is awaited, and whatever ends the program
//! then, it is as it was afterwards.

use crate::cli::Color;
use crate::report::Painter;
use console::{Key, Term};
use std::io::{self, IsTerminal};
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// As a shell reports a process that an interrupt has ended.
const INTERRUPTED: i32 = 130;

/// Standard error and standard input, which are one terminal.
#[derive(Clone, Debug)]
pub struct Terminal {
    term: Term,
    /// How to colour what is written.
    pub painter: Painter,
    doing: Arc<AtomicU8>,
}

/// Something is looked at or written: a signal waits until that is done.
const WORKING: u8 = 0;
/// An answer is awaited, and nothing is written: a signal ends the program.
const ASKING: u8 = 1;
/// An editor has the terminal: signals from the keyboard are for it.
const EDITING: u8 = 2;
/// A signal came while something was looked at or written.
const STOPPED: u8 = 3;

impl Terminal {
    /// Takes the terminal, and the signals.
    ///
    /// # Errors
    ///
    /// If there is none to talk to.
    pub fn open(color: Color) -> Result<Terminal, &'static str> {
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return Err("--interactive needs a terminal: standard input and standard error must be one");
        }
        let terminal = Terminal {
            term: Term::stderr(),
            painter: Painter::of_stderr(color),
            doing: Arc::default(),
        };
        let doing = terminal.doing.clone();
        let restore = restorer();
        let handler = move || match doing.load(Ordering::SeqCst) {
            EDITING => {}
            WORKING => doing.store(STOPPED, Ordering::SeqCst),
            _ => {
                restore();
                process::exit(INTERRUPTED);
            }
        };
        // Whoever has told us to ignore such signals, as `nohup` does, is obeyed.
        let _ = ctrlc::try_set_handler(handler);
        Ok(terminal)
    }

    /// How wide the terminal is now.
    pub fn painter_now(&self) -> Painter {
        Painter {
            columns: self.term.size_checked().map(|(_, columns)| columns.into()),
            ..self.painter
        }
    }

    /// Writes a text.
    ///
    /// # Errors
    ///
    /// If the terminal is gone.
    pub fn write(&self, text: &str) -> io::Result<()> {
        self.term.write_str(text)
    }

    /// Waits for a key. Ctrl-C is one; a signal meanwhile, and a terminal that is gone, are the same.
    ///
    /// # Errors
    ///
    /// If the terminal cannot be read.
    pub fn key(&self) -> io::Result<Key> {
        self.while_doing(ASKING, || match self.term.read_key_raw() {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Key::CtrlC),
            key => key,
        })
        .unwrap_or(Ok(Key::CtrlC))
    }

    /// Waits for a line.
    ///
    /// # Errors
    ///
    /// If the terminal cannot be read.
    pub fn line(&self) -> io::Result<String> {
        self.while_doing(ASKING, || self.term.read_line())
            .unwrap_or_else(|| Ok(String::new()))
    }

    /// Leaves the terminal to another program.
    pub fn lend<Result>(&self, to: impl FnOnce() -> Result) -> Option<Result> {
        self.while_doing(EDITING, to)
    }

    /// Nothing if a signal came before.
    fn while_doing<Result>(&self, what: u8, act: impl FnOnce() -> Result) -> Option<Result> {
        let change = |from, to| {
            self.doing
                .compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst)
        };
        change(WORKING, what).ok()?;
        let result = act();
        // A signal of this time was handled.
        let _ = change(what, WORKING);
        Some(result)
    }
}

/// What sets the terminal back to the modes that it has now.
#[cfg(unix)]
fn restorer() -> impl Fn() + Send + 'static {
    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
    let modes = tcgetattr(io::stdin());
    move || {
        if let Ok(modes) = &modes {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, modes);
        }
    }
}

#[cfg(not(unix))]
fn restorer() -> impl Fn() + Send + 'static {
    || {}
}
