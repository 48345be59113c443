//! What is known of a value: the sizes that costs are made of.

use std::sync::Arc;

use heapcast_facts::{Symbol as Name, Symbols, Var};

use crate::algebra::{Expr, Graded, Symbol};

/// What kind of value it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[allow(missing_docs, reason = "the names are those of Python's types")]
pub enum Kind {
    #[default]
    Unknown,
    None,
    Bool,
    Int,
    Float,
    Complex,
    Str,
    Bytes,
    ByteArray,
    List,
    Tuple,
    Set,
    FrozenSet,
    Dict,
    Range,
    /// A view or an iterator over something whose length is known.
    Iterator,
    Generator,
    Function,
    Class,
    Module,
    Instance,
}

impl Kind {
    /// All kinds, in order.
    pub(super) const ALL: [Self; 21] = [
        Self::Unknown,
        Self::None,
        Self::Bool,
        Self::Int,
        Self::Float,
        Self::Complex,
        Self::Str,
        Self::Bytes,
        Self::ByteArray,
        Self::List,
        Self::Tuple,
        Self::Set,
        Self::FrozenSet,
        Self::Dict,
        Self::Range,
        Self::Iterator,
        Self::Generator,
        Self::Function,
        Self::Class,
        Self::Module,
        Self::Instance,
    ];

    /// Whether its values have no parts that are objects.
    pub(super) fn is_scalar(self) -> bool {
        matches!(
            self,
            Self::None
                | Self::Bool
                | Self::Int
                | Self::Float
                | Self::Complex
                | Self::Str
                | Self::Bytes
        )
    }

    /// The type's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown | Self::Instance => "object",
            Self::None => "NoneType",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Float => "float",
            Self::Complex => "complex",
            Self::Str => "str",
            Self::Bytes => "bytes",
            Self::ByteArray => "bytearray",
            Self::List => "list",
            Self::Tuple => "tuple",
            Self::Set => "set",
            Self::FrozenSet => "frozenset",
            Self::Dict => "dict",
            Self::Range => "range",
            Self::Iterator => "iterator",
            Self::Generator => "generator",
            Self::Function => "function",
            Self::Class => "type",
            Self::Module => "module",
        }
    }

    /// The kind of instances of the builtin class of that name.
    #[must_use]
    pub fn of_class(name: &str) -> Self {
        match name.strip_prefix("builtins.").unwrap_or(name) {
            "NoneType" => Self::None,
            "collections.defaultdict" | "collections.Counter" | "collections.OrderedDict" => {
                Self::Dict
            }
            "bool" => Self::Bool,
            "int" => Self::Int,
            "float" => Self::Float,
            "complex" => Self::Complex,
            "str" => Self::Str,
            "bytes" => Self::Bytes,
            "bytearray" => Self::ByteArray,
            "list" | "collections.deque" => Self::List,
            "tuple" => Self::Tuple,
            "set" => Self::Set,
            "frozenset" => Self::FrozenSet,
            "dict" => Self::Dict,
            "range" => Self::Range,
            "generator" => Self::Generator,
            "iterator" | "map" | "filter" | "zip" | "enumerate" | "reversed" => Self::Iterator,
            name if name.starts_with("itertools.") => Self::Iterator,
            _ => Self::Unknown,
        }
    }
}

/// Where the path to an input starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Root {
    /// The parameter of that number.
    Parameter(u32),
    /// A captured variable.
    Cell(Var),
}

/// A step of the path to an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// `.name`
    Attribute(Name),
    /// The element under a constant key.
    Key(Name),
    /// Any element, at its largest; of a mapping, any value.
    Element,
    /// The keys of a mapping, as a list.
    Keys,
    /// All elements together.
    Each,
    /// The element that the loop of that number works on.
    This(u32),
    /// What a method of strings gives, which changes nothing, with its argument if that is a string.
    Method(Name, Option<Name>),
}

/// A path from an input: `xs`, `xs[*]`, `self.rows`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Where it starts.
    pub root: Root,
    /// The steps from there.
    pub steps: Vec<Step>,
    /// From there on, any part that a recursion comes to.
    pub below: Option<Arc<Walk>>,
    /// The path as it is written.
    pub text: Arc<str>,
}

/// The way of a recursion through a structure: every part that one of several ways leads to, again
/// and again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Walk {
    /// How it goes from one part to the next ones.
    pub ways: Vec<Vec<Step>>,
    /// The steps from each part.
    pub then: Vec<Step>,
}

/// Longer paths are not followed.
const MAX_STEPS: usize = 6;

impl Place {
    pub(super) fn new(root: Root, name: &str) -> Self {
        Self {
            root,
            steps: Vec::new(),
            below: None,
            text: name.into(),
        }
    }

    /// The same place with another step in place of `step`.
    pub(super) fn with(&self, step: Step, other: Step) -> Self {
        let written = |step: Step| match step {
            Step::Each => "[+]".to_owned(),
            Step::This(at) => format!("[#{at}]"),
            _ => "[*]".to_owned(),
        };
        let mut place = self.clone();
        place.text = self.text.replace(&written(step), &written(other)).into();
        for own in place.steps.iter_mut().filter(|own| **own == step) {
            *own = other;
        }
        place
    }

    /// Every part of the input that a recursion comes to by these ways.
    pub(super) fn walked(self, ways: Vec<Vec<Step>>) -> Self {
        let then = Vec::new();
        Self {
            below: Some(Arc::new(Walk { ways, then })),
            ..self
        }
    }

    /// Where a walk starts.
    pub(super) fn without_walk(&self) -> Self {
        Self {
            below: None,
            ..self.clone()
        }
    }

    pub(super) fn then(&self, step: Step, symbols: &Symbols) -> Option<Self> {
        if self.steps.len() >= MAX_STEPS {
            return None;
        }
        let text = match (&self.below, self.steps.len()) {
            (Some(walk), _) if walk.then.is_empty() => format!("{}.**", self.text),
            _ => self.text.to_string(),
        };
        let text = match step {
            Step::Attribute(name) => format!("{text}.{}", symbols.text(name)),
            Step::Key(name) => format!("{text}[{:?}]", symbols.text(name)),
            Step::Element => format!("{text}[*]"),
            Step::Keys => format!("{text}.keys()"),
            Step::Each => format!("{text}[+]"),
            Step::This(at) => format!("{text}[#{at}]"),
            Step::Method(name, argument) => {
                let argument = argument.map(|argument| format!("{:?}", symbols.text(argument)));
                let argument = argument.unwrap_or_default();
                format!("{text}.{}({argument})", symbols.text(name))
            }
        };
        let mut place = self.clone();
        place.text = text.into();
        match &mut place.below {
            Some(walk) => Arc::make_mut(walk).then.push(step),
            None => place.steps.push(step),
        }
        Some(place)
    }
}

/// What of an input is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quantity {
    /// Its value as a number.
    Number,
    /// Its length.
    Length,
    /// How long it is as text: `len(str(x))`.
    Text,
    /// Of how many parts it is made that a recursion comes to.
    Nodes,
    /// How many of them are one below the other.
    Depth,
}

impl Quantity {
    /// The symbol for the quantity of what stands at a place.
    pub(super) fn symbol(self, place: &Place) -> Symbol {
        let text = &place.text;
        match self {
            Quantity::Number => Symbol::measure(text),
            Quantity::Length => Symbol::measure(&format!("len({text})")),
            Quantity::Text => Symbol::measure(&format!("len(str({text}))")),
            Quantity::Nodes => Symbol::measure(&format!("nodes({text})")),
            Quantity::Depth => Symbol::measure(&format!("depth({text})")),
        }
    }
}

/// A measure that a summary's formulas speak of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// The symbol in the formulas.
    pub symbol: Symbol,
    /// The input.
    pub place: Arc<Place>,
    /// What of it is measured.
    pub quantity: Quantity,
}

/// A container or another object that is changed in place, while its function is interpreted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ContainerId(pub(super) u32);

/// What is known of a value. A clone shares what is large.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Value {
    /// Its kind.
    pub kind: Kind,
    /// Its value as a number.
    pub number: Option<Expr>,
    /// Of an integer, how many bits it has at most beyond those that each is counted with.
    pub bits: Option<Expr>,
    /// Its length.
    pub length: Option<Expr>,
    /// Whether number and length are upper bounds only.
    pub is_bound: bool,
    /// What each of its elements is at most; of a dict, each value.
    pub element: Option<Arc<Value>>,
    /// What each key of a dict is at most.
    pub key: Option<Arc<Value>>,
    /// Its elements one by one, where they are few and known.
    pub items: Option<Arc<[Value]>>,
    /// The first number and the step of a range.
    pub stride: Option<Arc<(Expr, Expr)>>,
    /// The text of a constant string.
    pub literal: Option<Name>,
    /// Of a compiled pattern, the text that it was made of.
    pub pattern: Option<Name>,
    /// The input that it is.
    pub place: Option<Arc<Place>>,
    /// How the source calls it.
    pub label: Option<Arc<str>>,
    /// Where it stands for any element of a container: how long all of them are together.
    pub sum: Option<Expr>,
    /// Its length when it was made, where its elements are those of an input and each of them is
    /// there once.
    pub(super) once: Option<Arc<Expr>>,
    pub(super) container: Option<ContainerId>,
    /// The container that it is an element of, where it has none of its own.
    pub(super) part_of: Option<ContainerId>,
    /// Whether it is a view of a dict, of which there is an iterator where it is iterated over.
    pub(super) is_view: bool,
    /// Whether it is made when an iterator gives it, each time anew.
    pub(super) is_made: bool,
}

impl Value {
    /// Of an integer, how many bits it has at most beyond those that each is counted with: those of what
    /// grows with a power, or what is known of a number that has no formula.
    pub(super) fn further_bits(&self) -> Option<Expr> {
        let number = self
            .number
            .as_ref()
            .filter(|number| number.is_exponential());
        number.map(Expr::log2).or_else(|| self.bits.clone())
    }

    /// A value of that kind of which nothing else is known.
    #[must_use]
    pub fn of(kind: Kind) -> Self {
        Self {
            kind,
            ..Self::default()
        }
    }

    /// An integer.
    #[must_use]
    pub fn int(number: Expr) -> Self {
        Self {
            kind: Kind::Int,
            number: Some(number),
            ..Self::default()
        }
    }

    /// Something of that kind with a length.
    #[must_use]
    pub fn sized(kind: Kind, length: Option<Expr>) -> Self {
        Self {
            kind,
            length,
            ..Self::default()
        }
    }

    pub(super) fn with_element(self, element: Option<Value>) -> Self {
        self.with_elements_of(element.map(|element| Self {
            sum: None,
            ..element
        }))
    }

    /// The same elements as another one has.
    pub(super) fn with_elements_of(mut self, element: Option<Value>) -> Self {
        self.element = element.map(Arc::new);
        self
    }

    pub(super) fn bounded(mut self, is_bound: bool) -> Self {
        self.is_bound |= is_bound;
        self
    }

    pub(super) fn labelled(mut self, label: &str) -> Self {
        self.label = Some(label.into());
        self
    }

    /// An input.
    pub(super) fn input(place: Place) -> Self {
        Self {
            label: Some(Arc::clone(&place.text)),
            place: Some(Arc::new(place)),
            ..Self::default()
        }
    }

    /// What stands at `step` of the value.
    pub(super) fn at(&self, step: Step, symbols: &Symbols) -> Self {
        let found = match step {
            Step::Element | Step::Key(_) | Step::Each | Step::This(_) => {
                self.element.as_deref().cloned()
            }
            Step::Attribute(_) | Step::Method(..) | Step::Keys => None,
        };
        found.unwrap_or_else(|| {
            let place = self
                .place
                .as_deref()
                .and_then(|place| place.then(step, symbols));
            place.map_or_else(Self::default, Self::input)
        })
    }

    /// What holds of this value and of the other one alike; numbers become bounds.
    pub(super) fn join(&self, other: &Self) -> Self {
        if self == other {
            return self.clone();
        }
        let is_none = |value: &Self| value.kind == Kind::None;
        if is_none(self) {
            return other.clone();
        }
        if is_none(other) {
            return self.clone();
        }
        let greater = |a: &Option<Expr>, b: &Option<Expr>| {
            Some(super::cost::greater(a.as_ref()?, b.as_ref()?))
        };
        let is_empty = |value: &Self| value.length.as_ref().is_some_and(Expr::is_zero);
        let element = match (&self.element, &other.element) {
            (Some(a), Some(b)) => Some(Arc::new(a.join(b))),
            (None, found) if is_empty(self) => found.clone(),
            (found, None) if is_empty(other) => found.clone(),
            _ => None,
        };
        let key = match (&self.key, &other.key) {
            (Some(a), Some(b)) => Some(Arc::new(a.join(b))),
            (None, found) if is_empty(self) => found.clone(),
            (found, None) if is_empty(other) => found.clone(),
            _ => None,
        };
        let number = greater(&self.number, &other.number);
        let bits = match number {
            Some(_) => greater_of(self.bits.clone(), other.bits.clone()),
            None => greater_of(self.further_bits(), other.further_bits()),
        };
        let same = |a: &Option<Arc<str>>, b: &Option<Arc<str>>| {
            if a == b { a.clone() } else { None }
        };
        Self {
            kind: if self.kind == other.kind {
                self.kind
            } else {
                Kind::Unknown
            },
            number,
            bits,
            length: greater(&self.length, &other.length),
            is_bound: true,
            element,
            key,
            items: None,
            stride: None,
            literal: None,
            pattern: self.pattern.filter(|own| other.pattern == Some(*own)),
            place: None,
            label: same(&self.label, &other.label),
            once: None,
            sum: None,
            is_view: self.is_view && other.is_view,
            is_made: self.is_made || other.is_made,
            part_of: if self.part_of == other.part_of {
                self.part_of
            } else {
                None
            },
            container: if self.container == other.container {
                self.container
            } else {
                None
            },
        }
    }

    /// The value with all its formulas mapped; `None` forgets one.
    pub(super) fn map(&self, by: &dyn Fn(&Expr) -> Option<Graded>) -> Self {
        let mut result = self.clone();
        let mut bound = false;
        let mut one = |expr: &Option<Expr>| {
            let mapped = expr.as_ref().and_then(by)?;
            bound |= mapped.grade != crate::algebra::Grade::Exact;
            Some(mapped.value)
        };
        result.number = one(&self.number);
        result.bits = one(&self.bits);
        result.length = one(&self.length);
        result.sum = one(&self.sum);
        result.is_bound |= bound;
        result.element = self
            .element
            .as_ref()
            .map(|element| Arc::new(element.map(by)));
        result.key = self.key.as_ref().map(|key| Arc::new(key.map(by)));
        result.items = self
            .items
            .as_ref()
            .map(|items| items.iter().map(|v| v.map(by)).collect());
        result.stride = self.stride.as_ref().and_then(|stride| {
            let first = by(&stride.0)?;
            let step = by(&stride.1)?;
            let exact = |graded: &Graded| graded.grade == crate::algebra::Grade::Exact;
            (exact(&first) && exact(&step)).then(|| Arc::new((first.value, step.value)))
        });
        result
    }

    /// The elements of an input that come one by one, as those of the loop of that number.
    pub(super) fn of_iteration(mut self, at: u32) -> Self {
        if let Some(place) = &self.place
            && place.below.is_none()
            && place.steps.last() == Some(&Step::Element)
        {
            let mut own = Place::clone(place);
            own.steps.pop();
            own.steps.push(Step::This(at));
            let text = own.text.strip_suffix("[*]").unwrap_or(&own.text);
            own.text = format!("{text}[#{at}]").into();
            self.place = Some(Arc::new(own));
        }
        if let Some(items) = self.items.take() {
            self.items = Some(items.iter().cloned().map(|v| v.of_iteration(at)).collect());
        }
        self
    }

    /// The elements of loops as any of their inputs.
    pub(super) fn of_any(mut self) -> Self {
        if let Some(place) = &self.place {
            let this = |step: &&Step| matches!(step, Step::This(_));
            let mut any = Place::clone(place);
            while let Some(step) = any.steps.iter().find(this).copied() {
                any = any.with(step, Step::Element);
            }
            self.place = Some(Arc::new(any));
        }
        if let Some(items) = self.items.take() {
            self.items = Some(items.iter().cloned().map(Self::of_any).collect());
        }
        for inner in [&mut self.element, &mut self.key] {
            if let Some(value) = inner.take() {
                *inner = Some(Arc::new(Value::clone(&value).of_any()));
            }
        }
        self
    }

    /// Its elements are those of `of`, each once.
    pub(super) fn once_each(mut self, of: &Value) -> Self {
        if of.place.is_some() || of.once.is_some() {
            self.once = self.length.clone().map(Arc::new);
        }
        self
    }
}

/// The greater of two bounds of which none may be there.
pub(super) fn greater_of(one: Option<Expr>, other: Option<Expr>) -> Option<Expr> {
    match (one, other) {
        (Some(one), Some(other)) => Some(super::cost::greater(&one, &other)),
        (one, other) => one.or(other),
    }
}
