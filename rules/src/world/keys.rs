//! Keys that calls pass: which element `table[key]` is, where `key` is a parameter.

use heapcast_facts::{Call, Facts, Field, Map, Obj, PROGRAM, Symbol, Var};

use super::nodes::{Context, PLAIN};
use super::{NO_VAR, Wait, World};

/// How many calls a constant is followed through.
const DEPTH: usize = 8;

/// What is passed for parameters that select elements.
#[derive(Default)]
pub(super) struct Keys {
    /// The element that each constant argument or default selects.
    constants: Map<Var, Field>,
    /// The parameter that each captured variable holds.
    captured: Map<Var, Var>,
    /// The function, position and name of each parameter.
    formals: Map<Var, (Obj, u32, Symbol)>,
    defaults: Map<Var, Var>,
    positional: Map<(Call, u32), Var>,
    named: Map<(Call, Symbol), Var>,
}

impl Keys {
    /// The keys of a program.
    pub(super) fn of(facts: &Facts) -> Self {
        let keys = (facts.load_by_key.iter().map(|row| row.1))
            .chain(facts.store_by_key.iter().map(|row| row.1));
        let keys: Map<Var, ()> = keys.map(|key| (key, ())).collect();
        if keys.is_empty() {
            return Self::default();
        }
        let mut found = Self {
            constants: facts.constant.iter().copied().collect(),
            captured: captured(facts, &keys),
            ..Self::default()
        };
        for &(function, index, formal) in &facts.formal {
            found.formals.insert(formal, (function, index, Symbol(0)));
        }
        for &(function, name, formal) in &facts.formal_keyword {
            let row = found.formals.entry(formal);
            row.or_insert((function, u32::MAX, name)).2 = name;
        }
        let defaults = facts.default_value.iter();
        found.defaults = defaults
            .map(|&(_, formal, value)| (formal, value))
            .collect();
        let may_tell =
            |var: Var| found.constants.contains_key(&var) || found.formals.contains_key(&var);
        let positional = facts.actual.iter().filter(|row| may_tell(row.2));
        let positional = positional
            .map(|&(call, index, var)| ((call, index), var))
            .collect();
        let named = facts.actual_keyword.iter().filter(|row| may_tell(row.2));
        let named = named
            .map(|&(call, name, var)| ((call, name), var))
            .collect();
        (found.positional, found.named) = (positional, named);
        found
    }
}

/// The parameter that each captured variable holds that is a key, where it holds nothing else.
fn captured(facts: &Facts, keys: &Map<Var, ()>) -> Map<Var, Var> {
    let mut sources: Map<Var, Var> = Map::default();
    for &(to, from) in facts.assign.iter().filter(|row| keys.contains_key(&row.0)) {
        let source = sources.entry(to).or_insert(from);
        if *source != from {
            *source = NO_VAR;
        }
    }
    sources
}

/// What a parameter that selects an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// The constant that selects this element.
    Constant(Field),
    /// Anything.
    Any,
    /// A parameter of that cloned function's code as it stands, which may not run so.
    Passed(Obj),
}

/// What a load or store by a key waits for. What is stored under a constant may be stored under an
/// unknown key too.
pub(crate) fn selected(key: Key, wait: Wait) -> Vec<Wait> {
    match (key, wait) {
        (Key::Passed(_), _) => Vec::new(),
        (Key::Any, wait) => vec![wait],
        (Key::Constant(field), Wait::Load(_, to)) => {
            vec![Wait::Load(field, to), Wait::Load(Field::UNKNOWN, to)]
        }
        (Key::Constant(field), Wait::Store(_, from)) => vec![Wait::Store(field, from)],
        (Key::Constant(_), wait) => vec![wait],
    }
}

impl World {
    /// What the parameter `key` is in a copy: what the copy's call passes.
    pub(super) fn key_in(&self, context: Context, key: Var) -> Key {
        self.followed(context, key).unwrap_or(Key::Any)
    }

    fn followed(&self, mut context: Context, mut var: Var) -> Option<Key> {
        let keys = &self.keys;
        for _ in 0..DEPTH {
            if let Some(&field) = keys.constants.get(&var) {
                return Some(Key::Constant(field));
            }
            let formal = keys.captured.get(&var).copied().unwrap_or(var);
            let &(function, index, name) = keys.formals.get(&formal)?;
            if context == PLAIN {
                let unit = self.unit_of_function(function);
                return (unit != PROGRAM).then_some(Key::Passed(unit));
            }
            let (unit, call, shift) = self.entry_of(context);
            if function != unit {
                return None;
            }
            let (outer, site) = self.call_home(call);
            let place = index.checked_sub(shift);
            let passed = place.and_then(|place| keys.positional.get(&(site, place)));
            let passed = passed.or_else(|| keys.named.get(&(site, name)));
            (context, var) = match passed {
                Some(&argument) => (outer, argument),
                None if self.passes(call, shift, formal) || self.spreads(call) => return None,
                None => (PLAIN, *keys.defaults.get(&formal)?),
            };
        }
        None
    }
}
