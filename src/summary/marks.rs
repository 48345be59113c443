//! Marks: what is put in a set, or stored under, when it is come to for the first time, and is passed
//! by from then on. They bound a search in a graph, be it a loop or a recursion.

use std::sync::Arc;

use heapcast_facts::Var;

use super::interpret::Interpreter;
use super::value::{ContainerId, Quantity, Step, Value};
use super::worklists::{Body, Worklist};
use crate::algebra::{Expr, Symbol};
use crate::ir::{Argument, Block, Branch, Callee, CompareOp, Index, Loop, Op};

/// What a search by recursion comes to.
#[derive(Debug, Clone)]
pub(super) struct Search {
    /// How many calls there are at most.
    pub(super) calls: Expr,
    /// How many of them are in each other at most.
    pub(super) depth: Expr,
    /// What all calls have together of something: its symbol, and the sum.
    pub(super) together: Vec<(Symbol, Expr)>,
}

impl<'a> Interpreter<'a> {
    /// Each thing is put in once, because it is marked: at most all that the look-ups give.
    pub(super) fn search_of(
        &mut self,
        body: &Body<'a>,
        inner: &'a Loop,
        taken: Var,
        container: ContainerId,
        before: &Expr,
    ) -> Option<Worklist> {
        let marked = self.marks(&inner.body, body, taken);
        let mut graphs: Vec<Var> = Vec::new();
        for put in &body.puts {
            let (graph, own) = match put.over {
                Some((iterable, element)) if !put.all => (body.looked_up.get(&iterable)?, element),
                _ => (
                    body.looked_up.get(&put.value).filter(|_| put.all)?,
                    put.value,
                ),
            };
            let fresh = |(branch, arm): &(&'a Branch, &'a Block)| {
                self.is_fresh(body, branch.test, own) && self.marks(arm, body, own)
            };
            if !marked && !put.around.iter().any(fresh) {
                return None;
            }
            if !graphs.contains(graph) {
                graphs.push(*graph);
            }
        }
        let mut count = before.clone();
        for graph in graphs {
            let whole = self.defined(body.root(graph))?;
            let all = self.all_of(&whole)?;
            count = &count + &all;
        }
        Some(Worklist {
            container,
            count,
            element: None,
            in_all: None,
        })
    }

    /// How many things the look-ups in a graph give in all.
    fn all_of(&mut self, whole: &Value) -> Option<Expr> {
        match &whole.place {
            Some(place) => {
                let each = place.then(Step::Each, self.context.input.symbols)?;
                Some(self.measure(&Arc::new(each), Quantity::Length))
            }
            None => {
                let entries = self.length(whole)?;
                let longest = self.part(whole, Step::Element);
                Some(&entries * &self.length(&longest)?)
            }
        }
    }

    /// The function calls itself for what is not marked yet, and marks what it is called for.
    pub(super) fn search_by_recursion(&mut self) -> Option<Search> {
        let parameters = self.function.parameters.iter().zip(0..);
        let mut found = parameters.map(|(parameter, at)| (parameter.var, at));
        found.find_map(|(var, at)| self.search_for(var, at))
    }

    fn search_for(&mut self, parameter: Var, at: u32) -> Option<Search> {
        let mut body = Body {
            recursion: Some((self.function.object, at)),
            ..Body::default()
        };
        body.begin(parameter);
        // No container is worked off: what is put in is what calls pass.
        self.scan(&self.function.body, Var(u32::MAX), &mut body, &[], None);
        let is_value = |body: &Body<'a>, var: Var| body.root(var) == parameter;
        let mut marks: Vec<Var> = Vec::new();
        let mut unmarks = false;
        crate::ir::visit(&self.function.body, &mut |op| {
            marks.extend(self.mark(op, &|var| is_value(&body, var)));
            unmarks |= self.unmarks(op, &|var| is_value(&body, var));
        });
        let is_tested = |marked: &Var| {
            let same = |var: Var| body.root(var) == body.root(*marked);
            let mut tests = body.tests.values();
            tests.any(|(op, _, of)| matches!(op, CompareOp::In | CompareOp::NotIn) && same(*of))
                || body.reads.values().any(|(base, _)| same(*base))
        };
        marks.retain(is_tested);
        let [marked] = marks[..] else { return None };
        if unmarks || body.unseen || body.puts.is_empty() || !self.is_shared(&body, marked) {
            return None;
        }
        let graphs = self.searched(&body, parameter, marked)?;
        let mut calls = Expr::one();
        let mut depth = Expr::from(2);
        let mut together = Vec::new();
        for graph in graphs {
            let whole = self.defined(body.root(graph))?;
            let all = self.all_of(&whole)?;
            depth = match self.length(&whole) {
                Some(entries) => &depth + &entries,
                None => &depth + &all,
            };
            let one = self.part(&whole, Step::Element);
            if let Some(symbol) = self.length(&one).and_then(|one| one.as_symbol().cloned()) {
                together.push((symbol, all.clone()));
            }
            calls = &calls + &all;
        }
        Some(Search {
            calls,
            depth,
            together,
        })
    }

    /// Where all that the calls pass is looked up, if each is for what has no mark in `marked`.
    fn searched(&self, body: &Body<'a>, parameter: Var, marked: Var) -> Option<Vec<Var>> {
        let block = &self.function.body;
        let is_value = |var: Var| body.root(var) == parameter;
        let same = |container: Var| body.root(container) == body.root(marked);
        let marks = self.is_marked_in(block, &is_value);
        let at_entry = marks && self.skips(block, body, parameter).is_some_and(same);
        // All that the function does may stand under the test.
        let under = |branch: &Branch, arm: &Block| {
            let fresh = self
                .fresh_in(body, branch.test, parameter)
                .is_some_and(same);
            fresh
                && self.is_marked_in(&branch.then, &is_value)
                && std::ptr::eq(arm, &raw const branch.then)
        };
        let mut graphs: Vec<Var> = Vec::new();
        for put in &body.puts {
            let guards = |(branch, arm): &(&'a Branch, &'a Block)| {
                let then = std::ptr::eq(*arm, &raw const branch.then);
                let fresh = || {
                    self.fresh_in(body, branch.test, put.value)
                        .is_some_and(same)
                };
                under(branch, arm) || (marks && then && fresh())
            };
            let (iterable, element) = put.over?;
            let is_element = body.root(put.value) == body.root(element);
            if !is_element || !(at_entry || put.around.iter().any(guards)) {
                return None;
            }
            let graph = *body.looked_up.get(&body.root(iterable))?;
            if !graphs.contains(&graph) {
                graphs.push(graph);
            }
        }
        Some(graphs)
    }

    /// The container in which a step marks a value.
    fn mark(&self, op: &Op, is_value: &dyn Fn(Var) -> bool) -> Option<Var> {
        match op {
            Op::SetSubscript {
                base,
                index: Index::Value(index),
                ..
            } => is_value(*index).then_some(*base),
            Op::Call {
                callee: Callee::Method(base, name),
                arguments,
                ..
            } if matches!(self.context.input.symbols.text(*name), "add" | "append") => {
                match arguments.as_slice() {
                    [Argument::Positional(var)] if is_value(*var) => Some(*base),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether a step takes the mark of a value away.
    fn unmarks(&self, op: &Op, is_value: &dyn Fn(Var) -> bool) -> bool {
        match op {
            Op::DeleteSubscript {
                index: Index::Value(index),
                ..
            } => is_value(*index),
            Op::Call {
                callee: Callee::Method(_, name),
                arguments,
                ..
            } => {
                let name = self.context.input.symbols.text(*name);
                let of_value =
                    matches!(arguments.as_slice(), [Argument::Positional(var)] if is_value(*var));
                name == "clear"
                    || matches!(name, "remove" | "discard" | "pop")
                        && (of_value || arguments.is_empty())
            }
            _ => false,
        }
    }

    /// Whether all calls mark in the same container: it is captured, or an attribute, or passed on.
    fn is_shared(&self, body: &Body<'a>, marked: Var) -> bool {
        let root = body.root(marked);
        let passes = |arguments: &&[Argument]| {
            let mut all = arguments.iter().map(super::liveness::argument_var);
            all.any(|var| body.root(var) == root)
        };
        self.context.captures(self.function.object, root)
            || body.attributes.contains(&root)
            || body.passed.iter().all(passes)
    }

    /// Whether a test holds only for what is not marked.
    fn is_fresh(&self, body: &Body<'a>, test: Var, value: Var) -> bool {
        self.fresh_in(body, test, value).is_some()
    }

    /// The container in which a value has no mark where a test holds.
    fn fresh_in(&self, body: &Body<'a>, test: Var, value: Var) -> Option<Var> {
        let is_value = |var: Var| body.root(var) == body.root(value);
        let read = |var: Var| {
            let (base, index) = body.reads.get(&body.root(var))?;
            is_value(*index).then_some(*base)
        };
        match (body.tests.get(&test), body.negations.get(&test)) {
            (Some((CompareOp::NotIn, left, of)), _) => is_value(*left).then_some(*of),
            (Some((CompareOp::Eq | CompareOp::Is, left, _)), _) => read(*left),
            (_, Some(operand)) => read(*operand),
            _ => None,
        }
    }

    /// Whether a block marks a value: adds it to a set, or stores something under it.
    fn marks(&self, block: &'a Block, body: &Body<'a>, value: Var) -> bool {
        let is_value = |var: Var| body.root(var) == body.root(value);
        let adds = self.is_marked_in(block, &is_value);
        if !body.origins.contains_key(&value) {
            return adds;
        }
        // Of what was taken out, the iteration must end where the mark is there.
        adds && self.skips(block, body, value).is_some()
    }

    /// Whether a step of the block itself, and not of one inside of it, marks a value.
    fn is_marked_in(&self, block: &'a Block, is_value: &dyn Fn(Var) -> bool) -> bool {
        let mut steps = block.iter();
        steps.any(|item| self.mark(&item.op, is_value).is_some())
    }

    /// The container whose mark of a value ends a block early.
    fn skips(&self, block: &'a Block, body: &Body<'a>, value: Var) -> Option<Var> {
        let is_value = |var: Var| body.root(var) == body.root(value);
        block.iter().find_map(|item| {
            let Op::Branch(branch) = &item.op else {
                return None;
            };
            let last = branch.then.last().map(|item| &item.op);
            if !matches!(last, Some(Op::Continue | Op::Return { .. })) {
                return None;
            }
            match body.tests.get(&branch.test) {
                Some((CompareOp::In, left, of)) if is_value(*left) => Some(*of),
                _ => {
                    let (base, index) = body.reads.get(&body.root(branch.test))?;
                    is_value(*index).then_some(*base)
                }
            }
        })
    }
}
