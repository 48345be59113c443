//! What the user wants analysed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::cli::{ProjectArgs, World};
use super::error::Error;

/// What to analyse, and how. What the command line leaves open is decided by the settings file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// Files and folders; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// Functions that were named together with their file or folder.
    pub targets: Vec<Target>,
    /// Dotted names to start from; every function, if there are neither these nor targets.
    pub entries: Vec<String>,
    /// Globs of the files to analyse; all of them when empty.
    pub include: Vec<String>,
    /// Globs of what to leave out.
    pub exclude: Vec<String>,
    /// The settings file.
    pub config: Option<PathBuf>,
    /// The version of CPython, such as `3.13`.
    pub python: Option<String>,
    /// The virtual environment or interpreter whose packages are meant.
    pub python_path: Option<PathBuf>,
    /// Whether the source of imported packages is analysed too.
    pub follow_imports: bool,
    /// Folders with further models.
    pub models: Vec<PathBuf>,
    /// What is assumed about code that is not seen.
    pub world: Option<World>,
    /// How many threads to use.
    pub threads: Option<usize>,
}

/// A function (or class) in a file or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The file or folder.
    pub path: PathBuf,
    /// The qualified name in it.
    pub name: String,
}

impl Target {
    /// Whether the target is the function `name` in the file `path`, or stands around it.
    #[must_use]
    pub fn covers(&self, name: &str, path: &str) -> bool {
        let named = name.match_indices(self.name.as_str()).any(|(start, text)| {
            let (before, after) = (&name[..start], &name[start + text.len()..]);
            (before.is_empty() || before.ends_with('.'))
                && (after.is_empty() || after.starts_with('.'))
        });
        let path = Path::new(path);
        let own = self.path.strip_prefix(".").unwrap_or(&self.path);
        named && (self.path.is_dir() || own.ends_with(path) || path.ends_with(own))
    }
}

impl Request {
    /// What the options ask for.
    pub(crate) fn new(arguments: &ProjectArgs, entries: &[String], threads: Option<usize>) -> Self {
        let mut request = Self {
            entries: entries.to_vec(),
            include: arguments.include.clone(),
            exclude: arguments.exclude.clone(),
            config: arguments.config.clone(),
            python: arguments.python.clone(),
            python_path: arguments.python_path.clone(),
            follow_imports: arguments.follow_imports,
            models: arguments.models.clone(),
            world: arguments.world,
            threads,
            ..Self::default()
        };
        for text in &arguments.paths {
            let path = match text.to_str().and_then(split) {
                Some((path, name)) => {
                    let path = PathBuf::from(path);
                    request.targets.push(Target {
                        path: path.clone(),
                        name: name.to_owned(),
                    });
                    path
                }
                None => PathBuf::from(text),
            };
            if !request.paths.contains(&path) {
                request.paths.push(path);
            }
        }
        request
    }
}

/// The two parts of `PATH::qualified.name`, unless there is a file of that whole name.
fn split(text: &str) -> Option<(&str, &str)> {
    let (path, name) = text.rsplit_once("::")?;
    let real = Path::new(text).exists() || path.is_empty() || name.is_empty();
    (!real).then_some((path, name))
}

/// Fails where a target covers none of the functions, which are pairs of name and path.
///
/// # Errors
/// If so, with the functions that have the same last part of their name.
pub(crate) fn check_targets(rows: &[(&str, &str)], targets: &[Target]) -> Result<(), Error> {
    for target in targets {
        if rows.iter().any(|(name, path)| target.covers(name, path)) {
            continue;
        }
        let error = Error::new(format!(
            "there is no function `{}` in `{}`",
            target.name,
            target.path.display()
        ));
        let last = target.name.rsplit('.').next().unwrap_or(&target.name);
        let alike: BTreeSet<String> = rows
            .iter()
            .filter(|(name, _)| name.rsplit('.').next() == Some(last))
            .map(|(name, _)| format!("`{name}`"))
            .take(3)
            .collect();
        if alike.is_empty() {
            return Err(error.hint("`heapcast summary` of the file names all that it has"));
        }
        let alike: Vec<String> = alike.into_iter().collect();
        return Err(error.hint(format!("there is {}", alike.join(", "))));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(paths: &[&str]) -> Request {
        let arguments = ProjectArgs {
            paths: paths.iter().map(Into::into).collect(),
            ..ProjectArgs::default()
        };
        Request::new(&arguments, &[], None)
    }

    #[test]
    fn targets_are_told_from_paths() {
        let request = request(&["app.py::Store.load", "src", "app.py", "odd::"]);
        assert_eq!(request.paths, ["app.py", "src", "odd::"].map(PathBuf::from));
        let target = Target {
            path: "app.py".into(),
            name: "Store.load".into(),
        };
        assert_eq!(request.targets, [target]);
    }

    #[test]
    fn a_target_covers_its_function_and_what_is_in_it() {
        let target = |path: &str| Target {
            path: path.into(),
            name: "Store.load".into(),
        };
        let here = target("./shop/app.py");
        assert!(here.covers("shop.app.Store.load", "shop/app.py"));
        assert!(here.covers("app.Store.load.inner", "shop/app.py"));
        assert!(!here.covers("app.Store.loads", "shop/app.py"));
        assert!(!here.covers("app.BookStore.load", "shop/app.py"));
        assert!(!here.covers("other.Store.load", "shop/other.py"));
        assert!(target("/home/me/shop/app.py").covers("Store.load", "shop/app.py"));
    }
}
