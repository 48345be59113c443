"""Recursive algorithms over numbers, sequences, trees and graphs."""

import functools


class Folder:
    """A folder which holds a size and child folders."""

    __slots__ = ("name", "size", "children")

    def __init__(self, name, size, children):
        self.name = name
        self.size = size
        self.children = children


def factorial(n):
    """Return n factorial."""
    if n <= 1:
        return 1
    return n * factorial(n - 1)


def sum_by_tail(values):
    """Add up a list by slicing off its head."""
    if not values:
        return 0
    return values[0] + sum_by_tail(values[1:])


def merge_sort(values):
    """Return a sorted copy of values by merging sorted halves."""
    if len(values) <= 1:
        return values[:]
    middle = len(values) // 2
    left = merge_sort(values[:middle])
    right = merge_sort(values[middle:])
    merged = []
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            merged.append(left[i])
            i += 1
        else:
            merged.append(right[j])
            j += 1
    merged.extend(left[i:])
    merged.extend(right[j:])
    return merged


def quick_sort(values):
    """Return a sorted copy of values by partitioning around the middle."""
    if len(values) < 2:
        return values
    pivot = values[len(values) // 2]
    smaller = [v for v in values if v < pivot]
    equal = [v for v in values if v == pivot]
    larger = [v for v in values if v > pivot]
    return quick_sort(smaller) + equal + quick_sort(larger)


def max_subarray(values, low, high):
    """Return the best contiguous sum in values[low:high]."""
    if high - low == 1:
        return values[low]
    middle = (low + high) // 2
    best_left = best_right = None
    running = 0
    for index in range(middle - 1, low - 1, -1):
        running += values[index]
        if best_left is None or running > best_left:
            best_left = running
    running = 0
    for index in range(middle, high):
        running += values[index]
        if best_right is None or running > best_right:
            best_right = running
    return max(
        max_subarray(values, low, middle),
        max_subarray(values, middle, high),
        best_left + best_right,
    )


def fibonacci(n):
    """Return the nth Fibonacci number by plain double recursion."""
    if n < 2:
        return n
    return fibonacci(n - 1) + fibonacci(n - 2)


def grid_paths(rows, columns):
    """Count the monotone paths through a grid with a cached helper."""

    @functools.cache
    def count(row, column):
        if row == 0 or column == 0:
            return 1
        return count(row - 1, column) + count(row, column - 1)

    return count(rows, columns)


def edit_distance(source, target, memo=None, i=0, j=0):
    """Return the edit distance of two strings, memoised in a dict."""
    if memo is None:
        memo = {}
    if i == len(source):
        return len(target) - j
    if j == len(target):
        return len(source) - i
    key = (i, j)
    if key not in memo:
        if source[i] == target[j]:
            memo[key] = edit_distance(source, target, memo, i + 1, j + 1)
        else:
            memo[key] = 1 + min(
                edit_distance(source, target, memo, i + 1, j),
                edit_distance(source, target, memo, i, j + 1),
                edit_distance(source, target, memo, i + 1, j + 1),
            )
    return memo[key]


def collect_leaves(tree):
    """Return the leaves of a nested tuple tree from left to right."""
    if not isinstance(tree, tuple):
        return [tree]
    leaves = []
    for branch in tree:
        leaves += collect_leaves(branch)
    return leaves


def folder_totals(folder, prefix=""):
    """Return a dict from folder path to total size including children."""
    path = prefix + "/" + folder.name
    totals = {}
    total = folder.size
    for child in folder.children:
        below = folder_totals(child, path)
        total += below[path + "/" + child.name]
        totals.update(below)
    totals[path] = total
    return totals


def permutations_of(items):
    """Return all orderings of a list as a list of lists."""
    if len(items) <= 1:
        return [items]
    orderings = []
    for index, chosen in enumerate(items):
        rest = items[:index] + items[index + 1:]
        for tail in permutations_of(rest):
            orderings.append([chosen] + tail)
    return orderings


def power_set(items):
    """Return every subset of items as a list of tuples."""
    if not items:
        return [()]
    without_first = power_set(items[1:])
    with_first = [(items[0],) + subset for subset in without_first]
    return without_first + with_first


def subset_sums(amounts, target, start=0, chosen=(), found=None):
    """Find the combinations of amounts which add up to target."""
    if found is None:
        found = []
    if target == 0:
        found.append(list(chosen))
        return found
    for index in range(start, len(amounts)):
        amount = amounts[index]
        if amount <= target:
            subset_sums(amounts, target - amount, index + 1, chosen + (amount,), found)
    return found


def hanoi_moves(discs, source, target, spare, moves):
    """Append the moves which carry a tower from source to target."""
    if discs == 0:
        return moves
    hanoi_moves(discs - 1, source, spare, target, moves)
    moves.append((discs, source, target))
    hanoi_moves(discs - 1, spare, target, source, moves)
    return moves


def flatten_nested(value):
    """Flatten arbitrarily nested lists into one list."""
    if isinstance(value, list):
        if not value:
            return []
        return flatten_nested(value[0]) + flatten_nested(value[1:])
    return [value]


def digits_of(number, base, digits=()):
    """Return the digits of number in a base, most significant first."""
    if number < base:
        return (number,) + digits
    return digits_of(number // base, base, (number % base,) + digits)


def split_even_steps(values, index=0):
    """Return the values at even indexes, each wrapped with its index."""
    if index >= len(values):
        return []
    return [(index, values[index])] + _skip_odd_step(values, index + 1)


def _skip_odd_step(values, index):
    """Skip one value and hand back to split_even_steps."""
    if index >= len(values):
        return []
    return split_even_steps(values, index + 1)


def queen_placements(size, columns=()):
    """Return all placements of queens on a square board."""
    row = len(columns)
    if row == size:
        return [columns]
    placements = []
    for column in range(size):
        safe = True
        for other_row, other_column in enumerate(columns):
            if column == other_column or abs(column - other_column) == row - other_row:
                safe = False
                break
        if safe:
            placements.extend(queen_placements(size, columns + (column,)))
    return placements


def reachable_from(graph, node, visited=None):
    """Return the nodes reachable from node in depth-first order."""
    if visited is None:
        visited = {}
    visited[node] = len(visited)
    for neighbour in graph.get(node, []):
        if neighbour not in visited:
            reachable_from(graph, neighbour, visited)
    return visited


def reverse_text(text):
    """Reverse a string by moving its first character to the end."""
    if len(text) <= 1:
        return text
    return reverse_text(text[1:]) + text[0]


def _nested_pairs(depth, label=0):
    if depth == 0:
        return label
    return (_nested_pairs(depth - 1, label * 2), _nested_pairs(depth - 1, label * 2 + 1))


def _folder_chain(count):
    children = [Folder("leaf%d" % i, 10 + i, []) for i in range(count)]
    groups = []
    for start in range(0, count, 5):
        groups.append(Folder("group%d" % start, 1, children[start:start + 5]))
    return Folder("root", 0, groups)


def _deep_list(count):
    nested = []
    for value in range(count):
        nested.append([value, [value + 1]] if value % 3 == 0 else value)
    return nested


CASES = {
    "factorial": (lambda n: (n,), (5, 50, 400)),
    "sum_by_tail": (lambda n: (list(range(n)),), (5, 50, 300)),
    "merge_sort": (
        lambda n: ([(i * 7919) % 10007 for i in range(n)],), (10, 200, 2000)),
    "quick_sort": (
        lambda n: ([(i * 7919) % 10007 for i in range(n)],), (10, 200, 2000)),
    "max_subarray": (
        lambda n: ([(i * 37) % 101 - 50 for i in range(n)], 0, n), (10, 200, 2000)),
    "fibonacci": (lambda n: (n,), (4, 10, 16)),
    "grid_paths": (lambda n: (n, n), (3, 10, 40)),
    "edit_distance": (
        lambda n: (("kitten" * n)[:n], ("sitting" * n)[:n]), (5, 15, 40)),
    "collect_leaves": (lambda n: (_nested_pairs(n),), (3, 6, 10)),
    "folder_totals": (lambda n: (_folder_chain(n),), (10, 60, 400)),
    "permutations_of": (lambda n: (list(range(n)),), (3, 5, 7)),
    "power_set": (lambda n: (list(range(n)),), (4, 7, 11)),
    "subset_sums": (lambda n: (list(range(1, n + 1)), n * 2), (6, 9, 13)),
    "hanoi_moves": (lambda n: (n, "A", "C", "B", []), (3, 7, 11)),
    "flatten_nested": (lambda n: (_deep_list(n),), (10, 60, 250)),
    "digits_of": (lambda n: (2 ** n + 12345, 2), (20, 80, 300)),
    "split_even_steps": (lambda n: (list(range(n)),), (10, 100, 400)),
    "queen_placements": (lambda n: (n,), (4, 5, 6, 7)),
    "reachable_from": (
        lambda n: ({i: [(i * 2 + 1) % n, (i * 3 + 2) % n, (i + 7) % n]
                    for i in range(n)}, 0), (10, 80, 300)),
    "reverse_text": (lambda n: ("heapcast-" * (n // 9 + 1),), (10, 100, 500)),
}
