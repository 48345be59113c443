//! What keeps escape in proportion to the code: a value has few places at one variable, and few
//! endings; past these, places that differ in their fields become one.
//!
//! Rules cannot be handed a context, so the counts are in a thread-local for the time of one run.

use std::cell::RefCell;

use heapcast_facts::{Map, Var};

use crate::places::{Ending, State};

/// States of one variable that are told apart by their fields.
const STATES: usize = 6;

/// Endings of one state that are.
const ENDINGS: usize = 6;

#[derive(Default)]
struct Counts {
    states: Map<Var, Vec<State>>,
    endings: Map<(Var, State), Vec<Ending>>,
}

thread_local! {
    static COUNTS: RefCell<Counts> = RefCell::new(Counts::default());
}

/// Forgets what was counted.
pub(super) fn reset() {
    COUNTS.take();
}

/// The state that stands for `state` at a variable.
pub(super) fn bounded(var: Var, state: State) -> State {
    let wide = state.widened();
    if wide == state {
        return state;
    }
    COUNTS.with_borrow_mut(|counts| {
        let known = counts.states.entry(var).or_default();
        admit(known, state, STATES).unwrap_or(wide)
    })
}

/// The ending that stands for `ending` of a state.
pub(super) fn bounded_ending(var: Var, state: State, ending: Ending) -> Ending {
    let wide = ending.widened();
    if wide == ending {
        return ending;
    }
    COUNTS.with_borrow_mut(|counts| {
        let known = counts.endings.entry((var, state)).or_default();
        admit(known, ending, ENDINGS).unwrap_or(wide)
    })
}

fn admit<T: Copy + PartialEq>(known: &mut Vec<T>, value: T, limit: usize) -> Option<T> {
    if known.contains(&value) {
        return Some(value);
    }
    if known.len() >= limit {
        return None;
    }
    known.push(value);
    Some(value)
}
