//! Functions that say something about names and types: `getattr`, `super`, `isinstance`, `import_module`.

use heapcast_facts::{Field, Var};
use rustpython_ast::Expr;

use super::ImportTarget;
use super::builder::Lowerer;
use super::values::Known;
use crate::ir::{Argument, Callee, Op};

impl Lowerer<'_> {
    /// `object.__setattr__(base, "name", value)` stores past what a class makes of assignments.
    pub(super) fn bare_set_attribute(&mut self, callee: &Expr, arguments: &[Argument]) {
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
            && let Some(name) = self.known_text(name)
        {
            self.note_instance_attribute(base, name);
            self.store_attribute(base, name, value);
        }
    }

    /// `importlib.import_module("name")`
    pub(super) fn dynamic_import(
        &mut self,
        callee: &Callee,
        arguments: &[Argument],
    ) -> Option<Var> {
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

    /// Builtins whose meaning depends on names: `super`, `getattr`, `setattr`, `type`.
    pub(super) fn reflective(
        &mut self,
        name: &str,
        callee: Callee,
        arguments: &[Argument],
    ) -> Option<Var> {
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
                if let Some(name) = self.known_text(attribute) {
                    self.store_attribute(base, name, value);
                } else if let Some(names) = self.choices.get(&attribute).cloned() {
                    for name in names {
                        self.note_instance_attribute(base, name);
                        let field = Field::attribute(name);
                        self.facts.store.push((base, field, value));
                    }
                } else {
                    self.facts.store_named.push((base, attribute, value));
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
            ("sorted" | "list" | "tuple" | "set" | "reversed", &[iterable]) => {
                if !self.choices.contains_key(&iterable)
                    && !self.element_prefixes.contains_key(&iterable)
                {
                    return None;
                }
                let (_, result) = self.emit_call(callee, arguments.to_vec());
                self.copy_texts(iterable, result);
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

    /// What is known of the strings in a container is known of each.
    pub(super) fn note_texts(&mut self, container: Var, element: Var) {
        if let Some(choices) = self.choices.get(&container).cloned() {
            self.choices.insert(element, choices);
        }
        if let Some(&prefix) = self.element_prefixes.get(&container) {
            self.prefixes.insert(element, prefix);
        }
    }

    /// What is known of the strings in a container is known of another with the same.
    fn copy_texts(&mut self, from: Var, to: Var) {
        if let Some(choices) = self.choices.get(&from).cloned() {
            self.choices.insert(to, choices);
        }
        if let Some(&prefix) = self.element_prefixes.get(&from) {
            self.element_prefixes.insert(to, prefix);
        }
    }

    /// A metaclass may decide what is an instance of its classes.
    fn type_check(&mut self, class: Var, value: Var, name: &str) {
        let (call, _) = self.protocol_unless(class, name, "");
        self.facts.actual.push((call, 0, value));
    }

    fn dynamic_load(&mut self, base: Var, attribute: Var) -> Option<Var> {
        if let Some(name) = self.known_text(attribute) {
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
            [] => self.frame.receiver?,
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
}
