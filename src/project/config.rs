//! The user's settings: `heapcast.toml`, or `[tool.heapcast]` in `pyproject.toml`.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::Deserialize;
use toml::Spanned;

/// The file that holds nothing but settings.
const OWN_FILE: &str = "heapcast.toml";
/// The file in which settings have a section.
const SHARED_FILE: &str = "pyproject.toml";

/// What the settings file says; a key that is absent is empty or `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// The file the settings come from; `None` when there is none.
    pub path: Option<PathBuf>,
    /// Globs of the files to analyse; all of them when empty.
    pub include: Vec<String>,
    /// Globs of the files and folders to leave out.
    pub exclude: Vec<String>,
    /// Folders with further models, in order.
    pub models: Vec<PathBuf>,
    /// The version of CPython whose sizes count.
    pub python: Option<PythonVersion>,
    /// The virtual environment or interpreter whose packages are meant.
    pub python_path: Option<PathBuf>,
    /// Whether the source of installed packages is analysed too.
    pub follow_imports: Option<bool>,
    /// Whether unknown code may call in.
    pub world: Option<World>,
    /// The targets the analysis starts from.
    pub entry: Vec<String>,
    /// How many threads to use.
    pub threads: Option<usize>,
}

impl Config {
    /// The folder that the globs are relative to: the one the settings file is in.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.path.as_deref().and_then(Path::parent)
    }
}

/// A version of CPython, such as 3.11.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PythonVersion {
    /// The number before the dot.
    pub major: u8,
    /// The number after the dot.
    pub minor: u8,
}

impl fmt::Display for PythonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl FromStr for PythonVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |part: &str| {
            part.bytes()
                .all(|byte| byte.is_ascii_digit())
                .then(|| part.parse().ok())
                .flatten()
        };
        text.split_once('.')
            .and_then(|(major, minor)| {
                Some(Self {
                    major: number(major)?,
                    minor: number(minor)?,
                })
            })
            .ok_or_else(|| format!("`{text}` is no version of Python, such as `3.11`"))
    }
}

/// What is assumed about code that is not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum World {
    /// Functions may be called by, and call, code that is not seen.
    Open,
    /// All the code there is has been given.
    Closed,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file exists and cannot be read.
    #[error("{}: cannot read the settings: {source}", .path.display())]
    Unreadable {
        /// The settings file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is no TOML, or holds a key or value that means nothing.
    #[error("{}:{line}: {message}", .path.display())]
    Invalid {
        /// The settings file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong, in one sentence.
        message: String,
    },
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    include: Vec<String>,
    #[serde(default)]
    exclude: Vec<String>,
    #[serde(default)]
    models: Vec<PathBuf>,
    python: Option<Spanned<String>>,
    python_path: Option<PathBuf>,
    follow_imports: Option<bool>,
    world: Option<World>,
    #[serde(default)]
    entry: Vec<String>,
    threads: Option<Spanned<i64>>,
}

#[derive(Deserialize)]
struct Shared {
    tool: Option<Tool>,
}

#[derive(Deserialize)]
struct Tool {
    heapcast: Option<Raw>,
}

/// Finds and reads the settings for some paths: the nearest file in the folder of the first path
/// or above it, up to the top of its repository. `heapcast.toml` goes before `pyproject.toml`,
/// and a `pyproject.toml` without a section of ours is passed over.
///
/// # Errors
/// When the nearest file cannot be read, or holds what means nothing.
pub fn find(paths: &[PathBuf]) -> Result<Config, ConfigError> {
    let first = paths.iter().find(|path| path.as_os_str() != "-");
    let start = super::canonical(first.map_or(Path::new("."), PathBuf::as_path));
    for folder in start.ancestors().filter(|folder| folder.is_dir()) {
        for name in [OWN_FILE, SHARED_FILE] {
            let path = folder.join(name);
            if path.is_file()
                && let Some(config) = load_one(&path)?
            {
                return Ok(config);
            }
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    Ok(Config::default())
}

/// Reads the settings in one file, which must have some: a `pyproject.toml`, or any other file
/// with our keys at its top.
///
/// # Errors
/// When the file cannot be read, or holds what means nothing.
pub fn load(path: &Path) -> Result<Config, ConfigError> {
    let config = load_one(path)?;
    Ok(config.unwrap_or_else(|| Config {
        path: Some(path.to_path_buf()),
        ..Config::default()
    }))
}

fn load_one(path: &Path) -> Result<Option<Config>, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
        path: path.to_path_buf(),
        source,
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if path.file_name().is_some_and(|name| name == SHARED_FILE) {
        // Most are none of our business, and need not even be TOML.
        if !text.contains("heapcast") {
            return Ok(None);
        }
        let shared: Shared = deserialise(path, text)?;
        match shared.tool.and_then(|tool| tool.heapcast) {
            Some(raw) => check(path, text, raw).map(Some),
            None => Ok(None),
        }
    } else {
        let raw = deserialise(path, text)?;
        check(path, text, raw).map(Some)
    }
}

fn deserialise<'de, T: Deserialize<'de>>(path: &Path, text: &'de str) -> Result<T, ConfigError> {
    toml::from_str(text).map_err(|error| {
        let message = error.message().trim().replace('\n', ", ");
        invalid(path, text, error.span(), message)
    })
}

fn invalid(path: &Path, text: &str, span: Option<Range<usize>>, message: String) -> ConfigError {
    let before = text.get(..span.map_or(0, |span| span.start)).unwrap_or("");
    ConfigError::Invalid {
        path: path.to_path_buf(),
        line: before.matches('\n').count() + 1,
        message,
    }
}

/// Checks the values that TOML's types do not, and makes paths relative to the file.
fn check(path: &Path, text: &str, raw: Raw) -> Result<Config, ConfigError> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let python = match raw.python {
        None => None,
        Some(version) => Some(
            version
                .get_ref()
                .parse()
                .map_err(|message| invalid(path, text, Some(version.span()), message))?,
        ),
    };
    let threads = match raw.threads {
        None => None,
        Some(count) => match usize::try_from(*count.get_ref()) {
            Ok(number @ 1..) => Some(number),
            _ => {
                let message = "`threads` must be 1 or more".to_owned();
                return Err(invalid(path, text, Some(count.span()), message));
            }
        },
    };
    Ok(Config {
        path: Some(path.to_path_buf()),
        include: raw.include,
        exclude: raw.exclude,
        models: raw.models.iter().map(|path| folder.join(path)).collect(),
        python,
        python_path: raw.python_path.map(|path| folder.join(path)),
        follow_imports: raw.follow_imports,
        world: raw.world,
        entry: raw.entry,
        threads,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::fs;

    fn written(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        (folder, path)
    }

    fn complaint(name: &str, text: &str) -> String {
        let (folder, path) = written(name, text);
        let error = load(&path).unwrap_err().to_string();
        error.replace(&format!("{}/", folder.path().display()), "")
    }

    #[test]
    fn every_key_is_read() {
        let (folder, path) = written(
            "heapcast.toml",
            "include = ['src/**']\nexclude = ['tests']\nmodels = ['m']\npython = '3.11'\n\
             python-path = '.venv'\nfollow-imports = true\nworld = 'closed'\n\
             entry = ['app.py::handler']\nthreads = 4\n",
        );
        let config = load(&path).unwrap();
        assert_eq!(config.folder(), Some(folder.path()));
        assert_eq!(config.include, ["src/**"]);
        assert_eq!(config.exclude, ["tests"]);
        assert_eq!(config.models, [folder.path().join("m")]);
        assert_eq!(config.python.unwrap().to_string(), "3.11");
        assert_eq!(config.python_path, Some(folder.path().join(".venv")));
        assert_eq!(config.follow_imports, Some(true));
        assert_eq!(config.world, Some(World::Closed));
        assert_eq!(config.entry, ["app.py::handler"]);
        assert_eq!(config.threads, Some(4));
    }

    #[test]
    fn the_nearest_settings_win_and_foreign_files_are_passed_over() {
        let (folder, _) = written("pyproject.toml", "[tool.heapcast]\nthreads = 1\n");
        let inner = folder.path().join("a/b");
        fs::create_dir_all(&inner).unwrap();
        fs::write(inner.join("pyproject.toml"), "[tool.other]\nx = \n").unwrap();
        fs::write(inner.join("x.py"), "").unwrap();
        let found = |path: PathBuf| find(&[path]).unwrap().threads;
        assert_eq!(found(inner.join("x.py")), Some(1));
        fs::write(folder.path().join("a/heapcast.toml"), "threads = 2\n").unwrap();
        assert_eq!(found(inner.clone()), Some(2));
        fs::create_dir(inner.join(".git")).unwrap();
        assert_eq!(found(inner), None);
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        let message = complaint("heapcast.toml", "threads = 1\n\ncolour = 1\n");
        assert!(
            message.starts_with("heapcast.toml:3: unknown field `colour`"),
            "{message}"
        );
        let message = complaint("heapcast.toml", "include = 'a'\n");
        assert!(
            message.starts_with("heapcast.toml:1: invalid type"),
            "{message}"
        );
        let message = complaint("heapcast.toml", "\nworld = 'flat'\n");
        assert!(
            message.starts_with("heapcast.toml:2: unknown variant `flat`"),
            "{message}"
        );
        assert_eq!(
            complaint("heapcast.toml", "\n\npython = '3.x'\n"),
            "heapcast.toml:3: `3.x` is no version of Python, such as `3.11`"
        );
        assert_eq!(
            complaint("heapcast.toml", "threads = 0\n"),
            "heapcast.toml:1: `threads` must be 1 or more"
        );
        let message = complaint("heapcast.toml", "a = 1\nb = = 2\n");
        assert!(message.starts_with("heapcast.toml:2: "), "{message}");
        let message = complaint(
            "pyproject.toml",
            "[project]\nname = 'x'\n\n[tool.heapcast]\nx = 1\n",
        );
        assert!(
            message.starts_with("pyproject.toml:5: unknown field `x`"),
            "{message}"
        );
    }
}
