//! Displays and f-strings: what they make.

use heapcast_facts::Var;

use super::Seen;
use super::frame::Owner;
use super::interpret::Interpreter;
use super::sizes::number;
use super::value::{Kind, Quantity, Step, Value};
use crate::algebra::{Expr, Rational};
use crate::ir::{DisplayKind, Layout};

/// Displays with more elements are not remembered one by one.
const MAX_ITEMS: usize = 8;

/// The longest that `repr` of a float is.
pub(super) const FLOAT_TEXT: i64 = 24;

impl Interpreter<'_> {
    pub(super) fn display(&mut self, to: Var, kind: DisplayKind, elements: &[(Var, bool)]) {
        let mut length = Expr::ZERO;
        let mut element: Option<Value> = None;
        let mut items = Vec::new();
        for &(var, starred) in elements {
            let mut value = self.value(var);
            if starred {
                let own = self.length_or_unknown(&value);
                self.keeps_all_given(&value, &own, to);
                length = &length + &own;
                value = self.part(&value, Step::Element);
            } else {
                length = &length + &Expr::one();
                if items.len() < MAX_ITEMS {
                    items.push(value.clone());
                }
            }
            element = Some(match element {
                Some(other) => self.met(&other, &value),
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
        let mut keys: Vec<Value> = Vec::with_capacity(entries.len());
        for &(key, var) in entries {
            let mut value = self.value(var);
            keys.push(match key {
                Some(key) => self.value(key),
                None => self.key_of(&value),
            });
            if key.is_some() {
                length = &length + &Expr::one();
            } else {
                length = &length + &self.length_or_unknown(&value);
                value = self.part(&value, Step::Element);
            }
            element = Some(match element {
                Some(other) => self.met(&other, &value),
                None => value,
            });
        }
        let value = self.fitted(Kind::Dict, length, element, to);
        if let Some(id) = value.container {
            keys.into_iter().for_each(|key| self.put_under(id, key));
        }
        self.set(to, value);
    }

    pub(super) fn format(&mut self, to: Var, literal: u32, parts: &[Var], layouts: &[Layout]) {
        let mut length = number(u64::from(literal));
        let mut bound = false;
        let mut last = Expr::ZERO;
        let mut made = Vec::new();
        for (&part, layout) in parts.iter().zip(layouts) {
            let value = self.value(part);
            if layout.is_width {
                // What the part before is short of it is filled up.
                let width = self.number_or_unknown(&value);
                length = &length + &(&width - &last).positive_part();
                bound = true;
                continue;
            }
            let kind = self.kind(part);
            let value = Value { kind, ..value };
            let own = match self.laid_out(&value, layout) {
                Some(own) => own,
                None => self.text_or_unknown(&value),
            };
            if self.kind(part) != Kind::Str || layout.width > 0 {
                bound = true;
                let bytes = &own + &number(self.context.input.sizes.string.ascii);
                made.push(self.one(Kind::Str, bytes, Owner::Local));
            }
            length = &length + &own;
            last = own;
        }
        self.sequence(to, Kind::Str, length, None, bound);
        // The parts are there until they are joined.
        if let Some(frame) = self.frames.last_mut() {
            made.into_iter().for_each(|at| frame.free(at));
        }
    }

    /// How long a value is at most that is laid out.
    pub(super) fn laid_out(&mut self, value: &Value, layout: &Layout) -> Option<Expr> {
        let known = self.known_text_length(value);
        // What is laid out as a number is one, as long as a float.
        let number_of_unknown = || layout.is_number.then(|| Expr::from(FLOAT_TEXT));
        let text = known.or_else(number_of_unknown)?;
        let text = match value.kind {
            Kind::Str => text,
            _ => &text.scale(&i64::from(layout.times).into()) + &number(u64::from(layout.more)),
        };
        Some(match layout.width {
            0 => text,
            width => text.maximum(&number(u64::from(width))),
        })
    }

    /// How long a value is as text.
    pub(super) fn text_length(&mut self, var: Var, value: &Value) -> Expr {
        let kind = self.kind(var);
        let value = Value {
            kind,
            ..value.clone()
        };
        self.text_or_unknown(&value)
    }

    /// How long a value of known kind is as text, or an unknown for it.
    pub(super) fn text_or_unknown(&mut self, value: &Value) -> Expr {
        self.known_text_length(value).unwrap_or_else(|| {
            let quantity = format!("len(str({}))", Self::label(value));
            self.traced(&quantity, "the length of the value's text", Seen::Text)
        })
    }

    /// How long a value is as text, where that is known or an input's.
    pub(super) fn known_text_length(&mut self, value: &Value) -> Option<Expr> {
        match value.kind {
            Kind::Str => return self.length(value),
            Kind::Bool | Kind::None => return Some(Expr::from(5)),
            _ => {}
        }
        if let Some(place) = value.place.clone() {
            return Some(self.measure(&place, Quantity::Text));
        }
        match (value.kind, &value.number) {
            (_, Some(number)) => Some(digits(number)),
            (Kind::Int, None) => Some(Expr::from(20)),
            (Kind::Float, None) => Some(Expr::from(FLOAT_TEXT)),
            _ => None,
        }
    }
}

/// The digits of a whole number that is not negative, and a sign: at most one more than three tenths of its
/// bits, rounded up.
fn digits(number: &Expr) -> Expr {
    match number.as_constant().and_then(|number| number.to_i64()) {
        Some(number) => Expr::from(number.to_string().len() as i64),
        None => {
            let bits = (number + &Expr::one()).log2();
            let tenths = Rational::new(30_103, 100_000).unwrap_or(Rational::ONE);
            &bits.scale(&tenths).floor() + &Expr::one()
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
