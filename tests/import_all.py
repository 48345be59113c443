"""Imports every module below a folder. Exit status 1 when one cannot be imported."""

import importlib
import pkgutil
import sys

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True

failures = 0
for module in pkgutil.walk_packages([sys.argv[1]], onerror=lambda name: None):
    try:
        importlib.import_module(module.name)
    except Exception as error:
        failures += 1
        print(f"{module.name}: {type(error).__name__}: {error}", file=sys.stderr)
sys.exit(failures > 0)
