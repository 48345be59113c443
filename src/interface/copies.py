

# What cannot be copied: another one, which is free.
_LOCKS = {type(kind()): kind for kind in (threading.Lock, threading.RLock)}


class _Copies:
    """What a slice works on: copies of arguments, with their classes and what these use."""

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
        if kind is list:
            return self.list_copy(value)
        if kind in (set, collections.deque):
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
        if kind in _LOCKS:
            found = self.copies[id(value)] = _LOCKS[kind]()
            return found
        if kind is types.ModuleType:
            return self.known(value.__name__, ("any",))
        return self.instance(value)

    def list_copy(self, value):
        """A list with as much room as the original has, so that it gets as long before it wants more."""
        room = (sys.getsizeof(value) - sys.getsizeof([])) // struct.calcsize("P")
        found = self.copies[id(value)] = [None] * max(room, len(value))
        del found[len(value) :]
        for at, part in enumerate(value):
            found[at] = self.copy(part)
        return found

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
        self.classes.add(id(found))
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
        if isinstance(make, type):
            make = self.own_class(make)
        found = self.copies[id(value)] = make(*[self.copy(argument) for argument in arguments])
        if state is not None:
            state = self.copy(state)
            if hasattr(found, "__setstate__"):
                found.__setstate__(state)
            else:
                plain, slots = state if isinstance(state, tuple) else (state, None)
                if plain:
                    vars(found).update(plain)
                for name, part in (slots or {}).items():
                    setattr(found, name, part)
        # Of what Python itself takes apart, it says what is in the table, and not what the class makes of that.
        is_plain = kind.__reduce_ex__ is object.__reduce_ex__ and kind.__reduce__ is object.__reduce__
        append, store = getattr(type(found), "append", None), operator.setitem
        if is_plain and isinstance(value, list):
            items, append = list.__iter__(value), list.append
        if is_plain and isinstance(value, dict):
            pairs, store = dict.items(value), dict.__setitem__
        for part in items or ():
            append(found, self.copy(part))
        for key, part in pairs or ():
            store(found, self.copy(key), self.copy(part))
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
