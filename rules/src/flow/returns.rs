//! Which parameters functions return as they are.
//!
//! What such a parameter holds need not come out of every call: it goes from each call's argument
//! to that call's result. Decorators that give back what they register, and methods that return
//! their receiver, are called from many places; this tells these apart without copying anything.

use heapcast_facts::{Facts, Map, Obj, Var};

/// Of how many variables a returned one may be merged, through all of them together.
const MERGED: usize = 64;

/// What functions return.
#[derive(Debug, Default)]
pub(super) struct Returns {
    /// `(function, var)`: a variable is returned, whoever calls.
    pub(super) values: Vec<(Obj, Var)>,
    /// `(function, var, formal, given)`: a variable is returned where a call passes a parameter, or
    /// where it does not.
    pub(super) guarded: Vec<(Obj, Var, Var, bool)>,
    /// `(function, formal)`: a parameter is returned as it was passed.
    pub(super) formals: Vec<(Obj, Var)>,
}

impl Returns {
    pub(super) fn of(facts: &Facts) -> Self {
        let flow = Flow::of(facts);
        let guards = facts.return_if.iter();
        let guards: Map<Var, (Var, bool)> = guards
            .map(|&(_, var, formal, given)| (var, (formal, given != 0)))
            .collect();
        let mut returns = Self::default();
        for &(function, var) in &facts.return_value {
            let sources = flow.sources(function, var);
            for (source, is_formal) in sources.unwrap_or_else(|| vec![(var, false)]) {
                match guards.get(&var) {
                    _ if is_formal => returns.formals.push((function, source)),
                    Some(&(formal, given)) => {
                        returns.guarded.push((function, source, formal, given));
                    }
                    None => returns.values.push((function, source)),
                }
            }
        }
        returns
    }
}

/// How variables get their values.
struct Flow {
    formals: Map<Var, Obj>,
    assigned: Map<Var, Vec<Var>>,
    /// Variables that get values otherwise than by assignment.
    defined: Map<Var, ()>,
}

impl Flow {
    fn of(facts: &Facts) -> Self {
        let mut assigned: Map<Var, Vec<Var>> = Map::default();
        for &(to, from) in &facts.assign {
            assigned.entry(to).or_default().push(from);
        }
        let formals = facts.formal.iter().map(|&(f, _, var)| (var, f));
        let named = facts.formal_keyword.iter().map(|&(f, _, var)| (var, f));
        let defined = (facts.alloc.iter().map(|row| row.0))
            .chain(facts.load.iter().map(|row| row.2))
            .chain(facts.load_prefix.iter().map(|row| row.2))
            .chain(facts.load_named.iter().map(|row| row.2))
            .chain(facts.import_named.iter().map(|row| row.1))
            .chain(facts.forwards.iter().map(|row| row.2))
            .chain(facts.iterate.iter().map(|row| row.1))
            .chain(facts.super_of.iter().map(|row| row.0))
            .chain(facts.class_of.iter().map(|row| row.0))
            .chain(facts.narrow_to.iter().map(|row| row.0))
            .chain(facts.narrow_from.iter().map(|row| row.0))
            .chain(facts.call_result.iter().map(|row| row.1))
            .chain(facts.catches.iter().map(|row| row.2))
            .chain(facts.positional_pattern.iter().map(|row| row.2))
            .chain(facts.module_global.iter().map(|row| row.2));
        Self {
            formals: formals.chain(named).collect(),
            defined: defined.map(|var| (var, ())).collect(),
            assigned,
        }
    }

    /// The variables that a returned one is merged of, and which are parameters; none if no
    /// parameter is among them.
    fn sources(&self, function: Obj, returned: Var) -> Option<Vec<(Var, bool)>> {
        let mut sources = Vec::new();
        let mut open = vec![returned];
        let mut seen = vec![returned];
        while let Some(var) = open.pop() {
            if self.formals.get(&var) == Some(&function) {
                sources.push((var, true));
                continue;
            }
            match self.assigned.get(&var) {
                Some(from) if !self.defined.contains_key(&var) => {
                    for &next in from {
                        if !seen.contains(&next) {
                            seen.push(next);
                            open.push(next);
                        }
                    }
                }
                _ => sources.push((var, false)),
            }
            if seen.len() > MERGED {
                return None;
            }
        }
        sources
            .iter()
            .any(|&(_, is_formal)| is_formal)
            .then_some(sources)
    }
}
