//! What was typed on the command line, as plain data. Knows `clap` and nothing of what is done with the settings; no
//! type of `clap` leaves this file.

use crate::codemods;
use crate::config::Chosen;
use crate::rewrite::{self, Helper, VariableName};
use crate::target;
use crate::tls::range::{MaximumVersion, MinimumVersion};
use clap::builder::PossibleValuesParser;
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// What sslfix is asked to do.
#[derive(Debug)]
pub enum Command {
    /// Look at files.
    Run(Settings),
    /// Print the page of that codemod, or the list of them all.
    Explain(Option<String>),
    /// Print the module that holds the helper, with what is said about it.
    Helper(Chosen),
    /// Print this and exit: the help, the version (both on stdout, with success) or why the arguments are wrong.
    Usage {
        /// What to print, with its own line ends.
        text: String,
        /// True if it was not asked for.
        is_error: bool,
    },
}

/// Everything that the arguments say about a run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the sources come from.
    pub input: Input,
    /// What is done with what is found.
    pub mode: Mode,
    /// What is said about the rewriting.
    pub chosen: Chosen,
    /// Exit with success although there are findings.
    pub exit_zero: bool,
    /// Print findings and errors only.
    pub quiet: bool,
    /// How many files are worked on at a time.
    pub jobs: NonZeroUsize,
    /// Whether the output is coloured.
    pub color: Color,
    /// False if no progress may be shown.
    pub progress: bool,
}

/// Where the sources come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Files and folders.
    Paths {
        /// Named one by one, so always looked at.
        named: Vec<PathBuf>,
        /// A file that lists more of them; `-` is the standard input.
        list: Option<PathList>,
    },
    /// One source on the standard input, shown under this name.
    Stdin(PathBuf),
}

/// A file that lists paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathList {
    /// The file; `-` is the standard input.
    pub file: PathBuf,
    /// What ends each path: a newline or NUL.
    pub separator: u8,
}

/// What is done with what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Report it.
    Check,
    /// Show what would be written.
    DryRun,
    /// Write it.
    Write,
}

/// Whether the output is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What becomes of checks that a program does not make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Policy {
    /// They stay off
    Preserve,
    /// They go on, where the name of the host is proven
    Harden,
}

/// What becomes of the newest version of a program that allows TLS 1.2 alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Maximum {
    /// TLS 1.3 becomes possible
    Open,
    /// It stays TLS 1.2
    Keep,
}

/// Reads the arguments, of which the first is the name of the program.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Command {
    match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments.into_command(),
        Err(error) => usage(&error),
    }
}

/// Takes a Python code base off the ssl APIs that are gone or going, without breaking it.
///
/// Reports what it finds; writes only when told to.
#[derive(Debug, Parser)]
#[command(
    name = "sslfix",
    version,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    max_term_width = 100,
    after_help = "Exit status: 0 if nothing is left to do, 1 if there are findings, 2 if sslfix itself failed somewhere."
)]
struct Arguments {
    #[command(subcommand)]
    subcommand: Option<Topic>,

    /// Files and folders to look at, `-` for a source on the standard input [default: .]
    ///
    /// In folders these are the files ending in .py, .pyi or .pyw and the scripts that start with a Python shebang,
    /// without what .gitignore names, version control, virtual environments and installed packages. What is named here
    /// is always looked at.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Print what would be written as a diff, and write nothing
    #[arg(long, visible_alias = "diff", conflicts_with = "write")]
    dry_run: bool,

    /// Rewrite the files, and print the diff of what was written
    #[arg(long)]
    write: bool,

    /// Also apply the fixes that may change what the program does
    #[arg(long)]
    unsafe_fixes: bool,

    /// Whether the checks of certificate and host name that clients do not make stay off or go on
    ///
    /// `preserve` keeps what a program verifies. `harden` turns verification on, and leaves a client for a person where
    /// the code does not prove the name of the host. [default: preserve]
    #[arg(long, value_name = "POLICY", value_enum)]
    policy: Option<Policy>,

    /// Import the function that takes the place of `ssl.wrap_socket`, where one is needed, from MODULE
    ///
    /// Without it the function is written into each file that needs it. `sslfix helper` prints such a module.
    #[arg(long, value_name = "MODULE", value_parser = Helper::module, conflicts_with = "no_helper")]
    helper_module: Option<Helper>,

    /// Report the calls that only a function could replace
    #[arg(long)]
    no_helper: bool,

    /// The oldest Python that the code must run on, such as 3.8; before 3.7 nothing is rewritten
    ///
    /// [default: what `requires-python` in pyproject.toml says]
    #[arg(long, value_name = "VERSION", value_parser = target::version)]
    target_version: Option<target::PythonVersion>,

    /// The oldest version that the contexts allow which sslfix writes: TLSv1_2 or TLSv1_3
    ///
    /// With TLSv1_3 a program that allows nothing so new is left for a person. [default: TLSv1_2]
    #[arg(long, value_name = "VERSION", value_parser = MinimumVersion::named)]
    minimum_version: Option<MinimumVersion>,

    /// Whether TLS 1.3 becomes possible where a program allows TLS 1.2 alone, by `PROTOCOL_TLSv1_2`
    ///
    /// [default: open]
    #[arg(long, value_name = "WHETHER", value_enum)]
    maximum_version: Option<Maximum>,

    /// The name of new variables that hold a context [default: context]
    #[arg(long, value_name = "NAME", value_parser = VariableName::new)]
    context_name: Option<VariableName>,

    /// Count checks that a rewrite left off, as they were, as findings
    #[arg(long)]
    strict: bool,

    /// Exit with 0 although there are findings
    #[arg(long)]
    exit_zero: bool,

    /// Print findings that count and errors only: no notes, no summary, no diff of what was written
    #[arg(short, long)]
    quiet: bool,

    /// Look at the paths that FILE lists, one a line, `-` for the standard input
    ///
    /// Those that are files without being Python are skipped, and so are links, so that the list may be `git ls-files`.
    #[arg(long, value_name = "FILE")]
    files_from: Option<PathBuf>,

    /// The paths of --files-from end with NUL, as those of `git ls-files -z`
    #[arg(short = '0', long, requires = "files_from")]
    null: bool,

    /// What the source on the standard input is called in the output
    #[arg(long, value_name = "PATH")]
    stdin_filename: Option<PathBuf>,

    /// Work on N files at a time [default: as many as there are processors]
    #[arg(short, long, value_name = "N")]
    jobs: Option<NonZeroUsize>,

    /// Colour the output
    #[arg(long, value_name = "WHEN", value_enum, default_value = "auto")]
    color: Color,

    /// Show no progress bar
    #[arg(long)]
    no_progress: bool,
}

#[derive(Debug, Subcommand)]
enum Topic {
    /// Print what a codemod does and leaves alone, or the list of codemods
    ///
    /// A folder called `explain` is reached as `./explain`.
    Explain {
        /// The name of the codemod
        #[arg(value_name = "CODEMOD", value_parser = PossibleValuesParser::new(codemods::ALL.iter().map(|codemod| codemod.name)))]
        codemod: Option<String>,
    },
    /// Print the module that --helper-module names
    ///
    /// What the configuration says of the current folder holds for it.
    Helper {
        /// The oldest version that its contexts allow: TLSv1_2 or TLSv1_3
        #[arg(long, value_name = "VERSION", value_parser = MinimumVersion::named)]
        minimum_version: Option<MinimumVersion>,
    },
}

impl Arguments {
    fn into_command(self) -> Command {
        match self.subcommand {
            Some(Topic::Explain { codemod }) => return Command::Explain(codemod),
            Some(Topic::Helper { minimum_version }) => {
                return Command::Helper(Chosen {
                    minimum_version,
                    ..Chosen::default()
                });
            }
            None => {}
        }
        let input = match self.input() {
            Ok(input) => input,
            Err(message) => return wrong(message),
        };
        let mode = match (self.dry_run, self.write) {
            (true, _) => Mode::DryRun,
            (_, true) => Mode::Write,
            _ => Mode::Check,
        };
        let processors = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Command::Run(Settings {
            input,
            mode,
            chosen: Chosen {
                unsafe_fixes: self.unsafe_fixes,
                strict: self.strict,
                helper: match (self.helper_module, self.no_helper) {
                    (Some(module), _) => Some(module),
                    (None, true) => Some(Helper::Off),
                    (None, false) => None,
                },
                policy: self.policy.map(|policy| match policy {
                    Policy::Preserve => rewrite::Policy::Preserve,
                    Policy::Harden => rewrite::Policy::Harden,
                }),
                target_version: self.target_version,
                minimum_version: self.minimum_version,
                maximum_version: self.maximum_version.map(|maximum| match maximum {
                    Maximum::Open => MaximumVersion::Open,
                    Maximum::Keep => MaximumVersion::Keep,
                }),
                context_name: self.context_name,
            },
            exit_zero: self.exit_zero,
            quiet: self.quiet,
            jobs: self.jobs.unwrap_or_else(processors),
            color: self.color,
            progress: !self.no_progress,
        })
    }

    fn input(&self) -> Result<Input, &'static str> {
        let is_dash = |path: &PathBuf| path.as_os_str() == "-";
        if self.paths.iter().any(is_dash) {
            if self.paths.len() > 1 || self.files_from.is_some() {
                return Err("`-` reads one source and cannot be combined with other paths");
            }
            let name = self.stdin_filename.clone();
            return Ok(Input::Stdin(name.unwrap_or_else(|| PathBuf::from("<stdin>"))));
        }
        if self.stdin_filename.is_some() {
            return Err("--stdin-filename names the source that `-` reads; add `-`");
        }
        let list = self.files_from.clone().map(|file| PathList {
            file,
            separator: if self.null { 0 } else { b'\n' },
        });
        let named = match (self.paths.is_empty(), &list) {
            (true, None) => vec![PathBuf::from(".")],
            _ => self.paths.clone(),
        };
        Ok(Input::Paths { named, list })
    }
}

fn wrong(message: &'static str) -> Command {
    usage(&Arguments::command().error(clap::error::ErrorKind::ArgumentConflict, message))
}

fn usage(error: &clap::Error) -> Command {
    Command::Usage {
        text: error.render().to_string(),
        is_error: error.use_stderr(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(arguments: &[&str]) -> Settings {
        let all = ["sslfix"].iter().chain(arguments).map(OsString::from);
        match parse(all) {
            Command::Run(settings) => settings,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_definition_has_no_contradiction() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn nothing_is_written_by_default() {
        assert_eq!(settings(&[]).mode, Mode::Check);
        assert_eq!(settings(&["--diff"]).mode, Mode::DryRun);
        assert!(!settings(&["--write"]).chosen.unsafe_fixes);
    }

    #[test]
    fn the_current_folder_is_looked_at_unless_something_is_named() {
        let paths = |arguments: &[&str]| match settings(arguments).input {
            Input::Paths { named, .. } => named,
            other => panic!("{other:?}"),
        };
        assert_eq!(paths(&[]), [PathBuf::from(".")]);
        assert_eq!(paths(&["a", "b"]), [PathBuf::from("a"), PathBuf::from("b")]);
        assert!(paths(&["--files-from", "list"]).is_empty());
    }
}
