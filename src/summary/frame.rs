//! The ledger of one stretch of execution: what it requested, what is alive, and the moments at
//! which most was.
//!
//! Nothing is copied while it grows: a moment is a time on the ledger's clock, and what was alive
//! then is read off the entries' births and deaths. So a block of any length costs linear time.

use std::sync::Arc;

use heapcast_facts::{Map, Region, Var};

use super::cost::{Line, bytes_of, covers, either, greater, merged, objects_of};
use super::value::{ContainerId, Value};
use crate::algebra::Expr;

/// Whose death is the death of an allocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Owner {
    /// The variable that holds it.
    Var(Var),
    /// The variable that received it from a call, or what was read from there.
    Result(Var),
    /// The last of several variables.
    Any(Arc<[Var]>),
    /// The function's outermost region, or the loop iteration, in which it was made.
    Local,
    /// Nothing that can be seen: it stays.
    Elsewhere,
}

impl Owner {
    fn vars(&self) -> &[Var] {
        match self {
            Self::Var(var) | Self::Result(var) => std::slice::from_ref(var),
            Self::Any(vars) => vars,
            Self::Local | Self::Elsewhere => &[],
        }
    }

    /// The owner of what belongs to both.
    pub(super) fn join(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Elsewhere, _) | (_, Self::Elsewhere) => Self::Elsewhere,
            (a, b) if a == b => a.clone(),
            (Self::Local, other) | (other, Self::Local) => other.clone(),
            (a, b) => {
                let mut vars: Vec<Var> = a.vars().iter().chain(b.vars()).copied().collect();
                vars.sort_unstable();
                vars.dedup();
                Self::Any(vars.into())
            }
        }
    }

    /// Whether any of the variables satisfies `test`; what is elsewhere always does.
    pub(super) fn any(&self, mut test: impl FnMut(Var) -> bool) -> bool {
        match self {
            Self::Elsewhere => true,
            Self::Local => false,
            _ => self.vars().iter().any(|&var| test(var)),
        }
    }
}

/// An allocation with its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owned {
    pub(super) line: Line,
    pub(super) owner: Owner,
}

/// What loops have put into a container from around them, of which only this container keeps anything.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    /// The container.
    pub(super) container: ContainerId,
    /// All that was put in.
    pub(super) all: Owned,
    /// What one slot holds of it.
    pub(super) one: Line,
    /// How much of it names may hold besides.
    pub(super) names: u32,
}

#[derive(Debug)]
struct Entry {
    owned: Owned,
    born: u32,
    died: u32,
}

#[derive(Debug)]
struct Moment {
    time: u32,
    extra: Vec<Line>,
    bytes: Expr,
    objects: Expr,
}

/// What a frame is for.
#[derive(Debug, Clone)]
pub(super) enum FrameKind {
    /// A function.
    Function,
    /// One iteration of a loop, with the containers from before it that change in it.
    Loop {
        unstable: Vec<ContainerId>,
        /// How long they are when the iteration starts, where that is known.
        lengths: Vec<(ContainerId, Expr)>,
        /// What their elements are then.
        elements: Vec<(ContainerId, Value)>,
    },
    /// One of several ways.
    Arm,
}

/// The most moments that are kept apart.
const MAX_MOMENTS: usize = 4;

/// See the module.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) kind: FrameKind,
    pub(super) region: Region,
    pub(super) total: Vec<Line>,
    pub(super) deltas: Vec<(ContainerId, Expr)>,
    /// By how much the elements of containers get longer together; nothing where that is not known.
    pub(super) sums: Vec<(ContainerId, Option<Expr>)>,
    /// What counts for containers from around the loops that the frame is in.
    pub(super) stored: Vec<Stored>,
    entries: Vec<Entry>,
    by_var: Map<Var, Vec<u32>>,
    clock: u32,
    bytes: Expr,
    objects: Expr,
    moments: Vec<Moment>,
    /// Whether more became alive since the last moment was noted.
    grown: bool,
}

impl Frame {
    pub(super) fn new(kind: FrameKind, region: Region) -> Self {
        Self {
            kind,
            region,
            total: Vec::new(),
            deltas: Vec::new(),
            sums: Vec::new(),
            stored: Vec::new(),
            entries: Vec::new(),
            by_var: Map::default(),
            clock: 0,
            bytes: Expr::ZERO,
            objects: Expr::ZERO,
            moments: Vec::new(),
            grown: false,
        }
    }

    /// A frame with the same changes of length, for a rehearsal.
    pub(super) fn skeleton(&self) -> Self {
        Self {
            deltas: self.deltas.clone(),
            sums: self.sums.clone(),
            ..Self::new(self.kind.clone(), self.region)
        }
    }

    /// The elements of what changes in this loop, if the container does.
    pub(super) fn changing(&self, id: ContainerId) -> Option<&[(ContainerId, Value)]> {
        match &self.kind {
            FrameKind::Loop {
                unstable, elements, ..
            } if unstable.contains(&id) => Some(elements),
            _ => None,
        }
    }

    /// The length of a container at the present step, where `length` is what it was before the
    /// frame; nothing where it changes in an unknown way.
    pub(super) fn length_of(&self, id: ContainerId, length: Expr) -> Option<Expr> {
        let mut length = length;
        if let FrameKind::Loop {
            unstable, lengths, ..
        } = &self.kind
            && unstable.contains(&id)
        {
            length = lengths.iter().find(|(own, _)| *own == id)?.1.clone();
        }
        match self.deltas.iter().find(|(own, _)| *own == id) {
            Some((_, delta)) => Some(&length + delta),
            None => Some(length),
        }
    }

    /// Something is requested and alive from now on.
    pub(super) fn allocate(&mut self, line: Line, owner: Owner) -> usize {
        self.total.push(line.clone());
        self.keep(Owned { line, owner })
    }

    /// Something is alive from now on that was counted as requested elsewhere.
    pub(super) fn keep(&mut self, owned: Owned) -> usize {
        self.clock += 1;
        self.grown = true;
        self.bytes = &self.bytes + &owned.line.bytes;
        self.objects = &self.objects + &owned.line.count;
        let at = self.entries.len();
        for &var in owned.owner.vars() {
            self.by_var.entry(var).or_default().push(at as u32);
        }
        self.entries.push(Entry {
            owned,
            born: self.clock,
            died: u32::MAX,
        });
        at
    }

    /// An entry dies.
    pub(super) fn free(&mut self, at: usize) {
        self.note(Vec::new());
        self.clock += 1;
        let clock = self.clock;
        let Some(entry) = self
            .entries
            .get_mut(at)
            .filter(|entry| entry.died == u32::MAX)
        else {
            return;
        };
        entry.died = clock;
        self.bytes = &self.bytes - &entry.owned.line.bytes;
        self.objects = &self.objects - &entry.owned.line.count;
    }

    /// What `var` alone owns dies.
    pub(super) fn free_var(&mut self, var: Var) {
        let Some(found) = self.by_var.remove(&var) else {
            return;
        };
        for at in found {
            let alone = |entry: &Entry| matches!(entry.owned.owner, Owner::Var(own) | Owner::Result(own) if own == var);
            if self.entries.get(at as usize).is_some_and(alone) {
                self.free(at as usize);
            }
        }
    }

    /// Notes the present moment, with `extra` alive in something that goes on inside of it.
    pub(super) fn note(&mut self, extra: Vec<Line>) {
        if extra.is_empty() && !self.grown {
            return;
        }
        self.grown = self.grown && !extra.is_empty();
        let moment = Moment {
            time: self.clock,
            bytes: &self.bytes + &bytes_of(&extra),
            objects: &self.objects + &objects_of(&extra),
            extra,
        };
        let above =
            |a: &Moment, b: &Moment| covers(&a.bytes, &b.bytes) && covers(&a.objects, &b.objects);
        if self.moments.iter().any(|other| above(other, &moment)) {
            return;
        }
        self.moments.retain(|other| !above(&moment, other));
        self.moments.push(moment);
        if self.moments.len() > MAX_MOMENTS {
            self.join_moments();
        }
    }

    /// The last two moments become one that is below neither.
    fn join_moments(&mut self) {
        let (Some(a), Some(b)) = (self.moments.pop(), self.moments.pop()) else {
            return;
        };
        let lines = [self.alive_at(&a), self.alive_at(&b)];
        let [one, other] = lines;
        let extra = either(one, other);
        self.moments.push(Moment {
            time: 0,
            bytes: bytes_of(&extra),
            objects: objects_of(&extra),
            extra,
        });
    }

    fn alive_at(&self, moment: &Moment) -> Vec<Line> {
        let time = moment.time;
        let alive = self
            .entries
            .iter()
            .filter(|entry| entry.born <= time && entry.died > time);
        let mut lines: Vec<Line> = alive.map(|entry| entry.owned.line.clone()).collect();
        lines.extend_from_slice(&moment.extra);
        merged(lines)
    }

    /// Ends the frame.
    pub(super) fn finish(mut self) -> Finished {
        self.note(Vec::new());
        let peaks = self
            .moments
            .iter()
            .map(|moment| self.alive_at(moment))
            .collect();
        let alive = self
            .entries
            .into_iter()
            .filter(|entry| entry.died == u32::MAX);
        Finished {
            region: self.region,
            total: self.total,
            peaks,
            alive: alive.map(|entry| entry.owned).collect(),
            deltas: self.deltas,
            sums: self.sums,
            stored: self.stored,
        }
    }
}

/// What a frame came to.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) region: Region,
    pub(super) total: Vec<Line>,
    pub(super) peaks: Vec<Vec<Line>>,
    pub(super) alive: Vec<Owned>,
    pub(super) deltas: Vec<(ContainerId, Expr)>,
    pub(super) sums: Vec<(ContainerId, Option<Expr>)>,
    pub(super) stored: Vec<Stored>,
}

impl Finished {
    /// What holds of either of two ways of execution.
    pub(super) fn either(mut self, other: Self) -> Self {
        self.total = either(self.total, other.total);
        self.peaks.extend(other.peaks);
        let mut rest = other.alive.into_iter();
        let mut alive = Vec::with_capacity(self.alive.len());
        for mine in self.alive {
            match rest.next() {
                Some(theirs) => alive.extend(joined(mine, theirs)),
                None => alive.push(mine),
            }
        }
        alive.extend(rest);
        self.alive = alive;
        self.stored.extend(other.stored);
        // What only one way takes out may be there still.
        for (container, delta) in &mut self.deltas {
            if !other.deltas.iter().any(|(own, _)| own == container) {
                *delta = greater(delta, &Expr::ZERO);
            }
        }
        for (container, delta) in other.deltas {
            match self.deltas.iter_mut().find(|(own, _)| *own == container) {
                Some((_, own)) => *own = greater(own, &delta),
                None => self.deltas.push((container, greater(&delta, &Expr::ZERO))),
            }
        }
        for (container, sum) in other.sums {
            match self.sums.iter_mut().find(|(own, _)| *own == container) {
                Some((_, own)) => *own = own.take().zip(sum).map(|(a, b)| greater(&a, &b)),
                None => self.sums.push((container, sum)),
            }
        }
        self
    }
}

fn joined(mine: Owned, theirs: Owned) -> Vec<Owned> {
    let owner = mine.owner.join(&theirs.owner);
    let lines = either(vec![mine.line], vec![theirs.line]);
    let owned = lines.into_iter().map(|line| Owned {
        line,
        owner: owner.clone(),
    });
    owned.collect()
}

/// Adds a change of length to those of a container.
pub(super) fn add_delta(deltas: &mut Vec<(ContainerId, Expr)>, container: ContainerId, by: &Expr) {
    match deltas.iter_mut().find(|(own, _)| *own == container) {
        Some((_, delta)) => *delta = &*delta + by,
        None => deltas.push((container, by.clone())),
    }
}
