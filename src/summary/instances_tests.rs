//! What is put into the containers of instances.

use super::tests::check;

#[test]
fn methods_lengthen_what_the_constructor_was_given() {
    check(
        r#"
class Transaction:
    def __init__(self, state):
        self.state = state

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        return False

    def put(self, key, value):
        self.state[key] = value

def f(n):
    state = {}
    with Transaction(state) as transaction:
        for i in range(n):
            transaction.put(i, i)
    return state
"#,
        "
            Transaction.__init__: exact
              total: 0 | 0
              peak: 0 | 0
              retained: 0 | 0
            Transaction.__enter__: exact
              total: 0 | 0
              peak: 0 | 0
              retained: 0 | 0
            Transaction.__exit__: exact
              total: 0 | 0
              peak: 0 | 0
              retained: 0 | 0
            Transaction.put: upper
              total: 81·max(2^ceil(log2(3·len(self.state)/2 + 3/2)), 8)/2 + 96 | 0
              peak: 20·max(2^ceil(log2(3·len(self.state)/2 + 3/2)), 8) + 32 | 0
              retained: 20·max(2^ceil(log2(3·len(self.state)/2 + 3/2)), 8) + 32 | 0
              len(self.state) += 1
            f: upper
              total: 81·max(2^ceil(log2(3·n/2)), 8)/2 + 32·n + 520 | n + 9
              peak: 30·max(2^ceil(log2(3·n/2)), 8) + 32·n + 432 | n + 8
              retained: 20·max(2^ceil(log2(3·n/2)), 8) + 32·n + 96 | n + 1
        ",
    );
}

#[test]
fn each_of_many_instances_has_a_table_of_its_own() {
    check(
        r#"
class Box:
    def __init__(self):
        self.kept = []

    def keep(self, value):
        self.kept.append(value)

def f(n):
    boxes = [Box() for _ in range(n)]
    for box in boxes:
        box.keep(1)
    return boxes

def rows(n):
    rows = [[] for _ in range(n)]
    for row in rows:
        row.append(1)
    return rows
"#,
        "
            Box.__init__: exact
              total: 56 | 1
              peak: 56 | 1
              retained: 56 | 1
            Box.keep: upper
              total: 17·len(self.kept) + 449 | 0
              peak: 9·len(self.kept) + 57 | 0
              retained: 9·len(self.kept) + 57 | 0
              len(self.kept) += 1
            f: upper
              total: 337·n + 848 | 3·n + 9
              peak: 145·n + 8·max(4·n, 27) + 328 | 2·n + 10
              retained: 177·n + 104 | 2·n + 1
            rows: upper
              total: 257·n + 848 | 2·n + 9
              peak: 65·n + 8·max(4·n, 27) + 328 | n + 10
              retained: 97·n + 104 | n + 1
        ",
    );
}

#[test]
fn what_methods_bind_anew_is_not_what_the_constructor_bound() {
    check(
        r#"
class Stack:
    def __init__(self):
        self.items = []

    def push(self, item):
        self.items = self.items + [item]

def f(n):
    stack = Stack()
    for i in range(n):
        stack.push(i)
    return [0] * len(stack.items)
"#,
        "
            Stack.__init__: exact
              total: 56 | 1
              peak: 56 | 1
              retained: 56 | 1
            Stack.push: exact
              total: 8·len(self.items) + 128 | 2
              peak: 8·len(self.items) + 128 | 2
              retained: 8·len(self.items) + 64 | 1
            f: open
              total: 8·[len(self.items) of app.Stack.push @ app.py:12]·n + 8·[len(app.Stack.items) @ app.py:13] + 160·n + 508 | 3·n + 11
              peak: 8·[len(self.items) of app.Stack.push @ app.py:12]·n + 8·[len(app.Stack.items) @ app.py:13] + 96·n + 460 | 2·n + 10
              retained: 8·[len(app.Stack.items) @ app.py:13] + 56 | 1
              unknown: len(self.items) of app.Stack.push @ app.py:12 (the argument does not determine it)
              unknown: len(app.Stack.items) @ app.py:13 (its value is not determined by an input)
        ",
    );
}

#[test]
fn what_is_stored_in_rows_is_read_there() {
    check(
        r#"
def f(n):
    rows = [[0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            rows[i][j] = 1 + rows[i - 1][0]
    return rows

def g(rows):
    for row in rows:
        row[0] = row[1] + 1
"#,
        "
            f: upper
              total: 104·n² + 489·n + 1112 | 3·n² + 10·n + 16
              peak: 40·n² + 65·n + 1136 | n² + n + 30
              retained: 40·n² + 65·n + 104 | n² + n + 1
            g: upper
              total: 32·len(rows) + 48 | len(rows) + 1
              peak: 32·len(rows) + 48 | len(rows) + 1
              retained: 32·len(rows) | len(rows)
        ",
    );
}

#[test]
fn numbers_in_a_table_get_longer_in_all_loops_around() {
    check(
        r#"
def f(n, m):
    ways = [1] * n
    for i in range(n):
        for _ in range(m):
            ways[i] = ways[i] + ways[i - 1]
    return ways
"#,
        "
            f: upper
              total: 4·m·n·floor((m·n)/30) + 96·m·n + 264·n + 344 | 3·m·n + 7·n + 8
              peak: 4·n·min(m·floor((m·n)/30), floor((m·n)/30)) + 32·n·min(m, 1) + 12·floor((m·n)/30) + 8·n + 1000 | n·min(m, 1) + 27
              retained: 4·n·min(m·floor((m·n)/30), floor((m·n)/30)) + 32·n·min(m, 1) + 8·n + 88 | n·min(m, 1) + 2
        ",
    );
}

#[test]
fn a_part_of_what_is_split_is_kept_where_it_is_returned() {
    check(
        r#"
def f(line: str):
    return line.split(",")[0]
"#,
        "
            f: upper
              total: 130·len(line.split(\",\")) + len(line.split(\",\")[+]) + 424 | len(line.split(\",\")) + 1
              peak: 58·len(line.split(\",\")) + len(line.split(\",\")[+]) + 104 | len(line.split(\",\")) + 1
              retained: min(49·len(line.split(\",\")) + len(line.split(\",\")[+]), len(line.split(\",\")[*]) + 49) | 1
        ",
    );
}

/// Classes take what is passed by name in a dict.
#[test]
fn names_of_arguments_reach_constructors_in_a_dict() {
    check(
        r#"
class Point:
    def __init__(self, x=0, y=0):
        self.x = x
        self.y = y

def named(x):
    return Point(x=x, y=x)
"#,
        "
            Point.__init__: exact
              total: 0 | 0
              peak: 0 | 0
              retained: 0 | 0
            named: exact
              total: 424 | 3
              peak: 360 | 2
              retained: 88 | 1
        ",
    );
}
