"""Lazy pipelines built from generators and itertools."""

import itertools


class Category:
    """A node of a product category tree."""

    def __init__(self, title, subcategories=()):
        self.title = title
        self.subcategories = list(subcategories)


def _triangular_numbers():
    value = 0
    for step in itertools.count(1):
        value += step
        yield value


def _parse_lines(lines):
    for line in lines:
        name, _, amount = line.partition(":")
        yield name, int(amount)


def _only_large(records, minimum):
    for name, amount in records:
        if amount >= minimum:
            yield name, amount


def _with_tax(records, rate):
    return ((name, amount * (1 + rate)) for name, amount in records)


def _walk_category(category, depth=0):
    yield depth, category.title
    for subcategory in category.subcategories:
        yield from _walk_category(subcategory, depth + 1)


def _read_pages(rows, page_size):
    start = 0
    while start < len(rows):
        yield rows[start:start + page_size]
        start += page_size


def _windowed(values, width):
    window = []
    for value in values:
        window.append(value)
        if len(window) > width:
            window.pop(0)
        if len(window) == width:
            yield tuple(window)


def _batched(iterable, size):
    iterator = iter(iterable)
    while batch := list(itertools.islice(iterator, size)):
        yield batch


def sum_of_even_squares(limit):
    """Add up even squares through a generator expression."""
    return sum(number * number for number in range(limit) if number % 2 == 0)


def first_triangular(count):
    """Take the first triangular numbers from an infinite generator."""
    return list(itertools.islice(_triangular_numbers(), count))


def taxed_large_amounts(lines, minimum, rate):
    """Run the parse, filter and tax pipeline and collect the result."""
    records = _parse_lines(lines)
    large = _only_large(records, minimum)
    return list(_with_tax(large, rate))


def outline(category):
    """Return the indented outline of a category tree."""
    return ["  " * depth + title for depth, title in _walk_category(category)]


def page_maxima(rows, page_size):
    """Return the largest value of each page of rows."""
    maxima = []
    for page in _read_pages(rows, page_size):
        maxima.append(max(page))
    return maxima


def rolling_spread(values, width):
    """Return the difference of extremes in each window."""
    return [max(window) - min(window) for window in _windowed(values, width)]


def batch_requests(identifiers, size):
    """Turn an identifier stream into numbered batch requests."""
    requests = {}
    for number, batch in enumerate(_batched(identifiers, size)):
        requests[number] = {"ids": batch, "count": len(batch)}
    return requests


def all_configurations(options, levels):
    """List every option and level combination for each of two slots."""
    slots = itertools.product(options, levels, repeat=2)
    return [{"first": (a, b), "second": (c, d)} for a, b, c, d in slots]


def close_pairs(points, distance):
    """Return the pairs of points no further apart than distance."""
    return [
        (left, right)
        for left, right in itertools.combinations(points, 2)
        if abs(left[0] - right[0]) + abs(left[1] - right[1]) <= distance
    ]


def longest_streaks(outcomes):
    """Return the longest streak length for each outcome."""
    best = {}
    for outcome, run in itertools.groupby(outcomes):
        length = sum(1 for _ in run)
        if length > best.get(outcome, 0):
            best[outcome] = length
    return best


def balance_history(opening, deposits, withdrawals):
    """Return the balance after each deposit and then each withdrawal."""
    movements = itertools.chain([opening], deposits, (-amount for amount in withdrawals))
    return tuple(itertools.accumulate(movements))


def stream_peak(limit, modulus):
    """Find the largest remainder in a stream which is never stored."""
    peak = 0
    for remainder in (value * value % modulus for value in range(limit)):
        if remainder > peak:
            peak = remainder
    return peak


def _category_tree(width):
    leaves = [Category("leaf %d" % i) for i in range(width)]
    groups = [Category("group %d" % i, leaves[i:i + 4]) for i in range(0, width, 4)]
    return Category("root", groups)


CASES = {
    "sum_of_even_squares": (lambda n: (n,), (10, 300, 5000)),
    "first_triangular": (lambda n: (n,), (10, 300, 5000)),
    "taxed_large_amounts": (
        lambda n: (["acct%d:%d" % (i, (i * 17) % 100) for i in range(n)], 50, 0.21),
        (10, 200, 3000)),
    "outline": (lambda n: (_category_tree(n),), (8, 80, 800)),
    "page_maxima": (lambda n: (list(range(1000, 1000 + n * 25)), 25), (4, 40, 300)),
    "rolling_spread": (
        lambda n: ([(i * 5477) % 9001 for i in range(n)], 6), (10, 200, 2000)),
    "batch_requests": (lambda n: (range(1000, 1000 + n), 9), (10, 200, 3000)),
    "all_configurations": (
        lambda n: (["opt%d" % i for i in range(n)], [1, 2]), (2, 5, 15)),
    "close_pairs": (
        lambda n: ([(i % 13, i // 13) for i in range(n)], 3), (10, 50, 150)),
    "longest_streaks": (
        lambda n: ([("s%d" % (i // 3)) for i in range(n)],), (12, 300, 3000)),
    "balance_history": (
        lambda n: (1000, [i * 10 for i in range(n)], [i * 5 for i in range(n)]),
        (10, 200, 3000)),
    "stream_peak": (lambda n: (n, 997), (10, 300, 5000)),
}
