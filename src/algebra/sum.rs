//! Sums over ranges of integers.
//!
//! Polynomials have closed forms by Faulhaber's formula with Bernoulli's numbers (see Knuth,
//! "Johann Faulhaber and sums of powers", Math. Comp. 61, 1993), polynomials times powers of a
//! constant by undetermined coefficients (Graham, Knuth, Patashnik, *Concrete Mathematics*,
//! 2nd ed., section 2.6). What is left is bounded from above, which lowers the grade, or kept
//! as a sum.

use std::sync::Arc;

use super::atom::{Atom, BoundedSum};
use super::bounds::{Range, resolve_within};
use super::expr::{Expr, Monomial, Term, split_symbol};
use super::grade::Graded;
use super::rational::Rational;
use super::symbol::Symbol;

/// Sums of higher powers of the index are bounded instead of closed.
const MAX_POWER: u32 = 48;

/// How often what is left of a sum is bounded and tried again.
const MAX_ROUNDS: u32 = 24;

impl BoundedSum {
    /// A name for the index under which the body may be taken out of the sum.
    pub(super) fn open_index(&self) -> Symbol {
        Symbol::fresh(&self.index.level().to_string())
    }
}

impl Expr {
    /// The sum of the formula for `from ≤ index < to`; zero where the range is empty.
    ///
    /// The index counts from zero or above, so `from` must not be negative. Polynomials and
    /// geometric terms in the index are summed exactly, with a symbolic range: the sum of `i`
    /// for `0 ≤ i < n` is `n²/2 - n/2`. Of other terms the result is an upper bound, graded
    /// so; where none is found, the sum is kept, which is exact again.
    #[must_use]
    pub fn sum_over(&self, index: &Symbol, from: &Expr, to: &Expr) -> Graded {
        if self.is_zero() {
            return Graded::exact(Expr::ZERO);
        }
        let end = range_end(from, to);
        if !self.contains(index) {
            return Graded::exact(self * &(&end - from));
        }
        let range = Range::new(index, from, &end);
        let body = resolve_within(self, &range);
        let mut sum = Accumulator {
            exact: true,
            total: Expr::ZERO,
        };
        sum.add(&body, &range, MAX_ROUNDS);
        let Accumulator { exact, total } = sum;
        if exact {
            Graded::exact(total)
        } else {
            Graded::upper(total)
        }
    }

    /// The sum of the formula for `from ≤ index < to`, always exact: what has no closed form
    /// is kept as it is.
    #[must_use]
    pub fn sum_kept(&self, index: &Symbol, from: &Expr, to: &Expr) -> Expr {
        if self.is_zero() || from == to {
            return Expr::ZERO;
        }
        let end = range_end(from, to);
        if !self.contains(index) {
            return self * &(&end - from);
        }
        let body = resolve_within(self, &Range::new(index, from, &end));
        let mut total = Expr::ZERO;
        let mut rest = Vec::new();
        for term in body.terms() {
            match closed_form(term, index, from, &end) {
                Some(closed) => total = &total + &closed,
                None => rest.push(term.clone()),
            }
        }
        &total + &keep(&Expr::from_terms(rest), index, from, &end)
    }
}

/// The end of a range that is not before its beginning and a whole number of steps from it.
fn range_end(from: &Expr, to: &Expr) -> Expr {
    let length = to - from;
    if length.is_nonnegative() && length.is_integer_valued() {
        return to.clone();
    }
    let whole = length.ceil();
    if whole.is_nonnegative() {
        return from + &whole;
    }
    from + &whole.maximum(&Expr::ZERO)
}

/// A sum atom with the index numbered by nesting. Common factors without the index stand
/// outside, one sum for each term, so that sums add.
fn keep(body: &Expr, index: &Symbol, from: &Expr, to: &Expr) -> Expr {
    let mut total = Expr::ZERO;
    for term in body.terms() {
        let (inside, outside): (Vec<_>, Vec<_>) = term
            .monomial
            .factors()
            .iter()
            .cloned()
            .partition(|factor| factor.atom.contains(index));
        let inside = Expr::from_term(Term {
            coefficient: Rational::ONE,
            monomial: Monomial::from_sorted(inside),
        });
        let outside = Expr::from_term(Term {
            coefficient: term.coefficient.clone(),
            monomial: Monomial::from_sorted(outside),
        });
        let bound = Symbol::bound(inside.sum_level().saturating_add(1));
        let body = inside.replace(index, &Expr::symbol(&bound));
        let (from, to) = (from.clone(), to.clone());
        let sum = BoundedSum {
            index: bound,
            from,
            to,
            body,
        };
        total = &total + &(&outside * &Expr::atom(Atom::Sum(Arc::new(sum))));
    }
    total
}

struct Accumulator {
    exact: bool,
    total: Expr,
}

impl Accumulator {
    fn add(&mut self, body: &Expr, range: &Range, rounds: u32) {
        let mut rest = Vec::new();
        for term in body.terms() {
            match closed_form(term, range.index, range.from, range.end) {
                Some(closed) => self.total = &self.total + &closed,
                None => rest.push(term.clone()),
            }
        }
        for term in rest {
            match range.relax_term(&term).filter(|_| rounds > 0) {
                Some(bound) => {
                    self.exact = false;
                    self.add(&bound, range, rounds - 1);
                }
                None => {
                    let body = Expr::from_term(term);
                    let kept = keep(&body, range.index, range.from, range.end);
                    self.total = &self.total + &kept;
                }
            }
        }
    }
}

/// The exact sum of a term, where it is a polynomial or a polynomial times a constant to the
/// index.
fn closed_form(term: &Term, index: &Symbol, from: &Expr, end: &Expr) -> Option<Expr> {
    if let Some((power, rest)) = split_symbol(&term.monomial, index) {
        let outside = Expr::from_term(Term {
            coefficient: term.coefficient.clone(),
            monomial: rest,
        });
        if power > MAX_POWER {
            return None;
        }
        return Some(&outside * &(&power_sum(power, end) - &power_sum(power, from)));
    }
    geometric(term, index, from, end)
}

/// The sum of `i^power` for `0 ≤ i < n`, by Faulhaber's formula.
fn power_sum(power: u32, n: &Expr) -> Expr {
    let next = i64::from(power) + 1;
    let mut sum = Expr::ZERO;
    let mut powers = n.clone();
    let numbers = bernoulli(power);
    let scale = Rational::new(1, next).unwrap_or(Rational::ONE);
    // Ascending powers n^1 … n^(power + 1), with B(power) … B(0).
    for (exponent, number) in (1..=next).zip(numbers.iter().rev()) {
        let coefficient = &(&binomial(next, exponent) * number) * &scale;
        sum = &sum + &powers.scale(&coefficient);
        if exponent < next {
            powers = &powers * n;
        }
    }
    sum
}

/// Bernoulli's numbers `B(0) … B(last)`, with `B(1) = -1/2`.
fn bernoulli(last: u32) -> Vec<Rational> {
    let mut numbers: Vec<Rational> = Vec::new();
    for m in 0..=i64::from(last) {
        if m == 0 {
            numbers.push(Rational::ONE);
            continue;
        }
        let sum = (0..m)
            .zip(&numbers)
            .fold(Rational::ZERO, |sum, (k, number)| {
                &sum + &(&binomial(m + 1, k) * number)
            });
        let scale = Rational::new(-1, m + 1).unwrap_or(Rational::ONE);
        numbers.push(&sum * &scale);
    }
    numbers
}

fn binomial(n: i64, k: i64) -> Rational {
    (0..k).fold(Rational::ONE, |product, step| {
        let factor = Rational::new(n - step, step + 1).unwrap_or(Rational::ONE);
        &product * &factor
    })
}

/// A term `outside · index^power · Π b^(α·index + β)`.
struct Geometric {
    outside: Expr,
    power: u32,
    /// The product of the powers.
    exponentials: Expr,
    /// `Π b^α`; of the golden ratio nothing.
    ratio: Rational,
    /// The exponents `α` of the golden ratio.
    golden: Vec<i64>,
}

impl Geometric {
    fn of(term: &Term, index: &Symbol) -> Option<Self> {
        let (mut power, mut ratio) = (0, Rational::ONE);
        let mut golden = Vec::new();
        let (mut outside, mut exponentials) = (Vec::new(), Vec::new());
        for factor in term.monomial.factors() {
            match &factor.atom {
                Atom::Symbol(symbol) if symbol == index => power = factor.power,
                Atom::Power(inner) if inner.exponent.contains(index) => {
                    let coefficients = inner.exponent.coefficients_in(index)?;
                    let [_, slope] = coefficients.as_slice() else {
                        return None;
                    };
                    let slope = slope.as_constant()?.to_i64()?;
                    match inner.base.number() {
                        None => golden.push(slope),
                        Some(base) => ratio = &ratio * &step_ratio(&base, slope)?,
                    }
                    exponentials.push(factor.clone());
                }
                atom if atom.contains(index) => return None,
                _ => outside.push(factor.clone()),
            }
        }
        let product = |coefficient: &Rational, factors| {
            let monomial = Monomial::from_sorted(factors);
            Expr::from_term(Term {
                coefficient: coefficient.clone(),
                monomial,
            })
        };
        Some(Geometric {
            outside: product(&term.coefficient, outside),
            power,
            exponentials: product(&Rational::ONE, exponentials),
            ratio,
            golden,
        })
    }
}

/// `base^slope`, for a slope that is not too large.
fn step_ratio(base: &Rational, slope: i64) -> Option<Rational> {
    let size = u32::try_from(slope.unsigned_abs())
        .ok()
        .filter(|size| *size <= 64)?;
    let step = base.pow(size);
    if slope < 0 { step.recip() } else { Some(step) }
}

/// The sum of a term that is a polynomial times constants to the index.
fn geometric(term: &Term, index: &Symbol, from: &Expr, end: &Expr) -> Option<Expr> {
    let Geometric {
        outside,
        power,
        exponentials,
        ratio,
        golden,
    } = Geometric::of(term, index)?;
    let at = |value: &Expr| exponentials.replace(index, value);
    match golden.as_slice() {
        [] if power <= MAX_POWER && !ratio.is_one() => {
            let polynomial = antidifference(power, &ratio)?;
            let value = |place: &Expr| {
                let sum = polynomial
                    .iter()
                    .rev()
                    .fold(Expr::ZERO, |sum, coefficient| {
                        &(&sum * place) + &Expr::constant(coefficient.clone())
                    });
                &sum * &at(place)
            };
            Some(&outside * &(&value(end) - &value(from)))
        }
        // Σ φ^i for i < n is φ^(n+1) - φ, because φ² = φ + 1.
        [1] if power == 0 && ratio.is_one() => {
            let one = Expr::one();
            Some(&outside * &(&at(&(end + &one)) - &at(&(from + &one))))
        }
        _ => None,
    }
}

/// The coefficients of the polynomial `P` with `q·P(x + 1) - P(x) = x^power`, constant first.
fn antidifference(power: u32, ratio: &Rational) -> Option<Vec<Rational>> {
    let scale = (ratio - &Rational::ONE).recip()?;
    let degree = i64::from(power);
    let mut coefficients: Vec<Rational> = Vec::new(); // of x^degree, x^(degree - 1), …
    for m in (0..=degree).rev() {
        let wanted = if m == degree {
            Rational::ONE
        } else {
            Rational::ZERO
        };
        let higher = coefficients.iter().zip((m + 1..=degree).rev());
        let sum = higher.fold(Rational::ZERO, |sum, (coefficient, j)| {
            &sum + &(&binomial(j, m) * coefficient)
        });
        coefficients.push(&(&wanted - &(ratio * &sum)) * &scale);
    }
    coefficients.reverse();
    Some(coefficients)
}

#[cfg(test)]
mod tests {
    use super::super::grade::Grade;
    use super::*;

    fn n() -> Expr {
        Expr::measure("n")
    }

    fn sum(body: &Expr, from: &Expr, to: &Expr) -> Graded {
        body.sum_over(&Symbol::index("i"), from, to)
    }

    fn i() -> Expr {
        Expr::symbol(&Symbol::index("i"))
    }

    #[test]
    fn polynomials_have_closed_forms() {
        let triangle = sum(&i(), &Expr::ZERO, &n());
        assert_eq!(triangle, Graded::exact(triangle.value.clone()));
        assert_eq!(triangle.value.to_string(), "n²/2 - n/2");
        assert_eq!(
            sum(&i().pow(3), &Expr::ZERO, &n()).value.to_string(),
            "n⁴/4 - n³/2 + n²/4"
        );
        assert_eq!(
            sum(&Expr::from(7), &Expr::ZERO, &n()).value.to_string(),
            "7·n"
        );
    }

    #[test]
    fn triangular_loops_nest() {
        // for i in range(n): for j in range(i + 1, n)
        let j = Symbol::index("j");
        let inner = Expr::one().sum_over(&j, &(&i() + &Expr::one()), &n());
        assert_eq!(inner.grade, Grade::Exact);
        let outer = sum(&inner.value, &Expr::ZERO, &n());
        assert_eq!(outer.grade, Grade::Exact);
        assert_eq!(outer.value.to_string(), "n²/2 - n/2");
    }

    #[test]
    fn empty_ranges_are_guarded() {
        let short = sum(&Expr::one(), &Expr::one(), &n());
        assert_eq!(short.value.to_string(), "max(n, 1) - 1");
    }

    #[test]
    fn geometric_terms_have_closed_forms() {
        assert_eq!(
            sum(&i().exp2(), &Expr::ZERO, &n()).value.to_string(),
            "2^n - 1"
        );
        let weighted = sum(&(&i() * &i().exp2()), &Expr::ZERO, &n());
        assert_eq!(weighted.value.to_string(), "n·2^n - 2·2^n + 2");
        assert_eq!(
            sum(&i().phi_power(), &Expr::ZERO, &n()).value.to_string(),
            "φ^(n + 1) - φ^1"
        );
    }

    #[test]
    fn other_terms_are_bounded_and_graded() {
        let halves = sum(&i().floor_div(&Expr::from(2)), &Expr::ZERO, &n());
        assert_eq!(halves.grade, Grade::Upper);
        assert_eq!(halves.value.to_string(), "n²/4 - n/4");
        let logs = sum(&i().log2(), &Expr::ZERO, &n());
        assert_eq!(logs.grade, Grade::Upper);
        assert_eq!(logs.value.to_string(), "n·log2(n - 1)");
    }

    #[test]
    fn sums_can_be_kept() {
        let kept = i().log2().sum_kept(&Symbol::index("i"), &Expr::ZERO, &n());
        assert_eq!(kept.to_string(), "sum(log2(i), i = 0 .. n - 1)");
        assert_eq!(
            kept,
            i().log2().sum_kept(&Symbol::index("i"), &Expr::ZERO, &n())
        );
    }
}
