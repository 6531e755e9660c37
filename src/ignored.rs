//! Whether the files that say what git ignores can be read to an end.
//!
//! They come with the tree, so each may be a pipe that keeps whoever opens it waiting, a link to a device that never
//! ends, or larger than the memory. The walk opens them itself and asks nothing of the kind, so this comes before it.
//! What stands in them is the walk's business.

use crate::discover::Unreachable;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// The largest file that is taken for a list of what is ignored, in bytes.
const MOST_BYTES: u64 = 1 << 20;

/// The first file that has a say in a folder and that cannot be read.
pub fn wrong_file_in(folder: &Path) -> Option<Unreachable> {
    files_for(folder).into_iter().find_map(|path| {
        let error = check(&path).err()?;
        let error = io::Error::other(format!("{error}, so its folder is left out"));
        Some(Unreachable { path, error })
    })
}

fn check(path: &Path) -> io::Result<()> {
    // What is not there, or a link to nothing, ignores nothing.
    let Ok(metadata) = fs::metadata(path) else {
        return Ok(());
    };
    if !metadata.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    if metadata.len() > MOST_BYTES {
        return Err(io::Error::other(format!("it has more than {MOST_BYTES} bytes")));
    }
    File::open(path)
        .map(|_| ())
        .map_err(|error| io::Error::other(crate::report::os_error(&error)))
}

fn files_for(folder: &Path) -> Vec<PathBuf> {
    let mut files = vec![folder.join(".ignore"), folder.join(".gitignore")];
    let git = folder.join(".git");
    match fs::metadata(&git) {
        Err(_) => {}
        Ok(metadata) if metadata.is_dir() => files.push(git.join("info/exclude")),
        // In a linked work tree it names the folder, which names the one that all of them share.
        Ok(_) => {
            let linked = first_line(&git).and_then(|line| Some(PathBuf::from(line.strip_prefix("gitdir: ")?)));
            files.push(git);
            if let Some(linked) = linked {
                let names_shared = linked.join("commondir");
                if let Some(shared) = first_line(&names_shared) {
                    files.push(linked.join(shared).join("info/exclude"));
                }
                files.push(names_shared);
            }
        }
    }
    files
}

fn first_line(path: &Path) -> Option<String> {
    check(path).ok()?;
    let file = BufReader::new(File::open(path).ok()?.take(MOST_BYTES));
    file.lines().next()?.ok()
}
