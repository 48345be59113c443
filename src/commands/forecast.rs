//! What is known of a function, with formulas that numbers can be put into.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use num_bigint::{BigInt, ParseBigIntError};
use num_traits::ToPrimitive;
use serde::{Serialize, Serializer};

use super::cli::Grade;
use super::request::check_targets;
use super::units;
use super::{Error, Target, Unknown};
use crate::algebra::{Expr, Rational, Symbol, SymbolKind};

/// The forecasts of a program.
#[derive(Debug, Clone, Default)]
pub struct Forecasts {
    /// Every function, in the order of the program.
    pub functions: Vec<Forecast>,
    /// The lines that parts of them stand on.
    pub sources: Sources,
}

/// The forecast of one function.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Forecast {
    /// Its dotted name, as in call graphs.
    pub function: String,
    /// Its file.
    pub path: Arc<str>,
    /// Its first line, from 1.
    pub line: u32,
    /// The names of its parameters.
    pub parameters: Vec<String>,
    /// What it asks for in all.
    pub total: Figure,
    /// The most that is alive at one moment.
    pub peak: Figure,
    /// What is still reachable when it ends.
    pub retained: Figure,
    /// What the figures rest on that no input determines.
    pub unknowns: Vec<Unknown>,
    /// Whom it calls, and on which of its lines.
    pub calls: Vec<(u32, String)>,
}

/// One figure of a function.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figure {
    /// How far it may be trusted.
    pub grade: Grade,
    /// The bytes: the most of any moment.
    pub bytes: Expr,
    /// The number of objects: the most of any moment.
    pub objects: Expr,
    /// What it is made of, at each moment that may be the one that counts; of total and
    /// retained there is one.
    pub moments: Vec<Vec<Part>>,
}

/// Objects of one type from one line.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The file.
    pub path: Arc<str>,
    /// The line, from 1; what a callee allocates counts on the line of the call.
    pub line: u32,
    /// The type.
    pub type_name: String,
    /// How many there are.
    pub objects: Expr,
    /// The bytes of all of them.
    pub bytes: Expr,
}

/// The texts of lines.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    lines: BTreeMap<(Arc<str>, u32), String>,
}

impl Sources {
    /// Adds the text of a line.
    pub fn add(&mut self, path: Arc<str>, line: u32, text: &str) {
        self.lines.insert((path, line), text.trim().to_owned());
    }

    /// The text of a line; empty where it cannot be had.
    #[must_use]
    pub fn line(&self, path: &Arc<str>, line: u32) -> &str {
        let key = (Arc::clone(path), line);
        self.lines.get(&key).map_or("", String::as_str)
    }
}

/// What is forecast.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum, Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Metric {
    /// What a call asks for in all.
    Total,
    /// The most that is alive at one moment.
    #[default]
    Peak,
    /// What is still reachable when the call ends.
    Retained,
}

impl Metric {
    /// All of them, in the order of tables.
    pub const ALL: [Self; 3] = [Self::Total, Self::Peak, Self::Retained];

    /// The metric as it is printed.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Peak => "peak",
            Self::Retained => "retained",
        }
    }
}

impl Forecast {
    /// The figure of a metric.
    #[must_use]
    pub fn figure(&self, metric: Metric) -> &Figure {
        match metric {
            Metric::Total => &self.total,
            Metric::Peak => &self.peak,
            Metric::Retained => &self.retained,
        }
    }

    /// The measures and unknowns that the figures need, by name.
    #[must_use]
    pub fn needed(&self) -> BTreeSet<Symbol> {
        let figures = Metric::ALL.map(|metric| self.figure(metric));
        let formulas = figures.iter().flat_map(|figure| {
            let parts = figure.moments.iter().flatten();
            parts
                .flat_map(|part| [&part.bytes, &part.objects])
                .chain([&figure.bytes, &figure.objects])
        });
        let symbols = formulas.flat_map(Expr::free_symbols);
        let named = |symbol: &Symbol| !matches!(symbol.kind(), SymbolKind::Index);
        symbols.filter(named).collect()
    }

    /// How far all figures may be trusted: as far as the worst of them.
    #[must_use]
    pub fn grade(&self) -> Grade {
        let grades = Metric::ALL.map(|metric| self.figure(metric).grade);
        grades.into_iter().max().unwrap_or_default()
    }
}

impl Figure {
    /// What the bytes come to; none where that is no number, or too large to be computed.
    #[must_use]
    pub fn bytes_at(&self, profile: &Profile) -> Option<Amount> {
        profile.evaluate(&self.bytes)
    }

    /// The parts of the moment with the most bytes, with their numbers, largest first.
    #[must_use]
    pub fn parts_at(&self, profile: &Profile) -> Vec<Share<'_>> {
        let moments = self.moments.iter().map(|parts| {
            let mut shares: Vec<Share<'_>> = parts
                .iter()
                .map(|part| Share {
                    part,
                    bytes: profile.evaluate(&part.bytes).unwrap_or_default(),
                    objects: profile.evaluate(&part.objects).unwrap_or_default(),
                })
                .collect();
            // The order of lines where the bytes are the same.
            shares.sort_by(|left, right| right.bytes.cmp(&left.bytes));
            let all: BigInt = shares.iter().map(|share| &share.bytes.0).sum();
            (all, shares)
        });
        let most = moments.reduce(|best, next| if next.0 > best.0 { next } else { best });
        most.map(|(_, shares)| shares).unwrap_or_default()
    }
}

/// A part with its numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Share<'a> {
    /// What it is.
    pub part: &'a Part,
    /// Its bytes.
    pub bytes: Amount,
    /// How many objects.
    pub objects: Amount,
}

/// A whole number of bytes or objects, of any size.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(BigInt);

impl Amount {
    /// The nearest float.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        self.0.to_f64().unwrap_or(f64::INFINITY)
    }

    /// The digits in groups of three.
    #[must_use]
    pub fn grouped(&self) -> String {
        units::grouped(&self.0.to_string())
    }

    /// Adds another one.
    pub fn add(&mut self, other: &Self) {
        self.0 += &other.0;
    }
}

impl From<u64> for Amount {
    fn from(value: u64) -> Self {
        Self(value.into())
    }
}

impl FromStr for Amount {
    type Err = ParseBigIntError;

    fn from_str(digits: &str) -> Result<Self, Self::Err> {
        digits.parse().map(Self)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.to_u64() {
            Some(number) => serializer.serialize_u64(number),
            // Readers of JSON would round it.
            None => serializer.serialize_str(&self.0.to_string()),
        }
    }
}

/// The numbers that measures and unknowns have.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profile {
    values: BTreeMap<String, Rational>,
    others: Option<Rational>,
}

impl Profile {
    /// The same, with a number for all that have none.
    #[must_use]
    pub fn others(mut self, value: i64) -> Self {
        self.others = Some(Rational::from(value));
        self
    }

    /// Gives the symbol of that name a number.
    pub fn set(&mut self, name: &str, value: i64) {
        self.values.insert(name.to_owned(), Rational::from(value));
    }

    /// What was given a number by name, with it.
    pub fn given(&self) -> impl Iterator<Item = (String, i64)> {
        let pairs = self.values.iter();
        pairs.filter_map(|(name, value)| Some((name.clone(), value.to_i64()?)))
    }

    /// The number of a symbol.
    #[must_use]
    pub fn value(&self, symbol: &Symbol) -> Option<Rational> {
        if matches!(symbol.kind(), SymbolKind::Index) {
            return Some(Rational::ZERO);
        }
        self.values
            .get(symbol.name())
            .or(self.others.as_ref())
            .cloned()
    }

    /// What a formula comes to, rounded up; none where that is no number.
    #[must_use]
    pub fn evaluate(&self, formula: &Expr) -> Option<Amount> {
        let found = formula.evaluate(&|symbol| self.value(symbol)).ok()?;
        Some(Amount(found.high.ceil().numerator()))
    }
}

/// Those of the functions that the targets mean.
///
/// # Errors
/// If a target means none.
pub(crate) fn targeted<'a>(
    functions: &'a [Forecast],
    targets: &[Target],
) -> Result<Vec<&'a Forecast>, Error> {
    let names = functions.iter().map(|f| (f.function.as_str(), &*f.path));
    check_targets(&names.collect::<Vec<_>>(), targets)?;
    Ok(selected(functions, targets))
}

/// Those of the functions that the targets mean: of one that is a function, that alone and not
/// what stands in it. All, where there are no targets.
fn selected<'a>(functions: &'a [Forecast], targets: &[Target]) -> Vec<&'a Forecast> {
    let wanted = |target: &Target| -> Vec<&str> {
        let covered = functions
            .iter()
            .filter(|row| target.covers(&row.function, &row.path));
        let ends = |name: &str| {
            let rest = name.strip_suffix(target.name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let names: Vec<&str> = covered.map(|row| row.function.as_str()).collect();
        let own: Vec<&str> = names.iter().copied().filter(|name| ends(name)).collect();
        if own.is_empty() { names } else { own }
    };
    let names: BTreeSet<&str> = targets.iter().flat_map(wanted).collect();
    functions
        .iter()
        .filter(|row| targets.is_empty() || names.contains(row.function.as_str()))
        .collect()
}

#[cfg(test)]
#[path = "forecast_tests.rs"]
mod tests;
