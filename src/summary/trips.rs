//! How often a `while` loop runs, and what its variables are in an iteration.
//!
//! A condition that compares a number with what stays, or two numbers with each other, bounds the
//! iterations by how the numbers change ([`Progress`]): linearly, or by a logarithm. See DESIGN.md,
//! "Sizes, loops, recursion".

use std::sync::Arc;

use heapcast_facts::Var;

use super::approach::logarithm;
use super::interpret::Interpreter;
use super::loops::has_exit;
use super::progress::{Form, Progress, Way};
use super::value::{Kind, Place, Quantity, Step, Value};
use crate::algebra::{Expr, Rational, Symbol};
use crate::ir::{Block, CompareOp, Loop, LoopKind, Op, Phi, UnaryOp};

/// A test that must hold for the loop to go on: `left op right`.
#[derive(Debug, Clone)]
struct Condition {
    op: CompareOp,
    left: (Form, Option<Expr>),
    right: (Form, Option<Expr>),
}

impl Condition {
    /// A comparison with zero.
    fn with_zero(op: CompareOp, left: Form) -> Self {
        Self {
            op,
            left: (left, None),
            right: (Form::Constant(Rational::ZERO), Some(Expr::ZERO)),
        }
    }
}

/// A number of iterations.
pub(super) struct Count {
    pub(super) count: Expr,
    pub(super) is_bound: bool,
}

impl<'a> Interpreter<'a> {
    // ---- iterations of `while` ------------------------------------------------------------

    /// How often a `while` loop runs at most, if its numbers tell.
    pub(super) fn trip_count(&mut self, inner: &'a Loop, progress: &Progress) -> Option<Count> {
        let LoopKind::While { header, test } = &inner.kind else {
            return None;
        };
        let mut conditions = Vec::new();
        let mut way = Way::default();
        self.conditions(header, *test, &mut way, progress, &mut conditions);
        let single = conditions.len() == 1 && !has_exit(&inner.body);
        self.breaks(&inner.body, &mut way, progress, &mut conditions);
        let mut least: Option<Count> = None;
        for condition in &conditions {
            self.cap(condition, progress);
            let Some(found) = self.bounded_by(condition, progress) else {
                continue;
            };
            least = Some(match least {
                None => found,
                Some(other) => Count {
                    count: other.count.minimum(&found.count),
                    is_bound: true,
                },
            });
        }
        let mut count = match least {
            Some(count) => count,
            None => match self.together(&conditions, progress) {
                Some(count) => count,
                None => match self.walk_count(progress) {
                    Some(count) => count,
                    None => self
                        .subscript_count(inner, progress)
                        .or_else(|| self.iterator_count(inner))
                        .or_else(|| self.shortening_count(inner))?,
                },
            },
        };
        count.is_bound |= !single;
        Some(count)
    }

    /// Several variables move, each towards its own bound and one of them on each way: the loop runs
    /// at most as often as all of them can move.
    fn together(&mut self, conditions: &[Condition], progress: &Progress) -> Option<Count> {
        let mut moved = vec![false; progress.ways.as_ref()?.len()];
        let mut count = Expr::ZERO;
        for condition in conditions {
            let ((Form::Phi(phi, by), _), (_, Some(bound))) = (&condition.left, &condition.right)
            else {
                continue;
            };
            let up = matches!(condition.op, CompareOp::Lt | CompareOp::LtE);
            let down = matches!(
                condition.op,
                CompareOp::Gt | CompareOp::GtE | CompareOp::NotEq
            );
            let Some(steps) = progress.steps(*phi) else {
                continue;
            };
            // Of what stays the same it may only be known how large it is at most.
            if !up && condition.right.0 == Form::Held {
                continue;
            }
            let towards = |step: &Rational| match up {
                true => !step.is_negative(),
                false => down && !step.is_positive(),
            };
            if !steps.iter().all(towards) {
                continue;
            }
            for (moved, step) in moved.iter_mut().zip(&steps) {
                *moved |= step.abs() >= Rational::ONE;
            }
            let start = match up {
                true => self.least_entry(*phi, progress)?,
                false => self.entry(*phi, progress)?,
            };
            let start = &start + &Expr::constant(by.clone());
            let span = if up { bound - &start } else { &start - bound };
            let span = &span + &Expr::one();
            let span = span.positive_part();
            count = &count + &span;
        }
        moved.into_iter().all(|moved| moved).then_some(Count {
            count,
            is_bound: true,
        })
    }

    /// What must hold for a test to hold.
    fn conditions(
        &mut self,
        block: &'a Block,
        test: Var,
        way: &mut Way,
        progress: &Progress,
        found: &mut Vec<Condition>,
    ) {
        for item in block {
            match &item.op {
                Op::Compare {
                    to,
                    op,
                    left,
                    right,
                } if *to == test => {
                    let condition = self.condition(*op, *left, *right, way, progress);
                    return found.push(condition);
                }
                Op::Branch(branch) => {
                    let both = branch.phis.iter().find(|phi| phi.to == test);
                    if let Some(phi) = both
                        && branch.or_else.is_empty()
                        && phi.from.last() == Some(&branch.test)
                        && let Some(&second) = phi.from.first()
                    {
                        self.conditions(block, branch.test, &mut way.clone(), progress, found);
                        self.conditions(&branch.then, second, way, progress, found);
                        return;
                    }
                }
                Op::Unary {
                    to,
                    op: UnaryOp::Not,
                    operand,
                } if *to == test => {
                    let left = self.form(way, *operand, &progress.phis);
                    return found.push(Condition::with_zero(CompareOp::Eq, left));
                }
                op => self.step_form(op, way, &progress.phis),
            }
        }
        if progress.phis.iter().any(|phi| phi.to == test) {
            let left = Form::Phi(test, Rational::ZERO);
            found.push(Condition::with_zero(CompareOp::NotEq, left));
        }
    }

    /// Where the body leaves the loop under a condition, the opposite must hold to go on.
    fn breaks(
        &mut self,
        body: &'a Block,
        way: &mut Way,
        progress: &Progress,
        found: &mut Vec<Condition>,
    ) {
        for item in body {
            let Op::Branch(branch) = &item.op else {
                self.step_form(&item.op, way, &progress.phis);
                continue;
            };
            let leaves = |block: &Block| {
                matches!(
                    block.last().map(|item| &item.op),
                    Some(Op::Break | Op::Return { .. })
                )
            };
            if leaves(&branch.then) && branch.or_else.is_empty() {
                for earlier in body {
                    if let Op::Compare {
                        to,
                        op,
                        left,
                        right,
                    } = &earlier.op
                        && *to == branch.test
                        && let Some(op) = opposite(*op)
                    {
                        let condition = self.condition(op, *left, *right, way, progress);
                        found.push(condition);
                    }
                }
            }
            // What the arms change is not followed.
            for phi in &branch.phis {
                way.insert(phi.to, Form::Other);
            }
        }
    }

    fn condition(
        &mut self,
        op: CompareOp,
        left: Var,
        right: Var,
        way: &Way,
        progress: &Progress,
    ) -> Condition {
        let mut side = |var: Var| {
            let form = self.form(way, var, &progress.phis);
            let number = match &form {
                Form::Constant(constant) => Some(Expr::constant(constant.clone())),
                Form::Fixed(number) => Some(number.clone()),
                // At most that.
                Form::Held => self.defined(var).and_then(|value| self.number(&value)),
                Form::Other => match progress.fixed.get(&var) {
                    Some(number) => Some(number.clone()),
                    None if way.contains_key(&var) => None,
                    None => self.defined(var).and_then(|value| self.number(&value)),
                },
                _ => None,
            };
            (form, number)
        };
        Condition {
            op,
            left: side(left),
            right: side(right),
        }
    }

    /// The number that a loop variable has when the loop starts.
    pub(super) fn entry(&mut self, phi: Var, progress: &Progress) -> Option<Expr> {
        let found = progress.phis.iter().find(|other| other.to == phi)?;
        let value = self.defined(*found.from.first()?)?;
        self.number(&value)
    }

    /// The least that a loop variable may be when the loop starts: numbers count as not negative.
    pub(super) fn least_entry(&mut self, phi: Var, progress: &Progress) -> Option<Expr> {
        let entry = self.entry(phi, progress)?;
        let found = progress.phis.iter().find(|other| other.to == phi)?;
        let is_bound = self.defined(*found.from.first()?)?.is_bound;
        Some(if is_bound { Expr::ZERO } else { entry })
    }

    fn bounded_by(&mut self, condition: &Condition, progress: &Progress) -> Option<Count> {
        let holds = condition.left.0 == Form::Held || condition.right.0 == Form::Held;
        // What stays the same is at most its bound: what must not meet it may meet it anywhere below.
        if holds && condition.op == CompareOp::NotEq {
            return None;
        }
        let mut count = self.bounded(condition, progress)?;
        count.is_bound |= holds;
        Some(count)
    }

    fn bounded(&mut self, condition: &Condition, progress: &Progress) -> Option<Count> {
        let Condition { op, left, right } = condition;
        match (left, right) {
            ((Form::Phi(low, _), _), (Form::Phi(high, _), _)) => match op {
                CompareOp::Lt | CompareOp::LtE | CompareOp::NotEq => self
                    .closing(*low, *high, *op, progress)
                    .or_else(|| self.each_closing(*low, *high, progress)),
                CompareOp::Gt | CompareOp::GtE => self
                    .closing(*high, *low, mirrored(*op), progress)
                    .or_else(|| self.each_closing(*high, *low, progress)),
                _ => None,
            },
            // What is divided until something else remains: zero would go on for ever.
            ((Form::Left(phi), _), (Form::Constant(_), _)) if *op == CompareOp::Eq => {
                // What nothing is left of is divided without rounding.
                let shrinks = |form: &Form| match form {
                    Form::Quotient(from, by) | Form::Ratio(from, by) if from == phi => {
                        Some(by.clone())
                    }
                    _ => None,
                };
                let by = progress.factor(*phi, shrinks)?;
                let start = self.entry(*phi, progress)?;
                Some(Count {
                    count: &logarithm(&start, &by) + &Expr::one(),
                    is_bound: true,
                })
            }
            ((Form::Square(phi, by), _), right) => {
                let bound = self.steady(right, progress)?;
                let root = super::operations::square_root(&bound).floor();
                // What is below the root is at most the root, rounded down.
                let bound = &root - &Expr::constant(by.clone());
                self.approaching(*phi, CompareOp::LtE, &bound, progress)
                    .filter(|_| matches!(op, CompareOp::Lt | CompareOp::LtE))
            }
            // What is taken away stays above nothing.
            ((Form::Phi(phi, _), _), (Form::Held, _))
                if matches!(op, CompareOp::Gt | CompareOp::GtE) =>
            {
                self.approaching(*phi, *op, &Expr::ZERO, progress)
            }
            ((Form::Held, _), (Form::Phi(phi, _), _))
                if matches!(op, CompareOp::Lt | CompareOp::LtE) =>
            {
                self.approaching(*phi, mirrored(*op), &Expr::ZERO, progress)
            }
            ((Form::Phi(phi, by), _), (_, Some(bound))) => {
                let bound = bound - &Expr::constant(by.clone());
                self.approaching(*phi, *op, &bound, progress)
            }
            ((_, Some(bound)), (Form::Phi(phi, by), _)) => {
                let bound = bound - &Expr::constant(by.clone());
                self.approaching(*phi, mirrored(*op), &bound, progress)
            }
            _ => None,
        }
    }

    /// Notes what a variable stays below because the loop would end otherwise.
    fn cap(&mut self, condition: &Condition, progress: &Progress) {
        let Condition { op, left, right } = condition;
        let (low, high) = match op {
            CompareOp::Lt | CompareOp::LtE => (left, right),
            CompareOp::Gt | CompareOp::GtE => (right, left),
            _ => return,
        };
        if let (Form::Phi(phi, by), _) = low
            && let Some(bound) = self.steady(high, progress)
        {
            self.caps.insert(*phi, &bound - &Expr::constant(by.clone()));
        }
    }

    /// A bound that stays, or what a variable that never rises is at first.
    fn steady(&mut self, side: &(Form, Option<Expr>), progress: &Progress) -> Option<Expr> {
        match side {
            (Form::Phi(phi, by), _) => {
                progress.least_fall(*phi)?;
                Some(&self.entry(*phi, progress)? + &Expr::constant(by.clone()))
            }
            (_, bound) => bound.clone(),
        }
    }

    /// A variable goes on to a part of what it holds: at most as often as these lie below each other.
    /// Or two take turns as in Euclid's algorithm.
    fn walk_count(&mut self, progress: &Progress) -> Option<Count> {
        let bound = |count: Expr| Count {
            count,
            is_bound: true,
        };
        for phi in &progress.phis {
            if let Some(place) = self.walked_by(phi.to, progress) {
                let depth = self.measure(&place, Quantity::Depth);
                return Some(bound(depth));
            }
        }
        let ways = progress.ways.as_ref()?;
        let [way] = ways.as_slice() else {
            return None;
        };
        // Two steps halve what is left (Knuth, The Art of Computer Programming, 4.5.3).
        progress
            .phis
            .iter()
            .find_map(|phi| match way.get(&phi.to)? {
                Form::Remainder(a, b)
                    if *b == phi.to && way.get(a) == Some(&Form::Phi(*b, Rational::ZERO)) =>
                {
                    let start = self.entry(*b, progress)?;
                    let two = Rational::from(2);
                    let halvings = &logarithm(&start, &two) + &Expr::one();
                    Some(bound(&halvings.scale(&two) + &Expr::one()))
                }
                _ => None,
            })
    }

    /// All that a loop variable holds one after the other, where each is a part of the one before.
    pub(super) fn walked_by(&mut self, phi: Var, progress: &Progress) -> Option<Arc<Place>> {
        let mut steps: Vec<Vec<Step>> = Vec::new();
        for way in progress.ways.as_ref()? {
            match way.get(&phi)? {
                Form::Part(from, own) if *from == phi => {
                    if !steps.contains(own) {
                        steps.push(own.clone());
                    }
                }
                _ => return None,
            }
        }
        let from = progress
            .phis
            .iter()
            .find(|own| own.to == phi)?
            .from
            .first()?;
        let place = self.defined(*from)?.place?;
        if steps.is_empty() {
            return None;
        }
        // From anywhere below a place, it goes on below that place.
        if let Some(walk) = &place.below {
            if !walk.then.is_empty() {
                return None;
            }
            let mut ways = walk.ways.clone();
            ways.extend(steps.into_iter().filter(|own| !walk.ways.contains(own)));
            return Some(Arc::new(place.without_walk().walked(ways)));
        }
        Some(Arc::new(Place::clone(&place).walked(steps)))
    }

    // ---- values in an iteration -----------------------------------------------------------

    /// What a loop variable is in iteration `index`, as far as it is a number that grows evenly or
    /// never.
    pub(super) fn in_iteration(
        &mut self,
        phi: &Phi,
        index: &Symbol,
        progress: &Progress,
    ) -> Option<Value> {
        let entry = phi.from.first().and_then(|var| self.defined(*var))?;
        if let Some(place) = self.walked_by(phi.to, progress) {
            return Some(Value::input(Place::clone(&place)));
        }
        if !matches!(entry.kind, Kind::Int | Kind::Unknown) {
            return None;
        }
        let start = self.number(&entry)?;
        let index = Expr::symbol(index);
        let value = |number: Expr, bounded: bool| {
            let value = Value::int(number).bounded(bounded || entry.is_bound);
            Some(Value {
                label: entry.label.clone(),
                ..value
            })
        };
        if let Some(steps) = progress.steps(phi.to) {
            let (least, most) = (steps.iter().min()?, steps.iter().max()?);
            if least == most {
                return value(&start + &index.scale(least), false);
            }
            return match most.is_positive() {
                true => value(&start + &index.scale(most), true),
                false => value(start, true),
            };
        }
        let ways = progress.ways.as_ref()?;
        let never_grows = |form: Option<&Form>| match form {
            Some(Form::Phi(from, by)) => *from == phi.to && !by.is_positive(),
            Some(Form::Quotient(from, _) | Form::Most(from, _) | Form::Sunk(from, _)) => {
                *from == phi.to
            }
            _ => false,
        };
        if ways.iter().all(|way| never_grows(way.get(&phi.to))) {
            return value(start, true);
        }
        // It may have moved on once more where the test stands before what moves it.
        let cap = self.caps.get(&phi.to).cloned()?;
        value(super::cost::greater(&cap, &start), true)
    }
}

fn opposite(op: CompareOp) -> Option<CompareOp> {
    Some(match op {
        CompareOp::Eq => CompareOp::NotEq,
        CompareOp::NotEq => CompareOp::Eq,
        CompareOp::Lt => CompareOp::GtE,
        CompareOp::LtE => CompareOp::Gt,
        CompareOp::Gt => CompareOp::LtE,
        CompareOp::GtE => CompareOp::Lt,
        _ => return None,
    })
}

/// The same comparison with its sides exchanged.
pub(super) fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Lt => CompareOp::Gt,
        CompareOp::LtE => CompareOp::GtE,
        CompareOp::Gt => CompareOp::Lt,
        CompareOp::GtE => CompareOp::LtE,
        other => other,
    }
}

#[cfg(test)]
#[path = "trips_tests.rs"]
mod tests;
