//! From new bytes to the file: whole or not at all, and only if the file is still what was read.
//!
//! Knows nothing of what is in the bytes. What it does not keep: hard links (the other names keep the old file),
//! extended attributes and access control lists.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tempfile::NamedTempFile;

/// Writes files, any number of threads at once.
#[derive(Debug, Default)]
pub struct Writer {
    /// Folders in which nothing is left of earlier runs.
    cleaned_folders: Mutex<HashSet<PathBuf>>,
}

/// Why a file was not written. It is as it was.
#[derive(Debug)]
pub enum NotWritten {
    /// It has not the bytes any more that were read.
    Changed,
    /// It is a pipe or a device, or something else that has no content to replace.
    NoFile,
    /// It has the new bytes already: another run has written them.
    Done,
    /// The path leads elsewhere than before: a folder or the file was replaced by a link.
    Moved,
    /// The file or its folder may not be written, or the disk is full, or the like.
    Failed(io::Error),
}

impl Writer {
    /// Replaces the content of the file, which was `old`, by `new`. At every moment the file has the one or the other,
    /// also if the process is killed or the machine stops. A symbolic link stays one; the mode stays, and the owner if
    /// that is allowed. `real_path` is where `path` led, without any link, when the file was found.
    ///
    /// # Errors
    ///
    /// If the file is not `old` any more or stands elsewhere, cannot be opened for writing, or if its folder takes no
    /// new file.
    pub fn replace(&self, path: &Path, real_path: &Path, old: &[u8], new: &[u8]) -> Result<(), NotWritten> {
        if fs::canonicalize(path)? != real_path {
            return Err(NotWritten::Moved);
        }
        // The rename below would replace a file that is read-only; whoever made it so did not want that.
        let mut file = OpenOptions::new().read(true).write(true).open(real_path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(NotWritten::NoFile);
        }
        must_be_old(&mut file, old, new)?;
        let folder = real_path.parent().unwrap_or(Path::new("."));
        self.clean(folder);
        let mut temporary = new_temporary(folder)?;
        temporary.write_all(new)?;
        keep_owner(temporary.as_file(), &metadata);
        temporary.as_file().set_permissions(metadata.permissions())?;
        temporary.as_file().sync_all()?;
        // Once more, since the disk took its time.
        must_be_old(&mut File::open(real_path)?, old, new)?;
        temporary.persist(real_path).map_err(|error| error.error)?;
        Ok(())
    }

    /// Removes what a run that was killed has left in the folder, once. A running one holds a lock on its file.
    fn clean(&self, folder: &Path) {
        let is_first = match self.cleaned_folders.lock() {
            Ok(mut cleaned) => cleaned.insert(folder.to_path_buf()),
            Err(_) => false,
        };
        if !is_first {
            return;
        }
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let is_ours = entry.file_name().to_str().is_some_and(is_name_of_temporary);
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            if !is_ours || !is_file {
                continue;
            }
            // What cannot be removed is no harm to this run.
            if let Ok(file) = File::open(entry.path())
                && file.try_lock().is_ok()
            {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

const PREFIX: &str = ".sslfix-";
const SUFFIX: &str = ".tmp";
const RANDOM_LETTERS: usize = 12;

fn new_temporary(folder: &Path) -> io::Result<NamedTempFile> {
    loop {
        let temporary = tempfile::Builder::new()
            .prefix(PREFIX)
            .suffix(SUFFIX)
            .rand_bytes(RANDOM_LETTERS)
            .tempfile_in(folder)?;
        // Says that somebody still works on it. Where the file system knows no locks, nobody can take it for abandoned
        // either.
        let _ = temporary.as_file().lock();
        // Before it was locked another run that cleans the folder may have removed it. That happens once in a run.
        if temporary.path().exists() {
            return Ok(temporary);
        }
    }
}

fn is_name_of_temporary(name: &str) -> bool {
    let letters = name.strip_prefix(PREFIX).and_then(|name| name.strip_suffix(SUFFIX));
    letters.is_some_and(|letters| {
        letters.len() == RANDOM_LETTERS && letters.bytes().all(|letter| letter.is_ascii_alphanumeric())
    })
}

fn must_be_old(file: &mut File, old: &[u8], new: &[u8]) -> Result<(), NotWritten> {
    let length = file.metadata()?.len();
    if length != old.len() as u64 && length != new.len() as u64 {
        return Err(NotWritten::Changed);
    }
    let mut content = Vec::with_capacity(old.len().max(new.len()) + 1);
    file.read_to_end(&mut content)?;
    match content {
        content if content == old => Ok(()),
        content if content == new => Err(NotWritten::Done),
        _ => Err(NotWritten::Changed),
    }
}

/// Only root can give a file away, and only to a group of one's own can anybody else; the mode is set afterwards, since
/// this takes the set-user-ID bit away.
#[cfg(unix)]
fn keep_owner(file: &File, old: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let Ok(new) = file.metadata() else { return };
    if (new.uid(), new.gid()) == (old.uid(), old.gid()) {
        return;
    }
    if fchown(file, Some(old.uid()), Some(old.gid())).is_err() {
        let _ = fchown(file, None, Some(old.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_file: &File, _old: &fs::Metadata) {}

impl From<io::Error> for NotWritten {
    fn from(error: io::Error) -> NotWritten {
        NotWritten::Failed(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a folder")
    }

    fn replace(path: &Path, old: &[u8], new: &[u8]) -> Result<(), NotWritten> {
        let real_path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        Writer::default().replace(path, &real_path, old, new)
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder").flatten();
        let mut names: Vec<String> = entries
            .map(|entry| entry.file_name().to_string_lossy().into())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let folder = folder();
        let path = folder.path().join("a.py");
        fs::write(&path, "old").expect("writes");
        replace(&path, b"old", b"new").expect("replaces");
        assert_eq!(fs::read(&path).expect("reads"), b"new");
        assert_eq!(names(folder.path()), ["a.py"]);
    }

    #[test]
    fn a_file_that_changed_is_left_alone() {
        let folder = folder();
        let path = folder.path().join("a.py");
        fs::write(&path, "odd").expect("writes");
        let result = replace(&path, b"old", b"new");
        assert!(matches!(result, Err(NotWritten::Changed)));
        assert_eq!(fs::read(&path).expect("reads"), b"odd");
        assert_eq!(names(folder.path()), ["a.py"]);
    }

    #[test]
    fn a_file_that_another_run_has_written_is_done() {
        let folder = folder();
        let path = folder.path().join("a.py");
        fs::write(&path, "newer").expect("writes");
        assert!(matches!(replace(&path, b"old", b"newer"), Err(NotWritten::Done)));
        assert_eq!(names(folder.path()), ["a.py"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_became_a_link_is_not_written_through() {
        let folder = folder();
        let real_path = fs::canonicalize(folder.path()).expect("is there").join("inside/a.py");
        fs::create_dir(folder.path().join("outside")).expect("makes the folder");
        fs::write(folder.path().join("outside/a.py"), "old").expect("writes");
        std::os::unix::fs::symlink("outside", folder.path().join("inside")).expect("links");
        let path = folder.path().join("inside/a.py");
        let result = Writer::default().replace(&path, &real_path, b"old", b"new");
        assert!(matches!(result, Err(NotWritten::Moved)));
        assert_eq!(fs::read(&path).expect("reads"), b"old");
        assert_eq!(names(&folder.path().join("outside")), ["a.py"]);
    }

    #[test]
    fn a_file_that_is_gone_is_not_made_again() {
        let folder = folder();
        let result = replace(&folder.path().join("a.py"), b"old", b"new");
        assert!(matches!(result, Err(NotWritten::Failed(_))));
        assert!(names(folder.path()).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn the_mode_stays_and_a_link_stays_a_link() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = folder();
        let (path, link) = (folder.path().join("a.py"), folder.path().join("link.py"));
        fs::write(&path, "old").expect("writes");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o751)).expect("sets the mode");
        symlink("a.py", &link).expect("links");
        replace(&link, b"old", b"new").expect("replaces");
        assert!(link.is_symlink());
        assert_eq!(fs::read(&path).expect("reads"), b"new");
        assert_eq!(
            fs::metadata(&path).expect("is there").permissions().mode() & 0o7777,
            0o751
        );
    }

    #[test]
    fn what_a_killed_run_left_is_removed_and_what_a_running_one_uses_is_not() {
        let folder = folder();
        let path = folder.path().join("a.py");
        fs::write(&path, "old").expect("writes");
        fs::write(folder.path().join(".sslfix-abcdefABCDEF.tmp"), "half").expect("writes");
        fs::write(folder.path().join(".sslfix-notes.tmp"), "of the user").expect("writes");
        let in_use = new_temporary(folder.path()).expect("makes one");
        let in_use_name = in_use
            .path()
            .file_name()
            .expect("has one")
            .to_string_lossy()
            .into_owned();
        replace(&path, b"old", b"new").expect("replaces");
        let mut expected = vec![in_use_name, ".sslfix-notes.tmp".to_string(), "a.py".to_string()];
        expected.sort();
        assert_eq!(names(folder.path()), expected);
    }

    #[test]
    fn a_run_that_cleans_takes_no_temporary_from_another_that_begins() {
        use std::sync::atomic::{AtomicBool, Ordering};
        let folder = folder();
        let path = folder.path().join("a.py");
        fs::write(&path, "0").expect("writes");
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !is_over.load(Ordering::Relaxed) {
                        Writer::default().clean(folder.path());
                    }
                });
            }
            let writes = (0..300).map(|round: u32| {
                let (old, new) = (round.to_string(), (round + 1).to_string());
                replace(&path, old.as_bytes(), new.as_bytes())
            });
            let result: Result<Vec<()>, NotWritten> = writes.collect();
            is_over.store(true, Ordering::Relaxed);
            result.expect("writes every time");
        });
        assert_eq!(names(folder.path()), ["a.py"]);
    }
}
