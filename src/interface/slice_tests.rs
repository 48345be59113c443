#![allow(clippy::unwrap_used)]

use super::tests::{emitted, executed};

/// What calls of the function `f` of a source come to, in Python.
fn called(source: &str, calls: &[&str]) -> Vec<String> {
    let module = emitted(source);
    let calls: Vec<String> = calls
        .iter()
        .map(|call| call.replace("f(", "INTERFACES['f']("))
        .collect();
    let calls: Vec<&str> = calls.iter().map(String::as_str).collect();
    executed(&module, &calls)
}

/// How often it runs has no closed form: 17 is come to in twelve steps.
const COLLATZ: &str = "def f(n):\n    seen = []\n    while n != 1:\n        \
    n = 3 * n + 1 if n % 2 else n // 2\n        seen.append(None)\n    return seen\n";

#[test]
fn iterations_that_arguments_determine_are_counted() {
    let found = called(
        COLLATZ,
        &["f(17, metric='retained')", "f(1, metric='retained')"],
    );
    let list = |most: i64| 56 + 8 * most;
    let found: Vec<i64> = found.iter().map(|text| text.parse().unwrap()).collect();
    // Between a list of that length and one with the room that growing leaves.
    assert!((list(12)..=list(20)).contains(&found[0]), "{found:?}");
    assert!((list(0)..=list(6)).contains(&found[1]), "{found:?}");
}

#[test]
fn arguments_are_neither_changed_nor_used_up() {
    let source = "def f(rows, rest):\n    seen = []\n    while rows and rows[-1] != 3:\n        \
                  seen.append(rows.pop())\n    while next(rest) != 3:\n        seen.append(None)\n    return seen\n";
    let call = "(lambda rows, rest: (isinstance(f(rows, rest, metric='peak'), int), rows, list(rest)))\
                ([3, 1, 2], iter([1, 2, 3, 4]))";
    assert_eq!(called(source, &[call]), ["(True, [3, 1, 2], [1, 2, 3, 4])"]);
}

#[test]
fn what_would_reach_outside_is_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("written");
    let source = "def f(path, n):\n    while n != 1:\n        n = 3 * n + 1 if n % 2 else n // 2\n        \
                  with open(path, 'w') as file:\n            file.write('x')\n";
    let call = format!("isinstance(f({path:?}, 17), int)");
    assert_eq!(called(source, &[&call]), ["False"]);
    assert!(!path.exists());
}

#[test]
fn what_does_not_end_is_left_open() {
    let call = "isinstance(f(0), int)";
    assert_eq!(called(COLLATZ, &[call]), ["False"]);
}

#[test]
fn recursion_is_counted_in_calls_and_levels() {
    let source = "def f(n):\n    if n == 1:\n        return [n]\n    \
                  return [n] + f(3 * n + 1 if n % 2 else n // 2)\n";
    let found = called(
        source,
        &["f(17, metric='retained')", "f(1, metric='retained')"],
    );
    let found: Vec<i64> = found.iter().map(|text| text.parse().unwrap()).collect();
    assert!(found[0] >= 56 + 13 * 8 && found[1] >= 64, "{found:?}");
}

#[test]
fn callbacks_are_seen_and_do_nothing_outside() {
    let source = "def f(key, xs):\n    return [key(x) for x in xs]\n";
    let call = "(lambda seen: (f(lambda x: seen.append(x) or [0] * 100, range(50), metric='retained') \
                >= 50 * 856, seen))([])";
    assert_eq!(called(source, &[call]), ["(True, [])"]);
    // Requests that are given back again are not seen.
    let total = "isinstance(f(lambda x: [x], range(50)), int)";
    assert_eq!(called(source, &[total]), ["False"]);
}

#[test]
fn a_slice_has_what_the_function_rests_on() {
    let module = emitted(
        "import os\n\nLIMIT = 5\nUNUSED = os.getcwd()\n\ndef unused():\n    return os.listdir()\n\n\
         def step(n):\n    return 3 * n + 1 if n % 2 else n // 2\n\n\
         def f(n):\n    while n > LIMIT:\n        n = step(n)\n    return n\n",
    );
    for (text, is_there) in [
        ("LIMIT = 5", true),
        ("def step", true),
        ("UNUSED", false),
        ("def unused", false),
    ] {
        let slices =
            &module[module.find("_SLICES = {").unwrap()..module.find("_TRACES = {").unwrap()];
        assert_eq!(slices.contains(text), is_there, "{text}: {slices}");
    }
}

/// What `map` is given to call is not known: each element costs what the elements do on the average.
#[test]
fn elements_of_lazy_calls_are_looked_at() {
    let source = "def f(function, xs):\n    return list(map(function, xs))\n";
    let call = "f(str, list(range(1000, 1100)), metric='retained')";
    let found: i64 = called(source, &[call])[0].parse().unwrap();
    let strings = 100 * 53;
    assert!(
        (strings + 56 + 800..=strings + 1200).contains(&found),
        "{found}"
    );
}

/// Callers that nobody sees may hand in other functions than those of the project do.
#[test]
fn functions_that_are_handed_in_are_looked_at() {
    let source = "def small(xs):\n    return 0\n\ndef f(xs, function):\n    return function(xs)\n\n\
                  def own(xs):\n    return f(xs, small)\n";
    let call = "f(list(range(100)), tuple, metric='retained')";
    let found: i64 = called(source, &[call])[0].parse().unwrap();
    assert!((840..=1100).contains(&found), "{found}");
}
