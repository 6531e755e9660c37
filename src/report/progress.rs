//! How far a long run is, on a terminal.

use crate::run::Counters;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// A run that is over before this shows nothing.
const PATIENCE: Duration = Duration::from_millis(300);
const BETWEEN_UPDATES: Duration = Duration::from_millis(100);

/// What is shown of a run that goes on.
#[derive(Clone)]
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Prints without the bar in the way.
    pub fn aside<Result>(&self, print: impl FnOnce() -> Result) -> Result {
        self.bar.suspend(print)
    }
}

/// Runs `work`, and shows meanwhile what it counts, if `wanted` and if a person looks: standard error is a terminal, and
/// no `CI` is set.
pub fn with_progress<Result>(wanted: bool, counters: &Counters, work: impl FnOnce(&Progress) -> Result) -> Result {
    let progress = Progress {
        bar: ProgressBar::hidden(),
    };
    let is_automated = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
    if !wanted || is_automated || !io::stderr().is_terminal() {
        return work(&progress);
    }
    thread::scope(|scope| {
        let (finished, is_finished) = mpsc::channel::<()>();
        let shown = progress.clone();
        scope.spawn(move || show_until(&is_finished, &shown.bar, counters));
        let result = work(&progress);
        drop(finished);
        result
    })
}

fn show_until(is_finished: &mpsc::Receiver<()>, bar: &ProgressBar, counters: &Counters) {
    if is_finished.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        bar.set_style(style);
    }
    bar.set_draw_target(ProgressDrawTarget::stderr());
    loop {
        bar.set_message(message(counters));
        bar.tick();
        if is_finished.recv_timeout(BETWEEN_UPDATES) != Err(RecvTimeoutError::Timeout) {
            bar.finish_and_clear();
            return;
        }
    }
}

fn message(counters: &Counters) -> String {
    let scanned = format!(
        "scanned {} files, {} mention ssl",
        counters.scanned(),
        counters.mention_ssl()
    );
    match counters.to_look_at() {
        0 => scanned,
        all => format!(
            "{scanned}, looked at {} of {all} that may need work",
            counters.looked_at()
        ),
    }
}
