//! Which functions are summarised before which, and which summaries each may use.

use std::sync::Arc;

use heapcast_facts::{Call, Obj};
use rayon::prelude::*;

use super::FunctionSummary;
use super::context::{Context, MAX_CANDIDATES};
use crate::components::Components;
use crate::ir::{Argument, Callee, Function, Op, visit};

impl Context<'_> {
    /// The summary of a function that another one may use.
    ///
    /// Only what is made before is told, so that it does not matter which thread is faster.
    pub(super) fn summary_for(&self, from: usize, at: usize) -> Option<&Arc<FunctionSummary>> {
        let node = u32::try_from(at).ok()?;
        let before = self.before.get(from)?;
        before.binary_search(&node).ok()?;
        self.done.get(at)?.get()
    }

    /// Settles which summaries are made before which: those of callees, and of what else may be asked for
    /// where that does not lead round in a circle.
    pub(super) fn order(&mut self, edges: &[Vec<u32>], components: &Components) {
        let nodes = (0..edges.len()).into_par_iter();
        let mut asked: Vec<Vec<u32>> = nodes.map(|at| self.may_be_asked(at)).collect();
        for (list, own) in asked.iter_mut().zip(edges) {
            list.extend_from_slice(own);
        }
        let wider = Components::of(&asked);
        let mut keys = vec![(0_u32, 0_u32); edges.len()];
        for (level, nodes) in (0..).zip(&wider.levels) {
            nodes.iter().for_each(|&node| keys[node as usize].0 = level);
        }
        for (rank, node) in (0..).zip(components.levels.iter().flatten()) {
            keys[*node as usize].1 = rank;
        }
        for (list, own) in asked.iter_mut().zip(&keys) {
            list.retain(|&other| keys[other as usize] < *own);
            list.sort_unstable();
            list.dedup();
        }
        self.before = asked;
    }

    /// The functions that calls in a function may go to, though no edge says so.
    fn may_be_asked(&self, at: usize) -> Vec<u32> {
        let (function, _) = self.functions[at];
        let mut found = Vec::new();
        calls(function, &mut |call, callee, arguments| {
            for argument in arguments {
                let mut passed = self.points_to(argument.var());
                found.extend(passed.find_map(|object| self.by_object.get(&object)));
            }
            // Of few methods, all are edges.
            if let Callee::Method(base, name) = callee
                && self.targets(call).is_empty()
                && self.methods(*name).len() > MAX_CANDIDATES
            {
                let uses = self.uses_of(at, function);
                let called = uses.called.get(base).map_or(&[][..], Vec::as_slice);
                let has_all = |class: Obj| called.iter().all(|name| self.has_method(class, *name));
                let methods = self.methods(*name).iter();
                let candidates = methods.filter(|(class, _)| has_all(*class));
                let candidates = candidates.filter_map(|(_, method)| self.by_object.get(method));
                found.extend(candidates.take(MAX_CANDIDATES));
            }
        });
        found
    }

    /// The call graph between functions of the project.
    pub(super) fn edges(&self) -> Vec<Vec<u32>> {
        let mut edges: Vec<Vec<u32>> = vec![Vec::new(); self.functions.len()];
        for &(call, caller, _) in &self.input.facts.call_in {
            let Some(&from) = self.by_object.get(&caller) else {
                continue;
            };
            for (_, callee) in self.targets(call) {
                if let Some(&to) = self.by_object.get(callee) {
                    edges[from as usize].push(to);
                }
            }
        }
        for ((function, _), list) in self.functions.iter().zip(&mut edges) {
            calls(function, &mut |call, callee, arguments| {
                // What library code is given to call.
                let own = |target: &(Call, Obj)| self.by_object.contains_key(&target.1);
                if !self.targets(call).iter().any(own) {
                    for argument in arguments {
                        let passed = self.points_to(argument.var());
                        let own = passed.take(2).filter_map(|f| self.by_object.get(&f));
                        list.extend(own.copied());
                    }
                }
                if let Callee::Method(_, name) = callee
                    && self.targets(call).is_empty()
                {
                    let methods = self.methods(*name).iter().take(MAX_CANDIDATES);
                    list.extend(methods.filter_map(|(_, method)| self.by_object.get(method)));
                }
            });
        }
        for list in &mut edges {
            list.sort_unstable();
            list.dedup();
        }
        edges
    }
}

/// Goes over the calls in a function.
fn calls<'a>(function: &'a Function, act: &mut dyn FnMut(Call, &'a Callee, &'a [Argument])) {
    visit(&function.body, &mut |op| {
        if let Op::Call {
            call,
            callee,
            arguments,
            ..
        } = op
        {
            act(*call, callee, arguments);
        }
    });
}
