//! What calls of modelled functions give and put into their arguments, as the models' flow says.

use heapcast_facts::{FunctionCost, Shape};

use super::interpret::Interpreter;
use super::library::Given;
use super::sizes::number;
use super::value::{Kind, Step, Value};
use crate::algebra::Expr;

impl<'a> Interpreter<'a> {
    /// What a shape is for the arguments of a call; nothing where the call does not pass it.
    pub(super) fn shaped(&mut self, given: &Given<'a>, shape: &Shape) -> Option<Value> {
        match shape {
            Shape::Argument(name) => self.given(given, name),
            Shape::Element(of) => {
                let is_self = matches!(&**of, Shape::Argument(name) if name == "self");
                let whole = self.shaped(given, of)?;
                // Iterating over a dict gives its keys, of which nothing is known.
                let is_keys = whole.kind == Kind::Dict && !is_self;
                (!is_keys).then(|| match whole.kind {
                    Kind::Iterator | Kind::Range => self.given_by(&whole),
                    _ => self.part(&whole, Step::Element),
                })
            }
            Shape::At(of, at) => {
                let whole = self.shaped(given, of)?;
                let own = whole
                    .items
                    .as_ref()
                    .and_then(|items| items.get(*at as usize));
                let own = own.cloned();
                Some(own.unwrap_or_else(|| self.part(&whole, Step::Element)))
            }
            Shape::Instance(class) => Some(Value::of(Kind::of_class(class))),
            Shape::New(class, any, numbered) => {
                let kind = Kind::of_class(class);
                let element = self.one_of(given, any);
                let items: Option<Vec<Value>> = (0..)
                    .zip(numbered)
                    .map(|(place, (at, item))| {
                        let item = self.shaped(given, item).unwrap_or_default();
                        (place == *at).then_some(item)
                    })
                    .collect();
                let items = items.filter(|items| !items.is_empty() && any.is_empty());
                let length = items.as_ref().map(|items| number(items.len() as u64));
                Some(Value {
                    items: items.map(Into::into),
                    is_made: kind == Kind::Tuple,
                    ..Value::sized(kind, length).with_element(element)
                })
            }
            Shape::Either(all) => self.one_of(given, all),
            Shape::Unknown => Some(Value::default()),
        }
    }

    fn one_of(&mut self, given: &Given<'a>, all: &[Shape]) -> Option<Value> {
        let mut result: Option<Value> = None;
        for shape in all {
            if *shape == Shape::Unknown {
                return Some(Value::default());
            }
            let Some(value) = self.shaped(given, shape) else {
                continue;
            };
            result = Some(match result {
                Some(other) => self.met(&other, &value),
                None => value,
            });
        }
        result
    }

    /// The elements of what a call gives: what they are, and how long.
    pub(super) fn with_elements(
        &mut self,
        given: &Given<'a>,
        cost: &FunctionCost,
        (value, shaped): (Value, Option<Value>),
    ) -> Value {
        let items = shaped.as_ref().and_then(|shaped| shaped.items.clone());
        let element = shaped.and_then(|shaped| shaped.element.as_deref().cloned());
        let longest = cost.element_length.as_ref();
        let Some(longest) = longest.map(|length| self.size(given, length)) else {
            return Value { items, ..value }.with_element(element);
        };
        let sum = cost.elements_length.as_ref();
        let sum = sum.map(|length| self.size(given, length));
        let sized = |of: Value| Value {
            length: Some(longest.clone()),
            is_bound: true,
            ..of
        };
        let items = items.map(|items| items.iter().cloned().map(sized).collect());
        let element = Value {
            sum,
            ..sized(element.unwrap_or_else(|| Value::of(Kind::Str)))
        };
        Value { items, ..value }.with_elements_of(Some(element))
    }

    /// The bytes of a deep copy of a value, and how many objects it is made of; nothing where the
    /// value has parts of which nothing is known.
    pub(super) fn deep(&mut self, value: &Value) -> Option<(Expr, Expr)> {
        use super::sizes::{fitted, head};
        let sizes = self.context.input.sizes;
        match value.kind {
            Kind::None
            | Kind::Bool
            | Kind::Int
            | Kind::Float
            | Kind::Complex
            | Kind::Str
            | Kind::Bytes
            | Kind::Function
            | Kind::Class => Some((Expr::ZERO, Expr::ZERO)),
            Kind::List | Kind::Dict | Kind::Set | Kind::Tuple => {
                let length = self.length(value)?;
                let element = self.part(value, Step::Element);
                let is_empty = length.is_zero();
                let (bytes, objects) = match is_empty {
                    true => (Expr::ZERO, Expr::ZERO),
                    false => self.deep(&element)?,
                };
                let table = match value.kind {
                    Kind::List => super::sizes::grow(sizes, Kind::List, &Expr::ZERO, &length, None),
                    kind => fitted(sizes, kind, &length),
                };
                let own = &number(head(sizes, value.kind).0) + &table.table;
                Some((
                    &own + &(&length * &bytes),
                    &Expr::one() + &(&length * &objects),
                ))
            }
            _ => None,
        }
    }
}
