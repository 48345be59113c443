"""Dictionary and set helpers as used in services and reports."""

import heapq
from collections import Counter, OrderedDict, defaultdict


def index_by_id(users):
    """Return the users keyed by their id."""
    index = {}
    for user in users:
        index[user["id"]] = user
    return index


def price_list(catalogue, discount):
    """Return discounted prices per article number."""
    return {article: round(price * (1 - discount), 2) for article, price in catalogue}


def group_by_department(employees):
    """Group employee names by department."""
    groups = {}
    for name, department in employees:
        if department not in groups:
            groups[department] = []
        groups[department].append(name)
    return groups


def letter_frequencies(text):
    """Count characters by hand."""
    counts = {}
    for character in text:
        counts[character] = counts.get(character, 0) + 1
    return counts


def most_common_words(text, limit):
    """Return the most frequent words of text with their counts."""
    counter = Counter(text.lower().split())
    return heapq.nlargest(limit, counter.items(), key=lambda item: item[1])


def sales_per_region(orders):
    """Sum order amounts by region and then by product."""
    totals = defaultdict(lambda: defaultdict(float))
    for order in orders:
        totals[order["region"]][order["product"]] += order["amount"]
    return {region: dict(products) for region, products in totals.items()}


def invert_index(documents):
    """Map each term to the list of documents which contain it."""
    inverted = defaultdict(list)
    for document_id, terms in documents.items():
        for term in terms:
            inverted[term].append(document_id)
    return inverted


def merge_settings(defaults, overrides, session):
    """Layer session settings over overrides over defaults."""
    merged = defaults | overrides
    merged.update(session)
    return merged


def blank_schedule(days, hours):
    """Return an empty nested schedule by day and hour."""
    return {day: {hour: None for hour in range(hours)} for day in range(days)}


def expand_events(events):
    """Allocate a payload for each event from its declared size."""
    payloads = {}
    for event in events:
        size = event["size"]
        copies = event.get("n", 10)
        if event.get("kind") == "text":
            payloads[event["id"]] = ["-" * size for _ in range(copies)]
        else:
            payloads[event["id"]] = bytes(size * copies)
    return payloads


def build_adjacency(edges):
    """Return an undirected adjacency map of sets."""
    adjacency = {}
    for left, right in edges:
        adjacency.setdefault(left, set()).add(right)
        adjacency.setdefault(right, set()).add(left)
    return adjacency


def compare_inventories(before, after):
    """Return the added, removed, kept and one-sided item sets."""
    old, new = set(before), set(after)
    return {
        "added": new - old,
        "removed": old - new,
        "kept": old & new,
        "either": old ^ new,
    }


def shared_permissions(roles):
    """Map each frozen permission set to the roles which have it."""
    by_permissions = {}
    for role, permissions in roles:
        by_permissions.setdefault(frozenset(permissions), []).append(role)
    return by_permissions


def replay_lru(requests, capacity):
    """Replay page requests through an LRU cache and return the cache."""
    cache = OrderedDict()
    for page in requests:
        if page in cache:
            cache.move_to_end(page)
            continue
        if len(cache) >= capacity:
            cache.popitem(last=False)
        cache[page] = bytearray(64)
    return cache


def coin_ways(amount, coins):
    """Fill a memo table of how many ways each amount can be paid."""
    ways = {0: 1}
    for value in range(1, amount + 1):
        ways[value] = 0
    for coin in coins:
        for value in range(coin, amount + 1):
            ways[value] += ways[value - coin]
    return ways


def rank_scores(scores):
    """Return the scores as a dict ordered from best to worst."""
    ranked = sorted(scores.items(), key=lambda item: item[1], reverse=True)
    return dict(ranked)


def dedupe_keep_order(items):
    """Drop repeated items and keep the first of each."""
    seen = set()
    unique = []
    for item in items:
        if item not in seen:
            seen.add(item)
            unique.append(item)
    return unique


def breadth_first_levels(graph, start):
    """Return the distance of each reachable node and its parent."""
    distances = {start: 0}
    parents = {start: None}
    frontier = [start]
    while frontier:
        following = []
        for node in frontier:
            for neighbour in graph[node]:
                if neighbour not in distances:
                    distances[neighbour] = distances[node] + 1
                    parents[neighbour] = node
                    following.append(neighbour)
        frontier = following
    return distances, parents


CASES = {
    "index_by_id": (
        lambda n: ([{"id": 5000 + i, "name": "user"} for i in range(n)],),
        (10, 200, 3000)),
    "price_list": (
        lambda n: ([("A%05d" % i, 10.0 + i) for i in range(n)], 0.15),
        (10, 200, 3000)),
    "group_by_department": (
        lambda n: ([("emp%d" % i, "dept%d" % (i % 12)) for i in range(n)],),
        (12, 200, 3000)),
    "letter_frequencies": (
        lambda n: ("".join(chr(300 + i) for i in range(n)) * 3,), (10, 100, 1000)),
    "most_common_words": (
        lambda n: (" ".join("Word%d" % (i % (n // 2)) for i in range(n)), 5),
        (10, 200, 2000)),
    "sales_per_region": (
        lambda n: ([{"region": "R%d" % (i % 6), "product": i % (n // 2),
                     "amount": i * 1.25} for i in range(n)],), (12, 200, 2000)),
    "invert_index": (
        lambda n: ({i: ["t%d" % ((i + k) % 40) for k in range(5)] for i in range(n)},),
        (10, 100, 800)),
    "merge_settings": (
        lambda n: ({"d%d" % i: i for i in range(n)}, {"o%d" % i: i for i in range(n)},
                   {"s%d" % i: i for i in range(n)}), (5, 100, 1500)),
    "blank_schedule": (lambda n: (n, 24), (5, 31, 200)),
    "expand_events": (
        lambda n: ([{"id": i, "size": n, "kind": "text"} if i % 2
                    else {"id": i, "size": n, "n": 4} for i in range(20)],),
        (10, 200, 3000)),
    "build_adjacency": (
        lambda n: ([(i, (i * 3 + 1) % n) for i in range(n)],), (10, 100, 1000)),
    "compare_inventories": (
        lambda n: (list(range(n)), list(range(n // 3, n + n // 3))),
        (12, 300, 4000)),
    "shared_permissions": (
        lambda n: ([("role%d" % i, ["p%d" % ((i * k) % 9) for k in range(6)])
                    for i in range(n)],), (5, 50, 500)),
    "replay_lru": (
        lambda n: ([(i * 7) % (n * 2) for i in range(n * 4)], n), (8, 60, 500)),
    "coin_ways": (lambda n: (n, (1, 5, 10, 25)), (20, 300, 4000)),
    "rank_scores": (
        lambda n: ({"player%d" % i: (i * 31) % 97 for i in range(n)},),
        (10, 200, 3000)),
    "dedupe_keep_order": (
        lambda n: ([(i * i) % (n + 3) for i in range(n)],), (10, 300, 4000)),
    "breadth_first_levels": (
        lambda n: ({i: [(i + 1) % n, (i * 2) % n] for i in range(n)}, 0),
        (10, 100, 1500)),
}
