"""What interface modules need of sympy, where it is not installed: numbers are computed, and whatever a symbol
is in is open, without saying what it is."""

import fractions
import math


class Basic:
    pass


class Number(fractions.Fraction):
    is_number = True

    def has(self, _):
        return False


class Open(Basic):
    """A formula with symbols."""

    is_number = False

    def __init__(self, name):
        self.name = name

    def has(self, _):
        return False

    def _with(self, *_):
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __neg__ = _with
    __truediv__ = __rtruediv__ = __pow__ = __rpow__ = _with

    def __str__(self):
        return f"a formula of {self.name}"


class Function:
    def __new__(cls, *arguments):
        found = cls.eval(*map(sympify, arguments))
        return Open(cls.__name__) if found is None else found


def _of_numbers(function):
    """The function where all arguments are numbers; the first other one where not."""

    def applied(*arguments):
        symbols = [argument for argument in arguments if isinstance(argument, Basic)]
        return symbols[0] if symbols else sympify(function(*arguments))

    return applied


def sympify(value):
    return value if isinstance(value, Basic) else Number(value)


def Symbol(name, **_):
    return Open(name)


def Sum(body, _):
    return body if isinstance(body, Basic) else Open("a sum")


Max = _of_numbers(max)
Min = _of_numbers(min)
Rational = _of_numbers(fractions.Fraction)
ceiling = _of_numbers(math.ceil)
floor = _of_numbers(math.floor)
log = _of_numbers(math.log)
GoldenRatio = Number((1 + math.sqrt(5)) / 2)
