//! Lists the Python files of a folder.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, WalkBuilder};

use super::{ProjectError, naming};

/// Files whose presence says that the packages beside them are meant to be installed.
const PACKAGING: [&str; 3] = ["pyproject.toml", "setup.cfg", "setup.py"];

/// Folders that never hold a project's own source.
const SKIPPED: [&str; 2] = ["__pycache__", "node_modules"];

/// What is in a folder.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Its `.py` and `.pyi` files, sorted by path; whether each is a link.
    pub(super) files: Vec<(PathBuf, bool)>,
    /// The folders inside that have packaging metadata.
    pub(super) installable: Vec<PathBuf>,
    /// What could not be read: the path and why.
    pub(super) failures: Vec<(PathBuf, String)>,
}

/// The user's globs, relative to a folder.
#[derive(Debug, Clone)]
pub(super) struct Globs {
    base: PathBuf,
    include: Option<Arc<Gitignore>>,
    exclude: Arc<Gitignore>,
}

impl Globs {
    pub(super) fn new(
        base: &Path,
        include: &[String],
        exclude: &[String],
    ) -> Result<Self, ProjectError> {
        Ok(Self {
            base: base.to_path_buf(),
            include: match include {
                [] => None,
                globs => Some(Arc::new(matcher(base, globs)?)),
            },
            exclude: Arc::new(matcher(base, exclude)?),
        })
    }

    fn excluded(&self, path: &Path, is_folder: bool) -> bool {
        self.exclude.matched(path, is_folder).is_ignore()
    }

    /// Whether a file, or a folder it is in, matches what is to be included.
    fn included(&self, file: &Path) -> bool {
        let Some(include) = &self.include else {
            return true;
        };
        file.ancestors()
            .take_while(|path| *path != self.base)
            .any(|path| include.matched(path, path != file).is_ignore())
    }
}

fn matcher(base: &Path, globs: &[String]) -> Result<Gitignore, ProjectError> {
    let bad = |glob: &str, error: ignore::Error| ProjectError::BadGlob {
        glob: glob.to_owned(),
        reason: plain(&error),
    };
    let mut builder = GitignoreBuilder::new(base);
    builder.allow_unclosed_class(false);
    for glob in globs {
        // Our globs look like those of a shell; a leading `./` means nothing.
        let pattern = glob
            .strip_prefix("./")
            .map_or(glob.clone(), |rest| format!("/{rest}"));
        builder
            .add_line(None, &pattern)
            .map_err(|error| bad(glob, error))?;
    }
    builder
        .build()
        .map_err(|error| bad(&globs.join(", "), error))
}

/// Lists a project's folder: what version control ignores and the user excludes is left out.
pub(super) fn project(folder: &Path, globs: &Globs) -> Listing {
    let mut builder = WalkBuilder::new(folder);
    builder.git_ignore(true).git_exclude(true).parents(true);
    let exclude = globs.clone();
    let keep = move |entry: &DirEntry| {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        !exclude.excluded(entry.path(), is_folder)
    };
    let mut listing = list(builder, keep);
    listing.files.retain(|(file, _)| globs.included(file));
    listing
}

/// Lists the folder of an installed package.
pub(super) fn installed(folder: &Path) -> Listing {
    let mut builder = WalkBuilder::new(folder);
    builder.git_ignore(false).git_exclude(false).parents(false);
    list(builder, |_| true)
}

fn list(
    mut builder: WalkBuilder,
    keep: impl Fn(&DirEntry) -> bool + Send + Sync + 'static,
) -> Listing {
    // Links to folders are not followed: what they lead to is analysed where it is, or is none of
    // the project's. So there are no loops.
    builder
        .hidden(true)
        .ignore(false)
        .git_global(false)
        .require_git(false)
        .follow_links(false)
        .sort_by_file_name(std::cmp::Ord::cmp)
        .filter_entry(move |entry| entry.depth() == 0 || !skipped(entry) && keep(entry));
    let mut listing = Listing::default();
    for entry in builder.build() {
        match entry {
            Ok(entry) => listing.add(&entry),
            Err(error) => listing.failures.push(failure(&error)),
        }
    }
    listing.files.sort();
    listing
}

impl Listing {
    fn add(&mut self, entry: &DirEntry) {
        let path = entry.path();
        let Some(kind) = entry.file_type().filter(|kind| !kind.is_dir()) else {
            return;
        };
        if PACKAGING.iter().any(|name| entry.file_name() == *name)
            && let Some(folder) = path.parent()
            && self.installable.last().is_none_or(|last| last != folder)
        {
            self.installable.push(folder.to_path_buf());
        }
        if !naming::is_module_file(path) {
            return;
        }
        if !kind.is_symlink() {
            if kind.is_file() {
                self.files.push((path.to_path_buf(), false));
            }
            return;
        }
        match path.metadata() {
            Ok(target) if target.is_file() => self.files.push((path.to_path_buf(), true)),
            Ok(_) => {}
            Err(error) => self.failures.push((path.to_path_buf(), error.to_string())),
        }
    }
}

/// Whether an entry is a folder of caches, of other languages' packages or of an environment.
fn skipped(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
        && (SKIPPED.iter().any(|name| entry.file_name() == *name)
            || entry.path().join("pyvenv.cfg").is_file()
            || entry.path().join("conda-meta").is_dir())
}

/// The path an error speaks of, and the reason without the path.
fn failure(error: &ignore::Error) -> (PathBuf, String) {
    match error {
        ignore::Error::WithPath { path, err } => (path.clone(), failure(err).1),
        ignore::Error::WithDepth { err, .. } => failure(err),
        ignore::Error::WithLineNumber { err, .. } => failure(err),
        other => (PathBuf::new(), plain(other)),
    }
}

/// The system's or the glob parser's own words.
fn plain(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        // Its own words name the path once more.
        ignore::Error::Io(err) => io::Error::from(err.kind()).to_string(),
        ignore::Error::WithPath { err, .. }
        | ignore::Error::WithDepth { err, .. }
        | ignore::Error::WithLineNumber { err, .. } => plain(err),
        other => other.to_string(),
    }
}
