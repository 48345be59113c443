//! Why a value outlives a region: a shortest way along the steps that keep it alive.
//!
//! The engine keeps no derivations. When it is done, its steps and endings are a graph in which
//! every step is one that a rule made; a way goes from the value to a state that ends by itself,
//! through states that have the same ending.

use std::collections::VecDeque;

use heapcast_facts::{Facts, Map, Obj, Region, Var};

use super::nodes::{ending, of};
use super::{EndsIn, Enters, Leaves, Step};
use crate::Via;
use crate::places::{Ending, ITSELF, State, WITH_PARTS};

/// One variable on a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Holder {
    /// The variable.
    pub var: Var,
    /// Whether the value was put into the object that the variable holds; if not, the variable
    /// holds the value, or something that it is in.
    pub is_put: bool,
}

/// How a value comes to outlive a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// What holds the value first.
    pub var: Var,
    /// Whether this is about what is reachable from a call's result, and not about the result.
    pub is_part: bool,
    /// The region that it outlives by a variable around; none where it is the function.
    pub region: Option<Region>,
    /// Through what.
    pub via: Via,
    /// The variables that it comes to, from the first on.
    pub holders: Vec<Holder>,
}

type Held = (Var, State);

/// What the engine derived, as a graph.
pub(super) struct Graph {
    steps: Map<Held, Vec<Held>>,
    /// The states of parameters that arguments enter.
    enters: Map<Held, Vec<Held>>,
    ends: Map<Held, Vec<Ending>>,
    leaves: Map<Held, Vec<Region>>,
    owners: Map<Var, Obj>,
    globals: Map<Var, ()>,
    /// What ends with its function by itself.
    handed: Map<(Var, Via), ()>,
    numbers: Map<Var, (Obj, u32)>,
    regions: Map<Var, Vec<Region>>,
    parents: Map<Region, Region>,
}

impl Graph {
    pub(super) fn new(
        facts: &Facts,
        numbers: &Map<Var, (Obj, u32)>,
        steps: impl IntoIterator<Item = Step>,
        enters: impl IntoIterator<Item = Enters>,
        ends: impl IntoIterator<Item = EndsIn>,
        leaves: impl IntoIterator<Item = Leaves>,
    ) -> Self {
        let steps = steps.into_iter();
        let steps = steps.map(|Step(from, to)| (of(from), of(to)));
        let enters = enters.into_iter();
        let enters = enters.map(|Enters(_, from, to)| (of(from), of(to)));
        let ends = ends.into_iter();
        let ends = ends.map(|EndsIn(node, end)| (of(node), ending(end)));
        let leaves = leaves.into_iter();
        let leaves = leaves.map(|Leaves(node, region)| (of(node), region));
        let returned = facts.return_value.iter();
        let returned = returned.map(|&(_, var)| ((var, Via::Returned), ()));
        let yielded = facts.yields.iter();
        let yielded = yielded.map(|&(_, var)| ((var, Via::Yielded), ()));
        let thrown = facts.raises.iter();
        let thrown = thrown.map(|&(_, var)| ((var, Via::Thrown), ()));
        let defined = facts.defined_in.iter().copied();
        Self {
            steps: grouped(steps),
            enters: grouped(enters),
            ends: grouped(ends),
            leaves: grouped(leaves),
            owners: facts.variable_in.iter().copied().collect(),
            globals: facts.module_global.iter().map(|row| (row.2, ())).collect(),
            handed: returned.chain(yielded).chain(thrown).collect(),
            numbers: numbers.clone(),
            regions: grouped(defined),
            parents: facts.region_parent.iter().copied().collect(),
        }
    }

    /// The ways of the value that a variable holds, and of what is reachable from it.
    pub(super) fn ways(&self, var: Var) -> Vec<Way> {
        let mut ways = Vec::new();
        for (start, is_part) in [((var, ITSELF), false), ((var, WITH_PARTS), true)] {
            let mut way = |region, via, holders: Vec<Held>| {
                let holders = holders.into_iter().map(|(var, state)| Holder {
                    var,
                    is_put: matches!(state, State::Put(_)),
                });
                ways.push(Way {
                    var,
                    is_part,
                    region,
                    via,
                    holders: holders.collect(),
                });
            };
            for via in self.vias(start) {
                way(None, via, self.to_end(start, via));
            }
            for &region in self.leaves.get(&start).into_iter().flatten() {
                way(Some(region), Via::Variable, self.out_of(start, region));
            }
        }
        ways
    }

    /// Through what a state outlives its function.
    fn vias(&self, held: Held) -> Vec<Via> {
        let endings = self.ends.get(&held).into_iter().flatten();
        let mut vias: Vec<Via> = endings.filter_map(|ending| self.via(*ending)).collect();
        vias.sort_unstable();
        vias.dedup();
        vias
    }

    fn via(&self, ending: Ending) -> Option<Via> {
        match ending {
            Ending::Formal(formal, _) => {
                let &(_, number) = self.numbers.get(&formal)?;
                Some(Via::Parameter(number))
            }
            _ => ending.via(),
        }
    }

    fn is_own(&self, var: Var, other: Var) -> bool {
        self.owners.get(&var) == self.owners.get(&other)
    }

    /// From a state to one that ends so by itself.
    fn to_end(&self, start: Held, via: Via) -> Vec<Held> {
        let next = |held: Held| {
            let steps = self.steps.get(&held).into_iter().flatten().copied();
            let steps = steps
                .filter(move |to| self.is_own(held.0, to.0) || self.globals.contains_key(&to.0));
            let is_for_good =
                matches!(via, Via::Global | Via::Closure | Via::Unknown | Via::Thrown);
            let enters = self.enters.get(&held).into_iter().flatten().copied();
            let enters = enters.filter(move |_| is_for_good);
            let has = |to: &Held| self.vias(*to).contains(&via);
            let mut next: Vec<Held> = steps.chain(enters).filter(has).collect();
            next.sort_unstable();
            next
        };
        let ends = |held: Held| match via {
            Via::Parameter(number) => {
                let is_formal = self.numbers.get(&held.0).is_some_and(|row| row.1 == number);
                is_formal && matches!(held.1, State::Put(_)) && self.is_own(held.0, start.0)
            }
            Via::Global if self.globals.contains_key(&held.0) => true,
            Via::Returned | Via::Yielded | Via::Thrown
                if self.handed.contains_key(&(held.0, via)) =>
            {
                matches!(held.1, State::Flow(_))
            }
            _ => next(held).is_empty(),
        };
        shortest(start, next, ends)
    }

    /// From a state to one of a variable outside of the region.
    fn out_of(&self, start: Held, region: Region) -> Vec<Held> {
        let next = |held: Held| {
            let steps = self.steps.get(&held).into_iter().flatten().copied();
            let goes_on = |to: &Held| {
                let leaves = self
                    .leaves
                    .get(to)
                    .is_some_and(|left| left.contains(&region));
                let is_near = self.is_own(held.0, to.0) || self.globals.contains_key(&to.0);
                is_near && (leaves || !self.is_within(to.0, region))
            };
            let mut next: Vec<Held> = steps.filter(goes_on).collect();
            next.sort_unstable();
            next
        };
        shortest(start, next, |held| !self.is_within(held.0, region))
    }

    fn is_within(&self, var: Var, region: Region) -> bool {
        let regions = self.regions.get(&var).into_iter().flatten();
        regions.copied().any(|inner| {
            let parent = |at: &Region| self.parents.get(at).copied();
            std::iter::successors(Some(inner), parent).any(|around| around == region)
        })
    }
}

/// The shortest way from a state to an end; the state alone where there is none.
fn shortest(
    start: Held,
    next: impl Fn(Held) -> Vec<Held>,
    ends: impl Fn(Held) -> bool,
) -> Vec<Held> {
    let mut before: Map<Held, Held> = Map::default();
    let mut waiting = VecDeque::from([start]);
    while let Some(held) = waiting.pop_front() {
        if ends(held) {
            let back = |at: &Held| before.get(at).copied().filter(|_| *at != start);
            let mut way: Vec<Held> = std::iter::successors(Some(held), back).collect();
            way.reverse();
            return way;
        }
        for to in next(held) {
            if to != start && !before.contains_key(&to) {
                before.insert(to, held);
                waiting.push_back(to);
            }
        }
    }
    vec![start]
}

fn grouped<K: Eq + std::hash::Hash, V: Ord>(rows: impl Iterator<Item = (K, V)>) -> Map<K, Vec<V>> {
    let mut groups: Map<K, Vec<V>> = Map::default();
    for (key, value) in rows {
        groups.entry(key).or_default().push(value);
    }
    groups
        .values_mut()
        .for_each(|values| values.sort_unstable());
    groups
}
