//! The numbers that escape rules give to what they derive most: nodes (a variable with a state) and
//! endings. Rows of numbers are small, and what a node meets is found by its number.
//!
//! What is kept by node is its variable and state, and what the two sides of the joins are in which
//! both sides grow: where a node ends meets what waits for that, and whichever comes later finds the
//! other here. The engine would scan all of one side in every round.
//!
//! Rules cannot be handed a context, so all of it is in a thread-local for the time of one run.

use std::cell::RefCell;

use heapcast_facts::{Call, Map, Var};

use super::telling::Told;
use crate::places::{Ending, Place, State};

/// A variable and where the value is, as seen from it, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Node(u32);

/// An ending, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct End(u32);

/// Where a node ends, and what waits for that.
#[derive(Default)]
struct Row {
    ends: Vec<End>,
    /// Values that are with the node, in the same function.
    held: Vec<Node>,
    /// Values that are with the node, which is in a function inside.
    around: Vec<Node>,
    /// What calls pass to the node.
    passed: Vec<(Call, Node)>,
    /// The same, regardless of the call.
    given: Vec<Node>,
}

#[derive(Default)]
struct Nodes {
    numbers: Map<(Var, State), Node>,
    nodes: Vec<(Var, State)>,
    rows: Vec<Row>,
    end_numbers: Map<Ending, End>,
    endings: Vec<Ending>,
    told: Told,
}

thread_local! {
    static NODES: RefCell<Nodes> = RefCell::default();
}

/// Forgets all nodes; from now on, these fields are told apart.
pub(super) fn reset(told: Told) {
    NODES.set(Nodes {
        told,
        ..Nodes::default()
    });
}

/// The node of a variable and a state.
pub(super) fn node(var: Var, state: State) -> Node {
    NODES.with_borrow_mut(|nodes| nodes.node(var, state))
}

/// The node that stands for a state at a variable.
pub(super) fn bounded(var: Var, state: State) -> Node {
    NODES.with_borrow_mut(|nodes| {
        let field = state.place().field();
        let is_told = field.is_none_or(|field| nodes.told.at(var, field));
        nodes.node(var, if is_told { state } else { state.widened() })
    })
}

/// The place that stands for one in the result of the function that returns a variable.
pub(super) fn in_result(returned: Var, place: Place) -> Place {
    NODES.with_borrow(|nodes| {
        let field = place.field();
        let is_told = field.is_none_or(|field| nodes.told.in_result(returned, field));
        if is_told { place } else { place.widened() }
    })
}

/// The variable and the state of a node.
pub(super) fn of(node: Node) -> (Var, State) {
    NODES.with_borrow(|nodes| nodes.nodes[node.0 as usize])
}

/// The number of an ending.
pub(super) fn end(ending: Ending) -> End {
    NODES.with_borrow_mut(|nodes| nodes.end(ending))
}

/// The ending of that number.
pub(super) fn ending(end: End) -> Ending {
    NODES.with_borrow(|nodes| nodes.endings[end.0 as usize])
}

/// Notes that a value is with a holder in the same function; where that ends so far.
pub(super) fn ends_of_holder(node: Node, holder: Node) -> Vec<End> {
    awaited(holder, |row| row.held.push(node))
}

/// Notes that a value is with a holder in a function inside; where that ends so far.
pub(super) fn ends_inside(node: Node, inside: Node) -> Vec<End> {
    awaited(inside, |row| row.around.push(node))
}

/// Notes that a call passes a value to a node of a callee; where that ends so far, as far as it
/// depends on the call what comes of it.
pub(super) fn ends_in_callee(call: Call, node: Node, inner: Node) -> Vec<End> {
    let mut ends = awaited(inner, |row| row.passed.push((call, node)));
    ends.retain(|&end| !is_for_good(end));
    ends
}

/// Notes that a value is passed to a node of a callee; where that ends for good so far.
pub(super) fn ends_for_good(node: Node, inner: Node) -> Vec<End> {
    let mut ends = awaited(inner, |row| row.given.push(node));
    ends.retain(|&end| is_for_good(end));
    ends
}

/// Notes where a node ends; what is with it so far, in the same function.
pub(super) fn held_by(holder: Node, end: End) -> Vec<Node> {
    waiting(holder, end, |row| row.held.clone())
}

/// What is with a holder in the same function, once steps are known.
pub(super) fn all_held_by(holder: Node) -> Vec<Node> {
    NODES.with_borrow(|nodes| nodes.rows[holder.0 as usize].held.clone())
}

/// Notes where a node ends; what is with it so far, in functions around.
pub(super) fn around(inside: Node, end: End) -> Vec<Node> {
    waiting(inside, end, |row| row.around.clone())
}

/// Notes where a node ends; what calls have passed to it so far.
pub(super) fn passed_to(inner: Node, end: End) -> Vec<(Call, Node)> {
    waiting(inner, end, |row| row.passed.clone())
}

/// Notes where a node ends; what has been passed to it so far.
pub(super) fn given_to(inner: Node, end: End) -> Vec<Node> {
    waiting(inner, end, |row| row.given.clone())
}

/// Whether what ends there does so whoever called the function.
pub(super) fn is_for_good(end: End) -> bool {
    ending(end).is_for_good()
}

fn awaited(node: Node, note: impl Fn(&mut Row)) -> Vec<End> {
    NODES.with_borrow_mut(|nodes| {
        let row = &mut nodes.rows[node.0 as usize];
        note(row);
        row.ends.clone()
    })
}

/// Each of the rules that ask notes the ending, so that their order does not matter.
fn waiting<T>(node: Node, end: End, waits: impl Fn(&Row) -> Vec<T>) -> Vec<T> {
    NODES.with_borrow_mut(|nodes| {
        let row = &mut nodes.rows[node.0 as usize];
        if !row.ends.contains(&end) {
            row.ends.push(end);
        }
        waits(row)
    })
}

impl Nodes {
    fn node(&mut self, var: Var, state: State) -> Node {
        let next = Node(self.nodes.len() as u32);
        let node = *self.numbers.entry((var, state)).or_insert(next);
        if node == next {
            self.nodes.push((var, state));
            self.rows.push(Row::default());
        }
        node
    }

    fn end(&mut self, ending: Ending) -> End {
        let next = End(self.endings.len() as u32);
        let end = *self.end_numbers.entry(ending).or_insert(next);
        if end == next {
            self.endings.push(ending);
        }
        end
    }
}
