//! The interpretation of one function over symbolic inputs.

use std::collections::BTreeMap;
use std::sync::Arc;

use heapcast_facts::{Map, Obj, Region, Symbol as Name, Var};
use heapcast_rules::Via;

use super::context::Context;
use super::cost::{Line, Peak, Site, compacted};
use super::frame::{Finished, Frame, FrameKind, Owned, Owner, add_delta};
use super::liveness::Deaths;
use super::sizes::{self, number};
use super::value::{ContainerId, Kind, Measure, Place, Quantity, Root, Step, Value};
use super::{Costs, Destination, Effect, FunctionSummary, Retained, Unknown};
use crate::algebra::{Cause, Expr, Grade, Substitution, Symbol};
use crate::ir::{Block, Function, Phi};

/// A function with more memory-critical variables of its own than this lumps the others.
const MAX_UNKNOWNS: usize = 24;

#[derive(Debug, Clone, Default)]
struct Slot {
    value: Value,
    /// How many frames were open where it was defined.
    depth: usize,
}

/// Something that is changed in place.
#[derive(Debug, Clone)]
pub(super) struct Container {
    pub(super) kind: Kind,
    /// The number of the frame that made it.
    home: usize,
    /// Its length at home, without the changes in frames inside.
    length: Option<Expr>,
    is_bound: bool,
    element: Option<Value>,
    /// The entry of its table in the home frame.
    table: Option<usize>,
    /// The slots of a list's table, where they are known.
    slots: Option<u64>,
    owner: Owner,
    /// The input that it is.
    place: Option<Arc<Place>>,
}

impl Container {
    /// The container is what a callee made.
    pub(super) fn adopted(&mut self, element: Option<Value>, is_bound: bool) {
        self.element = element;
        self.is_bound = is_bound;
        self.slots = None;
    }
}

/// What attributes are remembered of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Base {
    Container(ContainerId),
    Place(Arc<str>),
}

/// See the module.
pub(super) struct Interpreter<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) at: usize,
    pub(super) function: &'a Function,
    pub(super) line: u32,
    pub(super) frames: Vec<Frame>,
    /// The iterations that surround the present step.
    pub(super) loops: Vec<(Symbol, Expr)>,
    pub(super) grade: Grade,
    pub(super) deaths: Deaths,
    values: Map<Var, Slot>,
    pub(super) containers: Vec<Container>,
    places: Map<Arc<str>, ContainerId>,
    attributes: Map<(Base, Name), Value>,
    measures: Map<Symbol, Measure>,
    unknowns: Vec<Unknown>,
    path: Arc<str>,
    /// The tables of inputs that grew: requested, and alive at the end.
    grown: [Vec<(Owner, Line)>; 2],
    pub(super) returned: Option<Value>,
    /// What a generator yields.
    pub(super) yields: Option<ContainerId>,
    /// The collections of the comprehensions around the present step.
    pub(super) collecting: Vec<ContainerId>,
}

impl<'a> Interpreter<'a> {
    pub(super) fn new(context: &'a Context<'a>, at: usize, function: &'a Function) -> Self {
        Self {
            context,
            at,
            function,
            line: function.line,
            frames: vec![Frame::new(FrameKind::Function, function.region)],
            loops: Vec::new(),
            grade: Grade::Exact,
            deaths: Deaths::of(context, &function.body),
            values: Map::default(),
            containers: Vec::new(),
            places: Map::default(),
            attributes: Map::default(),
            measures: Map::default(),
            unknowns: Vec::new(),
            path: context.path(at),
            grown: [Vec::new(), Vec::new()],
            returned: None,
            yields: None,
            collecting: Vec::new(),
        }
    }

    /// Interprets the function.
    pub(super) fn run(mut self) -> FunctionSummary {
        for (parameter, at) in self.function.parameters.iter().zip(0..) {
            let name = self.context.input.symbols.text(parameter.name);
            let mut value = Value::input(Place::new(Root::Parameter(at), name));
            value.kind = match parameter.kind {
                crate::ir::ParameterKind::Star => Kind::Tuple,
                crate::ir::ParameterKind::StarStar => Kind::Dict,
                _ => self.context.annotated(parameter.var),
            };
            let slot = Slot { value, depth: 0 };
            self.values.insert(parameter.var, slot);
        }
        if self.function.is_generator {
            let owner = Owner::Local;
            self.yields = Some(self.container(Kind::Generator, Some(Expr::ZERO), owner));
        }
        let function = self.function;
        self.block(&function.body);
        self.finish()
    }

    pub(super) fn site(&self) -> Site {
        Site { function: self.function.object.0, line: self.line }
    }

    pub(super) fn block(&mut self, block: &'a Block) {
        let mut next = 0;
        for (at, item) in block.iter().enumerate() {
            self.line = item.line;
            self.step(&item.op);
            // The list is borrowed anew: a step needs all of the interpreter.
            while let Some(&(step, var)) = self.deaths.in_block(block).get(next) {
                if step > at {
                    break;
                }
                next += 1;
                self.temporary_dies(var);
            }
        }
    }

    fn temporary_dies(&mut self, var: Var) {
        let lives_on = |frame: &Frame| !self.context.outlives(var, frame.region).is_empty();
        if self.frames.iter().any(lives_on) {
            return;
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.free_var(var);
        }
    }

    // ---- values --------------------------------------------------------------------------

    pub(super) fn set(&mut self, var: Var, value: Value) {
        let depth = self.frames.len();
        self.values.insert(var, Slot { value, depth });
    }

    pub(super) fn value(&mut self, var: Var) -> Value {
        if let Some(slot) = self.values.get(&var) {
            return slot.value.clone();
        }
        if let Some(constant) = self.context.constant_of(var) {
            return constant.clone();
        }
        let name = self.context.cell_name(var).unwrap_or_default();
        let captured = self.context.captures(self.function.object, var);
        let mut value = if captured && !name.is_empty() {
            Value::input(Place::new(Root::Cell(var), name))
        } else {
            let target = self.context.points_to(var).next();
            let text = if name.is_empty() {
                target.map_or("", |target| self.context.name(target))
            } else {
                name
            };
            let text = text.strip_prefix("builtins.").unwrap_or(text);
            if text.is_empty() { Value::default() } else { Value::default().labelled(text) }
        };
        value.kind = self.context.kind_of(var);
        self.values.insert(var, Slot { value: value.clone(), depth: 0 });
        value
    }

    /// The value of a variable that is defined already.
    pub(super) fn defined(&mut self, var: Var) -> Option<Value> {
        if let Some(slot) = self.values.get(&var) {
            return Some(slot.value.clone());
        }
        let known = self.context.constant_of(var).is_some()
            || self.context.captures(self.function.object, var);
        known.then(|| self.value(var))
    }

    /// The kind of a variable, from its value or from what it points to.
    pub(super) fn kind(&mut self, var: Var) -> Kind {
        match self.value(var).kind {
            Kind::Unknown => self.context.kind_of(var),
            kind => kind,
        }
    }

    /// What the source calls the value, for names of unknowns.
    pub(super) fn label(value: &Value) -> String {
        value.label.as_deref().unwrap_or("value").to_owned()
    }

    fn measure(&mut self, place: &Arc<Place>, quantity: Quantity) -> Expr {
        let symbol = match quantity {
            Quantity::Number => Symbol::measure(&place.text),
            Quantity::Length => Symbol::measure(&format!("len({})", place.text)),
        };
        let measure = Measure { symbol: symbol.clone(), place: Arc::clone(place), quantity };
        self.measures.entry(symbol.clone()).or_insert(measure);
        Expr::symbol(&symbol)
    }

    /// The value as a number, where it is known or an input's.
    pub(super) fn number(&mut self, value: &Value) -> Option<Expr> {
        if value.number.is_some() {
            return value.number.clone();
        }
        let place = value.place.clone()?;
        matches!(value.kind, Kind::Unknown | Kind::Int | Kind::Bool)
            .then(|| self.measure(&place, Quantity::Number))
    }

    /// The length, where it is known or an input's.
    pub(super) fn length(&mut self, value: &Value) -> Option<Expr> {
        if let Some(container) = value.container {
            return self.container_length(container);
        }
        if value.length.is_some() {
            return value.length.clone();
        }
        let place = value.place.clone()?;
        Some(self.measure(&place, Quantity::Length))
    }

    /// The length, or an unknown for it.
    pub(super) fn length_or_unknown(&mut self, value: &Value) -> Expr {
        match self.length(value) {
            Some(length) => length,
            None => {
                let quantity = format!("len({})", Self::label(value));
                self.unknown(&quantity, "its length is not determined by an input")
            }
        }
    }

    /// The number, or an unknown for it.
    pub(super) fn number_or_unknown(&mut self, value: &Value) -> Expr {
        match self.number(value) {
            Some(number) => number,
            None => {
                let quantity = Self::label(value);
                self.unknown(&quantity, "its value is not determined by an input")
            }
        }
    }

    /// A memory-critical variable of the present line.
    pub(super) fn unknown(&mut self, quantity: &str, reason: &str) -> Expr {
        let cause = Cause { reason: reason.into(), file: self.path.to_string(), line: self.line };
        let symbol = Symbol::mcv(quantity, cause);
        if self.unknowns.iter().any(|unknown| unknown.symbol == symbol) {
            return Expr::symbol(&symbol);
        }
        if self.unknowns.len() < MAX_UNKNOWNS {
            return self.add_unknown(symbol, reason, self.line);
        }
        let name = self.context.input.symbols.text(self.function.name);
        let line = self.function.line;
        let reason = "the greatest of all further unknown quantities of the function";
        let cause = Cause { reason: reason.into(), file: self.path.to_string(), line };
        let symbol = Symbol::mcv(&format!("further unknowns of {name}"), cause);
        if self.unknowns.iter().any(|unknown| unknown.symbol == symbol) {
            return Expr::symbol(&symbol);
        }
        self.add_unknown(symbol, reason, line)
    }

    fn add_unknown(&mut self, symbol: Symbol, reason: &str, line: u32) -> Expr {
        let expr = Expr::symbol(&symbol);
        let path = Arc::clone(&self.path);
        self.unknowns.push(Unknown { symbol, cause: reason.into(), path, line });
        expr
    }

    /// What stands at `step` of a value.
    pub(super) fn part(&mut self, value: &Value, step: Step) -> Value {
        if let (Step::Attribute(name), Some(base)) = (step, base_of(value))
            && let Some(known) = self.attributes.get(&(base, name))
        {
            return known.clone();
        }
        if let (Step::Element | Step::Key(_), Some(container)) = (step, value.container)
            && let Some(element) = self.containers.get(container.0 as usize)
            && let Some(element) = &element.element
        {
            return element.clone();
        }
        value.at(step, self.context.input.symbols)
    }

    /// `base.name = value`
    pub(super) fn set_attribute(&mut self, base: &Value, name: Name, value: Value) {
        let Some(key) = base_of(base) else {
            return;
        };
        let slot = (key, name);
        let merged = match self.attributes.get(&slot) {
            Some(known) if self.frames.len() > 1 => known.join(&value),
            None if self.frames.len() > 1 && base.place.is_some() => {
                base.at(Step::Attribute(name), self.context.input.symbols).join(&value)
            }
            _ => value,
        };
        self.attributes.insert(slot, merged);
    }

    /// The values that meet.
    pub(super) fn phis(&mut self, phis: &[Phi]) {
        for phi in phis {
            let mut merged: Option<Value> = None;
            for &var in &phi.from {
                let value = self.value(var);
                merged = Some(match merged {
                    Some(other) => other.join(&value),
                    None => value,
                });
            }
            self.set(phi.to, merged.unwrap_or_default());
        }
    }

    pub(super) fn forget_index(&mut self, index: &Symbol, count: &Expr) {
        for value in self.attributes.values_mut() {
            *value = value.after_loop(index, count);
        }
    }

    // ---- allocations ---------------------------------------------------------------------

    pub(super) fn builtin_line(&self, kind: Kind, count: Expr, bytes: Expr) -> Line {
        Line { site: self.site(), type_name: self.context.type_name(kind), count, bytes }
    }

    pub(super) fn allocate(&mut self, line: Line, owner: Owner) -> usize {
        match self.frames.last_mut() {
            Some(frame) => frame.allocate(line, owner),
            None => 0,
        }
    }

    /// One object of `kind` and of that many bytes.
    pub(super) fn one(&mut self, kind: Kind, bytes: Expr, owner: Owner) -> usize {
        let line = self.builtin_line(kind, Expr::one(), bytes);
        self.allocate(line, owner)
    }

    /// One object that is gone when the step ends.
    pub(super) fn transient(&mut self, kind: Kind, bytes: Expr) {
        let at = self.one(kind, bytes, Owner::Local);
        if let Some(frame) = self.frames.last_mut() {
            frame.free(at);
        }
    }

    /// One object whose elements stand inside of it: a string, a tuple.
    pub(super) fn flat(&mut self, kind: Kind, length: &Expr, owner: Owner) {
        let (head, each) = sizes::head(self.context.input.sizes, kind);
        if length.is_zero() && kind != Kind::ByteArray {
            return;
        }
        self.one(kind, &number(head) + &length.scale(&i64::try_from(each).unwrap_or(1).into()), owner);
    }

    /// An integer, unless it is known to be a shared one.
    pub(super) fn int(&mut self, value: Option<&Expr>, owner: Owner) {
        if value.is_some_and(|value| self.is_small(value)) {
            return;
        }
        self.grade = self.grade.join(Grade::Upper);
        self.one(Kind::Int, number(self.context.input.sizes.int.arithmetic), owner);
    }

    pub(super) fn is_small(&self, value: &Expr) -> bool {
        let mut most = value.clone();
        for (index, count) in self.loops.iter().rev() {
            most = most.upper_bound_over(index, &Expr::ZERO, count).value;
        }
        let Some(most) = most.as_constant().and_then(|most| most.to_i64()) else {
            return false;
        };
        let int = &self.context.input.sizes.int;
        let low = value.as_constant().and_then(|value| value.to_i64());
        let not_below = low.map_or_else(|| value.is_nonnegative(), |low| low >= int.small_min);
        not_below && most <= int.small_max
    }

    // ---- containers ----------------------------------------------------------------------

    pub(super) fn container(&mut self, kind: Kind, length: Option<Expr>, owner: Owner) -> ContainerId {
        let id = ContainerId(u32::try_from(self.containers.len()).unwrap_or(u32::MAX));
        self.containers.push(Container {
            kind,
            home: self.frames.len().saturating_sub(1),
            length,
            is_bound: false,
            element: None,
            table: None,
            slots: Some(0),
            owner,
            place: None,
        });
        id
    }

    /// A list, set or dict with that many elements and just the slots for them.
    pub(super) fn fitted(&mut self, kind: Kind, length: Expr, element: Option<Value>, owner: Var) -> Value {
        let (head, _) = sizes::head(self.context.input.sizes, kind);
        self.one(kind, number(head), Owner::Var(owner));
        let growth = sizes::fitted(self.context.input.sizes, kind, &length);
        if !growth.exact {
            self.grade = self.grade.join(Grade::Upper);
        }
        let id = self.container(kind, Some(length), Owner::Var(owner));
        self.grow_table(id, growth);
        if let Some(container) = self.containers.get_mut(id.0 as usize) {
            container.element = element.clone();
        }
        Value { container: Some(id), ..Value::of(kind) }.with_element(element)
    }

    /// The container that a value is: its own, or one for an input that is changed.
    pub(super) fn container_of(&mut self, value: &Value) -> Option<ContainerId> {
        if value.container.is_some() {
            return value.container;
        }
        let place = value.place.clone()?;
        if let Some(&id) = self.places.get(&place.text) {
            return Some(id);
        }
        let length = self.length(value);
        let owner = match place.root {
            Root::Parameter(at) => self.function.parameters.get(at as usize).map(|p| p.var),
            Root::Cell(cell) => Some(cell),
        };
        let id = self.container(value.kind, length, owner.map_or(Owner::Elsewhere, Owner::Var));
        if let Some(container) = self.containers.get_mut(id.0 as usize) {
            container.home = 0;
            container.slots = None;
            container.place = Some(Arc::clone(&place));
        }
        self.places.insert(Arc::clone(&place.text), id);
        Some(id)
    }

    fn container_length(&mut self, id: ContainerId) -> Option<Expr> {
        let container = self.containers.get(id.0 as usize)?;
        let mut length = container.length.clone()?;
        for frame in self.frames.iter().skip(container.home + 1) {
            if let FrameKind::Loop { unstable, .. } = &frame.kind
                && unstable.contains(&id)
            {
                return None;
            }
            if let Some((_, delta)) = frame.deltas.iter().find(|(own, _)| *own == id) {
                length = &length + delta;
            }
        }
        Some(length)
    }

    /// A container gets longer; `element` is what is put in.
    pub(super) fn extend(&mut self, id: ContainerId, by: &Expr, element: Option<Value>) {
        let top = self.frames.len().saturating_sub(1);
        let Some(container) = self.containers.get_mut(id.0 as usize) else {
            return;
        };
        if let Some(element) = element {
            container.element = Some(match &container.element {
                Some(known) => known.join(&element),
                None => element,
            });
        }
        if container.home == top {
            self.apply_delta(id, by);
        } else if let Some(frame) = self.frames.last_mut() {
            add_delta(&mut frame.deltas, id, by);
        }
    }

    /// A container of the present frame gets longer.
    pub(super) fn apply_delta(&mut self, id: ContainerId, by: &Expr) {
        if by.is_zero() {
            return;
        }
        let Some(container) = self.containers.get_mut(id.0 as usize) else {
            return;
        };
        let kind = container.kind;
        let slots = container.slots;
        let Some(from) = container.length.clone() else {
            return;
        };
        let to = &from + by;
        container.length = Some(to.clone());
        if container.place.is_some()
            && let Some(frame) = self.frames.first_mut()
        {
            add_delta(&mut frame.deltas, id, by);
        }
        if matches!(kind, Kind::Generator | Kind::Instance) {
            return;
        }
        let growth = sizes::grow(self.context.input.sizes, kind, &from, &to, slots);
        if !growth.exact {
            self.grade = self.grade.join(Grade::Upper);
        }
        self.grow_table(id, growth);
    }

    /// Counts a container's new table.
    pub(super) fn grow_table(&mut self, id: ContainerId, growth: sizes::Growth) {
        let site = self.site();
        let Some(container) = self.containers.get_mut(id.0 as usize) else {
            return;
        };
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        let line = |bytes: Expr| Line {
            site,
            type_name: self.context.type_name(container.kind),
            count: Expr::ZERO,
            bytes,
        };
        container.slots = growth.slots;
        if growth.requested.is_zero() {
            return;
        }
        if container.place.is_some() {
            let [requested, alive] = &mut self.grown;
            requested.push((container.owner.clone(), line(growth.requested)));
            alive.retain(|(owner, _)| *owner != container.owner);
            alive.push((container.owner.clone(), line(growth.table)));
            return;
        }
        frame.total.push(line(growth.requested));
        if !growth.moving.is_zero() {
            let both = &growth.table + &growth.moving;
            frame.note(vec![line(both)]);
        }
        if let Some(old) = container.table.take() {
            frame.free(old);
        }
        let owner = container.owner.clone();
        container.table = Some(frame.keep(Owned { line: line(growth.table), owner }));
    }

    /// Containers of a frame that ends belong to the one around it.
    pub(super) fn rehome(&mut self, ended: usize, after: Option<(&Symbol, &Expr)>) {
        for container in self.containers.iter_mut().rev().take_while(|c| c.home >= ended || c.place.is_some()) {
            if container.place.is_some() {
                continue;
            }
            container.home = ended.saturating_sub(1);
            container.table = None;
            container.slots = None;
            if let Some((index, count)) = after {
                container.is_bound = true;
                container.length = container.length.as_ref().and_then(|length| {
                    let bound = length.upper_bound_over(index, &Expr::ZERO, count).value;
                    (!bound.contains(index)).then_some(bound)
                });
                container.element = container.element.as_ref().map(|e| e.after_loop(index, count));
            }
        }
    }

    pub(super) fn elements_after_loop(&mut self, ids: &[ContainerId], index: &Symbol, count: &Expr) {
        for id in ids {
            if let Some(container) = self.containers.get_mut(id.0 as usize) {
                container.element = container.element.as_ref().map(|e| e.after_loop(index, count));
            }
        }
    }

    /// The value without references into the interpreter: what a caller can see of it.
    fn frozen(&mut self, value: &Value, depth: u32) -> Value {
        let mut result = value.clone();
        if let Some(id) = value.container {
            result.length = self.container_length(id);
            result.container = None;
            if let Some(container) = self.containers.get(id.0 as usize).cloned() {
                result.is_bound |= container.is_bound;
                if depth > 0 {
                    let element = container.element.map(|e| Arc::new(self.frozen(&e, depth - 1)));
                    result.element = element.or(result.element);
                } else {
                    result.element = None;
                }
            }
        } else if depth == 0 {
            result.element = None;
        } else if let Some(element) = value.element.clone() {
            result.element = Some(Arc::new(self.frozen(&element, depth - 1)));
        }
        result.items = match (&value.items, depth) {
            (Some(items), 1..) => {
                Some(items.iter().map(|item| self.frozen(item, depth - 1)).collect())
            }
            _ => None,
        };
        result
    }

    // ---- the end -------------------------------------------------------------------------

    /// Whether what `owner` owns is alive after frame number `at`, whose region is `region`.
    pub(super) fn survives(&self, owner: &Owner, at: usize, region: Region) -> bool {
        owner.any(|var| {
            let depth = self.values.get(&var).map_or(0, |slot| slot.depth);
            depth <= at || !self.context.outlives(var, region).is_empty()
        })
    }

    fn destination(&self, owner: &Owner) -> Destination {
        let mut found = None;
        owner.any(|var| {
            if let Some(at) = self.function.parameters.iter().position(|p| p.var == var) {
                found = Some(Destination::Parameter(u32::try_from(at).unwrap_or(u32::MAX)));
                return false;
            }
            for (_, _, via) in self.context.outlives(var, self.function.region) {
                let own = match via {
                    Via::Returned | Via::Yielded | Via::Thrown => Destination::Result,
                    Via::Parameter(at) => Destination::Parameter(*at),
                    _ => Destination::Elsewhere,
                };
                found = Some(match found {
                    Some(other) if other != own => Destination::Elsewhere,
                    _ => own,
                });
            }
            false
        });
        found.unwrap_or(Destination::Elsewhere)
    }

    fn finish(mut self) -> FunctionSummary {
        self.line = self.function.line;
        let site = self.site();
        let mut result = self.returned.take().unwrap_or_else(|| Value::of(Kind::None));
        result = self.frozen(&result, 3);
        if let Some(yields) = self.yields {
            let element = self.containers.get(yields.0 as usize).and_then(|c| c.element.clone());
            let element = element.map(|element| self.frozen(&element, 2));
            let length = self.container_length(yields);
            result = Value::sized(Kind::Generator, length).with_element(element);
        }
        let Some(frame) = self.frames.pop() else {
            return FunctionSummary::empty(self.function, self.context, self.at);
        };
        let finished = frame.finish();
        let effects = finished.deltas.iter().filter_map(|(id, by)| {
            let place = self.containers.get(id.0 as usize)?.place.clone()?;
            Some(Effect { place, longer: by.clone() })
        });
        let mut summary = FunctionSummary::empty(self.function, self.context, self.at);
        summary.effects = effects.collect();
        summary.result = result;
        let grade = self.grade;
        self.costs(&mut summary, &finished, site);
        let mut measures: Vec<Measure> = self.measures.into_values().collect();
        measures.sort_by(|a, b| a.symbol.cmp(&b.symbol));
        summary.measures = measures;
        summary.close(grade, &self.unknowns);
        summary
    }

    /// The costs, with the tables of inputs that grew and, for callers, without: a caller knows
    /// how long these are.
    fn costs(&self, summary: &mut FunctionSummary, finished: &Finished, site: Site) {
        let grade = self.grade;
        let cost = |lines: Vec<Line>| compacted(lines, grade, site);
        let mut retained: BTreeMap<Destination, Vec<Line>> = BTreeMap::new();
        for owned in &finished.alive {
            if self.survives(&owned.owner, 0, finished.region) {
                let lines = retained.entry(self.destination(&owned.owner)).or_default();
                lines.push(owned.line.clone());
            }
        }
        let parts = |with: bool| {
            let mut extra = self.grown.each_ref().map(|grown| {
                grown.iter().filter(|_| with).map(|(_, line)| line.clone()).collect::<Vec<_>>()
            });
            extra[0].extend_from_slice(&finished.total);
            let mut retained = retained.clone();
            for (owner, line) in self.grown[1].iter().filter(|_| with) {
                retained.entry(self.destination(owner)).or_default().push(line.clone());
            }
            let [total, alive] = extra;
            let peaks = finished.peaks.iter().map(|lines| {
                Peak::of(cost(lines.iter().chain(&alive).cloned().collect()))
            });
            let peak = peaks.reduce(|a, b| a.join(&b));
            let retained = retained.into_iter();
            Costs {
                total: cost(total),
                peak: peak.unwrap_or_else(|| Peak::of(cost(alive.clone()))),
                retained_in: retained
                    .map(|(destination, lines)| Retained { destination, cost: cost(lines) })
                    .collect(),
            }
        };
        let all = parts(true);
        summary.total = all.total;
        summary.peak = all.peak;
        summary.retained_in = all.retained_in;
        if !self.grown[0].is_empty() {
            summary.without_inputs = Some(Box::new(parts(false)));
        }
    }

    // ---- inputs of callees ---------------------------------------------------------------

    /// What stands at `place` of a call's arguments.
    pub(super) fn resolve(&mut self, place: &Place, arguments: &[Value]) -> Value {
        let mut value = match place.root {
            Root::Parameter(at) => arguments.get(at as usize).cloned().unwrap_or_default(),
            Root::Cell(cell) => self.value(cell),
        };
        for step in &place.steps {
            value = self.part(&value, *step);
        }
        value
    }

    /// What a callee's measures are at a call.
    pub(super) fn substitution(
        &mut self,
        summary: &FunctionSummary,
        arguments: &[Value],
    ) -> Substitution {
        let mut substitution = Substitution::new();
        for measure in &summary.measures {
            let value = self.resolve(&measure.place, arguments);
            let found = match measure.quantity {
                Quantity::Number => self.number(&value),
                Quantity::Length => self.length(&value),
            };
            let by = found.unwrap_or_else(|| {
                let name = self.context.input.symbols.text(summary.name);
                let quantity = format!("{} of {name}", measure.symbol.name());
                self.unknown(&quantity, "the argument does not determine it")
            });
            substitution.insert(measure.symbol.clone(), by);
        }
        for unknown in &summary.unknowns {
            if !self.unknowns.contains(unknown) && self.unknowns.len() < MAX_UNKNOWNS {
                self.unknowns.push(unknown.clone());
            } else if !self.unknowns.contains(unknown) {
                let by = self.unknown(unknown.symbol.name(), "unknown in a callee");
                substitution.insert(unknown.symbol.clone(), by);
            }
        }
        substitution
    }

    pub(super) fn object_name(&self, object: Obj) -> &'a str {
        let context = self.context;
        let name = context.name(object);
        name.strip_prefix("builtins.").unwrap_or(name)
    }
}

fn base_of(value: &Value) -> Option<Base> {
    match (value.container, &value.place) {
        (Some(container), _) => Some(Base::Container(container)),
        (None, Some(place)) => Some(Base::Place(Arc::clone(&place.text))),
        _ => None,
    }
}
