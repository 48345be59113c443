
# How often calls of one place are looked at with nothing in store, and the bytes of an integer of two digits
# with room for one more.
_EMPTIED, _INT = 3, 36
# How many parts of a result are weighed, and how many of all results.
_MOST_WEIGHED, _MOST_WEIGHINGS = 3000, 300_000


class _Looks:
    """What is seen while a slice runs."""

    def step(self, steps=1):
        self.steps += steps
        if self.steps > _MOST_STEPS:
            raise _Stop()

    def note(self, symbol, quantity):
        if not self.is_copying and quantity is not None and quantity > self.seen.get(symbol, -1):
            self.seen[symbol] = quantity

    def each(self, symbols, iterable, *counters):
        """The elements of what a loop runs over, counted."""
        count = 0
        for element in iterable:
            count += 1
            self.step()
            for symbol in symbols:
                self.note(symbol, count)
            for counter in counters:
                counter()
            yield element

    def numbers(self, symbols, iterable):
        """The elements of what a comprehension runs over, looked at."""
        for element in iterable:
            yield self.value(symbols, element)

    def counter(self, symbol):
        """What counts how often something happens while a loop runs."""
        count = 0

        def happens():
            nonlocal count
            count += 1
            self.step()
            self.note(symbol, count)

        return happens

    def runs(self, symbols, iterable):
        """The elements of what a comprehension runs over, of which it counts those that it keeps."""
        before, own = {symbol: self.counts.get(symbol, 0) for symbol in symbols}, dict.fromkeys(symbols, 0)
        for element in iterable:
            self.counts.update(own)
            yield element
            own = {symbol: self.counts[symbol] for symbol in symbols}
        self.counts.update(before)

    def keeps(self, symbols, element, *counters):
        """An element that a comprehension keeps."""
        for symbol in symbols:
            self.counts[symbol] += 1
            self.note(symbol, self.counts[symbol])
        for counter in counters:
            counter()
        return element

    def loop(self, symbols):
        """What counts the iterations of a `while` loop by its condition."""
        count = 0

        def met(condition):
            nonlocal count
            if condition:
                count += 1
                self.step()
                for symbol in symbols:
                    self.note(symbol, count)
                return True
            return False

        return met

    def value(self, symbols, value):
        """A value on a line of which something is to be known."""
        self.steps += 1
        for symbol, kind in symbols:
            if kind == "length" and isinstance(value, _SIZED):
                self.note(symbol, len(value))
            elif kind == "length" and hasattr(type(value), "__next__"):
                value = _Counted(self, symbol, value, 0)
            elif kind == "number" and isinstance(value, (int, float)) and value == value and abs(value) != float("inf"):
                self.note(symbol, _quantity("number", value))
            elif kind == "int":
                self.note(symbol, _number_bytes(value))
            elif kind == "copy":
                self.note(symbol, _bytes_of(value, set()))
            elif kind == "text" and not callable(value):
                self.step(len(value) if hasattr(type(value), "__len__") else 1)
                self.note(symbol, len(str(value)))
        return value

    def enter(self, symbols, inputs, called=()):
        """A function of the slice is called."""
        self.step()
        if self.is_copying:
            return
        for symbol in called:
            self.note(symbol, 1)
        if symbols:
            # How deep it is, and the calls since it was called from elsewhere.
            state = self.active.setdefault(symbols, [0, 0])
            state[:] = state[0] + 1, state[1] + 1 if state[0] else 1
            for symbol, what in symbols:
                self.note(symbol, state[0] if what == "levels" else state[1])
        for symbol, root in inputs:
            _, _, _, quantity, _, steps = self.traces[symbol]
            try:
                found = _at(quantity, root(), steps)
            except NameError:
                found = None
            if steps:
                self.step(len(root()) if hasattr(type(root()), "__len__") else 1)
            self.note(symbol, math.inf if found is None else found)

    def begins(self, symbols):
        """A function is called of which it is to be known what it leaves behind: what there is before."""
        depth = self.depths[symbols] = self.depths.get(symbols, 0) + 1
        if self.is_copying or depth > 1:
            return None
        roots = [*sys._getframe(1).f_locals.values()]
        return roots, self.census([*roots, *self.there()])

    def ends(self, symbols, before):
        """It is left again: what there is more, and how many entries containers have more."""
        self.depths[symbols] -= 1
        if before is None:
            return
        roots, known = before
        after = self.census([*roots, *self.there()])
        longer = sum(max(0, length - known[key][2]) for key, (*_, length, _) in after.items() if key in known)
        for symbol in symbols:
            self.note(symbol, self.more(known, after) + longer)

    def operate(self, symbols, name, *operands):
        """An operator whose method is not known."""
        return self.call(symbols, getattr(operator, name), *operands)

    def ran(self, symbol):
        """A line is come to."""
        self.step()
        self.note(symbol, 1)

    def reached(self, symbols):
        """A line is come to that was taken not to be."""
        if not self.is_copying:
            raise _Stop()

    def taken(self, names, method, value):
        """What has a method called, if it is what it was taken for because of that."""
        if not self.is_copying and not all(_is_of(value, one, method, self.slices) for one in names):
            raise _Stop()
        return value

    def call(self, symbols, function, *arguments, **keywords):
        """A call of what is not known: what it requests and keeps is looked at."""
        if isinstance(function, (type, types.FunctionType, types.MethodType)):
            self.step()
        self.emptied(symbols)
        found, peak, kept = self.watch(lambda: function(*arguments, **keywords))
        # What is lazy costs when it is asked for more.
        is_lazy = hasattr(type(found), "__next__") and not isinstance(found, _Watched)
        if not is_lazy and any(self.is_of(symbol, "each") for symbol in symbols):
            raise _Stop()
        for symbol in symbols:
            if self.is_of(symbol, "stays"):
                self.left_by.setdefault(symbol, [0, 0])[1] += 1
        self.cost(symbols, peak, kept, kept)
        return _Watched(self, symbols, found, kept) if is_lazy else found

    def is_of(self, symbol, what):
        """Whether an unknown is what each element of an iterator costs, without it, or what a call leaves behind."""
        return self.traces[symbol][4:] == (what,)

    def watch(self, work):
        """What some code gives, with the bytes that it has at its peak and those that it leaves behind."""
        if self.metric == "total" or not self.is_tracing:
            raise _Stop()
        if self.looking is None:
            # What looking takes is no part of what is looked at.
            peak = kept = 0
            for _ in range(_EMPTIED):
                self.looking = 0, 0
                _, peak, kept = self.watch(lambda: None)
            self.looking = peak, kept
        before, peak = tracemalloc.get_traced_memory()
        if self.calls:
            self.calls[-1] = max(self.calls[-1], peak)
        self.calls.append(0)
        tracemalloc.reset_peak()
        try:
            found = work()
        finally:
            after, peak = tracemalloc.get_traced_memory()
            peak = max(peak, self.calls.pop())
            if self.calls:
                self.calls[-1] = max(self.calls[-1], peak)
            tracemalloc.reset_peak()
        return found, max(0, peak - before - self.looking[0]), max(0, after - before - self.looking[1])

    def emptied(self, symbols):
        """Frees what Python has in store for small objects, as it is when the peak of a call is measured by itself."""
        if self.metric != "peak":
            return
        times = max((self.watched.get(symbol, 0) for symbol in symbols), default=_EMPTIED)
        if times < _EMPTIED and self.is_tracing and not gc.get_freeze_count():
            self.watched.update({symbol: times + 1 for symbol in symbols})
            # A full collection does it; what is there already need not be looked at.
            gc.freeze()
            gc.collect()
            gc.unfreeze()

    def exceeds(self):
        """Whether a number was seen that is longer than those that are counted where none is looked at."""
        return any(quantity > _INT for key, quantity in self.seen.items() if self.traces[key][2] == "int")

    def cost(self, symbols, peak, kept, more):
        """What calls of unknown code had and kept until now, and what the last part of it left."""
        for symbol in symbols:
            if self.is_of(symbol, "stays"):
                self.left_by[symbol][0] += more
                left, calls = self.left_by[symbol]
                self.averages[symbol, None] = -(-left // calls)
            elif not self.is_of(symbol, "each"):
                self.note(symbol, peak if self.metric == "peak" else kept)

    def given(self, symbol, value):
        """What a function is called with, of which the length is wanted."""
        if hasattr(type(value), "__next__") and not self.is_copying and _quantity("length", value) is None:
            return _Counted(self, symbol, value, 0)
        self.enter((), ((symbol, lambda: value),))
        return value

    def leave(self, symbols):
        if not self.is_copying:
            self.active[symbols][0] -= 1

    def grown(self, symbols, *containers):
        """What may have got longer."""
        for container in containers:
            try:
                length = len(container())
            except (_Stop, Exception):
                continue
            for symbol in symbols:
                self.note(symbol, length)

    def handed(self, value):
        """What a function that is handed it may make longer."""
        return () if isinstance(value, (str, bytes, tuple, frozenset, range)) else value

    def sliced(self, symbols, value):
        """What is sliced: of a string, a character may take one byte, and a slot of a list takes eight."""
        each = 8
        if isinstance(value, str):
            each = 1 if value.isascii() else 4
        elif isinstance(value, (bytes, bytearray)):
            each = 1
        for symbol in symbols:
            self.note(symbol, each)
        return value

    def after(self, value, symbols, *containers):
        self.grown(symbols, *containers)
        return value

    def scalar(self, value):
        """The bytes of a value with its parts, if these are not too many; infinity for others."""
        if value is None or isinstance(value, (bool, type)) or value in ("", b"", ()) or id(value) in self.passed:
            return 0
        if isinstance(value, (int, float, complex)):
            return _number_bytes(value)
        known, rest, found = set(), [value], 0
        while rest and self.weighings < _MOST_WEIGHINGS:
            one = rest.pop()
            if id(one) in known or id(one) in self.given_before:
                continue
            known.add(id(one))
            self.weighings += 1
            size, parts = self.weighed(one)
            found += size
            rest.extend(parts)
            if len(known) > _MOST_WEIGHED:
                break
        return math.inf if rest else found

    def returned(self, symbols, value):
        for symbol in symbols:
            if self.traces[symbol][2] == "scalar":
                self.note(symbol, self.scalar(value))
                continue
            _, _, _, quantity, steps = self.traces[symbol]
            found = _at(quantity, value, steps)
            if steps and hasattr(type(value), "__len__"):
                self.step(len(value))
            self.note(symbol, math.inf if found is None else found)
        return value


def _number_bytes(value):
    """The bytes of a number, or of the largest number in a tuple; small ones are there already."""
    kind = type(value)
    if kind is int:
        # Arithmetic makes room for a digit more.
        return 0 if -6 < value < 257 else sys.getsizeof(value) + 4
    if kind is tuple:
        return max(map(_number_bytes, value[:8]), default=0)
    return sys.getsizeof(value) if kind in (float, complex) else 0


class _Watched:
    """An iterator that unknown code gave: what it costs to go on is part of the call."""

    def __init__(self, run, symbols, iterator, kept):
        self.run, self.iterator, self.kept = run, iterator, kept
        self.each, self.symbols = [symbol for symbol in symbols if run.is_of(symbol, "each")], symbols
        # The elements so far, what they have, and the most that they and what makes the next one had.
        self.count, self.given, self.most = 0, 0, 0

    def __iter__(self):
        return self

    def __next__(self):
        self.run.step()
        found, peak, kept = self.run.watch(lambda: next(self.iterator))
        self.run.cost(self.symbols, self.kept + peak, self.kept + kept, kept)
        self.kept += kept
        if self.each:
            self.count += 1
            self.most = max(self.most, self.given + (peak if self.run.metric == "peak" else kept))
            self.given += kept
        for symbol in self.each:
            self.run.averages[symbol, self] = -(-self.most // self.count)
        return found

    def __getattr__(self, name):
        return getattr(self.iterator, name)


class _Counted(_Watched):
    """An iterator whose length is asked for."""

    def __init__(self, run, symbol, iterator, count):
        self.run, self.symbol, self.iterator, self.kept = run, symbol, iterator, count

    def __next__(self):
        found = next(self.iterator)
        self.run.step()
        self.kept += 1
        self.run.note(self.symbol, self.kept)
        return found


def _is_of(value, names, method, own):
    """Whether a method of a value is that of some class: of a slice by its name, or of a builtin type."""
    names = names.split(" or ")
    for base in type(value).__mro__:
        if method in vars(base):
            if base.__module__ in own:
                return base.__name__ in names
            kinds = tuple(kind for name in names for kind in _KINDS.get(name, ()))
            return base.__module__ in ("builtins", "collections") and isinstance(value, kinds)
    return False


def _bytes_of(value, known):
    """The bytes of a container and of the containers and instances in it."""
    if isinstance(value, _PLAIN) or callable(value) or id(value) in known:
        return 0
    known.add(id(value))
    parts = list(value) if isinstance(value, (list, tuple, set, frozenset, dict, collections.deque)) else []
    parts += value.values() if isinstance(value, dict) else []
    parts += [vars(value)] if hasattr(value, "__dict__") else []
    return sys.getsizeof(value) + sum(_bytes_of(part, known) for part in parts)
