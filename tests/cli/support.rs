//! Running the binary in a folder of its own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;

/// A folder with files in it.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    /// A folder with these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().expect("a temporary folder"));
        for (name, text) in files {
            folder.write(name, text.as_bytes());
        }
        folder
    }

    /// Writes a file, with the folders it needs.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path().join(name);
        let parent = path.parent().expect("a file in the folder");
        std::fs::create_dir_all(parent).expect("a new folder");
        std::fs::write(path, bytes).expect("a new file");
    }

    /// Where the folder is.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Everything in the folder, sorted.
    pub(crate) fn names(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.path()).expect("a folder");
        let mut names: Vec<PathBuf> = entries
            .map(|entry| PathBuf::from(entry.expect("an entry").file_name()))
            .collect();
        names.sort();
        names
    }

    /// The binary, to be run in the folder without settings from outside.
    pub(crate) fn heapcast(&self) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("heapcast"));
        command.current_dir(self.path());
        for variable in [
            "NO_COLOR",
            "CLICOLOR",
            "CLICOLOR_FORCE",
            "COLUMNS",
            "RUST_BACKTRACE",
        ] {
            command.env_remove(variable);
        }
        command
    }

    /// What the binary answers to `arguments`.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Ran {
        Ran::new(self.heapcast().args(arguments).output().expect("an output"))
    }
}

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code; none if a signal ended the run.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Ran {
    /// What `output` says.
    pub(crate) fn new(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self {
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}
