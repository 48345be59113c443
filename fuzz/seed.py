"""Fills fuzz/corpus with the Python of the literate tests and of the examples.

Each case is one input: its first two files, with the separator of fuzz_targets/input.rs between.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SEPARATOR = "\n# %%\n"
TARGETS = ("lower", "analyse")

_BLOCK = re.compile(r"^```py[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def seeds() -> list[str]:
    """The inputs, in the order of their files."""
    texts = []
    for page in sorted((ROOT / "tests/literate").rglob("*.md")):
        for case in page.read_text(encoding="utf-8").split("\n## "):
            texts.append(SEPARATOR.join(_BLOCK.findall(case)[:2]))
    for module in sorted((ROOT / "examples").rglob("*.py")):
        texts.append(module.read_text(encoding="utf-8"))
    return [text for text in texts if text]


def main() -> None:
    texts = seeds()
    for target in TARGETS:
        folder = ROOT / "fuzz/corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        for text in texts:
            data = text.encode()
            (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)
    print(f"{len(texts)} inputs for each of {', '.join(TARGETS)}")


if __name__ == "__main__":
    main()
