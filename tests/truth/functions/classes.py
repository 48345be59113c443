"""Domain objects and the drivers that build and query them."""

from collections import deque, namedtuple
from dataclasses import dataclass, field
from enum import Enum


# --- containers -----------------------------------------------------------

class Stack:
    """A last-in first-out container backed by a list."""

    def __init__(self):
        self._items = []

    def push(self, item):
        self._items.append(item)

    def pop(self):
        if not self._items:
            raise IndexError("pop from an empty stack")
        return self._items.pop()

    def __len__(self):
        return len(self._items)

    def __bool__(self):
        return bool(self._items)


class TaskQueue:
    """A first-in first-out queue made of two lists."""

    def __init__(self):
        self._inbox = []
        self._outbox = []

    def enqueue(self, task):
        self._inbox.append(task)

    def dequeue(self):
        if not self._outbox:
            while self._inbox:
                self._outbox.append(self._inbox.pop())
        return self._outbox.pop()

    def __len__(self):
        return len(self._inbox) + len(self._outbox)


class ListNode:
    """One cell of a singly linked list."""

    __slots__ = ("value", "next")

    def __init__(self, value, next=None):
        self.value = value
        self.next = next


class LinkedList:
    """A singly linked list with head and tail pointers."""

    def __init__(self):
        self.head = None
        self.tail = None
        self._size = 0

    @classmethod
    def from_values(cls, values):
        result = cls()
        for value in values:
            result.append(value)
        return result

    def append(self, value):
        node = ListNode(value)
        if self.tail is None:
            self.head = node
        else:
            self.tail.next = node
        self.tail = node
        self._size += 1

    def map(self, function):
        mapped = LinkedList()
        for value in self:
            mapped.append(function(value))
        return mapped

    def reverse(self):
        previous = None
        node = self.head
        self.tail = node
        while node is not None:
            following = node.next
            node.next = previous
            previous = node
            node = following
        self.head = previous

    def __iter__(self):
        node = self.head
        while node is not None:
            yield node.value
            node = node.next

    def __len__(self):
        return self._size


class TreeNode:
    """A node of an unbalanced binary search tree."""

    def __init__(self, key):
        self.key = key
        self.left = None
        self.right = None


class SearchTree:
    """A binary search tree without duplicates."""

    def __init__(self):
        self.root = None
        self.size = 0

    def insert(self, key):
        if self.root is None:
            self.root = TreeNode(key)
            self.size = 1
            return True
        node = self.root
        while True:
            if key == node.key:
                return False
            if key < node.key:
                if node.left is None:
                    node.left = TreeNode(key)
                    break
                node = node.left
            else:
                if node.right is None:
                    node.right = TreeNode(key)
                    break
                node = node.right
        self.size += 1
        return True

    def depth(self):
        return self._depth(self.root)

    def _depth(self, node):
        if node is None:
            return 0
        return 1 + max(self._depth(node.left), self._depth(node.right))

    def collect(self):
        keys = []
        self._walk(self.root, keys)
        return keys

    def _walk(self, node, keys):
        if node is not None:
            self._walk(node.left, keys)
            keys.append(node.key)
            self._walk(node.right, keys)


class LruCache:
    """A least-recently-used cache over an insertion-ordered dict."""

    def __init__(self, capacity):
        self.capacity = capacity
        self._entries = {}
        self.hits = 0
        self.misses = 0

    def get(self, key, default=None):
        if key in self._entries:
            self.hits += 1
            value = self._entries.pop(key)
            self._entries[key] = value
            return value
        self.misses += 1
        return default

    def put(self, key, value):
        if key in self._entries:
            del self._entries[key]
        elif len(self._entries) >= self.capacity:
            oldest = next(iter(self._entries))
            del self._entries[oldest]
        self._entries[key] = value

    def __len__(self):
        return len(self._entries)


class Page:
    """One window over the records of a paged collection."""

    def __init__(self, number, records):
        self.number = number
        self.records = records

    def __len__(self):
        return len(self.records)


class PagedCollection:
    """A read-only sequence that can be iterated page by page."""

    def __init__(self, records, page_size=25):
        self._records = list(records)
        self.page_size = page_size

    def __len__(self):
        return (len(self._records) + self.page_size - 1) // self.page_size

    def __getitem__(self, number):
        if not 0 <= number < len(self):
            raise IndexError(number)
        start = number * self.page_size
        return Page(number, self._records[start:start + self.page_size])

    def __iter__(self):
        for number in range(len(self)):
            yield self[number]


# --- mathematics ----------------------------------------------------------

class Matrix:
    """A dense matrix with operators."""

    def __init__(self, rows):
        self.rows = rows

    @classmethod
    def identity(cls, size):
        return cls([[1 if i == j else 0 for j in range(size)] for i in range(size)])

    @property
    def shape(self):
        return len(self.rows), len(self.rows[0])

    def __add__(self, other):
        return Matrix([[a + b for a, b in zip(left, right)]
                       for left, right in zip(self.rows, other.rows)])

    def __mul__(self, other):
        columns = list(zip(*other.rows))
        return Matrix([[sum(a * b for a, b in zip(row, column)) for column in columns]
                       for row in self.rows])


class Point:
    """An immutable-by-convention planar point."""

    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def moved(self, dx, dy):
        return Point(self.x + dx, self.y + dy)

    def cross(self, origin, other):
        return ((self.x - origin.x) * (other.y - origin.y)
                - (self.y - origin.y) * (other.x - origin.x))


class Shape:
    """Base class of the weighed shapes."""

    density = 1.0

    def __init__(self, name):
        self.name = name

    def area(self):
        raise NotImplementedError

    def weight(self):
        return self.area() * self.density


class Rectangle(Shape):
    """A rectangle with two sides."""

    def __init__(self, name, width, height):
        super().__init__(name)
        self.width = width
        self.height = height

    def area(self):
        return self.width * self.height


class Square(Rectangle):
    """A heavier rectangle with equal sides."""

    density = 2.0

    def __init__(self, name, side):
        super().__init__(name, side, side)

    def weight(self):
        return super().weight() + 0.5


class Disc(Shape):
    """A disc given by its radius."""

    density = 0.75

    def __init__(self, name, radius):
        super().__init__(name)
        self.radius = radius

    def area(self):
        return 3.141592653589793 * self.radius ** 2


class Interval:
    """A closed interval of integers."""

    def __init__(self, start, end):
        self.start = start
        self.end = end

    def overlaps(self, other):
        return self.start <= other.end and other.start <= self.end

    def extend(self, other):
        if other.end > self.end:
            self.end = other.end


# --- business objects -----------------------------------------------------

@dataclass
class OrderLine:
    """A product and a quantity."""

    sku: str
    quantity: int
    unit_price: float

    @property
    def total(self):
        return self.quantity * self.unit_price


@dataclass
class Order:
    """A customer order made of lines."""

    number: int
    customer: str
    lines: list = field(default_factory=list)
    tags: dict = field(default_factory=dict)

    def add_line(self, sku, quantity, unit_price):
        line = OrderLine(sku, quantity, unit_price)
        self.lines.append(line)
        return line

    @property
    def total(self):
        return sum(line.total for line in self.lines)


class Severity(Enum):
    """The level of an alert."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


Alert = namedtuple("Alert", ["code", "severity", "text"])

Movement = namedtuple("Movement", "kind amount balance")


class InsufficientFunds(Exception):
    """Raised when a withdrawal exceeds the balance."""


class Account:
    """A bank account with its movements."""

    def __init__(self, owner, balance=0):
        self.owner = owner
        self._balance = balance
        self.movements = []

    @property
    def balance(self):
        return self._balance

    def deposit(self, amount):
        self._balance += amount
        self.movements.append(Movement("deposit", amount, self._balance))

    def withdraw(self, amount):
        if amount > self._balance:
            raise InsufficientFunds(self.owner)
        self._balance -= amount
        self.movements.append(Movement("withdrawal", amount, self._balance))


class Ledger:
    """Accounts by owner plus a list of refused transfers."""

    def __init__(self):
        self.accounts = {}
        self.refused = []

    def open(self, owner, balance):
        account = Account(owner, balance)
        self.accounts[owner] = account
        return account

    def transfer(self, source, target, amount):
        try:
            self.accounts[source].withdraw(amount)
        except InsufficientFunds:
            self.refused.append((source, target, amount))
            return False
        self.accounts[target].deposit(amount)
        return True


class StockItem:
    """A stocked product."""

    __slots__ = ("sku", "on_hand", "reserved")

    def __init__(self, sku, on_hand):
        self.sku = sku
        self.on_hand = on_hand
        self.reserved = 0

    @property
    def available(self):
        return self.on_hand - self.reserved


class Inventory:
    """Stock items by product code."""

    def __init__(self):
        self._items = {}
        self.backorders = {}

    def receive(self, sku, quantity):
        item = self._items.get(sku)
        if item is None:
            self._items[sku] = StockItem(sku, quantity)
        else:
            item.on_hand += quantity

    def reserve(self, sku, quantity):
        item = self._items.get(sku)
        if item is None or item.available < quantity:
            self.backorders.setdefault(sku, []).append(quantity)
            return False
        item.reserved += quantity
        return True

    def __len__(self):
        return len(self._items)


class Graph:
    """An undirected graph stored as adjacency sets."""

    def __init__(self):
        self._neighbours = {}

    def add_edge(self, a, b):
        self._neighbours.setdefault(a, set()).add(b)
        self._neighbours.setdefault(b, set()).add(a)

    def distances(self, start):
        seen = {start: 0}
        pending = deque([start])
        while pending:
            node = pending.popleft()
            for other in self._neighbours[node]:
                if other not in seen:
                    seen[other] = seen[node] + 1
                    pending.append(other)
        return seen


class HandlerRegistry:
    """Named handler classes and their lazily made instances."""

    def __init__(self):
        self._factories = {}
        self._instances = {}

    def register(self, name, factory, **options):
        self._factories[name] = (factory, options)

    def resolve(self, name):
        if name not in self._instances:
            factory, options = self._factories[name]
            self._instances[name] = factory(**options)
        return self._instances[name]


class ThresholdHandler:
    """Keeps the readings above a limit."""

    def __init__(self, limit=0):
        self.limit = limit
        self.kept = []

    def handle(self, reading):
        if reading > self.limit:
            self.kept.append(reading)


# --- drivers --------------------------------------------------------------

def evaluate_postfix(tokens):
    """Evaluate a postfix expression of ints and operators."""
    stack = Stack()
    for token in tokens:
        if token == "+":
            right = stack.pop()
            left = stack.pop()
            stack.push(left + right)
        elif token == "*":
            right = stack.pop()
            left = stack.pop()
            stack.push(left * right % 1000003)
        else:
            stack.push(int(token))
    return stack.pop()


def drain_tasks(task_names, burst):
    """Queue every task, then serve them in bursts."""
    queue = TaskQueue()
    for name in task_names:
        queue.enqueue(name)
    served = []
    while len(queue):
        group = []
        while len(queue) and len(group) < burst:
            group.append(queue.dequeue())
        served.append(group)
    return served


def linked_squares(count):
    """Build a linked list, map it to squares and reverse it."""
    source = LinkedList.from_values(range(count))
    squares = source.map(lambda value: value * value)
    squares.reverse()
    return squares


def index_keys(keys):
    """Insert keys in a search tree and return depth and sorted keys."""
    tree = SearchTree()
    for key in keys:
        tree.insert(key)
    return tree.depth(), tree.collect()


def matrix_power_sum(matrix, exponent):
    """Return I + M + M^2 + ... + M^exponent."""
    size, _ = matrix.shape
    power = Matrix.identity(size)
    total = power
    for _ in range(exponent):
        power = power * matrix
        total = total + power
    return total


def translate_outline(points, dx, dy):
    """Return a moved copy of an outline of points."""
    return [point.moved(dx, dy) for point in points]


def convex_hull(points):
    """Return the hull of a list of points, counter-clockwise."""
    ordered = sorted(points, key=lambda point: (point.x, point.y))
    lower = []
    for point in ordered:
        while len(lower) >= 2 and lower[-1].cross(lower[-2], point) <= 0:
            lower.pop()
        lower.append(point)
    upper = []
    for point in reversed(ordered):
        while len(upper) >= 2 and upper[-1].cross(upper[-2], point) <= 0:
            upper.pop()
        upper.append(point)
    return lower[:-1] + upper[:-1]


def total_weight(shapes):
    """Weigh shapes of several classes by name."""
    weights = {}
    for shape in shapes:
        weights[shape.name] = weights.get(shape.name, 0.0) + shape.weight()
    return weights


def merge_intervals(bounds):
    """Merge overlapping (start, end) pairs into Interval objects."""
    intervals = [Interval(start, end) for start, end in bounds]
    intervals.sort(key=lambda interval: interval.start)
    merged = []
    for interval in intervals:
        if merged and merged[-1].overlaps(interval):
            merged[-1].extend(interval)
        else:
            merged.append(Interval(interval.start, interval.end))
    return merged


def build_orders(customers, lines_per_order):
    """Create one order with its lines for each customer."""
    orders = []
    for number, customer in enumerate(customers, start=1):
        order = Order(number, customer)
        for position in range(lines_per_order):
            order.add_line(f"SKU-{position:04d}", position + 1, 9.5)
        order.tags["channel"] = "web"
        orders.append(order)
    return orders


def summarise_orders(orders):
    """Return a summary dict for each order object."""
    return [
        {"number": order.number, "customer": order.customer,
         "lines": len(order.lines), "total": order.total}
        for order in orders
    ]


def classify_alerts(readings, medium, high):
    """Turn readings into alerts grouped by severity."""
    groups = {severity: [] for severity in Severity}
    for code, value in enumerate(readings):
        if value >= high:
            severity = Severity.HIGH
        elif value >= medium:
            severity = Severity.MEDIUM
        else:
            severity = Severity.LOW
        groups[severity].append(Alert(code, severity, f"reading {value} at {code}"))
    return groups


def build_ledger(account_count):
    """Open accounts and run a ring of transfers among them."""
    ledger = Ledger()
    owners = [f"owner{number}" for number in range(account_count)]
    for position, owner in enumerate(owners):
        ledger.open(owner, 100 * (position % 3))
    for position, owner in enumerate(owners):
        ledger.transfer(owner, owners[(position + 1) % account_count], 50)
    return ledger


def stock_warehouse(deliveries, requests):
    """Receive deliveries, then serve reservation requests."""
    inventory = Inventory()
    for sku, quantity in deliveries:
        inventory.receive(sku, quantity)
    accepted = 0
    for sku, quantity in requests:
        if inventory.reserve(sku, quantity):
            accepted += 1
    return inventory, accepted


def grid_distances(side):
    """Build a grid graph and measure distances from its corner."""
    graph = Graph()
    for row in range(side):
        for column in range(side):
            if row + 1 < side:
                graph.add_edge((row, column), (row + 1, column))
            if column + 1 < side:
                graph.add_edge((row, column), (row, column + 1))
    return graph.distances((0, 0))


def replay_requests(cache, paths):
    """Serve paths through a cache object and return its hit ratio."""
    for path in paths:
        if cache.get(path) is None:
            cache.put(path, "<html>" + path + "</html>")
    lookups = cache.hits + cache.misses
    return cache.hits / lookups if lookups else 0.0


def page_totals(values, page_size):
    """Sum the pages of a collection without keeping them."""
    collection = PagedCollection(values, page_size)
    totals = []
    for page in collection:
        totals.append((page.number, sum(page.records)))
    return totals


def dispatch_readings(readings, limits):
    """Send each reading to the handler of its channel."""
    registry = HandlerRegistry()
    for channel, limit in limits.items():
        registry.register(channel, ThresholdHandler, limit=limit)
    for channel, reading in readings:
        registry.resolve(channel).handle(reading)
    return {channel: registry.resolve(channel).kept for channel in limits}


# --- case arguments -------------------------------------------------------

def _postfix(n):
    return [str(300 + i) for i in range(n)] + ["+", "*"] * ((n - 1) // 2) + ["+"] * ((n - 1) % 2)


def _points(n):
    return [Point(i * 37 % 1009, i * 91 % 997) for i in range(n)]


def _shapes(n):
    shapes = []
    for i in range(n):
        if i % 3 == 0:
            shapes.append(Rectangle(f"rect{i}", i + 1, 2))
        elif i % 3 == 1:
            shapes.append(Square(f"square{i}", i))
        else:
            shapes.append(Disc(f"disc{i}", i / 2))
    return shapes


def _orders(n):
    return [Order(i, f"customer{i % 7}", [OrderLine("A1", 2, 3.5), OrderLine("B2", 1, 8.0)])
            for i in range(n)]


CASES = {
    "evaluate_postfix": (lambda n: (_postfix(n),), (10, 100, 1000, 5000)),
    "drain_tasks": (lambda n: ([f"task-{i}" for i in range(n)], 8), (10, 100, 1000, 5000)),
    "linked_squares": (lambda n: (n,), (10, 100, 1000, 5000)),
    "index_keys": (lambda n: ([i * 7919 % 10007 for i in range(n)],), (10, 100, 1000, 3000)),
    "matrix_power_sum": (lambda n: (Matrix([[(i + j) % 5 for j in range(n)] for i in range(n)]), 3),
                         (3, 8, 16, 24)),
    "translate_outline": (lambda n: (_points(n), 500, 0.5), (10, 100, 1000, 5000)),
    "convex_hull": (lambda n: (_points(n),), (10, 100, 900)),
    "total_weight": (lambda n: (_shapes(n),), (10, 100, 1000, 4000)),
    "merge_intervals": (lambda n: ([(i * 13 % (5 * n), i * 13 % (5 * n) + 4) for i in range(n)],),
                        (10, 100, 1000)),
    "build_orders": (lambda n: ([f"customer{i}" for i in range(n)], 5), (5, 50, 400)),
    "summarise_orders": (lambda n: (_orders(n),), (10, 100, 1000)),
    "classify_alerts": (lambda n: ([i * 31 % 100 for i in range(n)], 60, 90), (10, 100, 1000)),
    "build_ledger": (lambda n: (n,), (10, 100, 1000)),
    "stock_warehouse": (lambda n: ([(f"P{i % (n // 2)}", 5) for i in range(n)],
                                   [(f"P{i}", 3 + i % 9) for i in range(n)]), (10, 100, 1000)),
    "grid_distances": (lambda n: (n,), (4, 12, 40)),
    "replay_requests": (lambda n: (LruCache(n // 4 + 1), [f"/page/{i * i % n}" for i in range(n)]),
                        (10, 100, 1000)),
    "page_totals": (lambda n: (list(range(1000, 1000 + n)), 20), (50, 500, 5000)),
    "dispatch_readings": (lambda n: ([("abc"[i % 3], i * 17 % 251) for i in range(n)],
                                     {"a": 100, "b": 200, "c": 10}), (10, 100, 1000, 5000)),
}
