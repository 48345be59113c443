#![allow(clippy::unwrap_used)]

use super::*;
use crate::algebra::Symbol;
use crate::algebra::{Cause, Rational};
use crate::commands::Coverage;
use crate::commands::forecast::{Part, Sources};
use crate::commands::testing::{Fixed, Ran, run, run_on, screen};
use crate::commands::wrap::width;

fn n(times: i64) -> Expr {
    Expr::measure("n").scale(&Rational::from(times))
}

fn part(line: u32, type_name: &str, bytes: Expr) -> Part {
    Part {
        path: "shop/app.py".into(),
        line,
        type_name: type_name.into(),
        objects: Expr::one(),
        bytes,
    }
}

fn figure(parts: Vec<Part>) -> Figure {
    Figure {
        bytes: Expr::total(parts.iter().map(|part| &part.bytes)),
        moments: vec![parts],
        ..Figure::default()
    }
}

/// A function with these parts in all its figures.
fn function(name: &str, line: u32, parts: Vec<Part>, calls: &[(u32, &str)]) -> Forecast {
    let figure = figure(parts);
    Forecast {
        function: format!("shop.app.{name}"),
        path: "shop/app.py".into(),
        line,
        total: figure.clone(),
        peak: figure.clone(),
        retained: figure,
        calls: calls
            .iter()
            .map(|(line, name)| (*line, format!("shop.app.{name}")))
            .collect(),
        ..Forecast::default()
    }
}

/// `main` calls `load`, which calls `parse` and `main` again.
fn analysis() -> Fixed {
    let pairs = &Expr::measure("n") * &Expr::measure("m");
    let main = vec![
        part(5, "list", n(8)),
        part(6, "str", pairs.scale(&Rational::from(2))),
        part(6, "tuple", n(56)),
        part(6, "dict", Expr::from(64)),
    ];
    let load = vec![
        part(12, "tuple", n(56)),
        part(13, "str", n(30)),
        part(14, "str", n(10)),
    ];
    let mut sources = Sources::default();
    for (line, text) in [
        (5, "rows = [0] * n"),
        (
            6,
            "return load(rows, {}), {name: value for name, value in pairs}",
        ),
        (14, "text = parse(row) or main(row)"),
        (21, "return str(row)"),
    ] {
        sources.add("shop/app.py".into(), line, text);
    }
    Fixed {
        forecasts: Forecasts {
            functions: vec![
                function("parse", 20, vec![part(21, "str", n(1))], &[]),
                function("main", 4, main, &[(6, "load"), (6, "missing")]),
                function(
                    "load",
                    11,
                    load,
                    &[(14, "parse"), (14, "main"), (12, "load")],
                ),
                function("idle", 30, Vec::new(), &[]),
            ],
            sources,
        },
        coverage: Coverage {
            files: 1,
            ..Coverage::default()
        },
        ..Fixed::default()
    }
}

fn top_of(arguments: &[&str]) -> Ran {
    run(&[&["top"], arguments].concat(), &analysis())
}

fn json(arguments: &[&str]) -> serde_json::Value {
    let ran = top_of(&[arguments, &["--format", "json"]].concat());
    assert_eq!((ran.code, &*ran.err), (0, ""));
    serde_json::from_str(&ran.out).unwrap()
}

const MAIN: &str = "shop/app.py::main";

/// The lines of the tree with their shares in per cent, rounded, and their depth.
fn tree(value: &serde_json::Value) -> Vec<(usize, u64, i64, i64)> {
    fn walk(value: &serde_json::Value, level: usize, rows: &mut Vec<(usize, u64, i64, i64)>) {
        for node in value["lines"].as_array().unwrap() {
            let percent = |name: &str| (node[name].as_f64().unwrap() * 100.0).round() as i64;
            let line = node["line"].as_u64().unwrap();
            rows.push((level, line, percent("share"), percent("own_share")));
            walk(node, level + 1, rows);
        }
    }
    let mut rows = Vec::new();
    walk(value, 0, &mut rows);
    rows
}

#[test]
fn functions_are_ranked_by_growth_and_then_by_size() {
    let names = |arguments: &[&str]| -> Vec<String> {
        let value = json(&[&["shop"], arguments].concat());
        let rows = value["functions"].as_array().unwrap().clone();
        rows.iter()
            .map(|row| row["function"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = [
        "shop.app.main",
        "shop.app.load",
        "shop.app.parse",
        "shop.app.idle",
    ];
    assert_eq!(names(&[]), all);
    // However small the number, what grows faster comes first.
    assert_eq!(names(&["--at", "m=0"]), all);
    assert_eq!(names(&["--top", "2"]), all[..2]);
}

#[test]
fn terms_are_sorted_by_growth() {
    let value = json(&[MAIN, "--at", "m=1"]);
    let terms = value["terms"].as_array().unwrap();
    let rows: Vec<(&str, &str)> = terms
        .iter()
        .map(|term| {
            (
                term["growth"].as_str().unwrap(),
                term["type"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("O(m·n)", "str"),
        ("O(n)", "tuple"),
        ("O(n)", "list"),
        ("O(1)", "dict"),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn the_bytes_of_a_call_are_those_of_the_callees_lines_in_proportion() {
    // At n = 1000 and m = 20: 8000 on line 5, and 40000 in strings, 56000 in tuples, 64 of its own
    // on line 6.
    let value = json(&[MAIN, "--at", "n=1000,m=20"]);
    let expected = [
        (0, 6, 92, 0),
        (1, 12, 54, 54),
        // Strings are 3 to 1 on lines 13 and 14 of the callee.
        (1, 13, 29, 29),
        // All of line 14 is of `parse`: `main` is being entered already.
        (1, 14, 10, 0),
        (2, 21, 10, 10),
        (0, 5, 8, 8),
    ];
    assert_eq!(tree(&value), expected);
    assert_eq!(value["lines"][0]["estimated"], false);
    assert_eq!(value["lines"][0]["lines"][0]["estimated"], true);
}

#[test]
fn calls_are_entered_as_deep_as_is_asked_for() {
    let deepest = |depth: &str| {
        let value = json(&[MAIN, "--depth", depth]);
        tree(&value).into_iter().map(|row| row.0).max().unwrap()
    };
    assert_eq!(
        [deepest("0"), deepest("1"), deepest("2"), deepest("9")],
        [0, 1, 2, 2]
    );
}

#[test]
fn what_is_mixed_is_spread_over_everything() {
    let mut analysis = analysis();
    let parts = vec![part(6, "either", n(96))];
    analysis.forecasts.functions[1] = function("main", 4, parts, &[(6, "load")]);
    let ran = run(
        &["top", MAIN, "--depth", "1", "--format", "json"],
        &analysis,
    );
    let value = serde_json::from_str(&ran.out).unwrap();
    let expected = [
        (0, 6, 100, 0),
        (1, 12, 58, 58),
        (1, 13, 31, 31),
        (1, 14, 10, 10),
    ];
    assert_eq!(tree(&value), expected);
}

#[test]
fn unknowns_are_printed_by_their_quantities() {
    let cause = Cause {
        reason: "a while loop".into(),
        file: "shop/app.py".into(),
        line: 6,
    };
    let unknown = Expr::symbol(&Symbol::mcv("iterations of shop.app.load", cause));
    let mut analysis = analysis();
    analysis.forecasts.functions[1] = function("main", 4, vec![part(6, "str", unknown)], &[]);
    let ran = run(&["top", MAIN], &analysis);
    assert!(
        ran.out.contains("peak grows as O([iterations])\n"),
        "{}",
        ran.out
    );
    let ran = run(&["top", MAIN, "--format", "json"], &analysis);
    let whole = "O([iterations of shop.app.load @ shop/app.py:6])";
    assert!(ran.out.contains(whole), "{}", ran.out);
}

#[test]
fn a_terminal_of_eighty_columns_is_enough() {
    for (name, arguments) in [
        ("top_one", &["top", MAIN][..]),
        ("top_ranking", &["top", "shop"]),
    ] {
        let ran = run_on(screen(80), arguments, &analysis());
        assert_eq!((ran.code, &*ran.err), (0, ""));
        assert!(ran.out.lines().all(|line| width(line) <= 80), "{}", ran.out);
        insta::assert_snapshot!(name, ran.out);
    }
}

#[test]
fn json_has_everything() {
    let ran = top_of(&[MAIN, "--at", "m=20", "--format", "json"]);
    insta::assert_snapshot!("top_json", ran.out);
}

#[test]
fn a_function_that_allocates_nothing_is_said_to() {
    let ran = top_of(&["shop/app.py::idle"]);
    assert_eq!(ran.code, 0);
    assert!(
        ran.out.contains("O(1)     0 B  exact  shop.app.idle"),
        "{}",
        ran.out
    );
}

#[test]
fn names_are_checked_as_everywhere() {
    let ran = top_of(&[MAIN, "--at", "k=1"]);
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert!(ran.err.contains("`k` is not a measure"), "{}", ran.err);
    let ran = top_of(&["shop/app.py::none"]);
    assert!(
        ran.err.contains("there is no function `none`"),
        "{}",
        ran.err
    );
}
