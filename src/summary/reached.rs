//! Ways that a run does not go.
//!
//! Of the arms of a branch the dearer one counts, and each handler of an exception, though hardly a run comes
//! there. Where interpretation counts what a run does ([`super::counting`]), what an arm has counts as often as
//! a run comes to its first line at all: once or not.

use heapcast_facts::Obj;

use super::Seen;
use super::cost::{bytes_of, mapped};
use super::frame::Finished;
use super::interpret::Interpreter;
use crate::algebra::{Expr, Rational};
use crate::ir::Branch;

/// What is no dearer than this counts anyway, in bytes: an unknown is not worth it.
const MIN_BYTES: i64 = 64;

/// A function has at most that many of these unknowns.
const MAX_WAYS: usize = 24;

impl Interpreter<'_> {
    /// The lines that show whether the arms of a branch are run.
    pub(super) fn first_lines(&self, branch: &Branch) -> [Option<u32>; 2] {
        // An arm on the line of the condition is no statement of its own.
        let condition = self.context.line_of(branch.regions[0]);
        [&branch.then, &branch.or_else].map(|block| {
            let line = self.first_line(block)?;
            (line > condition?).then_some(line)
        })
    }

    /// What an arm has counts where a run comes to a line.
    pub(super) fn if_reached(&mut self, arm: &mut Finished, line: u32) {
        let place = (self.module(), line);
        let quantity = format!("whether {line} is run");
        self.if_seen(arm, &quantity, place, Seen::Run);
    }

    /// What one of several targets of a call has counts where a run calls it at all.
    pub(super) fn if_called(&mut self, arm: &mut Option<Finished>, target: Obj) {
        let at = self.context.by_object.get(&target).copied();
        let function = at.and_then(|at| self.context.functions.get(at as usize));
        if let (Some(arm), Some((function, module))) = (arm, function) {
            let place = (*module, function.line);
            let quantity = format!("whether {} is called", self.context.name(target));
            self.if_seen(arm, &quantity, place, Seen::Called);
        }
    }

    /// What a way has counts once where something is seen, and else not at all.
    fn if_seen(&mut self, way: &mut Finished, quantity: &str, place: (Obj, u32), seen: Seen) {
        let is_plain = self.recursion.is_none() && !self.heading && self.rehearsing == 0;
        if !self.is_counting() || !is_plain || self.ways.len() > MAX_WAYS || !is_dear(way) {
            return;
        }
        let reason = "which ways a run goes shows when it does";
        let before = std::mem::replace(&mut self.line, self.function.line);
        let once = self.traced_at(quantity, reason, place, seen);
        self.line = before;
        self.ways.extend(once.as_symbol().cloned());
        let peaks = way.peaks.iter_mut().flatten();
        let alive = way.alive.iter_mut().map(|owned| &mut owned.line);
        for line in peaks.chain(&mut way.total).chain(alive) {
            *line = mapped(line, |expr| self.of_way(expr, &once));
        }
    }

    /// What a way has, where it is not known already how often that is, or that it is gone.
    fn of_way(&self, expr: &Expr, once: &Expr) -> Expr {
        expr.times_without(once, &|symbol| {
            self.shares.contains(symbol) || self.ways.contains(symbol)
        })
    }
}

fn is_dear(arm: &Finished) -> bool {
    let limit = Rational::from(MIN_BYTES);
    let mut peaks = arm.peaks.iter();
    peaks.any(|peak| {
        let bytes = bytes_of(peak);
        bytes.as_constant().is_none_or(|bytes| *bytes > limit)
    })
}
