//! What follows: the Datalog rules, one file per analysis.

mod derived;
mod escape;
mod flow;
mod hierarchy;
mod places;
mod relations;
mod sanity;
mod world;

use heapcast_facts::{Call, Facts, Symbols};

pub use derived::{Bound, Derived, Record, Via};
pub use escape::{Escapes, Holder, Way, escape, escape_with_ways, parameter_numbers};
pub use flow::{Stop, Trail};
pub use sanity::{Violation, violations};

pub(crate) use heapcast_facts::FixedState as Hasher;

/// Derives points-to and call targets from the facts of a program, which is all that a call graph
/// needs; [`complete`] adds the rest. New names are interned in `symbols`.
#[must_use]
pub fn solve(facts: &Facts, symbols: &mut Symbols) -> Derived {
    solve_with_trails(facts, symbols, &[]).0
}

/// Derives the same, and how the targets of these calls came there.
#[must_use]
pub fn solve_with_trails(
    facts: &Facts,
    symbols: &mut Symbols,
    calls: &[Call],
) -> (Derived, Vec<Trail>) {
    let mut derived = Derived::default();
    let trails = flow::solve(facts, symbols, calls, &mut derived);
    (derived, trails)
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
