"""A small shop: catalogue, pricing rules, orders and a nightly report."""

from .catalogue import Catalogue, Product
from .checkout import Checkout, CheckoutError
from .model import Customer, Order, OrderLine, OrderStatus
from .store import JsonStore, MemoryStore, OrderStore

__all__ = [
    "Catalogue",
    "Checkout",
    "CheckoutError",
    "Customer",
    "JsonStore",
    "MemoryStore",
    "Order",
    "OrderLine",
    "OrderStatus",
    "OrderStore",
    "Product",
]

__version__ = "1.4.0"
