//! Which functions are copied for each call.
//!
//! A copy tells one call's arguments and results from another's, which matters most for small
//! wrappers. Copies of callers copy what they call in turn, so the copies of all functions are
//! counted before, along the calls that names suggest, from callers to callees; functions that
//! may call themselves have none. All copies together are at most as large as the program.

use std::collections::BTreeMap;

use heapcast_facts::{Map, Obj, ObjectKind, Symbol, Var, is_immutable};

use super::Program;
use super::survey::Survey;
use crate::components::Components;

/// A cloned function has at most that many variables, those of nested functions included.
const SIZE: u32 = 90;
/// It is called by its name at most in that many places.
const SITES: usize = 60;
/// And all its copies together have at most that many variables.
const COPIES: u32 = 3000;
/// Modelled functions are small: there are never too many copies of one.
const MODEL_COPIES: u32 = u32::MAX;
/// What all copies together may have, besides as many variables as the program has.
const ALLOWANCE: u32 = 20_000;

/// Decides which functions are cloned.
pub(super) fn decide(survey: &Survey, program: &mut Program) {
    let models = contextual_models(survey, program);
    program
        .facts
        .clonable
        .extend(models.into_iter().map(|f| (f, MODEL_COPIES)));
    let candidates = Candidates::of(survey, program);
    let copies = candidates.count_copies();
    let mut costs: Vec<(u32, Obj, u32)> = candidates
        .functions
        .iter()
        .zip(&copies)
        .zip(&candidates.sizes)
        .filter(|((_, copies), _)| **copies > 0)
        .map(|((&function, &copies), &size)| (copies * size, function, copies))
        .collect();
    costs.sort_unstable();
    let mut left = program.facts.variable_in.len() as u32 + ALLOWANCE;
    for (cost, function, copies) in costs {
        let Some(rest) = left.checked_sub(cost) else {
            break;
        };
        left = rest;
        program.facts.clonable.push((function, copies));
    }
}

/// Functions that could be cloned, with who seems to call them.
struct Candidates {
    functions: Vec<Obj>,
    /// Variables of each, those of nested functions included; 0 for what cannot be cloned.
    sizes: Vec<u32>,
    /// Which functions call each, once for each place; none for modules.
    callers: Vec<Vec<Option<u32>>>,
}

impl Candidates {
    fn of(survey: &Survey, program: &Program) -> Self {
        let functions: Vec<Obj> = program
            .facts
            .object
            .iter()
            .filter(|row| row.1 == ObjectKind::Function && survey.outermost(row.0) == row.0)
            .map(|row| row.0)
            .collect();
        let numbers: Map<Obj, u32> = functions.iter().copied().zip(0..).collect();
        let sites = sites_by_name(survey, program, &numbers);
        let mut candidates = Self {
            sizes: sizes(survey, program, &numbers),
            callers: vec![Vec::new(); functions.len()],
            functions,
        };
        for (number, &function) in candidates.functions.iter().enumerate() {
            let Some(callers) = survey
                .call_name(program, function)
                .and_then(|name| sites.get(&name))
            else {
                continue;
            };
            if callers.len() > SITES {
                candidates.sizes[number] = 0;
            } else {
                // A method that calls another object's method of its own name is a wrapper.
                let others = callers.iter().copied();
                candidates.callers[number] = others
                    .filter(|&caller| caller != Some(number as u32))
                    .collect();
            }
        }
        candidates
    }

    /// How many copies of each function there are; 0 for those that are not cloned.
    fn count_copies(&self) -> Vec<u32> {
        let mut callees = vec![Vec::new(); self.functions.len()];
        for (callee, callers) in self.callers.iter().enumerate() {
            for &caller in callers.iter().flatten() {
                callees[caller as usize].push(callee as u32);
            }
        }
        let components = Components::of(&callees);
        let mut copies = vec![0_u32; self.functions.len()];
        for &number in components.levels.iter().rev().flatten() {
            let place = number as usize;
            let is_cyclic = components.cyclic[components.of[place] as usize];
            let needed: u32 = self.callers[place]
                .iter()
                .map(|caller| 1 + caller.map_or(0, |caller| copies[caller as usize]))
                .sum();
            let size = self.sizes[place];
            if !is_cyclic && size > 0 && size <= SIZE && needed * size <= COPIES {
                copies[place] = needed;
            }
        }
        copies
    }
}

/// The functions in which each name is called, once for each place.
fn sites_by_name(
    survey: &Survey,
    program: &Program,
    numbers: &Map<Obj, u32>,
) -> BTreeMap<Symbol, Vec<Option<u32>>> {
    let owners: Map<_, Option<u32>> = program
        .facts
        .call_in
        .iter()
        .map(|&(call, owner, _)| (call, numbers.get(&survey.outermost(owner)).copied()))
        .collect();
    let mut sites: BTreeMap<Symbol, Vec<Option<u32>>> = BTreeMap::new();
    let mut add = |call, name| {
        let caller = owners.get(&call).copied().flatten();
        sites.entry(name).or_default().push(caller);
    };
    for &(call, _, name) in &program.facts.method_call {
        add(call, name);
    }
    for &(call, _, name, _) in &program.facts.protocol_call {
        add(call, name);
    }
    for &(call, _, name, _, _) in &program.facts.reflected_call {
        add(call, name);
    }
    for &(call, callee) in &program.facts.call {
        let called = survey.sources.object(callee);
        if let Some(&name) = called.and_then(|object| survey.own_names.get(&object)) {
            add(call, name);
        }
    }
    sites
}

fn sizes(survey: &Survey, program: &Program, numbers: &Map<Obj, u32>) -> Vec<u32> {
    let mut sizes = vec![0_u32; numbers.len()];
    for &(_, owner) in &program.facts.variable_in {
        if let Some(&number) = numbers.get(&survey.outermost(owner)) {
            sizes[number as usize] += 1;
        }
    }
    let mut takes = vec![false; numbers.len()];
    let facts = &program.facts;
    let with_parameters = (facts.formal.iter().map(|row| row.0))
        .chain(facts.formal_star.iter().map(|row| row.0))
        .chain(facts.formal_keyword.iter().map(|row| row.0))
        .chain(facts.formal_star_star.iter().map(|row| row.0));
    for function in with_parameters {
        if let Some(&number) = numbers.get(&function) {
            takes[number as usize] = true;
        }
    }
    // Classes made in a function are told apart by their statement alone.
    for &(object, function) in &program.facts.object_in {
        if survey.is_a(object, ObjectKind::Class)
            && let Some(&number) = numbers.get(&survey.outermost(function))
        {
            takes[number as usize] = false;
        }
    }
    for (size, takes) in sizes.iter_mut().zip(takes) {
        if !takes {
            *size = 0;
        }
    }
    sizes
}

/// Modelled functions whose result or effect depends on the call: they use a parameter, or
/// make an object that can change.
fn contextual_models(survey: &Survey, program: &Program) -> Vec<Obj> {
    let facts = &program.facts;
    let owners: Map<Var, Obj> = facts
        .variable_in
        .iter()
        .filter(|row| survey.is_a(row.1, ObjectKind::ModelFunction))
        .copied()
        .collect();
    let mut found: Map<Obj, ()> = Map::default();
    let mut uses = |var: &Var| {
        if let Some(&owner) = owners.get(var) {
            found.insert(owner, ());
        }
    };
    let formals: Map<Var, ()> = facts.formal.iter().map(|row| (row.2, ())).collect();
    let gathering: Map<Var, ()> = facts
        .formal_star
        .iter()
        .map(|row| (row.2, ()))
        .chain(facts.formal_star_star.iter().map(|row| (row.1, ())))
        .collect();
    facts.assign.iter().for_each(|row| uses(&row.1));
    facts.load.iter().for_each(|row| uses(&row.0));
    facts.store.iter().for_each(|row| uses(&row.0));
    facts.elements.iter().for_each(|row| uses(&row.0));
    facts.iterate.iter().for_each(|row| uses(&row.0));
    facts.class_of.iter().for_each(|row| uses(&row.1));
    facts.call.iter().for_each(|row| uses(&row.1));
    facts.method_call.iter().for_each(|row| uses(&row.1));
    facts.protocol_call.iter().for_each(|row| uses(&row.1));
    facts.constructs.iter().for_each(|row| uses(&row.1));
    let returned = facts.return_value.iter().map(|row| &row.1);
    returned
        .filter(|var| formals.contains_key(var) || gathering.contains_key(var))
        .for_each(&mut uses);
    let classes: Map<Obj, Obj> = facts.instance_of.iter().copied().collect();
    for (var, object) in &facts.alloc {
        let class = classes.get(object);
        let name = class
            .and_then(|class| survey.kinds.get(class))
            .map(|row| row.1);
        let is_constant = name.is_some_and(|name| is_immutable(program.symbols.text(name)));
        if !is_constant && !gathering.contains_key(var) {
            uses(var);
        }
    }
    let mut found: Vec<Obj> = found.into_keys().collect();
    found.sort_unstable();
    found
}
