//! What is noted of the interpretation of a function that is to be explained: how often its loops
//! run and why, and what its calls came to.

use heapcast_facts::Obj;

use super::cost::{Line, MAX_TERMS, bytes_of, compacted, peak};
use super::interpret::Interpreter;
use super::loops::{Trips, has_exit};
use super::{FunctionSummary, Quantity};
use crate::algebra::{Expr, Grade, Substitution, Symbol};
use crate::ir::{Loop, LoopKind};

/// What is noted of one function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes {
    /// Its loops, in order of execution.
    pub loops: Vec<LoopNote>,
    /// Its calls, in order of execution.
    pub calls: Vec<CallNote>,
}

/// A loop, or one `for` of a comprehension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoopNote {
    /// The line, from 1.
    pub line: u32,
    /// The number of the iteration, from 0, in formulas of the calls in it.
    pub index: Symbol,
    /// How often it runs.
    pub count: Expr,
    /// Whether that is a bound only.
    pub is_bound: bool,
    /// How the number came about.
    pub origin: Origin,
}

/// How the number of iterations came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// One for each element of what has that name, or that length.
    Elements(Option<String>),
    /// One for each number of a range.
    Numbers,
    /// From how the numbers of a `while` loop's condition change.
    Progress,
    /// It did not, because of this.
    Unknown(String),
}

/// A call of one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallNote {
    /// The line, from 1.
    pub line: u32,
    /// What is called.
    pub callee: Obj,
    /// What it came to.
    pub outcome: Outcome,
}

/// What a call came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The callee's summary, with the arguments of the call.
    Summary {
        /// What each measure of the callee is here.
        given: Vec<(Symbol, Expr)>,
        /// Total, peak and retained here.
        costs: [Expr; 3],
    },
    /// What a model of library code, or of a builtin, says: the total here.
    Model(Expr),
    /// A named unknown.
    Named(Expr),
    /// The call is one of a recursion that is solved as a whole.
    Recursion,
}

impl<'a> Interpreter<'a> {
    /// The notes, where any are wanted at this moment: not while a loop is only rehearsed.
    fn noting(&mut self) -> Option<&mut Notes> {
        let is_rehearsal = self.rehearsing > 0;
        self.notes.as_deref_mut().filter(|_| !is_rehearsal)
    }

    pub(super) fn note_loop(&mut self, inner: &'a Loop, trips: &Trips) {
        let (line, depth) = (self.line, self.loops.len());
        let Some(notes) = self.noting() else {
            return;
        };
        let unknown = trips.count.as_symbol().and_then(Symbol::cause);
        let origin = match (unknown, &inner.kind) {
            (Some(cause), _) if cause.line == line => Origin::Unknown(cause.reason.clone()),
            (_, LoopKind::While { .. }) => Origin::Progress,
            _ if trips.iterable.stride.is_some() => Origin::Numbers,
            _ => {
                let place = trips.iterable.place.as_ref();
                let length = place.map(|place| Quantity::Length.symbol(place));
                let length = length.map(|symbol| symbol.name().to_owned());
                let label = trips.iterable.label.as_deref().map(str::to_owned);
                Origin::Elements(length.or(label))
            }
        };
        notes.loops.push(LoopNote {
            line,
            index: Symbol::index(&format!("i{depth}")),
            count: trips.count.clone(),
            is_bound: trips.is_bound || has_exit(&inner.body),
            origin,
        });
    }

    pub(super) fn note_summary(
        &mut self,
        summary: &FunctionSummary,
        by: &Substitution,
        (total, peaks): (&[Line], &[Vec<Line>]),
        retained: &[Line],
    ) {
        let site = self.site();
        let Some(notes) = self.noting() else {
            return;
        };
        let given = summary.measures.iter().map(|measure| {
            let here = Expr::symbol(&measure.symbol).substitute(by);
            (measure.symbol.clone(), here)
        });
        let peak = peak(peaks, |lines| {
            compacted(lines, (Grade::Exact, MAX_TERMS), site)
        });
        notes.calls.push(CallNote {
            line: site.line,
            callee: summary.function,
            outcome: Outcome::Summary {
                given: given.collect(),
                costs: [bytes_of(total), peak.bytes(), bytes_of(retained)],
            },
        });
    }

    /// How much was requested in the present frame, to be told from what a call adds.
    pub(super) fn requested(&self) -> usize {
        self.frames.last().map_or(0, |frame| frame.total.len())
    }

    /// Notes the call of what has no summary, which added what is past the first `before` lines.
    pub(super) fn note_other(&mut self, callee: Obj, before: usize) {
        if self.notes.is_none() {
            return;
        }
        let added = self
            .frames
            .last()
            .and_then(|frame| frame.total.get(before..));
        let total = added.map_or(Expr::ZERO, bytes_of);
        let here = self.site();
        let is_named = total.has_mcv() && total.as_symbol().is_some();
        if let Some(notes) = self.noting().filter(|_| !total.is_zero()) {
            notes.calls.push(CallNote {
                line: here.line,
                callee,
                outcome: match is_named {
                    true => Outcome::Named(total),
                    false => Outcome::Model(total),
                },
            });
        }
    }

    pub(super) fn note_recursion(&mut self, callee: Obj) {
        let line = self.line;
        if let Some(notes) = self.noting() {
            notes.calls.push(CallNote {
                line,
                callee,
                outcome: Outcome::Recursion,
            });
        }
    }
}
