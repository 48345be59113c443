//! Numbers for formulas.
//!
//! Arithmetic is exact; only logarithms, the golden ratio and fractional exponents are
//! irrational, and they give an interval that is certain to enclose the value.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::atom::{Atom, Base, BoundedSum};
use super::define::{Application, Definition};
use super::expr::Expr;
use super::rational::Rational;
use super::symbol::Symbol;

/// What each symbol is.
pub type Assignment = BTreeMap<Symbol, Rational>;

/// The most bits that a power may have.
const MAX_BITS: u64 = 1 << 20;

/// How much an evaluation may do: a factor is one, and as many more as the square of the words of the
/// product, for that is what reducing it takes; those of a kept sum count in each iteration.
const MAX_EFFORT: u64 = 1 << 24;

/// An interval that contains the value of a formula.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Enclosure {
    /// Not above the value.
    pub low: Rational,
    /// Not below the value.
    pub high: Rational,
}

/// Why a formula has no number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationError {
    /// A symbol has no value.
    #[error("`{0}` has no value")]
    Unassigned(Symbol),
    /// A divisor is not positive.
    #[error("a divisor is not positive")]
    Divisor,
    /// A power or a kept sum is too large to be computed.
    #[error("the value is too large to compute")]
    TooLarge,
}

type Result<T> = std::result::Result<T, EvaluationError>;

impl Enclosure {
    /// The interval of one number.
    pub fn exact(value: Rational) -> Self {
        Enclosure {
            low: value.clone(),
            high: value,
        }
    }

    /// The number, when the interval has only one.
    pub fn as_exact(&self) -> Option<&Rational> {
        (self.low == self.high).then_some(&self.high)
    }

    fn map(self, monotone: impl Fn(&Rational) -> Rational) -> Self {
        if self.low == self.high {
            return Self::exact(monotone(&self.high));
        }
        Enclosure {
            low: monotone(&self.low),
            high: monotone(&self.high),
        }
    }

    fn add(&self, other: &Self) -> Self {
        Enclosure {
            low: &self.low + &other.low,
            high: &self.high + &other.high,
        }
    }

    fn mul(&self, other: &Self) -> Self {
        if let (Some(a), Some(b)) = (self.as_exact(), other.as_exact()) {
            return Self::exact(a * b);
        }
        let ends = [
            &self.low * &other.low,
            &self.low * &other.high,
            &self.high * &other.low,
            &self.high * &other.high,
        ];
        let low = ends.iter().min().cloned().unwrap_or(Rational::ZERO);
        let high = ends.iter().max().cloned().unwrap_or(Rational::ZERO);
        Enclosure { low, high }
    }

    fn pow(&self, power: u32) -> Self {
        (0..power).fold(Self::exact(Rational::ONE), |product, _| product.mul(self))
    }

    fn pick(self, other: Self, pick: impl Fn(Rational, Rational) -> Rational) -> Self {
        Enclosure {
            low: pick(self.low, other.low),
            high: pick(self.high, other.high),
        }
    }
}

impl Expr {
    /// The value, enclosed by rationals, where the symbols have the values that `at` gives.
    ///
    /// # Errors
    ///
    /// A symbol without a value, a divisor that is not positive, or a number beyond all
    /// bounds; never a wrong number.
    pub fn evaluate(&self, at: &dyn Fn(&Symbol) -> Option<Rational>) -> Result<Enclosure> {
        self.evaluate_within(MAX_EFFORT, at)
    }

    /// The same where so much effort is enough: some million a second.
    ///
    /// # Errors
    ///
    /// As above; and where it is not enough.
    pub fn evaluate_within(
        &self,
        effort: u64,
        at: &dyn Fn(&Symbol) -> Option<Rational>,
    ) -> Result<Enclosure> {
        let evaluator = Evaluator {
            at,
            effort: &Cell::new(effort),
            applied: &RefCell::default(),
        };
        evaluator.expr(self)
    }

    /// The value, or where it is irrational a number just above it; `None` where there is no
    /// number.
    pub fn evaluate_at(&self, assignment: &Assignment) -> Option<Rational> {
        let enclosure = self
            .evaluate(&|symbol| assignment.get(symbol).cloned())
            .ok()?;
        Some(enclosure.high)
    }
}

/// What definitions came to with which arguments.
type Applied = BTreeMap<(*const Definition, Vec<Enclosure>), Enclosure>;

struct Evaluator<'a> {
    at: &'a dyn Fn(&Symbol) -> Option<Rational>,
    /// What may still be done.
    effort: &'a Cell<u64>,
    applied: &'a RefCell<Applied>,
}

impl Evaluator<'_> {
    /// Takes away from what may still be done.
    fn charge(&self, effort: u64) -> Result<()> {
        let left = self.effort.get().checked_sub(effort);
        self.effort.set(left.ok_or(EvaluationError::TooLarge)?);
        Ok(())
    }

    fn expr(&self, expr: &Expr) -> Result<Enclosure> {
        let mut sum = Enclosure::exact(Rational::ZERO);
        for term in expr.terms() {
            let mut product = Enclosure::exact(term.coefficient.clone());
            for factor in term.monomial.factors() {
                let value = self.atom(&factor.atom)?;
                let bits = value.high.bits().max(value.low.bits());
                if bits.saturating_mul(u64::from(factor.power)) > MAX_BITS {
                    return Err(EvaluationError::TooLarge);
                }
                let value = match value.as_exact() {
                    Some(value) => Enclosure::exact(value.pow(factor.power)),
                    None => value.pow(factor.power),
                };
                product = product.mul(&value);
                let words = product.high.bits().max(product.low.bits()) / u64::from(u64::BITS);
                self.charge(words.saturating_mul(words).saturating_add(1))?;
            }
            sum = sum.add(&product);
        }
        Ok(sum)
    }

    fn atom(&self, atom: &Atom) -> Result<Enclosure> {
        match atom {
            Atom::Symbol(symbol) => {
                let value = (self.at)(symbol);
                let value = value.ok_or_else(|| EvaluationError::Unassigned(symbol.clone()))?;
                Ok(Enclosure::exact(value))
            }
            Atom::Max(arms) => self.extremum(arms, std::cmp::max),
            Atom::Min(arms) => self.extremum(arms, std::cmp::min),
            Atom::Floor(quotient) => Ok(self
                .quotient(&quotient.dividend, &quotient.divisor)?
                .map(Rational::floor)),
            Atom::Ceil(quotient) => Ok(self
                .quotient(&quotient.dividend, &quotient.divisor)?
                .map(Rational::ceil)),
            Atom::Log2(of) => {
                let Enclosure { low, high } = self.expr(of)?;
                let upper = log2(&high);
                if low == high {
                    return Ok(upper);
                }
                Ok(Enclosure {
                    low: log2(&low).low,
                    high: upper.high,
                })
            }
            Atom::Power(inner) => {
                let Enclosure { low, high } = self.expr(&inner.exponent)?;
                let upper = power(inner.base, &high)?;
                if low == high {
                    return Ok(upper);
                }
                Ok(Enclosure {
                    low: power(inner.base, &low)?.low,
                    high: upper.high,
                })
            }
            Atom::Sum(sum) => self.sum(sum),
            Atom::Apply(inner) => self.application(inner),
        }
    }

    /// What a definition comes to, once for equal arguments.
    fn application(&self, inner: &Application) -> Result<Enclosure> {
        let values = inner.arguments.iter().map(|argument| self.expr(argument));
        let values: Vec<Enclosure> = values.collect::<Result<_>>()?;
        let definition = &*inner.definition;
        let key = (std::ptr::from_ref(definition), values);
        if let Some(known) = self.applied.borrow().get(&key) {
            return Ok(known.clone());
        }
        let exact = key.1.iter().all(|value| value.as_exact().is_some());
        if !exact && !definition.rises() {
            return Err(EvaluationError::TooLarge);
        }
        let end = |end: fn(&Enclosure) -> &Rational| {
            let at = |symbol: &Symbol| {
                let place = definition.parameters.iter().position(|own| own == symbol);
                place.and_then(|place| key.1.get(place)).map(end).cloned()
            };
            let inside = Evaluator { at: &at, ..*self };
            inside.expr(&definition.body)
        };
        let mut value = end(|value| &value.high)?;
        if !exact {
            value.low = end(|value| &value.low)?.low;
        }
        self.applied.borrow_mut().insert(key, value.clone());
        Ok(value)
    }

    fn extremum(
        &self,
        arms: &[Expr],
        pick: fn(Rational, Rational) -> Rational,
    ) -> Result<Enclosure> {
        let mut values = arms.iter().map(|arm| self.expr(arm));
        let first = values
            .next()
            .unwrap_or(Ok(Enclosure::exact(Rational::ZERO)))?;
        values.try_fold(first, |best, value| Ok(best.pick(value?, pick)))
    }

    fn quotient(&self, dividend: &Expr, divisor: &Expr) -> Result<Enclosure> {
        let dividend = self.expr(dividend)?;
        let divisor = self.expr(divisor)?;
        if !divisor.low.is_positive() {
            return Err(EvaluationError::Divisor);
        }
        match (divisor.high.recip(), divisor.low.recip()) {
            (Some(low), Some(high)) => Ok(dividend.mul(&Enclosure { low, high })),
            _ => Err(EvaluationError::Divisor),
        }
    }

    fn sum(&self, sum: &BoundedSum) -> Result<Enclosure> {
        let from = self.expr(&sum.from)?;
        let to = self.expr(&sum.to)?;
        let (Some(from), Some(to)) = (from.as_exact(), to.as_exact()) else {
            return Err(EvaluationError::TooLarge);
        };
        let mut total = Enclosure::exact(Rational::ZERO);
        let mut index = from.clone();
        while index < *to {
            self.charge(1)?;
            let at = |symbol: &Symbol| {
                if *symbol == sum.index {
                    Some(index.clone())
                } else {
                    (self.at)(symbol)
                }
            };
            let body = Evaluator { at: &at, ..*self }.expr(&sum.body)?;
            total = total.add(&body);
            index = &index + &Rational::ONE;
        }
        Ok(total)
    }
}

/// A margin far above the error of a float operation near one and far below all else.
fn margin() -> Rational {
    Rational::new(1, 1 << 40).unwrap_or(Rational::ONE)
}

/// The binary logarithm of `max(1, value)`. The interval never reaches an integer that the
/// value does not.
fn log2(value: &Rational) -> Enclosure {
    if *value <= Rational::ONE {
        return Enclosure::exact(Rational::ZERO);
    }
    let bits = value.floor().bits().saturating_sub(1);
    let whole = Rational::from(i64::try_from(bits).unwrap_or(i64::MAX));
    // value = 2^whole · fraction with 1 ≤ fraction < 2
    let Some(scale) = u32::try_from(bits)
        .ok()
        .and_then(|b| Rational::from(2).pow(b).recip())
    else {
        return Enclosure {
            low: whole.clone(),
            high: &whole + &Rational::ONE,
        };
    };
    let fraction = value * &scale;
    if fraction.is_one() {
        return Enclosure::exact(whole);
    }
    let tiny = margin();
    let log = Rational::from_f64(fraction.to_f64().log2()).unwrap_or(Rational::ZERO);
    let low = (&log - &tiny).max(Rational::ZERO);
    let low = if low.is_zero() {
        Rational::from_f64(f64::MIN_POSITIVE).unwrap_or(low)
    } else {
        low
    };
    let high = (&log + &tiny).min(&Rational::ONE - &Rational::new(1, i64::MAX).unwrap_or(tiny));
    Enclosure {
        low: &whole + &low,
        high: &whole + &high,
    }
}

/// A base to a rational exponent.
fn power(base: Base, exponent: &Rational) -> Result<Enclosure> {
    let whole = exponent.floor();
    let fraction = exponent - &whole;
    let size = whole.to_i64().ok_or(EvaluationError::TooLarge)?;
    let steps = u32::try_from(size.unsigned_abs()).map_err(|_| EvaluationError::TooLarge)?;
    let magnitude = match base.number() {
        Some(number) => {
            if number.bits().saturating_mul(u64::from(steps)) > MAX_BITS {
                return Err(EvaluationError::TooLarge);
            }
            Enclosure::exact(number.pow(steps))
        }
        None => golden_power(steps)?,
    };
    let magnitude = if size < 0 {
        reciprocal(&magnitude)?
    } else {
        magnitude
    };
    if fraction.is_zero() {
        return Ok(magnitude);
    }
    let root = base.to_f64().powf(fraction.to_f64());
    let root = Rational::from_f64(root).ok_or(EvaluationError::TooLarge)?;
    let slack = &root * &margin();
    Ok(magnitude.mul(&Enclosure {
        low: &root - &slack,
        high: &root + &slack,
    }))
}

fn reciprocal(value: &Enclosure) -> Result<Enclosure> {
    match (value.high.recip(), value.low.recip()) {
        (Some(low), Some(high)) if value.low.is_positive() => Ok(Enclosure { low, high }),
        _ => Err(EvaluationError::Divisor),
    }
}

/// `φ^n = F(n)·φ + F(n - 1)`, with `φ` between two quotients of Fibonacci numbers.
fn golden_power(steps: u32) -> Result<Enclosure> {
    if steps == 0 {
        return Ok(Enclosure::exact(Rational::ONE));
    }
    if u64::from(steps) > MAX_BITS >> 4 {
        return Err(EvaluationError::TooLarge);
    }
    let fibonacci = |n: u32| {
        (0..n).fold((Rational::ZERO, Rational::ONE), |(a, b), _| {
            let next = &a + &b;
            (b, next)
        })
    };
    let ((f89, f90), (_, f91)) = (fibonacci(89), fibonacci(90));
    let (Some(one), Some(other)) = (f90.checked_div(&f89), f91.checked_div(&f90)) else {
        return Err(EvaluationError::TooLarge);
    };
    let (low, high) = if one < other {
        (one, other)
    } else {
        (other, one)
    };
    let (before, number) = fibonacci(steps - 1);
    Ok(Enclosure { low, high }.map(|phi| &(&number * phi) + &before))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at(n: i64) -> Assignment {
        Assignment::from([(Symbol::measure("n"), Rational::from(n))])
    }

    fn n() -> Expr {
        Expr::measure("n")
    }

    #[test]
    fn values_are_exact_beyond_machine_words() {
        let value = n().exp2().evaluate_at(&at(100)).unwrap();
        assert_eq!(value.to_string(), "1267650600228229401496703205376");
        assert_eq!(n().exp2().evaluate_at(&at(i64::MAX)), None);
    }

    #[test]
    fn rounded_logarithms_are_exact() {
        for (value, floor, ceil) in [(1, 0, 0), (2, 1, 1), (1023, 9, 10), (1024, 10, 10)] {
            assert_eq!(
                n().log2().floor().evaluate_at(&at(value)),
                Some(Rational::from(floor))
            );
            assert_eq!(
                n().log2().ceil().evaluate_at(&at(value)),
                Some(Rational::from(ceil))
            );
        }
        let huge = i64::MAX; // 2^63 - 1
        assert_eq!(
            n().log2().floor().evaluate_at(&at(huge)),
            Some(Rational::from(62))
        );
    }

    #[test]
    fn irrational_values_are_enclosed() {
        let phi = n()
            .phi_power()
            .evaluate(&|_| Some(Rational::from(10)))
            .unwrap();
        assert!(phi.low < phi.high);
        assert!((phi.high.to_f64() - 122.991_869_381).abs() < 1e-6);
        let root = n().scale(&Rational::new(1, 2).unwrap()).exp2();
        assert!((root.evaluate_at(&at(3)).unwrap().to_f64() - 8f64.sqrt()).abs() < 1e-9);
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = n().evaluate(&|_| None).unwrap_err();
        assert_eq!(error.to_string(), "`n` has no value");
        let quotient = Expr::one().floor_div(&n());
        assert_eq!(quotient.evaluate_at(&at(0)), None);
    }

    #[test]
    fn an_evaluation_that_takes_too_long_is_given_up() {
        let i = Symbol::index("i");
        let body = Expr::symbol(&i).log2();
        let sum = body.sum_over(&i, &Expr::ZERO, &n()).value;
        let many = sum.evaluate_within(1 << 10, &|_| Some(Rational::from(1 << 30)));
        let powers = n()
            .exp2()
            .pow(1000)
            .evaluate_within(1 << 10, &|_| Some(Rational::from(1000)));
        assert_eq!(powers.unwrap_err(), EvaluationError::TooLarge);
        assert!(many.is_err() || !sum.to_string().contains("sum("), "{sum}");
    }
}
