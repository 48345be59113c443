//! What each step does with the values that it takes, and what calls keep of their arguments.

use heapcast_facts::Var;

use super::context::Context;
use crate::ir::{Callee, Index, LoopKind, Op, Phi};

/// What a step does with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// It is looked at.
    Read,
    /// It may be what the step defines, or part of it.
    Flow(Var),
    /// It is bound to another name.
    Name(Var),
    /// It is in use for longer than the step.
    Hold,
    /// It may be held by something that is not tracked.
    Keep,
    /// It is yielded: whoever takes it may hold it.
    Yield,
}

/// Functions that keep nothing of their arguments and return nothing of them.
pub(super) const READERS: &[&str] = &[
    "len",
    "sum",
    "print",
    "range",
    "isinstance",
    "issubclass",
    "id",
    "hash",
    "repr",
    "str",
    "int",
    "float",
    "bool",
    "bytes",
    "abs",
    "round",
    "ord",
    "chr",
    "any",
    "all",
    "callable",
    "hasattr",
    "format",
    "divmod",
    "pow",
    "hex",
    "bin",
    "oct",
    "sqrt",
    "floor",
    "ceil",
    "gcd",
    "log",
    "log2",
    "log10",
    "exp",
    "sin",
    "cos",
    "isinf",
    "isnan",
    "hypot",
    "bisect",
    "bisect_left",
    "bisect_right",
];

/// The modules whose functions these are.
const MODULES: &[&str] = &["builtins", "math", "bisect"];

/// Functions that keep nothing of their arguments and return one of them, or of their elements.
const CHOOSERS: &[&str] = &["max", "min", "next"];

/// Methods that put their last argument in.
pub(super) const PUT: &[&str] = &[
    "append",
    "appendleft",
    "add",
    "insert",
    "setdefault",
    "put",
    "put_nowait",
];

/// Methods that put in what their arguments hold.
pub(super) const PUT_ALL: &[&str] = &["extend", "extendleft", "update"];

/// Methods that give an element, or another argument.
pub(super) const TAKE: &[&str] = &["pop", "popleft", "popitem", "get", "get_nowait"];

/// Methods that keep nothing of their arguments and give nothing of what they are called on.
pub(super) const LOOK: &[&str] = &[
    "remove",
    "discard",
    "clear",
    "index",
    "count",
    "sort",
    "reverse",
    "rotate",
    "startswith",
    "endswith",
    "find",
    "join",
    "split",
    "strip",
    "replace",
    "format",
    "write",
    "empty",
    "qsize",
    "__contains__",
    "__len__",
    "isdigit",
    "isalpha",
    "lower",
    "upper",
    "bit_length",
];

/// More methods that keep nothing of their arguments.
const READER_METHODS: &[&str] = &[
    "writelines",
    "send",
    "sendall",
    "get",
    "debug",
    "info",
    "warning",
    "error",
];

fn reads_only(context: &Context<'_>, op: &Op) -> bool {
    let Op::Call {
        callee, arguments, ..
    } = op
    else {
        return false;
    };
    let method = |name: &str| READER_METHODS.contains(&name) || LOOK.contains(&name);
    match callee {
        Callee::Method(_, name) if method(context.input.symbols.text(*name)) => return true,
        // Whatever a single argument is kept by outlives the function, which the rules know of.
        Callee::Value(_) if arguments.len() < 2 => return true,
        _ => {}
    }
    false
}

/// Whether a call is of some of these functions.
fn calls_one_of(context: &Context<'_>, op: &Op, functions: &[&str]) -> bool {
    let Op::Call { call, .. } = op else {
        return false;
    };
    let targets = context.targets(*call);
    let reads = |name: &str| {
        let (module, name) = name.rsplit_once('.').unwrap_or(("builtins", name));
        MODULES.contains(&module) && functions.contains(&name)
    };
    !targets.is_empty()
        && context
            .instantiates(*call)
            .iter()
            .all(|(_, class)| reads(context.name(*class)))
        && targets
            .iter()
            .all(|&(_, target)| reads(context.name(target)))
}

/// Whether a call gives one of the elements of its argument.
pub(super) fn chooses(context: &Context<'_>, op: &Op) -> bool {
    calls_one_of(context, op, CHOOSERS)
}

pub(super) fn uses(context: &Context<'_>, op: &Op, each: &mut dyn FnMut(Var, Use)) {
    match op {
        Op::Narrow { to, from } => each(*from, Use::Flow(*to)),
        Op::Unary { operand, .. } => each(*operand, Use::Read),
        Op::Binary {
            to, left, right, ..
        } => {
            // Numbers and strings have no parts.
            let kind = match context.kind_of(*to).is_scalar() {
                true => Use::Read,
                false => Use::Flow(*to),
            };
            each(*left, kind);
            each(*right, kind);
        }
        Op::Compare { left, right, .. } => {
            each(*left, Use::Read);
            each(*right, Use::Read);
        }
        Op::Attribute { to, base, .. } => each(*base, Use::Flow(*to)),
        Op::Subscript { to, base, index } => {
            each(*base, Use::Flow(*to));
            index_uses(index, each);
        }
        Op::SetSubscript { from, index, .. } => {
            each(*from, Use::Keep);
            if let Index::Value(var) = index {
                each(*var, Use::Keep);
            }
        }
        Op::Branch(branch) => {
            each(branch.test, Use::Read);
            phi_uses(&branch.phis, each);
        }
        Op::Const { .. } | Op::Closure { .. } | Op::Import { .. } | Op::Delete { .. } => {}
        Op::Call { .. } | Op::Display { .. } | Op::DictDisplay { .. } | Op::Format { .. } => {
            uses_of_many(context, op, each);
        }
        _ => keeps(op, each),
    }
}

/// The variables that a step uses.
pub(super) fn operands(context: &Context<'_>, op: &Op, each: &mut dyn FnMut(Var)) {
    uses(context, op, &mut |var, _| each(var));
    match op {
        Op::SetAttribute { base, .. } | Op::SetSubscript { base, .. } => each(*base),
        _ => {}
    }
}

fn phi_uses(phis: &[Phi], each: &mut dyn FnMut(Var, Use)) {
    for phi in phis {
        phi.from
            .iter()
            .for_each(|&var| each(var, Use::Name(phi.to)));
    }
}

/// Whatever is used in another way is kept.
fn keeps(op: &Op, each: &mut dyn FnMut(Var, Use)) {
    match op {
        Op::StoreCell { from, .. } | Op::SetAttribute { from, .. } | Op::Await { from, .. } => {
            each(*from, Use::Keep)
        }
        Op::Yield { from, .. } | Op::YieldFrom { from, .. } => each(*from, Use::Yield),
        Op::Return { from } | Op::Raise { from } => {
            // What leaves the function leaves it once.
            from.iter().for_each(|var| each(*var, Use::Hold));
        }
        Op::Collect { key, value } => {
            key.iter()
                .chain([value])
                .for_each(|var| each(*var, Use::Keep));
        }
        Op::Class { bases, .. } => bases.iter().for_each(|var| each(*var, Use::Keep)),
        Op::Loop(inner) => {
            match &inner.kind {
                LoopKind::For { iterable, element } => {
                    each(*iterable, Use::Name(*element));
                }
                LoopKind::While { test, .. } => each(*test, Use::Hold),
            }
            phi_uses(&inner.phis, each);
            phi_uses(&inner.exits, each);
        }
        Op::Try(inner) => {
            phi_uses(&inner.phis, each);
            phi_uses(&inner.finally_phis, each);
            inner
                .handlers
                .iter()
                .for_each(|handler| phi_uses(&handler.phis, each));
        }
        Op::With(inner) => {
            each(inner.manager, Use::Hold);
            phi_uses(&inner.phis, each);
        }
        _ => {}
    }
}

/// The uses of steps with any number of operands.
fn uses_of_many(context: &Context<'_>, op: &Op, each: &mut dyn FnMut(Var, Use)) {
    match op {
        Op::Display { to, elements, .. } => {
            elements
                .iter()
                .for_each(|(var, _)| each(*var, Use::Flow(*to)));
        }
        Op::DictDisplay { to, entries, .. } => {
            for (key, value) in entries {
                key.iter().for_each(|key| each(*key, Use::Flow(*to)));
                each(*value, Use::Flow(*to));
            }
        }
        Op::Format { parts, .. } => parts.iter().for_each(|part| each(*part, Use::Read)),
        Op::Call {
            to,
            callee,
            arguments,
            ..
        } => {
            let kind = if calls_one_of(context, op, READERS) {
                Use::Read
            } else if reads_only(context, op) || calls_one_of(context, op, CHOOSERS) {
                Use::Flow(*to)
            } else {
                Use::Keep
            };
            match callee {
                Callee::Value(var) => each(*var, Use::Read),
                Callee::Method(var, _) | Callee::Protocol(var, _) => each(*var, Use::Flow(*to)),
            }
            for argument in arguments {
                each(argument.var(), kind);
            }
        }
        _ => {}
    }
}

fn index_uses(index: &Index, each: &mut dyn FnMut(Var, Use)) {
    match index {
        Index::Value(var) => each(*var, Use::Read),
        Index::Slice { lower, upper, step } => {
            [lower, upper, step]
                .into_iter()
                .flatten()
                .for_each(|var| each(*var, Use::Read));
        }
    }
}
