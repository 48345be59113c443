//! `heapcast top`: which lines, types and functions dominate.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::brief::brief_growth;
use super::cli::{Grade, TopArgs};
use super::console::Console;
use super::error::Error;
use super::forecast::{Figure, Forecast, Forecasts, Metric, Profile, targeted};
use super::given::{Wanted, given_at};
use super::units;
use super::{Analysis, Request};
use crate::algebra::{Degree, Expr};

mod render;
mod tree;

use tree::Node;

#[cfg(test)]
pub(crate) use render::{FIELDS, SCHEMA};

/// The number of every measure and unknown that has none: that by which summaries are sorted.
const STANDARD: i64 = 1000;

/// What dominates.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Top {
    metric: Metric,
    at: Vec<Value>,
    others: i64,
    /// How many functions there are to choose from.
    of: usize,
    functions: Vec<Ranked>,
    /// Of one function: what it is made of, the fastest growing first.
    terms: Vec<Term>,
    /// Of one function: where that is allocated, down the calls.
    lines: Vec<Node>,
}

/// A measure or an unknown with its number.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Value {
    name: String,
    value: i64,
}

/// A function with what ranks it.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Ranked {
    function: String,
    path: String,
    line: u32,
    grade: Grade,
    growth: String,
    /// The same, as tables have it.
    #[serde(skip)]
    brief: String,
    bytes: f64,
    mostly: Option<Mostly>,
    #[serde(skip)]
    degree: Degree,
}

/// Where most of a function's bytes come from.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Mostly {
    path: String,
    line: u32,
    #[serde(rename = "type")]
    type_name: String,
    share: f64,
}

/// Objects of one type from one line.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Term {
    path: String,
    line: u32,
    text: String,
    #[serde(rename = "type")]
    type_name: String,
    growth: String,
    /// The same, as tables have it.
    #[serde(skip)]
    brief: String,
    bytes: f64,
    share: f64,
    #[serde(skip)]
    degree: Degree,
}

/// Runs the command; its exit code.
///
/// # Errors
/// If the input cannot be analysed, a name is unknown, or the result cannot be written.
pub(crate) fn run(
    arguments: &TopArgs,
    threads: Option<usize>,
    analysis: &dyn Analysis,
    console: &mut Console<'_>,
) -> Result<u8, Error> {
    let at = given_at(&arguments.given.at)?;
    let request = Request::new(&arguments.project, &[], threads);
    let monitor = console.monitor();
    let outcome = analysis.forecasts(&request, &monitor);
    let printed = outcome.and_then(|(forecasts, coverage)| {
        monitor.hide();
        console.report(&coverage);
        let functions = targeted(&forecasts.functions, &request.targets)?;
        let wanted = Wanted {
            at: &at,
            swept: None,
            others: Some(arguments.given.default.unwrap_or(STANDARD)),
        };
        let profile = wanted.profile(&functions)?;
        let top = top(&forecasts, &functions, &request, arguments, &profile);
        console.deliver(arguments.output.as_deref(), |screen, out| {
            render::write(&top, &coverage, arguments.format, screen, out)
        })?;
        Ok(coverage.exit_code())
    });
    console.finish(monitor);
    printed
}

fn top(
    forecasts: &Forecasts,
    functions: &[&Forecast],
    request: &Request,
    arguments: &TopArgs,
    profile: &Profile,
) -> Top {
    let metric = arguments.metric;
    let mut ranked: Vec<Ranked> = functions.iter().map(|f| rank(f, metric, profile)).collect();
    ranked.sort_by(|left, right| {
        let size = right.bytes.total_cmp(&left.bytes);
        let degree = right.degree.cmp(&left.degree).then(size);
        degree.then_with(|| (&left.function, &left.path).cmp(&(&right.function, &right.path)))
    });
    let of = ranked.len();
    ranked.truncate(arguments.top);
    let (terms, lines) = match functions {
        [one] if !request.targets.is_empty() => {
            let calls = tree::Calls::new(forecasts, metric, profile);
            (
                terms(one, metric, profile, forecasts),
                calls.lines(one, arguments.depth),
            )
        }
        _ => (Vec::new(), Vec::new()),
    };
    let at = profile.given();
    Top {
        metric,
        at: at.map(|(name, value)| Value { name, value }).collect(),
        others: arguments.given.default.unwrap_or(STANDARD),
        of,
        functions: ranked,
        terms,
        lines,
    }
}

/// The bytes of a formula; what cannot be computed is larger than all else.
fn bytes(formula: &Expr, profile: &Profile) -> f64 {
    let amount = profile.evaluate(formula);
    amount.map_or(f64::MAX, |amount| amount.to_f64().min(f64::MAX))
}

fn rank(forecast: &Forecast, metric: Metric, profile: &Profile) -> Ranked {
    let figure = forecast.figure(metric);
    let growth = figure.bytes.growth();
    let whole = bytes(&figure.bytes, profile);
    let parts = figure.parts_at(profile);
    let mostly = parts.first().map(|share| Mostly {
        path: share.part.path.to_string(),
        line: share.part.line,
        type_name: share.part.type_name.clone(),
        share: units::share(share.bytes.to_f64(), whole),
    });
    Ranked {
        function: forecast.function.clone(),
        path: forecast.path.to_string(),
        line: forecast.line,
        grade: figure.grade,
        degree: growth.total_degree(),
        brief: brief_growth(&growth),
        growth: growth.to_string(),
        bytes: whole,
        mostly,
    }
}

/// What a figure is made of, the fastest growing first; of a peak, at any of its moments.
fn terms(
    forecast: &Forecast,
    metric: Metric,
    profile: &Profile,
    forecasts: &Forecasts,
) -> Vec<Term> {
    let figure: &Figure = forecast.figure(metric);
    let whole = bytes(&figure.bytes, profile);
    let mut largest: BTreeMap<(&Arc<str>, u32, &str), Term> = BTreeMap::new();
    for part in figure.moments.iter().flatten() {
        let growth = part.bytes.growth();
        let size = bytes(&part.bytes, profile);
        let term = Term {
            path: part.path.to_string(),
            line: part.line,
            text: forecasts.sources.line(&part.path, part.line).to_owned(),
            type_name: part.type_name.clone(),
            degree: growth.total_degree(),
            brief: brief_growth(&growth),
            growth: growth.to_string(),
            bytes: size,
            share: units::share(size, whole),
        };
        let key = (&part.path, part.line, part.type_name.as_str());
        match largest.get_mut(&key) {
            Some(known) if precedes(known, &term).is_le() => {}
            Some(known) => *known = term,
            None => {
                largest.insert(key, term);
            }
        }
    }
    let mut terms: Vec<Term> = largest.into_values().collect();
    terms.sort_by(precedes);
    terms
}

/// The order of terms: the faster growing one first, then the larger one.
fn precedes(left: &Term, right: &Term) -> std::cmp::Ordering {
    let degree = right.degree.cmp(&left.degree);
    degree.then_with(|| right.bytes.total_cmp(&left.bytes))
}

#[cfg(test)]
#[path = "top_tests.rs"]
mod tests;
