"""Pipelines and builders whose work is spread over several helpers."""

DEFAULT_LIMIT = 256

_symbol_cache = {}
_rendered = {}
_calls = 0


# --- catalogue pipeline ---------------------------------------------------

def split_fields(lines, separator=";"):
    """Split each line in stripped fields."""
    return [[field.strip() for field in line.split(separator)] for line in lines]


def name_fields(rows, names):
    """Turn rows of fields into dicts."""
    return [dict(zip(names, row)) for row in rows]


def convert_prices(products):
    """Convert the price text of each product in place."""
    for product in products:
        product["price"] = float(product["price"])
    return products


def drop_cheap(products, minimum=1.0):
    """Return the products above a price."""
    return [product for product in products if product["price"] >= minimum]


def load_catalogue(lines):
    """Run the whole catalogue pipeline over text lines."""
    rows = split_fields(lines)
    products = name_fields(rows, ("sku", "name", "price"))
    return drop_cheap(convert_prices(products), minimum=2.0)


# --- outline rendering: mutual helpers that append to a list --------------

def emit_section(section, depth, output):
    """Append a section heading and its entries."""
    output.append("#" * depth + " " + section["title"])
    emit_entries(section["entries"], depth, output)


def emit_entries(entries, depth, output):
    """Append entries, going back to sections for the nested ones."""
    for entry in entries:
        if isinstance(entry, dict):
            emit_section(entry, depth + 1, output)
        else:
            output.append("  " * depth + "- " + entry)


def render_outline(sections):
    """Render nested sections as a list of text lines."""
    output = []
    for section in sections:
        emit_section(section, 1, output)
    return output


# --- timetable: containers of containers ----------------------------------

def empty_day(slots, rooms):
    """Return the empty grid of one day."""
    return {room: [None] * slots for room in rooms}


def book(day, room, slot, course):
    """Book the first free slot at or after the wanted one."""
    line = day[room]
    for candidate in range(slot, len(line)):
        if line[candidate] is None:
            line[candidate] = course
            return candidate
    return -1


def build_timetable(courses, days=5, slots=12):
    """Place courses in rooms over the days of a week."""
    rooms = [f"room{number}" for number in range(len(courses) // (days * slots) + 1)]
    week = [empty_day(slots, rooms) for _ in range(days)]
    unplaced = []
    for position, course in enumerate(courses):
        room = rooms[position % len(rooms)]
        if book(week[position % days], room, position % slots // 2, course) < 0:
            unplaced.append(course)
    return {"week": week, "unplaced": unplaced}


# --- accumulators passed down ---------------------------------------------

def visit_folder(folder, path, sizes):
    """Record the total size of a folder and of those below it."""
    total = sum(folder["files"].values())
    for name, child in folder["folders"].items():
        total += visit_folder(child, path + "/" + name, sizes)
    sizes[path] = total
    return total


def folder_sizes(root):
    """Return the size of every folder by path."""
    sizes = {}
    visit_folder(root, "", sizes)
    return sizes


# --- defaults, keywords, varargs ------------------------------------------

def make_label(text, *, width=12, fill=".", upper=False):
    """Pad or cut a label to a width."""
    if upper:
        text = text.upper()
    return text[:width].ljust(width, fill)


def render_legend(names, values, **style):
    """Render names and values with shared style options."""
    lines = []
    for name, value in zip(names, values):
        lines.append(make_label(name, **style) + make_label(str(value), width=8, fill=" "))
    return lines


def legend_block(series, wide=False):
    """Render a legend, wider when asked for."""
    names = list(series)
    if wide:
        return render_legend(names, series.values(), width=40, upper=True)
    return render_legend(names, series.values())


def interleave(*sequences, padding=None):
    """Interleave sequences of different lengths."""
    longest = max(len(sequence) for sequence in sequences)
    woven = []
    for position in range(longest):
        for sequence in sequences:
            woven.append(sequence[position] if position < len(sequence) else padding)
    return woven


def mix_tracks(count, length):
    """Make tracks of growing lengths and interleave them."""
    tracks = [make_track(number, length + number) for number in range(count)]
    return interleave(*tracks, padding=0)


def make_track(seed, length):
    """Return one track of float samples."""
    return [((seed * 31 + step * 17) % 101) / 101 for step in range(length)]


# --- conditional allocation and early returns -----------------------------

def reverse_blocks(data, block, limit=DEFAULT_LIMIT):
    """Reverse the order of blocks, via a side buffer for large data."""
    if len(data) > limit:
        buffer = bytearray(len(data))
        position = 0
        for start in range(len(data) - len(data) % block, -1, -block):
            chunk = data[start:start + block]
            buffer[position:position + len(chunk)] = chunk
            position += len(chunk)
        return bytes(buffer)
    return b"".join(data[start:start + block]
                    for start in range(len(data) - len(data) % block, -1, -block))


def encode_runs(text):
    """Return (character, length) runs of a text."""
    runs = []
    start = 0
    while start < len(text):
        end = start
        while end < len(text) and text[end] == text[start]:
            end += 1
        runs.append((text[start], end - start))
        start = end
    return runs


def compress_rows(rows, minimum_gain=2):
    """Run-length encode the rows where that pays, keep the others."""
    packed = []
    for row in rows:
        runs = encode_runs(row)
        if len(runs) * minimum_gain <= len(row):
            packed.append(("runs", runs))
        else:
            packed.append(("raw", row))
    return packed


def sample_window(values, wanted):
    """Return all values, a thinned copy or nothing, by their number."""
    if not values:
        return []
    if len(values) <= wanted:
        return list(values)
    if wanted < 8:
        return [values[0], values[-1]]
    stride = len(values) / wanted
    return [values[int(index * stride)] for index in range(wanted)]


def downsample_channels(channels, wanted):
    """Thin every channel to the wanted number of points."""
    return {name: sample_window(values, wanted) for name, values in channels.items()}


# --- loops that call allocating helpers -----------------------------------

def moving_average(values, window):
    """Return the averages over a sliding window."""
    return [sum(values[i:i + window]) / window for i in range(len(values) - window + 1)]


def roughness(values):
    """Return the mean absolute step of a series."""
    steps = [abs(b - a) for a, b in zip(values, values[1:])]
    return sum(steps) / len(steps) if steps else 0.0


def best_window(values, windows):
    """Return the widest window that still smooths the series by half."""
    reference = roughness(values)
    scores = {}
    best = None
    for window in windows:
        scores[window] = roughness(moving_average(values, window))
        if scores[window] <= reference / 2:
            best = window
    return best, scores


def substrings(text, length):
    """Return the set of substrings of a length."""
    return {text[i:i + length] for i in range(len(text) - length + 1)}


def similarity_table(texts, length=3):
    """Compare all texts by their shared substrings."""
    table = []
    for left in texts:
        row = []
        for right in texts:
            first = substrings(left, length)
            second = substrings(right, length)
            union = len(first | second)
            row.append(len(first & second) / union if union else 1.0)
        table.append(row)
    return table


# --- module caches and counters -------------------------------------------

def intern_symbol(name):
    """Return the id of a symbol, making it on first use."""
    if name not in _symbol_cache:
        _symbol_cache[name] = len(_symbol_cache) + 1
    return _symbol_cache[name]


def compile_program(statements):
    """Translate (target, operands) statements to tuples of symbol ids."""
    code = []
    for target, operands in statements:
        code.append((intern_symbol(target), tuple(intern_symbol(name) for name in operands)))
    return code


def render_badge(level):
    """Render a badge text, cached by level."""
    global _calls
    _calls += 1
    if level not in _rendered:
        _rendered[level] = "<b>" + "*" * (level * 10) + "</b>"
    return _rendered[level]


def award_badges(scores):
    """Attach a cached badge to each player."""
    global _calls
    _calls = 0
    badges = {player: render_badge(score // 10) for player, score in scores.items()}
    return badges, _calls


# --- in-place updates of nested structures --------------------------------

def neighbours(board, row, column):
    """Count the live cells around a cell of a wrapped board."""
    height, width = len(board), len(board[0])
    count = 0
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            if dy or dx:
                count += board[(row + dy) % height][(column + dx) % width]
    return count


def step_board(board):
    """Advance a life board in place, through a list of changes."""
    changes = []
    for row, line in enumerate(board):
        for column, alive in enumerate(line):
            around = neighbours(board, row, column)
            following = 1 if around == 3 or (alive and around == 2) else 0
            if following != alive:
                changes.append((row, column, following))
    for row, column, following in changes:
        board[row][column] = following
    return len(changes)


def evolve_board(board, steps):
    """Advance a board and return the number of changes of each step."""
    history = []
    while len(history) < steps and (not history or history[-1] > 0):
        history.append(step_board(board))
    return history


def ensure_path(tree, parts):
    """Walk or make the nested dicts of a path."""
    node = tree
    for part in parts:
        node = node.setdefault(part, {})
    return node


def tag_resources(tree, assignments):
    """Add tags at nested paths of a tree, in place."""
    for path, tag in assignments:
        node = ensure_path(tree, path.split("/"))
        node.setdefault("tags", []).append(tag)
    return len(tree)


# --- while loops with helper conditions -----------------------------------

def has_pending(queues):
    """Tell whether any queue has work left."""
    return any(queues.values())


def next_queue(queues):
    """Return the name of the longest queue."""
    return max(queues, key=lambda name: len(queues[name]))


def schedule_jobs(jobs_by_queue, slice_size=3):
    """Serve slices of the longest queue until all are empty."""
    queues = {name: list(jobs) for name, jobs in jobs_by_queue.items()}
    schedule = []
    while has_pending(queues):
        name = next_queue(queues)
        schedule.append((name, queues[name][:slice_size]))
        queues[name] = queues[name][slice_size:]
    return schedule


# --- recursion through helpers --------------------------------------------

def split_halves(values):
    """Return the two halves of a list."""
    middle = len(values) // 2
    return values[:middle], values[middle:]


def merge_sorted(left, right):
    """Merge two sorted lists into a new one."""
    merged = []
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            merged.append(left[i])
            i += 1
        else:
            merged.append(right[j])
            j += 1
    merged.extend(left[i:])
    merged.extend(right[j:])
    return merged


def merge_sort(values):
    """Sort a list by recursive merging."""
    if len(values) <= 1:
        return list(values)
    left, right = split_halves(values)
    return merge_sorted(merge_sort(left), merge_sort(right))


def extend_subset(chosen, rest, target, found):
    """Extend a partial subset until its sum reaches the target."""
    total = sum(chosen)
    if total == target:
        found.append(list(chosen))
        return
    if total > target or not rest:
        return
    extend_subset(chosen + [rest[0]], rest[1:], target, found)
    extend_subset(chosen, rest[1:], target, found)


def subsets_with_sum(numbers, target):
    """Return the subsets of numbers that add up to a target."""
    found = []
    extend_subset([], numbers, target, found)
    return found


# --- nested functions -----------------------------------------------------

def layout_text(words, width):
    """Break words in lines and justify all but the last."""
    lines = []
    pending = []

    def used():
        return sum(len(word) for word in pending) + len(pending)

    def flush(justify):
        nonlocal pending
        text = " ".join(pending)
        lines.append(spread(pending, width) if justify else text)
        pending = []

    for word in words:
        if pending and used() + len(word) > width:
            flush(True)
        pending.append(word)
    if pending:
        flush(False)
    return lines


def spread(words, width):
    """Spread words over a width with even gaps."""
    if len(words) == 1:
        return words[0]
    gaps = len(words) - 1
    missing = width - sum(len(word) for word in words)
    share, extra = divmod(missing, gaps)
    text = words[0]
    for position, word in enumerate(words[1:]):
        text += " " * (share + (1 if position < extra else 0)) + word
    return text


# --- report with several stages -------------------------------------------

def group_by(rows, key):
    """Group dict rows by the value of a key."""
    groups = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups


def summarise_group(rows, fields=("units", "revenue")):
    """Total the numeric fields of a group."""
    summary = {field: 0 for field in fields}
    for row in rows:
        for field in fields:
            summary[field] += row[field]
    summary["rows"] = len(rows)
    return summary


def add_shares(summaries):
    """Add to each summary its share of the revenue."""
    total = sum(summary["revenue"] for summary in summaries.values()) or 1
    for summary in summaries.values():
        summary["share"] = summary["revenue"] / total


def pivot_sales(rows):
    """Summarise sales by region and then by product."""
    report = {}
    for region, region_rows in group_by(rows, "region").items():
        products = {}
        for product, product_rows in group_by(region_rows, "product").items():
            products[product] = summarise_group(product_rows)
        add_shares(products)
        report[region] = products
    return report


# --- case arguments -------------------------------------------------------

def _sections(n):
    return [{"title": f"Chapter {i}",
             "entries": ["opening", {"title": f"Details {i}", "entries": ["one", "two"]}, "closing"]}
            for i in range(n)]


def _folder(n):
    def make(first, count):
        folder = {"files": {f"f{first}": 100 + first, "readme": 10}, "folders": {}}
        if count > 1:
            half = (count - 1) // 2
            folder["folders"]["left"] = make(2 * first, half)
            folder["folders"]["right"] = make(2 * first + 1, count - 1 - half)
        return folder
    return make(1, n)


def _sales(n):
    return [{"region": f"region{i % 4}", "product": f"product{i * 3 % (n // 8 + 1)}",
             "units": 1 + i % 5, "revenue": 10.5 * (i % 9)} for i in range(n)]


CASES = {
    "load_catalogue": (lambda n: ([f"S{i:05d}; item number {i} ; {i % 10}.50" for i in range(n)],),
                       (10, 100, 1000)),
    "render_outline": (lambda n: (_sections(n),), (5, 50, 500)),
    "build_timetable": (lambda n: ([f"course{i}" for i in range(n)],), (20, 200, 1500)),
    "folder_sizes": (lambda n: (_folder(n),), (15, 127, 1023)),
    "legend_block": (lambda n: ({f"series number {i}": i * 1.5 for i in range(n)}, True),
                     (10, 100, 1000)),
    "mix_tracks": (lambda n: (6, n), (10, 100, 1000)),
    "reverse_blocks": (lambda n: (bytes(range(256)) * (n // 256) + bytes(n % 256), 32),
                       (100, 250, 1000, 10000)),
    "compress_rows": (lambda n: (["aaabbbbbbccc" if i % 3 else "abcabcaabcab" for i in range(n)],),
                      (10, 100, 1000)),
    "downsample_channels": (lambda n: ({f"c{k}": list(range(n * k // 2)) for k in range(6)}, 100),
                            (20, 60, 200, 2000)),
    "best_window": (lambda n: ([float(i * 29 % 53) for i in range(n)], (2, 3, 5, 8)),
                    (20, 200, 2000)),
    "similarity_table": (lambda n: ([f"the quick brown fox {i} jumps over {i * i}" for i in range(n)],),
                         (4, 10, 30)),
    "compile_program": (lambda n: ([(f"t{i}", (f"t{i - 1}", f"v{i % 13}")) for i in range(n)],),
                        (10, 100, 1000)),
    "award_badges": (lambda n: ({f"player{i}": i * 7 % (n + 50) for i in range(n)},),
                     (10, 100, 1000)),
    "evolve_board": (lambda n: ([[1 if (i * 5 + j * 3) % 4 == 0 or (i * j) % 7 == 1 else 0
                                  for j in range(n)] for i in range(n)], 6), (6, 12, 30)),
    "tag_resources": (lambda n: ({}, [(f"team{i % 5}/app{i % 40}/host{i}", "prod" if i % 2 else "test")
                                      for i in range(n)]), (10, 100, 1000)),
    "schedule_jobs": (lambda n: ({"mail": list(range(n)), "sync": list(range(n // 2)),
                                  "index": list(range(n // 5))},), (10, 100, 1000)),
    "merge_sort": (lambda n: ([i * 7919 % 10007 for i in range(n)],), (10, 100, 1000, 4000)),
    "subsets_with_sum": (lambda n: (list(range(1, n + 1)), 2 * n), (6, 9, 12, 15)),
    "layout_text": (lambda n: (["lorem", "a", "consectetur", "sit", "adipiscing"] * (n // 5), 60),
                    (10, 100, 1000)),
    "pivot_sales": (lambda n: (_sales(n),), (20, 200, 1500)),
}
