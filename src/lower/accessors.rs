//! `operator.attrgetter`, `itemgetter` and `methodcaller` with constant arguments: each call makes
//! a function that reads just that.

use heapcast_facts::{Field, Obj, ObjectKind, Symbol, Var};
use rustpython_ast::Expr;

use super::builder::Lowerer;
use super::names::last_name;
use super::values::Known;
use crate::ir::Argument;

/// A function that is made on the spot, with its parameter.
struct Made {
    function: Obj,
    parameter: Var,
}

impl Lowerer<'_> {
    /// The function that a call of one of the three makes.
    pub(super) fn accessor(&mut self, callee: &Expr, arguments: &[Argument]) -> Option<Obj> {
        match last_name(callee)? {
            "attrgetter" => self.attribute_getter(arguments),
            "itemgetter" => self.item_getter(arguments),
            "methodcaller" => self.method_caller(arguments),
            _ => None,
        }
    }

    fn attribute_getter(&mut self, arguments: &[Argument]) -> Option<Obj> {
        let paths: Vec<Symbol> = arguments
            .iter()
            .map(|&argument| self.text_of(argument))
            .collect::<Option<_>>()?;
        let made = self.made_function("operator.attrgetter.__call__");
        for path in paths {
            let path = self.symbols.text(path).to_owned();
            let mut at = made.parameter;
            for name in path.split('.') {
                let field = Field::attribute(self.intern(name));
                let to = self.new_var_of(made.function);
                self.facts.load.push((at, field, to));
                at = to;
            }
            self.facts.return_value.push((made.function, at));
        }
        Some(made.function)
    }

    fn item_getter(&mut self, arguments: &[Argument]) -> Option<Obj> {
        let keys: Vec<(Field, Var)> = arguments
            .iter()
            .map(|&argument| match argument {
                Argument::Positional(key) => match self.known(key)? {
                    Known::Str(text) => Some((Field::key(text), key)),
                    Known::Int(index) => Some((Field::index(u32::try_from(index).ok()?), key)),
                    Known::Bool(_) | Known::None => None,
                },
                _ => None,
            })
            .collect::<Option<_>>()?;
        let made = self.made_function("operator.itemgetter.__call__");
        for (field, key) in keys {
            let to = self.new_var_of(made.function);
            self.facts.load.push((made.parameter, field, to));
            self.facts.load.push((made.parameter, Field::UNKNOWN, to));
            let special = self.intern("__getitem__");
            let call = self.new_call_of(made.function);
            self.facts
                .protocol_call
                .push((call, made.parameter, special, Symbol(0)));
            self.facts.actual.push((call, 0, key));
            self.facts.call_result.push((call, to));
            self.facts.return_value.push((made.function, to));
        }
        Some(made.function)
    }

    fn method_caller(&mut self, arguments: &[Argument]) -> Option<Obj> {
        let (&first, rest) = arguments.split_first()?;
        let name = self.text_of(first)?;
        let made = self.made_function("operator.methodcaller.__call__");
        let call = self.new_call_of(made.function);
        self.facts.method_call.push((call, made.parameter, name));
        self.emit_arguments(call, rest);
        let to = self.new_var_of(made.function);
        self.facts.call_result.push((call, to));
        self.facts.return_value.push((made.function, to));
        Some(made.function)
    }

    fn text_of(&self, argument: Argument) -> Option<Symbol> {
        match argument {
            Argument::Positional(var) => self.known_text(var),
            _ => None,
        }
    }

    fn made_function(&mut self, name: &str) -> Made {
        let function = self.new_object();
        let name = self.intern(name);
        self.facts
            .object
            .push((function, ObjectKind::ModelFunction, name));
        self.facts.function_in.push((function, self.frame.function));
        let parameter = self.new_var_of(function);
        self.facts.formal.push((function, 0, parameter));
        Made {
            function,
            parameter,
        }
    }
}
