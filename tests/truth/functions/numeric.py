"""Numerical routines in plain Python."""

from array import array
from fractions import Fraction


def multiply_matrices(left, right):
    """Multiply two matrices given as lists of rows."""
    inner = len(right)
    width = len(right[0])
    product = []
    for row in left:
        line = [0.0] * width
        for j in range(width):
            total = 0.0
            for k in range(inner):
                total += row[k] * right[k][j]
            line[j] = total
        product.append(line)
    return product


def gram_matrix(vectors):
    """Return the table of dot products of all pairs of vectors."""
    size = len(vectors)
    table = [[0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i, size):
            dot = sum(a * b for a, b in zip(vectors[i], vectors[j]))
            table[i][j] = dot
            table[j][i] = dot
    return table


def expand_roots(roots):
    """Return the coefficients of the monic polynomial with given roots."""
    coefficients = [1]
    for root in roots:
        shifted = coefficients + [0]
        for position, coefficient in enumerate(coefficients):
            shifted[position + 1] -= root * coefficient
        coefficients = shifted
    return coefficients


def factorial_table(limit):
    """Return the factorials from 0 to limit."""
    table = [1]
    for number in range(1, limit + 1):
        table.append(table[-1] * number)
    return table


def fibonacci_digits(index):
    """Return a big Fibonacci number and the counts of its digits."""
    previous, current = 0, 1
    for _ in range(index):
        previous, current = current, previous + current
    counts = [0] * 10
    for digit in str(previous):
        counts[int(digit)] += 1
    return previous, counts


def factorise_range(start, stop):
    """Map each number of a range to its prime factors."""
    factors = {}
    for number in range(start, stop):
        remaining = number
        divisors = []
        candidate = 2
        while candidate * candidate <= remaining:
            while remaining % candidate == 0:
                divisors.append(candidate)
                remaining //= candidate
            candidate += 1 if candidate == 2 else 2
        if remaining > 1:
            divisors.append(remaining)
        factors[number] = divisors
    return factors


def knapsack_items(weights, values, capacity):
    """Solve the 0/1 knapsack with a full table and recover the items."""
    count = len(weights)
    best = [[0] * (capacity + 1) for _ in range(count + 1)]
    for i in range(1, count + 1):
        weight = weights[i - 1]
        value = values[i - 1]
        for room in range(capacity + 1):
            best[i][room] = best[i - 1][room]
            if weight <= room:
                candidate = best[i - 1][room - weight] + value
                if candidate > best[i][room]:
                    best[i][room] = candidate
    chosen = []
    room = capacity
    for i in range(count, 0, -1):
        if best[i][room] != best[i - 1][room]:
            chosen.append(i - 1)
            room -= weights[i - 1]
    chosen.reverse()
    return best[count][capacity], chosen


def edit_distance(source, target):
    """Return the Levenshtein distance using two rolling rows."""
    previous = list(range(len(target) + 1))
    for i, left in enumerate(source, start=1):
        current = [i]
        for j, right in enumerate(target, start=1):
            cost = 0 if left == right else 1
            current.append(min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost))
        previous = current
    return previous[-1]


def coin_change(coins, amount):
    """Return the number of ways and the fewest coins for an amount."""
    ways = [0] * (amount + 1)
    ways[0] = 1
    fewest = [None] * (amount + 1)
    fewest[0] = 0
    for coin in coins:
        for total in range(coin, amount + 1):
            ways[total] += ways[total - coin]
            if fewest[total - coin] is not None:
                candidate = fewest[total - coin] + 1
                if fewest[total] is None or candidate < fewest[total]:
                    fewest[total] = candidate
    return ways[amount], fewest[amount]


def summed_area(grid):
    """Return the 2-D prefix sums of a grid, with a zero border."""
    height = len(grid)
    width = len(grid[0]) if height else 0
    sums = [[0] * (width + 1)]
    for y in range(height):
        row = [0]
        running = 0
        for x in range(width):
            running += grid[y][x]
            row.append(running + sums[y][x + 1])
        sums.append(row)
    return sums


def convolve_signal(signal, kernel):
    """Convolve two signals into an array of doubles."""
    length = len(signal) + len(kernel) - 1
    output = array("d", bytes(8 * length))
    for i, sample in enumerate(signal):
        for j, weight in enumerate(kernel):
            output[i + j] += sample * weight
    return output


def harmonic_fractions(terms):
    """Return the partial sums of the harmonic series as fractions."""
    total = Fraction(0)
    partial_sums = []
    for denominator in range(1, terms + 1):
        total += Fraction(1, denominator)
        partial_sums.append(total)
    return partial_sums


def describe_sample(sample, bins):
    """Return mean, deviation, quartiles and a histogram of a sample."""
    size = len(sample)
    mean = sum(sample) / size
    squares = [(value - mean) ** 2 for value in sample]
    deviation = (sum(squares) / size) ** 0.5
    ordered = sorted(sample)
    low, high = ordered[0], ordered[-1]
    width = (high - low) / bins or 1.0
    histogram = [0] * bins
    for value in sample:
        position = min(int((value - low) / width), bins - 1)
        histogram[position] += 1
    return {
        "mean": mean,
        "deviation": deviation,
        "quartiles": (ordered[size // 4], ordered[size // 2], ordered[3 * size // 4]),
        "histogram": histogram,
    }


def convert_base(number, base):
    """Write a non-negative integer in a base up to 36."""
    alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"
    if number == 0:
        return "0"
    digits = []
    while number:
        number, remainder = divmod(number, base)
        digits.append(alphabet[remainder])
    return "".join(reversed(digits))


CASES = {
    "multiply_matrices": (lambda n: ([[float(i + j) for j in range(n)] for i in range(n)],
                                     [[float(i - j) for j in range(n)] for i in range(n)]),
                          (4, 12, 30, 50)),
    "gram_matrix": (lambda n: ([[i * k + 20 for k in range(8)] for i in range(n)],), (5, 20, 80)),
    "expand_roots": (lambda n: (list(range(1, n + 1)),), (5, 20, 80, 150)),
    "factorial_table": (lambda n: (n,), (10, 50, 200, 500)),
    "fibonacci_digits": (lambda n: (n,), (10, 100, 1000, 5000)),
    "factorise_range": (lambda n: (1000, 1000 + n), (10, 100, 1000)),
    "knapsack_items": (lambda n: ([3 + i % 7 for i in range(n)], [60 + i * 11 % 90 for i in range(n)],
                                  5 * n), (5, 15, 40, 80)),
    "edit_distance": (lambda n: ("abcde" * n, "badce" * n), (4, 20, 60)),
    "coin_change": (lambda n: ([1, 5, 10, 25, 50], n), (50, 500, 5000)),
    "summed_area": (lambda n: ([[(i * j) % 50 + 1 for j in range(n)] for i in range(n)],),
                    (5, 20, 80)),
    "convolve_signal": (lambda n: (array("d", range(n)), [0.25, 0.5, 0.25, 0.1]), (16, 256, 4096)),
    "harmonic_fractions": (lambda n: (n,), (10, 50, 200)),
    "describe_sample": (lambda n: ([float(i * i % 1013) for i in range(n)], 12), (10, 100, 1000, 5000)),
    "convert_base": (lambda n: (7 ** n, 16), (10, 100, 1000)),
}
