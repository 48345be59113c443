//! Generator functions whose elements are taken one by one: none of them is there when the next comes.

use super::tests::peaks;

/// Loops, functions that look at elements, and `yield from` have one at a time, beside the one that is
/// being made.
#[test]
fn elements_are_let_go_of() {
    assert_eq!(
        peaks(
            r#"
def pairs(xs: list[int]):
    for x in xs:
        yield (x, x)

def looped(xs: list[int]):
    count = 0
    for pair in pairs(xs):
        if pair[0] > 3:
            count += 1
    return count

def first(xs: list[int]):
    for left, right in pairs(xs):
        if left > 3:
            return right

def last(xs: list[int]):
    latest = None
    for pair in pairs(xs):
        latest = pair
    return latest

def named(xs: list[int]):
    found = pairs(xs)
    latest = next(found)
    for pair in found:
        latest = pair
    return latest

def any_of(xs: list[int]):
    return any(pairs(xs))

def twice(xs: list[int]):
    yield from pairs(xs)
    for pair in pairs(xs):
        yield (pair, 1)

def of_twice(xs: list[int]):
    count = 0
    for pair in twice(xs):
        count += 1
    return count
"#
        ),
        "pairs: 56·len(xs) + 48\n\
         looped: 496\n\
         first: 672\n\
         last: 488\n\
         named: 672\n\
         any_of: 672\n\
         twice: 168·len(xs) + 432\n\
         of_twice: 1392"
    );
}

/// What a container or a function keeps is there as often as it is made; of a tuple that is unpacked, the
/// parts.
#[test]
fn elements_are_kept() {
    assert_eq!(
        peaks(
            r#"
KEPT = []

class Node:
    def __init__(self, value):
        self.value = value

def texts(xs: list[int]):
    for x in xs:
        yield (str(x), x)

def nodes(xs: list[int]):
    for x in xs:
        yield Node(x)

def keep(node, times):
    KEPT.append(node)

def listed(xs: list[int]):
    return list(texts(xs))

def appended(xs: list[int]):
    out = []
    for text in texts(xs):
        out.append(text)
    return out

def numbers(xs: list[int]):
    out = []
    for text, x in texts(xs):
        out.append(x)
    return out

def by_text(xs: list[int]):
    return {text: x for text, x in texts(xs)}

def kept(xs: list[int]):
    for node in nodes(xs):
        keep(node, 1)

def chained(xs: list[int]):
    before = None
    for node in nodes(xs):
        node.before = before
        before = node
    return before
"#
        ),
        "Node.__init__: 0\n\
         texts: len(str(xs[*])) + len(str(xs[+])) + 105·len(xs) + 48\n\
         nodes: 80·len(xs) + 104\n\
         keep: 32\n\
         listed: len(str(xs[+])) + 105·len(xs) + max(len(str(xs[*])), 9·len(xs) + 288) + 48\n\
         appended: len(str(xs[+])) + 105·len(xs) + max(len(str(xs[*])), 9·len(xs) + 232) + 104\n\
         numbers: len(str(xs[*])) + len(str(xs[+])) + 58·len(xs) + 496\n\
         by_text: 30·max(2^ceil(log2(3·len(xs)/2)), 8) + len(str(xs[*])) + len(str(xs[+])) + 49·len(xs) + 672\n\
         kept: 112·len(xs) + 224\n\
         chained: 80·len(xs) + 224"
    );
}

/// What a generator has while it waits is there while the loop over it runs.
#[test]
fn a_generator_that_waits_keeps_what_it_has() {
    assert_eq!(
        peaks(
            r#"
def sorted_pairs(xs: list[int]):
    for x in sorted(xs):
        yield (x, x)

def listed(xs: list[int]):
    out = []
    for left, right in sorted_pairs(xs):
        out.append(left)
    return out
"#
        ),
        "sorted_pairs: 64·len(xs) + 112\n\
         listed: 17·len(xs) + 8·max(len(xs), 20) + 456"
    );
}
