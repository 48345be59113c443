//! Hands the facts of a program to the rules.

use std::collections::BTreeMap;

use super::*;
use heapcast_facts::{Map, ObjectKind, PROGRAM, RegionKind};

/// The unit of a row about two variables: one of them may belong to code that is not cloned.
fn either(world: &World, first: Var, second: Var) -> Obj {
    match world.unit_of_var(first) {
        PROGRAM => world.unit_of_var(second),
        unit => unit,
    }
}

/// Hands a row over as it stands, and once more for the copies of the unit that it belongs to.
/// `var` is what the rules join it by.
fn row<T>(
    runtime: &mut Crepe,
    world: &mut World,
    (unit, var, as_what): (Obj, Var, Use),
    make: impl Fn(Obj) -> T,
) where
    Crepe: Extend<T>,
{
    world.note_use(var, as_what);
    runtime.extend([make(PROGRAM)]);
    if unit == PROGRAM {
        return;
    }
    runtime.extend([make(unit)]);
    mention(runtime, world, unit, var);
}

/// The code of a unit uses a variable, maybe one of other code.
fn mention(runtime: &mut Crepe, world: &mut World, unit: Obj, var: Var) {
    if unit != PROGRAM && world.unit_of_var(var) != unit && world.place(unit, var) {
        runtime.extend([Mentions(unit, var)]);
    }
}

/// Hands all facts over.
pub(super) fn feed(runtime: &mut Crepe, facts: &Facts, world: &mut World) {
    runtime.extend([Unit(PLAIN)]);
    values(runtime, facts, world);
    narrowing(runtime, facts, world);
    callees(runtime, facts, world);
    exceptions(runtime, facts, world);
    arguments(runtime, facts);
    parameters(runtime, facts, world);
    defaults(runtime, facts, world);
    classes(runtime, facts, world);
    outside(runtime, facts, world);
}

fn values(runtime: &mut Crepe, facts: &Facts, world: &mut World) {
    for &(var, object) in &facts.alloc {
        let unit = world.unit_of_var(var);
        runtime.extend([Alloc(PROGRAM, var, object)]);
        if unit != PROGRAM {
            runtime.extend([Alloc(unit, var, object)]);
        }
    }
    for &(to, from) in &facts.assign {
        let key = (either(world, to, from), from, Use::Assign);
        row(runtime, world, key, |unit| Assign(unit, from, to));
    }
    elements(runtime, facts, world);
    for &(base, prefix, to) in &facts.load_prefix {
        let key = (world.unit_of_var(to), base, Use::Prefix);
        row(runtime, world, key, |unit| {
            LoadPrefix(unit, base, prefix, to)
        });
    }
    for &(base, name, to) in &facts.load_named {
        let key = (world.unit_of_var(to), name, Use::Named);
        mention(runtime, world, key.0, base);
        row(runtime, world, key, |unit| LoadNamed(unit, name, base, to));
    }
    for &(base, name, from) in &facts.store_named {
        let unit = [name, base, from].map(|var| world.unit_of_var(var));
        let unit = unit.into_iter().find(|&unit| unit != PROGRAM);
        let key = (unit.unwrap_or(PROGRAM), name, Use::Named);
        mention(runtime, world, key.0, base);
        mention(runtime, world, key.0, from);
        row(runtime, world, key, |unit| {
            StoreNamed(unit, name, base, from)
        });
    }
    for &(name, to) in &facts.import_named {
        let key = (world.unit_of_var(to), name, Use::Named);
        row(runtime, world, key, |unit| ImportNamed(unit, name, to));
    }
    for &(to, from) in &facts.elements {
        let key = (either(world, to, from), from, Use::Elements);
        row(runtime, world, key, |unit| Elements(unit, from, to));
    }
    for &(to, from, start, stop) in &facts.slice {
        let key = (either(world, to, from), from, Use::Elements);
        row(runtime, world, key, |unit| {
            Slice(unit, from, start, stop, to)
        });
    }
    for &(base, to) in &facts.iterate {
        let key = (world.unit_of_var(to), base, Use::Iterate);
        row(runtime, world, key, |unit| Iterate(unit, base, to));
    }
    for &(var, class, receiver) in &facts.super_of {
        let key = (world.unit_of_var(var), receiver, Use::Super);
        row(runtime, world, key, |unit| {
            SuperOf(unit, receiver, class, var)
        });
    }
}

/// Loads and stores. Those by a key that is a parameter are of any element in the code as it stands,
/// and of what each call selects in copies.
fn elements(runtime: &mut Crepe, facts: &Facts, world: &mut World) {
    let loads = facts.load_by_key.iter();
    let loads: Map<Var, Var> = loads.map(|&(_, key, to)| (to, key)).collect();
    for &(base, field, to) in &facts.load {
        let unit = either(world, to, base);
        let Some(&key) = loads.get(&to).filter(|_| unit != PROGRAM) else {
            row(runtime, world, (unit, base, Use::Load), |unit| {
                Load(unit, base, field, to)
            });
            continue;
        };
        keyed(
            runtime,
            world,
            (unit, base, key),
            LoadByKey(unit, base, key, to),
        );
    }
    let stores = facts.store_by_key.iter();
    let stores: Map<(Var, Var), Var> = stores
        .map(|&(base, key, from)| ((base, from), key))
        .collect();
    for &(base, field, from) in &facts.store {
        let unit = either(world, base, from);
        let key = stores
            .get(&(base, from))
            .filter(|_| field == Field::UNKNOWN);
        let Some(&key) = key.filter(|_| unit != PROGRAM) else {
            row(runtime, world, (unit, base, Use::Store), |unit| {
                Store(unit, base, field, from)
            });
            continue;
        };
        keyed(
            runtime,
            world,
            (unit, base, key),
            StoreByKey(unit, base, key, from),
        );
    }
}

/// Hands a row about a key over, which holds in copies of its unit.
fn keyed<T>(runtime: &mut Crepe, world: &mut World, (unit, base, key): (Obj, Var, Var), made: T)
where
    Crepe: Extend<T>,
{
    runtime.extend([made]);
    mention(runtime, world, unit, base);
    mention(runtime, world, unit, key);
}

fn narrowing(runtime: &mut Crepe, facts: &Facts, world: &mut World) {
    for &(to, from) in &facts.class_of {
        let key = (world.unit_of_var(to), from, Use::Class);
        row(runtime, world, key, |unit| ClassOf(unit, from, to));
    }
    for &(to, from, class) in &facts.narrow_to {
        let key = (world.unit_of_var(to), class, Use::Narrow);
        row(runtime, world, key, |unit| NarrowTo(unit, class, from, to));
    }
    for &(to, from, class) in &facts.narrow_from {
        let key = (world.unit_of_var(to), class, Use::Narrow);
        row(runtime, world, key, |unit| {
            NarrowFrom(unit, class, from, to)
        });
    }
    for &(subject, index, part) in &facts.positional_pattern {
        let key = (world.unit_of_var(part), subject, Use::Pattern);
        row(runtime, world, key, |unit| {
            Pattern(unit, subject, index, part)
        });
    }
}

fn callees(runtime: &mut Crepe, facts: &Facts, world: &mut World) {
    for &(call, callee) in &facts.call {
        let key = (world.unit_of_call(call), callee, Use::Callee);
        row(runtime, world, key, |unit| CallValue(unit, callee, call));
    }
    for &(call, base, name) in &facts.method_call {
        let field = Field::attribute(name);
        let key = (world.unit_of_call(call), base, Use::Method);
        row(runtime, world, key, |unit| {
            MethodCall(unit, base, field, call)
        });
    }
    for &(call, base, name, unless) in &facts.protocol_call {
        let field = Field::attribute(name);
        let key = (world.unit_of_call(call), base, Use::Protocol);
        row(runtime, world, key, |unit| {
            Protocol(unit, base, field, unless, call)
        });
    }
    for &(call, base, name, left, unless) in &facts.reflected_call {
        let field = Field::attribute(name);
        let key = (world.unit_of_call(call), left, Use::Left);
        row(runtime, world, key, |unit| {
            Reflected(unit, left, base, field, unless, call)
        });
    }
    for &(call, base, name, _, _) in &facts.reflected_call {
        let Some(result) = world.result_of(call) else {
            continue;
        };
        let field = Field::attribute(name);
        let key = (world.unit_of_call(call), result, Use::Declined);
        row(runtime, world, key, |unit| {
            Declined(unit, result, base, field, call)
        });
    }
    for &(call, base, name) in &facts.delete {
        let field = Field::attribute(name);
        let key = (world.unit_of_call(call), base, Use::Delete);
        row(runtime, world, key, |unit| Delete(unit, base, field, call));
    }
    for &(class, base, to) in &facts.forwards {
        let key = (world.unit_of_var(to), base, Use::Forward);
        row(runtime, world, key, |unit| Forwards(unit, base, class, to));
    }
    for &(call, class) in &facts.constructs {
        let key = (world.unit_of_call(call), class, Use::Constructs);
        row(runtime, world, key, |unit| Constructs(unit, class, call));
    }
}

fn exceptions(runtime: &mut Crepe, facts: &Facts, world: &mut World) {
    for &(region, var) in &facts.raises {
        let key = (world.unit_of_var(var), var, Use::Raise);
        row(runtime, world, key, |unit| Raises(unit, var, region));
    }
    for &(region, class, var) in &facts.catches {
        let key = (world.unit_of_var(var), class, Use::Raise);
        row(runtime, world, key, |unit| {
            Catches(unit, class, region, var)
        });
    }
    for &(region, parent) in &facts.region_parent {
        if world.handling(region) == region {
            let around = world.handling(parent);
            runtime.extend([RegionAround(around, region)]);
        }
    }
    runtime.extend(facts.catches.iter().map(|&(region, _, _)| Handler(region)));
    let functions = facts
        .region
        .iter()
        .filter(|row| row.1 == RegionKind::Function);
    runtime.extend(functions.map(|&(region, _, function, _)| FunctionRegion(function, region)));
}

fn arguments(runtime: &mut Crepe, facts: &Facts) {
    runtime.extend(
        facts
            .actual
            .iter()
            .map(|&(c, index, v)| Actual(c, index, v)),
    );
    runtime.extend(
        facts
            .actual_keyword
            .iter()
            .map(|&(c, name, v)| Keyword(c, name, v)),
    );
    runtime.extend(
        facts
            .actual_star
            .iter()
            .map(|&(c, index, v)| Star(c, index, v)),
    );
    runtime.extend(facts.actual_star_star.iter().map(|&(c, v)| StarStar(c, v)));
}

fn parameters(runtime: &mut Crepe, facts: &Facts, world: &mut World) {
    // A model that is the same for all calls uses no parameter.
    let copied: Map<Obj, ()> = facts.clonable.iter().map(|row| (row.0, ())).collect();
    let is_used = |function: Obj| {
        world.kind(function) != ObjectKind::ModelFunction || copied.contains_key(&function)
    };
    let formals = facts.formal.iter().filter(|row| is_used(row.0));
    runtime.extend(formals.map(|&(f, index, v)| Formal(f, index, v)));
    let keywords = facts.formal_keyword.iter().filter(|row| is_used(row.0));
    runtime.extend(keywords.map(|&(f, name, v)| FormalKeyword(f, name, v)));
    let gathering: Map<Var, ()> = facts
        .formal_star
        .iter()
        .map(|row| row.2)
        .chain(facts.formal_star_star.iter().map(|row| row.1))
        .map(|var| (var, ()))
        .collect();
    let held: Map<Var, Obj> = facts
        .alloc
        .iter()
        .filter(|(var, _)| gathering.contains_key(var))
        .copied()
        .collect();
    runtime.extend(
        facts
            .formal_star
            .iter()
            .filter_map(|&(function, start, tuple)| {
                Some(FormalStar(function, start, *held.get(&tuple)?))
            }),
    );
    runtime.extend(
        facts
            .formal_star_star
            .iter()
            .filter_map(|&(function, dict)| Some(FormalStarStar(function, *held.get(&dict)?))),
    );
    let returns = super::returns::Returns::of(facts);
    runtime.extend(returns.values.iter().map(|&(f, v)| ReturnValue(f, v)));
    let guarded = returns.guarded.iter();
    runtime.extend(guarded.map(|&(f, v, formal, given)| ReturnIf(f, v, formal, given)));
    world.returned_formals = returns.formals.iter().map(|&(_, v)| (v, ())).collect();
    for &(function, base, field, formal) in &facts.stored_parameter {
        runtime.extend([StoresFormal(function, base, field, formal)]);
        world.stored_formals.insert(formal, ());
        mention(runtime, world, world.unit_of_function(function), base);
    }
}

/// Defaults are evaluated outside of the function that takes them.
fn defaults(runtime: &mut Crepe, facts: &Facts, world: &mut World) {
    for &(function, formal, default) in &facts.default_value {
        let unit = world.unit_of_function(function);
        mention(runtime, world, unit, default);
        runtime.extend([DefaultValue(function, formal, default)]);
    }
}

fn classes(runtime: &mut Crepe, facts: &Facts, world: &mut World) {
    let attribute = Field::attribute;
    for &(class, name, var) in facts
        .class_attribute
        .iter()
        .chain(&facts.declared_attribute)
    {
        world.note_use(var, Use::ClassAttribute);
        runtime.extend([ClassAttribute(var, class, attribute(name))]);
    }
    let overridden = facts.overridden.iter();
    runtime.extend(overridden.map(|&(class, name, heir)| Overridden(class, attribute(name), heir)));
    for &(owner, name, value) in &facts.model_member {
        runtime.extend([Member(owner, attribute(name), value)]);
    }
    let fields = data_fields(facts, &world.hierarchy);
    let matched = match_fields(facts, &world.hierarchy, &fields);
    runtime.extend(
        fields
            .iter()
            .map(|&(class, index, name)| DataField(class, index, name)),
    );
    runtime.extend(
        matched
            .into_iter()
            .map(|(class, index, name)| MatchField(class, index, name)),
    );
    let members = facts.enum_member.iter();
    runtime.extend(members.map(|&(class, name)| EnumMember(class, attribute(name))));
}

fn outside(runtime: &mut Crepe, facts: &Facts, world: &mut World) {
    let attribute = Field::attribute;
    let globals = facts.module_global.iter();
    runtime
        .extend(globals.map(|&(module, name, cell)| ModuleGlobal(module, attribute(name), cell)));
    runtime.extend(
        facts
            .entry_parameter
            .iter()
            .map(|&(var, class)| EntryParameter(var, class)),
    );
    let containers = facts.annotated_element.iter();
    runtime.extend(containers.map(|&(object, field, var)| AnnotatedContainer(object, var, field)));
    for &(var, annotation) in &facts.annotated {
        world.note_use(annotation, Use::Annotation);
        runtime.extend([Annotated(annotation, var)]);
    }
}

/// The fields of each dataclass-like class with its index, those of its bases first.
fn data_fields(facts: &Facts, hierarchy: &Hierarchy) -> Vec<(Obj, u32, Symbol)> {
    let mut own: BTreeMap<Obj, Vec<(u32, Symbol)>> = Default::default();
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
    let mut explicit: BTreeMap<Obj, Vec<(u32, Symbol)>> = Default::default();
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
