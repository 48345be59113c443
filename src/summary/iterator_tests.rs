//! Loops that use something up: iterators, texts, chains; and levels that marks bound.

use super::while_tests::{is_open, retained};

#[test]
fn an_iterator_ends_the_loop_that_takes_from_it() {
    assert_eq!(
        retained(
            r#"
def f(xs: list):
    out = []
    it = iter(xs)
    while True:
        try:
            x = next(it)
        except StopIteration:
            break
        out.append(None)
    return out
"#
        ),
        "9·len(xs) + 113"
    );
}

#[test]
fn an_iterator_bounds_nothing_where_its_end_does_not_end_the_loop() {
    is_open(
        r#"
def f(xs: list):
    out = []
    it = iter(xs)
    while True:
        x = next(it, None)
        out.append(None)
        if x:
            break
    return out
"#,
    );
    is_open(
        r#"
def f(xs: list):
    out = []
    while True:
        it = iter(xs)
        x = next(it)
        out.append(None)
        if x:
            break
    return out
"#,
    );
}

#[test]
fn a_text_gets_shorter() {
    assert_eq!(
        retained(
            r#"
def f(value: str):
    out = []
    while "--" in value:
        value = value.replace("--", "-")
        out.append(None)
    return out
"#
        ),
        "9·len(value) + 104"
    );
    is_open(
        r#"
def f(value: str):
    out = []
    while "--" in value:
        value = value.replace("--", "-+")
        out.append(None)
    return out
"#,
    );
}

#[test]
fn a_walk_may_go_on_where_another_one_ended() {
    assert_eq!(
        retained(
            r#"
def f(head):
    out = []
    slow = head
    while slow.x:
        slow = slow.next
    while slow.next:
        slow = slow.next
        out.append(None)
    return out
"#
        ),
        "9·depth(head) + 104"
    );
    assert_eq!(
        retained(
            r#"
def f(head):
    out = []
    slow = fast = head
    while fast and fast.next:
        fast, slow = fast.next.next, slow.next
    while slow:
        slow = slow.next
        out.append(None)
    return out
"#
        ),
        "9·depth(head) + 104"
    );
}

#[test]
fn marks_bound_levels() {
    assert_eq!(
        retained(
            r#"
def f(graph, start):
    out = []
    seen = {start}
    level = [start]
    while level:
        new = []
        for v in level:
            for w in graph[v]:
                if w not in seen:
                    seen.add(w)
                    new.append(w)
                    out.append(None)
        level = new
    return out
"#
        ),
        "9·len(graph[*])·len(graph[+]) + 9·len(graph[*]) + 104"
    );
    is_open(
        r#"
def f(graph, start):
    out = []
    seen = {start}
    level = [start]
    while level:
        new = []
        out.append(None)
        for v in level:
            for w in graph[v]:
                if w not in seen:
                    new.append(w)
        level = new
    return out
"#,
    );
}
