//! What does not change while the rules run: the kinds of static objects, their classes and
//! resolution orders. And the record constructors: objects, variables and calls that rules make
//! up on the way, each the same whenever it is made of the same parts.
//!
//! Rules cannot be handed a context, so both live in a thread-local for the time of one run.

use std::cell::RefCell;

use heapcast_facts::{
    Call, Facts, Field, FieldKind, Map, Obj, ObjectKind, PROGRAM, Region, Symbol, Symbols, Var,
};

use crate::Record;
use crate::hierarchy::Hierarchy;

/// Which copy of a cloned function's code something belongs to; 0 is the code as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Context(pub(crate) u32);

/// The code as it stands.
pub(crate) const PLAIN: Context = Context(0);

/// No class, no function, no object.
pub(crate) const NOTHING: Obj = Obj(u32::MAX);

/// How deeply copies of functions of the project may nest.
const CLONE_DEPTH: u32 = 3;

/// How deeply names of code that cannot be seen may nest.
const MEMBER_DEPTH: u32 = 6;

/// A variable or call that only the rules know of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Made {
    Copied(Context, u32),
    Access(Var),
    Update(Var),
    Method(Call),
}

#[derive(Debug, Clone, Copy)]
struct ContextRow {
    unit: Obj,
    call: Call,
    depth: u32,
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
    pub(crate) getter: Field,
    pub(crate) setter: Field,
    pub(crate) cached: Field,
    pub(crate) post_init: Field,
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
            getter: field("fget"),
            setter: field("fset"),
            cached: field("func"),
            post_init: field("__post_init__"),
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
    method_calls: Map<Call, ()>,
    decorators: Map<Call, ()>,
    /// Functions and classes of the builtins.
    builtins: Map<Obj, ()>,
    /// Modelled methods with a special name, such as `__init__`.
    special_methods: Map<Obj, ()>,
    keywords: Map<(Obj, Symbol), ()>,
    iteration: Map<Obj, Field>,
    shared: Map<Obj, Obj>,
    merged: Map<Obj, ()>,
    /// Modelled classes outside of the builtins: many are protocols that others fulfil.
    protocols: Map<Obj, ()>,
    accessors: Map<Symbol, ()>,
    capitalised: Map<Obj, bool>,
    /// Whether each symbol's text looks like a class's name.
    class_like: Vec<bool>,
    records: Vec<Record>,
    record_ids: Map<Record, Obj>,
    made_vars: Vec<Made>,
    made_var_ids: Map<Made, Var>,
    made_calls: Vec<Made>,
    made_call_ids: Map<Made, Call>,
    contexts: Vec<ContextRow>,
    context_ids: Map<(Call, Obj), Context>,
}

impl World {
    /// The world of a program.
    pub(crate) fn new(facts: &Facts, symbols: &mut Symbols, hierarchy: Hierarchy) -> Self {
        let objects = facts
            .object
            .iter()
            .map(|row| row.0.0 + 1)
            .max()
            .unwrap_or(1);
        let objects = objects.max(
            facts
                .instance_of
                .iter()
                .map(|row| row.0.0 + 1)
                .max()
                .unwrap_or(1),
        );
        let objects = objects.max(
            facts
                .object_in
                .iter()
                .map(|row| row.0.0 + 1)
                .max()
                .unwrap_or(1),
        );
        let mut kinds = vec![ObjectKind::Site; objects as usize];
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
            method_calls: facts.method_call.iter().map(|row| (row.0, ())).collect(),
            decorators: facts
                .decorator_call
                .iter()
                .map(|&(call,)| (call, ()))
                .collect(),
            builtins: Map::default(),
            special_methods: Map::default(),
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
            merged: Map::default(),
            protocols: Map::default(),
            accessors: Map::default(),
            capitalised,
            class_like: symbols
                .iter()
                .map(|(_, text)| is_capitalised(text))
                .collect(),
            records: Vec::new(),
            record_ids: Map::default(),
            made_vars: Vec::new(),
            made_var_ids: Map::default(),
            made_calls: Vec::new(),
            made_call_ids: Map::default(),
            contexts: vec![ContextRow {
                unit: PROGRAM,
                call: Call(u32::MAX),
                depth: 0,
            }],
            context_ids: Map::default(),
        };
        world.index(facts, symbols);
        world
    }

    fn index(&mut self, facts: &Facts, symbols: &Symbols) {
        for &(object, class) in &facts.instance_of {
            self.classes_of.entry(object).or_default().push(class);
            let immutable = facts.object.len() > object.index()
                && self.kinds[object.index()] == ObjectKind::Site
                && is_immutable(symbols, &facts.object, class);
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
            if kind == ObjectKind::ModelFunction && text.ends_with("__") {
                self.special_methods.insert(object, ());
            }
            if kind == ObjectKind::ModelClass && !symbols.text(name).starts_with("builtins.") {
                self.protocols.insert(object, ());
            }
        }
        self.find_units(facts);
        self.find_accessors(facts);
        self.find_crowded_classes(facts);
    }

    /// Names under which a class may hold something that runs code when it is read or written.
    fn find_accessors(&mut self, facts: &Facts) {
        let plain: Map<Var, ()> = facts
            .alloc
            .iter()
            .filter(|(_, object)| {
                matches!(
                    self.kind(*object),
                    ObjectKind::Function | ObjectKind::Class | ObjectKind::ModelClass
                )
            })
            .map(|&(var, _)| (var, ()))
            .collect();
        for &(_, name, var) in &facts.class_attribute {
            if !plain.contains_key(&var) {
                self.accessors.insert(name, ());
            }
        }
    }

    /// Classes with so many instantiation sites that their instances are one object.
    fn find_crowded_classes(&mut self, facts: &Facts) {
        const SITES: usize = 400;
        let mut held: Map<Var, Obj> = Map::default();
        for &(var, object) in &facts.alloc {
            if self.kind(object) == ObjectKind::Class {
                held.insert(var, object);
            }
        }
        let mut sources: Map<Var, Var> = Map::default();
        for &(to, from) in &facts.assign {
            sources.entry(to).or_insert(from);
        }
        let mut counts: Map<Obj, usize> = Map::default();
        for &(_, callee) in &facts.call {
            let mut at = callee;
            for _ in 0..8 {
                if let Some(&class) = held.get(&at) {
                    *counts.entry(class).or_default() += 1;
                    break;
                }
                match sources.get(&at) {
                    Some(&next) => at = next,
                    None => break,
                }
            }
        }
        for (class, count) in counts {
            if count > SITES {
                self.merged.insert(class, ());
            }
        }
    }

    fn find_units(&mut self, facts: &Facts) {
        let clonable: Map<Obj, ()> = facts.clonable.iter().map(|&(f,)| (f, ())).collect();
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
        for &(function,) in &facts.clonable {
            self.object_units.remove(&function);
        }
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

    // ---- units and contexts ----------------------------------------------------------------

    /// The unit that a function's code belongs to.
    pub(crate) fn unit_of_function(&self, function: Obj) -> Obj {
        self.units.get(&function).copied().unwrap_or(PROGRAM)
    }

    /// The unit that a variable belongs to.
    pub(crate) fn unit_of_var(&self, var: Var) -> Obj {
        self.var_owner
            .get(var.index())
            .map_or(PROGRAM, |&owner| self.unit_of_function(owner))
    }

    /// The unit that a call belongs to.
    pub(crate) fn unit_of_call(&self, call: Call) -> Obj {
        self.call_owner
            .get(call.index())
            .map_or(PROGRAM, |&owner| self.unit_of_function(owner))
    }

    fn var_in(&mut self, context: Context, var: Var) -> Var {
        if context == PLAIN || self.unit_of_var(var) != self.contexts[context.0 as usize].unit {
            return var;
        }
        self.make_var(Made::Copied(context, var.0))
    }

    fn call_in(&mut self, context: Context, call: Call) -> Call {
        if context == PLAIN {
            return call;
        }
        self.make_call(Made::Copied(context, call.0))
    }

    fn object_in(&mut self, context: Context, object: Obj) -> Obj {
        let unit = self.contexts[context.0 as usize].unit;
        if context == PLAIN
            || (object != unit && self.object_units.get(&object).copied() != Some(unit))
        {
            return object;
        }
        self.make(Record::Copy(context.0, object))
    }

    fn make_var(&mut self, made: Made) -> Var {
        if let Some(&var) = self.made_var_ids.get(&made) {
            return var;
        }
        let var = Var((self.var_owner.len() + self.made_vars.len()) as u32);
        self.made_vars.push(made);
        self.made_var_ids.insert(made, var);
        var
    }

    fn make_call(&mut self, made: Made) -> Call {
        if let Some(&call) = self.made_call_ids.get(&made) {
            return call;
        }
        let call = Call((self.call_owner.len() + self.made_calls.len()) as u32);
        self.made_calls.push(made);
        self.made_call_ids.insert(made, call);
        call
    }

    fn made_call(&self, call: Call) -> Option<Made> {
        let index = call.index().checked_sub(self.call_owner.len())?;
        self.made_calls.get(index).copied()
    }

    fn made_var(&self, var: Var) -> Option<Made> {
        let index = var.index().checked_sub(self.var_owner.len())?;
        self.made_vars.get(index).copied()
    }

    /// The static variable that `var` is a copy of; none for variables that rules made up.
    pub(crate) fn original_var(&self, var: Var) -> Option<Var> {
        match self.made_var(var) {
            None => Some(var),
            Some(Made::Copied(_, original)) => Some(Var(original)),
            Some(_) => None,
        }
    }

    /// The static call that `call` is a copy of; none for calls that rules made up.
    pub(crate) fn original_call(&self, call: Call) -> Option<Call> {
        match self.made_call(call) {
            None => Some(call),
            Some(Made::Copied(_, original)) => Some(Call(original)),
            Some(_) => None,
        }
    }

    /// The context that calling the cloned function `function` at `call` enters.
    fn context(&mut self, call: Call, function: Obj) -> Context {
        if let Some(&context) = self.context_ids.get(&(call, function)) {
            return context;
        }
        let outer = match self.made_call(call) {
            Some(Made::Copied(context, _)) => context,
            Some(Made::Access(var) | Made::Update(var)) => match self.made_var(var) {
                Some(Made::Copied(context, _)) => context,
                _ => PLAIN,
            },
            _ => PLAIN,
        };
        let row = self.contexts[outer.0 as usize];
        let modelled = self.kind(function) == ObjectKind::ModelFunction;
        let depth = row.depth + u32::from(!modelled);
        let nested_in_itself = self.nests(outer, function);
        let context = if depth > CLONE_DEPTH || nested_in_itself {
            PLAIN
        } else {
            let context = Context(self.contexts.len() as u32);
            self.contexts.push(ContextRow {
                unit: function,
                call,
                depth,
            });
            context
        };
        self.context_ids.insert((call, function), context);
        context
    }

    /// Whether a context is that of a call that `function` makes already (recursion).
    fn nests(&self, mut context: Context, function: Obj) -> bool {
        while context != PLAIN {
            let row = self.contexts[context.0 as usize];
            if row.unit == function {
                return true;
            }
            context = match self.made_call(row.call) {
                Some(Made::Copied(outer, _)) => outer,
                _ => PLAIN,
            };
        }
        false
    }

    /// The function whose call this is: calls that a model makes are its caller's.
    pub(crate) fn caller(&self, call: Call) -> Obj {
        let mut at = call;
        loop {
            let (owner, context) = match self.made_call(at) {
                None => {
                    return self.call_owner.get(at.index()).copied().unwrap_or(PROGRAM);
                }
                Some(Made::Copied(context, original)) => {
                    let owner = self.call_owner.get(original as usize).copied();
                    (owner.unwrap_or(PROGRAM), context)
                }
                Some(Made::Method(call)) => {
                    at = call;
                    continue;
                }
                Some(Made::Access(var) | Made::Update(var)) => self.owner_of_var(var),
            };
            if self.kind(owner) == ObjectKind::ModelFunction && context != PLAIN {
                at = self.contexts[context.0 as usize].call;
                continue;
            }
            return owner;
        }
    }

    fn owner_of_var(&self, var: Var) -> (Obj, Context) {
        match self.made_var(var) {
            None => (
                self.var_owner.get(var.index()).copied().unwrap_or(PROGRAM),
                PLAIN,
            ),
            Some(Made::Copied(context, original)) => {
                let owner = self.var_owner.get(original as usize).copied();
                (owner.unwrap_or(PROGRAM), context)
            }
            Some(Made::Method(call)) => (self.caller(call), PLAIN),
            Some(Made::Access(var) | Made::Update(var)) => self.owner_of_var(var),
        }
    }

    fn region(&self, call: Call) -> Region {
        let original = match self.made_call(call) {
            None => Some(call),
            Some(Made::Copied(_, original)) => Some(Call(original)),
            Some(_) => None,
        };
        let caller = self.caller(call);
        original
            .filter(|call| self.call_owner.get(call.index()).copied() == Some(caller))
            .and_then(|call| self.call_region.get(&call).copied())
            .or_else(|| self.outermost.get(&caller).copied())
            .unwrap_or(Region(u32::MAX))
    }

    // ---- classes ---------------------------------------------------------------------------

    /// The class of an object, where it is one that instances have.
    pub(crate) fn class_of(&self, object: Obj) -> Obj {
        match self.record(object) {
            Some(Record::Instance(_, class) | Record::AnyInstance(class)) => class,
            Some(Record::Copy(_, original)) => self.class_of(original),
            Some(_) => NOTHING,
            None => self
                .classes_of
                .get(&object)
                .and_then(|classes| classes.first())
                .copied()
                .unwrap_or(NOTHING),
        }
    }

    fn inherits(&self, class: Obj, ancestor: Obj) -> bool {
        ancestor != NOTHING && self.hierarchy.order(class).contains(&ancestor)
    }

    fn is_instance_of(&self, object: Obj, ancestor: Obj) -> bool {
        let class = self.class_of(object);
        class != NOTHING && self.inherits(class, ancestor)
    }

    fn is_class(&self, object: Obj) -> bool {
        matches!(
            self.kind(self.original(object)),
            ObjectKind::Class | ObjectKind::ModelClass
        ) && !matches!(self.record(object), Some(record) if !matches!(record, Record::Copy(..)))
    }

    /// The method that the project (or a model other than `object`'s) gives the class.
    fn has_method(&self, class: Obj, name: Symbol) -> bool {
        self.hierarchy.order(class).iter().any(|&ancestor| {
            ancestor != self.special.object && self.hierarchy.defines(ancestor, name)
        })
    }

    fn project_method(&self, class: Obj, name: Symbol) -> bool {
        self.hierarchy.order(class).iter().any(|&ancestor| {
            self.kind(ancestor) == ObjectKind::Class && self.hierarchy.defines(ancestor, name)
        })
    }
}

fn is_capitalised(dotted: &str) -> bool {
    dotted.rsplit('.').next().is_some_and(|last| {
        last.trim_start_matches('_')
            .starts_with(|first: char| first.is_uppercase())
            && last.chars().any(char::is_lowercase)
    })
}

fn is_immutable(symbols: &Symbols, objects: &[(Obj, ObjectKind, Symbol)], class: Obj) -> bool {
    objects.get(class.index()).is_some_and(|&(_, _, name)| {
        matches!(
            symbols.text(name),
            "builtins.str"
                | "builtins.int"
                | "builtins.float"
                | "builtins.bool"
                | "builtins.bytes"
                | "builtins.complex"
        )
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

thread_local! {
    static WORLD: RefCell<Option<World>> = const { RefCell::new(None) };
}

/// Runs `body` in a world, and gives the world back.
pub(crate) fn with_world<R>(world: World, body: impl FnOnce() -> R) -> (R, Option<World>) {
    WORLD.set(Some(world));
    let result = body();
    (result, WORLD.take())
}

fn read<R>(default: R, body: impl FnOnce(&World) -> R) -> R {
    WORLD.with_borrow(|world| world.as_ref().map_or(default, body))
}

fn write<R>(default: R, body: impl FnOnce(&mut World) -> R) -> R {
    WORLD.with_borrow_mut(|world| world.as_mut().map_or(default, body))
}

macro_rules! lookups {
    ($($(#[$doc:meta])* fn $name:ident($($parameter:ident: $type:ty),*) -> $result:ty = $default:expr, |$world:ident| $body:expr;)*) => {
        $($(#[$doc])* pub(crate) fn $name($($parameter: $type),*) -> $result {
            read($default, |$world| $body)
        })*
    };
}

macro_rules! makers {
    ($($(#[$doc:meta])* fn $name:ident($($parameter:ident: $type:ty),*) -> $result:ty = $default:expr, |$world:ident| $body:expr;)*) => {
        $($(#[$doc])* pub(crate) fn $name($($parameter: $type),*) -> $result {
            write($default, |$world| $body)
        })*
    };
}

makers! {
    /// The copy of `var` in `context`.
    fn var_in(context: Context, var: Var) -> Var = var, |world| world.var_in(context, var);
    /// The copy of `call` in `context`.
    fn call_in(context: Context, call: Call) -> Call = call, |world| world.call_in(context, call);
    /// The copy of `object` in `context`.
    fn object_in(context: Context, object: Obj) -> Obj = object, |world| {
        world.object_in(context, object)
    };
    /// The context that `call` enters when it calls `function`.
    fn entered(call: Call, function: Obj) -> Context = PLAIN, |world| {
        if is_clone_root_in(world, function) { world.context(call, function) } else { PLAIN }
    };
    /// The instance of `class` that `call` makes.
    fn instance(call: Call, class: Obj) -> Obj = NOTHING, |world| {
        if let Some(&shared) = world.shared.get(&class) {
            shared
        } else if world.merged.contains_key(&class) {
            world.make(Record::AnyInstance(class))
        } else {
            world.make(Record::Instance(call, class))
        }
    };
    /// Any instance of `class`.
    fn any_instance(class: Obj) -> Obj = NOTHING, |world| {
        match world.shared.get(&class) {
            Some(&shared) => shared,
            None => world.make(Record::AnyInstance(class)),
        }
    };
    /// `function` bound to `receiver`.
    fn bound(function: Obj, receiver: Obj) -> Obj = NOTHING, |world| {
        world.make(Record::Bound(function, receiver))
    };
    /// `super()` of `class` for `receiver`.
    fn super_object(class: Obj, receiver: Obj) -> Obj = NOTHING, |world| {
        world.make(Record::Super(class, receiver))
    };
    /// The attribute of something that cannot be seen.
    fn member(owner: Obj, field: Field) -> Obj = NOTHING, |world| {
        let FieldKind::Attribute(name) = field.kind() else { return NOTHING };
        let owner = match world.record(owner) {
            Some(Record::ExternalInstance(class)) => class,
            _ => owner,
        };
        let mut depth = 0;
        let mut at = owner;
        while let Some(Record::Member(outer, _)) = world.record(at) {
            depth += 1;
            at = outer;
        }
        if depth >= MEMBER_DEPTH { owner } else { world.make(Record::Member(owner, name)) }
    };
    /// An instance of a class that cannot be seen.
    fn external_instance(class: Obj) -> Obj = NOTHING, |world| {
        world.make(Record::ExternalInstance(class))
    };
    /// The call that reading an attribute into `to` may make.
    fn access_call(to: Var) -> Call = Call(u32::MAX), |world| world.make_call(Made::Access(to));
    /// The call that storing `from` in an attribute may make.
    fn update_call(from: Var) -> Call = Call(u32::MAX), |world| world.make_call(Made::Update(from));
    /// What `base.name` is before `call` calls it.
    fn method_var(call: Call) -> Var = Var(u32::MAX), |world| world.make_var(Made::Method(call));
    /// What stands for `object` where allocations are not told apart.
    fn widened(object: Obj) -> Obj = object, |world| {
        let class = world.class_of(object);
        if class == NOTHING { object } else {
            match world.shared.get(&class) {
                Some(&shared) => shared,
                None => world.make(Record::AnyInstance(class)),
            }
        }
    };
}

fn is_clone_root_in(world: &World, function: Obj) -> bool {
    world.record(function).is_none() && world.unit_of_function(function) == function
}

lookups! {
    fn class_of(object: Obj) -> Obj = NOTHING, |world| world.class_of(object);
    fn is_class(object: Obj) -> bool = false, |world| world.is_class(object);
    fn is_instance(object: Obj) -> bool = false, |world| world.class_of(object) != NOTHING;
    fn is_function(object: Obj) -> bool = false, |world| {
        matches!(
            world.kind(world.original(object)),
            ObjectKind::Function | ObjectKind::ModelFunction
        ) && !matches!(
            world.record(object),
            Some(record) if !matches!(record, Record::Copy(..))
        )
    };
    fn is_external(object: Obj) -> bool = false, |world| match world.record(object) {
        None => world.kind(object) == ObjectKind::External,
        Some(Record::Member(..)) => true,
        Some(_) => false,
    };
    fn is_opaque(object: Obj) -> bool = false, |world| match world.record(object) {
        None => matches!(world.kind(object), ObjectKind::External),
        Some(Record::Member(..) | Record::ExternalInstance(_)) => true,
        Some(_) => false,
    };
    fn is_model_module(object: Obj) -> bool = false, |world| {
        world.record(object).is_none() && world.kind(object) == ObjectKind::ModelModule
    };
    /// Whether what a class that cannot be seen makes is worth following.
    fn makes_instances(object: Obj) -> bool = false, |world| match world.record(object) {
        None => world.capitalised.get(&object).copied().unwrap_or(false),
        Some(Record::Member(_, name)) => {
            world.class_like.get(name.0 as usize).copied().unwrap_or(false)
        }
        Some(_) => false,
    };
    fn is_bound(object: Obj) -> bool = false, |world| {
        matches!(world.record(object), Some(Record::Bound(..)))
    };
    fn bound_function(object: Obj) -> Obj = NOTHING, |world| match world.record(object) {
        Some(Record::Bound(function, _)) => function,
        _ => NOTHING,
    };
    fn bound_receiver(object: Obj) -> Obj = NOTHING, |world| match world.record(object) {
        Some(Record::Bound(_, receiver)) => receiver,
        _ => NOTHING,
    };
    fn is_super(object: Obj) -> bool = false, |world| {
        matches!(world.record(object), Some(Record::Super(..)))
    };
    fn super_receiver(object: Obj) -> Obj = NOTHING, |world| match world.record(object) {
        Some(Record::Super(_, receiver)) => receiver,
        _ => NOTHING,
    };
    /// The class whose resolution order `super()` follows.
    fn super_class(object: Obj) -> Obj = NOTHING, |world| match world.record(object) {
        Some(Record::Super(_, receiver)) if world.is_class(receiver) => world.original(receiver),
        Some(Record::Super(_, receiver)) => world.class_of(receiver),
        _ => NOTHING,
    };
    /// The place in the resolution order after the class that `super()` stands in.
    fn super_start(object: Obj) -> u32 = 0, |world| match world.record(object) {
        Some(Record::Super(class, receiver)) => {
            let of = if world.is_class(receiver) {
                world.original(receiver)
            } else {
                world.class_of(receiver)
            };
            let order = world.hierarchy.order(of);
            order.iter().position(|&other| other == class).map_or(u32::MAX - 1, |at| at as u32 + 1)
        }
        _ => 0,
    };
    /// The class of a receiver, or the receiver where it is a class.
    fn class_part(object: Obj) -> Obj = NOTHING, |world| {
        if world.is_class(object) { object } else { world.class_of(object) }
    };
    /// Whether a function becomes a method when it is read through an instance under `field`.
    fn binds(object: Obj, field: Field) -> bool = false, |world| {
        field != world.names.new
            && matches!(
                world.kind(world.original(object)),
                ObjectKind::Function | ObjectKind::ModelFunction
            )
            && !matches!(
                world.record(object),
                Some(record) if !matches!(record, Record::Copy(..))
            )
    };
    fn is_static_method(object: Obj) -> bool = false, |world| {
        world.is_instance_of(object, world.special.static_method)
    };
    fn is_class_method(object: Obj) -> bool = false, |world| {
        world.is_instance_of(object, world.special.class_method)
    };
    fn is_property(object: Obj) -> bool = false, |world| {
        world.is_instance_of(object, world.special.property)
    };
    fn is_cached_property(object: Obj) -> bool = false, |world| {
        world.is_instance_of(object, world.special.cached_property)
    };
    /// Whether the project defines `__get__` (or `__set__`) for an object.
    fn has_special(object: Obj, field: Field) -> bool = false, |world| {
        let class = world.class_of(object);
        match field.kind() {
            FieldKind::Attribute(name) => class != NOTHING && world.project_method(class, name),
            _ => false,
        }
    };
    fn is_plain_value(object: Obj, field: Field) -> bool = false, |world| {
        let class = world.class_of(object);
        let function = matches!(
            world.kind(world.original(object)),
            ObjectKind::Function | ObjectKind::ModelFunction
        ) && world.record(object).is_none_or(|record| matches!(record, Record::Copy(..)))
            && field != world.names.new;
        let special = [
            world.special.property,
            world.special.cached_property,
            world.special.static_method,
            world.special.class_method,
        ];
        let descriptor = class != NOTHING
            && (special.iter().any(|&special| world.inherits(class, special))
                || matches!(world.names.get.kind(), FieldKind::Attribute(name)
                    if world.project_method(class, name)));
        !function && !descriptor
    };
    /// Whether reading or writing an attribute of that name may run code.
    fn is_accessor(field: Field) -> bool = false, |world| match field.kind() {
        FieldKind::Attribute(name) => world.accessors.contains_key(&name),
        _ => false,
    };
    /// Whether the class of an object has no method of that name.
    fn lacks(object: Obj, name: Symbol) -> bool = true, |world| {
        if name == Symbol(0) { return true }
        let class = world.class_of(object);
        class == NOTHING || !world.has_method(class, name)
    };
    /// Whether nothing in the project gives instances of the object's class that attribute.
    fn lacks_attribute(object: Obj, field: Field) -> bool = false, |world| {
        let FieldKind::Attribute(name) = field.kind() else { return false };
        let class = world.class_of(object);
        class != NOTHING && !world.has_method(class, name)
            && !world.hierarchy.order(class).iter().any(|&ancestor| {
                world.hierarchy.assigns(ancestor, name)
            })
    };
    fn may_be_instance(object: Obj, class: Obj) -> bool = true, |world| {
        let of = world.class_of(object);
        let class = world.original(class);
        if world.is_opaque_class(class) || !world.is_class(class) {
            return true;
        }
        if of == NOTHING {
            // Functions, classes and modules are instances of model classes alone.
            return world.kind(class) != ObjectKind::Class;
        }
        world.inherits(of, class) || world.hierarchy.is_open(of)
            || world.hierarchy.is_abstract(class) || world.protocols.contains_key(&class)
    };
    fn surely_instance(object: Obj, class: Obj) -> bool = false, |world| {
        let of = world.class_of(object);
        of != NOTHING && world.inherits(of, world.original(class))
    };
    fn is_raise_field(field: Field) -> bool = false, |world| {
        field == Field::attribute(world.names.raise)
    };
    fn original_of(object: Obj) -> Obj = object, |world| world.original(object);
    /// The class that special methods of an object are looked up on.
    fn type_of(object: Obj) -> Obj = NOTHING, |world| {
        if world.is_class(object) {
            world.hierarchy.metaclass(world.original(object)).unwrap_or(NOTHING)
        } else {
            world.class_of(object)
        }
    };
    /// The field that iterating a builtin container gives, unless the project says otherwise.
    fn iteration_field(object: Obj) -> Field = Field::ALL, |world| {
        let class = world.class_of(object);
        for &ancestor in world.hierarchy.order(class) {
            if world.kind(ancestor) == ObjectKind::Class
                && world.hierarchy.defines(ancestor, world.names.iter)
            {
                return Field::attribute(Symbol(0));
            }
            if let Some(&field) = world.iteration.get(&ancestor) {
                return field;
            }
        }
        Field::attribute(Symbol(0))
    };
    fn is_hub(var: Var) -> bool = false, |world| {
        let var = world.original_var(var).unwrap_or(var);
        world.hubs.contains_key(&var)
    };
    fn has_keyword(function: Obj, name: Symbol) -> bool = false, |world| {
        world.keywords.contains_key(&(world.original(function), name))
    };
    fn has_custom_new(class: Obj) -> bool = false, |world| match world.names.new.kind() {
        FieldKind::Attribute(name) => world.project_method(class, name),
        _ => false,
    };
    fn has_custom_init(class: Obj) -> bool = false, |world| match world.names.init.kind() {
        FieldKind::Attribute(name) => world.project_method(class, name),
        _ => false,
    };
    fn is_enum(class: Obj) -> bool = false, |world| {
        world.is_class(class) && world.inherits(class, world.special.enumeration)
            && class != world.special.enumeration
    };
    fn region_of(call: Call) -> Region = Region(u32::MAX), |world| world.region(call);
    /// Whether objects keep a field under their own name (classes resolve theirs in order).
    fn keeps(object: Obj, field: Field) -> bool = false, |world| {
        !matches!(field.kind(), FieldKind::Attribute(_)) || !world.is_class(object)
    };
    fn name_init() -> Field = Field::ALL, |world| world.names.init;
    fn name_new() -> Field = Field::ALL, |world| world.names.new;
    fn name_call() -> Field = Field::ALL, |world| world.names.call;
    fn name_get() -> Field = Field::ALL, |world| world.names.get;
    fn name_set() -> Field = Field::ALL, |world| world.names.set;
    fn name_getattr() -> Field = Field::ALL, |world| world.names.getattr;
    fn name_getattribute() -> Field = Field::ALL, |world| world.names.getattribute;
    fn name_function() -> Field = Field::ALL, |world| world.names.function;
    fn name_getter() -> Field = Field::ALL, |world| world.names.getter;
    fn name_setter() -> Field = Field::ALL, |world| world.names.setter;
    fn name_cached() -> Field = Field::ALL, |world| world.names.cached;
    fn name_post_init() -> Field = Field::ALL, |world| world.names.post_init;
}

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
                Some(Made::Copied(_, original)) => self.hides(Call(original), target),
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

    fn is_opaque_class(&self, class: Obj) -> bool {
        matches!(self.record(class), Some(Record::Member(..)))
            || self.kind(class) == ObjectKind::External
    }
}
