//! How the variables of a program are connected: what the escape rules need of facts and call
//! targets, brought together. Nothing here depends on what flows.

use crepe::crepe;
use heapcast_facts::{Call, Facts, Field, Obj, ObjectKind, Region, RegionKind, Symbol, Var};

use super::singly::Singly;
use super::telling::{Told, Ways};
use crate::places::Binding;

crepe! {
    // ---- input: the relations of the same names, without the columns that play no role --------

    @input
    struct Object(Obj, ObjectKind);
    @input
    struct ObjectIn(Obj, Obj);
    @input
    struct FunctionIn(Obj, Obj);
    @input
    struct VariableIn(Var, Obj);
    @input
    struct ModuleGlobal(Var);
    @input
    struct Alloc(Var, Obj);
    @input
    struct Assign(Var, Var);
    @input
    struct Load(Var, Field, Var);
    @input
    struct Store(Var, Field, Var);
    // Reads of fields that are not known: of elements while iterating, of attributes by a prefix,
    // of the parts of a class pattern.
    @input
    struct LoadSome(Var, Var);
    @input
    struct Elements(Var, Var);
    @input
    struct Narrow(Var, Var);
    @input
    struct SuperOf(Var, Var);
    @input
    struct CallIn(Call, Obj);
    @input
    struct ImpliedCall(Call);
    @input
    struct CallOn(Call, Var);
    @input
    struct MethodCall(Call, Var);
    @input
    struct ProtocolCall(Call, Var);
    @input
    struct Actual(Call, u32, Var);
    @input
    struct ActualKeyword(Call, Symbol, Var);
    @input
    struct ActualStar(Call, u32, Var);
    @input
    struct ActualStarStar(Call, Var);
    @input
    struct Constructs(Call);
    @input
    struct CallResult(Call, Var);
    @input
    struct FormalParam(Obj, u32, Var);
    @input
    struct FormalKeyword(Obj, Symbol, Var);
    @input
    struct FormalStar(Obj, u32, Var);
    @input
    struct FormalStarStar(Obj, Var);
    @input
    struct ReturnValue(Obj, Var);
    @input
    struct Raises(Region, Var);
    @input
    struct Catches(Region, Var);
    @input
    struct YieldValue(Obj, Var);
    @input
    struct ReadsCell(Obj, Var);
    @input
    struct ClassAttribute(Obj, Symbol, Var);
    @input
    struct InstanceAttribute(Obj, Symbol);
    @input
    struct ModelMember(Obj, Symbol, Obj);
    @input
    struct RegionOf(Region, RegionKind, Obj);
    @input
    struct RegionParent(Region, Region);
    @input
    struct DefinedIn(Var, Region);
    @input
    struct CallRegion(Call, Region);
    @input
    struct CallTarget(Call, Obj);
    // A call passes a receiver to the target.
    @input
    struct BoundTarget(Call, Obj);
    @input
    struct Instantiates(Call);
    // The class has fields that are declared, as named tuples and dataclasses do.
    @input
    struct InstantiatesFields(Call);

    // ---- what is derived -----------------------------------------------------------------------

    @output
    struct CopyOf(Var, Var);
    @output
    struct Origin(Var, Var);
    @output
    struct DefaultOf(Var, Var);
    @output
    struct MethodRead(Var, Var);
    @output
    struct SharedAttribute(Field);
    @output
    struct Encloses(Obj, Obj);
    @output
    struct KeepsArgument(Var, Var);
    @output
    struct CallCaughtIn(Call, Var);
    @output
    struct Binds(Call, Var, Var, Binding);
    @output
    struct GivenAway(Var);
    @output
    struct Obtained(Var);
    @output
    struct Returned(Var);
    @output
    struct Yielded(Var);
    @output
    struct Thrown(Var);
    @output
    struct HandedOver(Var);
    @output
    struct FrameHeld(Var);
    @output
    struct CapturedBy(Var, Var);
    @output
    struct HoldsStatic(Var);
    @output
    struct Formal(Var);
    @output
    struct Within(Var, Region);
    @output
    struct Enclosing(Var, Region);

    struct CaughtIn(Region, Var);
    struct MethodField(Field);
    struct StaticObject(Obj);
    struct Owner(Obj);
    struct LocalOf(Var, Obj);
    struct Uses(Obj, Var);
    struct Captures(Obj, Var);
    struct FormalOf(Obj, Var);
    struct Argument(Call, Var);
    struct Receiver(Call, Var);
    struct HasTarget(Call);
    struct IsBound(Call);
    struct OwnTarget(Call);
    struct UnknownCall(Call);
    struct BareInstance(Call);
    struct Shift(Call, Obj, u32);

    // ---- values: how variables are connected ----------------------------------------------------

    // V1  A region is protected by the handlers of the `try` statements around it.
    CaughtIn(region, exception) <- Catches(region, exception);
    CaughtIn(region, exception) <- CaughtIn(parent, exception), RegionParent(region, parent);
    CallCaughtIn(call, exception) <- CallRegion(call, region), CaughtIn(region, exception);

    // V2  A variable holds the same object as another one: assigned, narrowed, by `super()`, caught.
    CopyOf(to, from) <- Assign(to, from);
    CopyOf(to, from) <- Narrow(to, from);
    CopyOf(to, receiver) <- SuperOf(to, receiver);
    CopyOf(exception, raised) <- Raises(region, raised), CaughtIn(region, exception);

    // V3  The default of a parameter belongs to the function around.
    FormalOf(function, formal) <- FormalParam(function, _, formal);
    FormalOf(function, formal) <- FormalKeyword(function, _, formal);
    FormalOf(function, formal) <- FormalStar(function, _, formal);
    FormalOf(function, formal) <- FormalStarStar(function, formal);
    DefaultOf(formal, default) <- FormalOf(function, formal), Assign(formal, default),
        VariableIn(default, outer), (outer != function);

    // V4  What a variable holds comes from where it was moved from; a default only matters if it
    // is more than a constant.
    Origin(to, from) <- CopyOf(to, from), !DefaultOf(to, from);
    Origin(formal, default) <- DefaultOf(formal, default), Alloc(default, object),
        Object(object, (ObjectKind::Site));
    Origin(formal, default) <- DefaultOf(formal, default), CallResult(_, default);
    Origin(formal, default) <- DefaultOf(formal, default), Assign(default, _);

    // V5  An attribute with the name of a method may be a bound method, which holds its receiver.
    MethodField(Field::attribute(name)) <- ClassAttribute(_, name, var), Alloc(var, method),
        Object(method, (ObjectKind::Function));
    MethodField(Field::attribute(name)) <- ModelMember(class, name, method),
        Object(class, (ObjectKind::ModelClass)), Object(method, (ObjectKind::ModelFunction));
    MethodRead(base, to) <- Load(base, field, to), MethodField(field);

    // V6  An attribute that a class has and its methods never assign is one object for all.
    SharedAttribute(Field::attribute(name)) <- ClassAttribute(class, name, _),
        !InstanceAttribute(class, name);

    // V7  Modules, classes and external names live as long as the program.
    StaticObject(object) <- Object(object, (ObjectKind::Program));
    StaticObject(object) <- Object(object, (ObjectKind::Module));
    StaticObject(object) <- Object(object, (ObjectKind::Class));
    StaticObject(object) <- Object(object, (ObjectKind::ModelModule));
    StaticObject(object) <- Object(object, (ObjectKind::ModelClass));
    StaticObject(object) <- Object(object, (ObjectKind::ModelFunction));
    StaticObject(object) <- Object(object, (ObjectKind::External));

    // V8  Functions are nested in the functions whose code creates them.
    Owner(function) <- VariableIn(_, function);
    Encloses(outer, inner) <- Owner(inner), ObjectIn(inner, outer);
    Encloses(outer, inner) <- Owner(inner), FunctionIn(inner, outer);
    Encloses(outer, inner) <- Encloses(between, inner), ObjectIn(between, outer);
    Encloses(outer, inner) <- Encloses(between, inner), FunctionIn(between, outer);

    // V9  A function captures the variables of enclosing functions that it, or one inside of it,
    // uses.
    LocalOf(var, function) <- VariableIn(var, function), Object(function, (ObjectKind::Function));
    Uses(function, from) <- CopyOf(to, from), VariableIn(to, function);
    Uses(function, to) <- CopyOf(to, from), VariableIn(from, function);
    Uses(function, base) <- Load(base, _, to), VariableIn(to, function);
    Uses(function, base) <- LoadSome(base, to), VariableIn(to, function);
    Uses(function, base) <- Store(base, _, from), VariableIn(from, function);
    Uses(function, from) <- Store(base, _, from), VariableIn(base, function);
    Uses(function, from) <- Elements(to, from), VariableIn(to, function);
    Uses(function, callee) <- CallOn(call, callee), CallIn(call, function);
    Uses(function, base) <- Receiver(call, base), CallIn(call, function);
    Uses(function, argument) <- Argument(call, argument), CallIn(call, function);
    Uses(function, result) <- ReturnValue(function, result);
    Uses(function, value) <- YieldValue(function, value);
    Uses(function, cell) <- ReadsCell(function, cell);
    Captures(function, cell) <- Uses(function, cell), LocalOf(cell, owner),
        Encloses(owner, function);
    Captures(outer, cell) <- Captures(inner, cell), ObjectIn(inner, outer),
        LocalOf(cell, owner), (owner != outer), Encloses(owner, outer);

    // ---- calls: how arguments become parameters -------------------------------------------------

    // C1  What a call is given.
    Receiver(call, base) <- MethodCall(call, base);
    Receiver(call, base) <- ProtocolCall(call, base);
    Argument(call, argument) <- Actual(call, _, argument);
    Argument(call, argument) <- ActualKeyword(call, _, argument);
    Argument(call, argument) <- ActualStar(call, _, argument);
    Argument(call, argument) <- ActualStarStar(call, argument);

    // C2  A call is unknown if it has no target that can be seen; the interpreter serves calls that
    // syntax implies.
    HasTarget(call) <- CallTarget(call, _);
    HasTarget(call) <- ImpliedCall(call);
    HasTarget(call) <- Instantiates(call);
    HasTarget(call) <- Constructs(call);
    UnknownCall(call) <- CallIn(call, _), !HasTarget(call);
    UnknownCall(call) <- CallTarget(call, target), Object(target, (ObjectKind::External));
    GivenAway(argument) <- UnknownCall(call), Argument(call, argument);
    GivenAway(base) <- UnknownCall(call), Receiver(call, base);
    Obtained(result) <- UnknownCall(call), CallResult(call, result);

    // C3  An instance whose class runs no `__init__` may keep all arguments.
    IsBound(call) <- BoundTarget(call, _);
    BareInstance(call) <- Instantiates(call), !IsBound(call);
    BareInstance(call) <- CallTarget(call, class), Object(class, (ObjectKind::Class)),
        !IsBound(call);
    BareInstance(call) <- CallTarget(call, class), Object(class, (ObjectKind::ModelClass)),
        !IsBound(call);
    KeepsArgument(result, argument) <- BareInstance(call), CallResult(call, result),
        Argument(call, argument);
    // A named tuple keeps them as well, whatever the `__init__` of tuples does with one.
    OwnTarget(call) <- BoundTarget(call, function), Object(function, (ObjectKind::Function));
    KeepsArgument(result, argument) <- InstantiatesFields(call), !OwnTarget(call),
        CallResult(call, result), Argument(call, argument);

    // C4  A bound target takes its receiver first.
    Shift(call, function, 1) <- BoundTarget(call, function);
    Shift(call, function, 0) <- CallTarget(call, function), !BoundTarget(call, function);

    // C5  The receiver: the new instance, the object before the dot, or inside of a bound method.
    Binds(call, result, formal, Binding::Same) <- BoundTarget(call, function),
        Instantiates(call), CallResult(call, result), FormalParam(function, 0, formal);
    Binds(call, base, formal, Binding::Same) <- BoundTarget(call, function), !Instantiates(call),
        Receiver(call, base), FormalParam(function, 0, formal);
    Binds(call, base, tuple, Binding::Packed(Field::index(0))) <- BoundTarget(call, function),
        !Instantiates(call), Receiver(call, base), FormalStar(function, 0, tuple);
    Binds(call, callee, formal, Binding::Spread) <- BoundTarget(call, function),
        !Instantiates(call), CallOn(call, callee), FormalParam(function, 0, formal);

    // C6  Positional arguments, by their place; past a starred one, anywhere.
    Binds(call, actual, formal, Binding::Same) <- Shift(call, function, shift),
        Actual(call, index, actual), FormalParam(function, index + shift, formal);
    Binds(call, actual, formal, Binding::Same) <- Shift(call, function, shift),
        ActualStar(call, star, _), Actual(call, index, actual), (index >= star),
        FormalParam(function, place, formal), (place >= star + shift);
    Binds(call, actual, tuple, Binding::Packed(Field::UNKNOWN)) <- Shift(call, function, _),
        FormalStar(function, _, tuple), Actual(call, index, actual), ActualStar(call, star, _),
        (index >= star);
    Binds(call, actual, tuple, Binding::Packed(field)) <- Shift(call, function, shift),
        FormalStar(function, start, tuple), Actual(call, index, actual),
        (index + shift >= start), let field = Field::index(index + shift - start);

    // C7  Keyword arguments, by their name.
    Binds(call, actual, formal, Binding::Same) <- Shift(call, function, _),
        ActualKeyword(call, name, actual), FormalKeyword(function, name, formal);
    Binds(call, actual, dict, Binding::Packed(Field::key(name))) <- Shift(call, function, _),
        FormalStarStar(function, dict), ActualKeyword(call, name, actual),
        !FormalKeyword(function, name, _);

    // C8  The elements of starred arguments.
    Binds(call, actual, formal, Binding::Spread) <- Shift(call, function, shift),
        ActualStar(call, star, actual), FormalParam(function, place, formal),
        (place >= star + shift);
    Binds(call, actual, tuple, Binding::Repacked) <- Shift(call, function, _),
        ActualStar(call, _, actual), FormalStar(function, _, tuple);
    Binds(call, actual, formal, Binding::Spread) <- Shift(call, function, _),
        ActualStarStar(call, actual), FormalKeyword(function, _, formal);
    Binds(call, actual, dict, Binding::Repacked) <- Shift(call, function, _),
        ActualStarStar(call, actual), FormalStarStar(function, dict);

    // ---- endings: which variables a function hands out by itself --------------------------------

    // H1  A function returns, yields and raises its own variables; it hands over those of others.
    Returned(var) <- ReturnValue(function, var), VariableIn(var, function);
    Yielded(var) <- YieldValue(function, var), VariableIn(var, function);
    Thrown(var) <- Raises(region, var), RegionOf(region, _, function), VariableIn(var, function);
    HandedOver(var) <- ReturnValue(function, var), VariableIn(var, owner), (owner != function);
    HandedOver(var) <- YieldValue(function, var), VariableIn(var, owner), (owner != function);
    HandedOver(var) <- Raises(region, var), RegionOf(region, _, function),
        VariableIn(var, owner), (owner != function);

    // H2  A generator holds its parameters until it is exhausted.
    FrameHeld(formal) <- FormalOf(function, formal), YieldValue(function, _);

    // H3  A captured variable is with the function that captures it.
    CapturedBy(cell, closure) <- Captures(function, cell), Alloc(closure, function);

    // H4  Modules, classes and external names live as long as the program.
    HoldsStatic(var) <- Alloc(var, object), StaticObject(object);

    // H5  A parameter.
    Formal(formal) <- FormalOf(_, formal);

    // ---- regions --------------------------------------------------------------------------------

    // R1  The regions that a variable is defined in, but for its function's outermost one.
    Within(var, region) <- DefinedIn(var, region);
    Within(var, parent) <- Within(var, region), RegionParent(region, parent),
        RegionParent(parent, _);

    // R2  The regions that a variable is defined in.
    Enclosing(var, region) <- Within(var, region);
    Enclosing(var, region) <- VariableIn(var, function),
        RegionOf(region, (RegionKind::Function), function);
}

/// Connects the variables, and hands the result to the escape rules; which fields these tell apart.
pub(super) fn connect(
    for_escape: &mut super::Crepe,
    facts: &Facts,
    call_target: &[(Call, Obj)],
    call_receiver: &[(Call, Obj, Obj)],
    instantiates: &[(Call, Obj)],
) -> (Told, Vec<(Var, bool)>) {
    let mut runtime = Crepe::new();
    values(&mut runtime, facts);
    calls(&mut runtime, facts);
    program(&mut runtime, facts);
    runtime.extend(call_target.iter().map(|&(call, f)| CallTarget(call, f)));
    runtime.extend(
        call_receiver
            .iter()
            .map(|&(call, f, _)| BoundTarget(call, f)),
    );
    runtime.extend(instantiates.iter().map(|&(call, _)| Instantiates(call)));
    let mut fielded: Vec<Obj> = facts.data_field.iter().map(|row| row.0).collect();
    fielded.sort_unstable();
    let fielded = (instantiates.iter()).filter(|row| fielded.binary_search(&row.1).is_ok());
    runtime.extend(fielded.map(|&(call, _)| InstantiatesFields(call)));
    let (
        copy_of,
        origin,
        default_of,
        method_read,
        shared_attribute,
        encloses,
        keeps_argument,
        call_caught_in,
        binds,
        given_away,
        obtained,
        returned,
        yielded,
        thrown,
        handed_over,
        frame_held,
        captured_by,
        holds_static,
        formal,
        within,
        enclosing,
    ) = runtime.run_with_hasher::<crate::Hasher>();
    let passed: Vec<(Call, Var, Var)> = binds.iter().map(|row| (row.0, row.1, row.2)).collect();
    let inside: Vec<(Var, Region)> = within.iter().map(|row| (row.0, row.1)).collect();
    let singly = Singly::of(facts, call_target, &passed, &inside);
    let mut ways = Ways::new(facts, call_target);
    copy_of.iter().for_each(|row| ways.copy(row.0, row.1));
    origin.iter().for_each(|row| ways.origin(row.0, row.1));
    binds.iter().for_each(|row| ways.bind(row.1, row.2, row.3));
    for_escape.extend(copy_of.into_iter().map(|CopyOf(a, b)| super::CopyOf(a, b)));
    for_escape.extend(origin.into_iter().map(|Origin(a, b)| super::Origin(a, b)));
    for_escape.extend(
        default_of
            .into_iter()
            .map(|DefaultOf(a, b)| super::DefaultOf(a, b)),
    );
    for_escape.extend(
        method_read
            .into_iter()
            .map(|MethodRead(a, b)| super::MethodRead(a, b)),
    );
    for_escape.extend(
        shared_attribute
            .into_iter()
            .map(|SharedAttribute(a)| super::SharedAttribute(a)),
    );
    for_escape.extend(
        encloses
            .into_iter()
            .map(|Encloses(a, b)| super::Encloses(a, b)),
    );
    for_escape.extend(
        keeps_argument
            .into_iter()
            .map(|KeepsArgument(a, b)| super::KeepsArgument(a, b)),
    );
    for_escape.extend(
        call_caught_in
            .into_iter()
            .map(|CallCaughtIn(a, b)| super::CallCaughtIn(a, b)),
    );
    for_escape.extend(
        binds
            .into_iter()
            .map(|Binds(a, b, c, d)| super::Binds(a, b, c, d)),
    );
    let given_away = given_away.into_iter();
    for_escape.extend(given_away.map(|GivenAway(a)| super::GivenAway(a)));
    for_escape.extend(obtained.into_iter().map(|Obtained(a)| super::Obtained(a)));
    for_escape.extend(returned.into_iter().map(|Returned(a)| super::Returned(a)));
    for_escape.extend(yielded.into_iter().map(|Yielded(a)| super::Yielded(a)));
    for_escape.extend(thrown.into_iter().map(|Thrown(a)| super::Thrown(a)));
    let handed_over = handed_over.into_iter();
    for_escape.extend(handed_over.map(|HandedOver(a)| super::HandedOver(a)));
    let frame_held = frame_held.into_iter();
    for_escape.extend(frame_held.map(|FrameHeld(a)| super::FrameHeld(a)));
    let captured_by = captured_by.into_iter();
    for_escape.extend(captured_by.map(|CapturedBy(a, b)| super::CapturedBy(a, b)));
    let holds_static = holds_static.into_iter();
    for_escape.extend(holds_static.map(|HoldsStatic(a)| super::HoldsStatic(a)));
    for_escape.extend(formal.into_iter().map(|Formal(a)| super::Formal(a)));
    for_escape.extend(singly.within.iter().map(|&(a, b)| super::Within(a, b)));
    for_escape.extend(within.into_iter().map(|Within(a, b)| super::Within(a, b)));
    for_escape.extend(
        enclosing
            .into_iter()
            .map(|Enclosing(a, b)| super::Enclosing(a, b)),
    );
    (ways.follow(facts), singly.generators)
}

fn values(runtime: &mut Crepe, facts: &Facts) {
    runtime.extend(facts.alloc.iter().map(|&(var, object)| Alloc(var, object)));
    runtime.extend(facts.assign.iter().map(|&(to, from)| Assign(to, from)));
    let defaults = facts.default_value.iter();
    runtime.extend(defaults.map(|&(_, formal, from)| Assign(formal, from)));
    runtime.extend(facts.load.iter().map(|&(base, f, to)| Load(base, f, to)));
    runtime.extend(facts.store.iter().map(|&(base, f, v)| Store(base, f, v)));
    runtime.extend(
        facts
            .load_prefix
            .iter()
            .map(|&(base, _, to)| LoadSome(base, to)),
    );
    runtime.extend(facts.iterate.iter().map(|&(base, to)| LoadSome(base, to)));
    let patterns = facts.positional_pattern.iter();
    runtime.extend(patterns.map(|&(subject, _, part)| LoadSome(subject, part)));
    runtime.extend(facts.elements.iter().map(|&(to, from)| Elements(to, from)));
    runtime.extend(facts.slice.iter().map(|&(to, from, ..)| Elements(to, from)));
    runtime.extend(
        facts
            .narrow_to
            .iter()
            .map(|&(to, from, _)| Narrow(to, from)),
    );
    runtime.extend(
        facts
            .narrow_from
            .iter()
            .map(|&(to, from, _)| Narrow(to, from)),
    );
    runtime.extend(facts.super_of.iter().map(|&(var, _, r)| SuperOf(var, r)));
}

fn calls(runtime: &mut Crepe, facts: &Facts) {
    runtime.extend(facts.call_in.iter().map(|&(call, f, _)| CallIn(call, f)));
    runtime.extend(facts.implied_call.iter().map(|&(call,)| ImpliedCall(call)));
    runtime.extend(
        facts
            .call
            .iter()
            .map(|&(call, callee)| CallOn(call, callee)),
    );
    let methods = facts.method_call.iter();
    runtime.extend(methods.map(|&(call, base, _)| MethodCall(call, base)));
    let protocols = facts.protocol_call.iter();
    runtime.extend(protocols.map(|&(call, base, ..)| ProtocolCall(call, base)));
    let reflected = facts.reflected_call.iter();
    runtime.extend(reflected.map(|&(call, base, ..)| ProtocolCall(call, base)));
    runtime.extend(
        facts
            .actual
            .iter()
            .map(|&(call, i, var)| Actual(call, i, var)),
    );
    let keywords = facts.actual_keyword.iter();
    runtime.extend(keywords.map(|&(call, name, var)| ActualKeyword(call, name, var)));
    let stars = facts.actual_star.iter();
    runtime.extend(stars.map(|&(call, index, var)| ActualStar(call, index, var)));
    let star_stars = facts.actual_star_star.iter();
    runtime.extend(star_stars.map(|&(call, var)| ActualStarStar(call, var)));
    runtime.extend(facts.constructs.iter().map(|&(call, _)| Constructs(call)));
    let results = facts.call_result.iter();
    runtime.extend(results.map(|&(call, var)| CallResult(call, var)));
    runtime.extend(
        facts
            .formal
            .iter()
            .map(|&(f, i, var)| FormalParam(f, i, var)),
    );
    let named = facts.formal_keyword.iter();
    runtime.extend(named.map(|&(f, name, var)| FormalKeyword(f, name, var)));
    runtime.extend(
        facts
            .formal_star
            .iter()
            .map(|&(f, i, var)| FormalStar(f, i, var)),
    );
    let dicts = facts.formal_star_star.iter();
    runtime.extend(dicts.map(|&(f, var)| FormalStarStar(f, var)));
    runtime.extend(
        facts
            .return_value
            .iter()
            .map(|&(f, var)| ReturnValue(f, var)),
    );
    runtime.extend(facts.yields.iter().map(|&(f, var)| YieldValue(f, var)));
}

fn program(runtime: &mut Crepe, facts: &Facts) {
    runtime.extend(
        facts
            .object
            .iter()
            .map(|&(object, kind, _)| Object(object, kind)),
    );
    runtime.extend(
        facts
            .object_in
            .iter()
            .map(|&(object, f)| ObjectIn(object, f)),
    );
    let nested = facts.function_in.iter();
    runtime.extend(nested.map(|&(function, parent)| FunctionIn(function, parent)));
    runtime.extend(facts.variable_in.iter().map(|&(var, f)| VariableIn(var, f)));
    let globals = facts.module_global.iter();
    runtime.extend(globals.map(|&(_, _, cell)| ModuleGlobal(cell)));
    runtime.extend(facts.captures.iter().map(|&(f, cell)| ReadsCell(f, cell)));
    let attributes = facts.class_attribute.iter();
    runtime.extend(attributes.map(|&(class, name, var)| ClassAttribute(class, name, var)));
    let own = facts.instance_attribute.iter();
    runtime.extend(own.map(|&(class, name)| InstanceAttribute(class, name)));
    let members = facts.model_member.iter();
    runtime.extend(members.map(|&(class, name, object)| ModelMember(class, name, object)));
    let regions = facts.region.iter();
    runtime.extend(regions.map(|&(region, kind, f, _)| RegionOf(region, kind, f)));
    let parents = facts.region_parent.iter();
    runtime.extend(parents.map(|&(region, parent)| RegionParent(region, parent)));
    runtime.extend(facts.defined_in.iter().map(|&(var, r)| DefinedIn(var, r)));
    let placed = facts.call_region.iter();
    runtime.extend(placed.map(|&(call, region)| CallRegion(call, region)));
    runtime.extend(
        facts
            .raises
            .iter()
            .map(|&(region, var)| Raises(region, var)),
    );
    let handlers = facts.catches.iter();
    runtime.extend(handlers.map(|&(region, _, var)| Catches(region, var)));
}
