"""Helpers of the whole program."""

import contextlib
import functools

REGISTRY = {}
_kept = []


def registered(name):
    def decorate(function):
        REGISTRY[name] = function
        return function
    return decorate


def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except ValueError as error:
            keep(error)
            raise
    return wrapper


def identity(value):
    return value


def keep(value):
    _kept.append(value)
    if len(_kept) > 100:
        del _kept[0]
    return value


def apply(function, value):
    return function(value)


def each(function, values):
    return [function(value) for value in values]


@contextlib.contextmanager
def scope(value):
    yield value


def run(name, value):
    return REGISTRY[name](value)


class Base:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return '<%s %s>' % (type(self).__name__, self.name)

    def describe(self):
        return repr(self).upper()
