"""How near are the forecasts to what CPython does?

    python tests/truth/run.py BINARY [--only TEXT] [--all] [--check]

Every module in `functions/` has functions and `CASES`: for each function, what makes its arguments for
a size, and the sizes. Each function is run in this interpreter, which must be the version that is
forecast, and measured by tracemalloc; the interface that `heapcast interface` emits is called with the
same arguments. The table says for how many a number comes out, whether it is a bound, and how near.
"""

import argparse
import gc
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile
import tracemalloc
import traceback

FOLDER = pathlib.Path(__file__).parent / "functions"
SCORE = FOLDER.parent / "score.json"
METRICS = ("peak", "retained")
# Below this many bytes, a difference is that of a few objects and says nothing about growth.
SLACK = 64


def load(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def measure(function, make, size):
    """The peak of a call, and what is alive after it, with its result held."""
    for _ in range(2):
        function(*make(size))
    # A run for each, because a figure that is kept is an object too.
    return {
        "peak": traced(function, make(size), lambda: tracemalloc.get_traced_memory()[1]),
        "retained": traced(function, make(size), alive),
    }


def alive():
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def traced(function, arguments, figure):
    """What `figure` gives after a call, with the call's result held."""
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        result = function(*arguments)
        found = figure()
    finally:
        tracemalloc.stop()
        gc.enable()
    del result
    return found


def judge(forecasts, measured):
    """What the forecasts of a function at all its sizes are worth."""
    if any(not isinstance(forecast, int) for forecast in forecasts):
        return "open"
    pairs = list(zip(forecasts, measured))
    if any(forecast + 0.001 * real < real for forecast, real in pairs):
        return "below"
    last, real = pairs[-1]
    if last <= real * 1.1 + SLACK:
        return "near"
    return "double" if last <= real * 2 + SLACK else "far"


def rows(binary, paths, only):
    for path in paths:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        with tempfile.TemporaryDirectory() as folder:
            target = pathlib.Path(folder) / "interfaces.py"
            command = [binary, "interface", str(path), "-o", str(target), "--python", version]
            subprocess.run(command, check=True)
            interfaces = load(target, f"{path.stem}_interfaces").INTERFACES
        module = load(path, path.stem)
        for name, (make, sizes) in module.CASES.items():
            if only and only not in f"{path.stem}.{name}":
                continue
            measured = [measure(getattr(module, name), make, size) for size in sizes]
            for metric in METRICS:
                forecasts = []
                for size in sizes:
                    try:
                        forecasts.append(interfaces[name](*make(size), metric=metric))
                    except Exception:
                        traceback.print_exc()
                        forecasts.append(None)
                real = [figures[metric] for figures in measured]
                yield path.stem, name, metric, judge(forecasts, real), forecasts, real


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--only", default="")
    parser.add_argument("--all", action="store_true", help="print each function")
    parser.add_argument("--check", action="store_true", help="fail where it was better before")
    arguments = parser.parse_args()
    verdicts = ("near", "double", "far", "below", "open")
    counts = {}
    for row in rows(arguments.binary, sorted(FOLDER.glob("*.py")), arguments.only):
        module, name, metric, verdict, forecasts, real = row
        counts.setdefault(module, {}).setdefault(verdict, 0)
        counts[module][verdict] += 1
        if arguments.all:
            print(f"{verdict:7}{module}.{name} {metric}: {[str(f)[:60] for f in forecasts]} for {real}")
    print(f"{'module':<16}" + "".join(f"{verdict:>8}" for verdict in verdicts))
    total = dict.fromkeys(verdicts, 0)
    for module, found in sorted(counts.items()):
        print(f"{module:<16}" + "".join(f"{found.get(verdict, 0):>8}" for verdict in verdicts))
        for verdict, count in found.items():
            total[verdict] += count
    print(f"{'all':<16}" + "".join(f"{total[verdict]:>8}" for verdict in verdicts))
    if arguments.check:
        check(total)


def check(total):
    """Fails where the forecasts became worse than `score.json` says.

    A few may differ between patch versions of the interpreter, whose own objects are measured too.
    """
    score = json.loads(SCORE.read_text())
    if sys.version_info[:2] != (3, 11):
        print(f"not compared with {SCORE.name}, which is of CPython 3.11")
        return
    found = {"near": total["near"] + total["double"], "below": total["below"], "open": total["open"]}
    worse = {"near": score["near"] - found["near"]}
    worse.update({name: found[name] - score[name] for name in ("below", "open")})
    if max(worse.values()) > 2:
        sys.exit(f"the forecasts became worse: {SCORE.name} says {score}, found {found}")


if __name__ == "__main__":
    sys.setrecursionlimit(20_000)
    main()
