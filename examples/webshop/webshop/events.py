"""A bus: parts of the shop speak of what happened, others listen."""

from __future__ import annotations

import functools
import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any

Handler = Callable[..., Any]

log = logging.getLogger(__name__)


class EventBus:
    """Calls the handlers of a topic in the order in which they subscribed."""

    def __init__(self) -> None:
        self._handlers: defaultdict[str, list[Handler]] = defaultdict(list)
        self.failures: list[tuple[str, Exception]] = []

    def on(self, *topics: str) -> Callable[[Handler], Handler]:
        """A decorator: ``@bus.on("order.placed")``."""

        def subscribe(handler: Handler) -> Handler:
            for topic in topics:
                self._handlers[topic].append(handler)
            return handler

        return subscribe

    def once(self, topic: str) -> Callable[[Handler], Handler]:
        """Like :meth:`on`, for the first event alone."""

        def subscribe(handler: Handler) -> Handler:
            @functools.wraps(handler)
            def first(*args: Any, **details: Any) -> Any:
                self._handlers[topic].remove(first)
                return handler(*args, **details)

            self._handlers[topic].append(first)
            return handler

        return subscribe

    def publish(self, topic: str, **details: Any) -> int:
        """Tells every listener, and says how many there were; one that fails stops no other."""
        handlers = list(self._handlers[topic])
        for handler in handlers:
            try:
                handler(**details)
            except Exception as error:
                log.exception("a handler of %s failed", topic)
                self.failures.append((topic, error))
        return len(handlers)


class Journal:
    """Remembers the last events of some topics, for the support desk."""

    def __init__(self, bus: EventBus, topics: tuple[str, ...], limit: int = 100) -> None:
        self.limit = limit
        self.entries: list[str] = []
        for topic in topics:
            bus.on(topic)(self._writer(topic))

    def _writer(self, topic: str) -> Handler:
        def write(**details: Any) -> None:
            self.entries.append(f"{topic}: {', '.join(sorted(details))}")
            del self.entries[: -self.limit]

        return write
