#![allow(clippy::unwrap_used)]

use super::*;

fn n() -> Expr {
    Expr::measure("n")
}

fn part(line: u32, bytes: Expr) -> Part {
    Part {
        path: "app.py".into(),
        line,
        type_name: "list".into(),
        objects: Expr::one(),
        bytes,
    }
}

fn at(value: i64) -> Profile {
    let mut profile = Profile::default();
    profile.set("n", value);
    profile
}

fn named(function: &str) -> Forecast {
    Forecast {
        function: function.into(),
        path: "app.py".into(),
        ..Forecast::default()
    }
}

#[test]
fn parts_are_those_of_the_moment_that_has_most_at_these_sizes() {
    let small = vec![part(1, Expr::from(500))];
    let large = vec![part(2, n()), part(3, n().scale(&Rational::from(2)))];
    let figure = Figure {
        moments: vec![small, large],
        ..Figure::default()
    };
    let lines = |value| -> Vec<u32> {
        let parts = figure.parts_at(&at(value));
        parts.iter().map(|share| share.part.line).collect()
    };
    assert_eq!(lines(10), [1]);
    assert_eq!(lines(1000), [3, 2]);
}

#[test]
fn what_is_no_number_is_none() {
    assert_eq!(Profile::default().evaluate(&n()), None);
    assert_eq!(at(0).evaluate(&Expr::one().floor_div(&n())), None);
    assert_eq!(at(i64::MAX).evaluate(&n().exp2()), None);
}

#[test]
fn amounts_past_machine_words_are_exact() {
    let amount = at(100).evaluate(&n().exp2()).unwrap();
    assert_eq!(amount.to_string(), "1267650600228229401496703205376");
    let json = serde_json::to_string(&[amount, Amount::from(7)]).unwrap();
    assert_eq!(json, "[\"1267650600228229401496703205376\",7]");
}

#[test]
fn a_function_that_is_named_is_not_what_stands_in_it() {
    let functions = ["app.Store.load", "app.Store.load.inner", "app.Store.keep"].map(named);
    let names = |name: &str| -> Vec<&str> {
        let target = Target {
            path: "app.py".into(),
            name: name.into(),
        };
        let found = selected(&functions, &[target]);
        found.iter().map(|f| f.function.as_str()).collect()
    };
    assert_eq!(names("Store.load"), ["app.Store.load"]);
    assert_eq!(names("Store").len(), 3);
    assert_eq!(selected(&functions, &[]).len(), 3);
}
