

import __future__
import abc
import ast
import copyreg
import functools
import importlib.util
import io
import math
import re
import sys
import threading
import tracemalloc
import types

# How many calls and iterations a slice may take.
_MOST_STEPS = 4_000_000
_STACK = 1 << 28
# Modules that do nothing outside of the values that they are given.
_PURE = set(
    "__future__ _collections_abc abc array base64 binascii bisect calendar cmath collections colorsys contextlib copy "
    "dataclasses datetime decimal difflib enum fractions functools graphlib heapq html inspect itertools json keyword "
    "math numbers numpy operator pprint re reprlib string struct sympy textwrap types typing typing_extensions "
    "unicodedata zlib".split()
)
_SYS = (
    "byteorder float_info getrecursionlimit getsizeof hexversion implementation int_info intern maxsize maxunicode "
    "platform version version_info"
).split()
_SIZED = (str, bytes, bytearray, list, tuple, dict, set, frozenset, range, collections.deque)
# What is taken for an instance of a builtin type may be one of these.
_KINDS = {kind.__name__: (kind,) for kind in (str, bytes, bytearray, dict, set, frozenset, tuple, int, float)}
_KINDS.update({"list": (list, collections.deque), "container": _SIZED})
_OUTSIDE = set("breakpoint compile eval exec exit help input open quit".split())
_IS_HEAP_TYPE = 1 << 9
_PLAIN = (
    bool, bytes, complex, float, int, str, range, slice, type, type(None), type(Ellipsis), type(NotImplemented),
    types.MethodDescriptorType, types.WrapperDescriptorType, re.Pattern, operator.itemgetter,
    operator.attrgetter, operator.methodcaller,
)


class _Stop(BaseException):
    """A slice cannot go on."""

    # How many there were: code of the slice may catch them.
    raised = 0

    def __init__(self):
        type(self).raised += 1


class _Gone:
    """What stands for the world outside in a slice: whatever is done with it stops the slice."""

    def _stop(self, *_, **__):
        raise _Stop()

    __call__ = __getitem__ = __setitem__ = __iter__ = __next__ = __enter__ = __len__ = __bool__ = __contains__ = _stop
    __add__ = __radd__ = __mod__ = __or__ = __ror__ = __eq__ = __lt__ = __gt__ = __le__ = __ge__ = _stop
    __hash__ = None

    def __getattr__(self, name):
        raise AttributeError(name) if name.startswith("__") else _Stop()

    def __mro_entries__(self, _):
        raise _Stop()


class _Module(types.ModuleType):
    """A module of which a slice has a part."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Gone()


class _Lazy(types.ModuleType):
    """A module that is no part of a slice: what is asked of it is a copy."""

    def __init__(self, run, module):
        super().__init__(module.__name__)
        vars(self).update(_heapcast=run, _heapcast_module=module)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self._heapcast.attempt(getattr(self._heapcast_module, name))


class _Scope(dict):
    """The globals of copied functions: copies of those of the originals, once they are asked for."""

    def __init__(self, run, original):
        super().__init__(__builtins__=run.builtins, __name__=original.get("__name__"))
        self.run, self.original = run, original

    def __missing__(self, name):
        found = self[name] = self.run.attempt(self.original[name])
        return found


class _Run:
    """One run of a slice: its modules, the copies of what it is given, and what was seen."""

    def __init__(self, slices, traces, metric):
        self.slices, self.traces, self.metric = slices, traces, metric
        self.is_copying = False
        self.seen, self.active, self.placed, self.steps = {}, {}, set(), 0
        # What the elements of an iterator cost on the average, by unknown and iterator.
        self.averages = {}
        self.modules, self.copies, self.scopes, self.kept, self.calls = {}, {}, {}, [], []
        self.counts, self.passed = {}, set()
        self.builtins = {name: value for name, value in vars(builtins).items() if name not in _OUTSIDE}
        self.builtins.update({name: _Gone() for name in _OUTSIDE})
        self.builtins.update(__import__=self.imported, print=lambda *_, **__: None)

    # ---- modules ---------------------------------------------------------------------------

    def imported(self, name, scope=None, _=None, names=(), level=0):
        """What an `import` in a slice gives."""
        if level:
            name = importlib.util.resolve_name("." * level + name, scope["__package__"])
        if name in self.slices or any(own.startswith(f"{name}.") for own in self.slices):
            found = self.module(name)
            for part in names or ():
                if f"{name}.{part}" in self.slices:
                    setattr(found, part, self.module(f"{name}.{part}"))
            return found if names else self.module(name.partition(".")[0])
        return self.known(name, names)

    def known(self, name, names=()):
        """A module that is no part of the slice, if it does nothing outside."""
        if name in ("builtins", "sys"):
            found = _Module(name)
            vars(found).update(self.builtins if name == "builtins" else {own: getattr(sys, own) for own in _SYS})
            return found
        if not _is_pure(name):
            return self.lazy(name, names)
        found = importlib.import_module(name)
        return found if names else sys.modules[name.partition(".")[0]]

    def lazy(self, name, names):
        """A module that the caller has imported, of which there are copies, unless it is one of Python's own."""
        name = name if names else name.partition(".")[0]
        found = sys.modules.get(name)
        if found is None or _is_of_python(name):
            return _Gone()
        if id(found) not in self.copies:
            self.copies[id(found)] = _Lazy(self, found)
            for part in names or ():
                # Python does not ask for modules by `__getattr__`.
                if isinstance(getattr(found, part, None), types.ModuleType):
                    setattr(self.copies[id(found)], part, self.known(f"{name}.{part}", ("any",)))
        return self.copies[id(found)]

    def module(self, name):
        above, _, last = name.rpartition(".")
        # Its package may import it.
        parent = self.module(above) if above and name not in self.modules else None
        found = self.modules.get(name)
        if found is None:
            is_package, statements = self.slices.get(name, (True, ()))
            found = self.modules[name] = _Module(name)
            vars(found).update(__builtins__=self.builtins, __package__=name if is_package else above)
            if parent:
                setattr(parent, last, found)
            for line, text in statements:
                self.execute(found, line, text)
        return found

    def execute(self, module, line, text):
        """One statement of a module. What needs the world outside is done without."""
        try:
            tree = ast.parse(text)
        except SyntaxError:
            # It is of a later Python.
            return
        bound = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
        bound += [node.name for node in tree.body if hasattr(node, "name")]
        ast.increment_lineno(tree, line - 1)
        lines = range(line, line + text.count("\n") + 1)
        own = [(s, trace) for s, trace in self.traces.items() if trace[0] == module.__name__ and trace[1] in lines]
        probes = _Probes(self, own, tree)
        tree = ast.fix_missing_locations(probes.visit(tree))
        vars(module)["_heapcast"] = self
        code = compile(tree, module.__name__, "exec", flags=__future__.annotations.compiler_flag, dont_inherit=True)
        raised = _Stop.raised
        try:
            exec(code, vars(module))
        except (_Stop, Exception):
            for name in bound:
                vars(module).setdefault(name, _Gone())
        # Only what is used of what is gone stops the slice.
        _Stop.raised = raised

    def member(self, module, qualified):
        """A function or a class of the slice by its name."""
        found = self.module(module)
        for name in qualified.split("."):
            found = vars(found).get(name)
            if found is None:
                return None
        return found

    # ---- copies ----------------------------------------------------------------------------

    def copy(self, value):
        """A value that may be changed and used up without anybody noticing."""
        if id(value) in self.copies:
            return self.copies[id(value)]
        kind = type(value)
        if kind is types.BuiltinFunctionType:
            return self.builtin(value)
        if isinstance(value, _PLAIN):
            self.passed.add(id(value))
            return self.own_class(value) if isinstance(value, type) else value
        self.kept.append(value)
        if kind is tuple or kind is frozenset:
            parts = []
            for part in value:
                parts.append(self.copy(part))
            found = self.copies[id(value)] = kind(parts)
            return found
        if kind in (list, set, collections.deque):
            found = collections.deque(maxlen=value.maxlen) if kind is collections.deque else kind()
            self.copies[id(value)] = found
            add = found.add if kind is set else found.append
            for part in value:
                add(self.copy(part))
            return found
        if kind is dict:
            found = self.copies[id(value)] = {}
            for key, part in value.items():
                found[self.copy(key)] = self.copy(part)
            return found
        if kind is types.FunctionType:
            return self.function(value)
        if kind is types.MethodType:
            return types.MethodType(self.copy(value.__func__), self.copy(value.__self__))
        if kind is functools.partial:
            keywords = self.copy(value.keywords)
            return functools.partial(self.copy(value.func), *self.copy(value.args), **keywords)
        if kind is types.ModuleType:
            return self.known(value.__name__, ("any",))
        return self.instance(value)

    def attempt(self, value):
        """A copy, or what stops the slice if it is used."""
        raised = _Stop.raised
        try:
            return self.copy(value)
        except (_Stop, Exception):
            _Stop.raised = raised
            return _Gone()

    def own_class(self, kind):
        """The slice's class in place of the original, or a copy."""
        found = self.member(kind.__module__, kind.__qualname__) if kind.__module__ in self.slices else None
        if isinstance(found, type):
            return found
        if _is_of_python(kind.__module__) or _is_harmless(kind) or type(kind) not in (type, abc.ABCMeta):
            return kind
        return self.class_copy(kind)

    def class_copy(self, kind):
        """A class with copies of its methods."""
        self.kept.append(kind)
        own = {name: value for name, value in vars(kind).items() if name not in ("__dict__", "__weakref__")}
        created = ("__module__", "__qualname__", "__slots__", "__doc__")
        namespace = {name: own.pop(name) for name in created if name in own}
        bases = tuple(self.copy(base) for base in kind.__bases__)
        try:
            found = self.copies[id(kind)] = type(kind)(kind.__name__, bases, namespace)
        except Exception:
            raise _Stop() from None
        for name, value in own.items():
            if not isinstance(value, (types.MemberDescriptorType, types.GetSetDescriptorType)) and name[:5] != "_abc_":
                setattr(found, name, self.descriptor(value, found, name))
        if hasattr(abc, "update_abstractmethods"):
            abc.update_abstractmethods(found)
        return found

    def descriptor(self, value, kind, name):
        """A copy of what stands in a class."""
        if isinstance(value, (staticmethod, classmethod)):
            return type(value)(self.attempt(value.__func__))
        if type(value) is property:
            return property(*[one and self.attempt(one) for one in (value.fget, value.fset, value.fdel)])
        if type(value) is functools.cached_property:
            found = functools.cached_property(self.attempt(value.func))
            found.__set_name__(kind, name)
            return found
        return self.attempt(value)

    def builtin(self, value):
        """A function that is written in C, or a method of what is copied."""
        if not isinstance(value.__self__, (types.ModuleType, type(None))):
            return getattr(self.copy(value.__self__), value.__name__)
        if value.__module__ == "builtins":
            return self.builtins.get(value.__name__, value)
        return value if _is_pure((value.__module__ or "").strip("_")) else _Gone()

    def instance(self, value):
        kind = type(value)
        if self.own_class(kind) is kind and not _is_harmless(kind):
            raise _Stop()
        try:
            made = value.__reduce_ex__(4)
        except Exception:
            raise _Stop() from None
        if isinstance(made, str):
            return value
        make, arguments, state, items, pairs = (*made, None, None, None)[:5]
        if make is copyreg.__newobj_ex__:
            raise _Stop()
        if isinstance(make, types.FunctionType) and not _is_of_python(make.__module__):
            # It may give back the original.
            make, arguments, state = copyreg.__newobj__, (kind,), vars(value)
        if make is copyreg.__newobj__ and len(arguments) == 1 and kind.__flags__ & _IS_HEAP_TYPE:
            # Its state says all, unless it is made as something else.
            plain = next(base for base in kind.__mro__ if not base.__flags__ & _IS_HEAP_TYPE)
            make = plain.__new__
        found = self.copies[id(value)] = make(*[self.copy(argument) for argument in arguments])
        if state is not None:
            state = self.copy(state)
            if hasattr(found, "__setstate__"):
                found.__setstate__(state)
            else:
                plain, slots = state if isinstance(state, tuple) else (state, None)
                vars(found).update(plain or {})
                for name, part in (slots or {}).items():
                    setattr(found, name, part)
        for part in items or ():
            found.append(self.copy(part))
        for key, part in pairs or ():
            found[self.copy(key)] = self.copy(part)
        return found

    def function(self, value):
        """A function with copies of what it captures and of the globals that it uses."""
        own = self.member(value.__module__, value.__qualname__) if value.__module__ in self.slices else None
        if isinstance(own, types.FunctionType):
            return own
        scope = self.scopes.setdefault(id(value.__globals__), _Scope(self, value.__globals__))
        cells = [types.CellType() for _ in value.__closure__ or ()]
        found = types.FunctionType(value.__code__, scope, value.__name__, None, tuple(cells))
        self.copies[id(value)] = found
        found.__defaults__ = self.copy(value.__defaults__)
        found.__kwdefaults__ = self.copy(value.__kwdefaults__)
        vars(found).update({name: self.attempt(part) for name, part in vars(value).items()})
        for cell, original in zip(cells, value.__closure__ or ()):
            try:
                cell.cell_contents = self.attempt(original.cell_contents)
            except ValueError:
                continue
        return found

    # ---- what is seen ----------------------------------------------------------------------

    def step(self, steps=1):
        self.steps += steps
        if self.steps > _MOST_STEPS:
            raise _Stop()

    def note(self, symbol, quantity):
        if not self.is_copying and quantity is not None and quantity > self.seen.get(symbol, 0):
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

    def enter(self, symbols, inputs):
        """A function of the slice is called."""
        self.step()
        if self.is_copying:
            return
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
            if found is None:
                raise _Stop()
            if steps:
                self.step(len(root()) if hasattr(root(), "__len__") else 1)
            self.note(symbol, found)


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
        found, peak, kept = self.watch(lambda: function(*arguments, **keywords))
        # What is lazy costs when it is asked for more.
        is_lazy = hasattr(type(found), "__next__") and not isinstance(found, _Watched)
        whole = [symbol for symbol in symbols if not self.is_of_each(symbol)]
        if len(whole) < len(symbols) and not is_lazy:
            raise _Stop()
        self.cost(whole, peak, kept)
        return _Watched(self, symbols, found, kept) if is_lazy else found

    def is_of_each(self, symbol):
        """Whether an unknown is what each element of an iterator costs, without the iterator."""
        return self.traces[symbol][4:] == ("each",)

    def watch(self, work):
        """What some code gives, with the bytes that it has at its peak and those that it leaves behind."""
        if self.metric == "total" or not self.is_tracing:
            raise _Stop()
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
        return found, peak - before, max(0, after - before)

    def cost(self, symbols, peak, kept):
        for symbol in symbols:
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

    def scalar(self, value, parts=True):
        """The bytes of a value that has no parts, or such parts alone; infinity for others."""
        if value is None or isinstance(value, (bool, type)) or value in ("", b"", ()) or id(value) in self.passed:
            return 0
        if isinstance(value, (int, float, complex)):
            return _number_bytes(value)
        if type(value) in (str, bytes):
            return sys.getsizeof(value)
        if type(value) is tuple and parts:
            return sys.getsizeof(value) + sum(self.scalar(part, False) for part in value)
        return math.inf

    def returned(self, symbols, value):
        for symbol in symbols:
            if self.traces[symbol][2] == "scalar":
                self.note(symbol, self.scalar(value))
                continue
            _, _, _, quantity, steps = self.traces[symbol]
            found = _at(quantity, value, steps)
            if found is None:
                raise _Stop()
            if steps and hasattr(type(value), "__len__"):
                self.step(len(value))
            self.note(symbol, found)
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
        self.each = [symbol for symbol in symbols if run.is_of_each(symbol)]
        self.whole = [symbol for symbol in symbols if symbol not in self.each]
        # The elements so far, what they have, and the most that they and what makes the next one had.
        self.count, self.given, self.most = 0, 0, 0

    def __iter__(self):
        return self

    def __next__(self):
        self.run.step()
        found, peak, kept = self.run.watch(lambda: next(self.iterator))
        self.run.cost(self.whole, self.kept + peak, self.kept + kept)
        self.kept += kept
        if self.each:
            # What looking takes would be there for each element.
            _, *looking = self.run.watch(lambda: None)
            peak, kept = max(0, peak - looking[0]), max(0, kept - looking[1])
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


def _is_pure(module):
    """Whether a module of that name does nothing outside of the values that it is given."""
    return module.partition(".")[0] in _PURE


def _is_of_python(module):
    """Whether a module is one of the standard library."""
    return module.partition(".")[0] in getattr(sys, "stdlib_module_names", ("builtins", module.partition(".")[0]))


def _names(code):
    """The names of globals and attributes in some code."""
    found = list(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found.extend(_names(constant))
    return found


@functools.lru_cache(maxsize=None)
def _is_harmless(kind):
    """Whether the methods of a class do nothing outside of their instances, as far as their names tell."""
    if kind in (io.BytesIO, io.StringIO):
        return True
    for base in kind.__mro__:
        if base.__module__ == "builtins" or _is_pure(base.__module__):
            continue
        if base.__module__.partition(".")[0] in getattr(sys, "stdlib_module_names", ()):
            return False
        for member in vars(base).values():
            member = getattr(member, "__func__", getattr(member, "fget", member))
            if isinstance(member, types.FunctionType):
                scope = member.__globals__
                for name in _names(member.__code__):
                    found = scope.get(name)
                    if name in _OUTSIDE and name not in scope:
                        return False
                    if isinstance(found, types.ModuleType) and not _is_pure(found.__name__):
                        return False
    return True


def _bytes_of(value, known):
    """The bytes of a container and of the containers and instances in it."""
    if isinstance(value, _PLAIN) or callable(value) or id(value) in known:
        return 0
    known.add(id(value))
    parts = list(value) if isinstance(value, (list, tuple, set, frozenset, dict, collections.deque)) else []
    parts += value.values() if isinstance(value, dict) else []
    parts += [vars(value)] if hasattr(value, "__dict__") else []
    return sys.getsizeof(value) + sum(_bytes_of(part, known) for part in parts)


def _arguments(run, call):
    """Copies of the arguments of a call, by position and by name."""
    _, _, fixed, plain, rest, named = call
    given = [(name, value) for name, value in plain if value is not _UNSET]
    positional = [run.copy(value) for _, value in fixed if value is not _UNSET]
    if rest:
        positional += [run.copy(value) for _, value in given] + [run.copy(value) for value in rest]
        given = []
    keywords = {name: run.copy(value) for name, value in [*given, *named.items()] if value is not _UNSET}
    return positional, keywords


def _work(run, call, limit):
    """Calls the function of a slice."""
    module, qualified, *_ = call
    sys.setrecursionlimit(max(limit, 1_000_000))
    run.is_copying = True
    positional, keywords = _arguments(run, call)
    run.is_copying = False
    function = run.member(module, qualified)
    function = getattr(function, "__func__", getattr(function, "fget", function))
    sys.setrecursionlimit(4 * limit)
    try:
        found = function(*positional, **keywords)
        if isinstance(found, types.GeneratorType):
            for _ in run.each((), found):
                pass
    except NameError:
        raise
    except Exception:
        # So does the original.
        pass


def _seen(run, call):
    """Runs a slice on copies of some arguments; whether it comes to its end."""
    done, raised, limit = [], _Stop.raised, sys.getrecursionlimit()

    def work():
        try:
            sys.setrecursionlimit(max(limit, 1_000_000))
            for name in {trace[0] for trace in run.traces.values()}:
                run.module(name)
            _work(run, call, limit)
            done.append(True)
        except (_Stop, Exception):
            pass
        finally:
            sys.setrecursionlimit(limit)

    can_trace = hasattr(tracemalloc, "reset_peak") and not tracemalloc.is_tracing()
    run.is_tracing = can_trace and any(trace[2] == "call" for trace in run.traces.values())
    if run.is_tracing:
        tracemalloc.start()
    size = threading.stack_size()
    try:
        threading.stack_size(_STACK)
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join()
    except (RuntimeError, ValueError):
        # There is no room for such a stack.
        return False
    finally:
        threading.stack_size(size)
        if run.is_tracing:
            tracemalloc.stop()
    return bool(done) and _Stop.raised == raised


def _traced(value, metric, call, counted=None, is_bound=True):
    """What a formula comes to in a run of a slice; what one does that counts what the run does, if a bound allows."""
    value = _determined(value, metric, call)
    if counted is None:
        return value
    try:
        found = _determined(counted(), metric, call)
    except (_Open, ArithmeticError, TypeError, ValueError):
        return value
    if not isinstance(found, int):
        return value
    return min(value, found) if isinstance(value, int) and is_bound else found


def _determined(value, metric, call):
    """A formula with what the arguments determine, but no closed form says: it is seen in a slice."""
    if isinstance(value, int):
        return value
    _, _, fixed, plain, rest, named = call
    given = [value for _, value in [*fixed, *plain]]
    if any(isinstance(value, sympy.Basic) for value in [*given, *rest, *named.values()]):
        return value
    free = {symbol.name: symbol for symbol in value.free_symbols}
    traces = {(name, at): trace for name in free for at, trace in enumerate(_TRACES.get(name, ()))}
    if {name for name, _ in traces} != set(free):
        return value
    run = _Run(_SLICES, traces, metric)
    if not _seen(run, call) or run.placed != set(traces):
        return value
    most = {}
    each = [(key, quantity) for (key, _), quantity in run.averages.items()]
    for (name, at), quantity in [*run.seen.items(), *each]:
        most[free[name]] = max(most.get(free[name], 0), quantity)
    # What does not return has no result of a size.
    most.update({free[name]: math.inf for name, at in set(traces) - set(run.seen) if traces[name, at][2] == "scalar"})
    # What is not come to counts nothing, unless something is divided by it.
    for absent in (0, 1):
        found = {symbol: most.get(symbol, absent) for symbol in free.values()}
        known = {symbol: sympy.oo if most == math.inf else sympy.Integer(most) for symbol, most in found.items()}
        try:
            found = _result(value.xreplace(known))
        except (ValueError, ZeroDivisionError):
            continue
        if isinstance(found, int):
            return found
    return value
