//! Which modules there are in some files and folders.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::diagnostic::Diagnostic;
use super::walk::{self, Globs, Listing};
use super::{
    Map, ModuleId, ModuleSource, Project, ProjectError, Root, RootKind, Set, canonical, naming,
};

/// What stands for the standard input among the paths.
const STDIN: &str = "-";
/// How the module from the standard input is shown.
const STDIN_SHOWN: &str = "<stdin>";

/// What to look for and where.
#[derive(Debug, Clone, Default)]
pub struct DiscoverOptions {
    /// Globs, as in `.gitignore`, of the files to analyse; all of them when empty.
    pub include: Vec<String>,
    /// Globs, as in `.gitignore`, of the files and folders to leave out.
    pub exclude: Vec<String>,
    /// The folder the globs are relative to; each given folder itself when `None`.
    pub globs_base: Option<PathBuf>,
    /// What to take for the standard input; it is read when this is `None`.
    pub stdin: Option<Vec<u8>>,
}

/// Finds the modules in files, folders and the standard input (`-`).
///
/// Files named by themselves are taken whatever they are called and whatever is excluded. The
/// result depends on the paths and what they hold alone: modules are sorted by location, and a
/// file that is reached twice counts once.
///
/// # Errors
/// When a given path does not exist, a glob is malformed, or the standard input cannot be read.
pub fn discover(paths: &[PathBuf], options: &DiscoverOptions) -> Result<Project, ProjectError> {
    let mut search = Search {
        options,
        cwd: std::env::current_dir().unwrap_or_default(),
        roots: Vec::new(),
        found: Vec::new(),
        diagnostics: Vec::new(),
    };
    let mut files = Vec::new();
    let mut stdin = false;
    for path in paths {
        if path.as_os_str() == STDIN {
            stdin = true;
            continue;
        }
        let kind = path.metadata().map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => ProjectError::NotFound(path.clone()),
            _ => ProjectError::Unreadable {
                path: path.clone(),
                source,
            },
        })?;
        if kind.is_dir() {
            search.folder(path)?;
        } else {
            files.push(path);
        }
    }
    // After all folders, so that a file inside one of them is named as the others there are.
    for file in files {
        search.file(file);
    }
    let mut project = search.finish()?;
    if stdin {
        let module = stdin_module(options)?;
        append(&mut project, [module])?;
    }
    Ok(project)
}

impl Project {
    /// A project that is not on disk: relative paths with `/`, and the source of each.
    ///
    /// Modules are named relative to the common root, and shown by the paths given here.
    #[must_use]
    pub fn in_memory(files: &[(&str, &str)]) -> Self {
        let base = PathBuf::from("/<memory>");
        let bases = [base.clone()];
        let mut files = files.to_vec();
        files.sort_by(|(a, _), (b, _)| Path::new(a).cmp(Path::new(b)));
        files.dedup_by_key(|(path, _)| *path);
        let modules = files.into_iter().map(|(path, text)| {
            let location = base.join(path);
            let name = naming::dotted(&location, &bases);
            ModuleSource {
                inline: Some(Arc::from(text.as_bytes())),
                ..module_at(location, path.into(), path.to_owned(), name.clone(), name)
            }
        });
        let mut project = Self::default();
        // There are far fewer files than numbers: each is in memory already.
        let _ = append(&mut project, modules);
        project.roots.push(Root {
            path: base.clone(),
            import_bases: vec![base],
            kind: RootKind::Given,
        });
        project
    }

    /// Adds the modules of an installed package: a folder, or a single file, named `top_level`.
    ///
    /// Its modules follow those already there; a file that is there already is not added again.
    ///
    /// # Errors
    /// When there are too many modules.
    pub fn add_package(&mut self, path: &Path, top_level: &str) -> Result<(), ProjectError> {
        let path = canonical(path);
        let base = path.parent().unwrap_or(&path).to_path_buf();
        let listing = if path.is_dir() {
            walk::installed(&path)
        } else {
            Listing {
                files: vec![(path, false)],
                ..Listing::default()
            }
        };
        let known: Set<&PathBuf> = self.modules.iter().map(|module| &module.location).collect();
        let bases = [base];
        let added: Vec<ModuleSource> = without_shadowed_stubs(&listing.files)
            .filter(|(file, _)| !known.contains(file))
            .map(|(file, _)| {
                let name = naming::dotted(file, &bases);
                ModuleSource {
                    third_party: true,
                    ..module_at(file.clone(), file.clone(), shown(file), name.clone(), name)
                }
            })
            .collect();
        for (path, reason) in listing.failures {
            let message = format!("cannot read a part of the package `{top_level}`: {reason}");
            self.diagnostics
                .push(Diagnostic::error(shown(&path), message));
        }
        let [base] = bases;
        if self.roots.iter().all(|root| root.path != base) {
            self.roots.push(Root {
                path: base.clone(),
                import_bases: vec![base],
                kind: RootKind::SitePackages,
            });
        }
        append(self, added)
    }
}

/// A file that was found, not yet a module.
struct Found {
    location: PathBuf,
    open: PathBuf,
    root: usize,
    is_link: bool,
    explicit: bool,
}

struct Search<'a> {
    options: &'a DiscoverOptions,
    cwd: PathBuf,
    /// Each root with the folders that names in call graphs are relative to.
    roots: Vec<(Root, Vec<PathBuf>)>,
    found: Vec<Found>,
    diagnostics: Vec<Diagnostic>,
}

impl Search<'_> {
    fn folder(&mut self, given: &Path) -> Result<(), ProjectError> {
        let folder = canonical(given);
        let base = self.options.globs_base.as_deref().map(canonical);
        let globs = Globs::new(
            base.as_deref().unwrap_or(&folder),
            &self.options.include,
            &self.options.exclude,
        )?;
        let listing = walk::project(&folder, &globs);
        let root = self.roots.len();
        self.roots.push(naming::root_of_folder(&folder));
        let open = |file: &Path| match file.strip_prefix(&folder) {
            Ok(inside) if inside == Path::new("") => given.to_path_buf(),
            Ok(inside) => given.join(inside),
            Err(_) => file.to_path_buf(),
        };
        for (path, reason) in listing.failures {
            let shown = self.display(&open(&path));
            let message = format!("cannot read it: {reason}");
            self.diagnostics.push(Diagnostic::error(shown, message));
        }
        for (location, is_link) in without_shadowed_stubs(&listing.files) {
            self.found.push(Found {
                open: open(location),
                location: location.clone(),
                root,
                is_link: *is_link,
                explicit: false,
            });
        }
        for path in listing.installable {
            let root = Root {
                import_bases: naming::bases_of_project(&path),
                path,
                kind: RootKind::Installable,
            };
            self.roots.push((root, Vec::new()));
        }
        Ok(())
    }

    fn file(&mut self, given: &Path) {
        let name = given.file_name().map(PathBuf::from).unwrap_or_default();
        let parent = match given.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let folder = canonical(parent);
        let known = self
            .roots
            .iter()
            .position(|(root, _)| root.kind == RootKind::Given && folder.starts_with(&root.path));
        let root = known.unwrap_or_else(|| {
            self.roots.push(naming::root_of_file(&folder));
            self.roots.len() - 1
        });
        self.found.push(Found {
            location: folder.join(name),
            open: given.to_path_buf(),
            root,
            is_link: given.is_symlink(),
            explicit: true,
        });
    }

    /// Numbers what was found. Of several ways to one file the first counts that is no link.
    fn finish(mut self) -> Result<Project, ProjectError> {
        let mut found = std::mem::take(&mut self.found);
        found.sort_by_key(|file| (file.is_link, file.explicit, file.root));
        let mut first: Map<PathBuf, PathBuf> = Map::default();
        let mut links = Vec::new();
        found.retain(|file| {
            let target = if file.is_link {
                canonical(&file.location)
            } else {
                file.location.clone()
            };
            match first.get(&target) {
                None => {
                    first.insert(target, file.location.clone());
                    true
                }
                Some(kept) => {
                    links.push((file.location.clone(), kept.clone()));
                    false
                }
            }
        });
        found.sort_by(|a, b| a.location.cmp(&b.location));
        let modules: Vec<ModuleSource> = found.into_iter().map(|file| self.module(file)).collect();
        let mut project = Project {
            roots: self.roots.into_iter().map(|(root, _)| root).collect(),
            diagnostics: self.diagnostics,
            ..Project::default()
        };
        project.diagnostics.sort();
        project.diagnostics.dedup();
        append(&mut project, modules)?;
        let ids: Map<&PathBuf, ModuleId> = project
            .modules
            .iter()
            .map(|module| (&module.location, module.id))
            .collect();
        links.sort();
        links.dedup();
        project.links = links
            .into_iter()
            .filter(|(link, kept)| link != kept)
            .filter_map(|(link, kept)| Some((link, *ids.get(&kept)?)))
            .collect();
        Ok(project)
    }

    fn module(&self, file: Found) -> ModuleSource {
        let (root, graph_bases) = &self.roots[file.root];
        let name = naming::dotted(&file.location, &root.import_bases);
        let graph_name = naming::dotted(&file.location, graph_bases);
        let display = self.display(&file.open);
        module_at(file.location, file.open, display, name, graph_name)
    }

    fn display(&self, path: &Path) -> String {
        display(path, &self.cwd)
    }
}

/// The files without the stubs that stand beside their source.
fn without_shadowed_stubs(files: &[(PathBuf, bool)]) -> impl Iterator<Item = &(PathBuf, bool)> {
    let names: Set<&Path> = files.iter().map(|(file, _)| file.as_path()).collect();
    files.iter().filter(move |(file, _)| {
        !(naming::is_stub_file(file) && names.contains(file.with_extension("py").as_path()))
    })
}

fn module_at(
    location: PathBuf,
    path: PathBuf,
    display: String,
    name: String,
    call_graph_name: String,
) -> ModuleSource {
    ModuleSource {
        id: ModuleId(0),
        path,
        display,
        name,
        call_graph_name,
        is_package: naming::stem(&location) == "__init__",
        is_stub: naming::is_stub_file(&location),
        third_party: false,
        inline: None,
        location,
    }
}

/// Adds modules at the end and numbers them.
fn append(
    project: &mut Project,
    modules: impl IntoIterator<Item = ModuleSource>,
) -> Result<(), ProjectError> {
    for mut module in modules {
        let next = u32::try_from(project.modules.len());
        module.id = ModuleId(next.map_err(|_| ProjectError::TooManyModules)?);
        project.modules.push(module);
    }
    Ok(())
}

fn stdin_module(options: &DiscoverOptions) -> Result<ModuleSource, ProjectError> {
    let mut bytes = Vec::new();
    match &options.stdin {
        Some(given) => bytes.clone_from(given),
        None => {
            let read = std::io::stdin().lock().read_to_end(&mut bytes);
            read.map_err(ProjectError::Stdin)?;
        }
    }
    // Python imports from the working folder when its program comes from the standard input.
    let location = canonical(Path::new(".")).join(STDIN_SHOWN);
    let name = || "stdin".to_owned();
    Ok(ModuleSource {
        inline: Some(Arc::from(bytes)),
        ..module_at(
            location,
            STDIN_SHOWN.into(),
            STDIN_SHOWN.to_owned(),
            name(),
            name(),
        )
    })
}

/// A given path as the user should see it: relative to the working folder, or else as it is.
#[must_use]
pub fn display(given: &Path, cwd: &Path) -> String {
    if given.as_os_str() == STDIN {
        return STDIN_SHOWN.to_owned();
    }
    let inside = given
        .strip_prefix(cwd)
        .or_else(|_| given.strip_prefix("."))
        .unwrap_or(given);
    shown(if inside == Path::new("") {
        Path::new(".")
    } else {
        inside
    })
}

/// A path as text, with the separators that every platform's reports share.
fn shown(path: &Path) -> String {
    let text = naming::text(path.as_os_str());
    if std::path::MAIN_SEPARATOR == '/' {
        text
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

#[cfg(test)]
#[path = "discover_tests.rs"]
pub(super) mod tests;
