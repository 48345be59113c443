//! What no input determines, and what inputs are taken for: each is named, with its line.

use heapcast_facts::Obj;

use super::interpret::Interpreter;
use super::value::{Kind, Value};
use super::{Seen, Taken, Trace, Unknown};
use crate::algebra::{Expr, Grade, Symbol};

/// A function with more memory-critical variables of its own than this lumps the others.
const MAX_UNKNOWNS: usize = 16;

/// The same where what a run shows is counted: nobody reads these formulas.
const MAX_COUNTED: usize = 128;

impl Interpreter<'_> {
    pub(super) fn most_unknowns(&self) -> usize {
        match self.is_counting() {
            true => MAX_COUNTED,
            false => MAX_UNKNOWNS,
        }
    }

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
        let own = Unknown::new(quantity, reason, (&self.path, self.line), traces);
        if self.unknowns.len() < self.most_unknowns() || self.has_unknown(&own.symbol) {
            return self.add_unknown(own);
        }
        let name = self.context.input.symbols.text(self.function.name);
        let quantity = format!("further unknowns of {name}");
        let reason = "the greatest of all further unknown quantities of the function";
        let place = (&self.path, self.function.line);
        let rest = Unknown::new(&quantity, reason, place, own.traces);
        let mut known = self.unknowns.iter_mut();
        let Some(known) = known.find(|unknown| unknown.symbol == rest.symbol) else {
            return self.add_unknown(rest);
        };
        // The greatest of all is seen only if each of them is.
        if rest.traces.is_empty() {
            known.traces.clear();
        } else if !known.traces.is_empty() {
            rest.traces.into_iter().for_each(|one| known.shows(one));
        }
        Expr::symbol(&rest.symbol)
    }

    pub(super) fn has_unknown(&self, symbol: &Symbol) -> bool {
        let mut known = self.unknowns.iter();
        known.any(|unknown| unknown.symbol == *symbol)
    }

    /// The unknown as a formula; it is noted once.
    fn add_unknown(&mut self, unknown: Unknown) -> Expr {
        let expr = Expr::symbol(&unknown.symbol);
        if !self.has_unknown(&unknown.symbol) {
            self.unknowns.push(unknown);
        }
        expr
    }

    /// A value is taken for one of that kind, because the method is called.
    pub(super) fn assume(&mut self, value: &Value, kind: Kind, method: &str) {
        let cause = format!(
            "taken for a {}, because its {method} is called",
            kind.name()
        );
        // Taking something out costs nothing, whatever it is taken out of.
        if matches!(method, "pop" | "remove" | "clear") {
            return self.type_of(value, None, &cause, taken_for("container", method));
        }
        let seen = taken_for(kind.name(), method);
        self.type_of(value, Some(kind), &cause, seen);
    }

    /// A value is taken for an instance of classes of the project, because the method is called.
    pub(super) fn assume_one_of(&mut self, value: &Value, classes: &[&str], method: &str) {
        let classes = classes.join(" or ");
        let cause = format!("taken for a {classes}, because its {method} is called");
        self.type_of(value, None, &cause, taken_for(&classes, method));
    }

    /// A value is taken for one of that kind.
    pub(super) fn takes_for(&mut self, value: &Value, kind: Kind, cause: &str) {
        self.type_of(value, Some(kind), cause, Seen::Reached);
    }

    /// A value is taken for what shows in that way when the code runs, or in what an input is.
    fn type_of(&mut self, value: &Value, kind: Option<Kind>, cause: &str, seen: Seen) {
        let quantity = format!("type({})", Self::label(value));
        let place = value.place.clone().zip(kind);
        let taken = place.map(|(place, kind)| Taken { place, kind });
        self.assumed(&quantity, cause, taken, seen);
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
    pub(super) fn assumption(&mut self, quantity: &str, cause: &str) {
        self.assumed(quantity, cause, None, Seen::Reached);
    }

    fn assumed(&mut self, quantity: &str, cause: &str, taken: Option<Taken>, seen: Seen) {
        let trace = Trace {
            module: self.module(),
            line: self.line,
            seen,
        };
        let place = (&self.path, self.line);
        self.add_assumption(Unknown {
            taken,
            ..Unknown::new(quantity, cause, place, vec![trace])
        });
    }

    pub(super) fn add_assumption(&mut self, assumption: Unknown) {
        self.grade = Grade::Open;
        if self.assumptions.len() < MAX_UNKNOWNS && !self.assumptions.contains(&assumption) {
            self.assumptions.push(assumption);
        }
    }
}

fn taken_for(classes: &str, method: &str) -> Seen {
    Seen::Taken {
        classes: classes.into(),
        method: method.into(),
    }
}
