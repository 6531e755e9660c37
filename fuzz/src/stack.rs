//! A thread that has the stack that the deepest accepted text needs, which is more than the one that the fuzzer calls on.
//!
//! There is one for all runs: to start a thread costs more than most runs do.

use std::cell::RefCell;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Builder;

type Run = Box<dyn FnOnce() + Send>;

/// Runs the function on that thread. A panic there ends the process, as one here does.
pub fn on_large_stack(run: impl FnOnce() + Send + 'static) {
    thread_local! {
        static WORKER: RefCell<Option<(SyncSender<Run>, Receiver<()>)>> = const { RefCell::new(None) };
    }
    WORKER.with_borrow_mut(|worker| {
        let (sender, done) = worker.get_or_insert_with(start);
        sender.send(Box::new(run)).expect("the thread waits");
        done.recv().expect("the thread answers");
    });
}

fn start() -> (SyncSender<Run>, Receiver<()>) {
    let (sender, receiver) = sync_channel::<Run>(1);
    let (say_done, done) = sync_channel(1);
    let work = move || {
        for run in receiver {
            run();
            if say_done.send(()).is_err() {
                return;
            }
        }
    };
    // Code that is instrumented and keeps its assertions takes several times the stack.
    let builder = Builder::new().stack_size(4 * sslfix::source::STACK_SIZE);
    builder.spawn(work).expect("a thread");
    (sender, done)
}
