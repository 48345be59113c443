"""Discounts are functions from an order to cents; the decorator ``rule`` collects them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable

from .model import Order, OrderLine

Discount = Callable[[Order], int]

RULES: dict[str, Discount] = {}


def rule(name: str) -> Callable[[Discount], Discount]:
    """Registers a discount that every order is tried for."""

    def register(discount: Discount) -> Discount:
        if name in RULES:
            raise ValueError(f"two rules are called {name!r}")
        RULES[name] = discount
        return discount

    return register


def percent_off(percent: int, when: Callable[[Order], bool]) -> Discount:
    def discount(order: Order) -> int:
        return order.subtotal * percent // 100 if when(order) else 0

    return discount


def buy_some_get_one(some: int) -> Discount:
    """For every ``some`` units of a line, one more is free."""

    def free(line: OrderLine) -> int:
        return line.quantity // (some + 1) * line.unit_price

    return lambda order: sum(map(free, order.lines))


RULES["loyalty"] = percent_off(5, when=lambda order: order.customer.loyal)
RULES["four for three"] = buy_some_get_one(3)


@rule("bulk")
def bulk(order: Order) -> int:
    """Ten units or more: the cheapest is free."""
    if order.units < 10:
        return 0
    return min(line.unit_price for line in order.lines)


class Combination(ABC):
    """How several discounts become one."""

    @abstractmethod
    def choose(self, offers: dict[str, int]) -> dict[str, int]:
        """The offers that are granted."""


class BestOne(Combination):
    def choose(self, offers: dict[str, int]) -> dict[str, int]:
        if not offers:
            return {}
        name = max(offers, key=offers.__getitem__)
        return {name: offers[name]}


class Stacked(Combination):
    """All of them, largest first, up to a ceiling in cents."""

    def __init__(self, ceiling: int) -> None:
        self.ceiling = ceiling

    def choose(self, offers: dict[str, int]) -> dict[str, int]:
        granted = {}
        left = self.ceiling
        for name, cents in sorted(offers.items(), key=lambda offer: (-offer[1], offer[0])):
            granted[name] = min(cents, left)
            left -= granted[name]
            if left == 0:
                break
        return granted


class Pricing:
    """Applies rules to an order under a strategy of combination."""

    def __init__(self, combination: Combination, rules: Iterable[tuple[str, Discount]]) -> None:
        self.combination = combination
        self.rules = dict(rules)

    @classmethod
    def standard(cls) -> Pricing:
        return cls(BestOne(), RULES.items())

    def offers(self, order: Order) -> dict[str, int]:
        every = {name: discount(order) for name, discount in self.rules.items()}
        return {name: cents for name, cents in every.items() if cents > 0}

    def apply(self, order: Order) -> Order:
        order.discounts = self.combination.choose(self.offers(order))
        return order
