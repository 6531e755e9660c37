//! What was answered, in a file that outlives the review: an interrupted one goes on from there.
//!
//! A line for each answer, `{"fingerprint": ..., "answer": "yes"}`, and the last one about a finding counts. Lines are only
//! added, so that a crash costs the last one at most; what is no whole line is passed over.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

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

/// The file, open for more.
#[derive(Debug)]
pub struct Record {
    file: File,
}

impl Record {
    /// Opens the file of a folder, and reads what was answered before.
    ///
    /// # Errors
    ///
    /// If the file can be neither opened nor made, or is none.
    pub fn open(folder: &Path) -> io::Result<(Record, HashMap<String, Answer>)> {
        let path = folder.join(NAME);
        // In a folder of strangers it may lead to something else.
        match fs::symlink_metadata(&path) {
            Ok(metadata) if !metadata.is_file() => return Err(io::Error::other("is no file")),
            Ok(_) | Err(_) => {}
        }
        let mut options = OpenOptions::new();
        let mut file = options.read(true).append(true).create(true).open(path)?;
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(0))?;
        file.read_to_end(&mut bytes)?;
        if bytes.last().is_some_and(|last| *last != b'\n') {
            file.write_all(b"\n")?;
        }
        let mut answers = HashMap::new();
        for line in bytes.split(|byte| *byte == b'\n') {
            if let Ok(line) = serde_json::from_slice::<Line>(line) {
                answers.insert(line.fingerprint, line.answer);
            }
        }
        answers.retain(|_, answer| *answer != Answer::Undone);
        Ok((Record { file }, answers))
    }

    /// Adds answers; they are on disk when this returns.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub fn add(&mut self, answers: &[(String, Answer)]) -> io::Result<()> {
        let mut lines = Vec::new();
        for (fingerprint, answer) in answers {
            let line = Line {
                fingerprint: fingerprint.clone(),
                answer: answer.clone(),
            };
            serde_json::to_writer(&mut lines, &line)?;
            lines.push(b'\n');
        }
        self.file.write_all(&lines)?;
        self.file.sync_data()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_answer_counts_and_half_a_line_is_passed_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut record, answers) = Record::open(folder.path()).expect("opens");
        assert!(answers.is_empty());
        let add =
            |record: &mut Record, name: &str, answer: Answer| record.add(&[(name.into(), answer)]).expect("writes");
        add(&mut record, "a", Answer::No);
        add(&mut record, "b", Answer::Yes);
        add(&mut record, "a", Answer::Ignore("known \"peer\"".into()));
        add(&mut record, "b", Answer::Undone);
        add(&mut record, "c", Answer::Yes);
        record.file.write_all(b"{\"fingerprint\":\"c\",\"ans").expect("writes");
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
