//! What is kept of what was derived: nodes, copies and records become variables, calls and objects of
//! the program again.

use super::{CallOn, VarPointsTo};
use crate::Derived;
use crate::world::World;

/// What variables and fields of the program hold, copies together with their originals.
pub(super) fn values(
    world: &World,
    values: impl IntoIterator<Item = VarPointsTo>,
    derived: &mut Derived,
) {
    let mut vars = Vec::new();
    let mut fields = Vec::new();
    for VarPointsTo(node, object) in values {
        let value = world.original(object);
        if let Some(var) = world.original_var(node) {
            vars.push((var, value));
        } else if let Some((owner, field)) = world.cell(node) {
            fields.push((world.original(owner), field, value));
        }
    }
    derived.var_points_to = sorted(vars.into_iter());
    derived.field_points_to = sorted(fields.into_iter());
}

/// What calls go to, and who calls whom.
pub(super) fn calls(
    world: &mut World,
    calls: impl IntoIterator<Item = CallOn>,
    derived: &mut Derived,
) {
    let mut targets = Vec::new();
    let mut edges = Vec::new();
    for CallOn(call, object) in calls {
        let Some(target) = world.target(object) else {
            continue;
        };
        if !world.is_hidden(call, target) && !world.is_nameless(object) {
            edges.push((world.caller(call), world.shown(object, target)));
        }
        if let Some(call) = world.original_call(call) {
            targets.push((call, target));
        }
    }
    derived.call_target = sorted(targets.into_iter());
    derived.call_graph_edge = sorted(edges.into_iter());
}

/// Rows in order, each once.
pub(super) fn sorted<T: Ord>(rows: impl Iterator<Item = T>) -> Vec<T> {
    let mut rows: Vec<T> = rows.collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}
