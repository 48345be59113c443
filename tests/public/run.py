"""How near are the forecasts for public functions to what CPython does?

    python tests/public/run.py BINARY [--only TEXT] [--all] [--causes]

Every module in `calls/` has `CASES`: for a function of an installed package or of the standard library,
what makes its arguments for a size, and the sizes. The packages of `requirements.txt` are installed into
target/public, `heapcast interface` emits what it knows of their source, and each function is measured and
judged as those of tests/truth, in a process of its own with a limit on its time.
"""

import argparse
import ast
import collections
import functools
import hashlib
import importlib
import importlib.metadata
import importlib.util
import json
import multiprocessing
import multiprocessing.connection
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import time
import traceback
import types
import venv

HERE = pathlib.Path(__file__).resolve().parent
JUDGE = HERE.parent / "truth" / "judge.py"
DRIVER = HERE.parents[1] / "src" / "commands" / "verify" / "driver.py"
FOLDER = HERE.parents[1] / "target" / "public"
VENV = FOLDER / "venv"
MEASURED = FOLDER / "measured.json"
VERDICTS = ("near", "double", "far", "below", "open")
METRICS = ("peak", "retained")
# What arguments are drawn with: first those that are forecast for, then others of the same shape.
DRAWS = (0, 1_000_000)
# The sizes of a case that names none.
SIZES = (10, 100, 1000)
# Seconds of the processor for one function, and seconds for what is emitted at once.
FUNCTION_LIMIT = 40
EMIT_LIMIT = 240
MEMORY_LIMIT = 6 << 30
ENDS = {-signal.SIGXCPU: f"took more than {FUNCTION_LIMIT} s", -signal.SIGSEGV: "crashed"}


def load(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class Case:
    """A function, and what makes its arguments."""

    def __init__(self, calls, key, found, source):
        self.calls = calls
        self.key = key
        self.module, self.name = key.split("::")
        self.make, self.sizes = found if isinstance(found, tuple) else (found, SIZES)
        # What is analysed together with it: its package, or its file alone.
        self.unit = self.module if getattr(calls.module, "FILES", False) else self.module.split(".")[0]
        parts = [key, version(self.module), calls.shared, source, str(self.sizes)]
        parts += [DRIVER.read_text(), (HERE / "arguments.py").read_text()]
        self.fingerprint = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]

    def function(self):
        without = getattr(self.calls.module, "ACCELERATORS", {}).get(self.module)
        found = written_in_python(self.module, without) if without else importlib.import_module(self.module)
        for name in self.name.split("."):
            found = getattr(found, name)
        # The interface of a class method has the class as its first argument.
        return found.__func__ if isinstance(found, types.MethodType) else found


class Calls:
    """A module of `calls/`, of the cases that are asked for."""

    def __init__(self, path, only, slices):
        self.name, self.slices = path.stem, slices
        self.module = load(path, f"calls_{path.stem}")
        shared, sources = [], {}
        for statement in ast.parse(path.read_text()).body:
            if not (isinstance(statement, ast.Assign) and statement.targets[0].id == "CASES"):
                shared.append(ast.dump(statement))
                continue
            for key, value in zip(statement.value.keys, statement.value.values):
                if key.value in sources:
                    sys.exit(f"{path}: {key.value} is there twice")
                sources[key.value] = ast.dump(value)
        # A case is measured anew where it changes, or what all of the module's share.
        self.shared = "\n".join(shared)
        self.cases = [
            Case(self, key, found, sources[key])
            for key, found in self.module.CASES.items()
            if not only or only in f"{self.name}/{key}"
        ]


@functools.cache
def written_in_python(name, accelerator):
    """A module of the standard library without the C code that stands in for its functions."""
    kept = sys.modules.get(accelerator)
    sys.modules[accelerator] = None
    try:
        return load(importlib.util.find_spec(name).origin, name)
    finally:
        sys.modules[accelerator] = kept


@functools.cache
def distributions():
    return importlib.metadata.packages_distributions()


@functools.cache
def version(module):
    """The versions of Python and of the distribution that a module is of."""
    names = distributions().get(module.split(".")[0], ())
    return " ".join([sys.version, *(f"{name} {importlib.metadata.version(name)}" for name in names)])


def prepare():
    """Installs the packages, and goes on in their environment, with the same order of sets in all runs."""
    wanted = (HERE / "requirements.txt").read_text()
    stamp = FOLDER / "installed.txt"
    if not stamp.exists() or stamp.read_text() != wanted:
        FOLDER.mkdir(parents=True, exist_ok=True)
        venv.create(VENV, with_pip=True, clear=True)
        install = [VENV / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "-r", HERE / "requirements.txt"], check=True)
        stamp.write_text(wanted)
    if pathlib.Path(sys.prefix) != VENV or os.environ.get("PYTHONHASHSEED") != "0":
        python = str(VENV / "bin" / "python")
        settings = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": ""}
        os.execve(python, [python, *sys.argv], {**os.environ, **settings})


def emit(binary, case):
    """Has the interfaces of a case's unit emitted; says what prevents it, or nothing."""
    folder = FOLDER / "interfaces" / case.unit
    build = pathlib.Path(binary).stat()
    stamp, wanted = folder / "stamp", f"{build.st_size} {build.st_mtime_ns} {version(case.module)}"
    if stamp.exists() and stamp.read_text() == wanted:
        return ""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.rglob("*.py"):
        old.unlink()
    module = importlib.import_module(case.unit)
    source, target = pathlib.Path(module.__file__), interface(case)
    if hasattr(module, "__path__") and not getattr(case.calls.module, "FILES", False):
        source, target = source.parent, folder
    target.parent.mkdir(parents=True, exist_ok=True)
    command = [binary, "interface", source, "-o", target, "--quiet", "--python"]
    command.append(f"{sys.version_info.major}.{sys.version_info.minor}")
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=EMIT_LIMIT)
    except subprocess.TimeoutExpired:
        return f"emission took more than {EMIT_LIMIT} s"
    if done.returncode:
        return done.stderr.strip()
    stamp.write_text(wanted)
    return ""


def interface(case):
    """The file that a case's interface stands in."""
    return FOLDER / "interfaces" / case.unit / f"{case.module.replace('.', '/')}.py"


def measured(case):
    """What a case takes at each size, and what it takes with other values of the same shape."""
    driver = load(DRIVER, "driver")
    function = case.function()
    found = []
    for draw in DRAWS:
        sys.modules["arguments"].DRAW = draw
        found.append([
            driver.figures(None, lambda: driver.bound(function, case.make(size), {}))
            for size in case.sizes
        ])
    return found


def forecast(case):
    """For each metric what the interface gives for all sizes: numbers, or why there is none."""
    module = load(interface(case), "interfaces")
    module.RUN_SLICES = case.calls.slices
    interfaces = module.INTERFACES
    if case.name not in interfaces:
        raise LookupError("the interface module does not have it")
    found = {}
    for metric in METRICS:
        found[metric] = []
        for size in case.sizes:
            value = interfaces[case.name](*case.make(size), metric=metric)
            if not isinstance(value, int):
                names = sorted(symbol.name for symbol in value.free_symbols)
                names = [re.sub(r" @ \S*/(?:site-packages|python3\.\d+)/", " @ ", name) for name in names]
                value = {"unknown": names or [f"not a number: {str(value)[:200]}"], "formula": str(value)[:2000]}
            found[metric].append(value)
    return found


def in_processes(work, jobs, label):
    """What `work` gives for each job, or why it gives nothing; in processes, some at the same time."""
    rest, running, results = list(range(len(jobs)))[::-1], {}, [None] * len(jobs)
    workers = os.cpu_count() or 1
    while rest or running:
        while rest and len(running) < workers:
            index = rest.pop()
            ours, theirs = multiprocessing.Pipe(duplex=False)
            process = multiprocessing.Process(target=answer, args=(theirs, work, jobs[index]))
            process.start()
            theirs.close()
            running[ours] = index, process, time.monotonic() + 10 * FUNCTION_LIMIT
        for pipe in multiprocessing.connection.wait(list(running), timeout=1):
            index, process, _ = running.pop(pipe)
            try:
                results[index] = pipe.recv()
                process.join()
            except EOFError:
                process.join()
                results[index] = {"error": ENDS.get(process.exitcode, f"ended with {process.exitcode}")}
        for pipe, (index, process, end) in list(running.items()):
            if time.monotonic() > end:
                process.kill()
                process.join()
                del running[pipe]
                results[index] = {"error": "waits for something"}
        if sys.stderr.isatty():
            print(f"\r{label}: {len(jobs) - len(rest)} of {len(jobs)} ", end="", file=sys.stderr)
    return results


def answer(pipe, work, job):
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (FUNCTION_LIMIT, FUNCTION_LIMIT + 5))
    sys.setrecursionlimit(20_000)
    sys.stdout = open(os.devnull, "w")
    try:
        found = work(job)
    except BaseException as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        found = {"error": f"{type(error).__name__}: {error} ({where.name}:{where.lineno})"[:400]}
    pipe.send(found)


def all_measured(cases):
    """The measurements of all cases, of which those are kept that were made before."""
    known = json.loads(MEASURED.read_text()) if MEASURED.exists() else {}
    missing = [case for case in cases if case.fingerprint not in known]
    for case, found in zip(missing, in_processes(measured, missing, "measured")):
        if isinstance(found, dict):
            print(f"cannot be measured: {case.calls.name}/{case.key}: {found['error']}", file=sys.stderr)
        else:
            known[case.fingerprint] = found
    MEASURED.write_text(json.dumps(known))
    return known


class Row:
    """What the forecasts of one metric of a function are worth."""

    def __init__(self, case, metric, forecasts, draws):
        judge = load(JUDGE, "judge")
        real, others = ([one[metric] for one in draw] for draw in draws)
        self.calls, self.key, self.metric = case.calls.name, case.key, metric
        self.sizes, self.forecast, self.measured = case.sizes, forecasts, real
        self.verdict = judge.verdict(self)
        # Whether the values in the arguments make no difference.
        pairs = zip(real, others)
        self.of_shape = all(judge.is_alike(one, other, judge.NEAR) for one, other in pairs)
        self.unknown = next((found for found in forecasts if isinstance(found, dict)), {})
        known = self.verdict != "open"
        self.near, self.double = (known and judge.is_within(self, by) for by in (judge.NEAR, judge.DOUBLE))
        # The values of some cases differ, and not their number.
        self.grows = known and (self.sizes[-1] == self.sizes[-2] or judge.grows_alike(self))

    def __str__(self):
        found = [str(one.get("unknown") or one)[:150] if isinstance(one, dict) else one for one in self.forecast]
        if self.verdict == "open":
            found = found[-1]
        return f"{self.verdict:7}{self.calls}/{self.key} {self.metric}: {found} for {self.measured}"


def rows(binary, packages, known):
    cases = [case for calls in packages for case in calls.cases if case.fingerprint in known]
    reasons = {}
    for case in cases:
        if case.unit not in reasons:
            reasons[case.unit] = emit(binary, case)
            if reasons[case.unit]:
                print(f"no interface of {case.unit}: {reasons[case.unit][:200]}", file=sys.stderr)
    able = [case for case in cases if not reasons[case.unit]]
    forecasts = dict(zip(able, in_processes(forecast, able, "forecast")))
    for case in cases:
        found = forecasts.get(case, {"error": reasons[case.unit]})
        for metric in METRICS:
            numbers = found.get(metric) or [{"unknown": [f"error: {found['error']}"]} for _ in case.sizes]
            yield Row(case, metric, numbers, known[case.fingerprint])


def table(found):
    """How many rows of each module have which verdict."""
    counts = collections.defaultdict(collections.Counter)
    for row in found:
        counts[row.calls][row.verdict] += 1
        counts["all"][row.verdict] += 1
    print(f"{'calls':<18}" + "".join(f"{verdict:>8}" for verdict in VERDICTS))
    for name in [*sorted(set(counts) - {"all"}), "all"]:
        print(f"{name:<18}" + "".join(f"{counts[name][verdict]:>8}" for verdict in VERDICTS))


def summary(found):
    """The shares that the suite is about; all but the first are shares of the rows with a number."""
    print(f"\n{'':<18}{'rows':>6}{'number':>9}{'bound':>9}{'10 %':>9}{'2x':>9}{'growth':>9}")
    for metric in (*METRICS, "both", *(f"{metric}, by shape" for metric in (*METRICS, "both"))):
        name, _, by_shape = metric.partition(",")
        chosen = [row for row in found if name in (row.metric, "both") and (row.of_shape or not by_shape)]
        numbers = [row for row in chosen if row.verdict != "open"]
        shares = [
            (numbers, chosen),
            ([row for row in numbers if row.verdict != "below"], numbers),
            ([row for row in numbers if row.near], numbers),
            ([row for row in numbers if row.double], numbers),
            ([row for row in numbers if row.grows], numbers),
        ]
        figures = "".join(f"{100 * len(part) / max(1, len(whole)):>7.1f} %" for part, whole in shares)
        print(f"{metric:<18}{len(chosen):>6}{figures}")


def causes(found):
    """The unknowns that open forecasts rest on, by how many functions they keep open."""
    kinds, exact = collections.defaultdict(dict), collections.defaultdict(dict)
    for row in found:
        for name in row.unknown.get("unknown", ()):
            kinds[kind_of(name)].setdefault(row.key, name)
            exact[re.sub(r" @ .*", "", name)].setdefault(row.key, name)
    for title, groups in (("kind of unknown", kinds), ("unknown", exact)):
        print(f"\nfunctions  {title}, and one example")
        for name, keys in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:60]:
            key, example = next(iter(keys.items()))
            print(f"{len(keys):>9}  {name[:60]:<60}  {key}: {example[:100]}")


def kind_of(name):
    """An unknown without its place and the names in it."""
    if name.startswith(("error", "not a number")):
        return re.sub(r"[0-9]+", "0", name)[:60]
    name = re.sub(r" of [\w.<>]+$", " of a callee", re.sub(r" @ .*", "", name))
    called = re.fullmatch(r"[\w.]+\((?:\.\.\.)?\)", name)
    if called and not name.startswith(("len(", "text(", "nodes(", "depth(")):
        return "what a call allocates or gives"
    return re.sub(r"\"[^\"]*\"", '"…"', re.sub(r"[A-Za-z_]\w*(?=[.)\[*]|$| of)", "x", name))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--only", default="", help="cases whose `module of calls/function` has this text")
    parser.add_argument("--all", action="store_true", help="print each function")
    parser.add_argument("--causes", action="store_true", help="print what open forecasts rest on")
    parser.add_argument("--formulas", action="store_true", help="forecast without running slices")
    parser.add_argument("--json", metavar="PATH", help="write each row to this file")
    arguments = parser.parse_args()
    prepare()
    sys.path.insert(0, str(HERE))
    # For all processes at once.
    import sympy  # noqa: F401

    packages = [Calls(path, arguments.only, not arguments.formulas) for path in sorted((HERE / "calls").glob("*.py"))]
    known = all_measured([case for calls in packages for case in calls.cases])
    found = list(rows(arguments.binary, packages, known))
    if arguments.all:
        for row in found:
            print(row)
    table(found)
    summary(found)
    if arguments.causes:
        causes(found)
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps([vars(row) for row in found], indent=1))


if __name__ == "__main__":
    main()
