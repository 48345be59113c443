"""``python -m webshop``: look at the catalogue, simulate orders, print reports."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Optional

from . import money, report, sample
from .checkout import Checkout
from .events import EventBus, Journal
from .store import JsonStore, MemoryStore, OrderStore


def open_store(folder: Optional[Path]) -> OrderStore:
    return JsonStore(folder / "orders.json") if folder else MemoryStore()


def show_catalogue(args: argparse.Namespace) -> int:
    for product in sample.catalogue().search(args.search):
        print(f"{product.sku}  {product.title:<24} {money.show(product.price):>8}")
    return 0


def simulate(args: argparse.Namespace) -> int:
    """Places orders, a few a day; every seventh is never paid."""
    bus = EventBus()
    journal = Journal(bus, ("order.placed", "order.paid"))
    revenue = 0

    @bus.on("order.paid")
    def count(order) -> None:
        nonlocal revenue
        revenue += order.total

    goods = sample.catalogue(stock=args.orders * 20)
    calendar = sample.days(date(2024, 1, 1))
    today = next(calendar)
    shop = Checkout(goods, open_store(args.data), bus=bus, today=lambda: today)
    customers = sample.customers(20)
    for index, basket in zip(range(args.orders), sample.baskets(goods)):
        order = shop.place(customers[index % len(customers)], basket)
        if index % 7:
            shop.pay(order.number)
        if index % 5 == 4:
            today = next(calendar)
    print(f"{args.orders} orders, {money.show(revenue)} paid, {len(journal.entries)} entries kept")
    return 0


def print_report(args: argparse.Namespace) -> int:
    for text in report.nightly(open_store(args.data), tuple(args.by)).values():
        print(text)
    return 0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="webshop", description=__doc__)
    commands = top.add_subparsers(required=True)

    catalogue = commands.add_parser("catalogue", help="what is for sale")
    catalogue.add_argument("--search", default="")
    catalogue.set_defaults(run=show_catalogue)

    simulation = commands.add_parser("simulate", help="place some orders")
    simulation.add_argument("orders", type=int)
    simulation.add_argument("--data", type=Path)
    simulation.set_defaults(run=simulate)

    reporting = commands.add_parser("report", help="print CSV tables")
    reporting.add_argument("--data", type=Path, required=True)
    reporting.add_argument("--by", nargs="+", choices=report.KEYS, default=["day", "product"])
    reporting.set_defaults(run=print_report)
    return top


def main(arguments: Optional[Sequence[str]] = None) -> int:
    args = parser().parse_args(arguments)
    return args.run(args)


if __name__ == "__main__":
    sys.exit(main())
