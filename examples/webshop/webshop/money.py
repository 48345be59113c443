"""Amounts are whole cents; these functions are the only ones that read or write them as text."""

from __future__ import annotations

from collections.abc import Iterable


def parse(text: str) -> int:
    """Turns ``"12.50"`` into ``1250``."""
    euros, _, cents = text.strip().partition(".")
    if len(cents) > 2 or not (euros + cents).isdigit():
        raise ValueError(f"not an amount: {text!r}")
    return int(euros) * 100 + int(cents.ljust(2, "0"))


def show(cents: int) -> str:
    """Turns ``-1250`` into ``"-12.50"``."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def share(total: int, weights: Iterable[int]) -> list[int]:
    """Splits a total in proportion to the weights, to the cent and without losing one."""
    parts = list(weights)
    whole = sum(parts)
    if whole == 0:
        return [0] * len(parts)
    shares = []
    given = seen = 0
    for part in parts:
        seen += part
        due = total * seen // whole
        shares.append(due - given)
        given = due
    return shares
