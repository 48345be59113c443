"""The words of the shop: orders, their lines, and who buys."""

from __future__ import annotations

import enum
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any


class OrderStatus(enum.Enum):
    """Where an order stands. Orders move forward, or are cancelled before they leave."""

    NEW = "new"
    PAID = "paid"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"

    def may_become(self, later: OrderStatus) -> bool:
        return later in _TRANSITIONS[self]

    @property
    def counts(self) -> bool:
        """Whether an order of this status is revenue."""
        return self in (OrderStatus.PAID, OrderStatus.SHIPPED)


_TRANSITIONS = {
    OrderStatus.NEW: {OrderStatus.PAID, OrderStatus.CANCELLED},
    OrderStatus.PAID: {OrderStatus.SHIPPED, OrderStatus.CANCELLED},
    OrderStatus.SHIPPED: set(),
    OrderStatus.CANCELLED: set(),
}


class InvalidTransition(Exception):
    """An order was asked to move where it may not."""

    def __init__(self, before: OrderStatus, after: OrderStatus) -> None:
        super().__init__(f"an order that is {before.value} cannot become {after.value}")
        self.before = before
        self.after = after


@dataclass(frozen=True)
class Customer:
    email: str
    country: str = "CH"
    loyal: bool = False

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]


@dataclass(frozen=True)
class OrderLine:
    sku: str
    title: str
    quantity: int
    unit_price: int

    @property
    def amount(self) -> int:
        return self.quantity * self.unit_price


@dataclass
class Order:
    number: int
    customer: Customer
    placed_on: date
    lines: list[OrderLine] = field(default_factory=list)
    discounts: dict[str, int] = field(default_factory=dict)
    status: OrderStatus = OrderStatus.NEW

    @property
    def subtotal(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def discount(self) -> int:
        return min(sum(self.discounts.values()), self.subtotal)

    @property
    def total(self) -> int:
        return self.subtotal - self.discount

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)

    def move_to(self, status: OrderStatus) -> None:
        if not self.status.may_become(status):
            raise InvalidTransition(self.status, status)
        self.status = status

    def to_json(self) -> dict[str, Any]:
        record = asdict(self)
        record["placed_on"] = self.placed_on.isoformat()
        record["status"] = self.status.value
        return record

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Order:
        return cls(
            number=record["number"],
            customer=Customer(**record["customer"]),
            placed_on=date.fromisoformat(record["placed_on"]),
            lines=[OrderLine(**line) for line in record["lines"]],
            discounts=dict(record["discounts"]),
            status=OrderStatus(record["status"]),
        )
