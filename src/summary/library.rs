//! Calls of modelled functions: the models' sizes as formulas over the arguments.

use heapcast_facts::{FunctionCost, Obj, ObjectKind, SizeExpr, TableKind, Var};

use super::calls::Site;
use super::cost::Line;
use super::frame::Owner;
use super::interpret::Interpreter;
use super::loops::positional;
use super::sizes;
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
                bytes: sizes::number(bytes),
            };
            self.allocate(line, Owner::Var(site.to));
        }
        for allocation in &cost.allocates {
            let bytes = self.size(&given, &allocation.bytes);
            let type_name = TypeName::new(&allocation.type_name);
            let line = Line {
                site: self.site(),
                type_name,
                count: Expr::one(),
                bytes,
            };
            let at = self.allocate(
                line,
                if allocation.kept {
                    Owner::Var(site.to)
                } else {
                    Owner::Local
                },
            );
            if !allocation.kept
                && let Some(frame) = self.frames.last_mut()
            {
                frame.free(at);
            }
        }
        for growth in &cost.grows {
            let by = self.size(&given, &growth.by);
            let argument = self.given(&given, &growth.parameter);
            if let Some(container) = argument.and_then(|value| self.container_of(&value)) {
                self.extend(container, &by, None);
            }
        }
        let length = cost
            .result_length
            .as_ref()
            .map(|length| self.size(&given, length));
        let kind = self.context.kind_of(site.to);
        if cost.allocates.is_empty() && !is_class {
            self.result_without_cost(site, kind, length.as_ref());
        }
        let value = self.adopt(Value::sized(kind, length), site.to);
        self.set(site.to, value.labelled(&format!("{name}(...)")));
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
                self.one(kind, sizes::number(head), Owner::Var(site.to));
            }
            (_, None) => {
                let quantity = format!("len({}(...))", Self::label(&self.callee_value(site)));
                let length =
                    self.unknown(&quantity, "the model does not say how long the result is");
                self.flat(kind, &length, Owner::Var(site.to));
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
    fn given(&mut self, given: &Given<'a>, parameter: &str) -> Option<Value> {
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
        let var = keyword.or_else(|| vars.get(at?).copied())?;
        Some(self.value(var))
    }

    /// The length of an argument that is among those that a star passes.
    fn spread_length(&mut self, parameter: &str) -> Expr {
        let reason = "it is passed as an element of something";
        self.unknown(&format!("len({parameter})"), reason)
    }

    fn size(&mut self, given: &Given<'a>, size: &SizeExpr) -> Expr {
        match size {
            SizeExpr::Number(number) => sizes::number(*number),
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

impl Given<'_> {
    /// Whether the call passes the elements of something.
    fn spreads(&self) -> bool {
        let mut arguments = self.site.arguments.iter();
        arguments.any(|a| matches!(a, Argument::Star(_) | Argument::StarStar(_)))
    }
}

/// The call of a modelled function.
struct Given<'a> {
    site: Site<'a>,
    is_bound: bool,
    is_class: bool,
    parameters: Vec<String>,
}
