//! How a formula grows in one symbol, in a word.

use std::fmt;

use super::rational::Rational;

/// How a formula grows in one symbol, all others fixed. The order is that of growth.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Degree {
    /// Whether the symbol is in an exponent.
    pub exponential: bool,
    /// The power of the symbol.
    pub power: Rational,
    /// The power of its logarithm.
    pub logs: u32,
}

impl fmt::Display for Degree {
    /// The word for it: `constant`, `linear`, `quadratic`, …
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.exponential, self.power.to_i64(), self.logs) {
            (true, ..) => f.write_str("exponential"),
            (_, Some(0), 0) => f.write_str("constant"),
            (_, Some(0), 1) => f.write_str("logarithmic"),
            (_, Some(0), _) => f.write_str("polylogarithmic"),
            (_, Some(1), 0) => f.write_str("linear"),
            (_, Some(1), 1) => f.write_str("linearithmic"),
            (_, Some(2), 0) => f.write_str("quadratic"),
            (_, Some(3), 0) => f.write_str("cubic"),
            (_, _, 0) => write!(f, "polynomial of degree {}", self.power),
            _ => write!(f, "polynomial of degree {} with logarithms", self.power),
        }
    }
}
