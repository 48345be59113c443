//! What a call graph shows of the targets of calls.

use heapcast_facts::{Call, Obj, ObjectKind, Symbol};

use super::{MadeCall, World};
use crate::Record;

impl World {
    /// The function, class or unseen name that a call on `object` goes to.
    pub(crate) fn target(&self, object: Obj) -> Option<Obj> {
        match self.record(object) {
            Some(Record::Bound(function, _)) => self.target(function),
            Some(Record::Copy(_, original)) => self.target(original),
            Some(Record::Member(..)) => Some(object),
            Some(_) => None,
            None => match self.kind(object) {
                ObjectKind::Site
                | ObjectKind::Program
                | ObjectKind::Module
                | ObjectKind::ModelModule => None,
                _ => Some(object),
            },
        }
    }

    /// What a call graph shows for a target.
    pub(crate) fn shown(&mut self, object: Obj, target: Obj) -> Obj {
        if let Some(Record::Bound(function, receiver)) = self.record(object)
            && let Some((class, name)) = self.seen_through(function, receiver)
        {
            return self.make(Record::Member(class, name));
        }
        target
    }

    /// A method that a library's class inherits has the name of the class that the program speaks of.
    fn seen_through(&self, function: Obj, receiver: Obj) -> Option<(Obj, Symbol)> {
        let &(owner, name) = self.methods.get(&self.original(function))?;
        let order = self.hierarchy.order(self.class_of(receiver));
        let mut seen = order.iter().copied();
        let class = seen.find(|&class| self.kind(class) != ObjectKind::Class)?;
        let is_theirs = class != owner
            && self.kind(class) == ObjectKind::ModelClass
            && !self.builtins.contains_key(&class)
            && !self.special_methods.contains_key(&function);
        is_theirs.then_some((class, name))
    }

    /// Whether an object is what a library's function returned: a program that does not name its
    /// class does not name its methods either.
    pub(crate) fn is_nameless(&self, object: Obj) -> bool {
        let Some(Record::Bound(function, receiver)) = self.record(object) else {
            return false;
        };
        let receiver = self.original(receiver);
        let is_made = self.record(receiver).is_none() && self.kind(receiver) == ObjectKind::Site;
        let class = self.class_of(receiver);
        is_made
            && self.methods.contains_key(&self.original(function))
            && !self.builtins.contains_key(&class)
            && self.shared.get(&class) != Some(&receiver)
    }

    /// Whether a call graph leaves out a target of a call: what the interpreter does for syntax
    /// on builtin types, and what models call of each other.
    pub(crate) fn is_hidden(&self, call: Call, target: Obj) -> bool {
        let modelled = matches!(
            self.kind(target),
            ObjectKind::ModelFunction | ObjectKind::ModelClass | ObjectKind::External
        ) || self.record(target).is_some();
        modelled
            && match self.made_call(call) {
                Some(MadeCall::Copied(_, original)) => self.hides(original, target),
                Some(_) => true,
                None => self.hides(call, target),
            }
    }

    fn hides(&self, call: Call, target: Obj) -> bool {
        self.is_implied(call)
            || (self.decorators.contains_key(&call) && self.builtins.contains_key(&target))
            || self
                .special_methods
                .get(&target)
                .is_some_and(|name| self.method_calls.get(&call) != Some(name))
    }

    fn is_implied(&self, call: Call) -> bool {
        self.implied.contains_key(&call)
            || self
                .call_owner
                .get(call.index())
                .is_some_and(|&owner| self.kind(owner) == ObjectKind::ModelFunction)
    }

    pub(super) fn is_opaque_class(&self, class: Obj) -> bool {
        matches!(self.record(class), Some(Record::Member(..)))
            || self.kind(class) == ObjectKind::External
    }
}
