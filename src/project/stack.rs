//! Threads with stacks large enough for the deepest tree that [`parse`](super::parse::parse) makes.

use std::sync::Mutex;
use std::thread;

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::ProjectError;

/// Stack sizes to ask for, best first. The memory is only reserved: pages never touched cost nothing.
const STACK_BYTES: [usize; 3] = [1 << 30, 1 << 29, 1 << 28];

/// The most threads of a pool: a mistyped number of them would take the machine down.
const MAX_THREADS: usize = 256;

/// Runs `work` on a thread of its own that has a large stack, and returns what it returns.
///
/// # Errors
/// When the system refuses such a thread.
///
/// # Panics
/// When `work` does, with the same payload.
pub fn with_big_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, ProjectError> {
    // A refused `spawn` drops its closure; what it was to run must survive for the next try.
    let work = Mutex::new(Some(work));
    let take = || work.lock().ok().and_then(|mut slot| slot.take());
    let mut refusal = String::from("the system refused");
    for bytes in STACK_BYTES {
        let outcome = thread::scope(|scope| {
            let thread = thread::Builder::new()
                .name("heapcast".to_owned())
                .stack_size(bytes)
                .spawn_scoped(scope, || take().map(|work| work()))?;
            Ok(thread.join())
        });
        match outcome {
            Ok(Ok(Some(value))) => return Ok(value),
            Ok(Ok(None)) => break,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => refusal = std::io::Error::to_string(&error),
        }
    }
    Err(ProjectError::Threads(refusal))
}

/// A pool for independent files, each of whose threads has a large stack; as many as there are
/// processors where the number is left open, and never more than 256.
///
/// # Errors
/// When the system refuses such threads.
pub fn pool(threads: Option<usize>) -> Result<ThreadPool, ProjectError> {
    let mut refusal = String::new();
    for bytes in STACK_BYTES {
        let built = ThreadPoolBuilder::new()
            .num_threads(threads.unwrap_or(0).min(MAX_THREADS))
            .thread_name(|number| format!("heapcast-{number}"))
            .stack_size(bytes)
            .build();
        match built {
            Ok(pool) => return Ok(pool),
            Err(error) => refusal = error.to_string(),
        }
    }
    Err(ProjectError::Threads(refusal))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn depth(n: u32) -> u32 {
        let pad = [n; 64];
        if n == 0 {
            0
        } else {
            1 + depth(std::hint::black_box(pad)[7] - 1)
        }
    }

    #[test]
    fn deep_recursion_fits() {
        assert_eq!(with_big_stack(|| depth(100_000)).unwrap(), 100_000);
    }

    #[test]
    fn the_pool_has_as_many_threads_as_asked_for_and_deep_stacks() {
        let pool = pool(Some(2)).unwrap();
        assert_eq!(pool.current_num_threads(), 2);
        assert_eq!(pool.install(|| depth(100_000)), 100_000);
    }

    #[test]
    fn the_pool_has_a_limit() {
        let pool = pool(Some(1_000_000)).unwrap();
        assert_eq!(pool.current_num_threads(), MAX_THREADS);
    }

    #[test]
    fn a_panic_comes_through() {
        let caught = std::panic::catch_unwind(|| with_big_stack(|| panic!("inside")));
        assert!(caught.is_err());
    }
}
