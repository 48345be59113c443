//! Names and classes that rules know by name.

use heapcast_facts::{Facts, Field, Map, Obj, ObjectKind, Symbol, Symbols};

use super::NOTHING;

/// Names that rules look for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names {
    pub(crate) init: Field,
    pub(crate) new: Field,
    pub(crate) call: Field,
    pub(crate) get: Field,
    pub(crate) set: Field,
    pub(crate) getattr: Field,
    pub(crate) getattribute: Field,
    pub(crate) function: Field,
    pub(crate) delete: Field,
    pub(crate) namespace: Field,
    pub(crate) getter: Field,
    pub(crate) setter: Field,
    pub(crate) deleter: Field,
    pub(crate) cached: Field,
    pub(crate) post_init: Field,
    pub(crate) value: Field,
    pub(crate) class_getitem: Field,
    pub(crate) raise: Symbol,
    pub(crate) iter: Symbol,
}

impl Names {
    pub(super) fn of(symbols: &mut Symbols) -> Self {
        let mut field = |text: &str| Field::attribute(symbols.intern(text));
        Self {
            init: field("__init__"),
            new: field("__new__"),
            call: field("__call__"),
            get: field("__get__"),
            set: field("__set__"),
            getattr: field("__getattr__"),
            getattribute: field("__getattribute__"),
            function: field("__func__"),
            delete: field("__delete__"),
            namespace: field("__dict__"),
            getter: field("fget"),
            setter: field("fset"),
            deleter: field("fdel"),
            cached: field("func"),
            post_init: field("__post_init__"),
            value: field("_value_"),
            class_getitem: field("__class_getitem__"),
            raise: symbols.intern("<raise>"),
            iter: symbols.intern("__iter__"),
        }
    }
}

/// Classes with a meaning of their own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Special {
    pub(super) property: Obj,
    pub(super) cached_property: Obj,
    pub(super) static_method: Obj,
    pub(super) class_method: Obj,
    pub(super) object: Obj,
    pub(super) enumeration: Obj,
    pub(super) dict: Obj,
    pub(super) not_implemented: Obj,
}

impl Special {
    /// These classes among the modelled ones.
    pub(super) fn of(facts: &Facts, symbols: &mut Symbols) -> Self {
        let classes: Map<Symbol, Obj> = facts
            .object
            .iter()
            .filter(|row| row.1 == ObjectKind::ModelClass)
            .map(|row| (row.2, row.0))
            .collect();
        let mut named = |text: &str| {
            classes
                .get(&symbols.intern(text))
                .copied()
                .unwrap_or(NOTHING)
        };
        Self {
            property: named("builtins.property"),
            cached_property: named("functools.cached_property"),
            static_method: named("builtins.staticmethod"),
            class_method: named("builtins.classmethod"),
            object: named("builtins.object"),
            enumeration: named("enum.Enum"),
            dict: named("builtins.dict"),
            not_implemented: named("builtins.NotImplementedType"),
        }
    }
}
