//! What iterators make as they give it is there as often as it is kept.

use super::tests::peaks;

#[test]
fn what_is_kept_of_an_iterator_is_all_there() {
    assert_eq!(
        peaks(
            r#"
def numbered(xs):
    return tuple(enumerate(xs))

def nested(xs, ys):
    return tuple(enumerate(zip(xs, ys)))

def extended(n: int):
    found = []
    found.extend(range(n))
    return found

def added(xs):
    found = []
    found += enumerate(xs)
    return found

def shown(n: int):
    return (*range(n),)

def rest(n: int):
    first, *others = range(n)
    return others

def entries(xs):
    return dict(enumerate(xs))

def reverse(xs):
    return tuple(reversed(list(xs)))

def chained(xs):
    import collections
    return collections.deque(enumerate(xs))
"#
        ),
        "numbered: 96·len(xs) + 272\n\
         nested: 152·min(len(xs), len(ys)) + 600\n\
         extended: 41·n + 328\n\
         added: 97·len(xs) + 336\n\
         shown: 40·n + 216\n\
         rest: 40·max(n, 1) + 192\n\
         entries: 30·max(2^ceil(log2(3·len(xs)/2)), 8) + 32·len(xs) + 360\n\
         reverse: 16·len(xs) + 152\n\
         chained: 88·len(xs) + 528·floor(len(xs)/64) + 1576"
    );
}

/// A tuple that a loop unpacks is handed out again; one that something keeps is not, and what is read of
/// one does not keep it.
#[test]
fn loops_keep_the_tuples_that_they_store() {
    assert_eq!(
        peaks(
            r#"
def unpacked(xs):
    return [x for i, x in enumerate(xs)]

def stored(d: dict):
    return [item for item in d.items()]

def read(d: dict):
    return [item[0] for item in d.items()]

def copied(xs, ys):
    return [list(pair) for pair in zip(xs, ys)]

def inner(xs, ys):
    return {i: pair for i, pair in enumerate(zip(xs, ys))}

def named(d: dict):
    for item in d.items():
        last = item
    return last
"#
        ),
        "unpacked: 9·len(xs) + 552\n\
         stored: 65·len(d) + 424\n\
         read: 9·len(d) + 536\n\
         copied: 89·min(len(xs), len(ys)) + 696\n\
         inner: 178·min(len(xs), len(ys)) + 1080\n\
         named: 336"
    );
}

#[test]
fn tables_have_the_numbers_that_they_are_keyed_by() {
    assert_eq!(
        peaks("def table(n: int):\n    return dict.fromkeys(range(n))\n"),
        "table: 20·max(2^ceil(log2(3·n/2)), 8) + 32·n + 208"
    );
}
