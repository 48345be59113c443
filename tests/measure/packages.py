"""How fast is the binary, and how much memory does it need, on real and on generated programs?

    python tests/measure/packages.py                         the standard library and some packages
    python tests/measure/packages.py PATH...                 these folders
    python tests/measure/packages.py --fit                   generated programs of growing size
    python tests/measure/packages.py --command summary       another command than callgraph

Prints for each: lines (of all .py files), seconds of CPU and of the clock, peak memory, lines a
CPU-second, bytes of memory a line, and the seconds of each stage as `heapcast -v` reports them
(`stage NAME SECONDSs` on stderr). With --fit, also the exponents with which time and memory grow:
the slope of the least-squares line through their logarithms. A peak below 20 MiB is that of the
Python process from which the run was started.

The binary is $HEAPCAST, or target/release/heapcast, the programs come from
target/release/examples/generate_project, and the packages are downloaded to target/measure once,
at the versions of requirements.txt. Exit status 1 when a run fails or a given limit is passed.
"""

from __future__ import annotations

import argparse
import math
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import NamedTuple, Optional

ROOT = Path(__file__).resolve().parents[2]
HEAPCAST = Path(os.environ.get("HEAPCAST", ROOT / "target/release/heapcast"))
GENERATE = ROOT / "target/release/examples/generate_project"
WORK = ROOT / "target/measure"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
SIZES = (10_000, 100_000, 500_000)

_STAGE = re.compile(r"^stage (.+) ([0-9.]+)s$")


class Run(NamedTuple):
    name: str
    lines: int
    cpu: float
    clock: float
    memory: int
    stages: dict[str, float]
    status: int

    @property
    def speed(self) -> float:
        return self.lines / self.cpu if self.cpu else math.inf

    @property
    def bytes_per_line(self) -> float:
        return self.memory / max(self.lines, 1)


def count_lines(folder: Path) -> int:
    return sum(
        path.read_bytes().count(b"\n") for path in folder.rglob("*.py") if path.is_file()
    )


def measure(name: str, folder: Path, command: str, threads: Optional[int], repeat: int) -> Run:
    """The run with the least CPU time of several."""
    lines = count_lines(folder)
    runs = [once(name, lines, folder, command, threads) for _ in range(repeat)]
    return min(runs, key=lambda run: (run.status != 0, run.cpu))


def once(name: str, lines: int, folder: Path, command: str, threads: Optional[int]) -> Run:
    arguments = [HEAPCAST, command, folder, "-v"]
    if threads:
        arguments += ["--threads", str(threads)]
    with tempfile.TemporaryFile("w+", errors="replace") as errors:
        start = time.monotonic()
        child = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(child.pid, 0)
        clock = time.monotonic() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        text = errors.read()
    stages = {}
    for line in text.splitlines():
        if found := _STAGE.match(line.strip()):
            stages[found[1]] = float(found[2])
    if child.returncode != 0:
        print(f"{name}: exit status {child.returncode}", *text.splitlines()[-5:], sep="\n  ")
    # Linux counts the peak in KiB, macOS in bytes.
    memory = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    cpu = usage.ru_utime + usage.ru_stime
    return Run(name, lines, cpu, clock, memory, stages, child.returncode)


def standard_library() -> Path:
    """A copy of the interpreter's standard library, tests included, installed packages not."""
    copy = WORK / f"python{sys.version_info.major}.{sys.version_info.minor}"
    if not copy.exists():
        partial = copy.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        leave = shutil.ignore_patterns("site-packages", "dist-packages", "__pycache__", "*.so", "*.a")
        shutil.copytree(sysconfig.get_path("stdlib"), partial, ignore=leave, symlinks=True)
        partial.rename(copy)
    return copy


def packages() -> list[Path]:
    site = WORK / "packages"
    pins = site / "requirements.txt"
    if not pins.exists() or pins.read_bytes() != REQUIREMENTS.read_bytes():
        shutil.rmtree(site, ignore_errors=True)
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile",
                   "--disable-pip-version-check", "--target", site, "-r", REQUIREMENTS]
        if subprocess.run(install).returncode != 0:
            print("the packages could not be downloaded; going on without", file=sys.stderr)
            return []
        shutil.copy(REQUIREMENTS, pins)
    return sorted(path for path in site.iterdir() if (path / "__init__.py").exists())


def generated(lines: int) -> Path:
    folder = WORK / "generated" / str(lines)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([GENERATE, str(lines), folder], check=True)
    return folder


def exponent(runs: list[Run], value: str) -> float:
    """The least-squares slope of log(value) over log(lines)."""
    points = [(math.log(run.lines), math.log(max(getattr(run, value), 1e-6))) for run in runs]
    middle_x = sum(x for x, _ in points) / len(points)
    middle_y = sum(y for _, y in points) / len(points)
    above = sum((x - middle_x) * (y - middle_y) for x, y in points)
    return above / sum((x - middle_x) ** 2 for x, _ in points)


def print_table(runs: list[Run]) -> None:
    stages = list(dict.fromkeys(stage for run in runs for stage in run.stages))
    heading = ["program", "lines", "CPU s", "clock s", "MiB", "lines/CPU s", "bytes/line", *stages]
    rows = [heading]
    for run in runs:
        rows.append(
            [
                run.name if run.status == 0 else f"{run.name} (failed)",
                f"{run.lines:,}",
                f"{run.cpu:.2f}",
                f"{run.clock:.2f}",
                f"{run.memory / 2**20:,.1f}",
                f"{run.speed:,.0f}",
                f"{run.bytes_per_line:,.0f}",
                *(f"{run.stages[stage]:.2f}" if stage in run.stages else "" for stage in stages),
            ]
        )
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        first, *others = (cell.rjust(width) for cell, width in zip(row, widths))
        print("  ".join([row[0].ljust(widths[0]), *others]).rstrip())


def main() -> int:
    parser = argparse.ArgumentParser(description="Speed and memory of the heapcast binary.")
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--command", default="callgraph")
    parser.add_argument("--fit", action="store_true", help="generated programs, and the growth")
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES, help="lines, for --fit")
    parser.add_argument("--threads", type=int, help="threads that a run may use")
    parser.add_argument("--repeat", type=int, default=1, help="runs of each; the fastest counts")
    parser.add_argument("--min-speed", type=float, help="lines a CPU-second, at least")
    parser.add_argument("--max-bytes", type=float, help="bytes of memory a line, at most")
    parser.add_argument("--max-exponent", type=float, help="growth of the CPU time, at most")
    args = parser.parse_args()

    needed = [HEAPCAST, GENERATE] if args.fit else [HEAPCAST]
    for binary in needed:
        if not binary.exists():
            print(f"{binary} is not there; build it with: cargo build --release --locked --examples "
                  "--bins", file=sys.stderr)
            return 2
    WORK.mkdir(parents=True, exist_ok=True)
    if args.fit:
        subjects = [(f"generated {size:,}", generated(size)) for size in args.sizes]
    elif args.paths:
        subjects = [(path.resolve().name, path) for path in args.paths]
    else:
        library = standard_library()
        subjects = [(library.name, library), *((path.name, path) for path in packages())]

    runs = [measure(name, path, args.command, args.threads, args.repeat) for name, path in subjects]
    print_table(runs)
    failures = [f"{run.name} failed" for run in runs if run.status != 0]
    for run in runs:
        if args.min_speed and run.speed < args.min_speed:
            failures.append(f"{run.name}: {run.speed:,.0f} lines a CPU-second are too few")
        if args.max_bytes and run.bytes_per_line > args.max_bytes:
            failures.append(f"{run.name}: {run.bytes_per_line:,.0f} bytes a line are too many")
    if args.fit and len(runs) > 1:
        grows = exponent(runs, "cpu")
        print(f"\nCPU time grows with lines^{grows:.3f}, memory with lines^"
              f"{exponent(runs, 'memory'):.3f}")
        if args.max_exponent and grows > args.max_exponent:
            failures.append(f"lines^{grows:.3f} is too fast a growth")
    for failure in failures:
        print(failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
