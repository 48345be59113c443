//! What a user may name: files of odd names, broken files, and what cannot be read.

use crate::support::{Folder, Ran};

const BROKEN: &[u8] = b"def f(:\n    pass\n";

#[test]
fn a_broken_file_is_unreadable_input_however_it_is_named() {
    let folder = Folder::new(&[("a.py", "")]);
    folder.write("pkg/broken.py", BROKEN);
    let absolute = folder.path().canonicalize().expect("a folder");
    let absolute = absolute.join("pkg/broken.py").display().to_string();
    for path in ["pkg/broken.py", "./pkg/broken.py", &absolute] {
        let ran = folder.run(&["callgraph", path, "a.py"]);
        assert_eq!(ran.code, Some(2), "{path}");
        let start = "heapcast: error: pkg/broken.py:1:";
        assert!(ran.err.starts_with(start), "{path}: {}", ran.err);
    }
    // As part of a folder it is missing from a result that is good otherwise.
    assert_eq!(folder.run(&["callgraph", "pkg"]).code, Some(0));
}

#[test]
fn broken_standard_input_is_unreadable_input() {
    let folder = Folder::new(&[]);
    let mut command = folder.heapcast();
    command.args(["callgraph", "-"]).write_stdin(BROKEN);
    let ran = Ran::new(command.output().expect("an output"));
    assert_eq!(ran.code, Some(2));
    let start = "heapcast: error: <stdin>:1:";
    assert!(ran.err.starts_with(start), "{}", ran.err);
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text_are_taken() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new(&[]);
    let name = OsStr::from_bytes(b"caf\xe9.py");
    std::fs::write(folder.path().join(name), "def f(): f()\n").expect("a new file");
    for path in [name, OsStr::new(".")] {
        let ran = folder.run(&[
            OsStr::new("callgraph"),
            path,
            OsStr::new("--format"),
            OsStr::new("pycg"),
        ]);
        assert_eq!((ran.code, &*ran.err), (Some(0), ""));
        assert!(ran.out.contains("\"caf\u{fffd}.f\""), "{}", ran.out);
    }
}

#[cfg(unix)]
#[test]
fn names_with_line_breaks_and_orders_to_the_terminal_stay_on_their_line() {
    let folder = Folder::new(&[
        ("one\ntwo.py", "def f(): f()\n"),
        ("red\u{1b}[31m.py", "x = (\n"),
    ]);
    let ran = folder.run(&["callgraph", "."]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.out.contains("one\\ntwo.f"), "{}", ran.out);
    for line in ran.err.lines() {
        assert!(
            line.starts_with("heapcast: warning: red\\u{1b}[31m.py:"),
            "{line}"
        );
    }
    assert!(!ran.out.contains('\u{1b}'), "{}", ran.out);
}

#[cfg(unix)]
#[test]
fn an_unreadable_folder_is_unreadable_input() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(&[("secret/a.py", "")]);
    let secret = folder.path().join("secret");
    let mode = |mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&secret, permissions).expect("permissions");
    };
    mode(0o000);
    let readable = std::fs::read_dir(&secret).is_ok();
    let ran = folder.run(&["callgraph", "secret"]);
    mode(0o700);
    if !readable {
        assert_eq!(ran.code, Some(2));
        let expected = "heapcast: error: secret: cannot read it: permission denied\n";
        assert_eq!(ran.err, expected);
    }
}

#[test]
fn a_folder_of_models_that_is_not_there_is_named_without_a_line() {
    let ran = Folder::new(&[("a.py", "")]).run(&["summary", "a.py", "--models", "none"]);
    assert_eq!(ran.code, Some(2));
    let start = "heapcast: error: none: cannot be read: ";
    assert!(ran.err.starts_with(start), "{}", ran.err);
}
