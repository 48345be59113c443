#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use super::*;
use crate::commands::output::Screen;
use crate::commands::testing::{Fixed, notice, run, run_on, screen};
use crate::commands::{Severity, UNUSABLE};

fn graph() -> CallGraph {
    let edges = [
        ("shop.app", "shop.orders.OrderStore.__init__", 3),
        ("shop.app", "shop.app.main", 9),
        ("shop.app.main", "<builtin>.len", 12),
        (
            "shop.app.main",
            "shop.orders.OrderStore.load_everything_at_once",
            12,
        ),
        ("shop.app.main", "shop.app.main.<lambda1>", 14),
        (
            "shop.orders.OrderStore.load_everything_at_once",
            "json.loads",
            31,
        ),
    ];
    let mut graph = CallGraph::default();
    for name in [
        "odd.\"quoted\\name\"",
        "shop.app.main.<lambda1>",
        "other.main",
    ] {
        graph.edges.entry(name.into()).or_default();
    }
    for (caller, callee, line) in edges {
        let callees = graph.edges.entry(caller.into()).or_default();
        callees.insert(callee.into());
        graph.sites.push(CallSite {
            caller: caller.into(),
            callee: callee.into(),
            path: "shop/app.py".into(),
            line,
        });
    }
    graph
}

fn analysis() -> Fixed {
    Fixed {
        graph: graph(),
        coverage: Coverage {
            bounds: Vec::new(),
            files: 2,
            lines: 60,
            notices: vec![notice("shop/broken.py", Severity::Incomplete)],
        },
        ..Fixed::default()
    }
}

fn printed(arguments: &[&str]) -> String {
    let line: Vec<&str> = [&["callgraph"], arguments].concat();
    let ran = run(&line, &analysis());
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.out
}

#[test]
fn the_table_fits_the_terminal() {
    let ran = run_on(screen(60), &["callgraph"], &analysis());
    assert!(ran.out.lines().all(|line| line.chars().count() <= 60));
    insta::assert_snapshot!("callgraph_narrow", ran.out);
}

#[test]
fn the_table_in_a_pipe_has_whole_rows() {
    insta::assert_snapshot!("callgraph_piped", printed(&[]));
}

#[test]
fn json_follows_its_schema() {
    insta::assert_snapshot!("callgraph_json", printed(&["--format", "json"]));
}

#[test]
fn dot_quotes_what_it_must() {
    insta::assert_snapshot!("callgraph_dot", printed(&["--format", "dot"]));
}

#[test]
fn pycg_is_one_object_with_empty_lists_kept() {
    let text = printed(&["--format", "pycg"]);
    let value: BTreeMap<String, Vec<String>> = serde_json::from_str(&text).unwrap();
    assert_eq!(value["other.main"], Vec::<String>::new());
    assert_eq!(value.len(), graph().edges.len());
    insta::assert_snapshot!("callgraph_pycg", text);
}

#[test]
fn an_empty_graph_is_still_json() {
    let empty = Fixed::default();
    for format in ["json", "pycg"] {
        let ran = run(&["callgraph", "--format", format], &empty);
        assert!(serde_json::from_str::<serde_json::Value>(&ran.out).is_ok());
    }
}

#[test]
fn an_entry_leaves_what_it_reaches() {
    let text = printed(&["--format", "pycg", "--entry", "app.main"]);
    let value: BTreeMap<String, Vec<String>> = serde_json::from_str(&text).unwrap();
    let callers: Vec<&str> = value.keys().map(String::as_str).collect();
    assert_eq!(
        callers,
        [
            "shop.app.main",
            "shop.app.main.<lambda1>",
            "shop.orders.OrderStore.load_everything_at_once"
        ]
    );
}

#[test]
fn an_entry_that_is_unknown_or_ambiguous_is_an_error() {
    let ran = run(&["callgraph", "--entry", "nothing"], &analysis());
    assert_eq!((ran.code, &*ran.out), (UNUSABLE, ""));
    assert!(
        ran.err
            .starts_with("heapcast: error: there is no function `nothing`\n  hint: ")
    );

    let ran = run(&["callgraph", "--entry", "main"], &analysis());
    assert_eq!(ran.code, UNUSABLE);
    assert!(ran.err.contains("`main` may mean 2 functions"));
}

#[test]
fn a_target_is_an_entry() {
    let analysis = analysis();
    let ran = run(
        &["callgraph", "shop/app.py::app.main", "--format=pycg"],
        &analysis,
    );
    assert!(!ran.out.contains("other.main"), "{}", ran.err);
    let asked = analysis.asked.take().unwrap();
    assert_eq!(asked.paths, [PathBuf::from("shop/app.py")]);
}

#[test]
fn a_file_gets_no_colour_and_no_narrow_table() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("calls.txt");
    let narrow = Screen {
        width: Some(40),
        colour: true,
    };
    let line = ["callgraph", "-o", file.to_str().unwrap()];
    let ran = run_on(narrow, &line, &analysis());
    assert_eq!((ran.code, &*ran.out), (0, ""));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), printed(&[]));
}
