//! Finds Python files, names their modules, resolves their imports and parses them.
//!
//! Data flows one way: [`discover()`] lists the modules of some paths, [`ModuleIndex`] answers
//! what an import means, [`source`] turns bytes into text as PEP 263 says, and [`mod@parse`] turns
//! text into a tree. [`config`] and [`environment`] read what the user has set up around them.
//!
//! Invariant: nothing here fails because of a single bad file. Such a file becomes a
//! [`Diagnostic`], and the rest is analysed.

pub mod config;
pub mod diagnostic;
pub mod discover;
pub mod environment;
pub mod index;
pub mod lines;
mod naming;
mod nesting;
pub mod parse;
pub mod source;
pub mod stack;
pub mod stdlib;
mod walk;

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use config::{Config, ConfigError, PythonVersion, World};
pub use diagnostic::{Diagnostic, Severity};
pub use discover::{DiscoverOptions, discover, display};
pub use environment::{Environment, EnvironmentError};
pub use index::{ModuleIndex, Resolution};
pub use lines::LineIndex;
pub use parse::{Parsed, parse};
pub use source::read;
pub use stack::{pool, with_big_stack};

/// A hash map that behaves alike on every run.
type Map<K, V> = HashMap<K, V, BuildHasherDefault<ahash::AHasher>>;
/// A hash set that behaves alike on every run.
type Set<T> = HashSet<T, BuildHasherDefault<ahash::AHasher>>;

/// A module's dense number: its place in [`Project::modules`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModuleId(pub u32);

impl ModuleId {
    /// The number as an index into [`Project::modules`].
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One Python module that will be analysed.
#[derive(Debug, Clone)]
pub struct ModuleSource {
    /// Its place in [`Project::modules`].
    pub id: ModuleId,
    /// The file to open, or `<stdin>`.
    pub path: PathBuf,
    /// The path as the user should see it.
    pub display: String,
    /// The dotted name under which other modules import it.
    pub name: String,
    /// The dotted name in call graphs: relative to the folder that was given.
    pub call_graph_name: String,
    /// Whether it is the `__init__` of a package.
    pub is_package: bool,
    /// Whether it is a `.pyi` stub, for which no source was found.
    pub is_stub: bool,
    /// Whether it belongs to an installed package and not to the user's own code.
    pub third_party: bool,
    /// The source itself, where it is not in a file.
    pub inline: Option<Arc<[u8]>>,
    /// The file's absolute path; only the file itself may be a link.
    pub location: PathBuf,
}

/// The modules of one run, and what went wrong while they were looked for.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// Every module, sorted by location; installed packages follow in the order they were added.
    pub modules: Vec<ModuleSource>,
    /// The folders that modules are imported from.
    pub roots: Vec<Root>,
    /// Further places of modules: links to files that are analysed once, elsewhere.
    pub links: Vec<(PathBuf, ModuleId)>,
    /// Files and folders that could not be read.
    pub diagnostics: Vec<Diagnostic>,
}

impl Project {
    /// The module with this number.
    ///
    /// Returns `None` for a number from another project.
    #[must_use]
    pub fn module(&self, id: ModuleId) -> Option<&ModuleSource> {
        self.modules.get(id.index())
    }
}

/// A folder from which modules are imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// The folder's absolute path with no links in it.
    pub path: PathBuf,
    /// The folders in which top-level names are looked up, in order.
    pub import_bases: Vec<PathBuf>,
    /// How the folder is searched.
    pub kind: RootKind,
}

/// What kind of place a [`Root`] is; the kinds are searched in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RootKind {
    /// Given by the user.
    Given,
    /// Found inside a given folder: it has packaging metadata, so it would be installed.
    Installable,
    /// Holds installed packages.
    SitePackages,
}

/// Why no project could be made at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectError {
    /// A given path does not exist.
    #[error("no such file or folder: {}", .0.display())]
    NotFound(PathBuf),
    /// A given path exists but cannot be looked at.
    #[error("cannot open {}: {source}", .path.display())]
    Unreadable {
        /// The path as given.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A glob of `include` or `exclude` is malformed.
    #[error("`{glob}` is no valid glob: {reason}")]
    BadGlob {
        /// The glob as given.
        glob: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The standard input could not be read.
    #[error("cannot read the standard input: {0}")]
    Stdin(std::io::Error),
    /// No thread with a stack large enough could be started.
    #[error("cannot start a thread with a large stack: {0}")]
    Threads(String),
    /// More files than module numbers.
    #[error("more than {} modules", u32::MAX)]
    TooManyModules,
}

/// The absolute path with links resolved, or the best approximation of it.
fn canonical(path: &Path) -> PathBuf {
    path.canonicalize()
        .or_else(|_| std::path::absolute(path))
        .unwrap_or_else(|_| path.to_path_buf())
}
