"""Error handling as it is written in loaders, importers and clients."""

from contextlib import contextmanager


class RecordError(Exception):
    """A rejected record with its position and reason."""

    def __init__(self, position, field, reason):
        super().__init__(f"record {position}: {field} {reason}")
        self.position = position
        self.field = field
        self.reason = reason


class QuotaExceeded(RuntimeError):
    """Raised with the items that were accepted before the limit."""

    def __init__(self, limit, accepted):
        super().__init__(f"quota of {limit} exceeded")
        self.limit = limit
        self.accepted = accepted


class TransientFailure(Exception):
    """A failure that may be retried."""


class Transaction:
    """A staged change set that is dropped on error."""

    def __init__(self, target):
        self.target = target
        self.staged = {}

    def __enter__(self):
        return self

    def set(self, key, value):
        if value is None:
            raise ValueError(key)
        self.staged[key] = value

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.target.update(self.staged)
        self.staged = {}
        return kind is ValueError


class FlakyChannel:
    """A channel that refuses the first attempts of some messages."""

    def __init__(self, failures):
        self.failures = dict(failures)
        self.delivered = []

    def send(self, key, body):
        remaining = self.failures.get(key, 0)
        if remaining > 0:
            self.failures[key] = remaining - 1
            raise TransientFailure(key)
        self.delivered.append((key, body))


@contextmanager
def scratch_buffer(size):
    """Lend a zeroed buffer and clear it afterwards."""
    buffer = bytearray(size)
    try:
        yield buffer
    finally:
        buffer.clear()


@contextmanager
def collecting(errors, label):
    """Append the lookup errors of the block to a list."""
    try:
        yield
    except (KeyError, IndexError) as error:
        errors.append((label, type(error).__name__))


# --- entries --------------------------------------------------------------

def parse_integers(tokens, default=-1):
    """Parse tokens as ints, using a default for bad ones."""
    numbers = []
    bad = 0
    for token in tokens:
        try:
            number = int(token)
        except ValueError:
            number = default
            bad += 1
        numbers.append(number)
    return numbers, bad


def check_record(position, record):
    """Return a clean copy of a record or raise RecordError."""
    if "id" not in record:
        raise RecordError(position, "id", "is missing")
    if record["amount"] < 0:
        raise RecordError(position, "amount", "is negative")
    return {"id": record["id"], "amount": record["amount"], "valid": True}


def import_records(records):
    """Split records into clean copies and error reports."""
    accepted = []
    errors = []
    for position, record in enumerate(records):
        try:
            clean = check_record(position, record)
        except RecordError as error:
            errors.append({"position": error.position, "field": error.field,
                           "message": str(error)})
        else:
            accepted.append(clean)
    return accepted, errors


def apply_change_sets(change_sets):
    """Apply each change set in a transaction of its own."""
    state = {}
    for changes in change_sets:
        with Transaction(state) as transaction:
            for key, value in changes:
                transaction.set(key, value)
    return state


def deliver_messages(messages, failures, attempts):
    """Send messages with a bounded number of retries."""
    channel = FlakyChannel(failures)
    abandoned = []
    for key, body in messages:
        for attempt in range(attempts):
            try:
                channel.send(key, body)
                break
            except TransientFailure:
                if attempt == attempts - 1:
                    abandoned.append(key)
    return channel.delivered, abandoned


def take_quota(items, limit):
    """Copy items until a quota is exceeded."""
    accepted = []
    for item in items:
        if len(accepted) >= limit:
            raise QuotaExceeded(limit, accepted)
        accepted.append(item * 2)
    return accepted


def collect_with_quota(items, limit):
    """Return what was accepted, whether or not the quota was hit."""
    try:
        accepted = take_quota(items, limit)
    except QuotaExceeded as error:
        return {"complete": False, "items": error.accepted}
    return {"complete": True, "items": accepted}


def checksum_blocks(block_sizes):
    """Compute a checksum per block in a lent scratch buffer."""
    checksums = []
    for size in block_sizes:
        with scratch_buffer(size) as buffer:
            for position in range(0, size, 16):
                buffer[position] = position % 251
            checksums.append(sum(buffer) % 65521)
    return checksums


def lookup_paths(document, paths):
    """Resolve dotted paths in a nested document, collecting errors."""
    found = {}
    errors = []
    for path in paths:
        with collecting(errors, path):
            node = document
            for part in path.split("."):
                node = node[int(part)] if isinstance(node, list) else node[part]
            found[path] = node
    return found, errors


def build_or_discard(rows, width):
    """Build a table, dropping the partial result on a bad row."""
    table = []
    try:
        for row in rows:
            if len(row) != width:
                raise ValueError("ragged row")
            table.append([float(cell) for cell in row])
    except ValueError:
        table.clear()
    finally:
        table.append(["end"] * width)
    return table


def convert_cells(cells):
    """Convert text cells to int, float or stripped text."""
    converted = []
    kinds = {"int": 0, "float": 0, "text": 0}
    for cell in cells:
        kind = "text"
        try:
            try:
                value = int(cell)
                kind = "int"
            except ValueError:
                value = float(cell)
                kind = "float"
        except ValueError:
            value = cell.strip()
        finally:
            kinds[kind] += 1
        converted.append(value)
    return converted, kinds


def safe_ratios(pairs):
    """Divide pairs, grouping the failures by exception name."""
    ratios = []
    failures = {}
    for position, (numerator, denominator) in enumerate(pairs):
        try:
            ratios.append(numerator / denominator)
        except (ZeroDivisionError, TypeError) as error:
            failures.setdefault(type(error).__name__, []).append(position)
    return ratios, failures


CASES = {
    "parse_integers": (lambda n: ([str(i * 3) if i % 4 else "n/a" for i in range(n)],),
                       (10, 100, 1000, 5000)),
    "import_records": (lambda n: ([{"id": i, "amount": i - 3 if i % 10 else -1} for i in range(n)],),
                       (10, 100, 1000)),
    "apply_change_sets": (lambda n: ([[(f"k{i}", i), (f"m{i}", None if i % 5 == 4 else i)]
                                      for i in range(n)],), (10, 100, 1000)),
    "deliver_messages": (lambda n: ([(i, "body") for i in range(n)],
                                    {i: i % 5 for i in range(0, n, 3)}, 3), (10, 100, 1000)),
    "collect_with_quota": (lambda n: (list(range(500, 500 + n)), 600), (10, 100, 500, 2000)),
    "checksum_blocks": (lambda n: ([n, n // 2, 2 * n],), (64, 1024, 16384)),
    "lookup_paths": (lambda n: ({"a": {"b": list(range(n))}, "c": {"d": 1}},
                                [f"a.b.{i + i % 2 * n}" for i in range(n)] + ["c.d", "c.x"]),
                     (10, 100, 1000)),
    "build_or_discard": (lambda n: ([[i, i + 1, i + 2] for i in range(n)], 3), (10, 100, 1000)),
    "convert_cells": (lambda n: ([("1000", "2.75", " name ")[i % 3] for i in range(n)],),
                      (10, 100, 1000)),
    "safe_ratios": (lambda n: ([(i, i % 6) if i % 9 else (i, None) for i in range(n)],),
                    (10, 100, 1000)),
}
