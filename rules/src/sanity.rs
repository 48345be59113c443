//! Sanity: what must not be, in the facts and in what is derived from them.
//!
//! Each rule derives what breaks one condition, so that a sound program derives nothing. Every
//! test that solves anything checks it.

use std::convert::Infallible;
use std::fmt;

use crepe::crepe;
use heapcast_facts::{
    Call, Facts, Obj, ObjectKind, PROGRAM, Region, RegionKind, Relocation, Symbols, Var,
};

use crate::Derived;

/// A condition that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// The relation with the row that breaks it.
    pub relation: &'static str,
    /// What is wrong with the row.
    pub message: String,
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Subject {
    Var(Var),
    Obj(Obj),
    Call(Call),
    Region(Region),
}

impl fmt::Display for Subject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Var(Var(number)) => write!(out, "v{number}"),
            Self::Obj(Obj(number)) => write!(out, "o{number}"),
            Self::Call(Call(number)) => write!(out, "c{number}"),
            Self::Region(Region(number)) => write!(out, "r{number}"),
        }
    }
}

fn has_code(kind: ObjectKind) -> bool {
    matches!(
        kind,
        ObjectKind::Function
            | ObjectKind::ModelFunction
            | ObjectKind::Class
            | ObjectKind::ModelClass
    )
}

fn is_callable(kind: ObjectKind) -> bool {
    has_code(kind) || kind == ObjectKind::External
}

crepe! {
    // A relation mentions the identifier.
    @input
    struct MentionsVar(&'static str, Var);
    @input
    struct MentionsObject(&'static str, Obj);
    @input
    struct MentionsCall(&'static str, Call);
    @input
    struct MentionsRegion(&'static str, Region);

    @input
    struct Object(Obj, ObjectKind);
    @input
    struct VariableIn(Var, Obj);
    @input
    struct CallIn(Call, Obj);
    // A row says what the call calls.
    @input
    struct Calls(Call);
    @input
    struct FormalParam(Obj, u32, Var);
    @input
    struct ActualParam(Call, u32, Var);
    @input
    struct ReturnValue(Obj, Var);
    @input
    struct YieldValue(Obj, Var);
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
    @input
    struct CallReceiver(Call, Obj);
    @input
    struct Outlives(Var, Region);

    @output
    struct Violated(&'static str, Subject, &'static str);

    struct Above(Region, Region);

    // X1  Every identifier is declared, once.
    Violated(relation, Subject::Var(var), "has no row in variable_in") <-
        MentionsVar(relation, var), !VariableIn(var, _);
    Violated(relation, Subject::Obj(object), "has no row in object") <-
        MentionsObject(relation, object), !Object(object, _), (object != PROGRAM);
    Violated(relation, Subject::Call(call), "has no row in call_in") <-
        MentionsCall(relation, call), !CallIn(call, _);
    Violated(relation, Subject::Region(region), "has no row in region") <-
        MentionsRegion(relation, region), !RegionOf(region, _, _);
    Violated("variable_in", Subject::Var(var), "belongs to two functions") <-
        VariableIn(var, function), VariableIn(var, other), (function != other);
    Violated("call_in", Subject::Call(call), "stands in two functions") <-
        CallIn(call, function), CallIn(call, other), (function != other);
    Violated("object", Subject::Obj(object), "is of two kinds") <-
        Object(object, kind), Object(object, other), (kind != other);
    Violated("region", Subject::Region(region), "is of two kinds or functions") <-
        RegionOf(region, kind, function), RegionOf(region, other, owner),
        (kind != other || function != owner);

    // X2  Regions of one function form a tree below its outermost one.
    Above(region, parent) <- RegionParent(region, parent);
    Above(region, ancestor) <- Above(region, parent), RegionParent(parent, ancestor);
    Violated("region_parent", Subject::Region(region), "is inside of itself") <-
        Above(region, ancestor), (region == ancestor);
    Violated("region_parent", Subject::Region(region), "has two parents") <-
        RegionParent(region, parent), RegionParent(region, other), (parent != other);
    Violated("region_parent", Subject::Region(region), "has a parent in another function") <-
        RegionParent(region, parent), RegionOf(region, _, function), RegionOf(parent, _, owner),
        (function != owner);
    Violated("region", Subject::Region(region), "has no parent") <-
        RegionOf(region, kind, _), (kind != RegionKind::Function), !RegionParent(region, _);
    Violated("region", Subject::Region(region), "is outermost and has a parent") <-
        RegionOf(region, (RegionKind::Function), _), RegionParent(region, _);

    // X3  What stands in a region belongs to the region's function, below the outermost region.
    Violated("defined_in", Subject::Var(var), "is defined in a region of another function") <-
        DefinedIn(var, region), RegionOf(region, _, function), VariableIn(var, owner),
        (function != owner);
    Violated("call_region", Subject::Call(call), "stands in a region of another function") <-
        CallRegion(call, region), RegionOf(region, _, function), CallIn(call, owner),
        (function != owner);
    Violated("defined_in", Subject::Var(var), "is listed for an outermost region") <-
        DefinedIn(var, region), RegionOf(region, (RegionKind::Function), _);
    Violated("call_region", Subject::Call(call), "is listed for an outermost region") <-
        CallRegion(call, region), RegionOf(region, (RegionKind::Function), _);
    Violated("defined_in", Subject::Var(var), "is defined in two regions") <-
        DefinedIn(var, region), DefinedIn(var, other), (region != other);

    // X4  Parameters are numbered without gaps, each is one variable, of the function.
    Violated("formal", Subject::Obj(function), "has a gap before a parameter") <-
        FormalParam(function, index, _), (index > 0), !FormalParam(function, index - 1, _);
    Violated("formal", Subject::Obj(function), "has two parameters in one place") <-
        FormalParam(function, index, var), FormalParam(function, index, other), (var != other);
    Violated("formal", Subject::Var(var), "is a parameter of another function") <-
        FormalParam(function, _, var), VariableIn(var, owner), (function != owner);

    // X5  Only functions return and yield.
    Violated("return_value", Subject::Obj(function), "returns and is no function") <-
        ReturnValue(function, _), Object(function, kind), (!has_code(kind));
    Violated("yields", Subject::Obj(function), "yields and is no function") <-
        YieldValue(function, _), Object(function, kind), (!has_code(kind));

    // X6  A call calls something that can be called, with the receivers of its own targets.
    Violated("call_in", Subject::Call(call), "calls nothing") <- CallIn(call, _), !Calls(call);
    Violated("call_target", Subject::Obj(function), "is a target and cannot be called") <-
        CallTarget(_, function), Object(function, kind), (!is_callable(kind));
    Violated("call_receiver", Subject::Call(call), "has a receiver for what is no target") <-
        CallReceiver(call, function), !CallTarget(call, function);
    Violated("actual", Subject::Call(call), "has two arguments in one place") <-
        ActualParam(call, index, var), ActualParam(call, index, other), (var != other);

    // X7  A value outlives regions of its own function.
    Violated("outlives", Subject::Var(var), "outlives a region of another function") <-
        Outlives(var, region), RegionOf(region, _, function), VariableIn(var, owner),
        (function != owner);
}

/// What is wrong with the facts of a linked program, or with what was derived from them; nothing
/// if all is well.
#[must_use]
pub fn violations(facts: &Facts, derived: &Derived, symbols: &Symbols) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut runtime = Crepe::new();
    mention_facts(&mut runtime, facts, symbols, &mut found);
    mention_derived(&mut runtime, derived);
    feed(&mut runtime, facts, derived);
    let (violated,) = runtime.run_with_hasher::<crate::Hasher>();
    found.extend(
        violated
            .into_iter()
            .map(|Violated(relation, subject, complaint)| Violation {
                relation,
                message: format!("{subject} {complaint}"),
            }),
    );
    found.sort_unstable();
    found.dedup();
    found
}

/// Hands over every identifier of every relation, and reports symbols that are not in the table.
fn mention_facts(
    runtime: &mut Crepe,
    facts: &Facts,
    symbols: &Symbols,
    found: &mut Vec<Violation>,
) {
    // All symbols of the table become one that is not empty, so that an empty field is one that
    // has no symbol.
    let mut names = Symbols::default();
    let known = vec![names.intern("x"); symbols.len()];
    let stay = Relocation {
        var: 0,
        object: 0,
        call: 0,
        region: 0,
        symbols: &known,
    };
    let mut written = Facts::default();
    written.append(facts, &stay);
    let schema = Facts::schema();
    let mut relations = schema.iter();
    let Ok(()) = written.dump(&names, |relation, text| {
        let columns = relations.next().map_or(&[][..], |info| &info.columns);
        for row in text.lines() {
            for (column, field) in columns.iter().zip(row.split('\t')) {
                if !mention(runtime, relation, column.type_name, field) {
                    found.push(Violation {
                        relation,
                        message: format!("column {} has a symbol of no table", column.name),
                    });
                }
            }
        }
        Ok::<(), Infallible>(())
    });
}

/// Hands over one field of a row; false if it is a symbol of no table.
fn mention(runtime: &mut Crepe, relation: &'static str, type_name: &str, field: &str) -> bool {
    let number = || field.get(1..).and_then(|digits| digits.parse().ok());
    match type_name {
        "variable" => runtime.extend(number().map(|id| MentionsVar(relation, Var(id)))),
        "object" => runtime.extend(number().map(|id| MentionsObject(relation, Obj(id)))),
        "call" => runtime.extend(number().map(|id| MentionsCall(relation, Call(id)))),
        "region" => runtime.extend(number().map(|id| MentionsRegion(relation, Region(id)))),
        "symbol" => return !field.is_empty(),
        "field" => return !matches!(field, "." | "="),
        _ => {}
    }
    true
}

fn mention_derived(runtime: &mut Crepe, derived: &Derived) {
    let is_static = |object: Obj| object.0 < derived.first_record;
    let points_to = &derived.var_points_to;
    runtime.extend(
        points_to
            .iter()
            .map(|&(var, _)| MentionsVar("var_points_to", var)),
    );
    for &(call, function) in &derived.call_target {
        runtime.extend([MentionsCall("call_target", call)]);
        runtime.extend(
            [MentionsObject("call_target", function)]
                .into_iter()
                .filter(|_| is_static(function)),
        );
    }
    let edges = derived
        .call_graph_edge
        .iter()
        .flat_map(|&(from, to)| [from, to]);
    let ends = edges.filter(|&end| is_static(end));
    runtime.extend(ends.map(|end| MentionsObject("call_graph_edge", end)));
    let made = &derived.instantiates;
    runtime.extend(
        made.iter()
            .map(|&(call, _)| MentionsCall("instantiates", call)),
    );
    for &(var, region, _) in &derived.outlives {
        runtime.extend([MentionsVar("outlives", var)]);
        runtime.extend([MentionsRegion("outlives", region)]);
    }
}

fn feed(runtime: &mut Crepe, facts: &Facts, derived: &Derived) {
    runtime.extend(
        facts
            .object
            .iter()
            .map(|&(object, kind, _)| Object(object, kind)),
    );
    runtime.extend(facts.variable_in.iter().map(|&(var, f)| VariableIn(var, f)));
    runtime.extend(facts.call_in.iter().map(|&(call, f, _)| CallIn(call, f)));
    let values = facts.call.iter().map(|&(call, _)| call);
    let methods = facts.method_call.iter().map(|&(call, ..)| call);
    let protocols = facts.protocol_call.iter().map(|&(call, ..)| call);
    let reflected = facts.reflected_call.iter().map(|&(call, ..)| call);
    let bare = facts.constructs.iter().map(|&(call, _)| call);
    let deletions = facts.delete.iter().map(|&(call, ..)| call);
    let callers = values
        .chain(methods)
        .chain(protocols)
        .chain(reflected)
        .chain(deletions)
        .chain(bare);
    runtime.extend(callers.map(Calls));
    runtime.extend(
        facts
            .formal
            .iter()
            .map(|&(f, i, var)| FormalParam(f, i, var)),
    );
    runtime.extend(
        facts
            .actual
            .iter()
            .map(|&(call, i, var)| ActualParam(call, i, var)),
    );
    runtime.extend(
        facts
            .return_value
            .iter()
            .map(|&(f, var)| ReturnValue(f, var)),
    );
    runtime.extend(facts.yields.iter().map(|&(f, var)| YieldValue(f, var)));
    let regions = facts.region.iter();
    runtime.extend(regions.map(|&(region, kind, f, _)| RegionOf(region, kind, f)));
    let parents = facts.region_parent.iter();
    runtime.extend(parents.map(|&(region, parent)| RegionParent(region, parent)));
    runtime.extend(facts.defined_in.iter().map(|&(var, r)| DefinedIn(var, r)));
    let placed = facts.call_region.iter();
    runtime.extend(placed.map(|&(call, region)| CallRegion(call, region)));
    runtime.extend(
        derived
            .call_target
            .iter()
            .map(|&(call, f)| CallTarget(call, f)),
    );
    let receivers = derived.call_receiver.iter();
    runtime.extend(receivers.map(|&(call, f, _)| CallReceiver(call, f)));
    runtime.extend(
        derived
            .outlives
            .iter()
            .map(|&(var, region, _)| Outlives(var, region)),
    );
}
