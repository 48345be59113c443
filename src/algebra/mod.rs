//! Symbolic formulas: how much, as a function of the inputs.
//!
//! A formula ([`Expr`]) is a polynomial with exact rational coefficients over atoms: symbols,
//! maxima and minima, rounded quotients, logarithms, powers, kept sums and named formulas. It is always in
//! normal form. Symbols stand for non-negative integers; every simplification relies on that
//! and on nothing else.
//!
//! Architecture invariant: nothing here knows of Python, of the program under analysis or of
//! threads. A result depends on its operands alone.

mod atom;
mod bounds;
mod coarsen;
mod cost;
mod define;
mod degree;
mod eval;
mod expr;
mod grade;
mod growth;
mod interval;
mod json;
mod max;
mod order;
mod rational;
mod render;
mod substitute;
mod sum;
mod symbol;
mod termwise;

#[cfg(test)]
mod laws;

pub use atom::{Atom, Base, BoundedSum, Power, Quotient};
pub use cost::{Cost, CostTerm, Moments, TypeName};
pub use define::{Application, Definition};
pub use degree::Degree;
pub use eval::{Assignment, Enclosure, EvaluationError};
pub use expr::{Expr, Factor, Monomial, Term};
pub use grade::{Grade, Graded};
pub use growth::Growth;
pub use json::{FORMULA_SCHEMA, JsonError};
pub use rational::{ParseRationalError, Rational};
pub use substitute::Substitution;
pub use symbol::{Cause, Symbol, SymbolKind};
