//! `raise` and `try`: a name may hold in a handler whatever the protected part assigned to it.

use heapcast_facts::{Field, Region, RegionKind, Var};
use rustpython_ast::{self as ast, ExceptHandler, Expr, Stmt};

use super::Constant;
use super::branches::End;
use super::builder::Lowerer;
use crate::ir::{Block, DisplayKind, Handler, Op, Phi, Try};

impl<'a> Lowerer<'a> {
    pub(super) fn raise(&mut self, statement: &'a ast::StmtRaise) {
        let mut from = statement.exc.as_deref().map(|value| self.expression(value));
        if let Some(cause) = statement.cause.as_deref() {
            let cause = self.expression(cause);
            if let Some(raised) = from {
                let name = self.intern("__cause__");
                self.facts
                    .store
                    .push((raised, Field::attribute(name), cause));
            }
        }
        self.at(statement);
        if let (Some(raised), Some(value)) = (statement.exc.as_deref(), from)
            && !raised.is_call_expr()
        {
            from = Some(self.raise_class(value));
        }
        if let Some(value) = from {
            let region = self.frame.region;
            self.facts.raises.push((region, value));
        }
        self.flush();
        self.push(Op::Raise { from });
        self.frame.reachable = false;
    }

    /// `raise E` makes an instance where `E` is a class.
    fn raise_class(&mut self, value: Var) -> Var {
        let (_, to) = self.protocol_unless(value, "<raise>", "");
        self.facts.assign.push((to, value));
        to
    }

    /// Runs `body` while assignments are logged; the result has what was logged.
    pub(super) fn logged<R>(&mut self, body: impl FnOnce(&mut Self) -> R) -> (R, Vec<(u32, Var)>) {
        self.flush();
        self.frame.tries += 1;
        let start = self.frame.log.len();
        let result = body(self);
        self.frame.tries -= 1;
        let mut log = self.frame.log[start..].to_vec();
        if self.frame.tries == 0 {
            self.frame.log.clear();
        }
        log.sort_unstable();
        log.dedup();
        (result, log)
    }

    /// Binds each logged name to all that it may hold where an exception interrupts.
    pub(super) fn interrupted(&mut self, log: &[(u32, Var)]) -> Vec<Phi> {
        let mut phis = Vec::new();
        for group in log.chunk_by(|left, right| left.0 == right.0) {
            let slot = group[0].0;
            let mut values: Vec<Var> = self.frame.value(slot).into_iter().collect();
            values.extend(group.iter().map(|&(_, var)| var));
            if let Some((var, phi)) = self.merge(&values) {
                self.frame.set(slot, Some(var));
                phis.extend(phi);
            }
        }
        phis
    }

    pub(super) fn try_statement(&mut self, statement: &'a ast::StmtTry) {
        let mark = self.frame.mark();
        let mut ends = Vec::new();
        let (((region, body), all), mut log) = self.logged(|lowerer| {
            let start = lowerer.frame.log.len();
            let (region, mut body, ()) = lowerer.in_region(RegionKind::Try, |lowerer| {
                lowerer.statements(&statement.body)
            });
            let log = lowerer.frame.log[start..].to_vec();
            if lowerer.frame.reachable {
                let (more, ()) = lowerer.in_block(|lowerer| lowerer.statements(&statement.orelse));
                body.extend(more);
            }
            ((region, body), log)
        });
        log.extend(all);
        log.sort_unstable();
        log.dedup();
        ends.push(self.end_since(mark));
        let mut handlers = Vec::with_capacity(statement.handlers.len());
        for handler in &statement.handlers {
            self.frame.reachable = true;
            self.frame.forget();
            let (lowered, more) =
                self.logged(|lowerer| lowerer.handler(handler, (region, statement.is_star), &log));
            handlers.push(lowered);
            ends.push(self.end_since(mark));
            if !statement.finalbody.is_empty() {
                log.extend(more);
            }
        }
        self.frame.forget();
        let ends: Vec<&End> = ends.iter().collect();
        let phis = self.join(&ends);
        let (finally_phis, finally) = self.finally(&statement.finalbody, &mut log);
        self.push(Op::Try(Box::new(Try {
            region,
            body,
            handlers,
            phis,
            finally_phis,
            finally,
        })));
    }

    fn handler(
        &mut self,
        handler: &'a ExceptHandler,
        (region, is_star): (Region, bool),
        log: &[(u32, Var)],
    ) -> Handler {
        let ExceptHandler::ExceptHandler(handler) = handler;
        self.at(handler);
        let phis = self.interrupted(log);
        let exception = self.new_var();
        let (own, body, ()) = self.in_region(RegionKind::Handler, |lowerer| {
            match handler.type_.as_deref() {
                Some(Expr::Tuple(tuple)) => {
                    for class in &tuple.elts {
                        let class = lowerer.expression(class);
                        lowerer.facts.catches.push((region, class, exception));
                    }
                }
                Some(class) => {
                    let class = lowerer.expression(class);
                    if is_star {
                        lowerer.caught_group(region, class, exception);
                    } else {
                        lowerer.facts.catches.push((region, class, exception));
                    }
                }
                None => {}
            }
            if let Some(name) = &handler.name {
                lowerer.bind(name.as_str(), exception);
            }
            lowerer.statements(&handler.body);
            if let Some(name) = &handler.name
                && lowerer.frame.reachable
            {
                lowerer.push(Op::Delete { var: exception });
                lowerer.unbind(name.as_str());
            }
        });
        Handler {
            region: own,
            phis,
            exception,
            body,
        }
    }

    /// `except* C` binds a group of what is a `C`, be it raised alone or in a group.
    fn caught_group(&mut self, region: Region, class: Var, group: Var) {
        let any = self.read_name("BaseExceptionGroup");
        let raised = self.new_var();
        self.facts.catches.push((region, any, raised));
        let exceptions = self.intern("exceptions");
        let nested = self.load_attribute(raised, exceptions);
        let element = self.iterate_facts(nested);
        let leaf = self.new_var();
        self.facts.narrow_to.push((leaf, element, class));
        self.facts.catches.push((region, class, leaf));
        let list = self.display_of(DisplayKind::List, vec![(leaf, false)]);
        let made = self.read_name("ExceptionGroup");
        let call = self.new_implied_call();
        self.facts.call.push((call, made));
        let message = self.plain(Constant::Str);
        self.facts.actual.push((call, 0, message));
        self.facts.actual.push((call, 1, list));
        self.facts.call_result.push((call, group));
    }

    /// The `finally` part runs also where no way before it goes on.
    fn finally(&mut self, statements: &'a [Stmt], log: &mut Vec<(u32, Var)>) -> (Vec<Phi>, Block) {
        if statements.is_empty() {
            return (Vec::new(), Block::new());
        }
        let goes_on = self.frame.reachable;
        self.frame.reachable = true;
        log.sort_unstable();
        log.dedup();
        let phis = self.interrupted(log);
        let (_, block, ()) = self.in_region(RegionKind::Handler, |lowerer| {
            lowerer.statements(statements)
        });
        self.frame.reachable = goes_on && self.frame.reachable;
        (phis, block)
    }
}
