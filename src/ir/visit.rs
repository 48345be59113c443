//! Walking over code.

use super::{Block, LoopKind, Op};

/// Calls `each` on every step of a block, nested ones included.
pub fn visit<'a>(block: &'a Block, each: &mut dyn FnMut(&'a Op)) {
    for item in block {
        each(&item.op);
        for inner in nested(&item.op) {
            visit(inner, each);
        }
    }
}

/// The blocks inside of a step.
#[must_use]
pub fn nested(op: &Op) -> Vec<&Block> {
    match op {
        Op::Loop(inner) => {
            let mut blocks = vec![&inner.body, &inner.or_else];
            if let LoopKind::While { header, .. } = &inner.kind {
                blocks.insert(0, header);
            }
            blocks
        }
        Op::Branch(inner) => vec![&inner.then, &inner.or_else],
        Op::Comprehension(inner) => vec![&inner.body],
        Op::Try(inner) => {
            let mut blocks = vec![&inner.body];
            blocks.extend(inner.handlers.iter().map(|handler| &handler.body));
            blocks.push(&inner.finally);
            blocks
        }
        Op::With(inner) => vec![&inner.body],
        _ => Vec::new(),
    }
}
