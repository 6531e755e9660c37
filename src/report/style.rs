//! Colours, if any.

use crate::cli::Color;
use anstyle::{AnsiColor, Style};
use console::Term;
use std::fmt::Display;
use std::io;

/// Colours words, or leaves them alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Painter {
    /// False if every word is left alone.
    pub colors: bool,
    /// True if the terminal makes a link of what is marked as one.
    pub hyperlinks: bool,
    /// How wide the terminal is, if there is one.
    pub columns: Option<usize>,
}

/// Whether a stream takes colours: as the user says, else if it is a terminal and the environment does not object
/// (`NO_COLOR`, `TERM=dumb`) or if the environment insists (`CLICOLOR_FORCE`, `FORCE_COLOR`).
pub fn takes_color<Stream: anstream::stream::RawStream>(stream: &Stream, wanted: Color) -> bool {
    match wanted {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
            let insists = is_set("FORCE_COLOR") || is_set("CLICOLOR_FORCE");
            // `CLICOLOR_FORCE=0` alone does not make a pipe a terminal.
            insists || stream.is_terminal() && anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never
        }
    }
}

fn columns(terminal: &Term) -> Option<usize> {
    terminal.size_checked().map(|(_, columns)| columns.into())
}

impl Painter {
    /// For a stream; see [`takes_color`].
    pub fn of_stdout(wanted: Color) -> Painter {
        Painter {
            colors: takes_color(&io::stdout(), wanted),
            hyperlinks: wanted != Color::Never && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
            columns: columns(&Term::stdout()),
        }
    }

    /// For a stream; see [`takes_color`].
    pub fn of_stderr(wanted: Color) -> Painter {
        Painter {
            colors: takes_color(&io::stderr(), wanted),
            hyperlinks: wanted != Color::Never && supports_hyperlinks::on(supports_hyperlinks::Stream::Stderr),
            columns: columns(&Term::stderr()),
        }
    }

    /// What fails.
    pub fn error(&self, word: impl Display) -> String {
        self.paint(AnsiColor::Red.on_default().bold(), word)
    }

    /// What will fail.
    pub fn warning(&self, word: impl Display) -> String {
        self.paint(AnsiColor::Yellow.on_default().bold(), word)
    }

    /// What is good to know.
    pub fn note(&self, word: impl Display) -> String {
        self.paint(AnsiColor::Cyan.on_default().bold(), word)
    }

    /// What the eye looks for.
    pub fn strong(&self, word: impl Display) -> String {
        self.paint(Style::new().bold(), word)
    }

    /// The escape sequences before and after what is removed, added, and says where.
    pub fn around(&self, kind: char) -> (String, String) {
        let style = match kind {
            '-' => AnsiColor::Red.on_default(),
            '+' => AnsiColor::Green.on_default(),
            '@' => AnsiColor::Cyan.on_default(),
            _ => return (String::new(), String::new()),
        };
        if !self.colors {
            return (String::new(), String::new());
        }
        (style.render().to_string(), style.render_reset().to_string())
    }

    /// Makes a link of a word, where the terminal has them.
    pub fn link(&self, word: impl Display, address: &str) -> String {
        match self.hyperlinks {
            true => format!("\x1b]8;;{address}\x1b\\{word}\x1b]8;;\x1b\\"),
            false => word.to_string(),
        }
    }

    fn paint(&self, style: Style, word: impl Display) -> String {
        if self.colors {
            format!("{style}{word}{style:#}")
        } else {
            word.to_string()
        }
    }
}
