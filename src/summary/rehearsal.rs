//! Rehearsals: a loop's body run once for a symbolic iteration, to see how what it changes depends on
//! what it found.
//!
//! Each number, length and element that an iteration passes on to the next gets a symbol. What the
//! body makes of the symbols is a system of recurrences ([`super::recurrence`]); its solution is what
//! the body is then interpreted with. A rehearsal leaves no trace in the interpreter.

use std::collections::HashSet;
use std::sync::Arc;

use heapcast_facts::{FixedState, Map, Symbol as Name, Var};

use super::containers::{Containers, GrownTable};
use super::cost::greater;
use super::frame::{Frame, FrameKind, Owner};
use super::interpret::{Base, Interpreter};
use super::iterations::Iterations;
use super::recurrence::{Recurrence, Solution, solve};
use super::value::{ContainerId, Kind, Measure, Value};
use super::{Unknown, loops::Trips};
use crate::algebra::{Expr, Grade, Graded, Symbol};
use crate::ir::{Loop, LoopKind, Op};

/// Loops inside of rehearsals are rehearsed too, up to this depth.
const MAX_DEPTH: usize = 2;

/// Functions with more containers than this are not rehearsed: all of them are remembered.
const MAX_CONTAINERS: usize = 512;

/// What passes something on from one iteration to the next.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Carrier {
    /// A name.
    Name(Var),
    /// The length of a container.
    Length(ContainerId),
    /// The elements of a container.
    Elements(ContainerId),
    /// An attribute of an object.
    Attribute(Base, Name),
}

/// Something that iterations pass on.
#[derive(Debug, Clone)]
pub(super) struct Carried {
    pub(super) carrier: Carrier,
    /// What it is when the loop starts.
    entry: Value,
    /// What stands for it in an iteration.
    pub(super) value: Value,
}

/// What an iteration finds, with symbols for what is not the same in each.
#[derive(Debug, Default)]
pub(super) struct Rehearsal {
    pub(super) carried: Vec<Carried>,
    recurrences: Vec<Recurrence>,
}

/// What a rehearsal found that is carried too.
#[derive(Default)]
struct Discovery {
    /// Names and elements, with what they look like.
    shapes: Vec<(Carrier, Value)>,
    /// Names that are bound to other containers.
    rebound: Vec<(Var, Kind)>,
}

/// What a rehearsal must leave as it was.
struct Snapshot {
    frames: Vec<Frame>,
    line: u32,
    grade: Grade,
    skipped: bool,
    containers: Containers,
    places: Map<Arc<str>, ContainerId>,
    attributes: Map<(Base, Name), Value>,
    measures: Map<Symbol, Measure>,
    unknowns: Vec<Unknown>,
    assumptions: Vec<Unknown>,
    grown: [Vec<GrownTable>; 2],
    returned: Option<Value>,
    recursive_calls: usize,
    carried: HashSet<Var, FixedState>,
}

impl Carried {
    /// A loop variable whose value in an iteration is known.
    pub(super) fn named(to: Var, value: Value) -> Self {
        Self::of(Carrier::Name(to), value)
    }
}

impl Carried {
    /// Something that is known while the loop runs.
    pub(super) fn of(carrier: Carrier, value: Value) -> Self {
        Self {
            carrier,
            entry: Value::default(),
            value,
        }
    }
}

impl Rehearsal {
    /// What each iteration finds, over the loop's index; nothing of what has no bound.
    pub(super) fn solved(mut self, index: &Symbol, count: &Expr) -> Vec<Carried> {
        let solutions: Map<Symbol, Option<Solution>> = self
            .recurrences
            .iter()
            .map(|one| one.symbol.clone())
            .zip(solve(&self.recurrences, index, count))
            .collect();
        for carried in &mut self.carried {
            carried.value = carried.value.map(&|expr| {
                let symbol = expr.as_symbol()?;
                let Some(solution) = solutions.get(symbol) else {
                    return Some(Graded::exact(expr.clone()));
                };
                let solution = solution.clone()?;
                Some(match solution.is_bound {
                    true => Graded::upper(solution.value),
                    false => Graded::exact(solution.value),
                })
            });
        }
        self.carried
    }
}

impl<'a> Interpreter<'a> {
    /// Runs a loop's body for a symbolic iteration.
    pub(super) fn rehearse(
        &mut self,
        inner: &'a Loop,
        trips: &Trips,
        unstable: &mut Vec<ContainerId>,
    ) -> Rehearsal {
        if self.rehearsing >= MAX_DEPTH || self.containers.len() > MAX_CONTAINERS {
            return Rehearsal::default();
        }
        let mut carried = self.candidates(inner, unstable);
        if carried.is_empty() && !stores_attributes(inner) {
            return Rehearsal::default();
        }
        let (mut recurrences, found) = self.rehearsed(inner, trips, unstable, &carried);
        if !found.shapes.is_empty() || !found.rebound.is_empty() {
            self.take_up(found, unstable, &mut carried);
            (recurrences, _) = self.rehearsed(inner, trips, unstable, &carried);
        }
        Rehearsal {
            carried,
            recurrences,
        }
    }

    /// What may change from one iteration to the next, as far as it can be seen beforehand.
    fn candidates(&mut self, inner: &Loop, unstable: &[ContainerId]) -> Vec<Carried> {
        let mut carried = Vec::new();
        for phi in &inner.phis {
            let entry = phi.from.first().filter(|_| phi.from.len() > 1);
            if let Some(entry) = entry.and_then(|var| self.defined(*var)) {
                carried.push(self.carry(Carrier::Name(phi.to), &entry));
            }
        }
        for &id in unstable {
            let length = self.container_length(id);
            let Some(container) = self.containers.get(id.0 as usize) else {
                continue;
            };
            let kind = container.kind;
            // A loop around may have changed what was in it before.
            let element = container.element.clone().map(|element| {
                let changed = self.unstable_element(id);
                changed.map_or(element.clone(), |own| {
                    own.unwrap_or_else(|| Value::of(element.kind))
                })
            });
            let entry = Value::sized(kind, length);
            carried.push(self.carry(Carrier::Length(id), &entry));
            if let Some(entry) = element {
                let entry = self.frozen(&entry, 1);
                carried.push(self.carry(Carrier::Elements(id), &entry));
            }
        }
        carried
    }

    fn carry(&mut self, carrier: Carrier, entry: &Value) -> Carried {
        let entry = self.resolved(entry, 2);
        let value = self.hypothesis(&entry);
        Carried {
            carrier,
            entry,
            value,
        }
    }

    /// A value with the measures of an input spelled out. What is a container has its sizes there.
    pub(super) fn resolved(&mut self, value: &Value, depth: u32) -> Value {
        if value.container.is_some() {
            return Value {
                container: value.container,
                label: value.label.clone(),
                ..Value::of(value.kind)
            };
        }
        let is_number = matches!(value.kind, Kind::Int | Kind::Unknown | Kind::Bool);
        let number = if is_number { self.number(value) } else { None };
        let length = self.length(value);
        let element = value.element.clone().filter(|_| depth > 0);
        let element = element.map(|element| self.resolved(&element, depth - 1));
        Value {
            number,
            length,
            label: value.label.clone(),
            is_bound: value.is_bound,
            ..Value::of(value.kind)
        }
        .with_element(element)
    }

    /// A value like `entry` with symbols in place of what can change.
    pub(super) fn hypothesis(&mut self, entry: &Value) -> Value {
        let mut symbol = |known: &Option<Expr>| {
            known.as_ref().map(|_| {
                self.states += 1;
                Expr::symbol(&Symbol::index(&format!("state {}", self.states)))
            })
        };
        let (number, length) = (symbol(&entry.number), symbol(&entry.length));
        let element = entry
            .element
            .as_deref()
            .map(|element| self.hypothesis(element));
        let kind = if entry.kind == Kind::None {
            Kind::Unknown
        } else {
            entry.kind
        };
        Value {
            number,
            length,
            label: entry.label.clone(),
            container: entry.container,
            is_bound: entry.is_bound,
            ..Value::of(kind)
        }
        .with_element(element)
    }

    /// One rehearsal: the recurrences, and what else turned out to change.
    fn rehearsed(
        &mut self,
        inner: &'a Loop,
        trips: &Trips,
        unstable: &[ContainerId],
        carried: &[Carried],
    ) -> (Vec<Recurrence>, Discovery) {
        let snapshot = self.snapshot();
        self.rehearsing += 1;
        self.values.begin();
        let count = Expr::symbol(&Symbol::index("iterations"));
        let index = self.enter_iteration(inner, trips, &count, unstable, carried);
        self.iteration(inner);
        let mut recurrences = Vec::new();
        let mut discovery = Discovery::default();
        for one in carried {
            let nexts = self.nexts(one, inner);
            self.equations(&one.value, &one.entry, &nexts, &mut recurrences);
        }
        self.discover(inner, unstable, carried, &snapshot, &mut discovery);
        let at = u32::try_from(self.loops.len()).unwrap_or(u32::MAX) - 1;
        let kin = self.kin(at);
        // A nested index must not get out.
        for one in &mut recurrences {
            let own = |next: &Expr| !next.contains(&Symbol::index("iterations"));
            one.next = one.next.take().filter(own);
        }
        self.loops.pop();
        self.values.end();
        self.rehearsing -= 1;
        self.restore(snapshot);
        let iterations = self.iterations(at, &index, &count, &kin);
        gather(&mut recurrences, &iterations);
        (recurrences, discovery)
    }

    /// What the next iteration may find of something.
    fn nexts(&mut self, one: &Carried, inner: &Loop) -> Vec<Value> {
        match &one.carrier {
            Carrier::Name(to) => {
                let phi = inner.phis.iter().find(|phi| phi.to == *to);
                let from = phi.map_or(&[][..], |phi| phi.from.get(1..).unwrap_or_default());
                let all = from.iter().filter(|var| *var != to);
                all.map(|var| self.value(*var))
                    .filter(|value| value.kind != Kind::None)
                    .collect()
            }
            Carrier::Length(id) => {
                let length = self.container_length(*id);
                vec![Value::sized(one.value.kind, length)]
            }
            Carrier::Elements(id) => {
                let element = self.containers.get(id.0 as usize);
                let element = element.and_then(|container| container.element.clone());
                [Some(one.value.clone()), element]
                    .into_iter()
                    .flatten()
                    .collect()
            }
            Carrier::Attribute(base, name) => {
                let value = self.attributes.get(&(base.clone(), *name));
                value.cloned().into_iter().collect()
            }
        }
    }

    /// What the symbols of a hypothesis become.
    fn equations(
        &mut self,
        hypothesis: &Value,
        entry: &Value,
        nexts: &[Value],
        found: &mut Vec<Recurrence>,
    ) {
        let next = |interpreter: &mut Self, get: fn(&mut Self, &Value) -> Option<Expr>| {
            let mut all = nexts.iter().map(|value| get(interpreter, value));
            let first = all.next()?;
            all.fold(first, |a, b| Some(greater(&a?, &b?)))
        };
        let numbers = (
            &hypothesis.number,
            &entry.number,
            Self::number as fn(&mut Self, &Value) -> Option<Expr>,
        );
        let lengths = (
            &hypothesis.length,
            &entry.length,
            Self::length as fn(&mut Self, &Value) -> Option<Expr>,
        );
        for (symbol, entry, get) in [numbers, lengths] {
            if let (Some(symbol), Some(entry)) = (symbol.as_ref().and_then(Expr::as_symbol), entry)
            {
                found.push(Recurrence {
                    symbol: symbol.clone(),
                    entry: entry.clone(),
                    is_bound: false,
                    next: match nexts {
                        [] => Some(Expr::symbol(symbol)),
                        _ => next(self, get),
                    },
                });
            }
        }
        let (Some(hypothesis), Some(entry)) = (&hypothesis.element, &entry.element) else {
            return;
        };
        let part = |interpreter: &Self, value: &Value| match value.container {
            Some(id) => interpreter.containers.get(id.0 as usize)?.element.clone(),
            None => value.element.as_deref().cloned(),
        };
        let nexts: Vec<Value> = nexts.iter().filter_map(|value| part(self, value)).collect();
        self.equations(hypothesis, entry, &nexts, found);
    }

    /// What changed though it was not thought to.
    fn discover(
        &mut self,
        inner: &Loop,
        unstable: &[ContainerId],
        carried: &[Carried],
        before: &Snapshot,
        found: &mut Discovery,
    ) {
        for one in carried {
            let Carrier::Name(to) = one.carrier else {
                continue;
            };
            let nexts = self.nexts(one, inner);
            let other = |value: &&Value| value.container != one.value.container;
            if let Some(other) = nexts.iter().find(other) {
                found.rebound.push((to, other.kind));
            }
            if matches!(one.entry.kind, Kind::None | Kind::Unknown)
                && one.value.number.is_none()
                && one.value.length.is_none()
                && let Some(next) = nexts.into_iter().next()
            {
                let next = self.frozen(&next, 2);
                found.shapes.push((one.carrier.clone(), next));
            }
        }
        for &id in unstable {
            let element = |containers: &Containers| {
                let container = containers.get(id.0 as usize)?;
                container.element.clone()
            };
            if element(&before.containers).is_none()
                && let Some(element) = element(&self.containers)
            {
                let element = self.frozen(&element, 1);
                found.shapes.push((Carrier::Elements(id), element));
            }
        }
        let mut changed: Vec<(&(Base, Name), &Value)> = self
            .attributes
            .iter()
            .filter(|(key, value)| before.attributes.get(key).is_none_or(|old| old != *value))
            .collect();
        changed.sort_by(|a, b| a.0.cmp(b.0));
        for ((base, name), _) in changed {
            let key = (base.clone(), *name);
            let entry = before.attributes.get(&key).or(self.originals.get(&key));
            let carrier = Carrier::Attribute(key.0.clone(), key.1);
            found
                .shapes
                .extend(entry.cloned().map(|entry| (carrier, entry)));
        }
    }

    /// Carries what was discovered as well.
    fn take_up(
        &mut self,
        found: Discovery,
        unstable: &mut Vec<ContainerId>,
        carried: &mut Vec<Carried>,
    ) {
        for (carrier, shape) in found.shapes {
            let mut one = self.carry(carrier, &shape);
            // Of what does not exist before the loop, all sizes are nothing.
            if !matches!(one.carrier, Carrier::Attribute(..)) {
                one.entry = one.entry.map(&|_| Some(Graded::exact(Expr::ZERO)));
            }
            carried.retain(|other| other.carrier != one.carrier);
            carried.push(one);
        }
        for (to, kind) in found.rebound {
            let name = Carrier::Name(to);
            let Some(one) = carried.iter_mut().find(|one| one.carrier == name) else {
                continue;
            };
            one.value.container = None;
            if !matches!(kind, Kind::List | Kind::Dict | Kind::Set) {
                continue;
            }
            let mut entry = one.entry.clone();
            if let Some(id) = entry.container.take() {
                entry.length = self.container_length(id);
                let own = self.containers.get(id.0 as usize);
                entry.element = own
                    .and_then(|container| container.element.clone())
                    .map(Arc::new);
            }
            let mut one = self.carry(name.clone(), &entry);
            let id = self.container(kind, entry.length.clone(), Owner::Var(to));
            if let Some(container) = self.containers.get_mut(id.0 as usize) {
                container.one_of_several(entry.element.as_deref().cloned());
            }
            one.value.kind = kind;
            one.value.container = Some(id);
            unstable.push(id);
            carried.retain(|other| other.carrier != name);
            carried.push(one);
        }
    }

    fn snapshot(&mut self) -> Snapshot {
        let copies = self.frames.iter().map(Frame::skeleton).collect();
        Snapshot {
            frames: std::mem::replace(&mut self.frames, copies),
            line: self.line,
            grade: self.grade,
            skipped: self.skipped,
            containers: self.containers.clone(),
            places: self.places.clone(),
            attributes: self.attributes.clone(),
            measures: self.measures.clone(),
            unknowns: self.unknowns.clone(),
            assumptions: self.assumptions.clone(),
            grown: self.grown.clone(),
            returned: self.returned.clone(),
            recursive_calls: self.recursion.as_ref().map_or(0, |own| own.calls.len()),
            carried: self.carried.clone(),
        }
    }

    fn restore(&mut self, snapshot: Snapshot) {
        self.frames = snapshot.frames;
        self.line = snapshot.line;
        self.grade = snapshot.grade;
        self.skipped = snapshot.skipped;
        self.containers = snapshot.containers;
        self.places = snapshot.places;
        self.attributes = snapshot.attributes;
        self.measures = snapshot.measures;
        self.unknowns = snapshot.unknowns;
        self.assumptions = snapshot.assumptions;
        self.grown = snapshot.grown;
        self.returned = snapshot.returned;
        self.carried = snapshot.carried;
        if let Some(recursion) = &mut self.recursion {
            recursion.calls.truncate(snapshot.recursive_calls);
        }
    }

    /// Starts an iteration with what is carried; its index.
    pub(super) fn enter_iteration(
        &mut self,
        inner: &'a Loop,
        trips: &Trips,
        count: &Expr,
        unstable: &[ContainerId],
        carried: &[Carried],
    ) -> Symbol {
        let index = Symbol::index(&format!("i{}", self.loops.len()));
        let mut known = Vec::new();
        for one in carried {
            match &one.carrier {
                Carrier::Length(id) => {
                    let length = one.value.length.clone();
                    known.extend(length.map(|length| (*id, length)));
                }
                Carrier::Name(_) => {
                    let length = one.value.length.clone().zip(one.value.container);
                    known.extend(length.map(|(length, id)| (id, length)));
                }
                _ => {}
            }
        }
        let elements = carried.iter().filter_map(|one| match one.carrier {
            Carrier::Elements(id) => Some((id, one.value.clone())),
            _ => None,
        });
        let kind = FrameKind::Loop {
            unstable: unstable.to_vec(),
            lengths: known,
            elements: elements.collect(),
        };
        self.frames.push(Frame::new(kind, inner.region));
        self.loops.push((index.clone(), count.clone()));
        for one in carried {
            if let Carrier::Attribute(base, name) = &one.carrier {
                self.attributes
                    .insert((base.clone(), *name), one.value.clone());
            }
        }
        self.enter_names(inner, carried);
        if let LoopKind::For { element, .. } = &inner.kind {
            self.take_element(*element, trips, &index);
        }
        index
    }
}

/// Whether a loop stores attributes.
fn stores_attributes(inner: &Loop) -> bool {
    let mut found = false;
    crate::ir::visit(&inner.body, &mut |op| {
        found |= matches!(op, Op::SetAttribute { .. })
    });
    found
}

/// Takes the elements of the loop out of recurrences: what each iteration adds of its own element is
/// at most that of all elements, from the beginning.
fn gather(recurrences: &mut [Recurrence], iterations: &Iterations) {
    let states: Vec<Symbol> = recurrences.iter().map(|one| one.symbol.clone()).collect();
    for one in recurrences {
        let Some(next) = one.next.take() else {
            continue;
        };
        let step = &next - &Expr::symbol(&one.symbol);
        let (rest, sums, _) = iterations.apart(&step, &iterations.index);
        let plain = !states.iter().any(|state| step.contains(state));
        if plain && sums.is_nonnegative() && !sums.is_zero() {
            one.entry = &one.entry + &sums;
            one.is_bound = true;
            one.next = Some(&Expr::symbol(&one.symbol) + &rest);
        } else {
            one.next = Some(iterations.of_any(&next));
        }
    }
}
