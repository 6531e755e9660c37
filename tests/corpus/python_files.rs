//! The Python files of a folder, for the tests and examples that look at all of them.

use std::path::{Path, PathBuf};

/// Every Python file below the folder, in the order of their paths. Links are not followed.
pub fn python_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let path = entry.path();
            let is_python = path
                .extension()
                .is_some_and(|extension| extension == "py" || extension == "pyi" || extension == "pyw");
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && is_python {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
