//! Which way branches go, where constants and the kinds of arguments tell.
//!
//! A pass over the code of one function in the manner of conditional constant propagation (Wegman and
//! Zadeck 1991): what is certain of variables that are assigned once decides conditions, and of what
//! is decided only the way that is taken counts.

use std::ops::BitOr;

use heapcast_facts::{Map, Var};

use super::context::Context;
use super::value::{Kind, Value};
use crate::ir::{
    Argument, Block, Branch, Callee, CompareOp, Const, DisplayKind, Function, Op, Phi, UnaryOp,
};

/// A set of kinds. [`Kind::Unknown`] stands for all that has no kind of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Kinds(u32);

impl Kinds {
    const NONE: Self = Self(0);
    const ANY: Self = Self(u32::MAX);

    fn of(kinds: &[Kind]) -> Self {
        kinds.iter().fold(Self::NONE, |all, kind| all | *kind)
    }

    fn holds(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u32) != 0
    }

    fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    fn only(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Kinds {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOr<Kind> for Kinds {
    type Output = Self;

    fn bitor(self, kind: Kind) -> Self {
        Self(self.0 | 1 << kind as u32)
    }
}

/// What is certain of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Fact {
    kinds: Kinds,
    /// The constant that it is, of those that hold no more than a word.
    constant: Option<Word>,
    /// Whether it is true, where more than its kind tells.
    truth: Option<bool>,
}

/// What may be asked of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ask {
    /// `x is None`
    None,
    /// `if x`
    Truth,
    /// `callable(x)`
    Callable,
    /// `isinstance(x, (A, B))`, by the dotted names of the classes.
    Instance(Vec<Box<str>>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Word {
    None,
    Number(i64),
    Text(heapcast_facts::Symbol),
}

impl Fact {
    pub(super) const ANY: Self = Self {
        kinds: Kinds::ANY,
        constant: None,
        truth: None,
    };

    pub(super) fn of(kind: Kind) -> Self {
        Self {
            kinds: Kinds::NONE | kind,
            constant: (kind == Kind::None).then_some(Word::None),
            truth: None,
        }
    }

    fn constant(value: &Const) -> Self {
        let (kind, constant) = match value {
            Const::None => (Kind::None, Some(Word::None)),
            Const::Bool(truth) => (Kind::Bool, Some(Word::Number(i64::from(*truth)))),
            Const::Int(number) => (Kind::Int, Some(Word::Number(*number))),
            Const::BigInt { .. } => (Kind::Int, None),
            Const::Float(_) => (Kind::Float, None),
            Const::Complex => (Kind::Complex, None),
            Const::Str(text) => (Kind::Str, Some(Word::Text(*text))),
            Const::Bytes { .. } => (Kind::Bytes, None),
            Const::Ellipsis => return Self::ANY,
        };
        Self {
            constant,
            ..Self::of(kind)
        }
    }

    /// What is certain of a constant that a variable holds wherever it is read.
    pub(super) fn of_constant(value: &Value) -> Self {
        let number = value.number.as_ref().and_then(|n| n.as_constant());
        let number = number.and_then(|number| number.to_i64());
        match value.kind {
            Kind::Bool | Kind::Int => Self {
                constant: number.map(Word::Number),
                ..Self::of(value.kind)
            },
            Kind::Str => Self {
                constant: value.literal.map(Word::Text),
                ..Self::of(Kind::Str)
            },
            Kind::Unknown => Self::ANY,
            kind => Self::of(kind),
        }
    }

    /// The constant in place of which it stands, but for numbers and texts nobody asks for.
    pub(super) fn without_text(self) -> Self {
        let small =
            self.kinds == Kinds::NONE | Kind::None || self.kinds == Kinds::NONE | Kind::Bool;
        Self {
            constant: self.constant.filter(|_| small),
            ..self
        }
    }

    /// Its kind, if it can have one only.
    pub(super) fn kind(self) -> Option<Kind> {
        let mut kinds = Kind::ALL.into_iter().filter(|kind| self.kinds.holds(*kind));
        let only = kinds.next()?;
        (kinds.next().is_none() && only != Kind::Unknown).then_some(only)
    }

    /// The constant that it is.
    pub(super) fn value(self, context: &Context<'_>) -> Option<Value> {
        let constant = match (self.constant?, self.kind()?) {
            (Word::None, _) => Const::None,
            (Word::Number(number), Kind::Bool) => Const::Bool(number != 0),
            (Word::Number(number), _) => Const::Int(number),
            (Word::Text(text), _) => Const::Str(text),
        };
        Some(context.constant(&constant))
    }

    fn join(self, other: Self) -> Self {
        Self {
            kinds: self.kinds | other.kinds,
            constant: self.constant.filter(|own| Some(*own) == other.constant),
            truth: self.truth.filter(|own| Some(*own) == other.truth),
        }
    }

    fn truth(self, context: &Context<'_>) -> Option<bool> {
        match self.constant {
            Some(Word::None) => return Some(false),
            Some(Word::Number(number)) => return Some(number != 0),
            Some(Word::Text(text)) => {
                return Some(!context.input.symbols.text(text).is_empty());
            }
            None if self.truth.is_some() => return self.truth,
            None => {}
        }
        let code = Kinds::of(&[Kind::Function, Kind::Class, Kind::Module]);
        (!self.kinds.meets(Kinds::ANY.without(code))).then_some(true)
    }

    /// What it answers.
    pub(super) fn answer(self, ask: &Ask, context: &Context<'_>) -> Option<bool> {
        match ask {
            Ask::Truth => self.truth(context),
            Ask::None => self.is(Self::of(Kind::None)),
            Ask::Callable => {
                let (sure, maybe) = callable();
                among(self.kinds, sure, maybe)
            }
            Ask::Instance(classes) => {
                let (sure, maybe) = any_of(classes)?;
                among(self.kinds, sure, maybe)
            }
        }
    }

    /// What is certain once it has answered.
    pub(super) fn after(self, ask: &Ask, answer: bool) -> Self {
        let bounds = match ask {
            Ask::Truth => {
                let kinds = match answer {
                    true => self.kinds.without(Kinds::NONE | Kind::None),
                    false => self.kinds.without(callable().0 | Kind::Module),
                };
                return Self {
                    kinds,
                    truth: Some(answer),
                    ..self
                };
            }
            Ask::None => Some((Kinds::NONE | Kind::None, Kinds::NONE | Kind::None)),
            Ask::Callable => Some(callable()),
            Ask::Instance(classes) => any_of(classes),
        };
        let Some((sure, maybe)) = bounds else {
            return self;
        };
        let kinds = match answer {
            // What derives from a builtin class goes the way of that class.
            true if self.kinds.meets(sure) => self.kinds.only(sure),
            true => self.kinds.only(maybe),
            false => self.kinds.without(sure),
        };
        match kinds == Kinds::NONE | Kind::None {
            true => Self::of(Kind::None),
            false => Self { kinds, ..self },
        }
    }

    /// Whether both are the same object.
    fn is(self, other: Self) -> Option<bool> {
        if !self.kinds.meets(other.kinds) {
            return Some(false);
        }
        let single = |fact: Self| matches!(fact.kind(), Some(Kind::None | Kind::Bool));
        match (self.constant, other.constant) {
            (Some(one), Some(two)) if single(self) && single(other) => Some(one == two),
            _ => None,
        }
    }

    fn equals(self, other: Self) -> Option<bool> {
        let opaque = Kinds::of(&[Kind::Unknown, Kind::Instance]);
        match (self.constant, other.constant) {
            (Some(one), Some(two)) => Some(one == two),
            (Some(Word::None), _) if !other.kinds.meets(opaque | Kind::None) => Some(false),
            (_, Some(Word::None)) if !self.kinds.meets(opaque | Kind::None) => Some(false),
            (Some(Word::Text(_)), _) if !other.kinds.meets(opaque | Kind::Str) => Some(false),
            (_, Some(Word::Text(_))) if !self.kinds.meets(opaque | Kind::Str) => Some(false),
            _ => None,
        }
    }

    fn compares(self, op: CompareOp, other: Self) -> Option<bool> {
        let ordered = match (self.constant, other.constant) {
            (Some(Word::Number(one)), Some(Word::Number(two))) => Some(one.cmp(&two)),
            _ => None,
        };
        match op {
            CompareOp::Is => self.is(other),
            CompareOp::IsNot => self.is(other).map(|same| !same),
            CompareOp::Eq => self.equals(other),
            CompareOp::NotEq => self.equals(other).map(|same| !same),
            CompareOp::Lt => ordered.map(|order| order.is_lt()),
            CompareOp::LtE => ordered.map(|order| order.is_le()),
            CompareOp::Gt => ordered.map(|order| order.is_gt()),
            CompareOp::GtE => ordered.map(|order| order.is_ge()),
            CompareOp::In | CompareOp::NotIn => None,
        }
    }
}

/// The kinds that are instances of a class, and those that may be.
fn instances(class: &str) -> Option<(Kinds, Kinds)> {
    let sized = [
        Kind::Str,
        Kind::Bytes,
        Kind::ByteArray,
        Kind::List,
        Kind::Tuple,
        Kind::Set,
        Kind::FrozenSet,
        Kind::Dict,
        Kind::Range,
    ];
    let other = Kinds::of(&[Kind::Unknown, Kind::Instance]);
    let sure = match class.rsplit_once('.').map_or(class, |(_, name)| name) {
        "int" => Kinds::of(&[Kind::Int, Kind::Bool]),
        "bool" => Kinds::of(&[Kind::Bool]),
        "float" => Kinds::of(&[Kind::Float]),
        "complex" => Kinds::of(&[Kind::Complex]),
        "str" => Kinds::of(&[Kind::Str]),
        "bytes" => Kinds::of(&[Kind::Bytes]),
        "bytearray" => Kinds::of(&[Kind::ByteArray]),
        "tuple" => Kinds::of(&[Kind::Tuple]),
        "set" => Kinds::of(&[Kind::Set]),
        "frozenset" => Kinds::of(&[Kind::FrozenSet]),
        "dict" | "Mapping" | "MutableMapping" => Kinds::of(&[Kind::Dict]),
        "range" => Kinds::of(&[Kind::Range]),
        "list" => Kinds::of(&[Kind::List]),
        "Number" | "Real" => Kinds::of(&[Kind::Int, Kind::Bool, Kind::Float]),
        "Callable" => Kinds::of(&[Kind::Function, Kind::Class]),
        "Iterable" => Kinds::of(&sized) | Kind::Iterator | Kind::Generator,
        "Sized" | "Container" | "Collection" => Kinds::of(&sized),
        "Sequence" => {
            Kinds::of(&[Kind::Str, Kind::Bytes, Kind::ByteArray])
                | Kinds::of(&[Kind::List, Kind::Tuple, Kind::Range])
        }
        "NoneType" => Kinds::of(&[Kind::None]),
        _ => return None,
    };
    let known = [
        "builtins.",
        "collections.abc.",
        "numbers.",
        "typing.",
        "types.",
    ];
    known
        .iter()
        .any(|module| class.starts_with(module))
        .then_some((sure, sure | other))
}

/// What is certain in a function.
#[derive(Debug, Clone, Default)]
pub(super) struct Decisions {
    /// Of variables.
    facts: Map<Var, Fact>,
    /// Of conditions.
    truths: Map<Var, bool>,
    /// The parameters that something is asked of or that are passed on, and whether it is asked here.
    pub(super) asked: Map<usize, bool>,
    /// What is asked of parameters and not certain.
    pub(super) asks: Vec<(usize, Ask)>,
    /// The parameter that a variable is.
    parameters: Map<Var, usize>,
}

impl Decisions {
    /// What is certain in a function that gets such arguments.
    pub(super) fn of(context: &Context<'_>, function: &Function, given: &[Fact]) -> Self {
        let mut pass = Pass {
            context,
            found: Self::default(),
            tuples: Map::default(),
        };
        for (at, parameter) in function.parameters.iter().enumerate() {
            pass.found.parameters.insert(parameter.var, at);
            if let Some(fact) = given.get(at).filter(|fact| **fact != Fact::ANY) {
                pass.found.facts.insert(parameter.var, *fact);
            }
        }
        pass.block(&function.body);
        pass.found
    }

    /// What is certain of a variable, which may be a function or class of a module.
    pub(super) fn fact(&self, context: &Context<'_>, var: Var) -> Fact {
        match self.facts.get(&var) {
            Some(fact) => *fact,
            None => context.code_of(var).map_or(Fact::ANY, Fact::of),
        }
    }

    /// The number of the parameter that a variable is.
    pub(super) fn parameter(&self, var: Var) -> Option<usize> {
        self.parameters.get(&var).copied()
    }

    /// Which way a condition goes.
    pub(super) fn truth(&self, var: Var) -> Option<bool> {
        self.truths.get(&var).copied()
    }
}

struct Pass<'a> {
    context: &'a Context<'a>,
    found: Decisions,
    /// The elements of tuples of classes.
    tuples: Map<Var, Vec<Var>>,
}

impl Pass<'_> {
    fn block(&mut self, block: &Block) {
        for item in block {
            self.step(&item.op);
        }
    }

    fn set(&mut self, var: Var, fact: Fact) {
        if fact != Fact::ANY {
            self.found.facts.insert(var, fact);
        }
    }

    /// Something is asked of a variable.
    fn ask(&mut self, var: Var) -> Fact {
        if let Some(&at) = self.found.parameters.get(&var) {
            self.found.asked.insert(at, true);
        }
        self.fact(var)
    }

    /// What a variable answers, where that is certain.
    fn answer(&mut self, var: Var, ask: Ask) -> Option<bool> {
        let answer = self.ask(var).answer(&ask, self.context);
        if answer.is_none()
            && let Some(at) = self.found.parameter(var)
        {
            self.found.asks.push((at, ask));
        }
        answer
    }

    fn fact(&self, var: Var) -> Fact {
        self.found.fact(self.context, var)
    }

    fn step(&mut self, op: &Op) {
        match op {
            Op::Const { to, value } => self.set(*to, Fact::constant(value)),
            Op::Narrow { to, from } => self.same(*to, *from),
            Op::StoreCell { cell, from, .. } if self.context.is_stored_once(*cell) => {
                self.same(*cell, *from);
            }
            Op::Unary { to, op, operand } => {
                if *op == UnaryOp::Not
                    && let Some(truth) = self.answer(*operand, Ask::Truth)
                {
                    self.set(*to, Fact::constant(&Const::Bool(!truth)));
                }
            }
            Op::Compare {
                to,
                op,
                left,
                right,
            } => {
                let is_none = |fact: Fact| fact == Fact::of(Kind::None);
                let (of, by) = (*left, *right);
                let (left, right) = (self.ask(of), self.ask(by));
                if is_none(right) && left.compares(*op, right).is_none() {
                    self.answer(of, Ask::None);
                }
                let truth = left.compares(*op, right).map(Const::Bool);
                self.set(*to, truth.map_or(Fact::ANY, |truth| Fact::constant(&truth)));
            }
            Op::Display {
                to, kind, elements, ..
            } => {
                self.set(*to, Fact::of(kind_of_display(*kind)));
                let plain = elements.iter().all(|(_, starred)| !starred);
                if *kind == DisplayKind::Tuple && plain {
                    let elements = elements.iter().map(|(var, _)| *var);
                    self.tuples.insert(*to, elements.collect());
                }
            }
            Op::DictDisplay { to, .. } => self.set(*to, Fact::of(Kind::Dict)),
            Op::Format { to, .. } => self.set(*to, Fact::of(Kind::Str)),
            Op::Closure { to, .. } => self.set(*to, Fact::of(Kind::Function)),
            Op::Class { to, .. } => self.set(*to, Fact::of(Kind::Class)),
            Op::Call {
                to,
                callee,
                arguments,
                ..
            } => self.call(*to, *callee, arguments),
            Op::Branch(inner) => self.branch(inner),
            Op::Comprehension(inner) => {
                self.block(&inner.body);
                self.set(inner.to, Fact::of(kind_of_display(inner.kind)));
            }
            other => {
                for block in crate::ir::nested(other) {
                    self.block(block);
                }
                self.meet_after(other);
            }
        }
    }

    fn same(&mut self, to: Var, from: Var) {
        let fact = self.fact(from);
        self.set(to, fact);
        if let Some(&at) = self.found.parameters.get(&from) {
            self.found.parameters.insert(to, at);
        }
    }

    /// Where the ways out of a `try` or `with` meet. What loops change is not certain.
    fn meet_after(&mut self, op: &Op) {
        match op {
            Op::Try(inner) => self.phis(inner.phis.iter().chain(&inner.finally_phis)),
            Op::With(inner) => self.phis(inner.phis.iter()),
            _ => {}
        }
    }

    fn phis<'p>(&mut self, phis: impl Iterator<Item = &'p Phi>) {
        for phi in phis {
            let facts = phi.from.iter().map(|from| self.fact(*from));
            let met = facts.reduce(Fact::join).unwrap_or(Fact::ANY);
            self.set(phi.to, met);
        }
    }

    fn branch(&mut self, branch: &Branch) {
        let Some(holds) = self.answer(branch.test, Ask::Truth) else {
            self.block(&branch.then);
            self.block(&branch.or_else);
            return self.phis(branch.phis.iter());
        };
        self.found.truths.insert(branch.test, holds);
        self.block(branch.taken(holds));
        for phi in &branch.phis {
            if let Some(from) = phi.taken(holds) {
                self.same(phi.to, from);
            }
        }
    }

    fn call(&mut self, to: Var, callee: Callee, arguments: &[Argument]) {
        let Callee::Value(callee) = callee else {
            return self.passes(arguments);
        };
        let mut names = self.context.points_to(callee);
        let (Some(only), None) = (names.next(), names.next()) else {
            return self.passes(arguments);
        };
        let name = self.context.name(only);
        match (name, arguments) {
            ("builtins.isinstance", [Argument::Positional(of), Argument::Positional(class)]) => {
                let Some(classes) = self.class_names(*class) else {
                    self.ask(*of);
                    return;
                };
                if let Some(truth) = self.answer(*of, Ask::Instance(classes)) {
                    self.set(to, Fact::constant(&Const::Bool(truth)));
                }
            }
            ("builtins.callable", [Argument::Positional(of)]) => {
                if let Some(truth) = self.answer(*of, Ask::Callable) {
                    self.set(to, Fact::constant(&Const::Bool(truth)));
                }
            }
            _ => {
                self.passes(arguments);
                let kind = match name {
                    "builtins.sorted" => Kind::List,
                    "builtins.len" => Kind::Int,
                    name if name.starts_with("builtins.") => Kind::of_class(name),
                    _ => Kind::Unknown,
                };
                if kind != Kind::Unknown {
                    self.set(to, Fact::of(kind));
                }
            }
        }
    }

    /// What other functions get may be asked there.
    fn passes(&mut self, arguments: &[Argument]) {
        for argument in arguments {
            let (Argument::Positional(var) | Argument::Keyword(_, var)) = argument else {
                continue;
            };
            if let Some(&at) = self.found.parameters.get(var) {
                self.found.asked.entry(at).or_insert(false);
            }
        }
    }

    /// The dotted names of classes, where these are builtin or the project's.
    fn class_names(&self, class: Var) -> Option<Vec<Box<str>>> {
        let classes = match self.tuples.get(&class) {
            Some(classes) => classes.as_slice(),
            None => &[class],
        };
        let name = |class: &Var| {
            let mut found = self.context.points_to(*class);
            let (only, None) = (found.next()?, found.next()) else {
                return None;
            };
            let name = self.context.name(only);
            let is_known = instances(name).is_some() || self.context.is_own_class(only);
            is_known.then(|| name.into())
        };
        classes.iter().map(name).collect()
    }
}

/// The kinds that are instances of one of the classes, and those that may be. No object of a kind of
/// its own is an instance of a class of the project.
fn any_of(classes: &[Box<str>]) -> Option<(Kinds, Kinds)> {
    let bounds = classes
        .iter()
        .map(|class| instances(class).unwrap_or((Kinds::NONE, opaque())));
    bounds.reduce(|one, other| (one.0 | other.0, one.1 | other.1))
}

fn opaque() -> Kinds {
    Kinds::of(&[Kind::Unknown, Kind::Instance])
}

fn callable() -> (Kinds, Kinds) {
    let sure = Kinds::of(&[Kind::Function, Kind::Class]);
    (sure, sure | opaque())
}

/// Whether what is of one of the kinds is among those that are sure, or not even among those that
/// may be.
fn among(kinds: Kinds, sure: Kinds, maybe: Kinds) -> Option<bool> {
    if !kinds.meets(Kinds::ANY.without(sure)) {
        return Some(true);
    }
    (!kinds.meets(maybe)).then_some(false)
}

fn kind_of_display(kind: DisplayKind) -> Kind {
    match kind {
        DisplayKind::List => Kind::List,
        DisplayKind::Tuple => Kind::Tuple,
        DisplayKind::Set => Kind::Set,
        DisplayKind::Dict => Kind::Dict,
        DisplayKind::Generator => Kind::Generator,
    }
}
