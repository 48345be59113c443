//! Maxima and minima in normal form.
//!
//! Arms that another arm dominates are left out; what all arms have in common stands
//! outside: `max(n + k, m + k, 3)` keeps its arms, `max(2·n + 5, 2·m + 5)` is
//! `2·max(m, n) + 5`, and `max(n, n - 1)` is `n`.

use std::sync::Arc;

use super::atom::Atom;
use super::expr::{Expr, Factor, Monomial, Term};
use super::rational::Rational;

/// Nested maxima are merged into one of at most this many arms.
const MAX_MERGED_ARMS: usize = 12;
/// The arms of a maximum that is found with no proofs.
const MAX_BOUNDED_ARMS: usize = 4;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Max,
    Min,
}

impl Expr {
    /// The greater of two formulas.
    #[must_use]
    pub fn maximum(&self, other: &Expr) -> Expr {
        extremum(vec![self.clone(), other.clone()], Side::Max)
    }

    /// The greater of the formula and zero.
    pub fn positive_part(self) -> Expr {
        if self.is_nonnegative() {
            self
        } else {
            self.maximum(&Expr::ZERO)
        }
    }

    /// Nowhere below either formula: the maximum of few sums, found with no proofs. Sums are put together
    /// term by term where there are too many.
    #[must_use]
    pub fn bounded_maximum(&self, other: &Expr) -> Expr {
        let mut arms: Vec<Expr> = Vec::new();
        for arm in self.arms().into_iter().chain(other.arms()) {
            if arms.iter().any(|known| known.covers(&arm)) {
                continue;
            }
            arms.retain(|known| !arm.covers(known));
            arms.push(arm);
        }
        while arms.len() > MAX_BOUNDED_ARMS {
            let (first, second) = most_alike(&arms);
            let arm = arms.swap_remove(second.max(first));
            let other = &mut arms[second.min(first)];
            *other = put_together(other, &arm);
        }
        of_arms(arms, Side::Max)
    }

    /// The sums that this formula is the maximum of; of several maxima in it, not more than a few.
    fn arms(&self) -> Vec<Expr> {
        let (maxima, rest) = apart(self, Side::Max);
        let mut arms = vec![sum_of(&rest)];
        for (coefficient, inner) in maxima {
            let joined = if arms.len() * inner.len() > MAX_MERGED_ARMS {
                (inner.iter().cloned()).reduce(|one, other| put_together(&one, &other))
            } else {
                None
            };
            let inner = joined.as_ref().map_or(inner, std::slice::from_ref);
            let scaled: Vec<Expr> = inner.iter().map(|arm| arm.scale(coefficient)).collect();
            arms = (arms.iter())
                .flat_map(|arm| scaled.iter().map(move |inner| arm + inner))
                .collect();
        }
        arms
    }

    /// The lesser of two formulas.
    #[must_use]
    pub fn minimum(&self, other: &Expr) -> Expr {
        extremum(vec![self.clone(), other.clone()], Side::Min)
    }

    /// The greatest of several formulas; zero of none.
    pub fn max_of(arms: impl IntoIterator<Item = Expr>) -> Expr {
        extremum(arms.into_iter().collect(), Side::Max)
    }

    /// The least of several formulas; zero of none.
    pub fn min_of(arms: impl IntoIterator<Item = Expr>) -> Expr {
        extremum(arms.into_iter().collect(), Side::Min)
    }
}

fn extremum(arms: Vec<Expr>, side: Side) -> Expr {
    if let [a, b] = arms.as_slice() {
        if a == b {
            return a.clone();
        }
        if let (Some(x), Some(y)) = (a.as_constant(), b.as_constant()) {
            let first = if side == Side::Max { x >= y } else { x <= y };
            return if first { a.clone() } else { b.clone() };
        }
    }
    of_arms(prune(flatten(arms, side), side), side)
}

/// The extremum of arms none of which is known to make another one redundant.
fn of_arms(mut arms: Vec<Expr>, side: Side) -> Expr {
    if arms.len() < 2 {
        return arms.pop().unwrap_or(Expr::ZERO);
    }
    let common = common_part(&arms);
    for arm in &mut arms {
        *arm = &*arm - &common;
    }
    let content = content(&arms);
    if let Some(recip) = content.coefficient.recip() {
        for arm in &mut arms {
            *arm = divide(arm, &recip, &content.monomial);
        }
    }
    let content = Expr::from_term(content);
    // Taking out may have bared a nested maximum: max(n - max(i, 1), 0).
    let flat = flatten(arms.clone(), side);
    if flat.len() > arms.len() {
        return &common + &(&content * &extremum(flat, side));
    }
    arms.sort_unstable();
    let arms: Arc<[Expr]> = arms.into();
    let atom = match side {
        Side::Max => Atom::Max(arms),
        Side::Min => Atom::Min(arms),
    };
    &common + &(&content * &Expr::atom(atom))
}

/// One sum that is nowhere below either, where no term of them may be negative.
fn put_together(one: &Expr, other: &Expr) -> Expr {
    one.termwise_maximum(other)
        .unwrap_or_else(|| of_arms(vec![one.clone(), other.clone()], Side::Max))
}

/// The two arms that have most terms in common, of at least two.
fn most_alike(arms: &[Expr]) -> (usize, usize) {
    let mut found = (0, 0, 1);
    for (second, other) in arms.iter().enumerate() {
        for (first, arm) in arms.iter().enumerate().take(second) {
            let both = arm.side_by_side(other);
            let common = both.filter(|(_, one, other)| !one.is_zero() && !other.is_zero());
            let common = common.count();
            let of_all = 1000 * common / (arm.terms().len() + other.terms().len()).max(1);
            if of_all > found.0 {
                found = (of_all, first, second);
            }
        }
    }
    (found.1, found.2)
}

/// Merges arms of the form `c·max(…) + rest`, with a positive number `c`, into the maximum.
fn flatten(arms: Vec<Expr>, side: Side) -> Vec<Expr> {
    let mut flat: Vec<Expr> = Vec::with_capacity(arms.len());
    for arm in arms {
        match nested(&arm, side) {
            Some(inner) if flat.len() + inner.len() <= MAX_MERGED_ARMS => flat.extend(inner),
            _ => flat.push(arm),
        }
    }
    flat
}

fn nested(arm: &Expr, side: Side) -> Option<Vec<Expr>> {
    let (found, rest) = apart(arm, side);
    let [(coefficient, inner)] = found.as_slice() else {
        return None;
    };
    let rest = sum_of(&rest);
    let arms = inner.iter().map(|inner| &rest + &inner.scale(coefficient));
    Some(arms.collect())
}

/// The arms of an extremum, and the positive number that it is multiplied by.
type Multiple<'e> = (&'e Rational, &'e [Expr]);

/// The terms that are an extremum times a positive number, and the others.
fn apart(expr: &Expr, side: Side) -> (Vec<Multiple<'_>>, Vec<&Term>) {
    let (mut found, mut rest) = (Vec::new(), Vec::new());
    for term in expr.terms() {
        match (term.monomial.factors(), side) {
            (
                [
                    Factor {
                        atom: Atom::Max(inner),
                        power: 1,
                    },
                ],
                Side::Max,
            )
            | (
                [
                    Factor {
                        atom: Atom::Min(inner),
                        power: 1,
                    },
                ],
                Side::Min,
            ) if term.coefficient.is_positive() => found.push((&term.coefficient, &**inner)),
            _ => rest.push(term),
        }
    }
    (found, rest)
}

fn sum_of(terms: &[&Term]) -> Expr {
    Expr::from_sorted(terms.iter().map(|&term| term.clone()).collect())
}

/// Leaves out the arms that another arm makes redundant.
fn prune(arms: Vec<Expr>, side: Side) -> Vec<Expr> {
    let mut kept: Vec<Expr> = Vec::with_capacity(arms.len());
    for arm in arms {
        let covers = |winner: &Expr, loser: &Expr| match side {
            Side::Max => winner.dominates(loser),
            Side::Min => loser.dominates(winner),
        };
        if kept.iter().any(|other| covers(other, &arm)) {
            continue;
        }
        kept.retain(|other| !covers(&arm, other));
        kept.push(arm);
    }
    kept
}

/// For each monomial the least coefficient it has in the arms; absent counts as zero.
fn common_part(arms: &[Expr]) -> Expr {
    let mut arms = arms.iter().cloned();
    let Some(first) = arms.next() else {
        return Expr::ZERO;
    };
    arms.fold(first, |common, arm| {
        let both = common.side_by_side(&arm);
        Expr::from_sorted_pairs(both.map(|(monomial, one, other)| (monomial, one.min(other))))
    })
}

/// The greatest number and the greatest monomial of symbols that divide every term of every
/// arm.
fn content(arms: &[Expr]) -> Term {
    let mut terms = arms.iter().flat_map(|arm| arm.terms());
    let Some(first) = terms.next() else {
        return Term {
            coefficient: Rational::ONE,
            monomial: Monomial::default(),
        };
    };
    let mut coefficient = first.coefficient.abs();
    let symbols = first.monomial.factors().iter();
    let mut factors: Vec<Factor> = symbols
        .filter(|factor| matches!(factor.atom, Atom::Symbol(_)))
        .cloned()
        .collect();
    for term in terms {
        coefficient = coefficient.gcd(&term.coefficient);
        factors.retain_mut(|factor| {
            let power = term.monomial.power_of(&factor.atom);
            factor.power = factor.power.min(power);
            power > 0
        });
    }
    Term {
        coefficient,
        monomial: Monomial::from_sorted(factors),
    }
}

fn divide(arm: &Expr, factor: &Rational, divisor: &Monomial) -> Expr {
    let divided = arm.terms().iter().map(|term| Term {
        coefficient: &term.coefficient * factor,
        monomial: term.monomial.divided_by(divisor),
    });
    Expr::from_terms(divided.collect())
}

impl Expr {
    /// The quotient, where the divisor has one term and divides every term of this formula.
    pub fn divided_by(&self, divisor: &Expr) -> Option<Expr> {
        let [
            Term {
                coefficient,
                monomial,
            },
        ] = divisor.terms()
        else {
            return None;
        };
        let divides = |term: &Term| {
            let mut factors = monomial.factors().iter();
            factors.all(|factor| term.monomial.power_of(&factor.atom) >= factor.power)
        };
        let recip = coefficient.recip()?;
        self.terms()
            .iter()
            .all(divides)
            .then(|| divide(self, &recip, monomial))
    }
}

impl Monomial {
    fn power_of(&self, atom: &Atom) -> u32 {
        self.factors()
            .iter()
            .find(|factor| factor.atom == *atom)
            .map_or(0, |factor| factor.power)
    }

    fn divided_by(&self, divisor: &Monomial) -> Monomial {
        if divisor.is_unit() {
            return self.clone();
        }
        let factors = self.factors().iter().filter_map(|factor| {
            let power = factor.power.saturating_sub(divisor.power_of(&factor.atom));
            (power > 0).then(|| Factor {
                atom: factor.atom.clone(),
                power,
            })
        });
        Monomial::from_sorted(factors.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n() -> Expr {
        Expr::measure("n")
    }

    fn m() -> Expr {
        Expr::measure("m")
    }

    fn plus(expr: &Expr, number: i64) -> Expr {
        expr + &Expr::from(number)
    }

    fn times(expr: &Expr, number: i64) -> Expr {
        expr.scale(&Rational::from(number))
    }

    #[test]
    fn dominated_arms_are_left_out() {
        assert_eq!(
            plus(&times(&n(), 2), 5).maximum(&plus(&n(), 3)),
            plus(&times(&n(), 2), 5)
        );
        assert_eq!(n().maximum(&Expr::ZERO), n());
        assert_eq!(n().minimum(&Expr::ZERO), Expr::ZERO);
        assert_eq!(n().pow(2).maximum(&n()), n().pow(2));
    }

    #[test]
    fn incomparable_arms_stay() {
        assert_eq!(n().maximum(&m()).to_string(), "max(m, n)");
        assert_eq!(n().minimum(&m()).to_string(), "min(m, n)");
    }

    #[test]
    fn what_arms_share_stands_outside() {
        let max = plus(&times(&n(), 2), 5).maximum(&plus(&times(&m(), 2), 5));
        assert_eq!(max.to_string(), "2·max(m, n) + 5");
        let k = Expr::measure("k");
        assert_eq!((&n() * &k).maximum(&(&m() * &k)).to_string(), "k·max(m, n)");
        assert_eq!(
            plus(&n(), -1).maximum(&Expr::ZERO).to_string(),
            "max(n, 1) - 1"
        );
    }

    #[test]
    fn nested_maxima_are_flat_even_where_they_are_subtracted() {
        let floor = m().maximum(&Expr::one());
        let rest = (&n() - &floor).maximum(&Expr::ZERO);
        assert_eq!(rest.to_string(), "max(m, n, 1) - max(m, 1)");
    }

    #[test]
    fn maxima_are_associative() {
        let k = Expr::measure("k");
        assert_eq!(n().maximum(&m()).maximum(&k), n().maximum(&m().maximum(&k)));
        let left = plus(&n().maximum(&m()), 1).maximum(&k);
        assert_eq!(left, plus(&n(), 1).maximum(&k.maximum(&plus(&m(), 1))));
    }

    #[test]
    fn a_bounded_maximum_has_few_arms_and_is_above_all() {
        let symbols: Vec<Expr> = ["a", "b", "c", "d", "e"].map(Expr::measure).into();
        let sum = |at: usize| &symbols[at].scale(&Rational::from(2)) + &Expr::from(at as i64);
        let found = (0..4).fold(Expr::ZERO, |most, at| most.bounded_maximum(&sum(at)));
        assert_eq!(found.to_string(), "max(2·a, 2·b + 1, 2·c + 2, 2·d + 3)");
        // Two of five are put together.
        let found = found.bounded_maximum(&sum(4));
        assert_eq!(
            found.to_string(),
            "max(2·a, 2·b + 2·c + 2, 2·d + 3, 2·e + 4)"
        );
        // What one arm has more of is no other arm.
        let more = &sum(0) + &symbols[0];
        assert_eq!(sum(0).bounded_maximum(&more), more);
        // Maxima are not added up with their own arms.
        let both = sum(0).bounded_maximum(&sum(1));
        assert_eq!(both.bounded_maximum(&sum(0)), both);
    }
}
