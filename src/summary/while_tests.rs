//! How often `while` loops run that no plain counter bounds.

#![allow(clippy::unwrap_used)]

use crate::summary::tests::summaries;

/// What a function that appends once in each iteration of its loop retains.
pub(super) fn retained(source: &str) -> String {
    let found = summaries(source);
    let (_, summary) = found.iter().find(|(name, _)| name == "app.f").unwrap();
    summary.retained.bytes().to_string()
}

pub(super) fn is_open(source: &str) {
    let retained = retained(source);
    assert!(retained.contains("iterations"), "{retained} for {source}");
}

#[test]
fn an_index_that_leaves_its_sequence_ends_the_loop() {
    assert_eq!(
        retained(
            r#"
def f(xs: list, x):
    out = []
    i = 0
    while xs[i] != x:
        out.append(None)
        i += 1
    return out
"#
        ),
        "9·len(xs) + 113"
    );
    assert_eq!(
        retained(
            r#"
def f(xs: list, x):
    out = []
    i = len(xs) - 1
    while xs[i] != x:
        out.append(None)
        i -= 1
    return out
"#
        ),
        "18·len(xs) + 113"
    );
    assert_eq!(
        retained(
            r#"
def f(xs: list, x):
    out = []
    i = 0
    while True:
        try:
            y = xs[i]
        except IndexError:
            break
        out.append(None)
        i += 1
    return out
"#
        ),
        "9·len(xs) + 113"
    );
}

#[test]
fn an_index_bounds_nothing_where_the_sequence_grows_or_the_loop_goes_on() {
    is_open(
        r#"
def f(xs: list, x):
    out = []
    i = 0
    while xs[i] != x:
        xs.append(i)
        out.append(None)
        i += 1
    return out
"#,
    );
    is_open(
        r#"
def f(xs: list, x):
    out = []
    i = 0
    while True:
        try:
            if xs[i] == x:
                return out
        except IndexError:
            pass
        out.append(None)
        i += 1
"#,
    );
    is_open(
        r#"
def f(xs: list, x, flags):
    out = []
    i = 0
    while True:
        out.append(None)
        i += 1
        if flags(i):
            continue
        if xs[i] == x:
            return out
"#,
    );
    is_open(
        r#"
def f(xs: dict, x):
    out = []
    i = 0
    while xs[i] != x:
        out.append(None)
        i += 1
    return out
"#,
    );
}

#[test]
fn elements_are_counted_in() {
    assert_eq!(
        retained(
            r#"
def f(s: str, k):
    z = [0] * len(s)
    out = []
    while s[z[k]] == s[k + z[k]]:
        out.append(None)
        z[k] += 1
    return out
"#
        ),
        "18·len(s) + 122"
    );
    is_open(
        r#"
def f(s: str, k, j):
    z = [0] * len(s)
    out = []
    while s[z[k]] == s[k + z[k]]:
        out.append(None)
        z[k] += 1
        z[j] = 0
    return out
"#,
    );
}

#[test]
fn what_doubles_and_one_more_ends_after_its_logarithm() {
    assert_eq!(
        retained(
            r#"
def f(pos, startpos):
    out = []
    while pos > startpos:
        parent = (pos - 1) >> 1
        out.append(None)
        pos = parent
    return out
"#
        ),
        "9·floor(log2(pos)) + 113"
    );
    assert_eq!(
        retained(
            r#"
def f(pos, end):
    out = []
    child = 2 * pos + 1
    while child < end:
        out.append(None)
        if out:
            child += 1
        child = 2 * child + 1
    return out
"#
        ),
        "9·floor(log2(end)) + 113"
    );
}

#[test]
fn division_is_seen_in_all_its_forms() {
    assert_eq!(
        retained(
            r#"
def f(n, base):
    out = []
    while n:
        n, digit = divmod(n, base)
        out.append(None)
    return out
"#
        ),
        "9·floor(log2(n)) + 113"
    );
    assert_eq!(
        retained(
            r#"
def f(n, p):
    out = []
    while not n % p:
        n //= p
        out.append(None)
    return out
"#
        ),
        "9·floor(log2(n)) + 113"
    );
    assert_eq!(
        retained(
            r#"
def f(n):
    out = []
    while n > 0 and n % 4 == 0:
        n /= 4
        out.append(None)
    return out
"#
        ),
        "9·floor(log2(n)/2) + 113"
    );
    is_open(
        r#"
def f(n):
    out = []
    while n > 0:
        n /= 2
        out.append(None)
    return out
"#,
    );
}

#[test]
fn an_inner_loop_may_go_on_to_the_bound_of_the_outer_one() {
    assert_eq!(
        retained(
            r#"
def f(text: str, vowels):
    out = []
    left, right = 0, len(text) - 1
    while left < right:
        while left < right and text[left] not in vowels:
            left += 1
        while left < right and text[right] not in vowels:
            right -= 1
            out.append(None)
        left += 1
        right -= 1
    return out
"#
        ),
        "9·len(text)·max(len(text), 1) - 9·len(text) + 104"
    );
}
