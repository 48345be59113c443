"""Which functions cannot be summarised, and what stands in the way?

    python tests/measure/unsummarised.py                  the standard library and packages
    python tests/measure/unsummarised.py NAME...          some of them: stdlib, click, jinja2 ...
    python tests/measure/unsummarised.py --causes 30      with more causes of each

A function cannot be summarised where a figure is `open`: its formula rests on something that no input
determines. Prints the share of these functions in all, of any figure and of each, and what the formulas
rest on, ranked by how many functions do: directly or through what they call. With each cause stands the
place that most functions rest on.

The standard library is that of this interpreter, the packages are those of tests/requirements.txt; their
tests are left out. The binary is $HEAPCAST, or target/release/heapcast. A program that takes longer
than --limit seconds is left out, and the exit status is 1.
"""

import argparse
import collections
import importlib.util
import json
import os
import pathlib
import re
import subprocess
import sys
import sysconfig
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEAPCAST = os.environ.get("HEAPCAST", ROOT / "target/release/heapcast")
PACKAGES = ("click", "jinja2", "werkzeug", "rich", "networkx")
LIBRARY = "stdlib"
TESTS = ("test/", "tests/", "idle_test/")
# What of the folder of the standard library is not the library.
INSTALLED = ("site-packages/", "dist-packages/")
METRICS = ("total", "peak", "retained")
# Causes that name what they are about, and are counted as one.
FAMILIES = (
    (re.compile(r"what .+ calls is not counted"), "what a library function calls is not counted"),
    (re.compile(r"taken for an? .+, because .+"), "taken for a type, because of what is done to it"),
)


def summary(folder, exclude, limit):
    """The functions of a folder as `heapcast summary` gives them, and the seconds that it took."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = [HEAPCAST, "summary", folder, "--python", version, "--format", "json"]
    for pattern in exclude:
        command += ["--exclude", pattern]
    start = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=limit)
    # A status of 1 says that some file could not be read.
    if done.returncode > 1:
        sys.exit(done.stderr.decode(errors="replace"))
    return json.loads(done.stdout)["rows"], time.monotonic() - start


def program(name):
    """The folder of a program, and what of it is left out."""
    if name == LIBRARY:
        return pathlib.Path(sysconfig.get_path("stdlib")), (*INSTALLED, *TESTS)
    return pathlib.Path(importlib.util.find_spec(name).origin).parent, TESTS


def family(cause):
    for pattern, name in FAMILIES:
        if pattern.fullmatch(cause):
            return name
    return cause


def causes(rows, folder):
    """What open functions rest on: how many, in words, and the place that most of them rest on."""
    functions = collections.Counter()
    places = collections.defaultdict(collections.Counter)
    for row in rows:
        if row["grade"] != "open":
            continue
        functions.update({family(unknown["cause"]) for unknown in row["unknowns"]})
        for place in {(family(u["cause"]), u["path"], u["line"]) for u in row["unknowns"]}:
            places[place[0]][place[1:]] += 1
    for cause, count in functions.most_common():
        (path, line), _ = places[cause].most_common(1)[0]
        path = pathlib.Path(path).resolve()
        shown = path.relative_to(folder) if path.is_relative_to(folder) else path
        yield count, cause, f"{shown}:{line}"


def share(part, whole):
    return f"{part / max(whole, 1):.1%}"


def shares(name, rows, seconds):
    """A line of the table."""
    is_open = [[row[metric]["grade"] == "open" for metric in METRICS] for row in rows]
    counts = [sum(map(any, is_open)), *map(sum, zip(*is_open))]
    return [name, f"{len(rows):,}", *(share(count, len(rows)) for count in counts), f"{seconds:.0f}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=[LIBRARY, *PACKAGES])
    parser.add_argument("--causes", type=int, default=10, help="print so many of each program")
    parser.add_argument("--limit", type=int, default=3600, help="seconds for each program")
    arguments = parser.parse_args()
    table = [["program", "functions", "open", *METRICS, "seconds"]]
    unfinished = []
    for name in arguments.names:
        folder, exclude = program(name)
        try:
            rows, seconds = summary(folder, exclude, arguments.limit)
        except subprocess.TimeoutExpired:
            unfinished.append(f"{name} is not finished after {arguments.limit} s")
            continue
        table.append(shares(name, rows, seconds))
        print(f"{name}: what the formulas of {len(rows):,} functions rest on")
        for count, cause, place in list(causes(rows, folder.resolve()))[: arguments.causes]:
            print(f"{share(count, len(rows)):>7}  {cause} ({place})")
        print(flush=True)
    print("| " + " | ".join(table[0]) + " |")
    print("| --- |" + " ---: |" * (len(table[0]) - 1))
    for line in table[1:]:
        print("| " + " | ".join(line) + " |")
    if unfinished:
        sys.exit("\n".join(unfinished))


if __name__ == "__main__":
    main()
