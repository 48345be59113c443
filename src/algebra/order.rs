//! Sign and dominance: which formulas are never below others.
//!
//! Everything here is a proof search on non-negative integers that may fail: `true` means
//! proven, `false` means nothing.

use std::cell::LazyCell;
use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};
use std::sync::Arc;

use super::atom::{Atom, Base, Quotient};
use super::expr::{Expr, Factor, Monomial, Term};
use super::interval::{Evaluator, Failure};
use super::rational::Rational;
use super::symbol::Symbol;

/// How many cases of maxima, minima and roundings a proof may distinguish in sequence.
const MAX_CASES: u32 = 3;

/// How many formulas a proof may look at in all.
const MAX_STEPS: u32 = 48;

impl Expr {
    /// Whether the formula is known not to be negative anywhere.
    ///
    /// Each negative term must be outweighed by positive ones: `n² - n` is not negative,
    /// because `n² ≥ n` on non-negative integers; of `n - 1` it is not known. Where that does
    /// not decide, maxima and minima are split into cases and roundings replaced by bounds.
    pub fn is_nonnegative(&self) -> bool {
        nonnegative(self, &mut Known::default())
    }

    /// Whether the formula is known to be nowhere below the other one.
    pub fn dominates(&self, other: &Expr) -> bool {
        self == other || (self - other).is_nonnegative()
    }

    /// Whether the formula is known not to be negative for every `index` with
    /// `from ≤ index ≤ last`.
    pub(super) fn is_nonnegative_within(&self, index: &Symbol, from: &Expr, last: &Expr) -> bool {
        if self.is_nonnegative() {
            return true;
        }
        if !self.contains(index) {
            return false;
        }
        // index = from + t, or index = last - t, for a fresh t ≥ 0
        let offset = Expr::symbol(&Symbol::fresh("offset"));
        let upwards = from + &offset;
        let downwards = last - &offset;
        self.replace(index, &upwards).is_nonnegative()
            || self.replace(index, &downwards).is_nonnegative()
    }
}

/// The atoms of which it was found out before whether they are not negative, by where they are held. Proofs of
/// what stands inside of each other come upon the same ones over and over.
type Known = HashMap<(usize, Discriminant<Atom>), (Atom, bool)>;

fn nonnegative(expr: &Expr, known: &mut Known) -> bool {
    let mut search = Search {
        steps: MAX_STEPS,
        known,
    };
    search.nonnegative(expr, MAX_CASES)
}

/// A search for a proof.
struct Search<'a> {
    /// How many formulas it may still look at.
    steps: u32,
    known: &'a mut Known,
}

impl Search<'_> {
    fn nonnegative(&mut self, expr: &Expr, cases: u32) -> bool {
        let Some(left) = self.steps.checked_sub(1) else {
            return false;
        };
        self.steps = left;
        let terms = expr.terms();
        if terms
            .iter()
            .all(|term| term.coefficient.is_positive() && term.monomial.is_known(self.known))
        {
            return true;
        }
        if expr.as_constant().is_some() {
            return false;
        }
        if outweighed(terms, self.known) {
            return true;
        }
        // What an application comes to is not looked into.
        cases > 0
            && !expr.has_application()
            && !expr.is_refuted()
            && self.nonnegative_by_cases(expr, cases)
    }

    /// Replaces one maximum, minimum or rounding at a time by its arms or by bounds.
    fn nonnegative_by_cases(&mut self, expr: &Expr, cases: u32) -> bool {
        for (at, term) in expr.terms().iter().enumerate() {
            for (position, factor) in term.monomial.factors().iter().enumerate() {
                let upper = term.coefficient.is_negative();
                let case = (expr, at, position);
                let holds = match (&factor.atom, upper) {
                    // The value is one of the arms, so every arm suffices …
                    (Atom::Max(arms), true) | (Atom::Min(arms), false) => {
                        arms.iter().all(|arm| self.holds_with(case, arm, cases))
                    }
                    // … or one, where it bounds the term from the right side.
                    (Atom::Max(arms), false) | (Atom::Min(arms), true) => {
                        self.rest_is_nonnegative(term, position)
                            && (factor.power == 1
                                || arms.iter().all(|arm| nonnegative(arm, self.known)))
                            && arms.iter().any(|arm| self.holds_with(case, arm, cases))
                    }
                    (Atom::Floor(_) | Atom::Ceil(_), _) if factor.power == 1 => {
                        self.rest_is_nonnegative(term, position)
                            && rounding_bound(&factor.atom, upper)
                                .is_some_and(|bound| self.holds_with(case, &bound, cases))
                    }
                    _ => continue,
                };
                if holds {
                    return true;
                }
            }
        }
        false
    }

    /// Whether the formula is not negative with something else in place of a factor.
    fn holds_with(&mut self, case: (&Expr, usize, usize), by: &Expr, cases: u32) -> bool {
        let (expr, at, position) = case;
        self.nonnegative(&swap(expr, at, position, by), cases - 1)
    }

    fn rest_is_nonnegative(&mut self, term: &Term, skip: usize) -> bool {
        let mut factors = term.monomial.factors().iter().enumerate();
        factors.all(|(at, factor)| at == skip || factor.atom.is_known(self.known))
    }
}

/// How much is done to evaluate a formula at a point where it may be negative.
const REFUTING_EFFORT: u64 = 1 << 12;

impl Expr {
    /// Whether the formula is negative at one of a few points, so that no proof is sought.
    fn is_refuted(&self) -> bool {
        // Most are negative where all symbols are alike.
        let symbols = LazyCell::new(|| self.free_symbols().into_iter().collect::<Vec<_>>());
        (0..4u8).any(|point| {
            let at = |symbol: &Symbol| {
                let many = || Some(symbols.iter().position(|own| own == symbol)? % 2 == 0);
                Some(match point {
                    0 => 0,
                    1 => 1,
                    2 if many()? => 40,
                    3 if !many()? => 40,
                    _ => 0,
                })
            };
            match Evaluator::new(&|symbol| at(symbol).map(f64::from)).expr(self) {
                Ok(value) if value.high < 0.0 => true,
                Ok(value) if value.low >= 0.0 => false,
                Err(Failure::Undefined) => false,
                // Floats do not tell.
                _ => {
                    let at =
                        |symbol: &Symbol| at(symbol).map(|at: u8| Rational::from(i64::from(at)));
                    let value = self.evaluate_within(REFUTING_EFFORT, &at);
                    value.is_ok_and(|value| value.high.is_negative())
                }
            }
        })
    }
}

/// Whether every negative term can be charged to positive terms that dominate it.
fn outweighed(terms: &[Term], known: &mut Known) -> bool {
    if !terms.iter().all(|term| term.monomial.is_known(known)) {
        return false;
    }
    let mut credit: Vec<(&Monomial, Rational)> = terms
        .iter()
        .filter(|term| term.coefficient.is_positive())
        .map(|term| (&term.monomial, term.coefficient.clone()))
        .collect();
    if credit.is_empty() {
        return false;
    }
    for term in terms.iter().filter(|term| term.coefficient.is_negative()) {
        let mut debt = term.coefficient.abs();
        for (monomial, credit) in credit.iter_mut().rev() {
            if credit.is_zero() || !monomial.is_above(&term.monomial, known) {
                continue;
            }
            let paid = debt.clone().min(credit.clone());
            debt = &debt - &paid;
            *credit = &*credit - &paid;
            if debt.is_zero() {
                break;
            }
        }
        if !debt.is_zero() {
            return false;
        }
    }
    true
}

/// The formula with one factor of one term replaced, to the same power.
fn swap(expr: &Expr, at: usize, position: usize, by: &Expr) -> Expr {
    let term = &expr.terms()[at];
    let factor = &term.monomial.factors()[position];
    let rest = Expr::from_term(Term {
        coefficient: term.coefficient.clone(),
        monomial: term.monomial.without(position),
    });
    let others = expr
        .terms()
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != at);
    let others = Expr::from_terms(others.map(|(_, term)| term.clone()).collect());
    &others + &(&rest * &by.pow(factor.power))
}

/// A bound of a rounded quotient by a constant, from above or below, without rounding.
pub(super) fn rounding_bound(atom: &Atom, upper: bool) -> Option<Expr> {
    let (quotient, up) = match atom {
        Atom::Floor(quotient) => (quotient, false),
        Atom::Ceil(quotient) => (quotient, true),
        _ => return None,
    };
    let Quotient { dividend, divisor } = &**quotient;
    divisor.as_constant()?;
    // Multiples of u stay within 1 - u of their rounding.
    let integer = dividend
        .terms()
        .iter()
        .all(|term| term.monomial.is_integer_valued());
    let slack = if integer {
        let unit = dividend
            .terms()
            .iter()
            .fold(Rational::ONE, |u, t| u.gcd(&t.coefficient));
        &Rational::ONE - &unit
    } else {
        Rational::ONE
    };
    Some(match (up, upper) {
        (true, true) => dividend + &Expr::constant(slack),
        (false, false) => dividend - &Expr::constant(slack),
        _ => dividend.clone(),
    })
}

impl Monomial {
    pub(super) fn is_nonnegative(&self) -> bool {
        self.is_known(&mut Known::default())
    }

    /// Whether it is known not to be negative.
    fn is_known(&self, known: &mut Known) -> bool {
        let mut factors = self.factors().iter();
        factors.all(|factor| factor.atom.is_known(known))
    }

    /// Whether the monomial is known to be nowhere below the other one. Both must not be
    /// negative.
    pub(super) fn dominates(&self, other: &Self) -> bool {
        self.is_above(other, &mut Known::default())
    }

    fn is_above(&self, other: &Self, known: &mut Known) -> bool {
        if other.is_unit() {
            let mut factors = self.factors().iter();
            return factors.all(|factor| factor.atom.is_at_least_one(known));
        }
        let covered = |wanted: &Factor| {
            self.factors().iter().any(|own| {
                own.atom == wanted.atom
                    && (own.power == wanted.power
                        || own.power > wanted.power && own.atom.is_integer_valued())
            })
        };
        let mut surplus = |own: &Factor| {
            own.atom.is_at_least_one(known)
                || other.factors().iter().any(|wanted| own.atom == wanted.atom)
        };
        if other.factors().iter().all(covered) && self.factors().iter().all(&mut surplus) {
            return true;
        }
        other
            .linearised()
            .is_some_and(|linear| self.is_above(&linear, known))
            || self
                .weakened()
                .is_some_and(|weaker| weaker.is_above(other, known))
    }

    /// A bound from above: one `log2(x)` replaced by the symbol `x`.
    fn linearised(&self) -> Option<Monomial> {
        self.factors()
            .iter()
            .enumerate()
            .find_map(|(position, factor)| {
                let Atom::Log2(of) = &factor.atom else {
                    return None;
                };
                of.as_symbol()?;
                let powers = of.terms().first()?.monomial.clone();
                let rest = self.without(position);
                let product = (0..factor.power).fold(rest, |product, _| product.times(&powers).1);
                Some(product)
            })
    }

    /// A bound from below: one `b^x` replaced by the symbol `x`.
    fn weakened(&self) -> Option<Monomial> {
        self.factors()
            .iter()
            .enumerate()
            .find_map(|(position, factor)| {
                let Atom::Power(power) = &factor.atom else {
                    return None;
                };
                let Base::Number(_) = power.base else {
                    return None;
                };
                power.exponent.as_symbol()?;
                let symbol = power.exponent.terms().first()?.monomial.clone();
                Some(self.without(position).times(&symbol).1)
            })
    }
}

impl Atom {
    /// Whether the atom is known not to be negative anywhere.
    pub(super) fn is_nonnegative(&self) -> bool {
        self.is_known(&mut Known::default())
    }

    fn is_known(&self, known: &mut Known) -> bool {
        match self {
            Atom::Symbol(_) | Atom::Log2(_) | Atom::Power(_) | Atom::Apply(_) => return true,
            Atom::Max(arms) if arms.iter().any(Expr::is_plain) => return true,
            _ => {}
        }
        let key = (self.address(), discriminant(self));
        if let Some((_, found)) = known.get(&key) {
            return *found;
        }
        let found = match self {
            Atom::Max(arms) => arms.iter().any(|arm| nonnegative(arm, known)),
            Atom::Min(arms) => arms.iter().all(|arm| nonnegative(arm, known)),
            Atom::Floor(quotient) | Atom::Ceil(quotient) => nonnegative(&quotient.dividend, known),
            Atom::Sum(sum) => nonnegative(&sum.body, known),
            _ => true,
        };
        // The atom is kept with it, so that no other one comes to stand there.
        known.insert(key, (self.clone(), found));
        found
    }

    /// Where the parts of the atom are held, which copies share.
    fn address(&self) -> usize {
        match self {
            Atom::Symbol(_) => 0,
            Atom::Max(arms) | Atom::Min(arms) => arms.as_ptr().addr(),
            Atom::Floor(quotient) | Atom::Ceil(quotient) => Arc::as_ptr(quotient).addr(),
            Atom::Log2(of) => Arc::as_ptr(of).addr(),
            Atom::Power(power) => Arc::as_ptr(power).addr(),
            Atom::Sum(sum) => Arc::as_ptr(sum).addr(),
            Atom::Apply(inner) => Arc::as_ptr(inner).addr(),
        }
    }

    fn is_at_least_one(&self, known: &mut Known) -> bool {
        let mut above = |expr: &Expr| nonnegative(&(expr - &Expr::one()), known);
        match self {
            Atom::Power(power) => nonnegative(&power.exponent, known),
            Atom::Max(arms) => arms.iter().any(above),
            Atom::Min(arms) => arms.iter().all(&mut above),
            _ => false,
        }
    }
}

impl Expr {
    /// Whether nothing is subtracted and nothing has arms.
    fn is_plain(&self) -> bool {
        let plain = |factor: &Factor| matches!(factor.atom, Atom::Symbol(_) | Atom::Log2(_));
        let mut terms = self.terms().iter();
        terms
            .all(|term| term.coefficient.is_positive() && term.monomial.factors().iter().all(plain))
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

    #[test]
    fn squares_outweigh_their_roots() {
        assert!((&n().pow(2) - &n()).is_nonnegative());
        assert!((&(&n() * &m()).pow(2) - &(&n() * &m())).is_nonnegative());
        assert!(!(&n() - &Expr::one()).is_nonnegative());
        // At n = 0 the product vanishes and m does not.
        assert!(!(&(&n() * &m()) - &m()).is_nonnegative());
    }

    #[test]
    fn a_maximum_is_above_its_arms() {
        let max = n().maximum(&m());
        assert!(max.dominates(&n()));
        assert!((&n() + &m()).dominates(&max));
        assert!(!n().dominates(&max));
        assert!(n().dominates(&n().minimum(&m())));
    }

    #[test]
    fn logarithms_are_below_and_exponentials_above() {
        assert!(n().dominates(&n().log2()));
        assert!(n().pow(2).dominates(&(&n() * &n().log2())));
        assert!(n().exp2().dominates(&n()));
        assert!(n().exp2().dominates(&Expr::one()));
    }

    #[test]
    fn roundings_stay_close() {
        let half = n().floor_div(&Expr::from(2));
        assert!(n().dominates(&half));
        assert!((&(&half.scale(&Rational::from(2)) + &Expr::one()) - &n()).is_nonnegative());
    }

    #[test]
    fn proofs_do_not_start_over_inside_of_each_other() {
        // Each level stands in the next one more than once.
        let mut nested = &n() - &m();
        for level in 1..12 {
            let half = nested.floor_div(&Expr::from(2));
            nested =
                &half.maximum(&(&nested - &Expr::from(level))) - &half.scale(&Rational::from(3));
        }
        assert!(!nested.is_nonnegative());
    }

    #[test]
    fn a_range_adds_what_is_known_of_its_index() {
        let index = Symbol::index("i");
        let last = &n() - &Expr::one();
        let rest = &last - &Expr::symbol(&index);
        assert!(!rest.is_nonnegative());
        assert!(rest.is_nonnegative_within(&index, &Expr::ZERO, &last));
    }
}
