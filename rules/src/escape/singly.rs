//! Generator expressions whose elements are taken one by one.
//!
//! A loop over a generator expression, and functions such as `sum`, let go of each element before they
//! take the next, unless they keep it themselves. So what holds the generator, and an iteration of such a
//! loop, count as part of the iteration that makes the element: what goes no further ends with that.

use std::collections::HashSet;

use heapcast_facts::{Call, Facts, Map, Obj, Region, RegionKind, Var};

type Set<T> = HashSet<T, crate::Hasher>;

/// How what holds a generator expression is used.
#[derive(Default)]
struct Uses {
    /// The loops over it.
    loops: Vec<Region>,
    /// The calls that it is passed to.
    calls: Vec<Call>,
    /// The variables that may hold it too.
    copies: Vec<Var>,
    /// Whether it is used in another way.
    otherwise: bool,
}

/// A generator expression with all variables that may hold it.
struct Generator {
    regions: Vec<Region>,
    holders: Vec<Var>,
    loops: Vec<Region>,
}

/// See the module.
#[derive(Default)]
pub(super) struct Singly {
    /// The variables that hold such generators, and whether a loop goes over one.
    pub(super) generators: Vec<(Var, bool)>,
    /// What counts as part of an iteration.
    pub(super) within: Vec<(Var, Region)>,
}

impl Singly {
    /// What is taken singly, where `binds` are the parameters that arguments go to, and `within` the
    /// regions that variables are defined in.
    pub(super) fn of(
        facts: &Facts,
        call_target: &[(Call, Obj)],
        binds: &[(Call, Var, Var)],
        within: &[(Var, Region)],
    ) -> Self {
        let mut regions: Map<Var, Vec<Region>> = Map::default();
        for &(generator, region) in &facts.generates {
            regions.entry(generator).or_default().push(region);
        }
        if regions.is_empty() {
            return Self::default();
        }
        let uses = uses(facts, call_target, binds, within);
        let mut found: Vec<Generator> = regions
            .into_iter()
            .filter_map(|(generator, regions)| taken(generator, regions, &uses))
            .collect();
        found.sort_unstable_by(|a, b| a.holders.cmp(&b.holders));
        // A generator over itself, in a loop, has as many inside of it as there were iterations.
        let circles: Vec<bool> = (0..found.len()).map(|at| is_circular(&found, at)).collect();
        let mut circles = circles.into_iter();
        found.retain(|_| circles.next() == Some(false));
        let mut looped: Map<Var, bool> = Map::default();
        for one in &found {
            for holder in &one.holders {
                *looped.entry(*holder).or_default() |= !one.loops.is_empty();
            }
        }
        let mut generators: Vec<(Var, bool)> = looped.into_iter().collect();
        generators.sort_unstable();
        Self {
            within: extended(&found, within),
            generators,
        }
    }
}

/// How the variables are used that may hold generator expressions.
fn uses(
    facts: &Facts,
    call_target: &[(Call, Obj)],
    binds: &[(Call, Var, Var)],
    within: &[(Var, Region)],
) -> Map<Var, Uses> {
    let mut onwards: Map<Var, Vec<Var>> = Map::default();
    for &(to, from) in &facts.assign {
        onwards.entry(from).or_default().push(to);
    }
    let mut uses: Map<Var, Uses> = Map::default();
    let mut work: Vec<Var> = facts.generates.iter().map(|row| row.0).collect();
    while let Some(var) = work.pop() {
        if uses.contains_key(&var) {
            continue;
        }
        let copies = onwards.get(&var).cloned().unwrap_or_default();
        work.extend_from_slice(&copies);
        let found = Uses {
            copies,
            ..Uses::default()
        };
        uses.insert(var, found);
    }
    other_uses(facts, &mut uses);
    loops(facts, within, &mut uses);
    for &(call, _, var) in &facts.actual {
        if let Some(found) = uses.get_mut(&var) {
            found.calls.push(call);
        }
    }
    let takers = Takers::of(facts, call_target, binds, &uses);
    for (var, found) in &mut uses {
        found.otherwise |= !found.calls.iter().all(|call| takers.take(*call, *var));
    }
    uses
}

/// A generator of which all that holds it is used in no other way.
fn taken(generator: Var, regions: Vec<Region>, uses: &Map<Var, Uses>) -> Option<Generator> {
    let mut holders = vec![generator];
    let mut loops = Vec::new();
    let mut at = 0;
    while let Some(holder) = holders.get(at) {
        let found = uses.get(holder).filter(|found| !found.otherwise)?;
        loops.extend_from_slice(&found.loops);
        let copies: Vec<Var> = found.copies.clone();
        for copy in copies {
            if !holders.contains(&copy) {
                holders.push(copy);
            }
        }
        at += 1;
    }
    Some(Generator {
        regions,
        holders,
        loops,
    })
}

/// Whether a generator goes over what it gives to.
fn is_circular(all: &[Generator], at: usize) -> bool {
    let mut seen: Set<Region> = Set::default();
    let mut work: Vec<Region> = all.get(at).map_or_else(Vec::new, |one| one.loops.clone());
    while let Some(region) = work.pop() {
        if !seen.insert(region) {
            continue;
        }
        let over = all.iter().filter(|one| one.regions.contains(&region));
        over.for_each(|one| work.extend_from_slice(&one.loops));
    }
    let own = all.get(at).into_iter().flat_map(|one| &one.regions);
    own.into_iter().any(|region| seen.contains(region))
}

/// What belongs to the iterations of generators: what holds these, and all in the loops over them.
fn extended(all: &[Generator], within: &[(Var, Region)]) -> Vec<(Var, Region)> {
    let mut members: Map<Region, Set<Var>> = Map::default();
    let consumers: Set<Region> = all.iter().flat_map(|one| &one.loops).copied().collect();
    for &(var, region) in within.iter().filter(|row| consumers.contains(&row.1)) {
        members.entry(region).or_default().insert(var);
    }
    let mut found: Set<(Var, Region)> = Set::default();
    // A generator over another one takes in what that has taken in.
    loop {
        let before = found.len();
        for one in all {
            let inner = one.loops.iter().filter_map(|region| members.get(region));
            let mut vars: Vec<Var> = inner.flatten().copied().collect();
            vars.extend_from_slice(&one.holders);
            for &region in &one.regions {
                found.extend(vars.iter().map(|var| (*var, region)));
                if consumers.contains(&region) {
                    members.entry(region).or_default().extend(&vars);
                }
            }
        }
        if found.len() == before {
            break;
        }
    }
    let mut found: Vec<(Var, Region)> = found.into_iter().collect();
    found.sort_unstable();
    found
}

/// Marks generators that are used in other ways than those that are looked at.
fn other_uses(facts: &Facts, uses: &mut Map<Var, Uses>) {
    let mut other = |var: Var| {
        if let Some(found) = uses.get_mut(&var) {
            found.otherwise = true;
        }
    };
    facts.load.iter().for_each(|row| other(row.0));
    facts.load_prefix.iter().for_each(|row| other(row.0));
    facts.elements.iter().for_each(|row| other(row.1));
    facts.slice.iter().for_each(|row| other(row.1));
    facts.narrow_to.iter().for_each(|row| other(row.1));
    facts.narrow_from.iter().for_each(|row| other(row.1));
    facts.actual_keyword.iter().for_each(|row| other(row.2));
    facts.actual_star.iter().for_each(|row| other(row.2));
    facts.actual_star_star.iter().for_each(|row| other(row.1));
    facts.call.iter().for_each(|row| other(row.1));
    facts.method_call.iter().for_each(|row| other(row.1));
    facts.return_value.iter().for_each(|row| other(row.1));
    facts.yields.iter().for_each(|row| other(row.1));
    facts.raises.iter().for_each(|row| other(row.1));
    facts.default_value.iter().for_each(|row| other(row.2));
    let patterns = facts.positional_pattern.iter();
    patterns.for_each(|row| other(row.0));
    // A generator over another one holds it while it takes its elements.
    let generators: Set<Var> = facts.generates.iter().map(|row| row.0).collect();
    let stored = facts
        .store
        .iter()
        .filter(|row| !generators.contains(&row.0));
    stored.for_each(|row| other(row.2));
}

/// Finds the loops over generators.
fn loops(facts: &Facts, within: &[(Var, Region)], uses: &mut Map<Var, Uses>) {
    let defined: Map<Var, Region> = facts.defined_in.iter().copied().collect();
    let around: Set<(Var, Region)> = within
        .iter()
        .filter(|row| uses.contains_key(&row.0))
        .copied()
        .collect();
    let is_loop = |kind: RegionKind| matches!(kind, RegionKind::Loop | RegionKind::Comprehension);
    let iterations = facts.region.iter().filter(|row| is_loop(row.1));
    let iterations: Set<Region> = iterations.map(|row| row.0).collect();
    for &(generator, element) in &facts.iterate {
        let Some(found) = uses.get_mut(&generator) else {
            continue;
        };
        let region = defined.get(&element);
        match region.filter(|region| iterations.contains(region)) {
            Some(&region) if !around.contains(&(generator, region)) => found.loops.push(region),
            _ => found.otherwise = true,
        }
    }
}

/// What calls do with what they are passed.
struct Takers {
    targets: Map<Call, Vec<Obj>>,
    formals: Map<(Call, Var), Vec<Var>>,
    singly: Set<(Obj, Var)>,
}

impl Takers {
    fn of(
        facts: &Facts,
        call_target: &[(Call, Obj)],
        binds: &[(Call, Var, Var)],
        uses: &Map<Var, Uses>,
    ) -> Self {
        let passed = binds.iter().filter(|row| uses.contains_key(&row.1));
        let mut formals: Map<(Call, Var), Vec<Var>> = Map::default();
        for &(call, actual, formal) in passed {
            formals.entry((call, actual)).or_default().push(formal);
        }
        let calls: Set<Call> = formals.keys().map(|key| key.0).collect();
        let mut targets: Map<Call, Vec<Obj>> = Map::default();
        for &(call, target) in call_target.iter().filter(|row| calls.contains(&row.0)) {
            targets.entry(call).or_default().push(target);
        }
        Self {
            targets,
            formals,
            singly: facts.takes_singly.iter().copied().collect(),
        }
    }

    /// Whether all that is called takes the elements of an argument one by one.
    fn take(&self, call: Call, argument: Var) -> bool {
        let Some((targets, formals)) =
            (self.targets.get(&call)).zip(self.formals.get(&(call, argument)))
        else {
            return false;
        };
        let takes = |target: &Obj| {
            formals
                .iter()
                .any(|formal| self.singly.contains(&(*target, *formal)))
        };
        targets.iter().all(takes)
    }
}
