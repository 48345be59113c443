//! Asymptotic growth in several variables.
//!
//! A growth class is a sum of products, none of which another one dominates as all variables
//! grow independently of each other: `O(n·m + k²)`. A product has powers, logarithms and
//! exponentials of symbols.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::atom::{Atom, Base};
use super::degree::Degree;
use super::expr::{Expr, Monomial, Term};
use super::rational::Rational;
use super::symbol::Symbol;

/// A growth class keeps at most this many products; beyond, they are joined into one above.
const MAX_PRODUCTS: usize = 16;

/// The growth class of a formula: `O(1)`, `O(n·m)`, `O(n·log n)`, `O(2^n)`.
///
/// It is an upper bound up to a constant factor, and tight for sums, products, maxima,
/// roundings and logarithms.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Growth {
    /// Sorted, incomparable, not empty.
    products: Vec<Product>,
}

/// A product of powers, logarithms and exponentials.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
struct Product {
    factors: BTreeMap<Symbol, Power>,
    /// Exponents of exponentials, a formula for each base.
    exponents: BTreeMap<Base, Expr>,
}

/// `x^power · (log x)^logs`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Power {
    power: Rational,
    logs: u32,
}

impl Expr {
    /// The growth class.
    pub fn growth(&self) -> Growth {
        let mut products = Vec::new();
        for term in self
            .terms()
            .iter()
            .filter(|term| term.coefficient.is_positive())
        {
            products.extend(of_monomial(&term.monomial));
        }
        Growth::new(products)
    }

    /// How the formula grows in one symbol, all others fixed.
    pub fn degree_in(&self, symbol: &Symbol) -> Degree {
        self.growth().degree_in(symbol)
    }
}

fn of_monomial(monomial: &Monomial) -> Vec<Product> {
    let mut products = vec![Product::default()];
    for factor in monomial.factors() {
        let options = of_atom(&factor.atom);
        for _ in 0..factor.power.min(64) {
            let next = products
                .iter()
                .flat_map(|a| options.iter().map(|b| a.times(b)));
            products = Growth::new(next.collect()).products;
        }
    }
    products
}

fn of_atom(atom: &Atom) -> Vec<Product> {
    match atom {
        Atom::Symbol(symbol) => vec![Product::power(symbol, Rational::ONE, 0)],
        Atom::Max(arms) => arms.iter().flat_map(|arm| arm.growth().products).collect(),
        Atom::Min(arms) => {
            let growths = arms.iter().map(Expr::growth);
            let least = growths.reduce(|best, next| {
                if best.is_at_most(&next) || !next.is_at_most(&best) {
                    best
                } else {
                    next
                }
            });
            least.map_or_else(|| vec![Product::default()], |least| least.products)
        }
        Atom::Floor(quotient) | Atom::Ceil(quotient) => quotient.dividend.growth().products,
        Atom::Log2(of) => of.growth().products.iter().flat_map(Product::log).collect(),
        Atom::Power(power) => exponential(power.base, &power.exponent),
        Atom::Apply(inner) => inner.outline().growth().products,
        Atom::Sum(sum) => {
            let end = sum.to.growth();
            let body = sum.body.growth().products.into_iter();
            let at_end = body.flat_map(|product| product.replace(&sum.index, &sum.to));
            let products: Vec<Product> = at_end.collect();
            products
                .iter()
                .flat_map(|a| end.products.iter().map(|b| a.times(b)))
                .collect()
        }
    }
}

/// The growth of `base^exponent`. What lowers the exponent is left out.
fn exponential(base: Base, exponent: &Expr) -> Vec<Product> {
    let mut products = vec![Product::default()];
    let mut plain = Vec::new();
    for term in exponent
        .terms()
        .iter()
        .filter(|term| term.coefficient.is_positive())
    {
        let atom = match term.monomial.factors() {
            [] => continue,
            [factor] if factor.power == 1 => Some(&factor.atom),
            _ => None,
        };
        let options: Vec<Product> = match atom {
            Some(Atom::Symbol(_)) | None => {
                plain.push(term.clone());
                continue;
            }
            Some(Atom::Max(arms)) => {
                let scaled = arms.iter().map(|arm| arm.scale(&term.coefficient));
                scaled.flat_map(|arm| exponential(base, &arm)).collect()
            }
            Some(Atom::Floor(quotient) | Atom::Ceil(quotient))
                if quotient.divisor.as_constant().is_some() =>
            {
                exponential(base, &quotient.dividend.scale(&term.coefficient))
            }
            Some(Atom::Log2(of)) => of
                .growth()
                .products
                .iter()
                .map(|product| product.to_power(&log2_of(base), &term.coefficient))
                .collect(),
            Some(_) => {
                plain.push(term.clone());
                continue;
            }
        };
        products = products
            .iter()
            .flat_map(|a| options.iter().map(|b| a.times(b)))
            .collect();
    }
    let plain = Expr::from_terms(plain);
    if !plain.is_zero() {
        let factor = Product {
            factors: BTreeMap::new(),
            exponents: BTreeMap::from([(base, plain)]),
        };
        products = products
            .iter()
            .map(|product| product.times(&factor))
            .collect();
    }
    products
}

/// The binary logarithm of a base, rounded up to a billionth.
fn log2_of(base: Base) -> Rational {
    if base == Base::Number(2) {
        return Rational::ONE;
    }
    let billion = 1e9;
    let scaled = (base.to_f64().log2() * billion).ceil() as i64;
    Rational::new(scaled, 1_000_000_000).unwrap_or(Rational::ONE)
}

impl Product {
    fn power(symbol: &Symbol, power: Rational, logs: u32) -> Self {
        let factors = BTreeMap::from([(symbol.clone(), Power { power, logs })]);
        Product {
            factors,
            exponents: BTreeMap::new(),
        }
    }

    fn times(&self, other: &Self) -> Self {
        let mut product = self.clone();
        for (symbol, power) in &other.factors {
            let zero = Power {
                power: Rational::ZERO,
                logs: 0,
            };
            let own = product.factors.entry(symbol.clone()).or_insert(zero);
            own.power = &own.power + &power.power;
            own.logs = own.logs.saturating_add(power.logs);
        }
        for (base, exponent) in &other.exponents {
            let own = product.exponents.entry(*base).or_default();
            *own = &*own + exponent;
        }
        product
    }

    /// `self^(log · times)`.
    fn to_power(&self, log: &Rational, times: &Rational) -> Self {
        let power = log * times;
        let factors = self.factors.iter().map(|(symbol, own)| {
            let logs = &Rational::from(i64::from(own.logs)) * &power;
            let logs = logs
                .ceil()
                .to_i64()
                .and_then(|logs| u32::try_from(logs).ok());
            let raised = Power {
                power: &own.power * &power,
                logs: logs.unwrap_or(u32::MAX),
            };
            (symbol.clone(), raised)
        });
        let exponents = self.exponents.iter();
        Product {
            factors: factors.collect(),
            exponents: exponents
                .map(|(base, own)| (*base, own.scale(&power)))
                .collect(),
        }
    }

    /// The growth of the logarithm: a sum.
    fn log(&self) -> Vec<Product> {
        let mut logs = vec![Product::default()];
        for (symbol, power) in &self.factors {
            if power.power.is_positive() || power.logs > 0 {
                logs.push(Product::power(symbol, Rational::ZERO, 1));
            }
        }
        for exponent in self.exponents.values() {
            logs.extend(exponent.growth().products);
        }
        logs
    }

    /// The growth with a formula in place of a symbol.
    fn replace(mut self, symbol: &Symbol, by: &Expr) -> Vec<Product> {
        let own = self.factors.remove(symbol);
        for exponent in self.exponents.values_mut() {
            *exponent = exponent.replace(symbol, by);
        }
        let Some(Power { power, logs }) = own else {
            return vec![self];
        };
        let mut products = Vec::new();
        for product in by.growth().products {
            let powers = product.to_power(&Rational::ONE, &power);
            let mut raised = vec![self.times(&powers)];
            for _ in 0..logs.min(64) {
                let log = product.log();
                raised = raised
                    .iter()
                    .flat_map(|a| log.iter().map(|b| a.times(b)))
                    .collect();
            }
            products.extend(raised);
        }
        products
    }

    /// All exponents as one, to base two.
    fn exponent(&self) -> Expr {
        let parts: Vec<Expr> = self
            .exponents
            .iter()
            .map(|(base, own)| own.scale(&log2_of(*base)))
            .collect();
        Expr::total(&parts)
    }

    /// Whether the product grows at most as fast as the other one.
    fn is_at_most(&self, other: &Self) -> bool {
        let lead = &other.exponent() - &self.exponent();
        if !lead.is_nonnegative() {
            return false;
        }
        // A symbol that leads in the exponent outgrows any of its powers.
        let leads = |symbol: &Symbol| {
            let own = |term: &Term| {
                matches!(term.monomial.factors(), [factor]
                    if matches!(&factor.atom, Atom::Symbol(own) if own == symbol))
            };
            let all_positive = lead
                .terms()
                .iter()
                .all(|term| term.coefficient.is_positive());
            all_positive && lead.terms().iter().any(own)
        };
        let zero = Power {
            power: Rational::ZERO,
            logs: 0,
        };
        self.factors.iter().all(|(symbol, power)| {
            power <= other.factors.get(symbol).unwrap_or(&zero) || leads(symbol)
        })
    }

    /// A product above both.
    fn join(&self, other: &Self) -> Self {
        let mut product = self.clone();
        for (symbol, power) in &other.factors {
            let own = product
                .factors
                .entry(symbol.clone())
                .or_insert_with(|| power.clone());
            *own = own.clone().max(power.clone());
        }
        for (base, exponent) in &other.exponents {
            let own = product.exponents.entry(*base).or_default();
            *own = own.maximum(exponent);
        }
        product
    }

    fn symbols(&self) -> BTreeSet<Symbol> {
        let exponents = self.exponents.values().flat_map(Expr::free_symbols);
        self.factors.keys().cloned().chain(exponents).collect()
    }

    fn degree_in(&self, symbol: &Symbol) -> Degree {
        let exponential = self
            .exponents
            .values()
            .any(|exponent| exponent.contains(symbol));
        let own = self.factors.get(symbol);
        Degree {
            exponential,
            power: own.map_or(Rational::ZERO, |own| own.power.clone()),
            logs: own.map_or(0, |own| own.logs),
        }
    }

    /// A rank for print: exponentials, then total degree, then logarithms.
    fn rank(&self) -> (bool, Rational, u32) {
        let power = self
            .factors
            .values()
            .fold(Rational::ZERO, |sum, own| &sum + &own.power);
        let logs = self
            .factors
            .values()
            .fold(0u32, |sum, own| sum.saturating_add(own.logs));
        (!self.exponents.is_empty(), power, logs)
    }
}

impl Growth {
    /// Constant growth.
    pub fn constant() -> Self {
        Growth {
            products: vec![Product::default()],
        }
    }

    fn new(mut candidates: Vec<Product>) -> Self {
        candidates.sort();
        candidates.dedup();
        let mut products: Vec<Product> = Vec::new();
        for candidate in candidates {
            if products.iter().any(|known| candidate.is_at_most(known)) {
                continue;
            }
            products.retain(|known| !known.is_at_most(&candidate));
            products.push(candidate);
        }
        if products.len() > MAX_PRODUCTS {
            let join = products.into_iter().reduce(|all, next| all.join(&next));
            products = join.into_iter().collect();
        }
        if products.is_empty() {
            return Self::constant();
        }
        Growth { products }
    }

    /// Whether the formulas of this class grow at most as fast as those of the other one, as
    /// all variables grow independently of each other.
    pub fn is_at_most(&self, other: &Self) -> bool {
        self.products
            .iter()
            .all(|own| other.products.iter().any(|theirs| own.is_at_most(theirs)))
    }

    /// The order of growth, where the classes are comparable.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self.is_at_most(other), other.is_at_most(self)) {
            (true, true) => Some(Ordering::Equal),
            (true, false) => Some(Ordering::Less),
            (false, true) => Some(Ordering::Greater),
            (false, false) => None,
        }
    }

    /// The class of the sum of formulas of two classes.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        Self::new(
            self.products
                .iter()
                .chain(&other.products)
                .cloned()
                .collect(),
        )
    }

    /// Whether the class is `O(1)`.
    pub fn is_constant(&self) -> bool {
        self.symbols().is_empty()
    }

    /// The symbols that the growth depends on.
    pub fn symbols(&self) -> BTreeSet<Symbol> {
        self.products.iter().flat_map(Product::symbols).collect()
    }

    /// How the class grows in one symbol, all others fixed.
    pub fn degree_in(&self, symbol: &Symbol) -> Degree {
        let degrees = self
            .products
            .iter()
            .map(|product| product.degree_in(symbol));
        let constant = Degree {
            exponential: false,
            power: Rational::ZERO,
            logs: 0,
        };
        degrees.max().unwrap_or(constant)
    }

    /// The growth when all symbols grow together: a total order by which tables rank.
    pub fn total_degree(&self) -> Degree {
        let ranks = self.products.iter().map(Product::rank);
        let (exponential, power, logs) = ranks.max().unwrap_or((false, Rational::ZERO, 0));
        Degree {
            exponential,
            power,
            logs,
        }
    }
}

impl PartialOrd for Product {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Product {
    /// The order of print: the higher rank first, then names.
    fn cmp(&self, other: &Self) -> Ordering {
        let rank = other.rank().cmp(&self.rank());
        rank.then_with(|| self.factors.cmp(&other.factors))
            .then_with(|| self.exponents.cmp(&other.exponents))
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = Vec::new();
        for (symbol, Power { power, logs }) in &self.factors {
            let base = Expr::symbol(symbol);
            match power.to_i64().and_then(|power| u32::try_from(power).ok()) {
                Some(0) => {}
                Some(power) => parts.push(base.pow(power).to_text()),
                None => parts.push(format!("{base}^{:.3}", power.to_f64())),
            }
            match logs {
                0 => {}
                1 => parts.push(format!("log {base}")),
                logs => parts.push(format!("log^{logs} {base}")),
            }
        }
        for (base, exponent) in &self.exponents {
            let shown = match base {
                Base::Number(number) => number.to_string(),
                Base::Phi => "φ".to_owned(),
            };
            let single = exponent.as_symbol().is_some();
            parts.push(if single {
                format!("{shown}^{exponent}")
            } else {
                format!("{shown}^({exponent})")
            });
        }
        f.write_str(if parts.is_empty() { "1" } else { "" })?;
        f.write_str(&parts.join("·"))
    }
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let products: Vec<String> = self.products.iter().map(Product::to_string).collect();
        write!(f, "O({})", products.join(" + "))
    }
}

impl fmt::Debug for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n() -> Expr {
        Expr::measure("n")
    }

    fn m() -> Expr {
        Expr::measure("m")
    }

    #[test]
    fn classes_read_as_usual() {
        let quadratic = &n().pow(2).scale(&Rational::from(8)) - &n();
        for (formula, class) in [
            (Expr::from(56), "O(1)"),
            (quadratic, "O(n²)"),
            (&(&n() * &m()) + &n(), "O(m·n)"),
            (&n() * &n().log2(), "O(n·log n)"),
            (&n().exp2() + &n().pow(9), "O(2^n)"),
            (n().maximum(&m()), "O(m + n)"),
            (n().ceil_div(&Expr::from(2)), "O(n)"),
            ((&n() + &Expr::from(3)).phi_power(), "O(φ^n)"),
        ] {
            assert_eq!(formula.growth().to_string(), class, "{formula}");
        }
        let karatsuba = Expr::power(&Rational::from(3), &n().log2());
        assert_eq!(
            karatsuba.map(|k| k.growth().to_string()).as_deref(),
            Some("O(n^1.585)")
        );
    }

    #[test]
    fn classes_are_partially_ordered() {
        let (product, square) = ((&n() * &m()).growth(), n().pow(2).growth());
        assert_eq!(product.compare(&square), None);
        assert_eq!(n().growth().compare(&square), Some(Ordering::Less));
        assert_eq!(
            n().exp2().growth().compare(&square),
            Some(Ordering::Greater)
        );
        assert_eq!(
            n().log2().growth().compare(&n().growth()),
            Some(Ordering::Less)
        );
        assert_eq!(n().exp2().growth().compare(&m().growth()), None);
    }

    #[test]
    fn degrees_have_names() {
        let formula = &(&n().pow(2) * &m()) + &m().log2();
        assert_eq!(
            formula.degree_in(&Symbol::measure("n")).to_string(),
            "quadratic"
        );
        assert_eq!(
            formula.degree_in(&Symbol::measure("m")).to_string(),
            "linear"
        );
        assert_eq!(
            formula.degree_in(&Symbol::measure("k")).to_string(),
            "constant"
        );
        assert_eq!(
            m().log2().degree_in(&Symbol::measure("m")).to_string(),
            "logarithmic"
        );
    }

    #[test]
    fn kept_sums_grow_with_their_end() {
        let index = Symbol::index("i");
        let kept = Expr::symbol(&index)
            .log2()
            .sum_kept(&index, &Expr::ZERO, &n());
        assert_eq!(kept.growth().to_string(), "O(n·log n)");
    }
}
