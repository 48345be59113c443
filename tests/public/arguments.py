"""Arguments of a size, the same in every run, for the cases of `calls/`."""

import random

VOWELS, CONSONANTS = "aeiou", "bcdfglmnprstv"
# Another number gives other values of the same shape.
DRAW = 0


def chance_of(seed):
    return random.Random(seed + DRAW)


def numbers(n, seed=1):
    """Different whole numbers in no order; each an object of its own."""
    return chance_of(seed).sample(range(1000, 1000 + 10 * n), n)


def increasing(n):
    return [1000 + 3 * i for i in range(n)]


def small(n, limit=10, seed=2):
    """Whole numbers below a limit, many times the same."""
    chance = chance_of(seed)
    return [chance.randrange(limit) for _ in range(n)]


def floats(n, seed=3):
    chance = chance_of(seed)
    return [round(chance.uniform(1, 100), 3) for _ in range(n)]


def word(seed, length=8):
    chance = chance_of(seed)
    return "".join(chance.choice((CONSONANTS, VOWELS)[i % 2]) for i in range(length))


def words(n, seed=4):
    """Words of four to ten letters, a few of them twice."""
    return [word(seed * 100_003 + i % max(1, n - n // 8), 4 + i % 7) for i in range(n)]


def text(n, seed=5):
    """Words with a blank between them, of `n` characters."""
    return " ".join(words(n // 5 + 1, seed))[:n].replace("  ", " a").ljust(n, "s")


def lines(n, seed=6):
    return "\n".join(" ".join(words(6, seed + i)) for i in range(n))


def letters(n, alphabet="abcd", seed=7):
    chance = chance_of(seed)
    return "".join(chance.choice(alphabet) for _ in range(n))


def digits(n, seed=8):
    return "7" + letters(n - 1, "0123456789", seed)


def matrix(rows, columns=None, limit=1000, seed=9):
    columns = rows if columns is None else columns
    return [[1 + number for number in small(columns, limit, seed + row)] for row in range(rows)]


def float_matrix(rows, columns=None):
    columns = rows if columns is None else columns
    return [floats(columns, 10 + row) for row in range(rows)]


def grid(rows, cells=(0, 1), seed=11):
    """A square of cells, which may be letters."""
    chance = chance_of(seed)
    return [[chance.choice(cells) for _ in range(rows)] for _ in range(rows)]


def pairs(n, seed=12):
    return list(zip(numbers(n, seed), numbers(n, seed + 1)))


def intervals(n, seed=13):
    chance = chance_of(seed)
    starts = [chance.randrange(20 * n) for _ in range(n)]
    return [[start, start + chance.randrange(1, 30)] for start in starts]


def mapping(n, seed=14):
    return {f"{word(seed + i)}{i}": 1000 + i for i in range(n)}


def records(n):
    """Mappings as rows of a table are."""
    return [{"id": 1000 + i, "name": word(i), "group": f"g{i % 5}", "price": 1.5 * i} for i in range(n)]


def nested(n, depth=2):
    """Mappings in mappings, `n` leaves in all but a few."""
    if depth == 1 or n < 4:
        return mapping(n)
    width = max(2, int(n**0.5))
    return {f"key{i}": nested(n // width, depth - 1) for i in range(width)}


def nested_list(n):
    """Lists of lists of numbers, `n` numbers in all."""
    found = numbers(n)
    return [found[i : i + 5] for i in range(0, n, 5)]


def neighbours(n, each=3, seed=15):
    """A directed graph: for each node the ones that it has an edge to."""
    chance = chance_of(seed)
    return {i: sorted({(i + 1) % n, *(chance.randrange(n) for _ in range(each - 1))} - {i}) for i in range(n)}


def acyclic(n, each=2):
    return {i: [j for j in range(i + 1, min(n, i + 1 + each))] for i in range(n)}


def named(graph):
    """A graph of numbers as one of strings."""
    return {f"n{node}": [f"n{other}" for other in others] for node, others in graph.items()}


def weighted(graph):
    return {node: {other: 1 + (i * 7) % 11 for i, other in enumerate(others)} for node, others in graph.items()}


def edges(n, seed=16):
    return [(node, other) for node, others in neighbours(n, 3, seed).items() for other in others]


def tree(n, make, low=0):
    """A balanced search tree of the values from `low` on; `make` gets a value and both children."""
    if n <= 0:
        return None
    left = n // 2
    return make(low + left, tree(left, make, low), tree(n - left - 1, make, low + left + 1))


def setting(make, value="val"):
    """A node whose class takes only its value; children are set afterwards."""

    def build(number, left, right):
        node = make(number)
        node.left, node.right = left, right
        return node

    return build


def chain(values, make):
    """A linked list of the values; `make` gets a value."""
    head = None
    for value in reversed(values):
        node = make(value)
        node.next, head = head, node
    return head
