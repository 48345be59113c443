//! What only one container keeps is alive in each of its slots once.

use super::tests::peaks;

/// What is stored over and over takes the place of what was there, however many loops are around, and
/// though something chooses between what was there and the new, or a name gathers it first.
#[test]
fn what_is_overwritten_is_gone() {
    assert_eq!(
        peaks(
            r#"
def knapsack(weights: list[int], limit: int):
    best = [0] * limit
    for weight in weights:
        for at in range(limit):
            best[at] = max(best[at], best[at - weight] + 7)
    return best

def product(a: list[list[int]], b: list[list[int]], n: int):
    out = [[0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            total = 0
            for k in range(n):
                total += a[i][k] * b[k][j]
            out[i][j] = total
    return out
"#
        ),
        "knapsack: 32·limit·min(len(weights), 1) + 8·limit + 864\n\
         product: 40·n² + 65·n + 1968"
    );
}

/// Each tuple, and the number in it, is taken out before the next is put in.
#[test]
fn what_is_taken_out_is_gone() {
    assert_eq!(
        peaks(
            r#"
def drained(xs: list[int]):
    queue = [(0, 0)]
    best = 0
    for x in xs:
        queue.append((x, x * 2))
        _, twice = queue.pop()
        best = max(best, twice)
    return best
"#
        ),
        "drained: 88·min(len(xs), 1) + 552"
    );
}

/// Another list, unknown code, or a copy of the list may keep what is overwritten.
#[test]
fn what_something_else_keeps_is_not_gone() {
    assert_eq!(
        peaks(
            r#"
def read_out(xs: list[int], n: int):
    slots = [0] * n
    out = []
    for x in xs:
        slots[x] = x * 1000
        out.append(slots[x])
    return out

def given_away(xs: list[int], n: int, keep):
    slots = [0] * n
    for x in xs:
        slots[x] = x * 1000
        keep(slots[x])
    return slots

def copied(xs: list[int], n: int):
    slots = [0] * n
    rows = []
    for x in xs:
        slots[x] = x * 1000
        rows.append(slots[:])
    return rows
"#
        ),
        "read_out: 41·len(xs) + 8·n + 272\n\
         given_away: 2·[keep(...) @ app.py:14] + 32·len(xs) + 8·n + 168\n\
         copied: 8·len(xs)·n + 97·len(xs) + 8·n + 272"
    );
}
