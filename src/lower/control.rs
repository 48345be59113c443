//! Branches, loops, `try` and `with`.

use heapcast_facts::{RegionKind, Var};
use rustpython_ast::{self as ast, ExceptHandler, Expr, Stmt};
use rustpython_text_size::Ranged;

use super::Constant;
use super::builder::{LoopFrame, Lowerer, MODULE_OBJECT};
use super::scope::bound_names;
use crate::ir::{Block, Branch, DisplayKind, Handler, Loop, LoopKind, Op, Phi, Try, With};

/// How a path of execution ended: whether it goes on, and the names that it changed.
pub(crate) struct End {
    pub(crate) reachable: bool,
    pub(crate) changed: Vec<(u32, Option<Var>)>,
}

/// What a test says of a name: the slot, the class, and whether it is an instance of it.
pub(crate) type Narrowing = (u32, Var, bool);

/// A test with what follows from its outcome.
pub(crate) struct Condition {
    pub(crate) test: Var,
    pub(crate) when_true: Vec<Narrowing>,
    pub(crate) when_false: Vec<Narrowing>,
}

impl<'a> Lowerer<'a> {
    // ---- branches --------------------------------------------------------------------------

    /// Evaluates a test.
    pub(crate) fn condition(&mut self, test: &'a Expr) -> Condition {
        match test {
            Expr::UnaryOp(unary) if unary.op == ast::UnaryOp::Not => {
                let inner = self.condition(&unary.operand);
                Condition {
                    test: inner.test,
                    when_true: inner.when_false,
                    when_false: inner.when_true,
                }
            }
            Expr::BoolOp(operation) => {
                let (value, first, mut narrowings) = self.bool_op(operation);
                let mut single = first;
                match operation.op {
                    ast::BoolOp::And => Condition {
                        test: value,
                        when_true: narrowings,
                        when_false: if operation.values.len() == 1 {
                            std::mem::take(&mut single)
                        } else {
                            Vec::new()
                        },
                    },
                    ast::BoolOp::Or => Condition {
                        test: value,
                        when_true: Vec::new(),
                        when_false: std::mem::take(&mut narrowings),
                    },
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

    /// What `isinstance(x, C)` and `type(x) is C` say.
    fn narrowings(&mut self, test: &'a Expr) -> (Vec<Narrowing>, Vec<Narrowing>) {
        let found = match test {
            Expr::Call(call) => self.instance_test(call),
            Expr::Compare(compare) => self.type_test(compare),
            _ => None,
        };
        let Some((slot, class, both)) = found else {
            return (Vec::new(), Vec::new());
        };
        let when_false = if both {
            vec![(slot, class, false)]
        } else {
            Vec::new()
        };
        (vec![(slot, class, true)], when_false)
    }

    fn instance_test(&mut self, call: &'a ast::ExprCall) -> Option<(u32, Var, bool)> {
        let is_instance =
            matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "isinstance");
        let [Expr::Name(subject), class] = &*call.arguments.args else {
            return None;
        };
        if !is_instance {
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
        let is_type = matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "type");
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
    pub(crate) fn apply_narrowing(&mut self, narrowings: &[Narrowing]) {
        for &(slot, class, positive) in narrowings {
            let Some(from) = self.frame.value(slot) else {
                continue;
            };
            let to = self.new_var();
            if positive {
                self.facts.narrow_to.push((to, from, class));
            } else {
                self.facts.narrow_from.push((to, from, class));
            }
            self.push(Op::Narrow { to, from });
            self.frame.set(slot, Some(to));
        }
    }

    /// Runs one way of a branch and undoes its bindings.
    pub(crate) fn arm<R>(
        &mut self,
        narrowings: &[Narrowing],
        body: impl FnOnce(&mut Self) -> R,
    ) -> (heapcast_facts::Region, Block, R, End) {
        let mark = self.frame.mark();
        let memory = self.frame.memory.clone();
        let was_reachable = self.frame.reachable;
        let (region, block, result) = self.in_region(RegionKind::Branch, |lowerer| {
            lowerer.apply_narrowing(narrowings);
            body(lowerer)
        });
        let changed = self.frame.rewind(mark);
        let end = End {
            reachable: self.frame.reachable,
            changed,
        };
        let kept = std::mem::replace(&mut self.frame.memory, memory);
        if end.reachable {
            self.frame.memory.retain(|entry| kept.contains(entry));
        }
        self.frame.reachable = was_reachable;
        (region, block, result, end)
    }

    /// Goes on after several ways: names that differ are merged.
    pub(crate) fn join(&mut self, ends: &[&End]) -> Vec<Phi> {
        let live: Vec<&&End> = ends.iter().filter(|end| end.reachable).collect();
        if live.is_empty() {
            self.frame.reachable = false;
            return Vec::new();
        }
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
    pub(crate) fn conditional(&mut self, expression: &'a Expr) -> Var {
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

    /// The value of a boolean operator, and what each operand says.
    fn bool_op(&mut self, operation: &'a ast::ExprBoolOp) -> (Var, Vec<Narrowing>, Vec<Narrowing>) {
        let Some((first, rest)) = operation.values.split_first() else {
            return (self.new_var(), Vec::new(), Vec::new());
        };
        let condition = self.condition(first);
        let is_and = operation.op == ast::BoolOp::And;
        let (mut said, other) = if is_and {
            (condition.when_true, condition.when_false)
        } else {
            (condition.when_false, condition.when_true)
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
            value = self.merged_value(&[value, inner], &mut phis);
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
        (value, other, said)
    }

    pub(crate) fn if_statement(&mut self, statement: &'a ast::StmtIf) {
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
        let condition = self.condition(test);
        let (first, then, (), then_end) =
            self.arm(&condition.when_true, |lowerer| lowerer.statements(body));
        let (second, or_else, (), else_end) =
            self.arm(&condition.when_false, |lowerer| lowerer.else_chain(rest));
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

    // ---- loops -----------------------------------------------------------------------------

    /// Slots of the current frame for names that a loop's body may assign.
    fn slots_of(&mut self, names: &[&str]) -> Vec<u32> {
        let mut slots = Vec::with_capacity(names.len());
        for name in names {
            let symbol = self.mangle(name);
            slots.extend(self.local_slot(symbol));
        }
        slots
    }

    /// Makes the phis of a loop for the names that it may change.
    fn loop_phis(&mut self, slots: &[u32]) -> Vec<(u32, Phi)> {
        let mut phis = Vec::with_capacity(slots.len());
        for &slot in slots {
            let to = self.new_var();
            let entry = self.frame.value(slot);
            self.facts.assign.extend(entry.map(|from| (to, from)));
            self.frame.set(slot, Some(to));
            phis.push((
                slot,
                Phi {
                    to,
                    from: entry.into_iter().collect(),
                },
            ));
        }
        phis
    }

    fn snapshot(&self, slots: &[u32]) -> Vec<Option<Var>> {
        slots.iter().map(|&slot| self.frame.value(slot)).collect()
    }

    fn close_phis(&mut self, phis: &mut [(u32, Phi)], ends: &[Vec<Option<Var>>]) {
        for end in ends {
            for ((_, phi), value) in phis.iter_mut().zip(end) {
                if let Some(value) = *value
                    && value != phi.to
                {
                    if !phi.from.contains(&value) {
                        self.facts.assign.push((phi.to, value));
                    }
                    phi.from.push(value);
                }
            }
        }
    }

    pub(crate) fn for_statement(&mut self, statement: &'a ast::StmtFor) {
        let iterable = self.expression(&statement.iter);
        self.at(statement);
        let names = bound_names(&statement.body, [&*statement.target]);
        self.run_loop(
            &names,
            &statement.orelse,
            false,
            |lowerer| {
                let element = lowerer.iterate(iterable, statement.is_async);
                if let Some(choices) = lowerer.choices.get(&iterable).cloned() {
                    lowerer.choices.insert(element, choices);
                }
                lowerer.assign(&statement.target, element);
                LoopKind::For { iterable, element }
            },
            |lowerer| lowerer.statements(&statement.body),
        );
    }

    pub(crate) fn while_statement(&mut self, statement: &'a ast::StmtWhile) {
        let names = bound_names(&statement.body, [&*statement.test]);
        let endless = self.static_truth(&statement.test) == Some(true);
        if self.static_truth(&statement.test) == Some(false) {
            return self.statements(&statement.orelse);
        }
        self.run_loop(
            &names,
            &statement.orelse,
            endless,
            |lowerer| {
                let outer = std::mem::take(&mut lowerer.frame.block);
                let condition = lowerer.condition(&statement.test);
                let header = std::mem::replace(&mut lowerer.frame.block, outer);
                lowerer.apply_narrowing(&condition.when_true);
                LoopKind::While {
                    header,
                    test: condition.test,
                }
            },
            |lowerer| lowerer.statements(&statement.body),
        );
    }

    /// A loop: `head` starts an iteration, `body` is the rest of it.
    fn run_loop(
        &mut self,
        names: &[&'a str],
        or_else: &'a [Stmt],
        endless: bool,
        head: impl FnOnce(&mut Self) -> LoopKind,
        body: impl FnOnce(&mut Self),
    ) {
        self.flush();
        self.frame.forget();
        let slots = self.slots_of(names);
        let mut phis = self.loop_phis(&slots);
        let mark = self.frame.mark();
        self.frame.loops.push(LoopFrame {
            slots: slots.clone(),
            breaks: Vec::new(),
            continues: Vec::new(),
        });
        let (region, block, kind) = self.in_region(RegionKind::Loop, |lowerer| {
            let kind = head(lowerer);
            body(lowerer);
            lowerer.flush();
            kind
        });
        let mut back = Vec::new();
        if self.frame.reachable {
            back.push(self.snapshot(&slots));
        }
        self.frame.rewind(mark);
        let frame = self.frame.loops.pop();
        let (breaks, continues) = frame.map_or((Vec::new(), Vec::new()), |frame| {
            (frame.breaks, frame.continues)
        });
        back.extend(continues);
        self.close_phis(&mut phis, &back);
        self.frame.forget();
        self.frame.reachable = !endless;
        let outer = std::mem::take(&mut self.frame.block);
        self.statements(or_else);
        let else_block = std::mem::replace(&mut self.frame.block, outer);
        let exits = self.leave_loop(&slots, &breaks);
        self.push(Op::Loop(Box::new(Loop {
            region,
            kind,
            phis: phis.into_iter().map(|(_, phi)| phi).collect(),
            body: block,
            or_else: else_block,
            exits,
        })));
    }

    /// Merges the ways out of a loop.
    fn leave_loop(&mut self, slots: &[u32], breaks: &[Vec<Option<Var>>]) -> Vec<Phi> {
        if breaks.is_empty() {
            return Vec::new();
        }
        let mut ends = breaks.to_vec();
        if self.frame.reachable {
            ends.push(self.snapshot(slots));
        }
        self.frame.reachable = true;
        let mut exits = Vec::new();
        for (place, &slot) in slots.iter().enumerate() {
            let values: Vec<Var> = ends.iter().filter_map(|end| end[place]).collect();
            if let Some((var, phi)) = self.merge(&values) {
                self.frame.set(slot, Some(var));
                exits.extend(phi);
            }
        }
        exits
    }

    pub(crate) fn break_loop(&mut self) {
        self.flush();
        if let Some(innermost) = self.frame.loops.last() {
            let slots = innermost.slots.clone();
            let values = self.snapshot(&slots);
            if let Some(innermost) = self.frame.loops.last_mut() {
                innermost.breaks.push(values);
            }
        }
        self.push(Op::Break);
        self.frame.reachable = false;
    }

    pub(crate) fn continue_loop(&mut self) {
        self.flush();
        if let Some(innermost) = self.frame.loops.last() {
            let slots = innermost.slots.clone();
            let values = self.snapshot(&slots);
            if let Some(innermost) = self.frame.loops.last_mut() {
                innermost.continues.push(values);
            }
        }
        self.push(Op::Continue);
        self.frame.reachable = false;
    }

    // ---- try -------------------------------------------------------------------------------

    /// Runs `body` while assignments are logged; the result has what was logged.
    fn logged<R>(&mut self, body: impl FnOnce(&mut Self) -> R) -> (R, Vec<(u32, Var)>) {
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
    fn interrupted(&mut self, log: &[(u32, Var)]) -> Vec<Phi> {
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

    pub(crate) fn try_statement(&mut self, statement: &'a ast::StmtTry) {
        let mark = self.frame.mark();
        let mut ends = Vec::new();
        let (((region, body), all), mut log) = self.logged(|lowerer| {
            let (region, mut body, ()) = lowerer.in_region(RegionKind::Try, |lowerer| {
                lowerer.statements(&statement.body)
            });
            let log = lowerer.frame.log.clone();
            if lowerer.frame.reachable {
                let outer = std::mem::take(&mut lowerer.frame.block);
                lowerer.statements(&statement.orelse);
                let more = std::mem::replace(&mut lowerer.frame.block, outer);
                body.extend(more);
            }
            ((region, body), log)
        });
        log.extend(all);
        log.sort_unstable();
        log.dedup();
        let changed = self.frame.rewind(mark);
        ends.push(End {
            reachable: self.frame.reachable,
            changed,
        });
        let mut handlers = Vec::with_capacity(statement.handlers.len());
        for handler in &statement.handlers {
            self.frame.reachable = true;
            self.frame.forget();
            let (lowered, more) =
                self.logged(|lowerer| lowerer.handler(handler, (region, statement.is_star), &log));
            handlers.push(lowered);
            let changed = self.frame.rewind(mark);
            ends.push(End {
                reachable: self.frame.reachable,
                changed,
            });
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
        (region, is_star): (heapcast_facts::Region, bool),
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
                let symbol = lowerer.mangle(name.as_str());
                if let Some(slot) = lowerer.local_slot(symbol) {
                    lowerer.frame.set(slot, None);
                }
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
    fn caught_group(&mut self, region: heapcast_facts::Region, class: Var, group: Var) {
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

    // ---- with ------------------------------------------------------------------------------

    pub(crate) fn with_statement(&mut self, statement: &'a ast::StmtWith) {
        self.with_items(statement, &statement.items);
    }

    fn with_items(&mut self, statement: &'a ast::StmtWith, items: &'a [ast::WithItem]) {
        let Some((item, rest)) = items.split_first() else {
            return self.statements(&statement.body);
        };
        let (enter, exit) = if statement.is_async {
            ("__aenter__", "__aexit__")
        } else {
            ("__enter__", "__exit__")
        };
        let manager = self.expression(&item.context_expr);
        self.at(item);
        let value = self.protocol(manager, enter, &[]);
        if let Some(target) = &item.optional_vars {
            self.assign(target, value);
        }
        let mark = self.frame.mark();
        let ((region, body), log) = self.logged(|lowerer| {
            let (region, body, ()) = lowerer.in_region(RegionKind::With, |lowerer| {
                lowerer.with_items(statement, rest)
            });
            (region, body)
        });
        // A context manager may swallow what its body raises.
        let mut phis = Vec::new();
        if !self.frame.reachable {
            self.frame.rewind(mark);
            self.frame.reachable = true;
            phis = self.interrupted(&log);
        }
        self.frame.forget();
        self.push(Op::With(Box::new(With {
            region,
            manager,
            body,
            phis,
        })));
        let nothing = self.constant(crate::ir::Const::None);
        self.protocol(manager, exit, &[nothing, nothing, nothing]);
    }
}

fn is_typing_test(test: &Expr) -> bool {
    match test {
        Expr::Name(name) => name.id.as_str() == "TYPE_CHECKING",
        Expr::Attribute(attribute) => attribute.attr.as_str() == "TYPE_CHECKING",
        _ => false,
    }
}
