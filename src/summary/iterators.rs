//! Loops that use something up: an iterator that they did not make, or a text that gets shorter.
//!
//! Each iteration that leads to another one takes `next(it)` (see [`super::certain`]), which raises where
//! there is nothing left. So the loop runs no more often than the iterator has elements, and once more.
//!
//! `while "--" in text: text = text.replace("--", "-")` shortens the text in each iteration.

use std::collections::HashSet;

use heapcast_facts::{FixedState, Map, Symbol as Name, Var};

use super::bodies::root_of;
use super::certain::{bound_in, certain};
use super::interpret::Interpreter;
use super::trips::Count;
use super::value::Kind;
use crate::algebra::Expr;
use crate::ir::{Argument, Block, Callee, CompareOp, Const, Loop, LoopKind, Op};

/// What a loop takes out of iterators.
#[derive(Default)]
struct Uses {
    aliases: Map<Var, Var>,
    /// What `islice(it, n)` takes from, by its result.
    slices: Map<Var, Var>,
    taken: Vec<Var>,
}

impl<'a> Interpreter<'a> {
    /// How often a loop runs at most before an iterator ends.
    pub(super) fn iterator_count(&mut self, inner: &'a Loop) -> Option<Count> {
        let mut uses = Uses::default();
        certain(inner, &mut |op| self.use_of(op, &mut uses));
        let bound = bound_in(inner);
        for iterator in std::mem::take(&mut uses.taken) {
            let iterator = uses.root(iterator);
            let from = uses.slices.get(&iterator).copied().unwrap_or(iterator);
            if let Some(length) = self.left_in(uses.root(from), &bound) {
                return Some(Count {
                    count: &length + &Expr::one(),
                    is_bound: true,
                });
            }
        }
        None
    }

    /// How much an iterator from before the loop gives at most.
    fn left_in(&mut self, iterator: Var, bound: &HashSet<Var, FixedState>) -> Option<Expr> {
        if bound.contains(&iterator) {
            return None;
        }
        let value = self.defined(iterator)?;
        let gives = matches!(value.kind, Kind::Iterator | Kind::Generator);
        gives.then(|| self.length(&value)).flatten()
    }

    fn use_of(&self, op: &'a Op, uses: &mut Uses) {
        match op {
            Op::Narrow { to, from } => {
                uses.aliases.insert(*to, *from);
            }
            Op::Call {
                to,
                callee,
                arguments,
                ..
            } => {
                let (Callee::Value(var) | Callee::Method(var, _)) = callee else {
                    return;
                };
                match (arguments.as_slice(), callee) {
                    ([Argument::Positional(of)], Callee::Value(_))
                        if self.holds_builtin(*var, "next") =>
                    {
                        uses.taken.push(*of);
                    }
                    ([Argument::Positional(of), ..], _) if self.is_slice(callee) => {
                        uses.slices.insert(*to, *of);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn is_slice(&self, callee: &Callee) -> bool {
        match callee {
            Callee::Value(var) => self.holds_builtin(*var, "itertools.islice"),
            Callee::Method(_, name) => self.context.input.symbols.text(*name) == "islice",
            Callee::Protocol(..) => false,
        }
    }

    /// How often a loop runs at most that goes on while a text has a part, and replaces that by a
    /// shorter one.
    pub(super) fn shortening_count(&mut self, inner: &'a Loop) -> Option<Count> {
        let LoopKind::While { header, test } = &inner.kind else {
            return None;
        };
        let mut texts: Map<Var, Name> = Map::default();
        gather_texts(header, &mut texts);
        gather_texts(&inner.body, &mut texts);
        let (part, text) = header.iter().find_map(|item| match &item.op {
            Op::Compare {
                to,
                op: CompareOp::In,
                left,
                right,
            } if to == test => Some((*texts.get(left)?, *right)),
            _ => None,
        })?;
        let phi = inner.phis.iter().find(|phi| phi.to == text)?;
        let [entry, next] = phi.from[..] else {
            return None;
        };
        let arguments = inner.body.iter().find_map(|item| match &item.op {
            Op::Call {
                to,
                callee: Callee::Method(base, name),
                arguments,
                ..
            } if *to == next && *base == text => {
                let name = self.context.input.symbols.text(*name);
                (name == "replace").then_some(arguments)
            }
            _ => None,
        })?;
        let [Argument::Positional(old), Argument::Positional(new)] = arguments[..] else {
            return None;
        };
        let length = |name: &Name| self.context.input.symbols.text(*name).chars().count();
        let (old, new) = (texts.get(&old)?, texts.get(&new)?);
        let by = length(old).checked_sub(length(new)).filter(|by| *by > 0)?;
        if *old != part {
            return None;
        }
        let whole = self.defined(entry)?;
        let by = i64::try_from(by).ok()?;
        Some(Count {
            count: self.length(&whole)?.floor_div(&Expr::from(by)),
            is_bound: true,
        })
    }
}

impl Uses {
    fn root(&self, var: Var) -> Var {
        root_of(&self.aliases, var)
    }
}

fn gather_texts(block: &Block, texts: &mut Map<Var, Name>) {
    crate::ir::visit(block, &mut |op| {
        if let Op::Const {
            to,
            value: Const::Str(text),
        } = op
        {
            texts.insert(*to, *text);
        }
    });
}
