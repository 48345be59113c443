//! The formulas of a recursive function, unrolled over its calls.
//!
//! A recursion has a rank: a quantity of its inputs that each recursive call makes smaller, by a step
//! or to a part of it; or it walks over a structure, one call for each node. The rank bounds the
//! levels of the tree of calls. What all calls cost is summed over the tree, what one path has alive
//! over its levels; what a formula speaks of changes from level to level as in a loop.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::context::Context;
use super::cost::{Cost, Line, covers, greater};
use super::ranks::{Rank, choices, decrease, floor_of, passed, search, steps, structure};
use super::recurrence::{Arm, Recurrence, linear_arms, solve};
use super::recursion::{Recursion, RecursiveCall};
use super::sizes;
use super::unranked::Named;
use super::value::{Kind, Measure, Place, Quantity, Root};
use super::{Costs, Destination, Effect, FunctionSummary, Retained};
use crate::algebra::{Expr, Grade, Rational, Substitution, Symbol, SymbolKind, TypeName};
use crate::ir::Function;

/// Over unknowns of a recursion, longer formulas say less than that it is one, and are too long for what
/// callers do with them.
const MAX_NAMED_TERMS: usize = 64;

/// The tree of calls of a recursive function.
pub(super) struct Tree<'a> {
    pub(super) calls: &'a [RecursiveCall],
    pub(super) measures: Vec<Measure>,
    /// Of a walk over a structure: each measure of the root, for any part.
    below: BTreeMap<Symbol, Measure>,
    /// What a call comes to that makes no further one, where that is known.
    pub(super) bases: Option<Vec<Line>>,
    pub(super) rank: Rank,
    level: Symbol,
    levels: Expr,
    /// What each measure is on a level.
    pub(super) on_level: Substitution,
    /// What each measure is at most on any level.
    pub(super) most: Substitution,
    /// The names for what no rank says, where none is found.
    pub(super) named: Option<Named>,
}

/// The summary with the recursive calls solved; nothing where no rank is found.
pub(super) fn unrolled(
    context: &Context<'_>,
    function: &Function,
    summary: &FunctionSummary,
    recursion: &Recursion,
) -> Option<FunctionSummary> {
    let measures = all_measures(context, function, &recursion.measures);
    let ranked = Tree::new(context, recursion, measures.clone());
    let solved = ranked.and_then(|tree| tree.solved(context, summary));
    let is_short = summary.own().have_at_most(MAX_NAMED_TERMS);
    let named = || Tree::named(context, recursion, measures, summary).solved(context, summary);
    solved.or_else(|| is_short.then(named)?)
}

/// The measures of the formulas, and the number and length of each parameter.
fn all_measures(context: &Context<'_>, function: &Function, asked: &[Measure]) -> Vec<Measure> {
    let mut measures = asked.to_vec();
    for (parameter, at) in function.parameters.iter().zip(0..) {
        let name = context.input.symbols.text(parameter.name);
        let place = Arc::new(Place::new(Root::Parameter(at), name));
        for quantity in [Quantity::Number, Quantity::Length] {
            let symbol = quantity.symbol(&place);
            if measures.iter().all(|measure| measure.symbol != symbol) {
                measures.push(Measure {
                    symbol,
                    place: Arc::clone(&place),
                    quantity,
                });
            }
        }
    }
    measures
}

/// The costs with the tables of inputs that grew, which they do once for all calls.
fn with_inputs(
    context: &Context<'_>,
    own: &Costs,
    effects: &[Effect],
    summary: &FunctionSummary,
) -> Costs {
    let site = summary.site();
    let mut all = own.clone();
    for effect in effects {
        let from = Expr::symbol(&Quantity::Length.symbol(&effect.place));
        let kind = match effect.kind {
            Kind::Unknown => Kind::List,
            kind => kind,
        };
        let to = &from + &effect.longer;
        let growth = sizes::grow(context.input.sizes, kind, &from, &to, None);
        let cost = |bytes: Expr| {
            let line = Line {
                site,
                type_name: context.type_name(kind),
                count: Expr::ZERO,
                bytes,
            };
            Cost::from_terms(vec![line]).graded(Grade::Upper)
        };
        let table = cost(growth.table);
        all.total = all.total.plus(&cost(growth.requested));
        all.peak = all.peak.plus(&table);
        if let Root::Parameter(at) = effect.place.root {
            all.retained_in.push(Retained {
                destination: Destination::Parameter(at),
                cost: table,
            });
        }
    }
    all
}

impl<'a> Tree<'a> {
    fn new(
        context: &Context<'_>,
        recursion: &'a Recursion,
        measures: Vec<Measure>,
    ) -> Option<Self> {
        let calls = recursion.calls.as_slice();
        let mut below = BTreeMap::new();
        let rank = structure(calls, &measures, context, &mut below)
            .or_else(|| search(recursion))
            .or_else(|| choices(calls))
            .or_else(|| steps(recursion, &measures))?;
        let levels = match &rank {
            Rank::Steps { steps, span } => {
                let least = steps.iter().min()?.clone();
                let span = span.clone().positive_part();
                &span.scale(&least.recip()?).floor() + &Expr::one()
            }
            Rank::Parts { of, parts, symbol } => {
                let bits = Rational::from(*parts).to_f64().log2().recip();
                let each = Rational::new((bits * 1e9).ceil() as i64, 1_000_000_000)?;
                let each = if *parts == 2 { Rational::ONE } else { each };
                let ends_at_one = symbol
                    .as_ref()
                    .is_some_and(|symbol| floor_of(recursion, &Expr::symbol(symbol)).is_positive());
                let last = Expr::from(if ends_at_one { 1 } else { 2 });
                &of.log2().scale(&each).ceil() + &last
            }
            Rank::Structure { depth, .. } => depth.clone(),
        };
        Some(Self::ranked(recursion, measures, (rank, levels), below))
    }

    /// The tree of calls of a recursion of that rank, with so many levels.
    pub(super) fn ranked(
        recursion: &'a Recursion,
        measures: Vec<Measure>,
        (rank, levels): (Rank, Expr),
        below: BTreeMap<Symbol, Measure>,
    ) -> Self {
        let mut tree = Self {
            calls: recursion.calls.as_slice(),
            measures,
            below,
            bases: recursion.base(),
            rank,
            level: Symbol::index("level"),
            levels,
            on_level: Substitution::new(),
            most: Substitution::new(),
            named: None,
        };
        tree.follow();
        tree
    }

    /// The summary with what the recursive calls come to.
    fn solved(
        mut self,
        context: &Context<'_>,
        summary: &FunctionSummary,
    ) -> Option<FunctionSummary> {
        let mut solved = summary.clone();
        let mut known = Substitution::new();
        solved.result = self.result(&summary.result, &mut known)?;
        self.name_results(&mut known);
        for (at, effect) in solved.effects.iter_mut().enumerate() {
            let symbols: Vec<&Symbol> = self
                .calls
                .iter()
                .filter_map(|c| c.effects.get(at))
                .collect();
            effect.longer = self.all_calls(&effect.longer.substitute(&known), &symbols)?;
            self.assign(&symbols, &effect.longer, &mut known);
        }
        let own = self.costs(summary.own(), &mut known)?;
        if self.named.is_some() && !own.as_ref().have_at_most(MAX_NAMED_TERMS) {
            return None;
        }
        let mut all = with_inputs(context, &own, &solved.effects, summary);
        if solved.effects.is_empty() {
            self.add_passing(&mut all, summary)?;
        }
        solved.total = all.total;
        solved.peak = all.peak;
        solved.retained_in = all.retained_in;
        solved.without_inputs = (!solved.effects.is_empty()).then(|| Box::new(own));
        let grade = match &self.named {
            Some(_) => Grade::Open,
            None => Grade::Upper,
        };
        let unknowns = self.unknowns(summary);
        solved.measures = self.measures;
        solved.measures.extend(self.below.into_values());
        solved.close(grade, &unknowns);
        let open = |expr: &&Expr| {
            let mut symbols = expr.free_symbols().into_iter();
            symbols.any(|symbol| matches!(symbol.kind(), SymbolKind::Index))
        };
        (!solved.formulas().iter().any(open)).then_some(solved)
    }

    /// Adds the tables of inputs that grow and are made as short again: on each level, something may
    /// be in them.
    fn add_passing(&self, costs: &mut Costs, summary: &FunctionSummary) -> Option<()> {
        let Some(own) = &summary.without_inputs else {
            return Some(());
        };
        let site = summary.site();
        let passing = |whole: Expr, own: Expr| -> Option<Cost> {
            let calls = self.calls.iter();
            let retained = |call: &'a RecursiveCall| call.retained.iter().map(|(_, symbol)| symbol);
            let of = |call: &'a RecursiveCall| {
                [&call.total, &call.peak].into_iter().chain(retained(call))
            };
            let symbols: Vec<&Symbol> = calls.flat_map(of).collect();
            let bytes = self.path(&without(&(&whole - &own), &symbols))?;
            let line = Line {
                site,
                type_name: TypeName::new("table"),
                count: Expr::ZERO,
                bytes,
            };
            Some(Cost::from_terms(vec![line]).graded(Grade::Upper))
        };
        let total = passing(summary.total.bytes(), own.total.bytes())?;
        let peak = passing(summary.peak.bytes(), own.peak.bytes())?;
        costs.total = costs.total.plus(&total);
        costs.peak = costs.peak.plus(&peak);
        for whole in &summary.retained_in {
            let mut known = own.retained_in.iter();
            let known = known.find(|one| one.destination == whole.destination);
            let known = known.map_or(Expr::ZERO, |one| one.cost.bytes());
            let destination = whole.destination;
            let cost = passing(whole.cost.bytes(), known)?;
            costs.retained_in.push(Retained { destination, cost });
        }
        Some(())
    }

    /// Finds out what the measures are on each level.
    fn follow(&mut self) {
        let mut recurrences = Vec::new();
        let mut states = Substitution::new();
        for (at, measure) in self.measures.iter().enumerate() {
            // What a walk comes to is one of its parts on each level.
            let state = match self.below.get(&measure.symbol) {
                Some(any) => Expr::symbol(&any.symbol),
                None => Expr::symbol(&Symbol::index(&format!("input {at}"))),
            };
            states.insert(measure.symbol.clone(), state);
        }
        for (at, measure) in self.measures.iter().enumerate() {
            let next = self.calls.iter().map(|call| passed(call, measure));
            let next = next.reduce(|a, b| Some(greater(&a?, &b?))).flatten();
            let exact = self.even_step(measure);
            let state = Symbol::index(&format!("input {at}"));
            recurrences.push(Recurrence {
                entry: Expr::symbol(&measure.symbol),
                is_bound: false,
                next: match exact {
                    Some(step) => Some(&Expr::symbol(&state) + &Expr::constant(step)),
                    None => next.map(|next| next.substitute(&states)),
                },
                symbol: state,
            });
        }
        let solutions = solve(&recurrences, &self.level, &self.levels);
        for (measure, solution) in self.measures.iter().zip(solutions) {
            let Some(solution) = solution else { continue };
            let most = solution
                .value
                .upper_bound_over(&self.level, &Expr::ZERO, &self.levels);
            self.on_level.insert(measure.symbol.clone(), solution.value);
            self.most.insert(measure.symbol.clone(), most.value);
        }
        for (symbol, measure) in &self.below {
            let any = Expr::symbol(&measure.symbol);
            self.on_level.insert(symbol.clone(), any.clone());
            self.most.insert(symbol.clone(), any);
        }
    }

    /// By how much every call changes a measure, if by the same number.
    fn even_step(&self, measure: &Measure) -> Option<Rational> {
        let mut found: Option<Rational> = None;
        for call in self.calls {
            let step = -&decrease(
                &Expr::symbol(&measure.symbol),
                &passed(call, measure)?,
                &self.measures,
            )?;
            if found.as_ref().is_some_and(|found| *found != step) {
                return None;
            }
            found = Some(step);
        }
        found
    }

    /// A formula on a level; nothing where it speaks of what is not known there.
    fn on_level(&self, expr: &Expr) -> Option<Expr> {
        self.at(expr, &self.on_level)
    }

    /// A formula at its largest on any level.
    pub(super) fn most(&self, expr: &Expr) -> Option<Expr> {
        self.at(expr, &self.most)
    }

    fn at(&self, expr: &Expr, by: &Substitution) -> Option<Expr> {
        let symbols = expr.free_symbols();
        let known = |measure: &Measure| {
            !symbols.contains(&measure.symbol) || by.contains_key(&measure.symbol)
        };
        (self.measures.iter().all(known)).then(|| expr.substitute(by))
    }

    // ---- sums ------------------------------------------------------------------------------

    /// `own` on each level of one path but the last.
    pub(super) fn path(&self, own: &Expr) -> Option<Expr> {
        if own.is_zero() {
            return Some(Expr::ZERO);
        }
        match &self.rank {
            Rank::Structure { depth, .. } => Some(depth * &self.most(own)?),
            Rank::Parts { .. } => self.shrinking(own, &Rational::ONE),
            Rank::Steps { .. } => {
                let own = self.on_level(own)?;
                Some(
                    own.sum_over(&self.level, &Expr::ZERO, &self.inner_levels())
                        .value,
                )
            }
        }
    }

    /// `own` for each node of a structure.
    pub(super) fn over_nodes(&self, own: &Expr) -> Option<Expr> {
        let Rank::Structure {
            nodes, together, ..
        } = &self.rank
        else {
            return None;
        };
        for (symbol, all) in together {
            if let Some([rest, by]) = own.coefficients_in(symbol).as_deref()
                && together.iter().all(|(other, _)| !by.contains(other))
            {
                return Some(&self.over_nodes(rest)? + &(&self.most(by)? * all));
            }
        }
        Some(nodes * &self.most(own)?)
    }

    /// `own` for each call that calls again `ways` times, and `base` for each that does not.
    pub(super) fn tree(&self, own: &Expr, base: &Expr, ways: &Expr) -> Option<Expr> {
        if let Rank::Structure { .. } = &self.rank {
            return self.over_nodes(&greater(own, base));
        }
        let Some(ways) = ways.as_constant() else {
            return self.bushy(own, base, ways);
        };
        if *ways <= Rational::ONE {
            return Some(&self.path(own)? + &self.most(base)?);
        }
        match &self.rank {
            Rank::Parts { of, .. } => {
                // Each leaf has one of what is parted, or less.
                let leaves = match self.is_halved(ways) {
                    true => of.maximum(&Expr::one()),
                    false => self.shrinking(&Expr::one(), ways)?,
                };
                Some(&self.shrinking(own, ways)? + &(&self.most(base)? * &leaves))
            }
            Rank::Steps { steps, span } => {
                let leaves = leaves(steps, ways, span)?;
                let share = (ways - &Rational::ONE).recip()?;
                let inner = leaves.scale(&share);
                Some(&(&self.most(own)? * &inner) + &(&self.most(base)? * &leaves))
            }
            Rank::Structure { .. } => None,
        }
    }

    /// The same, where the number of ways is a formula.
    fn bushy(&self, own: &Expr, base: &Expr, ways: &Expr) -> Option<Expr> {
        let on_level = self.on_level(ways)?;
        let level = Expr::symbol(&self.level);
        let first = on_level.replace(&self.level, &Expr::ZERO);
        let (inner, leaves) = if covers(&(&first - &level), &on_level) {
            // n·(n-1)·(n-2)··· are n! ways, and n!/1! + n!/2! + ··· calls before them.
            let all = factorial_bound(&first)?;
            (all.scale(&Rational::from(2)), all)
        } else {
            // w + w² + ··· + wᴸ⁻¹ is less than wᴸ, unless there is one way only.
            let ways = self.most(ways)?;
            let levels = self.inner_levels();
            let leaves = Expr::power(&Rational::from(2), &(&levels * &ways.log2()))?;
            (leaves.maximum(&levels), leaves)
        };
        Some(&(&self.most(own)? * &inner) + &(&self.most(base)? * &leaves))
    }

    /// The levels on which calls make further ones.
    fn inner_levels(&self) -> Expr {
        &self.levels - &Expr::one()
    }

    /// Whether each call makes as many as there are parts.
    fn is_halved(&self, ways: &Rational) -> bool {
        matches!(&self.rank, Rank::Parts { parts, .. } if *ways == Rational::from(*parts))
    }

    /// The sum over the levels of what becomes smaller with a measure that is parted: on level `d`,
    /// `waysᵈ` calls have `of / partsᵈ + 1` of it at most.
    fn shrinking(&self, own: &Expr, ways: &Rational) -> Option<Expr> {
        let Rank::Parts { of, symbol, parts } = &self.rank else {
            return None;
        };
        let levels = self.inner_levels();
        let powers = |ratio: &Rational| -> Option<Expr> {
            if ratio.is_one() {
                return Some(levels.clone());
            }
            if *ratio < Rational::ONE {
                return Some(Expr::constant((&Rational::ONE - ratio).recip()?));
            }
            // (rᴸ - 1)/(r - 1) with L = ⌈log x⌉ + 1, where rᴸ is at most r²·x^log r.
            let share = (ratio - &Rational::ONE).recip()?;
            let last = &of.log2() + &Expr::one();
            let top = Expr::power(ratio, &last)?;
            Some(top.scale(&share))
        };
        let others = own.free_symbols();
        let changed = |measure: &Measure| {
            let moves = self.on_level.get(&measure.symbol) != Some(&Expr::symbol(&measure.symbol));
            Some(&measure.symbol) != symbol.as_ref() && others.contains(&measure.symbol) && moves
        };
        let own = match self.measures.iter().any(changed) {
            true => self.most(own)?,
            false => own.clone(),
        };
        let coefficients = symbol
            .as_ref()
            .and_then(|symbol| own.coefficients_in(symbol));
        let Some(coefficients) = coefficients else {
            return Some(&own * &powers(ways)?);
        };
        let mut sum = Expr::ZERO;
        for (power, coefficient) in coefficients.iter().enumerate() {
            let power = u32::try_from(power).ok()?;
            if coefficient.is_zero() {
                continue;
            }
            let shrink = Rational::from(*parts).pow(power).recip()?;
            let term = coefficient * &of.pow(power);
            sum = &sum + &(&term * &powers(&(ways * &shrink))?);
        }
        Some(sum)
    }

    // ---- formulas --------------------------------------------------------------------------

    /// What all calls together come to, where a call comes to `formula`, in which `symbols` stand for
    /// the same of the calls that it makes.
    pub(super) fn all_calls(&self, formula: &Expr, symbols: &[&Symbol]) -> Option<Expr> {
        if !symbols.iter().any(|symbol| formula.contains(symbol)) {
            return Some(formula.clone());
        }
        if let Rank::Structure { .. } = &self.rank {
            return self.over_nodes(&without(formula, symbols));
        }
        let arms = linear_arms(formula, symbols)?;
        let (ways, own, base) = parts_of(arms);
        self.tree(&own, &base, &ways)
    }

    /// What the symbols of each call stand for, now that the formula for any call is known.
    pub(super) fn assign(&self, symbols: &[&Symbol], solved: &Expr, known: &mut Substitution) {
        for symbol in symbols {
            let own = |call: &&RecursiveCall| {
                call.effects.contains(symbol) || call.retained.iter().any(|(_, s)| s == *symbol)
            };
            let call = self.calls.iter().find(own);
            if let Some(value) = call.and_then(|call| self.for_call(call, solved)) {
                known.insert((*symbol).clone(), value);
            }
        }
    }

    /// The formula for a recursive call instead of for the call itself.
    pub(super) fn for_call(&self, call: &RecursiveCall, formula: &Expr) -> Option<Expr> {
        let symbols = formula.free_symbols();
        let mut by = Substitution::new();
        for measure in self.measures.iter().filter(|m| symbols.contains(&m.symbol)) {
            let value = match self.below.get(&measure.symbol) {
                Some(any) => Expr::symbol(&any.symbol),
                None => match (passed(call, measure), &self.named) {
                    (Some(value), _) => value,
                    (None, named) => named.as_ref()?.inputs.get(&measure.symbol)?.clone(),
                },
            };
            by.insert(measure.symbol.clone(), value);
        }
        Some(formula.substitute(&by))
    }
}

/// The greatest number of calls that a call makes, what it has itself, and what one that makes none
/// has.
pub(super) fn parts_of(arms: Vec<Arm>) -> (Expr, Expr, Expr) {
    let (mut ways, mut own, mut base) = (Expr::ZERO, Expr::ZERO, Expr::ZERO);
    for arm in arms {
        let sum = arm.sum();
        let slot = if sum.is_zero() { &mut base } else { &mut own };
        *slot = greater(slot, &arm.rest);
        ways = greater(&ways, &sum);
    }
    (ways, own, base)
}

/// A bound of `n!` that is nowhere a tenth above it: `e·√n·(n/e)ⁿ`.
fn factorial_bound(n: &Expr) -> Option<Expr> {
    let half = Rational::new(1, 2)?;
    let growing = &(n + &Expr::constant(half)) * &n.log2();
    // Less than log₂ e, which is taken away, and more than e.
    let falling = n.scale(&Rational::new(1_442_695, 1_000_000)?);
    let power = Expr::power(&Rational::from(2), &(&growing - &falling))?;
    Some(power.scale(&Rational::new(2_718_282, 1_000_000)?))
}

/// The formula without what the symbols stand for.
pub(super) fn without(formula: &Expr, symbols: &[&Symbol]) -> Expr {
    let by = symbols.iter().map(|s| ((*s).clone(), Expr::ZERO)).collect();
    formula.substitute(&by)
}

/// How many calls make no further ones, where each makes `ways` and the rank falls by these steps: a
/// root of `Σ x^-step = 1` to the power of the rank.
fn leaves(steps: &[Rational], ways: &Rational, span: &Expr) -> Option<Expr> {
    let span = span.clone().positive_part();
    let least = steps.iter().min()?;
    let mut sorted = steps.to_vec();
    sorted.sort();
    let fibonacci = [Rational::ONE, Rational::from(2)];
    if sorted == fibonacci && *ways == Rational::from(2) {
        // φ^s counts from one at the rank nought; below it, at the other end of a call, there is
        // one as well.
        return Some((&span + &Expr::one()).phi_power());
    }
    Expr::power(ways, &span.scale(&least.recip()?).ceil())
}
