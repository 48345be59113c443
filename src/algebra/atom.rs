//! What polynomials are made over: symbols, roundings, logarithms, powers, maxima, sums.

use std::sync::Arc;

use super::define::Application;
use super::expr::{Expr, Factor, Monomial, Term};
use super::rational::Rational;
use super::symbol::Symbol;

/// The indivisible part of a monomial. The constructors of [`Expr`] bring atoms to normal
/// form; a pattern may rely on it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Atom {
    /// A measure, an index or a memory-critical variable.
    Symbol(Symbol),
    /// The greatest of several formulas, none of which is known to dominate another.
    Max(Arc<[Expr]>),
    /// The least of several formulas, none of which is known to dominate another.
    Min(Arc<[Expr]>),
    /// A quotient rounded down.
    Floor(Arc<Quotient>),
    /// A quotient rounded up.
    Ceil(Arc<Quotient>),
    /// The binary logarithm of `max(1, x)`: a real number, not negative.
    Log2(Arc<Expr>),
    /// A constant to a symbolic exponent.
    Power(Arc<Power>),
    /// A sum kept unevaluated.
    Sum(Arc<BoundedSum>),
    /// A formula that has a name, with what its symbols stand for.
    Apply(Arc<Application>),
}

/// A quotient of two formulas. The divisor is taken to be at least one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quotient {
    /// The dividend, whose coefficients may be fractions.
    pub dividend: Expr,
    /// The divisor; one, unless it has symbols.
    pub divisor: Expr,
}

/// A constant to a symbolic exponent.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Power {
    /// The constant.
    pub base: Base,
    /// The exponent.
    pub exponent: Expr,
}

/// The constant of a power.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Base {
    /// A prime number (or an integer too large to take apart); other rational bases are
    /// products of powers of these.
    Number(u64),
    /// The golden ratio: the growth of naive Fibonacci.
    Phi,
}

impl Base {
    /// The number, unless it is irrational.
    pub fn number(self) -> Option<Rational> {
        match self {
            Base::Number(number) => Some(Rational::from(num_bigint::BigInt::from(number))),
            Base::Phi => None,
        }
    }

    /// The nearest float.
    pub fn to_f64(self) -> f64 {
        match self {
            Base::Number(number) => number as f64,
            Base::Phi => f64::midpoint(1.0, 5f64.sqrt()),
        }
    }
}

/// The sum of `body` for `from ≤ index < to`; empty where `to ≤ from`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BoundedSum {
    /// The bound index, numbered by nesting so that equal sums are equal values.
    pub index: Symbol,
    /// The first index.
    pub from: Expr,
    /// The index after the last.
    pub to: Expr,
    /// What is summed.
    pub body: Expr,
}

/// The degree that a symbolic exponent counts as.
const EXPONENTIAL_DEGREE: u32 = 1 << 16;

impl Atom {
    /// The formulas that the atom is made of.
    pub(super) fn parts(&self) -> impl Iterator<Item = &Expr> {
        let (list, rest): (&[Expr], [Option<&Expr>; 3]) = match self {
            Atom::Symbol(_) => (&[], [None; 3]),
            Atom::Max(arms) | Atom::Min(arms) => (arms, [None; 3]),
            Atom::Floor(q) | Atom::Ceil(q) => (&[], [Some(&q.dividend), Some(&q.divisor), None]),
            Atom::Log2(of) => (&[], [Some(of), None, None]),
            Atom::Power(power) => (&[], [Some(&power.exponent), None, None]),
            Atom::Sum(sum) => (&[], [Some(&sum.from), Some(&sum.to), Some(&sum.body)]),
            Atom::Apply(inner) => (&inner.arguments, [None; 3]),
        };
        list.iter().chain(rest.into_iter().flatten())
    }

    /// Whether the symbol occurs free.
    pub fn contains(&self, symbol: &Symbol) -> bool {
        self.any_symbol(&mut |own| own == symbol)
    }

    /// Whether any free symbol satisfies the test; it is asked of none after that.
    pub(super) fn any_symbol(&self, test: &mut dyn FnMut(&Symbol) -> bool) -> bool {
        match self {
            Atom::Symbol(own) => test(own),
            Atom::Sum(sum) => {
                sum.from.any_symbol(test)
                    || sum.to.any_symbol(test)
                    || (sum.body).any_symbol(&mut |symbol| *symbol != sum.index && test(symbol))
            }
            _ => self.parts().any(|part| part.any_symbol(test)),
        }
    }

    pub(super) fn degree(&self) -> u32 {
        let of = |expr: &Expr| {
            expr.terms()
                .first()
                .map_or(0, |term| term.monomial.degree())
        };
        match self {
            Atom::Symbol(_) => 1,
            Atom::Max(arms) | Atom::Min(arms) => arms.iter().map(of).max().unwrap_or(0),
            Atom::Floor(quotient) | Atom::Ceil(quotient) => of(&quotient.dividend),
            Atom::Log2(_) => 0,
            Atom::Power(power) if power.exponent.as_constant().is_some() => 0,
            Atom::Power(_) => EXPONENTIAL_DEGREE,
            Atom::Sum(sum) => of(&sum.body).saturating_add(of(&sum.to)),
            Atom::Apply(inner) => inner.arguments.iter().map(of).max().unwrap_or(0),
        }
    }
}

impl Expr {
    /// The quotient rounded down. The divisor is taken to be at least one.
    #[must_use]
    pub fn floor_div(&self, divisor: &Expr) -> Expr {
        round(self, divisor, Rounding::Down)
    }

    /// The quotient rounded up. The divisor is taken to be at least one.
    #[must_use]
    pub fn ceil_div(&self, divisor: &Expr) -> Expr {
        round(self, divisor, Rounding::Up)
    }

    /// The greatest integer not above the formula.
    #[must_use]
    pub fn floor(&self) -> Expr {
        round(self, &Expr::one(), Rounding::Down)
    }

    /// The least integer not below the formula.
    #[must_use]
    pub fn ceil(&self) -> Expr {
        round(self, &Expr::one(), Rounding::Up)
    }

    /// The binary logarithm of `max(1, self)`: a real number, not negative.
    #[must_use]
    pub fn log2(&self) -> Expr {
        if let Some(value) = self.as_constant() {
            if *value <= Rational::ONE {
                return Expr::ZERO;
            }
            let log = value.bits().saturating_sub(1);
            let exact = u32::try_from(log).ok().filter(|log| *log < 4096);
            if let Some(log) = exact.filter(|log| Rational::from(2).pow(*log) == *value) {
                return Expr::from(i64::from(log));
            }
        }
        if let Some(Atom::Power(power)) = self.as_atom()
            && power.base == Base::Number(2)
            && power.exponent.is_nonnegative()
        {
            return power.exponent.clone();
        }
        if let Some(log) = self.log2_of_power() {
            return log.positive_part();
        }
        Expr::atom(Atom::Log2(Arc::new(self.clone())))
    }

    /// The binary logarithm of a power of two with a coefficient, of which both are positive.
    fn log2_of_power(&self) -> Option<Expr> {
        let [term] = self.terms() else { return None };
        let [factor] = term.monomial.factors() else {
            return None;
        };
        let (Atom::Power(power), 1) = (&factor.atom, factor.power) else {
            return None;
        };
        if power.base != Base::Number(2) || !term.coefficient.is_positive() {
            return None;
        }
        let times = match term.coefficient < Rational::ONE {
            true => -&Expr::constant(term.coefficient.recip()?).log2(),
            false => Expr::constant(term.coefficient.clone()).log2(),
        };
        Some(&power.exponent + &times)
    }

    /// A positive rational constant to a symbolic exponent; `None` for a base that is not
    /// positive or does not fit 64 bits.
    ///
    /// Bases are taken apart into primes and integers taken out of exponents, so that
    /// `2^(n + 1)`, `2·2^n` and `4^n / 2^(n - 1)` are the same value.
    pub fn power(base: &Rational, exponent: &Expr) -> Option<Expr> {
        if !base.is_positive() {
            return None;
        }
        let numerator = u64::try_from(base.numerator()).ok()?;
        let denominator = u64::try_from(base.denominator()).ok()?;
        let mut result = Expr::one();
        for (number, sign) in [(numerator, 1), (denominator, -1)] {
            for (prime, multiplicity) in factorise(number) {
                let exponent = exponent.scale(&Rational::from(sign * multiplicity));
                result = &result * &prime_power(prime, &exponent);
            }
        }
        Some(result)
    }

    /// Two to a symbolic exponent.
    #[must_use]
    pub fn exp2(&self) -> Expr {
        prime_power(2, self)
    }

    /// The golden ratio to a symbolic exponent.
    #[must_use]
    pub fn phi_power(&self) -> Expr {
        base_power(Base::Phi, self)
    }
}

fn prime_power(prime: u64, exponent: &Expr) -> Expr {
    if prime != 2 {
        return base_power(Base::Number(prime), exponent);
    }
    // 2^(k·log2(x) + …) = max(1, x)^k · 2^…
    let mut result = Expr::one();
    let mut rest = Vec::new();
    for term in exponent.terms() {
        let times = term
            .coefficient
            .to_i64()
            .and_then(|times| u32::try_from(times).ok());
        match (term.monomial.factors(), times) {
            (
                [
                    Factor {
                        atom: Atom::Log2(of),
                        power: 1,
                    },
                ],
                Some(times),
            ) if times <= 16 => {
                result = &result * &of.maximum(&Expr::one()).pow(times);
            }
            _ => rest.push(term.clone()),
        }
    }
    &result * &base_power(Base::Number(2), &Expr::from_terms(rest))
}

fn base_power(base: Base, exponent: &Expr) -> Expr {
    let (number, exponent) = normal_exponent(base, exponent);
    if exponent.is_zero() {
        return Expr::constant(number);
    }
    Expr::atom(Atom::Power(Arc::new(Power { base, exponent }))).scale(&number)
}

/// Takes the integer part of an exponent's constant out of it.
fn normal_exponent(base: Base, exponent: &Expr) -> (Rational, Expr) {
    let whole = exponent.constant_part().floor();
    let (Base::Number(number), Some(whole)) = (base, whole.to_i64()) else {
        return (Rational::ONE, exponent.clone());
    };
    let size = u32::try_from(whole.unsigned_abs())
        .ok()
        .filter(|size| *size <= 4096);
    let (true, Some(size)) = (whole != 0, size) else {
        return (Rational::ONE, exponent.clone());
    };
    let factor = Rational::from(num_bigint::BigInt::from(number)).pow(size);
    let factor = if whole < 0 {
        factor.recip().unwrap_or(Rational::ONE)
    } else {
        factor
    };
    (factor, exponent - &Expr::from(whole))
}

/// Merges the powers of a common base among sorted factors, and returns the number that
/// comes out.
pub(super) fn merge_powers(factors: &mut Vec<Factor>) -> Rational {
    let mut number = Rational::ONE;
    let mut sums: Vec<Power> = Vec::new();
    factors.retain(|factor| {
        let Atom::Power(power) = &factor.atom else {
            return true;
        };
        let exponent = power
            .exponent
            .scale(&Rational::from(i64::from(factor.power)));
        match sums.iter_mut().find(|sum| sum.base == power.base) {
            Some(sum) => sum.exponent = &sum.exponent + &exponent,
            None => sums.push(Power {
                base: power.base,
                exponent,
            }),
        }
        false
    });
    for Power { base, exponent } in sums {
        let (factor, exponent) = normal_exponent(base, &exponent);
        number = &number * &factor;
        if !exponent.is_zero() {
            let atom = Atom::Power(Arc::new(Power { base, exponent }));
            factors.push(Factor { atom, power: 1 });
        }
    }
    factors.sort_unstable_by(|a, b| a.atom.cmp(&b.atom));
    number
}

/// Prime factors by trial division with small divisors; what remains counts as prime.
fn factorise(mut number: u64) -> Vec<(u64, i64)> {
    let mut factors = Vec::new();
    let mut divisor = 2;
    while divisor * divisor <= number && divisor < 1 << 12 {
        let mut multiplicity = 0;
        while number.is_multiple_of(divisor) {
            number /= divisor;
            multiplicity += 1;
        }
        if multiplicity > 0 {
            factors.push((divisor, multiplicity));
        }
        divisor += 1;
    }
    if number > 1 {
        factors.push((number, 1));
    }
    factors
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rounding {
    Down,
    Up,
}

/// A rounded quotient in normal form: what is an integer stands outside, coefficients inside
/// are in `0..1`, and `⌊(a + d-1) / d⌋` is written `⌈a / d⌉`.
fn round(dividend: &Expr, divisor: &Expr, rounding: Rounding) -> Expr {
    let Some(number) = divisor.as_constant() else {
        return round_symbolic(dividend, divisor, rounding);
    };
    let Some(inside) = number.recip().map(|recip| dividend.scale(&recip)) else {
        return round_symbolic(dividend, divisor, rounding);
    };
    if inside.is_integer_valued() {
        return inside;
    }
    let mut whole = Vec::new();
    let mut rest = Vec::new();
    for Term {
        coefficient,
        monomial,
    } in inside.terms()
    {
        let outside = match monomial.is_integer_valued() {
            true => coefficient.floor(),
            false => Rational::ZERO,
        };
        let inside = coefficient - &outside;
        whole.push(Term {
            coefficient: outside,
            monomial: monomial.clone(),
        });
        rest.push(Term {
            coefficient: inside,
            monomial: monomial.clone(),
        });
    }
    let (whole, rest) = (Expr::from_terms(whole), Expr::from_terms(rest));
    if rest.is_zero() {
        return whole;
    }
    &whole + &round_fraction(rest, rounding)
}

/// Rounds a formula whose coefficients of integer monomials are in `0..1`.
fn round_fraction(rest: Expr, rounding: Rounding) -> Expr {
    if let Some(value) = rest.as_constant() {
        return Expr::constant(if rounding == Rounding::Up {
            value.ceil()
        } else {
            value.floor()
        });
    }
    let all_integer = rest
        .terms()
        .iter()
        .all(|term| term.monomial.is_integer_valued());
    if !all_integer {
        return rounded_atom(rest, rounding);
    }
    // Without its constant the formula is a multiple of u = 1/d, so only multiples of u
    // matter in the constant.
    let constant = rest.constant_part();
    let varying = &rest - &Expr::constant(constant.clone());
    let unit = varying
        .terms()
        .iter()
        .fold(Rational::ONE, |u, term| u.gcd(&term.coefficient));
    let per_unit = unit.recip().unwrap_or(Rational::ONE);
    let scaled = &constant * &per_unit;
    // For a multiple x of u, ⌈x + k·u⌉ = ⌊x + (k-1)·u⌋ + 1, and ⌊x + 1 - u⌋ = ⌈x⌉.
    let (steps, whole) = match rounding {
        Rounding::Up if scaled.is_zero() => return rounded_atom(varying, Rounding::Up),
        Rounding::Up => (&scaled.ceil() - &Rational::ONE, Expr::one()),
        Rounding::Down => (scaled.floor(), Expr::ZERO),
    };
    let rounded = if &steps + &Rational::ONE == per_unit {
        rounded_atom(varying, Rounding::Up)
    } else {
        rounded_atom(&varying + &Expr::constant(&steps * &unit), Rounding::Down)
    };
    &rounded + &whole
}

fn rounded_atom(dividend: Expr, rounding: Rounding) -> Expr {
    make_rounded(dividend, Expr::one(), rounding)
}

fn make_rounded(dividend: Expr, divisor: Expr, rounding: Rounding) -> Expr {
    let quotient = Arc::new(Quotient { dividend, divisor });
    Expr::atom(match rounding {
        Rounding::Down => Atom::Floor(quotient),
        Rounding::Up => Atom::Ceil(quotient),
    })
}

fn round_symbolic(dividend: &Expr, divisor: &Expr, rounding: Rounding) -> Expr {
    if dividend.is_zero() {
        return Expr::ZERO;
    }
    if dividend == divisor {
        return Expr::one();
    }
    make_rounded(dividend.clone(), divisor.clone(), rounding)
}

impl Monomial {
    /// Whether the monomial is an integer wherever the symbols are.
    pub(super) fn is_integer_valued(&self) -> bool {
        self.factors()
            .iter()
            .all(|factor| factor.atom.is_integer_valued())
    }
}

impl Atom {
    /// Whether the atom is an integer wherever the symbols are.
    pub(super) fn is_integer_valued(&self) -> bool {
        match self {
            Atom::Symbol(_) | Atom::Floor(_) | Atom::Ceil(_) => true,
            Atom::Max(arms) | Atom::Min(arms) => arms.iter().all(Expr::is_integer_valued),
            Atom::Log2(_) | Atom::Apply(_) => false,
            Atom::Power(power) => {
                matches!(power.base, Base::Number(_))
                    && power.exponent.is_integer_valued()
                    && power.exponent.is_nonnegative()
            }
            Atom::Sum(sum) => sum.body.is_integer_valued(),
        }
    }
}

/// How many grid points the test for integer values looks at.
const MAX_GRID: usize = 64;

impl Expr {
    /// Whether the formula is known to be an integer wherever the symbols are.
    ///
    /// A polynomial of degree `d` in a variable takes integer values on the integers when it
    /// does on `0..=d` (Newton's forward differences), so a small grid decides; atoms count as
    /// variables.
    pub fn is_integer_valued(&self) -> bool {
        if !self
            .terms()
            .iter()
            .all(|term| term.monomial.is_integer_valued())
        {
            return false;
        }
        if self
            .terms()
            .iter()
            .all(|term| term.coefficient.is_integer())
        {
            return true;
        }
        let mut degrees: Vec<(&Atom, u32)> = Vec::new();
        for factor in self.terms().iter().flat_map(|term| term.monomial.factors()) {
            match degrees.iter_mut().find(|(atom, _)| **atom == factor.atom) {
                Some((_, degree)) => *degree = (*degree).max(factor.power),
                None => degrees.push((&factor.atom, factor.power)),
            }
        }
        let points = degrees.iter().try_fold(1usize, |points, (_, degree)| {
            let side = usize::try_from(*degree).ok()?.checked_add(1)?;
            points
                .checked_mul(side)
                .filter(|points| *points <= MAX_GRID)
        });
        points.is_some_and(|points| (0..points).all(|point| self.is_integer_on(&degrees, point)))
    }

    fn is_integer_on(&self, degrees: &[(&Atom, u32)], mut point: usize) -> bool {
        let mut at = Vec::with_capacity(degrees.len());
        for (atom, degree) in degrees {
            let side = *degree as usize + 1;
            at.push((*atom, Rational::from((point % side) as i64)));
            point /= side;
        }
        let value = self.terms().iter().fold(Rational::ZERO, |sum, term| {
            let factors = term.monomial.factors().iter();
            let product = factors.fold(term.coefficient.clone(), |product, factor| {
                match at.iter().find(|(atom, _)| **atom == factor.atom) {
                    Some((_, value)) => &product * &value.pow(factor.power),
                    None => product,
                }
            });
            &sum + &product
        });
        value.is_integer()
    }
}
