//! What follows: the Datalog rules, one file per analysis.

mod derived;
mod escape;
mod flow;
mod hierarchy;
mod places;
mod relations;
mod sanity;
mod world;

use heapcast_facts::{Facts, Symbols};

pub use derived::{Bound, Derived, Record, Via};
pub use escape::{Escapes, escape, parameter_numbers};
pub use sanity::{Violation, violations};

pub(crate) use heapcast_facts::FixedState as Hasher;

/// Derives points-to and call targets from the facts of a program, which is all that a call graph
/// needs; [`complete`] adds the rest. New names are interned in `symbols`.
#[must_use]
pub fn solve(facts: &Facts, symbols: &mut Symbols) -> Derived {
    let mut derived = Derived::default();
    flow::solve(facts, symbols, &mut derived);
    derived
}

/// Adds what follows from points-to and call targets: what outlives its region.
pub fn complete(facts: &Facts, derived: &mut Derived) {
    let escapes = escape(
        facts,
        &derived.call_target,
        &derived.call_receiver,
        &derived.instantiates,
    );
    derived.outlives = escapes.outlives;
    derived.sizes.extend(escapes.sizes);
}
