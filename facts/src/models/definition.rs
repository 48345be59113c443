//! What a model file defines.

use super::error::Place;
use super::size::FunctionCost;
use super::syntax::{self, Body, Expr};

/// Something that a model file defines under a full name.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    pub(super) place: Place,
    /// The full name of the module or class around it; empty for a module at the top.
    pub(super) owner: String,
    /// Its own name.
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Whether Python has no such name.
    pub(super) hidden: bool,
}

/// What is defined.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Module,
    Class(Class),
    Function(Box<Function>),
    /// A constant of a module, or an attribute that all instances of a class share; and how long it
    /// is, if that is the same everywhere.
    Value(Expr, Option<u64>),
    /// Another name of what has that name.
    Alias(String),
}

/// A class without its members.
#[derive(Debug, Clone)]
pub(super) struct Class {
    pub(super) bases: Vec<String>,
    pub(super) iterates: Option<syntax::Place>,
    /// Whether all its instances are one object.
    pub(super) shared: bool,
    /// What the shared instance has for elements.
    pub(super) elements: Option<Expr>,
    /// The bytes of an instance, besides what its `__init__` says that it allocates.
    pub(super) bytes: Option<u64>,
}

/// How a function is found on its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binding {
    /// A function of a module.
    Free,
    /// A method.
    Plain,
    Static,
    Class,
    Property,
}

/// A function.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) binding: Binding,
    pub(super) body: Body,
    pub(super) cost: FunctionCost,
}
