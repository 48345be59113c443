use super::*;

fn solved(entry: Expr, next: impl Fn(&Expr) -> Expr) -> Option<String> {
    let symbol = Symbol::index("p");
    let index = Symbol::index("i");
    let one = Recurrence {
        next: Some(next(&Expr::symbol(&symbol))),
        symbol,
        entry,
        is_bound: false,
    };
    let solution = solve(&[one], &index, &Expr::measure("n")).pop().flatten()?;
    let mark = if solution.is_bound { "≤ " } else { "" };
    Some(format!("{mark}{}", solution.value))
}

#[test]
fn what_is_added_is_summed() {
    let m = Expr::measure("m");
    assert_eq!(solved(m.clone(), |p| p + &m).as_deref(), Some("i·m + m"));
    let i = Expr::symbol(&Symbol::index("i"));
    assert_eq!(
        solved(Expr::ZERO, |p| p + &i).as_deref(),
        Some("i²/2 - i/2")
    );
}

#[test]
fn the_steepest_of_several_ways_bounds_them() {
    let three = Expr::from(3);
    let found = solved(Expr::one(), |p| (p + &three).maximum(&(p + &Expr::one())));
    assert_eq!(found.as_deref(), Some("3·i + 1"));
    let reset = solved(Expr::ZERO, |p| {
        (p + &Expr::one()).maximum(&Expr::measure("m"))
    });
    assert_eq!(reset.as_deref(), Some("≤ i + m"));
}

#[test]
fn what_is_multiplied_grows_geometrically() {
    let found = solved(Expr::measure("m"), |p| p.scale(&Rational::from(2)));
    assert_eq!(found.as_deref(), Some("≤ m·2^i"));
}

#[test]
fn what_is_set_anew_is_at_most_what_it_is_set_to() {
    let found = solved(Expr::ZERO, |_| Expr::symbol(&Symbol::index("i")));
    assert_eq!(found.as_deref(), Some("≤ max(n, 1) - 1"));
}

#[test]
fn quantities_that_depend_on_each_other_have_one_bound() {
    let (a, b) = (Symbol::index("a"), Symbol::index("b"));
    let one = Recurrence {
        symbol: a.clone(),
        entry: Expr::ZERO,
        is_bound: false,
        next: Some(Expr::symbol(&b)),
    };
    let other = Recurrence {
        symbol: b.clone(),
        entry: Expr::one(),
        is_bound: false,
        next: Some(&Expr::symbol(&a) + &Expr::symbol(&b)),
    };
    let solutions = solve(&[one, other], &Symbol::index("i"), &Expr::measure("n"));
    let bounds: Vec<String> = solutions
        .into_iter()
        .flatten()
        .map(|solution| solution.value.to_string())
        .collect();
    assert_eq!(bounds, ["2^i", "2^i"]);
}

#[test]
fn what_needs_an_unknown_has_no_solution() {
    let (a, b) = (Symbol::index("a"), Symbol::index("b"));
    let unknown = Recurrence {
        symbol: b.clone(),
        entry: Expr::ZERO,
        is_bound: false,
        next: None,
    };
    let one = Recurrence {
        symbol: a.clone(),
        entry: Expr::ZERO,
        is_bound: false,
        next: Some(&Expr::symbol(&a) + &Expr::symbol(&b)),
    };
    let solutions = solve(&[one, unknown], &Symbol::index("i"), &Expr::measure("n"));
    assert_eq!(solutions, [None, None]);
}
