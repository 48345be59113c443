//! The iterations of a loop as a whole: sums over them, and the most of any.
//!
//! What a loop takes out of an input is another element in each iteration. While the body is
//! interpreted its measures are those of the present one, `len(xs[#0])`. Summed over the loop they are
//! measures of the input again, `len(xs[+])`, the length of all elements together; of any iteration
//! they are at most those of the longest, `len(xs[*])`.

use std::sync::Arc;

use super::interpret::Interpreter;
use super::value::{Measure, Place, Quantity, Step, Value};
use crate::algebra::{Expr, Grade, Graded, Substitution, Symbol};

/// A measure of the element that an iteration works on.
#[derive(Debug, Clone)]
pub(super) struct Individual {
    symbol: Symbol,
    most: Expr,
    sum: Expr,
}

impl Individual {
    pub(super) fn new(symbol: Symbol, most: Expr, sum: Expr) -> Self {
        Self { symbol, most, sum }
    }

    pub(super) fn is_in(&self, expr: &Expr) -> bool {
        expr.contains(&self.symbol)
    }
}

/// See the module.
#[derive(Debug, Clone)]
pub(super) struct Iterations {
    pub(super) index: Symbol,
    pub(super) count: Expr,
    individuals: Vec<Individual>,
    most: Substitution,
}

/// The measures of the element of a loop: the place and quantity for any and for all of them.
pub(super) struct Kin {
    symbol: Symbol,
    any: Arc<Place>,
    all: Arc<Place>,
    quantity: Quantity,
}

impl Interpreter<'_> {
    /// The measures of the elements that loop number `at` works on.
    pub(super) fn kin(&self, at: u32) -> Vec<Kin> {
        let own = self
            .measures
            .values()
            .filter(|m| m.place.steps.contains(&Step::This(at)));
        let mut kin: Vec<Kin> = own.map(|measure| Kin::of(measure, at)).collect();
        kin.sort_by(|a, b| a.symbol.cmp(&b.symbol));
        kin
    }

    pub(super) fn iterations(
        &mut self,
        at: u32,
        index: &Symbol,
        count: &Expr,
        kin: &[Kin],
    ) -> Iterations {
        let own = self.constructed.iter().filter(|(own, _)| *own == at);
        let constructed: Vec<Individual> = own.map(|(_, one)| one.clone()).collect();
        let mut individuals: Vec<Individual> = kin
            .iter()
            .map(|kin| Individual {
                symbol: kin.symbol.clone(),
                most: self.measure(&kin.any, kin.quantity),
                sum: self.measure(&kin.all, kin.quantity),
            })
            .collect();
        individuals.extend(constructed);
        Iterations {
            index: index.clone(),
            count: count.clone(),
            most: (individuals.iter())
                .map(|one| (one.symbol.clone(), one.most.clone()))
                .collect(),
            individuals,
        }
    }

    /// What an iteration over an input takes out of it: an element of its own.
    pub(super) fn individual(&mut self, iterable: &Value, element: Value, at: u32) -> Value {
        self.constructed.retain(|(own, _)| *own != at);
        let element = self.of_constructed(element, at);
        let comes_once = |value: &Value| match &value.once {
            Some(length) => self.known_length(value).as_ref() == Some(length.as_ref()),
            None => value.place.is_some(),
        };
        if comes_once(iterable) {
            element.of_iteration(at)
        } else {
            element
        }
    }

    /// The element of a container that was made here: its length stands for itself, if it is known
    /// what all elements have together.
    fn of_constructed(&mut self, mut element: Value, at: u32) -> Value {
        let own_length = element.container.is_none() && element.place.is_none();
        if let (Some(sum), Some(most), true) = (element.sum.take(), &element.length, own_length)
            && most.as_constant().is_none()
        {
            self.states += 1;
            let symbol = Symbol::index(&format!("element {}", self.states));
            let length = Expr::symbol(&symbol);
            let most = most.clone();
            self.constructed
                .push((at, Individual { symbol, most, sum }));
            element.length = Some(length);
        }
        if let Some(items) = element.items.take() {
            let items: Vec<Value> = items
                .iter()
                .map(|item| self.of_constructed(item.clone(), at))
                .collect();
            element.items = Some(items.into());
        }
        element
    }

    /// The length of a value without a measure for it.
    fn known_length(&self, value: &Value) -> Option<Expr> {
        match value.container {
            Some(id) => self.container_length(id),
            None => value.length.clone(),
        }
    }
}

impl Kin {
    fn of(measure: &Measure, at: u32) -> Self {
        let with = |step: Step| Arc::new(measure.place.with(Step::This(at), step));
        Self {
            symbol: measure.symbol.clone(),
            any: with(Step::Element),
            all: with(Step::Each),
            quantity: measure.quantity,
        }
    }
}

impl Iterations {
    /// All iterations together.
    pub(super) fn sum(&self, expr: &Expr) -> Graded {
        self.sum_to(expr, &self.index, &self.count)
    }

    /// All iterations before the present one.
    pub(super) fn before(&self, expr: &Expr) -> Graded {
        let prior = Symbol::index("before");
        let expr = expr.replace(&self.index, &Expr::symbol(&prior));
        self.sum_to(&expr, &prior, &Expr::symbol(&self.index))
    }

    fn sum_to(&self, expr: &Expr, index: &Symbol, to: &Expr) -> Graded {
        let (rest, sums, grade) = self.apart(expr, index);
        let mut sum = rest.sum_over(index, &Expr::ZERO, to);
        sum.value = &sum.value + &sums;
        let early = *to != self.count && !sums.is_zero();
        sum.grade = sum.grade.join(grade);
        if early {
            sum.grade = sum.grade.join(Grade::Upper);
        }
        sum
    }

    /// A formula without what it has of the elements of the loop, and that of all elements together.
    pub(super) fn apart(&self, expr: &Expr, index: &Symbol) -> (Expr, Expr, Grade) {
        let mut rest = expr.clone();
        let mut sums = Expr::ZERO;
        for one in &self.individuals {
            let Some([constant, slope]) = rest
                .coefficients_in(&one.symbol)
                .and_then(|all| <[Expr; 2]>::try_from(all).ok())
            else {
                continue;
            };
            let others = self
                .individuals
                .iter()
                .any(|other| slope.contains(&other.symbol));
            if others || slope.contains(index) {
                continue;
            }
            sums = &sums + &(&slope * &one.sum);
            rest = constant;
        }
        let bound = rest.substitute(&self.most);
        let grade = match bound == rest {
            true => Grade::Exact,
            false => Grade::Upper,
        };
        (bound, sums, grade)
    }

    /// The most that the formula is in any iteration.
    pub(super) fn most(&self, expr: &Expr) -> Graded {
        let any = expr.substitute(&self.most);
        any.upper_bound_over(&self.index, &Expr::ZERO, &self.count)
    }

    /// The formula with the largest element in place of that of the present iteration.
    pub(super) fn of_any(&self, expr: &Expr) -> Expr {
        expr.substitute(&self.most)
    }

    /// The same with one more iteration: what holds when the last one is over.
    pub(super) fn and_one(&self) -> Self {
        Self {
            count: &self.count + &Expr::one(),
            ..self.clone()
        }
    }

    /// The value as it is known after the loop: at most what it was in any iteration.
    pub(super) fn after(&self, value: &Value) -> Value {
        let of_loop = |symbol: &Symbol| *symbol == self.index || self.most.contains_key(symbol);
        let mentions = |expr: &Option<Expr>| {
            let symbols = expr.as_ref().map(Expr::free_symbols).unwrap_or_default();
            symbols.iter().any(of_loop)
        };
        let own = mentions(&value.number) || mentions(&value.length);
        let mapped = value.map(&|expr| {
            let bound = self.most(expr);
            (!bound.value.contains(&self.index)).then_some(bound)
        });
        mapped.of_any().bounded(own)
    }
}
