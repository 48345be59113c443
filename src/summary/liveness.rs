//! When temporaries die.
//!
//! A local lives as long as its name is bound, which the intermediate representation does not
//! say; so only values that are used on the line that makes them, and nowhere else, are taken to
//! die there: the temporaries of a statement. That is an upper bound for all others.

use std::collections::HashSet;

use heapcast_facts::{FixedState, Map, Region, Var};

use super::context::Context;
use super::keeping::{Use, uses};
use crate::ir::{Block, Index, Op, defined, nested};

/// The variables that die after each step of each block of a function, and those whose values
/// may be held by more than the function's names.
pub(super) struct Deaths {
    by_block: Map<usize, Vec<(usize, Var)>>,
    /// By block the temporaries that are an operand and nothing else: the step, the operand, and the result.
    of_operators: Map<usize, Vec<(usize, Var, Var)>>,
    temporary: HashSet<Var, FixedState>,
    stored: HashSet<Var, FixedState>,
    /// Those of them that are held as they are, and not only what is computed of them.
    stored_whole: HashSet<Var, FixedState>,
    /// Those that are held themselves, and not only their elements.
    held: HashSet<Var, FixedState>,
    /// What are parts of other values, or have these for elements of their own.
    extracted: HashSet<Var, FixedState>,
    /// The same of what is yielded.
    yielded: HashSet<Var, FixedState>,
    yielded_whole: HashSet<Var, FixedState>,
    /// What is held, and what is yielded, by itself or what it is unpacked to.
    in_parts: [HashSet<Var, FixedState>; 2],
    /// From what something is unpacked to, to that.
    packed: Map<Var, Vec<Var>>,
    /// From a result of an operation to its operands, which may be part of it.
    operands: Map<Var, Vec<Var>>,
    /// From a variable to those whose value may be part of it.
    parts: Map<Var, Vec<Var>>,
    /// How often each variable is used.
    uses: Map<Var, u32>,
    /// The variables that are more than looked at.
    passed_on: HashSet<Var, FixedState>,
    /// How often each variable is more than looked at.
    kept: Map<Var, u32>,
    /// How often each variable is what something is stored under.
    indexes: Map<Var, u32>,
    /// What is added to something in place, which keeps the elements of it.
    added: HashSet<Var, FixedState>,
    /// The variables that are positions in a list in which something is stored: the list does not keep
    /// these.
    positions: HashSet<Var, FixedState>,
    /// The variables that items of a variable's value are unpacked to.
    unpacked: Map<(Var, u32), Var>,
    /// The names that each loop binds anew.
    bound: Vec<(Region, Vec<Var>)>,
    /// How many of the names that a loop binds anew a value may be passed on to.
    names: Map<(Region, Var), u32>,
    /// What the elements of generator expressions become that are let go of one by one.
    taken: Map<Var, Vec<Var>>,
    /// The generator expression around the present step, if it is one of these.
    gives_to: Option<Var>,
    /// The elements of those that are passed to a function, where nothing else keeps them.
    chosen: HashSet<Var, FixedState>,
    /// What becomes such a position, and is kept by nothing else.
    unkept: HashSet<Var, FixedState>,
}

/// What is known so far of a variable's later uses, walking backwards: the block that they stand
/// in, and the last step there; nothing where they are in several blocks.
type Later = Map<Var, (usize, Option<usize>)>;

impl Deaths {
    pub(super) fn of(context: &Context<'_>, body: &Block) -> Self {
        let mut deaths = Self {
            by_block: Map::default(),
            of_operators: Map::default(),
            temporary: HashSet::default(),
            stored: HashSet::default(),
            stored_whole: HashSet::default(),
            held: HashSet::default(),
            extracted: HashSet::default(),
            yielded: HashSet::default(),
            yielded_whole: HashSet::default(),
            in_parts: [HashSet::default(), HashSet::default()],
            packed: Map::default(),
            operands: Map::default(),
            kept: Map::default(),
            indexes: Map::default(),
            parts: Map::default(),
            uses: Map::default(),
            passed_on: HashSet::default(),
            positions: super::positions::positions(context, body),
            added: HashSet::default(),
            unpacked: Map::default(),
            bound: Vec::new(),
            names: Map::default(),
            taken: Map::default(),
            gives_to: None,
            chosen: HashSet::default(),
            unkept: HashSet::default(),
        };
        deaths.walk(context, body, &mut Map::default());
        deaths.choose();
        deaths.count_names();
        deaths.spread();
        deaths
    }

    /// Whether the value of a variable is held by names alone, so that binding them anew lets go
    /// of it; where who takes what is yielded `lets_go` of it, by that too.
    pub(super) fn is_held_by_names(&self, var: Var, lets_go: bool) -> bool {
        !self.stored.contains(&var) && (lets_go || !self.yielded.contains(&var))
    }

    /// Whether nothing keeps the value of a variable, unless where it is stored under it.
    pub(super) fn is_kept_as_index_alone(&self, var: Var) -> bool {
        self.kept.get(&var).copied().unwrap_or(0) <= self.indexes.get(&var).copied().unwrap_or(0)
    }

    /// The same, with all that it is unpacked to.
    pub(super) fn is_let_go_of(&self, var: Var, lets_go: bool) -> bool {
        let [stored, yielded] = &self.in_parts;
        !stored.contains(&var) && (lets_go || !yielded.contains(&var))
    }

    /// The same of a number or a string, which is part of nothing that is computed of it.
    pub(super) fn is_scalar_held_by_names(&self, var: Var, lets_go: bool) -> bool {
        !self.stored_whole.contains(&var) && (lets_go || !self.yielded_whole.contains(&var))
    }

    /// Whether something holds a tuple, and not only what it is made of.
    pub(super) fn is_held(&self, var: Var) -> bool {
        self.held.contains(&var)
    }

    /// Whether a variable is used in one place only.
    pub(super) fn is_used_once(&self, var: Var) -> bool {
        self.uses.get(&var) == Some(&1)
    }

    /// Whether the value of a variable is looked at and nothing else: what is made of it has no part
    /// of it.
    pub(super) fn is_only_read(&self, var: Var) -> bool {
        !self.passed_on.contains(&var)
    }

    /// The variable that an item of a value is unpacked to.
    pub(super) fn unpacked(&self, from: Var, index: u32) -> Option<Var> {
        self.unpacked.get(&(from, index)).copied()
    }

    /// Whether nothing keeps a number but names: it is a position in a list at most.
    pub(super) fn is_unkept(&self, var: Var) -> bool {
        self.unkept.contains(&var)
    }

    /// Elements of a generator are taken one by one, for something that they may be.
    fn takes(&mut self, generator: Var, kind: Use) -> Use {
        let (Use::Flow(to) | Use::Name(to)) = kind else {
            return kind;
        };
        self.taken.entry(generator).or_default().push(to);
        match kind {
            Use::Name(_) => Use::Hold,
            _ => Use::Read,
        }
    }

    /// Such a generator gives an element.
    fn is_given(&mut self, context: &Context<'_>, generator: Var, element: Var) -> Use {
        let mut holders = vec![generator];
        let mut at = 0;
        while let Some(holder) = holders.get(at).copied() {
            at += 1;
            for &to in self.taken.get(&holder).into_iter().flatten() {
                match context.taken_singly(to) {
                    None => self.parts.entry(to).or_default().push(element),
                    Some(_) if holders.contains(&to) => {}
                    Some(_) => holders.push(to),
                }
            }
        }
        if context.taken_singly(generator) == Some(false) {
            self.chosen.insert(element);
        }
        Use::Hold
    }

    /// Whether nothing keeps a value but a function that chooses among the elements of a generator.
    pub(super) fn is_chosen(&self, var: Var) -> bool {
        self.chosen.contains(&var)
    }

    /// Of what functions choose from, that which is kept in no other way, with its parts.
    fn choose(&mut self) {
        let once = |var: &Var| self.kept.get(var) == Some(&1);
        let mut chosen = std::mem::take(&mut self.chosen);
        chosen.retain(once);
        let mut work: Vec<Var> = chosen.iter().copied().collect();
        while let Some(whole) = work.pop() {
            let parts = self.parts.get(&whole).into_iter().flatten();
            for part in parts.filter(|part| once(part)) {
                if chosen.insert(*part) {
                    work.push(*part);
                }
            }
        }
        self.chosen = chosen;
    }

    /// How many of the names that a loop binds anew may hold values of a variable at a time.
    pub(super) fn names_of(&self, region: Region, var: Var) -> u32 {
        self.names.get(&(region, var)).copied().unwrap_or(0)
    }

    /// The same of a value or one of those that it is unpacked to.
    pub(super) fn names_within(&self, region: Region, var: Var) -> u32 {
        let items = (0..).map_while(|index| self.unpacked(var, index));
        let inside = items.map(|item| self.names_within(region, item));
        self.names_of(region, var).max(inside.max().unwrap_or(0))
    }

    /// Counts the names that loops pass values on to: `a, b = b, a + b` has two.
    fn count_names(&mut self) {
        for (region, names) in std::mem::take(&mut self.bound) {
            let mut counts: Map<Var, u32> = Map::default();
            for name in names {
                let mut held: HashSet<Var, FixedState> = HashSet::default();
                held.insert(name);
                spread(&mut held, &[&self.parts]);
                held.iter()
                    .for_each(|var| *counts.entry(*var).or_default() += 1);
            }
            let counts = counts.into_iter();
            self.names
                .extend(counts.map(|(var, count)| ((region, var), count)));
        }
    }

    /// What is part of something stored is stored.
    fn spread(&mut self) {
        self.stored_whole.clone_from(&self.stored);
        self.yielded_whole.clone_from(&self.yielded);
        spread(&mut self.stored_whole, &[&self.parts]);
        spread(&mut self.yielded_whole, &[&self.parts]);
        let elements = std::mem::take(&mut self.extracted);
        let mut parts = self.parts.clone();
        parts.retain(|to, _| !elements.contains(to));
        self.held = self.stored.union(&self.yielded).copied().collect();
        spread(&mut self.held, &[&parts]);
        let mut unkept = self.positions.clone();
        spread(&mut unkept, &[&self.parts]);
        self.in_parts = [self.stored.clone(), self.yielded.clone()];
        let all = [&self.parts, &self.operands, &self.packed];
        (self.in_parts.iter_mut()).for_each(|held| spread(held, &all));
        let is_kept =
            |var: &Var| self.stored_whole.contains(var) || self.yielded_whole.contains(var);
        unkept.retain(|var| !is_kept(var));
        self.unkept = unkept;
        spread(&mut self.stored, &[&self.parts, &self.operands]);
        spread(&mut self.yielded, &[&self.parts, &self.operands]);
        // These are kept as long as the summaries are made.
        self.parts = Map::default();
        self.taken = Map::default();
        self.operands = Map::default();
        self.packed = Map::default();
    }

    /// Whether something is stored under a variable in lists alone, which do not keep it.
    pub(super) fn is_position(&self, var: Var) -> bool {
        self.positions.contains(&var)
    }

    /// Whether a variable is used on the line alone that makes its value.
    pub(super) fn is_temporary(&self, var: Var) -> bool {
        self.temporary.contains(&var)
    }

    /// As (step, variable), in order.
    pub(super) fn in_block(&self, block: &Block) -> &[(usize, Var)] {
        self.by_block
            .get(&identity(block))
            .map_or(&[], |deaths| deaths)
    }

    /// The temporaries of a block that are an operand and nothing else, as (step, operand, result), in
    /// order. Numbers and strings die there, if that is what the step makes of them.
    pub(super) fn of_operators(&self, block: &Block) -> &[(usize, Var, Var)] {
        self.of_operators
            .get(&identity(block))
            .map_or(&[], |operands| operands)
    }

    fn walk(&mut self, context: &Context<'_>, block: &Block, later: &mut Later) {
        let own = identity(block);
        let mut found = Vec::new();
        let mut operand_of: Map<Var, (usize, Var)> = Map::default();
        let mut operands = Vec::new();
        for (at, item) in block.iter().enumerate().rev() {
            if let Op::Loop(inner) = &item.op
                && !inner.phis.is_empty()
            {
                let names = inner.phis.iter().map(|phi| phi.to).collect();
                self.bound.push((inner.region, names));
            }
            let around = self.gives_to;
            if let Op::Comprehension(inner) = &item.op {
                self.gives_to = context.taken_singly(inner.to).map(|_| inner.to);
            }
            for inner in nested(&item.op).into_iter().rev() {
                self.walk(context, inner, later);
            }
            self.gives_to = around;
            if let Op::SetSubscript {
                index: Index::Value(index),
                ..
            } = &item.op
            {
                *self.indexes.entry(*index).or_default() += 1;
            }
            if let Op::Unpack { to, from, .. } | Op::UnpackRest { to, from, .. } = &item.op {
                self.packed.entry(*to).or_default().push(*from);
            }
            if let Op::Unpack {
                to,
                from,
                index,
                from_back: false,
            } = &item.op
            {
                self.unpacked.insert((*from, *index), *to);
            }
            if let Some(to) = extracted(context, &item.op) {
                self.extracted.insert(to);
            }
            match &item.op {
                Op::Binary {
                    right,
                    in_place: true,
                    ..
                } => {
                    self.added.insert(*right);
                }
                Op::Display { to, elements, .. } if self.added.contains(to) => {
                    self.stored.extend(elements.iter().map(|(var, _)| *var));
                }
                _ => {}
            }
            uses(context, &item.op, &mut |var, kind| {
                let kind = match &item.op {
                    Op::SetSubscript {
                        index: Index::Value(index),
                        from,
                        ..
                    } if *index == var && *from != var && self.positions.contains(&var) => {
                        Use::Read
                    }
                    Op::Collect { .. } => match self.gives_to {
                        Some(generator) => self.is_given(context, generator, var),
                        None => kind,
                    },
                    Op::Call { .. } | Op::Narrow { .. } if context.taken_singly(var).is_some() => {
                        self.takes(var, kind)
                    }
                    _ if matches!(kind, Use::Name(_)) && context.taken_singly(var).is_some() => {
                        self.takes(var, kind)
                    }
                    _ => kind,
                };
                *self.uses.entry(var).or_default() += 1;
                if kind != Use::Read {
                    self.passed_on.insert(var);
                    *self.kept.entry(var).or_default() += 1;
                }
                let until = match kind {
                    Use::Read => Some(at),
                    Use::Flow(to) => {
                        let parts = match item.op {
                            Op::Binary { .. } => {
                                operand_of.insert(var, (at, to));
                                &mut self.operands
                            }
                            _ => &mut self.parts,
                        };
                        parts.entry(to).or_default().push(var);
                        match later.get(&to) {
                            Some((other, until)) => until.filter(|_| *other == own),
                            None => Some(at),
                        }
                    }
                    Use::Name(to) => {
                        self.parts.entry(to).or_default().push(var);
                        None
                    }
                    Use::Hold => None,
                    Use::Keep => {
                        self.stored.insert(var);
                        None
                    }
                    Use::Yield => {
                        self.yielded.insert(var);
                        None
                    }
                };
                let entry = later.entry(var).or_insert((own, until));
                entry.1 = match (entry.1, until) {
                    (Some(a), Some(b)) if entry.0 == own => Some(a.max(b)),
                    _ => None,
                };
            });
            let Some(to) = defined(&item.op) else {
                continue;
            };
            if let Some(&(until, result)) = operand_of.get(&to)
                && self.is_used_once(to)
                && same_line(block, at, until)
            {
                operands.push((until, to, result));
            }
            let until = match later.get(&to) {
                Some((other, until)) => until.filter(|_| *other == own),
                None => Some(at),
            };
            if let Some(until) = until.filter(|&until| same_line(block, at, until)) {
                found.push((until, to));
            }
        }
        if !found.is_empty() {
            found.sort_unstable();
            self.temporary.extend(found.iter().map(|(_, var)| *var));
            self.by_block.insert(own, found);
        }
        if !operands.is_empty() {
            operands.sort_unstable();
            self.of_operators.insert(own, operands);
        }
    }
}

/// Adds the parts of what is stored.
fn spread(stored: &mut HashSet<Var, FixedState>, parts: &[&Map<Var, Vec<Var>>]) {
    let mut work: Vec<Var> = stored.iter().copied().collect();
    while let Some(whole) = work.pop() {
        for part in parts.iter().filter_map(|parts| parts.get(&whole)).flatten() {
            if stored.insert(*part) {
                work.push(*part);
            }
        }
    }
}

/// What a step takes out of a value, or makes of its elements, that does not hold the value itself.
fn extracted(context: &Context<'_>, op: &Op) -> Option<Var> {
    match op {
        Op::Subscript { to, .. } | Op::Attribute { to, .. } => Some(*to),
        Op::Call { call, to, .. } => {
            let mut classes = context.instantiates(*call).iter().peekable();
            let is_some = classes.peek().is_some() && context.targets(*call).is_empty();
            let copies = ["builtins.list", "builtins.set", "builtins.frozenset"];
            let is_copy = classes.all(|row| copies.contains(&context.name(row.1)));
            (is_some && is_copy).then_some(*to)
        }
        _ => None,
    }
}

fn identity(block: &Block) -> usize {
    block.as_ptr() as usize
}

fn same_line(block: &Block, at: usize, until: usize) -> bool {
    let line = |at: usize| block.get(at).map(|item| item.line);
    until > at && line(at) == line(until)
}
