"""Runs an interface module, as tests of what is emitted do.

    python execute.py MODULE CALL...

Calls each of its functions for each metric and for each way through its branches, with a symbol for each
argument that it needs, so that every formula of the module is evaluated. Then prints what each CALL comes to,
in which INTERFACES are the functions. sympy is the installed one, or what stands in for it beside this file.
"""

import importlib.util
import inspect
import itertools
import pathlib
import sys
import types

# Last, so that an installed sympy comes before it.
sys.path.append(str(pathlib.Path(__file__).parent / "stand_in"))

import sympy  # noqa: E402

METRICS = ("total", "peak", "retained")


def load(path):
    spec = importlib.util.spec_from_file_location("interface", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def symbols(function):
    """Symbols for the arguments that a function needs: those by position, and those by name."""
    needed = [
        parameter
        for parameter in inspect.signature(function).parameters.values()
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    by_name = [one.name for one in needed if one.kind is inspect.Parameter.KEYWORD_ONLY]
    positional = [sympy.Symbol(one.name) for one in needed if one.name not in by_name]
    return positional, {name: sympy.Symbol(name) for name in by_name}


def branches(function):
    """The keywords that decide branches."""
    return [name for name in inspect.signature(function).parameters if name.startswith("branch_")]


def execute(interfaces):
    for function in interfaces.values():
        positional, named = symbols(function)
        keywords = branches(function)
        for decided in itertools.product((None, False, True), repeat=len(keywords)):
            ways = dict(zip(keywords, decided))
            for metric in METRICS:
                function(*positional, metric=metric, **named, **ways)


def main(path, *calls):
    interfaces = load(path).INTERFACES
    execute(interfaces)
    for call in calls:
        print(eval(call, {"INTERFACES": interfaces, "SimpleNamespace": types.SimpleNamespace}))


if __name__ == "__main__":
    main(*sys.argv[1:])
