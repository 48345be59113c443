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
use super::driven::LetsGo;
use super::interpret::Interpreter;
use crate::ir::{Argument, Callee, Function, ParameterKind};

/// Of calls inside of calls with certain arguments, more than this are not told apart.
const MAX_NESTED: u8 = 4;

/// Functions with more steps than this are not summarised for single calls.
const MAX_STEPS: usize = 400;

/// Of more that is asked by callees, the rest is left out.
const MAX_ASKS: usize = 12;

/// Where what a parameter gets comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passed {
    /// The variable that is passed.
    Var(Var),
    /// The default.
    Default(Var),
    /// Something that is unpacked, or made by the call.
    Unknown,
}

/// The function, what is certain of its arguments, and what of that which it yields is let go of one by one.
type Key = (usize, Arc<[Fact]>, LetsGo);

/// How many calls with certain arguments stand in each other inside of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// So many.
    Depth(u8),
    /// More than are told apart.
    Beyond,
}

impl Reach {
    /// What it is of a function with a call that makes as many.
    fn around(self) -> Self {
        match self {
            Reach::Depth(depth) => Reach::Depth(depth + 1),
            Reach::Beyond => Reach::Beyond,
        }
    }
}

/// A summary for certain arguments.
struct Special {
    /// How many such calls were around it, and are inside.
    nested: u8,
    reach: Reach,
    summary: Arc<FunctionSummary>,
}

impl Special {
    /// Whether it is the same with that many around it: all that is inside is told apart.
    fn holds_at(&self, nested: u8) -> bool {
        match self.reach {
            Reach::Depth(depth) => nested + depth < MAX_NESTED,
            Reach::Beyond => nested == self.nested,
        }
    }
}

/// The summaries for certain arguments, and of which parameters something is asked.
pub(super) struct Specialised {
    /// Of which parameters something is asked, and whether the function does so itself.
    asked: Vec<OnceLock<Map<usize, bool>>>,
    found: Mutex<Map<Key, Vec<Special>>>,
}

impl Specialised {
    pub(super) fn new(count: usize) -> Self {
        Self {
            asked: (0..count).map(|_| OnceLock::new()).collect(),
            found: Mutex::default(),
        }
    }

    fn get(&self, key: &Key, nested: u8) -> Option<(Arc<FunctionSummary>, Reach)> {
        let found = self.found.lock().ok()?;
        let mut all = found.get(key)?.iter();
        let one = all.find(|one| one.holds_at(nested))?;
        Some((Arc::clone(&one.summary), one.reach))
    }

    fn insert(&self, key: Key, special: Special) {
        if let Ok(mut found) = self.found.lock() {
            found.entry(key).or_default().push(special);
        }
    }
}

impl<'a> Interpreter<'a> {
    /// The summary of a function for what is certain of its arguments, if that makes a difference, and
    /// for a caller that `lets_go` of what a generator yields before the next.
    pub(super) fn special(
        &mut self,
        at: usize,
        function: &'a Function,
        (passed, lets_go): (&[Passed], LetsGo),
    ) -> Option<Arc<FunctionSummary>> {
        let context = self.context;
        // Of functions that call each other, what is yielded can be let go of where others call them.
        let is_outside =
            lets_go != LetsGo::Nothing && !context.calls_itself(at) && !self.is_recursive(at);
        if context.is_in_cycle(at) && !is_outside {
            return None;
        }
        let asked = context.asked_of(at)?;
        let given: Arc<[Fact]> = passed
            .iter()
            .enumerate()
            .map(|(at, passed)| match asked.get(&at) {
                Some(true) => self.fact_of(*passed),
                Some(false) => self.fact_of(*passed).without_text(),
                None => Fact::ANY,
            })
            .collect();
        if lets_go == LetsGo::Nothing && given.iter().all(|fact| *fact == Fact::ANY) {
            return None;
        }
        if self.nested >= MAX_NESTED {
            self.reach = Reach::Beyond;
            return None;
        }
        let key = (at, given, lets_go);
        let (summary, reach) = match context.specialised.get(&key, self.nested) {
            Some(found) => found,
            None => self.specialised(function, key),
        };
        self.reach = self.reach.max(reach.around());
        Some(summary)
    }

    fn specialised(&self, function: &'a Function, key: Key) -> (Arc<FunctionSummary>, Reach) {
        let given = Arc::clone(&key.1);
        let mut interpreter = Interpreter::with(self.context, key.0, function, given);
        interpreter.nested = self.nested + 1;
        interpreter.lets_go = key.2;
        interpreter.enter();
        interpreter.block(&function.body);
        let reach = interpreter.reach;
        let summary = Arc::new(interpreter.finish());
        let special = Special {
            nested: self.nested,
            reach,
            summary: Arc::clone(&summary),
        };
        self.context.specialised.insert(key, special);
        (summary, reach)
    }

    /// Where what each parameter gets from a call comes from.
    pub(super) fn passed_from(
        &self,
        site: Site<'a>,
        function: &Function,
        target: Obj,
        has_receiver: bool,
    ) -> Vec<Passed> {
        let is_bound = || {
            site.call
                .is_some_and(|call| self.context.is_bound(call, target))
        };
        let mut given: VecDeque<Passed> = VecDeque::new();
        if has_receiver || is_bound() {
            given.push_back(match site.callee {
                Callee::Method(base, _) | Callee::Protocol(base, _) if !has_receiver => {
                    Passed::Var(base)
                }
                _ => Passed::Unknown,
            });
        }
        let mut plain = true;
        for argument in site.arguments {
            match argument {
                Argument::Positional(var) if plain => given.push_back(Passed::Var(*var)),
                Argument::Star(_) | Argument::StarStar(_) => plain = false,
                _ => {}
            }
        }
        let keyword = |name| {
            site.arguments.iter().find_map(|argument| match argument {
                Argument::Keyword(own, var) if *own == name => Some(Passed::Var(*var)),
                _ => None,
            })
        };
        let mut passed = Vec::with_capacity(function.parameters.len());
        for parameter in &function.parameters {
            let default = || match parameter.default {
                Some(default) if plain => Passed::Default(default),
                _ => Passed::Unknown,
            };
            passed.push(match (parameter.kind, keyword(parameter.name)) {
                (ParameterKind::Star | ParameterKind::StarStar, _) => Passed::Unknown,
                (_, Some(passed)) => passed,
                (ParameterKind::KeywordOnly, None) => default(),
                (_, None) => given.pop_front().unwrap_or_else(default),
            });
        }
        passed
    }

    /// What a callee asks of what it gets from parameters is asked of these.
    pub(super) fn asks_of_callee(&mut self, summary: &FunctionSummary, passed: &[Passed]) {
        for (at, ask) in &summary.asks {
            let Some(Passed::Var(var)) = passed.get(*at) else {
                continue;
            };
            let answer = self.fact(*var).answer(ask, self.context);
            let Some(own) = self.decisions.parameter(*var).filter(|_| answer.is_none()) else {
                continue;
            };
            self.parts_by(own, ask);
            let known = self
                .asks
                .iter()
                .any(|(at, known)| *at == own && known == ask);
            if !known && self.asks.len() < MAX_ASKS {
                self.asks.push((own, ask.clone()));
            }
        }
    }

    fn fact_of(&self, passed: Passed) -> Fact {
        match passed {
            Passed::Var(var) => self.fact(var),
            Passed::Default(default) => self.default_fact(default),
            Passed::Unknown => Fact::ANY,
        }
    }

    fn fact(&self, var: Var) -> Fact {
        self.decisions.fact(self.context, var)
    }

    fn default_fact(&self, default: Var) -> Fact {
        match self.context.constant_of(default) {
            Some(constant) => Fact::of_constant(constant),
            None => self.context.code_of(default).map_or(Fact::ANY, Fact::of),
        }
    }
}

impl Context<'_> {
    /// The parameters of which a function asks something. Large functions are not looked into.
    fn asked_of(&self, at: usize) -> Option<&Map<usize, bool>> {
        let (function, _) = self.functions.get(at)?;
        let slot = self.specialised.asked.get(at)?;
        Some(slot.get_or_init(|| {
            let mut steps = 0;
            crate::ir::visit(&function.body, &mut |_| steps += 1);
            if steps > MAX_STEPS {
                return Map::default();
            }
            Decisions::of(self, function, &[]).asked
        }))
    }
}
