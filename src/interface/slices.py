

class _Run(_Copies, _Looks, _Left):
    """One run of a slice: its modules, the copies of what it is given, and what was seen."""

    def __init__(self, slices, traces, metric):
        self.slices, self.traces, self.metric = slices, traces, metric
        self.is_copying = False
        self.seen, self.active, self.placed, self.steps = {}, {}, set(), 0
        # What the elements of an iterator cost on the average, by unknown and iterator.
        self.averages = {}
        self.modules, self.copies, self.scopes, self.kept, self.calls = {}, {}, {}, [], []
        self.counts, self.passed, self.watched = {}, set(), {}
        # What it takes to look at a call: at its peak, and after it.
        self.looking = None
        # What calls of unknown code left behind, and how many there were.
        self.left_by = {}
        # How many parts of results were weighed, and what there was before the call, by identity.
        self.weighings, self.given_before = 0, set()
        # The constants of the code, and the copies of classes.
        self.constants, self.classes = {}, set()
        # Of modules that reach outside, what does not; and how deep functions are that are looked at.
        self.parts, self.depths = {}, {}
        # For how many attributes instances that are made have room, by class.
        self.rooms = {}
        # The bytes of what the call leaves behind.
        self.kept_bytes = math.inf
        self.builtins = {name: value for name, value in vars(builtins).items() if name not in _OUTSIDE}
        self.builtins.update({name: _Gone() for name in _OUTSIDE})
        self.builtins.update(__import__=self.imported, print=lambda *_, **__: None)

    def imported(self, name, scope=None, _=None, names=(), level=0):
        """What an `import` in a slice gives."""
        if level:
            name = importlib.util.resolve_name("." * level + name, scope["__package__"])
        if name in self.slices or any(own.startswith(f"{name}.") for own in self.slices):
            found = self.module(name)
            for part in names or ():
                if f"{name}.{part}" in self.slices:
                    setattr(found, part, self.module(f"{name}.{part}"))
            return found if names else self.module(name.partition(".")[0])
        return self.known(name, names)

    def known(self, name, names=()):
        """A module that is no part of the slice, if it does nothing outside."""
        top = name.partition(".")[0]
        if name in ("builtins", "sys"):
            found = _Module(name)
            vars(found).update(self.builtins if name == "builtins" else {own: getattr(sys, own) for own in _SYS})
            return found
        if top in _PARTS or top in _STAND_INS:
            return self.part(name if names else top)
        if not _is_pure(name):
            return self.lazy(name, names)
        found = importlib.import_module(name)
        return found if names else sys.modules[top]

    def part(self, name):
        """What a slice may use of a module that reaches outside."""
        if _is_pure(name):
            return importlib.import_module(name)
        if name not in self.parts:
            found = self.parts[name] = _Module(name)
            if name in _STAND_INS:
                vars(found).update(_STAND_INS[name]())
            elif name in _PARTS:
                whole = importlib.import_module(name)
                vars(found).update({own: getattr(whole, own) for own in _PARTS[name].split() if hasattr(whole, own)})
            below = [own for own in (*_PARTS, *_PURE) if own.startswith(f"{name}.")]
            vars(found).update({own.rpartition(".")[2]: self.part(own) for own in below})
        return self.parts[name]

    def lazy(self, name, names):
        """A module that the caller has imported, of which there are copies, unless it is one of Python's own."""
        name = name if names else name.partition(".")[0]
        found = sys.modules.get(name)
        if found is None or _is_of_python(name):
            return _Gone()
        if id(found) not in self.copies:
            self.copies[id(found)] = _Lazy(self, found)
            for part in names or ():
                # Python does not ask for modules by `__getattr__`.
                if isinstance(getattr(found, part, None), types.ModuleType):
                    setattr(self.copies[id(found)], part, self.known(f"{name}.{part}", ("any",)))
        return self.copies[id(found)]

    def module(self, name):
        above, _, last = name.rpartition(".")
        # Its package may import it.
        parent = self.module(above) if above and name not in self.modules else None
        found = self.modules.get(name)
        if found is None:
            is_package, statements = self.slices.get(name, (True, ()))
            found = self.modules[name] = _Module(name)
            vars(found).update(__builtins__=self.builtins, __package__=name if is_package else above, _heapcast=self)
            if parent:
                setattr(parent, last, found)
            for line, text in statements:
                self.execute(found, line, text)
        return found

    def execute(self, module, line, text):
        """One statement of a module. What needs the world outside is done without."""
        try:
            tree = ast.parse(text)
        except SyntaxError:
            # It is of a later Python.
            return
        bound = list(_bound(tree))
        ast.increment_lineno(tree, line - 1)
        lines = range(line, line + text.count("\n") + 1)
        own = [(s, trace) for s, trace in self.traces.items() if trace[0] == module.__name__ and trace[1] in lines]
        probes = _Probes(self, own, tree)
        tree = ast.fix_missing_locations(probes.visit(tree))
        raised = _Stop.raised
        defined = [node for node in tree.body if getattr(node, "decorator_list", ())]
        while not self.executes(module, tree) and any(node.decorator_list for node in defined):
            # A function without the decorators that cannot be run is the function still.
            for node in defined:
                del node.decorator_list[:1]
        for name in bound:
            vars(module).setdefault(name, _Gone())
        # Only what is used of what is gone stops the slice.
        _Stop.raised = raised

    def executes(self, module, tree):
        """Whether a statement of a module comes to its end."""
        code = compile(tree, module.__name__, "exec", flags=__future__.annotations.compiler_flag, dont_inherit=True)
        self.constants.update((id(value), value) for value in _constants(code))
        try:
            exec(code, vars(module))
        except (_Stop, Exception):
            return False
        return True

    def member(self, module, qualified):
        """A function or a class of the slice by its name."""
        found = self.module(module)
        for name in qualified.split("."):
            found = vars(found).get(name)
            if found is None:
                return None
        return found


def _arguments(run, call):
    """Copies of the arguments of a call, by position and by name."""
    _, _, fixed, plain, rest, named = call
    given = [(name, value) for name, value in plain if value is not _UNSET]
    positional = [run.copy(value) for _, value in fixed if value is not _UNSET]
    if rest:
        positional += [run.copy(value) for _, value in given] + [run.copy(value) for value in rest]
        given = []
    keywords = {name: run.copy(value) for name, value in [*given, *named.items()] if value is not _UNSET}
    return positional, keywords


def _work(run, call, limit):
    """Calls the function of a slice."""
    module, qualified, *_ = call
    sys.setrecursionlimit(max(limit, 1_000_000))
    run.is_copying = True
    positional, keywords = _arguments(run, call)
    run.is_copying = False
    run.given_before = {id(copy) for copy in run.copies.values()}
    function = run.member(module, qualified)
    function = getattr(function, "__func__", getattr(function, "fget", function))
    before = run.census(run.there()) if run.metric != "total" else None
    sys.setrecursionlimit(4 * limit)
    # What raises stops the slice: it may lack what the original has.
    found = function(*positional, **keywords)
    if isinstance(found, types.GeneratorType):
        for _ in run.each((), found):
            pass
    elif before is not None:
        run.kept_bytes = run.left(before, found)


def _seen(run, call):
    """Runs a slice on copies of some arguments; whether it comes to its end."""
    done, raised, limit = [], _Stop.raised, sys.getrecursionlimit()

    def work():
        try:
            sys.setrecursionlimit(max(limit, 1_000_000))
            for name in {call[0], *(trace[0] for trace in run.traces.values())}:
                run.module(name)
            _work(run, call, limit)
            done.append(True)
        except (_Stop, Exception):
            pass
        finally:
            sys.setrecursionlimit(limit)

    can_trace = hasattr(tracemalloc, "reset_peak") and not tracemalloc.is_tracing()
    run.is_tracing = can_trace and any(trace[2] == "call" for trace in run.traces.values())
    if run.is_tracing:
        tracemalloc.start()
    size = threading.stack_size()
    try:
        threading.stack_size(_STACK)
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join()
    except (RuntimeError, ValueError):
        # There is no room for such a stack.
        return False
    finally:
        threading.stack_size(size)
        if run.is_tracing:
            tracemalloc.stop()
    return bool(done) and _Stop.raised == raised


def _random():
    """The functions of `random` with numbers of their own, which are those that the original would get."""
    own = random.Random()
    own.setstate(random.getstate())
    found = {name: getattr(own, name) for name in random.__all__ if hasattr(own, name)}
    return {**found, "Random": random.Random}


# What stands for modules that have a state of their own, or wait, or say something.
_STAND_INS = {
    "logging": lambda: {"getLogger": lambda *_, **__: _Quiet()},
    "queue": lambda: {
        **{name: _unwaiting(getattr(queue, name)) for name in ("Queue", "LifoQueue", "PriorityQueue")},
        "Empty": queue.Empty,
        "Full": queue.Full,
    },
    "random": _random,
    "warnings": lambda: {"warn": lambda *_, **__: None},
}


def _bound(node):
    """The names that a statement of a module binds in it; a name that it imports, the original has."""
    for part in ast.iter_child_nodes(node):
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield part.name
        elif isinstance(part, (ast.Lambda, *_COMPREHENSIONS)):
            # Their names are their own.
            continue
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id
        else:
            yield from _bound(part)


def _constants(code):
    """The constants in some code, and in the code in it."""
    for value in code.co_consts:
        yield value
        if isinstance(value, tuple):
            yield from value
        if isinstance(value, types.CodeType):
            yield from _constants(value)


def _is_symbolic(call):
    """Whether some argument of a call is an expression."""
    _, _, fixed, plain, rest, named = call
    given = [value for _, value in [*fixed, *plain]]
    return any(isinstance(value, sympy.Basic) for value in [*given, *rest, *named.values()])


def _left(call):
    """The bytes that a call leaves behind in a slice; infinity where that cannot be told."""
    if _is_symbolic(call):
        return math.inf
    run = _Run(_SLICES, {}, "retained")
    return run.kept_bytes if _seen(run, call) else math.inf


def _traced(value, metric, call, counted=None, is_bound=True):
    """What a formula comes to in a run of a slice; what one does that counts what the run does, if a bound allows."""
    if not RUN_SLICES:
        return value
    if metric == "retained":
        found = _left(call)
        if found != math.inf:
            return found
    value, run = _determined(value, metric, call)
    if counted is None:
        return _with_left(value, metric, run)
    try:
        found, run = _determined(counted(), metric, call)
    except (_Open, ArithmeticError, TypeError, ValueError):
        return value
    if not isinstance(found, int):
        return value
    # The bound is one for integers of two digits.
    is_bound = is_bound and isinstance(value, int) and not (run and run.exceeds())
    return _with_left(min(value, found) if is_bound else found, metric, run)


def _with_left(value, metric, run):
    """A peak is at least what is left behind."""
    is_less = metric == "peak" and run and isinstance(value, int) and value < run.kept_bytes < math.inf
    return run.kept_bytes if is_less else value


def _determined(value, metric, call):
    """A formula with what the arguments determine, but no closed form says, and the run of a slice that shows it."""
    if isinstance(value, int) or _is_symbolic(call):
        return value, None
    free = {symbol.name: symbol for symbol in value.free_symbols}
    traces = {(name, at): trace for name in free for at, trace in enumerate(_TRACES.get(name, ()))}
    if {name for name, _ in traces} != set(free):
        return value, None
    run = _Run(_SLICES, traces, metric)
    needed = {key for key, trace in traces.items() if trace[2] != "called"}
    if not _seen(run, call) or not needed <= run.placed:
        return value, None
    most = {}
    each = [(key, quantity) for (key, _), quantity in run.averages.items()]
    for (name, at), quantity in [*run.seen.items(), *each]:
        most[free[name]] = max(most.get(free[name], 0), quantity)
    # What is not come to counts nothing, unless something is divided by it.
    for absent in (0, 1):
        found = {symbol: most.get(symbol, absent) for symbol in free.values()}
        # What is infinite may go out again, as infinity does not.
        known = {symbol: sympy.Integer(_ENDLESS if most == math.inf else most) for symbol, most in found.items()}
        try:
            found = _result(value.xreplace(known))
        except (OverflowError, TypeError, ValueError, ZeroDivisionError):
            # It is too large, or no number.
            continue
        if isinstance(found, int) and abs(found) < _ENDLESS >> 40:
            return found, run
    return value, None
