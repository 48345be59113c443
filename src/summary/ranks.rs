//! Ranks: what recursive calls make smaller.
//!
//! A quantity of the inputs falls by a step, becomes a part of itself, rises to a bound, or two numbers
//! close in on each other; or the calls walk over a structure, one for each node.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::context::Context;
use super::recursion::{Recursion, RecursiveCall};
use super::value::{Measure, Place, Quantity, Root, Step};
use crate::algebra::{Expr, Rational, Substitution, Symbol};
use crate::ir::CompareOp;

/// By how much the inputs are larger than the least ones when their steps are compared.
const SHIFT: i64 = 4;

/// How the inputs of recursive calls become smaller.
#[derive(Debug, Clone)]
pub(super) enum Rank {
    /// By a step for each call.
    Steps { steps: Vec<Rational>, span: Expr },
    /// To one of `parts` parts; `symbol` is the quantity where it is a measure.
    Parts {
        of: Expr,
        symbol: Option<Symbol>,
        parts: i64,
    },
    /// A node of a structure for each call.
    Structure {
        nodes: Expr,
        depth: Expr,
        /// What all nodes have together of a quantity.
        together: Vec<(Symbol, Expr)>,
    },
}

/// What a call passes on for a measure.
pub(super) fn passed(call: &RecursiveCall, measure: &Measure) -> Option<Expr> {
    let Root::Parameter(at) = measure.place.root else {
        return Some(Expr::symbol(&measure.symbol));
    };
    let argument = call.arguments.get(at as usize)?;
    let same = argument.place.as_ref().is_some_and(|place| {
        place.root == measure.place.root && place.steps.is_empty() && place.below.is_none()
    });
    if same {
        return match (measure.quantity, measure.place.steps.is_empty()) {
            (Quantity::Length, true) if argument.length.is_some() => argument.length.clone(),
            _ => Some(Expr::symbol(&measure.symbol)),
        };
    }
    match measure.place.steps.as_slice() {
        [] => match measure.quantity {
            Quantity::Number => argument.number.clone(),
            Quantity::Length => argument.length.clone(),
            _ => None,
        },
        [Step::Element] => {
            let element = argument.element.as_deref()?;
            match measure.quantity {
                Quantity::Number => element.number.clone(),
                Quantity::Length => element.length.clone(),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The formula for inputs that are not the least.
pub(super) fn shift(expr: &Expr, measures: &[Measure]) -> Expr {
    let by = measures.iter().map(|measure| {
        let larger = &Expr::symbol(&measure.symbol) + &Expr::from(SHIFT);
        (measure.symbol.clone(), larger)
    });
    expr.substitute(&by.collect())
}

/// By how much `next` is less than `rank`, if by a number.
pub(super) fn decrease(rank: &Expr, next: &Expr, measures: &[Measure]) -> Option<Rational> {
    let difference = &shift(rank, measures) - &shift(next, measures);
    difference.as_constant().cloned()
}

/// A walk over a structure: each call gets a part of what this one got.
pub(super) fn structure(
    calls: &[RecursiveCall],
    measures: &[Measure],
    context: &Context<'_>,
    below: &mut BTreeMap<Symbol, Measure>,
) -> Option<Rank> {
    let part = |call: &RecursiveCall, root: Root| {
        let Root::Parameter(at) = root else {
            return None;
        };
        let place = call.arguments.get(at as usize)?.place.clone()?;
        (place.root == root && !place.steps.is_empty() && place.below.is_none()).then_some(place)
    };
    let inputs = measures
        .iter()
        .filter(|m| m.place.steps.is_empty() && m.place.below.is_none());
    let (start, mut ways) = inputs
        .filter_map(|measure| {
            let steps = |call| part(call, measure.place.root).map(|place| place.steps.clone());
            let ways: Option<Vec<Vec<Step>>> = calls.iter().map(steps).collect();
            Some((&measure.place, ways?))
        })
        .next()?;
    ways.sort();
    ways.dedup();
    let walk = Place::clone(start).walked(ways.clone());
    let symbols = context.input.symbols;
    for measure in measures.iter().filter(|m| m.place.root == start.root) {
        let steps = measure.place.steps.iter();
        let place = steps
            .copied()
            .try_fold(walk.clone(), |place, step| place.then(step, symbols));
        let Some(mut place) = place.filter(|_| measure.place.below.is_none()) else {
            continue;
        };
        if measure.place.steps.is_empty() {
            place.text = format!("{}.**", place.text).into();
        }
        below.insert(
            measure.symbol.clone(),
            Measure {
                symbol: measure.quantity.symbol(&place),
                place: Arc::new(place),
                quantity: measure.quantity,
            },
        );
    }
    let walk = Arc::new(walk);
    let parts: Vec<Symbol> = (measures.iter())
        .filter(|m| m.quantity == Quantity::Length && m.place.root == start.root)
        .filter(|m| {
            let goes = |way: &Vec<Step>| match way.split_last() {
                Some((Step::Element, steps)) => *steps == m.place.steps,
                _ => false,
            };
            m.place.below.is_none() && ways.iter().any(goes)
        })
        .map(|m| m.symbol.clone())
        .collect();
    let mut add = |quantity: Quantity| {
        let symbol = quantity.symbol(&walk);
        let measure = Measure {
            symbol: symbol.clone(),
            place: Arc::clone(&walk),
            quantity,
        };
        below.insert(symbol.clone(), measure);
        Expr::symbol(&symbol)
    };
    let (nodes, depth) = (add(Quantity::Nodes), add(Quantity::Depth));
    // The elements of all nodes are nodes themselves.
    let together = parts.into_iter().map(|part| (part, nodes.clone()));
    Some(Rank::Structure {
        together: together.collect(),
        nodes,
        depth,
    })
}

/// A search that marks keep from coming to anything twice.
pub(super) fn search(recursion: &Recursion) -> Option<Rank> {
    let search = recursion.search.clone()?;
    Some(Rank::Structure {
        nodes: search.calls,
        depth: search.depth,
        together: search.together,
    })
}

/// A choice among the smaller sizes of a quantity: with `n` of them there are `2ⁿ` ways to go down.
pub(super) fn choices(calls: &[RecursiveCall]) -> Option<Rank> {
    let span = calls.first()?.chosen.clone()?;
    let same = |call: &RecursiveCall| call.chosen.as_ref() == Some(&span);
    let ways = Rational::from(i64::try_from(calls.len()).ok()? + 1);
    calls.iter().all(same).then_some(())?;
    Some(Rank::Structure {
        nodes: Expr::power(&ways, &span)?,
        depth: &span + &Expr::one(),
        together: Vec::new(),
    })
}

/// A quantity that becomes smaller.
pub(super) fn steps(recursion: &Recursion, measures: &[Measure]) -> Option<Rank> {
    let calls = recursion.calls.as_slice();
    let plain: Vec<&Measure> = measures
        .iter()
        .filter(|m| m.place.steps.is_empty() && matches!(m.place.root, Root::Parameter(_)))
        .filter(|m| matches!(m.quantity, Quantity::Number | Quantity::Length))
        .collect();
    let nexts = |measure: &Measure| -> Option<Vec<Expr>> {
        calls.iter().map(|call| passed(call, measure)).collect()
    };
    for measure in &plain {
        if let Some(rank) =
            nexts(measure).and_then(|next| smaller(recursion, measure, &next, measures))
        {
            return Some(rank);
        }
    }
    for low in &plain {
        for high in plain.iter().filter(|high| high.symbol != low.symbol) {
            let (Some(lows), Some(highs)) = (nexts(low), nexts(high)) else {
                continue;
            };
            if compares(recursion, low, high)
                && let Some(rank) = closing(low, high, &lows, &highs, measures)
            {
                return Some(rank);
            }
        }
    }
    sums(recursion, &plain, &nexts, measures)
}

/// The rank by one measure: it falls, is parted, or rises to a bound.
fn smaller(
    recursion: &Recursion,
    measure: &Measure,
    nexts: &[Expr],
    measures: &[Measure],
) -> Option<Rank> {
    let own = Expr::symbol(&measure.symbol);
    let steps: Option<Vec<Rational>> = nexts
        .iter()
        .map(|next| decrease(&own, next, measures))
        .collect();
    match steps {
        Some(steps) if steps.iter().all(Rational::is_positive) => {
            let floor = floor_of(recursion, &own);
            let span = &own - &Expr::constant(floor);
            return Some(Rank::Steps { steps, span });
        }
        Some(steps) if steps.iter().all(Rational::is_negative) => {
            let bound = ceiling_of(recursion, measure, measures)?;
            let steps = steps.iter().map(Rational::abs).collect();
            return Some(Rank::Steps {
                steps,
                span: &(&bound - &own) + &Expr::one(),
            });
        }
        _ => {}
    }
    let parted = |parts: i64| {
        nexts
            .iter()
            .all(|next| is_part(next, &measure.symbol, parts))
    };
    let parts = (2..=16).rev().find(|parts| parted(*parts))?;
    Some(Rank::Parts {
        of: own,
        symbol: Some(measure.symbol.clone()),
        parts,
    })
}

/// Whether `next` is at most the whole divided by `parts` and rounded up, tried on numbers: quotients
/// of linear formulas repeat after a few.
fn is_part(next: &Expr, whole: &Symbol, parts: i64) -> bool {
    let tried = (SHIFT..200).chain([1_000, 4_097, 65_537]);
    let mut tried = tried.map(|at| {
        let at_number = next.replace(whole, &Expr::from(at));
        let most = (at + parts - 1) / parts;
        at_number
            .as_constant()
            .is_some_and(|value| *value <= Rational::from(most))
    });
    tried.all(|holds| holds)
}

/// The number at which a recursion over a falling number ends at the latest.
pub(super) fn floor_of(recursion: &Recursion, own: &Expr) -> Rational {
    let ends = recursion
        .comparisons
        .iter()
        .filter_map(|(op, left, right)| {
            let bound = |shifted: &Expr, bound: &Expr| {
                let by = (shifted - own).as_constant()?.clone();
                Some(bound.as_constant()? - &by)
            };
            let (op, bound) = match (bound(left, right), bound(right, left)) {
                (Some(bound), _) => (*op, bound),
                (None, Some(bound)) => (super::trips::mirrored(*op), bound),
                _ => return None,
            };
            match op {
                CompareOp::Lt => Some(&bound - &Rational::ONE),
                CompareOp::GtE => Some(&bound - &Rational::ONE),
                CompareOp::LtE | CompareOp::Gt | CompareOp::Eq | CompareOp::NotEq => Some(bound),
                _ => None,
            }
        });
    ends.min()
        .filter(|end| end.is_positive())
        .unwrap_or(Rational::ZERO)
}

/// What a rising number is compared with, if recursive calls leave that as it is.
fn ceiling_of(recursion: &Recursion, measure: &Measure, measures: &[Measure]) -> Option<Expr> {
    let own = Expr::symbol(&measure.symbol);
    let stays = |bound: &Expr| {
        let symbols = bound.free_symbols();
        let of = measures.iter().filter(|m| symbols.contains(&m.symbol));
        let mut fixed = of.map(|m| {
            let same = |call| passed(call, m) == Some(Expr::symbol(&m.symbol));
            recursion.calls.iter().all(same)
        });
        fixed.all(|fixed| fixed)
    };
    recursion.comparisons.iter().find_map(|(_, left, right)| {
        let bound = |shifted: &Expr, bound: &Expr| {
            let by = (shifted - &own).as_constant()?.clone();
            (!bound.contains(&measure.symbol) && stays(bound)).then(|| bound - &Expr::constant(by))
        };
        bound(left, right).or_else(|| bound(right, left))
    })
}

/// Whether a test holds two numbers beside each other, at which a recursion may end.
fn compares(recursion: &Recursion, low: &Measure, high: &Measure) -> bool {
    recursion.comparisons.iter().any(|(_, left, right)| {
        let difference = left - right;
        difference.contains(&low.symbol) && difference.contains(&high.symbol)
    })
}

/// The rank by the distance of two numbers.
fn closing(
    low: &Measure,
    high: &Measure,
    lows: &[Expr],
    highs: &[Expr],
    measures: &[Measure],
) -> Option<Rank> {
    let gap = Symbol::measure(&format!("{} - {}", high.symbol, low.symbol));
    let by = Substitution::from([(
        high.symbol.clone(),
        &Expr::symbol(&low.symbol) + &Expr::symbol(&gap),
    )]);
    let nexts: Vec<Expr> = lows
        .iter()
        .zip(highs)
        .map(|(low, high)| (high - low).substitute(&by))
        .collect();
    let distance = &Expr::symbol(&high.symbol) - &Expr::symbol(&low.symbol);
    let steps: Option<Vec<Rational>> = lows
        .iter()
        .zip(highs)
        .map(|(low, high)| decrease(&distance, &(high - low), measures))
        .collect();
    if let Some(steps) = steps.filter(|steps| steps.iter().all(Rational::is_positive)) {
        return Some(Rank::Steps {
            steps,
            span: &distance + &Expr::one(),
        });
    }
    let parted = nexts.iter().all(|next| is_part(next, &gap, 2));
    // Which of the two is the greater one, no test says.
    parted.then(|| Rank::Parts {
        of: distance.maximum(&-&distance),
        symbol: None,
        parts: 2,
    })
}

/// The rank by the sum of all numbers that some call makes smaller.
fn sums(
    recursion: &Recursion,
    plain: &[&Measure],
    nexts: &dyn Fn(&Measure) -> Option<Vec<Expr>>,
    measures: &[Measure],
) -> Option<Rank> {
    let mut steps: Option<Vec<Rational>> = None;
    let mut span = Expr::ZERO;
    for measure in plain {
        let own = Expr::symbol(&measure.symbol);
        let Some(next) = nexts(measure) else { continue };
        let by: Option<Vec<Rational>> = next
            .iter()
            .map(|next| decrease(&own, next, measures))
            .collect();
        let Some(by) = by else { continue };
        if by.iter().all(Rational::is_zero) {
            continue;
        }
        let (by, own) = if by.iter().all(|step| !step.is_negative()) {
            (by, own)
        } else if by.iter().all(|step| !step.is_positive())
            && let Some(bound) = ceiling_of(recursion, measure, measures)
        {
            // What rises to a bound has that much before it.
            let by = by.iter().map(Rational::abs).collect();
            (by, (&(&bound - &own) + &Expr::one()).positive_part())
        } else {
            continue;
        };
        span = &span + &own;
        steps = Some(match steps {
            None => by,
            Some(other) => other.iter().zip(&by).map(|(a, b)| a + b).collect(),
        });
    }
    let steps = steps.filter(|steps| steps.iter().all(Rational::is_positive))?;
    Some(Rank::Steps { steps, span })
}
