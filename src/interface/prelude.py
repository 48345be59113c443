import sympy
from sympy import GoldenRatio, Max, Min, Rational, Sum, ceiling, floor, log

_UNSET = object()


def _parts(value):
    """The elements of a container (the values of a mapping); none of what iterating would use up."""
    if isinstance(value, dict) or hasattr(type(value), "values") and hasattr(type(value), "keys"):
        return list(value.values())
    if hasattr(type(value), "__len__") and hasattr(type(value), "__iter__"):
        return list(value)
    return None


def _step(value, kind, name):
    """The values one step further on the way to a measure, or nothing where it does not lead on."""
    if kind == "element":
        return _parts(value)
    try:
        return [getattr(value, name) if kind == "attribute" else value[name]]
    except (AttributeError, KeyError, IndexError, TypeError):
        return None


def _quantity(quantity, value):
    """The quantity of one value, or nothing where it has none."""
    if isinstance(value, sympy.Basic):
        return value
    if quantity == "length":
        return len(value) if hasattr(type(value), "__len__") else None
    if quantity == "text":
        return len(str(value))
    if isinstance(value, (int, float)):
        return max(0, int(value) if value == value // 1 else int(value) + 1)
    return None


def _measure(symbol, quantity, value, *steps):
    """A measure of an argument; its symbol where the argument does not determine it."""
    values = [value]
    for kind, name in steps:
        found = [_step(value, kind, name) for value in values]
        if None in found:
            return sympy.Symbol(symbol, nonnegative=True)
        values = [part for parts in found for part in parts]
    found = [_quantity(quantity, value) for value in values]
    if None in found:
        return sympy.Symbol(symbol, nonnegative=True)
    return Max(0, *found)


def _result(value):
    """A number where everything is determined."""
    value = sympy.sympify(value)
    if value.has(Sum):
        value = value.doit()
    return int(ceiling(value)) if value.is_number else value
