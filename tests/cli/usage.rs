//! Help, the version, and wrong usage.

use std::path::PathBuf;

use crate::support::{Folder, Ran};

const COMMANDS: [&str; 9] = [
    "summary",
    "top",
    "explain",
    "predict",
    "verify",
    "interface",
    "callgraph",
    "facts",
    "solve",
];

#[test]
fn the_version_is_printed() {
    let ran = Folder::new(&[]).run(&["--version"]);
    assert_eq!(ran.code, Some(0));
    assert_eq!(
        ran.out,
        concat!("heapcast ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn help_names_every_command_and_is_not_an_error() {
    let ran = Folder::new(&[]).run(&["--help"]);
    assert_eq!((ran.code, &*ran.err), (Some(0), ""));
    for command in COMMANDS {
        assert!(ran.out.contains(command), "{command}");
    }
    assert!(ran.out.contains("Exit codes:"));
}

#[test]
fn every_command_has_help_with_an_example() {
    for command in COMMANDS {
        let ran = Folder::new(&[]).run(&[command, "--help"]);
        assert_eq!(ran.code, Some(0));
        let example = format!("Example:\n  heapcast {command} ");
        assert!(ran.out.contains(&example), "{}", ran.out);
    }
}

#[test]
fn no_command_is_wrong_usage() {
    let ran = Folder::new(&[]).run::<&str>(&[]);
    assert_eq!((ran.code, &*ran.out), (Some(2), ""));
    assert!(ran.err.contains("Usage: heapcast"));
}

#[test]
fn wrong_usage_is_named_on_standard_error() {
    let wrong: [(&[&str], &str); 7] = [
        (&["sumary"], "'summary'"),
        (&["summary", "--sort", "size"], "--sort"),
        (
            &["summary", "--top", "0"],
            "expected a whole number above 0",
        ),
        (
            &["summary", "--python", "three"],
            "expected a version such as 3.13",
        ),
        (&["callgraph", "--format", "csv"], "pycg"),
        (&["solve"], "<DIR>"),
        (&["summary", "-v", "-q"], "cannot be used with"),
    ];
    for (arguments, expected) in wrong {
        let ran = Folder::new(&[]).run(arguments);
        assert_eq!((ran.code, &*ran.out), (Some(2), ""), "{arguments:?}");
        assert!(ran.err.contains(expected), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn colour_is_used_when_it_is_asked_for_and_not_in_a_pipe() {
    let folder = Folder::new(&[]);
    let escape = |arguments: &[&str]| folder.run(arguments).out.contains('\u{1b}');
    assert!(!escape(&["--help"]));
    assert!(escape(&["--color", "always", "--help"]));
    assert!(!escape(&["--color", "never", "--help"]));
}

#[test]
fn the_schema_of_the_relations_needs_no_input() {
    let ran = Folder::new(&[]).run(&["facts", "--format", "json"]);
    assert_eq!((ran.code, &*ran.err), (Some(0), ""));
    let value: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(value["schema"], "heapcast.facts/1");
}

#[test]
fn relations_need_a_folder() {
    let ran = Folder::new(&[("a.py", "")]).run(&["facts", "a.py"]);
    assert_eq!((ran.code, &*ran.out), (Some(2), ""));
    assert!(ran.err.contains("hint: add `-o DIR`"), "{}", ran.err);
}

#[test]
fn a_folder_of_something_else_is_not_replaced() {
    let folder = Folder::new(&[("a.py", ""), ("out/thesis.txt", "mine")]);
    let ran = folder.run(&["facts", "a.py", "-o", "out"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.starts_with("heapcast: error: cannot write `out`"),
        "{}",
        ran.err
    );
    assert!(folder.path().join("out/thesis.txt").exists());
    assert_eq!(folder.names(), ["a.py", "out"].map(PathBuf::from));
}

#[test]
fn relations_that_cannot_be_read_are_named_with_their_line() {
    let folder = Folder::new(&[("facts/call_in.tsv", "c1\to2\t3\nc1\to2\n")]);
    let ran = folder.run(&["solve", "facts"]);
    assert_eq!((ran.code, &*ran.out), (Some(2), ""));
    assert_eq!(
        ran.err,
        "heapcast: error: facts/call_in.tsv:2: column line is missing\n"
    );
}

#[test]
fn regions_of_any_numbers_and_circles_of_them_are_solved() {
    let region = "r0\tfunction\to1\t1\nr1\tloop\to1\t2\nr2\tloop\to1\t3\n";
    let folder = Folder::new(&[
        ("facts/region.tsv", region),
        ("facts/region_parent.tsv", "r1\tr2\nr2\tr1\nr900\tr800\n"),
        ("facts/catches.tsv", "r700\tv1\tv1\n"),
    ]);
    let mut command = folder.heapcast();
    let output = command
        .args(["solve", "facts", "-q"])
        .timeout(std::time::Duration::from_secs(60))
        .output();
    let ran = Ran::new(output.expect("an output"));
    assert_eq!((ran.code, &*ran.err), (Some(0), ""));
}

#[test]
fn a_folder_without_relations_is_unreadable_input() {
    let folder = Folder::new(&[("a.py", "")]);
    for (arguments, expected) in [
        (["solve", "."], "there are no relations in `.`"),
        (
            ["solve", "none"],
            "cannot read `none`: no such file or directory",
        ),
    ] {
        let ran = folder.run(&arguments);
        assert_eq!(ran.code, Some(2));
        assert!(ran.err.contains(expected), "{}", ran.err);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_standard_output_is_an_error() {
    let full = std::fs::File::options().write(true).open("/dev/full");
    let full = full.expect("a full disk");
    let status = std::process::Command::new(assert_cmd::cargo::cargo_bin!("heapcast"))
        .args(["facts", "--format", "json"])
        .stdout(full)
        .stderr(std::process::Stdio::piped())
        .output()
        .expect("an output");
    assert_eq!(status.status.code(), Some(2));
    let err = String::from_utf8_lossy(&status.stderr);
    let expected = "heapcast: error: cannot write to standard output: no space left on device\n";
    assert_eq!(err, expected);
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("heapcast"))
        .args(["facts", "--format", "json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("a process");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("an output");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
