//! Threads for work that blocks. One that is done waits a while for the next piece of work: starting
//! a thread costs more than most requests.

use std::{
    io,
    sync::{Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

/// What nests deepest is DynamoDB's condition of 300 operators. In a debug build each of its levels
/// takes some 10 KB in the parser; the system only provides the memory that is really used.
const STACK: usize = 32 * 1024 * 1024;

/// How long a thread waits for work. What deep work has used of its stack is given back after that.
const LONGEST_IDLE: Duration = Duration::from_secs(5);

/// A piece of work.
type Work = Box<dyn FnOnce() + Send>;

/// A thread that waits for work.
struct Idle {
    thread: thread::ThreadId,
    work: mpsc::Sender<Work>,
}

/// The threads that wait. The one that has waited least is taken first, so that the others can end.
static IDLE: Mutex<Vec<Idle>> = Mutex::new(Vec::new());

fn idle() -> std::sync::MutexGuard<'static, Vec<Idle>> {
    // Nothing panics while it is locked.
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs work on a thread that waits, or else on a new one. There is no limit: work that is stuck
/// must not keep other work waiting.
///
/// # Errors
/// When the system has no more threads.
pub(super) fn run(work: Work) -> io::Result<()> {
    let waiting = idle().pop();
    match waiting {
        // One that is in the list receives what it is sent.
        Some(waiting) => waiting.work.send(work).map_err(|_| io::ErrorKind::BrokenPipe.into()),
        None => start(work),
    }
}

/// Starts a thread, which is detached before it has work: `pthread_detach` of glibc still reads from
/// a thread that it has just detached, and if that has ended meanwhile, its memory is gone and so is
/// this process (seen once in about a million threads).
fn start(first: Work) -> io::Result<()> {
    let (sender, receiver) = mpsc::channel();
    let thread = thread::Builder::new().name("work".to_owned()).stack_size(STACK);
    let detached = thread.spawn(move || {
        let mut work: Option<Work> = receiver.recv().ok();
        // Work that panics ends its thread, which nobody takes for idle then.
        while let Some(this) = work.take() {
            this();
            work = next();
        }
    })?;
    drop(detached);
    sender.send(first).map_err(|_| io::ErrorKind::BrokenPipe.into())
}

/// Waits for the next piece of work and returns it; `None` after a while without any.
fn next() -> Option<Work> {
    let (sender, receiver) = mpsc::channel();
    let thread = thread::current().id();
    idle().push(Idle { thread, work: sender });
    if let Ok(work) = receiver.recv_timeout(LONGEST_IDLE) {
        return Some(work);
    }
    {
        let mut idle = idle();
        if let Some(own) = idle.iter().position(|waiting| waiting.thread == thread) {
            idle.remove(own);
            return None;
        }
    }
    // Somebody has taken this thread in the meantime, so its work is on its way.
    receiver.recv().ok()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Runs work and returns what it sends.
    fn result<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
        let (sender, receiver) = mpsc::channel();
        run(Box::new(move || sender.send(work()).unwrap())).unwrap();
        receiver.recv().unwrap()
    }

    #[test]
    fn a_thread_is_used_again() {
        let mut used = HashSet::new();
        // It may not be idle again when the next piece of work comes.
        let again = (0..10_000).any(|_| !used.insert(result(|| thread::current().id())));
        assert!(again, "every piece of work had a thread of its own");
    }

    #[test]
    fn stuck_work_does_not_keep_other_work_waiting() {
        let stuck: Vec<_> = (0..40)
            .map(|_| {
                let (end, ended) = mpsc::channel::<()>();
                run(Box::new(move || assert!(ended.recv().is_err()))).unwrap();
                end
            })
            .collect();
        assert_eq!(result(|| 7), 7);
        drop(stuck);
    }
}
