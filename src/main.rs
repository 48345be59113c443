//! The `heapcast` binary.

use std::process::ExitCode;

use heapcast::commands::progress::Monitor;
use heapcast::commands::{
    self, Analysis, CallGraph, Error, Outcome, Relations, Request, SummaryRow,
};
use heapcast_facts::{Facts, Symbols};
use heapcast_rules::Derived;

/// The analysis that is part of this build: none yet.
struct Absent;

fn absent() -> Error {
    Error::new("this build has no analysis yet")
}

impl Analysis for Absent {
    fn summary(&self, _: &Request, _: &Monitor) -> Outcome<Vec<SummaryRow>> {
        Err(absent())
    }

    fn callgraph(&self, _: &Request, _: &Monitor) -> Outcome<CallGraph> {
        Err(absent())
    }

    fn relations(&self, _: &Request, _: &Monitor) -> Outcome<Relations> {
        Err(absent())
    }

    fn solve(&self, _: &Facts, _: &Symbols, _: &Monitor) -> Result<Derived, Error> {
        Err(absent())
    }
}

fn main() -> ExitCode {
    ExitCode::from(commands::guarded(|| {
        commands::run(std::env::args_os(), &Absent)
    }))
}
