"""What is for sale, and how much of it is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


class UnknownProduct(KeyError):
    """Nothing is sold under this number."""


class OutOfStock(Exception):
    def __init__(self, sku: str, wanted: int, left: int) -> None:
        super().__init__(f"{sku}: {wanted} wanted, {left} left")
        self.sku = sku


@dataclass(frozen=True)
class Product:
    sku: str
    title: str
    price: int
    tags: frozenset[str] = frozenset()

    def matches(self, words: Iterable[str]) -> bool:
        """Whether every word stands in the title or is one of the tags."""
        title = self.title.lower()
        return all(word in title or word in self.tags for word in words)


class Catalogue:
    """Products by number, an index of their tags, and the stock of each."""

    def __init__(self, products: Iterable[Product] = ()) -> None:
        self._products: dict[str, Product] = {}
        self._stock: dict[str, int] = {}
        self._by_tag: dict[str, list[Product]] = {}
        for product in products:
            self.add(product)

    def __len__(self) -> int:
        return len(self._products)

    def __iter__(self) -> Iterator[Product]:
        return iter(self._products.values())

    def __contains__(self, sku: str) -> bool:
        return sku in self._products

    def __getitem__(self, sku: str) -> Product:
        try:
            return self._products[sku]
        except KeyError:
            raise UnknownProduct(sku) from None

    def add(self, product: Product, stock: int = 0) -> None:
        self._products[product.sku] = product
        self._stock[product.sku] = self._stock.get(product.sku, 0) + stock
        for tag in product.tags:
            self._by_tag.setdefault(tag, []).append(product)

    def stock(self, sku: str) -> int:
        return self._stock.get(sku, 0)

    def tagged(self, tag: str) -> list[Product]:
        return list(self._by_tag.get(tag, ()))

    def search(self, text: str) -> Iterator[Product]:
        """Yields what matches, one by one, so that a page needs no more than it shows."""
        words = text.lower().split()
        for product in self:
            if product.matches(words):
                yield product

    @contextmanager
    def reserved(self, quantities: dict[str, int]) -> Iterator[None]:
        """Takes goods off the shelf; puts them back if the block fails."""
        taken: dict[str, int] = {}
        try:
            for sku, quantity in quantities.items():
                left = self.stock(self[sku].sku)
                if quantity > left:
                    raise OutOfStock(sku, quantity, left)
                self._stock[sku] = left - quantity
                taken[sku] = quantity
            yield
        except BaseException:
            for sku, quantity in taken.items():
                self._stock[sku] += quantity
            raise
