//! What edges let through, and what they make of it.

use heapcast_facts::{Call, Field, FieldKind, Obj, ObjectKind, PROGRAM, Symbol, Var};

use super::{Given, NOTHING, World};
use crate::Record;

/// What an edge between two nodes lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Through {
    /// Everything, as it is.
    Any,
    /// Everything, but allocations are not told apart.
    Widened,
    /// What is no class: what `raise` raises as it is.
    Instances,
    /// What may be an instance of the class.
    Instance(Obj),
    /// What is not surely an instance of the class.
    NotInstance(Obj),
    /// What a class has, as it is read through the receiver: functions are bound to it.
    Receiver(Obj),
    /// What a class has, as it is read through the class.
    Class,
    /// Functions bound to the object.
    Bound(Obj),
    /// Functions, classes and modules.
    Code,
}

/// What becomes of the index of an element that is copied to another container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Moved {
    /// It is forgotten.
    Anywhere,
    /// It moves by that much.
    By(i32),
    /// Indices from the first on, before the second, are copied; they count from the first.
    Slice(u32, u32),
}

/// What waits for what a node holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Wait {
    /// A load of the field into the variable.
    Load(Field, Var),
    /// A store of the variable in the field.
    Store(Field, Var),
    /// The container, whose elements are copied into what comes.
    CopyOf(Obj, Moved),
    /// The container that elements of what comes are copied into.
    CopyInto(Obj, Moved),
    /// The call of a reflected method, of what comes.
    Reflected(Field, Call),
    /// The call that initialises what comes, if it is an instance of the class.
    Initialised(Call, Obj),
}

/// What a node holds, and what waits for it: the index by which they are joined.
#[derive(Debug, Default)]
pub(super) struct Joined {
    held: Vec<Obj>,
    edges: Vec<(Var, Through)>,
    waits: Vec<Wait>,
}

impl World {
    /// Notes that a node holds an object; the result is where it flows on to, and as what.
    pub(super) fn flows_on(&mut self, from: Var, object: Obj) -> Vec<(Var, Obj)> {
        let edges = std::mem::take(&mut self.joined(from).edges);
        let mut flows = Vec::with_capacity(edges.len());
        for &(to, through) in &edges {
            let value = self.passed(through, object);
            if value != NOTHING && self.admits(to, value) {
                flows.push((to, value));
            }
        }
        let joined = self.joined(from);
        joined.edges = edges;
        joined.held.push(object);
        flows
    }

    /// Notes that there is an edge; the result is what comes out of it.
    pub(super) fn flows_along(&mut self, from: Var, to: Var, through: Through) -> Vec<Obj> {
        let held = std::mem::take(&mut self.joined(from).held);
        let mut values = Vec::with_capacity(held.len());
        for &object in &held {
            let value = self.passed(through, object);
            if value != NOTHING && self.admits(to, value) {
                values.push(value);
            }
        }
        let joined = self.joined(from);
        joined.held = held;
        joined.edges.push((to, through));
        values
    }

    /// Notes that something waits for what a node holds; the result is what is there.
    pub(super) fn awaited(&mut self, node: Var, wait: Wait) -> Vec<Obj> {
        let joined = self.joined(node);
        joined.waits.push(wait);
        joined.held.clone()
    }

    /// What waits for what a node holds.
    pub(super) fn waiting(&self, node: Var) -> Vec<Wait> {
        let joined = self.joined.get(node.index());
        joined.map_or_else(Vec::new, |joined| joined.waits.clone())
    }

    /// What a node holds.
    pub(crate) fn held(&self, node: Var) -> &[Obj] {
        let joined = self.joined.get(node.index());
        joined.map_or(&[], |joined| &joined.held)
    }

    fn joined(&mut self, node: Var) -> &mut Joined {
        if self.joined.len() <= node.index() {
            self.joined.resize_with(node.index() + 1, Joined::default);
        }
        &mut self.joined[node.index()]
    }

    /// What of an object comes out of an edge; nothing if the edge holds it back.
    pub(crate) fn passed(&mut self, through: Through, object: Obj) -> Obj {
        let holds = |pass: bool| if pass { object } else { NOTHING };
        match through {
            Through::Any => object,
            Through::Widened => self.widened(object),
            Through::Instances => holds(self.class_of(object) != NOTHING),
            Through::Instance(class) => holds(self.may_be_instance(object, class)),
            Through::NotInstance(class) => holds(!self.surely_instance(object, class)),
            Through::Receiver(receiver) if self.is_function(object) => self.bound(object, receiver),
            Through::Receiver(_) => holds(!self.is_descriptor(object)),
            Through::Class => holds(
                !self.is_descriptor(object)
                    || self.is_instance_of(object, self.special.property)
                    || self.is_instance_of(object, self.special.cached_property),
            ),
            Through::Bound(receiver) if self.is_function(object) => self.bound(object, receiver),
            Through::Bound(_) => object,
            Through::Code => holds(self.is_code(object)),
        }
    }

    fn bound(&mut self, function: Obj, receiver: Obj) -> Obj {
        self.make(Record::Bound(function, receiver))
    }

    /// What stands for `object` where allocations are not told apart.
    fn widened(&mut self, object: Obj) -> Obj {
        let class = self.class_of(object);
        if class == NOTHING {
            return object;
        }
        match self.shared.get(&class) {
            Some(&shared) => shared,
            None => self.make(Record::AnyInstance(class)),
        }
    }

    fn may_be_instance(&self, object: Obj, class: Obj) -> bool {
        let of = self.type_of(object);
        let class = self.original(class);
        if self.is_opaque_class(class) || !self.is_class(class) {
            return true;
        }
        if of == NOTHING {
            // Functions, classes and modules are instances of model classes alone.
            return self.kind(class) != ObjectKind::Class;
        }
        self.inherits(of, class)
            || self.hierarchy.is_open(of)
            || self.hierarchy.is_abstract(class)
            || self.protocols.contains_key(&class)
    }

    pub(super) fn surely_instance(&self, object: Obj, class: Obj) -> bool {
        let of = self.type_of(object);
        of != NOTHING && self.inherits(of, self.original(class))
    }

    pub(super) fn is_function(&self, object: Obj) -> bool {
        matches!(
            self.kind(self.original(object)),
            ObjectKind::Function | ObjectKind::ModelFunction
        ) && self
            .record(object)
            .is_none_or(|record| matches!(record, Record::Copy(..)))
    }

    /// Whether an object is a function, a class or a module that can be seen.
    pub(super) fn is_code(&self, object: Obj) -> bool {
        match self.record(object) {
            Some(Record::Bound(..) | Record::Super(..)) => true,
            Some(Record::Copy(_, original)) => self.is_code(original),
            Some(_) => false,
            None => matches!(
                self.kind(object),
                ObjectKind::Function
                    | ObjectKind::ModelFunction
                    | ObjectKind::Class
                    | ObjectKind::ModelClass
                    | ObjectKind::Module
                    | ObjectKind::ModelModule
            ),
        }
    }

    /// Whether an object found on a class is neither a function nor a mere value.
    pub(super) fn is_descriptor(&self, object: Obj) -> bool {
        let class = self.class_of(object);
        if class == NOTHING {
            return false;
        }
        let special = [
            self.special.property,
            self.special.cached_property,
            self.special.static_method,
            self.special.class_method,
        ];
        let defines = |special: Field| matches!(special.kind(), FieldKind::Attribute(name) if self.has_method(class, name));
        special.iter().any(|&special| self.inherits(class, special)) || defines(self.names.get)
    }

    /// The class that special methods of an object are looked up on.
    pub(super) fn type_of(&self, object: Obj) -> Obj {
        if self.is_class(object) {
            let class = self.original(object);
            self.hierarchy.metaclass(class).unwrap_or(NOTHING)
        } else {
            self.class_of(object)
        }
    }

    // ---- elements of containers ------------------------------------------------------------

    /// The field that iterating a builtin container gives, unless the project says otherwise.
    pub(super) fn iteration_field(&self, object: Obj) -> Option<Field> {
        let class = self.class_of(object);
        for &ancestor in self.hierarchy.order(class) {
            if self.kind(ancestor) == ObjectKind::Class
                && self.hierarchy.defines(ancestor, self.names.iter)
            {
                return None;
            }
            if let Some(&field) = self.iteration.get(&ancestor) {
                return Some(field);
            }
        }
        None
    }

    /// Whether an object may keep something in a field itself: plain instances of the project's
    /// classes, classes and functions have no elements, and builtin containers that are no mappings
    /// no keys.
    pub(super) fn may_hold(&self, object: Obj, field: Field) -> bool {
        if field.is_attribute() {
            return true;
        }
        let class = self.class_of(object);
        if class == NOTHING {
            return !self.is_code(object);
        }
        if self.hierarchy.is_open(class) {
            return true;
        }
        let order = self.hierarchy.order(class);
        let iterated = order.iter().filter_map(|at| self.iteration.get(at));
        match iterated.max_by_key(|&&field| field == Field::KEYS) {
            Some(&by) => {
                by == Field::KEYS || !matches!(field.kind(), FieldKind::Key(_) | FieldKind::Keys)
            }
            None => self.kind(class) != ObjectKind::Class,
        }
    }

    /// The field that an element has in the container that it is copied to. What is no mapping gets
    /// the keys of a mapping.
    pub(super) fn copied_field(
        &self,
        (source, target): (Obj, Obj),
        field: Field,
        moved: Moved,
    ) -> Option<Field> {
        let gives_keys = |object| self.iteration_field(object) == Some(Field::KEYS);
        if gives_keys(source) && !gives_keys(target) && self.iteration_field(target).is_some() {
            return (field == Field::KEYS).then_some(Field::UNKNOWN);
        }
        if !self.may_hold(target, field) {
            return None;
        }
        match field.kind() {
            FieldKind::Index(index) => match moved {
                Moved::Anywhere => Some(Field::UNKNOWN),
                Moved::By(shift) => u32::try_from(i64::from(index) + i64::from(shift))
                    .ok()
                    .map(Field::index),
                Moved::Slice(start, stop) => (index < stop)
                    .then(|| index.checked_sub(start))?
                    .map(Field::index),
            },
            FieldKind::Key(_) | FieldKind::Unknown | FieldKind::Keys => Some(field),
            FieldKind::Attribute(_) | FieldKind::All => None,
        }
    }

    // ---- owners of attributes --------------------------------------------------------------

    /// Where attributes of an object are looked up, besides on itself, and what methods found
    /// there are bound to.
    pub(super) fn looked_up(&self, object: Obj) -> Option<(Obj, Obj)> {
        match self.record(object) {
            Some(Record::Super(_, receiver)) => Some((object, receiver)),
            _ => Some((self.type_of(object), object)).filter(|&(class, _)| class != NOTHING),
        }
    }

    /// The rest of the resolution order that a lookup on a class, or on `super()`, follows.
    fn searched(&self, class: Obj) -> &[Obj] {
        match self.record(class) {
            Some(Record::Super(after, receiver)) => {
                let of = if self.is_class(receiver) {
                    self.original(receiver)
                } else {
                    self.class_of(receiver)
                };
                let rest = |of: Obj| {
                    let order = self.hierarchy.order(of);
                    let place = order.iter().position(|&other| other == after)?;
                    Some(&order[place + 1..])
                };
                // In a method of a metaclass, the receiver is a class.
                rest(of)
                    .or_else(|| rest(self.type_of(receiver)))
                    .unwrap_or(&[])
            }
            _ => self.hierarchy.order(self.original(class)),
        }
    }

    /// Whether what a class (or `super()`) has under a name may run code when it is read or written.
    pub(super) fn is_accessor(&self, class: Obj, field: Field) -> bool {
        let FieldKind::Attribute(name) = field.kind() else {
            return false;
        };
        self.is_given(&self.accessors, name, self.searched(class))
    }

    /// Whether one of these classes is given something under a name.
    pub(super) fn is_given(&self, given: &Given, name: Symbol, classes: &[Obj]) -> bool {
        given.get(&name).is_some_and(|given| {
            let to_all = given.contains_key(&PROGRAM);
            let is_theirs = |class| to_all && self.kind(class) == ObjectKind::Class;
            classes
                .iter()
                .any(|&class| given.contains_key(&class) || is_theirs(class))
        })
    }

    fn defines(&self, class: Obj, field: Field) -> bool {
        matches!(field.kind(), FieldKind::Attribute(name) if self.hierarchy.defines(class, name))
    }

    /// The classes that have the attribute, or may be given it, up to the first that surely does.
    pub(super) fn owners(&self, class: Obj, field: Field) -> Vec<Obj> {
        let mut owners = Vec::new();
        for &ancestor in self.searched(class) {
            let is_found = self.defines(ancestor, field);
            if is_found || self.kind(ancestor) == ObjectKind::Class {
                owners.push(ancestor);
            }
            if is_found {
                break;
            }
        }
        owners
    }

    /// The ancestors before these that cannot be seen.
    pub(super) fn unseen_owners(&self, class: Obj, field: Field) -> Vec<Obj> {
        self.searched(class)
            .iter()
            .copied()
            .take_while(|&ancestor| !self.defines(ancestor, field))
            .filter(|&ancestor| self.is_external(ancestor))
            .collect()
    }

    fn is_external(&self, object: Obj) -> bool {
        match self.record(object) {
            None => self.kind(object) == ObjectKind::External,
            Some(Record::Member(..)) => true,
            Some(_) => false,
        }
    }
}
