#![allow(clippy::unwrap_used)]

use std::fs;

use heapcast_facts::{Call, Obj, ObjectKind, Symbols, Var};

use super::*;
use crate::commands::UNUSABLE;
use crate::commands::testing::{Fixed, run};

fn analysis() -> Fixed {
    let mut symbols = Symbols::default();
    let name = symbols.intern("shop\tapp");
    Fixed {
        relations: Relations {
            facts: Facts {
                object: vec![(Obj(1), ObjectKind::Module, name)],
                alloc: vec![(Var(1), Obj(1)), (Var(2), Obj(1))],
                ..Facts::default()
            },
            symbols,
            derived: Derived {
                call_target: vec![(Call(4), Obj(1))],
                first_record: 2,
                ..Derived::default()
            },
        },
        ..Fixed::default()
    }
}

#[test]
fn relations_are_written_one_file_each() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("facts");
    let ran = run(
        &["facts", "shop", "-o", target.to_str().unwrap()],
        &analysis(),
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    let read = |name: &str| fs::read_to_string(target.join(name)).unwrap();
    assert_eq!(read("object.tsv"), "o1\tmodule\tshop\\tapp\n");
    assert_eq!(read("alloc.tsv"), "v1\to1\nv2\to1\n");
    assert_eq!(read("load.tsv"), "");
    assert_eq!(read("derived/call_target.tsv"), "c4\to1\n");
    assert_eq!(read("schema.json"), schema().unwrap());
    let sizes = |line: &str| line.split_whitespace().eq(["input", "alloc", "2"]);
    assert!(ran.out.lines().any(sizes), "{}", ran.out);
}

#[test]
fn the_schema_names_every_relation_and_its_file() {
    let ran = run(&["facts", "--format", "json"], &analysis());
    assert_eq!(ran.code, 0);
    let value: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(value["schema"], SCHEMA);
    let relations = value["relations"].as_array().unwrap();
    assert_eq!(
        relations.len(),
        Facts::schema().len() + Derived::schema().len()
    );
    let mro = relations
        .iter()
        .find(|relation| relation["name"] == "mro")
        .unwrap();
    assert_eq!(mro["file"], "derived/mro.tsv");
    assert_eq!(mro["columns"][1]["type"], "number");
    assert!(
        mro["doc"]
            .as_str()
            .unwrap()
            .starts_with("`mro(class, position, ancestor)`")
    );
}

#[test]
fn a_folder_is_asked_for() {
    let ran = run(&["facts", "shop"], &analysis());
    assert_eq!(ran.code, UNUSABLE);
    assert!(ran.err.contains("hint: add `-o DIR`"));
}

#[test]
fn a_folder_with_other_contents_is_refused_before_any_work() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.txt"), "").unwrap();
    let analysis = analysis();
    let ran = run(&["facts", "-o", folder.path().to_str().unwrap()], &analysis);
    assert_eq!(ran.code, UNUSABLE);
    assert!(ran.err.contains("other contents than facts"), "{}", ran.err);
    assert!(analysis.asked.take().is_none());
}
