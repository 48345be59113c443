"""Checks that every name in the model files exists in this Python (meant for 3.11).

Usage: python3.11 check_names.py [FOLDER]. Prints what is missing; exit code 1 if anything is.
Names of and below what is `hidden` or `unchecked`, and attributes of instances, are not checked.
"""

import importlib
import inspect
import pathlib
import re
import sys
import tomllib
import warnings

ENTRY = re.compile(r"\s*(\w+)")
LISTS = ("plain", "static", "properties", "constants", "aliases", "exceptions")


def member(owner, name):
    """What `owner` has under `name`, also where only instances have it."""
    try:
        return getattr(owner, name)
    except AttributeError:
        try:
            return inspect.getattr_static(owner, name)
        except AttributeError:
            if not isinstance(owner, type):
                raise
    try:
        return getattr(owner(), name)
    except TypeError as error:
        raise AttributeError(name) from error


def find(dotted):
    """The object of that full name."""
    parts = dotted.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:end]))
        except ImportError:
            continue
        for part in parts[end:]:
            found = member(found, part)
        return found
    raise AttributeError(dotted)


def skipped(table):
    return table.get("hidden", False) or table.get("unchecked", False)


def names(path):
    """Full names that the file defines, in order, each with whether to skip it."""
    data = tomllib.loads(path.read_text())
    module = data.get("module", "")
    prefix = module + "." if module else ""

    def lists(owner, table, known=LISTS):
        for key in known:
            for entry in table.get(key, []):
                yield f"{owner}.{ENTRY.match(entry).group(1)}", skipped(table)

    if module:
        yield module, False
        yield from lists(module, data)
    for name, table in data.get("names", {}).items():
        yield prefix + name, False
        yield from lists(prefix + name, table)
    for name, table in data.get("class", {}).items():
        yield prefix + name, skipped(table)
        yield from lists(prefix + name, table)
    for kind in ("function", "method", "property"):
        for name, table in data.get(kind, {}).items():
            yield prefix + name, skipped(table)


def main():
    warnings.simplefilter("ignore")
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__)
    folder = folder if folder.is_dir() else folder.parent
    checked = missing = left = 0
    for path in sorted(folder.glob("*.toml")):
        found = list(names(path))
        hidden = {name for name, is_skipped in found if is_skipped}
        for name, _ in found:
            owner = name.rsplit(".", 1)[0]
            if name in hidden or owner in hidden:
                left += 1
                continue
            checked += 1
            try:
                find(name)
            except AttributeError:
                missing += 1
                print(f"{path.name}: {name}")
    print(f"{checked} names checked, {missing} missing, {left} not checked")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
