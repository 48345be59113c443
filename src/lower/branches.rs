//! Branches: each way runs with what its test says, and names that differ after it are merged.

use heapcast_facts::{Region, RegionKind, Var};
use rustpython_ast::{self as ast, Expr, Stmt};
use rustpython_text_size::Ranged;

use super::builder::Lowerer;
use super::conditions::{Narrowing, is_typing_test};
use crate::ir::{Block, Branch, Op, Phi};

/// How a path of execution ended: whether it goes on, and the names that it changed.
pub(super) struct End {
    pub(super) reachable: bool,
    pub(super) changed: Vec<(u32, Option<Var>)>,
}

impl<'a> Lowerer<'a> {
    /// Runs one way of a branch and undoes its bindings.
    pub(super) fn arm<R>(
        &mut self,
        narrowings: &[Narrowing],
        body: impl FnOnce(&mut Self) -> R,
    ) -> (Region, Block, R, End) {
        let mark = self.frame.mark();
        let memory = self.frame.memory.clone();
        let was_reachable = self.frame.reachable;
        let (region, block, result) = self.in_region(RegionKind::Branch, |lowerer| {
            lowerer.apply_narrowing(narrowings);
            body(lowerer)
        });
        let end = self.end_since(mark);
        let kept = std::mem::replace(&mut self.frame.memory, memory);
        if end.reachable {
            self.frame.memory.retain(|entry| kept.contains(entry));
        }
        self.frame.reachable = was_reachable;
        (region, block, result, end)
    }

    /// How the way that began at `mark` ends; its bindings are undone.
    pub(super) fn end_since(&mut self, mark: usize) -> End {
        End {
            reachable: self.frame.reachable,
            changed: self.frame.rewind(mark),
        }
    }

    /// Goes on after several ways: names that differ are merged.
    pub(super) fn join(&mut self, ends: &[&End]) -> Vec<Phi> {
        let live: Vec<&&End> = ends.iter().filter(|end| end.reachable).collect();
        if live.is_empty() {
            self.frame.reachable = false;
            return Vec::new();
        }
        self.frame.reachable = true;
        let mut slots: Vec<u32> = live
            .iter()
            .flat_map(|end| end.changed.iter().map(|&(slot, _)| slot))
            .collect();
        slots.sort_unstable();
        slots.dedup();
        let mut phis = Vec::new();
        for slot in slots {
            let base = self.frame.value(slot);
            let values: Vec<Var> = live
                .iter()
                .filter_map(|end| {
                    match end.changed.binary_search_by_key(&slot, |&(slot, _)| slot) {
                        Ok(place) => end.changed[place].1,
                        Err(_) => base,
                    }
                })
                .collect();
            let merged = self.merge(&values);
            self.frame.set(slot, merged.as_ref().map(|(var, _)| *var));
            phis.extend(merged.and_then(|(_, phi)| phi));
        }
        phis
    }

    /// `a if test else b`, `a and b`, `a or b` as values.
    pub(super) fn conditional(&mut self, expression: &'a Expr) -> Var {
        match expression {
            Expr::If(inner) => {
                if let Some(truth) = self.static_truth(&inner.test) {
                    return self.expression(if truth { &inner.body } else { &inner.orelse });
                }
                let condition = self.condition(&inner.test);
                let (first, then, left, then_end) = self.arm(&condition.when_true, |lowerer| {
                    lowerer.expression(&inner.body)
                });
                let (second, or_else, right, else_end) = self
                    .arm(&condition.when_false, |lowerer| {
                        lowerer.expression(&inner.orelse)
                    });
                let mut phis = self.join(&[&then_end, &else_end]);
                let value = self.merged_value(&[left, right], &mut phis);
                self.push(Op::Branch(Box::new(Branch {
                    test: condition.test,
                    regions: [first, second],
                    then,
                    or_else,
                    phis,
                })));
                value
            }
            Expr::BoolOp(operation) => self.bool_op(operation).0,
            other => self.expression(other),
        }
    }

    fn merged_value(&mut self, values: &[Var], phis: &mut Vec<Phi>) -> Var {
        match self.merge(values) {
            Some((var, phi)) => {
                phis.extend(phi);
                var
            }
            None => self.new_var(),
        }
    }

    /// The value of a boolean operator, and what is known where an `and` is true or an `or` false.
    pub(super) fn bool_op(&mut self, operation: &'a ast::ExprBoolOp) -> (Var, Vec<Narrowing>) {
        let Some((first, rest)) = operation.values.split_first() else {
            return (self.new_var(), Vec::new());
        };
        let condition = self.condition(first);
        let is_and = operation.op == ast::BoolOp::And;
        let mut said = if is_and {
            condition.when_true
        } else {
            condition.when_false
        };
        let mut value = condition.test;
        for operand in rest {
            let narrowings = said.clone();
            let (region, block, (inner, more), end) = self.arm(&narrowings, |lowerer| {
                let inner = lowerer.condition(operand);
                let more = if is_and {
                    inner.when_true
                } else {
                    inner.when_false
                };
                (inner.test, more)
            });
            said.extend(more);
            let skipped = End {
                reachable: true,
                changed: Vec::new(),
            };
            let mut phis = self.join(&[&end, &skipped]);
            let test = value;
            let arms = if is_and {
                [inner, value]
            } else {
                [value, inner]
            };
            value = self.merged_value(&arms, &mut phis);
            let empty = self.new_region(RegionKind::Branch);
            let (regions, then, or_else) = if is_and {
                ([region, empty], block, Block::new())
            } else {
                ([empty, region], Block::new(), block)
            };
            self.push(Op::Branch(Box::new(Branch {
                test,
                regions,
                then,
                or_else,
                phis,
            })));
        }
        (value, said)
    }

    pub(super) fn if_statement(&mut self, statement: &'a ast::StmtIf) {
        self.if_chain(
            &statement.test,
            &statement.body,
            &statement.elif_else_clauses,
        );
    }

    fn if_chain(&mut self, test: &'a Expr, body: &'a [Stmt], rest: &'a [ast::ElifElseClause]) {
        match self.static_truth(test) {
            Some(true) => return self.statements(body),
            Some(false) => {
                if is_typing_test(test) {
                    self.typing_imports(body);
                }
                return self.else_chain(rest);
            }
            None => {}
        }
        self.branch(
            test,
            |lowerer| lowerer.statements(body),
            |lowerer| lowerer.else_chain(rest),
        );
    }

    /// `return a if test else b` is two statements where the test says which of them calls reach.
    pub(super) fn return_statement(&mut self, value: &'a Expr) {
        if let Expr::If(inner) = value
            && self.guards(&inner.test) != (None, None)
        {
            return self.branch(
                &inner.test,
                |lowerer| lowerer.return_statement(&inner.body),
                |lowerer| lowerer.return_statement(&inner.orelse),
            );
        }
        let line = self.line;
        let value = self.expression(value);
        self.line = line;
        self.return_value(Some(value));
    }

    fn branch(
        &mut self,
        test: &'a Expr,
        then: impl FnOnce(&mut Self),
        or_else: impl FnOnce(&mut Self),
    ) {
        let guards = self.guards(test);
        let condition = self.condition(test);
        let (first, then, (), then_end) = self.arm(&condition.when_true, |lowerer| {
            lowerer.frame.guards.extend(guards.0);
            then(lowerer);
        });
        let (second, or_else, (), else_end) = self.arm(&condition.when_false, |lowerer| {
            lowerer.frame.guards.extend(guards.1);
            or_else(lowerer);
        });
        if !then_end.reachable {
            self.frame.guards.extend(guards.1);
        } else if !else_end.reachable {
            self.frame.guards.extend(guards.0);
        }
        let phis = self.join(&[&then_end, &else_end]);
        self.push(Op::Branch(Box::new(Branch {
            test: condition.test,
            regions: [first, second],
            then,
            or_else,
            phis,
        })));
    }

    fn else_chain(&mut self, clauses: &'a [ast::ElifElseClause]) {
        let Some((clause, rest)) = clauses.split_first() else {
            return;
        };
        self.line = self.line_of(clause.range());
        match &clause.test {
            Some(test) => self.if_chain(test, &clause.body, rest),
            None => self.statements(&clause.body),
        }
    }

    // ---- try -------------------------------------------------------------------------------
}
