

class _Left:
    """What a call in a slice leaves behind: what is new in what its result, its arguments and the globals lead to."""

    def census(self, roots):
        """What can be reached from some values, by identity: its bytes, those of a table that may be replaced, and
        its length."""
        found, rest = {}, list(roots)
        while rest:
            value = rest.pop()
            if id(value) in found:
                continue
            size, parts = self.weighed(value)
            length = len(value) if isinstance(value, (list, dict, set, collections.deque)) else 0
            found[id(value)] = size, self.table(value), length, value
            self.step()
            if len(found) > _MOST_PARTS:
                raise _Stop()
            rest.extend(parts)
        return found

    def there(self):
        """What there is besides the result: the copies of arguments, and the globals of the slice."""
        return [*self.copies.values(), *(value for module in self.modules.values() for value in vars(module).values())]

    def left(self, before, result):
        """The bytes of what is new; infinity where that cannot be told."""
        return self.more(before, self.census([result, *self.there()]))

    def more(self, before, after):
        """The bytes of what there is after, and was not before."""
        found, copied = 0, {id(copy) for copy in self.copies.values()}
        for key, (size, table, _, value) in after.items():
            if key in before:
                was_size, was_table, _, _ = before[key]
                # A table that is replaced was no part of the call.
                found += max(0, size - was_size) if table == was_table else table
            elif size and key not in copied:
                found += size + self.room(value)
        return found

    def table(self, value):
        """The bytes of the table of a container that may get another one."""
        kinds = (kind for kind in (list, dict, set, bytearray) if isinstance(value, kind))
        kind = next(kinds, None)
        return sys.getsizeof(value) - sys.getsizeof(kind()) if kind else 0

    def room(self, value):
        """The bytes that a new instance has for attributes that it is not given: the more, the fewer there were."""
        kind = type(value)
        # From Python 3.11 on, instances have tables of their own, which are cut with each that is made.
        if sys.version_info < (3, 11) or kind.__dictoffset__ >= 0:
            return 0
        if any(not base.__flags__ & _IS_HEAP_TYPE and base is not object for base in kind.__mro__):
            return 0
        if kind not in self.rooms:
            self.rooms[kind] = _room(kind.__module__, kind.__qualname__)
        self.rooms[kind] -= 1
        used = len(vars(value))
        return _ATTRIBUTES[max(used, self.rooms[kind] + 1)] - _ATTRIBUTES[used] if used < len(_ATTRIBUTES) else 0

    def weighed(self, value):
        """The bytes of one object, and what it refers to."""
        kind = type(value)
        is_there = id(value) in self.passed or id(value) in self.constants
        if is_there or value is self or isinstance(value, _NEVER_NEW):
            return 0, ()
        if kind in (int, float, complex):
            return _number_bytes(value), ()
        if kind in (str, bytes):
            # What is taken of a string, if it is one character of Latin-1, is there once; what is made may be new.
            is_shared = len(value) < 2 and (kind is bytes or not value or value is chr(ord(value)))
            return 0 if is_shared else sys.getsizeof(value), ()
        if kind in (tuple, frozenset):
            return sys.getsizeof(value) if value else 0, value
        if isinstance(value, _Watched):
            return 0, (value.iterator,)
        if isinstance(value, type):
            own = value.__module__ in self.slices or id(value) in self.classes
            return math.inf if "<locals>" in value.__qualname__ else 0, vars(value).values() if own else ()
        if kind is types.FunctionType:
            is_own = value.__module__ in self.slices or "<locals>" in value.__qualname__
            parts = value.__defaults__, value.__kwdefaults__, *(value.__closure__ or ()), *vars(value).values()
            return (sys.getsizeof(value), parts) if is_own else (0, ())
        if kind is types.BuiltinFunctionType and isinstance(value.__self__, (types.ModuleType, type(None), type)):
            return 0, ()
        if isinstance(value, _UNTOLD):
            return math.inf, ()
        # The collector is not told of keys that are strings.
        parts = [*gc.get_referents(value), *(dict.keys(value) if isinstance(value, dict) else ())]
        if kind.__flags__ & _IS_HEAP_TYPE and hasattr(value, "__dict__"):
            return self.instance_weighed(value, parts)
        # Python makes room for one item more in instances of its own classes.
        more = kind.__itemsize__ if kind.__flags__ & _IS_HEAP_TYPE else 0
        return sys.getsizeof(value) + more, parts

    def instance_weighed(self, value, parts):
        """An instance of a class of Python: with a table of the values of its attributes."""
        attributes, kind = vars(value), type(value)
        bare = next(base for base in kind.__mro__ if not base.__flags__ & _IS_HEAP_TYPE)
        parts = [part for part in parts if part is not attributes and part is not kind]
        parts += attributes.values()
        if bare is not object or len(attributes) >= len(_ATTRIBUTES):
            return sys.getsizeof(value) + _table_bytes(attributes), parts
        slots = [name for base in kind.__mro__ for name in getattr(base, "__slots__", ())]
        return _ATTRIBUTES[len(attributes)] + struct.calcsize("P") * len(slots), parts


@functools.lru_cache(maxsize=None)
def _room(module, qualified):
    """How many attributes the next instance of a class has room for, when that is asked for first."""
    original = sys.modules.get(module)
    for name in qualified.split("."):
        original = getattr(original, name, None)
    most = len(_ATTRIBUTES) - 2
    if not isinstance(original, type) or any("__del__" in vars(base) for base in original.__mro__):
        # It has no instances as yet, or what is asked for would be noticed.
        return most
    try:
        attributes = object.__getattribute__(object.__new__(original), "__dict__")
    except (AttributeError, TypeError):
        return most
    return min(most, _slots(attributes) - 1)


def _slots(attributes):
    """How many attributes the dict of an instance has room for."""
    return (sys.getsizeof(attributes) - sys.getsizeof({})) // struct.calcsize("P")


def _table_bytes(attributes):
    """The bytes of a dict of the attributes of an instance that has no room for them itself."""
    if not attributes or sys.version_info < (3, 11):
        return sys.getsizeof(attributes) if attributes else 0
    # The order of the attributes stands before the values, and is not told of.
    return sys.getsizeof(attributes) + -(-(min(_slots(attributes), 30) + 2) // 8) * 8


# What a call does not make, or what is made for slices.
_NEVER_NEW = (
    bool, type(None), type(Ellipsis), type(NotImplemented), types.ModuleType, types.CodeType, types.FrameType,
    types.MethodDescriptorType, types.WrapperDescriptorType, types.GetSetDescriptorType, types.MemberDescriptorType,
)
# What runs in a slice is not as large as what the original has.
_UNTOLD = (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType, _Gone)
