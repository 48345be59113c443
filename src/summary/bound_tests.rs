//! Figures that no call may exceed: integers of many digits, and what results hold.

use super::tests::{peaks, summaries};

/// What each function retains, a line for each.
fn retained(source: &str) -> String {
    let found = summaries(source).into_iter().filter_map(|(name, summary)| {
        let name = name.strip_prefix("app.")?.to_owned();
        Some(format!("{name}: {}", summary.retained.bytes()))
    });
    found.collect::<Vec<String>>().join("\n")
}

#[test]
fn integers_have_the_digits_that_loops_and_shifts_make() {
    assert_eq!(
        retained(
            r#"
def fib(n: int):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a

def flag(n: int, bits: int):
    return n | (1 << bits)

def number(data: bytes):
    return int.from_bytes(data, "big")

def product(values: list):
    result = 1
    for value in values:
        result *= int(value)
    return result
"#
        ),
        "fib: 4·floor(n/30) + 32\n\
         flag: 4·floor(bits/30) + 32\n\
         number: 4·floor((4·len(data))/15) + 28\n\
         product: 4·floor((len(values)·log2(values[*]) + len(values))/30) + 32"
    );
}

#[test]
fn iterators_and_generators_keep_what_they_iterate_over() {
    assert_eq!(
        retained(
            r#"
def lazily(values: list, more: list):
    known = [1, *values]
    return (value in known for value in more)

def pooled(values: list):
    kept = list(values)
    return reversed(kept)

def eagerly(values: list):
    kept = list(values)
    return list(reversed(kept))
"#
        ),
        "lazily: 8·len(values) + 576\n\
         pooled: 8·len(values) + 112\n\
         eagerly: 9·len(values) + 104"
    );
}

#[test]
fn sorting_in_place_works_with_half_a_table() {
    let found = summaries("def f(values: list):\n    values.sort()\n");
    let peaks: Vec<String> = found
        .iter()
        .filter(|(name, _)| name == "app.f")
        .map(|(_, summary)| summary.peak.bytes().to_string())
        .collect();
    assert_eq!(peaks, ["4·len(values)"]);
}

#[test]
fn what_unknown_code_gives_is_kept_with_a_part_of_it() {
    assert_eq!(
        retained(
            r#"
from elsewhere import Parsed

def first(text: str):
    return Parsed(text).parts[0]

def whole(text: str):
    return len(Parsed(text).parts)
"#
        ),
        "first: [Parsed(...) @ app.py:5]\nwhole: 28"
    );
}

#[test]
fn operators_of_classes_of_the_program_are_not_those_of_numbers() {
    assert_eq!(
        retained(
            r#"
from collections.abc import MutableSet

class Names(MutableSet):
    def __init__(self, names=None):
        self.held = []
        if names is not None:
            self |= names
"#
        ),
        "Names.__init__: [self.__ior__(...) @ app.py:8] + 56"
    );
}

#[test]
fn a_slice_up_to_what_is_not_positive_counts_from_the_end() {
    assert_eq!(
        retained("def cut(text: str, end: str):\n    return text[: -len(end)]\n"),
        "cut: -len(end) + max(len(end), len(text)) + 49"
    );
}

#[test]
fn what_is_added_in_place_is_kept_in_each_iteration() {
    let found = summaries(
        r#"
def f(cells: list):
    seen = []
    for cell in cells:
        seen += [(cell, cell)]
    return len(seen)
"#,
    );
    let peaks: Vec<String> = found
        .iter()
        .filter(|(name, _)| name == "app.f")
        .map(|(_, summary)| summary.peak.bytes().to_string())
        .collect();
    assert_eq!(peaks, ["65·len(cells) + 216"]);
}

#[test]
fn what_a_callee_puts_into_a_container_is_kept_with_its_elements() {
    assert_eq!(
        retained(
            r#"
def put(found, word: str):
    found.add(word + "!")

def listed(words: list):
    found = set()
    for word in words:
        put(found, "a")
    return list(found)
"#
        ),
        "put: 128·2^(2·ceil(log2(5·len(found)/24 + 3/8)/2)) + len(word) + 50\nlisted: 59·len(words) + 64"
    );
}

/// A name that a comprehension uses stands in a cell, and the comprehension's function has a tuple of these.
/// Frames of generators have a slot for each name.
#[test]
fn comprehensions_share_names_in_cells() {
    super::tests::check(
        r#"
def known(xs: list, ys: list):
    return any(x in ys for x in xs)

def several(a, b, c):
    d = a
    e = d
    yield e

def one(a):
    return several(a, a, a)
"#,
        "
            known: exact
              total: 512 | 5
              peak: 512 | 5
              retained: 0 | 0
            several: exact
              total: 0 | 0
              peak: 0 | 0
              retained: 0 | 0
            one: upper
              total: 224 | 1
              peak: 224 | 1
              retained: 224 | 1
        ",
    );
}

/// Each container of an input that gets longer has a table, those of one instance too.
#[test]
fn containers_of_one_input_grow_apart() {
    assert_eq!(
        retained(
            r#"
class Ordered:
    def __init__(self):
        self.items = []
        self.places = {}

    def add(self, key):
        self.places[key] = None
        self.items.append(key)
"#
        ),
        "Ordered.__init__: 120\n\
         Ordered.add: 20·max(2^ceil(log2(3·len(self.places)/2 + 3/2)), 8) + 9·len(self.items) + 89"
    );
}

#[test]
fn named_tuples_keep_their_arguments() {
    assert_eq!(
        retained(
            r#"
from collections import namedtuple
from typing import NamedTuple

Pair = namedtuple("Pair", "first second")

class Point(NamedTuple):
    first: object
    second: object

def paired(x):
    return Pair([x], second=[x])

def placed(x):
    return Point(Pair(x, x), x)
"#
        ),
        "paired: 216\n\
         placed: 176"
    );
}

#[test]
fn builtins_work_with_tuples_of_their_arguments_and_iterators() {
    assert_eq!(
        peaks(
            r#"
def least(a: int, b: int):
    return min(a, b)

def longest(words: list):
    return max(words, key=None)

def sorted_keys(table: dict):
    return list(table.keys())

def is_there(table: dict, wanted: str):
    for value in table.values():
        if value == wanted:
            return True
    return False
"#
        ),
        "least: 104\n\
         longest: 280\n\
         sorted_keys: 8·len(table) + 176\n\
         is_there: 112"
    );
}

#[test]
fn joining_what_is_generated_needs_the_list_until_all_is_joined() {
    assert_eq!(
        peaks("def f(words: list):\n    return ''.join(word for word in words)\n"),
        "f: len(words)·len(words[*]) + 9·len(words) + 513"
    );
}

#[test]
fn instances_of_subclasses_of_containers_are_containers() {
    assert_eq!(
        retained(
            r#"
class Table(dict):
    def fill(self, keys: list):
        for key in keys:
            self[key] = None

class Row(list):
    pass

def made():
    table = Table()
    table["a"] = 1
    return table

def filled(row: list):
    found = Row()
    for one in row:
        found.append(one)
    return found
"#
        )
        .lines()
        .filter(|line| !line.starts_with("Table.fill"))
        .collect::<Vec<&str>>(),
        ["made: 248", "filled: 9·len(row) + 128"]
    );
}

#[test]
fn instances_that_object_makes_are_counted_once() {
    assert_eq!(
        retained(
            r#"
class Point:
    def __new__(cls, x: int):
        return object.__new__(cls)

    def __init__(self, x: int):
        self.x = x

def made(x: int):
    return Point(x)

def bare():
    return object.__new__(Point)
"#
        ),
        "Point.__new__: 80\nPoint.__init__: 0\nmade: 80\nbare: 80"
    );
}

#[test]
fn loops_over_instances_call_what_makes_the_iterator() {
    assert_eq!(
        peaks(
            r#"
class Words:
    def __init__(self, words: list):
        self.words = words

    def __iter__(self):
        return iter([0] * 1000)

def count(words: list):
    for _ in Words(words):
        pass
"#
        )
        .lines()
        .find(|line| line.starts_with("count")),
        Some("count: 8296")
    );
}

#[test]
fn tuples_of_arguments_stay_in_store_while_results_are_made() {
    assert_eq!(
        peaks(
            r#"
def cut(text: str, prefix: str):
    if text.startswith(prefix):
        return text[1:]
    return text
"#
        ),
        "cut: max(len(text), 8) + 96"
    );
}

#[test]
fn what_is_mapped_over_several_is_called_for_each() {
    assert_eq!(
        retained(
            r#"
from operator import mul

def products(left: list, right: list):
    return list(map(mul, left, right))
"#
        ),
        "products: 57·len(left) + 152"
    );
}

#[test]
fn numbers_are_let_go_of_by_the_operator_that_takes_them() {
    let source = "
def middle(low, high):
    while low <= high:
        half = low + (high - low) // 2
        high = half - 1
    return None
";
    // Three numbers that names hold, of which one is bound anew, and two that the line works with.
    assert_eq!(peaks(source), "middle: 128");
    // What has parts that are in the result does not go.
    let source = "
def rows(n):
    kept = [(n, n)] + [(n, n)]
    return kept
";
    assert_eq!(peaks(source), "rows: 312");
}

#[test]
fn what_is_in_a_table_is_there_while_it_moves() {
    let source = "
def pairs(xs):
    found = {}
    for i, x in enumerate(xs):
        found[x] = (x, x)
    return found
";
    assert_eq!(
        peaks(source),
        "pairs: 2·max(15·2^ceil(log2(3·len(xs)/2)), 120, 10·2^ceil(log2(3·len(xs)/2)) + 16) + 56·len(xs) + 360"
    );
}
