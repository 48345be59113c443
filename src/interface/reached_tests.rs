//! The ways that a run does not go, and what it does not call.

#![allow(clippy::unwrap_used)]

use super::tests::figures;

/// The peaks of calls of the function `f` of a source.
fn peaks(source: &str, calls: &[&str]) -> Vec<i64> {
    figures(source, "peak", calls)
}

#[test]
fn an_arm_that_no_iteration_takes_has_no_peak() {
    let source = "def f(xs):\n    n = 0\n    for x in xs:\n        if x < 0:\n            \
                  n += len([0] * 9000)\n        else:\n            n += 1\n    return n\n";
    let found = peaks(source, &["[1, 2, 3]", "[1, -2, 3]"]);
    assert!(
        found[0] < 200 && (72_000..73_000).contains(&found[1]),
        "{found:?}"
    );
}

#[test]
fn handlers_count_where_something_is_caught() {
    let source = "def f(rows, key):\n    try:\n        return rows[key]\n    except KeyError:\n        \
                  return [0] * 9000\n";
    let found = peaks(source, &["{1: 2}, 1", "{1: 2}, 2"]);
    assert!(
        found[0] == 0 && (72_000..73_000).contains(&found[1]),
        "{found:?}"
    );
}

#[test]
fn a_target_counts_where_it_is_called() {
    let source = "class Plain:\n    def room(self):\n        return None\n\n\nclass Large:\n    \
                  def room(self):\n        return [0] * 9000\n\n\ndef f(n):\n    \
                  shape = Large() if n > 5 else Plain()\n    return shape.room()\n";
    let found = peaks(source, &["2", "8"]);
    assert!(
        found[0] < 1000 && (72_000..74_000).contains(&found[1]),
        "{found:?}"
    );
}

#[test]
fn an_arm_that_begins_with_steps_in_steps_counts_where_these_begin() {
    let source = "def f(text, is_plain):\n    if text:\n        try:\n            text = [0] * 9000\n        \
                  except ValueError:\n            return None\n    elif text is None:\n        \
                  if is_plain:\n            pass\n        else:\n            text = []\n    return len(text)\n";
    let found = peaks(source, &["'ab', True"]);
    assert!((72_000..72_200).contains(&found[0]), "{found:?}");
}
