//! Marks in slots: `visited[i][j] = True`, `grid[i][j] = 0`, `missing[node] -= 1`.
//!
//! Something is put in only where a slot of a list (or of a list of lists, or an entry of a dict that is
//! there) has no mark, and the slot gets its mark in the same arm. Where nothing in the loop takes a mark
//! away, each slot lets one thing in: at most as many are put in as there are slots. What is put in, and
//! what it has to do with the slot, does not matter.
//!
//! A slot that is only counted down, and lets something in where it comes to one number, does so once
//! for the same reason: it never has that number again.

use heapcast_facts::{Map, Var};

use super::bodies::{Body, Put};
use super::certain::bound_in;
use super::interpret::Interpreter;
use super::loops::CHANGING;
use super::progress::continues;
use super::value::{Step, Value};
use crate::algebra::{Expr, Rational};
use crate::ir::{BinaryOp, Block, Branch, Callee, CompareOp, Const, Index, Loop, LoopKind, Op};

/// Methods that take something out of their receiver.
const REMOVING: &[&str] = &[
    "remove",
    "discard",
    "pop",
    "popitem",
    "popleft",
    "clear",
    "difference_update",
    "intersection_update",
    "symmetric_difference_update",
];

/// A slot: the name of what it is in, and the keys that lead to it.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub(super) base: Var,
    keys: Vec<Var>,
}

/// When a slot has no mark.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fresh {
    /// It holds this.
    Is(Var),
    /// It holds something else.
    IsNot(Var),
    /// It holds what counts as false.
    IsFalse,
}

/// What is seen of a loop's steps.
#[derive(Default)]
pub(super) struct Steps<'a> {
    constants: Map<Var, &'a Const>,
    sums: Map<Var, (BinaryOp, Var, Var)>,
    /// What is stored where; nothing where a slot is taken away.
    pub(super) stores: Vec<(Slot, Option<Var>)>,
    /// What other steps change, by the names of it.
    changed: Vec<Var>,
    /// What things are taken out of.
    pub(super) taken_from: Vec<Var>,
    /// What the loop makes.
    made: Vec<Var>,
    is_open: bool,
}

impl<'a> Interpreter<'a> {
    /// How many things are put in a container, with those that were in it, if marks in slots let them
    /// in.
    pub(super) fn slot_search(
        &mut self,
        body: &Body<'a>,
        inner: &'a Loop,
        before: &Expr,
    ) -> Option<Expr> {
        let steps = self.steps_of(inner, body);
        if steps.is_open {
            return None;
        }
        let mut count = before.clone();
        for put in &body.puts {
            let slot = self.lets_in(put, body, inner, &steps)?;
            count = &count + &self.slots_like(&slot, &steps)?;
        }
        Some(count)
    }

    /// What the steps of a loop do.
    pub(super) fn steps_of(&self, inner: &'a Loop, body: &Body<'a>) -> Steps<'a> {
        let mut steps = Steps::default();
        if let LoopKind::While { header, .. } = &inner.kind {
            crate::ir::visit(header, &mut |op| self.see(op, body, &mut steps));
        }
        crate::ir::visit(&inner.body, &mut |op| self.see(op, body, &mut steps));
        steps
    }

    fn see(&self, op: &'a Op, body: &Body<'a>, steps: &mut Steps<'a>) {
        match op {
            Op::Const { to, value } => {
                steps.constants.insert(*to, value);
            }
            Op::Binary {
                to,
                op,
                left,
                right,
                in_place,
            } => {
                steps.sums.insert(*to, (*op, *left, *right));
                if *in_place {
                    steps.changed.push(*left);
                    if matches!(op, BinaryOp::Sub | BinaryOp::BitAnd | BinaryOp::BitXor) {
                        steps.taken_from.push(*left);
                    }
                }
            }
            Op::SetSubscript {
                base,
                index: Index::Value(index),
                from,
            } => {
                steps
                    .stores
                    .push((slot_under(body, *base, *index), Some(*from)));
            }
            Op::SetSubscript { base, .. } | Op::DeleteSubscript { base, .. } => {
                steps.taken_from.push(*base);
                steps.stores.push((slot_of(body, *base), None));
            }
            Op::Display { to, .. } | Op::DictDisplay { to, .. } => steps.made.push(*to),
            Op::Comprehension(inner) => steps.made.push(inner.to),
            Op::Call { callee, call, .. } => {
                if let Callee::Method(base, name) = callee {
                    let name = self.context.input.symbols.text(*name);
                    if CHANGING.contains(&name) {
                        steps.changed.push(*base);
                    }
                    if REMOVING.contains(&name) {
                        steps.taken_from.push(*base);
                    }
                }
                let mut targets = self.context.targets(*call).iter();
                steps.is_open |= targets.any(|(_, target)| self.changes_arguments(*target));
            }
            // What is raised between a step and its mark may be caught.
            Op::Try(_) | Op::Yield { .. } | Op::YieldFrom { .. } | Op::Await { .. } => {
                steps.is_open = true;
            }
            _ => {}
        }
    }

    /// The slot whose mark lets something in once.
    fn lets_in(
        &mut self,
        put: &Put<'a>,
        body: &Body<'a>,
        inner: &'a Loop,
        steps: &Steps<'a>,
    ) -> Option<Slot> {
        let bound = bound_in(inner);
        for (branch, arm) in &put.around {
            let is_then = std::ptr::eq(*arm, &raw const branch.then);
            // A loop between the test and what it lets in would let it in more than once.
            if !is_then || put.all || body.depths.get(&branch.test) != Some(&put.depth) {
                continue;
            }
            for (slot, fresh) in atoms(body, branch.test) {
                if bound.contains(&slot.base) || !self.is_alone_in(&slot, body, inner, steps) {
                    continue;
                }
                if self.is_marked_once(&slot, fresh, arm, body, steps, &bound)
                    || self.counts_down(&slot, fresh, branch, body, inner, steps)
                {
                    return Some(slot);
                }
            }
        }
        None
    }

    /// The arm marks the slot, and no other step takes a mark away.
    fn is_marked_once(
        &mut self,
        slot: &Slot,
        fresh: Fresh,
        arm: &'a Block,
        body: &Body<'a>,
        steps: &Steps<'a>,
        bound: &std::collections::HashSet<Var, heapcast_facts::FixedState>,
    ) -> bool {
        if let Fresh::Is(what) | Fresh::IsNot(what) = fresh {
            let what = body.root(what);
            if bound.contains(&what) && !steps.constants.contains_key(&what) {
                return false;
            }
        }
        let mut marks = false;
        for item in arm {
            if let Some(stored) = stored_slot(body, &item.op) {
                marks |= self.is_same(&stored, slot, body, steps) == Some(true);
            }
            let leaves = |op: &Op| matches!(op, Op::Continue | Op::Break);
            let mut inside = crate::ir::nested(&item.op).into_iter();
            if marks {
                break;
            }
            if leaves(&item.op) || inside.any(|block| continues(block) + breaks(block) > 0) {
                return false;
            }
        }
        marks
            && steps.stores.iter().all(|(stored, value)| {
                if stored.base != slot.base {
                    return true;
                }
                let other = self.is_same(stored, slot, body, steps) == Some(false);
                other || value.is_some_and(|value| self.is_mark(value, fresh, body, steps))
            })
    }

    /// The slot is counted down before it is asked for one number.
    fn counts_down(
        &mut self,
        slot: &Slot,
        fresh: Fresh,
        branch: &'a Branch,
        body: &Body<'a>,
        inner: &'a Loop,
        steps: &Steps<'a>,
    ) -> bool {
        let Fresh::Is(number) = fresh else {
            return false;
        };
        if self.constant_in(number, body, steps).is_none() {
            return false;
        }
        let Some(block) = block_of(&inner.body, branch) else {
            return false;
        };
        let mut signs: Vec<bool> = Vec::new();
        for (stored, value) in steps.stores.iter().filter(|own| own.0.base == slot.base) {
            if self.is_same(stored, slot, body, steps) == Some(false) {
                continue;
            }
            let step = value.and_then(|value| self.step_of(value, stored, body, steps));
            match step {
                Some(step) => signs.push(step.is_positive()),
                None => return false,
            }
        }
        let before = block.iter().take_while(|item| match &item.op {
            Op::Branch(own) => !std::ptr::eq(&raw const **own, branch),
            _ => true,
        });
        let mut counted = false;
        for item in before {
            if let Some(stored) = stored_slot(body, &item.op) {
                counted |= self.is_same(&stored, slot, body, steps) == Some(true);
            }
        }
        counted && signs.iter().all(|sign| *sign == signs[0])
    }

    /// By how much what is stored in a slot is more than what was there.
    fn step_of(
        &mut self,
        value: Var,
        slot: &Slot,
        body: &Body<'a>,
        steps: &Steps<'a>,
    ) -> Option<Rational> {
        let (op, left, right) = *steps.sums.get(&body.root(value))?;
        let read = slot_of(body, left);
        let same = self.is_same(&read, slot, body, steps) == Some(true);
        let by = self
            .constant_in(right, body, steps)
            .filter(|by| !by.is_zero())?;
        match op {
            BinaryOp::Add if same => Some(by),
            BinaryOp::Sub if same => Some(-&by),
            _ => None,
        }
    }

    /// Whether two slots are one; nothing where that is not known.
    fn is_same(
        &mut self,
        one: &Slot,
        other: &Slot,
        body: &Body<'a>,
        steps: &Steps<'a>,
    ) -> Option<bool> {
        if one.base != other.base || one.keys.len() != other.keys.len() {
            return None;
        }
        let mut same = true;
        for (a, b) in one.keys.iter().zip(&other.keys) {
            if body.root(*a) == body.root(*b) {
                continue;
            }
            let constants = self
                .constant_in(*a, body, steps)
                .zip(self.constant_in(*b, body, steps));
            match constants {
                // A negative index may be another name of a slot.
                Some((a, b)) if a != b && !a.is_negative() && !b.is_negative() => {
                    return Some(false);
                }
                Some((a, b)) if a == b => {}
                _ => same = false,
            }
        }
        same.then_some(true)
    }

    /// Whether a slot with that value is not fresh.
    pub(super) fn is_mark(
        &mut self,
        value: Var,
        fresh: Fresh,
        body: &Body<'a>,
        steps: &Steps<'a>,
    ) -> bool {
        let own = self.constant_in(value, body, steps);
        match fresh {
            Fresh::IsFalse => own.is_some_and(|own| !own.is_zero()),
            Fresh::Is(what) => {
                let other = self.constant_in(what, body, steps);
                if let (Some(own), Some(other)) = (&own, &other) {
                    return own != other;
                }
                let sum = steps.sums.get(&body.root(value)).copied();
                let none = matches!(steps.constants.get(&body.root(what)), Some(Const::None));
                let moved = sum.is_some_and(|(op, left, right)| {
                    let by = self.constant_in(right, body, steps);
                    matches!(op, BinaryOp::Add | BinaryOp::Sub)
                        && body.root(left) == body.root(what)
                        && by.is_some_and(|by| !by.is_zero())
                });
                moved || (none && (own.is_some() || sum.is_some()))
            }
            Fresh::IsNot(what) => {
                let other = self.constant_in(what, body, steps);
                body.root(value) == body.root(what) || (own.is_some() && own == other)
            }
        }
    }

    /// Whether a slot with that value may be taken for one that is not fresh: it is not known to be
    /// fresh, or it is more than a number that is not negative, where less than nothing is fresh.
    pub(super) fn may_be_mark(
        &mut self,
        value: Var,
        fresh: Fresh,
        body: &Body<'a>,
        steps: &Steps<'a>,
    ) -> bool {
        let known = self.constant_in(value, body, steps).is_some();
        let sum = steps.sums.get(&body.root(value)).copied();
        match fresh {
            _ if known => false,
            Fresh::Is(what) => match (self.constant_in(what, body, steps), sum) {
                (Some(number), Some((op, _, _))) => number.is_negative() && op == BinaryOp::Add,
                (Some(number), None) => number.is_negative(),
                (None, _) => true,
            },
            Fresh::IsNot(_) => false,
            Fresh::IsFalse => sum.is_some_and(|(op, _, _)| op == BinaryOp::Add),
        }
    }

    /// The number that a name has, if it always has one.
    fn constant_in(&mut self, var: Var, body: &Body<'a>, steps: &Steps<'a>) -> Option<Rational> {
        let root = body.root(var);
        match steps.constants.get(&root) {
            Some(Const::Int(value)) => Some(Rational::from(*value)),
            Some(Const::Bool(value)) => Some(Rational::from(i64::from(*value))),
            Some(_) => None,
            None => {
                let value = self.defined(root).filter(|value| !value.is_bound)?;
                value
                    .number
                    .and_then(|number| number.as_constant().cloned())
            }
        }
    }

    /// Whether nothing but stores in slots changes what the slot is in.
    fn is_alone_in(
        &mut self,
        slot: &Slot,
        body: &Body<'a>,
        inner: &'a Loop,
        steps: &Steps<'a>,
    ) -> bool {
        let bound = bound_in(inner);
        // What a slot holds may change without the slot.
        let changed = steps.changed.iter().map(|var| slot_of(body, *var));
        let changed = changed
            .filter(|other| other.base != slot.base || other.keys.len() < slot.keys.len())
            .map(|other| other.base);
        let stored = steps.stores.iter().map(|(other, _)| other.base);
        let stored = stored.filter(|other| *other != slot.base);
        let others: Vec<Var> = stored.chain(changed).collect();
        let whole = |(other, _): &(Slot, Option<Var>)| {
            other.base == slot.base && other.keys.len() != slot.keys.len()
        };
        !steps.stores.iter().any(whole)
            && others.into_iter().all(|other| {
                other != slot.base
                    && match bound.contains(&other) {
                        true => steps.made.contains(&other) || self.is_number(other, steps),
                        false => self.are_apart(slot.base, other),
                    }
            })
    }

    fn is_number(&self, var: Var, steps: &Steps<'a>) -> bool {
        steps.sums.contains_key(&var) || self.context.kind_of(var).is_scalar()
    }

    /// How many slots there are like one.
    fn slots_like(&mut self, slot: &Slot, steps: &Steps<'a>) -> Option<Expr> {
        let whole = self.defined(slot.base)?;
        let id = self.container_of(&whole)?;
        let container = self.containers.get(id.0 as usize)?;
        // What is asked for would be made.
        if container.default.is_some() {
            return None;
        }
        let is_constant = |var: &Var| matches!(steps.constants.get(var), Some(Const::Int(_)));
        let last = slot.keys.len()
            - usize::from(slot.keys.len() > 1 && slot.keys.last().is_some_and(is_constant));
        match last {
            1 => self.length(&whole),
            2 => self.all_of(&whole),
            3 => {
                let row: Value = self.part(&whole, Step::Element);
                let cell = self.part(&row, Step::Element);
                Some(&self.all_of(&whole)? * &self.length(&cell)?)
            }
            _ => None,
        }
    }
}

/// The slot that a name was read from, or the name itself.
fn slot_of(body: &Body<'_>, var: Var) -> Slot {
    let mut keys = Vec::new();
    let mut base = body.root(var);
    while let Some((of, key)) = body.reads.get(&base) {
        keys.push(*key);
        base = body.root(*of);
    }
    keys.reverse();
    Slot { base, keys }
}

/// The slot under a key of what a name holds.
fn slot_under(body: &Body<'_>, base: Var, key: Var) -> Slot {
    let mut slot = slot_of(body, base);
    slot.keys.push(key);
    slot
}

/// The slot that a step stores something in.
fn stored_slot(body: &Body<'_>, op: &Op) -> Option<Slot> {
    match op {
        Op::SetSubscript {
            base,
            index: Index::Value(index),
            ..
        } => Some(slot_under(body, *base, *index)),
        _ => None,
    }
}

/// What must hold of slots for a test to hold.
fn atoms(body: &Body<'_>, test: Var) -> Vec<(Slot, Fresh)> {
    if let Some((first, second)) = body.both.get(&test) {
        let mut found = atoms(body, *first);
        found.extend(atoms(body, *second));
        return found;
    }
    let is_slot = |var: Var| {
        let slot = slot_of(body, var);
        (!slot.keys.is_empty()).then_some(slot)
    };
    let mut found = Vec::new();
    if let Some(slot) = body.negations.get(&test).and_then(|own| is_slot(*own)) {
        found.push((slot, Fresh::IsFalse));
    }
    if let Some((op, left, right)) = body.tests.get(&test) {
        for (slot, what) in [(*left, *right), (*right, *left)] {
            let fresh = match op {
                CompareOp::Eq | CompareOp::Is => Fresh::Is(what),
                CompareOp::NotEq | CompareOp::IsNot => Fresh::IsNot(what),
                _ => continue,
            };
            found.extend(is_slot(slot).map(|slot| (slot, fresh)));
        }
    }
    found
}

/// The block that a branch stands in.
fn block_of<'a>(block: &'a Block, branch: &'a Branch) -> Option<&'a Block> {
    for item in block {
        if let Op::Branch(own) = &item.op
            && std::ptr::eq(&raw const **own, branch)
        {
            return Some(block);
        }
        let mut inside = crate::ir::nested(&item.op).into_iter();
        if let Some(found) = inside.find_map(|own| block_of(own, branch)) {
            return Some(found);
        }
    }
    None
}

/// How many `break`s of the loop around it a block has.
fn breaks(block: &Block) -> usize {
    let own = block.iter().map(|item| match &item.op {
        Op::Break => 1,
        Op::Loop(_) | Op::Comprehension(_) => 0,
        op => crate::ir::nested(op).into_iter().map(breaks).sum(),
    });
    own.sum()
}
