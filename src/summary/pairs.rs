//! What is put in and taken out again: `path.append(x)`, and further down in the same block
//! `path.pop()`, as in every search that goes back.

use std::collections::HashSet;

use heapcast_facts::{FixedState, Map, Var};

use super::context::Context;
use crate::ir::{Block, Callee, Function, Op};

/// Methods that put one thing in.
const PUTS: &[&str] = &["append", "add", "appendleft"];

/// Methods that take one thing out.
const TAKES: &[&str] = &["pop", "popleft", "remove", "discard"];

/// The results of all calls that take out what was put in before in the same block, with nothing in
/// between that might leave it.
pub(super) fn paired(context: &Context<'_>, function: &Function) -> HashSet<Var, FixedState> {
    let mut found = HashSet::default();
    search(context, &function.body, &mut found);
    found
}

fn search(context: &Context<'_>, block: &Block, found: &mut HashSet<Var, FixedState>) {
    let mut inside: Map<Var, u32> = Map::default();
    for item in block {
        if leaves(&item.op, true) {
            inside.clear();
        }
        if let Op::Call {
            to,
            callee: Callee::Method(base, name),
            ..
        } = &item.op
        {
            let name = context.input.symbols.text(*name);
            if PUTS.contains(&name) {
                *inside.entry(*base).or_default() += 1;
            } else if TAKES.contains(&name)
                && let Some(count) = inside.get_mut(base)
                && *count > 0
            {
                *count -= 1;
                found.insert(*to);
            }
        }
        for nested in crate::ir::nested(&item.op) {
            search(context, nested, found);
        }
    }
}

/// Whether a step may end the block that it stands in, other than by an exception.
fn leaves(op: &Op, around: bool) -> bool {
    match op {
        Op::Return { .. } | Op::Raise { .. } => true,
        Op::Break | Op::Continue => around,
        Op::Loop(_) | Op::Comprehension(_) => {
            let mut inner = crate::ir::nested(op).into_iter().flatten();
            inner.any(|item| leaves(&item.op, false))
        }
        // What a handler catches may be left undone.
        Op::Try(_) => true,
        op => {
            let mut inner = crate::ir::nested(op).into_iter().flatten();
            inner.any(|item| leaves(&item.op, around))
        }
    }
}
