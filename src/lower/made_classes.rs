//! Calls that make a class: `namedtuple`, `NamedTuple` and `type`.

use heapcast_facts::{Symbol, Var};
use rustpython_ast::{self as ast, Expr};

use super::builder::Lowerer;
use super::names::{is_name, last_name};
use crate::ir::{Argument, DisplayKind};

impl<'a> Lowerer<'a> {
    /// `namedtuple("P", "x y")` and `NamedTuple("P", [("x", int)])` make a class.
    pub(super) fn named_tuple(&mut self, call: &'a ast::ExprCall) -> Option<Var> {
        if !matches!(last_name(&call.func), Some("namedtuple" | "NamedTuple")) {
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
    pub(super) fn made_class(&mut self, call: &'a ast::ExprCall) -> Option<Var> {
        let [name, Expr::Tuple(bases), namespace] = &*call.arguments.args else {
            return None;
        };
        if !is_name(&call.func, "type") {
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
        let name = match self.known_text(named) {
            Some(name) => name,
            None => self.intern("<class>"),
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
