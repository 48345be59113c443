import unittest
from datetime import date

from webshop import Checkout, CheckoutError, Customer, MemoryStore, OrderStatus, sample
from webshop.events import EventBus, Journal
from webshop.model import InvalidTransition, Order, OrderLine
from webshop.pricing import BestOne, Pricing, Stacked, buy_some_get_one, percent_off, rule

ADA = Customer("ada@example.org", loyal=True)
BOB = Customer("bob@example.org")


def order_of(*quantities, customer=BOB, price=1000):
    lines = [OrderLine(f"S{i}", f"thing {i}", n, price) for i, n in enumerate(quantities)]
    return Order(1, customer, date(2024, 5, 1), lines)


class PricingTest(unittest.TestCase):
    def test_percentages_ask_their_condition(self):
        five = percent_off(5, when=lambda order: order.customer.loyal)
        self.assertEqual(five(order_of(2, customer=ADA)), 100)
        self.assertEqual(five(order_of(2)), 0)

    def test_free_units(self):
        self.assertEqual(buy_some_get_one(3)(order_of(4, 3, 9)), 3000)

    def test_the_best_one_wins(self):
        order = Pricing.standard().apply(order_of(8, 2, customer=ADA))
        self.assertEqual(order.discounts, {"four for three": 2000})
        self.assertEqual(order.total, 8000)

    def test_stacked_up_to_a_ceiling(self):
        chosen = Stacked(ceiling=250).choose({"a": 100, "b": 200, "c": 50})
        self.assertEqual(chosen, {"b": 200, "a": 50})

    def test_nothing_to_combine(self):
        self.assertEqual(BestOne().choose({}), {})
        self.assertEqual(Pricing.standard().apply(order_of(1)).discounts, {})

    def test_names_of_rules_are_unique(self):
        with self.assertRaises(ValueError):
            rule("bulk")(lambda order: 0)


class EventTest(unittest.TestCase):
    def test_handlers_are_called_in_order(self):
        bus, calls = EventBus(), []
        bus.on("a", "b")(lambda **details: calls.append(("first", details)))
        bus.on("a")(lambda **details: calls.append(("second", details)))
        self.assertEqual(bus.publish("a", x=1), 2)
        self.assertEqual(bus.publish("b"), 1)
        self.assertEqual([who for who, _ in calls], ["first", "second", "first"])

    def test_once_is_once(self):
        bus, calls = EventBus(), []

        @bus.once("a")
        def note(**details):
            calls.append(details)

        bus.publish("a", x=1)
        bus.publish("a", x=2)
        self.assertEqual(calls, [{"x": 1}])

    def test_a_failing_handler_stops_no_other(self):
        bus, calls = EventBus(), []

        @bus.on("a")
        def fail():
            raise RuntimeError("no")

        bus.on("a")(lambda: calls.append("told"))
        with self.assertLogs("webshop.events", "ERROR"):
            bus.publish("a")
        self.assertEqual(calls, ["told"])
        self.assertEqual(len(bus.failures), 1)

    def test_the_journal_forgets(self):
        bus = EventBus()
        journal = Journal(bus, ("a", "b"), limit=2)
        for topic in ("a", "b", "a"):
            bus.publish(topic, y=1, x=2)
        self.assertEqual(journal.entries, ["b: x, y", "a: x, y"])


class CheckoutTest(unittest.TestCase):
    def setUp(self):
        self.store = MemoryStore()
        self.goods = sample.catalogue(stock=10)
        self.shop = Checkout(self.goods, self.store, today=lambda: date(2024, 5, 1))

    def test_an_order_is_stored_and_announced(self):
        seen = []
        self.shop.bus.on("order.placed")(lambda order: seen.append(order.number))
        order = self.shop.place(BOB, [("T-001", 1), ("T-001", 2)])
        self.assertEqual((order.number, order.total, seen), (1, 1950, [1]))
        self.assertIs(self.store.get(1), order)
        self.assertEqual(self.goods.stock("T-001"), 7)
        self.assertEqual(self.store.saves, 1)

    def test_baskets_that_cannot_be_ordered(self):
        for basket, reason in [
            ([], "empty"),
            ([("X", 1)], "no such product: X"),
            ([("T-001", 0)], "no order"),
            ([("T-002", 1), ("T-001", 11)], "sold out: T-001"),
        ]:
            with self.assertRaisesRegex(CheckoutError, reason):
                self.shop.place(BOB, basket)
        self.assertEqual(len(self.store), 0)
        self.assertEqual(self.goods.stock("T-002"), 10)

    def test_cancelling_returns_the_goods(self):
        number = self.shop.place(BOB, [("T-001", 4)]).number
        self.shop.pay(number)
        self.shop.cancel(number)
        self.assertEqual(self.goods.stock("T-001"), 10)

    def test_orders_do_not_move_backwards(self):
        number = self.shop.place(BOB, [("T-001", 1)]).number
        self.shop.cancel(number)
        with self.assertRaises(InvalidTransition):
            self.shop.pay(number)
        self.assertIs(self.store.get(number).status, OrderStatus.CANCELLED)


if __name__ == "__main__":
    unittest.main()
