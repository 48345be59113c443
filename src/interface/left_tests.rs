#![allow(clippy::unwrap_used)]

use super::tests::{emitted, executed};

/// What a call of the function `f` of a source leaves behind.
fn left(source: &str, call: &str) -> String {
    let call = call.replace("f(", "INTERFACES['f'](metric='retained', ");
    executed(&emitted(source), &[&call]).concat()
}

#[test]
fn keys_that_come_again_leave_one_entry() {
    let source =
        "def f(xs):\n    seen = {}\n    for x in xs:\n        seen[x % 3] = [x]\n    return seen\n";
    // A dict of up to five entries, and in each a list with one slot.
    let dict = 224 + 3 * (56 + 8);
    assert_eq!(left(source, "f(xs=list(range(100)))"), dict.to_string());
}

#[test]
fn what_arguments_hold_already_is_not_left_behind() {
    let source = "def f(rows):\n    return [row for row in rows if row and row[0] != 'a']\n";
    let call = "f(rows=[['b' * 100], ['a'], ['c']])";
    assert_eq!(left(source, call), (56 + 4 * 8).to_string());
}

/// It is requested as a whole, and what it replaces is none of the call's.
#[test]
fn the_table_of_an_argument_that_grows_is_left_behind() {
    let source = "def f(xs, n):\n    while n > 0:\n        xs.append(None)\n        n -= 1\n";
    assert_eq!(left(source, "f(xs=[0] * 50, n=0)"), "0");
    assert_eq!(left(source, "f(xs=[0] * 50, n=1)"), (60 * 8).to_string());
}

#[test]
fn globals_and_attributes_that_grow_are_left_behind() {
    let source = "KNOWN = {}\n\ndef f(n):\n    if n not in KNOWN:\n        KNOWN[n] = str(n)\n    return None\n";
    // A table of up to five entries, and the text of the number.
    let entry = 224 - 64 + 49 + 4;
    assert_eq!(left(source, "f(n=1000)"), entry.to_string());
}

#[test]
fn instances_are_left_behind_with_their_attributes() {
    let source = "class Node:\n    def __init__(self, value, after):\n        self.value = value\n        \
                  self.after = after\n\n\
                  def f(xs):\n    head = None\n    for x in xs:\n        if x:\n            \
                  head = Node(x, head)\n    return head\n";
    // A new class makes room for thirty attributes, and for one less in each instance.
    let found: u32 = left(source, "f(xs=[1, 0, 2, 0])").parse().unwrap();
    assert_eq!(found, 2 * 320);
}

/// Its frame is not that of the original.
#[test]
fn generators_are_left_to_the_formula() {
    let source =
        "def f(xs):\n    def g():\n        yield xs.pop()\n    return [g() for x in xs if x]\n";
    let found: i64 = left(source, "f(xs=[1, 2, 3])").parse().unwrap();
    assert!(found >= 88 + 3 * 192, "{found}");
}

/// What a class makes of iterating and adding is not what its instances hold.
#[test]
fn instances_are_copied_as_what_they_are() {
    let source = "def f(rows, n):\n    while n > 0:\n        rows.append(n)\n        n -= 1\n    return None\n";
    let kind = "import types, sys\nmade = types.ModuleType('made')\nsys.modules['made'] = made\n\
                exec('class Rows(list):\\n    def __init__(self, rows):\\n        \
                self.rows = [rows]\\n    def __iter__(self):\\n        return iter(self.rows[0])\\n    \
                def append(self, row):\\n        self.rows[-1].append(row)\\n', vars(made))\n\
                ROWS = made.Rows([1, 2])\n";
    let call = format!("(lambda own: (exec({kind:?}, own), f(rows=own['ROWS'], n=1)))({{}})[1]");
    // A table of eight slots in place of that of two.
    assert_eq!(left(source, &call), (8 * 8).to_string());
}
