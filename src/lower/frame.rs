//! The function that is being lowered: where it stands, and what its names and fields hold there.

use heapcast_facts::{Field, Map, Obj, Region, Symbol, Var};

use super::scope::ScopeId;
use crate::ir::Block;

/// A loop that is being lowered.
pub(super) struct LoopFrame {
    /// The slots that its body may assign.
    pub(super) slots: Vec<u32>,
    /// The values of `slots` at each `break`.
    pub(super) breaks: Vec<Vec<Option<Var>>>,
    /// The values of `slots` at each `continue`.
    pub(super) continues: Vec<Vec<Option<Var>>>,
}

/// The class whose body or method is being lowered.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClassContext {
    pub(super) object: Obj,
    pub(super) name: Symbol,
}

/// What a test says of a parameter: whether it was passed, as something else than `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Guard {
    pub(super) formal: Var,
    pub(super) given: bool,
}

/// How many scopes are around a generator expression, and the variables of these that it uses.
pub(super) type Captured = (usize, Vec<Var>);

/// The function that is being lowered.
pub(super) struct Frame {
    pub(super) function: Obj,
    pub(super) outermost: Region,
    pub(super) region: Region,
    /// The scopes whose code runs in this frame, innermost last.
    pub(super) scopes: Vec<ScopeId>,
    pub(super) class: Option<ClassContext>,
    pub(super) receiver: Option<Var>,
    /// The name that `__getattr__` is asked for, in its body.
    pub(super) asked: Option<Var>,
    pub(super) block: Block,
    pub(super) reachable: bool,
    pub(super) loops: Vec<LoopFrame>,
    /// How many `try` and `with` statements are open; assignments are logged while there are.
    pub(super) tries: u32,
    pub(super) log: Vec<(u32, Var)>,
    /// The generator object, where the function is a generator.
    pub(super) generator: Option<Var>,
    /// What the generator expression around uses of the variables around it.
    pub(super) captured: Option<Captured>,
    slots: Map<(ScopeId, Symbol), u32>,
    slot_cells: Vec<Option<(Var, Symbol)>>,
    env: Vec<Option<Var>>,
    /// Slots that anything up to here binds, on whatever way.
    touched: Map<u32, ()>,
    trail: Vec<(u32, Option<Var>)>,
    /// Values of shared names that no other code can have seen yet; of several for a slot and region
    /// the last counts.
    pending: Vec<(u32, Region, Var)>,
    /// What a field is known to hold here.
    pub(super) memory: Vec<((Var, Field), Var)>,
    /// Containers made here that nothing else can reach yet.
    pub(super) fresh: Map<Var, ()>,
    /// What tests say here of parameters that may be left out.
    pub(super) guards: Vec<Guard>,
}

impl Frame {
    pub(super) fn new(function: Obj, region: Region, scope: ScopeId) -> Self {
        Self {
            function,
            outermost: region,
            region,
            scopes: vec![scope],
            class: None,
            receiver: None,
            asked: None,
            block: Block::new(),
            reachable: true,
            loops: Vec::new(),
            tries: 0,
            log: Vec::new(),
            generator: None,
            captured: None,
            slots: Map::default(),
            slot_cells: Vec::new(),
            env: Vec::new(),
            touched: Map::default(),
            trail: Vec::new(),
            pending: Vec::new(),
            memory: Vec::new(),
            fresh: Map::default(),
            guards: Vec::new(),
        }
    }

    /// A variable of that scope is used: a generator expression inside of it keeps what it holds.
    pub(super) fn capture(&mut self, scope: ScopeId, var: Var) {
        if let Some((depth, used)) = &mut self.captured
            && self.scopes.iter().take(*depth).any(|own| *own == scope)
        {
            used.push(var);
        }
    }

    /// The value of a slot, if it is bound.
    pub(super) fn value(&self, slot: u32) -> Option<Var> {
        self.env.get(slot as usize).copied().flatten()
    }

    /// The slot of a name that has one.
    pub(super) fn slot(&self, scope: ScopeId, name: Symbol) -> Option<u32> {
        self.slots.get(&(scope, name)).copied()
    }

    /// Gives a name a slot; `cell` is where other functions see its value, if they share it.
    pub(super) fn add_slot(&mut self, scope: ScopeId, name: Symbol, cell: Option<Var>) -> u32 {
        let slot = self.env.len() as u32;
        self.slots.insert((scope, name), slot);
        self.slot_cells.push(cell.map(|cell| (cell, name)));
        self.env.push(None);
        slot
    }

    /// The cell and the name of a slot that other functions share.
    pub(super) fn cell_of(&self, slot: u32) -> Option<(Var, Symbol)> {
        self.slot_cells.get(slot as usize).copied().flatten()
    }

    /// The value of a shared slot is to be stored before other code can see it.
    pub(super) fn store_later(&mut self, slot: u32, value: Var) {
        self.pending.push((slot, self.region, value));
    }

    /// The values that are to be stored by now, the last one of each slot and region.
    pub(super) fn take_pending(&mut self) -> Vec<(u32, Var)> {
        let mut pending = std::mem::take(&mut self.pending);
        let mut later = Map::default();
        pending.reverse();
        pending.retain(|&(slot, region, _)| later.insert((slot, region), ()).is_none());
        pending.reverse();
        pending.into_iter().map(|row| (row.0, row.2)).collect()
    }

    /// Whether code up to here may have bound a slot: code of a loop may come again.
    pub(super) fn may_be_bound(&self, slot: u32) -> bool {
        !self.loops.is_empty() || self.touched.contains_key(&slot)
    }

    /// Binds a slot.
    pub(super) fn set(&mut self, slot: u32, value: Option<Var>) {
        if value.is_some() {
            self.touched.insert(slot, ());
        }
        let place = &mut self.env[slot as usize];
        self.trail.push((slot, *place));
        *place = value;
        if self.tries > 0
            && let Some(var) = value
        {
            self.log.push((slot, var));
        }
    }

    /// A point to come back to.
    pub(super) fn mark(&self) -> usize {
        self.trail.len()
    }

    /// Undoes all bindings since `mark`; the result is what the changed slots held.
    pub(super) fn rewind(&mut self, mark: usize) -> Vec<(u32, Option<Var>)> {
        let mut changed: Vec<u32> = self.trail[mark..].iter().map(|&(slot, _)| slot).collect();
        changed.sort_unstable();
        changed.dedup();
        let ends = changed
            .iter()
            .map(|&slot| (slot, self.env[slot as usize]))
            .collect();
        while self.trail.len() > mark {
            if let Some((slot, old)) = self.trail.pop() {
                self.env[slot as usize] = old;
            }
        }
        ends
    }

    /// Forgets what fields are known to hold.
    pub(super) fn forget(&mut self) {
        self.memory.clear();
        self.fresh.clear();
    }

    /// Forgets what elements of containers are known to be.
    pub(super) fn forget_elements(&mut self) {
        self.memory
            .retain(|&((_, at), _)| !at.is_constant_element());
    }

    /// A value may from now on be reached by other code.
    pub(super) fn publish(&mut self, var: Var) {
        self.fresh.remove(&var);
    }
}
