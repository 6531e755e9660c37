//! A file that holds what was found at some time, so that later runs speak of what is new. One finding a line, in an order
//! of its own, so that two branches that each drop some merge without a conflict where they can.

use crate::fingerprint;
use crate::report;
use crate::rewrite::Finding;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The largest file that is taken for a baseline, in bytes.
const MOST_BYTES: u64 = 64 << 20;

const VERSION: u32 = 1;

/// The findings of an earlier run.
#[derive(Debug)]
pub struct Baseline {
    folder: PathBuf,
    entries: BTreeMap<String, Entry>,
    /// The fingerprints that were found again.
    found: Mutex<HashSet<String>>,
}

/// The findings of this run, to be written.
#[derive(Debug)]
pub struct NewBaseline {
    file: PathBuf,
    folder: PathBuf,
    entries: Mutex<BTreeMap<String, Entry>>,
}

/// A finding. Only the fingerprint counts, the rest is for people.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
struct Entry {
    fingerprint: String,
    #[serde(default)]
    codemod: String,
    #[serde(default)]
    path: String,
    #[serde(default)]
    within: String,
}

#[derive(Deserialize)]
struct Document {
    version: u32,
    findings: Vec<Entry>,
}

impl Baseline {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is none.
    pub fn read(file: &Path) -> io::Result<Baseline> {
        let wrong = |why: String| io::Error::other(format!("it is no baseline of sslfix: {why}"));
        let mut bytes = Vec::new();
        if !fs::metadata(file)?.is_file() {
            return Err(wrong("it is no file".into()));
        }
        File::open(file)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(wrong(format!("it has more than {MOST_BYTES} bytes")));
        }
        let document: Document = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
        if document.version != VERSION {
            let version = document.version;
            return Err(wrong(format!(
                "its version is {version}, and this sslfix reads {VERSION}; write it anew"
            )));
        }
        let entries = document.findings.into_iter();
        Ok(Baseline {
            folder: folder_of(file),
            entries: entries.map(|entry| (entry.fingerprint.clone(), entry)).collect(),
            found: Mutex::default(),
        })
    }

    /// True if the finding is in it, in the file of that path.
    pub fn has(&self, path: &Path, finding: &Finding) -> bool {
        let fingerprint = fingerprint_in(&self.folder, path, finding);
        let has = self.entries.contains_key(&fingerprint);
        if has {
            self.found
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(fingerprint);
        }
        has
    }

    /// How many of its entries were not found again in the files at or below the paths that are named, but for those
    /// `apart`.
    pub fn gone(&self, named: &[PathBuf], apart: &HashSet<PathBuf>) -> usize {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let named: Vec<PathBuf> = named.iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
        let is_looked_at = |entry: &Entry| {
            let path = self.folder.join(&entry.path);
            named.iter().any(|root| path.starts_with(root)) && !apart.contains(&path)
        };
        let entries = self.entries.iter();
        entries
            .filter(|(fingerprint, entry)| !found.contains(*fingerprint) && is_looked_at(entry))
            .count()
    }
}

impl NewBaseline {
    /// None is written as yet.
    pub fn at(file: &Path) -> NewBaseline {
        NewBaseline {
            file: file.to_path_buf(),
            folder: folder_of(file),
            entries: Mutex::default(),
        }
    }

    /// Takes a finding in the file of that path.
    pub fn add(&self, path: &Path, finding: &Finding) {
        let entry = Entry {
            fingerprint: fingerprint_in(&self.folder, path, finding),
            codemod: finding.codemod.to_string(),
            path: String::from_utf8_lossy(&path_in(&self.folder, path)).into_owned(),
            within: finding.identity.within.clone(),
        };
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.insert(entry.fingerprint.clone(), entry);
    }

    /// Writes it, at once or not at all; says how many findings it holds.
    ///
    /// # Errors
    ///
    /// If it cannot be written; then the old one is as it was.
    pub fn write(&self) -> io::Result<usize> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let mut entries: Vec<&Entry> = entries.values().collect();
        entries.sort_by_key(|entry| (&entry.path, &entry.within, &entry.codemod, &entry.fingerprint));
        let lines: Vec<String> = entries
            .iter()
            .map(|entry| serde_json::to_string(entry).map(|line| format!("    {line}")))
            .collect::<Result<_, _>>()?;
        let name = fingerprint::NAME;
        let mut text = format!("{{\n  \"version\": {VERSION},\n  \"fingerprint\": \"{name}\",\n  \"findings\": [");
        if !lines.is_empty() {
            text.push_str(&format!("\n{}\n  ", lines.join(",\n")));
        }
        text.push_str("]\n}\n");
        // What the name leads to is replaced, not a link.
        let file = fs::canonicalize(&self.file).unwrap_or_else(|_| self.file.clone());
        let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
        let mut temporary = new_file(parent.unwrap_or(Path::new(".")))?;
        temporary.write_all(text.as_bytes())?;
        temporary.as_file().sync_all()?;
        temporary.persist(&file).map_err(|error| error.error)?;
        Ok(entries.len())
    }
}

/// A temporary file with the rights that a new file has.
fn new_file(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".sslfix-baseline-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// The folder of a file, without links where it is there.
fn folder_of(file: &Path) -> PathBuf {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf())
}

fn fingerprint_in(folder: &Path, path: &Path, finding: &Finding) -> String {
    fingerprint::of(&path_in(folder, path), finding)
}

/// The path from the folder of the baseline, with forward slashes: the same from wherever sslfix is run.
fn path_in(folder: &Path, path: &Path) -> Vec<u8> {
    let absolute = path.parent().and_then(|parent| {
        let parent = if parent.as_os_str().is_empty() {
            Path::new(".")
        } else {
            parent
        };
        Some(fs::canonicalize(parent).ok()?.join(path.file_name()?))
    });
    let below = absolute
        .as_deref()
        .and_then(|absolute| absolute.strip_prefix(folder).ok());
    report::bytes_of(below.unwrap_or(path))
}
