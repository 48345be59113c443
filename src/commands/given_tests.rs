#![allow(clippy::unwrap_used)]

use super::*;
use crate::algebra::{Cause, Expr};
use crate::commands::forecast::Figure;

fn unknown(quantity: &str, line: u32) -> Expr {
    let cause = Cause {
        reason: "a while loop".into(),
        file: "shop/app.py".into(),
        line,
    };
    Expr::symbol(&Symbol::mcv(quantity, cause))
}

/// A function whose total is the sum of these.
fn function(parts: &[Expr]) -> Forecast {
    Forecast {
        function: "app.f".into(),
        parameters: vec!["label".into()],
        total: Figure {
            bytes: Expr::total(parts),
            ..Figure::default()
        },
        ..Forecast::default()
    }
}

fn bind<'a>(forecast: &'a Forecast, at: &str, others: Option<i64>) -> Result<Bound<'a>, Error> {
    let at = parse(at).unwrap();
    let wanted = Wanted {
        at: &at,
        swept: None,
        others,
    };
    Ok(wanted.bind(&[forecast])?.remove(0))
}

fn total(bound: &Bound<'_>) -> String {
    bound
        .forecast
        .total
        .bytes_at(&bound.profile)
        .unwrap()
        .to_string()
}

#[test]
fn numbers_are_whole_however_they_are_written() {
    for (text, value) in [
        ("1000", 1000),
        ("1_000", 1000),
        ("1e6", 1_000_000),
        ("2.5E3", 2500),
        ("1.0", 1),
        ("0e99", 0),
        ("9223372036854775807", i64::MAX),
    ] {
        assert_eq!(number(text), Ok(value), "{text}");
    }
    for text in [
        "",
        "-1",
        "1.5",
        "1e-3",
        "x",
        "e3",
        "1e19",
        "1e99999999999",
        "10k",
    ] {
        assert!(number(text).is_err(), "{text}");
    }
}

#[test]
fn names_may_have_commas_and_equals_signs_in_brackets() {
    let parsed = parse("n=1, len(f(a, b=2)[*])=3 ,len(d['x,y'])=4,").unwrap();
    let pairs: Vec<(&str, i64)> = parsed.iter().map(|g| (g.name.as_str(), g.value)).collect();
    let expected = [("n", 1), ("len(f(a, b=2)[*])", 3), ("len(d['x,y'])", 4)];
    assert_eq!(pairs, expected);
    for text in ["n", "=3", "n=", "n=many"] {
        assert!(parse(text).is_err(), "{text}");
    }
}

#[test]
fn an_unknown_is_named_in_full_or_by_what_tells_it_apart() {
    let forecast = function(&[unknown("iterations", 12), Expr::measure("n")]);
    for name in [
        "iterations @ shop/app.py:12",
        "[iterations @ shop/app.py:12]",
        "iterations @ app.py:12",
        "iterations @ 12",
        "iterations@12",
        "iterations",
    ] {
        let bound = bind(&forecast, &format!("{name}=5,n=2"), None);
        assert_eq!(total(&bound.unwrap()), "7", "{name}");
    }
    assert!(bind(&forecast, "iterations @ 2=5,n=2", None).is_err());
}

#[test]
fn a_name_that_could_mean_several_is_an_error_with_all_of_them() {
    let forecast = function(&[unknown("iterations", 12), unknown("iterations", 30)]);
    let error = bind(&forecast, "iterations=5", Some(1)).unwrap_err();
    assert_eq!(
        error.message(),
        "`iterations` could mean several unknowns of `app.f`"
    );
    let hint = error.advice().unwrap();
    assert!(hint.contains(":12`") && hint.contains(":30`"), "{hint}");
}

#[test]
fn what_is_missing_is_listed_with_its_cause() {
    let forecast = function(&[unknown("iterations", 12), Expr::measure("len(xs)")]);
    let error = bind(&forecast, "", None).unwrap_err();
    let expected = "the memory of `app.f` depends on what has no number yet:\n  \
        iterations @ shop/app.py:12 (a while loop)\n  len(xs)";
    assert_eq!(error.message(), expected);
    assert_eq!(
        total(&bind(&forecast, "len(xs)=3", Some(10)).unwrap()),
        "13"
    );
}

#[test]
fn a_name_that_is_nowhere_is_an_error_with_the_nearest() {
    let forecast = function(&[Expr::measure("len(items)"), Expr::measure("n")]);
    let error = bind(&forecast, "items=5", Some(1)).unwrap_err();
    let hint = error.advice().unwrap();
    assert!(hint.starts_with("there is `len(items)`"), "{hint}");
    // A parameter is no mistake, though the memory does not depend on it.
    let bound = bind(&forecast, "label=5", Some(1)).unwrap();
    assert!(bound.written.is_empty());
}

#[test]
fn a_name_need_not_mean_something_in_every_function() {
    let (one, other) = (function(&[Expr::measure("n")]), function(&[]));
    let at = parse("n=3").unwrap();
    let wanted = Wanted {
        at: &at,
        swept: None,
        others: None,
    };
    let bound = wanted.bind(&[&one, &other]).unwrap();
    assert_eq!([total(&bound[0]), total(&bound[1])], ["3", "0"]);
}
