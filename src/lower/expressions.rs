//! Expressions.

use heapcast_facts::{Field, Obj, RegionKind, Symbol, Var};
use rustpython_ast::{self as ast, Expr, Number};

use super::Constant;
use super::builder::{Known, Lowerer, MODULE_OBJECT};
use super::scope::MODULE;
use crate::ir::{BinaryOp, Branch, CompareOp, Const, DisplayKind, Index, Op, UnaryOp};

/// Elements of a display that are tracked one by one; later ones share one unknown index.
const TRACKED_ELEMENTS: usize = 64;

impl<'a> Lowerer<'a> {
    /// The value of an expression.
    pub(crate) fn expression(&mut self, expression: &'a Expr) -> Var {
        match expression {
            Expr::Name(name) => self.read_name(name.id.as_str()),
            Expr::Attribute(attribute) => self.attribute(attribute),
            Expr::Call(call) => self.call_expression(call),
            Expr::StringLiteral(literal) => {
                let text = self.intern(literal.value.to_str());
                self.constant(Const::Str(text))
            }
            Expr::NumberLiteral(number) => self.number(&number.value),
            Expr::BooleanLiteral(literal) => self.constant(Const::Bool(literal.value)),
            Expr::NoneLiteral(_) => self.constant(Const::None),
            Expr::EllipsisLiteral(_) => self.constant(Const::Ellipsis),
            Expr::BytesLiteral(literal) => {
                let length = literal
                    .value
                    .iter()
                    .map(|part| part.value.len() as u64)
                    .sum();
                self.constant(Const::Bytes { length })
            }
            Expr::BinOp(_) => self.binary_chain(expression),
            Expr::UnaryOp(unary) => self.unary(unary),
            Expr::Compare(compare) => self.comparison(compare),
            Expr::BoolOp(_) | Expr::If(_) => self.conditional(expression),
            Expr::Named(named) => {
                let value = self.expression(&named.value);
                if let Expr::Name(name) = &*named.target {
                    self.bind(name.id.as_str(), value);
                }
                value
            }
            Expr::Subscript(subscript) => self.subscript(subscript),
            Expr::List(list) => self.display(DisplayKind::List, &list.elts),
            Expr::Tuple(tuple) => self.display(DisplayKind::Tuple, &tuple.elts),
            Expr::Set(set) => self.display(DisplayKind::Set, &set.elts),
            Expr::Dict(dict) => self.dict(dict),
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                self.comprehension(expression)
            }
            Expr::Lambda(lambda) => self.lambda(lambda),
            Expr::FString(string) => self.f_string(string),
            Expr::TString(string) => self.t_string(string),
            Expr::Await(awaited) => self.await_expression(&awaited.value),
            Expr::Yield(inner) => self.yield_expression(inner.value.as_deref()),
            Expr::YieldFrom(inner) => self.yield_from(&inner.value),
            Expr::Starred(starred) => self.expression(&starred.value),
            Expr::Slice(slice) => {
                let (lower, upper, step) = self.slice_parts(slice);
                let to = self.new_var();
                self.push(Op::SliceObject {
                    to,
                    lower,
                    upper,
                    step,
                });
                to
            }
            Expr::IpyEscapeCommand(_) => self.constant(Const::None),
        }
    }

    fn number(&mut self, number: &Number) -> Var {
        match number {
            Number::Int(value) => match value.as_i64() {
                Some(value) => self.constant(Const::Int(value)),
                None => {
                    let bits = value.to_string().len() as u64 * 10 / 3 + 1;
                    self.constant(Const::BigInt { bits })
                }
            },
            Number::Float(value) => self.constant(Const::Float(*value)),
            Number::Complex { .. } => self.constant(Const::Complex),
        }
    }

    fn attribute(&mut self, attribute: &'a ast::ExprAttribute) -> Var {
        let base = self.expression(&attribute.value);
        self.at(attribute);
        let name = self.mangle(attribute.attr.as_str());
        self.load_attribute(base, name)
    }

    fn await_expression(&mut self, value: &'a Expr) -> Var {
        let from = self.expression(value);
        let result = self.protocol_unless(from, "__await__", "").1;
        let to = self.new_var();
        self.facts.assign.push((to, from));
        self.facts.iterate.push((result, to));
        self.other_code_runs();
        self.push(Op::Await { to, from });
        to
    }

    fn yield_expression(&mut self, value: Option<&'a Expr>) -> Var {
        let from = match value {
            Some(value) => self.expression(value),
            None => self.constant(Const::None),
        };
        let to = self.new_var();
        let function = self.frame.function;
        self.facts.yields.push((function, from));
        if let Some(generator) = self.frame.generator {
            self.facts.store.push((generator, Field::UNKNOWN, from));
            let sent = self.intern("__sent__");
            self.facts
                .load
                .push((generator, Field::attribute(sent), to));
        }
        self.other_code_runs();
        self.push(Op::Yield { to, from });
        to
    }

    fn yield_from(&mut self, value: &'a Expr) -> Var {
        let from = self.expression(value);
        let element = self.iterate(from, false);
        let to = self.new_var();
        let function = self.frame.function;
        self.facts.yields.push((function, element));
        if let Some(generator) = self.frame.generator {
            self.facts.store.push((generator, Field::UNKNOWN, element));
        }
        let value = self.intern("__value__");
        self.facts.load.push((from, Field::attribute(value), to));
        self.other_code_runs();
        self.push(Op::YieldFrom { to, from });
        to
    }

    // ---- operators -------------------------------------------------------------------------

    /// A chain of binary operators leans to the left and may be long: no recursion over it.
    fn binary_chain(&mut self, expression: &'a Expr) -> Var {
        let mut operations = Vec::new();
        let mut current = expression;
        while let Expr::BinOp(operation) = current {
            operations.push(operation);
            current = &operation.left;
        }
        let mut left = self.expression(current);
        for operation in operations.into_iter().rev() {
            let right = self.expression(&operation.right);
            self.at(operation);
            left = self.binary(operation.op, left, right, false);
        }
        left
    }

    /// `left op right`, or `left op= right` where `in_place`.
    pub(crate) fn binary(
        &mut self,
        operator: ast::Operator,
        left: Var,
        right: Var,
        in_place: bool,
    ) -> Var {
        let (op, name) = binary_operator(operator);
        let to = self.new_var();
        self.push(Op::Binary {
            to,
            op,
            left,
            right,
            in_place,
        });
        if let Some(prefix) = self.literal_prefix(op, left) {
            self.prefixes.insert(to, prefix);
        }
        let left_known = self.known(left).is_some();
        let right_known = self.known(right).is_some();
        if op == BinaryOp::Mod && matches!(self.known(left), Some(Known::Str(_))) {
            self.formatted(right);
        }
        let is_text = |var| matches!(self.known(var), Some(Known::Str(_)));
        if matches!(op, BinaryOp::Add | BinaryOp::Mod | BinaryOp::Mult)
            && (is_text(left) || is_text(right))
        {
            self.links.constants.push((to, Constant::Str));
        }
        if !left_known {
            let plain = format!("__{name}__");
            let in_place_name = format!("__i{name}__");
            if in_place {
                self.binary_protocol(to, left, right, &in_place_name, "");
                self.binary_protocol(to, left, right, &plain, &in_place_name);
                self.facts.assign.push((to, left));
            } else {
                self.binary_protocol(to, left, right, &plain, "");
            }
        }
        if !right_known {
            self.reflected(
                to,
                left,
                right,
                &format!("__r{name}__"),
                &format!("__{name}__"),
            );
        }
        to
    }

    /// `"%s" % value` and `"%s" % (value, …)` call `__str__`.
    fn formatted(&mut self, value: Var) {
        let element = self.new_var();
        self.facts.iterate.push((value, element));
        for part in [value, element] {
            if self.known(part).is_none() {
                self.protocol_unless(part, "__str__", "");
                self.protocol_unless(part, "__repr__", "__str__");
            }
        }
    }

    fn binary_protocol(&mut self, to: Var, base: Var, argument: Var, name: &str, unless: &str) {
        let (name, unless) = (self.intern(name), self.intern(unless));
        let call = self.special_call(base, name, unless, &[argument]);
        self.facts.call_result.push((call, to));
    }

    fn reflected(&mut self, to: Var, left: Var, right: Var, name: &str, unless: &str) {
        let (name, unless) = (self.intern(name), self.intern(unless));
        let call = self.new_implied_call();
        self.facts
            .reflected_call
            .push((call, right, name, left, unless));
        self.facts.actual.push((call, 0, left));
        self.facts.call_result.push((call, to));
    }

    /// The constant text that `"visit_" + kind` or `"on_%s" % kind` starts with.
    fn literal_prefix(&self, op: BinaryOp, left: Var) -> Option<Symbol> {
        let Some(Known::Str(text)) = self.known(left) else {
            return self.prefix_of(op, left);
        };
        match op {
            BinaryOp::Add => Some(text),
            BinaryOp::Mod => {
                let text = self.symbols.text(text);
                let prefix = text.split('%').next().unwrap_or_default();
                self.symbols.get(prefix).filter(|_| !prefix.is_empty())
            }
            _ => None,
        }
    }

    fn prefix_of(&self, op: BinaryOp, left: Var) -> Option<Symbol> {
        if op == BinaryOp::Add {
            self.prefixes.get(&left).copied()
        } else {
            None
        }
    }

    fn unary(&mut self, unary: &'a ast::ExprUnaryOp) -> Var {
        let operand = self.expression(&unary.operand);
        self.at(unary);
        let (op, name) = match unary.op {
            ast::UnaryOp::Not => (UnaryOp::Not, None),
            ast::UnaryOp::USub => (UnaryOp::Negative, Some("__neg__")),
            ast::UnaryOp::UAdd => (UnaryOp::Positive, Some("__pos__")),
            ast::UnaryOp::Invert => (UnaryOp::Invert, Some("__invert__")),
        };
        if op == UnaryOp::Negative
            && let Some(Known::Int(value)) = self.known(operand)
            && let Some(negated) = value.checked_neg()
        {
            return self.constant(Const::Int(negated));
        }
        let to = self.new_var();
        match name {
            Some(name) => {
                let (call, _) = self.protocol_unless(operand, name, "");
                self.facts.call_result.push((call, to));
            }
            None => self.truth(operand),
        }
        self.push(Op::Unary { to, op, operand });
        to
    }

    /// A value is tested: its class may define `__bool__` or `__len__`.
    pub(crate) fn truth(&mut self, value: Var) {
        if self.known(value).is_none() {
            self.protocol_unless(value, "__bool__", "");
            self.protocol_unless(value, "__len__", "__bool__");
        }
    }

    /// `a < b < c` is `a < b and b < c`.
    fn comparison(&mut self, compare: &'a ast::ExprCompare) -> Var {
        let mut left = self.expression(&compare.left);
        let mut result = None;
        for (operator, right) in compare.ops.iter().zip(&*compare.comparators) {
            let right = self.expression(right);
            self.at(compare);
            let compared = self.compare(*operator, left, right);
            let merged = match result {
                None => Some((compared, None)),
                Some(earlier) => self.merge(&[earlier, compared]),
            };
            result = merged.map(|(var, phi)| {
                if let Some(phi) = phi {
                    self.push_branch_value(phi);
                }
                var
            });
            left = right;
        }
        result.unwrap_or(left)
    }

    fn push_branch_value(&mut self, phi: crate::ir::Phi) {
        let test = phi.from.first().copied().unwrap_or(phi.to);
        let (then_region, then, ()) = self.in_region(RegionKind::Branch, |_| ());
        let (else_region, or_else, ()) = self.in_region(RegionKind::Branch, |_| ());
        self.push(Op::Branch(Box::new(Branch {
            test,
            regions: [then_region, else_region],
            then,
            or_else,
            phis: vec![phi],
        })));
    }

    /// One comparison.
    pub(crate) fn compare(&mut self, operator: ast::CmpOp, left: Var, right: Var) -> Var {
        let (op, name, mirrored) = match operator {
            ast::CmpOp::Eq => (CompareOp::Eq, "__eq__", "__eq__"),
            ast::CmpOp::NotEq => (CompareOp::NotEq, "__ne__", "__ne__"),
            ast::CmpOp::Lt => (CompareOp::Lt, "__lt__", "__gt__"),
            ast::CmpOp::LtE => (CompareOp::LtE, "__le__", "__ge__"),
            ast::CmpOp::Gt => (CompareOp::Gt, "__gt__", "__lt__"),
            ast::CmpOp::GtE => (CompareOp::GtE, "__ge__", "__le__"),
            ast::CmpOp::Is => (CompareOp::Is, "", ""),
            ast::CmpOp::IsNot => (CompareOp::IsNot, "", ""),
            ast::CmpOp::In => (CompareOp::In, "", ""),
            ast::CmpOp::NotIn => (CompareOp::NotIn, "", ""),
        };
        let to = self.new_var();
        self.push(Op::Compare {
            to,
            op,
            left,
            right,
        });
        match op {
            CompareOp::Is | CompareOp::IsNot => {}
            CompareOp::In | CompareOp::NotIn => self.containment(to, left, right),
            _ => {
                if self.known(left).is_none() {
                    self.binary_protocol(to, left, right, name, "");
                    if op == CompareOp::NotEq {
                        self.binary_protocol(to, left, right, "__eq__", "__ne__");
                    }
                }
                if self.known(right).is_none() {
                    self.reflected(to, left, right, mirrored, name);
                }
            }
        }
        to
    }

    fn containment(&mut self, to: Var, left: Var, right: Var) {
        self.binary_protocol(to, right, left, "__contains__", "");
        let (_, iterator) = self.protocol_unless(right, "__iter__", "__contains__");
        self.protocol_unless(iterator, "__next__", "");
        if self.known(left).is_none() {
            let element = self.new_var();
            self.facts.iterate.push((right, element));
            self.binary_protocol(to, element, left, "__eq__", "");
        }
    }

    // ---- displays --------------------------------------------------------------------------

    /// A new container of a builtin kind that this code makes.
    pub(crate) fn new_container(&mut self, kind: DisplayKind) -> (Var, Obj) {
        let object = self.new_object();
        let to = self.new_var();
        self.links.sites.push((object, Constant::of_display(kind)));
        self.facts.alloc.push((to, object));
        self.frame.fresh.insert(to, ());
        (to, object)
    }

    fn display(&mut self, kind: DisplayKind, elements: &'a [Expr]) -> Var {
        let mut values = Vec::with_capacity(elements.len());
        for element in elements {
            let starred = matches!(element, Expr::Starred(_));
            values.push((self.expression(element), starred));
        }
        if let Some(first) = elements.first() {
            self.at(first);
        }
        self.display_of(kind, values)
    }

    /// A display of values that were computed.
    pub(crate) fn display_of(&mut self, kind: DisplayKind, values: Vec<(Var, bool)>) -> Var {
        let (to, object) = self.new_container(kind);
        let mut exact = kind != DisplayKind::Set;
        for (index, &(value, starred)) in values.iter().enumerate() {
            if starred {
                let element = self.iterate_facts(value);
                self.facts.elements.push((to, value));
                self.facts.store.push((to, Field::UNKNOWN, element));
                exact = false;
            } else if exact && index < TRACKED_ELEMENTS {
                self.facts
                    .store
                    .push((to, Field::index(index as u32), value));
            } else if self.known(value).is_none() {
                self.facts.store.push((to, Field::UNKNOWN, value));
            }
            if kind == DisplayKind::Set && self.known(value).is_none() {
                self.protocol_unless(value, "__hash__", "");
            }
            self.frame.publish(value);
        }
        match kind {
            DisplayKind::Tuple if exact => {
                self.tuple_lengths.insert(to, values.len() as u32);
            }
            DisplayKind::List if exact => {
                self.list_lengths.insert(to, values.len() as u32);
            }
            _ => {}
        }
        let choices: Option<Vec<Symbol>> = values
            .iter()
            .map(|&(value, _)| match self.known(value) {
                Some(Known::Str(text)) => Some(text),
                _ => None,
            })
            .collect();
        if let Some(choices) = choices.filter(|choices| !choices.is_empty()) {
            self.choices.insert(to, choices);
        }
        self.push(Op::Display {
            to,
            kind,
            object,
            elements: values,
        });
        to
    }

    fn dict(&mut self, dict: &'a ast::ExprDict) -> Var {
        let mut entries = Vec::with_capacity(dict.items.len());
        for item in &dict.items {
            let key = item.key.as_ref().map(|key| self.expression(key));
            entries.push((key, self.expression(&item.value)));
        }
        self.at(dict);
        let (to, object) = self.new_container(DisplayKind::Dict);
        for (index, &(key, value)) in entries.iter().enumerate() {
            match key {
                Some(key) => {
                    let field = self.element_field(key, index >= TRACKED_ELEMENTS * 4);
                    self.facts.store.push((to, field, value));
                    self.store_key(to, key);
                }
                None => self.facts.elements.push((to, value)),
            }
            self.frame.publish(value);
        }
        self.push(Op::DictDisplay {
            to,
            object,
            entries,
        });
        to
    }

    /// A value becomes a key of a dict.
    pub(crate) fn store_key(&mut self, dict: Var, key: Var) {
        if self.known(key).is_none() {
            self.facts.store.push((dict, Field::KEYS, key));
            self.protocol_unless(key, "__hash__", "");
        }
    }

    /// The field that a subscript selects.
    fn element_field(&self, index: Var, crowded: bool) -> Field {
        match self.known(index) {
            Some(Known::Str(text)) if !crowded => Field::key(text),
            Some(Known::Int(value)) if !crowded => {
                u32::try_from(value).map_or(Field::UNKNOWN, Field::index)
            }
            Some(Known::Bool(value)) if !crowded => Field::index(u32::from(value)),
            _ => Field::UNKNOWN,
        }
    }

    // ---- subscripts ------------------------------------------------------------------------

    fn slice_parts(
        &mut self,
        slice: &'a ast::ExprSlice,
    ) -> (Option<Var>, Option<Var>, Option<Var>) {
        let lower = slice.lower.as_deref().map(|part| self.expression(part));
        let upper = slice.upper.as_deref().map(|part| self.expression(part));
        let step = slice.step.as_deref().map(|part| self.expression(part));
        (lower, upper, step)
    }

    /// What stands in the brackets of a subscript.
    pub(crate) fn index(&mut self, slice: &'a Expr) -> Index {
        match slice {
            Expr::Slice(slice) => {
                let (lower, upper, step) = self.slice_parts(slice);
                Index::Slice { lower, upper, step }
            }
            other => Index::Value(self.expression(other)),
        }
    }

    fn subscript(&mut self, subscript: &'a ast::ExprSubscript) -> Var {
        let base = self.expression(&subscript.value);
        let index = self.index(&subscript.slice);
        self.at(subscript);
        self.load_item(base, index)
    }

    /// `base[index]`
    pub(crate) fn load_item(&mut self, base: Var, index: Index) -> Var {
        if let Some(global) = self.global_item(base, index) {
            return global;
        }
        match index {
            Index::Value(key) => {
                let field = self.load_field(base, key);
                let remembered = self.remembered(base, field).filter(|_| field != Field::ALL);
                if let Some(var) = remembered
                    && self.frame.fresh.contains_key(&base)
                {
                    return var;
                }
                let to = self.new_var();
                match remembered {
                    Some(var) => self.facts.assign.push((to, var)),
                    None => self.load_element(base, field, to),
                }
                self.push(Op::Subscript { to, base, index });
                self.item_protocol(base, &[key], "__getitem__", Some(to));
                if self.known(key).is_none() {
                    self.protocol_unless(key, "__index__", "");
                }
                if self.symbols.get("__missing__").is_some() {
                    self.item_protocol(base, &[key], "__missing__", Some(to));
                }
                to
            }
            Index::Slice { .. } => {
                let (to, _) = self.new_container(DisplayKind::List);
                self.frame.publish(to);
                self.facts.elements.push((to, base));
                // A slice of a string is a string.
                let text = self.read_name("str");
                self.facts.narrow_to.push((to, base, text));
                self.push(Op::Subscript { to, base, index });
                self.item_protocol(base, &[], "__getitem__", Some(to));
                to
            }
        }
    }

    /// `globals()[index]`, where the index is known or how it begins.
    fn global_item(&mut self, base: Var, index: Index) -> Option<Var> {
        let Index::Value(key) = index else {
            return None;
        };
        if !self.global_tables.contains_key(&base) {
            return None;
        }
        if let Some(Known::Str(name)) = self.known(key) {
            return Some(self.cell(MODULE, name));
        }
        let prefix = self.prefixes.get(&key).copied()?;
        let (module, to) = (self.new_var(), self.new_var());
        self.facts.alloc.push((module, MODULE_OBJECT));
        self.facts.load_prefix.push((module, prefix, to));
        Some(to)
    }

    fn load_element(&mut self, base: Var, field: Field, to: Var) {
        self.facts.load.push((base, field, to));
        if field.is_constant_element() {
            self.facts.load.push((base, Field::UNKNOWN, to));
        }
    }

    fn load_field(&self, base: Var, key: Var) -> Field {
        match self.known(key) {
            Some(Known::Str(text)) => Field::key(text),
            Some(Known::Int(value)) => {
                let length = self.display_length(base);
                match (u32::try_from(value), length) {
                    (Ok(index), _) => Field::index(index),
                    (Err(_), Some(length)) => {
                        u32::try_from(i64::from(length) + value).map_or(Field::ALL, Field::index)
                    }
                    (Err(_), None) => Field::ALL,
                }
            }
            Some(Known::Bool(value)) => Field::index(u32::from(value)),
            _ => Field::ALL,
        }
    }

    fn item_protocol(&mut self, base: Var, arguments: &[Var], name: &str, to: Option<Var>) {
        let name = self.intern(name);
        let call = self.special_call(base, name, Symbol(0), arguments);
        self.facts.call_result.extend(to.map(|to| (call, to)));
    }

    /// `base[index] = from`
    pub(crate) fn store_item(&mut self, base: Var, index: Index, from: Var) {
        match index {
            Index::Value(key) => {
                let field = self.element_field(key, false);
                self.facts.store.push((base, field, from));
                if field.is_constant_element() {
                    self.remember(base, field, from);
                } else {
                    self.frame
                        .memory
                        .retain(|&((_, at), _)| !at.is_constant_element());
                    self.store_key(base, key);
                    self.frame.publish(from);
                }
                self.item_protocol(base, &[key, from], "__setitem__", None);
            }
            Index::Slice { .. } => {
                self.facts.elements.push((base, from));
                self.frame
                    .memory
                    .retain(|&((_, at), _)| !at.is_constant_element());
                self.item_protocol(base, &[from, from], "__setitem__", None);
            }
        }
        self.push(Op::SetSubscript { base, index, from });
    }

    /// `del base[index]`
    pub(crate) fn delete_item(&mut self, base: Var, index: Index) {
        self.item_protocol(base, &[], "__delitem__", None);
        self.push(Op::DeleteSubscript { base, index });
    }

    // ---- strings ---------------------------------------------------------------------------

    fn f_string(&mut self, string: &'a ast::ExprFString) -> Var {
        let mut parts = Vec::new();
        let mut literal = 0;
        let mut prefix = None;
        for part in string.value.as_slice() {
            match part {
                ast::FStringPart::Literal(text) => {
                    literal += text.value.chars().count() as u32;
                    prefix = prefix.or(Some(&*text.value));
                }
                ast::FStringPart::FString(inner) => {
                    self.interpolated(&inner.elements, &mut parts, &mut literal, &mut prefix, true);
                }
            }
        }
        self.at(string);
        let to = self.new_var();
        if let Some(prefix) = prefix.filter(|text| !text.is_empty()) {
            let prefix = self.intern(prefix);
            self.prefixes.insert(to, prefix);
        }
        self.links.constants.push((to, Constant::Str));
        self.push(Op::Format {
            to,
            literal,
            parts,
            template: false,
        });
        to
    }

    fn t_string(&mut self, string: &'a ast::ExprTString) -> Var {
        let mut parts = Vec::new();
        let mut literal = 0;
        for part in string.value.as_slice() {
            let mut prefix = Some("");
            self.interpolated(&part.elements, &mut parts, &mut literal, &mut prefix, false);
        }
        self.at(string);
        let to = self.new_var();
        self.push(Op::Format {
            to,
            literal,
            parts,
            template: true,
        });
        to
    }

    fn interpolated(
        &mut self,
        elements: &'a ast::InterpolatedStringElements,
        parts: &mut Vec<Var>,
        literal: &mut u32,
        prefix: &mut Option<&'a str>,
        formats: bool,
    ) {
        for element in elements {
            match element {
                ast::InterpolatedStringElement::Literal(text) => {
                    *literal += text.value.chars().count() as u32;
                    prefix.get_or_insert(&*text.value);
                }
                ast::InterpolatedStringElement::Interpolation(inner) => {
                    prefix.get_or_insert("");
                    let value = self.expression(&inner.expression);
                    if formats {
                        self.format_protocol(value, inner.conversion);
                    }
                    parts.push(value);
                    if let Some(spec) = &inner.format_spec {
                        self.interpolated(&spec.elements, parts, literal, prefix, formats);
                    }
                }
            }
        }
    }

    fn format_protocol(&mut self, value: Var, conversion: ast::ConversionFlag) {
        if self.known(value).is_some() {
            return;
        }
        match conversion {
            ast::ConversionFlag::Repr | ast::ConversionFlag::Ascii => {
                self.protocol_unless(value, "__repr__", "");
            }
            ast::ConversionFlag::Str => {
                self.protocol_unless(value, "__str__", "");
                self.protocol_unless(value, "__repr__", "__str__");
            }
            ast::ConversionFlag::None => {
                self.protocol_unless(value, "__format__", "");
                self.protocol_unless(value, "__str__", "__format__");
                self.protocol_unless(value, "__repr__", "__str__");
                let element = self.new_var();
                self.facts.load.push((value, Field::ALL, element));
                self.protocol_unless(element, "__repr__", "");
            }
        }
    }
}

fn binary_operator(operator: ast::Operator) -> (BinaryOp, &'static str) {
    match operator {
        ast::Operator::Add => (BinaryOp::Add, "add"),
        ast::Operator::Sub => (BinaryOp::Sub, "sub"),
        ast::Operator::Mult => (BinaryOp::Mult, "mul"),
        ast::Operator::MatMult => (BinaryOp::MatMult, "matmul"),
        ast::Operator::Div => (BinaryOp::Div, "truediv"),
        ast::Operator::Mod => (BinaryOp::Mod, "mod"),
        ast::Operator::Pow => (BinaryOp::Pow, "pow"),
        ast::Operator::LShift => (BinaryOp::LShift, "lshift"),
        ast::Operator::RShift => (BinaryOp::RShift, "rshift"),
        ast::Operator::BitOr => (BinaryOp::BitOr, "or"),
        ast::Operator::BitXor => (BinaryOp::BitXor, "xor"),
        ast::Operator::BitAnd => (BinaryOp::BitAnd, "and"),
        ast::Operator::FloorDiv => (BinaryOp::FloorDiv, "floordiv"),
    }
}
