//! Costs: what is allocated where, how many objects and how many bytes.
//!
//! A cost is a list of terms (site, type, count, bytes). Bytes, numbers of objects and
//! breakdowns by line and type are sums over the same terms, so they always agree. A term holds
//! the bytes of all its objects together and not of each, because objects from one site
//! need not be of one size (`bytearray(i)` in a loop over `i`); where they are,
//! [`CostTerm::bytes_each`] has it.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::expr::Expr;
use super::grade::{Grade, Graded};
use super::substitute::Substitution;
use super::symbol::Symbol;

/// The name of a type; a clone shares it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeName(Arc<str>);

impl TypeName {
    /// The type of this name.
    pub fn new(name: &str) -> Self {
        TypeName(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for TypeName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for TypeName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(TypeName(String::deserialize(deserializer)?.into()))
    }
}

/// Objects of one type from one place.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CostTerm<S> {
    /// Where they are allocated.
    pub site: S,
    /// Their type.
    #[serde(rename = "type")]
    pub type_name: TypeName,
    /// How many there are.
    pub count: Expr,
    /// The bytes of all of them.
    pub bytes: Expr,
}

impl<S> CostTerm<S> {
    /// The bytes of each object, where they are of one size that is a formula.
    pub fn bytes_each(&self) -> Option<Expr> {
        self.bytes.divided_by(&self.count)
    }
}

/// What is allocated, by site of type `S`, and how far the numbers may be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost<S> {
    /// Sorted by site and type; no two alike in both; none that is zero.
    terms: Vec<CostTerm<S>>,
    grade: Grade,
    /// Unknowns that the numbers rest on without having them in a formula.
    assumed: BTreeSet<Symbol>,
}

impl<S> Default for Cost<S> {
    fn default() -> Self {
        Cost {
            terms: Vec::new(),
            grade: Grade::Exact,
            assumed: BTreeSet::new(),
        }
    }
}

impl<S: Ord + Clone> Cost<S> {
    /// Nothing.
    pub fn zero() -> Self {
        Self::default()
    }

    /// So many objects of one type, each of so many bytes.
    pub fn of(site: S, type_name: &TypeName, count: Expr, bytes_each: &Expr) -> Self {
        let bytes = &count * bytes_each;
        Self::from_terms(vec![CostTerm {
            site,
            type_name: type_name.clone(),
            count,
            bytes,
        }])
    }

    /// Terms in any order.
    pub fn from_terms(mut terms: Vec<CostTerm<S>>) -> Self {
        terms.sort_by(|a, b| {
            a.site
                .cmp(&b.site)
                .then_with(|| a.type_name.cmp(&b.type_name))
        });
        terms.dedup_by(|next, kept| {
            let same = next.site == kept.site && next.type_name == kept.type_name;
            if same {
                kept.count = &kept.count + &next.count;
                kept.bytes = &kept.bytes + &next.bytes;
            }
            same
        });
        terms.retain(|term| !term.count.is_zero() || !term.bytes.is_zero());
        Cost {
            terms,
            ..Self::default()
        }
    }

    /// The terms, sorted by site and type.
    pub fn terms(&self) -> &[CostTerm<S>] {
        &self.terms
    }

    /// How far the numbers may be trusted: `open` as soon as they rest on an unknown.
    pub fn grade(&self) -> Grade {
        let mut formulas = self
            .terms
            .iter()
            .flat_map(|term| [&term.count, &term.bytes]);
        let open = !self.assumed.is_empty() || formulas.any(Expr::has_mcv);
        if open { Grade::Open } else { self.grade }
    }

    /// The memory-critical variables that the numbers rest on, by name.
    pub fn unknowns(&self) -> BTreeSet<Symbol> {
        let formulas = self
            .terms
            .iter()
            .flat_map(|term| [&term.count, &term.bytes]);
        let occurring = formulas.flat_map(Expr::free_symbols).filter(Symbol::is_mcv);
        occurring.chain(self.assumed.iter().cloned()).collect()
    }

    /// The same numbers, trusted no further than this.
    #[must_use]
    pub fn graded(mut self, grade: Grade) -> Self {
        self.grade = self.grade.join(grade);
        self
    }

    /// The same numbers, resting on an unknown that no formula has.
    #[must_use]
    pub fn assuming(mut self, unknown: Symbol) -> Self {
        self.assumed.insert(unknown);
        self
    }

    /// Trusted no further than another cost.
    fn tainted(mut self, other: &Self) -> Self {
        self.grade = self.grade.join(other.grade);
        self.assumed.extend(other.assumed.iter().cloned());
        self
    }

    /// Whether nothing is allocated.
    pub fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// All bytes.
    pub fn bytes(&self) -> Expr {
        Expr::total(self.terms.iter().map(|term| &term.bytes))
    }

    /// The number of all objects.
    pub fn objects(&self) -> Expr {
        Expr::total(self.terms.iter().map(|term| &term.count))
    }

    /// Both costs together.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        if other.is_zero() {
            return self.clone().tainted(other);
        }
        if self.is_zero() {
            return other.clone().tainted(self);
        }
        let terms = self.terms.iter().chain(&other.terms).cloned().collect();
        Self::from_terms(terms).tainted(self).tainted(other)
    }

    /// The cost, so many times.
    #[must_use]
    pub fn times(&self, count: &Expr) -> Self {
        self.map(|formula| Graded::exact(formula * count))
    }

    /// The cost with formulas in place of symbols.
    #[must_use]
    pub fn substitute(&self, substitution: &Substitution) -> Self {
        self.map(|formula| Graded::exact(formula.substitute(substitution)))
    }

    /// The cost of all iterations with `from ≤ index < to`.
    #[must_use]
    pub fn sum_over(&self, index: &Symbol, from: &Expr, to: &Expr) -> Self {
        self.map(|formula| formula.sum_over(index, from, to))
    }

    /// A cost that no single iteration with `from ≤ index < to` exceeds, in any term. It is
    /// exact where one iteration attains it.
    #[must_use]
    pub fn upper_bound_over(&self, index: &Symbol, from: &Expr, to: &Expr) -> Self {
        let bound = self.map(|formula| formula.upper_bound_over(index, from, to));
        let attained = [
            (self.bytes(), bound.bytes()),
            (self.objects(), bound.objects()),
        ];
        let exact = attained.iter().all(|(own, bound)| {
            own.upper_bound_over(index, from, to) == Graded::exact(bound.clone())
        });
        bound.graded(if exact { Grade::Exact } else { Grade::Upper })
    }

    /// The cost with formulas of at most about `limit` terms; lowers the grade where that
    /// changes a formula.
    #[must_use]
    pub fn coarsen(self, limit: usize) -> Self {
        let short =
            |term: &CostTerm<S>| term.count.has_at_most(limit) && term.bytes.has_at_most(limit);
        if self.terms.iter().all(short) {
            return self;
        }
        self.map(|formula| match formula.coarsen(limit) {
            (value, true) => Graded::upper(value),
            (value, false) => Graded::exact(value),
        })
    }

    /// The cost of the terms that `keep` selects: what escapes, what is alive.
    #[must_use]
    pub fn filter(&self, keep: impl Fn(&CostTerm<S>) -> bool) -> Self {
        let terms = self
            .terms
            .iter()
            .filter(|term| keep(term))
            .cloned()
            .collect();
        Cost {
            terms,
            grade: self.grade,
            assumed: self.assumed.clone(),
        }
    }

    /// The cost with other sites: a callee's sites seen from its caller.
    pub fn map_sites<T: Ord + Clone>(&self, site: impl Fn(&S) -> T) -> Cost<T> {
        let terms = self.terms.iter().map(|term| CostTerm {
            site: site(&term.site),
            type_name: term.type_name.clone(),
            count: term.count.clone(),
            bytes: term.bytes.clone(),
        });
        let mapped = Cost::from_terms(terms.collect());
        Cost {
            grade: self.grade,
            assumed: self.assumed.clone(),
            ..mapped
        }
    }

    fn map(&self, formula: impl Fn(&Expr) -> Graded) -> Self {
        let mut grade = self.grade;
        let mut apply = |old: &Expr| {
            let Graded { value, grade: own } = formula(old);
            grade = grade.join(own);
            value
        };
        let terms = self.terms.iter().map(|term| CostTerm {
            site: term.site.clone(),
            type_name: term.type_name.clone(),
            count: apply(&term.count),
            bytes: apply(&term.bytes),
        });
        // Sites and types are what they were.
        let terms: Vec<CostTerm<S>> = terms
            .filter(|term| !term.count.is_zero() || !term.bytes.is_zero())
            .collect();
        Cost {
            grade,
            assumed: self.assumed.clone(),
            terms,
        }
    }

    /// Whether there are nowhere fewer bytes or fewer objects than in the other cost.
    pub fn dominates(&self, other: &Self) -> bool {
        self.bytes().dominates(&other.bytes()) && self.objects().dominates(&other.objects())
    }

    /// A cost with at least the bytes and objects of both.
    ///
    /// It is the dominating one, where one dominates in bytes and in objects; otherwise it has
    /// of each term the greater count and bytes, an upper bound.
    #[must_use]
    pub fn maximum(&self, other: &Self) -> Self {
        if self.dominates(other) {
            return self.clone().outdoing(other);
        }
        if other.dominates(self) {
            return other.clone().outdoing(self);
        }
        let mut terms = self.terms.clone();
        for term in &other.terms {
            let same =
                |own: &&mut CostTerm<S>| own.site == term.site && own.type_name == term.type_name;
            match terms.iter_mut().find(same) {
                Some(own) => {
                    own.count = own.count.maximum(&term.count);
                    own.bytes = own.bytes.maximum(&term.bytes);
                }
                None => terms.push(term.clone()),
            }
        }
        Self::from_terms(terms)
            .tainted(self)
            .tainted(other)
            .graded(Grade::Upper)
    }

    /// The grade of a maximum that another cost provably does not reach: that the other one is
    /// only a bound does not matter, what it rests on does.
    fn outdoing(self, other: &Self) -> Self {
        let mut tainted = self.clone().tainted(other);
        if other.grade == Grade::Upper {
            tainted.grade = self.grade;
        }
        tainted
    }
}

/// What is alive at the moments of an execution that may be its peak: none of the costs
/// dominates another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moments<S> {
    /// Not empty.
    moments: Vec<Cost<S>>,
}

/// So many moments are kept apart; more are joined, which lowers the grade.
const MAX_MOMENTS: usize = 6;

impl<S: Ord + Clone> Default for Moments<S> {
    fn default() -> Self {
        Self::of(Cost::zero())
    }
}

impl<S: Ord + Clone> Moments<S> {
    /// One moment.
    pub fn of(alive: Cost<S>) -> Self {
        Moments {
            moments: vec![alive],
        }
    }

    /// Those of several moments that may be the peak.
    pub fn of_all(alive: Vec<Cost<S>>) -> Self {
        match alive.is_empty() {
            true => Self::default(),
            false => Self::pruned(alive),
        }
    }

    /// The moments.
    pub fn moments(&self) -> &[Cost<S>] {
        &self.moments
    }

    /// What is alive throughout, on top of each moment.
    #[must_use]
    pub fn plus(&self, alive: &Cost<S>) -> Self {
        self.map(|moment| moment.plus(alive))
    }

    /// The same for all moments.
    #[must_use]
    pub fn map(&self, change: impl Fn(&Cost<S>) -> Cost<S>) -> Self {
        Self::pruned(self.moments.iter().map(change).collect())
    }

    /// The moments of both.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        Self::pruned(self.moments.iter().chain(&other.moments).cloned().collect())
    }

    fn pruned(candidates: Vec<Cost<S>>) -> Self {
        if candidates.len() == 1 {
            return Moments {
                moments: candidates,
            };
        }
        // With the sums of each, which are compared with many others.
        let mut kept: Vec<(Cost<S>, [Expr; 2])> = Vec::with_capacity(candidates.len());
        let dominates = |a: &[Expr; 2], b: &[Expr; 2]| a.iter().zip(b).all(|(a, b)| a.dominates(b));
        for mut candidate in candidates {
            let sums = [candidate.bytes(), candidate.objects()];
            if let Some((known, _)) = kept.iter_mut().find(|(_, known)| dominates(known, &sums)) {
                *known = known.clone().outdoing(&candidate);
                continue;
            }
            kept.retain(|(known, theirs)| {
                let outdone = dominates(&sums, theirs);
                if outdone {
                    candidate = candidate.clone().outdoing(known);
                }
                !outdone
            });
            kept.push((candidate, sums));
        }
        let mut kept: Vec<Cost<S>> = kept.into_iter().map(|(cost, _)| cost).collect();
        while kept.len() > MAX_MOMENTS {
            if let (Some(a), Some(b)) = (kept.pop(), kept.pop()) {
                kept.push(a.maximum(&b));
            }
        }
        Moments { moments: kept }
    }

    /// The most bytes alive at one moment.
    pub fn bytes(&self) -> Expr {
        Expr::max_of(self.moments.iter().map(Cost::bytes))
    }

    /// The most objects alive at one moment.
    pub fn objects(&self) -> Expr {
        Expr::max_of(self.moments.iter().map(Cost::objects))
    }

    /// How far the numbers may be trusted.
    pub fn grade(&self) -> Grade {
        self.moments
            .iter()
            .map(Cost::grade)
            .fold(Grade::Exact, Grade::join)
    }

    /// The memory-critical variables that the numbers rest on, by name.
    pub fn unknowns(&self) -> BTreeSet<Symbol> {
        self.moments.iter().flat_map(Cost::unknowns).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::symbol::Cause;
    use super::*;

    fn n() -> Expr {
        Expr::measure("n")
    }

    fn m() -> Expr {
        Expr::measure("m")
    }

    fn cost(site: u32, count: Expr, bytes_each: &Expr) -> Cost<u32> {
        Cost::of(site, &TypeName::new("list"), count, bytes_each)
    }

    #[test]
    fn bytes_and_objects_are_sums_of_terms() {
        let both = cost(1, n(), &Expr::from(32)).plus(&cost(2, Expr::one(), &Expr::from(56)));
        assert_eq!(both.bytes().to_string(), "32·n + 56");
        assert_eq!(both.objects().to_string(), "n + 1");
        assert_eq!(both.terms()[0].bytes_each(), Some(Expr::from(32)));
        let twice = both.plus(&both);
        assert_eq!(twice, both.times(&Expr::from(2)));
        assert_eq!(twice.terms().len(), 2);
    }

    #[test]
    fn objects_of_growing_size_are_summed() {
        // for i in range(n): bytearray(i)
        let index = Symbol::index("i");
        let each = &Expr::symbol(&index) + &Expr::from(57);
        let body = cost(1, Expr::one(), &each);
        let total = body.sum_over(&index, &Expr::ZERO, &n());
        assert_eq!(total.bytes().to_string(), "n²/2 + 113·n/2");
        assert_eq!(total.objects(), n());
        let peak = body.upper_bound_over(&index, &Expr::ZERO, &n());
        assert_eq!(peak.bytes().to_string(), "n + 56");
        assert_eq!(peak.grade(), Grade::Exact);
    }

    #[test]
    fn the_dominating_cost_is_the_maximum() {
        let small = cost(1, n(), &Expr::from(8));
        let large = cost(2, n(), &Expr::from(16));
        assert_eq!(small.maximum(&large), large);
        let other = cost(2, m(), &Expr::from(8));
        let bound = small.maximum(&other);
        assert_eq!(bound.grade(), Grade::Upper);
        assert_eq!(bound.bytes().to_string(), "8·m + 8·n");
    }

    #[test]
    fn moments_keep_the_exact_peak() {
        let live = cost(0, Expr::one(), &Expr::from(56));
        let one = Moments::of(cost(1, n(), &Expr::from(8)));
        let two = Moments::of(cost(2, m(), &Expr::from(8)));
        let peak = one.join(&two).plus(&live);
        assert_eq!(peak.bytes().to_string(), "8·max(m, n) + 56");
        assert_eq!(peak.grade(), Grade::Exact);
        assert_eq!(one.join(&one), one);
    }

    #[test]
    fn unknowns_open_the_grade() {
        let cause = Cause {
            reason: "no recurrence".into(),
            file: "app.py".into(),
            line: 12,
        };
        let mcv = Symbol::mcv("iterations of while", cause);
        let open = cost(1, Expr::symbol(&mcv), &Expr::from(8));
        assert_eq!(open.grade(), Grade::Open);
        assert_eq!(open.unknowns(), BTreeSet::from([mcv.clone()]));
        let assumed = cost(1, n(), &Expr::one()).assuming(mcv);
        assert_eq!(assumed.plus(&Cost::zero()).grade(), Grade::Open);
    }
}
