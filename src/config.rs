//! What a project has decided about its files: `sslfix.toml`, `.sslfix.toml` or `[tool.sslfix]` in `pyproject.toml`. The
//! nearest one above a file counts, alone; what was typed on the command line goes before it. Knows no command line.

use crate::report;
use crate::rewrite::{Helper, Options, Policy};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What was said about the rewriting on the command line; `None` leaves it to the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// Apply the fixes that may change what the program does. No configuration can say so.
    pub unsafe_fixes: bool,
    /// Count advice about what a rewrite kept as a finding.
    pub strict: bool,
    /// Where the helper comes from.
    pub helper: Option<Helper>,
    /// What becomes of checks that clients do not make.
    pub policy: Option<Policy>,
}

/// The configurations of a run, each read once.
#[derive(Debug, Default)]
pub struct Configs {
    of_folder: Mutex<HashMap<PathBuf, Arc<Found>>>,
}

/// A configuration that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongConfig {
    /// The file.
    pub path: PathBuf,
    /// What is wrong, in one line: lower case, no full stop.
    pub message: String,
}

/// The configuration for a folder, if there is one.
type Found = Result<Option<Config>, WrongConfig>;

/// The names of files that hold nothing else, the first that is there counting.
const OWN_FILES: [&str; 2] = ["sslfix.toml", ".sslfix.toml"];

/// The largest file that is taken for a configuration, in bytes. It may come with code of strangers.
const MOST_BYTES: u64 = 4 << 20;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Config {
    helper: Option<bool>,
    helper_module: Option<HelperModule>,
    policy: Option<PolicyName>,
    strict: Option<bool>,
}

/// A dotted name, and nothing else: it becomes part of the code.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
struct HelperModule(Helper);

impl TryFrom<String> for HelperModule {
    type Error = &'static str;

    fn try_from(name: String) -> Result<HelperModule, &'static str> {
        Helper::module(&name).map(HelperModule)
    }
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum PolicyName {
    Preserve,
    Harden,
}

#[derive(Deserialize)]
struct PyProject {
    tool: Option<Tool>,
}

#[derive(Deserialize)]
struct Tool {
    sslfix: Option<Config>,
}

impl Configs {
    /// The options for a file, by its path.
    ///
    /// # Errors
    ///
    /// If the configuration that counts for the file cannot be read or understood.
    pub fn options_for(&self, path: &Path, chosen: &Chosen) -> Result<Options, WrongConfig> {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let config = match absolute.parent() {
            Some(folder) => match &*self.of(folder) {
                Ok(config) => config.clone().unwrap_or_default(),
                Err(wrong) => return Err(wrong.clone()),
            },
            None => Config::default(),
        };
        let configured_helper = match (config.helper_module, config.helper) {
            (_, Some(false)) => Helper::Off,
            (Some(HelperModule(helper)), _) => helper,
            (None, _) => Helper::InFile,
        };
        let configured_policy = match config.policy {
            Some(PolicyName::Harden) => Policy::Harden,
            Some(PolicyName::Preserve) | None => Policy::Preserve,
        };
        Ok(Options {
            unsafe_fixes: chosen.unsafe_fixes,
            strict: chosen.strict || config.strict.unwrap_or(false),
            helper: chosen.helper.clone().unwrap_or(configured_helper),
            policy: chosen.policy.unwrap_or(configured_policy),
        })
    }

    /// The configuration that counts for the files of a folder: its own, or that of the folder above.
    fn of(&self, folder: &Path) -> Arc<Found> {
        let lock = || self.of_folder.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = lock().get(folder) {
            return found.clone();
        }
        let found = match (read_folder(folder), folder.parent()) {
            (Ok(None), Some(parent)) => self.of(parent),
            (found, _) => Arc::new(found),
        };
        lock().insert(folder.to_path_buf(), found.clone());
        found
    }
}

/// The configuration in a folder itself.
fn read_folder(folder: &Path) -> Found {
    for name in OWN_FILES {
        let path = folder.join(name);
        if let Some(bytes) = read(&path)? {
            return understand(&path, bytes).map(Some);
        }
    }
    let path = folder.join("pyproject.toml");
    let Some(bytes) = read(&path)? else { return Ok(None) };
    // A file that is none of ours is for others to complain about.
    if memchr::memmem::find(&bytes, b"tool.sslfix").is_none() {
        return Ok(None);
    }
    let project: PyProject = understand(&path, bytes)?;
    Ok(project.tool.and_then(|tool| tool.sslfix))
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, WrongConfig> {
    match read_file(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(WrongConfig {
            path: path.to_path_buf(),
            message: format!("the configuration cannot be read: {}", report::os_error(&error)),
        }),
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

fn understand<T: DeserializeOwned>(path: &Path, bytes: Vec<u8>) -> Result<T, WrongConfig> {
    let wrong = |line: usize, message: &str| WrongConfig {
        path: path.to_path_buf(),
        message: format!("the configuration is wrong in line {line}: {message}"),
    };
    let line_at = |text: &[u8], offset: usize| text[..offset].iter().filter(|byte| **byte == b'\n').count() + 1;
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        wrong(line_at(error.as_bytes(), offset), "it is not valid UTF-8")
    })?;
    toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(text.as_bytes(), span.start));
        wrong(line, &error.message().lines().collect::<Vec<_>>().join(" "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(files: &[(&str, &str)], path: &str, chosen: &Chosen) -> Result<Options, WrongConfig> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        Configs::default().options_for(&folder.path().join(path), chosen)
    }

    #[test]
    fn the_nearest_configuration_counts_alone() {
        let files = [
            (
                "pyproject.toml",
                "[tool.sslfix]\nhelper-module = \"acme.tls\"\nstrict = true\n",
            ),
            ("inner/sslfix.toml", "policy = \"harden\"\n"),
            ("inner/deep/pyproject.toml", "[project]\nname = \"x\"\n"),
        ];
        let outer = options(&files, "a.py", &Chosen::default()).unwrap();
        assert_eq!((outer.helper, outer.strict), (Helper::Module("acme.tls".into()), true));
        let inner = options(&files, "inner/deep/a.py", &Chosen::default()).unwrap();
        assert_eq!(
            (inner.helper, inner.strict, inner.policy),
            (Helper::InFile, false, Policy::Harden)
        );
    }

    #[test]
    fn the_command_line_goes_before_it() {
        let files = [("sslfix.toml", "helper = false\npolicy = \"harden\"\n")];
        let chosen = Chosen {
            helper: Some(Helper::InFile),
            policy: Some(Policy::Preserve),
            ..Chosen::default()
        };
        let both = options(&files, "a.py", &chosen).unwrap();
        assert_eq!((both.helper, both.policy), (Helper::InFile, Policy::Preserve));
        assert_eq!(options(&files, "a.py", &Chosen::default()).unwrap().helper, Helper::Off);
    }

    #[test]
    fn a_module_that_is_no_dotted_name_is_an_error() {
        let wrong = options(
            &[("sslfix.toml", "\nhelper-module = \"os; import evil\"\n")],
            "a.py",
            &Chosen::default(),
        );
        let message = wrong.unwrap_err().message;
        assert!(
            message.contains("line 2") && message.contains("dotted name"),
            "{message}"
        );
    }

    #[test]
    fn a_key_that_is_unknown_is_an_error_with_its_line() {
        let wrong = options(
            &[("sslfix.toml", "strict = true\npolcy = \"harden\"\n")],
            "a.py",
            &Chosen::default(),
        );
        let message = wrong.unwrap_err().message;
        assert!(message.contains("line 2") && message.contains("polcy"), "{message}");
    }
}
