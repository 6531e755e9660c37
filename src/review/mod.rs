//! The review of fixes by a person, one after the other: what is asked, and what becomes of the answers.
//!
//! Nothing is found here. A unit of fixes is shown as the plan over just these findings would write it, and a file is
//! written once, behind its last unit, as the plan over all accepted findings: what is in no unit that was shown, such as
//! an import that nothing needs any more, is shown before.

mod comment;
mod editor;
mod file;
mod record;
mod terminal;
mod units;

pub use terminal::Terminal;

use crate::cli::{Mode, Review};
use crate::codemods::Codemod;
use crate::outcome::{Looked, Outcome};
use crate::report::{self, Totals};
use crate::rewrite;
use crate::run::{self, Run};
use crate::source::Source;
use crate::write::{NotWritten, Writer};
use console::Key;
use file::{File, Written};
use record::{Answer, NAME, Record};
use std::collections::HashMap;
use std::io;
use std::path::Path;

/// How a review came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Everything was answered, or the person had enough.
    Regularly,
    /// By Ctrl-C.
    Interrupted,
}

/// Asks about everything that has a fix in a run, writes what is accepted, and makes the outcomes those of the files as
/// they are then.
///
/// # Errors
///
/// If the terminal is gone, or the answers of an earlier review cannot be read.
pub fn review(run: &mut Run, outcomes: &mut [Outcome], wanted: Review, terminal: &Terminal) -> io::Result<Ended> {
    let files = std::mem::take(&mut run.reviewable).into_iter().map(File::new).collect();
    let mut session = Session {
        terminal,
        writer: Writer::default(),
        record: None,
        answered: HashMap::new(),
        files,
        history: Vec::new(),
        rules: Vec::new(),
    };
    match Record::open(Path::new(".")) {
        Ok((record, answered)) => {
            session.record = Some(record);
            session.answered = if wanted.resume { answered } else { HashMap::new() };
        }
        Err(error) if wanted.resume => return Err(error),
        Err(error) => session.say(&format!("answers are not kept: {NAME}: {}", report::os_error(&error)))?,
    }
    let ended = session.all();
    let (files, ended) = (session.files, ended?);
    for file in files {
        if let Some(outcome) = outcomes.iter_mut().find(|outcome| outcome.path == file.item.shown) {
            settle(outcome, file);
        }
    }
    run.totals = totals(run, outcomes);
    Ok(ended)
}

/// The outcome of a file as it is on disk now.
fn settle(outcome: &mut Outcome, file: File) {
    outcome.failure = file.failure;
    if let Some(written) = file.written {
        outcome.looked = Some(Looked {
            source: written.source,
            plan: written.plan,
            diff: written.diff,
            mode: Mode::Write,
            in_cells: None,
        });
        return;
    }
    if file.is_edited {
        let item = &file.item;
        let looked = Source::decode(&item.bytes).and_then(|source| {
            let plan = rewrite::plan_of(source.text(), &item.options, &|finding| item.is_about(finding))?;
            run::looked_at(&item.shown, &item.bytes, source, plan, Mode::Check)
        });
        match looked {
            Ok((looked, _)) => outcome.looked = Some(looked),
            Err(unreadable) => {
                outcome.looked = None;
                outcome.unreadable = Some(unreadable);
            }
        }
    }
    if let Some(looked) = &mut outcome.looked {
        looked.diff = Vec::new();
    }
}

fn totals(run: &Run, outcomes: &[Outcome]) -> Totals {
    let mut totals = Totals {
        scanned: run.totals.scanned,
        mention_ssl: run.totals.mention_ssl,
        ..Totals::default()
    };
    for outcome in outcomes {
        totals.failed += usize::from(outcome.failure.is_some());
        totals.unreadable += usize::from(outcome.unreadable.is_some());
        let Some(looked) = &outcome.looked else { continue };
        for finding in looked.on_disk().1 {
            match (&finding.fix, finding.counts()) {
                (Some(_), _) => totals.not_accepted += 1,
                (None, true) => totals.for_a_person += 1,
                (None, false) => totals.notes += 1,
            }
        }
        if looked.mode == Mode::Write {
            totals.rewritten_files += 1;
            for (codemod, rewrites) in &looked.plan.applied {
                *totals.rewrites.entry(codemod).or_default() += rewrites;
            }
        }
    }
    totals
}

struct Session<'a> {
    terminal: &'a Terminal,
    writer: Writer,
    /// Where answers are kept, if that is possible.
    record: Option<Record>,
    /// By fingerprint, of earlier reviews.
    answered: HashMap<String, Answer>,
    files: Vec<File>,
    /// What each answer was about, the last one last.
    history: Vec<Step>,
    /// What is answered for all of a codemod from now on.
    rules: Vec<(&'static str, Answer)>,
}

/// What one key has answered.
struct Step {
    file: usize,
    findings: Vec<usize>,
    /// So many rules there were before.
    rules: usize,
}

/// Where it goes on.
enum Next {
    /// At this file.
    File(usize),
    Quit,
    Interrupted,
}

impl Session<'_> {
    fn all(&mut self) -> io::Result<Ended> {
        let mut at = 0;
        while at < self.files.len() {
            match self.file(at)? {
                Next::File(file) => at = file,
                Next::Quit => return Ok(Ended::Regularly),
                Next::Interrupted => return Ok(Ended::Interrupted),
            }
        }
        Ok(Ended::Regularly)
    }

    fn say(&self, message: &str) -> io::Result<()> {
        self.terminal
            .write(&format!("{}\n", self.terminal.painter.note(message)))
    }

    /// Asks about a file, and writes it.
    fn file(&mut self, at: usize) -> io::Result<Next> {
        if !self.open(at)? {
            return Ok(Next::File(at + 1));
        }
        loop {
            let Some(unit) = self.files[at].next_unit() else {
                self.write(at)?;
                return Ok(Next::File(at + 1));
            };
            let Some(shown) = self.files[at].show(unit, self.terminal.painter_now()) else {
                if self.files[at].join_again(unit) {
                    self.say("this fix needs the others: they are asked about together again")?;
                } else {
                    self.say("a fix cannot be applied as things are, and is left")?;
                    let findings = self.files[at].units[unit].clone();
                    self.files[at].answer(&findings, &Answer::No);
                }
                continue;
            };
            self.terminal.write(&shown)?;
            if let Some(next) = self.ask(at, unit)? {
                return Ok(next);
            }
        }
    }

    /// Reads a file that was not read yet, with what is answered for it already. False if it cannot be.
    fn open(&mut self, at: usize) -> io::Result<bool> {
        if self.files[at].is_open() {
            return Ok(true);
        }
        let answered = &self.answered;
        if !self.files[at].open(|fingerprint| answered.get(fingerprint).cloned()) {
            return Ok(false);
        }
        let mut by_rule = Vec::new();
        for (codemod, answer) in &self.rules {
            for unit in self.files[at].units_of(&[codemod], *answer == Answer::Yes) {
                self.files[at].answer(&unit, answer);
                by_rule.extend(self.files[at].entries(&unit, answer));
            }
        }
        self.keep(&by_rule)?;
        Ok(true)
    }

    /// Asks until a key moves on: to another unit of the file (nothing is returned), or away from it.
    fn ask(&mut self, at: usize, unit: usize) -> io::Result<Option<Next>> {
        loop {
            self.terminal.write(&self.prompt(at, unit))?;
            let key = self.terminal.key()?;
            let file = &mut self.files[at];
            let findings = file.units[unit].clone();
            let codemods = file.codemods(&findings);
            let names = codemods.join(" and ");
            let done = |word: &str| self.terminal.write(&format!("{word}\n"));
            match key {
                Key::Enter if !file.is_safe(&findings) => {
                    done("no, since it is unsafe")?;
                    self.answer(at, findings, &Answer::No, &[])?;
                }
                Key::Char('y') | Key::Enter => {
                    done("yes")?;
                    self.answer(at, findings, &Answer::Yes, &[])?;
                }
                Key::Char('n') => {
                    done("no")?;
                    self.answer(at, findings, &Answer::No, &[])?;
                }
                Key::Char('a') => {
                    done("yes, and to every other safe fix of this file")?;
                    let all = file.open_units().filter(|other| file.is_safe(other)).flatten();
                    let all = findings.iter().copied().chain(all).collect();
                    self.answer(at, all, &Answer::Yes, &[])?;
                }
                Key::Char('d') => {
                    done("no, and to every other fix of this file")?;
                    let all = file.open_units().flatten();
                    let all = findings.iter().copied().chain(all).collect();
                    self.answer(at, all, &Answer::No, &[])?;
                }
                Key::Char('A') => {
                    done(&format!("yes, and to every other safe fix of {names}"))?;
                    let all = file.units_of(&codemods, true).into_iter().flatten();
                    let all = findings.iter().copied().chain(all).collect();
                    self.answer(at, all, &Answer::Yes, &codemods)?;
                }
                Key::Char('D') => {
                    done(&format!("no, and to every other fix of {names}"))?;
                    let all = file.units_of(&codemods, false).into_iter().flatten();
                    let all = findings.iter().copied().chain(all).collect();
                    self.answer(at, all, &Answer::No, &codemods)?;
                }
                Key::Char('s') => {
                    done("split")?;
                    match file.split(unit) {
                        true => return Ok(None),
                        false => self.say("there is nothing to split")?,
                    }
                    continue;
                }
                Key::Char('e') => {
                    done("edit")?;
                    return self.edit(at, findings.first().copied().unwrap_or_default());
                }
                Key::Char('i') => {
                    done("ignore")?;
                    self.terminal.write("reason: ")?;
                    let reason = self.terminal.line()?.trim().to_string();
                    self.answer(at, findings, &Answer::Ignore(reason), &[])?;
                }
                Key::Char('u') => {
                    done("undo")?;
                    match self.undo(at)? {
                        Some(file) => return Ok((file != at).then_some(Next::File(file))),
                        None => continue,
                    }
                }
                Key::Char('j') | Key::ArrowDown if unit + 1 < file.units.len() => {
                    done("next")?;
                    file.cursor = Some(unit + 1);
                }
                Key::Char('k') | Key::ArrowUp if unit > 0 => {
                    done("back")?;
                    file.cursor = Some(unit - 1);
                }
                Key::Char('j' | 'k') | Key::ArrowDown | Key::ArrowUp => {
                    done("")?;
                    self.say("there is no other in this file")?;
                    continue;
                }
                Key::Char('?') => {
                    done("help")?;
                    self.terminal.write(&help(&codemods))?;
                    continue;
                }
                Key::Char('q') => {
                    done("quit")?;
                    return Ok(Some(Next::Quit));
                }
                Key::CtrlC => {
                    done("interrupted")?;
                    return Ok(Some(Next::Interrupted));
                }
                _ => {
                    done("")?;
                    self.say("? shows the keys")?;
                    continue;
                }
            }
            return Ok(None);
        }
    }

    fn prompt(&self, at: usize, unit: usize) -> String {
        let file = &self.files[at];
        let findings = &file.units[unit];
        let place = format!(
            "({}/{}, file {}/{})",
            unit + 1,
            file.units.len(),
            at + 1,
            self.files.len()
        );
        let what = match (file.is_safe(findings), findings.len()) {
            (true, 1) => "this safe fix".to_string(),
            (true, count) => format!("these {count} safe fixes"),
            (false, 1) => "this UNSAFE fix".to_string(),
            (false, count) => format!("these {count} fixes, some of them UNSAFE,"),
        };
        let keys = match file.is_safe(findings) {
            true => "Y,n,a,d,A,D,s,e,i,u,j,k,q,?",
            false => "y,N,a,d,A,D,s,e,i,u,j,k,q,?",
        };
        let before = match findings.first().and_then(|finding| file.answers[*finding].as_ref()) {
            None | Some(Answer::Undone) => "",
            Some(Answer::Yes) => " (so far: yes)",
            Some(Answer::No) => " (so far: no)",
            Some(Answer::Ignore(_)) => " (so far: ignore)",
        };
        let question = format!("{place} apply {what}{before}? [{keys}]");
        format!("{} ", self.terminal.painter.strong(question))
    }

    /// Takes an answer about findings of a file; with codemods, for all of these from now on.
    fn answer(
        &mut self,
        at: usize,
        mut findings: Vec<usize>,
        answer: &Answer,
        codemods: &[&'static str],
    ) -> io::Result<()> {
        findings.sort_unstable();
        findings.dedup();
        let rules = self.rules.len();
        self.rules
            .extend(codemods.iter().map(|codemod| (*codemod, answer.clone())));
        self.files[at].answer(&findings, answer);
        let entries = self.files[at].entries(&findings, answer);
        self.history.push(Step {
            file: at,
            findings,
            rules,
        });
        self.keep(&entries)
    }

    /// Keeps answers for a later review. Where that fails it is said, once.
    fn keep(&mut self, entries: &[(String, Answer)]) -> io::Result<()> {
        if let Some(record) = &mut self.record
            && let Err(error) = record.add(entries)
        {
            self.record = None;
            return self.say(&format!("answers are not kept: {NAME}: {}", report::os_error(&error)));
        }
        Ok(())
    }

    /// Takes the last answer back, and what was written because of it. Returns the file to go on with; nothing if there
    /// is nothing to take back.
    fn undo(&mut self, at: usize) -> io::Result<Option<usize>> {
        let Some(step) = self.history.pop() else {
            self.say("there is no answer to take back")?;
            return Ok(None);
        };
        for index in (step.file..=at).rev() {
            let file = &mut self.files[index];
            let restored = match &file.written {
                None => Ok(()),
                Some(Written { bytes, .. }) => {
                    let item = &file.item;
                    self.writer.replace(&item.path, &item.real_path, bytes, &item.bytes)
                }
            };
            if let Err(error) = restored {
                let shown = report::quoted(&file.item.shown, "");
                self.say(&format!("{shown}: {}; the answer stays", why_not(error)))?;
                self.history.push(step);
                return Ok(None);
            }
            if file.written.take().is_some() {
                let shown = report::quoted(&file.item.shown, "");
                self.say(&format!("{shown} is as it was"))?;
            }
            if index > step.file {
                // What rules have answered there.
                let entries = self.files[index].close();
                self.keep(&entries)?;
            }
        }
        self.rules.truncate(step.rules);
        let file = &mut self.files[step.file];
        let entries = file.entries(&step.findings, &Answer::Undone);
        file.take_back(&step.findings);
        self.keep(&entries)?;
        Ok(Some(step.file))
    }

    /// Opens the editor at a finding, then looks at the file again.
    fn edit(&mut self, at: usize, finding: usize) -> io::Result<Option<Next>> {
        let editor = editor::of_environment();
        let line = self.files[at].line_of(finding);
        let path = &self.files[at].item.path;
        match self.terminal.lend(|| editor::open(&editor, path, line)) {
            None => return Ok(Some(Next::Interrupted)),
            Some(Err(error)) => {
                self.say(&format!("cannot start `{editor}`: {}", report::os_error(&error)))?;
                return Ok(None);
            }
            Some(Ok(())) => {}
        }
        // Its findings have other numbers now.
        self.history.retain(|step| step.file != at);
        if self.files[at].look_again() {
            return Ok(None);
        }
        if let Some(failure) = &self.files[at].failure {
            let shown = report::quoted(&self.files[at].item.shown, "");
            self.say(&format!("{shown}: {failure}"))?;
        }
        Ok(Some(Next::File(at + 1)))
    }

    /// Writes what was accepted of a file.
    fn write(&mut self, at: usize) -> io::Result<()> {
        let file = &mut self.files[at];
        let Some((written, unseen, without)) = file.to_write(self.terminal.painter_now()) else {
            return Ok(());
        };
        let shown = report::quoted(&file.item.shown, "");
        let written = match written {
            Ok(written) => written,
            Err(message) => {
                file.failure = Some(message.clone());
                return self.say(&format!("{shown}: {message}"));
            }
        };
        if !unseen.is_empty() {
            self.terminal
                .write(&format!("\nThese lines of {shown} change with it:\n{unseen}"))?;
        }
        let item = &file.item;
        let result = self
            .writer
            .replace(&item.path, &item.real_path, &item.bytes, &written.bytes);
        let message = match result {
            Ok(()) | Err(NotWritten::Done) => {
                let fixes: usize = written.plan.applied.values().sum();
                file.written = Some(written);
                format!("wrote {shown}, {fixes} {}", if fixes == 1 { "fix" } else { "fixes" })
            }
            Err(error) => {
                let message = why_not(error);
                file.failure = Some(message.clone());
                format!("{shown}: {message}")
            }
        };
        if without > 0 {
            self.say("there is no line for the comment of an ignored finding")?;
        }
        self.say(&message)
    }
}

fn why_not(error: NotWritten) -> String {
    match error {
        NotWritten::Changed => run::CHANGED.into(),
        NotWritten::Moved => run::MOVED.into(),
        NotWritten::NoFile => "is no file that can be written".into(),
        NotWritten::Done => "was written already".into(),
        NotWritten::Failed(error) => format!("cannot be written: {}", report::os_error(&error)),
    }
}

const KEYS: &str = "
y, Enter  apply this; Enter applies nothing that is unsafe
n         leave this
a, d      apply this and every other safe fix of the file; leave all of the file that is not answered
A, D      the same for the codemod, in this file and in those that follow
s         split what is asked together
e         open $VISUAL or $EDITOR at the line, and look at the file again
i         leave this and write `# sslfix: ignore[...]` with your reason
u         take the last answer back, also where the file was written
j, k      go to the next or to the one before, without an answer
q         stop; what was accepted in this file is not written, and --resume goes on from here
";

/// The keys, and what the pages of the codemods say above their cases.
fn help(codemods: &[&str]) -> String {
    let mut text = KEYS.to_string();
    for codemod in codemods.iter().filter_map(|name| Codemod::find(name)) {
        let prose = codemod.page.split("\n## ").next().unwrap_or_default();
        text.push_str(&format!("\n{}\n", prose.trim_end()));
    }
    text.push('\n');
    text
}
