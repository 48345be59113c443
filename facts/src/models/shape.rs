//! What a modelled function gives back and puts into its arguments, as far as sizes go: read off
//! the flow that says the same to the rules.

use super::syntax::{Argument, Body, Content, Expr, MethodCall, Place, Statement};

/// Longer chains of locals are not followed.
const MAX_DEPTH: u32 = 8;

/// A value as a function's parameters determine it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// The argument for the parameter of that name.
    Argument(String),
    /// Any element of something.
    Element(Box<Shape>),
    /// The element of that number.
    At(Box<Shape>, u32),
    /// Something of the class of that name.
    Instance(String),
    /// A new object of that class with elements: any of the first, and the others by number.
    New(String, Vec<Shape>, Vec<(u32, Shape)>),
    /// One of several.
    Either(Vec<Shape>),
    /// Nothing is known of it.
    Unknown,
}

impl Shape {
    /// Whether it is a part of the arguments, so that nothing is made for it.
    #[must_use]
    pub fn is_part(&self) -> bool {
        match self {
            Self::Argument(name) => name != "self",
            Self::Element(of) | Self::At(of, _) => {
                matches!(**of, Self::Argument(_)) || of.is_part()
            }
            Self::Either(all) => all.iter().all(Self::is_part),
            Self::Instance(_) | Self::New(..) | Self::Unknown => false,
        }
    }
}

/// What a call of the function gives.
pub(super) fn result(body: &Body) -> Shape {
    match &body.returns {
        Some((_, value)) => shape(body, value, 0),
        None => Shape::Unknown,
    }
}

/// What a call puts into the argument for `parameter`.
pub(super) fn stored(body: &Body, parameter: &str) -> Option<Shape> {
    let is_it = |value: &Expr| matches!(value, Expr::Name(name, _) if name == parameter);
    let mut found = Vec::new();
    for (_, statement) in &body.statements {
        match statement {
            Statement::Store(into, Place::Keys | Place::Attribute(_), _) if is_it(into) => {}
            Statement::Store(into, _, value) if is_it(into) => found.push(shape(body, value, 0)),
            Statement::Elements(into, from) if is_it(into) => {
                found.push(Shape::Element(Box::new(shape(body, from, 0))));
            }
            _ => {}
        }
    }
    either(found)
}

fn either(mut all: Vec<Shape>) -> Option<Shape> {
    match all.len() {
        0 | 1 => all.pop(),
        _ => Some(Shape::Either(all)),
    }
}

fn shape(body: &Body, value: &Expr, depth: u32) -> Shape {
    if depth > MAX_DEPTH {
        return Shape::Unknown;
    }
    let inner = |value: &Expr| shape(body, value, depth + 1);
    match value {
        Expr::Name(name, _) if body.has_parameter(name) => Shape::Argument(name.clone()),
        Expr::Name(name, _) if body.has(name) => {
            let assigned = body
                .statements
                .iter()
                .filter_map(|(_, statement)| match statement {
                    Statement::Assign(local, value) if local == name => Some(inner(value)),
                    _ => None,
                });
            either(assigned.collect()).unwrap_or(Shape::Unknown)
        }
        Expr::Name(name, _) => Shape::Instance(name.clone()),
        Expr::Either(all) => {
            let all = all.iter().filter(|value| !matches!(value, Expr::Nothing));
            either(all.map(inner).collect()).unwrap_or(Shape::Unknown)
        }
        Expr::Load(base, Place::Index(at)) => Shape::At(Box::new(inner(base)), *at),
        Expr::Load(base, Place::All | Place::Unknown | Place::Key(_) | Place::At(..)) => {
            Shape::Element(Box::new(inner(base)))
        }
        Expr::Call(callee, arguments) => match (&**callee, arguments.as_slice()) {
            (Expr::Name(name, _), [Argument::Positional(of)])
                if matches!(name.as_str(), "each" | "contents") && !body.has(name) =>
            {
                Shape::Element(Box::new(inner(of)))
            }
            _ => Shape::Unknown,
        },
        Expr::Method(MethodCall { base, name, .. }) if name == "__next__" => {
            Shape::Element(Box::new(inner(base)))
        }
        Expr::New(class, contents, _) => made(class, contents, inner),
        _ => Shape::Unknown,
    }
}

fn made(class: &str, contents: &[Content], inner: impl Fn(&Expr) -> Shape) -> Shape {
    let (mut any, mut numbered) = (Vec::new(), Vec::new());
    for content in contents {
        match content {
            Content::Store(Place::Index(at), value) => numbered.push((*at, inner(value))),
            Content::Store(Place::Keys | Place::Attribute(_), _) => {}
            Content::Store(_, value) => any.push(inner(value)),
            Content::Elements(from) => any.push(Shape::Element(Box::new(inner(from)))),
        }
    }
    Shape::New(class.to_owned(), any, numbered)
}
