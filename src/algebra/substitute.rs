//! Formulas for symbols.

use std::collections::BTreeMap;

use super::atom::Atom;
use super::expr::{Expr, Factor, Monomial, Term};
use super::rational::Rational;
use super::symbol::Symbol;

/// What stands for which symbol; all are replaced at once.
pub type Substitution = BTreeMap<Symbol, Expr>;

impl Expr {
    /// The formula with other formulas in place of symbols.
    ///
    /// What is put in must not be negative and must be an integer, like the symbols:
    /// simplifications made before rely on it.
    #[must_use]
    pub fn substitute(&self, substitution: &Substitution) -> Expr {
        if substitution.is_empty() {
            return self.clone();
        }
        self.try_substitute(substitution)
            .unwrap_or_else(|| self.clone())
    }

    /// The formula with another formula in place of one symbol.
    #[must_use]
    pub fn replace(&self, symbol: &Symbol, by: &Expr) -> Expr {
        self.substitute(&Substitution::from([(symbol.clone(), by.clone())]))
    }

    /// `None` where nothing changes, so that nothing is rebuilt.
    fn try_substitute(&self, substitution: &Substitution) -> Option<Expr> {
        if !self.any_symbol(&mut |symbol| substitution.contains_key(symbol)) {
            return None;
        }
        let mut changed = false;
        let mut done: Vec<Term> = Vec::with_capacity(self.terms().len());
        for term in self.terms() {
            let mut product: Option<Expr> = None;
            let mut kept = Vec::new();
            for factor in term.monomial.factors() {
                match factor.atom.substitute(substitution) {
                    None => kept.push(factor.clone()),
                    Some(value) => {
                        let value = value.pow(factor.power);
                        product = Some(match product {
                            Some(product) => &product * &value,
                            None => value,
                        });
                    }
                }
            }
            match product {
                None => done.push(term.clone()),
                Some(product) => {
                    changed = true;
                    let rest = rebuild(&term.coefficient, kept);
                    done.extend_from_slice((&rest * &product).terms());
                }
            }
        }
        changed.then(|| Expr::from_terms(done))
    }
}

fn rebuild(coefficient: &Rational, factors: Vec<Factor>) -> Expr {
    Expr::from_term(Term {
        coefficient: coefficient.clone(),
        monomial: Monomial::from_sorted(factors),
    })
}

impl Atom {
    fn substitute(&self, substitution: &Substitution) -> Option<Expr> {
        if let Atom::Symbol(symbol) = self {
            return substitution.get(symbol).cloned();
        }
        if !self.any_symbol(&mut |symbol| substitution.contains_key(symbol)) {
            return None;
        }
        if let Atom::Sum(sum) = self {
            // A fresh index, so that nothing put in is captured.
            let index = sum.open_index();
            let mut inner = substitution.clone();
            inner.insert(sum.index.clone(), Expr::symbol(&index));
            let of = |expr: &Expr| expr.substitute(substitution);
            let body = sum.body.substitute(&inner);
            return Some(Expr::sum_kept(&body, &index, &of(&sum.from), &of(&sum.to)));
        }
        self.rebuilt(&|expr| expr.substitute(substitution))
    }

    /// The atom with all its parts mapped; nothing for a symbol, which has none.
    pub(super) fn rebuilt(&self, of: &dyn Fn(&Expr) -> Expr) -> Option<Expr> {
        Some(match self {
            Atom::Symbol(_) => return None,
            Atom::Max(arms) => Expr::max_of(arms.iter().map(of)),
            Atom::Min(arms) => Expr::min_of(arms.iter().map(of)),
            Atom::Floor(quotient) => of(&quotient.dividend).floor_div(&of(&quotient.divisor)),
            Atom::Ceil(quotient) => of(&quotient.dividend).ceil_div(&of(&quotient.divisor)),
            Atom::Log2(inner) => of(inner).log2(),
            Atom::Power(power) => match power.base.number() {
                None => of(&power.exponent).phi_power(),
                Some(base) => Expr::power(&base, &of(&power.exponent))?,
            },
            Atom::Sum(sum) => {
                let index = sum.open_index();
                let body = sum.body.replace(&sum.index, &Expr::symbol(&index));
                Expr::sum_kept(&of(&body), &index, &of(&sum.from), &of(&sum.to))
            }
            Atom::Apply(inner) => inner.with(of),
        })
    }
}
