//! What a codemod found at one place, and what can be done about it.

use super::Edit;
use ruff_text_size::TextRange;

/// How much a finding matters to the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The program fails on a current Python: the name is gone, or goes with OpenSSL 4.
    Error,
    /// The program works and warns: the name is deprecated.
    Warning,
    /// Nothing breaks: a branch for old Pythons, or advice. Does not change the exit status.
    Note,
}

/// One place in a file, what is wrong with it, and the fix if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What tells it from others when lines have moved. A codemod leaves it empty; the plan fills it in.
    pub identity: Identity,
    /// The name of the codemod that found it, such as `wrap-socket`.
    pub codemod: &'static str,
    /// How much it matters.
    pub level: Level,
    /// The bytes of the text that it is about.
    pub range: TextRange,
    /// What is wrong, in one line: lower case, no full stop.
    pub message: String,
    /// What a person should know or do, a line each: the evidence, the reason why there is no fix, what to write.
    pub notes: Vec<String>,
    /// What sslfix would write.
    pub fix: Option<Fix>,
}

/// Where a finding is and what it is about, without a word of lines: it is the same after something was added above it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The qualified name of the definition around it, such as `Client.connect`; empty at the level of the module.
    pub within: String,
    /// Its tokens, joined by single blanks: neither layout nor comments matter.
    pub code: String,
    /// How many of the same codemod and code stand before it in the same definition.
    pub ordinal: usize,
}

/// Edits that are applied together or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the edits do, in the imperative: "build a client context and call its `wrap_socket`".
    pub title: String,
    /// Whether `--write` applies it.
    pub safety: Safety,
    /// In any order; none overlaps another.
    pub edits: Vec<Edit>,
}

/// Whether a fix is applied without being asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Safety {
    /// The program does what it did, but for the protocol versions that it offers.
    Safe,
    /// It may do something else, for this reason; applied with `--unsafe-fixes`.
    Unsafe(String),
}

impl Finding {
    /// True if the finding makes the run exit with 1 while it is on disk.
    pub fn counts(&self) -> bool {
        self.level != Level::Note
    }
}

impl Fix {
    /// True if the fix is applied under the given options.
    pub fn applies(&self, unsafe_fixes: bool) -> bool {
        self.safety == Safety::Safe || unsafe_fixes
    }
}
