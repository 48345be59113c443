//! Generators whose elements are taken one by one.
//!
//! What a call of a generator function gives is taken by loops, by functions such as `sum`, and by
//! `yield from`. Where none of them keeps more of it than names hold, each element is let go of when the
//! next one comes. Then the generator is summarised for that, and what it has at most is there as long
//! as it is itself, because its body runs while they do.

use std::collections::HashSet;

use heapcast_facts::{FixedState, Map, Region, Var};
use heapcast_rules::Via;

use super::calls::Site;
use super::context::Context;
use super::cost::{Line, covers, either, times};
use super::frame::{Owned, Owner};
use super::interpret::Interpreter;
use super::keeping::{chooses, operands};
use super::loops::may_leave;
use super::sizes::number;
use super::stacks::slots;
use super::value::Kind;
use crate::algebra::Expr;
use crate::ir::{Argument, DisplayKind, Function, LoopKind, Op, visit};

/// A generator whose elements are let go of one by one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drive {
    /// How many names hold an element while the next is made.
    names: u32,
    /// The locals, cells and stack of its frame.
    slots: u64,
}

impl Drive {
    pub(super) fn of(function: &Function, names: u32) -> Self {
        let slots = slots(function);
        Self { names, slots }
    }
}

/// Which of what a generator yields is let go of before the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum LetsGo {
    /// None of it that is known.
    Nothing,
    /// The tuples that it makes for each, and not what they hold.
    Tuples,
    /// All of it.
    All,
}

/// How the elements of something are taken.
#[derive(Debug, Clone, Default)]
pub(super) struct Taken {
    /// The loops over it, with their elements.
    loops: Vec<(Region, Var)>,
    /// What functions make of it that take its elements one by one, and whether that is one of these.
    chosen: Vec<(Var, bool)>,
    /// Whether what takes them may end before they do.
    may_end: bool,
    /// Whether all of it is yielded.
    is_yielded: bool,
}

/// The results of calls that are used in these ways alone.
#[derive(Debug, Default)]
pub(super) struct Driven {
    by_var: Map<Var, Taken>,
    /// The elements of loops that are only unpacked.
    unpacked: HashSet<Var, FixedState>,
    /// The tuples that are made to be yielded, and used in no other way.
    tuples: HashSet<Var, FixedState>,
}

impl Driven {
    pub(super) fn of(context: &Context<'_>, function: &Function) -> Self {
        let mut made: HashSet<Var, FixedState> = HashSet::default();
        visit(&function.body, &mut |op| {
            if let Op::Call { to, .. } = op {
                made.insert(*to);
            }
        });
        let mut by_var: Map<Var, Taken> = Map::default();
        let mut otherwise: HashSet<Var, FixedState> = HashSet::default();
        visit(&function.body, &mut |op| {
            let taken = taken_by(context, op);
            operands(context, op, &mut |var| {
                if taken != Some(var) && made.contains(&var) {
                    otherwise.insert(var);
                }
            });
            let Some(var) = taken.filter(|var| made.contains(var)) else {
                return;
            };
            let own = by_var.entry(var).or_default();
            match op {
                Op::Loop(inner) => {
                    if let LoopKind::For { element, .. } = &inner.kind {
                        own.loops.push((inner.region, *element));
                        own.may_end |= may_leave(&inner.body);
                    }
                }
                Op::Call { to, .. } => {
                    own.chosen.push((*to, chooses(context, op)));
                    own.may_end = true;
                }
                _ => own.is_yielded = true,
            }
        });
        by_var.retain(|var, _| !otherwise.contains(var));
        let loops = by_var.values().flat_map(|taken| &taken.loops);
        let elements: HashSet<Var, FixedState> = loops.map(|(_, element)| *element).collect();
        let mut used: HashSet<Var, FixedState> = HashSet::default();
        let mut tuples: HashSet<Var, FixedState> = HashSet::default();
        let mut other: HashSet<Var, FixedState> = HashSet::default();
        visit(&function.body, &mut |op| {
            if let Op::Display {
                kind: DisplayKind::Tuple,
                to,
                ..
            } = op
            {
                tuples.insert(*to);
            }
            operands(context, op, &mut |var| {
                if elements.contains(&var) {
                    used.insert(var);
                }
                if !matches!(op, Op::Yield { .. }) {
                    other.insert(var);
                }
            });
        });
        let unpacked = elements.difference(&used).copied().collect();
        tuples.retain(|var| !other.contains(var));
        Self {
            by_var,
            unpacked,
            tuples,
        }
    }

    /// Whether an element of a loop is unpacked, and nothing else.
    pub(super) fn is_unpacked(&self, element: Var) -> bool {
        self.unpacked.contains(&element)
    }

    /// How the elements of a call's result are taken, if it is used in no other way.
    pub(super) fn get(&self, var: Var) -> Option<&Taken> {
        self.by_var.get(&var)
    }
}

/// What a step takes the elements of.
fn taken_by(context: &Context<'_>, op: &Op) -> Option<Var> {
    match op {
        Op::Loop(inner) => match &inner.kind {
            LoopKind::For { iterable, .. } => Some(*iterable),
            LoopKind::While { .. } => None,
        },
        Op::YieldFrom { from, .. } => Some(*from),
        Op::Call {
            call, arguments, ..
        } => match arguments.as_slice() {
            [Argument::Positional(first), rest @ ..] => {
                let is_first = |argument: &Argument| argument.var() == *first;
                let targets = context.targets(*call);
                let takes = !targets.is_empty()
                    && targets.iter().all(|row| context.takes_first_singly(row.1))
                    && !rest.iter().any(is_first);
                takes.then_some(*first)
            }
            _ => None,
        },
        _ => None,
    }
}

/// A line without what others of the same type have of it.
fn without(line: Line, others: &[Line]) -> Line {
    let mut same = others
        .iter()
        .filter(|other| other.site == line.site && other.type_name == line.type_name);
    match (same.next(), same.next()) {
        (Some(part), None) if covers(&line.bytes, &part.bytes) => Line {
            count: &line.count - &part.count,
            bytes: &line.bytes - &part.bytes,
            ..line
        },
        _ => line,
    }
}

impl<'a> Interpreter<'a> {
    /// What is let go of the elements of a call's result before the next is made, and how often names hold
    /// one of them even so.
    pub(super) fn taken_singly(&self, var: Var) -> Option<(LetsGo, u32)> {
        let taken = self.uses.driven.get(var)?;
        if !self.context.outlives(var, self.function.region).is_empty() {
            return None;
        }
        let whole = self.names_of_elements(var, taken);
        let is_unpacked =
            |(_, element): &(Region, Var)| self.uses.driven.unpacked.contains(element);
        let tuples =
            !taken.is_yielded && taken.chosen.is_empty() && taken.loops.iter().all(is_unpacked);
        match whole {
            Some(names) => Some((LetsGo::All, names)),
            None => tuples.then_some((LetsGo::Tuples, 1)),
        }
    }

    /// How many names hold an element of a call's result while the next is made, if nothing else does.
    fn names_of_elements(&self, var: Var, taken: &Taken) -> Option<u32> {
        let deaths = &self.uses.deaths;
        let region = self.function.region;
        let by_names = |via: &Via| match via {
            Via::Variable | Via::Returned | Via::Thrown => true,
            Via::Yielded => self.lets_go == LetsGo::All,
            _ => false,
        };
        let parts = self.context.parts_outlive(var, region);
        if !parts.iter().all(|row| by_names(&row.2))
            || (taken.is_yielded && self.lets_go != LetsGo::All)
        {
            return None;
        }
        let is_held = |var: Var| deaths.is_let_go_of(var, self.lets_go == LetsGo::All);
        let is_let_go = taken.loops.iter().all(|(_, element)| is_held(*element))
            && (taken.chosen.iter()).all(|(to, is_one)| {
                (*is_one || self.context.kind_of(*to).is_scalar()) && is_held(*to)
            });
        let loops = taken.loops.iter();
        let names = loops.map(|(region, element)| 1 + deaths.names_within(*region, *element));
        is_let_go.then(|| names.max().unwrap_or(1))
    }

    /// What a generator has at most is there as long as it is, and each element while names hold it.
    pub(super) fn drive(
        &mut self,
        site: Site<'a>,
        peaks: Vec<Vec<Line>>,
        yielded: Vec<Line>,
        driven: Drive,
    ) {
        let taken = self.uses.driven.get(site.to);
        let may_end = taken.is_some_and(|taken| taken.may_end);
        let closing = &self.context.input.sizes.closing;
        let bytes = closing.base + closing.local * driven.slots;
        let closing = self.builtin_line(Kind::Instance, Expr::one(), number(bytes));
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        let peak = peaks.into_iter().reduce(either).unwrap_or_default();
        // Where it has not come to its end, it is thrown out.
        if may_end {
            let mut thrown = peak.clone();
            thrown.push(closing);
            frame.note(thrown);
        }
        // What is left of it is a part of that.
        for line in peak {
            let line = without(line, &yielded);
            let owner = Owner::Var(site.to);
            frame.keep(Owned { line, owner });
        }
        // One of them may be what is left of it.
        for (by, owner) in [
            (1, Owner::Result(site.to)),
            (driven.names.saturating_sub(1), Owner::Var(site.to)),
        ] {
            let by = number(by.into());
            let scaled = yielded.iter().map(|line| times(line, &by));
            for line in scaled.filter(|line| !line.bytes.is_zero()) {
                let owner = owner.clone();
                frame.keep(Owned { line, owner });
            }
        }
    }

    /// Whether what is owned is let go of by whoever takes what is yielded.
    pub(super) fn is_let_go(&self, owner: &Owner, region: Region) -> bool {
        let other = |var| {
            let mut ways = self.outlives(owner, var, region);
            !self.lets_go_of(var) || ways.any(|via| via != Via::Yielded)
        };
        self.lets_go != LetsGo::Nothing && !owner.any(other)
    }

    /// Whether the value of a variable is let go of by whoever takes it, if it is yielded.
    pub(super) fn lets_go_of(&self, var: Var) -> bool {
        match self.lets_go {
            LetsGo::Nothing => false,
            LetsGo::Tuples => self.uses.driven.tuples.contains(&var),
            LetsGo::All => true,
        }
    }
}
