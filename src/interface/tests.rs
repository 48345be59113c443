#![allow(clippy::unwrap_used)]

use super::*;
use crate::commands::Analysis;
use crate::commands::Request;
use crate::commands::progress::Monitor;

/// The interface functions of a module of that source, without what every module starts with.
fn interfaces(source: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.py");
    std::fs::write(&file, source).unwrap();
    let request = Request {
        paths: vec![file],
        python: Some("3.11".into()),
        threads: Some(1),
        ..Request::default()
    };
    let analysis = crate::analysis::Heapcast;
    let (modules, _) = analysis.interfaces(&request, &Monitor::silent()).unwrap();
    let text = &modules[0].text;
    text[text.find(PRELUDE).unwrap() + PRELUDE.len()..]
        .trim_start()
        .to_owned()
}

#[test]
fn an_interface_has_the_signature_and_the_formulas() {
    let text = interfaces("def zeros(n, /, start=0, *, wide=None):\n    return [start] * n\n");
    insta::assert_snapshot!(text);
}

#[test]
fn parts_of_arguments_are_measured() {
    let text = interfaces("def sizes(order):\n    return [0] * len(order.lines)\n");
    let measured = "_measure(\"len(order.lines)\", \"length\", order, (\"attribute\", \"lines\"))";
    assert!(text.contains(measured), "{text}");
}

#[test]
fn unknowns_are_keywords() {
    let text = interfaces("def collect(source):\n    return [0] * source.read_all(5)\n");
    assert!(text.contains("*, metric=\"total\", "), "{text}");
    assert!(
        text.contains("sympy.Symbol(\"source.read_all(...) @ "),
        "{text}"
    );
}

#[test]
fn methods_have_the_names_of_their_classes() {
    let text = interfaces("class Store:\n    def load(self, n):\n        return [0] * n\n");
    assert!(
        text.contains("def Store_load_interface(self, n, *, metric=\"total\"):"),
        "{text}"
    );
    assert!(
        text.contains("    \"Store.load\": Store_load_interface,\n"),
        "{text}"
    );
}
