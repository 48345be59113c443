//! What does not change while the rules run: the kinds of static objects, their classes and
//! resolution orders. And the record constructors: objects, variables and calls that rules make
//! up on the way, each the same whenever it is made of the same parts.
//!
//! Rules cannot be handed a context, so both live in a thread-local for the time of one run.
//!
//! `index` finds out what does not change; `classes`, `targets` and `through` answer questions about
//! it; `records` and `nodes` make what is new; `functions` is what rules call.

mod bounds;
mod classes;
mod functions;
mod index;
mod keys;
mod names;
mod nodes;
mod records;
mod stops;
mod targets;
mod through;
mod uses;

use std::hash::Hash;

use heapcast_facts::{
    Call, Facts, Field, Map, Obj, ObjectKind, PROGRAM, Region, Symbol, Symbols, Var,
};

use crate::Record;
use crate::hierarchy::Hierarchy;

pub(crate) use functions::*;
use keys::Keys;
pub(crate) use keys::{Key, selected};
pub(crate) use names::Names;
use names::Special;
pub(crate) use nodes::{Context, PLAIN};
use nodes::{ContextRow, Limits, Made, MadeCall};
use through::Joined;
pub(crate) use through::{Moved, Through, Wait};
pub(crate) use uses::Use;

/// No class, no function, no object.
pub(crate) const NOTHING: Obj = Obj(u32::MAX);

/// No call.
pub(crate) const NO_CALL: Call = Call(u32::MAX);

/// No variable.
pub(crate) const NO_VAR: Var = Var(u32::MAX);

/// The classes that are given something under each name; [`PROGRAM`] stands for all of the project.
type Given = Map<Symbol, Map<Obj, ()>>;

/// Everything that rules look up but do not derive.
pub(crate) struct World {
    pub(crate) names: Names,
    special: Special,
    kinds: Vec<ObjectKind>,
    classes_of: Map<Obj, Vec<Obj>>,
    pub(crate) hierarchy: Hierarchy,
    var_owner: Vec<Obj>,
    call_owner: Vec<Obj>,
    call_region: Map<Call, Region>,
    outermost: Map<Obj, Region>,
    /// The cloned function (or nothing) that each function belongs to.
    units: Map<Obj, Obj>,
    object_units: Map<Obj, Obj>,
    hubs: Map<Var, ()>,
    implied: Map<Call, ()>,
    /// The name by which each method call calls.
    method_calls: Map<Call, Symbol>,
    decorators: Map<Call, ()>,
    /// Functions and classes of the builtins.
    builtins: Map<Obj, ()>,
    /// Modelled methods with a special name, such as `__init__`.
    special_methods: Map<Obj, Symbol>,
    keywords: Map<(Obj, Symbol), ()>,
    /// Parameters that are returned as they are.
    pub(crate) returned_formals: Map<Var, ()>,
    /// Parameters of crowded functions that are stored as they are.
    pub(crate) stored_formals: Map<Var, ()>,
    /// The position and name of each parameter with a default.
    optional: Map<Var, (u32, Symbol)>,
    /// How many arguments each call passes by position, if any.
    positional: Map<Call, u32>,
    /// The calls that pass the elements of something, with the variables that hold what is spread by
    /// position.
    spreading: Map<Call, Vec<Var>>,
    /// The functions that gather what is past a position in `*args`.
    star_formals: Map<Var, (Obj, u32)>,
    /// The variables that may hold `None`, as far as assignments and defaults tell.
    nones: Map<Var, ()>,
    /// What calls pass by name.
    passed_names: Map<(Call, Symbol), ()>,
    /// The attribute and the module that a constant string names.
    named: Map<Obj, (Field, Obj)>,
    /// The classes that have each class as their metaclass.
    of_metaclass: Map<Obj, Vec<Obj>>,
    /// The call that each class statement makes.
    creations: Map<Obj, Call>,
    /// The class that each dict is the namespace of.
    class_namespaces: Map<Obj, Obj>,
    /// The class that each call of a metaclass makes by a class statement.
    created: Map<Call, Obj>,
    /// The modelled class that each modelled method belongs to, and its name.
    methods: Map<Obj, (Obj, Symbol)>,
    /// Methods of modelled classes that have no effect.
    inert_methods: Map<(Obj, Symbol), ()>,
    /// Special methods that classes are given after their statements.
    stored_specials: Given,
    iteration: Map<Obj, Field>,
    shared: Map<Obj, Obj>,
    merged: Map<Obj, ()>,
    /// Modelled classes outside of the builtins: many are protocols that others fulfil.
    protocols: Map<Obj, ()>,
    /// What of classes may run code when it is read or written.
    accessors: Given,
    capitalised: Map<Obj, bool>,
    /// Whether each symbol's text looks like a class's name.
    class_like: Vec<bool>,
    /// What receives each call's result.
    results: Vec<Var>,
    /// What each node is used as: a set of [`Use`].
    uses: Vec<u32>,
    /// The variables that the code of each unit defines or uses.
    unit_vars: Map<Obj, Vec<Var>>,
    /// The number of each among them.
    var_place: Map<(Obj, Var), u32>,
    /// The innermost region around each that has handlers or is a function.
    handling: Map<Region, Region>,
    records: Vec<Record>,
    record_ids: Map<Record, Obj>,
    made: Vec<Made>,
    made_ids: Map<Made, Var>,
    made_calls: Vec<MadeCall>,
    made_call_ids: Map<MadeCall, Call>,
    contexts: Vec<ContextRow>,
    /// The copy of each function that each call enters.
    entered: Map<(Call, Obj), Option<Obj>>,
    /// How many functions each call may go to.
    targets: Map<Call, u32>,
    /// How many more copies of each function may be made.
    copies_left: Map<Obj, u32>,
    copied_vars: usize,
    /// How many calls of each small function found no copy left.
    uncopied: Map<Obj, u32>,
    limits: Limits,
    /// What each node holds and leads to.
    joined: Vec<Joined>,
    /// How often an object arrived at each node.
    arrivals: Vec<(u16, u16)>,
    /// The names of attributes that each variable holds.
    held_names: Map<Var, Vec<Obj>>,
    /// What calls pass for parameters that select elements.
    keys: Keys,
    /// The names that begin with each prefix.
    prefixed: Map<(Symbol, Symbol), ()>,
    /// The names that some prefix begins, by the class or module that has them.
    names_of: Map<Obj, Vec<Symbol>>,
    /// Modules with a `__getattr__`.
    lazy_modules: Map<Obj, ()>,
    /// How many constant keys each container was given by copying.
    copied_fields: Map<Obj, u32>,
}

impl World {
    /// The world of a program.
    pub(crate) fn new(facts: &Facts, symbols: &mut Symbols, hierarchy: Hierarchy) -> Self {
        let special = Special::of(facts, symbols);
        let mut world = Self {
            names: Names::of(symbols),
            special,
            kinds: vec![ObjectKind::Site; facts.next_object().index()],
            classes_of: Map::default(),
            hierarchy,
            var_owner: owners(facts.variable_in.iter().map(|row| (row.0.0, row.1))),
            call_owner: owners(facts.call_in.iter().map(|row| (row.0.0, row.1))),
            call_region: facts.call_region.iter().copied().collect(),
            outermost: Map::default(),
            units: Map::default(),
            object_units: Map::default(),
            method_calls: facts.method_call.iter().map(|row| (row.0, row.2)).collect(),
            decorators: set(facts.decorator_call.iter().map(|row| row.0)),
            builtins: Map::default(),
            special_methods: Map::default(),
            returned_formals: Map::default(),
            stored_formals: Map::default(),
            optional: Map::default(),
            positional: Map::default(),
            spreading: Map::default(),
            star_formals: Map::default(),
            nones: Map::default(),
            passed_names: Map::default(),
            named: Map::default(),
            of_metaclass: Map::default(),
            created: facts.creation.iter().copied().collect(),
            creations: facts
                .creation
                .iter()
                .map(|&(call, class)| (class, call))
                .collect(),
            class_namespaces: facts.class_namespace.iter().copied().collect(),
            methods: Map::default(),
            inert_methods: Map::default(),
            stored_specials: Map::default(),
            implied: set(facts.implied_call.iter().map(|row| row.0)),
            hubs: set(facts.hub_parameter.iter().map(|row| row.0)),
            keywords: set(facts.formal_keyword.iter().map(|row| (row.0, row.1))),
            iteration: facts.iterates.iter().copied().collect(),
            shared: Map::default(),
            merged: set(facts.merged_class.iter().map(|row| row.0)),
            protocols: Map::default(),
            accessors: Map::default(),
            capitalised: Map::default(),
            class_like: index::class_like(symbols),
            records: Vec::new(),
            record_ids: Map::default(),
            results: Vec::new(),
            uses: Vec::new(),
            unit_vars: Map::default(),
            var_place: Map::default(),
            handling: Map::default(),
            made: Vec::new(),
            made_ids: Map::default(),
            made_calls: Vec::new(),
            made_call_ids: Map::default(),
            contexts: vec![ContextRow::PLAIN],
            copies_left: Map::default(),
            copied_vars: 0,
            uncopied: Map::default(),
            limits: Limits::of(facts.variable_in.len()),
            joined: Vec::new(),
            arrivals: Vec::new(),
            held_names: Map::default(),
            keys: Keys::of(facts),
            prefixed: set(facts.prefixed.iter().copied()),
            names_of: Map::default(),
            lazy_modules: Map::default(),
            copied_fields: Map::default(),
            entered: Map::default(),
            targets: Map::default(),
        };
        world.index(facts, symbols);
        world
    }

    /// The innermost region that has handlers or is a function, `region` itself included.
    pub(crate) fn handling(&self, region: Region) -> Region {
        self.handling.get(&region).copied().unwrap_or(region)
    }

    pub(crate) fn kind(&self, object: Obj) -> ObjectKind {
        self.kinds
            .get(object.index())
            .copied()
            .unwrap_or(ObjectKind::Site)
    }

    /// Gives a variable that a unit's code mentions a place in the unit's copies. Whether it had
    /// none yet.
    pub(crate) fn place(&mut self, unit: Obj, var: Var) -> bool {
        let vars = self.unit_vars.entry(unit).or_default();
        let next = vars.len() as u32;
        let place = *self.var_place.entry((unit, var)).or_insert(next);
        if place == next {
            vars.push(var);
        }
        place == next
    }
}

fn set<K: Eq + Hash>(keys: impl Iterator<Item = K>) -> Map<K, ()> {
    keys.map(|key| (key, ())).collect()
}

fn owners(rows: impl Iterator<Item = (u32, Obj)> + Clone) -> Vec<Obj> {
    let count = rows
        .clone()
        .map(|(id, _)| id as usize + 1)
        .max()
        .unwrap_or(0);
    let mut owners = vec![PROGRAM; count];
    for (id, owner) in rows {
        owners[id as usize] = owner;
    }
    owners
}
