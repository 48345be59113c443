//! Tests of [`super::discover`] on folder trees.
#![allow(clippy::unwrap_used)]

use std::fs;

use super::*;

/// A folder with these files in it; a name may be followed by `=` and the file's text.
pub(in super::super) fn tree(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let (name, text) = file.split_once('=').unwrap_or((file, ""));
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

pub(in super::super) fn names(project: &Project) -> Vec<&str> {
    project
        .modules
        .iter()
        .map(|module| module.name.as_str())
        .collect()
}

fn graph_names(project: &Project) -> Vec<&str> {
    project
        .modules
        .iter()
        .map(|module| module.call_graph_name.as_str())
        .collect()
}

fn found(folder: &Path, paths: &[&str]) -> Project {
    found_with(folder, paths, &DiscoverOptions::default())
}

fn found_with(folder: &Path, paths: &[&str], options: &DiscoverOptions) -> Project {
    let paths: Vec<PathBuf> = paths.iter().map(|path| folder.join(path)).collect();
    discover(&paths, options).unwrap()
}

#[test]
fn modules_are_named_relative_to_the_folder() {
    let folder = tree(&[
        "main.py",
        "pkg/__init__.py",
        "pkg/mod.py",
        "pkg/__main__.py",
        "ns/sub/mod.py",
        "my-scripts/run.py",
        "notes.txt",
    ]);
    let project = found(folder.path(), &[""]);
    let expected = [
        "main",
        "my-scripts.run",
        "ns.sub.mod",
        "pkg",
        "pkg.__main__",
        "pkg.mod",
    ];
    assert_eq!(names(&project), expected);
    assert_eq!(graph_names(&project), expected);
    let numbers: Vec<u32> = project.modules.iter().map(|module| module.id.0).collect();
    assert_eq!(numbers, [0, 1, 2, 3, 4, 5]);
    assert!(project.modules[3].is_package && !project.modules[4].is_package);
}

#[test]
fn a_package_is_named_by_its_folder_and_parents() {
    let folder = tree(&["a/__init__.py", "a/b/__init__.py", "a/b/core.py"]);
    let project = found(folder.path(), &["a/b"]);
    assert_eq!(names(&project), ["a.b", "a.b.core"]);
    assert_eq!(graph_names(&project), ["b", "b.core"]);
    let project = found(folder.path(), &["a/b/core.py", "a/b/__init__.py"]);
    assert_eq!(names(&project), ["a.b", "a.b.core"]);
    assert_eq!(graph_names(&project), ["b", "core"]);
}

#[test]
fn packages_under_src_are_top_level() {
    let folder = tree(&[
        "src/foo/__init__.py",
        "src/foo/a.py",
        "src/one.py",
        "tests/t.py",
    ]);
    let project = found(folder.path(), &[""]);
    assert_eq!(names(&project), ["foo", "foo.a", "one", "tests.t"]);
    assert_eq!(graph_names(&project), ["foo", "foo.a", "one", "tests.t"]);
    let package = tree(&["src/__init__.py", "src/foo/__init__.py"]);
    assert_eq!(names(&found(package.path(), &[""])), ["src", "src.foo"]);
    let plain = tree(&["src/foo.py"]);
    assert_eq!(names(&found(plain.path(), &[""])), ["src.foo"]);
    let namespace = tree(&["src/ns/pkg/__init__.py"]);
    assert_eq!(names(&found(namespace.path(), &[""])), ["ns.pkg"]);
}

#[test]
fn stubs_stand_in_for_missing_source() {
    let folder = tree(&["a.py", "a.pyi", "b.pyi", "c/__init__.pyi"]);
    let project = found(folder.path(), &[""]);
    assert_eq!(names(&project), ["a", "b", "c"]);
    let stubs: Vec<bool> = project
        .modules
        .iter()
        .map(|module| module.is_stub)
        .collect();
    assert_eq!(stubs, [false, true, true]);
}

#[test]
fn ignored_hidden_and_foreign_folders_are_skipped() {
    let folder = tree(&[
        ".gitignore=build/\n*_pb2.py\n",
        "build/x.py",
        "a.py",
        "a_pb2.py",
        "sub/.gitignore=!a_pb2.py\nc.py",
        "sub/a_pb2.py",
        "sub/c.py",
        ".tox/x.py",
        "__pycache__/x.py",
        "node_modules/m/x.py",
        "venv/pyvenv.cfg",
        "venv/x.py",
        "env/conda-meta/x.json",
        "env/x.py",
        "virtual/x.py",
    ]);
    let project = found(folder.path(), &[""]);
    assert_eq!(names(&project), ["a", "sub.a_pb2", "virtual.x"]);
    // What is named by itself is taken all the same.
    assert_eq!(names(&found(folder.path(), &["build/x.py"])), ["x"]);
    assert_eq!(names(&found(folder.path(), &["venv"])), ["x"]);
}

#[test]
fn globs_choose_among_files() {
    let folder = tree(&[
        "a.py",
        "src/b.py",
        "src/deep/c.py",
        "tests/d.py",
        "src/tests/e.py",
    ]);
    let chosen = |include: &[&str], exclude: &[&str]| {
        let options = DiscoverOptions {
            include: include.iter().map(|glob| (*glob).to_owned()).collect(),
            exclude: exclude.iter().map(|glob| (*glob).to_owned()).collect(),
            ..DiscoverOptions::default()
        };
        names(&found_with(folder.path(), &[""], &options)).join(" ")
    };
    assert_eq!(chosen(&["src"], &[]), "src.b src.deep.c src.tests.e");
    assert_eq!(chosen(&["src/*.py"], &[]), "src.b");
    assert_eq!(chosen(&["./src/**"], &["tests"]), "src.b src.deep.c");
    assert_eq!(chosen(&[], &["/tests", "b.py"]), "a src.deep.c src.tests.e");
    for glob in ["a{b", "[a"] {
        let options = DiscoverOptions {
            exclude: vec![glob.to_owned()],
            ..DiscoverOptions::default()
        };
        let error = discover(&[folder.path().into()], &options).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with(&format!("`{glob}` is no valid glob: ")),
            "{error}"
        );
    }
}

#[test]
fn globs_can_be_relative_to_the_settings() {
    let folder = tree(&["proj/a.py", "proj/b.py", "b.py"]);
    let options = DiscoverOptions {
        exclude: vec!["/b.py".to_owned()],
        globs_base: Some(folder.path().into()),
        ..DiscoverOptions::default()
    };
    assert_eq!(
        names(&found_with(folder.path(), &["proj"], &options)),
        ["a", "b"]
    );
}

#[test]
fn a_file_given_twice_counts_once() {
    let folder = tree(&["proj/a.py", "proj/sub/b.py", "proj/script"]);
    let paths = [
        "proj/a.py",
        "proj",
        "proj/../proj/sub",
        "proj/script",
        "proj/script",
    ];
    let project = found(folder.path(), &paths);
    assert_eq!(names(&project), ["a", "script", "sub.b"]);
    let mut backwards = paths;
    backwards.reverse();
    let other = found(folder.path(), &backwards);
    let places = |project: &Project| -> Vec<PathBuf> {
        project
            .modules
            .iter()
            .map(|module| module.location.clone())
            .collect()
    };
    assert_eq!(places(&project), places(&other));
}

#[test]
fn one_name_may_stand_for_several_modules() {
    let folder = tree(&[
        "one/main.py",
        "two/main.py",
        "one/a.py",
        "one/a/__init__.py",
    ]);
    let project = found(folder.path(), &["two", "one"]);
    assert_eq!(names(&project), ["a", "a", "main", "main"]);
}

#[test]
fn standard_input_is_a_module() {
    let options = DiscoverOptions {
        stdin: Some(b"x = 1".to_vec()),
        ..DiscoverOptions::default()
    };
    let project = discover(&[PathBuf::from("-")], &options).unwrap();
    let module = &project.modules[0];
    assert_eq!(
        (module.name.as_str(), module.display.as_str()),
        ("stdin", "<stdin>")
    );
    assert_eq!(super::super::read(module).unwrap(), "x = 1");
}

#[test]
fn projects_need_not_be_on_disk() {
    let project = Project::in_memory(&[("p/b.py", "y = 2"), ("p/__init__.py", ""), ("a.py", "")]);
    assert_eq!(names(&project), ["a", "p", "p.b"]);
    assert_eq!(super::super::read(&project.modules[2]).unwrap(), "y = 2");
    let index = crate::project::ModuleIndex::new(&project);
    let found = index.resolve_relative(ModuleId(2), 1, None);
    assert_eq!(found, Some(crate::project::Resolution::Module(ModuleId(1))));
}

#[test]
fn paths_are_shown_as_they_were_given() {
    let folder = tree(&["proj/a.py"]);
    let project = found(folder.path(), &["proj"]);
    let given = folder.path().join("proj/a.py");
    assert_eq!(project.modules[0].display, given.to_string_lossy());
    let here = discover(&["src/project/walk.rs".into()], &DiscoverOptions::default()).unwrap();
    assert_eq!(here.modules[0].display, "src/project/walk.rs");
    let here = discover(
        &["./src/project/walk.rs".into()],
        &DiscoverOptions::default(),
    )
    .unwrap();
    assert_eq!(here.modules[0].display, "src/project/walk.rs");
}

#[test]
fn missing_paths_are_errors_and_vanished_files_are_diagnostics() {
    let folder = tree(&["a.py"]);
    let missing = discover(&[folder.path().join("none")], &DiscoverOptions::default());
    assert!(matches!(missing, Err(ProjectError::NotFound(_))));
    let project = found(folder.path(), &[""]);
    fs::remove_file(folder.path().join("a.py")).unwrap();
    let gone = super::super::read(&project.modules[0]).unwrap_err();
    assert!(gone.message.starts_with("cannot read the file: "), "{gone}");
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn links_neither_loop_nor_repeat() {
        let folder = tree(&["proj/a.py", "proj/sub/b.py", "outside.py"]);
        let proj = folder.path().join("proj");
        symlink(&proj, proj.join("sub/loop")).unwrap();
        symlink("self.py", proj.join("self.py")).unwrap();
        symlink(proj.join("sub/b.py"), proj.join("alias.py")).unwrap();
        symlink(folder.path().join("outside.py"), proj.join("linked.py")).unwrap();
        let project = found(folder.path(), &["proj"]);
        assert_eq!(names(&project), ["a", "linked", "sub.b"]);
        assert_eq!(project.diagnostics.len(), 1);
        assert!(project.diagnostics[0].path.ends_with("proj/self.py"));
        let index = crate::project::ModuleIndex::new(&project);
        let alias = index.resolve_absolute(ModuleId(0), "alias");
        assert_eq!(alias, crate::project::Resolution::Module(ModuleId(2)));
    }

    #[test]
    fn unreadable_folders_and_files_are_diagnostics() {
        let folder = tree(&["a.py", "b.py", "closed/c.py"]);
        let lock = |name: &str, mode| {
            let path = folder.path().join(name);
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        lock("b.py", 0o000);
        lock("closed", 0o000);
        // The superuser may read everything, and there is nothing to see.
        let locked = fs::read(folder.path().join("b.py")).is_err();
        let project = found(folder.path(), &[""]);
        lock("closed", 0o755);
        if locked {
            assert_eq!(names(&project), ["a", "b"]);
            assert_eq!(project.diagnostics.len(), 1);
            assert!(super::super::super::read(&project.modules[1]).is_err());
        }
    }
}
