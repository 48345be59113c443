//! What is known of classes before the rules run.

use heapcast_facts::{Call, Field, FieldKind, Obj, ObjectKind, Symbol};

use super::{NO_VAR, NOTHING, World};
use crate::Record;

impl World {
    /// The class of an object, where it is one that instances have.
    pub(crate) fn class_of(&self, object: Obj) -> Obj {
        match self.record(object) {
            Some(Record::Instance(_, class) | Record::AnyInstance(class)) => class,
            Some(Record::Copy(_, original)) => self.class_of(original),
            Some(Record::Namespace(_)) => self.special.dict,
            Some(_) => NOTHING,
            None => self
                .classes_of
                .get(&object)
                .and_then(|classes| classes.first())
                .copied()
                .unwrap_or(NOTHING),
        }
    }

    pub(super) fn inherits(&self, class: Obj, ancestor: Obj) -> bool {
        ancestor != NOTHING && self.hierarchy.order(class).contains(&ancestor)
    }

    pub(super) fn is_instance_of(&self, object: Obj, ancestor: Obj) -> bool {
        let class = self.class_of(object);
        class != NOTHING && self.inherits(class, ancestor)
    }

    pub(super) fn is_class(&self, object: Obj) -> bool {
        matches!(
            self.kind(self.original(object)),
            ObjectKind::Class | ObjectKind::ModelClass
        ) && !matches!(self.record(object), Some(record) if !matches!(record, Record::Copy(..)))
    }

    /// The method that the project (or a model other than `object`'s) gives the class.
    pub(super) fn has_method(&self, class: Obj, name: Symbol) -> bool {
        self.hierarchy.order(class).iter().any(|&ancestor| {
            ancestor != self.special.object && self.hierarchy.defines(ancestor, name)
        })
    }

    /// The class that a call of a metaclass makes by a class statement.
    pub(super) fn created_by(&self, call: Call) -> Option<Obj> {
        let call = self.original_call(call)?;
        self.created.get(&call).copied()
    }

    /// The classes that have a class as their metaclass.
    pub(super) fn of_metaclass(&self, metaclass: Obj) -> &[Obj] {
        self.of_metaclass.get(&metaclass).map_or(&[], Vec::as_slice)
    }

    /// Whether syntax that calls a special method of an object may find one.
    pub(super) fn may_answer(&self, object: Obj, field: Field) -> bool {
        let FieldKind::Attribute(name) = field.kind() else {
            return false;
        };
        let class = self.type_of(object);
        self.is_given(&self.stored_specials, name, self.hierarchy.order(class))
            || self.hierarchy.is_open(class)
            || self.has_method(class, name)
            || field == Field::attribute(self.names.raise)
    }

    /// The attributes of an object (or globals of a module) whose names begin so.
    pub(super) fn fields_beginning(&self, object: Obj, prefix: Symbol) -> Vec<Field> {
        let class = match self.is_class(object) {
            true => object,
            false => self.type_of(object),
        };
        let owners = self.hierarchy.order(class).iter().chain([&object]);
        let names = owners
            .filter_map(|owner| self.names_of.get(owner))
            .flatten();
        let begins = |name: &&Symbol| self.prefixed.contains_key(&(prefix, **name));
        let mut fields: Vec<Field> = names
            .filter(begins)
            .map(|&name| Field::attribute(name))
            .collect();
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    /// Whether nothing becomes of a call of a special method: it is that of a modelled class, has no
    /// effect, and the call's result is not used.
    pub(super) fn is_idle(&self, site: Call, object: Obj, field: Field) -> bool {
        let FieldKind::Attribute(name) = field.kind() else {
            return false;
        };
        let class = self.type_of(object);
        self.results.get(site.index()) == Some(&NO_VAR)
            && !self.hierarchy.is_open(class)
            && !self.is_given(&self.stored_specials, name, self.hierarchy.order(class))
            && (self.hierarchy.order(class).iter())
                .find(|&&ancestor| self.hierarchy.defines(ancestor, name))
                .is_some_and(|&owner| self.inert_methods.contains_key(&(owner, name)))
    }

    pub(super) fn project_method(&self, class: Obj, name: Symbol) -> bool {
        self.hierarchy.order(class).iter().any(|&ancestor| {
            self.kind(ancestor) == ObjectKind::Class && self.hierarchy.defines(ancestor, name)
        })
    }
}
