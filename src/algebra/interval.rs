//! Enclosures by floats: what a formula roughly is, at a fraction of what exact numbers take.
//!
//! Every operation rounds outwards, unless the float is the result itself. So the value lies inside, and
//! numbers that fit a float stay points.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::atom::{Atom, Base, BoundedSum, Power, Quotient};
use super::define::{Application, Definition};
use super::expr::Expr;
use super::symbol::Symbol;

/// The factors that an evaluation looks at; those of a kept sum count in each iteration.
const MAX_EFFORT: u32 = 1 << 12;

/// Above the relative error of logarithms and powers by far.
const SLACK: f64 = 1e-12;

/// Powers are computed by multiplication up to this exponent.
const MAX_POWER: u32 = 1024;

/// The bits of a float's mantissa.
const MANTISSA: u32 = f64::MANTISSA_DIGITS;

/// Floats between which a value lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Interval {
    pub(super) low: f64,
    pub(super) high: f64,
}

/// Why there is no interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// Nothing is known of the formula there.
    Undefined,
    /// Floats do not tell.
    Unclear,
}

type Result = std::result::Result<Interval, Failure>;

/// A sum or product of numbers whose bits fit a float is exact.
fn significant(value: f64) -> u32 {
    let mantissa = value.to_bits() & ((1 << (MANTISSA - 1)) - 1);
    MANTISSA.saturating_sub((mantissa | 1 << (MANTISSA - 1)).trailing_zeros())
}

fn sum(a: f64, b: f64) -> Interval {
    let sum = a + b;
    let rounded = sum - a;
    match (a - (sum - rounded)) + (b - rounded) {
        0.0 => Interval::point(sum),
        _ => Interval::around(sum),
    }
}

fn product(a: f64, b: f64) -> Interval {
    let product = a * b;
    match significant(a) + significant(b) <= MANTISSA {
        true => Interval::point(product),
        false => Interval::around(product),
    }
}

fn quotient(a: f64, b: f64) -> Interval {
    let quotient = a / b;
    let fits = significant(quotient) + significant(b) <= MANTISSA;
    match fits && quotient * b == a {
        true => Interval::point(quotient),
        false => Interval::around(quotient),
    }
}

impl Interval {
    fn point(value: f64) -> Self {
        Self {
            low: value,
            high: value,
        }
    }

    fn around(value: f64) -> Self {
        Self {
            low: value.next_down(),
            high: value.next_up(),
        }
    }

    fn of(value: i64) -> Self {
        match value.unsigned_abs() <= 1 << MANTISSA {
            true => Self::point(value as f64),
            false => Self::around(value as f64),
        }
    }

    fn is_point(self) -> bool {
        self.low == self.high
    }

    /// The number inside; of infinite ones nothing is known.
    fn checked(self) -> Result {
        match self.low.is_finite() && self.high.is_finite() {
            true => Ok(self),
            false => Err(Failure::Unclear),
        }
    }

    fn add(self, other: Self) -> Self {
        let low = sum(self.low, other.low);
        if self.is_point() && other.is_point() {
            return low;
        }
        Self {
            low: low.low,
            high: sum(self.high, other.high).high,
        }
    }

    /// All ends with all ends.
    fn ends(self, other: Self, by: fn(f64, f64) -> Self) -> Self {
        if self.is_point() && other.is_point() {
            return by(self.low, other.low);
        }
        let pairs = [
            by(self.low, other.low),
            by(self.low, other.high),
            by(self.high, other.low),
            by(self.high, other.high),
        ];
        pairs[1..].iter().fold(pairs[0], |all, end| Self {
            low: all.low.min(end.low),
            high: all.high.max(end.high),
        })
    }

    fn pow(self, power: u32) -> Self {
        let one = Self::point(1.0);
        (0..power).fold(one, |all, _| all.ends(self, product))
    }

    fn map(self, by: fn(f64) -> f64) -> Self {
        Self {
            low: by(self.low),
            high: by(self.high),
        }
    }
}

/// The binary logarithm of `max(1, value)`; it reaches no integer that the value does not.
fn log2(value: f64) -> Interval {
    if value <= 1.0 {
        return Interval::point(0.0);
    }
    // What the float is written with, unlike its logarithm, is not rounded.
    let whole = (value.to_bits() >> (MANTISSA - 1)) as f64 - f64::from(f64::MAX_EXP - 1);
    if significant(value) == 1 {
        return Interval::point(whole);
    }
    let log = value.log2();
    Interval {
        low: (log * (1.0 - SLACK)).max(whole),
        high: (log * (1.0 + SLACK)).min((whole + 1.0).next_down()),
    }
}

/// A base to an exponent.
fn power(base: Base, exponent: f64) -> Result {
    let whole = exponent.fract() == 0.0 && exponent.abs() <= f64::from(MAX_POWER);
    if let (true, Base::Number(number)) = (whole && exponent >= 0.0, base) {
        let base = Interval::of(i64::try_from(number).map_err(|_| Failure::Unclear)?);
        return base.pow(exponent as u32).checked();
    }
    let value = base.to_f64().powf(exponent);
    let slack = SLACK * (1.0 + exponent.abs());
    Interval {
        low: value * (1.0 - slack),
        high: value * (1.0 + slack),
    }
    .checked()
}

impl Expr {
    /// A number that is not below the formula where every symbol has the same value, and hardly above; infinite
    /// where floats do not tell or it takes more than that many steps.
    #[must_use]
    pub fn roughly(&self, at: f64, effort: u32) -> f64 {
        let at = |_: &Symbol| Some(at);
        let applied = RefCell::default();
        let mut evaluator = Evaluator {
            effort,
            applied: Some(&applied),
            ..Evaluator::new(&at)
        };
        let found = evaluator.expr(self);
        found.map_or(f64::INFINITY, |found| found.high)
    }
}

/// What definitions came to at which arguments, which are points.
type Applied = BTreeMap<(*const Definition, Vec<u64>), Interval>;

/// The evaluation of a formula.
pub(super) struct Evaluator<'a> {
    at: &'a dyn Fn(&Symbol) -> Option<f64>,
    /// The indices of the sums around the present formula.
    bound: Vec<(&'a Symbol, f64)>,
    effort: u32,
    /// Where there is none, floats do not tell of definitions.
    applied: Option<&'a RefCell<Applied>>,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(at: &'a dyn Fn(&Symbol) -> Option<f64>) -> Self {
        Self {
            at,
            bound: Vec::new(),
            effort: MAX_EFFORT,
            applied: None,
        }
    }

    fn charge(&mut self) -> std::result::Result<(), Failure> {
        self.effort = self.effort.checked_sub(1).ok_or(Failure::Undefined)?;
        Ok(())
    }

    pub(super) fn expr(&mut self, expr: &'a Expr) -> Result {
        let mut sum = Interval::point(0.0);
        for term in expr.terms() {
            let (numerator, denominator) = term.coefficient.words().ok_or(Failure::Unclear)?;
            let mut value = Interval::of(numerator);
            for factor in term.monomial.factors() {
                self.charge()?;
                if factor.power > MAX_POWER {
                    return Err(Failure::Unclear);
                }
                let factor = self.atom(&factor.atom)?.pow(factor.power);
                value = value.ends(factor, product);
            }
            if denominator != 1 {
                value = value.ends(Interval::of(denominator), quotient);
            }
            sum = sum.add(value);
        }
        sum.checked()
    }

    fn atom(&mut self, atom: &'a Atom) -> Result {
        match atom {
            Atom::Symbol(symbol) => {
                let bound = self.bound.iter().rev().find(|(own, _)| *own == symbol);
                let value = bound.map(|(_, value)| *value).or_else(|| (self.at)(symbol));
                value.map(Interval::point).ok_or(Failure::Undefined)
            }
            Atom::Max(arms) => self.extremum(arms, f64::max),
            Atom::Min(arms) => self.extremum(arms, f64::min),
            Atom::Floor(inner) => Ok(self.quotient(inner)?.map(f64::floor)),
            Atom::Ceil(inner) => Ok(self.quotient(inner)?.map(f64::ceil)),
            Atom::Log2(of) => {
                let of = self.expr(of)?;
                Ok(Interval {
                    low: log2(of.low).low,
                    high: log2(of.high).high,
                })
            }
            Atom::Power(inner) => self.power(inner),
            Atom::Sum(inner) => self.sum(inner),
            Atom::Apply(inner) => self.application(inner),
        }
    }

    /// What a definition comes to, once for equal arguments. Where these are between floats, it is what it
    /// comes to between the ends, of such as rise.
    fn application(&mut self, inner: &'a Application) -> Result {
        let applied = self.applied.ok_or(Failure::Unclear)?;
        let arguments = inner.arguments.iter();
        let values: Vec<Interval> = arguments
            .map(|argument| self.expr(argument))
            .collect::<std::result::Result<_, _>>()?;
        let definition = &*inner.definition;
        let points = values.iter().all(|value| value.is_point());
        if !points && !definition.rises() {
            return Err(Failure::Unclear);
        }
        let mut end = |end: fn(&Interval) -> f64| {
            let ends: Vec<f64> = values.iter().map(end).collect();
            let bits = ends.iter().map(|end| end.to_bits()).collect();
            let key = (std::ptr::from_ref(definition), bits);
            if let Some(known) = applied.borrow().get(&key) {
                return Ok(*known);
            }
            let at = |symbol: &Symbol| {
                let place = definition.parameters.binary_search(symbol).ok()?;
                ends.get(place).copied()
            };
            let mut inside = Evaluator {
                at: &at,
                bound: Vec::new(),
                effort: self.effort,
                applied: Some(applied),
            };
            let value = inside.expr(&definition.body);
            self.effort = inside.effort;
            applied.borrow_mut().insert(key, value?);
            value
        };
        let high = end(|value| value.high)?;
        match points {
            true => Ok(high),
            false => Ok(Interval {
                low: end(|value| value.low)?.low,
                high: high.high,
            }),
        }
    }

    fn extremum(&mut self, arms: &'a [Expr], pick: fn(f64, f64) -> f64) -> Result {
        let mut best: Option<Interval> = None;
        for arm in arms {
            let value = self.expr(arm)?;
            best = Some(best.map_or(value, |best| Interval {
                low: pick(best.low, value.low),
                high: pick(best.high, value.high),
            }));
        }
        best.ok_or(Failure::Undefined)
    }

    fn quotient(&mut self, inner: &'a Quotient) -> Result {
        let dividend = self.expr(&inner.dividend)?;
        let divisor = self.expr(&inner.divisor)?;
        match divisor.low > 0.0 {
            true => dividend.ends(divisor, quotient).checked(),
            false => Err(Failure::Undefined),
        }
    }

    fn power(&mut self, inner: &'a Power) -> Result {
        let exponent = self.expr(&inner.exponent)?;
        Ok(Interval {
            low: power(inner.base, exponent.low)?.low,
            high: power(inner.base, exponent.high)?.high,
        })
    }

    fn sum(&mut self, inner: &'a BoundedSum) -> Result {
        let (from, to) = (self.expr(&inner.from)?, self.expr(&inner.to)?);
        if !from.is_point() || !to.is_point() {
            return Err(Failure::Unclear);
        }
        let mut total = Interval::point(0.0);
        let mut index = from.low;
        while index < to.low {
            self.charge()?;
            self.bound.push((&inner.index, index));
            let body = self.expr(&inner.body);
            self.bound.pop();
            total = total.add(body?);
            index += 1.0;
        }
        total.checked()
    }
}

#[cfg(test)]
mod tests {
    use super::super::rational::Rational;
    use super::*;

    fn enclosed(expr: &Expr, n: f64) -> Interval {
        let at = |_: &Symbol| Some(n);
        let found = Evaluator::new(&at).expr(expr);
        found.unwrap_or(Interval {
            low: f64::NAN,
            high: f64::NAN,
        })
    }

    #[test]
    fn numbers_that_fit_a_float_are_points() {
        let n = Expr::measure("n");
        let half = Rational::new(1, 2).unwrap_or(Rational::ONE);
        let formula = &n.pow(2).scale(&half) - &n;
        assert_eq!(enclosed(&formula, 7.0), Interval::point(17.5));
        assert_eq!(enclosed(&n.log2(), 64.0), Interval::point(6.0));
        assert_eq!(enclosed(&n.exp2(), 40.0), Interval::point(40f64.exp2()));
        assert_eq!(
            enclosed(&n.floor_div(&Expr::from(3)), 9.0),
            Interval::point(3.0)
        );
    }

    #[test]
    fn other_numbers_lie_between_floats() {
        let n = Expr::measure("n");
        let third = Rational::new(1, 3).unwrap_or(Rational::ONE);
        assert_eq!(enclosed(&n.scale(&third), 9.0), Interval::point(3.0));
        let found = enclosed(&n.scale(&third), 2.0);
        assert!(found.low < found.high && found.high - found.low < 1e-15);
        let log = enclosed(&n.log2(), 3.0);
        assert!(log.low <= 3f64.log2() && 3f64.log2() <= log.high);
    }
}
