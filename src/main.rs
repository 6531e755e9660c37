//! The command line program: parse the arguments, run, print, exit with a status.

use sslfix::cli::{self, Command, Input, Mode, Settings};
use sslfix::codemods::{self, Codemod};
use sslfix::config::{Chosen, Configs, WrongConfig, codiga, show};
use sslfix::outcome::Outcome;
use sslfix::report::formats::{Context, Format, Report, Rule};
use sslfix::report::{self, Excerpts, Painter, Progress, Statistics, Totals};
use sslfix::review::{self, Ended, Terminal};
use sslfix::run::{self, Counters, Run};
use sslfix::source;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Something is left to do.
const FINDINGS: u8 = 1;
/// sslfix itself failed somewhere.
const FAILURE: u8 = 2;
/// As a shell reports a process that an interrupt has ended.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let printed = match cli::parse(std::env::args_os()) {
        Command::Run(settings) => run(&settings),
        Command::Explain(Some(name)) => explain(&name),
        Command::Explain(None) => list(),
        Command::Helper(chosen) => helper(chosen),
        Command::Generated(text) => io::stdout().write_all(&text).map(|()| 0),
        Command::ShowFiles(settings) => show_files(&settings),
        Command::ShowConfig(chosen) => show_settings(chosen, |configs| show::of_folder(configs, Path::new(""))),
        Command::ShowSettings(path, chosen) => show_settings(chosen, |configs| show::of_file(configs, &path)),
        Command::ExplainKey(key) => explain_key(&key),
        Command::Schema => io::stdout().write_all(show::schema().as_bytes()).map(|()| 0),
        Command::Usage { text, is_error: false } => io::stdout().write_all(text.as_bytes()).map(|()| 0),
        Command::Usage { text, is_error: true } => {
            tell(&text);
            Ok(FAILURE)
        }
    };
    match printed {
        Ok(status) => ExitCode::from(status),
        // Whoever reads us has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let error = report::os_error(&error);
            tell(&format!("error: cannot write to the standard output: {error}\n"));
            ExitCode::from(FAILURE)
        }
    }
}

/// Writes to the standard error. Whoever has closed it, or has no room for it, still gets the exit status.
fn tell(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

fn explain(name: &str) -> io::Result<u8> {
    let Some(codemod) = Codemod::find(name) else {
        return Ok(FAILURE);
    };
    io::stdout().write_all(codemod.page.as_bytes())?;
    Ok(0)
}

/// The module is for the current folder, as far as a configuration decides what stands in it.
fn helper(chosen: Chosen) -> io::Result<u8> {
    let folder = std::env::current_dir().unwrap_or_default();
    let configs = Configs::new(chosen, &folder);
    let options = match configs.and_then(|configs| configs.options_for(&folder.join("helper.py"))) {
        Ok(options) => options,
        Err(wrong) => {
            let shown = report::shown(&wrong.path, &folder);
            let to_stderr = Painter::of_stderr(cli::Color::Auto);
            tell(&report::failure(&shown, wrong.message, to_stderr));
            return Ok(FAILURE);
        }
    };
    let text = codemods::wrap_socket::helper::module_text(options.minimum_version);
    io::stdout().write_all(text.as_bytes())?;
    Ok(0)
}

fn list() -> io::Result<u8> {
    let width = codemods::ALL
        .iter()
        .map(|codemod| codemod.name.len())
        .max()
        .unwrap_or_default();
    let mut stdout = io::stdout().lock();
    for codemod in codemods::ALL {
        let line = format!("{:width$}  {}", codemod.name, codemod.summary());
        writeln!(stdout, "{}", line.trim_end())?;
    }
    Ok(0)
}

fn explain_key(key: &str) -> io::Result<u8> {
    match show::explain(key) {
        Ok(text) => io::stdout().write_all(text.as_bytes()).map(|()| 0),
        Err(message) => {
            tell(&format!("error: {message}\n"));
            Ok(FAILURE)
        }
    }
}

/// Prints the settings that count somewhere.
fn show_settings(chosen: Chosen, text: impl Fn(&Configs) -> Result<String, WrongConfig>) -> io::Result<u8> {
    let current_folder = std::env::current_dir()?;
    match Configs::new(chosen, &current_folder).and_then(|configs| text(&configs)) {
        Ok(text) => io::stdout().write_all(text.as_bytes()).map(|()| 0),
        Err(wrong) => {
            let to_stderr = Painter::of_stderr(cli::Color::Auto);
            let shown = report::shown(&wrong.path, &current_folder);
            tell(&report::failure(&shown, wrong.message, to_stderr));
            Ok(FAILURE)
        }
    }
}

/// Prints the files that a run would look at, one a line.
fn show_files(settings: &Settings) -> io::Result<u8> {
    let to_stderr = Painter::of_stderr(settings.color);
    let files = match run::files(settings) {
        Ok(files) => files,
        Err(unreachable) => {
            let error = report::os_error(&unreachable.error);
            tell(&report::failure(&unreachable.path, error, to_stderr));
            return Ok(FAILURE);
        }
    };
    let mut stdout = BufWriter::new(io::stdout().lock());
    let mut status = 0;
    for file in files {
        match file {
            Ok(path) => writeln!(stdout, "{}", report::quoted(&path, ""))?,
            Err(unreachable) => {
                let error = report::os_error(&unreachable.error);
                let message = format!("cannot be read: {error}");
                tell(&report::failure(&unreachable.path, message, to_stderr));
                status = FAILURE;
            }
        }
    }
    stdout.flush()?;
    Ok(status)
}

/// Why nothing was looked at.
fn nothing_found(run: &Run) -> String {
    let mut message = "no Python file was found in what was named".to_string();
    for (excluder, counted) in &run.left_out {
        let what = report::files_and_folders(counted.files, counted.folders);
        let by = match (&excluder.file, excluder.is_default) {
            (Some(file), _) => report::quoted(file, ""),
            (None, true) => "default".into(),
            (None, false) => "the command line".into(),
        };
        message.push_str(&format!("; {what} excluded by `{}` ({by})", excluder.glob));
    }
    message
}

fn run(settings: &Settings) -> io::Result<u8> {
    let to_stderr = Painter::of_stderr(settings.color);
    let fail = |path: &Path, error: &io::Error, what: &str| {
        let message = format!("{what}{}", report::os_error(error));
        tell(&report::failure(path, message, to_stderr));
        FAILURE
    };
    // Before the work, which would be for nothing.
    let documents = match documents(settings) {
        Ok(documents) => documents,
        Err((path, error)) => return Ok(fail(&path, &error, CANNOT_WRITE)),
    };
    let terminal = match settings.review.map(|_| Terminal::open(settings.color)).transpose() {
        Ok(terminal) => terminal,
        Err(message) => {
            tell(&report::failure(Path::new(""), message, to_stderr));
            return Ok(FAILURE);
        }
    };
    let mut teller = Teller::new(settings, documents, to_stderr);
    let stop = stop_when_interrupted(settings, to_stderr);
    let counters = Counters::default();
    let wants_progress = settings.progress && !settings.quiet;
    // A review changes what came of the files, so only then all of it is held.
    let mut for_review = Vec::new();
    let finished = report::with_progress(wants_progress, &counters, |progress| {
        run::run(settings, &counters, &stop, &mut |outcome| match settings.review {
            Some(_) => for_review.push(outcome),
            None => teller.tell(&outcome, progress),
        })
    });
    let mut run = match finished {
        Ok(run) => run,
        Err(unreachable) => {
            let what = match unreachable.path.as_os_str().is_empty() {
                true => "",
                false => "cannot be read: ",
            };
            return Ok(fail(&unreachable.path, &unreachable.error, what));
        }
    };
    let mut mode = settings.mode;
    let mut is_interrupted = stop.load(Ordering::Relaxed);
    if let (Some(wanted), Some(terminal)) = (settings.review, &terminal) {
        match reviewed(&mut run, &mut for_review, wanted, terminal) {
            Ok(ended) => is_interrupted |= ended == Ended::Interrupted,
            Err(error) => return Ok(fail(Path::new(""), &error, "the review cannot go on: ")),
        }
        mode = Mode::Write;
        report::with_progress(false, &counters, |progress| {
            for outcome in &for_review {
                teller.tell(outcome, progress);
            }
        });
    }
    let mut status = match (is_interrupted, settings.exit_zero) {
        (true, _) => INTERRUPTED,
        _ if run.totals.failed > 0 => FAILURE,
        (_, false) if teller.needs_work => FINDINGS,
        _ => 0,
    };
    let (mut printed, documents) = teller.end(&run);
    for document in documents {
        let path = document.path.clone();
        match (document.end(&run.totals), path) {
            (Ok(()), _) => {}
            (Err(error), Some(path)) => status = fail(&path, &error, CANNOT_WRITE),
            (Err(error), None) => printed = printed.and(Err(error)),
        }
    }
    // It may be a configuration of strangers, so nothing silences this.
    for path in &run.allowed_by {
        let path = report::quoted(path, "");
        let message = format!("{path} allows unsafe fixes; --no-unsafe-fixes forbids them");
        tell(&report::remark(message, to_stderr));
    }
    if !settings.quiet {
        for notebook in for_review.iter().filter(|outcome| outcome.is_notebook_with_fixes()) {
            let path = report::quoted(&notebook.path, "");
            let message = format!("{path} is a notebook, which a review passes over; `sslfix --write` rewrites it");
            tell(&report::remark(message, to_stderr));
        }
        for path in &run.retired {
            tell(&report::remark(codiga::answer(path), to_stderr));
        }
        tell(&report::summary(&run.totals, mode));
    }
    match printed {
        // A reader that has seen enough makes no failure good.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe && status > FINDINGS => Ok(status),
        printed => printed.map(|()| status),
    }
}

/// Asks about the fixes of a run. Findings are looked at on the way, which takes a larger stack.
fn reviewed(run: &mut Run, outcomes: &mut [Outcome], wanted: cli::Review, terminal: &Terminal) -> io::Result<Ended> {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(source::STACK_SIZE);
        let reviewer = builder.spawn_scoped(scope, || review::review(run, outcomes, wanted, terminal))?;
        let panicked = |_| io::Error::other("sslfix failed on a file; please report this");
        reviewer.join().map_err(panicked)?
    })
}

const CANNOT_WRITE: &str = "cannot be written: ";

/// A report, and its file; none on the standard output.
struct Document {
    path: Option<PathBuf>,
    report: Box<dyn Report>,
    /// Why no more can be written.
    error: Option<io::Error>,
}

impl Document {
    fn add(&mut self, outcome: &Outcome) {
        if self.error.is_none() {
            self.error = self.report.add(outcome).err();
        }
    }

    fn end(mut self, totals: &Totals) -> io::Result<()> {
        match self.error {
            None => self.report.end(totals),
            Some(error) => Err(error),
        }
    }
}

/// Starts the reports that were asked for.
fn documents(settings: &Settings) -> Result<Vec<Document>, (PathBuf, io::Error)> {
    let rules = codemods::ALL.iter().map(|codemod| Rule {
        name: codemod.name,
        page: codemod.page,
    });
    let context = Rc::new(Context {
        rules: rules.collect(),
        environment: |name| std::env::var(name).ok(),
    });
    let to_stdout = |format: &Format| Document {
        path: None,
        report: (format.start)(Box::new(BufWriter::new(io::stdout())), context.clone()),
        error: None,
    };
    let mut documents = Vec::new();
    if let cli::Output::Document(format) = settings.output {
        documents.push(to_stdout(format));
    }
    for (format, path) in &settings.reports {
        if path.as_os_str() == "-" {
            documents.push(to_stdout(format));
            continue;
        }
        let file = File::create(path).map_err(|error| (path.clone(), error))?;
        documents.push(Document {
            path: Some(path.clone()),
            report: (format.start)(Box::new(BufWriter::new(file)), context.clone()),
            error: None,
        });
    }
    Ok(documents)
}

/// While files are written an interrupt must not end the process, but make it stop after the file at hand. A second one
/// ends it.
fn stop_when_interrupted(settings: &Settings, to_stderr: Painter) -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    if settings.mode == Mode::Write && !matches!(settings.input, Input::Stdin(_)) {
        let stop = stop.clone();
        let handler = move || {
            if stop.swap(true, Ordering::Relaxed) {
                std::process::exit(INTERRUPTED.into());
            }
            let message = "interrupted; what is not written by now stays as it is";
            tell(&report::warning(message, to_stderr));
        };
        // Without a handler an interrupt ends the process at once, which leaves every file old or new as well. Whoever
        // has told us to ignore such signals, as `nohup` does, is obeyed.
        let _ = ctrlc::try_set_handler(handler);
    }
    stop
}

/// Tells what came of the files, one after the other. What is for programs, the diff or the rewritten source, has the
/// standard output for itself, so that it can be piped into `git apply`; findings are there only where nothing else is.
/// Where a report has it, only what failed is told.
struct Teller<'a> {
    settings: &'a Settings,
    documents: Vec<Document>,
    statistics: Option<Statistics>,
    to_stdout: Painter,
    to_stderr: Painter,
    stdout: BufWriter<StdoutLock<'static>>,
    /// A person sees each file at once.
    is_seen: bool,
    /// Why no more can be printed.
    pipe: io::Result<()>,
    /// A report has the standard output.
    is_taken: bool,
    /// A file needs it.
    needs_work: bool,
}

impl<'a> Teller<'a> {
    fn new(settings: &'a Settings, documents: Vec<Document>, to_stderr: Painter) -> Teller<'a> {
        let stdout = io::stdout();
        Teller {
            settings,
            is_taken: documents.iter().any(|document| document.path.is_none()),
            documents,
            statistics: settings.statistics.then(Statistics::default),
            to_stdout: Painter::of_stdout(settings.color),
            to_stderr,
            is_seen: stdout.is_terminal(),
            stdout: BufWriter::new(stdout.lock()),
            pipe: Ok(()),
            needs_work: false,
        }
    }

    fn tell(&mut self, outcome: &Outcome, progress: &Progress) {
        self.needs_work |= outcome.needs_work();
        for document in &mut self.documents {
            document.add(outcome);
        }
        if let Some(statistics) = &mut self.statistics {
            statistics.add(outcome);
        }
        let (for_stdout, for_stderr) = self.said(outcome);
        if !for_stdout.is_empty() || !for_stderr.is_empty() {
            progress.aside(|| self.print(&for_stdout, &for_stderr));
        }
    }

    /// What is said of a file, on the standard output and on the standard error.
    fn said(&self, outcome: &Outcome) -> (Vec<u8>, String) {
        let settings = self.settings;
        let failure = failure(outcome, self.to_stderr);
        match settings.mode {
            // A review has shown what there is to see.
            _ if self.is_taken || settings.review.is_some() => (Vec::new(), failure),
            Mode::Check => (findings(settings, outcome, self.to_stdout).into_bytes(), failure),
            Mode::DryRun | Mode::Write => {
                let is_shown = match (&settings.input, settings.mode) {
                    (Input::Stdin(_), Mode::Write) => false,
                    (_, Mode::Write) => !settings.quiet,
                    _ => true,
                };
                let diff = match &outcome.looked {
                    Some(looked) if is_shown => looked.diff.as_slice(),
                    _ => b"",
                };
                (
                    report::colored(diff, self.to_stdout),
                    failure + &findings(settings, outcome, self.to_stderr),
                )
            }
        }
    }

    /// Where both are the same terminal, what belongs together stands together. Errors are told even if nobody reads the
    /// standard output any more.
    fn print(&mut self, for_stdout: &[u8], for_stderr: &str) {
        self.try_to(|stdout| stdout.write_all(for_stdout));
        if !for_stderr.is_empty() || self.is_seen {
            self.try_to(|stdout| stdout.flush());
        }
        if !for_stderr.is_empty() {
            tell(for_stderr);
        }
    }

    fn try_to(&mut self, print: impl FnOnce(&mut BufWriter<StdoutLock<'static>>) -> io::Result<()>) {
        if self.pipe.is_ok() {
            self.pipe = print(&mut self.stdout);
        }
    }

    /// Tells what there is to tell when all files were. Returns what came of the printing, and the reports, which are to be
    /// ended.
    fn end(mut self, run: &Run) -> (io::Result<()>, Vec<Document>) {
        if let Some(table) = self.statistics.take().map(|statistics| statistics.table()) {
            match self.settings.mode {
                Mode::Check if !self.is_taken => self.try_to(|stdout| stdout.write_all(table.as_bytes())),
                _ => tell(&table),
            }
        }
        if let (Some(source), Mode::Write) = (&run.stdin, self.settings.mode) {
            self.try_to(|stdout| stdout.write_all(source));
        }
        let asks_git = self.settings.scope.since.is_some() || self.settings.scope.staged;
        if run.totals.scanned == 0 && run.totals.failed == 0 && !asks_git {
            tell(&report::warning(nothing_found(run), self.to_stderr));
        }
        self.try_to(|stdout| stdout.flush());
        (self.pipe, self.documents)
    }
}

/// The findings of a file; when quiet, those that count.
fn findings(settings: &Settings, outcome: &Outcome, painter: Painter) -> String {
    let concise = matches!(settings.output, cli::Output::Text { concise: true });
    let unreadable = outcome.unreadable.iter();
    let unreadable = unreadable.map(|error| report::unreadable(&outcome.path, error, painter));
    let mut result: String = unreadable.collect();
    if let Some(looked) = &outcome.looked {
        let excerpts = Excerpts::of(looked.shown());
        let told = looked.told();
        for placed in told.iter().filter(|placed| !settings.quiet || placed.finding.counts()) {
            result += &match concise {
                true => report::concise(&outcome.path, placed, painter),
                false => report::full(&outcome.path, &excerpts, placed, painter),
            };
        }
    }
    result
}

fn failure(outcome: &Outcome, painter: Painter) -> String {
    let failure = outcome.failure.iter();
    failure
        .map(|message| report::failure(&outcome.path, message, painter))
        .collect()
}
