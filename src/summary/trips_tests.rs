#![allow(clippy::unwrap_used)]

use crate::summary::tests::summaries;

/// What a function that appends once in each iteration of its loop retains.
fn retained(source: &str) -> String {
    let found = summaries(source);
    let (_, summary) = found.iter().find(|(name, _)| name == "app.f").unwrap();
    summary.retained.bytes().to_string()
}

#[test]
fn counters_run_to_their_bound() {
    let body = "    out = []\n    i = 0\n    while i < n:\n        out.append(i)\n        i += 2\n    return out\n";
    assert_eq!(
        retained(&format!("def f(n):\n{body}")),
        "41·ceil(n/2) + 104"
    );
    let body =
        "    out = []\n    while n >= 1:\n        out.append(n)\n        n -= 1\n    return out\n";
    assert_eq!(retained(&format!("def f(n):\n{body}")), "41·n + 104");
}

#[test]
fn what_is_divided_ends_after_its_logarithm() {
    let source = "def f(n):\n    out = []\n    while n:\n        out.append(n)\n        n //= 2\n    return out\n";
    assert_eq!(retained(source), "41·floor(log2(n)) + 145");
    let source = "def f(n):\n    out = []\n    k = 1\n    while k < n:\n        out.append(k)\n        k *= 4\n    return out\n";
    assert_eq!(retained(source), "41·floor(log2(n)/2) + 145");
}

#[test]
fn two_pointers_meet() {
    let source = "def f(xs):\n    lo, hi = 0, len(xs)\n    out = []\n    while lo < hi:\n        if xs[lo]:\n            lo += 1\n        else:\n            hi -= 1\n        out.append(None)\n    return out\n";
    assert_eq!(retained(source), "9·len(xs) + 104");
}

#[test]
fn a_binary_search_is_logarithmic() {
    let source = "def f(xs, x):\n    lo, hi = 0, len(xs) - 1\n    out = []\n    while lo <= hi:\n        mid = (lo + hi) // 2\n        out.append(None)\n        if xs[mid] < x:\n            lo = mid + 1\n        else:\n            hi = mid - 1\n    return out\n";
    assert_eq!(retained(source), "9·floor(log2(len(xs))) + 113");
}

#[test]
fn several_that_move_in_turn_are_added() {
    let source = "def f(a, b):\n    i = j = 0\n    out = []\n    while i < len(a) and j < len(b):\n        out.append(None)\n        if a[i] < b[j]:\n            i += 1\n        else:\n            j += 1\n    return out\n";
    assert_eq!(retained(source), "9·len(a) + 9·len(b) + 122");
}

#[test]
fn a_break_bounds_an_endless_loop() {
    let source = "def f(n):\n    out = []\n    i = 0\n    while True:\n        if i >= n:\n            break\n        out.append(i)\n        i += 1\n    return out\n";
    assert_eq!(retained(source), "41·n + 104");
}

#[test]
fn what_may_stand_still_has_no_bound() {
    let source = "def f(n, flags):\n    out = []\n    i = 0\n    while i < n:\n        out.append(None)\n        if flags:\n            i += 1\n    return out\n";
    assert!(retained(source).contains("iterations"));
    let source = "def f(n):\n    out = []\n    while n != 1:\n        out.append(None)\n        n = 3 * n + 1 if n % 2 else n // 2\n    return out\n";
    assert!(retained(source).contains("iterations"));
}

#[test]
fn counters_are_known_in_each_iteration() {
    let source = "def f(n):\n    i = 0\n    out = []\n    while i < n:\n        out.append([None] * i)\n        i += 1\n    return out\n";
    assert_eq!(retained(source), "4·n² + 61·n + 104");
}
