//! Points-to, call targets and copies of cloned functions, each in terms of the others.
//!
//! The analysis is inclusion-based and field-sensitive (Andersen 1994; Smaragdakis and Balatsouras,
//! "Pointer Analysis", 2015), with the call graph built on the fly. Functions that are small or
//! modelled are copied for each call, together with all that is nested in them; a copy has
//! variables, calls and objects of its own, made by the record constructors of [`crate::world`].

use crepe::crepe;
use heapcast_facts::{
    Call, Facts, Field, FieldKind, Obj, ObjectKind, PROGRAM, Region, Symbol, Symbols, Var,
};

use crate::Derived;
use crate::hierarchy::Hierarchy;
use crate::world::*;

/// Past that many calls between its `raise` and a handler, an exception is not followed.
const RAISE_DEPTH: u32 = 4;

/// How elements are copied: an index moves by that much, or is forgotten.
const SPREAD: i32 = i32::MIN;

/// The field that an element has in the container that it is copied to.
fn copied_field(field: Field, shift: i32) -> Option<Field> {
    match field.kind() {
        FieldKind::Index(_) if shift == SPREAD => Some(Field::UNKNOWN),
        FieldKind::Index(index) => u32::try_from(i64::from(index) + i64::from(shift))
            .ok()
            .map(Field::index),
        FieldKind::Key(_) | FieldKind::Unknown | FieldKind::Keys => Some(field),
        FieldKind::Attribute(_) | FieldKind::All => None,
    }
}

fn is_copied(field: Field, shift: i32) -> bool {
    copied_field(field, shift).is_some()
}

fn copy_of(field: Field, shift: i32) -> Field {
    copied_field(field, shift).unwrap_or(Field::UNKNOWN)
}

fn is_attribute(field: Field) -> bool {
    matches!(field.kind(), FieldKind::Attribute(_))
}

/// How many positions after `*args` starts the formal `index` stands, with `shift` before it.
fn star_index(formal: u32, start: u32, shift: u32) -> Option<u32> {
    formal.checked_sub(start + shift)
}

crepe! {
    // ---- the program, by the cloned function that each row belongs to ----------------------

    @input
    struct UnitRoot(Obj);
    @input
    struct AllocIn(Obj, Var, Obj);
    @input
    struct AssignIn(Obj, Var, Var);
    @input
    struct LoadIn(Obj, Var, Field, Var);
    @input
    struct StoreIn(Obj, Var, Field, Var);
    @input
    struct LoadPrefixIn(Obj, Var, Symbol, Var);
    @input
    struct ElementsIn(Obj, Var, Var);
    @input
    struct IterateIn(Obj, Var, Var);
    @input
    struct SuperIn(Obj, Var, Obj, Var);
    @input
    struct ClassOfIn(Obj, Var, Var);
    @input
    struct NarrowToIn(Obj, Var, Var, Var);
    @input
    struct NarrowFromIn(Obj, Var, Var, Var);
    @input
    struct CallValueIn(Obj, Var, Call);
    @input
    struct MethodCallIn(Obj, Var, Field, Call);
    @input
    struct ProtocolIn(Obj, Var, Field, Symbol, Call);
    @input
    struct ReflectedIn(Obj, Var, Var, Field, Symbol, Call);
    @input
    struct DecoratorIn(Obj, Call);
    @input
    struct ActualIn(Obj, Call, u32, Var);
    @input
    struct KeywordIn(Obj, Call, Symbol, Var);
    @input
    struct StarIn(Obj, Call, u32, Var);
    @input
    struct StarStarIn(Obj, Call, Var);
    @input
    struct ResultIn(Obj, Call, Var);
    @input
    struct ConstructsIn(Obj, Call, Var);
    @input
    struct FormalIn(Obj, Obj, u32, Var);
    @input
    struct FormalKeywordIn(Obj, Obj, Symbol, Var);
    @input
    struct FormalStarIn(Obj, Obj, u32, Var);
    @input
    struct FormalStarStarIn(Obj, Obj, Var);
    @input
    struct ReturnIn(Obj, Obj, Var);
    @input
    struct RaisesIn(Obj, Var, Region);
    @input
    struct CatchesIn(Obj, Region, Var, Var);
    @input
    struct PatternIn(Obj, Var, u32, Var);

    // ---- the program, where copies make no difference --------------------------------------

    @input
    struct ModuleGlobal(Obj, Field, Var);
    @input
    struct Member(Obj, Field, Obj);
    @input
    struct HasMember(Obj, Field);
    @input
    struct ClassAttribute(Var, Obj, Field);
    @input
    struct Defines(Obj, Field);
    @input
    struct Mro(Obj, u32, Obj);
    @input
    struct Descendant(Obj, Obj);
    @input
    struct DataField(Obj, u32, Symbol);
    @input
    struct MatchField(Obj, u32, Symbol);
    @input
    struct EnumMember(Obj, Field);
    @input
    struct Prefixed(Symbol, Field);
    @input
    struct EntryParameter(Var, Obj);
    @input
    struct Annotated(Var, Var);
    @input
    struct RegionParent(Region, Region);
    @input
    struct FunctionRegion(Region, Obj);

    // ---- what is derived -------------------------------------------------------------------

    struct Active(Obj, Context);
    struct Alloc(Var, Obj);
    struct Assign(Var, Var);
    struct WidenedAssign(Var, Var);
    struct Load(Var, Field, Var);
    struct Store(Var, Field, Var);
    struct LoadPrefix(Var, Symbol, Var);
    struct Elements(Var, Var, i32);
    struct Iterate(Var, Var);
    struct SuperOf(Var, Obj, Var);
    struct ClassOf(Var, Var);
    struct NarrowTo(Var, Var, Var);
    struct NarrowFrom(Var, Var, Var);
    struct CallValue(Var, Call);
    struct MethodCall(Var, Field, Call);
    struct Protocol(Var, Field, Symbol, Call);
    struct Reflected(Var, Var, Field, Symbol, Call);
    struct Decorator(Call);
    struct Actual(Call, u32, Var);
    struct Keyword(Call, Symbol, Var);
    struct Star(Call, u32, Var);
    struct StarStar(Call, Var);
    struct CallResult(Call, Var);
    struct Constructs(Var, Call);
    struct Formal(Obj, u32, Var);
    struct FormalKeyword(Obj, Symbol, Var);
    struct FormalStar(Obj, u32, Var);
    struct FormalStarStar(Obj, Var);
    struct ReturnValue(Obj, Var);
    struct Raises(Var, Region);
    struct Catches(Region, Var, Var);
    struct Pattern(Var, u32, Var);

    @output
    struct VarPointsTo(Var, Obj);
    @output
    struct FieldPointsTo(Obj, Field, Obj);
    @output
    struct CallOn(Call, Obj);
    @output
    struct Instantiates(Call, Obj);
    @output
    struct ReceiverOf(Call, Obj, Obj);

    struct StoreOn(Obj, Field, Var);
    struct LoadOn(Obj, Field, Var);
    struct ElementsOn(Obj, Var, i32);
    struct CopyFields(Obj, Obj, i32);
    struct IterateOn(Obj, Var);
    struct NarrowToOn(Obj, Var, Var);
    struct NarrowFromOn(Obj, Var, Var);
    struct MethodOn(Call, Obj, Field);
    struct SpecialOn(Call, Obj, Field);
    struct ReflectedOn(Var, Field, Call);
    struct AttributeDemand(Obj, Field);
    struct TypeDemand(Obj, Obj, Field);
    struct OwnDemand(Obj, Field);
    struct ClassDemand(Obj, Field);
    struct LookupAt(Obj, Field, u32);
    struct Found(Obj, Field, Obj);
    struct ClassStored(Obj, Field);
    struct ClassValue(Obj, Field, Obj);
    struct TypeAttribute(Obj, Field, Obj);
    struct Attribute(Obj, Field, Obj);
    struct SuperAt(Obj, Field, u32);
    struct SuperValue(Obj, Field, Obj);
    struct Getter(Obj, Field, Obj);
    struct DescriptorGet(Obj, Field, Obj);
    struct Setter(Obj, Field, Obj);
    struct DescriptorSet(Obj, Field, Obj);
    struct UpdateOn(Obj, Field, Var);
    struct Target(Call, Obj, u32);
    struct Entered(Call, Obj, u32);
    struct NewObject(Call, Obj, Obj);
    struct NewInit(Call, Obj);
    struct BareObject(Call, Obj);
    struct ActualObject(Call, u32, Obj);
    struct EnteredOriginal(Obj, Region);
    struct CaughtBy(Obj, Var, Var);
    struct DataInit(Call, Obj, Obj);
    struct PatternOn(Obj, u32, Var);
    struct RaisedIn(Region, Obj, u32);
    struct FunctionRaises(Obj, Obj, u32);

    // ---- I: copies -------------------------------------------------------------------------

    // I1  Everything stands once as it is written.
    Active(unit, PLAIN) <- UnitRoot(unit);

    // I2  A call of a cloned function makes a copy of it, unless copies nest too deeply.
    Active(function, context) <-
        Target(call, function, _), let context = entered(call, function), (context != PLAIN);

    // I3  The rows of a copy are those of the original about the copy's own variables.
    Alloc(v, o) <- Active(unit, context), AllocIn(unit, var, object),
        let v = var_in(context, var), let o = object_in(context, object);
    Assign(f, t) <- Active(unit, context), AssignIn(unit, to, from),
        let f = var_in(context, from), let t = var_in(context, to);
    Load(b, field, t) <- Active(unit, context), LoadIn(unit, base, field, to),
        let b = var_in(context, base), let t = var_in(context, to);
    Store(b, field, f) <- Active(unit, context), StoreIn(unit, base, field, from),
        let b = var_in(context, base), let f = var_in(context, from);
    LoadPrefix(b, prefix, t) <- Active(unit, context), LoadPrefixIn(unit, base, prefix, to),
        let b = var_in(context, base), let t = var_in(context, to);
    Elements(f, t, SPREAD) <- Active(unit, context), ElementsIn(unit, to, from),
        let f = var_in(context, from), let t = var_in(context, to);
    Iterate(b, t) <- Active(unit, context), IterateIn(unit, base, to),
        let b = var_in(context, base), let t = var_in(context, to);
    SuperOf(r, class, v) <- Active(unit, context), SuperIn(unit, var, class, receiver),
        let r = var_in(context, receiver), let v = var_in(context, var);
    ClassOf(f, t) <- Active(unit, context), ClassOfIn(unit, to, from),
        let f = var_in(context, from), let t = var_in(context, to);
    NarrowTo(f, t, c) <- Active(unit, context), NarrowToIn(unit, to, from, class),
        let f = var_in(context, from), let t = var_in(context, to), let c = var_in(context, class);
    NarrowFrom(f, t, c) <- Active(unit, context), NarrowFromIn(unit, to, from, class),
        let f = var_in(context, from), let t = var_in(context, to), let c = var_in(context, class);
    CallValue(v, c) <- Active(unit, context), CallValueIn(unit, callee, call),
        let v = var_in(context, callee), let c = call_in(context, call);
    MethodCall(b, field, c) <- Active(unit, context), MethodCallIn(unit, base, field, call),
        let b = var_in(context, base), let c = call_in(context, call);
    Protocol(b, field, unless, c) <- Active(unit, context), ProtocolIn(unit, base, field, unless, call),
        let b = var_in(context, base), let c = call_in(context, call);
    Reflected(l, b, field, unless, c) <-
        Active(unit, context), ReflectedIn(unit, left, base, field, unless, call),
        let l = var_in(context, left), let b = var_in(context, base), let c = call_in(context, call);
    Decorator(c) <- Active(unit, context), DecoratorIn(unit, call), let c = call_in(context, call);
    Actual(c, index, v) <- Active(unit, context), ActualIn(unit, call, index, var),
        let c = call_in(context, call), let v = var_in(context, var);
    Keyword(c, name, v) <- Active(unit, context), KeywordIn(unit, call, name, var),
        let c = call_in(context, call), let v = var_in(context, var);
    Star(c, index, v) <- Active(unit, context), StarIn(unit, call, index, var),
        let c = call_in(context, call), let v = var_in(context, var);
    StarStar(c, v) <- Active(unit, context), StarStarIn(unit, call, var),
        let c = call_in(context, call), let v = var_in(context, var);
    CallResult(c, v) <- Active(unit, context), ResultIn(unit, call, var),
        let c = call_in(context, call), let v = var_in(context, var);
    Constructs(v, c) <- Active(unit, context), ConstructsIn(unit, call, class),
        let v = var_in(context, class), let c = call_in(context, call);
    Formal(f, index, v) <- Active(unit, context), FormalIn(unit, function, index, var),
        let f = object_in(context, function), let v = var_in(context, var);
    FormalKeyword(f, name, v) <- Active(unit, context), FormalKeywordIn(unit, function, name, var),
        let f = object_in(context, function), let v = var_in(context, var);
    FormalStar(f, index, v) <- Active(unit, context), FormalStarIn(unit, function, index, var),
        let f = object_in(context, function), let v = var_in(context, var);
    FormalStarStar(f, v) <- Active(unit, context), FormalStarStarIn(unit, function, var),
        let f = object_in(context, function), let v = var_in(context, var);
    ReturnValue(f, v) <- Active(unit, context), ReturnIn(unit, function, var),
        let f = object_in(context, function), let v = var_in(context, var);
    Raises(v, region) <- Active(unit, context), RaisesIn(unit, var, region),
        let v = var_in(context, var);
    Catches(region, c, v) <- Active(unit, context), CatchesIn(unit, region, class, var),
        let c = var_in(context, class), let v = var_in(context, var);
    Pattern(s, index, p) <- Active(unit, context), PatternIn(unit, subject, index, part),
        let s = var_in(context, subject), let p = var_in(context, part);

    // ---- P: points-to ----------------------------------------------------------------------

    // P1  A variable holds what is allocated for it, and what is assigned to it.
    VarPointsTo(var, object) <- Alloc(var, object);
    VarPointsTo(to, object) <- VarPointsTo(from, object), Assign(from, to);
    VarPointsTo(to, any) <- VarPointsTo(from, object), WidenedAssign(from, to),
        let any = widened(object);

    // P2  A store puts what the variable holds into the field of each object of the base.
    StoreOn(object, field, from) <- VarPointsTo(base, object), Store(base, field, from);
    FieldPointsTo(object, field, value) <- StoreOn(object, field, from), VarPointsTo(from, value);

    // P3  An element under any key is an element.
    FieldPointsTo(object, Field::ALL, value) <-
        FieldPointsTo(object, field, value), (field.is_element());

    // P4  A load takes out what is there.
    LoadOn(object, field, to) <- VarPointsTo(base, object), Load(base, field, to);
    VarPointsTo(to, value) <-
        LoadOn(object, field, to), FieldPointsTo(object, field, value), (keeps(object, field));

    // P5  A global of a module is its cell.
    Assign(cell, to) <- LoadOn(module, field, to), ModuleGlobal(module, field, cell);
    Assign(from, cell) <- StoreOn(module, field, from), ModuleGlobal(module, field, cell);

    // P6  Elements are copied from container to container.
    ElementsOn(source, to, shift) <- VarPointsTo(from, source), Elements(from, to, shift);
    CopyFields(source, target, shift) <- ElementsOn(source, to, shift), VarPointsTo(to, target);
    FieldPointsTo(target, copy, value) <-
        CopyFields(source, target, shift), FieldPointsTo(source, field, value),
        (is_copied(field, shift)), let copy = copy_of(field, shift);

    // P7  Iterating a builtin container gives its elements (or keys).
    IterateOn(object, to) <- VarPointsTo(base, object), Iterate(base, to);
    VarPointsTo(to, value) <-
        IterateOn(object, to), let field = iteration_field(object), FieldPointsTo(object, field, value);

    // P8  Iterating an enumeration gives its members.
    VarPointsTo(to, member) <-
        IterateOn(class, to), (is_enum(class)), let member = any_instance(class);

    // P9  `isinstance` keeps what may be an instance, and drops what surely is one.
    NarrowToOn(object, to, class) <- VarPointsTo(from, object), NarrowTo(from, to, class);
    VarPointsTo(to, object) <-
        NarrowToOn(object, to, class), VarPointsTo(class, kind), (may_be_instance(object, kind));
    NarrowFromOn(object, to, class) <- VarPointsTo(from, object), NarrowFrom(from, to, class);
    VarPointsTo(to, object) <-
        NarrowFromOn(object, to, class), VarPointsTo(class, kind), (!surely_instance(object, kind));

    // P10  `type(x)` is the class of what x holds.
    VarPointsTo(to, class) <- VarPointsTo(from, object), ClassOf(from, to),
        let class = class_of(object), (class != NOTHING);

    // P11  `super()` is made of the class and the receiver.
    VarPointsTo(to, object) <- VarPointsTo(receiver, held), SuperOf(receiver, class, to),
        let object = super_object(class, held);

    // P12  Callers outside of the program pass any instance of what a parameter asks for.
    VarPointsTo(var, any) <- EntryParameter(var, class), let any = any_instance(class);
    VarPointsTo(var, any) <- VarPointsTo(annotation, class), Annotated(annotation, var),
        (is_class(class)), let any = any_instance(class);

    // P13  A class pattern binds parts by position.
    PatternOn(object, index, part) <- VarPointsTo(subject, object), Pattern(subject, index, part);
    LoadOn(object, field, part) <-
        PatternOn(object, index, part), let class = class_of(object),
        MatchField(class, index, name), let field = Field::attribute(name);

    // ---- A: attributes ---------------------------------------------------------------------

    // A1  Attributes are looked up where they are read or called.
    AttributeDemand(object, field) <- LoadOn(object, field, _), (is_attribute(field));
    AttributeDemand(object, field) <- MethodOn(_, object, field);
    TypeDemand(object, class, field) <- AttributeDemand(object, field),
        let class = type_of(object), (class != NOTHING);
    TypeDemand(object, class, field) <- SpecialOn(_, object, field),
        let class = type_of(object), (class != NOTHING);
    OwnDemand(object, field) <- AttributeDemand(object, field), (is_class(object));

    // A2  A class is searched in its resolution order, up to the first that has the attribute.
    ClassDemand(class, field) <- TypeDemand(_, class, field);
    ClassDemand(class, field) <- OwnDemand(class, field);
    LookupAt(class, field, 0) <- ClassDemand(class, field);
    LookupAt(class, field, next) <-
        LookupAt(class, field, place), Mro(class, place, ancestor), !Defines(ancestor, field),
        let next = place + 1;
    Found(class, field, ancestor) <-
        LookupAt(class, field, place), Mro(class, place, ancestor), Defines(ancestor, field);

    // A3  What class bodies, models and assignments to classes put there.
    FieldPointsTo(class, field, value) <- VarPointsTo(var, value), ClassAttribute(var, class, field);
    ClassValue(class, field, value) <- Found(class, field, owner), FieldPointsTo(owner, field, value);
    ClassValue(class, field, value) <- Found(class, field, owner), Member(owner, field, value);
    ClassStored(class, field) <- StoreOn(class, field, _), (is_class(class));
    ClassValue(class, field, value) <-
        ClassStored(owner, field), Descendant(owner, class), ClassDemand(class, field),
        FieldPointsTo(owner, field, value);

    // A4  An ancestor that cannot be seen may have any attribute.
    ClassValue(class, field, value) <-
        LookupAt(class, field, place), Mro(class, place, ancestor), (is_external(ancestor)),
        let value = member(ancestor, field);

    // A5  Through an instance: functions are bound, static and class methods unwrapped.
    TypeAttribute(object, field, method) <-
        TypeDemand(object, class, field), ClassValue(class, field, value), (binds(value, field)),
        let method = bound(value, object);
    TypeAttribute(object, field, value) <-
        TypeDemand(object, class, field), ClassValue(class, field, value),
        (is_plain_value(value, field) || (!binds(value, field) && is_function(value)));
    TypeAttribute(object, field, function) <-
        TypeDemand(object, class, field), ClassValue(class, field, value), (is_static_method(value)),
        FieldPointsTo(value, name_function(), function);
    TypeAttribute(object, field, method) <-
        TypeDemand(object, class, field), ClassValue(class, field, value), (is_class_method(value)),
        FieldPointsTo(value, name_function(), function), let method = bound(function, class);
    Attribute(object, field, value) <- TypeAttribute(object, field, value);

    // A6  Through a class: functions stay as they are.
    Attribute(class, field, value) <-
        OwnDemand(class, field), ClassValue(class, field, value),
        (is_function(value) || is_plain_value(value, field) || is_property(value)
            || is_cached_property(value));
    Attribute(class, field, function) <-
        OwnDemand(class, field), ClassValue(class, field, value), (is_static_method(value)),
        FieldPointsTo(value, name_function(), function);
    Attribute(class, field, method) <-
        OwnDemand(class, field), ClassValue(class, field, value), (is_class_method(value)),
        FieldPointsTo(value, name_function(), function), let method = bound(function, class);

    // A7  A member of an enumeration is an instance of it.
    Attribute(class, field, member) <-
        OwnDemand(class, field), (is_enum(class)), EnumMember(class, field),
        let member = any_instance(class);

    // A8  Objects that are no classes keep attributes themselves.
    Attribute(object, field, value) <-
        AttributeDemand(object, field), FieldPointsTo(object, field, value), (keeps(object, field));

    // A9  Members of modelled modules, packages' submodules, and names that cannot be seen.
    Attribute(owner, field, value) <- AttributeDemand(owner, field), Member(owner, field, value), (!is_class(owner));
    Attribute(owner, field, value) <-
        AttributeDemand(owner, field), (is_model_module(owner)), !HasMember(owner, field),
        let value = member(owner, field);
    Attribute(owner, field, value) <-
        AttributeDemand(owner, field), (is_opaque(owner)), let value = member(owner, field);

    // A10  `super()` searches the rest of the receiver's resolution order.
    SuperAt(object, field, place) <-
        AttributeDemand(object, field), (is_super(object)), let place = super_start(object);
    SuperAt(object, field, next) <-
        SuperAt(object, field, place), let class = super_class(object), Mro(class, place, ancestor),
        !Defines(ancestor, field), let next = place + 1;
    SuperValue(object, field, value) <-
        SuperAt(object, field, place), let class = super_class(object), Mro(class, place, ancestor),
        Defines(ancestor, field), FieldPointsTo(ancestor, field, value);
    SuperValue(object, field, value) <-
        SuperAt(object, field, place), let class = super_class(object), Mro(class, place, ancestor),
        Member(ancestor, field, value);
    SuperValue(object, field, value) <-
        SuperAt(object, field, place), let class = super_class(object), Mro(class, place, ancestor),
        (is_external(ancestor)), let value = member(ancestor, field);
    Attribute(object, field, method) <-
        SuperValue(object, field, value), (binds(value, field)),
        let method = bound(value, super_receiver(object));
    Attribute(object, field, value) <-
        SuperValue(object, field, value),
        (is_plain_value(value, field) || (!binds(value, field) && is_function(value)));
    Attribute(object, field, function) <-
        SuperValue(object, field, value), (is_static_method(value)),
        FieldPointsTo(value, name_function(), function);
    Attribute(object, field, method) <-
        SuperValue(object, field, value), (is_class_method(value)),
        FieldPointsTo(value, name_function(), function),
        let method = bound(function, class_part(super_receiver(object)));
    Getter(object, field, method) <-
        SuperValue(object, field, value), (is_property(value)),
        FieldPointsTo(value, name_getter(), function),
        let method = bound(function, super_receiver(object));

    // A11  A load of an attribute takes what the lookup found.
    VarPointsTo(to, value) <- LoadOn(object, field, to), Attribute(object, field, value);

    // A12  `getattr` with a known beginning of the name reads every attribute that starts so.
    LoadOn(object, field, to) <-
        VarPointsTo(base, object), LoadPrefix(base, prefix, to), Prefixed(prefix, field);

    // ---- G: attributes that run code -------------------------------------------------------

    // G1  A property calls its getter, a cached property its function.
    Getter(object, field, method) <-
        TypeDemand(object, class, field), ClassValue(class, field, value), (is_property(value)),
        FieldPointsTo(value, name_getter(), function), let method = bound(function, object);
    Getter(object, field, method) <-
        TypeDemand(object, class, field), ClassValue(class, field, value), (is_cached_property(value)),
        FieldPointsTo(value, name_cached(), function), let method = bound(function, object);

    // G2  Where no class has the attribute, `__getattr__` is called; `__getattribute__` always.
    TypeDemand(object, class, name_getattr()) <-
        TypeDemand(object, class, field), (has_special(object, name_getattr())),
        (lacks_attribute(object, field));
    Getter(object, field, method) <-
        TypeDemand(object, _, field), (has_special(object, name_getattr())),
        (lacks_attribute(object, field)), TypeAttribute(object, name_getattr(), method);
    TypeDemand(object, class, name_getattribute()) <-
        TypeDemand(object, class, _), (has_special(object, name_getattribute()));
    Getter(object, field, method) <-
        AttributeDemand(object, field), (has_special(object, name_getattribute())),
        TypeAttribute(object, name_getattribute(), method);

    // G3  A descriptor of the project has its `__get__` called.
    DescriptorGet(object, field, value) <-
        TypeDemand(object, class, field), ClassValue(class, field, value),
        (has_special(value, name_get()));
    DescriptorGet(class, field, value) <-
        OwnDemand(class, field), ClassValue(class, field, value), (has_special(value, name_get()));
    SpecialOn(call, value, name_get()) <-
        LoadOn(object, field, to), DescriptorGet(object, field, value), let call = access_call(to);
    CallResult(call, to) <-
        LoadOn(object, field, to), DescriptorGet(object, field, _), let call = access_call(to);
    ActualObject(call, 0, object) <-
        LoadOn(object, field, to), DescriptorGet(object, field, _), (is_instance(object)),
        let call = access_call(to);

    // G4  The getter is called where the attribute is read.
    CallOn(call, method) <-
        LoadOn(object, field, to), Getter(object, field, method), let call = access_call(to);
    CallResult(call, to) <-
        LoadOn(object, field, to), Getter(object, field, _), let call = access_call(to);

    // G5  A method call on such an attribute reads it first.
    LoadOn(object, field, var) <-
        MethodOn(call, object, field), Getter(object, field, _), let var = method_var(call);
    CallValue(var, call) <-
        MethodOn(call, object, field), Getter(object, field, _), let var = method_var(call);
    LoadOn(object, field, var) <-
        MethodOn(call, object, field), DescriptorGet(object, field, _), let var = method_var(call);
    CallValue(var, call) <-
        MethodOn(call, object, field), DescriptorGet(object, field, _), let var = method_var(call);

    // G6  Writing a property calls its setter, writing a descriptor its `__set__`.
    UpdateOn(object, field, from) <- StoreOn(object, field, from), (is_accessor(field));
    TypeDemand(object, class, field) <- UpdateOn(object, field, _),
        let class = type_of(object), (class != NOTHING);
    Setter(object, field, method) <-
        TypeDemand(object, class, field), ClassValue(class, field, value), (is_property(value)),
        FieldPointsTo(value, name_setter(), function), let method = bound(function, object);
    CallOn(call, method) <-
        UpdateOn(object, field, from), Setter(object, field, method), let call = update_call(from);
    Actual(call, 0, from) <-
        UpdateOn(object, field, from), Setter(object, field, _), let call = update_call(from);
    DescriptorSet(object, field, value) <-
        TypeDemand(object, class, field), ClassValue(class, field, value),
        (has_special(value, name_set()));
    SpecialOn(call, value, name_set()) <-
        UpdateOn(object, field, from), DescriptorSet(object, field, value),
        let call = update_call(from);
    Actual(call, 1, from) <-
        UpdateOn(object, field, from), DescriptorSet(object, field, _), let call = update_call(from);

    // ---- C: calls --------------------------------------------------------------------------

    // C1  A call is on what its callee holds.
    CallOn(call, object) <- VarPointsTo(callee, object), CallValue(callee, call);

    // C2  A method call is on what the attribute is.
    MethodOn(call, object, field) <- VarPointsTo(base, object), MethodCall(base, field, call);
    CallOn(call, value) <- MethodOn(call, object, field), Attribute(object, field, value);
    CallValue(cell, call) <- MethodOn(call, module, field), ModuleGlobal(module, field, cell);

    // C3  Syntax calls special methods of the class alone.
    SpecialOn(call, object, field) <-
        VarPointsTo(base, object), Protocol(base, field, unless, call), (lacks(object, unless));
    CallOn(call, value) <- SpecialOn(call, object, field), TypeAttribute(object, field, value);

    // C4  A reflected method is called where the left operand has no method of its own.
    ReflectedOn(base, field, call) <-
        VarPointsTo(left, object), Reflected(left, base, field, unless, call), (lacks(object, unless));
    SpecialOn(call, object, field) <- ReflectedOn(base, field, call), VarPointsTo(base, object);

    // C5  `raise C` makes an instance of C.
    CallOn(call, class) <-
        VarPointsTo(base, class), Protocol(base, field, _, call), (is_class(class)),
        (is_raise_field(field));

    // C6  Calling an instance calls its class's `__call__`.
    SpecialOn(call, object, name_call()) <-
        CallOn(call, object), (has_special(object, name_call()) || is_instance(object));

    // C7  The λ-tags of a call: functions, alone or bound to a receiver.
    Target(call, object, 0) <- CallOn(call, object), (is_function(object));
    Target(call, function, 1) <- CallOn(call, object), (is_bound(object)),
        let function = bound_function(object), (is_function(function));

    // C8  What is called is the copy for this call, where there is one.
    Entered(call, copy, shift) <- Target(call, function, shift),
        let copy = object_in(entered(call, function), function);
    ReceiverOf(call, copy, receiver) <- CallOn(call, object), (is_bound(object)),
        let function = bound_function(object), (is_function(function)),
        let receiver = bound_receiver(object),
        let copy = object_in(entered(call, function), function);

    // C9  A receiver is the first parameter.
    VarPointsTo(formal, receiver) <- ReceiverOf(_, function, receiver), Formal(function, 0, formal);
    FieldPointsTo(held, Field::index(0), receiver) <-
        ReceiverOf(_, function, receiver), FormalStar(function, 0, tuple), VarPointsTo(tuple, held);
    VarPointsTo(formal, object) <-
        ActualObject(call, index, object), Entered(call, function, shift),
        let place = index + shift, Formal(function, place, formal);

    // C10  Positional arguments are parameters by position; what is left goes into `*args`.
    Assign(actual, formal) <-
        Entered(call, function, shift), Actual(call, index, actual), let place = index + shift,
        Formal(function, place, formal), (!is_hub(formal));
    WidenedAssign(actual, formal) <-
        Entered(call, function, shift), Actual(call, index, actual), let place = index + shift,
        Formal(function, place, formal), (is_hub(formal));
    Store(tuple, field, actual) <-
        Entered(call, function, shift), FormalStar(function, start, tuple),
        Actual(call, index, actual), (index + shift >= start),
        let field = Field::index((index + shift).saturating_sub(start));

    // C11  Keyword arguments are parameters by name; what is left goes into `**kwargs`.
    Assign(actual, formal) <-
        Entered(call, function, _), Keyword(call, name, actual),
        FormalKeyword(function, name, formal), (!is_hub(formal));
    WidenedAssign(actual, formal) <-
        Entered(call, function, _), Keyword(call, name, actual),
        FormalKeyword(function, name, formal), (is_hub(formal));
    Store(dict, field, actual) <-
        Entered(call, function, _), FormalStarStar(function, dict), Keyword(call, name, actual),
        (!has_keyword(function, name)), let field = Field::key(name);

    // C12  `*xs` gives its elements to the parameters that follow, and to `*args`.
    Load(tuple, Field::UNKNOWN, formal) <-
        Entered(call, function, shift), Star(call, start, tuple), Formal(function, index, formal),
        (star_index(index, start, shift).is_some());
    Load(tuple, field, formal) <-
        Entered(call, function, shift), Star(call, start, tuple), Formal(function, index, formal),
        (star_index(index, start, shift).is_some()),
        let field = Field::index(star_index(index, start, shift).unwrap_or(0));
    Elements(from, to, distance) <-
        Entered(call, function, shift), Star(call, start, from), FormalStar(function, first, to),
        let distance = (start + shift) as i32 - first as i32;

    // C13  `**m` gives its values to the parameters of those names, and to `**kwargs`.
    Load(dict, field, formal) <-
        Entered(call, function, _), StarStar(call, dict), FormalKeyword(function, name, formal),
        let field = Field::key(name);
    Load(dict, Field::UNKNOWN, formal) <-
        Entered(call, function, _), StarStar(call, dict), FormalKeyword(function, _, formal);
    Elements(from, to, 0) <-
        Entered(call, function, _), StarStar(call, from), FormalStarStar(function, to);

    // C14  What is returned is the call's result.
    Assign(value, result) <-
        Entered(call, function, _), CallResult(call, result), ReturnValue(function, value);

    // ---- N: new objects --------------------------------------------------------------------

    // N1  Calling a class makes an instance.
    Instantiates(call, class) <- CallOn(call, class), (is_class(class));
    NewObject(call, class, object) <-
        Instantiates(call, class), let object = instance(call, class);
    VarPointsTo(result, object) <-
        NewObject(call, class, object), CallResult(call, result), (!has_custom_new(class));

    // N2  Its `__init__` is called; a metaclass's `__call__` too.
    SpecialOn(call, object, name_init()) <- NewObject(call, class, object), (!has_custom_new(class));
    SpecialOn(call, class, name_call()) <-
        Instantiates(call, class), (has_special(class, name_call()));

    // N3  A `__new__` of the project is called with the class, and what it returns is initialised.
    OwnDemand(class, name_new()) <- Instantiates(_, class), (has_custom_new(class));
    CallOn(call, method) <-
        Instantiates(call, class), (has_custom_new(class)), Attribute(class, name_new(), function),
        let method = bound(function, class);
    NewInit(call, object) <-
        Instantiates(call, class), (has_custom_new(class)), CallResult(call, result),
        VarPointsTo(result, object), (surely_instance(object, class));
    SpecialOn(call, object, name_init()) <- NewInit(call, object);

    // N4  `object.__new__` makes an instance and no more.
    BareObject(call, class) <- VarPointsTo(var, class), Constructs(var, call), (is_class(class));
    VarPointsTo(result, object) <-
        BareObject(call, class), CallResult(call, result), let object = instance(call, class);

    // N5  The generated `__init__` of a dataclass stores its arguments, and runs `__post_init__`.
    DataInit(call, class, object) <- NewObject(call, class, object), (!has_custom_init(class));
    StoreOn(object, field, actual) <-
        DataInit(call, class, object), Actual(call, index, actual), DataField(class, index, name),
        let field = Field::attribute(name);
    StoreOn(object, field, actual) <-
        DataInit(call, class, object), Actual(call, index, actual), DataField(class, index, _),
        let field = Field::index(index);
    StoreOn(object, field, actual) <-
        DataInit(call, class, object), Keyword(call, name, actual), DataField(class, _, name),
        let field = Field::attribute(name);
    SpecialOn(call, object, name_post_init()) <-
        DataInit(call, _, object), (has_special(object, name_post_init()));

    // N6  A class that cannot be seen makes instances that cannot be seen.
    VarPointsTo(result, object) <-
        CallOn(call, class), (makes_instances(class)), CallResult(call, result),
        let object = external_instance(class);

    // N7  A decorator that cannot be seen is taken to return what it decorates.
    Assign(actual, result) <-
        CallOn(call, function), (is_opaque(function)), Decorator(call), CallResult(call, result),
        Actual(call, 0, actual);

    // ---- X: exceptions ---------------------------------------------------------------------

    // X1  What a region raises is raised in the regions around it, and out of its function.
    RaisedIn(region, object, 0) <- VarPointsTo(var, object), Raises(var, region), (is_instance(object));
    RaisedIn(parent, object, depth) <- RaisedIn(region, object, depth), RegionParent(region, parent);
    FunctionRaises(function, object, depth) <-
        RaisedIn(region, object, depth), FunctionRegion(region, function), (depth < RAISE_DEPTH);

    // X2  It is raised where the function is called.
    RaisedIn(region, object, next) <-
        FunctionRaises(original, object, depth), EnteredOriginal(original, region),
        let next = depth + 1;
    EnteredOriginal(original, region) <-
        Entered(call, function, _), let original = original_of(function),
        let region = region_of(call);

    // X3  A handler binds what its class may match.
    CaughtBy(object, class, var) <- RaisedIn(region, object, _), Catches(region, class, var);
    VarPointsTo(var, object) <-
        CaughtBy(object, class, var), VarPointsTo(class, kind), (may_be_instance(object, kind));
}

/// Feeds the rows of a relation that belong to units.
macro_rules! feed {
    ($runtime:ident, $rows:expr, |$row:pat_param| $unit:expr => $fact:expr) => {
        $runtime.extend($rows.iter().map(|&$row| {
            let unit = $unit;
            ($fact)(unit)
        }))
    };
}

/// The unit of a row about two variables: one of them may belong to code that is not cloned.
fn either(world: &World, first: Var, second: Var) -> Obj {
    match world.unit_of_var(first) {
        PROGRAM => world.unit_of_var(second),
        unit => unit,
    }
}

fn feed_values(runtime: &mut Crepe, facts: &Facts, world: &World) {
    feed!(runtime, facts.alloc, |(var, object)| world.unit_of_var(var) => |u| AllocIn(u, var, object));
    feed!(runtime, facts.assign, |(to, from)| either(world, to, from) => |u| AssignIn(u, to, from));
    feed!(runtime, facts.load, |(b, f, t)| either(world, t, b) => |u| LoadIn(u, b, f, t));
    feed!(runtime, facts.store, |(b, f, v)| either(world, b, v) => |u| StoreIn(u, b, f, v));
    feed!(runtime, facts.load_prefix, |(b, p, t)| world.unit_of_var(t) => |u| LoadPrefixIn(u, b, p, t));
    feed!(runtime, facts.elements, |(to, from)| either(world, to, from) => |u| ElementsIn(u, to, from));
    feed!(runtime, facts.iterate, |(b, t)| world.unit_of_var(t) => |u| IterateIn(u, b, t));
    feed!(runtime, facts.super_of, |(v, c, r)| world.unit_of_var(v) => |u| SuperIn(u, v, c, r));
    feed!(runtime, facts.class_of, |(t, f)| world.unit_of_var(t) => |u| ClassOfIn(u, t, f));
    feed!(runtime, facts.narrow_to, |(t, f, c)| world.unit_of_var(t) => |u| NarrowToIn(u, t, f, c));
    feed!(runtime, facts.narrow_from, |(t, f, c)| world.unit_of_var(t) => |u| NarrowFromIn(u, t, f, c));
    feed!(runtime, facts.raises, |(r, v)| world.unit_of_var(v) => |u| RaisesIn(u, v, r));
    feed!(runtime, facts.catches, |(r, c, v)| world.unit_of_var(v) => |u| CatchesIn(u, r, c, v));
    feed!(runtime, facts.positional_pattern, |(s, i, p)| world.unit_of_var(p) => |u| PatternIn(u, s, i, p));
}

fn feed_calls(runtime: &mut Crepe, facts: &Facts, world: &World) {
    let of = |call| world.unit_of_call(call);
    let attribute = Field::attribute;
    feed!(runtime, facts.call, |(c, v)| of(c) => |u| CallValueIn(u, v, c));
    feed!(runtime, facts.method_call, |(c, b, n)| of(c) => |u| MethodCallIn(u, b, attribute(n), c));
    feed!(runtime, facts.protocol_call, |(c, b, n, x)| of(c) => |u| ProtocolIn(u, b, attribute(n), x, c));
    feed!(runtime, facts.reflected_call, |(c, b, n, l, x)| of(c) => |u| ReflectedIn(u, l, b, attribute(n), x, c));
    feed!(runtime, facts.decorator_call, |(c,)| of(c) => |u| DecoratorIn(u, c));
    feed!(runtime, facts.actual, |(c, i, v)| of(c) => |u| ActualIn(u, c, i, v));
    feed!(runtime, facts.actual_keyword, |(c, n, v)| of(c) => |u| KeywordIn(u, c, n, v));
    feed!(runtime, facts.actual_star, |(c, i, v)| of(c) => |u| StarIn(u, c, i, v));
    feed!(runtime, facts.actual_star_star, |(c, v)| of(c) => |u| StarStarIn(u, c, v));
    feed!(runtime, facts.call_result, |(c, v)| of(c) => |u| ResultIn(u, c, v));
    feed!(runtime, facts.constructs, |(c, v)| of(c) => |u| ConstructsIn(u, c, v));
    let of = |function| world.unit_of_function(function);
    feed!(runtime, facts.formal, |(f, i, v)| of(f) => |u| FormalIn(u, f, i, v));
    feed!(runtime, facts.formal_keyword, |(f, n, v)| of(f) => |u| FormalKeywordIn(u, f, n, v));
    feed!(runtime, facts.formal_star, |(f, i, v)| of(f) => |u| FormalStarIn(u, f, i, v));
    feed!(runtime, facts.formal_star_star, |(f, v)| of(f) => |u| FormalStarStarIn(u, f, v));
    feed!(runtime, facts.return_value, |(f, v)| of(f) => |u| ReturnIn(u, f, v));
}

fn feed_program(runtime: &mut Crepe, facts: &Facts, world: &World) {
    let attribute = Field::attribute;
    runtime.extend([UnitRoot(PROGRAM)]);
    runtime.extend(facts.clonable.iter().map(|&(function,)| UnitRoot(function)));
    runtime.extend(
        facts
            .module_global
            .iter()
            .map(|&(m, n, c)| ModuleGlobal(m, attribute(n), c)),
    );
    runtime.extend(
        facts
            .model_member
            .iter()
            .map(|&(o, n, v)| Member(o, attribute(n), v)),
    );
    runtime.extend(
        facts
            .model_member
            .iter()
            .map(|&(o, n, _)| HasMember(o, attribute(n))),
    );
    runtime.extend(
        facts
            .class_attribute
            .iter()
            .map(|&(c, n, v)| ClassAttribute(v, c, attribute(n))),
    );
    let hierarchy = &world.hierarchy;
    runtime.extend(
        hierarchy
            .definitions()
            .map(|(class, name)| Defines(class, attribute(name))),
    );
    let order = hierarchy.rows();
    runtime.extend(
        order
            .iter()
            .map(|&(class, place, ancestor)| Mro(class, place, ancestor)),
    );
    runtime.extend(
        order
            .iter()
            .map(|&(class, _, ancestor)| Descendant(ancestor, class)),
    );
    let fields = data_fields(facts, hierarchy);
    runtime.extend(
        fields
            .iter()
            .map(|&(class, index, name)| DataField(class, index, name)),
    );
    runtime.extend(
        match_fields(facts, hierarchy, &fields)
            .into_iter()
            .map(|(c, i, n)| MatchField(c, i, n)),
    );
    runtime.extend(
        facts
            .enum_member
            .iter()
            .map(|&(c, n)| EnumMember(c, attribute(n))),
    );
    runtime.extend(
        facts
            .prefixed
            .iter()
            .map(|&(p, n)| Prefixed(p, attribute(n))),
    );
    runtime.extend(
        facts
            .entry_parameter
            .iter()
            .map(|&(v, c)| EntryParameter(v, c)),
    );
    runtime.extend(facts.annotated.iter().map(|&(v, a)| Annotated(a, v)));
    runtime.extend(facts.region_parent.iter().map(|&(r, p)| RegionParent(r, p)));
    runtime.extend(
        facts
            .region
            .iter()
            .filter(|row| row.1 == heapcast_facts::RegionKind::Function)
            .map(|&(region, _, function, _)| FunctionRegion(region, function)),
    );
}

/// The fields of each dataclass-like class with its index, those of its bases first.
fn data_fields(facts: &Facts, hierarchy: &Hierarchy) -> Vec<(Obj, u32, Symbol)> {
    let mut own: std::collections::BTreeMap<Obj, Vec<(u32, Symbol)>> = Default::default();
    for &(class, index, name) in &facts.data_field {
        own.entry(class).or_default().push((index, name));
    }
    for fields in own.values_mut() {
        fields.sort_unstable();
    }
    let mut result = Vec::new();
    for &(class, kind, _) in &facts.object {
        if kind != ObjectKind::Class {
            continue;
        }
        let mut names: Vec<Symbol> = Vec::new();
        for ancestor in hierarchy.order(class).iter().rev() {
            for &(_, name) in own.get(ancestor).map_or(&[][..], Vec::as_slice) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        result.extend(
            names
                .into_iter()
                .zip(0..)
                .map(|(name, index)| (class, index, name)),
        );
    }
    result
}

/// What positional parts of class patterns are: `__match_args__`, or else the data fields.
fn match_fields(
    facts: &Facts,
    hierarchy: &Hierarchy,
    fields: &[(Obj, u32, Symbol)],
) -> Vec<(Obj, u32, Symbol)> {
    let mut explicit: std::collections::BTreeMap<Obj, Vec<(u32, Symbol)>> = Default::default();
    for &(class, index, name) in &facts.match_argument {
        explicit.entry(class).or_default().push((index, name));
    }
    let mut result = Vec::new();
    for &(class, kind, _) in &facts.object {
        let inherited = hierarchy
            .order(class)
            .iter()
            .find_map(|ancestor| explicit.get(ancestor));
        if kind == ObjectKind::Class
            && let Some(arguments) = inherited
        {
            result.extend(arguments.iter().map(|&(index, name)| (class, index, name)));
        }
    }
    let has_explicit: std::collections::BTreeSet<Obj> = result.iter().map(|row| row.0).collect();
    result.extend(fields.iter().filter(|row| !has_explicit.contains(&row.0)));
    result
}

/// Derives points-to and call targets.
pub(crate) fn solve(facts: &Facts, symbols: &mut Symbols, derived: &mut Derived) {
    let hierarchy = Hierarchy::of(facts, symbols);
    derived.mro = hierarchy.rows();
    let world = World::new(facts, symbols, hierarchy);
    let mut runtime = Crepe::new();
    feed_values(&mut runtime, facts, &world);
    feed_calls(&mut runtime, facts, &world);
    feed_program(&mut runtime, facts, &world);
    let (output, world) = with_world(world, || runtime.run_with_hasher::<crate::Hasher>());
    let Some(world) = world else { return };
    let (vars, fields, calls, instantiations, receivers) = output;
    derived.sizes = vec![
        ("var_points_to", vars.len()),
        ("field_points_to", fields.len()),
        ("call_on", calls.len()),
        ("instantiates", instantiations.len()),
        ("receiver_of", receivers.len()),
    ];
    derived.var_points_to = sorted(vars.into_iter().filter_map(|VarPointsTo(var, object)| {
        Some((world.original_var(var)?, world.original(object)))
    }));
    derived.field_points_to = sorted(fields.into_iter().map(
        |FieldPointsTo(object, field, value)| {
            (world.original(object), field, world.original(value))
        },
    ));
    derived.instantiates = sorted(instantiations.into_iter().filter_map(
        |Instantiates(call, class)| Some((world.original_call(call)?, world.original(class))),
    ));
    let mut targets = Vec::with_capacity(calls.len());
    let mut edges = Vec::with_capacity(calls.len());
    for CallOn(call, object) in calls {
        let Some(target) = world.target(object) else {
            continue;
        };
        if !world.is_hidden(call, target) {
            edges.push((world.caller(call), target));
        }
        if let Some(call) = world.original_call(call) {
            targets.push((call, target));
        }
    }
    derived.call_target = sorted(targets.into_iter());
    derived.call_graph_edge = sorted(edges.into_iter());
    derived.call_receiver = sorted(receivers.into_iter().filter_map(
        |ReceiverOf(call, f, receiver)| {
            Some((
                world.original_call(call)?,
                world.original(f),
                world.original(receiver),
            ))
        },
    ));
    derived.first_record = world.first_record();
    derived.records = world.into_records();
}

fn sorted<T: Ord>(rows: impl Iterator<Item = T>) -> Vec<T> {
    let mut rows: Vec<T> = rows.collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}
