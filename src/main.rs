//! The command line program: parse the arguments, run, print, exit with a status.

use sslfix::cli::{self, Color, Command, Input, Mode, Settings};
use sslfix::codemods::{self, Codemod};
use sslfix::config::{Chosen, Configs};
use sslfix::report::{self, Painter};
use sslfix::run::{self, Counters, Outcome, Run};
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;
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
        Command::Helper(chosen) => helper(&chosen),
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
fn helper(chosen: &Chosen) -> io::Result<u8> {
    let folder = std::env::current_dir().unwrap_or_default();
    let options = match Configs::default().options_for(&folder.join("helper.py"), chosen) {
        Ok(options) => options,
        Err(wrong) => {
            let shown = report::shown(&wrong.path, &folder);
            tell(&report::failure(&shown, wrong.message, Painter::of_stderr(Color::Auto)));
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

fn run(settings: &Settings) -> io::Result<u8> {
    let to_stderr = Painter::of_stderr(settings.color);
    let stop = stop_when_interrupted(settings, to_stderr);
    let counters = Counters::default();
    let wants_progress = settings.progress && !settings.quiet;
    let finished = report::with_progress(wants_progress, &counters, || run::run(settings, &counters, &stop));
    let run = match finished {
        Ok(run) => run,
        Err(unreachable) => {
            let error = report::os_error(&unreachable.error);
            let message = match unreachable.path.as_os_str().is_empty() {
                true => error,
                false => format!("cannot be read: {error}"),
            };
            tell(&report::failure(&unreachable.path, message, to_stderr));
            return Ok(FAILURE);
        }
    };
    let status = match (stop.load(Ordering::Relaxed), settings.exit_zero) {
        (true, _) => INTERRUPTED,
        _ if run.totals.failed > 0 => FAILURE,
        (_, false) if run.outcomes.iter().any(|outcome| outcome.needs_work) => FINDINGS,
        _ => 0,
    };
    let printed = print(settings, &run, to_stderr);
    if !settings.quiet {
        tell(&report::summary(&run.totals, settings.mode));
    }
    match printed {
        // A reader that has seen enough makes no failure good.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe && status > FINDINGS => Ok(status),
        printed => printed.map(|()| status),
    }
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

/// Prints the outcomes. What is for programs, the diff or the rewritten source, has the standard output for itself, so
/// that it can be piped into `git apply`; findings are there only where nothing else is.
fn print(settings: &Settings, run: &Run, to_stderr: Painter) -> io::Result<()> {
    let to_stdout = Painter::of_stdout(settings.color);
    let mut stdout = BufWriter::new(io::stdout().lock());
    let mut pipe = Ok(());
    for outcome in &run.outcomes {
        let (for_stdout, for_stderr) = match settings.mode {
            Mode::Check => (
                findings(settings, outcome, to_stdout).into_bytes(),
                failure(outcome, to_stderr),
            ),
            Mode::DryRun | Mode::Write => {
                let is_shown = match (&settings.input, settings.mode) {
                    (Input::Stdin(_), Mode::Write) => false,
                    (_, Mode::Write) => !settings.quiet,
                    _ => true,
                };
                let diff = if is_shown { outcome.diff.as_slice() } else { b"" };
                (
                    report::colored(diff, to_stdout),
                    failure(outcome, to_stderr) + &findings(settings, outcome, to_stderr),
                )
            }
        };
        // Where both are the same terminal, what belongs together stands together. Errors are told even if nobody reads
        // the standard output any more.
        pipe = pipe.and_then(|()| stdout.write_all(&for_stdout));
        if !for_stderr.is_empty() {
            pipe = pipe.and_then(|()| stdout.flush());
            tell(&for_stderr);
        }
    }
    if let (Some(source), Mode::Write) = (&run.stdin, settings.mode) {
        pipe = pipe.and_then(|()| stdout.write_all(source));
    }
    if run.totals.scanned == 0 && run.totals.failed == 0 {
        let message = "no Python file was found in what was named";
        tell(&report::warning(message, to_stderr));
    }
    pipe.and_then(|()| stdout.flush())
}

/// The findings of a file; when quiet, those that count.
fn findings(settings: &Settings, outcome: &Outcome, painter: Painter) -> String {
    let unreadable = outcome.unreadable.iter();
    let unreadable = unreadable.map(|error| report::unreadable(&outcome.path, error, painter));
    let findings = outcome.findings.iter();
    let findings = findings.filter(|placed| !settings.quiet || placed.finding.counts());
    let findings =
        findings.map(|placed| report::finding(&outcome.path, placed.line, placed.column, &placed.finding, painter));
    unreadable.chain(findings).collect()
}

fn failure(outcome: &Outcome, painter: Painter) -> String {
    let failure = outcome.failure.iter();
    failure
        .map(|message| report::failure(&outcome.path, message, painter))
        .collect()
}
