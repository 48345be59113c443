#![allow(clippy::unwrap_used)]

use super::tests::{emitted, executed};

/// What calls of the function `f` of a source come to, in Python.
fn called(source: &str, calls: &[&str]) -> Vec<String> {
    let module = emitted(source);
    let calls: Vec<String> = calls
        .iter()
        .map(|call| call.replace("f(", "INTERFACES['f']("))
        .collect();
    let calls: Vec<&str> = calls.iter().map(String::as_str).collect();
    executed(&module, &calls)
}

/// How often it runs has no closed form: 17 is come to in twelve steps.
const COLLATZ: &str = "def f(n):\n    seen = []\n    while n != 1:\n        \
    n = 3 * n + 1 if n % 2 else n // 2\n        seen.append(None)\n    return seen\n";

#[test]
fn iterations_that_arguments_determine_are_counted() {
    let found = called(
        COLLATZ,
        &["f(17, metric='retained')", "f(1, metric='retained')"],
    );
    let list = |most: i64| 56 + 8 * most;
    let found: Vec<i64> = found.iter().map(|text| text.parse().unwrap()).collect();
    // Between a list of that length and one with the room that growing leaves.
    assert!((list(12)..=list(20)).contains(&found[0]), "{found:?}");
    assert!((list(0)..=list(6)).contains(&found[1]), "{found:?}");
}

#[test]
fn arguments_are_neither_changed_nor_used_up() {
    let source = "def f(rows, rest):\n    seen = []\n    while rows and rows[-1] != 3:\n        \
                  seen.append(rows.pop())\n    while next(rest) != 3:\n        seen.append(None)\n    return seen\n";
    let call = "(lambda rows, rest: (isinstance(f(rows, rest, metric='peak'), int), rows, list(rest)))\
                ([3, 1, 2], iter([1, 2, 3, 4]))";
    assert_eq!(called(source, &[call]), ["(True, [3, 1, 2], [1, 2, 3, 4])"]);
}

#[test]
fn what_would_reach_outside_is_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("written");
    let source = "def f(path, n):\n    while n != 1:\n        n = 3 * n + 1 if n % 2 else n // 2\n        \
                  with open(path, 'w') as file:\n            file.write('x')\n";
    let call = format!("isinstance(f({path:?}, 17), int)");
    assert_eq!(called(source, &[&call]), ["False"]);
    assert!(!path.exists());
}

#[test]
fn what_does_not_end_is_left_open() {
    let call = "isinstance(f(0), int)";
    assert_eq!(called(COLLATZ, &[call]), ["False"]);
}

#[test]
fn recursion_is_counted_in_calls_and_levels() {
    let source = "def f(n):\n    if n == 1:\n        return [n]\n    \
                  return [n] + f(3 * n + 1 if n % 2 else n // 2)\n";
    let found = called(
        source,
        &["f(17, metric='retained')", "f(1, metric='retained')"],
    );
    let found: Vec<i64> = found.iter().map(|text| text.parse().unwrap()).collect();
    assert!(found[0] >= 56 + 13 * 8 && found[1] >= 64, "{found:?}");
}

#[test]
fn callbacks_are_seen_and_do_nothing_outside() {
    let source = "def f(key, xs):\n    return [key(x) for x in xs]\n";
    let call = "(lambda seen: (f(lambda x: seen.append(x) or [0] * 100, range(50), metric='retained') \
                >= 50 * 856, seen))([])";
    assert_eq!(called(source, &[call]), ["(True, [])"]);
    // Requests that are given back again are not seen.
    let total = "isinstance(f(lambda x: [x], range(50)), int)";
    assert_eq!(called(source, &[total]), ["False"]);
}

#[test]
fn a_slice_has_what_the_function_rests_on() {
    let module = emitted(
        "import os\n\nLIMIT = 5\nUNUSED = os.getcwd()\n\ndef unused():\n    return None\n\n\
         def step(n):\n    return 3 * n + 1 if n % 2 else n // 2\n\n\
         def f(n):\n    while n > LIMIT:\n        n = step(n)\n    return n\n",
    );
    for (text, is_there) in [
        ("LIMIT = 5", true),
        ("def step", true),
        ("UNUSED", false),
        ("def unused", false),
    ] {
        let slices =
            &module[module.find("_SLICES = {").unwrap()..module.find("_TRACES = {").unwrap()];
        assert_eq!(slices.contains(text), is_there, "{text}: {slices}");
    }
}

/// What `map` is given to call is not known: each element costs what the elements do on the average.
#[test]
fn elements_of_lazy_calls_are_looked_at() {
    let source = "def f(function, xs):\n    return list(map(function, xs))\n";
    let call = "f(str, list(range(1000, 1100)), metric='retained')";
    let found: i64 = called(source, &[call])[0].parse().unwrap();
    let strings = 100 * 53;
    assert!(
        (strings + 56 + 800..=strings + 1200).contains(&found),
        "{found}"
    );
}

/// Callers that nobody sees may hand in other functions than those of the project do.
#[test]
fn functions_that_are_handed_in_are_looked_at() {
    let source = "def small(xs):\n    return 0\n\ndef f(xs, function):\n    return function(xs)\n\n\
                  def own(xs):\n    return f(xs, small)\n";
    let call = "f(list(range(100)), tuple, metric='retained')";
    let found: i64 = called(source, &[call])[0].parse().unwrap();
    assert!((840..=1100).contains(&found), "{found}");
}

#[test]
fn what_arguments_are_taken_for_is_looked_at_where_it_matters() {
    let source = "def pairs(xs):\n    if hasattr(xs, 'items'):\n        return xs.items()\n    \
                  return enumerate(xs)\n\ndef f(xs):\n    return [x for _, x in pairs(xs)]\n";
    let other = "(lambda kind: f(kind(), metric='peak'))\
                 (type('Own', (), {'items': lambda self: [(0, [0])]}))";
    let calls = [
        "isinstance(f([1, 2], metric='peak'), int)".to_owned(),
        "isinstance(f({1: 2}, metric='peak'), int)".to_owned(),
        // It may cost anything.
        format!("isinstance({other}, int)"),
    ];
    let calls: Vec<&str> = calls.iter().map(String::as_str).collect();
    assert_eq!(called(source, &calls), ["True", "True", "False"]);
}

#[test]
fn what_a_lambda_captures_is_measured() {
    let source = "def lengths(parts):\n    return lambda xs: [parts for x in xs if parts[:x]]\n\n\
                  def f(xs, n):\n    parts = [1]\n    while n != 1:\n        \
                  n = 3 * n + 1 if n % 2 else n // 2\n        parts.append(n)\n    \
                  return lengths(parts)(xs)\n";
    let call = "isinstance(f([1, 2], 17, metric='peak'), int)";
    assert_eq!(called(source, &[call]), ["True"]);
}

#[test]
fn texts_are_the_numbers_that_they_say() {
    let source = "def f(n):\n    return [0] * int(n)\n";
    let found = called(source, &["f('50', metric='peak')", "f(50, metric='peak')"]);
    assert_eq!(found[0], found[1]);
}

#[test]
fn instances_of_classes_outside_are_copied_with_their_classes() {
    let source = "def f(node):\n    found = []\n    while node is not None:\n        \
                  found.append(node.step())\n        node = node.below\n    return found\n";
    // Its methods use what does something outside, and this one changes what all share.
    let kind = "import os, types, sys\nmade = types.ModuleType('made')\nsys.modules['made'] = made\n\
                exec('import os\\nCOUNT = []\\nclass Node:\\n    def __init__(self, below):\\n        \
                self.below = below\\n    def step(self):\\n        COUNT.append(1)\\n        return 1\\n    \
                def leave(self):\\n        return os.getcwd()\\n', vars(made))\n\
                CHAIN = made.Node(made.Node(made.Node(None)))\n";
    let call = |method: &str| {
        let kind = kind.replace("return 1\\n", &format!("return {method}\\n"));
        format!(
            "(lambda own: (exec({kind:?}, own), isinstance(f(own['CHAIN'], metric='peak'), int), \
             own['made'].COUNT))({{}})[1:]"
        )
    };
    let calls = [call("1"), call("os.getcwd()")];
    let calls: Vec<&str> = calls.iter().map(String::as_str).collect();
    assert_eq!(called(source, &calls), ["(True, [])", "(False, [])"]);
}

#[test]
fn what_iterators_give_that_functions_are_given_is_counted() {
    let source = "def own(xs):\n    return [x for x in xs]\n\n\
                  def f(xs):\n    rest = iter(xs)\n    return own(iter(lambda: next(rest), 3))\n";
    let call =
        "[f([1] * n + [3], metric='peak') - f([3], metric='peak') >= 8 * n for n in (4, 50)]";
    assert_eq!(called(source, &[call]), ["[True, True]"]);
}

/// What a call of `f` leaves behind by a slice, or that there is no number.
fn number(source: &str, call: &str) -> i64 {
    let found = called(source, &[call]);
    found[0].parse().unwrap_or(-1)
}

#[test]
fn decorated_functions_are_looked_at_where_their_decorators_start() {
    let source = "import functools\n\n@functools.lru_cache(None)\ndef steps(n):\n    seen = []\n    \
                  while n != 1:\n        n = 3 * n + 1 if n % 2 else n // 2\n        seen.append(None)\n    return seen\n\n\
                  def f(n):\n    return len(steps(n)) + len(steps(n))\n";
    assert!(number(source, "f(17, metric='peak')") >= 56 + 12 * 8);
}

/// A registry that has the function already refuses it a second time; it is a function all the same.
#[test]
fn decorators_that_cannot_be_run_are_left_out() {
    let source = "from elsewhere import register\n\n@register('f')\ndef f(n):\n    seen = []\n    \
                  while n != 1:\n        n = 3 * n + 1 if n % 2 else n // 2\n        seen.append(None)\n    return seen\n";
    assert!(number(source, "f(17, metric='retained')") >= 56 + 12 * 8);
}

#[test]
fn modules_have_what_does_nothing_outside() {
    let source = "import os\nimport random\nimport queue\nimport warnings\nimport threading\nimport logging\n\n\
                  LOG = logging.getLogger(__name__)\n\n\
                  def f(names):\n    found, rest = [], queue.Queue()\n    with threading.RLock():\n        \
                  for name in names:\n            rest.put(name)\n    while not rest.empty():\n        \
                  name = rest.get()\n        if name != 'x':\n            found.append(os.path.join('/', name))\n    \
                  random.shuffle(found)\n    warnings.warn('done')\n    LOG.info('done')\n    return found\n";
    // Texts of six characters, and a list with four slots.
    let call = "f(['abcde', 'x', 'fghij'], metric='retained')";
    assert_eq!(number(source, call), 2 * (49 + 6) + 56 + 4 * 8);
    // What waits for others stops the slice, and what is random is no less so than before.
    let waits = "import queue\n\ndef f(names):\n    rest = queue.Queue()\n    for name in names:\n        \
                 if rest.get() == name:\n            return [name]\n";
    assert_eq!(
        called(waits, &["f(['a'], metric='retained') is None"]),
        ["False"]
    );
    let state = "(lambda random: (random.seed(1), f(['a', 'b'], metric='retained'), random.random()) \
                 == (random.seed(1), f(['a', 'b'], metric='retained'), random.random()))(__import__('random'))";
    assert_eq!(called(source, &[state]), ["True"]);
}

#[test]
fn operators_of_classes_are_looked_at() {
    let source = "class Bag:\n    def __init__(self, items):\n        self.items = []\n        self |= items\n\n    \
                  def __ior__(self, other):\n        self.items.extend(other)\n        return self\n\n\
                  def f(lists):\n    return [Bag(items) for items in lists if items]\n";
    let call = "f([[1] * 50, [], [2] * 50], metric='peak')";
    assert!(number(source, call) >= 56 + 16 + 2 * (80 + 56 + 50 * 8));
}

#[test]
fn what_unsolved_recursion_keeps_is_looked_at() {
    let source = "def f(numbers, target):\n    found = []\n    def search(path, left, start):\n        \
                  if left == 0:\n            found.append(list(path))\n            return\n        \
                  for at in range(start, len(numbers)):\n            if numbers[at] <= left:\n                \
                  path.append(numbers[at])\n                search(path, left - numbers[at], at)\n                \
                  path.pop()\n    search([], target, 0)\n    return found\n";
    let real = 56 + 4 * 8 + (56 + 8 * 3) + (56 + 8 * 2) * 2;
    assert!(number(source, "f([2, 3, 5], 8, metric='peak')") >= real);
}

#[test]
fn calls_of_unknown_code_are_looked_at_with_no_objects_in_store() {
    let source =
        "import functools\ndef f(function, items):\n    return functools.reduce(function, items)\n";
    let call =
        "[f(lambda a, b: a, [1, 2, 3], metric='peak') for _ in [[(i, i) for i in range(99)]]][0]";
    let found: Vec<i64> = called(source, &[call])
        .iter()
        .map(|text| text.parse().unwrap())
        .collect();
    // The tuple of the arguments, that of the function's, and the iterator.
    assert!(found[0] >= 56 + 56 + 48, "{found:?}");
}

/// Where a statement of a module cannot be run, what it binds is gone, and no more: `next` is a local name there.
#[test]
fn names_in_functions_hide_nothing_of_the_module() {
    let source = "from elsewhere import keep\n\n@keep\nclass Row:\n    def move(self):\n        next = self.rest\n        \
                  return next\n\nasserted = keep(lambda: [next for next in ()])\n\n\
                  def f(xs):\n    found = []\n    rest = iter(xs)\n    while next(rest) != 3:\n        \
                  found.append(None)\n    return found\n";
    assert_eq!(number(source, "f([1, 2, 3], metric='retained')"), 88);
}

/// Instances whose attributes are slots have no dict to copy.
#[test]
fn instances_with_slots_are_copied() {
    let source = "def f(node):\n    found = []\n    while node:\n        if node.value:\n            \
                  found.append(node.value)\n        node = node.rest\n    return found\n";
    let class = "class Node:\n    __slots__ = ('value', 'rest')\n    def __init__(self, value, rest):\n        \
                 self.value, self.rest = value, rest\nCHAIN = Node('a', Node('', Node('b', None)))\n";
    let call = format!(
        "(lambda own: (exec({class:?}, own), f(own['CHAIN'], metric='retained')))({{'__name__': 'made'}})[1]"
    );
    assert_eq!(number(source, &call), 88);
}
