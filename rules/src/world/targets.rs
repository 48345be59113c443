//! What a call graph shows of the targets of calls.

use heapcast_facts::{Call, Obj, ObjectKind};

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
            || (self.special_methods.contains_key(&target)
                && !self.method_calls.contains_key(&call))
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
