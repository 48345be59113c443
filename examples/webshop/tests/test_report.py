import contextlib
import io
import json
import os
import tempfile
import unittest
from datetime import date
from pathlib import Path
from unittest import mock

from webshop import Customer, JsonStore, Order, OrderLine, OrderStatus, handlers, report
from webshop.__main__ import main
from webshop.model import InvalidTransition


def orders():
    tea, pot = ("T", "Tea", 2, 500), ("P", "Pot", 1, 3000)
    sold = [
        (date(2024, 5, 1), "CH", [tea, pot], {"sale": 400}, OrderStatus.PAID),
        (date(2024, 5, 1), "DE", [tea], {}, OrderStatus.SHIPPED),
        (date(2024, 5, 2), "CH", [pot], {}, OrderStatus.PAID),
        (date(2024, 5, 2), "CH", [pot], {}, OrderStatus.NEW),
    ]
    for number, (day, country, lines, discounts, status) in enumerate(sold, start=1):
        customer = Customer("someone@example.org", country)
        yield Order(number, customer, day, [OrderLine(*x) for x in lines], discounts, status)


class ReportTest(unittest.TestCase):
    def test_discounts_are_shared_among_lines(self):
        revenues = [sale.revenue for sale in report.sales(orders())]
        self.assertEqual(revenues, [900, 2700, 1000, 3000])

    def test_totals_count_an_order_once(self):
        by_day = report.totals(report.sales(orders()), report.KEYS["day"])
        self.assertEqual(by_day[date(2024, 5, 1)], report.Total(orders=2, units=5, revenue=4600))

    def test_best_sellers(self):
        ranked = report.best_sellers(report.sales(orders()), 1)
        self.assertEqual([(sku, total.revenue) for sku, total in ranked], [("P", 5700)])

    def test_running_revenue(self):
        flow = list(report.running_revenue(report.sales(orders())))
        self.assertEqual([revenue for _, revenue in flow], [4600, 7600])

    def test_csv(self):
        files = report.nightly(orders(), ("country", "month"))
        self.assertEqual(
            files["country"],
            "country,orders,units,revenue\nCH,2,4,66.00\nDE,1,2,10.00\n",
        )
        self.assertEqual(files["month"].splitlines()[1], "2024-05,3,6,76.00")


class StoreTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "shop" / "orders.json"

    def test_orders_survive(self):
        with JsonStore(self.path).transaction() as store:
            for order in orders():
                store.put(order)
        again = JsonStore(self.path)
        self.assertEqual(list(again), list(orders()))
        self.assertEqual(again.next_number(), 5)
        found = again.placed_between(date(2024, 5, 2), date(2024, 5, 2))
        self.assertEqual([order.number for order in found], [3, 4])

    def test_a_failed_transaction_changes_nothing(self):
        store = JsonStore(self.path)
        with self.assertRaises(InvalidTransition):
            with store.transaction():
                order = next(orders())
                store.put(order)
                order.move_to(OrderStatus.NEW)
        self.assertEqual(len(store), 0)
        self.assertFalse(self.path.exists())


class HandlerTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        patched = mock.patch.dict(os.environ, WEBSHOP_DATA=folder.name)
        patched.start()
        self.addCleanup(patched.stop)
        handlers.checkout.cache_clear()

    def order(self, **request):
        response = handlers.create_order({"body": json.dumps(request)}, None)
        return response["statusCode"], json.loads(response["body"])

    def test_an_order_is_created(self):
        items = [{"sku": "T-001", "quantity": 4}]
        status, receipt = self.order(customer={"email": "ada@example.org"}, items=items)
        self.assertEqual(status, 201)
        self.assertEqual(receipt["total"], 1950)
        self.assertEqual(receipt["discounts"], {"four for three": 650})

    def test_errors_are_answers(self):
        ada = {"email": "ada@example.org"}
        self.assertEqual(self.order(customer=ada, items=[])[0], 409)
        self.assertEqual(self.order(customer=ada)[0], 400)
        self.assertEqual(self.order(customer={}, items=[])[0], 400)

    def test_the_report_covers_its_days(self):
        shop = handlers.checkout()
        shop.today = lambda: date(2024, 5, 1)
        order = shop.place(Customer("ada@example.org"), [("T-001", 1), ("P-001", 1)])
        shop.pay(order.number)
        response = handlers.nightly_report({"first": "2024-05-01"}, None)
        self.assertEqual(json.loads(response["body"]), {"day": 1, "product": 2})


class CommandTest(unittest.TestCase):
    def run_main(self, *arguments):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            self.assertEqual(main(arguments), 0)
        return out.getvalue()

    def test_catalogue(self):
        self.assertEqual(len(self.run_main("catalogue", "--search", "pot").splitlines()), 2)

    def test_simulate_then_report(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertIn("12 orders", self.run_main("simulate", "12", "--data", folder))
            text = self.run_main("report", "--data", folder, "--by", "country")
        self.assertTrue(text.startswith("country,orders,units,revenue\n"))


if __name__ == "__main__":
    unittest.main()
