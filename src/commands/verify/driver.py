"""Runs one function and measures it: the other half of `heapcast verify`.

    python driver.py JOB RESULTS

JOB is a JSON object; see `Job` in process.rs. RESULTS gets a JSON object a line: one for each size, and
`{"done": true}` or `{"error": ...}` at the end. What the function prints goes to standard error.
"""

import ast
import gc
import importlib
import importlib.util
import inspect
import json
import os
import signal
import sys
import tempfile
import traceback
import tracemalloc

WARM_UP = 2
# Seconds past the timeout after which the process ends itself.
GRACE = 5
# Functions whose frames are entered more than once.
RESUMABLE = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
# The file name of the code that makes the call.
CALL = "<heapcast call>"
# What makes calls, by its text.
MAKERS = {}
METRICS = ("total", "peak", "retained")
# What memray calls requests; the others give memory back, or are the arenas below pymalloc.
REQUESTS = (
    "MALLOC CALLOC REALLOC POSIX_MEMALIGN ALIGNED_ALLOC MEMALIGN VALLOC PVALLOC "
    "PYMALLOC_MALLOC PYMALLOC_CALLOC PYMALLOC_REALLOC"
).split()


class Refused(Exception):
    """Something to say to the user in one line, with a hint."""

    def __init__(self, message, hint=None):
        super().__init__(message)
        self.hint = hint


def main(job_path, results_path):
    with open(job_path, encoding="utf-8") as file:
        job = json.load(file)
    results = open(results_path, "w", encoding="utf-8")
    # Whoever started this may be gone.
    if hasattr(signal, "alarm"):
        signal.alarm(job["timeout"] + GRACE)
    # Standard output is for nobody here: what the user's code prints must not look like results.
    sys.stdout.flush()
    os.dup2(2, 1)

    def emit(row):
        results.write(json.dumps(row) + "\n")
        results.flush()

    try:
        verify(job, emit)
    except Refused as refused:
        emit({"error": str(refused), "hint": refused.hint})
    except BaseException as error:
        emit({"error": described(error, job), "hint": None})
    else:
        emit({"done": True})


def described(error, job):
    """An exception in one line, with the line of the user's code that it came from."""
    text = " ".join(str(error).split())
    text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename != __file__]
    inside = [frame for frame in own if os.path.realpath(frame.filename).startswith(job["root"])]
    for frame in reversed(inside or own):
        if os.path.isfile(frame.filename):
            return f"{text} ({os.path.relpath(frame.filename)}:{frame.lineno})"
    return text


def verify(job, emit):
    interface = load_interface(job)
    memray = optional("memray")
    namespace = load_target(job)
    call = Call(job, namespace)
    for size in job["sizes"] or [None]:
        emit({"at": size})
        names = {} if size is None else {job["name"]: size}
        measured = figures(memray, lambda: call.prepared(names))
        receiver, arguments, keywords = call.values(names)
        predicted = {
            metric: forecast(interface, metric, [*receiver, *arguments], keywords) for metric in METRICS
        }
        emit({"size": size, "measured": measured, "predicted": predicted})


def figures(memray, prepare):
    """The total (with memray), peak and retained of a call that is prepared anew for each run."""
    for _ in range(WARM_UP):
        prepare()()
    measured = {"peak": peak(prepare()), "retained": retained(prepare())}
    if memray:
        measured["total"] = total(memray, prepare)
    return measured


def forecast(interface, metric, arguments, keywords):
    """What the interface says: a number, as text because it may be a large one, or a formula."""
    try:
        found = interface(*arguments, metric=metric, **keywords)
    except Exception as error:
        text = " ".join(f"{type(error).__name__}: {error}".split())
        raise Refused(f"the forecast of {metric} cannot be computed for this call: {text}") from error
    return {"number" if isinstance(found, int) else "formula": str(found)}


def load_interface(job):
    try:
        importlib.import_module("sympy")
    except ImportError as error:
        raise Refused(
            f"the forecast needs sympy, which {sys.executable} cannot import: {error}",
            f"install it with `{sys.executable} -m pip install sympy`",
        ) from error
    found = load(job["interface"], "_heapcast_interface").INTERFACES.get(job["qualified"])
    if found is None:
        raise Refused(f"there is no interface of `{job['qualified']}`")
    return found


def optional(name):
    try:
        return importlib.import_module(name)
    except Exception:
        return None


def load(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def load_target(job):
    """The names of the target's module, which is imported as part of its package."""
    # The folder of this file has nothing that the user's code should find.
    sys.path[0] = job["root"]
    try:
        module = importlib.import_module(job["module"])
        same = os.path.realpath(getattr(module, "__file__", None) or "") == job["path"]
        return vars(module if same else load(job["path"], "_heapcast_target"))
    except BaseException as error:
        raise Refused(f"`{job['module']}` cannot be imported: {described(error, job)}") from error


class Call:
    """A call as the user wrote it, taken apart so that its values are made before it is measured."""

    def __init__(self, job, namespace):
        self.namespace = namespace
        self.text = job["call"]
        self.qualified = job["qualified"]
        try:
            node = ast.parse(self.text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            reason = getattr(error, "msg", None) or str(error)
            raise Refused(f"`{self.text}` is not a call: {reason}") from error
        name = getattr(getattr(node, "func", None), "attr", None)
        name = name or getattr(getattr(node, "func", None), "id", None)
        last = self.qualified.rsplit(".", 1)[-1]
        if not isinstance(node, ast.Call) or name != last:
            raise Refused(
                f"`{self.text}` is not a call of `{last}`",
                f"write one, such as --call '{last}([0] * 1000)'",
            )
        self.attribute = name if isinstance(node.func, ast.Attribute) else None
        function = node.func.value if self.attribute else node.func
        self.function = compiled(function)
        self.arguments = compiled(ast.Tuple(elts=node.args, ctx=ast.Load()))
        keys = [key.arg and ast.Constant(key.arg) for key in node.keywords]
        self.keywords = compiled(ast.Dict(keys=keys, values=[key.value for key in node.keywords]))

    def values(self, names):
        """The receiver, as none or one argument, and the arguments, made anew."""
        function, arguments, keywords = self.made(names)
        self.check(function)
        receiver = (function.__self__,) if inspect.ismethod(function) else ()
        return receiver, arguments, keywords

    def made(self, names):
        scope = {**self.namespace, **names}
        function = eval(self.function, scope)
        if self.attribute:
            function = getattr(function, self.attribute)
        return function, eval(self.arguments, scope), eval(self.keywords, scope)

    def prepared(self, names):
        """The call alone, with everything that it needs made already."""
        function, arguments, keywords = self.made(names)
        self.check(function)
        return bound(function, arguments, keywords)

    def check(self, function):
        plain = inspect.unwrap(function) if callable(function) else function
        name = getattr(plain, "__qualname__", None)
        if name and "<locals>" not in name and name != self.qualified:
            raise Refused(f"`{self.text}` calls `{name}` and not `{self.qualified}`")
        if inspect.iscoroutinefunction(plain) or inspect.isasyncgenfunction(plain):
            raise Refused(f"`{self.qualified}` is asynchronous: calling it does not run it")
        if inspect.isgeneratorfunction(plain):
            raise Refused(f"`{self.qualified}` is a generator: calling it does not run it")


def bound(function, arguments, keywords):
    """A call with everything that it needs made already: what is measured is called without arguments."""
    # Unpacking would allocate, and be counted as the function's.
    scope = {"function": function}
    parts = []
    for number, value in enumerate(arguments):
        scope[f"a{number}"] = value
        parts.append(f"a{number}")
    for number, (name, value) in enumerate(keywords.items()):
        scope[f"k{number}"] = value
        parts.append(f"{name}=k{number}")
    text = f"lambda {', '.join(scope)}: lambda: function({', '.join(parts)})"
    # Compiled once: until Python 3.10, a code object keeps the frame of its first call.
    if text not in MAKERS:
        MAKERS[text] = eval(compile(text, CALL, "eval"), {})
    return MAKERS[text](**scope)


def compiled(node):
    expression = ast.fix_missing_locations(ast.Expression(node))
    return compile(expression, "<call>", "eval")


def traced(run, figure):
    """What `figure` gives after a run, with its result held."""
    tracemalloc.start()
    # Its first call makes what its code keeps.
    figure()
    tracemalloc.stop()
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        result = run()
        found = figure()
    finally:
        tracemalloc.stop()
        gc.enable()
    del result
    return found


# A run for each, because a figure that is kept is an object too.
def peak(run):
    return traced(run, lambda: tracemalloc.get_traced_memory()[1])


def retained(run):
    def alive():
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    return traced(run, alive)


def total(memray, prepare):
    """All bytes that are asked for below the call."""
    # The first run under a tracker makes tables that code objects keep.
    requested(memray, prepare())
    return max(0, requested(memray, prepare()) - overhead(prepare()))


def requested(memray, run):
    requests = {kind.value for kind in memray.AllocatorType if kind.name in REQUESTS}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "trace.bin")
        gc.collect()
        gc.disable()
        try:
            with memray.Tracker(path, native_traces=False, trace_python_allocators=True):
                result = run()
        finally:
            gc.enable()
        del result
        below = {}
        found = 0
        with memray.FileReader(path) as reader:
            for record in reader.get_allocation_records():
                if record.allocator not in requests:
                    continue
                if record.stack_id not in below:
                    below[record.stack_id] = is_below(record.stack_trace())
                found += record.size if below[record.stack_id] else 0
        return found


def is_below(stack):
    """Whether a stack, innermost frame first, is that of the call and not of the tracker around it."""
    return any(frame[1] == CALL for frame in stack[1:]) and stack[0][1] != CALL


def overhead(run):
    """The bytes of what only exists under a tracker, as it profiles: a frame object for each call of a
    Python function (frames are no objects otherwise since Python 3.11), and a bound method for each
    call of a method of a builtin type."""
    if sys.version_info < (3, 11):
        return 0
    found = 0
    resumed = {}

    def count(frame, event, argument):
        nonlocal found
        caller = frame.f_back
        own = frame.f_code.co_filename
        if event == "c_call":
            receiver = getattr(argument, "__self__", None)
            if own != CALL and receiver is not None and not inspect.ismodule(receiver):
                found += sys.getsizeof(argument)
        elif event == "call" and CALL not in (own, caller and caller.f_code.co_filename):
            if frame.f_code.co_flags & RESUMABLE:
                if id(frame) in resumed:
                    return
                # Held, so that no other frame is taken for it.
                resumed[id(frame)] = frame
            found += sys.getsizeof(frame)

    sys.setprofile(count)
    try:
        result = run()
    finally:
        sys.setprofile(None)
    del result
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
