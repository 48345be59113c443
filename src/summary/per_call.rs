//! What all calls of a recursion cost, and what those have alive that one path of them makes.

use super::cost::{Cost, Line, Peak, covers, either, mapped};
use super::ranks::{Rank, shift};
use super::recurrence::linear_arms;
use super::recursion::objects_of;
use super::unrolling::{Tree, parts_of, without};
use super::value::Value;
use super::{Costs, CostsRef, Destination, Retained};
use crate::algebra::{Expr, Grade, Rational, Substitution, Symbol};

impl Tree<'_> {
    /// What is retained through one destination, with what calls below retain through others that it
    /// speaks of.
    pub(super) fn with_others(&self, one: &Retained, all: &[Retained]) -> Cost {
        let mut cost = one.cost.clone();
        if self.named.is_none() {
            return cost;
        }
        let of = |destination: Destination| {
            let calls = self.calls.iter().flat_map(|call| &call.retained);
            let own = calls.filter(move |(other, _)| *other == destination);
            own.flat_map(|(_, symbol)| [symbol.clone(), objects_of(symbol)])
        };
        let below = all.iter().flat_map(|other| of(other.destination));
        let nothing: Substitution = below.map(|symbol| (symbol, Expr::ZERO)).collect();
        for other in all.iter().filter(|o| o.destination != one.destination) {
            let symbols: Substitution = of(other.destination).map(|s| (s, Expr::ZERO)).collect();
            let (bytes, objects) = (cost.bytes(), cost.objects());
            let mut keys = symbols.keys();
            if keys.any(|symbol| bytes.contains(symbol) || objects.contains(symbol)) {
                cost = cost
                    .substitute(&symbols)
                    .plus(&other.cost.substitute(&nothing));
            }
        }
        cost
    }

    /// All costs of a call, with what they are for recursive calls added to `known`.
    pub(super) fn costs(&self, costs: CostsRef<'_>, known: &mut Substitution) -> Option<Costs> {
        let mut retained_in = Vec::new();
        for one in costs.retained_in {
            let own = self.calls.iter().filter_map(|call| {
                let found = call.retained.iter().find(|(d, _)| *d == one.destination);
                found.map(|(_, symbol)| symbol)
            });
            let symbols: Vec<&Symbol> = own.collect();
            let whole = self.with_others(one, costs.retained_in);
            let cost = self.cost(&whole, &symbols, self.bases.as_deref(), known)?;
            self.assign(&symbols, &cost.bytes(), known);
            let objects: Vec<Symbol> = symbols.iter().map(|s| objects_of(s)).collect();
            for ((call, symbol), objects) in self.calls.iter().zip(&symbols).zip(objects) {
                debug_assert!(call.retained.iter().any(|(_, own)| own == *symbol));
                if let Some(value) = self.for_call(call, &cost.objects()) {
                    known.insert(objects, value);
                }
            }
            retained_in.push(Retained {
                destination: one.destination,
                cost,
            });
        }
        let totals: Vec<&Symbol> = self.calls.iter().map(|call| &call.total).collect();
        Some(Costs {
            total: self.cost(costs.total, &totals, self.bases.as_deref(), known)?,
            peak: self.peak(
                costs.peak,
                &self.kept_by_all(costs.retained_in, &retained_in),
                known,
            )?,
            retained_in,
        })
    }

    /// The result, with what its symbols of each call stand for added to `known`.
    pub(super) fn result(&self, result: &Value, known: &mut Substitution) -> Option<Value> {
        let hypotheses: Vec<&Value> = self.calls.iter().map(|call| &call.result).collect();
        let mut solved = result.clone();
        solved.number = self.size(&result.number, &hypotheses, |v| &v.number, known);
        solved.length = self.size(&result.length, &hypotheses, |v| &v.length, known);
        solved.is_bound = true;
        solved.items = None;
        solved.stride = None;
        if let Some(element) = &result.element {
            let inner: Vec<&Value> = (hypotheses.iter())
                .filter_map(|value| value.element.as_deref())
                .collect();
            let mut element = Value::clone(element);
            element.length = self.size(&element.length.clone(), &inner, |v| &v.length, known);
            element.number = self.size(&element.number.clone(), &inner, |v| &v.number, known);
            element.items = None;
            element.element = None;
            solved.element = Some(element.into());
        }
        Some(solved)
    }

    /// A size of the result.
    pub(super) fn size(
        &self,
        formula: &Option<Expr>,
        hypotheses: &[&Value],
        of: impl Fn(&Value) -> &Option<Expr>,
        known: &mut Substitution,
    ) -> Option<Expr> {
        let formula = formula.as_ref()?.substitute(known);
        let symbols: Vec<&Symbol> = hypotheses
            .iter()
            .filter_map(|value| of(value).as_ref()?.as_symbol())
            .collect();
        let solved = match symbols.iter().any(|symbol| formula.contains(symbol)) {
            true => self
                .guessed(&formula, &symbols)
                .or_else(|| self.all_calls(&formula, &symbols))?,
            false => formula,
        };
        if symbols.len() == self.calls.len() {
            for (call, symbol) in self.calls.iter().zip(&symbols) {
                if let Some(value) = self.for_call(call, &solved) {
                    known.insert((*symbol).clone(), value);
                }
            }
        }
        Some(solved)
    }

    /// A simple formula that holds for the calls if it holds for those that they make.
    fn guessed(&self, formula: &Expr, symbols: &[&Symbol]) -> Option<Expr> {
        if symbols.len() != self.calls.len() {
            return None;
        }
        let none = without(formula, symbols);
        let measures = self.measures.iter().map(|m| Expr::symbol(&m.symbol));
        let candidates = std::iter::once(none).chain(measures);
        let holds = |guess: &Expr| {
            let mut by = Substitution::new();
            for (call, symbol) in self.calls.iter().zip(symbols) {
                let value = self.for_call(call, guess)?;
                by.insert((*symbol).clone(), value);
            }
            let next = formula.substitute(&by);
            let shifted = |expr: &Expr| shift(expr, &self.measures);
            covers(&shifted(guess), &shifted(&next)).then(|| guess.clone())
        };
        candidates.into_iter().find_map(|guess| holds(&guess))
    }

    /// The cost of all calls, by line where recursive calls stand on lines of their own.
    fn cost(
        &self,
        cost: &Cost,
        symbols: &[&Symbol],
        bases: Option<&[Line]>,
        known: &Substitution,
    ) -> Option<Cost> {
        let cost = cost.substitute(known);
        let all = cost.bytes();
        let objects: Vec<Symbol> = symbols.iter().map(|s| objects_of(s)).collect();
        let hidden: Vec<&Symbol> = symbols.iter().copied().chain(&objects).collect();
        if !symbols.iter().any(|symbol| all.contains(symbol)) {
            return Some(cost);
        }
        let arms = linear_arms(&all, symbols).map(parts_of);
        let (ways, calling, base) = match &self.rank {
            Rank::Structure { .. } => arms.unwrap_or((Expr::from(2), Expr::ZERO, Expr::ZERO)),
            _ => arms?,
        };
        let is_path = ways
            .as_constant()
            .is_some_and(|ways| *ways <= Rational::ONE);
        // Where every way calls, only those that return early do not.
        let early = bases.filter(|_| base.is_zero());
        let base_of = |line: &Line| -> Option<(Expr, Expr)> {
            let mut same = early?
                .iter()
                .filter(|other| (other.site, &other.type_name) == (line.site, &line.type_name));
            let none = || (Expr::ZERO, Expr::ZERO);
            Some(same.next().map_or_else(none, |other| {
                (other.count.substitute(known), other.bytes.substitute(known))
            }))
        };
        let mut lines = Vec::new();
        for line in cost.terms() {
            let own = |expr: &Expr, base: Option<Expr>| {
                let own = without(expr, &hidden);
                match &self.rank {
                    // What one call gives is handed on, and nothing is added to it.
                    Rank::Structure { .. } if is_path && calling.is_zero() => self.most(&own),
                    Rank::Structure { .. } if is_path => self.path(&own),
                    Rank::Structure { .. } => self.over_nodes(&own),
                    _ => self.tree(&own, &base.unwrap_or_else(|| own.clone()), &ways),
                }
            };
            let (count, bytes) = base_of(line).unzip();
            lines.push(Line {
                count: own(&line.count, count)?,
                bytes: own(&line.bytes, bytes)?,
                ..line.clone()
            });
        }
        Some(Cost::from_terms(lines).graded(cost.grade().join(Grade::Upper)))
    }

    /// What all calls together keep through each destination, where it is known of all: those that
    /// were made before a moment keep no more, however many levels they were made on.
    fn kept_by_all<'s>(
        &'s self,
        own: &[Retained],
        solved: &'s [Retained],
    ) -> Vec<(&'s Cost, Vec<&'s Symbol>)> {
        let mut found = Vec::new();
        for (one, all) in own.iter().zip(solved) {
            let calls = self.calls.iter().flat_map(|call| &call.retained);
            let calls = calls.filter(|(destination, _)| *destination == one.destination);
            let bytes = one.cost.bytes();
            let symbols = calls.map(|(_, symbol)| symbol);
            let symbols: Vec<&Symbol> = symbols.filter(|own| bytes.contains(own)).collect();
            // What results keep is parted with those that they are parts of.
            let is_told = one.destination != Destination::Result;
            if is_told && !symbols.is_empty() {
                found.push((&all.cost, symbols));
            }
        }
        found
    }

    /// The peak: what a path has alive where it calls, and the most that any call has otherwise.
    fn peak(
        &self,
        peak: &Peak,
        kept: &[(&Cost, Vec<&Symbol>)],
        known: &Substitution,
    ) -> Option<Peak> {
        let symbols: Vec<&Symbol> = self.calls.iter().map(|call| &call.peak).collect();
        let mut calling: Option<Vec<Line>> = None;
        let mut resting: Option<Vec<Line>> = None;
        let mut grade = Grade::Upper;
        let mut at_once: Vec<&Cost> = Vec::new();
        for moment in peak.moments() {
            let mut moment = moment.clone();
            for (all, symbols) in kept {
                let bytes = moment.bytes();
                if symbols.iter().any(|symbol| bytes.contains(symbol)) {
                    let both = symbols.iter().flat_map(|s| [(*s).clone(), objects_of(s)]);
                    let nothing = both.map(|symbol| (symbol, Expr::ZERO)).collect();
                    moment = moment.substitute(&nothing);
                    if !at_once.iter().any(|known| std::ptr::eq(*known, *all)) {
                        at_once.push(all);
                    }
                }
            }
            let moment = moment.substitute(known);
            grade = grade.join(moment.grade());
            let calls = symbols.iter().any(|s| moment.bytes().contains(s));
            let own = |line: &Line| mapped(line, |expr| without(expr, &symbols));
            let lines: Vec<Line> = moment.terms().iter().map(own).collect();
            let slot = if calls { &mut calling } else { &mut resting };
            *slot = Some(match slot.take() {
                None => lines,
                Some(other) => either(other, lines),
            });
        }
        let mut lines = Vec::new();
        let mapped = |line: &Line, by: &dyn Fn(&Expr) -> Option<Expr>| {
            Some(Line {
                count: by(&line.count)?,
                bytes: by(&line.bytes)?,
                ..line.clone()
            })
        };
        for line in calling.iter().flatten() {
            lines.push(mapped(line, &|expr| self.path(expr))?);
        }
        for line in resting.iter().flatten() {
            lines.push(mapped(line, &|expr| self.most(expr))?);
        }
        for cost in at_once {
            lines.extend_from_slice(cost.terms());
            grade = grade.join(cost.grade());
        }
        Some(Peak::of(Cost::from_terms(lines).graded(grade)))
    }
}
