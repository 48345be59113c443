"""Records which functions of a package really call each other while a program runs.

    python trace_calls.py PACKAGE -o trace.json SCRIPT [ARGUMENT...]
    python trace_calls.py PACKAGE -o trace.json -m unittest discover ...

PACKAGE is a package's folder, or one module's file. The result is a JSON object; its `edges`
map each caller to the sorted list of its callees, for calls where both are code of the package.

Names are those of `heapcast callgraph --format pycg`: dotted, relative to the package's parent
folder (`click.core.Command.invoke`); nested functions stand behind the function around them;
lambdas are numbered in the order of their source within the enclosing function, class or module
(`click.core.Option.<lambda1>`); a module is the caller of what runs on import.

What counts as a call:

* Comprehensions, generator expressions and class bodies belong to the function or module around
  them: what they call, it calls; entering them is no call.
* A call that passes through C (`map`, `sorted(key=...)`, an operator, `for`) counts for the Python
  function that made it. A call that passes through Python code outside the package (a wrapper of
  `functools` or `contextlib`, code made by `dataclasses`) has its caller outside and is left out.
* Importing a module is no call. Nor is `__del__`, which runs wherever an object happens to die.
* CPython does not report the call of a generator function or coroutine, only the first step of
  its body. The caller is then the function that returned the generator, if one did before that
  step, and else the one that took the step, provided that it mentions the generator function by
  name or that it is a special method (`__iter__`). Steps for which neither holds are counted in
  `unattributed`; later steps never count.
"""

from __future__ import annotations

import argparse
import ast
import dis
import inspect
import json
import os
import runpy
import sys
import threading
import types
from pathlib import Path
from typing import NamedTuple, Optional, Union

Scope = Union[ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda]
Position = tuple[int, int]

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_RESUMABLE = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


class Place(NamedTuple):
    """A function's body: where it stands and whose calls are made there."""

    start: Position
    end: Position
    name: str
    is_lambda: bool


def start_of(node: ast.AST) -> Position:
    return node.lineno, node.col_offset


def end_of(node: ast.AST) -> Position:
    return node.end_lineno, node.end_col_offset


def first_line(node: Union[ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef]) -> int:
    """The line that the compiler gives the code object: the first decorator's."""
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


class ModuleNames:
    """Dotted names of all code objects of one source file."""

    def __init__(self, source: bytes, module: str) -> None:
        self.module = module
        self._defined: dict[tuple[str, int], str] = {}
        self._class_owner: dict[tuple[str, int], str] = {}
        self._places: list[Place] = []
        self._scope(ast.parse(source), module, module)

    def _scope(self, scope: Scope, name: str, function: str) -> None:
        """Names what is defined in a scope; `function` is whose calls a class body makes."""
        inner: list[Scope] = []
        body = [scope.body] if isinstance(scope, ast.Lambda) else list(scope.body)
        if isinstance(scope, _FUNCTIONS):
            self._places.append(
                Place(start_of(body[0]), end_of(body[-1]), name, isinstance(scope, ast.Lambda))
            )
            function = name
        for node in body:
            self._find(node, inner)
        inner.sort(key=start_of)
        lambdas = 0
        for node in inner:
            if isinstance(node, ast.Lambda):
                lambdas += 1
                self._scope(node, f"{name}.<lambda{lambdas}>", function)
                continue
            dotted = f"{name}.{node.name}"
            if isinstance(node, ast.ClassDef):
                self._class_owner[node.name, first_line(node)] = function
            else:
                self._defined[node.name, first_line(node)] = dotted
            self._scope(node, dotted, function)

    def _find(self, node: ast.AST, found: list[Scope]) -> None:
        """Collects the scopes directly below a node. Decorators and defaults are outside them."""
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            found.append(node)
            outside = list(getattr(node, "decorator_list", ()))
            if isinstance(node, ast.ClassDef):
                outside += [*node.bases, *node.keywords]
            else:
                outside.append(node.args)
                if getattr(node, "returns", None):
                    outside.append(node.returns)
            for part in outside:
                self._find(part, found)
            return
        for child in ast.iter_child_nodes(node):
            self._find(child, found)

    def of(self, code: types.CodeType) -> tuple[str, bool]:
        """The name under which a code object's calls count, and whether entering it is a call."""
        key = code.co_name, code.co_firstlineno
        if code.co_name == "<module>":
            return self.module, False
        if not code.co_flags & inspect.CO_OPTIMIZED:
            return self._class_owner.get(key, self.module), False
        if code.co_name in ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"):
            return self._around(positions(code)[:1], False), False
        if code.co_name == "<lambda>":
            return self._around(positions(code), True), True
        return self._defined.get(key, f"{self.module}.{code.co_name}"), True

    def _around(self, spots: list[tuple[Position, Position]], lambdas_only: bool) -> str:
        """The innermost function body in which all of the spots lie."""
        fitting = [
            place
            for place in self._places
            if (place.is_lambda or not lambdas_only)
            and all(place.start <= start and end <= place.end for start, end in spots)
        ]
        if not fitting:
            return self.module
        return max(fitting, key=lambda place: (place.start, [-at for at in place.end])).name


def positions(code: types.CodeType) -> list[tuple[Position, Position]]:
    """Where a code object's instructions come from, less those that the compiler adds."""
    return [
        ((line, column), (end_line, end_column))
        for line, end_line, column, end_column in code.co_positions()
        if None not in (line, end_line, column, end_column) and (column, end_column) != (0, 0)
    ]


def mentioned(code: types.CodeType) -> set[str]:
    return {*code.co_names, *code.co_varnames, *code.co_freevars, *code.co_cellvars}


def first_step(code: types.CodeType) -> int:
    """The offset at which the body of a generator begins."""
    return next(step.offset for step in dis.get_instructions(code) if step.opname == "RESUME")


class Known(NamedTuple):
    """What the tracer remembers of a code object of the package."""

    code: types.CodeType
    name: str
    enters: bool
    first_step: Optional[int]


class Tracer:
    """A profile function that collects pairs of code objects."""

    def __init__(self, package: Path) -> None:
        self.package = package.resolve()
        self.root = self.package.parent
        self.pairs: set[tuple[int, int]] = set()
        self.unattributed: set[str] = set()
        self._modules: dict[str, Optional[ModuleNames]] = {}
        # Keyed by identity: the hash of a code object walks all of it. `_seen` keeps them alive.
        self._known: dict[int, Optional[Known]] = {}
        self._seen: list[types.CodeType] = []
        self._returned: dict[int, tuple[types.FrameType, int]] = {}

    def __call__(self, frame: types.FrameType, event: str, value: object) -> None:
        if event == "call":
            known = self._learn(frame.f_code)
            if known is not None and known.enters:
                self._called(frame, known)
        elif event == "return" and isinstance(value, (types.GeneratorType, types.CoroutineType)):
            self._handed_out(frame, value)

    def edges(self) -> dict[str, list[str]]:
        callees: dict[str, set[str]] = {}
        for caller, callee in self.pairs:
            callees.setdefault(self._known[caller].name, set()).add(self._known[callee].name)
        return {caller: sorted(callees[caller]) for caller in sorted(callees)}

    def functions(self) -> int:
        return len({known.name for known in self._known.values() if known and known.enters})

    def _called(self, frame: types.FrameType, callee: Known) -> None:
        if callee.code.co_name == "__del__":
            return
        if callee.first_step is None:
            caller = frame.f_back and frame.f_back.f_code
        elif frame.f_lasti != callee.first_step:
            return
        else:
            caller = self._creator(frame, callee)
        if caller is not None and self._learn(caller) is not None:
            self.pairs.add((id(caller), id(callee.code)))

    def _creator(self, frame: types.FrameType, callee: Known) -> Optional[types.CodeType]:
        """Who called the generator function of which this frame takes the first step."""
        handed_out = self._returned.pop(id(frame), None)
        if handed_out is not None:
            return self._known[handed_out[1]].code
        step = frame.f_back
        if step is None:
            return None
        name = callee.code.co_name
        if name in mentioned(step.f_code) or (name.startswith("__") and name.endswith("__")):
            return step.f_code
        if self._learn(step.f_code) is not None:
            self.unattributed.add(callee.name)
        return None

    def _handed_out(self, frame: types.FrameType, value: object) -> None:
        """Notes the first function of the package that returns a generator not yet started."""
        body = value.gi_frame if isinstance(value, types.GeneratorType) else value.cr_frame
        if body is None or body is frame or id(body) in self._returned:
            return
        callee = self._learn(body.f_code)
        if callee is None or body.f_lasti >= (callee.first_step or 0):
            return
        if self._learn(frame.f_code) is not None:
            self._returned[id(body)] = (body, id(frame.f_code))

    def _learn(self, code: types.CodeType) -> Optional[Known]:
        if id(code) in self._known:
            return self._known[id(code)]
        known = None
        names = self._names(code.co_filename)
        if names is not None:
            name, enters = names.of(code)
            step = first_step(code) if code.co_flags & _RESUMABLE else None
            known = Known(code, name, enters, step)
        self._seen.append(code)
        self._known[id(code)] = known
        return known

    def _names(self, filename: str) -> Optional[ModuleNames]:
        if filename not in self._modules:
            path = Path(os.path.realpath(filename))
            names = None
            if path == self.package or self.package in path.parents:
                if path.is_file():
                    parts = list(path.relative_to(self.root).with_suffix("").parts)
                    if parts[-1] == "__init__":
                        parts.pop()
                    names = ModuleNames(path.read_bytes(), ".".join(parts))
            self._modules[filename] = names
        return self._modules[filename]


def main() -> int:
    parser = argparse.ArgumentParser(description="Records the calls within a package.")
    parser.add_argument("package", type=Path, help="the package's folder or the module's file")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("-m", dest="module", action="store_true", help="the program is a module")
    parser.add_argument("program", help="a script, or a module with -m")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    if sys.version_info < (3, 11):
        parser.error("needs Python 3.11 or newer")

    tracer = Tracer(args.package)
    sys.argv = [args.program, *args.arguments]
    sys.path.insert(0, str(tracer.root))
    status: object = 0
    threading.setprofile(tracer)
    sys.setprofile(tracer)
    try:
        if args.module:
            runpy.run_module(args.program, run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(args.program, run_name="__main__")
    except SystemExit as ended:
        status = ended.code
    finally:
        sys.setprofile(None)
        threading.setprofile(None)

    trace = {
        "package": tracer.package.stem,
        "functions": tracer.functions(),
        "unattributed": sorted(tracer.unattributed),
        "edges": tracer.edges(),
    }
    args.output.write_text(json.dumps(trace, indent=1) + "\n", encoding="utf-8")
    if status not in (0, None, False):
        print(f"{args.program} ended with status {status}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
