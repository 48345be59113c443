//! What calls say of parameters decides branches of what they call.

use super::tests::check;

#[test]
fn defaults_decide_branches_of_callees() {
    check(
        r#"
def pad(text, width, fill=None):
    if fill is None:
        return text
    return text + fill * width

def plain(text):
    return pad(text, 10)

def filled(text):
    return pad(text, 10, "-")
"#,
        "
            pad: upper
              total: 2·len(fill)·width + len(text) + 98 | 2
              peak: 2·len(fill)·width + len(text) + 98 | 2
              retained: len(fill)·width + len(text) + 49 | 1
            plain: exact
              total: 0 | 0
              peak: 0 | 0
              retained: 0 | 0
            filled: exact
              total: len(text) + 118 | 2
              peak: len(text) + 118 | 2
              retained: len(text) + 59 | 1
        ",
    );
}

#[test]
fn kinds_of_arguments_decide_what_is_asked_of_them() {
    check(
        r#"
def listed(items, key=None):
    if isinstance(items, str):
        items = [items]
    if callable(key):
        return [key(item) for item in items]
    return list(items)

def one():
    return listed("abc")

def several(n):
    return listed(list(range(n)))
"#,
        "
            listed: open
              total: [key(...) @ app.py:6]·max(len(items), 1) + 89·max(len(items), 1) + 840 | [key(...) @ app.py:6]·max(len(items), 1) + 7
              peak: [key(...) @ app.py:6]·max(len(items), 1) + max(17·len(items), 193, 9·len(items) + 184) + 272 | [key(...) @ app.py:6]·max(len(items), 1) + 6
              retained: [key(...) @ app.py:6]·max(len(items), 1) + 17·max(len(items), 1) + 168 | [key(...) @ app.py:6]·max(len(items), 1) + 2
              unknown: key(...) @ app.py:6 (the code that is called is not known)
            one: upper
              total: 176 | 3
              peak: 176 | 3
              retained: 72 | 1
            several: upper
              total: 48·n + 392 | n + 9
              peak: 48·n + 344 | n + 8
              retained: 48·n + 128 | n + 2
        ",
    );
}

#[test]
fn constants_go_through_several_calls() {
    check(
        r#"
def inner(xs, copies):
    return [xs] * 10 if copies is False else [list(xs) for _ in xs]

def outer(xs, copies=False):
    return inner(xs, copies)

def f(xs):
    return outer(xs)
"#,
        "
            inner: upper
              total: 8·len(xs)² + 145·len(xs) + 712 | len(xs) + 5
              peak: 8·len(xs)² + 73·len(xs) + 392 | len(xs) + 5
              retained: 8·len(xs)² + 64·len(xs) + max(9·len(xs), 32) + 104 | len(xs) + 1
            outer: upper
              total: 8·len(xs)² + 145·len(xs) + 712 | len(xs) + 5
              peak: 8·len(xs)² + 73·len(xs) + 392 | len(xs) + 5
              retained: 8·len(xs)² + 64·len(xs) + max(9·len(xs), 32) + 104 | len(xs) + 1
            f: exact
              total: 240 | 3
              peak: 240 | 3
              retained: 136 | 1
        ",
    );
}

#[test]
fn what_is_assigned_again_is_not_certain() {
    check(
        r#"
def fill(xs, found=None):
    for x in xs:
        if found is not None:
            return [0] * len(xs)
        found = x
    return None

def change(n, made=None):
    def make():
        nonlocal made
        made = [0] * n
    make()
    if made is None:
        return ""
    return [0] * n

def f(xs):
    return fill(xs)

def g(n):
    return change(n)
"#,
        "
            fill: upper
              total: 8·len(xs) + 196 | 4
              peak: 16·len(xs) + 344 | 7
              retained: 8·len(xs) + 56 | 1
            change: upper
              total: 16·n + 480 | 7
              peak: 16·n + 416 | 6
              retained: 16·n + 112 | 2
            f: upper
              total: 8·len(xs) + 196 | 4
              peak: 16·len(xs) + 344 | 7
              retained: 8·len(xs) + 56 | 1
            g: upper
              total: 16·n + 480 | 7
              peak: 16·n + 416 | 6
              retained: 9·n + 105 | 2
            change.make: exact
              total: 8·n + 120 | 2
              peak: 8·n + 120 | 2
              retained: 8·n + 56 | 1
        ",
    );
}
