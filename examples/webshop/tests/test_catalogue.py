import unittest

from webshop import Catalogue, Product
from webshop import money, sample
from webshop.catalogue import OutOfStock, UnknownProduct


class MoneyTest(unittest.TestCase):
    def test_reads_and_writes(self):
        for text, cents in [("12.50", 1250), ("3", 300), ("0.05", 5)]:
            self.assertEqual(money.parse(text), cents)
        self.assertEqual(money.show(1250), "12.50")
        self.assertEqual(money.show(-5), "-0.05")

    def test_refuses_what_is_no_amount(self):
        for text in ("", "1.234", "-3", "two"):
            with self.assertRaises(ValueError):
                money.parse(text)

    def test_shares_lose_no_cent(self):
        self.assertEqual(money.share(100, [1, 1, 1]), [33, 33, 34])
        self.assertEqual(sum(money.share(997, [3, 10, 24])), 997)
        self.assertEqual(money.share(5, [0, 0]), [0, 0])


class CatalogueTest(unittest.TestCase):
    def setUp(self):
        self.goods = sample.catalogue(stock=5)

    def test_searches_titles_and_tags(self):
        self.assertEqual([p.sku for p in self.goods.search("tea 100")], ["T-001", "T-002"])
        self.assertEqual([p.sku for p in self.goods.search("herbal")], ["T-003"])
        self.assertEqual(len(list(self.goods.search(""))), len(self.goods))

    def test_indexes_tags(self):
        self.assertEqual({p.sku for p in self.goods.tagged("pot")}, {"P-001", "P-002"})
        self.assertEqual(self.goods.tagged("hat"), [])

    def test_names_what_it_does_not_sell(self):
        self.assertNotIn("X-1", self.goods)
        with self.assertRaises(UnknownProduct):
            self.goods["X-1"]

    def test_reservation_holds_when_the_block_succeeds(self):
        with self.goods.reserved({"T-001": 2}):
            self.assertEqual(self.goods.stock("T-001"), 3)
        self.assertEqual(self.goods.stock("T-001"), 3)

    def test_reservation_is_undone_when_the_block_fails(self):
        with self.assertRaises(RuntimeError):
            with self.goods.reserved({"T-001": 2, "T-002": 1}):
                raise RuntimeError
        with self.assertRaises(OutOfStock):
            with self.goods.reserved({"T-001": 2, "T-002": 9}):
                self.fail("there are only five")
        self.assertEqual(self.goods.stock("T-001"), 5)

    def test_new_products_start_without_stock(self):
        goods = Catalogue([Product("A", "Apron", 1500)])
        self.assertEqual(goods.stock("A"), 0)


if __name__ == "__main__":
    unittest.main()
