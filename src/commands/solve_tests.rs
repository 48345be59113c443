#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use super::*;
use crate::commands::UNUSABLE;
use crate::commands::testing::{Fixed, Ran, run};

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn solve(folder: &Path, more: &[&str]) -> Ran {
    let line: Vec<&str> = [&["solve", folder.to_str().unwrap()], more].concat();
    run(&line, &Fixed::default())
}

#[test]
fn relations_are_read_and_solved() {
    let folder = folder(&[("call_in.tsv", b"c1\to2\t3\nc4\to2\t5\n")]);
    let target = folder.path().join("out");
    let ran = solve(folder.path(), &["-o", target.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let rows = fs::read_to_string(target.join("call_target.tsv")).unwrap();
    assert_eq!(rows, "c1\to2\nc4\to2\n");
    assert!(
        ran.out.contains("derived  call_target         2"),
        "{}",
        ran.out
    );
}

#[test]
fn relations_without_a_file_are_named_once() {
    let folder = folder(&[("call_in.tsv", b"")]);
    let ran = solve(folder.path(), &[]);
    assert_eq!(ran.err.lines().count(), 1);
    let named = "object, instance_of, object_in, object_line, variable_in and ";
    assert!(ran.err.contains(named), "{}", ran.err);
}

#[test]
fn a_wrong_line_is_named() {
    let folder = folder(&[("call_in.tsv", b"c1\to2\t3\nc1\to2\tthree\n")]);
    let ran = solve(folder.path(), &[]);
    assert_eq!(ran.code, UNUSABLE);
    let expected = "call_in.tsv:2: column line: expected a number, not \"three\"\n";
    assert!(ran.err.ends_with(expected), "{}", ran.err);
}

#[test]
fn text_that_is_not_utf_8_is_named() {
    let folder = folder(&[("call_in.tsv", b"c1\to2\t3\n\xff\n")]);
    let ran = solve(folder.path(), &[]);
    assert!(
        ran.err.ends_with("call_in.tsv:2: the text is not UTF-8\n"),
        "{}",
        ran.err
    );
}

#[test]
fn a_folder_without_relations_is_an_error() {
    let empty = folder(&[("notes.txt", b"")]);
    let ran = solve(empty.path(), &[]);
    assert_eq!(ran.code, UNUSABLE);
    assert!(ran.err.contains("there are no relations in"), "{}", ran.err);
    let ran = solve(&PathBuf::from("/nonexistent"), &[]);
    assert_eq!(
        ran.err,
        "heapcast: error: cannot read `/nonexistent`: no such file or directory\n"
    );
}

#[test]
fn a_relation_that_does_not_exist_is_an_error() {
    let folder = folder(&[("calls_in.tsv", b"")]);
    let ran = solve(folder.path(), &[]);
    assert!(
        ran.err.contains("no input relation is called `calls_in`"),
        "{}",
        ran.err
    );
}

#[test]
fn the_folder_that_is_read_is_not_replaced() {
    let folder = folder(&[("call_in.tsv", b"")]);
    let ran = solve(folder.path(), &["-o", folder.path().to_str().unwrap()]);
    assert_eq!(ran.code, UNUSABLE);
    assert!(folder.path().join("call_in.tsv").exists());
}

#[test]
fn identifiers_that_would_take_all_memory_are_named() {
    for row in ["c4294967295\to2\t3", "c1\to4294967294\t3"] {
        let text = format!("c1\to2\t3\n{row}\n");
        let folder = folder(&[("call_in.tsv", text.as_bytes())]);
        let ran = solve(folder.path(), &[]);
        assert_eq!(ran.code, UNUSABLE);
        let expected =
            "call_in.tsv:2: an identifier is past 65536, but there are only 2 rows in all";
        assert!(ran.err.contains(expected), "{}", ran.err);
    }
}
