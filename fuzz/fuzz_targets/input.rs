//! What the targets share: a project of one or two files from any bytes.

use std::sync::Arc;

use heapcast::program::Options;
use heapcast::project::Project;

/// Stands between the first file's bytes and the second's.
const SEPARATOR: &[u8] = b"\n# %%\n";

/// A project of `main.py`, and of `lib.py` where a separator is in the bytes.
pub fn project(bytes: &[u8]) -> Project {
    let middle = bytes
        .windows(SEPARATOR.len())
        .position(|window| window == SEPARATOR);
    let (main, lib) = match middle {
        Some(at) => (&bytes[..at], Some(&bytes[at + SEPARATOR.len()..])),
        None => (bytes, None),
    };
    let mut project = match lib {
        Some(_) => Project::in_memory(&[("lib.py", ""), ("main.py", "")]),
        None => Project::in_memory(&[("main.py", "")]),
    };
    // Bytes, not text: so that decoding is tried too.
    for (module, bytes) in project
        .modules
        .iter_mut()
        .zip(lib.into_iter().chain([main]))
    {
        module.inline = Some(Arc::from(bytes));
    }
    project
}

/// The options of every run.
pub fn options() -> Options {
    Options {
        python: (3, 13),
        world: None,
        models: Vec::new(),
        threads: Some(1),
        keep_ir: true,
    }
}
