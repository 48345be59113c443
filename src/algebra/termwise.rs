//! Cheap comparisons and bounds of large formulas, term by term and without any search.

use std::cmp::Ordering;

use super::expr::{Expr, Monomial, Term};
use super::rational::Rational;

impl Expr {
    /// Whether the formula has nowhere less, by its terms alone: `true` means proven.
    ///
    /// Linear in the number of terms, where [`Expr::dominates`] searches for a proof.
    #[must_use]
    pub fn covers(&self, other: &Expr) -> bool {
        self.side_by_side(other)
            .all(|(monomial, own, their)| match own.cmp(their) {
                Ordering::Less => false,
                Ordering::Equal => true,
                Ordering::Greater => monomial.is_nonnegative(),
            })
    }

    /// For each monomial the greater coefficient: nowhere below either formula, and above both
    /// where each has terms that the other has not. `None` where a monomial may be negative.
    #[must_use]
    pub fn termwise_maximum(&self, other: &Expr) -> Option<Expr> {
        let mut monomials = self.side_by_side(other);
        if !monomials.all(|(monomial, ..)| monomial.is_nonnegative()) {
            return None;
        }
        let both = self.side_by_side(other);
        let greater = both.map(|(monomial, own, their)| (monomial, own.max(their)));
        Some(Expr::from_sorted_pairs(greater))
    }

    /// The monomials of both formulas, in order, with the coefficients of either; absent ones are zero.
    pub(super) fn side_by_side<'e>(&'e self, other: &'e Expr) -> SideBySide<'e> {
        SideBySide {
            one: self.terms(),
            other: other.terms(),
        }
    }

    /// The sum of monomials in order, by coefficients.
    pub(super) fn from_sorted_pairs<'e>(
        pairs: impl Iterator<Item = (&'e Monomial, &'e Rational)>,
    ) -> Expr {
        let nonzero = pairs.filter(|(_, coefficient)| !coefficient.is_zero());
        let terms = nonzero.map(|(monomial, coefficient)| Term {
            coefficient: coefficient.clone(),
            monomial: monomial.clone(),
        });
        Expr::from_sorted(terms.collect())
    }
}

/// Walks through the terms of two formulas at a time.
pub(super) struct SideBySide<'e> {
    one: &'e [Term],
    other: &'e [Term],
}

impl<'e> Iterator for SideBySide<'e> {
    type Item = (&'e Monomial, &'e Rational, &'e Rational);

    fn next(&mut self) -> Option<Self::Item> {
        let order = match (self.one.first(), self.other.first()) {
            (None, None) => return None,
            (Some(one), Some(other)) => one.monomial.cmp(&other.monomial),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
        };
        let one = if order.is_le() {
            self.one.split_off_first()
        } else {
            None
        };
        let other = if order.is_ge() {
            self.other.split_off_first()
        } else {
            None
        };
        let monomial = &one.or(other)?.monomial;
        let coefficient =
            |term: Option<&'e Term>| term.map_or(&Rational::ZERO, |term| &term.coefficient);
        Some((monomial, coefficient(one), coefficient(other)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_termwise_maximum_is_above_both() {
        let (n, m) = (Expr::measure("n"), Expr::measure("m"));
        let a = &n.scale(&Rational::from(3)) + &Expr::from(5);
        let b = &(&n + &m) - &Expr::from(2);
        let bound = a.termwise_maximum(&b);
        assert_eq!(
            bound.map(|bound| bound.to_string()).as_deref(),
            Some("m + 3·n + 5")
        );
        assert_eq!(a.termwise_maximum(&a), Some(a.clone()));
        let negative = &n - &Expr::from(2);
        assert_eq!(n.termwise_maximum(&negative), Some(n));
    }

    #[test]
    fn covering_is_term_by_term() {
        let n = Expr::measure("n");
        let more = &n.scale(&Rational::from(2)) + &Expr::one();
        assert!(more.covers(&n));
        assert!(!n.covers(&more));
        assert!(!n.pow(2).covers(&n));
    }
}
