"""Loop shapes found in everyday application code."""


def squares_up_to(limit):
    """Return the squares of every integer below limit."""
    squares = []
    for number in range(limit):
        squares.append(number * number)
    return squares


def sample_every(start, stop, step):
    """Return labelled offsets between start and stop at a fixed step."""
    offsets = []
    for offset in range(start, stop, step):
        offsets.append((offset, offset + step))
    return offsets


def countdown_labels(total):
    """Return launch labels from total down to one."""
    labels = []
    for remaining in range(total, 0, -1):
        labels.append("T-" + str(remaining))
    return labels


def index_long_words(words, minimum):
    """Return a record with position and length for each long word."""
    records = []
    for position, word in enumerate(words, start=1):
        if len(word) < minimum:
            continue
        records.append({"position": position, "word": word, "length": len(word)})
    return records


def pair_readings(timestamps, values):
    """Join two parallel series into a list of (time, value, delta) rows."""
    rows = []
    previous = 0.0
    for stamp, value in zip(timestamps, values):
        rows.append((stamp, value, value - previous))
        previous = value
    return rows


def multiplication_table(size):
    """Build a square multiplication table."""
    table = []
    for row in range(1, size + 1):
        line = []
        for column in range(1, size + 1):
            line.append(row * column)
        table.append(line)
    return table


def lower_triangle_pairs(count):
    """Return all index pairs (i, j) with j smaller than i."""
    pairs = []
    for i in range(count):
        for j in range(i):
            pairs.append((i, j))
    return pairs


def moving_average(samples, width):
    """Return the mean of each full window over the samples."""
    averages = []
    for start in range(len(samples) - width + 1):
        window = samples[start:start + width]
        averages.append(sum(window) / width)
    return averages


def split_into_chunks(items, chunk_size):
    """Cut a list into consecutive chunks of at most chunk_size items."""
    chunks = []
    for start in range(0, len(items), chunk_size):
        chunks.append(items[start:start + chunk_size])
    return chunks


def first_over_threshold(readings, threshold):
    """Return the readings seen before the first one over the threshold."""
    seen = []
    for reading in readings:
        if reading > threshold:
            break
        seen.append(reading)
    else:
        seen.append(None)
    return seen


def flatten_rows(rows):
    """Concatenate all rows into one flat list."""
    flat = []
    for row in rows:
        for cell in row:
            flat.append(cell)
    return flat


def prefix_sums(values):
    """Return the running totals, with a leading zero."""
    totals = [0] * (len(values) + 1)
    for index in range(len(values)):
        totals[index + 1] = totals[index] + values[index]
    return totals


def checksum_frames(frame_count, frame_size):
    """Rebuild a frame buffer on each pass and return the combined checksum."""
    checksum = 0
    for frame in range(frame_count):
        buffer = [0] * frame_size
        for slot in range(frame_size):
            buffer[slot] = (frame + slot) % 251
        checksum = (checksum * 31 + sum(buffer)) % 65521
    return checksum


def fill_levels(capacity, inflow):
    """Record the tank level at each step until the capacity is reached."""
    levels = []
    level = 0
    while level < capacity:
        levels.append(level)
        level += inflow
    return levels


def halving_schedule(population):
    """Return a bracket of zero-filled rounds, each half as large as the last."""
    rounds = []
    while population > 0:
        rounds.append([0] * population)
        population //= 2
    return rounds


def find_pairs_with_sum(ordered, target):
    """Collect the pairs of a sorted list which add up to target."""
    matches = []
    low = 0
    high = len(ordered) - 1
    while low < high:
        total = ordered[low] + ordered[high]
        if total == target:
            matches.append((ordered[low], ordered[high]))
            low += 1
            high -= 1
        elif total < target:
            low += 1
        else:
            high -= 1
    return matches


def locate_keys(ordered, keys):
    """Return the position of each key in a sorted list, or minus one."""
    positions = []
    for key in keys:
        low, high = 0, len(ordered)
        while low < high:
            middle = (low + high) // 2
            if ordered[middle] < key:
                low = middle + 1
            else:
                high = middle
        if low < len(ordered) and ordered[low] == key:
            positions.append(low)
        else:
            positions.append(-1)
    return positions


def hailstone_paths(limit):
    """Return the hailstone sequence of every start value up to limit."""
    paths = []
    for start in range(1, limit + 1):
        value = start
        path = [value]
        while value != 1:
            if value % 2 == 0:
                value //= 2
            else:
                value = 3 * value + 1
            path.append(value)
        paths.append(path)
    return paths


def drain_jobs(jobs):
    """Process a copy of the job stack from the top and return the audit log."""
    stack = list(jobs)
    log = []
    while stack:
        name, cost = stack.pop()
        log.append({"job": name, "cost": cost, "left": len(stack)})
    return log


def find_duplicate_window(codes, width):
    """Return the first repeated window of codes together with its positions."""
    known = {}
    for start in range(len(codes) - width + 1):
        window = tuple(codes[start:start + width])
        if window in known:
            return window, known[window], start
        known[window] = start
    return None


CASES = {
    "squares_up_to": (lambda n: (n,), (10, 300, 5000)),
    "sample_every": (lambda n: (5, n * 3 + 5, 3), (10, 300, 4000)),
    "countdown_labels": (lambda n: (n,), (10, 300, 4000)),
    "index_long_words": (
        lambda n: (["w" * (i % 7 + 1) for i in range(n)], 4), (10, 100, 1500)),
    "pair_readings": (
        lambda n: (list(range(1000, 1000 + n)), [i * 0.5 for i in range(n)]),
        (10, 200, 3000)),
    "multiplication_table": (lambda n: (n,), (5, 20, 80)),
    "lower_triangle_pairs": (lambda n: (n,), (5, 25, 90)),
    "moving_average": (
        lambda n: ([float(i % 17) for i in range(n)], max(2, n // 10)),
        (20, 200, 2000)),
    "split_into_chunks": (lambda n: (list(range(n)), 7), (10, 300, 5000)),
    "first_over_threshold": (
        lambda n: (list(range(n)), n * 3 // 4), (10, 300, 5000)),
    "flatten_rows": (
        lambda n: ([[i * 10 + j for j in range(10)] for i in range(n)],),
        (5, 50, 500)),
    "prefix_sums": (
        lambda n: ([1000 + i for i in range(n)],), (10, 300, 5000)),
    "checksum_frames": (lambda n: (5, n), (10, 300, 5000)),
    "fill_levels": (lambda n: (n * 4, 4), (10, 300, 5000)),
    "halving_schedule": (lambda n: (n,), (10, 300, 8000)),
    "find_pairs_with_sum": (lambda n: (list(range(n)), n - 1), (10, 300, 4000)),
    "locate_keys": (
        lambda n: (list(range(0, n * 2, 2)), list(range(0, n * 2, 3))),
        (10, 300, 3000)),
    "hailstone_paths": (lambda n: (n,), (5, 40, 300)),
    "drain_jobs": (
        lambda n: ([("job%d" % i, i * 3) for i in range(n)],), (10, 100, 1500)),
    "find_duplicate_window": (
        lambda n: ([i % (n // 2) for i in range(n)], 4), (12, 200, 2000)),
}
