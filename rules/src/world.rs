//! What does not change while the rules run: the kinds of static objects, their classes and
//! resolution orders. And the record constructors: objects, variables and calls that rules make
//! up on the way, each the same whenever it is made of the same parts.
//!
//! Rules cannot be handed a context, so both live in a thread-local for the time of one run.

mod classes;
mod functions;
mod nodes;
mod targets;
mod through;

use heapcast_facts::{
    Call, Facts, Field, FieldKind, Map, Obj, ObjectKind, PROGRAM, Region, RegionKind, Symbol,
    Symbols, Var, is_immutable,
};

use crate::Record;
use crate::hierarchy::Hierarchy;

pub(crate) use functions::*;
pub(crate) use nodes::{Context, PLAIN};
use nodes::{ContextRow, Limits, Made, MadeCall};
use through::Joined;
pub(crate) use through::Through;

/// No class, no function, no object.
pub(crate) const NOTHING: Obj = Obj(u32::MAX);

/// No call.
pub(crate) const NO_CALL: Call = Call(u32::MAX);

/// No variable.
pub(crate) const NO_VAR: Var = Var(u32::MAX);

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
    pub(crate) class_getitem: Field,
    pub(crate) raise: Symbol,
    pub(crate) iter: Symbol,
}

impl Names {
    fn of(symbols: &mut Symbols) -> Self {
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
            class_getitem: field("__class_getitem__"),
            raise: symbols.intern("<raise>"),
            iter: symbols.intern("__iter__"),
        }
    }
}

/// Classes with a meaning of their own.
#[derive(Debug, Clone, Copy)]
struct Special {
    property: Obj,
    cached_property: Obj,
    static_method: Obj,
    class_method: Obj,
    object: Obj,
    enumeration: Obj,
    dict: Obj,
    not_implemented: Obj,
}

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
    /// The position and name of each parameter with a default.
    optional: Map<Var, (u32, Symbol)>,
    /// How many arguments each call passes by position, if any.
    positional: Map<Call, u32>,
    /// What calls pass by name.
    passed_names: Map<(Call, Symbol), ()>,
    /// The attribute and the module that a constant string names.
    named: Map<Obj, (Field, Obj)>,
    /// The classes that have each class as their metaclass.
    of_metaclass: Map<Obj, Vec<Obj>>,
    /// The class that each call of a metaclass makes by a class statement.
    created: Map<Call, Obj>,
    /// The modelled class that each modelled method belongs to, and its name.
    methods: Map<Obj, (Obj, Symbol)>,
    /// Special methods that are stored somewhere, not defined by a class statement.
    stored_specials: Map<Symbol, ()>,
    iteration: Map<Obj, Field>,
    shared: Map<Obj, Obj>,
    merged: Map<Obj, ()>,
    /// Modelled classes outside of the builtins: many are protocols that others fulfil.
    protocols: Map<Obj, ()>,
    accessors: Map<Symbol, ()>,
    capitalised: Map<Obj, bool>,
    /// Whether each symbol's text looks like a class's name.
    class_like: Vec<bool>,
    /// What receives each call's result.
    results: Vec<Var>,
    /// What each variable is used as: a set of [`Use`].
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
    limits: Limits,
    /// What each node holds and leads to.
    joined: Vec<Joined>,
    /// How often an object arrived at each node.
    arrivals: Vec<(u16, u16)>,
    /// The names of attributes that each variable holds.
    held_names: Map<Var, Vec<Obj>>,
    /// How many constant keys each container was given by copying.
    copied_fields: Map<Obj, u32>,
}

impl World {
    /// The world of a program.
    pub(crate) fn new(facts: &Facts, symbols: &mut Symbols, hierarchy: Hierarchy) -> Self {
        let mut kinds = vec![ObjectKind::Site; facts.next_object().index()];
        let mut by_name: Map<Symbol, Obj> = Map::default();
        let mut capitalised = Map::default();
        for &(object, kind, name) in &facts.object {
            kinds[object.index()] = kind;
            if matches!(kind, ObjectKind::ModelClass) {
                by_name.insert(name, object);
            }
            if kind == ObjectKind::External {
                capitalised.insert(object, is_capitalised(symbols.text(name)));
            }
        }
        let mut named = |text: &str| {
            by_name
                .get(&symbols.intern(text))
                .copied()
                .unwrap_or(NOTHING)
        };
        let special = Special {
            property: named("builtins.property"),
            cached_property: named("functools.cached_property"),
            static_method: named("builtins.staticmethod"),
            class_method: named("builtins.classmethod"),
            object: named("builtins.object"),
            enumeration: named("enum.Enum"),
            dict: named("builtins.dict"),
            not_implemented: named("builtins.NotImplementedType"),
        };
        let mut world = Self {
            names: Names::of(symbols),
            special,
            kinds,
            classes_of: Map::default(),
            hierarchy,
            var_owner: owners(facts.variable_in.iter().map(|&(var, owner)| (var.0, owner))),
            call_owner: owners(
                facts
                    .call_in
                    .iter()
                    .map(|&(call, owner, _)| (call.0, owner)),
            ),
            call_region: facts.call_region.iter().copied().collect(),
            outermost: Map::default(),
            units: Map::default(),
            object_units: Map::default(),
            method_calls: facts.method_call.iter().map(|row| (row.0, row.2)).collect(),
            decorators: facts
                .decorator_call
                .iter()
                .map(|&(call,)| (call, ()))
                .collect(),
            builtins: Map::default(),
            special_methods: Map::default(),
            optional: Map::default(),
            positional: Map::default(),
            passed_names: Map::default(),
            named: Map::default(),
            of_metaclass: Map::default(),
            created: facts.creation.iter().copied().collect(),
            methods: Map::default(),
            stored_specials: Map::default(),
            implied: facts
                .implied_call
                .iter()
                .map(|&(call,)| (call, ()))
                .collect(),
            hubs: facts
                .hub_parameter
                .iter()
                .map(|&(var,)| (var, ()))
                .collect(),
            keywords: facts
                .formal_keyword
                .iter()
                .map(|&(f, name, _)| ((f, name), ()))
                .collect(),
            iteration: facts.iterates.iter().copied().collect(),
            shared: Map::default(),
            merged: facts
                .merged_class
                .iter()
                .map(|&(class,)| (class, ()))
                .collect(),
            protocols: Map::default(),
            accessors: Map::default(),
            capitalised,
            class_like: symbols
                .iter()
                .map(|(_, text)| is_capitalised(text))
                .collect(),
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
            limits: Limits::of(facts.variable_in.len()),
            joined: Vec::new(),
            arrivals: Vec::new(),
            held_names: Map::default(),
            copied_fields: Map::default(),
            entered: Map::default(),
            targets: Map::default(),
        };
        world.index(facts, symbols);
        world
    }

    fn index(&mut self, facts: &Facts, symbols: &Symbols) {
        for &(object, class) in &facts.instance_of {
            self.classes_of.entry(object).or_default().push(class);
            let immutable = facts.object.len() > object.index()
                && self.kinds[object.index()] == ObjectKind::Site
                && facts
                    .object
                    .get(class.index())
                    .is_some_and(|row| is_immutable(symbols.text(row.2)));
            if immutable {
                self.shared.entry(class).or_insert(object);
            }
        }
        for &(region, kind, function, _) in &facts.region {
            if kind == heapcast_facts::RegionKind::Function {
                self.outermost.insert(function, region);
            }
        }
        for &(object, kind, name) in &facts.object {
            let text = symbols.text(name);
            if text.starts_with("builtins.") {
                self.builtins.insert(object, ());
            }
            if kind == ObjectKind::ModelFunction
                && text.ends_with("__")
                && let Some(own) = text.rsplit('.').next().and_then(|own| symbols.get(own))
            {
                self.special_methods.insert(object, own);
            }
            if kind == ObjectKind::ModelClass && !symbols.text(name).starts_with("builtins.") {
                self.protocols.insert(object, ());
            }
        }
        self.find_units(facts);
        self.find_variables(facts);
        self.find_handling_regions(facts);
        self.find_accessors(facts);
        self.find_arguments(facts);
        self.find_named(facts, symbols);
        for &(_, field, _) in &facts.store {
            if let FieldKind::Attribute(name) = field.kind()
                && symbols.text(name).ends_with("__")
            {
                self.stored_specials.insert(name, ());
            }
        }
    }

    /// What constant strings name; which classes metaclasses have, and models methods.
    fn find_named(&mut self, facts: &Facts, symbols: &Symbols) {
        let modules: Map<Symbol, Obj> = facts
            .object
            .iter()
            .filter(|row| matches!(row.1, ObjectKind::Module | ObjectKind::ModelModule))
            .map(|&(object, _, name)| (name, object))
            .collect();
        for &(object, name) in &facts.named_string {
            let module = modules.get(&name).copied().unwrap_or(NOTHING);
            let row = (Field::attribute(name), module);
            self.named.insert(object, row);
        }
        for &(class, kind, _) in &facts.object {
            if kind == ObjectKind::Class
                && let Some(metaclass) = self.hierarchy.metaclass(class)
                && self.kind(metaclass) == ObjectKind::Class
            {
                self.of_metaclass.entry(metaclass).or_default().push(class);
            }
        }
        let names: Map<Obj, Symbol> = facts.object.iter().map(|row| (row.0, row.2)).collect();
        for &(function, owner) in &facts.function_in {
            if self.kind(function) == ObjectKind::ModelFunction
                && self.kind(owner) == ObjectKind::ModelClass
                && let Some(name) = names.get(&function)
                && let Some(own) = symbols.text(*name).rsplit('.').next()
                && let Some(own) = symbols.get(own)
            {
                self.methods.insert(function, (owner, own));
            }
        }
    }

    /// What calls pass, for parameters that need not be passed.
    fn find_arguments(&mut self, facts: &Facts) {
        self.optional = facts
            .default_value
            .iter()
            .map(|&(_, formal, _)| (formal, (u32::MAX, Symbol(0))))
            .collect();
        for &(_, index, formal) in &facts.formal {
            if let Some(row) = self.optional.get_mut(&formal) {
                row.0 = index;
            }
        }
        for &(_, name, formal) in &facts.formal_keyword {
            if let Some(row) = self.optional.get_mut(&formal) {
                row.1 = name;
            }
        }
        for &(call, index, _) in &facts.actual {
            let count = self.positional.entry(call).or_default();
            *count = (*count).max(index + 1);
        }
        let names = facts.actual_keyword.iter();
        self.passed_names = names.map(|&(call, name, _)| ((call, name), ())).collect();
    }

    /// Names under which a class may hold something that runs code when it is read or written.
    fn find_accessors(&mut self, facts: &Facts) {
        let plain: Map<Var, ()> = facts
            .alloc
            .iter()
            .filter(|(_, object)| !self.is_descriptor(*object))
            .map(|&(var, _)| (var, ()))
            .collect();
        for &(_, name, var) in &facts.class_attribute {
            if !plain.contains_key(&var) {
                self.accessors.insert(name, ());
            }
        }
        for &(_, name, object) in &facts.model_member {
            if self.is_descriptor(object) {
                self.accessors.insert(name, ());
            }
        }
    }

    fn find_units(&mut self, facts: &Facts) {
        let clonable: Map<Obj, ()> = facts.clonable.iter().map(|row| (row.0, ())).collect();
        let parents: Map<Obj, Obj> = facts.function_in.iter().copied().collect();
        let units: Vec<(Obj, Obj)> = facts
            .object
            .iter()
            .filter(|row| matches!(row.1, ObjectKind::Function | ObjectKind::ModelFunction))
            .map(|row| (row.0, unit_of(row.0, &clonable, &parents)))
            .collect();
        for (function, unit) in units {
            self.units.insert(function, unit);
            if unit != PROGRAM {
                self.object_units.insert(function, unit);
            }
        }
        for &(object, function) in &facts.object_in {
            if let Some(&unit) = self.units.get(&function)
                && unit != PROGRAM
                && unit != object
            {
                self.object_units.insert(object, unit);
            }
        }
        for &(function, copies) in &facts.clonable {
            self.copies_left.insert(function, copies);
            self.object_units.remove(&function);
        }
    }

    fn find_variables(&mut self, facts: &Facts) {
        self.uses = vec![0; self.var_owner.len()];
        self.results = vec![NO_VAR; self.call_owner.len()];
        for &(call, var) in &facts.call_result {
            if let Some(result) = self.results.get_mut(call.index()) {
                *result = var;
            }
        }
        for &(var, owner) in &facts.variable_in {
            let unit = self.unit_of_function(owner);
            if unit != PROGRAM {
                self.place(unit, var);
            }
        }
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

    /// Notes what a variable is used as.
    pub(crate) fn note_use(&mut self, var: Var, as_what: Use) {
        if let Some(uses) = self.uses.get_mut(var.index()) {
            *uses |= as_what as u32;
        }
    }

    /// Relations that others wrote may have regions of any numbers, and even a circle of them.
    fn find_handling_regions(&mut self, facts: &Facts) {
        let none = Region(u32::MAX);
        let parents: Map<Region, Region> = facts.region_parent.iter().copied().collect();
        let functions = facts
            .region
            .iter()
            .filter(|row| row.1 == RegionKind::Function);
        let handles: Map<Region, ()> = functions
            .map(|row| (row.0, ()))
            .chain(facts.catches.iter().map(|row| (row.0, ())))
            .collect();
        for &(mut at, ..) in &facts.region {
            let mut path = Vec::new();
            let handler = loop {
                if handles.contains_key(&at) {
                    break at;
                }
                if let Some(&known) = self.handling.get(&at) {
                    break known;
                }
                self.handling.insert(at, none);
                path.push(at);
                match parents.get(&at) {
                    Some(&parent) => at = parent,
                    None => break none,
                }
            };
            self.handling
                .extend(path.into_iter().map(|region| (region, handler)));
        }
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

    /// The number of the first record.
    pub(crate) fn first_record(&self) -> u32 {
        self.kinds.len() as u32
    }

    /// The records, in order.
    pub(crate) fn into_records(self) -> Vec<Record> {
        self.records
    }

    pub(crate) fn record(&self, object: Obj) -> Option<Record> {
        object
            .0
            .checked_sub(self.first_record())
            .and_then(|index| self.records.get(index as usize))
            .copied()
    }

    fn make(&mut self, record: Record) -> Obj {
        if let Some(&object) = self.record_ids.get(&record) {
            return object;
        }
        let object = Obj((self.kinds.len() + self.records.len()) as u32);
        self.records.push(record);
        self.record_ids.insert(record, object);
        object
    }

    /// The static object that `object` is, or is a copy of.
    pub(crate) fn original(&self, object: Obj) -> Obj {
        match self.record(object) {
            Some(Record::Copy(_, original)) => original,
            _ => object,
        }
    }
}

fn is_capitalised(dotted: &str) -> bool {
    dotted.rsplit('.').next().is_some_and(|last| {
        last.trim_start_matches('_')
            .starts_with(|first: char| first.is_uppercase())
            && last.chars().any(char::is_lowercase)
    })
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

/// The outermost clonable function around a function, itself included.
fn unit_of(function: Obj, clonable: &Map<Obj, ()>, parents: &Map<Obj, Obj>) -> Obj {
    let mut unit = PROGRAM;
    let mut at = function;
    loop {
        if clonable.contains_key(&at) {
            unit = at;
        }
        match parents.get(&at) {
            Some(&parent) if parent != at => at = parent,
            _ => return unit,
        }
    }
}
