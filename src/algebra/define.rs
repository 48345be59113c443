//! Formulas that have a name, and are used without being written out.
//!
//! A long formula is not copied into those that need it: it becomes a [`Definition`] over its symbols,
//! and [`Application`]s say what these stand for. So formulas share their parts, and one that is made
//! of many others stays small.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use super::atom::Atom;
use super::expr::{Expr, Term};
use super::rational::Rational;
use super::substitute::Substitution;
use super::symbol::Symbol;

/// What stands for a definition where only its growth matters has at most that many terms.
const MAX_OUTLINE: usize = 8;

/// So many terms are compared with each other to find the leading ones.
const MAX_CANDIDATES: usize = 256;

/// A formula with a name. What it stands for is nowhere negative.
#[derive(Debug)]
pub struct Definition {
    /// What is counted of it: `peak`, `total`.
    pub quantity: &'static str,
    /// Whose it is: the dotted name of a function.
    pub of: Box<str>,
    /// The symbols of the body, in order.
    pub parameters: Vec<Symbol>,
    /// The formula.
    pub body: Expr,
    /// What grows like it, without applications; of most that is never asked.
    outline: OnceLock<Expr>,
    rises: OnceLock<bool>,
}

/// A definition with formulas for its parameters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Application {
    /// The definition.
    pub definition: Arc<Definition>,
    /// A formula for each of its parameters.
    pub arguments: Vec<Expr>,
}

impl Definition {
    /// Gives a formula a name.
    #[must_use]
    pub fn new(quantity: &'static str, of: &str, body: Expr) -> Self {
        Self {
            quantity,
            of: of.into(),
            parameters: body.free_symbols().into_iter().collect(),
            body,
            outline: OnceLock::new(),
            rises: OnceLock::new(),
        }
    }

    fn outline(&self) -> &Expr {
        // Maxima become sums first: those of outlines would compare all with all.
        let found = || self.body.without_cases().outlined().lead();
        self.outline.get_or_init(found)
    }

    /// The formula by its name, over its own symbols.
    #[must_use]
    pub fn applied(self: Arc<Self>) -> Expr {
        let arguments = self.parameters.iter().map(Expr::symbol).collect();
        Expr::atom(Atom::Apply(Arc::new(Application {
            definition: self,
            arguments,
        })))
    }

    /// Whether it nowhere falls as its parameters grow.
    #[must_use]
    pub fn rises(&self) -> bool {
        *self.rises.get_or_init(|| self.body.rises())
    }
}

impl Application {
    /// What it grows like.
    pub(super) fn outline(&self) -> Expr {
        let names = self.definition.parameters.iter().cloned();
        let by: Substitution = names.zip(self.arguments.iter().cloned()).collect();
        self.definition.outline().substitute(&by)
    }

    /// The same definition with all its arguments mapped.
    pub(super) fn with(&self, by: &dyn Fn(&Expr) -> Expr) -> Expr {
        let arguments = self.arguments.iter().map(by);
        Expr::atom(Atom::Apply(Arc::new(Self {
            definition: Arc::clone(&self.definition),
            arguments: arguments.collect(),
        })))
    }
}

impl Expr {
    /// The formula with an outline in place of each application. Products of more terms than an outline
    /// can come from are their own outlines.
    fn outlined(&self) -> Expr {
        let lead = |product: Expr| match product.terms().len() <= MAX_CANDIDATES {
            true => product,
            false => product.lead(),
        };
        let outlined = |term: &Term| {
            let factors = term.monomial.factors().iter();
            factors.fold(
                Expr::constant(term.coefficient.clone()),
                |product, factor| {
                    let power = factor.atom.outlined().pow_by(factor.power, &lead);
                    lead(&product * &power)
                },
            )
        };
        let sums: Vec<Expr> = self.terms().iter().map(outlined).collect();
        Expr::total(&sums)
    }

    /// What grows like the formula: its leading terms, those over measures first.
    fn lead(&self) -> Expr {
        let unit = |expr: &Expr| {
            let positive = expr.terms().iter().filter(|t| t.coefficient.is_positive());
            let units = positive.map(|term| Term {
                coefficient: Rational::ONE,
                monomial: term.monomial.clone(),
            });
            Expr::from_terms(units.collect())
        };
        let first = |expr: &Expr, limit: usize| {
            let mut terms = expr.terms().to_vec();
            let unknown = |term: &Term| Expr::from_term(term.clone()).has_mcv();
            terms.sort_by_cached_key(|term| {
                (unknown(term), std::cmp::Reverse(term.monomial.degree()))
            });
            terms.truncate(limit);
            Expr::from_terms(terms)
        };
        let candidates = first(&unit(&self.without_cases()), MAX_CANDIDATES);
        first(&unit(&candidates.charge_terms(1)), MAX_OUTLINE)
    }

    /// Whether it uses a definition.
    pub(super) fn has_application(&self) -> bool {
        let mut factors = self.terms().iter().flat_map(|term| term.monomial.factors());
        factors.any(|factor| {
            matches!(factor.atom, Atom::Apply(_)) || factor.atom.parts().any(Expr::has_application)
        })
    }

    /// Whether it is known to fall nowhere as its symbols grow.
    fn rises(&self) -> bool {
        let mut terms = self.terms().iter();
        terms.all(|term| {
            let mut atoms = term.monomial.factors().iter().map(|factor| &factor.atom);
            !term.coefficient.is_negative()
                && atoms.all(|atom| atom.is_nonnegative() && atom.rises())
        })
    }

    /// The definitions that the formula uses, those that others use first.
    pub fn definitions(&self, found: &mut Vec<Arc<Definition>>) {
        for factor in self.terms().iter().flat_map(|term| term.monomial.factors()) {
            factor.atom.parts().for_each(|part| part.definitions(found));
            if let Atom::Apply(inner) = &factor.atom
                && !found.contains(&inner.definition)
            {
                inner.definition.body.definitions(found);
                found.push(Arc::clone(&inner.definition));
            }
        }
    }
}

impl Atom {
    fn outlined(&self) -> Expr {
        match self {
            Atom::Apply(inner) => inner.outline(),
            Atom::Symbol(_) => Expr::atom(self.clone()),
            _ => self
                .rebuilt(&Expr::outlined)
                .unwrap_or_else(|| Expr::atom(self.clone())),
        }
    }

    fn rises(&self) -> bool {
        match self {
            Atom::Floor(quotient) | Atom::Ceil(quotient) => {
                quotient.dividend.rises() && quotient.divisor.as_constant().is_some()
            }
            Atom::Sum(sum) => {
                sum.from.as_constant().is_some() && sum.to.rises() && sum.body.rises()
            }
            Atom::Apply(inner) => {
                inner.definition.rises() && inner.arguments.iter().all(Expr::rises)
            }
            _ => self.parts().all(Expr::rises),
        }
    }
}

impl PartialEq for Definition {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
            || (self.of == other.of && self.quantity == other.quantity && self.body == other.body)
    }
}

impl Eq for Definition {}

impl PartialOrd for Definition {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Definition {
    fn cmp(&self, other: &Self) -> Ordering {
        if std::ptr::eq(self, other) {
            return Ordering::Equal;
        }
        let name = |definition: &Self| (definition.of.clone(), definition.quantity);
        name(self)
            .cmp(&name(other))
            .then_with(|| self.body.cmp(&other.body))
    }
}

impl Hash for Definition {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.of.hash(state);
        self.quantity.hash(state);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn square() -> Expr {
        let n = Expr::measure("n");
        Arc::new(Definition::new(
            "peak",
            "table",
            &n.pow(2) + &Expr::from(56),
        ))
        .applied()
    }

    fn at(name: &str, value: i64) -> std::collections::BTreeMap<Symbol, Rational> {
        [(Symbol::measure(name), Rational::from(value))].into()
    }

    #[test]
    fn an_application_is_written_by_its_name() {
        let by = Expr::measure("m").scale(&Rational::from(2));
        let used = square().replace(&Symbol::measure("n"), &by);
        assert_eq!(used.to_string(), "peak(table(n=2·m))");
        assert_eq!(used.growth().to_string(), "O(m²)");
        assert_eq!(used.evaluate_at(&at("m", 3)), Some(Rational::from(92)));
    }

    #[test]
    fn an_application_is_bounded_and_summed_over_a_loop() {
        let i = Symbol::index("i");
        let used = square().replace(&Symbol::measure("n"), &Expr::symbol(&i));
        let n = Expr::measure("n");
        let most = used.upper_bound_over(&i, &Expr::ZERO, &n);
        assert_eq!(most.value.to_string(), "peak(table(n=n - 1))");
        let sum = used.sum_over(&i, &Expr::ZERO, &n).value;
        assert!(sum.evaluate_at(&at("n", 4)).unwrap() >= Rational::from(14 + 4 * 56));
    }

    #[test]
    fn nested_applications_are_evaluated_once_each() {
        let mut formula = Expr::measure("n");
        for level in 0..64 {
            let name = format!("level{level}");
            let twice = formula.scale(&Rational::from(2));
            formula = Arc::new(Definition::new("total", &name, &twice + &formula)).applied();
            let next = &formula.replace(&Symbol::measure("n"), &Expr::measure("n"));
            formula = &formula.scale(&Rational::from(1)) + &(next - &formula);
        }
        assert!(formula.evaluate_at(&at("n", 1)).is_some());
    }
}
