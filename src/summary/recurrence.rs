//! Recurrences: what changes from one iteration of a loop to the next, solved over the number of the
//! iteration.
//!
//! What an iteration finds is a vector of quantities, each with a symbol; what it leaves for the next
//! one are formulas over these symbols. Sums and geometric growth have closed forms; of maxima, which
//! stand for ways that meet, the bound is that of the steepest way ("max-plus linear").

use crate::algebra::{Atom, Expr, Factor, Rational, Symbol};

/// A quantity that a loop changes.
#[derive(Debug, Clone)]
pub(super) struct Recurrence {
    /// What stands for it at the start of an iteration.
    pub(super) symbol: Symbol,
    /// What it is when the loop starts.
    pub(super) entry: Expr,
    /// What the next iteration finds; nothing where that is not known.
    pub(super) next: Option<Expr>,
    /// Whether `entry` is more than what it is at first.
    pub(super) is_bound: bool,
}

/// A quantity at the start of an iteration, as a formula over its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Solution {
    pub(super) value: Expr,
    pub(super) is_bound: bool,
}

/// `Σ coefficient · symbol + rest`, which bounds one way of execution.
pub(super) struct Arm {
    coefficients: Vec<(Symbol, Expr)>,
    pub(super) rest: Expr,
}

/// More ways than this are not told apart.
const MAX_ARMS: usize = 32;

/// What each quantity is in iteration `index`, which is below `count`; nothing where no bound is found.
pub(super) fn solve(
    recurrences: &[Recurrence],
    index: &Symbol,
    count: &Expr,
) -> Vec<Option<Solution>> {
    let mut system = System {
        recurrences,
        index,
        count,
        solved: vec![None; recurrences.len()],
        done: recurrences.iter().map(|one| one.next.is_none()).collect(),
    };
    while let Some(group) = system.next_group() {
        system.solve_group(&group);
    }
    system.solved
}

struct System<'a> {
    recurrences: &'a [Recurrence],
    index: &'a Symbol,
    count: &'a Expr,
    solved: Vec<Option<Solution>>,
    done: Vec<bool>,
}

impl System<'_> {
    /// The quantities whose symbols occur in what the next iteration finds of one.
    fn needs(&self, at: usize) -> Vec<usize> {
        let next = self.recurrences.get(at).and_then(|one| one.next.as_ref());
        let symbols = next.map(Expr::free_symbols).unwrap_or_default();
        let occurs = |other: &&usize| {
            let other = self.recurrences.get(**other);
            other.is_some_and(|other| symbols.contains(&other.symbol))
        };
        let all: Vec<usize> = (0..self.recurrences.len()).collect();
        all.iter().filter(occurs).copied().collect()
    }

    /// The smallest set of open quantities that need no other open one.
    fn next_group(&self) -> Option<Vec<usize>> {
        let open = (0..self.recurrences.len()).filter(|at| !self.done[*at]);
        let closure = |start: usize| {
            let mut group = vec![start];
            let mut next = 0;
            while let Some(&at) = group.get(next) {
                next += 1;
                for other in self.needs(at) {
                    if !self.done[other] && !group.contains(&other) {
                        group.push(other);
                    }
                }
            }
            group
        };
        open.map(closure).min_by_key(Vec::len)
    }

    fn solve_group(&mut self, group: &[usize]) {
        for &at in group {
            self.done[at] = true;
        }
        let nexts: Option<Vec<Expr>> = group.iter().map(|&at| self.known(at, group)).collect();
        let Some(nexts) = nexts else { return };
        if let ([at], [next]) = (group, nexts.as_slice()) {
            self.solved[*at] = self.single(&self.recurrences[*at], next);
            if self.solved[*at].is_some() {
                return;
            }
        }
        if let Some(bound) = self.together(group, &nexts) {
            for &at in group {
                self.solved[at] = Some(Solution {
                    value: bound.clone(),
                    is_bound: true,
                });
            }
        }
    }

    /// What the next iteration finds, with what is solved in place of its symbols; nothing where
    /// it needs what has no solution.
    fn known(&self, at: usize, group: &[usize]) -> Option<Expr> {
        let mut next = self.recurrences.get(at)?.next.clone()?;
        for other in self.needs(at) {
            if !group.contains(&other) {
                let solution = self.solved[other].as_ref()?;
                next = next.replace(&self.recurrences[other].symbol, &solution.value);
            }
        }
        Some(next)
    }

    /// A quantity that depends on itself at most, where the result is exact or simple.
    fn single(&self, one: &Recurrence, next: &Expr) -> Option<Solution> {
        if !next.contains(&one.symbol) {
            return Some(self.rebound(one, next));
        }
        let step = next - &Expr::symbol(&one.symbol);
        if !step.contains(&one.symbol) {
            let sum = self.sum_before(&step);
            return Some(Solution {
                value: &one.entry + &sum.0,
                is_bound: sum.1 || one.is_bound,
            });
        }
        if super::cost::covers(&Expr::symbol(&one.symbol), next) {
            return Some(Solution {
                value: one.entry.clone(),
                is_bound: true,
            });
        }
        None
    }

    /// A quantity that each iteration sets anew.
    fn rebound(&self, one: &Recurrence, next: &Expr) -> Solution {
        let entry = &one.entry;
        if entry == next {
            return Solution {
                value: entry.clone(),
                is_bound: one.is_bound,
            };
        }
        let most = next.upper_bound_over(self.index, &Expr::ZERO, self.count);
        Solution {
            value: super::cost::greater(entry, &most.value),
            is_bound: true,
        }
    }

    /// The sum of what all iterations before this one add, and whether it is a bound only.
    fn sum_before(&self, step: &Expr) -> (Expr, bool) {
        let now = Expr::symbol(self.index);
        let before = Symbol::index("earlier");
        let body = step.replace(self.index, &Expr::symbol(&before));
        let sum = body.sum_over(&before, &Expr::ZERO, &now);
        (sum.value, sum.grade != crate::algebra::Grade::Exact)
    }

    /// One bound of several quantities that depend on each other.
    fn together(&self, group: &[usize], nexts: &[Expr]) -> Option<Expr> {
        let symbols: Vec<&Symbol> = group
            .iter()
            .map(|&at| &self.recurrences[at].symbol)
            .collect();
        let mut arms = Vec::new();
        for next in nexts {
            arms.extend(linear_arms(next, &symbols)?);
        }
        let entries = group.iter().map(|&at| &self.recurrences[at].entry);
        let mut base = entries.fold(Expr::ZERO, |base, entry| super::cost::greater(&base, entry));
        let mut step = Expr::ZERO;
        let mut steepest = Rational::ONE;
        for arm in arms {
            let sum = arm.sum().as_constant()?.clone();
            if sum.is_zero() {
                let most = arm
                    .rest
                    .upper_bound_over(self.index, &Expr::ZERO, self.count);
                base = super::cost::greater(&base, &most.value);
                continue;
            }
            step = super::cost::greater(&step, &arm.rest);
            steepest = steepest.max(sum);
        }
        if steepest.is_one() {
            return Some(&base + &self.sum_before(&step).0);
        }
        // x ≤ a·x + d, so x ≤ aⁱ·(x₀ + d/(a-1)).
        let most = step.upper_bound_over(self.index, &Expr::ZERO, self.count);
        let power = Expr::power(&steepest, &Expr::symbol(self.index))?;
        let share = (&steepest - &Rational::ONE).recip()?;
        Some(&power * &(&base + &most.value.scale(&share)))
    }
}

/// Ways whose maximum is nowhere below the formula, each linear in the symbols.
pub(super) fn linear_arms(expr: &Expr, symbols: &[&Symbol]) -> Option<Vec<Arm>> {
    let occurs = |expr: &Expr| symbols.iter().any(|symbol| expr.contains(symbol));
    if !occurs(expr) {
        return Some(vec![Arm {
            coefficients: Vec::new(),
            rest: expr.clone(),
        }]);
    }
    if let Some(arm) = polynomial_arm(expr, symbols) {
        return Some(vec![arm]);
    }
    let mut arms = vec![Arm {
        coefficients: Vec::new(),
        rest: Expr::ZERO,
    }];
    for term in expr.terms() {
        let whole = Expr::from_term(term.clone());
        if !occurs(&whole) {
            arms.iter_mut()
                .for_each(|arm| arm.rest = &arm.rest + &whole);
            continue;
        }
        // A product of what is not negative, taken away.
        if term.coefficient.is_negative() {
            continue;
        }
        let factors = term.monomial.factors();
        let has = |factor: &Factor| symbols.iter().any(|symbol| factor.atom.contains(symbol));
        let at = factors.iter().position(has)?;
        let (factor, times) = term.apart(at)?;
        if occurs(&times) || factor.power != 1 {
            return None;
        }
        let ways = ways_of(&factor.atom, symbols)?;
        if arms.len() * ways.len() > MAX_ARMS {
            return None;
        }
        arms = arms
            .iter()
            .flat_map(|arm| ways.iter().map(|way| arm.plus(way, &times)))
            .collect();
    }
    Some(arms)
}

/// A formula that is linear in the symbols as it stands.
fn polynomial_arm(expr: &Expr, symbols: &[&Symbol]) -> Option<Arm> {
    let occurs = |expr: &Expr| symbols.iter().any(|symbol| expr.contains(symbol));
    let mut coefficients = Vec::new();
    let mut rest = expr.clone();
    for symbol in symbols {
        match rest.coefficients_in(symbol)?.as_slice() {
            [_] => {}
            [none, by] if !occurs(by) => {
                coefficients.push(((*symbol).clone(), by.clone()));
                rest = none.clone();
            }
            _ => return None,
        }
    }
    (!occurs(&rest)).then_some(Arm { coefficients, rest })
}

fn ways_of(atom: &Atom, symbols: &[&Symbol]) -> Option<Vec<Arm>> {
    match atom {
        Atom::Symbol(symbol) => Some(vec![Arm {
            coefficients: vec![(symbol.clone(), Expr::one())],
            rest: Expr::ZERO,
        }]),
        Atom::Max(arms) => {
            let mut ways = Vec::new();
            for arm in arms.iter() {
                ways.extend(linear_arms(arm, symbols)?);
            }
            Some(ways)
        }
        Atom::Min(arms) => {
            let free = |arm: &&Expr| !symbols.iter().any(|symbol| arm.contains(symbol));
            let least = arms.iter().find(free).or(arms.first())?;
            linear_arms(least, symbols)
        }
        Atom::Floor(quotient) | Atom::Ceil(quotient) => {
            let divisor = quotient.divisor.as_constant()?.clone();
            let share = divisor.recip().filter(|_| divisor >= Rational::ONE)?;
            let mut ways = linear_arms(&quotient.dividend, symbols)?;
            for way in &mut ways {
                for (_, by) in &mut way.coefficients {
                    *by = by.scale(&share);
                }
                way.rest = way.rest.scale(&share);
                if matches!(atom, Atom::Ceil(_)) {
                    way.rest = &way.rest + &Expr::one();
                }
            }
            Some(ways)
        }
        _ => None,
    }
}

impl Arm {
    /// The sum of the coefficients.
    pub(super) fn sum(&self) -> Expr {
        Expr::total(self.coefficients.iter().map(|(_, by)| by))
    }

    fn plus(&self, other: &Arm, times: &Expr) -> Arm {
        let mut coefficients = self.coefficients.clone();
        for (symbol, by) in &other.coefficients {
            let by = by * times;
            match coefficients.iter_mut().find(|(own, _)| own == symbol) {
                Some((_, own)) => *own = &*own + &by,
                None => coefficients.push((symbol.clone(), by)),
            }
        }
        Arm {
            coefficients,
            rest: &self.rest + &(&other.rest * times),
        }
    }
}

#[cfg(test)]
#[path = "recurrence_tests.rs"]
mod tests;
