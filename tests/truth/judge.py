"""What a forecast is worth beside what was measured."""

import math

VERDICTS = ("near", "double", "far", "below", "open")
# Below this many bytes, a difference is that of a few objects and says nothing about growth.
SLACK = 64
# The part of what is measured by which a bound may be missed: patch versions differ by as much.
MISSED = 0.001
NEAR = 1.1
DOUBLE = 2
# Of powers of the size that differ by less, the next other class is further away. It is not less, because
# small numbers cost nothing, tables grow in steps, and logarithms are no powers.
SAME_POWER = 0.5


def has_number(row):
    """Whether a number comes out at each size."""
    return all(isinstance(forecast, int) for forecast in row.forecast)


def is_bound(row):
    """Whether no more is measured than is forecast, at any size."""
    pairs = zip(row.forecast, row.measured)
    return all(forecast >= real * (1 - MISSED) for forecast, real in pairs)


def is_within(row, factor):
    """Whether the forecast at the largest size is off by at most that factor, above or below."""
    return is_alike(row.forecast[-1], row.measured[-1], factor)


def is_alike(one, other, factor):
    """Whether two figures differ by at most that factor, or by a few objects."""
    return one <= other * factor + SLACK and other <= one * factor + SLACK


def power(sizes, figures):
    """The power of the size by which figures grow between the two largest sizes: 0 where they stay the
    same, 1 where they grow in proportion, 2 as a square."""
    grown = (figures[-1] + SLACK) / (figures[-2] + SLACK)
    return math.log(grown) / math.log(sizes[-1] / sizes[-2])


def grows_alike(row):
    """Whether forecast and measured grow by the same power of the size."""
    return abs(power(row.sizes, row.forecast) - power(row.sizes, row.measured)) < SAME_POWER


def verdict(row):
    """One word for a figure of a function."""
    if not has_number(row):
        return "open"
    if not is_bound(row):
        return "below"
    if is_within(row, NEAR):
        return "near"
    return "double" if is_within(row, DOUBLE) else "far"


# What is told of all functions, as lines of a table: of those that the second says, which the third does.
MEASURES = (
    ("a number comes out", lambda row: True, has_number),
    ("the bound holds", has_number, is_bound),
    ("within 10 %", has_number, lambda row: is_within(row, NEAR)),
    ("within a factor of two", has_number, lambda row: is_within(row, DOUBLE)),
    ("the growth is right", has_number, grows_alike),
)
