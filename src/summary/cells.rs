//! Elements that a loop counts in: `counts[key] += 1`, with the same list and the same key in each
//! iteration. Such an element is a loop variable like a name, as long as nothing else can store
//! something in its place.

use std::collections::HashSet;

use heapcast_facts::{FixedState, Map, Region, Var};

use super::bodies::root_of;
use super::certain::bound_in;
use super::interpret::Interpreter;
use super::progress::{Form, Way};
use crate::algebra::Rational;
use crate::ir::{Block, Callee, Index, Loop, LoopKind, Op};

/// An element that takes part in the progress of a loop.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    /// The loop.
    pub(super) region: Region,
    /// What stands for it among the loop variables: the first that was read from it.
    pub(super) name: Var,
    reads: Vec<Var>,
    stores: Vec<(Var, Var)>,
}

impl Cell {
    /// What a step does to the element on a way; whether it is about the element at all.
    pub(super) fn step(&self, op: &Op, way: &mut Way, from: Option<Form>) -> bool {
        match op {
            Op::Subscript { to, .. } if self.reads.contains(to) => {
                let unchanged = || Form::Phi(self.name, Rational::ZERO);
                let form = way.get(&self.name).cloned().unwrap_or_else(unchanged);
                way.insert(*to, form);
                true
            }
            Op::SetSubscript {
                base,
                index: Index::Value(index),
                ..
            } if self.stores.contains(&(*base, *index)) => {
                way.insert(self.name, from.unwrap_or(Form::Other));
                true
            }
            _ => false,
        }
    }
}

/// What a loop does with elements.
#[derive(Default)]
struct Elements {
    aliases: Map<Var, Var>,
    /// What is read, with the list and the key.
    reads: Vec<(Var, Var, Var)>,
    /// The lists and keys that something is stored under.
    stores: Vec<(Var, Option<Var>)>,
    /// What methods are called on.
    receivers: Vec<Var>,
    /// Whether other code may change anything.
    is_open: bool,
}

impl<'a> Interpreter<'a> {
    /// The elements that a `while` loop counts in. What is stored where the order of steps is not
    /// plain (in loops inside of it, in `try` and `with`) is none of them.
    pub(super) fn cells(&mut self, inner: &'a Loop) -> Vec<Cell> {
        let LoopKind::While { header, .. } = &inner.kind else {
            return Vec::new();
        };
        let mut plain: Vec<(Var, Var)> = Vec::new();
        plain_stores(&inner.body, &mut plain);
        if plain.is_empty() {
            return Vec::new();
        }
        let mut elements = Elements::default();
        for block in [header, &inner.body] {
            crate::ir::visit(block, &mut |op| self.gather_elements(op, &mut elements));
        }
        if elements.is_open {
            return Vec::new();
        }
        let bound = bound_in(inner);
        let mut cells: Vec<Cell> = Vec::new();
        for &(base, index) in &plain {
            let key = (elements.root(base), elements.root(index));
            let is_key = |of: (Var, Var)| (elements.root(of.0), elements.root(of.1)) == key;
            if cells.iter().any(|cell| is_key(cell.stores[0])) {
                continue;
            }
            let stays = |var: Var| !bound.contains(&var);
            if !stays(key.0) || !stays(key.1) || !self.is_alone(key, &elements, &bound) {
                continue;
            }
            let own = elements.reads.iter().filter(|own| is_key((own.1, own.2)));
            let reads: Vec<Var> = own.map(|own| own.0).collect();
            let stores: Vec<(Var, Var)> =
                plain.iter().copied().filter(|own| is_key(*own)).collect();
            let all = elements.stores.iter();
            let all = all.filter(|(base, index)| index.is_some_and(|index| is_key((*base, index))));
            // One that is stored in another place too is not followed.
            if let (Some(&name), true) = (reads.first(), all.count() == stores.len()) {
                cells.push(Cell {
                    region: inner.region,
                    name,
                    reads,
                    stores,
                });
            }
        }
        cells
    }

    fn gather_elements(&self, op: &Op, found: &mut Elements) {
        match op {
            Op::Narrow { to, from } => {
                found.aliases.insert(*to, *from);
            }
            Op::Subscript {
                to,
                base,
                index: Index::Value(index),
            } => found.reads.push((*to, *base, *index)),
            Op::SetSubscript { base, index, .. } | Op::DeleteSubscript { base, index } => {
                let index = match index {
                    Index::Value(index) if matches!(op, Op::SetSubscript { .. }) => Some(*index),
                    _ => None,
                };
                found.stores.push((*base, index));
            }
            Op::Call { callee, call, .. } => {
                if let Callee::Method(base, _) = callee {
                    found.receivers.push(*base);
                }
                let mut targets = self.context.targets(*call).iter();
                found.is_open |= targets.any(|(_, target)| self.changes_arguments(*target));
            }
            Op::Yield { .. } | Op::YieldFrom { .. } | Op::Await { .. } => found.is_open = true,
            _ => {}
        }
    }

    /// Whether nothing else in the loop changes what may be the same list.
    fn is_alone(
        &mut self,
        key: (Var, Var),
        elements: &Elements,
        bound: &HashSet<Var, FixedState>,
    ) -> bool {
        let is_key = |index: Option<Var>| index.map(|index| elements.root(index)) == Some(key.1);
        let others = elements.stores.iter();
        let others =
            others.filter(|(base, index)| elements.root(*base) != key.0 || !is_key(*index));
        let mut others: Vec<Var> = others.map(|(base, _)| *base).collect();
        others.extend(&elements.receivers);
        others.into_iter().all(|other| {
            let other = elements.root(other);
            !bound.contains(&other) && self.are_apart(key.0, other)
        })
    }

    /// Whether two names are of different objects, one of which was made here.
    pub(super) fn are_apart(&mut self, one: Var, other: Var) -> bool {
        let (Some(one), Some(other)) = (self.defined(one), self.defined(other)) else {
            return false;
        };
        let is_scalar = other.kind.is_scalar();
        let made_here = one.place.is_none() || other.place.is_none();
        let ids = self.container_of(&one).zip(self.container_of(&other));
        is_scalar || (made_here && ids.is_some_and(|(one, other)| one != other))
    }
}

impl Elements {
    fn root(&self, var: Var) -> Var {
        root_of(&self.aliases, var)
    }
}

/// What is stored in a block itself and in the arms of its branches.
fn plain_stores(block: &Block, found: &mut Vec<(Var, Var)>) {
    for item in block {
        match &item.op {
            Op::SetSubscript {
                base,
                index: Index::Value(index),
                ..
            } => found.push((*base, *index)),
            Op::Branch(branch) => {
                plain_stores(&branch.then, found);
                plain_stores(&branch.or_else, found);
            }
            _ => {}
        }
    }
}
