//! The interpreter that runs the user's code, and how it imports it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::commands::error::{Error, reason};

/// The interpreter where none is named.
const USUAL: &str = "python3";

/// Prints the version without running anything of the user's.
const PROBE: &str = "import sys; print('%d.%d.%d' % sys.version_info[:3])";

/// An interpreter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Interpreter {
    /// What it is called by.
    pub(super) name: String,
    /// What is run.
    pub(super) program: PathBuf,
    /// Its version, such as `3.11.7`.
    pub(super) version: String,
}

impl Interpreter {
    /// The interpreter of that path or environment, or the usual one.
    ///
    /// # Errors
    /// If there is none, or it is no Python.
    pub(super) fn find(given: Option<&Path>) -> Result<Self, Error> {
        let program = match given {
            Some(folder) if folder.is_dir() => in_environment(folder)?,
            Some(program) => program.to_owned(),
            None => PathBuf::from(USUAL),
        };
        let name = program.display().to_string();
        let output = Command::new(&program)
            .args(["-I", "-S", "-c", PROBE])
            .stdin(Stdio::null())
            .output()
            .map_err(|error| {
                Error::new(format!(
                    "cannot run the interpreter `{name}`: {}",
                    reason(&error)
                ))
                .hint("name one, or a virtual environment, with --python-path")
            })?;
        let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let parts = version
            .split('.')
            .filter(|part| part.parse::<u32>().is_ok());
        if !output.status.success() || parts.count() != 3 {
            return Err(
                Error::new(format!("`{name}` is not an interpreter of Python 3"))
                    .hint("name one, or a virtual environment, with --python-path"),
            );
        }
        Ok(Self {
            name,
            program,
            version,
        })
    }

    /// The version without its last part, as tables of sizes have it.
    pub(super) fn minor(&self) -> String {
        match self.version.rsplit_once('.') {
            Some((minor, _)) => minor.to_owned(),
            None => self.version.clone(),
        }
    }
}

fn in_environment(folder: &Path) -> Result<PathBuf, Error> {
    let places = ["bin/python", "bin/python3", "Scripts/python.exe"];
    let found = places.map(|place| folder.join(place));
    found
        .into_iter()
        .find(|path| path.is_file())
        .ok_or_else(|| {
            Error::new(format!("there is no interpreter in `{}`", folder.display()))
                .hint("a virtual environment has one in bin or Scripts")
        })
}

/// How a file is imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Import {
    /// The folder that its packages stand in.
    pub(super) root: String,
    /// Its dotted name there.
    pub(super) module: String,
    /// The file itself.
    pub(super) path: String,
}

/// How the file of a module is imported: with all the packages that it is part of, which are more
/// than the analysis knows where it was given the file alone.
///
/// # Errors
/// If there is no such file.
pub(super) fn import_of(path: &str, module: &str) -> Result<Import, Error> {
    let file = std::fs::canonicalize(path).map_err(|error| {
        Error::new(format!("`{path}` cannot be imported: {}", reason(&error)))
            .hint("what is verified must be a file")
    })?;
    let is_package = file.file_stem().is_some_and(|stem| stem == "__init__");
    let mut root = file.parent().unwrap_or(&file).to_owned();
    let mut names: Vec<String> = Vec::new();
    if !is_package {
        names.extend(
            file.file_stem()
                .map(|stem| stem.to_string_lossy().into_owned()),
        );
    }
    // Packages without `__init__.py` are known by the module's name alone.
    let known = module.split('.').count();
    let mut is_inside = is_package;
    while is_inside || names.len() < known || root.join("__init__.py").is_file() {
        let Some(name) = root
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
        else {
            break;
        };
        names.push(name);
        is_inside = false;
        if !root.pop() {
            break;
        }
    }
    names.reverse();
    Ok(Import {
        root: root.display().to_string(),
        module: names.join("."),
        path: file.display().to_string(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_file_is_imported_with_its_packages() {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path().canonicalize().unwrap();
        for file in [
            "src/shop/__init__.py",
            "src/shop/app.py",
            "space/tools/run.py",
        ] {
            std::fs::create_dir_all(base.join(file).parent().unwrap()).unwrap();
            std::fs::write(base.join(file), "").unwrap();
        }
        let import = |file: &str, module: &str| {
            let path = base.join(file).display().to_string();
            let found = import_of(&path, module).unwrap();
            let root = PathBuf::from(found.root);
            let root = root.strip_prefix(&base).unwrap().display().to_string();
            (root, found.module)
        };
        let pair = |root: &str, module: &str| (root.to_owned(), module.to_owned());
        // Analysed alone, as part of its package, and as the package itself.
        assert_eq!(import("src/shop/app.py", "app"), pair("src", "shop.app"));
        assert_eq!(
            import("src/shop/app.py", "shop.app"),
            pair("src", "shop.app")
        );
        assert_eq!(import("src/shop/__init__.py", "shop"), pair("src", "shop"));
        // Without `__init__.py`, the name that the analysis found decides.
        assert_eq!(
            import("space/tools/run.py", "run"),
            pair("space/tools", "run")
        );
        assert_eq!(
            import("space/tools/run.py", "tools.run"),
            pair("space", "tools.run")
        );
        assert!(import_of("none.py", "none").is_err());
    }

    #[test]
    fn what_is_no_interpreter_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        for (path, expected) in [
            (folder.path().join("none"), "cannot run the interpreter"),
            (folder.path().to_owned(), "there is no interpreter in"),
        ] {
            let error = Interpreter::find(Some(&path)).unwrap_err();
            assert!(error.message().starts_with(expected), "{error}");
            assert!(error.advice().is_some());
        }
    }
}
