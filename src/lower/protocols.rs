//! Special methods that syntax calls.

use heapcast_facts::{Call, Symbol, Var};

use super::builder::Lowerer;
use crate::ir::{Argument, Callee};

impl Lowerer<'_> {
    /// A special method that syntax calls.
    pub(super) fn protocol(&mut self, base: Var, name: &str, arguments: &[Var]) -> Var {
        let name = self.intern(name);
        let arguments = arguments
            .iter()
            .map(|&var| Argument::Positional(var))
            .collect();
        self.emit_call(Callee::Protocol(base, name), arguments).1
    }

    /// A special method that syntax calls where the class has no `unless`; no IR of its own.
    pub(super) fn protocol_unless(&mut self, base: Var, name: &str, unless: &str) -> (Call, Var) {
        let (name, unless) = (self.intern(name), self.intern(unless));
        let call = self.special_call(base, name, unless, &[]);
        let to = self.new_var();
        self.facts.call_result.push((call, to));
        (call, to)
    }

    /// Calls a special method where the class has no `unless`; nothing becomes of the result.
    pub(super) fn ask(&mut self, base: Var, name: &str, unless: &str) {
        let (name, unless) = (self.intern(name), self.intern(unless));
        self.special_call(base, name, unless, &[]);
    }

    /// The facts of a call of a special method where the class has no `unless`.
    pub(super) fn special_call(
        &mut self,
        base: Var,
        name: Symbol,
        unless: Symbol,
        arguments: &[Var],
    ) -> Call {
        let call = self.new_implied_call();
        self.facts.protocol_call.push((call, base, name, unless));
        let arguments = (0..).zip(arguments);
        self.facts
            .actual
            .extend(arguments.map(|(index, &argument)| (call, index, argument)));
        call
    }

    /// A value is tested: its class may define `__bool__` or `__len__`.
    pub(super) fn truth(&mut self, value: Var) {
        if self.known(value).is_none() {
            self.ask(value, "__bool__", "");
            self.ask(value, "__len__", "__bool__");
        }
    }

    /// Iterates a value: calls `__iter__` and `__next__` of its class, or takes the elements of a
    /// builtin container. The result is one element.
    pub(super) fn iterate(&mut self, iterable: Var, is_async: bool) -> Var {
        let element = if is_async {
            let (_, iterator) = self.protocol_unless(iterable, "__aiter__", "");
            let (_, element) = self.protocol_unless(iterator, "__anext__", "");
            self.facts.iterate.push((iterable, element));
            element
        } else {
            self.iterate_facts(iterable)
        };
        self.other_code_runs();
        element
    }

    /// The facts of an iteration without its effects on what is known.
    pub(super) fn iterate_facts(&mut self, iterable: Var) -> Var {
        let (element, iterator) = self.iteration_calls(iterable);
        self.facts.iterate.push((iterable, element));
        self.facts.iterate.push((iterator, element));
        element
    }

    /// An element of what is no builtin container, whose length is asked for before.
    pub(super) fn iterate_protocol(&mut self, iterable: Var) -> Var {
        let (element, iterator) = self.iteration_calls(iterable);
        self.facts.iterate.push((iterator, element));
        self.ask(iterable, "__len__", "");
        element
    }

    /// What the methods of the iteration protocol give: an element, and the iterator.
    fn iteration_calls(&mut self, iterable: Var) -> (Var, Var) {
        let (_, iterator) = self.protocol_unless(iterable, "__iter__", "");
        let (_, element) = self.protocol_unless(iterator, "__next__", "");
        let (call, _) = self.protocol_unless(iterable, "__getitem__", "__iter__");
        self.facts.call_result.push((call, element));
        (element, iterator)
    }
}
