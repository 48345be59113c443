import builtins
import collections
import importlib
import operator
import types

import sympy
from sympy import GoldenRatio, Max, Min, Rational, Sum, Symbol, ceiling, floor, log

_UNSET = object()
_ABSTRACT = ("collections", "numbers", "typing")
# Of more than that is below a value, the parts are not counted.
_MOST_PARTS = 200_000


def _shared(formula):
    """A formula that others use: a function of sympy, which is computed once its arguments are numbers."""
    known = {}

    def evaluate(_, *arguments):
        if not all(argument.is_number for argument in arguments):
            return None
        if arguments not in known:
            known[arguments] = sympy.sympify(formula(*arguments))
        return known[arguments]

    members = {"eval": classmethod(evaluate), "is_nonnegative": True}
    return type(formula.__name__, (sympy.Function,), members)


class _Open(Exception):
    """No argument determines it."""


def _value(value, *steps):
    """What stands at the end of a way from an argument."""
    for kind, name in steps:
        value = getattr(value, name) if kind == "attribute" else value[name]
    if value is _UNSET or isinstance(value, sympy.Basic):
        raise _Open
    return value


def _is_a(value, *names):
    """Whether a value is an instance of one of the classes of those dotted names."""
    for base in type(value).__mro__:
        for name in names:
            module, _, own = name.rpartition(".")
            # A module of the project may be imported by another name.
            if own == base.__name__ and (module == "builtins") == (base.__module__ == "builtins"):
                return True
    # Abstract classes have instances that do not inherit from them.
    abstract = [name.rpartition(".") for name in names if name.split(".")[0] in _ABSTRACT]
    return any(isinstance(value, getattr(importlib.import_module(module), own)) for module, _, own in abstract)


def _decided(known, test):
    """What a condition comes to; nothing where no argument determines it."""
    if known is not None:
        return bool(known)
    try:
        found = test()
    except Exception:
        return None
    return None if isinstance(found, sympy.Basic) else bool(found)


def _can_iterate(value):
    return any(hasattr(type(value), name) for name in ("__iter__", "__next__", "__getitem__"))


def _parts(value):
    """The elements of a container (the values of a mapping); nothing of what iterating would use up."""
    if isinstance(value, dict) or hasattr(type(value), "values") and hasattr(type(value), "keys"):
        return list(value.values())
    if hasattr(type(value), "__len__") and hasattr(type(value), "__iter__"):
        return list(value)
    # The code that asks for elements where there are none is not reached, or raises.
    return None if _can_iterate(value) else []


def _quantity(quantity, value):
    """The quantity of one value, or nothing where it has none."""
    if isinstance(value, sympy.Basic):
        return value
    if quantity == "length":
        if hasattr(type(value), "__len__"):
            return len(value)
        if not _can_iterate(value):
            return 0
        # The iterators of Python itself know how much is left.
        left = operator.length_hint(value, -1) if type(value).__module__ == "builtins" else -1
        return left if left >= 0 else None
    if quantity == "text":
        return len(str(value))
    if value is None:
        return 0
    if isinstance(value, (str, bytes, bytearray)):
        return _quantity("number", _number_of(value))
    if isinstance(value, (int, float)):
        return max(0, int(value) if value == value // 1 else int(value) + 1)
    # The code that counts with a container is not reached, or raises.
    return 0 if isinstance(value, (list, tuple, dict, set, frozenset, types.FunctionType)) else None


def _number_of(text):
    """What `int` and `float` make of a text, or nothing where they raise."""
    for kind in (int, float):
        try:
            found = kind(text)
        except ValueError:
            continue
        # There is no integer of what is infinite, or not a number.
        return found if found - found == 0 else None
    return None


def _next(value, kind, name):
    """The values one step further on the way to a measure, or nothing where it does not lead on."""
    if kind in ("element", "each"):
        return _parts(value)
    if kind == "keys":
        return [list(value.keys())] if hasattr(type(value), "keys") else None
    if kind == "walk":
        walk = _walk(value, name)
        return walk and [part for part, _ in walk]
    if kind == "method":
        method, *arguments = name
        if not isinstance(value, (str, bytes)):
            return None if hasattr(value, method) else []
        return [getattr(value, method)(*arguments)]
    if kind == "key" and isinstance(value, dict) and name not in value:
        return []
    try:
        return [getattr(value, name) if kind == "attribute" else value[name]]
    except (AttributeError, LookupError, TypeError, ValueError):
        # The code that asks for it is not reached, or raises.
        return []


def _follow(value, steps):
    """The values at the end of a way."""
    values = [value]
    for kind, name in steps:
        values = [part for value in values for part in _next(value, kind, name) or ()]
    return values


def _walk(value, ways):
    """A value and all that is below it by these ways, each with its level, as often as it is come to;
    nothing below itself. Nothing at all where that is too much."""
    found, path, rest = [], set(), [(value, 1)]
    while rest:
        part, depth = rest.pop()
        if depth == 0:
            path.discard(part)
        elif part is not None and id(part) not in path:
            found.append((part, depth))
            if len(found) > _MOST_PARTS:
                return None
            if isinstance(part, (str, bytes, bytearray, int, float)):
                continue
            path.add(id(part))
            rest.append((id(part), 0))
            below = [below for way in ways for below in _follow(part, way)]
            rest.extend((part, depth + 1) for part in below)
    return found


def _at(quantity, value, steps):
    """A quantity of what the steps lead to, or nothing: of elements the most, or all together."""
    if not steps:
        return _quantity(quantity, value)
    (kind, name), *rest = steps
    if kind == "walk" and not rest:
        walk = _walk(value, name)
        if walk is None:
            return None
        return len(walk) if quantity == "nodes" else max((level for _, level in walk), default=0)
    parts = _next(value, kind, name)
    if parts is None:
        return None
    found = [_at(quantity, part, rest) for part in parts]
    known = [one for one in found if one is not None]
    if found and not known:
        return None
    return sum(known) if kind == "each" else _most(known)


def _most(found):
    """The largest of some quantities, and not less than zero."""
    # Of many numbers, sympy would compare each with each.
    if any(isinstance(one, sympy.Basic) for one in found):
        return Max(0, *found)
    return max([0, *found])


def _measure(symbol, quantity, value, *steps):
    """A measure of an argument; its symbol where the argument does not determine it."""
    found = None if isinstance(value, sympy.Basic) and steps else _at(quantity, value, steps)
    return sympy.Symbol(symbol, nonnegative=True) if found is None else sympy.sympify(_most([found]))


def _taken(symbol, kind, value, *steps):
    """Nothing where all that the steps lead to is of the kind that it is taken for, or else a symbol."""
    classes = {"number": (int, float), "list": (list, collections.deque)}
    classes = classes.get(kind) or getattr(builtins, kind, None)
    if isinstance(value, sympy.Basic) or not classes:
        return sympy.Symbol(symbol, nonnegative=True)
    met = all(isinstance(found, classes) for found in _follow(value, steps))
    return 0 if met else sympy.Symbol(symbol, nonnegative=True)


def _result(value, *taken):
    """A number where everything is determined."""
    value = sympy.sympify(sum(taken, value))
    if value.has(Sum):
        value = value.doit()
    return int(ceiling(value)) if value.is_number else value
