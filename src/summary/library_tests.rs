//! What library functions give: how long it is, and what they keep meanwhile.

use super::tests::{check, peaks};

#[test]
fn what_a_pattern_replaces_is_at_most_as_often_there_as_it_fits() {
    check(
        r#"
import re

BLANKS = re.compile(r"\s+")
find = re.compile("[a-z]").search

def one_line(text):
    return BLANKS.sub(" ", text)

def words(name):
    return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)

def numbers(text):
    return re.findall(r"\d\d\d", text)

def is_lower(text):
    return find(text) is not None
"#,
        "
            one_line: modelled
              total: 69·len(text) + 1311 | 2
              peak: 69·len(text) + 1311 | 2
              retained: len(text) + 49 | 1
            words: modelled
              total: 3·len(name) + 118·floor(len(name)/3) + 1375 | 2
              peak: 3·len(name) + 118·floor(len(name)/3) + 1375 | 2
              retained: len(name) + floor(len(name)/3) + 49 | 1
            numbers: modelled
              total: len(text) + 58·floor(len(text)/3) + 1204 | 3
              peak: len(text) + 58·floor(len(text)/3) + 1204 | 3
              retained: len(text) + 58·floor(len(text)/3) + 104 | 2
            is_lower: modelled
              total: 1268 | 2
              peak: 1268 | 2
              retained: 0 | 0
        ",
    );
}

#[test]
fn what_is_called_for_each_match_gives_what_takes_its_place() {
    check(
        r#"
import re

def snake(name):
    return re.sub("[A-Z]", lambda match: "_" + match.group(0).lower(), name)
"#,
        "
            snake: modelled
              total: 273·len(name) + 1631 | 3·len(name) + 3
              peak: 122·len(name) + 1631 | len(name) + 4
              retained: 3·len(name) + 49 | 1
            snake.<lambda1>: modelled
              total: 3·len(match) + 148 | 3
              peak: 3·len(match) + 148 | 3
              retained: len(match) + 50 | 1
        ",
    );
}

#[test]
fn starred_arguments_are_as_many_as_what_is_passed_has() {
    check(
        r#"
from itertools import chain

def union(*maps):
    return set().union(*maps)

def together(lists):
    return list(chain(*lists))
"#,
        "
            union: modelled
              total: 192·2^(2·ceil(log2(5·len(maps[+])/24 + 1/6)/2)) + 432 | 3
              peak: 192·2^(2·ceil(log2(5·len(maps[+])/24 + 1/6)/2)) + 432 | 3
              retained: 128·2^(2·ceil(log2(5·len(maps[+])/24 + 1/6)/2)) + 216 | 1
            together: modelled
              total: 18·len(lists) + 9·len(lists[+]) + 408 | 4
              peak: 8·len(lists) + max(2·len(lists), 9·len(lists[+]) + 24) + 264 | 3
              retained: 9·len(lists[+]) + 104 | 1
        ",
    );
}

#[test]
fn iterators_share_what_they_have_not_given_yet() {
    check(
        r#"
from itertools import product, tee

def pairs(values):
    first, second = tee(values)
    return zip(first, second)

def table(rows, columns):
    return list(product(rows, columns))
"#,
        "
            pairs: modelled
              total: 9·len(values) + 1128 | 5
              peak: 9·len(values) + 1056 | 4
              retained: 9·len(values) + 1000 | 3
            table: modelled
              total: 65·len(columns)·len(rows) + 8·len(columns) + 8·len(rows) + 488 | len(columns)·len(rows) + 4
              peak: 65·len(columns)·len(rows) + 8·len(columns) + 8·len(rows) + 488 | len(columns)·len(rows) + 4
              retained: 65·len(columns)·len(rows) + 104 | len(columns)·len(rows) + 1
        ",
    );
}

#[test]
fn what_a_library_maps_is_counted_for_each() {
    check(
        r#"
def texts(numbers):
    return list(map(str, numbers))
"#,
        "
            texts: modelled
              total: 58·len(numbers) + len(str(numbers[+])) + 248 | len(numbers) + 4
              peak: 49·len(numbers) + len(str(numbers[+])) + max(len(str(numbers[*])), 9·len(numbers) + 7) + 241 | len(numbers) + 5
              retained: 58·len(numbers) + len(str(numbers[+])) + 152 | len(numbers) + 2
        ",
    );
}

#[test]
fn constants_of_libraries_have_their_length() {
    check(
        r#"
import string
from string import ascii_lowercase

def digits():
    return string.digits + "."

def letters(n):
    return ascii_lowercase[:n]
"#,
        "
            digits: exact
              total: 60 | 1
              peak: 60 | 1
              retained: 60 | 1
            letters: upper
              total: min(n, 26) + 105 | 2
              peak: max(min(n, 26), 7) + 49 | 1
              retained: min(n, 26) + 49 | 1
        ",
    );
}

#[test]
fn templates_are_as_long_as_what_is_put_into_them() {
    check(
        r#"
def named(name, width):
    return "{name!r:>8} of {0:{1}}".format("ab", width, name=name)

def filled(name, number):
    return "%(name)s %5d" % {"name": name} if number is None else "%s %5.1f" % (name, number)
"#,
        "
            named: upper
              total: width + max(len(str(name)), 8) + 55 | 1
              peak: width + max(len(str(name)), 8) + 55 | 1
              retained: width + max(len(str(name)), 8) + 55 | 1
            filled: upper
              total: len(str(name)) + max(len(str(number)), 171, len(str(name)) + 166) + 108 | 2
              peak: len(str(name)) + max(len(str(number)), 171, len(str(name)) + 166) + 108 | 2
              retained: len(str(name)) + max(len(str(name)), 5, len(str(number)) + 2) + 50 | 1
        ",
    );
}

#[test]
fn a_truth_value_repeats_at_most_once() {
    check(
        r#"
def fizz(n):
    return (n % 3 == 0) * "Fizz"

def parts(n):
    whole, rest = divmod(n, 60)
    return [0] * whole, [0] * rest
"#,
        "
            fizz: upper
              total: 53 | 1
              peak: 53 | 1
              retained: 53 | 1
            parts: upper
              total: 8·floor(n/60) + 856 | 7
              peak: 8·floor(n/60) + 856 | 7
              retained: 8·floor(n/60) + 640 | 3
        ",
    );
}

#[test]
fn what_a_model_does_not_count_is_an_unknown() {
    check(
        r#"
import json

def items(text):
    return json.loads(text)["items"]
"#,
        "
            items: open
              total: [json.loads(...) @ app.py:5] | [json.loads(...) @ app.py:5]
              peak: [json.loads(...) @ app.py:5] | [json.loads(...) @ app.py:5]
              retained: [json.loads(...) @ app.py:5] | [json.loads(...) @ app.py:5]
              unknown: json.loads(...) @ app.py:5 (its model does not say what it makes)
        ",
    );
}

/// What is not known and is called for each element is an unknown, and so is what goes through `reduce` and
/// gets larger there.
#[test]
fn what_libraries_are_given_to_call_is_an_unknown() {
    check(
        r#"
from functools import reduce

def mapped(function, xs: list):
    return list(map(function, xs))

def longest(xs: list, key):
    return max(xs, key=key)

def joined(parts: list):
    return reduce(lambda all, part: all + [part], parts, [])
"#,
        "
            mapped: open
              total: len(xs)·[map(...) @ app.py:5] + 9·len(xs) + 248 | len(xs)·[map(...) @ app.py:5] + 4
              peak: len(xs)·[map(...) @ app.py:5] + max([map(...) @ app.py:5], 9·len(xs) + 104) + 144 | len(xs)·[map(...) @ app.py:5] + max([map(...) @ app.py:5], 1) + 3
              retained: len(xs)·[map(...) @ app.py:5] + 9·len(xs) + 152 | len(xs)·[map(...) @ app.py:5] + 2
              unknown: map(...) @ app.py:5 (what it is given to call is not known)
            longest: open
              total: [max(...) @ app.py:8] + 280 | [max(...) @ app.py:8] + 2
              peak: max([max(...) @ app.py:8], 96) + 184 | max([max(...) @ app.py:8], 1) + 1
              retained: 0 | 0
              unknown: max(...) @ app.py:8 (what it is given to call is not known)
            joined: open
              total: [functools.reduce(...) @ app.py:11] + 264 | [functools.reduce(...) @ app.py:11] + 3
              peak: [functools.reduce(...) @ app.py:11] + 264 | [functools.reduce(...) @ app.py:11] + 3
              retained: [functools.reduce(...) @ app.py:11] + 112 | [functools.reduce(...) @ app.py:11] + 2
              unknown: functools.reduce(...) @ app.py:11 (what it calls changes its argument, or gives more than a number)
            joined.<lambda1>: exact
              total: 8·len(all) + 128 | 2
              peak: 8·len(all) + 128 | 2
              retained: 8·len(all) + 64 | 1
        ",
    );
}

/// They are called as what they are bound to, and are there themselves.
#[test]
fn methods_under_names_of_their_own_change_what_they_are_bound_to() {
    assert_eq!(
        peaks(
            r#"
def distinct(xs):
    seen = set()
    add = seen.add
    for x in xs:
        add(x)
    return len(seen)

def copied(xs):
    found = []
    append = found.append
    for x in xs:
        append(x)
    return found
"#
        ),
        "distinct: 160·2^(2·ceil(log2(5·len(xs)/24 + 1/6)/2)) + 336\n\
         copied: 9·len(xs) + 224"
    );
}

/// What is known of any element is the most that it is, and so the least may be nothing.
#[test]
fn the_least_takes_nothing_away_for_certain() {
    assert_eq!(
        peaks("def holes(xs: list[int]):\n    return [None] * (max(xs) - min(xs))\n"),
        "holes: 8·max(xs[*], 1) + 152"
    );
}

#[test]
fn arrays_and_writers_have_room_for_what_they_hold() {
    assert_eq!(
        peaks(
            r#"
import csv
from array import array

def zeros(n: int):
    return array("i", [0] * n)

def writer(file):
    return csv.writer(file)
"#
        ),
        "zeros: 12·n + floor(n/4) + 200\n\
         writer: 131680"
    );
}
