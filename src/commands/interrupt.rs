//! Ctrl-C: nothing half-written is left behind.
//!
//! What is being written is registered here. Whoever holds `pending` may create, write or move
//! such files; the handler takes the same lock, removes what is registered and ends the process
//! without giving the lock back, so that nothing can be written after it has looked.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::error::Error;

/// The exit code of an interrupted run, as shells have it.
pub const INTERRUPTED: u8 = 130;

static PENDING: Mutex<Pending> = Mutex::new(Pending { paths: Vec::new() });

/// Files and folders that are removed if the run is interrupted.
#[derive(Debug)]
pub(crate) struct Pending {
    paths: Vec<PathBuf>,
}

impl Pending {
    /// Registers a file or folder that is not complete.
    pub(crate) fn add(&mut self, path: &Path) {
        self.paths.push(path.to_owned());
    }

    /// Forgets a file or folder: it is complete, or it is gone.
    pub(crate) fn forget(&mut self, path: &Path) {
        self.paths.retain(|other| other != path);
    }

    fn remove_all(&mut self) {
        for path in self.paths.drain(..) {
            // Nobody is left to tell about a failure.
            let _ = if path.is_dir() {
                std::fs::remove_dir_all(&path)
            } else {
                std::fs::remove_file(&path)
            };
        }
    }
}

/// The right to create, write and move what is not complete.
pub(crate) fn pending() -> MutexGuard<'static, Pending> {
    PENDING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From here on Ctrl-C (and a request to terminate) removes what is not complete and ends the
/// process with exit code 130.
///
/// # Errors
/// If the system does not allow it.
pub fn install() -> Result<(), Error> {
    ctrlc::set_handler(|| {
        let mut pending = pending();
        pending.remove_all();
        std::process::exit(i32::from(INTERRUPTED));
    })
    .map_err(|error| Error::new(format!("cannot watch for Ctrl-C: {error}")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_registered_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let [complete, half, tree] =
            ["complete", "half", "tree"].map(|name| folder.path().join(name));
        std::fs::write(&complete, "").unwrap();
        std::fs::write(&half, "").unwrap();
        std::fs::create_dir(&tree).unwrap();
        std::fs::write(tree.join("file"), "").unwrap();

        let mut pending = Pending { paths: Vec::new() };
        for path in [&complete, &half, &tree] {
            pending.add(path);
        }
        pending.forget(&complete);
        pending.remove_all();
        assert!(complete.exists() && !half.exists() && !tree.exists());
    }
}
