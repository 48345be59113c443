//! How large the frames of generators are, and what comprehensions share with the function around them.

use super::frame::Owner;
use super::interpret::Interpreter;
use super::sizes::number;
use super::value::Kind;
use crate::algebra::Grade;
use crate::ir::{Argument, Block, Callee, Comprehension, Function, LoopKind, Names, Op, visit};

impl<'a> Interpreter<'a> {
    /// The cells of the names that comprehensions use, which are there as long as the function runs.
    pub(super) fn shared_names(&mut self) {
        let sizes = &self.context.input.sizes.function;
        let Names {
            shared, generated, ..
        } = self.function.names;
        let count = match sizes.comprehension_makes_function {
            true => shared,
            false => generated,
        };
        self.captured_cells(count, Owner::Local);
    }

    fn captured_cells(&mut self, count: u32, owner: Owner) {
        if count > 0 {
            let count = number(u64::from(count));
            let bytes = &count * &number(self.context.input.sizes.function.cell);
            let line = self.builtin_line(Kind::Function, count, bytes);
            self.allocate(line, owner);
        }
    }

    /// The function that a comprehension is, where it is one: its code runs in it, and it ends with that.
    /// A generator keeps it, with the cells that it uses.
    pub(super) fn function_of(&mut self, inner: &'a Comprehension) -> Vec<usize> {
        let sizes = self.context.input.sizes;
        let generates = inner.kind == crate::ir::DisplayKind::Generator;
        if !generates && !sizes.function.comprehension_makes_function {
            return Vec::new();
        }
        let owner = || match generates {
            true => Owner::Var(inner.to),
            false => Owner::Local,
        };
        let mut made = vec![self.one(Kind::Function, number(sizes.function.function), owner())];
        let free = u64::from(inner.names.free);
        if free > 0 {
            let bytes = sizes.function.closure_tuple + free * sizes.tuple.slot;
            made.push(self.one(Kind::Tuple, number(bytes), owner()));
        }
        let region = self.function.region;
        if generates && !self.context.outlives(inner.to, region).is_empty() {
            self.captured_cells(inner.names.free, owner());
            // While its loop runs, that has it.
            let iterator = number(sizes.iterator.list_iterator);
            self.one(Kind::Iterator, iterator, owner());
        }
        self.captured_cells(inner.names.shared, owner());
        match generates {
            true => Vec::new(),
            false => made,
        }
    }

    /// A generator that an expression makes.
    pub(super) fn generator_of(&mut self, inner: &Comprehension) {
        // The iterator that it is given is a name too.
        let slots = 1 + u64::from(inner.names.bound + inner.names.free) + stack(&inner.body);
        self.generator(slots, inner.to);
    }

    /// The object that a call of a generator or coroutine gives holds its frame.
    pub(super) fn generator_object(&mut self, function: &Function, to: heapcast_facts::Var) {
        self.generator(slots(function), to);
        self.grade = self.grade.join(Grade::Upper);
    }

    fn generator(&mut self, slots: u64, to: heapcast_facts::Var) {
        let generator = &self.context.input.sizes.generator;
        let bytes = number(generator.base + generator.local * slots);
        self.one(Kind::Generator, bytes, Owner::Var(to));
    }
}

/// The locals, cells and stack of a generator function.
pub(super) fn slots(function: &Function) -> u64 {
    let names = function.names;
    u64::from(names.bound + names.free) + stack(&function.body)
}

/// How deep the stack of a generator gets at most: an iterator for each loop around another, and what
/// the two largest steps need, of which one may stand in the other.
fn stack(body: &Block) -> u64 {
    let (mut first, mut second) = (1, 1);
    visit(body, &mut |op| {
        let need = operands(op);
        if need > first {
            (first, second) = (need, first);
        } else if need > second {
            second = need;
        }
    });
    depth(body) + first + second
}

/// How many loops stand in each other.
fn depth(body: &Block) -> u64 {
    let inner = body.iter().map(|item| {
        let own = match &item.op {
            Op::Loop(inner) => u64::from(matches!(inner.kind, LoopKind::For { .. })),
            Op::With(_) => 1,
            Op::Comprehension(_) => return 0,
            _ => 0,
        };
        let nested = crate::ir::nested(&item.op).into_iter();
        own + nested.map(depth).max().unwrap_or(0)
    });
    inner.max().unwrap_or(0)
}

/// How much a step has on the stack at once.
fn operands(op: &Op) -> u64 {
    match op {
        Op::Binary { .. } | Op::Compare { .. } | Op::Subscript { .. } => 2,
        Op::SetSubscript { .. } | Op::SliceObject { .. } => 3,
        Op::Call {
            callee, arguments, ..
        } => {
            let named = arguments
                .iter()
                .any(|argument| matches!(argument, Argument::Keyword(..)));
            let callee = match callee {
                Callee::Protocol(..) => 0,
                Callee::Value(_) | Callee::Method(..) => 2,
            };
            callee + arguments.len() as u64 + u64::from(named)
        }
        Op::Display { elements, .. } => elements.len() as u64,
        Op::DictDisplay { entries, .. } => 2 * entries.len() as u64,
        Op::Format { parts, .. } => 2 * parts.len() as u64,
        Op::Try(_) => 4,
        _ => 1,
    }
}
