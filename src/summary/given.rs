//! What iterators make as they give it: the tuples of `zip`, `enumerate` and `items`, the numbers of `range`.
//!
//! It is there once while a loop takes one after the other. What takes all of them and keeps them, such as
//! `list(zip(xs, ys))` or `out.extend(range(n))`, has them all.

use std::sync::Arc;

use heapcast_facts::Var;

use super::frame::Owner;
use super::interpret::Interpreter;
use super::sizes::number;
use super::value::{ContainerId, Kind, Value};
use crate::algebra::{Expr, Grade};

/// Deeper in tuples in tuples, nothing is looked for.
const MAX_DEPTH: u8 = 3;

impl Interpreter<'_> {
    /// What iterating over a value gives, and whether that is made then.
    pub(super) fn given_by(&mut self, of: &Value) -> Value {
        if of.kind == Kind::Range {
            return Value {
                stride: of.stride.clone(),
                is_made: true,
                ..Value::of(Kind::Int)
            };
        }
        let element = self.iterated(of);
        // Of what comes from several ways it is no longer known who made it.
        let is_made = element.is_made || element.kind == Kind::Tuple && element.place.is_none();
        Value {
            is_made: is_made && of.kind == Kind::Iterator,
            ..element
        }
    }

    /// All that is iterated over is kept, by what is bound to a variable.
    pub(super) fn keeps_all_given(&mut self, of: &Value, count: &Expr, to: Var) {
        self.keeps_given(of, count, &Owner::Var(to));
    }

    /// All that is iterated over is kept.
    pub(super) fn keeps_given(&mut self, of: &Value, count: &Expr, owner: &Owner) {
        let element = self.given_by(of);
        self.made(&element, count, owner, MAX_DEPTH);
    }

    /// All pairs that are iterated over become entries of a dict, which keeps their parts.
    pub(super) fn keeps_entries_given(&mut self, of: &Value, count: &Expr, owner: &Owner) {
        let element = self.given_by(of);
        for part in element.items.iter().flat_map(|items| items.iter()) {
            if element.is_made {
                self.made(part, count, owner, MAX_DEPTH);
            }
        }
    }

    /// All that is iterated over is put into a container; into a dict, as its entries.
    pub(super) fn puts_given(
        &mut self,
        container: Option<ContainerId>,
        of: &Value,
        count: &Expr,
        as_entries: bool,
    ) {
        let owner = container.map_or(Owner::Elsewhere, |id| self.container_owner(id));
        match as_entries {
            true => self.keeps_entries_given(of, count, &owner),
            false => self.keeps_given(of, count, &owner),
        }
    }

    /// That many of what is made as it is given, with its parts that are.
    fn made(&mut self, element: &Value, count: &Expr, owner: &Owner, depth: u8) {
        if !element.is_made || depth == 0 {
            return;
        }
        match (element.kind, &element.stride) {
            (Kind::Tuple, _) => {
                self.tuples(element, count, owner.clone());
                for part in element.items.iter().flat_map(|items| items.iter()) {
                    self.made(part, count, owner, depth - 1);
                }
            }
            (Kind::Int, Some(stride)) => {
                let last = &stride.0 + &(count * &stride.1);
                if self.is_small(&last) && self.is_small(&stride.0) {
                    return;
                }
                // Those that are small are shared.
                self.grade = self.grade.join(Grade::Upper);
                let bytes = count * &number(self.context.input.sizes.int.arithmetic);
                let line = self.builtin_line(Kind::Int, count.clone(), bytes);
                self.allocate(line, owner.clone());
            }
            _ => {}
        }
    }

    /// The tuple that an iterator hands out again and again, while nobody keeps it.
    pub(super) fn handed_out(&mut self, of: &Value, to: Var) {
        if of.kind == Kind::Iterator
            && let Some(element) = of.element.clone()
            && element.is_made
        {
            self.tuples(&element, &Expr::one(), Owner::Var(to));
        }
    }

    /// A loop takes a tuple that was made for it; while that has a name, the iterator makes another one.
    pub(super) fn takes_given(&mut self, value: &Value, element: Var) {
        if !value.is_made {
            return;
        }
        for (at, part) in (0..).zip(value.items.iter().flat_map(|items| items.iter())) {
            if let Some(var) = self.uses.deaths.unpacked(element, at) {
                self.takes_given(part, var);
            }
        }
        if self.uses.driven.is_unpacked(element) {
            return;
        }
        // What is read of a tuple may be kept, and the tuple is not.
        let deaths = &self.uses.deaths;
        let owner = match deaths.is_held(element) || deaths.is_held_by_names(element, false) {
            true => Owner::Var(element),
            false => Owner::Local,
        };
        self.tuples(value, &Expr::one(), owner);
    }

    /// That many tuples like one.
    pub(super) fn tuples(&mut self, like: &Value, count: &Expr, owner: Owner) {
        if like.kind != Kind::Tuple {
            return;
        }
        let width = match &like.items {
            Some(items) => Some(number(items.len() as u64)),
            None => like.length.clone(),
        };
        let Some(width) = width else { return };
        let tuple = &self.context.input.sizes.tuple;
        let each = &number(tuple.head) + &(&width * &number(tuple.slot));
        let line = self.builtin_line(Kind::Tuple, count.clone(), count * &each);
        self.allocate(line, owner);
    }
}

/// A tuple of two values, which is made as it is given.
pub(super) fn pair(first: Value, second: Value) -> Value {
    tuple_of(vec![first, second])
}

/// A tuple of some values, which is made as it is given.
pub(super) fn tuple_of(items: Vec<Value>) -> Value {
    let width = number(items.len() as u64);
    Value {
        items: Some(Arc::from(items)),
        is_made: true,
        ..Value::sized(Kind::Tuple, Some(width))
    }
}
