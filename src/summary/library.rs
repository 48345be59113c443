//! Calls of modelled functions: the models' sizes as formulas over the arguments.

use heapcast_facts::{FunctionCost, Obj, ObjectKind, Shape, SizeExpr, TableKind, Var};

use super::calls::Site;
use super::cost::Line;
use super::frame::Owner;
use super::interpret::Interpreter;
use super::loops::positional;
use super::sizes::{self, number};
use super::value::{Kind, Step, Value};
use crate::algebra::{Expr, Grade, TypeName};
use crate::ir::{Argument, Callee};

impl<'a> Interpreter<'a> {
    /// A call of the modelled function or class `target`, whose short name is `name`.
    pub(super) fn library(&mut self, site: Site<'a>, name: &str, target: Obj) {
        if self.builtin(site, name) {
            return;
        }
        let full = self.context.name(target);
        let is_class = self.context.kind(target) == Some(ObjectKind::ModelClass);
        let is_bound = site
            .call
            .is_some_and(|call| self.context.is_bound(call, target));
        self.modelled(site, (name, full), is_class, is_bound);
    }

    /// A call of what models name so, in short and in full.
    pub(super) fn modelled(
        &mut self,
        site: Site<'a>,
        (name, full): (&str, &str),
        is_class: bool,
        is_bound: bool,
    ) {
        let models = self.context.input.models;
        let maker = if is_class { models.maker(full) } else { None };
        let called = maker.as_deref().unwrap_or(full);
        let bytes = models.instance_bytes(full);
        let cost = match (models.costs(called), bytes) {
            (Some(cost), _) => cost,
            (None, Some(_)) => &FunctionCost::default(),
            (None, None) => {
                let reason = "its model does not say what it costs";
                return self.named_unknown(site.to, name, reason);
            }
        };
        let given = Given {
            site,
            is_bound,
            is_class,
            star: models.star(called).map(str::to_owned),
            parameters: models
                .parameters(called)
                .unwrap_or_default()
                .into_iter()
                .map(str::to_owned)
                .collect(),
        };
        self.grade = self.grade.join(Grade::Modelled);
        if let Some(bytes) = bytes.filter(|_| is_class) {
            let line = Line {
                site: self.site(),
                type_name: TypeName::new(name),
                count: Expr::one(),
                bytes: number(bytes),
            };
            self.allocate(line, Owner::Var(site.to));
        }
        self.modelled_allocations(&given, cost);
        self.modelled_growth(&given, cost, called);
        self.modelled_result(&given, cost, (name, called));
    }

    /// What a model says that a call asks for.
    fn modelled_allocations(&mut self, given: &Given<'a>, cost: &FunctionCost) {
        for (at, allocation) in cost.allocates.iter().enumerate() {
            let bytes = self.size(given, &allocation.bytes);
            let type_name = TypeName::new(&allocation.type_name);
            let line = Line {
                site: self.site(),
                type_name,
                count: Expr::one(),
                bytes,
            };
            let owner = match allocation.kept {
                true if is_part(&allocation.type_name, at > 0 || given.is_class) => {
                    Owner::Result(given.site.to)
                }
                true => Owner::Var(given.site.to),
                false => Owner::Local,
            };
            let at = self.allocate(line, owner);
            if !allocation.kept
                && let Some(frame) = self.frames.last_mut()
            {
                frame.free(at);
            }
        }
    }

    /// What a model says that a call makes longer.
    fn modelled_growth(&mut self, given: &Given<'a>, cost: &FunctionCost, called: &str) {
        for growth in &cost.grows {
            let by = self.size(given, &growth.by);
            let argument = self.given(given, &growth.parameter);
            let stored = self.context.input.models.stored(called, &growth.parameter);
            let element = stored.and_then(|stored| self.shaped(given, &stored));
            if let Some(container) = argument.and_then(|value| self.container_of(&value)) {
                self.extend(container, &by, element);
            }
        }
    }

    /// What a call of a modelled function gives.
    fn modelled_result(
        &mut self,
        given: &Given<'a>,
        cost: &FunctionCost,
        (name, called): (&str, &str),
    ) {
        let models = self.context.input.models;
        let site = given.site;
        let kind = self.context.kind_of(site.to);
        let label = format!("{name}(...)");
        let shape = match given.is_class {
            true => models
                .stored(called, "self")
                .map(|element| Shape::New(name.to_owned(), vec![element], Vec::new())),
            false => Some(models.result(called)),
        };
        let shaped = shape.as_ref().and_then(|shape| self.shaped(given, shape));
        if shape.is_some_and(|shape| shape.is_part())
            && let Some(value) = &shaped
        {
            let mut value = value.clone();
            if value.kind == Kind::Unknown {
                value.kind = kind;
            }
            value.label.get_or_insert_with(|| label.as_str().into());
            return self.set(site.to, value);
        }
        let kind = match (&shaped, kind) {
            (Some(shaped), Kind::Unknown) if !given.is_class => shaped.kind,
            _ => kind,
        };
        let length = cost
            .result_length
            .as_ref()
            .map(|length| self.size(given, length));
        if cost.allocates.is_empty() && !given.is_class {
            self.result_without_cost(site, kind, length.as_ref());
        }
        let value = self.with_elements(given, cost, (Value::sized(kind, length), shaped));
        let value = self.adopt(value, site.to);
        if given.is_class && value.kind == Kind::Dict {
            self.makes_defaults(given, &value);
        }
        self.set(site.to, value.labelled(&label));
    }

    /// A dict that makes what is looked up and not there.
    fn makes_defaults(&mut self, given: &Given<'a>, dict: &Value) {
        let Some(factory) = self.given(given, "default_factory") else {
            return;
        };
        let label = factory.label.as_deref().unwrap_or_default();
        let kind = Kind::of_class(label);
        if let Some(container) = self.container_of(dict)
            && let Some(container) = self.containers.get_mut(container.0 as usize)
        {
            container.default = Some(kind);
        }
    }

    /// A model that says what a call returns and not what it costs: a new object of that kind.
    fn result_without_cost(&mut self, site: Site<'a>, kind: Kind, length: Option<&Expr>) {
        let (head, each) = sizes::head(self.context.input.sizes, kind);
        match (kind, length) {
            (Kind::None | Kind::Bool | Kind::Unknown | Kind::Instance, _) => {}
            (Kind::List | Kind::Dict | Kind::Set | Kind::FrozenSet, Some(length)) => {
                self.fitted(kind, length.clone(), None, site.to);
            }
            (_, Some(length)) => self.flat(kind, length, Owner::Var(site.to)),
            (_, None) if each == 0 => {
                self.one(kind, number(head), Owner::Var(site.to));
            }
            (_, None) => {
                let quantity = format!("len({}(...))", Self::label(&self.callee_value(site)));
                let length =
                    self.unknown(&quantity, "the model does not say how long the result is");
                self.flat(kind, &length, Owner::Var(site.to));
            }
        }
    }

    fn packed_length(&mut self, given: &Given<'a>, format: &str) -> Expr {
        let value = self.given(given, format).unwrap_or_default();
        let text = value
            .literal
            .map(|name| self.context.input.symbols.text(name));
        match text.and_then(super::packed::packed) {
            Some(bytes) => number(bytes),
            None => {
                let quantity = format!("struct.calcsize({})", Self::label(&value));
                self.unknown(&quantity, "the format is not constant")
            }
        }
    }

    fn callee_value(&mut self, site: Site<'a>) -> Value {
        match site.callee {
            Callee::Value(var) => self.value(var),
            Callee::Method(_, name) | Callee::Protocol(_, name) => {
                Value::default().labelled(self.context.input.symbols.text(name))
            }
        }
    }

    /// The argument for a parameter of the model.
    pub(super) fn given(&mut self, given: &Given<'a>, parameter: &str) -> Option<Value> {
        let site = given.site;
        let name = self.context.input.symbols.get(parameter);
        let keyword = site.arguments.iter().find_map(|argument| match argument {
            Argument::Keyword(own, var) if Some(*own) == name => Some(*var),
            _ => None,
        });
        let mut vars: Vec<Var> = positional(site.arguments).collect();
        match site.callee {
            Callee::Method(base, _) | Callee::Protocol(base, _) if given.is_bound => {
                vars.insert(0, base);
            }
            // `__init__` gets the new instance first.
            _ if given.is_class => vars.insert(0, site.to),
            _ => {}
        }
        let at = given.parameters.iter().position(|own| *own == parameter);
        if given.star.as_deref() == Some(parameter) && !given.spreads() {
            return Some(self.rest(vars.get(at?..).unwrap_or_default()));
        }
        let var = keyword.or_else(|| vars.get(at?).copied())?;
        Some(self.value(var))
    }

    /// The arguments that a starred parameter takes, as the tuple that it is.
    fn rest(&mut self, vars: &[Var]) -> Value {
        let items: Vec<Value> = vars.iter().map(|var| self.value(*var)).collect();
        let element = items.iter().cloned().reduce(|a, b| self.met(&a, &b));
        let length = number(items.len() as u64);
        Value {
            items: Some(items.into()),
            ..Value::sized(Kind::Tuple, Some(length)).with_element(element)
        }
    }

    /// How long the elements of an argument are together.
    fn elements_length(&mut self, value: &Value) -> Expr {
        if let Some(items) = &value.items {
            let items = items.iter().cloned();
            return items.fold(Expr::ZERO, |sum, item| {
                &sum + &self.length_or_unknown(&item)
            });
        }
        let count = self.length_or_unknown(value);
        self.joined_length(value, &count)
    }

    /// The bytes of a deep copy.
    fn copied(&mut self, value: &Value) -> Expr {
        match self.deep(value) {
            Some((bytes, objects)) => {
                // What is copied already is looked up in a dict, and kept in a list meanwhile.
                let table = self.context.input.sizes;
                let memo = sizes::grow(table, Kind::Dict, &Expr::ZERO, &objects, None).table;
                let kept = sizes::grow(table, Kind::List, &Expr::ZERO, &objects, None).table;
                let numbers = objects.scale(&(2 * 32).into());
                self.transient(Kind::Dict, &(&memo + &kept) + &(&numbers + &number(400)));
                bytes
            }
            None => {
                let quantity = format!("bytes of {}", Self::label(value));
                self.unknown(&quantity, "what is copied has parts of unknown size")
            }
        }
    }

    /// The length of an argument that is among those that a star passes.
    fn spread_length(&mut self, parameter: &str) -> Expr {
        let reason = "it is passed as an element of something";
        self.unknown(&format!("len({parameter})"), reason)
    }

    pub(super) fn size(&mut self, given: &Given<'a>, size: &SizeExpr) -> Expr {
        match size {
            SizeExpr::Number(value) => number(*value),
            SizeExpr::Length(of) => match self.given(given, of) {
                Some(value) => self.length_or_unknown(&value),
                None if given.spreads() => self.spread_length(of),
                None => Expr::ZERO,
            },
            SizeExpr::Longest(of) => match self.given(given, of) {
                Some(value) => {
                    let element = self.part(&value, Step::Element);
                    self.length_or_unknown(&element)
                }
                None if given.spreads() => self.spread_length(of),
                None => Expr::ZERO,
            },
            SizeExpr::Together(of) => match self.given(given, of) {
                Some(value) => self.elements_length(&value),
                None if given.spreads() => self.spread_length(of),
                None => Expr::ZERO,
            },
            SizeExpr::Text(of) => match self.given(given, of) {
                Some(value) => self.text_or_unknown(&value),
                None => Expr::ZERO,
            },
            SizeExpr::Packed(of) => self.packed_length(given, of),
            SizeExpr::Deep(of) => match self.given(given, of) {
                Some(value) => self.copied(&value),
                None => Expr::ZERO,
            },
            SizeExpr::Value(of) => match self.given(given, of) {
                Some(value) => self.number_or_unknown(&value),
                None => Expr::ZERO,
            },
            SizeExpr::Add(a, b) => &self.size(given, a) + &self.size(given, b),
            SizeExpr::Subtract(a, b) => {
                let difference = &self.size(given, a) - &self.size(given, b);
                difference.positive_part()
            }
            SizeExpr::Multiply(a, b) => &self.size(given, a) * &self.size(given, b),
            SizeExpr::Divide(a, b) => self.size(given, a).floor_div(&self.size(given, b)),
            SizeExpr::Max(a, b) => self.size(given, a).maximum(&self.size(given, b)),
            SizeExpr::Min(a, b) => self.size(given, a).minimum(&self.size(given, b)),
            SizeExpr::Table(kind, entries) => {
                let entries = self.size(given, entries);
                let kind = match kind {
                    TableKind::List => Kind::List,
                    TableKind::Dict => Kind::Dict,
                    TableKind::Set => Kind::Set,
                };
                let table = self.context.input.sizes;
                sizes::grow(table, kind, &Expr::ZERO, &entries, Some(0)).table
            }
        }
    }
}

/// Whether what a model allocates beside its result is a part of it, which may outlive it.
fn is_part(type_name: &str, beside: bool) -> bool {
    beside && matches!(type_name, "int" | "float" | "str" | "bytes" | "tuple")
}

impl Given<'_> {
    /// Whether the call passes the elements of something.
    fn spreads(&self) -> bool {
        let mut arguments = self.site.arguments.iter();
        arguments.any(|a| matches!(a, Argument::Star(_) | Argument::StarStar(_)))
    }
}

/// The call of a modelled function.
pub(super) struct Given<'a> {
    site: Site<'a>,
    is_bound: bool,
    is_class: bool,
    /// The parameter that takes all further positional arguments.
    star: Option<String>,
    parameters: Vec<String>,
}
