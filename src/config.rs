//! What a project has decided about its files: `sslfix.toml`, `.sslfix.toml` or `[tool.sslfix]` in `pyproject.toml`. The
//! nearest one above a file counts, alone, with those that it extends; what was typed on the command line goes before it.
//! The oldest Python that must run a file is, unless somebody says otherwise, what `requires-python` in the nearest
//! `pyproject.toml` says that has one. Knows no command line.

use crate::rewrite::{Helper, Options, Selected};
use crate::target::{PythonVersion, Target};
use crate::tls::wrappers::ModuleName;
pub use keys::{
    CodemodName, Config, ContextName, Glob, HelperModule, MaximumName, MinimumName, PolicyName, TargetVersion,
};
pub use layer::Excluder;
use layer::{Entry, Layer, Origin};
use read::Found;
pub use sinks::LONGEST_NAME;
use std::collections::{BTreeSet, HashMap};
use std::ffi::OsStr;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

pub mod codiga;
mod keys;
mod layer;
mod read;
pub mod show;
mod sinks;

/// What was said about the settings outside of a project's files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// On the command line, and in the environment where the command line says nothing.
    pub config: Config,
    /// The keys of these that were said in the environment.
    pub in_environment: BTreeSet<&'static str>,
    /// Configurations that go before those of files, of which a later one goes before an earlier one.
    pub inline: Vec<String>,
    /// The file that is the configuration of everything.
    pub file: Option<PathBuf>,
    /// Read no file that says something about a project.
    pub isolated: bool,
    /// Hear it if a file allows unsafe fixes. Where nothing is written or shown as written, nobody asked for them.
    pub hears_unsafe_fixes: bool,
    /// Write comments with this reason beside what is left. No configuration can say so.
    pub add_ignores: Option<String>,
}

/// The settings of a run, each file read once, or a few times in a tree of very many folders.
#[derive(Debug)]
pub struct Configs {
    chosen: Chosen,
    current_folder: PathBuf,
    /// What goes before the files of a project.
    above: Vec<Arc<Layer>>,
    /// The file that is the configuration of everything, with those that it extends.
    file: Option<Vec<Arc<Layer>>>,
    below: Arc<Layer>,
    /// By the folder as the path of a file names it.
    of_folder: Folders<Place>,
    /// By the absolute path.
    projects: Folders<Project>,
}

/// A configuration that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongConfig {
    /// The file.
    pub path: PathBuf,
    /// What is wrong, in one line: lower case, no full stop.
    pub message: String,
}

/// A folder and what counts for its files.
#[derive(Debug)]
struct Place {
    absolute: PathBuf,
    project: Arc<Project>,
}

/// What a project says about the files of a folder. Each is what the nearest file says that says it.
#[derive(Debug)]
struct Project {
    /// Of the files alone: the configuration, and what it extends.
    files: Result<Option<Vec<Arc<Layer>>>, WrongConfig>,
    /// The oldest Python that `requires-python` lets in, and where that stands.
    oldest_python: Result<Option<(PythonVersion, PathBuf)>, WrongConfig>,
    /// All that counts, what goes before first. Of files that are wrong there is none.
    layers: Vec<Arc<Layer>>,
    options: Result<Arc<Options>, WrongConfig>,
}

/// So many folders are remembered. A walk has done with most of those that it saw before, and what is asked again is read
/// again; a tree has any number.
const MOST_REMEMBERED: usize = 4096;

/// What is known of folders, by their paths as they are written: to read a path as one, part by part, for each file of a
/// tree takes a twentieth of the time of a run that finds nothing.
type Folders<T> = RwLock<HashMap<Box<OsStr>, Arc<T>>>;

fn remember<T>(folders: &Folders<T>, folder: &Path, value: &Arc<T>) {
    let mut folders = folders.write().unwrap_or_else(PoisonError::into_inner);
    if folders.len() >= MOST_REMEMBERED {
        folders.clear();
    }
    folders.insert(folder.as_os_str().into(), value.clone());
}

/// The names of files that hold nothing else, the first that is there counting.
const OWN_FILES: [&str; 2] = ["sslfix.toml", ".sslfix.toml"];

impl WrongConfig {
    fn new(path: &Path, message: impl Into<String>) -> WrongConfig {
        WrongConfig {
            path: path.to_path_buf(),
            message: message.into(),
        }
    }
}

impl Configs {
    /// Reads what was named; the files of projects are read when somebody asks for them.
    ///
    /// # Errors
    ///
    /// If what was named cannot be read or understood.
    pub fn new(chosen: Chosen, current_folder: &Path) -> Result<Configs, WrongConfig> {
        let command_line = Origin::CommandLine(chosen.in_environment.clone());
        let mut above = vec![Arc::new(Layer::new(
            chosen.config.clone(),
            command_line,
            current_folder,
        ))];
        for text in chosen.inline.iter().rev() {
            let config = read::inline(text)?;
            let path = current_folder.join("--config");
            let mut chain = read::chain(Found { path, config })?.into_iter();
            let first = chain.next().map(|found| found.config).unwrap_or_default();
            above.push(Arc::new(Layer::new(first, Origin::Inline, current_folder)));
            above.extend(chain.map(of_file));
        }
        let file = match &chosen.file {
            Some(path) => {
                let found = read::file(&current_folder.join(path))?;
                Some(read::chain(found)?.into_iter().map(of_file).collect())
            }
            None => None,
        };
        let below = Layer::new(Config::defaults(), Origin::Default, current_folder);
        Ok(Configs {
            chosen,
            current_folder: current_folder.to_path_buf(),
            above,
            file,
            below: Arc::new(below),
            of_folder: RwLock::default(),
            projects: RwLock::default(),
        })
    }

    /// The options for a file, by its path.
    ///
    /// # Errors
    ///
    /// If the configuration that counts for the file cannot be read or understood.
    pub fn options_for(&self, path: &Path) -> Result<Arc<Options>, WrongConfig> {
        let (place, absolute) = self.place_of(path);
        let options = place.project.options.clone()?;
        let ignored: Vec<&str> = layer::ignored_for(&place.project.layers, &absolute).collect();
        if ignored.is_empty() && options.wrappers.is_empty() {
            return Ok(options);
        }
        let module_name = match options.wrappers.is_empty() {
            true => None,
            false => module_name(&absolute),
        };
        Ok(Arc::new(Options {
            codemods: options.codemods.without(ignored),
            module_name,
            ..(*options).clone()
        }))
    }

    /// True if a file names a function that its configuration declares: then it may have findings, whatever else it
    /// names. A configuration that is wrong is for [`Configs::options_for`] to complain about.
    pub fn declares_a_name_in(&self, path: &Path, bytes: &[u8]) -> bool {
        let place = self.place(path);
        match &place.project.options {
            Ok(options) => options.wrappers.iter().any(|wrapper| wrapper.is_named_in(bytes)),
            Err(_) => false,
        }
    }

    /// The file that allows unsafe fixes in this one, if it is heard.
    pub fn allows_unsafe_fixes(&self, path: &Path) -> Option<PathBuf> {
        let place = self.place(path);
        let said = self.unsafe_fixes(&place.project.layers);
        said.and_then(|layer| match &layer.origin {
            Origin::File(path) => Some(path.clone()),
            _ => None,
        })
    }

    /// The glob that leaves an entry out that a walk has come across.
    pub fn excluder(&self, path: &Path, is_folder: bool) -> Option<Excluder> {
        let (place, absolute) = self.place_of(path);
        layer::excluder(&place.project.layers, &absolute, is_folder, Entry::Met)
    }

    /// The glob that leaves out what was named, by itself or by a folder above it, where excludes are to be forced.
    pub fn excluder_of_named(&self, path: &Path) -> Option<Excluder> {
        let (place, absolute) = self.place_of(path);
        let is_forced = first(&place.project.layers, |config| config.force_exclude.as_ref());
        if is_forced != Some((&true, is_forced?.1)) {
            return None;
        }
        let is_folder = absolute.is_dir();
        if let Some(excluder) = layer::excluder(&place.project.layers, &absolute, is_folder, Entry::Met) {
            return Some(excluder);
        }
        // Each folder is a matter of the configuration that counts where it stands.
        absolute.ancestors().skip(1).find_map(|folder| {
            let project = self.project(folder.parent()?);
            layer::excluder(&project.layers, folder, true, Entry::Above)
        })
    }

    /// Whether a file is one of those that are looked at; nothing if that is for its name and its first line to say.
    pub fn includes(&self, path: &Path) -> Option<bool> {
        let layers = &self.place(path).project.layers;
        match layer::says_what_is_included(layers) {
            true => layer::includes(layers, &self.place_of(path).1),
            false => None,
        }
    }

    /// Whether what `.gitignore` names is left out below what was named.
    pub fn respects_gitignore(&self, root: &Path) -> bool {
        let layers = match root.is_dir() {
            // What is asked of a folder is asked of what is in it.
            true => self.place_of(&root.join("x")).0.project.layers.clone(),
            false => self.place_of(root).0.project.layers.clone(),
        };
        first(&layers, |config| config.respect_gitignore.as_ref()).is_none_or(|(respects, _)| *respects)
    }

    fn unsafe_fixes<'a>(&self, layers: &'a [Arc<Layer>]) -> Option<&'a Layer> {
        let (is_allowed, rank) = first(layers, |config| config.unsafe_fixes.as_ref())?;
        let layer = &layers[rank];
        let is_heard = !matches!(layer.origin, Origin::File(_)) || self.chosen.hears_unsafe_fixes;
        (*is_allowed && is_heard).then_some(layer)
    }

    /// What counts where a file stands, and its absolute path.
    fn place_of(&self, path: &Path) -> (Arc<Place>, PathBuf) {
        let place = self.place(path);
        let absolute = match path.file_name() {
            Some(name) => place.absolute.join(name),
            // It ends with `..`, or is `.` or a root.
            None => self.absolute(path),
        };
        (place, absolute)
    }

    /// What counts where a file stands.
    fn place(&self, path: &Path) -> Arc<Place> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let known = self.of_folder.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = known.get(folder.as_os_str()) {
            return place.clone();
        }
        drop(known);
        let absolute = self.absolute(folder);
        let project = self.project(&absolute);
        let place = Arc::new(Place { absolute, project });
        remember(&self.of_folder, folder, &place);
        place
    }

    /// The path from the root on. The folders above it are those that a `..` in it leads to.
    fn absolute(&self, path: &Path) -> PathBuf {
        let absolute = self.current_folder.join(path);
        if absolute.components().any(|part| part == Component::ParentDir)
            && let Ok(real_path) = fs::canonicalize(&absolute)
        {
            return real_path;
        }
        let parts = absolute.components().filter(|part| *part != Component::CurDir);
        parts.collect()
    }

    /// What counts for the files of a folder: its own word, and that of the folders above where it says nothing.
    fn project(&self, folder: &Path) -> Arc<Project> {
        let known = self
            .projects
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(folder.as_os_str())
            .cloned();
        if let Some(project) = known {
            return project;
        }
        let read::Folder {
            config,
            mut oldest_python,
        } = match self.chosen.isolated {
            true => read::Folder::default(),
            false => read::folder(folder),
        };
        let says_nothing = (self.file.is_some() || matches!(config, Ok(None))) && matches!(oldest_python, Ok(None));
        if says_nothing && let Some(parent) = folder.parent() {
            let above = self.project(parent);
            remember(&self.projects, folder, &above);
            return above;
        }
        let mut files = match &self.file {
            Some(layers) => Ok(Some(layers.clone())),
            None => config.and_then(|found| match found {
                Some(found) => Ok(Some(read::chain(found)?.into_iter().map(of_file).collect())),
                None => Ok(None),
            }),
        };
        if let Some(parent) = folder.parent()
            && (matches!(files, Ok(None)) || matches!(oldest_python, Ok(None)))
            && !self.chosen.isolated
        {
            let above = self.project(parent);
            if let Ok(None) = files {
                files = above.files.clone();
            }
            if let Ok(None) = oldest_python {
                oldest_python = above.oldest_python.clone();
            }
        }
        let of_files = files.as_ref().ok().cloned().flatten().unwrap_or_default();
        let layers: Vec<Arc<Layer>> = self
            .above
            .iter()
            .chain(&of_files)
            .chain([&self.below])
            .cloned()
            .collect();
        let options = match &files {
            Ok(_) => self.options(&layers, &oldest_python).map(Arc::new),
            Err(wrong) => Err(wrong.clone()),
        };
        let project = Arc::new(Project {
            files,
            oldest_python,
            layers,
            options,
        });
        remember(&self.projects, folder, &project);
        project
    }

    fn options(
        &self,
        layers: &[Arc<Layer>],
        oldest_python: &Result<Option<(PythonVersion, PathBuf)>, WrongConfig>,
    ) -> Result<Options, WrongConfig> {
        let target = match first(layers, |config| config.target_version.as_ref()) {
            Some((version, rank)) => {
                let said_by = match layers[rank].origin {
                    Origin::CommandLine(_) => "`--target-version`",
                    _ => "`target-version`",
                };
                Some((version.0, said_by))
            }
            None => {
                let oldest = oldest_python.as_ref().map_err(WrongConfig::clone)?;
                oldest.as_ref().map(|(version, _)| (*version, "`requires-python`"))
            }
        };
        let policy = first(layers, |config| config.policy.as_ref());
        let strict = first(layers, |config| config.strict.as_ref());
        Ok(Options {
            unsafe_fixes: self.unsafe_fixes(layers).is_some(),
            strict: strict.is_some_and(|(is_strict, _)| *is_strict),
            helper: helper(layers),
            policy: policy.map(|(policy, _)| policy.policy()).unwrap_or_default(),
            target: target.map(|(version, said_by)| Target { version, said_by }),
            codemods: codemods(layers),
            minimum_version: first(layers, |config| config.minimum_version.as_ref())
                .map(|(version, _)| (*version).into())
                .unwrap_or_default(),
            maximum_version: first(layers, |config| config.maximum_version.as_ref())
                .map(|(version, _)| (*version).into())
                .unwrap_or_default(),
            context_name: first(layers, |config| config.context_name.as_ref()).and_then(|(name, _)| name.variable()),
            wrappers: first(layers, |config| config.sinks.as_ref())
                .map(|(sinks, _)| sinks.wrappers())
                .unwrap_or_default(),
            module_name: None,
            add_ignores: self.chosen.add_ignores.clone(),
        })
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

/// The options that the text of a configuration gives, where nothing else says anything.
///
/// # Errors
///
/// If it is no configuration, with the reason.
pub fn options_of(text: &str) -> Result<Options, String> {
    let chosen = Chosen {
        inline: vec![text.to_string()],
        isolated: true,
        ..Chosen::default()
    };
    let folder = std::env::temp_dir();
    let configs = Configs::new(chosen, &folder).map_err(|wrong| wrong.message)?;
    let options = configs
        .options_for(&folder.join("x.py"))
        .map_err(|wrong| wrong.message)?;
    Ok(Options {
        module_name: None,
        ..(*options).clone()
    })
}

/// What goes before of those that say something, and its place.
fn first<T>(layers: &[Arc<Layer>], key: impl Fn(&Config) -> Option<&T>) -> Option<(&T, usize)> {
    let said = layers.iter().enumerate();
    said.filter_map(|(rank, layer)| Some((key(&layer.config)?, rank)))
        .next()
}

fn of_file(found: Found) -> Arc<Layer> {
    let folder = found.path.parent().unwrap_or(Path::new("")).to_path_buf();
    Arc::new(Layer::new(found.config, Origin::File(found.path), &folder))
}

/// Who names a module wants a helper, unless something that goes before says that there shall be none.
fn helper(layers: &[Arc<Layer>]) -> Helper {
    let wanted = first(layers, |config| config.helper.as_ref());
    let module = first(layers, |config| config.helper_module.as_ref());
    match (wanted, module) {
        (Some((false, rank)), Some((_, rank_of_module))) if rank <= rank_of_module => Helper::Off,
        (_, Some((module, _))) => module.helper(),
        (Some((false, _)), None) => Helper::Off,
        (_, None) => Helper::InFile,
    }
}

/// The codemods that look, but for what is said of single files.
fn codemods(layers: &[Arc<Layer>]) -> Selected {
    let names = |names: &[CodemodName]| names.iter().map(CodemodName::as_str).collect::<Vec<_>>();
    let select = first(layers, |config| config.select.as_ref());
    let mut selected = match select {
        Some((select, _)) => Selected::NONE.with(names(select)),
        None => Selected::ALL,
    };
    // What goes before a word that ignores is not taken back by it.
    let ignore = first(layers, |config| config.ignore.as_ref());
    let ignore = ignore.filter(|(_, rank)| select.is_none_or(|(_, rank_of_select)| *rank <= rank_of_select));
    let rank_of_ignore = ignore.map_or(0, |(_, rank)| rank);
    let extend = |layers: &[Arc<Layer>]| -> Vec<&'static str> {
        let extend = layers.iter().filter_map(|layer| layer.config.extend_select.as_deref());
        extend.flat_map(names).collect()
    };
    selected = selected.with(extend(&layers[rank_of_ignore..]));
    if let Some((ignore, _)) = ignore {
        selected = selected.without(names(ignore));
    }
    selected.with(extend(&layers[..rank_of_ignore]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rewrite::{Policy, VariableName};
    use crate::tls::range::{MaximumVersion, MinimumVersion};
    use crate::tls::role::Side;
    use crate::tls::wrappers::{Parameter, Replacement, Takes};

    fn options(files: &[(&str, &str)], path: &str, chosen: &Chosen) -> Result<Arc<Options>, WrongConfig> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        Configs::new(chosen.clone(), folder.path())?.options_for(&folder.path().join(path))
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
            inline: vec![
                "minimum-version = \"TLSv1_2\"\nmaximum-version = \"open\"\ncontext-name = \"secure\"\n".into(),
            ],
            ..Chosen::default()
        };
        let typed = options(&files, "a.py", &chosen).unwrap();
        assert_eq!(typed.minimum_version, MinimumVersion::Tls12);
        assert_eq!(typed.maximum_version, MaximumVersion::Open);
        assert_eq!(typed.context_name, VariableName::new("secure").ok());
    }

    #[test]
    fn what_cannot_be_chosen_is_an_error_with_its_line() {
        for (line, says) in [
            ("minimum-version = \"TLSv1_1\"", "not one of `TLSv1_2`, `TLSv1_3`"),
            ("minimum-version = \"1.3\"", "not one of `TLSv1_2`, `TLSv1_3`"),
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
            ("{SINK}kind = \"client\"\n", "unknown key `kind`"),
            ("{SINK}context = \"tls\"\n", "say `side = "),
            (
                "{SINK}context = \"tls\"\nside = \"both\"\n",
                "not one of `client`, `server`",
            ),
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
        assert_eq!(
            (outer.helper.clone(), outer.strict),
            (Helper::Module("acme.tls".into()), true)
        );
        let inner = options(&files, "inner/deep/a.py", &Chosen::default()).unwrap();
        assert_eq!(
            (inner.helper.clone(), inner.strict, inner.policy),
            (Helper::InFile, false, Policy::Harden)
        );
    }

    #[test]
    fn the_command_line_goes_before_it() {
        let files = [("sslfix.toml", "helper = false\npolicy = \"harden\"\n")];
        let chosen = Chosen {
            config: Config {
                helper: Some(true),
                policy: Some(PolicyName::Preserve),
                ..Config::default()
            },
            ..Chosen::default()
        };
        let both = options(&files, "a.py", &chosen).unwrap();
        assert_eq!((both.helper.clone(), both.policy), (Helper::InFile, Policy::Preserve));
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
            config: Config {
                target_version: Some(TargetVersion(PythonVersion::PY310)),
                ..Config::default()
            },
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
    fn a_key_that_is_unknown_is_an_error_with_its_line() {
        let wrong = options(
            &[("sslfix.toml", "strict = true\npolcy = \"harden\"\n")],
            "a.py",
            &Chosen::default(),
        );
        let message = wrong.unwrap_err().message;
        assert!(message.contains("line 2") && message.contains("polcy"), "{message}");
    }

    fn looking(files: &[(&str, &str)], path: &str, chosen: &Chosen) -> Vec<&'static str> {
        options(files, path, chosen).unwrap().codemods.names().collect()
    }

    #[test]
    fn names_select_and_ignore_codemods() {
        let nothing = Chosen::default();
        let files = [(
            "sslfix.toml",
            "select = [\"wrap-socket\", \"ssl-context\"]\nignore = [\"ssl-context\"]\n\
             extend-select = [\"tls-version\", \"ssl-context\"]\n\
             per-file-ignores = { \"tests\" = [\"wrap-socket\"], \"old/*.py\" = [\"tls-version\"] }\n",
        )];
        assert_eq!(looking(&files, "a.py", &nothing), ["wrap-socket", "tls-version"]);
        assert_eq!(looking(&files, "tests/deep/a.py", &nothing), ["tls-version"]);
        assert_eq!(looking(&files, "deep/tests/a.py", &nothing), ["tls-version"]);
        assert_eq!(looking(&files, "old/a.py", &nothing), ["wrap-socket"]);
        assert_eq!(
            looking(&files, "deep/old/a.py", &nothing),
            ["wrap-socket", "tls-version"]
        );
    }

    #[test]
    fn what_is_selected_is_not_taken_back_by_a_weaker_word() {
        let names = |text: &str| vec![CodemodName::try_from(text.to_string()).unwrap()];
        let files = [(
            "sslfix.toml",
            "ignore = [\"wrap-socket\"]\nselect = [\"wrap-socket\", \"ssl-context\"]",
        )];
        let chosen = |config: Config| Chosen {
            config,
            ..Chosen::default()
        };
        let select = chosen(Config {
            select: Some(names("wrap-socket")),
            ..Config::default()
        });
        assert_eq!(looking(&files, "a.py", &select), ["wrap-socket"]);
        let extend = chosen(Config {
            extend_select: Some(names("wrap-socket")),
            ..Config::default()
        });
        assert_eq!(looking(&files, "a.py", &extend), ["wrap-socket", "ssl-context"]);
        let ignore = chosen(Config {
            ignore: Some(names("ssl-context")),
            ..Config::default()
        });
        assert_eq!(looking(&files, "a.py", &ignore), ["wrap-socket"]);
    }

    #[test]
    fn a_file_allows_unsafe_fixes_only_where_it_is_heard() {
        let files = [("sslfix.toml", "unsafe-fixes = true\n")];
        let mut chosen = Chosen::default();
        assert!(!options(&files, "a.py", &chosen).unwrap().unsafe_fixes);
        chosen.hears_unsafe_fixes = true;
        assert!(options(&files, "a.py", &chosen).unwrap().unsafe_fixes);
        chosen.config.unsafe_fixes = Some(false);
        assert!(!options(&files, "a.py", &chosen).unwrap().unsafe_fixes);
    }
}
