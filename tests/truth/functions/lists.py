"""List, heap and queue routines."""

import bisect
import copy
import heapq
from collections import deque


def build_playlist(tracks, adverts):
    """Interleave adverts into a playlist with insert and extend."""
    playlist = []
    playlist.extend(tracks)
    position = 0
    for advert in adverts:
        playlist.insert(position, advert)
        position += 4
    playlist.append("closing jingle")
    return playlist


def transfer_batches(queue, batch_size):
    """Pop everything off queue into batches, leaving it empty."""
    batches = []
    batch = []
    while queue:
        batch.append(queue.pop())
        if len(batch) == batch_size:
            batches.append(batch.copy())
            batch.clear()
    if batch:
        batches.append(batch)
    return batches


def normalise_in_place(weights):
    """Scale weights in place to add up to one, largest first."""
    total = sum(weights)
    for index in range(len(weights)):
        weights[index] = weights[index] / total
    weights.sort(reverse=True)


def redact_range(cells, start, stop, filler):
    """Replace a slice of cells with twice as many filler cells, in place."""
    cells[start:stop] = [filler] * ((stop - start) * 2)
    del cells[:start // 2]


def pad_signal(signal, margin):
    """Return the signal with zero margins and a mirrored tail."""
    zeros = [0] * margin
    tail = list(reversed(signal[-margin:]))
    return zeros + signal + tail + zeros


def empty_board(width, height):
    """Return a board of dots as a list of independent rows."""
    return [["."] * width for _ in range(height)]


def transpose(matrix):
    """Swap rows and columns of a rectangular matrix."""
    return [list(column) for column in zip(*matrix)]


def leaderboard(entries, limit):
    """Return the top entries by score, then by name, in display form."""
    ordered = sorted(entries, key=lambda entry: (-entry[1], entry[0]))
    return [(rank + 1, name, score) for rank, (name, score) in enumerate(ordered[:limit])]


def snapshot_states(state, steps):
    """Deep-copy the state after each step and return the history."""
    history = []
    for step in range(steps):
        state["tick"] = step
        state["cells"][step % len(state["cells"])] += 1
        history.append(copy.deepcopy(state))
    return history


def merge_k_sorted(streams):
    """Merge sorted lists with a heap of cursors."""
    heap = []
    for number, stream in enumerate(streams):
        if stream:
            heapq.heappush(heap, (stream[0], number, 0))
    merged = []
    while heap:
        value, number, cursor = heapq.heappop(heap)
        merged.append(value)
        if cursor + 1 < len(streams[number]):
            heapq.heappush(heap, (streams[number][cursor + 1], number, cursor + 1))
    return merged


def rotate_shifts(staff, weeks):
    """Return the rota of each week from a rotating deque."""
    rota = deque(staff)
    plan = []
    for _ in range(weeks):
        plan.append(list(rota))
        rota.rotate(1)
    return plan


def running_medians(values):
    """Return the median after each value, by sorted insertion."""
    ordered = []
    medians = []
    for value in values:
        bisect.insort(ordered, value)
        middle = len(ordered) // 2
        if len(ordered) % 2:
            medians.append(ordered[middle])
        else:
            medians.append((ordered[middle - 1] + ordered[middle]) / 2)
    return medians


def tail_of_log(entries, keep):
    """Keep only the newest entries in a bounded rolling buffer."""
    buffer = deque(maxlen=keep)
    for number, entry in enumerate(entries):
        buffer.append(f"{number}: {entry}")
    return list(buffer)


def multiply_matrices(left, right):
    """Multiply two matrices given as lists of rows."""
    inner = len(right)
    columns = len(right[0])
    return [
        [sum(row[k] * right[k][j] for k in range(inner)) for j in range(columns)]
        for row in left
    ]


def pascal_triangle(height):
    """Return the rows of Pascal's triangle."""
    triangle = [[1]]
    for _ in range(height - 1):
        last = triangle[-1]
        middle = [a + b for a, b in zip(last, last[1:])]
        triangle.append([1] + middle + [1])
    return triangle


def primes_below(limit):
    """Return the primes below limit with a sieve."""
    sieve = [True] * limit
    sieve[0:2] = [False, False]
    for candidate in range(2, int(limit ** 0.5) + 1):
        if sieve[candidate]:
            for multiple in range(candidate * candidate, limit, candidate):
                sieve[multiple] = False
    return [number for number, is_prime in enumerate(sieve) if is_prime]


CASES = {
    "build_playlist": (
        lambda n: (["track"] * n, ["advert"] * (n // 4)), (12, 300, 4000)),
    "transfer_batches": (lambda n: (list(range(n)), 8), (10, 300, 4000)),
    "normalise_in_place": (
        lambda n: ([i + 1 for i in range(n)],), (10, 300, 5000)),
    "redact_range": (
        lambda n: (list(range(n)), n // 10, n, "X"), (20, 300, 5000)),
    "pad_signal": (lambda n: (list(range(n)), n // 5), (10, 300, 5000)),
    "empty_board": (lambda n: (n, n // 2), (8, 40, 200)),
    "transpose": (
        lambda n: ([[i] * 6 for i in range(n)],), (10, 200, 3000)),
    "leaderboard": (
        lambda n: ([("p%d" % i, (i * 53) % 211) for i in range(n)], n // 2),
        (10, 200, 2000)),
    "snapshot_states": (
        lambda n: ({"tick": 0, "cells": [0] * 16, "meta": {"name": "grid"}}, n),
        (5, 40, 250)),
    "merge_k_sorted": (
        lambda n: ([list(range(k, n * 4, 4)) for k in range(4)],), (5, 60, 600)),
    "rotate_shifts": (
        lambda n: (["nurse%d" % i for i in range(n)], n), (7, 30, 150)),
    "running_medians": (
        lambda n: ([(i * 389) % 1009 for i in range(n)],), (10, 200, 2000)),
    "tail_of_log": (
        lambda n: (["request served"] * (n * 3), n), (10, 100, 1500)),
    "multiply_matrices": (
        lambda n: ([[i + j for j in range(n)] for i in range(n)],
                   [[i * j for j in range(n)] for i in range(n)]), (4, 12, 40)),
    "pascal_triangle": (lambda n: (n,), (5, 25, 100)),
    "primes_below": (lambda n: (n,), (20, 500, 8000)),
}
