

import __future__
import abc
import ast
import copy
import copyreg
import functools
import gc
import importlib.util
import io
import math
import queue
import random
import re
import struct
import sys
import threading
import tracemalloc
import types

# Set it to False, and nothing of the original is run: formulas keep their unknowns, and bounds stand.
RUN_SLICES = True
# How many calls and iterations a slice may take.
_MOST_STEPS = 4_000_000
_STACK = 1 << 28
# What stands for a size that is not known: much more than there is of anything.
_ENDLESS = 1 << 200
# Modules that do nothing outside of the values that they are given.
_PURE = set(
    "__future__ _collections_abc _ast _csv _json _sre _string abc array ast base64 binascii bisect calendar cmath "
    "collections colorsys contextlib contextvars copy copyreg csv dataclasses datetime decimal difflib "
    "email._parseaddr email.base64mime email.charset email.encoders email.errors email.quoprimime enum errno fnmatch "
    "fractions functools graphlib hashlib heapq hmac html inspect ipaddress itertools json keyword math numbers "
    "numpy operator pprint re reprlib statistics string struct sympy textwrap token types typing typing_extensions "
    "unicodedata urllib.parse weakref zlib".split()
)
# What of other modules does not either.
_PARTS = {
    "_random": "Random",
    "codecs": "BOM_UTF8 BOM_UTF16 BOM_UTF16_BE BOM_UTF16_LE decode encode getdecoder getencoder lookup",
    "gettext": "NullTranslations",
    "io": "BytesIO StringIO",
    "locale": "localeconv",
    "os": "PathLike altsep curdir extsep fspath linesep name pardir pathsep sep",
    "os.path": "basename commonpath commonprefix dirname isabs join normcase normpath sep split splitdrive splitext",
    "posix": "_path_normpath",
    "socket": "AF_INET AF_INET6 error gaierror herror inet_aton inet_ntoa inet_ntop inet_pton timeout",
    "threading": "Lock RLock get_ident local",
    "time": "gmtime localtime mktime monotonic perf_counter process_time strftime strptime struct_time time",
    "tokenize": "TokenInfo generate_tokens tokenize untokenize",
    "urllib": "",
    "uuid": "UUID uuid1 uuid3 uuid4 uuid5",
}
_SYS = (
    "_getframe byteorder exc_info float_info getrecursionlimit getsizeof hexversion implementation int_info intern "
    "maxsize maxunicode platform version version_info"
).split()
_SIZED = (str, bytes, bytearray, list, tuple, dict, set, frozenset, range, collections.deque)
# What is taken for an instance of a builtin type may be one of these.
_KINDS = {kind.__name__: (kind,) for kind in (str, bytes, bytearray, dict, set, frozenset, tuple, int, float)}
_KINDS.update({"list": (list, collections.deque), "container": _SIZED})
_OUTSIDE = set("breakpoint exit help input open quit".split())
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
    """A module of which a slice has a part; a copy of more of it, if the caller has imported it."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        run, known = vars(self).get("_heapcast"), sys.modules.get(self.__name__)
        if run is None or not hasattr(known, name) or _is_of_python(self.__name__):
            return _Gone()
        found = run.attempt(getattr(known, name))
        setattr(self, name, found)
        return found


class _Quiet:
    """What says nothing, whatever it is asked to say."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Quiet()

    def __call__(self, *_, **__):
        return None


def _unwaiting(kind):
    """A kind of queues that stop the slice where they would wait for others."""

    def get(self, *_, **__):
        if self.empty():
            raise _Stop()
        return kind.get(self, False)

    def put(self, item, *_, **__):
        if self.full():
            raise _Stop()
        kind.put(self, item, False)

    return type(kind.__name__, (kind,), {"get": get, "put": put})


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


def _is_pure(module):
    """Whether a module of that name does nothing outside of the values that it is given."""
    return module in _PURE or module.partition(".")[0] in _PURE


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
    if kind in (io.BytesIO, io.StringIO, random.Random):
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
