#![allow(clippy::unwrap_used)]

use super::*;
use crate::algebra::{Expr, Rational};
use crate::commands::Coverage;
use crate::commands::forecast::{Forecasts, Part};
use crate::commands::output::Screen;
use crate::commands::testing::{Fixed, Ran, run, run_on, screen};
use crate::commands::wrap::width;

fn bytes(each: i64, more: i64) -> Expr {
    &Expr::measure("n").scale(&Rational::from(each)) + &Expr::from(more)
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
        grade: Grade::Exact,
        bytes: Expr::total(parts.iter().map(|part| &part.bytes)),
        objects: Expr::from(parts.len() as i64),
        moments: vec![parts],
    }
}

fn analysis() -> Fixed {
    let kept = || vec![part(4, "list", bytes(8, 56)), part(4, "int", bytes(32, 0))];
    let all = [kept(), vec![part(7, "str", bytes(0, 49))]].concat();
    let forecast = Forecast {
        function: "shop.app.build".into(),
        path: "shop/app.py".into(),
        line: 3,
        parameters: vec!["n".into()],
        total: figure(all.clone()),
        peak: figure(all),
        retained: figure(kept()),
        unknowns: vec![Unknown {
            name: "kind of x".into(),
            cause: "the type of an input".into(),
            path: "shop/app.py".into(),
            line: 3,
        }],
        ..Forecast::default()
    };
    let constant = Forecast {
        function: "shop.app.idle".into(),
        path: "shop/app.py".into(),
        ..Forecast::default()
    };
    let mut sources = Sources::default();
    sources.add(
        "shop/app.py".into(),
        4,
        "    rows = [i for i in range(n)]\n",
    );
    sources.add("shop/app.py".into(), 7, "return rows, str(rows)[:10]");
    Fixed {
        forecasts: Forecasts {
            functions: vec![forecast, constant],
            sources,
        },
        coverage: Coverage {
            files: 1,
            ..Coverage::default()
        },
        ..Fixed::default()
    }
}

fn predict_on(screen: Screen, arguments: &[&str]) -> Ran {
    let line = [&["predict", "shop/app.py::build"], arguments].concat();
    run_on(screen, &line, &analysis())
}

fn predicted(arguments: &[&str]) -> Ran {
    predict_on(Screen::default(), arguments)
}

#[test]
fn figures_have_their_lines_and_types() {
    let ran = predicted(&["--at", "n=1e6"]);
    assert_eq!((ran.code, &*ran.err), (0, ""));
    insta::assert_snapshot!("predict_piped", ran.out);
}

#[test]
fn a_terminal_of_eighty_columns_is_enough() {
    let ran = predict_on(screen(80), &["--at", "n=1e6"]);
    assert!(ran.out.lines().all(|line| width(line) <= 80), "{}", ran.out);
    insta::assert_snapshot!("predict_narrow", ran.out);
}

#[test]
fn json_has_the_exact_numbers() {
    let mut analysis = analysis();
    let figure = &mut analysis.forecasts.functions[0].total;
    figure.bytes = &figure.bytes + &Expr::measure("m");
    let line = [
        "predict",
        "shop/app.py::build",
        "--at",
        "m=2",
        "--format",
        "json",
    ];
    let ran = run(
        &[&line[..], &["--sweep", "n=10..1000:3"]].concat(),
        &analysis,
    );
    insta::assert_snapshot!("predict_json", ran.out);
}

#[test]
fn a_sweep_is_a_table_and_on_terminals_a_drawing() {
    let sweep = ["--sweep", "n=10..1e6"];
    let ran = predict_on(screen(80), &sweep);
    assert!(ran.out.lines().all(|line| width(line) <= 80), "{}", ran.out);
    insta::assert_snapshot!("predict_sweep", ran.out);
    let piped = predicted(&sweep).out;
    assert!(!piped.contains('┤'), "{piped}");
    let drawn = predicted(&[&sweep[..], &["--plot"]].concat()).out;
    assert!(drawn.contains('┤'), "{drawn}");
}

#[test]
fn a_drawing_is_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("build.svg");
    let ran = predicted(&["--sweep", "n=10..1e6:4", "--svg", file.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    insta::assert_snapshot!("predict_svg", std::fs::read_to_string(file).unwrap());
}

#[test]
fn a_drawing_of_several_functions_is_refused() {
    let line = [
        "predict",
        "shop/app.py",
        "--sweep",
        "n=1..9",
        "--svg",
        "x.svg",
    ];
    let ran = run(&line, &analysis());
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert!(
        ran.err.contains("a drawing is of one function"),
        "{}",
        ran.err
    );
}

#[test]
fn a_file_is_all_of_its_functions() {
    let ran = run(&["predict", "shop/app.py", "--default", "5"], &analysis());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out.contains("shop.app.build  shop/app.py:3"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("shop.app.idle  "), "{}", ran.out);
    assert!(ran.out.contains("at every measure = 5"), "{}", ran.out);
}

#[test]
fn a_number_that_is_missing_is_an_error() {
    let ran = predicted(&[]);
    assert_eq!((ran.code, &*ran.out), (2, ""));
    let start =
        "heapcast: error: the memory of `shop.app.build` depends on what has no number yet:\n  n\n";
    assert!(ran.err.starts_with(start), "{}", ran.err);
    assert!(ran.err.contains("--at \"n=1000\""), "{}", ran.err);
}

#[test]
fn what_is_given_twice_is_an_error() {
    let ran = predicted(&["--at", "n=1", "--at", "n=2"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("`n` is given twice"), "{}", ran.err);
}

#[test]
fn a_parameter_that_makes_no_difference_is_only_a_warning() {
    let mut analysis = analysis();
    analysis.forecasts.functions[0]
        .parameters
        .push("label".into());
    let line = ["predict", "shop/app.py::build", "--at", "n=1,label=7"];
    let ran = run(&line, &analysis);
    assert_eq!(ran.code, 0);
    let expected = "heapcast: warning: `label` makes no difference to the memory\n";
    assert_eq!(ran.err, expected);
}

#[test]
fn numbers_without_end_are_said_to_be_none() {
    let mut analysis = analysis();
    let huge = figure(vec![part(4, "list", Expr::measure("n").exp2())]);
    analysis.forecasts.functions[0].peak = huge;
    let line = ["predict", "shop/app.py::build", "--at", "n=1e18"];
    let ran = run(&line, &analysis);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("no number"), "{}", ran.out);
}
