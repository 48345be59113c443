//! Bounds over iteration spaces (Consume.NET's UpBound).

use super::atom::Atom;
use super::expr::{Expr, Factor, Term};
use super::grade::Graded;
use super::order::rounding_bound;
use super::symbol::Symbol;

/// The index of a loop and where it runs: `from ≤ index < end`.
pub(super) struct Range<'a> {
    pub(super) index: &'a Symbol,
    pub(super) from: &'a Expr,
    pub(super) end: &'a Expr,
    last: Expr,
}

/// How a formula moves with an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trend {
    Constant,
    Rising,
    Falling,
    Unknown,
}

impl Trend {
    fn reversed(self) -> Self {
        match self {
            Trend::Rising => Trend::Falling,
            Trend::Falling => Trend::Rising,
            other => other,
        }
    }

    /// The trend of a sum, or of a product of what is not negative.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Trend::Constant, trend) | (trend, Trend::Constant) => trend,
            (a, b) if a == b => a,
            _ => Trend::Unknown,
        }
    }
}

impl<'a> Range<'a> {
    pub(super) fn new(index: &'a Symbol, from: &'a Expr, end: &'a Expr) -> Self {
        Range {
            index,
            from,
            end,
            last: end - &Expr::one(),
        }
    }

    /// The formula at one end of the range: where it is greatest, or least.
    fn at_end(&self, expr: &Expr, trend: Trend, greatest: bool) -> Option<Expr> {
        let place = match (trend, greatest) {
            (Trend::Constant, _) => return Some(expr.clone()),
            (Trend::Rising, true) | (Trend::Falling, false) => &self.last,
            (Trend::Rising, false) | (Trend::Falling, true) => self.from,
            (Trend::Unknown, _) => return None,
        };
        Some(expr.replace(self.index, place))
    }

    fn trend(&self, expr: &Expr) -> Trend {
        if !expr.contains(self.index) {
            return Trend::Constant;
        }
        let terms = expr.terms().iter().map(|term| {
            let factors = term.monomial.factors().iter();
            let trend = factors.fold(Trend::Constant, |trend, factor| {
                trend.and(self.trend_of(&factor.atom))
            });
            match trend {
                Trend::Constant => trend,
                _ if !simple(term) && !term.monomial.is_nonnegative() => Trend::Unknown,
                _ if term.coefficient.is_negative() => trend.reversed(),
                _ => trend,
            }
        });
        match terms.fold(Trend::Constant, Trend::and) {
            Trend::Unknown => self.trend_by_difference(expr),
            trend => trend,
        }
    }

    /// The trend by the sign of `f(index + 1) - f(index)`.
    fn trend_by_difference(&self, expr: &Expr) -> Trend {
        let step = expr.difference(self.index);
        if step.is_nonnegative_within(self.index, self.from, &self.last) {
            Trend::Rising
        } else if (-&step).is_nonnegative_within(self.index, self.from, &self.last) {
            Trend::Falling
        } else {
            Trend::Unknown
        }
    }

    fn trend_of(&self, atom: &Atom) -> Trend {
        match atom {
            Atom::Symbol(symbol) if symbol == self.index => Trend::Rising,
            Atom::Symbol(_) => Trend::Constant,
            Atom::Max(arms) | Atom::Min(arms) => arms
                .iter()
                .map(|arm| self.trend(arm))
                .fold(Trend::Constant, Trend::and),
            Atom::Floor(quotient) | Atom::Ceil(quotient) => {
                let dividend = self.trend(&quotient.dividend);
                match self.trend(&quotient.divisor) {
                    Trend::Constant => dividend,
                    divisor if quotient.dividend.is_nonnegative() => {
                        dividend.and(divisor.reversed())
                    }
                    _ => Trend::Unknown,
                }
            }
            Atom::Log2(of) => self.trend(of),
            Atom::Power(power) => self.trend(&power.exponent),
            Atom::Apply(inner) => {
                let all = inner.arguments.iter().map(|argument| self.trend(argument));
                match all.fold(Trend::Constant, Trend::and) {
                    Trend::Constant => Trend::Constant,
                    trend if inner.definition.rises() => trend,
                    _ => Trend::Unknown,
                }
            }
            Atom::Sum(_) if !atom.contains(self.index) => Trend::Constant,
            Atom::Sum(_) => Trend::Unknown,
        }
    }

    /// Replaces one atom of a term that has the index inside by a bound, from above for a
    /// positive term. `None` where no bound is known.
    pub(super) fn relax_term(&self, term: &Term) -> Option<Expr> {
        let upper = term.coefficient.is_positive();
        for (position, factor) in term.monomial.factors().iter().enumerate() {
            if !factor.atom.contains(self.index) {
                continue;
            }
            let rest = term.monomial.without(position);
            if !rest.is_nonnegative() {
                continue;
            }
            let Some(bound) = self.relax_factor(factor, upper) else {
                continue;
            };
            let rest = Expr::from_term(Term {
                coefficient: term.coefficient.clone(),
                monomial: rest,
            });
            return Some(&rest * &bound);
        }
        None
    }

    fn relax_factor(&self, factor: &Factor, upper: bool) -> Option<Expr> {
        if let Atom::Symbol(_) = factor.atom {
            // Only powers too high to be summed come here.
            let value = if upper { &self.last } else { self.from };
            return Some(value.pow(factor.power));
        }
        let bound = self.relax_atom(&factor.atom, upper)?;
        if factor.power == 1 {
            return Some(bound);
        }
        if !factor.atom.is_nonnegative() {
            return None;
        }
        if upper || bound.is_nonnegative() {
            return Some(bound.pow(factor.power));
        }
        Some(Expr::ZERO)
    }

    fn relax_atom(&self, atom: &Atom, upper: bool) -> Option<Expr> {
        let polynomial = match atom {
            Atom::Floor(_) | Atom::Ceil(_) => rounding_bound(atom, upper),
            Atom::Max(arms) if upper => Some(join(arms)),
            Atom::Max(arms) => arms.iter().find(|arm| arm.contains(self.index)).cloned(),
            Atom::Min(arms) if upper => {
                let fixed = arms.iter().find(|arm| !arm.contains(self.index));
                fixed.or(arms.first()).cloned()
            }
            _ => None,
        };
        let of = Expr::atom(atom.clone());
        polynomial
            .or_else(|| self.at_end(&of, self.trend_of(atom), upper))
            .or_else(|| (!upper && atom.is_nonnegative()).then_some(Expr::ZERO))
    }
}

/// Whether the term is an atom times a number.
fn simple(term: &Term) -> bool {
    matches!(term.monomial.factors(), [Factor { power: 1, .. }])
}

/// A polynomial above every arm: for each monomial the greatest coefficient. The arms of a
/// normal maximum have no negative coefficients.
pub(super) fn join(arms: &[Expr]) -> Expr {
    let mut terms: Vec<Term> = Vec::new();
    for term in arms.iter().flat_map(Expr::terms) {
        match terms
            .iter_mut()
            .find(|known| known.monomial == term.monomial)
        {
            Some(known) if known.coefficient < term.coefficient => {
                known.coefficient = term.coefficient.clone();
            }
            Some(_) => {}
            None => terms.push(term.clone()),
        }
    }
    Expr::from_terms(terms)
}

/// Decides maxima and minima whose arms are ordered throughout the range.
pub(super) fn resolve_within(expr: &Expr, range: &Range) -> Expr {
    let mut terms = Vec::new();
    let mut changed = false;
    for term in expr.terms() {
        let decided = term
            .monomial
            .factors()
            .iter()
            .enumerate()
            .find_map(|(position, factor)| {
                let winner = match &factor.atom {
                    Atom::Max(arms) => winner(arms, range, true),
                    Atom::Min(arms) => winner(arms, range, false),
                    _ => None,
                }?;
                Some((position, winner.pow(factor.power)))
            });
        match decided {
            None => terms.push(term.clone()),
            Some((position, value)) => {
                changed = true;
                let rest = Expr::from_term(Term {
                    coefficient: term.coefficient.clone(),
                    monomial: term.monomial.without(position),
                });
                terms.extend_from_slice((&rest * &value).terms());
            }
        }
    }
    if changed {
        resolve_within(&Expr::from_terms(terms), range)
    } else {
        expr.clone()
    }
}

fn winner(arms: &[Expr], range: &Range, greatest: bool) -> Option<Expr> {
    if !arms.iter().any(|arm| arm.contains(range.index)) {
        return None;
    }
    let wins = |arm: &Expr, other: &Expr| {
        let lead = if greatest { arm - other } else { other - arm };
        lead.is_nonnegative_within(range.index, range.from, &range.last)
    };
    arms.iter()
        .find(|arm| arms.iter().all(|other| *arm == other || wins(arm, other)))
        .cloned()
}

impl Expr {
    /// `f(symbol + 1) - f(symbol)`: the growth by one step.
    #[must_use]
    pub fn difference(&self, symbol: &Symbol) -> Expr {
        let next = &Expr::symbol(symbol) + &Expr::one();
        &self.replace(symbol, &next) - self
    }

    /// A formula without the index that is nowhere below this one for `from ≤ index < to`.
    ///
    /// It is the maximum itself, graded exact, where the formula rises or falls throughout the
    /// range; the greater of both ends where it is convex; otherwise each term is bounded on
    /// its own. Of an empty range it says nothing.
    #[must_use]
    pub fn upper_bound_over(&self, index: &Symbol, from: &Expr, to: &Expr) -> Graded {
        if !self.contains(index) {
            return Graded::exact(self.clone());
        }
        let end = &(to - from).ceil() + from;
        let range = Range::new(index, from, &end);
        let body = resolve_within(self, &range);
        if let Some(value) = range.at_end(&body, range.trend(&body), true) {
            return Graded::exact(value);
        }
        let curve = body.difference(index).difference(index);
        if curve.is_nonnegative_within(index, from, &range.last) {
            let ends = [body.replace(index, from), body.replace(index, &range.last)];
            return Graded::exact(Expr::max_of(ends));
        }
        let mut bound = Expr::ZERO;
        for term in body.terms() {
            match range.bound_term(term) {
                Some(value) => bound = &bound + &value,
                None => return Graded::upper(self.bound_by_sum(&range)),
            }
        }
        Graded::upper(bound)
    }

    /// The last resort: what is negative nowhere is at most its own sum.
    fn bound_by_sum(&self, range: &Range) -> Expr {
        let body = self.maximum(&Expr::ZERO);
        body.sum_kept(range.index, range.from, range.end)
    }
}

impl Range<'_> {
    fn bound_term(&self, term: &Term) -> Option<Expr> {
        let expr = Expr::from_term(term.clone());
        let mut bound = expr;
        for _ in 0..=term.monomial.factors().len() {
            match self.at_end(&bound, self.trend(&bound), true) {
                Some(value) => return Some(value),
                None => match bound.terms() {
                    [single] => bound = self.relax_term(single)?,
                    _ => break,
                },
            }
        }
        (term.coefficient.is_negative() && term.monomial.is_nonnegative()).then_some(Expr::ZERO)
    }
}
