#![allow(clippy::unwrap_used)]

use super::*;
use crate::commands::Analysis;
use crate::commands::Request;
use crate::commands::progress::Monitor;

/// The interface module of that source. It is executed: see tests/interface/execute.py.
pub(super) fn emitted(source: &str) -> String {
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
    let text = modules[0]
        .text
        .replace(&format!("{}/", folder.path().display()), "");
    executed(&text, &[]);
    text
}

/// The interface functions of such a module, without what every module starts with.
fn interfaces(source: &str) -> String {
    let text = emitted(source);
    let mut start = text.find(PRELUDE).unwrap() + PRELUDE.len();
    if let Some(traces) = text.find("\n_TRACES = {\n") {
        start = traces + text[traces..].find("\n}\n").unwrap() + 3;
    }
    text[start..].trim_start().to_owned()
}

/// What calls of a module's functions come to, in Python: of `.venv`, which has sympy, or of the machine.
pub(super) fn executed(module: &str, calls: &[&str]) -> Vec<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("interfaces.py");
    std::fs::write(&file, module).unwrap();
    let own = root.join(".venv/bin/python");
    let python = if own.exists() { own } else { "python3".into() };
    let output = std::process::Command::new(python)
        .arg("-B")
        .arg(root.join("tests/interface/execute.py"))
        .arg(file)
        .args(calls)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}\n{module}");
    let printed = String::from_utf8(output.stdout).unwrap();
    printed.lines().map(str::to_owned).collect()
}

/// What calls of the function `f` of a source have of a metric, which are numbers.
pub(super) fn figures(source: &str, metric: &str, calls: &[&str]) -> Vec<i64> {
    let module = emitted(source);
    let calls = calls.iter();
    let calls = calls.map(|call| format!("INTERFACES['f']({call}, metric='{metric}')"));
    let calls: Vec<String> = calls.collect();
    let calls: Vec<&str> = calls.iter().map(String::as_str).collect();
    let found = executed(&module, &calls);
    found.iter().map(|text| text.parse().unwrap()).collect()
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
    let one = "            if metric == \"total\":\n                return _traced(_result(lib_audit_10 + lib_load_4 + lib_rich_6 + lib_send_13)";
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

/// The paper's other example: what the handler of an exception calls, and what is done in any case.
#[test]
fn an_exception_may_be_raised_and_handled_before_what_is_done_in_any_case() {
    let text = interfaces(
        "import lib\n\ndef handler(event):\n    try:\n        data = lib.load(event)\n    \
         except ValueError:\n        data = lib.default()\n    finally:\n        lib.close()\n    return data\n",
    );
    for (name, line) in [("load", 5), ("default", 7), ("close", 9)] {
        let keyword = format!(" lib_{name}_{line}=sympy.Symbol(");
        assert!(text.contains(&keyword), "{name}: {text}");
    }
    let total = "        return _traced(_result(lib_close_9 + lib_default_7 + lib_load_5 + ";
    assert!(text.contains(total), "{text}");
}

#[test]
fn what_is_done_in_any_case_counts_with_and_without_an_exception() {
    let module = emitted(
        "def handler(n, m, fails):\n    try:\n        data = [0] * n\n        if fails:\n            \
         raise ValueError(n)\n    except ValueError:\n        data = [1] * m\n    finally:\n        \
         rest = bytearray(n)\n    return data\n",
    );
    let calls = [100, 10_000].map(|n| format!("INTERFACES['handler']({n}, 50, True)"));
    let found = executed(&module, &[&calls[0], &calls[1]]);
    let found: Vec<i64> = found.iter().map(|text| text.parse().unwrap()).collect();
    // A list of `n`, and in any case as many bytes; the other list is as long in both.
    assert_eq!(found[1] - found[0], 9 * 9_900, "{found:?}");
}

#[test]
fn a_handler_takes_the_branch_that_its_event_decides() {
    let module = emitted(
        "def handler(event):\n    if event[\"wide\"]:\n        return [0] * (2 * event[\"size\"])\n    \
         return [0] * event[\"size\"]\n",
    );
    let call = |wide: &str| {
        format!("INTERFACES['handler'](dict(wide={wide}, size=1000), metric='retained')")
    };
    let found = executed(&module, &[&call("True"), &call("False")]);
    assert_eq!(found, ["16056", "8056"]);
}

#[test]
fn what_callees_ask_of_arguments_decides_too() {
    let module = emitted(
        "def named(n, key=None, wide=False):\n    if key is None:\n        return [0] * (10 * n if wide else n)\n    \
         return [key(x) for x in range(n)]\n\n\
         def through(n, key, wide):\n    return named(n, key, wide=wide)\n\n\
         def f(n, key=None, wide=False):\n    return through(n, key, wide)\n",
    );
    let call = |rest: &str| format!("INTERFACES['f'](1000{rest}, metric='retained')");
    let known = executed(&module, &[&call(""), &call(", wide=True")]);
    assert_eq!(known, ["8056", "80056"]);
    // What the key gives is seen when it is called.
    let strings = "8056 + sum(49 + len(str(n)) for n in range(1000))";
    let passed = format!("{} >= {strings}", call(", str"));
    assert_eq!(executed(&module, &[&passed]), ["True"]);
}

#[test]
fn what_arguments_do_not_have_is_not_counted() {
    let module = emitted(
        "from collections.abc import Mapping\n\n\
         def kept(value, more=None):\n    if isinstance(value, Mapping):\n        return list(value.rows)\n    \
         return list(value) + [0] * len(more.rows if more else ())\n",
    );
    let call = |value: &str| format!("INTERFACES['kept']({value}, metric='retained')");
    let found = executed(
        &module,
        &[
            &call("[0] * 100"),
            &call("iter([0] * 100)"),
            &format!("isinstance({}, int)", call("(x for x in 'abc')")),
        ],
    );
    assert_eq!(found, ["856", "856", "False"]);
}

#[test]
fn what_arguments_are_taken_for_is_checked() {
    let module = emitted(
        "def joined(a, b):\n    return a + b\n\n\ndef twice(a):\n    return joined(a, 1)\n",
    );
    let call = |given: &str| format!("isinstance(INTERFACES['joined']({given}), int)");
    let found = executed(
        &module,
        &[&call("1, 2"), &call("[1], [2]"), "INTERFACES['twice'](500)"],
    );
    assert_eq!(found, ["True", "False", "32"]);
}

#[test]
fn the_most_of_many_measures_is_soon_found() {
    let module = emitted("def widest(rows):\n    return max([0] * len(row) for row in rows)\n");
    let call = "INTERFACES['widest']([[0] * n for n in range(20_000)]) > 8 * 19_999";
    assert_eq!(executed(&module, &[call]), ["True"]);
}
