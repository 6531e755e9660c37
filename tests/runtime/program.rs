//! A program of `tests/runtime/programs`, and what the comments at its top say that is to happen with it.
//!
//! Without a word of these, sslfix changes the program with safe fixes and leaves no finding, and afterwards it does
//! what it did. Each of them has a reason behind the colon:
//!
//! - `# differs: …`: it does something else afterwards, and is meant to. What it prints then stands behind
//!   `# afterwards: …`, a line for each line, if that is what differs.
//! - `# differs from 3.12: …`: the newer Python is what makes the difference, not the rewrite.
//! - `# fails: …`: it ends with an exception that nobody catches.
//! - `# leaves: …`: a finding is left, and with it perhaps a warning.
//! - `# unsafe: …`: a fix needs `--unsafe-fixes`.
//! - `# left alone: …`: nothing is changed, nothing is found, and it runs everywhere as it is.
//! - `# left for a person: …`: nothing is changed, and that is said.
//! - `# needs: 3.8`: the oldest Python that can run it.
//! - `# options: …`: what sslfix is run with, besides.

use std::fs;
use std::path::{Path, PathBuf};

/// A program and what its comments say.
pub struct Program {
    /// Its file's name without the ending.
    pub topic: String,
    pub text: String,
    pub fate: Fate,
    pub differs: bool,
    pub differs_from_3_12: bool,
    pub fails: bool,
    pub leaves: bool,
    /// The lines that it prints after the rewrite.
    pub afterwards: Vec<String>,
    pub needs: (u32, u32),
    pub options: Vec<String>,
}

/// What sslfix does with it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Rewritten,
    RewrittenUnsafely,
    LeftAlone,
    LeftForAPerson,
}

/// All of them, by topic; `SSLFIX_RUNTIME_TOPIC` chooses those whose topic contains it.
pub fn all() -> Vec<Program> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/runtime/programs");
    let chosen = std::env::var("SSLFIX_RUNTIME_TOPIC").unwrap_or_default();
    let entries = fs::read_dir(folder).expect("the programs are there");
    let mut programs: Vec<Program> = entries
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .map(Program::read)
        .filter(|program| program.topic.contains(&chosen))
        .collect();
    programs.sort_by(|one, other| one.topic.cmp(&other.topic));
    programs
}

impl Program {
    fn read(path: PathBuf) -> Program {
        let text = fs::read_to_string(&path).expect("a program is text");
        let topic = path.file_stem().expect("has a name").to_string_lossy().into_owned();
        let mut program = Program {
            topic,
            text: text.clone(),
            fate: Fate::Rewritten,
            differs: false,
            differs_from_3_12: false,
            fails: false,
            leaves: false,
            afterwards: Vec::new(),
            needs: (3, 7),
            options: Vec::new(),
        };
        let mut lines = text.lines().map_while(|line| line.strip_prefix('#'));
        let summary = lines.next().unwrap_or_default();
        assert!(
            summary.ends_with('.'),
            "{}: the first line says what it is",
            program.topic
        );
        for line in lines {
            program.heed(line);
        }
        assert!(
            program.differs || program.afterwards.is_empty(),
            "{}: `afterwards` needs `differs`",
            program.topic
        );
        program
    }

    fn heed(&mut self, line: &str) {
        // A line without a keyword goes on with the reason above it.
        let Some((keyword, value)) = line.split_once(": ").or_else(|| line.split_once(':')) else {
            return;
        };
        match keyword.trim() {
            "differs" => self.differs = true,
            "differs from 3.12" => self.differs_from_3_12 = true,
            "afterwards" => self.afterwards.push(value.to_string()),
            "fails" => self.fails = true,
            "leaves" => self.leaves = true,
            "unsafe" => self.fate = Fate::RewrittenUnsafely,
            "left alone" => self.fate = Fate::LeftAlone,
            "left for a person" => self.fate = Fate::LeftForAPerson,
            "options" => self.options = value.split(' ').map(str::to_string).collect(),
            "needs" => {
                let minor = value.trim().strip_prefix("3.").and_then(|minor| minor.parse().ok());
                self.needs = (3, minor.unwrap_or_else(|| panic!("{}: needs {value}?", self.topic)));
            }
            keyword => panic!("{}: nobody knows `# {keyword}:`", self.topic),
        }
    }
}
