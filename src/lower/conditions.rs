//! Tests: which are decided before the program runs, and what the outcome of others says of names.

use heapcast_facts::{Symbol, Var};
use rustpython_ast::{self as ast, Expr};

use super::builder::{Lowerer, MODULE_OBJECT};
use super::frame::Guard;
use super::names::{is_name, last_name};
use crate::ir::{Op, UnaryOp};

/// What a test says of what a name holds.
#[derive(Clone, Copy)]
pub(super) enum Said {
    /// It is an instance of the class.
    Instance(Var),
    /// It is none.
    NoInstance(Var),
    /// It is a string that begins so.
    Begins(Symbol),
}

/// What a test says of the name in a slot.
pub(super) type Narrowing = (u32, Said);

/// A test with what follows from its outcome.
pub(super) struct Condition {
    pub(super) test: Var,
    pub(super) when_true: Vec<Narrowing>,
    pub(super) when_false: Vec<Narrowing>,
}

impl<'a> Lowerer<'a> {
    /// Evaluates a test.
    pub(super) fn condition(&mut self, test: &'a Expr) -> Condition {
        match test {
            Expr::UnaryOp(unary) if unary.op == ast::UnaryOp::Not => {
                let inner = self.condition(&unary.operand);
                let test = self.new_var();
                self.push(Op::Unary {
                    to: test,
                    op: UnaryOp::Not,
                    operand: inner.test,
                });
                Condition {
                    test,
                    when_true: inner.when_false,
                    when_false: inner.when_true,
                }
            }
            Expr::BoolOp(operation) => {
                let (test, said) = self.bool_op(operation);
                let (when_true, when_false) = match operation.op {
                    ast::BoolOp::And => (said, Vec::new()),
                    ast::BoolOp::Or => (Vec::new(), said),
                };
                Condition {
                    test,
                    when_true,
                    when_false,
                }
            }
            _ => {
                let value = self.expression(test);
                let (when_true, when_false) = self.narrowings(test);
                if !matches!(test, Expr::Compare(_)) {
                    self.truth(value);
                }
                Condition {
                    test: value,
                    when_true,
                    when_false,
                }
            }
        }
    }

    /// What a test of a parameter that may be left out says of it, where it is true and where it is
    /// false. What is not true may have been passed all the same.
    pub(super) fn guards(&mut self, test: &Expr) -> (Option<Guard>, Option<Guard>) {
        let guard = |formal, given| Some(Guard { formal, given });
        match test {
            Expr::UnaryOp(unary) if unary.op == ast::UnaryOp::Not => {
                let (when_true, when_false) = self.guards(&unary.operand);
                (when_false, when_true)
            }
            Expr::Compare(compare) => {
                let ([op], [Expr::NoneLiteral(_)]) = (&*compare.ops, &*compare.comparators) else {
                    return (None, None);
                };
                match (op, self.optional_formal(&compare.left)) {
                    (ast::CmpOp::Is | ast::CmpOp::Eq, Some(var)) => {
                        (guard(var, false), guard(var, true))
                    }
                    (ast::CmpOp::IsNot | ast::CmpOp::NotEq, Some(var)) => {
                        (guard(var, true), guard(var, false))
                    }
                    _ => (None, None),
                }
            }
            Expr::Call(call) if is_name(&call.func, "callable") => match &*call.arguments.args {
                [subject] => self.guards(subject),
                _ => (None, None),
            },
            _ => match self.optional_formal(test) {
                Some(var) => (guard(var, true), None),
                None => (None, None),
            },
        }
    }

    /// The parameter that a name still is, if calls may leave it out.
    fn optional_formal(&mut self, expression: &Expr) -> Option<Var> {
        let Expr::Name(name) = expression else {
            return None;
        };
        let symbol = self.mangle(name.id.as_str());
        let slot = self.local_slot(symbol)?;
        let formal = self.frame.value(slot)?;
        self.optional.contains_key(&formal).then_some(formal)
    }

    /// What `isinstance(x, C)`, `type(x) is C` and `x.startswith("text")` say.
    fn narrowings(&mut self, test: &'a Expr) -> (Vec<Narrowing>, Vec<Narrowing>) {
        let found = match test {
            Expr::Call(call) if call.func.is_attribute_expr() => {
                let begins = self.prefix_test(call);
                return (begins.into_iter().collect(), Vec::new());
            }
            Expr::Call(call) => self.instance_test(call),
            Expr::Compare(compare) => self.type_test(compare),
            _ => None,
        };
        let Some((slot, class, both)) = found else {
            return (Vec::new(), Vec::new());
        };
        let when_false = if both {
            vec![(slot, Said::NoInstance(class))]
        } else {
            Vec::new()
        };
        (vec![(slot, Said::Instance(class))], when_false)
    }

    fn prefix_test(&mut self, call: &'a ast::ExprCall) -> Option<Narrowing> {
        let (Expr::Attribute(method), [Expr::StringLiteral(prefix)]) =
            (&*call.func, &*call.arguments.args)
        else {
            return None;
        };
        let (Expr::Name(subject), "startswith") = (&*method.value, method.attr.as_str()) else {
            return None;
        };
        let symbol = self.mangle(subject.id.as_str());
        let slot = self.local_slot(symbol)?;
        self.frame.value(slot)?;
        Some((slot, Said::Begins(self.intern(prefix.value.to_str()))))
    }

    fn instance_test(&mut self, call: &'a ast::ExprCall) -> Option<(u32, Var, bool)> {
        let [Expr::Name(subject), class] = &*call.arguments.args else {
            return None;
        };
        if !is_name(&call.func, "isinstance") {
            return None;
        }
        let symbol = self.mangle(subject.id.as_str());
        let slot = self.local_slot(symbol)?;
        self.frame.value(slot)?;
        // A class that the function gets or computes is not known well enough to prune by.
        if let Expr::Name(name) = class {
            let symbol = self.mangle(name.id.as_str());
            if self.frame.function != MODULE_OBJECT && self.local_slot(symbol).is_some() {
                return None;
            }
        }
        let (class, single) = match class {
            Expr::Name(name) => (self.read_name(name.id.as_str()), true),
            Expr::Attribute(_) => (self.expression(class), true),
            Expr::Tuple(tuple) => {
                let holder = self.new_var();
                for element in &tuple.elts {
                    let class = self.expression(element);
                    self.facts.assign.push((holder, class));
                }
                (holder, false)
            }
            _ => return None,
        };
        Some((slot, class, single))
    }

    fn type_test(&mut self, compare: &'a ast::ExprCompare) -> Option<(u32, Var, bool)> {
        let Expr::Call(call) = &*compare.left else {
            return None;
        };
        let is_type = is_name(&call.func, "type");
        let ([Expr::Name(subject)], [class @ Expr::Name(_)]) =
            (&*call.arguments.args, &*compare.comparators)
        else {
            return None;
        };
        if !is_type || !matches!(compare.ops.first(), Some(ast::CmpOp::Is | ast::CmpOp::Eq)) {
            return None;
        }
        let symbol = self.mangle(subject.id.as_str());
        let slot = self.local_slot(symbol)?;
        self.frame.value(slot)?;
        Some((slot, self.expression(class), false))
    }

    /// Rebinds names to what a test leaves of them.
    pub(super) fn apply_narrowing(&mut self, narrowings: &[Narrowing]) {
        for &(slot, said) in narrowings {
            let Some(from) = self.frame.value(slot) else {
                continue;
            };
            let to = match said {
                Said::Instance(class) => self.narrowed(from, class, true),
                Said::NoInstance(class) => self.narrowed(from, class, false),
                Said::Begins(prefix) => self.beginning(from, prefix),
            };
            self.frame.set(slot, Some(to));
        }
    }

    /// A string that begins so.
    fn beginning(&mut self, from: Var, prefix: Symbol) -> Var {
        let to = self.new_var();
        self.facts.assign.push((to, from));
        self.prefixes.insert(to, prefix);
        self.push(Op::Narrow { to, from });
        to
    }

    /// What a value is where it is an instance of a class, or where it is none.
    pub(super) fn narrowed(&mut self, from: Var, class: Var, positive: bool) -> Var {
        let to = self.new_var();
        if positive {
            self.facts.narrow_to.push((to, from, class));
        } else {
            self.facts.narrow_from.push((to, from, class));
        }
        self.push(Op::Narrow { to, from });
        to
    }

    /// The value of a constant condition, where it has one.
    pub(super) fn static_truth(&self, test: &Expr) -> Option<bool> {
        match test {
            Expr::BooleanLiteral(literal) => Some(literal.value),
            Expr::NoneLiteral(_) => Some(false),
            Expr::NumberLiteral(number) => match &number.value {
                ast::Number::Int(value) => value.as_i64().map(|value| value != 0),
                _ => None,
            },
            Expr::Name(_) | Expr::Attribute(_) if is_typing_test(test) => Some(false),
            Expr::UnaryOp(unary) if unary.op == ast::UnaryOp::Not => {
                self.static_truth(&unary.operand).map(|value| !value)
            }
            Expr::Compare(compare) => self.version_test(compare),
            _ => None,
        }
    }

    /// `sys.version_info >= (3, 8)` is decided by the analysed version.
    fn version_test(&self, compare: &ast::ExprCompare) -> Option<bool> {
        let is_version = matches!(&*compare.left, Expr::Attribute(attribute)
            if attribute.attr.as_str() == "version_info"
                && is_name(&attribute.value, "sys"));
        let [Expr::Tuple(version)] = &*compare.comparators else {
            return None;
        };
        if !is_version || version.elts.len() > 2 {
            return None;
        }
        let parts: Option<Vec<u32>> = version
            .elts
            .iter()
            .map(|part| match part {
                Expr::NumberLiteral(number) => match &number.value {
                    ast::Number::Int(value) => value.as_u32(),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        let parts = parts?;
        let actual = [self.input.python.0, self.input.python.1];
        let actual = actual.get(..parts.len())?;
        match compare.ops.first()? {
            ast::CmpOp::GtE => Some(actual >= parts.as_slice()),
            ast::CmpOp::Lt => Some(actual < parts.as_slice()),
            ast::CmpOp::Gt if parts.len() == 2 => Some(actual >= parts.as_slice()),
            ast::CmpOp::LtE if parts.len() == 2 => Some(actual < parts.as_slice()),
            _ => None,
        }
    }
}

/// Whether a test asks if a type checker reads the code.
pub(super) fn is_typing_test(test: &Expr) -> bool {
    last_name(test) == Some("TYPE_CHECKING")
}
