//! Walking over code.

use heapcast_facts::Var;

use super::{Block, Item, LoopKind, Op};

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

/// Calls `each` on every step of a block with its line, nested ones included.
pub fn visit_items<'a>(block: &'a Block, each: &mut dyn FnMut(&'a Item)) {
    for item in block {
        each(item);
        for inner in nested(&item.op) {
            visit_items(inner, each);
        }
    }
}

/// The variable that a step defines.
#[must_use]
pub fn defined(op: &Op) -> Option<Var> {
    match op {
        Op::Const { to, .. }
        | Op::Narrow { to, .. }
        | Op::Unary { to, .. }
        | Op::Binary { to, .. }
        | Op::Compare { to, .. }
        | Op::Attribute { to, .. }
        | Op::Subscript { to, .. }
        | Op::Display { to, .. }
        | Op::DictDisplay { to, .. }
        | Op::Format { to, .. }
        | Op::SliceObject { to, .. }
        | Op::Call { to, .. }
        | Op::Closure { to, .. }
        | Op::Class { to, .. }
        | Op::Import { to, .. }
        | Op::Unpack { to, .. }
        | Op::UnpackRest { to, .. }
        | Op::Yield { to, .. }
        | Op::YieldFrom { to, .. }
        | Op::Await { to, .. } => Some(*to),
        Op::Comprehension(inner) => Some(inner.to),
        _ => None,
    }
}
