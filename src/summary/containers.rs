//! Containers and other objects that are changed in place while a function is interpreted.

use std::sync::Arc;

use super::cost::Line;
use super::frame::{Owned, Owner, add_delta};
use super::interpret::Interpreter;
use super::iterations::Iterations;
use super::sizes::{self, number};
use super::value::{ContainerId, Kind, Place, Root, Step, Value};
use crate::algebra::{Expr, Grade};
use heapcast_facts::{Obj, Var};

/// The table of a container of an input that got longer.
#[derive(Debug, Clone)]
pub(super) struct GrownTable {
    /// The container.
    pub(super) container: ContainerId,
    /// The input.
    pub(super) owner: Owner,
    /// What was requested for it, or what is alive.
    pub(super) line: Line,
}

/// Something that is changed in place.
#[derive(Debug, Clone)]
pub(super) struct Container {
    pub(super) kind: Kind,
    /// The number of the frame that made it.
    pub(super) home: usize,
    /// Its length at home, without the changes in frames inside.
    pub(super) length: Option<Expr>,
    pub(super) is_bound: bool,
    pub(super) element: Option<Value>,
    /// Of what kind it makes what is looked up and not there.
    pub(super) default: Option<Kind>,
    /// What of the project it calls for that.
    pub(super) makers: Arc<[Obj]>,
    /// Whether something was put in one of its elements, whichever that is.
    pub(super) elements_grow: bool,
    /// What each key of a dict is at most; nothing where there is none.
    pub(super) key: Option<Value>,
    /// How long its elements are together.
    pub(super) sum: Option<Expr>,
    /// The entry of its table in the home frame.
    table: Option<usize>,
    /// The slots of a list's table, where they are known.
    slots: Option<u64>,
    /// Whether it stands for several, one after the other.
    pub(super) several: bool,
    /// How many there are of it: one for each iteration of the loops that made it.
    pub(super) copies: Expr,
    owner: Owner,
    /// The input that it is.
    pub(super) place: Option<Arc<Place>>,
}

/// The containers by their numbers. Copies share what neither changes: rehearsals remember all of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Containers(Vec<Arc<Container>>);

impl Containers {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    fn push(&mut self, container: Container) {
        self.0.push(Arc::new(container));
    }

    pub(super) fn get(&self, at: usize) -> Option<&Container> {
        self.0.get(at).map(Arc::as_ref)
    }

    pub(super) fn get_mut(&mut self, at: usize) -> Option<&mut Container> {
        self.0.get_mut(at).map(Arc::make_mut)
    }
}

impl Container {
    /// The container is what a callee made.
    pub(super) fn adopted(&mut self, element: Option<Value>, is_bound: bool) {
        self.key = None;
        self.sum = element.as_ref().and_then(|element| element.sum.clone());
        self.element = element;
        self.is_bound = is_bound;
        self.slots = None;
    }

    /// The container stands for all that a name is bound to in a loop.
    pub(super) fn one_of_several(&mut self, element: Option<Value>) {
        self.adopted(element, true);
        self.several = true;
    }
}

impl Interpreter<'_> {
    pub(super) fn container(
        &mut self,
        kind: Kind,
        length: Option<Expr>,
        owner: Owner,
    ) -> ContainerId {
        let id = ContainerId(u32::try_from(self.containers.len()).unwrap_or(u32::MAX));
        self.containers.push(Container {
            kind,
            home: self.frames.len().saturating_sub(1),
            length,
            is_bound: false,
            element: None,
            key: None,
            default: None,
            makers: Arc::default(),
            elements_grow: false,
            sum: Some(Expr::ZERO),
            table: None,
            slots: Some(0),
            several: false,
            copies: Expr::one(),
            owner,
            place: None,
        });
        id
    }

    /// A list, set or dict with that many elements and just the slots for them.
    pub(super) fn fitted(
        &mut self,
        kind: Kind,
        length: Expr,
        element: Option<Value>,
        owner: Var,
    ) -> Value {
        let (head, _) = sizes::head(self.context.input.sizes, kind);
        self.one(kind, number(head), Owner::Var(owner));
        let growth = sizes::fitted(self.context.input.sizes, kind, &length);
        if !growth.exact {
            self.grade = self.grade.join(Grade::Upper);
        }
        let sum = match &element {
            Some(element) => self.length_of_elements(element, &length),
            None => length.is_zero().then_some(Expr::ZERO),
        };
        let id = self.container(kind, Some(length), Owner::Var(owner));
        self.grow_table(id, growth);
        if let Some(container) = self.containers.get_mut(id.0 as usize) {
            container.sum = sum;
            container.element = element.clone();
        }
        Value {
            container: Some(id),
            ..Value::of(kind)
        }
        .with_elements_of(element)
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
        let owner = self.owner_of_input(place.root);
        let id = self.container(value.kind, length, owner);
        if let Some(container) = self.containers.get_mut(id.0 as usize) {
            container.home = 0;
            container.slots = None;
            container.sum = None;
            container.place = Some(Arc::clone(&place));
        }
        self.places.insert(Arc::clone(&place.text), id);
        Some(id)
    }

    /// What is done to a container says of what kind it is, where nothing else does.
    pub(super) fn is_of(&mut self, id: ContainerId, kind: Kind) {
        if let Some(container) = self.containers.get_mut(id.0 as usize)
            && container.kind == Kind::Unknown
        {
            container.kind = kind;
        }
    }

    /// The variable that holds an input.
    pub(super) fn owner_of_input(&self, root: Root) -> Owner {
        let var = match root {
            Root::Parameter(at) => self.function.parameters.get(at as usize).map(|p| p.var),
            Root::Cell(cell) => Some(cell),
        };
        var.map_or(Owner::Elsewhere, Owner::Var)
    }

    pub(super) fn container_length(&self, id: ContainerId) -> Option<Expr> {
        let container = self.containers.get(id.0 as usize)?;
        let mut length = container.length.clone()?;
        for frame in self.frames.iter().skip(container.home + 1) {
            length = frame.length_of(id, length)?;
        }
        Some(length)
    }

    /// A container gets longer; `element` is what is put in.
    pub(super) fn extend(&mut self, id: ContainerId, by: &Expr, element: Option<Value>) {
        self.notes_growth(id);
        self.longer = Some(id);
        let added = element
            .as_ref()
            .and_then(|element| self.length_of_elements(element, by));
        self.add_sum(id, added.filter(|_| element.is_some()));
        if let Some(element) = element {
            let element = Value {
                sum: None,
                ..element
            };
            let known = self.containers.get(id.0 as usize);
            let element = match known.and_then(|container| container.element.clone()) {
                Some(known) => self.met(&known, &element),
                None => element,
            };
            if let Some(container) = self.containers.get_mut(id.0 as usize) {
                container.element = Some(element);
            }
        }
        self.lengthen(id, by);
    }

    /// What numbers are in the elements of a container is no longer known.
    pub(super) fn forget_part(&mut self, id: ContainerId) {
        let element = self
            .containers
            .get_mut(id.0 as usize)
            .and_then(|c| c.element.as_mut());
        let Some(element) = element else {
            return;
        };
        let inner = element.container;
        let is_number = |value: &Value| matches!(value.kind, Kind::Int | Kind::Bool | Kind::None);
        element.items = None;
        if element.element.as_deref().is_some_and(is_number) {
            element.element = Some(Value::default().into());
        }
        let inner = inner.and_then(|inner| self.containers.get_mut(inner.0 as usize));
        if let Some(inner) = inner
            && inner.element.as_ref().is_some_and(is_number)
        {
            inner.element = Some(Value::default());
        }
    }

    /// Whose a container is.
    pub(super) fn container_owner(&self, id: ContainerId) -> Owner {
        let container = self.containers.get(id.0 as usize);
        container.map_or(Owner::Elsewhere, |container| container.owner.clone())
    }

    /// Something is put in a dict under a key.
    pub(super) fn put_under(&mut self, id: ContainerId, key: Value) {
        let known = self.containers.get(id.0 as usize);
        let key = match known.and_then(|container| container.key.clone()) {
            Some(known) => self.met(&known, &key),
            None => key,
        };
        if let Some(container) = self.containers.get_mut(id.0 as usize) {
            container.key = Some(key);
        }
    }

    /// What each key of a dict is at most.
    pub(super) fn key_of(&mut self, mapping: &Value) -> Value {
        if let Some(id) = mapping.container {
            let container = self.containers.get(id.0 as usize);
            let known = container.and_then(|container| container.key.clone());
            let changes = |frame: &super::frame::Frame| frame.changing(id).is_some();
            if let Some(key) = known {
                // In later iterations, keys may be there that are not known yet.
                return match self.frames.iter().any(changes) {
                    true => Value::of(key.kind),
                    false => key,
                };
            }
        }
        if let Some(key) = &mapping.key {
            return Value::clone(key);
        }
        let keys = mapping.at(Step::Keys, self.context.input.symbols);
        keys.at(Step::Element, self.context.input.symbols)
    }

    /// A container gets longer by elements that are known already.
    pub(super) fn lengthen(&mut self, id: ContainerId, by: &Expr) {
        let top = self.frames.len().saturating_sub(1);
        let Some(container) = self.containers.get(id.0 as usize) else {
            return;
        };
        if container.home == top {
            self.apply_delta(id, by);
        } else if let Some(frame) = self.frames.last_mut() {
            add_delta(&mut frame.deltas, id, by);
        }
    }

    /// How long that many values like `element` are together, if they have a length.
    fn length_of_elements(&self, element: &Value, count: &Expr) -> Option<Expr> {
        if let Some(sum) = &element.sum {
            return Some(sum.clone());
        }
        let length = match element.container {
            Some(id) => self.container_length(id),
            None => element.length.clone(),
        };
        Some(&length? * count)
    }

    /// The elements of a container get longer together.
    pub(super) fn add_sum(&mut self, id: ContainerId, by: Option<Expr>) {
        let top = self.frames.len().saturating_sub(1);
        let Some(container) = self.containers.get_mut(id.0 as usize) else {
            return;
        };
        let add = |sum: &mut Option<Expr>| {
            *sum = sum.take().zip(by.clone()).map(|(sum, by)| &sum + &by);
        };
        if container.home == top {
            add(&mut container.sum);
        } else if let Some(frame) = self.frames.last_mut() {
            match frame.sums.iter_mut().find(|(own, _)| *own == id) {
                Some((_, sum)) => add(sum),
                None => frame.sums.push((id, by)),
            }
        }
    }

    /// How long the elements of a container are together; nothing while that changes.
    pub(super) fn container_sum(&self, id: ContainerId) -> Option<Expr> {
        let container = self.containers.get(id.0 as usize)?;
        let changes = |frame: &super::frame::Frame| {
            frame.changing(id).is_some() || frame.sums.iter().any(|(own, _)| *own == id)
        };
        if self.frames.iter().skip(container.home + 1).any(changes) {
            return None;
        }
        container.sum.clone()
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
        let shrinks = by
            .as_constant()
            .is_some_and(crate::algebra::Rational::is_negative);
        if shrinks || matches!(kind, Kind::Generator | Kind::Instance) {
            return;
        }
        let growth = match container.several {
            true => sizes::grow_apart(self.context.input.sizes, kind, by, &to),
            false => sizes::grow(self.context.input.sizes, kind, &from, &to, slots),
        };
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
            let grown = |line: Line| GrownTable {
                container: id,
                owner: container.owner.clone(),
                line,
            };
            requested.push(grown(line(growth.requested)));
            // Another way may have made it larger.
            match alive.iter_mut().find(|known| known.container == id) {
                Some(known) => {
                    let bytes = super::cost::greater(&known.line.bytes, &growth.table);
                    *known = grown(line(bytes));
                }
                None => alive.push(grown(line(growth.table))),
            }
            return;
        }
        frame.total.push(line(growth.requested));
        if let Some(old) = container.table.take() {
            frame.free(old);
        }
        let owner = container.owner.clone();
        container.table = Some(frame.keep(Owned {
            line: line(growth.table),
            owner,
        }));
        // The old table is there until all elements have moved.
        if !growth.moving.is_zero() {
            frame.note(vec![line(growth.moving.clone())]);
            self.moving.push(line(growth.moving));
        }
    }

    /// Containers of a frame that ends belong to the one around it.
    pub(super) fn rehome(&mut self, ended: usize, after: Option<&Iterations>) {
        let all = self.containers.0.iter_mut().rev();
        for shared in all.take_while(|c| c.home >= ended || c.place.is_some()) {
            if shared.place.is_some() {
                continue;
            }
            let container = Arc::make_mut(shared);
            container.home = ended.saturating_sub(1);
            container.table = None;
            container.slots = None;
            if let Some(iterations) = after {
                container.is_bound = true;
                container.several = true;
                container.copies = &container.copies * &iterations.count;
                container.length = container.length.as_ref().and_then(|length| {
                    let bound = iterations.most(length).value;
                    (!bound.contains(&iterations.index)).then_some(bound)
                });
                container.element = container.element.as_ref().map(|e| iterations.after(e));
                container.key = container.key.as_ref().map(|key| iterations.after(key));
                container.sum = container.sum.as_ref().and_then(|sum| {
                    let bound = iterations.most(sum).value;
                    (!bound.contains(&iterations.index)).then_some(bound)
                });
            }
        }
    }

    pub(super) fn elements_after_loop(&mut self, ids: &[ContainerId], iterations: &Iterations) {
        for id in ids {
            if let Some(container) = self.containers.get_mut(id.0 as usize) {
                container.element = container.element.as_ref().map(|e| iterations.after(e));
                container.key = container.key.as_ref().map(|key| iterations.after(key));
                container.sum = container.sum.as_ref().and_then(|sum| {
                    let bound = iterations.most(sum).value;
                    (!bound.contains(&iterations.index)).then_some(bound)
                });
            }
        }
    }

    /// The value without references into the interpreter: what a caller can see of it.
    pub(super) fn frozen(&mut self, value: &Value, depth: u32) -> Value {
        let mut result = value.clone();
        if let Some(id) = value.container {
            result.length = self.container_length(id);
            result.container = None;
            if let Some(container) = self.containers.get(id.0 as usize).cloned() {
                result.is_bound |= container.is_bound;
                if depth > 0 {
                    let key = container.key.map(|key| self.frozen(&key, depth - 1));
                    result.key = key.map(Arc::new).or(result.key);
                    let sum = self.container_sum(id);
                    let element = container.element.map(|e| {
                        let element = self.frozen(&e, depth - 1);
                        Arc::new(Value { sum, ..element })
                    });
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
            (Some(items), 1..) => Some(
                items
                    .iter()
                    .map(|item| self.frozen(item, depth - 1))
                    .collect(),
            ),
            _ => None,
        };
        result
    }
}
