//! The normal form: polynomials with rational coefficients over atoms.
//!
//! A formula is a sum of terms, a term a coefficient times a monomial, a monomial a product
//! of powers of atoms. Terms stand in descending degree, then in the order of their names;
//! a monomial occurs once and no coefficient is zero. So equal polynomials are equal values.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::{Add, Mul, Neg, Sub};
use std::sync::Arc;

use super::atom::{Atom, merge_powers};
use super::rational::Rational;
use super::symbol::Symbol;

/// A symbolic formula over non-negative integer unknowns, in normal form.
///
/// A clone costs at most two reference counts. Constants and single terms are held in
/// place, longer sums are shared.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Expr(Form);

#[derive(Clone, PartialEq, Eq, Hash, Default)]
enum Form {
    #[default]
    Zero,
    One(Term),
    Many(Arc<[Term]>),
}

impl PartialOrd for Form {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Form {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Form::Zero, Form::Zero) => Ordering::Equal,
            (Form::One(a), Form::One(b)) => a.cmp(b),
            // What is shared is not looked into.
            (Form::Many(a), Form::Many(b)) if Arc::ptr_eq(a, b) => Ordering::Equal,
            (Form::Many(a), Form::Many(b)) => a.cmp(b),
            (Form::Zero, _) | (Form::One(_), Form::Many(_)) => Ordering::Less,
            _ => Ordering::Greater,
        }
    }
}

/// A coefficient times a monomial.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Term {
    /// The coefficient; not zero.
    pub coefficient: Rational,
    /// What it multiplies.
    pub monomial: Monomial,
}

/// A product of powers of distinct atoms; without factors it is one.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Monomial {
    degree: u32,
    factors: Option<Arc<[Factor]>>,
}

/// An atom to a positive power.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Factor {
    /// The base.
    pub atom: Atom,
    /// The exponent; not zero.
    pub power: u32,
}

impl Monomial {
    /// From factors that are sorted by distinct atoms.
    pub(super) fn from_sorted(factors: Vec<Factor>) -> Self {
        if factors.is_empty() {
            return Self::default();
        }
        let degree = factors.iter().fold(0u32, |sum, factor| {
            sum.saturating_add(factor.atom.degree().saturating_mul(factor.power))
        });
        Monomial {
            degree,
            factors: Some(factors.into()),
        }
    }

    /// The factors, sorted by atom.
    pub fn factors(&self) -> &[Factor] {
        self.factors.as_deref().unwrap_or_default()
    }

    /// Whether the monomial is one.
    pub fn is_unit(&self) -> bool {
        self.factors.is_none()
    }

    /// A number by which terms are ordered: the total degree, where an exponential counts
    /// as more than any power that occurs and a logarithm as nothing.
    pub fn degree(&self) -> u32 {
        self.degree
    }

    /// The product, and the number that comes out of powers that merge (`2^a · 2^(1-a)`).
    pub(super) fn times(&self, other: &Self) -> (Rational, Self) {
        if self.is_unit() {
            return (Rational::ONE, other.clone());
        }
        if other.is_unit() {
            return (Rational::ONE, self.clone());
        }
        let (left, right) = (self.factors(), other.factors());
        let mut factors = Vec::with_capacity(left.len() + right.len());
        let (mut l, mut r) = (0, 0);
        while let (Some(a), Some(b)) = (left.get(l), right.get(r)) {
            match a.atom.cmp(&b.atom) {
                Ordering::Less => {
                    factors.push(a.clone());
                    l += 1;
                }
                Ordering::Greater => {
                    factors.push(b.clone());
                    r += 1;
                }
                Ordering::Equal => {
                    let power = a.power.saturating_add(b.power);
                    factors.push(Factor {
                        atom: a.atom.clone(),
                        power,
                    });
                    l += 1;
                    r += 1;
                }
            }
        }
        factors.extend_from_slice(&left[l..]);
        factors.extend_from_slice(&right[r..]);
        let both = [left, right]
            .iter()
            .all(|side| side.iter().any(Factor::is_exponential));
        let number = if both {
            merge_powers(&mut factors)
        } else {
            Rational::ONE
        };
        (number, Self::from_sorted(factors))
    }

    /// The monomial without one of its factors.
    pub(super) fn without(&self, position: usize) -> Self {
        let mut factors = self.factors().to_vec();
        if position < factors.len() {
            factors.remove(position);
        }
        Self::from_sorted(factors)
    }
}

impl Factor {
    pub(super) fn is_exponential(&self) -> bool {
        matches!(self.atom, Atom::Power(_))
    }
}

impl PartialOrd for Monomial {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Monomial {
    /// The order of print: descending degree, then names, then descending powers.
    fn cmp(&self, other: &Self) -> Ordering {
        other.degree.cmp(&self.degree).then_with(|| {
            if let (Some(a), Some(b)) = (&self.factors, &other.factors)
                && Arc::ptr_eq(a, b)
            {
                return Ordering::Equal;
            }
            for (a, b) in self.factors().iter().zip(other.factors()) {
                let order = a.atom.cmp(&b.atom).then(b.power.cmp(&a.power));
                if order.is_ne() {
                    return order;
                }
            }
            other.factors().len().cmp(&self.factors().len())
        })
    }
}

impl PartialOrd for Term {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Term {
    fn cmp(&self, other: &Self) -> Ordering {
        self.monomial
            .cmp(&other.monomial)
            .then_with(|| other.coefficient.cmp(&self.coefficient))
    }
}

impl Term {
    /// One of the factors, and what it is multiplied by.
    pub fn apart(&self, position: usize) -> Option<(&Factor, Expr)> {
        let factor = self.monomial.factors().get(position)?;
        let rest = Term {
            coefficient: self.coefficient.clone(),
            monomial: self.monomial.without(position),
        };
        Some((factor, Expr::from_term(rest)))
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        let (number, monomial) = self.monomial.times(&other.monomial);
        let mut coefficient = &self.coefficient * &other.coefficient;
        if !number.is_one() {
            coefficient = &coefficient * &number;
        }
        Term {
            coefficient,
            monomial,
        }
    }
}

impl Expr {
    /// Zero.
    pub const ZERO: Expr = Expr(Form::Zero);

    /// One.
    pub fn one() -> Self {
        Self::constant(Rational::ONE)
    }

    /// A number.
    pub fn constant(value: Rational) -> Self {
        Self::from_term(Term {
            coefficient: value,
            monomial: Monomial::default(),
        })
    }

    /// A symbol.
    pub fn symbol(symbol: &Symbol) -> Self {
        Self::atom(Atom::Symbol(symbol.clone()))
    }

    /// The measure of this name.
    pub fn measure(name: &str) -> Self {
        Self::symbol(&Symbol::measure(name))
    }

    /// An atom that is already in its own normal form.
    pub(super) fn atom(atom: Atom) -> Self {
        let monomial = Monomial::from_sorted(vec![Factor { atom, power: 1 }]);
        Self::from_term(Term {
            coefficient: Rational::ONE,
            monomial,
        })
    }

    /// The formula of one term.
    #[must_use]
    pub fn from_term(term: Term) -> Self {
        if term.coefficient.is_zero() {
            Self::ZERO
        } else {
            Expr(Form::One(term))
        }
    }

    /// The sum of terms that are sorted by distinct monomials.
    pub(super) fn from_sorted(mut terms: Vec<Term>) -> Self {
        match terms.len() {
            0 => Self::ZERO,
            1 => terms.pop().map_or(Self::ZERO, Self::from_term),
            _ => Expr(Form::Many(terms.into())),
        }
    }

    /// Sorts terms and adds those of the same monomial.
    pub(super) fn from_terms(mut terms: Vec<Term>) -> Self {
        terms.sort_unstable_by(|a, b| a.monomial.cmp(&b.monomial));
        terms.dedup_by(|next, kept| {
            let same = next.monomial == kept.monomial;
            if same {
                kept.coefficient = &kept.coefficient + &next.coefficient;
            }
            same
        });
        terms.retain(|term| !term.coefficient.is_zero());
        Self::from_sorted(terms)
    }

    /// The terms in print order: descending degree, then names.
    pub fn terms(&self) -> &[Term] {
        match &self.0 {
            Form::Zero => &[],
            Form::One(term) => std::slice::from_ref(term),
            Form::Many(terms) => terms,
        }
    }

    /// Whether the formula is zero.
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Form::Zero)
    }

    /// The number, when the formula is one.
    pub fn as_constant(&self) -> Option<&Rational> {
        match &self.0 {
            Form::Zero => Some(&Rational::ZERO),
            Form::One(term) if term.monomial.is_unit() => Some(&term.coefficient),
            _ => None,
        }
    }

    /// The symbol, when the formula is one.
    pub fn as_symbol(&self) -> Option<&Symbol> {
        match self.as_atom()? {
            Atom::Symbol(symbol) => Some(symbol),
            _ => None,
        }
    }

    /// The atom, when the formula is one.
    pub fn as_atom(&self) -> Option<&Atom> {
        match self.terms() {
            [
                Term {
                    coefficient,
                    monomial,
                },
            ] if coefficient.is_one() => match monomial.factors() {
                [Factor { atom, power: 1 }] => Some(atom),
                _ => None,
            },
            _ => None,
        }
    }

    /// The term without symbols.
    pub fn constant_part(&self) -> Rational {
        match self.terms().last() {
            Some(term) if term.monomial.is_unit() => term.coefficient.clone(),
            _ => Rational::ZERO,
        }
    }

    /// The terms that have none of these symbols times a factor, and the others as they are.
    #[must_use]
    pub fn times_without(&self, factor: &Expr, is_one: &dyn Fn(&Symbol) -> bool) -> Self {
        let has_one = |expr: &Expr| expr.any_symbol(&mut |symbol| is_one(symbol));
        if !has_one(self) {
            return self * factor;
        }
        let terms = self.terms().iter().cloned().map(Expr::from_term);
        let terms = terms.map(|term| match has_one(&term) {
            true => term,
            false => &term * factor,
        });
        Expr::total(&terms.collect::<Vec<Expr>>())
    }

    /// The formula times a number.
    #[must_use]
    pub fn scale(&self, factor: &Rational) -> Self {
        if factor.is_zero() {
            return Self::ZERO;
        }
        if factor.is_one() {
            return self.clone();
        }
        let scaled = |term: &Term| Term {
            coefficient: &term.coefficient * factor,
            monomial: term.monomial.clone(),
        };
        match &self.0 {
            Form::Zero => Self::ZERO,
            Form::One(term) => Expr(Form::One(scaled(term))),
            Form::Many(terms) => Expr(Form::Many(terms.iter().map(scaled).collect())),
        }
    }

    /// The formula to a non-negative power.
    #[must_use]
    pub fn pow(&self, power: u32) -> Self {
        self.pow_by(power, &|product| product)
    }

    /// The same, with something made of each product on the way.
    pub(super) fn pow_by(&self, power: u32, of_each: &dyn Fn(Self) -> Self) -> Self {
        let mut result = Self::one();
        let mut square = self.clone();
        let mut rest = power;
        while rest > 0 {
            if rest & 1 == 1 {
                result = of_each(&result * &square);
            }
            rest >>= 1;
            if rest > 0 {
                square = of_each(&square * &square);
            }
        }
        result
    }

    /// The number of terms, those inside atoms included: what the size limit is about.
    pub fn term_count(&self) -> usize {
        self.terms()
            .iter()
            .flat_map(|term| term.monomial.factors())
            .fold(self.terms().len(), |sum, factor| {
                factor
                    .atom
                    .parts()
                    .fold(sum, |sum, part| sum.saturating_add(part.term_count()))
            })
    }

    /// Whether the formula has at most so many terms, those inside atoms included.
    ///
    /// Of a long formula no more than that many are looked at.
    #[must_use]
    pub fn has_at_most(&self, limit: usize) -> bool {
        self.terms_left(limit).is_some()
    }

    /// How many terms a formula with at most `limit` terms may have more.
    pub fn terms_left(&self, limit: usize) -> Option<usize> {
        let left = limit.checked_sub(self.terms().len())?;
        let factors = self.terms().iter().flat_map(|term| term.monomial.factors());
        factors
            .filter(|factor| !matches!(factor.atom, Atom::Symbol(_)))
            .try_fold(left, |left, factor| {
                factor
                    .atom
                    .parts()
                    .try_fold(left, |left, part| part.terms_left(left))
            })
    }

    /// Whether any free symbol satisfies the test; it is asked of none after that.
    pub(super) fn any_symbol(&self, test: &mut dyn FnMut(&Symbol) -> bool) -> bool {
        self.terms()
            .iter()
            .flat_map(|term| term.monomial.factors())
            .any(|factor| factor.atom.any_symbol(test))
    }

    /// The free symbols, by name.
    pub fn free_symbols(&self) -> BTreeSet<Symbol> {
        let mut symbols = BTreeSet::new();
        self.collect_symbols(&mut symbols);
        symbols
    }

    /// Adds the free symbols to others.
    pub fn collect_symbols(&self, symbols: &mut BTreeSet<Symbol>) {
        self.any_symbol(&mut |symbol| {
            if !symbols.contains(symbol) {
                symbols.insert(symbol.clone());
            }
            false
        });
    }

    /// Whether a memory-critical variable occurs.
    pub fn has_mcv(&self) -> bool {
        self.any_symbol(&mut Symbol::is_mcv)
    }

    /// Whether the symbol occurs free.
    pub fn contains(&self, symbol: &Symbol) -> bool {
        self.any_symbol(&mut |other| other == symbol)
    }

    /// The deepest level of an unevaluated sum in the formula.
    pub(super) fn sum_level(&self) -> u32 {
        let factors = self.terms().iter().flat_map(|term| term.monomial.factors());
        let levels = factors.map(|factor| {
            let own = if let Atom::Sum(sum) = &factor.atom {
                sum.index.level()
            } else {
                0
            };
            factor.atom.parts().map(Expr::sum_level).fold(own, u32::max)
        });
        levels.max().unwrap_or(0)
    }

    /// Whether a term has a power with a symbolic exponent.
    #[must_use]
    pub fn is_exponential(&self) -> bool {
        let mut factors = self.terms().iter().flat_map(|term| term.monomial.factors());
        factors.any(|factor| match &factor.atom {
            Atom::Power(power) => power.exponent.as_constant().is_none(),
            atom => atom.parts().any(Expr::is_exponential),
        })
    }

    /// The coefficients of the formula as a polynomial in the symbol, constant first;
    /// `None` when the symbol also occurs inside another atom.
    pub fn coefficients_in(&self, symbol: &Symbol) -> Option<Vec<Expr>> {
        let mut coefficients: Vec<Vec<Term>> = vec![Vec::new()];
        for term in self.terms() {
            let (power, rest) = split_symbol(&term.monomial, symbol)?;
            let power = usize::try_from(power)
                .ok()
                .filter(|power| *power <= MAX_DEGREE)?;
            if coefficients.len() <= power {
                coefficients.resize(power + 1, Vec::new());
            }
            coefficients[power].push(Term {
                coefficient: term.coefficient.clone(),
                monomial: rest,
            });
        }
        Some(coefficients.into_iter().map(Self::from_terms).collect())
    }

    /// The partial derivative, where the formula is a polynomial in the symbol.
    pub fn derivative(&self, symbol: &Symbol) -> Option<Self> {
        let variable = Self::symbol(symbol);
        let coefficients = self.coefficients_in(symbol)?;
        let mut result = Self::ZERO;
        for (power, coefficient) in coefficients.iter().enumerate().skip(1).rev() {
            let slope = coefficient.scale(&Rational::from(power as i64));
            result = &(&result * &variable) + &slope;
        }
        Some(result)
    }
}

/// Polynomials of a higher degree in one symbol are not taken apart.
const MAX_DEGREE: usize = 1 << 10;

/// The power of a symbol in a monomial and the other factors; `None` when the symbol also
/// occurs inside another atom.
pub(super) fn split_symbol(monomial: &Monomial, symbol: &Symbol) -> Option<(u32, Monomial)> {
    let mut found = None;
    for (position, factor) in monomial.factors().iter().enumerate() {
        match &factor.atom {
            Atom::Symbol(other) if other == symbol => found = Some((position, factor.power)),
            atom if atom.contains(symbol) => return None,
            _ => {}
        }
    }
    Some(match found {
        Some((position, power)) => (power, monomial.without(position)),
        None => (0, monomial.clone()),
    })
}

impl From<i64> for Expr {
    fn from(value: i64) -> Self {
        Self::constant(Rational::from(value))
    }
}

impl From<Rational> for Expr {
    fn from(value: Rational) -> Self {
        Self::constant(value)
    }
}

impl From<&Symbol> for Expr {
    fn from(symbol: &Symbol) -> Self {
        Self::symbol(symbol)
    }
}

impl Add for &Expr {
    type Output = Expr;

    fn add(self, other: &Expr) -> Expr {
        if self.is_zero() {
            return other.clone();
        }
        if other.is_zero() {
            return self.clone();
        }
        let (left, right) = (self.terms(), other.terms());
        let mut sum = Vec::with_capacity(left.len() + right.len());
        let (mut l, mut r) = (0, 0);
        while let (Some(a), Some(b)) = (left.get(l), right.get(r)) {
            match a.monomial.cmp(&b.monomial) {
                Ordering::Less => {
                    sum.push(a.clone());
                    l += 1;
                }
                Ordering::Greater => {
                    sum.push(b.clone());
                    r += 1;
                }
                Ordering::Equal => {
                    let coefficient = &a.coefficient + &b.coefficient;
                    if !coefficient.is_zero() {
                        sum.push(Term {
                            coefficient,
                            monomial: a.monomial.clone(),
                        });
                    }
                    l += 1;
                    r += 1;
                }
            }
        }
        sum.extend_from_slice(&left[l..]);
        sum.extend_from_slice(&right[r..]);
        Expr::from_sorted(sum)
    }
}

impl Sub for &Expr {
    type Output = Expr;

    fn sub(self, other: &Expr) -> Expr {
        self + &-other
    }
}

impl Neg for &Expr {
    type Output = Expr;

    fn neg(self) -> Expr {
        self.scale(&Rational::from(-1))
    }
}

impl Mul for &Expr {
    type Output = Expr;

    fn mul(self, other: &Expr) -> Expr {
        if let Some(factor) = other.as_constant() {
            return self.scale(factor);
        }
        if let Some(factor) = self.as_constant() {
            return other.scale(factor);
        }
        let (left, right) = (self.terms(), other.terms());
        if let ([a], [b]) = (left, right) {
            return Expr::from_term(a.times(b));
        }
        let products = left.iter().flat_map(|a| right.iter().map(|b| a.times(b)));
        Expr::from_terms(products.collect())
    }
}

impl Expr {
    /// The sum of formulas.
    pub fn total<'a>(parts: impl IntoIterator<Item = &'a Expr>) -> Self {
        let mut parts = parts.into_iter().filter(|part| !part.is_zero());
        let Some(first) = parts.next() else {
            return Self::ZERO;
        };
        let Some(second) = parts.next() else {
            return first.clone();
        };
        let mut terms: Vec<&Term> = first.terms().iter().chain(second.terms()).collect();
        terms.extend(parts.flat_map(Self::terms));
        terms.sort_by(|a, b| a.monomial.cmp(&b.monomial));
        let sums = terms.chunk_by(|a, b| a.monomial == b.monomial).map(|same| {
            let numbers = same.iter().map(|term| &term.coefficient);
            let sum = numbers.cloned().reduce(|sum, next| &sum + &next);
            Term {
                coefficient: sum.unwrap_or(Rational::ZERO),
                monomial: same[0].monomial.clone(),
            }
        });
        Self::from_sorted(sums.filter(|term| !term.coefficient.is_zero()).collect())
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
