"""What is forecast for the functions of `functions/`, and what CPython allocates for them.

Both are had as `heapcast verify` has them: its driver measures, and the interface that
`heapcast interface` emits is called with the same arguments.
"""

import dataclasses
import gc
import importlib
import importlib.util
import pathlib
import subprocess
import sys
import tempfile
import traceback

HERE = pathlib.Path(__file__).parent
DRIVER = HERE.parents[1] / "src" / "commands" / "verify" / "driver.py"
METRICS = ("total", "peak", "retained")


@dataclasses.dataclass
class Row:
    """One figure of a function, forecast and measured at each size."""

    module: str
    function: str
    metric: str
    sizes: tuple
    forecast: list
    measured: list
    # What the formulas say alone, where nothing of the function is run.
    formula: list = dataclasses.field(default_factory=list)


def load(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def interfaces(binary, path):
    """The module of the interface functions of a file."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder) / "interfaces.py"
        command = [binary, "interface", str(path), "-o", str(target), "--python", version]
        subprocess.run(command, check=True)
        return load(target, f"{path.stem}_interfaces")


def forecast(module, name, arguments, metric, slices=True):
    """A number, a formula that rests on an unknown, or nothing where the interface fails."""
    module.RUN_SLICES = slices
    try:
        return module.INTERFACES[name](*arguments, metric=metric)
    except Exception:
        traceback.print_exc()
        return None


def rows(binary, only=""):
    """Each metric of each function whose `module.name` has that text in it."""
    driver = load(DRIVER, "driver")
    memray = importlib.import_module("memray")
    for path in sorted((HERE / "functions").glob("*.py")):
        module = load(path, path.stem)
        forecasts = interfaces(binary, path)
        # The collections between runs need not look at what all these modules have made.
        gc.collect()
        gc.freeze()
        for name, (make, sizes) in module.CASES.items():
            if only not in f"{path.stem}.{name}":
                continue
            function = getattr(module, name)
            measured = [
                driver.figures(memray, lambda: driver.bound(function, make(size), {}))
                for size in sizes
            ]
            for metric in METRICS:
                found = [forecast(forecasts, name, make(size), metric) for size in sizes]
                alone = [forecast(forecasts, name, make(size), metric, slices=False) for size in sizes]
                real = [figures[metric] for figures in measured]
                yield Row(path.stem, name, metric, sizes, found, real, alone)
