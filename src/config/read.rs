//! Reads a configuration from disk and says what is wrong with it. The file may come with code of strangers, so it may be
//! anything.

use super::keys::{Config, RequiredVersion, nearest};
use super::{OWN_FILES, WrongConfig};
use crate::report;
use crate::target::{self, PythonVersion};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

/// The largest file that is taken for a configuration, in bytes.
const MOST_BYTES: u64 = 4 << 20;

/// So many configurations may build on each other.
const MOST_EXTENDED: usize = 100;

/// A configuration and where it stands.
#[derive(Clone, Debug)]
pub struct Found {
    /// The file.
    pub path: PathBuf,
    /// What it says.
    pub config: Config,
}

/// What a folder itself says, of which each part may be wrong alone.
pub struct Folder {
    /// The configuration.
    pub config: Result<Option<Found>, WrongConfig>,
    /// The oldest Python that `requires-python` lets in.
    pub oldest_python: Result<Option<(PythonVersion, PathBuf)>, WrongConfig>,
}

impl Default for Folder {
    fn default() -> Folder {
        Folder {
            config: Ok(None),
            oldest_python: Ok(None),
        }
    }
}

/// What stands in a folder.
pub fn folder(folder: &Path) -> Folder {
    let path = folder.join("pyproject.toml");
    let pyproject = read(&path).and_then(|bytes| match bytes {
        Some(bytes) => pyproject_text(&path, bytes),
        None => Ok(None),
    });
    let (configured, oldest_python) = match pyproject {
        Ok(None) => (Ok(None), Ok(None)),
        Ok(Some(text)) => (tool(&path, &text), oldest_python(&path, &text)),
        Err(wrong) => (Err(wrong.clone()), Err(wrong)),
    };
    let own = OWN_FILES
        .iter()
        .find_map(|name| own_file(&folder.join(name)).transpose());
    Folder {
        config: own.map_or(configured, |own| own.map(Some)),
        oldest_python,
    }
}

/// The file of that path, which must be there and say something.
///
/// # Errors
///
/// If it cannot be read or understood.
pub fn file(path: &Path) -> Result<Found, WrongConfig> {
    let found = match path.file_name().is_some_and(|name| name == "pyproject.toml") {
        true => match read(path)? {
            Some(bytes) => match tool(path, &utf8(path, bytes)?)? {
                Some(found) => Some(found),
                None => return Err(WrongConfig::new(path, "it has no `[tool.sslfix]`")),
            },
            None => None,
        },
        false => own_file(path)?,
    };
    found.ok_or_else(|| {
        let message = "the configuration cannot be read: no such file or directory";
        WrongConfig::new(path, message)
    })
}

/// What is said on the command line.
///
/// # Errors
///
/// If it cannot be understood.
pub fn inline(text: &str) -> Result<Config, WrongConfig> {
    own_text(Path::new("--config"), text)
}

/// The configuration, and those that it builds on, each after the one that names it.
///
/// # Errors
///
/// If one cannot be read or understood, or builds on itself.
pub fn chain(first: Found) -> Result<Vec<Found>, WrongConfig> {
    let mut chain = vec![first];
    let mut seen = Vec::new();
    while let Some(last) = chain.last() {
        let Some(extend) = &last.config.extend else {
            break;
        };
        let wrong = |message: String| WrongConfig::new(&last.path, message);
        seen.push(fs::canonicalize(&last.path).unwrap_or_else(|_| last.path.clone()));
        let path = last.path.parent().unwrap_or(Path::new("")).join(extend);
        let shown = extend.display();
        let real_path = fs::canonicalize(&path).map_err(|error| {
            wrong(format!(
                "the configuration extends `{shown}`, which cannot be read: {}",
                report::os_error(&error)
            ))
        })?;
        if seen.contains(&real_path) {
            return Err(wrong(format!(
                "the configuration extends `{shown}`, which leads back to it"
            )));
        }
        if seen.len() >= MOST_EXTENDED {
            return Err(wrong(format!(
                "more than {MOST_EXTENDED} configurations extend each other"
            )));
        }
        let next = file(&without_detours(&path, real_path))?;
        chain.push(next);
    }
    Ok(chain)
}

/// The path without `..` where that leads to the same place, so that it starts as the paths of a walk do.
fn without_detours(path: &Path, real_path: PathBuf) -> PathBuf {
    let mut direct = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => _ = direct.pop(),
            Component::CurDir => {}
            part => direct.push(part),
        }
    }
    match fs::canonicalize(&direct).is_ok_and(|leads_to| leads_to == real_path) {
        true => direct,
        false => real_path,
    }
}

#[derive(Deserialize)]
struct Versioned {
    #[serde(rename = "required-version")]
    _required_version: Option<RequiredVersion>,
}

#[derive(Deserialize)]
struct PyProject<T> {
    tool: Option<Tool<T>>,
}

#[derive(Deserialize)]
struct Tool<T> {
    sslfix: Option<T>,
}

#[derive(Deserialize)]
struct OfProject {
    project: Option<Metadata>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Metadata {
    #[serde(default, deserialize_with = "lower_bound")]
    requires_python: Option<PythonVersion>,
}

fn lower_bound<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PythonVersion>, D::Error> {
    let text = String::deserialize(deserializer)?;
    target::oldest_of(&text).map_err(D::Error::custom)
}

fn own_file(path: &Path) -> Result<Option<Found>, WrongConfig> {
    let Some(bytes) = read(path)? else { return Ok(None) };
    let config = own_text(path, &utf8(path, bytes)?)?;
    let path = path.to_path_buf();
    Ok(Some(Found { path, config }))
}

fn own_text(path: &Path, text: &str) -> Result<Config, WrongConfig> {
    // Another version may know other keys.
    let _: Versioned = understand(path, text)?;
    understand(path, text)
}

fn tool(path: &Path, text: &str) -> Result<Option<Found>, WrongConfig> {
    let _: PyProject<Versioned> = understand(path, text)?;
    let pyproject: PyProject<Config> = understand(path, text)?;
    let config = pyproject.tool.and_then(|tool| tool.sslfix);
    let path = path.to_path_buf();
    Ok(config.map(|config| Found { path, config }))
}

fn oldest_python(path: &Path, text: &str) -> Result<Option<(PythonVersion, PathBuf)>, WrongConfig> {
    let OfProject { project } = understand(path, text)?;
    let oldest = project.and_then(|project| project.requires_python);
    Ok(oldest.map(|version| (version, path.to_path_buf())))
}

/// The text of a `pyproject.toml`, if it says something to us. One that does not is for others to complain about.
fn pyproject_text(path: &Path, bytes: Vec<u8>) -> Result<Option<String>, WrongConfig> {
    let has = |text: &str| memchr::memmem::find(&bytes, text.as_bytes()).is_some();
    let is_toml = || std::str::from_utf8(&bytes).is_ok_and(|text| toml::from_str::<toml::Table>(text).is_ok());
    let is_ours = has("tool.sslfix") || (has("sslfix") || has("requires-python")) && is_toml();
    is_ours.then(|| utf8(path, bytes)).transpose()
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, WrongConfig> {
    match read_file(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => {
            let error = report::os_error(&error);
            Err(WrongConfig::new(
                path,
                format!("the configuration cannot be read: {error}"),
            ))
        }
    }
}

/// A pipe would keep us waiting, and a device may have no end.
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    if metadata.len() > MOST_BYTES {
        return Err(io::Error::other(format!("it has more than {MOST_BYTES} bytes")));
    }
    fs::read(path)
}

fn utf8(path: &Path, bytes: Vec<u8>) -> Result<String, WrongConfig> {
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        wrong_at(path, error.as_bytes(), offset, "it is not valid UTF-8")
    })
}

fn understand<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, WrongConfig> {
    toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        wrong_at(path, text.as_bytes(), offset, &said(error.message()))
    })
}

fn wrong_at(path: &Path, text: &[u8], offset: usize, message: &str) -> WrongConfig {
    let line = text[..offset.min(text.len())]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
        + 1;
    WrongConfig::new(path, format!("the configuration is wrong in line {line}: {message}"))
}

/// The message of the parser in one line; of a name that is unknown it says which was probably meant.
fn said(message: &str) -> String {
    let words = |what: &str| {
        let (name, rest) = message.strip_prefix(what)?.strip_prefix(" `")?.split_once('`')?;
        let expected: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
        Some((name, expected))
    };
    if let Some((name, keys)) = words("unknown field") {
        return match nearest(name, keys) {
            Some(meant) => format!("unknown key `{name}`; did you mean `{meant}`?"),
            None => format!("unknown key `{name}`; `sslfix config` lists the keys"),
        };
    }
    if let Some((name, values)) = words("unknown variant") {
        return format!("`{name}` is not one of `{}`", values.join("`, `"));
    }
    message.lines().collect::<Vec<_>>().join(" ")
}
