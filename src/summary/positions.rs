//! Which subscripts are positions in a list, and not keys of a dict: what is stored in a list keeps the
//! value and not its position.

use std::collections::HashSet;

use heapcast_facts::{FixedState, Map, Var};

use super::context::Context;
use super::value::Kind;
use crate::ir::{BinaryOp, Block, Callee, Const, Index, LoopKind, Op, visit};

/// The variables that something is stored under in lists alone.
pub(super) fn positions(context: &Context<'_>, body: &Block) -> HashSet<Var, FixedState> {
    let mut all: Map<Var, bool> = Map::default();
    let mut stores: Vec<(Var, Var)> = Vec::new();
    visit(body, &mut |op| {
        if let Op::SetSubscript {
            base,
            index: Index::Value(index),
            ..
        } = op
        {
            stores.push((*base, *index));
        }
    });
    if stores.is_empty() {
        return HashSet::default();
    }
    let numbers = numbers(context, body);
    for (base, index) in stores {
        let is_list = match kind(context, base) {
            Kind::List | Kind::ByteArray => true,
            // What has a position that is computed is taken for a list.
            Kind::Unknown => numbers.contains(&index),
            _ => false,
        };
        *all.entry(index).or_insert(true) &= is_list;
    }
    all.into_iter()
        .filter_map(|(var, is_position)| is_position.then_some(var))
        .collect()
}

fn kind(context: &Context<'_>, var: Var) -> Kind {
    match context.kind_of(var) {
        Kind::Unknown => context.annotated(var),
        kind => kind,
    }
}

/// The variables that hold numbers which are computed from positions and lengths.
fn numbers(context: &Context<'_>, body: &Block) -> HashSet<Var, FixedState> {
    let mut found: HashSet<Var, FixedState> = HashSet::default();
    let mut passes: Vec<(Var, Var)> = Vec::new();
    let mut pass = |to: Var, from: &[Var]| passes.extend(from.iter().map(|from| (*from, to)));
    visit(body, &mut |op| match op {
        Op::Binary { to, op, .. } if is_arithmetic(*op) => {
            found.insert(*to);
        }
        Op::Binary {
            to,
            op: BinaryOp::Add,
            left,
            right,
            ..
        } => pass(*to, &[*left, *right]),
        Op::Const {
            to,
            value: Const::Int(_),
        } => {
            found.insert(*to);
        }
        Op::Narrow { to, from } => pass(*to, &[*from]),
        Op::Unpack { to, from, .. } => pass(*to, &[*from]),
        Op::Display { to, elements, .. } => {
            let vars: Vec<Var> = elements.iter().map(|(var, _)| *var).collect();
            pass(*to, &vars);
        }
        Op::Branch(branch) => branch.phis.iter().for_each(|phi| pass(phi.to, &phi.from)),
        Op::Loop(inner) => {
            let all = inner.phis.iter().chain(&inner.exits);
            all.for_each(|phi| pass(phi.to, &phi.from));
            if let LoopKind::For { iterable, element } = &inner.kind {
                pass(*element, &[*iterable]);
            }
        }
        Op::Call {
            to,
            callee: Callee::Value(callee),
            ..
        } => {
            let mut targets = context.points_to(*callee);
            let counts = |name: &str| matches!(name, "len" | "range" | "enumerate" | "int");
            if targets.any(|target| {
                let name = context.name(target);
                counts(name.strip_prefix("builtins.").unwrap_or(name))
            }) {
                found.insert(*to);
            }
        }
        _ => {}
    });
    loop {
        let before = found.len();
        for (from, to) in &passes {
            if found.contains(from) {
                found.insert(*to);
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

/// What numbers have and strings do not.
fn is_arithmetic(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Sub | BinaryOp::FloorDiv | BinaryOp::RShift | BinaryOp::LShift | BinaryOp::Pow
    )
}
