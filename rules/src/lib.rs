//! What follows: the Datalog rules, one file per analysis.

mod derived;
mod flow;
mod hierarchy;
mod relations;
mod world;

use heapcast_facts::{Facts, Symbols};

pub use derived::{Derived, Record, Via};

pub(crate) use heapcast_facts::FixedState as Hasher;

/// Derives everything from the facts of a program. New names are interned in `symbols`.
#[must_use]
pub fn solve(facts: &Facts, symbols: &mut Symbols) -> Derived {
    let mut derived = Derived::default();
    flow::solve(facts, symbols, &mut derived);
    derived
}
