"""Checks that every name in the model files exists in this Python (meant for 3.11).

Usage: python3.11 check_names.py [FOLDER]. Prints what is missing; exit code 1 if anything is.
Names below something that is `hidden`, and attributes of instances, cannot be checked.
"""

import importlib
import pathlib
import re
import sys
import tomllib
import warnings

ENTRY = re.compile(r"\s*(\w+)")
# Members that only instances have, or that a metaclass provides.
LISTS = ("plain", "static", "properties", "constants", "aliases", "exceptions")


def find(dotted):
    """The object of that full name."""
    parts = dotted.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:end]))
        except ImportError:
            continue
        for part in parts[end:]:
            found = getattr(found, part)
        return found
    raise AttributeError(dotted)


def names(path):
    """Full names that the file defines, in order, each with whether it is hidden."""
    data = tomllib.loads(path.read_text())
    module = data.get("module", "")
    prefix = module + "." if module else ""

    def lists(owner, table, known=LISTS):
        for key in known:
            for entry in table.get(key, []):
                yield f"{owner}.{ENTRY.match(entry).group(1)}", table.get("hidden", False)

    if module:
        yield module, False
        yield from lists(module, data)
    for name, table in data.get("names", {}).items():
        yield prefix + name, False
        yield from lists(prefix + name, table)
    for name, table in data.get("class", {}).items():
        yield prefix + name, table.get("hidden", False)
        yield from lists(prefix + name, table)
    for kind in ("function", "method", "property"):
        for name, table in data.get(kind, {}).items():
            yield prefix + name, table.get("hidden", False)


def main():
    warnings.simplefilter("ignore")
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__)
    folder = folder if folder.is_dir() else folder.parent
    checked = missing = skipped = 0
    for path in sorted(folder.glob("*.toml")):
        found = list(names(path))
        hidden = {name for name, is_hidden in found if is_hidden}
        for name, _ in found:
            owner = name.rsplit(".", 1)[0]
            if name in hidden or owner in hidden:
                skipped += 1
                continue
            checked += 1
            try:
                find(name)
            except AttributeError:
                missing += 1
                print(f"{path.name}: {name}")
    print(f"{checked} names checked, {missing} missing, {skipped} hidden")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
