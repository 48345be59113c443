//! How the numbers of a loop change from one iteration to the next, and how often a `while` loop
//! runs because of it.
//!
//! Each way through the body gives each number one [`Change`]. A condition that compares a number
//! with what stays, or two numbers with each other, then bounds the iterations: linearly, or by a
//! logarithm. See DESIGN.md, "Sizes, loops, recursion".

use heapcast_facts::{Map, Var};

use super::interpret::Interpreter;
use super::loops::has_exit;
use super::value::{Kind, Value};
use crate::algebra::{Expr, Rational, Symbol};
use crate::ir::{
    Argument, BinaryOp, Block, Branch, Callee, CompareOp, Const, Loop, LoopKind, Op, Phi,
};

/// More ways through a body than this are not told apart.
const MAX_WAYS: usize = 64;

/// What a number is, seen from the start of an iteration.
#[derive(Debug, Clone, PartialEq)]
enum Form {
    /// A loop variable, and what was added to it.
    Phi(Var, Rational),
    /// A loop variable divided by a number and rounded down.
    Quotient(Var, Rational),
    /// A loop variable multiplied by a number.
    Product(Var, Rational),
    /// The sum of two loop variables.
    Sum(Var, Var),
    /// The first loop variable less the second.
    Difference(Var, Var),
    /// Half of that.
    HalfDifference(Var, Var),
    /// The middle of two loop variables, and what was added to it.
    Middle(Var, Var, Rational),
    /// A number that the code says.
    Constant(Rational),
    Other,
}

/// One way through a body: what the variables on it are.
type Way = Map<Var, Form>;

/// A test that must hold for the loop to go on: `left op right`.
#[derive(Debug, Clone)]
struct Condition {
    op: CompareOp,
    left: (Form, Option<Expr>),
    right: (Form, Option<Expr>),
}

/// How the numbers of a loop change.
pub(super) struct Progress {
    /// For each way through the body that leads to another iteration, what each loop variable
    /// becomes; nothing where the ways could not be told apart.
    ways: Option<Vec<Way>>,
    phis: Vec<Phi>,
    /// What stays the same while the loop runs, though it is computed in each iteration.
    fixed: Map<Var, Expr>,
}

/// A number of iterations.
pub(super) struct Count {
    pub(super) count: Expr,
    pub(super) is_bound: bool,
}

impl Progress {
    /// What a loop variable becomes on each way, if all of them only add to it.
    fn steps(&self, phi: Var) -> Option<Vec<Rational>> {
        let ways = self.ways.as_ref()?;
        ways.iter()
            .map(|way| match way.get(&phi) {
                Some(Form::Phi(from, by)) if *from == phi => Some(by.clone()),
                _ => None,
            })
            .collect()
    }

    /// Whether every way divides the variable, and by how much at least; or leaves it at most as it
    /// is divided.
    fn factor(&self, phi: Var, of: impl Fn(&Form) -> Option<Rational>) -> Option<Rational> {
        let ways = self.ways.as_ref()?;
        let factors: Option<Vec<Rational>> =
            ways.iter().map(|way| way.get(&phi).and_then(&of)).collect();
        factors?.into_iter().min()
    }
}

impl<'a> Interpreter<'a> {
    /// Finds out how the numbers of a loop change.
    pub(super) fn progress(&mut self, inner: &'a Loop) -> Progress {
        let back_edges = continues(&inner.body) + 1;
        let phis = inner.phis.clone();
        let fixed = self.fixed(inner);
        let start = vec![Way::default()];
        let mut edges: Vec<(usize, Way)> = Vec::new();
        let mut seen = 0;
        let header = match &inner.kind {
            LoopKind::While { header, .. } => {
                self.walk(header, start, &phis, &mut seen, &mut edges)
            }
            LoopKind::For { .. } => Some(start),
        };
        seen = 0;
        let ends =
            header.and_then(|ways| self.walk(&inner.body, ways, &phis, &mut seen, &mut edges));
        let Some(ends) = ends else {
            return Progress {
                ways: None,
                phis,
                fixed,
            };
        };
        edges.extend(ends.into_iter().map(|way| (back_edges - 1, way)));
        let mut ways = Vec::with_capacity(edges.len());
        for (edge, way) in edges {
            let mut after = Way::default();
            for phi in &phis {
                let from = match phi.from.len() {
                    2 => phi.from.get(1),
                    _ if phi.from.len() == back_edges + 1 => phi.from.get(edge + 1),
                    _ => None,
                };
                let form = from.map_or(Form::Other, |from| self.form(&way, *from, &phis));
                after.insert(phi.to, form);
            }
            ways.push(after);
        }
        Progress {
            ways: Some(ways),
            phis,
            fixed,
        }
    }

    /// The lengths that the loop asks for and does not change, and what is computed of them.
    fn fixed(&mut self, inner: &'a Loop) -> Map<Var, Expr> {
        let mut ops: Vec<&'a Op> = Vec::new();
        if let LoopKind::While { header, .. } = &inner.kind {
            crate::ir::visit(header, &mut |op| ops.push(op));
            crate::ir::visit(&inner.body, &mut |op| ops.push(op));
        }
        let unstable = self.unstable(inner);
        let mut fixed: Map<Var, Expr> = Map::default();
        for op in ops {
            let (to, number) = match op {
                Op::Call {
                    to,
                    callee: Callee::Value(callee),
                    arguments,
                    ..
                } if self.value(*callee).label.as_deref() == Some("len") => {
                    let [Argument::Positional(of)] = arguments[..] else {
                        continue;
                    };
                    let Some(value) = self.defined(of) else {
                        continue;
                    };
                    let container = self.container_of(&value);
                    if container.is_some_and(|own| unstable.contains(&own)) {
                        continue;
                    }
                    (*to, self.length(&value))
                }
                Op::Const {
                    to,
                    value: Const::Int(value),
                } => (*to, Some(Expr::from(*value))),
                Op::Binary {
                    to,
                    op: op @ (BinaryOp::Add | BinaryOp::Sub),
                    left,
                    right,
                    ..
                } => {
                    let mut side = |var: Var| {
                        let number = self.defined(var).and_then(|value| self.number(&value));
                        fixed.get(&var).cloned().or(number)
                    };
                    let number = side(*left).zip(side(*right)).map(|(a, b)| match op {
                        BinaryOp::Add => &a + &b,
                        _ => &a - &b,
                    });
                    (*to, number)
                }
                _ => continue,
            };
            fixed.extend(number.map(|number| (to, number)));
        }
        fixed
    }

    /// What a variable is on a way.
    fn form(&mut self, way: &Way, var: Var, phis: &[Phi]) -> Form {
        if let Some(form) = way.get(&var) {
            return form.clone();
        }
        if phis.iter().any(|phi| phi.to == var) {
            return Form::Phi(var, Rational::ZERO);
        }
        let number = self.defined(var).and_then(|value| value.number);
        match number.as_ref().and_then(Expr::as_constant) {
            Some(constant) => Form::Constant(constant.clone()),
            None => Form::Other,
        }
    }

    /// Walks a block on several ways; nothing where they become too many. `edges` gets those that
    /// go on to the next iteration at a `continue`, `seen` counts these.
    fn walk(
        &mut self,
        block: &'a Block,
        mut ways: Vec<Way>,
        phis: &[Phi],
        seen: &mut usize,
        edges: &mut Vec<(usize, Way)>,
    ) -> Option<Vec<Way>> {
        for item in block {
            match &item.op {
                Op::Branch(branch) => {
                    let then = self.walk(&branch.then, ways.clone(), phis, seen, edges)?;
                    let or_else = self.walk(&branch.or_else, ways, phis, seen, edges)?;
                    ways = self.joined(branch, then, or_else, phis);
                    if ways.len() > MAX_WAYS {
                        return None;
                    }
                }
                Op::With(with) => {
                    ways = self.walk(&with.body, ways, phis, seen, edges)?;
                    forget(&mut ways, &with.phis);
                }
                Op::Try(statement) => {
                    ways = self.walk(&statement.body, ways, phis, seen, edges)?;
                    for handler in &statement.handlers {
                        *seen += continues(&handler.body);
                        if continues(&handler.body) > 0 {
                            return None;
                        }
                    }
                    forget(&mut ways, &statement.phis);
                    forget(&mut ways, &statement.finally_phis);
                }
                Op::Loop(inner) => forget(&mut ways, &inner.exits),
                Op::Continue => {
                    let edge = *seen;
                    edges.extend(ways.drain(..).map(|way| (edge, way)));
                    *seen += 1;
                }
                Op::Break | Op::Return { .. } | Op::Raise { .. } => ways.clear(),
                op => {
                    for way in &mut ways {
                        self.step_form(op, way, phis);
                    }
                }
            }
            if ways.is_empty() {
                break;
            }
        }
        Some(ways)
    }

    /// The ways after a branch: those through either arm.
    fn joined(
        &mut self,
        branch: &Branch,
        then: Vec<Way>,
        or_else: Vec<Way>,
        phis: &[Phi],
    ) -> Vec<Way> {
        let both = !then.is_empty() && !or_else.is_empty();
        let mut joined = Vec::with_capacity(then.len() + or_else.len());
        for (ways, arm) in [(then, 0), (or_else, 1)] {
            for mut way in ways {
                for phi in &branch.phis {
                    let from = if both {
                        phi.from.get(arm)
                    } else {
                        phi.from.first()
                    };
                    let form = from.map_or(Form::Other, |from| self.form(&way, *from, phis));
                    way.insert(phi.to, form);
                }
                joined.push(way);
            }
        }
        joined
    }

    fn step_form(&mut self, op: &Op, way: &mut Way, phis: &[Phi]) {
        match op {
            Op::Const {
                to,
                value: Const::Int(value),
            } => {
                way.insert(*to, Form::Constant(Rational::from(*value)));
            }
            Op::Narrow { to, from } => {
                let form = self.form(way, *from, phis);
                way.insert(*to, form);
            }
            Op::Binary {
                to,
                op,
                left,
                right,
                ..
            } => {
                let (left, right) = (self.form(way, *left, phis), self.form(way, *right, phis));
                way.insert(*to, computed(*op, left, right));
            }
            _ => {}
        }
    }

    // ---- iterations of `while` ------------------------------------------------------------

    /// How often a `while` loop runs at most, if its numbers tell.
    pub(super) fn iterations(&mut self, inner: &'a Loop, progress: &Progress) -> Option<Count> {
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
            None => self.together(&conditions, progress)?,
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
            let start = &self.entry(*phi, progress)? + &Expr::constant(by.clone());
            let span = if up { bound - &start } else { &start - bound };
            let span = &span + &Expr::one();
            let span = if span.is_nonnegative() {
                span
            } else {
                span.maximum(&Expr::ZERO)
            };
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
                op => self.step_form(op, way, &progress.phis),
            }
        }
        if progress.phis.iter().any(|phi| phi.to == test) {
            found.push(Condition {
                op: CompareOp::NotEq,
                left: (Form::Phi(test, Rational::ZERO), None),
                right: (Form::Constant(Rational::ZERO), Some(Expr::ZERO)),
            });
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
    fn entry(&mut self, phi: Var, progress: &Progress) -> Option<Expr> {
        let found = progress.phis.iter().find(|other| other.to == phi)?;
        let value = self.defined(*found.from.first()?)?;
        self.number(&value)
    }

    fn bounded_by(&mut self, condition: &Condition, progress: &Progress) -> Option<Count> {
        let Condition { op, left, right } = condition;
        match (left, right) {
            ((Form::Phi(low, _), _), (Form::Phi(high, _), _)) => match op {
                CompareOp::Lt | CompareOp::LtE | CompareOp::NotEq => {
                    self.closing(*low, *high, *op, progress)
                }
                CompareOp::Gt | CompareOp::GtE => {
                    self.closing(*high, *low, mirrored(*op), progress)
                }
                _ => None,
            },
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

    /// A variable moves towards a bound that stays.
    fn approaching(
        &mut self,
        phi: Var,
        op: CompareOp,
        bound: &Expr,
        progress: &Progress,
    ) -> Option<Count> {
        let start = self.entry(phi, progress)?;
        if let Some(steps) = progress.steps(phi) {
            let (least, most) = (steps.iter().min()?, steps.iter().max()?);
            let even = least == most;
            let up = least.is_positive();
            let down = most.is_negative();
            let (span, step) = match op {
                CompareOp::Lt | CompareOp::NotEq if up => (bound - &start, least.clone()),
                CompareOp::LtE if up => (&(bound - &start) + &Expr::one(), least.clone()),
                CompareOp::Gt | CompareOp::NotEq if down => (&start - bound, most.abs()),
                CompareOp::GtE if down => (&(&start - bound) + &Expr::one(), most.abs()),
                _ => return None,
            };
            let span = if span.is_nonnegative() {
                span
            } else {
                span.maximum(&Expr::ZERO)
            };
            return Some(Count {
                count: span.ceil_div(&Expr::constant(step)),
                is_bound: !even,
            });
        }
        let shrinks = |form: &Form| match form {
            Form::Quotient(from, by) if *from == phi => Some(by.clone()),
            _ => None,
        };
        let grows = |form: &Form| match form {
            Form::Product(from, by) if *from == phi => Some(by.clone()),
            _ => None,
        };
        let least = bound
            .as_constant()
            .is_some_and(|bound| !bound.is_negative());
        match op {
            CompareOp::Gt | CompareOp::GtE | CompareOp::NotEq if least => {
                let by = progress.factor(phi, shrinks)?;
                Some(Count {
                    count: &logarithm(&start, &by) + &Expr::one(),
                    is_bound: !bound.is_zero() || op == CompareOp::GtE,
                })
            }
            CompareOp::Lt | CompareOp::LtE => {
                let by = progress.factor(phi, grows)?;
                let positive = start.as_constant().is_some_and(Rational::is_positive);
                positive.then(|| Count {
                    count: &logarithm(bound, &by) + &Expr::one(),
                    is_bound: true,
                })
            }
            _ => None,
        }
    }

    /// Two variables move towards each other.
    fn closing(
        &mut self,
        low: Var,
        high: Var,
        op: CompareOp,
        progress: &Progress,
    ) -> Option<Count> {
        let gap = &self.entry(high, progress)? - &self.entry(low, progress)?;
        let gap = if op == CompareOp::LtE {
            &gap + &Expr::one()
        } else {
            gap
        };
        let gap = if gap.is_nonnegative() {
            gap
        } else {
            gap.maximum(&Expr::ZERO)
        };
        if let (Some(low), Some(high)) = (progress.steps(low), progress.steps(high)) {
            let closed = low.iter().zip(&high).map(|(low, high)| low - high);
            let closed: Vec<Rational> = closed.collect();
            let (least, most) = (closed.iter().min()?, closed.iter().max()?);
            return least.is_positive().then(|| Count {
                count: gap.ceil_div(&Expr::constant(least.clone())),
                is_bound: least != most,
            });
        }
        let ways = progress.ways.as_ref()?;
        let halves = |way: &Way| {
            let middle = |var: Var| match way.get(&var) {
                Some(Form::Middle(a, b, by))
                    if (*a, *b) == (low, high) || (*a, *b) == (high, low) =>
                {
                    Some(by.clone())
                }
                _ => None,
            };
            let stays = |var: Var| way.get(&var) == Some(&Form::Phi(var, Rational::ZERO));
            // With `low <= high`, the middle itself must be left out on either side.
            let strict = op == CompareOp::LtE;
            let from_below = middle(low).is_some_and(|by| by.is_positive()) && stays(high);
            let from_above = middle(high)
                .is_some_and(|by| by.is_negative() || (by.is_zero() && !strict))
                && stays(low);
            from_below || from_above
        };
        ways.iter().all(halves).then(|| Count {
            count: &logarithm(&gap, &Rational::from(2)) + &Expr::one(),
            is_bound: true,
        })
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
            Some(Form::Quotient(from, _)) => *from == phi.to,
            _ => false,
        };
        if ways.iter().all(|way| never_grows(way.get(&phi.to))) {
            return value(start, true);
        }
        None
    }
}

/// The result of an operation.
fn computed(op: BinaryOp, left: Form, right: Form) -> Form {
    use Form::{Constant, Difference, HalfDifference, Middle, Other, Phi, Product, Quotient, Sum};
    let two = Rational::from(2);
    match (op, left, right) {
        (BinaryOp::Add, Constant(a), Constant(b)) => Constant(&a + &b),
        (BinaryOp::Sub, Constant(a), Constant(b)) => Constant(&a - &b),
        (BinaryOp::Mult, Constant(a), Constant(b)) => Constant(&a * &b),
        (BinaryOp::Add, Phi(v, a), Constant(b)) | (BinaryOp::Add, Constant(b), Phi(v, a)) => {
            Phi(v, &a + &b)
        }
        (BinaryOp::Sub, Phi(v, a), Constant(b)) => Phi(v, &a - &b),
        (BinaryOp::Add, Middle(v, w, a), Constant(b)) => Middle(v, w, &a + &b),
        (BinaryOp::Sub, Middle(v, w, a), Constant(b)) => Middle(v, w, &a - &b),
        (BinaryOp::Add, Phi(v, a), Phi(w, b)) if a.is_zero() && b.is_zero() => Sum(v, w),
        (BinaryOp::Sub, Phi(v, a), Phi(w, b)) if a.is_zero() && b.is_zero() => Difference(v, w),
        (BinaryOp::FloorDiv, Sum(v, w), Constant(k)) if k == two => Middle(v, w, Rational::ZERO),
        (BinaryOp::RShift, Sum(v, w), Constant(k)) if k.is_one() => Middle(v, w, Rational::ZERO),
        (BinaryOp::FloorDiv, Difference(v, w), Constant(k)) if k == two => HalfDifference(v, w),
        (BinaryOp::Add, Phi(low, a), HalfDifference(high, other))
        | (BinaryOp::Add, HalfDifference(high, other), Phi(low, a))
            if a.is_zero() && other == low =>
        {
            Middle(low, high, Rational::ZERO)
        }
        (BinaryOp::FloorDiv, Phi(v, a), Constant(k)) if !a.is_positive() && k >= two => {
            Quotient(v, k)
        }
        (BinaryOp::RShift, Phi(v, a), Constant(k)) if !a.is_positive() && k.is_positive() => {
            match k
                .to_i64()
                .and_then(|k| 1_i64.checked_shl(u32::try_from(k).ok()?))
            {
                Some(by) if by > 1 => Quotient(v, Rational::from(by)),
                _ => Other,
            }
        }
        (BinaryOp::Mult, Phi(v, a), Constant(k)) | (BinaryOp::Mult, Constant(k), Phi(v, a))
            if a.is_zero() && k >= two =>
        {
            Product(v, k)
        }
        _ => Other,
    }
}

/// How often a number can be divided until nothing is left of it, less one: its logarithm, rounded
/// down.
fn logarithm(of: &Expr, base: &Rational) -> Expr {
    let bits = of.log2();
    let each = base.to_f64().log2().recip();
    // Rounded up by more than floats are wrong.
    let each = if base == &Rational::from(2) {
        Some(Rational::ONE)
    } else {
        Rational::new((each * 1e9).ceil() as i64, 1_000_000_000)
    };
    bits.scale(&each.unwrap_or(Rational::ONE)).floor()
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
fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Lt => CompareOp::Gt,
        CompareOp::LtE => CompareOp::GtE,
        CompareOp::Gt => CompareOp::Lt,
        CompareOp::GtE => CompareOp::LtE,
        other => other,
    }
}

fn forget(ways: &mut [Way], phis: &[Phi]) {
    for way in ways {
        for phi in phis {
            way.insert(phi.to, Form::Other);
        }
    }
}

/// How many `continue`s of the loop itself a block has.
fn continues(block: &Block) -> usize {
    block
        .iter()
        .map(|item| match &item.op {
            Op::Continue => 1,
            Op::Loop(_) | Op::Comprehension(_) => 0,
            op => crate::ir::nested(op).into_iter().map(continues).sum(),
        })
        .sum()
}

#[cfg(test)]
#[path = "progress_tests.rs"]
mod tests;
