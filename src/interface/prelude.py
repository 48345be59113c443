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


def _walk(value, ways):
    """A value and all that is below it by these ways, each with its level; none of them twice."""
    found, seen, level = [], set(), [value]
    depth = 0
    while level:
        depth += 1
        following = []
        for part in level:
            # Only what has parts can be met twice for one reason or another.
            if part is None or (hasattr(part, "__dict__") or _parts(part)) and id(part) in seen:
                continue
            seen.add(id(part))
            found.append((part, depth))
            if not isinstance(part, (str, bytes, bytearray)):
                following.extend(below for way in ways for below in _follow(part, way) or ())
        level = following
    return found


def _follow(value, steps):
    """The values at the end of a way, or nothing where it leads nowhere."""
    values = [value]
    for kind, name in steps:
        if kind == "walk":
            values = [part for value in values for part, _ in _walk(value, name)]
            continue
        found = [_step(value, kind, name) for value in values]
        if all(parts is None for parts in found):
            return None if values else []
        values = [part for parts in found if parts is not None for part in parts]
    return values


def _measure(symbol, quantity, value, *steps):
    """A measure of an argument; its symbol where the argument does not determine it."""
    unknown = sympy.Symbol(symbol, nonnegative=True)
    if quantity in ("nodes", "depth"):
        *steps, (_, ways) = steps
        values = _follow(value, steps)
        if values is None or any(isinstance(part, sympy.Basic) for part in values):
            return unknown
        walks = [_walk(part, ways) for part in values]
        if quantity == "nodes":
            return sum(len(walk) for walk in walks)
        return max((level for walk in walks for _, level in walk), default=0)
    values = _follow(value, steps)
    if values is None:
        return unknown
    found = [_quantity(quantity, value) for value in values]
    known = [one for one in found if one is not None]
    return Max(0, *known) if known or not found else unknown


def _result(value):
    """A number where everything is determined."""
    value = sympy.sympify(value)
    if value.has(Sum):
        value = value.doit()
    return int(ceiling(value)) if value.is_number else value
