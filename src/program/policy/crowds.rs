//! What is called in so many places that its calls are not told apart.

use heapcast_facts::{Map, Obj, ObjectKind, Var};

use super::Program;
use super::survey::Survey;

/// Functions called by their name in more places have parameters that are hubs.
const HUB_SITES: u32 = 250;
/// Functions called by their name in more places store what each call passes.
const STORING_SITES: u32 = 30;
/// How often a parameter may be narrowed before it is stored.
const NARROWINGS: usize = 8;
/// Classes instantiated by their name in more places have one instance for all.
const INSTANCE_SITES: u32 = 30;

impl Survey {
    /// Parameters of functions that are called in too many places.
    pub(super) fn hubs(&self, program: &mut Program) {
        let hubs: Map<Obj, ()> = program
            .facts
            .object
            .iter()
            .filter(|row| row.1 == ObjectKind::Function)
            .filter(|row| self.sites(program, row.0) > HUB_SITES)
            .map(|row| (row.0, ()))
            .collect();
        let parameters = program.facts.formal.iter();
        program.facts.hub_parameter = parameters
            .filter(|row| hubs.contains_key(&row.0))
            .map(|row| (row.2,))
            .collect();
    }

    /// What functions that are called in many places store of their parameters.
    pub(super) fn stored_parameters(&self, program: &mut Program) {
        let facts = &program.facts;
        let formals: Map<Var, Obj> = (facts.formal.iter())
            .map(|&(function, _, var)| (var, function))
            .chain(facts.formal_keyword.iter().map(|&(f, _, var)| (var, f)))
            .filter(|&(_, function)| self.is_a(function, ObjectKind::Function))
            .filter(|&(_, function)| self.sites(program, function) > STORING_SITES)
            .collect();
        let narrowed =
            (facts.narrow_to.iter().chain(&facts.narrow_from)).map(|&(to, from, _)| (to, from));
        let sources: Map<Var, Var> = (facts.assign.iter().copied()).chain(narrowed).collect();
        let formal = |var: Var| {
            let mut at = var;
            for _ in 0..NARROWINGS {
                if let Some(&function) = formals.get(&at) {
                    return Some((function, at));
                }
                at = *sources.get(&at)?;
            }
            None
        };
        program.facts.stored_parameter = (facts.store.iter())
            .filter(|row| row.1.is_attribute())
            .filter_map(|&(base, field, value)| {
                let (function, formal) = formal(value)?;
                Some((function, base, field, formal))
            })
            .collect();
    }

    /// Classes that are instantiated in too many places.
    pub(super) fn merged_classes(&self, program: &mut Program) {
        let classes = program.facts.object.iter();
        program.facts.merged_class = classes
            .filter(|row| row.1 == ObjectKind::Class)
            .filter(|row| {
                let name = self.own_names.get(&row.0);
                let sites = name.and_then(|name| self.called.get(name));
                sites.is_some_and(|&sites| sites > INSTANCE_SITES)
            })
            .map(|row| (row.0,))
            .collect();
    }
}
