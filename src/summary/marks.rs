//! Marks: what is put in a set, or stored under, when it is come to for the first time, and is passed
//! by from then on. They bound a search in a graph, be it a loop or a recursion.

use std::sync::Arc;

use heapcast_facts::Var;

use super::bodies::Body;
use super::interpret::Interpreter;
use super::slots::{Fresh, Steps};
use super::value::{Quantity, Step, Value};
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
    /// Each thing is put in once, because it is marked: at most all that the look-ups give. Or what is
    /// taken out is passed by where it has a mark, and what is looked up under it is put in.
    pub(super) fn search_of(
        &mut self,
        body: &Body<'a>,
        inner: &'a Loop,
        taken: Var,
        before: &Expr,
    ) -> Option<Expr> {
        let steps = self.steps_of(inner, body);
        let marked = self.passed_by(body, inner, taken, &steps);
        let mut graphs: Vec<Var> = Vec::new();
        for put in &body.puts {
            let (iterable, own) = match put.over {
                Some((iterable, element)) if !put.all => (iterable, element),
                _ => (put.value, put.value),
            };
            let graph = *body.looked_up.get(&iterable)?;
            // Each thing that is looked up under what was taken out once comes once as well.
            let under = body.keys.get(&iterable).map(|key| body.root(*key));
            let loops = usize::from(!put.all && put.over.is_some());
            let under = under.filter(|_| put.loops.len() == loops);
            let once = under.filter(|under| body.is_of(*under, taken));
            let own = |var: Var| body.is_of(var, own);
            let of_taken = |var: Var| Some(body.root(var)) == once;
            let mut around = put.around.iter();
            let lets_in = |(branch, arm): &(&'a Branch, &'a Block)| {
                let is_then = std::ptr::eq(*arm, &raw const branch.then);
                let depth = body.depths.get(&branch.test).copied().unwrap_or_default();
                is_then
                    && (depth == put.depth && self.marks_fresh(branch, body, &own, &steps)
                        || once.is_some() && self.marks_fresh(branch, body, &of_taken, &steps))
            };
            let is_passed = once.is_some() && once == marked;
            if !is_passed && !around.any(lets_in) {
                return None;
            }
            if !graphs.contains(&graph) {
                graphs.push(graph);
            }
        }
        let mut count = before.clone();
        for graph in graphs {
            let whole = self.defined(body.root(graph))?;
            let all = self.all_of(&whole)?;
            count = &count + &all;
        }
        Some(count)
    }

    /// What was taken out, or the item of it, whose mark ends an iteration early, and that gets its mark
    /// otherwise.
    fn passed_by(
        &mut self,
        body: &Body<'a>,
        inner: &'a Loop,
        taken: Var,
        steps: &Steps<'a>,
    ) -> Option<Var> {
        let items = body.unpacked.iter();
        let items = items.filter(|(_, from)| **from == taken).map(|(to, _)| *to);
        let mut items: Vec<Var> = items.collect();
        items.sort_unstable();
        items.insert(0, taken);
        items.into_iter().find(|own| {
            let is_value = |var: Var| body.root(var) == *own;
            self.skips(&inner.body, body, *own).is_some_and(|tested| {
                let marks = inner.body.iter().any(|item| {
                    let at = self.mark(&item.op, &is_value);
                    at.is_some_and(|at| body.root(at) == body.root(tested))
                });
                let read = Fresh::IsFalse;
                let kept = self.keeps_marks(tested, Some(read), None, body, steps);
                marks && kept && !body.is_worked_off(tested)
            })
        })
    }

    /// Whether a branch lets in what has no mark, and marks it, and no other step takes marks away.
    fn marks_fresh(
        &mut self,
        branch: &'a Branch,
        body: &Body<'a>,
        own: &dyn Fn(Var) -> bool,
        steps: &Steps<'a>,
    ) -> bool {
        let mut tests = vec![branch.test];
        while let Some(test) = tests.pop() {
            if let Some((first, second)) = body.both.get(&test) {
                tests.extend([*first, *second]);
                continue;
            }
            let Some((tested, fresh)) = fresh_in(body, test, own) else {
                continue;
            };
            let mut marking = branch.then.iter();
            let marks = marking.any(|item| {
                let at = self.mark(&item.op, own);
                at.is_some_and(|at| body.root(at) == body.root(tested))
            });
            let arm = Some(&branch.then);
            if marks
                && !body.is_worked_off(tested)
                && self.keeps_marks(tested, fresh, arm, body, steps)
            {
                return true;
            }
        }
        false
    }

    /// Whether no step takes marks away. What is stored in the arm that lets something in is a mark if it
    /// is not known to be none; what is stored elsewhere must be one.
    fn keeps_marks(
        &mut self,
        marked: Var,
        fresh: Option<Fresh>,
        arm: Option<&'a Block>,
        body: &Body<'a>,
        steps: &Steps<'a>,
    ) -> bool {
        let root = body.root(marked);
        if steps.taken_from.iter().any(|own| body.root(*own) == root) {
            return false;
        }
        let Some(fresh) = fresh else {
            return true;
        };
        let inside = |value: Var| {
            let mut stores = arm.into_iter().flatten();
            stores.any(|item| matches!(&item.op, Op::SetSubscript { from, .. } if *from == value))
        };
        steps.stores.iter().all(|(slot, value)| {
            slot.base != root
                || value.is_some_and(|value| {
                    self.is_mark(value, fresh, body, steps)
                        || (inside(value) && self.may_be_mark(value, fresh, body, steps))
                })
        })
    }

    /// How many things the look-ups in a graph give in all.
    pub(super) fn all_of(&mut self, whole: &Value) -> Option<Expr> {
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
            let own = |var: Var| body.root(var) == body.root(parameter);
            let fresh = fresh_in(body, branch.test, &own).is_some_and(|(of, _)| same(of));
            fresh
                && self.is_marked_in(&branch.then, &is_value)
                && std::ptr::eq(arm, &raw const branch.then)
        };
        let mut graphs: Vec<Var> = Vec::new();
        for put in &body.puts {
            let guards = |(branch, arm): &(&'a Branch, &'a Block)| {
                let then = std::ptr::eq(*arm, &raw const branch.then);
                let own = |var: Var| body.root(var) == body.root(put.value);
                let fresh = || fresh_in(body, branch.test, &own).is_some_and(|(of, _)| same(of));
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
            let mut all = arguments.iter().map(Argument::var);
            all.any(|var| body.root(var) == root)
        };
        self.context.captures(self.function.object, root)
            || body.attributes.contains(&root)
            || body.passed.iter().all(passes)
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

/// The container in which a value has no mark where a test holds, and what stands for that, if it is not
/// that the value is not in it.
fn fresh_in(
    body: &Body<'_>,
    test: Var,
    is_value: &dyn Fn(Var) -> bool,
) -> Option<(Var, Option<Fresh>)> {
    let read = |var: Var| {
        let (base, index) = body.reads.get(&body.root(var))?;
        is_value(*index).then_some(*base)
    };
    match (body.tests.get(&test), body.negations.get(&test)) {
        (Some((CompareOp::NotIn, left, of)), _) => is_value(*left).then_some((*of, None)),
        (Some((CompareOp::Eq | CompareOp::Is, left, what)), _) => {
            Some((read(*left)?, Some(Fresh::Is(*what))))
        }
        (_, Some(operand)) => Some((read(*operand)?, Some(Fresh::IsFalse))),
        _ => None,
    }
}

impl Body<'_> {
    /// Whether a value is another one, or an item of it.
    fn is_of(&self, var: Var, other: Var) -> bool {
        let root = self.root(var);
        let from = self.unpacked.get(&root).copied();
        root == self.root(other) || from.is_some_and(|from| from == self.root(other))
    }

    /// Whether a name is that of the container that the loop works off.
    fn is_worked_off(&self, var: Var) -> bool {
        self.sink == Some(self.root(var))
    }
}
