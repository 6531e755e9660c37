//! What was answered, in a file that outlives the review: an interrupted one goes on from there.
//!
//! A line for each answer, `{"fingerprint": ..., "answer": "yes"}`, and the last one about a finding counts. Lines are only
//! added, so that a crash costs the last one at most; what is no whole line is passed over.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The file, in the folder that sslfix runs in.
pub const NAME: &str = ".sslfix-review.jsonl";

/// What a person says about the fix of a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "answer", content = "reason")]
pub enum Answer {
    /// Apply it.
    Yes,
    /// Leave it.
    No,
    /// Leave it, and write a comment for this reason, which may be empty.
    Ignore(String),
    /// Ask again: it was taken back.
    Undone,
}

#[derive(Serialize, Deserialize)]
struct Line {
    fingerprint: String,
    #[serde(flatten)]
    answer: Answer,
}

/// The file, for more answers.
#[derive(Debug)]
pub struct Record {
    path: PathBuf,
    /// Opened, and made, with the first answer.
    file: Option<File>,
}

impl Record {
    /// Of a folder, with what was answered before.
    ///
    /// # Errors
    ///
    /// If the file is there and cannot be read, or is none.
    pub fn open(folder: &Path) -> io::Result<(Record, HashMap<String, Answer>)> {
        let path = folder.join(NAME);
        let mut answers = HashMap::new();
        // In a folder of strangers it may lead to something else.
        match fs::symlink_metadata(&path) {
            Ok(metadata) if !metadata.is_file() => return Err(io::Error::other("is no file")),
            Ok(_) => answers = read(&fs::read(&path)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        Ok((Record { path, file: None }, answers))
    }

    /// Adds answers; they are on disk when this returns.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub fn add(&mut self, answers: &[(String, Answer)]) -> io::Result<()> {
        if answers.is_empty() {
            return Ok(());
        }
        let mut lines = Vec::new();
        for (fingerprint, answer) in answers {
            let line = Line {
                fingerprint: fingerprint.clone(),
                answer: answer.clone(),
            };
            serde_json::to_writer(&mut lines, &line)?;
            lines.push(b'\n');
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                let mut options = OpenOptions::new();
                let file = options.append(true).create(true).open(&self.path)?;
                // What a crash has cut off is no part of the next line.
                if fs::read(&self.path)?.last().is_some_and(|last| *last != b'\n') {
                    lines.insert(0, b'\n');
                }
                self.file.insert(file)
            }
        };
        file.write_all(&lines)?;
        file.sync_data()
    }
}

/// What counts of the lines of a file.
fn read(bytes: &[u8]) -> HashMap<String, Answer> {
    let mut answers = HashMap::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        if let Ok(line) = serde_json::from_slice::<Line>(line) {
            answers.insert(line.fingerprint, line.answer);
        }
    }
    answers.retain(|_, answer| *answer != Answer::Undone);
    answers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_answer_counts_and_half_a_line_is_passed_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut record, answers) = Record::open(folder.path()).expect("opens");
        assert!(answers.is_empty());
        record.add(&[]).expect("has nothing to write");
        assert!(!folder.path().join(NAME).exists());
        let add =
            |record: &mut Record, name: &str, answer: Answer| record.add(&[(name.into(), answer)]).expect("writes");
        add(&mut record, "a", Answer::No);
        add(&mut record, "b", Answer::Yes);
        add(&mut record, "a", Answer::Ignore("known \"peer\"".into()));
        add(&mut record, "b", Answer::Undone);
        add(&mut record, "c", Answer::Yes);
        let path = folder.path().join(NAME);
        let whole = fs::read_to_string(&path).expect("reads");
        assert_eq!(whole.lines().count(), 5);
        fs::write(&path, format!("{whole}{{\"fingerprint\":\"c\",\"ans")).expect("writes");
        let (mut record, answers) = Record::open(folder.path()).expect("opens");
        let expected = [
            ("a".to_string(), Answer::Ignore("known \"peer\"".into())),
            ("c".to_string(), Answer::Yes),
        ];
        assert_eq!(answers, HashMap::from(expected));
        add(&mut record, "d", Answer::No);
        let (_, answers) = Record::open(folder.path()).expect("opens");
        assert_eq!((answers.len(), &answers["d"]), (3, &Answer::No));
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("other"), "").expect("writes");
        std::os::unix::fs::symlink("other", folder.path().join(NAME)).expect("links");
        let error = Record::open(folder.path()).expect_err("is no file");
        assert_eq!(error.to_string(), "is no file");
    }
}
