//! A run over files: what came of each.
//!
//! Reads, looks, and writes if asked to; prints nothing. The threads of the walk read the files and drop those that
//! cannot concern us; threads with a larger stack do what is deep. Which of them took a file can not be told from the
//! outcomes, which are in the order of the paths.

use crate::budget::{Budget, Share};
use crate::cli::{Input, Mode, Settings};
use crate::config::{Configs, Excluder, LONGEST_NAME, WrongConfig, codiga};
use crate::discover::{self, AllLeftOut, Candidate, Kind, LeftOut, Roots, Unreachable};
use crate::notebook;
use crate::outcome::{Looked, Outcome};
use crate::report::{self, Sides, Totals};
use crate::rewrite::{self, Finding, Options, Plan};
use crate::scope::Scope;
use crate::source::{self, Dialect, Source, Unreadable};
use crate::write::{NotWritten, Writer};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

/// What came of a run.
#[derive(Debug, Default)]
pub struct Run {
    /// One for each file that there is something to say about, in the order of the paths.
    pub outcomes: Vec<Outcome>,
    /// What is counted.
    pub totals: Totals,
    /// The source that was read from the standard input, rewritten if that was asked for.
    pub stdin: Option<Vec<u8>>,
    /// What was left out, by what says so; the files as they are shown.
    pub left_out: AllLeftOut,
    /// Configurations that have allowed unsafe fixes, as they are shown.
    pub allowed_by: Vec<PathBuf>,
    /// Configurations of a retired product, as they are shown.
    pub retired: Vec<PathBuf>,
    /// What can be reviewed, in the order of the paths; empty if that was not asked for.
    pub reviewable: Vec<Reviewable>,
}

/// A file with a fix that a person may accept.
#[derive(Debug)]
pub struct Reviewable {
    /// As it is shown.
    pub shown: PathBuf,
    /// As it was found.
    pub path: PathBuf,
    /// Where that led, without any link.
    pub real_path: PathBuf,
    /// What was read.
    pub bytes: Vec<u8>,
    /// What is allowed and wanted for it.
    pub options: Arc<Options>,
    /// What is left alone, since the run is not about it.
    pub excluded: Vec<Finding>,
}

/// What is counted while the run goes on.
#[derive(Debug, Default)]
pub struct Counters {
    scanned: AtomicUsize,
    mention_ssl: AtomicUsize,
}

impl Counters {
    /// Files that were read so far.
    pub fn scanned(&self) -> usize {
        self.scanned.load(Ordering::Relaxed)
    }

    /// Files that contain `ssl` so far.
    pub fn mention_ssl(&self) -> usize {
        self.mention_ssl.load(Ordering::Relaxed)
    }
}

/// Does what the settings say. Where `stop` becomes true, files that are not written by then stay as they are and have
/// no outcome.
///
/// # Errors
///
/// If there is nothing that can be run: a list of paths or the standard input that cannot be read, or no thread to be
/// had.
pub fn run(settings: &Settings, counters: &Counters, stop: &AtomicBool) -> Result<Run, Unreachable> {
    let current_folder = std::env::current_dir().unwrap_or_default();
    let configs = match Configs::new(settings.chosen.clone(), &current_folder) {
        Ok(configs) => configs,
        Err(wrong) => {
            let outcomes = vec![failed_by(&wrong, &current_folder)];
            return Ok(Run {
                totals: totals(&outcomes, counters),
                outcomes,
                ..Run::default()
            });
        }
    };
    let job = Job {
        mode: settings.mode,
        configs: Arc::new(configs),
        current_folder,
        writer: Writer::default(),
        allowed_by: Mutex::default(),
        scope: Scope::of(&settings.scope)?,
        reviewable: settings.review.is_some().then(Mutex::default),
    };
    let mut run = match &settings.input {
        Input::Stdin(name) => run_on_stdin(&job, name, counters)?,
        Input::Paths { named, list } => {
            let roots = Roots::new(named.clone(), list.as_ref())?;
            let mut run = run_on_files(&job, &roots, settings.jobs, counters, stop)?;
            job.finish(&mut run, if list.is_none() { named } else { &[] }, stop)?;
            let retired = named.iter().filter_map(|root| codiga::in_folder(root));
            run.retired = retired.map(|path| report::shown(&path, &job.current_folder)).collect();
            run
        }
    };
    let allowed_by = job.allowed_by.into_inner().unwrap_or_else(PoisonError::into_inner);
    let allowed_by = allowed_by.iter().map(|path| report::shown(path, &job.current_folder));
    run.allowed_by = allowed_by.collect();
    Ok(run)
}

/// The files that a run with these settings looks at, and what it leaves out, in the order of the paths; as they are shown.
///
/// # Errors
///
/// If a list of paths cannot be read, or a configuration that was named.
pub fn files(settings: &Settings) -> Result<Vec<Result<PathBuf, Unreachable>>, Unreachable> {
    let Input::Paths { named, list } = &settings.input else {
        return Ok(Vec::new());
    };
    let current_folder = std::env::current_dir().unwrap_or_default();
    let configs = Configs::new(settings.chosen.clone(), &current_folder).map_err(|wrong| Unreachable {
        path: wrong.path,
        error: io::Error::other(wrong.message),
    })?;
    let roots = Roots::new(named.clone(), list.as_ref())?;
    let found = Mutex::new(Vec::new());
    roots.walk(settings.jobs, &Arc::new(configs), || {
        let mut start = vec![0; FIRST_READ];
        let (found, current_folder) = (&found, &current_folder);
        move |candidate: Result<Candidate, Unreachable>| {
            let file = match candidate {
                Ok(Candidate { path, kind, .. }) => match is_looked_at(&path, kind, &mut start) {
                    Ok(true) => Some(Ok(report::shown(&path, current_folder))),
                    Ok(false) => None,
                    Err(error) => Some(Err(Unreachable { path, error })),
                },
                Err(unreachable) => Some(Err(unreachable)),
            };
            found.lock().unwrap_or_else(PoisonError::into_inner).extend(file);
            true
        }
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    let path = |file: &Result<PathBuf, Unreachable>| match file {
        Ok(path) => path.clone(),
        Err(unreachable) => unreachable.path.clone(),
    };
    found.sort_by_cached_key(path);
    Ok(found)
}

/// Only a script has to be opened to know that.
fn is_looked_at(path: &Path, kind: Kind, start: &mut [u8]) -> io::Result<bool> {
    match kind {
        Kind::Named => std::fs::metadata(path).map(|_| true),
        Kind::Python => Ok(true),
        Kind::Script => {
            let read = read_some(&mut File::open(path)?, start)?;
            Ok(discover::has_python_shebang(&start[..read]))
        }
    }
}

fn failed_by(wrong: &WrongConfig, current_folder: &Path) -> Outcome {
    Outcome::failed(report::shown(&wrong.path, current_folder), wrong.message.clone())
}

/// What is the same for every file.
struct Job {
    mode: Mode,
    configs: Arc<Configs>,
    current_folder: PathBuf,
    writer: Writer,
    /// The configurations that have allowed unsafe fixes.
    allowed_by: Mutex<BTreeSet<PathBuf>>,
    scope: Scope,
    /// Filled where a review follows.
    reviewable: Option<Mutex<Vec<Reviewable>>>,
}

/// A file that may concern us.
struct Task<'a> {
    path: PathBuf,
    real_path: PathBuf,
    bytes: Vec<u8>,
    /// Of the memory.
    _share: Share<'a>,
}

fn run_on_files(
    job: &Job,
    roots: &Roots,
    threads: std::num::NonZeroUsize,
    counters: &Counters,
    stop: &AtomicBool,
) -> Result<Run, Unreachable> {
    let outcomes = Mutex::new(Vec::new());
    let add = |outcome: Outcome| {
        let mut outcomes = outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        outcomes.push(outcome);
    };
    // Bounded, so that the walk cannot fill the memory with what is still to be parsed.
    let (sender, receiver) = mpsc::sync_channel::<Task>(4 * threads.get());
    let budget = Budget::new(source::MOST_BYTES);
    let receiver = Mutex::new(receiver);
    let work = || {
        loop {
            let task = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(task) = task else { return };
            if !stop.load(Ordering::Relaxed) {
                add(job.look_at_file(&task, stop));
            }
        }
    };
    let left_out = thread::scope(|scope| {
        // Moved into the scope, so that it is dropped, and the workers end, also where a thread cannot be had.
        let sender = sender;
        for _ in 0..threads.get() {
            let builder = thread::Builder::new().stack_size(source::STACK_SIZE);
            builder.spawn_scoped(scope, work).map_err(|error| Unreachable {
                path: PathBuf::new(),
                error: io::Error::other(format!(
                    "cannot start {threads} threads, try fewer with --jobs: {}",
                    report::os_error(&error)
                )),
            })?;
        }
        let left_out = roots.walk(threads, &job.configs, || {
            let sender = sender.clone();
            let mut buffer = vec![0; FIRST_READ];
            let (add, budget) = (&add, &budget);
            move |found: Result<Candidate, Unreachable>| {
                let in_scope = found.map(|candidate| job.scope.has_file(&candidate.real_path).then_some(candidate));
                let read = in_scope.and_then(|candidate| match candidate {
                    Some(candidate) => {
                        read_if_it_may_concern_us(candidate, &job.configs, &mut buffer, counters, budget)
                    }
                    None => Ok(None),
                });
                match read {
                    Ok(None) => {}
                    Ok(Some(task)) => {
                        // The receiver lives as long as this scope.
                        let _ = sender.send(task);
                    }
                    Err(unreachable) => add(job.failed(&unreachable)),
                }
                !stop.load(Ordering::Relaxed)
            }
        });
        Ok(left_out)
    })?;
    let mut outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcomes.sort_by(|one, other| (&one.path, &one.failure).cmp(&(&other.path, &other.failure)));
    // A wrong configuration is said once, not for each of its files.
    outcomes.dedup_by(|one, other| one.failure.is_some() && (&one.path, &one.failure) == (&other.path, &other.failure));
    let shown = |(excluder, counted): (Excluder, LeftOut)| {
        let file = excluder.file.map(|file| report::shown(&file, &job.current_folder));
        (Excluder { file, ..excluder }, counted)
    };
    let left_out: AllLeftOut = left_out.into_iter().map(shown).collect();
    let mut totals = totals(&outcomes, counters);
    // What nobody has said needs no line.
    for counted in left_out
        .iter()
        .filter(|(excluder, _)| !excluder.is_default)
        .map(|(_, counted)| counted)
    {
        totals.excluded_files += counted.files;
        totals.excluded_folders += counted.folders;
    }
    Ok(Run {
        totals,
        outcomes,
        left_out,
        reviewable: job.take_reviewable(),
        ..Run::default()
    })
}

fn run_on_stdin(job: &Job, name: &Path, counters: &Counters) -> Result<Run, Unreachable> {
    let unreachable = |error: io::Error| Unreachable {
        path: name.to_path_buf(),
        error,
    };
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).map_err(unreachable)?;
    counters.scanned.fetch_add(1, Ordering::Relaxed);
    let seen = seen(name, &bytes);
    let mentions = Mentions::of(&seen);
    counters
        .mention_ssl
        .fetch_add(usize::from(mentions.ssl), Ordering::Relaxed);
    if !mentions.an_old_api && !job.configs.declares_a_name_in(name, &seen) {
        return Ok(Run {
            totals: totals(&[], counters),
            stdin: Some(bytes),
            ..Run::default()
        });
    }
    if let Some(excluder) = job.configs.excluder_of_named(name) {
        let counted = LeftOut { files: 1, folders: 0 };
        return Ok(Run {
            totals: totals(&[], counters),
            stdin: Some(bytes),
            left_out: AllLeftOut::from([(excluder, counted)]),
            ..Run::default()
        });
    }
    let options = match job.configs.options_for(name) {
        Ok(options) => options,
        Err(wrong) => {
            let outcomes = vec![failed_by(&wrong, &job.current_folder)];
            return Ok(Run {
                totals: totals(&outcomes, counters),
                outcomes,
                stdin: Some(bytes),
                ..Run::default()
            });
        }
    };
    job.remember_who_allows_unsafe_fixes(name, &options);
    let (outcome, new_bytes) = thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(source::STACK_SIZE);
        let worker = builder
            .spawn_scoped(scope, || job.look(name, None, &bytes, &options, job.mode))
            .map_err(unreachable)?;
        worker.join().map_err(|_| unreachable(io::Error::other(PANICKED)))
    })?;
    let outcomes = vec![outcome];
    Ok(Run {
        totals: totals(&outcomes, counters),
        outcomes,
        stdin: Some(match (new_bytes, job.mode) {
            (Some(new_bytes), Mode::Write) => new_bytes,
            _ => bytes,
        }),
        ..Run::default()
    })
}

const PANICKED: &str = "sslfix failed on this file, which is left as it is; please report this";

/// What is said of a file that was not written since its path leads elsewhere.
pub const MOVED: &str = "leads elsewhere than when it was found, so it was not written; run sslfix again";

/// What is said of a file that was not written since it changed meanwhile.
pub const CHANGED: &str = "changed since it was read, so it was not written; run sslfix again";

const FIRST_READ: usize = 64 << 10;

/// A buffer that has grown larger is given back.
const MOST_KEPT: usize = 4 << 20;

/// Reads a file into the buffer, which is used again for the next, and makes a task of it if it is Python that names an
/// old API or a function that is declared.
fn read_if_it_may_concern_us<'a>(
    candidate: Candidate,
    configs: &Configs,
    buffer: &mut Vec<u8>,
    counters: &Counters,
    budget: &'a Budget,
) -> Result<Option<Task<'a>>, Unreachable> {
    let Candidate { path, real_path, kind } = candidate;
    let is_declared = |bytes: &[u8]| configs.declares_a_name_in(&path, bytes);
    let looked = read(&path, kind, &is_declared, buffer);
    let task = match looked {
        Ok(None) => None,
        Ok(Some(Content { length, mentions })) => {
            counters.scanned.fetch_add(1, Ordering::Relaxed);
            counters
                .mention_ssl
                .fetch_add(usize::from(mentions.ssl), Ordering::Relaxed);
            (mentions.ssl && mentions.an_old_api || mentions.a_declared_name).then(|| Task {
                path,
                real_path,
                _share: budget.take(length),
                bytes: buffer[..length].to_vec(),
            })
        }
        Err(error) => return Err(Unreachable { path, error }),
    };
    // A large file must not take its memory until the end of the run, once for each thread.
    if buffer.len() > MOST_KEPT {
        *buffer = vec![0; FIRST_READ];
    }
    Ok(task)
}

/// The bytes in which names are looked for.
fn seen<'a>(path: &Path, bytes: &'a [u8]) -> Cow<'a, [u8]> {
    match discover::dialect(path) {
        Dialect::Notebook => source::unescaped(bytes),
        Dialect::Python => Cow::Borrowed(bytes),
    }
}

/// What was read of a file.
struct Content {
    /// So many bytes at the start of the buffer: the file, or one byte more than [`source::MOST_BYTES`] of a larger one.
    length: usize,
    /// What all of the file mentions.
    mentions: Mentions,
}

/// What bytes mention, which decides whether they are worth a closer look.
#[derive(Clone, Copy, Default)]
struct Mentions {
    ssl: bool,
    an_old_api: bool,
    /// Asked for only where the others do not decide.
    a_declared_name: bool,
}

impl Mentions {
    fn of(bytes: &[u8]) -> Mentions {
        let ssl = source::mentions_ssl(bytes);
        Mentions {
            ssl,
            an_old_api: ssl && source::names_an_old_api(bytes),
            a_declared_name: false,
        }
    }

    /// With the names that only the configuration knows.
    fn or_declared(self, is_declared: &dyn Fn(&[u8]) -> bool, bytes: &[u8]) -> Mentions {
        Mentions {
            a_declared_name: !self.an_old_api && is_declared(bytes),
            ..self
        }
    }
}

/// Reads a file into the buffer; gives nothing if it is no Python.
fn read(
    path: &Path,
    kind: Kind,
    is_declared: &dyn Fn(&[u8]) -> bool,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<Content>> {
    let mut file = File::open(path)?;
    let mut length = 0;
    loop {
        let read = read_some(&mut file, &mut buffer[length..])?;
        if kind == Kind::Script && length == 0 && !discover::has_python_shebang(&buffer[..read]) {
            return Ok(None);
        }
        length += read;
        // Of a file on disk a short read is the last, of a pipe, which only its name can lead to, it is not.
        let is_last = read == 0 || (kind != Kind::Named && length < buffer.len());
        if is_last {
            let seen = seen(path, &buffer[..length]);
            let mentions = Mentions::of(&seen).or_declared(is_declared, &seen);
            return Ok(Some(Content { length, mentions }));
        }
        if length > source::MOST_BYTES {
            let mentions = mentions_of_large_file(&mut file, is_declared, &buffer[..length])?;
            let length = source::MOST_BYTES + 1;
            return Ok(Some(Content { length, mentions }));
        }
        if length == buffer.len() {
            buffer.resize((2 * length).min(source::MOST_BYTES + 1).max(length + 1), 0);
        }
    }
}

/// What a file mentions of which the start was read already, and which is too large to be held in memory. Stops at a zero
/// byte, which no Python accepts: the file may be a device, or mostly a hole.
fn mentions_of_large_file(file: &mut File, is_declared: &dyn Fn(&[u8]) -> bool, start: &[u8]) -> io::Result<Mentions> {
    let mut ssl = source::mentions_ssl(start);
    let mut an_old_api = source::names_an_old_api(start);
    let mut a_declared_name = is_declared(start);
    let mut window = start[start.len() - LONGEST_NAME..].to_vec();
    window.resize(LONGEST_NAME + FIRST_READ, 0);
    let mut has_zero = start.contains(&0);
    while !(has_zero || ssl && an_old_api || a_declared_name) {
        let read = read_some(file, &mut window[LONGEST_NAME..])?;
        if read == 0 {
            break;
        }
        let seen = &window[..LONGEST_NAME + read];
        ssl |= source::mentions_ssl(seen);
        an_old_api |= source::names_an_old_api(seen);
        a_declared_name |= is_declared(seen);
        has_zero = seen.contains(&0);
        window.copy_within(read..read + LONGEST_NAME, 0);
    }
    Ok(Mentions {
        ssl,
        an_old_api,
        a_declared_name,
    })
}

fn read_some(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match file.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            result => return result,
        }
    }
}

impl Job {
    /// Looks at a file, and writes it if that was asked for.
    fn look_at_file(&self, task: &Task, stop: &AtomicBool) -> Outcome {
        let Task {
            path, real_path, bytes, ..
        } = task;
        let shown = report::shown(path, &self.current_folder);
        let options = match self.configs.options_for(path) {
            Ok(options) => options,
            Err(wrong) => return failed_by(&wrong, &self.current_folder),
        };
        self.remember_who_allows_unsafe_fixes(path, &options);
        let on_disk = Some(real_path.as_path());
        let looked = panic::catch_unwind(AssertUnwindSafe(|| {
            self.look(&shown, on_disk, bytes, &options, self.mode)
        }));
        let Ok((outcome, new_bytes)) = looked else {
            return Outcome::failed(shown, PANICKED.to_string());
        };
        if let (Some(reviewable), Some(looked)) = (&self.reviewable, &outcome.looked)
            && self.scope.refusal(real_path).is_none()
            // A review asks about diffs of code.
            && looked.in_cells.is_none()
            && looked.plan.findings.iter().any(|finding| finding.fix.is_some())
        {
            let mut reviewable = reviewable.lock().unwrap_or_else(PoisonError::into_inner);
            reviewable.push(Reviewable {
                shown,
                path: path.clone(),
                real_path: real_path.clone(),
                bytes: bytes.clone(),
                options,
                excluded: looked.plan.excluded.clone(),
            });
            return outcome;
        }
        let Some(new_bytes) = new_bytes else { return outcome };
        if self.mode != Mode::Write {
            return outcome;
        }
        let failure = match stop.load(Ordering::Relaxed) {
            true => "not written, since sslfix was interrupted".to_string(),
            false if let Some(refusal) = self.scope.refusal(real_path) => refusal.to_string(),
            false => match self.writer.replace(path, real_path, bytes, &new_bytes) {
                Ok(()) => return outcome,
                // This run has changed nothing, and there is what is left.
                Err(NotWritten::Done) => return self.look(&shown, on_disk, &new_bytes, &options, Mode::Check).0,
                // What was found is not there any more.
                Err(NotWritten::Changed) => return Outcome::failed(shown, CHANGED.to_string()),
                Err(NotWritten::Moved) => return Outcome::failed(shown, MOVED.to_string()),
                Err(NotWritten::NoFile) => "is no file that can be written".into(),
                Err(NotWritten::Failed(error)) => format!("cannot be written: {}", report::os_error(&error)),
            },
        };
        // What is on disk is what it was.
        let (outcome, _) = self.look(&shown, on_disk, bytes, &options, Mode::Check);
        let looked = outcome.looked.map(|looked| Looked {
            diff: Vec::new(),
            ..looked
        });
        Outcome {
            failure: Some(failure),
            looked,
            ..outcome
        }
    }

    /// What is to be done when all files were looked at.
    fn finish(&self, run: &mut Run, named: &[PathBuf], stop: &AtomicBool) -> Result<(), Unreachable> {
        let incomplete = run.outcomes.iter();
        let incomplete = incomplete.filter(|outcome| outcome.failure.is_some() || outcome.unreadable.is_some());
        let incomplete = incomplete
            .filter_map(|outcome| std::fs::canonicalize(&outcome.path).ok())
            .collect();
        run.totals.gone_from_baseline = self.scope.gone_from_baseline(named, &incomplete);
        if !stop.load(Ordering::Relaxed) {
            run.totals.baseline_written = self.scope.write_baseline().map_err(|error| Unreachable {
                path: PathBuf::new(),
                error: io::Error::other(format!("the baseline cannot be written: {}", report::os_error(&error))),
            })?;
        }
        Ok(())
    }

    fn remember_who_allows_unsafe_fixes(&self, path: &Path, options: &Options) {
        if options.unsafe_fixes
            && let Some(by) = self.configs.allows_unsafe_fixes(path)
        {
            self.allowed_by
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(by);
        }
    }

    /// Looks at the bytes of a file. The second result is what should be written, if that differs.
    fn look(
        &self,
        shown: &Path,
        real_path: Option<&Path>,
        bytes: &[u8],
        options: &Options,
        mode: Mode,
    ) -> (Outcome, Option<Vec<u8>>) {
        let mut outcome = Outcome {
            path: shown.to_path_buf(),
            failure: None,
            unreadable: None,
            looked: None,
            in_baseline: 0,
        };
        let planned = Source::decode_as(bytes, discover::dialect(shown)).and_then(|source| {
            let part = self.scope.part(shown, real_path, &source);
            let plan = match &part {
                Ok(part) => rewrite::plan_of(source.code(), options, &|finding| part.is_chosen(finding))?,
                Err(error) => {
                    outcome.failure = Some(error.to_string());
                    rewrite::plan_of(source.code(), options, &|_| false)?
                }
            };
            outcome.in_baseline = part.map_or(0, |part| part.in_baseline());
            looked_at(shown, bytes, source, plan, mode)
        });
        match planned {
            Ok((looked, new_bytes)) => {
                outcome.looked = Some(looked);
                (outcome, new_bytes)
            }
            Err(unreadable) => {
                outcome.unreadable = Some(unreadable);
                (outcome, None)
            }
        }
    }

    fn take_reviewable(&self) -> Vec<Reviewable> {
        let Some(reviewable) = &self.reviewable else {
            return Vec::new();
        };
        let mut reviewable = reviewable.lock().unwrap_or_else(PoisonError::into_inner);
        reviewable.sort_by(|one, other| one.shown.cmp(&other.shown));
        std::mem::take(&mut reviewable)
    }

    fn failed(&self, unreachable: &Unreachable) -> Outcome {
        let shown = report::shown(&unreachable.path, &self.current_folder);
        Outcome::failed(
            shown,
            format!("cannot be read: {}", report::os_error(&unreachable.error)),
        )
    }
}

impl Reviewable {
    /// True if the run is about a finding of this file, as it was read or as it is afterwards.
    pub fn is_about(&self, finding: &Finding) -> bool {
        let same = |other: &Finding| (other.codemod, &other.identity) == (finding.codemod, &finding.identity);
        !self.excluded.iter().any(same)
    }
}

/// What is told of a file and its plan, and what should be written, if that differs.
///
/// # Errors
///
/// If the new text cannot be written in the encoding of the file.
pub fn looked_at(
    shown: &Path,
    bytes: &[u8],
    source: Source,
    plan: Plan,
    mode: Mode,
) -> Result<(Looked, Option<Vec<u8>>), Unreadable> {
    if source.code().cells.is_some() {
        return notebook::looked_at(shown, bytes, source, plan, mode);
    }
    let mut diff = Vec::new();
    let mut new_bytes = None;
    if plan.changes() {
        let encoded = source.encode(&plan.text)?;
        let old = Sides {
            text: source.text(),
            bytes,
        };
        let new = Sides {
            text: &plan.text,
            bytes: &encoded,
        };
        diff = report::diff(shown, old, new, &plan.spans);
        new_bytes = Some(encoded);
    }
    let looked = Looked {
        source,
        plan,
        diff,
        mode,
        in_cells: None,
    };
    Ok((looked, new_bytes))
}

fn totals(outcomes: &[Outcome], counters: &Counters) -> Totals {
    let mut totals = Totals {
        scanned: counters.scanned(),
        mention_ssl: counters.mention_ssl(),
        ..Totals::default()
    };
    for outcome in outcomes {
        totals.failed += usize::from(outcome.failure.is_some());
        totals.unreadable += usize::from(outcome.unreadable.is_some());
        totals.in_baseline += outcome.in_baseline;
        let Some(looked) = &outcome.looked else { continue };
        totals.held_back += looked.held_back();
        totals.for_a_person += looked.for_a_person();
        totals.notes += looked.notes();
        if looked.diff.is_empty() {
            continue;
        }
        totals.rewritten_files += 1;
        totals.ignores_added += looked.plan.ignores_added;
        for (codemod, rewrites) in &looked.plan.applied {
            *totals.rewrites.entry(codemod).or_default() += rewrites;
        }
    }
    totals
}
