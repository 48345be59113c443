//! Summaries of small Python programs, as text.

#![allow(clippy::unwrap_used, reason = "tests may fail")]

use std::fmt::Write as _;
use std::sync::Arc;

use heapcast_facts::cpython::SizeTable;
use heapcast_rules::escape;

use super::{FunctionSummary, SummaryInput, summarise};
use crate::commands::progress::Monitor;
use crate::program::{Options, load, solve};
use crate::project::{Project, with_big_stack};

/// The summaries of one module, by function.
pub(super) fn summaries(source: &str) -> Vec<(String, FunctionSummary)> {
    let source = source.to_owned();
    with_big_stack(move || {
        let project = Project::in_memory(&[("app.py", &source)]);
        let options = Options {
            python: (3, 11),
            world: None,
            models: Vec::new(),
            threads: Some(1),
            keep_ir: true,
        };
        let monitor = Monitor::silent();
        let mut program = load(&project, &options, &monitor).unwrap();
        let mut derived = solve(&mut program, &monitor);
        let found = escape(
            &program.facts,
            &derived.call_target,
            &derived.call_receiver,
            &derived.instantiates,
        );
        derived.outlives = found.outlives;
        derived.singly = found.singly;
        let parts = found.parts_outlive;
        let sizes = SizeTable::for_version(Some("3.11")).unwrap();
        let input = SummaryInput {
            modules: &program.code,
            facts: &program.facts,
            derived: &derived,
            parts_outlive: &parts,
            symbols: &program.symbols,
            sizes: &sizes,
            models: &program.models,
            file_of: &|_| Arc::from("app.py"),
            noted: &[],
            cases: false,
            counting: false,
        };
        let name = |summary: &FunctionSummary| program.symbols.text(summary.name).to_owned();
        let all = summarise(&input);
        all.into_iter()
            .map(|summary| (name(&summary), summary))
            .collect()
    })
    .unwrap()
}

/// The formulas of each function, one line a metric.
fn formulas(source: &str) -> String {
    let mut text = String::new();
    for (name, summary) in summaries(source) {
        let Some(name) = name.strip_prefix("app.") else {
            continue;
        };
        let _ = writeln!(text, "{name}: {}", summary.grade);
        let metrics = [
            ("total", summary.total.bytes(), summary.total.objects()),
            ("peak", summary.peak.bytes(), summary.peak.objects()),
            (
                "retained",
                summary.retained.bytes(),
                summary.retained.objects(),
            ),
        ];
        for (metric, bytes, objects) in metrics {
            let _ = writeln!(text, "  {metric}: {bytes} | {objects}");
        }
        for unknown in summary.unknowns.iter().chain(&summary.assumptions) {
            let _ = writeln!(text, "  unknown: {} ({})", unknown.symbol, unknown.cause);
        }
        for effect in &summary.effects {
            let _ = writeln!(text, "  len({}) += {}", effect.place.text, effect.longer);
        }
    }
    text
}

/// Checks the formulas of a module's functions.
pub(super) fn check(source: &str, expected: &str) {
    let found = formulas(source);
    let lines = |text: &str| -> String {
        text.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_eq!(lines(&found), lines(expected), "\n{found}");
}

#[test]
fn a_repeated_list_is_exact() {
    check(
        r#"
def zeros(n):
    a = [0] * n
    return a
"#,
        "
            zeros: exact
              total: 8·n + 120 | 2
              peak: 8·n + 120 | 2
              retained: 8·n + 56 | 1
        ",
    );
}

#[test]
fn a_comprehension_over_a_range_grows_its_list() {
    check(
        r#"
def squares(n):
    return [i * i for i in range(n)]
"#,
        "
            squares: upper
              total: 145·n + 800 | 2·n + 8
              peak: 41·n + 544 | n + 10
              retained: 41·n + 104 | n + 1
        ",
    );
}

#[test]
fn what_a_name_alone_holds_counts_once() {
    check(
        r#"
def buffers(n):
    for i in range(n):
        buf = bytearray(i)

def keep_last(n):
    last = None
    for i in range(n):
        last = bytearray(i)
    return last
"#,
        "
            buffers: upper
              total: n²/2 + 177·n/2 + 224 | 2·n + 6
              peak: 2·n + 432 | 11
              retained: 0 | 0
            keep_last: upper
              total: n²/2 + 177·n/2 + 224 | 2·n + 6
              peak: 2·n + 432 | 11
              retained: n + 56 | 1
        ",
    );
}

#[test]
fn triangular_loops_are_summed() {
    check(
        r#"
def triangle(n):
    out = []
    for i in range(n):
        for j in range(i):
            out.append((i, j))
    return out
"#,
        "
            triangle: upper
              total: 169·n²/2 + 343·n/2 + 648 | n² + 6·n + 7
              peak: 97·n²/2 - 33·n/2 + 784 | n² + 19
              retained: 97·n²/2 - 33·n/2 + 104 | n² + 1
        ",
    );
}

#[test]
fn what_escapes_an_iteration_accumulates() {
    check(
        r#"
def pairs(xs):
    out = []
    for x in xs:
        out.append((x, x))
    return out
"#,
        "
            pairs: upper
              total: 137·len(xs) + 472 | len(xs) + 2
              peak: 65·len(xs) + 152 | len(xs) + 2
              retained: 65·len(xs) + 104 | len(xs) + 1
        ",
    );
}

#[test]
fn calls_are_composed() {
    check(
        r#"
def pairs(xs):
    out = []
    for x in xs:
        out.append((x, x))
    return out

def zeros(n):
    a = [0] * n
    return a

def both(xs, n):
    return pairs(xs), zeros(n)
"#,
        "
            pairs: upper
              total: 137·len(xs) + 472 | len(xs) + 2
              peak: 65·len(xs) + 152 | len(xs) + 2
              retained: 65·len(xs) + 104 | len(xs) + 1
            zeros: exact
              total: 8·n + 120 | 2
              peak: 8·n + 120 | 2
              retained: 8·n + 56 | 1
            both: upper
              total: 137·len(xs) + 8·n + 648 | len(xs) + 5
              peak: 65·len(xs) + 8·n + 224 | len(xs) + 3
              retained: 65·len(xs) + 8·n + 216 | len(xs) + 3
        ",
    );
}

#[test]
fn a_callee_lengthens_its_argument() {
    check(
        r#"
def fill(xs, n):
    for i in range(n):
        xs.append(None)

def use(n):
    ys = []
    fill(ys, n)
    return len(ys)
"#,
        "
            fill: upper
              total: 17·len(xs) + 113·n + 592 | n + 6
              peak: 9·len(xs) + 9·n + 336 | 8
              retained: 9·len(xs) + 9·n + 48 | 0
              len(xs) += n
            use: upper
              total: 113·n + 676 | n + 8
              peak: 9·n + 392 | 9
              retained: 28 | 1
        ",
    );
}

#[test]
fn appends_in_a_callee_are_counted_by_the_caller() {
    check(
        r#"
def add(xs, x):
    xs.append(x)

def many(n):
    ys = []
    for i in range(n):
        add(ys, i)
    return ys
"#,
        "
            add: upper
              total: 17·len(xs) + 449 | 0
              peak: 9·len(xs) + 57 | 0
              retained: 9·len(xs) + 57 | 0
              len(xs) += 1
            many: upper
              total: 113·n + 648 | n + 7
              peak: 41·n + 328 | n + 7
              retained: 41·n + 104 | n + 1
        ",
    );
}

#[test]
fn instances_count_with_their_attributes() {
    check(
        r#"
class P:
    def __init__(self, x, y):
        self.x = x
        self.y = y

def points(n):
    return [P(i, 0) for i in range(n)]
"#,
        "
            P.__init__: exact
              total: 0 | 0
              peak: 0 | 0
              retained: 0 | 0
            points: upper
              total: 265·n + 800 | 3·n + 8
              peak: 129·n + 544 | 2·n + 9
              retained: 129·n + 104 | 2·n + 1
        ",
    );
}

#[test]
fn a_while_loop_is_a_named_unknown() {
    check(
        r#"
def wait(q):
    while q.more():
        q.step()
"#,
        "
            wait: open
              total: [iterations @ app.py:3]·[q.more(...) @ app.py:3] + [iterations @ app.py:3]·[q.step(...) @ app.py:4] | [iterations @ app.py:3]·[q.more(...) @ app.py:3] + [iterations @ app.py:3]·[q.step(...) @ app.py:4]
              peak: 2·[q.more(...) @ app.py:3] + 2·[q.step(...) @ app.py:4] | 2·[q.more(...) @ app.py:3] + 2·[q.step(...) @ app.py:4]
              retained: 0 | 0
              unknown: iterations @ app.py:3 (the number of iterations of a while loop)
              unknown: q.more(...) @ app.py:3 (the code that is called is not known)
              unknown: q.step(...) @ app.py:4 (the code that is called is not known)
        ",
    );
}

#[test]
fn a_branch_is_the_maximum_of_its_arms() {
    check(
        r#"
def branch(c, n, m):
    if c:
        a = [0] * n
    else:
        a = [0] * m
    return a
"#,
        "
            branch: upper
              total: 8·max(m, n) + 120 | 2
              peak: 8·max(m, n) + 120 | 2
              retained: 8·max(m, n) + 56 | 1
        ",
    );
}

#[test]
fn temporaries_die_with_their_statement() {
    check(
        r#"
def temp(n):
    k = len([0] * n)
    b = bytearray(n)
    return k
"#,
        "
            temp: upper
              total: 9·n + 205 | 4
              peak: 8·n + 148 | 3
              retained: 28 | 1
        ",
    );
}

#[test]
fn unknown_code_is_a_named_unknown() {
    check(
        r#"
def write(f, n):
    for i in range(n):
        f.write(b"x" * i)
"#,
        "
            write: open
              total: [f.write(...) @ app.py:4]·n + n²/2 + 129·n/2 + 224 | [f.write(...) @ app.py:4]·n + 2·n + 6
              peak: n²/2 + 2·[f.write(...) @ app.py:4] + 65·n/2 + 288 | 2·[f.write(...) @ app.py:4] + n + 8
              retained: n²/2 + 65·n/2 | n
              unknown: f.write(...) @ app.py:4 (the code that is called is not known)
        ",
    );
}

#[test]
fn nested_containers_have_nested_measures() {
    check(
        r#"
def nested(grid):
    total = 0
    for row in grid:
        for cell in row:
            total += cell
    return total

def matrix(n, m):
    return [[0] * m for _ in range(n)]
"#,
        "
            nested: upper
              total: 48·len(grid) + 32·len(grid[+]) + 48 | len(grid) + len(grid[+]) + 1
              peak: 192 | 5
              retained: 32 | 1
            matrix: upper
              total: 8·m·n + 233·n + 888 | 3·n + 10
              peak: 8·m·n + 65·n + 760 | n + 14
              retained: 8·m·n + 65·n + 104 | n + 1
        ",
    );
}

#[test]
fn generators_cost_as_they_are_called() {
    check(
        r#"
def gen(n):
    for i in range(n):
        yield (i, i)

def consume(n):
    return list(gen(n))
"#,
        "
            gen: upper
              total: 88·n + 224 | 2·n + 6
              peak: 88·n + 224 | 2·n + 6
              retained: 88·n | 2·n
            consume: upper
              total: 97·n + 560 | 2·n + 8
              peak: 97·n + 336 | 2·n + 6
              retained: 97·n + 104 | 2·n + 1
        ",
    );
}

#[test]
fn a_type_is_assumed_from_a_method() {
    check(
        r#"
def split(s):
    return [w.upper() for w in s.split(",")]
"#,
        "
            split: open
              total: 260·len(s.split(\",\")) + len(s.split(\",\")[+]) + len(s.split(\",\")[+].upper()) + 1048 | 2·len(s.split(\",\")) + 4
              peak: 116·len(s.split(\",\")) + len(s.split(\",\")[*].upper()) + len(s.split(\",\")[+]) + len(s.split(\",\")[+].upper()) + 408 | 2·len(s.split(\",\")) + 4
              retained: 58·len(s.split(\",\")) + len(s.split(\",\")[+].upper()) + 104 | len(s.split(\",\")) + 1
              unknown: type(s) @ app.py:3 (taken for a str, because its split is called)
        ",
    );
}

#[test]
fn global_constants_are_known() {
    check(
        r#"
LIMIT = 10

def limited():
    return [object() for _ in range(LIMIT)]
"#,
        "
            limited: exact
              total: 688 | 14
              peak: 592 | 14
              retained: 344 | 11
        ",
    );
}

#[test]
fn closures_carry_their_cells() {
    check(
        r#"
def closure(n):
    def inner(k):
        return [n] * k
    return inner(3)
"#,
        "
            closure: exact
              total: 384 | 5
              peak: 384 | 5
              retained: 80 | 1
            closure.inner: exact
              total: 8·k + 120 | 2
              peak: 8·k + 120 | 2
              retained: 8·k + 56 | 1
        ",
    );
}

#[test]
fn attributes_are_measures() {
    check(
        r#"
def attr(self):
    for r in self.rows:
        self.out.append((r,))
"#,
        "
            attr: open
              total: 17·len(self.out) + 129·len(self.rows) + 416 | len(self.rows) + 1
              peak: 9·len(self.out) + 57·len(self.rows) + 96 | len(self.rows) + 1
              retained: 9·len(self.out) + 57·len(self.rows) + 48 | len(self.rows)
              unknown: type(self.out) @ app.py:4 (taken for a list, because its append is called)
              len(self.out) += len(self.rows)
        ",
    );
}

#[test]
fn handlers_are_alternatives() {
    check(
        r#"
def handle(x):
    try:
        y = [x] * 10
    except ValueError as e:
        y = [0] * 20
    return y
"#,
        "
            handle: modelled
              total: 940 | 5
              peak: 876 | 4
              retained: 352 | 2
        ",
    );
}

/// The peak of each function of a source, a line for each.
pub(super) fn peaks(source: &str) -> String {
    let found = summaries(source).into_iter().filter_map(|(name, summary)| {
        let name = name.strip_prefix("app.")?.to_owned();
        Some(format!("{name}: {}", summary.peak.bytes()))
    });
    found.collect::<Vec<String>>().join("\n")
}
