//! Calls of modelled functions: the models' sizes as formulas over the arguments.

use std::cell::OnceCell;

use heapcast_facts::{
    FunctionCost, Obj, ObjectKind, Shape, SizeExpr, Symbol as Name, TableKind, Var,
};

use super::Seen;
use super::calls::Site;
use super::cost::Line;
use super::frame::Owner;
use super::interpret::Interpreter;
use super::loops::positional;
use super::matching::{Replaced, may_be_verbose};
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
            (Some(cost), _) if cost.uncounted => {
                let reason = "its model does not say what it makes";
                return self.named_unknown(site.to, name, reason);
            }
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
            replaced: OnceCell::new(),
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
        self.modelled_arguments(&given);
        self.modelled_allocations(&given, cost);
        self.modelled_growth(&given, cost, called);
        self.modelled_result(&given, cost, (name, called));
    }

    /// What a star passes is put into a tuple, which is as long as it is at last or a quarter more.
    fn modelled_arguments(&mut self, given: &Given<'a>) {
        let Some(star) = given.first_star() else {
            return;
        };
        let passed = self.value(star);
        if passed.kind == Kind::Tuple && given.site.arguments.len() == 1 {
            return;
        }
        if let Some(length) = self.length(&passed) {
            let tuple = &self.context.input.sizes.tuple;
            let each = tuple.slot + tuple.slot / 4;
            let further = number(tuple.head + 10 * tuple.slot);
            self.transient(Kind::Tuple, &(&length * &number(each)) + &further);
        }
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
            if !allocation.kept && allocation.type_name == "tuple" {
                self.pool(at, Kind::Tuple);
            } else if !allocation.kept
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
        if let Some(gives) = &cost.gives {
            let mut value = self.given(given, gives).unwrap_or_default();
            if value.kind == Kind::Unknown && value.place.is_none() {
                value.kind = kind;
            }
            return self.set(site.to, value);
        }
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
        self.keeps_pairs(given, &value);
        let mut value = self.adopt(value, site.to);
        if value.kind == Kind::Int {
            value.bits = self.bits_of_allocated(given, cost);
        }
        if let Some(text) = &cost.text_of {
            let text_of = self.given(given, text).and_then(|value| value.literal);
            let flagged = self.given(given, "flags").is_some();
            let symbols = self.context.input.symbols;
            let is_plain = |text: &Name| !flagged || !may_be_verbose(symbols.text(*text));
            value.pattern = text_of.filter(is_plain);
        }
        if given.is_class && value.kind == Kind::Dict {
            self.makes_defaults(given, &value);
        }
        self.set(site.to, value.labelled(&label));
    }

    /// What an iterator makes for each element, a list of these keeps.
    fn keeps_pairs(&mut self, given: &Given<'a>, made: &Value) {
        let is_dict = made.kind == Kind::Dict;
        if !is_dict && !matches!(made.kind, Kind::List | Kind::Tuple | Kind::Set) {
            return;
        }
        for parameter in &given.parameters {
            let Some(of) = self.given(given, parameter) else {
                continue;
            };
            let is_same = match of.kind {
                // Of a dict, these are the keys.
                Kind::Iterator => !is_dict && made.element.is_some() && of.element == made.element,
                Kind::Range => parameter == "iterable",
                _ => false,
            };
            if is_same && let Some(length) = &made.length {
                self.keeps_all_given(&of, length, given.site.to);
            }
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
                let length = self.traced(
                    &quantity,
                    "the model does not say how long the result is",
                    Seen::Length,
                );
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
        let mut vars: Vec<Var> = given.before_stars().collect();
        match site.callee {
            Callee::Method(base, _) | Callee::Protocol(base, _) if given.is_bound => {
                vars.insert(0, base);
            }
            // A bound method that was kept knows its receiver; what it is of a pattern, the method is too.
            Callee::Value(method) if given.is_bound && !given.is_class => {
                if given.position(parameter) == Some(0) {
                    let pattern = self.value(method).pattern?;
                    return Some(Value {
                        pattern: Some(pattern),
                        ..Value::default()
                    });
                }
                vars.insert(0, method);
            }
            // `__init__` gets the new instance first.
            _ if given.is_class => vars.insert(0, site.to),
            _ => {}
        }
        let at = given.position(parameter);
        if given.star.as_deref() == Some(parameter) && given.has_star() {
            return Some(self.starred(given, vars.get(at?..).unwrap_or_default()));
        }
        if given.star.as_deref() == Some(parameter) && !given.spreads() {
            return Some(self.rest(vars.get(at?..).unwrap_or_default()));
        }
        if let Some(var) = keyword.or_else(|| vars.get(at?).copied()) {
            return Some(self.value(var));
        }
        // Whatever a star passes may be what the parameter gets.
        let star = given.first_star().filter(|_| at.is_some())?;
        Some(self.spread_any(star))
    }

    /// The variable that is passed for a parameter of the model by itself.
    pub(super) fn variable(&self, given: &Given<'a>, parameter: &str) -> Option<Var> {
        let site = given.site;
        let name = self.context.input.symbols.get(parameter);
        let keyword = site.arguments.iter().find_map(|argument| match argument {
            Argument::Keyword(own, var) if Some(*own) == name => Some(*var),
            _ => None,
        });
        let taken = usize::from(given.is_class || given.is_bound);
        let at = given.position(parameter);
        keyword.or_else(|| given.before_stars().nth(at?.checked_sub(taken)?))
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

    /// The same where stars pass some of them: `before` and what comes from the first star on.
    fn starred(&mut self, given: &Given<'a>, before: &[Var]) -> Value {
        let rest = given.star_onwards();
        if let ([], [Argument::Star(only)]) = (before, rest) {
            return self.value(*only);
        }
        let mut length = Some(Expr::ZERO);
        let mut all = Expr::ZERO;
        let mut element: Option<Value> = None;
        let before = before.iter().map(|var| (*var, false));
        let further = rest.iter().filter_map(|argument| match argument {
            Argument::Positional(var) => Some((*var, false)),
            Argument::Star(var) => Some((*var, true)),
            _ => None,
        });
        for (var, is_star) in before.chain(further) {
            let value = self.value(var);
            let (count, one) = match is_star {
                true => (self.length(&value), self.part(&value, Step::Element)),
                false => (Some(Expr::one()), value.clone()),
            };
            all = &all
                + &match is_star {
                    true => self.elements_length(&value),
                    false => self.length_or_unknown(&value),
                };
            length = length.zip(count).map(|(sum, count)| &sum + &count);
            element = Some(match element {
                Some(other) => self.met(&other, &one),
                None => one,
            });
        }
        let element = element.map(|element| Value {
            sum: Some(all),
            ..element
        });
        Value::sized(Kind::Tuple, length).with_elements_of(element)
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
                let reason = "what is copied has parts of unknown size";
                self.traced(&quantity, reason, Seen::Copy)
            }
        }
    }

    /// The length of an argument that is among those that a star passes.
    fn spread_length(&mut self, parameter: &str) -> Expr {
        let reason = "it is passed as an element of something";
        self.traced(&format!("len({parameter})"), reason, Seen::Length)
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
            SizeExpr::Of(of, names) => self.several(given, *of, names),
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
    beside
        && matches!(
            type_name,
            "int" | "float" | "str" | "bytes" | "tuple" | "tee"
        )
}

impl<'a> Given<'a> {
    pub(super) fn site(&self) -> Site<'a> {
        self.site
    }

    /// The place of a parameter among the positional arguments.
    fn position(&self, parameter: &str) -> Option<usize> {
        let find = |wanted: &str| self.parameters.iter().position(|own| *own == wanted);
        let at = find(parameter)?;
        let star = self.star.as_deref().and_then(find);
        // What comes after all others is passed by name alone.
        star.is_none_or(|star| at <= star).then_some(at)
    }

    /// Whether the call passes the elements of something.
    fn spreads(&self) -> bool {
        let mut arguments = self.site.arguments.iter();
        arguments.any(|a| matches!(a, Argument::Star(_) | Argument::StarStar(_)))
    }

    /// The arguments from the first star on.
    fn star_onwards(&self) -> &[Argument] {
        let arguments = self.site.arguments;
        let is_star = |argument: &Argument| matches!(argument, Argument::Star(_));
        let at = arguments.iter().position(is_star);
        arguments
            .get(at.unwrap_or(arguments.len())..)
            .unwrap_or_default()
    }

    /// The positional arguments before the first star.
    fn before_stars(&self) -> impl Iterator<Item = Var> + '_ {
        let before = self.site.arguments.len() - self.star_onwards().len();
        positional(self.site.arguments.get(..before).unwrap_or_default())
    }

    /// What the first star passes the elements of.
    fn first_star(&self) -> Option<Var> {
        match self.star_onwards().first() {
            Some(Argument::Star(var)) => Some(*var),
            _ => None,
        }
    }

    fn has_star(&self) -> bool {
        self.first_star().is_some()
    }
}

/// The call of a modelled function.
pub(super) struct Given<'a> {
    pub(super) site: Site<'a>,
    is_bound: bool,
    is_class: bool,
    /// The parameter that takes all further positional arguments.
    star: Option<String>,
    parameters: Vec<String>,
    /// What a string is after replacing, once that is known.
    pub(super) replaced: OnceCell<Replaced>,
}
