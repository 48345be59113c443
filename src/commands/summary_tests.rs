#![allow(clippy::unwrap_used)]

use super::*;
use crate::commands::testing::{Fixed, run};
use crate::commands::{Coverage, UNUSABLE};

/// A row with the weights of its total, peak and retained.
fn row(function: &str, grade: Grade, weights: [f64; 3]) -> SummaryRow {
    let [total, peak, retained] = weights.map(|weight| Cost {
        bytes: weight.to_string(),
        objects: "1".into(),
        weight,
        grade,
        ..Cost::default()
    });
    SummaryRow {
        function: function.into(),
        path: "shop/app.py".into(),
        line: 1,
        grade,
        total,
        peak,
        retained,
        unknowns: Vec::new(),
    }
}

fn analysis() -> Fixed {
    Fixed {
        rows: vec![
            row("app.small", Grade::Exact, [1.0, 1.0, 1.0]),
            row("app.wide", Grade::Open, [900.0, 5.0, 0.0]),
            row("app.tall", Grade::Upper, [90.0, 50.0, 2.0]),
            row("app.keeps", Grade::Modelled, [90.0, 40.0, 40.0]),
        ],
        coverage: Coverage {
            bounds: Vec::new(),
            files: 1,
            ..Coverage::default()
        },
        ..Fixed::default()
    }
}

fn names(arguments: &[&str]) -> Vec<String> {
    let line: Vec<&str> = [&["summary", "--format", "csv"], arguments].concat();
    let ran = run(&line, &analysis());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let rows = ran.out.lines().skip(1);
    rows.map(|line| line.split(',').next().unwrap().to_owned())
        .collect()
}

#[test]
fn rows_are_sorted_with_the_largest_first() {
    let by = |sort| names(&["--sort", sort]);
    assert_eq!(names(&[]), by("total"));
    assert_eq!(
        by("total"),
        ["app.wide", "app.keeps", "app.tall", "app.small"]
    );
    assert_eq!(
        by("peak"),
        ["app.tall", "app.keeps", "app.wide", "app.small"]
    );
    assert_eq!(
        by("retained"),
        ["app.keeps", "app.tall", "app.small", "app.wide"]
    );
    assert_eq!(
        by("name"),
        ["app.keeps", "app.small", "app.tall", "app.wide"]
    );
}

#[test]
fn rows_are_chosen_by_name_grade_and_number() {
    assert_eq!(names(&["--top", "2"]), ["app.wide", "app.keeps"]);
    assert_eq!(names(&["--filter", "all"]), ["app.tall", "app.small"]);
    assert_eq!(names(&["--min-grade", "upper"]), ["app.tall", "app.small"]);
    assert_eq!(names(&["--min-grade", "open"]).len(), 4);
    assert_eq!(names(&["--filter", "nothing"]), Vec::<String>::new());
}

#[test]
fn a_target_is_one_function() {
    let line = ["summary", "shop/app.py::tall", "--format", "csv"];
    let ran = run(&line, &analysis());
    assert_eq!(ran.out.lines().count(), 2, "{}", ran.err);
}

#[test]
fn a_target_that_does_not_exist_is_an_error() {
    let ran = run(&["summary", "shop/app.py::Shop.tall"], &analysis());
    assert_eq!((ran.code, &*ran.out), (UNUSABLE, ""));
    assert_eq!(
        ran.err,
        "heapcast: error: there is no function `Shop.tall` in `shop/app.py`\n  \
         hint: there is `app.tall`\n"
    );
}
