//! What nodes are, for those who ask how values came to them.

use heapcast_facts::{Call, Field, Obj, Var};

use super::{Made, NO_CALL, World};

impl World {
    /// The object and field that a node is the lookup of.
    pub(crate) fn looked_at(&self, node: Var) -> Option<(Obj, Field)> {
        match self.made(node) {
            Some(Made::Read(object, field) | Made::Lookup(object, field)) => Some((object, field)),
            _ => None,
        }
    }

    /// The call whose callee a node is.
    pub(crate) fn called_at(&self, node: Var) -> Call {
        match self.made(node) {
            Some(Made::Callee(call)) => call,
            _ => NO_CALL,
        }
    }

    /// The node of what a call calls, if there is one.
    pub(crate) fn callee_of(&self, call: Call) -> Option<Var> {
        self.made_ids.get(&Made::Callee(call)).copied()
    }

    /// The copies of variables, with what they are copies of.
    pub(crate) fn copied_nodes(&self) -> Vec<(Var, Var)> {
        let made = self.made.iter().zip(self.var_owner.len() as u32..);
        let copied = made.filter_map(|(made, node)| match made {
            Made::Copied(_, var) => Some((Var(node), *var)),
            _ => None,
        });
        copied.collect()
    }
}
