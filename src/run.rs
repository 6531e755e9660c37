//! A run over files: what came of each.
//!
//! Reads, looks, and writes if asked to; prints nothing. The threads of the walk read the files and drop those that
//! cannot concern us; threads with a larger stack do what is deep. Which of them took a file can not be told from the
//! outcomes, which are in the order of the paths.

use crate::budget::{Budget, Share};
use crate::cli::{Input, Mode, Settings};
use crate::config::{Chosen, Configs, LONGEST_NAME};
use crate::discover::{self, Candidate, Kind, Roots, Unreachable};
use crate::report::{self, Sides, Totals};
use crate::rewrite::{self, Finding, Options, Plan, Safety};
use crate::source::{self, Lines, Source, Unreadable};
use crate::write::{NotWritten, Writer};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
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
}

/// What came of one file, or of a path that leads to none.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    /// As it is shown.
    pub path: PathBuf,
    /// What sslfix could not do with it, in one line: lower case, no full stop.
    pub failure: Option<String>,
    /// Why it was not looked at.
    pub unreadable: Option<Unreadable>,
    /// What is found in the file as it is on disk after the run. With [`Mode::DryRun`], what would be; then in the places
    /// of the file as it is.
    pub findings: Vec<Placed>,
    /// From what was read to what was written, or would be.
    pub diff: Vec<u8>,
    /// The fixes that the diff consists of, by codemod.
    pub rewrites: BTreeMap<&'static str, usize>,
    /// Findings that stay although they have a fix, which is unsafe.
    pub held_back: usize,
    /// Findings that count and stay, having no fix.
    pub for_a_person: usize,
    /// Findings that do not count and have no fix.
    pub notes: usize,
    /// True if the file as it is on disk has a finding that counts, or a fix that the options allow.
    pub needs_work: bool,
}

/// A finding and its place for people: line and column, in characters, count from 1.
#[derive(Debug, PartialEq, Eq)]
pub struct Placed {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// What was found there.
    pub finding: Finding,
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
    let job = Job {
        mode: settings.mode,
        chosen: settings.chosen.clone(),
        configs: Configs::default(),
        current_folder: std::env::current_dir().unwrap_or_default(),
        writer: Writer::default(),
    };
    match &settings.input {
        Input::Stdin(name) => run_on_stdin(&job, name, counters),
        Input::Paths { named, list } => {
            let roots = Roots::new(named.clone(), list.as_ref())?;
            run_on_files(&job, &roots, settings.jobs, counters, stop)
        }
    }
}

/// What is the same for every file.
struct Job {
    mode: Mode,
    chosen: Chosen,
    configs: Configs,
    current_folder: PathBuf,
    writer: Writer,
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
    thread::scope(|scope| {
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
        roots.walk(threads, || {
            let sender = sender.clone();
            let mut buffer = vec![0; FIRST_READ];
            let (add, budget) = (&add, &budget);
            move |found: Result<Candidate, Unreachable>| {
                let read =
                    |candidate| read_if_it_may_concern_us(candidate, &job.configs, &mut buffer, counters, budget);
                match found.and_then(read) {
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
        Ok(())
    })?;
    let mut outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcomes.sort_by(|one, other| (&one.path, &one.failure).cmp(&(&other.path, &other.failure)));
    // A wrong configuration is said once, not for each of its files.
    outcomes.dedup();
    Ok(Run {
        totals: totals(&outcomes, counters),
        outcomes,
        stdin: None,
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
    let mentions = Mentions::of(&bytes);
    counters
        .mention_ssl
        .fetch_add(usize::from(mentions.ssl), Ordering::Relaxed);
    if !mentions.an_old_api && !job.configs.declares_a_name_in(name, &bytes) {
        return Ok(Run {
            outcomes: Vec::new(),
            totals: totals(&[], counters),
            stdin: Some(bytes),
        });
    }
    let options = match job.configs.options_for(name, &job.chosen) {
        Ok(options) => options,
        Err(wrong) => {
            let shown = report::shown(&wrong.path, &job.current_folder);
            let outcomes = vec![Outcome::failed(shown, wrong.message)];
            return Ok(Run {
                totals: totals(&outcomes, counters),
                outcomes,
                stdin: Some(bytes),
            });
        }
    };
    let (outcome, new_bytes) = thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(source::STACK_SIZE);
        let worker = builder
            .spawn_scoped(scope, || job.look(name, &bytes, &options, job.mode))
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
    })
}

const PANICKED: &str = "sslfix failed on this file, which is left as it is; please report this";

const MOVED: &str = "leads elsewhere than when it was found, so it was not written; run sslfix again";

const CHANGED: &str = "changed since it was read, so it was not written; run sslfix again";

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
        Ok(Some(Looked { length, mentions })) => {
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

/// What was read of a file.
struct Looked {
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
) -> io::Result<Option<Looked>> {
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
            let mentions = Mentions::of(&buffer[..length]).or_declared(is_declared, &buffer[..length]);
            return Ok(Some(Looked { length, mentions }));
        }
        if length > source::MOST_BYTES {
            let mentions = mentions_of_large_file(&mut file, is_declared, &buffer[..length])?;
            let length = source::MOST_BYTES + 1;
            return Ok(Some(Looked { length, mentions }));
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
        let options = match self.configs.options_for(path, &self.chosen) {
            Ok(options) => options,
            Err(wrong) => return Outcome::failed(report::shown(&wrong.path, &self.current_folder), wrong.message),
        };
        let looked = panic::catch_unwind(AssertUnwindSafe(|| self.look(&shown, bytes, &options, self.mode)));
        let Ok((outcome, new_bytes)) = looked else {
            return Outcome::failed(shown, PANICKED.to_string());
        };
        let Some(new_bytes) = new_bytes else { return outcome };
        if self.mode != Mode::Write {
            return outcome;
        }
        let failure = match stop.load(Ordering::Relaxed) {
            true => "not written, since sslfix was interrupted".to_string(),
            false => match self.writer.replace(path, real_path, bytes, &new_bytes) {
                Ok(()) => return outcome,
                // This run has changed nothing, and there is what is left.
                Err(NotWritten::Done) => return self.look(&shown, &new_bytes, &options, Mode::Check).0,
                // What was found is not there any more.
                Err(NotWritten::Changed) => return Outcome::failed(shown, CHANGED.to_string()),
                Err(NotWritten::Moved) => return Outcome::failed(shown, MOVED.to_string()),
                Err(NotWritten::NoFile) => "is no file that can be written".into(),
                Err(NotWritten::Failed(error)) => format!("cannot be written: {}", report::os_error(&error)),
            },
        };
        // What is on disk is what it was.
        let (outcome, _) = self.look(&shown, bytes, &options, Mode::Check);
        Outcome {
            failure: Some(failure),
            diff: Vec::new(),
            rewrites: BTreeMap::new(),
            ..outcome
        }
    }

    /// Looks at the bytes of a file. The second result is what should be written, if that differs.
    fn look(&self, shown: &Path, bytes: &[u8], options: &Options, mode: Mode) -> (Outcome, Option<Vec<u8>>) {
        let planned = Source::decode(bytes).and_then(|source| {
            let plan = rewrite::plan(source.text(), options)?;
            let new_bytes = if plan.changes() {
                Some(source.encode(&plan.text)?)
            } else {
                None
            };
            Ok((source, plan, new_bytes))
        });
        match planned {
            Ok((source, plan, new_bytes)) => {
                let outcome = outcome_of_plan(shown, &source, bytes, plan, new_bytes.as_deref(), mode);
                (outcome, new_bytes)
            }
            Err(unreadable) => {
                let outcome = Outcome {
                    unreadable: Some(unreadable),
                    needs_work: true,
                    ..Outcome::of(shown.to_path_buf())
                };
                (outcome, None)
            }
        }
    }

    fn failed(&self, unreachable: &Unreachable) -> Outcome {
        let shown = report::shown(&unreachable.path, &self.current_folder);
        Outcome::failed(
            shown,
            format!("cannot be read: {}", report::os_error(&unreachable.error)),
        )
    }
}

/// What is to be said about a file that could be looked at.
fn outcome_of_plan(
    shown: &Path,
    source: &Source,
    bytes: &[u8],
    plan: Plan,
    new_bytes: Option<&[u8]>,
    mode: Mode,
) -> Outcome {
    let text = source.text();
    let diff = match new_bytes {
        Some(new_bytes) => {
            let old = Sides { text, bytes };
            let new = Sides {
                text: &plan.text,
                bytes: new_bytes,
            };
            report::diff(shown, old, new, &plan.spans)
        }
        None => Vec::new(),
    };
    let stay = plan.left.iter();
    let held_back = stay.clone().filter(|finding| is_held_back(finding)).count();
    let for_a_person = stay
        .clone()
        .filter(|finding| finding.fix.is_none() && finding.counts())
        .count();
    let notes = stay
        .clone()
        .filter(|finding| finding.fix.is_none() && !finding.counts())
        .count();
    let changes_on_disk = mode == Mode::Write;
    let on_disk = if changes_on_disk { &plan.left } else { &plan.findings };
    let needs_work = on_disk.iter().any(Finding::counts) || (plan.changes() && !changes_on_disk);
    Outcome {
        findings: match mode {
            Mode::Check => placed(text, plan.findings, |offset| offset),
            Mode::Write => placed(&plan.text, plan.left, |offset| offset),
            Mode::DryRun => placed(text, plan.left, |offset| old_offset(&plan.spans, offset)),
        },
        diff,
        rewrites: plan.applied,
        held_back,
        for_a_person,
        notes,
        needs_work,
        ..Outcome::of(shown.to_path_buf())
    }
}

impl Outcome {
    fn of(path: PathBuf) -> Outcome {
        Outcome {
            path,
            failure: None,
            unreadable: None,
            findings: Vec::new(),
            diff: Vec::new(),
            rewrites: BTreeMap::new(),
            held_back: 0,
            for_a_person: 0,
            notes: 0,
            needs_work: false,
        }
    }

    fn failed(path: PathBuf, failure: String) -> Outcome {
        Outcome {
            failure: Some(failure),
            ..Outcome::of(path)
        }
    }
}

fn is_held_back(finding: &Finding) -> bool {
    matches!(&finding.fix, Some(fix) if fix.safety != Safety::Safe)
}

/// The findings with their places in the text, in the order of the text; `offset_in_text` leads there from where they
/// were found.
fn placed(text: &str, findings: Vec<Finding>, offset_in_text: impl Fn(usize) -> usize) -> Vec<Placed> {
    let mut with_offsets: Vec<(usize, Finding)> = findings
        .into_iter()
        .map(|finding| (offset_in_text(finding.range.start().into()), finding))
        .collect();
    with_offsets.sort_by_key(|(offset, _)| *offset);
    let lines = Lines::of(text.as_bytes());
    let place = |(offset, finding)| {
        let (line, column) = lines.line_and_column(offset);
        Placed { line, column, finding }
    };
    with_offsets.into_iter().map(place).collect()
}

/// Where what is at an offset of the new text was in the old text. Of what is new, where it was put.
fn old_offset(spans: &rewrite::Spans, new_offset: usize) -> usize {
    let mut offset = new_offset;
    for span in spans.iter() {
        if span.new.start > new_offset {
            break;
        }
        if new_offset < span.new.end {
            return span.old.start;
        }
        offset = new_offset - span.new.end + span.old.end;
    }
    offset
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
        totals.rewritten_files += usize::from(!outcome.diff.is_empty());
        totals.held_back += outcome.held_back;
        totals.for_a_person += outcome.for_a_person;
        totals.notes += outcome.notes;
        for (codemod, rewrites) in &outcome.rewrites {
            *totals.rewrites.entry(codemod).or_default() += rewrites;
        }
    }
    totals
}
