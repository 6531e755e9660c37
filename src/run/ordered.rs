//! Many threads, one order: works on a list and gives the results out in the order of the list, while only a few of them
//! are in memory.
//!
//! A tree takes up to 200 times the bytes of its source, so many large files at once would fill the memory. Small files
//! do not wait for each other; large ones are looked at one after the other. Knows nothing of files.

use crate::source::{MOST_BYTES, STACK_SIZE};
use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// So many results for each thread may wait for one before them that takes longer.
const RESULTS_PER_THREAD: usize = 8;

/// A list that is worked on.
pub struct Ordered<'a, Item> {
    /// What there is to do.
    pub items: &'a [Item],
    /// How many bytes of source an item has.
    pub bytes: &'a (dyn Fn(&Item) -> usize + Sync),
    /// True as soon as nothing new is to be started.
    pub is_stopped: &'a (dyn Fn() -> bool + Sync),
}

struct State<Output> {
    /// Items that were started, which are the first of the list.
    started: usize,
    /// Results that were given out, which are those of the first items.
    given: usize,
    /// Of what was started and is not given out.
    bytes: usize,
    finished: BTreeMap<usize, Output>,
    workers: usize,
    is_abandoned: bool,
}

struct Shared<Output> {
    state: Mutex<State<Output>>,
    changed: Condvar,
}

impl<Item: Sync> Ordered<'_, Item> {
    /// Works on the items in so many threads with a large stack; `tell` gets the results on this thread, in order. What is
    /// not started when the work is stopped has no result.
    ///
    /// # Errors
    ///
    /// If a thread cannot be had. What was told until then was done.
    pub fn run<Output: Send>(
        &self,
        threads: NonZeroUsize,
        work: impl Fn(&Item) -> Output + Sync,
        tell: &mut dyn FnMut(Output),
    ) -> io::Result<()> {
        let threads = threads.get().min(self.items.len());
        let shared = Shared {
            state: Mutex::new(State {
                started: 0,
                given: 0,
                bytes: 0,
                finished: BTreeMap::new(),
                workers: 0,
                is_abandoned: false,
            }),
            changed: Condvar::new(),
        };
        let worker = || {
            let _leave = Leave(&shared);
            while let Some(index) = self.start(&shared, threads * RESULTS_PER_THREAD) {
                let output = work(&self.items[index]);
                shared.lock().finished.insert(index, output);
                shared.changed.notify_all();
            }
        };
        thread::scope(|scope| {
            for _ in 0..threads {
                shared.lock().workers += 1;
                let builder = thread::Builder::new().stack_size(STACK_SIZE);
                if let Err(error) = builder.spawn_scoped(scope, worker) {
                    let mut state = shared.lock();
                    state.workers -= 1;
                    state.is_abandoned = true;
                    shared.changed.notify_all();
                    return Err(error);
                }
            }
            self.give(&shared, tell);
            Ok(())
        })
    }

    /// The next item, as soon as there is room for it.
    fn start<Output>(&self, shared: &Shared<Output>, most_results: usize) -> Option<usize> {
        let mut state = shared.lock();
        loop {
            if state.is_abandoned || state.started == self.items.len() || (self.is_stopped)() {
                return None;
            }
            let index = state.started;
            let (bytes, in_work) = ((self.bytes)(&self.items[index]), index - state.given);
            // Who wants more than there is gets it when nobody else has any.
            if in_work == 0 || in_work < most_results && state.bytes + bytes <= MOST_BYTES {
                state.started += 1;
                state.bytes += bytes;
                return Some(index);
            }
            state = shared.wait(state);
        }
    }

    /// Gives the results out until nobody makes any more.
    fn give<Output>(&self, shared: &Shared<Output>, tell: &mut dyn FnMut(Output)) {
        let mut state = shared.lock();
        loop {
            let index = state.given;
            if let Some(output) = state.finished.remove(&index) {
                drop(state);
                tell(output);
                state = shared.lock();
                state.given += 1;
                state.bytes -= (self.bytes)(&self.items[index]);
                shared.changed.notify_all();
            } else if state.workers == 0 {
                return;
            } else {
                state = shared.wait(state);
            }
        }
    }
}

impl<Output> Shared<Output> {
    fn lock(&self) -> MutexGuard<'_, State<Output>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'m>(&self, state: MutexGuard<'m, State<Output>>) -> MutexGuard<'m, State<Output>> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }
}

/// A worker that has gone, whatever made it go.
struct Leave<'a, Output>(&'a Shared<Output>);

impl<Output> Drop for Leave<'_, Output> {
    fn drop(&mut self) {
        self.0.lock().workers -= 1;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    fn threads(number: usize) -> NonZeroUsize {
        NonZeroUsize::new(number).expect("is not 0")
    }

    #[test]
    fn the_order_is_that_of_the_list_and_few_are_in_memory() {
        let items: Vec<usize> = (0..500).collect();
        // Some are larger than all that may be in work.
        let bytes = |item: &usize| (item % 7) * MOST_BYTES / 5;
        let (in_work, bytes_in_work, most) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        let list = Ordered {
            items: &items,
            bytes: &bytes,
            is_stopped: &|| false,
        };
        let mut told = Vec::new();
        let work = |item: &usize| {
            let items_now = in_work.fetch_add(1, Ordering::SeqCst) + 1;
            let bytes_now = bytes_in_work.fetch_add(bytes(item), Ordering::SeqCst) + bytes(item);
            most.fetch_max(items_now, Ordering::SeqCst);
            assert!(
                bytes_now <= MOST_BYTES || items_now == 1,
                "{bytes_now} bytes of {items_now}"
            );
            // The first of each ten takes longer than those behind it.
            if item.is_multiple_of(10) {
                thread::yield_now();
            }
            *item
        };
        let mut tell = |item: usize| {
            bytes_in_work.fetch_sub(bytes(&item), Ordering::SeqCst);
            in_work.fetch_sub(1, Ordering::SeqCst);
            told.push(item);
        };
        list.run(threads(4), work, &mut tell).expect("has threads");
        assert_eq!(told, items);
        assert!(most.into_inner() <= 4 * RESULTS_PER_THREAD);
    }

    #[test]
    fn what_was_started_is_told_when_it_is_stopped() {
        let items: Vec<usize> = (0..1000).collect();
        let (is_stopped, started) = (AtomicBool::new(false), AtomicUsize::new(0));
        let list = Ordered {
            items: &items,
            bytes: &|_| 1,
            is_stopped: &|| is_stopped.load(Ordering::SeqCst),
        };
        let mut told = Vec::new();
        let work = |item: &usize| {
            started.fetch_add(1, Ordering::SeqCst);
            if *item == 100 {
                is_stopped.store(true, Ordering::SeqCst);
            }
            *item
        };
        list.run(threads(3), work, &mut |item| told.push(item))
            .expect("has threads");
        assert_eq!(told.len(), started.into_inner());
        assert!((101..1000).contains(&told.len()), "{}", told.len());
        assert!(told.iter().copied().eq(0..told.len()));
    }

    #[test]
    fn nothing_to_do_is_done() {
        let list = Ordered {
            items: &[] as &[usize],
            bytes: &|_| 1,
            is_stopped: &|| false,
        };
        list.run(threads(2), |_| (), &mut |()| panic!("nothing is told"))
            .expect("needs no thread");
    }
}
