//! What a file's module is called.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use super::{Root, RootKind};

/// Whether a folder is a regular package.
pub(super) fn is_package_folder(folder: &Path) -> bool {
    folder.join("__init__.py").is_file() || folder.join("__init__.pyi").is_file()
}

/// The folder from which a folder's modules are imported: the first, upwards, that is no package.
fn base_of(folder: &Path) -> PathBuf {
    let base = folder.ancestors().find(|above| !is_package_folder(above));
    base.unwrap_or(folder).to_path_buf()
}

/// The folders from which top-level names of a project folder are imported.
///
/// A `src` folder that is no package itself but holds some comes first: packages under it are
/// imported by their own name.
pub(super) fn bases_of_project(folder: &Path) -> Vec<PathBuf> {
    let src = folder.join("src");
    if src.is_dir() && !is_package_folder(&src) && holds_packages(&src, 2) {
        vec![src, folder.to_path_buf()]
    } else {
        vec![folder.to_path_buf()]
    }
}

/// Whether there is a package at most `depth` levels below a folder.
fn holds_packages(folder: &Path, depth: usize) -> bool {
    let Ok(entries) = folder.read_dir() else {
        return false;
    };
    let folders: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .collect();
    folders.iter().any(|inner| is_package_folder(inner))
        || depth > 1 && folders.iter().any(|inner| holds_packages(inner, depth - 1))
}

/// The root for a folder that was given.
pub(super) fn root_of_folder(folder: &Path) -> (Root, Vec<PathBuf>) {
    let (import_bases, graph_bases) = if is_package_folder(folder) {
        let above = folder.parent().unwrap_or(folder).to_path_buf();
        (vec![base_of(folder)], vec![above])
    } else {
        let bases = bases_of_project(folder);
        (bases.clone(), bases)
    };
    let root = Root {
        path: folder.to_path_buf(),
        import_bases,
        kind: RootKind::Given,
    };
    (root, graph_bases)
}

/// The root for a file that was given, by the folder that holds it.
pub(super) fn root_of_file(folder: &Path) -> (Root, Vec<PathBuf>) {
    let root = Root {
        path: folder.to_path_buf(),
        import_bases: vec![base_of(folder)],
        kind: RootKind::Given,
    };
    (root, vec![folder.to_path_buf()])
}

/// The dotted name of a file, relative to the first of `bases` that holds it.
pub(super) fn dotted(file: &Path, bases: &[PathBuf]) -> String {
    let relative = bases
        .iter()
        .find_map(|base| file.strip_prefix(base).ok())
        .unwrap_or(file);
    let mut parts: Vec<String> = relative
        .parent()
        .into_iter()
        .flat_map(Path::components)
        .filter_map(|component| match component {
            Component::Normal(name) => Some(text(name)),
            _ => None,
        })
        .collect();
    let stem = stem(file);
    if stem != "__init__" {
        parts.push(stem);
    } else if parts.is_empty() {
        // An `__init__.py` that was given as a file is named by its folder.
        let folder = file.parent().and_then(Path::file_name);
        parts.push(folder.map_or(stem, text));
    }
    parts.join(".")
}

/// The name of a file's module without its package.
pub(super) fn stem(file: &Path) -> String {
    let name = if is_module_file(file) {
        file.file_stem()
    } else {
        file.file_name()
    };
    text(name.unwrap_or_default())
}

/// A part of a path as text on one line, whatever it holds: a name may have a line break in it,
/// or what a terminal takes for an order.
pub(super) fn text(part: &OsStr) -> String {
    let mut text = String::new();
    for letter in part.to_string_lossy().chars() {
        if letter.is_control() {
            text.extend(letter.escape_default());
        } else {
            text.push(letter);
        }
    }
    text
}

/// Whether a file's name makes it a module, as `.py` or `.pyi`.
pub(super) fn is_module_file(file: &Path) -> bool {
    file.extension()
        .is_some_and(|end| end == "py" || end == "pyi")
}

/// Whether a file's name makes it a stub.
pub(super) fn is_stub_file(file: &Path) -> bool {
    file.extension().is_some_and(|end| end == "pyi")
}
