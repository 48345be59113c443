//! How what a call goes to came there: a shortest way back along the edges that values flow on.
//!
//! The engine keeps no derivations. When it is done, its edges and what each node holds are a graph
//! in which every step is one that a rule made, so any way back from a call to where an object is
//! made is a derivation, and a shortest one is found breadth first.

use std::collections::VecDeque;

use heapcast_facts::{Call, Facts, Field, FieldKind, Map, Obj, Var};

use super::{CallOn, Edge};
use crate::Record;
use crate::world::{NO_CALL, Through, World};

/// Where a value is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stop {
    /// In a variable.
    Variable(Var),
    /// In a field of an object.
    Field(Obj, Field),
    /// In what looking a field of an object (or of a class) up gives.
    Lookup(Obj, Field),
    /// In what a call calls.
    Callee(Call),
    /// In a node that the rules need and no program has.
    Inner,
}

/// How one target of a call came there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trail {
    /// The call.
    pub call: Call,
    /// The function, class or unseen name that it goes to.
    pub target: Obj,
    /// Where the value is, from where it is made up to the call, each with what it is there: a
    /// function may be bound to an object on the way.
    pub stops: Vec<(Stop, Obj)>,
    /// Whether the first stop is where the value is made; if not, nothing is known to lead there.
    pub is_whole: bool,
}

/// A node with one of the objects that it holds.
type Holding = (Var, Obj);

/// Longer ways back than this many holdings are given up.
const MOST: usize = 2_000_000;

/// What leads to each node.
struct Back<'a> {
    world: &'a mut World,
    edges: Map<Var, Vec<(Var, Through)>>,
    /// What is assigned to each variable, or left in an attribute of each class.
    assigned: Map<Var, Vec<Var>>,
    declared: Map<(Obj, Field), Vec<Var>>,
    copies: Map<Var, Vec<Var>>,
    made: Map<(Var, Obj), ()>,
    members: Map<(Obj, Field, Obj), ()>,
}

/// The trails of all targets of the calls.
pub(super) fn trails<'a>(
    world: &mut World,
    facts: &Facts,
    edges: impl Iterator<Item = &'a Edge>,
    calls: impl Iterator<Item = &'a CallOn>,
    asked: &[Call],
) -> Vec<Trail> {
    if asked.is_empty() {
        return Vec::new();
    }
    let mut wanted: Vec<(Call, Obj, Call, Obj)> = calls
        .filter_map(|&CallOn(call, object)| {
            let original = world.original_call(call).filter(|c| asked.contains(c))?;
            Some((original, world.target(object)?, call, object))
        })
        .collect();
    wanted.sort_unstable();
    let mut back = Back::new(world, facts, edges);
    let callees: Map<Call, Var> = facts.call.iter().copied().collect();
    let mut trails: Vec<Trail> = Vec::new();
    for group in wanted.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let starts = group.iter().flat_map(|&(original, _, call, object)| {
            let own = back.world.callee_of(call);
            let context = back.world.call_home(call).0;
            let value = callees.get(&original);
            let value = value.map(|&var| back.world.used_in(context, var));
            own.into_iter().chain(value).map(move |node| (node, object))
        });
        let starts: Vec<Holding> = starts.collect();
        if let Some(&(call, target, ..)) = group.first() {
            trails.push(back.trail(call, target, starts));
        }
    }
    trails
}

impl<'a> Back<'a> {
    fn new<'e>(world: &'a mut World, facts: &Facts, edges: impl Iterator<Item = &'e Edge>) -> Self {
        let mut back = Self {
            edges: Map::default(),
            assigned: Map::default(),
            declared: Map::default(),
            copies: Map::default(),
            made: facts.alloc.iter().map(|&row| (row, ())).collect(),
            members: Map::default(),
            world,
        };
        for &Edge(from, to, through) in edges {
            back.edges.entry(to).or_default().push((from, through));
        }
        // The engine's order is that of a hash.
        let by_node = |row: &(Var, Through)| row.0;
        back.edges
            .values_mut()
            .for_each(|rows| rows.sort_by_key(by_node));
        for &(to, from) in &facts.assign {
            back.assigned.entry(to).or_default().push(from);
        }
        for &(class, name, var) in &facts.class_attribute {
            let field = Field::attribute(name);
            back.declared.entry((class, field)).or_default().push(var);
        }
        for &(owner, name, value) in &facts.model_member {
            let key = (owner, Field::attribute(name), value);
            back.members.insert(key, ());
        }
        for (node, var) in back.world.copied_nodes() {
            back.copies.entry(var).or_default().push(node);
        }
        back
    }

    /// The shortest trail to one of these.
    fn trail(&mut self, call: Call, target: Obj, starts: Vec<Holding>) -> Trail {
        let mut onwards: Map<Holding, Option<Holding>> = Map::default();
        let mut waiting: VecDeque<Holding> = VecDeque::new();
        for start in starts {
            if self.world.held(start.0).contains(&start.1) && !onwards.contains_key(&start) {
                onwards.insert(start, None);
                waiting.push_back(start);
            }
        }
        let mut end = None;
        while let Some(holding) = waiting.pop_front() {
            if self.is_made(holding) {
                end = Some((holding, true));
                break;
            }
            let sources = self.sources(holding);
            if sources.is_empty() && end.is_none() {
                end = Some((holding, false));
            }
            for source in sources {
                if onwards.len() < MOST && !onwards.contains_key(&source) {
                    onwards.insert(source, Some(holding));
                    waiting.push_back(source);
                }
            }
        }
        let mut stops = Vec::new();
        let mut at = end.map(|(holding, _)| holding);
        while let Some(holding) = at {
            stops.push((self.world.stop(holding.0), self.world.original(holding.1)));
            at = onwards.get(&holding).copied().flatten();
        }
        Trail {
            call,
            target,
            stops,
            is_whole: end.is_some_and(|(_, whole)| whole),
        }
    }

    /// Whether the node is where the object is made, or a member of what is modelled.
    fn is_made(&self, (node, object): Holding) -> bool {
        let object = self.world.original(object);
        match self.world.stop(node) {
            Stop::Variable(var) => self.made.contains_key(&(var, object)),
            Stop::Field(owner, field) | Stop::Lookup(owner, field) => {
                self.members.contains_key(&(owner, field, object))
                    || matches!(
                        (self.world.record(object), field.kind()),
                        (Some(Record::Member(of, name)), FieldKind::Attribute(read))
                            if of == owner && name == read
                    )
            }
            Stop::Callee(_) | Stop::Inner => false,
        }
    }

    /// What the node has the object from.
    fn sources(&mut self, (node, object): Holding) -> Vec<Holding> {
        let mut sources = Vec::new();
        for (from, through) in self.edges.get(&node).cloned().unwrap_or_default() {
            let held = self.world.held(from).to_vec();
            let gives = |held: &Obj| self.world.passed(through, *held) == object;
            sources.extend(held.into_iter().filter(gives).map(|held| (from, held)));
        }
        let mut others = Vec::new();
        if let Some((_, context, var)) = self.world.home(node) {
            for &from in self.assigned.get(&var).into_iter().flatten() {
                others.push(self.world.used_in(context, from));
                if self.world.defined_in(context, var) == var {
                    others.extend(self.copies.get(&from).into_iter().flatten());
                }
            }
        }
        if let Stop::Field(class, field) = self.world.stop(node) {
            for &from in self.declared.get(&(class, field)).into_iter().flatten() {
                others.push(from);
                others.extend(self.copies.get(&from).into_iter().flatten());
            }
        }
        let holds = |from: &Var| self.world.held(*from).contains(&object);
        sources.extend(others.into_iter().filter(holds).map(|from| (from, object)));
        sources
    }
}

impl World {
    /// Where a node stands, copies with their originals.
    fn stop(&self, node: Var) -> Stop {
        if let Some(var) = self.original_var(node) {
            return Stop::Variable(var);
        }
        if let Some((object, field)) = self.cell(node) {
            return Stop::Field(self.original(object), field);
        }
        if let Some((object, field)) = self.looked_at(node) {
            return Stop::Lookup(self.original(object), field);
        }
        match self.called_at(node) {
            NO_CALL => Stop::Inner,
            call => Stop::Callee(self.original_call(call).unwrap_or(call)),
        }
    }
}
