//! A plain, slow reference for escape: all states of all variables are visited again and again,
//! and every relation is scanned from its start each time, until nothing is new.

mod lookups;

use std::collections::{BTreeMap, BTreeSet};

use heapcast_facts::{Call, Facts, Field, FieldKind, Obj, ObjectKind, Region, RegionKind, Var};
use heapcast_rules::{Via, parameter_numbers};

/// Where the value is, as seen from a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Itself,
    In(Field),
    Under(Field),
    Somewhere,
    /// Put into an object that was taken out of the field (or of any).
    Taken(Option<Field>),
}

use Place::{In, Itself, Somewhere, Taken, Under};

/// A variable, whether the value was put into its object, and the place.
type Node = (Var, bool, Place);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Result(Place),
    Yielded(Place),
    Thrown(Place),
    Formal(Var, Place),
    Global,
    Closure,
    Unknown,
}

#[derive(Debug, Clone, Copy)]
enum Binding {
    Same,
    Spread,
    Packed(Field),
    Repacked,
}

/// What the reference derives, as in `Escapes`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) outlives: BTreeSet<(Var, Region, Via)>,
    pub(crate) parts_outlive: BTreeSet<(Var, Region, Via)>,
    pub(crate) kept: BTreeSet<(Obj, u32, Via)>,
}

struct Solver<'a> {
    facts: &'a Facts,
    targets: &'a [(Call, Obj)],
    receivers: &'a [(Call, Obj, Obj)],
    made: &'a [(Call, Obj)],
    ends: BTreeMap<Node, BTreeSet<End>>,
    next: BTreeMap<Node, BTreeSet<Node>>,
}

fn may_meet(left: Field, right: Field) -> bool {
    let rank = |field: Field| match field.kind() {
        FieldKind::Key(_) | FieldKind::Index(_) => 1,
        FieldKind::Unknown | FieldKind::All => 2,
        FieldKind::Attribute(_) | FieldKind::Keys => 0,
    };
    left == right || (rank(left) > 0 && rank(right) > 0 && rank(left) + rank(right) > 2)
}

fn read(place: Place, field: Option<Field>) -> Option<Place> {
    let fits = |held: Field| field.is_none_or(|field| may_meet(held, field));
    match place {
        In(held) if fits(held) => Some(Itself),
        Under(held) if fits(held) => Some(Somewhere),
        Somewhere => Some(Somewhere),
        Taken(held) if held.is_none_or(fits) => Some(Taken(None)),
        _ => None,
    }
}

/// Whether the value is in an attribute, which iterating does not give.
fn in_attribute(place: Place) -> bool {
    match place {
        In(held) | Under(held) | Taken(Some(held)) => held.is_attribute(),
        Itself | Somewhere | Taken(None) => false,
    }
}

fn copied(field: Field) -> Option<Field> {
    match field.kind() {
        FieldKind::Attribute(_) => None,
        FieldKind::Keys => Some(Field::KEYS),
        _ => Some(Field::UNKNOWN),
    }
}

fn elements(place: Place) -> Option<Place> {
    match place {
        Itself => None,
        In(held) => copied(held).map(In),
        Under(held) | Taken(Some(held)) => copied(held).map(Under),
        Somewhere | Taken(None) => Some(Under(Field::UNKNOWN)),
    }
}

fn under(place: Place, field: Field) -> Place {
    if place == Itself {
        In(field)
    } else {
        Under(field)
    }
}

fn any_field(place: Place) -> Place {
    match place {
        In(_) | Under(_) => Somewhere,
        Taken(_) => Taken(None),
        Itself | Somewhere => place,
    }
}

fn taken_from(place: Place, field: Field) -> bool {
    matches!(place, Taken(held) if held.is_none_or(|held| may_meet(held, field)))
}

fn taken_element(place: Place) -> bool {
    matches!(place, Taken(held) if held.is_none_or(|held| copied(held).is_some()))
}

fn enter(binding: Binding, place: Place) -> Option<Place> {
    match binding {
        Binding::Same => Some(place),
        Binding::Spread => read(place, None),
        Binding::Packed(field) => Some(under(place, field)),
        Binding::Repacked => elements(place),
    }
}

fn leave(binding: Binding, place: Place) -> Option<Place> {
    match binding {
        Binding::Same => Some(place),
        Binding::Spread => Some(Taken(None)),
        Binding::Packed(field) => taken_from(place, field).then_some(Taken(None)),
        Binding::Repacked => taken_element(place).then_some(Taken(None)),
    }
}

impl Solver<'_> {
    /// The places that hold the value if the node does, in the same function or not.
    fn successors(&self, node: Node) -> Vec<Node> {
        let facts = self.facts;
        let (var, put, place) = node;
        let mut next: Vec<Node> = Vec::new();
        let copies = self.copies();
        let mut some: Vec<(Var, Var)> = Vec::new();
        some.extend(facts.load_prefix.iter().map(|r| (r.0, r.2)));
        some.extend(facts.positional_pattern.iter().map(|r| (r.0, r.2)));
        let method_reads: Vec<(Var, Var)> = (facts.load.iter())
            .filter(|row| {
                facts.class_attribute.iter().any(|attribute| {
                    Field::attribute(attribute.1) == row.1
                        && facts.alloc.iter().any(|alloc| {
                            alloc.0 == attribute.2
                                && self.kind(alloc.1) == Some(ObjectKind::Function)
                        })
                })
            })
            .map(|row| (row.0, row.2))
            .collect();
        let mut kept: Vec<(Var, Var)> = Vec::new();
        for &(call, ..) in facts.call_in.iter().filter(|row| self.makes_bare(row.0)) {
            for result in self.results(call) {
                kept.extend(self.arguments(call).into_iter().map(|a| (result, a)));
            }
        }
        if put {
            next.push((var, false, place));
            for &(to, from) in copies.iter().filter(|copy| copy.0 == var) {
                if !self.is_plain_default(to, from) {
                    next.push((from, true, place));
                }
            }
            let loads = facts.load.iter().filter(|row| row.2 == var);
            next.extend(loads.map(|row| (row.0, true, Taken(Some(row.1)))));
            let others = some.iter().chain(&method_reads).chain(&facts.iterate);
            let others = others.filter(|row| row.1 == var);
            next.extend(others.map(|row| (row.0, true, Taken(None))));
            return next;
        }
        next.extend(
            copies
                .iter()
                .filter(|c| c.1 == var)
                .map(|c| (c.0, false, place)),
        );
        for &(_, field, to) in facts.load.iter().filter(|row| row.0 == var) {
            next.extend(read(place, Some(field)).map(|held| (to, false, held)));
        }
        for &(_, to) in some.iter().filter(|row| row.0 == var) {
            next.extend(read(place, None).map(|held| (to, false, held)));
        }
        for &(_, to) in facts.iterate.iter().filter(|row| row.0 == var) {
            let held = read(place, None).filter(|_| !in_attribute(place));
            next.extend(held.map(|held| (to, false, held)));
        }
        next.extend(
            method_reads
                .iter()
                .filter(|r| r.0 == var)
                .map(|r| (r.1, false, Somewhere)),
        );
        for &(base, field, from) in &facts.store {
            if from == var {
                next.push((base, true, under(place, field)));
            }
            if base == var && taken_from(place, field) {
                next.push((from, true, Taken(None)));
            }
        }
        for &(to, from) in &facts.elements {
            if from == var {
                next.extend(elements(place).map(|held| (to, true, held)));
            }
            if to == var && taken_element(place) {
                next.push((from, true, Taken(Some(Field::UNKNOWN))));
            }
        }
        let capturers = self.capturers(var);
        let closures = facts.alloc.iter().filter(|row| capturers.contains(&row.1));
        next.extend(closures.map(|row| (row.0, false, Somewhere)));
        for &(result, argument) in &kept {
            if argument == var {
                next.push((result, false, Somewhere));
            }
            if result == var && matches!(place, Taken(_)) {
                next.push((argument, true, Taken(None)));
            }
        }
        next
    }

    fn is_default(&self, to: Var, from: Var) -> bool {
        self.is_parameter(to)
            && self.owner(to) != self.owner(from)
            && self.facts.assign.contains(&(to, from))
    }

    fn is_plain_default(&self, to: Var, from: Var) -> bool {
        let site = |object| self.kind(object) == Some(ObjectKind::Site);
        self.is_default(to, from)
            && !self
                .facts
                .alloc
                .iter()
                .any(|row| row.0 == from && site(row.1))
            && !self.facts.call_result.iter().any(|row| row.1 == from)
            && !self.facts.assign.iter().any(|row| row.0 == from)
    }

    /// Where the value ends by what its variable is.
    fn own_ends(&self, node: Node) -> Vec<End> {
        let facts = self.facts;
        let (var, put, place) = node;
        let owner = self.owner(var);
        let mut ends = Vec::new();
        if self.is_global(var) {
            return vec![End::Global];
        }
        let calls = || {
            facts
                .call_in
                .iter()
                .map(|row| row.0)
                .filter(|&c| self.is_unknown(c))
        };
        if put {
            let lasting = |object: Obj| {
                !matches!(
                    self.kind(object),
                    None | Some(ObjectKind::Site | ObjectKind::Function)
                )
            };
            if facts.alloc.iter().any(|row| row.0 == var && lasting(row.1)) {
                ends.push(End::Global);
            }
            if let Taken(Some(field)) = place {
                let shared = facts.class_attribute.iter().any(|row| {
                    Field::attribute(row.1) == field
                        && !facts.instance_attribute.contains(&(row.0, row.1))
                });
                ends.extend(shared.then_some(End::Global));
            }
            if self.is_parameter(var) {
                ends.push(End::Formal(var, place));
            }
            if calls().any(|call| self.results(call).contains(&var)) {
                ends.push(End::Unknown);
            }
            return ends;
        }
        let mut hand_over = |function: Obj, end: End| {
            ends.push(if owner == Some(function) {
                end
            } else {
                End::Closure
            });
        };
        for row in facts.return_value.iter().filter(|row| row.1 == var) {
            hand_over(row.0, End::Result(place));
        }
        for row in facts.yields.iter().filter(|row| row.1 == var) {
            hand_over(row.0, End::Yielded(place));
        }
        for row in facts.raises.iter().filter(|row| row.1 == var) {
            if let Some(region) = facts.region.iter().find(|region| region.0 == row.0) {
                hand_over(region.2, End::Thrown(any_field(place)));
            }
        }
        let generator = facts.yields.iter().any(|row| Some(row.0) == owner);
        if generator && self.is_parameter(var) {
            ends.push(End::Result(Somewhere));
        }
        if calls().any(|c| self.arguments(c).contains(&var) || self.base(c).contains(&var)) {
            ends.push(End::Unknown);
        }
        ends
    }

    /// The states that a node enters in callees, with the calls.
    fn entered(&self, node: Node) -> Vec<(Call, Obj, Node)> {
        let (var, put, place) = node;
        let mut inner = Vec::new();
        for &(call, function) in self.targets {
            if put && self.results(call).contains(&var) {
                let returned = self
                    .facts
                    .return_value
                    .iter()
                    .filter(|row| row.0 == function);
                inner.extend(returned.map(|row| (call, function, (row.1, true, place))));
            }
            if !put {
                for (actual, formal, binding) in self.bindings(call, function) {
                    let held = enter(binding, place).filter(|_| actual == var);
                    inner.extend(held.map(|held| (call, function, (formal, false, held))));
                }
            }
        }
        inner
    }

    /// Visits a node; whether anything was new.
    fn visit(&mut self, node: Node) -> bool {
        let mut ends: BTreeSet<End> = self.own_ends(node).into_iter().collect();
        let mut next: BTreeSet<Node> = BTreeSet::new();
        let mut grew = false;
        let owner = self.owner(node.0);
        if !self.is_global(node.0) {
            next.extend(self.successors(node));
            for (call, function, inner) in self.entered(node) {
                grew |= !self.ends.contains_key(&inner);
                let found = self.ends.entry(inner).or_default().clone();
                let caller = self
                    .facts
                    .call_in
                    .iter()
                    .find(|row| row.0 == call)
                    .map(|r| r.1);
                for end in found {
                    let place = match end {
                        End::Result(place) => Some(place),
                        End::Yielded(place) => Some(under(place, Field::UNKNOWN)),
                        _ => None,
                    };
                    for result in self.results(call) {
                        next.extend(place.map(|place| (result, false, place)));
                    }
                    match end {
                        End::Formal(holder, held) => {
                            // A variable of the callee; its function may be called by others.
                            for (other, formal, binding) in self.bindings(call, function) {
                                let place = leave(binding, held).filter(|_| formal == holder);
                                next.extend(place.map(|place| (other, true, place)));
                            }
                        }
                        End::Thrown(place) => {
                            ends.insert(if caller == owner { end } else { End::Closure });
                            let rows = self.facts.call_region.iter().filter(|r| r.0 == call);
                            for caught in rows.flat_map(|row| self.catchers(row.1)) {
                                next.insert((caught, false, place));
                            }
                        }
                        End::Global | End::Closure | End::Unknown => drop(ends.insert(end)),
                        End::Result(_) | End::Yielded(_) => {}
                    }
                }
            }
        }
        for &holder in &next {
            grew |= !self.ends.contains_key(&holder);
            let found = self.ends.entry(holder).or_default().clone();
            let (inside, outside) = (owner, self.owner(holder.0));
            if self.is_default(holder.0, node.0) {
                ends.insert(End::Closure);
            }
            if self.is_global(holder.0) || inside == outside {
                ends.extend(found);
            } else if let (Some(inside), Some(outside)) = (inside, outside)
                && (!self.encloses(inside, outside) || !found.is_empty())
            {
                ends.insert(End::Closure);
            }
        }
        let known = self.ends.entry(node).or_default();
        grew |= !ends.is_subset(known);
        known.extend(ends);
        let steps = self.next.entry(node).or_default();
        grew |= !next.is_subset(steps);
        steps.extend(next);
        grew
    }

    /// The regions that nodes leave through variables of their own function.
    fn left(&self) -> BTreeSet<(Node, Region)> {
        let mut left: BTreeSet<(Node, Region)> = BTreeSet::new();
        loop {
            let before = left.len();
            for (&node, next) in &self.next {
                for &holder in next {
                    if self.owner(node.0) != self.owner(holder.0) && !self.is_global(holder.0) {
                        continue;
                    }
                    for region in self.within(node.0) {
                        let leaves = !self.within(holder.0).contains(&region);
                        if leaves || left.contains(&(holder, region)) {
                            left.insert((node, region));
                        }
                    }
                }
            }
            if left.len() == before {
                return left;
            }
        }
    }
}

/// Solves a program.
pub(crate) fn solve(
    facts: &Facts,
    targets: &[(Call, Obj)],
    receivers: &[(Call, Obj, Obj)],
    made: &[(Call, Obj)],
) -> Reference {
    let mut solver = Solver {
        facts,
        targets,
        receivers,
        made,
        ends: BTreeMap::new(),
        next: BTreeMap::new(),
    };
    let made = facts.variable_in.iter();
    for &(var, _) in made.filter(|row| !facts.literal.contains(&(row.0,))) {
        solver.ends.entry((var, false, Itself)).or_default();
    }
    for &(_, var) in &facts.call_result {
        solver.ends.entry((var, false, Somewhere)).or_default();
    }
    loop {
        let nodes: Vec<Node> = solver.ends.keys().copied().collect();
        let mut grew = false;
        for node in nodes {
            grew |= solver.visit(node);
        }
        if !grew {
            break;
        }
    }
    let numbers = parameter_numbers(facts);
    let number = |var: Var| numbers.iter().find(|row| row.2 == var).map(|row| row.1);
    let via = |end: End| match end {
        End::Result(_) => Some(Via::Returned),
        End::Yielded(_) => Some(Via::Yielded),
        End::Thrown(_) => Some(Via::Thrown),
        End::Formal(var, _) => number(var).map(Via::Parameter),
        End::Global => Some(Via::Global),
        End::Closure => Some(Via::Closure),
        End::Unknown => Some(Via::Unknown),
    };
    let left = solver.left();
    let mut found = Reference::default();
    for (&(var, put, place), ends) in &solver.ends {
        if put || !matches!(place, Itself | Somewhere) {
            continue;
        }
        if place == Somewhere && !facts.call_result.iter().any(|row| row.1 == var) {
            continue;
        }
        let mut around = solver.within(var);
        let outermost = facts
            .region
            .iter()
            .filter(|row| row.1 == RegionKind::Function && Some(row.2) == solver.owner(var));
        around.extend(outermost.map(|row| row.0));
        let mut rows: BTreeSet<(Var, Region, Via)> = BTreeSet::new();
        for via in ends.iter().filter_map(|&end| via(end)) {
            rows.extend(around.iter().map(|&region| (var, region, via)));
        }
        let leaving = left.iter().filter(|row| row.0 == (var, put, place));
        rows.extend(leaving.map(|row| (var, row.1, Via::Variable)));
        if place == Itself {
            found.outlives.extend(rows);
            let mine = numbers.iter().filter(|row| row.2 == var);
            for row in mine {
                let ways = ends.iter().filter_map(|&end| via(end));
                found.kept.extend(ways.map(|way| (row.0, row.1, way)));
            }
        } else {
            found.parts_outlive.extend(rows);
        }
    }
    found
}
