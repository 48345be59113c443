//! Operators and comparisons, and the special methods that they call.

use heapcast_facts::{RegionKind, Symbol, Var};
use rustpython_ast::{self as ast, Expr};

use super::Constant;
use super::builder::Lowerer;
use super::values::Known;
use crate::ir::{BinaryOp, Branch, CompareOp, Const, Op, Phi, UnaryOp};

impl<'a> Lowerer<'a> {
    /// A chain of binary operators leans to the left and may be long: no recursion over it.
    pub(super) fn binary_chain(&mut self, expression: &'a Expr) -> Var {
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
    pub(super) fn binary(
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
        if op == BinaryOp::Mod && self.known_text(left).is_some() {
            self.formatted(right);
        }
        let is_text = |var| self.known_text(var).is_some();
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
                self.ask(part, "__str__", "");
                self.ask(part, "__repr__", "__str__");
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
        let Some(text) = self.known_text(left) else {
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

    pub(super) fn unary(&mut self, unary: &'a ast::ExprUnaryOp) -> Var {
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

    /// `a < b < c` is `a < b and b < c`.
    pub(super) fn comparison(&mut self, compare: &'a ast::ExprCompare) -> Var {
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

    fn push_branch_value(&mut self, phi: Phi) {
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
    pub(super) fn compare(&mut self, operator: ast::CmpOp, left: Var, right: Var) -> Var {
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
