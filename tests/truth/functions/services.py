"""Handlers, reports and data plumbing of a small order service."""

import base64
import heapq
import json
import re
import struct
from collections import Counter, defaultdict
from itertools import groupby
from operator import itemgetter

REQUIRED_FIELDS = ("order_id", "customer", "amount")
LOG_LINE = re.compile(r"(\S+) \[(\w+)\] (\w+): (.*)")


# --- events and responses -------------------------------------------------

def validate_events(events):
    """Split events into valid ones and per-event error lists."""
    valid = []
    rejected = []
    for position, event in enumerate(events):
        problems = [f"missing {name}" for name in REQUIRED_FIELDS if name not in event]
        amount = event.get("amount")
        if amount is not None and amount < 0:
            problems.append("negative amount")
        if problems:
            rejected.append({"position": position, "problems": problems})
        else:
            valid.append(event)
    return {"valid": valid, "rejected": rejected}


def list_page(records, page, page_size):
    """Return one page of records with its navigation links."""
    pages = (len(records) + page_size - 1) // page_size
    start = page * page_size
    body = [{"id": record["id"], "title": record["title"].upper()}
            for record in records[start:start + page_size]]
    links = {"self": f"/records?page={page}"}
    if page > 0:
        links["previous"] = f"/records?page={page - 1}"
    if page + 1 < pages:
        links["next"] = f"/records?page={page + 1}"
    return {"items": body, "links": links, "pages": pages}


def order_response(customers, orders):
    """Join orders to customers and build the nested response."""
    by_customer = {}
    for order in orders:
        by_customer.setdefault(order["customer_id"], []).append(order)
    response = []
    for customer in customers:
        placed = by_customer.get(customer["id"], [])
        response.append({
            "customer": {"id": customer["id"], "name": customer["name"]},
            "orders": [{"number": order["number"], "amount": order["amount"]} for order in placed],
            "summary": {"count": len(placed), "total": sum(order["amount"] for order in placed)},
        })
    return {"status": 200, "body": response}


# --- reports --------------------------------------------------------------

def customer_totals(rows):
    """Group sorted (customer, amount) rows and total each group."""
    ordered = sorted(rows, key=itemgetter(0))
    totals = []
    for customer, group in groupby(ordered, key=itemgetter(0)):
        amounts = [amount for _, amount in group]
        totals.append((customer, len(amounts), sum(amounts), max(amounts)))
    return totals


def render_report(title, rows):
    """Render (label, amount) rows as a fixed-width text report."""
    lines = [title, "=" * 40]
    total = 0.0
    for label, amount in rows:
        lines.append(f"{label:<28}{amount:>12.2f}")
        total += amount
    lines.append("-" * 40)
    lines.append(f"{'Total':<28}{total:>12.2f}")
    return "\n".join(lines)


def rows_to_csv(header, rows):
    """Write dict rows as csv text, quoting where needed."""
    def quote(value):
        text = str(value)
        if "," in text or '"' in text:
            return '"' + text.replace('"', '""') + '"'
        return text

    text = ",".join(header) + "\n"
    for row in rows:
        text += ",".join(quote(row.get(name, "")) for name in header) + "\n"
    return text


def top_products(sales, count):
    """Return the best selling products with their quantities."""
    quantities = defaultdict(int)
    for product, quantity in sales:
        quantities[product] += quantity
    return heapq.nlargest(count, quantities.items(), key=itemgetter(1))


# --- batches and indexes --------------------------------------------------

def batch_records(records, batch_size, max_bytes):
    """Cut records in batches bounded by count and by text length."""
    batches = []
    batch = []
    used = 0
    for record in records:
        if batch and (len(batch) == batch_size or used + len(record) > max_bytes):
            batches.append(batch)
            batch = []
            used = 0
        batch.append(record)
        used += len(record)
    if batch:
        batches.append(batch)
    return batches


def build_text_index(documents):
    """Map each word to the sorted ids of the documents that hold it."""
    index = defaultdict(set)
    for identifier, text in documents.items():
        for word in text.lower().split():
            index[word].add(identifier)
    return {word: sorted(identifiers) for word, identifiers in index.items()}


def deduplicate_contacts(contacts):
    """Merge contacts that share the same e-mail address."""
    merged = {}
    for contact in contacts:
        key = contact["email"].strip().lower()
        known = merged.get(key)
        if known is None:
            merged[key] = {"email": key, "phones": [contact["phone"]]}
        elif contact["phone"] not in known["phones"]:
            known["phones"].append(contact["phone"])
    return list(merged.values())


def diff_snapshots(before, after):
    """Compare two snapshots and return what was added, removed, changed."""
    added = {key: after[key] for key in after.keys() - before.keys()}
    removed = sorted(before.keys() - after.keys())
    changed = {}
    for key in before.keys() & after.keys():
        if before[key] != after[key]:
            changed[key] = (before[key], after[key])
    return {"added": added, "removed": removed, "changed": changed}


# --- settings -------------------------------------------------------------

def flatten_settings(settings, prefix=""):
    """Flatten nested settings into dotted keys."""
    flat = {}
    for key, value in settings.items():
        name = f"{prefix}.{key}" if prefix else key
        if isinstance(value, dict):
            flat.update(flatten_settings(value, name))
        else:
            flat[name] = value
    return flat


def merge_settings(base, override):
    """Return base settings deeply overridden, without changing either."""
    merged = dict(base)
    for key, value in override.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merge_settings(merged[key], value)
        else:
            merged[key] = value
    return merged


# --- text and bytes -------------------------------------------------------

def tokenise_log(lines):
    """Parse log lines and count them by level and component."""
    entries = []
    levels = Counter()
    for line in lines:
        match = LOG_LINE.match(line)
        if match is None:
            levels["UNPARSED"] += 1
            continue
        stamp, level, component, message = match.groups()
        levels[level] += 1
        entries.append({"stamp": stamp, "component": component, "words": message.split()})
    return entries, levels


def echo_payload(payload):
    """Decode a JSON payload, stamp its items and encode it again."""
    document = json.loads(payload)
    for position, item in enumerate(document["items"]):
        item["position"] = position
    document["count"] = len(document["items"])
    return json.dumps(document, sort_keys=True)


def pack_samples(samples):
    """Pack (id, value) samples in binary and encode them as base64 text."""
    frame = bytearray(struct.pack("<I", len(samples)))
    for identifier, value in samples:
        frame += struct.pack("<Id", identifier, value)
    return base64.b64encode(bytes(frame)).decode("ascii")


# --- case arguments -------------------------------------------------------

def _events(n):
    events = []
    for i in range(n):
        event = {"order_id": i, "customer": f"c{i}", "amount": i - 2}
        if i % 6 == 5:
            del event["customer"]
        events.append(event)
    return events


def _settings(n):
    return {f"section{i}": {"limits": {"low": i, "high": i + 10}, "name": f"s{i}"} for i in range(n)}


CASES = {
    "validate_events": (lambda n: (_events(n),), (10, 100, 1000)),
    "list_page": (lambda n: ([{"id": i, "title": f"title {i}"} for i in range(4 * n)], 1, n),
                  (10, 100, 1000)),
    "order_response": (lambda n: ([{"id": i, "name": f"customer {i}"} for i in range(n)],
                                  [{"number": k, "customer_id": k % n, "amount": 10 + k}
                                   for k in range(3 * n)]), (10, 100, 500)),
    "customer_totals": (lambda n: ([(f"customer{i * 7 % (n // 5)}", 300 + i) for i in range(n)],),
                        (10, 100, 1000, 5000)),
    "render_report": (lambda n: ("Sales", [(f"region {i}", i * 1.25) for i in range(n)]),
                      (10, 100, 1000, 5000)),
    "rows_to_csv": (lambda n: (["id", "name", "note"],
                               [{"id": i, "name": f"Doe, {i}", "note": "ok"} for i in range(n)]),
                    (10, 100, 1000)),
    "top_products": (lambda n: ([(f"product{i * i % n}", i % 40) for i in range(n)], n // 10),
                     (10, 100, 1000, 5000)),
    "batch_records": (lambda n: (["x" * (i % 50) for i in range(n)], 20, 400), (10, 100, 1000, 5000)),
    "build_text_index": (lambda n: ({i: f"the order {i} of shop {i % 10} shipped" for i in range(n)},),
                         (10, 100, 1000)),
    "deduplicate_contacts": (lambda n: ([{"email": f" User{i % (n // 2)}@Example.org",
                                          "phone": f"555-{i:05d}"} for i in range(n)],),
                             (10, 100, 1000)),
    "diff_snapshots": (lambda n: ({f"key{i}": i for i in range(n)},
                                  {f"key{i}": i if i % 3 else -i for i in range(n // 4, n + n // 4)}),
                       (10, 100, 1000, 5000)),
    "flatten_settings": (lambda n: (_settings(n),), (5, 50, 500)),
    "merge_settings": (lambda n: (_settings(n), {f"section{i}": {"limits": {"high": 999}, "extra": i}
                                                 for i in range(0, n, 2)}), (5, 50, 500)),
    "tokenise_log": (lambda n: ([f"12:00:{i % 60:02d} [{'INFO' if i % 4 else 'WARN'}] db: query {i} took {i} ms"
                                 if i % 11 else "--- rotated ---" for i in range(n)],),
                     (10, 100, 1000)),
    "echo_payload": (lambda n: (json.dumps({"items": [{"sku": f"A{i}", "qty": i} for i in range(n)]}),),
                     (10, 100, 1000)),
    "pack_samples": (lambda n: ([(i, i * 0.5) for i in range(n)],), (10, 100, 1000, 5000)),
}
