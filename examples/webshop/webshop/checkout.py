"""From a basket to a stored order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import Optional

from .catalogue import Catalogue, OutOfStock, UnknownProduct
from .events import EventBus
from .model import Customer, Order, OrderLine, OrderStatus
from .pricing import Pricing
from .store import OrderStore

Basket = Iterable[tuple[str, int]]


class CheckoutError(Exception):
    """The basket cannot be ordered; the message is for the customer."""


class Checkout:
    def __init__(
        self,
        catalogue: Catalogue,
        store: OrderStore,
        *,
        pricing: Optional[Pricing] = None,
        bus: Optional[EventBus] = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.catalogue = catalogue
        self.store = store
        self.pricing = pricing or Pricing.standard()
        self.bus = bus or EventBus()
        self.today = today

    def place(self, customer: Customer, basket: Basket) -> Order:
        """Reserves the goods, prices the order, stores it and says so."""
        quantities = self._quantities(basket)
        try:
            with self.catalogue.reserved(quantities), self.store.transaction():
                order = self._draft(customer, quantities)
                self.store.put(self.pricing.apply(order))
        except UnknownProduct as error:
            raise CheckoutError(f"no such product: {error.args[0]}") from error
        except OutOfStock as error:
            raise CheckoutError(f"sold out: {error.sku}") from error
        self.bus.publish("order.placed", order=order)
        return order

    def pay(self, number: int) -> Order:
        return self._move(number, OrderStatus.PAID)

    def cancel(self, number: int) -> Order:
        order = self._move(number, OrderStatus.CANCELLED)
        for line in order.lines:
            self.catalogue.add(self.catalogue[line.sku], line.quantity)
        return order

    def _quantities(self, basket: Basket) -> Counter[str]:
        quantities: Counter[str] = Counter()
        for sku, quantity in basket:
            if quantity < 1:
                raise CheckoutError(f"{quantity} of {sku} is no order")
            quantities[sku] += quantity
        if not quantities:
            raise CheckoutError("the basket is empty")
        return quantities

    def _draft(self, customer: Customer, quantities: Counter[str]) -> Order:
        order = Order(self.store.next_number(), customer, self.today())
        for sku, quantity in quantities.items():
            product = self.catalogue[sku]
            order.lines.append(OrderLine(sku, product.title, quantity, product.price))
        return order

    def _move(self, number: int, status: OrderStatus) -> Order:
        order = self.store.get(number)
        if order is None:
            raise CheckoutError(f"no order {number}")
        with self.store.transaction():
            order.move_to(status)
        self.bus.publish(f"order.{status.value}", order=order)
        return order
