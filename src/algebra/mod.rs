//! Symbolic formulas: how much, as a function of the inputs.
//!
//! A formula ([`Expr`]) is a polynomial with exact rational coefficients over atoms: symbols,
//! maxima and minima, rounded quotients, logarithms, powers and kept sums. It is always in
//! normal form. Symbols stand for non-negative integers; every simplification relies on that
//! and on nothing else.
//!
//! Architecture invariant: nothing here knows of Python, of the program under analysis or of
//! threads. A result depends on its operands alone.

mod atom;
mod bounds;
mod eval;
mod expr;
mod grade;
mod max;
mod order;
mod rational;
mod render;
mod substitute;
mod sum;
mod symbol;

pub use atom::{Atom, Base, BoundedSum, Power, Quotient};
pub use eval::{Assignment, Enclosure, EvaluationError};
pub use expr::{Expr, Factor, Monomial, Term};
pub use grade::{Grade, Graded};
pub use rational::{ParseRationalError, Rational};
pub use substitute::Substitution;
pub use symbol::{Cause, Symbol, SymbolKind};
