//! What formulas come from, as a user asks for it.

use crate::support::{Folder, Ran};

const SHOP: &[(&str, &str)] = &[
    ("shop/__init__.py", ""),
    (
        "shop/registry.py",
        "HANDLERS = {}\n\n\ndef register(name, handler):\n    HANDLERS[name] = handler\n\n\n\
         def find(name):\n    return HANDLERS[name]\n",
    ),
    (
        "shop/app.py",
        "from shop.registry import find, register\n\n\n\
         def double(rows):\n    return [row * 2 for row in rows]\n\n\n\
         register(\"double\", double)\n\n\n\
         def apply(rows, name):\n    handler = find(name)\n    return handler(rows)\n\n\n\
         class Store:\n    def __init__(self):\n        self.rows = []\n\n\
         \x20   def add(self, n):\n        row = [n]\n        spare = [n, n]\n        spare.sort()\n\
         \x20       self.rows.append(row)\n        while n != 1:\n            n = n // 2 if n % 2 else 3 * n\n\n\
         \x20   def both(self, xs):\n        out = []\n        for x in xs:\n            out.append((x, x))\n\
         \x20       return apply(out, \"double\")\n",
    ),
];

fn explain(arguments: &[&str]) -> Ran {
    Folder::new(SHOP).run(&[&["explain"], arguments].concat())
}

fn json(arguments: &[&str]) -> serde_json::Value {
    let ran = explain(&[arguments, &["--format", "json"]].concat());
    assert_eq!((ran.code, &*ran.err), (Some(0), ""));
    serde_json::from_str(&ran.out).expect("JSON")
}

fn facts(chain: &serde_json::Value) -> Vec<(u64, String)> {
    let steps = chain["steps"].as_array().expect("steps");
    let step = |step: &serde_json::Value| {
        let fact = step["fact"].as_str().expect("a fact").to_owned();
        (step["line"].as_u64().unwrap_or(0), fact)
    };
    steps.iter().map(step).collect()
}

#[test]
fn lines_loops_and_calls_are_explained() {
    let value = json(&["shop::Store.both"]);
    let one = &value["functions"][0];
    assert_eq!(one["function"], "shop.app.Store.both");
    let lines = one["lines"].as_array().expect("lines");
    let tuples = lines.iter().find(|line| line["type"] == "tuple");
    let tuples = tuples.expect("the tuples");
    assert_eq!(tuples["text"], "out.append((x, x))");
    assert_eq!(tuples["total"], "56·len(xs)");
    assert_eq!(one["loops"][0]["count"], "len(xs)");
    assert_eq!(one["loops"][0]["reason"], "`len(xs)` of the input");
    let calls = one["calls"].as_array().expect("calls");
    let call = calls.iter().find(|call| call["callee"] == "shop.app.apply");
    let call = call.expect("the call");
    assert_eq!(call["kind"], "summary");
    assert_eq!(call["given"][0]["value"], "len(xs)");
}

#[test]
fn a_loop_without_a_bound_says_so() {
    let value = json(&["shop::Store.add"]);
    let inner = &value["functions"][0]["loops"][0];
    let reason = inner["reason"].as_str().expect("a reason");
    assert!(reason.starts_with("unknown: "), "{reason}");
}

#[test]
fn the_target_of_a_call_is_followed_through_a_registry() {
    let value = json(&["shop::app.apply", "--why-call", "13"]);
    let chain = &value["functions"][0]["why_call"][0];
    assert_eq!(chain["subject"], "`shop.app.double`");
    assert_eq!(chain["is_whole"], true);
    let facts = facts(chain);
    let lines: Vec<u64> = facts.iter().map(|fact| fact.0).collect();
    assert_eq!(facts[0], (4, "`shop.app.double` is defined".to_owned()));
    assert!(lines.contains(&8), "{facts:?}");
    assert_eq!(facts.last(), Some(&(13, "called".to_owned())));
    let said = |text: &str| facts.iter().any(|fact| fact.1.contains(text));
    assert!(
        said("parameter `handler` of `shop.registry.register`"),
        "{facts:?}"
    );
    assert!(said("stored in"), "{facts:?}");
    assert!(said("returned by `shop.registry.find`"), "{facts:?}");
}

#[test]
fn what_is_kept_says_where() {
    let value = json(&["shop::Store.add", "--why-escapes", "21"]);
    let chains = value["functions"][0]["why_escapes"]
        .as_array()
        .expect("chains");
    let kept = chains
        .iter()
        .find(|chain| chain["conclusion"] == "outlives the call in the argument for `self`");
    assert_eq!(kept.expect("a chain")["subject"], "the list");
    let ran = explain(&["shop::Store.add", "--why-escapes", "22"]);
    assert_eq!((ran.code, &*ran.err), (Some(0), ""));
    assert!(
        ran.out.contains("nothing that this line makes"),
        "{}",
        ran.out
    );
}

#[test]
fn what_is_returned_outlives_its_iteration_first() {
    let value = json(&["shop::Store.both", "--why-escapes", "31"]);
    let chains = value["functions"][0]["why_escapes"]
        .as_array()
        .expect("chains");
    let concluded = |text: &str| {
        chains.iter().any(|chain| {
            chain["conclusion"]
                .as_str()
                .is_some_and(|own| own.contains(text))
        })
    };
    assert!(
        concluded("the iteration of the loop at line 30"),
        "{chains:?}"
    );
}

#[test]
fn a_class_is_explained_function_by_function() {
    let value = json(&["shop::Store"]);
    let names = value["functions"].as_array().expect("functions");
    let names: Vec<&str> = names
        .iter()
        .filter_map(|one| one["function"].as_str())
        .collect();
    assert!(names.contains(&"shop.app.Store.add") && names.contains(&"shop.app.Store.both"));
    // The line tells which of them is meant.
    let value = json(&["shop::Store", "--why-call", "32"]);
    assert_eq!(value["functions"].as_array().map(Vec::len), Some(1));
}

#[test]
fn odd_questions_are_answered_in_words() {
    for (arguments, expected) in [
        (vec!["shop"], "there is no function to explain"),
        (vec!["shop::missing"], "there is no function `missing`"),
        (vec!["shop::app.apply", "--why-call", "0"], "--why-call"),
        (
            vec!["shop::app.apply", "--why-call", "11"],
            "there are calls on line 12, 13",
        ),
        (
            vec!["shop::app.apply", "--why-call", "900"],
            "line 900 is not in",
        ),
        (
            vec!["shop::app.apply", "--why-escapes", "1"],
            "line 1 is not in",
        ),
    ] {
        let ran = explain(&arguments);
        assert_eq!((ran.code, &*ran.out), (Some(2), ""), "{arguments:?}");
        assert!(ran.err.contains(expected), "{}", ran.err);
    }
}

#[test]
fn without_a_terminal_it_fits_eighty_columns() {
    for arguments in [
        vec!["shop::Store.both"],
        vec!["shop::app.apply", "--why-call", "13"],
        vec!["shop::Store.add", "--why-escapes", "21"],
    ] {
        let ran = explain(&arguments);
        assert_eq!((ran.code, &*ran.err), (Some(0), ""));
        assert!(
            ran.out.lines().all(|line| line.chars().count() <= 80),
            "{}",
            ran.out
        );
    }
}

#[test]
fn the_result_is_the_same_however_many_threads_there_are() {
    let run = |threads| explain(&["shop::app.apply", "--why-call", "13", "--threads", threads]).out;
    assert_eq!(run("1"), run("4"));
}
