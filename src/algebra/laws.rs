//! The laws of the algebra, checked on random formulas at random points.
#![allow(clippy::unwrap_used)]

use std::cmp::Ordering;

use proptest::prelude::*;

use super::interval::Evaluator;
use super::{Assignment, Enclosure, Expr, Grade, Rational, Substitution, Symbol, Term};

const NAMES: [&str; 3] = ["k", "m", "n"];

fn index() -> Symbol {
    Symbol::index("i")
}

fn number(value: i64) -> Expr {
    Expr::from(value)
}

/// Polynomials, with negative and fractional coefficients.
fn polynomial() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        (-6i64..7).prop_map(number),
        (0..NAMES.len()).prop_map(|at| Expr::measure(NAMES[at])),
        (1i64..5, 1i64..4).prop_map(|(p, q)| Expr::from(Rational::new(p, q).unwrap())),
    ];
    leaf.prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| &a + &b),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| &a - &b),
            (inner.clone(), inner).prop_map(|(a, b)| &a * &b),
        ]
    })
}

/// Formulas of every kind. Some take the given leaves as well.
fn formula_over(leaves: Vec<Expr>) -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        (-4i64..9).prop_map(number),
        (0..leaves.len()).prop_map(move |at| leaves[at].clone()),
    ];
    leaf.prop_recursive(4, 16, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            3 => pair.clone().prop_map(|(a, b)| &a + &b),
            2 => pair.clone().prop_map(|(a, b)| &a - &b),
            3 => pair.clone().prop_map(|(a, b)| &a * &b),
            2 => pair.clone().prop_map(|(a, b)| a.maximum(&b)),
            2 => pair.prop_map(|(a, b)| a.minimum(&b)),
            1 => (inner.clone(), 2i64..5).prop_map(|(a, d)| a.floor_div(&number(d))),
            1 => (inner.clone(), 2i64..5).prop_map(|(a, d)| a.ceil_div(&number(d))),
            1 => inner.prop_map(|a| a.log2()),
            1 => (0..NAMES.len()).prop_map(|at| Expr::measure(NAMES[at]).exp2()),
        ]
    })
}

fn formula() -> impl Strategy<Value = Expr> {
    formula_over(NAMES.map(Expr::measure).to_vec())
}

/// Formulas in which the index occurs often.
fn body() -> impl Strategy<Value = Expr> {
    let i = Expr::symbol(&index());
    formula_over(vec![Expr::measure("n"), i.clone(), i.clone(), i])
}

/// Formulas that only grow, of which the growth class is tight.
fn growing() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        (1i64..9).prop_map(number),
        (0..NAMES.len()).prop_map(|at| Expr::measure(NAMES[at])),
    ];
    leaf.prop_recursive(4, 12, 2, |inner| {
        let pair = (inner.clone(), inner);
        prop_oneof![
            pair.clone().prop_map(|(a, b)| &a + &b),
            pair.clone().prop_map(|(a, b)| &a * &b),
            pair.prop_map(|(a, b)| a.maximum(&b)),
            (0..NAMES.len(), 2i64..5)
                .prop_map(|(at, d)| Expr::measure(NAMES[at]).ceil_div(&number(d))),
            (0..NAMES.len()).prop_map(|at| Expr::measure(NAMES[at]).log2()),
            (0..NAMES.len()).prop_map(|at| Expr::measure(NAMES[at]).exp2()),
        ]
    })
}

fn point(range: std::ops::Range<i64>) -> impl Strategy<Value = Assignment> {
    [range.clone(), range.clone(), range].prop_map(|values| {
        NAMES
            .iter()
            .zip(values)
            .map(|(n, v)| (Symbol::measure(n), Rational::from(v)))
            .collect()
    })
}

fn value(expr: &Expr, at: &Assignment) -> Enclosure {
    expr.evaluate(&|symbol| at.get(symbol).cloned()).unwrap()
}

/// Not provably different, which of exact numbers means equal.
fn same(a: &Enclosure, b: &Enclosure) -> bool {
    a.low <= b.high && b.low <= a.high
}

fn not_above(a: &Enclosure, b: &Enclosure) -> bool {
    a.low <= b.high
}

fn with_index(at: &Assignment, i: i64) -> Assignment {
    let mut at = at.clone();
    at.insert(index(), Rational::from(i));
    at
}

proptest! {
    #[test]
    fn equal_polynomials_are_equal_values(a in polynomial(), b in polynomial(), c in polynomial()) {
        prop_assert_eq!(&a + &b, &b + &a);
        prop_assert_eq!(&a * &b, &b * &a);
        prop_assert_eq!(&(&a + &b) + &c, &a + &(&b + &c));
        prop_assert_eq!(&(&a * &b) * &c, &a * &(&b * &c));
        prop_assert_eq!(&a * &(&b + &c), &(&a * &b) + &(&a * &c));
        prop_assert_eq!(&a - &a, Expr::ZERO);
    }

    #[test]
    fn equal_polynomials_print_equal(a in polynomial(), b in polynomial()) {
        prop_assert_eq!((&a * &b).to_text(), (&b * &a).to_text());
    }

    #[test]
    fn operations_commute_with_evaluation(a in formula(), b in formula(), at in point(0..6)) {
        let (x, y) = (value(&a, &at), value(&b, &at));
        if let (Some(x), Some(y)) = (x.as_exact(), y.as_exact()) {
            prop_assert!(same(&value(&(&a + &b), &at), &Enclosure::exact(x + y)));
            prop_assert!(same(&value(&(&a * &b), &at), &Enclosure::exact(x * y)));
            let greater = x.clone().max(y.clone());
            prop_assert!(same(&value(&a.maximum(&b), &at), &Enclosure::exact(greater)));
            let lesser = x.clone().min(y.clone());
            prop_assert!(same(&value(&a.minimum(&b), &at), &Enclosure::exact(lesser)));
            prop_assert!(same(&value(&a.floor(), &at), &Enclosure::exact(x.floor())));
            prop_assert!(same(&value(&a.ceil(), &at), &Enclosure::exact(x.ceil())));
        }
    }

    #[test]
    fn maxima_are_lattice_operations(a in formula(), b in formula(), at in point(0..6)) {
        prop_assert_eq!(a.maximum(&b), b.maximum(&a));
        prop_assert_eq!(&a.maximum(&a), &a);
        let max = a.maximum(&b);
        prop_assert!(not_above(&value(&a, &at), &value(&max, &at)));
        prop_assert!(not_above(&value(&b, &at), &value(&max, &at)));
    }

    #[test]
    fn what_is_proven_not_negative_is_not(a in formula(), at in point(0..8)) {
        if a.is_nonnegative() {
            prop_assert!(!value(&a, &at).high.is_negative(), "{}", a);
        }
    }

    #[test]
    fn floats_enclose_exact_values(a in body(), at in point(0..8), i in 0i64..8) {
        let sum = a.sum_kept(&index(), &Expr::ZERO, &Expr::measure("m"));
        let at = with_index(&at, i);
        for formula in [a, sum] {
            let of = |symbol: &Symbol| at.get(symbol).map(Rational::to_f64);
            let Ok(found) = Evaluator::new(&of).expr(&formula) else {
                continue;
            };
            let ends = [found.low, found.high].map(|end| Rational::from_f64(end).unwrap());
            let [low, high] = ends;
            prop_assert!(same(&value(&formula, &at), &Enclosure { low, high }), "{}", formula);
        }
    }

    #[test]
    fn covering_is_having_no_term_less(a in formula(), b in formula()) {
        let difference = &a - &b;
        let more = |term: &Term| term.coefficient.is_positive() && term.monomial.is_nonnegative();
        prop_assert_eq!(a.covers(&b), difference.terms().iter().all(more));
        prop_assert!((&a + &a).covers(&a) || !a.covers(&Expr::ZERO));
    }

    #[test]
    fn limits_count_terms(a in formula(), limit in 0usize..12) {
        prop_assert_eq!(a.has_at_most(limit), a.term_count() <= limit);
    }

    #[test]
    fn what_is_proven_an_integer_is_one(a in formula(), at in point(0..8)) {
        if a.is_integer_valued() {
            prop_assert!(value(&a, &at).as_exact().is_some_and(Rational::is_integer), "{}", a);
        }
    }

    #[test]
    fn substitution_commutes_with_evaluation(
        a in formula(), p in 0i64..4, q in 0i64..4, at in point(0..5),
    ) {
        let by = &(&Expr::measure("m") * &number(p)) + &number(q);
        let mut moved = at.clone();
        moved.insert(Symbol::measure("n"), value(&by, &at).high);
        let replaced = a.replace(&Symbol::measure("n"), &by);
        prop_assert!(same(&value(&replaced, &at), &value(&a, &moved)), "{} / {}", a, replaced);
    }

    #[test]
    fn substitution_is_simultaneous(a in polynomial()) {
        let (m, n) = (Symbol::measure("m"), Symbol::measure("n"));
        let swap = Substitution::from([
            (m.clone(), Expr::symbol(&n)),
            (n.clone(), Expr::symbol(&m)),
        ]);
        prop_assert_eq!(a.substitute(&swap).substitute(&swap), a);
    }

    #[test]
    fn a_sum_evaluates_to_the_sum_of_its_evaluations(
        a in body(), from in 0i64..3, at in point(0..6),
    ) {
        let (from_formula, to) = (number(from), Expr::measure("m"));
        let end = at[&Symbol::measure("m")].to_i64().unwrap();
        let parts = (from..end).map(|i| value(&a, &with_index(&at, i)));
        let expected = parts.fold(Enclosure::exact(Rational::ZERO), |sum, part| Enclosure {
            low: &sum.low + &part.low,
            high: &sum.high + &part.high,
        });
        let sum = a.sum_over(&index(), &from_formula, &to);
        prop_assert!(!sum.value.contains(&index()));
        let found = value(&sum.value, &at);
        if sum.grade == Grade::Exact {
            prop_assert!(same(&found, &expected), "sum of {a} is not {}", sum.value);
        }
        prop_assert!(not_above(&expected, &found), "sum of {a} is above {}", sum.value);
        let kept = a.sum_kept(&index(), &from_formula, &to);
        prop_assert!(same(&value(&kept, &at), &expected), "sum of {a} is not {kept}");
    }

    #[test]
    fn a_bound_is_never_below_what_it_bounds(a in body(), from in 0i64..3, at in point(0..6)) {
        let bound = a.upper_bound_over(&index(), &number(from), &Expr::measure("m"));
        prop_assert!(!bound.value.contains(&index()));
        let end = at[&Symbol::measure("m")].to_i64().unwrap();
        let found = value(&bound.value, &at);
        for i in from..end {
            let part = value(&a, &with_index(&at, i));
            prop_assert!(not_above(&part, &found), "{a} at {i} is above {}", bound.value);
        }
    }

    #[test]
    fn polynomials_are_summed_exactly(a in polynomial(), b in 1i64..4, at in point(0..6)) {
        let i = Expr::symbol(&index());
        let body = a.replace(&Symbol::measure("k"), &(&i * &number(b)));
        let to = &Expr::measure("m") + &Expr::measure("n");
        let sum = body.sum_over(&index(), &Expr::measure("n"), &to);
        prop_assert_eq!(sum.grade, Grade::Exact);
        let from = at[&Symbol::measure("n")].to_i64().unwrap();
        let steps = at[&Symbol::measure("m")].to_i64().unwrap();
        let parts = (from..from + steps).map(|i| value(&body, &with_index(&at, i)).high);
        let expected = parts.fold(Rational::ZERO, |sum, part| &sum + &part);
        prop_assert_eq!(value(&sum.value, &at).high, expected);
    }

    #[test]
    fn coarsening_never_goes_below(a in formula(), limit in 1usize..8, at in point(0..6)) {
        let (bound, lowered) = a.coarsen(limit);
        prop_assert!(not_above(&value(&a, &at), &value(&bound, &at)), "{a} is above {bound}");
        prop_assert!(lowered || bound == a);
    }

    #[test]
    fn growth_agrees_with_large_values(a in growing(), b in growing()) {
        // Far out, the quotient of a lower and a higher class does not grow.
        if a.growth().compare(&b.growth()) != Some(Ordering::Less) {
            return Ok(());
        }
        let far = |size: i64| -> Assignment {
            NAMES.map(|name| (Symbol::measure(name), Rational::from(size))).into()
        };
        let ratio = |size: i64| {
            let (x, y) = (value(&a, &far(size)).high, value(&b, &far(size)).high);
            y.is_positive().then(|| x.checked_div(&y)).flatten()
        };
        if let (Some(near), Some(beyond)) = (ratio(500), ratio(4000)) {
            let slack = Rational::new(3, 2).unwrap();
            prop_assert!(beyond <= &near * &slack, "{a} is not below {b}");
        }
    }

    #[test]
    fn json_comes_back(a in body()) {
        let sum = a.sum_kept(&index(), &Expr::ZERO, &Expr::measure("m"));
        for formula in [a, sum] {
            let json = formula.to_json().unwrap();
            let read = Expr::from_json(&json).unwrap();
            prop_assert_eq!(&read, &formula, "{}", json);
        }
    }
}

mod python {
    //! A reader of the Python that formulas are rendered to, so that what it means can be
    //! compared without Python.

    use super::*;

    type Value = Option<f64>;

    pub(super) struct Reader<'a> {
        rest: &'a str,
        at: &'a Assignment,
    }

    pub(super) fn read(text: &str, at: &Assignment) -> Value {
        let mut reader = Reader { rest: text, at };
        let value = reader.sum()?;
        reader.rest.trim().is_empty().then_some(value)
    }

    impl Reader<'_> {
        fn eat(&mut self, token: &str) -> bool {
            match self.rest.trim_start().strip_prefix(token) {
                Some(rest) => {
                    self.rest = rest;
                    true
                }
                None => false,
            }
        }

        fn sum(&mut self) -> Value {
            let mut value = if self.eat("-") {
                -self.product()?
            } else {
                self.product()?
            };
            loop {
                if self.eat("+") {
                    value += self.product()?;
                } else if self.eat("-") {
                    value -= self.product()?;
                } else {
                    return Some(value);
                }
            }
        }

        fn product(&mut self) -> Value {
            let mut value = self.power()?;
            loop {
                let rest = self.rest.trim_start();
                if rest.starts_with('*') && !rest.starts_with("**") {
                    self.eat("*");
                    value *= self.power()?;
                } else if self.eat("/") {
                    value /= self.power()?;
                } else {
                    return Some(value);
                }
            }
        }

        fn power(&mut self) -> Value {
            let base = self.atom()?;
            if self.eat("**") {
                Some(base.powf(self.power()?))
            } else {
                Some(base)
            }
        }

        fn atom(&mut self) -> Value {
            if self.eat("(") {
                let value = self.sum()?;
                return self.eat(")").then_some(value);
            }
            let rest = self.rest.trim_start();
            let end = rest
                .find(|c: char| !c.is_alphanumeric())
                .unwrap_or(rest.len());
            let (word, rest) = rest.split_at(end);
            self.rest = rest;
            if let Ok(number) = word.parse() {
                return Some(number);
            }
            if !self.eat("(") {
                return self.at.get(&Symbol::measure(word)).map(Rational::to_f64);
            }
            let mut arguments = vec![self.sum()?];
            while self.eat(",") {
                arguments.push(self.sum()?);
            }
            if !self.eat(")") {
                return None;
            }
            match (word, arguments.as_slice()) {
                ("Max", all) => all.iter().copied().reduce(f64::max),
                ("Min", all) => all.iter().copied().reduce(f64::min),
                ("floor", [x]) => Some(x.floor()),
                ("ceiling", [x]) => Some(x.ceil()),
                ("log", [x, base]) => Some(x.log(*base)),
                ("Rational", [p, q]) => Some(p / q),
                ("Rational", [p]) => Some(*p),
                _ => None,
            }
        }
    }

    proptest! {
        #[test]
        fn python_evaluates_the_same(a in formula(), at in point(0..5)) {
            let text = a.to_python(&|symbol| symbol.name().to_owned(), &|definition| definition.of.to_string());
            let expected = value(&a, &at);
            let found = read(&text, &at);
            prop_assert!(found.is_some(), "cannot read {text}");
            let (found, expected) = (found.unwrap(), expected.high.to_f64());
            // A rounding may fall to the other side of a float that is nearly an integer.
            let rounds = text.contains("floor") || text.contains("ceiling");
            let tolerance = if rounds && text.contains("log") { f64::INFINITY } else { 1e-6 };
            let error = (found - expected).abs();
            prop_assert!(error <= tolerance * expected.abs().max(1.0), "{text}: {found}");
        }
    }
}
