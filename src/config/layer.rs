//! One of the places that settings come from, with its globs ready to match. Several lie on top of each other, and of each
//! key the topmost counts that says something.

use super::keys::{CodemodName, Config, Glob};
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A place that settings come from.
#[derive(Debug)]
pub struct Layer {
    /// What it says.
    pub config: Config,
    /// What it is.
    pub origin: Origin,
    /// What its globs are relative to.
    folder: PathBuf,
    exclude: Option<Globs>,
    extend_exclude: Option<Globs>,
    include: Option<Globs>,
    per_file_ignores: Vec<(Globs, Vec<CodemodName>)>,
}

/// Where settings were said.
#[derive(Clone, Debug)]
pub enum Origin {
    /// On the command line, and the keys of which in the environment.
    CommandLine(BTreeSet<&'static str>),
    /// As `--config 'key = value'`.
    Inline,
    /// In a file.
    File(PathBuf),
    /// Nowhere.
    Default,
}

/// Why something is left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Excluder {
    /// The glob, as it was written.
    pub glob: String,
    /// The file that says so; none for the command line and what is left out by default.
    pub file: Option<PathBuf>,
    /// True if nobody has said so.
    pub is_default: bool,
}

impl Origin {
    /// Where that key was said, for people, with paths as `shown` gives them.
    pub fn of_key(&self, key: &str, shown: impl Fn(&Path) -> String) -> String {
        match self {
            Origin::CommandLine(in_environment) if in_environment.contains(key) => "the environment".into(),
            Origin::CommandLine(_) => "the command line".into(),
            Origin::Inline => "--config".into(),
            Origin::File(path) => shown(path),
            Origin::Default => "default".into(),
        }
    }
}

impl Layer {
    /// What is said there, with globs that are relative to the folder.
    pub fn new(config: Config, origin: Origin, folder: &Path) -> Layer {
        let globs = |globs: &Option<Vec<Glob>>| globs.as_deref().map(Globs::new);
        let per_file_ignores = config.per_file_ignores.iter().flatten();
        Layer {
            folder: folder.to_path_buf(),
            exclude: globs(&config.exclude),
            extend_exclude: globs(&config.extend_exclude),
            include: globs(&config.include),
            per_file_ignores: per_file_ignores
                .map(|(glob, names)| (Globs::new(std::slice::from_ref(glob)), names.clone()))
                .collect(),
            config,
            origin,
        }
    }

    /// What the globs of the layer see of a path: where it is below the folder, or else nothing but its name. What lies
    /// above must not matter: the tree may have been checked out anywhere.
    fn seen<'a>(&self, path: &'a Path) -> &'a Path {
        match path.strip_prefix(&self.folder) {
            Ok(below) => below,
            Err(_) => path.file_name().map(Path::new).unwrap_or(path),
        }
    }

    fn is_below(&self, path: &Path) -> bool {
        path.strip_prefix(&self.folder)
            .is_ok_and(|below| !below.as_os_str().is_empty())
    }

    fn excluder(&self, glob: &str) -> Excluder {
        Excluder {
            glob: glob.to_string(),
            file: match &self.origin {
                Origin::File(path) => Some(path.clone()),
                _ => None,
            },
            is_default: matches!(self.origin, Origin::Default),
        }
    }
}

/// Which entry is asked about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// One that a walk has come across.
    Met,
    /// One above something that was named, of which only those below the folder of a configuration are its business.
    Above,
}

/// The glob that leaves an entry out, if there is one. The path is absolute.
pub fn excluder(layers: &[std::sync::Arc<Layer>], path: &Path, is_folder: bool, entry: Entry) -> Option<Excluder> {
    let exclude = layers.iter().find_map(|layer| Some((layer, layer.exclude.as_ref()?)));
    let extend = layers
        .iter()
        .filter_map(|layer| Some((layer, layer.extend_exclude.as_ref()?)));
    exclude.into_iter().chain(extend).find_map(|(layer, globs)| {
        if entry == Entry::Above && !layer.is_below(path) {
            return None;
        }
        let glob = globs.matching(layer.seen(path), is_folder)?;
        Some(layer.excluder(glob))
    })
}

/// True if somebody has said which files are looked at.
pub fn says_what_is_included(layers: &[std::sync::Arc<Layer>]) -> bool {
    layers.iter().any(|layer| layer.include.is_some())
}

/// Whether the file is one of those that are looked at; nothing if nobody has said which those are.
pub fn includes(layers: &[std::sync::Arc<Layer>], path: &Path) -> Option<bool> {
    let (layer, globs) = layers.iter().find_map(|layer| Some((layer, layer.include.as_ref()?)))?;
    Some(globs.match_any_part(layer.seen(path)))
}

/// The codemods that do not look at a file.
pub fn ignored_for<'a>(
    layers: &'a [std::sync::Arc<Layer>],
    path: &'a Path,
) -> impl Iterator<Item = &'static str> + use<'a> {
    let layer = layers.iter().find(|layer| layer.config.per_file_ignores.is_some());
    layer.into_iter().flat_map(move |layer| {
        let matching = layer
            .per_file_ignores
            .iter()
            .filter(move |(globs, _)| globs.match_any_part(layer.seen(path)));
        matching.flat_map(|(_, names)| names.iter().map(CodemodName::as_str))
    })
}

/// Globs that are relative to one folder. Made ready when something is first held against them: for one file, which has
/// been named, that would take longer than to look at it.
#[derive(Debug)]
struct Globs {
    globs: Vec<Glob>,
    ready: OnceLock<Gitignore>,
}

impl Globs {
    fn new(globs: &[Glob]) -> Globs {
        Globs {
            globs: globs.to_vec(),
            ready: OnceLock::new(),
        }
    }

    fn ready(&self) -> &Gitignore {
        self.ready.get_or_init(|| {
            let mut builder = GitignoreBuilder::new("");
            for glob in &self.globs {
                // Each is known to be a glob.
                let _ = builder.add_line(None, glob.as_str());
            }
            builder.build().unwrap_or_else(|_| Gitignore::empty())
        })
    }

    /// The last of them that matches, if it is not one that takes back.
    fn matching(&self, relative: &Path, is_folder: bool) -> Option<&str> {
        match self.ready().matched(relative, is_folder) {
            Match::Ignore(glob) => Some(glob.original()),
            Match::None | Match::Whitelist(_) => None,
        }
    }

    /// True if one matches the file or a folder on the way to it.
    fn match_any_part(&self, relative: &Path) -> bool {
        !relative.has_root() && self.ready().matched_path_or_any_parents(relative, false).is_ignore()
    }
}
