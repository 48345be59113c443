//! Recursion, recurrences of loops, sums over elements, and what library code calls.

use super::tests::check;

#[test]
fn a_recursion_by_steps_has_a_level_for_each() {
    check(
        r#"
def down(n):
    if n == 0:
        return []
    return [0] * n + down(n - 1)

def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)
"#,
        "
            down: upper
              total: 4·n³/3 + 8·n² + 812·n/3 + 56 | 5·n + 1
              peak: 4·n³/3 + 8·n² + 1004·n/3 + 208 | 6·n + 4
              retained: 4·n³/3 + 4·n² + 344·n/3 + 56 | 2·n + 1
            fib: upper
              total: 96·φ^max(n, 1) | 3·φ^max(n, 1)
              peak: 96·max(n, 1) + 64 | 3·max(n, 1) + 2
              retained: 32 | 1
        ",
    );
}

#[test]
fn a_recursion_into_halves_has_a_logarithm_of_levels() {
    check(
        r#"
def largest(values, low, high):
    if high - low == 1:
        return values[low]
    middle = (low + high) // 2
    return max(largest(values, low, middle), largest(values, middle, high))
"#,
        "
            largest: upper
              total: -432·high - 432·low + 432·max(2·high, 2·low, high + low + 1) | -9·high - 9·low + 9·max(2·high, 2·low, high + low + 1)
              peak: 32·ceil(log2(-high - low + 2·max(high, low))) + 168 | ceil(log2(-high - low + 2·max(high, low))) + 3
              retained: 0 | 0
        ",
    );
}

#[test]
fn a_walk_over_a_structure_calls_once_for_each_node() {
    check(
        r#"
def names(node):
    found = [node.name]
    for child in node.children:
        found += names(child)
    return found
"#,
        "
            names: upper
              total: 81·nodes(node)² + 497·nodes(node) | 2·nodes(node)
              peak: 9·depth(node)²·len(node.**.children)·nodes(node) + 27·depth(node)·len(node.**.children)·nodes(node) + 113·depth(node)² + 9·len(node.**.children)·nodes(node) + 387·depth(node) + 161 | depth(node)² + 4·depth(node) + 2
              retained: 9·depth(node)·len(node.**.children)·nodes(node) + 113·depth(node) | depth(node)
        ",
    );
}

#[test]
fn what_a_recursion_puts_into_its_argument_is_there_once() {
    check(
        r#"
def hanoi(discs, source, target, spare, moves):
    if discs == 0:
        return
    hanoi(discs - 1, source, spare, target, moves)
    moves.append((source, target))
    hanoi(discs - 1, spare, target, source, moves)
"#,
        "
            hanoi: open
              total: 201·2^discs + 17·len(moves) + 368 | 3·2^discs
              peak: 65·2^discs + 120·discs + 9·len(moves) + 168 | 2^discs + 3·discs + 3
              retained: 65·2^discs + 9·len(moves) + 48 | 2^discs
              unknown: type(moves) @ app.py:6 (taken for a list, because its append is called)
              len(moves) += 2^discs
        ",
    );
}

#[test]
fn a_recursion_without_a_rank_is_a_named_unknown() {
    check(
        r#"
def wander(n):
    if n == 1:
        return []
    return [n] + wander(step(n))

def step(n):
    return n // 2 if n % 2 == 0 else 3 * n + 1
"#,
        "
            wander: open
              total: 8·[calls of wander @ app.py:2]·[levels of wander @ app.py:2] + 248·[levels of wander @ app.py:2] | 5·[levels of wander @ app.py:2]
              peak: 8·[calls of wander @ app.py:2]·[levels of wander @ app.py:2] + 8·[calls of wander @ app.py:2] + 304·[levels of wander @ app.py:2] + 216 | 6·[levels of wander @ app.py:2] + 4
              retained: 8·[calls of wander @ app.py:2]·[levels of wander @ app.py:2] + 152·[levels of wander @ app.py:2] | 3·[levels of wander @ app.py:2]
              unknown: calls of wander @ app.py:2 (a recursion of which it is not known how it ends)
              unknown: len(n) of wander @ app.py:2 (a recursion of which it is not known how it ends)
              unknown: levels of wander @ app.py:2 (a recursion of which it is not known how it ends)
            step: upper
              total: 64 | 2
              peak: 64 | 2
              retained: 32 | 1
        ",
    );
}

#[test]
fn what_a_loop_adds_up_is_summed() {
    check(
        r#"
def banner(parts):
    text = ""
    for part in parts:
        text += part
    return text

def triangle(n):
    rows = [[1]]
    for _ in range(n):
        rows.append(rows[-1] + [1])
    return rows

def doubled(n):
    text = "ab"
    for _ in range(n):
        text = text + text
    return text
"#,
        "
            banner: upper
              total: len(parts)·len(parts[+]) + 49·len(parts) + len(parts[+]) + 48 | len(parts) + 1
              peak: 2·len(parts[*]) + 2·len(parts[+]) + 146 | 3
              retained: len(parts[+]) + 49 | 1
            triangle: upper
              total: 4·n² + 245·n + 737 | 3·n + 8
              peak: 4·n² + 77·n + 593 | n + 12
              retained: 4·n² + 77·n + 177 | n + 2
            doubled: upper
              total: 4·2^n + 81·n + 220 | 2·n + 6
              peak: 4·2^n + 386 | 10
              retained: 2·2^n + 49 | 1
        ",
    );
}

#[test]
fn a_list_that_a_loop_binds_anew_grows() {
    check(
        r#"
def chunks(items, size):
    found = []
    chunk = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            found.append(chunk)
            chunk = []
    return found
"#,
        "
            chunks: upper
              total: 253·len(items) + 528 | 2·len(items) + 3
              peak: 97·len(items) + 208 | len(items) + 3
              retained: 97·len(items) + 160 | len(items) + 2
        ",
    );
}

#[test]
fn a_loop_over_text_that_an_inner_loop_moves_on_ends_with_the_text() {
    check(
        r#"
def runs(text):
    found = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and text[end] == text[start]:
            end += 1
        found.append(end - start)
        start = end
    return found
"#,
        "
            runs: upper
              total: 60·len(text)² + 173·len(text) + 424 | 2·len(text)² + 3·len(text) + 1
              peak: 41·len(text) + 296 | len(text) + 7
              retained: 41·len(text) + 104 | len(text) + 1
        ",
    );
}

#[test]
fn a_walk_over_linked_parts_ends_with_them() {
    check(
        r#"
def values(node):
    found = []
    while node is not None:
        found.append(node.value)
        node = node.next
    return found
"#,
        "
            values: upper
              total: 81·depth(node) + 424 | 1
              peak: 9·depth(node) + 104 | 1
              retained: 9·depth(node) + 104 | 1
        ",
    );
}

#[test]
fn what_works_off_a_container_runs_as_often_as_something_is_put_in() {
    check(
        r#"
def names(root):
    found = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        found.append(node.name)
        for child in node.children:
            waiting.append(child)
    return found

def reached(graph, marks, start):
    waiting = [start]
    while waiting:
        for other in graph[waiting.pop()]:
            if not marks[other]:
                marks[other] = True
                waiting.append(other)
"#,
        "
            names: upper
              total: 210·nodes(root) + 873 | nodes(root) + 2
              peak: 18·nodes(root) + 265 | 3
              retained: 9·nodes(root) + 104 | 1
            reached: upper
              total: 129·len(graph[+]) + 578 | len(graph[+]) + 2
              peak: 9·len(graph[+]) + 170 | 2
              retained: 0 | 0
        ",
    );
}

#[test]
fn what_is_stored_over_and_over_is_alive_in_each_slot_once() {
    check(
        r#"
def histogram(values, size):
    counts = [0] * size
    for value in values:
        counts[value] += 1
    return counts
"#,
        "
            histogram: upper
              total: 32·len(values) + 8·size + 168 | len(values) + 3
              peak: 8·size + 32·min(len(values), size) + 200 | min(len(values), size) + 4
              retained: 8·size + 32·min(len(values), size) + 56 | min(len(values), size) + 1
        ",
    );
}

#[test]
fn keys_of_a_sort_are_there_while_it_sorts() {
    check(
        r#"
def ranked(entries):
    return sorted(entries, key=lambda entry: (entry[1], entry[0]))
"#,
        "
            ranked: upper
              total: 88·len(entries) + 216 | len(entries) + 3
              peak: 64·len(entries) + 8·max(2·len(entries), 7) + 216 | len(entries) + 3
              retained: 8·len(entries) + 64 | 1
            ranked.<lambda1>: exact
              total: 56 | 1
              peak: 56 | 1
              retained: 56 | 1
        ",
    );
}

#[test]
fn a_value_has_the_methods_that_are_called_on_it() {
    check(
        r#"
class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def moved(self, by):
        return Point(self.x + by, self.y + by)

def all_moved(points):
    return [point.moved(1) for point in points]
"#,
        "
            Point.__init__: exact
              total: 0 | 0
              peak: 0 | 0
              retained: 0 | 0
            Point.moved: open
              total: 216 | 4
              peak: 216 | 4
              retained: 152 | 3
              unknown: type(self.x) @ app.py:8 (taken for a number, because something is added to it)
              unknown: type(self.y) @ app.py:8 (taken for a number, because something is added to it)
            all_moved: open
              total: 297·len(points) + 624 | 4·len(points) + 3
              peak: 161·len(points) + 368 | 3·len(points) + 4
              retained: 161·len(points) + 104 | 3·len(points) + 1
              unknown: type(points[*]) @ app.py:11 (taken for a Point, because its moved is called)
              unknown: type(self.x) @ app.py:8 (taken for a number, because something is added to it)
              unknown: type(self.y) @ app.py:8 (taken for a number, because something is added to it)
        ",
    );
}

#[test]
fn a_dict_with_defaults_makes_what_is_looked_up() {
    check(
        r#"
from collections import defaultdict

def spread(names):
    groups = defaultdict(list)
    for name in names:
        groups[name[0]].append(name)
    return groups
"#,
        "
            spread: modelled
              total: 81·max(2^ceil(log2(3·len(names)/2)), 8)/2 + 144·len(names) + 216 | len(names) + 2
              peak: 30·max(2^ceil(log2(3·len(names)/2)), 8) + 88·len(names) + 184 | len(names) + 2
              retained: 20·max(2^ceil(log2(3·len(names)/2)), 8) + 88·len(names) + 104 | len(names) + 1
        ",
    );
}

#[test]
fn what_models_give_back_is_what_was_put_in() {
    check(
        r#"
import heapq
import struct
from collections import deque

def queue(words):
    waiting = deque()
    for word in words:
        waiting.append(word + "!")
    return waiting.popleft() + "?"

def packed(rows):
    out = bytearray()
    for key, value in rows:
        out += struct.pack("<Id", key, value)
    return out

def wide(label, amount):
    return f"{label:<28}{amount:>12.2f}"
"#,
        "
            queue: modelled
              total: 131·len(words) + len(words[*]) + len(words[+]) + 1811 | len(words) + 5
              peak: 59·len(words) + len(words[*]) + len(words[+]) + 1443 | len(words) + 4
              retained: len(words[*]) + 51 | 1
            packed: modelled
              total: 333·len(rows)/2 + 151 | len(rows) + 2
              peak: 27·len(rows)/2 + 156 | 3
              retained: 27·len(rows)/2 + 63 | 1
            wide: upper
              total: 2·max(len(str(amount)), 9) + 2·max(len(str(label)), 28) + 153 | 3
              peak: 2·max(len(str(amount)), 9) + 2·max(len(str(label)), 28) + 153 | 3
              retained: max(len(str(amount)), 9) + max(len(str(label)), 28) + 52 | 1
        ",
    );
}

#[test]
fn what_leaves_a_loop_is_run_once() {
    check(
        r#"
def first_row(rows, x):
    for row in rows:
        for y in row:
            if y == x:
                return [x, y]
    return []

def one_of_each(rows, x):
    found = []
    for row in rows:
        for y in row:
            if y == x:
                found.append([x, y])
                break
    return found
"#,
        "
            first_row: upper
              total: 48·len(rows) + 176 | len(rows) + 3
              peak: 312 | 5
              retained: 128 | 2
            one_of_each: upper
              total: 201·len(rows) + 472 | 2·len(rows) + 2
              peak: 81·len(rows) + 272 | len(rows) + 4
              retained: 81·len(rows) + 104 | len(rows) + 1
        ",
    );
}
