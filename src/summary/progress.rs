//! How the numbers of a loop change from one iteration to the next: on each way through the body,
//! each number has one [`Form`]. [`super::trips`] counts iterations by it.

use heapcast_facts::{Map, Var};

use super::cells::Cell;
pub(super) use super::forms::Form;
use super::forms::{computed, meet};
use super::interpret::Interpreter;
use super::value::Step;
use crate::algebra::{Expr, Rational};
use crate::ir::{Argument, BinaryOp, Block, Branch, Callee, Const, Index, Loop, LoopKind, Op, Phi};

/// More ways through a body than this are not told apart.
const MAX_WAYS: usize = 64;

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
                Some(Form::Least(from, by)) if *from == phi && by.is_zero() => Expr::one(),
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

    /// By how much a loop variable falls at least in each iteration, if it never rises. What stays the
    /// same and is taken away counts as at least one: the loop would not end otherwise.
    pub(super) fn least_fall(&self, phi: Var) -> Option<Rational> {
        let falls = self.ways.as_ref()?.iter().map(|way| match way.get(&phi) {
            Some(Form::Phi(from, by)) if *from == phi => Some(-by),
            Some(Form::Most(from, by)) if *from == phi => Some(by.clone()),
            Some(Form::Sunk(from, _)) if *from == phi => Some(Rational::ONE),
            Some(Form::Quotient(from, _)) if *from == phi => Some(Rational::ZERO),
            _ => None,
        });
        let least = falls
            .collect::<Option<Vec<Rational>>>()?
            .into_iter()
            .min()?;
        (!least.is_negative()).then_some(least)
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
        self.cells = self.cells(inner);
        self.progress_within(inner, Way::default())
    }

    /// The same for a loop inside of another one, with what is known of that one's numbers.
    fn progress_within(&mut self, inner: &'a Loop, around: Way) -> Progress {
        let continues = continues(&inner.body);
        let phis = inner.phis.clone();
        let fixed = self.fixed(inner);
        let cells = self.cells.iter().filter(|cell| cell.region == inner.region);
        let cells: Vec<Cell> = cells.cloned().collect();
        let start = vec![around];
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
            for cell in &cells {
                let form = way.get(&cell.name).cloned();
                let form = form.unwrap_or(Form::Phi(cell.name, Rational::ZERO));
                after.insert(cell.name, form);
            }
            ways.push(after);
        }
        // Of an element it is not known what it is at first.
        let mut phis = phis;
        phis.extend(cells.iter().map(|cell| Phi {
            to: cell.name,
            from: Vec::new(),
        }));
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
        let Some(value) = self.defined(var) else {
            return Form::Other;
        };
        if value.is_bound {
            return Form::Held;
        }
        match self.number(&value) {
            Some(number) => match number.as_constant() {
                Some(constant) => Form::Constant(constant.clone()),
                None => Form::Fixed(number),
            },
            None => Form::Held,
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
        let outer = phis.iter().map(|phi| phi.to);
        let known = ways.iter().flat_map(|way| way.keys().copied());
        let around = outer.chain(known).map(|var| (var, Form::Held));
        let progress = self.progress_within(inner, around.collect());
        for phi in &inner.phis {
            let rises = progress.least_rise(phi.to).is_some();
            let falls = progress.least_fall(phi.to).is_some();
            for way in ways.iter_mut() {
                let entry = phi.from.first().map(|var| self.form(way, *var, phis));
                let form = match entry {
                    Some(Form::Phi(var, by) | Form::Least(var, by)) if rises => {
                        Form::Least(var, by)
                    }
                    Some(Form::Phi(var, by)) if falls => Form::Most(var, -&by),
                    Some(Form::Most(var, by)) if falls => Form::Most(var, by),
                    _ => Form::Other,
                };
                way.insert(phi.to, form);
            }
        }
        for way in ways {
            for phi in &inner.exits {
                let mut forms = phi.from.iter().map(|var| self.form(way, *var, phis));
                let first = forms.next().unwrap_or(Form::Other);
                let met = forms.fold(first, meet);
                way.insert(phi.to, met);
            }
        }
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
        let stored = match op {
            Op::SetSubscript { from, .. } => Some(self.form(way, *from, phis)),
            _ => None,
        };
        if self
            .cells
            .iter()
            .any(|cell| cell.step(op, way, stored.clone()))
        {
            return;
        }
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
            Op::Attribute { to, base, name } => {
                let form = self.form(way, *base, phis);
                way.insert(*to, form.part(Step::Attribute(*name)));
            }
            Op::Subscript {
                to,
                base,
                index: Index::Value(index),
            } => {
                let form = match self.defined(*index).and_then(|value| value.literal) {
                    Some(key) => self.form(way, *base, phis).part(Step::Key(key)),
                    None => Form::Other,
                };
                way.insert(*to, form);
            }
            Op::Call {
                to,
                callee: Callee::Value(callee),
                arguments,
                ..
            } => {
                if let [Argument::Positional(left), Argument::Positional(right)] = arguments[..]
                    && self.value(*callee).label.as_deref() == Some("divmod")
                {
                    let (left, right) = (self.form(way, left, phis), self.form(way, right, phis));
                    if let Form::Quotient(var, by) = computed(BinaryOp::FloorDiv, left, right) {
                        way.insert(*to, Form::Divided(var, by));
                    }
                }
            }
            Op::Unpack {
                to,
                from,
                index,
                from_back: false,
            } => {
                let form = match (way.get(from), index) {
                    (Some(Form::Divided(var, by)), 0) => Form::Quotient(*var, by.clone()),
                    (Some(Form::Divided(var, _)), 1) => Form::Left(*var),
                    _ => return,
                };
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

fn forget(ways: &mut [Way], phis: &[Phi]) {
    for way in ways {
        for phi in phis {
            way.insert(phi.to, Form::Other);
        }
    }
}

/// How many `continue`s of the loop itself a block has.
pub(super) fn continues(block: &Block) -> usize {
    block
        .iter()
        .map(|item| match &item.op {
            Op::Continue => 1,
            Op::Loop(_) | Op::Comprehension(_) => 0,
            op => crate::ir::nested(op).into_iter().map(continues).sum(),
        })
        .sum()
}
