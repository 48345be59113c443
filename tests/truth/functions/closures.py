"""Higher-order helpers: closures, callbacks, decorators and dispatch."""

from functools import partial, reduce, wraps


def apply_to_all(transform, values):
    """Apply a transform to every value."""
    results = []
    for value in values:
        results.append(transform(value))
    return results


def keep_if(predicate, values):
    """Keep the values accepted by a predicate."""
    return [value for value in values if predicate(value)]


def make_counter(start=0, step=1):
    """Return a function that counts up at each call."""
    current = start

    def advance():
        nonlocal current
        current += step
        return current

    return advance


def compose(*functions):
    """Compose functions from left to right."""
    def composed(value):
        for function in functions:
            value = function(value)
        return value
    return composed


def traced(log):
    """Decorate a function so that its calls are logged in a list."""
    def decorate(function):
        @wraps(function)
        def wrapper(*args):
            result = function(*args)
            log.append((function.__name__, args, result))
            return result
        return wrapper
    return decorate


def memoize(function):
    """Cache the results of a one-argument function."""
    cache = {}

    @wraps(function)
    def wrapper(key):
        if key not in cache:
            cache[key] = function(key)
        return cache[key]

    wrapper.cache = cache
    return wrapper


class EventEmitter:
    """Calls the listeners of named events."""

    def __init__(self):
        self._listeners = {}

    def on(self, event, listener):
        self._listeners.setdefault(event, []).append(listener)
        return lambda: self._listeners[event].remove(listener)

    def emit(self, event, *payload):
        return [listener(*payload) for listener in self._listeners.get(event, ())]


# --- entries --------------------------------------------------------------

def build_rate_functions(rates):
    """Return a list of closures, one per tax rate."""
    functions = []
    for rate in rates:
        def price_with_tax(price, rate=rate):
            return price * (1 + rate)
        functions.append(price_with_tax)
    return functions


def number_sections(titles, start=100):
    """Prefix titles with numbers drawn from a nonlocal counter."""
    next_number = make_counter(start)
    return [f"{next_number()}. {title}" for title in titles]


def normalise_names(names):
    """Clean names by a composed chain of string functions."""
    clean = compose(str.strip, str.lower, lambda text: text.replace(" ", "-"))
    return apply_to_all(clean, names)


def rank_scores(scores, limit):
    """Sort (name, score) pairs by several keys and keep the best."""
    passing = list(filter(lambda pair: pair[1] >= 10, scores))
    ordered = sorted(passing, key=lambda pair: (-pair[1], pair[0]))
    return list(map(lambda pair: pair[0], ordered[:limit]))


def scale_series(series, factor):
    """Scale each series of a dict with a partial function."""
    def multiply(left, right):
        return left * right

    scale = partial(multiply, factor)
    return {name: list(map(scale, values)) for name, values in series.items()}


def merge_counts(counters):
    """Fold dictionaries of counts into one with reduce."""
    def add(total, counts):
        for key, amount in counts.items():
            total[key] = total.get(key, 0) + amount
        return total

    return reduce(add, counters, {})


def audit_payments(amounts):
    """Run a decorated fee function and return its audit log."""
    log = []

    @traced(log)
    def fee(amount):
        return amount * 3 // 100 + 25

    total = 0
    for amount in amounts:
        total += fee(amount)
    return total, log


def collatz_lengths(limit):
    """Compute collatz lengths with a hand-made memo decorator."""
    @memoize
    def length(number):
        if number == 1:
            return 1
        following = number // 2 if number % 2 == 0 else 3 * number + 1
        return 1 + length(following)

    longest = max(range(1, limit + 1), key=length)
    return longest, len(length.cache)


def run_commands(commands):
    """Run (operation, operand) commands through a dispatch table."""
    history = []
    state = {"value": 0}

    def add(operand):
        state["value"] += operand

    def subtract(operand):
        state["value"] -= operand

    def reset(_):
        state["value"] = 0

    def save(_):
        history.append(dict(state))

    table = {"add": add, "sub": subtract, "reset": reset, "save": save}
    unknown = []
    for name, operand in commands:
        handler = table.get(name)
        if handler is None:
            unknown.append(name)
        else:
            handler(operand)
    return history, unknown


def price_baskets(baskets, strategies):
    """Price each basket with the cheapest of several strategies."""
    quotes = []
    for basket in baskets:
        candidates = [(strategy(basket), strategy.__name__) for strategy in strategies]
        best = min(candidates)
        quotes.append({"items": len(basket), "price": best[0], "strategy": best[1]})
    return quotes


def broadcast_updates(subscriber_count, updates):
    """Emit updates to subscribers that keep their own mailbox."""
    emitter = EventEmitter()
    mailboxes = []

    def subscribe():
        mailbox = []
        mailboxes.append(mailbox)
        emitter.on("update", lambda payload: mailbox.append(payload))

    for _ in range(subscriber_count):
        subscribe()
    for update in updates:
        emitter.emit("update", {"body": update})
    return mailboxes


def validate_fields(records, rules):
    """Check records against predicates made by closures."""
    def between(low, high):
        return lambda value: low <= value <= high

    checks = {name: between(low, high) for name, (low, high) in rules.items()}

    def is_valid(record):
        return all(check(record[name]) for name, check in checks.items())

    return keep_if(is_valid, records)


def _full_price(basket):
    return sum(basket)


def _third_free(basket):
    ordered = sorted(basket, reverse=True)
    return sum(price for position, price in enumerate(ordered) if position % 3 != 2)


def _capped(basket):
    return sum(min(price, 40) for price in basket)


CASES = {
    "build_rate_functions": (lambda n: ([i / 100 for i in range(n)],), (10, 100, 1000)),
    "number_sections": (lambda n: ([f"Chapter about {i}" for i in range(n)], 1000),
                        (10, 100, 1000, 5000)),
    "normalise_names": (lambda n: ([f"  Ada Lovelace {i} " for i in range(n)],),
                        (10, 100, 1000, 5000)),
    "rank_scores": (lambda n: ([(f"team{i}", i * 7 % 50) for i in range(n)], n // 2),
                    (10, 100, 1000)),
    "scale_series": (lambda n: ({f"s{k}": [float(i) for i in range(n)] for k in range(4)}, 1.5),
                     (10, 100, 1000)),
    "merge_counts": (lambda n: ([{f"word{(i * 5 + k) % n}": 300 for k in range(6)}
                                 for i in range(n)],), (10, 100, 500)),
    "audit_payments": (lambda n: ([1000 + 13 * i for i in range(n)],), (10, 100, 1000)),
    "collatz_lengths": (lambda n: (n,), (10, 100, 1000)),
    "run_commands": (lambda n: ([(("add", "save", "sub", "noop", "reset")[i % 5], i)
                                 for i in range(n)],), (10, 100, 1000)),
    "price_baskets": (lambda n: ([[10 + (i + k) % 60 for k in range(i % 6 + 1)] for i in range(n)],
                                 [_full_price, _third_free, _capped]), (10, 100, 1000)),
    "broadcast_updates": (lambda n: (n, [f"version {i}" for i in range(20)]), (5, 50, 300)),
    "validate_fields": (lambda n: ([{"age": i % 120, "height": 100 + i % 130} for i in range(n)],
                                   {"age": (18, 99), "height": (120, 210)}), (10, 100, 1000, 5000)),
}
