//! What the interpreter makes to call a builtin, besides what this gives.

use super::calls::Site;
use super::frame::{Owned, Owner};
use super::interpret::Interpreter;
use super::sizes::number;
use super::value::{Kind, Value};
use crate::algebra::Expr;
use crate::ir::Argument;

impl<'a> Interpreter<'a> {
    /// The dict of named arguments that the interpreter makes to call a builtin.
    pub(super) fn named_arguments(&mut self, site: Site<'a>, name: &str) -> Option<usize> {
        let sizes = self.context.input.sizes;
        let is_named = |argument: &&Argument| matches!(argument, Argument::Keyword(..));
        let count = site.arguments.iter().filter(is_named).count() as u64;
        if count == 0 || !matches!(name, "min" | "max" | "zip") {
            return None;
        }
        let bytes = sizes.dict.head + sizes.dict_table(sizes.dict_slots(count), true);
        Some(self.one(Kind::Dict, number(bytes), Owner::Local))
    }

    /// What else it makes, and gives up when the builtin returns: a tuple of the arguments where it takes
    /// one, the iterator over what is iterated.
    pub(super) fn working_objects(&mut self, name: &str, values: &[Value]) -> Option<usize> {
        let sizes = self.context.input.sizes;
        let makes_tuple = self.has_tuple_of_arguments(name);
        let passed = |items: usize| match makes_tuple {
            true => sizes.tuple.head + items as u64 * sizes.tuple.slot,
            false => 0,
        };
        let bytes = match (name, values) {
            ("min" | "max", [of]) => passed(1) + self.iterator_over(of),
            ("min" | "max", _) if makes_tuple => {
                passed(values.len()) + sizes.iterator.tuple_iterator
            }
            ("any" | "all" | "sum", [of, ..]) => self.iterator_over(of),
            ("set" | "frozenset", [of]) => match of.kind {
                Kind::Set | Kind::FrozenSet | Kind::Dict => 0,
                _ => self.iterator_over(of),
            },
            ("list" | "tuple" | "sorted" | "list.extend", [.., of]) => match of.kind {
                Kind::List | Kind::Tuple | Kind::Unknown => 0,
                _ => self.iterator_over(of),
            },
            _ => 0,
        };
        (bytes > 0).then(|| self.one(Kind::Iterator, number(bytes), Owner::Local))
    }

    /// The tuple of its arguments that Python makes to call a builtin that only looks at them. It is not
    /// requested anew: there is one in store after the first.
    pub(super) fn tuple_of_arguments(&mut self, name: &str, items: usize) -> Option<usize> {
        if !matches!(name, "int" | "str") || items == 0 || !self.has_tuple_of_arguments(name) {
            return None;
        }
        let tuple = &self.context.input.sizes.tuple;
        let bytes = number(tuple.head + items as u64 * tuple.slot);
        let line = self.builtin_line(Kind::Tuple, Expr::one(), bytes);
        let owner = Owner::Local;
        let frame = self.frames.last_mut()?;
        Some(frame.keep(Owned { line, owner }))
    }

    fn has_tuple_of_arguments(&self, name: &str) -> bool {
        let names = &self.context.input.sizes.function.tuple_of_arguments;
        names.iter().any(|own| own == name)
    }

    /// Frees a small object: Python keeps the first of a kind in store, which the peak of a call counts.
    pub(super) fn pool(&mut self, at: usize, kind: Kind) {
        let is_first = self.loops.is_empty() && !self.pooled.contains(&kind);
        if is_first {
            self.pooled.push(kind);
        }
        if !is_first && let Some(frame) = self.frames.last_mut() {
            frame.free(at);
        }
    }

    /// The bytes of an iterator over a value, if it is none itself.
    pub(super) fn iterator_over(&self, of: &Value) -> u64 {
        let sizes = &self.context.input.sizes.iterator;
        match of.kind {
            Kind::Iterator if of.is_view => sizes.dict_iterator,
            Kind::Generator | Kind::Iterator => 0,
            Kind::Tuple => sizes.tuple_iterator,
            Kind::Str => sizes.str_iterator,
            Kind::Set | Kind::FrozenSet => sizes.set_iterator,
            Kind::Dict => sizes.dict_iterator,
            Kind::Range => sizes.range_iterator,
            _ => sizes.list_iterator,
        }
    }
}
