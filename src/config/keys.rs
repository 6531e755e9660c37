//! The keys of a configuration: what each is called, what it takes and what it does. The schema, `sslfix config` and the
//! errors are made from this. Knows no file and no order of precedence.

use super::sinks::Sinks;
use crate::codemods;
use crate::rewrite::{Helper, Policy, VariableName};
use crate::target::{self, PythonVersion};
use crate::tls::range::{MaximumVersion, MinimumVersion};
use ignore::gitignore::GitignoreBuilder;
use pep440_rs::{Version, VersionSpecifiers};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The settings of sslfix, in `sslfix.toml`, `.sslfix.toml` or `[tool.sslfix]` in `pyproject.toml`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "sslfix")]
pub struct Config {
    /// Another configuration that this one builds on, as a path relative to the file that says so. Keys of this file go
    /// before those of the other, whose globs stay relative to its own folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extend: Option<PathBuf>,

    /// The versions of sslfix that the configuration is for, such as `>=0.1`. Another version refuses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_version: Option<RequiredVersion>,

    /// The oldest Python that the code must run on, such as `3.8` or `py38`. Without it, what `requires-python` in the
    /// nearest `pyproject.toml` says. Before 3.7 nothing is rewritten.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_version: Option<TargetVersion>,

    /// What becomes of the checks of certificate and host name that clients do not make. `preserve` keeps what a program
    /// verifies; `harden` turns verification on where the code proves the name of the host, and leaves the others for a
    /// person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyName>,

    /// The oldest version that the contexts allow which sslfix writes. With `TLSv1_3` a program that allows nothing so new
    /// is left for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_version: Option<MinimumName>,

    /// Whether TLS 1.3 becomes possible where a program allows TLS 1.2 alone, by `PROTOCOL_TLSv1_2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_version: Option<MaximumName>,

    /// The name of new variables that hold a context, `context` without a word. Where it is taken, the next number is
    /// added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_name: Option<ContextName>,

    /// Functions of the project's own that take a context, a protocol constant, or the parameters of `ssl.wrap_socket`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sinks: Option<Sinks>,

    /// Count the checks that a rewrite left off, because they were off, as findings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strict: Option<bool>,

    /// Let a function stand in for `ssl.wrap_socket` where one is needed. With `false` such calls are reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub helper: Option<bool>,

    /// The module that this function is imported from, such as `acme.net.tls`. Without it the function is written into
    /// each file that needs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub helper_module: Option<HelperModule>,

    /// Also apply the fixes that may change what the program does. A configuration is heard only with `--write` and
    /// `--dry-run`, and sslfix says that it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsafe_fixes: Option<bool>,

    /// The codemods that look, by name. Without it all do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub select: Option<Vec<CodemodName>>,

    /// Codemods that look besides those of `select`. Those of several configurations add up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extend_select: Option<Vec<CodemodName>>,

    /// Codemods that do not look. It does not take away what is selected by a word that goes before it, such as `--select`
    /// on the command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore: Option<Vec<CodemodName>>,

    /// Codemods that do not look at some files: for each glob their names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_file_ignores: Option<BTreeMap<Glob, Vec<CodemodName>>>,

    /// Files and folders that are left out, instead of the default list. A glob without a slash is the name of a file or
    /// folder at any depth, one with a slash is relative to the folder of the configuration, as in `.gitignore`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude: Option<Vec<Glob>>,

    /// Files and folders that are left out besides those of `exclude`. Those of several configurations add up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extend_exclude: Option<Vec<Glob>>,

    /// The files of a folder that are looked at, instead of those ending in `.py`, `.pyi`, `.pyw` and `.ipynb` and the
    /// scripts that start with a Python shebang.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include: Option<Vec<Glob>>,

    /// Leave excluded files out even where they are named on the command line or in a list, as those that run sslfix on
    /// changed files want.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub force_exclude: Option<bool>,

    /// Leave out what `.gitignore`, `.ignore` and `.git/info/exclude` name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub respect_gitignore: Option<bool>,
}

/// What is left out of folders unless somebody says otherwise: version control, and what tools install.
const FOREIGN: [&str; 15] = [
    ".git",
    ".hg",
    ".svn",
    ".bzr",
    ".jj",
    ".sl",
    ".tox",
    ".nox",
    ".venv",
    ".eggs",
    ".direnv",
    ".ipynb_checkpoints",
    "__pypackages__",
    "site-packages",
    "node_modules",
];

impl Config {
    /// What counts where nobody says anything.
    pub fn defaults() -> Config {
        Config {
            policy: Some(PolicyName::Preserve),
            minimum_version: Some(MinimumName::Tls12),
            maximum_version: Some(MaximumName::Open),
            strict: Some(false),
            helper: Some(true),
            unsafe_fixes: Some(false),
            exclude: Some(FOREIGN.iter().map(|name| Glob((*name).into())).collect()),
            force_exclude: Some(false),
            respect_gitignore: Some(true),
            ..Config::default()
        }
    }
}

/// A list of versions as in `requires-python`, that lets this one in.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(try_from = "String")]
#[schemars(inline)]
pub struct RequiredVersion(String);

impl TryFrom<String> for RequiredVersion {
    type Error = String;

    fn try_from(text: String) -> Result<RequiredVersion, String> {
        let exact = text.parse::<Version>().is_ok().then(|| format!("=={text}"));
        let specifiers: VersionSpecifiers = exact
            .as_deref()
            .unwrap_or(&text)
            .parse()
            .map_err(|_| format!("`{text}` is no list of versions, such as `>=0.1`"))?;
        let own = env!("CARGO_PKG_VERSION");
        let is_let_in = own.parse().is_ok_and(|own: Version| specifiers.contains(&own));
        match is_let_in {
            true => Ok(RequiredVersion(text)),
            false => Err(format!("it is for sslfix {text}, and this is {own}")),
        }
    }
}

/// A version of Python.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(try_from = "String", into = "String")]
#[schemars(inline, extend("pattern" = r"^(py[0-9][0-9]+|[0-9]+\.[0-9]+)$"))]
pub struct TargetVersion(pub PythonVersion);

impl TryFrom<String> for TargetVersion {
    type Error = String;

    fn try_from(text: String) -> Result<TargetVersion, String> {
        target::version(&text).map(TargetVersion)
    }
}

impl From<TargetVersion> for String {
    fn from(version: TargetVersion) -> String {
        version.0.to_string()
    }
}

/// A dotted name, and nothing else: it becomes part of the code.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(try_from = "String")]
#[schemars(inline, extend("pattern" = r"^[^\s.;]+(\.[^\s.;]+)*$"))]
pub struct HelperModule(String);

impl HelperModule {
    /// As it becomes part of the code.
    pub fn helper(&self) -> Helper {
        Helper::Module(self.0.clone())
    }
}

impl TryFrom<String> for HelperModule {
    type Error = &'static str;

    fn try_from(name: String) -> Result<HelperModule, &'static str> {
        Helper::module(&name).map(|_| HelperModule(name))
    }
}

/// What becomes of the checks that clients do not make.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum PolicyName {
    /// They stay off
    Preserve,
    /// They go on, where the name of the host is proven
    Harden,
}

impl PolicyName {
    /// As the plan knows it.
    pub fn policy(self) -> Policy {
        match self {
            PolicyName::Preserve => Policy::Preserve,
            PolicyName::Harden => Policy::Harden,
        }
    }
}

/// The oldest version of the contexts that are written.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[schemars(inline)]
pub enum MinimumName {
    /// TLS 1.2 and newer
    #[serde(rename = "TLSv1_2")]
    Tls12,
    /// TLS 1.3 and newer
    #[serde(rename = "TLSv1_3")]
    Tls13,
}

impl From<MinimumName> for MinimumVersion {
    fn from(name: MinimumName) -> MinimumVersion {
        match name {
            MinimumName::Tls12 => MinimumVersion::Tls12,
            MinimumName::Tls13 => MinimumVersion::Tls13,
        }
    }
}

/// What becomes of the newest version of a program that allows TLS 1.2 alone.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum MaximumName {
    /// TLS 1.3 becomes possible
    Open,
    /// It stays TLS 1.2
    Keep,
}

impl From<MaximumName> for MaximumVersion {
    fn from(name: MaximumName) -> MaximumVersion {
        match name {
            MaximumName::Open => MaximumVersion::Open,
            MaximumName::Keep => MaximumVersion::Keep,
        }
    }
}

/// A name that a variable can have: it becomes part of the code.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(try_from = "String")]
#[schemars(inline)]
pub struct ContextName(String);

impl ContextName {
    /// As the plan knows it.
    pub fn variable(&self) -> Option<VariableName> {
        VariableName::new(&self.0).ok()
    }
}

impl TryFrom<String> for ContextName {
    type Error = &'static str;

    fn try_from(name: String) -> Result<ContextName, &'static str> {
        VariableName::new(&name).map(|_| ContextName(name))
    }
}

/// The name of a codemod that there is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CodemodName(&'static str);

impl<'de> Deserialize<'de> for CodemodName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<CodemodName, D::Error> {
        let name = String::deserialize(deserializer)?;
        CodemodName::try_from(name).map_err(D::Error::custom)
    }
}

impl CodemodName {
    /// The name.
    pub fn as_str(&self) -> &'static str {
        self.0
    }

    /// Every one that there is.
    pub fn all() -> Vec<CodemodName> {
        codemods::ALL.iter().map(|codemod| CodemodName(codemod.name)).collect()
    }
}

impl TryFrom<String> for CodemodName {
    type Error = String;

    fn try_from(name: String) -> Result<CodemodName, String> {
        if let Some(codemod) = codemods::Codemod::find(&name) {
            return Ok(CodemodName(codemod.name));
        }
        let names = codemods::ALL.iter().map(|codemod| codemod.name);
        Err(match nearest(&name, names) {
            Some(meant) => format!("there is no codemod `{name}`; did you mean `{meant}`?"),
            None => format!("there is no codemod `{name}`; `sslfix explain` lists them"),
        })
    }
}

impl JsonSchema for CodemodName {
    fn schema_name() -> Cow<'static, str> {
        "Codemod".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<&str> = codemods::ALL.iter().map(|codemod| codemod.name).collect();
        json_schema!({ "type": "string", "enum": names, "description": "The name of a codemod." })
    }
}

/// A pattern of paths, as in `.gitignore`.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(try_from = "String")]
#[schemars(inline)]
pub struct Glob(String);

impl Glob {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Glob {
    type Error = String;

    fn try_from(text: String) -> Result<Glob, String> {
        if text.trim().is_empty() {
            return Err("a glob is empty and matches nothing".into());
        }
        let mut builder = GitignoreBuilder::new("");
        let built = builder.add_line(None, &text).map(|_| ()).and_then(|()| builder.build());
        match built {
            Ok(_) => Ok(Glob(text)),
            Err(error) => Err(format!("`{text}` is no glob: {}", glob_error(error))),
        }
    }
}

fn glob_error(error: ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err,
        other => other.to_string(),
    }
}

/// Of these names the one that was probably meant.
pub fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |other: &&str| strsim::jaro_winkler(name, other);
    let likely = names.into_iter().filter(|other| likeness(other) > 0.8);
    likely.max_by(|one, other| likeness(one).total_cmp(&likeness(other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_mistyped_is_guessed() {
        assert_eq!(nearest("polcy", ["policy", "strict"]), Some("policy"));
        assert_eq!(nearest("zzz", ["policy", "strict"]), None);
    }

    #[test]
    fn a_configuration_may_say_for_which_versions_it_is() {
        let own = env!("CARGO_PKG_VERSION");
        for text in [own.to_string(), format!("=={own}"), ">=0.1,<1000".into()] {
            assert!(RequiredVersion::try_from(text.clone()).is_ok(), "{text}");
        }
        for text in [">=1000", "0.0.1", "new"] {
            assert!(RequiredVersion::try_from(text.to_string()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_glob_that_is_none_is_refused() {
        for text in ["", "  ", "a{b"] {
            assert!(Glob::try_from(text.to_string()).is_err(), "{text}");
        }
    }
}
