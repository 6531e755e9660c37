//! What a project has decided about its files: `sslfix.toml`, `.sslfix.toml` or `[tool.sslfix]` in `pyproject.toml`. The
//! nearest one above a file counts, alone; what was typed on the command line goes before it. The oldest Python that must
//! run a file is, unless somebody says otherwise, what `requires-python` in the nearest `pyproject.toml` says that has
//! one. Knows no command line.

use crate::report;
use crate::rewrite::{Helper, Options, Policy, VariableName};
use crate::target::{self, PythonVersion, Target};
use crate::tls::range::{MaximumVersion, MinimumVersion};
use crate::tls::role::Side;
use crate::tls::wrappers::{ModuleName, Parameter, Replacement, Takes, Wrapper};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use std::collections::HashMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::num::NonZeroUsize;
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
    /// The oldest Python that must run the files.
    pub target_version: Option<PythonVersion>,
    /// The oldest version of the contexts that are written.
    pub minimum_version: Option<MinimumVersion>,
    /// What becomes of the newest version of a program that allows TLS 1.2 alone.
    pub maximum_version: Option<MaximumVersion>,
    /// The name of new variables that hold a context.
    pub context_name: Option<VariableName>,
}

/// The configurations of a run, each read once.
#[derive(Debug, Default)]
pub struct Configs {
    of_folder: Mutex<HashMap<PathBuf, Arc<Project>>>,
}

/// A configuration that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongConfig {
    /// The file.
    pub path: PathBuf,
    /// What is wrong, in one line: lower case, no full stop.
    pub message: String,
}

/// What a project says about the files of a folder. Each is what the nearest file says that says it.
#[derive(Debug)]
struct Project {
    config: Result<Option<Config>, WrongConfig>,
    /// The oldest Python that `requires-python` lets in.
    oldest_python: Result<Option<PythonVersion>, WrongConfig>,
}

/// The names of files that hold nothing else, the first that is there counting.
const OWN_FILES: [&str; 2] = ["sslfix.toml", ".sslfix.toml"];

/// The largest file that is taken for a configuration, in bytes. It may come with code of strangers.
const MOST_BYTES: u64 = 4 << 20;

/// So long can the name of a declared function be: files that are too large are looked through in windows.
pub const LONGEST_NAME: usize = 64;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Config {
    helper: Option<bool>,
    helper_module: Option<HelperModule>,
    policy: Option<PolicyName>,
    strict: Option<bool>,
    #[serde(default, deserialize_with = "version")]
    target_version: Option<PythonVersion>,
    #[serde(default, deserialize_with = "minimum_version")]
    minimum_version: Option<MinimumVersion>,
    maximum_version: Option<MaximumName>,
    #[serde(default, deserialize_with = "context_name")]
    context_name: Option<VariableName>,
    #[serde(default)]
    sinks: Sinks,
}

/// All declared functions, no parameter twice.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "Vec<Sink>")]
struct Sinks(Vec<Wrapper>);

impl TryFrom<Vec<Sink>> for Sinks {
    type Error = String;

    fn try_from(sinks: Vec<Sink>) -> Result<Sinks, String> {
        let wrappers: Vec<Wrapper> = sinks.into_iter().map(|Sink(wrapper)| wrapper).collect();
        for (index, wrapper) in wrappers.iter().enumerate() {
            if let Some(what) = wrappers[..index].iter().find_map(|other| clash(wrapper, other)) {
                return Err(format!("`{}` is declared twice with {what}", wrapper.function));
            }
        }
        Ok(Sinks(wrappers))
    }
}

/// What two declarations both speak of.
fn clash(one: &Wrapper, other: &Wrapper) -> Option<String> {
    let parameter = |wrapper: &Wrapper| match &wrapper.takes {
        Takes::Context { parameter, .. } | Takes::Protocol { parameter, .. } => Some(parameter.clone()),
        Takes::WrapSocket => None,
    };
    if one.function != other.function {
        return None;
    }
    match (parameter(one), parameter(other)) {
        (None, None) => Some("`parameters`".into()),
        (Some(one), Some(other)) if one.name == other.name => Some(format!("the parameter `{}`", one.name)),
        (Some(one), Some(other)) => match (one.position, other.position) {
            (Some(position), Some(same)) if position == same => Some(format!("the argument {position}")),
            _ => None,
        },
        _ => None,
    }
}

/// One declared function, once it is known to say one thing.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "RawSink")]
struct Sink(Wrapper);

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawSink {
    function: String,
    context: Option<String>,
    protocol: Option<String>,
    parameters: Option<ParametersName>,
    position: Option<NonZeroUsize>,
    side: Option<SideName>,
    replacement: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ParametersName {
    WrapSocket,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SideName {
    Client,
    Server,
}

impl TryFrom<RawSink> for Sink {
    type Error = String;

    fn try_from(raw: RawSink) -> Result<Sink, String> {
        let function = raw.function;
        let is_name = function.contains('.') && function.is_ascii() && Helper::module(&function).is_ok();
        if !is_name
            || function
                .rsplit('.')
                .next()
                .is_some_and(|last| last.len() > LONGEST_NAME)
        {
            return Err(format!(
                "`{function}` is no dotted name of a function with its module, such as `acme.net.open_tls`"
            ));
        }
        let parameter = |name: String| match VariableName::new(&name) {
            Ok(_) => Ok(Parameter {
                name,
                position: raw.position.map(NonZeroUsize::get),
            }),
            Err(_) => Err(format!("`{name}` is no name of a parameter of `{function}`")),
        };
        let only = |key: &str, of: &str| {
            Err(format!(
                "`{key}` of `{function}` says something about `{of}`, which is missing"
            ))
        };
        let takes = match (raw.context, raw.protocol, raw.parameters) {
            (Some(context), None, None) => Takes::Context {
                parameter: parameter(context)?,
                side: match raw.side {
                    Some(SideName::Client) => Side::Client,
                    Some(SideName::Server) => Side::Server,
                    None => {
                        return Err(format!(
                            "`{function}` takes a context: say `side = \"client\"` or `side = \"server\"`"
                        ));
                    }
                },
            },
            (None, Some(protocol), None) => Takes::Protocol {
                parameter: parameter(protocol)?,
                replacement: raw.replacement.as_deref().map(replacement).transpose()?,
            },
            (None, None, Some(ParametersName::WrapSocket)) => Takes::WrapSocket,
            (None, None, None) => {
                return Err(format!(
                    "`{function}` takes nothing: say `context`, `protocol` or `parameters`"
                ));
            }
            _ => {
                return Err(format!(
                    "`{function}` takes more than one of `context`, `protocol` and `parameters`: declare it once for each"
                ));
            }
        };
        if raw.side.is_some() && !matches!(takes, Takes::Context { .. }) {
            return only("side", "context");
        }
        if raw.replacement.is_some() && !matches!(takes, Takes::Protocol { .. }) {
            return only("replacement", "protocol");
        }
        if raw.position.is_some() && takes == Takes::WrapSocket {
            return Err(format!(
                "`position` of `{function}` contradicts `parameters`, which have the positions of `ssl.wrap_socket`"
            ));
        }
        Ok(Sink(Wrapper { function, takes }))
    }
}

fn replacement(text: &str) -> Result<Replacement, String> {
    let all = Replacement::ALL;
    all.into_iter()
        .find(|replacement| replacement.declared() == text)
        .ok_or_else(|| {
            let all = all.map(|replacement| format!("`{}`", replacement.declared()));
            format!(
                "`{text}` cannot take the place of a protocol; what can: {}",
                all.join(", ")
            )
        })
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum MaximumName {
    Open,
    Keep,
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

#[derive(Default, Deserialize)]
struct PyProject {
    tool: Option<Tool>,
    project: Option<Metadata>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Metadata {
    #[serde(default, deserialize_with = "oldest_python")]
    requires_python: Option<PythonVersion>,
}

#[derive(Deserialize)]
struct Tool {
    sslfix: Option<Config>,
}

impl Config {
    /// With what was typed before it.
    fn options(self, chosen: &Chosen, target: Option<Target>) -> Options {
        let configured_helper = match (self.helper_module, self.helper) {
            (_, Some(false)) => Helper::Off,
            (Some(HelperModule(helper)), _) => helper,
            (None, _) => Helper::InFile,
        };
        let configured_policy = match self.policy {
            Some(PolicyName::Harden) => Policy::Harden,
            Some(PolicyName::Preserve) | None => Policy::Preserve,
        };
        let configured_maximum = match self.maximum_version {
            Some(MaximumName::Keep) => MaximumVersion::Keep,
            Some(MaximumName::Open) | None => MaximumVersion::Open,
        };
        Options {
            unsafe_fixes: chosen.unsafe_fixes,
            strict: chosen.strict || self.strict.unwrap_or(false),
            helper: chosen.helper.clone().unwrap_or(configured_helper),
            policy: chosen.policy.unwrap_or(configured_policy),
            target,
            minimum_version: chosen.minimum_version.or(self.minimum_version).unwrap_or_default(),
            maximum_version: chosen.maximum_version.unwrap_or(configured_maximum),
            context_name: chosen.context_name.clone().or(self.context_name),
            wrappers: self.sinks.0,
            module_name: None,
        }
    }
}

/// The options that the text of a configuration gives, where nothing else says anything.
///
/// # Errors
///
/// If it is no configuration, with the reason.
pub fn options_of(text: &str) -> Result<Options, String> {
    let config: Config = toml::from_str(text).map_err(|error| error.to_string())?;
    let target = config.target_version.map(|version| Target {
        version,
        said_by: "`target-version`",
    });
    Ok(config.options(&Chosen::default(), target))
}

impl Configs {
    /// The options for a file, by its path.
    ///
    /// # Errors
    ///
    /// If the configuration that counts for the file cannot be read or understood.
    pub fn options_for(&self, path: &Path, chosen: &Chosen) -> Result<Options, WrongConfig> {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let project = self.of(absolute.parent().unwrap_or(&absolute));
        let config = project.config.clone()?.unwrap_or_default();
        let target = match (chosen.target_version, config.target_version) {
            (Some(version), _) => Some((version, "`--target-version`")),
            (None, Some(version)) => Some((version, "`target-version`")),
            (None, None) => project
                .oldest_python
                .clone()?
                .map(|version| (version, "`requires-python`")),
        };
        let mut options = config.options(chosen, target.map(|(version, said_by)| Target { version, said_by }));
        if !options.wrappers.is_empty() {
            options.module_name = module_name(&absolute);
        }
        Ok(options)
    }

    /// True if a file names a function that its configuration declares: then it may have findings, whatever else it
    /// names. A configuration that is wrong is for [`Configs::options_for`] to complain about.
    pub fn declares_a_name_in(&self, path: &Path, bytes: &[u8]) -> bool {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let project = self.of(absolute.parent().unwrap_or(&absolute));
        match &project.config {
            Ok(Some(config)) => config.sinks.0.iter().any(|wrapper| wrapper.is_named_in(bytes)),
            Ok(None) | Err(_) => false,
        }
    }

    /// What counts for the files of a folder: its own word, and that of the folders above where it says nothing.
    fn of(&self, folder: &Path) -> Arc<Project> {
        let lock = || self.of_folder.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(project) = lock().get(folder) {
            return project.clone();
        }
        let mut project = read_folder(folder);
        if let Some(parent) = folder.parent() {
            if let Ok(None) = project.config {
                project.config = self.of(parent).config.clone();
            }
            if let Ok(None) = project.oldest_python {
                project.oldest_python = self.of(parent).oldest_python.clone();
            }
        }
        let project = Arc::new(project);
        lock().insert(folder.to_path_buf(), project.clone());
        project
    }
}

/// The module that a file is.
fn module_name(path: &Path) -> Option<ModuleName> {
    let stem = path.file_stem()?.to_str()?;
    let is_package = stem == "__init__";
    let mut names = if is_package { Vec::new() } else { vec![stem] };
    let mut folder = path.parent();
    while let Some(package) = folder.filter(|folder| folder.join("__init__.py").is_file()) {
        names.push(package.file_name()?.to_str()?);
        folder = package.parent();
    }
    names.reverse();
    (!names.is_empty()).then(|| ModuleName {
        name: names.join("."),
        is_package,
    })
}

/// What a folder itself says.
fn read_folder(folder: &Path) -> Project {
    let pyproject = read_pyproject(&folder.join("pyproject.toml"));
    let (configured, oldest_python) = match pyproject {
        Ok(PyProject { tool, project }) => (
            Ok(tool.and_then(|tool| tool.sslfix)),
            Ok(project.and_then(|project| project.requires_python)),
        ),
        Err(wrong) => (Err(wrong.clone()), Err(wrong)),
    };
    let config = match read_own_file(folder) {
        Ok(None) => configured,
        own => own,
    };
    Project { config, oldest_python }
}

fn read_own_file(folder: &Path) -> Result<Option<Config>, WrongConfig> {
    for name in OWN_FILES {
        let path = folder.join(name);
        if let Some(bytes) = read(&path)? {
            return understand(&path, bytes).map(Some);
        }
    }
    Ok(None)
}

fn read_pyproject(path: &Path) -> Result<PyProject, WrongConfig> {
    let Some(bytes) = read(path)? else {
        return Ok(PyProject::default());
    };
    let has = |text: &str| memchr::memmem::find(&bytes, text.as_bytes()).is_some();
    let is_toml = || std::str::from_utf8(&bytes).is_ok_and(|text| toml::from_str::<toml::Table>(text).is_ok());
    // A file that is none of ours is for others to complain about.
    if !has("tool.sslfix") && (!has("requires-python") || !is_toml()) {
        return Ok(PyProject::default());
    }
    understand(path, bytes)
}

fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PythonVersion>, D::Error> {
    let text = String::deserialize(deserializer)?;
    target::version(&text).map(Some).map_err(D::Error::custom)
}

fn minimum_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<MinimumVersion>, D::Error> {
    let text = String::deserialize(deserializer)?;
    MinimumVersion::named(&text).map(Some).map_err(D::Error::custom)
}

fn context_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<VariableName>, D::Error> {
    let text = String::deserialize(deserializer)?;
    VariableName::new(&text).map(Some).map_err(D::Error::custom)
}

fn oldest_python<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PythonVersion>, D::Error> {
    let text = String::deserialize(deserializer)?;
    target::oldest_of(&text).map_err(D::Error::custom)
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
    fn the_oldest_python_is_what_the_nearest_word_about_it_says() {
        let files = [
            (
                "pyproject.toml",
                "[project]\nname = \"x\"\nrequires-python = \">=2.7\"\n",
            ),
            ("sslfix.toml", "strict = true\n"),
            ("inner/pyproject.toml", "[tool.other]\nkey = 1\n"),
            ("inner/own/sslfix.toml", "target-version = \"py38\"\n"),
            ("inner/newer/pyproject.toml", "[project]\nrequires-python = \">=3.9\"\n"),
        ];
        let said = |path: &str, chosen: &Chosen| {
            let target = options(&files, path, chosen).unwrap().target.unwrap();
            (target.version.to_string(), target.said_by)
        };
        let nothing = Chosen::default();
        assert_eq!(said("a.py", &nothing), ("2.7".into(), "`requires-python`"));
        assert_eq!(said("inner/a.py", &nothing), ("2.7".into(), "`requires-python`"));
        assert_eq!(said("inner/own/a.py", &nothing), ("3.8".into(), "`target-version`"));
        assert_eq!(said("inner/newer/a.py", &nothing), ("3.9".into(), "`requires-python`"));
        assert!(options(&files, "inner/newer/a.py", &nothing).unwrap().strict);
        let chosen = Chosen {
            target_version: Some(PythonVersion::PY310),
            ..Chosen::default()
        };
        assert_eq!(said("inner/own/a.py", &chosen), ("3.10".into(), "`--target-version`"));
    }

    #[test]
    fn a_version_that_is_none_is_an_error_with_its_line() {
        for (name, text) in [
            ("sslfix.toml", "strict = true\ntarget-version = \"three\"\n"),
            ("pyproject.toml", "[project]\nrequires-python = \"^3.8\"\n"),
        ] {
            let message = options(&[(name, text)], "a.py", &Chosen::default())
                .unwrap_err()
                .message;
            assert!(message.contains("line 2"), "{message}");
        }
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
    fn the_versions_and_the_name_of_a_context_can_be_chosen() {
        let files = [(
            "sslfix.toml",
            "minimum-version = \"TLSv1_3\"\nmaximum-version = \"keep\"\ncontext-name = \"tls\"\n",
        )];
        let configured = options(&files, "a.py", &Chosen::default()).unwrap();
        assert_eq!(configured.minimum_version, MinimumVersion::Tls13);
        assert_eq!(configured.maximum_version, MaximumVersion::Keep);
        assert_eq!(configured.context_name, VariableName::new("tls").ok());
        let chosen = Chosen {
            minimum_version: Some(MinimumVersion::Tls12),
            maximum_version: Some(MaximumVersion::Open),
            context_name: VariableName::new("secure").ok(),
            ..Chosen::default()
        };
        let typed = options(&files, "a.py", &chosen).unwrap();
        assert_eq!(typed.minimum_version, MinimumVersion::Tls12);
        assert_eq!(typed.maximum_version, MaximumVersion::Open);
        assert_eq!(typed.context_name, chosen.context_name);
    }

    #[test]
    fn what_cannot_be_chosen_is_an_error_with_its_line() {
        for (line, says) in [
            ("minimum-version = \"TLSv1_1\"", "`TLSv1_2` or `TLSv1_3`"),
            ("minimum-version = \"1.3\"", "`TLSv1_2` or `TLSv1_3`"),
            ("maximum-version = \"TLSv1_2\"", "`keep`"),
            ("context-name = \"class\"", "no name that a variable can have"),
            ("context-name = \"None\"", "no name that a variable can have"),
            ("context-name = \"tls context\"", "no name that a variable can have"),
            ("context-name = \"\"", "no name that a variable can have"),
            ("context-name = \"self.tls\"", "no name that a variable can have"),
            ("context-name = \"ValueError\"", "raises"),
            ("helper-module = \"acme.class\"", "dotted name"),
        ] {
            let text = format!("strict = true\n{line}\n");
            let message = options(&[("sslfix.toml", &text)], "a.py", &Chosen::default())
                .expect_err(line)
                .message;
            assert!(message.contains("line 2") && message.contains(says), "{message}");
        }
    }

    const SINK: &str = "[[sinks]]\nfunction = \"acme.net.dial\"\n";

    #[test]
    fn functions_can_be_declared() {
        let text = format!(
            "{SINK}context = \"tls\"\nposition = 2\nside = \"server\"\n{SINK}protocol = \"version\"\nreplacement = \
             \"ssl.TLSVersion.TLSv1_2\"\n{SINK}parameters = \"wrap-socket\"\n"
        );
        let parameter = |name: &str, position| Parameter {
            name: name.into(),
            position,
        };
        let declared: Vec<Takes> = options_of(&text)
            .unwrap()
            .wrappers
            .into_iter()
            .map(|wrapper| wrapper.takes)
            .collect();
        let expected = [
            Takes::Context {
                parameter: parameter("tls", Some(2)),
                side: Side::Server,
            },
            Takes::Protocol {
                parameter: parameter("version", None),
                replacement: Some(Replacement::Version("TLSv1_2")),
            },
            Takes::WrapSocket,
        ];
        assert_eq!(declared, expected);
    }

    #[test]
    fn a_declaration_that_says_too_little_or_too_much_is_an_error() {
        for (text, says) in [
            ("[[sinks]]\nprotocol = \"version\"\n", "missing field `function`"),
            (
                "[[sinks]]\nfunction = \"dial\"\nprotocol = \"version\"\n",
                "with its module",
            ),
            (
                "[[sinks]]\nfunction = \"acme.ünet.dial\"\nprotocol = \"v\"\n",
                "with its module",
            ),
            ("{SINK}", "takes nothing"),
            ("{SINK}kind = \"client\"\n", "unknown field `kind`"),
            ("{SINK}context = \"tls\"\n", "say `side = "),
            ("{SINK}context = \"tls\"\nside = \"both\"\n", "`client` or `server`"),
            ("{SINK}context = \"1st\"\nside = \"client\"\n", "no name of a parameter"),
            (
                "{SINK}context = \"tls\"\nprotocol = \"version\"\n",
                "declare it once for each",
            ),
            ("{SINK}protocol = \"version\"\nside = \"client\"\n", "about `context`"),
            (
                "{SINK}parameters = \"wrap-socket\"\nreplacement = \"None\"\n",
                "about `protocol`",
            ),
            ("{SINK}parameters = \"wrap-socket\"\nposition = 1\n", "contradicts"),
            ("{SINK}parameters = \"old\"\n", "`wrap-socket`"),
            ("{SINK}protocol = \"version\"\nposition = 0\n", "nonzero"),
            (
                "{SINK}protocol = \"v\"\nreplacement = \"ssl.PROTOCOL_TLS\"\n",
                "cannot take the place",
            ),
            ("{SINK}protocol = \"v\"\n{SINK}protocol = \"v\"\n", "declared twice"),
            (
                "{SINK}context = \"c\"\nposition = 1\nside = \"client\"\n{SINK}protocol = \"v\"\nposition = 1\n",
                "the argument 1",
            ),
            (
                "{SINK}parameters = \"wrap-socket\"\n{SINK}parameters = \"wrap-socket\"\n",
                "declared twice",
            ),
        ] {
            let text = text.replace("{SINK}", SINK);
            let message = options(&[("sslfix.toml", &text)], "a.py", &Chosen::default())
                .expect_err(&text)
                .message;
            assert!(
                message.contains("is wrong in line ") && message.contains(says),
                "{text}: {message}"
            );
        }
    }

    #[test]
    fn the_module_of_a_file_is_told_by_the_packages_around_it() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "src/acme/__init__.py",
            "src/acme/web/__init__.py",
            "src/acme/web/app.py",
            "src/run.py",
        ] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let told = |name: &str| module_name(&folder.path().join(name)).map(|module| (module.name, module.is_package));
        assert_eq!(told("src/acme/web/app.py"), Some(("acme.web.app".into(), false)));
        assert_eq!(told("src/acme/web/__init__.py"), Some(("acme.web".into(), true)));
        assert_eq!(told("src/run.py"), Some(("run".into(), false)));
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
