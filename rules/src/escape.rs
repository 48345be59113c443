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
//! A value has few places at one variable, and few endings: rules bound the states and endings that
//! they derive, where these name a field (`widening`).
//!
//! Where two relations that grow together are joined, the smaller one stands first: it is the one
//! that is scanned in each round.
//!
//! The rules are flow-insensitive but for the SSA form of what they are given. They do not see a
//! value that is kept by a bound method whose name no class of the program defines directly, nor
//! one that models do not mention.

mod widening;
mod wiring;

use crepe::crepe;
use heapcast_facts::{Call, Facts, Field, Map, Obj, Region, Var};

use self::widening::{bounded, bounded_ending};
use crate::Via;
use crate::places::{Binding, Ending, ITSELF, Place, State, WITH_PARTS};

crepe! {
    // ---- input: facts -----------------------------------------------------------------------

    @input
    struct VariableIn(Var, Obj);
    @input
    struct ModuleGlobal(Var);
    @input
    struct Load(Var, Field, Var);
    @input
    struct LoadSome(Var, Var);
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
    struct Reached(Var, State);
    @output
    struct Step(Var, State, Var, State);
    @output
    struct Enters(Call, Var, State, Var, State);
    @output
    struct EndsIn(Var, State, Ending);
    @output
    struct Leaves(Var, State, Region);

    struct Tracked(Var, State);
    struct Flows(Var, Place);
    struct IsPut(Var, Place);
    struct CallEnds(Call, Var, State, Ending);
    struct HeldBy(Var, State, Var, State);
    struct Outwards(Var, State);
    struct Inwards(Var, State, Var, State);

    // ---- steps: what keeps a value alive --------------------------------------------------------

    // S1  Every variable's value is followed, and for calls also what is reachable from it.
    Reached(var, ITSELF) <- VariableIn(var, _);
    Reached(result, WITH_PARTS) <- CallResult(_, result);
    Reached(to, state) <- Step(_, _, to, state);
    Reached(formal, state) <- Enters(_, _, _, formal, state);

    // S2  Nothing needs to be followed past a global variable.
    Tracked(var, state) <- Reached(var, state), !ModuleGlobal(var);
    Flows(var, place) <- Tracked(var, state), let State::Flow(place) = state;
    IsPut(var, place) <- Tracked(var, state), let State::Put(place) = state;

    // S3  A value is where it is moved to.
    Step(from, State::Flow(place), to, bounded(to, State::Flow(place))) <-
        Flows(from, place), CopyOf(to, from);

    // S4  A value in an object is where it is read to.
    Step(base, State::Flow(place), to, bounded(to, State::Flow(held))) <- Flows(base, place),
        Load(base, field, to), let Some(held) = place.read(field);
    Step(base, State::Flow(place), to, bounded(to, State::Flow(held))) <- Flows(base, place),
        LoadSome(base, to), let Some(held) = place.read_any();
    Step(base, State::Flow(place), to, WITH_PARTS) <- Flows(base, place), MethodRead(base, to);

    // S5  A stored value is in the object that it is put into.
    Step(from, State::Flow(place), base, bounded(base, State::Put(place.under(field)))) <-
        Flows(from, place), Store(base, field, from);
    Step(from, State::Flow(place), to, bounded(to, State::Put(held))) <- Flows(from, place),
        Elements(to, from), let Some(held) = place.elements();

    // S6  A captured value is with the function that captures it.
    Step(cell, State::Flow(place), closure, WITH_PARTS) <- Flows(cell, place),
        CapturedBy(cell, closure);

    // S7  An argument is with the instance that keeps it.
    Step(argument, State::Flow(place), result, WITH_PARTS) <- Flows(argument, place),
        KeepsArgument(result, argument);

    // S8  What is put into an object flows with it.
    Step(var, State::Put(place), var, bounded(var, State::Flow(place))) <- IsPut(var, place);

    // S9  What is put into an object is where the object comes from.
    Step(to, State::Put(place), from, bounded(from, State::Put(place))) <-
        IsPut(to, place), Origin(to, from);
    Step(to, State::Put(place), base, bounded(base, State::Put(Place::Within(field)))) <-
        IsPut(to, place), Load(base, field, to);
    Step(to, State::Put(place), base, State::Put(Place::Throughout)) <- IsPut(to, place),
        LoadSome(base, to);
    Step(to, State::Put(place), base, State::Put(Place::Throughout)) <- IsPut(to, place),
        MethodRead(base, to);

    // S10 What is put into something that an object holds is with what was stored in the object.
    Step(base, State::Flow(place), from, State::Put(Place::Throughout)) <- Flows(base, place),
        Store(base, field, from), (place.is_within(field));
    Step(to, State::Flow(place), from, bounded(from, State::Put(Place::Within(Field::UNKNOWN)))) <-
        Flows(to, place), Elements(to, from), (place.is_within_element());
    Step(result, State::Flow(place), argument, State::Put(Place::Throughout)) <-
        Flows(result, place), KeepsArgument(result, argument), (place.is_within_any());

    // S11 An argument enters the parameter.
    Enters(call, actual, State::Flow(place), formal, bounded(formal, State::Flow(inner))) <-
        Flows(actual, place),
        Binds(call, actual, formal, binding), let Some(inner) = binding.enter(place);

    // S12 What is put into a call's result enters what the callee returns.
    Enters(call, result, State::Put(place), returned, bounded(returned, State::Put(place))) <-
        IsPut(result, place),
        CallResult(call, result), CallTarget(call, function), ReturnValue(function, returned);

    // S13 What enters a callee ends where the callee leaves it.
    CallEnds(call, actual, state, ending) <- Enters(call, actual, state, formal, inner),
        EndsIn(formal, inner, ending);

    // S14 What ends in the callee's result, an object of a parameter, or an exception, is at the
    // call's result, with the argument, or where the exception is caught.
    Step(actual, state, result, bounded(result, State::Flow(place))) <-
        CallEnds(call, actual, state, ending),
        let Some(place) = ending.in_result(), CallResult(call, result);
    Step(actual, state, other, bounded(other, State::Put(place))) <-
        CallEnds(call, actual, state, ending),
        let Ending::Formal(holder, held) = ending, Binds(call, other, holder, binding),
        let Some(place) = binding.leave(held);
    Step(actual, state, exception, bounded(exception, State::Flow(place))) <-
        CallEnds(call, actual, state, ending),
        let Ending::Thrown(place) = ending, CallCaughtIn(call, exception);

    // ---- endings: where values are when the function has ended ----------------------------------

    // E1  In a global variable, or an object that lives as long as the program.
    EndsIn(var, state, Ending::Global) <- Reached(var, state), ModuleGlobal(var);
    EndsIn(var, State::Put(place), Ending::Global) <- IsPut(var, place), HoldsStatic(var);
    EndsIn(var, State::Put(place), Ending::Global) <- IsPut(var, place),
        let Place::Within(field) = place, SharedAttribute(field);

    // E2  In the result; a generator holds its parameters until it is exhausted.
    EndsIn(var, State::Flow(place), bounded_ending(var, State::Flow(place), Ending::Result(place))) <-
        Flows(var, place), Returned(var);
    EndsIn(formal, State::Flow(place), Ending::Result(Place::Anywhere)) <- Flows(formal, place),
        FrameHeld(formal);

    // E3  In what is yielded.
    EndsIn(var, State::Flow(place), bounded_ending(var, State::Flow(place), Ending::Yielded(place))) <-
        Flows(var, place), Yielded(var);

    // E4  In what is raised, caught or not.
    EndsIn(var, State::Flow(place), bounded_ending(var, State::Flow(place), Ending::Thrown(place))) <-
        Flows(var, place), Thrown(var);

    // E5  In the object of a parameter.
    EndsIn(formal, State::Put(place), bounded_ending(formal, State::Put(place), Ending::Formal(formal, place))) <-
        IsPut(formal, place), Formal(formal);

    // E6  With unknown code: given to it, or put into what it gave.
    EndsIn(var, State::Flow(place), Ending::Unknown) <- Flows(var, place), GivenAway(var);
    EndsIn(var, State::Put(place), Ending::Unknown) <- IsPut(var, place), Obtained(var);

    // E7  Shared by functions: one hands over a variable of another.
    EndsIn(var, State::Flow(place), Ending::Closure) <- Flows(var, place), HandedOver(var);

    // E8  Shared by functions: a step leads out of the function; the value of a default stays with
    // the function.
    Outwards(var, state) <- Step(var, state, to, _), VariableIn(var, function),
        VariableIn(to, owner), (owner != function), !Encloses(function, owner),
        !ModuleGlobal(to);
    Outwards(var, state) <- Step(var, state, formal, _), DefaultOf(formal, var);
    EndsIn(var, state, Ending::Closure) <- Outwards(var, state);

    // E9  Shared by functions: a step leads into a function inside, where it ends outside of that.
    Inwards(var, state, to, inner) <- Step(var, state, to, inner), VariableIn(var, function),
        VariableIn(to, owner), (owner != function), Encloses(function, owner);
    EndsIn(var, state, Ending::Closure) <- Inwards(var, state, to, inner), EndsIn(to, inner, _);

    // E10 Where the holder ends, in the same function.
    HeldBy(var, state, holder, held) <- Step(var, state, holder, held), VariableIn(var, function),
        VariableIn(holder, function);
    HeldBy(var, state, global, held) <- Step(var, state, global, held), ModuleGlobal(global);
    EndsIn(var, state, bounded_ending(var, state, ending)) <-
        HeldBy(var, state, holder, held), EndsIn(holder, held, ending);

    // E11 Where the callee keeps it for good, or throws it out of the call.
    EndsIn(actual, state, ending) <- CallEnds(_, actual, state, ending), (ending.is_for_good());
    EndsIn(actual, state, bounded_ending(actual, state, ending)) <-
        CallEnds(call, actual, state, ending),
        let Ending::Thrown(_) = ending, CallIn(call, function), VariableIn(actual, function);
    EndsIn(actual, state, Ending::Closure) <- CallEnds(call, actual, state, ending),
        let Ending::Thrown(_) = ending, CallIn(call, function), VariableIn(actual, owner),
        (owner != function);

    // ---- regions --------------------------------------------------------------------------------

    // R3  A value leaves a region where a step does, or where it goes on from inside.
    Leaves(var, state, region) <- HeldBy(var, state, holder, _), Within(var, region),
        !Within(holder, region);
    Leaves(var, state, region) <- Leaves(holder, held, region), HeldBy(var, state, holder, held),
        Within(var, region);

    // ---- results --------------------------------------------------------------------------------

    // O1  A value outlives the regions that it leaves, and with its function all of them.
    Outlives(var, region, Via::Variable) <- Leaves(var, ITSELF, region);
    Outlives(var, region, via) <- EndsIn(var, ITSELF, ending), let Some(via) = ending.via(),
        Enclosing(var, region);
    Outlives(var, region, Via::Parameter(number)) <- EndsIn(var, ITSELF, ending),
        let Ending::Formal(formal, _) = ending, Numbered(formal, number), Enclosing(var, region);

    // O2  The same for what is reachable from a call's result.
    PartsOutlive(var, region, Via::Variable) <- CallResult(_, var), Leaves(var, WITH_PARTS, region);
    PartsOutlive(var, region, via) <- CallResult(_, var), EndsIn(var, WITH_PARTS, ending),
        let Some(via) = ending.via(), Enclosing(var, region);
    PartsOutlive(var, region, Via::Parameter(number)) <- CallResult(_, var),
        EndsIn(var, WITH_PARTS, ending), let Ending::Formal(formal, _) = ending,
        Numbered(formal, number), Enclosing(var, region);

    // O3  A function keeps the parameters that end somewhere.
    Kept(formal, via) <- EndsIn(formal, ITSELF, ending), let Some(via) = ending.via(),
        Numbered(formal, _);
    Kept(formal, Via::Parameter(number)) <- EndsIn(formal, ITSELF, ending),
        let Ending::Formal(holder, _) = ending, Numbered(holder, number), Numbered(formal, _);
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
    let numbers = parameter_numbers(facts);
    widening::reset();
    let mut runtime = Crepe::new();
    feed(&mut runtime, facts);
    runtime.extend(call_target.iter().map(|&(call, f)| CallTarget(call, f)));
    runtime.extend(
        numbers
            .iter()
            .map(|&(_, number, var)| Numbered(var, number)),
    );
    wiring::connect(
        &mut runtime,
        facts,
        call_target,
        call_receiver,
        instantiates,
    );
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
    Escapes {
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
    let globals = facts.module_global.iter();
    runtime.extend(globals.map(|&(_, _, cell)| ModuleGlobal(cell)));
    runtime.extend(facts.load.iter().map(|&(base, f, to)| Load(base, f, to)));
    runtime.extend(
        facts
            .load_prefix
            .iter()
            .map(|&(base, _, to)| LoadSome(base, to)),
    );
    runtime.extend(facts.iterate.iter().map(|&(base, to)| LoadSome(base, to)));
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
