//! What no input determines, and what inputs are taken for: each is named, with its line.

use std::sync::Arc;

use heapcast_facts::Obj;

use super::interpret::Interpreter;
use super::value::{Kind, Value};
use super::{Seen, Taken, Trace, Unknown};
use crate::algebra::{Cause, Expr, Grade, Symbol};

/// A function with more memory-critical variables of its own than this lumps the others.
pub(super) const MAX_UNKNOWNS: usize = 16;

impl Interpreter<'_> {
    /// The length, or an unknown for it.
    pub(super) fn length_or_unknown(&mut self, value: &Value) -> Expr {
        match self.length(value) {
            Some(length) => length,
            None => {
                let quantity = format!("len({})", Self::label(value));
                self.traced(
                    &quantity,
                    "its length is not determined by an input",
                    Seen::Length,
                )
            }
        }
    }

    /// The number, or an unknown for it.
    pub(super) fn number_or_unknown(&mut self, value: &Value) -> Expr {
        match self.number(value) {
            Some(number) => number,
            None => {
                let quantity = Self::label(value);
                self.traced(
                    &quantity,
                    "its value is not determined by an input",
                    Seen::Number,
                )
            }
        }
    }

    /// A memory-critical variable of the present line.
    pub(super) fn unknown(&mut self, quantity: &str, reason: &str) -> Expr {
        self.untold(quantity, reason, Vec::new())
    }

    /// A memory-critical variable of the present line, which shows there when the code runs.
    pub(super) fn traced(&mut self, quantity: &str, reason: &str, seen: Seen) -> Expr {
        let place = (self.module(), self.line);
        self.traced_at(quantity, reason, place, seen)
    }

    /// A memory-critical variable of the present line, which shows on that line of a module.
    pub(super) fn traced_at(
        &mut self,
        quantity: &str,
        reason: &str,
        (module, line): (Obj, u32),
        seen: Seen,
    ) -> Expr {
        let trace = Trace { module, line, seen };
        self.untold(quantity, reason, vec![trace])
    }

    /// The module of the function.
    pub(super) fn module(&self) -> Obj {
        let own = self.context.functions.get(self.at);
        own.map_or(heapcast_facts::PROGRAM, |(_, module)| *module)
    }

    /// A memory-critical variable of the present line with what is known of where it shows.
    pub(super) fn untold(&mut self, quantity: &str, reason: &str, traces: Vec<Trace>) -> Expr {
        let cause = Cause {
            reason: reason.into(),
            file: self.path.to_string(),
            line: self.line,
        };
        let symbol = Symbol::mcv(quantity, cause);
        if self.unknowns.iter().any(|unknown| unknown.symbol == symbol) {
            return Expr::symbol(&symbol);
        }
        if self.unknowns.len() < MAX_UNKNOWNS {
            return self.add_unknown(symbol, reason, self.line, traces);
        }
        let name = self.context.input.symbols.text(self.function.name);
        let line = self.function.line;
        let reason = "the greatest of all further unknown quantities of the function";
        let cause = Cause {
            reason: reason.into(),
            file: self.path.to_string(),
            line,
        };
        let symbol = Symbol::mcv(&format!("further unknowns of {name}"), cause);
        let known = self.unknowns.iter_mut();
        match known.into_iter().find(|unknown| unknown.symbol == symbol) {
            None => self.add_unknown(symbol, reason, line, traces),
            Some(rest) => {
                // The greatest of all is seen only if each of them is.
                if traces.is_empty() {
                    rest.traces.clear();
                } else if !rest.traces.is_empty() {
                    let new = traces
                        .into_iter()
                        .filter(|trace| !rest.traces.contains(trace));
                    let new: Vec<Trace> = new.collect();
                    rest.traces.extend(new);
                }
                Expr::symbol(&symbol)
            }
        }
    }

    /// A value is taken for one of that kind, because the method is called.
    pub(super) fn assume(&mut self, value: &Value, kind: Kind, method: &str) {
        let cause = format!(
            "taken for a {}, because its {method} is called",
            kind.name()
        );
        // Taking something out costs nothing, whatever it is taken out of.
        if matches!(method, "pop" | "remove" | "clear") {
            return self.assumption(&format!("type({})", Self::label(value)), &cause, None);
        }
        self.takes_for(value, kind, &cause);
    }

    /// A value is taken for one of that kind.
    pub(super) fn takes_for(&mut self, value: &Value, kind: Kind, cause: &str) {
        let place = value.place.clone();
        let taken = place.map(|place| Taken { place, kind });
        self.assumption(&format!("type({})", Self::label(value)), cause, taken);
    }

    /// What a callee takes its inputs for is that at a call, or is not, or rests on inputs again.
    pub(super) fn takes_at_call(&mut self, assumption: &Unknown, arguments: &[Value]) {
        let mut own = assumption.clone();
        if let Some(taken) = own.taken.take() {
            let value = self.resolve(&taken.place, arguments);
            if taken.is_met(value.kind) {
                return;
            }
            let kind = taken.kind;
            let place = value.place.filter(|_| value.kind == Kind::Unknown);
            own.taken = place.map(|place| Taken { place, kind });
        }
        self.add_assumption(own);
    }

    /// Notes that the numbers rest on something that is not in a formula.
    pub(super) fn assumption(&mut self, quantity: &str, cause: &str, taken: Option<Taken>) {
        let (file, line) = (self.path.to_string(), self.line);
        let reason = cause.to_owned();
        let symbol = Symbol::mcv(quantity, Cause { reason, file, line });
        self.add_assumption(Unknown {
            symbol,
            cause: cause.into(),
            path: Arc::clone(&self.path),
            line,
            taken,
            traces: vec![Trace {
                module: self.module(),
                line,
                seen: Seen::Reached,
            }],
        });
    }

    pub(super) fn add_assumption(&mut self, assumption: Unknown) {
        self.grade = Grade::Open;
        if self.assumptions.len() < MAX_UNKNOWNS && !self.assumptions.contains(&assumption) {
            self.assumptions.push(assumption);
        }
    }

    fn add_unknown(&mut self, symbol: Symbol, reason: &str, line: u32, traces: Vec<Trace>) -> Expr {
        let expr = Expr::symbol(&symbol);
        let path = Arc::clone(&self.path);
        self.unknowns.push(Unknown {
            symbol,
            cause: reason.into(),
            path,
            line,
            taken: None,
            traces,
        });
        expr
    }
}
