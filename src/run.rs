//! A run over files: what came of each.
//!
//! Reads, looks, and writes if asked to; prints nothing. The threads of the walk read the files and drop those that
//! cannot concern us; then threads with a larger stack look at the few that may. Which of them took a file can not be told
//! from the outcomes, which are told one after the other in the order of the paths, so that none of them has to be kept.

mod ordered;
mod reading;

use crate::cli::{Input, Jobs, Mode, Settings};
use crate::config::{Configs, Excluder, WrongConfig, codiga};
use crate::discover::{self, AllLeftOut, Candidate, LeftOut, Roots, Unreachable};
use crate::notebook;
use crate::outcome::{Looked, Outcome};
use crate::report::{self, Sides, Totals};
use crate::rewrite::{self, Finding, Options, Plan};
use crate::scope::Scope;
use crate::source::{self, Source, Unreadable};
use crate::write::{NotWritten, Writer};
use ordered::Ordered;
use reading::{Content, Mentions, Reader};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Read};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// What came of a run, beside what came of each file.
#[derive(Debug, Default)]
pub struct Run {
    /// What is counted.
    pub totals: Totals,
    /// Files of which it is not known what is in them, as they are shown.
    pub incomplete: Vec<PathBuf>,
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
    to_look_at: AtomicUsize,
    looked_at: AtomicUsize,
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

    /// Files that are to be parsed; 0 until all are found.
    pub fn to_look_at(&self) -> usize {
        self.to_look_at.load(Ordering::Relaxed)
    }

    /// Of these, how many were told about so far.
    pub fn looked_at(&self) -> usize {
        self.looked_at.load(Ordering::Relaxed)
    }
}

/// Does what the settings say, and tells what came of each file that there is something to say about, in the order of the
/// paths. Where `stop` becomes true, files that are not written by then stay as they are and have no outcome.
///
/// # Errors
///
/// If there is nothing that can be run: a list of paths or the standard input that cannot be read, or no thread to be
/// had.
pub fn run(
    settings: &Settings,
    counters: &Counters,
    stop: &AtomicBool,
    tell: &mut dyn FnMut(Outcome),
) -> Result<Run, Unreachable> {
    let current_folder = std::env::current_dir().unwrap_or_default();
    let configs = match Configs::new(settings.chosen.clone(), &current_folder) {
        Ok(configs) => configs,
        Err(wrong) => {
            let mut told = Told::new(counters, tell);
            told.tell(failed_by(&wrong, &current_folder));
            return Ok(Run {
                totals: told.totals().0,
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
        Input::Stdin(name) => run_on_stdin(&job, name, counters, tell)?,
        Input::Paths { named, list } => {
            let roots = Roots::new(named.clone(), list.as_ref())?;
            let mut run = run_on_files(&job, &roots, settings.jobs, counters, stop, tell)?;
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
        let mut start = vec![0; reading::FIRST_LINE];
        let (found, current_folder) = (&found, &current_folder);
        move |candidate: Result<Candidate, Unreachable>| {
            let file = match candidate {
                Ok(Candidate { path, kind, .. }) => match reading::is_looked_at(&path, kind, &mut start) {
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

/// What the walk has found.
struct Found {
    /// As it is shown.
    shown: PathBuf,
    /// A file that may concern us, or why it cannot be told.
    what: Result<Task, String>,
}

/// A file that may concern us.
struct Task {
    path: PathBuf,
    real_path: PathBuf,
    /// In bytes, as it was found.
    length: usize,
    /// The content of what can be read only once, such as a pipe.
    bytes: Option<Vec<u8>>,
}

/// Finds the files, which all threads of the walk do in any order, and keeps of each that may concern us no more than its
/// path; then looks at them in the order of the paths. What was read for the first look is read again for the second,
/// which is little: few files pass the first.
fn run_on_files(
    job: &Job,
    roots: &Roots,
    jobs: Jobs,
    counters: &Counters,
    stop: &AtomicBool,
    tell: &mut dyn FnMut(Outcome),
) -> Result<Run, Unreachable> {
    let (found, left_out) = find(job, roots, jobs, counters, stop);
    counters.to_look_at.store(found.len(), Ordering::Relaxed);
    let mut told = Told::new(counters, tell);
    let list = Ordered {
        items: &found,
        bytes: &|found: &Found| found.what.as_ref().map_or(0, |task| task.length),
        is_stopped: &|| stop.load(Ordering::Relaxed),
    };
    let work = |found: &Found| match &found.what {
        Ok(task) => job.look_at_file(&found.shown, task, stop),
        Err(failure) => Outcome::failed(found.shown.clone(), failure.clone()),
    };
    let threads = jobs.threads(Some(found.len()));
    list.run(threads, work, &mut |outcome| told.tell(outcome))
        .map_err(|error| Unreachable {
            path: PathBuf::new(),
            error: io::Error::other(format!(
                "cannot start {threads} threads, try fewer with --jobs: {}",
                report::os_error(&error)
            )),
        })?;
    let shown = |(excluder, counted): (Excluder, LeftOut)| {
        let file = excluder.file.map(|file| report::shown(&file, &job.current_folder));
        (Excluder { file, ..excluder }, counted)
    };
    let left_out: AllLeftOut = left_out.into_iter().map(shown).collect();
    let (mut totals, incomplete) = told.totals();
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
        incomplete,
        left_out,
        reviewable: job.take_reviewable(),
        ..Run::default()
    })
}

/// The files that may concern us and what cannot be read, in the order of the paths, and what was left out.
fn find(job: &Job, roots: &Roots, jobs: Jobs, counters: &Counters, stop: &AtomicBool) -> (Vec<Found>, AllLeftOut) {
    let found = Mutex::new(Vec::new());
    let left_out = roots.walk(jobs, &job.configs, || {
        let mut reader = Reader::new();
        let found = &found;
        move |candidate: Result<Candidate, Unreachable>| {
            let in_scope = candidate.map(|candidate| job.scope.has_file(&candidate.real_path).then_some(candidate));
            let looked = in_scope.and_then(|candidate| match candidate {
                Some(candidate) => first_look(candidate, &job.configs, &mut reader, counters),
                None => Ok(None),
            });
            let one = match looked {
                Ok(None) => None,
                Ok(Some(task)) => Some(Found {
                    shown: report::shown(&task.path, &job.current_folder),
                    what: Ok(task),
                }),
                Err(unreachable) => Some(Found {
                    shown: report::shown(&unreachable.path, &job.current_folder),
                    what: Err(cannot_be_read(&unreachable.error)),
                }),
            };
            found.lock().unwrap_or_else(PoisonError::into_inner).extend(one);
            !stop.load(Ordering::Relaxed)
        }
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort_by(|one, other| {
        let failure = |found: &Found| found.what.as_ref().err().cloned();
        (&one.shown, failure(one)).cmp(&(&other.shown, failure(other)))
    });
    (found, left_out)
}

/// Makes a task of a file if it is Python that names an old API or a function that is declared.
fn first_look(
    candidate: Candidate,
    configs: &Configs,
    reader: &mut Reader,
    counters: &Counters,
) -> Result<Option<Task>, Unreachable> {
    let Candidate { path, real_path, kind } = candidate;
    let is_declared = |bytes: &[u8]| configs.declares_a_name_in(&path, bytes);
    let Some(content) = reader.read(&path, kind, &is_declared).map_err(|error| Unreachable {
        path: path.clone(),
        error,
    })?
    else {
        return Ok(None);
    };
    counters.scanned.fetch_add(1, Ordering::Relaxed);
    let Content {
        length,
        mentions,
        can_be_read_again,
    } = content;
    counters
        .mention_ssl
        .fetch_add(usize::from(mentions.ssl), Ordering::Relaxed);
    let may_concern_us = mentions.ssl && mentions.an_old_api || mentions.a_declared_name;
    let bytes = (may_concern_us && !can_be_read_again).then(|| reader.content(length).to_vec());
    reader.give_back_what_is_large();
    Ok(may_concern_us.then_some(Task {
        path,
        real_path,
        length,
        bytes,
    }))
}

/// What is told of the outcomes, one after the other, and what is counted in them.
struct Told<'a> {
    counters: &'a Counters,
    tell: &'a mut dyn FnMut(Outcome),
    totals: Totals,
    /// The files, as they are shown, of which it is not known what is in them.
    incomplete: Vec<PathBuf>,
    /// A wrong configuration is said once, not for each of its files.
    failures: BTreeSet<(PathBuf, String)>,
}

impl<'a> Told<'a> {
    fn new(counters: &'a Counters, tell: &'a mut dyn FnMut(Outcome)) -> Told<'a> {
        Told {
            counters,
            tell,
            totals: Totals::default(),
            incomplete: Vec::new(),
            failures: BTreeSet::new(),
        }
    }

    fn tell(&mut self, outcome: Outcome) {
        self.counters.looked_at.fetch_add(1, Ordering::Relaxed);
        if let Some(failure) = &outcome.failure
            && !self.failures.insert((outcome.path.clone(), failure.clone()))
        {
            return;
        }
        if outcome.failure.is_some() || outcome.unreadable.is_some() {
            self.incomplete.push(outcome.path.clone());
        }
        self.totals.add(&outcome);
        (self.tell)(outcome);
    }

    fn totals(self) -> (Totals, Vec<PathBuf>) {
        let totals = Totals {
            scanned: self.counters.scanned(),
            mention_ssl: self.counters.mention_ssl(),
            ..self.totals
        };
        (totals, self.incomplete)
    }
}

fn run_on_stdin(
    job: &Job,
    name: &Path,
    counters: &Counters,
    tell: &mut dyn FnMut(Outcome),
) -> Result<Run, Unreachable> {
    let unreachable = |error: io::Error| Unreachable {
        path: name.to_path_buf(),
        error,
    };
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).map_err(unreachable)?;
    counters.scanned.fetch_add(1, Ordering::Relaxed);
    let seen = reading::seen(name, &bytes);
    let mentions = Mentions::of(&seen);
    counters
        .mention_ssl
        .fetch_add(usize::from(mentions.ssl), Ordering::Relaxed);
    if !mentions.an_old_api && !job.configs.declares_a_name_in(name, &seen) {
        return Ok(Run {
            totals: Told::new(counters, tell).totals().0,
            stdin: Some(bytes),
            ..Run::default()
        });
    }
    if let Some(excluder) = job.configs.excluder_of_named(name) {
        let counted = LeftOut { files: 1, folders: 0 };
        return Ok(Run {
            totals: Told::new(counters, tell).totals().0,
            stdin: Some(bytes),
            left_out: AllLeftOut::from([(excluder, counted)]),
            ..Run::default()
        });
    }
    let options = match job.configs.options_for(name) {
        Ok(options) => options,
        Err(wrong) => {
            let mut told = Told::new(counters, tell);
            told.tell(failed_by(&wrong, &job.current_folder));
            return Ok(Run {
                totals: told.totals().0,
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
    let mut told = Told::new(counters, tell);
    told.tell(outcome);
    Ok(Run {
        totals: told.totals().0,
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

impl Job {
    /// Looks at a file, and writes it if that was asked for.
    fn look_at_file(&self, shown: &Path, task: &Task, stop: &AtomicBool) -> Outcome {
        let Task { path, real_path, .. } = task;
        let bytes = match &task.bytes {
            Some(bytes) => Ok(Cow::Borrowed(bytes.as_slice())),
            None => reading::read_again(path, task.length).map(Cow::Owned),
        };
        let bytes = match &bytes {
            Ok(bytes) => bytes.as_ref(),
            Err(error) => return Outcome::failed(shown.to_path_buf(), cannot_be_read(error)),
        };
        let options = match self.configs.options_for(path) {
            Ok(options) => options,
            Err(wrong) => return failed_by(&wrong, &self.current_folder),
        };
        self.remember_who_allows_unsafe_fixes(path, &options);
        let on_disk = Some(real_path.as_path());
        let looked = panic::catch_unwind(AssertUnwindSafe(|| {
            self.look(shown, on_disk, bytes, &options, self.mode)
        }));
        let Ok((outcome, new_bytes)) = looked else {
            return Outcome::failed(shown.to_path_buf(), PANICKED.to_string());
        };
        if let (Some(reviewable), Some(looked)) = (&self.reviewable, &outcome.looked)
            && self.scope.refusal(real_path).is_none()
            // A review asks about diffs of code.
            && looked.in_cells.is_none()
            && looked.plan.findings.iter().any(|finding| finding.fix.is_some())
        {
            let mut reviewable = reviewable.lock().unwrap_or_else(PoisonError::into_inner);
            reviewable.push(Reviewable {
                shown: shown.to_path_buf(),
                path: path.clone(),
                real_path: real_path.clone(),
                bytes: bytes.to_vec(),
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
                Err(NotWritten::Done) => return self.look(shown, on_disk, &new_bytes, &options, Mode::Check).0,
                // What was found is not there any more.
                Err(NotWritten::Changed) => return Outcome::failed(shown.to_path_buf(), CHANGED.to_string()),
                Err(NotWritten::Moved) => return Outcome::failed(shown.to_path_buf(), MOVED.to_string()),
                Err(NotWritten::NoFile) => "is no file that can be written".into(),
                Err(NotWritten::Failed(error)) => format!("cannot be written: {}", report::os_error(&error)),
            },
        };
        // What is on disk is what it was.
        let (outcome, _) = self.look(shown, on_disk, bytes, &options, Mode::Check);
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
        let incomplete = run.incomplete.iter();
        let incomplete = incomplete.filter_map(|path| std::fs::canonicalize(path).ok()).collect();
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
}

fn cannot_be_read(error: &io::Error) -> String {
    format!("cannot be read: {}", report::os_error(error))
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
