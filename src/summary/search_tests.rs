//! What recursions, containers and tables come to, by Python in and formulas out.

use super::tests::check;

#[test]
fn the_ways_of_a_recursion_may_be_a_formula() {
    check(
        r#"
def count(letters, length):
    if length == 0:
        return 1
    total = 0
    for letter in letters:
        total += count(letters, length - 1)
    return total
"#,
        "
            count: upper
              total: 64·len(letters)·max(2^(length·log2(len(letters))), length) + 48·max(2^(length·log2(len(letters))), length) | 2·len(letters)·max(2^(length·log2(len(letters))), length) + max(2^(length·log2(len(letters))), length)
              peak: 144·length + 208 | 4·length + 6
              retained: 32 | 1
        ",
    );
}

#[test]
fn iterations_that_pass_on_different_sizes_choose_among_them() {
    check(
        r#"
def combinations(n, start, picked, found):
    found.append(len(picked))
    for i in range(start, n):
        combinations(n, i + 1, picked + [i], found)
"#,
        "
            combinations: open
              total: 365·2^(-start + max(n, start)) + 17·len(found) + 368 | 8·2^(-start + max(n, start))
              peak: 37·2^(-start + max(n, start)) - 16·len(picked)·start + 16·len(picked)·max(n, start) + 16·start² - 32·start·max(n, start) + 16·max(n, start)² + 9·len(found) + 32·len(picked) - 700·start + 700·max(n, start) + 1384 | 2^(-start + max(n, start)) - 16·start + 16·max(n, start) + 32
              retained: 37·2^(-start + max(n, start)) + 9·len(found) + 48 | 2^(-start + max(n, start))
              unknown: type(found) @ app.py:3 (taken for a list, because its append is called)
              len(found) += 2^(-start + max(n, start))
        ",
    );
}

#[test]
fn marks_bound_a_search_in_a_graph() {
    check(
        r#"
def visit(graph, node, seen):
    if node in seen:
        return
    seen.add(node)
    for other in graph[node]:
        visit(graph, other, seen)
"#,
        "
            visit: open
              total: 512·2^(2·ceil(log2(5·len(graph[+])/24 + 5·len(seen)/24 + 3/8)/2))/3 + 48·len(graph[+]) + 48 | len(graph[+]) + 1
              peak: 128·2^(2·ceil(log2(5·len(graph[+])/24 + 5·len(seen)/24 + 3/8)/2)) + 48·len(graph) + 144 | len(graph) + 3
              retained: 128·2^(2·ceil(log2(5·len(graph[+])/24 + 5·len(seen)/24 + 3/8)/2)) | 0
              unknown: type(seen) @ app.py:5 (taken for a set, because its add is called)
              len(seen) += len(graph[+]) + 1
        ",
    );
}

#[test]
fn a_mark_that_is_taken_away_bounds_nothing() {
    check(
        r#"
def paths(graph, node, seen):
    if node in seen:
        return
    seen.add(node)
    for other in graph[node]:
        paths(graph, other, seen)
    seen.remove(node)
"#,
        "
            paths: open
              total: 512·[levels of paths @ app.py:2]·2^(2·ceil(log2(5·len(seen)/24 + 5·[levels of paths @ app.py:2]/24 + 1/6)/2))/3 + 48·[calls of paths @ app.py:2] | [calls of paths @ app.py:2]
              peak: 128·[levels of paths @ app.py:2]·2^(2·ceil(log2(5·len(seen)/24 + 5·[levels of paths @ app.py:2]/24 + 1/6)/2)) + 48·[levels of paths @ app.py:2] + 48 | [levels of paths @ app.py:2] + 1
              retained: 128·[levels of paths @ app.py:2]·2^(2·ceil(log2(5·len(seen)/24 + 5·[levels of paths @ app.py:2]/24 + 1/6)/2)) | 0
              unknown: calls of paths @ app.py:2 (a recursion of which it is not known how it ends)
              unknown: levels of paths @ app.py:2 (a recursion of which it is not known how it ends)
              unknown: type(seen) @ app.py:5 (taken for a set, because its add is called)
              unknown: type(seen) @ app.py:8 (taken for a list, because its remove is called)
        ",
    );
}

#[test]
fn what_is_put_in_and_taken_out_again_leaves_nothing() {
    check(
        r#"
def permutations(items, path, found):
    if len(path) == len(items):
        found.append(1)
        return
    for item in items:
        path.append(item)
        permutations(items, path, found)
        path.pop()
"#,
        "
            permutations: open
              total: 185·max(2^(-len(path)·log2(len(items)) + max(len(path), len(items) + 1)·log2(len(items))) + len(path), len(items) + 1) + 56·2^(-len(path)·log2(len(items)) + max(len(path), len(items) + 1)·log2(len(items))) + 17·len(found) - 185·len(path) + 368 | 3·max(2^(-len(path)·log2(len(items)) + max(len(path), len(items) + 1)·log2(len(items))) + len(path), len(items) + 1) + 2·2^(-len(path)·log2(len(items)) + max(len(path), len(items) + 1)·log2(len(items))) - 3·len(path)
              peak: 9·max(2^(-len(path)·log2(len(items)) + max(len(path), len(items) + 1)·log2(len(items))) + len(path), len(items) + 1) + 9·len(found) - 57·len(path) + 48·max(len(path), len(items) + 1) + 104 | -len(path) + max(len(path), len(items) + 1) + 2
              retained: 9·max(2^(-len(path)·log2(len(items)) + max(len(path), len(items) + 1)·log2(len(items))) + len(path), len(items) + 1) + 9·len(found) - 9·len(path) + 48 | 0
              unknown: type(found) @ app.py:4 (taken for a list, because its append is called)
              unknown: type(path) @ app.py:7 (taken for a list, because its append is called)
              unknown: type(path) @ app.py:9 (taken for a list, because its pop is called)
              len(found) += max(2^(-len(path)·log2(len(items)) + max(len(path), len(items) + 1)·log2(len(items))) + len(path), len(items) + 1) - len(path)
        ",
    );
}

#[test]
fn keys_of_a_dict_have_lengths() {
    check(
        r#"
def labels(prices):
    return [f"{name}: {price}" for name, price in prices.items()]
"#,
        "
            labels: open
              total: 230·len(prices) + 2·len(str(prices.keys()[+])) + 2·len(str(prices[+])) + 744 | 3·len(prices) + 5
              peak: 60·len(prices) + 2·len(str(prices.keys()[*])) + len(str(prices.keys()[+])) + 2·len(str(prices[*])) + len(str(prices[+])) + 522 | len(prices) + 7
              retained: 60·len(prices) + len(str(prices.keys()[+])) + len(str(prices[+])) + 104 | len(prices) + 1
              unknown: type(prices) @ app.py:2 (taken for a dict, because its items is called)
        ",
    );
}

#[test]
fn keys_that_were_put_in_have_lengths() {
    check(
        r#"
def count(words):
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return ["-" + word for word in counts]
"#,
        "
            count: upper
              total: 81·max(2^ceil(log2(3·len(words)/2)), 8)/2 + len(words)·len(words[*]) + 163·len(words) + 856 | 2·len(words) + 5
              peak: max(30·2^ceil(log2(3·len(words)/2)), 20·2^ceil(log2(3·len(words)/2)) + len(words)·len(words[*]) + 59·len(words) + 248, len(words)·len(words[*]) + 59·len(words) + 408) + 32·len(words) + 176 | 2·len(words) + 4
              retained: len(words)·len(words[*]) + 59·len(words) + 104 | len(words) + 1
        ",
    );
}

#[test]
fn groups_are_together_as_long_as_what_was_put_in() {
    check(
        r#"
def group(orders):
    groups = {}
    for order in orders:
        groups.setdefault(order.key, []).append(order)
    return [[order.number for order in group] for group in groups.values()]
"#,
        "
            group: upper
              total: 81·max(2^ceil(log2(3·len(orders)/2)), 8)/2 + 930·len(orders) + 896 | 4·len(orders) + 6
              peak: max(30·2^ceil(log2(3·len(orders)/2)), 20·2^ceil(log2(3·len(orders)/2)) + 131·len(orders) + 488, 131·len(orders) + 648) + 88·len(orders) + 176 | 2·len(orders) + 7
              retained: 154·len(orders) + 104 | len(orders) + 1
        ",
    );
}

#[test]
fn a_list_does_not_keep_the_positions_that_it_is_stored_at() {
    check(
        r#"
def reverse(values):
    low, high = 0, len(values) - 1
    while low < high:
        values[low], values[high] = values[high], values[low]
        low += 1
        high -= 1
"#,
        "
            reverse: upper
              total: 64·floor(max(len(values), 1)/2) + 60 | 2·floor(max(len(values), 1)/2) + 2
              peak: 160 | 5
              retained: 0 | 0
        ",
    );
}

#[test]
fn the_tables_of_a_module_are_known() {
    check(
        r#"
NAMES = ["one", "three"]

def table():
    return [name * 2 for name in NAMES]
"#,
        "
            table: upper
              total: 406 | 5
              peak: 406 | 5
              retained: 206 | 3
        ",
    );
}
