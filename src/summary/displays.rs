//! Displays and f-strings: what they make.

use heapcast_facts::Var;

use super::frame::Owner;
use super::interpret::Interpreter;
use super::sizes::number;
use super::value::{Kind, Quantity, Step, Value};
use crate::algebra::{Expr, Rational};
use crate::ir::{DisplayKind, Layout};

/// Displays with more elements are not remembered one by one.
const MAX_ITEMS: usize = 8;

/// The longest that `repr` of a float is.
const FLOAT_TEXT: i64 = 24;

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

    /// How long `"{} of {:>8}".format(…)` is at most.
    pub(super) fn format_method(&mut self, template: &Value, values: &[Value]) -> Option<Expr> {
        let text = self.context.input.symbols.text(template.literal?);
        let (plain, fields) = fields(text)?;
        let mut length = number(plain);
        for (at, layout) in fields {
            let value = values.get(at)?;
            length = &length + &self.laid_out(value, &layout)?;
        }
        Some(length)
    }

    /// How long a value is at most that is laid out.
    fn laid_out(&mut self, value: &Value, layout: &Layout) -> Option<Expr> {
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

    /// How long `"format" % values` is at most.
    pub(super) fn formatted(&mut self, format: &Value, values: &Value) -> Option<Expr> {
        let text = self.context.input.symbols.text(format.literal?);
        let (plain, widths) = conversions(text);
        let mut length = number(plain);
        for (at, &width) in widths.iter().enumerate() {
            let value = match (&values.items, values.kind) {
                (Some(items), _) => items.get(at)?.clone(),
                (None, Kind::Tuple) => self.part(values, Step::Element),
                (None, _) => values.clone(),
            };
            let own = self.known_text_length(&value)?;
            let own = if width > 0 {
                own.maximum(&number(width))
            } else {
                own
            };
            length = &length + &own;
        }
        Some(length)
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
            self.unknown(&quantity, "the length of the value's text")
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

/// How many characters of a template stand for themselves, and which argument each field shows;
/// nothing where names or parts of arguments are shown.
fn fields(template: &str) -> Option<(u64, Vec<(usize, Layout)>)> {
    let mut plain = 0;
    let mut fields = Vec::new();
    let mut letters = template.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_field = letter == '{' && letters.next_if_eq(&'{').is_none();
        if !is_field {
            if letter == '}' {
                letters.next_if_eq(&'}')?;
            }
            plain += 1;
            continue;
        }
        let field: String = letters
            .by_ref()
            .take_while(|letter| *letter != '}')
            .collect();
        let (name, spec) = field.split_once(':').unwrap_or((&field, ""));
        let at = match name {
            "" => fields.len(),
            number => number.parse().ok()?,
        };
        if spec.contains('{') {
            return None;
        }
        fields.push((at, Layout::parse(spec)));
    }
    Some((plain, fields))
}

/// How many characters of a format stand for themselves, and the least width of each conversion.
fn conversions(format: &str) -> (u64, Vec<u64>) {
    let mut plain = 0;
    let mut widths = Vec::new();
    let mut letters = format.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '%' || letters.next_if_eq(&'%').is_some() {
            plain += 1;
            continue;
        }
        while letters.next_if(|next| "#0- +".contains(*next)).is_some() {}
        let mut width = 0_u64;
        while let Some(digit) = letters.next_if(char::is_ascii_digit) {
            let digit = u64::from(digit.to_digit(10).unwrap_or(0));
            width = width.saturating_mul(10).saturating_add(digit);
        }
        while letters
            .next_if(|next| *next == '.' || next.is_ascii_digit())
            .is_some()
        {}
        letters.next();
        widths.push(width);
    }
    (plain, widths)
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
