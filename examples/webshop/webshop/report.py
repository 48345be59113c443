"""Aggregates orders and writes the result as CSV."""

from __future__ import annotations

import csv
import io
import itertools
import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeVar

from . import money
from .model import Order, OrderLine

Key = TypeVar("Key")


class Sale(NamedTuple):
    """One line of one order, with what it brought in after its share of the discount."""

    day: date
    order: int
    country: str
    line: OrderLine
    revenue: int


@dataclass
class Total:
    orders: int = 0
    units: int = 0
    revenue: int = 0

    def add(self, sale: Sale, new_order: bool) -> None:
        self.orders += new_order
        self.units += sale.line.quantity
        self.revenue += sale.revenue


def sales(orders: Iterable[Order]) -> Iterator[Sale]:
    """Every line that counts as revenue, in the order in which it was sold."""
    for order in orders:
        if not order.status.counts:
            continue
        shares = money.share(order.total, (line.amount for line in order.lines))
        for line, revenue in zip(order.lines, shares):
            yield Sale(order.placed_on, order.number, order.customer.country, line, revenue)


def totals(flow: Iterable[Sale], key: Callable[[Sale], Key]) -> dict[Key, Total]:
    """Groups by any key; counts an order once for each key that it touches."""
    grouped: defaultdict[Key, Total] = defaultdict(Total)
    seen: set[tuple[Key, int]] = set()
    for sale in flow:
        name = key(sale)
        grouped[name].add(sale, new_order=(name, sale.order) not in seen)
        seen.add((name, sale.order))
    return dict(grouped)


KEYS: dict[str, Callable[[Sale], object]] = {
    "day": operator.attrgetter("day"),
    "month": lambda sale: f"{sale.day:%Y-%m}",
    "country": operator.attrgetter("country"),
    "product": lambda sale: sale.line.title,
}


def best_sellers(flow: Iterable[Sale], count: int) -> list[tuple[str, Total]]:
    by_product = totals(flow, lambda sale: sale.line.sku)
    ranked = sorted(by_product.items(), key=lambda item: item[1].revenue, reverse=True)
    return ranked[:count]


def running_revenue(flow: Iterable[Sale]) -> Iterator[tuple[date, int]]:
    """Day by day, the revenue so far."""
    so_far = 0
    for day, group in itertools.groupby(flow, key=operator.attrgetter("day")):
        so_far += sum(sale.revenue for sale in group)
        yield day, so_far


def as_csv(table: dict[Key, Total], heading: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([heading, "orders", "units", "revenue"])
    for key in sorted(table, key=str):
        total = table[key]
        writer.writerow([key, total.orders, total.units, money.show(total.revenue)])
    return out.getvalue()


def nightly(orders: Iterable[Order], by: tuple[str, ...] = ("day", "product")) -> dict[str, str]:
    """One CSV text for each way of grouping. The sales are held once and read many times."""
    flow = list(sales(orders))
    return {name: as_csv(totals(flow, KEYS[name]), name) for name in by}
