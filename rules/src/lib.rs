//! What follows: the Datalog rules, one file per analysis.

mod derived;
mod relations;

pub use derived::{Derived, Record, Via};
