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

#[test]
fn conditions_on_arguments_are_branches() {
    let text = interfaces(
        "def copied(value):\n    if isinstance(value, dict):\n        return dict(value)\n    return list(value)\n",
    );
    insta::assert_snapshot!(text);
}

/// The example of the paper: two branches that do not depend on each other, six calls.
#[test]
fn a_handler_has_its_branches_and_its_calls() {
    let text = interfaces(
        "import lib\n\ndef handler(event, context):\n    user = lib.load(event)\n    if event[\"premium\"]:\n        \
         page = lib.rich(user)\n    else:\n        page = lib.plain(user)\n    if user.admin:\n        \
         extra = lib.audit(user)\n    else:\n        extra = lib.nothing(user)\n    return lib.send(page, extra)\n",
    );
    let condition = "_decided(branch_5, lambda: _value(event, (\"key\", \"premium\")))";
    assert!(text.contains(condition), "{text}");
    assert!(text.contains("branch_9=None"), "{text}");
    for (name, line) in [
        ("load", 4),
        ("rich", 6),
        ("plain", 8),
        ("audit", 10),
        ("nothing", 12),
        ("send", 13),
    ] {
        assert!(
            text.contains(&format!(" lib_{name}_{line}=sympy.Symbol(")),
            "{name}: {text}"
        );
    }
    let one = "            if metric == \"total\":\n                return _result(lib_audit_10 + lib_load_4 + lib_rich_6 + lib_send_13)";
    assert!(text.contains(one), "{text}");
}

#[test]
fn long_formulas_of_callees_are_functions() {
    let body = (0..30).map(|at| format!("    a{at} = [0] * x{at}\n"));
    let names = (0..30).map(|at| format!("x{at}"));
    let names = names.collect::<Vec<_>>().join(", ");
    let body: String = body.collect();
    let used = (0..30).map(|at| format!("a{at}"));
    let used = used.collect::<Vec<_>>().join(", ");
    let text = interfaces(&format!(
        "def inner({names}):\n{body}    return {used}\n\ndef outer({names}):\n    return inner({names})\n"
    ));
    assert!(
        text.contains("@_shared\ndef _total_app_inner(x0, x1, x10"),
        "{text}"
    );
    assert!(
        text.contains("return _result(_total_app_inner(x0_2, x1_2, x10_2"),
        "{text}"
    );
}
