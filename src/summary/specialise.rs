//! Calls with certain arguments: what a function costs where a parameter has its default, is a
//! constant, or is known to be of a kind. Of its branches, those that this decides go one way.
//!
//! A function is summarised once for each combination of what is certain of those parameters that
//! it asks something of.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock};

use heapcast_facts::{Map, Obj, Var};

use super::FunctionSummary;
use super::calls::Site;
use super::context::Context;
use super::decisions::{Decisions, Fact};
use super::interpret::Interpreter;
use crate::ir::{Argument, Callee, Function, ParameterKind};

/// Of calls inside of calls with certain arguments, more than this are not told apart.
const MAX_NESTED: u8 = 4;

/// Functions with more steps than this are not summarised for single calls.
const MAX_STEPS: usize = 400;

type Key = (usize, u8, Arc<[Fact]>);

/// The summaries for certain arguments, and of which parameters something is asked.
pub(super) struct Specialised {
    asked: Vec<OnceLock<Map<usize, bool>>>,
    found: Mutex<Map<Key, Arc<FunctionSummary>>>,
}

impl Specialised {
    pub(super) fn new(count: usize) -> Self {
        Self {
            asked: (0..count).map(|_| OnceLock::new()).collect(),
            found: Mutex::default(),
        }
    }

    fn get(&self, key: &Key) -> Option<Arc<FunctionSummary>> {
        self.found.lock().ok()?.get(key).cloned()
    }

    fn insert(&self, key: Key, summary: &Arc<FunctionSummary>) {
        if let Ok(mut found) = self.found.lock() {
            found.insert(key, Arc::clone(summary));
        }
    }
}

impl<'a> Interpreter<'a> {
    /// The summary of a function for what is certain of its arguments, if that makes a difference.
    pub(super) fn special(
        &self,
        at: usize,
        function: &'a Function,
        facts: &[Fact],
    ) -> Option<Arc<FunctionSummary>> {
        let context = self.context;
        let component = context.component.get(at).copied();
        let cyclic = component.and_then(|own| context.cyclic.get(own as usize));
        if self.nested >= MAX_NESTED || cyclic == Some(&true) {
            return None;
        }
        let asked = context.specialised.asked.get(at)?;
        let asked = asked.get_or_init(|| asked_of(context, function));
        let given: Arc<[Fact]> = facts
            .iter()
            .enumerate()
            .map(|(at, fact)| match asked.get(&at) {
                Some(true) => *fact,
                Some(false) => fact.without_text(),
                None => Fact::ANY,
            })
            .collect();
        if given.iter().all(|fact| *fact == Fact::ANY) {
            return None;
        }
        let key = (at, self.nested, given);
        if let Some(found) = context.specialised.get(&key) {
            return Some(found);
        }
        let mut interpreter = Interpreter::with(context, at, function, Arc::clone(&key.2));
        interpreter.nested = self.nested + 1;
        interpreter.enter();
        interpreter.block(&function.body);
        let summary = Arc::new(interpreter.finish());
        context.specialised.insert(key, &summary);
        Some(summary)
    }

    /// What is certain of what each parameter gets from a call.
    pub(super) fn facts_of(
        &self,
        site: Site<'a>,
        function: &Function,
        target: Obj,
        has_receiver: bool,
    ) -> Vec<Fact> {
        let passes = || {
            site.call
                .is_some_and(|call| self.context.is_bound(call, target))
        };
        let mut given: VecDeque<Fact> = VecDeque::new();
        if has_receiver || passes() {
            given.push_back(match site.callee {
                Callee::Method(base, _) | Callee::Protocol(base, _) if !has_receiver => {
                    self.fact(base)
                }
                _ => Fact::ANY,
            });
        }
        let mut plain = true;
        for argument in site.arguments {
            match argument {
                Argument::Positional(var) if plain => given.push_back(self.fact(*var)),
                Argument::Star(_) | Argument::StarStar(_) => plain = false,
                _ => {}
            }
        }
        let keyword = |name| {
            site.arguments.iter().find_map(|argument| match argument {
                Argument::Keyword(own, var) if *own == name => Some(self.fact(*var)),
                _ => None,
            })
        };
        let mut facts = Vec::with_capacity(function.parameters.len());
        for parameter in &function.parameters {
            let default = || match parameter.default {
                Some(default) if plain => self.default_fact(default),
                _ => Fact::ANY,
            };
            facts.push(match (parameter.kind, keyword(parameter.name)) {
                // What is in them is not certain.
                (ParameterKind::Star | ParameterKind::StarStar, _) => Fact::ANY,
                (_, Some(fact)) => fact,
                (ParameterKind::KeywordOnly, None) => default(),
                (_, None) => given.pop_front().unwrap_or_else(default),
            });
        }
        facts
    }

    fn fact(&self, var: Var) -> Fact {
        match self.decisions.fact(var) {
            Fact::ANY => self.context.code_of(var).map_or(Fact::ANY, Fact::of),
            fact => fact,
        }
    }

    fn default_fact(&self, default: Var) -> Fact {
        match self.context.constant_of(default) {
            Some(constant) => Fact::of_constant(constant),
            None => self.context.code_of(default).map_or(Fact::ANY, Fact::of),
        }
    }
}

/// The parameters of which something is asked. Of large functions, that is not asked.
fn asked_of(context: &Context<'_>, function: &Function) -> Map<usize, bool> {
    let mut steps = 0;
    crate::ir::visit(&function.body, &mut |_| steps += 1);
    if steps > MAX_STEPS {
        return Map::default();
    }
    Decisions::of(context, function, &[]).asked
}
