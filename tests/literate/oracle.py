#!/usr/bin/env python3.11
"""Check the literate call graphs of `tests/literate/callgraph` against CPython.

    python3.11 tests/literate/oracle.py              every case
    python3.11 tests/literate/oracle.py FILE.md ...  the cases of some files
    python3.11 tests/literate/oracle.py --show -k TITLE   print observed graphs
    python3.11 tests/literate/oracle.py --accept     write observed graphs

A case is a `##` section of a Markdown file: one or more Python blocks (```py NAME) and one ```json
block, the expected call graph. The case's files are written to an empty folder and `main.py` is
run there as a script, in a process of its own. Two things are observed:

* `sys.setprofile` reports every start of a Python function. If the function is the case's, that is
  an edge from the nearest frame on the stack that is the case's too, so that calls made by a
  builtin or a library on behalf of the code count as calls by the code.
* Before compilation, `f(...)` becomes `probe(f)(...)`, and `@d` becomes `@probe(d)`. The probe is
  how explicit calls of builtins and of external code are seen, classes among them, for which the
  interpreter reports no event. Generator and coroutine functions are wrapped for the same reason:
  the interpreter reports when their body starts, not when they are called.

The observed graph must be the expected one, and no function that makes calls may go uncalled. A
line `oracle: static` between heading and code says that the right static graph has more than one
run can show; then observed edges must be among the expected ones, and functions and modules must
still all be there. `oracle: python 3.12` says which version the code needs; an older interpreter
skips the case.
"""

import argparse
import ast
import builtins
import concurrent.futures
import dataclasses
import dis
import functools
import importlib
import importlib.machinery
import inspect
import json
import os
import subprocess
import sys
import tempfile
import types
from collections.abc import Iterator
from pathlib import Path

CASES = Path(__file__).parent / "callgraph"
TIMEOUT_SECONDS = 20
PROBE = "__oracle_probe__"
CREATED = "__oracle_created__"
SUSPENDED = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
COMPREHENSIONS = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}
TYPE_PARAMETERS = "<generic parameters of "


# ---------------------------------------------------------------- cases


@dataclasses.dataclass
class Case:
    path: Path
    line: int
    title: str
    files: dict[str, str]
    expected: dict[str, list[str]] | None
    json_lines: tuple[int, int] | None  # of the block's body, as a slice of the file's lines
    static: bool
    python: tuple[int, ...]

    @property
    def place(self) -> str:
        return f"{self.path.name}:{self.line}: {self.title}"


class BadCase(Exception):
    """A section that is not a well-formed case."""


def read_cases(path: Path) -> list[Case]:
    """The cases of one Markdown file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    cases: list[Case] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        if line.startswith("## "):
            cases.append(Case(path, number + 1, line[3:].strip(), {}, None, None, False, ()))
        elif line.startswith("```"):
            start = number + 1
            number = start
            while number < len(lines) and lines[number] != "```":
                number += 1
            if number == len(lines):
                raise BadCase(f"{path.name}:{start}: the block is not closed")
            if not cases:
                raise BadCase(f"{path.name}:{start}: a block before the first heading")
            add_block(cases[-1], line[3:].split(), lines[start:number], start, number)
        elif line.startswith("oracle:") and cases:
            add_directive(cases[-1], line.removeprefix("oracle:").split(), number + 1)
        number += 1
    for case in cases:
        if "main.py" not in case.files:
            raise BadCase(f"{case.place}: no main.py")
    return cases


def add_block(case: Case, info: list[str], body: list[str], start: int, end: int) -> None:
    text = "\n".join(body) + "\n"
    match info:
        case ["py", name]:
            if name in case.files:
                raise BadCase(f"{case.path.name}:{start}: {name} stands twice in one case")
            case.files[name] = text
        case ["json"]:
            if case.json_lines is not None:
                raise BadCase(f"{case.path.name}:{start}: a second json block")
            case.json_lines = (start, end)
            case.expected = json.loads(text) if text.strip() else {}
        case _:
            raise BadCase(f"{case.path.name}:{start}: a block must be `py NAME` or `json`")


def add_directive(case: Case, words: list[str], line: int) -> None:
    match words:
        case ["static"]:
            case.static = True
        case ["python", version]:
            case.python = tuple(int(part) for part in version.split("."))
        case _:
            raise BadCase(f"{case.path.name}:{line}: unknown directive")


# ---------------------------------------------------------------- naming


def module_name(relative: str) -> str:
    """`pkg/__init__.py` is `pkg`, `pkg/mod.py` is `pkg.mod`."""
    parts = relative.removesuffix(".py").split("/")
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


@dataclasses.dataclass(frozen=True)
class Scope:
    name: str  # what its nested scopes are named under
    caller: str  # the function or module to which its calls belong
    is_function: bool


def name_scopes(module: types.CodeType, name: str, tree: ast.Module) -> dict[int, Scope]:
    """The scope of every code object of a module, by identity."""
    type_alias = getattr(ast, "TypeAlias", ())  # Python 3.12
    aliases = {(n.name.id, n.lineno) for n in ast.walk(tree) if isinstance(n, type_alias)}
    scopes = {id(module): Scope(name, name, False)}

    def visit(code: types.CodeType, scope: Scope) -> None:
        children = list(nested(code, scope))
        lambdas = sorted((c for c in children if c.co_name == "<lambda>"), key=position)
        for child in children:
            if child.co_name == "<lambda>":
                short = f"<lambda{lambdas.index(child) + 1}>"
            else:
                short = child.co_name
            full = f"{scope.name}.{short}"
            if child.co_flags & inspect.CO_OPTIMIZED:
                scopes[id(child)] = Scope(full, full, True)
            else:  # a class body
                scopes[id(child)] = Scope(full, scope.caller, False)
            visit(child, scopes[id(child)])

    def nested(code: types.CodeType, scope: Scope) -> Iterator[types.CodeType]:
        """Functions and classes directly in a scope; comprehensions and type scopes are none."""
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                if (
                    constant.co_name in COMPREHENSIONS
                    or constant.co_name.startswith(TYPE_PARAMETERS)
                    or (constant.co_name, constant.co_firstlineno) in aliases
                ):
                    scopes[id(constant)] = dataclasses.replace(scope, is_function=False)
                    yield from nested(constant, scope)
                else:
                    yield constant

    visit(module, scopes[id(module)])
    return scopes


def position(code: types.CodeType) -> tuple[int, int]:
    """Where the body of a lambda begins."""
    positions = (
        (line, column)
        for line, _, column, end_column in code.co_positions()
        if line is not None and column is not None and (column, end_column) != (0, 0)
    )
    return min(positions, default=(code.co_firstlineno, 0))


# ---------------------------------------------------------------- one run (in the child process)


class AddProbes(ast.NodeTransformer):
    """Pass every called and every decorating value through the probe."""

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        node.func = self.probed(node.func, decorator=False)
        return node

    def visit_decorated(self, node):
        self.generic_visit(node)
        node.decorator_list = [self.probed(d, decorator=True) for d in node.decorator_list]
        if not isinstance(node, ast.ClassDef):
            created = ast.Name(CREATED, ast.Load())
            node.decorator_list.append(ast.copy_location(created, node))
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_decorated

    @staticmethod
    def probed(value: ast.expr, *, decorator: bool) -> ast.expr:
        arguments = [value, ast.Constant(decorator)]
        call = ast.Call(ast.Name(PROBE, ast.Load()), arguments, [])
        for new in (call, call.func, arguments[1]):
            ast.copy_location(new, value)
        return call


class Observer:
    """Runs one case and collects its edges."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.modules = {
            module_name(path.relative_to(folder).as_posix()): path
            for path in sorted(folder.rglob("*.py"))
        }
        self.scopes: dict[int, Scope] = {}
        self.kept: list[object] = []  # keeps identities alive
        self.edges: set[tuple[str, str]] = set()
        self.own_modules = {"__main__", *self.modules}
        self.external: dict[object, str] = {}  # external objects by identity: imported dotted name

    # What is compiled

    def compile(self, text: str | bytes, path: str) -> types.CodeType:
        tree = AddProbes().visit(ast.parse(text, path))
        code = compile(tree, path, "exec", dont_inherit=True)
        name = module_name(Path(path).relative_to(self.folder).as_posix())
        self.kept.append(code)
        self.scopes |= name_scopes(code, name, tree)
        return code

    def nodes(self) -> list[str]:
        """Every module and every function of the folder, run or not."""
        names = set(self.modules)
        for scope, _ in self.plain_scopes():
            if scope.is_function:
                names.add(scope.name)
        return sorted(names)

    def unseen(self) -> list[str]:
        """Functions that make calls, as their code shows, but were never called."""
        called = {callee for _, callee in self.edges}
        return sorted(
            scope.name
            for scope, code in self.plain_scopes()
            if scope.is_function and scope.name not in called and makes_calls(code)
        )

    def plain_scopes(self) -> Iterator[tuple[Scope, types.CodeType]]:
        """The scopes of the folder's files, as they are without probes."""
        for name, path in self.modules.items():
            tree = ast.parse(path.read_bytes(), str(path))
            module = compile(tree, str(path), "exec", dont_inherit=True)
            scopes = name_scopes(module, name, tree)
            for code in every_code(module):
                if id(code) in scopes:
                    yield scopes[id(code)], code

    # What external objects are called

    def name_external(self) -> None:
        """Learn the dotted names by which the case's files refer to external objects."""
        for name, path in self.modules.items():
            tree = ast.parse(path.read_bytes())
            aliases = self.external_aliases(tree)
            for node in ast.walk(tree):
                parts = dotted(node)
                if parts and parts[0] in aliases:
                    self.learn(".".join([aliases[parts[0]], *parts[1:]]))

    def external_aliases(self, tree: ast.Module) -> dict[str, str]:
        aliases = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    target = alias.name if alias.asname else alias.name.partition(".")[0]
                    aliases[alias.asname or target] = target
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    aliases[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        roots = {name.partition(".")[0] for name in self.modules}
        return {a: t for a, t in aliases.items() if t.partition(".")[0] not in roots}

    def learn(self, name: str) -> None:
        parts = name.split(".")
        try:
            value = importlib.import_module(parts[0])
            for index, part in enumerate(parts[1:], 2):
                if not hasattr(value, part):
                    importlib.import_module(".".join(parts[:index]))
                value = getattr(value, part)
        except (ImportError, AttributeError):
            return
        if callable(value) and getattr(value, "__module__", None) != "builtins":
            self.kept.append(value)
            self.external.setdefault(identity(value), name)

    def callee_name(self, function: object) -> str | None:
        """The name of a called builtin or external object, if it has one."""
        if identity(function) in self.external:
            return self.external[identity(function)]
        if isinstance(function, type):
            return f"<builtin>.{function.__name__}" if function.__module__ == "builtins" else None
        name = getattr(function, "__name__", None)
        receiver = getattr(function, "__self__", None)
        if isinstance(function, (types.MethodDescriptorType, types.WrapperDescriptorType)):
            receiver = function.__objclass__
        elif not isinstance(
            function, (types.BuiltinMethodType, types.MethodWrapperType, types.MethodType)
        ):
            return None
        if isinstance(receiver, types.ModuleType):
            is_builtin = getattr(builtins, name or "", None) is function
            return f"<builtin>.{name}" if is_builtin else None
        if isinstance(receiver, type) and isinstance(function, types.MethodWrapperType):
            # A method wrapper of a class is bound to it: the metaclass has the method.
            classes = type(receiver).__mro__
        elif isinstance(receiver, type) and name in dir(receiver):
            classes = receiver.__mro__
            if not any(name in c.__dict__ for c in classes):
                classes = type(receiver).__mro__
        else:
            classes = type(receiver).__mro__
        return self.method_name(classes, function, name)

    def method_name(self, classes, function: object, name: str) -> str | None:
        if id(getattr(getattr(function, "__func__", None), "__code__", None)) in self.scopes:
            return None
        for cls in classes:
            if id(cls) in self.external:
                return f"{self.external[id(cls)]}.{name}"
        for cls in classes:
            if name in cls.__dict__ and cls.__module__ not in self.own_modules:
                return f"<builtin>.{cls.__name__}.{name}" if cls.__module__ == "builtins" else None
        return None

    # What is observed

    def caller(self, frame: types.FrameType | None) -> str | None:
        while frame is not None:
            if scope := self.scopes.get(id(frame.f_code)):
                return scope.caller
            frame = frame.f_back
        return None

    def probe(self, function: object, decorator: bool) -> object:
        name = self.callee_name(function)
        if name and not (decorator and name.startswith("<builtin>.")):
            self.add(sys._getframe(1), name)
        return function

    def on_event(self, frame: types.FrameType, event: str, argument: object) -> None:
        if event == "call":
            scope = self.scopes.get(id(frame.f_code))
            if scope and scope.is_function and not frame.f_code.co_flags & SUSPENDED:
                self.add(frame.f_back, scope.name)

    def created(self, function: types.FunctionType) -> types.FunctionType:
        """Have a generator or coroutine function say when it is called."""
        if not function.__code__.co_flags & SUSPENDED:
            return function

        @functools.wraps(function)
        def call(*arguments, **keywords):
            self.add(sys._getframe(1), self.scopes[id(function.__code__)].name)
            return function(*arguments, **keywords)

        return call

    def add(self, frame: types.FrameType | None, callee: str) -> None:
        if caller := self.caller(frame):
            self.edges.add((caller, callee))

    # The run

    def run(self) -> str | None:
        """Run `main.py`; the error that ended it, if one did."""
        observer = self

        class Loader(importlib.machinery.SourceFileLoader):
            def source_to_code(self, data, path, *, _optimize=-1):
                return observer.compile(data, path)

        hook = importlib.machinery.FileFinder.path_hook((Loader, [".py"]))

        def only_here(path: str):
            if not Path(path).is_relative_to(observer.folder):
                raise ImportError(path)
            return hook(path)

        sys.dont_write_bytecode = True
        self.name_external()
        sys.path_hooks.insert(0, only_here)
        sys.path.insert(0, str(self.folder))
        setattr(builtins, PROBE, self.probe)
        setattr(builtins, CREATED, self.created)
        main = types.ModuleType("__main__")
        main.__file__ = str(self.folder / "main.py")
        sys.modules["__main__"] = main
        sys.argv = [main.__file__]
        os.chdir(self.folder)
        try:
            code = self.compile(Path(main.__file__).read_bytes(), main.__file__)
            sys.setprofile(self.on_event)
            exec(code, main.__dict__)
        except BaseException as error:
            return f"{type(error).__name__}: {error}"
        finally:
            sys.setprofile(None)
        return None

    def graph(self) -> dict[str, list[str]]:
        graph = {name: [] for name in self.nodes()}
        for caller, callee in sorted(self.edges):
            graph[caller].append(callee)
        return graph


def every_code(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from every_code(constant)


def makes_calls(code: types.CodeType) -> bool:
    return any(instruction.opname.startswith("CALL") for instruction in dis.get_instructions(code))


def dotted(node: ast.AST) -> list[str] | None:
    """`a.b.c` as its parts."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute) and (base := dotted(node.value)):
        return [*base, node.attr]
    return None


def identity(value: object) -> object:
    """What two bound methods, made anew at each access, have in common."""
    receiver = getattr(value, "__self__", None)
    if receiver is None or isinstance(receiver, types.ModuleType):
        return id(value)
    return id(receiver), getattr(value, "__name__", None) or id(value)


def run_child(folder: Path) -> None:
    report = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # the case's own output is not the report
    observer = Observer(folder)
    error = observer.run()
    graph = observer.graph()
    json.dump({"graph": graph, "unseen": observer.unseen(), "error": error}, report)
    report.close()


# ---------------------------------------------------------------- all runs


def observe(case: Case) -> dict:
    """What a run reports: the graph, functions that it does not show, the error that ended it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for relative, text in case.files.items():
            path = folder / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        command = [sys.executable, "-I", __file__, "--run", str(folder)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, cwd=folder
            )
            report = json.loads(done.stdout)
        except subprocess.TimeoutExpired:
            report = {"graph": {}, "unseen": [], "error": "the time limit"}
        except json.JSONDecodeError:
            error = done.stderr.strip().rpartition("\n")[2] or "no report"
            report = {"graph": {}, "unseen": [], "error": error}
        return report


def check(case: Case) -> tuple[list[str], dict[str, list[str]]]:
    """What is wrong with a case, and its observed graph."""
    if case.python > sys.version_info[:2]:
        return [], {}
    report = observe(case)
    graph, error = report["graph"], report["error"]
    problems = []
    if not case.static:
        if error:
            problems.append(f"it ended with {error}")
        for name in report["unseen"]:
            problems.append(f"makes calls, but is never called: {name}")
    if case.expected is None:
        return [*problems, "no json block"], graph
    expected = {(a, b) for a, callees in case.expected.items() for b in callees}
    observed = {(a, b) for a, callees in graph.items() for b in callees}
    for name in sorted(graph.keys() - case.expected.keys()):
        problems.append(f"key missing: {name}")
    for name in sorted(case.expected.keys() - graph.keys()):
        problems.append(f"no such function: {name}")
    for name, callees in case.expected.items():
        if callees != sorted(set(callees)):
            problems.append(f"callees not sorted: {name}")
    for a, b in sorted(observed - expected):
        problems.append(f"observed, not expected: {a} -> {b}")
    if not case.static:
        for a, b in sorted(expected - observed):
            problems.append(f"expected, not observed: {a} -> {b}")
    elif expected <= observed and not error:
        problems.append("all is observed: `oracle: static` is not needed")
    return problems, graph


def render(graph: dict[str, list[str]]) -> list[str]:
    rows = [f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in sorted(graph.items())]
    return ["{", *(row + "," for row in rows[:-1]), rows[-1], "}"]


def accept(path: Path, results: list[tuple[Case, dict[str, list[str]]]]) -> None:
    """Write observed graphs into the cases, those marked static apart."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for case, graph in reversed(results):
        if case.json_lines and graph and not case.static:
            lines[slice(*case.json_lines)] = render(graph)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description="check literate call graphs against CPython")
    parser.add_argument("files", nargs="*", type=Path, help="Markdown files; all by default")
    parser.add_argument("-k", metavar="TEXT", default="", help="only cases with TEXT in the title")
    parser.add_argument("--accept", action="store_true", help="write the observed graphs")
    parser.add_argument("--show", action="store_true", help="print the observed graphs")
    parser.add_argument("--run", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        run_child(options.run)
        return 0
    total = failed = skipped = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path in options.files or sorted(CASES.glob("*.md")):
            cases = [c for c in read_cases(path) if options.k.lower() in c.title.lower()]
            results = list(pool.map(check, cases))
            for case, (problems, graph) in zip(cases, results):
                total += 1
                skipped += case.python > sys.version_info[:2]
                if options.show:
                    print(case.place, *render(graph), sep="\n")
                if problems:
                    failed += 1
                    print(case.place, *(f"    {p}" for p in problems), sep="\n")
            if options.accept:
                accept(path, [(case, graph) for case, (_, graph) in zip(cases, results)])
    print(f"{total} cases, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BadCase as error:
        sys.exit(f"error: {error}")
