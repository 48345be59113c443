//! Calls and their arguments.

use heapcast_facts::{Call, Field, Symbol, Var};
use rustpython_ast::{self as ast, Expr};

use super::builder::Lowerer;
use crate::ir::{Argument, Callee, DisplayKind, Op};

/// Methods of containers that change them.
const CHANGING: &[&str] = &[
    "add",
    "append",
    "appendleft",
    "discard",
    "extend",
    "extendleft",
    "insert",
    "pop",
    "popleft",
    "remove",
    "setdefault",
    "update",
];

impl<'a> Lowerer<'a> {
    /// A call expression.
    pub(super) fn call_expression(&mut self, call: &'a ast::ExprCall) -> Var {
        if let Some(var) = self.named_tuple(call) {
            return var;
        }
        if let Some(var) = self.made_class(call) {
            return var;
        }
        let callee = self.callee(&call.func);
        let arguments = self.arguments(&call.arguments);
        self.at(call);
        let builtin = match callee {
            Callee::Value(var) => self.builtin_name(var).map(str::to_owned),
            _ => None,
        };
        if let Some(name) = builtin
            && let Some(var) = self.reflective(&name, callee, &arguments)
        {
            return var;
        }
        let imported = self.dynamic_import(&callee, &arguments);
        let accessor = self.accessor(&call.func, &arguments);
        self.bare_set_attribute(&call.func, &arguments);
        let result = self.emit_call(callee, arguments).1;
        if let Some(evaluated) = self.embedded.evaluated(call) {
            let value = self.expression(evaluated);
            self.facts.assign.push((result, value));
        }
        if let Some(accessor) = accessor {
            self.facts.alloc.push((result, accessor));
        }
        if let Some(module) = imported {
            self.facts.assign.push((result, module));
        }
        result
    }

    /// A call; all facts of its arguments are written.
    pub(super) fn emit_call(&mut self, callee: Callee, arguments: Vec<Argument>) -> (Call, Var) {
        let call = match callee {
            Callee::Value(var) => {
                let call = self.new_call();
                self.facts.call.push((call, var));
                call
            }
            Callee::Method(base, name) => {
                let call = self.new_call();
                self.facts.method_call.push((call, base, name));
                call
            }
            Callee::Protocol(base, name) => self.special_call(base, name, Symbol(0), &[]),
        };
        self.emit_arguments(call, &arguments);
        self.other_code_runs();
        let to = self.new_var();
        self.facts.call_result.push((call, to));
        self.push(Op::Call {
            to,
            call,
            callee,
            arguments,
        });
        (call, to)
    }

    pub(super) fn emit_arguments(&mut self, call: Call, arguments: &[Argument]) {
        let mut index = 0;
        let mut is_exact = true;
        for &argument in arguments {
            match argument {
                Argument::Positional(var) if is_exact => {
                    self.facts.actual.push((call, index, var));
                    self.note_constant(var);
                    index += 1;
                    self.frame.publish(var);
                }
                Argument::Positional(var) => {
                    let (rest, _) = self.new_container(DisplayKind::List);
                    self.facts.store.push((rest, Field::UNKNOWN, var));
                    self.facts.actual_star.push((call, index, rest));
                    self.frame.publish(var);
                }
                Argument::Keyword(name, var) => {
                    self.facts.actual_keyword.push((call, name, var));
                    self.note_constant(var);
                    self.frame.publish(var);
                }
                Argument::Star(var) if !is_exact => {
                    let (rest, _) = self.new_container(DisplayKind::List);
                    self.facts.elements.push((rest, var));
                    self.facts.actual_star.push((call, index, rest));
                    self.spread(call, index, var);
                    self.frame.publish(var);
                }
                Argument::Star(var) => {
                    self.facts.actual_star.push((call, index, var));
                    self.spread(call, index, var);
                    match self.display_length(var) {
                        Some(length) => index += length,
                        None => is_exact = false,
                    }
                    self.frame.publish(var);
                }
                Argument::StarStar(var) => {
                    self.facts.actual_star_star.push((call, var));
                    self.spread_mapping(call, var);
                    self.frame.publish(var);
                }
            }
        }
    }

    /// `f(*xs)` iterates what is no builtin container.
    fn spread(&mut self, call: Call, index: u32, xs: Var) {
        if self.is_builtin_container(xs) {
            return;
        }
        let element = self.iterate_protocol(xs);
        let (rest, _) = self.new_container(DisplayKind::List);
        self.facts.store.push((rest, Field::UNKNOWN, element));
        self.facts.actual_star.push((call, index, rest));
    }

    /// `f(**m)` asks what is no dict for its keys, and for the value of each.
    fn spread_mapping(&mut self, call: Call, mapping: Var) {
        if let Some(value) = self.mapped(mapping) {
            let (rest, _) = self.new_container(DisplayKind::Dict);
            self.facts.store.push((rest, Field::UNKNOWN, value));
            self.facts.actual_star_star.push((call, rest));
        }
    }

    /// A value of a mapping that is no builtin container.
    pub(super) fn mapped(&mut self, mapping: Var) -> Option<Var> {
        if self.is_builtin_container(mapping) {
            return None;
        }
        // What can be made from keys is a dict.
        self.protocol_unless(mapping, "keys", "fromkeys");
        Some(self.protocol_unless(mapping, "__getitem__", "fromkeys").1)
    }

    fn is_builtin_container(&self, var: Var) -> bool {
        self.gathered.contains_key(&var) || self.display_length(var).is_some()
    }

    pub(super) fn callee(&mut self, function: &'a Expr) -> Callee {
        let Expr::Attribute(attribute) = function else {
            let var = self.expression(function);
            return self.bound_method(var).unwrap_or(Callee::Value(var));
        };
        let base = self.expression(&attribute.value);
        self.at(attribute);
        let name = self.mangle(attribute.attr.as_str());
        if attribute.attr.as_str() == "__class__" {
            return Callee::Value(self.load_attribute(base, name));
        }
        let field = Field::attribute(name);
        match self.remembered(base, field) {
            Some(value) => Callee::Value(value),
            None => Callee::Method(base, name),
        }
    }

    /// `add` after `add = seen.add`: a method that changes what it is bound to, under a name of its own.
    fn bound_method(&self, var: Var) -> Option<Callee> {
        let &(base, name) = self.read_of.get(&var)?;
        let changes = CHANGING.contains(&self.symbols.text(name));
        changes.then_some(Callee::Method(base, name))
    }

    /// The arguments of a call, in order of evaluation.
    pub(super) fn arguments(&mut self, arguments: &'a ast::Arguments) -> Vec<Argument> {
        let mut result = Vec::with_capacity(arguments.len());
        for argument in &arguments.args {
            result.push(match argument {
                Expr::Starred(starred) => {
                    let value = self.expression(&starred.value);
                    Argument::Star(value)
                }
                other => Argument::Positional(self.expression(other)),
            });
        }
        for keyword in &arguments.keywords {
            let value = self.expression(&keyword.value);
            result.push(match &keyword.arg {
                Some(name) => Argument::Keyword(self.intern(name.as_str()), value),
                None => Argument::StarStar(value),
            });
        }
        result
    }
}
