//! What an import means: from dotted names to modules.

use std::path::{Path, PathBuf};

use super::stdlib::is_stdlib;
use super::{Map, ModuleId, Project, RootKind, Set, naming};

/// What a dotted name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resolution {
    /// A module of the project.
    Module(ModuleId),
    /// A folder of the project that is no regular package, but holds modules.
    Namespace,
    /// Nothing in the project.
    External,
}

type FolderId = u32;

/// What one name inside a folder stands for.
#[derive(Debug, Clone, Copy, Default)]
struct Child {
    module: Option<ModuleId>,
    folder: Option<FolderId>,
}

#[derive(Debug, Default)]
struct Folder {
    parent: Option<FolderId>,
    children: Map<Box<str>, Child>,
    /// The module of its `__init__` file.
    init: Option<ModuleId>,
}

/// Resolves the imports of a [`Project`].
///
/// Top-level names are looked up first in what was given, then beside the importing module's own
/// outermost package (where Python looks when it runs a script there), then in folders of the
/// project that would be installed, last among installed packages.
#[derive(Debug, Default)]
pub struct ModuleIndex {
    folders: Vec<Folder>,
    /// The folder of each module's file.
    homes: Vec<FolderId>,
    third_party: Vec<bool>,
    names: Map<String, ModuleId>,
    given: Vec<FolderId>,
    installable: Vec<FolderId>,
    site_packages: Vec<FolderId>,
    /// All of the three above.
    bases: Set<FolderId>,
}

impl ModuleIndex {
    /// Indexes the modules of a project. A package added later needs a new index.
    #[must_use]
    pub fn new(project: &Project) -> Self {
        let mut index = Self::default();
        let mut known = Map::default();
        for module in &project.modules {
            let home = module.location.parent().unwrap_or(Path::new(""));
            let home = index.folder(home, &mut known);
            index.homes.push(home);
            index.third_party.push(module.third_party);
            index.enter(home, &module.location, module.id, module.is_stub);
            index.enter_name(project, module.id);
        }
        for (location, id) in &project.links {
            let home = index.folder(location.parent().unwrap_or(Path::new("")), &mut known);
            index.enter(home, location, *id, true);
        }
        for root in &project.roots {
            for base in &root.import_bases {
                let base = index.folder(base, &mut known);
                let list = match root.kind {
                    RootKind::Given => &mut index.given,
                    RootKind::Installable => &mut index.installable,
                    RootKind::SitePackages => &mut index.site_packages,
                };
                if !list.contains(&base) {
                    list.push(base);
                }
                index.bases.insert(base);
            }
        }
        index
    }

    /// The folder at a path, made together with those above it where it is new.
    fn folder(&mut self, path: &Path, known: &mut Map<PathBuf, FolderId>) -> FolderId {
        if let Some(id) = known.get(path) {
            return *id;
        }
        let missing: Vec<&Path> = path
            .ancestors()
            .take_while(|above| !known.contains_key(*above))
            .collect();
        let above = missing.last().and_then(|top| top.parent());
        let mut parent = above.and_then(|above| known.get(above).copied());
        for path in missing.into_iter().rev() {
            let id = u32::try_from(self.folders.len()).unwrap_or(u32::MAX);
            self.folders.push(Folder {
                parent,
                ..Folder::default()
            });
            known.insert(path.to_path_buf(), id);
            if let (Some(parent), Some(name)) = (parent, path.file_name()) {
                let name = name.to_string_lossy().into();
                let children = &mut self.folders[parent as usize].children;
                children.entry(name).or_default().folder = Some(id);
            }
            parent = Some(id);
        }
        parent.unwrap_or_default()
    }

    /// Makes a file importable from its folder; a weak one gives way to any other.
    fn enter(&mut self, home: FolderId, location: &Path, id: ModuleId, weak: bool) {
        if !naming::is_module_file(location) {
            return;
        }
        let stem = naming::stem(location);
        let folder = &mut self.folders[home as usize];
        let slot = if stem == "__init__" {
            &mut folder.init
        } else {
            &mut folder.children.entry(stem.into()).or_default().module
        };
        if slot.is_none() || !weak {
            *slot = Some(id);
        }
    }

    /// Keeps the best module of each name: a package before a module, source before a stub, and
    /// the user's own before the installed.
    fn enter_name(&mut self, project: &Project, id: ModuleId) {
        let rank = |id: ModuleId| {
            project
                .module(id)
                .map(|module| (module.third_party, !module.is_package, module.is_stub, id))
        };
        let Some(module) = project.module(id) else {
            return;
        };
        let best = self.names.entry(module.name.clone()).or_insert(id);
        if rank(id) < rank(*best) {
            *best = id;
        }
    }

    /// The module with this dotted name; a package goes before a module of the same name.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<ModuleId> {
        self.names.get(name).copied()
    }

    /// What `import dotted` means in the module `from`.
    #[must_use]
    pub fn resolve_absolute(&self, from: ModuleId, dotted: &str) -> Resolution {
        let top = dotted.split('.').next().unwrap_or_default();
        let own: &[FolderId] = &self
            .own_base(from)
            .map_or([FolderId::MAX; 1], |base| [base]);
        let installed = self.third_party.get(from.index()) == Some(&true);
        let local = if is_stdlib(top) {
            [&[][..]; 2]
        } else {
            [own, &self.installable[..]]
        };
        let order: [&[FolderId]; 4] = if installed {
            [&self.site_packages, &[], &[], &[]]
        } else {
            [&self.given, local[0], local[1], &self.site_packages]
        };
        let mut answer = Resolution::External;
        for base in order.into_iter().flatten() {
            match self.descend(*base, dotted) {
                Found::Module(id) => return Resolution::Module(id),
                // Python looks no further once it has the outermost regular package.
                Found::NotInPackage => return Resolution::External,
                Found::Namespace => answer = Resolution::Namespace,
                Found::Nothing => {}
            }
        }
        answer
    }

    /// What `from .name import …` means in the module `from`, with `level` dots; `None` where that
    /// leads out of the outermost package, or to nothing.
    #[must_use]
    pub fn resolve_relative(
        &self,
        from: ModuleId,
        level: u32,
        name: Option<&str>,
    ) -> Option<Resolution> {
        let home = *self.homes.get(from.index())?;
        let mut folder = home;
        for _ in 1..level.max(1) {
            if self.bases.contains(&folder) {
                return None;
            }
            folder = self.get(folder)?.parent?;
        }
        if level > 1 && self.bases.contains(&folder) {
            return None;
        }
        match name.filter(|name| !name.is_empty()) {
            None => Some(match self.get(folder)?.init {
                Some(id) => Resolution::Module(id),
                None => Resolution::Namespace,
            }),
            Some(name) => match self.descend(folder, name) {
                Found::Module(id) => Some(Resolution::Module(id)),
                Found::Namespace => Some(Resolution::Namespace),
                Found::NotInPackage | Found::Nothing => None,
            },
        }
    }

    /// The module `name` directly inside a package; `None` if that is no package or has none.
    #[must_use]
    pub fn submodule(&self, package: ModuleId, name: &str) -> Option<ModuleId> {
        let home = *self.homes.get(package.index())?;
        if self.get(home)?.init != Some(package) {
            return None;
        }
        match self.descend(home, name) {
            Found::Module(id) => Some(id),
            _ => None,
        }
    }

    /// The first folder, from a module's own upwards, that is no package.
    fn own_base(&self, from: ModuleId) -> Option<FolderId> {
        let mut id = *self.homes.get(from.index())?;
        loop {
            let folder = self.get(id)?;
            if folder.init.is_none() || self.bases.contains(&id) {
                return Some(id);
            }
            id = folder.parent?;
        }
    }

    fn get(&self, id: FolderId) -> Option<&Folder> {
        self.folders.get(id as usize)
    }

    /// Follows a dotted name down from a folder.
    fn descend(&self, base: FolderId, dotted: &str) -> Found {
        let mut folder = Some(base);
        let mut found = Found::Nothing;
        for part in dotted.split('.') {
            let inside = matches!(found, Found::Module(_));
            let child = folder
                .and_then(|id| self.get(id))
                .and_then(|here| here.children.get(part))
                .copied();
            let Some(child) = child else {
                return if inside {
                    Found::NotInPackage
                } else {
                    Found::Nothing
                };
            };
            let init = child
                .folder
                .and_then(|id| self.get(id))
                .and_then(|here| here.init);
            // A regular package goes before a module, and a module before a plain folder.
            (found, folder) = match (init, child.module) {
                (Some(id), _) => (Found::Module(id), child.folder),
                (None, Some(id)) => (Found::Module(id), None),
                (None, None) => (Found::Namespace, child.folder),
            };
        }
        found
    }
}

/// Where a dotted name leads from one folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Module(ModuleId),
    Namespace,
    /// Its beginning is a regular package or a module, which has no such submodule.
    NotInPackage,
    Nothing,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::discover::tests::tree;
    use super::super::{DiscoverOptions, discover};
    use super::*;

    struct Case {
        _folder: tempfile::TempDir,
        project: Project,
        index: ModuleIndex,
    }

    impl Case {
        fn new(files: &[&str], root: &str) -> Self {
            let folder = tree(files);
            let root = folder.path().join(root);
            let project = discover(&[root], &DiscoverOptions::default()).unwrap();
            let index = ModuleIndex::new(&project);
            Self {
                _folder: folder,
                project,
                index,
            }
        }

        fn id(&self, name: &str) -> ModuleId {
            self.project
                .modules
                .iter()
                .find(|module| module.name == name)
                .unwrap()
                .id
        }

        fn show(&self, resolution: Resolution) -> String {
            match resolution {
                Resolution::Module(id) => self.project.module(id).unwrap().name.clone(),
                Resolution::Namespace => "(namespace)".to_owned(),
                Resolution::External => "(external)".to_owned(),
            }
        }

        fn absolute(&self, from: &str, dotted: &str) -> String {
            self.show(self.index.resolve_absolute(self.id(from), dotted))
        }

        fn relative(&self, from: &str, level: u32, name: Option<&str>) -> String {
            let found = self.index.resolve_relative(self.id(from), level, name);
            found.map_or("(none)".to_owned(), |found| self.show(found))
        }
    }

    #[test]
    fn absolute_imports_find_packages_modules_and_namespaces() {
        let case = Case::new(
            &["main.py", "pkg/__init__.py", "pkg/mod.py", "ns/sub/mod.py"],
            "",
        );
        assert_eq!(case.absolute("main", "pkg"), "pkg");
        assert_eq!(case.absolute("main", "pkg.mod"), "pkg.mod");
        assert_eq!(case.absolute("main", "pkg.none"), "(external)");
        assert_eq!(case.absolute("main", "ns"), "(namespace)");
        assert_eq!(case.absolute("main", "ns.sub"), "(namespace)");
        assert_eq!(case.absolute("main", "ns.sub.mod"), "ns.sub.mod");
        assert_eq!(case.absolute("main", "os.path"), "(external)");
        assert_eq!(case.absolute("pkg.mod", "mod"), "(external)");
        assert_eq!(case.absolute("pkg.mod", ""), "(external)");
    }

    #[test]
    fn relative_imports_count_dots_from_the_package() {
        let case = Case::new(
            &[
                "p/__init__.py",
                "p/a.py",
                "p/q/__init__.py",
                "p/q/b.py",
                "p/ns/c.py",
            ],
            "",
        );
        assert_eq!(case.relative("p", 1, None), "p");
        assert_eq!(case.relative("p", 1, Some("a")), "p.a");
        assert_eq!(case.relative("p", 1, Some("q.b")), "p.q.b");
        assert_eq!(case.relative("p", 2, None), "(none)");
        assert_eq!(case.relative("p.a", 1, None), "p");
        assert_eq!(case.relative("p.q", 1, Some("b")), "p.q.b");
        assert_eq!(case.relative("p.q", 2, Some("a")), "p.a");
        assert_eq!(case.relative("p.q.b", 2, None), "p");
        assert_eq!(case.relative("p.q.b", 3, None), "(none)");
        assert_eq!(case.relative("p.q.b", 9, None), "(none)");
        assert_eq!(case.relative("p.ns.c", 1, None), "(namespace)");
        assert_eq!(case.relative("p.a", 1, Some("none")), "(none)");
    }

    #[test]
    fn submodules_belong_to_packages() {
        let case = Case::new(
            &["p/__init__.py", "p/a.py", "p/q/__init__.py", "p/q/b.py"],
            "",
        );
        let id = |name| case.id(name);
        assert_eq!(case.index.submodule(id("p"), "a"), Some(id("p.a")));
        assert_eq!(case.index.submodule(id("p"), "q"), Some(id("p.q")));
        assert_eq!(case.index.submodule(id("p"), "b"), None);
        assert_eq!(case.index.submodule(id("p.a"), "a"), None);
    }

    #[test]
    fn scripts_find_their_siblings_unless_the_standard_library_has_them() {
        let case = Case::new(
            &[
                "helper2.py",
                "tools/run.py",
                "tools/helper.py",
                "tools/helper2.py",
                "tools/json.py",
            ],
            "",
        );
        assert_eq!(case.absolute("tools.run", "helper"), "tools.helper");
        assert_eq!(case.absolute("tools.run", "helper2"), "helper2");
        assert_eq!(case.absolute("tools.run", "json"), "(external)");
        assert_eq!(case.absolute("helper2", "helper"), "(external)");
        assert_eq!(case.relative("helper2", 1, Some("tools.run")), "tools.run");
    }

    #[test]
    fn a_package_goes_before_a_module_of_its_name() {
        let case = Case::new(&["a.py", "a/__init__.py", "a/b.py", "c.py", "c/d.py"], "");
        let package = case.index.by_name("a").unwrap();
        assert!(case.project.module(package).unwrap().is_package);
        let found = case.index.resolve_absolute(ModuleId(0), "a");
        assert_eq!(found, Resolution::Module(package));
        assert_eq!(case.absolute("c", "a.b"), "a.b");
        assert_eq!(case.absolute("c", "c"), "c");
        assert_eq!(case.absolute("c", "c.d"), "(external)");
    }

    #[test]
    fn both_names_of_a_src_layout_work() {
        let case = Case::new(&["src/foo/__init__.py", "src/foo/a.py", "tests/t.py"], "");
        assert_eq!(case.absolute("tests.t", "foo.a"), "foo.a");
        assert_eq!(case.absolute("tests.t", "src.foo.a"), "foo.a");
    }

    #[test]
    fn packages_of_a_larger_repository_find_each_other() {
        let case = Case::new(
            &[
                "one/pyproject.toml",
                "one/src/foo/__init__.py",
                "one/src/foo/a.py",
                "two/setup.py",
                "two/bar/__init__.py",
                "two/bar/b.py",
                "examples/baz/__init__.py",
            ],
            "",
        );
        assert_eq!(case.absolute("two.bar.b", "foo.a"), "one.src.foo.a");
        assert_eq!(case.absolute("one.src.foo.a", "bar"), "two.bar");
        assert_eq!(case.absolute("one.src.foo.a", "foo"), "one.src.foo");
        assert_eq!(case.absolute("one.src.foo.a", "baz"), "(external)");
    }

    #[test]
    fn a_package_given_by_itself_knows_its_parents() {
        let case = Case::new(&["a/__init__.py", "a/b/__init__.py", "a/b/c.py"], "a/b");
        assert_eq!(case.absolute("a.b", "a.b.c"), "a.b.c");
        assert_eq!(case.absolute("a.b", "a"), "(namespace)");
        assert_eq!(case.relative("a.b.c", 2, None), "(namespace)");
        assert_eq!(case.relative("a.b.c", 3, None), "(none)");
    }
}
