//! What variables are used as, so that a rule is tried only where it may say something.

use heapcast_facts::Var;

use super::World;

/// What a variable is used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Use {
    /// Assigned to another variable.
    Assign = 1,
    /// The base of a load.
    Load = 1 << 1,
    /// The base of a store.
    Store = 1 << 2,
    /// The base of a load of attributes with a known beginning of their names.
    Prefix = 1 << 3,
    /// A container whose elements are copied.
    Elements = 1 << 4,
    /// Iterated.
    Iterate = 1 << 5,
    /// The receiver of `super()`.
    Super = 1 << 6,
    /// The argument of `type()`.
    Class = 1 << 7,
    /// The class of an `isinstance`.
    Narrow = 1 << 8,
    /// Called.
    Callee = 1 << 9,
    /// The base of a method call.
    Method = 1 << 10,
    /// The operand of syntax that calls special methods.
    Protocol = 1 << 11,
    /// The left operand of a reflected method.
    Left = 1 << 12,
    /// The class that `__new__` makes an instance of.
    Constructs = 1 << 13,
    /// Raised, or the class of a handler.
    Raise = 1 << 14,
    /// The subject of a class pattern.
    Pattern = 1 << 15,
    /// The annotation of a parameter.
    Annotation = 1 << 16,
    /// What a class body leaves under a name.
    ClassAttribute = 1 << 17,
    /// The result of an operator that may be declined.
    Declined = 1 << 18,
    /// The base of a deletion.
    Delete = 1 << 19,
    /// What a `__getattr__` reads attributes of.
    Forward = 1 << 20,
    /// The name of an attribute or a module.
    Named = 1 << 21,
}

impl World {
    /// Notes what a variable is used as.
    pub(crate) fn note_use(&mut self, var: Var, as_what: Use) {
        if let Some(uses) = self.uses.get_mut(var.index()) {
            *uses |= as_what as u32;
        }
    }
}
