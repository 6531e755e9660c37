//! What was typed on the command line, as plain data. Knows `clap` and nothing of what is done with the settings; no
//! type of `clap` leaves this file.

use crate::codemods;
use crate::config::{
    Chosen, CodemodName, Config, ContextName, Glob, HelperModule, MaximumName, MinimumName, PolicyName, TargetVersion,
};
use crate::report::formats::{self, Format};
use crate::rewrite::ignores;
use crate::scope::{self, Wanted};
use clap::builder::PossibleValuesParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgAction, ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// What sslfix is asked to do.
#[derive(Debug)]
pub enum Command {
    /// Look at files.
    Run(Box<Settings>),
    /// Print the page of that codemod, or the list of them all.
    Explain(Option<String>),
    /// Print the module that holds the helper, with what is said about it.
    Helper(Chosen),
    /// Print this, which is made from the definition of the command line: a completion script, or the manual page.
    Generated(Vec<u8>),
    /// Print the files that a run would look at.
    ShowFiles(Box<Settings>),
    /// Print the settings that count for a file.
    ShowSettings(PathBuf, Chosen),
    /// Print the settings that count in the current folder.
    ShowConfig(Chosen),
    /// Print what a key of the configuration does.
    ExplainKey(String),
    /// Print the schema of the configuration.
    Schema,
    /// Print this and exit: the help, the version (both on stdout, with success) or why the arguments are wrong.
    Usage {
        /// What to print, with its own line ends.
        text: String,
        /// True if it was not asked for.
        is_error: bool,
    },
}

/// On how many files to work at a time.
#[derive(Clone, Copy, Debug)]
pub struct Jobs(Option<NonZeroUsize>);

impl Jobs {
    /// So many threads for so many files, if they are known. How many processors there are takes as long to ask as a file.
    pub fn threads(self, files: Option<usize>) -> NonZeroUsize {
        let processors = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        match files.and_then(NonZeroUsize::new) {
            Some(NonZeroUsize::MIN) => NonZeroUsize::MIN,
            files => {
                let threads = self.0.unwrap_or_else(processors);
                files.map_or(threads, |files| threads.min(files))
            }
        }
    }
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
    /// What is said about which files and findings the run is about.
    pub scope: Wanted,
    /// Exit with success although there are findings.
    pub exit_zero: bool,
    /// Show the fixes to a person, one after the other, and write those that are accepted.
    pub review: Option<Review>,
    /// Print findings and errors only.
    pub quiet: bool,
    /// Print a table of what each codemod found.
    pub statistics: bool,
    /// How many files are worked on at a time.
    pub jobs: Jobs,
    /// What is printed on the standard output.
    pub output: Output,
    /// The documents that are written besides, and where.
    pub reports: Vec<(&'static Format, PathBuf)>,
    /// Whether the output is coloured.
    pub color: Color,
    /// False if no progress may be shown.
    pub progress: bool,
}

/// How fixes are reviewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Review {
    /// Ask nothing that was answered before.
    pub resume: bool,
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

/// What is printed on the standard output.
#[derive(Clone, Copy, Debug)]
pub enum Output {
    /// What people read: findings, or the diff; with all that is known of a finding, or on one line each.
    Text {
        /// One line for each finding.
        concise: bool,
    },
    /// A document for programs.
    Document(&'static Format),
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

/// The oldest version of the contexts that are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Minimum {
    /// TLS 1.2 and newer
    #[value(name = "TLSv1_2")]
    Tls12,
    /// TLS 1.3 and newer
    #[value(name = "TLSv1_3")]
    Tls13,
}

impl From<Minimum> for MinimumName {
    fn from(minimum: Minimum) -> MinimumName {
        match minimum {
            Minimum::Tls12 => MinimumName::Tls12,
            Minimum::Tls13 => MinimumName::Tls13,
        }
    }
}

/// What becomes of the newest version of a program that allows TLS 1.2 alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Maximum {
    /// TLS 1.3 becomes possible
    Open,
    /// It stays TLS 1.2
    Keep,
}

/// Reads the arguments, of which the first is the name of the program, and the environment.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Command {
    let matches = match definition().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return usage(&error),
    };
    match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments.into_command(&matches),
        Err(error) => usage(&error.format(&mut definition())),
    }
}

/// The definition below; every option can also be said in the environment.
fn definition() -> clap::Command {
    Arguments::command().mut_args(|argument| {
        let Some(name) = variable(&argument) else {
            return argument;
        };
        match argument.get_action() {
            ArgAction::SetTrue => argument.value_parser(boolean),
            _ => argument,
        }
        .env(name)
        .hide_env(true)
    })
}

/// The environment variable of an option.
fn variable(argument: &clap::Arg) -> Option<String> {
    let name = argument.get_long()?;
    let is_asked = matches!(name, "help" | "version");
    (!is_asked).then(|| format!("SSLFIX_{}", name.to_uppercase().replace('-', "_")))
}

fn boolean(text: &str) -> Result<bool, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Ok(true),
        "" | "0" | "false" | "no" | "off" => Ok(false),
        _ => Err("it is neither yes nor no; write 1 or 0"),
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
    args_override_self = true,
    after_help = "Each option can also be said in the environment, --policy as SSLFIX_POLICY; 1 and 0 switch the others.\n\n\
                  Exit status: 0 if nothing is left to do, 1 if there are findings, 2 if sslfix itself failed somewhere."
)]
struct Arguments {
    #[command(subcommand)]
    subcommand: Option<Topic>,

    /// Files and folders to look at, `-` for a source on the standard input [default: .]
    ///
    /// In folders these are the files ending in .py, .pyi, .pyw or .ipynb and the scripts that start with a Python shebang,
    /// without what .gitignore names, version control, virtual environments and installed packages. What is named here
    /// is always looked at.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Print what would be written as a diff, and write nothing
    ///
    /// It is also called --diff.
    #[arg(long, visible_alias = "diff")]
    dry_run: bool,

    /// Rewrite the files, and print the diff of what was written
    #[arg(long)]
    write: bool,

    /// Show the fixes one after the other, and write those that you accept
    #[arg(short, long, conflicts_with = "dry_run")]
    interactive: bool,

    /// Go on with an interactive review: ask nothing that was answered before
    #[arg(long, requires = "interactive")]
    resume: bool,

    /// Also apply the fixes that may change what the program does
    #[arg(long)]
    unsafe_fixes: bool,

    /// Do not, although a configuration or the environment says so
    #[arg(long, hide_short_help = true)]
    no_unsafe_fixes: bool,

    /// Whether the checks of certificate and host name that clients do not make stay off or go on
    ///
    /// `preserve` keeps what a program verifies. `harden` turns verification on, and leaves a client for a person where
    /// the code does not prove the name of the host. [default: preserve]
    #[arg(long, value_name = "POLICY", value_enum)]
    policy: Option<Policy>,

    /// Import the function that takes the place of `ssl.wrap_socket`, where one is needed, from MODULE
    ///
    /// Without it the function is written into each file that needs it. `sslfix helper` prints such a module.
    #[arg(long, value_name = "MODULE", value_parser = helper_module)]
    helper_module: Option<HelperModule>,

    /// Report the calls that only a function could replace
    #[arg(long)]
    no_helper: bool,

    /// Replace them, although a configuration or the environment says otherwise
    #[arg(long, hide_short_help = true)]
    helper: bool,

    /// The oldest Python that the code must run on, such as 3.8; before 3.7 nothing is rewritten
    ///
    /// [default: what `requires-python` in pyproject.toml says]
    #[arg(long, value_name = "VERSION", value_parser = target_version)]
    target_version: Option<TargetVersion>,

    /// The oldest version that the contexts allow which sslfix writes
    ///
    /// With TLSv1_3 a program that allows nothing so new is left for a person. [default: TLSv1_2]
    #[arg(long, value_name = "VERSION", value_enum)]
    minimum_version: Option<Minimum>,

    /// Whether TLS 1.3 becomes possible where a program allows TLS 1.2 alone, by `PROTOCOL_TLSv1_2`
    ///
    /// [default: open]
    #[arg(long, value_name = "WHETHER", value_enum)]
    maximum_version: Option<Maximum>,

    /// The name of new variables that hold a context [default: context]
    #[arg(long, value_name = "NAME", value_parser = context_name)]
    context_name: Option<ContextName>,

    /// Count checks that a rewrite left off, as they were, as findings
    #[arg(long)]
    strict: bool,

    /// Do not count them, although a configuration or the environment says so
    #[arg(long, hide_short_help = true)]
    no_strict: bool,

    /// Look with these codemods only, separated by commas
    #[arg(long, value_name = "CODEMOD", value_parser = list_of::<CodemodName>)]
    select: Vec<List<CodemodName>>,

    /// Look with these codemods, too
    #[arg(long, value_name = "CODEMOD", value_parser = list_of::<CodemodName>)]
    extend_select: Vec<List<CodemodName>>,

    /// Do not look with these codemods
    #[arg(long, value_name = "CODEMOD", value_parser = list_of::<CodemodName>)]
    ignore: Vec<List<CodemodName>>,

    /// Do not look with a codemod at files, as `tests/*.py:wrap-socket`
    #[arg(long, value_name = "LIST", value_parser = list_of::<IgnoredName>)]
    per_file_ignores: Vec<List<IgnoredName>>,

    /// Leave these files and folders out, instead of version control and what tools install
    ///
    /// As in .gitignore: a glob without a slash is a name at any depth, one with a slash is relative to the current
    /// folder.
    #[arg(long, value_name = "GLOB", value_parser = list_of::<Glob>)]
    exclude: Vec<List<Glob>>,

    /// Leave these files and folders out, too
    #[arg(long, value_name = "GLOB", value_parser = list_of::<Glob>)]
    extend_exclude: Vec<List<Glob>>,

    /// Look at these files of a folder, instead of Python files and scripts
    #[arg(long, value_name = "GLOB", value_parser = list_of::<Glob>)]
    include: Vec<List<Glob>>,

    /// Leave out what is excluded even where it is named
    #[arg(long)]
    force_exclude: bool,

    /// Look at it, although a configuration or the environment says otherwise
    #[arg(long, hide_short_help = true)]
    no_force_exclude: bool,

    /// Look at what .gitignore names
    #[arg(long)]
    no_respect_gitignore: bool,

    /// Leave it out, although a configuration or the environment says otherwise
    #[arg(long, hide_short_help = true)]
    respect_gitignore: bool,

    #[command(flatten)]
    sources: Sources,

    /// Print the files that would be looked at, one a line, and do nothing else
    #[arg(long)]
    show_files: bool,

    /// Print the settings that count for FILE and where each comes from, and do nothing else
    #[arg(long, value_name = "FILE")]
    show_settings: Option<PathBuf>,
    /// Write `# sslfix: ignore[CODEMOD] REASON` beside every finding that is left; with --dry-run or --write
    ///
    /// The fixes that the options allow come first.
    #[arg(long, value_name = "REASON", value_parser = ignores::reason)]
    add_ignores: Option<String>,

    /// Leave out what is in FILE, which --write-baseline has written
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write everything that counts to FILE, for --baseline, and change no other file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dry_run", "write", "since", "staged", "line_ranges"])]
    write_baseline: Option<PathBuf>,

    /// Only files that have changed since the merge base of REV and HEAD, or that git does not know yet
    ///
    /// Of the repository that sslfix runs in. This and --staged run git, without any program that the repository names.
    #[arg(long, value_name = "REV", conflicts_with_all = ["staged", "line_ranges"])]
    since: Option<String>,

    /// Only files that are staged for the next commit
    ///
    /// A file that is staged in part is looked at as it is on disk, and not written.
    #[arg(long, conflicts_with = "line_ranges")]
    staged: bool,

    /// With --since or --staged, only findings on the lines that have changed
    #[arg(long)]
    changed_lines_only: bool,

    /// Only findings on these lines of the one file that is named; may be given several times
    #[arg(long, value_name = "A-B", value_parser = scope::line_range)]
    line_ranges: Vec<(usize, usize)>,

    /// Exit with 0 although there are findings
    #[arg(long)]
    exit_zero: bool,

    /// Print findings that count and errors only: no notes, no summary, no diff of what was written
    #[arg(short, long)]
    quiet: bool,

    /// Print a table at the end: what each codemod found, and how much of it has a fix
    #[arg(long)]
    statistics: bool,

    /// Look at the paths that FILE lists, one a line, `-` for the standard input
    ///
    /// Those that are files without being Python are skipped, and so are links, so that the list may be `git ls-files`.
    #[arg(long, value_name = "FILE")]
    files_from: Option<PathBuf>,

    /// The paths of --files-from end with NUL, as those of `git ls-files -z`
    #[arg(short = '0', long)]
    null: bool,

    /// What the source on the standard input is called in the output
    #[arg(long, value_name = "PATH")]
    stdin_filename: Option<PathBuf>,

    /// Work on N files at a time [default: as many as there are processors]
    #[arg(short, long, value_name = "N")]
    jobs: Option<NonZeroUsize>,

    /// What is printed on standard output: `full` or `concise` text, or a format of --report
    #[arg(long, value_name = "FORMAT", default_value = "full", value_parser = PossibleValuesParser::new(["full", "concise"].into_iter().chain(formats::ALL.iter().map(|format| format.name))))]
    output_format: String,

    /// Write a report to PATH besides, `-` for standard output; may be given several times
    #[arg(long = "report", value_name = "FORMAT=PATH", value_parser = report)]
    reports: Vec<(&'static Format, PathBuf)>,

    /// Colour the output
    #[arg(long, value_name = "WHEN", value_enum, default_value = "auto")]
    color: Color,

    /// Show no progress bar
    #[arg(long)]
    no_progress: bool,

    /// Show one, although the environment says otherwise
    #[arg(long, hide_short_help = true)]
    progress: bool,
}

/// Which configurations are read.
#[derive(Args, Clone, Debug)]
struct Sources {
    /// Take the settings of this file for everything, or set one key, as `--config 'policy = "harden"'`
    #[arg(long, value_name = "CONFIG", global = true)]
    config: Vec<String>,

    /// Read no configuration, and no `requires-python`
    #[arg(long, global = true)]
    isolated: bool,
}

/// What is said in one word, separated by commas.
#[derive(Clone, Debug)]
struct List<Item>(Vec<Item>);

/// A codemod that does not look at some files.
#[derive(Clone, Debug)]
struct IgnoredName(Glob, CodemodName);

impl TryFrom<String> for IgnoredName {
    type Error = String;

    fn try_from(text: String) -> Result<IgnoredName, String> {
        let Some((glob, name)) = text.rsplit_once(':') else {
            return Err(format!(
                "`{text}` is no glob and codemod, such as `tests/*.py:wrap-socket`"
            ));
        };
        let glob = Glob::try_from(glob.to_string())?;
        Ok(IgnoredName(glob, CodemodName::try_from(name.to_string())?))
    }
}

/// A comma inside of braces belongs to the glob.
fn list_of<Item: TryFrom<String, Error = String>>(text: &str) -> Result<List<Item>, String> {
    let mut depth = 0_usize;
    let items = text.split(|letter| {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == ',' && depth == 0
    });
    let items = items.map(str::trim).filter(|item| !item.is_empty());
    let items: Result<Vec<Item>, String> = items.map(|item| Item::try_from(item.to_string())).collect();
    items.map(List)
}

fn helper_module(name: &str) -> Result<HelperModule, &'static str> {
    HelperModule::try_from(name.to_string())
}

fn target_version(text: &str) -> Result<TargetVersion, String> {
    TargetVersion::try_from(text.to_string())
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
        /// The oldest version that its contexts allow
        #[arg(long, value_name = "VERSION", value_enum)]
        minimum_version: Option<Minimum>,
    },
    /// Print the script that completes the options in a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, for `man -l`
    Man,
    /// Print the settings that count in the current folder, and where each comes from
    ///
    /// A folder called `config` is reached as `./config`.
    #[command(disable_help_subcommand = true)]
    Config {
        #[command(subcommand)]
        what: Option<OfConfig>,
    },
}

#[derive(Debug, Subcommand)]
enum OfConfig {
    /// Print the settings that count in the current folder
    Show,
    /// Print what a key does
    Explain {
        /// The key
        key: String,
    },
    /// Print the JSON schema of the configuration
    Schema,
}

impl Arguments {
    fn into_command(self, matches: &ArgMatches) -> Command {
        let said = Said(matches);
        let both = |one: &str, other: &str| {
            let message = format!("the argument '--{one}' cannot be used with '--{other}'");
            wrong(&message)
        };
        if said.by_hand("dry_run") && said.by_hand("write") {
            return both("dry-run", "write");
        }
        if said.by_hand("no_helper") && said.by_hand("helper_module") {
            return both("no-helper", "helper-module");
        }
        let review = self.interactive.then_some(Review { resume: self.resume });
        let mode = match (self.dry_run, self.write && review.is_none()) {
            (true, true) if said.by_hand("write") => Mode::Write,
            (true, _) => Mode::DryRun,
            (_, true) => Mode::Write,
            _ => Mode::Check,
        };
        let chosen = match self.chosen(&said, mode) {
            Ok(chosen) => chosen,
            Err(message) => return wrong(&message),
        };
        match self.subcommand {
            Some(Topic::Explain { codemod }) => return Command::Explain(codemod),
            Some(Topic::Helper { minimum_version }) => {
                let mut chosen = chosen;
                if let Some(minimum) = minimum_version {
                    chosen.config.minimum_version = Some(minimum.into());
                }
                return Command::Helper(chosen);
            }
            Some(Topic::Completions { shell }) => return Command::Generated(completions(shell)),
            Some(Topic::Man) => return Command::Generated(manual()),
            Some(Topic::Config { what }) => {
                return match what {
                    None | Some(OfConfig::Show) => Command::ShowConfig(chosen),
                    Some(OfConfig::Explain { key }) => Command::ExplainKey(key),
                    Some(OfConfig::Schema) => Command::Schema,
                };
            }
            None => {}
        }
        if let Some(path) = self.show_settings {
            return Command::ShowSettings(path, chosen);
        }
        let input = match self.input(&said) {
            Ok(input) => input,
            Err(message) => return wrong(message),
        };
        let output = match Format::find(&self.output_format) {
            Some(format) => Output::Document(format),
            None => Output::Text {
                concise: self.output_format == "concise",
            },
        };
        let takes_stdout = |(_, path): &&(&Format, PathBuf)| path.as_os_str() == "-";
        let documents = self.reports.iter().filter(takes_stdout).count()
            + usize::from(matches!(output, Output::Document(_)))
            + usize::from(matches!(input, Input::Stdin(_)) && mode == Mode::Write);
        if documents > 1 {
            return wrong(
                "standard output takes one report or one source; give the others a file: --report FORMAT=PATH",
            );
        }
        if let Err(message) = self.check_scope(&input) {
            return wrong(message);
        }
        if self.add_ignores.is_some() && mode == Mode::Check {
            return wrong("--add-ignores changes files: add --dry-run to see how, or --write to do it");
        }
        if review.is_some() {
            if matches!(input, Input::Stdin(_)) {
                return wrong("--interactive asks at the terminal, and cannot read a source from standard input");
            }
            if matches!(&input, Input::Paths { list: Some(list), .. } if list.file.as_os_str() == "-") {
                return wrong("--interactive asks at the terminal, and cannot read a list from standard input");
            }
            if documents > 0 {
                return wrong(
                    "--interactive has the terminal for itself; give the report a file: --report FORMAT=PATH",
                );
            }
        }
        let settings = Settings {
            input,
            mode,
            chosen,
            scope: Wanted {
                since: self.since,
                staged: self.staged,
                changed_lines_only: self.changed_lines_only,
                line_ranges: self.line_ranges,
                baseline: self.baseline,
                write_baseline: self.write_baseline,
            },
            exit_zero: self.exit_zero,
            review,
            quiet: self.quiet,
            statistics: self.statistics,
            jobs: Jobs(self.jobs),
            output,
            reports: self.reports,
            color: self.color,
            progress: said.switch("progress", "no_progress").unwrap_or(true),
        };
        match self.show_files {
            true => Command::ShowFiles(Box::new(settings)),
            false => Command::Run(Box::new(settings)),
        }
    }

    fn chosen(&self, said: &Said, mode: Mode) -> Result<Chosen, String> {
        let mut file = None;
        let mut inline = Vec::new();
        for text in &self.sources.config {
            match toml::from_str::<toml::Table>(text) {
                Ok(_) if text.contains('=') => inline.push(text.clone()),
                // What is no setting is the name of a file, unless there is none.
                Err(error) if text.contains('=') && !PathBuf::from(text).exists() => {
                    let error = error.message().lines().collect::<Vec<_>>().join(" ");
                    return Err(format!("`--config {text}` is neither a file nor a setting: {error}"));
                }
                _ if file.is_some() => return Err("--config can name one file".into()),
                _ => file = Some(PathBuf::from(text)),
            }
        }
        let mut isolated = self.sources.isolated;
        if isolated && file.is_some() {
            match (said.by_hand("isolated"), said.by_hand("config")) {
                (true, false) => file = None,
                (false, true) => isolated = false,
                _ => return Err("--isolated reads no configuration, so --config cannot name a file".into()),
            }
        }
        let mut per_file_ignores: BTreeMap<Glob, Vec<CodemodName>> = BTreeMap::new();
        for IgnoredName(glob, name) in self.per_file_ignores.iter().flat_map(|list| &list.0) {
            per_file_ignores.entry(glob.clone()).or_default().push(name.clone());
        }
        let config = Config {
            unsafe_fixes: said.switch("unsafe_fixes", "no_unsafe_fixes"),
            strict: said.switch("strict", "no_strict"),
            helper: said.switch("helper", "no_helper"),
            force_exclude: said.switch("force_exclude", "no_force_exclude"),
            respect_gitignore: said.switch("respect_gitignore", "no_respect_gitignore"),
            helper_module: self.helper_module.clone(),
            policy: self.policy.map(|policy| match policy {
                Policy::Preserve => PolicyName::Preserve,
                Policy::Harden => PolicyName::Harden,
            }),
            target_version: self.target_version,
            minimum_version: self.minimum_version.map(MinimumName::from),
            maximum_version: self.maximum_version.map(|maximum| match maximum {
                Maximum::Open => MaximumName::Open,
                Maximum::Keep => MaximumName::Keep,
            }),
            context_name: self.context_name.clone(),
            sinks: None,
            select: joined(&self.select),
            extend_select: joined(&self.extend_select),
            ignore: joined(&self.ignore),
            per_file_ignores: (!per_file_ignores.is_empty()).then_some(per_file_ignores),
            exclude: joined(&self.exclude),
            extend_exclude: joined(&self.extend_exclude),
            include: joined(&self.include),
            extend: None,
            required_version: None,
        };
        // One that is named by hand goes before a word of the environment that there shall be none.
        let helper = match (config.helper, said.by_hand("helper_module")) {
            (Some(false), true) => None,
            (helper, _) => helper,
        };
        Ok(Chosen {
            config: Config { helper, ..config },
            in_environment: said.in_environment(),
            inline,
            file,
            isolated,
            add_ignores: self.add_ignores.clone(),
            hears_unsafe_fixes: mode != Mode::Check,
        })
    }

    fn check_scope(&self, input: &Input) -> Result<(), &'static str> {
        let asks_git = self.since.is_some() || self.staged;
        if self.changed_lines_only && !asks_git {
            return Err("--changed-lines-only needs --since or --staged, which say what has changed");
        }
        match input {
            Input::Stdin(_) if asks_git || self.write_baseline.is_some() => {
                Err("--since, --staged and --write-baseline are about files, not about `-`")
            }
            Input::Paths { named, list } if !self.line_ranges.is_empty() => {
                let is_one_file = matches!(&named[..], [file] if !file.is_dir()) && list.is_none();
                is_one_file
                    .then_some(())
                    .ok_or("--line-ranges is about one file: name it, and nothing else")
            }
            _ => Ok(()),
        }
    }

    fn input(&self, said: &Said) -> Result<Input, &'static str> {
        let is_dash = |path: &PathBuf| path.as_os_str() == "-";
        if self.paths.iter().any(is_dash) {
            if self.paths.len() > 1 || said.by_hand("files_from") {
                return Err("`-` reads one source and cannot be combined with other paths");
            }
            let name = self.stdin_filename.clone();
            return Ok(Input::Stdin(name.unwrap_or_else(|| PathBuf::from("<stdin>"))));
        }
        if said.by_hand("stdin_filename") {
            return Err("--stdin-filename names the source that `-` reads; add `-`");
        }
        if said.by_hand("null") && self.files_from.is_none() {
            return Err("--null is about the paths of --files-from; add --files-from");
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

/// The library panics where it cannot write, as into a closed pipe, so it writes into the memory.
fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut definition(), "sslfix", &mut script);
    script
}

fn manual() -> Vec<u8> {
    let mut page = Vec::new();
    let written = clap_mangen::Man::new(definition()).render(&mut page);
    written.expect("the memory can be written to");
    page
}

fn context_name(text: &str) -> Result<ContextName, &'static str> {
    ContextName::try_from(text.to_string())
}

/// `FORMAT=PATH`, of which only the path may contain a `=`.
fn report(text: &str) -> Result<(&'static Format, PathBuf), String> {
    let Some((name, path)) = text.split_once('=') else {
        return Err("it is not FORMAT=PATH, such as `patch=changes.patch`".into());
    };
    let Some(format) = Format::find(name) else {
        let names: Vec<&str> = formats::ALL.iter().map(|format| format.name).collect();
        return Err(format!("there is no format `{name}`; there are {}", names.join(", ")));
    };
    if path.is_empty() {
        return Err("the path is missing".into());
    }
    Ok((format, path.into()))
}

/// All items of the lists, if there are any.
fn joined<Item: Clone>(lists: &[List<Item>]) -> Option<Vec<Item>> {
    let items: Vec<Item> = lists.iter().flat_map(|list| list.0.clone()).collect();
    (!items.is_empty()).then_some(items)
}

/// Where the options were said.
struct Said<'a>(&'a ArgMatches);

impl Said<'_> {
    fn by_hand(&self, option: &str) -> bool {
        self.0.value_source(option) == Some(ValueSource::CommandLine)
    }

    /// Where an option was typed, the last time.
    fn place(&self, option: &str) -> Option<usize> {
        self.0.indices_of(option)?.next_back()
    }

    fn in_environment_too(&self, option: &str) -> bool {
        self.0.value_source(option) == Some(ValueSource::EnvVariable)
    }

    /// What an option and its opposite say, if one of them was said; the last word that was typed counts.
    fn switch(&self, on: &str, off: &str) -> Option<bool> {
        let is_set = |option: &str| self.0.get_flag(option);
        match (self.by_hand(on), self.by_hand(off)) {
            (true, true) => return Some(self.place(on) > self.place(off)),
            (true, false) => return Some(true),
            (false, true) => return Some(false),
            (false, false) => {}
        }
        if self.in_environment_too(on) {
            return Some(is_set(on));
        }
        self.in_environment_too(off).then(|| !is_set(off))
    }

    /// The keys of the configuration that the environment speaks about and the command line does not.
    fn in_environment(&self) -> BTreeSet<&'static str> {
        let keys = [
            ("unsafe-fixes", &["unsafe_fixes", "no_unsafe_fixes"][..]),
            ("strict", &["strict", "no_strict"]),
            ("helper", &["helper", "no_helper"]),
            ("force-exclude", &["force_exclude", "no_force_exclude"]),
            ("respect-gitignore", &["respect_gitignore", "no_respect_gitignore"]),
            ("helper-module", &["helper_module"]),
            ("policy", &["policy"]),
            ("target-version", &["target_version"]),
            ("minimum-version", &["minimum_version"]),
            ("maximum-version", &["maximum_version"]),
            ("context-name", &["context_name"]),
            ("select", &["select"]),
            ("extend-select", &["extend_select"]),
            ("ignore", &["ignore"]),
            ("per-file-ignores", &["per_file_ignores"]),
            ("exclude", &["exclude"]),
            ("extend-exclude", &["extend_exclude"]),
            ("include", &["include"]),
        ];
        let is_of_environment = |options: &[&str]| !options.iter().any(|option| self.by_hand(option));
        let keys = keys.into_iter().filter(|(_, options)| is_of_environment(options));
        keys.map(|(key, _)| key).collect()
    }
}

fn wrong(message: &str) -> Command {
    usage(&definition().error(ErrorKind::ArgumentConflict, message))
}

fn usage(error: &clap::Error) -> Command {
    let mut text = error.render().to_string();
    // A value that nobody typed needs to be found.
    if let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) {
        let option = argument.split(' ').next().unwrap_or_default();
        let of_option = |argument: &&clap::Arg| argument.get_long().is_some_and(|long| option == format!("--{long}"));
        let is_typed = std::env::args_os().any(|typed| typed.to_string_lossy().starts_with(option));
        let definition = definition();
        let variable = definition.get_arguments().find(of_option).and_then(variable);
        if let Some(variable) = variable.filter(|variable| !is_typed && std::env::var_os(variable).is_some()) {
            text.push_str(&format!("\nThe value is that of {variable} in the environment.\n"));
        }
    }
    Command::Usage {
        text,
        is_error: error.use_stderr(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(arguments: &[&str]) -> Settings {
        let all = ["sslfix"].iter().chain(arguments).map(OsString::from);
        match parse(all) {
            Command::Run(settings) => *settings,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_definition_has_no_contradiction() {
        definition().debug_assert();
    }

    #[test]
    fn nothing_is_written_by_default() {
        assert_eq!(settings(&[]).mode, Mode::Check);
        assert_eq!(settings(&["--diff"]).mode, Mode::DryRun);
        assert_eq!(settings(&["--write"]).chosen.config.unsafe_fixes, None);
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
