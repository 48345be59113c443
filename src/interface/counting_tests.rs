//! What a run shows in place of what is bounded for any input.

#![allow(clippy::unwrap_used)]

use super::tests::{emitted, executed, figures};

/// What calls of the function `f` of a source leave behind.
fn retained(source: &str, calls: &[&str]) -> Vec<i64> {
    figures(source, "retained", calls)
}

/// A list of that many pairs, at the most that growing leaves room for.
fn pairs(count: i64) -> std::ops::RangeInclusive<i64> {
    let list = |slots: i64| 56 + 8 * slots;
    let all = 56 * count;
    (list(count) + all)..=(list(count + count / 8 + 7) + all)
}

#[test]
fn an_arm_counts_where_it_is_taken() {
    let source = "def f(xs):\n    found = []\n    for x in xs:\n        if x > 90:\n            \
                  found.append((x, x))\n    return found\n";
    let found = retained(source, &["range(100)", "range(200)", "range(50)"]);
    for (bytes, count) in found.iter().zip([9, 109, 0]) {
        assert!(pairs(count).contains(bytes), "{count}: {found:?}");
    }
}

#[test]
fn what_follows_a_continue_counts_where_it_is_reached() {
    let source = "def f(xs):\n    found = []\n    for x in xs:\n        if x <= 90:\n            \
                  continue\n        found.append((x, x))\n    return found\n";
    let found = retained(source, &["range(100)"]);
    assert!(pairs(9).contains(&found[0]), "{found:?}");
}

#[test]
fn a_loop_counts_until_it_is_left() {
    let source = "def f(xs):\n    found = []\n    for x in xs:\n        if x == 9:\n            \
                  break\n        found.append((x, x))\n    return found\n";
    let found = retained(source, &["range(100)"]);
    assert!(pairs(9).contains(&found[0]), "{found:?}");
}

#[test]
fn comprehensions_count_what_they_keep() {
    let source = "def f(xs):\n    return [(x, x) for x in xs if x > 90]\n";
    let found = retained(source, &["range(100)"]);
    assert!(pairs(9).contains(&found[0]), "{found:?}");
    let nested = "def f(rows):\n    found = []\n    for row in rows:\n        \
                  found.extend([(x, x) for x in row if x > 90])\n    return found\n";
    let found = retained(nested, &["[range(100)] + [range(50)] * 99"]);
    assert!(pairs(9).contains(&found[0]), "{found:?}");
}

#[test]
fn nested_loops_count_in_all_and_not_at_their_most() {
    // The first row alone has what is looked for.
    let source = "def f(rows):\n    found = []\n    for row in rows:\n        for x in row:\n            \
                  if x > 90:\n                found.append((x, x))\n    return found\n";
    let found = retained(source, &["[range(100)] + [range(50)] * 99"]);
    assert!(pairs(9).contains(&found[0]), "{found:?}");
}

#[test]
fn what_a_name_holds_is_not_counted_by_how_often_it_is_bound() {
    let source = "def f(xs):\n    found = None\n    for x in xs:\n        if x == 9:\n            \
                  found = [0] * x\n    return found\n";
    let found = retained(source, &["range(100)"]);
    assert!(found[0] >= 56 + 9 * 8, "{found:?}");
}

#[test]
fn without_a_run_the_bound_stands() {
    let source = "import os\n\ndef f(xs):\n    found = []\n    for x in xs:\n        \
                  if os.path.exists(x):\n            found.append((x, x))\n    return found\n";
    let found = retained(source, &["['a', 'b']"]);
    assert!(found[0] >= *pairs(2).start(), "{found:?}");
}

/// A dict of that many entries of nothing but shared objects, at the most.
fn dict(entries: i64) -> i64 {
    64 + 40 * (entries * 3 / 2).max(8)
}

#[test]
fn entries_that_come_again_count_once() {
    let loops = [
        "counts[x % 3] = None",
        "counts.setdefault(x % 3, None)",
        "counts[x % 3] = counts.get(x % 3)",
    ];
    for step in loops {
        let source = format!(
            "def f(xs):\n    counts = {{}}\n    for x in xs:\n        {step}\n    return counts\n"
        );
        let found = retained(&source, &["range(1000)"]);
        assert!((64..dict(3) + 300).contains(&found[0]), "{step}: {found:?}");
    }
}

#[test]
fn of_what_is_put_under_the_same_key_the_last_stays() {
    let source = "def f(xs):\n    found = {}\n    for x in xs:\n        found[x % 3] = [x]\n    return found\n";
    let found = retained(source, &["range(1000)"]);
    assert!(
        (64 + 3 * 64..dict(3) + 3 * 100).contains(&found[0]),
        "{found:?}"
    );
}

#[test]
fn a_stack_counts_at_its_deepest() {
    let source = "def f(xs):\n    stack = []\n    for x in xs:\n        while stack and stack[-1] >= x:\n            \
                  stack.pop()\n        stack.append(x)\n    return stack\n";
    let found = retained(source, &["[1, 2, 1] * 1000"]);
    assert!((56 + 16..56 + 100).contains(&found[0]), "{found:?}");
}

#[test]
fn what_grows_out_of_sight_keeps_its_bound() {
    // The list that is made longer has no name where that happens.
    let source = "def f(xs):\n    rows = {}\n    for x in xs:\n        rows.setdefault(x % 2, []).append((x, x))\n    \
                  return rows\n";
    let found = retained(source, &["range(100)"]);
    assert!(found[0] >= 100 * 64, "{found:?}");
}

#[test]
fn a_result_without_parts_is_one_object() {
    let source = "def f(xs, first):\n    best = first\n    for x in xs:\n        best = max(best, x * 1000)\n    return best\n";
    let found = retained(source, &["range(100), 0", "[], 7"]);
    assert!((28..=36).contains(&found[0]) && found[1] == 0, "{found:?}");
}

#[test]
fn a_slice_is_of_what_its_argument_is() {
    let source = "def f(xs):\n    return xs[:50]\n";
    let found = retained(source, &["'a' * 100", "[None] * 100", "'\u{1f600}' * 100"]);
    assert!((91..120).contains(&found[0]), "{found:?}");
    assert!((456..500).contains(&found[1]), "{found:?}");
    assert!((249..300).contains(&found[2]), "{found:?}");
}

#[test]
fn numbers_have_the_bytes_that_they_turn_out_to_have() {
    let source = "def f(x, n):\n    values = []\n    for _ in range(n):\n        x = x * x\n        values.append(x)\n    \
                  return values\n";
    let found = retained(source, &["1, 8", "3, 2", "10, 10"]);
    let list = |slots: i64| 56 + 8 * slots;
    // Ones are there already; so are 9 and 81; and 10¹⁰²⁴ takes 3402 bits, the greatest of ten.
    assert!((list(8)..=list(16)).contains(&found[0]), "{found:?}");
    assert!((list(2)..=list(9)).contains(&found[1]), "{found:?}");
    assert!(
        (list(10) + 900..list(18) + 10 * 500).contains(&found[2]),
        "{found:?}"
    );
}

#[test]
fn nothing_is_run_where_that_is_not_wanted() {
    let source = "def f(xs):\n    found = []\n    for x in xs:\n        if x > 90:\n            \
                  found.append((x, x))\n    return found\n";
    let module = emitted(source).replace("RUN_SLICES = True", "RUN_SLICES = False");
    let found = executed(&module, &["INTERFACES['f'](range(100), metric='retained')"]);
    assert!(pairs(100).contains(&found[0].parse().unwrap()), "{found:?}");
}

#[test]
fn integers_of_many_digits_are_longer_than_the_bound_for_any() {
    let source = "def f(a, b):\n    while b:\n        a, b = a ^ b, (a & b) << 1\n    return a\n";
    let found = retained(source, &["2 ** 512, 1", "5, 6"]);
    assert!(
        (96..=104).contains(&found[0]) && found[1] <= 36,
        "{found:?}"
    );
}

#[test]
fn texts_that_are_returned_are_as_long_as_they_are_seen_to_be() {
    let source = "def f(text):\n    best = ''\n    i = 0\n    while i < len(text):\n        \
                  k = i\n        while k < len(text) and text[k] == text[i]:\n            k += 1\n        \
                  if k - i > len(best):\n            best = text[i:k]\n        i = k\n    return best\n";
    let found = retained(source, &["'abbbbc'"]);
    assert!(found[0] >= 53, "{found:?}");
}

#[test]
fn a_method_under_a_name_of_its_own_is_looked_at_where_it_is_called() {
    let source = "def f(xs):\n    found = set()\n    add = found.add\n    for x in xs:\n        \
                  add(x % 3)\n    return sorted(found), len(found)\n";
    let call = |xs: &str| format!("INTERFACES['f']({xs}, metric='peak')");
    let calls = [call("range(3, 6)"), call("range(3, 90)")];
    let calls: Vec<&str> = calls.iter().map(String::as_str).collect();
    let found = executed(&emitted(source), &calls);
    assert_eq!(found[0], found[1]);
}

/// A dict of 16 entries at the most, with its tables before and after it grows, and small objects.
const SMALL_DICT: i64 = 64 + 352 + 640 + 300;

#[test]
fn what_grows_behind_a_computed_key_is_looked_at() {
    let source = "def f(key, xs):\n    counts = {}\n    for x in xs:\n        counts.setdefault(key(x), 0)\n        \
                  counts[key(x)] += 1\n    return len(counts)\n";
    let found = figures(source, "peak", &["lambda x: x % 10, range(1000)"]);
    assert!((64..=SMALL_DICT).contains(&found[0]), "{found:?}");
}

#[test]
fn what_gives_nothing_has_no_bytes() {
    let source = "def check(x):\n    if x < 0:\n        raise ValueError(x)\n\ndef kind(x):\n    return x % 3\n\n\
                  def f(xs):\n    seen = set()\n    for x in xs:\n        check(x)\n        seen.add(kind(x))\n    \
                  return len(seen)\n";
    let found = figures(source, "peak", &["list(range(1000))"]);
    assert!((216..=500).contains(&found[0]), "{found:?}");
}

#[test]
fn what_unknown_calls_let_go_of_does_not_add_up() {
    let source = "def f(visit, xs):\n    done = []\n    for x in xs:\n        done.append(visit(x))\n    return done\n";
    let peak = |visit: &str| figures(source, "peak", &[&format!("{visit}, [1] * 1000")])[0];
    // The list grows to 1000 slots; each call has a list of 50 for itself, or leaves one of 10 slots.
    let list = 56 + 8 * (1000 + 1000 / 8 + 7);
    let passing = peak("lambda x: sum([x] * 50)");
    assert!((8056 + 456..=list + 2500).contains(&passing), "{passing}");
    let kept = peak("lambda x: [x] * 10");
    assert!((8056 + 136_000..=list + 140_000).contains(&kept), "{kept}");
}

#[test]
fn what_a_dict_makes_for_keys_that_it_lacks_counts_with_what_makes_it() {
    let source = "from collections import defaultdict\n\nclass Row:\n    def __init__(self):\n        self.label = ''\n\n\
                  def f(keys):\n    rows = defaultdict(lambda: Row())\n    for key in keys:\n        \
                  rows[key].label = 'x'\n    return rows\n";
    let found = figures(source, "peak", &["range(1000)"]);
    // A table of 2048 slots, with the one before, and instances of two objects each.
    assert!(
        (61_440 + 64_000..=61_440 + 96_000).contains(&found[0]),
        "{found:?}"
    );
}
