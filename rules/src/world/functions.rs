//! What rules ask of the world: lookups of what does not change, and record constructors.
//!
//! Rules cannot be handed a context, so the world is in a thread-local for the time of one run.

use std::cell::RefCell;

use heapcast_facts::{Call, Field, FieldKind, Obj, ObjectKind, PROGRAM, Region, Symbol, Var};

use super::keys::Key;
use super::nodes::{Home, Made, MadeCall};
use super::{Context, Moved, NO_CALL, NO_VAR, NOTHING, PLAIN, Through, Use, Wait, World};
use crate::Record;

/// How deeply names of code that cannot be seen may nest.
const MEMBER_DEPTH: u32 = 6;

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
    /// The copy of `call` in `context`.
    fn call_in(context: Context, call: Call) -> Call = call, |world| world.call_in(context, call);
    /// The copy of `object` in `context`.
    fn object_in(context: Context, object: Obj) -> Obj = object, |world| {
        world.object_in(context, object)
    };
    /// The copy of a function that a call enters: the function itself where it is not cloned,
    /// nothing where the call may go to too many.
    fn entered(call: Call, function: Obj, shift: u32) -> Option<Obj> = None, |world| {
        world.entered(call, function, shift)
    };
    /// The instance of `class` that `call` makes.
    fn instance(call: Call, class: Obj) -> Obj = NOTHING, |world| {
        if let (Some(created), false) = (world.created_by(call), world.of_metaclass(class).is_empty()) {
            created
        } else if let Some(&shared) = world.shared.get(&class) {
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
    /// The dict of an object's own attributes.
    fn namespace_of(object: Obj) -> Obj = NOTHING, |world| world.make(Record::Namespace(object));
    /// An instance of a class that cannot be seen.
    fn external_instance(class: Obj) -> Obj = NOTHING, |world| {
        world.make(Record::ExternalInstance(class))
    };
    /// The call that reading an attribute into `to` may make.
    fn access_call(to: Var) -> Call = NO_CALL, |world| world.make_call(MadeCall::Access(to));
    /// The call of a setter that storing `from` in a property may make.
    fn update_call(from: Var) -> Call = NO_CALL, |world| world.make_call(MadeCall::Update(from));
    /// The call of a `__set__` that storing `from` may make.
    fn descriptor_update(from: Var) -> Call = NO_CALL, |world| {
        world.make_call(MadeCall::DescriptorUpdate(from))
    };
    /// The call of `__init__` that a class statement makes for members of an enumeration.
    fn members_call(class: Obj) -> Option<Call> = None, |world| {
        world.creations.contains_key(&class).then(|| world.make_call(MadeCall::Members(class)))
    };
    /// The node of an object's field.
    fn cell(object: Obj, field: Field) -> Var = NO_VAR, |world| {
        world.make_node(Made::Cell(object, field))
    };
    /// The node of the field of a container that an element is copied to: one for all keys where
    /// there are too many.
    fn copied_cell(object: Obj, field: Field) -> Var = NO_VAR, |world| {
        world.copied_cell(object, field)
    };
    /// The node of what reading an object's field gives: fields of classes and of what runs code
    /// are looked up, all others are cells.
    fn read_of(object: Obj, field: Field) -> Var = NO_VAR, |world| {
        world.make_node(match field.kind() {
            FieldKind::Attribute(_) => Made::Read(object, field),
            _ => Made::Cell(object, field),
        })
    };
    /// The node of what a class (or `super()`) has under a name.
    fn lookup(class: Obj, field: Field) -> Var = NO_VAR, |world| {
        world.make_node(Made::Lookup(class, field))
    };
    /// The node of what static and class methods under a name unwrap to.
    fn unwrapped(class: Obj, field: Field) -> Var = NO_VAR, |world| {
        world.make_node(Made::Unwrapped(class, field))
    };
    /// The node of the functions that read a property.
    fn getter(class: Obj, field: Field) -> Var = NO_VAR, |world| {
        world.make_node(Made::Getter(class, field))
    };
    /// The node of the functions that write a property.
    fn setter(class: Obj, field: Field) -> Var = NO_VAR, |world| {
        world.make_node(Made::Setter(class, field))
    };
    /// The node of the functions that delete a property.
    fn deleter(class: Obj, field: Field) -> Var = NO_VAR, |world| {
        world.make_node(Made::Deleter(class, field))
    };
    /// The node of the `__get__` of descriptors under a name.
    fn descriptor_get(class: Obj, field: Field) -> Var = NO_VAR, |world| {
        world.make_node(Made::DescriptorGet(class, field))
    };
    /// The node of the `__set__` of descriptors under a name.
    fn descriptor_set(class: Obj, field: Field) -> Var = NO_VAR, |world| {
        world.make_node(Made::DescriptorSet(class, field))
    };
    /// The functions and classes that a call passes for a parameter of a crowded function.
    fn passed(call: Call, formal: Var) -> Var = NO_VAR, |world| {
        world.make_node(Made::Passed(call, formal))
    };
    /// The nodes that get what a call passes for a parameter of a function's copy: the parameter,
    /// the call's result where that is returned, and what stands for it where it is stored.
    fn taken_as(call: Call, context: Context, formal: Var) -> Vec<(Var, Through)> = Vec::new(), |world| {
        let widened = if world.hubs.contains_key(&formal) { Through::Widened } else { Through::Any };
        let mut nodes = vec![(world.defined_in(context, formal), widened)];
        if world.returned_formals.contains_key(&formal) {
            nodes.extend(world.result_of(call).map(|result| (result, Through::Any)));
        }
        if world.stored_formals.contains_key(&formal) {
            nodes.push((world.make_node(Made::Passed(call, formal)), Through::Code));
        }
        nodes
    };
    /// The node of what a call calls.
    fn callee(call: Call) -> Var = NO_VAR, |world| world.make_node(Made::Callee(call));
    /// The node of the object that an attribute is read from into `to`.
    fn accessed(to: Var) -> Var = NO_VAR, |world| world.make_node(Made::Accessed(to));
    /// The node of the class through which an attribute is read into `to`.
    fn access_owner(to: Var) -> Var = NO_VAR, |world| world.make_node(Made::AccessOwner(to));
    /// The node of the object that `from` is stored in an attribute of.
    fn updated(from: Var) -> Var = NO_VAR, |world| world.make_node(Made::Updated(from));
    /// The node of what handlers of a region may catch.
    fn caught(region: Region) -> Var = NO_VAR, |world| world.make_node(Made::Caught(region));
    /// The arguments of a call that only the rules know of, by position.
    fn made_actuals(call: Call) -> Vec<(u32, Var)> = Vec::new(), |world| {
        match world.made_call(call) {
            Some(MadeCall::Access(to)) => vec![
                (0, world.make_node(Made::Accessed(to))),
                (1, world.make_node(Made::AccessOwner(to))),
            ],
            Some(MadeCall::Update(from)) => vec![(0, from)],
            Some(MadeCall::DescriptorUpdate(from)) => {
                vec![(0, world.make_node(Made::Updated(from))), (1, from)]
            }
            _ => Vec::new(),
        }
    };
    /// A node holds an object: where that flows on to along the edges that there are, and as what.
    fn flows_on(from: Var, object: Obj) -> Vec<(Var, Obj)> = Vec::new(), |world| {
        world.flows_on(from, object)
    };
    /// There is an edge: what of all that its source holds so far comes out of it.
    fn flows_along(from: Var, to: Var, through: Through) -> Vec<Obj> = Vec::new(), |world| {
        world.flows_along(from, to, through)
    };
    /// Something waits for what a node holds: what is there.
    fn awaited(node: Var, wait: Wait) -> Vec<Obj> = Vec::new(), |world| world.awaited(node, wait);
    /// Whether a variable holds few enough names that what they name is followed.
    fn admits_name(node: Var, name: Obj) -> bool = true, |world| world.admits_name(node, name);
}

lookups! {
    /// The static variable of a node that is used like that, with its unit and copy.
    fn used_as(node: Var, as_what: Use) -> Option<Home> = None, |world| {
        let uses = world.uses.get(node.index()).copied()?;
        if uses & as_what as u32 == 0 { return None }
        world.home(node)
    };
    /// What waits for what a node holds.
    fn waiting(node: Var) -> Vec<Wait> = Vec::new(), |world| world.waiting(node);
    /// The copy of a variable that a unit's code defines.
    fn defined_in(context: Context, var: Var) -> Var = var, |world| world.defined_in(context, var);
    /// The copy of a variable that a unit's code uses.
    fn used_in(context: Context, var: Var) -> Var = var, |world| world.used_in(context, var);
    /// The unit of a copy.
    fn unit_of_context(context: Context) -> Obj = NOTHING, |world| world.unit_of_context(context);
    /// The cloned function whose code as it stands a function belongs to.
    fn plain_unit(function: Obj) -> Option<Obj> = None, |world| {
        let (context, function) = world.function_home(function);
        let unit = world.unit_of_function(function);
        (context == PLAIN && unit != PROGRAM).then_some(unit)
    };
    fn call_home(call: Call) -> (Context, Call) = (PLAIN, call), |world| world.call_home(call);
    fn function_home(function: Obj) -> (Context, Obj) = (PLAIN, function), |world| {
        world.function_home(function)
    };
    /// What receives the result of a call.
    fn result_of(call: Call) -> Option<Var> = None, |world| world.result_of(call);
    /// The enumeration whose members a call makes.
    fn members_of(call: Call) -> Option<Obj> = None, |world| match world.made_call(call) {
        Some(MadeCall::Members(class)) => Some(class),
        _ => None,
    };
    /// The class that a call of a metaclass makes by a class statement.
    fn created_by(call: Call) -> Option<Obj> = None, |world| world.created_by(call);
    /// Whether a node stands for what a call passes for a parameter that is stored.
    fn is_passed(node: Var) -> bool = false, |world| {
        matches!(world.made(node), Some(Made::Passed(..)))
    };
    /// The object and field of a field's node.
    fn as_cell(node: Var) -> Option<(Obj, Field)> = None, |world| world.cell(node);
    /// The object and attribute of a node of what reading gives.
    fn as_read(node: Var) -> Option<(Obj, Field)> = None, |world| match world.made(node) {
        Some(Made::Read(object, field)) => Some((object, field)),
        _ => None,
    };
    /// The class (or `super()`) and name of a node of what is found.
    fn as_lookup(node: Var) -> Option<(Obj, Field)> = None, |world| match world.made(node) {
        Some(Made::Lookup(class, field)) => Some((class, field)),
        _ => None,
    };
    /// The class (or `super()`) and name that a node asks for.
    fn as_demand(node: Var) -> Option<(Obj, Field)> = None, |world| match world.made(node) {
        Some(
            Made::Lookup(class, field)
            | Made::Unwrapped(class, field)
            | Made::Getter(class, field)
            | Made::Setter(class, field)
            | Made::Deleter(class, field)
            | Made::DescriptorGet(class, field)
            | Made::DescriptorSet(class, field)
        ) => Some((class, field)),
        _ => None,
    };
    fn as_callee(node: Var) -> Option<Call> = None, |world| match world.made(node) {
        Some(Made::Callee(call)) => Some(call),
        _ => None,
    };
    /// The function that an object calls, and how many arguments it brings with it.
    fn callable(object: Obj) -> Option<(Obj, u32)> = None, |world| match world.record(object) {
        Some(Record::Bound(function, _)) => world.is_function(function).then_some((function, 1)),
        _ => world.is_function(object).then_some((object, 0)),
    };
    fn receiver_of(object: Obj) -> Option<Obj> = None, |world| match world.record(object) {
        Some(Record::Bound(_, receiver)) => Some(receiver),
        _ => None,
    };
    /// Where attributes of an object are looked up, besides on itself, and what methods found
    /// there are bound to.
    fn looked_up(object: Obj) -> Option<(Obj, Obj)> = None, |world| world.looked_up(object);
    /// The classes that have the attribute, or may be given it, up to the first that surely does.
    fn owners_of(class: Obj, field: Field) -> Vec<Obj> = Vec::new(), |world| {
        world.owners(class, field)
    };
    /// The ancestors before these that cannot be seen.
    fn unseen_owners(class: Obj, field: Field) -> Vec<Obj> = Vec::new(), |world| {
        world.unseen_owners(class, field)
    };
    /// How what is found under a name reaches those who read it through `receiver`.
    fn through(field: Field, receiver: Obj) -> Through = Through::Class, |world| {
        if field == world.names.new { Through::Class } else { Through::Receiver(receiver) }
    };
    /// Whether an object found on a class is more than a value.
    fn is_descriptor(object: Obj) -> bool = false, |world| world.is_descriptor(object);
    /// The class of an object that stands for any instance of it.
    fn any_instance_class(object: Obj) -> Option<Obj> = None, |world| match world.record(object) {
        Some(Record::AnyInstance(class)) => Some(class),
        _ => None,
    };
    /// The class that a class method found on `class` is bound to.
    fn bound_class(class: Obj) -> Obj = class, |world| match world.record(class) {
        Some(Record::Super(_, receiver)) if world.is_class(receiver) => receiver,
        Some(Record::Super(_, receiver)) => world.class_of(receiver),
        _ => class,
    };
    /// Whether reading that attribute of the object may run code.
    fn may_run_code(object: Obj, field: Field) -> bool = false, |world| {
        if !field.is_attribute() { return false }
        let calls = |special: Field| matches!(special.kind(), FieldKind::Attribute(special) if {
            let class = world.class_of(object);
            class != NOTHING && world.project_method(class, special)
        });
        world.looked_up(object).is_some_and(|(class, _)| world.is_accessor(class, field))
            || (world.is_class(object) && world.is_accessor(object, field))
            || calls(world.names.getattr)
            || calls(world.names.getattribute)
            || world.lazy_modules.contains_key(&object)
    };
    fn is_decorator(call: Call) -> bool = false, |world| world.decorators.contains_key(&call);
    fn handling(region: Region) -> Region = region, |world| world.handling(region);
    /// Whether the project gives the class (not its instances) a method of that name.
    fn class_defines(class: Obj, field: Field) -> bool = false, |world| match field.kind() {
        FieldKind::Attribute(name) => world.project_method(class, name),
        _ => false,
    };
    fn class_of(object: Obj) -> Obj = NOTHING, |world| world.class_of(object);
    fn is_class(object: Obj) -> bool = false, |world| world.is_class(object);
    fn is_instance(object: Obj) -> bool = false, |world| world.class_of(object) != NOTHING;
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
    /// Whether the class of an object defines a special method that builtin types have otherwise.
    fn has_special(object: Obj, field: Field) -> bool = false, |world| {
        let class = world.class_of(object);
        match field.kind() {
            FieldKind::Attribute(name) => class != NOTHING && world.has_method(class, name),
            _ => false,
        }
    };
    /// Whether syntax that calls a special method of an object may find one.
    fn may_answer(object: Obj, field: Field) -> bool = false, |world| {
        world.may_answer(object, field)
    };
    /// Whether nothing becomes of a call of a builtin type's special method.
    fn is_idle(site: Call, object: Obj, field: Field) -> bool = false, |world| {
        world.is_idle(site, object, field)
    };
    /// The attributes of an object (or globals of a module) whose names begin so.
    fn fields_beginning(object: Obj, prefix: Symbol) -> Vec<Field> = Vec::new(), |world| {
        world.fields_beginning(object, prefix)
    };
    /// The attribute that a constant string names.
    fn named_field(object: Obj) -> Option<Field> = None, |world| {
        world.named.get(&object).map(|row| row.0)
    };
    /// The module that a constant string names.
    fn named_module(object: Obj) -> Option<Obj> = None, |world| {
        world.named.get(&object).map(|row| row.1).filter(|&module| module != NOTHING)
    };
    /// The class through which attributes of an object are read: a class itself.
    fn owner_of(object: Obj) -> Obj = NOTHING, |world| {
        if world.is_class(object) { object } else { world.class_of(object) }
    };
    /// The classes that have a class as their metaclass.
    fn classes_of(metaclass: Obj) -> Vec<Obj> = Vec::new(), |world| {
        world.of_metaclass(metaclass).to_vec()
    };
    fn is_not_implemented(object: Obj) -> bool = false, |world| {
        world.class_of(object) == world.special.not_implemented
    };
    fn is_namespace_field(field: Field) -> bool = false, |world| field == world.names.namespace;
    /// Whether a call passes an argument for a parameter that has a default.
    fn passes(call: Call, shift: u32, formal: Var) -> bool = false, |world| {
        world.passes(call, shift, formal)
    };
    /// Whether a call may pass an argument for a parameter (`given`), or may leave it out.
    fn may_pass(call: Call, shift: u32, formal: Var, given: bool) -> bool = true, |world| {
        world.passes(call, shift, formal) == given || (given && world.spreads(call))
    };
    fn may_be_none(var: Var) -> bool = false, |world| world.nones.contains_key(&var);
    /// The class whose `__getattr__` answers for an object.
    fn forwarder(object: Obj) -> Obj = NOTHING, |world| {
        let order = world.hierarchy.order(world.class_of(object));
        let FieldKind::Attribute(name) = world.names.getattr.kind() else { return NOTHING };
        order.iter().copied().find(|&class| world.hierarchy.defines(class, name)).unwrap_or(NOTHING)
    };
    /// Whether what a class (or `super()`) has under a name may run code when it is read or written.
    fn is_accessor(class: Obj, field: Field) -> bool = false, |world| {
        world.is_accessor(class, field)
    };
    /// Whether the class of an object has no method of that name.
    fn lacks(object: Obj, name: Symbol) -> bool = true, |world| {
        if name == Symbol(0) { return true }
        let class = world.class_of(object);
        let iterates = |class: Obj| {
            name == world.names.iter
                && world.hierarchy.order(class).iter().any(|at| world.iteration.contains_key(at))
        };
        class == NOTHING || !(world.has_method(class, name) || iterates(class))
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
    fn surely_instance(object: Obj, class: Obj) -> bool = false, |world| {
        world.surely_instance(object, class)
    };
    fn is_raise_field(field: Field) -> bool = false, |world| {
        field == Field::attribute(world.names.raise)
    };
    fn original_of(object: Obj) -> Obj = object, |world| world.original(object);
    /// The class that special methods of an object are looked up on.
    fn type_of(object: Obj) -> Obj = NOTHING, |world| world.type_of(object);
    /// The field that iterating a builtin container gives, unless the project says otherwise.
    fn iteration_field(object: Obj) -> Option<Field> = None, |world| {
        world.iteration_field(object)
    };
    /// The attribute of a class that a key of its namespace is, as metaclasses get it.
    fn declares(dict: Obj, field: Field) -> Option<(Obj, Field)> = None, |world| {
        let FieldKind::Key(name) = field.kind() else { return None };
        let class = *world.class_namespaces.get(&dict)?;
        Some((class, Field::attribute(name)))
    };
    /// What a node that a late load goes to takes.
    fn taken_by(node: Var) -> Through = Through::Any, |world| match world.made(node) {
        Some(Made::Passed(..)) => Through::Code,
        _ => Through::Any,
    };
    /// What a parameter that selects an element is in a copy.
    fn key_in(context: Context, formal: Var) -> Key = Key::Any, |world| {
        world.key_in(context, formal)
    };
    /// Whether an object may keep something in a field itself.
    fn may_hold(object: Obj, field: Field) -> bool = true, |world| world.may_hold(object, field);
    /// The field that an element has in the container that it is copied to.
    fn copied_field(source: Obj, target: Obj, field: Field, moved: Moved) -> Option<Field> = None, |world| {
        world.copied_field((source, target), field, moved)
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
    fn name_init() -> Field = Field::ALL, |world| world.names.init;
    fn name_new() -> Field = Field::ALL, |world| world.names.new;
    fn name_call() -> Field = Field::ALL, |world| world.names.call;
    fn name_get() -> Field = Field::ALL, |world| world.names.get;
    fn name_set() -> Field = Field::ALL, |world| world.names.set;
    fn name_getattr() -> Field = Field::ALL, |world| world.names.getattr;
    fn name_getattribute() -> Field = Field::ALL, |world| world.names.getattribute;
    fn name_function() -> Field = Field::ALL, |world| world.names.function;
    fn name_delete() -> Field = Field::ALL, |world| world.names.delete;
    fn name_deleter() -> Field = Field::ALL, |world| world.names.deleter;
    fn name_getter() -> Field = Field::ALL, |world| world.names.getter;
    fn name_setter() -> Field = Field::ALL, |world| world.names.setter;
    fn name_cached() -> Field = Field::ALL, |world| world.names.cached;
    fn name_value() -> Field = Field::ALL, |world| world.names.value;
    fn name_post_init() -> Field = Field::ALL, |world| world.names.post_init;
    fn name_class_getitem() -> Field = Field::ALL, |world| world.names.class_getitem;
}
