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

/// Runs `work`, and shows meanwhile what it counts, if `wanted` and if a person looks: standard error is a terminal, and
/// no `CI` is set.
pub fn with_progress<Result>(wanted: bool, counters: &Counters, work: impl FnOnce() -> Result) -> Result {
    let is_automated = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
    if !wanted || is_automated || !io::stderr().is_terminal() {
        return work();
    }
    thread::scope(|scope| {
        let (finished, is_finished) = mpsc::channel::<()>();
        scope.spawn(move || show_until(&is_finished, counters));
        let result = work();
        drop(finished);
        result
    })
}

fn show_until(is_finished: &mpsc::Receiver<()>, counters: &Counters) {
    if is_finished.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        bar.set_style(style);
    }
    loop {
        bar.set_message(format!(
            "scanned {} files, {} mention ssl",
            counters.scanned(),
            counters.mention_ssl()
        ));
        bar.tick();
        if is_finished.recv_timeout(BETWEEN_UPDATES) != Err(RecvTimeoutError::Timeout) {
            bar.finish_and_clear();
            return;
        }
    }
}
