//! Calls, and the builtin functions that say something about names and types.

use heapcast_facts::{Symbol, Var};
use rustpython_ast::{self as ast, Expr};

use super::builder::{Known, Lowerer};
use super::{Constant, ImportTarget};
use crate::ir::{Argument, Callee, DisplayKind, Op};

impl<'a> Lowerer<'a> {
    /// A call expression.
    pub(crate) fn call_expression(&mut self, call: &'a ast::ExprCall) -> Var {
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
        if let Some(accessor) = accessor {
            self.facts.alloc.push((result, accessor));
        }
        if let Some(module) = imported {
            self.facts.assign.push((result, module));
        }
        result
    }

    /// `object.__setattr__(base, "name", value)` stores past what a class makes of assignments.
    fn bare_set_attribute(&mut self, callee: &Expr, arguments: &[Argument]) {
        let is_bare = matches!(callee, Expr::Attribute(attribute)
            if attribute.attr.as_str() == "__setattr__" && attribute.value.is_name_expr());
        if let (
            true,
            &[
                Argument::Positional(base),
                Argument::Positional(name),
                Argument::Positional(value),
            ],
        ) = (is_bare, arguments)
            && let Some(Known::Str(name)) = self.known(name)
        {
            self.note_instance_attribute(base, name);
            self.store_attribute(base, name, value);
        }
    }

    /// `importlib.import_module("name")`
    fn dynamic_import(&mut self, callee: &Callee, arguments: &[Argument]) -> Option<Var> {
        let named = match *callee {
            Callee::Method(_, name) => self.symbols.text(name) == "import_module",
            Callee::Value(var) => self.builtin_name(var) == Some("__import__"),
            Callee::Protocol(..) => false,
        };
        let [Argument::Positional(name)] = *arguments else {
            return None;
        };
        match self.known(name) {
            Some(Known::Str(name)) if named => {
                Some(self.import(ImportTarget::Module { level: 0, name }))
            }
            None if named => {
                let to = self.new_var();
                self.facts.import_named.push((name, to));
                Some(to)
            }
            _ => None,
        }
    }

    fn callee(&mut self, function: &'a Expr) -> Callee {
        let Expr::Attribute(attribute) = function else {
            return Callee::Value(self.expression(function));
        };
        let base = self.expression(&attribute.value);
        self.at(attribute);
        let name = self.mangle(attribute.attr.as_str());
        if attribute.attr.as_str() == "__class__" {
            return Callee::Value(self.load_attribute(base, name));
        }
        let field = heapcast_facts::Field::attribute(name);
        match self.remembered(base, field) {
            Some(value) => Callee::Value(value),
            None => Callee::Method(base, name),
        }
    }

    /// The arguments of a call, in order of evaluation.
    pub(crate) fn arguments(&mut self, arguments: &'a ast::Arguments) -> Vec<Argument> {
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

    /// Builtins whose meaning depends on names: `super`, `getattr`, `setattr`, `type`.
    fn reflective(&mut self, name: &str, callee: Callee, arguments: &[Argument]) -> Option<Var> {
        let positional: Vec<Var> = arguments
            .iter()
            .map_while(|argument| match argument {
                Argument::Positional(var) => Some(*var),
                _ => None,
            })
            .collect();
        match (name, positional.as_slice()) {
            ("super", parts) => self.super_call(callee, arguments, parts),
            ("getattr", &[base, attribute, ..]) => {
                let (_, result) = self.emit_call(callee, arguments.to_vec());
                let loaded = self.dynamic_load(base, attribute)?;
                let default = positional.get(2).copied();
                let sources: Vec<Var> = [Some(loaded), default].into_iter().flatten().collect();
                self.facts
                    .assign
                    .extend(sources.into_iter().map(|source| (result, source)));
                Some(result)
            }
            ("setattr", &[base, attribute, value]) => {
                let (_, result) = self.emit_call(callee, arguments.to_vec());
                match self.known(attribute) {
                    Some(Known::Str(name)) => self.store_attribute(base, name, value),
                    _ => self.facts.store_named.push((base, attribute, value)),
                }
                Some(result)
            }
            ("isinstance", &[value, class]) => {
                self.type_check(class, value, "__instancecheck__");
                None
            }
            ("issubclass", &[value, class]) => {
                self.type_check(class, value, "__subclasscheck__");
                None
            }
            ("type", &[value]) => {
                let (_, result) = self.emit_call(callee, arguments.to_vec());
                self.facts.class_of.push((result, value));
                Some(result)
            }
            ("globals", []) => {
                let (_, result) = self.emit_call(callee, arguments.to_vec());
                self.global_tables.insert(result, ());
                Some(result)
            }
            _ => None,
        }
    }

    /// A metaclass may decide what is an instance of its classes.
    fn type_check(&mut self, class: Var, value: Var, name: &str) {
        let (call, _) = self.protocol_unless(class, name, "");
        self.facts.actual.push((call, 0, value));
    }

    fn dynamic_load(&mut self, base: Var, attribute: Var) -> Option<Var> {
        if let Some(Known::Str(name)) = self.known(attribute) {
            return Some(self.load_attribute(base, name));
        }
        if let Some(names) = self.choices.get(&attribute).cloned() {
            let to = self.new_var();
            for name in names {
                let value = self.load_attribute(base, name);
                self.facts.assign.push((to, value));
            }
            return Some(to);
        }
        if let (true, Some(class)) = (self.frame.asked == Some(attribute), self.frame.class) {
            let to = self.new_var();
            self.facts.forwards.push((class.object, base, to));
            return Some(to);
        }
        let to = self.new_var();
        let Some(prefix) = self.prefixes.get(&attribute).copied() else {
            self.facts.load_named.push((base, attribute, to));
            return Some(to);
        };
        self.facts.load_prefix.push((base, prefix, to));
        Some(to)
    }

    fn super_call(
        &mut self,
        callee: Callee,
        arguments: &[Argument],
        positional: &[Var],
    ) -> Option<Var> {
        let class = self.frame.class?;
        let receiver = match positional {
            [] => self.receiver()?,
            [_, receiver] => *receiver,
            _ => return None,
        };
        let class = match positional {
            [named, _] => self.class_named(*named).unwrap_or(class.object),
            _ => class.object,
        };
        // What `super` makes as a class is nothing beside what it stands for.
        let (_, made) = self.emit_call(callee, arguments.to_vec());
        let to = self.new_var();
        self.facts.super_of.push((to, class, receiver));
        self.push(Op::Narrow { to, from: made });
        Some(to)
    }

    fn receiver(&self) -> Option<Var> {
        self.frame.receiver
    }

    /// Iterates a value: calls `__iter__` and `__next__` of its class, or takes the elements of a
    /// builtin container. The result is one element.
    pub(crate) fn iterate(&mut self, iterable: Var, is_async: bool) -> Var {
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
    pub(crate) fn iterate_facts(&mut self, iterable: Var) -> Var {
        let (_, iterator) = self.protocol_unless(iterable, "__iter__", "");
        let (_, element) = self.protocol_unless(iterator, "__next__", "");
        let (call, _) = self.protocol_unless(iterable, "__getitem__", "__iter__");
        self.facts.call_result.push((call, element));
        self.facts.iterate.push((iterable, element));
        self.facts.iterate.push((iterator, element));
        element
    }

    /// `namedtuple("P", "x y")` and `NamedTuple("P", [("x", int)])` make a class.
    fn named_tuple(&mut self, call: &'a ast::ExprCall) -> Option<Var> {
        let function = match &*call.func {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => return None,
        };
        if !matches!(function, "namedtuple" | "NamedTuple") {
            return None;
        }
        let [Expr::StringLiteral(name), fields, ..] = &*call.arguments.args else {
            return None;
        };
        let fields = field_names(fields)?;
        let callee = self.callee(&call.func);
        let arguments = self.arguments(&call.arguments);
        self.at(call);
        self.emit_call(callee, arguments);
        let name = self.intern(name.value.to_str());
        let class = self.class_object(name);
        self.links.tuple_classes.push(class);
        for (index, field) in fields.iter().enumerate() {
            let field = self.intern(field);
            self.facts.data_field.push((class, index as u32, field));
        }
        Some(self.class_value(class, Vec::new()))
    }

    /// `type("Name", (Base,), {"attribute": value})` makes a class.
    fn made_class(&mut self, call: &'a ast::ExprCall) -> Option<Var> {
        let [name, Expr::Tuple(bases), namespace] = &*call.arguments.args else {
            return None;
        };
        if !matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "type") {
            return None;
        }
        let callee = self.callee(&call.func);
        let bases: Vec<Var> = bases
            .elts
            .iter()
            .map(|base| self.expression(base))
            .collect();
        let attributes = self.namespace_entries(namespace);
        let named = self.expression(name);
        self.at(call);
        let argument = |var| Argument::Positional(var);
        let whole = self.display_of(
            DisplayKind::Tuple,
            bases.iter().map(|&base| (base, false)).collect(),
        );
        self.emit_call(callee, vec![argument(named), argument(whole)]);
        let name = match self.known(named) {
            Some(Known::Str(name)) => name,
            _ => self.intern("<class>"),
        };
        let class = self.class_object(name);
        for (index, &base) in bases.iter().enumerate() {
            self.facts.base_class.push((class, index as u32, base));
        }
        for (name, value) in attributes {
            self.facts.class_attribute.push((class, name, value));
        }
        Some(self.class_value(class, bases))
    }

    /// The attributes that a display names, as the body of a class would.
    fn namespace_entries(&mut self, namespace: &'a Expr) -> Vec<(Symbol, Var)> {
        let Expr::Dict(dict) = namespace else {
            self.expression(namespace);
            return Vec::new();
        };
        let mut entries = Vec::with_capacity(dict.items.len());
        for item in &dict.items {
            let value = self.expression(&item.value);
            if let Some(Expr::StringLiteral(key)) = &item.key {
                entries.push((self.intern(key.value.to_str()), value));
            }
        }
        entries
    }

    /// A value of a builtin kind that nothing tracks more closely.
    pub(crate) fn plain(&mut self, kind: Constant) -> Var {
        let var = self.new_var();
        self.links.constants.push((var, kind));
        var
    }
}

/// The field names in the second argument of `namedtuple`.
fn field_names(fields: &Expr) -> Option<Vec<String>> {
    let text_of = |expression: &Expr| match expression {
        Expr::StringLiteral(text) => Some(text.value.to_str().to_owned()),
        Expr::Tuple(pair) => match pair.elts.first() {
            Some(Expr::StringLiteral(text)) => Some(text.value.to_str().to_owned()),
            _ => None,
        },
        _ => None,
    };
    match fields {
        Expr::StringLiteral(text) => Some(
            text.value
                .to_str()
                .split([' ', ',', '\t', '\n'])
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect(),
        ),
        Expr::List(list) => list.elts.iter().map(text_of).collect(),
        Expr::Tuple(tuple) => tuple.elts.iter().map(text_of).collect(),
        _ => None,
    }
}
