//! How much source is in memory at a time.
//!
//! A tree takes up to 200 times the bytes of its source, so many large files at once would fill the memory. Small files
//! never wait; large ones are looked at one after the other.

use std::sync::{Condvar, Mutex, PoisonError};

/// Bytes that many threads share.
#[derive(Debug)]
pub struct Budget {
    most: usize,
    used: Mutex<usize>,
    given_back: Condvar,
}

/// Bytes that are in use until this is dropped.
#[derive(Debug)]
pub struct Share<'a> {
    budget: &'a Budget,
    bytes: usize,
}

impl Budget {
    /// Of so many bytes.
    pub fn new(most: usize) -> Budget {
        Budget {
            most,
            used: Mutex::new(0),
            given_back: Condvar::new(),
        }
    }

    /// Waits until so many bytes are free. Who wants more than there are gets them when nobody else has any.
    pub fn take(&self, bytes: usize) -> Share<'_> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        while *used > 0 && *used + bytes > self.most {
            used = self.given_back.wait(used).unwrap_or_else(PoisonError::into_inner);
        }
        *used += bytes;
        Share { budget: self, bytes }
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        *self.budget.used.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        self.budget.given_back.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn no_more_is_in_use_than_there_is_unless_it_is_one_share() {
        let (budget, used, shares) = (Budget::new(10), AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let (budget, used, shares) = (&budget, &used, &shares);
                scope.spawn(move || {
                    for round in 0..200 {
                        let bytes = 1 + (thread + round) % 12;
                        let share = budget.take(bytes);
                        let in_use = used.fetch_add(bytes, Ordering::SeqCst) + bytes;
                        let sharers = shares.fetch_add(1, Ordering::SeqCst) + 1;
                        assert!(in_use <= 10 || sharers == 1, "{in_use} bytes, {sharers} shares");
                        shares.fetch_sub(1, Ordering::SeqCst);
                        used.fetch_sub(bytes, Ordering::SeqCst);
                        drop(share);
                    }
                });
            }
        });
        assert_eq!(*budget.used.lock().unwrap(), 0);
    }
}
