//! The steps of execution, one by one.

use heapcast_facts::Var;

use super::Seen;
use super::frame::Owner;
use super::interpret::Interpreter;
use super::sizes::{self, number};
use super::value::{Kind, Step, Value};
use crate::algebra::{Expr, Grade, Rational};
use crate::ir::{BinaryOp, CompareOp, Const, Index, Op, UnaryOp};

impl<'a> Interpreter<'a> {
    /// One step.
    pub(super) fn step(&mut self, op: &'a Op) {
        match op {
            Op::Const { to, value } => self.constant(*to, value),
            Op::StoreCell { cell, from, .. } => {
                let value = self.value(*from);
                self.set(*cell, value);
            }
            Op::Narrow { to, from } => {
                let mut value = self.value(*from);
                if value.kind == Kind::Unknown {
                    value.kind = self.context.kind_of(*to);
                }
                self.taken_for_dict(*to, &mut value);
                self.set(*to, value);
            }
            Op::Unary { to, op, operand } => self.unary(*to, *op, *operand),
            Op::Binary {
                to,
                op,
                left,
                right,
                in_place,
            } => {
                self.binary(*to, *op, *left, *right, *in_place);
                self.implied_calls(*to);
            }
            Op::Compare {
                to,
                op,
                left,
                right,
            } => {
                self.compared(*op, *left, *right);
                self.set(*to, Value::of(Kind::Bool));
                if !matches!(op, CompareOp::Is | CompareOp::IsNot) {
                    self.implied_calls(*to);
                }
            }
            Op::Display {
                to, kind, elements, ..
            } => self.display(*to, *kind, elements),
            Op::DictDisplay { to, entries, .. } => self.dict_display(*to, entries),
            Op::Format {
                to,
                literal,
                parts,
                layouts,
                ..
            } => self.format(*to, *literal, parts, layouts),
            Op::SliceObject { to, .. } => {
                let bytes = number(self.context.input.sizes.iterator.slice);
                self.one(Kind::Unknown, bytes, Owner::Var(*to));
                self.set(*to, Value::default());
            }
            Op::Call {
                to,
                call,
                callee,
                arguments,
            } => {
                self.longer = None;
                self.call(*to, *call, *callee, arguments);
                self.keeps_of_call(*to);
            }
            Op::Closure { to, function } => self.closure(*to, *function),
            Op::Class { to, .. } => {
                let bytes = number(self.context.input.sizes.other.class_object);
                self.grade = self.grade.join(Grade::Modelled);
                self.one(Kind::Class, bytes, Owner::Var(*to));
                self.set(*to, Value::of(Kind::Class));
            }
            Op::Import { to, name } => {
                let name = self.context.input.symbols.text(*name);
                self.set(*to, Value::of(Kind::Module).labelled(name));
            }
            _ => self.access(op),
        }
    }

    /// Steps that read or change parts of objects.
    fn access(&mut self, op: &'a Op) {
        match op {
            Op::Attribute { to, base, name } => self.attribute(*to, *base, *name),
            Op::SetAttribute { base, name, from } => {
                let (base, value) = (self.value(*base), self.value(*from));
                self.set_attribute(&base, *name, value);
            }
            Op::Subscript { to, base, index } => self.subscript(*to, *base, index),
            Op::SetSubscript { base, index, from } => self.set_subscript(*base, index, *from),
            Op::Delete { var } => self.delete(*var),
            Op::Unpack {
                to,
                from,
                index,
                from_back,
            } => {
                self.unpack(*to, *from, *index as usize, *from_back);
            }
            Op::UnpackRest {
                to,
                from,
                before,
                after,
                ..
            } => {
                self.unpack_rest(*to, *from, before + after);
            }
            _ => self.control(op),
        }
    }

    fn control(&mut self, op: &'a Op) {
        match op {
            Op::Return { from } => {
                let value = match from {
                    Some(var) => self.value(*var),
                    None => Value::of(Kind::None),
                };
                self.returns_early();
                let kind = from.map_or(Kind::None, |var| self.kind(var));
                self.returned_kind = match self.returned_kind {
                    Some(Kind::None) => Some(kind),
                    known if kind == Kind::None => known,
                    known => known.filter(|known| *known == kind),
                };
                self.returns(value);
                self.ended = true;
                self.skipped |= self.frames.len() > 1;
            }
            Op::Raise { .. } | Op::Break | Op::Continue => self.ended = true,
            Op::Yield { to, from } => {
                let value = self.value(*from);
                self.yields(&Expr::one(), value);
                self.set(*to, Value::default());
            }
            Op::YieldFrom { to, from } => {
                let value = self.value(*from);
                let count = self.length_or_unknown(&value);
                let element = self.part(&value, Step::Element);
                self.yields(&count, element);
                self.set(*to, Value::default());
            }
            Op::Await { to, from } => {
                let value = self.value(*from);
                self.set(*to, value);
            }
            Op::Collect { key, value } => self.collect(*key, *value),
            Op::Loop(inner) => self.run_loop(inner, false),
            Op::Branch(inner) => self.branch(inner),
            Op::Comprehension(inner) => self.comprehension(inner),
            Op::Try(inner) => self.try_statement(inner),
            Op::With(inner) => {
                self.block(&inner.body);
                self.phis(&inner.phis);
            }
            _ => {}
        }
    }

    fn returns(&mut self, value: Value) {
        self.returned = Some(match self.returned.take() {
            Some(other) => self.met(&other, &value),
            None => value,
        });
    }

    fn yields(&mut self, count: &Expr, element: Value) {
        if let Some(yields) = self.yields {
            self.extend(yields, count, Some(element));
        }
    }

    fn constant(&mut self, to: Var, value: &Const) {
        let value = self.context.constant(value);
        self.set(to, value);
    }

    fn delete(&mut self, var: Var) {
        let outlives =
            |frame: &super::frame::Frame| !self.context.outlives(var, frame.region).is_empty();
        if self.frames.iter().any(outlives) {
            return;
        }
        // Only what the name alone holds dies.
        let shared = self.value(var).container.is_some();
        if !shared && let Some(frame) = self.frames.last_mut() {
            frame.free_var(var);
        }
    }

    fn closure(&mut self, to: Var, function: heapcast_facts::Obj) {
        let sizes = &self.context.input.sizes.function;
        let captured = self.context.captured(function);
        let mut bytes = sizes.function;
        let mut objects = 1;
        if captured > 0 {
            bytes +=
                sizes.closure_tuple + captured * (self.context.input.sizes.tuple.slot + sizes.cell);
            objects += 1 + captured;
        }
        let line = self.builtin_line(Kind::Function, number(objects), number(bytes));
        self.allocate(line, Owner::Var(to));
        self.defaults(to, function);
        let name = self.object_name(function).to_owned();
        self.set(to, Value::of(Kind::Function).labelled(&name));
    }

    /// A function keeps its defaults in a tuple, and those of keyword-only parameters in a dict.
    fn defaults(&mut self, to: Var, function: heapcast_facts::Obj) {
        let at = self.context.by_object.get(&function).copied();
        let Some((code, _)) = at.and_then(|at| self.context.functions.get(at as usize)) else {
            return;
        };
        let with_default = code.parameters.iter().filter(|p| p.default.is_some());
        let (keyword, plain): (Vec<_>, Vec<_>) =
            with_default.partition(|p| p.kind == crate::ir::ParameterKind::KeywordOnly);
        let is_constant = |p: &&crate::ir::Parameter| {
            let default = p.default.and_then(|var| self.context.constant_of(var));
            default.is_some()
        };
        // A tuple of constants is one of the code's.
        let shared = plain.iter().all(is_constant);
        let (plain, keyword) = (plain.len() as u64, keyword.len() as u64);
        if plain > 0 && !shared {
            self.flat(Kind::Tuple, &number(plain), Owner::Var(to));
        }
        if keyword > 0 {
            self.fitted(Kind::Dict, number(keyword), None, to);
        }
    }

    // ---- operators -----------------------------------------------------------------------

    fn unary(&mut self, to: Var, op: UnaryOp, operand: Var) {
        let value = self.value(operand);
        if op == UnaryOp::Not {
            return self.set(to, Value::of(Kind::Bool));
        }
        let kind = self.kind(operand);
        // The negative of what is known from above alone is not.
        let known = value.number.as_ref().and_then(Expr::as_constant).is_some();
        let operand = match kind {
            Kind::Int | Kind::Unknown if known || !value.is_bound => self.number(&value),
            _ => value.number.clone().filter(|_| known),
        };
        let result = operand.map(|operand| match op {
            UnaryOp::Negative => -&operand,
            UnaryOp::Invert => &-&operand - &Expr::one(),
            _ => operand,
        });
        let known = result.as_ref().and_then(Expr::as_constant).is_some();
        match kind {
            Kind::Float | Kind::Complex => {
                let (bytes, _) = sizes::head(self.context.input.sizes, kind);
                self.one(kind, number(bytes), Owner::Var(to));
            }
            Kind::Instance => {}
            _ if known => {}
            _ => self.int(None, Owner::Var(to)),
        }
        let bits = value.further_bits();
        if let Some(bits) = &bits {
            self.further_digits(bits, to);
        }
        self.set(
            to,
            Value {
                number: result,
                bits,
                ..Value::of(kind)
            },
        );
        self.implied_calls(to);
    }

    fn binary(&mut self, to: Var, op: BinaryOp, left: Var, right: Var, in_place: bool) {
        if op == BinaryOp::Add {
            self.sums.insert(to, [left, right]);
        }
        let (a, b) = (self.value(left), self.value(right));
        let (left_kind, right_kind) = (self.kind(left), self.kind(right));
        if self.context.implied(to).any(|call| self.is_own_call(call)) {
            return self.set(to, Value::of(Kind::Instance));
        }
        match (op, left_kind, right_kind) {
            (BinaryOp::Add, Kind::List | Kind::ByteArray, _) if in_place => {
                let by = self.length_or_unknown(&b);
                let element = self.part(&b, Step::Element);
                let container = self.container_of(&a);
                self.puts_given(container, &b, &by, false);
                if let Some(container) = container {
                    self.extend(container, &by, Some(element));
                }
                self.set(to, a);
            }
            (BinaryOp::Add, Kind::Str, _) if in_place && self.uses.deaths.is_used_once(left) => {
                // A string that only one name holds grows where it is.
                if self.extended.contains(&left)
                    && let Some(frame) = self.frames.last_mut()
                {
                    frame.free_var(left);
                }
                self.extended.insert(to);
                self.concatenate(to, Kind::Str, &a, &b);
            }
            (BinaryOp::Add, kind, _) if is_sequence(kind) => self.concatenate(to, kind, &a, &b),
            (BinaryOp::Add, Kind::Unknown, kind) if is_sequence(kind) => {
                self.concatenate(to, kind, &a, &b);
            }
            (BinaryOp::Mult, kind, _) if is_sequence(kind) => self.repeat(to, kind, &a, &b),
            (BinaryOp::Mult, _, kind) if is_sequence(kind) => self.repeat(to, kind, &b, &a),
            (BinaryOp::Mod, Kind::Str | Kind::Bytes, _) => {
                let length = self.formatted(&a, &b).unwrap_or_else(|| {
                    let reason = "the length of formatted text";
                    self.traced("len(text)", reason, Seen::Length)
                });
                self.sequence(to, left_kind, length, None, true);
            }
            (
                BinaryOp::BitAnd | BinaryOp::BitOr | BinaryOp::BitXor | BinaryOp::Sub,
                Kind::Iterator,
                _,
            ) => {
                // Views of dicts make sets.
                let (x, y) = (self.length_or_unknown(&a), self.length_or_unknown(&b));
                let length = match op {
                    BinaryOp::BitAnd | BinaryOp::Sub => x,
                    _ => &x + &y,
                };
                let element = self.part(&a, Step::Element);
                let value = self.fitted(Kind::Set, length, Some(element), to);
                self.set(to, value.bounded(true));
            }
            (_, Kind::Set | Kind::FrozenSet | Kind::Dict, _) => {
                let (x, y) = (self.length_or_unknown(&a), self.length_or_unknown(&b));
                let length = match op {
                    BinaryOp::BitAnd | BinaryOp::Sub => x,
                    _ => &x + &y,
                };
                let element = self.part(&a, Step::Element);
                let value = self.fitted(left_kind, length, Some(element), to);
                self.set(to, value.bounded(true));
            }
            (_, Kind::Unknown | Kind::Instance, _) if self.context.holds_own_instances(left) => {
                let label = format!("{}.{}", Self::label(&a), special_method(op, in_place));
                let reason = "what its class makes of the operator is not known";
                let owner = match in_place {
                    true => Owner::Any([left].into()),
                    false => Owner::Result(to),
                };
                self.named_unknown_in(owner, to, &label, reason);
            }
            _ => {
                if !self.uses.numbers.contains(&to) {
                    self.taken_for_numbers(op, &a, &b);
                }
                self.arithmetic(to, op, (&a, left_kind), (&b, right_kind));
                self.magnitude(to, op, (left, &a), (right, &b));
            }
        }
    }

    fn arithmetic(
        &mut self,
        to: Var,
        op: BinaryOp,
        (a, left): (&Value, Kind),
        (b, right): (&Value, Kind),
    ) {
        let kind = match (left, right) {
            (Kind::Complex, _) | (_, Kind::Complex) => Kind::Complex,
            (Kind::Float, _) | (_, Kind::Float) => Kind::Float,
            _ if op == BinaryOp::Div => Kind::Float,
            (Kind::Int | Kind::Bool, Kind::Int | Kind::Bool) => Kind::Int,
            _ => Kind::Unknown,
        };
        if matches!(kind, Kind::Float | Kind::Complex) {
            let (bytes, _) = sizes::head(self.context.input.sizes, kind);
            self.one(kind, number(bytes), Owner::Var(to));
            let numbers = self.number(a).zip(self.number(b));
            let falls = matches!(op, BinaryOp::Sub | BinaryOp::Div | BinaryOp::FloorDiv);
            let numbers = numbers.filter(|_| kind == Kind::Float && !(b.is_bound && falls));
            let result = numbers.and_then(|(x, y)| compute(op, &x, &y));
            let value = Value {
                number: result,
                ..Value::of(kind)
            };
            return self.set(to, value.bounded(true));
        }
        let (x, y) = (self.number(a), self.number(b));
        let result = x.as_ref().zip(y.as_ref()).and_then(|(x, y)| {
            // At most all of it is left, whatever is taken away or it is divided by.
            if b.is_bound && matches!(op, BinaryOp::Sub | BinaryOp::FloorDiv) {
                return Some(x.clone());
            }
            compute(op, x, y)
        });
        self.int(result.as_ref(), Owner::Var(to));
        // What grows with a power has many digits.
        if let Some(number) = result.as_ref().filter(|number| number.is_exponential()) {
            self.further_digits(&number.log2(), to);
        }
        let kind = if kind == Kind::Unknown && result.is_some() {
            Kind::Int
        } else {
            kind
        };
        let bound = a.is_bound || b.is_bound || matches!(op, BinaryOp::Mod | BinaryOp::BitAnd);
        self.set(
            to,
            Value {
                number: result,
                ..Value::of(kind)
            }
            .bounded(bound),
        );
    }

    /// What is added or multiplied may be sequences, and sets have unions, where neither of both is
    /// known to be a number.
    fn taken_for_numbers(&mut self, op: BinaryOp, a: &Value, b: &Value) {
        let is_input = |value: &Value| {
            value.kind == Kind::Unknown && value.place.is_some() && value.number.is_none()
        };
        if !is_input(a) || !is_input(b) {
            return;
        }
        let done = match op {
            BinaryOp::Add => "something is added to it",
            BinaryOp::Mult => "it is multiplied",
            BinaryOp::Mod => "a remainder is taken of it",
            BinaryOp::BitOr | BinaryOp::BitAnd | BinaryOp::BitXor => "its bits are combined",
            _ => return,
        };
        let cause = format!("taken for a number, because {done}");
        self.takes_for(a, Kind::Int, &cause);
        if op == BinaryOp::Mult {
            self.takes_for(b, Kind::Int, &cause);
        }
    }

    fn concatenate(&mut self, to: Var, kind: Kind, a: &Value, b: &Value) {
        let length = &self.length_or_unknown(a) + &self.length_or_unknown(b);
        let bound = a.is_bound || b.is_bound;
        let (x, y) = (self.part(a, Step::Element), self.part(b, Step::Element));
        let element = self.met(&x, &y);
        self.sequence(to, kind, length, Some(element), bound);
    }

    fn repeat(&mut self, to: Var, kind: Kind, sequence: &Value, times: &Value) {
        let times_number = match (times.kind, &times.number, &times.place) {
            // A truth value is a number: there once, or not at all.
            (Kind::Bool, None, None) => Expr::one(),
            _ => self.number_or_unknown(times),
        };
        let may_be_less = times.is_bound || times.kind == Kind::Bool;
        let length = &self.length_or_unknown(sequence) * &times_number;
        let element = self.part(sequence, Step::Element);
        self.sequence(
            to,
            kind,
            length,
            Some(element),
            sequence.is_bound || may_be_less,
        );
    }

    /// A new list, tuple, string or byte string.
    pub(super) fn sequence(
        &mut self,
        to: Var,
        kind: Kind,
        length: Expr,
        element: Option<Value>,
        bound: bool,
    ) {
        let value = if kind == Kind::List {
            self.fitted(kind, length, element, to)
        } else {
            self.flat(kind, &length, Owner::Var(to));
            Value::sized(kind, Some(length)).with_element(element)
        };
        if bound {
            self.grade = self.grade.join(Grade::Upper);
        }
        self.set(to, value.bounded(bound));
    }

    // ---- parts ---------------------------------------------------------------------------

    fn attribute(&mut self, to: Var, base: Var, name: heapcast_facts::Symbol) {
        let base_value = self.value(base);
        let mut value = self.part(&base_value, Step::Attribute(name));
        if value.label.is_none() {
            let text = self.context.input.symbols.text(name);
            let label = match base_value.label.as_deref() {
                Some(base) => format!("{base}.{text}"),
                None => text.to_owned(),
            };
            value = value.labelled(&label);
        }
        if value.kind == Kind::Unknown {
            value.kind = self.context.kind_of(to);
        }
        if base_value.place.is_none() {
            self.library_constant(to, &mut value);
        }
        let is_builtin = matches!(self.kind(base), Kind::List | Kind::Set | Kind::Dict);
        if is_builtin && super::loops::CHANGING.contains(&self.context.input.symbols.text(name)) {
            // A method of a builtin class is bound with one reference more.
            let sizes = self.context.input.sizes;
            let bytes = number(sizes.function.bound_method + sizes.tuple.slot);
            self.one(Kind::Function, bytes, Owner::Var(to));
        }
        // The methods of a pattern are of it, too.
        value.pattern = value.pattern.or(base_value.pattern);
        self.set(to, value);
        self.implied_calls(to);
    }

    fn subscript(&mut self, to: Var, base: Var, index: &Index) {
        let value = self.value(base);
        let kind = self.kind(base);
        match index {
            Index::Slice { lower, upper, step } => {
                let bytes = number(self.context.input.sizes.iterator.slice);
                self.transient(Kind::Unknown, bytes);
                let length = self.slice_length(&value, [*lower, *upper, *step]);
                let element = self.part(&value, Step::Element);
                let is_known = is_sequence(kind);
                let kind = if is_known { kind } else { Kind::List };
                if let Some(each) = self.counted_slot().filter(|_| !is_known) {
                    return self.slice_of_unknown(to, &length, &each, element);
                }
                self.sequence(to, kind, length, Some(element), true);
            }
            Index::Value(at) if self.looks_up_or_makes(to, &value, *at) => {}
            Index::Value(at) => {
                let key = self.value(*at);
                let found = match (&value.items, key.number.as_ref(), key.literal) {
                    (Some(items), Some(at), _) => {
                        let at = at.as_constant().and_then(|at| at.to_i64());
                        at.and_then(|at| items.get(usize::try_from(at).ok()?))
                            .cloned()
                    }
                    (_, _, Some(key)) if !is_sequence(kind) => {
                        Some(self.part(&value, Step::Key(key)))
                    }
                    _ => None,
                };
                let mut found = match (found, kind) {
                    (Some(found), _) => found,
                    (None, Kind::Str) => Value::sized(Kind::Str, Some(Expr::one())),
                    (None, Kind::Bytes | Kind::ByteArray) => {
                        Value::int(Expr::from(255)).bounded(true)
                    }
                    (None, _) => self.part(&value, Step::Element),
                };
                if found.kind == Kind::Unknown {
                    found.kind = self.context.kind_of(to);
                }
                self.set(to, found);
                self.implied_calls(to);
            }
        }
    }

    /// A part of a string or a sequence, whose elements take `each` bytes.
    fn slice_of_unknown(&mut self, to: Var, length: &Expr, each: &Expr, element: Value) {
        let (head, _) = sizes::head(self.context.input.sizes, Kind::List);
        let bytes = &number(head) + &(length * each);
        self.one(Kind::Unknown, bytes, Owner::Var(to));
        let value = Value::sized(Kind::Unknown, Some(length.clone()));
        self.set(to, value.with_element(Some(element)));
    }

    fn slice_length(&mut self, value: &Value, parts: [Option<Var>; 3]) -> Expr {
        let whole = self.length_or_unknown(value);
        // `xs[i:i + n]` is as long as it says, whatever `i` is.
        if let [Some(lower), Some(upper), None] = parts
            && let Some(sum) = self.sums.get(&upper)
            && let Some(other) = other_than(lower, *sum)
        {
            let width = self.value(other);
            if let Some(width) = self.number(&width) {
                return width.positive_part().minimum(&whole);
            }
        }
        let [lower, upper, step] = parts.map(|part| {
            let value = part.map(|var| self.value(var))?;
            if value.kind == Kind::None || value.is_bound {
                None
            } else {
                self.number(&value)
            }
        });
        let from_back = |part: &Expr| !part.is_zero() && (-part).is_nonnegative();
        let end = match upper {
            Some(upper) if from_back(&upper) => &whole + &upper,
            Some(upper) => upper.minimum(&whole),
            None => whole.clone(),
        };
        let length = match lower {
            Some(lower) if from_back(&lower) => (-&lower).minimum(&whole),
            Some(lower) => &end - &lower,
            None => end,
        };
        let length = match step.as_ref().and_then(|step| step.as_constant()) {
            Some(step) if step.is_positive() => length.ceil_div(&Expr::constant(step.clone())),
            _ => length,
        };
        if length.is_nonnegative() {
            length
        } else {
            length.maximum(&Expr::ZERO)
        }
    }

    fn set_subscript(&mut self, base: Var, index: &Index, from: Var) {
        let value = self.value(base);
        let element = self.value(from);
        let kind = self.kind(base);
        self.store_in_slot(kind, (&value, index), from);
        let Some(container) = (match kind {
            Kind::Dict | Kind::Unknown | Kind::List => self.container_of(&value),
            _ => None,
        }) else {
            return;
        };
        let by = match (kind, index) {
            (Kind::Dict, _) => Expr::one(),
            // What has slices that can be assigned is a list, or an array like one.
            (Kind::List | Kind::Unknown, Index::Slice { .. }) => self.length_or_unknown(&element),
            // Of an unknown kind: a list keeps its length, a dict may get a key.
            (Kind::Unknown, Index::Value(_)) if self.is_dict(container) => Expr::one(),
            _ => Expr::ZERO,
        };
        if let Index::Value(key) = index
            && self.is_dict(container)
        {
            let key = self.value(*key);
            self.put_under(container, key);
        }
        if let Index::Slice { .. } = index {
            self.puts_given(Some(container), &element, &by, false);
        }
        self.extend(container, &by, Some(element));
    }

    /// What is stored in a slot of a list takes the place of what was there, and its number is not
    /// kept.
    fn store_in_slot(&mut self, kind: Kind, (base, index): (&Value, &Index), from: Var) {
        let Index::Value(index) = index else {
            return;
        };
        let by_number = match kind {
            Kind::List | Kind::ByteArray => true,
            // What is found by a number that is computed is taken for a list.
            Kind::Unknown if base.place.is_some() => {
                let index = self.value(*index);
                index.number.is_some() && index.place.is_none()
            }
            _ => false,
        };
        if by_number && self.uses.deaths.is_kept_as_index_alone(*index) {
            self.unkept.insert(*index);
        }
        let is_dict = kind == Kind::Dict
            || base
                .container
                .is_some_and(|container| self.is_dict(container));
        match by_number || is_dict {
            true => self.keeps(base, from),
            false => self.keeps(&Value::default(), from),
        }
        match is_dict {
            true => self.keeps(base, *index),
            false => self.keeps(&Value::default(), *index),
        }
    }

    fn is_dict(&self, container: super::value::ContainerId) -> bool {
        let known = self.containers.get(container.0 as usize);
        known.is_some_and(|container| container.kind == Kind::Dict)
    }

    fn unpack(&mut self, to: Var, from: Var, index: usize, from_back: bool) {
        let value = self.value(from);
        let item = value.items.as_ref().and_then(|items| {
            let at = if from_back {
                items.len().checked_sub(index + 1)?
            } else {
                index
            };
            items.get(at).cloned()
        });
        let item = match item {
            Some(item) => item,
            None => self.part(&value, Step::Element),
        };
        self.set(to, item);
    }

    fn unpack_rest(&mut self, to: Var, from: Var, taken: u32) {
        let value = self.value(from);
        let whole = self.length_or_unknown(&value);
        let length = (&whole - &number(u64::from(taken))).maximum(&Expr::ZERO);
        let element = self.part(&value, Step::Element);
        self.keeps_all_given(&value, &length, to);
        let value = self.fitted(Kind::List, length, Some(element), to);
        self.set(to, value);
    }
}

/// The method that a class defines for an operator.
fn special_method(op: BinaryOp, in_place: bool) -> String {
    let name = match op {
        BinaryOp::Add => "add",
        BinaryOp::Sub => "sub",
        BinaryOp::Mult => "mul",
        BinaryOp::MatMult => "matmul",
        BinaryOp::Div => "truediv",
        BinaryOp::Mod => "mod",
        BinaryOp::Pow => "pow",
        BinaryOp::LShift => "lshift",
        BinaryOp::RShift => "rshift",
        BinaryOp::BitOr => "or",
        BinaryOp::BitXor => "xor",
        BinaryOp::BitAnd => "and",
        BinaryOp::FloorDiv => "floordiv",
    };
    format!("__{}{name}__", if in_place { "i" } else { "" })
}

/// Whether values of the kind are sequences that `+` and `*` make anew.
pub(super) fn is_sequence(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::List | Kind::Tuple | Kind::Str | Kind::Bytes | Kind::ByteArray
    )
}

/// The number that an operator gives; `%` and `&` give a bound.
pub(super) fn compute(op: BinaryOp, x: &Expr, y: &Expr) -> Option<Expr> {
    let divisor = || y.as_constant().filter(|y| y.is_positive());
    Some(match op {
        BinaryOp::Add => x + y,
        BinaryOp::Sub => x - y,
        BinaryOp::Mult => x * y,
        BinaryOp::FloorDiv => match divisor() {
            Some(divisor) => x.floor_div(&Expr::constant(divisor.clone())),
            None if y.as_constant().is_none() && y.is_nonnegative() => x.floor_div(y),
            None => return None,
        },
        BinaryOp::Div => match divisor() {
            Some(divisor) => x.scale(&divisor.recip()?),
            // What is not a whole number is no more than the next one.
            None if y.as_constant().is_none() && y.is_nonnegative() => x.ceil_div(y),
            None => return None,
        },
        BinaryOp::Mod => match divisor() {
            Some(divisor) => Expr::constant(divisor - &Rational::ONE),
            None if y.as_constant().is_none() => (y - &Expr::one()).positive_part(),
            None => return None,
        },
        BinaryOp::Pow if y.as_constant().is_none() => {
            let base = x.as_constant().filter(|base| **base >= Rational::ONE)?;
            return Expr::power(base, y);
        }
        BinaryOp::Pow => {
            let power = y.as_constant()?;
            if *power == Rational::new(1, 2)? {
                return Some(square_root(x));
            }
            let power = power.to_i64()?;
            x.pow(u32::try_from(power).ok().filter(|power| *power <= 4)?)
        }
        BinaryOp::LShift if y.as_constant().is_none() => x * &y.exp2(),
        BinaryOp::LShift => x * &Expr::from(1i64.checked_shl(shift(y)?)?),
        BinaryOp::RShift => x.floor_div(&Expr::from(1i64.checked_shl(shift(y)?)?)),
        _ => return None,
    })
}

fn shift(by: &Expr) -> Option<u32> {
    u32::try_from(by.as_constant()?.to_i64()?)
        .ok()
        .filter(|by| *by < 62)
}

/// The square root of what is not negative.
pub(super) fn square_root(of: &Expr) -> Expr {
    let half = Rational::new(1, 2).unwrap_or(Rational::ONE);
    of.log2().scale(&half).exp2()
}

/// The other one of two variables.
fn other_than(var: Var, both: [Var; 2]) -> Option<Var> {
    match both {
        [a, b] if a == var => Some(b),
        [a, b] if b == var => Some(a),
        _ => None,
    }
}
