//! What the rules derive.

use heapcast_facts::{Call, Field, Obj, Region, Symbol, Var};

/// What an object is that only the rules know of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Record {
    /// An instance of the class that the call makes.
    Instance(Call, Obj),
    /// Any instance of a class, wherever it was made.
    AnyInstance(Obj),
    /// A method bound to its receiver.
    Bound(Obj, Obj),
    /// `super()` of a class for a receiver.
    Super(Obj, Obj),
    /// An attribute of an object that cannot be seen.
    Member(Obj, Symbol),
    /// An instance of a class that cannot be seen.
    ExternalInstance(Obj),
    /// The dict of an object's own attributes.
    Namespace(Obj),
    /// A copy of an object of a cloned function, for one call.
    Copy(u32, Obj),
}

/// Through what a value outlives a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Via {
    /// A variable of an enclosing region of the same function.
    Variable,
    /// The function's result.
    Returned,
    /// An object reachable from the parameter of that number.
    Parameter(u32),
    /// A global variable.
    Global,
    /// A captured variable.
    Closure,
    /// A raised exception.
    Thrown,
    /// A yielded value.
    Yielded,
    /// An argument of code that cannot be seen.
    Unknown,
}

/// What is given up where whole-program points-to would explode. `UNSOUNDNESS.md` has the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bound {
    /// A variable or field took no more values.
    Values,
    /// A call passes its arguments to the first of its targets alone.
    Targets,
    /// A call of a small function shares its code with other calls.
    Copies,
    /// A container's further constant keys share one field.
    Keys,
    /// A parameter holds any instance of a class instead of those that it was passed.
    Parameters,
    /// A class has one instance for all places that make one.
    Instances,
}

impl Bound {
    /// All of them, in order.
    pub const ALL: [Self; 6] = [
        Self::Values,
        Self::Targets,
        Self::Copies,
        Self::Keys,
        Self::Parameters,
        Self::Instances,
    ];

    /// Its name in relations and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Values => "values",
            Self::Targets => "targets",
            Self::Copies => "copies",
            Self::Keys => "keys",
            Self::Parameters => "parameters",
            Self::Instances => "instances",
        }
    }
}

/// Everything the rules derive, sorted.
#[derive(Debug, Clone, Default)]
pub struct Derived {
    /// `var_points_to(var, object)`: `var` may hold `object`. Copies that belong to cloned
    /// functions are merged into their originals.
    pub var_points_to: Vec<(Var, Obj)>,
    /// `field_points_to(object, field, value)`.
    pub field_points_to: Vec<(Obj, Field, Obj)>,
    /// `call_target(call, function)`: the λ-tags of a call site: functions of the project,
    /// modelled functions and classes, external names.
    pub call_target: Vec<(Call, Obj)>,
    /// `call_receiver(call, function, receiver)`: the object that a bound call passes first.
    pub call_receiver: Vec<(Call, Obj, Obj)>,
    /// `call_graph_edge(caller, callee)`: between functions, modules, modelled and external code.
    pub call_graph_edge: Vec<(Obj, Obj)>,
    /// `instantiates(call, class)`.
    pub instantiates: Vec<(Call, Obj)>,
    /// `unknown_call(call)`: the call has no target that is known.
    pub unknown_call: Vec<Call>,
    /// `mro(class, position, ancestor)`.
    pub mro: Vec<(Obj, u32, Obj)>,
    /// `outlives(var, region, via)`: the value of `var` may still be reachable when `region`, or
    /// the function where `region` is its outermost one, ends.
    pub outlives: Vec<(Var, Region, Via)>,
    /// `singly(generator, is_looped)`: each element of the generator expression that `generator` holds
    /// is let go of before the next is taken, unless what takes it keeps it.
    pub singly: Vec<(Var, bool)>,
    /// `bounded(object, bound, places)`: in so many places of a function's code, or for a class, the
    /// analysis gave up what `bound` says.
    pub bounded: Vec<(Obj, Bound, u32)>,
    /// What the objects past the last static one are, in order.
    pub records: Vec<Record>,
    /// The number of the first object in `records`.
    pub first_record: u32,
    /// Rows of each relation inside of the engine, by name.
    pub sizes: Vec<(&'static str, usize)>,
}

impl Derived {
    /// What `object` is, where only the rules know of it.
    #[must_use]
    pub fn record(&self, object: Obj) -> Option<Record> {
        object
            .0
            .checked_sub(self.first_record)
            .and_then(|index| self.records.get(index as usize))
            .copied()
    }
}
