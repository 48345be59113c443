//! What follows: the Datalog rules, one file per analysis.

mod derived;

pub use derived::{Derived, Record, Via};
