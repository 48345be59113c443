//! Exact rational numbers: machine words where they fit, big integers where they do not.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Mul, Neg, Sub};
use std::str::FromStr;
use std::sync::Arc;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// An exact rational number in lowest terms.
///
/// A number whose numerator and denominator both fit in 64 bits is held in place;
/// any other is shared on the heap. The choice is forced by the value, so equal numbers
/// have equal representations.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Rational(Repr);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    /// Lowest terms, positive denominator.
    Small(i64, i64),
    /// Does not fit `Small`.
    Big(Arc<BigRational>),
}

impl Rational {
    /// Zero.
    pub const ZERO: Rational = Rational(Repr::Small(0, 1));
    /// One.
    pub const ONE: Rational = Rational(Repr::Small(1, 1));

    /// `numer / denom`, or `None` when the denominator is zero.
    pub fn new(numer: i64, denom: i64) -> Option<Self> {
        (denom != 0).then(|| Self::reduced(i128::from(numer), i128::from(denom)))
    }

    /// Brings a quotient with a denominator other than zero to lowest terms.
    fn reduced(numer: i128, denom: i128) -> Self {
        let divisor = gcd(numer.unsigned_abs(), denom.unsigned_abs()).max(1);
        let small = i128::try_from(divisor).ok().and_then(|divisor| {
            let sign = if denom < 0 { -1 } else { 1 };
            let numer = i64::try_from((numer / divisor).checked_mul(sign)?).ok()?;
            let denom = i64::try_from((denom / divisor).checked_mul(sign)?).ok()?;
            Some(Rational(Repr::Small(numer, denom)))
        });
        small.unwrap_or_else(|| BigRational::new(BigInt::from(numer), BigInt::from(denom)).into())
    }

    fn to_big(&self) -> BigRational {
        match &self.0 {
            Repr::Small(n, d) => BigRational::new_raw(BigInt::from(*n), BigInt::from(*d)),
            Repr::Big(big) => BigRational::clone(big),
        }
    }

    /// The numerator in lowest terms; it carries the sign.
    pub fn numerator(&self) -> BigInt {
        match &self.0 {
            Repr::Small(n, _) => BigInt::from(*n),
            Repr::Big(big) => big.numer().clone(),
        }
    }

    /// The denominator in lowest terms; it is positive.
    pub fn denominator(&self) -> BigInt {
        match &self.0 {
            Repr::Small(_, d) => BigInt::from(*d),
            Repr::Big(big) => big.denom().clone(),
        }
    }

    /// Whether the number is zero.
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Repr::Small(0, _))
    }

    /// Whether the number is one.
    pub fn is_one(&self) -> bool {
        matches!(self.0, Repr::Small(1, 1))
    }

    /// Whether the number is greater than zero.
    pub fn is_positive(&self) -> bool {
        match &self.0 {
            Repr::Small(n, _) => *n > 0,
            Repr::Big(big) => big.is_positive(),
        }
    }

    /// Whether the number is less than zero.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Small(n, _) => *n < 0,
            Repr::Big(big) => big.is_negative(),
        }
    }

    /// Whether the number is an integer.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Small(_, d) => *d == 1,
            Repr::Big(big) => big.is_integer(),
        }
    }

    /// The value as an `i64`, when it is one.
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small(n, 1) => Some(*n),
            _ => None,
        }
    }

    /// The nearest float; infinite where the number is too large for one.
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            Repr::Small(n, 1) => *n as f64,
            Repr::Small(n, d) => *n as f64 / *d as f64,
            Repr::Big(big) => big.to_f64().unwrap_or(if big.is_negative() {
                f64::NEG_INFINITY
            } else {
                f64::INFINITY
            }),
        }
    }

    /// The numerator and the denominator, where they fit a word.
    pub(super) fn words(&self) -> Option<(i64, i64)> {
        match self.0 {
            Repr::Small(n, d) => Some((n, d)),
            Repr::Big(_) => None,
        }
    }

    /// The exact value of a finite float.
    pub fn from_f64(value: f64) -> Option<Self> {
        BigRational::from_float(value).map(Self::from)
    }

    /// The greatest integer not above the number.
    pub fn floor(&self) -> Self {
        match &self.0 {
            Repr::Small(_, 1) => self.clone(),
            Repr::Small(n, d) => Rational(Repr::Small(n.div_euclid(*d), 1)),
            Repr::Big(big) => big.floor().into(),
        }
    }

    /// The least integer not below the number.
    pub fn ceil(&self) -> Self {
        -&(-self).floor()
    }

    /// The absolute value.
    pub fn abs(&self) -> Self {
        if self.is_negative() {
            -self
        } else {
            self.clone()
        }
    }

    /// The reciprocal, or `None` of zero.
    pub fn recip(&self) -> Option<Self> {
        match &self.0 {
            Repr::Small(0, _) => None,
            Repr::Small(n, d) => Some(Self::reduced(i128::from(*d), i128::from(*n))),
            Repr::Big(big) => Some(big.recip().into()),
        }
    }

    /// The quotient, or `None` when the divisor is zero.
    pub fn checked_div(&self, divisor: &Self) -> Option<Self> {
        divisor.recip().map(|recip| self * &recip)
    }

    /// The number to a non-negative power.
    pub fn pow(&self, power: u32) -> Self {
        let mut result = Self::ONE;
        let mut square = self.clone();
        let mut rest = power;
        while rest > 0 {
            if rest & 1 == 1 {
                result = &result * &square;
            }
            rest >>= 1;
            if rest > 0 {
                square = &square * &square;
            }
        }
        result
    }

    /// The number of bits of the larger of numerator and denominator.
    pub fn bits(&self) -> u64 {
        match &self.0 {
            Repr::Small(n, d) => {
                u64::from(64 - n.unsigned_abs().max(d.unsigned_abs()).leading_zeros())
            }
            Repr::Big(big) => big.numer().bits().max(big.denom().bits()),
        }
    }

    /// The greatest positive rational of which both are integer multiples.
    pub fn gcd(&self, other: &Self) -> Self {
        if let (Repr::Small(a, 1), Repr::Small(b, 1)) = (&self.0, &other.0) {
            let divisor = gcd(u128::from(a.unsigned_abs()), u128::from(b.unsigned_abs()));
            if let Ok(divisor) = i64::try_from(divisor) {
                return Self::from(divisor);
            }
        }
        // gcd(a/b, c/d) = gcd(a·d, c·b) / (b·d)
        let (a, b) = (self.numerator(), self.denominator());
        let (c, d) = (other.numerator(), other.denominator());
        let numer = big_gcd(&a * &d, &c * &b);
        BigRational::new(numer, b * d).into()
    }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn big_gcd(a: BigInt, b: BigInt) -> BigInt {
    let (mut a, mut b) = (a.abs(), b.abs());
    while !b.is_zero() {
        let rest = &a % &b;
        (a, b) = (b, rest);
    }
    a
}

impl From<i64> for Rational {
    fn from(value: i64) -> Self {
        Rational(Repr::Small(value, 1))
    }
}

impl From<BigInt> for Rational {
    fn from(value: BigInt) -> Self {
        match value.to_i64() {
            Some(small) => Self::from(small),
            None => Rational(Repr::Big(Arc::new(BigRational::from_integer(value)))),
        }
    }
}

impl From<BigRational> for Rational {
    fn from(value: BigRational) -> Self {
        match (value.numer().to_i64(), value.denom().to_i64()) {
            (Some(n), Some(d)) => Rational(Repr::Small(n, d)),
            _ => Rational(Repr::Big(Arc::new(value))),
        }
    }
}

impl Add for &Rational {
    type Output = Rational;

    fn add(self, other: &Rational) -> Rational {
        if let (Repr::Small(a, b), Repr::Small(c, d)) = (&self.0, &other.0) {
            if *b == 1
                && *d == 1
                && let Some(sum) = a.checked_add(*c)
            {
                return Rational::from(sum);
            }
            let [a, b, c, d] = [*a, *b, *c, *d].map(i128::from);
            if let Some(numer) = (a * d).checked_add(c * b) {
                return Rational::reduced(numer, b * d);
            }
        }
        (self.to_big() + other.to_big()).into()
    }
}

impl Sub for &Rational {
    type Output = Rational;

    fn sub(self, other: &Rational) -> Rational {
        self + &-other
    }
}

impl Mul for &Rational {
    type Output = Rational;

    fn mul(self, other: &Rational) -> Rational {
        if let (Repr::Small(a, b), Repr::Small(c, d)) = (&self.0, &other.0) {
            if *b == 1
                && *d == 1
                && let Some(product) = a.checked_mul(*c)
            {
                return Rational::from(product);
            }
            let [a, b, c, d] = [*a, *b, *c, *d].map(i128::from);
            return Rational::reduced(a * c, b * d);
        }
        (self.to_big() * other.to_big()).into()
    }
}

impl Neg for &Rational {
    type Output = Rational;

    fn neg(self) -> Rational {
        if let Repr::Small(n, d) = &self.0
            && let Some(n) = n.checked_neg()
        {
            return Rational(Repr::Small(n, *d));
        }
        (-self.to_big()).into()
    }
}

impl PartialOrd for Rational {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rational {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Small(a, b), Repr::Small(c, d)) => {
                (i128::from(*a) * i128::from(*d)).cmp(&(i128::from(*c) * i128::from(*b)))
            }
            _ => self.to_big().cmp(&other.to_big()),
        }
    }
}

impl fmt::Display for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Small(n, 1) => write!(f, "{n}"),
            Repr::Small(n, d) => write!(f, "{n}/{d}"),
            Repr::Big(big) => write!(f, "{big}"),
        }
    }
}

impl fmt::Debug for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is not a rational number `p` or `p/q`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a rational number")]
pub struct ParseRationalError(String);

impl FromStr for Rational {
    type Err = ParseRationalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fail = || ParseRationalError(text.to_owned());
        let (numer, denom) = match text.split_once('/') {
            Some((numer, denom)) => (numer, BigInt::from_str(denom).map_err(|_| fail())?),
            None => (text, BigInt::one()),
        };
        let numer = BigInt::from_str(numer).map_err(|_| fail())?;
        if denom.is_zero() {
            return Err(fail());
        }
        Ok(BigRational::new(numer, denom).into())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn ratio(numer: i64, denom: i64) -> Rational {
        Rational::new(numer, denom).unwrap()
    }

    #[test]
    fn numbers_are_in_lowest_terms() {
        assert_eq!(ratio(6, -4), ratio(-3, 2));
        assert_eq!(ratio(6, -4).to_string(), "-3/2");
        assert_eq!(ratio(i64::MIN, -1).to_string(), "9223372036854775808");
        assert_eq!(ratio(1, i64::MIN).to_string(), "-1/9223372036854775808");
    }

    #[test]
    fn arithmetic_leaves_and_reenters_the_small_form() {
        let max = Rational::from(i64::MAX);
        let square = &max * &max;
        assert_eq!(square.to_string(), "85070591730234615847396907784232501249");
        assert_eq!(square.checked_div(&max), Some(max.clone()));
        assert_eq!(&(&max + &max) - &max, max);
        assert_eq!(&-&Rational::from(i64::MIN) - &Rational::ONE, max);
    }

    #[test]
    fn floors_and_ceilings_round_towards_their_infinity() {
        assert_eq!(ratio(-1, 2).floor(), Rational::from(-1));
        assert_eq!(ratio(-1, 2).ceil(), Rational::ZERO);
        assert_eq!(ratio(7, 2).ceil(), Rational::from(4));
    }

    #[test]
    fn text_comes_back() {
        for text in ["0", "-7/3", "340282366920938463463374607431768211456"] {
            assert_eq!(text.parse::<Rational>().unwrap().to_string(), text);
        }
        assert!("1/0".parse::<Rational>().is_err());
        assert!("x".parse::<Rational>().is_err());
    }
}
