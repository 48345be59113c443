#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use super::*;
use crate::commands::Coverage;
use crate::commands::cli::TextFormat;
use crate::commands::forecast::{Figure, Forecasts};
use crate::commands::output::Screen;
use crate::commands::testing::{Fixed, run, screen};
use crate::commands::wrap::width;

fn figure(grade: Grade) -> Figure {
    Figure {
        grade,
        ..Figure::default()
    }
}

fn forecast() -> Forecast {
    Forecast {
        function: "shop.app.build".into(),
        path: "shop/app.py".into(),
        line: 3,
        total: figure(Grade::Open),
        peak: figure(Grade::Upper),
        retained: figure(Grade::Modelled),
        ..Forecast::default()
    }
}

fn row(size: i64, measured: [Option<u64>; 3], predicted: [Predicted; 3]) -> Row {
    let names = Metric::ALL.map(|metric| metric.text().to_owned());
    Row {
        size: Some(size),
        measured: Measured {
            total: measured[0],
            peak: measured[1].unwrap(),
            retained: measured[2].unwrap(),
        },
        predicted: names.into_iter().zip(predicted).collect::<BTreeMap<_, _>>(),
    }
}

fn report() -> Report {
    let number = |bytes: u64| Predicted::Number(bytes.to_string());
    let unknown = || Predicted::Formula("8*iterations + 56".into());
    let rows = [
        row(
            10,
            [None, Some(136), Some(136)],
            [unknown(), number(136), number(136)],
        ),
        row(
            100_000,
            [None, Some(9_000_000), Some(800_056)],
            [unknown(), number(800_120), number(1)],
        ),
    ];
    Report {
        function: "shop.app.build".into(),
        path: "shop/app.py".into(),
        line: 3,
        call: "build([0] * n)".into(),
        interpreter: "python3".into(),
        python: "3.11.7".into(),
        forecast: "3.11".into(),
        sweep: Some("n".into()),
        rows: rows
            .iter()
            .flat_map(|row| compare(row, &forecast()))
            .collect(),
    }
}

fn printed(format: TextFormat, on: Screen) -> String {
    let mut out = Vec::new();
    render::write(&report(), &Coverage::default(), format, &on, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn measured_stands_beside_predicted() {
    let text = printed(TextFormat::Table, screen(80));
    assert!(text.lines().all(|line| width(line) <= 80), "{text}");
    insta::assert_snapshot!("verify_table", text);
    insta::assert_snapshot!("verify_json", printed(TextFormat::Json, Screen::default()));
}

#[test]
fn a_bound_is_broken_only_where_one_is_claimed() {
    let verdict = |measured, predicted: u32, grade| {
        Verdict::of(Some(measured), Some(predicted.into()), grade)
    };
    assert_eq!(verdict(100, 100, Grade::Exact), Verdict::Held);
    assert_eq!(verdict(100, 200, Grade::Exact), Verdict::Held);
    assert_eq!(verdict(101, 100, Grade::Exact), Verdict::Broken);
    assert_eq!(verdict(101, 100, Grade::Upper), Verdict::Broken);
    assert_eq!(verdict(101, 100, Grade::Modelled), Verdict::Below);
    assert_eq!(verdict(101, 100, Grade::Open), Verdict::Below);
    // A thousandth is what interpreters keep for themselves.
    assert_eq!(verdict(100_100, 100_000, Grade::Exact), Verdict::Held);
    assert_eq!(verdict(100_200, 100_000, Grade::Exact), Verdict::Broken);
    assert_eq!(Verdict::of(Some(1), None, Grade::Exact), Verdict::Open);
    assert_eq!(
        Verdict::of(None, Some(1.0), Grade::Exact),
        Verdict::Unmeasured
    );
}

#[test]
fn forecasts_past_machine_words_are_numbers() {
    let huge = || Predicted::Number("9".repeat(400));
    let found = row(1, [None, Some(8), Some(8)], [huge(), huge(), huge()]);
    for comparison in &compare(&found, &forecast())[1..] {
        assert_eq!(comparison.verdict, Verdict::Held);
        assert_eq!(
            (comparison.ratio, comparison.predicted.is_some()),
            (None, true)
        );
    }
}

#[test]
fn a_path_alone_is_not_one_function() {
    let line = [
        "verify",
        "shop/app.py",
        "--call",
        "build(3)",
        "--python-path",
        "python3",
    ];
    let ran = run(&line, &Fixed::default());
    assert_eq!((ran.code, &*ran.out), (2, ""));
    let expected =
        "heapcast: error: one function is verified\n  hint: name it as PATH::qualified.name\n";
    assert_eq!(ran.err, expected);
}

#[test]
fn a_class_is_not_one_function() {
    let method = |name: &str| Forecast {
        function: format!("shop.app.Store.{name}"),
        path: "shop/app.py".into(),
        ..Forecast::default()
    };
    let analysis = Fixed {
        forecasts: Forecasts {
            functions: vec![method("load"), method("save")],
            ..Forecasts::default()
        },
        ..Fixed::default()
    };
    let ran = run(
        &["verify", "shop/app.py::Store", "--call", "Store(3)"],
        &analysis,
    );
    assert_eq!((ran.code, &*ran.out), (2, ""));
    assert!(
        ran.err.contains("`Store` is not one function"),
        "{}",
        ran.err
    );
    // Nothing is run before that is clear.
    assert!(!ran.err.contains("this runs"), "{}", ran.err);
}
