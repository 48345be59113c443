//! How the numbers of a loop change from one iteration to the next: on each way through the body,
//! each number has one [`Form`]. [`super::trips`] counts iterations by it.

use heapcast_facts::{Map, Var};

use super::interpret::Interpreter;
use crate::algebra::{Expr, Rational};
use crate::ir::{Argument, BinaryOp, Block, Branch, Callee, Const, Loop, LoopKind, Op, Phi};

/// More ways through a body than this are not told apart.
const MAX_WAYS: usize = 64;

/// What a number is, seen from the start of an iteration.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Form {
    /// A loop variable, and what was added to it.
    Phi(Var, Rational),
    /// A loop variable and at least that much more.
    Least(Var, Rational),
    /// A loop variable, and a number added to it that stays the same while the loop runs.
    Moved(Var, Expr),
    /// A number that stays the same while the loop runs.
    Fixed(Expr),
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
pub(super) type Way = Map<Var, Form>;

/// How the numbers of a loop change.
pub(super) struct Progress {
    /// For each way through the body that leads to another iteration, what each loop variable
    /// becomes; nothing where the ways could not be told apart.
    pub(super) ways: Option<Vec<Way>>,
    pub(super) phis: Vec<Phi>,
    /// What stays the same while the loop runs, though it is computed in each iteration.
    pub(super) fixed: Map<Var, Expr>,
}

impl Progress {
    /// What a loop variable becomes on each way, if all of them only add to it.
    pub(super) fn steps(&self, phi: Var) -> Option<Vec<Rational>> {
        let ways = self.ways.as_ref()?;
        ways.iter()
            .map(|way| match way.get(&phi) {
                Some(Form::Phi(from, by)) if *from == phi => Some(by.clone()),
                _ => None,
            })
            .collect()
    }

    /// By how much a loop variable rises at least in each iteration, if it never falls. What stays the
    /// same and is added is taken to be at least one: the loop would not end otherwise.
    pub(super) fn least_rise(&self, phi: Var) -> Option<Expr> {
        let mut least: Option<Expr> = None;
        for way in self.ways.as_ref()? {
            let rise = match way.get(&phi) {
                Some(Form::Phi(from, by) | Form::Least(from, by)) if *from == phi => {
                    Expr::constant(by.clone())
                }
                Some(Form::Moved(from, by)) if *from == phi && by.is_nonnegative() => by.clone(),
                _ => return None,
            };
            least = Some(match least {
                None => rise,
                Some(other) if other == rise => other,
                Some(other) => match (other.as_constant(), rise.as_constant()) {
                    (Some(a), Some(b)) => Expr::constant(a.clone().min(b.clone())),
                    (Some(a), None) | (None, Some(a)) => {
                        Expr::constant(a.clone().min(Rational::ONE))
                    }
                    (None, None) => Expr::one(),
                },
            });
        }
        least.filter(|least| least.as_constant().is_none_or(|by| !by.is_negative()))
    }

    /// The least of what `of` says of a loop variable on each way; nothing if it says nothing of one.
    pub(super) fn factor(
        &self,
        phi: Var,
        of: impl Fn(&Form) -> Option<Rational>,
    ) -> Option<Rational> {
        let ways = self.ways.as_ref()?;
        let factors: Option<Vec<Rational>> =
            ways.iter().map(|way| way.get(&phi).and_then(&of)).collect();
        factors?.into_iter().min()
    }
}

impl<'a> Interpreter<'a> {
    /// Finds out how the numbers of a loop change.
    pub(super) fn progress(&mut self, inner: &'a Loop) -> Progress {
        let continues = continues(&inner.body);
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
        // The end of the body comes before all `continue`s, where it is reached.
        let first = usize::from(!ends.is_empty());
        edges.iter_mut().for_each(|(edge, _)| *edge += first);
        edges.extend(ends.into_iter().map(|way| (0, way)));
        let mut ways = Vec::with_capacity(edges.len());
        for (edge, way) in edges {
            let mut after = Way::default();
            for phi in &phis {
                let from = match phi.from.len() {
                    2 => phi.from.get(1),
                    _ if phi.from.len() == continues + first + 1 => phi.from.get(edge + 1),
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
        let LoopKind::While { header, .. } = &inner.kind else {
            return Map::default();
        };
        let mut ops: Vec<&'a Op> = Vec::new();
        crate::ir::visit(header, &mut |op| ops.push(op));
        crate::ir::visit(&inner.body, &mut |op| ops.push(op));
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
    pub(super) fn form(&mut self, way: &Way, var: Var, phis: &[Phi]) -> Form {
        if let Some(form) = way.get(&var) {
            return form.clone();
        }
        if phis.iter().any(|phi| phi.to == var) {
            return Form::Phi(var, Rational::ZERO);
        }
        let number = self.defined(var).and_then(|value| value.number);
        match number.as_ref().and_then(Expr::as_constant) {
            Some(constant) => Form::Constant(constant.clone()),
            None => match self.defined(var).and_then(|value| self.number(&value)) {
                Some(number) => Form::Fixed(number),
                None => Form::Other,
            },
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
                        if continues(&handler.body) > 0 {
                            return None;
                        }
                    }
                    forget(&mut ways, &statement.phis);
                    forget(&mut ways, &statement.finally_phis);
                }
                Op::Loop(inner) => self.after_inner(inner, &mut ways, phis),
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

    /// What a loop inside of the body does to the numbers: those that only rise in it are at least
    /// what they were.
    fn after_inner(&mut self, inner: &'a Loop, ways: &mut [Way], phis: &[Phi]) {
        let progress = self.progress(inner);
        for phi in &inner.phis {
            let rises = progress.least_rise(phi.to).is_some();
            for way in ways.iter_mut() {
                let entry = phi.from.first().map(|var| self.form(way, *var, phis));
                let form = match entry {
                    Some(Form::Phi(var, by) | Form::Least(var, by)) if rises => {
                        Form::Least(var, by)
                    }
                    _ => Form::Other,
                };
                way.insert(phi.to, form);
            }
        }
        forget(ways, &inner.exits);
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

    pub(super) fn step_form(&mut self, op: &Op, way: &mut Way, phis: &[Phi]) {
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
}

/// The result of an operation.
fn computed(op: BinaryOp, left: Form, right: Form) -> Form {
    use Form::{
        Constant, Difference, Fixed, HalfDifference, Least, Middle, Moved, Other, Phi, Product,
        Quotient, Sum,
    };
    let two = Rational::from(2);
    match (op, left, right) {
        (BinaryOp::Add, Constant(a), Constant(b)) => Constant(&a + &b),
        (BinaryOp::Sub, Constant(a), Constant(b)) => Constant(&a - &b),
        (BinaryOp::Mult, Constant(a), Constant(b)) => Constant(&a * &b),
        (BinaryOp::Add, Phi(v, a), Constant(b)) | (BinaryOp::Add, Constant(b), Phi(v, a)) => {
            Phi(v, &a + &b)
        }
        (BinaryOp::Sub, Phi(v, a), Constant(b)) => Phi(v, &a - &b),
        (BinaryOp::Add, Least(v, a), Constant(b)) | (BinaryOp::Add, Constant(b), Least(v, a)) => {
            Least(v, &a + &b)
        }
        (BinaryOp::Add, Phi(v, a), Fixed(b)) | (BinaryOp::Add, Fixed(b), Phi(v, a)) => {
            Moved(v, &b + &Expr::constant(a))
        }
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
