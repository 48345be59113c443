//! The builtins whose sizes the formulas of loops and containers rest on: what they make, how
//! long it is and how they change their arguments. All others are left to the models.

use std::sync::Arc;

use heapcast_facts::Var;

use super::calls::Site;
use super::frame::{Owned, Owner};
use super::given::{pair, tuple_of};
use super::interpret::Interpreter;
use super::loops::positional;
use super::operations::{compute, square_root};
use super::sizes::{self, number};
use super::value::{Kind, Step, Value};
use crate::algebra::{Expr, Grade};
use crate::ir::{Argument, BinaryOp, Callee};

/// Builtins that allocate nothing that is not shared.
const FREE: &[&str] = &[
    "isinstance",
    "issubclass",
    "callable",
    "hasattr",
    "bool",
    "any",
    "all",
    "setattr",
    "delattr",
    "super",
    "str.startswith",
    "str.endswith",
    "str.isdigit",
    "str.isalpha",
    "str.isspace",
    "str.isupper",
    "str.islower",
    "list.reverse",
    "list.clear",
    "list.remove",
    "dict.clear",
    "set.clear",
    "set.discard",
    "set.remove",
    "set.issubset",
    "set.issuperset",
    "set.isdisjoint",
];

impl<'a> Interpreter<'a> {
    /// Interprets a call of the builtin of that name; whether it is one of those known here.
    pub(super) fn builtin(&mut self, site: Site<'a>, name: &str) -> bool {
        let mut vars: Vec<Var> = positional(site.arguments).collect();
        // `math.ceil(x)` has no receiver, `list.append` has one.
        let owner = name.rsplit_once('.').map(|(owner, _)| owner);
        if let Callee::Method(base, _) = site.callee
            && owner.is_some_and(|owner| Kind::of_class(owner) != Kind::Unknown)
        {
            vars.insert(0, base);
        }
        let to = site.to;
        if let ("zip", [Argument::Star(of), rest @ ..]) = (name, site.arguments)
            && rest
                .iter()
                .all(|rest| matches!(rest, Argument::Keyword(..)))
        {
            let of = self.value(*of);
            return self.transposed(to, &of);
        }
        if vars.len() < positional(site.arguments).count() || has_star(site) {
            return false;
        }
        let values: Vec<Value> = vars.iter().map(|var| self.value(*var)).collect();
        let named = self.named_arguments(site, name);
        let tuple = self.tuple_of_arguments(name, values.len());
        let working = self.working_objects(name, &values);
        let is_known = self.builtin_of(site, name, (&vars, &values));
        if let (Some(at), Some(frame)) = (working, self.frames.last_mut()) {
            frame.free(at);
        }
        if let Some(at) = named {
            self.pool(at, Kind::Dict);
        }
        if let Some(at) = tuple {
            self.pool(at, Kind::Tuple);
        }
        is_known
    }

    fn builtin_of(
        &mut self,
        site: Site<'a>,
        name: &str,
        (vars, values): (&[Var], &[Value]),
    ) -> bool {
        let to = site.to;
        if name == "object.__new__" {
            return self.bare_instance(to);
        }
        if let ("str.format", Some(template)) = (name, values.first()) {
            return self.format_call(site, to, template);
        }
        if FREE.contains(&name) {
            let tuple = &self.context.input.sizes.tuple;
            match name {
                "str.startswith" | "str.endswith" => {
                    let bytes = number(tuple.head + values.len() as u64 * tuple.slot - tuple.slot);
                    let at = self.one(Kind::Tuple, bytes, Owner::Local);
                    self.pool(at, Kind::Tuple);
                }
                // What is found there may be bound to it.
                "hasattr" => {
                    let bytes = number(self.context.input.sizes.function.bound_method);
                    self.transient(Kind::Function, bytes);
                }
                _ => {}
            }
            if let Some(receiver) = values.first() {
                self.taken_again(to, receiver);
            }
            let method = name.rsplit('.').next().unwrap_or(name);
            let asks = [
                "bool",
                "any",
                "all",
                "callable",
                "hasattr",
                "startswith",
                "endswith",
            ];
            let kind = match method.starts_with("is") || asks.contains(&method) {
                true => Kind::Bool,
                false => Kind::None,
            };
            self.set(to, Value::of(kind));
            return true;
        }
        self.iterating(to, name, values)
            || self.collecting_builtin(to, name, values)
            || self.number_builtin(to, name, vars, values)
            || self.changing(to, name, values)
            || self.text(to, name, vars, values)
    }

    // ---- iteration -----------------------------------------------------------------------

    fn iterating(&mut self, to: Var, name: &str, values: &[Value]) -> bool {
        let sizes = &self.context.input.sizes.iterator;
        let (bytes, value) = match (name, values) {
            ("range", _) => return self.range(to, values),
            ("enumerate", [of, ..]) => {
                let element = self.given_by(of);
                let pair = pair(self.counter(values.get(1)), element);
                (
                    sizes.enumerate,
                    Value::sized(Kind::Iterator, self.length(of))
                        .with_elements_of(Some(pair))
                        .bounded(of.is_bound)
                        .once_each(of),
                )
            }
            ("zip", _) => {
                // For each further one an iterator, and a place in three tuples.
                let further = values.len().saturating_sub(2) as u64;
                let tuple = &self.context.input.sizes.tuple;
                let each = sizes.list_iterator + 3 * tuple.slot;
                let arguments = match further {
                    0 => 0,
                    _ => tuple.head + 2 * tuple.slot,
                };
                (sizes.zip + further * each + arguments, self.zip(values))
            }
            ("reversed", [of]) => {
                let element = self.given_by(of);
                let value = Value::sized(Kind::Iterator, self.length(of));
                (
                    sizes.reversed,
                    value
                        .with_elements_of(Some(element))
                        .bounded(of.is_bound)
                        .once_each(of),
                )
            }
            ("iter", [of]) => {
                let element = self.given_by(of);
                let value = Value::sized(Kind::Iterator, self.length(of));
                (
                    sizes.list_iterator,
                    value
                        .with_elements_of(Some(element))
                        .bounded(of.is_bound)
                        .once_each(of),
                )
            }
            ("dict.items" | "dict.values" | "dict.keys", [of]) => {
                let element = self.part(of, Step::Element);
                let element = match name {
                    "dict.items" => pair(stored(self.key_of(of)), stored(element)),
                    "dict.values" => element,
                    _ => self.key_of(of),
                };
                let value = Value {
                    is_view: true,
                    ..Value::sized(Kind::Iterator, self.length(of))
                };
                (
                    sizes.dict_view,
                    value
                        .with_elements_of(Some(element))
                        .bounded(of.is_bound)
                        .once_each(of),
                )
            }
            _ => return false,
        };
        self.one(Kind::Iterator, number(bytes), Owner::Var(to));
        self.handed_out(&value, to);
        self.set(to, value);
        true
    }

    /// What iterating over a value gives: of a dict, its keys.
    pub(super) fn iterated(&mut self, value: &Value) -> Value {
        match value.kind {
            Kind::Dict => self.key_of(value),
            _ => self.part(value, Step::Element),
        }
    }

    /// The number that `enumerate` gives, which is one more in each iteration.
    fn counter(&mut self, start: Option<&Value>) -> Value {
        let start = match start {
            Some(start) => self.number(start).filter(|_| !start.is_bound),
            None => Some(Expr::ZERO),
        };
        Value {
            stride: start.map(|start| Arc::new((start, Expr::one()))),
            is_made: true,
            ..Value::of(Kind::Int)
        }
    }

    fn zip(&mut self, values: &[Value]) -> Value {
        let mut length: Option<Expr> = None;
        let mut items = Vec::with_capacity(values.len());
        let mut bound = false;
        for value in values {
            items.push(self.given_by(value));
            bound |= value.is_bound;
            if let Some(own) = self.length(value) {
                length = Some(match length {
                    Some(other) => other.minimum(&own),
                    None => own,
                });
            }
        }
        let element = tuple_of(items);
        let once = |value: &&Value| value.place.is_some() || value.once.is_some();
        let all_once = values.iter().all(|value| once(&value));
        let of = values.iter().find(once).filter(|_| all_once).cloned();
        Value::sized(Kind::Iterator, length)
            .with_elements_of(Some(element))
            .bounded(bound)
            .once_each(&of.unwrap_or_default())
    }

    /// `zip(*rows)`: as many tuples as the longest row has elements, each with one of every row.
    fn transposed(&mut self, to: Var, rows: &Value) -> bool {
        let sizes = self.context.input.sizes;
        let count = self.length_or_unknown(rows);
        let row = self.part(rows, Step::Element);
        let width = self.length_or_unknown(&row);
        let element = self.part(&row, Step::Element);
        // An iterator over each of the arguments, the tuple of these, and that of what they give.
        let each = number(sizes.iterator.list_iterator + 2 * sizes.tuple.slot);
        let bytes = &number(sizes.iterator.zip + sizes.tuple.head) + &(&count * &each);
        self.one(Kind::Iterator, bytes, Owner::Var(to));
        let passed = &number(sizes.tuple.head) + &(&count * &number(sizes.tuple.slot));
        self.transient(Kind::Tuple, passed);
        let column = Value {
            is_made: true,
            ..Value::sized(Kind::Tuple, Some(count)).with_element(Some(element))
        };
        let value = Value::sized(Kind::Iterator, Some(width)).with_element(Some(column));
        self.set(to, value.bounded(true));
        true
    }

    fn range(&mut self, to: Var, values: &[Value]) -> bool {
        let (start, stop, step) = match values {
            [stop] => (None, stop, None),
            [start, stop] => (Some(start), stop, None),
            [start, stop, step] => (Some(start), stop, Some(step)),
            _ => return false,
        };
        let step = match step {
            Some(step) => self.number_or_unknown(step),
            None => Expr::one(),
        };
        let down = !step.is_zero() && (-&step).is_nonnegative();
        // Of a bound only from above, the least that it can be is nothing.
        let stop_number = match down && stop.is_bound {
            true => Expr::ZERO,
            false => self.number_or_unknown(stop),
        };
        let first = match start {
            Some(start) if start.is_bound && !down => Expr::ZERO,
            Some(start) => self.number_or_unknown(start),
            None => Expr::ZERO,
        };
        let [up, fall] = [&stop_number - &first, &first - &stop_number];
        let span = match down {
            true => fall.positive_part(),
            // Of what is not known, it is not known whether it goes up.
            false if step.has_mcv() => &up.positive_part() + &fall.positive_part(),
            false => up.positive_part(),
        };
        let stride = if down { -&step } else { step.clone() };
        let length = span.ceil_div(&stride);
        let sizes = self.context.input.sizes;
        self.one(Kind::Range, number(sizes.iterator.range), Owner::Var(to));
        if [&first, &stop_number]
            .iter()
            .any(|bound| !self.is_small(bound))
        {
            let ints = if start.is_some() { 5u64 } else { 4 };
            let line =
                self.builtin_line(Kind::Int, number(ints), number(ints * sizes.int.arithmetic));
            self.allocate(line, Owner::Var(to));
            self.grade = self.grade.join(Grade::Upper);
        }
        let bound = stop.is_bound || start.is_some_and(|start| start.is_bound);
        let value = Value {
            stride: Some(Arc::new((first, step))),
            ..Value::sized(Kind::Range, Some(length))
        };
        self.set(to, value.bounded(bound));
        true
    }

    // ---- containers ----------------------------------------------------------------------

    fn collecting_builtin(&mut self, to: Var, name: &str, values: &[Value]) -> bool {
        let kind = match name {
            "list" | "sorted" | "list.copy" => Kind::List,
            "tuple" => Kind::Tuple,
            "set" | "set.copy" => Kind::Set,
            "frozenset" => Kind::FrozenSet,
            "dict" | "dict.copy" => Kind::Dict,
            _ => return false,
        };
        let mut key: Option<Value> = None;
        let (length, element, bound) = match values {
            [] => (Expr::ZERO, None, false),
            [of] => {
                let length = self.length_or_unknown(of);
                match kind {
                    Kind::Dict => self.keeps_entries_given(of, &length, &Owner::Var(to)),
                    _ => self.keeps_all_given(of, &length, to),
                }
                let element = match &of.stride {
                    Some(_) => Value::of(Kind::Int),
                    None if kind == Kind::Dict => match &self.part(of, Step::Element).items {
                        Some(pair) if pair.len() == 2 && of.kind != Kind::Dict => {
                            key = Some(pair[0].clone());
                            pair[1].clone()
                        }
                        _ => {
                            key = Some(self.key_of(of));
                            self.part(of, Step::Element)
                        }
                    },
                    None => self.iterated(of),
                };
                (length, Some(element), of.is_bound)
            }
            _ => return false,
        };
        if kind == Kind::Tuple {
            self.sequence(to, kind, length, element, bound);
            return true;
        }
        let exact_slots = name == "list.copy" || length.is_zero();
        let value = if kind == Kind::List && !exact_slots {
            // `list(it)` rounds up to an even number of slots, `sorted` works on a copy.
            self.grade = self.grade.join(Grade::Upper);
            let table = self.context.input.sizes;
            let slots = sizes::grow(table, Kind::List, &Expr::ZERO, &length, None).table;
            let fitted = &length * &number(table.list.slot);
            let value = self.fitted(kind, length, element, to);
            // What says nothing of its length is put in one by one.
            let grows = |of: &Value| {
                let is_lazy = matches!(of.kind, Kind::Iterator | Kind::Generator | Kind::Instance);
                is_lazy && !of.is_view || of.kind == Kind::Unknown && of.place.is_none()
            };
            let slack = match values.iter().any(grows) {
                true => &slots - &fitted,
                false => number(table.list.slot),
            };
            let line = self.builtin_line(Kind::List, Expr::ZERO, slack);
            self.allocate(line, Owner::Var(to));
            value
        } else {
            self.fitted(kind, length, element, to)
        };
        if let (Some(id), Some(key)) = (value.container, key) {
            self.put_under(id, key);
        }
        if name == "sorted" {
            let length = self.length(&value).unwrap_or(Expr::ZERO);
            let bytes = &length * &number(self.context.input.sizes.list.slot);
            let line = self.builtin_line(Kind::List, Expr::ZERO, bytes);
            let at = self.allocate(line, Owner::Local);
            if let Some(frame) = self.frames.last_mut() {
                frame.free(at);
            }
        }
        let mut value = value.bounded(bound);
        if let [of] = values
            && (of.place.is_some() || of.once.is_some())
        {
            value.once = self.length(&value).map(Arc::new);
        }
        self.set(to, value);
        true
    }

    fn changing(&mut self, to: Var, name: &str, values: &[Value]) -> bool {
        let Some(receiver) = values.first() else {
            return false;
        };
        let (by, element) = match (name, values) {
            ("list.append", [_, element])
            | ("list.insert", [_, _, element])
            | ("set.add", [_, element]) => (Expr::one(), element.clone()),
            ("dict.setdefault", [_, _]) => (Expr::one(), Value::of(Kind::None)),
            ("dict.setdefault", [_, _, element]) => (Expr::one(), element.clone()),
            ("list.extend" | "set.update" | "dict.update", [_, others]) => {
                let by = self.length_or_unknown(others);
                let container = self.container_of(receiver);
                self.puts_given(container, others, &by, name == "dict.update");
                (by, self.part(others, Step::Element))
            }
            ("list.sort", [_]) => {
                // In merges, half a table more.
                let slot = number(self.context.input.sizes.list.slot / 2);
                let half = &self.length_or_unknown(receiver) * &slot;
                self.grade = self.grade.join(Grade::Upper);
                self.transient(Kind::List, half);
                self.taken_again(to, receiver);
                self.set(to, Value::of(Kind::None));
                return true;
            }
            ("list.pop" | "dict.pop" | "set.pop", _) => {
                let element = self.part(receiver, Step::Element);
                self.grade = self.grade.join(Grade::Upper);
                self.set(to, element);
                self.taken_again(to, receiver);
                return true;
            }
            ("dict.get", [_, key, ..]) => {
                let step = key.literal.map_or(Step::Element, Step::Key);
                let mut value = self.part(receiver, step);
                if let Some(default) = values.get(2) {
                    value = self.met(&value, default);
                }
                self.set(to, value);
                return true;
            }
            _ => return false,
        };
        match self.container_of(receiver) {
            Some(container) => {
                let owner = name.split('.').next().unwrap_or_default();
                self.is_of(container, Kind::of_class(owner));
                if let ("dict.setdefault", Some(key)) = (name, values.get(1)) {
                    self.put_under(container, key.clone());
                }
                self.extend(container, &by, Some(element.clone()));
            }
            None => {
                self.extend_unknown(name, &by);
                if let Some(whole) = receiver.part_of {
                    self.add_sum(whole, Some(by));
                    if let Some(whole) = self.containers.get_mut(whole.0 as usize) {
                        whole.elements_grow = true;
                    }
                }
            }
        }
        let result = match name {
            // What was there before, or the default: of the same kind, and of any length.
            "dict.setdefault" => Value {
                part_of: self.container_of(receiver),
                ..Value::of(element.kind)
            },
            _ => Value::of(Kind::None),
        };
        self.set(to, result);
        true
    }

    /// What was put in a step before is taken out again.
    fn taken_again(&mut self, to: Var, receiver: &Value) {
        if self.uses.paired.contains(&to)
            && let Some(container) = self.container_of(receiver)
        {
            self.lengthen(container, &-&Expr::one());
        }
    }

    /// A list, set or dict of which nothing is known gets longer: what that takes at most for each
    /// element, on average over all that are added to an empty one.
    fn extend_unknown(&mut self, name: &str, by: &Expr) {
        let kind = Kind::of_class(name.split('.').next().unwrap_or_default());
        let each = sizes::amortised(self.context.input.sizes, kind);
        self.grade = self.grade.join(Grade::Upper);
        let line = self.builtin_line(kind, Expr::ZERO, by * &number(each.0));
        if let Some(frame) = self.frames.last_mut() {
            frame.total.push(line);
        }
        let line = self.builtin_line(kind, Expr::ZERO, by * &number(each.1));
        if let Some(frame) = self.frames.last_mut() {
            frame.keep(Owned {
                line,
                owner: Owner::Elsewhere,
            });
        }
    }

    // ---- numbers ------------------------------------------------------------------------

    /// A number that is made of one, of text or of all elements.
    pub(super) fn number_of(&mut self, to: Var, name: &str, vars: &[Var], of: &Value) {
        let stays = name == "abs" || (name == "round" && vars.len() == 2);
        let float = stays && self.kind_at(vars, 0) == Kind::Float;
        let kind = if float { Kind::Float } else { Kind::Int };
        let result = match name {
            "int" => self.number(of).map(|number| number.floor()),
            "abs" => of.number.clone(),
            "round" if vars.len() == 1 => self.number(of).map(|number| number.ceil()),
            _ => None,
        };
        let bits = match name {
            "sum" => self.bits_of_sum(of),
            "int" if self.kind_at(vars, 0) == Kind::Str => self.bits_of_text(of),
            _ => of.further_bits(),
        };
        let (bytes, _) = sizes::head(self.context.input.sizes, kind);
        if !result.as_ref().is_some_and(|result| self.is_small(result)) && name != "ord" {
            self.grade = self.grade.join(Grade::Upper);
            let counted = self.counted_int().filter(|_| kind == Kind::Int);
            self.one(kind, counted.unwrap_or(number(bytes)), Owner::Var(to));
        }
        if let Some(bits) = &bits {
            self.further_digits(bits, to);
        }
        let value = Value {
            number: result,
            bits,
            ..Value::of(kind)
        };
        self.set(to, value.bounded(of.is_bound));
    }

    fn number_builtin(&mut self, to: Var, name: &str, vars: &[Var], values: &[Value]) -> bool {
        match (name, values) {
            ("len", [of]) => self.length_builtin(to, of),
            ("type", [of]) if of.place.is_some() => {
                let symbols = self.context.input.symbols;
                let class = symbols.get("__class__").map(Step::Attribute);
                let place = class.and_then(|class| of.place.as_ref()?.then(class, symbols));
                self.set(to, place.map_or_else(Value::default, Value::input));
            }
            ("abs" | "int" | "round" | "sum" | "ord", [of, ..]) => {
                self.number_of(to, name, vars, of)
            }
            ("pow" | "math.comb" | "math.factorial" | "math.perm" | "math.prod", _)
                if self.bits_of_function(name, values).is_some() =>
            {
                let bits = self.bits_of_function(name, values);
                self.int(None, Owner::Var(to));
                if let Some(bits) = &bits {
                    self.further_digits(bits, to);
                }
                let kind = Kind::Int;
                self.set(
                    to,
                    Value {
                        bits,
                        ..Value::of(kind)
                    },
                );
            }
            ("id" | "hash", [_]) => {
                self.int(None, Owner::Var(to));
                self.set(to, Value::of(Kind::Int));
            }
            ("math.isqrt" | "math.floor" | "math.ceil", [of]) if self.number(of).is_some() => {
                let whole = self.number(of).map(|of| match name {
                    "math.isqrt" => square_root(&of).floor(),
                    "math.floor" => of.floor(),
                    _ => of.ceil(),
                });
                self.int(whole.as_ref(), Owner::Var(to));
                let value = Value {
                    number: whole,
                    ..Value::of(Kind::Int)
                };
                self.set(to, value.bounded(of.is_bound));
            }
            ("divmod", [of, by])
                if (0..2).all(|at| {
                    let kind = self.kind_at(vars, at);
                    matches!(kind, Kind::Int | Kind::Unknown | Kind::Bool)
                }) =>
            {
                self.divided(to, of, by);
            }
            ("math.sqrt", [of]) => {
                let bytes = number(self.context.input.sizes.other.float);
                self.one(Kind::Float, bytes, Owner::Var(to));
                let value = Value {
                    number: self.number(of).map(|of| square_root(&of)),
                    ..Value::of(Kind::Float)
                };
                self.set(to, value.bounded(of.is_bound));
            }
            ("object", []) => {
                let bytes = number(self.context.input.sizes.instance.object);
                self.one(Kind::Instance, bytes, Owner::Var(to));
                self.set(to, Value::of(Kind::Instance));
            }
            ("float", _) => {
                let bytes = number(self.context.input.sizes.other.float);
                self.one(Kind::Float, bytes, Owner::Var(to));
                let of = values.first().cloned().unwrap_or_default();
                let value = Value {
                    number: self.number(&of),
                    ..Value::of(Kind::Float)
                };
                self.set(to, value.bounded(of.is_bound));
            }
            ("min" | "max", [of]) => {
                let mut element = self.part(of, Step::Element);
                if name == "min" && element.place.is_some() {
                    // What is known of any element is the most that it is.
                    element.number = self.number(&element);
                    element.is_bound = true;
                }
                self.set(to, element);
            }
            ("min" | "max", [first, rest @ ..]) => {
                let result = rest.iter().try_fold(self.number(first), |all, value| {
                    let own = self.number(value)?;
                    let all = all?;
                    Some(Some(if name == "min" {
                        all.minimum(&own)
                    } else {
                        all.maximum(&own)
                    }))
                });
                let bound = values.iter().any(|value| value.is_bound);
                let value = Value {
                    number: result.flatten(),
                    ..Value::of(first.kind)
                };
                self.set(to, value.bounded(bound));
            }
            _ => return false,
        }
        true
    }

    /// `divmod(of, by)`: the quotient and what is left.
    fn divided(&mut self, to: Var, of: &Value, by: &Value) {
        let numbers = self.number(of).zip(self.number(by));
        let part = |op: BinaryOp| match &numbers {
            // At most all of it, whatever it is divided by.
            Some((of, _)) if by.is_bound && op == BinaryOp::FloorDiv => Some(of.clone()),
            Some((of, by)) => compute(op, of, by),
            None => None,
        };
        let items = [part(BinaryOp::FloorDiv), part(BinaryOp::Mod)];
        let mut parts = Vec::with_capacity(items.len());
        for number in items {
            self.int(number.as_ref(), Owner::Result(to));
            let value = Value {
                number,
                ..Value::of(Kind::Int)
            };
            parts.push(value.bounded(true));
        }
        self.flat(Kind::Tuple, &number(2), Owner::Var(to));
        self.set(
            to,
            Value {
                items: Some(parts.into()),
                ..Value::sized(Kind::Tuple, Some(number(2)))
            },
        );
    }

    fn length_builtin(&mut self, to: Var, of: &Value) {
        let length = self.length(of);
        if !length.as_ref().is_some_and(|length| self.is_small(length)) {
            let bytes = number(self.context.input.sizes.int.from_length);
            self.grade = self.grade.join(Grade::Upper);
            self.one(Kind::Int, bytes, Owner::Var(to));
        }
        let label = format!("len({})", Self::label(of));
        let value = Value {
            number: length,
            ..Value::of(Kind::Int)
        };
        self.set(to, value.bounded(of.is_bound).labelled(&label));
    }

    pub(super) fn kind_at(&mut self, vars: &[Var], at: usize) -> Kind {
        vars.get(at).map_or(Kind::Unknown, |var| self.kind(*var))
    }
}

/// The builtin type that alone has a method of that name, among those that are known here.
pub(super) fn owner_of(method: &str) -> Kind {
    match method {
        // What sets and dicts have of that name costs as little.
        "append" | "extend" | "insert" | "sort" | "reverse" | "remove" | "clear" => Kind::List,
        "items" | "keys" | "values" | "setdefault" | "get" => Kind::Dict,
        "split" | "upper" | "lower" | "strip" | "lstrip" | "rstrip" | "title" | "startswith"
        | "endswith" | "encode" | "join" | "isdigit" | "isalpha" | "capitalize" => Kind::Str,
        _ => Kind::Unknown,
    }
}

fn has_star(site: Site<'_>) -> bool {
    use crate::ir::Argument;
    site.arguments
        .iter()
        .any(|a| matches!(a, Argument::Star(_) | Argument::StarStar(_)))
}

/// What a container has, and nobody makes.
fn stored(value: Value) -> Value {
    Value {
        is_made: false,
        ..value
    }
}
