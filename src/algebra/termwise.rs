//! Cheap comparisons and bounds of large formulas, term by term and without any search.

use std::cmp::Ordering;

use super::expr::{Expr, Term};
use super::rational::Rational;

impl Expr {
    /// Whether the formula has nowhere less, by its terms alone: `true` means proven.
    ///
    /// Linear in the number of terms, where [`Expr::dominates`] searches for a proof.
    #[must_use]
    pub fn covers(&self, other: &Expr) -> bool {
        let (mut own, mut theirs) = (self.terms().iter().peekable(), other.terms().iter());
        // Most pairs differ in an early term, so the difference is not built.
        let gains = |term: &Term| term.coefficient.is_positive() && term.monomial.is_nonnegative();
        let mut lost = theirs.next();
        while let Some(their) = lost {
            let order = own.peek().map(|term| term.monomial.cmp(&their.monomial));
            let Some(term) = own.next_if(|_| order.is_some_and(|order| order.is_le())) else {
                if !their.coefficient.is_negative() || !their.monomial.is_nonnegative() {
                    return false;
                }
                lost = theirs.next();
                continue;
            };
            if order == Some(Ordering::Less) {
                if !gains(term) {
                    return false;
                }
                continue;
            }
            match term.coefficient.cmp(&their.coefficient) {
                Ordering::Less => return false,
                Ordering::Greater if !term.monomial.is_nonnegative() => return false,
                _ => lost = theirs.next(),
            }
        }
        own.all(gains)
    }

    /// For each monomial the greater coefficient: nowhere below either formula, and above both
    /// where each has terms that the other has not. `None` where a monomial may be negative.
    #[must_use]
    pub fn termwise_maximum(&self, other: &Expr) -> Option<Expr> {
        let own = self.terms().iter().map(|term| (term, other));
        let theirs = other.terms().iter().map(|term| (term, self));
        let mut terms: Vec<Term> = Vec::with_capacity(self.terms().len() + other.terms().len());
        for (term, counterpart) in own.chain(theirs) {
            if !term.monomial.is_nonnegative() {
                return None;
            }
            let coefficient = counterpart.coefficient_of(&term.monomial);
            let common = coefficient == Rational::ZERO;
            if common || coefficient <= term.coefficient {
                let coefficient = term.coefficient.clone().max(coefficient);
                let monomial = term.monomial.clone();
                terms.push(Term {
                    coefficient,
                    monomial,
                });
            }
        }
        terms.sort_by(|a, b| a.monomial.cmp(&b.monomial));
        terms.dedup_by(|next, kept| next.monomial == kept.monomial);
        Some(Expr::from_terms(terms))
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
