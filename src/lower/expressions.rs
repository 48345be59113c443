//! Expressions, each by its kind.

use heapcast_facts::{Field, Var};
use rustpython_ast::{self as ast, Expr, Number};

use super::builder::Lowerer;
use crate::ir::{Const, DisplayKind, Op};

impl<'a> Lowerer<'a> {
    /// The value of an expression.
    pub(super) fn expression(&mut self, expression: &'a Expr) -> Var {
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
            Expr::Slice(slice) => self.slice_object(slice),
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
        let value = self.intern("__value__");
        self.facts.load.push((result, Field::attribute(value), to));
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
            let sent = Field::attribute(self.intern("__sent__"));
            let received = self.new_var();
            self.facts.load.push((generator, sent, received));
            self.facts.store.push((from, sent, received));
        }
        let value = self.intern("__value__");
        self.facts.load.push((from, Field::attribute(value), to));
        self.other_code_runs();
        self.push(Op::YieldFrom { to, from });
        to
    }
}
