"""Settings come from the environment, so that the handlers need no other set-up."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .pricing import BestOne, Combination, Stacked


@dataclass(frozen=True)
class Settings:
    data: Path
    discounts: str = "best"
    ceiling: int = 2_000

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        return cls(
            data=Path(environment.get("WEBSHOP_DATA", "/tmp/webshop")),
            discounts=environment.get("WEBSHOP_DISCOUNTS", "best"),
            ceiling=int(environment.get("WEBSHOP_CEILING", "2000")),
        )

    @property
    def orders_file(self) -> Path:
        return self.data / "orders.json"

    def combination(self) -> Combination:
        strategies = {"best": BestOne, "stacked": functools.partial(Stacked, self.ceiling)}
        try:
            return strategies[self.discounts]()
        except KeyError:
            known = ", ".join(sorted(strategies))
            raise ValueError(f"discounts are one of {known}, not {self.discounts!r}") from None
