//! How far a number may be trusted.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::expr::Expr;

/// How far a number may be trusted, from best to worst.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// The number itself.
    #[default]
    Exact,
    /// A proven bound: the number is not above it.
    Upper,
    /// Rests on a model or on learned data.
    Modelled,
    /// Rests on a memory-critical variable, an unknown call or an assumption.
    Open,
}

impl Grade {
    /// The grade of a number made from two: the worse one.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        self.max(other)
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Grade::Exact => "exact",
            Grade::Upper => "upper",
            Grade::Modelled => "modelled",
            Grade::Open => "open",
        })
    }
}

/// A formula and how far it may be trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graded {
    /// The formula.
    pub value: Expr,
    /// How far it may be trusted.
    pub grade: Grade,
}

impl Graded {
    /// The formula itself.
    pub fn exact(value: Expr) -> Self {
        Graded {
            value,
            grade: Grade::Exact,
        }
    }

    /// A proven bound.
    pub fn upper(value: Expr) -> Self {
        Graded {
            value,
            grade: Grade::Upper,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Grade;

    #[test]
    fn the_worse_grade_wins() {
        assert_eq!(Grade::Exact.join(Grade::Upper), Grade::Upper);
        assert_eq!(Grade::Open.join(Grade::Modelled), Grade::Open);
        assert_eq!(Grade::default().join(Grade::Exact), Grade::Exact);
    }
}
