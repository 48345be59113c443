//! Displays and f-strings: what they make.

use heapcast_facts::Var;

use super::frame::Owner;
use super::interpret::Interpreter;
use super::sizes::number;
use super::value::{Kind, Step, Value};
use crate::algebra::Expr;
use crate::ir::DisplayKind;

/// Displays with more elements are not remembered one by one.
const MAX_ITEMS: usize = 8;

impl Interpreter<'_> {
    pub(super) fn display(&mut self, to: Var, kind: DisplayKind, elements: &[(Var, bool)]) {
        let mut length = Expr::ZERO;
        let mut element: Option<Value> = None;
        let mut items = Vec::new();
        for &(var, starred) in elements {
            let mut value = self.value(var);
            if starred {
                length = &length + &self.length_or_unknown(&value);
                value = self.part(&value, Step::Element);
            } else {
                length = &length + &Expr::one();
                if items.len() < MAX_ITEMS {
                    items.push(value.clone());
                }
            }
            element = Some(match element {
                Some(other) => other.join(&value),
                None => value,
            });
        }
        let constant = kind == DisplayKind::Tuple && items.iter().all(is_constant);
        if constant && items.len() == elements.len() {
            // A tuple of constants is made when the code is compiled.
            let value = Value::sized(Kind::Tuple, Some(length)).with_element(element);
            return self.set(
                to,
                Value {
                    items: Some(items.into()),
                    ..value
                },
            );
        }
        let value = match kind {
            DisplayKind::Tuple => {
                self.flat(Kind::Tuple, &length, Owner::Var(to));
                Value::sized(Kind::Tuple, Some(length)).with_element(element)
            }
            DisplayKind::Set => self.fitted(Kind::Set, length, element, to),
            _ => self.fitted(Kind::List, length, element, to),
        };
        let known = items.len() == elements.len() && kind == DisplayKind::Tuple;
        let items = known.then(|| items.into());
        self.set(to, Value { items, ..value });
    }

    pub(super) fn dict_display(&mut self, to: Var, entries: &[(Option<Var>, Var)]) {
        let mut length = Expr::ZERO;
        let mut element: Option<Value> = None;
        for &(key, var) in entries {
            let mut value = self.value(var);
            if key.is_some() {
                length = &length + &Expr::one();
            } else {
                length = &length + &self.length_or_unknown(&value);
                value = self.part(&value, Step::Element);
            }
            element = Some(match element {
                Some(other) => other.join(&value),
                None => value,
            });
        }
        let value = self.fitted(Kind::Dict, length, element, to);
        self.set(to, value);
    }

    pub(super) fn format(&mut self, to: Var, literal: u32, parts: &[Var]) {
        let mut length = number(u64::from(literal));
        let mut bound = false;
        for &part in parts {
            let value = self.value(part);
            let own = self.text_length(part, &value);
            if self.kind(part) != Kind::Str {
                bound = true;
                self.transient(
                    Kind::Str,
                    &own + &number(self.context.input.sizes.string.ascii),
                );
            }
            length = &length + &own;
        }
        self.sequence(to, Kind::Str, length, None, bound);
    }

    /// How long a value is as text.
    pub(super) fn text_length(&mut self, var: Var, value: &Value) -> Expr {
        match self.kind(var) {
            Kind::Str => self.length_or_unknown(value),
            Kind::Int => Expr::from(20),
            Kind::Bool | Kind::None => Expr::from(5),
            Kind::Float => Expr::from(24),
            _ => {
                let quantity = format!("len(str({}))", Self::label(value));
                self.unknown(&quantity, "the length of the value's text")
            }
        }
    }
}

fn is_constant(value: &Value) -> bool {
    let constant = |expr: &Option<Expr>| expr.as_ref().is_some_and(|e| e.as_constant().is_some());
    match value.kind {
        Kind::None => true,
        Kind::Bool | Kind::Int => value.place.is_none() && constant(&value.number),
        Kind::Str => value.literal.is_some(),
        _ => false,
    }
}
