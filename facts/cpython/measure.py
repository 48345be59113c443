#!/usr/bin/env python3
"""Measures what the running CPython requests for its objects and writes it as a size table.

    for version in 3.9 3.10 3.11 3.12 3.13; do
        python$version measure.py > $version.toml
    done

Every number is measured with tracemalloc (the bytes asked of the allocator, not the rounded
block) or with sys.getsizeof. Where a number follows a rule (list growth, dict tables, set tables),
the rule's parameters are written and the rule is checked against what was measured; a version
that breaks a rule ends this script with an error instead of a table.
"""

import dis
import gc
import itertools
import platform
import sys
import tracemalloc

DRAIN = 6000  # objects made first, so that no free list serves those that are measured
COUNT = 1000


def live(make, drain=DRAIN, count=COUNT):
    """Bytes that one result of `make` keeps alive."""
    keep = [None] * (drain + count)
    position = itertools.count()
    tracemalloc.start()
    try:
        for _ in itertools.repeat(None, drain):
            keep[next(position)] = make()
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        for _ in itertools.repeat(None, count):
            keep[next(position)] = make()
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    # The counter's own last number may come or go once.
    return round((after - before) / count)


def series(makes):
    return [live(make) for make in makes]


def check(what, expected, found):
    if expected != found:
        sys.exit(f"{platform.python_version()}: {what}: expected {expected}, measured {found}")


def line(what, sizes):
    """Base and step of sizes that grow by a constant step."""
    step = sizes[1] - sizes[0]
    check(what, [sizes[0] + step * k for k in range(len(sizes))], sizes)
    return sizes[0], step


# ---- numbers, strings, bytes ---------------------------------------------------------------


def int_table():
    thousand, one = 1000, 1
    results = [2 ** (30 * k) for k in range(1, 6)]
    base, digit = line("int", series([lambda n=n: n + one for n in results]))
    # 2**30 has two digits, and a sum asks for one digit more than its longer operand.
    low = next(n for n in range(0, -3000, -1) if int(str(n)) is not int(str(n))) + 1
    high = next(n for n in range(0, 3000) if int(str(n)) is not int(str(n))) - 1
    return {
        "small_min": low,
        "small_max": high,
        "arithmetic": live(lambda: thousand + thousand),
        "from_length": live(lambda sized=[None] * 1000: len(sized)),
        "base": base - 3 * digit,
        "digit": digit,
        "digit_bits": sys.int_info.bits_per_digit,
    }


def str_table():
    rows = {}
    for name, character in (("ascii", "a"), ("latin1", "é"), ("ucs2", "π"), ("ucs4", "😀")):
        sizes = [live(lambda n=n, c=character: c * n) for n in (2, 3, 4, 5)]
        two, step = line("str", sizes)
        rows[name] = two - 2 * step
        rows[name + "_character"] = step
    return rows


def bytes_table():
    two, step = line("bytes", [live(lambda n=n: b"a" * n) for n in (2, 3, 4, 5)])
    check("bytes step", 1, step)
    array, step = line("bytearray", [live(lambda n=n: bytearray(n)) for n in (1, 2, 3, 4)])
    check("bytearray step", 1, step)
    return {"bytes": two - 2, "bytearray": live(bytearray), "bytearray_filled": array - 1}


# ---- containers ----------------------------------------------------------------------------


def list_capacity(length):
    return (length + (length >> 3) + 6) & ~3


def list_table():
    x = object()
    head, slot = line("list", [live(list)] + series([lambda: [x], lambda: [x, x]]))
    grown, capacity, empty = [], 0, sys.getsizeof([])
    for length in range(1, 300_000):
        grown.append(x)
        if length > capacity:
            capacity = list_capacity(length)
        check(f"capacity at {length}", empty + slot * capacity, sys.getsizeof(grown))
    return {"head": head, "slot": slot, "growth_shift": 3, "growth_add": 6, "growth_multiple": 4}


def tuple_table():
    x = object()
    one, slot = line("tuple", series([lambda: (x,), lambda: (x, x), lambda: (x, x, x)]))
    return {"head": one - slot, "slot": slot}


def filled_dict(keys):
    made = {}
    for key in keys:
        made[key] = None
    return made


def dict_sizes(keys, upto):
    """Bytes of the key table by number of slots, for one-by-one insertion."""
    made, empty, tables, slots = {}, sys.getsizeof({}), {}, 0
    for used, key in enumerate(itertools.islice(keys, upto), 1):
        made[key] = None
        if used > slots * 2 // 3:
            slots = max(8, slots)
            while slots * 2 // 3 < used:
                slots *= 2
        size = sys.getsizeof(made) - empty
        check(f"dict at {used}", tables.setdefault(slots, size), size)
    return tables


def index_bytes(slots):
    return 1 if slots <= 128 else 2 if slots <= 32768 else 4


def dict_table():
    by_str = dict_sizes((f"k{n}" for n in itertools.count()), 100_000)
    general = dict_sizes(itertools.count(), 100_000)
    rows = {"head": live(lambda: {})}
    for name, tables in (("str_entry", by_str), ("entry", general)):
        without_index = {s: size - s * index_bytes(s) for s, size in tables.items()}
        entry = (without_index[16] - without_index[8]) // 5
        rows["table_head"] = without_index[8] - 5 * entry
        rows[name] = entry
        for slots, size in without_index.items():
            check(f"dict table {slots}", rows["table_head"] + entry * (slots * 2 // 3), size)
    rows["first_slots"] = 8
    check("one str key", rows["head"] + by_str[8], live(lambda: filled_dict(("a",))))
    return rows


def set_table():
    made, slots, empty = set(), 8, sys.getsizeof(set())
    for used, element in enumerate(range(250_000), 1):
        made.add(element)
        if used * 5 >= (slots - 1) * 3:
            wanted, slots = used * (2 if used > 50_000 else 4), 8
            while slots <= wanted:
                slots *= 2
        table = 0 if slots == 8 else 16 * slots
        check(f"set at {used}", empty + table, sys.getsizeof(made))
    return {"head": live(set), "slot": 16, "first_slots": 8}


# ---- instances, functions, iterators -------------------------------------------------------


def instance_class(attributes, slots):
    names = [f"a{k}" for k in range(attributes)]
    body = "\n".join(f"    self.{name} = None" for name in names) or "    pass"
    scope = {}
    exec(f"def __init__(self):\n{body}", scope)
    members = {"__init__": scope["__init__"]}
    if slots:
        members["__slots__"] = names
    return type("C", (), members)


def instance_table():
    plain = [live(instance_class(k, False)) for k in range(0, 31)]
    slotted, slot = line("slots", [live(instance_class(k, True)) for k in range(0, 8)])
    return {"attributes": plain, "slots_head": slotted, "slot": slot, "object": live(object)}


def makes_function(source):
    code = compile(source, "", "exec")
    return any(instruction.opname == "MAKE_FUNCTION" for instruction in dis.get_instructions(code))


def peak(call, ready=tuple):
    """Bytes that a call with what `ready` gives has at most."""
    # What the first call leaves in caches is none of it, nor what Python makes of code that runs often.
    for _ in range(3):
        call(*ready())
    arguments = ready()
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        call(*arguments)
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def tuples_of_arguments():
    # None of the results is an object of its own; what is collected leaves no tuple in store.
    calls = {
        "int": lambda: int(1),
        "max": lambda: max(1, 2),
        "min": lambda: min(1, 2),
        "str": lambda: str("a"),
    }
    none = peak(lambda: callable(1))
    return [name for name, call in calls.items() if peak(call) - none >= 48]


def function_table():
    def plain():
        return lambda: None

    def with_cells(count):
        names = [f"c{k}" for k in range(count)]
        scope = {}
        lines = "".join(f"    {name} = None\n" for name in names)
        exec(f"def f():\n{lines}    return lambda: ({', '.join(names)},)", scope)
        return scope["f"]

    function = live(plain)
    two, per_cell = line("closure", [live(with_cells(k)) for k in range(1, 5)])
    cell = live(lambda: (lambda x: (lambda: x))(None).__closure__[0])
    check("closure tuple's slot", 8, per_cell - cell)

    class C:
        def method(self):
            pass

    instance = C()
    return {
        "function": function,
        "closure_tuple": two - function - per_cell,
        "cell": cell,
        "bound_method": live(lambda: instance.method),
        "comprehension_makes_function": makes_function("[x for x in y]"),
        "tuple_of_arguments": tuples_of_arguments(),
    }


def generator_table():
    def none():
        yield

    sizes = []
    for count in range(1, 6):
        names = ", ".join(f"p{k}" for k in range(count))
        scope = {}
        exec(f"def g({names}):\n    yield", scope)
        arguments = (None,) * count
        sizes.append(live(lambda g=scope["g"], a=arguments: g(*a)))
    one, local = line("generator", sizes)
    code = none.__code__
    return {"base": live(none) - local * code.co_stacksize, "local": local}


def closing_table():
    """What throws a generator out: the exception, its traceback and the frame that this shows."""
    sizes = []
    for count in range(1, 6):
        names = ", ".join(f"p{k}" for k in range(count))
        scope = {}
        exec(f"def g({names}):\n    while True: yield", scope)

        def ready(generator=scope["g"], arguments=(None,) * count):
            suspended = generator(*arguments)
            next(suspended)
            return (suspended,)

        sizes.append(peak(lambda suspended: suspended.close(), ready))
    one, local = line("closing", sizes)
    return {"base": one - local * (1 + scope["g"].__code__.co_stacksize), "local": local}


def iterator_table():
    xs, ys, text = [None] * 10, {n: None for n in range(10)}, "abcdefghij"
    small = range(10)
    pair = (xs, xs)
    return {
        "list_iterator": live(lambda: iter(xs)),
        "tuple_iterator": live(lambda: iter(pair)),
        "str_iterator": live(lambda: iter(text)),
        "set_iterator": live(lambda s=set(text): iter(s)),
        "dict_iterator": live(lambda: iter(ys)),
        "dict_item_iterator": live(lambda: iter(ys.items())),
        "dict_view": live(lambda: ys.items()),
        "range": live(lambda: range(10)),
        "range_iterator": live(lambda: iter(small)),
        "enumerate": live(lambda: enumerate(xs)),
        "zip": live(lambda: zip(xs, xs)),
        "map": live(lambda: map(len, xs)),
        "filter": live(lambda: filter(None, xs)),
        "reversed": live(lambda: reversed(xs)),
        "slice": live(lambda: slice(None, None)),
    }


def other_table():
    def raised():
        return ValueError("x")

    def caught():
        try:
            return int("x")
        except ValueError as error:
            return error

    def made_class():
        class C:
            pass

        return C

    return {
        "float": live(lambda x=1.5: x + x),
        "complex": live(lambda x=1j: x + x),
        "exception": live(raised),
        "caught": live(caught),
        "class": live(made_class, drain=50, count=200),
    }


def show(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def main():
    gc.disable()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    print(f"# What CPython {version} requests for its objects, in bytes.")
    print("# Generated by measure.py; do not edit.")
    print(f'version = "{version}"')
    print(f'measured_on = "{platform.python_version()}"')
    tables = {
        "int": int_table,
        "str": str_table,
        "bytes": bytes_table,
        "list": list_table,
        "tuple": tuple_table,
        "dict": dict_table,
        "set": set_table,
        "instance": instance_table,
        "function": function_table,
        "generator": generator_table,
        "closing": closing_table,
        "iterator": iterator_table,
        "other": other_table,
    }
    for name, measure in tables.items():
        print(f"\n[{name}]")
        for key, value in measure().items():
            print(f"{key} = {show(value)}")


main()
