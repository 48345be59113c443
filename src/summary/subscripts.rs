//! Loops that end because an index leaves its sequence.
//!
//! Where each iteration that leads to another one takes `items[i]` (see [`super::certain`]), with an
//! `i` that moves in one direction and `items` that do not change their length, there are at most as
//! many iterations as there are indices from where `i` starts, and the one that raises. An `i` of which
//! it is not known where it starts still has no more than `2·len(items)` indices: those from the end
//! are negative.

use heapcast_facts::{Map, Var};

use super::certain::{bound_in, certain};
use super::interpret::Interpreter;
use super::progress::{Form, Progress, Way};
use super::trips::Count;
use super::value::Kind;
use crate::algebra::Expr;
use crate::ir::{Index, Loop, Op, Phi};

/// What each iteration takes out of a sequence: the name of that, and what the index is.
struct Taken {
    base: Var,
    index: Form,
}

impl<'a> Interpreter<'a> {
    /// How often a loop runs at most before one of its indices leaves its sequence.
    pub(super) fn subscript_count(
        &mut self,
        inner: &'a Loop,
        progress: &Progress,
    ) -> Option<Count> {
        let all = self.taken(inner, progress);
        let bound = bound_in(inner);
        let unstable = self.unstable(inner);
        all.into_iter().find_map(|taken| {
            if bound.contains(&taken.base) {
                return None;
            }
            let value = self.defined(taken.base)?;
            let raises = matches!(
                value.kind,
                Kind::Unknown
                    | Kind::List
                    | Kind::Tuple
                    | Kind::Str
                    | Kind::Bytes
                    | Kind::ByteArray
            );
            let changes = match value.kind.is_scalar() {
                true => None,
                false => self.container_of(&value),
            };
            if !raises || changes.is_some_and(|own| unstable.contains(&own)) {
                return None;
            }
            let length = self.length(&value)?;
            self.indices(&taken.index, &length, progress)
        })
    }

    /// What each iteration takes out of sequences, with indices that depend on a loop variable.
    fn taken(&mut self, inner: &'a Loop, progress: &Progress) -> Vec<Taken> {
        let mut found = Vec::new();
        let mut aliases: Map<Var, Var> = Map::default();
        let mut way = Way::default();
        let other = |way: &mut Way, phis: &[Phi]| {
            way.extend(phis.iter().map(|phi| (phi.to, Form::Other)));
        };
        certain(inner, &mut |op| match op {
            Op::Branch(branch) => {
                for phi in &branch.phis {
                    let form = match phi.from[..] {
                        [only] => self.form(&way, only, &progress.phis),
                        _ => Form::Other,
                    };
                    way.insert(phi.to, form);
                }
            }
            Op::Loop(nested) => {
                other(&mut way, &nested.phis);
                other(&mut way, &nested.exits);
            }
            Op::With(with) => other(&mut way, &with.phis),
            Op::Try(statement) => {
                other(&mut way, &statement.phis);
                other(&mut way, &statement.finally_phis);
            }
            op => {
                if let Op::Narrow { to, from } = op {
                    let root = aliases.get(from).copied().unwrap_or(*from);
                    aliases.insert(*to, root);
                }
                if let Op::Subscript {
                    base,
                    index: Index::Value(index),
                    ..
                } = op
                {
                    let base = aliases.get(base).copied().unwrap_or(*base);
                    let index = self.form(&way, *index, &progress.phis);
                    found.push(Taken { base, index });
                }
                self.step_form(op, &mut way, &progress.phis);
            }
        });
        found
    }

    /// How many indices there are before the sequence ends, and the one that raises.
    fn indices(&mut self, index: &Form, length: &Expr, progress: &Progress) -> Option<Count> {
        let (phi, by) = match index {
            Form::Phi(phi, by) => (*phi, Some(Expr::constant(by.clone()))),
            Form::Moved(phi, _) | Form::Sunk(phi, _) => (*phi, None),
            _ => return None,
        };
        let both_ends = &length.scale(&2.into()) + &Expr::one();
        let moves = |by: &Expr| !by.is_zero();
        let (span, step) = match progress.least_rise(phi).filter(moves) {
            Some(rise) => {
                let first = by.and_then(|by| Some(&self.least_entry(phi, progress)? + &by));
                (first.map(|first| length - &first), rise)
            }
            None => {
                let fall = progress.least_fall(phi).map(Expr::constant).filter(moves)?;
                let first = by.and_then(|by| Some(&self.entry(phi, progress)? + &by));
                (first.map(|first| &(&first + length) + &Expr::one()), fall)
            }
        };
        let span = span.map_or(both_ends, |span| span.positive_part());
        Some(Count {
            count: &span.ceil_div(&step) + &Expr::one(),
            is_bound: true,
        })
    }
}
