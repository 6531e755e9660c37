//! Which files of a tree are looked at.
//!
//! Answers with paths; it opens no file, except for the list that `--files-from` names and those that say what is ignored
//! or excluded, and knows nothing of what is in them, except that a script starts with a shebang.

use crate::cli::{Jobs, PathList};
use crate::config::{Configs, Excluder};
use crate::ignored;
use crate::source::Dialect;
use ignore::{DirEntry, WalkBuilder, WalkState};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Where to look.
#[derive(Debug, Default)]
pub struct Roots {
    /// Files and folders that were named on the command line.
    named: Vec<PathBuf>,
    /// Files and folders that came from a list.
    listed: HashSet<PathBuf>,
    /// Paths that a walk of one of them comes across and that are roots themselves: looked at once.
    met_twice: HashSet<PathBuf>,
    /// Where they lead, without any link.
    real_paths: HashMap<PathBuf, PathBuf>,
}

/// So many files that were named are read without threads of their own.
const FEW: usize = 16;

/// A file to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// How it was reached: what was named, or a path below it.
    pub path: PathBuf,
    /// Where that leads, without any link; a link that is put in the way later changes nothing about it.
    pub real_path: PathBuf,
    /// Whether it is Python.
    pub kind: Kind,
}

/// Whether a file is Python, as far as its name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It was named on the command line, whatever it is.
    Named,
    /// Its name ends as those of Python sources do.
    Python,
    /// It has no extension: it is Python if it starts with a shebang that says so.
    Script,
}

/// What a walk has left out because a glob says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Files that would have been looked at.
    pub files: usize,
    /// Folders, of which nobody knows what is in them.
    pub folders: usize,
}

/// What was left out, by what says so.
pub type AllLeftOut = BTreeMap<Excluder, LeftOut>;

/// Something that cannot be looked at.
#[derive(Debug)]
pub struct Unreachable {
    /// What was named, or a path below it; empty if that cannot be told.
    pub path: PathBuf,
    /// Why.
    pub error: io::Error,
}

impl Roots {
    /// Reads the list, if there is one, and drops what is named twice.
    ///
    /// # Errors
    ///
    /// If the list cannot be read.
    pub fn new(named: Vec<PathBuf>, list: Option<&PathList>) -> Result<Roots, Unreachable> {
        let listed = match list {
            Some(list) => read_list(list).map_err(|error| Unreachable {
                path: list.file.clone(),
                error,
            })?,
            None => Vec::new(),
        };
        // A program lists links as well, such as `git ls-files`, and nobody has said that they shall be followed.
        let is_link = |path: &PathBuf| fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        let listed = listed.into_iter().filter(|path| !is_link(path)).collect();
        Ok(without_doubles(named, listed))
    }

    /// Calls the visitors for every file, on several threads at once, each of which has its own visitor; stops where
    /// one returns false.
    ///
    /// `.gitignore` and its like are respected, in a git repository and outside of one. Symbolic links are followed only
    /// where they were named. A folder is left out, and that is an error, where what is ignored in it cannot be told. What
    /// the configurations exclude is left out and counted.
    pub fn walk<'scope, Visitor>(
        &self,
        jobs: Jobs,
        configs: &Arc<Configs>,
        mut visitor: impl FnMut() -> Visitor,
    ) -> AllLeftOut
    where
        Visitor: FnMut(Result<Candidate, Unreachable>) -> bool + Send + 'scope,
    {
        let left_out = Arc::new(Mutex::new(AllLeftOut::new()));
        let mut good_folders = HashSet::new();
        let (mut respecting, mut others) = (Vec::new(), Vec::new());
        for root in self.named.iter().chain(&self.listed) {
            if let Some(excluder) = configs.excluder_of_named(root) {
                count(&left_out, excluder, root.is_dir());
                continue;
            }
            let respects_gitignore = configs.respects_gitignore(root);
            match respects_gitignore
                .then(|| self.wrong_above(root, &mut good_folders))
                .flatten()
            {
                Some(wrong) => {
                    visitor()(Err(wrong));
                }
                None if respects_gitignore => respecting.push(walked(root)),
                None => others.push(walked(root)),
            }
        }
        for (roots, respects_gitignore) in [(respecting, true), (others, false)] {
            self.walk_some(&roots, respects_gitignore, jobs, configs, &left_out, &mut visitor);
        }
        std::mem::take(&mut left_out.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn walk_some<'scope, Visitor>(
        &self,
        roots: &[&Path],
        respects_gitignore: bool,
        jobs: Jobs,
        configs: &Arc<Configs>,
        left_out: &Arc<Mutex<AllLeftOut>>,
        visitor: &mut impl FnMut() -> Visitor,
    ) where
        Visitor: FnMut(Result<Candidate, Unreachable>) -> bool + Send + 'scope,
    {
        let Some((first, others)) = roots.split_first() else {
            return;
        };
        let is_quick = roots.len() <= FEW && !roots.iter().any(|root| root.is_dir());
        let mut builder = WalkBuilder::new(first);
        for root in others {
            builder.add(root);
        }
        let met_twice = self.met_twice.clone();
        let wrong_inside = Arc::new(Mutex::new(Vec::new()));
        let add_wrong = wrong_inside.clone();
        let (for_entries, left_out) = (configs.clone(), left_out.clone());
        builder
            .standard_filters(respects_gitignore)
            // A file that is named is never ignored, and to read what git ignores everywhere takes as long as the file.
            .git_global(respects_gitignore && !is_quick)
            .hidden(false)
            .require_git(false)
            .filter_entry(move |entry| {
                if entry.depth() == 0 {
                    return true;
                }
                let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
                // A virtual environment may have any name.
                if met_twice.contains(entry.path()) || is_folder && entry.path().join("pyvenv.cfg").exists() {
                    return false;
                }
                if let Some(excluder) = for_entries.excluder(entry.path(), is_folder) {
                    let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                    if is_folder || is_file && kind_in_folder(&for_entries, entry.path()) == Some(Kind::Python) {
                        count(&left_out, excluder, is_folder);
                    }
                    return false;
                }
                let asks_git = is_folder && respects_gitignore;
                match asks_git.then(|| ignored::wrong_file_in(entry.path())).flatten() {
                    Some(wrong) => {
                        add_wrong.lock().unwrap_or_else(PoisonError::into_inner).push(wrong);
                        false
                    }
                    None => true,
                }
            });
        let found = |entry: Result<DirEntry, ignore::Error>| match entry {
            Ok(entry) => self.candidate(entry, configs).map(Ok),
            Err(error) => unreachable(error).map(Err),
        };
        if is_quick {
            // A thread of its own would take a tenth of the time of a run on one small file.
            let mut visit = visitor();
            let _all = builder.build().filter_map(found).all(&mut visit);
        } else {
            builder.threads(jobs.threads(None).get());
            builder.build_parallel().run(|| {
                let mut visit = visitor();
                Box::new(move |entry| match found(entry).map(&mut visit) {
                    Some(false) => WalkState::Quit,
                    Some(true) | None => WalkState::Continue,
                })
            });
        }
        let mut wrong = wrong_inside.lock().unwrap_or_else(PoisonError::into_inner);
        let mut visit = visitor();
        for wrong in wrong.drain(..) {
            visit(Err(wrong));
        }
    }

    /// A file above a root, or in it, that does not let us tell what is ignored.
    fn wrong_above(&self, root: &Path, good_folders: &mut HashSet<PathBuf>) -> Option<Unreachable> {
        let folders = self.real_paths.get(root)?.ancestors();
        for folder in folders {
            if good_folders.contains(folder) {
                // So are those above it.
                return None;
            }
            if let Some(wrong) = ignored::wrong_file_in(folder) {
                return Some(wrong);
            }
        }
        let folders = self.real_paths.get(root)?.ancestors();
        good_folders.extend(folders.map(Path::to_path_buf));
        None
    }

    /// Where an entry leads, without any link.
    fn real_path(&self, entry: &DirEntry) -> Option<PathBuf> {
        let root = entry.path().ancestors().nth(entry.depth())?;
        let real_root = match self.real_paths.get(root) {
            Some(real_root) => real_root,
            None => self.real_paths.get(root.strip_prefix(".").ok()?)?,
        };
        match entry.depth() {
            0 => Some(real_root.clone()),
            _ => Some(real_root.join(entry.path().strip_prefix(root).ok()?)),
        }
    }

    fn candidate(&self, entry: DirEntry, configs: &Configs) -> Option<Candidate> {
        let is_root = entry.depth() == 0;
        let kind = entry.file_type()?;
        // A root that is a link to a folder was opened already.
        if kind.is_dir() || !(kind.is_file() || is_root) {
            return None;
        }
        if is_root && kind.is_symlink() && entry.path().is_dir() {
            return None;
        }
        let kind = if is_root && !self.listed.contains(entry.path()) {
            Some(Kind::Named)
        } else {
            kind_in_folder(configs, entry.path())
        };
        let kind = kind?;
        // What has none is gone.
        let real_path = self.real_path(&entry)?;
        Some(Candidate {
            kind,
            real_path,
            path: entry.into_path(),
        })
    }
}

/// How a file holds Python, as far as its name tells.
pub fn dialect(path: &Path) -> Dialect {
    match path.extension() {
        Some(extension) if extension == NOTEBOOK => Dialect::Notebook,
        _ => Dialect::Python,
    }
}

const NOTEBOOK: &str = "ipynb";

/// True if a file that starts with these bytes is a Python script: `#!/usr/bin/env python3`, `#!/opt/python3.12 -E`.
pub fn has_python_shebang(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.strip_prefix(b"#!") else {
        return false;
    };
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    line.split(|byte| matches!(byte, b' ' | b'\t' | b'/' | b'\r'))
        .any(|word| word.starts_with(b"python") || word.starts_with(b"pypy"))
}

fn count(left_out: &Mutex<AllLeftOut>, excluder: Excluder, is_folder: bool) {
    let mut left_out = left_out.lock().unwrap_or_else(PoisonError::into_inner);
    let counted = left_out.entry(excluder).or_default();
    match is_folder {
        true => counted.folders += 1,
        false => counted.files += 1,
    }
}

/// What a file is that nobody has named: what the configuration includes, or else what its name says.
fn kind_in_folder(configs: &Configs, path: &Path) -> Option<Kind> {
    match configs.includes(path) {
        Some(is_included) => is_included.then_some(Kind::Python),
        None => kind_by_name(path),
    }
}

fn kind_by_name(path: &Path) -> Option<Kind> {
    match path.extension() {
        None => Some(Kind::Script),
        Some(extension) if ["py", "pyi", "pyw", NOTEBOOK].iter().any(|python| extension == *python) => {
            Some(Kind::Python)
        }
        Some(_) => None,
    }
}

/// `ignore` takes `-` for the standard input; here it can only be a file of a list.
fn walked(root: &Path) -> &Path {
    if root.as_os_str() == "-" {
        Path::new("./-")
    } else {
        root
    }
}

fn unreachable(error: ignore::Error) -> Option<Unreachable> {
    let mut path = PathBuf::new();
    let mut inner = &error;
    loop {
        match inner {
            ignore::Error::WithPath { path: of, err } => {
                path = of.clone();
                inner = err;
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => inner = err,
            // A line of a .gitignore that cannot be understood is for git to report.
            ignore::Error::Partial(_) | ignore::Error::Glob { .. } => return None,
            _ => break,
        }
    }
    let message = inner.to_string();
    let error = match error.into_io_error() {
        Some(error) => without_path(error),
        None => io::Error::other(message),
    };
    Some(Unreachable { path, error })
}

/// The error of the operating system: a walk without threads puts another around it, which says the path once more.
fn without_path(error: io::Error) -> io::Error {
    let outermost = error.get_ref().map(|inner| inner as &dyn std::error::Error);
    let inner = std::iter::successors(outermost, |error| error.source());
    let code = inner
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .find_map(io::Error::raw_os_error);
    match code {
        Some(code) => io::Error::from_raw_os_error(code),
        None => error,
    }
}

fn read_list(list: &PathList) -> io::Result<Vec<PathBuf>> {
    let mut bytes = Vec::new();
    if list.file.as_os_str() == "-" {
        io::stdin().lock().read_to_end(&mut bytes)?;
    } else {
        bytes = fs::read(&list.file)?;
    }
    let entries = bytes.split(|byte| *byte == list.separator);
    let entries = entries.map(|entry| match list.separator {
        b'\n' => entry.strip_suffix(b"\r").unwrap_or(entry),
        _ => entry,
    });
    Ok(entries.filter(|entry| !entry.is_empty()).map(path_from_bytes).collect())
}

#[cfg(unix)]
fn path_from_bytes(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(bytes).into()
}

#[cfg(not(unix))]
fn path_from_bytes(bytes: &[u8]) -> PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}

/// The roots without those that are another one under a second name, and with the paths under which the walk of one
/// root would come across another: `sslfix . ./a.py` looks at one file.
fn without_doubles(named: Vec<PathBuf>, listed: Vec<PathBuf>) -> Roots {
    let mut roots = Roots::default();
    let mut by_real_path: HashMap<PathBuf, PathBuf> = HashMap::new();
    let of_names = named.into_iter().map(|path| (path, false));
    for (path, is_listed) in of_names.chain(listed.into_iter().map(|path| (path, true))) {
        // What does not exist is reported by the walk.
        let real_path = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        if by_real_path.contains_key(&real_path) {
            continue;
        }
        by_real_path.insert(real_path.clone(), path.clone());
        roots.real_paths.insert(path.clone(), real_path);
        if is_listed {
            roots.listed.insert(path);
        } else {
            roots.named.push(path);
        }
    }
    for real_path in by_real_path.keys() {
        for ancestor in real_path.ancestors().skip(1) {
            let (Some(root), Ok(below)) = (by_real_path.get(ancestor), real_path.strip_prefix(ancestor)) else {
                continue;
            };
            roots.met_twice.insert(root.join(below));
        }
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_known_by_their_shebang() {
        for line in [
            "#!/usr/bin/python\n",
            "#! /usr/bin/env python3\n",
            "#!/usr/bin/env -S python3 -u\r\n",
            "#!/opt/pypy/bin/pypy3\n",
            "#!/usr/bin/env python3.12",
        ] {
            assert!(has_python_shebang(line.as_bytes()), "{line}");
        }
        for line in ["#!/bin/sh\npython\n", "python\n", "", "#!", "# python\n"] {
            assert!(!has_python_shebang(line.as_bytes()), "{line}");
        }
    }
}
