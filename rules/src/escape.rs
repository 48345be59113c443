//! Escape: what made in a region may outlive it, and through what.
//!
//! The analysis follows values from variable to variable, function by function, and never looks
//! at objects, so its cost grows with the code and not with what points-to finds (in the manner of
//! connection graphs: Choi et al., "Escape Analysis for Java", 1999). A [`State`] says where a
//! value is, as seen from a variable. A step leads from a state to one that keeps the value alive
//! as long; an [`Ending`] is where steps end: in the result, a global, an object of a parameter …
//! The endings of a function's parameters are its summary. A call enters the callee's parameters
//! and comes back with their endings, translated to this call's result and arguments, so that one
//! caller's arguments never end up with another caller.
//!
//! A value stored in an object is also with whoever else holds that object. That is why a state
//! is either `Flow`, which is followed forwards, or `Put`, which is also followed backwards, to
//! where the object comes from.
//!
//! A value has few places at one variable, and few endings, since few fields are told apart there
//! (`telling`); none are in what is thrown. Relations are of numbers for a variable with its state,
//! and for an ending, and no rule joins two relations that grow together: what nodes end in, and
//! what waits for that, is found in an index of `nodes`.
//!
//! The rules are flow-insensitive but for the SSA form of what they are given. They do not see a
//! value that is kept by a bound method whose name no class of the program defines directly, nor
//! one that models do not mention.

mod nodes;
mod singly;
mod telling;
mod ways;
mod wiring;

use crepe::crepe;
use heapcast_facts::{Call, Facts, Field, Map, Obj, Region, Var};

use self::nodes::{
    End, Node, all_held_by, around, bounded, end, ending, ends_for_good, ends_in_callee,
    ends_inside, ends_of_holder, given_to, held_by, in_result, is_for_good, node, of, passed_to,
};
use crate::Via;
use crate::places::{Binding, Ending, ITSELF, Place, State, WITH_PARTS};
pub use ways::{Holder, Way};

crepe! {
    // ---- input: facts -----------------------------------------------------------------------

    @input
    struct VariableIn(Var, Obj);
    @input
    struct ModuleGlobal(Var);
    // A constant of the code.
    @input
    struct Literal(Var);
    @input
    struct Load(Var, Field, Var);
    @input
    struct LoadSome(Var, Var);
    @input
    struct Iterate(Var, Var);
    @input
    struct Store(Var, Field, Var);
    @input
    struct Elements(Var, Var);
    @input
    struct CallIn(Call, Obj);
    @input
    struct CallResult(Call, Var);
    @input
    struct ReturnValue(Obj, Var);
    @input
    struct CallTarget(Call, Obj);
    // The number of a parameter, in the order of the parameter list.
    @input
    struct Numbered(Var, u32);

    // ---- input: how variables are connected, see wiring.rs -----------------------------------

    @input
    struct CopyOf(Var, Var);
    @input
    struct Origin(Var, Var);
    @input
    struct DefaultOf(Var, Var);
    @input
    struct MethodRead(Var, Var);
    @input
    struct SharedAttribute(Field);
    @input
    struct Encloses(Obj, Obj);
    @input
    struct KeepsArgument(Var, Var);
    @input
    struct CallCaughtIn(Call, Var);
    @input
    struct Binds(Call, Var, Var, Binding);
    @input
    struct GivenAway(Var);
    @input
    struct Obtained(Var);
    @input
    struct Returned(Var);
    @input
    struct Yielded(Var);
    @input
    struct Thrown(Var);
    @input
    struct HandedOver(Var);
    @input
    struct FrameHeld(Var);
    @input
    struct CapturedBy(Var, Var);
    @input
    struct HoldsStatic(Var);
    @input
    struct Formal(Var);
    @input
    struct Within(Var, Region);
    @input
    struct Enclosing(Var, Region);

    // ---- what is derived -----------------------------------------------------------------------

    @output
    struct Outlives(Var, Region, Via);
    @output
    struct PartsOutlive(Var, Region, Via);
    @output
    struct Kept(Var, Via);
    @output
    struct Reached(Node);
    @output
    struct Step(Node, Node);
    @output
    struct Enters(Call, Node, Node);
    @output
    struct EndsIn(Node, End);
    @output
    struct Leaves(Node, Region);

    struct Flows(Node, Var, Place);
    struct IsPut(Node, Var, Place);
    struct CallEnds(Call, Node, End);
    struct HeldBy(Node, Node);
    struct Crosses(Node, Node, Obj, Obj);
    struct Inwards(Node, Node);

    // ---- steps: what keeps a value alive --------------------------------------------------------

    // S1  Every variable's value is followed unless it is a constant, which no region makes; for
    // calls also what is reachable from it.
    Reached(node(var, ITSELF)) <- VariableIn(var, _), !Literal(var);
    Reached(node(result, WITH_PARTS)) <- CallResult(_, result);
    Reached(to) <- Step(_, to);
    Reached(inner) <- Enters(_, _, inner);

    // S2  Nothing needs to be followed past a global variable.
    Flows(at, var, place) <- Reached(at), let (var, State::Flow(place)) = of(at),
        !ModuleGlobal(var);
    IsPut(at, var, place) <- Reached(at), let (var, State::Put(place)) = of(at),
        !ModuleGlobal(var);

    // S3  A value is where it is moved to.
    Step(at, bounded(to, State::Flow(place))) <- Flows(at, from, place), CopyOf(to, from);

    // S4  A value in an object is where it is read to.
    Step(at, bounded(to, State::Flow(held))) <- Flows(at, base, place), Load(base, field, to),
        let Some(held) = place.read(field);
    Step(at, bounded(to, State::Flow(held))) <- Flows(at, base, place), LoadSome(base, to),
        let Some(held) = place.read_any();
    Step(at, bounded(to, State::Flow(held))) <- Flows(at, base, place), Iterate(base, to),
        let Some(held) = place.read_element();
    Step(at, node(to, WITH_PARTS)) <- Flows(at, base, _), MethodRead(base, to);

    // S5  A stored value is in the object that it is put into.
    Step(at, bounded(base, State::Put(place.under(field)))) <- Flows(at, from, place),
        Store(base, field, from);
    Step(at, bounded(to, State::Put(held))) <- Flows(at, from, place), Elements(to, from),
        let Some(held) = place.elements();

    // S6  A captured value is with the function that captures it.
    Step(at, node(closure, WITH_PARTS)) <- Flows(at, cell, _), CapturedBy(cell, closure);

    // S7  An argument is with the instance that keeps it.
    Step(at, node(result, WITH_PARTS)) <- Flows(at, argument, _), KeepsArgument(result, argument);

    // S8  What is put into an object flows with it.
    Step(at, bounded(var, State::Flow(place))) <- IsPut(at, var, place);

    // S9  What is put into an object is where the object comes from.
    Step(at, bounded(from, State::Put(place))) <- IsPut(at, to, place), Origin(to, from);
    Step(at, bounded(base, State::Put(Place::Within(field)))) <- IsPut(at, to, _),
        Load(base, field, to);
    Step(at, node(base, State::Put(Place::Throughout))) <- IsPut(at, to, _), LoadSome(base, to);
    Step(at, node(base, State::Put(Place::Throughout))) <- IsPut(at, to, _), Iterate(base, to);
    Step(at, node(base, State::Put(Place::Throughout))) <- IsPut(at, to, _), MethodRead(base, to);

    // S10 What is put into something that an object holds is with what was stored in the object.
    Step(at, node(from, State::Put(Place::Throughout))) <- Flows(at, base, place),
        Store(base, field, from), (place.is_within(field));
    Step(at, bounded(from, State::Put(Place::Within(Field::UNKNOWN)))) <- Flows(at, to, place),
        Elements(to, from), (place.is_within_element());
    Step(at, node(argument, State::Put(Place::Throughout))) <- Flows(at, result, place),
        KeepsArgument(result, argument), (place.is_within_any());

    // S11 An argument enters the parameter.
    Enters(call, at, bounded(formal, State::Flow(inner))) <- Flows(at, actual, place),
        Binds(call, actual, formal, binding), let Some(inner) = binding.enter(place);

    // S12 What is put into a call's result enters what the callee returns.
    Enters(call, at, bounded(returned, State::Put(place))) <- IsPut(at, result, place),
        CallResult(call, result), CallTarget(call, function), ReturnValue(function, returned);

    // S13 What enters a callee ends where the callee leaves it.
    CallEnds(call, at, end) <- Enters(call, at, inner), for end in ends_in_callee(call, at, inner);
    CallEnds(call, at, end) <- EndsIn(inner, end), (!is_for_good(end)),
        for (call, at) in passed_to(inner, end);

    // S14 What ends in the callee's result, an object of a parameter, or an exception, is at the
    // call's result, with the argument, or where the exception is caught.
    Step(at, bounded(result, State::Flow(place))) <- CallEnds(call, at, end),
        let Some(place) = ending(end).in_result(), CallResult(call, result);
    Step(at, bounded(other, State::Put(place))) <- CallEnds(call, at, end),
        let Ending::Formal(holder, held) = ending(end), Binds(call, other, holder, binding),
        let Some(place) = binding.leave(held);
    Step(at, bounded(exception, State::Flow(place))) <- CallEnds(call, at, end),
        let Ending::Thrown(place) = ending(end), CallCaughtIn(call, exception);

    // ---- endings: where values are when the function has ended ----------------------------------

    // E1  In a global variable, or an object that lives as long as the program; whether or not the
    // field that it was read from is told apart.
    EndsIn(at, end(Ending::Global)) <- Reached(at), let (var, _) = of(at), ModuleGlobal(var);
    EndsIn(at, end(Ending::Global)) <- IsPut(at, var, _), HoldsStatic(var);
    EndsIn(at, end(Ending::Global)) <- IsPut(at, _, place),
        let Place::Within(field) = place, SharedAttribute(field);
    EndsIn(at, end(Ending::Global)) <- IsPut(at, to, _), Load(_, field, to), SharedAttribute(field);

    // E2  In the result; a generator holds its parameters until it is exhausted.
    EndsIn(at, end(Ending::Result(in_result(var, place)))) <- Flows(at, var, place),
        Returned(var);
    EndsIn(at, end(Ending::Result(Place::Anywhere))) <- Flows(at, formal, _), FrameHeld(formal);

    // E3  In what is yielded; who iterates finds it below the elements, whichever the field.
    EndsIn(at, end(Ending::Yielded(place.widened()))) <- Flows(at, var, place), Yielded(var);

    // E4  In what is raised, caught or not, in whichever field.
    EndsIn(at, end(Ending::Thrown(place.widened()))) <- Flows(at, var, place), Thrown(var);

    // E5  In the object of a parameter.
    EndsIn(at, end(Ending::Formal(formal, place))) <- IsPut(at, formal, place), Formal(formal);

    // E6  With unknown code: given to it, or put into what it gave.
    EndsIn(at, end(Ending::Unknown)) <- Flows(at, var, _), GivenAway(var);
    EndsIn(at, end(Ending::Unknown)) <- IsPut(at, var, _), Obtained(var);

    // E7  Shared by functions: one hands over a variable of another.
    EndsIn(at, end(Ending::Closure)) <- Flows(at, var, _), HandedOver(var);

    // E8  Shared by functions: a step leads out of the function; the value of a default stays with
    // the function.
    Crosses(at, to, function, owner) <- Step(at, to), let (var, _) = of(at),
        VariableIn(var, function), let (holder, _) = of(to), VariableIn(holder, owner),
        (owner != function);
    EndsIn(at, end(Ending::Closure)) <- Crosses(at, to, function, owner),
        !Encloses(function, owner), let (holder, _) = of(to), !ModuleGlobal(holder);
    EndsIn(at, end(Ending::Closure)) <- Crosses(at, to, _, _), let (var, _) = of(at),
        let (formal, _) = of(to), DefaultOf(formal, var);

    // E9  Shared by functions: a step leads into a function inside, where it ends outside of that.
    Inwards(at, to) <- Crosses(at, to, function, owner), Encloses(function, owner);
    EndsIn(at, end(Ending::Closure)) <- Inwards(at, to), for _ in ends_inside(at, to);
    EndsIn(at, end(Ending::Closure)) <- EndsIn(to, inner), for at in around(to, inner);

    // E10 Where the holder ends, in the same function.
    HeldBy(at, to) <- Step(at, to), let (var, _) = of(at), VariableIn(var, function),
        let (holder, _) = of(to), VariableIn(holder, function);
    HeldBy(at, to) <- Step(at, to), let (global, _) = of(to), ModuleGlobal(global);
    EndsIn(at, end) <- HeldBy(at, to), for end in ends_of_holder(at, to);
    EndsIn(at, end) <- EndsIn(to, end), for at in held_by(to, end);

    // E11 Where the callee keeps it for good, or throws it out of the call.
    EndsIn(at, end) <- Enters(_, at, inner), for end in ends_for_good(at, inner);
    EndsIn(at, end) <- EndsIn(inner, end), (is_for_good(end)), for at in given_to(inner, end);
    EndsIn(at, end) <- CallEnds(call, at, end),
        let Ending::Thrown(_) = ending(end), CallIn(call, function), let (actual, _) = of(at),
        VariableIn(actual, function);
    EndsIn(at, end(Ending::Closure)) <- CallEnds(call, at, thrown),
        let Ending::Thrown(_) = ending(thrown), CallIn(call, function), let (actual, _) = of(at),
        VariableIn(actual, owner), (owner != function);

    // ---- regions --------------------------------------------------------------------------------

    // R3  A value leaves a region where a step does, or where it goes on from inside.
    Leaves(at, region) <- HeldBy(at, to), let (var, _) = of(at), Within(var, region),
        let (holder, _) = of(to), !Within(holder, region);
    Leaves(at, region) <- Leaves(to, region), for at in all_held_by(to),
        let (var, _) = of(at), Within(var, region);

    // ---- results --------------------------------------------------------------------------------

    // O1  A value outlives the regions that it leaves, and with its function all of them.
    Outlives(var, region, Via::Variable) <- Leaves(at, region), let (var, ITSELF) = of(at);
    Outlives(var, region, via) <- EndsIn(at, end), let (var, ITSELF) = of(at),
        let Some(via) = ending(end).via(), Enclosing(var, region);
    Outlives(var, region, Via::Parameter(number)) <- EndsIn(at, end),
        let (var, ITSELF) = of(at), let Ending::Formal(formal, _) = ending(end),
        Numbered(formal, number), Enclosing(var, region);

    // O2  The same for what is reachable from a call's result.
    PartsOutlive(var, region, Via::Variable) <- Leaves(at, region),
        let (var, WITH_PARTS) = of(at), CallResult(_, var);
    PartsOutlive(var, region, via) <- EndsIn(at, end), let (var, WITH_PARTS) = of(at),
        CallResult(_, var), let Some(via) = ending(end).via(), Enclosing(var, region);
    PartsOutlive(var, region, Via::Parameter(number)) <- EndsIn(at, end),
        let (var, WITH_PARTS) = of(at), CallResult(_, var),
        let Ending::Formal(formal, _) = ending(end), Numbered(formal, number),
        Enclosing(var, region);

    // O3  A function keeps the parameters that end somewhere.
    Kept(formal, via) <- EndsIn(at, end), let (formal, ITSELF) = of(at), Numbered(formal, _),
        let Some(via) = ending(end).via();
    Kept(formal, Via::Parameter(number)) <- EndsIn(at, end), let (formal, ITSELF) = of(at),
        Numbered(formal, _), let Ending::Formal(holder, _) = ending(end),
        Numbered(holder, number);
}

/// What outlives its region, and which parameters functions keep. All rows are sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Escapes {
    /// `outlives(var, region, via)`: the value of `var` may still be reachable when `region`, one
    /// of those that it is defined in, ends.
    pub outlives: Vec<(Var, Region, Via)>,
    /// `parts_outlive(var, region, via)`: something reachable from the result of a call, which
    /// `var` receives, may still be reachable when `region` ends, even if the result is not.
    pub parts_outlive: Vec<(Var, Region, Via)>,
    /// `kept(function, parameter, via)`: after a call of `function`, what was passed for the
    /// parameter of that number (see [`parameter_numbers`]) may be reachable from there.
    pub kept: Vec<(Obj, u32, Via)>,
    /// `singly(generator, is_looped)`: each element of the generator expression that `generator` holds
    /// is let go of before the next is taken, unless what takes it keeps it; a loop goes over it, or it
    /// is passed to a function alone.
    pub singly: Vec<(Var, bool)>,
    /// How the values that were asked for come to outlive regions.
    pub ways: Vec<Way>,
    /// Rows of each relation inside of the engine, by name.
    pub sizes: Vec<(&'static str, usize)>,
}

/// The parameters of all functions with their numbers: positional ones by place, then `*args`,
/// keyword-only ones by variable, and `**kwargs`. Sorted.
#[must_use]
pub fn parameter_numbers(facts: &Facts) -> Vec<(Obj, u32, Var)> {
    // The group, and the place in it.
    let mut parameters: Vec<(Obj, u8, u32, Var)> = Vec::new();
    parameters.extend(
        facts
            .formal
            .iter()
            .map(|&(f, place, var)| (f, 0, place, var)),
    );
    parameters.extend(facts.formal_star.iter().map(|&(f, _, var)| (f, 1, 0, var)));
    let mut positional: Vec<(Obj, Var)> = facts.formal.iter().map(|&(f, _, v)| (f, v)).collect();
    positional.sort_unstable();
    let keyword_only = facts
        .formal_keyword
        .iter()
        .map(|&(function, _, var)| (function, var))
        .filter(|parameter| positional.binary_search(parameter).is_err());
    parameters.extend(keyword_only.map(|(function, var)| (function, 2, 0, var)));
    parameters.extend(
        facts
            .formal_star_star
            .iter()
            .map(|&(f, var)| (f, 3, 0, var)),
    );
    parameters.sort_unstable();
    parameters.dedup();
    let mut numbered = Vec::with_capacity(parameters.len());
    for group in parameters.chunk_by(|left, right| left.0 == right.0) {
        numbered.extend(
            group
                .iter()
                .zip(0..)
                .map(|(row, number)| (row.0, number, row.3)),
        );
    }
    numbered
}

/// Derives what may outlive its region, from the facts and what points-to says of calls.
#[must_use]
pub fn escape(
    facts: &Facts,
    call_target: &[(Call, Obj)],
    call_receiver: &[(Call, Obj, Obj)],
    instantiates: &[(Call, Obj)],
) -> Escapes {
    escape_with_ways(facts, call_target, call_receiver, instantiates, &[])
}

/// Derives the same, and how the values of the variables in `asked` come to outlive regions.
#[must_use]
pub fn escape_with_ways(
    facts: &Facts,
    call_target: &[(Call, Obj)],
    call_receiver: &[(Call, Obj, Obj)],
    instantiates: &[(Call, Obj)],
    asked: &[Var],
) -> Escapes {
    let numbers = parameter_numbers(facts);
    let mut runtime = Crepe::new();
    feed(&mut runtime, facts);
    runtime.extend(call_target.iter().map(|&(call, f)| CallTarget(call, f)));
    runtime.extend(
        numbers
            .iter()
            .map(|&(_, number, var)| Numbered(var, number)),
    );
    let (told, singly) = wiring::connect(
        &mut runtime,
        facts,
        call_target,
        call_receiver,
        instantiates,
    );
    nodes::reset(told);
    let (outlives, parts, kept, reached, steps, enters, ends, leaves) =
        runtime.run_with_hasher::<crate::Hasher>();
    let sizes = vec![
        ("outlives", outlives.len()),
        ("parts_outlive", parts.len()),
        ("kept", kept.len()),
        ("reached", reached.len()),
        ("step", steps.len()),
        ("enters", enters.len()),
        ("ends_in", ends.len()),
        ("leaves", leaves.len()),
    ];
    let owners: Map<Var, (Obj, u32)> = numbers
        .iter()
        .map(|&(function, number, var)| (var, (function, number)))
        .collect();
    let mut explained = Vec::new();
    if !asked.is_empty() {
        let graph = ways::Graph::new(facts, &owners, steps, enters, ends, leaves);
        explained.extend(asked.iter().flat_map(|&var| graph.ways(var)));
    }
    Escapes {
        singly,
        ways: explained,
        outlives: sorted(outlives.into_iter().map(|Outlives(v, r, via)| (v, r, via))),
        parts_outlive: sorted(parts.into_iter().map(|PartsOutlive(v, r, via)| (v, r, via))),
        kept: sorted(kept.into_iter().filter_map(|Kept(formal, via)| {
            let &(function, number) = owners.get(&formal)?;
            Some((function, number, via))
        })),
        sizes,
    }
}

fn sorted<T: Ord>(rows: impl Iterator<Item = T>) -> Vec<T> {
    let mut rows: Vec<T> = rows.collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

fn feed(runtime: &mut Crepe, facts: &Facts) {
    runtime.extend(facts.variable_in.iter().map(|&(var, f)| VariableIn(var, f)));
    runtime.extend(facts.literal.iter().map(|&(var,)| Literal(var)));
    let globals = facts.module_global.iter();
    runtime.extend(globals.map(|&(_, _, cell)| ModuleGlobal(cell)));
    runtime.extend(facts.load.iter().map(|&(base, f, to)| Load(base, f, to)));
    runtime.extend(
        facts
            .load_prefix
            .iter()
            .map(|&(base, _, to)| LoadSome(base, to)),
    );
    runtime.extend(facts.iterate.iter().map(|&(base, to)| Iterate(base, to)));
    let patterns = facts.positional_pattern.iter();
    runtime.extend(patterns.map(|&(subject, _, part)| LoadSome(subject, part)));
    runtime.extend(facts.store.iter().map(|&(base, f, v)| Store(base, f, v)));
    runtime.extend(facts.elements.iter().map(|&(to, from)| Elements(to, from)));
    runtime.extend(facts.slice.iter().map(|&(to, from, ..)| Elements(to, from)));
    runtime.extend(facts.call_in.iter().map(|&(call, f, _)| CallIn(call, f)));
    let results = facts.call_result.iter();
    runtime.extend(results.map(|&(call, var)| CallResult(call, var)));
    runtime.extend(
        facts
            .return_value
            .iter()
            .map(|&(f, var)| ReturnValue(f, var)),
    );
}
