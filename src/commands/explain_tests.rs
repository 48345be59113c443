#![allow(clippy::unwrap_used)]

use super::*;
use crate::algebra::Expr;
use crate::commands::Coverage;
use crate::commands::forecast::Sources;
use crate::commands::testing::{Fixed, Ran, run, run_on, screen};
use crate::commands::wrap::width;

const LOAD: &str = "shop/app.py::load";

fn part(line: u32, type_name: &str, bytes: Expr) -> Part {
    Part {
        path: "shop/app.py".into(),
        line,
        type_name: type_name.into(),
        objects: Expr::one(),
        bytes,
    }
}

fn figure(moments: Vec<Vec<Part>>) -> Figure {
    Figure {
        bytes: Expr::total(moments.iter().flatten().map(|part| &part.bytes)),
        moments,
        ..Figure::default()
    }
}

fn function(name: &str, line: u32) -> Forecast {
    let n = Expr::measure("len(rows)");
    Forecast {
        function: format!("shop.app.{name}"),
        path: "shop/app.py".into(),
        line,
        total: figure(vec![vec![
            part(line + 1, "list", n.clone()),
            part(line + 2, "str", &n * &n),
        ]]),
        peak: figure(vec![
            vec![part(line + 1, "list", n.clone())],
            vec![part(line + 2, "str", n.clone())],
        ]),
        retained: figure(vec![vec![part(line + 1, "list", n)]]),
        ..Forecast::default()
    }
}

fn figures(total: &str) -> Figures {
    Figures {
        total: total.into(),
        peak: Some(total.into()),
        retained: Some("0".into()),
    }
}

fn chain(subject: &str, is_whole: bool) -> Chain {
    let step = |line, fact: &str| ChainStep {
        path: Some("shop/app.py".into()),
        line: Some(line),
        fact: fact.into(),
        ..ChainStep::default()
    };
    Chain {
        subject: subject.into(),
        conclusion: "is called".into(),
        is_whole,
        steps: vec![step(20, "is defined"), step(13, "called")],
    }
}

fn account() -> Account {
    Account {
        function: "shop.app.load".into(),
        line: 11,
        last_line: 14,
        loops: vec![LoopReason {
            line: 12,
            text: String::new(),
            count: "len(rows)".into(),
            index: "i0".into(),
            is_bound: true,
            reason: Reason::Length("len(rows)".into()),
        }],
        calls: vec![
            CallReason {
                line: 13,
                callee: "shop.app.parse".into(),
                kind: "summary",
                given: vec![Given {
                    name: "n".into(),
                    value: "2·i0".into(),
                }],
                here: Some(figures("50 + 2·i0")),
                ..CallReason::default()
            },
            CallReason {
                line: 13,
                callee: "json.loads".into(),
                kind: "unknown",
                here: Some(Figures {
                    total: "loads(...)".into(),
                    ..Figures::default()
                }),
                ..CallReason::default()
            },
        ],
        call_lines: vec![12, 13],
        targets: vec![chain("`parse`", true), chain("`other`", false)],
        escapes: vec![chain("the list", true)],
    }
}

fn analysis() -> Fixed {
    let mut load = function("load", 11);
    load.unknowns.push(Unknown {
        name: "loads(...) @ shop/app.py:13".into(),
        cause: "the code that is called is not known".into(),
        path: "shop/app.py".into(),
        line: 13,
    });
    let mut sources = Sources::default();
    for (line, text) in [
        (12, "for row in rows:"),
        (13, "    out.append(parse(row) or json.loads(row))"),
        (20, "def parse(row):"),
    ] {
        sources.add("shop/app.py".into(), line, text);
    }
    Fixed {
        explanations: Explanations {
            forecasts: Forecasts {
                functions: vec![load, function("parse", 20)],
                sources,
            },
            accounts: vec![account()],
        },
        coverage: Coverage {
            files: 1,
            ..Coverage::default()
        },
        ..Fixed::default()
    }
}

fn explain(arguments: &[&str]) -> Ran {
    run(&[&["explain", LOAD], arguments].concat(), &analysis())
}

#[test]
fn a_function_is_explained_line_by_line() {
    let ran = explain(&[]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    insta::assert_snapshot!("explain_table", ran.out);
}

#[test]
fn a_question_is_answered_alone() {
    let ran = explain(&["--why-call", "13"]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    insta::assert_snapshot!("explain_why_call", ran.out);
    let ran = explain(&["--why-escapes", "12"]);
    assert!(ran.out.contains("Escapes of line 12") && !ran.out.contains("Lines"));
}

#[test]
fn json_has_all_of_it() {
    let ran = explain(&[
        "--why-call",
        "13",
        "--why-escapes",
        "12",
        "--format",
        "json",
    ]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    insta::assert_snapshot!("explain_json", ran.out);
}

#[test]
fn no_line_is_wider_than_the_screen() {
    for (columns, ran) in [
        (80, explain(&[])),
        (60, run_on(screen(60), &["explain", LOAD], &analysis())),
    ] {
        assert!(
            ran.out.lines().all(|line| width(line) <= columns),
            "{}",
            ran.out
        );
    }
}

#[test]
fn lines_must_be_those_of_the_function() {
    for (arguments, expected) in [
        (["--why-call", "99"], "line 99 is not in `shop.app.load`"),
        (
            ["--why-escapes", "3"],
            "it has the lines 11 to 14 of shop/app.py",
        ),
        (["--why-call", "14"], "there are calls on line 12, 13"),
    ] {
        let ran = explain(&arguments);
        assert_eq!((ran.code, &*ran.out), (2, ""));
        assert!(ran.err.contains(expected), "{}", ran.err);
    }
}

#[test]
fn a_function_must_be_named() {
    for (arguments, expected) in [
        (["explain", "shop/app.py"], "name one: PATH::qualified.name"),
        (
            ["explain", "shop/app.py::save"],
            "there is no function `save`",
        ),
    ] {
        let ran = run(&arguments, &analysis());
        assert_eq!((ran.code, &*ran.out), (2, ""));
        assert!(ran.err.contains(expected), "{}", ran.err);
    }
}
