"""The two serverless entry points. What they share is made once for each container."""

from __future__ import annotations

import base64
import functools
import json
from collections.abc import Callable
from datetime import date
from typing import Any

from . import report, sample
from .checkout import Checkout, CheckoutError
from .config import Settings
from .model import Customer, Order
from .pricing import RULES, Pricing
from .store import JsonStore

Event = dict[str, Any]
Response = dict[str, Any]


@functools.lru_cache(maxsize=None)
def checkout() -> Checkout:
    settings = Settings.from_environment()
    return Checkout(
        sample.catalogue(),
        JsonStore(settings.orders_file),
        pricing=Pricing(settings.combination(), RULES.items()),
    )


def respond(status: int, body: object) -> Response:
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(body),
    }


def http(handler: Callable[[Event, Any], Response]) -> Callable[[Event, Any], Response]:
    """Answers errors that are the caller's fault in the caller's terms."""

    @functools.wraps(handler)
    def guarded(event: Event, context: Any) -> Response:
        try:
            return handler(event, context)
        except CheckoutError as error:
            return respond(409, {"error": str(error)})
        except (KeyError, TypeError, ValueError) as error:
            return respond(400, {"error": f"{type(error).__name__}: {error}"})

    return guarded


def body_of(event: Event) -> dict[str, Any]:
    body = event["body"]
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body)
    return json.loads(body)


def receipt(order: Order) -> dict[str, Any]:
    return {
        "number": order.number,
        "lines": [[line.title, line.quantity, line.amount] for line in order.lines],
        "discounts": order.discounts,
        "total": order.total,
    }


@http
def create_order(event: Event, context: Any) -> Response:
    """``POST /orders`` with a customer and items; answers with the receipt."""
    request = body_of(event)
    customer = Customer(**request["customer"])
    basket = [(item["sku"], int(item["quantity"])) for item in request["items"]]
    order = checkout().place(customer, basket)
    return respond(201, receipt(order))


def nightly_report(event: Event, context: Any) -> Response:
    """Runs on a timer; reports the days from ``first`` to ``last``, both included."""
    first = date.fromisoformat(event["first"])
    last = date.fromisoformat(event.get("last", event["first"]))
    orders = checkout().store.placed_between(first, last)
    files = report.nightly(orders, tuple(event.get("by", ("day", "product"))))
    return respond(200, {name: text.count("\n") - 1 for name, text in files.items()})
