//! What each iteration of a loop does that leads to another one.
//!
//! A step is certain if there is no way past it to the next iteration: it stands in the body itself
//! and not behind a `continue`, or in the one arm of a branch whose other arm leaves the loop, or in
//! a `try` whose handlers all leave it. What such a step raises ends the loop.

use std::collections::HashSet;

use heapcast_facts::{FixedState, Var};

use super::progress::continues;
use crate::ir::{Block, Loop, LoopKind, Op};

/// Calls `each` on the certain steps of a loop in order; on a step with others inside of it after
/// these. Of a header, what stands behind an `and` is certain too: the loop ends otherwise.
pub(super) fn certain<'a>(inner: &'a Loop, each: &mut dyn FnMut(&'a Op)) {
    if let LoopKind::While { header, test } = &inner.kind {
        of_test(header, *test, each);
    }
    of_block(&inner.body, each);
}

fn of_test<'a>(block: &'a Block, test: Var, each: &mut dyn FnMut(&'a Op)) {
    for item in block {
        if let Op::Branch(branch) = &item.op
            && branch.or_else.is_empty()
            && let Some(both) = branch.phis.iter().find(|phi| phi.to == test)
            && both.from.last() == Some(&branch.test)
            && let Some(&second) = both.from.first()
        {
            of_test(&branch.then, second, each);
        }
        each(&item.op);
    }
}

/// Whether what stands behind the block is certain too.
fn of_block<'a>(block: &'a Block, each: &mut dyn FnMut(&'a Op)) -> bool {
    for item in block {
        let goes_on = match &item.op {
            Op::Branch(branch) => match (leaves(&branch.then), leaves(&branch.or_else)) {
                (true, false) => of_block(&branch.or_else, each),
                (false, true) => of_block(&branch.then, each),
                _ => true,
            },
            Op::Try(statement) if statement.handlers.iter().all(|own| leaves(&own.body)) => {
                of_block(&statement.body, each)
            }
            Op::Continue | Op::Break | Op::Return { .. } | Op::Raise { .. } => false,
            _ => true,
        };
        let plain = match &item.op {
            Op::Loop(_) | Op::Comprehension(_) => true,
            op => crate::ir::nested(op)
                .into_iter()
                .all(|own| continues(own) == 0),
        };
        each(&item.op);
        if !goes_on || !plain {
            return false;
        }
    }
    true
}

/// Whether a block ends by leaving the loop, without a way around that.
fn leaves(block: &Block) -> bool {
    let last = block.last().map(|item| &item.op);
    let ends = matches!(last, Some(Op::Break | Op::Return { .. } | Op::Raise { .. }));
    ends && continues(block) == 0
}

/// The variables that a loop binds.
pub(super) fn bound_in(inner: &Loop) -> HashSet<Var, FixedState> {
    let mut bound: HashSet<Var, FixedState> = inner.phis.iter().map(|phi| phi.to).collect();
    let mut bind = |op: &Op| {
        bound.extend(crate::ir::defined(op));
        let phis = match op {
            Op::Loop(nested) => {
                if let LoopKind::For { element, .. } = &nested.kind {
                    bound.insert(*element);
                }
                bound.extend(nested.exits.iter().map(|phi| phi.to));
                &nested.phis
            }
            Op::Branch(branch) => &branch.phis,
            Op::With(with) => &with.phis,
            Op::Try(statement) => {
                for handler in &statement.handlers {
                    bound.insert(handler.exception);
                    bound.extend(handler.phis.iter().map(|phi| phi.to));
                }
                bound.extend(statement.finally_phis.iter().map(|phi| phi.to));
                &statement.phis
            }
            Op::StoreCell { cell, .. } => {
                bound.insert(*cell);
                return;
            }
            _ => return,
        };
        bound.extend(phis.iter().map(|phi| phi.to));
    };
    if let LoopKind::While { header, .. } = &inner.kind {
        crate::ir::visit(header, &mut bind);
    }
    crate::ir::visit(&inner.body, &mut bind);
    bound
}
