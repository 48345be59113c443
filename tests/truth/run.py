"""How near are the forecasts to what CPython does?

    python tests/truth/run.py BINARY [--only TEXT] [--all] [--check] [--readme]

Every module in `functions/` has functions and `CASES`: for each function, what makes its arguments for
a size, and the sizes. Each function is run in this interpreter, which must be the version that is
forecast, and measured as `heapcast verify` does; the interface that `heapcast interface` emits is called
with the same arguments. The tables say for how many a number comes out, whether it is a bound, and how
near. README.md here has the terms.
"""

import argparse
import dataclasses
import json
import pathlib
import re
import sys

from figures import METRICS, rows
from judge import MEASURES, VERDICTS, verdict

HERE = pathlib.Path(__file__).parent
SCORE = HERE / "score.json"
README = HERE.parents[1] / "README.md"
# The table of the README stands between these.
START, END = "<!-- truth -->\n", "<!-- /truth -->\n"
# The interpreter that the score and the README's table are of.
VERSION = (3, 11)
# So many figures may differ between its patch versions, whose own objects are measured too.
TOLERATED = 2


def tally(judged, metrics):
    """How many figures of these metrics have each verdict."""
    found = [word for row, word in judged if row.metric in metrics]
    return {word: found.count(word) for word in VERDICTS}


def by_module(judged, metrics):
    """The verdicts on these metrics as a table, a line for each module."""
    modules = sorted({row.module for row, _ in judged})
    lines = [f"{', '.join(metrics):<16}" + "".join(f"{word:>8}" for word in VERDICTS)]
    for name in modules:
        counts = tally([(row, word) for row, word in judged if row.module == name], metrics)
        lines.append(f"{name:<16}" + "".join(f"{count:>8}" for count in counts.values()))
    lines.append(f"{'all':<16}" + "".join(f"{count:>8}" for count in tally(judged, metrics).values()))
    return "\n".join(lines)


def measures(found):
    """What the README tells of all functions, in Markdown."""
    lines = [f"| | {' | '.join(METRICS)} |", "| --- |" + " ---: |" * len(METRICS)]
    for name, concerns, holds in MEASURES:
        cells = [name]
        for metric in METRICS:
            those = [row for row in found if row.metric == metric and concerns(row)]
            cells.append(f"{sum(map(holds, those))} of {len(those)}")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def table_of(readme):
    """The README around its table, and the table."""
    before, rest = readme.split(START)
    table, after = rest.split(END)
    return before, table, after


def write_readme(table):
    before, _, after = table_of(README.read_text())
    README.write_text(before + START + table + END + after)


def worsened(judged):
    """Where forecasts are worse than `score.json` says: of peak and retained, and of total."""
    score = json.loads(SCORE.read_text())
    for name, metrics, before in (
        ("peak and retained", ("peak", "retained"), score),
        ("total", ("total",), score["total"]),
    ):
        counts = tally(judged, metrics)
        near = counts["near"] + counts["double"]
        lost = (
            before["near"] - near,
            counts["below"] - before["below"],
            counts["open"] - before["open"],
        )
        if max(lost) > TOLERATED:
            found = {"near": near, "below": counts["below"], "open": counts["open"]}
            yield f"the forecasts of {name} became worse: found {found}, {SCORE.name} says {before}"


def outdated(table):
    """Whether the README's table is no longer that of this run."""
    _, written, _ = table_of(README.read_text())
    numbers = [[int(digits) for digits in re.findall(r"\d+", text)] for text in (written, table)]
    same_shape = len(numbers[0]) == len(numbers[1])
    if not same_shape or any(abs(old - new) > TOLERATED for old, new in zip(*numbers)):
        yield "README.md has another table than this run; `--readme` writes it"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--only", default="", help="those whose module.name has this in it")
    parser.add_argument("--all", action="store_true", help="print each function")
    parser.add_argument("--check", action="store_true", help="fail where it was better before")
    parser.add_argument("--readme", action="store_true", help="write the README's table")
    arguments = parser.parse_args()
    if arguments.only and (arguments.check or arguments.readme):
        parser.error("--check and --readme are of all functions")
    found = []
    for row in rows(arguments.binary, arguments.only):
        found.append(row)
        if arguments.all:
            shown = [str(forecast)[:60] for forecast in row.forecast]
            print(f"{verdict(row):7}{row.module}.{row.function} {row.metric}: {shown} for {row.measured}")
    judged = [(row, verdict(row)) for row in found]
    print(by_module(judged, ("peak", "retained")), by_module(judged, ("total",)), sep="\n\n")
    alone = [dataclasses.replace(row, forecast=row.formula) for row in found]
    table = f"{measures(found)}\nBy the formulas alone, with nothing of the functions run:\n\n{measures(alone)}"
    print(f"\n{table}")
    if sys.version_info[:2] != VERSION:
        print(f"{SCORE.name} and the README's table are of another version of CPython")
        return
    if arguments.readme:
        write_readme(table)
    problems = [*worsened(judged), *outdated(table)] if arguments.check else []
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    sys.setrecursionlimit(20_000)
    main()
