"""Sets a static call graph beside the calls that were really made.

    heapcast callgraph --format pycg PACKAGE > static.json
    python compare.py static.json trace.json [--min-recall 0.9] [--missed 40]

Prints how many of the edges in trace.json (see trace_calls.py) the static graph has, and those
that it lacks: by the likely place of the cause, and within it by callee. Precision is not
measured, since no run makes every call that is possible. Exit status 1 below `--min-recall`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path

Edge = tuple[str, str]


def edges_of(graph: dict[str, list[str]]) -> set[Edge]:
    return {(caller, callee) for caller, callees in graph.items() for callee in callees}


def cause(edge: Edge, static: dict[str, list[str]], callees: set[str]) -> str:
    """Where to look first for the reason that an edge is missing."""
    caller, callee = edge
    last = callee.rpartition(".")[2]
    if caller not in static:
        return "the caller is not in the static graph (unreached, or named otherwise)"
    if callee not in static and callee not in callees:
        return "the callee is not in the static graph (unreached, or named otherwise)"
    if last.startswith("<lambda"):
        return "a lambda"
    if last.startswith("__") and last.endswith("__"):
        return "a special method (constructor, operator, protocol)"
    if callee not in callees:
        return "the static graph has no caller of the callee"
    return "the callee is called from elsewhere, not from here"


def print_missed(missed: set[Edge], static: dict[str, list[str]], limit: int) -> None:
    callees = {callee for _, callee in edges_of(static)}
    grouped: defaultdict[str, defaultdict[str, list[str]]]
    grouped = defaultdict(lambda: defaultdict(list))
    for edge in sorted(missed):
        grouped[cause(edge, static, callees)][edge[1]].append(edge[0])
    for reason, group in sorted(grouped.items(), key=lambda item: -count(item[1])):
        print(f"\n{count(group)} missed: {reason}")
        ranked = sorted(group.items(), key=lambda item: (-len(item[1]), item[0]))
        for callee, callers in ranked[:limit]:
            print(f"  {callee}")
            for caller in callers[:5]:
                print(f"    from {caller}")
            if len(callers) > 5:
                print(f"    and {len(callers) - 5} more")
        if len(ranked) > limit:
            print(f"  and {len(ranked) - limit} more callees")


def count(group: dict[str, list[str]]) -> int:
    return sum(map(len, group.values()))


def main() -> int:
    parser = argparse.ArgumentParser(description="Recall of a static call graph.")
    parser.add_argument("static", type=Path, help="output of heapcast callgraph --format pycg")
    parser.add_argument("trace", type=Path, help="output of trace_calls.py")
    parser.add_argument("--min-recall", type=float, default=0.0)
    parser.add_argument("--missed", type=int, default=40, help="callees listed for each cause")
    parser.add_argument("--row", action="store_true", help="one line for a table, nothing else")
    args = parser.parse_args()

    static = json.loads(args.static.read_text(encoding="utf-8"))
    trace = json.loads(args.trace.read_text(encoding="utf-8"))
    made = edges_of(trace["edges"])
    if not made:
        print(f"{args.trace}: no call was recorded", file=sys.stderr)
        return 2
    missed = made - edges_of(static)
    recall = 1 - len(missed) / len(made)
    if args.row:
        row = (trace["package"], trace["functions"], len(made), len(missed))
        print("{:<12} {:>9} {:>7} {:>7} {:>8.4f}".format(*row, recall))
    else:
        print(f"{trace['package']}: {len(made)} edges made, {len(missed)} missed, "
              f"recall {recall:.4f}")
        print_missed(missed, static, args.missed)
    return 1 if recall < args.min_recall else 0


if __name__ == "__main__":
    sys.exit(main())
