//! The size limit: smaller formulas that are nowhere below larger ones.

use super::atom::Atom;
use super::bounds::join;
use super::expr::{Expr, Factor, Monomial, Term};
use super::order::rounding_bound;
use super::rational::Rational;

/// Formulas with more terms than this become one term at once.
const MAX_CHARGED: usize = 256;

impl Expr {
    /// A formula with at most about `limit` terms that is nowhere below this one, and whether
    /// it differs. A caller lowers the grade to [`Upper`](super::Grade::Upper) if it does.
    ///
    /// Step by step, and no further than needed:
    ///
    /// 1. Maxima, minima and roundings become sums: of a maximum the greatest coefficients, of
    ///    a minimum the smallest arm, of a rounding its bound. Terms that merge are gained.
    /// 2. A term is charged to one that dominates it, the smallest first: `n² + n` becomes
    ///    `2·n²`, which holds because symbols are non-negative integers. Negative terms are
    ///    dropped.
    /// 3. The terms that are left and have nothing in common become one: with `d` the highest
    ///    degree, `Σ c·m ≤ (Σ c)·max(1, x, y, …)^d`.
    ///
    /// The arms of that last maximum are the symbols of the formula, which no step reduces.
    #[must_use]
    pub fn coarsen(&self, limit: usize) -> (Expr, bool) {
        let limit = limit.max(1);
        if self.has_at_most(limit) {
            return (self.clone(), false);
        }
        let flat = self.without_cases();
        if flat.has_at_most(limit) {
            return (flat, true);
        }
        // Charging compares all terms with each other.
        let charged = match flat.has_at_most(MAX_CHARGED) {
            true => flat.charge_terms(limit),
            false => flat,
        };
        if charged.has_at_most(limit) {
            return (charged, true);
        }
        let joined = charged.join_terms().unwrap_or(charged);
        let lowered = joined != *self;
        (joined, lowered)
    }

    /// Replaces maxima, minima and roundings in all terms by sums above them.
    pub(super) fn without_cases(&self) -> Expr {
        let mut current = self.clone();
        for _ in 0..64 {
            let mut terms = Vec::new();
            let mut changed = false;
            for term in current.terms() {
                match replace_case(term) {
                    Some(bound) => {
                        changed = true;
                        terms.extend_from_slice(bound.terms());
                    }
                    None => terms.push(term.clone()),
                }
            }
            if !changed {
                break;
            }
            current = Expr::from_terms(terms);
        }
        current
    }

    /// Drops negative terms and charges small terms to dominating ones, while there are more
    /// than `limit`.
    pub(super) fn charge_terms(&self, limit: usize) -> Expr {
        let mut terms = self.terms().to_vec();
        let mut at = terms.len();
        while at > 0 && terms.len() > limit {
            at -= 1;
            if !terms[at].monomial.is_nonnegative() {
                continue;
            }
            if terms[at].coefficient.is_negative() {
                terms.remove(at);
                continue;
            }
            let heir = terms.iter().rposition(|other| {
                other.monomial != terms[at].monomial
                    && other.coefficient.is_positive()
                    && other.monomial.is_nonnegative()
                    && other.monomial.dominates(&terms[at].monomial)
            });
            if let Some(heir) = heir {
                terms[heir].coefficient = &terms[heir].coefficient + &terms[at].coefficient;
                terms.remove(at);
            }
        }
        Expr::from_terms(terms)
    }

    /// One term above the whole formula; `None` where an atom may be negative.
    fn join_terms(&self) -> Option<Expr> {
        let mut arms: Vec<Expr> = vec![Expr::one()];
        let mut total = Rational::ZERO;
        let mut degree = 0;
        for Term {
            coefficient,
            monomial,
        } in self.terms()
        {
            if !monomial.is_nonnegative() {
                return None;
            }
            if coefficient.is_negative() {
                continue;
            }
            total = &total + coefficient;
            let powers = monomial.factors().iter().map(|factor| factor.power);
            degree = powers.fold(0u32, u32::saturating_add).max(degree);
            let atoms = monomial
                .factors()
                .iter()
                .map(|factor| Expr::atom(factor.atom.clone()));
            arms.extend(atoms);
        }
        arms.sort_unstable();
        arms.dedup();
        let largest = Expr::max_of(arms);
        // Taken as one factor: a maximum may have more than one term in normal form.
        let [
            Term {
                coefficient,
                monomial,
            },
        ] = largest.terms()
        else {
            return None;
        };
        let factors = monomial.factors().iter().map(|factor| Factor {
            atom: factor.atom.clone(),
            power: factor.power.saturating_mul(degree),
        });
        let power = Monomial::from_sorted(factors.collect());
        let number = &total * &coefficient.pow(degree);
        Some(Expr::from_term(Term {
            coefficient: number,
            monomial: power,
        }))
    }
}

/// A bound of the term in which one maximum, minimum or rounding is replaced.
fn replace_case(term: &Term) -> Option<Expr> {
    let upper = term.coefficient.is_positive();
    for (position, factor) in term.monomial.factors().iter().enumerate() {
        let rest = term.monomial.without(position);
        if !rest.is_nonnegative() {
            continue;
        }
        let bound = match &factor.atom {
            // The power of a maximum is that of one of its arms.
            Atom::Max(arms) if upper && factor.power > 1 => {
                if !arms.iter().all(Expr::is_nonnegative) {
                    continue;
                }
                let powers: Vec<Expr> = arms.iter().map(|arm| arm.pow(factor.power)).collect();
                let rest = Expr::from_term(Term {
                    coefficient: term.coefficient.clone(),
                    monomial: rest,
                });
                return Some(&rest * &Expr::total(&powers));
            }
            Atom::Max(arms) if upper => join(arms),
            Atom::Min(arms) if upper => arms.iter().min_by_key(|arm| arm.term_count())?.clone(),
            Atom::Max(_) | Atom::Min(_) if factor.atom.is_nonnegative() => Expr::ZERO,
            Atom::Floor(_) | Atom::Ceil(_) => match rounding_bound(&factor.atom, upper) {
                Some(bound) => bound,
                None => continue,
            },
            _ => continue,
        };
        let sound = factor.power == 1 || factor.atom.is_nonnegative();
        if !sound || (!upper && !bound.is_nonnegative() && factor.power > 1) {
            continue;
        }
        let rest = Expr::from_term(Term {
            coefficient: term.coefficient.clone(),
            monomial: rest,
        });
        return Some(&rest * &bound.pow(factor.power));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<Expr> {
        names.iter().map(|name| Expr::measure(name)).collect()
    }

    #[test]
    fn small_formulas_stay() {
        let list = &Expr::measure("n") + &Expr::from(56);
        let (same, lowered) = list.coarsen(2);
        assert!(same == list && !lowered);
    }

    #[test]
    fn small_terms_are_charged_to_large_ones() {
        let n = Expr::measure("n");
        let formula = Expr::total(&[n.pow(3), n.pow(2), n, Expr::from(56)]);
        assert_eq!(formula.coarsen(3).0.to_string(), "n³ + 2·n² + 56");
        assert_eq!(formula.coarsen(2).0.to_string(), "3·n³ + 56");
    }

    #[test]
    fn a_maximum_becomes_a_sum() {
        let arms = names(&["a", "b", "c"]);
        let max = Expr::max_of(arms);
        let formula = Expr::total(&[max, Expr::measure("a"), Expr::measure("b")]);
        assert_eq!(formula.coarsen(4).0.to_string(), "2·a + 2·b + c");
    }

    #[test]
    fn terms_without_relation_become_one() {
        let formula = Expr::total(&names(&["a", "b", "c"]));
        let (bound, lowered) = formula.coarsen(2);
        assert!(lowered);
        assert_eq!(bound.to_string(), "3·max(a, b, c, 1)");
    }
}
