"""Where orders live."""

from __future__ import annotations

import copy
import json
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Optional

from .model import Order


class OrderStore(ABC):
    """Orders by number. Subclasses decide what outlives the process."""

    @abstractmethod
    def load(self) -> dict[int, Order]:
        """Everything that was kept."""

    @abstractmethod
    def save(self, orders: dict[int, Order]) -> None:
        """Keeps everything."""

    def __init__(self) -> None:
        self._orders: Optional[dict[int, Order]] = None

    @property
    def orders(self) -> dict[int, Order]:
        if self._orders is None:
            self._orders = self.load()
        return self._orders

    def __len__(self) -> int:
        return len(self.orders)

    def __iter__(self) -> Iterator[Order]:
        for number in sorted(self.orders):
            yield self.orders[number]

    def get(self, number: int) -> Optional[Order]:
        return self.orders.get(number)

    def put(self, order: Order) -> None:
        self.orders[order.number] = order

    def next_number(self) -> int:
        return max(self.orders, default=0) + 1

    def find(self, wanted: Callable[[Order], bool]) -> Iterator[Order]:
        return filter(wanted, self)

    def placed_between(self, first: date, last: date) -> Iterator[Order]:
        return self.find(lambda order: first <= order.placed_on <= last)

    @contextmanager
    def transaction(self) -> Iterator[OrderStore]:
        """Saves once at the end; a block that fails leaves the orders as they were."""
        before = copy.deepcopy(self.orders)
        try:
            yield self
        except BaseException:
            self._orders = before
            raise
        self.save(self.orders)


class MemoryStore(OrderStore):
    """Forgets with the process. Counts how often it was asked to save."""

    def __init__(self) -> None:
        super().__init__()
        self.saves = 0

    def load(self) -> dict[int, Order]:
        return {}

    def save(self, orders: dict[int, Order]) -> None:
        self.saves += 1


class JsonStore(OrderStore):
    """One JSON file, replaced as a whole."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def load(self) -> dict[int, Order]:
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        orders = map(Order.from_json, json.loads(text))
        return {order.number: order for order in orders}

    def save(self, orders: dict[int, Order]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(".partial")
        records = [order.to_json() for order in orders.values()]
        partial.write_text(json.dumps(records, indent=1), encoding="utf-8")
        os.replace(partial, self.path)
