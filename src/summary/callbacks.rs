//! What library code calls: the key function of a sort, the function that is mapped over elements.

use heapcast_facts::{Obj, ObjectKind, Var};

use super::Seen;
use super::calls::{Site, called_name};
use super::cost::{Line, map};
use super::frame::{Frame, FrameKind, Owned, Owner};
use super::interpret::Interpreter;
use super::sizes::number;
use super::value::{Kind, Value};
use crate::algebra::{Expr, Grade, Symbol};
use crate::ir::{Argument, Callee};

/// Functions that call what the keyword `key` gives for each element of their first argument.
const KEYED: &[&str] = &[
    "sorted",
    "list.sort",
    "min",
    "max",
    "heapq.nlargest",
    "heapq.nsmallest",
];

/// Functions that call their first argument for each element of the second.
const MAPPING: &[&str] = &["map", "filter", "itertools.starmap", "functools.reduce"];

/// Functions that call what stands in place of matches with each of them.
const REPLACING: &[&str] = &["re.sub", "re.subn", "re.Pattern.sub", "re.Pattern.subn"];

/// The results of a function that was called for each element.
pub(super) struct Results {
    value: Value,
    pub(super) lines: Vec<Line>,
    /// How long all results are together.
    pub(super) length: Option<Expr>,
}

impl<'a> Interpreter<'a> {
    /// Counts the calls of what a library function is given to call; whether it is known what it does
    /// with it.
    pub(super) fn calls_back(&mut self, site: Site<'a>, library: &str) -> bool {
        let name = library.strip_prefix("builtins.").unwrap_or(library);
        if REPLACING.contains(&name) {
            let by = site.arguments.iter().find_map(|argument| match argument {
                Argument::Positional(var) if self.is_called_back(*var) => Some(*var),
                _ => None,
            });
            return by.is_some();
        }
        let (function, over) = if KEYED.contains(&name) {
            (self.keyword(site, "key"), self.first_argument(site))
        } else if MAPPING.contains(&name) {
            let mut positional = super::loops::positional(site.arguments);
            (positional.next(), positional.next())
        } else {
            return false;
        };
        let (Some(function), Some(over)) = (function, over) else {
            return false;
        };
        if name == "map" {
            // For each further one an iterator, and a place in a tuple.
            let sizes = self.context.input.sizes;
            let each = sizes.iterator.list_iterator + sizes.tuple.slot;
            let further = site.arguments.len().saturating_sub(2) as u64;
            if further > 0 {
                let owner = Owner::Var(site.to);
                self.one(Kind::Iterator, number(further * each), owner);
            }
        }
        let Some(target) = self.only_own(function) else {
            return (name == "map" && self.maps_library(site, function, over))
                || self.calls_unknown(site, name, function, over);
        };
        if name == "functools.reduce" && self.gathers(site, target) {
            let reason = "what it calls changes its argument, or gives more than a number";
            self.named_unknown(site.to, name, reason);
            return true;
        }
        let made = self.value(site.to);
        let over = self.value(over);
        let Some(results) = self.call_for_each(site, target, &over) else {
            return false;
        };
        self.set(site.to, made.clone());
        self.keep_results(site, name, made, &over, results);
        true
    }

    /// Whether what a function gives may hold what was there before: it changes an argument, or gives no number.
    fn gathers(&self, site: Site<'a>, target: Obj) -> bool {
        let at = self.context.by_object.get(&target);
        let summary = at.and_then(|at| self.context.summary_for(self.at, *at as usize));
        let kind = summary.map_or(Kind::Unknown, |summary| summary.result.kind);
        let is_number = matches!(kind, Kind::Int | Kind::Float | Kind::Bool | Kind::None);
        let makes = summary.is_none_or(|summary| !summary.retained.is_zero());
        let known = self.context.kind_of(site.to);
        let known = matches!(known, Kind::Int | Kind::Float | Kind::Bool);
        self.changes_arguments(target) || (makes && !is_number && !known)
    }

    /// Calls of what is not known are an unknown: of `map` and the like what each element costs, of all
    /// others the whole call. Whether something is called.
    fn calls_unknown(&mut self, site: Site<'a>, name: &str, function: Var, over: Var) -> bool {
        let is_code = |object: Obj| {
            let kind = self.context.kind(object);
            !self.context.is_partial(object)
                && matches!(
                    kind,
                    Some(ObjectKind::ModelFunction | ObjectKind::ModelClass)
                )
        };
        let mut known = self.context.points_to(function).peekable();
        if matches!(self.kind(function), Kind::None | Kind::Bool)
            || (known.peek().is_some() && known.all(is_code))
        {
            return false;
        }
        let reason = "what it is given to call is not known";
        let label = self.label_of(site.callee);
        let called = called_name(&label).to_owned();
        let quantity = format!("{label}(...)");
        let made = self.value(site.to);
        match name {
            "functools.reduce" => self.named_unknown(site.to, &label, reason),
            "map" | "itertools.starmap" | "filter" => {
                let whole = self.value(over);
                let results = self.for_each(&whole, |interpreter, _| {
                    let seen = Seen::Each(called.as_str().into());
                    let owner = Owner::Result(site.to);
                    interpreter.unknown_cost(owner, (&quantity, reason), seen);
                    Value::default()
                });
                match results {
                    Some(results) => self.keep_results(site, name, made, &whole, results),
                    None => {
                        let seen = Seen::Call(called.as_str().into());
                        self.unknown_cost(Owner::Result(site.to), (&quantity, reason), seen);
                    }
                }
            }
            _ => {
                let seen = Seen::Call(called.as_str().into());
                let at = self.unknown_cost(Owner::Local, (&quantity, reason), seen);
                if let Some(frame) = self.frames.last_mut() {
                    frame.free(at);
                }
                self.set(site.to, made);
            }
        }
        true
    }

    /// What library code is given to call is not counted, where that allocates.
    pub(super) fn name_callbacks(&mut self, site: Site<'a>, library: &str) {
        for argument in site.arguments {
            let (Argument::Positional(var) | Argument::Keyword(_, var)) = argument else {
                continue;
            };
            if self
                .context
                .points_to(*var)
                .any(|object| self.context.is_partial(object))
            {
                let label = Self::label(&self.value(*var));
                let cause = format!("what {library} calls is not counted");
                self.assumption(&format!("calls of {label}"), &cause);
                continue;
            }
            let own =
                (self.context.points_to(*var)).find(|f| self.context.by_object.contains_key(f));
            let Some(function) = own else { continue };
            let at = self.context.by_object.get(&function).copied();
            let done = at.and_then(|at| self.context.summary_for(self.at, at as usize));
            if done.is_none_or(|summary| !summary.total.is_zero()) {
                let name = self.context.short_name(function).to_owned();
                let cause = format!("what {library} calls is not counted");
                self.assumption(&format!("calls of {name}"), &cause);
            }
        }
    }

    /// An exception that is caught: with its message, the traceback and the frame that it shows.
    pub(super) fn caught(&mut self, exception: Var) {
        let bytes = number(self.context.input.sizes.other.caught);
        self.grade = self.grade.join(Grade::Modelled);
        self.one(Kind::Instance, bytes, Owner::Var(exception));
    }

    /// What becomes of the results: keys are there while it is sorted, what is mapped is the result.
    fn keep_results(
        &mut self,
        site: Site<'a>,
        name: &str,
        made: Value,
        over: &Value,
        results: Results,
    ) {
        let mut kept = Vec::new();
        let owner = match name {
            "map" | "itertools.starmap" => Owner::Result(site.to),
            _ => Owner::Local,
        };
        if let Some(frame) = self.frames.last_mut() {
            for line in results.lines {
                let owner = owner.clone();
                kept.push(frame.keep(Owned { line, owner }));
            }
        }
        if matches!(name, "sorted" | "list.sort") {
            // A table for the keys, and in merges half of one more, and half of one for the values.
            let slot = number(2 * self.context.input.sizes.list.slot);
            let keys = &self.length_or_unknown(over) * &slot;
            self.transient(Kind::List, keys);
        }
        if matches!(name, "map" | "itertools.starmap") {
            let element = Value {
                sum: results.length,
                ..results.value
            };
            self.set(site.to, made.with_elements_of(Some(element)));
            return;
        }
        if let Some(frame) = self.frames.last_mut() {
            kept.into_iter().for_each(|at| frame.free(at));
        }
    }

    fn keyword(&self, site: Site<'a>, name: &str) -> Option<Var> {
        let name = self.context.input.symbols.get(name)?;
        site.arguments.iter().find_map(|argument| match argument {
            Argument::Keyword(own, var) if *own == name => Some(*var),
            _ => None,
        })
    }

    /// What is iterated over: the receiver of a method, or the first argument.
    fn first_argument(&self, site: Site<'a>) -> Option<Var> {
        match site.callee {
            crate::ir::Callee::Method(base, _) if site.arguments.len() < 2 => Some(base),
            _ => super::loops::positional(site.arguments).last(),
        }
    }

    /// The one function of the project that a variable holds.
    pub(super) fn only_own(&self, function: Var) -> Option<Obj> {
        let mut found = self.context.points_to(function);
        match (found.next(), found.next()) {
            (Some(only), None) if self.context.by_object.contains_key(&only) => Some(only),
            _ => None,
        }
    }

    /// Calls a function for each element of a value, as a loop would.
    pub(super) fn call_for_each(
        &mut self,
        site: Site<'a>,
        target: Obj,
        over: &Value,
    ) -> Option<Results> {
        let at = *self.context.by_object.get(&target)? as usize;
        let summary = self.context.summary_for(self.at, at)?.clone();
        self.for_each(over, |interpreter, element| {
            interpreter.instantiate(site, &summary, &[element]);
            interpreter.value(site.to)
        })
    }

    /// `map` of a library's function; whether it is one.
    fn maps_library(&mut self, site: Site<'a>, function: Var, over: Var) -> bool {
        let mut found = self.context.points_to(function);
        let (Some(target), None) = (found.next(), found.next()) else {
            return false;
        };
        let is_model = matches!(
            self.context.kind(target),
            Some(ObjectKind::ModelFunction | ObjectKind::ModelClass)
        );
        let [_, arguments @ ..] = site.arguments else {
            return false;
        };
        let rest: Vec<Var> = super::loops::positional(arguments).skip(1).collect();
        if rest.len() + 1 != arguments.len() || rest.contains(&over) {
            return false;
        }
        let whole = self.value(over);
        if !is_model || self.length(&whole).is_none() {
            return false;
        }
        let made = self.value(site.to);
        let name = self.object_name(target);
        let inner = Site {
            call: None,
            callee: Callee::Value(function),
            arguments,
            ..site
        };
        let others: Vec<Value> = rest.iter().map(|var| self.value(*var)).collect();
        let results = self.for_each(&whole, |interpreter, element| {
            interpreter.set(over, element);
            for (var, other) in rest.iter().zip(&others) {
                let element = interpreter.iterated(other);
                interpreter.set(*var, element);
            }
            interpreter.library(inner, name, target);
            interpreter.value(site.to)
        });
        self.set(over, whole.clone());
        for (var, other) in rest.iter().zip(others) {
            self.set(*var, other);
        }
        self.set(site.to, made.clone());
        let Some(results) = results else {
            return false;
        };
        self.keep_results(site, "map", made, &whole, results);
        true
    }

    /// What is done with each element of a value, as in a loop.
    fn for_each(
        &mut self,
        over: &Value,
        work: impl FnOnce(&mut Self, Value) -> Value,
    ) -> Option<Results> {
        let region = self.frames.last()?.region;
        let count = self.length(over)?;
        let number = u32::try_from(self.loops.len()).ok()?;
        let index = Symbol::index(&format!("i{number}"));
        let kind = FrameKind::Loop {
            unstable: Vec::new(),
            lengths: Vec::new(),
            elements: Vec::new(),
        };
        self.frames.push(Frame::new(kind, region));
        self.loops.push((index.clone(), count.clone()));
        let element = self.iterated(over);
        let element = self.individual(over, element, number);
        let value = work(self, element);
        self.loops.pop();
        let kin = self.kin(number);
        let iterations = self.iterations(number, &index, &count, &kin);
        let inside = self.frames.len() - 1;
        let frozen = self.frozen(&value, 1);
        let finished = self.frames.pop()?.finish();
        self.rehome(inside, Some(&iterations));
        let sum = |line: &Line| map(line, |expr| iterations.sum(expr)).0;
        let total: Vec<Line> = finished.total.iter().map(sum).collect();
        let stored = finished.stored.iter().map(|stored| &stored.all);
        let alive: Vec<Line> = finished
            .alive
            .iter()
            .chain(stored)
            .map(|owned| sum(&owned.line))
            .collect();
        let peaks: Vec<Vec<Line>> = finished
            .peaks
            .iter()
            .map(|lines| {
                let most = |line: &Line| map(line, |expr| iterations.most(expr)).0;
                lines
                    .iter()
                    .map(most)
                    .chain(alive.iter().cloned())
                    .collect()
            })
            .collect();
        let frame = self.frames.last_mut()?;
        frame.total.extend(total);
        peaks.into_iter().for_each(|lines| frame.note(lines));
        let length = frozen.length.as_ref();
        Some(Results {
            length: length.map(|length| iterations.sum(length).value),
            value: iterations.after(&frozen),
            lines: alive,
        })
    }
}
