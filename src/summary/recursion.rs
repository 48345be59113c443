//! Recursion: what a call of a function by itself costs, as recurrences over its inputs.
//!
//! A recursive function is interpreted twice. The first time, recursive calls give nothing; it shows
//! of what shape the result is and where memory is retained. The second time each recursive call
//! stands for itself by symbols, one for each of its costs and sizes. [`super::unrolling`] then
//! solves the formulas over the tree of calls, and over one path in it for the peak.

use std::sync::Arc;

use heapcast_facts::{Obj, Var};

use super::calls::Site;
use super::cost::Line;
use super::frame::{Owned, Owner};
use super::interpret::Interpreter;
use super::marks::Search;
use super::value::{Measure, Place, Quantity, Root, Value};
use super::{Destination, FunctionSummary};
use crate::algebra::{Atom, Expr, Rational, Symbol, TypeName};
use crate::ir::CompareOp;

/// What a recursive call is taken to do.
#[derive(Debug, Clone, Default)]
pub(super) struct Template {
    /// A value of the shape of the result.
    result: Value,
    destinations: Vec<Destination>,
    effects: Vec<Arc<Place>>,
}

/// The numbers of the symbols of a call start at a multiple of this.
const STATES_OF_CALL: u32 = 1 << 16;

impl Recursion {
    /// What the first interpretation starts from: a result of any shape, and nothing else.
    pub(super) fn first() -> Self {
        let nothing = || Value {
            number: Some(Expr::ZERO),
            length: Some(Expr::ZERO),
            ..Value::default()
        };
        let template = Template {
            result: nothing().with_element(Some(nothing())),
            ..Template::default()
        };
        Self {
            template,
            ..Self::default()
        }
    }

    /// What a call comes to that returns early, if all such ways are known and there are any.
    pub(super) fn base(&self) -> Option<Vec<Line>> {
        let all: Option<Vec<Vec<Line>>> = self.bases.iter().cloned().collect();
        all?.into_iter().reduce(super::cost::either)
    }

    /// What the first interpretation shows.
    pub(super) fn like(shape: &FunctionSummary) -> Self {
        Self {
            template: Template::of(shape),
            ..Self::default()
        }
    }
}

/// What stands for the number of objects, where `symbol` stands for their bytes.
pub(super) fn objects_of(symbol: &Symbol) -> Symbol {
    Symbol::index(&format!("objects {}", symbol.name()))
}

impl Template {
    fn of(summary: &FunctionSummary) -> Self {
        Self {
            result: Value {
                place: None,
                items: None,
                literal: None,
                stride: None,
                ..summary.result.clone()
            },
            destinations: summary
                .retained_in
                .iter()
                .map(|retained| retained.destination)
                .collect(),
            effects: summary
                .effects
                .iter()
                .map(|effect| Arc::clone(&effect.place))
                .collect(),
        }
    }
}

/// A call of the function by itself.
#[derive(Debug, Clone)]
pub(super) struct RecursiveCall {
    /// What stands for the call's total.
    pub(super) total: Symbol,
    /// What stands for its peak.
    pub(super) peak: Symbol,
    /// What stands for what it retains.
    pub(super) retained: Vec<(Destination, Symbol)>,
    /// What stands for what it does to objects that it is given.
    pub(super) effects: Vec<Symbol>,
    /// The result, made of symbols.
    pub(super) result: Value,
    /// What is passed for each parameter.
    pub(super) arguments: Vec<Value>,
    /// What each iteration of the loop around the call makes smaller in a way of its own, so that of
    /// all smaller ones each is passed on at most once.
    pub(super) chosen: Option<Expr>,
}

/// The recursion of the function that is interpreted.
#[derive(Debug, Clone, Default)]
pub(super) struct Recursion {
    pub(super) template: Template,
    pub(super) calls: Vec<RecursiveCall>,
    /// What a call comes to that returns before it calls itself, for each such way; nothing where
    /// that is not known of one.
    pub(super) bases: Vec<Option<Vec<Line>>>,
    /// How often it calls itself, where marks keep it from coming to anything twice.
    pub(super) search: Option<Search>,
    /// All inputs that the function asked for, whether or not they are in its formulas.
    pub(super) measures: Vec<Measure>,
    /// The comparisons of numbers: a recursion ends at one of them.
    pub(super) comparisons: Vec<(CompareOp, Expr, Expr)>,
}

/// What bounds the choices where `passed` is what an iteration passes on for `own`.
fn span_of_choices(own: &Expr, passed: &Expr, index: &Expr, count: &Expr) -> Option<Expr> {
    let within = || super::cost::covers(own, count);
    // Each of the numbers below it, or what is left of it after each of its parts.
    if passed == index && within() {
        return Some(own.clone());
    }
    let falls = |by: i64| {
        let left = &(own - index) - &Expr::from(by);
        *passed == left || *passed == left.positive_part()
    };
    if (1..=2).any(falls) && within() {
        return Some(own.clone());
    }
    // Each of the numbers from it to a bound.
    let step = &(passed - own) - index;
    let rises = step.as_constant().is_some_and(Rational::is_positive);
    let bounds = count
        .terms()
        .iter()
        .filter_map(|term| match term.monomial.factors() {
            [factor] => match &factor.atom {
                Atom::Max(arms) => Some(arms.iter().cloned().collect::<Vec<_>>()),
                _ => None,
            },
            _ => None,
        });
    let mut bounds = bounds.flatten().chain([count + own]);
    let is_span = |bound: &Expr| {
        let span = bound - own;
        span == *count || span.positive_part() == *count
    };
    let found = bounds.find(is_span).filter(|_| rises);
    found.map(|bound| (&bound - own).positive_part())
}

impl<'a> Interpreter<'a> {
    /// A call of the function that is interpreted.
    pub(super) fn recursive_call(&mut self, site: Site<'a>, target: Obj, arguments: &[Value]) {
        let Some(recursion) = &self.recursion else {
            return;
        };
        let template = recursion.template.clone();
        let number = recursion.calls.len();
        let chosen = self.chosen(arguments);
        // A call has the same symbols whenever it is interpreted: rehearsals of loops speak of it.
        let states = u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1);
        let before = std::mem::replace(&mut self.states, states.saturating_mul(STATES_OF_CALL));
        let result = self.hypothesis(&template.result);
        self.states = before;
        let symbol = |what: &str| Symbol::index(&format!("{what} of call {number}"));
        let call = RecursiveCall {
            total: symbol("total"),
            peak: symbol("peak"),
            retained: (template.destinations.iter().enumerate())
                .map(|(at, destination)| (*destination, symbol(&format!("retained {at}"))))
                .collect(),
            effects: (0..template.effects.len())
                .map(|at| symbol(&format!("effect {at}")))
                .collect(),
            result,
            arguments: arguments
                .iter()
                .map(|argument| self.passed(argument))
                .collect(),
            chosen,
        };
        let here = self.site();
        let line = |symbol: &Symbol| Line {
            site: here,
            type_name: TypeName::new("recursion"),
            count: Expr::symbol(symbol),
            bytes: Expr::symbol(symbol),
        };
        for (place, symbol) in template.effects.iter().zip(&call.effects) {
            let changed = self.resolve(place, arguments);
            if let Some(container) = self.container_of(&changed) {
                self.extend(container, &Expr::symbol(symbol), None);
            }
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.total.push(line(&call.total));
            frame.note(vec![line(&call.peak)]);
        }
        for (destination, symbol) in &call.retained {
            let owner = match destination {
                Destination::Result => Owner::Result(site.to),
                Destination::Parameter(at) => self.argument_owner(site, *at, target),
                Destination::Elsewhere => Owner::Elsewhere,
            };
            if let Some(frame) = self.frames.last_mut() {
                frame.keep(Owned {
                    line: Line {
                        count: Expr::symbol(&objects_of(symbol)),
                        ..line(symbol)
                    },
                    owner,
                });
            }
        }
        let kind = match call.result.kind {
            super::value::Kind::Unknown => self.context.kind_of(site.to),
            kind => kind,
        };
        let result = Value {
            kind,
            ..call.result.clone()
        };
        let result = self.adopt(result, site.to);
        self.set(site.to, result);
        if let Some(recursion) = &mut self.recursion {
            recursion.calls.push(call);
        }
    }

    /// Remembers what is requested where the function returns without having called itself.
    pub(super) fn returns_early(&mut self) {
        if self.recursion.is_none() || self.rehearsing > 0 {
            return;
        }
        let frames = self.frames.iter().flat_map(|frame| frame.total.iter());
        let lines = super::cost::merged(frames.cloned().collect());
        let Some(recursion) = &mut self.recursion else {
            return;
        };
        let calls = |line: &Line| {
            let symbols = line.bytes.free_symbols();
            recursion
                .calls
                .iter()
                .any(|call| symbols.contains(&call.total))
        };
        if lines.iter().any(calls) {
            return;
        }
        let known = self.loops.is_empty().then_some(lines);
        recursion.bases.push(known);
    }

    /// Remembers a comparison of numbers.
    pub(super) fn compared(&mut self, op: CompareOp, left: Var, right: Var) {
        if self.recursion.is_none() || self.rehearsing > 0 {
            return;
        }
        let (left, right) = (self.value(left), self.value(right));
        let numbers = self.number(&left).zip(self.number(&right));
        if let (Some((left, right)), Some(recursion)) = (numbers, &mut self.recursion) {
            recursion.comparisons.push((op, left, right));
        }
    }

    /// A number or length that the iterations of the loop around a call pass on in different, smaller
    /// sizes: all calls below are a choice among these sizes.
    fn chosen(&mut self, arguments: &[Value]) -> Option<Expr> {
        let (index, count) = self.loops.last()?.clone();
        let index = Expr::symbol(&index);
        let parameters = self.function.parameters.iter().zip(0..);
        for ((parameter, at), argument) in parameters.zip(arguments) {
            let name = self.context.input.symbols.text(parameter.name);
            let place = Place::new(Root::Parameter(at), name);
            let length = match argument.container {
                Some(id) => self.container_length(id),
                None => argument.length.clone(),
            };
            let sizes = [
                (Quantity::Number, argument.number.clone()),
                (Quantity::Length, length),
            ];
            for (quantity, passed) in sizes {
                let Some(passed) = passed else {
                    continue;
                };
                let own = Expr::symbol(&quantity.symbol(&place));
                if let Some(span) = span_of_choices(&own, &passed, &index, &count) {
                    return Some(span);
                }
            }
        }
        None
    }

    /// An argument, at its largest over the loops around the call.
    fn passed(&mut self, argument: &Value) -> Value {
        let place = argument.place.clone();
        let frozen = self.frozen(argument, 1);
        let mut value = self.resolved(&frozen, 1);
        // An input may be longer than it was.
        let changed = place
            .as_ref()
            .and_then(|place| self.places.get(&place.text));
        if let Some(&id) = changed {
            value.length = self.container_length(id);
        }
        for at in (0..self.loops.len()).rev() {
            let (index, count) = self.loops[at].clone();
            let number = u32::try_from(at).unwrap_or(u32::MAX);
            let kin = self.kin(number);
            value = self.iterations(number, &index, &count, &kin).after(&value);
        }
        Value { place, ..value }.of_any()
    }
}
