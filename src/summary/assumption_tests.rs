//! What cannot be known is said, and not left out.

#![allow(clippy::unwrap_used)]

use super::tests::summaries;
use crate::algebra::Grade;

/// The grade of `f`, and the causes of what it rests on.
fn rests_on(source: &str) -> (Grade, Vec<String>) {
    let found = summaries(source);
    let (_, summary) = found.iter().find(|(name, _)| name == "app.f").unwrap();
    let unknowns = summary.unknowns.iter().chain(&summary.assumptions);
    let causes = unknowns.map(|unknown| unknown.cause.to_string());
    (summary.grade, causes.collect())
}

#[test]
fn elements_that_code_out_of_sight_lengthens_are_not_known() {
    let source = "def f(n, more):\n    rows = [[1]]\n    for _ in range(n):\n        last = more(rows[-1])\n        rows.append(last + [1])\n    return rows\n";
    let (grade, causes) = rests_on(source);
    assert_eq!(grade, Grade::Open);
    assert!(causes[0].contains("not known"), "{causes:?}");
}

#[test]
fn what_a_star_passes_is_not_counted_as_nothing() {
    let source = "import itertools\ndef f(rows):\n    return list(itertools.product(*rows))\n";
    assert_eq!(rests_on(source).0, Grade::Open);
}

#[test]
fn instances_of_a_class_that_is_not_known_are_not_counted_as_nothing() {
    let (grade, causes) = rests_on("def f(xs):\n    return type(xs)(xs)\n");
    assert_eq!(grade, Grade::Open);
    assert!(causes[0].contains("not known"), "{causes:?}");
}

#[test]
fn what_is_added_may_be_no_number() {
    let (grade, causes) = rests_on("def f(a, b):\n    return a + b\n");
    assert_eq!(grade, Grade::Open);
    assert!(causes[0].contains("taken for a number"), "{causes:?}");
    let source = "def f(a, b):\n    return (a + b) // 2 if a < 9 else b - 1\n";
    assert_eq!(rests_on(source).0, Grade::Upper);
}

#[test]
fn callbacks_of_library_code_are_named() {
    let source = "import itertools\ndef key(x):\n    return [x] * 9\n\ndef f(xs):\n    return list(itertools.takewhile(key, xs))\n";
    let (grade, causes) = rests_on(source);
    assert_eq!(grade, Grade::Open);
    let named = |cause: &String| cause == "what itertools.takewhile calls is not counted";
    assert!(causes.iter().any(named), "{causes:?}");
}

#[test]
fn products_that_go_on_may_have_many_digits() {
    let source = "def f(n):\n    product = 2\n    for i in range(2, n):\n        product *= product\n    return product\n";
    let (grade, causes) = rests_on(source);
    assert_eq!(grade, Grade::Open);
    assert!(causes[0].contains("single digit"), "{causes:?}");
    let source = "def f(n):\n    total = 0\n    for i in range(n):\n        total += 3 * i\n    return total\n";
    assert_eq!(rests_on(source).0, Grade::Upper);
}

#[test]
fn defaults_that_are_computed_are_kept_with_their_function() {
    let bytes = |source: &str| {
        let found = summaries(source);
        let (_, summary) = found.iter().find(|(name, _)| name == "app.f").unwrap();
        summary
            .retained
            .bytes()
            .as_constant()
            .unwrap()
            .to_i64()
            .unwrap()
    };
    let without = bytes("def f(rate):\n    def inner(x):\n        return x\n    return inner\n");
    let with =
        bytes("def f(rate):\n    def inner(x, rate=rate):\n        return x\n    return inner\n");
    assert_eq!(with - without, 48);
    let constant =
        bytes("def f(rate):\n    def inner(x, rate=3):\n        return x\n    return inner\n");
    assert_eq!(constant, without);
}
