//! Chains of facts in prose: how a call's target came there, and why an object outlives its call.

use heapcast_facts::{Call, Field, Map, Obj, ObjectKind, Region, RegionKind, Var};
use heapcast_rules::{Holder, Stop, Trail, Via, Way};

use super::places::{Place, Places};
use crate::commands::{Chain, ChainStep};
use crate::ir::{self, DisplayKind, Op};

/// The steps of a chain, one a line and a fact.
#[derive(Default)]
struct Steps(Vec<ChainStep>);

impl Steps {
    fn add(&mut self, place: Option<Place>, fact: String) {
        let step = ChainStep {
            path: place.as_ref().map(|(path, _)| path.to_string()),
            line: place.map(|(_, line)| line),
            text: String::new(),
            fact,
        };
        if self.0.last() != Some(&step) {
            self.0.push(step);
        }
    }

    /// Whether the last of them stands there.
    fn stand_at(&self, place: Option<&Place>) -> bool {
        let last = self.0.last().filter(|last| last.line.is_some());
        place.zip(last).is_some_and(|((path, line), last)| {
            last.path.as_deref() == Some(&**path) && last.line == Some(*line)
        })
    }
}

// ---- calls -------------------------------------------------------------------------------------

/// How the target of a call came there.
pub(super) fn of_trail(places: &Places<'_>, trail: &Trail) -> Chain {
    let mut steps = Steps::default();
    let name = places.object(trail.target);
    let made = match places.kind(trail.target) {
        Some(ObjectKind::Function | ObjectKind::Class) => "is defined",
        _ if places.of_object(trail.target).is_some() => "is made by library code",
        _ => "is library code",
    };
    if trail.is_whole {
        let place = places.of_object(trail.target);
        steps.add(place, format!("{name} {made}"));
    }
    for pair in trail.stops.windows(2) {
        if let [(from, _), (to, value)] = pair {
            flow(places, (*from, *to, *value), trail.call, &mut steps);
        }
    }
    steps.add(places.of_call(trail.call), "called".to_owned());
    Chain {
        subject: name,
        conclusion: "is called".to_owned(),
        is_whole: trail.is_whole,
        steps: steps.0,
    }
}

fn flow(places: &Places<'_>, (from, to, value): (Stop, Stop, Obj), call: Call, steps: &mut Steps) {
    match (from, to) {
        (Stop::Variable(from), Stop::Variable(to)) => moved(places, from, to, steps),
        (Stop::Variable(from), Stop::Field(object, field)) => {
            let holds = |base| places.holds(base, object);
            let fact = match places.kind(object) {
                Some(ObjectKind::Class) => {
                    format!("is {} of {}", places.field(field), places.object(object))
                }
                _ => format!(
                    "stored in {} of {}",
                    places.field(field),
                    places.object(object)
                ),
            };
            let place = places.of_write(from, holds);
            let place = place.or_else(|| places.of_object(value));
            // A `def` in a class is an attribute of it.
            if !steps.stand_at(place.as_ref()) {
                steps.add(place, fact);
            }
        }
        (Stop::Field(object, field) | Stop::Lookup(object, field), Stop::Variable(to)) => {
            let what = format!("{} of {}", places.field(field), places.object(object));
            match places.parameter(to) {
                Some((function, name)) => {
                    let function = places.object(function);
                    steps.add(
                        None,
                        format!("{what} arrives at parameter `{name}` of {function}"),
                    );
                }
                None => steps.add(places.of_var(to), format!("read from {what}")),
            }
        }
        (Stop::Field(object, field) | Stop::Lookup(object, field), Stop::Callee(_)) => {
            let what = format!("{} of {}", places.field(field), places.object(object));
            steps.add(places.of_call(call), format!("read from {what}"));
        }
        (Stop::Field(other, _), Stop::Field(object, field)) if other != object => {
            let place = places.of_object(object);
            let fact = format!(
                "copied to {} of {}",
                places.field(field),
                places.object(object)
            );
            steps.add(place, fact);
        }
        _ => {}
    }
}

/// Where a shared variable is written. Lowering puts the write off until it is needed, so the line is
/// that of the value.
fn assignment(places: &Places<'_>, from: Var, cell: Var) -> Option<Place> {
    let write = places.of_write(from, |written| written == cell)?;
    places.of_var(from).or(Some(write))
}

/// A value goes from variable to variable.
fn moved(places: &Places<'_>, from: Var, to: Var, steps: &mut Steps) {
    if let Some((function, name)) = places.parameter(to) {
        let mut calls = places.passing(from).iter().copied();
        let call = calls.find(|call| places.goes_to(*call, function));
        let function = places.object(function);
        match call {
            Some(call) => {
                let fact = format!("passed for parameter `{name}` of {function}");
                steps.add(places.of_call(call), fact);
            }
            None => {
                let fact = format!("parameter `{name}` of {function} gets it");
                steps.add(places.of_var(to), fact);
            }
        }
    } else if let Some(cell) = places.cell(to) {
        let place = assignment(places, from, to);
        let is_same = places.parameter(from).is_some_and(|(_, name)| name == cell);
        // A `def` assigns what it defines.
        if !is_same && !steps.stand_at(place.as_ref()) {
            steps.add(place, format!("assigned to `{cell}`"));
        }
    } else if let Some(call) = places.result(to) {
        let owner = places.owner(from);
        if let Some(function) = places.targets(call).find(|target| Some(*target) == owner) {
            let fact = format!("returned by {}", places.object(function));
            steps.add(places.of_call(call), fact);
        }
    }
}

// ---- escapes -----------------------------------------------------------------------------------

/// What a step of a function makes.
pub(super) fn makes(op: &Op) -> Option<(Var, &'static str)> {
    let display = |kind: DisplayKind| match kind {
        DisplayKind::List => "list",
        DisplayKind::Tuple => "tuple",
        DisplayKind::Set => "set",
        DisplayKind::Dict => "dict",
        DisplayKind::Generator => "generator",
    };
    let what = match op {
        Op::Display { kind, .. } => display(*kind),
        Op::Comprehension(inner) => display(inner.kind),
        Op::DictDisplay { .. } => "dict",
        Op::Call { .. } => "result of the call",
        Op::Format { .. } => "string",
        Op::Closure { .. } => "function",
        Op::Binary { .. } => "result of the operator",
        Op::UnpackRest { .. } => "list of the rest",
        _ => return None,
    };
    ir::defined(op).map(|var| (var, what))
}

/// Why what a variable holds first outlives the function, or an iteration; nothing where the region
/// is none of a loop.
pub(super) fn of_way(
    places: &Places<'_>,
    way: &Way,
    what: &str,
    regions: &Map<Region, (RegionKind, u32)>,
) -> Option<Chain> {
    let conclusion = match way.region {
        None => ending(places, way),
        Some(region) => match regions.get(&region)? {
            (RegionKind::Loop | RegionKind::Comprehension, line) => {
                format!("outlives the iteration of the loop at line {line}")
            }
            _ => return None,
        },
    };
    let mut steps = Steps::default();
    steps.add(places.of_var(way.var), "made here".to_owned());
    for pair in way.holders.windows(2) {
        if let [from, to] = pair {
            held(places, *from, *to, &mut steps);
        }
    }
    if let Some(last) = way.holders.last() {
        end(places, way, last.var, &mut steps);
    }
    let subject = match way.is_part {
        true => format!("something in the {what}"),
        false => format!("the {what}"),
    };
    Some(Chain {
        subject,
        conclusion,
        is_whole: true,
        steps: steps.0,
    })
}

fn ending(places: &Places<'_>, way: &Way) -> String {
    match way.via {
        Via::Variable => "outlives its region".to_owned(),
        Via::Returned => "leaves the function in its result".to_owned(),
        Via::Yielded => "leaves the function in what it yields".to_owned(),
        Via::Thrown => "leaves the function in an exception".to_owned(),
        Via::Global => "outlives the call in a global variable".to_owned(),
        Via::Closure => "outlives the call in a variable that functions share".to_owned(),
        Via::Unknown => "may outlive the call in code that cannot be seen".to_owned(),
        Via::Parameter(number) => {
            let name = way
                .holders
                .last()
                .and_then(|holder| places.parameter(holder.var));
            match name {
                Some((_, name)) => format!("outlives the call in the argument for `{name}`"),
                None => format!("outlives the call in argument number {}", number + 1),
            }
        }
    }
}

/// What a variable is called, as far as the source tells.
fn holder(places: &Places<'_>, var: Var) -> String {
    if let Some((_, name)) = places.parameter(var) {
        return format!("parameter `{name}`");
    }
    if let Some(name) = places.cell(var) {
        return format!("variable `{name}`");
    }
    match places.of_var(var) {
        Some((_, line)) => format!("the value of line {line}"),
        None => "another value".to_owned(),
    }
}

/// The field that a value of `from` is stored in, in the object that `base` holds.
fn stored(places: &Places<'_>, base: Var, from: Var) -> Option<Field> {
    let facts = &places.solved.program.facts;
    let rows = facts.store.iter();
    let mut found = rows.filter(|row| row.0 == base && row.2 == from);
    found.next().map(|row| row.1)
}

fn loaded(places: &Places<'_>, base: Var, to: Var) -> Option<Field> {
    let facts = &places.solved.program.facts;
    let rows = facts.load.iter();
    let mut found = rows.filter(|row| row.0 == base && row.2 == to);
    let iterated = || facts.iterate.contains(&(base, to)).then_some(Field::ALL);
    found.next().map(|row| row.1).or_else(iterated)
}

/// A value goes from holder to holder.
fn held(places: &Places<'_>, from: Holder, to: Holder, steps: &mut Steps) {
    if from.var == to.var {
        return;
    }
    let whose = holder(places, to.var);
    if let Some(field) = stored(places, to.var, from.var) {
        let place = places.of_write(from.var, |base| base == to.var);
        steps.add(
            place,
            format!("stored in {} of {whose}", places.field(field)),
        );
    } else if let Some(field) = loaded(places, from.var, to.var) {
        let fact = format!(
            "read from {} of {}",
            places.field(field),
            holder(places, from.var)
        );
        steps.add(places.of_var(to.var), fact);
    } else if let Some(field) = loaded(places, to.var, from.var) {
        let fact = format!("which is {} of {whose}", places.field(field));
        steps.add(places.of_var(from.var), fact);
    } else if let Some(field) = stored(places, from.var, to.var) {
        let fact = format!("or in {whose}, which is {} of it", places.field(field));
        let place = places.of_write(to.var, |base| base == from.var);
        steps.add(place, fact);
    } else if let (Some(cell), Some(place)) =
        (places.cell(to.var), assignment(places, from.var, to.var))
    {
        steps.add(Some(place), format!("assigned to `{cell}`"));
    } else {
        by_call(places, from, to, steps);
    }
}

/// A value goes to another holder by a call, or silently.
fn by_call(places: &Places<'_>, from: Holder, to: Holder, steps: &mut Steps) {
    let names = |call: Call| {
        let names: Vec<String> = places
            .targets(call)
            .map(|target| places.object(target))
            .collect();
        match names.first() {
            Some(first) if names.len() == 1 => first.clone(),
            Some(first) => format!("{first} (or another target)"),
            None => "the call".to_owned(),
        }
    };
    let passing = places.passing(from.var);
    if let Some((function, name)) = places.parameter(to.var)
        && Some(function) != places.owner(from.var)
    {
        let call = passing.iter().find(|call| places.goes_to(**call, function));
        let place = call.and_then(|call| places.of_call(*call));
        let function = places.object(function);
        return steps.add(
            place,
            format!("passed for parameter `{name}` of {function}"),
        );
    }
    if let Some(call) = places.result(to.var)
        && passing.contains(&call)
    {
        let fact = format!("kept in what {} gives", names(call));
        return steps.add(places.of_call(call), fact);
    }
    if let Some(call) = places.result(from.var)
        && places.passing(to.var).contains(&call)
    {
        let whose = holder(places, to.var);
        let fact = format!("put into what {} got as {whose}", names(call));
        return steps.add(places.of_call(call), fact);
    }
    let both = passing
        .iter()
        .find(|call| places.passing(to.var).contains(call));
    if let Some(call) = both {
        let fact = format!("{} keeps it in {}", names(*call), holder(places, to.var));
        return steps.add(places.of_call(*call), fact);
    }
    if to.is_put
        && !from.is_put
        && let Some(place) = places.of_write(from.var, |base| base == to.var)
    {
        steps.add(Some(place), format!("put into {}", holder(places, to.var)));
    }
}

/// The last holder keeps the value past the end.
fn end(places: &Places<'_>, way: &Way, last: Var, steps: &mut Steps) {
    let handing = places.of_handing(last);
    match way.via {
        Via::Returned => steps.add(handing, "returned".to_owned()),
        Via::Yielded => steps.add(handing, "yielded".to_owned()),
        Via::Thrown => steps.add(handing, "raised".to_owned()),
        Via::Parameter(_) => {
            let fact = format!("the caller has {}", holder(places, last));
            steps.add(places.of_var(last), fact);
        }
        Via::Global => {
            let fact = format!("{} lives as long as the program", holder(places, last));
            steps.add(None, fact);
        }
        Via::Closure => {
            let fact = format!(
                "{} is shared with a function that may outlive the call",
                holder(places, last)
            );
            steps.add(None, fact);
        }
        Via::Unknown => {
            let place = places
                .passing(last)
                .first()
                .and_then(|call| places.of_call(*call));
            steps.add(place, "given to code that cannot be seen".to_owned());
        }
        Via::Variable => {
            let fact = format!("{} is there after the iteration", holder(places, last));
            steps.add(places.of_var(last), fact);
        }
    }
}
