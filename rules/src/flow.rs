//! Points-to, call targets and copies of cloned functions, each in terms of the others.
//!
//! The analysis is inclusion-based and field-sensitive (Andersen 1994; Smaragdakis and Balatsouras,
//! "Pointer Analysis", 2015), with the call graph built on the fly. Values flow along edges
//! between nodes: variables, fields of objects, what lookups of attributes give, what calls call.
//! Functions that are small or modelled are copied for each call, together with all that is
//! nested in them: a node of a copy is that of the original in another context, and the rows of
//! the original are joined by what the node is a copy of.
//!
//! What the rules are shaped by: the engine looks up by index what follows the atom that grows,
//! and scans in every round what stands before it. So a rule has one atom that grows, and
//! relations that do not; the few exceptions start with a small relation. What is joined with what
//! nodes hold, edges above all, is found in an index of the world, by whichever of a pair comes
//! later (P2, P3).

mod collect;
mod feed;
mod returns;
mod trails;

use crepe::crepe;
use heapcast_facts::{Call, Facts, Field, Obj, Region, Symbol, Symbols, Var};

use crate::Derived;
use crate::hierarchy::Hierarchy;
use crate::world::*;
use collect::sorted;
pub use trails::{Stop, Trail};

/// Exceptions are followed in functions that are at most that many calls below a handler.
const RAISE_DEPTH: u32 = 4;

/// How many positions after `*args` starts the formal `index` stands, with `shift` before it.
fn star_index(formal: u32, start: u32, shift: u32) -> Option<u32> {
    formal.checked_sub(start + shift)
}

crepe! {
    // ---- the program: values, by the unit whose code it is ---------------------------------

    @input
    struct Unit(Context);
    @input
    struct Mentions(Obj, Var);
    @input
    struct Alloc(Obj, Var, Obj);
    @input
    struct Assign(Obj, Var, Var);
    @input
    struct Load(Obj, Var, Field, Var);
    @input
    struct Store(Obj, Var, Field, Var);
    @input
    struct LoadPrefix(Obj, Var, Symbol, Var);
    @input
    struct LoadNamed(Obj, Var, Var, Var);
    @input
    struct StoreNamed(Obj, Var, Var, Var);
    @input
    struct ImportNamed(Obj, Var, Var);
    @input
    struct LoadByKey(Obj, Var, Var, Var);
    @input
    struct StoreByKey(Obj, Var, Var, Var);
    @input
    struct Elements(Obj, Var, Var);
    @input
    struct Slice(Obj, Var, u32, u32, Var);
    @input
    struct Iterate(Obj, Var, Var);
    @input
    struct SuperOf(Obj, Var, Obj, Var);
    @input
    struct ClassOf(Obj, Var, Var);
    @input
    struct NarrowTo(Obj, Var, Var, Var);
    @input
    struct NarrowFrom(Obj, Var, Var, Var);
    @input
    struct CallValue(Obj, Var, Call);
    @input
    struct MethodCall(Obj, Var, Field, Call);
    @input
    struct Protocol(Obj, Var, Field, Symbol, Call);
    @input
    struct Reflected(Obj, Var, Var, Field, Symbol, Call);
    @input
    struct Declined(Obj, Var, Var, Field, Call);
    @input
    struct Delete(Obj, Var, Field, Call);
    @input
    struct Forwards(Obj, Var, Obj, Var);
    @input
    struct Constructs(Obj, Var, Call);
    @input
    struct Raises(Obj, Var, Region);
    @input
    struct Catches(Obj, Var, Region, Var);
    @input
    struct Pattern(Obj, Var, u32, Var);

    // ---- the program: calls, functions, classes, regions -----------------------------------

    @input
    struct Actual(Call, u32, Var);
    @input
    struct Keyword(Call, Symbol, Var);
    @input
    struct Star(Call, u32, Var);
    @input
    struct StarStar(Call, Var);
    @input
    struct Formal(Obj, u32, Var);
    @input
    struct FormalKeyword(Obj, Symbol, Var);
    @input
    struct FormalStar(Obj, u32, Obj);
    @input
    struct FormalStarStar(Obj, Obj);
    @input
    struct DefaultValue(Obj, Var, Var);
    @input
    struct ReturnValue(Obj, Var);
    @input
    struct ReturnIf(Obj, Var, Var, bool);
    @input
    struct StoresFormal(Obj, Var, Field, Var);
    @input
    struct ModuleGlobal(Obj, Field, Var);
    @input
    struct Member(Obj, Field, Obj);
    @input
    struct ClassAttribute(Var, Obj, Field);
    @input
    struct Overridden(Obj, Field, Obj);
    @input
    struct DataField(Obj, u32, Symbol);
    @input
    struct MatchField(Obj, u32, Symbol);
    @input
    struct EnumMember(Obj, Field);
    @input
    struct EntryParameter(Var, Obj);
    @input
    struct Annotated(Var, Var);
    @input
    struct AnnotatedContainer(Obj, Var, Field);
    @input
    struct RegionAround(Region, Region);
    @input
    struct Handler(Region);
    @input
    struct FunctionRegion(Obj, Region);

    // ---- what is derived -------------------------------------------------------------------

    @output
    struct VarPointsTo(Var, Obj);
    @output
    struct Edge(Var, Var, Through);
    @output
    struct CallOn(Call, Obj);
    @output
    struct Instantiates(Call, Obj);
    @output
    struct ReceiverOf(Call, Obj, Obj);

    struct Active(Context);
    struct HasElement(Obj, Field);
    struct Awaits(Var, Wait);
    struct Meets(Wait, Obj);
    struct CopyElements(Obj, Obj, Moved);
    struct Subscript(Obj, Field, Var);
    struct ReadOf(Obj, Field);
    struct LookupOf(Obj, Field);
    struct OwnerOf(Obj, Field, Obj);
    struct Descriptor(Obj, Field, Obj);
    struct Access(Obj, Field, Var);
    struct Update(Obj, Field, Var);
    struct Forwarded(Obj, Field);
    struct ForwardsTo(Obj, Obj, Var);
    struct Special(Call, Obj, Field);
    struct Entered(Call, Obj, u32);
    struct ByKey(Var, Key, Wait);
    struct PlainUnit(Obj);
    struct Makes(Call, Obj);
    struct NewObject(Call, Obj, Obj);
    struct DataInit(Call, Obj, Obj);
    struct CalledIn(Region, Region);
    struct Handled(Region, u32);
    struct Raise(Region, Var);

    // ---- P: points-to ----------------------------------------------------------------------

    // P1  A variable holds what is allocated for it; a copy has allocations of its own, and sees
    //     what its code mentions of other code.
    Active(context) <- Unit(context);
    VarPointsTo(to, object) <-
        Active(context), let unit = unit_of_context(context), Alloc(unit, var, site),
        let to = defined_in(context, var), let object = object_in(context, site);
    Edge(var, copy, Through::Any) <-
        Active(context), let unit = unit_of_context(context), Mentions(unit, var),
        let copy = used_in(context, var);

    // P2  What a node holds flows along edges, as far as these let it through, up to as much as a
    //     node takes.
    VarPointsTo(to, value) <- VarPointsTo(from, object), for (to, value) in flows_on(from, object);
    VarPointsTo(to, value) <- Edge(from, to, through), for value in flows_along(from, to, through);

    // P3  What waits for what a node holds meets what is there, and what comes later.
    Meets(wait, object) <- Awaits(node, wait), for object in awaited(node, wait);
    Meets(wait, object) <- VarPointsTo(node, object), for wait in waiting(node);
    Edge(source, to, how) <-
        Meets(wait, object), let Wait::Load(field, to) = wait,
        let source = read_of(object, field), let how = taken_by(to);
    Edge(from, target, Through::Any) <-
        Meets(wait, object), let Wait::Store(field, from) = wait,
        (may_hold(object, field)), let target = cell(object, field);

    // P4  Assignments are edges that stand from the start.
    VarPointsTo(to, object) <-
        VarPointsTo(from, object), let Some((unit, context, var)) = used_as(from, Use::Assign),
        Assign(unit, var, target), let to = defined_in(context, target);

    // P5  Loads and stores are edges from and to the fields of what the base holds; those by a key
    //     that is a parameter, of what each call's copy selects, and of anything where a call
    //     enters the code as it stands.
    Edge(source, to, Through::Any) <-
        VarPointsTo(base, object), let Some((unit, context, var)) = used_as(base, Use::Load),
        Load(unit, var, field, target),
        let source = read_of(object, field), let to = defined_in(context, target);
    Edge(from, target, Through::Any) <-
        VarPointsTo(base, object), let Some((unit, context, var)) = used_as(base, Use::Store),
        Store(unit, var, field, value), (may_hold(object, field)),
        let from = used_in(context, value), let target = cell(object, field);

    ByKey(base, key, Wait::Load(Field::ALL, to)) <-
        Active(context), let unit = unit_of_context(context), LoadByKey(unit, var, formal, target),
        let base = used_in(context, var), let to = defined_in(context, target),
        let key = key_in(context, formal);
    ByKey(base, key, Wait::Store(Field::UNKNOWN, from)) <-
        Active(context), let unit = unit_of_context(context), StoreByKey(unit, var, formal, value),
        let base = used_in(context, var), let from = used_in(context, value),
        let key = key_in(context, formal);
    Awaits(base, selected) <- ByKey(base, key, wait), for selected in selected(key, wait);
    Awaits(base, wait) <- PlainUnit(unit), ByKey(base, Key::Passed(unit), wait);
    PlainUnit(unit) <- Entered(_, copy, _), let Some(unit) = plain_unit(copy);
    Awaits(base, Wait::Load(Field::ALL, to)) <- PlainUnit(unit), LoadByKey(unit, base, _, to);
    Awaits(base, Wait::Store(Field::UNKNOWN, from)) <- PlainUnit(unit), StoreByKey(unit, base, _, from);

    // P6  An element under any key is an element.
    HasElement(object, field) <-
        Edge(_, to, _), let Some((object, field)) = as_cell(to), (!field.is_attribute());
    Edge(element, any, Through::Any) <-
        HasElement(object, field), (field.is_element()),
        let element = cell(object, field), let any = cell(object, Field::ALL);

    // P7  Elements are copied from container to container.
    Awaits(to, Wait::CopyOf(source, Moved::Anywhere)) <-
        VarPointsTo(from, source), let Some((unit, context, var)) = used_as(from, Use::Elements),
        Elements(unit, var, target), let to = used_in(context, target);
    Awaits(to, Wait::CopyOf(source, moved)) <-
        VarPointsTo(from, source), let Some((unit, context, var)) = used_as(from, Use::Elements),
        Slice(unit, var, start, stop, target), let to = used_in(context, target),
        let moved = Moved::Slice(start, stop);
    CopyElements(source, target, moved) <-
        Meets(wait, target), let Wait::CopyOf(source, moved) = wait;
    CopyElements(source, target, moved) <-
        Meets(wait, source), let Wait::CopyInto(target, moved) = wait;
    Edge(from, to, Through::Any) <-
        CopyElements(source, target, moved), HasElement(source, field),
        let Some(copy) = copied_field(source, target, field, moved),
        let from = cell(source, field), let to = copied_cell(target, copy);

    // P8  Iterating a builtin container gives its elements (or keys), an enumeration its members.
    Edge(source, to, Through::Any) <-
        VarPointsTo(base, object), let Some((unit, context, var)) = used_as(base, Use::Iterate),
        Iterate(unit, var, target), let Some(field) = iteration_field(object),
        let source = cell(object, field), let to = defined_in(context, target);
    VarPointsTo(to, member) <-
        VarPointsTo(base, class), (is_enum(class)),
        let Some((unit, context, var)) = used_as(base, Use::Iterate), Iterate(unit, var, target),
        let to = defined_in(context, target), let member = any_instance(class);

    // P9  `isinstance` keeps what may be an instance, and drops what surely is one.
    Edge(source, target, Through::Instance(class)) <-
        VarPointsTo(kind, class), let Some((unit, context, var)) = used_as(kind, Use::Narrow),
        NarrowTo(unit, var, from, to),
        let source = used_in(context, from), let target = defined_in(context, to);
    Edge(source, target, Through::NotInstance(class)) <-
        VarPointsTo(kind, class), let Some((unit, context, var)) = used_as(kind, Use::Narrow),
        NarrowFrom(unit, var, from, to),
        let source = used_in(context, from), let target = defined_in(context, to);

    // P10  `type(x)` is the class of what x holds.
    VarPointsTo(to, class) <-
        VarPointsTo(from, object), let Some((unit, context, var)) = used_as(from, Use::Class),
        let class = type_of(object), (class != NOTHING), ClassOf(unit, var, target),
        let to = defined_in(context, target);

    // P11  `super()` is made of the class and the receiver.
    VarPointsTo(to, object) <-
        VarPointsTo(receiver, held), let Some((unit, context, var)) = used_as(receiver, Use::Super),
        SuperOf(unit, var, class, target),
        let to = defined_in(context, target), let object = super_object(class, held);

    // P12  Callers outside of the program pass any instance of what a parameter asks for.
    VarPointsTo(var, any) <- EntryParameter(var, class), let any = any_instance(class);
    VarPointsTo(var, any) <-
        VarPointsTo(annotation, class), (is_class(class)),
        let Some((_, _, annotation)) = used_as(annotation, Use::Annotation),
        Annotated(annotation, var), let any = any_instance(class);

    Edge(element, to, Through::Any) <-
        AnnotatedContainer(object, element, field), let to = cell(object, field);

    // P13  A class pattern binds parts by position.
    Edge(source, to, Through::Any) <-
        VarPointsTo(subject, object), let Some((unit, context, var)) = used_as(subject, Use::Pattern),
        Pattern(unit, var, index, part), let class = class_of(object),
        MatchField(class, index, name), let source = read_of(object, Field::attribute(name)),
        let to = defined_in(context, part);

    // P14  A subscripted class is the class; a subscripted enumeration is a member.
    Subscript(class, field, to) <-
        Edge(from, to, _), let Some((class, field)) = as_cell(from), (!field.is_attribute()),
        (is_class(class));
    VarPointsTo(to, class) <- Subscript(class, _, to), (!is_enum(class));
    VarPointsTo(to, member) <- Subscript(class, _, to), (is_enum(class)), let member = any_instance(class);
    Edge(source, target, Through::Any) <-
        Subscript(class, _, to), (class_defines(class, name_class_getitem())),
        let source = read_of(class, name_class_getitem()), let target = callee(access_call(to));

    // ---- A: attributes ---------------------------------------------------------------------

    // A1  What is read of an attribute is looked up once for all who read it.
    ReadOf(object, field) <- Edge(from, _, _), let Some((object, field)) = as_read(from);

    // A2  Objects that are no classes keep attributes themselves; those of a module are its globals.
    Edge(source, read, Through::Any) <-
        ReadOf(object, field), (!is_class(object)),
        let source = cell(object, field), let read = read_of(object, field);
    Edge(global, read, Through::Any) <-
        ReadOf(module, field), ModuleGlobal(module, field, global), let read = read_of(module, field);
    Edge(from, global, Through::Any) <-
        Edge(_, from, _), let Some((module, field)) = as_cell(from), ModuleGlobal(module, field, global);

    // A3  Through an instance (or `super()`), functions are bound, static and class methods
    //     unwrapped. What unseen code passes may be of a class that overrides the method.
    Edge(source, read, how) <-
        ReadOf(object, field), let Some((class, receiver)) = looked_up(object),
        let source = lookup(class, field), let read = read_of(object, field),
        let how = through(field, receiver);
    Edge(source, read, Through::Any) <-
        ReadOf(object, field), let Some((class, _)) = looked_up(object), (is_accessor(class, field)),
        let source = unwrapped(class, field), let read = read_of(object, field);

    Edge(source, read, how) <-
        ReadOf(object, field), let Some(class) = any_instance_class(object),
        Overridden(class, field, heir), let receiver = any_instance(heir),
        let source = lookup(heir, field), let read = read_of(object, field),
        let how = through(field, receiver);

    // A4  Through a class, functions stay as they are; a member of an enumeration is an instance.
    Edge(source, read, Through::Class) <-
        ReadOf(class, field), (is_class(class)),
        let source = lookup(class, field), let read = read_of(class, field);
    Edge(source, read, Through::Any) <-
        ReadOf(class, field), (is_class(class)), (is_accessor(class, field)),
        let source = unwrapped(class, field), let read = read_of(class, field);
    VarPointsTo(read, member) <-
        ReadOf(class, field), (is_enum(class)), EnumMember(class, field),
        let read = read_of(class, field), let member = any_instance(class);

    // A5  Classes are searched in their resolution order, up to the first that has the attribute.
    LookupOf(class, field) <- Edge(from, _, _), let Some((class, field)) = as_demand(from);
    OwnerOf(class, field, owner) <- LookupOf(class, field), for owner in owners_of(class, field);
    Edge(source, found, Through::Any) <-
        OwnerOf(class, field, owner), let source = cell(owner, field),
        let found = lookup(class, field);
    VarPointsTo(found, value) <-
        OwnerOf(class, field, owner), Member(owner, field, value), let found = lookup(class, field);

    // A6  An ancestor that cannot be seen may have any attribute.
    VarPointsTo(found, value) <-
        LookupOf(class, field), for ancestor in unseen_owners(class, field),
        let found = lookup(class, field), let value = member(ancestor, field);

    // A7  What class bodies leave is there, and what metaclasses add to their namespaces.
    VarPointsTo(target, value) <-
        VarPointsTo(var, value), let Some((_, _, var)) = used_as(var, Use::ClassAttribute),
        ClassAttribute(var, class, field), let target = cell(class, field);

    Edge(source, target, Through::Any) <-
        HasElement(dict, field), let Some((class, attribute)) = declares(dict, field),
        let source = cell(dict, field), let target = cell(class, attribute);

    // A8  Members of modelled modules, packages' submodules, and names that cannot be seen.
    VarPointsTo(read, value) <-
        ReadOf(owner, field), Member(owner, field, value), (!is_class(owner)),
        let read = read_of(owner, field);
    VarPointsTo(read, value) <-
        ReadOf(owner, field), (is_model_module(owner)), !Member(owner, field, _),
        let read = read_of(owner, field), let value = member(owner, field);
    VarPointsTo(read, value) <-
        ReadOf(owner, field), (is_opaque(owner)),
        let read = read_of(owner, field), let value = member(owner, field);

    // A9  `getattr` with a known beginning of the name reads every attribute that starts so.
    Edge(source, to, Through::Any) <-
        VarPointsTo(base, object), let Some((unit, context, var)) = used_as(base, Use::Prefix),
        LoadPrefix(unit, var, prefix, target), for field in fields_beginning(object, prefix),
        let source = read_of(object, field), let to = defined_in(context, target);

    // A10  `getattr`, `setattr` and `import_module` with a name that a value holds.
    Awaits(base, Wait::Load(field, to)) <-
        VarPointsTo(name, object), let Some(field) = named_field(object), (admits_name(name, object)),
        let Some((unit, context, var)) = used_as(name, Use::Named), LoadNamed(unit, var, source, target),
        let base = used_in(context, source), let to = defined_in(context, target);
    Awaits(base, Wait::Store(field, from)) <-
        VarPointsTo(name, object), let Some(field) = named_field(object), (admits_name(name, object)),
        let Some((unit, context, var)) = used_as(name, Use::Named), StoreNamed(unit, var, target, value),
        let base = used_in(context, target), let from = used_in(context, value);
    VarPointsTo(to, module) <-
        VarPointsTo(name, object), let Some(module) = named_module(object),
        let Some((unit, context, var)) = used_as(name, Use::Named), ImportNamed(unit, var, target),
        let to = defined_in(context, target);

    // A11  `__dict__` holds the attributes of an instance that is told apart.
    VarPointsTo(read, namespace) <-
        ReadOf(object, field), (is_namespace_field(field)), (is_instance(object)),
        (any_instance_class(object).is_none()),
        let read = read_of(object, field), let namespace = namespace_of(object);

    // ---- D: attributes that run code -------------------------------------------------------

    // D1  What is found on a class may be more than a value.
    Descriptor(class, field, value) <-
        VarPointsTo(found, value), (is_descriptor(value)), let Some((class, field)) = as_lookup(found);

    // D2  Static methods are their functions, class methods these bound to the class.
    Edge(source, target, Through::Any) <-
        Descriptor(class, field, value), (is_static_method(value)),
        let source = cell(value, name_function()), let target = unwrapped(class, field);
    Edge(source, target, Through::Bound(owner)) <-
        Descriptor(class, field, value), (is_class_method(value)), let owner = bound_class(class),
        let source = cell(value, name_function()), let target = unwrapped(class, field);

    // D3  Properties have functions that read and write them; a cached property has one to read it.
    Edge(source, target, Through::Any) <-
        Descriptor(class, field, value), (is_property(value)),
        let source = cell(value, name_getter()), let target = getter(class, field);
    Edge(source, target, Through::Any) <-
        Descriptor(class, field, value), (is_property(value)),
        let source = cell(value, name_setter()), let target = setter(class, field);
    Edge(source, target, Through::Any) <-
        Descriptor(class, field, value), (is_property(value)),
        let source = cell(value, name_deleter()), let target = deleter(class, field);
    Edge(source, target, Through::Any) <-
        Descriptor(class, field, value), (is_cached_property(value)),
        let source = cell(value, name_cached()), let target = getter(class, field);

    // D4  Other descriptors have `__get__`, `__set__` and `__delete__`.
    Edge(source, target, Through::Receiver(value)) <-
        Descriptor(class, field, value), (has_special(value, name_get())),
        let source = lookup(type_of(value), name_get()), let target = descriptor_get(class, field);
    Edge(source, target, Through::Receiver(value)) <-
        Descriptor(class, field, value), (has_special(value, name_set())),
        let source = lookup(type_of(value), name_set()), let target = descriptor_set(class, field);
    Edge(source, target, Through::Receiver(value)) <-
        Descriptor(class, field, value), (has_special(value, name_delete())),
        let source = lookup(type_of(value), name_delete()), let target = deleter(class, field);

    // D5  They are called where the attribute is read,
    Access(object, field, to) <-
        Edge(from, to, _), let Some((object, field)) = as_read(from), (may_run_code(object, field));
    Edge(source, target, Through::Bound(receiver)) <-
        Access(object, field, to), let Some((class, receiver)) = looked_up(object),
        (is_accessor(class, field)),
        let source = getter(class, field), let target = callee(access_call(to));
    Edge(source, target, Through::Any) <-
        Access(object, field, to), let Some((class, _)) = looked_up(object),
        (is_accessor(class, field)),
        let source = descriptor_get(class, field), let target = callee(access_call(to));
    Edge(source, target, Through::Any) <-
        Access(class, field, to), (is_class(class)), (is_accessor(class, field)),
        let source = descriptor_get(class, field), let target = callee(access_call(to));
    VarPointsTo(argument, object) <-
        Access(object, field, to), (is_instance(object)), (is_accessor(type_of(object), field)),
        let argument = accessed(to);
    VarPointsTo(argument, owner) <-
        Access(object, field, to), let owner = owner_of(object), (owner != NOTHING),
        (is_accessor(owner, field)), let argument = access_owner(to);

    // D6  written, or deleted.
    Update(object, field, from) <-
        Edge(from, to, _), let Some((object, field)) = as_cell(to), (is_instance(object)),
        (is_accessor(type_of(object), field)), (!is_passed(from));
    Edge(source, target, Through::Bound(object)) <-
        Update(object, field, from), let class = type_of(object),
        let source = setter(class, field), let target = callee(update_call(from));
    Edge(source, target, Through::Any) <-
        Update(object, field, from), let class = type_of(object),
        let source = descriptor_set(class, field), let target = callee(descriptor_update(from));
    VarPointsTo(argument, object) <- Update(object, _, from), let argument = updated(from);
    Edge(source, target, Through::Bound(object)) <-
        VarPointsTo(base, object), let Some((unit, context, var)) = used_as(base, Use::Delete),
        Delete(unit, var, field, site), (is_instance(object)), let class = type_of(object),
        (is_accessor(class, field)), let source = deleter(class, field),
        let target = callee(call_in(context, site));

    // D7  Where no class (or module) has the attribute, `__getattr__` is called; `__getattribute__`
    //     always.
    Special(call, object, name_getattr()) <-
        Access(object, field, to), (has_special(object, name_getattr())),
        (lacks_attribute(object, field)), let call = access_call(to);
    Special(call, object, name_getattribute()) <-
        Access(object, _, to), (has_special(object, name_getattribute())), let call = access_call(to);

    Edge(function, target, Through::Any) <-
        Access(module, field, to), ModuleGlobal(module, name_getattr(), function),
        !ModuleGlobal(module, field, _), let target = callee(access_call(to));

    // D8  A `__getattr__` that reads the attribute of another object gives what that has.
    Forwarded(owner, field) <-
        Access(object, field, _), (has_special(object, name_getattr())),
        (lacks_attribute(object, field)), let owner = forwarder(object);
    ForwardsTo(class, object, to) <-
        VarPointsTo(base, object), let Some((unit, context, var)) = used_as(base, Use::Forward),
        Forwards(unit, var, class, target), let to = defined_in(context, target);
    Edge(source, to, Through::Any) <-
        ForwardsTo(class, object, to), Forwarded(class, field), let source = read_of(object, field);

    // ---- C: calls --------------------------------------------------------------------------

    // C1  A call is on what its callee holds.
    CallOn(call, object) <-
        VarPointsTo(value, object), let Some((unit, context, var)) = used_as(value, Use::Callee),
        CallValue(unit, var, site), let call = call_in(context, site);
    CallOn(call, object) <- VarPointsTo(node, object), let Some(call) = as_callee(node);

    // C2  A method call is on what the attribute is.
    Edge(source, target, Through::Any) <-
        VarPointsTo(base, object), let Some((unit, context, var)) = used_as(base, Use::Method),
        MethodCall(unit, var, field, site),
        let source = read_of(object, field), let target = callee(call_in(context, site));

    // C3  Syntax calls special methods of the class alone,
    Special(call, object, field) <-
        VarPointsTo(base, object), let Some((unit, context, var)) = used_as(base, Use::Protocol),
        Protocol(unit, var, field, unless, site), (may_answer(object, field)), (lacks(object, unless)),
        (!is_idle(site, object, field)),
        let call = call_in(context, site);
    Edge(source, target, how) <-
        Special(call, object, field), let class = type_of(object), (class != NOTHING),
        let source = lookup(class, field), let target = callee(call),
        let how = through(field, object);
    Edge(source, target, Through::Any) <-
        Special(call, object, field), let class = type_of(object), (class != NOTHING),
        (is_accessor(class, field)), let source = unwrapped(class, field), let target = callee(call);

    Edge(source, target, how) <-
        Special(call, object, field), let Some(class) = any_instance_class(object),
        Overridden(class, field, heir), let receiver = any_instance(heir),
        let source = lookup(heir, field), let target = callee(call),
        let how = through(field, receiver);

    // C4  and a reflected method where the left operand has no method of its own, or declines.
    Awaits(right, Wait::Reflected(field, call)) <-
        VarPointsTo(left, object), let Some((unit, context, var)) = used_as(left, Use::Left),
        Reflected(unit, var, base, field, unless, site), (lacks(object, unless)),
        let right = used_in(context, base), let call = call_in(context, site);
    Awaits(right, Wait::Reflected(field, call)) <-
        VarPointsTo(result, object), (is_not_implemented(object)),
        let Some((unit, context, var)) = used_as(result, Use::Declined),
        Declined(unit, var, base, field, site),
        let right = used_in(context, base), let call = call_in(context, site);
    Special(call, object, field) <-
        Meets(wait, object), let Wait::Reflected(field, call) = wait, (may_answer(object, field));

    // C5  `raise C` makes an instance of C.
    CallOn(call, class) <-
        VarPointsTo(base, class), (is_class(class)),
        let Some((unit, context, var)) = used_as(base, Use::Protocol),
        Protocol(unit, var, field, _, site), (is_raise_field(field)),
        let call = call_in(context, site);

    // C6  Calling an instance calls its class's `__call__`.
    Special(call, object, name_call()) <-
        CallOn(call, object), (is_instance(object)), (may_answer(object, name_call()));

    // C7  The λ-tags of a call are functions, alone or bound to a receiver. What is called is the
    //     copy for this call, where there is one.
    Entered(call, copy, shift) <-
        CallOn(call, object), let Some((function, shift)) = callable(object),
        let Some(copy) = entered(call, function, shift);
    ReceiverOf(call, copy, receiver) <-
        CallOn(call, object), let Some(receiver) = receiver_of(object),
        let Some((function, shift)) = callable(object),
        let Some(copy) = entered(call, function, shift);
    Active(context) <- Entered(_, copy, _), let (context, _) = function_home(copy);

    // C8  A receiver is the first parameter. What a call passes for a parameter that is returned as
    //     it is, is also the call's result: calls are told apart by it without being copied.
    VarPointsTo(to, receiver) <-
        ReceiverOf(call, copy, receiver), let (context, function) = function_home(copy),
        Formal(function, 0, formal), for (to, _) in taken_as(call, context, formal);
    VarPointsTo(to, receiver) <-
        ReceiverOf(_, copy, receiver), let (context, function) = function_home(copy),
        FormalStar(function, 0, site), let tuple = object_in(context, site),
        let to = cell(tuple, Field::index(0));
    HasElement(tuple, Field::index(0)) <-
        ReceiverOf(_, copy, _), let (context, function) = function_home(copy),
        FormalStar(function, 0, site), let tuple = object_in(context, site);

    // C9  Positional arguments are parameters by position; what is left goes into `*args`.
    Edge(from, to, how) <-
        Entered(call, copy, shift), let (outer, site) = call_home(call), Actual(site, index, actual),
        let (context, function) = function_home(copy), let place = index + shift,
        Formal(function, place, formal), let from = used_in(outer, actual),
        for (to, how) in taken_as(call, context, formal);
    Edge(from, to, Through::Any) <-
        Entered(call, copy, shift), let (outer, site) = call_home(call), Actual(site, index, actual),
        let (context, function) = function_home(copy), FormalStar(function, start, tuple),
        let Some(place) = (index + shift).checked_sub(start),
        let from = used_in(outer, actual), let held = object_in(context, tuple),
        let to = cell(held, Field::index(place));
    Edge(from, to, how) <-
        Entered(call, copy, shift), for (index, from) in made_actuals(call),
        let (context, function) = function_home(copy), let place = index + shift,
        Formal(function, place, formal), for (to, how) in taken_as(call, context, formal);

    // C10  Keyword arguments are parameters by name; what is left goes into `**kwargs`.
    Edge(from, to, how) <-
        Entered(call, copy, _), let (outer, site) = call_home(call), Keyword(site, name, actual),
        let (context, function) = function_home(copy), FormalKeyword(function, name, formal),
        let from = used_in(outer, actual), for (to, how) in taken_as(call, context, formal);
    Edge(from, to, Through::Any) <-
        Entered(call, copy, _), let (outer, site) = call_home(call), Keyword(site, name, actual),
        let (context, function) = function_home(copy), (!has_keyword(function, name)),
        FormalStarStar(function, dict), let held = object_in(context, dict),
        let from = used_in(outer, actual), let to = cell(held, Field::key(name));

    // C11  `*xs` gives its elements to the parameters that follow, and to `*args`.
    Awaits(from, Wait::Load(field, to)) <-
        Entered(call, copy, shift), let (outer, site) = call_home(call), Star(site, start, xs),
        let (context, function) = function_home(copy), Formal(function, index, formal),
        let Some(place) = star_index(index, start, shift),
        let from = used_in(outer, xs), for (to, _) in taken_as(call, context, formal),
        for field in [Field::UNKNOWN, Field::index(place)];
    Awaits(from, Wait::CopyInto(held, Moved::By(distance))) <-
        Entered(call, copy, shift), let (outer, site) = call_home(call), Star(site, start, xs),
        let (context, function) = function_home(copy), FormalStar(function, first, tuple),
        let distance = (start + shift) as i32 - first as i32,
        let from = used_in(outer, xs), let held = object_in(context, tuple);

    // C12  `**m` gives its values to the parameters of those names, and to `**kwargs`.
    Awaits(from, Wait::Load(field, to)) <-
        Entered(call, copy, _), let (outer, site) = call_home(call), StarStar(site, mapping),
        let (context, function) = function_home(copy), FormalKeyword(function, name, formal),
        let from = used_in(outer, mapping), for (to, _) in taken_as(call, context, formal),
        for field in [Field::UNKNOWN, Field::key(name)];
    Awaits(from, Wait::CopyInto(held, Moved::By(0))) <-
        Entered(call, copy, _), let (outer, site) = call_home(call), StarStar(site, mapping),
        let (context, function) = function_home(copy), FormalStarStar(function, dict),
        let from = used_in(outer, mapping), let held = object_in(context, dict);

    // C13  A parameter that is not passed takes its default.
    Edge(from, to, how) <-
        Entered(call, copy, shift), let (context, function) = function_home(copy),
        DefaultValue(function, formal, default), (!passes(call, shift, formal)),
        let from = used_in(context, default), for (to, how) in taken_as(call, context, formal);

    // C14  What is returned is the call's result; what is returned where a parameter was passed, or
    //      was left out or `None`, is that of calls that do so.
    Edge(from, result, Through::Any) <-
        Entered(call, copy, _), let Some(result) = result_of(call),
        let (context, function) = function_home(copy), ReturnValue(function, value),
        let from = used_in(context, value);
    Edge(from, result, Through::Any) <-
        Entered(call, copy, shift), let Some(result) = result_of(call),
        let (context, function) = function_home(copy), ReturnIf(function, value, formal, given),
        (may_pass(call, shift, formal, given)), let from = used_in(context, value);
    Edge(from, result, Through::Any) <-
        Entered(call, copy, shift), let Some(result) = result_of(call),
        let (context, function) = function_home(copy), ReturnIf(function, value, formal, false),
        let (_, site) = call_home(call), Actual(site, index, actual), (may_be_none(actual)),
        let place = index + shift, Formal(function, place, formal),
        let from = used_in(context, value);
    Edge(from, result, Through::Any) <-
        Entered(call, copy, _), let Some(result) = result_of(call),
        let (context, function) = function_home(copy), ReturnIf(function, value, formal, false),
        FormalKeyword(function, name, formal), let (_, site) = call_home(call),
        Keyword(site, name, actual), (may_be_none(actual)), let from = used_in(context, value);

    // C15  Functions that a crowded function stores as they were passed come from each of its calls:
    //      to the receiver of the call, to what it passes, or to what the function has made.
    Edge(from, to, Through::Any) <-
        ReceiverOf(call, copy, receiver), let (_, function) = function_home(copy),
        StoresFormal(function, base, field, formal), Formal(function, 0, base),
        let from = passed(call, formal), let to = cell(receiver, field);
    Awaits(to, Wait::Store(field, from)) <-
        Entered(call, copy, shift), let (outer, site) = call_home(call), Actual(site, index, actual),
        let (_, function) = function_home(copy), let place = index + shift,
        StoresFormal(function, base, field, formal), Formal(function, place, base),
        let to = used_in(outer, actual), let from = passed(call, formal);
    Awaits(to, Wait::Store(field, from)) <-
        Entered(call, copy, _), let (context, function) = function_home(copy),
        StoresFormal(function, base, field, formal), !Formal(function, _, base),
        let to = used_in(context, base), let from = passed(call, formal);

    // ---- N: new objects --------------------------------------------------------------------

    // N1  Calling a class makes an instance, unless its metaclass says otherwise.
    Instantiates(call, class) <- CallOn(call, class), (is_class(class));
    Makes(call, class) <- Instantiates(call, class), (!class_defines(type_of(class), name_call()));
    NewObject(call, class, object) <- Makes(call, class), let object = instance(call, class);
    VarPointsTo(result, object) <-
        NewObject(call, class, object), (!has_custom_new(class)), let Some(result) = result_of(call);

    // N2  Its `__init__` is called. A `__call__` of its metaclass is called instead.
    Special(call, object, name_init()) <-
        NewObject(call, class, object), (!has_custom_new(class)), (may_answer(object, name_init()));
    Special(call, class, name_call()) <-
        Instantiates(call, class), (class_defines(type_of(class), name_call()));

    // N3  A `__new__` of the project is called with the class, and what it returns is initialised.
    Edge(source, target, Through::Bound(class)) <-
        Makes(call, class), (has_custom_new(class)),
        let source = read_of(class, name_new()), let target = callee(call);
    Awaits(result, Wait::Initialised(call, class)) <-
        Makes(call, class), (has_custom_new(class)), (created_by(call).is_none()),
        let Some(result) = result_of(call);
    Special(call, created, name_init()) <-
        Makes(call, class), (has_custom_new(class)), let Some(created) = created_by(call);
    Special(call, object, name_init()) <-
        Meets(wait, object), let Wait::Initialised(call, class) = wait,
        (surely_instance(object, class));

    // N4  `object.__new__` makes an instance and no more; `type.__new__` of a metaclass makes the
    //     classes that have it.
    VarPointsTo(result, class) <-
        VarPointsTo(value, metaclass), (is_class(metaclass)),
        let Some((unit, context, var)) = used_as(value, Use::Constructs), Constructs(unit, var, site),
        for class in classes_of(metaclass), let Some(result) = result_of(call_in(context, site));
    VarPointsTo(result, object) <-
        VarPointsTo(value, class), (is_class(class)), (classes_of(class).is_empty()),
        let Some((unit, context, var)) = used_as(value, Use::Constructs), Constructs(unit, var, site),
        let call = call_in(context, site), let object = instance(call, class),
        let Some(result) = result_of(call);

    // N5  The generated `__init__` of a dataclass stores its arguments, and runs `__post_init__`.
    DataInit(call, class, object) <- NewObject(call, class, object), (!has_custom_init(class));
    Edge(from, to, Through::Any) <-
        DataInit(call, class, object), let (outer, site) = call_home(call),
        Actual(site, index, actual), DataField(class, index, name),
        let from = used_in(outer, actual), let to = cell(object, Field::attribute(name));
    Edge(from, to, Through::Any) <-
        DataInit(call, class, object), let (outer, site) = call_home(call),
        Actual(site, index, actual), DataField(class, index, _),
        let from = used_in(outer, actual), let to = cell(object, Field::index(index));
    Edge(from, to, Through::Any) <-
        DataInit(call, class, object), let (outer, site) = call_home(call),
        Keyword(site, name, actual), DataField(class, _, name),
        let from = used_in(outer, actual), let to = cell(object, Field::attribute(name));
    Special(call, object, name_post_init()) <-
        DataInit(call, _, object), (has_special(object, name_post_init()));

    // N6  Members of enumerations have their values.
    Edge(value, held, Through::Any) <-
        EnumMember(class, field), (is_enum(class)),
        let value = cell(class, field), let held = cell(any_instance(class), name_value());

    // N7  A class statement calls the enumeration's own `__init__` for each member with its value,
    //     with the elements of a tuple one by one.
    Special(call, member, name_init()) <-
        EnumMember(class, _), (is_enum(class)), (has_custom_init(class)),
        let Some(call) = members_call(class), let member = any_instance(class);
    Awaits(value, Wait::Load(element, to)) <-
        Entered(call, copy, _), let Some(class) = members_of(call), EnumMember(class, field),
        let (context, function) = function_home(copy), Formal(function, place, formal),
        let Some(index) = place.checked_sub(1), let element = Field::index(index),
        let value = cell(class, field), let to = defined_in(context, formal);
    Edge(value, to, Through::Any) <-
        Entered(call, copy, _), let Some(class) = members_of(call), EnumMember(class, field),
        let (context, function) = function_home(copy), Formal(function, 1, formal),
        let value = cell(class, field), let to = defined_in(context, formal);

    // N8  A class that cannot be seen makes instances that cannot be seen.
    VarPointsTo(result, object) <-
        CallOn(call, class), (makes_instances(class)), let Some(result) = result_of(call),
        let object = external_instance(class);

    // N9  A decorator that cannot be seen is taken to return what it decorates.
    Edge(from, result, Through::Any) <-
        CallOn(call, function), (is_opaque(function)), let (outer, site) = call_home(call),
        (is_decorator(site)), Actual(site, 0, actual), let from = used_in(outer, actual),
        let Some(result) = result_of(call);

    // ---- X: exceptions ---------------------------------------------------------------------
    //
    // Regions are those that have handlers, and functions.

    // X1  Regions matter that have a handler not too many calls above them.
    CalledIn(root, region) <-
        Entered(call, copy, _), let function = original_of(copy), FunctionRegion(function, root),
        let region = region_of(call);
    Handled(region, 0) <- Handler(region);
    Handled(region, depth) <- Handled(around, depth), RegionAround(around, region);
    Handled(root, next) <-
        Handled(region, depth), (depth < RAISE_DEPTH), CalledIn(root, region), let next = depth + 1;

    // X2  What a region raises is raised in the regions around it, and where its function is called.
    Raise(region, value) <-
        VarPointsTo(value, object), (is_instance(object)),
        let Some((unit, _, var)) = used_as(value, Use::Raise), Raises(unit, var, within),
        let region = handling(within);
    Edge(value, to, Through::Instances) <-
        Handled(region, _), Raise(region, value), let to = caught(region);
    Edge(from, to, Through::Any) <-
        Handled(around, _), RegionAround(around, region),
        let from = caught(region), let to = caught(around);
    Edge(from, to, Through::Any) <-
        Handled(region, _), CalledIn(root, region),
        let from = caught(root), let to = caught(region);

    // X3  A handler binds what its class may match.
    Edge(from, to, Through::Instance(class)) <-
        VarPointsTo(kind, class), let Some((unit, context, var)) = used_as(kind, Use::Raise),
        Catches(unit, var, region, bound),
        let from = caught(region), let to = defined_in(context, bound);
}

/// Derives points-to and call targets, and how the targets of the calls in `asked` came there.
pub(crate) fn solve(
    facts: &Facts,
    symbols: &mut Symbols,
    asked: &[Call],
    derived: &mut Derived,
) -> Vec<Trail> {
    let hierarchy = Hierarchy::of(facts, symbols);
    derived.mro = hierarchy.rows();
    let mut world = World::new(facts, symbols, hierarchy);
    let mut runtime = Crepe::new();
    feed::feed(&mut runtime, facts, &mut world);
    let (output, world) = with_world(world, || runtime.run_with_hasher::<crate::Hasher>());
    let Some(mut world) = world else {
        return Vec::new();
    };
    let (values, edges, calls, instantiations, receivers) = output;
    derived.sizes = vec![
        ("var_points_to", values.len()),
        ("edge", edges.len()),
        ("call_on", calls.len()),
        ("instantiates", instantiations.len()),
        ("receiver_of", receivers.len()),
    ];
    let trails = trails::trails(&mut world, facts, edges.iter(), calls.iter(), asked);
    collect::values(&world, values, derived);
    collect::calls(&mut world, calls, derived);
    derived.instantiates = sorted(instantiations.into_iter().filter_map(
        |Instantiates(call, class)| Some((world.original_call(call)?, world.original(class))),
    ));
    derived.call_receiver = sorted(receivers.into_iter().filter_map(
        |ReceiverOf(call, f, receiver)| {
            Some((
                world.original_call(call)?,
                world.original(f),
                world.original(receiver),
            ))
        },
    ));
    derived.bounded = world.bounds(facts);
    derived.first_record = world.first_record();
    derived.records = world.into_records();
    trails
}
