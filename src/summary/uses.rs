//! What a function does with its variables, as far as it tells of what kind they are, and what of them
//! it keeps.

use std::collections::HashSet;

use heapcast_facts::{FixedState, Map, Symbol as Name, Var};

use super::context::Context;
use super::driven::Driven;
use super::holders::Holders;
use super::liveness::Deaths;
use crate::ir::{
    BinaryOp, Callee, CompareOp, Const, Function, Index, LoopKind, Op, UnaryOp, visit,
};

/// What a function does with its variables.
pub(super) struct Uses {
    /// The methods that are called on each variable.
    pub(super) called: Map<Var, Vec<Name>>,
    /// The variables that must hold numbers.
    pub(super) numbers: HashSet<Var, FixedState>,
    /// What is taken out of sequences one by one.
    pub(super) sequences: Sequences,
    /// Where they are used last, and what is kept of them.
    pub(super) deaths: Deaths,
    /// The results of calls whose elements are taken one by one.
    pub(super) driven: Driven,
    /// The calls that take out what was put in before, whatever happens.
    pub(super) paired: HashSet<Var, FixedState>,
    /// What only one container keeps.
    pub(super) holders: Holders,
}

impl Uses {
    pub(super) fn of(context: &Context<'_>, function: &Function) -> Self {
        let deaths = Deaths::of(context, &function.body);
        Self {
            holders: Holders::of(context, function, &deaths),
            called: called_methods(function),
            numbers: numbers(function),
            sequences: Sequences::of(context, function),
            driven: Driven::of(context, function),
            deaths,
            paired: super::pairs::paired(context, function),
        }
    }
}

fn called_methods(function: &Function) -> Map<Var, Vec<Name>> {
    let mut called: Map<Var, Vec<Name>> = Map::default();
    visit(&function.body, &mut |op| {
        if let Op::Call {
            callee: Callee::Method(base, name),
            ..
        } = op
        {
            called.entry(*base).or_default().push(*name);
        }
    });
    called
}

/// The variables that must hold numbers, because only those can be computed with in that way.
fn numbers(function: &Function) -> HashSet<Var, FixedState> {
    let mut found = HashSet::default();
    let mut sums = Vec::new();
    visit(&function.body, &mut |op| match op {
        Op::Const {
            to,
            value: Const::Int(_) | Const::Float(_),
        } => {
            found.insert(*to);
        }
        Op::Unary {
            op: UnaryOp::Negative | UnaryOp::Positive | UnaryOp::Invert,
            operand,
            ..
        } => {
            found.insert(*operand);
        }
        Op::Binary {
            to,
            op,
            left,
            right,
            ..
        } => match op {
            BinaryOp::Add => sums.push((*to, [*left, *right])),
            BinaryOp::Sub
            | BinaryOp::FloorDiv
            | BinaryOp::Pow
            | BinaryOp::LShift
            | BinaryOp::RShift => found.extend([*left, *right]),
            _ => {}
        },
        Op::Compare {
            op: CompareOp::Lt | CompareOp::LtE | CompareOp::Gt | CompareOp::GtE,
            left,
            right,
            ..
        } => sums.push((*left, [*left, *right])),
        Op::Narrow { to, from } => sums.push((*to, [*to, *from])),
        Op::Subscript {
            index: Index::Slice { lower, upper, step },
            ..
        } => found.extend([lower, upper, step].into_iter().flatten()),
        _ => {}
    });
    // Where one is a number, so are those that go with it.
    for (whole, parts) in sums.iter().rev() {
        if found.contains(whole) || parts.iter().any(|part| found.contains(part)) {
            found.extend(parts.iter().chain([whole]));
        }
    }
    found
}

/// What is taken out of sequences one by one.
#[derive(Debug, Default)]
pub(super) struct Sequences {
    /// The variables that parts of a variable's value are bound to.
    parts: Map<Var, Vec<Var>>,
    /// The variables of which more is used than parts.
    wholes: HashSet<Var, FixedState>,
    /// The variables that are more than looked at. A string that a method of another gives is counted
    /// as a new one, even if it is that itself.
    handed_on: HashSet<Var, FixedState>,
}

impl Sequences {
    fn of(context: &Context<'_>, function: &Function) -> Self {
        let mut found = Self::default();
        visit(&function.body, &mut |op| {
            let part = match op {
                Op::Subscript {
                    to,
                    base,
                    index: Index::Value(_),
                } => Some((*base, *to)),
                Op::Unpack { to, from, .. } => Some((*from, *to)),
                Op::Loop(inner) => match inner.kind {
                    LoopKind::For { iterable, element } => Some((iterable, element)),
                    LoopKind::While { .. } => None,
                },
                _ => None,
            };
            if let Some((whole, part)) = part {
                found.parts.entry(whole).or_default().push(part);
            }
            super::keeping::operands(context, op, &mut |var| {
                if part.is_none_or(|(whole, _)| whole != var) {
                    found.wholes.insert(var);
                }
                if !looks_at(op, var) {
                    found.handed_on.insert(var);
                }
            });
        });
        found
    }

    /// Whether the strings in a sequence end with it: one by one, they are looked at alone.
    pub(super) fn end_with(&self, var: Var) -> bool {
        let looked_at = |parts: &Vec<Var>| parts.iter().all(|part| !self.handed_on.contains(part));
        !self.wholes.contains(&var) && self.parts.get(&var).is_some_and(looked_at)
    }
}

/// Whether a step makes something new of a string.
fn looks_at(op: &Op, var: Var) -> bool {
    match op {
        Op::Binary { .. } | Op::Compare { .. } | Op::Format { .. } | Op::Branch(_) => true,
        Op::Call {
            callee: Callee::Method(base, _),
            arguments,
            ..
        } => {
            let mut passed = arguments.iter().map(|argument| argument.var());
            *base == var && passed.all(|passed| passed != var)
        }
        _ => false,
    }
}
