//! What loops put into containers that alone keep it ([`super::holders`]).
//!
//! However often a loop puts something in, no more of it is alive than the container has slots, and than
//! names hold besides: what is overwritten, or taken out, is gone. So such objects are not alive for the
//! iteration that makes them, and then for the one around it, once each: inner loops hand over how much of
//! it there is, and the outermost loop that the container is older than counts them, once.

use heapcast_facts::Var;

use super::cost::{Line, covers, map, times};
use super::frame::{FrameKind, Owned, Owner, Stored};
use super::interpret::Interpreter;
use super::iterations::Iterations;
use super::loops::most;
use super::sizes::number;
use super::value::{ContainerId, Kind, Step, Value};
use crate::algebra::Expr;

/// Stands for the container of what may be in several.
const NONE: ContainerId = ContainerId(u32::MAX);

/// The only container that keeps something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keeper {
    container: ContainerId,
    /// The number of the frame that made it, when it was put in.
    home: usize,
    /// How much of it names may hold besides.
    names: u32,
}

/// What a loop has put into containers.
pub(super) struct InContainers {
    /// What counts in the frame around the loop.
    pub(super) alive: Vec<Owned>,
    /// The same while the loop runs, without what the present iteration puts in itself.
    pub(super) before: Vec<Line>,
    /// What counts further outside.
    pub(super) further: Vec<Stored>,
}

impl Interpreter<'_> {
    /// Something is put into a container that may be the only one to keep it.
    pub(super) fn keeps(&mut self, base: &Value, from: Var) {
        let uses = std::sync::Arc::clone(&self.uses);
        let values = uses.holders.put_with(from);
        if values.is_empty() || self.rehearsing > 0 {
            return;
        }
        let single = |step: &Step| matches!(step, Step::Attribute(_) | Step::Key(_));
        let one = match (&base.place, base.container) {
            (Some(place), _) => place.below.is_none() && place.steps.iter().all(single),
            (None, container) => container.is_some(),
        };
        let container = self.container_of(base).filter(|_| one).unwrap_or(NONE);
        let known = self.containers.get(container.0 as usize);
        let home = known.map_or(usize::MAX, |known| known.home);
        for (value, names) in values {
            let keeper = Keeper {
                container,
                home,
                names: *names,
            };
            let known = self.slots.entry(*value).or_insert(keeper);
            if known.container != container {
                known.container = NONE;
            }
        }
    }

    /// A call has put something in, if that is what has made a container longer.
    pub(super) fn keeps_of_call(&mut self, result: Var) {
        let longer = self.longer.take();
        let uses = std::sync::Arc::clone(&self.uses);
        for (base, from) in uses.holders.put_by(result) {
            let base = self.value(*base);
            match self.container_of(&base) {
                Some(container) if longer == Some(container) => self.keeps(&base, *from),
                _ => self.keeps(&Value::default(), *from),
            }
        }
    }

    /// The container from before frame number `at` that alone keeps what `owner` owns.
    fn keeper(&self, owner: &Owner, at: usize) -> Option<Keeper> {
        let (Owner::Var(var) | Owner::Result(var)) = owner else {
            return None;
        };
        let keeper = match self.slots.get(var) {
            Some(keeper) => *keeper,
            None => self.later_keeper(*var, at)?,
        };
        self.container_length(keeper.container)?;
        // When the loop that made the container is over, its slots have been counted.
        (keeper.home < at).then_some(keeper)
    }

    /// The container that keeps what further steps put in, if the function has made it.
    fn later_keeper(&self, var: Var, at: usize) -> Option<Keeper> {
        let (root, depth, names) = self.uses.holders.root_of(var)?;
        let mut value = &self.values.get(&root)?.value;
        for _ in 0..depth {
            let known = self.containers.get(value.container?.0 as usize)?;
            value = known.element.as_ref()?;
        }
        let container = value.container?;
        let known = self.containers.get(container.0 as usize)?;
        let is_own = known.place.is_none() && matches!(known.kind, Kind::List | Kind::Dict);
        // How long it gets is known when these steps are over.
        let is_own = is_own && self.is_counted_further(container, at);
        is_own.then_some(Keeper {
            container,
            home: known.home,
            names,
        })
    }

    /// What the iterations of a loop leave, without what containers from before it keep.
    pub(super) fn put_away(
        &mut self,
        survivors: Vec<Owned>,
        at: usize,
        iterations: &Iterations,
    ) -> (Vec<Owned>, Vec<Stored>) {
        let mut rest = Vec::with_capacity(survivors.len());
        let mut stored = Vec::new();
        for owned in survivors {
            let Some(keeper) = self.keeper(&owned.owner, at) else {
                rest.push(owned);
                continue;
            };
            let one = most(&owned.line, iterations).0;
            stored.push(Stored {
                container: keeper.container,
                all: owned,
                one,
                names: keeper.names,
            });
        }
        (rest, stored)
    }

    /// What a loop has put into containers, itself and in the loops inside of it.
    pub(super) fn stored(
        &mut self,
        own: Vec<Stored>,
        inner: Vec<Stored>,
        at: usize,
        iterations: &Iterations,
    ) -> InContainers {
        let mut found = InContainers {
            alive: Vec::new(),
            before: Vec::new(),
            further: Vec::new(),
        };
        let count = own.len();
        for (place, mut stored) in own.into_iter().chain(inner).enumerate() {
            let (all, worse) = map(&stored.all.line, |expr| iterations.sum(expr));
            self.grade = self.grade.join(worse);
            stored.one = most(&stored.one, iterations).0;
            if self.is_counted_further(stored.container, at) {
                stored.all.line = all;
                found.further.push(stored);
                continue;
            }
            let owner = stored.all.owner.clone();
            match self.slots_of(&stored) {
                // Where there is a slot for each, nothing is overwritten or taken out.
                Some(slots) if !has_slots(&slots, &stored.one, &all) => {
                    let held = times(&stored.one, &number(u64::from(stored.names)));
                    let line = self.in_slots(&slots, &stored.one, all);
                    found.before.extend([line.clone(), held.clone()]);
                    found.alive.push(Owned { line, owner });
                    found.alive.push(Owned {
                        line: held,
                        owner: Owner::Local,
                    });
                }
                _ => {
                    let before = match place < count {
                        true => map(&stored.all.line, |expr| iterations.before(expr)).0,
                        false => all.clone(),
                    };
                    found.before.push(before);
                    found.alive.push(Owned { line: all, owner });
                }
            }
        }
        found
    }

    /// Whether there is a loop between a container and frame number `at`.
    fn is_counted_further(&self, container: ContainerId, at: usize) -> bool {
        let known = self.containers.get(container.0 as usize);
        let home = known.map_or(0, |known| known.home);
        let between = self.frames.iter().take(at).skip(home + 1);
        between
            .into_iter()
            .any(|frame| matches!(frame.kind, FrameKind::Loop { .. }))
    }

    /// How much is alive at most of what is put into a container over and over.
    fn slots_of(&self, stored: &Stored) -> Option<Expr> {
        let (Owner::Var(var) | Owner::Result(var)) = stored.all.owner else {
            return None;
        };
        let keeper = self.slots.get(&var)?;
        if keeper.container != stored.container {
            return None;
        }
        let known = self.containers.get(stored.container.0 as usize)?;
        let length = self.container_length(stored.container)?;
        Some(&length * &known.copies)
    }

    /// What was put in, as often as there are slots for it.
    fn in_slots(&self, slots: &Expr, one: &Line, all: Line) -> Line {
        let Line { count, bytes, .. } = times(one, slots);
        // What is counted in a run is no more than what is stored.
        let is_counted = self.is_counting() && slots.has_mcv() && !all.bytes.has_mcv();
        let same_size = &all.count * &one.bytes == &all.bytes * &one.count;
        match is_counted && same_size {
            true => Line {
                count,
                bytes,
                ..all
            },
            false => Line {
                count: known_least(&all.count, &count),
                bytes: known_least(&all.bytes, &bytes),
                ..all
            },
        }
    }
}

/// Whether there is a slot for all that is put in.
fn has_slots(slots: &Expr, one: &Line, all: &Line) -> bool {
    match one.count.is_zero() {
        true => covers(&(slots * &one.bytes), &all.bytes),
        false => covers(&(slots * &one.count), &all.count),
    }
}

/// The least of two bounds; only that which is known, where one of them is not.
fn known_least(one: &Expr, other: &Expr) -> Expr {
    match (one.has_mcv(), other.has_mcv()) {
        (true, false) => other.clone(),
        (false, true) => one.clone(),
        _ => one.minimum(other),
    }
}
