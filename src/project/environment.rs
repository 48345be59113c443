//! Installed packages: where they are, and which of them a project needs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Project, ProjectError, naming};

/// Why there is no environment to use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnvironmentError {
    /// The given path does not exist.
    #[error("no such environment or interpreter: {}", .0.display())]
    NotFound(PathBuf),
    /// The given path exists and no packages belong to it.
    #[error("no site-packages folder belongs to {}", .0.display())]
    NoSitePackages(PathBuf),
}

/// The folders of installed packages that belong to one interpreter. The standard library is not
/// among them; models speak for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// The folders, in the order in which they are searched.
    pub site_packages: Vec<PathBuf>,
}

impl Environment {
    /// Finds the packages of a virtual environment, given as its folder or as its interpreter, or
    /// of any other interpreter.
    ///
    /// # Errors
    /// When there is nothing at the path, or no packages belong to it.
    pub fn find(path: &Path) -> Result<Self, EnvironmentError> {
        if !path.exists() {
            return Err(EnvironmentError::NotFound(path.to_path_buf()));
        }
        let mut folders = Vec::new();
        // As given before with links resolved: a virtual environment's interpreter is often a link
        // to the system's.
        for place in [path.to_path_buf(), super::canonical(path)] {
            if is_site_packages(&place) {
                folders.push(place);
            } else if place.is_dir() {
                folders = site_packages_under(&place);
            } else if let Some(prefix) = place.parent().and_then(Path::parent) {
                folders = site_packages_under(prefix);
            }
            if !folders.is_empty() {
                break;
            }
        }
        if folders.is_empty() {
            return Err(EnvironmentError::NoSitePackages(path.to_path_buf()));
        }
        let linked: Vec<PathBuf> = folders
            .iter()
            .flat_map(|folder| path_files(folder))
            .collect();
        folders.extend(linked);
        Ok(Self {
            site_packages: without_repeats(folders),
        })
    }

    /// The folder or file of the installed package or module with this top-level name.
    #[must_use]
    pub fn locate(&self, top_level: &str) -> Option<PathBuf> {
        let is_name = !top_level.is_empty()
            && top_level
                .chars()
                .all(|letter| letter == '_' || letter.is_alphanumeric());
        if !is_name {
            return None;
        }
        let places = || {
            self.site_packages
                .iter()
                .map(|folder| folder.join(top_level))
        };
        let regular = places().find_map(|place| {
            let file = place.with_extension("py");
            if naming::is_package_folder(&place) {
                Some(place)
            } else if file.is_file() {
                Some(file)
            } else {
                None
            }
        });
        // A folder that is no regular package counts only where nothing else does.
        regular.or_else(|| places().find(|place| place.is_dir()))
    }

    /// Adds to a project the packages that some imports mean, and returns the top-level names for
    /// which there is none. Each name in `imports` may be dotted.
    ///
    /// What the added packages import in turn is up to the caller: ask again.
    ///
    /// # Errors
    /// When there are too many modules.
    pub fn follow<'a>(
        &self,
        project: &mut Project,
        imports: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<String>, ProjectError> {
        let names: BTreeSet<&str> = imports
            .into_iter()
            .filter_map(|import| import.split('.').next())
            .filter(|name| !name.is_empty())
            .collect();
        let mut missing = Vec::new();
        for name in names {
            match self.locate(name) {
                Some(path) => project.add_package(&path, name)?,
                None => missing.push(name.to_owned()),
            }
        }
        Ok(missing)
    }
}

fn is_site_packages(folder: &Path) -> bool {
    folder.is_dir()
        && folder
            .file_name()
            .is_some_and(|name| name == "site-packages" || name == "dist-packages")
}

/// The folders of packages under an installation's prefix.
fn site_packages_under(prefix: &Path) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for lib in ["lib", "lib64", "local/lib"] {
        for python in sorted(&prefix.join(lib)) {
            let is_python = python
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("python"));
            if is_python {
                folders.push(python.join("site-packages"));
                folders.push(python.join("dist-packages"));
            }
        }
    }
    // Where Windows has them; on some systems the same folder as `lib/site-packages`.
    folders.push(prefix.join("Lib").join("site-packages"));
    folders.retain(|folder| folder.is_dir());
    without_repeats(folders)
}

/// The folders that `.pth` files add: where editable installs live.
fn path_files(folder: &Path) -> Vec<PathBuf> {
    let mut added = Vec::new();
    for file in sorted(folder) {
        if file.extension().is_none_or(|end| end != "pth") {
            continue;
        }
        let lines = fs::read_to_string(&file).unwrap_or_default();
        for line in lines.lines().map(str::trim) {
            let code = line.starts_with("import ") || line.starts_with("import\t");
            if line.is_empty() || line.starts_with('#') || code {
                continue;
            }
            let path = folder.join(line);
            if path.is_dir() {
                added.push(path);
            }
        }
    }
    added
}

/// What is in a folder, sorted; nothing if it cannot be read.
fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = folder
        .read_dir()
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    entries.sort();
    entries
}

/// The folders in order, each once however many links lead to it.
fn without_repeats(folders: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut seen = BTreeSet::new();
    folders
        .into_iter()
        .filter(|folder| seen.insert(super::canonical(folder)))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::discover::tests::{names, tree};
    use super::super::{DiscoverOptions, ModuleIndex, Resolution, discover};
    use super::*;

    const SITE: &str = "venv/lib/python3.11/site-packages";

    fn environment(files: &[&str]) -> (tempfile::TempDir, Environment) {
        let mut all = vec!["venv/pyvenv.cfg".to_owned(), "venv/bin/python".to_owned()];
        all.extend(files.iter().map(|file| format!("{SITE}/{file}")));
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let folder = tree(&all);
        let found = Environment::find(&folder.path().join("venv")).unwrap();
        (folder, found)
    }

    #[test]
    fn packages_are_found_from_the_folder_and_from_the_interpreter() {
        let (folder, found) = environment(&["one/__init__.py", "two.py", "three/x.py", "four.so"]);
        let site = folder.path().join(SITE);
        assert_eq!(found.site_packages, std::slice::from_ref(&site));
        for path in ["venv/bin/python", SITE] {
            let same = Environment::find(&folder.path().join(path)).unwrap();
            assert_eq!(same, found);
        }
        assert_eq!(found.locate("one"), Some(site.join("one")));
        assert_eq!(found.locate("two"), Some(site.join("two.py")));
        assert_eq!(found.locate("three"), Some(site.join("three")));
        for none in ["four", "five", "", "..", "one/__init__", "/"] {
            assert_eq!(found.locate(none), None);
        }
    }

    #[test]
    fn editable_installs_are_found() {
        let (folder, _) = environment(&["x.py"]);
        let site = folder.path().join(SITE);
        fs::create_dir_all(folder.path().join("work/src/mine")).unwrap();
        fs::write(folder.path().join("work/src/mine/__init__.py"), "").unwrap();
        let line = folder.path().join("work/src");
        fs::write(
            site.join("a.pth"),
            format!("# a\nimport os\n{}\nnone\n", line.display()),
        )
        .unwrap();
        let found = Environment::find(&folder.path().join("venv")).unwrap();
        assert_eq!(found.locate("mine"), Some(line.join("mine")));
    }

    #[test]
    fn what_is_no_environment_is_named() {
        let folder = tree(&["x.py"]);
        let missing = Environment::find(&folder.path().join("none")).unwrap_err();
        assert!(missing.to_string().starts_with("no such environment"));
        let empty = Environment::find(folder.path()).unwrap_err();
        assert!(empty.to_string().starts_with("no site-packages folder"));
    }

    #[test]
    fn followed_packages_come_after_the_users_own() {
        let (folder, found) = environment(&[
            "lib/__init__.py",
            "lib/a.py",
            "lib/a.pyi",
            "lib/.hidden/x.py",
            "other/__init__.py",
        ]);
        fs::write(folder.path().join("main.py"), "").unwrap();
        let mut project = discover(&[folder.path().into()], &DiscoverOptions::default()).unwrap();
        assert_eq!(names(&project), ["main"]);
        let missing = found
            .follow(&mut project, ["lib.a", "lib", "nowhere.x"])
            .unwrap();
        assert_eq!(missing, ["nowhere"]);
        assert_eq!(names(&project), ["main", "lib", "lib.a"]);
        found.follow(&mut project, ["lib"]).unwrap();
        assert_eq!(project.modules.len(), 3);
        assert!(project.modules[1].third_party && !project.modules[0].third_party);
        let index = ModuleIndex::new(&project);
        let main = project.modules[0].id;
        let module = |number: usize| Resolution::Module(project.modules[number].id);
        assert_eq!(index.resolve_absolute(main, "lib.a"), module(2));
        assert_eq!(
            index.resolve_absolute(project.modules[2].id, "lib"),
            module(1)
        );
        assert_eq!(
            index.resolve_absolute(project.modules[2].id, "main"),
            Resolution::External
        );
    }
}
