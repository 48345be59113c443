//! What a function does with its variables, as far as it tells of what kind they are.

use std::collections::HashSet;

use heapcast_facts::{FixedState, Map, Symbol as Name, Var};

use crate::ir::{BinaryOp, Callee, CompareOp, Const, Function, Index, Op, UnaryOp, visit};

/// The methods that are called on each variable.
pub(super) fn called_methods(function: &Function) -> Map<Var, Vec<Name>> {
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
pub(super) fn numbers(function: &Function) -> HashSet<Var, FixedState> {
    let mut found = HashSet::default();
    let mut constants = HashSet::<Var, FixedState>::default();
    let mut sums = Vec::new();
    visit(&function.body, &mut |op| match op {
        Op::Const {
            to,
            value: Const::Int(_) | Const::Float(_),
        } => {
            constants.insert(*to);
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
    found.extend(constants);
    // Where one is a number, so are those that go with it.
    for (whole, parts) in sums.iter().rev() {
        if found.contains(whole) || parts.iter().any(|part| found.contains(part)) {
            found.extend(parts.iter().chain([whole]));
        }
    }
    found
}
