"""What interface modules need of sympy, where it is not installed: numbers are computed, and what a symbol is in
once the symbol is known."""

import fractions
import math


class Basic:
    pass


class Number(fractions.Fraction):
    is_number = True
    free_symbols = frozenset()

    def has(self, _):
        return False


class Open(Basic):
    """A formula with symbols: a function, and what it is applied to."""

    is_number = False

    def __init__(self, function, arguments):
        self.function, self.arguments = function, arguments
        open_ones = [argument for argument in arguments if isinstance(argument, Basic)]
        self.free_symbols = frozenset().union(*(one.free_symbols for one in open_ones))

    def has(self, _):
        return False

    def xreplace(self, known):
        arguments = [one.xreplace(known) if isinstance(one, Basic) else one for one in self.arguments]
        return self.function(*arguments)

    def __str__(self):
        return f"a formula of {', '.join(sorted(symbol.name for symbol in self.free_symbols))}"


class _Symbol(Open):
    def __init__(self, name):
        self.name = name
        self.free_symbols = frozenset([self])

    def xreplace(self, known):
        return known.get(self, self)

    def __eq__(self, other):
        return isinstance(other, _Symbol) and self.name == other.name

    def __hash__(self):
        return hash(self.name)


class Function:
    def __new__(cls, *arguments):
        found = cls.eval(*map(sympify, arguments))
        return Open(cls, arguments) if found is None else found


def _of_numbers(function):
    """The function where all arguments are numbers; a formula where not."""

    def applied(*arguments):
        if any(isinstance(argument, Basic) for argument in arguments):
            return Open(applied, arguments)
        return sympify(function(*arguments))

    return applied


def _operators():
    """Gives formulas the operators of numbers, from both sides."""
    for name in ("add", "sub", "mul", "truediv", "pow"):
        applied = _of_numbers(getattr(fractions.Fraction, f"__{name}__"))
        setattr(Open, f"__{name}__", lambda own, other, applied=applied: applied(own, sympify(other)))
        setattr(Open, f"__r{name}__", lambda own, other, applied=applied: applied(sympify(other), own))
    Open.__neg__ = lambda own: own * -1


def sympify(value):
    return value if isinstance(value, Basic) else Number(value)


def Symbol(name, **_):
    return _Symbol(name)


def Sum(body, bounds):
    return body if isinstance(body, Basic) else Open(Sum, [Symbol("a sum"), *bounds])


_operators()
Integer = Number
Max = _of_numbers(max)
Min = _of_numbers(min)
Rational = _of_numbers(fractions.Fraction)
ceiling = _of_numbers(math.ceil)
floor = _of_numbers(math.floor)
log = _of_numbers(math.log)
GoldenRatio = Number((1 + math.sqrt(5)) / 2)
