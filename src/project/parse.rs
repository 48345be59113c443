//! From text to tree. This is the only module that knows which parser is in use.

use std::cell::{Cell, RefCell};

use rustpython_ast::visitor::transformer::{Transformer, walk_expr, walk_stmt};
use rustpython_ast::{
    AtomicNodeIndex, Expr, ExprContext, ExprName, ModModule, PySourceType, Stmt, StmtPass,
    name::Name,
};
use rustpython_text_size::{Ranged, TextRange};

use super::diagnostic::Diagnostic;
use super::lines::LineIndex;
use super::nesting;

/// How deep a tree may be. CPython gives up on anything deeper, at 3000 levels to 10000 by version;
/// with the stacks of [`super::stack`], this leaves a recursive walk 25 KiB a level at the least.
const MAX_DEPTH: u32 = 10_000;

/// How many syntax errors of one file are reported; the rest are counted.
const MAX_ERRORS: usize = 20;

/// A parsed source, complete or recovered.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The tree. Where the source is broken, a missing expression is a `Name` with an empty id.
    pub module: ModModule,
    /// What is wrong with the source, in the order of its lines.
    pub errors: Vec<Diagnostic>,
    /// Where the lines start.
    pub lines: LineIndex,
}

/// Parses the text of one module; what is broken becomes errors, and the rest a tree.
///
/// Trees nest as deeply as sources do, and are walked and dropped recursively: call this, and do
/// what follows, on a thread of [`super::stack`].
#[must_use]
pub fn parse(text: &str, path_display: &str) -> Parsed {
    let lines = LineIndex::new(text);
    let refuse = |line: u32, message: String| Parsed {
        module: empty_module(),
        errors: vec![Diagnostic::error(path_display, message).at_line(line)],
        lines: lines.clone(),
    };
    if u32::try_from(text.len()).is_err() {
        return refuse(1, "the source is larger than 4 GiB".to_owned());
    }
    if let Err(deep) = nesting::check(text, &lines) {
        return refuse(deep.line, deep.message);
    }
    let parsed = rustpython_parser::parse_unchecked_source(text, PySourceType::Python);
    let mut faults: Vec<(u32, String)> = parsed
        .errors()
        .iter()
        .map(|error| {
            let message = sentence(&error.error.to_string());
            (error.location.start().to_u32(), message)
        })
        .collect();
    let mut module = parsed.into_syntax();
    for offset in cut(&mut module) {
        let message = format!("the expression is more than {MAX_DEPTH} levels deep");
        faults.push((offset, message));
    }
    let errors = limited(faults)
        .into_iter()
        .map(|(offset, message)| {
            let (line, column) = lines.position_in(text, offset);
            Diagnostic::error(path_display, message).at(line, column)
        })
        .collect();
    Parsed {
        module,
        errors,
        lines,
    }
}

fn empty_module() -> ModModule {
    ModModule {
        node_index: AtomicNodeIndex::NONE,
        range: TextRange::default(),
        body: Vec::new(),
    }
}

/// The parser's message in the style of ours: lower case, no full stop.
fn sentence(message: &str) -> String {
    let message = message.trim_end_matches('.');
    let mut letters = message.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            let mut lowered = first.to_lowercase().to_string();
            lowered.push_str(&message[first.len_utf8()..]);
            lowered
        }
        _ => message.to_owned(),
    }
}

/// The faults sorted by place, those past the limit replaced by their number.
fn limited(mut faults: Vec<(u32, String)>) -> Vec<(u32, String)> {
    faults.sort();
    faults.dedup();
    if let Some((offset, _)) = faults.get(MAX_ERRORS) {
        let more = (
            *offset,
            format!("{} more errors", faults.len() - MAX_ERRORS),
        );
        faults.truncate(MAX_ERRORS);
        faults.push(more);
    }
    faults
}

/// Cuts everything past the deepest level off a tree, and returns where the cut parts began.
fn cut(module: &mut ModModule) -> Vec<u32> {
    let cutter = Cutter {
        depth: Cell::new(0),
        statement: Cell::new(0),
        cuts: RefCell::default(),
    };
    cutter.visit_body(&mut module.body);
    let mut cuts = cutter.cuts.into_inner();
    cuts.dedup();
    cuts
}

struct Cutter {
    depth: Cell<u32>,
    /// Where the innermost statement starts; a cut is reported there.
    statement: Cell<u32>,
    cuts: RefCell<Vec<u32>>,
}

impl Cutter {
    /// Runs `walk` one level deeper, or returns false where there is no deeper level.
    fn deeper(&self, walk: impl FnOnce()) -> bool {
        let depth = self.depth.get();
        if depth >= MAX_DEPTH {
            self.cuts.borrow_mut().push(self.statement.get());
            return false;
        }
        self.depth.set(depth + 1);
        walk();
        self.depth.set(depth);
        true
    }
}

impl Transformer for Cutter {
    fn visit_stmt(&self, stmt: &mut Stmt) {
        let outer = self.statement.replace(stmt.start().to_u32());
        if !self.deeper(|| walk_stmt(self, stmt)) {
            let pass = StmtPass {
                node_index: AtomicNodeIndex::NONE,
                range: stmt.range(),
            };
            *stmt = Stmt::Pass(pass);
        }
        self.statement.set(outer);
    }

    fn visit_expr(&self, expr: &mut Expr) {
        if !self.deeper(|| walk_expr(self, expr)) {
            let missing = missing(expr.range());
            dismantle(std::mem::replace(expr, missing));
        }
    }
}

/// What stands for an expression that is not there: a name with an empty id.
fn missing(range: TextRange) -> Expr {
    Expr::Name(ExprName {
        node_index: AtomicNodeIndex::NONE,
        range,
        id: Name::empty(),
        ctx: ExprContext::Load,
    })
}

/// Drops an expression without recursing along a chain that grows to the left, which may be of
/// any length.
fn dismantle(expr: Expr) {
    let mut next = Some(expr);
    while let Some(expr) = next {
        next = match expr {
            Expr::BinOp(inner) => Some(*inner.left),
            Expr::Attribute(inner) => Some(*inner.value),
            Expr::Call(inner) => Some(*inner.func),
            Expr::Subscript(inner) => Some(*inner.value),
            _ => None,
        };
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::stack::with_big_stack;
    use super::*;
    use proptest::prelude::*;

    /// The number of top-level statements, and the errors, of a source.
    fn outcome(text: &str) -> (usize, Vec<String>) {
        with_big_stack(|| {
            let parsed = parse(text, "a.py");
            let errors = parsed.errors.iter().map(Diagnostic::to_string).collect();
            (parsed.module.body.len(), errors)
        })
        .unwrap()
    }

    #[test]
    fn good_source_has_no_errors() {
        assert_eq!(outcome("x = 1\ndef f(): return f'{x}'\n"), (2, vec![]));
        assert_eq!(outcome(""), (0, vec![]));
    }

    #[test]
    fn bad_source_leaves_errors_and_the_rest() {
        let (statements, errors) = outcome("x = 1\ny = = 2\nz = 3\n");
        assert_eq!(statements, 3);
        assert_eq!(errors, ["a.py:2:5: expected an expression"]);
    }

    #[test]
    fn many_errors_are_counted() {
        let (_, errors) = outcome(&"y = = 2\n".repeat(100));
        assert_eq!(errors.len(), MAX_ERRORS + 1);
        assert_eq!(errors[MAX_ERRORS], "a.py:21:5: 80 more errors");
    }

    #[test]
    fn what_python_refuses_is_refused_with_its_line() {
        let deep = format!("x = 1\ny = {}{}\n", "(".repeat(1000), ")".repeat(1000));
        let (statements, errors) = outcome(&deep);
        assert_eq!(statements, 0);
        assert_eq!(errors, ["a.py:2: more than 200 brackets are open at once"]);
        let functions: String = (0..1000)
            .map(|level| format!("{}def f():\n", " ".repeat(level)))
            .collect();
        assert_eq!(
            outcome(&functions).1,
            ["a.py:101: more than 99 levels of indentation are open at once"]
        );
    }

    #[test]
    fn chains_of_any_length_are_cut_and_the_rest_is_kept() {
        for link in [" + 1", ".a", "()", "[0]", " * x ** 2"] {
            let text = format!("a = 1\nb = x{}\nc = 3\n", link.repeat(100_000));
            let (statements, errors) = outcome(&text);
            assert_eq!(statements, 3, "{link}");
            assert_eq!(
                errors,
                ["a.py:2:1: the expression is more than 10000 levels deep"],
                "{link}"
            );
        }
    }

    #[test]
    fn what_python_accepts_is_kept_whole() {
        for text in [
            format!("b = 1{}\n", " + 1".repeat(5000)),
            format!("b = {}1\n", "not ".repeat(5000)),
            format!("b = {}1\n", "-".repeat(5000)),
            format!("b = {}1\n", "x if y else ".repeat(2000)),
            format!("b = {}1\n", "lambda: ".repeat(2000)),
            format!("if x: pass\n{}", "elif y: pass\n".repeat(50_000)),
            format!("b = 1{}\n", " and x".repeat(100_000)),
            format!("b = 1{}\n", " < x".repeat(100_000)),
            format!("b = {}1\n", "a = ".repeat(100_000)),
        ] {
            assert_eq!(outcome(&text), (1, vec![]), "{}", &text[..20]);
        }
    }

    #[test]
    fn chains_that_nest_to_the_right_are_refused() {
        for link in ["not ", "-", "await ", "x ** ", "x if y else ", "lambda: "] {
            let text = format!("a = 1\nb = {}1\n", link.repeat(100_000));
            let (statements, errors) = outcome(&text);
            assert_eq!(statements, 0, "{link}");
            assert_eq!(
                errors,
                ["a.py:2: more than 6000 operators are nested in each other"],
                "{link}"
            );
        }
    }

    const FRAGMENTS: &[&str] = &[
        "(",
        "[",
        "{",
        "f'{",
        "f'''{x:{",
        "*",
        "**",
        "@",
        "@a\n",
        "if x: ",
        "if ",
        "else ",
        "class A: ",
        "class A(",
        "def f(",
        "def f(): ",
        "for x in ",
        "while x: ",
        "try: ",
        "with ",
        "with (",
        "match ",
        "match x:\n case ",
        "case ",
        "type ",
        "type X = ",
        "lambda ",
        "lambda x=",
        "yield ",
        "yield from ",
        "await ",
        "async ",
        "x := ",
        "x: ",
        "x = ",
        "x, ",
        "*x, ",
        "print ",
        "return ",
        "raise ",
        "assert ",
        "del ",
        "from . ",
        "import a as ",
        "not in ",
        "is not ",
        ". ",
        ":",
        ";",
        "->",
        "x[",
        "x[:",
        "{x:",
        "x for x in ",
        "if x else ",
        "elif x: ",
        "\\\n",
        "$",
        "?",
        "!",
        "0x",
        "'",
        "a | ",
        "\"\"\"",
        "\u{feff}",
        "\r",
        "\x0c",
        "x",
        "\n",
        "\n    ",
        "\n  ",
        ")",
        "]",
        "}",
        ", ",
        "not ",
        "- ",
        "else: ",
        "'''",
        "1 ",
        " + ",
        "async for ",
        "global x",
        "*a",
        "x ** ",
        "lambda a, b: ",
        "\t",
        "é",
        " = ",
        "match x: ",
        "_",
        "import ",
        "from ",
        "f'",
        "t'{",
        "!r:",
        "in ",
        "is ",
        "and ",
        "or ",
        "x if y else ",
        "try:",
        "except* ",
        "finally: ",
        "with a as (b, ",
    ];

    /// Whatever is repeated, and whatever recovery makes of it, nothing overflows.
    #[test]
    fn repeated_fragments_do_not_crash() {
        for fragment in FRAGMENTS {
            for n in [150, 5_000, 30_000] {
                let many = fragment.repeat(n);
                let _ = outcome(&many);
                let _ = outcome(&format!("({many}"));
                let _ = outcome(&format!("match x:\n  case {many}"));
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn mixed_fragments_do_not_crash(
            parts in prop::collection::vec(prop::sample::select(FRAGMENTS), 1..40),
        ) {
            let _ = outcome(&parts.concat());
        }

        #[test]
        fn repeated_mixtures_do_not_crash(
            parts in prop::collection::vec(prop::sample::select(FRAGMENTS), 2..5),
        ) {
            let _ = outcome(&parts.concat().repeat(10_000));
        }
    }
}
