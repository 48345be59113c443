"""A catalogue to show, and customers to simulate."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import date, timedelta

from . import money
from .catalogue import Catalogue, Product
from .model import Customer

_GOODS = """
T-001 | Green tea, 100 g       |  6.50 | tea green
T-002 | Black tea, 100 g       |  5.90 | tea black
T-003 | Rooibos, 250 g         |  9.80 | tea herbal
C-001 | Espresso beans, 500 g  | 11.00 | coffee beans
C-002 | Filter coffee, 250 g   |  7.20 | coffee ground
P-001 | Tea pot, cast iron     | 49.00 | pot iron
P-002 | Moka pot               | 32.50 | pot coffee
"""


def catalogue(stock: int = 1_000) -> Catalogue:
    goods = Catalogue()
    for line in filter(None, _GOODS.splitlines()):
        sku, title, price, tags = (cell.strip() for cell in line.split("|"))
        goods.add(Product(sku, title, money.parse(price), frozenset(tags.split())), stock)
    return goods


def days(first: date) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in itertools.count())


def customers(count: int) -> list[Customer]:
    countries = itertools.cycle(["CH", "DE", "FR", "AT"])
    return [
        Customer(f"customer{index}@example.org", country, loyal=index % 5 == 0)
        for index, country in zip(range(count), countries)
    ]


def baskets(goods: Catalogue, seed: int = 7) -> Iterator[list[tuple[str, int]]]:
    """Endless baskets of one to four products; the same ones for the same seed."""
    dice = random.Random(seed)
    skus = [product.sku for product in goods]
    while True:
        chosen = dice.sample(skus, dice.randint(1, 4))
        yield [(sku, dice.randint(1, 5)) for sku in chosen]
