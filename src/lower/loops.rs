//! `for` and `while`: what a body assigns may be anything that any iteration left.

use heapcast_facts::{RegionKind, Var};
use rustpython_ast::{self as ast, Stmt};

use super::builder::Lowerer;
use super::frame::LoopFrame;
use super::scope::bound_names;
use crate::ir::{Loop, LoopKind, Op, Phi};

impl<'a> Lowerer<'a> {
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

    pub(super) fn for_statement(&mut self, statement: &'a ast::StmtFor) {
        let iterable = self.expression(&statement.iter);
        self.at(statement);
        let names = bound_names(&statement.body, [&*statement.target]);
        self.run_loop(
            &names,
            &statement.orelse,
            false,
            |lowerer| {
                let element = lowerer.iterate(iterable, statement.is_async);
                lowerer.note_texts(iterable, element);
                lowerer.assign(&statement.target, element);
                LoopKind::For { iterable, element }
            },
            |lowerer| lowerer.statements(&statement.body),
        );
    }

    pub(super) fn while_statement(&mut self, statement: &'a ast::StmtWhile) {
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
                let (header, condition) =
                    lowerer.in_block(|lowerer| lowerer.condition(&statement.test));
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
        let (else_block, ()) = self.in_block(|lowerer| lowerer.statements(or_else));
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

    /// What the slots of the innermost loop hold where an iteration is left.
    fn values_of_loop(&mut self) -> Vec<Option<Var>> {
        self.flush();
        let innermost = self.frame.loops.last();
        innermost.map_or_else(Vec::new, |innermost| self.snapshot(&innermost.slots))
    }

    pub(super) fn break_loop(&mut self) {
        let values = self.values_of_loop();
        if let Some(innermost) = self.frame.loops.last_mut() {
            innermost.breaks.push(values);
        }
        self.push(Op::Break);
        self.frame.reachable = false;
    }

    pub(super) fn continue_loop(&mut self) {
        let values = self.values_of_loop();
        if let Some(innermost) = self.frame.loops.last_mut() {
            innermost.continues.push(values);
        }
        self.push(Op::Continue);
        self.frame.reachable = false;
    }
}
