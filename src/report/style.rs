//! Colours, if any.

use crate::cli::Color;
use anstyle::{AnsiColor, Style};
use std::fmt::Display;
use std::io;

/// Colours words, or leaves them alone.
#[derive(Clone, Copy, Debug)]
pub struct Painter {
    /// False if every word is left alone.
    pub colors: bool,
}

/// Whether a stream takes colours: as the user says, else if it is a terminal and the environment does not object
/// (`NO_COLOR`, `TERM=dumb`) or if the environment insists (`CLICOLOR_FORCE`, `FORCE_COLOR`).
pub fn takes_color<Stream: anstream::stream::RawStream>(stream: &Stream, wanted: Color) -> bool {
    match wanted {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let insists = std::env::var_os("FORCE_COLOR").is_some_and(|value| !value.is_empty() && value != "0");
            insists || anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never
        }
    }
}

impl Painter {
    /// For a stream; see [`takes_color`].
    pub fn of_stdout(wanted: Color) -> Painter {
        Painter {
            colors: takes_color(&io::stdout(), wanted),
        }
    }

    /// For a stream; see [`takes_color`].
    pub fn of_stderr(wanted: Color) -> Painter {
        Painter {
            colors: takes_color(&io::stderr(), wanted),
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

    fn paint(&self, style: Style, word: impl Display) -> String {
        if self.colors {
            format!("{style}{word}{style:#}")
        } else {
            word.to_string()
        }
    }
}
